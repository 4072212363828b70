//! The main path in a headless window, by accessible label: open the sample mine, edit a price, undo, run, cancel, run
//! to the end, save, close, open again.

#![expect(
    clippy::unwrap_used,
    reason = "a test that unwraps says where it failed"
)]

use std::path::Path;
use std::time::{Duration, Instant};

use calminer::app::{AppState, Page, RunEntry, Target};
use calminer::services::dialogs::ScriptedDialogs;
use calminer::services::logging::LogLines;
use calminer::services::profile::Profile;
use calminer::start::Prepared;
use calminer::window::Window;
use calminer_domain::BaseValue;
use egui::accesskit::Role;
use egui::{Event, Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

/// Nothing in this test takes longer, on the slowest machine.
const DEADLINE: Duration = Duration::from_mins(2);
/// Enough trials that the run is still going when it is cancelled.
const LONG: &str = "5000000";
const PRICE: &str = "Gold price, base value";

fn open(folder: &Path) -> Harness<'static, Window> {
    let profile = Profile::inside(folder);
    profile.create().unwrap();
    let prepared = Prepared {
        profile,
        log: LogLines::default(),
        warnings: Vec::new(),
        began: Instant::now(),
    };
    let builder = Harness::builder()
        .with_size([1440.0, 900.0])
        .with_max_steps(32);
    let mut harness = builder.build_eframe(|creation| {
        let dialogs = Box::new(ScriptedDialogs::default());
        Window::new(&creation.egui_ctx, prepared, Target::Last, Some(dialogs)).unwrap()
    });
    settle(&mut harness);
    harness
}

fn state<'a>(harness: &'a Harness<'_, Window>) -> &'a AppState {
    harness.state().app().state()
}

/// Draws frames until something is so.
fn until(harness: &mut Harness<'_, Window>, what: &str, is_so: impl Fn(&AppState) -> bool) {
    let end = Instant::now() + DEADLINE;
    harness.step();
    while !is_so(state(harness)) {
        assert!(Instant::now() < end, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(2));
        harness.step();
    }
    harness.step();
}

fn settle(harness: &mut Harness<'_, Window>) {
    harness.step();
    until(harness, "nothing is running", |state| {
        state.document.is_some() && !state.jobs.is_busy()
    });
    harness.run_ok();
    until(harness, "nothing is running", |state| !state.jobs.is_busy());
}

fn npv(harness: &Harness<'_, Window>) -> f64 {
    let base = state(harness).live.base.as_ref().unwrap();
    base.metrics.npv.unwrap()
}

fn price(harness: &Harness<'_, Window>) -> f64 {
    let document = state(harness).document.as_ref().unwrap();
    let parameters = &document.scenario().parameters;
    let price = parameters.iter().find(|row| row.title() == "Gold price");
    match price.unwrap().base {
        BaseValue::Number(figure) => figure,
        BaseValue::Series(_) => panic!("the price of the sample is one figure"),
    }
}

fn is_dirty(harness: &Harness<'_, Window>) -> bool {
    state(harness).document.as_ref().unwrap().is_dirty()
}

fn show(harness: &mut Harness<'_, Window>, page: Page) {
    harness
        .get_by_role_and_label(Role::Tab, page.title())
        .click();
    harness.run_ok();
    assert_eq!(state(harness).page, page);
}

fn press(harness: &mut Harness<'_, Window>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run_ok();
}

/// Clicks a cell and types over what is in it; nothing is confirmed yet.
fn type_price(harness: &mut Harness<'_, Window>, figure: &str) {
    show(harness, Page::Parameters);
    harness.get_by_label(PRICE).click();
    harness.run_ok();
    harness.event(Event::Text(figure.to_owned()));
    harness.run_ok();
}

fn set_trials(harness: &mut Harness<'_, Window>, trials: &str) {
    show(harness, Page::Simulation);
    harness
        .get_by_role_and_label(Role::TextInput, "Trials")
        .focus();
    harness.run_ok();
    press(harness, Modifiers::COMMAND, Key::A);
    harness.event(Event::Text(trials.to_owned()));
    harness.run_ok();
    press(harness, Modifiers::NONE, Key::Enter);
    settle(harness);
    let document = state(harness).document.as_ref().unwrap();
    assert_eq!(document.scenario().simulation.trials.to_string(), trials);
}

