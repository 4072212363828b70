//! Point figures of a sample and the theory of their errors.

use super::interval::{Interval, Level, mean_half_width, quantile_interval, wilson};
use super::moments::{Moments, sum_by};
use super::percentile::percentile_sorted;
use super::tail::{TAIL, tail_mean_sorted};
use calminer_domain::{Direction, PercentileDefinition};

/// The percentiles of every summary, as shares.
pub(super) const SHARES: [f64; 9] = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99];

/// Batches of a plain run whose scatter gives the error of the figures without a theory free of distribution.
const BATCHES: usize = 20;

/// Every figure that has an interval; one of the parts for the sample, its replicates and its intervals.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Figures<T> {
    pub(super) mean: T,
    pub(super) sd: T,
    pub(super) skewness: T,
    pub(super) kurtosis: T,
    pub(super) percentiles: [T; 9],
    pub(super) tail_mean: T,
    /// Value at risk against zero and against the mean.
    pub(super) value_at_risk: [T; 2],
    /// Expected shortfall against zero and against the mean.
    pub(super) shortfall: [T; 2],
    pub(super) below_zero: T,
}

impl<T: Copy> Figures<T> {
    /// All parts in one fixed order.
    fn parts(&self) -> [T; 19] {
        let p = self.percentiles;
        [
            self.mean,
            self.sd,
            self.skewness,
            self.kurtosis,
            p[0],
            p[1],
            p[2],
            p[3],
            p[4],
            p[5],
            p[6],
            p[7],
            p[8],
            self.tail_mean,
            self.value_at_risk[0],
            self.value_at_risk[1],
            self.shortfall[0],
            self.shortfall[1],
            self.below_zero,
        ]
    }

    fn from_parts(parts: [T; 19]) -> Self {
        let [mean, sd, skewness, kurtosis, rest @ ..] = parts;
        let [p1, p5, p10, p25, p50, p75, p90, p95, p99, rest @ ..] = rest;
        let [
            tail_mean,
            var_zero,
            var_mean,
            short_zero,
            short_mean,
            below_zero,
        ] = rest;
        Self {
            mean,
            sd,
            skewness,
            kurtosis,
            percentiles: [p1, p5, p10, p25, p50, p75, p90, p95, p99],
            tail_mean,
            value_at_risk: [var_zero, var_mean],
            shortfall: [short_zero, short_mean],
            below_zero,
        }
    }
}

/// One sample, or one replicate of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sample<'a> {
    /// Finite values in order of trial.
    pub(super) finite: &'a [f64],
    /// The same ascending, and +infinity where it means "never".
    pub(super) ordered: &'a [f64],
    pub(super) direction: Direction,
    pub(super) kind: PercentileDefinition,
    /// Whether a probability below zero has a meaning.
    pub(super) money: bool,
    pub(super) level: Level,
}

