//! The plots of a run: histogram, cumulative curve, fans of lines by period, and how figures settle.

use calminer_engine::result::{Band, OutputResult, RunOutcome};
use egui::{ComboBox, Id, Ui, Vec2};

use super::convergence;
use crate::app::{Command, LiveOutput, LiveRun, Standing, ViewContext, Which};
use crate::ui::format::{self, NumberStyle};
use crate::ui::frame::strip;
use crate::ui::state::{Chart, ViewState, number_style};
use crate::ui::theme;
use crate::ui::widgets::basic;
use crate::ui::widgets::curve::{self, Curve};
use crate::ui::widgets::fan::{self, Fan};
use crate::ui::widgets::histogram::{self, Bars, Spec};

/// Height of a plot on the simulation page.
pub(crate) const PLOT: f32 = 330.0;
/// From this width the cumulative curve stands beside the histogram.
const TWO_PLOTS: f32 = 860.0;
/// What a click on a bar does.
const ON_CLICK: &str = "Click to see a trial of this bar";

/// Where a histogram is drawn, and whether it belongs to earlier content.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) id: Id,
    pub(crate) size: Vec2,
    pub(crate) dimmed: bool,
    /// What a click on a bar does; nothing where it is empty.
    pub(crate) on_click: &'static str,
}

/// The histogram of a run that grows.
pub(crate) fn live_plot_ui(
    ui: &mut Ui,
    place: Place,
    run: &LiveRun,
    output: &LiveOutput,
    style: NumberStyle,
) {
    let bars = strip::live_bars(output);
    let (factor, unit) = strip::live_scale(output);
    let percentiles = [
        ("P10", output.p10 / factor),
        ("P50", output.p50 / factor),
        ("P90", output.p90 / factor),
    ];
    let so_far = if run.done < run.total { " so far" } else { "" };
    let title = format!(
        "{}, {} trials{so_far}",
        output.label,
        format::count(run.done, style)
    );
    let axis = axis_words(&output.label, &unit);
    let spec = Spec {
        id: place.id,
        title: &title,
        axis: &axis,
        percentiles: &percentiles,
        base: Some(output.base / factor),
        loss_below_zero: is_money(&output.unit),
        dimmed: place.dimmed,
        on_click: place.on_click,
        style,
    };
    histogram::histogram_ui(ui, place.size, &bars, &spec);
}

/// The name of an axis with its unit in brackets.
fn axis_words(label: &str, unit: &str) -> String {
    if unit.is_empty() {
        label.to_owned()
    } else {
        format!("{label} ({unit})")
    }
}

/// Factor and unit of an output's plot and statistics.
pub(crate) fn outcome_scale(output: &OutputResult) -> (f64, String) {
    let percentiles = &output.summary.percentiles;
    let size = |figure: Option<f64>| figure.map_or(0.0, f64::abs);
    format::drawn_in(
        &output.display.unit,
        output.display.factor,
        size(percentiles.p10).max(size(percentiles.p90)),
    )
}

/// Whether figures of a unit are money, so that those below zero are losses.
pub(crate) fn is_money(unit: &str) -> bool {
    calminer_domain::units::is_currency_code(unit)
}

/// Bars of a finished run in the unit shown.
fn outcome_bars(output: &OutputResult) -> Bars {
    let (factor, _) = outcome_scale(output);
    let histogram = &output.histogram;
    let view = histogram.view();
    Bars {
        low: view.low / factor,
        width: (view.high - view.low) / factor / view.bins.max(1) as f64,
        counts: histogram.counts().to_vec(),
        beyond: histogram.below() + histogram.above(),
        absent: histogram.not_finite(),
    }
}

