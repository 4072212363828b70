//! Every page in both themes, with nothing, with an empty scenario, with the sample mine, and with a scenario that is
//! half broken; the way from a click to a command; no control without a name.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Instant;

use calminer_domain::{
    BaseValue, Distribution, Project, Scenario, ScenarioEdit, Uncertainty, Value,
};
use calminer_engine::result::RunSettings;
use calminer_engine::run::{RunControl, simulate};
use egui::accesskit::Role;
use egui::{Event, Key, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use uuid::Uuid;

use super::*;
use crate::app::runs::FreshRun;
use crate::app::{
    AppState, Command, CommandQueue, Dialog, Document, Moment, Page, PathDialog, PathPurpose,
    RunEntry, Weight, samples,
};

mod charts;
mod distributions;
mod histograms;
mod inputs;
mod items;
mod sensitivity;
mod simulation;

struct World {
    state: AppState,
    queue: CommandQueue,
    shell: Option<Shell>,
    sent: Vec<Command>,
    now: Instant,
}

fn world(scenario: Option<Scenario>) -> World {
    let mut state = AppState::default();
    if let Some(scenario) = scenario {
        let project = Project {
            id: Uuid::from_u128(7),
            name: "منجم 金矿 Mine".to_owned(),
            description: String::new(),
        };
        state.live.look_at(&scenario);
        state.document = Some(Document::stored(project, Arc::new(scenario), 3));
    }
    World {
        state,
        queue: CommandQueue::default(),
        shell: None,
        sent: Vec::new(),
        now: Instant::now(),
    }
}

fn view(world: &World) -> ViewContext<'_> {
    let state = &world.state;
    ViewContext {
        now: world.now,
        settings: &state.settings,
        page: state.page,
        document: state.document.as_ref(),
        live: &state.live,
        jobs: &state.jobs,
        library: &state.library,
        runs: &state.runs,
        notices: state.notices.all(),
        dialog: state.dialog.as_ref(),
        explanation: state.explanation.as_ref(),
        replay: state.replay.as_ref(),
        sensitivity: &state.sensitivity,
        log: &[],
        log_folder: std::path::Path::new("logs"),
        saved_at: state.saved_at,
        find_count: state.find_count,
        facts: state.facts(),
        queue: &world.queue,
    }
}

/// The window's content in a frame; edits are applied as the app does.
fn draw(ui: &mut Ui, world: &mut World) {
    let mut shell = world
        .shell
        .take()
        .unwrap_or_else(|| Shell::new(ui.ctx(), &world.state.settings));
    shell.show(&view(world), ui);
    world.shell = Some(shell);
    for command in world.queue.take() {
        match &command {
            Command::Edit(edit, key) => {
                let document = world.state.document.as_mut().unwrap();
                document.apply(edit, key.clone()).unwrap();
                let scenario = Arc::clone(document.scenario());
                world.state.live.look_at(&scenario);
            }
            Command::Explain(key, period) => {
                let program = world.state.live.program.as_ref().unwrap();
                let explanation = program.explain(key, period.unwrap_or_default()).unwrap();
                world.state.explanation = Some((*period, explanation));
            }
            Command::CloseExplain => world.state.explanation = None,
            Command::ShowSection(page) => world.state.page = *page,
            Command::SetRange(range) => world.state.sensitivity.range = *range,
            Command::MoveFixed(fixed) => world.state.sensitivity.moves_fixed = *fixed,
            Command::SetVarianceSamples(samples) => world.state.sensitivity.samples = *samples,
            Command::SetVarianceGroups(groups) => world.state.sensitivity.groups.clone_from(groups),
            _ => {}
        }
        world.sent.push(command);
        ui.ctx().request_repaint();
    }
}

fn harness(world: World, size: Vec2) -> Harness<'static, World> {
    // The names in other scripts wait for the fonts of the system.
    let builder = Harness::builder()
        .with_size(size)
        .with_max_steps(12)
        .allow_missing_glyphs();
    builder.build_ui_state(draw, world)
}

fn scenario<'a>(harness: &'a Harness<'_, World>) -> &'a Scenario {
    harness.state().state.document.as_ref().unwrap().scenario()
}

fn click(harness: &mut Harness<'_, World>, label: &str) {
    harness.get_by_label(label).click();
    harness.run();
}

fn type_into(harness: &mut Harness<'_, World>, label: &str, text: &str) {
    harness
        .get_by_role_and_label(Role::TextInput, label)
        .focus();
    harness.run();
    harness
        .get_by_role_and_label(Role::TextInput, label)
        .type_text(text);
    harness.run();
    harness.key_press(Key::Tab);
    harness.run();
}

