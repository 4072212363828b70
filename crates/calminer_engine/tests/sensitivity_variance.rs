//! Variance-based analysis of scenarios whose exact indices are known, and what it refuses.

#![expect(
    clippy::unwrap_used,
    reason = "a test that unwraps says where it failed"
)]

mod program_support;

use std::num::NonZeroUsize;

use calminer_domain::{
    BaseValue, Correlation, Direction, Distribution, DistributionForm, Draw, Scenario, Uncertainty,
};
use calminer_engine::program::compile;
use calminer_engine::run::{RunControl, RunError};
use calminer_engine::sensitivity::{
    Estimate, GroupShare, InputGroup, OutputVariance, VarianceAnalysis, VarianceKind,
    VarianceMethod, VarianceSettings, planned_evaluations, variance_analysis,
};
use program_support::{empty, formula, parameter, ref20};

fn settings(samples: u64) -> VarianceSettings {
    VarianceSettings {
        samples,
        seed: 11,
        replicates: None,
        groups: Vec::new(),
        repair_correlations: false,
    }
}

fn analysis(
    scenario: &Scenario,
    settings: &VarianceSettings,
    method: VarianceMethod,
) -> Result<VarianceAnalysis, RunError> {
    let program = compile(scenario).unwrap_or_else(|issues| panic!("{issues:#?}"));
    let how = (NonZeroUsize::MIN, &RunControl::default());
    variance_analysis(&program, settings, method, how)
}

/// Adds an input with a base of 1.
fn uncertain(scenario: &mut Scenario, key: &str, distribution: Distribution) {
    let form = DistributionForm::Absolute;
    let uncertainty = Some(Uncertainty::once(form, distribution));
    parameter(scenario, key, "", BaseValue::Number(1.0), uncertainty);
}

fn output(scenario: &mut Scenario, key: &str, text: &str) {
    formula(scenario, key, "", text).output = Some(Direction::Gain);
}

fn correlate(scenario: &mut Scenario, a: usize, b: usize, rho: f64) {
    scenario.correlations.push(Correlation {
        a: scenario.parameters[a].id,
        b: scenario.parameters[b].id,
        rho,
        source: String::new(),
    });
}

fn of<'a>(analysis: &'a VarianceAnalysis, key: &str) -> &'a OutputVariance {
    analysis.outputs.iter().find(|one| one.key == key).unwrap()
}

fn share<'a>(output: &'a OutputVariance, name: &str) -> &'a GroupShare {
    output
        .groups
        .iter()
        .find(|group| group.name == name)
        .unwrap()
}

fn near(found: Option<Estimate>, exact: f64, tolerance: f64) {
    let found = found.unwrap();
    let half = found.interval.unwrap().half_width();
    let off = (found.value - exact).abs();
    assert!(
        off < tolerance && off <= 2.0 * half + 1e-12,
        "{found:?} is not {exact}"
    );
}

const UNIT: Distribution = Distribution::Uniform { min: 0.0, max: 1.0 };

/// Three outputs at once: a sum of a normal and a uniform (variances 4 and 9/12), a product of two uniforms with mean
/// 1/2 (first order 3/7, total 4/7), and one that no input moves.
#[test]
fn indices_of_a_scenario() {
    let mut scenario = empty(2);
    let two = Distribution::Normal { mean: 5.0, sd: 2.0 };
    uncertain(&mut scenario, "n", two);
    uncertain(&mut scenario, "u", UNIT);
    uncertain(&mut scenario, "v", UNIT);
    let fixed = Distribution::Normal {
        mean: 192.53,
        sd: 0.0,
    };
    uncertain(&mut scenario, "fixed", fixed);
    output(&mut scenario, "added", "=1e9 + n + 3 * u + fixed");
    output(&mut scenario, "product", "=u * v");
    output(&mut scenario, "constant", "=192.53");
    let found = analysis(&scenario, &settings(40_000), VarianceMethod::Valid).unwrap();
    assert_eq!(found.kind, VarianceKind::SobolIndices);
    assert_eq!((found.evaluations, found.replicates), (5 * 40_000, 20));
    assert_eq!(found.reason, None);
    let sum = of(&found, "added");
    for (name, exact) in [("n", 4.0 / 4.75), ("u", 0.75 / 4.75), ("v", 0.0)] {
        near(share(sum, name).first, exact, 0.012);
        near(share(sum, name).total, exact, 0.012);
    }
    assert!((sum.sd.unwrap() - 4.75_f64.sqrt()).abs() < 0.01);
    assert!((sum.mean.unwrap() - (1e9 + 5.0 + 1.5 + 192.53)).abs() < 0.02);
    assert_eq!((sum.samples, sum.left_out), (40_000, 0));
    let product = of(&found, "product");
    for name in ["u", "v"] {
        near(share(product, name).first, 3.0 / 7.0, 0.02);
        near(share(product, name).total, 4.0 / 7.0, 0.02);
    }
    for output in [sum, product] {
        let last = output.groups.last().unwrap();
        assert_eq!((last.name.as_str(), last.size()), ("fixed", None));
    }
    // COR-04: an output that does not vary has no index, and a file no NaN.
    let constant = of(&found, "constant");
    assert_eq!((constant.sd, constant.mean), (None, None));
    assert!(constant.groups.iter().all(|group| group.size().is_none()));
    let text = serde_json::to_string(&found).unwrap();
    assert!(!text.contains("NaN"), "{text}");
    assert_eq!(
        serde_json::from_str::<VarianceAnalysis>(&text).unwrap(),
        found
    );
}

