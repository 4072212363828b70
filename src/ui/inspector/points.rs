//! The table of values of a distribution, with rows that come and go and blocks from a spreadsheet.

use egui::{Id, Ui, Vec2, ViewportCommand};

use super::figures::Editor;
use crate::app::{CoalesceKey, Command};
use crate::ui::grid::{self, GridState, HEADER, block};
use crate::ui::tables::points::{Points, Reading};
use crate::ui::widgets::basic;
use crate::ui::{icons, theme};

/// Rows in view; the others scroll.
const VIEW: usize = 7;
/// Seconds in which the clipboard answers a press on the button.
const PATIENCE: f64 = 2.0;

/// Draws the table where the distribution has one.
pub(super) fn points_ui(editor: &Editor<'_>, ui: &mut Ui, state: &mut GridState) {
    let unit = editor.unit_words();
    let reading = Reading {
        currency: editor.currency,
        unit: editor.value_unit(),
        style: editor.style,
    };
    // The bar at the right of the table takes its own room.
    let width = ui.available_width() - 14.0;
    let Some(table) = Points::new(editor.row, editor.own, reading, (width, &unit)) else {
        return;
    };
    let added = tools_ui(editor, ui, &table, state);
    let rows = grid::Table::rows(&table).clamp(1, VIEW);
    let height = HEADER + theme::GAP + rows as f32 * theme::ROW + 4.0;
    let size = Vec2::new(ui.available_width(), height);
    let output = ui
        .allocate_ui(size, |ui| grid::grid_ui(ui, &table, state, editor.style))
        .inner;
    if added {
        // The row is there in the next frame.
        state.go_to(grid::Table::rows(&table), 0);
    }
    let refusal = Id::unique((editor.row.id, "pasted"));
    if let Some(edit) = output.edit {
        ui.data_mut(|data| data.remove::<String>(refusal));
        editor.ctx.send(Command::Edit(edit, CoalesceKey::none()));
    }
    if let Some(row) = output.delete_row {
        remove(editor, &table, row);
    }
    if let Some(why) = table.take_refusal() {
        ui.data_mut(|data| data.insert_temp(refusal, why));
    }
    if let Some(why) = ui.data(|data| data.get_temp::<String>(refusal)) {
        basic::problem_ui(ui, &why);
    }
    let problems = editor.own.problems().into_iter();
    for problem in problems.filter(|problem| {
        problem.blocks && ["values", "weights", "shares"].contains(&problem.field)
    }) {
        basic::problem_ui(ui, &problem.message);
    }
}

fn remove(editor: &Editor<'_>, table: &Points<'_>, row: usize) {
    if let Some(edit) = table.without_row(row) {
        editor.ctx.send(Command::Edit(edit, CoalesceKey::none()));
    }
}

/// Count, and the ways to change it. True when a row was added.
fn tools_ui(editor: &Editor<'_>, ui: &mut Ui, table: &Points<'_>, state: &GridState) -> bool {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = theme::CELL;
        basic::label_ui(ui, &table.count());
        let added = basic::icon_button_ui(ui, icons::PLUS, "Add value").clicked();
        if added {
            let edit = table.with_row();
            editor.ctx.send(Command::Edit(edit, CoalesceKey::none()));
        }
        let active = state.active.map_or(0, |(row, _)| row);
        let name = format!("Delete value {}", active + 1);
        let more = grid::Table::rows(table) > 1;
        if basic::icon_button_if_ui(ui, more, icons::TRASH, &name).clicked() {
            remove(editor, table, active);
        }
        paste_ui(editor, ui, table);
        added
    })
    .inner
}

/// A button that replaces all values by the clipboard. The clipboard answers in a later frame.
fn paste_ui(editor: &Editor<'_>, ui: &mut Ui, table: &Points<'_>) {
    let asked = Id::unique((editor.row.id, "paste asked"));
    let refusal = Id::unique((editor.row.id, "pasted"));
    let now = ui.input(|input| input.time);
    let verb = "Paste all";
    let tip =
        "Replaces all values by the column or block on the clipboard, as a spreadsheet copies it";
    if basic::button_ui(ui, icons::CLIPBOARD_TEXT, verb)
        .on_hover_text(tip)
        .clicked()
    {
        ui.ctx().send_viewport_cmd(ViewportCommand::RequestPaste);
        ui.data_mut(|data| data.insert_temp(asked, now));
    }
    let waiting = ui.data(|data| data.get_temp::<f64>(asked));
    if waiting.is_none_or(|since| now - since > PATIENCE) {
        return;
    }
    let Some(text) = basic::pasted(ui) else {
        return;
    };
    ui.data_mut(|data| data.remove::<f64>(asked));
    match table.replaced(&block::read(&text)) {
        Ok(edit) => {
            ui.data_mut(|data| data.remove::<String>(refusal));
            editor.ctx.send(Command::Edit(edit, CoalesceKey::none()));
        }
        Err(why) => {
            let why = format!("{why}. Nothing was changed");
            ui.data_mut(|data| data.insert_temp(refusal, why));
        }
    }
}
