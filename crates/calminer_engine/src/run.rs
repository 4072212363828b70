//! Simulation: trials in tiles on named threads, the same bits for any number of them.

mod bands;
mod checks;
mod drivers;
mod notices;
mod outputs;
pub(crate) mod ranks;
mod shard;
mod shard_file;
mod sketched;
mod stop;
mod store;
mod trials;
pub(crate) mod workers;

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicU64};

use calminer_domain::Keep;
use calminer_domain::scenario::{MAX_SEED, MAX_TRIALS};
use thiserror::Error;
use uuid::Uuid;

pub use checks::check_settings;
pub use shard::{ShardPlan, merge, shard};
pub use shard_file::{Shard, ShardError, ShardHeader};

use crate::program::Program;
use crate::program::run_code::RunCode;
use crate::result::{BaseCase, CorrelationMatrices, LineValues, RunOutcome, RunSettings, Samples};
use crate::sampling::correlation::{CorrelationGroup, MatrixKind};
use crate::sampling::{CorrelationPlan, InputSampler, PlanError, SampledInput, SamplingPlan};
use outputs::Ended;
use trials::Job;

/// Most replicates of a run that keeps sketches.
const MOST_SKETCHED: u32 = 1_000;

/// The outputs of a finished block of trials.
#[derive(Debug)]
pub struct BlockReport<'a> {
    /// Number of its first trial, from 0.
    pub first_trial: u64,
    /// Trials in it.
    pub len: usize,
    /// Key and figures of each output, in order of key.
    pub outputs: &'a [(&'a str, &'a [f64])],
}

/// How a running simulation is watched and stopped.
#[derive(Default)]
pub struct RunControl<'a> {
    /// Set it to stop the run.
    pub cancel: AtomicBool,
    /// Trials finished so far.
    pub done: AtomicU64,
    /// Called on the worker's thread after each block, in no fixed order.
    pub observer: Option<&'a (dyn Fn(&BlockReport<'_>) + Sync)>,
}

/// Why a run gave no result.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RunError {
    /// It was stopped.
    #[error("the run was cancelled")]
    Cancelled,
    /// The settings are impossible: the field and a sentence.
    #[error("{field}: {message}")]
    Settings {
        /// `trials`, `seed`, `replicates`, `trial`, `correlations`, `outputs`, `bands`, `stop`, `keep` or `shard`.
        field: &'static str,
        /// Value and rule.
        message: String,
    },
    /// It failed inside.
    #[error("{0}")]
    Failed(String),
}

/// One trial again, from its number alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Replay {
    /// The trial, from 0.
    pub trial: u64,
    /// Key and draw of each input, in the order of the scenario: one figure, or one a period.
    pub inputs: Vec<(String, LineValues)>,
    /// All lines with the figures of that trial.
    pub table: BaseCase,
}

/// Runs a simulation. Every figure but the time depends on program and settings alone.
///
/// # Errors
/// When it was cancelled, when the settings are impossible, and when a worker failed.
pub fn simulate(
    program: &Program,
    settings: &RunSettings,
    threads: NonZeroUsize,
    control: &RunControl<'_>,
) -> Result<(RunOutcome, Samples), RunError> {
    simulate_in_tiles::<{ trials::TILE }>(program, settings, threads, control)
}

fn simulate_in_tiles<const W: usize>(
    program: &Program,
    settings: &RunSettings,
    threads: NonZeroUsize,
    control: &RunControl<'_>,
) -> Result<(RunOutcome, Samples), RunError> {
    let prepared = Prepared::new(program, settings)?;
    let job = prepared.job(program, threads, control);
    let output = checks::check_stop(program, settings)?;
    checks::check_size(job.shape(), settings, settings.trials)?;
    if settings.keep == Keep::Sketches {
        return sketched::run::<W>(&job, settings);
    }
    let (kept, ended) = match settings.stop.as_ref().zip(output) {
        Some((rule, output)) => stop::run::<W>(&job, rule, output)?,
        None => (
            trials::run::<W>(&job, 0..settings.trials)?,
            Ended::whole(job.sampler.plan()),
        ),
    };
    outputs::outcome(&job, settings, kept, ended)
}

/// What a run needs, made of possible settings.
struct Prepared<'a> {
    sampler: InputSampler,
    code: RunCode<'a>,
}

impl<'a> Prepared<'a> {
    fn new(program: &'a Program, settings: &RunSettings) -> Result<Self, RunError> {
        let sampler = sampler(program, settings)?;
        if program.outputs().is_empty() {
            let message = "no line is marked as an output, so there is nothing to simulate; mark one as a gain or a cost".to_owned();
            return Err(RunError::Settings {
                field: "outputs",
                message,
            });
        }
        let replicates = sampler.plan().replicates();
        if settings.keep == Keep::Sketches && replicates > MOST_SKETCHED {
            let message = format!(
                "{replicates} replicates: a run that keeps sketches counts each of them on its own, at most {MOST_SKETCHED}"
            );
            return Err(RunError::Settings {
                field: "replicates",
                message,
            });
        }
        let code = program
            .run_code(&settings.bands)
            .map_err(|message| RunError::Settings {
                field: "bands",
                message,
            })?;
        Ok(Self { sampler, code })
    }

