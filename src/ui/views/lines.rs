//! Lines of the model by section: production and products, or costs, capital and fiscal terms.

use calminer_domain::quick_model::QuickModel;
use calminer_domain::{ItemKind, Scenario, Section};
use egui::{Ui, containers::menu::MenuButton};

use super::{page_head_ui, row_tools_ui};
use crate::app::{CoalesceKey, Command, Page, ViewContext};
use crate::ui::format::first_upper;
use crate::ui::grid::{self, GridState, Table as _};
use crate::ui::state::{Selected, ViewState, number_style};
use crate::ui::tables::lines::{Lines, Purpose};
use crate::ui::widgets::basic;
use crate::ui::{edits, icons, theme};

pub(crate) fn lines_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui) {
    let Some(scenario) = ctx.scenario() else {
        return;
    };
    let mut added = None;
    page_head_ui(ui, ctx.page.title(), |ui| {
        added = add_ui(ui, ctx.page.sections());
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
    if state.quick.is_some() {
        super::quick::quick_ui(ctx, state, ui);
    } else if table.is_empty() {
        empty_ui(ctx, state, ui, scenario);
    } else {
        let mut own = std::mem::take(grid_of(state, ctx.page));
        table_ui(ctx, state, ui, &table, &mut own);
        *grid_of(state, ctx.page) = own;
    }
    if let Some(added) = added {
        added.send(ctx, state, scenario);
    }
}

/// What is to be added.
#[derive(Clone, Copy)]
pub(super) enum Added {
    /// A line of the user's own in a section.
    Line(Section),
    /// An item of a kind.
    Item(ItemKind),
}

impl Added {
    /// Adds it and selects it.
    pub(super) fn send(self, ctx: &ViewContext<'_>, state: &mut ViewState, scenario: &Scenario) {
        let (edit, selected) = match self {
            Self::Line(section) => {
                let (edit, id) = edits::new_line(scenario, section, state.selected.as_ref());
                (edit, Selected::Line(id))
            }
            Self::Item(kind) => {
                let (edit, id) = edits::item::new_item(scenario, kind);
                (edit, Selected::Item(id))
            }
        };
        ctx.send(Command::Edit(edit, CoalesceKey::none()));
        state.jump(selected);
        state.drawer = true;
    }
}

/// Nothing is here yet: where to start.
fn empty_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui, scenario: &Scenario) {
    let glyph = super::super::frame::menu::page_glyph(ctx.page);
    let is_new = scenario.items.is_empty() && scenario.lines.is_empty();
    let (sentence, verb) = if is_new {
        (
            "Some twenty figures give a whole mine, to be refined later. Or add its parts one by one with Add: schedules, products, costs, taxes, and lines of your own.",
            Some("Start with the quick model"),
        )
    } else {
        (
            "Nothing stands here yet. Add brings what belongs here: typed parts of the mine, and lines with figures or formulas.",
            None,
        )
    };
    if basic::empty_ui(ui, glyph, sentence, verb) {
        state.quick = Some(QuickModel::default());
    }
}

fn grid_of(state: &mut ViewState, page: Page) -> &mut GridState {
    match page {
        Page::Production => &mut state.production,
        Page::CashFlow => &mut state.cash_flow,
        _ => &mut state.costs,
    }
}

/// A menu of what can be added to the sections of a page: the kinds of items, and a line of the user's own.
pub(super) fn add_ui(ui: &mut Ui, sections: &[Section]) -> Option<Added> {
    let mut chosen = None;
    let tokens = theme::tokens(ui);
    let mut job = egui::text::LayoutJob::default();
    job.append(
        &icons::PLUS.to_string(),
        0.0,
        basic::format(theme::icon(theme::ICON), tokens.text),
    );
    job.append("Add", 6.0, basic::format(theme::body(), tokens.text));
    let (response, _) = MenuButton::new(job).ui(ui, |ui| {
        for section in sections {
            basic::label_ui(ui, section.title());
            let kinds = ItemKind::ALL.into_iter();
            for kind in kinds.filter(|kind| kind.section() == *section) {
                if ui.button(first_upper(kind.words())).clicked() {
                    chosen = Some(Added::Item(kind));
                    ui.close();
                }
            }
            let line = ui.button("Line with figures or a formula");
            let name = format!("Add line to {}", section.title().to_lowercase());
            if line.accessible_name(name).clicked() {
                chosen = Some(Added::Line(*section));
                ui.close();
            }
        }
    });
    let _named = response.accessible_name("Add");
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
        } else if let Some(item) = table.item(row) {
            state.selected = Some(Selected::Item(item.id));
        }
        explain(ctx, table, (row, column), output.opened.is_some());
    }
    if output.opened.is_some() {
        state.drawer = true;
    }
    if let Some(edit) = output.edit {
        ctx.send(Command::Edit(edit, CoalesceKey::none()));
    }
    let deleted = output.delete_row.and_then(|row| {
        let line = table.line(row).map(|line| Selected::Line(line.id));
        let item = table.item(row).filter(|_| table.is_item(row));
        line.or_else(|| item.map(|item| Selected::Item(item.id)))
    });
    if let Some(selected) = deleted {
        ctx.send(Command::Edit(edits::remove(&selected), CoalesceKey::none()));
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
