//! How a run is sampled: method, number of trials, replicates, seed.

#![expect(
    clippy::inline_always,
    reason = "these loops must be compiled inside the caller, at the processor level it has chosen"
)]

use std::ops::Range;

use calminer_domain::Sampling;
use calminer_domain::scenario::MAX_SEED;
use thiserror::Error;

use crate::level::{self, Work};

use super::permutation::{self, Permutation, Rectangle};
use super::sobol::{self, Scrambled};
use super::stream::StreamKey;

/// Largest number of trials of a run.
pub const LARGEST_TRIALS: u64 = 1 << 48;
/// Replicates of a Latin hypercube or Sobol run of 2,000 trials or more.
pub const DEFAULT_REPLICATES: u32 = 20;

/// Why a run cannot be sampled as asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PlanError {
    /// No trials, or more than can be numbered.
    #[error("the number of trials is {trials}; it must be between 1 and {LARGEST_TRIALS}")]
    Trials {
        /// What was asked for.
        trials: u64,
    },
    /// The seed cannot be kept in every file format.
    #[error("seed {seed} is above {MAX_SEED}, the largest allowed")]
    Seed {
        /// What was asked for.
        seed: u64,
    },
    /// More replicates than trials, or none.
    #[error(
        "{replicates} replicates do not fit {trials} trials; it must be between 1 and the number of trials"
    )]
    Replicates {
        /// What was asked for.
        replicates: u32,
        /// Trials of the run.
        trials: u64,
    },
    /// A replicate is too large for its method.
    #[error(
        "a replicate by {} would have {size} trials; the largest has {largest}: use more replicates",
        method.words()
    )]
    ReplicateSize {
        /// The sampling method.
        method: Sampling,
        /// Trials of the largest replicate.
        size: u64,
        /// The most that it can have.
        largest: u64,
    },
}

/// Part of a run that is a complete Latin hypercube, or a complete scrambled Sobol set, of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replicate {
    /// Number of the replicate, from 0.
    pub index: u64,
    /// Its first trial, counted from 0.
    pub first: u64,
    /// Its number of trials.
    pub size: u64,
}

/// A checked plan: every figure is possible.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SamplingPlan {
    method: Sampling,
    trials: u64,
    replicates: u32,
    seed: u64,
    /// For replicates with one trial more, and for the others.
    shapes: [Rectangle; 2],
}

impl SamplingPlan {
    /// A plan; `replicates` = `None` takes [`Self::default_replicates`]. Plain runs have one replicate, whatever is
    /// asked: their intervals come from theory.
    pub fn new(
        method: Sampling,
        trials: u64,
        replicates: Option<u32>,
        seed: u64,
    ) -> Result<Self, PlanError> {
        if seed > MAX_SEED {
            return Err(PlanError::Seed { seed });
        }
        if trials == 0 || trials > LARGEST_TRIALS {
            return Err(PlanError::Trials { trials });
        }
        let (replicates, largest) = match method {
            Sampling::MonteCarlo => (Some(1), LARGEST_TRIALS),
            Sampling::LatinHypercube => (replicates, permutation::LARGEST_SIZE),
            Sampling::Sobol => (replicates, sobol::LARGEST_SIZE),
        };
        let replicates = replicates.unwrap_or_else(|| Self::default_replicates(trials));
        if replicates == 0 || u64::from(replicates) > trials {
            return Err(PlanError::Replicates { replicates, trials });
        }
        let size = trials.div_ceil(u64::from(replicates));
        if size > largest {
            return Err(PlanError::ReplicateSize {
                method,
                size,
                largest,
            });
        }
        let base = trials / u64::from(replicates);
        let shapes = [Rectangle::new(base + 1), Rectangle::new(base)];
        Ok(Self {
            method,
            trials,
            replicates,
            seed,
            shapes,
        })
    }

