//! A run in parts: each computes some of the trials, and together they give the bits of one run.

use std::num::NonZeroUsize;
use std::ops::Range;

use calminer_domain::Keep;

use super::outputs::{self, Ended};
use super::shard_file::{Shard, ShardHeader};
use super::sketched::{self, Counted, FIRST, Grids, Whole};
use super::trials::{self, BLOCK, Job, Kept};
use super::{Prepared, RunControl, RunError};
use crate::program::Program;
use crate::result::{ENGINE_VERSION, RunOutcome, RunSettings, Samples};
use crate::sampling::STREAM;
use crate::statistics::Sketch;

/// Most parts of a run.
const MOST_SHARDS: u32 = 10_000;

/// Which part of a run: number `index` of `count`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShardPlan {
    index: u32,
    count: u32,
}

impl ShardPlan {
    /// Part `index`, from 1, of `count`.
    ///
    /// # Errors
    /// When there is no such part, or more than 10,000 of them.
    pub fn new(index: u32, count: u32) -> Result<Self, RunError> {
        if (1..=MOST_SHARDS).contains(&count) && (1..=count).contains(&index) {
            return Ok(Self { index, count });
        }
        Err(refused(format!(
            "there is no shard {index} of {count}: type K/N with N from 1 to {MOST_SHARDS} and K from 1 to N"
        )))
    }

    /// Its number, from 1.
    pub fn index(self) -> u32 {
        self.index
    }

    /// Number of parts.
    pub fn count(self) -> u32 {
        self.count
    }

    /// Its trials in a run of so many: whole blocks of 1,024, none where there are more parts than blocks.
    pub fn trials(self, of: u64) -> Range<u64> {
        let blocks = of.div_ceil(BLOCK as u64);
        let border = |index: u32| {
            let block = u128::from(blocks) * u128::from(index) / u128::from(self.count);
            (block as u64 * BLOCK as u64).min(of)
        };
        border(self.index - 1)..border(self.index)
    }
}

fn refused(message: String) -> RunError {
    RunError::Settings {
        field: "shard",
        message,
    }
}

/// Computes one part of a run. The parts of all numbers, brought together by [`merge`], are the run.
///
/// # Errors
/// As for a whole run; and when the settings have a stop rule, which must see the trials in their order.
pub fn shard(
    program: &Program,
    settings: &RunSettings,
    plan: ShardPlan,
    threads: NonZeroUsize,
    control: &RunControl<'_>,
) -> Result<Shard, RunError> {
    let prepared = Prepared::new(program, settings)?;
    let job = prepared.job(program, threads, control);
    check(settings)?;
    let trials = plan.trials(settings.trials);
    let header = header(&job, settings, plan);
    match settings.keep {
        Keep::Samples => {
            super::checks::check_size(job.shape(), settings, trials.end - trials.start)?;
            let kept = trials::run::<{ trials::TILE }>(&job, trials)?;
            Ok(Shard::new(header, kept, Counted::default()))
        }
        Keep::Sketches => {
            let first = trials.start..trials.end.min(FIRST).max(trials.start);
            let (kept, grids) = sketched::first_trials::<{ trials::TILE }>(&job, first)?;
            let mut parts = Vec::new();
            let bands =
                sketched::count::<{ trials::TILE }>(&job, trials, &grids, |number, all| {
                    parts.push((number, all.to_vec()));
                    Ok(())
                })?;
            Ok(Shard::new(header, kept, Counted { parts, bands }))
        }
    }
}

fn check(settings: &RunSettings) -> Result<(), RunError> {
    match settings.stop {
        None => Ok(()),
        Some(_) => Err(RunError::Settings {
            field: "stop",
            message:
                "a run in shards takes all its trials: leave out the stop rule, or run it whole"
                    .to_owned(),
        }),
    }
}

/// What a part of this run says of itself.
fn header(job: &Job<'_>, settings: &RunSettings, plan: ShardPlan) -> ShardHeader {
    let trials = plan.trials(settings.trials);
    let (len, shape) = (trials.end - trials.start, job.shape());
    let (kept, parts) = match settings.keep {
        Keep::Samples => (len, Vec::new()),
        Keep::Sketches => {
            let parts = (0_u32..).zip(sketched::parts(job.sampler.plan()));
            let inside =
                parts.filter(|(_, part)| part.start.max(trials.start) < part.end.min(trials.end));
            (
                trials.end.min(FIRST).saturating_sub(trials.start),
                inside.map(|(number, _)| number).collect(),
            )
        }
    };
    ShardHeader {
        engine: ENGINE_VERSION.to_owned(),
        stream: STREAM,
        scenario_sha256: job.program.scenario_sha256().to_owned(),
        settings: settings.clone(),
        index: plan.index,
        count: plan.count,
        first_trial: trials.start,
        trials: len,
        kept,
        outputs: job
            .program
            .outputs()
            .iter()
            .map(|output| output.key.clone())
            .collect(),
        draws: shape.draws as u32,
        bands: shape.bands as u32,
        parts,
    }
}

