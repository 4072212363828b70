//! Money cases that broke other tools, end to end: the flows typed as one row of a scenario, read back from the command
//! line. The right answers are those of the collected cases, whose ids stand at the tests.

use std::path::PathBuf;

use calminer_domain::{
    BaseValue, Distribution, DistributionForm, Scenario, Timing, Uncertainty, Value,
};
use serde_json::Value as Json;

use crate::{User, case, figure, scenario};

/// A scenario with one cash flow after tax; the first of the flows stands at the valuation date, undiscounted.
fn flows(values: &[f64], rate: f64) -> Scenario {
    let mut own = scenario(&case("linear_npv_normal.calminer.json"));
    own.parameters.clear();
    own.lines.retain(|line| line.key == "net");
    own.lines[0].value = Value::Series(values.to_vec());
    own.calendar.periods = u32::try_from(values.len()).expect("a few periods") - 1;
    own.conventions.discount_rate = rate;
    own
}

/// Its headline measures and the same in words.
fn evaluated(own: &Scenario) -> (Json, String) {
    let user = User::new();
    let path = user.write("flows.calminer", own);
    let json = user.on("evaluate", &path, "--json").done();
    let text = user.run(&[&"evaluate", &path]);
    assert_eq!(text.code, Some(0), "{text:?}");
    assert!(!text.out.contains("NaN"), "{text:?}");
    (json["metrics"].clone(), text.out)
}

fn close(found: &Json, expected: f64, tolerance: f64) {
    let found = figure(found);
    assert!((found - expected).abs() <= tolerance, "{found}, {expected}");
}

/// The line of the words that starts with this title.
fn row<'a>(text: &'a str, title: &str) -> &'a str {
    let mut rows = text.lines();
    rows.find(|row| row.trim_start().starts_with(title))
        .unwrap_or_else(|| panic!("no {title} in {text}"))
}

/// FIN-01: a mine with closure cost has two rates; both are listed, the headline stands beside NPV.
#[test]
fn closure_cost_gives_two_rates_and_both_are_listed() {
    let (metrics, text) = evaluated(&flows(&[-50.0, -100.0, 600.0, 300.0, -100.0], 0.1));
    let irr = &metrics["irr"];
    assert_eq!(irr["kind"], "several");
    close(&irr["values"][0], -0.768_895_5, 1e-7);
    close(&irr["values"][1], 1.854_417_8, 1e-7);
    assert_eq!(irr["headline"], irr["values"][1]);
    close(&metrics["npv"], 512.051_77, 1e-4);
    let words = "185.44 % (2 roots: -76.89 %, 185.44 %)";
    assert!(row(&text, "IRR").contains(words), "{text}");
}

/// FIN-02: a long row of small returns that never brings the money back.
#[test]
fn small_returns_that_do_not_bring_the_money_back_have_a_negative_rate() {
    let mut values = vec![-10_000.0];
    values.extend([327.246_25; 16]);
    let (metrics, text) = evaluated(&flows(&values, 0.08));
    assert_eq!(metrics["irr"]["kind"], "one");
    close(&metrics["irr"]["headline"], -0.067_654_11, 1e-8);
    assert_eq!(metrics["payback_state"], "never");
    assert!(row(&text, "IRR").contains("-6.77 %"), "{text}");
}

/// FIN-04: millions, units and millionths have one rate, and values that scale.
#[test]
fn the_unit_of_money_changes_no_rate() {
    let values = [-84.0, 20.0, 25.0, 25.0, 25.0, 20.0, -15.0];
    let of = |scale: f64, unit: &str| {
        let scaled: Vec<f64> = values.iter().map(|flow| flow * scale).collect();
        let mut own = flows(&scaled, 0.08);
        own.lines[0].unit = unit.to_owned();
        evaluated(&own).0
    };
    let millions = of(1.0, "MUSD");
    close(&millions["irr"]["values"][0], -0.584_151_0, 5e-8);
    close(&millions["irr"]["headline"], 0.071_381_26, 5e-9);
    close(&millions["npv"], -1.667_339e6, 1.0);
    let headline = figure(&millions["irr"]["headline"]);
    for (scale, money) in [(1.0, 1e6), (1e6, 1.0), (1e-6, 1e12)] {
        let other = of(scale, "USD");
        close(&other["irr"]["headline"], headline, 1e-9 * headline);
        let npv = figure(&other["npv"]) * money;
        close(&millions["npv"], npv, 1e-9 * npv.abs());
    }
}

