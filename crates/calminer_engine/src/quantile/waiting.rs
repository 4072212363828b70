//! Exponential and Weibull laws, whose quantile is a power of -ln(1 - u).

#![expect(
    clippy::inline_always,
    reason = "these loops must be compiled inside the caller, at the processor level it has chosen"
)]

use super::exact;
use crate::math::beta::ln_gamma;
use crate::math::{exp, ln, normal};

/// Limits of the shape: below, the values reach from 1e-150 to 1e150 of the scale; above, the spread is a millionth of
/// the scale.
pub(super) const SHAPES: (f64, f64) = (0.01, 1e6);

/// A Weibull law; exponential for shape 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Waiting {
    shape: f64,
    scale: f64,
    mean: f64,
    sd: f64,
}

impl Waiting {
    pub(super) fn exponential(mean: f64) -> Self {
        Self {
            shape: 1.0,
            scale: mean,
            mean,
            sd: mean,
        }
    }

    pub(super) fn weibull(shape: f64, scale: f64) -> Self {
        let (first, second) = (ln_gamma(1.0 + 1.0 / shape), ln_gamma(1.0 + 2.0 / shape));
        let mean = scale * exp(first);
        // ln of the mean square over the squared mean.
        let excess = if shape < 50.0 {
            second - 2.0 * first
        } else {
            excess_of_large(1.0 / shape)
        };
        Self {
            shape,
            scale,
            mean,
            sd: mean * libm::expm1(excess).sqrt(),
        }
    }

    pub(super) fn mean(&self) -> f64 {
        self.mean
    }

    pub(super) fn sd(&self) -> f64 {
        self.sd
    }

    fn hazard(&self, x: f64) -> f64 {
        if self.shape == 1.0 {
            x / self.scale
        } else {
            exp(self.shape * ln(x / self.scale))
        }
    }

    pub(super) fn cdf(&self, x: f64) -> f64 {
        if x > 0.0 {
            -libm::expm1(-self.hazard(x))
        } else {
            0.0
        }
    }

    pub(super) fn density(&self, x: f64) -> f64 {
        if x < 0.0 {
            0.0
        } else {
            exact::weibull_density(self.shape, x / self.scale) / self.scale
        }
    }

    /// The exact quantile.
    pub(super) fn quantile(&self, u: f64) -> f64 {
        self.of_hazard(-libm::log1p(-u))
    }

    #[inline(always)]
    fn of_hazard(&self, hazard: f64) -> f64 {
        if self.shape == 1.0 {
            self.scale * hazard
        } else {
            self.scale * exp(ln(hazard) / self.shape)
        }
    }

    #[inline(always)]
    pub(super) fn value(&self, u: f64) -> f64 {
        self.of_hazard(hazard(u))
    }

    /// One loop a step: all steps in one are too much for vector registers.
    #[inline(always)]
    pub(super) fn map(&self, values: &mut [f64]) {
        let (shape, scale) = (self.shape, self.scale);
        for value in values.iter_mut() {
            *value = hazard(*value);
        }
        if shape != 1.0 {
            for value in values.iter_mut() {
                *value = ln(*value) / shape;
            }
            for value in values.iter_mut() {
                *value = exp(*value);
            }
        }
        for value in values {
            *value *= scale;
        }
    }

    /// From normal scores; the upper tail keeps its digits.
    #[inline(always)]
    pub(super) fn map_scores(&self, scores: &mut [f64]) {
        let law = *self;
        for score in scores {
            let upper = normal::cdf(-*score);
            let upper = if upper < f64::MIN_POSITIVE {
                f64::MIN_POSITIVE
            } else {
                upper
            };
            *score = if *score < 0.0 {
                law.value(super::open_cdf(*score))
            } else {
                law.of_hazard(-ln(upper))
            };
        }
    }
}

/// -ln(1 - u), to full precision for small u too.
#[inline(always)]
fn hazard(u: f64) -> f64 {
    let upper = 1.0 - u;
    // What rounding took from 1 - u is given back: ln(1 - u) = ln(upper) u / (1 - upper).
    let below = 1.0 - upper;
    let share = if below > 0.0 { u / below } else { 1.0 };
    let hazard = -ln(upper) * share;
    if below > 0.0 { hazard } else { u }
}

/// ln Gamma(1 + 2 e) - 2 ln Gamma(1 + e) for small e, by the series ln Gamma(1 + x) = -g x + sum zeta(k) (-x)^k / k
/// (DLMF 5.7.3): the plain difference would cancel.
fn excess_of_large(e: f64) -> f64 {
    const ZETA: [f64; 9] = [
        1.644_934_066_848_226_4,
        1.202_056_903_159_594_3,
        1.082_323_233_711_138_2,
        1.036_927_755_143_37,
        1.017_343_061_984_449,
        1.008_349_277_381_922_8,
        1.004_077_356_197_944_3,
        1.002_008_392_826_082_2,
        1.000_994_575_127_818_1,
    ];
    let (mut sum, mut power, mut two, mut order) = (0.0, e * e, 4.0, 2.0);
    for zeta in ZETA {
        sum += zeta * power * (two - 2.0) / order;
        power *= -e;
        two *= 2.0;
        order += 1.0;
    }
    sum
}