impl Sample<'_> {
    fn count_below_zero(&self) -> u64 {
        self.ordered.partition_point(|&x| x < 0.0) as u64
    }

    pub(super) fn figures(&self, moments: &Moments) -> Figures<Option<f64>> {
        let edge = percentile_sorted(self.ordered, edge_share(self.direction), self.kind);
        let tail_mean = tail_mean_sorted(self.ordered, TAIL, self.direction);
        let mean = moments.mean();
        let against = |figure: Option<f64>| against(self.direction, mean, figure);
        let finite = self.finite.len() as f64;
        Figures {
            mean,
            sd: moments.sd(),
            skewness: moments.skewness(),
            kurtosis: moments.excess_kurtosis(),
            percentiles: SHARES.map(|p| percentile_sorted(self.ordered, p, self.kind)),
            tail_mean,
            value_at_risk: against(edge),
            shortfall: against(tail_mean),
            below_zero: (self.money && finite > 0.0)
                .then(|| self.count_below_zero() as f64 / finite),
        }
    }

    /// Error of a figure from its influence function, the change of the figure by one trial.
    fn influence_half_width(&self, influence: impl Fn(f64) -> f64 + Copy) -> f64 {
        let squares = sum_by(self.ordered, |x| influence(x) * influence(x));
        self.level.normal * squares.sqrt() / self.ordered.len() as f64
    }

    fn below_zero_interval(&self) -> Option<Interval> {
        let count = self.finite.len() as u64;
        wilson(self.count_below_zero(), count, self.level).filter(|_| self.money)
    }

    /// Intervals of independent trials: Student t for the mean, order statistics for the percentiles, Wilson for the
    /// probability, influence functions for the tail, batches for the shape.
    pub(super) fn intervals_of_theory(
        &self,
        moments: &Moments,
        figures: &Figures<Option<f64>>,
    ) -> Figures<Option<Interval>> {
        let around = |figure: Option<f64>, half: Option<f64>| Interval::around(figure?, half?);
        let percentiles = SHARES.map(|p| quantile_interval(self.ordered, p, self.level));
        let [skewness, kurtosis] = self.shape_half_widths();
        let edge = match self.direction {
            Direction::Gain => percentiles[1].map(Interval::negated),
            Direction::Cost => percentiles[7],
        };
        let tail = self.tail_half_widths(moments, figures);
        Figures {
            mean: around(figures.mean, mean_half_width(moments, self.level)),
            sd: around(figures.sd, sd_half_width(moments, self.level)),
            skewness: around(figures.skewness, skewness),
            kurtosis: around(figures.kurtosis, kurtosis),
            percentiles,
            tail_mean: around(figures.tail_mean, tail.map(|t| t.tail)),
            value_at_risk: [
                edge,
                around(
                    figures.value_at_risk[1],
                    tail.and_then(|t| t.edge_against_mean),
                ),
            ],
            shortfall: [
                around(figures.shortfall[0], tail.map(|t| t.tail)),
                around(figures.shortfall[1], tail.map(|t| t.tail_against_mean)),
            ],
            below_zero: self.below_zero_interval(),
        }
    }

    /// Errors of skewness and kurtosis from the scatter of batches; plain trials make any batches independent.
    fn shape_half_widths(&self) -> [Option<f64>; 2] {
        let size = self.finite.len() / BATCHES;
        if size < 8 {
            return [None; 2];
        }
        let batches: Vec<Moments> = self
            .finite
            .chunks_exact(size)
            .take(BATCHES)
            .map(Moments::of)
            .collect();
        [Moments::skewness, Moments::excess_kurtosis].map(|figure| {
            let values: Option<Vec<f64>> = batches.iter().map(figure).collect();
            mean_half_width(&Moments::of(&values?), self.level)
        })
    }

    /// Asymptotic errors of the tail mean and of both risk figures against the mean.
    fn tail_half_widths(
        &self,
        moments: &Moments,
        figures: &Figures<Option<f64>>,
    ) -> Option<TailHalfWidths> {
        let n = self.finite.len();
        let finite = self.ordered.len() == n && n > 1;
        let mean = moments.mean().filter(|_| finite)?;
        let edge = percentile_sorted(self.ordered, edge_share(self.direction), self.kind)?;
        let tail_mean = figures.tail_mean?;
        let in_tail = move |x: f64| match self.direction {
            Direction::Gain => x <= edge,
            Direction::Cost => x >= edge,
        };
        let tail_influence = move |x: f64| {
            let excess = if in_tail(x) { (x - edge) / TAIL } else { 0.0 };
            excess + edge - tail_mean
        };
        let order = quantile_interval(self.ordered, edge_share(self.direction), self.level);
        let edge_against_mean = order.filter(|i| i.half_width() > 0.0).map(|order| {
            // Density at the edge, from the width of the interval of order statistics.
            let error = order.half_width() / self.level.normal;
            let inverse_density = error * (n as f64 / (TAIL * (1.0 - TAIL))).sqrt();
            let sign = if self.direction == Direction::Gain {
                1.0
            } else {
                -1.0
            };
            self.influence_half_width(|x| {
                let hit = if in_tail(x) { 1.0 } else { 0.0 };
                (x - mean) - sign * (TAIL - hit) * inverse_density
            })
        });
        Some(TailHalfWidths {
            tail: self.influence_half_width(tail_influence),
            tail_against_mean: self.influence_half_width(|x| (x - mean) - tail_influence(x)),
            edge_against_mean,
        })
    }

    /// Intervals of a sample of independent replicates: Student t on the scatter of each figure over the replicates,
    /// around the figure of the whole. A figure that some replicate does not have gets none.
    pub(super) fn intervals_of_replicates(
        &self,
        figures: &Figures<Option<f64>>,
        replicates: &[Figures<Option<f64>>],
    ) -> Figures<Option<Interval>> {
        let mut intervals = intervals_of_scatter(figures, replicates, self.level);
        intervals.below_zero = match intervals.below_zero {
            // No scatter says nothing where the probability is 0 or 1 in every replicate.
            Some(interval) if interval.half_width() == 0.0 => self.below_zero_interval(),
            other => other.map(|i| Interval {
                low: i.low.max(0.0),
                high: i.high.min(1.0),
            }),
        };
        intervals
    }
}

