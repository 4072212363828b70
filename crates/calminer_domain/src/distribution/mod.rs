//! Probability distributions as the analyst types them, and the rules they must keep.
//!
//! A `Distribution` may hold impossible figures while it is being typed; [`Distribution::problems`] says which and why.
//! Sampling lives in the engine.

mod constant;
mod figures;
mod problems;

pub use problems::DistributionProblem;

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
    /// Lognormal by mean and standard deviation of ln x.
    LognormalLog {
        /// Mean of ln x.
        mu: f64,
        /// Standard deviation of ln x, >= 0.
        sigma: f64,
    },
    /// Lognormal by two percentiles.
    LognormalPercentiles {
        /// Share of outcomes at or below `low`, inside (0, 1).
        low_share: f64,
        /// The lower percentile, > 0.
        low: f64,
        /// Share of outcomes at or below `high`, inside (0, 1) and above `low_share`.
        high_share: f64,
        /// The upper percentile, >= `low`.
        high: f64,
    },
    /// Triangular by its mode and the percentiles 10 and 90.
    TriangularPercentiles {
        /// 10 % of outcomes lie at or below it.
        p10: f64,
        /// Most likely value.
        mode: f64,
        /// 90 % of outcomes lie at or below it.
        p90: f64,
    },
    /// Beta on `[min, max]`.
    Beta {
        /// First shape, > 0.
        alpha: f64,
        /// Second shape, > 0.
        beta: f64,
        /// Smallest value.
        min: f64,
        /// Largest value.
        max: f64,
    },
    /// Gamma.
    Gamma {
        /// Shape, > 0.
        shape: f64,
        /// Scale in the unit of the values, > 0; the mean is shape x scale.
        scale: f64,
    },
    /// Weibull.
    Weibull {
        /// Shape, > 0.
        shape: f64,
        /// Scale in the unit of the values, > 0: 63.2 % of outcomes lie at or below it.
        scale: f64,
    },
    /// Exponential.
    Exponential {
        /// Mean, >= 0.
        mean: f64,
    },
    /// Student t, moved and stretched.
    StudentT {
        /// Median.
        location: f64,
        /// Scale in the unit of the values, >= 0; the standard deviation is larger.
        scale: f64,
        /// Degrees of freedom, > 0; the standard deviation exists above 2.
        degrees: f64,
    },
    /// Poisson: number of events.
    Poisson {
        /// Mean, >= 0.
        mean: f64,
    },
    /// An event that happens or not, with an impact where it does and 0 where it does not.
    Event {
        /// Probability that it happens, in `[0, 1]`.
        probability: f64,
        /// What it comes to when it happens.
        impact: Box<Self>,
    },
    /// A cumulative curve, linear between its points.
    Cumulative {
        /// The values, rising.
        values: Vec<f64>,
        /// Share of outcomes at or below each value, from 0 to 1, never falling.
        shares: Vec<f64>,
    },
    /// An empirical sample: each value is equally likely.
    Empirical {
        /// The observed values.
        values: Vec<f64>,
    },
    /// The same value in each trial.
    Constant {
        /// The value.
        value: f64,
    },
    /// A path around the base curve: geometric Brownian motion, from 1 at the valuation date on.
    GeometricBrownian {
        /// Growth of the mean per year (continuous), a fraction.
        drift: f64,
        /// Standard deviation of ln x per square root of a year, >= 0.
        volatility: f64,
    },
    /// A path around the base curve that returns to it: ln x is an Ornstein-Uhlenbeck process from 0 on, the mean of x
    /// stays 1.
    MeanReverting {
        /// Share of the distance to the base curve that is closed per year (continuous), >= 0; ln 2 / speed is the half-life.
        speed: f64,
        /// Standard deviation of ln x per square root of a year, >= 0.
        volatility: f64,
    },
}

/// The classical weight of a PERT's mode.
pub const PERT_WEIGHT: f64 = 4.0;

fn pert_weight() -> f64 {
    PERT_WEIGHT
}

impl Distribution {
    /// The word shown in menus. The three ways to type a lognormal or the two of a triangular have words of their own.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Normal { .. } => "Normal",
            Self::Lognormal { .. } => "Lognormal",
            Self::Triangular { .. } => "Triangular",
            Self::Pert { .. } => "PERT",
            Self::Uniform { .. } => "Uniform",
            Self::Discrete { .. } => "Discrete",
            Self::LognormalLog { .. } => "Lognormal by mu and sigma",
            Self::LognormalPercentiles { .. } => "Lognormal by percentiles",
            Self::TriangularPercentiles { .. } => "Triangular by P10 and P90",
            Self::Beta { .. } => "Beta",
            Self::Gamma { .. } => "Gamma",
            Self::Weibull { .. } => "Weibull",
            Self::Exponential { .. } => "Exponential",
            Self::StudentT { .. } => "Student t",
            Self::Poisson { .. } => "Poisson",
            Self::Event { .. } => "Event",
            Self::Cumulative { .. } => "Cumulative",
            Self::Empirical { .. } => "Empirical sample",
            Self::Constant { .. } => "Constant",
            Self::GeometricBrownian { .. } => "Geometric Brownian path",
            Self::MeanReverting { .. } => "Mean-reverting path",
        }
    }

    /// Whether it is a path: one value a period, each from the one before.
    pub fn is_path(&self) -> bool {
        matches!(
            self,
            Self::GeometricBrownian { .. } | Self::MeanReverting { .. }
        )
    }

    /// Whether it is an event with an impact, which takes two draws.
    pub fn is_event(&self) -> bool {
        matches!(self, Self::Event { .. })
    }
}

#[cfg(test)]
mod tests;
