//! Unit costs and checks.

use super::build::{Build, below, by_period, key_of, rows, sum};
use super::products::{main_product, products, sold};
use crate::item::{Item, ItemKind};
use crate::line::Role;

pub(super) fn lower(build: &mut Build<'_>) {
    for item in build.items(ItemKind::UnitCost) {
        unit_cost(build, item);
    }
    for item in build.items(ItemKind::Check) {
        if let Some(condition) = build.term(item, "condition") {
            build.line(item, "", "", "", &format!("if({condition}, 1, 0)"));
        }
    }
    product_role(build);
}

/// What the main product sells tells when production starts.
fn product_role(build: &mut Build<'_>) {
    if build.scenario.line_by_role(Role::PayableProduct).is_some() {
        return;
    }
    let main = main_product(build).or_else(|| products(build).into_iter().next());
    if let Some((key, _)) = main.and_then(sold) {
        build.give_role(&key, Role::PayableProduct);
    }
}

/// Sums that a measure counts, each on top of the one before.
const C1: [&str; 4] = [
    "mining_cost",
    "processing_cost",
    "site_g_and_a_cost",
    "other_operating_cost",
];
const TOTAL_CASH_COST: [&str; 2] = ["royalties", "mining_taxes"];
const AISC: [&str; 5] = [
    "corporate_g_and_a_cost",
    "exploration_cost",
    "reclamation_cost",
    "sustaining_capital",
    "closure_cost",
];
const AIC: [&str; 1] = ["growth_capital"];

fn unit_cost(build: &mut Build<'_>, item: &Item) {
    let Some(cost) = cost(build, item) else {
        return;
    };
    // What is spent before production starts is in no unit cost.
    let cost = format!("if(period < production_start, 0, {cost})");
    let cost = build.line(item, "counted", "cost counted", "$", &cost);
    let main = main_product(build).and_then(sold);
    let (units, unit) = match (build.term(item, "units"), main) {
        (Some(key), _) => (key, item.word("unit").to_owned()),
        (None, Some((key, unit))) => {
            let typed = item.terms.contains_key("unit");
            (
                key,
                if typed {
                    item.word("unit").to_owned()
                } else {
                    unit
                },
            )
        }
        (None, None) => return,
    };
    let units = build.line(item, "over", "units counted", &unit, &by_period(&units));
    let per = format!("$/{}", below(&unit));
    let text = format!("{cost} / {units}");
    build.line(item, "by_period", "by period", &per, &text);
    let key = build.line(
        item,
        "",
        "",
        &per,
        &format!("total({cost}) / total({units})"),
    );
    let role = match item.word("measure") {
        "c1" => Role::C1,
        "total_cash_cost" => Role::TotalCashCost,
        "aisc" => Role::Aisc,
        _ => return,
    };
    if build.scenario.line_by_role(role).is_none() && !build.has_role(role) {
        build.give_role(&key, role);
    }
}

/// The gross revenue of what the denominator counts, and of all else: other products, and the other elements of a
/// concentrate.
fn gross_of_main(build: &Build<'_>) -> (Option<String>, Vec<String>) {
    let Some(main) = main_product(build) else {
        return (None, Vec::new());
    };
    let mut others = Vec::new();
    let mut own = key_of(main, "gross");
    for (number, row) in rows(main, "payables", "element").iter().enumerate() {
        let key = key_of(main, &format!("{}_gross", row.word));
        if number == 0 {
            own = key;
        } else {
            others.push(key);
        }
    }
    let all = products(build).into_iter();
    let rest = all.filter(|product| product.id != main.id);
    others.extend(rest.map(|product| key_of(product, "gross")));
    (Some(own), others)
}

/// The money that a measure counts in each period.
fn cost(build: &mut Build<'_>, item: &Item) -> Option<String> {
    let measure = item.word("measure");
    if measure == "own" {
        return build.term(item, "cost");
    }
    let mut counted: Vec<&str> = C1.to_vec();
    let more: &[&[&str]] = match measure {
        "total_cash_cost" => &[&TOTAL_CASH_COST],
        "aisc" => &[&TOTAL_CASH_COST, &AISC],
        "aic" => &[&TOTAL_CASH_COST, &AISC, &AIC],
        _ => &[],
    };
    counted.extend(more.iter().copied().flatten());
    counted.push("realisation_costs");
    let counted: Vec<&str> = counted.into_iter().filter(|key| build.has(key)).collect();
    let (own, others) = gross_of_main(build);
    if item.word("credit") == "co_product" {
        let own = own?;
        // Costs of periods without revenue, such as closure, are shared like those of all periods together.
        let text = format!(
            "if(gross_revenue > 0, {own} / gross_revenue, total({}) / total(gross_revenue))",
            by_period(&own)
        );
        let share = build.line(item, "share", "part of the cost", "%", &text);
        return Some(format!("({}) * {share}", sum(&counted)));
    }
    let mut text = sum(&counted);
    for credit in &others {
        text.push_str(" - ");
        text.push_str(credit);
    }
    Some(text)
}
