//! The page of sensitivities: what it shows is what the engine says, and everything is reached by name.

use calminer_domain::DistributionForm;
use calminer_engine::sensitivity::{
    self, InputGroup, Step, VarianceKind, VarianceMethod, VarianceSettings, variance_analysis,
};

use super::*;
use crate::app::{JobKind, Range, sensitivity::ends};

/// Tornado and spider of the content on the screen, as the app computes them.
fn keep_ends(world: &mut World) {
    let state = &mut world.state;
    let document = state.document.as_ref().unwrap();
    let wanted = state.sensitivity.wanted(&state.live, document.scenario());
    let (origin, request) = wanted.unwrap();
    let found = ends(&request);
    state.sensitivity.take(origin, found);
}

fn page_of(scenario: Scenario, trials: Option<u64>, size: Vec2) -> Harness<'static, World> {
    let mut world = world(Some(scenario));
    world.state.page = Page::Sensitivity;
    if let Some(trials) = trials {
        run(&mut world, trials);
    }
    keep_ends(&mut world);
    let mut harness = harness(world, size);
    harness.run();
    harness
}

/// High enough that nothing has to be scrolled for.
const HIGH: Vec2 = Vec2::new(1_280.0, 2_400.0);

fn click(harness: &mut Harness<'_, World>, label: &str) {
    harness.get_by_label(label).click();
    harness.run();
}

fn label(harness: &Harness<'_, World>, start: &str) -> String {
    let node = harness.get_by_label_contains(start);
    node.accesskit_node().label().unwrap()
}

fn program(scenario: &Scenario) -> calminer_engine::program::Program {
    calminer_engine::program::compile(scenario).unwrap()
}

#[test]
fn the_tornado_is_that_of_the_engine() {
    let mut harness = page_of(mine(), None, HIGH);
    for (range, low, high) in [
        (
            Range::P10ToP90,
            Step::Percentile(0.1),
            Step::Percentile(0.9),
        ),
        (Range::Fifth, Step::Change(-0.2), Step::Change(0.2)),
    ] {
        click(&mut harness, &format!("Range: {}", range.words()));
        keep_ends(harness.state_mut());
        harness.run();
        let own = sensitivity::tornado(&program(&mine()), low, high).unwrap();
        let npv = own.iter().find(|own| own.output.key == "npv").unwrap();
        let shown = harness.state().state.sensitivity.ends.clone().unwrap();
        assert_eq!(shown.tornados, own);
        let mut above = f32::NEG_INFINITY;
        for row in npv.rows.iter().take(15) {
            let swing = row.swing.unwrap();
            let name = format!("{}\n", row.input.label);
            let nodes: Vec<_> = harness
                .get_all_by_label_contains(&name)
                .filter(|node| node.accesskit_node().role() == Role::Row)
                .collect();
            let words = nodes[0].accesskit_node().label().unwrap();
            let figure = format::NumberStyle::default().significant(swing / 1e6, 8);
            assert!(words.contains(&format!("Swing {figure} C$M")), "{words}");
            assert!(nodes[0].rect().top() > above, "the largest is on top");
            above = nodes[0].rect().top();
        }
    }
}

#[test]
fn what_does_not_vary_is_last_and_a_long_tornado_says_how_many_more() {
    let mut scenario = mine();
    let mut certain = 0;
    for parameter in &mut scenario.parameters {
        if parameter.uncertainty.is_none()
            && let BaseValue::Number(base) = parameter.base
        {
            certain += 1;
            parameter.uncertainty = Some(Uncertainty::once(
                DistributionForm::Absolute,
                Distribution::Uniform {
                    min: base,
                    max: base,
                },
            ));
        }
    }
    let inputs = scenario.uncertain().count();
    assert!(certain > 0);
    let mut harness = page_of(scenario, None, HIGH);
    if inputs > 15 {
        harness.get_by_label(&format!("{} more", inputs - 15));
        click(&mut harness, "Show all inputs");
        harness.get_by_label(&format!("all {inputs} inputs"));
    }
    let still: Vec<_> = harness
        .get_all_by_label_contains("n/a (does not vary)")
        .map(|node| node.rect().top())
        .collect();
    let moving: Vec<_> = harness
        .get_all_by_label_contains("\nSwing ")
        .map(|node| node.rect().top())
        .collect();
    assert_eq!(still.len(), certain);
    assert!(moving.iter().all(|own| still.iter().all(|last| own < last)));
}

