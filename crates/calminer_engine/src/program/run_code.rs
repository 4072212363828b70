//! What one run computes in each trial: the outputs, and the rows whose spread it keeps period by period.

use std::borrow::Cow;

use calminer_domain::Role;

use super::{Program, nodes_of};
use crate::compile::code::{Code, Place};
use crate::compile::graph::NodeId;
use crate::compile::nearest::nearest;
use crate::compile::schedule::schedule;
use crate::compile::{Checked, Kind};
use crate::result::Band;

/// A row whose spread a simulation keeps period by period.
#[derive(Clone, Debug)]
pub(crate) struct BandRow {
    pub(crate) line: usize,
    /// Its places among the results of the code, one a period.
    pub(crate) places: Vec<Place>,
}

/// The code of a run: its results are the outputs in their order, then the rows of the bands.
#[derive(Debug)]
pub(crate) struct RunCode<'a> {
    pub(crate) code: Cow<'a, Code>,
    pub(crate) bands: Vec<BandRow>,
}

impl RunCode<'_> {
    /// Columns of all bands: periods, row after row.
    pub(crate) fn band_columns(&self) -> usize {
        self.bands.iter().map(|row| row.places.len()).sum()
    }
}

impl Program {
    /// The code for a run that keeps the spread of these rows beside that of the after-tax cash flow. The outputs have
    /// the same bits whatever is asked for: an operation is rounded the same wherever it stands.
    ///
    /// # Errors
    /// A sentence, where a key names no line or a line without periods.
    pub(crate) fn run_code(&self, keys: &[String]) -> Result<RunCode<'_>, String> {
        let mut lines: Vec<usize> = cash_flow(&self.checked).into_iter().collect();
        let usual = lines.len();
        for key in keys {
            let line = self.band_line(key)?;
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        let code = if lines.len() == usual {
            Cow::Borrowed(&self.reduced)
        } else {
            let outputs = self.outputs.iter();
            let kept = outputs.map(|output| self.laid.lines[output.line].at(0));
            let rows = lines
                .iter()
                .flat_map(|line| nodes_of(&self.laid.lines[*line]));
            let kept: Vec<NodeId> = kept.chain(rows).collect();
            // Not the inputs: one that is drawn each period has a column for each.
            let inputs = self.base_draws.len();
            Cow::Owned(schedule(&self.laid.graph, &kept, inputs, &self.base_nodes))
        };
        let mut from = self.outputs.len();
        let rows = lines.into_iter().map(|line| {
            let count = nodes_of(&self.laid.lines[line]).len();
            let places = code.results[from..from + count].to_vec();
            from += count;
            BandRow { line, places }
        });
        let bands = rows.collect();
        Ok(RunCode { code, bands })
    }

    /// The line with this key, if it has a figure a period.
    pub(crate) fn band_line(&self, key: &str) -> Result<usize, String> {
        let lines = &self.checked.model.lines;
        let Some(line) = lines.iter().position(|line| line.key == key) else {
            let keys = lines.iter().map(|line| line.key.as_str());
            let hint = nearest(key, keys)
                .map_or_else(String::new, |near| format!("; did you mean {near}?"));
            return Err(format!(
                "{key} is no line of this scenario, so its spread by period cannot be kept{hint}"
            ));
        };
        if self.checked.kinds[line] == Kind::Scalar {
            return Err(format!(
                "{key} has one figure for the whole life and none by period; mark it as an output to see its spread"
            ));
        }
        Ok(line)
    }

    /// A band with these percentiles.
    pub(crate) fn band(&self, line: usize, percentiles: Vec<[f64; 6]>) -> Band {
        let unit = &self.units[line];
        let line = &self.checked.model.lines[line];
        Band {
            key: line.key.clone(),
            label: line.label.clone(),
            unit: unit.text.clone(),
            display: unit.display.clone(),
            percentiles,
        }
    }
}

/// The after-tax cash flow, where it is named and has a figure a period.
pub(super) fn cash_flow(checked: &Checked) -> Option<usize> {
    let mut lines = checked.model.lines.iter().zip(&checked.kinds);
    lines
        .position(|(line, kind)| line.role == Some(Role::AfterTaxCashFlow) && *kind != Kind::Scalar)
}
