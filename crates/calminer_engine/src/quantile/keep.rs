//! Distributions kept in a range: what is left of them, and the sentence where nothing is.

use std::sync::Arc;

use calminer_domain::distribution::Distribution;
use calminer_domain::parameter::Truncation;

use super::build::{Problems, problem, some_pieces, table};
use super::closed::Uniform;
use super::cut::CutTriangle;
use super::exact::Exact;
use super::pieces::{Pieces, poisson_ln_mass};
use super::smooth::Smooth;
use super::{Law, Quantile};
use crate::math::Gamma;

/// The sentence for a range in which no probability lies.
pub(super) fn empty(
    distribution: &Distribution,
    whole: &Quantile,
    truncation: &Truncation,
) -> Problems {
    let name = distribution.name();
    let (low, high) = (whole.quantile(1e-12), whole.quantile(1.0 - 1e-12));
    let reach = if low == high {
        format!("it is always {low}")
    } else {
        format!("nearly all of its values lie from {low:.6} to {high:.6}")
    };
    match (truncation.min, truncation.max) {
        (Some(min), None) => {
            let message =
                format!("no value of {name} lies at or above {min}: {reach}; choose a smaller min");
            problem("truncation.min", message)
        }
        (None, Some(max)) => {
            let message =
                format!("no value of {name} lies at or below {max}: {reach}; choose a larger max");
            problem("truncation.max", message)
        }
        (min, max) => {
            let (min, max) = (min.unwrap_or(f64::NAN), max.unwrap_or(f64::NAN));
            let field = if max < low {
                "truncation.max"
            } else {
                "truncation.min"
            };
            let message = format!(
                "no value of {name} lies from {min} to {max}: {reach}; choose a range that holds some of them"
            );
            problem(field, message)
        }
    }
}

/// The smooth form of a distribution that has one; `None` for the others.
pub(super) fn exact(distribution: &Distribution, whole: &Quantile) -> Option<Exact> {
    match *distribution {
        Distribution::Normal { mean, sd } => Some(Exact::Normal { mean, sd }),
        Distribution::Lognormal { .. }
        | Distribution::LognormalLog { .. }
        | Distribution::LognormalPercentiles { .. } => whole
            .log_parameters()
            .map(|(mu, sigma)| Exact::Lognormal { mu, sigma }),
        Distribution::Pert {
            min,
            mode,
            max,
            weight,
        } => {
            let width = max - min;
            let shape = |part: f64| 1.0 + weight * (part / width);
            Some(Exact::beta(
                (shape(mode - min), shape(max - mode)),
                min,
                max,
            ))
        }
        Distribution::Exponential { mean } => Some(Exact::Weibull {
            shape: 1.0,
            scale: mean,
        }),
        Distribution::Weibull { shape, scale } => Some(Exact::Weibull { shape, scale }),
        Distribution::Beta {
            alpha,
            beta,
            min,
            max,
        } => Some(Exact::beta((alpha, beta), min, max)),
        Distribution::Gamma { shape, scale } => Some(Exact::Gamma {
            law: Gamma::new(shape),
            shape,
            scale,
        }),
        Distribution::StudentT {
            location,
            scale,
            degrees,
        } => Some(Exact::student(location, scale, degrees)),
        _ => None,
    }
}

/// The law between `min` and `max`, or `None` where no probability lies there.
pub(super) fn kept(
    distribution: &Distribution,
    whole: &Quantile,
    min: f64,
    max: f64,
) -> Option<Law> {
    if let Law::Constant(value) = whole.law {
        return (min <= value && value <= max).then_some(Law::Constant(value));
    }
    if let Some(exact) = exact(distribution, whole) {
        return Smooth::new(exact, min, max).map(|law| Law::Smooth(Arc::new(law)));
    }
    match distribution {
        Distribution::Uniform {
            min: low,
            max: high,
        } => {
            let (low, high) = (low.max(min), high.min(max));
            (low < high).then(|| Law::Uniform(Uniform::new(low, high, high - low)))
        }
        Distribution::Triangular {
            min: low,
            mode,
            max: high,
        } => CutTriangle::new((*low, *mode, *high), min, max).map(Law::CutTriangle),
        Distribution::TriangularPercentiles { mode, .. } => {
            let (low, high) = whole.support();
            CutTriangle::new((low, *mode, high), min, max).map(Law::CutTriangle)
        }
        Distribution::Discrete { values, weights } => {
            let items = values.iter().zip(weights);
            let (values, weights): (Vec<f64>, Vec<f64>) = items
                .filter(|(value, weight)| (min..=max).contains(*value) && **weight > 0.0)
                .unzip();
            (!values.is_empty()).then(|| table(&values, &weights))
        }
        Distribution::Empirical { values } => {
            some_pieces(Pieces::kept(&Pieces::sample(values), min, max))
        }
        Distribution::Cumulative { values, shares } => {
            some_pieces(Pieces::kept(&Pieces::curve(values, shares), min, max))
        }
        Distribution::Poisson { mean } => poisson_kept(*mean, min, max),
        _ => None,
    }
}

pub(super) fn poisson_kept(mean: f64, min: f64, max: f64) -> Option<Law> {
    let (first, last) = (libm::ceil(min.max(0.0)), libm::floor(max));
    let top = libm::floor(mean).clamp(first, last.max(first));
    // e^-660: below it the counts are none of this distribution.
    if last < first || poisson_ln_mass(mean, top) < -660.0 {
        return None;
    }
    let law = Pieces::new(Pieces::poisson(mean, first, last))?.reaching(last);
    Some(match law.constant() {
        Some(value) => Law::Constant(value),
        None => Law::Pieces(Arc::new(law)),
    })
}
