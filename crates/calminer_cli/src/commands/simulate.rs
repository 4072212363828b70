//! `simulate`: the run, its statistics, its samples, and one trial of it again.

use std::io::IsTerminal as _;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use calminer_domain::{Issue, Place};
use calminer_engine::program::Program;
use calminer_engine::result::{RunOutcome, RunSettings, Samples};
use calminer_engine::run::{RunControl, RunError, replay, simulate};
use calminer_exchange::{samples, scenario_file, text};
use calminer_store::{Access, StoreError};
use tokio::sync::oneshot;

use super::evaluate::{block, figures, heading};
use super::run_text::{described, drawn_text, settings_line};
use crate::args::Simulate;
use crate::failure::{FAILED, Failure, INTERRUPTED, USAGE};
use crate::print;
use crate::simulation::{Run, Simulation, Trial};
use crate::source::{self, Found, Use};

/// How often the progress is shown.
const TICK: Duration = Duration::from_millis(200);

pub(super) async fn run(flags: &Simulate) -> Result<(), Failure> {
    let found = found(flags).await?;
    let program = super::program(&found)?;
    let settings = settings(flags, &found);
    if let Some(trial) = flags.trial {
        return one_trial(flags, &found, &program, &settings, trial);
    }
    let threads = flags
        .threads
        .or_else(|| std::thread::available_parallelism().ok())
        .unwrap_or(NonZeroUsize::MIN);
    let started = Instant::now();
    let (outcome, samples) = watched(program, settings, threads)
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

/// The scenario, when all that is asked for can be done with it: better told before a long run than after it.
async fn found(flags: &Simulate) -> Result<Found, Failure> {
    if flags.save && source::is_file(&flags.source.scenario) {
        let sentence = "--save keeps the run with a scenario of the database; import the file, then name PROJECT/SCENARIO";
        return Err(Failure::new(USAGE, sentence));
    }
    if let Some(path) = &flags.samples {
        check_samples_path(path)?;
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
        samples::write_csv(path, samples).map_err(|error| {
            let sentence = format!("{} cannot be written: {error}", path.display());
            Failure::new(FAILED, sentence)
        })?;
    }
    match &found.stored {
        Some((store, revision)) if flags.save => {
            let id = store
                .save_run(found.scenario.id, *revision, outcome, Some(samples))
                .await?;
            store.close().await?;
            Ok(Some(id.to_string()))
        }
        _ => Ok(None),
    }
}

/// Flags go before the settings of the scenario.
fn settings(flags: &Simulate, found: &Found) -> RunSettings {
    let own = RunSettings::from(&found.scenario.simulation);
    RunSettings {
        trials: flags.trials.unwrap_or(own.trials),
        seed: flags.seed.unwrap_or(own.seed),
        sampling: flags.sampling.map_or(own.sampling, Into::into),
        replicates: flags.replicates.or(own.replicates),
        repair_correlations: flags.repair_correlations || own.repair_correlations,
        ..own
    }
}

/// A slip must not replace a scenario or a database by samples, and is better told before a long run.
fn check_samples_path(path: &Path) -> Result<(), Failure> {
    let shown = path.display();
    if scenario_file::is_scenario_name(path) {
        return Err(Failure::new(
            USAGE,
            format!("{shown} has the name of a scenario file; name a .csv file for the samples"),
        ));
    }
    let csv = path
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
    if path.is_dir() || path.exists() && !csv {
        return Err(Failure::new(
            FAILED,
            format!("{shown} is there and is no .csv file; name another file for the samples"),
        ));
    }
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() && !folder.is_dir() => Err(Failure::new(
            FAILED,
            format!("{shown} cannot be written: the folder does not exist"),
        )),
        _ => Ok(()),
    }
}

/// Stops the run when nobody waits for it anymore.
struct Watch(Arc<RunControl<'static>>);

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.cancel.store(true, Ordering::Relaxed);
    }
}

/// Runs on a thread of its own, so that Ctrl-C is heard at once.
async fn watched(
    program: Program,
    settings: RunSettings,
    threads: NonZeroUsize,
) -> Result<(RunOutcome, Samples), RunError> {
    let watch = Watch(Arc::default());
    let (control, trials) = (Arc::clone(&watch.0), settings.trials);
    let (sender, mut receiver) = oneshot::channel();
    std::thread::Builder::new()
        .name("simulation".to_owned())
        .spawn(move || {
            // Nobody waits anymore after Ctrl-C.
            drop(sender.send(simulate(&program, &settings, threads, &control)));
        })
        .map_err(|error| RunError::Failed(format!("no thread could be started: {error}")))?;
    let shown = std::io::stderr().is_terminal();
    let mut ticks = tokio::time::interval(TICK);
    loop {
        tokio::select! {
            biased;
            answer = &mut receiver => {
                if shown {
                    print::progress("");
                }
                return answer.unwrap_or_else(|_gone| Err(RunError::Failed("the simulation ended without a result".to_owned())));
            }
            _ = ticks.tick(), if shown => print::progress(&progress(watch.0.done.load(Ordering::Relaxed), trials)),
        }
    }
}

fn progress(done: u64, trials: u64) -> String {
    let share = u128::from(done) * 100 / u128::from(trials.max(1));
    format!(
        "{} of {} trials, {share} %",
        text::rounded(done as f64, 0),
        text::rounded(trials as f64, 0)
    )
}

/// A setting that stands in the scenario is an issue of it, one that was typed is wrong usage.
fn refused(error: RunError, flags: &Simulate) -> Failure {
    match error {
        RunError::Cancelled => Failure::new(INTERRUPTED, error.to_string()),
        RunError::Settings { field, message } => {
            let typed = match field {
                "trials" => flags.trials.is_some(),
                "seed" => flags.seed.is_some(),
                "replicates" => flags.replicates.is_some() || flags.trials.is_some(),
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
        .map(|((key, drawn), input)| {
            (
                input.label.clone(),
                format!("{}  ({key})", drawn_text(*drawn, input)),
            )
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_in_whole_per_cent() {
        assert_eq!(progress(1_999, 2_000), "1,999 of 2,000 trials, 99 %");
        assert_eq!(
            progress(u64::MAX, u64::MAX).rsplit(", ").next(),
            Some("100 %")
        );
        assert_eq!(progress(0, 0), "0 of 0 trials, 0 %");
    }
}
