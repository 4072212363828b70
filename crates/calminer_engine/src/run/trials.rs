//! The trials themselves: blocks of tiles, each drawn and computed by one thread.

#![expect(
    clippy::inline_always,
    reason = "only what is inlined is compiled for the level of the processor"
)]

use std::num::NonZeroUsize;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};

use super::{BlockReport, RunControl, RunError, store, workers};
use crate::level::{self, Work};
use crate::program::Program;
use crate::program::machine::Machine;
use crate::program::unit::Scale;
use crate::sampling::{InputSampler, Scratch};

/// Trials of a tile: its columns stay in the cache.
pub(super) const TILE: usize = 128;

/// Trials of a block: what a thread takes at once, and how often a watcher hears of progress.
const BLOCK: usize = 1_024;

/// What a run keeps, one column each, in order of trial.
pub(super) struct Kept {
    /// Outputs, in their units.
    pub(super) outputs: Vec<Vec<f64>>,
    /// Draws of the inputs, for rank correlations alone.
    pub(super) draws: Vec<Vec<f32>>,
    /// Figures of the rows that are kept period by period, in their units, for percentiles alone.
    pub(super) bands: Vec<Vec<f32>>,
}

impl Kept {
    /// Bytes of one trial.
    pub(super) fn bytes_of_trial(program: &Program) -> u64 {
        let bands: usize = program.bands().iter().map(|row| row.places.len()).sum();
        (8 * program.outputs().len() + 4 * program.inputs().len() + 4 * bands) as u64
    }

    fn reserve(program: &Program, trials: usize) -> Result<Self, RunError> {
        let bands: usize = program.bands().iter().map(|row| row.places.len()).sum();
        Ok(Self {
            outputs: columns(program.outputs().len(), trials)?,
            draws: columns(program.inputs().len(), trials)?,
            bands: columns(bands, trials)?,
        })
    }

    /// The parts of all columns that belong to each block.
    fn blocks(&mut self, trials: usize) -> Vec<Mutex<Block<'_>>> {
        let mut outputs: Vec<_> = self
            .outputs
            .iter_mut()
            .map(|column| column.chunks_mut(BLOCK))
            .collect();
        let mut draws: Vec<_> = self
            .draws
            .iter_mut()
            .map(|column| column.chunks_mut(BLOCK))
            .collect();
        let mut bands: Vec<_> = self
            .bands
            .iter_mut()
            .map(|column| column.chunks_mut(BLOCK))
            .collect();
        (0..trials.div_ceil(BLOCK))
            .map(|number| {
                Mutex::new(Block {
                    first: number * BLOCK,
                    len: BLOCK.min(trials - number * BLOCK),
                    outputs: outputs.iter_mut().filter_map(Iterator::next).collect(),
                    draws: draws.iter_mut().filter_map(Iterator::next).collect(),
                    bands: bands.iter_mut().filter_map(Iterator::next).collect(),
                })
            })
            .collect()
    }
}

/// Columns of zeros, straight from the system: a page is touched first by the thread that fills it.
fn columns<T: Clone + Default>(count: usize, trials: usize) -> Result<Vec<Vec<T>>, RunError> {
    let too_many = |_error| RunError::Settings {
        field: "trials",
        message: format!("the figures of {trials} trials do not fit in memory; ask for fewer"),
    };
    Vec::<T>::new()
        .try_reserve_exact(trials.saturating_mul(count))
        .map_err(too_many)?;
    Ok((0..count).map(|_| vec![T::default(); trials]).collect())
}

/// The part of the kept columns that one piece of work fills.
struct Block<'a> {
    first: usize,
    len: usize,
    outputs: Vec<&'a mut [f64]>,
    draws: Vec<&'a mut [f32]>,
    bands: Vec<&'a mut [f32]>,
}

/// Draws and computes all trials, in tiles of `W`.
pub(super) fn run<const W: usize>(
    program: &Program,
    sampler: &InputSampler,
    threads: NonZeroUsize,
    control: &RunControl<'_>,
) -> Result<Kept, RunError> {
    let trials = sampler.plan().trials() as usize;
    let mut kept = Kept::reserve(program, trials)?;
    let blocks = kept.blocks(trials);
    let start = || Worker::<W> {
        program,
        sampler,
        machine: Machine::new(program.reduced()),
        scratch: sampler.scratch(W),
        bands: program
            .bands()
            .iter()
            .flat_map(|row| {
                let scale = program.result_unit(row.line).scale();
                row.places
                    .iter()
                    .map(move |place| (scale, *place))
                    .collect::<Vec<_>>()
            })
            .collect(),
    };
    workers::in_order(
        threads,
        blocks.len(),
        &control.cancel,
        start,
        |worker: &mut Worker<'_, W>, number| {
            let mut block = blocks[number]
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            worker.block(&mut block, control)
        },
    )?;
    drop(blocks);
    Ok(kept)
}

struct Worker<'a, const W: usize> {
    program: &'a Program,
    sampler: &'a InputSampler,
    machine: Machine<'a, W>,
    scratch: Scratch,
    /// Unit and place of each row and period that is kept.
    bands: Vec<(Scale, crate::compile::code::Place)>,
}

impl<const W: usize> Worker<'_, W> {
    fn block(&mut self, block: &mut Block<'_>, control: &RunControl<'_>) -> Result<(), RunError> {
        for from in (0..block.len).step_by(W) {
            if control.cancel.load(Ordering::Relaxed) {
                return Err(RunError::Cancelled);
            }
            self.tile(block, from, W.min(block.len - from));
        }
        control.done.fetch_add(block.len as u64, Ordering::Relaxed);
        if let Some(observer) = control.observer {
            let outputs: Vec<(&str, &[f64])> = self
                .program
                .outputs()
                .iter()
                .zip(&block.outputs)
                .map(|(output, column)| (output.key.as_str(), &**column))
                .collect();
            observer(&BlockReport {
                first_trial: block.first as u64,
                len: block.len,
                outputs: &outputs,
            });
        }
        Ok(())
    }

    fn tile(&mut self, block: &mut Block<'_>, from: usize, len: usize) {
        let (sampler, scratch, machine) = (self.sampler, &mut self.scratch, &mut self.machine);
        let first = (block.first + from) as u64;
        let tile = machine.draws(sampler.len());
        level::at_best(Fill {
            sampler,
            first,
            len,
            tile,
            stride: W,
            scratch,
        });
        machine.run();
        for (column, draws) in block
            .draws
            .iter_mut()
            .zip(machine.draws(sampler.len()).chunks_exact(W))
        {
            store::narrow(&mut column[from..from + len], draws, Scale::None);
        }
        let results = &self.program.reduced().results;
        for ((output, place), column) in self
            .program
            .outputs()
            .iter()
            .zip(results)
            .zip(&mut block.outputs)
        {
            let scale = self.program.result_unit(output.line).scale();
            store::full(
                &mut column[from..from + len],
                &*machine.result(*place),
                scale,
            );
        }
        for ((scale, place), column) in self.bands.iter().zip(&mut block.bands) {
            store::narrow(
                &mut column[from..from + len],
                &*machine.result(*place),
                *scale,
            );
        }
    }
}

/// The draws of one tile.
struct Fill<'a> {
    sampler: &'a InputSampler,
    first: u64,
    len: usize,
    tile: &'a mut [f64],
    stride: usize,
    scratch: &'a mut Scratch,
}

impl Work for Fill<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        self.sampler
            .fill(self.first, self.len, self.stride, self.tile, self.scratch);
    }
}
