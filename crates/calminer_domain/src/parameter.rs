//! Parameters: inputs with a base value of their own and, where uncertain, a distribution.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::distribution::{Distribution, DistributionForm};

/// A base value: one figure, or one a period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum BaseValue {
    /// One figure.
    Number(f64),
    /// One figure a period; its draw multiplies the whole series.
    Series(Vec<f64>),
}

/// How a parameter is drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Uncertainty {
    /// How the figures relate to the base value.
    #[serde(default)]
    pub form: DistributionForm,
    /// The shape.
    pub distribution: Distribution,
}

/// One input of the model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Identity: names the random stream, kept by rename, reorder, branch, export and import.
    pub id: Uuid,
    /// Number inside the scenario, never reused; the dimension of a Sobol sequence.
    pub slot: u32,
    /// The name that formulas use.
    pub key: String,
    /// The name that people read.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// Its unit; empty for a plain number.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// The value of the base case; a distribution never replaces it.
    pub base: BaseValue,
    /// What is uncertain about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uncertainty: Option<Uncertainty>,
    /// Where the figures come from.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// Anything else a reviewer should know.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

impl Parameter {
    /// The label, or the key where there is none.
    pub fn title(&self) -> &str {
        if self.label.is_empty() {
            &self.key
        } else {
            &self.label
        }
    }
}

/// A target for the rank correlation (Spearman) of two parameters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Correlation {
    /// One parameter.
    pub a: Uuid,
    /// The other.
    pub b: Uuid,
    /// Rank correlation in \[-1, 1\].
    pub rho: f64,
    /// Where the figure comes from.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
}

/// A table that formulas look up by one or two keys: the row with the largest key at or below the one asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LookupTable {
    /// Identity.
    pub id: Uuid,
    /// The name that formulas use.
    pub key: String,
    /// The name that people read.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// Unit of its values; empty for plain numbers.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// First keys, rising.
    pub rows: Vec<f64>,
    /// Second keys, rising; empty for a table of one key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<f64>,
    /// Row after row.
    pub values: Vec<f64>,
    /// Whether a key outside takes the nearest row or column; otherwise the result is absent.
    #[serde(default)]
    pub clamped: bool,
    /// Where the figures come from.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
}
