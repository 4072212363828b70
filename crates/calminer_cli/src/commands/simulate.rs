//! `simulate`: the run, its statistics, its samples, and one trial of it again.

use std::path::Path;
use std::time::Instant;

use calminer_domain::{Issue, Place};
use calminer_engine::program::Program;
use calminer_engine::result::{RunOutcome, RunSettings, Samples};
use calminer_engine::run::{RunControl, RunError, ShardPlan, replay, shard, simulate};
use calminer_exchange::passport::Passport;
use calminer_exchange::shard_file::{self, PartFile};
use calminer_exchange::text;
use calminer_store::{Access, StoreError};

use super::evaluate::{block, figures, heading};
use super::run_text::{described, drawn_rows, settings_line};
use super::{job, run_flags, targets};
use crate::args::Simulate;
use crate::failure::{FAILED, Failure, INTERRUPTED, USAGE};
use crate::print;
use crate::simulation::{Run, Simulation, Trial};
use crate::source::{self, Found, Use};

pub(super) async fn run(flags: &Simulate) -> Result<(), Failure> {
    let found = found(flags).await?;
    let program = super::program(&found)?;
    let settings = run_flags::settings(flags, &found)?;
    if let Some(trial) = flags.trial {
        return one_trial(flags, &found, &program, &settings, trial);
    }
    if let (Some(part), Some(out)) = (&flags.shard, &flags.out) {
        return one_part(flags, &found, program, settings, (part, out)).await;
    }
    let threads = job::threads(flags.drawing.threads);
    let started = Instant::now();
    let trials = settings.trials;
    let work = move |control: &RunControl<'_>| simulate(&program, &settings, threads, control);
    let (outcome, samples) = job::watched(trials, work)
        .await
        .map_err(|error| refused(error, flags))?;
    let elapsed_seconds = started.elapsed().as_secs_f64();
    let stored = kept(flags, &found, &outcome, &samples).await?;
    let revision = found.stored.as_ref().map(|(_, revision)| *revision);
    let run = Run {
        threads: threads.get(),
        elapsed_seconds,
        stored,
    };
    if flags.json {
        return print::json(&Simulation::of(found.name(), revision, &outcome, run));
    }
    print::text(&described(&found.name(), revision, &outcome, &run))
}

/// Part K of N alone, for `merge`: no statistics are printed.
async fn one_part(
    flags: &Simulate,
    found: &Found,
    program: Program,
    settings: RunSettings,
    (part, out): (&str, &Path),
) -> Result<(), Failure> {
    let (part, count) = run_flags::part(part)?;
    let plan = ShardPlan::new(part, count).map_err(|error| refused(error, flags))?;
    let threads = job::threads(flags.drawing.threads);
    let total = plan.trials(settings.trials);
    let work = move |control: &RunControl<'_>| shard(&program, &settings, plan, threads, control);
    let shard = job::watched(total.end - total.start, work)
        .await
        .map_err(|error| refused(error, flags))?;
    let file = PartFile {
        project: found.project.clone(),
        scenario: found.scenario.clone(),
        part: shard.to_bytes(),
    };
    shard_file::write(out, &file).map_err(|error| {
        let sentence = format!("{} cannot be written: {error}", out.display());
        Failure::new(FAILED, sentence)
    })?;
    let header = shard.header();
    if flags.json {
        return print::json(header);
    }
    print::text(&format!(
        "{}: part {part} of {count}, {} trials from trial {} on\n",
        out.display(),
        text::rounded(header.trials as f64, 0),
        text::rounded((header.first_trial + 1) as f64, 0)
    ))
}

