//! Depreciation pools: how a base is charged over time, in nominal money.

use super::build::{Build, count_of, key_of, sum, sum_in_brackets};
use crate::item::{Item, ItemKind};

pub(super) fn lower(build: &mut Build<'_>) {
    for item in build.items(ItemKind::Depreciation) {
        pool(build, item);
    }
}

fn pool(build: &mut Build<'_>, item: &Item) {
    let base = base(build, item);
    let balance = key_of(item, "balance");
    let opening = build
        .nominal_term(item, "opening")
        .unwrap_or_else(|| "0".to_owned());
    let text = format!("prev({balance}, {opening}) + {base}");
    let available = build.nominal_line(item, "available", "balance before the charge", &text);
    let raw = by_method(build, item, &base, &available);
    let raw = build.nominal_line(item, "by_method", "charge by the method", &raw);
    let salvage = build.nominal_term(item, "salvage");
    let free = salvage.map_or_else(|| available.clone(), |key| format!("({available} - {key})"));
    let charge = format!("max(min({raw}, {free}), 0)");
    let charge = if item.word("at_end") == "write_off" {
        format!("if(period >= production_end, max({free}, 0), {charge})")
    } else {
        charge
    };
    let charge = build.nominal_line(item, "", "", &charge);
    build.nominal_line(
        item,
        "balance",
        "balance",
        &format!("{available} - {charge}"),
    );
}

/// What enters the pool in each period: before production starts it waits.
fn base(build: &mut Build<'_>, item: &Item) -> String {
    let is_listed = !item.word("capital").is_empty();
    let named = build.named(item, "capital").into_iter();
    let keys: Vec<&str> = named
        .filter(|line| is_listed || line.word("class") != "closure")
        .map(|line| line.key.as_str())
        .collect();
    let share = build
        .term(item, "share")
        .map_or(String::new(), |key| format!(" * {key}"));
    let spent = build.nominal(&sum_in_brackets(&keys));
    let revisions = build
        .term(item, "revisions")
        .map_or(String::new(), |key| format!(" + {}", build.nominal(&key)));
    let text = format!("{spent}{share}{revisions}");
    let added = build.nominal_line(item, "additions", "additions", &text);
    if item.word("start") == "spend" {
        return added;
    }
    let text = format!(
        "if(period < production_start, 0, if(period = production_start, cum({added}), {added}))"
    );
    build.nominal_line(item, "base", "base in use", &text)
}

fn by_method(build: &mut Build<'_>, item: &Item, base: &str, available: &str) -> String {
    match item.word("method") {
        "units" => units(build, item, available),
        "declining" => declining(build, item, base, available),
        "macrs" => macrs(item, base),
        _ => straight_line(build, item, base),
    }
}

/// Periods of the life of a pool.
fn periods(build: &Build<'_>, item: &Item) -> f64 {
    let life = count_of(item, "life").unwrap_or(10.0);
    (life * f64::from(build.periods_per_year()))
        .round()
        .max(1.0)
}

/// What is left of the cost of a vintage after salvage, as a factor.
fn net_of_salvage(item: &Item, base: &str) -> String {
    if !item.terms.contains_key("salvage") {
        return String::new();
    }
    let salvage = key_of(item, "salvage");
    format!(" * if(total({base}) > 0, 1 - {salvage} / total({base}), 1)")
}

fn straight_line(build: &Build<'_>, item: &Item, base: &str) -> String {
    let n = periods(build, item);
    let net = net_of_salvage(item, base);
    let opening = if item.terms.contains_key("opening") {
        format!(" + if(period <= {n}, {} / {n}, 0)", key_of(item, "opening"))
    } else {
        String::new()
    };
    if item.word("convention") == "half" {
        format!(
            "(window({base}, {n}) + window(lag({base}, 1, 0), {n})) / {}{net}{opening}",
            2.0 * n
        )
    } else {
        format!("window({base}, {n}) / {n}{net}{opening}")
    }
}

