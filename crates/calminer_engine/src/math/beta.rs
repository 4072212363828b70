//! The beta distribution on [0, 1]: density, regularised incomplete beta function and its inverse.

use std::f64::consts::PI;

use super::elementary::{exp, ln};

/// A beta distribution with shape parameters `a` and `b`, both finite and above 0 (checked by the caller).
///
/// Values come as the pair (x, 1 - x), so that neither side loses digits near its end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Beta {
    a: f64,
    b: f64,
    /// ln of the density's constant in the form that [`Self::kernel`] needs.
    scale: f64,
}

impl Beta {
    /// The distribution with shapes `a` and `b`.
    pub fn new(a: f64, b: f64) -> Self {
        let sum = a + b;
        let correction = stirling_rest(sum) - stirling_rest(a) - stirling_rest(b);
        Self {
            a,
            b,
            scale: 0.5 * ln(a / sum * b / (2.0 * PI)) + correction,
        }
    }

    /// The distribution of 1 - X.
    #[must_use]
    pub fn mirrored(&self) -> Self {
        Self {
            a: self.b,
            b: self.a,
            scale: self.scale,
        }
    }

    /// Slope and curvature of the quantile as a function of the normal score `z` at the point (x, y) that belongs to it.
    pub(crate) fn score_derivatives(&self, x: f64, y: f64, z: f64) -> (f64, f64) {
        let slope = super::normal::density(z) * x * y / self.kernel(x, y);
        (
            slope,
            slope * (-z - slope * ((self.a - 1.0) / x - (self.b - 1.0) / y)),
        )
    }

    /// ln(1 / B(a, b)).
    pub(crate) fn ln_constant(&self) -> f64 {
        let (a, b) = (self.a, self.b);
        self.scale + a * libm::log1p(b / a) + b * libm::log1p(a / b)
    }

    /// x^a y^b / B(a, b) for y = 1 - x, both inside (0, 1): the density of ln(x / y).
    ///
    /// In the saddle-point form of C. Loader, "Fast and accurate computation of binomial probabilities" (2000): the
    /// large logarithms of the plain form would cancel and cost up to six digits for heavy shapes.
    pub(crate) fn kernel(&self, x: f64, y: f64) -> f64 {
        let (a, b) = (self.a, self.b);
        let sum = a + b;
        let distance = b * x - a * y;
        let exponent = a * ln_excess(distance / a, x * (sum / a))
            + b * ln_excess(-distance / b, y * (sum / b));
        exp(exponent + self.scale)
    }

    /// Density at `x`; 0 outside [0, 1], infinite at an end whose shape is below 1.
    pub fn density(&self, x: f64) -> f64 {
        if (0.0..=1.0).contains(&x) {
            if x == 0.0 {
                return Self::density_at_end(self.a, self.b);
            }
            if x == 1.0 {
                return Self::density_at_end(self.b, self.a);
            }
            let y = 1.0 - x;
            self.kernel(x, y) / (x * y)
        } else if x.is_nan() {
            x
        } else {
            0.0
        }
    }

    fn density_at_end(own: f64, other: f64) -> f64 {
        if own > 1.0 {
            0.0
        } else if own < 1.0 {
            f64::INFINITY
        } else {
            other
        }
    }

    /// The probabilities below and above the point (x, y = 1 - x); they sum to 1, and the smaller one is accurate to
    /// about 1e-14 relative for shapes below 1e4.
    pub fn tails(&self, x: f64, y: f64) -> (f64, f64) {
        if x <= 0.0 {
            return (0.0, 1.0);
        }
        if y <= 0.0 {
            return (1.0, 0.0);
        }
        self.tails_of(x, y, self.kernel(x, y))
    }

    fn tails_of(&self, x: f64, y: f64, kernel: f64) -> (f64, f64) {
        let (a, b) = (self.a, self.b);
        // Left of this point the fraction converges fast; right of it the mirrored one does.
        if x * (a + b + 2.0) < a + 1.0 {
            let lower = kernel / continued_fraction(a, b, x);
            (lower, 1.0 - lower)
        } else {
            let upper = kernel / continued_fraction(b, a, y);
            (1.0 - upper, upper)
        }
    }

    /// Probability of a value at or below `x`.
    pub fn cdf(&self, x: f64) -> f64 {
        if x.is_nan() {
            x
        } else {
            self.tails(x, 1.0 - x).0
        }
    }

