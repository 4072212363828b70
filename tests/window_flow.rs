//! The main path in a headless window, by accessible label: open the sample mine, edit a price, undo, run, cancel, run
//! to the end, save, close, open again.

#![expect(
    clippy::unwrap_used,
    reason = "a test that unwraps says where it failed"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use calminer::app::{AppState, DatabaseState, Page, RunEntry, Target};
use calminer::services::dialogs::ScriptedDialogs;
use calminer::services::logging::LogLines;
use calminer::start::Prepared;
use calminer::window::Window;
use calminer_domain::BaseValue;
use calminer_exchange::folders::Folders;
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
    let mut harness = open_at(folder, Target::Last);
    settle(&mut harness);
    harness
}

/// Opens the window and waits for nothing.
fn open_at(folder: &Path, target: Target) -> Harness<'static, Window> {
    let folders = Folders::inside(folder);
    folders.make_all().unwrap();
    let prepared = Prepared {
        folders,
        log: LogLines::default(),
        warnings: Vec::new(),
        began: Instant::now(),
    };
    let builder = Harness::builder()
        .with_size([1440.0, 900.0])
        .with_max_steps(32);
    builder.build_eframe(|creation| {
        let dialogs = Box::new(ScriptedDialogs::default());
        Window::new(&creation.egui_ctx, prepared, target, Some(dialogs)).unwrap()
    })
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

#[test]
fn closing_by_the_window_manager_keeps_what_is_being_typed() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = open(folder.path());
    type_price(&mut harness, "3300");
    let viewports = &mut harness.input_mut().viewports;
    let window = viewports.get_mut(&egui::ViewportId::ROOT).unwrap();
    window.events.push(egui::ViewportEvent::Close);
    harness.run_ok();
    assert_eq!(price(&harness), 3300.0);
    assert!(is_dirty(&harness));
    harness
        .get_by_role_and_label(Role::Button, "Save and close")
        .click();
    settle(&mut harness);
    assert!(!is_dirty(&harness));
    drop(harness);
    let harness = open(folder.path());
    assert_eq!(price(&harness), 3300.0);
}

#[test]
fn a_file_dropped_on_the_window_is_imported_and_what_is_being_typed_is_asked_about() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = open(folder.path());
    let document = state(&harness).document.as_ref().unwrap();
    let mut scenario = (**document.scenario()).clone();
    scenario.id = uuid::Uuid::from_u128(79);
    scenario.name = "Dropped".to_owned();
    let path = folder.path().join("dropped.calminer");
    let text = calminer_domain::file::write(document.project(), &scenario);
    std::fs::write(&path, text).unwrap();
    type_price(&mut harness, "3300");
    let file = Arc::new(Dropped(path));
    harness.input_mut().dropped_files.push(file);
    settle(&mut harness);
    assert_eq!(price(&harness), 3300.0);
    harness
        .get_by_role_and_label(Role::Button, "Discard")
        .click();
    settle(&mut harness);
    let document = state(&harness).document.as_ref().unwrap();
    assert_eq!(document.scenario().name, "Dropped");
    assert!(!document.is_dirty());
}

/// A file as the toolkit hands it over when it is dropped.
#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|error| error.to_string())
    }
}

#[test]
fn a_wrong_file_as_database_starts_the_window_with_a_sentence_and_a_way_on() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shopping.db");
    std::fs::write(&file, "this is a shopping list\n".repeat(100)).unwrap();
    let mut harness = open_at(folder.path(), Target::Database(file));
    until(&mut harness, "the sentence", |state| {
        matches!(state.library.state, DatabaseState::Unavailable(_))
    });
    harness.run_ok();
    let sentences = harness.query_all_by_label_contains("shopping.db");
    assert!(sentences.count() > 0);
    let buttons: Vec<_> = harness
        .query_all_by_role_and_label(Role::Button, "Open local database")
        .collect();
    buttons[0].click();
    settle(&mut harness);
    assert!(npv(&harness) > 6e8);
}
