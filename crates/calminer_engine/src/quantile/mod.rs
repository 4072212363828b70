//! Distributions ready for sampling: one uniform number in, one value out.
//!
//! Every law is a function of one argument: of the uniform number u, or of the normal score z with u = Phi(z), whichever
//! is natural. So no draw is ever rejected, correlated and stratified sampling use the same functions, and a new
//! distribution leaves the uniform numbers of all parameters as they were.

#![expect(
    clippy::inline_always,
    reason = "these loops must be compiled inside the caller, at the processor level it has chosen"
)]

mod closed;
mod discrete;
mod pert;

use std::sync::Arc;

use calminer_domain::distribution::{Distribution, DistributionProblem};
use rand::Rng;

use crate::math::{exp, ln, normal};
use crate::sampling::stream::{LARGEST_UNIFORM, unit};
use closed::{Triangular, Uniform};
use discrete::Discrete;
use pert::Pert;

/// A distribution whose figures have been checked.
///
/// Cloning is cheap: tables are shared.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantile {
    law: Law,
}

#[derive(Clone, Debug, PartialEq)]
enum Law {
    Constant(f64),
    Normal {
        mean: f64,
        sd: f64,
    },
    Lognormal {
        mu: f64,
        sigma: f64,
        mean: f64,
        sd: f64,
    },
    Triangular(Triangular),
    Uniform(Uniform),
    Pert(Arc<Pert>),
    Discrete(Arc<Discrete>),
}

fn problem(field: &'static str, message: String) -> Vec<DistributionProblem> {
    vec![DistributionProblem {
        field,
        blocks: true,
        message,
    }]
}

/// Width of a support; refused where it is no finite number.
fn width(min: f64, max: f64) -> Result<f64, Vec<DistributionProblem>> {
    let width = max - min;
    if width.is_finite() {
        Ok(width)
    } else {
        Err(problem(
            "max",
            format!("max {max} less min {min} is too large to compute with"),
        ))
    }
}

impl Quantile {
    /// The sampling form of a distribution, or every problem that forbids it. Notices do not forbid.
    ///
    /// Building a PERT fills a table (about 0.2 ms); keep the result where it is used again.
    pub fn new(distribution: &Distribution) -> Result<Self, Vec<DistributionProblem>> {
        let blocking: Vec<_> = distribution
            .problems()
            .into_iter()
            .filter(|problem| problem.blocks)
            .collect();
        if !blocking.is_empty() {
            return Err(blocking);
        }
        let law = match *distribution {
            Distribution::Normal { mean, sd } | Distribution::Lognormal { mean, sd }
                if sd == 0.0 =>
            {
                Law::Constant(mean)
            }
            Distribution::Uniform { min, max }
            | Distribution::Triangular { min, max, .. }
            | Distribution::Pert { min, max, .. }
                if min == max =>
            {
                Law::Constant(min)
            }
            Distribution::Normal { mean, sd } => Law::Normal { mean, sd },
            Distribution::Lognormal { mean, sd } => lognormal(mean, sd)?,
            Distribution::Triangular { min, mode, max } => {
                Law::Triangular(Triangular::new(min, mode, max, width(min, max)?))
            }
            Distribution::Uniform { min, max } => {
                Law::Uniform(Uniform::new(min, max, width(min, max)?))
            }
            Distribution::Pert {
                min,
                mode,
                max,
                weight,
            } => {
                width(min, max)?;
                if weight > pert::LARGEST_WEIGHT {
                    let limit = pert::LARGEST_WEIGHT;
                    return Err(problem(
                        "weight",
                        format!("weight {weight} is above {limit}, the largest allowed"),
                    ));
                }
                Law::Pert(Arc::new(Pert::new(min, mode, max, weight)))
            }
            Distribution::Discrete {
                ref values,
                ref weights,
            } => match Discrete::new(values, weights) {
                discrete if discrete.is_constant() => Law::Constant(discrete.mean()),
                discrete => Law::Discrete(Arc::new(discrete)),
            },
            _ => return Err(problem("kind", "cannot be drawn yet".to_owned())),
        };
        Ok(Self { law })
    }

    /// The standard normal law: the score itself.
    pub(crate) fn score() -> Self {
        Self {
            law: Law::Normal { mean: 0.0, sd: 1.0 },
        }
    }

