//! Target analysis: what the worst trials, or any other tail, have in common.

#![expect(
    clippy::inline_always,
    reason = "only what is inlined is compiled for the level of the processor"
)]

use calminer_domain::Direction;
use serde::{Deserialize, Serialize};

use crate::level::{self, Work};
use crate::run::ranks::{Classes, sorted};
use crate::statistics::sort_values;

/// Trials summed at once.
const LANES: usize = 8;

/// Figures that differ by less than this share of their size are one.
const ROUNDING: f64 = 1e-12;

/// The 97.5 % quantile of the standard normal.
const NORMAL_975: f64 = 1.959_963_984_540_054;

/// Which trials are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tail {
    /// This share of the trials with a figure, from the bad end: 0.05 is the worst 5 %. Trials that tie with the best
    /// of them belong to it.
    Worst(f64),
    /// The same from the good end.
    Best(f64),
    /// Figures below this.
    Below(f64),
    /// Figures above this.
    Above(f64),
}

/// The tail that every run looks at.
pub const WORST: Tail = Tail::Worst(crate::statistics::TAIL);

/// How the trials of a tail differ from all trials in one input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TargetRow {
    /// Key of the input.
    pub key: String,
    /// Mean of the drawn figure in the tail less its mean in all trials, in its own standard deviations; `None` (n/a)
    /// where the input does not vary.
    pub shift: Option<f64>,
    /// Mean of the drawn figure in the tail.
    pub tail_mean: Option<f64>,
    /// Mean of the drawn figure in all trials.
    pub mean: Option<f64>,
    /// Median of the ranks that the tail has among all trials, 0 to 1: 0.5 where the input does not matter.
    pub median_rank: Option<f64>,
    /// Kolmogorov-Smirnov distance: the largest difference of the cumulative curves of tail and all trials, 0 to 1.
    pub distance: Option<f64>,
}

/// What the trials of a tail have in common.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Target {
    /// Which trials.
    pub tail: Tail,
    /// Trials in the tail.
    pub trials: u64,
    /// How many of them, the first ones, the rows are made from: a run looks at up to 16,384.
    pub looked_at: u64,
    /// Trials with a figure ("never" is one).
    pub of: u64,
    /// The figure in the tail that is nearest to the other trials; `None` for an empty tail, and for "never".
    pub edge: Option<f64>,
    /// Whether the tail can be told from the rest: it is neither empty nor all trials with a figure, and the figures
    /// differ by more than rounding.
    pub is_apart: bool,
    /// A shift of this size has one input of twenty by chance alone, without any effect; `None` where nothing is apart.
    pub chance: Option<f64>,
    /// By size of the shift, the largest first; n/a last.
    pub rows: Vec<TargetRow>,
}

/// What the trials of a tail have in common: `draws` are the columns of the inputs named by `keys`, `output` the figure
/// of each trial, NaN where it is absent. Every row is n/a where the tail is empty or holds all trials.
pub fn target(
    keys: &[&str],
    draws: &[&[f32]],
    output: &[f64],
    (direction, tail): (Direction, Tail),
) -> Target {
    let chosen = Chosen::of(output, direction, tail);
    let members: Vec<&[u32]> = if chosen.is_apart() {
        vec![&chosen.trials]
    } else {
        Vec::new()
    };
    let rows = keys.iter().zip(draws).map(|(key, column)| {
        let classes = Classes::of_long(column);
        let row = places(classes.as_ref(), column, &members);
        let row = row.into_iter().next().flatten();
        target_row(key, row)
    });
    chosen.target(rows.collect())
}

/// The trials of a tail.
pub(crate) struct Chosen {
    tail: Tail,
    /// Those looked at, in order.
    pub(crate) trials: Vec<u32>,
    /// All of them.
    count: u64,
    of: u64,
    edge: Option<f64>,
    /// Whether the figures differ by more than rounding.
    varies: bool,
}

impl Chosen {
    fn of(output: &[f64], direction: Direction, tail: Tail) -> Self {
        let mut sorted: Vec<f64> = output.iter().copied().filter(|x| !x.is_nan()).collect();
        sort_values(&mut sorted);
        Self::of_sorted(output, &sorted, direction, tail)
    }