/// FIN-05: where no rate makes NPV zero there is no rate, and a simulation says how many trials have none.
#[test]
fn a_rate_that_does_not_exist_is_said_and_counted() {
    let user = User::new();
    let (metrics, text) = evaluated(&flows(&[-100.0, 150.0, -100.0], 0.1));
    assert_eq!(metrics["irr"]["kind"], "none");
    assert!(metrics["irr"]["headline"].is_null());
    close(&metrics["npv"], -46.280_99, 1e-5);
    assert!(row(&text, "IRR").contains("not defined: no rate makes NPV zero"));
    let path = user.write("income.calminer", &uncertain_income());
    let flags = "--trials 10000 --seed 3 --json";
    let irr = user.on("simulate", &path, flags).done()["outputs"]["irr"].clone();
    let valid = figure(&irr["valid"]);
    let absent = figure(&irr["absent"]["undefined"]);
    assert_eq!(valid + absent, 10_000.0, "{irr}");
    // A rate exists where the factor is at least 4 / 3: 13.326 % of a normal with mean 1 and deviation 0.3. Each of
    // the 20 replicates may be off by one trial.
    assert!((valid - 1_332.6).abs() <= 20.0, "{valid}");
    let text = user.on("simulate", &path, "--trials 10000 --seed 3").out;
    let said = row(&text, "not defined").replace(',', "");
    assert!(said.ends_with(&format!(" {absent}")), "{said}");
}

/// The flows of FIN-05 with an uncertain factor on the income.
fn uncertain_income() -> Scenario {
    let mut own = scenario(&case("linear_npv_normal.calminer.json"));
    let mut factor = own.parameters[0].clone();
    (factor.key, factor.unit) = ("income_factor".to_owned(), String::new());
    factor.base = BaseValue::Number(1.0);
    factor.uncertainty = Some(Uncertainty::once(
        DistributionForm::Absolute,
        Distribution::Normal { mean: 1.0, sd: 0.3 },
    ));
    own.lines
        .retain(|line| line.key == "net" || line.key == "units");
    own.lines[0].value = Value::Series(vec![0.0, 150.0, 0.0]);
    "USD".clone_into(&mut own.lines[0].unit);
    own.lines[1].value =
        Value::Formula("=units * income_factor - if(units > 0 [USD], 0, 100 [USD])".to_owned());
    own.parameters = vec![factor];
    own.calendar.periods = 2;
    own.conventions.discount_rate = 0.1;
    own
}

/// FIN-08: flows that cancel have no rate; nothing shown is a guess or the end of a search.
#[test]
fn flows_that_cancel_have_no_rate_and_no_payback() {
    let nothing = flows(&[0.0; 4], 0.1);
    // A receipt and a cost in the same year.
    let mut cancelled = flows(&[0.0; 4], 0.1);
    let mut receipt = cancelled.lines[0].clone();
    receipt.id = "0198f0ff-0000-7000-8000-0000000000c1"
        .parse()
        .expect("an identity");
    (receipt.key, receipt.role) = ("receipt".to_owned(), None);
    receipt.value = Value::Series(vec![0.0, 2_500.0, 0.0, 0.0]);
    cancelled.lines[0].value =
        Value::Formula("=receipt - if(period = 2, 2500 [USD], 0)".to_owned());
    cancelled.lines.push(receipt);
    for own in [nothing, cancelled] {
        let (metrics, text) = evaluated(&own);
        let irr = &metrics["irr"];
        assert_eq!(irr["kind"], "none");
        assert!(irr["headline"].is_null() && irr["values"] == serde_json::json!([]));
        assert_eq!(figure(&metrics["npv"]), 0.0);
        assert!(metrics["payback_years"].is_null());
        assert_eq!(metrics["payback_state"], "not_applicable");
        assert!(row(&text, "IRR").contains("not defined"), "{text}");
        assert!(row(&text, "Payback").contains("not applicable"), "{text}");
    }
}