const WIDE: Vec2 = Vec2::new(1_440.0, 900.0);

fn mine() -> Scenario {
    samples::all().swap_remove(0).1
}

/// Wrong in as many ways as one scenario can be.
fn broken() -> Scenario {
    let mut scenario = mine();
    scenario.parameters[0].uncertainty = Some(Uncertainty::once(
        calminer_domain::DistributionForm::Absolute,
        Distribution::Triangular {
            min: 10.0,
            mode: 60.0,
            max: 40.0,
        },
    ));
    scenario.parameters[1].base = BaseValue::Number(f64::NAN);
    scenario.parameters[2].key = scenario.parameters[3].key.clone();
    scenario.parameters[3].unit = "ton".to_owned();
    scenario.lines[0].value = Value::Series(vec![1.0]);
    scenario.lines[1].value = Value::Formula("=no_such_line + 1".to_owned());
    scenario.lines[2].key = String::new();
    scenario
}

/// A finished run of the scenario on the screen.
fn run(world: &mut World, trials: u64) {
    let scenario = world.state.document.as_ref().unwrap().scenario();
    let settings = RunSettings {
        trials,
        seed: 1,
        sampling: scenario.simulation.sampling,
        replicates: None,
        ..RunSettings::from(&scenario.simulation)
    };
    run_with(world, &settings);
}

/// The same with all settings.
fn run_with(world: &mut World, settings: &RunSettings) {
    let scenario = Arc::clone(world.state.document.as_ref().unwrap().scenario());
    let program = calminer_engine::program::compile(&scenario).unwrap();
    let (outcome, samples) = simulate(
        &program,
        settings,
        NonZeroUsize::MIN,
        &RunControl::default(),
    )
    .unwrap();
    let entry = RunEntry {
        id: Uuid::from_u128(9),
        revision: Some(3),
        made: Moment::from_unix_millis(0),
        trials: settings.trials,
        seed: settings.seed,
        sampling: settings.sampling,
        stored: true,
    };
    let fresh = FreshRun {
        scenario,
        outcome: Arc::new(outcome),
        samples: Arc::new(samples),
    };
    world.state.runs.add_fresh(entry, fresh);
}

#[test]
fn every_page_can_be_drawn_in_both_themes_at_every_size() {
    let scenarios = [None, samples::empty().ok(), Some(mine()), Some(broken())];
    for scenario in scenarios {
        for theme in [Theme::Light, Theme::Dark] {
            let mut world = world(scenario.clone());
            world.state.settings.theme = theme;
            if scenario.as_ref().is_some_and(|scenario| {
                calminer_engine::program::compile(scenario).is_ok() && !scenario.lines.is_empty()
            }) {
                run(&mut world, 400);
            }
            let mut harness = harness(world, WIDE);
            for size in [WIDE, Vec2::new(1_024.0, 600.0), Vec2::new(800.0, 600.0)] {
                harness.set_size(size);
                for page in Page::ALL {
                    harness.state_mut().state.page = page;
                    harness.run();
                }
            }
        }
    }
}

#[test]
fn every_dialog_can_be_drawn_and_names_its_verbs() {
    let path = PathDialog {
        purpose: PathPurpose::OpenFile,
        reason: "This system has no file dialog".to_owned(),
        folder: "/data".into(),
        suggestion: String::new(),
        entries: Vec::new(),
    };
    let leave = Dialog::Leave {
        leaving: crate::app::Leaving::Program,
        unsaved: Some("Base".to_owned()),
        running: vec!["Simulation".to_owned()],
    };
    for dialog in [
        leave,
        Dialog::Path(path),
        Dialog::Palette,
        Dialog::Shortcuts,
        Dialog::Conventions,
        Dialog::Overwrite {
            path: "a".into(),
            what: crate::app::Written::Copy,
        },
    ] {
        let mut world = world(Some(mine()));
        world.state.dialog = Some(dialog.clone());
        let mut harness = harness(world, WIDE);
        harness.run();
        let title = dialog.title();
        assert!(harness.get_all_by_label(&title).count() > 0, "{title}");
        harness.key_press(Key::Escape);
        harness.run();
        assert!(
            harness
                .state()
                .sent
                .contains(&Command::AnswerDialog(crate::app::Answer::Stay)),
            "{title}"
        );
    }
}

