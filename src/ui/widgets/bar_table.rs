//! A table of figures in which some columns show their figure as a bar too, with its interval.

use egui::accesskit::Role;
use egui::{Align2, FontId, Painter, Pos2, Rect, Sense, Stroke, Ui, Vec2, WidgetInfo};

use crate::ui::theme::{self, Tokens};

/// Height of a row.
const ROW: f32 = theme::ROW;
/// Between columns.
const BETWEEN: f32 = 14.0;
/// Room of the figure beside its bar.
const BESIDE: f32 = 58.0;
/// A bar is at least this long at its full size.
const SHORTEST: f32 = 60.0;

/// A bar from zero to a figure, and the interval of the figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bar {
    pub(crate) figure: f64,
    pub(crate) interval: Option<(f64, f64)>,
}

/// What stands in a cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Cell {
    pub(crate) shown: String,
    /// What is copied: the figure in full.
    pub(crate) copied: String,
    pub(crate) bar: Option<Bar>,
}

impl Cell {
    /// A figure that is shown rounded and copied in full; n/a where it is absent.
    pub(crate) fn figure(figure: Option<f64>, shown: impl FnOnce(f64) -> String) -> Self {
        Self {
            shown: figure.map_or_else(|| crate::ui::format::ABSENT.to_owned(), shown),
            copied: figure.map_or_else(
                || crate::ui::format::ABSENT.to_owned(),
                |own| own.to_string(),
            ),
            bar: None,
        }
    }

    pub(crate) fn with_bar(mut self, figure: Option<f64>, interval: Option<(f64, f64)>) -> Self {
        self.bar = figure.map(|figure| Bar { figure, interval });
        self
    }
}

/// A column of figures.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    /// What the figures mean.
    pub(crate) meaning: &'static str,
    /// Whether its figures are bars as well.
    pub(crate) bars: bool,
}

/// A row.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) cells: Vec<Cell>,
    /// For tooltip and screen reader: all figures with their names and units.
    pub(crate) words: String,
    /// The row says little: its ink is weak.
    pub(crate) weak: bool,
}

/// The table as tab-separated text.
pub(crate) fn text_of(first: &str, columns: &[Column], rows: &[Row]) -> String {
    let names = columns.iter().map(|column| column.name);
    let mut text = std::iter::once(first)
        .chain(names)
        .collect::<Vec<_>>()
        .join("\t");
    text.push('\n');
    for row in rows {
        text.push_str(&row.name);
        for cell in &row.cells {
            text.push('\t');
            text.push_str(&cell.copied);
        }
        text.push('\n');
    }
    text
}

/// Where the columns lie: left and right edge of the name and of each column.
struct Places {
    name: f32,
    columns: Vec<(f32, f32)>,
}

fn places(ui: &Ui, columns: &[Column], rows: &[Row], full: f32) -> Places {
    let wide = |text: &str, font: FontId| {
        let galley = ui
            .painter()
            .layout_no_wrap(text.to_owned(), font, egui::Color32::WHITE);
        galley.size().x
    };
    let widest = rows
        .iter()
        .map(|row| wide(&row.name, theme::table()))
        .fold(60.0, f32::max);
    let name = widest.min((full * 0.3).max(90.0));
    let own = |(at, column): (usize, &Column)| {
        let figures = rows.iter().filter_map(|row| row.cells.get(at));
        let figures = figures.map(|cell| wide(&cell.shown, theme::table()));
        wide(column.name, theme::small()).max(figures.fold(0.0, f32::max))
    };
    let needed: Vec<f32> = columns.iter().enumerate().map(own).collect();
    let bars = columns.iter().filter(|column| column.bars).count().max(1) as f32;
    let between = BETWEEN * columns.len() as f32;
    let rest = full - name - between - needed.iter().sum::<f32>();
    // What is left goes to the bars; without one, a table is as wide as its figures.
    let extra = (rest / bars).max(0.0);
    let mut left = name;
    let columns = columns.iter().zip(needed).map(|(column, needed)| {
        let grown = if column.bars {
            (needed + extra).max(SHORTEST + BESIDE)
        } else {
            needed
        };
        let from = left + BETWEEN;
        left = from + grown;
        (from, left)
    });
    Places {
        name,
        columns: columns.collect(),
    }
}

/// Draws the table. Bars of a column share one scale; it holds zero, and all intervals.
pub(crate) fn table_ui(ui: &mut Ui, first: &str, columns: &[Column], rows: &[Row]) {
    let tokens = theme::tokens(ui);
    let full = ui.available_width();
    let places = places(ui, columns, rows, full);
    ui.spacing_mut().item_spacing.y = 0.0;
    let (head, _) = ui.allocate_exact_size(Vec2::new(full, 20.0), Sense::hover());
    let say = |at: Pos2, align: Align2, text: &str| {
        ui.painter()
            .text(at, align, text, theme::small(), tokens.weak);
    };
    say(head.left_center(), Align2::LEFT_CENTER, first);
    for (number, (column, (from, to))) in columns.iter().zip(&places.columns).enumerate() {
        let own = Rect::from_x_y_ranges(head.left() + from..=head.left() + to, head.y_range());
        say(own.right_center(), Align2::RIGHT_CENTER, column.name);
        let id = ui.scope_id().with(("head", number, column.name));
        let response = ui.interact(own, id, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::ColumnHeader, true, column.name));
        response.on_hover_text(column.meaning);
    }
    let line = Stroke::new(1.0, tokens.border);
    ui.painter().hline(head.x_range(), head.bottom(), line);
    let scales: Vec<(f64, f64)> = (0..columns.len()).map(|at| scale_of(rows, at)).collect();
    for row in rows {
        row_ui(ui, row, &places, &scales);
    }
}

