//! Scenarios made of items, for the tests of the typed sections.
#![allow(
    dead_code,
    clippy::allow_attributes,
    reason = "each test file uses its part of this"
)]
#![expect(
    clippy::unwrap_used,
    reason = "a test that unwraps says where it failed"
)]
#![expect(
    clippy::needless_pass_by_value,
    reason = "items are written where they are used"
)]

pub(crate) mod whole;

use calminer_domain::{
    BaseValue, Calendar, Issue, Item, Line, Parameter, PeriodLength, Scenario, Term, TermRow,
    Timing, Value, file, lowering,
};
use calminer_engine::program::{check, compile};
use calminer_engine::result::{BaseCase, LineValues};
use serde_json::{Value as Json, json};
use uuid::Uuid;

/// A scenario in USD of some years from 2026 on at 8 %, with an opening period where `opens`.
pub(crate) fn years(periods: u32, opens: bool, items: Json) -> Scenario {
    let mut scenario = file::read(include_bytes!(
        "../../../../../assets/samples/ref20.calminer.json"
    ))
    .unwrap()
    .scenario;
    let start = "2026-01-01".parse().unwrap();
    scenario.calendar = Calendar {
        valuation_date: start,
        start_date: start,
        period_length: PeriodLength::Year,
        periods,
        opening_period: opens,
        first_label: 1,
        timing: Timing::End,
    };
    "USD".clone_into(&mut scenario.currency);
    scenario.conventions.discount_rate = 0.08;
    scenario.conventions.inflation = 0.0;
    scenario.parameters.clear();
    scenario.tables.clear();
    scenario.lines.clear();
    scenario.correlations.clear();
    add(&mut scenario, items);
    scenario
}

/// Adds items: objects with `kind`, `key`, units of fields as `typed_in`, and the fields of the kind beside them.
pub(crate) fn add(scenario: &mut Scenario, items: Json) {
    for item in items.as_array().unwrap() {
        let mut terms = item.as_object().unwrap().clone();
        let number = scenario.items.len() as u128;
        let whole = json!({
            "id": Uuid::from_u128((7 << 76) | (1 << 63) | (3 << 40) | number),
            "kind": terms.remove("kind").unwrap(),
            "key": terms.remove("key").unwrap(),
            "units": terms.remove("typed_in").unwrap_or_else(|| json!({})),
            "terms": terms,
        });
        scenario.items.push(serde_json::from_value(whole).unwrap());
    }
}

/// The item with a key.
pub(crate) fn item<'a>(scenario: &'a mut Scenario, key: &str) -> &'a mut Item {
    let mut all = scenario.items.iter_mut();
    all.find(|item| item.key == key).unwrap()
}

/// Changes fields of an item; null takes one out.
pub(crate) fn with(scenario: &Scenario, key: &str, fields: Json) -> Scenario {
    let mut other = scenario.clone();
    let terms = &mut item(&mut other, key).terms;
    for (field, value) in fields.as_object().unwrap() {
        if value.is_null() {
            terms.remove(field);
        } else {
            let term: Term = serde_json::from_value(value.clone()).unwrap();
            terms.insert(field.clone(), term);
        }
    }
    other
}

/// Adds a parameter.
pub(crate) fn parameter(scenario: &mut Scenario, key: &str, unit: &str, base: f64) {
    let number = scenario.parameters.len();
    scenario.parameters.push(Parameter {
        id: Uuid::from_u128((7 << 76) | (1 << 63) | (1 << 40) | number as u128),
        slot: number as u32,
        key: key.to_owned(),
        label: String::new(),
        unit: unit.to_owned(),
        base: BaseValue::Number(base),
        uncertainty: None,
        source: String::new(),
        note: String::new(),
    });
    scenario.next_slot = number as u32 + 1;
}

/// The base case of a scenario that nothing refuses, which its lowered lines give in place of its items to the last bit.
pub(crate) fn solve(scenario: &Scenario) -> BaseCase {
    let found = check(scenario).into_iter().filter(Issue::blocks);
    let found: Vec<String> = found.map(|issue| issue.to_string()).collect();
    assert!(found.is_empty(), "{found:#?}");
    let case = compile(scenario).unwrap().base_case();
    let lines = compile(&as_lines(scenario))
        .unwrap_or_else(|issues| panic!("{issues:#?}"))
        .base_case();
    for line in &case.lines {
        let other = lines.line(&line.key).unwrap();
        assert_eq!(bits(&line.values), bits(&other.values), "{}", line.key);
        assert_eq!((&line.unit, line.role), (&other.unit, other.role));
    }
    assert_eq!(case.lines.len(), lines.lines.len());
    assert_eq!(
        format!("{:?}", case.metrics),
        format!("{:?}", lines.metrics)
    );
    case
}

