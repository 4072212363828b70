//! Schedules and processing routes.

use std::collections::BTreeMap;

use super::build::{Build, Row, by_period, count_of, key_of, rows, sum, sum_times};
use super::stockpile::{Stock, reclaimed, stockpile};
use crate::item::{Item, ItemKind};
use crate::line::{Section, Value};

pub(super) fn lower(build: &mut Build<'_>) {
    for item in build.items(ItemKind::Schedule) {
        schedule(build, item);
    }
    for item in build.items(ItemKind::Process) {
        process(build, item);
    }
    totals(build);
}

/// The unit that metal of an element is counted in: ounces where its grade is one of precious metals, tonnes else.
pub(super) fn metal_units(build: &Build<'_>) -> BTreeMap<String, &'static str> {
    let mut units = BTreeMap::new();
    for item in build.items(ItemKind::Schedule) {
        for row in rows(item, "grades", "element") {
            let unit = crate::item::word_of(row.terms, row.fields, "unit");
            let metal = if unit.starts_with("g/") || unit.starts_with("oz/") {
                "oz"
            } else {
                "t"
            };
            units.entry(row.word.to_owned()).or_insert(metal);
        }
    }
    units
}

fn schedule(build: &mut Build<'_>, item: &Item) {
    let (ore, waste) = plan(build, item);
    let dilution = diluted(build, item);
    let mined = match &dilution {
        Some(diluted) => {
            let recovery = build.term(item, "mining_recovery");
            let recovery = recovery.map_or(String::new(), |key| format!(" * {key}"));
            format!("{ore}{recovery} * (1 + {diluted})")
        }
        None => ore,
    };
    let mined = build.line(item, "mined", "ore mined", "t", &mined);
    let moved = waste
        .as_ref()
        .map_or(mined.clone(), |waste| format!("{mined} + {waste}"));
    build.line(item, "moved", "material moved", "t", &moved);
    let stock = stockpile(build, item);
    let feed = match &stock {
        Some(stock) => format!("{mined}{}{}", stock.less, stock.more),
        None => mined.clone(),
    };
    let feed = build.line(item, "feed", "ore to the plant", "t", &feed);
    let flag = format!("if({feed} > 0, years, 0)");
    build.line(item, "life", "mine life", "a", &format!("total({flag})"));
    let metals = metal_units(build);
    for row in rows(item, "grades", "element") {
        let metal = metals.get(row.word).copied().unwrap_or("t");
        element(
            build,
            (item, row),
            (&mined, &feed, metal),
            (dilution.as_deref(), stock.as_ref()),
        );
    }
}

/// Ore and waste of a typed or a generated plan.
fn plan(build: &mut Build<'_>, item: &Item) -> (String, Option<String>) {
    if item.word("plan") != "generated" {
        let ore = build.term(item, "ore");
        let waste = build.term(item, "waste");
        return (ore.unwrap_or_else(|| "0".to_owned()), waste);
    }
    let reserve = build
        .term(item, "reserve")
        .unwrap_or_else(|| "0".to_owned());
    let capacity = build
        .term(item, "capacity")
        .unwrap_or_else(|| "0".to_owned());
    let ramp = build
        .term(item, "ramp_up")
        .map_or(String::new(), |key| format!(" * {key}"));
    let start = count_of(item, "start").unwrap_or(1.0);
    let text = format!("{capacity} * years{ramp}");
    let full = build.line(item, "full", "ore at the rate of the period", "t", &text);
    let (left, ore) = (key_of(item, "left"), key_of(item, "ore"));
    let text = format!("prev({left}, {reserve}) - prev({ore}, 0)");
    build.line(item, "left", "ore left at the opening", "t", &text);
    // What rounding leaves of the last full period must not become a period of its own.
    let planned =
        format!("if(period >= {start}, if({left} <= {full} * 1.000000001, {left}, {full}), 0)");
    build.line(item, "ore", "ore planned", "t", &planned);
    let text = format!("{reserve} - total({ore})");
    build.line(item, "unmined", "ore left at the end", "t", &text);
    let strip = build.term(item, "strip_ratio");
    let waste =
        strip.map(|strip| build.line(item, "waste", "waste", "t", &format!("{ore} * {strip}")));
    (ore, waste)
}

/// Waste in the ore as a share of the ore; `None` for figures that are run of mine.
fn diluted(build: &mut Build<'_>, item: &Item) -> Option<String> {
    if item.word("basis") != "in_situ" {
        return None;
    }
    let Some(dilution) = build.term(item, "dilution") else {
        return Some("0".to_owned());
    };
    if item.word("dilution_basis") == "total" {
        let text = format!("{dilution} / (1 - {dilution})");
        Some(build.line(item, "dilution_of_ore", "waste per ore", "%", &text))
    } else {
        Some(dilution)
    }
}

/// Grade and metal of one element.
fn element(
    build: &mut Build<'_>,
    (item, row): (&Item, Row<'_>),
    (mined, feed, metal): (&str, &str, &str),
    (dilution, stock): (Option<&str>, Option<&Stock>),
) {
    let e = row.word;
    let Some(grade) = build.row_term(item, row, "grade") else {
        return;
    };
    let unit = crate::item::word_of(row.terms, row.fields, "unit").to_owned();
    let grade = match dilution {
        None => grade,
        Some(diluted) => {
            let waste = build.row_term(item, row, "waste_grade");
            let more = waste.map_or(String::new(), |waste| format!(" + {diluted} * {waste}"));
            let text = format!("({grade}{more}) / (1 + {diluted})");
            build.line(
                item,
                &format!("{e}_mined_grade"),
                &format!("{e} grade as mined"),
                &unit,
                &text,
            )
        }
    };
    let contained = match stock {
        None => format!("{mined} * {grade}"),
        Some(stock) => {
            let reclaimed = reclaimed(build, (item, row), (&grade, metal), stock);
            let direct = if stock.less.is_empty() {
                mined.to_owned()
            } else {
                format!("({mined}{})", stock.less)
            };
            reclaimed.map_or_else(
                || format!("{direct} * {grade}"),
                |key| format!("{direct} * {grade} + {key}"),
            )
        }
    };
    let words = format!("{e} in the ore to the plant");
    let contained = build.line(item, &format!("{e}_contained"), &words, metal, &contained);
    let words = format!("{e} grade to the plant");
    let text = format!("if({feed} > 0, {contained} / {feed}, 0)");
    build.line(item, &format!("{e}_head_grade"), &words, &unit, &text);
}

fn process(build: &mut Build<'_>, item: &Item) {
    let schedules = build.named(item, "schedules");
    let feeds: Vec<String> = schedules
        .iter()
        .map(|schedule| key_of(schedule, "feed"))
        .collect();
    let share = build
        .term(item, "share")
        .map_or(String::new(), |key| format!(" * {key}"));
    let ore = build.line(
        item,
        "ore",
        "ore processed",
        "t",
        &sum_times(&feeds, &share),
    );
    for row in rows(item, "recoveries", "element") {
        route(build, (item, row), &schedules, (&ore, &share));
    }
}

/// What one element of a route comes to.
fn route(
    build: &mut Build<'_>,
    (item, row): (&Item, Row<'_>),
    schedules: &[&Item],
    (ore, share): (&str, &str),
) {
    let e = row.word;
    let metals = metal_units(build);
    let metal = metals.get(e).copied().unwrap_or("t");
    let follows = |schedule: &Item| {
        let rows = rows(schedule, "grades", "element");
        rows.iter().any(|row| row.word == e)
    };
    let feeds: Vec<String> = schedules
        .iter()
        .filter(|schedule| follows(schedule))
        .map(|schedule| key_of(schedule, &format!("{e}_contained")))
        .collect();
    let line = |build: &mut Build<'_>, end: &str, words: &str, unit: &str, text: &str| {
        build.line(
            item,
            &format!("{e}_{end}"),
            &format!("{e} {words}"),
            unit,
            text,
        )
    };
    let feed = line(
        build,
        "feed",
        "in the feed",
        metal,
        &sum_times(&feeds, share),
    );
    let unit = if metal == "oz" { "g/t" } else { "%" };
    let text = format!("if({ore} > 0, {feed} / {ore}, 0)");
    line(build, "grade", "grade of the feed", unit, &text);
    let Some(recovery) = build.row_term(item, row, "recovery") else {
        return;
    };
    let text = format!("{feed} * {recovery}");
    let recovered = line(build, "recovered", "recovered", metal, &text);
    let text = format!("{feed} - {recovered}");
    line(build, "lost", "lost", metal, &text);
}

/// Ore, rock and the periods with production of the whole mine.
fn totals(build: &mut Build<'_>) {
    let schedules = build.items(ItemKind::Schedule);
    let processes = build.items(ItemKind::Process);
    let keys = |items: &[&Item], end: &str| -> Vec<String> {
        items.iter().map(|item| key_of(item, end)).collect()
    };
    let (moved, feeds, ores) = (
        keys(&schedules, "moved"),
        keys(&schedules, "feed"),
        keys(&processes, "ore"),
    );
    let sold: Vec<String> = build
        .items(ItemKind::Sale)
        .iter()
        .map(|item| format!("if({} > 0, 1, 0)", key_of(item, "quantity")))
        .collect();
    let ore = if ores.is_empty() { feeds } else { ores };
    let producing = if schedules.is_empty() {
        by_period(&format!("min(1, {})", sum(&sold)))
    } else {
        tonnes(build, "material_moved", "Material moved", &sum(&moved));
        tonnes(
            build,
            "ore_processed",
            "Ore processed",
            &by_period(&sum(&ore)),
        );
        by_period("if(ore_processed > 0, 1, 0)")
    };
    tonnes(build, "producing", "Production", &producing);
    build.last().unit = String::new();
    // Without any production there is neither a first nor a last period of it; both are 0 then.
    tonnes(
        build,
        "production_start",
        "First period of production",
        "if(total(producing) > 0, first(producing), 0)",
    );
    build.last().unit = String::new();
    tonnes(
        build,
        "production_end",
        "Last period of production",
        "if(total(producing) > 0, last(producing), 0)",
    );
    build.last().unit = String::new();
    years_from_base(build);
}

fn tonnes(build: &mut Build<'_>, key: &str, label: &str, formula: &str) {
    let line = build.total(key, label, Section::Production, formula);
    "t".clone_into(&mut line.unit);
}

/// Years from the day whose money is real to the flow of each period, where a cost escalates.
fn years_from_base(build: &mut Build<'_>) {
    let escalates = build
        .scenario
        .items
        .iter()
        .any(|item| item.terms.contains_key("escalation"));
    if !escalates {
        return;
    }
    let calendar = &build.scenario.calendar;
    let base = build
        .scenario
        .conventions
        .base_date
        .unwrap_or(calendar.valuation_date);
    let before = crate::calendar::years_between(calendar.valuation_date, base);
    let years = calendar
        .periods()
        .iter()
        .map(|period| period.flow_years(calendar.timing) - before)
        .collect();
    let line = build.total(
        "years_from_base_date",
        "Years from the base date",
        Section::Production,
        "0",
    );
    line.unit = String::new();
    line.value = Value::Series(years);
}
