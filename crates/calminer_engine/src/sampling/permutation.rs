//! Random permutations that are computed, not stored: the image of any place is known without the others.

#![expect(
    clippy::inline_always,
    reason = "these loops must be compiled inside the caller, at the processor level it has chosen"
)]

use super::stream::mix;

/// Largest size of a permutation: its numbers are signed 32-bit lanes.
pub const LARGEST_SIZE: u64 = i32::MAX as u64;

/// Values handled at once.
const CHUNK: usize = 128;
const ROUNDS: usize = 6;
/// Most passes that a permutation makes.
const PASSES: usize = 4;

/// The rectangle on which a permutation of a size works: rows times columns, as square as it can be and hardly larger
/// than the size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rectangle {
    size: u32,
    rows: u32,
    columns: u32,
    per_column: f64,
}

impl Rectangle {
    /// The rectangle for permutations of 0 .. `size`; the size is held within 1 ..= [`LARGEST_SIZE`].
    pub fn new(size: u64) -> Self {
        let size = size.clamp(1, LARGEST_SIZE) as u32;
        let mut rows = f64::from(size).sqrt() as u32;
        while u64::from(rows) * u64::from(rows) < u64::from(size) {
            rows += 1;
        }
        let columns = size.div_ceil(rows);
        Self {
            size,
            rows,
            columns,
            per_column: 1.0 / f64::from(columns),
        }
    }

    /// How many places there are.
    pub fn size(&self) -> u32 {
        self.size
    }
}

/// A keyed permutation of 0 .. size.
///
/// A Feistel network on the rectangle: in each round a hash of the row turns the column, or of the column the row.
/// The few places of the rectangle beyond the size are walked over, which keeps it a permutation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Permutation {
    shape: Rectangle,
    /// Keys of each pass.
    keys: [[u32; ROUNDS]; PASSES],
    passes: usize,
}

/// On a few rows and columns the rounds of one pass leave some orders more frequent than others, however good the hash:
/// measured, one pass from a thousand places on is as good as drawing at random, and so are two and four below.
fn passes(size: u32) -> usize {
    match size {
        0..16 => PASSES,
        16..1_024 => 2,
        _ => 1,
    }
}

/// Keys of one pass, from three words of a sequence.
#[inline(always)]
fn round_keys(key: u64, from: u64) -> [u32; ROUNDS] {
    let word = |n: u64| mix(key.wrapping_add((from + n).wrapping_mul(0x9e37_79b9_7f4a_7c15)));
    let [one, two, three] = [word(1), word(2), word(3)];
    [
        one as u32,
        (one >> 32) as u32,
        two as u32,
        (two >> 32) as u32,
        three as u32,
        (three >> 32) as u32,
    ]
}

impl Permutation {
    /// The permutation of a key.
    #[inline(always)]
    pub fn new(shape: Rectangle, key: u64) -> Self {
        let passes = passes(shape.size);
        let mut keys = [[0; ROUNDS]; PASSES];
        for (pass, keys) in (0_u64..).zip(&mut keys).take(passes) {
            *keys = round_keys(key, 3 * pass);
        }
        Self {
            shape,
            keys,
            passes,
        }
    }

    /// Turn of a digit below `radix` by the hash of the other digit.
    #[inline(always)]
    fn turn(digit: u32, other: u32, key: u32, radix: u32) -> u32 {
        let hash = (other ^ key).wrapping_mul(0x9e37_79b1);
        let hash = (hash ^ (hash >> 15)).wrapping_mul(0x85eb_ca77);
        let by = ((u64::from(hash) * u64::from(radix)) >> 32) as u32;
        // Both are below the radix, which is below 2^16: one subtraction brings the sum back. The sign says whether.
        let over = digit.wrapping_add(by).wrapping_sub(radix);
        over.wrapping_add(radix & ((over.cast_signed() >> 31).cast_unsigned()))
    }

    /// One pass over the rectangle; the result may lie beyond the size.
    #[inline(always)]
    fn pass(&self, keys: &[u32; ROUNDS], place: u32) -> u32 {
        let Rectangle {
            rows,
            columns,
            per_column,
            ..
        } = self.shape;
        // Quotient by the middle of the place, rounded: exact, because the middle is never nearer than 2^-17 to an
        // edge. Adding 1.5 * 2^52 rounds and leaves the integer in the low bits.
        let quotient = (f64::from(place.cast_signed()) + 0.5) * per_column - 0.5;
        let mut row = (quotient + 6_755_399_441_055_744.0).to_bits() as u32;
        let mut column = place.wrapping_sub(row.wrapping_mul(columns));
        for pair in keys.chunks_exact(2) {
            row = Self::turn(row, column, pair[0], rows);
            column = Self::turn(column, row, pair[1], columns);
        }
        row.wrapping_mul(columns).wrapping_add(column)
    }

