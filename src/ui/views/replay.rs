//! One trial of the run on show: its inputs beside their base values, its cash flow beside the base case.

use calminer_domain::{BaseValue, DistributionForm, Scenario};
use calminer_engine::result::{LineValues, RunOutcome};
use egui::{Align, Grid, Layout, RichText, Spinner, Ui, UiBuilder, Vec2};

use super::run_settings::within_ui;
use crate::app::replay::DrawnInput;
use crate::app::{Command, ReplayView, Replayed, ViewContext, Which};
use crate::ui::format::{self, NumberStyle};
use crate::ui::grid;
use crate::ui::state::{ViewState, number_style};
use crate::ui::tables::trial::{self, Trial};
use crate::ui::widgets::basic;
use crate::ui::{icons, theme};

/// Height of the table of a trial.
const TABLE: f32 = 420.0;

pub(crate) fn replay_ui(
    ctx: &ViewContext<'_>,
    state: &mut ViewState,
    ui: &mut Ui,
    outcome: &RunOutcome,
) {
    let view = ctx
        .replay
        .filter(|view| Some(view.run) == ctx.runs.selected);
    let found = view.and_then(|view| view.found.as_deref());
    basic::card_ui(ui, "", |ui| {
        head_ui(ctx, ui, (outcome, view));
        if let Some(why) = view.and_then(|view| view.refused.as_deref()) {
            basic::problem_ui(ui, why);
        }
        let Some(found) = found else { return };
        if view.is_some_and(|view| view.waiting) {
            ui.multiply_opacity(0.5);
        }
        check_ui(ui, found, number_style(ctx));
        ui.add_space(theme::GAP);
        inputs_ui(ctx, ui, found);
        ui.add_space(theme::GAP);
        table_ui(ctx, state, ui, found);
    });
}

/// The number of the trial, its neighbors, what can be done with it.
fn head_ui(
    ctx: &ViewContext<'_>,
    ui: &mut Ui,
    (outcome, view): (&RunOutcome, Option<&ReplayView>),
) {
    let found = view.and_then(|view| view.found.as_deref());
    ui.horizontal(|ui| {
        ui.label(RichText::new("Trial").font(theme::strong()));
        let why_not = ctx.why_no_replay();
        ui.add_enabled_ui(why_not.is_none(), |ui| {
            number_ui(ctx, ui, outcome, found);
            if let Some(found) = found {
                steps_ui(ctx, ui, found.replay.trial, outcome.trials());
            }
        });
        if view.is_some_and(|view| view.waiting) {
            ui.add(Spinner::new().size(theme::ICON));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if let Some(found) = found {
                if basic::icon_button_ui(ui, icons::X, "Close the trial").clicked() {
                    ctx.send(Command::CloseReplay);
                }
                if basic::button_ui(ui, icons::COPY, "Copy")
                    .accessible_name("Copy the trial")
                    .on_hover_text("Inputs and cash flow as tab-separated text")
                    .clicked()
                {
                    ui.ctx()
                        .copy_text(trial::text_of(found, |key| title_of(ctx, key)));
                }
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                if found.is_none() && why_not.is_none() {
                    let words = "Click a bar of the histogram or type a number: its inputs and its cash flow";
                    ui.add(egui::Label::new(weak(ui, words)).truncate());
                }
            });
        });
    });
    if let Some(why_not) = ctx.why_no_replay() {
        basic::hint_ui(ui, why_not);
    }
}

fn weak(ui: &Ui, words: &str) -> RichText {
    let color = theme::tokens(ui).weak;
    RichText::new(words).font(theme::small()).color(color)
}

/// Trials count from 1 for people.
fn number_ui(ctx: &ViewContext<'_>, ui: &mut Ui, outcome: &RunOutcome, found: Option<&Replayed>) {
    let style = number_style(ctx);
    let trials = outcome.trials();
    let wrong = |number: &str| {
        let trials = format::count(trials, style);
        format!("there is no trial {number}: the run has trials 1 to {trials}")
    };
    let own = found.map(|found| found.replay.trial + 1);
    if let Some(number) = within_ui(ctx, ui, ("trial", "Trial"), own, 1..=trials, wrong) {
        ctx.send(Command::Replay(Which::Trial(number - 1)));
    }
}

fn steps_ui(ctx: &ViewContext<'_>, ui: &mut Ui, trial: u64, trials: u64) {
    let before = trial.checked_sub(1);
    let after = Some(trial + 1).filter(|next| *next < trials);
    for (icon, name, next) in [
        (icons::CARET_LEFT, "Previous trial", before),
        (icons::CARET_RIGHT, "Next trial", after),
    ] {
        let pressed = basic::icon_button_if_ui(ui, next.is_some(), icon, name).clicked();
        if let Some(next) = next.filter(|_| pressed) {
            ctx.send(Command::Replay(Which::Trial(next)));
        }
    }
}

