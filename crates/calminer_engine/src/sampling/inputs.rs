//! The values of all uncertain inputs for a tile of trials.

#![expect(
    clippy::inline_always,
    reason = "these loops must be compiled inside the caller, at the processor level it has chosen"
)]

use std::collections::BTreeMap;

use calminer_domain::Sampling;
use thiserror::Error;
use uuid::Uuid;

use super::correlation::CorrelationPlan;
use super::plan::SamplingPlan;
use super::sobol;
use super::stream::{Coordinate, StreamKey};
use crate::math::normal;
use crate::quantile::Quantile;

/// Bound of correlated scores, the quantile of the largest uniform number: Phi of a score stays inside (0, 1).
const LARGEST_SCORE: f64 = 8.209_536_151_601_387;

/// Why inputs and correlations do not fit each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InputError {
    /// The same parameter stands twice.
    #[error("{parameter} stands twice among the inputs")]
    Repeated {
        /// The parameter.
        parameter: Uuid,
    },
    /// A correlation names a parameter without a distribution.
    #[error("{parameter} has a correlation but no distribution")]
    Unknown {
        /// The parameter.
        parameter: Uuid,
    },
}

/// An uncertain parameter, as the sampler needs it.
#[derive(Clone, Debug)]
pub struct SampledInput {
    /// Identity: names its random stream.
    pub id: Uuid,
    /// Number inside the scenario: its dimension in a Sobol run.
    pub slot: u32,
    /// Its distribution, ready to draw.
    pub quantile: Quantile,
}

#[derive(Clone, Debug)]
struct Input {
    id: Uuid,
    key: StreamKey,
    /// Sobol dimension, if it can have one.
    dimension: Option<u32>,
    quantile: Quantile,
}

/// One correlated input: where it stands and what its score is made of.
#[derive(Clone, Debug)]
struct Member {
    input: usize,
    /// Weights of the group's scores; empty where the member keeps its own.
    weights: Vec<(usize, f64)>,
    /// Whether any member, itself included, needs its score.
    scored: bool,
}

/// Draws all inputs of a run.
///
/// Immutable; threads share it, each with a [`Scratch`] of its own.
#[derive(Clone, Debug)]
pub struct InputSampler {
    plan: SamplingPlan,
    inputs: Vec<Input>,
    /// Inputs outside every group.
    single: Vec<usize>,
    groups: Vec<Vec<Member>>,
}

/// Memory of one thread for the scores of a group.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    scores: Vec<f64>,
}

impl InputSampler {
    /// A sampler whose columns stand in the order of `inputs`. The order changes no value.
    pub fn new(
        plan: SamplingPlan,
        inputs: Vec<SampledInput>,
        correlation: &CorrelationPlan,
    ) -> Result<Self, InputError> {
        let mut places = BTreeMap::new();
        for (place, input) in inputs.iter().enumerate() {
            if places.insert(input.id, place).is_some() {
                return Err(InputError::Repeated {
                    parameter: input.id,
                });
            }
        }
        let inputs: Vec<Input> = inputs
            .into_iter()
            .map(|input| {
                let coordinate = Coordinate::value(input.id);
                Input {
                    id: input.id,
                    key: StreamKey::new(plan.seed(), coordinate),
                    dimension: sobol::dimension(coordinate, input.slot),
                    quantile: input.quantile,
                }
            })
            .collect();
        let mut single = vec![true; inputs.len()];
        let mut groups = Vec::new();
        for group in correlation.groups() {
            let mut members = Vec::new();
            for (index, (id, row)) in group.members().iter().zip(group.rows()).enumerate() {
                let &input = places
                    .get(id)
                    .ok_or(InputError::Unknown { parameter: *id })?;
                single[input] = false;
                let own = group.keeps_own(index);
                let weights = if own { Vec::new() } else { row.clone() };
                let used = |row: &Vec<(usize, f64)>| row.iter().any(|weight| weight.0 == index);
                let by_others = group.rows().iter().skip(index + 1).any(used);
                let scored =
                    by_others || !own && used(row) || own && inputs[input].quantile.takes_scores();
                members.push(Member {
                    input,
                    weights,
                    scored,
                });
            }
            groups.push(members);
        }
        let single = (0..inputs.len()).filter(|&input| single[input]).collect();
        Ok(Self {
            plan,
            inputs,
            single,
            groups,
        })
    }

    /// The plan of the run.
    pub fn plan(&self) -> &SamplingPlan {
        &self.plan
    }

    /// Number of inputs, which is the number of columns.
    pub fn len(&self) -> usize {
        self.inputs.len()
    }

    /// True when nothing is uncertain.
    pub fn is_empty(&self) -> bool {
        self.inputs.is_empty()
    }

