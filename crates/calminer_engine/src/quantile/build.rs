//! From a distribution as it is typed to its law: limits, constants, ranges.

use std::sync::Arc;

use calminer_domain::distribution::{Distribution, DistributionForm, DistributionProblem};
use calminer_domain::parameter::{Draw, Truncation, Uncertainty};

use super::closed::{Triangular, Uniform};
use super::discrete::Discrete;
use super::event::Event;
use super::keep::{empty, exact, kept, poisson_kept};
use super::path::Path;
use super::pert::{self, Pert};
use super::pieces::{Piece, Pieces};
use super::smooth::Smooth;
use super::waiting::{self, Waiting};
use super::{Law, Quantile};
use crate::math::{exp, ln, normal};
use crate::sampling::stream::LARGEST_UNIFORM;

pub(super) type Problems = Vec<DistributionProblem>;

/// Largest mean of a Poisson, whose counts stand in a table.
const LARGEST_COUNT: f64 = 1e6;
/// Limits of the shapes of gamma and beta laws: below, values stick to the ends to the last bit; above, the spread is a
/// thousandth of the mean and the law is normal.
const SHAPES: (f64, f64) = (1e-3, 1e6);
/// Limits of Student's degrees of freedom: below, values reach beyond what floats hold; above, the law is normal.
const DEGREES: (f64, f64) = (0.1, 1e6);

pub(super) fn problem(field: &'static str, message: String) -> Problems {
    vec![DistributionProblem {
        field,
        blocks: true,
        message,
    }]
}

impl Quantile {
    /// The sampling form of a distribution, or every problem that forbids it. Notices do not forbid.
    ///
    /// Building a law that is drawn from a table (PERT, beta, gamma, Student t, smooth laws kept in a range) takes
    /// between 0.2 and 1 ms; keep the result where it is used again.
    pub fn new(distribution: &Distribution) -> Result<Self, Vec<DistributionProblem>> {
        Self::truncated(distribution, &Truncation::default())
    }

    /// The sampling form of a parameter's distribution, kept in its range. When it is drawn, and what the figures mean,
    /// is not looked at.
    pub fn of(uncertainty: &Uncertainty) -> Result<Self, Vec<DistributionProblem>> {
        Self::truncated(&uncertainty.distribution, &uncertainty.truncation)
    }

    /// The sampling form of a distribution of which the values outside a range are left out and the rest is
    /// renormalised: value = Q(F(min) + u (F(max) - F(min))), with both ends of the range belonging to it. Refused where
    /// no probability lies inside, with the field `truncation.min` or `truncation.max`.
    pub fn truncated(
        distribution: &Distribution,
        truncation: &Truncation,
    ) -> Result<Self, Vec<DistributionProblem>> {
        let form = if distribution.is_path() {
            DistributionForm::Factor
        } else {
            DistributionForm::Absolute
        };
        let checked = Uncertainty {
            form,
            distribution: distribution.clone(),
            truncation: *truncation,
            draw: Draw::Once,
        };
        let blocking: Problems = checked
            .problems()
            .into_iter()
            .filter(|problem| problem.blocks)
            .collect();
        if !blocking.is_empty() {
            return Err(blocking);
        }
        let whole = Self {
            law: law(distribution)?,
        };
        let (low, high) = whole.support();
        let min = truncation.min.unwrap_or(f64::NEG_INFINITY);
        let max = truncation.max.unwrap_or(f64::INFINITY);
        let built = if min <= low && max >= high {
            whole
        } else {
            match kept(distribution, &whole, min, max) {
                Some(law) => Self { law },
                None => return Err(empty(distribution, &whole, truncation)),
            }
        };
        let reach = [f64::MIN_POSITIVE.sqrt(), LARGEST_UNIFORM].map(|u| built.sampled(u));
        if reach.iter().all(|value| value.is_finite()) {
            Ok(built)
        } else {
            let field = distribution
                .figures()
                .last()
                .map_or("values", |named| named.0);
            let message = "the values reach beyond 1e308, the largest that can be computed with; choose a smaller figure";
            Err(problem(field, message.to_owned()))
        }
    }
}

/// Width of a support; refused where it is no finite number.
fn width(min: f64, max: f64, field: &'static str) -> Result<f64, Problems> {
    let width = max - min;
    if width.is_finite() {
        Ok(width)
    } else {
        let message = format!("max {max} less min {min} is too large to compute with");
        Err(problem(field, message))
    }
}

fn within(field: &'static str, figure: f64, (low, high): (f64, f64)) -> Result<(), Problems> {
    let message = if figure < low {
        format!("{field} {figure} is below {low}, the smallest allowed")
    } else if figure > high {
        format!("{field} {figure} is above {high}, the largest allowed")
    } else {
        return Ok(());
    };
    Err(problem(field, message))
}

