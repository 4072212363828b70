//! No scenario that validates makes the engine panic: formulas and distributions by chance, with figures from the edge
//! of what numbers hold, through base case, runs, replay and sensitivities. Every figure is finite or counted as absent.

#![expect(
    clippy::unwrap_used,
    reason = "a test that unwraps says where it failed"
)]

mod program_support;

use std::num::NonZeroUsize;

use calminer_domain::{
    BaseValue, Direction, Distribution, DistributionForm, Draw, Keep, Sampling, Scenario,
    Truncation, Uncertainty, Value,
};
use calminer_engine::program::{Program, check_and_compile};
use calminer_engine::result::{LineValues, OutputResult, RunSettings};
use calminer_engine::run::{RunControl, RunError, replay, simulate};
use calminer_engine::sensitivity::{Step, spider, tornado};
use program_support::{empty, formula, line, parameter};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;

const PERIODS: u32 = 4;

/// Figures as people type them, and those that break programs.
fn figure() -> impl Strategy<Value = f64> + Clone {
    let edges = vec![1e-300, -1e300, 1e300, f64::MAX, 5e-324, -0.0, 0.0, 1.0, 0.5];
    prop_oneof![
        8 => (-20_i32..200).prop_map(|whole| f64::from(whole) / 8.0),
        1 => prop::sample::select(edges),
    ]
}

/// Mostly above 0.
fn size() -> impl Strategy<Value = f64> + Clone {
    prop_oneof![
        8 => (1_i32..60).prop_map(|whole| f64::from(whole) / 8.0),
        1 => figure(),
    ]
}

/// Mostly between 0 and 1.
fn share() -> impl Strategy<Value = f64> + Clone {
    prop_oneof![
        8 => (0_i32..=16).prop_map(|whole| f64::from(whole) / 16.0),
        1 => figure(),
    ]
}

/// Three figures, mostly rising.
fn three() -> impl Strategy<Value = [f64; 3]> + Clone {
    ([figure(), figure(), figure()], 0..10_u8).prop_map(|(mut three, kind)| {
        if kind > 0 {
            three.sort_by(f64::total_cmp);
        }
        three
    })
}

fn distribution() -> impl Strategy<Value = Distribution> {
    let some = prop::collection::vec((figure(), share()), 2..5).prop_map(|pairs| {
        let (mut values, mut shares): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
        values.sort_by(f64::total_cmp);
        shares.sort_by(f64::total_cmp);
        shares[0] = 0.0;
        let last = shares.len() - 1;
        shares[last] = 1.0;
        (values, shares)
    });
    let plain = prop_oneof![
        (figure(), size()).prop_map(|(mean, sd)| Distribution::Normal { mean, sd }),
        (size(), size()).prop_map(|(mean, sd)| Distribution::Lognormal { mean, sd }),
        (figure(), size()).prop_map(|(mu, sigma)| Distribution::LognormalLog { mu, sigma }),
        three().prop_map(|[min, mode, max]| Distribution::Triangular { min, mode, max }),
        (three(), size()).prop_map(|([min, mode, max], weight)| Distribution::Pert {
            min,
            mode,
            max,
            weight
        }),
        three().prop_map(|[p10, mode, p90]| Distribution::TriangularPercentiles { p10, mode, p90 }),
        three().prop_map(|[min, _, max]| Distribution::Uniform { min, max }),
        (size(), size(), three()).prop_map(|(alpha, beta, [min, _, max])| {
            Distribution::Beta {
                alpha,
                beta,
                min,
                max,
            }
        }),
        (size(), size()).prop_map(|(shape, scale)| Distribution::Gamma { shape, scale }),
        (size(), size()).prop_map(|(shape, scale)| Distribution::Weibull { shape, scale }),
        size().prop_map(|mean| Distribution::Exponential { mean }),
        size().prop_map(|mean| Distribution::Poisson { mean }),
        (figure(), size(), size()).prop_map(|(location, scale, degrees)| {
            Distribution::StudentT {
                location,
                scale,
                degrees,
            }
        }),
        some.clone()
            .prop_map(|(values, weights)| Distribution::Discrete { values, weights }),
        some.prop_map(|(values, shares)| Distribution::Cumulative { values, shares }),
        (share(), size())
            .prop_map(|(drift, volatility)| Distribution::GeometricBrownian { drift, volatility }),
        (size(), size())
            .prop_map(|(speed, volatility)| Distribution::MeanReverting { speed, volatility }),
    ];
    let event = |(impact, share): (Distribution, f64)| Distribution::Event {
        probability: share,
        impact: Box::new(impact),
    };
    (plain, share(), 0..8_u8).prop_map(move |(plain, share, kind)| {
        if kind == 0 {
            event((plain, share))
        } else {
            plain
        }
    })
}

