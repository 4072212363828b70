//! Scrambled Sobol points: for each parameter one dimension of a sequence that fills the unit cube evenly.
//!
//! - *Sequence.* The direction numbers are the set `new-joe-kuo-6` of S. Joe and F. Y. Kuo, "Constructing Sobol
//!   sequences with better two-dimensional projections", SIAM J. Sci. Comput. 30 (2008), 2635-2654; its first 1,024
//!   dimensions stand in `joe_kuo.txt`, from dimension 1 on one in a line: the coefficients a of the primitive
//!   polynomial, then `m_1` to `m_s`. Dimension 0 is the sequence of van der Corput. Points come in Gray-code order
//!   (I. A. Antonov and V. M. Saleev 1979), from index 0 on.
//! - *Scramble.* A random lower triangular matrix over the digits and a random digital shift (J. Matousek, "On the
//!   L2-discrepancy for anchored boxes", J. Complexity 14 (1998), 527-556), drawn anew for each replicate of each
//!   coordinate. Every point is uniform; nets stay nets with the same t; and the variance of a mean is exactly that of
//!   nested uniform scrambling, for every integrand of finite variance (A. B. Owen, "Variance with alternative
//!   scramblings of digital nets", ACM TOMACS 13 (2003), 363-378).
//! - *Inside the cell.* A replicate of up to 2^m points has m digits from the sequence; the others come from the plain
//!   stream, so the position in the cell is random, as nested scrambling makes it. That keeps the means of replicates
//!   near a normal law: linear digits down to the last would make them very exact most times and far off at rare ones,
//!   which no interval from twenty replicates sees.

#![expect(
    clippy::inline_always,
    reason = "these loops must be compiled inside the caller, at the processor level it has chosen"
)]

use std::iter;
use std::sync::LazyLock;

use super::stream::{Coordinate, LARGEST_UNIFORM, mix, unit};

/// Number of dimensions: parameters with a slot below it can have one.
pub const DIMENSIONS: u32 = 1_024;
/// Largest number of points of a replicate.
pub const LARGEST_SIZE: u64 = 1 << 31;

/// Binary digits of a point.
const DIGITS: usize = 32;
/// Points that share one table of steps; a power of two.
const BLOCK: usize = 128;
/// Step of the sequence of keys: 2^64 divided by the golden ratio, made odd.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// What the bits of an index add to a point, the lowest bit first; the first digit of the point is the highest bit.
type Directions = [u32; DIGITS];

static DIRECTIONS: LazyLock<Vec<Directions>> = LazyLock::new(|| {
    let van_der_corput = directions(0, &[1; DIGITS]);
    let others = include_str!("joe_kuo.txt").lines().map(|line| {
        let mut numbers = line.split(' ').filter_map(|number| number.parse().ok());
        let polynomial = numbers.next().unwrap_or(0);
        directions(polynomial, &numbers.collect::<Vec<u32>>())
    });
    iter::once(van_der_corput).chain(others).collect()
});

/// All direction numbers from the first ones, by the recurrence of the polynomial x^s + `a_1` x^(s-1) + ... + 1, whose
/// inner coefficients are the bits of `polynomial`.
fn directions(polynomial: u32, first: &[u32]) -> Directions {
    let degree = first.len();
    let mut found = [0; DIGITS];
    for place in 0..DIGITS {
        found[place] = match first.get(place) {
            Some(number) => number << (DIGITS - 1 - place),
            None => (1..degree)
                .filter(|back| polynomial >> (degree - 1 - back) & 1 == 1)
                .map(|back| found[place - back])
                .fold(
                    found[place - degree] ^ (found[place - degree] >> degree),
                    |sum, number| sum ^ number,
                ),
        };
    }
    found
}

/// The dimension of a coordinate whose parameter has this slot; `None` where the plain stream draws: impacts, paths,
/// values of single periods, and slots beyond the last dimension.
pub fn dimension(coordinate: Coordinate, slot: u32) -> Option<u32> {
    let drawn_once = coordinate.part == 0 && coordinate.period == 0;
    (drawn_once && slot < DIMENSIONS).then_some(slot)
}

