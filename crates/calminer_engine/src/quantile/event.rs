//! An event that happens or not, times its impact.

use super::Quantile;

/// The product of a 0-or-1 variable and an impact: a mixed law with a probability of 0 itself.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Event {
    pub(super) probability: f64,
    pub(super) impact: Quantile,
}

impl Event {
    pub(super) fn support(&self) -> (f64, f64) {
        let (low, high) = self.impact.support();
        if self.probability < 1.0 {
            (low.min(0.0), high.max(0.0))
        } else {
            (low, high)
        }
    }

    pub(super) fn mean(&self) -> f64 {
        self.probability * self.impact.mean()
    }

    pub(super) fn sd(&self) -> f64 {
        let (mean, sd) = (self.impact.mean(), self.impact.sd());
        let p = self.probability;
        (p * sd * sd + p * (1.0 - p) * mean * mean).sqrt()
    }

    pub(super) fn cdf(&self, x: f64) -> f64 {
        let not = if x >= 0.0 {
            1.0 - self.probability
        } else {
            0.0
        };
        self.probability * self.impact.cdf(x) + not
    }

    pub(super) fn mass(&self, x: f64) -> f64 {
        let not = if x == 0.0 {
            1.0 - self.probability
        } else {
            0.0
        };
        self.probability * self.impact.mass(x) + not
    }

    pub(super) fn density(&self, x: f64) -> f64 {
        self.probability * self.impact.density(x)
    }

    /// The quantile of the product, by `quantile` of the impact.
    #[inline]
    pub(super) fn value(&self, u: f64, quantile: impl Fn(&Quantile, f64) -> f64) -> f64 {
        let p = self.probability;
        let at_zero = p * self.impact.mass(0.0);
        let below = p * self.impact.cdf(0.0) - at_zero;
        if u <= below {
            quantile(&self.impact, (u / p).min(1.0))
        } else if u <= below + at_zero + (1.0 - p) {
            0.0
        } else {
            // From above, so that the upper tail keeps its digits.
            quantile(&self.impact, (1.0 - (1.0 - u) / p).clamp(0.0, 1.0))
        }
    }
}
