//! Runs in shards, with sketches, with a stop rule and with bands: the same figures by every way.
#![expect(
    clippy::unwrap_used,
    reason = "a test that unwraps says where it failed"
)]

mod program_support;

use std::num::NonZeroUsize;

use calminer_domain::{Keep, Sampling};
use calminer_engine::program::{Program, compile};
use calminer_engine::result::{OutputResult, RunOutcome, RunSettings, Samples, compare};
use calminer_engine::run::{
    RunControl, RunError, Shard, ShardPlan, merge, replay, shard, simulate,
};
use program_support::ref20;

fn program() -> Program {
    compile(&ref20()).unwrap()
}

fn settings(trials: u64, sampling: Sampling, keep: Keep) -> RunSettings {
    RunSettings {
        trials,
        seed: 5,
        sampling,
        keep,
        bands: vec!["nsr".to_owned()],
        ..RunSettings::default()
    }
}

fn threads(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).unwrap()
}

fn run(program: &Program, settings: &RunSettings, count: usize) -> (RunOutcome, Samples) {
    simulate(program, settings, threads(count), &RunControl::default()).unwrap()
}

fn part(program: &Program, settings: &RunSettings, index: u32, count: u32) -> Shard {
    let plan = ShardPlan::new(index, count).unwrap();
    shard(program, settings, plan, threads(2), &RunControl::default()).unwrap()
}

/// All shards, through bytes, the last one first.
fn parts(program: &Program, settings: &RunSettings, count: u32) -> Vec<Shard> {
    let parts = (1..=count).rev().map(|index| {
        let made = part(program, settings, index, count);
        let read = Shard::from_bytes(&made.to_bytes()).unwrap();
        assert_eq!(made.to_bytes(), read.to_bytes());
        read
    });
    parts.collect()
}

fn merged(program: &Program, shards: Vec<Shard>) -> Result<(RunOutcome, Samples), RunError> {
    merge(program, shards, threads(2), &RunControl::default())
}

/// The bits of all columns: NaN is equal to itself.
fn bits(samples: &Samples) -> Vec<Vec<u64>> {
    let columns = samples.columns.iter();
    columns
        .map(|(_, column)| column.iter().map(|figure| figure.to_bits()).collect())
        .collect()
}

fn refused<T: std::fmt::Debug>(result: Result<T, RunError>) -> (&'static str, String) {
    match result {
        Err(RunError::Settings { field, message }) => (field, message),
        other => panic!("{other:?}"),
    }
}

const METHODS: [Sampling; 3] = [
    Sampling::LatinHypercube,
    Sampling::MonteCarlo,
    Sampling::Sobol,
];

#[test]
fn shards_and_threads_change_no_bit() {
    let program = program();
    for sampling in METHODS {
        let settings = settings(4_600, sampling, Keep::Samples);
        let (whole, samples) = run(&program, &settings, 1);
        for count in [2, 3, 8] {
            let (other, columns) = run(&program, &settings, count);
            assert_eq!(compare(&whole, &other), []);
            assert_eq!(bits(&samples), bits(&columns));
        }
        // Seven shards of five blocks: some are empty.
        for count in [1, 2, 5, 7] {
            let (other, columns) = merged(&program, parts(&program, &settings, count)).unwrap();
            assert_eq!(
                compare(&whole, &other),
                [],
                "{count} shards by {sampling:?}"
            );
            assert_eq!(bits(&samples), bits(&columns));
        }
    }
}

#[test]
fn sketches_of_shards_and_threads_are_those_of_one_run() {
    let program = program();
    for sampling in METHODS {
        let settings = settings(36_000, sampling, Keep::Sketches);
        let (whole, samples) = run(&program, &settings, 1);
        assert_eq!(
            (samples, &whole.samples_sha256),
            (Samples::default(), &None)
        );
        assert_eq!(compare(&whole, &run(&program, &settings, 3).0), []);
        for count in [2, 5] {
            let (other, _) = merged(&program, parts(&program, &settings, count)).unwrap();
            assert_eq!(
                compare(&whole, &other),
                [],
                "{count} shards by {sampling:?}"
            );
        }
    }
}

/// Whether two figures differ by less than a part of their scale.
fn near(a: Option<f64>, b: Option<f64>, tolerance: f64) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a == b || (a - b).abs() <= tolerance,
        (a, b) => a == b,
    }
}