    /// The point (x, 1 - x) with probability `lower` below it and `upper` = 1 - `lower` above it.
    pub fn quantile(&self, lower: f64, upper: f64) -> (f64, f64) {
        if self.a < 1.0 || self.b < 1.0 {
            return self.steep_quantile(lower, upper);
        }
        if lower <= upper {
            let x = self.lower_quantile(lower, None);
            (x, 1.0 - x)
        } else {
            let y = self.mirrored().lower_quantile(upper, None);
            (1.0 - y, y)
        }
    }

    /// The same for shapes below 1, whose values crowd at the ends: in terms of the distance from the nearer end.
    fn steep_quantile(&self, lower: f64, upper: f64) -> (f64, f64) {
        if lower < self.tails(0.5, 0.5).0 {
            let x = self.left_quantile(lower, upper);
            (x, 1.0 - x)
        } else {
            let y = self.mirrored().left_quantile(upper, lower);
            (1.0 - y, y)
        }
    }

    /// A point x <= 1/2: Newton on the logarithm of the smaller tail against ln x, inside a bracket.
    fn left_quantile(&self, lower: f64, upper: f64) -> f64 {
        if lower <= 0.0 {
            return 0.0;
        }
        let mut x = self.left_root(lower);
        if x < 1e-290 {
            // The next term of the series is of that order beside 1.
            return x;
        }
        x = x.min(0.5);
        let (mut low, mut high) = (0.0, 0.6);
        for _ in 0..200 {
            let y = 1.0 - x;
            let kernel = self.kernel(x, y);
            let (below, above) = self.tails_of(x, y, kernel);
            let step = if lower <= upper {
                ln_ratio(lower, below) * below / kernel
            } else {
                -ln_ratio(upper, above) * above / kernel
            } * y;
            if step > 0.0 {
                low = x;
            } else {
                high = x;
            }
            if step.abs() * (1.0 + self.a + self.b) < 1e-9 {
                return x + x * step;
            }
            let mut next = if step.abs() < 0.5 {
                x + x * step
            } else {
                x * exp(step)
            };
            if !(next > low && next < high) {
                next = if low > 0.0 {
                    (low * high).sqrt()
                } else {
                    0.5 * high
                };
            }
            x = next;
        }
        x
    }

    /// The point below which probability `p` <= 1/2 lies, from a first guess where there is one.
    pub(crate) fn lower_quantile(&self, p: f64, guess: Option<f64>) -> f64 {
        if p <= 0.0 {
            return 0.0;
        }
        let (mut low, mut high) = (0.0, 1.0);
        let mut x = match guess {
            Some(guess) if guess > 0.0 && guess < 1.0 => guess,
            _ => self.left_start(p),
        };
        // Newton on ln I against ln x: the curve is concave, so a start on the left runs up to the root without ever
        // passing it, even where p is 1e-300. The bracket is for a guess from elsewhere and for the last bits.
        for _ in 0..100 {
            let y = 1.0 - x;
            let kernel = self.kernel(x, y);
            let below = self.tails_of(x, y, kernel).0;
            if below < p {
                low = x;
            } else {
                high = x;
            }
            let step = (ln_ratio(p, below) * below / kernel) * y;
            if step.abs() * (1.0 + self.a + self.b) < 1e-8 {
                // The error after a step is of the order of its square times the shapes.
                return x + x * step;
            }
            let mut next = if step.abs() < 0.5 {
                x + x * step * (1.0 + 0.5 * step)
            } else {
                x * exp(step)
            };
            if !(next > low && next < high) {
                next = 0.5 * (low + high);
            }
            x = next;
        }
        x
    }

    /// A start left of the quantile for b >= 1.
    fn left_start(&self, p: f64) -> f64 {
        self.left_root(p).clamp(1e-300, self.a / (self.a + self.b))
    }

    /// The root of x^a / (a B) = p, which lies left of the quantile for b >= 1, and is the quantile where it is tiny.
    fn left_root(&self, p: f64) -> f64 {
        let (a, b) = (self.a, self.b);
        let sum = a + b;
        // ln(a B) from the constant: 1 / B = exp(scale) sum^sum / (a^a b^b).
        let ln_beta = a * ln(a / sum) + b * ln(b / sum) - self.scale;
        exp((ln(p) + ln(a) + ln_beta) / a)
    }
}

