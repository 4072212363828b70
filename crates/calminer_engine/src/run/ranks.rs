//! Rank correlation of kept columns: exact for short ones, by counting for long ones.
//!
//! Values of single precision fall into up to 65,536 classes that keep their order; all values of a class share its mean
//! rank, as equal values do. The correlation differs from the exact one by less than 1e-5.

#![expect(
    clippy::inline_always,
    reason = "only what is inlined is compiled for the level of the processor"
)]

use crate::level::{self, Work};

/// Columns up to this length are sorted.
const SHORT: usize = 20_000;

/// Most classes of a column, as a power of two.
const CLASS_BITS: u32 = 16;

/// Trials of a part: its ranks stay in the cache, and sums of parts have a fixed order.
const PART: usize = 1_024;

/// The bits of a number as an integer that grows with it.
#[inline(always)]
fn key(value: f32) -> u32 {
    // One zero.
    let bits = (value + 0.0).to_bits();
    bits ^ (((bits.cast_signed() >> 31).cast_unsigned()) | 1 << 31)
}

/// Octaves that the classes of a column spread over: fine at its low end, where skewed values crowd, and fine enough at
/// its high end.
const OCTAVES: f32 = 16_384.0;

/// How many values of a column fall into each class.
pub(crate) struct Classes {
    /// Moves the finite values into fourteen octaves of positive numbers.
    offset: f32,
    low: u32,
    shift: u32,
    /// The last class holds +infinity alone; -infinity falls into the first.
    pub(crate) counts: Vec<u32>,
}

impl Classes {
    /// Of a column that is too long to be sorted; none for a short one.
    pub(crate) fn of_long(values: &[f32]) -> Option<Self> {
        (values.len() > SHORT).then(|| level::at_best(CountClasses(values)))
    }

    /// Of the values that are there: NaN is left out.
    #[inline(always)]
    fn of(values: &[f32]) -> Self {
        let (low, high) = ends(values);
        let offset = (high - low) / OCTAVES - low;
        let offset = if offset.is_finite() { offset } else { 0.0 };
        let (low, high) = (key(low + offset), key(high + offset));
        // Where no value is finite the two ends are exchanged.
        let (low, high) = (low.min(high), low.max(high));
        let range = high - low;
        let shift = (32 - range.leading_zeros()).saturating_sub(CLASS_BITS);
        // One class more than there are, for NaN, until all are counted.
        let counts = vec![0; (range >> shift) as usize + 3];
        let mut classes = Self {
            offset,
            low,
            shift,
            counts,
        };
        let last = (classes.counts.len() - 2) as u32;
        let mut members = [0_u32; PART];
        for part in values.chunks(PART) {
            for (member, &value) in members.iter_mut().zip(part) {
                let class = classes.class(value, last);
                *member = if value.is_nan() { last + 1 } else { class };
            }
            for member in &members[..part.len()] {
                classes.counts[*member as usize] += 1;
            }
        }
        classes.counts.pop();
        classes
    }

    pub(crate) fn last(&self) -> u32 {
        (self.counts.len() - 1) as u32
    }

    /// The classes of values; meaningless for NaN.
    #[inline(always)]
    fn members(&self, values: &[f32], members: &mut [u32; PART]) {
        let last = self.last();
        for (member, value) in members.iter_mut().zip(values) {
            *member = self.class(*value, last);
        }
    }

    #[inline(always)]
    pub(crate) fn class(&self, value: f32, last: u32) -> u32 {
        (key(value + self.offset).saturating_sub(self.low) >> self.shift).min(last)
    }
}

/// The rank of each class less the mean rank, with the sum of squares over all values.
fn ranks_of(counts: &[u32]) -> (Vec<f32>, f64) {
    let all: f64 = counts.iter().map(|members| f64::from(*members)).sum();
    let middle = (all - 1.0) / 2.0;
    let (mut before, mut squares) = (0.0, 0.0);
    let ranks = counts.iter().map(|members| {
        let members = f64::from(*members);
        let rank = before + (members - 1.0) / 2.0 - middle;
        before += members;
        squares += members * rank * rank;
        rank as f32
    });
    (ranks.collect(), squares)
}

/// Bits of a digit, and digits of a key.
const DIGIT_BITS: usize = 11;
const DIGITS: usize = 3;

