//! Counts in fine bins: what a run keeps of a column whose samples it does not keep.
//!
//! All that is kept are integers, smallest and largest value, so partial sketches merge in any order to the same bits.

use super::moments::Moments;

/// Bins of a sketch.
pub const SKETCH_BINS: usize = 1 << BIN_BITS;

const BIN_BITS: u32 = 16;

/// A bin is this power of two of the units of the sums.
const UNIT_BITS: u32 = 28;

/// Units from the center to either end of the bins.
const HALF_RANGE: i64 = 1 << (BIN_BITS + UNIT_BITS - 1);

/// Units that third and fourth powers leave out: 24 bits.
const COARSE_BITS: u32 = 24;

/// Values nearer to the center than this many units are the usual ones: their fourth powers have a place in the sums.
const NEAR: f64 = (1_u64 << 51) as f64;

/// Values further away than this many units are counted, but have no place in any sum: 2^52 times the range of the bins.
const FARTHEST: f64 = (1_u128 << 96) as f64;

/// Coarse units of a value whose third power has a place in the sums.
const LARGEST_CUBED: u128 = 1 << 32;

/// Half the range around a column that begins with nothing but 0.
const RANGE_OF_ZERO: f64 = 1e6;

/// Adding and taking away this rounds a number below 2^51 to a whole one.
const ROUNDING: f64 = 1.5 * (1_u64 << 52) as f64;

/// Where the bins of a column lie, and the unit of its sums: a value is center + units / scale. All parts of a run have
/// the same grid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grid {
    center: f64,
    /// A power of two.
    scale: f64,
}

impl Grid {
    /// The grid for a column that begins with these values: bins over 1.5 to 3 times their range, and around a single
    /// value. What is not finite does not count; without finite values the grid is around 0.
    pub fn of_pilot(values: &[f64]) -> Self {
        let finite: Vec<f64> = values.iter().copied().filter(|x| x.is_finite()).collect();
        let moments = Moments::of(&finite);
        let (low, high) = (moments.min().unwrap_or(0.0), moments.max().unwrap_or(0.0));
        let center = low * 0.5 + high * 0.5;
        let spread = 1.5 * (high * 0.5 - low * 0.5);
        // One value has no range: its own size stands for it, and money where the value is 0.
        let half = match (spread > 0.0, center.abs() > 0.0) {
            (true, _) => spread,
            (false, true) => center.abs(),
            (false, false) => RANGE_OF_ZERO,
        };
        let half = half.clamp(1e-200, 1e200);
        let exponent = (half.to_bits() >> 52) as i32 - 1_023 + 1;
        Self {
            center: center.clamp(-1e250, 1e250) + 0.0,
            scale: power_of_two(HALF_RANGE.trailing_zeros().cast_signed() - exponent),
        }
    }

    /// A grid as it was written; `None` where no pilot gives it.
    pub fn from_parts([center, scale]: [f64; 2]) -> Option<Self> {
        let is_power = scale > 0.0 && scale.is_normal() && scale.to_bits().trailing_zeros() >= 52;
        (center.abs() <= 1e250 && is_power).then_some(Self { center, scale })
    }

    /// Center and scale.
    pub fn parts(self) -> [f64; 2] {
        [self.center, self.scale]
    }

    /// Width of a bin.
    pub fn width(self) -> f64 {
        (1_u64 << UNIT_BITS) as f64 / self.scale
    }

    /// Lower end of the bins.
    pub fn low(self) -> f64 {
        self.value(-(HALF_RANGE as f64))
    }

    /// Upper end of the bins.
    pub fn high(self) -> f64 {
        self.value(HALF_RANGE as f64)
    }

    /// The value that lies so many units from the center.
    pub(super) fn value(self, units: f64) -> f64 {
        self.center + units / self.scale
    }

    pub(super) fn scale(self) -> f64 {
        self.scale
    }

    pub(super) fn center(self) -> f64 {
        self.center
    }
}

/// A power of two from -1,022 to 1,023.
fn power_of_two(exponent: i32) -> f64 {
    f64::from_bits(((exponent.clamp(-1_022, 1_023) + 1_023) as u64) << 52)
}

/// Counts and sums of a column, in units of its grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Sketch {
    pub(super) grid: Grid,
    pub(super) counts: Vec<u32>,
    pub(super) totals: Totals,
}

/// All of a sketch but the counts of its bins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Totals {
    /// Finite values below and above the bins, and those too far away for the sums.
    pub(super) below: u64,
    pub(super) above: u64,
    pub(super) far: u64,
    /// Values that are NaN, +infinity and -infinity.
    pub(super) undefined: u64,
    pub(super) infinite: u64,
    pub(super) negative_infinite: u64,
    /// Finite values below zero.
    pub(super) below_zero: u64,
    /// Sums over the values below the bins, above them, and over all.
    pub(super) sum_below: i128,
    pub(super) sum_above: i128,
    pub(super) sum: i128,
    /// Sums of powers; `None` where one is beyond the largest number.
    pub(super) squares: Option<i128>,
    pub(super) cubes: Option<i128>,
    pub(super) fourths: Option<i128>,
    pub(super) smallest: f64,
    pub(super) largest: f64,
    /// The first trial without a figure.
    pub(super) first_undefined: u64,
}

