//! Probability distributions as the analyst types them, and the rules they must keep.
//!
//! A `Distribution` may hold impossible figures while it is being typed; [`Distribution::problems`] says which and why.
//! Sampling lives in the engine.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a distribution's figures relate to the parameter's base value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DistributionForm {
    /// In the parameter's own unit: the draw is the value.
    #[default]
    Absolute,
    /// A factor: value = base x draw.
    Factor,
    /// Per cent of base: value = base x draw / 100.
    PercentOfBase,
}

/// The shape and its figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Distribution {
    /// Normal by mean and standard deviation.
    Normal {
        /// Mean.
        mean: f64,
        /// Standard deviation, >= 0.
        sd: f64,
    },
    /// Lognormal by the arithmetic mean and standard deviation of the variable itself.
    Lognormal {
        /// Mean of the variable, > 0.
        mean: f64,
        /// Standard deviation of the variable, >= 0.
        sd: f64,
    },
    /// Triangular.
    Triangular {
        /// Smallest value.
        min: f64,
        /// Most likely value.
        mode: f64,
        /// Largest value.
        max: f64,
    },
    /// PERT: a beta on `[min, max]` whose mode weighs `weight`.
    Pert {
        /// Smallest value.
        min: f64,
        /// Most likely value.
        mode: f64,
        /// Largest value.
        max: f64,
        /// Weight of the mode, > 0; 4 is the classical choice.
        #[serde(default = "pert_weight")]
        weight: f64,
    },
    /// Uniform.
    Uniform {
        /// Smallest value.
        min: f64,
        /// Largest value.
        max: f64,
    },
    /// A table of values with weights.
    Discrete {
        /// The values.
        values: Vec<f64>,
        /// One weight a value; any sum above 0 is normalised.
        weights: Vec<f64>,
    },
}

/// The classical weight of a PERT's mode.
pub const PERT_WEIGHT: f64 = 4.0;

fn pert_weight() -> f64 {
    PERT_WEIGHT
}

/// What is wrong with one figure of a distribution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DistributionProblem {
    /// The figure: `mean`, `sd`, `min`, `mode`, `max`, `weight`, `values` or `weights`.
    pub field: &'static str,
    /// True when a run is refused; false for a notice (weights that do not sum to 1).
    pub blocks: bool,
    /// A sentence with the value and the rule.
    pub message: String,
}

impl DistributionProblem {
    fn error(field: &'static str, message: String) -> Self {
        Self {
            field,
            blocks: true,
            message,
        }
    }
}

impl Distribution {
    /// The word shown in menus.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Normal { .. } => "Normal",
            Self::Lognormal { .. } => "Lognormal",
            Self::Triangular { .. } => "Triangular",
            Self::Pert { .. } => "PERT",
            Self::Uniform { .. } => "Uniform",
            Self::Discrete { .. } => "Discrete",
        }
    }

    /// The figures with their field names, in the order in which they are typed.
    /// Empty for `Discrete`, whose figures are a table.
    pub fn figures(&self) -> Vec<(&'static str, f64)> {
        match *self {
            Self::Normal { mean, sd } | Self::Lognormal { mean, sd } => {
                vec![("mean", mean), ("sd", sd)]
            }
            Self::Triangular { min, mode, max } => vec![("min", min), ("mode", mode), ("max", max)],
            Self::Pert {
                min,
                mode,
                max,
                weight,
            } => {
                vec![
                    ("min", min),
                    ("mode", mode),
                    ("max", max),
                    ("weight", weight),
                ]
            }
            Self::Uniform { min, max } => vec![("min", min), ("max", max)],
            Self::Discrete { .. } => Vec::new(),
        }
    }

    /// The same shape with one figure replaced; unchanged when the shape has no such field.
    #[must_use]
    pub fn with_figure(&self, field: &str, figure: f64) -> Self {
        let mut changed = self.clone();
        match &mut changed {
            Self::Normal { mean, sd } | Self::Lognormal { mean, sd } => match field {
                "mean" => *mean = figure,
                "sd" => *sd = figure,
                _ => {}
            },
            Self::Triangular { min, mode, max } => match field {
                "min" => *min = figure,
                "mode" => *mode = figure,
                "max" => *max = figure,
                _ => {}
            },
            Self::Pert {
                min,
                mode,
                max,
                weight,
            } => match field {
                "min" => *min = figure,
                "mode" => *mode = figure,
                "max" => *max = figure,
                "weight" => *weight = figure,
                _ => {}
            },
            Self::Uniform { min, max } => match field {
                "min" => *min = figure,
                "max" => *max = figure,
                _ => {}
            },
            Self::Discrete { .. } => {}
        }
        changed
    }

    /// Every rule the figures break. `min = mode = max`, `sd = 0` and a one-point table are legal constants.
    pub fn problems(&self) -> Vec<DistributionProblem> {
        let mut found: Vec<_> = self
            .figures()
            .into_iter()
            .filter(|(_, figure)| !figure.is_finite())
            .map(|(field, figure)| {
                DistributionProblem::error(
                    field,
                    format!("{field} {figure} is not a finite number"),
                )
            })
            .collect();
        if !found.is_empty() {
            return found;
        }
        match self {
            Self::Normal { sd, .. } => found.extend(negative_sd(*sd)),
            Self::Lognormal { mean, sd } => {
                if *mean <= 0.0 {
                    found.push(DistributionProblem::error(
                        "mean",
                        format!("mean {mean} is not above 0, and a lognormal variable is always positive"),
                    ));
                }
                found.extend(negative_sd(*sd));
            }
            Self::Triangular { min, mode, max } => found.extend(unordered(*min, *mode, *max)),
            Self::Pert {
                min,
                mode,
                max,
                weight,
            } => {
                found.extend(unordered(*min, *mode, *max));
                if *weight <= 0.0 {
                    found.push(DistributionProblem::error(
                        "weight",
                        format!("weight {weight} is not above 0"),
                    ));
                }
            }
            Self::Uniform { min, max } => {
                if min > max {
                    found.push(DistributionProblem::error(
                        "min",
                        format!("min {min} is above max {max}"),
                    ));
                }
            }
            Self::Discrete { values, weights } => found.extend(bad_table(values, weights)),
        }
        found
    }
}

