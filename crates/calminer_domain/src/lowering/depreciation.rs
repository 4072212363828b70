//! Depreciation pools: how a base is charged over time, in nominal money.

use super::build::{Build, Row, by_period, count_of, key_of, numbered, sum, sum_times};
use crate::item::{Item, ItemKind, Term, word_of};

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
        format!("if(production_end > 0 and period >= production_end, max({free}, 0), {charge})")
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
    let spent = spent(build, item);
    let spent = build.nominal(&spent);
    let revisions = build
        .term(item, "revisions")
        .map_or(String::new(), |key| format!(" + {}", build.nominal(&key)));
    let text = by_period(&format!("{spent}{revisions}"));
    let added = build.nominal_line(item, "additions", "additions", &text);
    if item.word("start") == "spend" {
        return added;
    }
    // A mine that never produces puts nothing in use.
    let text = format!(
        "if(production_start = 0 or period < production_start, 0, if(period = production_start, cum({added}), {added}))"
    );
    build.nominal_line(item, "base", "base in use", &text)
}

/// The capital of the pool: lines with a share each, or all listed ones with one share.
fn spent(build: &mut Build<'_>, item: &Item) -> String {
    let parts = numbered(item, "parts", "part");
    if !parts.is_empty() {
        let mut terms = Vec::new();
        for (word, row) in parts {
            let row = Row { word: &word, ..row };
            let line = word_of(row.terms, row.fields, "line").to_owned();
            if line.is_empty() {
                continue;
            }
            let share = build.row_term(item, row, "share");
            terms.push(share.map_or(line.clone(), |share| format!("{line} * {share}")));
        }
        return if terms.is_empty() {
            "0".to_owned()
        } else {
            sum(&terms)
        };
    }
    let is_listed = !item.word("capital").is_empty();
    let named = build.named(item, "capital").into_iter();
    let keys: Vec<&str> = named
        .filter(|line| is_listed || line.word("class") != "closure")
        .map(|line| line.key.as_str())
        .collect();
    let share = build
        .term(item, "share")
        .map_or(String::new(), |key| format!(" * {key}"));
    sum_times(&keys, &share)
}

/// Which part of a capital line goes into a pool, where its share is typed as a figure in percent: 1 is all of it.
/// `None` for another share.
pub(crate) fn part_in_pool(pool: &Item, line: &Item) -> Option<f64> {
    let figure = |term: Option<&Term>, path: &str| match term {
        None => Some(1.0),
        Some(Term::Number(share)) if !pool.units.contains_key(path) => Some(share / 100.0),
        Some(_) => None,
    };
    let parts = numbered(pool, "parts", "part");
    if !parts.is_empty() {
        let own = parts
            .iter()
            .filter(|(_, row)| word_of(row.terms, row.fields, "line") == line.key);
        let shares = own.map(|(_, row)| {
            figure(
                row.terms.get("share"),
                &format!("parts.{}.share", row.index),
            )
        });
        return shares.sum();
    }
    let listed = pool.word("capital");
    let is_listed = listed.split(',').any(|key| key.trim() == line.key);
    if is_listed || listed.is_empty() && line.word("class") != "closure" {
        figure(pool.terms.get("share"), "share")
    } else {
        Some(0.0)
    }
}