/// Y = X1 + X2 + X3 with standard deviations 1, 1, 2 and a rank correlation of 0.5 between the last two: shares by
/// enumerating E Var(Y | the others) of the normal model with numpy.
#[test]
fn correlated_inputs_get_shapley_effects() {
    let mut scenario = empty(2);
    for (key, sd) in [("one", 1.0), ("two", 1.0), ("three", 2.0)] {
        uncertain(&mut scenario, key, Distribution::Normal { mean: 9.0, sd });
    }
    correlate(&mut scenario, 1, 2, 0.5);
    output(&mut scenario, "y", "=one + two + three");
    let settings = settings(30_000);
    let found = analysis(&scenario, &settings, VarianceMethod::Valid).unwrap();
    assert_eq!(found.kind, VarianceKind::ShapleyAllSets);
    assert!(found.reason.as_ref().unwrap().contains("correlated"));
    assert_eq!(found.evaluations, 8 * 30_000);
    let y = of(&found, "y");
    let names: Vec<&str> = y.groups.iter().map(|group| group.name.as_str()).collect();
    assert_eq!(names, ["three", "two", "one"]);
    for (name, exact) in [
        ("one", 0.123_907_26),
        ("two", 0.301_986_76),
        ("three", 0.574_105_98),
    ] {
        near(share(y, name).shapley, exact, 0.015);
        assert_eq!(share(y, name).first, None);
    }
    let refusal = analysis(&scenario, &settings, VarianceMethod::Sobol).unwrap_err();
    let RunError::Settings { field, message } = refusal else {
        panic!("{refusal}")
    };
    assert_eq!(field, "correlations");
    assert!(message.contains("Shapley"));
    // The two that depend on each other as one group: the rest is independent of it.
    let mut grouped = settings;
    grouped.groups = vec![InputGroup {
        name: "pair".to_owned(),
        members: vec![scenario.parameters[2].id, scenario.parameters[1].id],
    }];
    let found = analysis(&scenario, &grouped, VarianceMethod::Valid).unwrap();
    assert_eq!(found.kind, VarianceKind::SobolIndices);
    let y = of(&found, "y");
    let exact = 1.0 - 1.0 / 8.070_552_360_820_166;
    near(share(y, "pair").first, exact, 0.015);
    near(share(y, "pair").total, exact, 0.015);
    assert_eq!(share(y, "pair").members, ["two", "three"]);
}

/// Ten inputs are too many for all sets: a sum with variances 1, 4, 9 ... has their shares.
#[test]
fn many_inputs_follow_random_orders() {
    let mut scenario = empty(2);
    let keys: Vec<String> = (1..=10).map(|k| format!("x{k}")).collect();
    for (key, sd) in keys.iter().zip(1..) {
        let distribution = Distribution::Normal {
            mean: 0.0,
            sd: f64::from(sd),
        };
        uncertain(&mut scenario, key, distribution);
    }
    output(&mut scenario, "y", &format!("={}", keys.join(" + ")));
    let settings = settings(40_000);
    let found = analysis(&scenario, &settings, VarianceMethod::Shapley).unwrap();
    assert_eq!(found.kind, VarianceKind::ShapleyRandomOrders);
    assert_eq!(found.evaluations, 11 * 40_000);
    let y = of(&found, "y");
    let mut sum = 0.0;
    for (key, sd) in keys.iter().zip(1..) {
        let exact = f64::from(sd * sd) / 385.0;
        near(share(y, key).shapley, exact, 0.015);
        sum += share(y, key).shapley.unwrap().value;
    }
    assert!((sum - 1.0).abs() < 1e-12);
}

