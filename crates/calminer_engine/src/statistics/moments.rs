//! Mean, variance, skewness and kurtosis without cancellation.

#![expect(
    clippy::inline_always,
    reason = "only what is inlined is compiled for the level of the processor"
)]

use serde::{Deserialize, Serialize};

use crate::level::{self, Work};

/// Values of one partial result. Partials are merged in order, so the bits depend on the values alone.
const BLOCK: usize = 512;

/// Moments of a column: count, mean, sums of powers of the deviations, smallest and largest value.
///
/// An empty column has count 0 and no figure. Values must be finite.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Moments {
    count: u64,
    mean: f64,
    m2: f64,
    m3: f64,
    m4: f64,
    smallest: f64,
    largest: f64,
}

impl Default for Moments {
    fn default() -> Self {
        Self {
            count: 0,
            mean: 0.0,
            m2: 0.0,
            m3: 0.0,
            m4: 0.0,
            smallest: f64::INFINITY,
            largest: f64::NEG_INFINITY,
        }
    }
}

struct OfBlocks<'a> {
    values: &'a [f64],
}

impl Work for OfBlocks<'_> {
    type Output = Moments;

    #[inline(always)]
    fn run(self) -> Moments {
        let mut whole = Moments::default();
        for block in self.values.chunks(BLOCK) {
            whole.merge(&Moments::of_block(block));
        }
        whole
    }
}

impl Moments {
    /// Moments of a column, in blocks of fixed length merged in order.
    pub fn of(values: &[f64]) -> Self {
        level::at_best(OfBlocks { values })
    }

    /// Two passes over a block, shifted by its first value: equal values have variance 0 exactly.
    #[inline(always)]
    fn of_block(block: &[f64]) -> Self {
        let Some(&shift) = block.first() else {
            return Self::default();
        };
        let n = block.len() as f64;
        let mean_shift = sum_block(block, |x| x - shift) / n;
        let deviation = |x: f64| (x - shift) - mean_shift;
        let mut sums = [[0.0; LANES]; 3];
        let mut smallest = [f64::INFINITY; LANES];
        let mut largest = [f64::NEG_INFINITY; LANES];
        let (lanes, rest) = block.as_chunks::<LANES>();
        let mut add = |lane: usize, x: f64| {
            let d = deviation(x);
            let square = d * d;
            sums[0][lane] += square;
            sums[1][lane] += square * d;
            sums[2][lane] += square * square;
            smallest[lane] = if x < smallest[lane] {
                x
            } else {
                smallest[lane]
            };
            largest[lane] = if x > largest[lane] { x } else { largest[lane] };
        };
        for chunk in lanes {
            for (lane, &x) in chunk.iter().enumerate() {
                add(lane, x);
            }
        }
        for (lane, &x) in rest.iter().enumerate() {
            add(lane, x);
        }
        Self {
            count: block.len() as u64,
            mean: shift + mean_shift,
            m2: fold(&sums[0]),
            m3: fold(&sums[1]),
            m4: fold(&sums[2]),
            smallest: smallest.into_iter().fold(f64::INFINITY, f64::min),
            largest: largest.into_iter().fold(f64::NEG_INFINITY, f64::max),
        }
    }

    /// Takes in the values of another part of the column, which must come next in order. (Pebay 2008.)
    pub fn merge(&mut self, next: &Self) {
        if next.count == 0 {
            return;
        }
        if self.count == 0 {
            *self = *next;
            return;
        }
        let (na, nb) = (self.count as f64, next.count as f64);
        let n = na + nb;
        let delta = next.mean - self.mean;
        let (ra, rb) = (na / n, nb / n);
        let d2 = delta * delta;
        let product = d2 * na * rb;
        self.m4 += next.m4
            + product * d2 * (ra * ra - ra * rb + rb * rb)
            + 6.0 * d2 * (ra * ra * next.m2 + rb * rb * self.m2)
            + 4.0 * delta * (ra * next.m3 - rb * self.m3);
        self.m3 +=
            next.m3 + product * delta * (ra - rb) + 3.0 * delta * (ra * next.m2 - rb * self.m2);
        self.m2 += next.m2 + product;
        self.mean += delta * rb;
        self.count += next.count;
        self.smallest = self.smallest.min(next.smallest);
        self.largest = self.largest.max(next.largest);
    }