/// The histogram of a finished run. The answer is the middle of a bar that was clicked, in the unit of the samples.
pub(crate) fn outcome_plot_ui(
    ui: &mut Ui,
    place: Place,
    output: &OutputResult,
    trials: u64,
    style: NumberStyle,
) -> Option<f64> {
    let (factor, unit) = outcome_scale(output);
    let marks = percentiles_of(output, factor);
    let title = format!("{}, {} trials", output.label, format::count(trials, style));
    let axis = axis_words(&output.label, &unit);
    let spec = Spec {
        id: place.id.with(&output.key),
        title: &title,
        axis: &axis,
        percentiles: &marks,
        base: Some(output.base / factor),
        loss_below_zero: is_money(&output.unit),
        dimmed: place.dimmed,
        on_click: place.on_click,
        style,
    };
    let middle = histogram::histogram_ui(ui, place.size, &outcome_bars(output), &spec);
    middle.map(|middle| middle * factor)
}

/// The cumulative curve of a finished run, over the same range as its histogram.
fn curve_ui(ui: &mut Ui, place: Place, output: &OutputResult, trials: u64, style: NumberStyle) {
    let (factor, unit) = outcome_scale(output);
    let marks = percentiles_of(output, factor);
    let title = format!("Cumulative curve, {} trials", format::count(trials, style));
    let axis = axis_words(&output.label, &unit);
    let points = output
        .ecdf
        .iter()
        .map(|[figure, share]| [figure / factor, *share])
        .collect();
    let curve = Curve {
        id: place.id.with(&output.key),
        title: &title,
        name: &output.label,
        unit: &unit,
        axis: &axis,
        points,
        range: outcome_bars(output).scale(),
        percentiles: &marks,
        base: Some(output.base / factor),
        loss_below_zero: is_money(&output.unit),
        dimmed: place.dimmed,
        style,
    };
    curve::curve_ui(ui, place.size, &curve);
}

/// P10, P50 and P90 in the unit shown; those that exist.
fn percentiles_of(output: &OutputResult, factor: f64) -> Vec<(&'static str, f64)> {
    let percentiles = &output.summary.percentiles;
    [
        ("P10", percentiles.p10),
        ("P50", percentiles.p50),
        ("P90", percentiles.p90),
    ]
    .into_iter()
    .filter_map(|(name, figure)| Some((name, figure? / factor)))
    .collect()
}

/// Whether the run on show belongs to the content on the screen.
fn is_current(ctx: &ViewContext<'_>) -> bool {
    match (ctx.runs.selected_entry(), ctx.document) {
        (Some(entry), Some(document)) => ctx.runs.standing(entry, document) == Standing::Current,
        _ => false,
    }
}

/// The line whose fan is on show: the chosen one, else the first that the run kept.
fn shown_band<'a>(state: &ViewState, outcome: &'a RunOutcome) -> Option<&'a Band> {
    let chosen = state.band.as_deref();
    let found = outcome
        .bands
        .iter()
        .find(|band| Some(band.key.as_str()) == chosen);
    found.or_else(|| outcome.bands.first())
}

/// Which line's fan is on show.
fn band_choice_ui(state: &mut ViewState, ui: &mut Ui, outcome: &RunOutcome) {
    let Some(band) = shown_band(state, outcome) else {
        return;
    };
    let mut picked = band.key.as_str();
    let combo = ComboBox::from_id_salt("fan line")
        .width(240.0)
        .selected_text(&band.label);
    let shown = combo.show_ui(ui, |ui| {
        for other in &outcome.bands {
            ui.selectable_value(&mut picked, other.key.as_str(), &other.label);
        }
    });
    let _named = shown
        .response
        .accessible_name(format!("Line by period: {}", band.label))
        .on_hover_text("More lines are chosen under More, in the settings of the next run");
    if picked != band.key {
        state.band = Some(picked.to_owned());
    }
}

