//! The gamma distribution with scale 1: density, regularised incomplete gamma functions and their inverse.

use std::f64::consts::PI;

use super::beta::{ln_excess, ln_gamma, ln_ratio, stirling_rest};
use super::elementary::{exp, ln};
use super::{normal, polynomial};

/// A gamma distribution with scale 1 and a shape that is finite and above 0 (checked by the caller).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gamma {
    shape: f64,
    /// The density's constant in the form that [`Self::kernel`] needs.
    factor: f64,
}

impl Gamma {
    /// The distribution with this shape.
    pub fn new(shape: f64) -> Self {
        Self {
            shape,
            factor: (shape / (2.0 * PI)).sqrt() * exp(-stirling_rest(shape)),
        }
    }

    /// x^a e^-x / Gamma(a), which is the density of ln x, for x > 0.
    ///
    /// In the saddle-point form of C. Loader, "Fast and accurate computation of binomial probabilities" (2000), so that
    /// heavy shapes lose no digits.
    pub(crate) fn kernel(&self, x: f64) -> f64 {
        let a = self.shape;
        self.factor * exp(a * ln_excess((x - a) / a, x / a))
    }

    /// Density at `x`; 0 below 0 and at infinity, infinite at 0 for a shape below 1, NaN stays NaN.
    pub fn density(&self, x: f64) -> f64 {
        if x.is_nan() {
            x
        } else if x < 0.0 || x == f64::INFINITY {
            0.0
        } else if x > 0.0 {
            self.kernel(x) / x
        } else if self.shape > 1.0 {
            0.0
        } else if self.shape < 1.0 {
            f64::INFINITY
        } else {
            1.0
        }
    }

    /// The probabilities below and above `x`; they sum to 1, and the smaller one is accurate to about 1e-14 relative for
    /// shapes below 1e4.
    pub fn tails(&self, x: f64) -> (f64, f64) {
        if x <= 0.0 {
            return (0.0, 1.0);
        }
        if x == f64::INFINITY {
            return (1.0, 0.0);
        }
        self.tails_of(x, self.kernel(x))
    }

    fn tails_of(&self, x: f64, kernel: f64) -> (f64, f64) {
        if x < self.shape + 1.0 {
            let lower = kernel * series(self.shape, x);
            (lower, 1.0 - lower)
        } else {
            let upper = kernel * fraction(self.shape, x);
            (1.0 - upper, upper)
        }
    }

    /// The point with probability `lower` below it and `upper` = 1 - `lower` above it: 0 and infinity at the ends.
    pub fn quantile(&self, lower: f64, upper: f64) -> f64 {
        if lower <= 0.0 {
            return 0.0;
        }
        if upper <= 0.0 {
            return f64::INFINITY;
        }
        let a = self.shape;
        if a < 1.0 {
            // Beyond 1 the upper tail is nearly exponential, and a start on its left runs up to the root.
            if upper < self.tails(1.0).1 {
                self.upper_quantile(upper, 1.0)
            } else {
                self.lower_quantile(lower, 0.0)
            }
        } else {
            let z = if lower < upper {
                normal::quantile(lower)
            } else {
                -normal::quantile(upper)
            };
            // Wilson and Hilferty (1931): the cube root is nearly normal.
            let root = 1.0 - 1.0 / (9.0 * a) + z / (3.0 * a.sqrt());
            let guess = if root > 0.0 {
                a * root * root * root
            } else {
                0.0
            };
            if lower < upper {
                self.lower_quantile(lower, guess)
            } else {
                self.upper_quantile(upper, guess.max(0.1 * a))
            }
        }
    }

    /// Newton on ln P against ln x: the curve is concave, so a start on the left never passes the root.
    fn lower_quantile(&self, p: f64, guess: f64) -> f64 {
        let a = self.shape;
        // The root of x^a / Gamma(a + 1) = p lies left of the quantile.
        let left = exp((ln(p) + ln_gamma(a + 1.0)) / a);
        if left < 1e-290 {
            // The next term of the series is of that order beside 1.
            return left;
        }
        let mut x = if guess > left { guess } else { left };
        let (mut low, mut high) = (0.0, f64::INFINITY);
        for _ in 0..100 {
            let kernel = self.kernel(x);
            let below = self.tails_of(x, kernel).0;
            if below < p {
                low = x;
            } else {
                high = x;
            }
            let step = ln_ratio(p, below) * below / kernel;
            if step.abs() * (1.0 + a.sqrt()) < 1e-8 {
                return x + x * step;
            }
            let next = if step.abs() < 0.5 {
                x + x * step * (1.0 + 0.5 * step)
            } else {
                x * exp(step)
            };
            x = inside(next, low, high);
        }
        x
    }

