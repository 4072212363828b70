//! The figures of a sketch: exact counts and sums, percentiles to the width of a bin.

use calminer_domain::{Direction, PercentileDefinition};
use serde::{Deserialize, Serialize};

use super::estimate::{
    Figures, SHARES, against, edge_share, half_width_of_sd, intervals_of_scatter,
};
use super::histogram::{Histogram, HistogramView};
use super::interval::{Interval, Level, quantile_ranks, wilson};
use super::percentile::{percentile_sorted, place};
use super::sketch::{SKETCH_BINS, Sketch};
use super::summary::{
    AbsentCounts, Basis, Counted, InfinityMeaning, Intervals, Summary, SummaryOptions, TrialPlan,
};
use super::tail::TAIL;
use super::trace::{TRACED, TracePoint, points_of};

/// Points that stand for a column when its histogram is laid out.
const LAID_OUT: usize = 10_000;

/// How exact the percentiles of a sketch are.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SketchError {
    /// Number of bins.
    pub bins: u32,
    /// Lower end of the bins, in the unit of the output.
    pub low: f64,
    /// Upper end of the bins.
    pub high: f64,
    /// Width of a bin: a percentile between `low` and `high` differs from that of the kept samples by less.
    pub width: f64,
    /// Finite results below the bins. They are in counts, mean, standard deviation, smallest and largest result.
    pub below: u64,
    /// Finite results above the bins.
    pub above: u64,
}

/// A sketch with its counts added up, to be asked for ranks.
pub(super) struct Ranked<'a> {
    sketch: &'a Sketch,
    /// Finite values up to the end of each bin, those below the bins included.
    up_to: Vec<u64>,
    finite: u64,
    never: u64,
}

impl<'a> Ranked<'a> {
    fn new(sketch: &'a Sketch, infinity: InfinityMeaning) -> Self {
        let mut sum = sketch.totals.below;
        let up_to = sketch.counts.iter().map(|count| {
            sum += u64::from(*count);
            sum
        });
        let up_to: Vec<u64> = up_to.collect();
        Self {
            sketch,
            finite: up_to.last().copied().unwrap_or(0) + sketch.totals.above,
            up_to,
            never: match infinity {
                InfinityMeaning::Never => sketch.totals.infinite,
                InfinityMeaning::Absent => 0,
            },
        }
    }

    /// Values that have a rank: finite ones and "never".
    fn count(&self) -> u64 {
        self.finite + self.never
    }

    /// The value with this rank from 0; its neighbors are spread evenly over their bin.
    fn at_rank(&self, rank: u64) -> f64 {
        if rank >= self.finite {
            return f64::INFINITY;
        }
        let (grid, totals) = (self.sketch.grid, &self.sketch.totals);
        let inside = |low: f64, high: f64, before: u64, count: u64| {
            let share = ((rank - before) as f64 + 0.5) / count as f64;
            low + (high - low) * share
        };
        let bin = self.up_to.partition_point(|up_to| *up_to <= rank);
        let value = if rank < totals.below {
            inside(totals.smallest, grid.low(), 0, totals.below)
        } else if bin == SKETCH_BINS {
            let before = self.finite - totals.above;
            inside(grid.high(), totals.largest, before, totals.above)
        } else {
            let low = grid.low() + grid.width() * bin as f64;
            let high = (low + grid.width()).min(totals.largest);
            let count = u64::from(self.sketch.counts[bin]);
            let before = self.up_to[bin] - count;
            inside(low.max(totals.smallest), high, before, count)
        };
        value.max(totals.smallest).min(totals.largest)
    }

    fn percentile(&self, p: f64, kind: PercentileDefinition) -> Option<f64> {
        let last = self.count().checked_sub(1)?;
        let (below, share) = place(kind, self.count() as usize, p);
        let pair = [below as u64, (below as u64 + 1).min(last)].map(|rank| self.at_rank(rank));
        percentile_sorted(&pair, share, PercentileDefinition::Type7)
    }

    /// The finite values in ascending order of where they lie, in units from the center.
    fn segments(&self) -> impl DoubleEndedIterator<Item = Segment> {
        let (grid, totals) = (self.sketch.grid, &self.sketch.totals);
        let unit_of = move |value: f64| (value - grid.center()) * grid.scale();
        let ends = [totals.smallest, totals.largest].map(unit_of);
        let (low, bin) = (unit_of(grid.low()), grid.width() * grid.scale());
        let segment = move |[low, high]: [f64; 2], count: u64, sum: Option<i128>| Segment {
            low: low.max(ends[0]),
            high: high.min(ends[1]),
            count: count as f64,
            sum: sum.map(|sum| sum as f64),
        };
        let below = segment([ends[0], low], totals.below, Some(totals.sum_below));
        let above = segment([-low, ends[1]], totals.above, Some(totals.sum_above));
        let bins = self.sketch.counts.iter().enumerate();
        let bins = bins.map(move |(number, count)| {
            let from = low + bin * number as f64;
            segment([from, from + bin], u64::from(*count), None)
        });
        std::iter::once(below)
            .chain(bins)
            .chain(std::iter::once(above))
    }

