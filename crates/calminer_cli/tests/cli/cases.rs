//! Inputs that broke other tools, end to end: figures typed as an empirical sample, read back from the command line.
//!
//! A stratified run of as many trials as the sample has values draws each value once, so that the results of the run are
//! the list itself. The right answers are those of the collected cases, whose ids stand at the tests.

use std::path::PathBuf;

use calminer_domain::{
    BaseValue, Distribution, DistributionForm, Draw, Scenario, Truncation, Uncertainty, Value,
};
use serde_json::Value as Json;

use crate::simulate::column;
use crate::{User, case, figure, sample, scenario};

/// An identity that no sample has.
fn identity<T: std::str::FromStr>() -> T {
    let text = "0198f0ff-0000-7000-8000-0000000000c0";
    text.parse().ok().expect("an identity")
}

/// A scenario whose output `npv` is a formula of the parameter `price`, drawn from the list.
fn listed(values: &[f64], formula: &str) -> Scenario {
    let mut own = scenario(&case("linear_npv_normal.calminer.json"));
    own.parameters[0].uncertainty = Some(Uncertainty::once(
        DistributionForm::Absolute,
        Distribution::Empirical {
            values: values.to_vec(),
        },
    ));
    // Without a cash flow by its role there is no output beside this one.
    for line in &mut own.lines {
        line.role = None;
    }
    let line = own.lines.iter_mut().find(|line| line.key == "npv");
    let line = line.expect("an output");
    line.unit = String::new();
    line.value = Value::Formula(formula.replace("price", "(price / 1 [USD/t])"));
    own
}

/// The run of a list, and where its scenario is.
fn run_of(user: &User, values: &[f64], formula: &str) -> (Json, PathBuf, String) {
    let path = user.write("listed.calminer", &listed(values, formula));
    let flags = format!("--trials {} --seed 5 --replicates 1", values.len());
    let json = user
        .on("simulate", &path, &format!("{flags} --json"))
        .done();
    (json["outputs"]["npv"].clone(), path, flags)
}

fn close(found: &Json, expected: f64) {
    let found = figure(found);
    let allowed = 1e-12 * expected.abs().max(1.0);
    assert!((found - expected).abs() <= allowed, "{found}, {expected}");
}

/// STA-01: one definition of a percentile, the linear one, in the table and the value at risk.
#[test]
fn percentiles_are_linear() {
    let user = User::new();
    let (npv, path, flags) = run_of(&user, &[0.34, 0.24, 0.11, 0.21, 0.33], "=price");
    for (percentile, expected) in [("10", 0.15), ("50", 0.24), ("90", 0.336)] {
        close(&npv["percentiles"][percentile], expected);
    }
    close(
        &npv["percentiles"]["5"],
        -figure(&npv["value_at_risk_95"]["against_zero"]),
    );
    let text = user.on("simulate", &path, &flags).out;
    let median = text.lines().find(|line| line.starts_with("P50 (median)"));
    assert!(median.is_some_and(|line| line.contains("0.24")), "{text}");
}

/// STA-02: of one result all figures exist but the standard deviation.
#[test]
fn one_trial_has_all_figures_but_a_deviation() {
    let user = User::new();
    let (npv, path, flags) = run_of(&user, &[42.0], "=price");
    for place in ["mean", "min", "max", "tail_mean_5"] {
        assert_eq!(figure(&npv[place]), 42.0, "{place}");
    }
    for percentile in ["1", "5", "50", "99"] {
        assert_eq!(figure(&npv["percentiles"][percentile]), 42.0);
    }
    assert!(npv["sd"].is_null());
    let text = user.on("simulate", &path, &flags).out;
    let bars = text.lines().filter(|line| line.contains("|#")).count();
    assert_eq!(bars, 1, "{text}");
}

/// STA-03: a mean of exactly 0 is a mean.
#[test]
fn a_mean_of_zero_is_no_missing_figure() {
    let (npv, ..) = run_of(&User::new(), &[-1.0, 0.0, 1.0], "=price");
    assert_eq!(figure(&npv["mean"]), 0.0);
    assert_eq!(figure(&npv["percentiles"]["50"]), 0.0);
    assert_eq!((figure(&npv["min"]), figure(&npv["max"])), (-1.0, 1.0));
    close(&npv["sd"], 1.0);
}

/// STA-05: large results with a small spread keep it.
#[test]
fn the_spread_of_large_results_does_not_cancel() {
    let values = [4.0, 7.0, 13.0, 16.0].map(|small| 1e9 + small);
    let (npv, ..) = run_of(&User::new(), &values, "=price");
    // The variance is 30.
    assert!((figure(&npv["sd"]) - 5.477_225_575_051_661).abs() < 1e-9);
    let (npv, ..) = run_of(&User::new(), &[1e12 - 1.0, 1e12 + 1.0], "=price");
    assert!((figure(&npv["sd"]) - std::f64::consts::SQRT_2).abs() < 1e-9);
}

