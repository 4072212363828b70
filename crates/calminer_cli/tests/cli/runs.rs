//! Runs that are kept, runs with absent results, runs that are interrupted.

use std::process::Stdio;
use std::time::{Duration, Instant};

use calminer_domain::{Direction, Distribution, DistributionForm, Uncertainty, Value};
use calminer_store::{OpenOptions, Store};

use crate::{Answer, User, sample, scenario};

#[test]
fn a_kept_run_belongs_to_the_revision_it_was_made_from() {
    let user = User::new();
    let place = user.import("fenn_gib");
    let json = user
        .on("simulate", &place, "--trials 400 --seed 9 --save --json")
        .done();
    assert_eq!(json["revision"], 1);
    let id = json["run"]["stored"]
        .as_str()
        .expect("its identity")
        .to_owned();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let kept = runtime.block_on(async {
        let store = Store::open_file(
            user.path("profile/data/calminer.db"),
            OpenOptions::default(),
        )
        .await
        .expect("it opens");
        let kept = store
            .load_run(id.parse().expect("an identity"))
            .await
            .expect("it is there");
        store.close().await.expect("it closes");
        kept
    });
    assert_eq!((kept.revision, kept.outcome.settings.seed), (1, 9));
    assert_eq!(
        kept.outcome.samples_sha256.as_deref(),
        json["samples_sha256"].as_str()
    );
    assert_eq!(kept.samples.expect("samples").columns[0].1.len(), 400);
    let status = user.run(&[&"db", &"status", &"--json"]).done();
    assert_eq!(status["scenarios"][0]["runs"], 1);
    assert_eq!(
        user.run(&[&"db", &"doctor", &"--json"]).done()["status"],
        "ok"
    );
}

#[test]
fn a_run_of_a_file_cannot_be_kept() {
    let answer = User::new().on("simulate", &sample("fenn_gib"), "--save");
    assert!(answer.failed(2).contains("import the file"));
}

#[test]
fn absent_results_are_counted_with_their_first_cause() {
    let user = User::new();
    let mut own = scenario(&sample("fenn_gib"));
    let parameter = &mut own.parameters[0];
    let key = parameter.key.clone();
    let unit = parameter.unit.clone();
    parameter.uncertainty = Some(Uncertainty::once(
        DistributionForm::Absolute,
        Distribution::Uniform {
            min: -1000.0,
            max: 3000.0,
        },
    ));
    let line = own
        .lines
        .iter_mut()
        .find(|line| line.output.is_some())
        .expect("an output");
    let output = line.key.clone();
    (line.value, line.unit, line.role, line.output) = (
        Value::Formula(format!("=sqrt({key} / 1 [{unit}])")),
        String::new(),
        None,
        Some(Direction::Gain),
    );
    let path = user.write("sqrt.calminer", &own);
    let json = user.on("simulate", &path, "--trials 2000 --json").done();
    let statistics = &json["outputs"][&output];
    // A quarter of the range is below zero, and strata are exact.
    assert_eq!(
        (
            statistics["absent"]["undefined"].as_u64(),
            statistics["valid"].as_u64()
        ),
        (Some(500), Some(1500))
    );
    assert_eq!(statistics["absent"]["first_cause"]["line"], output);
    let text = user.on("simulate", &path, "--trials 2000").out;
    assert!(
        text.contains("First absent result: ") && text.contains("  not defined"),
        "{text}"
    );
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_run_with_130_and_no_result() {
    let user = User::new();
    let mut command = user.command(&[
        &"simulate",
        &sample("ref20"),
        &"--trials",
        &"20000000",
        &"--json",
    ]);
    let running = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    std::thread::sleep(Duration::from_millis(1500));
    let pressed = Instant::now();
    let sent = std::process::Command::new("kill")
        .args(["-INT", &running.id().to_string()])
        .status()
        .expect("kill runs");
    assert!(sent.success(), "the run ended before it was interrupted");
    let answer = Answer::from(running.wait_with_output().expect("it ends"));
    answer.failed(130);
    assert!(
        pressed.elapsed() < Duration::from_secs(2),
        "{:?}",
        pressed.elapsed()
    );
}
