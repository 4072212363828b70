//! Rank correlation of kept columns: exact for short ones, by counting for long ones.
//!
//! Values of single precision fall into classes that keep their order; all values of a class share its mean rank, as
//! equal values do. The correlation differs from the exact one by less than 1e-5, and by less than 1e-4 where many
//! values crowd together without being equal.

#![expect(
    clippy::inline_always,
    reason = "only what is inlined is compiled for the level of the processor"
)]

use crate::level::{self, Work};

/// Columns up to this length are sorted where they are correlated with others.
const SHORT: usize = 4_096;

/// Columns up to this length are sorted where many are correlated with them.
const MIDDLE: usize = 20_000;

/// Most classes of a column that many are correlated with, as a power of two.
const FINE: u32 = 16;

/// Most classes of the many, as a power of two: tables of four ranks a class stay in the cache of a core.
const COARSE: u32 = 14;

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
        let bits = COARSE - u32::from(values.len() <= MIDDLE);
        (values.len() > SHORT).then(|| level::at_best(CountClasses(values, bits)))
    }

    /// Of the values that are there: NaN is left out.
    #[inline(always)]
    fn of(values: &[f32], bits: u32) -> Self {
        let (low, high) = ends(values);
        let offset = (high - low) / OCTAVES - low;
        let offset = if offset.is_finite() { offset } else { 0.0 };
        let (low, high) = (key(low + offset), key(high + offset));
        // Where no value is finite the two ends are exchanged.
        let (low, high) = (low.min(high), low.max(high));
        let range = high - low;
        let shift = (32 - range.leading_zeros()).saturating_sub(bits);
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
    const LANES: usize = 4;
    let all: u64 = counts.iter().map(|members| u64::from(*members)).sum();
    let middle = (all as f64 - 1.0) / 2.0;
    let mut before = 0_u64;
    // Sums in lanes, in a fixed order: one sum would wait for itself.
    let mut squares = [0.0; LANES];
    let mut ranks = vec![0.0; counts.len()];
    for (number, (rank, &members)) in ranks.iter_mut().zip(counts).enumerate() {
        let count = f64::from(members);
        let centered = before as f64 + (count - 1.0) / 2.0 - middle;
        before += u64::from(members);
        squares[number % LANES] += count * centered * centered;
        *rank = centered as f32;
    }
    (ranks, squares.iter().sum())
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

/// The ranks of one column.
#[derive(Default)]
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
        if values.len() <= MIDDLE {
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
    let classes = Classes::of(values, FINE);
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

/// Columns that stand side by side: what one table look-up and one vector operation serve.
const SIDE: usize = 4;

/// The ranks of some columns, as they are correlated with many others. Those of long columns stand in fours: a trial
/// that is looked up gives its rank for four columns at once.
pub(super) struct Others {
    columns: Vec<Ranks>,
    fours: Vec<Vec<[f32; SIDE]>>,
}

impl Others {
    pub(super) fn of(mut columns: Vec<Ranks>) -> Self {
        let trials = columns.first().map_or(0, |column| column.centered.len());
        let mut fours = Vec::new();
        if trials > SHORT {
            for group in columns.chunks_mut(SIDE) {
                fours.push(side_by_side(group));
                for column in group {
                    column.centered = Vec::new();
                }
            }
        }
        Self { columns, fours }
    }
}

/// The ranks of up to four columns by trial, in one pass. The places of columns that are not there repeat the first.
fn side_by_side(columns: &[Ranks]) -> Vec<[f32; SIDE]> {
    let [a, b, c, d] = std::array::from_fn(|place| {
        let column = columns.get(place).or(columns.first());
        column.map_or(&[][..], |column| column.centered.as_slice())
    });
    let pairs = a.iter().zip(b).zip(c.iter().zip(d));
    pairs.map(|((a, b), (c, d))| [*a, *b, *c, *d]).collect()
}

/// Spearman's correlation of a column without NaN with each of some others, over the trials that the other has; `None`
/// where one of the two does not vary. `classes` are those of the column, which [`Classes::of_long`] gives.
pub(super) fn correlations(
    classes: Option<&Classes>,
    values: &[f32],
    others: &Others,
) -> Vec<Option<f64>> {
    match classes {
        Some(classes) => level::at_best(Correlate {
            classes,
            values,
            others,
        }),
        None => exact(values, &others.columns),
    }
}

/// Counts the classes of a column.
struct CountClasses<'a>(&'a [f32], u32);

impl Work for CountClasses<'_> {
    type Output = Classes;

    #[inline(always)]
    fn run(self) -> Classes {
        Classes::of(self.0, self.1)
    }
}

