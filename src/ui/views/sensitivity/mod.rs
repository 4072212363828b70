//! The page of sensitivities: each input moved alone, what a run's samples say, where the variance comes from.

mod alone;
mod sampled;
mod standard;
mod variance;
mod words;

use egui::{Align, ComboBox, Layout, RichText, ScrollArea, Ui};

use super::page_head_ui;
use crate::app::{Command, Page, Range, ViewContext};
use crate::ui::state::ViewState;
use crate::ui::widgets::basic;
use crate::ui::{icons, theme};

pub(crate) fn sensitivity_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui) {
    page_head_ui(ui, "Sensitivity", |_| {});
    let scenario = ctx.scenario();
    let is_empty = |scenario: &calminer_domain::Scenario| {
        scenario.parameters.is_empty() && scenario.items.is_empty() && scenario.lines.is_empty()
    };
    if scenario.is_none_or(|scenario| is_empty(scenario)) {
        let sentence = "No parameter yet, so there is nothing that a result could hang on";
        if basic::empty_ui(
            ui,
            icons::CHART_BAR_HORIZONTAL,
            sentence,
            Some("Show parameters"),
        ) {
            ctx.send(Command::ShowSection(Page::Parameters));
        }
        return;
    }
    ScrollArea::vertical()
        .auto_shrink([false, false])
        .id_salt("sensitivity")
        .show(ui, |ui| {
            ui.set_max_width(ui.available_width() - 4.0);
            let Some(key) = chooser_ui(ctx, state, ui) else {
                nothing_ui(ctx, ui);
                return;
            };
            if scenario.is_some_and(|scenario| !scenario.parameters.is_empty()) {
                basic::card_ui(ui, "", |ui| alone::alone_ui(ctx, state, ui, &key));
                ui.add_space(theme::GAP);
            }
            if has_uncertain(ctx) {
                basic::card_ui(ui, "", |ui| sampled::sampled_ui(ctx, ui, &key));
                ui.add_space(theme::GAP);
                basic::card_ui(ui, "", |ui| variance::variance_ui(ctx, ui, &key));
                ui.add_space(theme::GAP);
            }
            basic::card_ui(ui, "", |ui| standard::standard_ui(ctx, state, ui));
        });
}

fn has_uncertain(ctx: &ViewContext<'_>) -> bool {
    ctx.scenario()
        .is_some_and(|scenario| scenario.uncertain().next().is_some())
}

/// No output to look at: none is marked, or the content cannot be computed.
fn nothing_ui(ctx: &ViewContext<'_>, ui: &mut Ui) {
    if ctx.live.is_without_samples() {
        basic::problem_ui(
            ui,
            "The scenario has issues; mend them to see what its results hang on",
        );
    } else {
        basic::weak_ui(
            ui,
            "No line is an output of a simulation: mark one as a gain or a cost",
        );
    }
}

/// Key and label of the outputs that there are figures of.
fn outputs<'a>(ctx: &ViewContext<'a>) -> Vec<(&'a str, &'a str)> {
    let own = ctx.live.outputs();
    if !own.is_empty() {
        return own;
    }
    let last = ctx.sensitivity.ends.as_ref();
    last.map(|ends| {
        let outputs = ends.tornados.iter().map(|own| &own.output);
        outputs
            .map(|own| (own.key.as_str(), own.label.as_str()))
            .collect()
    })
    .unwrap_or_default()
}

/// Which output; the after-tax NPV, or the first, until one is chosen. `None` where there is none.
fn chooser_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui) -> Option<String> {
    let all = outputs(ctx);
    let wanted = state.output.as_deref();
    let is = |wanted: &str| all.iter().find(|(key, _)| *key == wanted).copied();
    let (key, label) = wanted
        .and_then(is)
        .or_else(|| is("npv"))
        .or_else(|| all.first().copied())?;
    let mut picked = key;
    ui.horizontal_wrapped(|ui| {
        basic::label_ui(ui, "Output");
        let shown = ComboBox::from_id_salt("output of sensitivities")
            .width(300.0)
            .selected_text(label)
            .show_ui(ui, |ui| {
                for (key, label) in &all {
                    ui.selectable_value(&mut picked, *key, *label);
                }
            });
        let _named = shown.response.accessible_name(format!("Output: {label}"));
    });
    ui.add_space(theme::CELL);
    if picked != key {
        state.output = Some(picked.to_owned());
    }
    Some(picked.to_owned())
}

/// How far each input is moved.
fn range_ui(ctx: &ViewContext<'_>, ui: &mut Ui) {
    let choices = Range::ALL.map(|range| (range, range.words()));
    if let Some(picked) = basic::segments_ui(ui, "Range", ctx.sensitivity.range, &choices) {
        ctx.send(Command::SetRange(picked));
    }
    let mut fixed = ctx.sensitivity.moves_fixed;
    let by_change = ctx.sensitivity.range.change().is_some();
    let shown = ui.add_enabled_ui(by_change, |ui| {
        basic::check_ui(ui, &mut fixed, "Fixed inputs too")
    });
    let shown = shown
        .inner
        .on_hover_text("Moves the parameters that have no distribution as well")
        .on_disabled_hover_text(
            "A parameter without a distribution has no percentiles; choose a range in percent",
        );
    if shown.changed() {
        ctx.send(Command::MoveFixed(fixed));
    }
}

/// The heading of a part with a button at its right that copies what `text` makes.
fn head_ui(ui: &mut Ui, heading: &str, copied: Option<(&str, &dyn Fn() -> String)>) {
    ui.horizontal(|ui| {
        ui.label(RichText::new(heading).font(theme::strong()));
        if let Some((what, text)) = copied {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                copy_ui(ui, what, text);
            });
        }
    });
}

fn copy_ui(ui: &mut Ui, what: &str, text: &dyn Fn() -> String) {
    let button = basic::button_ui(ui, icons::COPY, "Copy")
        .accessible_name(format!("Copy {what}"))
        .on_hover_text("As tab-separated text, all digits");
    if button.clicked() {
        ui.ctx().copy_text(text());
    }
}
