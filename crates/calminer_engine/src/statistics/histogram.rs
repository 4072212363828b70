//! Histograms that survive odd data.

#![expect(
    clippy::inline_always,
    reason = "only what is inlined is compiled for the level of the processor"
)]

use calminer_domain::PercentileDefinition;
use serde::{Deserialize, Serialize};

use super::percentile::percentile_sorted;
use crate::level::{self, Work};

/// Fewest and most bins of the automatic rule.
const FEWEST_BINS: usize = 10;
const MOST_BINS: usize = 200;

/// Bins of a running simulation.
const LIVE_BINS: usize = 100;

/// How far the view reaches past P0.5 and P99.5, as a share of their distance, to take in values that are no outliers.
const MARGIN: f64 = 0.25;

/// The range that a histogram shows, and its number of bins.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct HistogramView {
    /// Lower end of the first bin.
    pub low: f64,
    /// Upper end of the last bin.
    pub high: f64,
    /// Number of bins of equal width, at least 1.
    pub bins: usize,
}

impl HistogramView {
    /// The default view of ascending values: P0.5 to P99.5 and the values near them, 10 to 200 bins.
    ///
    /// Bins by Freedman and Diaconis. Values that do not vary give one bin of visible width. Values that are not finite
    /// are left out; `None` when no value is left.
    pub fn of_sorted(sorted: &[f64]) -> Option<Self> {
        let finite = finite_part(sorted);
        let quantile = |p| percentile_sorted(finite, p, PercentileDefinition::Type7);
        let (low, high) = (quantile(0.005)?, quantile(0.995)?);
        let reach = high * MARGIN - low * MARGIN;
        let low = nearest_inside(finite, |x| x < low - reach, low);
        let high = nearest_inside_from_above(finite, |x| x <= high + reach, high);
        if low == high {
            return Some(Self::around(low));
        }
        let spread = quantile(0.75)? - quantile(0.25)?;
        let width = 2.0 * spread / libm::cbrt(finite.len() as f64);
        let wanted = ((high - low) / width).ceil();
        let bins = if wanted.is_finite() && width > 0.0 {
            wanted.clamp(FEWEST_BINS as f64, MOST_BINS as f64) as usize
        } else {
            sturges(finite.len())
        };
        Some(Self { low, high, bins })
    }

    /// The view of a run that has just begun: that of its first trials, widened by half its width on both sides.
    pub fn of_pilot(values: &[f64]) -> Option<Self> {
        let mut sorted: Vec<f64> = values.iter().copied().filter(|x| x.is_finite()).collect();
        super::sort_values(&mut sorted);
        let view = Self::of_sorted(&sorted)?;
        let half = view.high * 0.5 - view.low * 0.5;
        Some(Self {
            low: (view.low - half).max(f64::MIN),
            high: (view.high + half).min(f64::MAX),
            bins: LIVE_BINS,
        })
    }

    /// One bin of visible width around a single value.
    fn around(value: f64) -> Self {
        let half = 0.02 * if value == 0.0 { 50.0 } else { value.abs() };
        Self {
            low: (value - half).max(f64::MIN),
            high: (value + half).min(f64::MAX),
            bins: 1,
        }
    }
}

/// The finite values of an ascending row without NaN.
pub(super) fn finite_part(sorted: &[f64]) -> &[f64] {
    let from = sorted.partition_point(|&x| x == f64::NEG_INFINITY);
    let to = sorted.partition_point(|&x| x < f64::INFINITY);
    &sorted[from..to.max(from)]
}

fn nearest_inside(sorted: &[f64], outside: impl Fn(f64) -> bool, default: f64) -> f64 {
    let first = sorted.partition_point(|&x| outside(x));
    sorted.get(first).copied().unwrap_or(default)
}

fn nearest_inside_from_above(sorted: &[f64], inside: impl Fn(f64) -> bool, default: f64) -> f64 {
    let count = sorted.partition_point(|&x| inside(x));
    let last = count.checked_sub(1).and_then(|k| sorted.get(k));
    last.copied().unwrap_or(default)
}

/// Bins for values whose middle half does not vary.
fn sturges(count: usize) -> usize {
    let bins = usize::BITS - count.leading_zeros() + 1;
    (bins as usize).clamp(FEWEST_BINS, MOST_BINS)
}

/// Values handled at once.
const PART: usize = 1_024;

