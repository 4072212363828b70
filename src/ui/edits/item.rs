//! Edits of items: new ones, copies, and one field changed by its path.

use calminer_domain::item::FieldKind;
use calminer_domain::{Item, ItemKind, Scenario, ScenarioEdit, Term, TermRow, lowering};
use uuid::Uuid;

use super::factor;
use crate::ui::format::first_upper;

/// A new item behind the last one of its kind, and its identity.
pub(crate) fn new_item(scenario: &Scenario, kind: ItemKind) -> (ScenarioEdit, Uuid) {
    let id = Uuid::now_v7();
    let mut item = Item::new(id, kind, scenario.free_key(stem(kind)));
    item.label = first_upper(kind.words());
    let last = scenario.items.iter().rposition(|row| row.kind == kind);
    let at = last.map_or(scenario.items.len(), |at| at + 1);
    (ScenarioEdit::InsertItem(at, Box::new(item)), id)
}

/// How the key of a new item begins: its lines are named by it.
const fn stem(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Schedule => "mine",
        ItemKind::Process => "plant",
        ItemKind::Metal => "metal",
        ItemKind::Concentrate => "concentrate",
        ItemKind::Sale => "product",
        ItemKind::Capital => "capital",
        ItemKind::OperatingCost => "cost",
        ItemKind::Consumption => "consumption",
        ItemKind::Royalty => "royalty",
        ItemKind::Stream => "stream",
        ItemKind::Depreciation => "depreciation",
        ItemKind::Tax => "tax",
        ItemKind::WorkingCapital => "working_capital",
        ItemKind::UnitCost => "unit_cost",
        ItemKind::Check => "check",
    }
}

/// A copy of an item with an identity and a key of its own.
pub(super) fn copy_of(scenario: &Scenario, row: &Item, id: Uuid) -> Item {
    Item {
        id,
        key: scenario.free_key(&row.key),
        label: super::copied(&row.label),
        ..row.clone()
    }
}

/// The place of an item one step up or down among those of its section.
pub(super) fn shifted(scenario: &Scenario, id: Uuid, down: bool) -> Option<usize> {
    let at = scenario.items.iter().position(|row| row.id == id)?;
    let section = scenario.items.get(at)?.kind.section();
    let own = |index: &usize| {
        let row = scenario.items.get(*index);
        row.is_some_and(|row| row.kind.section() == section)
    };
    if down {
        (at + 1..scenario.items.len()).find(own)
    } else {
        (0..at).rev().find(own)
    }
}

/// What stands in a field: `rate`, or `grades.0.grade` for a field of a row of a table.
pub(crate) fn term_at<'a>(item: &'a Item, path: &str) -> Option<&'a Term> {
    let mut parts = path.split('.');
    let field = parts.next()?;
    match (parts.next(), parts.next()) {
        (Some(number), Some(name)) => {
            let index: usize = number.parse().ok()?;
            item.rows(field).get(index)?.get(name)
        }
        _ => item.terms.get(field),
    }
}

/// Puts something else into a field, or takes out what is in it.
pub(crate) fn set_term(item: &mut Item, path: &str, term: Option<Term>) {
    let mut parts = path.split('.');
    let Some(field) = parts.next() else {
        return;
    };
    let (terms, name): (&mut TermRow, &str) = match (parts.next(), parts.next()) {
        (Some(number), Some(name)) => {
            let (Ok(index), Some(Term::Rows(rows))) =
                (number.parse::<usize>(), item.terms.get_mut(field))
            else {
                return;
            };
            let Some(row) = rows.get_mut(index) else {
                return;
            };
            (row, name)
        }
        _ => (&mut item.terms, field),
    };
    match term {
        Some(term) => {
            terms.insert(name.to_owned(), term);
        }
        None => {
            terms.remove(name);
        }
    }
}

/// Puts a figure into a period of a field; a constant becomes a row with one figure changed.
pub(crate) fn put_figure(item: &mut Item, path: &str, period: usize, figure: f64, periods: usize) {
    let mut figures = match term_at(item, path) {
        Some(Term::Series(figures)) => figures.clone(),
        Some(Term::Number(constant)) => vec![*constant; periods],
        _ => Vec::new(),
    };
    figures.resize(periods.max(period + 1), 0.0);
    figures[period] = figure;
    set_term(item, path, Some(Term::Series(figures)));
}

