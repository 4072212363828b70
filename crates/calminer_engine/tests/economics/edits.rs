//! Edits of items that change no figure: another key, another place.

use crate::support::whole::complete;
use crate::support::{is_near, one};
use calminer_domain::item::FieldKind;
use calminer_domain::{Scenario, ScenarioEdit, Term};
use calminer_engine::program::{check, compile};
use calminer_engine::result::{BaseCase, LineValues};

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
    crate::support::whole::add_line(
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
    crate::support::whole::add_line(
        &mut scenario,
        "income_tax_due",
        "USD",
        "=30 % * income_tax_taxable",
    );
    assert!(case(&scenario).metrics.npv.is_some());
}

/// Issues that the compiler finds in a scenario that validation lets through.
fn of_compiler(scenario: &Scenario, what: &str, found: &mut Vec<String>) {
    let all = check(scenario);
    let said =
        |code: &str| ["missing", "range", "element_unknown", "choice", "stockpile"].contains(&code);
    if all.iter().any(|issue| issue.blocks() && said(issue.code)) {
        return;
    }
    let blocking = all.iter().filter(|issue| issue.blocks());
    found.extend(blocking.map(|issue| format!("{what}: {issue}")));
}

/// Fields that say in which unit others are: with another one these must be typed anew.
const OF_UNITS: [&str; 9] = [
    "unit",
    "units",
    "price_currency",
    "band_unit",
    "band_by",
    "bands_of",
    "mode",
    "credit",
    "driver_unit",
];

/// Leaves each field of some items empty and takes each choice.
fn shake(is_meant: impl Fn(usize) -> bool) -> Vec<String> {
    let whole = complete();
    let mut found = Vec::new();
    let items = whole.items.iter().enumerate();
    for (number, item) in items.filter(|(number, _)| is_meant(*number)) {
        let mut try_term = |name: &str, term: Option<Term>, what: &str| {
            let mut other = whole.clone();
            let terms = &mut other.items[number].terms;
            match term {
                Some(term) => terms.insert(name.to_owned(), term),
                None => terms.remove(name),
            };
            of_compiler(&other, &format!("{} {what}", item.key), &mut found);
        };
        for field in item.kind.fields() {
            let name = field.name;
            if OF_UNITS.contains(&name) {
                continue;
            }
            if item.terms.contains_key(name) {
                try_term(name, None, &format!("without {name}"));
            }
            match field.kind {
                FieldKind::Choice(choices) => {
                    for choice in choices {
                        let term = Some(Term::Text(choice.word.to_owned()));
                        try_term(name, term, &format!("with {name} {}", choice.word));
                    }
                }
                FieldKind::Rows(of_row) => {
                    let first = item.rows(name).first();
                    let own = of_row.iter().map(|inner| inner.name);
                    for inner in own.filter(|inner| !inner.contains("unit") && *inner != "element")
                    {
                        let mut rows = item.rows(name).to_vec();
                        if first.is_some_and(|row| row.contains_key(inner)) {
                            rows[0].remove(inner);
                            try_term(
                                name,
                                Some(Term::Rows(rows)),
                                &format!("without {name}.{inner}"),
                            );
                        }
                    }
                }
                _ => {}
            }
        }
    }
    found
}

#[test]
fn any_field_of_production_and_products_may_be_left_empty() {
    let found = shake(|number| number < 7);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn any_field_of_costs_and_royalties_may_be_left_empty() {
    let found = shake(|number| (7..20).contains(&number));
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn any_other_field_may_be_left_empty() {
    let found = shake(|number| number >= 20);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn any_item_may_be_missing() {
    let whole = complete();
    let mut found = Vec::new();
    // Formulas of others name lines of these.
    let named = ["pit", "conc"];
    for item in &whole.items {
        if named.contains(&item.key.as_str()) {
            continue;
        }
        let mut other = whole.clone();
        other.items.retain(|own| own.id != item.id);
        // Lists that name it are for the user to mend.
        for own in &mut other.items {
            for field in [
                "schedules",
                "processes",
                "products",
                "capital",
                "pools",
                "taxes",
            ] {
                own.terms.remove(field);
            }
            own.terms.remove("parts");
        }
        of_compiler(&other, &format!("without {}", item.key), &mut found);
    }
    assert!(found.is_empty(), "{found:#?}");
}
