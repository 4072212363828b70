//! Simulations and their runs, without a window.

mod desk;

use std::time::{Duration, Instant};

use calminer::app::{Answer, CoalesceKey, Command, JobState, Page, Runs, Standing};
use calminer_domain::{ScenarioEdit, SimulationSettings};
use desk::Desk;

/// Far more trials than a machine does in the time that a test waits.
const ENDLESS: u64 = 5_000_000;

#[test]
fn an_impossible_distribution_refuses_the_run_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::start(folder.path());
    let mut price = desk.price();
    let uncertainty = price.uncertainty.as_mut().unwrap();
    uncertainty.distribution = uncertainty.distribution.with_figure("sd", -5.0);
    let edit = ScenarioEdit::UpdateParameter(Box::new(price));
    desk.run(Command::Edit(edit, CoalesceKey::none()));
    let npv = desk.npv();
    desk.set_price(3_300.0);
    let live = &desk.state().live;
    assert!(live.is_blocked() && !live.stale);
    assert!(desk.npv() > npv, "the base case follows the edit");
    desk.run(Command::Run);
    assert!(desk.state().runs.selected_outcome().is_none());
    desk.end();
}

#[test]
fn an_impossible_correlation_matrix_refuses_the_run_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::start(folder.path());
    let npv = desk.npv();
    let ids: Vec<_> = desk.scenario().uncertain().map(|row| row.id).collect();
    // Two of them cannot both follow the third and flee each other.
    let pairs = [(0, 1, 0.9), (1, 2, 0.9), (0, 2, -0.9)];
    let edits = pairs.map(|(a, b, rho)| ScenarioEdit::SetCorrelation(ids[a], ids[b], Some(rho)));
    let edit = ScenarioEdit::All("Correlate".to_owned(), edits.to_vec());
    desk.run(Command::Edit(edit, CoalesceKey::none()));
    let live = &desk.state().live;
    assert!(live.is_blocked() && !live.stale);
    assert_eq!(live.of_setting("correlations").count(), 1);
    assert_eq!(live.of_page(Page::Parameters, desk.scenario()).count(), 1);
    assert_eq!(desk.npv(), npv);
    desk.run(Command::Run);
    assert!(desk.state().runs.selected_outcome().is_none());
    // With consent the nearest possible matrix is used, by the live figures as well.
    let settings = SimulationSettings {
        repair_correlations: true,
        ..desk.scenario().simulation.clone()
    };
    let edit = ScenarioEdit::SetSimulation(settings);
    desk.run(Command::Edit(edit, CoalesceKey::none()));
    assert!(!desk.state().live.is_blocked());
    assert!(desk.state().live.quick.is_some() && !desk.state().live.quick_stale);
    desk.run(Command::Run);
    let outcome = desk.state().runs.selected_outcome().unwrap();
    assert!(outcome.settings.repair_correlations);
    assert!(outcome.correlation_groups[0].is_repaired());
    desk.run(Command::Undo);
    assert!(desk.state().live.is_blocked());
    desk.run(Command::Undo);
    assert!(!desk.state().live.is_blocked());
    desk.run(Command::Run);
    assert!(desk.state().runs.selected_outcome().is_some());
    desk.end();
}

#[test]
fn a_run_is_stored_with_its_revision_and_is_there_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::start(folder.path());
    desk.run(Command::Run);
    assert_eq!(desk.state().page, Page::Simulation);
    let entry = desk.state().runs.selected_entry().unwrap().clone();
    assert!(entry.stored);
    assert_eq!(entry.revision, Some(1));
    let outcome = std::sync::Arc::clone(desk.state().runs.selected_outcome().unwrap());
    let npv = Runs::headline(&outcome).unwrap();
    assert_eq!(npv.base, desk.npv());
    assert_eq!(npv.summary.trials, desk.scenario().simulation.trials);
    desk.end();

    let mut desk = Desk::start(folder.path());
    let again = desk.state().runs.selected_entry().unwrap().clone();
    assert_eq!(again, entry);
    let loaded = desk.state().runs.selected_outcome().unwrap();
    assert_eq!(loaded.samples_sha256, outcome.samples_sha256);
    assert_eq!(loaded.outputs, outcome.outputs);
    let standing = |desk: &Desk| desk.state().runs.standing(&again, desk.document());
    assert_eq!(standing(&desk), Standing::Current);
    desk.set_price(2500.0);
    assert_eq!(standing(&desk), Standing::Earlier(1));
    desk.run(Command::Save);
    assert_eq!(standing(&desk), Standing::Earlier(1));
    desk.run(Command::DeleteRun(again.id));
    desk.answer(Answer::Delete);
    assert!(desk.state().runs.entries.is_empty());
    desk.end();
    let desk = Desk::start(folder.path());
    assert!(desk.state().runs.entries.is_empty());
    desk.end();
}

