//! Runs that keep counts in fine bins instead of samples: the same memory for any number of trials.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use calminer_domain::Sampling;

use super::outputs::{self, CURVE_POINTS, Ended, definition, options};
use super::trials::{self, BLOCK, Job, Kept, Tiles};
use super::{RunError, draws_of, store, workers};
use crate::result::{RunOutcome, RunSettings, Samples};
use crate::sampling::SamplingPlan;
use crate::statistics::{Grid, Sketch, SketchedColumn, sketched_band};

/// The first trials, whose figures say where the bins of every part of the run lie.
const PILOT: u64 = 4_096;

/// The first trials, whose samples are kept for rank correlations, regressions and the worst trials.
pub(super) const FIRST: u64 = 1 << 15;

/// Parts in which a plain run is counted.
const PLAIN_PARTS: u64 = 20;

/// What some trials of a run came to: the part of the run each belongs to, then the bands.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Counted {
    /// Number of the part, and the sketches of its outputs.
    pub(crate) parts: Vec<(u32, Vec<Sketch>)>,
    /// One for each row and period that is kept.
    pub(crate) bands: Vec<Sketch>,
}

/// The trials of each part: the replicates of the plan, or equal parts of a plain run.
pub(super) fn parts(plan: &SamplingPlan) -> Vec<Range<u64>> {
    let trials = plan.trials();
    let count = match plan.method() {
        Sampling::MonteCarlo => PLAIN_PARTS.min(trials),
        Sampling::LatinHypercube | Sampling::Sobol => u64::from(plan.replicates()),
    };
    let (base, larger) = (trials / count, trials % count);
    let start = |part: u64| part * base + part.min(larger);
    (0..count)
        .map(|part| start(part)..start(part + 1))
        .collect()
}

/// All figures of a run that keeps no samples.
pub(super) fn run<const W: usize>(
    job: &Job<'_>,
    settings: &RunSettings,
) -> Result<(RunOutcome, Samples), RunError> {
    let trials = job.sampler.plan().trials();
    let (first, grids) = first_trials::<W>(job, 0..trials.min(FIRST))?;
    let mut whole = Whole::new(job, &grids);
    let bands = count::<W>(job, 0..trials, &grids, |_, outputs| whole.add(outputs))?;
    whole.outcome(job, settings, first, &bands)
}

/// The samples of these trials, all before [`FIRST`], and the bins of each output and band.
pub(super) fn first_trials<const W: usize>(
    job: &Job<'_>,
    range: Range<u64>,
) -> Result<(Kept, Grids), RunError> {
    let quiet = Job {
        observed: false,
        ..*job
    };
    let pilot = 0..PILOT.min(job.sampler.plan().trials());
    let mut kept = if range.start == 0 && range.end >= pilot.end {
        trials::run::<W>(&quiet, range)?
    } else {
        let pilot = trials::run::<W>(&quiet, pilot)?;
        let grids = Grids::of(&pilot, pilot.outputs.first().map_or(0, Vec::len));
        let mut kept = trials::run::<W>(&quiet, range)?;
        kept.bands.clear();
        return Ok((kept, grids));
    };
    let grids = Grids::of(&kept, pilot.end as usize);
    kept.bands.clear();
    Ok((kept, grids))
}

/// Where the bins of all columns lie.
pub(super) struct Grids {
    outputs: Vec<Grid>,
    bands: Vec<Grid>,
}

impl Grids {
    fn of(kept: &Kept, pilot: usize) -> Self {
        let outputs = kept.outputs.iter();
        let bands = kept.bands.iter().map(|column| {
            let wide: Vec<f64> = column[..pilot].iter().map(|x| f64::from(*x)).collect();
            Grid::of_pilot(&wide)
        });
        Self {
            outputs: outputs
                .map(|column| Grid::of_pilot(&column[..pilot]))
                .collect(),
            bands: bands.collect(),
        }
    }

