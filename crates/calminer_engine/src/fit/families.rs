//! The estimates of each family.

use calminer_domain::distribution::{Distribution, PERT_WEIGHT};

use super::{Answer, Estimate, Family, FitOptions, Sample, search};
use crate::math::gamma::ln_gamma_derivatives;
use crate::math::{Beta, exp, ln};

pub(super) fn estimate(family: Family, sample: &Sample, options: &FitOptions) -> Answer {
    match family {
        Family::Normal => Ok(known(
            Distribution::Normal {
                mean: sample.mean,
                sd: sample.variance.sqrt(),
            },
            2,
        )),
        Family::Lognormal => lognormal(sample),
        Family::Triangular => Ok(triangular(sample)),
        Family::Pert => Ok(pert(sample)),
        Family::Uniform => Ok(known(
            Distribution::Uniform {
                min: sample.min(),
                max: sample.max(),
            },
            2,
        )),
        Family::Beta => beta(sample, options.range),
        Family::Gamma => gamma(sample),
        Family::Weibull => weibull(sample),
        Family::Exponential => {
            if sample.min() < 0.0 {
                return Err(too_small(sample, "never below 0"));
            }
            Ok(known(Distribution::Exponential { mean: sample.mean }, 1))
        }
        Family::StudentT => student(sample),
    }
}

/// An estimate of which nothing needs to be said.
fn known(distribution: Distribution, parameters: u32) -> Estimate {
    (distribution, parameters, String::new())
}

fn too_small(sample: &Sample, rule: &str) -> String {
    format!(
        "the smallest value is {}, and a variable of this family is {rule}",
        sample.min()
    )
}

fn lognormal(sample: &Sample) -> Answer {
    if sample.min() <= 0.0 {
        return Err(too_small(sample, "always above 0"));
    }
    let mu = sample.average(ln);
    let sigma = sample.average(|x| (ln(x) - mu) * (ln(x) - mu)).sqrt();
    Ok(known(Distribution::LognormalLog { mu, sigma }, 2))
}

/// Newton's method on ln k - digamma(k) = ln mean - mean of ln: Choi and Wette (1969).
fn gamma(sample: &Sample) -> Answer {
    if sample.min() <= 0.0 {
        return Err(too_small(sample, "always above 0"));
    }
    let mean = sample.mean;
    // ln(x / mean) keeps its digits where all values are close together.
    let excess = -sample.average(|x| libm::log1p((x - mean) / mean));
    if excess < 1e-9 {
        return Err(
            "the values lie too close together for this family; a normal holds them".to_owned(),
        );
    }
    let mut shape =
        (3.0 - excess + ((excess - 3.0) * (excess - 3.0) + 24.0 * excess).sqrt()) / (12.0 * excess);
    for _ in 0..100 {
        let (digamma, trigamma) = ln_gamma_derivatives(shape);
        let miss = ln(shape) - digamma - excess;
        // In 1 / k the equation is nearly straight.
        let slope = shape * shape * (1.0 / shape - trigamma);
        let next = 1.0 / (1.0 / shape + miss / slope);
        let next = if next > 0.0 { next } else { 0.5 * shape };
        let change = (next / shape - 1.0).abs();
        shape = next;
        if change < 1e-13 {
            break;
        }
    }
    Ok(known(
        Distribution::Gamma {
            shape,
            scale: mean / shape,
        },
        2,
    ))
}

/// The root of the profile equation in the shape, by Newton's method inside a bracket.
fn weibull(sample: &Sample) -> Answer {
    if sample.min() <= 0.0 {
        return Err(too_small(sample, "always above 0"));
    }
    let max = sample.max();
    let mean_ln = sample.average(|x| ln(x / max));
    // The sums of y^k, y^k ln y and y^k (ln y)^2 for y = x / max.
    let sums = |shape: f64| {
        sample.values.iter().fold((0.0, 0.0, 0.0), |sums, &x| {
            let y = ln(x / max);
            let power = exp(shape * y);
            (sums.0 + power, sums.1 + power * y, sums.2 + power * y * y)
        })
    };
    let (mut low, mut high, mut shape) = (0.0, f64::INFINITY, -1.0 / mean_ln);
    for _ in 0..200 {
        let (none, one, two) = sums(shape);
        let ratio = one / none;
        let miss = ratio - 1.0 / shape - mean_ln;
        // Rises with the shape.
        if miss < 0.0 {
            low = shape;
        } else {
            high = shape;
        }
        let slope = two / none - ratio * ratio + 1.0 / (shape * shape);
        let mut next = shape - miss / slope;
        if !(next > low && next < high) {
            next = if high.is_finite() {
                0.5 * (low + high)
            } else {
                2.0 * low
            };
        }
        let change = (next / shape - 1.0).abs();
        shape = next;
        if change < 1e-14 {
            break;
        }
    }
    let scale = max * exp(ln(sums(shape).0 / sample.count()) / shape);
    Ok(known(Distribution::Weibull { shape, scale }, 2))
}

