//! Draws the visible cells of a table, its header and its frozen columns.

use egui::accesskit::Role;
use egui::text::{CCursor, CCursorRange};
use egui::{
    Align2, Color32, FontId, Painter, Pos2, Rect, Sense, Stroke, StrokeKind, TextEdit, Ui,
    UiBuilder, Vec2, WidgetInfo,
};

use super::{
    At, Cell, Column, GridState, HEADER, Kind, Layout, Output, Table, cell_id, edit_id, keys,
};
use crate::ui::format::NumberStyle;
use crate::ui::theme::{self, Tokens};

/// Draws everything but the field of an edited cell.
pub(super) fn cells_ui(
    ui: &mut Ui,
    table: &dyn Table,
    state: &mut GridState,
    layout: &Layout,
    style: NumberStyle,
) {
    let (rows, columns) = (layout.rows(table), layout.columns(table));
    let frozen = 0..table.frozen();
    let frozen_rect = Rect::from_min_size(
        layout.visible.min,
        Vec2::new(layout.frozen_width, layout.visible.height()),
    );
    region_ui(ui, layout.body(), |ui| {
        for row in rows.clone() {
            for column in columns.clone() {
                cell_ui(ui, table, state, layout, (row, column), style);
            }
        }
    });
    let left = Rect::from_min_max(
        frozen_rect.min + Vec2::new(0.0, HEADER),
        frozen_rect
            .max
            .max(frozen_rect.min + Vec2::new(0.0, HEADER)),
    );
    region_ui(ui, left, |ui| {
        let tokens = theme::tokens(ui);
        ui.painter().rect_filled(left, 0, tokens.surface);
        for row in rows.clone() {
            for column in frozen.clone() {
                cell_ui(ui, table, state, layout, (row, column), style);
            }
        }
        ui.painter().vline(
            left.right() - 0.5,
            left.y_range(),
            Stroke::new(1.0, tokens.border),
        );
    });
    headings(ui, table, layout, rows);
    header(ui, table, layout, columns);
}

/// A part of the table that nothing is drawn or clicked outside of.
fn region_ui(ui: &mut Ui, rect: Rect, content: impl FnOnce(&mut Ui)) {
    let mut part = ui.new_child(UiBuilder::new().max_rect(rect).id_salt(rect.min.x as i64));
    part.set_clip_rect(rect.intersect(ui.clip_rect()));
    content(&mut part);
}

fn cell_ui(
    ui: &Ui,
    table: &dyn Table,
    state: &mut GridState,
    layout: &Layout,
    at: At,
    style: NumberStyle,
) {
    let tokens = theme::tokens(ui);
    let mut cell = table.cell(at.0, at.1);
    if cell.kind == Kind::Heading {
        return;
    }
    if let Some((text, why)) = state.refused.get(&(table.row_id(at.0), at.1)) {
        cell.text.clone_from(text);
        cell.issue = Some(why.clone());
    }
    let rect = layout.cell(table, at);
    let response = ui.interact(rect, cell_id(table, at), Sense::CLICK);
    let (name, value, selected) = (
        table.cell_name(at.0, at.1),
        cell.text.clone(),
        state.selects(at),
    );
    response.widget_info(|| WidgetInfo::labeled(Role::Cell, true, &name));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_value(value);
        if let Some(issue) = &cell.issue {
            node.set_description(issue.clone());
        }
        if selected {
            node.set_selected(true);
        }
    });
    pointed(ui, table, state, at, &response);
    let active = state.active == Some(at);
    paint_cell(
        ui,
        rect,
        &cell,
        &table.columns()[at.1],
        (active, selected),
        style,
    );
    if active {
        let focused = ui.memory(|memory| memory.has_focus(table.id()));
        let ring = Stroke::new(
            1.5,
            if focused {
                tokens.accent
            } else {
                tokens.border
            },
        );
        ui.painter().rect_stroke(rect, 0, ring, StrokeKind::Inside);
    }
    if let Some(issue) = cell.issue {
        response.on_hover_text(issue);
    }
}