    /// Number of values.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Arithmetic mean; `None` for no values.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then_some(self.mean).and_then(finite)
    }

    /// Variance with n - 1; `None` for fewer than two values, and for values whose squares are beyond all numbers.
    pub fn variance(&self) -> Option<f64> {
        if self.count < 2 {
            return None;
        }
        finite(self.m2 / (self.count - 1) as f64)
    }

    /// Standard deviation with n - 1; `None` as for the variance.
    pub fn sd(&self) -> Option<f64> {
        self.variance().map(f64::sqrt)
    }

    /// Bias-corrected skewness G1; `None` for fewer than three values or values that do not vary.
    pub fn skewness(&self) -> Option<f64> {
        if self.count < 3 || self.m2 <= 0.0 {
            return None;
        }
        let n = self.count as f64;
        let biased = n.sqrt() * (self.m3 / self.m2) / self.m2.sqrt();
        finite(biased * (n * (n - 1.0)).sqrt() / (n - 2.0))
    }

    /// Bias-corrected excess kurtosis G2, 0 for a normal; `None` for fewer than four values or values that do not vary.
    pub fn excess_kurtosis(&self) -> Option<f64> {
        if self.count < 4 || self.m2 <= 0.0 {
            return None;
        }
        let n = self.count as f64;
        let biased = n * (self.m4 / self.m2) / self.m2 - 3.0;
        finite((n - 1.0) / ((n - 2.0) * (n - 3.0)) * ((n + 1.0) * biased + 6.0))
    }

    /// Fourth central moment, for the error of the standard deviation; `None` for no values.
    pub(super) fn fourth_central(&self) -> Option<f64> {
        (self.count > 0).then(|| self.m4 / self.count as f64)
    }

    /// Smallest value; `None` for no values.
    pub fn min(&self) -> Option<f64> {
        (self.count > 0).then_some(self.smallest)
    }

    /// Largest value; `None` for no values.
    pub fn max(&self) -> Option<f64> {
        (self.count > 0).then_some(self.largest)
    }
}

fn finite(x: f64) -> Option<f64> {
    x.is_finite().then_some(x)
}

/// Accumulators of one block, wide enough to hide the time of an addition.
const LANES: usize = 8;

/// Sum in a shape fixed by the number of values: lanes inside blocks, blocks in pairs. 0 for no values.
pub fn sum(values: &[f64]) -> f64 {
    sum_by(values, |x| x)
}

/// As [`sum`], of a function of each value.
pub(super) fn sum_by(values: &[f64], f: impl Fn(f64) -> f64 + Copy) -> f64 {
    if values.len() > BLOCK {
        // The left part is a whole number of blocks, half of them.
        let half = values.len().div_ceil(2 * BLOCK) * BLOCK;
        let (left, right) = values.split_at(half);
        return sum_by(left, f) + sum_by(right, f);
    }
    level::at_best(BlockSum { values, f })
}

struct BlockSum<'a, F> {
    values: &'a [f64],
    f: F,
}

impl<F: Fn(f64) -> f64> Work for BlockSum<'_, F> {
    type Output = f64;

    #[inline(always)]
    fn run(self) -> f64 {
        sum_block(self.values, self.f)
    }
}

/// The sum of one block in lanes.
#[inline(always)]
fn sum_block(values: &[f64], f: impl Fn(f64) -> f64) -> f64 {
    let mut lanes = [0.0; LANES];
    let (chunks, rest) = values.as_chunks::<LANES>();
    for chunk in chunks {
        for (lane, &x) in lanes.iter_mut().zip(chunk) {
            *lane += f(x);
        }
    }
    for (lane, &x) in lanes.iter_mut().zip(rest) {
        *lane += f(x);
    }
    fold(&lanes)
}

