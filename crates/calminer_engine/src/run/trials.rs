//! The trials themselves: blocks of tiles, each drawn and computed by one thread.

use std::borrow::Cow;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};

use super::{BlockReport, RunControl, RunError, store, workers};
use crate::compile::code::Place;
use crate::program::Program;
use crate::program::machine::Machine;
use crate::program::run_code::RunCode;
use crate::program::unit::Scale;
use crate::sampling::{InputSampler, Scratch};

/// Trials of a tile: its columns stay in the cache.
pub(super) const TILE: usize = 128;

/// Trials of a block: what a thread takes at once, and how often a watcher hears of progress.
pub(super) const BLOCK: usize = 1_024;

/// What every part of a run needs.
#[derive(Clone, Copy)]
pub(super) struct Job<'a> {
    pub(super) program: &'a Program,
    pub(super) sampler: &'a InputSampler,
    pub(super) code: &'a RunCode<'a>,
    pub(super) threads: NonZeroUsize,
    pub(super) control: &'a RunControl<'a>,
    /// Whether a watcher hears of the blocks.
    pub(super) observed: bool,
}

impl Job<'_> {
    pub(super) fn shape(&self) -> Shape {
        Shape::of(self.program, self.code)
    }

    /// Pieces of work on all threads, in order.
    pub(super) fn each<T: Send>(
        &self,
        count: usize,
        work: impl Fn(usize) -> T + Sync,
    ) -> Result<Vec<T>, RunError> {
        let one = |(): &mut (), piece| Ok(work(piece));
        workers::in_order(self.threads, count, &self.control.cancel, || (), one)
    }
}

/// How many columns a run keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) outputs: usize,
    pub(crate) draws: usize,
    pub(crate) bands: usize,
}

impl Shape {
    pub(super) fn of(program: &Program, code: &RunCode<'_>) -> Self {
        Self {
            outputs: program.outputs().len(),
            draws: program.inputs().len() + program.paired_by_period().len(),
            bands: code.band_columns(),
        }
    }

    /// Bytes of one trial.
    pub(crate) fn bytes_of_trial(self) -> u64 {
        (8 * self.outputs + 4 * self.draws + 4 * self.bands) as u64
    }
}

/// What a run keeps, one column each, in order of trial.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Kept {
    /// Outputs, in their units.
    pub(crate) outputs: Vec<Vec<f64>>,
    /// One figure of each input, then one period of those that are compared period by period; for ranks and regression
    /// alone.
    pub(crate) draws: Vec<Vec<f32>>,
    /// Figures of the rows that are kept period by period, in their units, for percentiles alone.
    pub(crate) bands: Vec<Vec<f32>>,
}

impl Kept {
    /// Room for some trials.
    pub(super) fn reserve(shape: Shape, trials: usize) -> Result<Self, RunError> {
        Ok(Self {
            outputs: columns(shape.outputs, trials)?,
            draws: columns(shape.draws, trials)?,
            bands: columns(shape.bands, trials)?,
        })
    }

    /// Forgets all trials but the first.
    pub(super) fn truncate(&mut self, trials: usize) {
        for column in &mut self.outputs {
            column.truncate(trials);
        }
        for column in self.draws.iter_mut().chain(&mut self.bands) {
            column.truncate(trials);
        }
    }

    /// Takes in the trials of the next part.
    pub(super) fn append(&mut self, mut next: Self) {
        for (column, more) in self.outputs.iter_mut().zip(&mut next.outputs) {
            column.append(more);
        }
        let narrow = self.draws.iter_mut().chain(&mut self.bands);
        for (column, more) in narrow.zip(next.draws.iter_mut().chain(&mut next.bands)) {
            column.append(more);
        }
    }

