//! The table of a distribution: values with weights, values with shares, or values alone.
//!
//! A pasted block makes the table longer. A block is taken as a whole or not at all, so that a sample of 10,000 values
//! never misses one unseen.

use std::cell::RefCell;

use calminer_domain::{Distribution, Parameter, ScenarioEdit, Uncertainty};
use egui::Id;
use uuid::Uuid;

use crate::ui::edits::distribution::{from_percent, refusal, to_percent};
use crate::ui::format::{self, NumberStyle};
use crate::ui::grid::{Cell, Change, Changed, Column, Kind, Table};
use crate::ui::sample::Reader;

/// What stands beside the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Beside {
    Weights,
    Shares,
    Nothing,
}

/// Values, and what stands beside them.
type Columns = (Vec<f64>, Vec<f64>);

/// How texts are read and figures are written.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'a> {
    pub(crate) currency: &'a str,
    /// The unit of the values as the parameter has it; empty where the figures are relative to the base value.
    pub(crate) unit: &'a str,
    pub(crate) style: NumberStyle,
}

pub(crate) struct Points<'a> {
    row: &'a Parameter,
    own: &'a Uncertainty,
    reading: Reading<'a>,
    beside: Beside,
    values: &'a [f64],
    others: &'a [f64],
    columns: Vec<Column>,
    of_values: Reader<'a>,
    of_others: Reader<'a>,
    /// Why a pasted block was refused.
    refused: RefCell<Option<String>>,
}

/// The distribution with the table: that of the impact for an event.
fn tabled(own: &Uncertainty) -> &Distribution {
    match &own.distribution {
        Distribution::Event { impact, .. } => impact,
        other => other,
    }
}

/// The same uncertainty with another table.
fn with_table(own: &Uncertainty, (values, others): Columns) -> Uncertainty {
    let law = match tabled(own) {
        Distribution::Discrete { .. } => Distribution::Discrete {
            values,
            weights: others,
        },
        Distribution::Cumulative { .. } => Distribution::Cumulative {
            values,
            shares: others,
        },
        _ => Distribution::Empirical { values },
    };
    let distribution = match &own.distribution {
        Distribution::Event { probability, .. } => Distribution::Event {
            probability: *probability,
            impact: Box::new(law),
        },
        _ => law,
    };
    Uncertainty {
        distribution,
        ..own.clone()
    }
}

impl<'a> Points<'a> {
    /// The table of an uncertainty; `None` where it has none. `width` is the room for all columns.
    pub(crate) fn new(
        row: &'a Parameter,
        own: &'a Uncertainty,
        reading: Reading<'a>,
        (width, unit): (f32, &str),
    ) -> Option<Self> {
        let (values, others, beside): (&[f64], &[f64], _) = match tabled(own) {
            Distribution::Discrete { values, weights } => (values, weights, Beside::Weights),
            Distribution::Cumulative { values, shares } => (values, shares, Beside::Shares),
            Distribution::Empirical { values } => (values, &[], Beside::Nothing),
            _ => return None,
        };
        // The decimals of the first hundred rows: no more are on the screen, and a sample may have many thousands.
        let decimals = |figures: &mut dyn Iterator<Item = f64>| {
            let typed = figures.take(100).map(format::decimals_typed);
            typed.max().unwrap_or(0).min(6)
        };
        let column = |title: &str, unit: &str, decimals: usize, width: f32| Column {
            title: title.to_owned(),
            unit: unit.to_owned(),
            width,
            decimals: Some(decimals),
        };
        let of_values = decimals(&mut values.iter().copied());
        let half = (width / 2.0).floor();
        let columns = match beside {
            Beside::Nothing => vec![column("Value", unit, of_values, width)],
            Beside::Weights => {
                let of_weights = decimals(&mut others.iter().copied());
                vec![
                    column("Value", unit, of_values, half),
                    column("Weight", "any sum", of_weights, half),
                ]
            }
            Beside::Shares => {
                let of_shares = decimals(&mut others.iter().copied().map(to_percent));
                vec![
                    column("Value", unit, of_values, half),
                    column("At or below", "% of outcomes", of_shares, half),
                ]
            }
        };
        Some(Self {
            row,
            own,
            reading,
            beside,
            values,
            others,
            columns,
            of_values: Reader::new(reading.unit, reading.currency, reading.style),
            of_others: Reader::new(
                if beside == Beside::Shares { "%" } else { "" },
                reading.currency,
                reading.style,
            ),
            refused: RefCell::new(None),
        })
    }