fn uncertainty() -> impl Strategy<Value = Uncertainty> {
    let form = prop_oneof![
        Just(DistributionForm::Absolute),
        Just(DistributionForm::Factor),
        Just(DistributionForm::PercentOfBase),
    ];
    let limit = || prop::option::weighted(0.15, figure());
    (form, distribution(), limit(), limit(), any::<bool>()).prop_map(
        |(form, distribution, min, max, once)| {
            let is_path = matches!(
                distribution,
                Distribution::GeometricBrownian { .. } | Distribution::MeanReverting { .. }
            );
            Uncertainty {
                form: if is_path {
                    DistributionForm::Factor
                } else {
                    form
                },
                distribution,
                truncation: Truncation { min, max },
                draw: if once || is_path {
                    Draw::Once
                } else {
                    Draw::EachPeriod
                },
            }
        },
    )
}

/// A formula over the parameters `p0` to `p2` and the lines before.
fn text() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        (0..3).prop_map(|number| format!("p{number}")),
        (0..2).prop_map(|number| format!("l{number}")),
        (-30..30).prop_map(|whole| format!("({})", f64::from(whole) / 4.0)),
        Just("period".to_owned()),
        Just("row".to_owned()),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let one = (
            prop::sample::select(vec![
                "-", "abs", "exp", "ln", "sqrt", "round", "not", "cum", "total", "npv8", "irr",
                "payback", "prev",
            ]),
            inner.clone(),
        );
        let two = (
            prop::sample::select(vec![
                "+", "-", "*", "/", "^", "<", "<=", "=", "and", "or", "min", "max",
            ]),
            inner.clone(),
            inner.clone(),
        );
        prop_oneof![
            one.prop_map(|(name, a)| match name {
                "-" => format!("(-{a})"),
                "npv8" => format!("npv({a}, 8 %)"),
                "prev" => format!("prev({a}, 1)"),
                name => format!("{name}({a})"),
            }),
            two.prop_map(|(name, a, b)| match name {
                "min" | "max" => format!("{name}({a}, {b})"),
                "<" | "<=" | "=" => format!("if({a} {name} {b}, 1, 0)"),
                name => format!("({a} {name} {b})"),
            }),
            (inner.clone(), inner.clone(), inner)
                .prop_map(|(a, b, c)| format!("if({a} < {b}, {c}, {a})")),
        ]
    })
}

fn scenario() -> impl Strategy<Value = Scenario> {
    let parameters =
        prop::collection::vec((figure(), prop::option::weighted(0.8, uncertainty())), 3);
    let row = prop::collection::vec(figure(), PERIODS as usize);
    let texts = prop::collection::vec(text(), 2);
    (parameters, row, texts, text()).prop_map(|(parameters, row, texts, outcome)| {
        let mut scenario = empty(PERIODS);
        for (number, (base, uncertainty)) in parameters.into_iter().enumerate() {
            let key = format!("p{number}");
            parameter(
                &mut scenario,
                &key,
                "",
                BaseValue::Number(base),
                uncertainty,
            );
        }
        line(&mut scenario, "row", "", Value::Series(row));
        for (number, text) in texts.iter().enumerate() {
            formula(
                &mut scenario,
                &format!("l{number}"),
                "",
                &format!("={text}"),
            );
        }
        let total = format!("=total({outcome})");
        formula(&mut scenario, "outcome", "", &total).output = Some(Direction::Gain);
        scenario
    })
}

fn settings(sampling: Sampling, keep: Keep) -> RunSettings {
    RunSettings {
        trials: 260,
        seed: 5,
        sampling,
        keep,
        ..RunSettings::default()
    }
}