/// A click puts the cursor here, with Shift the other corner of the block; a double click edits.
fn pointed(ui: &Ui, table: &dyn Table, state: &mut GridState, at: At, response: &egui::Response) {
    if response.clicked() {
        let extend = ui.input(|input| input.modifiers.shift);
        let anchor = extend.then(|| state.anchor.or(state.active)).flatten();
        state.go_to(at.0, at.1);
        state.anchor = anchor;
        if state.editing.is_none() {
            ui.memory_mut(|memory| memory.request_focus(table.id()));
        }
    }
    if response.double_clicked() {
        keys::begin(ui, table, state, None);
    }
}

fn paint_cell(
    ui: &Ui,
    rect: Rect,
    cell: &Cell,
    column: &Column,
    (active, selected): (bool, bool),
    style: NumberStyle,
) {
    let tokens = theme::tokens(ui);
    let painter = ui.painter();
    if selected && !active {
        painter.rect_filled(rect, 0, tokens.selection);
    } else if cell.kind == Kind::Input {
        painter.rect_filled(rect, 0, tokens.input_fill);
    }
    let line = Stroke::new(1.0, tokens.grid);
    painter.hline(rect.x_range(), rect.bottom() - 0.5, line);
    painter.vline(rect.right() - 0.5, rect.y_range(), line);
    let font = if cell.strong {
        theme::table_strong()
    } else {
        theme::table()
    };
    let color = ink(tokens, cell, selected && !active);
    let inner = rect.shrink2(Vec2::new(theme::CELL + 2.0, 0.0));
    match column.decimals {
        Some(decimals) if !cell.text.is_empty() => {
            figure(painter, inner, &cell.text, (font, color), decimals, style);
        }
        _ => text(painter, inner, &cell.text, font, color),
    }
    if cell.issue.is_some() {
        let corner = rect.right_top();
        let mark = vec![
            corner,
            corner - Vec2::new(8.0, 0.0),
            corner + Vec2::new(0.0, 8.0),
        ];
        painter.add(egui::Shape::convex_polygon(
            mark,
            tokens.negative,
            Stroke::NONE,
        ));
        painter.rect_stroke(
            rect,
            0,
            Stroke::new(1.0, tokens.negative),
            StrokeKind::Inside,
        );
    }
}

fn ink(tokens: &Tokens, cell: &Cell, selected: bool) -> Color32 {
    let color = if cell.negative && !(selected && tokens.dark) {
        tokens.negative
    } else {
        match cell.kind {
            Kind::Input => tokens.input_text,
            Kind::Weak if !selected => tokens.weak,
            Kind::Weak | Kind::Text | Kind::Computed | Kind::Heading => tokens.text,
        }
    };
    if cell.dimmed {
        theme::faded(color, 0.55)
    } else {
        color
    }
}

/// A text at the left, cut with dots where it is too long.
fn text(painter: &Painter, rect: Rect, text: &str, font: FontId, color: Color32) {
    let mut job = egui::text::LayoutJob::simple_singleline(text.to_owned(), font, color);
    job.wrap.max_width = rect.width();
    job.wrap.max_rows = 1;
    job.wrap.break_anywhere = true;
    let galley = painter.layout_job(job);
    let top = rect.center().y - galley.size().y / 2.0;
    painter.galley(Pos2::new(rect.left(), top), galley, color);
}

