//! The plots of a run: which are there, what they say, and that no data can break them.

use egui::Pos2;

use super::*;

const NARROW: Vec2 = Vec2::new(1_024.0, 600.0);

/// The simulation page after a run.
fn ran(size: Vec2) -> Harness<'static, World> {
    let mut world = world(Some(mine()));
    world.state.page = Page::Simulation;
    run(&mut world, 400);
    let mut harness = harness(world, size);
    harness.run();
    harness
}

fn outcome(world: &mut World) -> &mut calminer_engine::result::RunOutcome {
    let id = world.state.runs.selected.unwrap();
    Arc::make_mut(world.state.runs.outcomes.get_mut(&id).unwrap())
}

#[test]
fn the_cumulative_curve_stands_beside_the_histogram() {
    let harness = ran(WIDE);
    let bars = harness.get_by_label_contains("Histogram: ").rect();
    let curve = harness.get_by_label_contains("Cumulative curve: ").rect();
    assert!(curve.left() >= bars.right(), "{bars:?} {curve:?}");
    assert!(curve.width() > 300.0 && curve.height() > 150.0);
}

#[test]
fn a_narrow_window_shows_one_plot_at_a_time() {
    let mut harness = ran(NARROW);
    assert!(
        harness
            .query_by_label_contains("Cumulative curve: ")
            .is_none()
    );
    harness.get_by_label("Plot: Cumulative curve").click();
    harness.run();
    harness.get_by_label_contains("Cumulative curve: ");
    assert!(harness.query_by_label_contains("Histogram: ").is_none());
}

#[test]
fn the_fan_names_its_median_by_period_and_its_base_case() {
    let mut harness = ran(WIDE);
    harness.get_by_label("Plot: Cash flow by period").click();
    harness.run();
    let fan = harness.get_by_label_contains("median in C$M by period: -3: ");
    let middle = fan.rect().center();
    harness.hover_at(middle);
    harness.run_steps(40);
    let words = harness.get_by_label_contains("Median ");
    let text = words
        .accesskit_node()
        .label()
        .or(words.accesskit_node().value())
        .unwrap();
    assert!(
        text.contains("Base case ") && text.contains("C$M"),
        "{text}"
    );
}

#[test]
fn the_curve_says_how_likely_a_figure_is() {
    let mut harness = ran(WIDE);
    let curve = harness.get_by_label_contains("Cumulative curve: ").rect();
    harness.hover_at(curve.center());
    harness.run_steps(40);
    harness.get_by_label_contains("P(Net present value after tax ≤ ");
    // A double click after a zoom, and a drag beyond the end, leave the plot standing.
    harness.drag_at(curve.center());
    harness.hover_at(Pos2::new(curve.left() - 4_000.0, curve.center().y));
    harness.run_steps(3);
    harness.drop_at(curve.left_top());
    harness.run_steps(3);
    harness.get_by_label_contains("Cumulative curve: ");
}

#[test]
fn no_figures_of_a_run_break_its_plots() {
    let bands = [
        Vec::new(),
        vec![[f64::NAN; 6]],
        vec![[5.0; 6]],
        vec![[0.0; 6], [f64::INFINITY; 6], [-1e300; 6], [1e300; 6]],
    ];
    let curves = [
        Vec::new(),
        vec![[f64::NAN, 1.0]],
        vec![[7.0, 1.0]],
        vec![[-1e300, 0.5], [1e300, 1.0]],
    ];
    for (rows, points) in bands.into_iter().zip(curves) {
        for page in [
            "Plot: Distribution",
            "Plot: Cumulative curve",
            "Plot: Cash flow by period",
        ] {
            let mut harness = ran(NARROW);
            let run = outcome(harness.state_mut());
            run.bands[0].percentiles.clone_from(&rows);
            for output in &mut run.outputs {
                output.ecdf.clone_from(&points);
                output.histogram = calminer_engine::result::Histogram::with_range(f64::NAN, 0.0, 3);
            }
            harness.run();
            harness.get_by_label(page).click();
            harness.run();
        }
    }
    let mut harness = ran(WIDE);
    outcome(harness.state_mut()).bands.clear();
    harness.get_by_label("Plot: Cash flow by period").click();
    harness.run();
    harness.get_by_label_contains("name a line as after-tax cash flow and run again");
}

#[test]
fn a_current_run_says_its_revision() {
    let harness = ran(WIDE);
    assert!(
        harness
            .get_all_by_label_contains("revision 3, as on the screen")
            .count()
            >= 1
    );
}
