//! The random stream: a number for every (seed, coordinate, trial), computed from these alone.

#![expect(
    clippy::inline_always,
    reason = "these loops must be compiled inside the caller, at the processor level it has chosen"
)]

use std::convert::Infallible;

use rand::TryRng;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// Number of the stream. It stands in the passport of a run; what it yields never changes under this number.
pub const STREAM: u32 = 1;

/// Largest number that [`unit()`] yields, and the bound of every uniform.
pub const LARGEST_UNIFORM: f64 = 1.0 - f64::EPSILON / 2.0;

/// Step of the counter: 2^64 divided by the golden ratio, made odd.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// What is drawn: a part of a parameter in a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Coordinate {
    /// The parameter.
    pub id: Uuid,
    /// 0 the value, 1 the impact of an event, 2 the noise of a path.
    pub part: u32,
    /// 0 for a value drawn once, else the ordinal of the period, never its label.
    pub period: u32,
}

impl Coordinate {
    /// The value of a parameter that is drawn once for the whole calendar.
    pub fn value(id: Uuid) -> Self {
        Self {
            id,
            part: 0,
            period: 0,
        }
    }
}

/// Mixes a word so that each bit of it moves half the bits of the result (Stafford's variant 13 of the finaliser of
/// MurmurHash3, as in SplitMix64).
#[inline(always)]
pub(crate) fn mix(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

/// The upper 52 bits as a number in the open interval (0, 1): the middle of one of 2^52 equal cells.
#[inline(always)]
pub fn unit(bits: u64) -> f64 {
    // A float in [1, 2) less 1 is exact, and so is the half step added.
    f64::from_bits((bits >> 12) | 0x3ff0_0000_0000_0000) - LARGEST_UNIFORM
}

/// The stream of one coordinate under one seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamKey {
    start: u64,
    salt: u64,
    shuffle: u64,
    net: u64,
}

impl StreamKey {
    /// The key: the SHA-256 of the stream's number, seed and coordinate, so that neighboring
    /// seeds, ids or periods share nothing.
    pub fn new(seed: u64, coordinate: Coordinate) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"calminer stream");
        hash.update(STREAM.to_le_bytes());
        hash.update(seed.to_le_bytes());
        hash.update(coordinate.id.as_bytes());
        hash.update(coordinate.part.to_le_bytes());
        hash.update(coordinate.period.to_le_bytes());
        let digest = hash.finalize();
        let word = |index: usize| {
            let bytes = digest.iter().skip(8 * index).take(8);
            bytes
                .rev()
                .fold(0, |word, &byte| word << 8 | u64::from(byte))
        };
        Self {
            start: word(0),
            salt: word(1),
            shuffle: word(2),
            net: word(3),
        }
    }

    /// Key of the permutation in a Latin hypercube replicate.
    #[inline(always)]
    pub(crate) fn shuffle(&self, replicate: u64) -> u64 {
        mix(self.shuffle.wrapping_add(replicate.wrapping_mul(STEP)))
    }

    /// Key of the scramble of a Sobol replicate.
    #[inline(always)]
    pub(crate) fn net(&self, replicate: u64) -> u64 {
        mix(self.net.wrapping_add(replicate.wrapping_mul(STEP)))
    }

    /// 64 random bits of a counter already multiplied by [`STEP`]: SplitMix64 with a second key between its two
    /// multiplications, so that no two keys run through the same cycle.
    #[inline(always)]
    fn scramble(self, stepped: u64) -> u64 {
        let word = self.start.wrapping_add(stepped);
        let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9) ^ self.salt;
        let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    /// 64 random bits for a trial (counted from 0).
    #[inline(always)]
    pub fn bits(&self, trial: u64) -> u64 {
        self.scramble(trial.wrapping_mul(STEP))
    }

    /// The uniform number of a trial (counted from 0), in the open interval (0, 1).
    #[inline(always)]
    pub fn uniform(&self, trial: u64) -> f64 {
        unit(self.bits(trial))
    }

    /// The uniform numbers of the trials `first_trial`, `first_trial` + 1 and so on; the bits of [`Self::uniform`].
    #[inline(always)]
    pub fn fill(&self, first_trial: u64, values: &mut [f64]) {
        let mut stepped = first_trial.wrapping_mul(STEP);
        for value in values {
            *value = unit(self.scramble(stepped));
            stepped = stepped.wrapping_add(STEP);
        }
    }

    /// The stream as a generator for samplers that ask for one, from a trial on.
    pub fn stream(&self, trial: u64) -> Stream {
        Stream { key: *self, trial }
    }
}

