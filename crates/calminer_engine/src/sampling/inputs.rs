//! The values of all uncertain inputs for a tile of trials.

#![expect(
    clippy::inline_always,
    reason = "only what is inlined is compiled for the level of the processor"
)]

use std::collections::BTreeMap;
use std::ops::Range;

use calminer_domain::Sampling;
use thiserror::Error;
use uuid::Uuid;

use super::correlation::{CorrelationGroup, CorrelationPlan};
use super::law::{Draws, IMPACT, SampledInput, ValueLaw};
use super::plan::SamplingPlan;
use super::sobol;
use super::stream::{Coordinate, StreamKey};
use crate::level::{self, Work};
use crate::quantile::{Quantile, to_scores};

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
    /// A group in which one parameter is drawn once and another each period.
    #[error(
        "{per_period} is drawn each period and {once} once a trial, so they cannot be correlated"
    )]
    Mixed {
        /// The one that is drawn once.
        once: Uuid,
        /// The one that is drawn each period.
        per_period: Uuid,
    },
    /// A correlation names an event, which takes two draws.
    #[error("{parameter} is an event, which cannot be correlated")]
    Event {
        /// The parameter.
        parameter: Uuid,
    },
}

/// What one column is drawn from.
#[derive(Clone, Debug)]
struct Cell {
    key: StreamKey,
    /// Sobol dimension, if it can have one.
    dimension: Option<u32>,
    /// The law of the column; of an event the impact, of a path the normal score.
    quantile: Quantile,
}

/// A column whose value takes a second uniform number.
#[derive(Clone, Debug)]
struct Event {
    column: usize,
    probability: f64,
    impact: StreamKey,
}

/// The columns of one parameter.
#[derive(Clone, Debug)]
struct Block {
    id: Uuid,
    columns: Range<usize>,
    draws: Draws,
}

/// One correlated column: where it stands and what its score is made of.
#[derive(Clone, Debug)]
struct Member {
    column: usize,
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
    cells: Vec<Cell>,
    blocks: Vec<Block>,
    /// Columns outside every group.
    single: Vec<usize>,
    /// Correlated columns; a group that is drawn each period stands once for each.
    groups: Vec<Vec<Member>>,
    events: Vec<Event>,
}

/// Memory of one thread for the scores of a group or the impacts of an event.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    scores: Vec<f64>,
}

impl Scratch {
    /// The first numbers of it, which is enlarged where it is too small.
    fn first(&mut self, count: usize) -> &mut [f64] {
        if self.scores.len() < count {
            self.scores.resize(count, 0.0);
        }
        &mut self.scores[..count]
    }
}

impl InputSampler {
    /// A sampler whose columns stand in the order of `inputs`, those of a parameter side by side. The order changes no
    /// value.
    pub fn new(
        plan: SamplingPlan,
        inputs: Vec<SampledInput>,
        correlation: &CorrelationPlan,
    ) -> Result<Self, InputError> {
        let mut sampler = Self {
            plan,
            cells: Vec::new(),
            blocks: Vec::with_capacity(inputs.len()),
            single: Vec::new(),
            groups: Vec::new(),
            events: Vec::new(),
        };
        let mut places = BTreeMap::new();
        for (place, input) in inputs.into_iter().enumerate() {
            if places.insert(input.id, place).is_some() {
                return Err(InputError::Repeated {
                    parameter: input.id,
                });
            }
            sampler.add(input);
        }
        let mut single = vec![true; sampler.cells.len()];
        for event in &sampler.events {
            single[event.column] = false;
        }
        for group in correlation.groups() {
            let mut columns = Vec::new();
            for id in group.members() {
                let &place = places
                    .get(id)
                    .ok_or(InputError::Unknown { parameter: *id })?;
                columns.push(sampler.blocks[place].columns.clone());
            }
            sampler.check_group(group.members(), &places)?;
            let periods = columns.iter().map(Range::len).min().unwrap_or(0);
            for period in 0..periods {
                let columns: Vec<usize> = columns.iter().map(|own| own.start + period).collect();
                for &column in &columns {
                    single[column] = false;
                }
                sampler.groups.push(sampler.members(group, &columns));
            }
        }
        sampler.single = (0..single.len()).filter(|&column| single[column]).collect();
        Ok(sampler)
    }

