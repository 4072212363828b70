//! Why a figure is what it is.

use calminer_domain::{BaseValue, DistributionForm, formula};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Program;
use crate::compile::Kind;
use crate::compile::model::Symbol;
use crate::lower::Source;
use crate::result::{BaseCase, LineValues};

/// A name that a formula uses, with its figure in the period asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Term {
    /// Key of the line, parameter or table.
    pub key: String,
    /// Its label, or its key.
    pub label: String,
    /// `line`, `parameter` or `table`.
    pub kind: String,
    /// Unit of the figure.
    pub unit: String,
    /// The figure in that period; `None` when it is absent, or a table.
    pub value: Option<f64>,
}

/// A figure with the text that gives it and the figures that go into it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// Key of the line or parameter.
    pub key: String,
    /// Its label, or its key.
    pub label: String,
    /// Label of the period; `None` for one figure that holds in all.
    pub period: Option<String>,
    /// The formula's text, `=` included; `None` for a typed figure.
    pub formula: Option<String>,
    /// Unit of the figure.
    pub unit: String,
    /// The figure; `None` when it is absent.
    pub value: Option<f64>,
    /// Why it is absent.
    pub absent: Option<crate::result::Cause>,
    /// Every name of the formula, in the order of the text.
    pub terms: Vec<Term>,
}

/// Why there is nothing to explain.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ExplainError {
    /// No line and no parameter has this key.
    #[error("no line or parameter has the key {0}")]
    UnknownKey(String),
    /// The period is outside the calendar.
    #[error("period {asked} is outside the calendar, which has {count} periods")]
    UnknownPeriod {
        /// Counted from 1.
        asked: usize,
        /// Number of periods.
        count: usize,
    },
}

impl Program {
    /// Why a line or parameter is worth what it is in the base case, in a period counted from 0.
    ///
    /// Each term can be asked for in its turn. A line of a template answers like one of the scenario.
    pub fn explain(&self, key: &str, period: usize) -> Result<Explanation, ExplainError> {
        self.explain_in((&self.base_case(), &[]), key, period)
    }

    /// The same for a trial that was computed again, from its table and the draws of its inputs by key.
    pub fn explain_in(
        &self,
        trial: (&BaseCase, &[(String, LineValues)]),
        key: &str,
        period: usize,
    ) -> Result<Explanation, ExplainError> {
        let (table, _) = trial;
        let model = &self.checked().model;
        if period >= model.periods.len() {
            return Err(ExplainError::UnknownPeriod {
                asked: period + 1,
                count: model.periods.len(),
            });
        }
        let Some(symbol) = model.symbol(key) else {
            return Err(ExplainError::UnknownKey(key.to_owned()));
        };
        let term = self.term(trial, symbol, key, period);
        let holds_in_all = match symbol {
            Symbol::Line(line) => self.checked().kinds[line] == Kind::Scalar,
            Symbol::Parameter(parameter) => !model.parameters[parameter].is_row(),
            Symbol::Table(_) => true,
        };
        let (formula, names) = match symbol {
            Symbol::Line(line) => match &model.lines[line].source {
                Source::Formula { text, tree } => {
                    let names = tree.as_ref().map(formula::names).unwrap_or_default();
                    (Some(text.clone()), names)
                }
                _ => (None, Vec::new()),
            },
            _ => (None, Vec::new()),
        };
        let absent = table
            .absent
            .iter()
            .find(|(line, _)| line == key && term.value.is_none());
        Ok(Explanation {
            period: (!holds_in_all).then(|| model.periods[period].label.clone()),
            formula,
            absent: absent.map(|(_, cause)| cause.clone()),
            terms: names
                .into_iter()
                .filter_map(|name| Some(self.term(trial, model.symbol(name)?, name, period)))
                .collect(),
            key: term.key,
            label: term.label,
            unit: term.unit,
            value: term.value,
        })
    }

    fn term(
        &self,
        (table, draws): (&BaseCase, &[(String, LineValues)]),
        symbol: Symbol,
        key: &str,
        period: usize,
    ) -> Term {
        let model = &self.checked().model;
        let (label, kind, unit, value) = match symbol {
            Symbol::Line(line) => {
                let row = &table.lines[line];
                (
                    &row.label,
                    "line",
                    row.unit.clone(),
                    Some(row.values.at(period)),
                )
            }
            Symbol::Parameter(parameter) => {
                let row = &model.parameters[parameter];
                let figure = match &row.base {
                    BaseValue::Number(figure) => *figure,
                    BaseValue::Series(figures) => figures[period],
                };
                let draw = draws.iter().find(|(of, _)| of == key);
                let figure = match (row.input, draw) {
                    (Some(input), Some((_, drawn))) => {
                        drawn_value(input.form, figure, drawn.at(period))
                    }
                    _ => figure,
                };
                (&row.label, "parameter", row.unit_text.clone(), Some(figure))
            }
            Symbol::Table(number) => {
                let row = &model.tables[number].table;
                (
                    if row.label.is_empty() {
                        &row.key
                    } else {
                        &row.label
                    },
                    "table",
                    row.unit.clone(),
                    None,
                )
            }
        };
        Term {
            key: key.to_owned(),
            label: label.clone(),
            kind: kind.to_owned(),
            unit,
            value: value.filter(|figure| !figure.is_nan()),
        }
    }
}

/// What a draw makes of a base figure.
fn drawn_value(form: DistributionForm, base: f64, draw: f64) -> f64 {
    match form {
        DistributionForm::Absolute => draw,
        DistributionForm::Factor => base * draw,
        DistributionForm::PercentOfBase => base * draw / 100.0,
    }
}