#[derive(Debug, Clone, Copy)]
struct TailHalfWidths {
    tail: f64,
    tail_against_mean: f64,
    edge_against_mean: Option<f64>,
}

/// Asymptotic error of the standard deviation, free of distribution: var(s^2) = (m4 - s^4 (n - 3)/(n - 1)) / n.
pub(super) fn sd_half_width(moments: &Moments, level: Level) -> Option<f64> {
    let (variance, fourth) = (moments.variance()?, moments.fourth_central()?);
    Some(half_width_of_sd(moments.count(), variance, fourth, level))
}

/// The same from count, variance and fourth central moment.
pub(super) fn half_width_of_sd(count: u64, variance: f64, fourth: f64, level: Level) -> f64 {
    let n = count as f64;
    if variance <= 0.0 {
        return 0.0;
    }
    let of_variance = (fourth - variance * variance * (n - 3.0) / (n - 1.0)) / n;
    level.normal * of_variance.max(0.0).sqrt() / (2.0 * variance.sqrt())
}

/// The quantile at the edge of the bad tail.
pub(super) fn edge_share(direction: Direction) -> f64 {
    match direction {
        Direction::Gain => TAIL,
        Direction::Cost => 1.0 - TAIL,
    }
}

/// A figure of the tail as a loss, against zero and against the mean: a gain loses what it falls short by, a cost what
/// it runs up to.
pub(super) fn against(
    direction: Direction,
    mean: Option<f64>,
    figure: Option<f64>,
) -> [Option<f64>; 2] {
    match direction {
        Direction::Gain => [figure.map(|x| -x), mean.zip(figure).map(|(m, x)| m - x)],
        Direction::Cost => [figure, mean.zip(figure).map(|(m, x)| x - m)],
    }
}

/// Student t on the scatter of each figure over independent replicates, around the figure of the whole. A figure that
/// some replicate does not have gets no interval.
pub(super) fn intervals_of_scatter(
    whole: &Figures<Option<f64>>,
    replicates: &[Figures<Option<f64>>],
    level: Level,
) -> Figures<Option<Interval>> {
    let rows: Vec<[Option<f64>; 19]> = replicates.iter().map(Figures::parts).collect();
    let whole = whole.parts();
    let mut parts = [None; 19];
    for (k, part) in parts.iter_mut().enumerate() {
        let column: Option<Vec<f64>> = rows.iter().map(|row| row[k]).collect();
        *part = column.and_then(|values| scatter_interval(whole[k], &values, level));
    }
    Figures::from_parts(parts)
}

/// The interval of one figure of the whole from its values in independent replicates.
pub(super) fn scatter_interval(
    whole: Option<f64>,
    values: &[f64],
    level: Level,
) -> Option<Interval> {
    if !values.iter().all(|x| x.is_finite()) {
        return None;
    }
    Interval::around(whole?, mean_half_width(&Moments::of(values), level)?)
}
