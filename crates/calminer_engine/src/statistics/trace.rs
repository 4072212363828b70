//! Points for plots: the empirical distribution and how figures settle as trials are added.

use calminer_domain::PercentileDefinition;
use serde::{Deserialize, Serialize};

use super::estimate::scatter_interval;
use super::histogram::finite_part;
use super::interval::{Interval, Level, mean_half_width, quantile_ranks};
use super::moments::Moments;
use super::number;
use super::percentile::{percentile_sorted, place};
use super::sorted::OrderedSample;
use super::summary::{Summary, TrialPlan};

/// Points (value, share of the sample at or below) of ascending values without NaN, at most `most`, ends included.
///
/// Infinite values count in the share and get no point.
pub fn ecdf(sorted: &[f64], most: usize) -> Vec<[f64; 2]> {
    let n = sorted.len();
    let count = n.min(most);
    let mut points: Vec<[f64; 2]> = Vec::with_capacity(count);
    for k in 0..count {
        // Evenly spaced ranks; the last is the last value.
        let index = if count == 1 {
            n - 1
        } else {
            k * (n - 1) / (count - 1)
        };
        let x = sorted[index];
        if !x.is_finite() {
            continue;
        }
        // Of equal values the last carries the share.
        let index = index + sorted[index..].partition_point(|&y| y <= x) - 1;
        let share = (index + 1) as f64 / n as f64;
        match points.last_mut() {
            Some(last) if last[0] == x => last[1] = share,
            _ => points.push([x, share]),
        }
    }
    points
}

/// Most points of a trace.
const MOST_POINTS: usize = 50;

/// The percentiles of a trace, as shares.
pub(super) const TRACED: [f64; 3] = [0.1, 0.5, 0.9];

/// Figures after the first `trials` trials, with their 95 % confidence intervals.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct TracePoint {
    /// Trials so far, absent ones included.
    pub trials: u64,
    /// Mean of the finite results.
    pub mean: Option<f64>,
    /// 10 % of outcomes at or below.
    #[serde(with = "number", default)]
    pub p10: Option<f64>,
    /// Median.
    #[serde(with = "number", default)]
    pub p50: Option<f64>,
    /// 90 % of outcomes at or below.
    #[serde(with = "number", default)]
    pub p90: Option<f64>,
    /// Interval of the mean; `None` while there are too few trials or replicates to tell.
    #[serde(default)]
    pub mean_interval: Option<Interval>,
    /// Interval of P10.
    #[serde(default)]
    pub p10_interval: Option<Interval>,
    /// Interval of the median.
    #[serde(default)]
    pub p50_interval: Option<Interval>,
    /// Interval of P90.
    #[serde(default)]
    pub p90_interval: Option<Interval>,
}

impl TracePoint {
    /// A point from its percentiles and the intervals of mean and percentiles.
    pub(super) fn new(
        trials: u64,
        mean: Option<f64>,
        [p10, p50, p90]: [Option<f64>; 3],
        intervals: [Option<Interval>; 4],
    ) -> Self {
        let [mean_interval, p10_interval, p50_interval, p90_interval] = intervals;
        Self {
            trials,
            mean,
            p10,
            p50,
            p90,
            mean_interval,
            p10_interval,
            p50_interval,
            p90_interval,
        }
    }
}

/// After how many of so many parts a trace has its points: after each, or after at most fifty of them.
pub(super) fn points_of(parts: usize) -> impl Iterator<Item = usize> {
    let step = parts.div_ceil(MOST_POINTS).max(1);
    (1..=parts).filter(move |part| part % step == 0 || *part == parts)
}

/// Mean, P10, P50 and P90 as a run grows by whole parts: the replicates of a hypercube, equal parts of a plain run.
///
/// `ordered` is what [`super::Summary::with_ordered`] gives for the samples of the run, and `trials` their number. The
/// last point has the figures of the summary.
pub fn convergence_trace(
    summary: &Summary,
    ordered: &OrderedSample,
    plan: &TrialPlan,
) -> Vec<TracePoint> {
    let sizes = plan.parts(summary.trials as usize);
    let growing = Growing {
        landmarks: Landmarks::of(&ordered.all, &ordered.replicates),
        parts: &ordered.replicates,
        kind: summary.percentile_type,
        is_plain: *plan == TrialPlan::Plain,
    };
    let moments: Vec<Moments> = growing
        .parts
        .iter()
        .map(|part| Moments::of(finite_part(part)))
        .collect();
    let mut points: Vec<TracePoint> = points_of(growing.parts.len())
        .map(|parts| {
            let trials = sizes[..parts].iter().sum::<usize>();
            growing.point(trials as u64, &moments[..parts])
        })
        .collect();
    if let Some(last) = points.last_mut() {
        // The same figure by another order of additions: the summary's bits stand in both.
        last.mean = summary.mean;
        last.mean_interval = summary.intervals.mean;
    }
    points
}