    /// The same with the figures that are there in ascending order.
    pub(crate) fn of_sorted(
        output: &[f64],
        sorted: &[f64],
        direction: Direction,
        tail: Tail,
    ) -> Self {
        let gain = direction == Direction::Gain;
        let (limit, is_low) = match tail {
            Tail::Worst(share) => (nth(sorted, share, gain), gain),
            Tail::Best(share) => (nth(sorted, share, !gain), !gain),
            Tail::Below(limit) => (Some(limit), true),
            Tail::Above(limit) => (Some(limit), false),
        };
        let shares = matches!(tail, Tail::Worst(_) | Tail::Best(_));
        let is_in = |figure: f64| match limit {
            Some(limit) if is_low => figure < limit || shares && figure == limit,
            Some(limit) => figure > limit || shares && figure == limit,
            None => false,
        };
        let trials: Vec<u32> = (0..)
            .zip(output)
            .filter(|(_, figure)| is_in(**figure))
            .map(|(trial, _)| trial)
            .collect();
        let figures = trials.iter().map(|trial| output[*trial as usize]);
        let edge = if is_low {
            figures.reduce(f64::max)
        } else {
            figures.reduce(f64::min)
        };
        Self {
            tail,
            count: trials.len() as u64,
            trials,
            of: sorted.len() as u64,
            edge: edge.filter(|edge| edge.is_finite()),
            varies: varies(sorted),
        }
    }

    pub(crate) fn is_apart(&self) -> bool {
        self.varies && self.count > 0 && self.count < self.of
    }

    /// Looks at so many trials of the tail at most, its first ones.
    pub(crate) fn at_most(mut self, trials: usize) -> Self {
        self.trials.truncate(trials);
        self
    }

    /// The analysis from its rows in the order of the inputs.
    pub(crate) fn target(&self, mut rows: Vec<TargetRow>) -> Target {
        let size = |row: &TargetRow| row.shift.map_or(-1.0, f64::abs);
        rows.sort_by(|a, b| size(b).total_cmp(&size(a)));
        Target {
            tail: self.tail,
            trials: self.count,
            looked_at: self.trials.len() as u64,
            of: self.of,
            edge: self.edge,
            is_apart: self.is_apart(),
            chance: self.is_apart().then(|| {
                let trials = self.trials.len() as f64;
                NORMAL_975 * (1.0 / trials - 1.0 / self.of as f64).sqrt()
            }),
            rows,
        }
    }
}

/// Whether ascending figures differ by more than rounding.
fn varies(sorted: &[f64]) -> bool {
    let (Some(&low), Some(&high)) = (sorted.first(), sorted.last()) else {
        return false;
    };
    high == f64::INFINITY && low < high || high - low > ROUNDING * low.abs().max(high.abs())
}

/// The figure that closes a share, from the low or the high end.
fn nth(sorted: &[f64], share: f64, from_low: bool) -> Option<f64> {
    let count = sorted.len();
    if count == 0 || !(share > 0.0 && share <= 1.0) {
        return None;
    }
    let wanted = ((count as f64 * share).ceil() as usize).clamp(1, count);
    let place = if from_low { wanted - 1 } else { count - wanted };
    sorted.get(place).copied()
}

/// The row of one input.
pub(crate) fn target_row(key: &str, placed: Option<Placed>) -> TargetRow {
    TargetRow {
        key: key.to_owned(),
        shift: placed.map(|placed| placed.shift),
        tail_mean: placed.map(|placed| placed.tail_mean),
        mean: placed.map(|placed| placed.mean),
        median_rank: placed.map(|placed| placed.median_rank),
        distance: placed.map(|placed| placed.distance),
    }
}

/// Where chosen trials lie among all.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Placed {
    shift: f64,
    tail_mean: f64,
    mean: f64,
    median_rank: f64,
    distance: f64,
}

/// Where each of some sets of trials lies among all values of a column; `None` where the column does not vary.
///
/// Values of long columns fall into up to 16,384 classes that keep their order: ranks and distances are then within
/// 0.002.
pub(crate) fn places(
    classes: Option<&Classes>,
    values: &[f32],
    tails: &[&[u32]],
) -> Vec<Option<Placed>> {
    level::at_best(Place {
        classes,
        values,
        tails,
    })
}

struct Place<'a> {
    classes: Option<&'a Classes>,
    values: &'a [f32],
    tails: &'a [&'a [u32]],
}

