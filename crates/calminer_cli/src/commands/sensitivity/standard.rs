//! The standard table of a study, as JSON and as studies print it.

use calminer_engine::result::{Irr, IrrKind};
use calminer_engine::sensitivity::{
    DriverRow, STANDARD_CHANGES, STANDARD_RATES, StandardFigures, StandardTable, standard_table,
};
use calminer_exchange::text;
use serde::Serialize;

use super::super::evaluate::{block, cause, heading};
use super::text::title;
use crate::args::Sensitivity;
use crate::failure::Failure;
use crate::print;
use crate::source::Found;

/// What `sensitivity --standard --json` prints: money in whole units of `currency`, rates and changes as fractions,
/// absent figures as null. `drivers` has the rows price, grade, recovery, exchange_rate, operating_cost, capital, each
/// with the `inputs` that stand for it and one of `points` a change (`figures` as in `base`: npv, irr, npv_pre_tax,
/// irr_pre_tax, cause; `is_capped` where a recovery is held at 100 %); without inputs `points` is null and `reason` says
/// why. `by_rate` has npv and npv_pre_tax by rising `rate`.
#[derive(Debug, Serialize)]
struct Printed<'a> {
    scenario: String,
    method: &'static str,
    #[serde(flatten)]
    table: &'a StandardTable,
}

const NOT_APPLICABLE: &str = "n/a";

/// A measure of the table.
struct Measure {
    words: &'static str,
    unit: String,
    /// Its figure as text; money is divided by the second.
    cell: fn(&StandardFigures, f64) -> String,
}

pub(super) fn run(flags: &Sensitivity, found: &Found) -> Result<(), Failure> {
    let table = standard_table(&found.scenario, &STANDARD_CHANGES, &STANDARD_RATES);
    let table = table.map_err(|issues| {
        let headline = format!("{} cannot be computed; mend these first", found.name());
        Failure::issues(headline, issues)
    })?;
    if flags.json {
        return print::json(&Printed {
            scenario: found.name(),
            method: "standard",
            table: &table,
        });
    }
    print::text(&described(&found.name(), &table))
}

fn described(name: &str, table: &StandardTable) -> String {
    let mut shown = heading(&format!("{name}, standard sensitivities"));
    for measure in measures(table) {
        shown.push_str(&by_driver(table, &measure));
    }
    shown.push_str(&by_rate(table));
    let inputs = table.drivers.iter().map(|row| {
        let labels = row.inputs.iter().map(|input| input.label.as_str());
        let labels: Vec<&str> = labels.collect();
        let reason = row.reason.as_ref();
        let words = reason.map_or_else(
            || labels.join("; "),
            |reason| format!("{NOT_APPLICABLE}, {reason}"),
        );
        format!("{}: {words}", row.driver.words())
    });
    shown.push_str(&block("What stands for each driver", inputs));
    shown.push_str(&block("Notes", notes(table).into_iter()));
    shown
}

/// The four measures, less those that the scenario has no line for.
fn measures(table: &StandardTable) -> Vec<Measure> {
    let (_, money) = scale(table);
    let base = &table.base;
    let has_after_tax = base.irr.is_some() || base.npv.is_some();
    let has_pre_tax = base.irr_pre_tax.is_some() || base.npv_pre_tax.is_some();
    let after_tax = [
        Measure {
            words: "NPV after tax",
            unit: money.clone(),
            cell: |figures, factor| amount(figures.npv, factor),
        },
        Measure {
            words: "IRR after tax",
            unit: "%".to_owned(),
            cell: |figures, _| rate(figures.irr.as_ref()),
        },
    ];
    let pre_tax = [
        Measure {
            words: "NPV pre-tax",
            unit: money,
            cell: |figures, factor| amount(figures.npv_pre_tax, factor),
        },
        Measure {
            words: "IRR pre-tax",
            unit: "%".to_owned(),
            cell: |figures, _| rate(figures.irr_pre_tax.as_ref()),
        },
    ];
    let after_tax = after_tax.into_iter().filter(|_| has_after_tax);
    after_tax
        .chain(pre_tax.into_iter().filter(|_| has_pre_tax))
        .collect()
}