    /// Mean, in the unit of the values.
    pub fn mean(&self) -> f64 {
        match &self.law {
            Law::Constant(value) => *value,
            Law::Normal { mean, .. } | Law::Lognormal { mean, .. } => *mean,
            Law::Triangular(law) => law.mean(),
            Law::Uniform(law) => law.mean(),
            Law::Pert(law) => law.mean(),
            Law::Discrete(law) => law.mean(),
        }
    }

    /// Standard deviation, in the unit of the values; 0 for a constant.
    pub fn sd(&self) -> f64 {
        match &self.law {
            Law::Constant(_) => 0.0,
            Law::Normal { sd, .. } | Law::Lognormal { sd, .. } => *sd,
            Law::Triangular(law) => law.sd(),
            Law::Uniform(law) => law.sd(),
            Law::Pert(law) => law.sd(),
            Law::Discrete(law) => law.sd(),
        }
    }

    /// Smallest and largest possible value; infinite where there is none.
    pub fn support(&self) -> (f64, f64) {
        match &self.law {
            Law::Constant(value) => (*value, *value),
            Law::Normal { .. } => (f64::NEG_INFINITY, f64::INFINITY),
            Law::Lognormal { .. } => (0.0, f64::INFINITY),
            Law::Triangular(law) => law.support(),
            Law::Uniform(law) => law.support(),
            Law::Pert(law) => law.support(),
            Law::Discrete(law) => law.support(),
        }
    }

    /// True when every draw is the same value.
    pub fn is_constant(&self) -> bool {
        matches!(self.law, Law::Constant(_))
    }

    /// mu and sigma of ln x for a lognormal distribution that is not a constant, else `None`.
    pub fn log_parameters(&self) -> Option<(f64, f64)> {
        match self.law {
            Law::Lognormal { mu, sigma, .. } => Some((mu, sigma)),
            _ => None,
        }
    }

    /// The smallest value with probability `u` at or below it, as exact as floats allow. The ends of the support at 0
    /// and 1, NaN outside [0, 1].
    ///
    /// A run uses [`Self::sampled`], which differs from this for PERT alone, by less than 1e-10 of the range.
    pub fn quantile(&self, u: f64) -> f64 {
        if !(0.0..=1.0).contains(&u) {
            return f64::NAN;
        }
        match &self.law {
            Law::Pert(law) => law.quantile(u),
            Law::Lognormal { .. } | Law::Normal { .. } => self.value_of_score(normal::quantile(u)),
            _ => self.sampled(u),
        }
    }

    /// Probability of a value at or below `x`; NaN stays NaN.
    pub fn cdf(&self, x: f64) -> f64 {
        if x.is_nan() {
            return x;
        }
        match &self.law {
            Law::Constant(value) => f64::from(u8::from(x >= *value)),
            Law::Normal { mean, sd } => normal::cdf((x - mean) / sd),
            Law::Lognormal { mu, sigma, .. } => {
                if x > 0.0 {
                    normal::cdf((ln(x) - mu) / sigma)
                } else {
                    0.0
                }
            }
            Law::Triangular(law) => law.cdf(x),
            Law::Uniform(law) => law.cdf(x),
            Law::Pert(law) => law.cdf(x),
            Law::Discrete(law) => law.cdf(x),
        }
    }

    /// Density at `x`, per unit of the values; for constants and tables the probability of exactly `x`. 0 outside the
    /// support, NaN stays NaN.
    pub fn density(&self, x: f64) -> f64 {
        if x.is_nan() {
            return x;
        }
        match &self.law {
            Law::Constant(value) => f64::from(u8::from(x == *value)),
            Law::Normal { mean, sd } => normal::density((x - mean) / sd) / sd,
            Law::Lognormal { mu, sigma, .. } => {
                if x > 0.0 {
                    normal::density((ln(x) - mu) / sigma) / (sigma * x)
                } else {
                    0.0
                }
            }
            Law::Triangular(law) => law.density(x),
            Law::Uniform(law) => law.density(x),
            Law::Pert(law) => law.density(x),
            Law::Discrete(law) => law.density(x),
        }
    }