    /// 20 from 2,000 trials on, one for each 100 below that, and a single one below 200.
    pub fn default_replicates(trials: u64) -> u32 {
        if trials < 200 {
            1
        } else {
            (trials / 100).min(u64::from(DEFAULT_REPLICATES)) as u32
        }
    }

    /// The sampling method.
    pub fn method(&self) -> Sampling {
        self.method
    }

    /// Number of trials.
    pub fn trials(&self) -> u64 {
        self.trials
    }

    /// Number of replicates; 1 for plain runs.
    pub fn replicates(&self) -> u32 {
        self.replicates
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The replicate to which a trial (counted from 0) belongs. The first `trials` mod `replicates` have one trial
    /// more than the others. Past the end of the run replicates go on in the smaller size.
    #[inline(always)]
    pub fn replicate_of(&self, trial: u64) -> Replicate {
        let count = u64::from(self.replicates);
        let (base, larger) = (self.trials / count, self.trials % count);
        let border = larger * (base + 1);
        let (size, index, first) = if trial < border {
            let index = trial / (base + 1);
            (base + 1, index, index * (base + 1))
        } else {
            let past = (trial - border) / base;
            (base, larger + past, border + past * base)
        };
        Replicate { index, first, size }
    }

    /// What the analyst should know about a possible plan, one sentence each: Sobol replicates whose size is not a
    /// power of two fill the cube less evenly than they could.
    pub fn notices(&self) -> Vec<String> {
        let count = u64::from(self.replicates);
        let (base, larger) = (self.trials / count, self.trials % count);
        if self.method != Sampling::Sobol || (larger == 0 && base.is_power_of_two()) {
            return Vec::new();
        }
        let below = 1 << base.ilog2();
        let even = |size: u64| format!("{} trials ({size} in each)", size * count);
        let sizes = if larger == 0 {
            format!("{base} trials")
        } else {
            format!("{base} or {} trials", base + 1)
        };
        vec![format!(
            "the {count} Sobol replicates have {sizes}, which is no power of two, so they fill the space less evenly \
             than they could: {} or {} would",
            even(below),
            even(2 * below)
        )]
    }

    /// The uniform numbers of the trials `first_trial`, `first_trial` + 1 and so on (counted from 0) for a coordinate,
    /// each inside (0, 1). How the trials are cut into calls never changes a number.
    ///
    /// `dimension` is the coordinate's [`sobol::dimension`]; a Sobol plan draws a coordinate that has none from the
    /// plain stream, other plans do not ask for it.
    pub fn fill_uniforms(
        &self,
        key: &StreamKey,
        dimension: Option<u32>,
        first_trial: u64,
        values: &mut [f64],
    ) {
        level::at_best(Uniforms {
            plan: self,
            key,
            dimension,
            first_trial,
            values,
        });
    }

    #[inline(always)]
    fn fill_inlined(
        &self,
        key: &StreamKey,
        dimension: Option<u32>,
        first_trial: u64,
        values: &mut [f64],
    ) {
        key.fill(first_trial, values);
        match (self.method, dimension) {
            (Sampling::MonteCarlo, _) | (Sampling::Sobol, None) => {}
            (Sampling::LatinHypercube, _) => {
                let mut from = 0;
                while from < values.len() {
                    let (replicate, inside, to) = self.segment(first_trial, from..values.len());
                    let segment = &mut values[from..to];
                    from = to;
                    let smaller = u64::from(self.shapes[1].size()) == replicate.size;
                    let shape = self.shapes[usize::from(smaller)];
                    Permutation::new(shape, key.shuffle(replicate.index)).stratify(inside, segment);
                }
            }
            (Sampling::Sobol, Some(dimension)) => {
                let mut from = 0;
                while from < values.len() {
                    let (replicate, inside, to) = self.segment(first_trial, from..values.len());
                    let segment = &mut values[from..to];
                    from = to;
                    let key = key.net(replicate.index);
                    if let Some(points) = Scrambled::new(dimension, replicate.size, key) {
                        points.place(inside, segment);
                    }
                }
            }
        }
    }

    /// The replicate of the first of some numbers, the place of that number inside it, and where the numbers of the
    /// replicate end. No closure gets them: a closure is compiled for the baseline processor wherever it is not inlined.
    #[inline(always)]
    fn segment(&self, first_trial: u64, numbers: Range<usize>) -> (Replicate, u32, usize) {
        let trial = first_trial + numbers.start as u64;
        let replicate = self.replicate_of(trial);
        let inside = trial - replicate.first;
        let count = (replicate.size - inside).min(numbers.len() as u64) as usize;
        (replicate, inside as u32, numbers.start + count)
    }
}

/// The uniform numbers of some trials.
struct Uniforms<'a> {
    plan: &'a SamplingPlan,
    key: &'a StreamKey,
    dimension: Option<u32>,
    first_trial: u64,
    values: &'a mut [f64],
}

