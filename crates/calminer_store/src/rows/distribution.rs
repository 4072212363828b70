//! Figures of distributions: one row a figure, and one a place in a table of figures.
//!
//! The fields are those of the file format, so a new shape needs nothing here unless it has a table.

use std::collections::HashMap;

use calminer_domain::{Distribution, Parameter};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::unsigned_zero;
use crate::entity::{distribution_data::Model, parameter};
use crate::error::{StoreError, WHOLE};

const KIND: &str = "kind";
/// The position of a figure that stands alone; places of a table count from 0.
const ALONE: i64 = -1;

/// Fields that are tables, so that an empty one comes back as such.
fn tables(kind: &str) -> &'static [&'static str] {
    if kind == "discrete" {
        &["values", "weights"]
    } else {
        &[]
    }
}

fn fields(distribution: &Distribution) -> Map<String, Json> {
    match serde_json::to_value(distribution) {
        Ok(Json::Object(fields)) => fields,
        _ => Map::new(),
    }
}

/// The word of the shape.
pub(super) fn kind(distribution: &Distribution) -> String {
    fields(distribution)
        .get(KIND)
        .and_then(Json::as_str)
        .unwrap_or_default()
        .to_owned()
}

pub(super) fn to_rows(scenario: Uuid, parameter: &Parameter) -> Vec<Model> {
    let Some(uncertainty) = &parameter.uncertainty else {
        return Vec::new();
    };
    let row = |field: &str, position, figure: &Json| Model {
        scenario_id: scenario,
        parameter_id: parameter.id,
        field: field.to_owned(),
        position,
        // A figure that is not finite has no JSON; such a scenario is refused before its rows are written.
        figure: unsigned_zero(figure.as_f64().unwrap_or(f64::NAN)),
    };
    let mut rows = Vec::new();
    for (field, value) in fields(&uncertainty.distribution)
        .iter()
        .filter(|(field, _)| *field != KIND)
    {
        match value {
            Json::Array(figures) => rows.extend(
                figures
                    .iter()
                    .zip(0..)
                    .map(|(figure, at)| row(field, at, figure)),
            ),
            figure => rows.push(row(field, ALONE, figure)),
        }
    }
    rows
}

/// The figures of all parameters of a scenario.
pub(super) struct Figures(HashMap<Uuid, Vec<Model>>);

impl Figures {
    pub(super) fn of(rows: Vec<Model>) -> Self {
        let mut figures: HashMap<Uuid, Vec<Model>> = HashMap::new();
        for row in rows {
            figures.entry(row.parameter_id).or_default().push(row);
        }
        Self(figures)
    }

    /// The distribution of a parameter, if it has one.
    pub(super) fn take(
        &mut self,
        parameter: &parameter::Model,
    ) -> Result<Option<Distribution>, StoreError> {
        let Some(kind) = &parameter.distribution else {
            return Ok(None);
        };
        let mut rows = self.0.remove(&parameter.id).unwrap_or_default();
        rows.sort_by_key(|row| row.position);
        let mut fields = Map::from_iter([(KIND.to_owned(), Json::from(kind.as_str()))]);
        for table in tables(kind) {
            fields.insert((*table).to_owned(), Json::Array(Vec::new()));
        }
        for row in rows {
            match fields.get_mut(&row.field) {
                Some(Json::Array(figures)) => figures.push(Json::from(row.figure)),
                _ => {
                    fields.insert(row.field, Json::from(row.figure));
                }
            }
        }
        let distribution = serde_json::from_value(Json::Object(fields));
        distribution
            .map(Some)
            .map_err(|error| StoreError::damaged(WHOLE, error.to_string()))
    }
}
