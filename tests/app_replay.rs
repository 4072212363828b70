//! Single trials, files and the repetition of a run, without a window.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that unwraps says where it failed"
)]

mod desk;

use std::sync::Arc;

use calminer::app::{
    Answer, App, CoalesceKey, Command, CommandSpec, Dialog, Replayed, Target, Verdict, Which,
};
use calminer_domain::{Keep, ScenarioEdit, SimulationSettings};
use calminer_engine::result::LineValues;
use calminer_exchange::passport::Passport;
use desk::Desk;

/// A run of few trials of the sample mine.
fn ran(folder: &std::path::Path, trials: u64) -> Desk {
    let mut desk = Desk::start(folder);
    desk.set_trials(trials);
    desk.run(Command::Run);
    desk
}

fn found(desk: &Desk) -> Arc<Replayed> {
    let view = desk.state().replay.as_ref().expect("a trial is on show");
    assert!(!view.waiting);
    view.found.clone().expect("the trial is there")
}

/// The samples of an output of the run on show.
fn column(desk: &Desk, key: &str) -> Vec<f64> {
    let samples = desk.state().runs.selected_samples().unwrap();
    let columns = &samples.columns;
    columns
        .iter()
        .find(|(own, _)| own == key)
        .unwrap()
        .1
        .clone()
}

fn why_not(app: &App, command: &Command) -> Option<&'static str> {
    CommandSpec::of(command)
        .unwrap()
        .why_not(app.state().facts())
}

#[test]
fn a_trial_is_equal_to_its_stored_samples_to_the_last_bit() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = ran(folder.path(), 600);
    for trial in [0, 17, 599] {
        desk.run(Command::Replay(Which::Trial(trial)));
        let found = found(&desk);
        assert_eq!(found.replay.trial, trial);
        let samples = desk.state().runs.selected_samples().unwrap();
        assert_eq!(found.checks.len(), samples.columns.len());
        for check in &found.checks {
            let stored = column(&desk, &check.output)[trial as usize];
            assert_eq!(check.stored.to_bits(), stored.to_bits());
            let LineValues::Scalar(own) = found.replay.table.line(&check.output).unwrap().values
            else {
                panic!("an output is one figure");
            };
            assert_eq!(own.to_bits(), check.replayed.to_bits());
            assert!(check.is_equal(), "{check:?}");
        }
        // Inputs were drawn: not all are at their base values.
        assert!(
            found.inputs.iter().any(|input| {
                matches!(input.drawn, LineValues::Scalar(own) if own != input.base)
            })
        );
        assert_eq!(Some(&*found.base), desk.state().live.base.as_deref());
    }
    desk.end();
}

#[test]
fn the_trial_of_a_bar_is_the_first_of_those_nearest_to_its_middle() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = ran(folder.path(), 600);
    let npv = column(&desk, "npv");
    let figure = 1.234_5 * npv[3];
    let output = "npv".to_owned();
    desk.run(Command::Replay(Which::Nearest { output, figure }));
    let own = npv[found(&desk).replay.trial as usize];
    assert!(
        npv.iter()
            .all(|other| (own - figure).abs() <= (other - figure).abs())
    );
    // A figure far above all belongs to the largest.
    let largest = npv.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let (output, figure) = ("npv".to_owned(), 1e15);
    desk.run(Command::Replay(Which::Nearest { output, figure }));
    let first = npv.iter().position(|own| *own == largest).unwrap();
    assert_eq!(found(&desk).replay.trial, first as u64);
    let (output, figure) = ("no_such_output".to_owned(), 0.0);
    desk.run(Command::Replay(Which::Nearest { output, figure }));
    let view = desk.state().replay.as_ref().unwrap();
    assert!(view.refused.as_ref().unwrap().contains("no sample"));
    assert!(view.found.is_some(), "the last trial stays");
    desk.end();
}

#[test]
fn only_the_last_wish_counts_and_a_trial_that_is_not_there_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = ran(folder.path(), 600);
    for trial in 0..8 {
        desk.app.send(Command::Replay(Which::Trial(trial)));
    }
    desk.settle();
    assert_eq!(found(&desk).replay.trial, 7);
    desk.app.send(Command::Replay(Which::Trial(8)));
    desk.app.send(Command::CloseReplay);
    desk.settle();
    assert!(desk.state().replay.is_none());
    desk.run(Command::Replay(Which::Trial(600)));
    let view = desk.state().replay.as_ref().unwrap();
    let refused = view.refused.as_deref().unwrap();
    assert_eq!(
        refused,
        "there is no trial 601: the run has trials 1 to 600"
    );
    desk.end();
}

#[test]
fn other_content_on_the_screen_shows_no_trials_of_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = ran(folder.path(), 600);
    desk.run(Command::Replay(Which::Trial(4)));
    let before = found(&desk);
    desk.set_price(2_345.0);
    desk.run(Command::Replay(Which::Trial(5)));
    let view = desk.state().replay.as_ref().unwrap();
    assert!(view.refused.as_ref().unwrap().contains("other content"));
    assert_eq!(view.found.as_deref(), Some(&*before));
    // The settings of the next run, a note and a name change no figure of this one.
    desk.run(Command::Undo);
    desk.set_trials(50);
    let notes = ScenarioEdit::SetNotes("read me".to_owned());
    desk.run(Command::Edit(notes, CoalesceKey::none()));
    desk.run(Command::Replay(Which::Trial(599)));
    assert_eq!(found(&desk).replay.trial, 599);
    assert!(
        found(&desk)
            .checks
            .iter()
            .all(calminer::app::replay::Check::is_equal)
    );
    desk.end();
}

