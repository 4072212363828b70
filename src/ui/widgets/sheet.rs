//! The ground of a plot of lines and areas: title, legend, axes with units, faint grid, zoom with limits.

use egui::{Align2, Color32, Id, Pos2, Rect, Stroke, Ui, Vec2};

use super::chart::{MARK_ROW, Plot, Room, Scale, Tick, Words};
use super::zoom;
use crate::ui::format::NumberStyle;
use crate::ui::theme;

/// Room of the title.
const TITLE: f32 = 22.0;
/// Room of the unit of the y axis and the legend.
const HEAD: f32 = 15.0;
/// Room of the figures beside the y axis; the area keeps its place while they change.
const FIGURES: f32 = 48.0;

/// What stands under the x axis.
#[derive(Clone, Copy)]
pub(crate) enum Ticks<'a> {
    /// Round figures.
    Figures,
    /// A name at 0, 1, 2 ...
    Names(&'a [String]),
}

/// How a thing of the legend looks.
#[derive(Clone, Copy)]
pub(crate) enum Sample {
    Area(Color32),
    Line(Color32),
    /// A line with a dot on it.
    Dots(Color32),
}

/// What a plot says beside its data, and the ranges it shows.
pub(crate) struct Sheet<'a> {
    pub(crate) id: Id,
    pub(crate) title: &'a str,
    /// For a screen reader: the title and the main figures.
    pub(crate) summary: String,
    /// What is measured along x, with its unit.
    pub(crate) x_words: &'a str,
    /// The unit of y.
    pub(crate) y_words: &'a str,
    pub(crate) x: Scale,
    pub(crate) y: Scale,
    pub(crate) ticks: Ticks<'a>,
    pub(crate) legend: Vec<(&'a str, Sample)>,
    /// Rows of labels over the area.
    pub(crate) mark_rows: usize,
    pub(crate) style: NumberStyle,
}

/// Draws the ground of a plot; what comes back is for data, marks and hover.
pub(crate) fn sheet_ui(ui: &mut Ui, size: Vec2, sheet: &Sheet<'_>) -> Plot {
    let room = Room {
        left: FIGURES,
        top: TITLE + HEAD + MARK_ROW * sheet.mark_rows as f32 + theme::CELL,
        ..Room::USUAL
    };
    let words = Words {
        title: sheet.title,
        x: sheet.x_words,
        y: "",
        summary: sheet.summary.clone(),
    };
    let shown = zoom::shown(ui, sheet.id, sheet.x);
    let plot = Plot::begin_ui(ui, size, room, &words, (shown, sheet.y));
    let rect = plot.response.rect;
    plot.painter.text(
        rect.left_top() + Vec2::new(0.0, TITLE),
        Align2::LEFT_TOP,
        sheet.y_words,
        theme::small(),
        plot.tokens.weak,
    );
    legend(&plot.painter, rect, &sheet.legend);
    let about = (plot.area.height() / 40.0).max(1.0) as usize;
    plot.y_axis(&sheet.y.named_ticks(about, sheet.style));
    match sheet.ticks {
        Ticks::Figures => {
            let about = (plot.area.width() / 90.0).max(1.0) as usize;
            plot.x_axis(&shown.named_ticks(about, sheet.style), false);
        }
        Ticks::Names(names) => {
            let names = names.iter().cloned().enumerate();
            let names = names.map(|(at, name)| (at as f64, name));
            let inside: Vec<Tick> = names.filter(|(at, _)| shown.contains(*at)).collect();
            plot.x_axis(&inside, false);
        }
    }
    zoom::follow(ui, &plot, sheet.id, sheet.x);
    plot
}

/// Beside the data, at the right of the unit of y.
fn legend(painter: &egui::Painter, rect: Rect, entries: &[(&str, Sample)]) {
    let ink = painter.ctx().global_style().visuals.weak_text_color();
    let mut right = rect.right();
    let middle = rect.top() + TITLE + 8.0;
    for (words, sample) in entries.iter().rev() {
        let galley = painter.layout_no_wrap((*words).to_owned(), theme::small(), ink);
        let left = right - galley.size().x;
        painter.galley(Pos2::new(left, middle - galley.size().y / 2.0), galley, ink);
        let swatch = Rect::from_min_max(
            Pos2::new(left - 22.0, middle - 5.0),
            Pos2::new(left - 6.0, middle + 5.0),
        );
        match *sample {
            Sample::Area(color) => {
                painter.rect_filled(swatch, 1.0, color);
            }
            Sample::Line(color) | Sample::Dots(color) => {
                painter.hline(swatch.x_range(), middle, Stroke::new(2.0, color));
                if matches!(sample, Sample::Dots(_)) {
                    painter.circle_filled(swatch.center(), 3.0, color);
                }
            }
        }
        right = left - 34.0;
    }
}
