//! Percentiles of one period of a row, by counting instead of a sort.

#![expect(
    clippy::inline_always,
    reason = "only what is inlined is compiled for the level of the processor"
)]

use calminer_domain::PercentileDefinition;

use crate::level::{self, Work};

/// The shares of a band: P5, P25, P50, P75, P95.
const SHARES: [f64; 5] = [0.05, 0.25, 0.50, 0.75, 0.95];

/// High half of a key: 65,536 classes, then the values of a class one by one.
const HIGH_BITS: u32 = 16;

/// The bits of a number as an integer that grows with it.
#[inline(always)]
fn key(value: f32) -> u32 {
    let bits = value.to_bits();
    bits ^ (((bits.cast_signed() >> 31).cast_unsigned()) | 1 << 31)
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
    let mut classes = vec![0_u32; 1 << HIGH_BITS];
    let mut absent = 0;
    for &figure in column {
        if figure.is_nan() {
            absent += 1;
        } else {
            classes[(key(figure) >> HIGH_BITS) as usize] += 1;
        }
    }
    let count = column.len() - absent;
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
    let mut band = [mean(column, count); 6];
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

/// Rank below the percentile, from 0, and the share of the way to the next.
fn place(definition: PercentileDefinition, count: usize, share: f64) -> (usize, f64) {
    let n = count as f64;
    let position = match definition {
        PercentileDefinition::Type6 => (n + 1.0) * share - 1.0,
        PercentileDefinition::Type7 => (n - 1.0) * share,
        PercentileDefinition::Type8 => (n + 1.0 / 3.0) * share + 1.0 / 3.0 - 1.0,
    };
    let position = position.clamp(0.0, n - 1.0);
    (position.floor() as usize, position - position.floor())
}

/// The figures with these ranks (from 0, ascending).
#[inline(always)]
fn at_ranks(column: &[f32], classes: &[u32], ranks: &[usize]) -> Vec<f64> {
    // For each rank its class and its rank inside the class.
    let mut places = Vec::with_capacity(ranks.len());
    let (mut before, mut class) = (0, 0);
    for &rank in ranks {
        while before + classes[class] as usize <= rank {
            before += classes[class] as usize;
            class += 1;
        }
        places.push((class, rank - before));
    }
    let mut members: Vec<(usize, Vec<u32>)> = Vec::new();
    for &(class, _) in &places {
        if members.last().is_none_or(|(known, _)| *known != class) {
            members.push((class, Vec::with_capacity(classes[class] as usize)));
        }
    }
    // Which list a class goes to; most classes go to none.
    let mut list = vec![u8::MAX; classes.len()];
    for (number, (class, _)) in members.iter().enumerate() {
        list[*class] = number as u8;
    }
    for &figure in column.iter().filter(|figure| !figure.is_nan()) {
        let key = key(figure);
        if let Some((_, keys)) = members.get_mut(list[(key >> HIGH_BITS) as usize] as usize) {
            keys.push(key);
        }
    }
    for (_, keys) in &mut members {
        keys.sort_unstable();
    }
    places
        .into_iter()
        .map(|(class, rank)| {
            let found = members.iter().find(|(known, _)| *known == class);
            found
                .and_then(|(_, keys)| keys.get(rank))
                .map_or(f64::NAN, |key| value(*key))
        })
        .collect()
}

/// The mean, summed in parts of fixed length.
#[inline(always)]
fn mean(column: &[f32], count: usize) -> f64 {
    const LANES: usize = 8;
    let sum: f64 = column
        .chunks(1_024)
        .map(|part| {
            let mut sums = [0.0; LANES];
            for figures in part.chunks(LANES) {
                for (sum, figure) in sums.iter_mut().zip(figures) {
                    *sum += if figure.is_nan() {
                        0.0
                    } else {
                        f64::from(*figure)
                    };
                }
            }
            sums.iter().sum::<f64>()
        })
        .sum();
    sum / count as f64
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
