//! The simulation page: settings by name, what the engine refuses, single trials, files and repetition.

use calminer_domain::{Keep, Sampling, SimulationSettings, StopFigure, StopRule};
use calminer_engine::result::LineValues;

use super::*;
use crate::app::replay::{ReplayRequest, replay};
use crate::app::runs::{Refusal, Verdict};
use crate::app::{JobId, JobKind, ReplayView, Which};
use crate::ui::format::NumberStyle;

fn page(world: World) -> Harness<'static, World> {
    let mut harness = harness(world, WIDE);
    harness.state_mut().state.page = Page::Simulation;
    harness.run();
    harness
}

fn settings(harness: &Harness<'_, World>) -> SimulationSettings {
    let document = harness.state().state.document.as_ref().unwrap();
    document.scenario().simulation.clone()
}

fn click(harness: &mut Harness<'_, World>, label: &str) {
    harness.get_by_label(label).click();
    harness.run();
}

fn type_into(harness: &mut Harness<'_, World>, field: &str, text: &str) {
    harness
        .get_by_role_and_label(Role::TextInput, field)
        .focus();
    harness.run();
    harness.event(Event::Text(text.to_owned()));
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
}

#[test]
fn every_setting_is_reached_by_name_and_is_a_step_of_the_history() {
    let mut harness = page(world(Some(mine())));
    let first = settings(&harness);
    let mut steps = 0;
    let mut changed = |harness: &Harness<'_, World>,
                       is_so: &dyn Fn(&SimulationSettings) -> bool| {
        steps += 1;
        let own = settings(harness);
        assert!(is_so(&own), "step {steps}: {own:?}");
        steps
    };
    type_into(&mut harness, "Trials", "2500");
    changed(&harness, &|own| own.trials == 2_500);
    type_into(&mut harness, "Seed", "77");
    changed(&harness, &|own| own.seed == 77);
    click(&mut harness, "Sampling: Latin hypercube");
    click(&mut harness, "scrambled Sobol");
    changed(&harness, &|own| own.sampling == Sampling::Sobol);
    assert!(harness.query_by_label("Stop early").is_none());
    click(&mut harness, "More settings");
    type_into(&mut harness, "Replicates", "10");
    changed(&harness, &|own| own.replicates == Some(10));
    click(&mut harness, "Keep: Sketches");
    changed(&harness, &|own| own.keep == Keep::Sketches);
    click(&mut harness, "Stop early");
    changed(&harness, &|own| {
        own.stop.as_ref().is_some_and(|rule| rule.output == "npv")
    });
    click(&mut harness, "Figure to know: mean");
    click(&mut harness, "P10");
    changed(&harness, &|own| {
        own.stop.as_ref().unwrap().figure == StopFigure::P10
    });
    type_into(&mut harness, "Tolerance", "0.5");
    changed(&harness, &|own| {
        own.stop.as_ref().unwrap().tolerance == 0.005
    });
    let row = mine()
        .lines
        .iter()
        .find(|line| line.key.contains("payable"))
        .unwrap()
        .clone();
    click(&mut harness, "Add a fan chart");
    click(&mut harness, row.title());
    changed(&harness, &|own| own.bands == [row.key.clone()]);
    click(
        &mut harness,
        &format!("Remove fan chart of {}", row.title()),
    );
    let steps = changed(&harness, &|own| own.bands.is_empty());
    let document = harness.state_mut().state.document.as_mut().unwrap();
    for _ in 0..steps {
        document.undo();
    }
    assert_eq!(document.scenario().simulation, first);
}

#[test]
fn the_key_figures_stay_while_a_run_is_going() {
    let mut world = world(Some(mine()));
    world.state.page = Page::Simulation;
    let now = world.now;
    let job = world
        .state
        .jobs
        .start(JobKind::Simulation, "Simulation", now);
    world.state.jobs.progress(job, 100, 400);
    let mut harness = harness(world, Vec2::new(1_280.0, 800.0));
    // A bar of progress asks for frame after frame.
    harness.run_steps(4);
    let cancel = harness.get_by_label("Cancel simulation").rect();
    let npv = harness.get_all_by_label_contains("NPV 5").next();
    let npv = npv.unwrap().rect();
    assert!(npv.right() < cancel.left(), "{npv} {cancel}");
    harness.get_by_label_contains("IRR: ");
}