/// Newton's method on both shapes; the range is given, or reaches past the values by their mean distance.
fn beta(sample: &Sample, range: Option<(f64, f64)>) -> Answer {
    let (low, high) = (sample.min(), sample.max());
    let step = (high - low) / (sample.count() - 1.0);
    let (min, max) = range.unwrap_or((low - step, high + step));
    if low <= min || high >= max {
        return Err(format!(
            "the values reach from {low} to {high}, and all must lie inside the range from {min} to {max}"
        ));
    }
    let width = max - min;
    let mean_left = sample.average(|x| ln((x - min) / width));
    let mean_right = sample.average(|x| ln((max - x) / width));
    let center = (sample.mean - min) / width;
    let spread = center * (1.0 - center) / (sample.variance / (width * width)) - 1.0;
    let (mut a, mut b) = (
        (center * spread).max(0.1),
        ((1.0 - center) * spread).max(0.1),
    );
    for _ in 0..200 {
        let (of_a, of_b, of_sum) = (
            ln_gamma_derivatives(a),
            ln_gamma_derivatives(b),
            ln_gamma_derivatives(a + b),
        );
        let (miss_a, miss_b) = (
            mean_left - of_a.0 + of_sum.0,
            mean_right - of_b.0 + of_sum.0,
        );
        // The likelihood is concave: its second derivatives are these, with the sign turned.
        let (aa, bb, ab) = (of_a.1 - of_sum.1, of_b.1 - of_sum.1, -of_sum.1);
        let determinant = aa * bb - ab * ab;
        let step_a = (bb * miss_a - ab * miss_b) / determinant;
        let step_b = (aa * miss_b - ab * miss_a) / determinant;
        let limited = |shape: f64, step: f64| (shape + step).clamp(0.5 * shape, 2.0 * shape);
        let next = (limited(a, step_a), limited(b, step_b));
        let change = (next.0 / a - 1.0).abs() + (next.1 / b - 1.0).abs();
        (a, b) = next;
        if change < 1e-13 {
            break;
        }
    }
    let (parameters, note) = if range.is_some() {
        (2, "on the range that was given".to_owned())
    } else {
        let note = "its range reaches past the values by their mean distance at both ends; type a range where one is known";
        (4, note.to_owned())
    };
    let distribution = Distribution::Beta {
        alpha: a,
        beta: b,
        min,
        max,
    };
    Ok((distribution, parameters, note))
}

/// Limits of the degrees of freedom that are tried; the upper end is a normal.
const DEGREES: (f64, f64) = (0.2, 1_000.0);

/// For each degree of freedom location and scale by expectation and maximization (Lange, Little and Taylor 1989); the
/// degrees by golden section.
fn student(sample: &Sample) -> Answer {
    let middle = sample.values[sample.values.len() / 2];
    let of_degrees = |logarithm: f64| {
        let degrees = exp(logarithm);
        let (mut location, mut square) = (middle, sample.variance);
        for _ in 0..2_000 {
            let weight =
                |x: f64| (degrees + 1.0) / (degrees + (x - location) * (x - location) / square);
            let total = sample.average(weight);
            let next = location + sample.average(|x| weight(x) * (x - location)) / total;
            // Dividing by the mean weight in place of 1 reaches the same end sooner (Kent, Tyler and Vardi 1994).
            let next_square = sample.average(|x| weight(x) * (x - next) * (x - next)) / total;
            let change =
                (next_square / square - 1.0).abs() + (next - location).abs() / square.sqrt();
            (location, square) = (next, next_square);
            if change < 1e-12 {
                break;
            }
        }
        let constant = Beta::new(0.5 * degrees, 0.5).ln_constant() - 0.5 * ln(degrees * square);
        let log_likelihood = constant
            - 0.5
                * (degrees + 1.0)
                * sample
                    .average(|x| libm::log1p((x - location) * (x - location) / (square * degrees)));
        (log_likelihood, location, square.sqrt())
    };
    let logarithm = search::maximum(ln(DEGREES.0), ln(DEGREES.1), |x| of_degrees(x).0);
    let (_, location, scale) = of_degrees(logarithm);
    let degrees = exp(logarithm);
    let note = if degrees > 0.99 * DEGREES.1 {
        "the values show no heavier tails than a normal".to_owned()
    } else {
        String::new()
    };
    if scale.is_nan() || scale <= 0.0 {
        return Err(
            "more than half of the values are the same: the likelihood has no maximum".to_owned(),
        );
    }
    let distribution = Distribution::StudentT {
        location,
        scale,
        degrees,
    };
    Ok((distribution, 3, note))
}

