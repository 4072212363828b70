//! The inputs of a finished run, drawn again: a run keeps its outputs alone.

use std::num::NonZeroUsize;
use std::sync::atomic::Ordering;

use crate::program::{Input, Program};
use crate::result::RunSettings;
use crate::run::{RunControl, RunError, sampler, workers};

/// Trials of a piece of work.
const PIECE: u64 = 4_096;

/// Draws of all inputs, one column each, in order of trial and in single precision.
#[derive(Clone, Debug, PartialEq)]
pub struct InputColumns {
    /// Keys, in the order of the scenario.
    pub keys: Vec<String>,
    /// Their draws: factors and percentages where a distribution is one, means over the periods where each has its own.
    pub columns: Vec<Vec<f32>>,
}

impl InputColumns {
    /// The keys as [`super::regression`] and [`super::target`] take them.
    pub fn keys(&self) -> Vec<&str> {
        self.keys.iter().map(String::as_str).collect()
    }

    /// The columns as they take them.
    pub fn columns(&self) -> Vec<&[f32]> {
        self.columns.iter().map(Vec::as_slice).collect()
    }
}

/// Draws the inputs of a run again, from program and settings alone. `control.done` counts trials.
///
/// # Errors
/// When it was cancelled, or the settings are impossible.
pub fn input_columns(
    program: &Program,
    settings: &RunSettings,
    (threads, control): (NonZeroUsize, &RunControl<'_>),
) -> Result<InputColumns, RunError> {
    let sampler = sampler(program, settings)?;
    let trials = settings.trials;
    let start = || {
        (
            vec![0.0; sampler.len() * PIECE as usize],
            sampler.scratch(PIECE as usize),
        )
    };
    let parts = workers::in_order(
        threads,
        trials.div_ceil(PIECE) as usize,
        &control.cancel,
        start,
        |(tile, scratch), number| {
            let first = number as u64 * PIECE;
            let len = PIECE.min(trials - first) as usize;
            sampler.fill(first, len, PIECE as usize, tile, scratch);
            let draw = |column: usize, trial: usize| tile[column * PIECE as usize + trial];
            let one = |input: &Input, trial: usize| {
                let own = input.columns.clone().map(|column| draw(column, trial));
                own.sum::<f64>() / input.columns.len() as f64
            };
            let columns = program.inputs().iter();
            let columns =
                columns.map(|input| (0..len).map(|trial| one(input, trial) as f32).collect());
            control.done.fetch_add(len as u64, Ordering::Relaxed);
            Ok(columns.collect::<Vec<Vec<f32>>>())
        },
    )?;
    let mut columns = vec![Vec::with_capacity(trials as usize); program.inputs().len()];
    for part in &parts {
        for (column, part) in columns.iter_mut().zip(part) {
            column.extend_from_slice(part);
        }
    }
    let keys = program.inputs().iter().map(|input| input.key.clone());
    Ok(InputColumns {
        keys: keys.collect(),
        columns,
    })
}