/// A line by period in bands.
fn fan_ui(ctx: &ViewContext<'_>, ui: &mut Ui, place: Place, (outcome, band): Fanned<'_>) {
    let style = number_style(ctx);
    let (factor, unit) = band.map_or((1.0, String::new()), band_scale);
    let rows: Vec<[f64; 6]> = band.map_or_else(Vec::new, |band| {
        let shown = |row: &[f64; 6]| row.map(|figure| figure / factor);
        band.percentiles.iter().map(shown).collect()
    });
    // The run keeps no names of periods; those on the screen are its own as long as there are as many.
    let known = ctx.base().filter(|base| base.periods.len() == rows.len());
    let labels: Vec<String> = match known {
        Some(base) => base
            .periods
            .iter()
            .map(|period| period.label.clone())
            .collect(),
        None => (1..=rows.len())
            .map(|number| format!("#{number}"))
            .collect(),
    };
    let line = known
        .filter(|_| is_current(ctx) && !ctx.live.stale)
        .and_then(|base| base.line(&band?.key));
    let base: Vec<f64> = line.map_or_else(Vec::new, |line| {
        (0..rows.len())
            .map(|period| line.values.at(period) / factor)
            .collect()
    });
    let title = format!(
        "{}, {} trials",
        band.map_or("After-tax cash flow by period", |band| band.label.as_str()),
        format::count(outcome.trials(), style)
    );
    let fan = Fan {
        id: place.id.with(band.map(|band| band.key.as_str())),
        title: &title,
        unit: &unit,
        labels: &labels,
        rows: &rows,
        base: &base,
        dimmed: place.dimmed,
        style,
    };
    fan::fan_ui(ui, place.size, &fan);
}

/// A run, and the line of it that is drawn.
type Fanned<'a> = (&'a RunOutcome, Option<&'a Band>);

/// Factor and unit of a band.
fn band_scale(band: &Band) -> (f64, String) {
    let sizes = band.percentiles.iter().flatten();
    let largest = sizes
        .map(|figure| figure.abs())
        .filter(|size| size.is_finite())
        .fold(0.0, f64::max);
    format::drawn_in(&band.display.unit, band.display.factor, largest)
}

/// The plots of a finished run: which of them is a choice, and two stand side by side where there is room.
pub(crate) fn charts_ui(
    ctx: &ViewContext<'_>,
    state: &mut ViewState,
    ui: &mut Ui,
    (outcome, output): (&RunOutcome, &OutputResult),
) {
    let style = number_style(ctx);
    let wide = ui.available_width() >= TWO_PLOTS;
    let chart = match state.chart {
        Chart::Curve if wide => Chart::Distribution,
        chart => chart,
    };
    let mut choices = vec![(Chart::Distribution, "Distribution")];
    if !wide {
        choices.push((Chart::Curve, "Cumulative curve"));
    }
    choices.push((Chart::Flows, "Cash flow by period"));
    choices.push((Chart::Convergence, "Convergence"));
    ui.horizontal_wrapped(|ui| {
        if let Some(chart) = basic::segments_ui(ui, "Plot", chart, &choices) {
            state.chart = chart;
        }
        match chart {
            Chart::Flows => band_choice_ui(state, ui, outcome),
            Chart::Convergence => convergence::choice_ui(state, ui),
            Chart::Distribution | Chart::Curve => {}
        }
    });
    ui.add_space(theme::CELL);
    let trials = outcome.trials();
    let can_replay = ctx.why_no_replay().is_none() && ctx.runs.selected_samples().is_some();
    let place = |ui: &Ui, name: &str| Place {
        id: Id::unique(name),
        size: Vec2::new(ui.available_width(), PLOT),
        dimmed: false,
        on_click: if can_replay { ON_CLICK } else { "" },
    };
    let mut clicked = None;
    match chart {
        Chart::Distribution if wide => ui.columns(2, |columns| {
            if let [left, right] = columns {
                let own = place(left, "histogram");
                clicked = outcome_plot_ui(left, own, output, trials, style);
                let own = place(right, "curve");
                curve_ui(right, own, output, trials, style);
            }
        }),
        Chart::Distribution => {
            clicked = outcome_plot_ui(ui, place(ui, "histogram"), output, trials, style);
        }
        Chart::Curve => curve_ui(ui, place(ui, "curve"), output, trials, style),
        Chart::Flows => {
            let band = shown_band(state, outcome);
            fan_ui(ctx, ui, place(ui, "fan"), (outcome, band));
        }
        Chart::Convergence => {
            convergence::convergence_ui(ctx, state, ui, (outcome, output));
        }
    }
    if let Some(figure) = clicked {
        let output = output.key.clone();
        ctx.send(Command::Replay(Which::Nearest { output, figure }));
    }
}
