//! Parts of a run on files, brought together; passports; how runs end; what they keep.

use serde_json::Value as Json;

use crate::{User, case, figure, sample};

/// The answer without what may differ.
fn bare(mut json: Json) -> String {
    let object = json.as_object_mut().expect("an object");
    object.remove("run").expect("a run");
    json.to_string()
}

fn shards(user: &User, flags: &str, count: u32) -> Vec<std::path::PathBuf> {
    let ref20 = sample("ref20");
    (1..=count)
        .map(|part| {
            let path = user.path(&format!("{part}-of-{count}.part"));
            let words = format!("{flags} --shard {part}/{count} --json --out");
            let mut command = user.command(&[&"simulate", &ref20]);
            let output = command
                .args(words.split(' '))
                .arg(&path)
                .output()
                .expect("the binary starts");
            assert!(output.status.success(), "{output:?}");
            path
        })
        .collect()
}

fn merged(user: &User, parts: &[std::path::PathBuf]) -> crate::Answer {
    let mut command = user.command(&[&"merge"]);
    let output = command.args(parts).arg("--json").output();
    output.expect("the binary starts").into()
}

#[test]
fn parts_merge_to_the_bits_of_one_run() {
    for flags in [
        "--trials 5000 --seed 3 --sampling mc",
        "--trials 5000 --seed 3 --sampling lhs",
        "--trials 5000 --seed 3 --sampling sobol --keep sketches",
    ] {
        let user = User::new();
        let whole = user
            .on("simulate", &sample("ref20"), &format!("{flags} --json"))
            .done();
        let whole = bare(whole);
        for count in [1, 2, 5] {
            let mut parts = shards(&user, flags, count);
            parts.reverse();
            assert_eq!(
                bare(merged(&user, &parts).done()),
                whole,
                "{flags}, {count} parts"
            );
        }
    }
}

#[test]
fn missing_doubled_and_foreign_parts_are_refused() {
    let user = User::new();
    let parts = shards(&user, "--trials 4000 --seed 3", 2);
    let missing = merged(&user, &parts[..1]);
    assert!(missing.failed(1).contains('2'), "{missing:?}");
    let doubled = merged(&user, &[parts[0].clone(), parts[0].clone()]);
    doubled.failed(1);
    let keep = user.path("kept.part");
    std::fs::rename(&parts[1], &keep).expect("renamed");
    let other = shards(&user, "--trials 4000 --seed 4", 2);
    merged(&user, &[keep, other[0].clone()]).failed(1);
    let broken = user.path("broken.part");
    let bytes = std::fs::read(&other[0]).expect("a part");
    std::fs::write(&broken, &bytes[..bytes.len() / 2]).expect("written");
    assert_eq!(merged(&user, &[broken]).code, Some(3));
}

#[test]
fn wrong_parts_are_wrong_usage() {
    let user = User::new();
    for words in [
        "--shard 0/2 --out x",
        "--shard 3/2 --out x",
        "--shard 1/2",
        "--out x",
    ] {
        let answer = user.on("simulate", &sample("ref20"), words);
        answer.failed(2);
    }
    assert!(!user.path("x").exists());
}

#[test]
fn a_passport_is_verified_and_a_changed_one_is_not() {
    let user = User::new();
    let path = user.path("run.passport");
    let mut command = user.command(&[&"simulate", &sample("fenn_gib")]);
    let output = command
        .args("--trials 2000 --seed 9 --json --passport".split(' '))
        .arg(&path)
        .output()
        .expect("the binary starts");
    assert!(output.status.success(), "{output:?}");
    let verdict = user.on("verify", &path, "--json").done();
    assert_eq!(verdict["identical"], true);
    let text = std::fs::read_to_string(&path).expect("a passport");
    let mut passport: Json = serde_json::from_str(&text).expect("JSON");
    let mean = &mut passport["run"]["outputs"][0]["summary"]["mean"];
    *mean = Json::from(figure(mean) + 1.0);
    std::fs::write(&path, passport.to_string()).expect("written");
    let answer = user.on("verify", &path, "--json");
    assert_eq!(answer.code, Some(1));
    let verdict = answer.json();
    assert_eq!(verdict["identical"], false);
    let what = verdict["differences"][0]["what"].as_str().expect("words");
    assert!(what.contains("mean"), "{what}");
    assert_eq!(user.on("verify", &sample("ref20"), "--json").code, Some(3));
    assert_eq!(
        user.on("verify", &user.path("none"), "--json").code,
        Some(1)
    );
}

#[test]
fn a_run_may_end_once_its_figure_is_known() {
    let user = User::new();
    let path = case("linear_npv_normal.calminer.json");
    let run = user
        .on(
            "simulate",
            &path,
            "--trials 100000 --seed 2 --stop npv:mean:5% --json",
        )
        .done();
    let trials = run["trials"].as_u64().expect("a count");
    assert!(
        trials < 100_000 && run["stopped"]["reached"] == true,
        "{trials}"
    );
    assert_eq!(run["stopped"]["trials"], trials);
    let unknown = user.on("simulate", &path, "--stop other:mean:5% --json");
    assert_ne!(unknown.code, Some(0));
    user.on("simulate", &path, "--stop npv:p11:5%").failed(2);
}

#[test]
fn sketches_have_the_figures_of_samples_within_their_error() {
    let user = User::new();
    let run = |keep: &str| {
        let flags = format!("--trials 50000 --seed 4 --keep {keep} --json");
        user.on("simulate", &sample("ref20"), &flags).done()
    };
    let (samples, sketches) = (run("samples"), run("sketches"));
    assert_eq!(sketches["samples_sha256"], Json::Null);
    assert_eq!(sketches["keep"], "sketches");
    let (kept, sketched) = (&samples["outputs"]["npv"], &sketches["outputs"]["npv"]);
    let relative = (figure(&kept["mean"]) / figure(&sketched["mean"]) - 1.0).abs();
    assert!(relative < 1e-12, "{relative}");
    let sd = figure(&kept["sd"]);
    for percentile in ["5", "50", "95"] {
        let (a, b) = (
            &kept["percentiles"][percentile],
            &sketched["percentiles"][percentile],
        );
        assert!((figure(a) - figure(b)).abs() < 0.01 * sd, "{percentile}");
    }
    let refused = user.on("simulate", &sample("ref20"), "--trials 1000000000 --json");
    assert!(refused.failed(2).contains("sketches"), "{refused:?}");
}

#[test]
fn samples_go_to_parquet_and_the_spread_of_any_line_is_kept() {
    let user = User::new();
    let path = user.path("s.parquet");
    let mut command = user.command(&[&"simulate", &sample("ref20")]);
    let output = command
        .args("--trials 300 --seed 1 --band nsr --json --samples".split(' '))
        .arg(&path)
        .output()
        .expect("the binary starts");
    let run = crate::Answer::from(output).done();
    assert_eq!(&std::fs::read(&path).expect("a file")[..4], b"PAR1");
    let keys: Vec<_> = run["bands"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|band| &band["key"])
        .collect();
    assert_eq!(keys, ["net", "nsr"]);
    let unknown = user.on(
        "simulate",
        &sample("ref20"),
        "--trials 300 --band none --json",
    );
    assert_ne!(unknown.code, Some(0));
}