/// Whether the trial gives the samples that the run kept.
fn check_ui(ui: &mut Ui, found: &Replayed, style: NumberStyle) {
    let tokens = theme::tokens(ui);
    let unequal: Vec<String> = found
        .checks
        .iter()
        .filter(|check| !check.is_equal())
        .map(|check| {
            format!(
                "{}: {} is stored, {} is computed",
                check.output,
                style.exact(check.stored),
                style.exact(check.replayed)
            )
        })
        .collect();
    if found.checks.is_empty() {
        basic::hint_ui(ui, "The run kept no samples to compare with");
    } else if unequal.is_empty() {
        let outputs = if found.checks.len() == 1 {
            "its output is".to_owned()
        } else {
            format!("all {} outputs are", found.checks.len())
        };
        ui.horizontal(|ui| {
            basic::icon_ui(ui, icons::CHECK_CIRCLE, tokens.positive);
            ui.label(
                RichText::new(format!(
                    "equal to the stored sample: {outputs} the same to the last bit"
                ))
                .font(theme::small()),
            );
        });
    } else {
        let words = format!(
            "Not equal to the stored sample, so the run is of another program: {}",
            unequal.join("; ")
        );
        basic::problem_ui(ui, &words);
    }
}

fn title_of(ctx: &ViewContext<'_>, key: &str) -> String {
    ctx.scenario()
        .map_or(key, |scenario| scenario.title_of(key))
        .to_owned()
}

/// What a draw is measured in.
fn unit_of(scenario: Option<&Scenario>, input: &DrawnInput) -> String {
    let parameter = scenario.and_then(|scenario| {
        let mut all = scenario.parameters.iter();
        all.find(|parameter| parameter.key == input.key)
    });
    let is_row = parameter.is_some_and(|own| matches!(own.base, BaseValue::Series(_)));
    match (input.form, &input.drawn) {
        (DistributionForm::PercentOfBase, _) => "% of base".to_owned(),
        (DistributionForm::Factor, _) => "× base".to_owned(),
        // One draw of a row of base figures multiplies the row.
        (DistributionForm::Absolute, LineValues::Scalar(_)) if is_row => "× base".to_owned(),
        (DistributionForm::Absolute, _) => {
            parameter.map_or_else(String::new, |own| format::unit_words(&own.unit))
        }
    }
}

/// The figure of a draw; of one a period the mean, with the range in words.
fn drawn_words(input: &DrawnInput, style: NumberStyle) -> (f64, String) {
    match &input.drawn {
        LineValues::Scalar(figure) => (*figure, style.significant(*figure, 5)),
        LineValues::Series(figures) => {
            let count = figures.len().max(1) as f64;
            let mean = figures.iter().sum::<f64>() / count;
            let low = figures.iter().copied().fold(f64::INFINITY, f64::min);
            let high = figures.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let figure = |figure| style.significant(figure, 4);
            let words = format!("{} ({} to {})", figure(mean), figure(low), figure(high));
            (mean, words)
        }
    }
}

/// Drawn and base value of each input, and how far apart they are.
fn inputs_ui(ctx: &ViewContext<'_>, ui: &mut Ui, found: &Replayed) {
    let style = number_style(ctx);
    let scenario = ctx.scenario().map(|scenario| &**scenario);
    if found.inputs.is_empty() {
        basic::weak_ui(ui, "No parameter has a distribution");
        return;
    }
    Grid::new("inputs of the trial")
        .num_columns(5)
        .striped(true)
        .spacing(Vec2::new(18.0, 2.0))
        .min_row_height(20.0)
        .show(ui, |ui| {
            for head in ["Input", "Drawn", "Base", "Difference", "Unit"] {
                if matches!(head, "Input" | "Unit") {
                    basic::label_ui(ui, head);
                } else {
                    right_ui(ui, |ui| basic::label_ui(ui, head));
                }
            }
            ui.end_row();
            for input in &found.inputs {
                let (drawn, words) = drawn_words(input, style);
                let title = title_of(ctx, &input.key);
                let plain = |text: &str| RichText::new(text).font(theme::table());
                ui.label(plain(&title));
                right_ui(ui, |ui| {
                    ui.label(RichText::new(&words).font(theme::table_strong()))
                });
                right_ui(ui, |ui| ui.label(plain(&style.significant(input.base, 5))));
                let share = (drawn - input.base) / input.base.abs();
                let sign = if share > 0.0 { "+" } else { "" };
                let share = if share.is_finite() {
                    format!("{sign}{}", style.percent(share, 1))
                } else {
                    String::new()
                };
                right_ui(ui, |ui| ui.label(plain(&share)));
                basic::label_ui(ui, &unit_of(scenario, input));
                ui.end_row();
            }
        });
}

fn right_ui(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> egui::Response) {
    ui.with_layout(Layout::right_to_left(Align::Center), content);
}

fn table_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui, found: &Replayed) {
    basic::label_ui(
        ui,
        "Cash flow of the trial, and under each line its difference to the base case",
    );
    let style = number_style(ctx);
    let table = Trial::new(found, style);
    let size = Vec2::new(ui.available_width(), TABLE);
    let (rect, _) = ui.allocate_exact_size(size, egui::Sense::hover());
    // A scroll area draws its bar at the edge of the page even where it is out of sight itself.
    if !ui.is_rect_visible(rect) {
        return;
    }
    let mut own = ui.new_child(UiBuilder::new().max_rect(rect).id_salt("trial"));
    grid::grid_ui(&mut own, &table, &mut state.trial, style);
}
