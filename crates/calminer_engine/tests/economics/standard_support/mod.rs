//! What the tests of the standard table share.
#![allow(
    dead_code,
    clippy::allow_attributes,
    reason = "each test file uses its part of this"
)]
#![expect(
    clippy::unwrap_used,
    reason = "a test that unwraps says where it failed"
)]

use std::path::Path;

use calminer_domain::{Line, Scenario, Section, Value, file};
use calminer_engine::program::compile;
use calminer_engine::result::BaseCase;
use calminer_engine::sensitivity::{
    Driver, DriverRow, STANDARD_CHANGES, STANDARD_RATES, StandardPoint, StandardTable,
    standard_table,
};
use serde_json::json;
use uuid::Uuid;

use crate::support::years;

pub(crate) fn table(scenario: &Scenario) -> StandardTable {
    standard_table(scenario, &STANDARD_CHANGES, &STANDARD_RATES)
        .unwrap_or_else(|issues| panic!("{issues:?}"))
}

pub(crate) fn case(scenario: &Scenario) -> BaseCase {
    compile(scenario)
        .unwrap_or_else(|issues| panic!("{issues:?}"))
        .base_case()
}

pub(crate) fn row(table: &StandardTable, driver: Driver) -> &DriverRow {
    table
        .drivers
        .iter()
        .find(|row| row.driver == driver)
        .unwrap()
}

pub(crate) fn points(table: &StandardTable, driver: Driver) -> &[StandardPoint] {
    let row = row(table, driver);
    let points = row.points.as_deref();
    points.unwrap_or_else(|| panic!("{driver:?}: {:?}", row.reason))
}

/// After-tax NPV at a change in whole percent.
pub(crate) fn npv(table: &StandardTable, driver: Driver, percent: i32) -> f64 {
    let at = f64::from(percent) / 100.0;
    let mut points = points(table, driver).iter();
    let point = points
        .find(|point| (point.change - at).abs() < 1e-12)
        .unwrap();
    point.figures.npv.unwrap()
}

pub(crate) fn inputs(table: &StandardTable, driver: Driver) -> Vec<&str> {
    let inputs = row(table, driver).inputs.iter();
    inputs.map(|input| input.key.as_str()).collect()
}

pub(crate) fn near(found: f64, expected: f64) {
    let scale = expected.abs().max(1.0);
    assert!(
        (found - expected).abs() <= 1e-9 * scale,
        "{found} is not {expected}"
    );
}

pub(crate) fn read(path: &Path) -> Scenario {
    file::read(&std::fs::read(path).unwrap()).unwrap().scenario
}

pub(crate) fn sample(name: &str) -> Scenario {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/samples");
    read(&folder.join(format!("{name}.calminer.json")))
}

pub(crate) fn mine(name: &str) -> Scenario {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/mines");
    read(&folder.join(format!("{name}.calminer.json")))
}

/// 100 t a year at 10 USD/t for three years after an opening period, 300 a year of cost, 900 of capital, 50 of closure.
pub(crate) fn quarry() -> Scenario {
    years(
        3,
        true,
        json!([
            {"kind": "sale", "key": "stone", "quantity": [0, 100, 100, 100], "price": 10},
            {"kind": "operating_cost", "key": "plant", "amount": [0, 200, 200, 200]},
            {"kind": "operating_cost", "key": "office", "category": "site_g_and_a", "amount": [0, 100, 100, 100]},
            {"kind": "capital", "key": "build", "amount": [750, 0, 0, 0], "contingency": 20},
            {"kind": "capital", "key": "close", "class": "closure", "amount": [0, 0, 0, 50]}
        ]),
    )
}

/// The same with a gold pit and a mill in place of the sale: 1,000 t of 3.11034768 g/t are 100 oz, 90 of them recovered.
pub(crate) fn pit() -> Scenario {
    years(
        3,
        true,
        json!([
            {"kind": "schedule", "key": "pit", "ore": [0, 1000, 1000, 1000],
             "grades": [{"element": "au", "grade": 3.110_347_68}]},
            {"kind": "process", "key": "mill", "recoveries": [{"element": "au", "recovery": 90}]},
            {"kind": "metal", "key": "gold", "element": "au", "price": 10, "refining": 1},
            {"kind": "operating_cost", "key": "plant", "rate": 0.3},
            {"kind": "capital", "key": "build", "amount": [900, 0, 0, 0]}
        ]),
    )
}

/// Adds a line of one's own that has neither a meaning nor a money basis of its own.
pub(crate) fn own_line(scenario: &mut Scenario, key: &str, unit: &str, formula: &str) {
    let number = scenario.lines.len() as u128;
    scenario.lines.push(Line {
        id: Uuid::from_u128((7 << 76) | (1 << 63) | (9 << 40) | number),
        key: key.to_owned(),
        label: String::new(),
        section: Section::Products,
        unit: unit.to_owned(),
        value: Value::Formula(formula.to_owned()),
        role: None,
        output: None,
        timing: None,
        basis: None,
        source: String::new(),
        note: String::new(),
    });
}
