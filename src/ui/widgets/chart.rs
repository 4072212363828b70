//! The ground of every plot: a scale with round ticks, axes with units, and the way from figures to the screen.
//!
//! Scales are finite and have a width, whatever the data: figures that are not finite are left out by the caller's
//! [`Scale::of`], and a single figure gets room around it.

use egui::accesskit::Role;
use egui::{
    Align2, Color32, Painter, Pos2, Rect, Response, Sense, Shape, Stroke, Ui, Vec2, WidgetInfo,
};

use crate::ui::theme::{self, Tokens};

/// Beyond this size differences overflow; such figures are left out of plots.
const LARGEST: f64 = 1e300;

/// A range of figures on one axis: finite, and never empty.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scale {
    pub(crate) low: f64,
    pub(crate) high: f64,
}

impl Scale {
    /// The range of the finite figures; `None` when there is none.
    pub(crate) fn of(figures: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut range: Option<(f64, f64)> = None;
        for figure in figures.into_iter().filter(|figure| figure.abs() <= LARGEST) {
            let (low, high) = range.unwrap_or((figure, figure));
            range = Some((low.min(figure), high.max(figure)));
        }
        range.map(|(low, high)| Self::sound(low, high))
    }

    /// The range between two figures; room is made where they are equal or as good as that.
    pub(crate) fn sound(low: f64, high: f64) -> Self {
        let (low, high) = (low.min(high), low.max(high));
        let size = low.abs().max(high.abs()).max(f64::MIN_POSITIVE);
        if high - low > size * 1e-9 {
            return Self { low, high };
        }
        let room = if size > 1e-12 { size * 0.02 } else { 1.0 };
        Self {
            low: low - room,
            high: high + room,
        }
    }

    pub(crate) fn width(self) -> f64 {
        self.high - self.low
    }

    /// The same range with a share of its width added at both ends.
    pub(crate) fn with_room(self, share: f64) -> Self {
        let room = self.width() * share;
        Self {
            low: self.low - room,
            high: self.high + room,
        }
    }

    pub(crate) fn contains(self, figure: f64) -> bool {
        self.low <= figure && figure <= self.high
    }

    /// Round figures inside the range, about as many as asked for.
    pub(crate) fn ticks(self, about: usize) -> Vec<f64> {
        let step = round_step(self.width() / about.max(1) as f64);
        let first = (self.low / step).ceil();
        // The count is bounded by the step; the limit holds where the range is at the end of what a double resolves.
        (0..64)
            .map(|index| (first + f64::from(index)) * step)
            .take_while(|tick| *tick <= self.high + step * 1e-6)
            .map(|tick| if tick.abs() < step * 1e-6 { 0.0 } else { tick })
            .collect()
    }

    /// Decimals that tell neighboring ticks apart.
    pub(crate) fn tick_decimals(self, about: usize) -> usize {
        let step = round_step(self.width() / about.max(1) as f64);
        (0..10)
            .find(|&decimals| {
                let scaled = step * ten_to(decimals);
                (scaled - scaled.round()).abs() < 1e-6 * scaled.max(1.0)
            })
            .map_or(9, |decimals| decimals as usize)
    }
}

fn ten_to(power: i32) -> f64 {
    (0..power).fold(1.0, |product, _| product * 10.0)
}

/// 1, 2, 2.5 or 5 times a power of ten, at or above the figure.
fn round_step(raw: f64) -> f64 {
    if !raw.is_finite() || raw <= 0.0 {
        return 1.0;
    }
    let text = format!("{raw:e}");
    let power: f64 = text
        .split_once('e')
        .and_then(|(_, power)| format!("1e{power}").parse().ok())
        .unwrap_or(1.0);
    let lead = raw / power;
    let round = [1.0, 2.0, 2.5, 5.0]
        .into_iter()
        .find(|round| lead <= round * (1.0 + 1e-9))
        .unwrap_or(10.0);
    round * power
}

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

/// A tick on an axis: where, and what stands there.
pub(crate) type Tick = (f64, String);

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
        );
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

    /// Figures under the x axis; those that would touch their left neighbor are left out.
    pub(crate) fn x_axis(&self, ticks: &[Tick], lines: bool) {
        let mut free = f32::NEG_INFINITY;
        let edge = Stroke::new(1.0, self.tokens.border);
        self.painter
            .hline(self.area.x_range(), self.area.bottom(), edge);
        for (figure, text) in ticks {
            let x = self.at_x(*figure);
            if lines {
                let color = if *figure == 0.0 {
                    self.tokens.weak
                } else {
                    self.tokens.grid
                };
                self.painter
                    .vline(x, self.area.y_range(), Stroke::new(1.0, color));
            }
            let galley =
                self.painter
                    .layout_no_wrap(text.clone(), theme::small(), self.tokens.weak);
            let left = x - galley.size().x / 2.0;
            if left > free && left + galley.size().x <= self.response.rect.right() + 1.0 {
                free = left + galley.size().x + 6.0;
                self.painter.galley(
                    Pos2::new(left, self.area.bottom() + 4.0),
                    galley,
                    self.tokens.weak,
                );
            }
        }
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
    fn scales_are_finite_and_have_a_width() {
        assert_eq!(Scale::of([f64::NAN, f64::INFINITY]), None);
        assert_eq!(
            Scale::of([f64::NAN, 3.0, 1.0]),
            Some(Scale {
                low: 1.0,
                high: 3.0
            })
        );
        let constant = Scale::of([50.0; 9]).unwrap();
        assert_eq!((constant.low, constant.high), (49.0, 51.0));
        assert_eq!(
            Scale::of([0.0]).unwrap(),
            Scale {
                low: -1.0,
                high: 1.0
            }
        );
        assert!(Scale::of([-1e308, 1e308, 2.0]).unwrap().width().is_finite());
        assert!(Scale::sound(1e15, 1e15 + 0.25).width() > 1e13);
    }

    #[test]
    fn ticks_are_round_and_inside() {
        assert_eq!(
            Scale::sound(-130.0, 1_480.0).ticks(6),
            [0.0, 500.0, 1_000.0]
        );
        assert_eq!(
            Scale::sound(0.0, 10.0).ticks(5),
            [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]
        );
        assert_eq!(Scale::sound(0.0, 0.1).tick_decimals(4), 3);
        assert_eq!(Scale::sound(0.0, 0.08).tick_decimals(4), 2);
        assert_eq!(Scale::sound(0.0, 1e9).tick_decimals(4), 0);
        let wide = Scale::sound(-1e299, 1e299);
        assert!(wide.ticks(6).len() <= 8);
        assert!(wide.ticks(6).iter().all(|tick| tick.is_finite()));
        let tiny = Scale::sound(1e-300, 2e-300);
        assert!(tiny.ticks(5).len() <= 64);
    }
}