/// STA-06: the worst 5 % of ten results are half of the worst result, and no better than the percentile.
#[test]
fn a_tail_of_half_a_result_is_the_worst_result() {
    let values: Vec<f64> = (0..10)
        .map(|place| -100.0 + 20.0 * f64::from(place))
        .collect();
    let (npv, ..) = run_of(&User::new(), &values, "=price");
    close(&npv["tail_mean_5"], -100.0);
    close(&npv["percentiles"]["5"], -91.0);
    close(&npv["value_at_risk_95"]["against_zero"], 91.0);
    close(&npv["expected_shortfall_95"]["against_zero"], 100.0);
}

/// STA-08 and HIS-01: results that do not exist are counted in words, and the rest has its figures and bars.
#[test]
fn absent_results_are_counted_and_the_rest_has_its_figures() {
    let user = User::new();
    let (npv, path, flags) = run_of(&user, &[6.0, 3.0, 2.0, 0.0, 0.0], "=6 / price");
    assert_eq!(
        (npv["valid"].as_u64(), npv["absent"]["undefined"].as_u64()),
        (Some(3), Some(2))
    );
    for place in ["mean", "sd"] {
        close(&npv[place], if place == "mean" { 2.0 } else { 1.0 });
    }
    close(&npv["percentiles"]["50"], 2.0);
    let text = user.on("simulate", &path, &flags).out;
    let words = "2 trials are without a finite figure and not drawn";
    assert!(text.contains(words), "{text}");
    let files = format!("{flags} --samples samples.csv --json");
    user.on("simulate", &path, &files).done();
    let csv = std::fs::read_to_string(user.path("samples.csv")).expect("written");
    let absent = csv.lines().skip(1).filter(|row| row.ends_with(','));
    assert_eq!((csv.lines().count(), absent.count()), (6, 2), "{csv}");
}

/// HIS-02: a constant is one bar. HIS-03: an outlier lies beyond the view, and is said to.
#[test]
fn a_constant_is_one_bar_and_an_outlier_does_not_flatten_the_rest() {
    let user = User::new();
    let bars = |values: &[f64]| {
        let (_, path, flags) = run_of(&user, values, "=price");
        let text = user.on("simulate", &path, &flags).out;
        let bars = text.lines().filter(|line| line.contains("|#")).count();
        (bars, text)
    };
    assert_eq!(bars(&[50.0; 20]).0, 1);
    let mut values: Vec<f64> = (0..999)
        .map(|place| 90.0 + f64::from(place) * 0.02)
        .collect();
    values.push(1e9);
    let (count, text) = bars(&values);
    assert!((10..=200).contains(&count), "{text}");
    assert!(text.contains("1 trial is beyond the view"), "{text}");
}

/// HIS-06: a range that overflows is no panic, and both ends are printed.
#[test]
fn the_widest_range_has_its_ends() {
    let user = User::new();
    let (npv, path, flags) = run_of(&user, &[-1e308, 1e308], "=price");
    assert_eq!((figure(&npv["min"]), figure(&npv["max"])), (-1e308, 1e308));
    let shown = user.on("simulate", &path, &flags);
    assert_eq!(shown.code, Some(0), "{shown:?}");
}

/// COR-04: an input that does not vary is n/a and last; an output that does not vary has no correlations.
#[test]
fn what_does_not_vary_is_not_applicable_and_last() {
    let user = User::new();
    let mut own = listed(&[1.0, 2.0, 3.0, 4.0], "=price");
    let mut still = own.parameters[0].clone();
    (still.id, still.slot) = (identity(), own.next_slot);
    (still.key, still.label) = ("still".to_owned(), "Still".to_owned());
    still.base = BaseValue::Number(192.53);
    still.uncertainty = Some(Uncertainty::once(
        DistributionForm::Absolute,
        Distribution::Uniform {
            min: 192.53,
            max: 192.53,
        },
    ));
    own.next_slot += 1;
    own.parameters.insert(0, still);
    let path = user.write("still.calminer", &own);
    let tornado = user.on("sensitivity", &path, "--json").done();
    let rows = tornado["outputs"][0]["rows"].as_array().expect("rows");
    assert_eq!(rows[1]["input"]["key"], "still");
    assert_eq!(rows[1]["movement"], "does_not_vary");
    let text = user
        .on("sensitivity", &path, "--method rank --trials 64")
        .out;
    let last = text.lines().rfind(|line| line.contains("Still"));
    assert!(last.is_some_and(|line| line.contains("n/a")), "{text}");
    assert!(!text.contains("NaN"), "{text}");
    let path = user.write("level.calminer", &listed(&[7.0; 4], "=price * 0"));
    let shown = user.on("sensitivity", &path, "--method rank --trials 64");
    assert_eq!(shown.code, Some(0), "{shown:?}");
    assert!(
        shown.out.contains("n/a") && !shown.out.contains("NaN"),
        "{shown:?}"
    );
}

