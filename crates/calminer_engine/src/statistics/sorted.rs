//! Ordering of samples.

use super::percentile::percentile_sorted;
use calminer_domain::PercentileDefinition;

/// An unsigned integer that orders as the number does: -infinity first, NaN of positive sign last.
fn key(x: f64) -> u64 {
    let bits = x.to_bits();
    if bits >> 63 == 1 {
        !bits
    } else {
        bits | (1 << 63)
    }
}

fn value(key: u64) -> f64 {
    f64::from_bits(if key >> 63 == 1 {
        key & !(1 << 63)
    } else {
        !key
    })
}

/// Sorts ascending, in the order of `total_cmp`, by integer keys: about a third faster than comparing numbers.
pub fn sort_values(values: &mut [f64]) {
    let mut keys: Vec<u64> = values.iter().map(|&x| key(x)).collect();
    keys.sort_unstable();
    for (x, &k) in values.iter_mut().zip(&keys) {
        *x = value(k);
    }
}

/// A sample without NaN in ascending order, with its replicates ordered too.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OrderedSample {
    /// All values, ascending. Infinities are kept.
    pub all: Vec<f64>,
    /// The values of each replicate, ascending; empty without replicates.
    pub replicates: Vec<Vec<f64>>,
}

impl OrderedSample {
    /// Orders `values`; NaN is left out.
    pub fn of(values: &[f64]) -> Self {
        Self::of_replicates(values, &[])
    }

    /// Orders `values` that consist of replicates of the given `sizes`, one after the other.
    ///
    /// Values beyond the sizes belong to no replicate but to the sample.
    pub fn of_replicates(values: &[f64], sizes: &[usize]) -> Self {
        let mut replicates = Vec::with_capacity(sizes.len());
        let mut keys = Vec::with_capacity(values.len());
        let mut rest = values;
        for &size in sizes {
            let (replicate, after) = rest.split_at(size.min(rest.len()));
            let from = keys.len();
            keys.extend(replicate.iter().filter(|x| !x.is_nan()).map(|&x| key(x)));
            keys[from..].sort_unstable();
            replicates.push(keys[from..].iter().map(|&k| value(k)).collect());
            rest = after;
        }
        keys.extend(rest.iter().filter(|x| !x.is_nan()).map(|&x| key(x)));
        if sizes.is_empty() {
            keys.sort_unstable();
        } else {
            merge_runs(&mut keys);
        }
        Self {
            all: keys.into_iter().map(value).collect(),
            replicates,
        }
    }

    /// The `p`-quantile of the whole sample.
    pub fn percentile(&self, p: f64, kind: PercentileDefinition) -> Option<f64> {
        percentile_sorted(&self.all, p, kind)
    }
}

/// Sorts keys that consist of a few ordered runs.
#[expect(
    clippy::stable_sort_primitive,
    reason = "the stable sort finds the ordered runs and merges them; the unstable one starts anew"
)]
fn merge_runs(keys: &mut [u64]) {
    keys.sort();
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn keys_sort_as_numbers_do(values in prop::collection::vec(any::<f64>(), 0..200)) {
            let mut by_keys = values.clone();
            sort_values(&mut by_keys);
            let mut by_numbers = values;
            by_numbers.sort_by(f64::total_cmp);
            let bits = |v: &[f64]| v.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
            prop_assert_eq!(bits(&by_keys), bits(&by_numbers));
        }

        #[test]
        fn replicates_change_nothing_in_the_whole(
            values in prop::collection::vec(-1e3..1e3_f64, 0..200), size in 1_usize..60,
        ) {
            let sizes = vec![size; values.len() / size];
            let parts = OrderedSample::of_replicates(&values, &sizes);
            prop_assert_eq!(parts.all, OrderedSample::of(&values).all);
            prop_assert_eq!(parts.replicates.len(), sizes.len());
        }
    }

    #[test]
    fn nan_is_left_out_and_infinity_kept() {
        let sample = OrderedSample::of(&[f64::INFINITY, f64::NAN, 1.0, -0.0, f64::NEG_INFINITY]);
        assert_eq!(sample.all, [f64::NEG_INFINITY, -0.0, 1.0, f64::INFINITY]);
    }
}