/// ln of a distance of 2e-9 of the width.
const CLOSE: f64 = -20.0;

/// For given ends the best mode is one of the values (Kotz and van Dorp, "Beyond Beta", 2004, chapter 1); the ends by a
/// simplex search over the logarithms of their distances.
fn triangular(sample: &Sample) -> Estimate {
    let best_mode = |min: f64, max: f64| {
        let count = sample.count();
        let mut right: f64 = sample.values.iter().map(|x| ln(max - x)).sum();
        let mut left = 0.0;
        let mut best = (f64::NEG_INFINITY, min);
        for (below, &mode) in sample.values.iter().enumerate() {
            let below = below as f64;
            right -= ln(max - mode);
            let height =
                left - below * ln(mode - min) + right - (count - below - 1.0) * ln(max - mode);
            if height > best.0 {
                best = (height, mode);
            }
            left += ln(mode - min);
        }
        (best.0 - count * ln(max - min), best.1)
    };
    let (low, high) = (sample.min(), sample.max());
    let width = high - low;
    let ends = |point: &[f64; 2]| (low - width * exp(point[0]), high + width * exp(point[1]));
    let start = ln(0.1);
    let point = search::simplex([start, start], |point| {
        let (min, max) = ends(point);
        // Closer than that the distance has no digits; the likelihood has its limit there.
        if point
            .iter()
            .any(|distance| !(-25.0..=5.0).contains(distance))
        {
            return f64::NEG_INFINITY;
        }
        best_mode(min, max).0
    });
    let (mut min, mut max) = ends(&point);
    let mode = best_mode(min, max).1;
    // A triangle that is steepest at its end begins at the value itself; the search only comes close.
    if mode == low && point[0] < CLOSE {
        min = low;
    }
    if mode == high && point[1] < CLOSE {
        max = high;
    }
    known(Distribution::Triangular { min, mode, max }, 3)
}

/// A simplex search over the logarithms of the distances of both ends and the place of the mode.
fn pert(sample: &Sample) -> Estimate {
    let (low, high) = (sample.min(), sample.max());
    let width = high - low;
    let figures = |point: &[f64; 3]| {
        let (min, max) = (low - width * exp(point[0]), high + width * exp(point[1]));
        let share = 1.0 / (1.0 + exp(-point[2]));
        (min, max, share)
    };
    let center = ((sample.mean - low) / width).clamp(0.1, 0.9);
    let start = [ln(0.3), ln(0.3), ln(center / (1.0 - center))];
    let point = search::simplex(start, |point| {
        let bounded = |figure: &f64| (-25.0..=25.0).contains(figure);
        if !point.iter().all(bounded) || point[0] > 5.0 || point[1] > 5.0 {
            return f64::NEG_INFINITY;
        }
        let (min, max, share) = figures(point);
        let (a, b) = (PERT_WEIGHT * share, PERT_WEIGHT * (1.0 - share));
        let range = max - min;
        Beta::new(1.0 + a, 1.0 + b).ln_constant() - ln(range)
            + sample.average(|x| a * ln((x - min) / range) + b * ln((max - x) / range))
    });
    let (min, max, share) = figures(&point);
    let distribution = Distribution::Pert {
        min,
        mode: min + (max - min) * share,
        max,
        weight: PERT_WEIGHT,
    };
    (distribution, 3, "with the weight 4".to_owned())
}
