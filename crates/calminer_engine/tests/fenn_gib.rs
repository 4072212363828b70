//! Fenn-Gib against its report, and against a second model of it that is written out by hand.

#![expect(clippy::expect_used, reason = "a test that cannot go on should stop")]

use calminer_domain::{BaseValue, Scenario, ScenarioEdit, Value, file};
use calminer_engine::program::{check, compile};
use calminer_engine::result::BaseCase;

const PRINTED: &str = include_str!("data/fenn_gib_cashflow.csv");

fn sample() -> Scenario {
    file::read(include_bytes!(
        "../../../assets/samples/fenn_gib.calminer.json"
    ))
    .expect("the sample opens")
    .scenario
}

fn base_case(scenario: &Scenario) -> BaseCase {
    compile(scenario)
        .unwrap_or_else(|issues| panic!("{issues:?}"))
        .base_case()
}

/// A printed column of table 22-2.
fn printed(name: &str) -> Vec<f64> {
    let mut rows = PRINTED.lines().filter(|row| !row.starts_with('#'));
    let index = rows
        .next()
        .expect("a header")
        .split(',')
        .position(|column| column == name)
        .expect("a column");
    rows.map(|row| {
        row.split(',')
            .nth(index)
            .expect("a cell")
            .parse()
            .expect("a figure")
    })
    .collect()
}

/// A line in C$ million.
fn millions(case: &BaseCase, key: &str) -> Vec<f64> {
    let line = case.line(key).unwrap_or_else(|| panic!("no line {key}"));
    assert_eq!(line.unit, "CAD");
    (0..case.periods.len())
        .map(|period| line.values.at(period) / 1e6)
        .collect()
}

#[test]
fn headline_figures_are_those_of_the_report() {
    let metrics = base_case(&sample()).metrics;
    let npv = metrics.npv.expect("an NPV") / 1e6;
    let pre_tax = metrics.npv_pre_tax.expect("an NPV") / 1e6;
    assert!(
        (npv / 651.7 - 1.0).abs() < 0.005 && (npv / 649.2 - 1.0).abs() < 0.0015,
        "{npv}"
    );
    assert!(
        (pre_tax / 980.5 - 1.0).abs() < 0.005 && (pre_tax / 978.1 - 1.0).abs() < 0.0015,
        "{pre_tax}"
    );
    let irr = metrics.irr.and_then(|irr| irr.headline).expect("an IRR");
    let irr_pre_tax = metrics
        .irr_pre_tax
        .and_then(|irr| irr.headline)
        .expect("an IRR");
    assert!((irr - 0.241).abs() < 0.001, "{irr}");
    assert!((irr_pre_tax - 0.288).abs() < 0.001, "{irr_pre_tax}");
    let payback = metrics
        .payback
        .and_then(|payback| payback.years)
        .expect("it pays back");
    assert_eq!(format!("{payback:.1}"), "2.7");
    let cash_cost = metrics.total_cash_cost.expect("a unit cost");
    assert_eq!(
        (
            format!("{:.0}", cash_cost.value.expect("production")),
            cash_cost.unit.as_str()
        ),
        ("1203".to_owned(), "USD/oz")
    );
    let aisc = metrics
        .aisc
        .and_then(|cost| cost.value)
        .expect("production");
    assert_eq!(format!("{aisc:.0}"), "1298");
}

#[test]
fn rows_are_those_of_the_report() {
    let case = base_case(&sample());
    let close = |key: &str, column: &str, tolerance: f64| {
        for (period, (ours, theirs)) in millions(&case, key).iter().zip(printed(column)).enumerate()
        {
            assert!(
                (ours - theirs).abs() <= tolerance,
                "{key} in column {period}: {ours} against {theirs}"
            );
        }
    };
    close("gross_revenue", "gross_revenue", 0.05);
    close("processing_cost", "processing_cost", 0.05);
    close("mining_cost", "mining_cost", 1e-9);
    close("working_capital_increase", "working_capital_increase", 0.06);
    close("pre_tax_cash_flow", "pre_tax_cash_flow", 0.2);
    close("after_tax_cash_flow", "after_tax_cash_flow", 0.2);
    let working_capital: f64 = millions(&case, "working_capital_increase").iter().sum();
    assert!(
        working_capital.abs() < 1e-9,
        "it is all released: {working_capital}"
    );
}

#[test]
fn labels_have_no_year_zero() {
    let labels: Vec<_> = base_case(&sample())
        .periods
        .into_iter()
        .map(|period| period.label)
        .collect();
    assert_eq!(labels[..5], ["-3", "-2", "-1", "1", "2"]);
    assert_eq!(labels.last().map(String::as_str), Some("16"));
}

#[test]
fn a_missing_line_is_named_wherever_it_is_used() {
    let whole = sample();
    for line in &whole.lines {
        let without = ScenarioEdit::RemoveLine(line.id)
            .apply(&whole)
            .expect("the row is there");
        let used = whole.lines.iter().any(|user| {
            user.value.formula().is_some_and(|text| {
                calminer_domain::formula::parse(text).is_ok_and(|tree| {
                    calminer_domain::formula::names(&tree).contains(&line.key.as_str())
                })
            })
        });
        let named = check(&without)
            .iter()
            .any(|issue| issue.blocks() && issue.message.contains(&line.key));
        assert_eq!(used, named, "{}", line.key);
    }
}

