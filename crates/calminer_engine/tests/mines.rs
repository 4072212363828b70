//! Published mine cash flows against their reports: discounting, rates of return, payback and unit costs.
//!
//! A mine is a scenario of line items, `data/mines/NAME.calminer.json`. Beside it stand the printed rows (`.csv`) and
//! the published figures with those that the printed net rows themselves give (`.json`), each with its source. So two
//! models are tested: the line items, and the same scenario with the printed net rows in place of its formulas. What
//! the line items cannot meet is stated in `mines/table.rs` with its size. Fenn-Gib is in `fenn_gib.rs`.

#![expect(clippy::expect_used, reason = "a test that cannot go on should stop")]

#[path = "mines/table.rs"]
mod table;

use std::path::Path;

use calminer_domain::{Role, Scenario, Value, file};
use calminer_engine::measures::{IrrKind, PaybackState};
use calminer_engine::program::{check, compile};
use calminer_engine::result::{BaseCase, Irr};
use serde_json::Value as Json;

use table::{ARCTIC, MINES, Mine, PrintedRow, TOTALS, UNIT_COSTS};

/// After tax and pre-tax, in this order wherever there are two figures.
const FLOWS: [(Role, &str, &str); 2] = [
    (Role::AfterTaxCashFlow, "after_tax", "after_tax_cash_flow"),
    (Role::PreTaxCashFlow, "pre_tax", "pre_tax_cash_flow"),
];

fn text(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/mines");
    std::fs::read_to_string(folder.join(name)).expect("the file is there")
}

fn scenario(name: &str) -> Scenario {
    let read = file::read(text(&format!("{name}.calminer.json")).as_bytes());
    read.expect("the scenario opens").scenario
}

/// The published and the recomputed figures.
fn answers(name: &str) -> Json {
    serde_json::from_str(&text(&format!("{name}.json"))).expect("it is JSON")
}

fn number(json: &Json) -> f64 {
    json.as_f64().unwrap_or_else(|| panic!("no number: {json}"))
}

/// A column of a printed table; blank cells are absent.
fn column(table: &str, name: &str) -> Vec<f64> {
    let mut rows = table.lines().filter(|row| !row.starts_with('#'));
    let header = rows.next().expect("a header");
    let index = header.split(',').position(|column| column == name);
    let index = index.unwrap_or_else(|| panic!("no column {name}"));
    rows.map(|row| row.split(',').nth(index).and_then(|cell| cell.parse().ok()))
        .map(|cell| cell.unwrap_or(f64::NAN))
        .collect()
}

fn base_case(scenario: &Scenario) -> BaseCase {
    compile(scenario)
        .unwrap_or_else(|issues| panic!("{issues:?}"))
        .base_case()
}

/// A line, or the sum of two, as it is shown to people: money in millions, metal in the unit of the report.
fn shown(case: &BaseCase, keys: &str) -> Vec<f64> {
    let mut sum = vec![0.0; case.periods.len()];
    for key in keys.split('+') {
        let line = case.line(key).unwrap_or_else(|| panic!("no line {key}"));
        for (period, cell) in sum.iter_mut().enumerate() {
            *cell += line.values.at(period) / line.display.factor;
        }
    }
    sum
}

/// The scenario with the printed net rows in place of its formulas.
fn with_printed_net_rows(mine: &Mine) -> Scenario {
    let table = text(&format!("{}_cashflow.csv", mine.name));
    let mut printed = scenario(mine.name);
    for line in &mut printed.lines {
        for (role, _, name) in FLOWS {
            if line.role == Some(role) {
                line.value = Value::Series(column(&table, name));
            }
        }
    }
    printed
}

/// NPV in millions and rate of return, after tax and pre-tax.
fn measures(case: &BaseCase) -> [(f64, Irr); 2] {
    let metrics = case.metrics.clone();
    let npv = [metrics.npv, metrics.npv_pre_tax].map(|npv| npv.expect("an NPV") / 1e6);
    let irr = [metrics.irr, metrics.irr_pre_tax].map(|irr| irr.expect("a rate"));
    let [after, before] = irr;
    [(npv[0], after), (npv[1], before)]
}

fn near(found: f64, expected: f64, tolerance: f64, what: &str) {
    assert!(
        (found - expected).abs() <= tolerance,
        "{what}: {found} is not {expected} within {tolerance}"
    );
}

