//! Distributions ready for sampling: one uniform number in, one value out.
//!
//! Every law is a function of one argument: of the uniform number u, or of the normal score z with u = Phi(z), whichever
//! is natural. So no draw is ever rejected, correlated and stratified sampling use the same functions, and a new
//! distribution leaves the uniform numbers of all parameters as they were.

#![expect(
    clippy::inline_always,
    reason = "these loops must be compiled inside the caller, at the processor level it has chosen"
)]

mod build;
mod closed;
mod columns;
mod cut;
mod discrete;
mod event;
mod exact;
mod keep;
mod path;
mod pert;
mod pieces;
mod smooth;
mod table;
mod waiting;

use std::sync::Arc;

use rand::Rng;

use crate::math::{ln, normal};
use crate::sampling::stream::{LARGEST_UNIFORM, unit};
use closed::{Triangular, Uniform};
use cut::CutTriangle;
use discrete::Discrete;
use event::Event;
pub use path::Path;
use pert::Pert;
use pieces::Pieces;
use smooth::Smooth;
use waiting::Waiting;

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
    CutTriangle(CutTriangle),
    Uniform(Uniform),
    Pert(Arc<Pert>),
    Waiting(Waiting),
    Smooth(Arc<Smooth>),
    Discrete(Arc<Discrete>),
    Pieces(Arc<Pieces>),
    Event(Arc<Event>),
    Path {
        path: Path,
        /// Mean and standard deviation of ln x after a year.
        log: (f64, f64),
        mean: f64,
    },
}

impl Quantile {
    /// The standard normal law: the score itself.
    pub(crate) fn score() -> Self {
        Self {
            law: Law::Normal { mean: 0.0, sd: 1.0 },
        }
    }

    /// Mean, in the unit of the values. NaN where there is none (Student t up to 1 degree of freedom), infinite where it
    /// exceeds what a float holds.
    ///
    /// For a path: of the factor after one year.
    pub fn mean(&self) -> f64 {
        match &self.law {
            Law::Constant(value) => *value,
            Law::Normal { mean, .. } | Law::Lognormal { mean, .. } | Law::Path { mean, .. } => {
                *mean
            }
            Law::Triangular(law) => law.mean(),
            Law::CutTriangle(law) => law.mean(),
            Law::Uniform(law) => law.mean(),
            Law::Pert(law) => law.mean(),
            Law::Waiting(law) => law.mean(),
            Law::Smooth(law) => law.mean(),
            Law::Discrete(law) => law.mean(),
            Law::Pieces(law) => law.mean(),
            Law::Event(law) => law.mean(),
        }
    }

    /// Standard deviation, in the unit of the values; 0 for a constant. NaN where there is none (Student t up to 2
    /// degrees of freedom), infinite where it exceeds what a float holds.
    ///
    /// For a path: of the factor after one year.
    pub fn sd(&self) -> f64 {
        match &self.law {
            Law::Constant(_) => 0.0,
            Law::Normal { sd, .. } | Law::Lognormal { sd, .. } => *sd,
            Law::Triangular(law) => law.sd(),
            Law::CutTriangle(law) => law.sd(),
            Law::Uniform(law) => law.sd(),
            Law::Pert(law) => law.sd(),
            Law::Waiting(law) => law.sd(),
            Law::Smooth(law) => law.sd(),
            Law::Discrete(law) => law.sd(),
            Law::Pieces(law) => law.sd(),
            Law::Event(law) => law.sd(),
            Law::Path { log, mean, .. } => mean * libm::expm1(log.1 * log.1).sqrt(),
        }
    }

    /// Smallest and largest possible value; infinite where there is none.
    pub fn support(&self) -> (f64, f64) {
        match &self.law {
            Law::Constant(value) => (*value, *value),
            Law::Normal { .. } => (f64::NEG_INFINITY, f64::INFINITY),
            Law::Lognormal { .. } | Law::Waiting(_) => (0.0, f64::INFINITY),
            Law::Triangular(law) => law.support(),
            Law::CutTriangle(law) => law.support(),
            Law::Uniform(law) => law.support(),
            Law::Pert(law) => law.support(),
            Law::Smooth(law) => law.support(),
            Law::Discrete(law) => law.support(),
            Law::Pieces(law) => law.support(),
            Law::Event(law) => law.support(),
            Law::Path { log, mean, .. } => {
                if log.1 > 0.0 {
                    (0.0, f64::INFINITY)
                } else {
                    (*mean, *mean)
                }
            }
        }
    }

    /// True when every draw is the same value. A path is none, even one without volatility.
    pub fn is_constant(&self) -> bool {
        matches!(self.law, Law::Constant(_))
    }

    /// True when only single values have a probability: constants, tables, counts, samples, and events with such an
    /// impact.
    pub fn is_discrete(&self) -> bool {
        match &self.law {
            Law::Constant(_) | Law::Discrete(_) => true,
            Law::Pieces(law) => law.is_discrete(),
            Law::Event(law) => law.impact.is_discrete(),
            _ => false,
        }
    }

