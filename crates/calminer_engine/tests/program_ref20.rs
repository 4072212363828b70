//! REF20 as an ordinary scenario file: base case, issues of a broken copy, distribution, bit identity.

#![expect(
    clippy::unwrap_used,
    reason = "a test that unwraps says where it failed"
)]

mod program_support;

use std::num::NonZeroUsize;

use calminer_domain::{BaseValue, Sampling, Scenario, Value};
use calminer_engine::program::{check, compile};
use calminer_engine::result::{LineValues, RunOutcome, RunSettings};
use calminer_engine::run::{RunControl, simulate};
use program_support::{case, figures, ref20};

const FLOWS: [f64; 23] = [
    -920.0,
    -1380.0,
    212.299_722,
    385.385_577,
    446.062_45,
    447.504_154,
    438.453_834,
    429.561_769,
    420.825_585,
    412.242_944,
    403.811_542,
    395.529_111,
    316.893_417,
    307.402_258,
    298.053_467,
    288.844_907,
    279.774_476,
    270.840_102,
    262.039_743,
    253.371_389,
    244.833_061,
    303.922_807,
    -98.845_736,
];

fn close(actual: f64, expected: f64) {
    assert!(
        (actual - expected).abs() <= 1e-9 * expected.abs(),
        "{actual} is not {expected}"
    );
}

#[test]
fn the_base_case_is_the_reference() {
    let scenario = ref20();
    assert_eq!(check(&scenario), []);
    let case = compile(&scenario).unwrap().base_case();
    let metrics = &case.metrics;
    close(metrics.npv.unwrap(), 967.668_895_733_603e6);
    close(
        metrics.irr.as_ref().unwrap().headline.unwrap(),
        0.139_091_948_015_41,
    );
    close(metrics.payback.unwrap().years.unwrap(), 7.862_027_978_206);
    close(
        metrics.aisc.as_ref().unwrap().value.unwrap(),
        1.819_281_007_309,
    );
    assert_eq!(metrics.aisc.as_ref().unwrap().unit, "USD/lb");
    let LineValues::Series(net) = &case.line("net").unwrap().values else {
        panic!("a row")
    };
    for (actual, printed) in net.iter().zip(FLOWS) {
        assert!(
            (actual / 1e6 - printed).abs() < 5.1e-7,
            "{actual} is not {printed}"
        );
    }
    let working_capital = case.line("wc").unwrap().total.unwrap();
    assert!(working_capital.abs() < 1e-6, "{working_capital} USD");
    assert_eq!(case.absent, []);
}

fn run(scenario: &Scenario, trials: u64, sampling: Sampling) -> RunOutcome {
    let settings = RunSettings {
        trials,
        seed: 11,
        sampling,
        replicates: None,
        ..RunSettings::default()
    };
    let threads = NonZeroUsize::new(2).unwrap();
    simulate(
        &compile(scenario).unwrap(),
        &settings,
        threads,
        &RunControl::default(),
    )
    .unwrap()
    .0
}

fn near(what: &str, actual: f64, expected: f64, tolerance: f64) {
    assert!(
        (actual - expected).abs() <= tolerance,
        "{what}: {actual} is not {expected} within {tolerance}"
    );
}

/// The reference figures with the tolerances of 1,000,000 plain trials, widened for 100,000.
#[test]
fn the_distribution_is_the_reference() {
    let outcome = run(&ref20(), 100_000, Sampling::MonteCarlo);
    let npv = &outcome.output("npv").unwrap().summary;
    let irr = &outcome.output("irr").unwrap().summary;
    let money = |figure: Option<f64>| figure.unwrap() / 1e6;
    let absent = irr.absent.undefined as f64 / 1e5;
    let loss = npv.probability_below_zero.unwrap();
    let rows = [
        ("mean", money(npv.mean), 686.39, 4.0),
        ("sd", money(npv.sd), 1_007.77, 4.0),
        ("P5", money(npv.percentiles.p5), -812.2, 9.0),
        ("P50", money(npv.percentiles.p50), 610.4, 6.0),
        ("P95", money(npv.percentiles.p95), 2_457.4, 12.0),
        ("tail mean", money(npv.tail_mean_5), -1_173.0, 12.0),
        ("loss", loss, 0.255, 0.002),
        ("IRR mean", irr.mean.unwrap(), 0.1174, 0.0005),
        ("IRR P10", irr.percentiles.p10.unwrap(), 0.0445, 0.0005),
        ("IRR P50", irr.percentiles.p50.unwrap(), 0.1181, 0.0005),
        ("IRR P90", irr.percentiles.p90.unwrap(), 0.1898, 0.0005),
        ("no IRR", absent, 0.0095, 0.0004),
    ];
    for (what, actual, expected, tolerance) in rows {
        near(what, actual, expected, tolerance * 10_f64.sqrt());
    }
}

