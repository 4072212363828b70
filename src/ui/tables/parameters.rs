//! The table of parameters: label, key, base value, unit, distribution, source.

use calminer_domain::{BaseValue, Parameter, Scenario, ScenarioEdit};
use egui::Id;
use uuid::Uuid;

use super::issue_of;
use crate::app::ViewContext;
use crate::ui::format::{self, NumberStyle};
use crate::ui::grid::{Cell, Change, Changed, Column, Kind, Table};
use crate::ui::inspector::words::summary;
use crate::ui::state::read_figure;

const LABEL: usize = 0;
const KEY: usize = 1;
const BASE: usize = 2;
const UNIT: usize = 3;
const DISTRIBUTION: usize = 4;
const SOURCE: usize = 5;

pub(crate) struct Parameters<'a> {
    ctx: &'a ViewContext<'a>,
    scenario: &'a Scenario,
    style: NumberStyle,
    columns: Vec<Column>,
    converts: bool,
}

impl<'a> Parameters<'a> {
    pub(crate) fn new(
        ctx: &'a ViewContext<'a>,
        scenario: &'a Scenario,
        style: NumberStyle,
        converts: bool,
    ) -> Self {
        let text = |title: &str, width: f32| Column {
            title: title.to_owned(),
            width,
            ..Column::default()
        };
        let figures = scenario.parameters.iter().filter_map(|row| match row.base {
            BaseValue::Number(figure) => Some(format::decimals_typed(figure)),
            BaseValue::Series(_) => None,
        });
        let decimals = figures.max().unwrap_or(0).min(6);
        let uncertain = scenario
            .uncertain()
            .filter_map(|row| row.uncertainty.as_ref());
        let summaries: Vec<String> = uncertain.map(|own| summary(own, style)).collect();
        let distributions = width_of(summaries.iter().map(String::as_str), 0.0);
        let columns = vec![
            text(
                "Parameter",
                width_of(scenario.parameters.iter().map(Parameter::title), 150.0),
            ),
            text(
                "Key",
                width_of(
                    scenario.parameters.iter().map(|row| row.key.as_str()),
                    110.0,
                ),
            ),
            Column {
                decimals: Some(decimals),
                ..text("Base", 100.0)
            },
            text("Unit", 76.0),
            text("Distribution", distributions.max(230.0)),
            text("Source", 260.0),
        ];
        Self {
            ctx,
            scenario,
            style,
            columns,
            converts,
        }
    }

    fn row(&self, row: usize) -> Option<&'a Parameter> {
        self.scenario.parameters.get(row)
    }
}

/// Width of a column whose longest text is read whole, within reason.
fn width_of<'t>(texts: impl Iterator<Item = &'t str>, least: f32) -> f32 {
    let longest = texts.map(|text| text.chars().count()).max().unwrap_or(0);
    (longest as f32 * 6.4 + 16.0).clamp(least, 260.0)
}

impl Table for Parameters<'_> {
    fn id(&self) -> Id {
        Id::unique("parameters table")
    }

    fn name(&self) -> &'static str {
        "Parameters"
    }

    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn frozen(&self) -> usize {
        1
    }

    fn rows(&self) -> usize {
        self.scenario.parameters.len()
    }

    fn row_id(&self, row: usize) -> Uuid {
        self.row(row).map_or(Uuid::nil(), |row| row.id)
    }

    fn cell(&self, row: usize, column: usize) -> Cell {
        let Some(row) = self.row(row) else {
            return Cell::default();
        };
        let issue = |field: &str| issue_of(self.ctx, row.id, field);
        match column {
            LABEL => Cell {
                text: row.title().to_owned(),
                ..Cell::default()
            },
            KEY => Cell {
                text: row.key.clone(),
                kind: Kind::Weak,
                issue: issue("key"),
                ..Cell::default()
            },
            BASE => match &row.base {
                BaseValue::Number(figure) => Cell {
                    text: self.style.exact(*figure),
                    kind: Kind::Input,
                    issue: issue("base"),
                    ..Cell::default()
                },
                BaseValue::Series(_) => Cell {
                    text: "by period".to_owned(),
                    kind: Kind::Weak,
                    issue: issue("base"),
                    ..Cell::default()
                },
            },
            UNIT => Cell {
                text: format::unit_words(&row.unit),
                kind: Kind::Weak,
                issue: issue("unit"),
                ..Cell::default()
            },
            DISTRIBUTION => match &row.uncertainty {
                Some(own) => Cell {
                    text: summary(own, self.style),
                    issue: issue("distribution"),
                    ..Cell::default()
                },
                None => Cell {
                    text: "fixed".to_owned(),
                    kind: Kind::Weak,
                    issue: issue("distribution"),
                    ..Cell::default()
                },
            },
            _ => Cell {
                text: row.source.clone(),
                kind: Kind::Weak,
                ..Cell::default()
            },
        }
    }

    fn cell_name(&self, row: usize, column: usize) -> String {
        let title = self.row(row).map_or("", Parameter::title);
        let field = match column {
            LABEL => "name",
            KEY => "key",
            BASE => "base value",
            UNIT => "unit",
            DISTRIBUTION => "distribution",
            _ => "source",
        };
        format!("{title}, {field}")
    }

    fn typed(&self, row: usize, column: usize) -> Option<String> {
        let row = self.row(row)?;
        match (column, &row.base) {
            (LABEL, _) => Some(row.title().to_owned()),
            (KEY, _) => Some(row.key.clone()),
            (BASE, BaseValue::Number(figure)) => Some(self.style.typed(*figure)),
            (UNIT, _) => Some(row.unit.clone()),
            (SOURCE, _) => Some(row.source.clone()),
            _ => None,
        }
    }

    fn cleared(&self, row: usize, column: usize) -> Option<String> {
        match column {
            BASE => self.typed(row, column).map(|_| "0".to_owned()),
            SOURCE => Some(String::new()),
            _ => None,
        }
    }

    fn change(&self, changes: &[Change]) -> Changed {
        let mut changed = Changed::default();
        let mut rows: Vec<Parameter> = Vec::new();
        for change in changes {
            let Some(own) = self.row(change.row) else {
                continue;
            };
            let at = rows
                .iter()
                .position(|row| row.id == own.id)
                .unwrap_or_else(|| {
                    rows.push(own.clone());
                    rows.len() - 1
                });
            let text = change.text.trim();
            match change.column {
                LABEL => text.clone_into(&mut rows[at].label),
                KEY => text.clone_into(&mut rows[at].key),
                UNIT => {
                    rows[at] = super::super::edits::parameter_in(
                        &rows[at],
                        text,
                        &self.scenario.currency,
                        self.converts,
                    );
                }
                SOURCE => text.clone_into(&mut rows[at].source),
                BASE => match read_figure(
                    &change.text,
                    &rows[at].unit,
                    &self.scenario.currency,
                    self.style,
                ) {
                    Ok(entry) => rows[at].base = BaseValue::Number(entry.value),
                    Err(why) => changed.refused.push((change.clone(), why)),
                },
                _ => {}
            }
        }
        let touched = rows
            .into_iter()
            .filter(|row| self.scenario.parameter(row.id) != Some(row));
        changed.edits = touched
            .map(|row| ScenarioEdit::UpdateParameter(Box::new(row)))
            .collect();
        changed
    }
}
