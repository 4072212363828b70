//! The keyboard of a table.

use egui::{Event, Key, Modifiers, Ui};

use super::{At, Change, Editing, GridState, Kind, Output, Table, block, edit_id, take};

/// A page of rows.
const PAGE: usize = 15;

/// Handles what was typed while the table has the keyboard and no cell is edited.
pub(super) fn handle(ui: &Ui, table: &dyn Table, state: &mut GridState, output: &mut Output) {
    let focused = ui.memory(|memory| memory.has_focus(table.id()));
    if !focused || state.editing.is_some() || table.rows() == 0 {
        return;
    }
    let events = ui.input(|input| input.events.clone());
    let mut typed = String::new();
    for event in events {
        match event {
            Event::Key {
                key,
                pressed: true,
                modifiers,
                ..
            } => key_pressed(ui, table, state, output, key, modifiers),
            Event::Text(text) if !text.chars().any(char::is_control) => typed.push_str(&text),
            Event::Copy => copy(ui, table, state),
            Event::Cut => {
                copy(ui, table, state);
                clear(table, state, output);
            }
            Event::Paste(text) => paste(table, state, output, &text),
            _ => {}
        }
    }
    let chord = ui.input(|input| input.modifiers.command || input.modifiers.ctrl);
    if !typed.is_empty() && !chord && state.editing.is_none() && typed != " " {
        begin(ui, table, state, Some(typed));
    }
}

fn key_pressed(
    ui: &Ui,
    table: &dyn Table,
    state: &mut GridState,
    output: &mut Output,
    key: Key,
    modifiers: Modifiers,
) {
    let Some(at) = state.active else {
        state.go_to(0, 0);
        return;
    };
    match key {
        Key::ArrowUp
        | Key::ArrowDown
        | Key::ArrowLeft
        | Key::ArrowRight
        | Key::PageUp
        | Key::PageDown
        | Key::Home
        | Key::End => {
            let to = moved(table, at, key, modifiers.command);
            go(table, state, to, modifiers.shift);
        }
        Key::Tab => tab(ui, table, state, at, modifiers.shift),
        Key::F2 => begin(ui, table, state, None),
        Key::Enter => {
            if table.typed(at.0, at.1).is_some() {
                begin(ui, table, state, None);
            } else {
                output.opened = Some(at);
            }
        }
        Key::Delete | Key::Backspace => {
            if table.cleared(at.0, at.1).is_some() || state.anchor.is_some() {
                clear(table, state, output);
            } else if at.1 == 0 && key == Key::Delete {
                output.delete_row = Some(at.0);
            }
        }
        Key::A if modifiers.command => {
            state.anchor = Some((0, 0));
            state.active = Some((table.rows() - 1, table.columns().len() - 1));
        }
        _ => {}
    }
}

fn moved(table: &dyn Table, (row, column): At, key: Key, far: bool) -> At {
    let (last_row, last_column) = (table.rows() - 1, table.columns().len() - 1);
    match key {
        Key::ArrowUp => (if far { 0 } else { row.saturating_sub(1) }, column),
        Key::ArrowDown => (
            if far {
                last_row
            } else {
                (row + 1).min(last_row)
            },
            column,
        ),
        Key::ArrowLeft => (row, if far { 0 } else { column.saturating_sub(1) }),
        Key::ArrowRight => (
            row,
            if far {
                last_column
            } else {
                (column + 1).min(last_column)
            },
        ),
        Key::PageUp => (row.saturating_sub(PAGE), column),
        Key::PageDown => ((row + PAGE).min(last_row), column),
        Key::Home => (if far { 0 } else { row }, 0),
        Key::End => (if far { last_row } else { row }, last_column),
        _ => (row, column),
    }
}

/// Moves the cursor; headings of groups are passed over.
fn go(table: &dyn Table, state: &mut GridState, to: At, extend: bool) {
    let from = state.active.unwrap_or(to);
    let down = to.0 >= from.0;
    let mut row = to.0;
    while to.0 != from.0 && table.cell(row, 0).kind == Kind::Heading {
        let next = if down { row + 1 } else { row.wrapping_sub(1) };
        if next >= table.rows() {
            row = from.0;
            break;
        }
        row = next;
    }
    let anchor = if extend {
        Some(state.anchor.unwrap_or(from))
    } else {
        None
    };
    state.go_to(row, to.1);
    state.anchor = anchor;
}

/// Tab walks through the cells and leaves at the ends.
fn tab(ui: &Ui, table: &dyn Table, state: &mut GridState, (row, column): At, back: bool) {
    let columns = table.columns().len();
    let index = row * columns + column;
    let last = table.rows() * columns - 1;
    let next = if back {
        index.checked_sub(1)
    } else {
        (index < last).then_some(index + 1)
    };
    match next {
        Some(next) => go(table, state, (next / columns, next % columns), false),
        None => ui.memory_mut(|memory| {
            memory.surrender_focus(table.id());
            memory.move_focus(if back {
                egui::FocusDirection::Previous
            } else {
                egui::FocusDirection::Next
            });
        }),
    }
}

