//! Operating cost, consumption, capital and working capital.

use super::build::{Build, between, by_period, count_of, escalated, key_of, sum};
use crate::item::{Item, ItemKind, Term};
use crate::line::{Role, Section};

/// Categories of operating cost with the key and the label of their sum, in the order of the waterfall.
pub(super) const CATEGORIES: [(&str, &str, &str); 7] = [
    ("mining", "mining_cost", "Mining cost"),
    ("processing", "processing_cost", "Processing cost"),
    ("site_g_and_a", "site_g_and_a_cost", "Site G&A"),
    (
        "corporate_g_and_a",
        "corporate_g_and_a_cost",
        "Corporate G&A",
    ),
    ("exploration", "exploration_cost", "Sustaining exploration"),
    ("reclamation", "reclamation_cost", "Reclamation"),
    ("other", "other_operating_cost", "Other operating cost"),
];

/// Classes of capital with the key and the label of their sum.
pub(super) const CLASSES: [(&str, &str, &str); 4] = [
    ("initial", "initial_capital", "Initial capital"),
    ("sustaining", "sustaining_capital", "Sustaining capital"),
    ("growth", "growth_capital", "Growth capital"),
    ("closure", "closure_cost", "Closure"),
];

pub(super) fn operating(build: &mut Build<'_>) {
    let mut members: Vec<(String, String)> = Vec::new();
    for item in build.items(ItemKind::OperatingCost) {
        operating_cost(build, item);
        members.push((item.word("category").to_owned(), item.key.clone()));
    }
    for item in build.items(ItemKind::Consumption) {
        consumption(build, item);
        members.push((item.word("category").to_owned(), item.key.clone()));
    }
    for item in build.items(ItemKind::Schedule) {
        let key = key_of(item, "rehandle_cost");
        if build.has(&key) {
            members.push(("mining".to_owned(), key));
        }
    }
    let mut sums = Vec::new();
    for (word, key, label) in CATEGORIES {
        let own = members.iter().filter(|(category, _)| category == word);
        let own: Vec<&String> = own.map(|(_, key)| key).collect();
        if !own.is_empty() {
            build.total(key, label, Section::OperatingCost, &sum(&own));
            sums.push(key);
        }
    }
    let role = Role::OperatingCost;
    build.total_with_role(
        "operating_cost",
        "Operating cost",
        Section::OperatingCost,
        &sum(&sums),
        role,
    );
}

/// What a cost follows.
fn driver(build: &mut Build<'_>, item: &Item) -> String {
    build
        .term(item, "driver")
        .unwrap_or_else(|| "ore_processed".to_owned())
}

fn operating_cost(build: &mut Build<'_>, item: &Item) {
    let mut parts = Vec::new();
    parts.extend(build.term(item, "amount"));
    let runs = |text: String| {
        if item.word("when") == "production" {
            format!("producing * {text}")
        } else {
            text
        }
    };
    if let Some(fixed) = build.term(item, "fixed") {
        parts.push(runs(format!("{fixed} * years")));
    }
    if let Some(rate) = build.term(item, "rate") {
        parts.push(format!("{} * {rate}", driver(build, item)));
    }
    if let (Some(quantity), Some(cost)) =
        (build.term(item, "quantity"), build.term(item, "unit_cost"))
    {
        let times = match item.word("frequency") {
            "daily" => 365,
            "weekly" => 52,
            "monthly" => 12,
            "quarterly" => 4,
            _ => 1,
        };
        parts.push(runs(format!("{quantity} * {cost} * {times} [1/a] * years")));
    }
    let factor = escalated(build, item);
    let text = if factor.is_empty() {
        sum(&parts)
    } else {
        format!("({}){factor}", sum(&parts))
    };
    build.line(item, "", "", "$", &between(item, &text));
}

fn consumption(build: &mut Build<'_>, item: &Item) {
    let driver = driver(build, item);
    let rate = build.term(item, "rate").unwrap_or_else(|| "0".to_owned());
    let unit = item.word("unit").to_owned();
    let text = between(item, &format!("{driver} * {rate}"));
    let quantity = build.line(item, "consumed", "quantity", &unit, &text);
    let price = build.term(item, "price").unwrap_or_else(|| "0".to_owned());
    let factor = escalated(build, item);
    build.line(item, "", "", "$", &format!("{quantity} * {price}{factor}"));
    if let Some(emission) = build.term(item, "emission_factor") {
        build.line(
            item,
            "co2",
            "CO2-equivalent",
            "t",
            &format!("{quantity} * {emission}"),
        );
    }
}

pub(super) fn capital(build: &mut Build<'_>) {
    for item in build.items(ItemKind::Capital) {
        capital_line(build, item);
    }
    for (class, key, label) in CLASSES {
        let items = build.items(ItemKind::Capital).into_iter();
        let own: Vec<&str> = items
            .filter(|item| item.word("class") == class)
            .map(|item| item.key.as_str())
            .collect();
        if own.is_empty() {
            continue;
        }
        let text = sum(&own);
        if class == "initial" {
            build.total_with_role(key, label, Section::Capital, &text, Role::InitialCapital);
        } else {
            build.total(key, label, Section::Capital, &text);
        }
    }
}

