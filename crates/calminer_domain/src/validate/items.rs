//! Items of the typed sections and the keys of the lines that they give.

use std::collections::BTreeMap;

use super::key;
use crate::formula;
use crate::issue::{Issue, Place};
use crate::item::{self, item_place};
use crate::line::Value;
use crate::scenario::Scenario;
use crate::units::Unit;

/// Whether a formula is nothing but a name.
fn names_only(text: &str, name: &str) -> bool {
    text.trim_start_matches('=').trim() == name
}

/// Items: each by its fields, and their keys among each other and with parameters and tables. A line with the key of an
/// item replaces the figure of that item.
pub(super) fn items(scenario: &Scenario, issues: &mut Vec<Issue>) {
    let mut taken: BTreeMap<&str, usize> = BTreeMap::new();
    let parameters = scenario.parameters.iter().map(|row| row.key.as_str());
    let tables = scenario.tables.iter().map(|row| row.key.as_str());
    let own = scenario.items.iter().map(|row| row.key.as_str());
    for key in parameters.chain(tables).chain(own) {
        *taken.entry(key).or_insert(0) += 1;
    }
    for (index, row) in scenario.items.iter().enumerate() {
        key(&row.key, &taken, item_place(row, index, "key"), issues);
        issues.extend(item::check(scenario, row, index));
    }
    lowered(scenario, issues);
}

/// Keys of the headline measures: a line of an item with one of them would stand in their place.
const MEASURES: [&str; 6] = [
    "npv",
    "irr",
    "payback",
    "discounted_payback",
    "npv_pre_tax",
    "irr_pre_tax",
];

/// Lines that items give: their keys are free, can be written in a formula, and their units are known.
fn lowered(scenario: &Scenario, issues: &mut Vec<Issue>) {
    let lines = crate::lowering::lower(scenario);
    let mut first: BTreeMap<&str, &str> = MEASURES.map(|key| (key, "the measures")).into();
    for row in &scenario.parameters {
        first.insert(&row.key, "the parameters");
    }
    for row in &scenario.tables {
        first.insert(&row.key, "the tables");
    }
    let own = lines.iter().filter(|line| line.origin.is_none());
    for line in own {
        first.insert(&line.key, "the waterfall");
    }
    for line in &lines {
        let Some(origin) = &line.origin else {
            continue;
        };
        let place = |field: &str| Place::Item {
            id: origin.item,
            key: origin.key.clone(),
            field: field.to_owned(),
        };
        // A field that says `=gold_price` and whose own line would be called gold_price means that parameter.
        let means_it = matches!(&line.value, Value::Formula(text) if names_only(text, &line.key))
            && scenario.parameters.iter().any(|row| row.key == line.key);
        if means_it {
            continue;
        }
        if let Some(other) = first.insert(&line.key, &origin.key) {
            let message = format!(
                "its line {} has the same key as one of {other}; choose another key",
                line.key
            );
            issues.push(Issue::error(place("key"), "key_doubled", message));
        }
        if !formula::is_key(&line.key) && formula::is_key(&origin.key) {
            let message = format!(
                "its line {} would have a key that formulas cannot name; choose a shorter key or word",
                line.key
            );
            issues.push(Issue::error(place("key"), "key_invalid", message));
        }
        if let Err(error) = Unit::parse(&line.unit, &scenario.currency) {
            let issue = Issue::error(place(&origin.field), "unit_unknown", error.to_string());
            if !issues.contains(&issue) {
                issues.push(issue);
            }
        }
    }
}
