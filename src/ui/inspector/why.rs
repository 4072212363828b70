//! Why a figure is what it is: the formula, and the figures that go into it.

use calminer_engine::result::LineValues;
use egui::{Align, Button, Label, Layout, RichText, Ui};

use crate::app::{CoalesceKey, Command, Term, ViewContext};
use crate::ui::edits;
use crate::ui::format::{ABSENT, NumberStyle};
use crate::ui::state::{Selected, ViewState, number_style};
use crate::ui::widgets::basic;
use crate::ui::{icons, theme};

pub(crate) fn why_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui) {
    let Some((period, explanation)) = ctx.explanation else {
        return;
    };
    let style = number_style(ctx);
    let tokens = theme::tokens(ui);
    basic::card_ui(ui, "", |ui| {
        head_ui(ctx, ui, &explanation.label);
        let figure = explanation.value.map_or_else(
            || ABSENT.to_owned(),
            |value| style.quantity(value, &explanation.unit),
        );
        let place = explanation
            .period
            .as_ref()
            .map_or_else(String::new, |label| format!("  period {label}"));
        ui.label(RichText::new(figure).font(theme::strip_figure()));
        if !place.is_empty() {
            basic::label_ui(ui, place.trim());
        }
        if let Some(cause) = &explanation.absent {
            let place = cause
                .period
                .as_ref()
                .map_or_else(String::new, |label| format!(" in period {label}"));
            basic::problem_ui(
                ui,
                &format!("absent: {} in {}{place}", cause.what, cause.line),
            );
        }
        match &explanation.formula {
            Some(formula) => {
                ui.add(
                    Label::new(
                        RichText::new(formula)
                            .font(theme::mono())
                            .color(tokens.text),
                    )
                    .wrap(),
                );
            }
            None => {
                basic::weak_ui(ui, "A typed figure");
            }
        }
        for term in &explanation.terms {
            term_ui(ctx, ui, term, *period, style);
        }
        built_in_ui(ctx, state, ui, &explanation.key);
    });
}

/// A built-in line can be replaced by one of the user's own, which starts as its copy.
fn built_in_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui, key: &str) {
    let own = ctx.base().and_then(|base| base.line(key));
    let (Some(line), Some(scenario)) = (own, ctx.scenario()) else {
        return;
    };
    if line.id.is_some() || scenario.items.is_empty() {
        return;
    }
    let response = basic::button_ui(ui, icons::PENCIL_SIMPLE, "Replace by an own line");
    let words = "A line of your own with this key takes its place; it starts with the same formula";
    if response.on_hover_text(words).clicked()
        && let Some((edit, id)) = edits::item::own_line(scenario, key)
    {
        ctx.send(Command::Edit(edit, CoalesceKey::none()));
        ctx.send(Command::CloseExplain);
        state.jump(Selected::Line(id));
    }
}

/// What is explained, and a way out.
fn head_ui(ctx: &ViewContext<'_>, ui: &mut Ui, label: &str) {
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if basic::icon_button_ui(ui, icons::X, "Close the explanation").clicked() {
                ctx.send(Command::CloseExplain);
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let words = RichText::new(format!("Why {label}")).font(theme::strong());
                ui.add(Label::new(words).truncate());
            });
        });
    });
}

/// A name of the formula with its figure; a click goes on from there.
fn term_ui(
    ctx: &ViewContext<'_>,
    ui: &mut Ui,
    term: &Term,
    period: Option<usize>,
    style: NumberStyle,
) {
    let tokens = theme::tokens(ui);
    let figure = figure_of(ctx, term, period, style);
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.label(RichText::new(&figure).font(theme::table()));
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let text = RichText::new(&term.label)
                    .font(theme::table())
                    .color(tokens.info);
                let response = ui.add(Button::new(text).frame_when_inactive(false).truncate());
                let response = response
                    .accessible_name(format!("Why {}, {figure}", term.label))
                    .on_hover_text(&term.key);
                if response.clicked() {
                    ctx.send(Command::Explain(term.key.clone(), period));
                }
            });
        });
    });
}

/// The figure of a term. Where no period was asked for, a row of figures shows its sum over the life of the mine.
fn figure_of(
    ctx: &ViewContext<'_>,
    term: &Term,
    period: Option<usize>,
    style: NumberStyle,
) -> String {
    let line = ctx.base().and_then(|base| base.line(&term.key));
    if let (None, Some(line)) = (period, line)
        && matches!(line.values, LineValues::Series(_))
    {
        return match line.total {
            Some(total) => format!("total {}", style.quantity(total, &line.unit)),
            None => "by period".to_owned(),
        };
    }
    match term.value {
        Some(value) => style.quantity(value, &term.unit),
        None if term.kind == "table" => "table".to_owned(),
        None => ABSENT.to_owned(),
    }
}