/// ln(to / from), exact to the last digits where both are close.
pub(super) fn ln_ratio(to: f64, from: f64) -> f64 {
    let change = (to - from) / from;
    if change.abs() < 0.5 {
        libm::log1p(change)
    } else {
        ln(to / from)
    }
}

/// ln(1 + t) - t without cancellation; `one_plus` is 1 + t, given so that it keeps its digits near 0.
pub(super) fn ln_excess(t: f64, one_plus: f64) -> f64 {
    if t.abs() > 0.5 {
        return ln(one_plus) - t;
    }
    let s = t / (2.0 + t);
    let square = s * s;
    let (mut sum, mut power, mut odd) = (0.0, 1.0, 3.0);
    // |s| <= 1/3: at most 18 terms.
    while power > 1e-18 {
        sum += power / odd;
        power *= square;
        odd += 2.0;
    }
    2.0 * s * square * sum - t * s
}

/// What Stirling's formula leaves: ln Gamma(x) - ((x - 1/2) ln x - x + ln(2 pi) / 2), for x > 0.
pub(super) fn stirling_rest(x: f64) -> f64 {
    let mut x = x;
    let mut rest = 0.0;
    while x < 16.0 {
        // From x to x + 1 the rest changes by (x + 1/2) ln(1 + 1/x) - 1.
        rest += (x + 0.5) * libm::log1p(1.0 / x) - 1.0;
        x += 1.0;
    }
    let square = x * x;
    let series = 1.0 / 1188.0 - 691.0 / 360_360.0 / square;
    let series = -1.0 / 1680.0 + series / square;
    let series = 1.0 / 1260.0 + series / square;
    let series = -1.0 / 360.0 + series / square;
    rest + (1.0 / 12.0 + series / square) / x
}

/// ln Gamma(x) for x > 0, absolute error about 1e-15 times the size of its terms.
pub fn ln_gamma(x: f64) -> f64 {
    const HALF_LN_TWO_PI: f64 = 0.918_938_533_204_672_7;
    (x - 0.5) * ln(x) - x + HALF_LN_TWO_PI + stirling_rest(x)
}

