//! Parameters that are drawn each period, paths and events, from a scenario to the figures of a run.
#![expect(
    clippy::unwrap_used,
    reason = "a test that unwraps says where it failed"
)]

mod program_support;

use std::num::NonZeroUsize;

use calminer_domain::{
    BaseValue, Correlation, Direction, Distribution, DistributionForm, Draw, Sampling, Scenario,
    Truncation, Uncertainty,
};
use calminer_engine::program::{Program, check, check_and_compile, compile};
use calminer_engine::result::{LineValues, RunOutcome, RunSettings, Samples};
use calminer_engine::run::{RunControl, replay, simulate};
use jiff::civil::date;
use program_support::{empty, figures, formula, issues, parameter};

const BROWNIAN: Distribution = Distribution::GeometricBrownian {
    drift: 0.02,
    volatility: 0.2,
};

const REVERTING: Distribution = Distribution::MeanReverting {
    speed: 0.5,
    volatility: 0.3,
};

/// Covariance of ln x at two times.
type Covariance<'a> = dyn Fn(f64, f64) -> f64 + 'a;

fn normal(mean: f64, sd: f64) -> Distribution {
    Distribution::Normal { mean, sd }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "a parameter's uncertainty is optional"
)]
fn once(form: DistributionForm, distribution: Distribution) -> Option<Uncertainty> {
    Some(Uncertainty::once(form, distribution))
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "a parameter's uncertainty is optional"
)]
fn each(form: DistributionForm, distribution: Distribution) -> Option<Uncertainty> {
    Some(Uncertainty {
        form,
        distribution,
        truncation: Truncation::default(),
        draw: Draw::EachPeriod,
    })
}

/// So many yearly periods from the valuation date on, without a line.
fn years(periods: u32) -> Scenario {
    let mut scenario = empty(periods);
    scenario.calendar.start_date = date(2026, 1, 1);
    scenario.calendar.valuation_date = date(2026, 1, 1);
    scenario.calendar.opening_period = false;
    scenario
}

fn output(scenario: &mut Scenario, key: &str, text: &str) {
    formula(scenario, key, "", text).output = Some(Direction::Gain);
}

fn settings(trials: u64, sampling: Sampling) -> RunSettings {
    RunSettings {
        trials,
        seed: 11,
        sampling,
        ..RunSettings::default()
    }
}

fn run(program: &Program, settings: &RunSettings, threads: usize) -> (RunOutcome, Samples) {
    let threads = NonZeroUsize::new(threads).unwrap();
    simulate(program, settings, threads, &RunControl::default()).unwrap()
}

fn column<'a>(samples: &'a Samples, key: &str) -> &'a [f64] {
    let found = samples.columns.iter().find(|(own, _)| own == key);
    &found.unwrap().1
}

/// Mean and variance with n - 1, and the standard error of each.
fn moments(values: &[f64]) -> [(f64, f64); 2] {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let central = |power| {
        values
            .iter()
            .fold(0.0, |sum, x| sum + libm::pow(x - mean, power))
            / n
    };
    let (variance, fourth) = (central(2.0), central(4.0));
    let of_variance = ((fourth - variance * variance) / n).sqrt();
    [
        (mean, (variance / n).sqrt()),
        (variance * n / (n - 1.0), of_variance),
    ]
}

fn agrees((found, error): (f64, f64), expected: f64, what: &str) {
    let distance = (found - expected).abs();
    assert!(
        distance < 4.0 * error,
        "{what}: {found} for {expected} ± {error}"
    );
}

/// Definitions, section 4: for ten equal flows at 8 % independent draws give 0.324 of the spread of one common draw:
/// sqrt(sum v^2k) / sum v^k with v = 1 / 1.08, k from 1 to 10.
#[test]
fn draws_of_each_period_cancel_out_over_ten_equal_flows() {
    let sd = |uncertainty: Option<Uncertainty>| {
        let mut scenario = years(10);
        parameter(
            &mut scenario,
            "flow",
            "",
            BaseValue::Number(120.0),
            uncertainty,
        );
        formula(&mut scenario, "cash", "", "=flow * (period > 0)");
        output(&mut scenario, "worth", "=npv(cash, 8 %)");
        let program = compile(&scenario).unwrap();
        let (_, samples) = run(&program, &settings(100_000, Sampling::MonteCarlo), 2);
        moments(column(&samples, "worth"))
    };
    let law = normal(1.0, 0.1);
    let factors: Vec<f64> = (1..=10).map(|k| libm::pow(1.08, -f64::from(k))).collect();
    let annuity: f64 = factors.iter().sum();
    let squares: f64 = factors.iter().map(|factor| factor * factor).sum();
    assert!((squares.sqrt() / annuity - 0.324).abs() < 5e-4);
    for (uncertainty, spread) in [
        (once(DistributionForm::Factor, law.clone()), annuity),
        (each(DistributionForm::Factor, law.clone()), squares.sqrt()),
        (
            each(DistributionForm::Absolute, normal(120.0, 12.0)),
            squares.sqrt(),
        ),
        (
            each(DistributionForm::PercentOfBase, normal(100.0, 10.0)),
            squares.sqrt(),
        ),
    ] {
        let [mean, variance] = sd(uncertainty);
        agrees(mean, 120.0 * annuity, "mean");
        agrees(variance, libm::pow(12.0 * spread, 2.0), "variance");
    }
}

