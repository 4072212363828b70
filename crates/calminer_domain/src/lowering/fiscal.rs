//! Royalties and streams.

use super::build::{Build, Row, between, key_of, sum, sum_in_brackets, sum_times};
use super::products::{main_product, products, sold};
use crate::item::{Item, ItemKind};
use crate::line::Section;

pub(super) fn royalties(build: &mut Build<'_>) {
    // What royalties are counted on.
    let all = products(build);
    let keys = |end: &str| -> Vec<String> { all.iter().map(|item| key_of(item, end)).collect() };
    let (gross, realisation) = (keys("gross"), keys("realisation"));
    super::waterfall::to_nsr(build, &gross, &realisation);
    let items = build.items(ItemKind::Royalty);
    for item in &items {
        royalty(build, item);
    }
    if !items.is_empty() {
        let keys: Vec<&str> = items.iter().map(|item| item.key.as_str()).collect();
        build.total("royalties", "Royalties", Section::Fiscal, &sum(&keys));
    }
}

fn royalty(build: &mut Build<'_>, item: &Item) {
    let base = base(build, item);
    let due = match item.word("base") {
        "tonnes" | "units" => {
            let each = build
                .term(item, "per_unit")
                .unwrap_or_else(|| "0".to_owned());
            format!("{base} * {each}")
        }
        _ => {
            let base = build.line(item, "base", "base", "$", &base);
            by_rate(build, item, &base)
        }
    };
    let due = match build.term(item, "minimum") {
        Some(least) => format!("max({due}, {least} * years)"),
        None => due,
    };
    build.line(item, "", "", "$", &between(item, &due));
}

/// The text of the base of a royalty; money is not below zero.
fn base(build: &mut Build<'_>, item: &Item) -> String {
    let of_products = |build: &Build<'_>, end: &str, whole: &str| {
        if item.word("products").is_empty() {
            return whole.to_owned();
        }
        let named = build.named(item, "products");
        let keys: Vec<String> = named.iter().map(|product| key_of(product, end)).collect();
        sum_times(&keys, "")
    };
    match item.word("base") {
        "gross" => of_products(build, "gross", "gross_revenue"),
        "margin" => "max(nsr - operating_cost, 0)".to_owned(),
        "profit" => {
            let capital: Vec<&str> = build
                .items(ItemKind::Capital)
                .iter()
                .map(|item| item.key.as_str())
                .collect();
            let balance = key_of(item, "recovery");
            let text = format!("nsr - operating_cost - {}", sum_times(&capital, ""));
            // What is still to recover is a balance like that of losses: it stays nominal.
            let text = build.nominal(&text);
            let year = build.nominal_line(item, "profit", "profit before recovery", &text);
            let text = format!("min(prev({balance}, 0) + {year}, 0)");
            build.nominal_line(item, "recovery", "capital still to recover", &text);
            build.real(&format!("max(prev({balance}, 0) + {year}, 0)"))
        }
        "tonnes" => "ore_processed".to_owned(),
        "units" => main_product(build)
            .and_then(sold)
            .map_or_else(|| "0".to_owned(), |(key, _)| key),
        "own" => build
            .term(item, "base_value")
            .unwrap_or_else(|| "0".to_owned()),
        _ => format!("max({}, 0)", of_products(build, "nsr", "nsr")),
    }
}

/// Rate x base, with one rate or with one for each band.
fn by_rate(build: &mut Build<'_>, item: &Item, base: &str) -> String {
    let bands = bands(build, item);
    if bands.is_empty() {
        let rate = build.term(item, "rate").unwrap_or_else(|| "0".to_owned());
        return format!("{rate} * {base}");
    }
    if item.word("mode") == "marginal" {
        return marginal(&bands, base, "");
    }
    let by = build
        .term(item, "band_by")
        .unwrap_or_else(|| base.to_owned());
    let rate = whole(&bands, &by);
    let rate = build.line(item, "band_rate", "rate of the band", "%", &rate);
    format!("{rate} * {base}")
}

/// A band: keys of its lower edge and its rate.
pub(super) type Band = (String, String);

/// The bands of an item by rising position.
pub(super) fn bands(build: &mut Build<'_>, item: &Item) -> Vec<Band> {
    let mut bands = Vec::new();
    let words: Vec<String> = (1..=item.rows("bands").len())
        .map(|number| format!("band_{number}"))
        .collect();
    let Some(crate::item::FieldKind::Rows(fields)) =
        item.kind.field("bands").map(|field| field.kind)
    else {
        return bands;
    };
    for (index, (terms, word)) in item.rows("bands").iter().zip(&words).enumerate() {
        let row = Row {
            terms,
            fields,
            table: "bands",
            index,
            word,
        };
        let edge = build.row_term(item, row, "from");
        let rate = build.row_term(item, row, "rate");
        bands.extend(edge.zip(rate));
    }
    bands
}

/// The rate of the band that a figure lies in; a figure on an edge belongs to the upper band, one below all edges has
/// no rate.
pub(super) fn whole(bands: &[Band], by: &str) -> String {
    bands.iter().fold("0".to_owned(), |below, (edge, rate)| {
        format!("if({by} >= {edge}, {rate}, {below})")
    })
}

/// Each rate on the part of an amount inside of its band. `scale` turns an edge into money: ` * nsr` for edges that are
/// shares of the NSR.
pub(super) fn marginal(bands: &[Band], amount: &str, scale: &str) -> String {
    let parts: Vec<String> = bands
        .iter()
        .enumerate()
        .map(|(number, (edge, rate))| {
            let inside = match bands.get(number + 1) {
                Some((next, _)) => format!("min({amount}, {next}{scale})"),
                None => amount.to_owned(),
            };
            format!("{rate} * max({inside} - {edge}{scale}, 0)")
        })
        .collect();
    sum_in_brackets(&parts)
}

pub(super) fn streams(build: &mut Build<'_>) {
    let items = build.items(ItemKind::Stream);
    for item in &items {
        stream(build, item);
    }
    if !items.is_empty() {
        let keys: Vec<&str> = items.iter().map(|item| item.key.as_str()).collect();
        build.total("streams", "Streams", Section::Fiscal, &sum(&keys));
    }
}

/// What a stream costs: the part of the gross revenue of its products that is not paid.
fn stream(build: &mut Build<'_>, item: &Item) {
    let named = build.named(item, "products");
    let keys: Vec<String> = named
        .iter()
        .map(|product| key_of(product, "gross"))
        .collect();
    let share = build.term(item, "share").unwrap_or_else(|| "0".to_owned());
    let unpaid = build
        .term(item, "spot_share")
        .map_or(String::new(), |paid| format!(" * (1 - {paid})"));
    let text = between(item, &sum_times(&keys, &format!(" * {share}{unpaid}")));
    let text = match build.term(item, "deposit") {
        Some(deposit) if item.word("in_npv") == "yes" => format!("{text} - {deposit}"),
        _ => text,
    };
    build.line(item, "", "", "$", &text);
}