/// RNG-03: a further input leaves the draws of all others as they were.
#[test]
fn a_further_input_leaves_the_draws_of_the_others() {
    let user = User::new();
    let mut own = scenario(&sample("fenn_gib"));
    let drawn = |own: &Scenario| {
        let path = user.write("drawn.calminer", own);
        let flags = "--trials 200 --seed 42 --trial 77 --json";
        user.on("simulate", &path, flags).done()["inputs"].clone()
    };
    let before = drawn(&own);
    let mut further = own.parameters[0].clone();
    (further.id, further.slot) = (identity(), own.next_slot);
    further.key = "further".to_owned();
    own.next_slot += 1;
    own.parameters.insert(0, further);
    let after = drawn(&own);
    let before = before.as_object().expect("inputs");
    assert!(before.len() > 5 && after["further"].is_number());
    for (key, value) in before {
        assert_eq!(value, &after[key], "{key}");
    }
}

/// DIS-13: a range in which nothing is left is refused by name; a sound one has the moments of the truncated normal.
#[test]
fn an_empty_range_is_refused_and_a_sound_one_has_its_moments() {
    let user = User::new();
    let of = |min: f64, max: Option<f64>| {
        let mut own = listed(&[1.0], "=price");
        let normal = Distribution::Normal { mean: 3.0, sd: 2.0 };
        let mut uncertainty = Uncertainty::once(DistributionForm::Absolute, normal);
        uncertainty.truncation = Truncation {
            min: Some(min),
            max,
        };
        own.parameters[0].uncertainty = Some(uncertainty);
        user.write("kept.calminer", &own)
    };
    let flags = "--trials 20000 --seed 5 --json";
    let npv = user.on("simulate", &of(0.0, None), flags).done()["outputs"]["npv"].clone();
    for (found, expected) in [
        (&npv["mean"], 3.277_580),
        (&npv["sd"], 1.757_900),
        (&npv["percentiles"]["5"], 0.583_409),
        (&npv["percentiles"]["95"], 6.356_285),
    ] {
        assert!(
            (figure(found) - expected).abs() < 0.002,
            "{found} {expected}"
        );
    }
    for (min, max) in [(5.0, 5.0), (8.0, 2.0)] {
        let refused = user.on("simulate", &of(min, Some(max)), "--trials 100");
        assert!(refused.failed(3).contains("price"), "{refused:?}");
    }
}

/// The sample with one uncertain parameter alone, drawn each period; the answer is its place.
fn by_period() -> (Scenario, usize) {
    let mut own = scenario(&sample("fenn_gib"));
    own.correlations.clear();
    for row in &mut own.parameters {
        row.uncertainty = None;
    }
    // An output is one figure, and with this parameter the unit costs have one a period.
    for line in &mut own.lines {
        line.output = line.output.filter(|_| line.key == "npv");
    }
    let mut rows = own.parameters.iter();
    let place = rows.position(|row| row.key == "processing_unit");
    let place = place.expect("the parameter");
    let mut each_period = Uncertainty::once(
        DistributionForm::Absolute,
        Distribution::Normal {
            mean: 14.66,
            sd: 1.0,
        },
    );
    each_period.draw = Draw::EachPeriod;
    own.parameters[place].uncertainty = Some(each_period);
    (own, place)
}

/// One trial of a parameter that is drawn each period: its draws typed in as base figures give the trial's NPV.
#[test]
fn a_trial_of_a_parameter_drawn_each_period_comes_back() {
    let user = User::new();
    let (own, place) = by_period();
    let path = user.write("periods.calminer", &own);
    let flags = "--trials 300 --seed 9 --samples samples.csv --json";
    let run = user.on("simulate", &path, flags).done();
    let base = user.on("evaluate", &path, "--json").done();
    let [of_run, of_base] = [&run["outputs"]["npv"]["base"], &base["metrics"]["npv"]].map(figure);
    assert_eq!(of_run.to_bits(), of_base.to_bits());
    let csv = std::fs::read_to_string(user.path("samples.csv")).expect("written");
    for trial in [1_usize, 150, 300] {
        let flags = format!("--trials 300 --seed 9 --trial {trial} --json");
        let again = user.on("simulate", &path, &flags).done();
        let npv = figure(&again["metrics"]["npv"]);
        let kept = column(&csv, "npv")[trial - 1];
        assert_eq!(kept.to_bits(), npv.to_bits());
        let drawn = again["inputs"]["processing_unit"].as_array();
        let drawn: Vec<f64> = drawn
            .expect("a figure a period")
            .iter()
            .map(figure)
            .collect();
        assert_eq!(drawn.len(), 19);
        assert!(drawn.windows(2).all(|pair| pair[0] != pair[1]));
        let mut typed = own.clone();
        typed.parameters[place].uncertainty = None;
        typed.parameters[place].base = BaseValue::Series(drawn);
        let path = user.write("typed.calminer", &typed);
        let base = user.on("evaluate", &path, "--json").done();
        let typed = figure(&base["metrics"]["npv"]);
        assert!((typed / npv - 1.0).abs() < 1e-12, "{typed}, {npv}");
    }
    // The same in words, a row a period.
    let text = user
        .on("simulate", &path, "--trials 300 --seed 9 --trial 7")
        .out;
    assert_eq!(text.matches("(processing_unit)").count(), 19, "{text}");
}
