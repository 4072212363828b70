//! A table that is edited like a spreadsheet: arrows, Enter, Tab, F2, typing, Delete, blocks in and out.
//!
//! The table itself holds no scenario: a [`Table`] says what stands in each cell and turns changed texts into edits. Only
//! what is visible is laid out, so that the number of rows costs nothing. A text that cannot be read stays in its cell
//! with the reason, beside the value that the scenario keeps.

pub(crate) mod block;
mod keys;
mod paint;

use std::collections::BTreeMap;

use calminer_domain::ScenarioEdit;
use egui::accesskit::Role;
use egui::{Id, Rect, ScrollArea, Sense, Ui, Vec2, WidgetInfo};
use uuid::Uuid;

use super::format::NumberStyle;
use super::theme;
use super::widgets::basic;

/// Height of the header: a title and a unit under it.
pub(crate) const HEADER: f32 = 38.0;

/// A column.
#[derive(Clone, Debug, Default)]
pub(crate) struct Column {
    pub(crate) title: String,
    /// Under the title in the weak color.
    pub(crate) unit: String,
    pub(crate) width: f32,
    /// Figures are aligned on the decimal sign, with room for this many decimals; texts stand at the left.
    pub(crate) decimals: Option<usize>,
}

/// What a cell is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A name or a text.
    #[default]
    Text,
    /// Said in the weak color: a unit, a key.
    Weak,
    /// A figure that was typed.
    Input,
    /// A figure that follows from others.
    Computed,
    /// The name of a group over the whole row.
    Heading,
}

/// What stands in a cell.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) kind: Kind,
    /// A negative cash flow.
    pub(crate) negative: bool,
    /// A sum: semibold.
    pub(crate) strong: bool,
    /// Belongs to earlier content.
    pub(crate) dimmed: bool,
    /// What is wrong with it.
    pub(crate) issue: Option<String>,
}

/// A new text for a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) row: usize,
    pub(crate) column: usize,
    pub(crate) text: String,
}

/// What texts came to.
#[derive(Debug, Default)]
pub(crate) struct Changed {
    pub(crate) edits: Vec<ScenarioEdit>,
    /// Texts that cannot be read, each with the reason.
    pub(crate) refused: Vec<(Change, String)>,
}

/// The content of a table.
pub(crate) trait Table {
    fn id(&self) -> Id;
    /// For a screen reader.
    fn name(&self) -> &str;
    fn columns(&self) -> &[Column];
    /// Columns at the left that stay in view.
    fn frozen(&self) -> usize;
    fn rows(&self) -> usize;
    /// Identity of a row; a refused text belongs to it.
    fn row_id(&self, row: usize) -> Uuid;
    fn cell(&self, row: usize, column: usize) -> Cell;
    /// For a screen reader: "Gold price, base value", "Ore processed, year 3".
    fn cell_name(&self, row: usize, column: usize) -> String;
    /// The text that editing starts with; `None` where nothing can be typed.
    fn typed(&self, row: usize, column: usize) -> Option<String>;
    /// The text that goes to the clipboard: the figure itself, not its rounding.
    fn copied(&self, row: usize, column: usize) -> String {
        self.typed(row, column)
            .unwrap_or_else(|| self.cell(row, column).text)
    }
    /// The text that Delete puts into a cell.
    fn cleared(&self, row: usize, column: usize) -> Option<String>;
    /// Whether a pasted block may reach beyond the last row: its texts are given to [`Self::change`] then.
    fn grows(&self) -> bool {
        false
    }
    /// Reads texts.
    fn change(&self, changes: &[Change]) -> Changed;
}

/// A cell by its row and column.
pub(crate) type At = (usize, usize);

/// What a table remembers between frames.
#[derive(Debug, Default)]
pub(crate) struct GridState {
    /// The cell with the cursor.
    pub(crate) active: Option<At>,
    /// The other corner of the selected block.
    anchor: Option<At>,
    editing: Option<Editing>,
    /// Texts that could not be read, by row and column, with the reason.
    refused: BTreeMap<(Uuid, usize), (String, String)>,
    reveal: bool,
    /// Whether the table had the keyboard in the last frame.
    focused: bool,
}

#[derive(Debug)]
struct Editing {
    at: At,
    text: String,
    select_all: bool,
    fresh: bool,
}

impl GridState {
    /// Puts the cursor on a row and brings it into view.
    pub(crate) fn go_to(&mut self, row: usize, column: usize) {
        let at = (row, column);
        if self.active != Some(at) {
            self.editing = None;
        }
        self.active = Some(at);
        self.anchor = None;
        self.reveal = true;
    }