/// The value of a distribution that has one alone.
fn constant(distribution: &Distribution) -> Option<f64> {
    match *distribution {
        Distribution::Constant { value } => Some(value),
        Distribution::Normal { mean, sd } | Distribution::Lognormal { mean, sd } => {
            (sd == 0.0).then_some(mean)
        }
        Distribution::LognormalLog { mu, sigma } => (sigma == 0.0).then(|| exp(mu)),
        Distribution::LognormalPercentiles { low, high, .. } => (low == high).then_some(low),
        Distribution::Uniform { min, max }
        | Distribution::Triangular { min, max, .. }
        | Distribution::Pert { min, max, .. }
        | Distribution::Beta { min, max, .. } => (min == max).then_some(min),
        Distribution::TriangularPercentiles { p10, p90, .. } => (p10 == p90).then_some(p10),
        Distribution::Exponential { mean } | Distribution::Poisson { mean } => {
            (mean == 0.0).then_some(0.0)
        }
        Distribution::StudentT {
            location, scale, ..
        } => (scale == 0.0).then_some(location),
        _ => None,
    }
}

/// The law of figures that keep the rules of the form.
fn law(distribution: &Distribution) -> Result<Law, Problems> {
    if let Some(value) = constant(distribution) {
        return Ok(Law::Constant(value));
    }
    match *distribution {
        Distribution::Discrete {
            ref values,
            ref weights,
        } => Ok(table(values, weights)),
        Distribution::Empirical { ref values } => pieces(Pieces::sample(values)),
        Distribution::Cumulative {
            ref values,
            ref shares,
        } => pieces(Pieces::curve(values, shares)),
        Distribution::Poisson { mean } => poisson(mean),
        Distribution::Event {
            probability,
            ref impact,
        } => event(probability, impact),
        Distribution::GeometricBrownian { drift, volatility } => {
            Ok(path(Path::GeometricBrownian { drift, volatility }))
        }
        Distribution::MeanReverting { speed, volatility } => {
            Ok(path(Path::MeanReverting { speed, volatility }))
        }
        Distribution::Beta { .. } | Distribution::Gamma { .. } | Distribution::StudentT { .. } => {
            smooth(distribution)
        }
        _ => closed(distribution),
    }
}

/// Laws with a quantile in closed form or, for a PERT, a table of their own.
fn closed(distribution: &Distribution) -> Result<Law, Problems> {
    Ok(match *distribution {
        Distribution::Normal { mean, sd } => Law::Normal { mean, sd },
        Distribution::Lognormal { mean, sd } => lognormal(mean, sd)?,
        Distribution::LognormalLog { mu, sigma } => log_law(mu, sigma),
        Distribution::LognormalPercentiles {
            low_share,
            low,
            high_share,
            high,
        } => {
            let (from, to) = (normal::quantile(low_share), normal::quantile(high_share));
            let sigma = libm::log1p((high - low) / low) / (to - from);
            log_law(ln(low) - from * sigma, sigma)
        }
        Distribution::Uniform { min, max } => {
            Law::Uniform(Uniform::new(min, max, width(min, max, "max")?))
        }
        Distribution::Exponential { mean } => Law::Waiting(Waiting::exponential(mean)),
        Distribution::Weibull { shape, scale } => {
            within("shape", shape, waiting::SHAPES)?;
            Law::Waiting(Waiting::weibull(shape, scale))
        }
        Distribution::Triangular { min, mode, max } => {
            Law::Triangular(Triangular::new(min, mode, max, width(min, max, "max")?))
        }
        Distribution::TriangularPercentiles { p10, mode, p90 } => {
            let (min, max) = triangle_of_percentiles(p10, mode, p90);
            Law::Triangular(Triangular::new(min, mode, max, width(min, max, "p90")?))
        }
        Distribution::Pert {
            min,
            mode,
            max,
            weight,
        } => {
            width(min, max, "max")?;
            within("weight", weight, (0.0, pert::LARGEST_WEIGHT))?;
            Law::Pert(Arc::new(Pert::new(min, mode, max, weight)))
        }
        _ => {
            return Err(problem(
                "kind",
                format!("{} has no closed form", distribution.name()),
            ));
        }
    })
}

