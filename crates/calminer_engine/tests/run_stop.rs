//! Runs that end once a figure is known well enough.
#![expect(
    clippy::unwrap_used,
    reason = "a test that unwraps says where it failed"
)]

mod program_support;

use std::num::NonZeroUsize;

use calminer_domain::{
    BaseValue, Direction, Distribution, DistributionForm, Keep, Sampling, StopFigure, StopRule,
    Uncertainty,
};
use calminer_engine::program::{Program, compile};
use calminer_engine::result::{RunOutcome, RunSettings, Samples, compare};
use calminer_engine::run::{RunControl, RunError, ShardPlan, check_settings, shard, simulate};
use program_support::{empty, formula, parameter, ref20};

fn threads(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).unwrap()
}

fn settings(sampling: Sampling, figure: StopFigure, tolerance: f64) -> RunSettings {
    RunSettings {
        trials: 20_000,
        seed: 3,
        sampling,
        stop: Some(StopRule {
            output: "npv".to_owned(),
            figure,
            tolerance,
        }),
        ..RunSettings::default()
    }
}

fn run(program: &Program, settings: &RunSettings, count: usize) -> (RunOutcome, Samples) {
    simulate(program, settings, threads(count), &RunControl::default()).unwrap()
}

#[test]
fn a_stopped_run_is_the_beginning_of_the_whole_one() {
    let program = compile(&ref20()).unwrap();
    for sampling in [
        Sampling::LatinHypercube,
        Sampling::MonteCarlo,
        Sampling::Sobol,
    ] {
        let settings = settings(sampling, StopFigure::P50, 0.03);
        let (stopped, samples) = run(&program, &settings, 1);
        let end = stopped.stopped.clone().unwrap();
        assert!(end.reached, "{end:?}");
        assert!(end.trials > 1_000 && end.trials < 20_000, "{end:?}");
        let npv = stopped.output("npv").unwrap();
        assert_eq!(npv.summary.trials, end.trials);
        assert_eq!(npv.summary.percentiles.p50, end.figure);
        let interval = npv.summary.intervals.percentiles.p50.unwrap();
        assert_eq!(Some(interval.half_width()), end.half_width);
        assert!(interval.half_width() <= 0.03 * end.figure.unwrap().abs());
        assert_eq!(npv.trace.last().unwrap().trials, end.trials);
        for count in [2, 3, 8] {
            let (other, columns) = run(&program, &settings, count);
            assert_eq!(compare(&stopped, &other), []);
            assert_eq!(samples.columns[2], columns.columns[2]);
        }
        let (whole, all) = run(
            &program,
            &RunSettings {
                stop: None,
                ..settings
            },
            2,
        );
        assert_eq!(whole.stopped, None);
        for ((_, part), (_, column)) in samples.columns.iter().zip(&all.columns) {
            assert_eq!(part.len() as u64, end.trials);
            let mut pairs = part.iter().zip(column);
            assert!(pairs.all(|(a, b)| a.to_bits() == b.to_bits()));
        }
        if sampling != Sampling::MonteCarlo {
            assert_eq!(end.trials, u64::from(stopped.replicates) * 1_000);
        }
    }
}

#[test]
fn a_run_that_does_not_get_there_says_so() {
    let program = compile(&ref20()).unwrap();
    let settings = RunSettings {
        trials: 2_000,
        ..settings(Sampling::LatinHypercube, StopFigure::TailMean, 1e-6)
    };
    let (outcome, _) = run(&program, &settings, 2);
    let end = outcome.stopped.unwrap();
    assert!(!end.reached && end.trials == 2_000);
    assert!(
        end.why.contains("the tail mean of npv") && end.why.contains("2,000"),
        "{}",
        end.why
    );
    assert_eq!(outcome.replicates, 20);
    // A single replicate has no interval to go by.
    let few = RunSettings {
        trials: 150,
        ..settings
    };
    let end = run(&program, &few, 1).0.stopped.unwrap();
    assert!(
        !end.reached && end.why.contains("no interval"),
        "{}",
        end.why
    );
}