    /// Why the last block was refused; told once.
    pub(crate) fn take_refusal(&self) -> Option<String> {
        self.refused.take()
    }

    /// How many rows there are, in words.
    pub(crate) fn count(&self) -> String {
        let rows = self.rows();
        let noun = if rows == 1 { "value" } else { "values" };
        format!("{} {noun}", format::count(rows as u64, self.reading.style))
    }

    fn edit(&self, uncertainty: Uncertainty) -> ScenarioEdit {
        ScenarioEdit::UpdateParameter(Box::new(Parameter {
            uncertainty: Some(uncertainty),
            ..self.row.clone()
        }))
    }

    /// With another row behind the last one: the next step of a curve, or a value like the last.
    pub(crate) fn with_row(&self) -> ScenarioEdit {
        let (mut values, mut others) = (self.values.to_vec(), self.others.to_vec());
        let next = match values[..] {
            [.., one, last] if self.beside == Beside::Shares => last + (last - one),
            [.., last] => last,
            [] => 0.0,
        };
        values.push(next);
        match self.beside {
            Beside::Weights => others.push(others.last().copied().unwrap_or(1.0)),
            Beside::Shares => others.push(1.0),
            Beside::Nothing => {}
        }
        self.edit(with_table(self.own, (values, others)))
    }

    /// Without a row; the last one stays.
    pub(crate) fn without_row(&self, row: usize) -> Option<ScenarioEdit> {
        if row >= self.rows() || self.rows() < 2 {
            return None;
        }
        let (mut values, mut others) = (self.values.to_vec(), self.others.to_vec());
        if row < values.len() {
            values.remove(row);
        }
        if row < others.len() {
            others.remove(row);
        }
        // A curve ends at the whole, whichever row went.
        if let (Beside::Shares, Some(last)) = (self.beside, others.last_mut()) {
            *last = 1.0;
        }
        Some(self.edit(with_table(self.own, (values, others))))
    }

    fn column(&self, column: usize) -> &[f64] {
        if column == 0 {
            self.values
        } else {
            self.others
        }
    }

    /// The figure of a column as it is typed.
    fn shown(&self, column: usize, figure: f64) -> f64 {
        if column == 1 && self.beside == Beside::Shares {
            to_percent(figure)
        } else {
            figure
        }
    }

    fn read(&self, column: usize, text: &str) -> Result<f64, String> {
        let reader = if column == 0 {
            &self.of_values
        } else {
            &self.of_others
        };
        let figure = reader.read(text)?;
        Ok(match (column, self.beside) {
            (1, Beside::Shares) => from_percent(figure),
            _ => figure,
        })
    }

    /// A whole new table from a block of cells; a first row of headings is passed over, empty rows are too.
    pub(crate) fn replaced(&self, block: &[Vec<String>]) -> Result<ScenarioEdit, String> {
        let mut columns: Columns = (Vec::new(), Vec::new());
        let wanted = self.columns.len();
        let mut first = true;
        for (at, cells) in block.iter().enumerate() {
            if cells.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            if cells.len() < wanted {
                let message = format!(
                    "row {} has one column; a value and what stands beside it are needed",
                    at + 1
                );
                return Err(message);
            }
            let read: Result<Vec<f64>, String> = (0..wanted)
                .map(|column| self.read(column, &cells[column]))
                .collect();
            match read {
                Ok(figures) => {
                    columns.0.extend(figures.first());
                    columns.1.extend(figures.get(1));
                }
                Err(_) if first && block.len() > 1 => {}
                Err(why) => return Err(format!("row {}: {why}", at + 1)),
            }
            first = false;
        }
        if columns.0.is_empty() {
            return Err("no figures were pasted".to_owned());
        }
        let changed = with_table(self.own, columns);
        refusal(&changed).map_or_else(|| Ok(self.edit(changed)), Err)
    }