    /// The parameters, in the order of the columns.
    pub fn ids(&self) -> impl Iterator<Item = Uuid> {
        self.inputs.iter().map(|input| input.id)
    }

    /// The inputs of a Sobol run that the plain stream draws, because they have no dimension; none in other runs.
    pub fn without_dimension(&self) -> impl Iterator<Item = Uuid> {
        let sobol = self.plan.method() == Sampling::Sobol;
        self.inputs
            .iter()
            .filter(move |input| sobol && input.dimension.is_none())
            .filter(|input| !input.quantile.is_constant())
            .map(|input| input.id)
    }

    /// Memory for tiles of up to `trials` trials. A larger tile enlarges it once.
    pub fn scratch(&self, trials: usize) -> Scratch {
        let largest = self.groups.iter().map(Vec::len).max().unwrap_or(0);
        Scratch {
            scores: vec![0.0; largest * trials],
        }
    }

    /// Fills the values of `trials` trials from `first_trial` (counted from 0) on. The value of input k in the t-th of
    /// them stands at `tile[k * stride + t]`; what lies between the columns stays as it was.
    ///
    /// # Panics
    ///
    /// If `trials` is above `stride`, or the tile too short for its columns.
    #[inline(always)]
    pub fn fill(
        &self,
        first_trial: u64,
        trials: usize,
        stride: usize,
        tile: &mut [f64],
        scratch: &mut Scratch,
    ) {
        assert!(
            trials <= stride,
            "a tile of {trials} trials does not fit a stride of {stride}"
        );
        for &input in &self.single {
            let column = &mut tile[input * stride..][..trials];
            let input = &self.inputs[input];
            if !input.quantile.is_constant() {
                self.uniforms(input, first_trial, column);
            }
            input.quantile.map_uniforms(column);
        }
        for group in &self.groups {
            let needed = group.len() * trials;
            if scratch.scores.len() < needed {
                scratch.scores.resize(needed, 0.0);
            }
            self.fill_group(
                group,
                first_trial,
                trials,
                (stride, tile),
                &mut scratch.scores[..needed],
            );
        }
    }

    /// The uniform numbers of an input.
    #[inline(always)]
    fn uniforms(&self, input: &Input, first_trial: u64, values: &mut [f64]) {
        self.plan
            .fill_uniforms(&input.key, input.dimension, first_trial, values);
    }

    /// Scores of all members first, then each member's value from its row.
    #[inline(always)]
    fn fill_group(
        &self,
        group: &[Member],
        first_trial: u64,
        trials: usize,
        (stride, tile): (usize, &mut [f64]),
        scores: &mut [f64],
    ) {
        if trials == 0 {
            return;
        }
        for (member, score) in group.iter().zip(scores.chunks_exact_mut(trials)) {
            let input = &self.inputs[member.input];
            let column = &mut tile[member.input * stride..][..trials];
            if member.scored {
                self.uniforms(input, first_trial, score);
                if member.weights.is_empty() && !input.quantile.takes_scores() {
                    // Its own uniform number is its natural argument; the score is for the others.
                    column.copy_from_slice(score);
                }
                normal::quantile_slice(score);
            } else if member.weights.is_empty() {
                self.uniforms(input, first_trial, column);
            }
        }
        for (index, member) in group.iter().enumerate() {
            let input = &self.inputs[member.input];
            let column = &mut tile[member.input * stride..][..trials];
            let score = |member: usize| &scores[member * trials..][..trials];
            if !member.weights.is_empty() {
                combine(&member.weights, score, column);
                input.quantile.map_scores(column);
            } else if input.quantile.takes_scores() {
                column.copy_from_slice(score(index));
                input.quantile.map_scores(column);
            } else {
                input.quantile.map_uniforms(column);
            }
        }
    }
}

/// The weighted sum of scores, in the order of the members, held within the range of scores.
#[inline(always)]
fn combine<'a>(weights: &[(usize, f64)], score: impl Fn(usize) -> &'a [f64], sums: &mut [f64]) {
    let mut weights = weights.iter();
    if let Some(&(member, weight)) = weights.next() {
        for (sum, z) in sums.iter_mut().zip(score(member)) {
            *sum = weight * z;
        }
    }
    for &(member, weight) in weights {
        for (sum, z) in sums.iter_mut().zip(score(member)) {
            *sum += weight * z;
        }
    }
    for sum in sums {
        let low = if *sum < -LARGEST_SCORE {
            -LARGEST_SCORE
        } else {
            *sum
        };
        *sum = if low > LARGEST_SCORE {
            LARGEST_SCORE
        } else {
            low
        };
    }
}

#[cfg(test)]
mod tests;