    /// Newton on ln Q against x: nearly a straight line.
    fn upper_quantile(&self, q: f64, guess: f64) -> f64 {
        let mut x = guess;
        let (mut low, mut high) = (0.0, f64::INFINITY);
        for _ in 0..100 {
            let kernel = self.kernel(x);
            let above = self.tails_of(x, kernel).1;
            if above > q {
                low = x;
            } else {
                high = x;
            }
            let step = -ln_ratio(q, above) * above / kernel;
            if step.abs() * (1.0 + self.shape.sqrt()) < 1e-8 {
                return x + x * step;
            }
            x = inside(x + x * step, low, high);
        }
        x
    }
}

/// The next point, held inside the bracket.
fn inside(next: f64, low: f64, high: f64) -> f64 {
    if next > low && next < high {
        next
    } else if high < f64::INFINITY {
        0.5 * (low + high)
    } else {
        2.0 * low
    }
}

/// The series with P = kernel x series: DLMF 8.7.1.
fn series(a: f64, x: f64) -> f64 {
    let mut term = 1.0 / a;
    let (mut sum, mut n) = (term, 1.0);
    // About 9 sqrt(a) terms near the mean; the bound is never met by shapes below 1e8.
    while n < 200_000.0 {
        term *= x / (a + n);
        sum += term;
        if term < 1e-17 * sum {
            break;
        }
        n += 1.0;
    }
    sum
}

/// The continued fraction with Q = kernel x fraction, by the modified Lentz method: DLMF 8.9.2.
fn fraction(a: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let mut below = x + 1.0 - a;
    let mut above = 1.0 / TINY;
    let mut ratio = 1.0 / below;
    let mut value = ratio;
    let mut n = 1.0;
    while n < 200_000.0 {
        let numerator = -n * (n - a);
        below += 2.0;
        ratio = numerator * ratio + below;
        ratio = 1.0 / if ratio.abs() < TINY { TINY } else { ratio };
        above = below + numerator / above;
        above = if above.abs() < TINY { TINY } else { above };
        let factor = ratio * above;
        value *= factor;
        if (factor - 1.0).abs() <= 2e-16 {
            break;
        }
        n += 1.0;
    }
    value
}

