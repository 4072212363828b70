//! Two samples A and B of all inputs, and trials of A in which some players come from B.
//!
//! Inside a correlation group the players that come from B are drawn given those that stay: with normal scores z of A
//! and z' of B and the score matrix R, the members J that come from B get
//! z'_J + R_JK R_KK^-1 (z_K - z'_K), K the members that stay (Matheron's rule, as in conditional simulation). Where no
//! group is cut this is a plain exchange of columns.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::linear::solve;
use super::model::{Lanes, TILE};
use crate::quantile::Quantile;
use crate::run::RunError;
use crate::sampling::correlation::SymmetricMatrix;
use crate::sampling::{
    CorrelationPlan, Draws, InputSampler, Path, PlanError, SampledInput, SamplingPlan, Scratch,
};
use calminer_domain::Sampling;
use calminer_domain::scenario::MAX_SEED;

/// Matrices that a thread remembers at most.
const MOST_REMEMBERED: usize = 4_096;

/// Scores are held inside the range that laws are made for.
const LARGEST_SCORE: f64 = 8.2;

/// Parameters that change places together.
#[derive(Clone, Debug)]
pub(super) struct Members {
    /// Columns of the inputs.
    pub(super) columns: Vec<usize>,
    /// False where nothing in it can vary.
    pub(super) varies: bool,
}

/// A correlation group: the columns of its members and their score matrix.
#[derive(Debug)]
struct Group {
    columns: Vec<usize>,
    score: SymmetricMatrix,
}

/// How two samples are drawn and mixed.
#[derive(Debug)]
pub(super) struct Design {
    /// The law of each column; of a path the score.
    laws: Vec<Quantile>,
    /// Paths in groups: they are made of mixed scores, the others come whole from the samplers.
    paths: Vec<(usize, Path)>,
    a: InputSampler,
    b: InputSampler,
    groups: Vec<Group>,
    /// The group of each column.
    group_of: Vec<Option<usize>>,
}

/// What decides the two samples.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    pub(super) samples: u64,
    pub(super) seed: u64,
    pub(super) replicates: Option<u32>,
}

/// The groups, one a period for draws of each period, and the group of each of the columns.
fn groups_of(
    inputs: &[(Uuid, Draws)],
    firsts: &[usize],
    columns: usize,
    correlation: &CorrelationPlan,
) -> (Vec<Group>, Vec<Option<usize>>) {
    let mut group_of = vec![None; columns];
    let mut groups = Vec::new();
    for group in correlation.groups() {
        let place = |id: &Uuid| inputs.iter().position(|input| input.0 == *id);
        // A constant says nothing of the others, whatever it is correlated with.
        let varying: Vec<(usize, usize)> = group
            .members()
            .iter()
            .enumerate()
            .filter_map(|(member, id)| Some((member, place(id)?)))
            .filter(|(_, place)| !inputs[*place].1.is_constant())
            .collect();
        let score = SymmetricMatrix::from_fn(varying.len(), |row, column| {
            group.score_matrix().get(varying[row].0, varying[column].0)
        });
        // Draws of each period are a group of their own in every period.
        let periods = varying.iter().map(|(_, place)| inputs[*place].1.columns());
        for period in 0..periods.min().unwrap_or(0) {
            let own = varying.iter().map(|(_, place)| firsts[*place] + period);
            let columns: Vec<usize> = own.collect();
            for column in &columns {
                group_of[*column] = Some(groups.len());
            }
            groups.push(Group {
                columns,
                score: score.clone(),
            });
        }
    }
    (groups, group_of)
}