/// The continued fraction K with I_x(a, b) = x^a (1 - x)^b / (B(a, b) K), by the modified Lentz method.
///
/// The even part of the classical fraction: DiDonato and Morris, "Significant digit computation of the incomplete
/// beta function ratios", ACM TOMS 18 (1992).
fn continued_fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let lambda = a * (1.0 - x) - b * x;
    let mut value = (a * (lambda + 1.0) / (a + 1.0)).max(TINY);
    let (mut above, mut below) = (value, 0.0);
    let mut n = 1.0;
    // The count grows with the square root of the larger shape; the bound is never met by shapes below 1e8.
    while n < 100_000.0 {
        let twice = a + 2.0 * n - 1.0;
        let numerator = (a + n - 1.0) / twice * ((a + b + n - 1.0) / twice) * (n * (b - n) * x * x);
        let term =
            n + n * (b - n) * x / twice + (a + n) * (lambda + 1.0 + n * (2.0 - x)) / (twice + 2.0);
        below = term + numerator * below;
        below = 1.0 / if below.abs() < TINY { TINY } else { below };
        above = term + numerator / above;
        above = if above.abs() < TINY { TINY } else { above };
        let factor = above * below;
        value *= factor;
        if (factor - 1.0).abs() <= 2e-16 {
            break;
        }
        n += 1.0;
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gamma_against_libm() {
        for step in 1..4_000 {
            let x = f64::from(step) * 0.037;
            let reference = libm::lgamma(x);
            assert!(
                (ln_gamma(x) - reference).abs() <= 1e-14 * (1.0 + reference.abs() + x),
                "{x}"
            );
        }
        assert!((ln_gamma(0.5) - 0.5 * libm::log(PI)).abs() < 1e-15);
    }

    /// For whole shapes the function is a binomial sum.
    fn binomial_tail(a: u32, b: u32, x: f64) -> f64 {
        let n = a + b - 1;
        let (mut sum, mut choose) = (0.0, 1.0);
        for j in 0..=n {
            if j >= a {
                sum += choose * libm::pow(x, f64::from(j)) * libm::pow(1.0 - x, f64::from(n - j));
            }
            choose *= f64::from(n - j) / f64::from(j + 1);
        }
        sum
    }

    #[test]
    fn incomplete_beta_of_whole_shapes() {
        for (a, b) in [(1, 1), (1, 5), (5, 1), (2, 3), (7, 4), (20, 12), (1, 30)] {
            let beta = Beta::new(f64::from(a), f64::from(b));
            for step in 1..100 {
                let x = f64::from(step) / 100.0;
                let reference = binomial_tail(a, b, x);
                assert!((beta.cdf(x) - reference).abs() < 1e-14, "{a} {b} {x}");
                let small = beta.tails(x * 1e-3, 1.0 - x * 1e-3).0;
                let reference = binomial_tail(a, b, x * 1e-3);
                assert!((small / reference - 1.0).abs() < 1e-13, "{a} {b} {x}");
            }
        }
    }

    #[test]
    fn incomplete_beta_against_statrs() {
        for (a, b) in [
            (2.6, 3.4),
            (1.8, 4.2),
            (1.000_1, 40.0),
            (350.0, 120.5),
            (0.4, 0.7),
        ] {
            let beta = Beta::new(a, b);
            for step in 1..200 {
                let x = f64::from(step) / 200.0;
                let reference = statrs::function::beta::beta_reg(a, b, x);
                assert!(
                    (beta.cdf(x) - reference).abs() < 2e-12,
                    "{a} {b} {x} {} {reference}",
                    beta.cdf(x)
                );
            }
        }
    }

    #[test]
    fn both_sides_agree_and_the_density_is_the_slope() {
        for (a, b) in [
            (1.0, 5.0),
            (2.6, 3.4),
            (4_000.0, 9_000.0),
            (400_000.0, 600_000.0),
            (1.0, 1e6),
        ] {
            let beta = Beta::new(a, b);
            let mean = a / (a + b);
            let sd = (a * b / (a + b + 1.0)).sqrt() / (a + b);
            for step in -30..=30 {
                let x = mean + sd * f64::from(step) * 0.1;
                if x <= 0.0 {
                    continue;
                }
                let (lower, upper) = beta.tails(x, 1.0 - x);
                let (mirrored_upper, mirrored_lower) = beta.mirrored().tails(1.0 - x, x);
                assert!(
                    (lower - mirrored_lower).abs() < 1e-12
                        && (upper - mirrored_upper).abs() < 1e-12
                );
                let h = sd * 1e-3;
                if x > 100.0 * h && 1.0 - x > 100.0 * h {
                    let slope = (beta.cdf(x + h) - beta.cdf(x - h)) / (2.0 * h);
                    assert!((slope / beta.density(x) - 1.0).abs() < 1e-4, "{a} {b} {x}");
                }
            }
        }
    }

    #[test]
    fn quantile_inverts() {
        for (a, b) in [
            (1.0, 5.0),
            (5.0, 1.0),
            (2.6, 3.4),
            (1.0, 1.0),
            (300.0, 7.0),
            (50_000.0, 1.5),
            (0.5, 0.3),
        ] {
            let beta = Beta::new(a, b);
            for step in 1..200 {
                let p = f64::from(step) / 200.0;
                let (x, y) = beta.quantile(p, 1.0 - p);
                let (lower, upper) = beta.tails(x, y);
                let slack = beta.density(x) * 1e-15;
                assert!((lower - p).abs() < 1e-13 + slack, "{a} {b} {p} {lower}");
                assert!((upper - (1.0 - p)).abs() < 1e-13 + slack);
            }
        }
        // A tail of 1e-300 is reached without a bracket search.
        let x = Beta::new(2.0, 3.0).quantile(1e-300, 1.0).0;
        assert!((x / libm::sqrt(1e-300 / 6.0) - 1.0).abs() < 1e-13);
        assert_eq!(Beta::new(2.0, 3.0).quantile(0.0, 1.0), (0.0, 1.0));
        assert_eq!(Beta::new(2.0, 3.0).quantile(1.0, 0.0), (1.0, 0.0));
    }

    #[test]
    fn density_at_the_ends() {
        assert_eq!(Beta::new(1.0, 5.0).density(0.0), 5.0);
        assert_eq!(Beta::new(1.0, 5.0).density(1.0), 0.0);
        assert_eq!(Beta::new(0.5, 5.0).density(0.0), f64::INFINITY);
        assert_eq!(Beta::new(2.0, 5.0).density(-0.1), 0.0);
        assert!(Beta::new(2.0, 5.0).density(f64::NAN).is_nan());
    }
}