/// Where each value is counted.
struct Place<'a> {
    view: HistogramView,
    values: &'a [f64],
    to: &'a mut [u32; PART],
}

impl Work for Place<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let HistogramView { low, high, bins } = self.view;
        // Halves, since high - low may be beyond the largest number.
        let scale = bins as f64 / (high * 0.5 - low * 0.5);
        let last = (bins - 1) as f64;
        let [below, above, not_finite] = [bins, bins + 1, bins + 2].map(|place| place as u32);
        for (place, &x) in self.to.iter_mut().zip(self.values) {
            let bin = (x * 0.5 - low * 0.5) * scale;
            let bin = if bin > 0.0 { bin } else { 0.0 };
            let bin = if bin < last { bin } else { last };
            let bin = bin as i32 as u32;
            let bin = if x < low { below } else { bin };
            let bin = if x > high { above } else { bin };
            *place = if x.is_finite() { bin } else { not_finite };
        }
    }
}

/// Counts of values in bins of equal width over a fixed view.
///
/// A bin holds its lower end; the last holds its upper end too. Every value is counted somewhere: in a bin, below, above
/// or as not finite. Counts are integers, so histograms merge in any order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    view: HistogramView,
    counts: Vec<u64>,
    below: u64,
    above: u64,
    not_finite: u64,
}

impl Histogram {
    /// An empty histogram over `low` to `high`. Ends in the wrong order are exchanged, equal ends get a visible width, ends
    /// that are not finite become 0 to 1; `bins` of 0 becomes 1.
    pub fn with_range(low: f64, high: f64, bins: usize) -> Self {
        let (low, high) = if low <= high {
            (low, high)
        } else {
            (high, low)
        };
        let view = if !(low.is_finite() && high.is_finite()) {
            HistogramView {
                low: 0.0,
                high: 1.0,
                bins: bins.max(1),
            }
        } else if low == high {
            HistogramView::around(low)
        } else {
            HistogramView {
                low,
                high,
                bins: bins.max(1),
            }
        };
        Self {
            counts: vec![0; view.bins],
            view,
            below: 0,
            above: 0,
            not_finite: 0,
        }
    }

    /// An empty histogram over a view.
    pub fn with_view(view: HistogramView) -> Self {
        Self::with_range(view.low, view.high, view.bins)
    }

    /// The histogram of unordered values over their default view; `None` when no value is finite.
    pub fn of(values: &[f64]) -> Option<Self> {
        let mut sorted: Vec<f64> = values.iter().copied().filter(|x| x.is_finite()).collect();
        super::sort_values(&mut sorted);
        let mut histogram = Self::with_view(HistogramView::of_sorted(&sorted)?);
        histogram.add_all(values);
        Some(histogram)
    }

    /// Counts the values.
    pub fn add_all(&mut self, values: &[f64]) {
        // Three places behind the bins: below, above, not finite.
        let mut counts = vec![0_u64; self.view.bins + 3];
        let mut places = [0; PART];
        for part in values.chunks(PART) {
            level::at_best(Place {
                view: self.view,
                values: part,
                to: &mut places,
            });
            for place in &places[..part.len()] {
                counts[*place as usize] += 1;
            }
        }
        let (bins, outside) = counts.split_at(self.view.bins);
        for (count, more) in self.counts.iter_mut().zip(bins) {
            *count += more;
        }
        self.below += outside[0];
        self.above += outside[1];
        self.not_finite += outside[2];
    }

    /// Counts a value that stands for many.
    pub(super) fn add_many(&mut self, value: f64, count: u64) {
        let HistogramView { low, high, bins } = self.view;
        if value < low {
            self.below += count;
        } else if value > high {
            self.above += count;
        } else {
            let scale = bins as f64 / (high * 0.5 - low * 0.5);
            let bin = ((value * 0.5 - low * 0.5) * scale) as usize;
            self.counts[bin.min(bins - 1)] += count;
        }
    }

    /// Counts values that are NaN or infinite.
    pub(super) fn add_not_finite(&mut self, count: u64) {
        self.not_finite += count;
    }

    /// Adds the counts of a histogram over the same view; false, and nothing done, when the views differ.
    #[must_use]
    pub fn merge(&mut self, other: &Self) -> bool {
        if self.view != other.view {
            return false;
        }
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
        self.below += other.below;
        self.above += other.above;
        self.not_finite += other.not_finite;
        true
    }

    /// The view: range and number of bins.
    pub fn view(&self) -> HistogramView {
        self.view
    }

