//! Present value as a function of the growth factor, and all its roots.
//!
//! With growth q a step, the value is f(q) = sum c_i q^(-t_i). Between two terms of opposite sign there is an s for
//! which d/dq (q^s f) has one sign change less, and between two neighboring roots of that derivative q^s f is monotone.
//! So the roots of a sum with V sign changes follow from the roots of one with V - 1, down to none: no grid, no missed
//! pair. (Laguerre's proof of the rule of signs, used as an algorithm.)

use super::time_grid::TimeGrid;

/// Flows smaller than this share of the largest are rounding dust; they would add roots far from any real rate.
const DUST: f64 = 8.0 * f64::EPSILON;

/// A value within this share of the sum of its terms' sizes is zero to double precision.
const NOISE: f64 = 2.0 * f64::EPSILON;

/// Bisection alone needs about 60 steps over the widest bracket.
const MAX_STEPS: usize = 200;

/// A root of the sum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Root {
    /// Growth factor a step.
    pub(super) growth: f64,
    /// Whether the value goes from above zero to below zero as the growth rises.
    pub(super) falling: bool,
}

/// sum c_i q^(-t_i), times ascending from 0, coefficients scaled to a largest size of 1.
#[derive(Debug, Clone)]
pub(super) struct ExponentialSum {
    times: Vec<f64>,
    coefficients: Vec<f64>,
    /// Times are 0, 1, 2, ...: the value is a polynomial.
    whole_steps: bool,
}

impl ExponentialSum {
    /// The sum on a grid of steps. `None` when a flow is not finite.
    pub(super) fn on_grid(flows: &[f64], grid: &TimeGrid) -> Option<Self> {
        let mut coefficients = vec![0.0; grid.last + 1];
        let mut sizes = vec![0.0; grid.last + 1];
        for (&flow, exponent) in flows.iter().zip(&grid.exponents) {
            if let Some(k) = *exponent {
                coefficients[k] += flow;
                sizes[k] += flow.abs();
            }
        }
        let times = (0..=grid.last).map(|k| k as f64).collect();
        Self::cleaned(times, coefficients, &sizes, true)
    }

    /// The sum over any times, a step being one year. Sunk flows must be left out. `None` when a flow or a time is not finite.
    pub(super) fn on_dates(dated: &[(f64, f64)]) -> Option<Self> {
        if !dated.iter().all(|&(t, _)| t.is_finite()) {
            return None;
        }
        let mut ordered = dated.to_vec();
        ordered.sort_by(|a, b| a.0.total_cmp(&b.0));
        let first = ordered.first().map_or(0.0, |&(t, _)| t);
        let (mut times, mut coefficients, mut sizes) = (Vec::new(), Vec::new(), Vec::new());
        for (t, flow) in ordered {
            let t = t - first;
            if times.last() != Some(&t) {
                times.push(t);
                coefficients.push(0.0);
                sizes.push(0.0);
            }
            let k = times.len() - 1;
            coefficients[k] += flow;
            sizes[k] += flow.abs();
        }
        Self::cleaned(times, coefficients, &sizes, false)
    }

    /// Flows that cancel at one time, and dust, become exact zeros; the rest is scaled.
    fn cleaned(
        times: Vec<f64>,
        mut coefficients: Vec<f64>,
        sizes: &[f64],
        whole_steps: bool,
    ) -> Option<Self> {
        if !sizes.iter().all(|size| size.is_finite()) {
            return None;
        }
        let largest = largest_size(&coefficients);
        for (c, &size) in coefficients.iter_mut().zip(sizes) {
            if c.abs() <= DUST * size || c.abs() <= DUST * largest {
                *c = 0.0;
            }
        }
        let mut sum = Self {
            times,
            coefficients,
            whole_steps,
        };
        sum.scale();
        Some(sum)
    }

    /// Divides by the largest size: the roots do not depend on the unit of money.
    fn scale(&mut self) {
        let largest = largest_size(&self.coefficients);
        if largest > 0.0 {
            for c in &mut self.coefficients {
                *c /= largest;
            }
        }
    }

    /// Sign of the first flow that is not zero: -1, 0 or 1.
    pub(super) fn first_sign(&self) -> i8 {
        self.nonzero().next().map_or(0, |(_, c)| sign(c))
    }

    /// Sign of the last flow that is not zero: -1, 0 or 1.
    pub(super) fn last_sign(&self) -> i8 {
        self.nonzero().last().map_or(0, |(_, c)| sign(c))
    }

    fn nonzero(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        let terms = self.times.iter().zip(&self.coefficients);
        terms.map(|(&t, &c)| (t, c)).filter(|&(_, c)| c != 0.0)
    }

    fn sign_changes(&self) -> usize {
        let (mut changes, mut last) = (0, 0.0);
        for (_, c) in self.nonzero() {
            changes += usize::from(c * last < 0.0);
            last = c;
        }
        changes
    }