/// The smallest and the largest figure of the bars of a column.
fn scale_of(rows: &[Row], at: usize) -> (f64, f64) {
    let bars = rows
        .iter()
        .filter_map(|row| row.cells.get(at)?.bar)
        .flat_map(|bar| {
            let (low, high) = bar.interval.unwrap_or((bar.figure, bar.figure));
            [bar.figure, low, high]
        });
    bars.filter(|figure| figure.is_finite())
        .fold((0.0, f64::MIN_POSITIVE), |(low, high), figure| {
            (figure.min(low), figure.max(high))
        })
}

fn row_ui(ui: &mut Ui, row: &Row, places: &Places, scales: &[(f64, f64)]) {
    let tokens = theme::tokens(ui);
    let size = Vec2::new(ui.available_width(), ROW);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Row, true, &row.words));
    if response.hovered() {
        ui.painter().rect_filled(rect, 2, tokens.hover);
    }
    let ink = if row.weak { tokens.weak } else { tokens.text };
    let own = Rect::from_min_size(rect.min, Vec2::new(places.name, ROW));
    name_in(ui, own, &row.name, ink);
    for ((cell, (from, to)), scale) in row.cells.iter().zip(&places.columns).zip(scales) {
        let own = Rect::from_x_y_ranges(rect.left() + from..=rect.left() + to, rect.y_range());
        let at = own.right_center();
        let galley = ui
            .painter()
            .layout_no_wrap(cell.shown.clone(), theme::table(), ink);
        let wide = galley.size().x;
        ui.painter().galley(
            Pos2::new(at.x - wide, at.y - galley.size().y / 2.0),
            galley,
            ink,
        );
        if let Some(bar) = cell.bar {
            let beside = wide.max(BESIDE) + 6.0;
            let area = Rect::from_x_y_ranges(
                own.left()..=(own.right() - beside).max(own.left() + 10.0),
                own.top() + 5.0..=own.bottom() - 5.0,
            );
            bar_in(ui.painter(), tokens, area, (bar, *scale), row.weak);
        }
    }
    response.on_hover_text(&row.words);
}

/// A name in the room that it has, with an ellipsis where it is longer.
pub(crate) fn name_in(ui: &Ui, own: Rect, name: &str, ink: egui::Color32) {
    let mut job = egui::text::LayoutJob::simple_singleline(name.to_owned(), theme::table(), ink);
    job.wrap.max_width = own.width();
    job.wrap.max_rows = 1;
    job.wrap.break_anywhere = true;
    let galley = ui.painter().layout_job(job);
    let top = own.center().y - galley.size().y / 2.0;
    ui.painter().galley(Pos2::new(own.left(), top), galley, ink);
}

fn bar_in(
    painter: &Painter,
    tokens: &Tokens,
    area: Rect,
    (bar, (low, high)): (Bar, (f64, f64)),
    weak: bool,
) {
    let at = |figure: f64| {
        let share = ((figure - low) / (high - low)).clamp(0.0, 1.0);
        area.left() + share as f32 * area.width()
    };
    let (zero, end) = (at(0.0), at(bar.figure));
    let color = theme::faded(
        tokens.series[usize::from(bar.figure < 0.0)],
        if weak { 0.4 } else { 0.85 },
    );
    let own = Rect::from_x_y_ranges(zero.min(end)..=zero.max(end), area.y_range());
    painter.rect_filled(own, 1, color);
    let edge = Stroke::new(1.0, tokens.weak);
    painter.vline(zero, area.expand2(Vec2::new(0.0, 5.0)).y_range(), edge);
    if let Some((from, to)) = bar.interval {
        let whisker = Stroke::new(1.5, tokens.text);
        let middle = area.center().y;
        painter.hline(at(from)..=at(to), middle, whisker);
        for end in [from, to] {
            painter.vline(at(end), middle - 3.0..=middle + 3.0, whisker);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_copied_in_full_and_what_is_absent_is_said() {
        let columns = [Column {
            name: "Share",
            meaning: "",
            bars: true,
        }];
        let row = |name: &str, figure: Option<f64>| Row {
            name: name.to_owned(),
            cells: vec![
                Cell::figure(figure, |own| format!("{own:.1}")).with_bar(figure, Some((-0.5, 0.9))),
            ],
            words: String::new(),
            weak: false,
        };
        let rows = [row("Price", Some(0.123_456)), row("Fixed", None)];
        let text = text_of("Input", &columns, &rows);
        assert_eq!(text, "Input\tShare\nPrice\t0.123456\nFixed\tn/a\n");
        assert_eq!(rows[0].cells[0].shown, "0.1");
        // Zero and the whole interval are inside.
        assert_eq!(scale_of(&rows, 0), (-0.5, 0.9));
        assert_eq!(rows[1].cells[0].bar, None);
    }
}
