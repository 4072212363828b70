//! The stockpile of a schedule: tonnes, metal, and what is taken from it.

use super::build::{Build, Row, by_period, key_of, sum};
use crate::item::Item;

/// Keys of a stockpile: what is in it before ore is taken, and how feed differs from what is mined.
pub(super) struct Stock {
    pub(super) before: String,
    pub(super) less: String,
    pub(super) more: String,
    pub(super) opening: Option<String>,
    pub(super) to: Option<String>,
    pub(super) from: Option<String>,
}

pub(super) fn stockpile(build: &mut Build<'_>, item: &Item) -> Option<Stock> {
    let to = build.term(item, "to_stockpile");
    let from = build.term(item, "from_stockpile");
    let opening = build.term(item, "opening_stockpile");
    if to.is_none() && from.is_none() {
        return None;
    }
    let stock = key_of(item, "stockpile");
    let first = opening.clone().unwrap_or_else(|| "0".to_owned());
    let more = |sign: &str, key: &Option<String>| {
        key.as_ref()
            .map_or(String::new(), |key| format!(" {sign} {key}"))
    };
    let before = format!("prev({stock}, {first}){}", more("+", &to));
    let before = build.line(
        item,
        "stockpile_before",
        "stockpile before reclaim",
        "t",
        &before,
    );
    let after = format!("{before}{}", more("-", &from));
    build.line(item, "stockpile", "stockpile", "t", &after);
    if let (Some(rehandle), Some(from)) = (build.term(item, "rehandle"), &from) {
        build.line(
            item,
            "rehandle_cost",
            "rehandle cost",
            "$",
            &format!("{from} * {rehandle}"),
        );
    }
    Some(Stock {
        before,
        less: more("-", &to),
        more: more("+", &from),
        opening,
        to,
        from,
    })
}

/// Metal taken from the stockpile, at its average grade or layer by layer.
pub(super) fn reclaimed(
    build: &mut Build<'_>,
    (item, row): (&Item, Row<'_>),
    (grade, metal): (&str, &str),
    stock: &Stock,
) -> Option<String> {
    let e = row.word;
    let key = key_of(item, &format!("{e}_stockpile"));
    let opening = build.row_term(item, row, "opening_grade");
    let first = match (&stock.opening, opening) {
        (Some(tonnes), Some(grade)) => format!("{tonnes} * {grade}"),
        _ => "0".to_owned(),
    };
    let more = stock
        .to
        .as_ref()
        .map_or(String::new(), |to| format!(" + {to} * {grade}"));
    let before = format!("prev({key}, {first}){more}");
    let before = build.line(
        item,
        &format!("{e}_stockpile_before"),
        &format!("{e} on the stockpile before reclaim"),
        metal,
        &before,
    );
    let Some(from) = &stock.from else {
        let words = format!("{e} on the stockpile");
        build.line(item, &format!("{e}_stockpile"), &words, metal, &before);
        return None;
    };
    let tonnes = &stock.before;
    let text = if item.word("stockpile") == "first_in" {
        let so_far = first_in(build, (item, row), (grade, metal), (stock, &first));
        format!("{so_far} - prev({so_far}, 0)")
    } else {
        format!("if({tonnes} > 0, {before} * {from} / {tonnes}, 0)")
    };
    let out = build.line(
        item,
        &format!("{e}_reclaimed"),
        &format!("{e} taken from the stockpile"),
        metal,
        &text,
    );
    build.line(
        item,
        &format!("{e}_stockpile"),
        &format!("{e} on the stockpile"),
        metal,
        &format!("{before} - {out}"),
    );
    Some(out)
}

/// Layers of one line of a stockpile, so that a formula stays within its length.
const LAYERS_PER_LINE: usize = 30;

/// Metal taken so far where what lay there longest is taken first: of the layer of each period the part that all tonnes
/// taken so far reach into. Layers that come later lie beyond the reach.
fn first_in(
    build: &mut Build<'_>,
    (item, row): (&Item, Row<'_>),
    (grade, metal): (&str, &str),
    (stock, opening_metal): (&Stock, &str),
) -> String {
    let e = row.word;
    let opening = stock.opening.clone().unwrap_or_else(|| "0".to_owned());
    let from = by_period(stock.from.as_deref().unwrap_or("0"));
    let to = by_period(stock.to.as_deref().unwrap_or("0"));
    let line = |build: &mut Build<'_>, end: &str, words: &str, unit: &str, text: &str| {
        build.line(
            item,
            &format!("{e}_{end}"),
            &format!("{e}: {words}"),
            unit,
            text,
        )
    };
    let taken = line(
        build,
        "taken",
        "tonnes taken so far",
        "t",
        &format!("cum({from})"),
    );
    let put = line(build, "put", "tonnes of the layer", "t", &to);
    let text = format!("{opening} + cum({put})");
    let top = line(build, "top", "tonnes put there so far", "t", &text);
    let text = by_period(grade);
    let unit = crate::item::word_of(row.terms, row.fields, "unit").to_owned();
    let of_layer = line(build, "layer_grade", "grade of the layer", &unit, &text);
    let mut parts = Vec::new();
    if opening_metal != "0" {
        parts.push(format!(
            "if({opening} > 0, {opening_metal} * min({taken}, {opening}) / {opening}, 0)"
        ));
    }
    let periods: Vec<usize> = (1..=build.scenario.calendar.column_count()).collect();
    for (number, layers) in periods.chunks(LAYERS_PER_LINE).enumerate() {
        let terms: Vec<String> = layers
            .iter()
            .map(|k| {
                let bottom = format!("at({top}, {k}) + at({put}, {k})");
                format!("at({of_layer}, {k}) * max(min({taken} - {bottom}, at({put}, {k})), 0)")
            })
            .collect();
        let end = format!("layers_{}", number + 1);
        parts.push(line(
            build,
            &end,
            "metal of layers taken so far",
            metal,
            &sum(&terms),
        ));
    }
    line(
        build,
        "taken_metal",
        "metal taken so far",
        metal,
        &sum(&parts),
    )
}