fn exact(values: &[f32], others: &[Ranks]) -> Vec<Option<f64>> {
    let order = sorted(values);
    let whole = exact_ranks(&order, values.len());
    let correlation = |other: &Ranks, centered: &[f32], squares: f64| {
        let scale = (squares * other.squares).sqrt();
        let parts = centered.chunks(PART).zip(other.centered.chunks(PART));
        let sum: f64 = parts.map(|(a, b)| product(a, b)).sum();
        (scale > 0.0).then(|| (sum / scale).clamp(-1.0, 1.0))
    };
    let of_one = |other: &Ranks| {
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
    others: &'a Others,
}

impl Work for Correlate<'_> {
    type Output = Vec<Option<f64>>;

    #[inline(always)]
    fn run(self) -> Vec<Option<f64>> {
        correlate(self.classes, self.values, self.others)
    }
}

#[inline(always)]
fn correlate(classes: &Classes, values: &[f32], others: &Others) -> Vec<Option<f64>> {
    let (tables, table_of) = tables_of(classes, values, &others.columns);
    let mut found = Vec::with_capacity(others.columns.len());
    let groups = others.columns.chunks(SIDE).zip(table_of.chunks(SIDE));
    for ((columns, table_of), four) in groups.zip(&others.fours) {
        let mut by_class = vec![[0.0; SIDE]; classes.counts.len()];
        for (place, table) in table_of.iter().enumerate() {
            for (ranks, rank) in by_class.iter_mut().zip(&tables[*table].0) {
                ranks[place] = *rank;
            }
        }
        let sums = products(classes, values, &by_class, four);
        for ((column, table), sum) in columns.iter().zip(table_of).zip(sums) {
            let scale = (tables[*table].1 * column.squares).sqrt();
            found.push((scale > 0.0).then(|| (sum / scale).clamp(-1.0, 1.0)));
        }
    }
    found
}

/// Ranks by class, with their sum of squares.
type Table = (Vec<f32>, f64);

/// One table for all columns that lack no trial, and one for each of the rest; beside them which is for which.
#[inline(always)]
fn tables_of(classes: &Classes, values: &[f32], others: &[Ranks]) -> (Vec<Table>, Vec<usize>) {
    let last = classes.last();
    let mut tables: Vec<Table> = vec![ranks_of(&classes.counts)];
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
    (tables, table_of)
}

/// The sums over all trials of the ranks of a column times those of four others.
#[inline(always)]
fn products(
    classes: &Classes,
    values: &[f32],
    by_class: &[[f32; SIDE]],
    four: &[[f32; SIDE]],
) -> [f64; SIDE] {
    const LANES: usize = 4;
    let mut members = [0_u32; PART];
    let mut sums = [[0.0; SIDE]; LANES];
    for (part, four) in values.chunks(PART).zip(four.chunks(PART)) {
        classes.members(part, &mut members);
        let (whole, rest) = four.as_chunks::<LANES>();
        let (places, _) = members.as_chunks::<LANES>();
        for (four, places) in whole.iter().zip(places) {
            for lane in 0..LANES {
                add_product(
                    &mut sums[lane],
                    &by_class[places[lane] as usize],
                    &four[lane],
                );
            }
        }
        for (four, place) in rest.iter().zip(&members[whole.len() * LANES..]) {
            add_product(&mut sums[0], &by_class[*place as usize], four);
        }
    }
    let mut all = [0.0; SIDE];
    for lane in sums {
        for (sum, of_lane) in all.iter_mut().zip(lane) {
            *sum += of_lane;
        }
    }
    all
}

#[inline(always)]
fn add_product(sums: &mut [f64; SIDE], a: &[f32; SIDE], b: &[f32; SIDE]) {
    for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
        *sum += f64::from(*a) * f64::from(*b);
    }
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