/// Counts and ends are exact, moments nearly so.
fn check_moments(output: &OutputResult, sketched: &OutputResult) {
    let (kept, counted) = (&output.summary, &sketched.summary);
    let (error, sd) = (sketched.sketch.unwrap(), kept.sd.unwrap());
    assert!(error.width < sd / 1_000.0, "{}: {error:?}", output.key);
    assert_eq!(error.bins, 65_536);
    assert_eq!(
        (kept.trials, kept.valid, kept.absent),
        (counted.trials, counted.valid, counted.absent)
    );
    assert_eq!((kept.min, kept.max), (counted.min, counted.max));
    let scale = kept.mean.unwrap().abs().max(sd);
    assert!(near(kept.mean, counted.mean, 1e-12 * scale), "{counted:?}");
    assert!(near(kept.sd, counted.sd, 1e-10 * sd), "{counted:?}");
    assert!(near(kept.skewness, counted.skewness, 1e-5));
    assert!(near(kept.excess_kurtosis, counted.excess_kurtosis, 1e-4));
    assert_eq!(kept.probability_below_zero, counted.probability_below_zero);
    let [bars, counted_bars] = [&output.histogram, &sketched.histogram];
    assert_eq!(
        (bars.finite(), bars.not_finite()),
        (counted_bars.finite(), counted_bars.not_finite())
    );
}

/// Percentiles, tails and intervals differ by less than the width of a bin that the run states.
fn check_percentiles(output: &OutputResult, sketched: &OutputResult) {
    let width = sketched.sketch.unwrap().width;
    let figures = |output: &OutputResult| {
        let (summary, last) = (&output.summary, output.trace.last().unwrap());
        let p = &summary.percentiles;
        [
            p.p1,
            p.p5,
            p.p10,
            p.p50,
            p.p90,
            p.p95,
            p.p99,
            summary.tail_mean_5,
            summary.value_at_risk_95.against_mean,
            last.p90,
            last.mean,
        ]
    };
    for (kept, counted) in figures(output).into_iter().zip(figures(sketched)) {
        assert!(
            near(kept, counted, width),
            "{}: {kept:?} {counted:?}",
            output.key
        );
    }
    let intervals = |output: &OutputResult| {
        let intervals = &output.summary.intervals;
        let p = &intervals.percentiles;
        [intervals.mean, p.p10, p.p90].map(Option::unwrap)
    };
    for (kept, counted) in intervals(output).into_iter().zip(intervals(sketched)) {
        let ends = [(kept.low, counted.low), (kept.high, counted.high)];
        for (kept, counted) in ends {
            assert!(
                kept == counted || (kept - counted).abs() <= 2.0 * width,
                "{kept} {counted}"
            );
        }
    }
}

#[test]
fn sketches_have_the_figures_of_the_samples() {
    let program = program();
    for sampling in [Sampling::LatinHypercube, Sampling::MonteCarlo] {
        let (kept, _) = run(&program, &settings(40_000, sampling, Keep::Samples), 2);
        let (counted, _) = run(&program, &settings(40_000, sampling, Keep::Sketches), 2);
        for (output, sketched) in kept.outputs.iter().zip(&counted.outputs) {
            check_moments(output, sketched);
            check_percentiles(output, sketched);
        }
        for (band, sketched) in kept.bands.iter().zip(&counted.bands) {
            let pairs = band.percentiles.iter().zip(&sketched.percentiles);
            for (x, y) in pairs.flat_map(|(x, y)| x.iter().zip(y)) {
                // The bins of a period are narrower than a thousandth of its spread; single precision adds 1e-7.
                assert!((x - y).abs() <= 2e5 + 1e-6 * x.abs(), "{x} {y}");
            }
        }
        assert!(
            counted
                .notices
                .iter()
                .any(|notice| notice.contains("32,768"))
        );
    }
}

#[test]
fn a_trace_ends_at_the_figures_of_the_run() {
    let program = program();
    for (sampling, points) in [(Sampling::LatinHypercube, 20), (Sampling::MonteCarlo, 20)] {
        let (outcome, _) = run(&program, &settings(3_000, sampling, Keep::Samples), 2);
        for output in &outcome.outputs {
            assert_eq!(output.trace.len(), points);
            let last = output.trace[points - 1];
            let summary = &output.summary;
            assert_eq!((last.trials, last.mean), (3_000, summary.mean));
            assert_eq!(last.mean_interval, summary.intervals.mean);
            let p = &summary.percentiles;
            assert_eq!([last.p10, last.p50, last.p90], [p.p10, p.p50, p.p90]);
            let of_p = &summary.intervals.percentiles;
            assert_eq!((last.p10_interval, last.p90_interval), (of_p.p10, of_p.p90));
        }
    }
}

