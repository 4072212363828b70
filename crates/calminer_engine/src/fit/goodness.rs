//! Distances between a distribution and the steps of a sample.

use super::Family;
use crate::math::{exp, ln};

/// Kolmogorov and Smirnov's D from the distribution function at the values in rising order.
pub(super) fn kolmogorov_smirnov(shares: &[f64]) -> f64 {
    let count = shares.len() as f64;
    shares
        .iter()
        .enumerate()
        .map(|(below, share)| {
            let below = below as f64;
            (share - below / count).max((below + 1.0) / count - share)
        })
        .fold(0.0, f64::max)
}

/// Anderson and Darling's A squared; `None` where a value has no probability on one side of it.
pub(super) fn anderson_darling(shares: &[f64]) -> Option<f64> {
    let count = shares.len() as f64;
    let sum: f64 = shares
        .iter()
        .zip(shares.iter().rev())
        .enumerate()
        .map(|(place, (low, high))| (2.0 * place as f64 + 1.0) * (ln(*low) + libm::log1p(-*high)))
        .sum();
    let square = -count - sum / count;
    square.is_finite().then_some(square)
}

/// Probability of a larger A squared for a normal (or the logarithms of a lognormal) with mean and standard deviation
/// estimated from the values; `None` for other families, and below 8 values.
///
/// Source: M. A. Stephens, in D'Agostino and Stephens, "Goodness-of-Fit Techniques" (1986), table 4.9.
pub(super) fn p_value(family: Family, square: f64, count: usize) -> Option<f64> {
    if !matches!(family, Family::Normal | Family::Lognormal) || count < 8 {
        return None;
    }
    let count = count as f64;
    let a = square * (1.0 + 0.75 / count + 2.25 / (count * count));
    let p = if a < 0.2 {
        1.0 - exp(-13.436 + 101.14 * a - 223.73 * a * a)
    } else if a < 0.34 {
        1.0 - exp(-8.318 + 42.796 * a - 59.938 * a * a)
    } else if a < 0.6 {
        exp(0.9177 - 4.279 * a - 1.38 * a * a)
    } else {
        exp(1.2937 - 5.709 * a + 0.0186 * a * a)
    };
    Some(if a > 13.0 { 0.0 } else { p.clamp(0.0, 1.0) })
}