    /// The selected block: rows and columns, both ends included.
    fn block(&self) -> Option<(At, At)> {
        let active = self.active?;
        let anchor = self.anchor.unwrap_or(active);
        Some((
            (active.0.min(anchor.0), active.1.min(anchor.1)),
            (active.0.max(anchor.0), active.1.max(anchor.1)),
        ))
    }

    fn selects(&self, at: At) -> bool {
        self.block().is_some_and(|(first, last)| {
            (first.0..=last.0).contains(&at.0) && (first.1..=last.1).contains(&at.1)
        })
    }
}

/// What the user did in a table in this frame.
#[derive(Debug, Default)]
pub(crate) struct Output {
    /// One step of the history, with its words.
    pub(crate) edit: Option<ScenarioEdit>,
    /// The row that now has the cursor, when that changed.
    pub(crate) moved_to: Option<At>,
    /// A cell that cannot be typed into was opened.
    pub(crate) opened: Option<At>,
    /// A row is to be deleted.
    pub(crate) delete_row: Option<usize>,
}

/// Where everything stands on the screen.
struct Layout {
    origin: egui::Pos2,
    visible: Rect,
    /// Left edges of all columns from the origin, and the right edge of the last.
    edges: Vec<f32>,
    frozen_width: f32,
}

impl Layout {
    fn cell(&self, table: &dyn Table, (row, column): At) -> Rect {
        let shift = if column < table.frozen() {
            self.visible.left() - self.origin.x
        } else {
            0.0
        };
        let left = self.origin.x + self.edges[column] + shift;
        let top = self.origin.y + HEADER + row as f32 * theme::ROW;
        Rect::from_min_size(
            egui::pos2(left, top),
            Vec2::new(self.edges[column + 1] - self.edges[column], theme::ROW),
        )
    }

    fn body(&self) -> Rect {
        let min = self.visible.min + Vec2::new(self.frozen_width, HEADER);
        Rect::from_min_max(min, self.visible.max.max(min))
    }

    fn rows(&self, table: &dyn Table) -> std::ops::Range<usize> {
        let above = ((self.visible.top() - self.origin.y) / theme::ROW).max(0.0) as usize;
        let count = (self.visible.height() / theme::ROW) as usize + 2;
        above.min(table.rows())..(above + count).min(table.rows())
    }

    /// Scrolled columns in view.
    fn columns(&self, table: &dyn Table) -> std::ops::Range<usize> {
        let body = self.body();
        let inside = |column: &usize| {
            let (left, right) = (
                self.origin.x + self.edges[*column],
                self.origin.x + self.edges[*column + 1],
            );
            right > body.left() && left < body.right()
        };
        let mut columns = (table.frozen()..table.columns().len()).filter(inside);
        let first = columns.next().unwrap_or(table.frozen());
        let last = columns.next_back().unwrap_or(first);
        first..(last + 1).min(table.columns().len())
    }
}

/// Draws a table in all the room there is.
pub(crate) fn grid_ui(
    ui: &mut Ui,
    table: &dyn Table,
    state: &mut GridState,
    style: NumberStyle,
) -> Output {
    let mut output = Output::default();
    let before = state.active;
    clamp(table, state);
    let edges = edges(table);
    let size = Vec2::new(
        edges.last().copied().unwrap_or_default(),
        HEADER + table.rows() as f32 * theme::ROW + theme::GAP,
    );
    refused_ui(ui, table, state);
    let tokens = theme::tokens(ui);
    let frame = egui::Frame::new()
        .fill(tokens.surface)
        .stroke(egui::Stroke::new(1.0, tokens.border))
        .inner_margin(1);
    frame.show(ui, |ui| {
        let area = ScrollArea::both()
            .id_salt(table.id().with("scroll"))
            .auto_shrink([false, false]);
        area.show_viewport(ui, |ui, viewport| {
            ui.set_min_size(size);
            let origin = ui.min_rect().min;
            let visible = Rect::from_min_size(origin + viewport.min.to_vec2(), viewport.size());
            let frozen_width = edges[table.frozen().min(edges.len() - 1)];
            let layout = Layout {
                origin,
                visible,
                edges,
                frozen_width,
            };
            focus_ui(ui, table, state, &layout);
            paint::cells_ui(ui, table, state, &layout, style);
            paint::edit_ui(ui, table, state, &layout, &mut output);
            if std::mem::take(&mut state.reveal) {
                reveal(ui, table, state, &layout);
            }
            keys::handle(ui, table, state, &mut output);
        });
    });
    if state.active != before {
        output.moved_to = state.active;
    }
    output
}