/// A sample that grows by parts.
struct Growing<'a> {
    landmarks: Landmarks,
    parts: &'a [Vec<f64>],
    kind: PercentileDefinition,
    is_plain: bool,
}

impl Growing<'_> {
    /// The figures of the first parts, whose moments these are.
    fn point(&self, trials: u64, moments: &[Moments]) -> TracePoint {
        let level = Level::USUAL;
        let parts = &self.parts[..moments.len()];
        let mut whole = Moments::default();
        for part in moments {
            whole.merge(part);
        }
        let quantiles = TRACED.map(|p| self.quantile(parts, p));
        let intervals = if self.is_plain {
            let half = mean_half_width(&whole, level).zip(whole.mean());
            let mean = half.and_then(|(half, mean)| Interval::around(mean, half));
            let [p10, p50, p90] = TRACED.map(|p| self.order_interval(parts, p));
            [mean, p10, p50, p90]
        } else {
            let means: Option<Vec<f64>> = moments.iter().map(Moments::mean).collect();
            let mean = means.and_then(|means| scatter_interval(whole.mean(), &means, level));
            let scatter = |k: usize| {
                let of_part = |part: &Vec<f64>| percentile_sorted(part, TRACED[k], self.kind);
                let values: Option<Vec<f64>> = parts.iter().map(of_part).collect();
                scatter_interval(quantiles[k], &values?, level)
            };
            let [p10, p50, p90] = [0, 1, 2].map(scatter);
            [mean, p10, p50, p90]
        };
        TracePoint::new(trials, whole.mean(), quantiles, intervals)
    }

    fn quantile(&self, parts: &[Vec<f64>], p: f64) -> Option<f64> {
        let count: usize = parts.iter().map(Vec::len).sum();
        if count == 0 {
            return None;
        }
        let (below, share) = place(self.kind, count, p);
        let low = self.at_rank(parts, below)?;
        let high = self.at_rank(parts, (below + 1).min(count - 1))?;
        // Two values: the position between them is the quantile of the pair.
        percentile_sorted(&[low, high], share, PercentileDefinition::Type7)
    }

    fn order_interval(&self, parts: &[Vec<f64>], p: f64) -> Option<Interval> {
        let count = parts.iter().map(Vec::len).sum();
        let [low, high] = quantile_ranks(count, p, Level::USUAL)?;
        Some(Interval {
            low: self.at_rank(parts, low)?,
            high: self.at_rank(parts, high)?,
        })
    }

    /// The value with this rank in the union of some ordered parts.
    fn at_rank(&self, parts: &[Vec<f64>], rank: usize) -> Option<f64> {
        let counts = self.landmarks.of_first(parts.len());
        let block = counts.partition_point(|count| *count as usize <= rank);
        let before = block.checked_sub(1);
        let rest = rank - before.map_or(0, |block| counts[block] as usize);
        let landmark = *self.landmarks.values.get(block)?;
        let mut members = Vec::with_capacity(BLOCK);
        for (number, part) in parts.iter().enumerate() {
            let from = before.map_or(0, |block| self.landmarks.of_part(number, block));
            let to = self.landmarks.of_part(number, block);
            let members_here = part.get(from..to)?;
            // Of any number of values that are the landmark none has to be looked at.
            let less = members_here.partition_point(|x| x.total_cmp(&landmark).is_lt());
            members.extend_from_slice(&members_here[..less]);
        }
        members.sort_unstable_by(f64::total_cmp);
        Some(members.get(rest).copied().unwrap_or(landmark))
    }
}

/// Each last of so many values of the ordered sample is a landmark.
const BLOCK: usize = 64;

/// How many values of the first parts of a sample lie at or below some of its values, its landmarks.
struct Landmarks {
    /// By number of parts less one, then by landmark.
    counts: Vec<u32>,
    values: Vec<f64>,
}

impl Landmarks {
    fn of(all: &[f64], parts: &[Vec<f64>]) -> Self {
        let values: Vec<f64> = all
            .chunks(BLOCK)
            .filter_map(|block| block.last().copied())
            .collect();
        let mut counts: Vec<u32> = Vec::with_capacity(parts.len() * values.len());
        for part in parts {
            let first = counts.len();
            let mut below = 0;
            for (number, landmark) in values.iter().enumerate() {
                while part
                    .get(below)
                    .is_some_and(|x| x.total_cmp(landmark).is_le())
                {
                    below += 1;
                }
                let before = first.checked_sub(values.len());
                let before = before.map_or(0, |row| counts[row + number]);
                counts.push(before + below as u32);
            }
        }
        Self { counts, values }
    }