/// A share of the opening balance and of additions, or the rest of the balance evenly over the rest of the life where
/// that is more.
fn declining(build: &mut Build<'_>, item: &Item, base: &str, available: &str) -> String {
    let rate = build.term(item, "rate").unwrap_or_else(|| "0".to_owned());
    let share = build
        .term(item, "first_year")
        .map_or(String::new(), |key| format!(" * {key}"));
    let per_year = build.periods_per_year();
    let part = if per_year == 1 {
        String::new()
    } else {
        format!(" / {per_year}")
    };
    let reduced = if share.is_empty() {
        available.to_owned()
    } else {
        format!("({available} - {base} + {base}{share})")
    };
    let text = format!("{reduced} * {rate}{part}");
    if item.word("switch") == "no" {
        return text;
    }
    let n = periods(build, item);
    let start = if item.word("start") == "spend" {
        "1"
    } else {
        "production_start"
    };
    format!("max({text}, {available} / max({start} + {n} - period, 1))")
}

/// Balance x units of the period / units remaining at its opening, its own included.
fn units(build: &mut Build<'_>, item: &Item, available: &str) -> String {
    let units = build
        .term(item, "units")
        .unwrap_or_else(|| "ore_processed".to_owned());
    let unit = item.word("unit").to_owned();
    let left = build.term(item, "remaining").unwrap_or_else(|| {
        let text = format!("total({units}) - cum({units}) + {units}");
        build.line(item, "units_left", "units left", &unit, &text)
    });
    let salvage = if item.terms.contains_key("salvage") {
        format!("({available} - {})", key_of(item, "salvage"))
    } else {
        available.to_owned()
    };
    format!("if({left} > 0, {salvage} * {units} / {left}, 0)")
}

/// Shares of the half-year tables of the US tax code by class, in thousandths of a percent: the charge of the first year
/// and of those after it (IRS Publication 946, Table A-1).
const MACRS: [(f64, &[u32]); 6] = [
    (3.0, &[33_330, 44_450, 14_810, 7_410]),
    (5.0, &[20_000, 32_000, 19_200, 11_520, 11_520, 5_760]),
    (
        7.0,
        &[14_290, 24_490, 17_490, 12_490, 8_930, 8_920, 8_930, 4_460],
    ),
    (
        10.0,
        &[
            10_000, 18_000, 14_400, 11_520, 9_220, 7_370, 6_550, 6_550, 6_560, 6_550, 3_280,
        ],
    ),
    (
        15.0,
        &[
            5_000, 9_500, 8_550, 7_700, 6_930, 6_230, 5_900, 5_900, 5_910, 5_900, 5_910, 5_900,
            5_910, 5_900, 5_910, 2_950,
        ],
    ),
    (
        20.0,
        &[
            3_750, 7_219, 6_677, 6_177, 5_713, 5_285, 4_888, 4_522, 4_462, 4_461, 4_462, 4_461,
            4_462, 4_461, 4_462, 4_461, 4_462, 4_461, 4_462, 4_461, 2_231,
        ],
    ),
];

/// The classes that have a table, for the sentence that refuses another.
pub(crate) fn macrs_classes() -> impl Iterator<Item = f64> {
    MACRS.iter().map(|(class, _)| *class)
}

fn macrs(item: &Item, base: &str) -> String {
    let life = count_of(item, "life").unwrap_or(10.0);
    let table = MACRS.iter().find(|(class, _)| *class == life);
    let shares = table.map_or(&[][..], |(_, shares)| shares);
    let terms: Vec<String> = shares
        .iter()
        .enumerate()
        .map(|(year, share)| {
            let share = f64::from(*share) / 1_000.0;
            match year {
                0 => format!("{base} * {share} %"),
                _ => format!("lag({base}, {year}, 0) * {share} %"),
            }
        })
        .collect();
    sum(&terms)
}