    /// Mean of the worst 5 %, added up from the bad end.
    fn tail_mean(&self, direction: Direction) -> Option<f64> {
        let totals = &self.sketch.totals;
        let weight = self.count() as f64 * TAIL;
        if self.count() == 0 || totals.far > 0 {
            return None;
        }
        let is_never = match direction {
            Direction::Gain => weight > self.finite as f64,
            Direction::Cost => self.never > 0,
        };
        if is_never {
            return Some(f64::INFINITY);
        }
        let sum = match direction {
            Direction::Gain => sum_of_first(self.segments(), weight, Segment::lowest),
            Direction::Cost => sum_of_first(self.segments().rev(), weight, Segment::highest),
        };
        let mean = self.sketch.grid.value(sum / weight);
        Some(mean.max(totals.smallest).min(totals.largest))
    }
}

/// Values that lie evenly spread between two places.
#[derive(Clone, Copy)]
struct Segment {
    low: f64,
    high: f64,
    count: f64,
    /// Their sum, where it is known.
    sum: Option<f64>,
}

impl Segment {
    /// Sum of so many of its lowest values.
    fn lowest(&self, taken: f64) -> f64 {
        taken * (self.low + (self.high - self.low) * taken / (2.0 * self.count))
    }

    /// Sum of so many of its highest values.
    fn highest(&self, taken: f64) -> f64 {
        taken * (self.high - (self.high - self.low) * taken / (2.0 * self.count))
    }
}

/// Sum of the first `weight` values of segments, the last segment in part.
fn sum_of_first(
    segments: impl Iterator<Item = Segment>,
    weight: f64,
    part: impl Fn(&Segment, f64) -> f64,
) -> f64 {
    let (mut sum, mut left) = (0.0, weight);
    for segment in segments.filter(|segment| segment.count > 0.0) {
        if left <= segment.count {
            return sum + part(&segment, left);
        }
        sum += segment.sum.unwrap_or_else(|| part(&segment, segment.count));
        left -= segment.count;
    }
    sum
}

/// Mean, variance (n - 1), skewness, kurtosis and fourth central moment from the sums.
struct SketchMoments {
    mean: Option<f64>,
    variance: Option<f64>,
    skewness: Option<f64>,
    kurtosis: Option<f64>,
    fourth: Option<f64>,
}

impl SketchMoments {
    fn of(sketch: &Sketch, finite: u64) -> Self {
        let (totals, n) = (&sketch.totals, finite as f64);
        let there = |least: u64| (finite >= least && totals.far == 0).then_some(());
        let scale = sketch.grid.scale();
        let offset = totals.sum as f64 / n;
        let squares = totals
            .squares
            .map(|sum| (sum as f64 - n * offset * offset).max(0.0));
        let variance = squares
            .filter(|_| there(2).is_some())
            .map(|squares| squares / (n - 1.0));
        // Third and fourth powers are in units of 2^24.
        let coarse = f64::from(1_u32 << 24);
        let d = offset / coarse;
        let second = totals.squares.map(|sum| sum as f64 / n / (coarse * coarse));
        let central = second.map(|second| second - d * d).filter(|m2| *m2 > 0.0);
        let third = second
            .zip(totals.cubes)
            .map(|(second, cubes)| cubes as f64 / n - 3.0 * d * second + 2.0 * d * d * d);
        let powers = second.zip(totals.cubes).zip(totals.fourths);
        let fourth = powers.map(|((second, cubes), fourths)| {
            let cubes = cubes as f64 / n;
            fourths as f64 / n - 4.0 * d * cubes + 6.0 * d * d * second - 3.0 * d * d * d * d
        });
        let varies = totals.smallest < totals.largest;
        let skewness = there(3)
            .zip(central)
            .zip(third)
            .map(|(((), m2), m3)| m3 / (m2 * m2.sqrt()) * (n * (n - 1.0)).sqrt() / (n - 2.0));
        let kurtosis = there(4).zip(central).zip(fourth).map(|(((), m2), m4)| {
            let biased = m4 / (m2 * m2) - 3.0;
            (n - 1.0) / ((n - 2.0) * (n - 3.0)) * ((n + 1.0) * biased + 6.0)
        });
        let unit = coarse / scale;
        Self {
            mean: there(1).map(|()| sketch.grid.value(offset)),
            // Absent where the squares are beyond all numbers, as for kept samples.
            variance: variance
                .map(|variance| variance / scale / scale)
                .filter(|variance| variance.is_finite()),
            skewness: skewness.filter(|_| varies),
            kurtosis: kurtosis.filter(|_| varies),
            fourth: fourth.map(|m4| m4 * unit * unit * unit * unit),
        }
    }
}

