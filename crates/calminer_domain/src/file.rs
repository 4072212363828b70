//! The scenario file: `.calminer` and `.calminer.json` hold the same JSON.
//!
//! Version 1 is the serde form of a [`Scenario`] without items, version 2 of one with items; a later change of those
//! types gets a version of its own and an upgrade from these. A file is written in the oldest version that holds its
//! scenario, so that older programs go on reading what they can. Reading is all or nothing: a file either gives a
//! scenario or a list of what is wrong.

mod layout;
mod rows;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use thiserror::Error;

use crate::issue::{Issue, Place};
use crate::scenario::{Project, Scenario, SimulationSettings};

/// The word that marks a scenario file.
pub const FORMAT: &str = "calminer.scenario";
/// The newest version that this program reads.
pub const VERSION: u64 = 2;
/// The version of a scenario without items.
const WITHOUT_ITEMS: u64 = 1;
/// Larger files are refused before they are parsed.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

/// The content of a scenario file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScenarioFile {
    /// Always `calminer.scenario`.
    pub format: String,
    /// Version of the format: 1, or 2 for a scenario with items.
    #[schemars(range(min = 1, max = 2))]
    pub version: u64,
    /// The project it belongs to.
    pub project: Project,
    /// The scenario.
    pub scenario: Scenario,
}

/// Why a file gives no scenario. Nothing is changed then.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum FileError {
    /// More than [`MAX_BYTES`].
    #[error(
        "the file has {bytes} bytes, more than the {MAX_BYTES} that a scenario file may have; nothing was changed"
    )]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// Not JSON, or cut off.
    #[error(
        "the file is not a whole scenario file: {detail} at line {line}, column {column}{near}; nothing was changed"
    )]
    NotJson {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What the parser found.
        detail: String,
        /// The row it stands in, where one can be named.
        near: String,
    },
    /// JSON of something else.
    #[error("the file is not a CalMiner scenario: {0}; nothing was changed")]
    NotAScenario(String),
    /// Written by a newer program.
    #[error(
        "made by a newer CalMiner (schema {found}, this one reads up to {VERSION}); nothing was changed"
    )]
    TooNew {
        /// Its version.
        found: u64,
    },
    /// A scenario with fields that cannot be read; every one is listed.
    #[error("{} of the file cannot be read: {}; nothing was changed", count(.0), list(.0))]
    Invalid(Vec<Issue>),
}

fn count(issues: &[Issue]) -> String {
    if issues.len() == 1 {
        "1 field".to_owned()
    } else {
        format!("{} fields", issues.len())
    }
}

fn list(issues: &[Issue]) -> String {
    issues
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}

impl FileError {
    /// The problems as issues with a path each.
    pub fn issues(&self) -> Vec<Issue> {
        let whole = |code| {
            vec![Issue::error(
                Place::Scenario {
                    field: "file".to_owned(),
                },
                code,
                self.to_string(),
            )]
        };
        match self {
            Self::Invalid(issues) => issues.clone(),
            Self::TooLarge { .. } => whole("file_too_large"),
            Self::NotJson { .. } => whole("file_broken"),
            Self::NotAScenario(_) => whole("not_a_scenario"),
            Self::TooNew { .. } => whole("file_too_new"),
        }
    }
}

/// The scenario in the bytes of a file.
///
/// # Errors
/// With the place of what is wrong; a half-finished scenario is no error but has issues.
pub fn read(bytes: &[u8]) -> Result<ScenarioFile, FileError> {
    if bytes.len() > MAX_BYTES {
        return Err(FileError::TooLarge { bytes: bytes.len() });
    }
    let text = without_mark(bytes);
    let json: Json = serde_json::from_slice(text).map_err(|error| not_json(text, &error))?;
    let Json::Object(mut file) = json else {
        return Err(FileError::NotAScenario(
            "its outermost value is not an object".to_owned(),
        ));
    };
    check_head(&file)?;
    let mut issues = Vec::new();
    let project = field::<Project>(&mut file, "project", &mut issues);
    let scenario = match file.remove("scenario") {
        Some(Json::Object(fields)) => read_scenario(fields, &mut issues),
        Some(_) => {
            issues.push(unreadable("scenario", "it is not an object"));
            None
        }
        None => {
            issues.push(unreadable("scenario", "it is missing"));
            None
        }
    };
    for name in file
        .keys()
        .filter(|name| !["format", "version"].contains(&name.as_str()))
    {
        issues.push(unreadable(
            name,
            "this version of the format has no such field",
        ));
    }
    match (project, scenario) {
        (Some(project), Some(scenario)) if issues.is_empty() => Ok(ScenarioFile {
            format: FORMAT.to_owned(),
            version: version_of(&scenario),
            project,
            scenario,
        }),
        _ => Err(FileError::Invalid(issues)),
    }
}

/// The text of a scenario file, for people and for version control: one field a line, rows of figures on one.
pub fn write(project: &Project, scenario: &Scenario) -> String {
    let file = ScenarioFile {
        format: FORMAT.to_owned(),
        version: version_of(scenario),
        project: project.clone(),
        scenario: scenario.clone(),
    };
    let json = serde_json::to_value(&file).unwrap_or(Json::Null);
    layout::text(&json)
}

/// The oldest version of the format that holds this scenario.
pub fn version_of(scenario: &Scenario) -> u64 {
    if scenario.items.is_empty() {
        WITHOUT_ITEMS
    } else {
        VERSION
    }
}