/// Starts editing: with the text of the cell, or with what was typed over it.
pub(super) fn begin(ui: &Ui, table: &dyn Table, state: &mut GridState, over: Option<String>) {
    let Some(at) = state.active else { return };
    let Some(own) = table.typed(at.0, at.1) else {
        return;
    };
    let refused = state
        .refused
        .get(&(table.row_id(at.0), at.1))
        .map(|(text, _)| text.clone());
    let select_all = over.is_none();
    let text = over.or(refused).unwrap_or(own);
    state.editing = Some(Editing {
        at,
        text,
        select_all,
        fresh: true,
    });
    state.anchor = None;
    ui.memory_mut(|memory| memory.request_focus(edit_id(table)));
    ui.ctx().request_repaint();
}

/// Ends editing; the text is taken unless it is to be dropped.
pub(super) fn end(table: &dyn Table, state: &mut GridState, keep: bool, output: &mut Output) {
    let Some(Editing { at, text, .. }) = state.editing.take() else {
        return;
    };
    if !keep {
        return;
    }
    let unchanged = table.typed(at.0, at.1).as_ref() == Some(&text);
    let refused = state.refused.contains_key(&(table.row_id(at.0), at.1));
    if !unchanged || refused {
        let change = Change {
            row: at.0,
            column: at.1,
            text,
        };
        take(table, state, &[change], "Change cell", output);
    }
}

/// What Enter and Tab do while a cell is edited: take the text and move on.
pub(super) fn while_editing(
    ui: &Ui,
    table: &dyn Table,
    state: &mut GridState,
    output: &mut Output,
) -> bool {
    let press = |modifiers, key| {
        ui.ctx()
            .input_mut(|input| input.consume_key(modifiers, key))
    };
    let step: Option<(isize, isize)> = if press(Modifiers::SHIFT, Key::Enter) {
        Some((-1, 0))
    } else if press(Modifiers::NONE, Key::Enter) {
        Some((1, 0))
    } else if press(Modifiers::SHIFT, Key::Tab) {
        Some((0, -1))
    } else if press(Modifiers::NONE, Key::Tab) {
        Some((0, 1))
    } else {
        None
    };
    if let (Some((down, right)), Some(at)) = (step, state.active) {
        end(table, state, true, output);
        let row = at.0.saturating_add_signed(down).min(table.rows() - 1);
        let column =
            at.1.saturating_add_signed(right)
                .min(table.columns().len() - 1);
        go(table, state, (row, column), false);
        ui.memory_mut(|memory| memory.request_focus(table.id()));
        return true;
    }
    if press(Modifiers::NONE, Key::Escape) {
        end(table, state, false, output);
        ui.memory_mut(|memory| memory.request_focus(table.id()));
        return true;
    }
    false
}

fn copy(ui: &Ui, table: &dyn Table, state: &GridState) {
    let Some((first, last)) = state.block() else {
        return;
    };
    let row = |row| {
        (first.1..=last.1)
            .map(|column| table.copied(row, column))
            .collect()
    };
    let rows: Vec<Vec<String>> = (first.0..=last.0).map(row).collect();
    ui.ctx().copy_text(block::write(&rows));
}

fn clear(table: &dyn Table, state: &mut GridState, output: &mut Output) {
    let Some((first, last)) = state.block() else {
        return;
    };
    let mut changes = Vec::new();
    for row in first.0..=last.0 {
        for column in first.1..=last.1 {
            if let Some(text) = table.cleared(row, column) {
                changes.push(Change { row, column, text });
            }
        }
    }
    take(table, state, &changes, "Clear cells", output);
}

/// Puts a block down from the cursor on: as many cells as the block has, and no other. A single cell fills the
/// selected block.
pub(super) fn paste(table: &dyn Table, state: &mut GridState, output: &mut Output, text: &str) {
    let Some((first, last)) = state.block() else {
        return;
    };
    let rows = block::read(text);
    let single = rows.len() == 1 && rows.first().is_some_and(|row| row.len() == 1);
    let mut changes = Vec::new();
    if let (true, Some(text)) = (single, rows.first().and_then(|row| row.first())) {
        for row in first.0..=last.0 {
            changes.extend((first.1..=last.1).map(|column| Change {
                row,
                column,
                text: text.clone(),
            }));
        }
    } else {
        for (down, cells) in rows.into_iter().enumerate() {
            let row = first.0 + down;
            changes.extend(cells.into_iter().enumerate().map(|(right, text)| Change {
                row,
                column: first.1 + right,
                text,
            }));
        }
    }
    changes.retain(|change| {
        (change.row < table.rows() || table.grows())
            && change.column < table.columns().len()
            && table.typed(change.row, change.column).is_some()
    });
    let words = format!("Paste {} cells", changes.len());
    take(table, state, &changes, &words, output);
}