    /// Values in each bin, from the lowest bin.
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// Finite values below the view.
    pub fn below(&self) -> u64 {
        self.below
    }

    /// Finite values above the view.
    pub fn above(&self) -> u64 {
        self.above
    }

    /// Values that are NaN or infinite; they are not drawn.
    pub fn not_finite(&self) -> u64 {
        self.not_finite
    }

    /// Finite values, drawn or beyond the view.
    pub fn finite(&self) -> u64 {
        self.counts.iter().sum::<u64>() + self.below + self.above
    }

    /// Lower end of a bin; the upper end of the view for the number of bins.
    pub fn edge(&self, bin: usize) -> f64 {
        let HistogramView { low, high, bins } = self.view;
        let share = bin as f64 / bins as f64;
        low * (1.0 - share) + high * share
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_that_are_not_finite_are_counted_and_not_drawn() {
        let values = [
            1.0,
            2.0,
            2.0,
            3.0,
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
        ];
        let h = Histogram::of(&values).unwrap();
        assert_eq!((h.finite(), h.not_finite()), (4, 3));
        assert_eq!(h.counts().iter().sum::<u64>(), 4);
        assert_eq!(Histogram::of(&[]), None);
        assert_eq!(Histogram::of(&[f64::NAN]), None);
    }

    #[test]
    fn a_constant_is_one_bar_of_visible_width() {
        let h = Histogram::of(&[50.0; 7]).unwrap();
        assert_eq!(h.counts(), [7]);
        assert_eq!((h.edge(0), h.edge(1)), (49.0, 51.0));
        assert_eq!(Histogram::of(&[0.0]).unwrap().counts(), [1]);
        assert_eq!(Histogram::of(&[f64::MAX]).unwrap().counts(), [1]);
    }

    #[test]
    fn one_outlier_does_not_make_one_bar() {
        let mut values: Vec<f64> = (0..999)
            .map(|k| 90.0 + 20.0 * f64::from(k) / 998.0)
            .collect();
        values.push(1e9);
        let h = Histogram::of(&values).unwrap();
        assert_eq!((h.below(), h.above()), (0, 1));
        assert!((10..=200).contains(&h.counts().len()));
        assert!(h.counts().iter().all(|&count| count > 0));
    }

    #[test]
    fn the_largest_value_falls_in_the_last_bin() {
        let values: Vec<f64> = (0..=10).map(f64::from).collect();
        let mut h = Histogram::with_range(0.0, 10.0, 10);
        h.add_all(&values);
        assert_eq!(h.counts(), [1, 1, 1, 1, 1, 1, 1, 1, 1, 2]);
    }

    #[test]
    fn the_widest_range_does_not_overflow() {
        let h = Histogram::of(&[-1e308, 1e308]).unwrap();
        assert_eq!(h.counts().iter().sum::<u64>(), 2);
        assert_eq!((h.counts()[0], h.counts().last()), (1, Some(&1)));
        assert!((0..=h.counts().len()).all(|k| h.edge(k).is_finite()));
        let pilot = HistogramView::of_pilot(&[-1.7e308, 1.7e308]).unwrap();
        assert!(pilot.low.is_finite() && pilot.high.is_finite());
    }

    #[test]
    fn odd_ranges_are_mended_and_foreign_views_refused() {
        let mut h = Histogram::with_range(3.0, 1.0, 0);
        assert_eq!(
            (h.view().low, h.view().high, h.counts().len()),
            (1.0, 3.0, 1)
        );
        assert!(!h.merge(&Histogram::with_range(0.0, 1.0, 4)));
        assert!(Histogram::with_range(f64::NAN, 1.0, 4).edge(4).is_finite());
    }

    proptest! {
        #[test]
        fn every_value_is_counted_once_and_parts_merge(
            values in prop::collection::vec(any::<f64>(), 0..200),
            more in prop::collection::vec(-1e3..1e3_f64, 0..200),
        ) {
            let mut whole = Histogram::with_range(-700.0, 600.0, 37);
            let mut part = whole.clone();
            let mut other = whole.clone();
            whole.add_all(&values);
            whole.add_all(&more);
            part.add_all(&more);
            other.add_all(&values);
            prop_assert!(part.merge(&other));
            prop_assert_eq!(&part, &whole);
            let count = (values.len() + more.len()) as u64;
            prop_assert_eq!(whole.finite() + whole.not_finite(), count);
        }
    }
}
