//! The simulation: what is asked of it, how far it is, and what it found.

use calminer_domain::{Sampling, ScenarioEdit, SimulationSettings};
use calminer_engine::result::{OutputResult, RunOutcome};
use egui::{ComboBox, Id, ProgressBar, ScrollArea, Ui, Vec2};

use super::result_plots::{self, PLOT, Place};
use super::{page_head_ui, statistics};
use crate::app::{CoalesceKey, Command, Job, JobState, Runs, Standing, ViewContext};
use crate::ui::format;
use crate::ui::state::{ViewState, number_style, read_figure};
use crate::ui::widgets::basic::{self, Tone};
use crate::ui::widgets::field::{Field, Look};
use crate::ui::{icons, theme};

pub(crate) fn simulation_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui) {
    page_head_ui(ui, "Simulation", |_| {});
    ScrollArea::vertical()
        .auto_shrink([false, false])
        .id_salt("simulation")
        .show(ui, |ui| {
            ui.set_max_width(ui.available_width() - 4.0);
            basic::card_ui(ui, "", |ui| settings_ui(ctx, ui));
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

fn settings_ui(ctx: &ViewContext<'_>, ui: &mut Ui) {
    let Some(scenario) = ctx.scenario() else {
        return;
    };
    let settings = &scenario.simulation;
    let send = |settings: SimulationSettings| {
        ctx.send(Command::Edit(
            ScenarioEdit::SetSimulation(settings),
            CoalesceKey::none(),
        ));
    };
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = theme::SECTION;
        if let Some(Count::Number(trials)) = count_ui(
            ctx,
            ui,
            ("trials", "Trials"),
            Count::Number(settings.trials),
        ) {
            send(SimulationSettings {
                trials,
                ..settings.clone()
            });
        }
        if let Some(Count::Number(seed)) =
            count_ui(ctx, ui, ("seed", "Seed"), Count::Number(settings.seed))
        {
            send(SimulationSettings {
                seed,
                ..settings.clone()
            });
        }
        if let Some(sampling) = sampling_ui(ui, settings.sampling) {
            send(SimulationSettings {
                sampling,
                ..settings.clone()
            });
        }
        let own = settings
            .replicates
            .map_or(Count::Automatic, |count| Count::Number(u64::from(count)));
        if let Some(count) = count_ui(ctx, ui, ("replicates", "Replicates"), own) {
            let replicates = match count {
                Count::Automatic => None,
                Count::Number(count) => u32::try_from(count).ok(),
            };
            send(SimulationSettings {
                replicates,
                ..settings.clone()
            });
        }
    });
}

fn sampling_ui(ui: &mut Ui, chosen: Sampling) -> Option<Sampling> {
    ui.vertical(|ui| {
        basic::label_ui(ui, "Sampling");
        let mut picked = chosen;
        let combo = ComboBox::from_id_salt("sampling").width(168.0);
        let shown = combo.selected_text(chosen.words()).show_ui(ui, |ui| {
            for sampling in [
                Sampling::LatinHypercube,
                Sampling::MonteCarlo,
                Sampling::Sobol,
            ] {
                ui.selectable_value(&mut picked, sampling, sampling.words());
            }
        });
        let name = format!("Sampling: {}", chosen.words());
        let _named = shown.response.accessible_name(name);
        (picked != chosen).then_some(picked)
    })
    .inner
}

/// A whole number, or the program's own choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Count {
    Automatic,
    Number(u64),
}

/// Width of a field for a whole number.
const COUNT: f32 = 124.0;

/// A field for a whole number; an empty one means "automatic" where that is allowed.
fn count_ui(
    ctx: &ViewContext<'_>,
    ui: &mut Ui,
    (name, label): (&'static str, &str),
    count: Count,
) -> Option<Count> {
    let scenario = ctx.scenario()?;
    let style = number_style(ctx);
    let optional = name == "replicates";
    let issue = ctx
        .live
        .of_setting(&format!("simulation.{name}"))
        .next()
        .map(|issue| issue.message.clone());
    let read = |text: &str| {
        if optional && text.trim().is_empty() {
            return Ok(Count::Automatic);
        }
        let entry = read_figure(text, "", &scenario.currency, style)?;
        // Whole numbers up to 2^53 are exact as doubles.
        if entry.value < 0.0
            || entry.value.fract() != 0.0
            || entry.value > calminer_domain::scenario::MAX_SEED as f64
        {
            return Err(format!(
                "{} is not a whole number of 0 or more",
                text.trim()
            ));
        }
        Ok(Count::Number(entry.value as u64))
    };
    ui.vertical(|ui| {
        ui.set_width(COUNT);
        basic::label_ui(ui, label);
        let field = Field {
            id: Id::unique((scenario.id, "simulation", name)),
            name: label,
            shown: if let Count::Number(count) = count {
                format::count(count, style)
            } else {
                String::new()
            },
            typed: if let Count::Number(count) = count {
                count.to_string()
            } else {
                String::new()
            },
            unit: "",
            hint: if optional { "automatic" } else { "" },
            width: COUNT,
            look: Look::Figure,
            issue,
        };
        let outcome = Field::show_ui(field, ui, &|text| read(text).map(drop));
        outcome.taken.and_then(|text| read(&text).ok())
    })
    .inner
}

fn running_ui(ctx: &ViewContext<'_>, ui: &mut Ui, job: &Job) {
    let style = number_style(ctx);
    ui.horizontal(|ui| {
        let fraction = job.fraction().unwrap_or(0.0);
        let stopping = job.state == JobState::Cancelling;
        if ui
            .add_enabled_ui(!stopping, |ui| {
                basic::button_ui(ui, icons::STOP, "Cancel run")
            })
            .inner
            .clicked()
        {
            ctx.send(Command::CancelRun);
        }
        let bar = ProgressBar::new(fraction)
            .desired_width((ui.available_width() - 220.0).clamp(80.0, 420.0))
            .desired_height(8.0);
        ui.add(bar.fill(theme::tokens(ui).accent));
        let left = job.time_left(ctx.now).map_or_else(String::new, |left| {
            format!(" · {} left", format::duration(left.as_secs_f64()))
        });
        let text = if stopping {
            "stopping…".to_owned()
        } else {
            format!("{:.0}\u{a0}%{left}", fraction * 100.0)
        };
        basic::label_ui(ui, &text);
    });
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
        };
        result_plots::live_plot_ui(ui, place, run, output, style);
    });
}

fn outcome_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui, outcome: &RunOutcome) {
    let style = number_style(ctx);
    standing_ui(ctx, ui);
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
    if ui.available_width() > 720.0 {
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