/// The figures of a column as its parts come in, in order.
pub struct SketchedColumn {
    options: SummaryOptions,
    whole: Sketch,
    parts: Vec<Figures<Option<f64>>>,
    trace: Vec<TracePoint>,
    /// After how many parts the trace has a point.
    points: Vec<usize>,
}

impl SketchedColumn {
    /// Nothing of a column that comes in so many parts: its replicates, or equal parts of a plain run.
    pub fn new(empty: Sketch, options: SummaryOptions, parts: usize) -> Self {
        Self {
            options,
            whole: empty,
            parts: Vec::with_capacity(parts),
            trace: Vec::new(),
            points: points_of(parts).collect(),
        }
    }

    /// Takes in the next part; false where its grid is another.
    #[must_use]
    pub fn add(&mut self, part: &Sketch) -> bool {
        let ranked = Ranked::new(part, self.options.infinity);
        self.parts.push(figures(&ranked, &self.options));
        if !self.whole.merge(part) {
            return false;
        }
        if self.points.contains(&self.parts.len()) {
            let ranked = Ranked::new(&self.whole, self.options.infinity);
            let figures = figures(&ranked, &self.options);
            let intervals = self.intervals(&ranked, &figures);
            let [_, _, p10, _, p50, _, p90, ..] = intervals.percentiles;
            let quantiles = TRACED.map(|p| ranked.percentile(p, self.options.percentile_type));
            self.trace.push(TracePoint::new(
                self.whole.trials(),
                figures.mean,
                quantiles,
                [intervals.mean, p10, p50, p90],
            ));
        }
        true
    }

    /// All that was counted.
    pub fn whole(&self) -> &Sketch {
        &self.whole
    }

    /// How the figures settled.
    pub fn trace(&self) -> &[TracePoint] {
        &self.trace
    }

    /// How exact the percentiles are.
    pub fn error(&self) -> SketchError {
        let grid = self.whole.grid();
        let [below, above] = self.whole.outside();
        SketchError {
            bins: SKETCH_BINS as u32,
            low: grid.low(),
            high: grid.high(),
            width: grid.width(),
            below,
            above,
        }
    }

    /// Whether results lie so far out that mean, standard deviation or tail mean cannot hold them.
    pub fn lacks_sums(&self) -> bool {
        self.whole.totals.far > 0 || self.whole.totals.squares.is_none()
    }

    /// The statistics.
    pub fn summary(&self) -> Summary {
        let ranked = Ranked::new(&self.whole, self.options.infinity);
        let figures = figures(&ranked, &self.options);
        let totals = &self.whole.totals;
        let intervals = match (&self.options.plan, self.parts.len()) {
            (TrialPlan::Plain, _) => {
                Intervals::of(&self.intervals(&ranked, &figures), Basis::Theory)
            }
            (TrialPlan::Replicates(_), 2..) => {
                Intervals::of(&self.intervals(&ranked, &figures), Basis::Replicates)
            }
            (TrialPlan::Replicates(_), _) => Intervals::default(),
        };
        let finite = ranked.finite > 0;
        Summary::from_figures(&Counted {
            options: &self.options,
            trials: self.whole.trials(),
            valid: ranked.finite,
            absent: AbsentCounts {
                undefined: totals.undefined,
                infinite: totals.infinite + totals.negative_infinite - ranked.never,
                never: ranked.never,
                failed: 0,
            },
            ends: [totals.smallest, totals.largest].map(|end| finite.then_some(end)),
            figures: &figures,
            intervals,
        })
    }

    /// By the scatter of the parts; a plain run has theory for mean, sd, percentiles and probability.
    fn intervals(
        &self,
        ranked: &Ranked<'_>,
        figures: &Figures<Option<f64>>,
    ) -> Figures<Option<Interval>> {
        let level = Level::of(self.options.confidence);
        let mut intervals = intervals_of_scatter(figures, &self.parts, level);
        let hits = self.whole.totals.below_zero;
        let wilson = wilson(hits, ranked.finite, level).filter(|_| self.options.money);
        if self.options.plan == TrialPlan::Plain {
            let n = ranked.finite as f64;
            let around = |figure: Option<f64>, half: Option<f64>| Interval::around(figure?, half?);
            let t = level.student_t(n - 1.0);
            let half = t.zip(figures.sd).map(|(t, sd)| t * sd / n.sqrt());
            intervals.mean = around(figures.mean, half);
            let moments = SketchMoments::of(&self.whole, ranked.finite);
            let half = moments
                .variance
                .zip(moments.fourth)
                .map(|(variance, fourth)| half_width_of_sd(ranked.finite, variance, fourth, level));
            intervals.sd = around(figures.sd, half);
            intervals.percentiles = SHARES.map(|p| {
                let [low, high] = quantile_ranks(ranked.count() as usize, p, level)?;
                let [low, high] = [low, high].map(|rank| ranked.at_rank(rank as u64));
                Some(Interval { low, high })
            });
            intervals.below_zero = wilson;
        } else {
            intervals.below_zero = match intervals.below_zero {
                // No scatter says nothing where the probability is 0 or 1 in every replicate.
                Some(interval) if interval.half_width() == 0.0 => wilson,
                other => other.map(|interval| Interval {
                    low: interval.low.max(0.0),
                    high: interval.high.min(1.0),
                }),
            };
        }
        intervals
    }