    /// Values of the first `parts` parts at or below each landmark.
    fn of_first(&self, parts: usize) -> &[u32] {
        let from = parts.saturating_sub(1) * self.values.len();
        let row = from..from + self.values.len();
        self.counts.get(row).unwrap_or(&[])
    }

    /// Values of one part at or below a landmark.
    fn of_part(&self, part: usize, landmark: usize) -> usize {
        let count = |parts: usize| {
            let counts = self.of_first(parts);
            counts.get(landmark).map_or(0, |count| *count as usize)
        };
        let before = if part == 0 { 0 } else { count(part) };
        count(part + 1) - before
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::{InfinityMeaning, SummaryOptions};

    #[test]
    fn the_empirical_distribution_keeps_its_ends() {
        let sorted: Vec<f64> = (1..=10_000).map(f64::from).collect();
        let points = ecdf(&sorted, 500);
        assert_eq!(points.len(), 500);
        assert_eq!(points[0], [1.0, 1e-4]);
        assert_eq!(points[499], [10_000.0, 1.0]);
        assert!(
            points
                .windows(2)
                .all(|w| w[0][0] < w[1][0] && w[0][1] < w[1][1])
        );
    }

    #[test]
    fn equal_and_infinite_values() {
        assert_eq!(ecdf(&[2.0, 2.0, 2.0, 5.0], 500), [[2.0, 0.75], [5.0, 1.0]]);
        assert_eq!(ecdf(&[1.0, f64::INFINITY], 500), [[1.0, 0.5]]);
        assert_eq!(ecdf(&[], 500), Vec::<[f64; 2]>::new());
        assert_eq!(ecdf(&[3.0], 1), [[3.0, 1.0]]);
    }

    /// Repeatable numbers without an order.
    fn values(count: u32) -> Vec<f64> {
        (0..count)
            .map(|k| f64::from(k * 7919 % 1009) - 300.0)
            .collect()
    }

    #[test]
    fn a_point_has_the_figures_of_a_run_that_ended_there() {
        let mut values = values(1_003);
        values[17] = f64::NAN;
        values[400] = f64::INFINITY;
        let options = |plan| SummaryOptions {
            infinity: InfinityMeaning::Never,
            plan,
            ..SummaryOptions::default()
        };
        let replicates = TrialPlan::Replicates(vec![251, 251, 251, 250]);
        for (plan, count) in [(TrialPlan::Plain, 20), (replicates, 4)] {
            let whole = options(plan.clone());
            let (summary, ordered) = Summary::with_ordered(&values, &whole);
            let trace = convergence_trace(&summary, &ordered, &plan);
            assert_eq!(trace.len(), count);
            for (point, parts) in trace.iter().zip(1..) {
                let plan = match &plan {
                    TrialPlan::Plain => TrialPlan::Plain,
                    TrialPlan::Replicates(sizes) => TrialPlan::Replicates(sizes[..parts].to_vec()),
                };
                let part = Summary::of(&values[..point.trials as usize], &options(plan));
                let (p, of_p) = (part.percentiles, part.intervals.percentiles);
                assert_eq!([point.p10, point.p50, point.p90], [p.p10, p.p50, p.p90]);
                assert_eq!(
                    [point.p10_interval, point.p50_interval, point.p90_interval],
                    [of_p.p10, of_p.p50, of_p.p90]
                );
                assert!((point.mean.unwrap() - part.mean.unwrap()).abs() < 1e-10);
                match (point.mean_interval, part.intervals.mean) {
                    (Some(a), Some(b)) => {
                        assert!((a.low - b.low).abs() < 1e-9 && (a.high - b.high).abs() < 1e-9);
                    }
                    (a, b) => assert_eq!(a, b),
                }
            }
            let last = trace[count - 1];
            assert_eq!((last.trials, last.mean), (1_003, summary.mean));
            assert_eq!(last.mean_interval, summary.intervals.mean);
        }
    }

    #[test]
    fn many_replicates_have_few_points_and_no_values_none() {
        let values = values(1_000);
        let plan = TrialPlan::Replicates(vec![4; 250]);
        let options = SummaryOptions {
            plan: plan.clone(),
            ..SummaryOptions::default()
        };
        let (summary, ordered) = Summary::with_ordered(&values, &options);
        let trace = convergence_trace(&summary, &ordered, &plan);
        assert_eq!((trace.len(), trace[49].trials), (50, 1_000));
        let (summary, ordered) = Summary::with_ordered(&[f64::NAN; 3], &SummaryOptions::default());
        let trace = convergence_trace(&summary, &ordered, &TrialPlan::Plain);
        assert!(
            trace
                .iter()
                .all(|point| point.mean.is_none() && point.p50.is_none())
        );
    }
}