#[test]
fn a_run_of_unsaved_edits_is_stored_when_just_they_are_saved() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::start(folder.path());
    desk.set_price(2600.0);
    desk.run(Command::Run);
    let entry = desk.state().runs.selected_entry().unwrap().clone();
    assert_eq!((entry.stored, entry.revision), (false, None));
    let standing = desk.state().runs.standing(&entry, desk.document());
    assert_eq!(standing, Standing::Current);
    desk.run(Command::Save);
    let entry = desk.state().runs.selected_entry().unwrap().clone();
    assert_eq!((entry.stored, entry.revision), (true, Some(2)));
    assert!(desk.state().runs.selected_outcome().is_some());

    desk.set_price(2700.0);
    desk.run(Command::Run);
    desk.set_price(2800.0);
    let entry = desk.state().runs.selected_entry().unwrap().clone();
    let standing = desk.state().runs.standing(&entry, desk.document());
    assert_eq!(standing, Standing::UnsavedEdits);
    desk.run(Command::Save);
    let entry = desk.state().runs.selected_entry().unwrap();
    assert_eq!((entry.stored, entry.revision), (false, None));
    desk.end();
}

#[test]
fn a_long_run_shows_itself_and_stops_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::start(folder.path());
    desk.set_trials(ENDLESS);
    desk.app.send(Command::Run);
    desk.until("a histogram of the running simulation", |state| {
        state.runs.live.as_ref().is_some_and(|live| live.done > 0)
    });
    let live = desk.state().runs.live.clone().unwrap();
    let npv = live.headline().unwrap();
    assert!(npv.p10 < npv.p50 && npv.p50 < npv.p90);
    assert_eq!(
        npv.histogram.counts.iter().sum::<u64>() + npv.absent,
        live.done
    );
    // The window goes on working meanwhile.
    let price = desk.price_figure();
    let edit = desk.priced(price * 1.01);
    let before = desk.npv();
    desk.app.send(Command::Edit(edit, CoalesceKey::none()));
    desk.step();
    assert!(desk.npv() > before);
    let asked = Instant::now();
    desk.app.send(Command::CancelRun);
    desk.until("the run has stopped", |state| {
        state.jobs.simulation().is_none()
    });
    assert!(
        asked.elapsed() < Duration::from_millis(500),
        "{:?}",
        asked.elapsed()
    );
    let job = desk.state().jobs.last_simulation().unwrap();
    assert_eq!(job.state, JobState::Cancelled);
    assert!(desk.state().runs.entries.is_empty());
    desk.end();
}

#[test]
fn a_small_simulation_follows_each_edit_and_only_the_last_counts() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::start(folder.path());
    let median = |desk: &Desk| {
        desk.state()
            .live
            .quick
            .as_ref()
            .unwrap()
            .headline()
            .unwrap()
            .p50
    };
    let before = median(&desk);
    for step in 1..=10 {
        let mut conventions = desk.scenario().conventions.clone();
        conventions.discount_rate = 0.05 + 0.01 * f64::from(step);
        let edit = ScenarioEdit::SetConventions(conventions);
        desk.app.send(Command::Edit(edit, CoalesceKey::none()));
        desk.step();
    }
    desk.settle();
    assert!(median(&desk) < before);
    assert!(!desk.state().live.quick_stale);
    for _ in 0..10 {
        desk.app.send(Command::Undo);
    }
    desk.settle();
    assert_eq!(median(&desk), before);
    desk.end();
}

#[test]
fn closing_while_a_run_is_going_asks() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::start(folder.path());
    desk.set_trials(ENDLESS);
    desk.run(Command::Save);
    desk.app.send(Command::Run);
    desk.until("a run", |state| state.jobs.simulation().is_some());
    desk.app.send(Command::Quit);
    desk.until("a question", |state| state.dialog.is_some());
    desk.app.send(Command::AnswerDialog(Answer::Stay));
    desk.step();
    assert!(!desk.has_closed());
    assert!(desk.state().jobs.simulation().is_some());
    desk.app.send(Command::Quit);
    desk.until("a question", |state| state.dialog.is_some());
    desk.app.send(Command::AnswerDialog(Answer::Discard));
    desk.settle();
    assert!(desk.has_closed());
    desk.end();
}