/// The values that are there in ascending order: key above, trial below; equal values in order of trial.
pub(crate) fn sorted(values: &[f32]) -> Vec<u64> {
    let present = values
        .iter()
        .zip(0_u64..)
        .filter(|(value, _)| !value.is_nan());
    let mut order: Vec<u64> = present
        .map(|(value, trial)| u64::from(key(*value)) << 32 | trial)
        .collect();
    // From the lowest digit of the key up, each time in the order of the time before.
    let digit = |item: u64, number: usize| {
        (item >> (32 + number * DIGIT_BITS)) as usize & ((1 << DIGIT_BITS) - 1)
    };
    let mut ends = vec![[0_u32; 1 << DIGIT_BITS]; DIGITS];
    for &item in &order {
        for (number, ends) in ends.iter_mut().enumerate() {
            ends[digit(item, number)] += 1;
        }
    }
    let mut other = vec![0; order.len()];
    for (number, ends) in ends.iter_mut().enumerate() {
        let mut before = 0;
        for end in ends.iter_mut() {
            before += std::mem::replace(end, before);
        }
        for &item in &order {
            let end = &mut ends[digit(item, number)];
            other[*end as usize] = item;
            *end += 1;
        }
        std::mem::swap(&mut order, &mut other);
    }
    order
}

/// Exact ranks less the mean rank of `count` trials in ascending order, by trial (0 for those that are not in the
/// order), and the sum of squares.
fn exact_ranks(order: &[u64], count: usize) -> (Vec<f32>, f64) {
    let middle = (order.len() as f64 - 1.0) / 2.0;
    let (mut centered, mut squares, mut from) = (vec![0.0; count], 0.0, 0);
    for equal in order.chunk_by(|a, b| a >> 32 == b >> 32) {
        let rank = from as f64 + (equal.len() as f64 - 1.0) / 2.0 - middle;
        squares += equal.len() as f64 * rank * rank;
        from += equal.len();
        for item in equal {
            centered[(item & u64::from(u32::MAX)) as usize] = rank as f32;
        }
    }
    (centered, squares)
}

/// The smallest and the largest finite value.
#[inline(always)]
fn ends(values: &[f32]) -> (f32, f32) {
    const LANES: usize = 16;
    let (mut low, mut high) = ([f32::INFINITY; LANES], [f32::NEG_INFINITY; LANES]);
    let mut take = |lane: usize, value: f32| {
        low[lane] = if value < low[lane] && value > f32::NEG_INFINITY {
            value
        } else {
            low[lane]
        };
        high[lane] = if value > high[lane] && value < f32::INFINITY {
            value
        } else {
            high[lane]
        };
    };
    let (whole, rest) = values.as_chunks::<LANES>();
    for part in whole {
        for (lane, value) in part.iter().enumerate() {
            take(lane, *value);
        }
    }
    for (lane, value) in rest.iter().enumerate() {
        take(lane, *value);
    }
    let low = low.into_iter().fold(f32::INFINITY, f32::min);
    (low, high.into_iter().fold(f32::NEG_INFINITY, f32::max))
}

/// The ranks of one column, made once and correlated with many others.
pub(super) struct Ranks {
    /// Rank less the mean rank, by trial; 0 where the value is absent.
    centered: Vec<f32>,
    squares: f64,
    /// Trials without a value.
    absent: Vec<u32>,
}

impl Ranks {
    /// The ranks of a column; a NaN has none.
    pub(super) fn of(values: &[f32]) -> Self {
        if values.len() <= SHORT {
            let (centered, squares) = exact_ranks(&sorted(values), values.len());
            let absent = (0..).zip(values).filter(|(_, value)| value.is_nan());
            let absent = absent.map(|(trial, _)| trial).collect();
            return Self {
                centered,
                squares,
                absent,
            };
        }
        level::at_best(Count { values })
    }
}

struct Count<'a> {
    values: &'a [f32],
}

impl Work for Count<'_> {
    type Output = Ranks;

    #[inline(always)]
    fn run(self) -> Ranks {
        counted(self.values)
    }
}

#[inline(always)]
fn counted(values: &[f32]) -> Ranks {
    let classes = Classes::of(values);
    let (ranks, squares) = ranks_of(&classes.counts);
    let mut centered = vec![0.0; values.len()];
    let mut members = [0; PART];
    for (part, centered) in values.chunks(PART).zip(centered.chunks_mut(PART)) {
        classes.members(part, &mut members);
        for (rank, member) in centered.iter_mut().zip(&members) {
            *rank = ranks[*member as usize];
        }
    }
    let nan = values.iter().zip(0..).filter(|(value, _)| value.is_nan());
    let absent: Vec<u32> = nan.map(|(_, trial)| trial).collect();
    for &trial in &absent {
        centered[trial as usize] = 0.0;
    }
    Ranks {
        centered,
        squares,
        absent,
    }
}

/// Spearman's correlation of a column without NaN with each of some others, over the trials that the other has; `None`
/// where one of the two does not vary.
pub(super) fn correlations(values: &[f32], others: &[&Ranks]) -> Vec<Option<f64>> {
    correlations_by(Classes::of_long(values).as_ref(), values, others)
}

