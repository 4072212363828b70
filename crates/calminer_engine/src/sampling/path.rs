//! Paths around a base curve: one factor a period, each from the one before.
//!
//! Both are exact at the dates asked for, whatever the lengths of the periods between them:
//!
//! - *Geometric Brownian motion:* ln x moves by (drift - volatility^2 / 2) dt + volatility sqrt(dt) z, so the mean of x
//!   is e^(drift t) (F. Black and M. Scholes 1973).
//! - *One-factor mean reversion:* ln x is an Ornstein-Uhlenbeck process around a level that keeps the mean of x at 1: the
//!   distance to it shrinks by e^(-speed dt) and takes on a normal score times the root of
//!   volatility^2 (1 - e^(-2 speed dt)) / (2 speed) (E. S. Schwartz, "The stochastic behavior of commodity prices",
//!   J. Finance 52 (1997), model 1; exact step of D. T. Gillespie, Phys. Rev. E 54 (1996)).

#![expect(
    clippy::inline_always,
    reason = "these loops must be compiled inside the caller, at the processor level it has chosen"
)]

use std::sync::Arc;

use calminer_domain::distribution::Distribution;

use crate::math::{exp, normal};

/// How ln x gets from one period to the next: `y = keep * y + noise * z`, `ln x = y + shift`.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Step {
    keep: f64,
    noise: f64,
    shift: f64,
}

/// A path at the ends of the periods. Cloning is cheap.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    steps: Arc<[Step]>,
}

impl Path {
    /// The path of a distribution that is one, `None` for the others. `times` are the years from the valuation date to
    /// the end of each period, never falling. There is no noise before the valuation date: x is 1 in periods that end on
    /// it or before.
    pub fn of(distribution: &Distribution, times: &[f64]) -> Option<Self> {
        let (speed, drift, volatility) = match *distribution {
            Distribution::GeometricBrownian { drift, volatility } => (0.0, drift, volatility),
            Distribution::MeanReverting { speed, volatility } => (speed, 0.0, volatility),
            _ => return None,
        };
        let mut before = 0.0;
        let steps = times.iter().map(|&end| {
            let end = if end > before { end } else { before };
            let passed = end - before;
            before = end;
            Step {
                keep: exp(-speed * passed),
                noise: volatility * variance(speed, passed).sqrt(),
                shift: drift * end - 0.5 * volatility * volatility * variance(speed, end),
            }
        });
        Some(Self {
            steps: steps.collect(),
        })
    }

    /// Number of periods.
    pub fn periods(&self) -> usize {
        self.steps.len()
    }

    /// The first period, from 0, whose value is uncertain; `None` where none is.
    pub fn first_uncertain(&self) -> Option<usize> {
        self.steps.iter().position(|step| step.noise > 0.0)
    }

    /// Mean and standard deviation of ln x in each period.
    fn log_moments(&self) -> impl Iterator<Item = (f64, f64)> {
        let mut variance = 0.0;
        self.steps.iter().map(move |step| {
            variance = step.keep * step.keep * variance + step.noise * step.noise;
            (step.shift, variance.sqrt())
        })
    }

    /// The law of the last period's value: lognormal. Constant 1 without periods.
    pub fn last_law(&self) -> Distribution {
        let (mean, sd) = self.log_moments().last().unwrap_or((0.0, 0.0));
        let variance = sd * sd;
        let mean = exp(mean + 0.5 * variance);
        Distribution::Lognormal {
            mean,
            sd: mean * libm::expm1(variance).sqrt(),
        }
    }

    /// The value of each period at the percentile `u`, in (0, 1), of its own law.
    pub fn at_percentile(&self, u: f64) -> Vec<f64> {
        let score = normal::quantile(u);
        let moments = self.log_moments();
        moments.map(|(mean, sd)| exp(mean + sd * score)).collect()
    }

    /// Turns the normal scores of the periods into values, in place: those of period k stand at `columns[k * stride..]`.
    #[inline(always)]
    pub(crate) fn map_scores(&self, columns: &mut [f64], trials: usize, stride: usize) {
        for (period, step) in self.steps.iter().enumerate() {
            let (before, here) = columns.split_at_mut(period * stride);
            let here = &mut here[..trials];
            for score in here.iter_mut() {
                *score *= step.noise;
            }
            if period > 0 {
                let before = &before[(period - 1) * stride..][..trials];
                for (here, before) in here.iter_mut().zip(before) {
                    *here += step.keep * before;
                }
            }
        }
        for (period, step) in self.steps.iter().enumerate() {
            for value in &mut columns[period * stride..][..trials] {
                *value = exp(*value + step.shift);
            }
        }
    }
}

/// Variance of ln x after some years from a known value, for a volatility of 1.
fn variance(speed: f64, years: f64) -> f64 {
    let rate = 2.0 * speed;
    if rate * years == 0.0 {
        years
    } else {
        -libm::expm1(-rate * years) / rate
    }
}

#[cfg(test)]
mod tests;