#[test]
fn the_main_path_from_the_sample_mine_to_a_stored_run() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = open(folder.path());
    let names = harness.query_all_by_label_contains("Fenn-Gib");
    assert!(names.count() > 0);
    edit_and_undo(&mut harness);
    run_and_cancel(&mut harness);
    let run = save_and_run(&mut harness);
    let saved = npv(&harness);
    drop(harness);

    // Everything is there again, and the run says which revision it belongs to.
    let mut harness = open(folder.path());
    assert_eq!((npv(&harness), price(&harness)), (saved, 3300.0));
    assert_eq!(state(&harness).runs.selected_entry(), Some(&run));
    assert!(state(&harness).runs.selected_outcome().is_some());
    type_price(&mut harness, "3000");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    show(&mut harness, Page::Simulation);
    let names = harness.query_all_by_label_contains("belongs to revision 2");
    assert!(names.count() > 0);
    closing_asks(&mut harness);
    drop(harness);
    let harness = open(folder.path());
    assert_eq!(price(&harness), 3300.0);
    assert!(state(&harness).dialog.is_none());
}

/// An edit moves NPV at once, undo brings it back.
fn edit_and_undo(harness: &mut Harness<'_, Window>) {
    let (before, figure) = (npv(harness), price(harness));
    assert!(before > 6e8);
    type_price(harness, "3300");
    press(harness, Modifiers::NONE, Key::Enter);
    assert!(npv(harness) > before);
    assert!(is_dirty(harness));
    press(harness, Modifiers::COMMAND, Key::Z);
    assert_eq!((npv(harness), price(harness)), (before, figure));
    assert!(!is_dirty(harness));
}

/// A long run shows itself and is cancelled.
fn run_and_cancel(harness: &mut Harness<'_, Window>) {
    set_trials(harness, LONG);
    // It stands in the key-figure strip and, before the first run, on the page.
    let buttons: Vec<_> = harness
        .query_all_by_role_and_label(Role::Button, "Run simulation")
        .collect();
    buttons[0].click();
    until(harness, "a live histogram", |state| {
        state.runs.live.as_ref().is_some_and(|live| live.done > 0)
    });
    harness
        .get_by_role_and_label(Role::Button, "Cancel simulation")
        .click();
    until(harness, "the run has stopped", |state| {
        state.jobs.simulation().is_none()
    });
    assert!(state(harness).runs.entries.is_empty());
}

/// Ctrl+S keeps what is still being typed; a run of what is saved is stored.
fn save_and_run(harness: &mut Harness<'_, Window>) -> RunEntry {
    set_trials(harness, "2000");
    type_price(harness, "3300");
    press(harness, Modifiers::COMMAND, Key::S);
    settle(harness);
    assert_eq!(price(harness), 3300.0);
    assert!(!is_dirty(harness));
    press(harness, Modifiers::NONE, Key::F5);
    settle(harness);
    let run = state(harness).runs.selected_entry().unwrap().clone();
    assert!(run.stored);
    assert_eq!((run.revision, run.trials), (Some(2), 2000));
    run
}

/// Closing asks, Esc stays, Discard leaves.
fn closing_asks(harness: &mut Harness<'_, Window>) {
    press(harness, Modifiers::COMMAND, Key::Q);
    harness.get_by_role_and_label(Role::Button, "Save and close");
    press(harness, Modifiers::NONE, Key::Escape);
    assert!(state(harness).dialog.is_none());
    assert_eq!(price(harness), 3000.0);
    press(harness, Modifiers::COMMAND, Key::Q);
    harness
        .get_by_role_and_label(Role::Button, "Discard")
        .click();
    harness.run_ok();
}

#[test]
fn shortcuts_reach_pages_palette_and_zoom() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = open(folder.path());
    press(&mut harness, Modifiers::COMMAND, Key::Num5);
    assert_eq!(state(&harness).page, Page::CashFlow);
    press(&mut harness, Modifiers::COMMAND, Key::Tab);
    assert_eq!(state(&harness).page, Page::Simulation);
    press(&mut harness, Modifiers::COMMAND, Key::P);
    assert!(state(&harness).dialog.is_some());
    press(&mut harness, Modifiers::NONE, Key::Escape);
    assert!(state(&harness).dialog.is_none());
    press(&mut harness, Modifiers::COMMAND, Key::Plus);
    assert_eq!(state(&harness).settings.zoom, 1.1);
    assert!((harness.ctx.zoom_factor() - 1.1).abs() < 1e-6);
    press(&mut harness, Modifiers::COMMAND, Key::Num0);
    assert_eq!(state(&harness).settings.zoom, 1.0);
}

#[test]
fn an_idle_window_asks_for_no_frame_and_adds_no_history() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = open(folder.path());
    for page in Page::ALL {
        show(&mut harness, page);
        harness.run_steps(60);
        let idle = harness.output().viewport_output[&egui::ViewportId::ROOT].repaint_delay;
        assert!(
            idle > Duration::from_secs(1),
            "{page:?} asks again after {idle:?}"
        );
    }
    let document = state(&harness).document.as_ref().unwrap();
    assert_eq!(document.step_count(), 0);
    let node = harness.root();
    assert!(node.accesskit_node().children().count() > 0);
}
