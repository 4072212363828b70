//! The key figures, always in sight: they follow every edit.

use egui::{Align, Layout, ProgressBar, Ui, Vec2};

use super::figures::{self, Headline};
use crate::app::{Command, JobState, LiveOutput, LiveRun, Page, ViewContext};
use crate::ui::format::{self, NumberStyle};
use crate::ui::state::number_style;
use crate::ui::widgets::basic::{self, KeyFigure};
use crate::ui::widgets::histogram::{self, Bars};
use crate::ui::{icons, theme};

/// Each figure keeps its width while it changes.
const FIGURE: f32 = 128.0;
const WIDE_FIGURE: f32 = 150.0;
/// Width of the progress of a run.
const RUNNING: f32 = 130.0;

pub(crate) fn strip_ui(ctx: &ViewContext<'_>, ui: &mut Ui) {
    let style = number_style(ctx);
    ui.horizontal(|ui| {
        ui.set_min_height(46.0);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            run_ui(ctx, ui);
            if ui.available_width() > 640.0 {
                live_ui(ctx, ui);
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = 2.0;
                figures_ui(ctx, ui, style);
            });
        });
    });
}

fn figures_ui(ctx: &ViewContext<'_>, ui: &mut Ui, style: NumberStyle) {
    let Some(scenario) = ctx.scenario() else {
        basic::weak_ui(ui, "Open a scenario to see its key figures");
        return;
    };
    let metrics = ctx.base().map(|base| &base.metrics);
    let mut all = vec![
        figures::npv(scenario, metrics, style),
        figures::irr(metrics, style),
        figures::payback(scenario, metrics, style),
    ];
    all.extend(
        figures::unit_costs(scenario, metrics, style)
            .into_iter()
            .take(1),
    );
    let dimmed = ctx.live.stale;
    for headline in &all {
        let width = if headline.label.len() > 8 {
            WIDE_FIGURE
        } else {
            FIGURE
        };
        if ui.available_width() >= width {
            headline_ui(ctx, ui, headline, width, dimmed);
        }
    }
    if let Some(loss) = loss(ctx, style).filter(|_| ui.available_width() >= FIGURE) {
        headline_ui(ctx, ui, &loss, FIGURE, ctx.live.quick_stale);
    }
}

fn headline_ui(ctx: &ViewContext<'_>, ui: &mut Ui, headline: &Headline, width: f32, dimmed: bool) {
    let figure = KeyFigure {
        label: &headline.label,
        figure: &headline.figure,
        note: &headline.note,
        tooltip: &headline.tooltip,
        dimmed,
        negative: headline.negative,
    };
    if figure.strip_ui(ui, width).clicked() {
        match &headline.key {
            Some(key) => ctx.send(Command::Explain(key.clone(), None)),
            None => ctx.send(Command::ShowSection(Page::Simulation)),
        }
    }
}

/// The run to read from: the one that is running, else the small one after the last edit.
fn shown_run<'a>(ctx: &ViewContext<'a>) -> Option<&'a LiveRun> {
    let running = ctx.jobs.simulation().is_some();
    ctx.runs
        .live
        .as_deref()
        .filter(|_| running)
        .or(ctx.live.quick.as_deref())
}

fn loss(ctx: &ViewContext<'_>, style: NumberStyle) -> Option<Headline> {
    let run = shown_run(ctx)?;
    let output = run.headline()?;
    let trials = format::count(run.done, style);
    Some(Headline {
        label: "P(loss)".to_owned(),
        figure: style.percent(output.probability_below_zero, 1),
        note: format!("{trials} trials"),
        tooltip: format!(
            "Probability that {} is below zero, over the {trials} trials so far. Click for the simulation.",
            output.label
        ),
        key: None,
        negative: false,
    })
}

/// Factor and unit of an output's plot.
pub(crate) fn live_scale(output: &LiveOutput) -> (f64, String) {
    let largest = output.p10.abs().max(output.p90.abs());
    format::drawn_in(&output.display.unit, output.display.factor, largest)
}

/// Bars of an output in the unit shown.
pub(crate) fn live_bars(output: &LiveOutput) -> Bars {
    let (factor, _) = live_scale(output);
    Bars {
        low: output.histogram.low / factor,
        width: output.histogram.width / factor,
        counts: output.histogram.counts.clone(),
        beyond: 0,
        absent: output.absent,
    }
}

fn live_ui(ctx: &ViewContext<'_>, ui: &mut Ui) {
    let Some(output) = shown_run(ctx).and_then(LiveRun::headline) else {
        return;
    };
    let bars = live_bars(output);
    let (factor, _) = live_scale(output);
    let response = histogram::small_ui(
        ui,
        Vec2::new(132.0, 42.0),
        &bars,
        Some(output.base / factor),
        ctx.live.quick_stale,
    );
    let style = number_style(ctx);
    let figure = |figure: f64| style.quantity(figure, &output.unit);
    let text = format!(
        "{}\nP10 {}\nP50 {}\nP90 {}",
        output.label,
        figure(output.p10),
        figure(output.p50),
        figure(output.p90)
    );
    let name = format!("Live histogram of {}", output.label);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Button, true, &name));
    if response.on_hover_text(text).clicked() {
        ctx.send(Command::ShowSection(Page::Simulation));
    }
}

/// Run, or how far the run is and a way to stop it.
fn run_ui(ctx: &ViewContext<'_>, ui: &mut Ui) {
    let Some(job) = ctx.jobs.simulation() else {
        let why_not = ctx.why_not(&Command::Run);
        let response = ui
            .add_enabled_ui(why_not.is_none(), |ui| {
                basic::primary_ui(ui, Some(icons::PLAY), "Run")
            })
            .inner
            .accessible_name("Run simulation");
        let response = match why_not {
            Some(why_not) => response.on_disabled_hover_text(why_not),
            None => response.on_hover_text("Simulate the scenario (F5)"),
        };
        if response.clicked() {
            ctx.send(Command::Run);
        }
        return;
    };
    let stopping = job.state == JobState::Cancelling;
    let pressed = ui
        .add_enabled_ui(!stopping, |ui| basic::button_ui(ui, icons::STOP, "Cancel"))
        .inner
        .accessible_name("Cancel simulation")
        .clicked();
    if pressed {
        ctx.send(Command::CancelRun);
    }
    let fraction = job.fraction().unwrap_or(0.0);
    let left = job.time_left(ctx.now).map_or_else(String::new, |left| {
        format!(" · {} left", format::duration(left.as_secs_f64()))
    });
    let text = if stopping {
        "Stopping…".to_owned()
    } else {
        format!("{:.0}\u{a0}%{left}", fraction * 100.0)
    };
    // Its own width alone: the key figures keep theirs while a run is going.
    let size = Vec2::new(RUNNING, theme::CONTROL);
    ui.allocate_ui_with_layout(size, Layout::top_down(Align::Min), |ui| {
        ui.set_width(RUNNING);
        ui.spacing_mut().item_spacing.y = 4.0;
        ui.add(
            ProgressBar::new(fraction)
                .desired_width(RUNNING)
                .desired_height(8.0)
                .fill(theme::tokens(ui).accent),
        );
        basic::label_ui(ui, &text);
    });
}