/// Prices on a path: E x = e^(drift t) and var x = e^(2 drift t) (e^v - 1), v the variance of ln x; x of two dates
/// s < t have the covariance of their logarithms in place of v. Times count from the valuation date, half a year into
/// the second period.
#[test]
fn paths_have_the_moments_of_their_closed_forms() {
    let brownian = |s: f64, t: f64| 0.04 * s.min(t);
    let reverting =
        |s: f64, t: f64| 0.09 * (libm::exp(-0.5 * (t - s).abs()) - libm::exp(-0.5 * (t + s)));
    let cases: [(Distribution, f64, &Covariance<'_>); 2] =
        [(BROWNIAN, 0.02, &brownian), (REVERTING, 0.0, &reverting)];
    for (law, drift, covariance) in cases {
        let mut scenario = years(6);
        scenario.calendar.valuation_date = date(2027, 7, 1);
        let base = BaseValue::Series(vec![10.0, 20.0, 20.0, 30.0, 40.0, 50.0]);
        parameter(
            &mut scenario,
            "price",
            "",
            base,
            once(DistributionForm::Factor, law),
        );
        for period in 1..=6 {
            output(
                &mut scenario,
                &format!("p{period}"),
                &format!("=at(price, {period})"),
            );
        }
        output(&mut scenario, "product", "=at(price, 3) * at(price, 5)");
        let program = compile(&scenario).unwrap();
        let case = program.base_case();
        assert_eq!(figures(&case, "p5"), [40.0]);
        let (outcome, samples) = run(&program, &settings(200_000, Sampling::MonteCarlo), 2);
        // It ends before the valuation date.
        assert!(column(&samples, "p1").iter().all(|price| *price == 10.0));
        assert!(
            outcome
                .notices
                .iter()
                .any(|notice| notice.starts_with("p1 is the same"))
        );
        for (key, base, t) in [("p2", 20.0, 0.5), ("p3", 20.0, 1.5), ("p6", 50.0, 4.5)] {
            let [mean, variance] = moments(column(&samples, key));
            let expected = base * libm::exp(drift * t);
            agrees(mean, expected, key);
            agrees(
                variance,
                expected * expected * libm::expm1(covariance(t, t)),
                key,
            );
        }
        let [product, _] = moments(column(&samples, "product"));
        let expected = 800.0 * libm::exp(drift * 5.0 + covariance(1.5, 3.5));
        agrees(product, expected, "lag");
    }
}

#[test]
fn an_event_comes_with_its_probability_and_impact() {
    let mut scenario = years(1);
    let event = Distribution::Event {
        probability: 0.2,
        impact: Box::new(normal(50.0, 10.0)),
    };
    let uncertainty = once(DistributionForm::Absolute, event);
    parameter(
        &mut scenario,
        "delay",
        "",
        BaseValue::Number(0.0),
        uncertainty,
    );
    output(&mut scenario, "cost", "=delay");
    let program = compile(&scenario).unwrap();
    assert_eq!(figures(&program.base_case(), "cost"), [0.0]);
    let (_, samples) = run(&program, &settings(100_000, Sampling::MonteCarlo), 2);
    let [mean, variance] = moments(column(&samples, "cost"));
    agrees(mean, 10.0, "mean");
    // p (s^2 + m^2) - (p m)^2
    agrees(variance, 0.2 * (100.0 + 2_500.0) - 100.0, "variance");
}

/// A model with every kind of draw, each parameter with an output of its own, and pairs of both kinds.
fn all_kinds() -> Scenario {
    let mut scenario = years(4);
    let event = Distribution::Event {
        probability: 0.4,
        impact: Box::new(normal(5.0, 1.0)),
    };
    let rows = [
        ("a", once(DistributionForm::Factor, normal(1.0, 0.1))),
        ("b", each(DistributionForm::Factor, normal(1.0, 0.2))),
        ("c", once(DistributionForm::Factor, BROWNIAN)),
        ("d", once(DistributionForm::Absolute, event)),
        ("e", once(DistributionForm::Factor, REVERTING)),
        (
            "f",
            once(DistributionForm::PercentOfBase, normal(100.0, 5.0)),
        ),
    ];
    for (key, uncertainty) in rows {
        parameter(&mut scenario, key, "", BaseValue::Number(10.0), uncertainty);
        let value = if ["b", "c", "e"].contains(&key) {
            format!("=total({key} * period)")
        } else {
            format!("={key}")
        };
        output(&mut scenario, &format!("of_{key}"), &value);
    }
    pair(&mut scenario, 0, 5, 0.5);
    pair(&mut scenario, 1, 2, 0.6);
    scenario
}

fn pair(scenario: &mut Scenario, a: usize, b: usize, rho: f64) {
    let pair = Correlation {
        a: scenario.parameters[a].id,
        b: scenario.parameters[b].id,
        rho,
        source: String::new(),
    };
    scenario.correlations.push(pair);
}

/// RNG-01 with parameters of every kind.
#[test]
fn threads_change_no_bit_of_any_kind_and_a_replay_has_them() {
    let program = compile(&all_kinds()).unwrap();
    for sampling in [
        Sampling::LatinHypercube,
        Sampling::MonteCarlo,
        Sampling::Sobol,
    ] {
        let settings = settings(3_001, sampling);
        let (outcome, samples) = run(&program, &settings, 1);
        for threads in [2, 3, 8] {
            assert_eq!(run(&program, &settings, threads).0, outcome);
        }
        for trial in [0, 1_024, 3_000] {
            let again = replay(&program, &settings, trial).unwrap();
            for (key, column) in &samples.columns {
                let figure = again.table.line(key).unwrap().values.at(0);
                assert_eq!(figure.to_bits(), column[trial as usize].to_bits(), "{key}");
            }
            let drawn = |key: &str| &again.inputs.iter().find(|own| own.0 == key).unwrap().1;
            assert!(matches!(drawn("a"), LineValues::Scalar(_)));
            let LineValues::Series(path) = drawn("c") else {
                panic!("one figure a period");
            };
            let total: f64 = (1..).zip(path).map(|(k, x)| 10.0 * x * f64::from(k)).sum();
            let figure = again.table.line("of_c").unwrap().values.at(0);
            assert!((figure - total).abs() < 1e-11 * total);
            let explained = program
                .explain_in((&again.table, &again.inputs), "c", 2)
                .unwrap();
            assert_eq!(explained.value, Some(10.0 * path[2]));
            assert_eq!(explained.period.as_deref(), Some("3"));
        }
    }
}

#[test]
fn one_rank_correlation_a_parameter_and_achieved_pairs_of_periods() {
    let program = compile(&all_kinds()).unwrap();
    let (outcome, _) = run(&program, &settings(40_000, Sampling::LatinHypercube), 2);
    let of_b = outcome.output("of_b").unwrap();
    let keys: Vec<&str> = of_b.spearman.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["a", "b", "c", "d", "e", "f"]);
    // sum k z_k and the mean of z_k over 4 periods: r = 10 / sqrt(4 x 30), Spearman 6 / pi asin(r / 2).
    let expected = 6.0 / std::f64::consts::PI * libm::asin(0.5 * 10.0 / libm::sqrt(120.0));
    let found = of_b.spearman[1].1.unwrap();
    assert!((found - expected).abs() < 0.01, "{found} for {expected}");
    for ((_, _, asked, achieved), expected) in outcome.correlations.iter().zip([0.5, 0.6]) {
        assert_eq!(*asked, expected);
        assert!((achieved.unwrap() - expected).abs() < 0.02, "{achieved:?}");
    }
}

/// RNG-03, and definitions, section 5, "What stays bit for bit".
#[test]
fn changes_elsewhere_leave_every_bit() {
    for sampling in [
        Sampling::LatinHypercube,
        Sampling::MonteCarlo,
        Sampling::Sobol,
    ] {
        let settings = settings(600, sampling);
        let samples = |scenario: &Scenario| run(&compile(scenario).unwrap(), &settings, 1).1;
        let base = samples(&all_kinds());
        let same = |scenario: &Scenario, but: &[&str]| {
            let other = samples(scenario);
            for (key, column) in &base.columns {
                let other = other.columns.iter().find(|(own, _)| own == key);
                let Some((_, found)) = other else { continue };
                let is_same = column
                    .iter()
                    .map(|x| x.to_bits())
                    .eq(found.iter().map(|x| x.to_bits()));
                assert_eq!(is_same, !but.contains(&key.as_str()), "{key}");
            }
        };
        // One more, used by nothing.
        let mut changed = all_kinds();
        let uncertainty = each(DistributionForm::Factor, normal(1.0, 0.1));
        parameter(
            &mut changed,
            "more",
            "",
            BaseValue::Number(1.0),
            uncertainty,
        );
        same(&changed, &[]);
        // One taken away, with its line.
        changed.parameters.remove(3);
        changed.lines.retain(|line| line.key != "of_d");
        same(&changed, &[]);
        // Another order, another name, other labels of the periods.
        changed.parameters.reverse();
        changed.lines.reverse();
        changed.calendar.first_label = -3;
        for parameter in &mut changed.parameters {
            parameter.label = format!("Name of {}", parameter.key);
        }
        same(&changed, &[]);
        // Another distribution of a member: what follows it keeps its scores.
        let mut changed = all_kinds();
        changed.parameters[1].uncertainty = each(DistributionForm::Factor, normal(1.0, 0.3));
        same(&changed, &["of_b"]);
        // A changed pair, and a new one: the later member of each follows.
        let mut changed = all_kinds();
        changed.correlations[0].rho = 0.4;
        pair(&mut changed, 2, 4, 0.3);
        same(&changed, &["of_e", "of_f"]);
        // Longer calendars leave the periods that were there.
        let mut longer = all_kinds();
        longer.calendar.periods = 6;
        for line in &mut longer.lines {
            if let calminer_domain::Value::Formula(text) = &mut line.value {
                *text = text.replace("* period)", "* period * (period <= 4))");
            }
        }
        same(&longer, &[]);
    }
}

#[test]
fn parameters_of_each_period_are_rows() {
    let mut scenario = years(3);
    let base = BaseValue::Series(vec![1.0, 2.0, 4.0]);
    let uncertainty = each(DistributionForm::Absolute, normal(2.0, 0.5));
    parameter(&mut scenario, "grade", "%", base, uncertainty);
    output(&mut scenario, "grades", "=total(grade)");
    let program = compile(&scenario).unwrap();
    assert_eq!(program.base_draws(), [1.0, 2.0, 4.0]);
    assert_eq!(program.inputs()[0].columns, 0..3);
    let case = program.base_case();
    assert!((figures(&case, "grades")[0] - 0.07).abs() < 1e-16);
    output(&mut scenario, "wrong", "=grade");
    assert_eq!(issues(&scenario)[0].0, "kind_mismatch");
}

/// What refuses a run leaves the base case, where a parameter that is drawn each period still is a row.
#[test]
fn the_base_case_goes_on_without_draws() {
    let mut scenario = all_kinds();
    scenario.correlations[0].b = scenario.parameters[1].id;
    let (found, program) = check_and_compile(&scenario);
    let refused = found.iter().find(|issue| issue.blocks()).unwrap();
    assert!(
        refused
            .to_string()
            .starts_with("correlations.a.b: b is drawn each period and a once")
    );
    assert_eq!(figures(&program.unwrap().base_case(), "of_b"), [100.0]);
    assert!(compile(&scenario).is_err());
}

#[test]
fn parameters_without_effect_and_outputs_without_spread_are_named() {
    let mut scenario = all_kinds();
    assert!(
        check(&scenario)
            .iter()
            .all(|issue| issue.code != "no_effect")
    );
    let uncertainty = once(DistributionForm::Factor, normal(1.0, 0.1));
    parameter(
        &mut scenario,
        "idle",
        "",
        BaseValue::Number(1.0),
        uncertainty,
    );
    formula(&mut scenario, "unseen", "", "=idle");
    output(&mut scenario, "flat", "=2 + 0 * a");
    let found = check(&scenario);
    let idle: Vec<String> = found
        .iter()
        .filter(|issue| issue.code == "no_effect" && !issue.blocks())
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        idle,
        [
            "parameters.idle.distribution: idle has a distribution, but no output is made of it: its draws change no \
             result"
        ]
    );
    let program = compile(&scenario).unwrap();
    let (outcome, _) = run(&program, &settings(500, Sampling::LatinHypercube), 1);
    assert_eq!(
        outcome.notices,
        [
            "flat is the same in every trial: nothing uncertain moves it, so its correlations are n/a"
        ]
    );
    let flat = outcome.output("flat").unwrap();
    assert!(flat.spearman.iter().all(|(_, rho)| rho.is_none()));
}