fn capital_line(build: &mut Build<'_>, item: &Item) {
    let amount = build.term(item, "amount").unwrap_or_else(|| "0".to_owned());
    let is_row = matches!(item.terms.get("amount"), Some(Term::Series(_)));
    let text = match build.term(item, "profile") {
        Some(profile) => format!("{amount} * {profile}"),
        None if is_row => amount,
        None if item.word("amount_is") == "by_period" => by_period(&amount),
        None => format!("if(period = 1, {amount}, 0)"),
    };
    let factor = escalated(build, item);
    let spend = build.line(
        item,
        "spend",
        "before contingency",
        "$",
        &format!("{text}{factor}"),
    );
    let text = match build.term(item, "contingency") {
        Some(share) => {
            let text = format!("{spend} * {share}");
            let more = build.line(item, "contingency_cost", "contingency", "$", &text);
            format!("{spend} + {more}")
        }
        None => spend,
    };
    build.line(item, "", "", "$", &text);
}

pub(super) fn working_capital(build: &mut Build<'_>) {
    let items = build.items(ItemKind::WorkingCapital);
    for item in &items {
        balance(build, item);
    }
    if !items.is_empty() {
        let keys: Vec<&str> = items.iter().map(|item| item.key.as_str()).collect();
        let label = "Change of working capital";
        build.total(
            "working_capital_change",
            label,
            Section::Capital,
            &sum(&keys),
        );
    }
}

fn balance(build: &mut Build<'_>, item: &Item) {
    let revenue = build
        .term(item, "revenue")
        .unwrap_or_else(|| "nsr".to_owned());
    let cost = build
        .term(item, "cost")
        .unwrap_or_else(|| "operating_cost".to_owned());
    let payable = build
        .term(item, "payable_cost")
        .unwrap_or_else(|| cost.clone());
    let mut parts = Vec::new();
    for (field, flow, sign) in [
        ("receivable_days", &revenue, "+"),
        ("inventory_days", &cost, "+"),
        ("payable_days", &payable, "-"),
    ] {
        let Some(days) = count_of(item, field).filter(|days| *days > 0.0) else {
            continue;
        };
        let name = field.trim_end_matches("_days");
        let text = last_days(build, flow, days);
        let key = build.nominal_line(item, name, name, &text);
        parts.push(format!("{sign} {key}"));
    }
    if let Some(share) = build.term(item, "revenue_share") {
        let flow = build.nominal(&revenue);
        // A share of the revenue of a year: of a period, as many times more as the year has periods.
        let text = format!("{flow} * {share} * {}", build.periods_per_year());
        let text = text.trim_end_matches(" * 1").to_owned();
        let key = build.nominal_line(item, "by_share", "share of revenue", &text);
        parts.push(format!("+ {key}"));
    }
    let text = parts.join(" ");
    let text = text.strip_prefix("+ ").map_or_else(
        || {
            if text.is_empty() {
                "0".to_owned()
            } else {
                format!("0 {text}")
            }
        },
        str::to_owned,
    );
    let columns = build.scenario.calendar.column_count();
    // Nothing is owed after the last period, whenever the last sale was.
    let kept = build.nominal_line(
        item,
        "balance",
        "balance",
        &format!("if(period < {columns}, {text}, 0)"),
    );
    let opening = build
        .nominal_term(item, "opening")
        .unwrap_or_else(|| "0".to_owned());
    let text = build.real(&format!("{kept} - prev({kept}, {opening})"));
    build.line(item, "", "", "$", &text);
}

/// Most days of working capital: ten years.
pub(crate) const MOST_DAYS: f64 = 3_650.0;

/// The flow of the last days, each period's spread evenly over its share of a year of 365 days, and nothing of it once
/// the days after the last sale are over.
fn last_days(build: &Build<'_>, flow: &str, days: f64) -> String {
    let length = 365.0 / f64::from(build.periods_per_year());
    // More is an issue at its field; it must not become a formula without end.
    let days = days.min(MOST_DAYS);
    let periods = (days / length).ceil().max(1.0);
    let mut terms = Vec::new();
    let mut back = 0.0;
    while back < periods {
        let part = (days - back * length).min(length);
        let flow = build.nominal(flow);
        let flow = if back == 0.0 {
            flow
        } else {
            format!("lag({flow}, {back}, 0)")
        };
        if part >= length {
            terms.push(flow);
        } else {
            let (top, bottom) = (days - back * length, build.periods_per_year());
            let top = if bottom == 1 {
                format!("{top}")
            } else {
                format!("({days} * {bottom} - {back} * 365)")
            };
            terms.push(format!("{flow} * {top} / 365"));
        }
        back += 1.0;
    }
    let late = periods - 1.0;
    let until = if late > 0.0 {
        format!("production_end + {late}")
    } else {
        "production_end".to_owned()
    };
    format!("if(period <= {until}, {}, 0)", sum(&terms))
}