    /// The parts of all columns that belong to each block of some trials; `first` is the number of trial 0.
    fn blocks(&mut self, first: u64, trials: &Range<usize>) -> Vec<Mutex<Block<'_>>> {
        let mut outputs = parts(&mut self.outputs, trials);
        let mut draws = parts(&mut self.draws, trials);
        let mut bands = parts(&mut self.bands, trials);
        let starts = trials.clone().step_by(BLOCK);
        let block = |start| {
            Mutex::new(Block {
                first: first + start as u64,
                len: BLOCK.min(trials.end - start),
                outputs: outputs.iter_mut().filter_map(Iterator::next).collect(),
                draws: draws.iter_mut().filter_map(Iterator::next).collect(),
                bands: bands.iter_mut().filter_map(Iterator::next).collect(),
            })
        };
        starts.map(block).collect()
    }
}

/// Some trials of each column, block by block.
fn parts<'a, T>(
    columns: &'a mut [Vec<T>],
    trials: &Range<usize>,
) -> Vec<std::slice::ChunksMut<'a, T>> {
    let chunks = columns
        .iter_mut()
        .map(|column| column[trials.clone()].chunks_mut(BLOCK));
    chunks.collect()
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
    first: u64,
    len: usize,
    outputs: Vec<&'a mut [f64]>,
    draws: Vec<&'a mut [f32]>,
    bands: Vec<&'a mut [f32]>,
}

/// Draws and computes these trials of the run, in tiles of `W`.
pub(super) fn run<const W: usize>(job: &Job<'_>, trials: Range<u64>) -> Result<Kept, RunError> {
    let count = (trials.end - trials.start) as usize;
    let mut kept = Kept::reserve(job.shape(), count)?;
    fill::<W>(job, &mut kept, trials.start, 0..count)?;
    Ok(kept)
}

/// Draws and computes some trials of columns that begin with trial `first` of the run.
pub(super) fn fill<const W: usize>(
    job: &Job<'_>,
    kept: &mut Kept,
    first: u64,
    trials: Range<usize>,
) -> Result<(), RunError> {
    let blocks = kept.blocks(first, &trials);
    workers::in_order(
        job.threads,
        blocks.len(),
        &job.control.cancel,
        || Tiles::<W>::new(job),
        |tiles: &mut Tiles<'_, W>, number| {
            let mut block = blocks[number]
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            fill_block(tiles, &mut block)
        },
    )?;
    Ok(())
}

fn fill_block<const W: usize>(
    tiles: &mut Tiles<'_, W>,
    block: &mut Block<'_>,
) -> Result<(), RunError> {
    for from in (0..block.len).step_by(W) {
        let len = W.min(block.len - from);
        let inside = from..from + len;
        tiles.compute(block.first + from as u64, len)?;
        tiles.keep_draws(&mut block.draws, &inside);
        for (column, (figures, scale)) in block.outputs.iter_mut().zip(tiles.outputs()) {
            store::full(&mut column[inside.clone()], &*figures, scale);
        }
        for (column, (figures, scale)) in block.bands.iter_mut().zip(tiles.bands()) {
            store::narrow(&mut column[inside.clone()], &*figures, scale);
        }
    }
    let columns: Vec<&[f64]> = block.outputs.iter().map(|column| &**column).collect();
    tiles.job.report(block.first, block.len, &columns);
    Ok(())
}

impl Job<'_> {
    /// Tells the watcher of a finished block.
    pub(super) fn report(&self, first_trial: u64, len: usize, columns: &[&[f64]]) {
        if !self.observed {
            return;
        }
        self.control.done.fetch_add(len as u64, Ordering::Relaxed);
        let Some(observer) = self.control.observer else {
            return;
        };
        let keys = self.program.outputs().iter();
        let outputs: Vec<(&str, &[f64])> = keys
            .map(|output| output.key.as_str())
            .zip(columns.iter().copied())
            .collect();
        observer(&BlockReport {
            first_trial,
            len,
            outputs: &outputs,
        });
    }
}