    /// The table after some cells were typed or pasted.
    fn changed(&self, changes: &[Change]) -> Result<Uncertainty, String> {
        let (mut values, mut others) = (self.values.to_vec(), self.others.to_vec());
        let single = changes.len() == 1;
        let heading = changes.first().map(|change| change.row).filter(|_| !single);
        let is_heading = |change: &Change| {
            Some(change.row) == heading && self.read(change.column, &change.text).is_err()
        };
        // A row of headings on top of a pasted block is passed over, and the figures below move up.
        let shift = usize::from(
            heading.is_some()
                && changes
                    .iter()
                    .filter(|change| Some(change.row) == heading)
                    .all(is_heading)
                && changes.iter().any(|change| Some(change.row) != heading),
        );
        for change in changes {
            if shift == 1 && Some(change.row) == heading || change.text.trim().is_empty() && !single
            {
                continue;
            }
            let row = change.row - shift;
            let figure = self.read(change.column, &change.text).map_err(|why| {
                if single {
                    why
                } else {
                    format!("{}: {why}", self.cell_name(change.row, change.column))
                }
            })?;
            let places = if change.column == 0 {
                &mut values
            } else {
                &mut others
            };
            if places.len() <= row {
                places.resize(row + 1, f64::NAN);
            }
            places[row] = figure;
        }
        // Where a column of values alone made the table longer, weights follow; shares cannot be guessed.
        if self.beside == Beside::Weights && others.len() < values.len() {
            others.resize(values.len(), others.last().copied().unwrap_or(1.0));
        }
        let lone = values.len() != others.len() || others.iter().any(|share| share.is_nan());
        if self.beside == Beside::Shares && lone {
            return Err("each value needs its share beside it: paste both columns".to_owned());
        }
        let changed = with_table(self.own, (values, others));
        refusal(&changed).map_or(Ok(changed), Err)
    }
}

impl Table for Points<'_> {
    fn id(&self) -> Id {
        Id::unique((self.row.id, "points of the distribution"))
    }

    fn name(&self) -> &'static str {
        "Values of the distribution"
    }

    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn frozen(&self) -> usize {
        0
    }

    fn rows(&self) -> usize {
        self.values.len().max(self.others.len())
    }

    fn row_id(&self, row: usize) -> Uuid {
        Uuid::from_u128(self.row.id.as_u128() ^ (row as u128 + 1))
    }

    fn cell(&self, row: usize, column: usize) -> Cell {
        let figure = self.column(column).get(row);
        let text = figure.map_or_else(String::new, |figure| {
            self.reading.style.exact(self.shown(column, *figure))
        });
        Cell {
            text,
            kind: Kind::Input,
            ..Cell::default()
        }
    }

    fn cell_name(&self, row: usize, column: usize) -> String {
        let name = match (column, self.beside) {
            (0, _) => "Value",
            (_, Beside::Shares) => "Share at or below",
            _ => "Weight",
        };
        format!("{name} {}", row + 1)
    }

    fn typed(&self, row: usize, column: usize) -> Option<String> {
        let figure = self.column(column).get(row);
        Some(figure.map_or_else(String::new, |figure| {
            self.reading.style.typed(self.shown(column, *figure))
        }))
    }

    fn cleared(&self, _row: usize, _column: usize) -> Option<String> {
        None
    }

    fn grows(&self) -> bool {
        true
    }

    fn change(&self, changes: &[Change]) -> Changed {
        let mut changed = Changed::default();
        match self.changed(changes) {
            Ok(uncertainty) if uncertainty == *self.own => {}
            Ok(uncertainty) => changed.edits.push(self.edit(uncertainty)),
            // One typed text stays in its cell with the reason; a block is refused with one sentence.
            Err(why) => match changes {
                [change] => changed.refused.push((change.clone(), why)),
                _ => {
                    self.refused
                        .replace(Some(format!("{why}. Nothing was changed")));
                }
            },
        }
        changed
    }
}

#[cfg(test)]
mod tests;
