//! Rows of a file that cannot be read, each with its place and what is wrong there.

use serde::Deserialize as _;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};

use super::unreadable;
use crate::issue::Issue;
use crate::item::{Item, ItemKind};
use crate::line::Line;
use crate::parameter::{Correlation, LookupTable, Parameter};

/// Looks at each row of a section by itself.
pub(super) fn check(section: &str, rows: &[Json], issues: &mut Vec<Issue>) {
    for (index, row) in rows.iter().enumerate() {
        let error = match section {
            "parameters" => row_error::<Parameter>(row),
            "tables" => row_error::<LookupTable>(row),
            "items" => row_error::<Item>(row),
            "lines" => row_error::<Line>(row),
            _ => row_error::<Correlation>(row),
        };
        let Some(error) = error else {
            continue;
        };
        let path = format!("{section}.{}", name(row, index));
        let before = issues.len();
        if section == "items" {
            item(&path, row, issues);
        }
        if issues.len() == before {
            issues.push(unreadable(&path, &null_field(row).unwrap_or(error)));
        }
    }
}

fn name(row: &Json, index: usize) -> String {
    let mut names = ["key", "label", "name"].iter();
    let name = names.find_map(|field| {
        let name = row.get(field).and_then(Json::as_str)?;
        (!name.is_empty()).then_some(name)
    });
    name.map_or_else(|| format!("#{}", index + 1), str::to_owned)
}

fn row_error<T: DeserializeOwned>(row: &Json) -> Option<String> {
    T::deserialize(row).err().map(|error| error.to_string())
}

/// JSON has no NaN: other programs write `null`, and the sentence should say which figure is missing.
fn null_field(json: &Json) -> Option<String> {
    let Json::Object(fields) = json else {
        return None;
    };
    fields.iter().find_map(|(name, value)| match value {
        Json::Null => Some(format!("{name} has no figure (null)")),
        Json::Object(_) => null_field(value),
        Json::Array(items) if items.iter().any(Json::is_null) => {
            Some(format!("{name} has a place without a figure (null)"))
        }
        _ => None,
    })
}

/// What is wrong with the kind, the terms and the units of an item.
fn item(path: &str, row: &Json, issues: &mut Vec<Issue>) {
    if let Some(kind) = row.get("kind")
        && ItemKind::deserialize(kind).is_err()
    {
        let known: Vec<String> = ItemKind::ALL.iter().map(|kind| word(*kind)).collect();
        let why = format!(
            "{kind} is no kind of item that this program knows; it knows {}",
            known.join(", ")
        );
        issues.push(unreadable(&format!("{path}.kind"), &why));
    }
    match row.get("terms") {
        None => {}
        Some(Json::Object(terms)) => row_of_terms(path, terms, issues),
        Some(_) => {
            let why = "it is not an object with one term a field";
            issues.push(unreadable(&format!("{path}.terms"), why));
        }
    }
    if let Some(Json::Object(units)) = row.get("units") {
        for (field, _) in units.iter().filter(|(_, unit)| !unit.is_string()) {
            let path = format!("{path}.units.{field}");
            issues.push(unreadable(&path, "it is not a unit as text"));
        }
    }
}

fn word(kind: ItemKind) -> String {
    let word = serde_json::to_value(kind).unwrap_or_default();
    word.as_str().unwrap_or_default().to_owned()
}

fn row_of_terms(path: &str, terms: &Map<String, Json>, issues: &mut Vec<Issue>) {
    for (field, json) in terms {
        term(&format!("{path}.{field}"), json, issues);
    }
}

fn term(path: &str, json: &Json, issues: &mut Vec<Issue>) {
    match json {
        Json::Number(_) | Json::String(_) => {}
        Json::Null => issues.push(unreadable(path, "it has no figure (null)")),
        Json::Bool(_) => {
            let why =
                format!("it is {json}; a term is a figure, a row of figures, a text or a table");
            issues.push(unreadable(path, &why));
        }
        Json::Object(_) => {
            issues.push(unreadable(
                path,
                "it is an object; a table is a list of rows",
            ));
        }
        Json::Array(rows) if rows.iter().any(Json::is_object) => {
            for (index, row) in rows.iter().enumerate() {
                let path = format!("{path}.{index}");
                match row {
                    Json::Object(terms) => row_of_terms(&path, terms, issues),
                    _ => issues.push(unreadable(&path, "it is no row of a table")),
                }
            }
        }
        Json::Array(figures) => {
            for (figure, place) in figures.iter().zip(1..) {
                let path = format!("{path}.{place}");
                match figure {
                    Json::Number(_) => {}
                    Json::Null => issues.push(unreadable(&path, "it has no figure (null)")),
                    _ => issues.push(unreadable(&path, "it is not a figure")),
                }
            }
        }
    }
}