#[test]
fn threads_change_no_bit_of_ref20() {
    let program = compile(&ref20()).unwrap();
    let settings = settings(3_000);
    let run = |threads: usize| {
        let threads = NonZeroUsize::new(threads).unwrap();
        let control = RunControl::default();
        let method = VarianceMethod::Valid;
        let found = variance_analysis(&program, &settings, method, (threads, &control)).unwrap();
        assert_eq!(
            control.done.load(std::sync::atomic::Ordering::Relaxed),
            3_000
        );
        found
    };
    let one = run(1);
    assert_eq!(one.kind, VarianceKind::ShapleyRandomOrders);
    assert_eq!(of(&one, "npv").groups[0].members, ["cu_price"]);
    // Some trials of REF20 have no rate of return.
    let irr = of(&one, "irr");
    assert!(irr.left_out > 0 && irr.samples + irr.left_out == 3_000);
    for threads in [2, 3] {
        assert_eq!(run(threads), one);
    }
    let planned = planned_evaluations(&program, &settings, VarianceMethod::Valid);
    assert_eq!(planned, Ok((21 * 3_000, VarianceKind::ShapleyRandomOrders)));
}

#[test]
fn what_cannot_be_asked_is_said() {
    let mut scenario = empty(2);
    uncertain(&mut scenario, "a", UNIT);
    uncertain(&mut scenario, "b", UNIT);
    parameter(&mut scenario, "c", "", BaseValue::Number(1.0), None);
    output(&mut scenario, "y", "=a + b + c");
    let id = |place: usize| scenario.parameters[place].id;
    let refused =
        |settings: &VarianceSettings| match analysis(&scenario, settings, VarianceMethod::Valid)
            .unwrap_err()
        {
            RunError::Settings { field, message } => (field, message),
            other => panic!("{other}"),
        };
    let group = |name: &str, members: &[usize]| InputGroup {
        name: name.to_owned(),
        members: members.iter().map(|place| id(*place)).collect(),
    };
    let grouped = |groups: Vec<InputGroup>| {
        let mut settings = settings(1_000);
        settings.groups = groups;
        refused(&settings)
    };
    let (field, message) = grouped(vec![group("costs", &[2])]);
    assert!(field == "groups" && message.contains("no distribution"));
    let (field, message) = grouped(vec![group("one", &[0]), group("two", &[1, 0])]);
    assert!(field == "groups" && message.starts_with("a stands twice"));
    let (field, message) = grouped(vec![group("empty", &[])]);
    assert!(field == "groups" && message.contains("no input"));
    assert_eq!(refused(&settings(1)).0, "samples");
    let mut odd = settings(1_000);
    odd.seed = 1 << 53;
    assert_eq!(refused(&odd).0, "seed");
    odd.seed = 1;
    odd.replicates = Some(2_000);
    assert_eq!(refused(&odd).0, "replicates");
    let mut certain = scenario.clone();
    certain
        .parameters
        .iter_mut()
        .for_each(|row| row.uncertainty = None);
    let found = analysis(&certain, &settings(100), VarianceMethod::Valid);
    assert!(matches!(
        found,
        Err(RunError::Settings {
            field: "inputs",
            ..
        })
    ));
}

/// All draws of an input that is drawn each period count to it: over four periods the sum of `n` has four times its
/// variance. So it is for Shapley effects beside a correlated pair.
#[test]
fn draws_of_each_period_are_one_input() {
    let mut scenario = empty(4);
    let normal = |sd| Distribution::Normal { mean: 5.0, sd };
    uncertain(&mut scenario, "n", normal(1.0));
    scenario.parameters[0].uncertainty.as_mut().unwrap().draw = Draw::EachPeriod;
    uncertain(&mut scenario, "m", normal(2.0));
    output(&mut scenario, "added", "=total(n) + m");
    let found = analysis(&scenario, &settings(40_000), VarianceMethod::Valid).unwrap();
    assert_eq!(found.kind, VarianceKind::SobolIndices);
    for name in ["n", "m"] {
        near(share(of(&found, "added"), name).first, 0.5, 0.012);
        near(share(of(&found, "added"), name).total, 0.5, 0.012);
    }
    uncertain(&mut scenario, "k", normal(2.0));
    scenario.lines.clear();
    output(&mut scenario, "added", "=total(n) + m + k");
    correlate(&mut scenario, 1, 2, 0.5);
    let found = analysis(&scenario, &settings(20_000), VarianceMethod::Valid).unwrap();
    assert_eq!(found.kind, VarianceKind::ShapleyAllSets);
    // Of two normals with score correlation r and equal parts each has half of what they have together.
    // r = 2 sin(pi / 12).
    let r = 0.517_638_090_205_041_5;
    let pair = 8.0 + 8.0 * r;
    for (name, exact) in [("n", 4.0), ("m", pair / 2.0), ("k", pair / 2.0)] {
        let effect = share(of(&found, "added"), name).shapley;
        near(effect, exact / (4.0 + pair), 0.02);
    }
}