/// The inputs of the second model, all with base 1 or their base value.
#[derive(Clone, Copy)]
struct Inputs {
    price: f64,
    rate: f64,
    grade: f64,
    recovery: f64,
    operating: f64,
    initial: f64,
    sustaining: f64,
    closure: f64,
}

const BASE: Inputs = Inputs {
    price: 3_100.0,
    rate: 1.35,
    grade: 1.0,
    recovery: 1.0,
    operating: 1.0,
    initial: 1.0,
    sustaining: 1.0,
    closure: 1.0,
};

/// Fenn-Gib as one loop over the years, in C$ million, without the engine.
fn by_hand(scenario: &Scenario, inputs: Inputs) -> f64 {
    let row = |key: &str| match &scenario.line_by_key(key).expect("a line").value {
        Value::Series(figures) => figures.clone(),
        other => panic!("{key} is {other:?}"),
    };
    let (ore, grade, recovery, royalty) = (
        row("ore_processed"),
        row("head_grade_plan"),
        row("recovery_plan"),
        row("royalty_rate"),
    );
    let (mining, administration, tax) = (
        row("mining_cost_plan"),
        row("ga_cost_plan"),
        row("cash_tax_plan"),
    );
    let (initial, sustaining, closure) = (
        row("initial_capital_plan"),
        row("sustaining_capital_plan"),
        row("closure_plan"),
    );
    let (mut npv, mut factor, mut balance_before) = (0.0, 1.0, 0.0);
    for year in 0..ore.len() {
        let ounces = ore[year] * 1000.0 * grade[year] * inputs.grade * recovery[year] / 100.0
            * inputs.recovery
            / 31.103_476_8;
        let nsr = ounces * 0.9995 * (inputs.price - 5.0) * inputs.rate / 1e6;
        let fixed = if ore[year] > 0.0 { 7.65 } else { 0.0 };
        let processing = fixed + ore[year] * 14.66 / 1000.0;
        let cost = inputs.operating * (mining[year] + processing + administration[year]);
        let ebitda = nsr * (1.0 - royalty[year] / 100.0) - cost;
        let balance = ebitda * 30.0 / 365.0;
        let capital = initial[year] * inputs.initial
            + sustaining[year] * inputs.sustaining
            + closure[year] * inputs.closure;
        factor *= 1.05;
        npv += (ebitda - (balance - balance_before) - capital - tax[year]) / factor;
        balance_before = balance;
    }
    npv
}

#[test]
fn ten_per_cent_on_each_uncertain_input_moves_npv_as_its_formula_says() {
    let whole = sample();
    let raised = |change: fn(&mut Inputs)| {
        let mut inputs = BASE;
        change(&mut inputs);
        by_hand(&whole, inputs)
    };
    let expected = [
        ("gold_price", raised(|inputs| inputs.price *= 1.1)),
        ("cad_per_usd", raised(|inputs| inputs.rate *= 1.1)),
        ("grade_factor", raised(|inputs| inputs.grade *= 1.1)),
        ("recovery_factor", raised(|inputs| inputs.recovery *= 1.1)),
        (
            "operating_cost_factor",
            raised(|inputs| inputs.operating *= 1.1),
        ),
        (
            "initial_capital_factor",
            raised(|inputs| inputs.initial *= 1.1),
        ),
        (
            "sustaining_capital_factor",
            raised(|inputs| inputs.sustaining *= 1.1),
        ),
        ("closure_factor", raised(|inputs| inputs.closure *= 1.1)),
    ];
    let uncertain: Vec<_> = whole
        .uncertain()
        .map(|parameter| parameter.key.as_str())
        .collect();
    assert_eq!(uncertain, expected.map(|(key, _)| key));
    let base = base_case(&whole).metrics.npv.expect("an NPV") / 1e6;
    let by_hand_base = by_hand(&whole, BASE);
    assert!(
        (base / by_hand_base - 1.0).abs() < 1e-12,
        "{base} against {by_hand_base}"
    );
    for (key, by_hand) in expected {
        let mut parameter = whole
            .parameters
            .iter()
            .find(|row| row.key == key)
            .expect("a parameter")
            .clone();
        let BaseValue::Number(figure) = parameter.base else {
            panic!("{key} has one figure")
        };
        parameter.base = BaseValue::Number(figure * 1.1);
        let edited = ScenarioEdit::UpdateParameter(Box::new(parameter))
            .apply(&whole)
            .expect("the row is there");
        let npv = base_case(&edited).metrics.npv.expect("an NPV") / 1e6;
        assert!(
            (npv / by_hand - 1.0).abs() < 1e-12,
            "{key}: {npv} against {by_hand}"
        );
        assert!((npv - base).abs() > 0.1, "{key} moves NPV");
    }
}