impl Design {
    /// A design of Latin hypercubes. A has the draws of a hypercube run with the same seed, B those of a seed of its
    /// own.
    pub(super) fn new(
        inputs: &[(Uuid, Draws)],
        correlation: &CorrelationPlan,
        size: Size,
    ) -> Result<Self, RunError> {
        let mut laws = Vec::new();
        let mut firsts = Vec::with_capacity(inputs.len());
        for (_, draws) in inputs {
            firsts.push(laws.len());
            laws.extend((0..draws.columns()).map(|_| draws.column_law()));
        }
        let (groups, group_of) = groups_of(inputs, &firsts, laws.len(), correlation);
        // Members of groups are drawn as scores: conditions and exchanges are theirs.
        // A hypercube has no dimensions: the slot does not enter.
        let sampled = |(first, (id, draws)): (&usize, &(Uuid, Draws))| SampledInput {
            id: *id,
            slot: 0,
            draws: match group_of[*first] {
                Some(_) => draws.as_scores(),
                None => draws.clone(),
            },
        };
        let paths = firsts.iter().zip(inputs);
        let paths = paths
            .filter(|(first, _)| group_of[**first].is_some())
            .filter_map(|(first, (_, draws))| match draws {
                Draws::Path(path) => Some((*first, path.clone())),
                Draws::Once(_) | Draws::EachPeriod(..) => None,
            })
            .collect();
        let sampler = |seed: u64| -> Result<InputSampler, RunError> {
            let method = Sampling::LatinHypercube;
            let plan = SamplingPlan::new(method, size.samples, size.replicates, seed);
            let plan = plan.map_err(|error| RunError::Settings {
                field: match error {
                    PlanError::Replicates { .. } | PlanError::ReplicateSize { .. } => "replicates",
                    PlanError::Trials { .. } | PlanError::Seed { .. } => "samples",
                },
                message: error.to_string(),
            })?;
            let inputs = firsts.iter().zip(inputs).map(sampled).collect();
            InputSampler::new(plan, inputs, correlation)
                .map_err(|error| RunError::Failed(error.to_string()))
        };
        Ok(Self {
            a: sampler(size.seed)?,
            b: sampler(other_seed(size.seed))?,
            laws,
            paths,
            groups,
            group_of,
        })
    }

    pub(super) fn samples(&self) -> u64 {
        self.a.plan().trials()
    }

    /// First sample and number of samples of each replicate.
    pub(super) fn replicates(&self) -> Vec<(u64, u64)> {
        let plan = self.a.plan();
        let mut first = 0;
        let replicates = (0..plan.replicates()).map(|_| {
            let replicate = plan.replicate_of(first);
            first += replicate.size;
            (replicate.first, replicate.size)
        });
        replicates.collect()
    }

    /// Whether a player shares a correlation group with another one.
    pub(super) fn is_cut(&self, players: &[Members]) -> bool {
        let mut player_of = vec![usize::MAX; self.laws.len()];
        for (number, player) in players.iter().enumerate() {
            for &column in &player.columns {
                player_of[column] = number;
            }
        }
        self.groups.iter().any(|group| {
            let mut players = group.columns.iter().map(|column| player_of[*column]);
            let first = players.next();
            players.any(|player| Some(player) != first)
        })
    }

    pub(super) fn columns(&self) -> usize {
        self.laws.len()
    }

    pub(super) fn tile(&self) -> Tile<'_> {
        let columns = vec![[0.0; TILE]; self.columns()];
        Tile {
            design: self,
            a: columns.clone(),
            b: columns.clone(),
            mixed: columns,
            from_b: vec![false; self.columns()],
            scratch: [self.a.scratch(TILE), self.b.scratch(TILE)],
            weights: BTreeMap::new(),
        }
    }
}

/// The seed of the second sample.
fn other_seed(seed: u64) -> u64 {
    // A fixed odd number (the golden ratio's) keeps it apart from neighboring seeds.
    (seed ^ 0x0009_e377_9b97_f4a7) & MAX_SEED
}

/// Weights of the members that stay for each member that comes from B.
type Weights = Vec<Vec<f64>>;

/// One tile of both samples and the mixture of them that is evaluated next.
pub(super) struct Tile<'a> {
    design: &'a Design,
    a: Vec<Lanes>,
    b: Vec<Lanes>,
    pub(super) mixed: Vec<Lanes>,
    from_b: Vec<bool>,
    scratch: [Scratch; 2],
    weights: BTreeMap<(usize, Vec<bool>), Weights>,
}