    /// Appends the columns of an input.
    fn add(&mut self, input: SampledInput) {
        let SampledInput { id, slot, draws } = input;
        let first = self.cells.len();
        for column in 0..draws.columns() {
            let coordinate = draws.coordinate(id, column);
            if let Some(ValueLaw::Event { probability, .. }) = draws.value_law() {
                let impact = Coordinate {
                    part: IMPACT,
                    ..coordinate
                };
                self.events.push(Event {
                    column: first + column,
                    probability: *probability,
                    impact: StreamKey::new(self.plan.seed(), impact),
                });
            }
            self.cells.push(Cell {
                key: StreamKey::new(self.plan.seed(), coordinate),
                dimension: sobol::dimension(coordinate, slot),
                quantile: draws.column_law(),
            });
        }
        self.blocks.push(Block {
            id,
            columns: first..self.cells.len(),
            draws,
        });
    }

    /// The members of a group are all drawn once, or all each period, and none of them is an event.
    fn check_group(
        &self,
        members: &[Uuid],
        places: &BTreeMap<Uuid, usize>,
    ) -> Result<(), InputError> {
        let blocks = || {
            let places = members.iter().filter_map(|id| places.get(id));
            places.map(|place| &self.blocks[*place])
        };
        if let Some(event) = blocks().find(|block| block.draws.is_event()) {
            return Err(InputError::Event {
                parameter: event.id,
            });
        }
        let per_period = blocks().find(|block| block.draws.is_per_period());
        let once = blocks().find(|block| !block.draws.is_per_period());
        match (once, per_period) {
            (Some(once), Some(per_period)) => Err(InputError::Mixed {
                once: once.id,
                per_period: per_period.id,
            }),
            _ => Ok(()),
        }
    }

    /// The members of a group, which stand in these columns.
    fn members(&self, group: &CorrelationGroup, columns: &[usize]) -> Vec<Member> {
        let rows = columns.iter().zip(group.rows()).enumerate();
        rows.map(|(index, (&column, row))| {
            let own = group.keeps_own(index);
            let used = |row: &Vec<(usize, f64)>| row.iter().any(|weight| weight.0 == index);
            let by_others = group.rows().iter().skip(index + 1).any(used);
            Member {
                column,
                scored: by_others
                    || !own && used(row)
                    || own && self.cells[column].quantile.takes_scores(),
                weights: if own { Vec::new() } else { row.clone() },
            }
        })
        .collect()
    }

    /// The plan of the run.
    pub fn plan(&self) -> &SamplingPlan {
        &self.plan
    }

    /// Number of columns: one for an input that is drawn once, one a period for the others.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// True when nothing is uncertain.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// The parameters with their columns, in the order of the columns.
    pub fn blocks(&self) -> impl Iterator<Item = (Uuid, Range<usize>)> {
        let blocks = self.blocks.iter();
        blocks.map(|block| (block.id, block.columns.clone()))
    }

    /// The inputs of a Sobol run that the plain stream draws, in part or as a whole, because they have no dimension; none
    /// in other runs.
    pub fn without_dimension(&self) -> impl Iterator<Item = Uuid> {
        let sobol = self.plan.method() == Sampling::Sobol;
        self.blocks
            .iter()
            .filter(move |_| sobol)
            .filter(|block| {
                let mut cells = self.cells[block.columns.clone()].iter();
                block.draws.is_event() || cells.any(|cell| cell.dimension.is_none())
            })
            .filter(|block| !block.draws.is_constant())
            .map(|block| block.id)
    }

    /// Memory for tiles of up to `trials` trials. A larger tile enlarges it once.
    pub fn scratch(&self, trials: usize) -> Scratch {
        let largest = self.groups.iter().map(Vec::len).max().unwrap_or(0);
        let largest = largest.max(usize::from(!self.events.is_empty()));
        Scratch {
            scores: vec![0.0; largest * trials],
        }
    }