    /// mu and sigma of ln x for a lognormal distribution that is not a constant, else `None`.
    pub fn log_parameters(&self) -> Option<(f64, f64)> {
        match self.law {
            Law::Lognormal { mu, sigma, .. } => Some((mu, sigma)),
            _ => None,
        }
    }

    /// The probability that an event happens and the distribution of its impact; `None` for what is no event.
    ///
    /// Drawn with two uniform numbers an event is `impact.sampled(u1)` where `u0 > 1 - probability`, else 0: a high u0
    /// means that it happens, so that a positive correlation of events means that they happen together. An event that
    /// can never happen is the constant 0 instead.
    pub fn event(&self) -> Option<(f64, &Self)> {
        match &self.law {
            Law::Event(law) => Some((law.probability, &law.impact)),
            _ => None,
        }
    }

    /// The process of a path; `None` for what is none. All figures of the distribution itself are those of the factor
    /// after one year.
    pub fn path(&self) -> Option<Path> {
        match self.law {
            Law::Path { path, .. } => Some(path),
            _ => None,
        }
    }

    /// The smallest value with probability `u` at or below it, as exact as floats allow. The ends of the support at 0
    /// and 1, NaN outside [0, 1].
    ///
    /// A run uses [`Self::sampled`], which differs from this for the laws that are drawn from a table: PERT by less than
    /// 1e-10 of its range; beta, gamma, Student t and smooth laws kept in a range by less than 1e-9 of the standard
    /// deviation plus the value (shapes below 0.1: gamma 1e-8, beta 2e-6).
    pub fn quantile(&self, u: f64) -> f64 {
        if !(0.0..=1.0).contains(&u) {
            return f64::NAN;
        }
        let (low, high) = self.support();
        if u == 0.0 {
            return low;
        }
        if u == 1.0 {
            return high;
        }
        match &self.law {
            Law::Pert(law) => law.quantile(u),
            Law::Smooth(law) => law.quantile(u),
            Law::Waiting(law) => law.quantile(u),
            Law::Event(law) => law.value(u, Self::quantile),
            Law::Lognormal { .. } | Law::Normal { .. } | Law::Path { .. } => {
                self.value_of_score(normal::quantile(u))
            }
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
            Law::Lognormal { mu, sigma, .. } => lognormal_cdf(x, *mu, *sigma),
            Law::Path { log, mean, .. } => {
                if log.1 > 0.0 {
                    lognormal_cdf(x, log.0, log.1)
                } else {
                    f64::from(u8::from(x >= *mean))
                }
            }
            Law::Triangular(law) => law.cdf(x),
            Law::CutTriangle(law) => law.cdf(x),
            Law::Uniform(law) => law.cdf(x),
            Law::Pert(law) => law.cdf(x),
            Law::Waiting(law) => law.cdf(x),
            Law::Smooth(law) => law.cdf(x),
            Law::Discrete(law) => law.cdf(x),
            Law::Pieces(law) => law.cdf(x),
            Law::Event(law) => law.cdf(x),
        }
    }

    /// Density at `x`, per unit of the values; where [`Self::is_discrete`] the probability of exactly `x`. 0 outside the
    /// support, NaN stays NaN. Of a mixed law (an event, a cumulative curve that begins above 0) it is the density of
    /// the smooth part; [`Self::mass`] has the rest.
    pub fn density(&self, x: f64) -> f64 {
        if x.is_nan() {
            return x;
        }
        match &self.law {
            Law::Normal { mean, sd } => normal::density((x - mean) / sd) / sd,
            Law::Lognormal { mu, sigma, .. } => lognormal_density(x, *mu, *sigma),
            Law::Path { log, .. } if log.1 > 0.0 => lognormal_density(x, log.0, log.1),
            Law::Triangular(law) => law.density(x),
            Law::CutTriangle(law) => law.density(x),
            Law::Uniform(law) => law.density(x),
            Law::Pert(law) => law.density(x),
            Law::Waiting(law) => law.density(x),
            Law::Smooth(law) => law.density(x),
            Law::Pieces(law) if !law.is_discrete() => law.density(x),
            Law::Event(law) if !law.impact.is_discrete() => law.density(x),
            Law::Constant(_)
            | Law::Path { .. }
            | Law::Discrete(_)
            | Law::Pieces(_)
            | Law::Event(_) => self.mass(x),
        }
    }

    /// Probability of exactly `x`: 0 for smooth laws, NaN for NaN.
    pub fn mass(&self, x: f64) -> f64 {
        if x.is_nan() {
            return x;
        }
        match &self.law {
            Law::Constant(value) => f64::from(u8::from(x == *value)),
            Law::Path { log, mean, .. } => f64::from(u8::from(log.1 == 0.0 && x == *mean)),
            Law::Discrete(law) => law.density(x),
            Law::Pieces(law) => law.mass(x),
            Law::Event(law) => law.mass(x),
            _ => 0.0,
        }
    }