/// The canonical document of a scenario: what is hashed and kept as a revision. A negative zero is written as 0:
/// SQLite does not keep its sign, and no figure depends on it.
pub fn canonical(scenario: &Scenario) -> Vec<u8> {
    let document = serde_json::to_vec(scenario).unwrap_or_default();
    if !document.windows(4).any(|part| part == b"-0.0") {
        return document;
    }
    let mut json = serde_json::to_value(scenario).unwrap_or(Json::Null);
    drop_negative_zeros(&mut json);
    serde_json::to_vec(&json).unwrap_or(document)
}

fn drop_negative_zeros(json: &mut Json) {
    match json {
        Json::Number(number) if number.as_f64() == Some(0.0) && number.is_f64() => {
            *json = Json::from(0.0);
        }
        Json::Array(items) => items.iter_mut().for_each(drop_negative_zeros),
        Json::Object(fields) => fields.values_mut().for_each(drop_negative_zeros),
        _ => {}
    }
}

/// The scenario of a canonical document.
///
/// # Errors
/// When it was written by another version or is damaged.
pub fn from_canonical(bytes: &[u8]) -> Result<Scenario, FileError> {
    serde_json::from_slice(bytes).map_err(|error| not_json(bytes, &error))
}

/// The canonical document of what decides a run's figures: without the settings of the last simulation, which
/// stand in the run itself, and without names and notes of the whole scenario.
pub fn canonical_model(scenario: &Scenario) -> Vec<u8> {
    let model = Scenario {
        simulation: SimulationSettings::default(),
        name: String::new(),
        notes: String::new(),
        parent: None,
        ..scenario.clone()
    };
    canonical(&model)
}

/// The JSON Schema of both versions.
pub fn schema() -> Json {
    let mut schema = schemars::schema_for!(ScenarioFile).to_value();
    if let Some(fields) = schema.as_object_mut() {
        fields.insert(
            "title".to_owned(),
            Json::from("CalMiner scenario file, versions 1 and 2"),
        );
    }
    schema
}

fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

fn not_json(text: &[u8], error: &serde_json::Error) -> FileError {
    let full = error.to_string();
    let detail = full.split(" at line ").next().unwrap_or(&full).to_owned();
    let (line, column) = (error.line(), error.column());
    FileError::NotJson {
        line,
        column,
        detail,
        near: near(text, line, column),
    }
}

/// Names the row in which the text broke: the last name or key before that place.
fn near(text: &[u8], line: usize, column: usize) -> String {
    let start: usize = text
        .split(|byte| *byte == b'\n')
        .take(line.saturating_sub(1))
        .map(|row| row.len() + 1)
        .sum();
    let end = (start + column).min(text.len());
    let before = String::from_utf8_lossy(&text[..end]);
    let found = ["\"key\"", "\"name\"", "\"label\""]
        .iter()
        .filter_map(|word| before.rfind(word).map(|at| at + word.len()))
        .max();
    let quoted = found.and_then(|at| {
        before[at..]
            .trim_start_matches([' ', ':', '\n', '\r', '\t'])
            .strip_prefix('"')
            .map(str::to_owned)
    });
    match quoted.as_deref().and_then(|rest| rest.split('"').next()) {
        Some(name) if !name.is_empty() && name.len() <= 80 => format!(" (in or after {name})"),
        _ => String::new(),
    }
}

/// Files of other names and of newer versions are told apart before anything else is read.
fn check_head(file: &Map<String, Json>) -> Result<(), FileError> {
    let format = file.get("format").and_then(Json::as_str);
    let version = file
        .get("version")
        .or_else(|| file.get("schema_version"))
        .and_then(Json::as_u64);
    let Some(format) = format else {
        return Err(FileError::NotAScenario(format!(
            "it has no field \"format\" with the word {FORMAT}"
        )));
    };
    if !format.starts_with("calminer") {
        return Err(FileError::NotAScenario(format!(
            "its format is {format:?}, not {FORMAT:?}"
        )));
    }
    match version {
        Some(found) if found > VERSION => Err(FileError::TooNew { found }),
        _ if format != FORMAT => Err(FileError::NotAScenario(format!(
            "its format is {format:?}, not {FORMAT:?}"
        ))),
        Some(WITHOUT_ITEMS..=VERSION) => Ok(()),
        Some(found) => Err(FileError::NotAScenario(format!(
            "its version is {found}; versions count from 1"
        ))),
        None => Err(FileError::NotAScenario(
            "it has no whole number as \"version\"".to_owned(),
        )),
    }
}

fn unreadable(field: &str, why: &str) -> Issue {
    Issue::error(
        Place::Scenario {
            field: field.to_owned(),
        },
        "unreadable",
        format!("{field}: {why}"),
    )
}

fn field<T: DeserializeOwned>(
    fields: &mut Map<String, Json>,
    name: &str,
    issues: &mut Vec<Issue>,
) -> Option<T> {
    let Some(json) = fields.remove(name) else {
        issues.push(unreadable(name, "it is missing"));
        return None;
    };
    serde_json::from_value(json)
        .map_err(|error| issues.push(unreadable(name, &error.to_string())))
        .ok()
}

/// Rows are read one by one, so that each bad one is named by its key and the good ones are not blamed.
fn read_scenario(fields: Map<String, Json>, issues: &mut Vec<Issue>) -> Option<Scenario> {
    let before = issues.len();
    for section in ["parameters", "tables", "items", "lines", "correlations"] {
        match fields.get(section) {
            Some(Json::Array(rows)) => rows::check(section, rows, issues),
            Some(_) => issues.push(unreadable(section, "it is not a list")),
            None => {}
        }
    }
    if issues.len() > before {
        return None;
    }
    serde_json::from_value(Json::Object(fields))
        .map_err(|error| issues.push(unreadable("scenario", &error.to_string())))
        .ok()
}
