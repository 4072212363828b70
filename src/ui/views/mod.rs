//! The pages of the main area.

mod calendar;
mod cash_flow;
mod checks;
mod conventions;
mod convergence;
mod correlations;
mod lines;
mod log;
mod lookup;
mod overview;
mod parameters;
mod progress;
mod quick;
mod replay;
mod result_plots;
mod run_more;
mod run_settings;
mod run_tools;
mod sensitivity;
mod settings;
mod simulation;
mod statistics;

use egui::{Align, Layout, Ui};

use super::frame::notices;
use super::state::{Selected, ViewState};
use super::theme;
use super::widgets::basic;
use crate::app::{CoalesceKey, Command, DatabaseState, Page, ViewContext};
use crate::ui::{edits, icons};

/// Whether a page has rows that the inspector shows.
pub(crate) const fn has_inspector(page: Page) -> bool {
    matches!(
        page,
        Page::Parameters | Page::Production | Page::Costs | Page::CashFlow
    )
}

/// The sign of a kind of item: that of the page it stands on.
pub(crate) fn item_glyph(kind: calminer_domain::ItemKind) -> char {
    super::frame::menu::page_glyph(Page::of_section(kind.section()))
}

pub(crate) fn page_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui) {
    notices::banners_ui(ctx, ui);
    match ctx.page {
        Page::Settings => return settings::settings_ui(ctx, ui),
        Page::Log => return log::log_ui(ctx, ui),
        _ => {}
    }
    if ctx.document.is_none() {
        return nothing_ui(ctx, ui);
    }
    match ctx.page {
        Page::Overview => overview::overview_ui(ctx, state, ui),
        Page::Parameters => parameters::parameters_ui(ctx, state, ui),
        Page::Production | Page::Costs => lines::lines_ui(ctx, state, ui),
        Page::CashFlow => cash_flow::cash_flow_ui(ctx, state, ui),
        Page::Simulation => simulation::simulation_ui(ctx, state, ui),
        Page::Sensitivity => sensitivity::sensitivity_ui(ctx, state, ui),
        Page::Settings | Page::Log => {}
    }
}

/// Nothing is open.
fn nothing_ui(ctx: &ViewContext<'_>, ui: &mut Ui) {
    match &ctx.library.state {
        DatabaseState::Opening => {
            basic::empty_ui(ui, icons::DATABASE, "The database is being opened", None);
        }
        DatabaseState::Unavailable(why) => unavailable_ui(ctx, ui, why),
        DatabaseState::Ready | DatabaseState::ReadOnly(_) => {
            let sentence =
                "No scenario is open. Choose one at the left, open a file, or start a new one.";
            if basic::empty_ui(ui, icons::MOUNTAINS, sentence, Some("New scenario")) {
                ctx.send(Command::NewScenario);
            }
        }
    }
}

/// The database cannot be opened: try again, or work in another one.
fn unavailable_ui(ctx: &ViewContext<'_>, ui: &mut Ui, why: &str) {
    if basic::empty_ui(ui, icons::WARNING, why, Some("Try again")) {
        ctx.send(Command::RetryDatabase);
    }
    ui.vertical_centered(|ui| {
        for (verb, command) in [
            ("Open another database", Command::OpenDatabase),
            ("Use the local database", Command::OpenLocalDatabase),
        ] {
            if basic::button_ui(ui, icons::DATABASE, verb).clicked() {
                ctx.send(command);
            }
        }
    });
}

/// The heading of a page with its tools at the right.
fn page_head_ui(ui: &mut Ui, title: &str, tools: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = theme::CELL;
            tools(ui);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                basic::title_ui(ui, title);
            });
        });
    });
    ui.add_space(theme::CELL);
}

/// Delete, duplicate and move the selected row; right to left.
fn row_tools_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui) {
    let Some(scenario) = ctx.scenario() else {
        return;
    };
    let own = state.selected.clone().filter(|selected| {
        matches!(selected, Selected::Parameter(_)) == (ctx.page == Page::Parameters)
    });
    let send = |edit| ctx.send(Command::Edit(edit, CoalesceKey::none()));
    let any = own.is_some();
    if basic::icon_button_if_ui(ui, any, icons::TRASH, "Delete row").clicked()
        && let Some(selected) = &own
    {
        send(edits::remove(selected));
    }
    if basic::icon_button_if_ui(ui, any, icons::COPY, "Duplicate row").clicked()
        && let Some((edit, copy)) = own
            .as_ref()
            .and_then(|selected| edits::duplicate(scenario, selected))
    {
        send(edit);
        state.jump(copy);
    }
    for (icon, name, down) in [
        (icons::ARROW_DOWN, "Move row down", true),
        (icons::ARROW_UP, "Move row up", false),
    ] {
        let edit = own
            .as_ref()
            .and_then(|selected| edits::shift(scenario, selected, down));
        if basic::icon_button_if_ui(ui, edit.is_some(), icon, name).clicked()
            && let (Some(edit), Some(selected)) = (edit, own.clone())
        {
            send(edit);
            state.jump(selected);
        }
    }
}
