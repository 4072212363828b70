//! Percentiles of one period of a row, by counting instead of a sort.

#![expect(
    clippy::inline_always,
    reason = "only what is inlined is compiled for the level of the processor"
)]

use calminer_domain::PercentileDefinition;

use crate::level::{self, Work};
use crate::statistics::place;

/// The shares of a band: P5, P25, P50, P75, P95.
const SHARES: [f64; 5] = [0.05, 0.25, 0.50, 0.75, 0.95];

/// Classes of the high half of a key; the values of a class are looked at one by one.
const CLASSES: usize = 1 << 16;

/// Class of an absent figure. No number falls into it: its bits are those of NaN.
const ABSENT_CLASS: usize = CLASSES - 1;

/// Classes whose counts are added up before one is looked for.
const SPAN: usize = 256;

/// Figures handled at once: they stay in the cache, and the sums of parts have a fixed order.
const PART: usize = 1_024;

/// The bits of a number as an integer that grows with it; the largest for NaN.
#[inline(always)]
fn key(value: f32) -> u32 {
    let bits = value.to_bits();
    let key = bits ^ (((bits.cast_signed() >> 31).cast_unsigned()) | 1 << 31);
    if value.is_nan() { u32::MAX } else { key }
}

#[inline(always)]
fn class(key: u32) -> usize {
    (key >> 16) as usize
}

fn value(key: u32) -> f64 {
    f64::from(f32::from_bits(if key >> 31 == 1 {
        key & !(1 << 31)
    } else {
        !key
    }))
}

/// P5, P25, P50, P75, P95 and mean of a column; NaN where no trial has a figure. Absent figures are left out.
pub(super) fn band(column: &[f32], definition: PercentileDefinition) -> [f64; 6] {
    level::at_best(OneBand { column, definition })
}

struct OneBand<'a> {
    column: &'a [f32],
    definition: PercentileDefinition,
}

impl Work for OneBand<'_> {
    type Output = [f64; 6];

    #[inline(always)]
    fn run(self) -> [f64; 6] {
        band_of(self.column, self.definition)
    }
}

#[inline(always)]
fn band_of(column: &[f32], definition: PercentileDefinition) -> [f64; 6] {
    let (classes, sum) = count(column);
    let count = column.len() - classes[ABSENT_CLASS] as usize;
    if count == 0 {
        return [f64::NAN; 6];
    }
    let places = SHARES.map(|share| place(definition, count, share));
    let mut wanted: Vec<usize> = places
        .iter()
        .flat_map(|(below, _)| [*below, (below + 1).min(count - 1)])
        .collect();
    wanted.sort_unstable();
    wanted.dedup();
    let figures = at_ranks(column, &classes, &wanted);
    let at = |rank: usize| {
        wanted
            .binary_search(&rank)
            .map_or(f64::NAN, |found| figures[found])
    };
    let mut band = [sum / count as f64; 6];
    for (figure, (below, share)) in band.iter_mut().zip(places) {
        let (low, high) = (at(below), at((below + 1).min(count - 1)));
        *figure = if low == high {
            low
        } else {
            low + share * (high - low)
        };
    }
    band
}

/// How many figures fall into each class, and the sum of those that are there.
#[inline(always)]
fn count(column: &[f32]) -> (Vec<u32>, f64) {
    let mut classes = vec![0_u32; CLASSES];
    let mut keys = [0_u32; PART];
    let sums = column.chunks(PART).map(|part| {
        for (key_of, figure) in keys.iter_mut().zip(part) {
            *key_of = key(*figure);
        }
        for key in &keys[..part.len()] {
            classes[class(*key)] += 1;
        }
        sum(part)
    });
    let sum = sums.sum();
    (classes, sum)
}

