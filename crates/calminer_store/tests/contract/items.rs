//! Items of every kind, with every sort of term.

use calminer_domain::item::{Field, FieldKind};
use calminer_domain::{Item, ItemKind, Term, TermRow};
use uuid::Uuid;

use crate::sample::Numbers;

/// An item with any terms. Impossible ones included: a half-finished scenario is kept as it is.
pub(crate) fn any(n: &mut Numbers) -> Item {
    let kind = n.one_of(&ItemKind::ALL);
    let mut terms = row(n, kind.fields());
    if n.below(3) == 0 {
        terms.insert(n.text(), Term::Rows(vec![[(n.text(), term(n))].into()]));
        terms.insert("unknown".to_owned(), term(n));
    }
    Item {
        id: n.id(),
        kind,
        key: n.text(),
        label: n.text(),
        terms,
        units: (0..n.below(3)).map(|_| (n.text(), n.text())).collect(),
        source: n.text(),
        note: n.text(),
    }
}

fn row(n: &mut Numbers, fields: &'static [Field]) -> TermRow {
    let mut terms = TermRow::new();
    for field in fields {
        if n.below(3) == 0 {
            continue;
        }
        let term = match field.kind {
            FieldKind::Value { .. } => term(n),
            FieldKind::Count { .. } => Term::Number(n.figure()),
            FieldKind::Choice(choices) => Term::Text(n.one_of(choices).word.to_owned()),
            FieldKind::Text { .. } | FieldKind::Items(_) => Term::Text(n.text()),
            FieldKind::Rows(fields) => {
                Term::Rows((0..n.below(4)).map(|_| row(n, fields)).collect())
            }
        };
        terms.insert(field.name.to_owned(), term);
    }
    terms
}

fn term(n: &mut Numbers) -> Term {
    match n.below(3) {
        0 => Term::Number(n.figure()),
        1 => Term::Series(n.figures()),
        _ => Term::Text(n.text()),
    }
}

/// One item of each kind, with each of its fields filled in.
pub(crate) fn of_every_kind(number: u64) -> Vec<Item> {
    let kinds = ItemKind::ALL.into_iter().zip(0..);
    let item = |(kind, place): (ItemKind, u64)| {
        let id = Uuid::from_u64_pair(7, number * 100 + place);
        Item {
            label: kind.words().to_owned(),
            terms: filled(kind.fields(), place),
            units: [("price".to_owned(), "USD/lb".to_owned())].into(),
            source: "section 22".to_owned(),
            note: "as printed".to_owned(),
            ..Item::new(id, kind, format!("item_{place}"))
        }
    };
    kinds.map(item).collect()
}

fn filled(fields: &'static [Field], place: u64) -> TermRow {
    let term = |field: &Field, place: u64| match field.kind {
        FieldKind::Value { .. } if place.is_multiple_of(3) => Term::Number(0.1),
        FieldKind::Value { .. } if place % 3 == 1 => Term::Series(vec![0.0, 1.5, 1.0 / 3.0]),
        FieldKind::Value { .. } => Term::Text("=gold_price * 0.9995".to_owned()),
        FieldKind::Count { .. } => Term::Number(10.0),
        FieldKind::Choice(choices) => Term::Text(choices[choices.len() - 1].word.to_owned()),
        FieldKind::Text { .. } => Term::Text("au".to_owned()),
        FieldKind::Items(_) => Term::Text("item_0, item_1".to_owned()),
        FieldKind::Rows(fields) => Term::Rows(vec![filled(fields, place), TermRow::new()]),
    };
    let fields = fields.iter().zip(place..);
    fields
        .map(|(field, place)| (field.name.to_owned(), term(field, place)))
        .collect()
}

/// Puts a text wherever an item can have one.
pub(crate) fn fill_with(item: &mut Item, text: &str) {
    for field in [
        &mut item.key,
        &mut item.label,
        &mut item.source,
        &mut item.note,
    ] {
        text.clone_into(field);
    }
    let cell: TermRow = [(text.to_owned(), Term::Text(text.to_owned()))].into();
    item.terms
        .insert(text.to_owned(), Term::Rows(vec![cell.clone()]));
    item.terms
        .insert("unit".to_owned(), Term::Text(text.to_owned()));
    item.units.insert(text.to_owned(), text.to_owned());
}

/// Gives an item a table with so many rows.
pub(crate) fn add_rows(item: &mut Item, count: u32) {
    let row = |number: u32| -> TermRow {
        [
            ("element".to_owned(), Term::Text(format!("e{number}"))),
            ("grade".to_owned(), Term::Number(f64::from(number) / 7.0)),
        ]
        .into()
    };
    let rows = (0..count).map(row).collect();
    item.terms.insert("grades".to_owned(), Term::Rows(rows));
}

/// Puts a figure into each row of that table.
pub(crate) fn set_cells(item: &mut Item, figure: f64) {
    let Some(Term::Rows(rows)) = item.terms.get_mut("grades") else {
        panic!("no table")
    };
    for row in rows {
        row.insert("grade".to_owned(), Term::Number(figure));
    }
}

/// These figures in a term of every sort that has some.
pub(crate) fn of_figures(figures: &[f64]) -> TermRow {
    let cell = |figure: &f64| [("cell".to_owned(), Term::Number(*figure))].into();
    let all = figures.iter().zip(0..);
    let mut terms: TermRow = all
        .map(|(figure, number)| (format!("number_{number}"), Term::Number(*figure)))
        .collect();
    terms.insert(
        "rows".to_owned(),
        Term::Rows(figures.iter().map(cell).collect()),
    );
    terms.insert("series".to_owned(), Term::Series(figures.to_vec()));
    terms
}

/// The bits of all figures of some terms.
pub(crate) fn bits(terms: &TermRow) -> Vec<u64> {
    let of_term = |term: &Term| match term {
        Term::Number(figure) => vec![figure.to_bits()],
        Term::Series(figures) => figures.iter().map(|figure| figure.to_bits()).collect(),
        Term::Text(_) => Vec::new(),
        Term::Rows(rows) => rows.iter().flat_map(bits).collect(),
    };
    terms.values().flat_map(of_term).collect()
}