/// Sum of the products of two columns of one length, in the shape of [`sum`].
pub(super) fn sum_of_products(a: &[f64], b: &[f64]) -> f64 {
    if a.len() > BLOCK && a.len() == b.len() {
        let half = a.len().div_ceil(2 * BLOCK) * BLOCK;
        let ((a, c), (b, d)) = (a.split_at(half), b.split_at(half));
        return sum_of_products(a, b) + sum_of_products(c, d);
    }
    let mut lanes = [0.0; LANES];
    let (left, left_rest) = a.as_chunks::<LANES>();
    let (right, right_rest) = b.as_chunks::<LANES>();
    for (x, y) in left.iter().zip(right) {
        for lane in 0..LANES {
            lanes[lane] += x[lane] * y[lane];
        }
    }
    for ((lane, x), y) in lanes.iter_mut().zip(left_rest).zip(right_rest) {
        *lane += x * y;
    }
    fold(&lanes)
}

fn fold(lanes: &[f64; LANES]) -> f64 {
    let pairs = [0, 1, 2, 3].map(|k| lanes[k] + lanes[k + 4]);
    (pairs[0] + pairs[2]) + (pairs[1] + pairs[3])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variance_of_large_values_does_not_cancel() {
        let large = Moments::of(&[1e9 + 4.0, 1e9 + 7.0, 1e9 + 13.0, 1e9 + 16.0]);
        assert_eq!(large.variance(), Some(30.0));
        let larger = Moments::of(&[1e12 - 1.0, 1e12 + 1.0]);
        assert_eq!(larger.variance(), Some(2.0));
    }

    #[test]
    fn few_values_have_few_figures() {
        let none = Moments::of(&[]);
        assert_eq!((none.mean(), none.min(), none.sd()), (None, None, None));
        let one = Moments::of(&[42.0]);
        assert_eq!(
            (one.mean(), one.max(), one.sd()),
            (Some(42.0), Some(42.0), None)
        );
        let zero_mean = Moments::of(&[-1.0, 0.0, 1.0]);
        assert_eq!((zero_mean.mean(), zero_mean.sd()), (Some(0.0), Some(1.0)));
        assert_eq!(zero_mean.skewness(), Some(0.0));
        assert_eq!(zero_mean.excess_kurtosis(), None);
    }

    #[test]
    fn a_constant_has_variance_zero_exactly() {
        for n in [2, 511, 512, 513, 10_000] {
            let constant = Moments::of(&vec![192.53; n]);
            assert_eq!(constant.variance(), Some(0.0));
            assert_eq!(constant.skewness(), None);
        }
    }

    #[test]
    fn skewness_and_kurtosis_of_a_small_sample() {
        // 2, 3, 5, 8, 13: spreadsheet SKEW and KURT.
        let m = Moments::of(&[2.0, 3.0, 5.0, 8.0, 13.0]);
        assert!(
            (m.skewness().unwrap() - 1.008_716_781_2).abs() < 1e-9,
            "{m:?}"
        );
        assert!(
            (m.excess_kurtosis().unwrap() - 0.267_206_060_4).abs() < 1e-9,
            "{m:?}"
        );
    }

    #[test]
    fn merged_parts_equal_the_whole() {
        let values: Vec<f64> = (0..5000)
            .map(|k| f64::from(k % 977) * 1.7 - 300.0)
            .collect();
        let whole = Moments::of(&values);
        let mut parts = Moments::of(&values[..1536]);
        parts.merge(&Moments::of(&values[1536..]));
        assert!((parts.mean - whole.mean).abs() < 1e-12 * whole.mean.abs());
        assert!((parts.m4 / whole.m4 - 1.0).abs() < 1e-12);
        assert!((parts.m3 / whole.m3 - 1.0).abs() < 1e-9);
    }
}