    pub(super) fn of_counted(counted: &Counted) -> Option<Self> {
        let (_, outputs) = counted.parts.first()?;
        Some(Self {
            outputs: outputs.iter().map(Sketch::grid).collect(),
            bands: counted.bands.iter().map(Sketch::grid).collect(),
        })
    }
}

impl Grids {
    pub(super) fn empty_bands(&self) -> Vec<Sketch> {
        empty(&self.bands)
    }
}

fn empty(grids: &[Grid]) -> Vec<Sketch> {
    grids.iter().map(|grid| Sketch::new(*grid)).collect()
}

/// Adds sketches column by column; false where the bins of one are others.
#[must_use]
pub(super) fn add(to: &mut [Sketch], from: &[Sketch]) -> bool {
    to.len() == from.len() && to.iter_mut().zip(from).all(|(to, from)| to.merge(from))
}

/// What one thread counts with.
struct Counter {
    outputs: Vec<Sketch>,
    bands: Vec<Sketch>,
    /// Figures of the outputs in a block.
    block: Vec<Vec<f64>>,
}

/// Counts these trials of the run. Each part, or what lies of it among them, is handed out once it is counted; the
/// bands come at the end.
pub(super) fn count<const W: usize>(
    job: &Job<'_>,
    trials: Range<u64>,
    grids: &Grids,
    mut finished: impl FnMut(u32, &[Sketch]) -> Result<(), RunError>,
) -> Result<Vec<Sketch>, RunError> {
    let counter = || Counter {
        outputs: empty(&grids.outputs),
        bands: empty(&grids.bands),
        block: vec![vec![0.0; BLOCK]; grids.outputs.len()],
    };
    let blocks = (trials.end - trials.start).div_ceil(BLOCK as u64).max(1);
    let threads = job.threads.get().min(blocks as usize);
    let counters: Vec<Mutex<Counter>> = (0..threads).map(|_| Mutex::new(counter())).collect();
    for (number, part) in (0_u32..).zip(parts(job.sampler.plan())) {
        let part = part.start.max(trials.start)..part.end.min(trials.end);
        if part.is_empty() {
            continue;
        }
        count_part::<W>(job, &part, &counters)?;
        let mut whole = empty(&grids.outputs);
        for counter in &counters {
            let mut counter = counter.lock().unwrap_or_else(PoisonError::into_inner);
            if !add(&mut whole, &counter.outputs) {
                return Err(other_bins());
            }
            counter.outputs.iter_mut().for_each(Sketch::clear);
        }
        finished(number, &whole)?;
    }
    // The first counter takes the others in: another set of bins would be the largest thing in memory.
    let mut counters = counters.into_iter().map(|counter| {
        let counter = counter.into_inner().unwrap_or_else(PoisonError::into_inner);
        counter.bands
    });
    let mut bands = counters.next().unwrap_or_default();
    for more in counters {
        if !add(&mut bands, &more) {
            return Err(other_bins());
        }
    }
    Ok(bands)
}

fn other_bins() -> RunError {
    RunError::Failed("the parts of a run were counted in different bins".to_owned())
}

/// Counts some trials on all threads, each with a counter of its own: integers add up the same in any order.
fn count_part<const W: usize>(
    job: &Job<'_>,
    trials: &Range<u64>,
    counters: &[Mutex<Counter>],
) -> Result<(), RunError> {
    let next = AtomicUsize::new(0);
    let blocks = (trials.end - trials.start).div_ceil(BLOCK as u64) as usize;
    workers::in_order(
        job.threads,
        blocks,
        &job.control.cancel,
        || {
            let counter = next.fetch_add(1, Ordering::Relaxed) % counters.len();
            (Tiles::<W>::new(job), counter)
        },
        |(tiles, counter), block| {
            let first = trials.start + (block * BLOCK) as u64;
            let len = (trials.end - first).min(BLOCK as u64) as usize;
            let mut counter = counters[*counter]
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            count_block(tiles, &mut counter, first, len)
        },
    )?;
    Ok(())
}

