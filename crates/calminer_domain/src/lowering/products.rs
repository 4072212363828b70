//! Products with their smelter terms.

use super::build::{Build, Row, key_of, rows, sum, sum_in_brackets, sum_times};
use crate::item::{Item, ItemKind, word_of};

pub(super) fn lower(build: &mut Build<'_>) {
    for item in build.items(ItemKind::Metal) {
        metal(build, item);
    }
    for item in build.items(ItemKind::Concentrate) {
        concentrate(build, item);
    }
    for item in build.items(ItemKind::Sale) {
        sale(build, item);
    }
}

/// All products in their order.
pub(super) fn products<'a>(build: &Build<'a>) -> Vec<&'a Item> {
    let all = build.scenario.items.iter();
    all.filter(|item| is_product(item) && !item.key.is_empty())
        .collect()
}

fn is_product(item: &Item) -> bool {
    matches!(
        item.kind,
        ItemKind::Metal | ItemKind::Concentrate | ItemKind::Sale
    )
}

/// The product that unit costs are counted on: the first one that is no by-product.
pub(super) fn main_product<'a>(build: &Build<'a>) -> Option<&'a Item> {
    let all = products(build);
    all.into_iter().find(|item| item.word("credit") == "main")
}

/// The line with the quantity that a product sells, and its unit; of a concentrate, of its first payable element.
pub(super) fn sold(item: &Item) -> Option<(String, String)> {
    match item.kind {
        ItemKind::Metal => Some((key_of(item, "sold"), item.word("unit").to_owned())),
        ItemKind::Sale => Some((key_of(item, "quantity"), item.word("unit").to_owned())),
        ItemKind::Concentrate => {
            let rows = rows(item, "payables", "element");
            let row = rows.first()?;
            let unit = word_of(row.terms, row.fields, "unit").to_owned();
            Some((key_of(item, &format!("{}_sold", row.word)), unit))
        }
        _ => None,
    }
}

/// Metal that the routes of a product recover, times a factor.
fn recovered(build: &Build<'_>, item: &Item, element: &str, factor: &str) -> String {
    let routes = build.named(item, "processes").into_iter();
    let keys: Vec<String> = routes
        .filter(|route| {
            let rows = rows(route, "recoveries", "element");
            rows.iter().any(|row| row.word == element)
        })
        .map(|route| key_of(route, &format!("{element}_recovered")))
        .collect();
    sum_times(&keys, factor)
}

/// The factor that turns a product's money into the scenario's.
fn into_own_money(build: &Build<'_>, item: &Item) -> String {
    let rate = build.exchange_rate(item.word("price_currency"));
    rate.map_or(String::new(), |key| format!(" * {key}"))
}

fn metal(build: &mut Build<'_>, item: &Item) {
    let unit = item.word("unit").to_owned();
    let share = build
        .term(item, "payable")
        .map_or(" * 100 %".to_owned(), |key| format!(" * {key}"));
    let metal = recovered(build, item, item.word("element"), &share);
    let sold = build.line(item, "sold", "payable quantity", &unit, &metal);
    let money = build.fill(item, None, "{price_currency}/{unit}");
    let price = build.term(item, "price").unwrap_or_else(|| "0".to_owned());
    let price = match build.term(item, "premium") {
        Some(premium) => build.line(
            item,
            "realised_price",
            "realised price",
            &money,
            &format!("{price} + {premium}"),
        ),
        None => price,
    };
    let fx = into_own_money(build, item);
    let gross = build.line(
        item,
        "gross",
        "gross revenue",
        "$",
        &format!("{sold} * {price}{fx}"),
    );
    let charges: Vec<String> = ["refining", "transport"]
        .into_iter()
        .filter_map(|field| build.term(item, field))
        .collect();
    let charges = if charges.is_empty() {
        "0".to_owned()
    } else {
        format!("{sold} * {}{fx}", sum_in_brackets(&charges))
    };
    finish(build, item, &gross, &charges);
}