    /// Fills the values of `trials` trials from `first_trial` (counted from 0) on. The value of column k in the t-th of
    /// them stands at `tile[k * stride + t]`; what lies between the columns stays as it was.
    ///
    /// # Panics
    ///
    /// If `trials` is above `stride`, or the tile too short for its columns.
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
        for &column in &self.single {
            let cell = &self.cells[column];
            let values = &mut tile[column * stride..][..trials];
            if !cell.quantile.is_constant() {
                self.uniforms(cell, first_trial, values);
            }
            cell.quantile.map_uniforms(values);
        }
        for group in &self.groups {
            let scores = scratch.first(group.len() * trials);
            self.fill_group(group, first_trial, trials, (stride, tile), scores);
        }
        for event in &self.events {
            let values = &mut tile[event.column * stride..][..trials];
            self.fill_event(event, first_trial, values, scratch.first(trials));
        }
        for block in &self.blocks {
            if let Draws::Path(path) = &block.draws {
                path.map_scores(&mut tile[block.columns.start * stride..], trials, stride);
            }
        }
    }

    /// The uniform numbers of a column.
    fn uniforms(&self, cell: &Cell, first_trial: u64, values: &mut [f64]) {
        self.plan
            .fill_uniforms(&cell.key, cell.dimension, first_trial, values);
    }

    /// Impacts where the event happens, 0 elsewhere.
    fn fill_event(&self, event: &Event, first_trial: u64, values: &mut [f64], impacts: &mut [f64]) {
        let cell = &self.cells[event.column];
        self.uniforms(cell, first_trial, values);
        if !cell.quantile.is_constant() {
            self.plan
                .fill_uniforms(&event.impact, None, first_trial, impacts);
        }
        cell.quantile.map_uniforms(impacts);
        for (value, impact) in values.iter_mut().zip(impacts) {
            *value = if *value < event.probability {
                *impact
            } else {
                0.0
            };
        }
    }

    /// Scores of all members first, then each member's value from its row.
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
            let cell = &self.cells[member.column];
            let column = &mut tile[member.column * stride..][..trials];
            if member.scored {
                self.uniforms(cell, first_trial, score);
                if member.weights.is_empty() && !cell.quantile.takes_scores() {
                    // Its own uniform number is its natural argument; the score is for the others.
                    column.copy_from_slice(score);
                }
                to_scores(score);
            } else if member.weights.is_empty() {
                self.uniforms(cell, first_trial, column);
            }
        }
        for (index, member) in group.iter().enumerate() {
            let cell = &self.cells[member.column];
            let column = &mut tile[member.column * stride..][..trials];
            if !member.weights.is_empty() {
                level::at_best(Combine {
                    weights: &member.weights,
                    scores,
                    sums: column,
                });
                cell.quantile.map_scores(column);
            } else if cell.quantile.takes_scores() {
                column.copy_from_slice(&scores[index * trials..][..trials]);
                cell.quantile.map_scores(column);
            } else {
                cell.quantile.map_uniforms(column);
            }
        }
    }
}

/// The weighted sum of scores, in the order of the members, held within the range of scores.
struct Combine<'a> {
    weights: &'a [(usize, f64)],
    /// Of one member after the other, as many as there are sums.
    scores: &'a [f64],
    sums: &'a mut [f64],
}

impl Work for Combine<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let trials = self.sums.len();
        let score = |member: usize| &self.scores[member * trials..][..trials];
        let mut weights = self.weights.iter();
        if let Some(&(member, weight)) = weights.next() {
            for (sum, z) in self.sums.iter_mut().zip(score(member)) {
                *sum = weight * z;
            }
        }
        for &(member, weight) in weights {
            for (sum, z) in self.sums.iter_mut().zip(score(member)) {
                *sum += weight * z;
            }
        }
        for sum in self.sums {
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
}

#[cfg(test)]
mod tests;
