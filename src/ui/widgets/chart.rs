//! The ground of every plot: a scale with round ticks, axes with units, and the way from figures to the screen.
//!
//! Scales are finite and have a width, whatever the data: figures that are not finite are left out by the caller's
//! [`Scale::of`], and a single figure gets room around it.

mod data;
mod scale;

use std::cell::RefCell;

use egui::accesskit::Role;
use egui::emath::GuiRounding as _;
use egui::{
    Align2, Color32, Painter, Pos2, Rangef, Rect, Response, Sense, Shape, Stroke, Ui, UiBuilder,
    Vec2, WidgetInfo,
};

pub(crate) use self::data::{Block, Pen};
pub(crate) use self::scale::{Scale, Tick};
use crate::ui::theme::{self, Tokens};

/// Between the labels under an axis.
const BETWEEN: f32 = 8.0;

/// What a plot says beside its data.
pub(crate) struct Words<'a> {
    /// What is seen.
    pub(crate) title: &'a str,
    /// With its unit.
    pub(crate) x: &'a str,
    /// With its unit.
    pub(crate) y: &'a str,
    /// For a screen reader: the title and the main figures.
    pub(crate) summary: String,
}

/// A plot area with its scales.
pub(crate) struct Plot {
    pub(crate) area: Rect,
    pub(crate) x: Scale,
    pub(crate) y: Scale,
    pub(crate) painter: Painter,
    pub(crate) response: Response,
    pub(crate) tokens: &'static Tokens,
    /// Where the data is drawn.
    ground: RefCell<Ui>,
}

/// Room around a plot area.
#[derive(Clone, Copy)]
pub(crate) struct Room {
    pub(crate) left: f32,
    pub(crate) top: f32,
    pub(crate) right: f32,
    pub(crate) bottom: f32,
}

impl Room {
    pub(crate) const USUAL: Self = Self {
        left: 56.0,
        top: 30.0,
        right: 14.0,
        bottom: 40.0,
    };
}

