//! Edits of items that change no figure: another key, another place.

mod economics_support;

use calminer_domain::{Scenario, ScenarioEdit};
use calminer_engine::program::compile;
use calminer_engine::result::{BaseCase, LineValues};
use economics_support::whole::complete;
use economics_support::{is_near, one};

fn case(scenario: &Scenario) -> BaseCase {
    compile(scenario)
        .unwrap_or_else(|issues| panic!("{issues:#?}"))
        .base_case()
}

/// The figures of all lines by position, to the bit.
fn bits(case: &BaseCase) -> Vec<Vec<u64>> {
    let lines = case.lines.iter().map(|line| match &line.values {
        LineValues::Scalar(figure) => vec![figure.to_bits()],
        LineValues::Series(figures) => figures.iter().map(|figure| figure.to_bits()).collect(),
    });
    lines.collect()
}

#[test]
fn a_renamed_item_keeps_every_figure() {
    let before = complete();
    let figures = bits(&case(&before));
    let mut all = before.clone();
    for (index, item) in before.items.iter().enumerate() {
        let mut item = item.clone();
        item.key = format!("renamed_{index}");
        // Formulas of the item itself may follow another one that was renamed before.
        item.terms = all.items[index].terms.clone();
        let edit = ScenarioEdit::UpdateItem(Box::new(item));
        all = edit.apply(&all).unwrap();
        assert_eq!(bits(&case(&all)), figures, "{}", before.items[index].key);
    }
    let keys: Vec<&str> = all.items.iter().map(|item| item.key.as_str()).collect();
    assert!(keys.iter().all(|key| key.starts_with("renamed_")));
}

#[test]
fn the_order_of_items_changes_no_value() {
    let before = complete();
    let value = one(&case(&before), "npv");
    // The main product is the first one that is no by-product: there is one of them, wherever it stands.
    let mut turned = before.clone();
    turned.items.reverse();
    let after = case(&turned);
    assert!(is_near(one(&after, "npv"), value, 1e-12));
    for key in ["c1_cost", "aisc_cost"] {
        assert!(
            is_near(one(&after, key), one(&case(&before), key), 1e-12),
            "{key}"
        );
    }
}

#[test]
fn a_removed_check_changes_no_other_line() {
    let before = complete();
    let id = before
        .items
        .iter()
        .find(|item| item.key == "balance")
        .unwrap()
        .id;
    let after = ScenarioEdit::RemoveItem(id).apply(&before).unwrap();
    let (a, b) = (case(&before), case(&after));
    for line in &b.lines {
        let theirs = a.line(&line.key).unwrap();
        assert_eq!(
            format!("{:?}", line.values),
            format!("{:?}", theirs.values),
            "{}",
            line.key
        );
    }
    assert_eq!(a.lines.len(), b.lines.len() + 2);
}

#[test]
fn a_line_in_place_of_a_lowered_one_has_its_meaning() {
    let mut scenario = complete();
    let before = case(&scenario);
    economics_support::whole::add_line(
        &mut scenario,
        "after_tax_cash_flow",
        "USD",
        "=pre_tax_cash_flow - mining_taxes",
    );
    let after = case(&scenario);
    let taxes = one(&before, "npv") - one(&after, "npv");
    assert!(after.metrics.npv.is_some() && taxes < 0.0, "{taxes}");
    // Of a nominal line too: inflation makes the losses and the tax due nominal money.
    scenario.conventions.inflation = 0.03;
    economics_support::whole::add_line(
        &mut scenario,
        "income_tax_due",
        "USD",
        "=30 % * income_tax_taxable",
    );
    assert!(case(&scenario).metrics.npv.is_some());
}