#[test]
fn a_typed_price_becomes_an_edit_and_moves_the_value() {
    let mut world = world(Some(mine()));
    world.state.page = Page::Parameters;
    let mut harness = harness(world, WIDE);
    harness.run();
    let before = harness
        .state()
        .state
        .live
        .base
        .as_ref()
        .unwrap()
        .metrics
        .npv
        .unwrap();
    let title = harness
        .state()
        .state
        .document
        .as_ref()
        .unwrap()
        .scenario()
        .parameters[0]
        .title()
        .to_owned();
    harness
        .get_by_label(&format!("{title}, base value"))
        .click();
    harness.run();
    harness.event(Event::Text("3200".to_owned()));
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    let after = harness
        .state()
        .state
        .live
        .base
        .as_ref()
        .unwrap()
        .metrics
        .npv
        .unwrap();
    assert!(after > before, "{before} {after}");
    assert!(
        harness
            .state()
            .sent
            .iter()
            .any(|command| matches!(command, Command::Edit(ScenarioEdit::UpdateParameter(_), _)))
    );
    let name = format!("{title}, base value");
    let cell = harness.get_by_label(&name);
    assert_eq!(cell.accesskit_node().value().as_deref(), Some("3,200"));
}

#[test]
fn an_impossible_distribution_says_so_at_its_field() {
    let mut world = world(Some(broken()));
    world.state.page = Page::Parameters;
    let mut harness = harness(world, WIDE);
    harness.run();
    let title = harness
        .state()
        .state
        .document
        .as_ref()
        .unwrap()
        .scenario()
        .parameters[0]
        .title()
        .to_owned();
    harness
        .get_by_label(&format!("{title}, distribution"))
        .click();
    harness.run();
    assert!(
        harness
            .get_all_by_label_contains("mode 60 is above max 40")
            .count()
            > 0
    );
    let run = harness.get_by_role_and_label(Role::Button, "Run simulation");
    assert!(run.accesskit_node().is_disabled());
}

#[test]
fn a_distribution_is_added_and_its_figures_are_typed() {
    let mut world = world(Some(mine()));
    world.state.page = Page::Parameters;
    let at = mine()
        .parameters
        .iter()
        .position(|row| row.uncertainty.is_none())
        .unwrap();
    let title = mine().parameters[at].title().to_owned();
    let mut harness = harness(world, WIDE);
    harness.run();
    let name = format!("{title}, name");
    harness.get_by_label(&name).click();
    harness.run();
    harness.get_by_label("Kind of distribution: Fixed").click();
    harness.run();
    harness.get_by_label("Normal").click();
    harness.run();
    let own = |harness: &Harness<'_, World>| {
        harness
            .state()
            .state
            .document
            .as_ref()
            .unwrap()
            .scenario()
            .parameters[at]
            .uncertainty
            .clone()
    };
    assert!(matches!(
        own(&harness),
        Some(Uncertainty {
            distribution: Distribution::Normal { .. },
            ..
        })
    ));
    harness
        .get_by_role_and_label(Role::TextInput, "Standard deviation")
        .focus();
    harness.run();
    harness
        .get_by_role_and_label(Role::TextInput, "Standard deviation")
        .type_text("0,5");
    harness.run();
    harness.key_press(Key::Tab);
    harness.run();
    assert!(
        matches!(
            own(&harness),
            Some(Uncertainty {
                distribution: Distribution::Normal { sd: 0.5, .. },
                ..
            })
        ),
        "{:?}",
        own(&harness)
    );
}

#[test]
fn pages_runs_and_notices_are_reached_by_name() {
    let mut world = world(Some(mine()));
    run(&mut world, 400);
    world
        .state
        .notices
        .say("test", Weight::Warning, "Something happened");
    let mut harness = harness(world, WIDE);
    harness.run();
    for page in [Page::Simulation, Page::CashFlow, Page::Overview] {
        harness
            .get_by_role_and_label(Role::Tab, page.title())
            .click();
        harness.run();
        assert_eq!(harness.state().state.page, page);
    }
    harness.get_by_label("Something happened");
    harness
        .get_by_role_and_label(Role::Button, "Dismiss")
        .click();
    harness
        .get_by_role_and_label(Role::Button, "Run simulation")
        .click();
    harness.run();
    assert!(harness.state().sent.contains(&Command::Run));
    assert!(
        harness
            .state()
            .sent
            .iter()
            .any(|command| matches!(command, Command::DismissNotice(_)))
    );
}