    /// The value that a run draws for the uniform number `u` in (0, 1): the bits of [`Self::map_uniforms`].
    #[inline(always)]
    pub fn sampled(&self, u: f64) -> f64 {
        if self.takes_scores() {
            return self.value_of_score(normal::quantile(u));
        }
        match &self.law {
            Law::Triangular(law) => law.value(u),
            Law::Uniform(law) => law.value(u),
            Law::Discrete(law) => law.value(u),
            Law::Constant(value) => *value,
            Law::Normal { .. } | Law::Lognormal { .. } | Law::Pert(_) => self.value_of_score(u),
        }
    }

    /// The value for a normal score.
    #[inline(always)]
    fn value_of_score(&self, z: f64) -> f64 {
        let mut value = [z];
        self.map_scores(&mut value);
        let [value] = value;
        value
    }

    /// True when the natural argument is the normal score, so that a run has no use for the uniform number itself.
    #[inline(always)]
    pub(crate) fn takes_scores(&self) -> bool {
        matches!(
            self.law,
            Law::Normal { .. } | Law::Lognormal { .. } | Law::Pert(_)
        )
    }

    /// Turns uniform numbers in (0, 1) into values, in place.
    #[inline(always)]
    pub fn map_uniforms(&self, values: &mut [f64]) {
        if self.takes_scores() {
            normal::quantile_slice(values);
            self.scores_to_values(values);
        } else {
            self.uniforms_to_values(values);
        }
    }

    /// Turns normal scores into values, in place.
    #[inline(always)]
    pub fn map_scores(&self, scores: &mut [f64]) {
        if self.takes_scores() {
            self.scores_to_values(scores);
            return;
        }
        if !self.is_constant() {
            for z in scores.iter_mut() {
                *z = open_cdf(*z);
            }
        }
        self.uniforms_to_values(scores);
    }

    // The two below call neither each other nor the two above: a function that leads back to itself is not inlined, and
    // then not compiled for the level of the processor.

    /// The laws of a normal score; the others leave the numbers as they are.
    #[inline(always)]
    fn scores_to_values(&self, scores: &mut [f64]) {
        match &self.law {
            Law::Normal { mean, sd } => {
                for z in scores {
                    *z = mean + sd * *z;
                }
            }
            Law::Lognormal { mu, sigma, .. } => {
                for z in scores {
                    *z = exp(mu + sigma * *z);
                }
            }
            Law::Pert(law) => law.map_scores(scores),
            Law::Constant(_) | Law::Triangular(_) | Law::Uniform(_) | Law::Discrete(_) => {}
        }
    }

    /// The laws of a uniform number; the others leave the numbers as they are.
    #[inline(always)]
    fn uniforms_to_values(&self, values: &mut [f64]) {
        match &self.law {
            Law::Constant(value) => values.fill(*value),
            Law::Triangular(law) => law.map(values),
            Law::Uniform(law) => law.map(values),
            Law::Discrete(law) => law.map(values),
            Law::Normal { .. } | Law::Lognormal { .. } | Law::Pert(_) => {}
        }
    }
}

/// Phi(z), held inside (0, 1).
#[inline(always)]
fn open_cdf(z: f64) -> f64 {
    let u = normal::cdf(z);
    let u = if u < f64::MIN_POSITIVE {
        f64::MIN_POSITIVE
    } else {
        u
    };
    if u > LARGEST_UNIFORM {
        LARGEST_UNIFORM
    } else {
        u
    }
}

fn lognormal(mean: f64, sd: f64) -> Result<Law, Vec<DistributionProblem>> {
    let ratio = sd / mean;
    let variance = libm::log1p(ratio * ratio);
    if !variance.is_finite() {
        return Err(problem(
            "sd",
            format!("standard deviation {sd} is too large for mean {mean} to compute with"),
        ));
    }
    let law = Law::Lognormal {
        mu: ln(mean) - 0.5 * variance,
        sigma: variance.sqrt(),
        mean,
        sd,
    };
    // A spread below the precision of floats is none.
    Ok(if variance > 0.0 {
        law
    } else {
        Law::Constant(mean)
    })
}

impl rand_distr::Distribution<f64> for Quantile {
    /// One draw, from one word of the generator.
    fn sample<R: Rng + ?Sized>(&self, generator: &mut R) -> f64 {
        self.sampled(unit(generator.next_u64()))
    }
}

#[cfg(test)]
mod tests;
