//! A scenario as rows of tables, and back. Both ways are plain functions: the database is in [`crate::scenarios`].

pub(crate) mod distribution;
pub(crate) mod head;
pub(crate) mod item;
pub(crate) mod line;
pub(crate) mod parameter;

use std::collections::HashSet;

use calminer_domain::{Correlation, LookupTable, Scenario};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::codec::{figures, text};
use crate::entity;
use crate::error::{StoreError, WHOLE};

/// All rows of one scenario.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rows {
    pub(crate) head: entity::scenario::Model,
    pub(crate) parameters: Vec<entity::parameter::Model>,
    pub(crate) distributions: Vec<entity::distribution_data::Model>,
    pub(crate) tables: Vec<entity::lookup_table::Model>,
    pub(crate) items: Vec<item::Row>,
    pub(crate) lines: Vec<line::Row>,
    pub(crate) correlations: Vec<entity::correlation::Model>,
}

impl Rows {
    /// The rows of a scenario of this project. Revision, time and seal of the head are set when it is written.
    pub(crate) fn of(project: Uuid, scenario: &Scenario) -> Result<Self, StoreError> {
        refuse_twins(scenario)?;
        let id = scenario.id;
        Ok(Self {
            head: head::to_row(project, scenario),
            parameters: scenario
                .parameters
                .iter()
                .zip(0..)
                .map(|(row, at)| parameter::to_row(id, at, row))
                .collect(),
            distributions: scenario
                .parameters
                .iter()
                .flat_map(|row| distribution::to_rows(id, row))
                .collect(),
            tables: scenario
                .tables
                .iter()
                .zip(0..)
                .map(|(row, at)| table_row(id, at, row))
                .collect(),
            items: scenario
                .items
                .iter()
                .zip(0..)
                .map(|(row, at)| item::to_row(id, at, row))
                .collect::<Result<_, _>>()?,
            lines: scenario
                .lines
                .iter()
                .zip(0..)
                .map(|(row, at)| line::to_row(id, at, row))
                .collect(),
            correlations: scenario
                .correlations
                .iter()
                .zip(0..)
                .map(|(row, at)| pair_row(id, at, row))
                .collect(),
        })
    }

    /// The scenario of the rows.
    pub(crate) fn scenario(mut self) -> Result<Scenario, StoreError> {
        self.parameters.sort_by_key(|row| row.position);
        self.tables.sort_by_key(|row| row.position);
        self.items.sort_by_key(item::Row::position);
        self.lines.sort_by_key(|row| row.position);
        self.correlations.sort_by_key(|row| row.position);
        let mut figures = distribution::Figures::of(self.distributions);
        let mut scenario = head::from_row(self.head)?;
        for row in self.parameters {
            let distribution = figures.take(&row)?;
            scenario
                .parameters
                .push(parameter::from_row(row, distribution)?);
        }
        for row in self.tables {
            scenario.tables.push(table(row)?);
        }
        for row in self.items {
            scenario.items.push(item::from_row(row)?);
        }
        for row in self.lines {
            scenario.lines.push(line::from_row(row)?);
        }
        scenario.correlations = self.correlations.into_iter().map(pair).collect();
        Ok(scenario)
    }
}

/// Two rows with one identity have no place in a table keyed by it.
fn refuse_twins(scenario: &Scenario) -> Result<(), StoreError> {
    twins("parameters", scenario.parameters.iter().map(|row| row.id))?;
    // They stand in the same tables.
    let lines = scenario.lines.iter().map(|row| row.id);
    let items = scenario.items.iter().map(|row| row.id);
    twins("lines or items", lines.chain(items))?;
    twins("tables", scenario.tables.iter().map(|row| row.id))
}

fn twins(what: &str, mut ids: impl Iterator<Item = Uuid>) -> Result<(), StoreError> {
    let mut seen = HashSet::new();
    match ids.find(|id| !seen.insert(*id)) {
        Some(id) => Err(StoreError::Unstorable {
            reason: format!("two {what} have the same identity {id}"),
        }),
        None => Ok(()),
    }
}

fn table_row(scenario: Uuid, position: i64, table: &LookupTable) -> entity::lookup_table::Model {
    entity::lookup_table::Model {
        scenario_id: scenario,
        id: table.id,
        position,
        key: text::stored(&table.key),
        label: text::stored(&table.label),
        unit: text::stored(&table.unit),
        row_keys: figures::to_bytes(&table.rows),
        column_keys: figures::to_bytes(&table.columns),
        figures: figures::to_bytes(&table.values),
        clamped: table.clamped,
        source: text::stored(&table.source),
    }
}

fn table(row: entity::lookup_table::Model) -> Result<LookupTable, StoreError> {
    Ok(LookupTable {
        id: row.id,
        key: text::read(row.key),
        label: text::read(row.label),
        unit: text::read(row.unit),
        rows: figures::from_bytes(&row.row_keys)?,
        columns: figures::from_bytes(&row.column_keys)?,
        values: figures::from_bytes(&row.figures)?,
        clamped: row.clamped,
        source: text::read(row.source),
    })
}

fn pair_row(scenario: Uuid, position: i64, pair: &Correlation) -> entity::correlation::Model {
    entity::correlation::Model {
        scenario_id: scenario,
        position,
        a: pair.a,
        b: pair.b,
        rho: unsigned_zero(pair.rho),
        source: text::stored(&pair.source),
    }
}

fn pair(row: entity::correlation::Model) -> Correlation {
    Correlation {
        a: row.a,
        b: row.b,
        rho: row.rho,
        source: text::read(row.source),
    }
}

/// SQLite keeps no sign of a zero in a column of figures, so none is stored and the document has none either.
pub(crate) fn unsigned_zero(figure: f64) -> f64 {
    figure + 0.0
}

/// The word of a choice, as the file format writes it.
pub(crate) fn word<T: Serialize>(choice: &T) -> String {
    match serde_json::to_value(choice) {
        Ok(Json::String(word)) => word,
        other => format!("{other:?}"),
    }
}

/// The choice of a word.
pub(crate) fn choice<T: DeserializeOwned>(word: &str) -> Result<T, StoreError> {
    serde_json::from_value(Json::from(word))
        .map_err(|error| StoreError::damaged(WHOLE, error.to_string()))
}

/// A number that its column holds as a wider one.
pub(crate) fn narrow<T: TryFrom<i64>>(column: &str, number: i64) -> Result<T, StoreError> {
    T::try_from(number)
        .ok()
        .ok_or_else(|| StoreError::damaged(WHOLE, format!("{column} is {number}")))
}

/// A day written as YYYY-MM-DD.
pub(crate) fn day<T: std::str::FromStr>(column: &str, text: &str) -> Result<T, StoreError> {
    text.parse()
        .ok()
        .ok_or_else(|| StoreError::damaged(WHOLE, format!("{column} is {text:?}, not a day")))
}