#[test]
fn a_stored_run_of_an_earlier_session_is_replayed_and_verified() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::start(folder.path());
    desk.set_trials(600);
    desk.run(Command::Save);
    desk.run(Command::Run);
    assert!(desk.state().runs.selected_entry().unwrap().stored);
    desk.end();
    let mut desk = Desk::start(folder.path());
    let output = "npv".to_owned();
    desk.run(Command::Replay(Which::Nearest {
        output,
        figure: 0.0,
    }));
    assert!(!found(&desk).checks.is_empty());
    assert!(
        found(&desk)
            .checks
            .iter()
            .all(calminer::app::replay::Check::is_equal)
    );
    desk.run(Command::VerifyRun);
    assert_eq!(
        desk.state().runs.selected_verdict(),
        Some(&Verdict::Identical)
    );
    desk.end();
}

#[test]
fn samples_are_written_as_csv_or_parquet_and_an_added_ending_asks_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let answers = ["run.csv", "run.parquet", "run.txt", "run"].map(|name| Some(path(name)));
    let mut desk = Desk::start_with(folder.path(), Target::Last, answers);
    desk.settle();
    desk.set_trials(600);
    desk.run(Command::Run);
    desk.run(Command::SaveSamples);
    let text = std::fs::read_to_string(path("run.csv")).unwrap();
    assert_eq!(text.lines().count(), 601);
    let mut keys = text.lines().next().unwrap().split(',');
    let npv = keys.position(|key| key == "npv").unwrap();
    let cell = text.lines().nth(3).unwrap().split(',').nth(npv).unwrap();
    let figure = cell.parse::<f64>().unwrap();
    assert_eq!(figure.to_bits(), column(&desk, "npv")[2].to_bits());
    desk.run(Command::SaveSamples);
    let bytes = std::fs::read(path("run.parquet")).unwrap();
    assert!(bytes.starts_with(b"PAR1"));
    desk.run(Command::SaveSamples);
    let refused = desk.notice_about("copy").unwrap();
    assert!(refused.contains(".csv or .parquet"), "{refused}");
    assert!(!path("run.txt").exists());
    // The system's dialog has asked about `run`, and `run.csv` is there already.
    std::fs::write(path("run.csv"), "kept").unwrap();
    desk.run(Command::SaveSamples);
    let csv = path("run.csv");
    assert!(matches!(desk.dialog(), Dialog::Overwrite { path, .. } if *path == csv));
    desk.answer(Answer::Overwrite);
    assert_eq!(std::fs::read_to_string(csv).unwrap(), text);
    desk.end();
}

#[test]
fn a_passport_holds_the_run_and_the_content_that_it_belongs_to() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.passport.json");
    let mut desk = Desk::start_with(folder.path(), Target::Last, [Some(path.clone())]);
    desk.settle();
    let tools = [
        Command::SaveSamples,
        Command::SavePassport,
        Command::VerifyRun,
    ];
    for command in &tools {
        assert!(why_not(&desk.app, command).is_some(), "{command:?}");
    }
    desk.set_trials(600);
    desk.run(Command::Run);
    for command in &tools {
        assert_eq!(why_not(&desk.app, command), None, "{command:?}");
    }
    let content = Arc::clone(desk.scenario());
    desk.set_price(2_345.0);
    desk.run(Command::SavePassport);
    let passport = Passport::read(&path).unwrap();
    let outcome = desk.state().runs.selected_outcome().unwrap();
    assert_eq!(passport.run.samples_sha256, outcome.samples_sha256);
    assert_eq!(passport.run.outputs.len(), outcome.outputs.len());
    assert_eq!(passport.scenario, *content);
    desk.end();
}

#[test]
fn a_run_repeats_to_the_last_bit_on_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = ran(folder.path(), 600);
    let mut settings = desk.state().settings.clone();
    settings.threads = Some(1);
    desk.run(Command::SetSettings(Box::new(settings)));
    // The run keeps its content: what is on the screen may have moved on.
    desk.set_price(2_345.0);
    assert_eq!(why_not(&desk.app, &Command::VerifyRun), None);
    desk.run(Command::VerifyRun);
    assert_eq!(
        desk.state().runs.selected_verdict(),
        Some(&Verdict::Identical)
    );
    assert!(
        desk.state().runs.entries.len() == 1,
        "a repetition is no run of its own"
    );
    desk.end();
}

#[test]
fn settings_that_the_engine_refuses_are_said_at_their_field() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::start(folder.path());
    let settings = SimulationSettings {
        trials: 1_000_000_000,
        ..desk.scenario().simulation.clone()
    };
    let set = |settings| Command::Edit(ScenarioEdit::SetSimulation(settings), CoalesceKey::none());
    desk.run(set(settings.clone()));
    desk.run(Command::Run);
    let blocked = desk
        .state()
        .live
        .of_setting("simulation")
        .any(calminer_domain::Issue::blocks);
    let refused = desk.state().runs.refused.as_ref();
    assert!(
        blocked || refused.is_some_and(|own| own.message.contains("GiB")),
        "{refused:?}"
    );
    assert!(
        desk.state()
            .jobs
            .last_simulation()
            .is_none_or(|job| !job.is_running())
    );
    // Sketches of so many trials take the same memory as of few; the run can be asked for.
    desk.run(set(SimulationSettings {
        keep: Keep::Sketches,
        ..settings
    }));
    let refused = desk.state().runs.refused.as_ref();
    assert!(refused.is_none_or(|own| own.settings.keep == Keep::Samples));
    desk.end();
}
