//! Scenarios for the tests of the program.
#![allow(
    dead_code,
    clippy::allow_attributes,
    reason = "each test file uses its part of this"
)]
#![expect(
    clippy::unwrap_used,
    reason = "a test that unwraps says where it failed"
)]

use calminer_domain::{
    BaseValue, Issue, Line, LookupTable, Parameter, Scenario, Section, Uncertainty, Value, file,
};
use calminer_engine::program::{check, compile};
use calminer_engine::result::BaseCase;
use uuid::Uuid;

/// The reference scenario.
pub(crate) fn ref20() -> Scenario {
    let text = include_bytes!("../../../../assets/samples/ref20.calminer.json");
    file::read(text).unwrap().scenario
}

/// A scenario of a few yearly periods in USD, from 2026 on, without a line.
pub(crate) fn empty(periods: u32) -> Scenario {
    let mut scenario = ref20();
    scenario.calendar.periods = periods;
    scenario.calendar.first_label = 1;
    scenario.parameters.clear();
    scenario.tables.clear();
    scenario.lines.clear();
    scenario.correlations.clear();
    scenario
}

/// Adds a line.
pub(crate) fn line<'a>(
    scenario: &'a mut Scenario,
    key: &str,
    unit: &str,
    value: Value,
) -> &'a mut Line {
    let number = scenario.lines.len() as u128;
    scenario.lines.push(Line {
        id: Uuid::from_u128((7 << 76) | (1 << 63) | number),
        key: key.to_owned(),
        label: String::new(),
        section: Section::CashFlow,
        unit: unit.to_owned(),
        value,
        role: None,
        output: None,
        timing: None,
        basis: None,
        source: String::new(),
        note: String::new(),
    });
    scenario.lines.last_mut().unwrap()
}

/// Adds a line with a formula.
pub(crate) fn formula<'a>(
    scenario: &'a mut Scenario,
    key: &str,
    unit: &str,
    text: &str,
) -> &'a mut Line {
    line(scenario, key, unit, Value::Formula(text.to_owned()))
}

/// Adds a parameter.
pub(crate) fn parameter(
    scenario: &mut Scenario,
    key: &str,
    unit: &str,
    base: BaseValue,
    uncertainty: Option<Uncertainty>,
) {
    let number = scenario.parameters.len();
    scenario.parameters.push(Parameter {
        id: Uuid::from_u128((7 << 76) | (1 << 63) | (1 << 40) | number as u128),
        slot: number as u32,
        key: key.to_owned(),
        label: String::new(),
        unit: unit.to_owned(),
        base,
        uncertainty,
        source: String::new(),
        note: String::new(),
    });
    scenario.next_slot = scenario.parameters.len() as u32;
}

/// Adds a table.
pub(crate) fn table(
    scenario: &mut Scenario,
    key: &str,
    keys: [&[f64]; 2],
    values: &[f64],
    clamped: bool,
) {
    let number = scenario.tables.len() as u128;
    scenario.tables.push(LookupTable {
        id: Uuid::from_u128((7 << 76) | (1 << 63) | (1 << 41) | number),
        key: key.to_owned(),
        label: String::new(),
        unit: String::new(),
        rows: keys[0].to_vec(),
        columns: keys[1].to_vec(),
        values: values.to_vec(),
        clamped,
        source: String::new(),
    });
}

/// The base case of a scenario without issues.
pub(crate) fn case(scenario: &Scenario) -> BaseCase {
    compile(scenario)
        .unwrap_or_else(|issues| panic!("{issues:#?}"))
        .base_case()
}

/// The figures of a line; a scalar is one figure.
pub(crate) fn figures(case: &BaseCase, key: &str) -> Vec<f64> {
    match &case.line(key).unwrap().values {
        calminer_engine::result::LineValues::Scalar(figure) => vec![*figure],
        calminer_engine::result::LineValues::Series(figures) => figures.clone(),
    }
}

/// The figures of one formula over rows `a` and `b` of plain numbers.
pub(crate) fn value_of(a: &[f64], b: &[f64], text: &str) -> Vec<f64> {
    let mut scenario = empty(a.len() as u32);
    line(&mut scenario, "a", "", Value::Series(a.to_vec()));
    line(&mut scenario, "b", "", Value::Series(b.to_vec()));
    formula(&mut scenario, "x", "", text);
    figures(&case(&scenario), "x")
}

/// Code and message of all issues of a scenario that refuse a run.
pub(crate) fn issues(scenario: &Scenario) -> Vec<(&'static str, String)> {
    let blocking = check(scenario).into_iter().filter(Issue::blocks);
    blocking
        .map(|issue| (issue.code, issue.to_string()))
        .collect()
}