#[test]
fn every_printed_row_stands_in_its_scenario() {
    for mine in MINES {
        let model = scenario(mine.name);
        assert_eq!(check(&model), [], "{}", mine.name);
        let case = base_case(&model);
        let table = text(&format!("{}_cashflow.csv", mine.name));
        let labels: Vec<f64> = case
            .periods
            .iter()
            .map(|period| period.label.parse().expect("a label"))
            .collect();
        assert_eq!(labels, column(&table, "period"), "{}", mine.name);
        let compare = |rows: &[PrintedRow], exact: bool| {
            for (name, keys, half) in rows {
                for (ours, theirs) in shown(&case, keys).into_iter().zip(column(&table, name)) {
                    let rounding = 1e-12 * theirs.abs() + if exact { 0.0 } else { *half };
                    near(ours, theirs, rounding, &format!("{}, {keys}", mine.name));
                }
            }
        };
        compare(mine.rows, true);
        compare(&[mine.tax], true);
        compare(mine.formulas, false);
    }
}

#[test]
fn net_rows_are_the_printed_ones_to_their_rounding() {
    for mine in MINES {
        let case = base_case(&scenario(mine.name));
        let table = text(&format!("{}_cashflow.csv", mine.name));
        let untaxed = mine.rows.iter().copied();
        let taxed: Vec<_> = untaxed.clone().chain([mine.tax]).collect();
        let parts = [taxed, untaxed.collect()];
        for ((_, _, name), (rows, net)) in FLOWS.into_iter().zip(parts.iter().zip(mine.net)) {
            let columns: Vec<_> = rows
                .iter()
                .map(|row| (column(&table, row.0), row.2))
                .collect();
            let printed = column(&table, name);
            for (period, ours) in shown(&case, name).into_iter().enumerate() {
                // A printed 0 is none; each other cell may be off by half a unit of its last digit.
                let cells = columns.iter().filter(|(cells, _)| cells[period] != 0.0);
                let rounding: f64 = net + cells.map(|(_, half)| half).sum::<f64>();
                let what = format!("{}, {name}, column {period}", mine.name);
                near(ours, printed[period], rounding + 1e-9, &what);
            }
        }
    }
}

#[test]
fn npv_is_the_published_one() {
    for mine in MINES {
        let answers = answers(mine.name);
        let lines = measures(&base_case(&scenario(mine.name)));
        let printed = measures(&base_case(&with_printed_net_rows(&mine)));
        for (index, (_, flow, _)) in FLOWS.into_iter().enumerate() {
            let what = format!("{}, {flow}", mine.name);
            let published = number(&answers["published"][format!("{}_{flow}", mine.npv)]);
            let recomputed = number(&answers["recomputed"][flow][mine.convention]);
            let (of_lines, of_printed) = (lines[index].0, printed[index].0);
            near(of_printed, recomputed, 0.000_6, &what);
            near(of_lines - recomputed, mine.gap[index], 0.001_1, &what);
            near(of_lines / published, 1.0, mine.tolerance[0], &what);
            near(of_printed / published, 1.0, mine.tolerance[1], &what);
        }
    }
}

#[test]
fn rates_of_return_are_all_found_and_the_headline_is_the_published_one() {
    for mine in MINES {
        let answers = answers(mine.name);
        let lines = measures(&base_case(&scenario(mine.name)));
        let printed = measures(&base_case(&with_printed_net_rows(&mine)));
        for (index, (_, flow, _)) in FLOWS.into_iter().enumerate() {
            let what = format!("{}, {flow}", mine.name);
            let recomputed = &answers["recomputed"][flow]["irr_real_roots_minus60_to_300pct"];
            let mut expected: Vec<f64> = mine.outer_rates[index].into_iter().collect();
            expected.extend(recomputed.as_array().expect("rates").iter().map(number));
            for (_, irr) in [&lines[index], &printed[index]] {
                let kind = if expected.len() > 1 {
                    IrrKind::Several
                } else {
                    IrrKind::One
                };
                assert_eq!(
                    (irr.kind, irr.values.len()),
                    (kind, expected.len()),
                    "{what}"
                );
                assert_eq!(irr.headline, irr.values.last().copied(), "{what}");
            }
            for (found, expected) in printed[index].1.values.iter().zip(&expected) {
                near(*found, *expected, 6e-7, &what);
            }
            let published = number(&answers["published"][format!("irr_{flow}")]);
            let headline = lines[index].1.headline.expect("a headline");
            near(headline / published - 1.0, mine.irr_gap, 0.002_5, &what);
        }
    }
}

