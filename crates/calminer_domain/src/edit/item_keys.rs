//! What follows the key of an item: formulas that name its lines, and other items that name it.

use crate::formula;
use crate::item::{Field, FieldKind, Item, Term, TermRow};
use crate::line::Value;
use crate::lowering;
use crate::scenario::Scenario;

/// Puts an item with another key in the place of the one before.
pub(super) fn replace(scenario: &mut Scenario, index: usize, new: &Item) {
    let old_key = scenario.items[index].key.clone();
    let before = lines_of(scenario, new);
    // First the key alone: the lines before and after are then the same ones, in the same order.
    scenario.items[index].key.clone_from(&new.key);
    let after = lines_of(scenario, new);
    scenario.items[index] = new.clone();
    if old_key.is_empty() || !formula::is_key(&new.key) {
        return;
    }
    let is_shared =
        scenario.has_key(&old_key) || scenario.items.iter().any(|item| item.key == old_key);
    if is_shared {
        return;
    }
    for (from, to) in in_order(before, after) {
        for line in &mut scenario.lines {
            if let Value::Formula(text) = &mut line.value {
                *text = formula::rename(text, &from, &to);
            }
            // A line that replaced one of the item's goes on replacing it.
            if line.key == from {
                line.key.clone_from(&to);
            }
        }
        for item in &mut scenario.items {
            for_each_formula(&mut item.terms, &|text| {
                *text = formula::rename(text, &from, &to);
            });
        }
    }
    for item in &mut scenario.items {
        rename_in_lists(item, &old_key, &new.key);
    }
}

/// Old and new keys of the lines of an item, each before another one gets the key that it had: `a_grade` becomes
/// `a_au_grade` after that has become `a_au_au_grade`.
fn in_order(before: Vec<String>, after: Vec<String>) -> Vec<(String, String)> {
    let mut pending: Vec<(String, String)> = before.into_iter().zip(after).collect();
    pending.retain(|(from, to)| from != to);
    let mut ordered = Vec::with_capacity(pending.len());
    while !pending.is_empty() {
        let is_free = |to: &str| pending.iter().all(|(from, _)| from != to);
        let next = pending.iter().position(|(_, to)| is_free(to));
        ordered.push(pending.remove(next.unwrap_or(0)));
    }
    ordered
}

/// The keys of the lines of an item, in order.
fn lines_of(scenario: &Scenario, item: &Item) -> Vec<String> {
    let lines = lowering::lower(scenario).into_iter();
    lines
        .filter(|line| {
            line.origin
                .as_ref()
                .is_some_and(|origin| origin.item == item.id)
        })
        .map(|line| line.key)
        .collect()
}

/// Every formula in the terms of an item.
pub(super) fn for_each_formula(terms: &mut TermRow, change: &impl Fn(&mut String)) {
    for term in terms.values_mut() {
        match term {
            Term::Text(text) if text.starts_with('=') => change(text),
            Term::Rows(rows) => rows
                .iter_mut()
                .for_each(|row| for_each_formula(row, change)),
            _ => {}
        }
    }
}

/// Every row of figures in the terms of an item, with the name of its field.
pub(super) fn for_each_series(terms: &mut TermRow, change: &impl Fn(&str, &mut Vec<f64>)) {
    for (name, term) in terms {
        match term {
            Term::Series(figures) => change(name, figures),
            Term::Rows(rows) => rows.iter_mut().for_each(|row| for_each_series(row, change)),
            _ => {}
        }
    }
}

fn rename_in_lists(item: &mut Item, from: &str, to: &str) {
    rename_in_terms(&mut item.terms, item.kind.fields(), (from, to));
}

fn rename_in_terms(terms: &mut TermRow, fields: &'static [Field], (from, to): (&str, &str)) {
    for field in fields {
        match (field.kind, terms.get_mut(field.name)) {
            (FieldKind::Items(_), Some(Term::Text(words))) => {
                let renamed: Vec<&str> = words
                    .split(',')
                    .map(str::trim)
                    .map(|word| if word == from { to } else { word })
                    .collect();
                *words = renamed.join(", ");
            }
            (FieldKind::Rows(of_row), Some(Term::Rows(rows))) => {
                for row in rows {
                    rename_in_terms(row, of_row, (from, to));
                }
            }
            _ => {}
        }
    }
}
