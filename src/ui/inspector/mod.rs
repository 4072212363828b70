//! The inspector at the right: everything about the selected row, and why a figure is what it is.

mod distribution;
mod figures;
mod formula;
mod item;
mod law;
mod line;
mod parameter;
mod points;
mod preview;
mod why;
pub(crate) mod words;

use egui::{Id, RichText, ScrollArea, Ui};
use uuid::Uuid;

use super::state::{Selected, ViewState};
use super::widgets::basic;
use super::widgets::field::{Field, Look};
use super::{theme, views};
use crate::app::{Page, ViewContext};
use crate::ui::icons;

pub(crate) fn inspector_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui) {
    ScrollArea::vertical()
        .auto_shrink([false, false])
        .id_salt("inspector")
        .show(ui, |ui| {
            ui.set_max_width(ui.available_width() - 4.0);
            if ctx.explanation.is_some() {
                why::why_ui(ctx, state, ui);
                ui.add_space(theme::SECTION);
            }
            let Some(scenario) = ctx.scenario() else {
                return;
            };
            // A row is shown beside its own table only.
            let own = state.selected.clone().filter(|selected| match selected {
                Selected::Parameter(_) => ctx.page == Page::Parameters,
                Selected::Line(_) | Selected::Item(_) => {
                    views::has_inspector(ctx.page) && ctx.page != Page::Parameters
                }
            });
            match own {
                Some(Selected::Parameter(id)) => {
                    if let Some(row) = scenario.parameter(id) {
                        parameter::parameter_ui(ctx, state, ui, row);
                    }
                }
                Some(Selected::Line(id)) => {
                    if let Some(row) = scenario.line(id) {
                        line::line_ui(ctx, state, ui, row);
                    }
                }
                Some(Selected::Item(id)) => {
                    if let Some(row) = scenario.item(id) {
                        item::item_ui(ctx, state, ui, row);
                    }
                }
                None if ctx.explanation.is_none() && views::has_inspector(ctx.page) => {
                    basic::weak_ui(
                        ui,
                        "Select a row to see its figures, its unit and where they come from",
                    );
                }
                None => {}
            }
        });
}

/// The heading of a row with the kind of row under it.
fn head_ui(ui: &mut Ui, icon: char, title: &str, kind: &str) {
    ui.horizontal(|ui| {
        basic::icon_ui(ui, icon, theme::tokens(ui).accent);
        ui.add(egui::Label::new(RichText::new(title).font(theme::heading())).truncate())
            .on_hover_text(title);
    });
    basic::label_ui(ui, kind);
    ui.add_space(theme::CELL);
}

/// A field of text under its label. The text to take over, once.
fn text_ui(
    ctx: &ViewContext<'_>,
    ui: &mut Ui,
    (row, name, label): (Uuid, &'static str, &str),
    text: &str,
    look: Look,
) -> Option<String> {
    basic::label_ui(ui, label);
    let field = Field {
        id: Id::unique((row, name)),
        name: label,
        shown: text.to_owned(),
        typed: text.to_owned(),
        unit: "",
        hint: "",
        width: ui.available_width(),
        look,
        issue: super::tables::issue_of(ctx, row, name),
    };
    field.show_ui(ui, &|_| Ok(())).taken
}

/// Issues of the row that stand at no field of their own.
fn rest_ui(ctx: &ViewContext<'_>, ui: &mut Ui, row: Uuid) {
    let issues: Vec<_> = ctx.live.of_row(row).collect();
    if issues.is_empty() {
        return;
    }
    ui.add_space(theme::GAP);
    basic::label_ui(ui, "Issues");
    for issue in issues {
        if issue.blocks() {
            basic::problem_ui(ui, &issue.message);
        } else {
            basic::hint_ui(ui, &issue.message);
        }
    }
}

/// A link that asks why.
fn why_link_ui(ctx: &ViewContext<'_>, ui: &mut Ui, key: &str, title: &str) {
    ui.horizontal(|ui| {
        let response = basic::button_ui(ui, icons::QUESTION, "Why?");
        if response
            .accessible_name(format!("Why is {title} what it is?"))
            .clicked()
        {
            ctx.send(crate::app::Command::Explain(key.to_owned(), None));
        }
    });
}