impl Plot {
    /// Takes the room and draws title and axis labels; scales are the caller's.
    pub(crate) fn begin_ui(
        ui: &mut Ui,
        size: Vec2,
        room: Room,
        words: &Words<'_>,
        scales: (Scale, Scale),
    ) -> Self {
        let tokens = theme::tokens(ui);
        let (rect, response) =
            ui.allocate_exact_size(size.max(Vec2::new(120.0, 90.0)), Sense::click_and_drag());
        let summary = words.summary.clone();
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &summary));
        let area = Rect::from_min_max(
            rect.min + Vec2::new(room.left, room.top),
            (rect.max - Vec2::new(room.right, room.bottom))
                .max(rect.min + Vec2::new(room.left + 10.0, room.top + 10.0)),
        )
        .round_ui();
        let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
        painter.text(
            rect.left_top(),
            Align2::LEFT_TOP,
            words.title,
            theme::strong(),
            tokens.text,
        );
        painter.text(
            Pos2::new(area.center().x, rect.bottom()),
            Align2::CENTER_BOTTOM,
            words.x,
            theme::small(),
            tokens.weak,
        );
        if !words.y.is_empty() {
            painter.text(
                Pos2::new(rect.left(), area.top() - 4.0),
                Align2::LEFT_BOTTOM,
                words.y,
                theme::small(),
                tokens.weak,
            );
        }
        Self {
            area,
            x: scales.0,
            y: scales.1,
            painter,
            response,
            tokens,
            ground: RefCell::new(ui.new_child(UiBuilder::new().id_salt("data").max_rect(area))),
        }
    }

    /// Screen position of a figure on the x axis.
    pub(crate) fn at_x(&self, figure: f64) -> f32 {
        self.area.left() + ((figure - self.x.low) / self.x.width()) as f32 * self.area.width()
    }

    /// Screen position of a figure on the y axis.
    pub(crate) fn at_y(&self, figure: f64) -> f32 {
        self.area.bottom() - ((figure - self.y.low) / self.y.width()) as f32 * self.area.height()
    }

    pub(crate) fn at(&self, x: f64, y: f64) -> Pos2 {
        Pos2::new(self.at_x(x), self.at_y(y))
    }

    /// The figure on the x axis at a screen position.
    pub(crate) fn figure_at(&self, x: f32) -> f64 {
        self.x.low + f64::from((x - self.area.left()) / self.area.width()) * self.x.width()
    }

    /// A painter that stays inside the plot area.
    pub(crate) fn inside(&self) -> Painter {
        self.painter
            .with_clip_rect(self.area.intersect(self.painter.clip_rect()))
    }

    /// Faint lines and figures on the y axis; the line of zero is stronger.
    pub(crate) fn y_axis(&self, ticks: &[Tick]) {
        for (figure, text) in ticks {
            let y = self.at_y(*figure);
            let strong = *figure == 0.0;
            let line = Stroke::new(
                1.0,
                if strong {
                    self.tokens.weak
                } else {
                    self.tokens.grid
                },
            );
            self.painter.hline(self.area.x_range(), y, line);
            self.painter.text(
                Pos2::new(self.area.left() - 6.0, y),
                Align2::RIGHT_CENTER,
                text,
                theme::small(),
                self.tokens.weak,
            );
        }
    }

    /// Figures under the x axis: all of them, or every second, fifth, tenth … where they would touch; the last one stays.
    pub(crate) fn x_axis(&self, ticks: &[Tick], lines: bool) {
        let edge = Stroke::new(1.0, self.tokens.border);
        self.painter
            .hline(self.area.x_range(), self.area.bottom(), edge);
        if lines {
            for (figure, _) in ticks {
                let color = if *figure == 0.0 {
                    self.tokens.weak
                } else {
                    self.tokens.grid
                };
                let line = Stroke::new(1.0, color);
                self.painter
                    .vline(self.at_x(*figure), self.area.y_range(), line);
            }
        }
        let ink = self.tokens.weak;
        let room = self.painter.clip_rect().x_range().expand(1.0);
        let labels: Vec<_> = ticks
            .iter()
            .map(|(figure, text)| {
                let galley = self
                    .painter
                    .layout_no_wrap(text.clone(), theme::small(), ink);
                (self.at_x(*figure) - galley.size().x / 2.0, galley)
            })
            .collect();
        let spans: Vec<Rangef> = labels
            .iter()
            .map(|(left, galley)| Rangef::new(*left, left + galley.size().x))
            .collect();
        let step = thinned(&spans);
        let named = labels.into_iter().zip(spans).rev().step_by(step);
        for ((left, galley), span) in named {
            if room.contains(span.min) && room.contains(span.max) {
                // Clear of the figure at the foot of the y axis.
                let at = Pos2::new(left, self.area.bottom() + 7.0);
                self.painter.galley(at, galley, ink);
            }
        }
    }

    /// The place of the pointer inside the area.
    pub(crate) fn pointer(&self) -> Option<Pos2> {
        let pointer = self.response.hover_pos();
        pointer.filter(|at| self.area.contains(*at))
    }

    /// Says something at the column 0, 1, 2 … under the pointer, and shades it.
    pub(crate) fn hover_column(&self, words: impl FnOnce(usize) -> Option<String>) {
        let Some(pointer) = self.pointer() else {
            return;
        };
        let at = self.figure_at(pointer.x).round().max(0.0);
        let Some(words) = words(at as usize) else {
            return;
        };
        let (left, right) = (self.at_x(at - 0.5), self.at_x(at + 0.5));
        let column = Rect::from_x_y_ranges(left..=right, self.area.y_range());
        let shade = theme::faded(self.tokens.text, 0.06);
        self.inside().rect_filled(column, 0, shade);
        self.hover(words);
    }

    pub(crate) fn line(&self, points: Vec<Pos2>, color: Color32, width: f32) {
        self.inside()
            .add(Shape::line(points, Stroke::new(width, color)));
    }

    /// A menu on the secondary button that copies the data as tab-separated text.
    pub(crate) fn copy_menu(&self, data: impl FnOnce() -> String) {
        self.response.context_menu(|ui| {
            if ui.button("Copy data").clicked() {
                ui.ctx().copy_text(data());
                ui.close();
            }
        });
    }

    /// Says something at the pointer.
    pub(crate) fn hover(&self, text: String) {
        self.response.clone().on_hover_text_at_pointer(text);
    }
}

