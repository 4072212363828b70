//! How mean and percentiles of an output settle as trials are added.

use calminer_engine::result::{OutputResult, RunOutcome, TracePoint};
use egui::{Id, Ui, Vec2};

use super::result_plots::{PLOT, outcome_scale};
use crate::app::ViewContext;
use crate::ui::state::{Settling, ViewState, number_style};
use crate::ui::widgets::basic;
use crate::ui::widgets::trace::{self, Step, Trace};

/// The figures whose way is kept, with their names.
const FIGURES: [(Settling, &str); 4] = [
    (Settling::Mean, "Mean"),
    (Settling::P10, "P10"),
    (Settling::P50, "P50"),
    (Settling::P90, "P90"),
];

/// Which figure's way is on show.
pub(crate) fn choice_ui(state: &mut ViewState, ui: &mut Ui) {
    if let Some(picked) = basic::segments_ui(ui, "Figure", state.settling, &FIGURES) {
        state.settling = picked;
    }
}

pub(crate) fn convergence_ui(
    ctx: &ViewContext<'_>,
    state: &ViewState,
    ui: &mut Ui,
    (outcome, output): (&RunOutcome, &OutputResult),
) {
    let (factor, unit) = outcome_scale(output);
    let name = FIGURES
        .iter()
        .find(|(own, _)| *own == state.settling)
        .map_or("Mean", |(_, name)| *name);
    let parts = if outcome.replicates > 1 {
        format!(", {} replicates", outcome.replicates)
    } else {
        String::new()
    };
    let title = format!("{name} of {} as trials are added{parts}", output.label);
    let trace = Trace {
        id: Id::unique(("convergence", &output.key, name)),
        title: &title,
        name,
        unit: &unit,
        steps: &steps(output, state.settling, factor),
        dimmed: false,
        style: number_style(ctx),
    };
    trace::trace_ui(ui, Vec2::new(ui.available_width(), PLOT), &trace);
}

/// The points of a trace in the unit shown.
fn steps(output: &OutputResult, settling: Settling, factor: f64) -> Vec<Step> {
    let step = |point: &TracePoint| {
        let (figure, interval) = match settling {
            Settling::Mean => (point.mean, point.mean_interval),
            Settling::P10 => (point.p10, point.p10_interval),
            Settling::P50 => (point.p50, point.p50_interval),
            Settling::P90 => (point.p90, point.p90_interval),
        };
        Step {
            trials: point.trials,
            figure: figure.map(|own| own / factor),
            interval: interval.map(|own| (own.low / factor, own.high / factor)),
        }
    };
    output.trace.iter().map(step).collect()
}