/// FIN-10: cash that turns negative again after payback is said beside it, with the last zero.
#[test]
fn a_payback_that_does_not_last_is_said() {
    let (metrics, text) = evaluated(&flows(&[-500.0, 300.0, 300.0, -200.0, 100.0], 0.1));
    assert_eq!(metrics["payback_state"], "negative_again");
    close(&metrics["payback_years"], 5.0 / 3.0, 5e-7);
    close(&metrics["payback_last_crossing_years"], 4.0, 1e-12);
    let roots = metrics["irr"]["values"].as_array().expect("rates");
    assert!(roots.iter().any(|root| figure(root).abs() <= 1e-9));
    assert!(row(&text, "Payback").contains("1.67 years"), "{text}");
    assert!(row(&text, "Payback").contains("negative again"), "{text}");
}

/// FIN-11: the first operating year is discounted by one year in the discounted payback.
#[test]
fn a_discounted_payback_discounts_the_first_year() {
    let (metrics, _) = evaluated(&flows(&[-500.0, 100.0, 150.0, 200.0, 250.0], 0.1));
    close(&metrics["payback_years"], 3.2, 1e-12);
    close(&metrics["discounted_payback_years"], 3.789_8, 1e-6);
    close(&metrics["npv"], 35.892_357, 1e-6);
}

/// FIN-12: the timing of the flows is a setting that moves NPV and is printed beside it, in words and in the file.
#[test]
fn the_timing_of_flows_is_printed_beside_the_npv_that_it_makes() {
    let values = [-500_000.0, 200_000.0, 300_000.0, 200_000.0];
    let at_zero = flows(&values, 0.1);
    let mut middle = at_zero.clone();
    middle.calendar.timing = Timing::Middle;
    let mut end = at_zero.clone();
    (end.calendar.opening_period, end.calendar.periods) = (false, 4);
    for (own, npv, timing, words) in [
        (at_zero, 80_015.03, "end", "end of period"),
        (end, 72_740.93, "end", "end of period"),
        (middle, 108_324.89, "middle", "middle of period"),
    ] {
        let (metrics, text) = evaluated(&own);
        close(&metrics["npv"], npv, 0.01);
        assert!(text.contains(&format!("flows at the {words}")), "{text}");
        let user = User::new();
        let path: PathBuf = user.write("timing.calminer", &own);
        let json = user.on("evaluate", &path, "--json").done();
        assert_eq!(json["conventions"]["timing"], timing);
    }
}

/// FIN-13: a rate of 8 % and one of 800 % are told apart in what is printed. How "8" is read in a field is tested
/// beside the reader of fields.
#[test]
fn a_rate_is_printed_in_per_cent_beside_its_npv() {
    for (rate, npv, words) in [(0.08, 6.995_885, "8 %"), (8.0, -92.592_593, "800 %")] {
        let (metrics, text) = evaluated(&flows(&[-100.0, 60.0, 60.0], rate));
        close(&metrics["npv"], npv, 1e-6);
        assert!(row(&text, "Conventions").contains(words), "{text}");
        assert!(row(&text, "NPV").contains(words), "{text}");
    }
}

/// FIN-15: a total loss has a rate that is said in words, never blank.
#[test]
fn a_total_loss_is_below_the_range_of_rates() {
    let (metrics, text) = evaluated(&flows(&[-100.0, 0.000_001], 0.08));
    assert_eq!(metrics["irr"]["kind"], "below_range");
    assert!(row(&text, "IRR").contains("below -99 %"), "{text}");
}