fn by_method(build: &mut Build<'_>, item: &Item, base: &str, available: &str) -> String {
    match item.word("method") {
        "units" => units(build, item, available),
        "declining" => declining(build, item, base, available),
        "macrs" => macrs(build, item, base),
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

/// The part of each cost that is charged in the end, where there is salvage.
fn net_of_salvage(build: &mut Build<'_>, item: &Item, base: &str) -> Option<String> {
    if !item.terms.contains_key("salvage") {
        return None;
    }
    let all = if item.terms.contains_key("opening") {
        format!("({} + total({base}))", key_of(item, "opening"))
    } else {
        format!("total({base})")
    };
    let salvage = key_of(item, "salvage");
    let text = format!("if({all} > 0, max(1 - {salvage} / {all}, 0), 1)");
    Some(build.line(item, "net", "charged part of the cost", "%", &text))
}

fn straight_line(build: &mut Build<'_>, item: &Item, base: &str) -> String {
    let n = periods(build, item);
    let opening = if item.terms.contains_key("opening") {
        format!(" + if(period <= {n}, {} / {n}, 0)", key_of(item, "opening"))
    } else {
        String::new()
    };
    let text = if item.word("convention") == "half" {
        let twice = 2.0 * n;
        format!("(window({base}, {n}) + window(lag({base}, 1, 0), {n})) / {twice}{opening}")
    } else {
        format!("window({base}, {n}) / {n}{opening}")
    };
    match net_of_salvage(build, item, base) {
        Some(net) => format!("({text}) * {net}"),
        None => text,
    }
}

/// A share of the opening balance and of additions; with the switch, in each vintage the rest of its balance evenly over
/// the rest of its life where that is more.
fn declining(build: &mut Build<'_>, item: &Item, base: &str, available: &str) -> String {
    let rate = build.term(item, "rate").unwrap_or_else(|| "0".to_owned());
    let first = build.term(item, "first_year");
    let per_year = build.periods_per_year();
    let part = if per_year == 1 {
        String::new()
    } else {
        format!(" / {per_year}")
    };
    if item.word("switch") != "no" {
        let first = first.map_or(String::new(), |share| {
            format!(" * if(period = 1, {share}, 1)")
        });
        return by_vintage(build, item, base, &format!("{rate}{part}{first}"));
    }
    let reduced = match first {
        Some(share) => format!("({available} - {base} + {base} * {share})"),
        None => available.to_owned(),
    };
    format!("{reduced} * {rate}{part}")
}

/// Terms of one line of vintages, so that a formula stays within its length.
const VINTAGES_PER_LINE: usize = 40;

/// Charges for 1 of cost by the age of a vintage, written into the periods as if they were its ages, and the sum over
/// the vintages of each period.
fn by_vintage(build: &mut Build<'_>, item: &Item, base: &str, rate: &str) -> String {
    let n = periods(build, item);
    let kept =
        net_of_salvage(build, item, base).map_or(String::new(), |net| format!(" - (1 - {net})"));
    let (left, each) = (key_of(item, "left_of_one"), key_of(item, "of_one"));
    let text = format!("prev({left}, 1) - prev({each}, 0)");
    build.line(item, "left_of_one", "balance of 1 by age", "", &text);
    let free = format!("({left}{kept})");
    let text = format!(
        "max(min(max({left} * {rate}, {free} / max({} - period, 1)), {free}), 0)",
        n + 1.0
    );
    build.line(item, "of_one", "charge for 1 by age", "", &text);
    let columns = build.scenario.calendar.column_count();
    let mut parts: Vec<String> = Vec::new();
    if item.terms.contains_key("opening") {
        parts.push(format!("{} * {each}", key_of(item, "opening")));
    }
    let ages: Vec<usize> = (0..columns).take_while(|age| (*age as f64) < n).collect();
    for (number, ages) in ages.chunks(VINTAGES_PER_LINE).enumerate() {
        let terms: Vec<String> = ages
            .iter()
            .map(|age| format!("lag({base}, {age}, 0) * at({each}, {})", age + 1))
            .collect();
        let end = format!("vintages_{}", number + 1);
        parts.push(build.nominal_line(item, &end, "charges of its vintages", &sum(&terms)));
    }
    sum(&parts)
}

/// Balance x units of the period / units remaining at its opening, its own included.
fn units(build: &mut Build<'_>, item: &Item, available: &str) -> String {
    let units = match build.term(item, "units") {
        Some(typed) => {
            let unit = item.word("unit").to_owned();
            build.line(
                item,
                "used",
                "units of the period",
                &unit,
                &by_period(&typed),
            )
        }
        None => "ore_processed".to_owned(),
    };
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

fn macrs(build: &mut Build<'_>, item: &Item, base: &str) -> String {
    let base = if item.terms.contains_key("opening") {
        // What was there before is a vintage of the first period.
        let text = format!("{base} + if(period = 1, {}, 0)", key_of(item, "opening"));
        build.nominal_line(item, "vintage", "cost of the vintage", &text)
    } else {
        base.to_owned()
    };
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