fn count_block<const W: usize>(
    tiles: &mut Tiles<'_, W>,
    counter: &mut Counter,
    first: u64,
    len: usize,
) -> Result<(), RunError> {
    let mut row = [0.0; W];
    for from in (0..len).step_by(W) {
        let count = W.min(len - from);
        let trial = first + from as u64;
        tiles.compute(trial, count)?;
        for (column, (figures, scale)) in counter.block.iter_mut().zip(tiles.outputs()) {
            store::full(&mut column[from..from + count], &*figures, scale);
        }
        for (sketch, (figures, scale)) in counter.bands.iter_mut().zip(tiles.bands()) {
            store::full(&mut row[..count], &*figures, scale);
            sketch.add(trial, &row[..count]);
        }
    }
    for (sketch, column) in counter.outputs.iter_mut().zip(&counter.block) {
        sketch.add(first, &column[..len]);
    }
    let columns: Vec<&[f64]> = counter.block.iter().map(|column| &column[..len]).collect();
    tiles.job().report(first, len, &columns);
    Ok(())
}

/// The outputs of a whole run as its parts come in, in order.
pub(super) struct Whole {
    columns: Vec<SketchedColumn>,
}

impl Whole {
    pub(super) fn new(job: &Job<'_>, grids: &Grids) -> Self {
        let plan = job.sampler.plan();
        let parts = parts(plan).len();
        let outputs = job.program.outputs().iter().zip(&grids.outputs);
        let columns = outputs.map(|(output, grid)| {
            let options = options(job, output, plan.replicates());
            SketchedColumn::new(Sketch::new(*grid), options, parts)
        });
        Self {
            columns: columns.collect(),
        }
    }

    /// Takes in the next part.
    pub(super) fn add(&mut self, outputs: &[Sketch]) -> Result<(), RunError> {
        let mut columns = self.columns.iter_mut().zip(outputs);
        if columns.all(|(column, part)| column.add(part)) {
            Ok(())
        } else {
            Err(other_bins())
        }
    }

    /// The outcome: what the first trials say of the inputs, with the figures of all trials.
    pub(super) fn outcome(
        self,
        job: &Job<'_>,
        settings: &RunSettings,
        first: Kept,
        bands: &[Sketch],
    ) -> Result<(RunOutcome, Samples), RunError> {
        let plan = job.sampler.plan();
        let (mut outcome, _) = outputs::outcome(job, settings, first, Ended::whole(plan))?;
        for (number, (output, column)) in outcome.outputs.iter_mut().zip(&self.columns).enumerate()
        {
            output.summary = column.summary();
            output.histogram = column.histogram();
            output.ecdf = column.ecdf(CURVE_POINTS);
            output.trace = column.trace().to_vec();
            output.sketch = Some(column.error());
            let absent = column.whole().first_undefined();
            output.first_cause = absent.and_then(|trial| {
                job.program
                    .cause_of_output(number, &draws_of(job.sampler, trial))
            });
        }
        let kind = definition(job.program);
        let mut rows = bands.iter().map(|sketch| sketched_band(sketch, kind));
        outcome.bands = outputs::bands_of(job, |count| rows.by_ref().take(count).collect());
        outcome.samples_sha256 = None;
        outcome.notices = outputs::notices(job, &outcome.outputs);
        outcome.notices.extend(self.notices(&outcome));
        Ok((outcome, Samples::default()))
    }

    fn notices(&self, outcome: &RunOutcome) -> Vec<String> {
        let mut notices = vec![
            "samples are not kept: percentiles, tails and bands are known to the width of a bin"
                .to_owned(),
        ];
        if outcome.settings.trials > FIRST {
            notices.push(format!(
                "rank correlations, regressions and what the worst trials have in common are those of the first {} \
                 trials",
                super::stop::grouped(FIRST)
            ));
        }
        let outputs = outcome.outputs.iter().zip(&self.columns);
        let lacking = outputs.filter(|(_, column)| column.lacks_sums());
        notices.extend(lacking.map(|(output, _)| {
            format!(
                "some trials of {} lie so far out that its mean, standard deviation or tail mean cannot be given; keep \
                 samples to have them",
                output.key
            )
        }));
        notices
    }
}
