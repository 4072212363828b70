//! Problems as data: what is wrong, where, and whether a run is refused for it.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How much an issue matters.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Said once, nothing is refused.
    Notice,
    /// A run is refused until it is mended.
    Error,
}

/// The part of a scenario that an issue belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A setting of the scenario: `calendar.periods`, `conventions.discount_rate` ...
    Scenario {
        /// Its path inside the scenario.
        field: String,
    },
    /// A field of a parameter.
    Parameter {
        /// Which one.
        id: Uuid,
        /// Its key, or its position when it has none.
        key: String,
        /// The field: `key`, `unit`, `base`, `distribution.sd` ...
        field: String,
    },
    /// A field of a line.
    Line {
        /// Which one.
        id: Uuid,
        /// Its key, or its position when it has none.
        key: String,
        /// The field: `key`, `unit`, `value`, `value.3` for the third period ...
        field: String,
    },
    /// A field of an item of a typed section.
    Item {
        /// Which one.
        id: Uuid,
        /// Its key, or its position when it has none.
        key: String,
        /// The field: `rate`, `ore.3` for the third period, `payables.0.price` ...
        field: String,
    },
    /// A field of a lookup table.
    Table {
        /// Which one.
        id: Uuid,
        /// Its key, or its position when it has none.
        key: String,
        /// The field.
        field: String,
    },
    /// A pair of the correlation matrix.
    Correlation {
        /// Key of the one parameter.
        a: String,
        /// Key of the other.
        b: String,
    },
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scenario { field } => f.write_str(field),
            Self::Parameter { key, field, .. } => write!(f, "parameters.{key}.{field}"),
            Self::Line { key, field, .. } => write!(f, "lines.{key}.{field}"),
            Self::Item { key, field, .. } => write!(f, "items.{key}.{field}"),
            Self::Table { key, field, .. } => write!(f, "tables.{key}.{field}"),
            Self::Correlation { a, b } => write!(f, "correlations.{a}.{b}"),
        }
    }
}

/// One problem of a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Where.
    pub place: Place,
    /// A word that scripts may rely on: `unknown_name`, `unit_mismatch`, `cycle` ...
    pub code: &'static str,
    /// What happened, the rule, and the way out.
    pub message: String,
    /// Whether a run is refused.
    pub severity: Severity,
}

impl Issue {
    /// An issue for which a run is refused.
    pub fn error(place: Place, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            place,
            code,
            message: message.into(),
            severity: Severity::Error,
        }
    }

    /// Something the user should know.
    pub fn notice(place: Place, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            place,
            code,
            message: message.into(),
            severity: Severity::Notice,
        }
    }

    /// Whether it is about how trials are drawn alone: the base case does not ask it.
    pub fn is_of_run(&self) -> bool {
        match &self.place {
            Place::Parameter { field, .. } => field.starts_with("distribution"),
            Place::Scenario { field } => {
                field.starts_with("simulation") || field.starts_with("correlations")
            }
            Place::Correlation { .. } => true,
            Place::Line { .. } | Place::Item { .. } | Place::Table { .. } => false,
        }
    }

    /// Whether a run is refused for it.
    pub fn blocks(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}