impl Work for Place<'_> {
    type Output = Vec<Option<Placed>>;

    #[inline(always)]
    fn run(self) -> Self::Output {
        let Self {
            classes,
            values,
            tails,
        } = self;
        if tails.is_empty() {
            return Vec::new();
        }
        let (mean, sd) = moments(values);
        if sd == 0.0 || sd.is_nan() {
            return vec![None; tails.len()];
        }
        let Some(classes) = classes else {
            let (class_of, counts) = exact_classes(values);
            let class = |trial: u32| class_of[trial as usize];
            return each(values, tails, (mean, sd), &counts, class);
        };
        let last = classes.last();
        let class = |trial: u32| classes.class(values[trial as usize], last);
        each(values, tails, (mean, sd), &classes.counts, class)
    }
}

#[inline(always)]
fn each(
    values: &[f32],
    tails: &[&[u32]],
    (mean, sd): (f64, f64),
    counts: &[u32],
    class: impl Fn(u32) -> u32,
) -> Vec<Option<Placed>> {
    let mut in_tail = vec![0_u32; counts.len()];
    let place = |tail: &&[u32]| {
        in_tail.fill(0);
        let mut sum = 0.0;
        for &trial in *tail {
            sum += f64::from(values[trial as usize]) - mean;
            in_tail[class(trial) as usize] += 1;
        }
        let shift = sum / tail.len() as f64;
        let (median_rank, distance) = compare(counts, &in_tail, values.len(), tail.len());
        Some(Placed {
            shift: shift / sd,
            tail_mean: mean + shift,
            mean,
            median_rank,
            distance,
        })
    };
    tails.iter().map(place).collect()
}

/// The class of each value, equal values sharing one, and how many values each class has.
fn exact_classes(values: &[f32]) -> (Vec<u32>, Vec<u32>) {
    let (mut class_of, mut counts) = (vec![0; values.len()], Vec::new());
    for equal in sorted(values).chunk_by(|a, b| a >> 32 == b >> 32) {
        for item in equal {
            class_of[(item & u64::from(u32::MAX)) as usize] = counts.len() as u32;
        }
        counts.push(equal.len() as u32);
    }
    (class_of, counts)
}

/// Median of the mid-ranks of the tail as a share of all, and the largest distance of the cumulative curves.
fn compare(counts: &[u32], in_tail: &[u32], all: usize, tail: usize) -> (f64, f64) {
    let (mut before, mut tail_before, mut distance) = (0_u64, 0_u64, 0_u64);
    // The two middle members of the tail, one and the same where their number is odd, and their mid-ranks doubled.
    let middle = [(tail as u64 - 1) / 2, tail as u64 / 2];
    let mut ranks = [0_u64; 2];
    for (&count, &inside) in counts.iter().zip(in_tail) {
        let (next, tail_next) = (before + u64::from(count), tail_before + u64::from(inside));
        if tail_next > middle[0] && tail_before <= middle[1] {
            for (rank, middle) in ranks.iter_mut().zip(middle) {
                if (tail_before..tail_next).contains(&middle) {
                    *rank = before + next;
                }
            }
        }
        (before, tail_before) = (next, tail_next);
        // In units of 1 / (all x tail): whole numbers below 2^63 for any run.
        distance = distance.max((tail_before * all as u64).abs_diff(before * tail as u64));
    }
    let ranks = (ranks[0] + ranks[1]) as f64 / 4.0;
    (
        ranks / all as f64,
        distance as f64 / (all as f64 * tail as f64),
    )
}

/// Mean and standard deviation (n - 1) in lanes, shifted by the first value.
#[inline(always)]
fn moments(values: &[f32]) -> (f64, f64) {
    let Some(&first) = values.first() else {
        return (f64::NAN, f64::NAN);
    };
    let shift = f64::from(first);
    let (mut sums, mut squares) = ([0.0; LANES], [0.0; LANES]);
    let parts = values.chunks_exact(LANES);
    let rest = parts.remainder();
    for part in parts {
        for lane in 0..LANES {
            let x = f64::from(part[lane]) - shift;
            sums[lane] += x;
            squares[lane] += x * x;
        }
    }
    for (lane, value) in rest.iter().enumerate() {
        let x = f64::from(*value) - shift;
        sums[lane] += x;
        squares[lane] += x * x;
    }
    let (sum, square): (f64, f64) = (sums.iter().sum(), squares.iter().sum());
    let n = values.len() as f64;
    let mean = sum / n;
    (
        shift + mean,
        ((square - sum * mean).max(0.0) / (n - 1.0)).sqrt(),
    )
}