fn sale(build: &mut Build<'_>, item: &Item) {
    let quantity = build
        .term(item, "quantity")
        .unwrap_or_else(|| "0".to_owned());
    let price = build.term(item, "price").unwrap_or_else(|| "0".to_owned());
    let fx = into_own_money(build, item);
    let gross = build.line(
        item,
        "gross",
        "gross revenue",
        "$",
        &format!("{quantity} * {price}{fx}"),
    );
    let charges = build.term(item, "transport");
    let charges = charges.map_or("0".to_owned(), |key| format!("{quantity} * {key}{fx}"));
    finish(build, item, &gross, &charges);
}

/// Realisation cost and net smelter return of a product.
fn finish(build: &mut Build<'_>, item: &Item, gross: &str, charges: &str) {
    let cost = build.line(item, "realisation", "realisation cost", "$", charges);
    build.line(
        item,
        "nsr",
        "net smelter return",
        "$",
        &format!("{gross} - {cost}"),
    );
}

fn concentrate(build: &mut Build<'_>, item: &Item) {
    let grade = build
        .term(item, "grade")
        .unwrap_or_else(|| "100 %".to_owned());
    let metal = recovered(build, item, item.word("element"), &format!(" / {grade}"));
    let dmt = build.line(item, "produced", "dry tonnes produced", "t", &metal);
    let wet = match build.term(item, "moisture") {
        Some(moisture) => format!("{dmt} / ((1 - {moisture}) * 1 [dmt/wmt])"),
        None => format!("{dmt} / 1 [dmt/wmt]"),
    };
    let wmt = build.line(item, "shipped", "wet tonnes shipped", "wmt", &wet);
    let loss = build.term(item, "transit_loss");
    let loss = loss.map_or(String::new(), |key| format!(" * (1 - {key})"));
    let delivered = build.line(
        item,
        "delivered",
        "dry tonnes delivered",
        "t",
        &format!("{dmt}{loss}"),
    );
    let fx = into_own_money(build, item);
    let (mut gross, mut charges) = (Vec::new(), Vec::new());
    for row in rows(item, "payables", "element") {
        payable(
            build,
            (item, row),
            (&dmt, &delivered),
            (&mut gross, &mut charges),
        );
    }
    let all = build.line(item, "gross", "gross revenue", "$", &sum(&gross));
    if let Some(treatment) = build.term(item, "treatment") {
        let text = format!("{delivered} * {treatment}{fx}");
        charges.push(build.line(item, "treatment_cost", "treatment", "$", &text));
    }
    for row in rows(item, "penalties", "element") {
        charges.extend(penalty(build, (item, row), &delivered));
    }
    let shipping: Vec<String> = ["freight", "handling"]
        .into_iter()
        .filter_map(|field| build.term(item, field))
        .collect();
    if !shipping.is_empty() {
        let text = format!("{wmt} * {}{fx}", sum_in_brackets(&shipping));
        charges.push(build.line(item, "freight_cost", "freight and handling", "$", &text));
    }
    if let Some(insurance) = build.term(item, "insurance") {
        let text = format!("{all} * {insurance}");
        charges.push(build.line(item, "insurance_cost", "insurance", "$", &text));
    }
    finish(build, item, &all, &sum(&charges));
}