/// Computes tiles of trials; each thread has its own.
pub(super) struct Tiles<'a, const W: usize> {
    job: &'a Job<'a>,
    machine: Machine<'a, W>,
    scratch: Scratch,
    /// Place and unit of each output, then of each row and period that is kept.
    results: Vec<(Place, Scale)>,
    /// Inputs of which one period is kept.
    paired: Vec<usize>,
}

impl<'a, const W: usize> Tiles<'a, W> {
    pub(super) fn new(job: &'a Job<'a>) -> Self {
        let scale = |line| job.program.result_unit(line).scale();
        let outputs = job.program.outputs().iter().zip(&job.code.code.results);
        let outputs = outputs.map(|(output, place)| (*place, scale(output.line)));
        let rows = job.code.bands.iter().flat_map(|row| {
            let scale = scale(row.line);
            row.places.iter().map(move |place| (*place, scale))
        });
        Self {
            job,
            machine: Machine::new(&job.code.code),
            scratch: job.sampler.scratch(W),
            results: outputs.chain(rows).collect(),
            paired: job.program.paired_by_period(),
        }
    }

    pub(super) fn job(&self) -> &Job<'a> {
        self.job
    }

    /// Draws and computes up to `W` trials.
    pub(super) fn compute(&mut self, first: u64, len: usize) -> Result<(), RunError> {
        if self.job.control.cancel.load(Ordering::Relaxed) {
            return Err(RunError::Cancelled);
        }
        let sampler = self.job.sampler;
        let tile = self.machine.draws(sampler.len());
        sampler.fill(first, len, W, tile, &mut self.scratch);
        self.machine.run();
        Ok(())
    }

    /// One figure of each input, then one period of those that are compared period by period.
    fn keep_draws(&mut self, columns: &mut [&mut [f32]], inside: &Range<usize>) {
        let inputs = self.job.program.inputs();
        let tile = self.machine.draws(self.job.sampler.len());
        let len = inside.len();
        let (of_inputs, of_pairs) = columns.split_at_mut(inputs.len());
        for (input, column) in inputs.iter().zip(of_inputs) {
            let own = &tile[W * input.columns.start..W * input.columns.end];
            let column = &mut column[inside.clone()];
            if input.columns.len() == 1 {
                store::narrow(column, own, Scale::None);
            } else {
                store::narrow(column, &means::<W>(own, len), Scale::None);
            }
        }
        for (&place, column) in self.paired.iter().zip(of_pairs) {
            let input = &inputs[place];
            let typical = input.columns.start + input.draws.typical_column();
            let own = &tile[W * typical..W * (typical + 1)];
            store::narrow(&mut column[inside.clone()], own, Scale::None);
        }
    }

    /// The figures of the outputs in base units, and how they come into their units.
    pub(super) fn outputs(&self) -> impl Iterator<Item = (Cow<'_, [f64; W]>, Scale)> {
        self.each(&self.results[..self.job.program.outputs().len()])
    }

    /// The same of the rows that are kept, period by period.
    pub(super) fn bands(&self) -> impl Iterator<Item = (Cow<'_, [f64; W]>, Scale)> {
        self.each(&self.results[self.job.program.outputs().len()..])
    }

    fn each<'b>(
        &'b self,
        results: &'b [(Place, Scale)],
    ) -> impl Iterator<Item = (Cow<'b, [f64; W]>, Scale)> {
        results
            .iter()
            .map(|(place, scale)| (self.machine.result(*place), *scale))
    }
}

/// The means of the first `len` lanes of columns of `W` lanes.
fn means<const W: usize>(draws: &[f64], len: usize) -> [f64; W] {
    let mut means = [0.0; W];
    let mut count = 0.0;
    for column in draws.chunks_exact(W) {
        count += 1.0;
        for (mean, draw) in means.iter_mut().zip(column).take(len) {
            *mean += draw;
        }
    }
    for mean in &mut means[..len] {
        *mean /= count;
    }
    means
}