/// A figure with its decimal sign where that of the whole column stands.
fn figure(
    painter: &Painter,
    rect: Rect,
    text: &str,
    (font, color): (FontId, Color32),
    decimals: usize,
    style: NumberStyle,
) {
    let (whole, rest) = match text.find(style.decimal) {
        Some(at) => text.split_at(at),
        None => (
            text.trim_end_matches(')'),
            if text.ends_with(')') { ")" } else { "" },
        ),
    };
    let width = |text: String| painter.layout_no_wrap(text, font.clone(), color).size().x;
    let fraction = if decimals == 0 {
        0.0
    } else {
        width(format!("{}{}", style.decimal, "0".repeat(decimals)))
    };
    let hang = if style.parentheses {
        width(")".to_owned())
    } else {
        0.0
    };
    let point = rect.right() - fraction - hang;
    let painter = painter.with_clip_rect(
        rect.expand2(Vec2::new(4.0, 0.0))
            .intersect(painter.clip_rect()),
    );
    painter.text(
        Pos2::new(point, rect.center().y),
        Align2::RIGHT_CENTER,
        whole,
        font.clone(),
        color,
    );
    painter.text(
        Pos2::new(point, rect.center().y),
        Align2::LEFT_CENTER,
        rest,
        font,
        color,
    );
}

/// Names of groups, over the whole width.
fn headings(ui: &Ui, table: &dyn Table, layout: &Layout, rows: std::ops::Range<usize>) {
    let tokens = theme::tokens(ui);
    let below = Rect::from_min_max(
        layout.visible.min + Vec2::new(0.0, HEADER),
        layout.visible.max,
    );
    let painter = ui.painter().with_clip_rect(below.intersect(ui.clip_rect()));
    for row in rows {
        let cell = table.cell(row, 0);
        if cell.kind == Kind::Heading {
            let top = layout.cell(table, (row, 0)).top();
            let rect = Rect::from_min_size(
                Pos2::new(layout.visible.left(), top),
                Vec2::new(layout.visible.width(), theme::ROW),
            );
            painter.rect_filled(rect, 0, tokens.panel);
            painter.hline(
                rect.x_range(),
                rect.bottom() - 0.5,
                Stroke::new(1.0, tokens.border),
            );
            let inner = rect.shrink2(Vec2::new(theme::CELL + 2.0, 0.0));
            painter.text(
                inner.left_center(),
                Align2::LEFT_CENTER,
                &cell.text,
                theme::table_strong(),
                tokens.text,
            );
        }
    }
}

fn header(ui: &Ui, table: &dyn Table, layout: &Layout, columns: std::ops::Range<usize>) {
    let tokens = theme::tokens(ui);
    let bar = Rect::from_min_size(
        layout.visible.min,
        Vec2::new(layout.visible.width(), HEADER),
    );
    let painter = ui.painter().with_clip_rect(bar.intersect(ui.clip_rect()));
    painter.rect_filled(bar, 0, tokens.panel);
    let scrolled = Rect::from_min_max(bar.min + Vec2::new(layout.frozen_width, 0.0), bar.max);
    let moving = painter.with_clip_rect(scrolled.intersect(painter.clip_rect()));
    for column in columns {
        header_cell(&moving, table, layout, column, tokens);
    }
    for column in 0..table.frozen() {
        header_cell(&painter, table, layout, column, tokens);
    }
    painter.hline(
        bar.x_range(),
        bar.bottom() - 0.5,
        Stroke::new(1.0, tokens.border),
    );
    if table.frozen() > 0 {
        painter.vline(
            scrolled.left() - 0.5,
            bar.y_range(),
            Stroke::new(1.0, tokens.border),
        );
    }
}