#[test]
fn what_cannot_be_read_stays_at_its_field_and_folded_settings_are_said() {
    let mut harness = page(world(Some(mine())));
    type_into(&mut harness, "Seed", "lucky");
    harness.get_by_label_contains("lucky");
    let before = settings(&harness);
    type_into(&mut harness, "Trials", "0");
    harness.get_by_label_contains("type a number from 1 to");
    assert_eq!(settings(&harness).seed, before.seed);
    let run = harness.get_by_role_and_label(Role::Button, "Run simulation");
    assert!(run.accesskit_node().is_disabled());
    type_into(&mut harness, "Trials", "100");
    click(&mut harness, "More settings");
    type_into(&mut harness, "Replicates", "20");
    click(&mut harness, "Fewer settings");
    harness.get_by_label("20 replicates");
    // What stands against a run is never folded away.
    click(&mut harness, "More settings");
    type_into(&mut harness, "Replicates", "200");
    click(&mut harness, "Fewer settings");
    harness.get_by_label_contains("each replicate needs at least one trial");
}

#[test]
fn too_many_kept_trials_offer_sketches_at_the_field() {
    let mut world = world(Some(mine()));
    let refused = world
        .state
        .document
        .as_ref()
        .unwrap()
        .scenario()
        .simulation
        .clone();
    world.state.runs.refused = Some(Refusal {
        settings: refused,
        field: "trials",
        message: "1000000000 trials would keep 90.0 GiB of figures".to_owned(),
    });
    let mut harness = page(world);
    harness.get_by_label_contains("would keep 90.0 GiB");
    click(&mut harness, "Keep sketches");
    assert_eq!(settings(&harness).keep, Keep::Sketches);
    // The sentence was about other settings.
    assert!(harness.query_by_label_contains("would keep").is_none());
}

#[test]
fn notices_of_the_run_stand_over_its_figures() {
    let mut world = world(Some(mine()));
    run(&mut world, 400);
    let id = world.state.runs.selected.unwrap();
    let outcome = Arc::make_mut(world.state.runs.outcomes.get_mut(&id).unwrap());
    outcome.notices = vec!["plain random numbers draw fuel_price".to_owned()];
    let harness = page(world);
    let notice = harness
        .get_by_label_contains("Plain random numbers draw fuel_price")
        .rect();
    let figures = harness.get_by_label("Standard deviation").rect();
    assert!(notice.bottom() < figures.top());
}

/// The page with a trial of a run of 400.
fn with_trial(trial: u64) -> Harness<'static, World> {
    let mut world = world(Some(mine()));
    run(&mut world, 400);
    let run = world.state.runs.selected.unwrap();
    let request = ReplayRequest {
        job: JobId(1),
        program: Arc::clone(world.state.live.program.as_ref().unwrap()),
        base: Arc::clone(world.state.live.base.as_ref().unwrap()),
        settings: world
            .state
            .runs
            .selected_outcome()
            .unwrap()
            .settings
            .clone(),
        samples: world.state.runs.selected_samples().cloned(),
        which: Which::Trial(trial),
    };
    world.state.replay = Some(ReplayView {
        run,
        waiting: false,
        found: Some(Arc::new(replay(&request).unwrap())),
        refused: None,
    });
    page(world)
}

#[test]
fn a_trial_shows_inputs_cash_flow_and_that_it_is_the_stored_one() {
    let mut harness = with_trial(41);
    harness.get_by_label_contains("equal to the stored sample");
    harness.get_by_label("Drawn");
    let price = mine().uncertain().next().unwrap().title().to_owned();
    assert!(harness.get_all_by_label(&price).count() > 0);
    harness
        .get_by_label_contains("under each line its difference to the base case")
        .scroll_to_me();
    harness.run();
    harness.get_by_role_and_label(Role::Grid, "Cash flow of the trial");
    let field = harness.get_by_role_and_label(Role::TextInput, "Trial");
    assert_eq!(field.accesskit_node().value().as_deref(), Some("42"));
    click(&mut harness, "Next trial");
    click(&mut harness, "Previous trial");
    type_into(&mut harness, "Trial", "400");
    type_into(&mut harness, "Trial", "401");
    harness.get_by_label_contains("there is no trial 401: the run has trials 1 to 400");
    click(&mut harness, "Close the trial");
    let sent = &harness.state().sent;
    for trial in [42, 40, 399] {
        assert!(
            sent.contains(&Command::Replay(Which::Trial(trial))),
            "{trial} {sent:?}"
        );
    }
    assert!(sent.contains(&Command::CloseReplay));
}