/// Every how manieth label can stand without touching the one before, counted back from the last.
fn thinned(spans: &[Rangef]) -> usize {
    let steps = [1, 2, 5, 10, 20, 50, 100, 200];
    let has_room = |step: &usize| {
        let mut kept = spans.iter().rev().step_by(*step);
        let mut right = kept.next();
        kept.all(|span| {
            let own = right.replace(span);
            own.is_none_or(|right| span.max + BETWEEN <= right.min)
        })
    };
    steps.into_iter().find(has_room).unwrap_or(500)
}

/// Figures at 0, 1, 2 … cut where one does not exist.
pub(crate) fn stretches<T, U>(figures: &[T], of: impl Fn(&T) -> Option<U>) -> Vec<Vec<(f64, U)>> {
    let mut all = vec![Vec::new()];
    for (at, figure) in figures.iter().enumerate() {
        match (of(figure), all.last_mut()) {
            (Some(value), Some(last)) => last.push((at as f64, value)),
            _ => all.push(Vec::new()),
        }
    }
    all.retain(|stretch| !stretch.is_empty());
    all
}

/// A label over a vertical line, placed so that no two touch.
pub(crate) struct Mark {
    pub(crate) figure: f64,
    pub(crate) text: String,
    pub(crate) color: Color32,
    pub(crate) dashed: bool,
}

/// Rows of labels that [`marks`] may use above the area, each this high.
pub(crate) const MARK_ROW: f32 = 15.0;

/// Draws marks with their labels above the area, in as many rows as needed (at most `rows`).
pub(crate) fn marks(plot: &Plot, marks: &[Mark], rows: usize) {
    let mut order: Vec<&Mark> = marks
        .iter()
        .filter(|mark| plot.x.contains(mark.figure))
        .collect();
    order.sort_by(|one, other| one.figure.total_cmp(&other.figure));
    let mut taken = vec![f32::NEG_INFINITY; rows.max(1)];
    let mut labels = Vec::new();
    for mark in order {
        let x = plot.at_x(mark.figure);
        let galley = plot
            .painter
            .layout_no_wrap(mark.text.clone(), theme::small(), mark.color);
        let width = galley.size().x;
        let left = (x - width / 2.0).clamp(
            plot.area.left(),
            (plot.area.right() - width).max(plot.area.left()),
        );
        let row = taken
            .iter()
            .position(|end| left > *end)
            .unwrap_or(taken.len() - 1);
        let left = left.max(taken[row]);
        taken[row] = left + width + 8.0;
        let top = plot.area.top() - MARK_ROW * (row as f32 + 1.0);
        let line = [
            Pos2::new(x, top + MARK_ROW - 1.0),
            Pos2::new(x, plot.area.bottom()),
        ];
        if mark.dashed {
            plot.painter.extend(Shape::dashed_line(
                &line,
                Stroke::new(1.5, mark.color),
                5.0,
                3.0,
            ));
        } else {
            plot.painter
                .line_segment(line, Stroke::new(1.5, mark.color));
        }
        labels.push((Pos2::new(left, top), galley, mark.color));
    }
    // Over all lines, on a ground of their own: a line to a label above passes behind the labels below.
    for (at, galley, color) in labels {
        let ground = Rect::from_min_size(at, galley.size()).expand2(Vec2::new(2.0, -1.0));
        plot.painter.rect_filled(ground, 0, plot.tokens.surface);
        plot.painter.galley(at, galley, color);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_thinned_out_in_even_steps_until_they_have_room() {
        let labels = |apart: f32| -> Vec<Rangef> {
            let left = (0..40_u16).map(|at| f32::from(at) * apart);
            left.map(|left| Rangef::new(left, left + 14.0)).collect()
        };
        assert_eq!(thinned(&labels(40.0)), 1);
        assert_eq!(thinned(&labels(22.0)), 1);
        assert_eq!(thinned(&labels(12.0)), 2);
        assert_eq!(thinned(&labels(6.0)), 5);
        // Nothing beside the last one.
        assert_eq!(thinned(&labels(0.001)), 50);
        assert_eq!(thinned(&[]), 1);
    }

    #[test]
    fn stretches_stop_where_a_figure_does_not_exist() {
        let finite = |figure: &f64| figure.is_finite().then_some(*figure);
        let all = stretches(&[1.0, f64::NAN, f64::INFINITY, 4.0, 5.0], finite);
        assert_eq!(all, [vec![(0.0, 1.0)], vec![(3.0, 4.0), (4.0, 5.0)]]);
        assert!(stretches(&[f64::NAN; 3], finite).is_empty());
    }
}