/// The scenario, when all that is asked for can be done with it: better told before a long run than after it.
async fn found(flags: &Simulate) -> Result<Found, Failure> {
    if flags.save && source::is_file(&flags.source.scenario) {
        let sentence = "--save keeps the run with a scenario of the database; import the file, then name PROJECT/SCENARIO";
        return Err(Failure::new(USAGE, sentence));
    }
    if let Some(path) = &flags.samples {
        targets::check_samples(path)?;
    }
    for path in flags.passport.iter().chain(&flags.out) {
        targets::check(path)?;
    }
    let purpose = if flags.save { Use::Write } else { Use::Read };
    let found = source::find(&flags.source, purpose).await?;
    let access = found.stored.as_ref().map(|(store, _)| store.access());
    match access {
        Some(Access::ReadOnly { reason }) if flags.save => Err(StoreError::ReadOnly {
            reason: reason.clone(),
        }
        .into()),
        _ => Ok(found),
    }
}

/// Writes the samples and stores the run, where that is asked for. Gives the identity of the stored run.
async fn kept(
    flags: &Simulate,
    found: &Found,
    outcome: &RunOutcome,
    samples: &Samples,
) -> Result<Option<String>, Failure> {
    if let Some(path) = &flags.samples {
        targets::write_samples(path, samples)?;
    }
    if let Some(path) = &flags.passport {
        let written = Passport::of(&found.scenario, outcome).write(path);
        written.map_err(|error| {
            let sentence = format!("{} cannot be written: {error}", path.display());
            Failure::new(FAILED, sentence)
        })?;
    }
    match &found.stored {
        Some((store, revision)) if flags.save => {
            let id = store
                .save_run(
                    found.scenario.id,
                    *revision,
                    outcome,
                    targets::kept(samples),
                )
                .await?;
            store.close().await?;
            Ok(Some(id.to_string()))
        }
        _ => Ok(None),
    }
}

/// A setting that stands in the scenario is an issue of it, one that was typed is wrong usage.
fn refused(error: RunError, flags: &Simulate) -> Failure {
    match error {
        RunError::Cancelled => Failure::new(INTERRUPTED, error.to_string()),
        RunError::Settings { field, message } => {
            let typed = match field {
                "trials" => flags.drawing.trials.is_some(),
                "seed" => flags.drawing.seed.is_some(),
                "replicates" => flags.replicates.is_some() || flags.drawing.trials.is_some(),
                _ => false,
            };
            if typed {
                return Failure::new(USAGE, format!("{field}: {message}"));
            }
            let (path, words) = if field == "correlations" {
                let words = "the scenario cannot be simulated; mend this first, or consent to the nearest possible correlation matrix with --repair-correlations";
                (field.to_owned(), words)
            } else {
                let words = "the scenario cannot be simulated; mend this first";
                (format!("simulation.{field}"), words)
            };
            let issue = Issue::error(Place::Scenario { field: path }, "run_settings", message);
            Failure::issues(words, vec![issue])
        }
        RunError::Failed(_) => Failure::new(FAILED, error.to_string()),
    }
}

fn one_trial(
    flags: &Simulate,
    found: &Found,
    program: &Program,
    settings: &RunSettings,
    trial: u64,
) -> Result<(), Failure> {
    if trial > settings.trials {
        let sentence = format!(
            "--trial {trial} is outside the run, which has {} trials",
            settings.trials
        );
        return Err(Failure::new(USAGE, sentence));
    }
    let replay = replay(program, settings, trial - 1).map_err(|error| refused(error, flags))?;
    if flags.json {
        return print::json(&Trial::of(found.name(), settings, &replay));
    }
    let inputs: Vec<_> = replay
        .inputs
        .iter()
        .zip(program.inputs())
        .flat_map(|((_, drawn), input)| drawn_rows(drawn, input, &replay.table.periods))
        .collect();
    let title = heading(&format!(
        "{}, trial {trial} of {}",
        found.name(),
        text::rounded(settings.trials as f64, 0)
    ));
    let head = format!(
        "{title}{}{}",
        settings_line(settings, None),
        text::conventions(&found.scenario, super::columns())
    );
    let drawn = block(
        "Inputs drawn",
        text::pairs(&inputs).lines().map(str::to_owned),
    );
    print::text(&format!(
        "{head}{drawn}\n{}",
        figures(&found.scenario, &replay.table)
    ))
}
