//! Figures of distributions: one row a figure, and one a place in a table of figures.
//!
//! The fields are those of the file format, so a new shape needs nothing here unless it has a table. The impact of an
//! event is written as `event:` with the word of its shape, its figures as `impact.` with their fields.

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

const EVENT: &str = "event";
const IMPACT: &str = "impact";

/// Fields that are tables, so that an empty one comes back as such.
fn tables(kind: &str) -> &'static [&'static str] {
    match kind {
        "discrete" => &["values", "weights"],
        "cumulative" => &["values", "shares"],
        "empirical" => &["values"],
        _ => &[],
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
    let word = word_of(&fields(distribution));
    match distribution {
        Distribution::Event { impact, .. } => format!("{word}:{}", kind(impact)),
        _ => word,
    }
}

fn word_of(fields: &Map<String, Json>) -> String {
    let word = fields.get(KIND).and_then(Json::as_str);
    word.unwrap_or_default().to_owned()
}

pub(super) fn to_rows(scenario: Uuid, parameter: &Parameter) -> Vec<Model> {
    let Some(uncertainty) = &parameter.uncertainty else {
        return Vec::new();
    };
    let mut rows = Vec::new();
    add_rows(&mut rows, "", &fields(&uncertainty.distribution));
    rows.into_iter()
        .map(|(field, position, figure)| Model {
            scenario_id: scenario,
            parameter_id: parameter.id,
            field,
            position,
            figure,
        })
        .collect()
}

/// Field, position and figure of each figure; the fields of an impact stand behind `impact.`, however deep.
fn add_rows(rows: &mut Vec<(String, i64, f64)>, prefix: &str, fields: &Map<String, Json>) {
    // A figure that is not finite has no JSON; such a scenario is refused before its rows are written.
    let number = |figure: &Json| unsigned_zero(figure.as_f64().unwrap_or(f64::NAN));
    for (field, value) in fields.iter().filter(|(field, _)| *field != KIND) {
        let name = format!("{prefix}{field}");
        match value {
            Json::Array(figures) => rows.extend(
                figures
                    .iter()
                    .zip(0..)
                    .map(|(figure, at)| (name.clone(), at, number(figure))),
            ),
            Json::Object(inner) => add_rows(rows, &format!("{name}."), inner),
            figure => rows.push((name, ALONE, number(figure))),
        }
    }
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
        let distribution = serde_json::from_value(Json::Object(fields_of(kind, "", &rows)));
        distribution
            .map(Some)
            .map_err(|error| StoreError::damaged(WHOLE, error.to_string()))
    }
}

/// The fields of a shape from the rows whose fields start with `prefix`.
fn fields_of(kind: &str, prefix: &str, rows: &[Model]) -> Map<String, Json> {
    let (word, impact) = kind
        .split_once(':')
        .map_or((kind, None), |(word, impact)| (word, Some(impact)));
    let mut fields = Map::from_iter([(KIND.to_owned(), Json::from(word))]);
    for table in tables(word) {
        fields.insert((*table).to_owned(), Json::Array(Vec::new()));
    }
    let own = rows.iter().filter_map(|row| {
        let field = row.field.strip_prefix(prefix)?;
        (!field.contains('.')).then_some((field, row.figure))
    });
    for (field, figure) in own {
        match fields.get_mut(field) {
            Some(Json::Array(figures)) => figures.push(Json::from(figure)),
            _ => {
                fields.insert(field.to_owned(), Json::from(figure));
            }
        }
    }
    if let Some(impact) = impact.filter(|_| word == EVENT) {
        let inner = fields_of(impact, &format!("{prefix}{IMPACT}."), rows);
        fields.insert(IMPACT.to_owned(), Json::Object(inner));
    }
    fields
}
