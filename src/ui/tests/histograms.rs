//! Histograms of odd results, as they stand in the window.

use calminer_domain::Direction;
use calminer_engine::result::{Histogram, Summary};
use calminer_engine::statistics::{self, InfinityMeaning, SummaryOptions};
use egui::{Modifiers, Pos2};

use super::*;

/// The simulation page with results put in place of those of the net present value.
fn with_results(values: &[f64]) -> Harness<'static, World> {
    let mut world = world(Some(mine()));
    world.state.page = Page::Simulation;
    run(&mut world, 64);
    let id = world.state.runs.selected.unwrap();
    let outcome = Arc::make_mut(world.state.runs.outcomes.get_mut(&id).unwrap());
    let output = outcome
        .outputs
        .iter_mut()
        .find(|own| own.key == "npv")
        .unwrap();
    let options = SummaryOptions {
        direction: Direction::Gain,
        money: true,
        infinity: InfinityMeaning::Absent,
        ..SummaryOptions::default()
    };
    output.summary = Summary::of(values, &options);
    output.histogram = Histogram::of(values).unwrap_or_else(|| Histogram::with_range(0.0, 1.0, 1));
    let mut sorted: Vec<f64> = values
        .iter()
        .copied()
        .filter(|own| own.is_finite())
        .collect();
    sorted.sort_by(f64::total_cmp);
    output.ecdf = statistics::ecdf(&sorted, 401);
    let mut harness = harness(world, WIDE);
    harness.run();
    harness
}

/// What the histogram says to a screen reader.
fn words(harness: &Harness<'_, World>) -> String {
    let node = harness.get_by_label_contains("Histogram: Net present value");
    node.accesskit_node().label().unwrap()
}

#[test]
fn what_is_not_finite_is_counted_beside_the_bars() {
    let harness = with_results(&[
        1.0,
        2.0,
        2.0,
        3.0,
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
    ]);
    let words = words(&harness);
    assert!(words.contains("4 values,"), "{words}");
    assert!(
        words.contains("3 values not finite are not drawn"),
        "{words}"
    );
}

#[test]
fn no_result_is_a_sentence_and_a_constant_one_bar() {
    for values in [Vec::new(), vec![f64::NAN; 5]] {
        let harness = with_results(&values);
        assert!(harness.query_by_label_contains("Histogram: ").is_none());
        assert!(
            harness
                .get_all_by_label("No result exists yet that could be drawn")
                .count()
                > 0
        );
    }
    for values in [vec![50.0], vec![50.0; 900]] {
        let mut harness = with_results(&values);
        let words = words(&harness);
        assert!(
            words.contains(&format!("{} value", values.len())),
            "{words}"
        );
        // Zoom and drag leave it standing.
        let place = harness.get_by_label_contains("Histogram: ").rect().center();
        zoom(&mut harness, place, 3.0, 6);
        drag(&mut harness, place, Pos2::new(-9_000.0, place.y));
        harness.get_by_label_contains("Histogram: ");
    }
}

#[test]
fn one_outlier_is_beyond_the_view_and_said() {
    let mut values: Vec<f64> = (0..999)
        .map(|k| 90.0 + 20.0 * f64::from(k) / 998.0)
        .collect();
    values.push(1e9);
    let harness = with_results(&values);
    let words = words(&harness);
    assert!(words.contains("999 values,"), "{words}");
    assert!(words.contains("1 value beyond the view"), "{words}");
    let state = harness.state();
    let outcome = state.state.runs.selected_outcome().unwrap();
    let counts = outcome.output("npv").unwrap().histogram.counts();
    assert!((10..=200).contains(&counts.len()));
    // The default picture spreads the 999: no bar holds more than a tenth of them.
    assert!(counts.iter().all(|count| *count <= 100), "{counts:?}");
}

#[test]
fn the_largest_values_are_drawn_or_said() {
    let eleven: Vec<f64> = (0..=10).map(f64::from).collect();
    assert!(words(&with_results(&eleven)).contains("11 values,"));
    let mut harness = with_results(&[-1e308, 1e308]);
    for page in [
        "Plot: Convergence",
        "Plot: Cash flow by period",
        "Plot: Distribution",
    ] {
        harness.get_by_label(page).click();
        harness.run();
    }
    // The table shows both ends whatever the plot can do with them.
    harness.get_by_label("Smallest");
    harness.get_by_label("Largest");
}

fn zoom(harness: &mut Harness<'_, World>, place: Pos2, factor: f32, times: usize) {
    harness.hover_at(place);
    harness.step();
    for _ in 0..times {
        harness.event_modifiers(Event::Zoom(factor), Modifiers::COMMAND);
        harness.step();
    }
}

fn drag(harness: &mut Harness<'_, World>, from: Pos2, to: Pos2) {
    harness.hover_at(from);
    harness.step();
    harness.drag_at(from);
    harness.step();
    harness.hover_at(to);
    harness.step();
    harness.drop_at(to);
    harness.run_steps(3);
}

#[test]
fn zooming_out_far_and_dragging_stops_at_the_limits_and_a_double_click_shows_all() {
    let values: Vec<f64> = (0..500).map(|k| f64::from(k % 97)).collect();
    let mut harness = with_results(&values);
    let all = words(&harness);
    let place = harness.get_by_label_contains("Histogram: ").rect().center();
    zoom(&mut harness, place, 0.1, 40);
    drag(&mut harness, place, Pos2::new(place.x + 20_000.0, place.y));
    assert_eq!(
        words(&harness),
        all,
        "nothing lies beyond the range of the data"
    );
    zoom(&mut harness, place, 4.0, 10);
    assert!(words(&harness).contains("beyond the view"));
    // Each click inside one frame: two of them are a double click only when they follow fast.
    for _ in 0..2 {
        for pressed in [true, false] {
            let event = Event::PointerButton {
                pos: place,
                button: egui::PointerButton::Primary,
                pressed,
                modifiers: Modifiers::NONE,
            };
            harness.input_mut().events.push(event);
        }
        harness.step();
    }
    harness.run_steps(3);
    assert_eq!(words(&harness), all, "a double click shows all");
}
