//! Scenarios with items for the tests of their rules.
#![allow(
    dead_code,
    clippy::allow_attributes,
    reason = "each test file uses its part of this"
)]
#![expect(clippy::expect_used, reason = "a test that cannot go on should stop")]
#![expect(
    clippy::needless_pass_by_value,
    reason = "items are written where they are used"
)]

use calminer_domain::validate::validate;
use calminer_domain::{Scenario, file};
use serde_json::{Value as Json, json};
use uuid::Uuid;

pub(crate) fn id(number: usize) -> Uuid {
    Uuid::from_u128((7 << 76) | (1 << 63) | number as u128)
}

/// A scenario of four years in USD.
pub(crate) fn scenario(items: &Json) -> Scenario {
    let text = include_bytes!("../../../../assets/samples/ref20.calminer.json");
    let mut scenario = file::read(text).expect("the sample opens").scenario;
    "USD".clone_into(&mut scenario.currency);
    scenario.calendar.periods = 4;
    scenario.calendar.opening_period = false;
    scenario.parameters.clear();
    scenario.tables.clear();
    scenario.lines.clear();
    scenario.correlations.clear();
    for (number, item) in items.as_array().expect("items").iter().enumerate() {
        let mut terms = item.as_object().expect("an item").clone();
        let whole = json!({
            "id": id(number), "kind": terms.remove("kind"), "key": terms.remove("key"),
            "units": terms.remove("typed_in").unwrap_or_else(|| json!({})), "terms": terms,
        });
        scenario
            .items
            .push(serde_json::from_value(whole).expect("an item"));
    }
    scenario
}

/// Place, code and message of the issues.
pub(crate) fn found(items: &Json) -> Vec<(String, &'static str, String)> {
    let issues = validate(&scenario(items)).into_iter();
    issues
        .map(|issue| (issue.place.to_string(), issue.code, issue.message))
        .collect()
}

/// Asserts that there is this one issue.
pub(crate) fn only(items: &Json, place: &str, code: &str, words: &str) {
    let issues = found(items);
    assert!(
        issues.len() == 1
            && issues[0].0 == place
            && issues[0].1 == code
            && issues[0].2.contains(words),
        "{issues:#?}"
    );
}

pub(crate) fn metal(more: Json) -> Json {
    let mut metal = json!({"kind": "metal", "key": "dore", "element": "au", "price": 2000});
    merge(&mut metal, more);
    json!([
        {"kind": "schedule", "key": "pit", "ore": 1000, "grades": [{"element": "au", "grade": 2}]},
        {"kind": "process", "key": "mill", "recoveries": [{"element": "au", "recovery": 90}]},
        metal
    ])
}

/// Puts fields in; null takes one out.
pub(crate) fn merge(item: &mut Json, more: Json) {
    let fields = item.as_object_mut().expect("an item");
    for (name, value) in more.as_object().expect("fields").clone() {
        if value.is_null() {
            fields.remove(&name);
        } else {
            fields.insert(name, value);
        }
    }
}

/// One item beside a sale.
pub(crate) fn beside(item: Json) -> Json {
    json!([{"kind": "sale", "key": "ore", "quantity": 1, "price": 5}, item])
}