#[test]
fn a_copied_trial_is_tab_separated_with_all_its_figures() {
    let mut harness = with_trial(41);
    harness.get_by_label("Copy the trial").click();
    harness.step();
    let mut copied = None;
    for command in &harness.output().platform_output.commands {
        if let egui::OutputCommand::CopyText(text) = command {
            copied = Some(text.clone());
        }
    }
    let text = copied.unwrap();
    assert!(text.starts_with("Trial\t42\n"), "{text}");
    let view = harness.state().state.replay.clone().unwrap();
    let found = view.found.unwrap();
    let row = |key: &str, name: &str| {
        let wanted = format!("\t{key}\t");
        let is_it = |line: &&str| line.contains(&wanted) && line.contains(&format!("\t{name}\t"));
        let line = text.lines().find(is_it).unwrap();
        line.split('\t').nth(4).unwrap().parse::<f64>().unwrap()
    };
    let line = found.replay.table.line("npv").unwrap();
    let own = line.values.at(0) / line.display.factor;
    let base = found.base.line("npv").unwrap().values.at(0) / line.display.factor;
    assert_eq!(row("npv", "trial").to_bits(), own.to_bits());
    assert_eq!(row("npv", "base").to_bits(), base.to_bits());
    assert!((row("npv", "difference") - (own - base)).abs() < 1e-9 * own.abs());
    let columns = found.replay.table.periods.len() + 5;
    let last = text.lines().last().unwrap();
    assert_eq!(last.split('\t').count(), columns);
}

#[test]
fn a_click_on_a_bar_asks_for_its_trial_where_the_run_is_of_the_content() {
    let mut world = world(Some(mine()));
    run(&mut world, 400);
    let mut harness = page(world);
    let place = harness.get_by_label_contains("Histogram: ").rect().center();
    let press = |harness: &mut Harness<'_, World>| {
        harness.hover_at(place);
        harness.step();
        harness.drag_at(place);
        harness.step();
        harness.drop_at(place);
        harness.run_steps(3);
    };
    press(&mut harness);
    let asked = |harness: &Harness<'_, World>| {
        let of = |command: &Command| match command {
            Command::Replay(Which::Nearest { output, figure }) => Some((output.clone(), *figure)),
            _ => None,
        };
        harness
            .state()
            .sent
            .iter()
            .filter_map(of)
            .collect::<Vec<_>>()
    };
    let all = asked(&harness);
    let [(output, figure)] = all.as_slice() else {
        panic!("{all:?}");
    };
    assert_eq!(output, "npv");
    let state = &harness.state().state;
    let summary = &state
        .runs
        .selected_outcome()
        .unwrap()
        .output("npv")
        .unwrap()
        .summary;
    assert!((summary.min.unwrap()..=summary.max.unwrap()).contains(figure));
    // With other content on the screen the trial would be another one.
    let mut other = mine();
    other.conventions.discount_rate += 0.01;
    harness.state_mut().state.live.look_at(&other);
    harness.run();
    harness.get_by_label_contains("belongs to other content");
    press(&mut harness);
    assert_eq!(asked(&harness).len(), 1);
}

#[test]
fn files_and_repetition_are_there_with_a_run_alone() {
    let tools = [
        ("Save samples…", Command::SaveSamples),
        ("Save passport…", Command::SavePassport),
        ("Verify run", Command::VerifyRun),
    ];
    let harness = page(world(Some(mine())));
    for (name, _) in &tools {
        let button = harness.get_by_role_and_label(Role::Button, name);
        assert!(button.accesskit_node().is_disabled(), "{name}");
    }
    let mut world = world(Some(mine()));
    run(&mut world, 400);
    let id = world.state.runs.selected.unwrap();
    world.state.runs.verdicts.insert(id, Verdict::Identical);
    let mut harness = page(world);
    for (name, command) in tools {
        harness.get_by_role_and_label(Role::Button, name).click();
        harness.run();
        assert!(harness.state().sent.contains(&command), "{name}");
    }
    harness.get_by_label_contains("identical to the last bit");
    let differs = Verdict::Differs(vec!["outputs npv summary mean".to_owned()]);
    harness.state_mut().state.runs.verdicts.insert(id, differs);
    harness.run();
    harness.get_by_label_contains("differs: outputs npv summary mean");
}