#[test]
fn the_spider_names_its_lines_and_both_plots_are_copied() {
    let mut harness = page_of(mine(), None, HIGH);
    let copied = |harness: &Harness<'_, World>| {
        let commands = &harness.output().platform_output.commands;
        commands.iter().find_map(|command| match command {
            egui::OutputCommand::CopyText(text) => Some(text.clone()),
            _ => None,
        })
    };
    harness.get_by_label("Copy the tornado").click();
    harness.step();
    let text = copied(&harness).or_else(|| {
        harness.step();
        copied(&harness)
    });
    let text = text.unwrap();
    let inputs = mine().uncertain().count();
    assert_eq!(text.lines().count(), inputs + 2);
    assert!(text.lines().all(|line| line.matches('\t').count() == 6));
    harness.run();
    click(&mut harness, "Plot: Spider");
    let words = label(&harness, "each input alone, the largest first: ");
    assert!(words.contains("Net present value"), "{words}");
    assert!(harness.get_all_by_label_contains("\nP10, ").count() > 3);
    harness.get_by_label("Copy the spider");
}

#[test]
fn the_samples_of_a_run_are_a_table_with_r2_in_words() {
    let mut harness = page_of(mine(), Some(2_000), HIGH);
    let outcome = harness.state().state.runs.selected_outcome().cloned();
    let outcome = outcome.unwrap();
    let npv = outcome.output("npv").unwrap();
    let (key, rho) = &npv.spearman[0];
    let title = mine().title_of(key).to_owned();
    let words = label(&harness, &format!("{title}\nRank correlation "));
    let style = format::NumberStyle::default();
    assert!(words.contains(&style.fixed(rho.unwrap(), 6)), "{words}");
    let r2 = npv.regression.as_ref().unwrap().r2.unwrap();
    harness.get_by_label_contains(&format!("R2 {}: ", style.fixed(r2, 3)));
    harness.get_by_label_contains("One input of twenty shifts by more than ");
    let first = &npv.worst.as_ref().unwrap().rows[0];
    let title = mine().title_of(&first.key).to_owned();
    let shift = style.fixed(first.shift.unwrap(), 6);
    harness.get_by_label_contains(&format!("{title}\nShift {shift} standard deviations"));
    harness.get_by_label("Copy the contributions");
    harness.get_by_label("Copy what the worst trials share");
    // Another base value: the run belongs to an earlier content.
    let world = harness.state_mut();
    let mut scenario = mine();
    scenario.parameters[0].base = BaseValue::Number(3_333.0);
    let document = world.state.document.as_mut().unwrap();
    document.replace("Edit", scenario.clone());
    world.state.live.look_at(&scenario);
    keep_ends(world);
    harness.run();
    harness.get_by_label_contains("The run belongs to an earlier content");
}

#[test]
fn without_a_run_the_page_offers_one() {
    let mut harness = page_of(mine(), None, HIGH);
    click(&mut harness, "Run the simulation");
    assert!(harness.state().sent.contains(&Command::Run));
}

