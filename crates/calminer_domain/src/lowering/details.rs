//! Which lowered lines a cash flow shows: the rest stands with its item.

use std::collections::BTreeSet;

use super::{LoweredLine, lower};
use crate::item::ItemKind;
use crate::scenario::Scenario;

/// The keys of the lowered lines that a cash flow leaves out: terms of items, what costs and taxes are made of (their
/// sums stand in the waterfall), and lines that only help others.
pub fn details(scenario: &Scenario) -> BTreeSet<String> {
    let lines = lower(scenario).into_iter();
    lines
        .filter(|line| !is_in_cash_flow(scenario, line))
        .map(|line| line.key)
        .collect()
}

fn is_in_cash_flow(scenario: &Scenario, line: &LoweredLine) -> bool {
    let Some(origin) = &line.origin else {
        return !is_helper(&line.key);
    };
    let Some(item) = scenario.item(origin.item) else {
        return true;
    };
    let end = line.key.strip_prefix(&item.key).unwrap_or_default();
    match item.kind {
        ItemKind::Metal | ItemKind::Concentrate | ItemKind::Sale => {
            end == "_gross" || end == "_realisation" || end.ends_with("_sold")
        }
        ItemKind::Depreciation | ItemKind::UnitCost | ItemKind::Check => end.is_empty(),
        _ => false,
    }
}

/// Whether a line of the waterfall only helps others.
pub fn is_helper(key: &str) -> bool {
    matches!(
        key,
        "producing" | "production_start" | "production_end" | "years_from_base_date"
    )
}