/// The first and second derivative of ln Gamma at `x` > 0 (digamma and trigamma), relative error about 1e-14.
///
/// Recurrence up to 10 and the asymptotic series: DLMF 5.5.2, 5.11.2, 5.15.8.
pub(crate) fn ln_gamma_derivatives(x: f64) -> (f64, f64) {
    let (mut x, mut first, mut second) = (x, 0.0, 0.0);
    while x < 10.0 {
        first -= 1.0 / x;
        second += 1.0 / (x * x);
        x += 1.0;
    }
    let inverse = 1.0 / (x * x);
    let series = polynomial(
        &[
            1.0 / 12.0,
            -1.0 / 120.0,
            1.0 / 252.0,
            -1.0 / 240.0,
            1.0 / 132.0,
            -691.0 / 32_760.0,
        ],
        inverse,
    );
    first += ln(x) - 0.5 / x - inverse * series;
    let series = polynomial(
        &[
            1.0 / 6.0,
            -1.0 / 30.0,
            1.0 / 42.0,
            -1.0 / 30.0,
            5.0 / 66.0,
            -691.0 / 2_730.0,
        ],
        inverse,
    );
    second += (1.0 + 0.5 / x + inverse * series) / x;
    (first, second)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// mpmath 1.3, `gammainc(a, 0, x, regularized=True)` and its complement with 40 digits.
    const TABLE: [(f64, f64, f64, f64); 16] = [
        (
            0.001,
            0.002,
            0.994_375_664_625_567_5,
            0.005_624_335_374_432_553,
        ),
        (
            0.001,
            4.0,
            0.999_996_212_546_521,
            3.787_453_478_910_333_5e-6,
        ),
        (
            0.05,
            0.6,
            0.976_569_616_477_516_5,
            0.023_430_383_522_483_474,
        ),
        (
            0.05,
            16.0,
            0.999_999_999_607_123_4,
            3.928_765_891_501_717e-10,
        ),
        (
            0.5,
            0.002,
            0.050_429_028_848_894_91,
            0.949_570_971_151_105_1,
        ),
        (0.5, 16.0, 0.999_999_984_582_742_1, 1.541_725_790_028_002e-8),
        (
            2.5,
            0.002_5,
            9.386_384_682_948_061e-8,
            0.999_999_906_136_153_2,
        ),
        (2.5, 2.5, 0.584_119_813_004_492_1, 0.415_880_186_995_507_9),
        (2.5, 20.0, 0.999_999_850_663_21, 1.493_367_900_050_395_2e-7),
        (30.0, 0.03, 7.539_962_882_635_467e-79, 1.0),
        (30.0, 27.0, 0.306_534_545_472_157_4, 0.693_465_454_527_842_6),
        (
            30.0,
            60.0,
            0.999_993_123_735_031_3,
            6.876_264_968_732_097e-6,
        ),
        (30.0, 240.0, 1.0, 8.027_134_080_946_542e-67),
        (1_000.0, 300.0, 2.414_920_148_296_785_6e-221, 1.0),
        (
            1_000.0,
            1_000.0,
            0.504_205_244_180_215_5,
            0.495_794_755_819_784_5,
        ),
        (1_000.0, 2_000.0, 1.0, 6.847_349_459_614_753e-136),
    ];

    #[test]
    fn incomplete_gamma_of_the_table() {
        for (shape, x, lower, upper) in TABLE {
            let (below, above) = Gamma::new(shape).tails(x);
            let (found, expected) = if lower < upper {
                (below, lower)
            } else {
                (above, upper)
            };
            // The exponential of -500 has lost three digits.
            let allowed = if shape < 0.1 || expected < 1e-100 {
                1e-12
            } else {
                1e-13
            };
            assert!(
                (found / expected - 1.0).abs() < allowed,
                "{shape} {x}: {found:e} {expected:e}"
            );
            assert!((below + above - 1.0).abs() < 1e-15);
        }
    }

    /// digamma(1) = -gamma, digamma(1/2) = -gamma - 2 ln 2, trigamma(1) = pi^2 / 6, trigamma(1/2) = pi^2 / 2: DLMF 5.4.
    #[test]
    fn derivatives_of_the_logarithm() {
        const EULER: f64 = 0.577_215_664_901_532_9;
        let close =
            |found: f64, expected: f64| assert!((found - expected).abs() < 2e-14 * expected.abs());
        let (first, second) = ln_gamma_derivatives(1.0);
        close(first, -EULER);
        close(second, PI * PI / 6.0);
        let (first, second) = ln_gamma_derivatives(0.5);
        close(first, -EULER - 2.0 * std::f64::consts::LN_2);
        close(second, PI * PI / 2.0);
        // Of a large argument: ln x - 1 / (2 x) and 1 / x + 1 / (2 x^2).
        let (first, second) = ln_gamma_derivatives(1e9);
        close(first, libm::log(1e9) - 0.5e-9);
        close(second, 1e-9 + 0.5e-18);
    }

    #[test]
    fn quantile_inverts() {
        for shape in [0.001, 0.05, 0.5, 1.0, 1.7, 30.0, 1_000.0, 1e6] {
            let gamma = Gamma::new(shape);
            for step in 1..60 {
                for tail in [f64::from(step) / 60.0, exp(-f64::from(step))] {
                    let x = gamma.quantile(tail, 1.0 - tail);
                    if x > 1e-280 {
                        let found = gamma.tails(x).0;
                        assert!((found / tail - 1.0).abs() < 3e-12, "{shape} {tail} {found}");
                    }
                    let x = gamma.quantile(1.0 - tail, tail);
                    if x > 1e-280 {
                        let found = gamma.tails(x).1;
                        assert!((found / tail - 1.0).abs() < 3e-12, "{shape} {tail} {found}");
                    }
                }
            }
            assert_eq!(gamma.quantile(0.0, 1.0), 0.0);
            assert_eq!(gamma.quantile(1.0, 0.0), f64::INFINITY);
        }
        // Exponential: Q = e^-x.
        assert!(
            (Gamma::new(1.0).quantile(1.0, 1e-300) / 690.775_527_898_213_7 - 1.0).abs() < 1e-14
        );
    }

    #[test]
    fn density_is_the_slope_and_known_at_zero() {
        for shape in [0.3, 1.0, 2.5, 40.0, 1e5] {
            let gamma = Gamma::new(shape);
            for factor in [0.8, 0.95, 1.0, 1.05, 1.2] {
                let x = shape * factor;
                let h = x * 1e-5;
                let slope = (gamma.tails(x + h).0 - gamma.tails(x - h).0) / (2.0 * h);
                if gamma.density(x) * shape.sqrt() > 1e-3 {
                    assert!((slope / gamma.density(x) - 1.0).abs() < 1e-4, "{shape} {x}");
                }
            }
        }
        let at_zero = |shape| Gamma::new(shape).density(0.0);
        assert_eq!(at_zero(0.5), f64::INFINITY);
        assert!(at_zero(1.0) == 1.0 && at_zero(2.0) == 0.0);
    }
}
