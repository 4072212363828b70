//! Parameters: inputs with a base value of their own and, where uncertain, a distribution.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::distribution::{Distribution, DistributionForm, DistributionProblem};

/// A base value: one figure, or one a period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum BaseValue {
    /// One figure.
    Number(f64),
    /// One figure a period; its draw multiplies the whole series.
    Series(Vec<f64>),
}

/// When a parameter is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Draw {
    /// Once a trial; on a row of base figures the one draw multiplies the whole row.
    #[default]
    Once,
    /// Each period anew, independent of the other periods. A path is drawn each period by its nature and keeps `Once`.
    EachPeriod,
}

/// Values outside are left out and the rest is renormalised; nothing is clamped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Truncation {
    /// Smallest value kept, in the figures of the distribution; none where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// Largest value kept; none where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
}

impl Truncation {
    /// Whether nothing is left out.
    pub fn is_open(&self) -> bool {
        self.min.is_none() && self.max.is_none()
    }
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
    /// The range it is kept in.
    #[serde(default, skip_serializing_if = "Truncation::is_open")]
    pub truncation: Truncation,
    /// When it is drawn.
    #[serde(default, skip_serializing_if = "is_once")]
    pub draw: Draw,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_once(draw: &Draw) -> bool {
    *draw == Draw::Once
}

impl Uncertainty {
    /// A distribution of one draw a trial, nothing left out.
    pub fn once(form: DistributionForm, distribution: Distribution) -> Self {
        Self {
            form,
            distribution,
            truncation: Truncation::default(),
            draw: Draw::Once,
        }
    }

    /// Whether each period has a draw of its own: drawn each period, or a path.
    pub fn is_per_period(&self) -> bool {
        self.draw == Draw::EachPeriod || self.distribution.is_path()
    }

    /// Every rule that distribution, truncation and draw break.
    pub fn problems(&self) -> Vec<DistributionProblem> {
        let mut found = self.distribution.problems();
        found.extend(self.truncation_problem());
        let path = self.distribution.is_path();
        if path && self.form != DistributionForm::Factor {
            found.push(DistributionProblem::error(
                "form",
                "a path multiplies the base curve: its figures are a factor".to_owned(),
            ));
        }
        if path && self.draw == Draw::EachPeriod {
            let message = "a path is drawn each period already; choose a draw once a trial";
            found.push(DistributionProblem::error("draw", message.to_owned()));
        }
        if self.draw == Draw::EachPeriod {
            found.push(DistributionProblem {
                field: "draw",
                blocks: false,
                message: "independent draws each period cancel out over the life of the mine: ten equal flows at 8 % \
                          spread NPV 0.324 times as wide as one common draw; draw once, or use a path, where periods move together"
                    .to_owned(),
            });
        }
        found
    }

    fn truncation_problem(&self) -> Option<DistributionProblem> {
        let error = DistributionProblem::error;
        let bounds = [
            ("truncation.min", self.truncation.min),
            ("truncation.max", self.truncation.max),
        ];
        for (field, bound) in bounds {
            if let Some(bound) = bound.filter(|bound| !bound.is_finite()) {
                return Some(error(field, format!("{bound} is not a finite number")));
            }
        }
        if !self.truncation.is_open()
            && (self.distribution.is_event() || self.distribution.is_path())
        {
            let words = if self.distribution.is_path() {
                "a path"
            } else {
                "an event"
            };
            let message = format!("{words} cannot be kept in a range; leave both ends empty");
            return Some(error("truncation.min", message));
        }
        match (self.truncation.min, self.truncation.max) {
            (Some(min), Some(max)) if min >= max => {
                let message = format!("the range kept is empty: {min} is not below {max}");
                Some(error("truncation.min", message))
            }
            _ => None,
        }
    }
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