/// A [`StreamKey`] read in order, as a generator of the `rand` crate.
#[derive(Clone, Debug)]
pub struct Stream {
    key: StreamKey,
    trial: u64,
}

impl TryRng for Stream {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.try_next_u64().map(|bits| (bits >> 32) as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let bits = self.key.bits(self.trial);
        self.trial = self.trial.wrapping_add(1);
        Ok(bits)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(8) {
            let word = self.try_next_u64()?.to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng as _;

    fn key(seed: u64, id: u128) -> StreamKey {
        StreamKey::new(seed, Coordinate::value(Uuid::from_u128(id)))
    }

    fn correlation(a: &[f64], b: &[f64]) -> f64 {
        let (mut aa, mut bb, mut ab) = (0.0, 0.0, 0.0);
        for (&a, &b) in a.iter().zip(b) {
            let (a, b) = (a - 0.5, b - 0.5);
            aa += a * a;
            bb += b * b;
            ab += a * b;
        }
        ab / (aa * bb).sqrt()
    }

    /// Chi-square of counts that should be equal, as a standard normal score.
    fn chi_square_score(counts: &[u32]) -> f64 {
        let expected =
            counts.iter().map(|&count| f64::from(count)).sum::<f64>() / counts.len() as f64;
        let chi: f64 = counts
            .iter()
            .map(|&count| crate::math::powi(f64::from(count) - expected, 2) / expected)
            .sum();
        let freedom = (counts.len() - 1) as f64;
        (chi - freedom) / (2.0 * freedom).sqrt()
    }

    #[test]
    fn golden_vectors_of_stream_1() {
        assert_eq!(STREAM, 1);
        let coordinate = Coordinate {
            id: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001),
            part: 0,
            period: 0,
        };
        let key = StreamKey::new(1, coordinate);
        let bits: Vec<u64> = [0, 1, 2, 1_000_000, u64::MAX]
            .map(|trial| key.bits(trial))
            .into();
        assert_eq!(bits, GOLDEN_BITS);
        let other = StreamKey::new(
            (1 << 53) - 1,
            Coordinate {
                part: 2,
                period: 7,
                ..coordinate
            },
        );
        assert_eq!(
            [other.bits(0), other.shuffle(0), other.shuffle(3)],
            GOLDEN_OTHER
        );
        assert_eq!(key.uniform(0).to_bits(), unit(GOLDEN_BITS[0]).to_bits());
    }

    #[test]
    fn uniforms_lie_in_the_open_interval() {
        assert_eq!(unit(0), f64::EPSILON / 2.0);
        assert_eq!(unit(u64::MAX), 1.0 - f64::EPSILON / 2.0);
        assert_eq!(unit(1 << 63), 0.5 + f64::EPSILON / 2.0);
        assert_eq!(unit(0xfff), unit(0));
    }

    #[test]
    fn batches_give_the_bits_of_single_trials() {
        let key = key(7, 1);
        for (first, length) in [(0, 1), (5, 127), (1 << 40, 64), (u64::MAX - 3, 9)] {
            let mut batch = vec![0.0; length];
            key.fill(first, &mut batch);
            for (offset, value) in batch.iter().enumerate() {
                assert_eq!(
                    value.to_bits(),
                    key.uniform(first.wrapping_add(offset as u64)).to_bits()
                );
            }
        }
    }

    #[test]
    fn uniforms_are_uniform_alone_and_in_pairs() {
        let mut worst: f64 = 0.0;
        for id in 0..20 {
            let mut values = vec![0.0; 100_000];
            key(42, id).fill(0, &mut values);
            let mut single = vec![0_u32; 1_000];
            let mut pairs = vec![0_u32; 32 * 32];
            let mut low_bits = vec![0_u32; 256];
            for pair in values.chunks_exact(2) {
                pairs[(pair[0] * 32.0) as usize * 32 + (pair[1] * 32.0) as usize] += 1;
                for &value in pair {
                    single[(value * 1_000.0) as usize] += 1;
                    low_bits[(value.to_bits() >> 1 & 0xff) as usize] += 1;
                }
            }
            // The lowest bits of a float in (0, 1) depend on its exponent; those of numbers above 1/2 do not.
            for counts in [single, pairs] {
                worst = worst.max(chi_square_score(&counts).abs());
            }
            let mut words = vec![0_u32; 256];
            (0..100_000).for_each(|trial| words[(key(42, id).bits(trial) & 0xff) as usize] += 1);
            worst = worst.max(chi_square_score(&words).abs());
            assert!(low_bits.iter().all(|&count| count > 0));
        }
        assert!(worst < 4.5, "chi-square {worst} standard deviations off");
    }

    #[test]
    fn neighbors_in_trial_seed_and_id_are_unrelated() {
        const N: usize = 50_000;
        let draw = |key: StreamKey, first: u64| {
            let mut values = vec![0.0; N];
            key.fill(first, &mut values);
            values
        };
        let limit = 4.5 / (N as f64).sqrt();
        for seed in [0, 1, 2, 1 << 32, (1 << 53) - 2] {
            let base = draw(key(seed, 1), 0);
            for lag in [1, 2, 3, 16, 128] {
                assert!(
                    correlation(&base, &draw(key(seed, 1), lag)).abs() < limit,
                    "lag {lag}"
                );
            }
            assert!(
                correlation(&base, &draw(key(seed + 1, 1), 0)).abs() < limit,
                "seed"
            );
            for id in [2, 3, 1 << 64, 1 << 127] {
                assert!(
                    correlation(&base, &draw(key(seed, id), 0)).abs() < limit,
                    "id {id}"
                );
            }
            let period = StreamKey::new(
                seed,
                Coordinate {
                    period: 1,
                    ..Coordinate::value(Uuid::from_u128(1))
                },
            );
            assert!(correlation(&base, &draw(period, 0)).abs() < limit, "period");
            let part = StreamKey::new(
                seed,
                Coordinate {
                    part: 1,
                    ..Coordinate::value(Uuid::from_u128(1))
                },
            );
            assert!(correlation(&base, &draw(part, 0)).abs() < limit, "part");
        }
    }

    #[test]
    fn one_bit_of_the_trial_moves_half_the_bits() {
        let mut moved = [[0_u32; 64]; 20];
        let keys: Vec<StreamKey> = (0..400).map(|id| key(9, id)).collect();
        for (bit, row) in moved.iter_mut().enumerate() {
            for key in &keys {
                for trial in 0..10 {
                    let change = key.bits(trial * 977) ^ key.bits((trial * 977) ^ (1 << bit));
                    for (place, count) in row.iter_mut().enumerate() {
                        *count += (change >> place & 1) as u32;
                    }
                }
            }
        }
        for count in moved.iter().flatten() {
            // 4,000 flips of a fair coin: sd 31.6; the largest of 1,280 lies below 4.5 of them.
            assert!((f64::from(*count) - 2_000.0).abs() < 4.5 * 31.7, "{count}");
        }
    }

    #[test]
    fn the_first_trials_of_many_keys_are_uniform_too() {
        for trial in [0, 1, 99] {
            let mut counts = vec![0_u32; 64];
            for seed in 0..64_000 {
                counts[(key(seed, 5).uniform(trial) * 64.0) as usize] += 1;
            }
            assert!(chi_square_score(&counts).abs() < 4.5);
        }
    }

    #[test]
    fn the_generator_reads_the_stream_in_order() {
        let key = key(3, 3);
        let mut stream = key.stream(10);
        assert_eq!(stream.next_u64(), key.bits(10));
        assert_eq!(u64::from(stream.next_u32()), key.bits(11) >> 32);
        let mut bytes = [0; 11];
        stream.fill_bytes(&mut bytes);
        assert_eq!(bytes[..8], key.bits(12).to_le_bytes());
        assert_eq!(bytes[8..], key.bits(13).to_le_bytes()[..3]);
    }

    const GOLDEN_BITS: [u64; 5] = [
        8_886_548_820_287_005_621,
        10_679_323_806_344_739_582,
        8_475_146_021_347_713_410,
        549_050_611_079_291_864,
        16_148_895_791_817_081_133,
    ];
    const GOLDEN_OTHER: [u64; 3] = [
        765_403_312_937_801_263,
        4_276_059_226_668_866_656,
        14_169_615_855_921_922_448,
    ];
}
