//! A table of values with weights.

#![expect(
    clippy::inline_always,
    reason = "these loops must be compiled inside the caller, at the processor level it has chosen"
)]

/// Values handled at once.
const CHUNK: usize = 64;
/// Up to this many values every threshold is compared, without a branch; beyond it a search is faster.
const SHORT: usize = 16;

/// A discrete law over ascending values, each with a weight above 0.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Discrete {
    values: Vec<f64>,
    probabilities: Vec<f64>,
    /// Probability at or below each value but the last, which takes all that is left: no u falls off the end.
    thresholds: Vec<f64>,
}

impl Discrete {
    /// From a table that has been checked; weights are divided by their sum.
    pub(super) fn new(values: &[f64], weights: &[f64]) -> Self {
        let mut items: Vec<(f64, f64)> = values
            .iter()
            .copied()
            .zip(weights.iter().copied())
            .filter(|&(_, weight)| weight > 0.0)
            .collect();
        items.sort_by(|a, b| a.0.total_cmp(&b.0));
        items.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            if same {
                kept.1 += later.1;
            }
            same
        });
        let sum: f64 = items.iter().map(|item| item.1).sum();
        let mut total = 0.0;
        let mut thresholds: Vec<f64> = items
            .iter()
            .map(|item| {
                total += item.1;
                total / sum
            })
            .collect();
        thresholds.pop();
        let (values, probabilities) = items
            .into_iter()
            .map(|(value, weight)| (value, weight / sum))
            .unzip();
        Self {
            values,
            probabilities,
            thresholds,
        }
    }

    pub(super) fn is_constant(&self) -> bool {
        self.values.len() == 1
    }

    pub(super) fn support(&self) -> (f64, f64) {
        let end = |value: Option<&f64>| value.copied().unwrap_or(f64::NAN);
        (end(self.values.first()), end(self.values.last()))
    }

    fn items(&self) -> impl Iterator<Item = (f64, f64)> {
        self.values
            .iter()
            .copied()
            .zip(self.probabilities.iter().copied())
    }

    pub(super) fn mean(&self) -> f64 {
        // From the first value on, so that a table of one value has exactly that mean.
        let first = self.support().0;
        first
            + self
                .items()
                .map(|(value, probability)| (value - first) * probability)
                .sum::<f64>()
    }

    pub(super) fn sd(&self) -> f64 {
        let mean = self.mean();
        self.items()
            .map(|(value, probability)| (value - mean) * (value - mean) * probability)
            .sum::<f64>()
            .sqrt()
    }

    pub(super) fn cdf(&self, x: f64) -> f64 {
        match self.values.partition_point(|&value| value <= x) {
            0 => 0.0,
            count => self.thresholds.get(count - 1).copied().unwrap_or(1.0),
        }
    }

    /// Probability of exactly `x`.
    pub(super) fn density(&self, x: f64) -> f64 {
        self.items()
            .find(|item| item.0 == x)
            .map_or(0.0, |item| item.1)
    }

    #[inline(always)]
    pub(super) fn value(&self, u: f64) -> f64 {
        self.values[self.thresholds.partition_point(|&threshold| threshold < u)]
    }

    #[inline(always)]
    pub(super) fn map(&self, values: &mut [f64]) {
        if self.values.len() > SHORT {
            for value in values {
                *value = self.value(*value);
            }
            return;
        }
        let first = self.values[0];
        for chunk in values.chunks_mut(CHUNK) {
            let mut drawn = [first; CHUNK];
            for (&threshold, &value) in self.thresholds.iter().zip(&self.values[1..]) {
                for (draw, &u) in drawn.iter_mut().zip(chunk.iter()) {
                    *draw = if threshold < u { value } else { *draw };
                }
            }
            chunk.copy_from_slice(&drawn[..chunk.len()]);
        }
    }
}
