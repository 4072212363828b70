//! Royalties and streams.

use super::build::{
    Build, Row, between, by_period, escalated, key_of, numbered, rows, sum, sum_in_brackets,
    sum_times,
};
use super::products::{main_product, products, sold};
use crate::item::{Item, ItemKind};
use crate::line::{MoneyBasis, Section};
use crate::units::Unit;

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
    let due = between(item, &due);
    let due = match build.term(item, "advance") {
        Some(advance) => after_advances(build, item, &due, &advance),
        None => due,
    };
    build.line(item, "", "", "$", &due);
}

/// What is paid where advances are made: what falls due is first taken off those that are not used up. Their balance is
/// an account, so it stays nominal.
fn after_advances(build: &mut Build<'_>, item: &Item, due: &str, advance: &str) -> String {
    let balance = key_of(item, "advances");
    let opening = build
        .nominal_term(item, "opening_advance")
        .unwrap_or_else(|| "0".to_owned());
    let due = build.line(item, "due", "due before advances", "$", due);
    let text = format!("prev({balance}, {opening}) + {}", build.nominal(advance));
    let before = build.nominal_line(item, "advances_before", "advances before use", &text);
    let text = format!("max(min({}, {before}), 0)", build.nominal(&due));
    let used = build.nominal_line(item, "advances_used", "advances used", &text);
    build.nominal_line(
        item,
        "advances",
        "advances left",
        &format!("{before} - {used}"),
    );
    format!("{due} + {advance} - {}", build.real(&used))
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
            let first = build
                .nominal_term(item, "opening_recovery")
                .map_or("0".to_owned(), |key| format!("0 - {key}"));
            let text = format!("min(prev({balance}, {first}) + {year}, 0)");
            build.nominal_line(item, "recovery", "capital still to recover", &text);
            build.real(&format!("max(prev({balance}, {first}) + {year}, 0)"))
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
    let bands = bands(build, item, "bands");
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
pub(super) fn bands(build: &mut Build<'_>, item: &Item, table: &'static str) -> Vec<Band> {
    let mut bands = Vec::new();
    for (word, row) in numbered(item, table, "band") {
        let row = Row { word: &word, ..row };
        let edge = build.row_term(item, row, "from");
        let edge = edge.map(|edge| edge_of(build, item, edge));
        let rate = build.row_term(item, row, "rate");
        bands.extend(edge.zip(rate));
    }
    bands
}

/// An edge as real money; one that is marked nominal is a line of nominal money.
fn edge_of(build: &mut Build<'_>, item: &Item, edge: String) -> String {
    let own = build.currency();
    let unit = Unit::parse(&build.last().unit, own).ok();
    let is_money = unit.is_some_and(|unit| unit.currency().is_some());
    if !is_money || item.word("edges") != "nominal" || !build.deflates() {
        return edge;
    }
    build.last().basis = Some(MoneyBasis::Nominal);
    build.real(&edge)
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

/// Gross revenue and payable units that a stream is taken from.
fn streamed(build: &Build<'_>, item: &Item) -> (Vec<String>, Vec<String>) {
    let element = item.word("element");
    let (mut gross, mut units) = (Vec::new(), Vec::new());
    for product in build.named(item, "products") {
        let is_part = product.kind == ItemKind::Concentrate && !element.is_empty();
        if is_part {
            let rows = rows(product, "payables", "element");
            if rows.iter().all(|row| row.word != element) {
                continue;
            }
            gross.push(key_of(product, &format!("{element}_gross")));
            units.push(key_of(product, &format!("{element}_sold")));
        } else if element.is_empty() || product.word("element") == element {
            gross.push(key_of(product, "gross"));
            units.extend(sold(product).map(|(key, _)| key));
        }
    }
    (gross, units)
}

/// What a stream costs: the part of the gross revenue of its products that is not paid.
fn stream(build: &mut Build<'_>, item: &Item) {
    let (gross, units) = streamed(build, item);
    let unpaid = build
        .term(item, "spot_share")
        .map_or(String::new(), |paid| format!(" * (1 - {paid})"));
    let is_by_units = !item.rows("steps").is_empty() || item.terms.contains_key("delivery_price");
    let text = if is_by_units {
        by_units(build, item, (&gross, &units), &unpaid)
    } else {
        let share = build.term(item, "share").unwrap_or_else(|| "0".to_owned());
        between(item, &sum_times(&gross, &format!(" * {share}{unpaid}")))
    };
    let text = match build.term(item, "deposit") {
        Some(deposit) if item.word("in_npv") == "yes" => format!("{text} - {deposit}"),
        _ => text,
    };
    build.line(item, "", "", "$", &text);
}

/// The same where units are counted: for steps by the units so far, or for a price of each unit.
fn by_units(
    build: &mut Build<'_>,
    item: &Item,
    (gross, units): (&[String], &[String]),
    unpaid: &str,
) -> String {
    let unit = item.word("unit").to_owned();
    let text = between(item, &by_period(&sum(units)));
    let units = build.line(item, "units", "payable units", &unit, &text);
    let steps = bands(build, item, "steps");
    let text = if steps.is_empty() {
        let share = build.term(item, "share").unwrap_or_else(|| "0".to_owned());
        format!("{units} * {share}")
    } else {
        let opening = build
            .term(item, "opening_units")
            .map_or(String::new(), |key| format!(" + {key}"));
        let text = format!("cum({units}){opening}");
        let so_far = build.line(item, "so_far", "payable units so far", &unit, &text);
        let before = format!("({so_far} - {units})");
        let (after, before) = (marginal(&steps, &so_far, ""), marginal(&steps, &before, ""));
        format!("{after} - {before}")
    };
    let delivered = build.line(item, "delivered", "units delivered", &unit, &text);
    let price = build.term(item, "delivery_price");
    let price = price.map_or(String::new(), |price| {
        let factor = escalated(build, item);
        format!(" - {delivered} * {price}{factor}")
    });
    let gross = sum_in_brackets(gross);
    format!("if({units} > 0, {gross} / {units}, 0) * {delivered}{unpaid}{price}")
}