/// The same with the classes of the column, which [`Classes::of_long`] gives.
pub(super) fn correlations_by(
    classes: Option<&Classes>,
    values: &[f32],
    others: &[&Ranks],
) -> Vec<Option<f64>> {
    match classes {
        Some(classes) => level::at_best(Correlate {
            classes,
            values,
            others,
        }),
        None => exact(values, others),
    }
}

/// Counts the classes of a column.
struct CountClasses<'a>(&'a [f32]);

impl Work for CountClasses<'_> {
    type Output = Classes;

    #[inline(always)]
    fn run(self) -> Classes {
        Classes::of(self.0)
    }
}

fn exact(values: &[f32], others: &[&Ranks]) -> Vec<Option<f64>> {
    let order = sorted(values);
    let whole = exact_ranks(&order, values.len());
    let correlation = |other: &Ranks, centered: &[f32], squares: f64| {
        let scale = (squares * other.squares).sqrt();
        let parts = centered.chunks(PART).zip(other.centered.chunks(PART));
        let sum: f64 = parts.map(|(a, b)| product(a, b)).sum();
        (scale > 0.0).then(|| (sum / scale).clamp(-1.0, 1.0))
    };
    let of_one = |other: &&Ranks| {
        if other.absent.is_empty() {
            return correlation(other, &whole.0, whole.1);
        }
        let mut is_there = vec![true; values.len()];
        for &trial in &other.absent {
            is_there[trial as usize] = false;
        }
        let rest = order.iter().copied();
        let rest: Vec<u64> = rest
            .filter(|item| is_there[*item as u32 as usize])
            .collect();
        let (centered, squares) = exact_ranks(&rest, values.len());
        correlation(other, &centered, squares)
    };
    others.iter().map(of_one).collect()
}

struct Correlate<'a> {
    classes: &'a Classes,
    values: &'a [f32],
    others: &'a [&'a Ranks],
}

impl Work for Correlate<'_> {
    type Output = Vec<Option<f64>>;

    #[inline(always)]
    fn run(self) -> Vec<Option<f64>> {
        correlate(self.classes, self.values, self.others)
    }
}

#[inline(always)]
fn correlate(classes: &Classes, values: &[f32], others: &[&Ranks]) -> Vec<Option<f64>> {
    let last = classes.last();
    // One table for all columns that lack no trial, and one for each of the rest.
    let mut tables: Vec<(Vec<f32>, f64)> = vec![ranks_of(&classes.counts)];
    let mut table_of = Vec::with_capacity(others.len());
    for other in others {
        if other.absent.is_empty() {
            table_of.push(0);
            continue;
        }
        let mut counts = classes.counts.clone();
        for &trial in &other.absent {
            counts[classes.class(values[trial as usize], last) as usize] -= 1;
        }
        table_of.push(tables.len());
        tables.push(ranks_of(&counts));
    }
    let mut sums = vec![0.0; others.len()];
    let (mut members, mut ranks) = ([0_u32; PART], [0.0_f32; PART]);
    for (number, part) in values.chunks(PART).enumerate() {
        classes.members(part, &mut members);
        for (table, (by_class, _)) in tables.iter().enumerate() {
            if !table_of.contains(&table) {
                continue;
            }
            for (rank, member) in ranks.iter_mut().zip(&members).take(part.len()) {
                *rank = by_class[*member as usize];
            }
            for ((sum, other), _) in sums
                .iter_mut()
                .zip(others)
                .zip(&table_of)
                .filter(|(_, of)| **of == table)
            {
                *sum += product(
                    &ranks[..part.len()],
                    &other.centered[number * PART..][..part.len()],
                );
            }
        }
    }
    let scale = |other: usize| (tables[table_of[other]].1 * others[other].squares).sqrt();
    let found = sums.into_iter().enumerate();
    found
        .map(|(other, sum)| (scale(other) > 0.0).then(|| (sum / scale(other)).clamp(-1.0, 1.0)))
        .collect()
}

/// The sum of products in lanes, so that it becomes vector operations.
#[inline(always)]
fn product(a: &[f32], b: &[f32]) -> f64 {
    const LANES: usize = 8;
    let mut sums = [0.0; LANES];
    let (wide, wide_b) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest = wide.remainder().iter().zip(wide_b.remainder());
    for (x, y) in wide.zip(wide_b) {
        for lane in 0..LANES {
            sums[lane] += f64::from(x[lane]) * f64::from(y[lane]);
        }
    }
    let rest: f64 = rest.map(|(x, y)| f64::from(*x) * f64::from(*y)).sum();
    sums.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests;