impl Work for Uniforms<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let (dimension, first) = (self.dimension, self.first_trial);
        self.plan
            .fill_inlined(self.key, dimension, first, self.values);
    }
}

#[cfg(test)]
mod tests {
    use super::super::stream::Coordinate;
    use super::*;
    use uuid::Uuid;

    fn key(id: u128, seed: u64) -> StreamKey {
        StreamKey::new(seed, Coordinate::value(Uuid::from_u128(id)))
    }

    fn hypercube(trials: u64, replicates: Option<u32>) -> SamplingPlan {
        SamplingPlan::new(Sampling::LatinHypercube, trials, replicates, 1).unwrap()
    }

    #[test]
    fn impossible_plans_say_why() {
        let plan = |trials, replicates, seed| {
            SamplingPlan::new(Sampling::LatinHypercube, trials, replicates, seed)
        };
        assert_eq!(
            plan(0, None, 1).unwrap_err().to_string(),
            "the number of trials is 0; it must be between 1 and 281474976710656"
        );
        assert_eq!(
            plan(10, None, 1 << 53).unwrap_err().to_string(),
            "seed 9007199254740992 is above 9007199254740991, the largest allowed"
        );
        assert_eq!(
            plan(10, Some(11), 1),
            Err(PlanError::Replicates {
                replicates: 11,
                trials: 10
            })
        );
        assert_eq!(
            plan(10, Some(0), 1),
            Err(PlanError::Replicates {
                replicates: 0,
                trials: 10
            })
        );
        assert_eq!(
            plan(1 << 31, Some(1), 1),
            Err(PlanError::ReplicateSize {
                method: Sampling::LatinHypercube,
                size: 1 << 31,
                largest: (1 << 31) - 1,
            })
        );
        assert!(plan(1 << 31, Some(2), MAX_SEED).is_ok());
        assert!(SamplingPlan::new(Sampling::MonteCarlo, 1 << 40, None, 0).is_ok());
    }

    #[test]
    fn default_replicates_follow_the_number_of_trials() {
        for (trials, replicates) in [
            (1, 1),
            (199, 1),
            (200, 2),
            (299, 2),
            (1_999, 19),
            (2_000, 20),
            (1_000_000, 20),
        ] {
            assert_eq!(hypercube(trials, None).replicates(), replicates, "{trials}");
        }
        assert_eq!(
            SamplingPlan::new(Sampling::MonteCarlo, 10_000, Some(20), 1)
                .unwrap()
                .replicates(),
            1
        );
    }

    #[test]
    fn replicate_sizes_differ_by_at_most_one() {
        for (trials, replicates) in [(10, 3), (1_007, 20), (20, 20), (7, 1), (1_000, 10)] {
            let plan = hypercube(trials, Some(replicates));
            let mut sizes = Vec::new();
            let mut trial = 0;
            while trial < trials {
                let replicate = plan.replicate_of(trial);
                assert_eq!(
                    (replicate.first, replicate.index),
                    (trial, sizes.len() as u64)
                );
                assert_eq!(plan.replicate_of(trial + replicate.size - 1), replicate);
                sizes.push(replicate.size);
                trial += replicate.size;
            }
            assert_eq!(trial, trials);
            assert_eq!(sizes.len(), replicates as usize);
            let larger = (trials % u64::from(replicates)) as usize;
            let base = trials / u64::from(replicates);
            assert!(sizes[..larger].iter().all(|&size| size == base + 1));
            assert!(sizes[larger..].iter().all(|&size| size == base));
        }
    }