/// Gives a field another unit; typed figures are converted where that is asked for and possible.
pub(crate) fn set_unit(
    item: &mut Item,
    path: &str,
    unit: &str,
    scenario: &Scenario,
    converts: bool,
) {
    let usual = lowering::usual_unit(scenario, item, path).unwrap_or_default();
    let old = item.units.get(path).unwrap_or(&usual).clone();
    if let Some(factor) = factor(&old, unit, &scenario.currency).filter(|_| converts) {
        let changed = match term_at(item, path) {
            Some(Term::Number(figure)) => Some(Term::Number(figure * factor)),
            Some(Term::Series(figures)) => Some(Term::Series(
                figures.iter().map(|figure| figure * factor).collect(),
            )),
            _ => None,
        };
        if changed.is_some() {
            set_term(item, path, changed);
        }
    }
    if unit.is_empty() || unit == usual {
        item.units.remove(path);
    } else {
        item.units.insert(path.to_owned(), unit.to_owned());
    }
}

/// Takes a row out of a table, with the units of its fields; those of later rows move up.
pub(crate) fn remove_row(item: &mut Item, table: &str, index: usize) {
    let Some(Term::Rows(rows)) = item.terms.get_mut(table) else {
        return;
    };
    if index < rows.len() {
        rows.remove(index);
    }
    if rows.is_empty() {
        item.terms.remove(table);
    }
    let units = std::mem::take(&mut item.units);
    for (path, unit) in units {
        let mut parts = path.split('.');
        let own = parts.next() == Some(table);
        let at = parts.next().and_then(|number| number.parse::<usize>().ok());
        match (own, at, parts.next()) {
            (true, Some(at), _) if at == index => {}
            (true, Some(at), Some(name)) if at > index => {
                item.units
                    .insert(format!("{table}.{}.{name}", at - 1), unit);
            }
            _ => {
                item.units.insert(path, unit);
            }
        }
    }
}

/// Adds an empty row to a table.
pub(crate) fn add_row(item: &mut Item, table: &str) {
    let mut rows = item.rows(table).to_vec();
    let mut row = TermRow::new();
    // A new row repeats the words of the one before, such as units; figures and the name are typed.
    if let (Some(last), Some(FieldKind::Rows(fields))) =
        (rows.last(), item.kind.field(table).map(|field| field.kind))
    {
        let words = fields.iter().filter(|field| {
            field.name != "element"
                && matches!(field.kind, FieldKind::Text { .. } | FieldKind::Choice(_))
        });
        for field in words {
            if let Some(term) = last.get(field.name) {
                row.insert(field.name.to_owned(), term.clone());
            }
        }
    }
    rows.push(row);
    item.terms.insert(table.to_owned(), Term::Rows(rows));
}

/// A line of the user's own in the place of a built-in one, to be changed from there.
pub(crate) fn own_line(scenario: &Scenario, key: &str) -> Option<(ScenarioEdit, Uuid)> {
    let lowered = lowering::lower(scenario)
        .into_iter()
        .find(|line| line.key == key)?;
    let id = Uuid::now_v7();
    let line = calminer_domain::Line {
        id,
        key: lowered.key,
        label: lowered.label,
        section: lowered.section,
        unit: lowered.unit,
        value: lowered.value,
        role: lowered.role,
        output: lowered.output,
        timing: None,
        basis: lowered.basis,
        source: String::new(),
        note: String::new(),
    };
    let at = scenario.lines.len();
    Some((ScenarioEdit::InsertLine(at, Box::new(line)), id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule() -> Item {
        let mut item = Item::new(Uuid::from_u128(1), ItemKind::Schedule, "mine");
        add_row(&mut item, "grades");
        set_term(
            &mut item,
            "grades.0.element",
            Some(Term::Text("au".to_owned())),
        );
        set_term(&mut item, "grades.0.grade", Some(Term::Number(1.5)));
        item
    }

    #[test]
    fn a_field_of_a_row_is_reached_by_its_path() {
        let mut item = schedule();
        put_figure(&mut item, "grades.0.grade", 1, 2.0, 3);
        let row = Term::Series(vec![1.5, 2.0, 1.5]);
        assert_eq!(term_at(&item, "grades.0.grade"), Some(&row));
        set_term(&mut item, "grades.7.grade", Some(Term::Number(1.0)));
        assert_eq!(item.rows("grades").len(), 1);
    }

    #[test]
    fn units_of_later_rows_move_up_with_them() {
        let mut item = schedule();
        add_row(&mut item, "grades");
        add_row(&mut item, "grades");
        for row in 0..3 {
            item.units
                .insert(format!("grades.{row}.grade"), format!("u{row}"));
        }
        remove_row(&mut item, "grades", 1);
        let units: Vec<(&str, &str)> = item
            .units
            .iter()
            .map(|(path, unit)| (path.as_str(), unit.as_str()))
            .collect();
        assert_eq!(units, [("grades.0.grade", "u0"), ("grades.1.grade", "u2")]);
    }
}