#[test]
fn the_variance_says_its_cost_before_and_shows_intervals_after() {
    let mut harness = page_of(mine(), None, HIGH);
    let settings = |samples| VarianceSettings {
        samples,
        seed: mine().simulation.seed,
        replicates: None,
        groups: Vec::new(),
        repair_correlations: false,
    };
    let program = program(&mine());
    let style = format::NumberStyle::default();
    let cost = |samples| {
        let settings = settings(samples);
        sensitivity::planned_evaluations(&program, &settings, VarianceMethod::Valid).unwrap()
    };
    let (evaluations, kind) = cost(4_096);
    let words = format!("It takes {} evaluations", format::count(evaluations, style));
    harness.get_by_label_contains(&words);
    harness
        .get_by_role_and_label(Role::TextInput, "Samples of the variance")
        .focus();
    harness.run();
    harness.event(Event::Text("256".to_owned()));
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(harness.state().state.sensitivity.samples, 256);
    keep_ends(harness.state_mut());
    harness.run();
    let words = format!("It takes {} evaluations", format::count(cost(256).0, style));
    harness.get_by_label_contains(&words);
    click(&mut harness, "Compute the variance");
    assert!(harness.state().sent.contains(&Command::ComputeVariance));
    let how = (NonZeroUsize::MIN, &RunControl::default());
    let found = variance_analysis(&program, &settings(256), VarianceMethod::Valid, how).unwrap();
    let npv = found.outputs.iter().find(|own| own.key == "npv").unwrap();
    let largest = npv.groups[0].clone();
    harness.state_mut().state.sensitivity.variance = Some(Arc::new(found));
    harness.run();
    let name = match kind {
        VarianceKind::SobolIndices => "First-order index",
        _ => "Shapley effect",
    };
    let words = label(&harness, &format!("{}\n{name} ", largest.name));
    let size = style.percent(largest.size().unwrap(), 3);
    assert!(words.contains(&size), "{words}");
    assert!(words.contains("95 % interval "), "{words}");
    harness.get_by_label("Copy the variance");
    harness.state_mut().state.sensitivity.variance = harness
        .state()
        .state
        .sensitivity
        .variance
        .clone()
        .map(|own| {
            let mut other = (*own).clone();
            other.scenario_sha256 = "another".to_owned();
            Arc::new(other)
        });
    harness.run();
    harness.get_by_label_contains("These figures belong to an earlier content");
}

fn type_name(harness: &mut Harness<'_, World>, name: &str) {
    let field = harness.get_by_role_and_label(Role::TextInput, "Name of the group");
    field.focus();
    harness.run();
    harness.event(Event::Text(name.to_owned()));
    harness.run();
}

#[test]
fn inputs_are_grouped_and_the_cost_follows() {
    let mut harness = page_of(mine(), None, HIGH);
    let titles: Vec<String> = mine()
        .uncertain()
        .map(|own| own.title().to_owned())
        .collect();
    click(&mut harness, "Group inputs");
    // A group without an input is said to be one, and cannot be kept.
    harness.get_by_label_contains("The group has no input");
    assert!(
        harness
            .get_by_label("Keep group")
            .accesskit_node()
            .is_disabled()
    );
    type_name(&mut harness, "Prices");
    click(&mut harness, &titles[0]);
    click(&mut harness, &titles[1]);
    click(&mut harness, "Keep group");
    let ids: Vec<_> = mine().uncertain().map(|own| own.id).collect();
    let prices = InputGroup {
        name: "Prices".to_owned(),
        members: ids[..2].to_vec(),
    };
    let groups = |harness: &Harness<'_, World>| harness.state().state.sensitivity.groups.clone();
    assert_eq!(groups(&harness), std::slice::from_ref(&prices));
    // The engine is asked with the group, and says what that takes.
    let settings = VarianceSettings {
        samples: 4_096,
        seed: mine().simulation.seed,
        replicates: None,
        groups: vec![prices],
        repair_correlations: false,
    };
    let (evaluations, _) =
        sensitivity::planned_evaluations(&program(&mine()), &settings, VarianceMethod::Valid)
            .unwrap();
    keep_ends(harness.state_mut());
    harness.run();
    let count = format::count(evaluations, format::NumberStyle::default());
    harness.get_by_label_contains(&format!("It takes {count} evaluations"));
    // An input of another group is refused at the place.
    click(&mut harness, "Group inputs");
    click(&mut harness, &titles[1]);
    harness.get_by_label_contains(&format!("{} is in the group Prices as well", titles[1]));
    assert!(
        harness
            .get_by_label("Keep group")
            .accesskit_node()
            .is_disabled()
    );
    click(&mut harness, "Discard");
    assert!(harness.query_by_label("Keep group").is_none());
    click(&mut harness, "Remove group Prices");
    assert!(groups(&harness).is_empty());
}