/// Payback from first production. The line items move it by 0.0025 years at most.
#[test]
fn payback_counts_from_first_production() {
    let years = |case: &BaseCase| {
        let payback = case.metrics.payback.expect("a payback");
        assert_ne!(payback.state, PaybackState::Never);
        payback.years.expect("years")
    };
    let mut printed_in_reports = 0;
    for mine in MINES {
        let answers = answers(mine.name);
        let key = "payback_years_after_last_construction_period_after_tax";
        let recomputed = number(&answers["recomputed"][key]);
        let printed = base_case(&with_printed_net_rows(&mine));
        near(years(&printed), recomputed, 0.000_6, mine.name);
        let of_lines = years(&base_case(&scenario(mine.name)));
        near(of_lines, recomputed, 0.002_5, mine.name);
        let published = &answers["published"];
        for key in [
            "payback_years_after_production_start",
            "payback_years_after_tax",
        ] {
            if let Some(published) = published[key].as_f64() {
                assert_eq!(format!("{of_lines:.1}"), format!("{published:.1}"), "{key}");
                printed_in_reports += 1;
            }
        }
    }
    assert_eq!(printed_in_reports, 3, "Vizcachitas and Cordero print none");
    // Pre-tax: 2.949 years from the printed net rows, 2.952 from the line items, published as 2.9.
    let before = |scenario: &Scenario| {
        let case = base_case(scenario);
        case.line("payback_pre_tax").expect("a line").values.at(0)
    };
    let published = number(&answers("arctic")["published"]["payback_years_pre_tax"]);
    let printed = before(&with_printed_net_rows(&ARCTIC));
    assert_eq!(format!("{printed:.1}"), format!("{published:.1}"));
    near(printed, 2.949, 0.000_5, "arctic, pre-tax");
    near(
        before(&scenario("arctic")),
        2.952,
        0.000_5,
        "arctic, pre-tax",
    );
}

#[test]
fn unit_costs_are_the_published_ones() {
    for (mine, key, published, recomputed, gap) in UNIT_COSTS {
        let case = base_case(&scenario(mine));
        let line = case.line(key).expect("a line");
        let metrics = &case.metrics;
        let by_role = match line.role {
            Some(Role::C1) => &metrics.c1,
            Some(Role::TotalCashCost) => &metrics.total_cash_cost,
            Some(Role::Aisc) => &metrics.aisc,
            _ => &None,
        };
        let figure = line.values.at(0);
        if line.role.is_some() {
            let cost = by_role.as_ref().expect("a headline cost");
            assert_eq!((cost.value, &cost.unit), (Some(figure), &line.unit));
        }
        let what = format!("{mine}, {key}");
        let decimals = recomputed
            .split_once('.')
            .map_or(0, |(_, digits)| digits.len());
        assert_eq!(format!("{figure:.decimals$}"), recomputed, "{what}");
        let published = number(&answers(mine)["published"][published]);
        near(figure / published, 1.0, gap, &what);
    }
}

#[test]
fn capital_adds_up_to_the_published_sums() {
    for (mine, key, published, unit) in TOTALS {
        let sum: f64 = shown(&base_case(&scenario(mine)), key).iter().sum();
        let published = number(&answers(mine)["published"][published]);
        near(sum, published, unit + 1e-9, &format!("{mine}, {key}"));
    }
    // Gold sold before commercial production at Oko West: a credit of US$69M, by the company's release.
    let case = base_case(&scenario("oko_west"));
    let credit: f64 = shown(&case, "preproduction_margin").iter().sum();
    assert_eq!(format!("{credit:.0}"), "69");
}

/// The part of the Stibnite table that was read: EBITDA is right in each year, and no measure is made up.
#[test]
fn a_partial_table_has_its_ebitda_and_no_measures() {
    let case = base_case(&scenario("stibnite_partial"));
    assert_eq!(check(&scenario("stibnite_partial")), []);
    let table = text("stibnite_partial.csv");
    for (name, key) in [
        ("revenue", "gross_revenue"),
        ("off_site_costs", "offsite_cost"),
        ("royalties", "royalty"),
        ("operating_cost", "operating_cost"),
        ("initial_capital", "initial_capital"),
    ] {
        assert_eq!(shown(&case, key), column(&table, name), "{key}");
    }
    for (ours, theirs) in shown(&case, "ebitda")
        .into_iter()
        .zip(column(&table, "ebitda"))
    {
        near(ours, theirs, 1.0, "EBITDA");
    }
    let totals = &answers("stibnite_partial")["published"]["totals"];
    for (key, total) in [
        ("gross_revenue", "revenue"),
        ("offsite_cost", "off_site"),
        ("royalty", "royalties"),
        ("operating_cost", "operating_cost"),
        ("ebitda", "ebitda"),
        ("initial_capital", "initial_capital"),
    ] {
        let sum: f64 = shown(&case, key).iter().sum();
        near(sum, number(&totals[total]), 2.0, key);
    }
    let metrics = &case.metrics;
    assert_eq!((metrics.npv, metrics.npv_pre_tax), (None, None));
    assert!(metrics.irr.is_none() && metrics.payback.is_none());
}