#[test]
fn bands_of_other_lines_change_no_output() {
    let program = program();
    let with = settings(600, Sampling::LatinHypercube, Keep::Samples);
    let without = RunSettings {
        bands: Vec::new(),
        ..with.clone()
    };
    let ((a, samples), (b, others)) = (run(&program, &with, 2), run(&program, &without, 2));
    assert_eq!(bits(&samples), bits(&others));
    assert_eq!(a.samples_sha256, b.samples_sha256);
    assert_eq!(a.outputs, b.outputs);
    let keys = |run: &RunOutcome| -> Vec<String> {
        run.bands.iter().map(|band| band.key.clone()).collect()
    };
    assert_eq!(
        (keys(&a), keys(&b)),
        (
            vec!["net".to_owned(), "nsr".to_owned()],
            vec!["net".to_owned()]
        )
    );
    assert_eq!(a.bands[0], b.bands[0]);
    // The same percentiles from the table of each trial.
    let tables: Vec<_> = (0..600)
        .map(|trial| replay(&program, &with, trial).unwrap().table)
        .collect();
    for (period, band) in a.bands[1].percentiles.iter().enumerate().step_by(5) {
        let mut figures: Vec<f64> = tables
            .iter()
            .map(|table| table.line("nsr").unwrap().values.at(period))
            .collect();
        figures.sort_by(f64::total_cmp);
        for (found, p) in band.iter().zip([0.05, 0.25, 0.5, 0.75, 0.95]) {
            let place = 599.0 * p;
            let below = f64::floor(place) as usize;
            let (low, high) = (figures[below], figures[(below + 1).min(599)]);
            let expected = low + (high - low) * (place - below as f64);
            assert!(
                (found - expected).abs() <= 1e-6 * expected.abs(),
                "{found} {expected}"
            );
        }
        let mean = figures.iter().sum::<f64>() / 600.0;
        assert!((band[5] - mean).abs() <= 1e-6 * mean.abs());
    }
}

#[test]
fn bands_that_cannot_be_are_refused() {
    let program = program();
    let with = |key: &str| RunSettings {
        bands: vec![key.to_owned()],
        ..settings(200, Sampling::MonteCarlo, Keep::Samples)
    };
    let refuse = |key: &str| {
        refused(simulate(
            &program,
            &with(key),
            threads(1),
            &RunControl::default(),
        ))
    };
    let (field, message) = refuse("nsrr");
    assert_eq!(field, "bands");
    assert!(message.contains("did you mean nsr?"), "{message}");
    assert!(refuse("npv").1.contains("one figure"));
    let both = RunSettings {
        bands: vec!["nsr".to_owned(), "npv".to_owned()],
        ..with("nsr")
    };
    let issues = calminer_engine::run::check_settings(&program, &both);
    assert_eq!(issues.len(), 1);
}

#[test]
fn missing_double_and_foreign_shards_are_named() {
    let program = program();
    let settings = settings(4_000, Sampling::LatinHypercube, Keep::Samples);
    let all = parts(&program, &settings, 4);
    let of = |numbers: &[u32]| -> Vec<Shard> {
        let find = |number: &u32| all.iter().find(|shard| shard.header().index == *number);
        numbers
            .iter()
            .map(|number| find(number).unwrap().clone())
            .collect()
    };
    let refuse = |shards| refused(merged(&program, shards));
    assert_eq!(refuse(vec![]).0, "shard");
    assert_eq!(refuse(of(&[1, 2, 4])).1, "shard 3 of 4 is missing");
    assert_eq!(refuse(of(&[2])).1, "shards 1, 3, 4 of 4 are missing");
    assert_eq!(
        refuse(of(&[1, 2, 2, 3, 4])).1,
        "shard 2 of 4 stands twice; give each shard once"
    );
    let other = |settings: &RunSettings| {
        let mut shards = of(&[1, 3, 4]);
        shards.push(part(&program, settings, 2, 4));
        refuse(shards).1
    };
    assert_eq!(
        other(&RunSettings {
            seed: 6,
            ..settings.clone()
        }),
        "shard 2 of 4 belongs to another run than shard 1 of 4: its seed is 6, not 5"
    );
    assert!(
        other(&RunSettings {
            bands: vec![],
            ..settings.clone()
        })
        .contains("shard 2 of 4")
    );
    let mut scenario = ref20();
    scenario.conventions.discount_rate = 0.09;
    let foreign = compile(&scenario).unwrap();
    let message = refused(merged(&foreign, of(&[1, 2, 3, 4]))).1;
    assert!(
        message.starts_with("shard 1 of 4 belongs to another scenario"),
        "{message}"
    );
    for (index, count) in [(0, 4), (5, 4), (1, 0), (1, 10_001)] {
        assert_eq!(refused(ShardPlan::new(index, count)).0, "shard");
    }
}

#[test]
fn a_billion_trials_are_refused_or_sketched() {
    let program = program();
    let settings = settings(1_000_000_000, Sampling::MonteCarlo, Keep::Samples);
    let run = simulate(&program, &settings, threads(1), &RunControl::default());
    let (field, message) = refused(run.map(|_| ()));
    assert_eq!(field, "trials");
    assert!(
        message.contains("GiB") && message.contains("keep sketches"),
        "{message}"
    );
    // With sketches it begins; a cancelled run ends at once.
    let control = RunControl::default();
    control
        .cancel
        .store(true, std::sync::atomic::Ordering::Relaxed);
    let settings = RunSettings {
        keep: Keep::Sketches,
        ..settings
    };
    let run = simulate(&program, &settings, threads(2), &control);
    assert_eq!(run.map(|_| ()), Err(RunError::Cancelled));
}