    fn job(
        &'a self,
        program: &'a Program,
        threads: NonZeroUsize,
        control: &'a RunControl<'a>,
    ) -> Job<'a> {
        Job {
            program,
            sampler: &self.sampler,
            code: &self.code,
            threads,
            control,
            observed: true,
        }
    }
}

/// Computes one trial of a run again.
///
/// # Errors
/// When the settings are impossible or the trial is not one of them.
pub fn replay(program: &Program, settings: &RunSettings, trial: u64) -> Result<Replay, RunError> {
    let sampler = sampler(program, settings)?;
    if trial >= settings.trials {
        let message = format!(
            "there is no trial {}: the run has trials 1 to {}",
            trial.saturating_add(1),
            settings.trials
        );
        return Err(RunError::Settings {
            field: "trial",
            message,
        });
    }
    let draws = draws_of(&sampler, trial);
    let inputs = program.inputs().iter().map(|input| {
        let drawn = &draws[input.columns.clone()];
        let drawn = match drawn {
            [draw] if !input.draws.is_per_period() => LineValues::Scalar(*draw),
            _ => LineValues::Series(drawn.to_vec()),
        };
        (input.key.clone(), drawn)
    });
    Ok(Replay {
        trial,
        inputs: inputs.collect(),
        table: program.table(&draws),
    })
}

/// The draws of one trial: the same bits as inside a tile.
fn draws_of(sampler: &InputSampler, trial: u64) -> Vec<f64> {
    let mut draws = vec![0.0; sampler.len()];
    sampler.fill(trial, 1, 1, &mut draws, &mut sampler.scratch(1));
    draws
}

pub(crate) fn correlation_plan(
    program: &Program,
    repairs: bool,
) -> Result<CorrelationPlan, RunError> {
    let id = |place: usize| program.inputs()[place].id;
    let pairs: Vec<_> = program
        .correlations()
        .iter()
        .map(|&(a, b, rho)| (id(a), id(b), rho))
        .collect();
    let plan = if repairs {
        CorrelationPlan::nearest(&pairs)
    } else {
        CorrelationPlan::new(&pairs)
    };
    plan.map_err(|error| {
        // The sampler knows identities alone; people know keys.
        let keys = program.inputs().iter();
        let message = keys.fold(error.to_string(), |text, input| {
            text.replace(&input.id.to_string(), &input.key)
        });
        RunError::Settings {
            field: "correlations",
            message,
        }
    })
}

/// The matrices of each group of correlated inputs, by key.
fn correlation_groups(
    program: &Program,
    settings: &RunSettings,
) -> Result<Vec<CorrelationMatrices>, RunError> {
    let key = |id: &Uuid| {
        let mut inputs = program.inputs().iter();
        inputs
            .find(|input| input.id == *id)
            .map(|input| input.key.clone())
    };
    let matrices = |group: &CorrelationGroup| {
        let check = group.check();
        let size = check.typed().size();
        let change = |row| (0..size).map(|column| check.change(row, column)).collect();
        CorrelationMatrices {
            keys: check.members().iter().filter_map(key).collect(),
            typed: check.typed().rows(),
            repaired: check.repaired().rows(),
            used: check.used().rows(),
            change: (0..size).map(change).collect(),
            smallest_eigenvalue: check.smallest_eigenvalue(MatrixKind::Rank),
            smallest_score_eigenvalue: check.smallest_eigenvalue(MatrixKind::Score),
        }
    };
    let plan = correlation_plan(program, settings.repair_correlations)?;
    Ok(plan.groups().iter().map(matrices).collect())
}

pub(crate) fn sampler(program: &Program, settings: &RunSettings) -> Result<InputSampler, RunError> {
    if settings.trials == 0 || settings.trials > MAX_TRIALS {
        let message = format!(
            "{} trials: type a number from 1 to {MAX_TRIALS}",
            settings.trials
        );
        return Err(RunError::Settings {
            field: "trials",
            message,
        });
    }
    if settings.seed > MAX_SEED {
        let message = format!(
            "seed {} is above {MAX_SEED}, the largest that every file and database keeps",
            settings.seed
        );
        return Err(RunError::Settings {
            field: "seed",
            message,
        });
    }
    let plan = SamplingPlan::new(
        settings.sampling,
        settings.trials,
        settings.replicates,
        settings.seed,
    )
    .map_err(|error| {
        let field = match error {
            PlanError::Trials { .. } => "trials",
            PlanError::Seed { .. } => "seed",
            PlanError::Replicates { .. } | PlanError::ReplicateSize { .. } => "replicates",
        };
        RunError::Settings {
            field,
            message: error.to_string(),
        }
    })?;
    let inputs = program
        .inputs()
        .iter()
        .map(|input| SampledInput {
            id: input.id,
            slot: input.slot,
            draws: input.draws.clone(),
        })
        .collect();
    InputSampler::new(
        plan,
        inputs,
        &correlation_plan(program, settings.repair_correlations)?,
    )
    .map_err(|error| RunError::Failed(error.to_string()))
}

#[cfg(test)]
mod tests;