/// Brings all parts of a run together, in any order: every figure, and the hash of the samples, is that of one run.
///
/// # Errors
/// When a part is missing, stands twice or belongs to another run, with a sentence that names it.
pub fn merge(
    program: &Program,
    shards: Vec<Shard>,
    threads: NonZeroUsize,
    control: &RunControl<'_>,
) -> Result<(RunOutcome, Samples), RunError> {
    let Some(settings) = shards.first().map(|shard| shard.header().settings.clone()) else {
        return Err(refused("there is no shard to merge".to_owned()));
    };
    check(&settings)?;
    let shards = all_of_one_run(shards)?;
    // Before anything is made for the run: a part of another scenario has other inputs and outputs.
    of_program(program, &shards)?;
    let prepared = Prepared::new(program, &settings)?;
    let job = prepared.job(program, threads, control);
    for shard in &shards {
        let own = shard.header();
        let plan = ShardPlan::new(own.index, own.count)?;
        if *own != header(&job, &settings, plan) {
            return Err(refused(format!(
                "{} does not hold what its settings say; make it again",
                own.name()
            )));
        }
    }
    match settings.keep {
        Keep::Samples => merge_samples(&job, &settings, shards),
        Keep::Sketches => merge_sketches(&job, &settings, shards),
    }
}

/// The parts by number, when each is there once and all were asked the same.
fn all_of_one_run(mut shards: Vec<Shard>) -> Result<Vec<Shard>, RunError> {
    let Some(model) = shards.first().map(Shard::header) else {
        return Ok(shards);
    };
    for shard in &shards {
        if let Some(difference) = shard.header().differs_from(model) {
            return Err(refused(format!(
                "{} belongs to another run than {}: {difference}",
                shard.header().name(),
                model.name()
            )));
        }
    }
    let count = model.count;
    shards.sort_by_key(|shard| shard.header().index);
    let twice = shards
        .windows(2)
        .find(|pair| pair[0].header().index == pair[1].header().index);
    if let Some(pair) = twice {
        return Err(refused(format!(
            "{} stands twice; give each shard once",
            pair[0].header().name()
        )));
    }
    let mut numbers = shards.iter().map(|shard| shard.header().index);
    let missing: Vec<String> = (1..=count.min(MOST_SHARDS))
        .filter(|index| !numbers.clone().any(|number| number == *index))
        .map(|index| index.to_string())
        .collect();
    if let Some(first) = missing.first() {
        let more = missing.len() - 1;
        return Err(refused(match more {
            0 => format!("shard {first} of {count} is missing"),
            1..=9 => format!("shards {} of {count} are missing", missing.join(", ")),
            _ => format!("shard {first} of {count} and {more} more are missing"),
        }));
    }
    match numbers.find(|index| !(1..=count).contains(index)) {
        Some(index) => Err(refused(format!("there is no shard {index} of {count}"))),
        None => Ok(shards),
    }
}

/// Whether the parts were made of this scenario by this engine.
fn of_program(program: &Program, shards: &[Shard]) -> Result<(), RunError> {
    for shard in shards {
        let own = shard.header();
        let reason = if own.engine != ENGINE_VERSION {
            format!(
                "was made by engine {}, and this is {ENGINE_VERSION}: make it again",
                own.engine
            )
        } else if own.stream != STREAM {
            format!(
                "was drawn by random stream {}, and this is stream {STREAM}: make it again",
                own.stream
            )
        } else if own.scenario_sha256 != program.scenario_sha256() {
            "belongs to another scenario, or to another state of this one".to_owned()
        } else {
            continue;
        };
        return Err(refused(format!("{} {reason}", own.name())));
    }
    Ok(())
}

fn merge_samples(
    job: &Job<'_>,
    settings: &RunSettings,
    shards: Vec<Shard>,
) -> Result<(RunOutcome, Samples), RunError> {
    let kept = all_kept(job, shards.into_iter().map(|shard| shard.into_parts().0))?;
    outputs::outcome(job, settings, kept, Ended::whole(job.sampler.plan()))
}

/// The columns of all parts, one after the other.
fn all_kept(job: &Job<'_>, parts: impl Iterator<Item = Kept>) -> Result<Kept, RunError> {
    let mut all = Kept::reserve(job.shape(), 0)?;
    parts.for_each(|part| all.append(part));
    Ok(all)
}

fn merge_sketches(
    job: &Job<'_>,
    settings: &RunSettings,
    shards: Vec<Shard>,
) -> Result<(RunOutcome, Samples), RunError> {
    let names: Vec<String> = shards.iter().map(|shard| shard.header().name()).collect();
    let (kept, mut counted): (Vec<Kept>, Vec<Counted>) =
        shards.into_iter().map(Shard::into_parts).unzip();
    let grids = counted.iter().find_map(Grids::of_counted);
    let grids = grids.ok_or_else(|| refused("no shard has any trials".to_owned()))?;
    let other_bins = |place: usize| {
        refused(format!(
            "{} was counted in other bins than the shards before it; make it again",
            names[place]
        ))
    };
    let mut whole = Whole::new(job, &grids);
    for number in (0_u32..).take(sketched::parts(job.sampler.plan()).len()) {
        let mut part: Option<Vec<Sketch>> = None;
        for (place, counted) in counted.iter_mut().enumerate() {
            // Parts lie in order, so the next one of a shard is its first.
            if counted
                .parts
                .first()
                .is_none_or(|(next, _)| *next != number)
            {
                continue;
            }
            let (_, more) = counted.parts.remove(0);
            if let Some(part) = &mut part {
                if !sketched::add(part, &more) {
                    return Err(other_bins(place));
                }
            } else {
                part = Some(more);
            }
        }
        whole.add(&part.unwrap_or_default())?;
    }
    let mut bands = grids.empty_bands();
    for (place, counted) in counted.iter().enumerate() {
        if !sketched::add(&mut bands, &counted.bands) {
            return Err(other_bins(place));
        }
    }
    let mut kept = all_kept(job, kept.into_iter())?;
    kept.bands.clear();
    whole.outcome(job, settings, kept, &bands)
}