/// A point of the sequence without a scramble, times 2^32; 0 beyond the last dimension.
pub fn unscrambled(dimension: u32, index: u32) -> u32 {
    DIRECTIONS
        .get(dimension as usize)
        .map_or(0, |directions| point(directions, index))
}

#[inline(always)]
fn point(directions: &Directions, index: u32) -> u32 {
    let mut gray = index ^ (index >> 1);
    let mut sum = 0;
    while gray != 0 {
        sum ^= directions[gray.trailing_zeros() as usize];
        gray &= gray - 1;
    }
    sum
}

/// One dimension under the scramble of one replicate.
#[derive(Clone, Debug)]
pub struct Scrambled {
    directions: &'static Directions,
    /// Columns of the lower triangular matrix, the first digit's first; 0 beyond the digits in use.
    columns: [u32; DIGITS],
    shift: u32,
    /// Digits in use: 2^digits points or fewer.
    digits: u32,
}

impl Scrambled {
    /// The points of a replicate of `size` points, held within 1 ..= [`LARGEST_SIZE`], under a key; `None` beyond the
    /// last dimension.
    #[inline(always)]
    pub fn new(dimension: u32, size: u64, key: u64) -> Option<Self> {
        let directions = DIRECTIONS.get(dimension as usize)?;
        let size = size.clamp(1, LARGEST_SIZE);
        let digits = u64::BITS - (size - 1).leading_zeros();
        let used = !(u32::MAX >> digits);
        let mut columns = [0; DIGITS];
        let mut word = key;
        for (number, pair) in columns.chunks_exact_mut(2).enumerate() {
            word = word.wrapping_add(STEP);
            let bits = mix(word);
            for (place, (column, bits)) in pair.iter_mut().zip([bits >> 32, bits]).enumerate() {
                // 1 on the diagonal, random digits below it, 0 above.
                let diagonal = 0x8000_0000_u32 >> (2 * number + place);
                *column = (diagonal | (bits as u32 & (diagonal - 1))) & used;
            }
        }
        let shift = mix(word.wrapping_add(STEP)) as u32 & used;
        Some(Self {
            directions,
            columns,
            shift,
            digits,
        })
    }

    /// The matrix on the digits of a point.
    #[inline(always)]
    fn times(&self, digits: u32) -> u32 {
        let mut sum = 0;
        for (place, column) in self.columns.iter().enumerate() {
            let diagonal = 0x8000_0000 >> place;
            sum ^= if digits & diagonal == 0 { 0 } else { *column };
        }
        sum
    }

    /// Replaces plain uniforms by the points `first`, `first` + 1 and so on: they keep a uniform number only for their
    /// position in the cell. 52 bits and half a step, inside (0, 1), as in the plain stream.
    #[inline(always)]
    pub fn place(&self, first: u32, values: &mut [f64]) {
        // Points are linear in the index: within a block all differ from its first by the same steps.
        let mut steps = [0_u32; BLOCK];
        for bit in 0..BLOCK.ilog2() {
            let (known, rest) = steps.split_at_mut(1 << bit);
            let step = self.times(point(self.directions, 1 << bit));
            for (new, old) in rest.iter_mut().zip(known) {
                *new = *old ^ step;
            }
        }
        let mut index = first;
        let mut rest = values;
        while !rest.is_empty() {
            let inside = index as usize % BLOCK;
            let (values, behind) = rest.split_at_mut((BLOCK - inside).min(rest.len()));
            let base = self.shift ^ self.times(point(self.directions, index - inside as u32));
            for (value, step) in values.iter_mut().zip(&steps[inside..]) {
                // The inverse of `unit`, exact: the 52 bits of the plain number.
                let plain = (*value + LARGEST_UNIFORM).to_bits() << 12;
                *value = unit(u64::from(base ^ step) << 32 | plain >> self.digits);
            }
            index = index.wrapping_add(values.len() as u32);
            rest = behind;
        }
    }
}

#[cfg(test)]
mod tests;
