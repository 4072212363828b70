//! `simulate`: the same figures for any number of threads, and the same as the engine's.

use std::num::NonZeroUsize;

use calminer_domain::Sampling;
use calminer_engine::program::compile;
use calminer_engine::result::{RunOutcome, RunSettings};
use calminer_engine::run::{RunControl, replay, simulate};
use serde_json::Value as Json;

use crate::{SAMPLES, User, figure, has_keys, keys, sample, scenario};

/// The answer without what may differ.
fn bare(mut json: Json) -> String {
    json.as_object_mut()
        .expect("an object")
        .remove("run")
        .expect("a run");
    json.to_string()
}

#[test]
fn json_has_the_keys_of_the_contract() {
    for name in SAMPLES {
        let json = User::new()
            .on("simulate", &sample(name), "--trials 1000 --seed 7 --json")
            .done();
        let head = "trials replicates seed sampling stream engine samples_sha256 run outputs correlations correlation_groups";
        has_keys(&json, head);
        assert_eq!((&json["trials"], &json["seed"]), (&1000.into(), &7.into()));
        assert_eq!(json["sampling"], "lhs");
        has_keys(&json["run"], "threads elapsed_seconds");
        let outputs = json["outputs"].as_object().expect("an object");
        assert!(!outputs.is_empty());
        for output in outputs.values() {
            has_keys(output, "unit direction valid absent mean sd min max");
            let more = "percentiles tail_mean_5 probability_below_zero intervals";
            has_keys(output, more);
            has_keys(&output["absent"], "undefined failed first_cause");
            has_keys(&output["percentiles"], "1 5 10 25 50 75 90 95 99");
            let counted: u64 = ["undefined", "infinite", "never"]
                .iter()
                .filter_map(|cause| output["absent"][cause].as_u64())
                .sum();
            assert_eq!(output["valid"].as_u64().expect("a count") + counted, 1000);
        }
    }
}

/// The printed statistics are those of the engine to the last bit.
fn same_figures(json: &Json, outcome: &RunOutcome) {
    assert!(outcome.samples_sha256.is_some());
    assert_eq!(
        json["samples_sha256"].as_str(),
        outcome.samples_sha256.as_deref()
    );
    for output in &outcome.outputs {
        let printed = &json["outputs"][&output.key];
        let same = |json: &Json, expected: Option<f64>| {
            let finite = expected.filter(|figure| figure.is_finite());
            let bits = (json.as_f64().map(f64::to_bits), finite.map(f64::to_bits));
            assert_eq!(bits.0, bits.1, "{}", output.key);
        };
        let summary = &output.summary;
        same(&printed["mean"], summary.mean);
        same(&printed["sd"], summary.sd);
        same(&printed["percentiles"]["10"], summary.percentiles.p10);
        same(&printed["tail_mean_5"], summary.tail_mean_5);
    }
}

/// RNG-01: nothing hangs on the number of threads.
#[test]
fn bits_are_the_same_for_1_2_and_7_threads_and_in_the_engine() {
    let samplers = [
        ("lhs", Sampling::LatinHypercube),
        ("mc", Sampling::MonteCarlo),
        ("sobol", Sampling::Sobol),
    ];
    for (name, (word, sampling)) in SAMPLES
        .iter()
        .flat_map(|name| samplers.map(|sampler| (name, sampler)))
    {
        let user = User::new();
        let run = |threads: &str| {
            let flags =
                format!("--trials 3001 --seed 42 --sampling {word} --threads {threads} --json");
            let answer = user.on("simulate", &sample(name), &flags).done();
            assert_eq!(answer["run"]["threads"].to_string(), threads);
            answer
        };
        let one = run("1");
        for threads in ["2", "7"] {
            let other = bare(run(threads));
            assert_eq!(
                other,
                bare(one.clone()),
                "{threads} threads, {name}, {word}"
            );
        }
        let program = compile(&scenario(&sample(name))).expect("it compiles");
        let settings = RunSettings {
            trials: 3001,
            seed: 42,
            sampling,
            replicates: None,
            ..RunSettings::default()
        };
        let threads = NonZeroUsize::new(3).expect("3 threads");
        let control = RunControl::default();
        let (outcome, _) = simulate(&program, &settings, threads, &control).expect("it runs");
        same_figures(&one, &outcome);
    }
}