fn by_driver(table: &StandardTable, measure: &Measure) -> String {
    let (factor, _) = scale(table);
    let changes: Vec<String> = table.changes.iter().copied().map(change).collect();
    let heads: Vec<&str> = std::iter::once("Change")
        .chain(changes.iter().map(String::as_str))
        .collect();
    let row = |row: &DriverRow| -> Vec<String> {
        let cells: Vec<String> = match &row.points {
            Some(points) => points
                .iter()
                .map(|point| (measure.cell)(&point.figures, factor))
                .collect(),
            None => vec![NOT_APPLICABLE.to_owned(); changes.len()],
        };
        std::iter::once(row.driver.words().to_owned())
            .chain(cells)
            .collect()
    };
    let rows: Vec<Vec<String>> = table.drivers.iter().map(row).collect();
    let rest = format!(
        " in {}, base case {}",
        measure.unit,
        (measure.cell)(&table.base, factor)
    );
    format!(
        "{}{}",
        title(measure.words, &rest),
        text::columns_of(&heads, &rows)
    )
}

fn by_rate(table: &StandardTable) -> String {
    let (factor, unit) = scale(table);
    let rows: Vec<Vec<String>> = table
        .by_rate
        .iter()
        .map(|row| {
            let own = if row.is_own { " (own)" } else { "" };
            vec![
                format!("{}{own}", percent(row.rate)),
                amount(row.npv, factor),
                amount(row.npv_pre_tax, factor),
            ]
        })
        .collect();
    let heads = ["Rate", "After tax", "Pre-tax"];
    let head = title("NPV by discount rate", &format!(" in {unit}"));
    format!("{head}{}", text::columns_of(&heads, &rows))
}

fn notes(table: &StandardTable) -> Vec<String> {
    let mut notes = Vec::new();
    for row in &table.drivers {
        let points = row.points.iter().flatten();
        let capped: Vec<String> = points
            .filter(|point| point.is_capped)
            .map(|point| change(point.change))
            .collect();
        if !capped.is_empty() {
            notes.push(format!(
                "{} is held at 100 % at {}",
                row.driver.words(),
                capped.join(", ")
            ));
        }
    }
    let why = table.base.cause.as_ref();
    notes.extend(why.map(|why| format!("The base case has no NPV: {}", cause(why))));
    if table.base.irr.is_none() && table.base.npv.is_none() {
        notes.push("No line is the after-tax cash flow".to_owned());
    }
    if table.base.irr_pre_tax.is_none() && table.base.npv_pre_tax.is_none() {
        notes.push("No line is the pre-tax cash flow".to_owned());
    }
    notes
}

/// One scale for all money of the table: what it is divided by, and its unit.
fn scale(table: &StandardTable) -> (f64, String) {
    let rows = table.by_rate.iter();
    let money = rows.flat_map(|row| [row.npv, row.npv_pre_tax]).flatten();
    let largest = money.fold(0.0, |largest: f64, figure| largest.max(figure.abs()));
    let (factor, prefix) = match largest {
        _ if largest >= 1e6 => (1e6, "M"),
        _ if largest >= 1e3 => (1e3, "k"),
        _ => (1.0, ""),
    };
    (factor, format!("{prefix}{}", table.currency))
}

fn amount(figure: Option<f64>, factor: f64) -> String {
    figure.map_or_else(
        || NOT_APPLICABLE.to_owned(),
        |figure| text::rounded(figure / factor, 1),
    )
}

/// The headline rate in percent, or why there is none.
fn rate(irr: Option<&Irr>) -> String {
    let Some(irr) = irr else {
        return NOT_APPLICABLE.to_owned();
    };
    match (irr.headline, irr.kind) {
        (Some(rate), _) => text::rounded(rate * 100.0, 1),
        (None, IrrKind::AboveRange) => "> 1,000".to_owned(),
        (None, IrrKind::BelowRange) => "< -99".to_owned(),
        (None, _) => "none".to_owned(),
    }
}

/// A fraction in percent, without zeros that say nothing.
fn percent(fraction: f64) -> String {
    let text = text::rounded(fraction * 100.0, 2);
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}

fn change(change: f64) -> String {
    let sign = if change > 0.0 { "+" } else { "" };
    format!("{sign}{}", percent(change))
}