#[test]
fn every_part_of_the_page_is_drawn_in_both_themes_at_small_sizes() {
    for theme in [Theme::Light, Theme::Dark] {
        let mut harness = with_trial(7);
        harness.state_mut().state.settings.theme = theme;
        for size in [
            Vec2::new(1_280.0, 800.0),
            Vec2::new(1_024.0, 600.0),
            Vec2::new(800.0, 600.0),
        ] {
            harness.set_size(size);
            harness.run();
            for plot in [
                "Plot: Convergence",
                "Plot: Cash flow by period",
                "Plot: Distribution",
            ] {
                harness.get_by_label(plot).scroll_to_me();
                harness.run();
                click(&mut harness, plot);
            }
        }
    }
}

#[test]
fn a_run_says_how_it_ended_and_how_its_figures_settled() {
    let mut world = world(Some(mine()));
    let settings = RunSettings {
        trials: 4_000,
        stop: Some(StopRule {
            output: "npv".to_owned(),
            figure: StopFigure::Mean,
            tolerance: 0.5,
        }),
        ..RunSettings::default()
    };
    run_with(&mut world, &settings);
    let outcome = Arc::clone(world.state.runs.selected_outcome().unwrap());
    let stopped = outcome.stopped.clone().unwrap();
    assert!(stopped.reached && stopped.trials < 4_000);
    let mut harness = page(world);
    harness.get_by_label_contains(&stopped.why[1..]);
    let title = format!(
        "{} trials",
        crate::ui::format::count(stopped.trials, NumberStyle::default())
    );
    harness.get_by_label_contains(&format!("Histogram: Net present value after tax, {title}"));
    click(&mut harness, "Plot: Convergence");
    harness.get_by_label_contains("Convergence: Mean of Net present value after tax");
    for figure in ["P10", "P50", "P90"] {
        click(&mut harness, &format!("Figure: {figure}"));
        let start = format!("Convergence: {figure} of ");
        let trace = harness.get_by_label_contains(&start);
        let words = trace.accesskit_node().label().unwrap();
        assert!(words.contains("95 % interval "), "{words}");
        assert!(words.contains(&format!("After {title}")), "{words}");
    }
}

#[test]
fn any_kept_line_has_its_fan() {
    let mut world = world(Some(mine()));
    let base = world.state.live.base.clone().unwrap();
    let is_row = |line: &&calminer_engine::result::LineResult| {
        matches!(line.values, LineValues::Series(_)) && line.key.contains("gold")
    };
    let line = base.lines.iter().find(is_row).unwrap();
    let settings = RunSettings {
        trials: 400,
        bands: vec![line.key.clone()],
        ..RunSettings::default()
    };
    run_with(&mut world, &settings);
    let bands = &world.state.runs.selected_outcome().unwrap().bands;
    let first = bands[0].label.clone();
    assert_eq!(bands.len(), 2);
    let mut harness = page(world);
    click(&mut harness, "Plot: Cash flow by period");
    harness.get_by_label_contains(&format!("{first}, 400 trials, median in "));
    click(&mut harness, &format!("Line by period: {first}"));
    click(&mut harness, &line.label);
    harness.get_by_label_contains(&format!("{}, 400 trials, median in ", line.label));
}

#[test]
fn a_run_of_sketches_states_its_error_and_has_no_samples() {
    let mut world = world(Some(mine()));
    let settings = RunSettings {
        trials: 3_000,
        keep: Keep::Sketches,
        ..RunSettings::default()
    };
    run_with(&mut world, &settings);
    let harness = page(world);
    harness.get_by_label_contains("differs from that of the samples by less than");
    let files = harness.get_by_role_and_label(Role::Button, "Save samples…");
    assert!(files.accesskit_node().is_disabled());
    let verify = harness.get_by_role_and_label(Role::Button, "Verify run");
    assert!(!verify.accesskit_node().is_disabled());
}