impl Tile<'_> {
    /// Draws the samples from `first` on; behind `len` what is there stays.
    pub(super) fn draw(&mut self, first: u64, len: usize) {
        let design = self.design;
        let [of_a, of_b] = &mut self.scratch;
        let (a, b) = (self.a.as_flattened_mut(), self.b.as_flattened_mut());
        design.a.fill(first, len, TILE, a, of_a);
        design.b.fill(first, len, TILE, b, of_b);
    }

    /// All trials with the chosen columns from B, the others from A.
    pub(super) fn exchange(&mut self, is_from_b: impl Fn(usize) -> bool) {
        for column in 0..self.design.columns() {
            self.from_b[column] = is_from_b(column);
            if self.design.group_of[column].is_none() {
                self.mixed[column] = if self.from_b[column] {
                    self.b[column]
                } else {
                    self.a[column]
                };
            }
        }
        for group in 0..self.design.groups.len() {
            self.mix_group(group, 0, TILE);
        }
        for (first, path) in &self.design.paths {
            let mixed = &mut self.mixed.as_flattened_mut()[first * TILE..];
            path.map_scores(mixed, TILE, TILE);
        }
    }

    /// Moves the columns of one player to B in one trial; `from_b` says where all columns of that trial come from then.
    pub(super) fn move_one(&mut self, lane: usize, columns: &[usize], from_b: &[bool]) {
        self.from_b.copy_from_slice(from_b);
        let mut groups: Vec<usize> = Vec::new();
        for &column in columns {
            match self.design.group_of[column] {
                None => self.mixed[column][lane] = self.b[column][lane],
                Some(group) if !groups.contains(&group) => groups.push(group),
                Some(_) => {}
            }
        }
        for &group in &groups {
            self.mix_group(group, lane, lane + 1);
        }
        // A player has all periods of its inputs, so all scores of such a path are new.
        for (first, path) in &self.design.paths {
            if self.design.group_of[*first].is_some_and(|group| groups.contains(&group)) {
                let mixed = &mut self.mixed.as_flattened_mut()[first * TILE + lane..];
                path.map_scores(mixed, 1, TILE);
            }
        }
    }

    /// Scores of a group given those that stay, then values, in the trials from `from` up to `to`.
    fn mix_group(&mut self, number: usize, from: usize, to: usize) {
        let design = self.design;
        let group = &design.groups[number];
        let stays: Vec<bool> = group
            .columns
            .iter()
            .map(|column| !self.from_b[*column])
            .collect();
        if self.weights.len() > MOST_REMEMBERED {
            self.weights.clear();
        }
        let weights = self
            .weights
            .entry((number, stays.clone()))
            .or_insert_with(|| conditional_weights(&group.score, &stays));
        let staying: Vec<usize> = (0..stays.len()).filter(|member| stays[*member]).collect();
        let mut moved = weights.iter();
        for (member, &column) in group.columns.iter().enumerate() {
            if stays[member] {
                self.mixed[column][from..to].copy_from_slice(&self.a[column][from..to]);
            } else {
                self.mixed[column][from..to].copy_from_slice(&self.b[column][from..to]);
                let weights = moved.next().map_or(&[][..], Vec::as_slice);
                for (&other, &weight) in staying.iter().zip(weights) {
                    let other = group.columns[other];
                    for lane in from..to {
                        let change = self.a[other][lane] - self.b[other][lane];
                        self.mixed[column][lane] += weight * change;
                    }
                }
                for score in &mut self.mixed[column][from..to] {
                    *score = score.clamp(-LARGEST_SCORE, LARGEST_SCORE);
                }
            }
            design.laws[column].map_scores(&mut self.mixed[column][from..to]);
        }
    }
}

/// R_JK R_KK^-1: one row for each member that does not stay, one weight for each that does.
///
/// A member that stays and is a linear function of those before it adds nothing and gets the weight 0.
fn conditional_weights(score: &SymmetricMatrix, stays: &[bool]) -> Weights {
    let staying: Vec<usize> = (0..stays.len()).filter(|member| stays[*member]).collect();
    let rows = SymmetricMatrix::from_fn(staying.len(), |row, column| {
        score.get(staying[row], staying[column])
    })
    .cholesky_rows();
    let mut factor = vec![vec![0.0; staying.len()]; staying.len()];
    for (row, weights) in factor.iter_mut().zip(rows) {
        for (column, weight) in weights {
            row[column] = weight;
        }
    }
    let moving = (0..stays.len()).filter(|member| !stays[*member]);
    moving
        .map(|member| {
            let covariances: Vec<f64> = staying.iter().map(|s| score.get(member, *s)).collect();
            solve(&factor, &covariances)
        })
        .collect()
}