/// The scenario with its items taken out and the text of their lines in their place.
pub(crate) fn as_lines(scenario: &Scenario) -> Scenario {
    let mut other = scenario.clone();
    let lowered = lowering::lower(scenario).into_iter();
    let lowered = lowered.filter(|line| !scenario.has_key(&line.key));
    other.items.clear();
    for (number, line) in lowered.enumerate() {
        other.lines.push(Line {
            id: Uuid::from_u128((7 << 76) | (1 << 63) | (4 << 40) | number as u128),
            key: line.key,
            label: line.label,
            section: line.section,
            unit: line.unit,
            value: line.value,
            role: line.role,
            output: line.output,
            timing: None,
            basis: line.basis,
            source: String::new(),
            note: String::new(),
        });
    }
    other
}

fn bits(values: &LineValues) -> Vec<u64> {
    let figures = match values {
        LineValues::Scalar(figure) => std::slice::from_ref(figure),
        LineValues::Series(figures) => figures,
    };
    figures.iter().map(|figure| figure.to_bits()).collect()
}

/// The figures of a line; a scalar is one figure.
pub(crate) fn row(case: &BaseCase, key: &str) -> Vec<f64> {
    let Some(line) = case.line(key) else {
        let keys: Vec<&str> = case.lines.iter().map(|line| line.key.as_str()).collect();
        panic!("no line {key} in {keys:?}");
    };
    match &line.values {
        LineValues::Scalar(figure) => vec![*figure],
        LineValues::Series(figures) => figures.clone(),
    }
}

/// The only figure of a line.
pub(crate) fn one(case: &BaseCase, key: &str) -> f64 {
    let figures = row(case, key);
    assert_eq!(figures.len(), 1, "{key}: {figures:?}");
    figures[0]
}

/// Equal to 1e-9 of the figure, or to 1e-9 where it is 0.
pub(crate) fn is_near(figure: f64, expected: f64, tolerance: f64) -> bool {
    let scale = if expected == 0.0 { 1.0 } else { expected.abs() };
    (figure - expected).abs() <= tolerance * scale
}

/// Asserts the figures of a line to 1e-9 of each.
pub(crate) fn gives(case: &BaseCase, key: &str, expected: &[f64]) {
    near(case, key, expected, 1e-9);
}

/// Asserts the figures of a line to a share of each.
pub(crate) fn near(case: &BaseCase, key: &str, expected: &[f64], tolerance: f64) {
    let figures = row(case, key);
    let all = figures.len() == expected.len()
        && figures
            .iter()
            .zip(expected)
            .all(|(figure, expected)| is_near(*figure, *expected, tolerance));
    assert!(all, "{key}: {figures:?}\n is not {expected:?}");
}

/// One column of a table of the worked cases.
pub(crate) fn column(table: &Json, name: &str) -> Vec<f64> {
    let rows = table.as_array().unwrap();
    rows.iter()
        .map(|row| {
            let cell = row.get(name).unwrap_or_else(|| panic!("no column {name}"));
            cell.as_f64().unwrap()
        })
        .collect()
}

/// The figures of a list.
pub(crate) fn figures(list: &Json) -> Vec<f64> {
    let all = list.as_array().unwrap();
    all.iter().map(|figure| figure.as_f64().unwrap()).collect()
}

/// A row with a figure of an opening period in front.
pub(crate) fn after(first: f64, rest: &[f64]) -> Vec<f64> {
    let mut all = vec![first];
    all.extend_from_slice(rest);
    all
}

/// Terms from JSON.
pub(crate) fn terms(fields: Json) -> TermRow {
    serde_json::from_value(fields).unwrap()
}

/// Place and code of all issues.
pub(crate) fn issues(scenario: &Scenario) -> Vec<(String, &'static str)> {
    let all = check(scenario).into_iter();
    all.map(|issue| (issue.place.to_string(), issue.code))
        .collect()
}

/// A formula as a value.
pub(crate) fn formula(text: &str) -> Value {
    Value::Formula(text.to_owned())
}

/// Puts fields into an item; null takes one out.
pub(crate) fn merge(item: &mut Json, more: &Json) {
    let fields = item.as_object_mut().unwrap();
    for (name, value) in more.as_object().unwrap() {
        if value.is_null() {
            fields.remove(name);
        } else {
            fields.insert(name.clone(), value.clone());
        }
    }
}