impl Default for Totals {
    fn default() -> Self {
        Self {
            below: 0,
            above: 0,
            far: 0,
            undefined: 0,
            infinite: 0,
            negative_infinite: 0,
            below_zero: 0,
            sum_below: 0,
            sum_above: 0,
            sum: 0,
            squares: Some(0),
            cubes: Some(0),
            fourths: Some(0),
            smallest: f64::INFINITY,
            largest: f64::NEG_INFINITY,
            first_undefined: u64::MAX,
        }
    }
}

impl Sketch {
    /// Nothing counted yet.
    pub fn new(grid: Grid) -> Self {
        Self {
            grid,
            counts: vec![0; SKETCH_BINS],
            totals: Totals::default(),
        }
    }

    /// Where the bins lie.
    pub fn grid(&self) -> Grid {
        self.grid
    }

    /// Finite values counted.
    pub fn finite(&self) -> u64 {
        let inside: u64 = self.counts.iter().map(|count| u64::from(*count)).sum();
        inside + self.totals.below + self.totals.above
    }

    /// Values counted, finite or not.
    pub fn trials(&self) -> u64 {
        let totals = &self.totals;
        self.finite() + totals.undefined + totals.infinite + totals.negative_infinite
    }

    /// Finite values below and above the bins.
    pub fn outside(&self) -> [u64; 2] {
        [self.totals.below, self.totals.above]
    }

    /// The first trial without a figure.
    pub fn first_undefined(&self) -> Option<u64> {
        (self.totals.first_undefined < u64::MAX).then_some(self.totals.first_undefined)
    }

    /// Counts the figures of some trials, the first of which has this number.
    pub fn add(&mut self, first_trial: u64, values: &[f64]) {
        let Grid { center, scale } = self.grid;
        for (&value, trial) in values.iter().zip(first_trial..) {
            // One zero.
            let value = value + 0.0;
            let scaled = (value - center) * scale;
            // False for NaN too.
            if scaled.abs() < NEAR {
                self.add_units(value, ((scaled + ROUNDING) - ROUNDING) as i64);
            } else {
                self.add_rare(value, scaled, trial);
            }
        }
    }

    #[inline]
    fn add_units(&mut self, value: f64, units: i64) {
        let totals = &mut self.totals;
        totals.below_zero += u64::from(value < 0.0);
        totals.smallest = totals.smallest.min(value);
        totals.largest = totals.largest.max(value);
        let coarse = i128::from((units + (1 << (COARSE_BITS - 1))) >> COARSE_BITS);
        let square = coarse * coarse;
        let units = i128::from(units);
        totals.sum += units;
        totals.squares = totals
            .squares
            .and_then(|sum| sum.checked_add(units * units));
        totals.cubes = totals.cubes.map(|sum| sum + square * coarse);
        totals.fourths = totals
            .fourths
            .and_then(|sum| sum.checked_add(square * square));
        let bin = (units as i64 + HALF_RANGE) >> UNIT_BITS;
        if bin < 0 {
            totals.below += 1;
            totals.sum_below += units;
        } else if let Some(count) = self.counts.get_mut(bin as usize) {
            *count += 1;
        } else {
            totals.above += 1;
            totals.sum_above += units;
        }
    }

    #[cold]
    fn add_rare(&mut self, value: f64, scaled: f64, trial: u64) {
        let totals = &mut self.totals;
        if value.is_nan() {
            totals.undefined += 1;
            totals.first_undefined = totals.first_undefined.min(trial);
        } else if value == f64::INFINITY {
            totals.infinite += 1;
        } else if value == f64::NEG_INFINITY {
            totals.negative_infinite += 1;
        } else {
            totals.add_far(value, scaled);
        }
    }

    /// Takes in the counts of another part of the column; false, and nothing done, where its grid is another.
    #[must_use]
    pub fn merge(&mut self, other: &Self) -> bool {
        if self.grid != other.grid || self.counts.len() != other.counts.len() {
            return false;
        }
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count = count.saturating_add(*more);
        }
        self.totals.merge(&other.totals);
        true
    }

    /// Forgets all counts.
    pub fn clear(&mut self) {
        self.counts.fill(0);
        self.totals = Totals::default();
    }
}

impl Totals {
    /// Counts a finite value far beyond the bins.
    fn add_far(&mut self, value: f64, scaled: f64) {
        self.below_zero += u64::from(value < 0.0);
        self.smallest = self.smallest.min(value);
        self.largest = self.largest.max(value);
        let is_below = scaled < 0.0;
        self.below += u64::from(is_below);
        self.above += u64::from(!is_below);
        if scaled.abs() >= FARTHEST {
            self.far += 1;
            return;
        }
        let units = scaled as i128;
        self.sum += units;
        *(if is_below {
            &mut self.sum_below
        } else {
            &mut self.sum_above
        }) += units;
        let coarse = units >> COARSE_BITS;
        let square = |x: i128| x.checked_mul(x);
        let add = |sum: Option<i128>, term: Option<i128>| sum?.checked_add(term?);
        self.squares = add(self.squares, square(units));
        self.fourths = add(self.fourths, square(coarse).and_then(square));
        // Signed terms: a bound of each keeps the sum from depending on their order.
        let is_small = coarse.unsigned_abs() < LARGEST_CUBED;
        self.cubes = self
            .cubes
            .filter(|_| is_small)
            .map(|sum| sum + coarse * coarse * coarse);
    }

