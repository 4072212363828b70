//! A lookup table as a grid: keys of the rows at the left, keys of the columns on top, figures between.

use calminer_domain::{LookupTable, ScenarioEdit};
use egui::Id;
use uuid::Uuid;

use crate::ui::format::{self, NumberStyle};
use crate::ui::grid::{Cell, Change, Changed, Column, Kind, Table};
use crate::ui::state::read_figure;

pub(crate) struct Lookup<'a> {
    table: &'a LookupTable,
    currency: &'a str,
    style: NumberStyle,
    columns: Vec<Column>,
    issue: Option<String>,
}

/// What a cell of the grid is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// The corner over the keys of the rows.
    Corner,
    Row(usize),
    Column(usize),
    /// Place in the values.
    Value(usize),
}

impl<'a> Lookup<'a> {
    pub(crate) fn new(
        table: &'a LookupTable,
        currency: &'a str,
        style: NumberStyle,
        issue: Option<String>,
    ) -> Self {
        let decimals = |figures: &[f64]| {
            let typed = figures.iter().map(|figure| format::decimals_typed(*figure));
            typed.max().unwrap_or(0).min(6)
        };
        let figures = |title: String, unit: String, decimals: usize| Column {
            title,
            unit,
            width: 104.0,
            decimals: Some(decimals),
        };
        let mut columns = vec![figures(
            "First key".to_owned(),
            String::new(),
            decimals(&table.rows),
        )];
        let unit = format::unit_words(&table.unit);
        let own = decimals(&table.values).max(decimals(&table.columns));
        if table.columns.is_empty() {
            columns.push(figures("Value".to_owned(), unit, own));
        } else {
            let numbered = (1..=table.columns.len())
                .map(|number| figures(format!("Column {number}"), unit.clone(), own));
            columns.extend(numbered);
        }
        Self {
            table,
            currency,
            style,
            columns,
            issue,
        }
    }

    /// Whether the first row of the grid holds the keys of the columns.
    const fn heads(&self) -> usize {
        !self.table.columns.is_empty() as usize
    }

    fn part(&self, row: usize, column: usize) -> Part {
        let wide = self.table.columns.len().max(1);
        match (row.checked_sub(self.heads()), column.checked_sub(1)) {
            (None, None) => Part::Corner,
            (None, Some(column)) => Part::Column(column),
            (Some(row), None) => Part::Row(row),
            (Some(row), Some(column)) => Part::Value(row * wide + column),
        }
    }

    fn figure(&self, part: Part) -> Option<f64> {
        match part {
            Part::Corner => None,
            Part::Row(at) => self.table.rows.get(at).copied(),
            Part::Column(at) => self.table.columns.get(at).copied(),
            Part::Value(at) => self.table.values.get(at).copied(),
        }
    }

    /// The row of the table under the cursor of the grid.
    pub(crate) fn row_at(&self, at: (usize, usize)) -> Option<usize> {
        at.0.checked_sub(self.heads())
            .filter(|row| *row < self.table.rows.len())
    }

    /// The column of the table under the cursor of the grid.
    pub(crate) fn column_at(&self, at: (usize, usize)) -> Option<usize> {
        at.1.checked_sub(1)
            .filter(|column| *column < self.table.columns.len())
    }
}

impl Table for Lookup<'_> {
    fn id(&self) -> Id {
        Id::unique(("lookup table", self.table.id))
    }

    fn name(&self) -> &'static str {
        "Lookup table"
    }

    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn frozen(&self) -> usize {
        1
    }

    fn rows(&self) -> usize {
        self.table.rows.len() + self.heads()
    }

    fn row_id(&self, row: usize) -> Uuid {
        Uuid::from_u128(self.table.id.as_u128() ^ (row as u128 + 1))
    }

    fn cell(&self, row: usize, column: usize) -> Cell {
        let part = self.part(row, column);
        let text = match part {
            Part::Corner => "Second key".to_owned(),
            _ => self
                .figure(part)
                .map_or_else(String::new, |figure| self.style.exact(figure)),
        };
        Cell {
            text,
            kind: if part == Part::Corner {
                Kind::Weak
            } else {
                Kind::Input
            },
            strong: !matches!(part, Part::Value(_)),
            issue: self.issue.clone().filter(|_| matches!(part, Part::Row(_))),
            ..Cell::default()
        }
    }

    fn cell_name(&self, row: usize, column: usize) -> String {
        match self.part(row, column) {
            Part::Corner => "Second key".to_owned(),
            Part::Row(at) => format!("first key {}", at + 1),
            Part::Column(at) => format!("second key {}", at + 1),
            Part::Value(_) => format!("row {}, column {column}", row + 1 - self.heads()),
        }
    }

    fn typed(&self, row: usize, column: usize) -> Option<String> {
        match self.part(row, column) {
            Part::Corner => None,
            part => Some(
                self.figure(part)
                    .map_or_else(String::new, |figure| self.style.typed(figure)),
            ),
        }
    }

    fn cleared(&self, row: usize, column: usize) -> Option<String> {
        matches!(self.part(row, column), Part::Value(_)).then(|| "0".to_owned())
    }

    fn change(&self, changes: &[Change]) -> Changed {
        let mut changed = Changed::default();
        let mut table = self.table.clone();
        for change in changes {
            let part = self.part(change.row, change.column);
            let unit = if matches!(part, Part::Value(_)) {
                self.table.unit.as_str()
            } else {
                ""
            };
            let place = match part {
                Part::Corner => None,
                Part::Row(at) => table.rows.get_mut(at),
                Part::Column(at) => table.columns.get_mut(at),
                Part::Value(at) => table.values.get_mut(at),
            };
            let Some(place) = place else { continue };
            match read_figure(&change.text, unit, self.currency, self.style) {
                Ok(entry) => *place = entry.value,
                Err(why) => changed.refused.push((change.clone(), why)),
            }
        }
        if table != *self.table {
            changed.edits.push(ScenarioEdit::SetTable(Box::new(table)));
        }
        changed
    }
}