    /// Value and slope in the variable of [`variable`], scaled by a positive power so that neither can overflow.
    fn value_and_slope(&self, growth: f64) -> (f64, f64) {
        let x = variable(growth);
        if !self.whole_steps {
            return self.value_and_slope_by_powers(growth, x);
        }
        let (mut value, mut slope) = (0.0, 0.0);
        let mut add = |c: f64| {
            slope = slope * x + value;
            value = value * x + c;
        };
        if growth >= 1.0 {
            self.coefficients.iter().rev().for_each(|&c| add(c));
        } else {
            self.coefficients.iter().for_each(|&c| add(c));
        }
        (value, slope)
    }

    fn value_and_slope_by_powers(&self, growth: f64, x: f64) -> (f64, f64) {
        let (mut value, mut slope) = (0.0, 0.0);
        for (t, c) in self.nonzero() {
            let exponent = self.exponent(growth, t);
            let term = c * libm::pow(x, exponent);
            value += term;
            slope += term * exponent / x;
        }
        (value, slope)
    }

    fn exponent(&self, growth: f64, t: f64) -> f64 {
        if growth >= 1.0 {
            t
        } else {
            self.times.last().copied().unwrap_or(0.0) - t
        }
    }

    /// Sum of the terms' sizes, the yardstick of rounding.
    fn size(&self, growth: f64) -> f64 {
        let sizes = Self {
            times: self.times.clone(),
            coefficients: self.coefficients.iter().map(|c| c.abs()).collect(),
            whole_steps: self.whole_steps,
        };
        sizes.value_and_slope(growth).0
    }

    /// Sign of the value: 0 where it cannot be told from zero in double precision.
    pub(super) fn sign_at(&self, growth: f64) -> i8 {
        let value = self.value_and_slope(growth).0;
        let count = self.coefficients.len() as f64;
        if value.abs() > NOISE * count {
            return sign(value);
        }
        if value.abs() <= NOISE * self.size(growth) {
            0
        } else {
            sign(value)
        }
    }

    /// A sum with one sign change less, whose roots hold the stationary points of q^s f for an s between two terms.
    fn reduced(&self) -> Self {
        let mut last: Option<(f64, f64)> = None;
        let mut shift = 0.0;
        for (t, c) in self.nonzero() {
            if let Some((before, d)) = last
                && d * c < 0.0
            {
                shift = f64::midpoint(before, t);
                break;
            }
            last = Some((t, c));
        }
        let mut reduced = self.clone();
        for (c, &t) in reduced.coefficients.iter_mut().zip(&self.times) {
            *c *= t - shift;
        }
        reduced.scale();
        reduced
    }

    /// All roots in `(low, high]`, ascending.
    pub(super) fn roots(&self, low: f64, high: f64) -> Vec<Root> {
        let changes = self.sign_changes();
        if changes == 0 {
            return Vec::new();
        }
        let mut points = vec![low];
        if changes > 1 {
            let stationary = self.reduced().roots(low, high);
            points.extend(stationary.iter().map(|root| root.growth));
        }
        if points.last() != Some(&high) {
            points.push(high);
        }
        let signs: Vec<i8> = points.iter().map(|&q| self.sign_at(q)).collect();
        let mut roots = Vec::new();
        for k in 1..points.len() {
            let (before, here) = (signs[k - 1], signs[k]);
            if here == 0 {
                let after = signs.get(k + 1).copied().unwrap_or(-1);
                roots.push(Root {
                    growth: points[k],
                    falling: before > 0 && after < 0,
                });
            } else if before * here < 0 {
                roots.push(Root {
                    growth: self.solve(points[k - 1], points[k], before),
                    falling: before > 0,
                });
            }
        }
        roots
    }

    /// The root in a bracket with a sign change: Newton's method, bisection where it leaves the bracket or is slow.
    fn solve(&self, low: f64, high: f64, sign_low: i8) -> f64 {
        let (mut low, mut high) = (low, high);
        // The middle in the sense of compounding; a rate near 0 is the likeliest.
        let mut growth = if low < 1.0 && high > 1.0 {
            1.0
        } else {
            (low * high).sqrt()
        };
        let mut last_move = high - low;
        for _ in 0..MAX_STEPS {
            let (value, slope) = self.value_and_slope(growth);
            if value == 0.0 {
                return growth;
            }
            if sign(value) == sign_low {
                low = growth;
            } else {
                high = growth;
            }
            let x = variable(growth);
            let next = growth_of(growth, x - value / slope);
            let newton = next > low && next < high && (next - growth).abs() <= 0.75 * last_move;
            let next = if newton { next } else { (low * high).sqrt() };
            last_move = (next - growth).abs();
            growth = next;
            if last_move <= f64::EPSILON * growth {
                break;
            }
        }
        growth
    }
}

/// The variable in which the sum is evaluated: 1/q at and above 1, q below, so that every power is at most 1.
fn variable(growth: f64) -> f64 {
    if growth >= 1.0 { 1.0 / growth } else { growth }
}

/// Back from a value of [`variable`] near `growth`.
fn growth_of(growth: f64, x: f64) -> f64 {
    if growth >= 1.0 { 1.0 / x } else { x }
}

fn sign(value: f64) -> i8 {
    i8::from(value > 0.0) - i8::from(value < 0.0)
}

fn largest_size(values: &[f64]) -> f64 {
    values
        .iter()
        .fold(0.0, |largest: f64, v| largest.max(v.abs()))
}
