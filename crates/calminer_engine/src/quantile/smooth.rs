//! A smooth law, whole or kept in a range, sampled from a table on the normal score.

use super::exact::{Exact, Node};
use super::table::{CELLS, Table, node_score};
use crate::math::beta::ln_gamma;
use crate::math::{Beta, Gamma, exp, ln, normal};

/// A smooth law with its table.
///
/// The table differs from the exact quantile by less than 1e-9 of the standard deviation plus the value itself, up to
/// scores of 8.2. Shapes below 0.1, whose law is nearly a step, are the exception: 1e-8 for a gamma, 2e-6 for a beta.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Smooth {
    exact: Exact,
    low: f64,
    high: f64,
    /// Probabilities of the whole law below and above `low`.
    at_low: (f64, f64),
    /// The same of `high`.
    at_high: (f64, f64),
    /// Share of the whole law inside.
    mass: f64,
    mean: f64,
    sd: f64,
    table: Table,
}

impl Smooth {
    /// The law between `low` and `high`, infinite where nothing is cut; `None` where no probability lies there.
    pub(super) fn new(exact: Exact, low: f64, high: f64) -> Option<Self> {
        let support = exact.support();
        let (low, high) = (low.max(support.0), high.min(support.1));
        if low >= high {
            return None;
        }
        let (at_low, at_high) = (exact.tails(low), exact.tails(high));
        let mass = between(at_low, at_high);
        // Below that the tails have no digits left to place values with.
        if mass.is_nan() || mass < 1e-290 {
            return None;
        }
        let nodes: Vec<Node> = (0..=CELLS)
            .map(|number| {
                let (z, lower, upper) = node_score(number);
                exact.node((at_low.0 + lower * mass, at_high.1 + upper * mass), z, mass)
            })
            .collect();
        let outer = exact.outer();
        let values: Vec<f64> = nodes
            .iter()
            .map(|node| outer.value(node.value).clamp(low, high))
            .collect();
        let (mean, sd) = moments(&exact, (low, high), (at_low, at_high), mass)
            .unwrap_or_else(|| score_moments(&values));
        Some(Self {
            exact,
            low,
            high,
            at_low,
            at_high,
            mass,
            mean,
            sd,
            table: Table::new(&nodes, outer, (low, high)),
        })
    }

    pub(super) fn mean(&self) -> f64 {
        self.mean
    }

    pub(super) fn sd(&self) -> f64 {
        self.sd
    }