#[test]
fn figures_of_other_groups_say_so_and_a_group_is_one_row() {
    let scenario = mine();
    let ids: Vec<_> = scenario.uncertain().map(|own| own.id).collect();
    let group = InputGroup {
        name: "All but one".to_owned(),
        members: ids[1..].to_vec(),
    };
    let mut harness = page_of(scenario, None, HIGH);
    let settings = VarianceSettings {
        samples: 256,
        seed: 1,
        replicates: None,
        groups: vec![group.clone()],
        repair_correlations: false,
    };
    let how = (NonZeroUsize::MIN, &RunControl::default());
    let found = variance_analysis(&program(&mine()), &settings, VarianceMethod::Valid, how);
    let state = &mut harness.state_mut().state.sensitivity;
    state.variance = Some(Arc::new(found.unwrap()));
    harness.run();
    harness.get_by_label_contains("These figures belong to other groups: compute again");
    harness.state_mut().state.sensitivity.groups = vec![group];
    harness.run();
    assert!(
        harness
            .query_by_label_contains("belong to other groups")
            .is_none()
    );
    let words = label(&harness, "All but one\n");
    assert!(words.contains("Group of "), "{words}");
}

#[test]
fn a_running_analysis_shows_how_far_it_is_and_can_be_cancelled() {
    let mut world = world(Some(mine()));
    world.state.page = Page::Sensitivity;
    let now = world.now;
    let job = world.state.jobs.start(JobKind::Variance, "Variance", now);
    world.state.jobs.progress(job, 1_024, 4_096);
    let mut harness = harness(world, HIGH);
    // A bar of progress asks for frame after frame.
    harness.run_steps(4);
    // On the page and in the status bar.
    let shown = harness.get_all_by_label_contains("25\u{a0}%").count();
    assert!(shown >= 2, "{shown}");
    harness.get_by_label("Cancel analysis").click();
    harness.run_steps(4);
    assert!(harness.state().sent.contains(&Command::CancelJob(job)));
}

#[test]
fn a_scenario_without_distributions_shows_the_way_to_them() {
    let mut scenario = mine();
    for parameter in &mut scenario.parameters {
        parameter.uncertainty = None;
    }
    scenario.correlations.clear();
    let mut world = world(Some(scenario));
    world.state.page = Page::Sensitivity;
    let mut harness = harness(world, WIDE);
    harness.run();
    click(&mut harness, "Show parameters");
    assert_eq!(harness.state().state.page, Page::Parameters);
}

/// A tornado by change of the base value has no need of a distribution.
#[test]
fn fixed_inputs_are_moved_where_the_range_is_a_change() {
    let mut scenario = mine();
    for parameter in &mut scenario.parameters {
        parameter.uncertainty = None;
    }
    scenario.correlations.clear();
    let all: Vec<_> = scenario.parameters.iter().map(|row| row.id).collect();
    let own = sensitivity::program_with(&scenario, &all).unwrap();
    let own = sensitivity::tornado(&own, Step::Change(-0.2), Step::Change(0.2)).unwrap();
    let mut harness = page_of(scenario, None, HIGH);
    assert!(
        harness
            .get_by_label("Fixed inputs too")
            .accesskit_node()
            .is_disabled()
    );
    click(&mut harness, "Move all by ±20\u{a0}%");
    keep_ends(harness.state_mut());
    harness.run();
    let shown = harness.state().state.sensitivity.ends.clone().unwrap();
    assert_eq!(shown.tornados, own);
    let npv = own.iter().find(|own| own.output.key == "npv").unwrap();
    assert_eq!(npv.rows.len(), all.len());
    let first = &npv.rows[0].input.label;
    assert!(npv.rows[0].swing.is_some());
    let name = format!("{first}\n");
    assert!(harness.query_all_by_label_contains(&name).next().is_some());
}

#[test]
fn a_bar_names_the_inputs_that_stay_behind_by_label() {
    let harness = page_of(mine(), None, HIGH);
    let scenario = mine();
    let pair = &scenario.correlations[0];
    let own = |id| {
        let row = scenario.parameters.iter().find(|row| row.id == id).unwrap();
        row.label.clone()
    };
    let (a, b) = (own(pair.a), own(pair.b));
    let rows = harness.get_all_by_label_contains("Correlated with ");
    let words: Vec<String> = rows
        .filter_map(|row| row.accesskit_node().label())
        .collect();
    for (input, other) in [(&a, &b), (&b, &a)] {
        assert!(
            words
                .iter()
                .any(|words| words.starts_with(&format!("{input}\n"))
                    && words.contains(&format!("Correlated with {other}"))),
            "{words:?}"
        );
    }
}