    /// The value that a run draws for the uniform number `u` in (0, 1): the bits of [`Self::map_uniforms`].
    ///
    /// For an event: the product as a function of one number, as previews and tornado ends need it; a run takes two
    /// (see [`Self::event`]). For a path: the factor after one year.
    pub fn sampled(&self, u: f64) -> f64 {
        if self.takes_scores() {
            return self.value_of_score(normal::quantile(u));
        }
        match &self.law {
            Law::Triangular(law) => law.value(u),
            Law::CutTriangle(law) => law.value(u),
            Law::Uniform(law) => law.value(u),
            Law::Waiting(law) => law.value(u),
            Law::Discrete(law) => law.value(u),
            Law::Pieces(law) => law.value(u),
            Law::Event(law) => product(law, u),
            Law::Constant(_)
            | Law::Normal { .. }
            | Law::Lognormal { .. }
            | Law::Path { .. }
            | Law::Pert(_)
            | Law::Smooth(_) => self.value_of_score(u),
        }
    }

    /// The value for a normal score.
    fn value_of_score(&self, z: f64) -> f64 {
        let mut value = [z];
        self.map_scores(&mut value);
        let [value] = value;
        value
    }

    /// True when the natural argument is the normal score, so that a run has no use for the uniform number itself.
    pub(crate) fn takes_scores(&self) -> bool {
        matches!(
            self.law,
            Law::Normal { .. }
                | Law::Lognormal { .. }
                | Law::Path { .. }
                | Law::Pert(_)
                | Law::Smooth(_)
        )
    }

    /// Turns uniform numbers in (0, 1) into values, in place, at the best level of the processor.
    pub fn map_uniforms(&self, values: &mut [f64]) {
        if self.takes_scores() {
            to_scores(values);
            self.scores_to_values(values);
        } else {
            self.uniforms_to_values(values);
        }
    }

    /// Turns normal scores into values, in place, at the best level of the processor.
    pub fn map_scores(&self, scores: &mut [f64]) {
        if self.takes_scores() {
            self.scores_to_values(scores);
            return;
        }
        if let Law::Waiting(law) = &self.law {
            // Its own upper tail is more exact than one over the uniform number.
            columns::map(&columns::ByScore(law), scores);
            return;
        }
        if !self.is_constant() {
            columns::map(&columns::OpenCdf, scores);
        }
        self.uniforms_to_values(scores);
    }

    /// The laws of a normal score; the others leave the numbers as they are.
    fn scores_to_values(&self, scores: &mut [f64]) {
        match &self.law {
            &Law::Normal { mean, sd } => columns::map(&columns::Line { mean, sd }, scores),
            &Law::Lognormal { mu, sigma, .. }
            | &Law::Path {
                log: (mu, sigma), ..
            } => columns::map(&columns::ExpLine { mu, sigma }, scores),
            Law::Pert(law) => columns::map(&**law, scores),
            Law::Smooth(law) => columns::map(&**law, scores),
            _ => {}
        }
    }

    /// The laws of a uniform number; the others leave the numbers as they are.
    fn uniforms_to_values(&self, values: &mut [f64]) {
        match &self.law {
            Law::Constant(value) => values.fill(*value),
            Law::Triangular(law) => columns::map(law, values),
            Law::CutTriangle(law) => columns::map(law, values),
            Law::Uniform(law) => columns::map(law, values),
            Law::Waiting(law) => columns::map(law, values),
            Law::Discrete(law) => columns::map(&**law, values),
            Law::Pieces(law) => columns::map(&**law, values),
            Law::Event(law) => {
                for value in values {
                    *value = product(law, *value);
                }
            }
            _ => {}
        }
    }
}

/// Turns uniform numbers in (0, 1) into normal scores, in place, at the best level of the processor.
pub(crate) fn to_scores(values: &mut [f64]) {
    columns::map(&columns::Score, values);
}

/// An event as a function of one uniform number. Out of line: the impact is a quantile of its own.
#[inline(never)]
fn product(law: &Event, u: f64) -> f64 {
    law.value(u, Quantile::sampled)
}

fn lognormal_cdf(x: f64, mu: f64, sigma: f64) -> f64 {
    if x > 0.0 {
        normal::cdf((ln(x) - mu) / sigma)
    } else {
        0.0
    }
}

fn lognormal_density(x: f64, mu: f64, sigma: f64) -> f64 {
    if x > 0.0 && x < f64::INFINITY {
        normal::density((ln(x) - mu) / sigma) / (sigma * x)
    } else {
        0.0
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

impl rand_distr::Distribution<f64> for Quantile {
    /// One draw, from one word of the generator.
    fn sample<R: Rng + ?Sized>(&self, generator: &mut R) -> f64 {
        self.sampled(unit(generator.next_u64()))
    }
}

#[cfg(test)]
mod tests;
