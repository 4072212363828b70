//! Quantiles of Student's t and of the binomial, for intervals.

use crate::math::normal;

/// Degrees of freedom from which the expansion about the normal is exact to double precision.
const LARGE: f64 = 1e5;

/// Regularized incomplete beta function I_x(a, b), with `y` = 1 - x given so that neither end loses digits.
///
/// The continued fraction by Lentz's method (Numerical Recipes 6.4; DLMF 8.17.22).
fn incomplete_beta(a: f64, b: f64, x: f64, y: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if y <= 0.0 {
        return 1.0;
    }
    let ln_beta = libm::lgamma(a) + libm::lgamma(b) - libm::lgamma(a + b);
    let front = libm::exp(a * libm::log(x) + b * libm::log(y) - ln_beta);
    if x < (a + 1.0) / (a + b + 2.0) {
        front * beta_fraction(a, b, x) / a
    } else {
        1.0 - front * beta_fraction(b, a, y) / b
    }
}

fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let guard = |z: f64| if z.abs() < TINY { TINY } else { z };
    let mut numerator = 1.0;
    let mut denominator = 1.0 / guard(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = denominator;
    for step in 1..100_000_u32 {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        for term in [even, odd] {
            denominator = 1.0 / guard(1.0 + term * denominator);
            numerator = guard(1.0 + term / numerator);
            fraction *= denominator * numerator;
        }
        if (denominator * numerator - 1.0).abs() < 1e-15 {
            break;
        }
    }
    fraction
}

/// The `p`-quantile of Student's t with `dof` degrees of freedom.
///
/// `None` for a `p` outside 0 to 1 (both excluded) and for `dof` not above 0.
pub fn student_t_quantile(p: f64, dof: f64) -> Option<f64> {
    if !(p > 0.0 && p < 1.0 && dof > 0.0) {
        return None;
    }
    let tail = p.min(1.0 - p);
    let size = if dof > LARGE {
        let z = falling_root(tail, |z| {
            0.5 * libm::erfc(z * std::f64::consts::FRAC_1_SQRT_2)
        });
        let z3 = z * z * z;
        // Abramowitz and Stegun 26.7.5.
        z + (z3 + z) / (4.0 * dof) + (5.0 * z3 * z * z + 16.0 * z3 + 3.0 * z) / (96.0 * dof * dof)
    } else {
        falling_root(tail, |t| {
            let whole = dof + t * t;
            0.5 * incomplete_beta(0.5 * dof, 0.5, dof / whole, t * t / whole)
        })
    };
    Some(if p < 0.5 { -size } else { size })
}

/// The x >= 0 at which a falling function that is 1/2 at 0 has the given value: doubling, then chords, with an end that
/// stays twice weighed down (the Illinois rule), and a bisection after a step that leaves most of the bracket.
fn falling_root(target: f64, f: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    let (mut above, mut below) = (0.5 - target, f(1.0) - target);
    while below > 0.0 && high < 1e300 {
        (low, above) = (high, below);
        high *= 2.0;
        below = f(high) - target;
    }
    let (mut halve, mut last_was_low) = (false, None);
    for _ in 0..200 {
        let width = high - low;
        let chord = low + width * (above / (above - below));
        let at = if halve || !(chord > low && chord < high) {
            f64::midpoint(low, high)
        } else {
            chord
        };
        if at <= low || at >= high || width <= 4.0 * f64::EPSILON * high {
            break;
        }
        let rest = f(at) - target;
        let is_low = rest > 0.0;
        if is_low {
            (low, above) = (at, rest);
        } else {
            (high, below) = (at, rest);
        }
        if last_was_low == Some(is_low) {
            *(if is_low { &mut below } else { &mut above }) *= 0.5;
        }
        last_was_low = Some(is_low);
        halve = high - low > 0.75 * width;
    }
    f64::midpoint(low, high)
}

/// The smallest k with P(X <= k) >= `q` for X binomial of `n` trials with probability `p`.
///
/// `None` for a `q` or a `p` outside 0 to 1 (both excluded).
pub fn binomial_quantile(q: f64, n: u64, p: f64) -> Option<u64> {
    if !(q > 0.0 && q < 1.0 && p > 0.0 && p < 1.0) {
        return None;
    }
    let enough =
        |k: u64| k >= n || incomplete_beta((n - k) as f64, (k + 1) as f64, 1.0 - p, p) >= q;
    // The expansion about the normal (Cornish and Fisher) is right to one or two.
    let z = normal::quantile(q);
    let guess = n as f64 * p
        + z * (n as f64 * p * (1.0 - p)).sqrt()
        + (z * z - 1.0) * (1.0 - 2.0 * p) / 6.0;
    let guess = (guess.max(0.0) as u64).min(n);
    let (mut low, mut high, mut step) = (guess, guess, 1);
    if enough(guess) {
        while low > 0 {
            let next = low.saturating_sub(step);
            if !enough(next) {
                low = next + 1;
                break;
            }
            (low, high) = (next, next);
            step *= 2;
        }
    } else {
        loop {
            low = high + 1;
            high = (high + step).min(n);
            if enough(high) {
                break;
            }
            step *= 2;
        }
    }
    while low < high {
        let middle = u64::midpoint(low, high);
        if enough(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Some(low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::distribution::{Binomial, ContinuousCDF as _, DiscreteCDF as _, StudentsT};

    #[test]
    fn student_t_agrees_with_tables_and_with_statrs() {
        let table = [
            (1.0, 12.706_204_736_432_1),
            (19.0, 2.093_024_054_408_26),
            (1e7, 1.959_964_221_847_1),
        ];
        for (dof, expected) in table {
            let found = student_t_quantile(0.975, dof).unwrap();
            assert!((found / expected - 1.0).abs() < 1e-9, "{dof}: {found}");
        }
        for dof in [1.0, 2.0, 4.0, 19.0, 250.0, 5e4, 9.9e4, 1.1e5] {
            let other = StudentsT::new(0.0, 1.0, dof).unwrap();
            for p in [0.001, 0.025, 0.4, 0.9, 0.995] {
                let found = student_t_quantile(p, dof).unwrap();
                assert!((other.cdf(found) - p).abs() < 1e-9, "{dof} {p}: {found}");
            }
        }
        assert_eq!(student_t_quantile(1.0, 3.0), None);
        assert_eq!(student_t_quantile(0.9, 0.0), None);
    }

    #[test]
    fn binomial_agrees_with_statrs() {
        for (n, p) in [
            (1, 0.5),
            (20, 0.05),
            (200, 0.9),
            (10_000, 0.01),
            (30_000, 0.25),
        ] {
            let other = Binomial::new(p, n).unwrap();
            for q in [0.025, 0.5, 0.975] {
                let k = binomial_quantile(q, n, p).unwrap();
                assert!(other.cdf(k) >= q - 1e-7, "{n} {p} {q}: {k}");
                assert!(k == 0 || other.cdf(k - 1) < q + 1e-7, "{n} {p} {q}: {k}");
            }
        }
        // The median of an even number of fair trials is the middle, by symmetry.
        assert_eq!(binomial_quantile(0.5, 1_000_000, 0.5), Some(500_000));
        assert_eq!(binomial_quantile(0.5, 10, 0.0), None);
    }
}