fn negative_sd(sd: f64) -> Option<DistributionProblem> {
    (sd < 0.0)
        .then(|| DistributionProblem::error("sd", format!("standard deviation {sd} is below 0")))
}

fn unordered(min: f64, mode: f64, max: f64) -> Option<DistributionProblem> {
    if min > max {
        Some(DistributionProblem::error(
            "min",
            format!("min {min} is above max {max}"),
        ))
    } else if mode < min {
        Some(DistributionProblem::error(
            "mode",
            format!("mode {mode} is below min {min}"),
        ))
    } else if mode > max {
        Some(DistributionProblem::error(
            "mode",
            format!("mode {mode} is above max {max}"),
        ))
    } else {
        None
    }
}

fn bad_table(values: &[f64], weights: &[f64]) -> Vec<DistributionProblem> {
    let error = DistributionProblem::error;
    if values.is_empty() {
        return vec![error(
            "values",
            "the table is empty; it needs at least one value".to_owned(),
        )];
    }
    if values.len() != weights.len() {
        let message = format!(
            "{} values stand beside {} weights; each value needs one",
            values.len(),
            weights.len()
        );
        return vec![error("weights", message)];
    }
    if let Some(value) = values.iter().find(|value| !value.is_finite()) {
        return vec![error(
            "values",
            format!("value {value} is not a finite number"),
        )];
    }
    if let Some(weight) = weights
        .iter()
        .find(|weight| !weight.is_finite() || **weight < 0.0)
    {
        return vec![error(
            "weights",
            format!("weight {weight} is not a number of 0 or more"),
        )];
    }
    let sum: f64 = weights.iter().sum();
    if !sum.is_finite() || sum <= 0.0 {
        return vec![error(
            "weights",
            format!("the weights sum to {sum}; they must sum to a finite number above 0"),
        )];
    }
    // Ten weights of 0.1 sum to 0.9999999999999999: such a rest is no news to the user.
    if (sum - 1.0).abs() > 1e-9 {
        let message = format!("the weights sum to {sum} and are divided by that sum");
        return vec![DistributionProblem {
            field: "weights",
            blocks: false,
            message,
        }];
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(distribution: &Distribution) -> String {
        distribution
            .problems()
            .first()
            .map(|problem| format!("{}: {}", problem.field, problem.message))
            .unwrap_or_default()
    }

    #[test]
    fn impossible_figures_name_value_and_rule() {
        assert_eq!(
            first(&Distribution::Normal {
                mean: 100.0,
                sd: -5.0
            }),
            "sd: standard deviation -5 is below 0"
        );
        assert_eq!(
            first(&Distribution::Triangular {
                min: 10.0,
                mode: 60.0,
                max: 40.0
            }),
            "mode: mode 60 is above max 40"
        );
        assert_eq!(
            first(&Distribution::Triangular {
                min: 40.0,
                mode: 20.0,
                max: 10.0
            }),
            "min: min 40 is above max 10"
        );
        assert_eq!(
            first(&Distribution::Uniform {
                min: 60.0,
                max: 40.0
            }),
            "min: min 60 is above max 40"
        );
        assert_eq!(
            first(&Distribution::Discrete {
                values: vec![1.0, 2.0, 3.0],
                weights: vec![1.0, -1.0, 1.0]
            }),
            "weights: weight -1 is not a number of 0 or more"
        );
        assert_eq!(
            first(&Distribution::Discrete {
                values: vec![1.0, 2.0],
                weights: vec![0.0, 0.0]
            }),
            "weights: the weights sum to 0; they must sum to a finite number above 0"
        );
        assert_eq!(
            first(&Distribution::Normal {
                mean: f64::NAN,
                sd: 1.0
            }),
            "mean: mean NaN is not a finite number"
        );
    }

    #[test]
    fn constants_are_legal() {
        for legal in [
            Distribution::Triangular {
                min: 25.0,
                mode: 25.0,
                max: 25.0,
            },
            Distribution::Pert {
                min: 25.0,
                mode: 25.0,
                max: 25.0,
                weight: 4.0,
            },
            Distribution::Uniform {
                min: 25.0,
                max: 25.0,
            },
            Distribution::Normal {
                mean: 100.0,
                sd: 0.0,
            },
            Distribution::Discrete {
                values: vec![7.0],
                weights: vec![1.0],
            },
        ] {
            assert!(legal.problems().is_empty(), "{legal:?}");
        }
    }

    #[test]
    fn other_sums_of_weights_are_a_notice() {
        let notice = Distribution::Discrete {
            values: vec![1200.0, 1500.0, 1900.0],
            weights: vec![2.0, 5.0, 3.0],
        }
        .problems();
        assert!(!notice[0].blocks);
        let ten = Distribution::Discrete {
            values: (0..10).map(f64::from).collect(),
            weights: vec![0.1; 10],
        };
        assert!(ten.problems().is_empty());
    }
}
