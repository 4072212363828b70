//! Lines of the model by section: production and products, or costs, capital and fiscal terms.

use calminer_domain::Section;
use egui::{Ui, containers::menu::MenuButton};

use super::{page_head_ui, row_tools_ui};
use crate::app::{CoalesceKey, Command, Page, ViewContext};
use crate::ui::grid::{self, GridState, Table as _};
use crate::ui::state::{Selected, ViewState, number_style};
use crate::ui::tables::lines::{Lines, Purpose};
use crate::ui::widgets::basic;
use crate::ui::{edits, icons, theme};

pub(crate) fn lines_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui) {
    let Some(scenario) = ctx.scenario() else {
        return;
    };
    let mut section = None;
    page_head_ui(ui, ctx.page.title(), |ui| {
        section = add_ui(ui, ctx.page.sections());
        row_tools_ui(ctx, state, ui);
    });
    let style = number_style(ctx);
    let table = Lines::new(
        ctx,
        scenario,
        ctx.page.sections(),
        Purpose::Edit,
        style,
        !state.keeps_figures,
    );
    if table.is_empty() {
        let sentence = "Lines hold what happens in each period: a figure, a row of figures, or a formula over parameters and other lines.";
        if basic::empty_ui(
            ui,
            super::super::frame::menu::page_glyph(ctx.page),
            sentence,
            Some("Add the first line"),
        ) {
            section = ctx.page.sections().first().copied();
        }
    } else {
        let mut own = std::mem::take(grid_of(state, ctx.page));
        table_ui(ctx, state, ui, &table, &mut own);
        *grid_of(state, ctx.page) = own;
    }
    if let Some(section) = section {
        let (edit, id) = edits::new_line(scenario, section, state.selected.as_ref());
        ctx.send(Command::Edit(edit, CoalesceKey::none()));
        state.jump(Selected::Line(id));
        state.drawer = true;
    }
}

fn grid_of(state: &mut ViewState, page: Page) -> &mut GridState {
    match page {
        Page::Production => &mut state.production,
        Page::CashFlow => &mut state.cash_flow,
        _ => &mut state.costs,
    }
}

/// Adds a line to the one section of the page, or to one of several.
pub(super) fn add_ui(ui: &mut Ui, sections: &[Section]) -> Option<Section> {
    let mut chosen = None;
    if let [only] = sections {
        return basic::button_ui(ui, icons::PLUS, "Add line")
            .clicked()
            .then_some(*only);
    }
    let tokens = theme::tokens(ui);
    let mut job = egui::text::LayoutJob::default();
    job.append(
        &icons::PLUS.to_string(),
        0.0,
        basic::format(theme::icon(theme::ICON), tokens.text),
    );
    job.append("Add line", 6.0, basic::format(theme::body(), tokens.text));
    let (response, _) = MenuButton::new(job).ui(ui, |ui| {
        for section in sections {
            if ui.button(section.title()).clicked() {
                chosen = Some(*section);
                ui.close();
            }
        }
    });
    let _named = response.accessible_name("Add line");
    chosen
}

pub(super) fn table_ui(
    ctx: &ViewContext<'_>,
    state: &mut ViewState,
    ui: &mut Ui,
    table: &Lines<'_>,
    own: &mut GridState,
) {
    if let Some(row) = state.reveal.and_then(|id| table.row_of(id)) {
        state.reveal = None;
        own.go_to(row, 0);
    }
    let output = grid::grid_ui(ui, table, own, number_style(ctx));
    if let Some((row, column)) = output.moved_to.or(output.opened) {
        if let Some(line) = table.line(row) {
            state.selected = Some(Selected::Line(line.id));
        }
        explain(ctx, table, (row, column), output.opened.is_some());
    }
    if output.opened.is_some() {
        state.drawer = true;
    }
    if let Some(edit) = output.edit {
        ctx.send(Command::Edit(edit, CoalesceKey::none()));
    }
    if let Some(line) = output.delete_row.and_then(|row| table.line(row)) {
        ctx.send(Command::Edit(
            edits::remove(&Selected::Line(line.id)),
            CoalesceKey::none(),
        ));
    }
}

/// A computed cell says why it is what it is; while an explanation is open it follows the cursor.
fn explain(ctx: &ViewContext<'_>, table: &Lines<'_>, (row, column): grid::At, asked: bool) {
    let computed = table.typed(row, column).is_none() && table.explains(row, column);
    match table.key(row) {
        Some(key) if computed || asked && table.explains(row, column) => {
            ctx.send(Command::Explain(key.to_owned(), table.period(column)));
        }
        _ if ctx.explanation.is_some() => ctx.send(Command::CloseExplain),
        _ => {}
    }
}