fn header_cell(
    painter: &Painter,
    table: &dyn Table,
    layout: &Layout,
    column: usize,
    tokens: &Tokens,
) {
    let place = layout.cell(table, (0, column));
    let rect = Rect::from_min_size(
        Pos2::new(place.left(), layout.visible.top()),
        Vec2::new(place.width(), HEADER),
    );
    let inner = rect.shrink2(Vec2::new(theme::CELL + 2.0, 4.0));
    let spec = &table.columns()[column];
    let right = spec.decimals.is_some();
    let (top, bottom) = if right {
        (inner.right_top(), inner.right_bottom())
    } else {
        (inner.left_top(), inner.left_bottom())
    };
    let (above, below) = if right {
        (Align2::RIGHT_TOP, Align2::RIGHT_BOTTOM)
    } else {
        (Align2::LEFT_TOP, Align2::LEFT_BOTTOM)
    };
    let painter = painter.with_clip_rect(rect.intersect(painter.clip_rect()));
    if spec.unit.is_empty() {
        let (at, align) = if right {
            (inner.right_center(), Align2::RIGHT_CENTER)
        } else {
            (inner.left_center(), Align2::LEFT_CENTER)
        };
        painter.text(at, align, &spec.title, theme::table_strong(), tokens.text);
    } else {
        painter.text(top, above, &spec.title, theme::table_strong(), tokens.text);
        painter.text(bottom, below, &spec.unit, theme::small(), tokens.weak);
    }
    painter.vline(
        rect.right() - 0.5,
        rect.y_range(),
        Stroke::new(1.0, tokens.grid),
    );
}

/// The field of the cell that is edited.
pub(super) fn edit_ui(
    ui: &mut Ui,
    table: &dyn Table,
    state: &mut GridState,
    layout: &Layout,
    output: &mut Output,
) {
    let Some(at) = state.editing.as_ref().map(|editing| editing.at) else {
        return;
    };
    if keys::while_editing(ui, table, state, output) {
        return;
    }
    let rect = layout.cell(table, at);
    let clip = if at.1 < table.frozen() {
        layout.visible
    } else {
        layout.body()
    };
    let id = edit_id(table);
    let Some(editing) = state.editing.as_mut() else {
        return;
    };
    let fresh = std::mem::take(&mut editing.fresh);
    if fresh {
        place_cursor(ui, id, &editing.text, editing.select_all);
    }
    let align = if table.columns()[at.1].decimals.is_some() {
        Align2::RIGHT_CENTER
    } else {
        Align2::LEFT_CENTER
    };
    let name = table.cell_name(at.0, at.1);
    let mut lost = false;
    region_ui(ui, clip, |ui| {
        let widest = (clip.right() - rect.left()).max(rect.width());
        let size = Vec2::new(rect.width().max(120.0).min(widest), rect.height());
        let rect = Rect::from_min_size(rect.min, size);
        let response = cell_field_ui(ui, rect, id, align, &mut editing.text).accessible_name(name);
        lost = response.lost_focus() || !fresh && !response.has_focus();
    });
    if lost {
        keys::end(table, state, true, output);
        // A shortcut took the text; typing goes on in the table.
        if ui.memory(|memory| memory.focused().is_none()) && !super::left_on_purpose(ui) {
            ui.memory_mut(|memory| memory.request_focus(table.id()));
        }
    }
}

/// A field in the place of a cell.
fn cell_field_ui(
    ui: &mut Ui,
    rect: Rect,
    id: egui::Id,
    align: Align2,
    text: &mut String,
) -> egui::Response {
    let tokens = theme::tokens(ui);
    let ring = Stroke::new(2.0, tokens.accent);
    ui.painter()
        .rect(rect, 0, tokens.surface, ring, StrokeKind::Inside);
    let filter = egui::EventFilter {
        tab: true,
        horizontal_arrows: true,
        vertical_arrows: true,
        escape: true,
    };
    let edit = TextEdit::singleline(text)
        .id(id)
        .font(theme::table())
        .text_color(tokens.text)
        .frame(egui::Frame::NONE)
        .margin(egui::Margin::symmetric(6, 3))
        .align(align)
        .min_size(rect.size())
        .event_filter(filter);
    ui.put(rect, edit)
}

fn place_cursor(ui: &Ui, id: egui::Id, text: &str, select_all: bool) {
    let mut edit = TextEdit::load_state(ui.ctx(), id).unwrap_or_default();
    let end = CCursor::new(text.chars().count());
    let range = if select_all {
        CCursorRange::two(CCursor::default(), end)
    } else {
        CCursorRange::one(end)
    };
    edit.cursor.set_char_range(Some(range));
    TextEdit::store_state(ui.ctx(), id, edit);
}