#[test]
fn rank_correlations_bands_and_causes_are_the_reference() {
    let outcome = run(&ref20(), 100_000, Sampling::MonteCarlo);
    let tolerance = 0.004 * 10_f64.sqrt();
    let expected = [
        ("cu_price", 0.832),
        ("au_price", 0.470),
        ("cu_grade", 0.356),
        ("au_grade", 0.245),
        ("grade_decl", -0.180),
        ("cu_rec", 0.161),
        ("capex", -0.161),
    ];
    let found = &outcome.output("npv").unwrap().spearman;
    for (key, rho) in expected {
        let (_, achieved) = found.iter().find(|(input, _)| input == key).unwrap();
        near(key, achieved.unwrap(), rho, tolerance);
    }
    assert_eq!(outcome.correlations.len(), 4);
    for (a, b, requested, achieved) in &outcome.correlations {
        near(
            &format!("{a} and {b}"),
            achieved.unwrap(),
            *requested,
            tolerance,
        );
    }
    let band = &outcome.bands[0];
    assert_eq!((band.key.as_str(), band.percentiles.len()), ("net", 23));
    assert!(band.percentiles.iter().all(|row| row[..5].is_sorted()));
    let cause = outcome.output("irr").unwrap().first_cause.as_ref();
    assert_eq!(cause.unwrap().line, "irr");
}

#[test]
fn a_hypercube_run_has_the_same_distribution() {
    let outcome = run(&ref20(), 20_000, Sampling::LatinHypercube);
    let npv = &outcome.output("npv").unwrap().summary;
    near("mean", npv.mean.unwrap() / 1e6, 686.4, 6.0);
    near("sd", npv.sd.unwrap() / 1e6, 1_007.8, 30.0);
    assert_eq!(outcome.replicates, 20);
}

#[test]
fn outputs_of_the_run_are_lines_of_the_base_case() {
    let scenario = ref20();
    let outcome = run(&scenario, 500, Sampling::MonteCarlo);
    let case = case(&scenario);
    let keys: Vec<&str> = outcome
        .outputs
        .iter()
        .map(|output| output.key.as_str())
        .collect();
    assert_eq!(keys, ["aisc", "irr", "npv", "payback"]);
    for output in &outcome.outputs {
        // The reduced program of a run against the whole one of the base case.
        assert_eq!(
            output.base.to_bits(),
            figures(&case, &output.key)[0].to_bits(),
            "{}",
            output.key
        );
    }
}

fn npv_with(scenario: &Scenario, key: &str, factor: f64) -> f64 {
    let mut changed = scenario.clone();
    let row = changed
        .parameters
        .iter_mut()
        .find(|row| row.key == key)
        .unwrap();
    if let BaseValue::Number(figure) = &mut row.base {
        *figure *= factor;
    }
    figures(&case(&changed), "npv")[0]
}

/// The present value of a row, with a share of each figure.
fn present(row: &[f64], share: f64) -> f64 {
    let years = (1_u32..).map(f64::from);
    row.iter()
        .zip(years)
        .map(|(figure, years)| figure * share / libm::pow(1.08, years))
        .sum()
}

/// Taxable income is above 0 in every operating year, before and after, so the value is linear in a cost.
#[test]
fn ten_percent_on_a_cost_moves_the_value_as_its_formula_says() {
    let scenario = ref20();
    let base = case(&scenario);
    let npv = figures(&base, "npv")[0];
    assert!(
        figures(&base, "d")[2..22]
            .iter()
            .all(|income| *income > 55e6)
    );
    let mut administration = vec![0.0; 23];
    administration[2..22].fill(55e6);
    close(
        npv_with(&scenario, "ga_cost", 1.1) - npv,
        -0.1 * present(&administration, 0.7),
    );
    let spent = present(&figures(&base, "capital"), 1.0);
    let relief = present(&figures(&base, "dep_i"), 0.3);
    close(
        npv_with(&scenario, "capex", 1.1) - npv,
        0.1 * (relief - spent),
    );
    let sustaining = present(&figures(&base, "sust"), 1.0);
    let relief = present(&figures(&base, "dep_s"), 0.3);
    close(
        npv_with(&scenario, "sust_capex", 1.1) - npv,
        0.1 * (relief - sustaining),
    );
}

#[test]
fn ten_percent_on_any_input_moves_the_value_the_right_way() {
    let scenario = ref20();
    let npv = figures(&case(&scenario), "npv")[0];
    let up = "cu_price au_price cu_grade au_grade cu_rec au_rec throughput";
    let down = "grade_decl strip mining_cost proc_cost ga_cost fuel_price fuel_cons power_price power_cons capex sust_capex tc";
    for key in up.split(' ') {
        assert!(npv_with(&scenario, key, 1.1) > npv, "{key}");
    }
    for key in down.split(' ') {
        assert!(npv_with(&scenario, key, 1.1) < npv, "{key}");
    }
    // A slow ramp-up is the next case of the table; a case and a tenth is the same case.
    assert_eq!(npv_with(&scenario, "ramp_case", 1.1), npv);
    assert!(npv_with(&scenario, "ramp_case", 2.0) < npv);
}

#[test]
fn typed_figures_in_the_place_of_a_formula_give_the_same_bits() {
    let scenario = ref20();
    let base = case(&scenario);
    for key in ["ore", "capital", "sust"] {
        let mut typed = scenario.clone();
        let line = typed.lines.iter_mut().find(|line| line.key == key).unwrap();
        let unit = if line.unit == "MUSD" { 1e6 } else { 1.0 };
        line.value = Value::Series(
            figures(&base, key)
                .iter()
                .map(|figure| figure / unit)
                .collect(),
        );
        let npv = figures(&case(&typed), "npv")[0];
        close(npv, figures(&base, "npv")[0]);
    }
}