    #[test]
    fn a_hypercube_has_one_number_in_each_stratum() {
        for (trials, replicates) in [(1, 1), (2, 1), (1_007, 20), (100_000, 20), (12_345, 1)] {
            let plan = hypercube(trials, Some(replicates));
            let mut values = vec![0.0; trials as usize];
            plan.fill_uniforms(&key(9, 1), None, 0, &mut values);
            let mut trial = 0;
            while trial < trials {
                let replicate = plan.replicate_of(trial);
                let mut seen = vec![false; replicate.size as usize];
                for &u in &values[trial as usize..(trial + replicate.size) as usize] {
                    assert!(u > 0.0 && u < 1.0);
                    let stratum = (u * replicate.size as f64) as usize;
                    assert!(!seen[stratum]);
                    seen[stratum] = true;
                }
                trial += replicate.size;
            }
        }
    }

    #[test]
    fn tiles_and_replicate_borders_never_change_a_number() {
        for plan in [
            hypercube(1_007, Some(20)),
            hypercube(1_007, Some(1_000)),
            hypercube(1_007, None),
        ] {
            let mut whole = vec![0.0; 1_007];
            plan.fill_uniforms(&key(3, 1), None, 0, &mut whole);
            for tile in [1, 7, 64, 128, 500] {
                let mut parts = vec![0.0; 1_007];
                for (number, part) in parts.chunks_mut(tile).enumerate() {
                    plan.fill_uniforms(&key(3, 1), None, (number * tile) as u64, part);
                }
                assert!(
                    whole
                        .iter()
                        .zip(&parts)
                        .all(|(a, b)| a.to_bits() == b.to_bits()),
                    "tile {tile}"
                );
            }
        }
    }

    #[test]
    fn plain_trials_are_a_prefix_of_a_longer_run() {
        let plan = |trials| SamplingPlan::new(Sampling::MonteCarlo, trials, None, 1).unwrap();
        let (mut short, mut long) = (vec![0.0; 100], vec![0.0; 1_000]);
        plan(100).fill_uniforms(&key(1, 1), None, 0, &mut short);
        plan(1_000).fill_uniforms(&key(1, 1), None, 0, &mut long);
        assert_eq!(short, long[..100]);
    }

    #[test]
    fn hypercube_columns_are_uncorrelated() {
        let plan = hypercube(20_000, None);
        let columns: Vec<Vec<f64>> = (0..12)
            .map(|id| {
                let mut values = vec![0.0; 20_000];
                plan.fill_uniforms(&key(id, 1), None, 0, &mut values);
                values
            })
            .collect();
        for (index, a) in columns.iter().enumerate() {
            for b in &columns[..index] {
                let product: f64 = a.iter().zip(b).map(|(a, b)| (a - 0.5) * (b - 0.5)).sum();
                let rho = product * 12.0 / 20_000.0;
                assert!(rho.abs() < 4.0 / 20_000.0_f64.sqrt(), "{rho}");
            }
        }
    }

    #[test]
    fn golden_hypercube_numbers_of_stream_1() {
        let mut values = [0.0; 4];
        hypercube(1_007, None).fill_uniforms(&key(1, 1), None, 99, &mut values);
        assert_eq!(values.map(f64::to_bits), GOLDEN);
    }

    const GOLDEN: [u64; 4] = [
        4_604_971_800_267_365_311,
        4_598_717_095_695_486_234,
        4_601_145_098_244_755_793,
        4_602_073_275_691_007_569,
    ];
}