/// What one element of a concentrate earns and what is deducted for it.
fn payable(
    build: &mut Build<'_>,
    (item, row): (&Item, Row<'_>),
    (dmt, delivered): (&str, &str),
    (gross, charges): (&mut Vec<String>, &mut Vec<String>),
) {
    let e = row.word;
    let word = |field: &str| word_of(row.terms, row.fields, field).to_owned();
    let assay_unit = word("assay_unit");
    let text = recovered(build, item, e, &format!(" / {dmt}"));
    let text = format!("if({dmt} > 0, {text}, 0)");
    let assay = build.line(
        item,
        &format!("{e}_assay"),
        &format!("{e} assay"),
        &assay_unit,
        &text,
    );
    let share = build
        .row_term(item, row, "share")
        .unwrap_or_else(|| "100 %".to_owned());
    let text = match build.row_term(item, row, "deduction") {
        None => format!("{assay} * {share}"),
        Some(less) if word("rule") == "deduct_then_pay" => {
            format!("max({assay} - {less}, 0) * {share}")
        }
        Some(less) => format!("max(min({assay} * {share}, {assay} - {less}), 0)"),
    };
    let paid = build.line(
        item,
        &format!("{e}_payable_grade"),
        &format!("{e} payable grade"),
        &assay_unit,
        &text,
    );
    let text = format!("{delivered} * {paid}");
    let sold = build.line(
        item,
        &format!("{e}_sold"),
        &format!("{e} payable quantity"),
        &word("unit"),
        &text,
    );
    earned(build, (item, row), &sold, (gross, charges));
}

/// Revenue of a payable quantity, and what is deducted for each unit of it.
fn earned(
    build: &mut Build<'_>,
    (item, row): (&Item, Row<'_>),
    sold: &str,
    (gross, charges): (&mut Vec<String>, &mut Vec<String>),
) {
    let e = row.word;
    let fx = into_own_money(build, item);
    let price = build
        .row_term(item, row, "price")
        .unwrap_or_else(|| "0".to_owned());
    let text = format!("{sold} * {price}{fx}");
    gross.push(build.line(
        item,
        &format!("{e}_gross"),
        &format!("{e} gross revenue"),
        "$",
        &text,
    ));
    if let Some(refining) = build.row_term(item, row, "refining") {
        let text = format!("{sold} * {refining}{fx}");
        charges.push(build.line(
            item,
            &format!("{e}_refining_cost"),
            &format!("{e} refining"),
            "$",
            &text,
        ));
    }
    if let Some(share) = build.row_term(item, row, "participation") {
        let text = participation(build, (item, row), &price, &share);
        let text = format!("{sold} * {text}{fx}");
        charges.push(build.line(
            item,
            &format!("{e}_participation_cost"),
            &format!("{e} price participation"),
            "$",
            &text,
        ));
    }
}

/// What is deducted for each payable unit: a share of the price above the reference.
fn participation(
    build: &mut Build<'_>,
    (item, row): (&Item, Row<'_>),
    price: &str,
    share: &str,
) -> String {
    let reference = build
        .row_term(item, row, "reference")
        .unwrap_or_else(|| "0".to_owned());
    let mut text = format!("{share} * ({price} - {reference})");
    if let Some(cap) = build.row_term(item, row, "cap") {
        text = format!("min({text}, {cap})");
    }
    if word_of(row.terms, row.fields, "sides") == "above" {
        return format!("max({text}, 0)");
    }
    match build.row_term(item, row, "floor") {
        Some(floor) => format!("max({text}, 0 - {floor})"),
        None => format!("({text})"),
    }
}

/// The charge for an impurity.
fn penalty(
    build: &mut Build<'_>,
    (item, row): (&Item, Row<'_>),
    delivered: &str,
) -> Option<String> {
    let e = row.word;
    let assay = build.row_term(item, row, "assay")?;
    let step = build.row_term(item, row, "step")?;
    let rate = build.row_term(item, row, "rate")?;
    let threshold = build.row_term(item, row, "threshold");
    let above = threshold.map_or_else(|| assay.clone(), |key| format!("({assay} - {key})"));
    // Half a step less and rounded is the whole steps below; a step that is reached to within rounding counts.
    let steps = if word_of(row.terms, row.fields, "steps") == "whole" {
        format!("max(round({above} / {step} - 0.499999999), 0)")
    } else {
        format!("max({above} / {step}, 0)")
    };
    let fx = into_own_money(build, item);
    let text = format!("{delivered} * {rate} * {steps}{fx}");
    Some(build.line(
        item,
        &format!("{e}_penalty_cost"),
        &format!("{e} penalty"),
        "$",
        &text,
    ))
}