    /// Image on the rectangle; it may lie beyond the size.
    #[inline(always)]
    fn image(&self, place: u32) -> u32 {
        self.keys[..self.passes]
            .iter()
            .fold(place, |place, keys| self.pass(keys, place))
    }

    /// Image of a place below the size.
    #[inline(always)]
    pub fn at(&self, place: u32) -> u32 {
        let mut image = self.image(place);
        while image >= self.shape.size {
            image = self.image(image);
        }
        image
    }

    /// u = (image + u) / size for the places `first`, `first` + 1 and so on: plain uniforms become one number in each
    /// stratum.
    #[inline(always)]
    pub fn stratify(&self, first: u32, values: &mut [f64]) {
        let size = f64::from(self.shape.size);
        let mut start = first;
        for chunk in values.chunks_mut(CHUNK) {
            let mut images = [0_u32; CHUNK];
            for (image, offset) in images.iter_mut().zip(0_u32..).take(chunk.len()) {
                *image = self.pass(&self.keys[0], start + offset);
            }
            let images = &mut images[..chunk.len()];
            for keys in &self.keys[1..self.passes] {
                for image in images.iter_mut() {
                    *image = self.pass(keys, *image);
                }
            }
            // Signed comparison: the baseline processor has no other for 32-bit lanes.
            let largest = images.iter().fold(0, |largest, &image| {
                if image.cast_signed() > largest {
                    image.cast_signed()
                } else {
                    largest
                }
            });
            if largest.cast_unsigned() >= self.shape.size {
                for image in images.iter_mut() {
                    while *image >= self.shape.size {
                        *image = self.image(*image);
                    }
                }
            }
            for (value, &image) in chunk.iter_mut().zip(images.iter()) {
                let u = (f64::from(image.cast_signed()) + *value) / size;
                // The sum may round up to the next stratum, and in the last one that is 1.
                *value = if u < 1.0 {
                    u
                } else {
                    super::stream::LARGEST_UNIFORM
                };
            }
            start += chunk.len() as u32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permutation(size: u64, key: u64) -> Permutation {
        Permutation::new(Rectangle::new(size), mix(key))
    }

    #[test]
    fn every_size_is_permuted() {
        let sizes = (1..=300).chain([
            997, 1_000, 1_024, 10_007, 50_000, 65_536, 65_537, 1_000_000, 1_000_003,
        ]);
        for size in sizes {
            let permutation = permutation(size, size);
            let mut seen = vec![false; size as usize];
            for place in 0..size as u32 {
                let image = permutation.at(place) as usize;
                assert!(!seen[image], "{size}: {image} twice");
                seen[image] = true;
            }
        }
    }

    #[test]
    fn the_largest_sizes_divide_exactly() {
        for size in [LARGEST_SIZE, LARGEST_SIZE - 1, 46_340 * 46_340] {
            let shape = Rectangle::new(size);
            // With keys whose hash turns by 0 nothing would move; so check the digits by a full round trip of places.
            let permutation = Permutation::new(shape, 3);
            let images: Vec<u32> = (0..1_000)
                .map(|k| permutation.at(shape.size() - 1 - k))
                .collect();
            let mut sorted = images.clone();
            sorted.sort_unstable();
            sorted.dedup();
            assert_eq!(sorted.len(), 1_000);
            assert!(images.iter().all(|&image| u64::from(image) < size));
        }
    }

    #[test]
    fn batches_give_the_places_of_single_calls() {
        for size in [1, 2, 7, 101, 1_000, 50_021] {
            let permutation = permutation(size, 5);
            for length in [1, 64, 129, 1_000] {
                let first = (size / 3) as u32;
                let length = length.min(size as usize - first as usize);
                let mut values = vec![0.25; length];
                permutation.stratify(first, &mut values);
                for (offset, value) in (0_u32..).zip(&values) {
                    let expected = (f64::from(permutation.at(first + offset)) + 0.25) / size as f64;
                    assert_eq!(value.to_bits(), expected.to_bits());
                }
            }
        }
    }

    #[test]
    fn small_permutations_come_equally_often() {
        for (size, orders) in [(2_u64, 2_usize), (3, 6), (4, 24), (5, 120)] {
            let mut counts = std::collections::BTreeMap::new();
            let draws = 600 * orders;
            for key in 0..draws {
                let permutation = permutation(size, key as u64);
                let order: Vec<u32> = (0..size as u32)
                    .map(|place| permutation.at(place))
                    .collect();
                *counts.entry(order).or_insert(0_u32) += 1;
            }
            assert_eq!(counts.len(), orders);
            let chi: f64 = counts
                .values()
                .map(|&count| crate::math::powi(f64::from(count) - 600.0, 2) / 600.0)
                .sum();
            let freedom = (orders - 1) as f64;
            let score = (chi - freedom) / (2.0 * freedom).sqrt();
            println!("size {size}: chi-square score {score}");
            assert!(score.abs() < 4.5, "size {size}: {score}");
        }
    }

    fn correlation(a: impl Iterator<Item = f64>, b: impl Iterator<Item = f64>, size: u64) -> f64 {
        let middle = (size as f64 - 1.0) / 2.0;
        let variance = ((size * size) as f64 - 1.0) / 12.0;
        a.zip(b)
            .map(|(a, b)| (a - middle) * (b - middle))
            .sum::<f64>()
            / variance
            / size as f64
    }

    /// Over many keys the correlations with the order, with the shifted order and between two keys have mean 0 and
    /// variance 1 / (m - 1), as for permutations drawn at random.
    #[test]
    fn correlations_are_those_of_random_permutations() {
        const KEYS: u64 = 400;
        for size in [10_u64, 100, 101, 250, 5_000, 5_003] {
            let (mut sum, mut square) = ([0.0; 3], [0.0; 3]);
            for key in 0..KEYS {
                let (one, other) = (permutation(size, key), permutation(size, key + KEYS));
                let places = || 0..size as u32;
                let image = |place| f64::from(one.at(place));
                let found = [
                    correlation(places().map(image), places().map(f64::from), size),
                    correlation(
                        places().map(image),
                        places().map(|place| image((place + 1) % size as u32)),
                        size,
                    ),
                    correlation(
                        places().map(image),
                        places().map(|place| f64::from(other.at(place))),
                        size,
                    ),
                ];
                for (kind, rho) in found.into_iter().enumerate() {
                    let scaled = rho * ((size - 1) as f64).sqrt();
                    sum[kind] += scaled;
                    square[kind] += scaled * scaled;
                }
            }
            for kind in [0, 2] {
                let mean = sum[kind] / KEYS as f64;
                let variance = square[kind] / KEYS as f64;
                println!("size {size} kind {kind}: mean {mean:.3} variance {variance:.3}");
                assert!(
                    mean.abs() < 4.5 / (KEYS as f64).sqrt(),
                    "{size} {kind}: mean {mean}"
                );
                assert!(
                    (variance - 1.0).abs() < 4.5 * (2.0 / KEYS as f64).sqrt(),
                    "{size} {kind}: {variance}"
                );
            }
            // Neighbors in a circle cannot repeat each other, which makes their mean slightly negative.
            let mean = sum[1] / KEYS as f64 + 1.0 / ((size - 1) as f64).sqrt();
            println!(
                "size {size} lag: mean {mean:.3} variance {:.3}",
                square[1] / KEYS as f64
            );
            assert!(
                mean.abs() < 4.5 / (KEYS as f64).sqrt(),
                "{size} lag: {mean}"
            );
        }
    }

    #[test]
    fn each_place_meets_each_image_equally_often() {
        for size in [10_u64, 37, 100] {
            let mut counts = vec![0_u32; (size * size) as usize];
            let draws = 200 * size;
            for key in 0..draws {
                let permutation = permutation(size, key);
                for place in 0..size as u32 {
                    counts[place as usize * size as usize + permutation.at(place) as usize] += 1;
                }
            }
            let chi: f64 = counts
                .iter()
                .map(|&count| crate::math::powi(f64::from(count) - 200.0, 2) / 200.0)
                .sum();
            let freedom = ((size - 1) * (size - 1)) as f64;
            let score = (chi - freedom) / (2.0 * freedom).sqrt();
            println!("size {size}: {score}");
            assert!(score.abs() < 4.5, "size {size}: {score}");
        }
    }
}