#[test]
fn rules_that_cannot_be_are_refused() {
    let program = compile(&ref20()).unwrap();
    // What refuses a run is said before it starts, in the same words.
    let refused = |settings: &RunSettings| match simulate(
        &program,
        settings,
        threads(1),
        &RunControl::default(),
    ) {
        Err(RunError::Settings { field, message }) => {
            let issues = check_settings(&program, settings);
            assert_eq!(issues.len(), 1, "{issues:?}");
            assert_eq!(issues[0].message, message);
            (field, message)
        }
        other => panic!("{:?}", other.map(|_| ())),
    };
    let good = settings(Sampling::LatinHypercube, StopFigure::Mean, 0.01);
    assert_eq!(check_settings(&program, &good), []);
    for tolerance in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let mut bad = good.clone();
        bad.stop.as_mut().unwrap().tolerance = tolerance;
        assert_eq!(refused(&bad).0, "stop");
    }
    let mut bad = good.clone();
    bad.stop.as_mut().unwrap().output = "nsr".to_owned();
    assert!(refused(&bad).1.contains("aisc, irr, npv, payback"));
    let sketched = RunSettings {
        keep: Keep::Sketches,
        ..good.clone()
    };
    assert!(refused(&sketched).1.contains("keep samples"));
    let plan = ShardPlan::new(1, 2).unwrap();
    let sharded = shard(&program, &good, plan, threads(1), &RunControl::default());
    assert!(matches!(
        sharded,
        Err(RunError::Settings { field: "stop", .. })
    ));
}

/// One normal input; an output that follows it and one that nothing moves.
fn fixed_and_moving() -> Program {
    let mut scenario = empty(2);
    let uncertainty = Uncertainty::once(
        DistributionForm::Absolute,
        Distribution::Normal { mean: 5.0, sd: 1.0 },
    );
    parameter(
        &mut scenario,
        "x",
        "",
        BaseValue::Number(5.0),
        Some(uncertainty),
    );
    formula(&mut scenario, "moving", "", "=x + 1").output = Some(Direction::Gain);
    formula(&mut scenario, "fixed", "", "=7.5").output = Some(Direction::Gain);
    compile(&scenario).unwrap()
}

#[test]
fn an_output_that_does_not_vary_is_said_to() {
    let program = fixed_and_moving();
    for keep in [Keep::Samples, Keep::Sketches] {
        let settings = RunSettings {
            trials: 4_000,
            keep,
            ..RunSettings::default()
        };
        let (outcome, _) = run(&program, &settings, 2);
        let fixed = outcome.output("fixed").unwrap();
        let summary = &fixed.summary;
        assert_eq!((summary.mean, summary.sd), (Some(7.5), Some(0.0)));
        assert_eq!(
            (summary.percentiles.p5, summary.tail_mean_5),
            (Some(7.5), Some(7.5))
        );
        assert_eq!((summary.skewness, summary.excess_kurtosis), (None, None));
        assert_eq!(fixed.spearman, [("x".to_owned(), None)]);
        let told = outcome
            .notices
            .iter()
            .filter(|notice| notice.starts_with("fixed is the same"));
        assert_eq!(told.count(), 1, "{:?}", outcome.notices);
        assert!(
            !outcome
                .notices
                .iter()
                .any(|notice| notice.starts_with("moving"))
        );
    }
}

#[test]
fn differences_of_runs_are_named() {
    let program = fixed_and_moving();
    let settings = RunSettings {
        trials: 400,
        ..RunSettings::default()
    };
    let (a, _) = run(&program, &settings, 1);
    let (mut b, _) = run(
        &program,
        &RunSettings {
            seed: 2,
            ..settings
        },
        1,
    );
    let found = compare(&a, &b);
    let what = |what: &str| found.iter().find(|difference| difference.what == what);
    let seed = what("settings, seed").unwrap();
    assert_eq!((seed.first.as_str(), seed.second.as_str()), ("1", "2"));
    assert!(what("hash of the samples").is_some());
    assert!(what("outputs, moving, summary, percentiles, 10").is_some());
    assert!(
        !found
            .iter()
            .any(|difference| difference.what.contains("fixed"))
    );
    assert!(what("hash of the scenario").is_none() && what("version of the engine").is_none());
    b = a.clone();
    b.outputs.pop();
    let gone = compare(&a, &b);
    assert_eq!(gone.len(), 1);
    assert_eq!(
        (gone[0].what.as_str(), gone[0].second.as_str()),
        ("outputs, moving", "absent")
    );
}