    pub(super) fn support(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    pub(super) fn cdf(&self, x: f64) -> f64 {
        if x <= self.low {
            return 0.0;
        }
        if x >= self.high {
            return 1.0;
        }
        let at = self.exact.tails(x);
        let lower = between(self.at_low, at);
        let upper = between(at, self.at_high);
        let share = if lower < upper {
            lower / self.mass
        } else {
            1.0 - upper / self.mass
        };
        share.clamp(0.0, 1.0)
    }

    pub(super) fn density(&self, x: f64) -> f64 {
        if x < self.low || x > self.high {
            0.0
        } else {
            self.exact.density(x) / self.mass
        }
    }

    /// The exact quantile.
    pub(super) fn quantile(&self, u: f64) -> f64 {
        if u <= 0.0 {
            return self.low;
        }
        if u >= 1.0 {
            return self.high;
        }
        let lower = self.at_low.0 + u * self.mass;
        let upper = self.at_high.1 + (1.0 - u) * self.mass;
        self.exact.value(lower, upper).clamp(self.low, self.high)
    }

    /// Values of normal scores, from the table.
    #[inline]
    pub(super) fn map_scores(&self, scores: &mut [f64]) {
        self.table.map_scores(scores);
    }
}

/// Probability between two points, each given by the probabilities below and above it: in terms of the tail in which
/// the range lies.
fn between(low: (f64, f64), high: (f64, f64)) -> f64 {
    if high.0 <= 0.5 {
        high.0 - low.0
    } else if low.1 <= 0.5 {
        low.1 - high.1
    } else {
        1.0 - low.0 - high.1
    }
}

/// Mean and standard deviation from the values at the nodes: the trapezoidal rule over the score, which converges
/// faster than any power of the step for a smooth quantile.
fn score_moments(values: &[f64]) -> (f64, f64) {
    let weight = |number| normal::density(node_score(number).0);
    let total: f64 = (0..values.len()).map(weight).sum();
    // From the median on, so that a narrow range keeps its digits.
    let center = values[values.len() / 2];
    let average = |term: &dyn Fn(f64) -> f64| {
        let terms = values.iter().enumerate();
        terms
            .map(|(number, value)| weight(number) * term(*value))
            .sum::<f64>()
            / total
    };
    let shift = average(&|value| value - center);
    let variance = average(&|value| (value - center - shift) * (value - center - shift));
    (center + shift, variance.sqrt())
}

/// Closed forms, where they exist and keep their digits; for the rest the nodes serve.
fn moments(
    exact: &Exact,
    ends: (f64, f64),
    (at_low, at_high): ((f64, f64), (f64, f64)),
    mass: f64,
) -> Option<(f64, f64)> {
    let whole = at_low.0 == 0.0 && at_high.1 == 0.0;
    match *exact {
        Exact::Beta {
            shapes, min, max, ..
        } => beta_moments(shapes, (min, max), ends, whole, mass),
        Exact::Gamma { shape, scale, .. } if whole => Some((shape * scale, shape.sqrt() * scale)),
        Exact::Weibull { shape, scale } if shape < 1.0 => {
            let hazard = |x: f64| exp(shape * ln(x / scale));
            let power = |order: f64| {
                let law = Gamma::new(1.0 + order / shape);
                let inside = between(law.tails(hazard(ends.0)), law.tails(hazard(ends.1)));
                // Together, since the factor alone may be too large for a float.
                exp(ln_gamma(1.0 + order / shape) + ln(inside / mass))
            };
            Some(scaled(0.0, scale, power(1.0), power(2.0)))
        }
        Exact::Lognormal { mu, sigma } if sigma > 0.5 => lognormal_moments(mu, sigma, ends, mass),
        Exact::Student {
            location,
            scale,
            degrees,
            ..
        } => student_moments(exact, (location, scale, degrees), ends, mass),
        _ => None,
    }
}

/// The moments of a whole beta, and of one with steep ends of which at least one is kept: there the quantile has a
/// step that the nodes do not resolve.
fn beta_moments(
    (a, b): (f64, f64),
    (min, max): (f64, f64),
    (low, high): (f64, f64),
    whole: bool,
    mass: f64,
) -> Option<(f64, f64)> {
    let (sum, width) = (a + b, max - min);
    let center = a / sum;
    if whole {
        let sd = (center * (b / sum) / (sum + 1.0)).sqrt();
        return Some((min + width * center, width * sd));
    }
    (a.min(b) < 0.5 && (low == min || high == max)).then(|| {
        let inside = |shape: f64| {
            let law = Beta::new(shape, b);
            let tails = |x: f64| law.tails((x - min) / width, (max - x) / width);
            between(tails(low), tails(high)) / mass
        };
        let first = center * inside(a + 1.0);
        let second = center * ((a + 1.0) / (sum + 1.0)) * inside(a + 2.0);
        scaled(min, width, first, second)
    })
}

/// The moments of a wide range; a narrow one has no heavy tail, and the difference of squares would cost its digits.
fn lognormal_moments(
    mu: f64,
    sigma: f64,
    (low, high): (f64, f64),
    mass: f64,
) -> Option<(f64, f64)> {
    let (from, to) = ((ln(low) - mu) / sigma, (ln(high) - mu) / sigma);
    (to - from > 3.0).then(|| {
        let power = |order: f64| {
            let tails = |z: f64| {
                let z = z - order * sigma;
                (normal::cdf(z), normal::cdf(-z))
            };
            exp(order * mu + 0.5 * order * order * sigma * sigma)
                * (between(tails(from), tails(to)) / mass)
        };
        scaled(0.0, 1.0, power(1.0), power(2.0))
    })
}

/// Mean and standard deviation of origin + scale X from the first two moments of X.
fn scaled(origin: f64, scale: f64, first: f64, second: f64) -> (f64, f64) {
    let variance = (second - first * first).max(0.0);
    (origin + scale * first, scale * variance.sqrt())
}

/// Partial moments of Student's t, from f' = -f t (n + 1) / (n + t^2). NaN where a tail is too heavy for them.
fn student_moments(
    exact: &Exact,
    (location, scale, degrees): (f64, f64, f64),
    (low, high): (f64, f64),
    mass: f64,
) -> Option<(f64, f64)> {
    let (open_low, open_high) = (low == f64::NEG_INFINITY, high == f64::INFINITY);
    if !open_low && !open_high {
        return None;
    }
    if open_low && open_high {
        let mean = if degrees > 1.0 { location } else { f64::NAN };
        let sd = if degrees > 2.0 {
            scale * (degrees / (degrees - 2.0)).sqrt()
        } else {
            f64::NAN
        };
        return Some((mean, sd));
    }
    // From here on the nodes see all that counts.
    if degrees > 60.0 {
        return None;
    }
    let edge = |x: f64| {
        if x.is_infinite() {
            return (0.0, 0.0);
        }
        let t = (x - location) / scale;
        let first = (degrees + t * t) * exact.density(x) * scale;
        (first, t * first)
    };
    let (from, to) = (edge(low), edge(high));
    let first = if degrees > 1.0 {
        (from.0 - to.0) / (degrees - 1.0) / mass
    } else {
        f64::NAN
    };
    let second = ((from.1 - to.1) / mass + degrees) / (degrees - 2.0);
    let (mean, sd) = scaled(location, scale, first, second);
    Some((mean, if degrees > 2.0 { sd } else { f64::NAN }))
}