/// RNG-04: a seed is kept to the last digit, or refused with the range.
#[test]
fn seeds_at_the_edges_are_kept_exactly_or_refused() {
    let user = User::new();
    let run = |seed: &str| {
        user.run(&[
            &"simulate",
            &sample("fenn_gib"),
            &"--trials",
            &"200",
            &"--seed",
            &seed,
            &"--json",
        ])
    };
    let mut hashes = Vec::new();
    for seed in ["0", "2147483648", "9007199254740991"] {
        let json = run(seed).done();
        assert_eq!(json["seed"].to_string(), seed);
        hashes.push(json["samples_sha256"].to_string());
    }
    hashes.sort_unstable();
    hashes.dedup();
    assert_eq!(hashes.len(), 3);
    for seed in [
        "9007199254740992",
        "9007199254740993",
        "9223372036854775808",
        "18446744073709551615",
    ] {
        assert!(
            run(seed).failed(2).contains("9007199254740991"),
            "the limit is said"
        );
    }
}

/// A column of a CSV file of samples.
pub(crate) fn column(csv: &str, key: &str) -> Vec<f64> {
    let head = csv.lines().next().expect("a head");
    let place = head
        .split(',')
        .position(|cell| cell == key)
        .expect("the column");
    let cell = |row: &str| row.split(',').nth(place).expect("a cell").parse();
    csv.lines()
        .skip(1)
        .map(|row| cell(row).expect("a figure"))
        .collect()
}

#[test]
fn samples_are_the_columns_and_any_trial_comes_back() {
    let (user, path) = (User::new(), sample("fenn_gib"));
    let json = user
        .on(
            "simulate",
            &path,
            "--trials 500 --samples samples.csv --json",
        )
        .done();
    let csv = std::fs::read_to_string(user.path("samples.csv")).expect("written");
    let head: Vec<_> = csv.lines().next().expect("a head").split(',').collect();
    assert_eq!(head[1..], keys(&json["outputs"]));
    let npv = column(&csv, "npv");
    assert_eq!(npv.len(), 500);
    let mean = npv.iter().sum::<f64>() / 500.0;
    assert!((mean / figure(&json["outputs"]["npv"]["mean"]) - 1.0).abs() < 1e-12);
    let own = scenario(&path);
    let program = compile(&own).expect("it compiles");
    let settings = RunSettings {
        trials: 500,
        ..RunSettings::from(&own.simulation)
    };
    for trial in [1_usize, 137, 500] {
        let flags = format!("--trials 500 --trial {trial} --json");
        let again = user.on("simulate", &path, &flags).done();
        let printed = figure(&again["metrics"]["npv"]);
        assert_eq!(printed.to_bits(), npv[trial - 1].to_bits());
        let direct = replay(&program, &settings, trial as u64 - 1).expect("it runs");
        for (key, drawn) in &direct.inputs {
            let printed = figure(&again["inputs"][key]);
            assert_eq!(printed.to_bits(), drawn.at(0).to_bits(), "{key}");
        }
    }
    user.on("simulate", &path, "--trials 500 --trial 501")
        .failed(2);
    user.on("simulate", &path, "--trial 0").failed(2);
}

#[test]
fn text_has_settings_statistics_and_bars() {
    let user = User::new();
    let answer = user.on("simulate", &sample("fenn_gib"), "--trials 2000 --seed 5");
    assert_eq!(answer.code, Some(0));
    assert_eq!(
        answer.err, "",
        "no progress where standard error is no terminal"
    );
    let text = answer.out;
    assert!(
        text.contains("Settings: 2,000 trials, seed 5, Latin hypercube, "),
        "{text}"
    );
    for word in [
        "P5 ",
        "P50 (median)",
        "P95 ",
        "Probability of loss",
        "Expected shortfall 95 %, against zero",
        "< base case",
    ] {
        assert!(text.contains(word), "{word} is missing in {text}");
    }
    assert!(text.lines().any(|line| line.contains("|####")), "{text}");
    assert!(
        text.lines().all(|line| line.chars().count() <= 100),
        "{text}"
    );
}
