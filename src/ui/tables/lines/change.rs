//! What a text typed into the table of lines changes.

use calminer_domain::{Item, Line, Value};

use super::super::flow::{LABEL, UNIT};
use super::super::series;
use super::{Lines, items};
use crate::ui::edits;
use crate::ui::grid::Change;
use crate::ui::state::read_figure;

impl Lines<'_> {
    pub(super) fn change_line(&self, line: &mut Line, change: &Change) -> Result<(), String> {
        let currency = &self.scenario.currency;
        match change.column {
            LABEL => change.text.trim().clone_into(&mut line.label),
            UNIT => {
                let unit = change.text.trim();
                *line = edits::line_in(line, unit, currency, self.converts);
            }
            _ => {
                let entry = read_figure(&change.text, &line.unit, currency, self.style)?;
                match self.period(change.column) {
                    Some(period) => series::put(line, period, entry.value, self.heads.len()),
                    None => line.value = Value::Number(entry.value),
                }
            }
        }
        Ok(())
    }

    pub(super) fn change_item(
        &self,
        item: &Item,
        change: &Change,
        changes: &mut items::Changes,
    ) -> Result<(), String> {
        let Some(built) = self.built(change.row) else {
            changes.rename(item, change.text.trim());
            return Ok(());
        };
        let Some(path) = built.typed_path() else {
            return Ok(());
        };
        if change.column == UNIT {
            let unit = change.text.trim();
            changes.unit((item, path), unit, self.scenario, self.converts);
            return Ok(());
        }
        let currency = &self.scenario.currency;
        let entry = read_figure(&change.text, &built.line.unit, currency, self.style)?;
        let period = self.period(change.column);
        changes.figure((item, path), period, entry.value, self.heads.len());
        Ok(())
    }
}
