//! Which rows the table of lines has.

use std::collections::BTreeSet;

use calminer_domain::{Item, Line, Scenario, Section, Value, lowering};
use calminer_engine::result::LineResult;
use uuid::Uuid;

use super::super::flow::{extreme, letters as letters_of};
use super::super::{decimals_of, decimals_of_flow, result_of};
use super::Purpose;
use super::items::{self, Built};
use crate::app::ViewContext;
use crate::ui::format::{self, NumberStyle};

/// One row of the table.
pub(super) enum Row<'a> {
    Heading(&'static str, Uuid),
    /// An item over its lines, with its own figure where it has one.
    Item {
        item: &'a Item,
        result: Option<&'a LineResult>,
        decimals: usize,
    },
    Line {
        line: Option<&'a Line>,
        built: Option<Box<Built<'a>>>,
        result: Option<&'a LineResult>,
        decimals: usize,
    },
}

/// The rows of some sections.
pub(super) fn rows_of<'a>(
    ctx: &ViewContext<'a>,
    scenario: &'a Scenario,
    sections: &[Section],
    purpose: Purpose,
) -> Vec<Row<'a>> {
    let mut all = items::all(scenario);
    let details = match purpose {
        Purpose::CashFlow => lowering::details(scenario),
        Purpose::Edit => BTreeSet::new(),
    };
    let mut rows = Vec::new();
    for section in sections {
        let mut own: Vec<Row<'a>> = match purpose {
            Purpose::Edit => {
                let of_section: Vec<&Item> = scenario.items_of(*section).collect();
                let built = of_section.into_iter().flat_map(|item| {
                    let lines = all.of_items.remove(&item.id).unwrap_or_default();
                    of_item(ctx, item, lines)
                });
                built.collect()
            }
            Purpose::CashFlow => Vec::new(),
        };
        let lines = scenario.lines_of(*section);
        own.extend(lines.map(|line| row_of(ctx, line, purpose)));
        own.extend(match purpose {
            Purpose::CashFlow => template_rows(ctx, *section, &details),
            Purpose::Edit => waterfall_rows(ctx, *section, &mut all.of_all),
        });
        if own.is_empty() {
            continue;
        }
        let id = Uuid::from_u128(*section as u128 + 1);
        rows.push(Row::Heading(section.title(), id));
        rows.append(&mut own);
    }
    rows
}

fn of_item<'a>(ctx: &ViewContext<'a>, item: &'a Item, lines: Vec<Built<'a>>) -> Vec<Row<'a>> {
    let result = ctx.base().and_then(|base| base.line(&item.key));
    let mut rows = vec![Row::Item {
        item,
        result,
        decimals: result.map_or(0, decimals_of),
    }];
    let lines = lines.into_iter().filter(|built| built.line.key != item.key);
    rows.extend(lines.map(|built| built_row(ctx, built)));
    rows
}

fn built_row<'a>(ctx: &ViewContext<'a>, built: Built<'a>) -> Row<'a> {
    let result = ctx.base().and_then(|base| base.line(&built.line.key));
    let result = result.filter(|_| !built.is_replaced);
    let decimals = built
        .decimals()
        .or_else(|| result.map(decimals_of))
        .unwrap_or(0);
    Row::Line {
        line: None,
        built: Some(Box::new(built)),
        result,
        decimals,
    }
}

/// The sums over all items that stand in a section.
fn waterfall_rows<'a>(
    ctx: &ViewContext<'a>,
    section: Section,
    all: &mut Vec<Built<'a>>,
) -> Vec<Row<'a>> {
    let (own, rest) = std::mem::take(all)
        .into_iter()
        .partition(|built| built.line.section == section);
    *all = rest;
    let own: Vec<Built<'a>> = own;
    own.into_iter()
        .filter(|built| !lowering::is_helper(&built.line.key) && !built.is_replaced)
        .map(|built| built_row(ctx, built))
        .collect()
}

fn row_of<'a>(ctx: &ViewContext<'a>, line: &'a Line, purpose: Purpose) -> Row<'a> {
    let result = result_of(ctx.base(), line.id);
    let decimals = match &line.value {
        _ if purpose == Purpose::CashFlow => result.map_or(0, decimals_of_flow),
        Value::Number(figure) => format::decimals_typed(*figure).min(4),
        Value::Series(figures) => figures
            .iter()
            .map(|figure| format::decimals_typed(*figure))
            .max()
            .unwrap_or(0)
            .min(4),
        Value::Formula(_) => result.map_or(0, decimals_of),
    };
    Row::Line {
        line: Some(line),
        built: None,
        result,
        decimals,
    }
}

/// Lines of the built-in templates that belong to a section. Of the lines of an item the cash flow has its own figure
/// and what it sells alone; the rest stands on the page of its section.
fn template_rows<'a>(
    ctx: &ViewContext<'a>,
    section: Section,
    details: &BTreeSet<String>,
) -> Vec<Row<'a>> {
    let Some(base) = ctx.base() else {
        return Vec::new();
    };
    let lines = base.lines.iter();
    lines
        .filter(|line| line.id.is_none() && line.section == section)
        .filter(|line| !details.contains(&line.key))
        .map(|result| Row::Line {
            line: None,
            built: None,
            result: Some(result),
            decimals: decimals_of_flow(result),
        })
        .collect()
}

/// The letters of the longest figures: of the life of the mine, and of a period. Points stand under each other, so every
/// figure takes the room of the most decimals.
pub(super) fn letters(rows: &[Row<'_>], decimals: usize, style: NumberStyle) -> [usize; 2] {
    let mut longest = [0, 0];
    let written = |figure: f64| style.fixed(figure, decimals).chars().count();
    for row in rows {
        let (line, built, result) = match row {
            Row::Heading(..) => continue,
            Row::Item { result, .. } => (None, None, result),
            Row::Line {
                line,
                built,
                result,
                ..
            } => (line.as_ref(), built.as_ref(), result),
        };
        let typed = line
            .map(|line| &line.value)
            .or_else(|| built.map(|built| &built.line.value));
        match typed {
            Some(Value::Number(figure)) => longest[0] = longest[0].max(written(*figure)),
            Some(Value::Series(figures)) => {
                longest[1] = longest[1].max(written(extreme(figures)));
            }
            Some(Value::Formula(_)) | None => {}
        }
        if let Some(result) = result {
            let own = letters_of(result, decimals, style);
            longest = [longest[0].max(own[0]), longest[1].max(own[1])];
        }
    }
    longest
}