/// The key behind the last one.
fn next(keys: &[f64]) -> f64 {
    match keys {
        [.., one, last] => last + (last - one),
        [last] => last + 1.0,
        [] => 0.0,
    }
}

/// A table without its figures that lie outside of rows and columns, and with 0 where one is missing.
fn sized(table: &LookupTable) -> LookupTable {
    let mut table = table.clone();
    let wanted = table.rows.len() * table.columns.len().max(1);
    table.values.resize(wanted, 0.0);
    table
}

/// With another row at the end, whose figures are those of the last one.
pub(crate) fn with_row(table: &LookupTable) -> LookupTable {
    let mut table = sized(table);
    let wide = table.columns.len().max(1);
    let last = table.values.len().saturating_sub(wide);
    let copy = table.values[last..].to_vec();
    table.values.extend(copy);
    table.rows.push(next(&table.rows));
    sized(&table)
}

/// Without a row.
pub(crate) fn without_row(table: &LookupTable, row: usize) -> LookupTable {
    let mut table = sized(table);
    let wide = table.columns.len().max(1);
    if row < table.rows.len() {
        table.rows.remove(row);
        table.values.drain(row * wide..(row + 1) * wide);
    }
    table
}

/// With another column at the end; a table of one key gets two keys.
pub(crate) fn with_column(table: &LookupTable) -> LookupTable {
    let mut table = sized(table);
    if table.columns.is_empty() {
        table.columns.push(0.0);
        return table;
    }
    let wide = table.columns.len();
    let rows = table.values.chunks(wide);
    table.values = rows
        .flat_map(|row| row.iter().copied().chain(row.last().copied()))
        .collect();
    table.columns.push(next(&table.columns));
    table
}

/// Without a column; without the last one it is a table of one key.
pub(crate) fn without_column(table: &LookupTable, column: usize) -> LookupTable {
    let mut table = sized(table);
    let wide = table.columns.len();
    if column >= wide {
        return table;
    }
    table.columns.remove(column);
    if wide > 1 {
        let mut at = 0;
        table.values.retain(|_| {
            at += 1;
            (at - 1) % wide != column
        });
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> LookupTable {
        LookupTable {
            id: Uuid::from_u128(5),
            key: "recovery".to_owned(),
            label: String::new(),
            unit: "%".to_owned(),
            rows: vec![1.0, 2.0],
            columns: vec![10.0, 20.0],
            values: vec![1.0, 2.0, 3.0, 4.0],
            clamped: false,
            source: String::new(),
        }
    }

    #[test]
    fn rows_and_columns_come_and_go_with_their_figures() {
        let more = with_row(&table());
        assert_eq!(more.rows, [1.0, 2.0, 3.0]);
        assert_eq!(more.values, [1.0, 2.0, 3.0, 4.0, 3.0, 4.0]);
        assert_eq!(without_row(&more, 0).values, [3.0, 4.0, 3.0, 4.0]);
        let wide = with_column(&table());
        assert_eq!(wide.columns, [10.0, 20.0, 30.0]);
        assert_eq!(wide.values, [1.0, 2.0, 2.0, 3.0, 4.0, 4.0]);
        assert_eq!(without_column(&wide, 1).values, [1.0, 2.0, 3.0, 4.0]);
        let one = without_column(&without_column(&table(), 0), 0);
        assert_eq!(
            (one.columns.len(), one.values.as_slice()),
            (0, &[2.0, 4.0][..])
        );
        assert_eq!(with_column(&one).columns, [0.0]);
        assert_eq!(without_row(&table(), 9), table());
    }

    #[test]
    fn typed_texts_become_one_edit_and_bad_ones_say_why() {
        let table = table();
        let grid = Lookup::new(&table, "CAD", NumberStyle::default(), None);
        assert_eq!((grid.rows(), grid.columns().len()), (3, 3));
        let change = |row, column, text: &str| Change {
            row,
            column,
            text: text.to_owned(),
        };
        let changed = grid.change(&[change(0, 1, "12"), change(2, 2, "95"), change(1, 0, "x")]);
        assert_eq!(changed.refused.len(), 1);
        let [ScenarioEdit::SetTable(new)] = &changed.edits[..] else {
            panic!("{:?}", changed.edits);
        };
        assert_eq!(
            (new.columns[0], new.values[3], new.rows[0]),
            (12.0, 95.0, 1.0)
        );
        assert_eq!(grid.typed(0, 0), None);
    }
}