    fn merge(&mut self, other: &Self) {
        let counts = [
            (&mut self.below, other.below),
            (&mut self.above, other.above),
            (&mut self.far, other.far),
            (&mut self.undefined, other.undefined),
            (&mut self.infinite, other.infinite),
            (&mut self.negative_infinite, other.negative_infinite),
            (&mut self.below_zero, other.below_zero),
        ];
        for (count, more) in counts {
            *count = count.saturating_add(more);
        }
        // Parts of a run are far from the largest number; those of a damaged file must not stop the program.
        self.sum_below = self.sum_below.saturating_add(other.sum_below);
        self.sum_above = self.sum_above.saturating_add(other.sum_above);
        self.sum = self.sum.saturating_add(other.sum);
        let add = |a: Option<i128>, b: Option<i128>| a?.checked_add(b?);
        self.squares = add(self.squares, other.squares);
        self.cubes = add(self.cubes, other.cubes);
        self.fourths = add(self.fourths, other.fourths);
        self.smallest = self.smallest.min(other.smallest);
        self.largest = self.largest.max(other.largest);
        self.first_undefined = self.first_undefined.min(other.first_undefined);
    }
}

/// Bytes of the totals of a sketch as they are written.
const TOTALS_BYTES: usize = 7 * 8 + 6 * 16 + 3 + 3 * 8;

impl Sketch {
    /// Bytes of a sketch as it is written.
    pub const BYTES: usize = 2 * 8 + TOTALS_BYTES + 4 * SKETCH_BINS;

    /// Writes it, little-endian: grid, counts and sums, bins.
    pub fn write(&self, to: &mut Vec<u8>) {
        let totals = &self.totals;
        for figure in self.grid.parts() {
            to.extend_from_slice(&figure.to_le_bytes());
        }
        for count in [
            totals.below,
            totals.above,
            totals.far,
            totals.undefined,
            totals.infinite,
            totals.negative_infinite,
            totals.below_zero,
        ] {
            to.extend_from_slice(&count.to_le_bytes());
        }
        for sum in [
            totals.sum_below,
            totals.sum_above,
            totals.sum,
            totals.squares.unwrap_or(0),
            totals.cubes.unwrap_or(0),
            totals.fourths.unwrap_or(0),
        ] {
            to.extend_from_slice(&sum.to_le_bytes());
        }
        for sum in [totals.squares, totals.cubes, totals.fourths] {
            to.push(u8::from(sum.is_some()));
        }
        to.extend_from_slice(&totals.smallest.to_le_bytes());
        to.extend_from_slice(&totals.largest.to_le_bytes());
        to.extend_from_slice(&totals.first_undefined.to_le_bytes());
        for count in &self.counts {
            to.extend_from_slice(&count.to_le_bytes());
        }
    }

    /// Reads what [`Self::write`] wrote; `None` where the bytes are not a sketch.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        if bytes.len() != Self::BYTES {
            return None;
        }
        let mut rest = bytes;
        let grid = Grid::from_parts([f64_of(&mut rest)?, f64_of(&mut rest)?])?;
        let mut counts = [0; 7];
        for count in &mut counts {
            *count = u64::from_le_bytes(take(&mut rest)?);
        }
        let mut sums = [0; 6];
        for sum in &mut sums {
            *sum = i128::from_le_bytes(take(&mut rest)?);
        }
        let [has_squares, has_cubes, has_fourths] = take(&mut rest)?;
        let [
            below,
            above,
            far,
            undefined,
            infinite,
            negative_infinite,
            below_zero,
        ] = counts;
        let [sum_below, sum_above, sum, squares, cubes, fourths] = sums;
        let totals = Totals {
            below,
            above,
            far,
            undefined,
            infinite,
            negative_infinite,
            below_zero,
            sum_below,
            sum_above,
            sum,
            squares: (has_squares == 1).then_some(squares),
            cubes: (has_cubes == 1).then_some(cubes),
            fourths: (has_fourths == 1).then_some(fourths),
            smallest: f64_of(&mut rest)?,
            largest: f64_of(&mut rest)?,
            first_undefined: u64::from_le_bytes(take(&mut rest)?),
        };
        let (bins, _) = rest.as_chunks::<4>();
        let counts = bins
            .iter()
            .map(|bytes| u32::from_le_bytes(*bytes))
            .collect();
        let ends = !totals.smallest.is_nan() && !totals.largest.is_nan();
        ends.then_some(Self {
            grid,
            counts,
            totals,
        })
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (head, tail) = rest.split_first_chunk::<N>()?;
    *rest = tail;
    Some(*head)
}

fn f64_of(rest: &mut &[u8]) -> Option<f64> {
    take(rest).map(f64::from_le_bytes)
}
