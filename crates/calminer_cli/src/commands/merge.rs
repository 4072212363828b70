//! `merge`: the parts of a run brought together.

use std::path::PathBuf;
use std::time::Instant;

use calminer_domain::{Issue, Scenario};
use calminer_engine::program::compile;
use calminer_engine::result::{RunOutcome, Samples};
use calminer_engine::run::{self, RunControl, RunError, Shard};
use calminer_exchange::shard_file::{self, PartFile, PartFileError};

use super::run_text::described;
use super::{job, targets};
use crate::args::Merge;
use crate::failure::{FAILED, Failure, INTERRUPTED, INVALID, USAGE};
use crate::print;
use crate::simulation::{Run, Simulation};
use crate::source::{self, Use};

pub(super) async fn run(flags: &Merge) -> Result<(), Failure> {
    if let Some(path) = &flags.samples {
        targets::check_samples(path)?;
    }
    let (file, shards) = parts(&flags.parts)?;
    let program = compile(&file.scenario).map_err(|issues: Vec<Issue>| {
        Failure::issues("the scenario of the parts cannot be computed", issues)
    })?;
    let name = format!("{}/{}", file.project.name, file.scenario.name);
    let threads = job::threads(flags.threads);
    let total = shards
        .first()
        .map_or(0, |shard| shard.header().settings.trials);
    let started = Instant::now();
    let work = move |control: &RunControl<'_>| run::merge(&program, shards, threads, control);
    let (outcome, samples) = job::watched(total, work)
        .await
        .map_err(|error| match error {
            RunError::Cancelled => Failure::new(INTERRUPTED, error.to_string()),
            RunError::Settings { message, .. } => Failure::new(FAILED, message),
            RunError::Failed(_) => Failure::new(FAILED, error.to_string()),
        })?;
    let elapsed_seconds = started.elapsed().as_secs_f64();
    if let Some(path) = &flags.samples {
        targets::write_samples(path, &samples)?;
    }
    let stored = saved(flags, &file.scenario, &outcome, &samples).await?;
    let revision = stored.as_ref().map(|(_, revision)| *revision);
    let run = Run {
        threads: threads.get(),
        elapsed_seconds,
        stored: stored.map(|(id, _)| id),
    };
    if flags.json {
        return print::json(&Simulation::of(name, revision, &outcome, run));
    }
    print::text(&described(&name, revision, &outcome, &run))
}

/// All parts, with the file of the first one.
fn parts(paths: &[PathBuf]) -> Result<(PartFile, Vec<Shard>), Failure> {
    let mut first: Option<PartFile> = None;
    let mut shards = Vec::with_capacity(paths.len());
    for path in paths {
        let file = shard_file::read(path).map_err(|error| refused(&error))?;
        let shard = Shard::from_bytes(&file.part)
            .map_err(|error| Failure::new(INVALID, format!("{}: {error}", path.display())))?;
        shards.push(shard);
        first.get_or_insert(PartFile {
            part: Vec::new(),
            ..file
        });
    }
    let first = first.ok_or_else(|| Failure::new(USAGE, "no part is named"))?;
    Ok((first, shards))
}

fn refused(error: &PartFileError) -> Failure {
    let code = match error {
        PartFileError::Unreadable { .. } => FAILED,
        PartFileError::NotAPart { .. } | PartFileError::Scenario { .. } => INVALID,
    };
    Failure::new(code, error.to_string())
}

/// Keeps the run with its scenario in the database, where that is asked for: identity of the run, revision.
async fn saved(
    flags: &Merge,
    scenario: &Scenario,
    outcome: &RunOutcome,
    samples: &Samples,
) -> Result<Option<(String, u32)>, Failure> {
    if !flags.save {
        return Ok(None);
    }
    let store = source::open(flags.database.as_deref(), Use::Write).await?;
    let stored = store.load(scenario.id).await?;
    let same = compile(&stored.scenario)
        .is_ok_and(|program| program.scenario_sha256() == outcome.scenario_sha256);
    if !same {
        let sentence = format!(
            "{} of the database is not what was run: its latest revision has other content; nothing was saved",
            stored.scenario.name
        );
        return Err(Failure::new(FAILED, sentence));
    }
    let id = store
        .save_run(
            scenario.id,
            stored.revision,
            outcome,
            targets::kept(samples),
        )
        .await?;
    store.close().await?;
    Ok(Some((id.to_string(), stored.revision)))
}
