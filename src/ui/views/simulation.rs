//! The simulation: what is asked of it, how far it is, and what it found.

use calminer_engine::result::{OutputResult, RunOutcome};
use egui::{ComboBox, Id, ScrollArea, Ui, Vec2};

use super::result_plots::{self, PLOT, Place};
use super::{page_head_ui, progress, replay, run_settings, run_tools, statistics};
use crate::app::{Command, Job, Runs, Standing, ViewContext};
use crate::ui::format;
use crate::ui::state::{ViewState, number_style};
use crate::ui::widgets::basic::{self, Tone};
use crate::ui::{icons, theme};

/// Room of the scroll bar.
const BAR: f32 = 14.0;
/// From this width the statistics with their intervals have room beside another card.
const TWO_CARDS: f32 = 960.0;

pub(crate) fn simulation_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui) {
    page_head_ui(ui, "Simulation", |ui| {
        ui.add_space(BAR);
        run_tools::tools_ui(ctx, ui);
    });
    // The cards keep their width whether or not there is something to scroll.
    let width = ui.available_width() - BAR;
    ScrollArea::vertical()
        .auto_shrink([false, false])
        .id_salt("simulation")
        .show(ui, |ui| {
            ui.set_max_width(width);
            basic::card_ui(ui, "", |ui| run_settings::settings_ui(ctx, state, ui));
            ui.add_space(theme::GAP);
            if let Some(job) = ctx.jobs.simulation() {
                running_ui(ctx, ui, job);
            } else if let Some(outcome) = ctx.runs.selected_outcome() {
                outcome_ui(ctx, state, ui, outcome);
            } else {
                waiting_ui(ctx, ui);
            }
            if !ctx.runs.entries.is_empty() {
                ui.add_space(theme::GAP);
                basic::card_ui(ui, "Runs of this scenario", |ui| {
                    statistics::runs_ui(ctx, ui);
                });
            }
        });
}

/// No run yet, or one that is being loaded.
fn waiting_ui(ctx: &ViewContext<'_>, ui: &mut Ui) {
    if ctx.runs.selected.is_some() {
        basic::weak_ui(ui, "The run is being loaded");
        return;
    }
    let uncertain = ctx
        .scenario()
        .is_some_and(|scenario| scenario.uncertain().next().is_some());
    let sentence = if uncertain {
        "A run draws every uncertain parameter once a trial and shows how the results are distributed"
    } else {
        "No parameter has a distribution yet, so every trial would give the base case"
    };
    let can = ctx.is_enabled(&Command::Run);
    if basic::empty_ui(
        ui,
        icons::CHART_BAR,
        sentence,
        can.then_some("Run simulation"),
    ) {
        ctx.send(Command::Run);
    }
    if let Some(why_not) = ctx.why_not(&Command::Run) {
        ui.vertical_centered(|ui| basic::problem_ui(ui, why_not));
    }
}

fn running_ui(ctx: &ViewContext<'_>, ui: &mut Ui, job: &Job) {
    let style = number_style(ctx);
    if progress::running_ui(ctx, ui, job, "Cancel run") {
        ctx.send(Command::CancelRun);
    }
    ui.add_space(theme::GAP);
    let Some((run, output)) = ctx
        .runs
        .live
        .as_deref()
        .and_then(|run| Some((run, run.headline()?)))
    else {
        basic::weak_ui(ui, "The first trials are on their way");
        return;
    };
    basic::card_ui(ui, "", |ui| {
        let size = Vec2::new(ui.available_width(), PLOT);
        let place = Place {
            id: Id::unique("live histogram"),
            size,
            dimmed: false,
            on_click: "",
        };
        result_plots::live_plot_ui(ui, place, run, output, style);
    });
}

fn outcome_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui, outcome: &RunOutcome) {
    let style = number_style(ctx);
    standing_ui(ctx, ui);
    run_tools::verdict_ui(ctx, ui);
    if let Some(stopped) = &outcome.stopped {
        basic::hint_ui(ui, &format::sentence(&stopped.why));
    }
    for notice in &outcome.notices {
        basic::hint_ui(ui, &format::sentence(notice));
    }
    let output = state
        .output
        .as_deref()
        .and_then(|key| outcome.output(key))
        .or_else(|| Runs::headline(outcome));
    let Some(output) = output else {
        basic::weak_ui(
            ui,
            "The run kept no output: mark a line as output of a simulation",
        );
        return;
    };
    output_ui(ctx, state, ui, (outcome, output));
    ui.add_space(theme::CELL);
    basic::card_ui(ui, "", |ui| {
        result_plots::charts_ui(ctx, state, ui, (outcome, output));
    });
    ui.add_space(theme::GAP);
    replay::replay_ui(ctx, state, ui, outcome);
    ui.add_space(theme::GAP);
    if ui.available_width() >= TWO_CARDS {
        ui.columns(2, |columns| {
            if let [left, right] = columns {
                basic::card_ui(left, "Statistics", |ui| {
                    statistics::table_ui(ui, outcome, output, style);
                });
                basic::card_ui(right, "What the result hangs on", |ui| {
                    statistics::correlations_ui(ctx, ui, output, style);
                });
            }
        });
    } else {
        basic::card_ui(ui, "Statistics", |ui| {
            statistics::table_ui(ui, outcome, output, style);
        });
        ui.add_space(theme::GAP);
        basic::card_ui(ui, "What the result hangs on", |ui| {
            statistics::correlations_ui(ctx, ui, output, style);
        });
    }
}

/// Says when the run on show does not belong to what is on the screen.
fn standing_ui(ctx: &ViewContext<'_>, ui: &mut Ui) {
    let (Some(entry), Some(document)) = (ctx.runs.selected_entry(), ctx.document) else {
        return;
    };
    let words = match ctx.runs.standing(entry, document) {
        Standing::Current => return,
        Standing::Earlier(revision) => {
            let now = document.revision().map_or_else(
                || "unsaved edits".to_owned(),
                |revision| format!("revision {revision}"),
            );
            let edited = if document.is_dirty() {
                " with unsaved edits"
            } else {
                ""
            };
            format!("This run belongs to revision {revision}; the scenario is now {now}{edited}")
        }
        Standing::UnsavedEdits => {
            "This run belongs to edits that are not on the screen any more".to_owned()
        }
    };
    let mut again = false;
    basic::banner_ui(ui, Tone::Warning, &words, |ui| {
        again = ctx.is_enabled(&Command::Run) && ui.button("Run again").clicked();
    });
    if again {
        ctx.send(Command::Run);
    }
    ui.add_space(theme::GAP);
}

fn output_ui(
    ctx: &ViewContext<'_>,
    state: &mut ViewState,
    ui: &mut Ui,
    (outcome, output): (&RunOutcome, &OutputResult),
) {
    ui.horizontal_wrapped(|ui| {
        basic::label_ui(ui, "Output");
        let mut picked = output.key.clone();
        let combo = ComboBox::from_id_salt("output")
            .width(300.0)
            .selected_text(&output.label);
        let shown = combo.show_ui(ui, |ui| {
            for other in &outcome.outputs {
                ui.selectable_value(&mut picked, other.key.clone(), &other.label);
            }
        });
        let _named = shown
            .response
            .accessible_name(format!("Output: {}", output.label));
        if picked != output.key {
            state.output = Some(picked);
        }
        if let (Some(entry), Some(document)) = (ctx.runs.selected_entry(), ctx.document)
            && ctx.runs.standing(entry, document) == Standing::Current
        {
            let words = statistics::current_words(entry.revision);
            basic::label_ui(ui, &format!("Run of {} · {words}", entry.made));
        }
    });
}
