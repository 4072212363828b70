//! Items of the typed sections and the keys of the lines that they give.

use std::collections::BTreeMap;

use super::key;
use crate::issue::{Issue, Place};
use crate::item::{self, item_place};
use crate::line::Value;
use crate::scenario::Scenario;

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
    let mut first: BTreeMap<String, String> = BTreeMap::new();
    for line in crate::lowering::lower(scenario) {
        let Some(origin) = &line.origin else {
            continue;
        };
        // A field that says `=gold_price` and whose own line would be called gold_price means that parameter.
        let means_it = matches!(&line.value, Value::Formula(text) if names_only(text, &line.key));
        let mut parameters = scenario.parameters.iter();
        let is_input = !means_it && parameters.any(|row| row.key == line.key);
        let other = first.insert(line.key.clone(), origin.key.clone());
        let other = if is_input {
            Some("a parameter".to_owned())
        } else {
            other
        };
        if let Some(other) = other {
            let place = Place::Item {
                id: origin.item,
                key: origin.key.clone(),
                field: "key".to_owned(),
            };
            let message = format!(
                "its line {} has the same key as one of {other}; choose another key",
                line.key
            );
            issues.push(Issue::error(place, "key_doubled", message));
        }
    }
}