    /// Bars for the plot.
    pub fn histogram(&self) -> Histogram {
        let ranked = Ranked::new(&self.whole, InfinityMeaning::Absent);
        let points = ranked.finite.min(LAID_OUT as u64);
        let laid_out: Vec<f64> = spread_ranks(ranked.finite, points)
            .map(|rank| ranked.at_rank(rank))
            .collect();
        let mut histogram = match HistogramView::of_sorted(&laid_out) {
            Some(view) => Histogram::with_view(view),
            None => Histogram::with_range(0.0, 1.0, 1),
        };
        let (grid, totals) = (self.whole.grid(), &self.whole.totals);
        let middle = |bin: usize| {
            let value = grid.low() + grid.width() * (bin as f64 + 0.5);
            value.max(totals.smallest).min(totals.largest)
        };
        for (bin, count) in self.whole.counts.iter().enumerate() {
            if *count > 0 {
                histogram.add_many(middle(bin), u64::from(*count));
            }
        }
        if totals.below > 0 {
            histogram.add_many(totals.smallest, totals.below);
        }
        if totals.above > 0 {
            histogram.add_many(totals.largest, totals.above);
        }
        histogram.add_not_finite(totals.undefined + totals.infinite + totals.negative_infinite);
        histogram
    }

    /// The cumulative curve at most so many points; infinite values count in the share and get no point.
    pub fn ecdf(&self, most: usize) -> Vec<[f64; 2]> {
        let ranked = Ranked::new(&self.whole, self.options.infinity);
        let count = ranked.count();
        let mut points: Vec<[f64; 2]> = Vec::new();
        for rank in spread_ranks(count, count.min(most as u64)) {
            let (value, share) = (ranked.at_rank(rank), (rank + 1) as f64 / count as f64);
            match points.last_mut() {
                Some(last) if last[0] == value => last[1] = share,
                _ if value.is_finite() => points.push([value, share]),
                _ => {}
            }
        }
        points
    }
}

/// Evenly spaced ranks, ends included.
fn spread_ranks(count: u64, points: u64) -> impl Iterator<Item = u64> {
    let last = count.saturating_sub(1);
    let steps = points.saturating_sub(1).max(1);
    (0..points).map(move |point| {
        // Wide enough for any count.
        (u128::from(point) * u128::from(last) / u128::from(steps)) as u64
    })
}

/// P5, P25, P50, P75, P95 and mean of a column, as a band keeps them; NaN where no trial has a figure.
pub fn sketched_band(sketch: &Sketch, kind: PercentileDefinition) -> [f64; 6] {
    let ranked = Ranked::new(sketch, InfinityMeaning::Never);
    let quantile = |p| ranked.percentile(p, kind).unwrap_or(f64::NAN);
    let mean = SketchMoments::of(sketch, ranked.finite).mean;
    let [p5, p25, p50, p75, p95] = [0.05, 0.25, 0.5, 0.75, 0.95].map(quantile);
    [p5, p25, p50, p75, p95, mean.unwrap_or(f64::NAN)]
}

fn figures(ranked: &Ranked<'_>, options: &SummaryOptions) -> Figures<Option<f64>> {
    let moments = SketchMoments::of(ranked.sketch, ranked.finite);
    let percentile = |p| ranked.percentile(p, options.percentile_type);
    let tail_mean = ranked.tail_mean(options.direction);
    let against = |figure| against(options.direction, moments.mean, figure);
    let below_zero = ranked.sketch.totals.below_zero as f64 / ranked.finite as f64;
    Figures {
        mean: moments.mean,
        sd: moments.variance.map(f64::sqrt),
        skewness: moments.skewness,
        kurtosis: moments.kurtosis,
        percentiles: SHARES.map(percentile),
        tail_mean,
        value_at_risk: against(percentile(edge_share(options.direction))),
        shortfall: against(tail_mean),
        below_zero: (options.money && ranked.finite > 0).then_some(below_zero),
    }
}

#[cfg(test)]
mod tests;