/// The figures with these ranks (from 0, ascending).
#[inline(always)]
fn at_ranks(column: &[f32], classes: &[u32], ranks: &[usize]) -> Vec<f64> {
    let places = places_of_ranks(classes, ranks);
    // Whether the values of a class are looked at; those of most are not.
    let mut wanted = vec![0_u8; CLASSES];
    for &(class, _) in &places {
        wanted[class] = 1;
    }
    let members: u32 = (0..CLASSES)
        .filter(|class| wanted[*class] == 1)
        .map(|class| classes[class])
        .sum();
    // A branch at every figure costs more than a write: each is written, and the next overwrites what is not wanted.
    let mut found = vec![0_u32; members as usize + 1];
    let mut count = 0;
    let mut keys = [0_u32; PART];
    for part in column.chunks(PART) {
        for (key_of, figure) in keys.iter_mut().zip(part) {
            *key_of = key(*figure);
        }
        for &key in &keys[..part.len()] {
            found[count] = key;
            count += usize::from(wanted[class(key)]);
        }
    }
    let found = &mut found[..count];
    found.sort_unstable();
    let at = |(wanted, rank): (usize, usize)| {
        let first = found.partition_point(|key| class(*key) < wanted);
        found.get(first + rank).map_or(f64::NAN, |key| value(*key))
    };
    places.into_iter().map(at).collect()
}

/// For each rank its class and its rank inside the class.
#[inline(always)]
fn places_of_ranks(classes: &[u32], ranks: &[usize]) -> Vec<(usize, usize)> {
    let spans: Vec<usize> = classes
        .chunks(SPAN)
        .map(|span| span.iter().sum::<u32>() as usize)
        .collect();
    let mut places = Vec::with_capacity(ranks.len());
    for &rank in ranks {
        let mut before = 0;
        let mut class = 0;
        for span in &spans {
            if before + span > rank {
                break;
            }
            before += span;
            class += SPAN;
        }
        while before + classes[class] as usize <= rank {
            before += classes[class] as usize;
            class += 1;
        }
        places.push((class, rank - before));
    }
    places
}

/// The sum of the figures that are there, in lanes.
#[inline(always)]
fn sum(part: &[f32]) -> f64 {
    const LANES: usize = 8;
    let mut sums = [0.0; LANES];
    let (whole, rest) = part.as_chunks::<LANES>();
    let present = |figure: f32| {
        if figure.is_nan() {
            0.0
        } else {
            f64::from(figure)
        }
    };
    for figures in whole {
        for lane in 0..LANES {
            sums[lane] += present(figures[lane]);
        }
    }
    for (sum, figure) in sums.iter_mut().zip(rest) {
        *sum += present(*figure);
    }
    sums.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::percentile_sorted;

    #[test]
    fn counting_gives_the_percentiles_of_a_sorted_column() {
        let kinds = [
            (PercentileDefinition::Type6, PercentileDefinition::Type6),
            (PercentileDefinition::Type7, PercentileDefinition::Type7),
            (PercentileDefinition::Type8, PercentileDefinition::Type8),
        ];
        for count in [1_u32, 2, 7, 1_000, 20_001] {
            let mut column: Vec<f32> = (0..count)
                .map(|k| (k.wrapping_mul(2_654_435_769) >> 9) as f32 / 1e4 - 300.0)
                .collect();
            let mut sorted: Vec<f64> = column.iter().map(|figure| f64::from(*figure)).collect();
            sorted.sort_by(f64::total_cmp);
            column.insert(0, f32::NAN);
            for (definition, kind) in kinds {
                let band = band(&column, definition);
                for (figure, share) in band.iter().zip(SHARES) {
                    let expected = percentile_sorted(&sorted, share, kind).unwrap();
                    assert!(
                        (figure - expected).abs() < 1e-9,
                        "{count} {share}: {figure} {expected}"
                    );
                }
                let mean = sorted.iter().sum::<f64>() / f64::from(count);
                assert!((band[5] - mean).abs() < 1e-9, "{} {mean}", band[5]);
            }
        }
    }

    #[test]
    fn a_column_without_figures_has_no_band() {
        assert!(
            band(&[f32::NAN; 3], PercentileDefinition::Type7)
                .iter()
                .all(|figure| figure.is_nan())
        );
        assert_eq!(band(&[2.5; 4], PercentileDefinition::Type7), [2.5; 6]);
    }
}
