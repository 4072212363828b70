//! Paths around a base curve: what they come to after a while.

use crate::math::exp;

/// A process whose value multiplies the base curve; it starts from 1 at the valuation date.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Path {
    /// Geometric Brownian motion.
    GeometricBrownian {
        /// Growth of the mean per year (continuous), a fraction.
        drift: f64,
        /// Standard deviation of ln x per square root of a year.
        volatility: f64,
    },
    /// ln x is an Ornstein-Uhlenbeck process; the mean of x stays 1.
    MeanReverting {
        /// Share of the distance to the base curve that is closed per year (continuous).
        speed: f64,
        /// Standard deviation of ln x per square root of a year.
        volatility: f64,
    },
}

impl Path {
    /// Mean and standard deviation of ln x, `years` (>= 0) after the valuation date.
    ///
    /// Source: the solutions of both stochastic differential equations, Dixit and Pindyck, "Investment under
    /// Uncertainty" (1994), chapter 3. The mean of ln x is below that of the curve by half the variance, so that the
    /// mean of x itself is e^(drift years), or 1.
    pub fn log_moments(&self, years: f64) -> (f64, f64) {
        match *self {
            Self::GeometricBrownian { drift, volatility } => {
                let variance = volatility * volatility * years;
                (drift * years - 0.5 * variance, variance.sqrt())
            }
            Self::MeanReverting { speed, volatility } => {
                let decay = 2.0 * speed * years;
                // (1 - e^-d) / d, which is 1 where nothing pulls back.
                let share = if decay > 0.0 {
                    -libm::expm1(-decay) / decay
                } else {
                    1.0
                };
                let variance = volatility * volatility * years * share;
                (-0.5 * variance, variance.sqrt())
            }
        }
    }

    /// Mean of x, `years` after the valuation date.
    pub fn mean(&self, years: f64) -> f64 {
        match *self {
            Self::GeometricBrownian { drift, .. } => exp(drift * years),
            Self::MeanReverting { .. } => 1.0,
        }
    }
}