/// Says over the table which text could not be read and why; the scenario keeps the value it had.
fn refused_ui(ui: &mut Ui, table: &dyn Table, state: &GridState) {
    let place = |(id, column): &(Uuid, usize)| {
        Some((
            (0..table.rows()).find(|row| table.row_id(*row) == *id)?,
            *column,
        ))
    };
    let mut here = state
        .refused
        .iter()
        .filter_map(|(at, (_, why))| Some((place(at)?, why)));
    if let Some(((row, column), why)) = here.next() {
        let rest = here.count();
        let more = if rest > 0 {
            format!(" ({rest} more)")
        } else {
            String::new()
        };
        basic::problem_ui(
            ui,
            &format!(
                "{}: {why}. The scenario keeps the value it had; Delete or a figure mends the cell{more}",
                table.cell_name(row, column)
            ),
        );
    }
}

/// The table is one stop of the keyboard: the cursor inside is its own.
fn focus_ui(ui: &Ui, table: &dyn Table, state: &mut GridState, layout: &Layout) {
    let response = ui.interact(layout.visible, table.id(), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Grid, true, table.name()));
    if response.gained_focus() && state.active.is_none() && table.rows() > 0 {
        state.go_to(0, 0);
    }
    // The window takes the keyboard away before a shortcut acts; the cursor stays where it was.
    let nobody = ui.memory(|memory| memory.focused().is_none());
    if state.focused && nobody && !left_on_purpose(ui) {
        ui.memory_mut(|memory| memory.request_focus(table.id()));
    }
    state.focused = ui.memory(|memory| memory.has_focus(table.id()));
    if state.focused {
        let filter = egui::EventFilter {
            tab: true,
            horizontal_arrows: true,
            vertical_arrows: true,
            escape: false,
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(table.id(), filter));
        if let Some(at) = state.active {
            let cell = cell_id(table, at);
            ui.ctx().accesskit_node_builder(table.id(), |node| {
                node.set_active_descendant(cell.accesskit_id());
            });
        }
    }
}

/// Whether the user took the keyboard out of the table: by a click elsewhere, Esc or Tab.
fn left_on_purpose(ui: &Ui) -> bool {
    ui.input(|input| {
        input.pointer.any_click()
            || input.key_pressed(egui::Key::Escape)
            || input.key_pressed(egui::Key::Tab)
    })
}

fn cell_id(table: &dyn Table, (row, column): At) -> Id {
    table.id().with((table.row_id(row), row, column))
}

fn edit_id(table: &dyn Table) -> Id {
    table.id().with("edit")
}

fn reveal(ui: &Ui, table: &dyn Table, state: &GridState, layout: &Layout) {
    let Some(at) = state.active else { return };
    let mut rect = layout.cell(table, at);
    rect.min.y -= HEADER;
    if at.1 < table.frozen() {
        rect = Rect::from_x_y_ranges(layout.visible.x_range(), rect.y_range());
    } else {
        rect.min.x -= layout.frozen_width;
    }
    ui.scroll_to_rect(rect, None);
}

fn edges(table: &dyn Table) -> Vec<f32> {
    let mut edges = vec![0.0];
    for column in table.columns() {
        edges.push(edges.last().copied().unwrap_or_default() + column.width);
    }
    edges
}

/// Rows may be gone after an undo.
fn clamp(table: &dyn Table, state: &mut GridState) {
    if table.rows() == 0 || table.columns().is_empty() {
        (state.active, state.anchor, state.editing) = (None, None, None);
        return;
    }
    let last = (table.rows() - 1, table.columns().len() - 1);
    let fit = |at: At| (at.0.min(last.0), at.1.min(last.1));
    state.active = state.active.map(fit);
    state.anchor = state.anchor.map(fit);
    if state
        .editing
        .as_ref()
        .is_some_and(|editing| editing.at != fit(editing.at))
    {
        state.editing = None;
    }
}

/// Takes texts over: refused ones stay as they were typed, the others become one edit.
fn take(
    table: &dyn Table,
    state: &mut GridState,
    changes: &[Change],
    words: &str,
    output: &mut Output,
) {
    if changes.is_empty() {
        return;
    }
    for change in changes {
        state
            .refused
            .remove(&(table.row_id(change.row), change.column));
    }
    let mut changed = table.change(changes);
    for (change, why) in changed.refused {
        state.refused.insert(
            (table.row_id(change.row), change.column),
            (change.text, why),
        );
    }
    output.edit = match changed.edits.len() {
        0 => output.edit.take(),
        1 => changed.edits.pop(),
        _ => Some(ScenarioEdit::All(words.to_owned(), changed.edits)),
    };
}

#[cfg(test)]
mod tests;