fn lognormal(mean: f64, sd: f64) -> Result<Law, Problems> {
    let ratio = sd / mean;
    let variance = libm::log1p(ratio * ratio);
    if !variance.is_finite() {
        return Err(problem(
            "sd",
            format!("standard deviation {sd} is too large for mean {mean} to compute with"),
        ));
    }
    // A spread below the precision of floats is none.
    Ok(if variance > 0.0 {
        Law::Lognormal {
            mu: ln(mean) - 0.5 * variance,
            sigma: variance.sqrt(),
            mean,
            sd,
        }
    } else {
        Law::Constant(mean)
    })
}

fn log_law(mu: f64, sigma: f64) -> Law {
    let mean = exp(mu + 0.5 * sigma * sigma);
    Law::Lognormal {
        mu,
        sigma,
        mean,
        sd: mean * libm::expm1(sigma * sigma).sqrt(),
    }
}

/// Ends of the triangle whose percentiles 10 and 90 are given.
///
/// With s the share below the mode and w the width: mode - P10 = w (s - sqrt(s / 10)) and P90 - mode the same of 1 - s.
/// Their ratio rises from 0 at s = 0.1 to infinity at s = 0.9, so each mode between the percentiles has one triangle.
fn triangle_of_percentiles(p10: f64, mode: f64, p90: f64) -> (f64, f64) {
    let side = |share: f64| share - (0.1 * share).sqrt();
    let (left, right) = (mode - p10, p90 - mode);
    let (mut low, mut high) = (0.1, 0.9);
    for _ in 0..100 {
        let share = 0.5 * (low + high);
        if side(share) * right < side(1.0 - share) * left {
            low = share;
        } else {
            high = share;
        }
    }
    let share = 0.5 * (low + high);
    let width = (left + right) / (side(share) + side(1.0 - share));
    (mode - width * share, mode + width * (1.0 - share))
}

fn poisson(mean: f64) -> Result<Law, Problems> {
    if mean > LARGEST_COUNT {
        let message = format!(
            "mean {mean} is above {LARGEST_COUNT}, the largest allowed; a normal with the square root of the mean as \
             standard deviation is the same there"
        );
        return Err(problem("mean", message));
    }
    poisson_kept(mean, 0.0, f64::INFINITY).ok_or_else(no_value)
}

/// Beta, gamma and Student t.
fn smooth(distribution: &Distribution) -> Result<Law, Problems> {
    match *distribution {
        Distribution::Beta {
            alpha,
            beta,
            min,
            max,
        } => {
            width(min, max, "max")?;
            within("alpha", alpha, SHAPES)?;
            within("beta", beta, SHAPES)?;
        }
        Distribution::Gamma { shape, .. } => within("shape", shape, SHAPES)?,
        Distribution::StudentT { degrees, .. } => within("degrees", degrees, DEGREES)?,
        _ => {}
    }
    let placeholder = Quantile {
        law: Law::Constant(0.0),
    };
    exact(distribution, &placeholder)
        .and_then(|exact| Smooth::new(exact, f64::NEG_INFINITY, f64::INFINITY))
        .map(|law| Law::Smooth(Arc::new(law)))
        .ok_or_else(|| {
            let message = "the values lie too close together or too far apart to compute with";
            problem("scale", message.to_owned())
        })
}

pub(super) fn table(values: &[f64], weights: &[f64]) -> Law {
    match Discrete::new(values, weights) {
        discrete if discrete.is_constant() => Law::Constant(discrete.mean()),
        discrete => Law::Discrete(Arc::new(discrete)),
    }
}

/// What only a table without a positive weight meets.
fn no_value() -> Problems {
    problem("values", "no value has a probability above 0".to_owned())
}

fn pieces(pieces: Vec<Piece>) -> Result<Law, Problems> {
    some_pieces(pieces).ok_or_else(no_value)
}

pub(super) fn some_pieces(pieces: Vec<Piece>) -> Option<Law> {
    let law = Pieces::new(pieces)?;
    Some(match law.constant() {
        Some(value) => Law::Constant(value),
        None => Law::Pieces(Arc::new(law)),
    })
}

fn event(probability: f64, impact: &Distribution) -> Result<Law, Problems> {
    let impact = Quantile::new(impact).map_err(|problems| {
        let named = problems.into_iter().map(|problem| DistributionProblem {
            field: "impact",
            blocks: true,
            message: format!("impact: {}", problem.message),
        });
        named.collect::<Problems>()
    })?;
    Ok(match impact.law {
        _ if probability == 0.0 => Law::Constant(0.0),
        Law::Constant(value) if probability == 1.0 || value == 0.0 => Law::Constant(value),
        _ => Law::Event(Arc::new(Event {
            probability,
            impact,
        })),
    })
}

fn path(path: Path) -> Law {
    Law::Path {
        path,
        log: path.log_moments(1.0),
        mean: path.mean(1.0),
    }
}