/// Every figure of an output is finite, "never", or left out.
fn is_whole(output: &OutputResult) -> bool {
    let summary = &output.summary;
    let absent = &summary.absent;
    let counted = summary.valid + absent.undefined + absent.infinite + absent.never + absent.failed;
    let finite = |figure: Option<f64>| figure.is_none_or(f64::is_finite);
    let p = &summary.percentiles;
    let ordered = [p.p1, p.p5, p.p10, p.p25, p.p50, p.p75, p.p90, p.p95, p.p99];
    let ordered: Vec<f64> = ordered.into_iter().flatten().collect();
    counted == summary.trials
        && finite(summary.mean)
        && finite(summary.sd)
        && finite(summary.min)
        && finite(summary.max)
        && finite(summary.tail_mean_5)
        && ordered.iter().all(|figure| !figure.is_nan())
        && ordered.windows(2).all(|pair| pair[0] <= pair[1])
}

/// The lines that have a figure a period.
fn rows(program: &Program) -> Vec<String> {
    let lines = program.base_case().lines.into_iter();
    lines
        .filter(|line| matches!(line.values, LineValues::Series(_)))
        .map(|line| line.key)
        .collect()
}

fn run(program: &Program, sampling: Sampling, keep: Keep, bands: &[String]) -> Option<String> {
    let settings = RunSettings {
        bands: bands.to_vec(),
        ..settings(sampling, keep)
    };
    let threads = NonZeroUsize::new(2).unwrap();
    match simulate(program, &settings, threads, &RunControl::default()) {
        Ok((outcome, samples)) => {
            for output in &outcome.outputs {
                assert!(is_whole(output), "{:#?}", output.summary);
            }
            if keep == Keep::Samples {
                let (key, column) = &samples.columns[0];
                let again = replay(program, &settings, 259).unwrap();
                let again = again.table.line(key).unwrap().values.at(0);
                let (kept, again) = (column[259], again);
                assert!(kept.to_bits() == again.to_bits() || kept.is_nan() && again.is_nan());
            }
            for figures in outcome.bands.iter().flat_map(|band| &band.percentiles) {
                let ordered = figures[..5].windows(2).all(|pair| pair[0] <= pair[1]);
                assert!(ordered || figures.iter().all(|figure| figure.is_nan()));
            }
            outcome.samples_sha256
        }
        Err(RunError::Settings { .. }) => None,
        Err(other) => panic!("{other}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn what_validates_is_computed(scenario in scenario()) {
        let (issues, program) = check_and_compile(&scenario);
        prop_assert!(program.is_some() || !issues.is_empty());
        let Some(program) = program else { return Ok(()) };
        let base = program.base_case();
        prop_assert!(base.line("outcome").is_some());
        for sampling in [Sampling::LatinHypercube, Sampling::MonteCarlo, Sampling::Sobol] {
            run(&program, sampling, Keep::Samples, &[]);
        }
        // Whatever else is kept, the outputs have the same bits.
        let (sampling, all) = (Sampling::LatinHypercube, rows(&program));
        let alone = run(&program, sampling, Keep::Samples, &[]);
        prop_assert_eq!(alone, run(&program, sampling, Keep::Samples, &all));
        run(&program, sampling, Keep::Sketches, &all);
        for ends in [
            (Step::Percentile(0.1), Step::Percentile(0.9)),
            (Step::Change(-0.3), Step::Change(0.3)),
        ] {
            let own = tornado(&program, ends.0, ends.1).unwrap();
            prop_assert!(own.iter().flat_map(|own| &own.rows).all(|row| row.swing.is_none_or(f64::is_finite)));
            spider(&program, &[ends.0, ends.1]).unwrap();
        }
    }
}

/// The strategy above is worth something: most of what it makes is computed, not refused.
#[test]
fn most_scenarios_by_chance_are_computed() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let made = (0..200).map(|_| {
        let tree = scenario().new_tree(&mut runner).unwrap();
        check_and_compile(&tree.current()).1.is_some()
    });
    let computed = made.filter(|computed| *computed).count();
    assert!(computed >= 40, "{computed} of 200");
}
