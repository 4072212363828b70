//! A tornado: one bar an input, from the base case to the output at each of its two ends.

use egui::accesskit::Role;
use egui::{Pos2, Rect, Sense, Stroke, Ui, Vec2, WidgetInfo};

use super::bar_table::name_in;
use super::basic;
use super::chart::{Block, MARK_ROW, Mark, Plot, Room, Scale, Words, marks};
use crate::ui::format::NumberStyle;
use crate::ui::theme;

/// Height of a bar with its gap.
const ROW: f32 = 26.0;
/// Half the height of a bar, as a share of a row.
const HALF: f64 = 9.0 / 26.0;
/// Room above the bars: title, legend, label of the base case.
const HEAD: f32 = 26.0 + MARK_ROW + theme::GAP;
/// Room under the bars: ticks and the name of the axis.
const FOOT: f32 = 40.0;
/// The bars have at least this room.
const AREA: f32 = 120.0;

/// One end of a bar.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct End {
    /// The output in the unit shown; not finite where it does not exist.
    pub(crate) figure: f64,
    /// The value of the input.
    pub(crate) input: String,
    /// The output, or why there is none, in a word.
    pub(crate) output: String,
}

/// One input.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bar {
    pub(crate) name: String,
    pub(crate) low: End,
    pub(crate) high: End,
    pub(crate) varies: bool,
    /// For tooltip and screen reader: exact figures with units.
    pub(crate) words: String,
}

/// What is drawn.
pub(crate) struct Tornado<'a> {
    pub(crate) title: &'a str,
    /// The output with its unit.
    pub(crate) axis: &'a str,
    /// The base case in the unit shown; not finite where it does not exist.
    pub(crate) base: f64,
    pub(crate) base_words: String,
    /// What both ends are called.
    pub(crate) ends: [&'a str; 2],
    /// The largest first.
    pub(crate) bars: &'a [Bar],
    pub(crate) dimmed: bool,
    pub(crate) style: NumberStyle,
}

/// On which side of the base case a label stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// The sides of both labels, and whether both ends lie on one side of the base case.
fn sides(base: f64, low: f64, high: f64) -> (Side, Side, bool) {
    let own = |figure: f64| {
        if !figure.is_finite() || !base.is_finite() || figure == base {
            None
        } else if figure < base {
            Some(Side::Left)
        } else {
            Some(Side::Right)
        }
    };
    let other = |side: Side| match side {
        Side::Left => Side::Right,
        Side::Right => Side::Left,
    };
    match (own(low), own(high)) {
        (None, None) => (Side::Left, Side::Right, false),
        (Some(low), None) => (low, other(low), false),
        (None, Some(high)) => (other(high), high, false),
        (Some(one), Some(two)) if one != two => (one, two, false),
        (Some(side), Some(_)) if (low - base).abs() >= (high - base).abs() => {
            (side, other(side), true)
        }
        (Some(side), Some(_)) => (other(side), side, true),
    }
}

/// The input in the weak color beside the output, the output next to the bar.
fn label(ui: &Ui, end: &End, side: Side, prefix: Option<&str>) -> egui::text::LayoutJob {
    let tokens = theme::tokens(ui);
    let prefix = prefix.map_or_else(String::new, |prefix| format!("{prefix}: "));
    let input = (format!("{prefix}{}", end.input), tokens.weak);
    let output = (end.output.clone(), tokens.text);
    let parts = match side {
        Side::Left => [input, output],
        Side::Right => [output, input],
    };
    let mut job = egui::text::LayoutJob::default();
    for (at, (text, color)) in parts.into_iter().enumerate() {
        let lead = if at == 0 { 0.0 } else { 6.0 };
        job.append(&text, lead, basic::format(theme::small(), color));
    }
    job
}

struct Laid {
    low: (Side, std::sync::Arc<egui::Galley>),
    high: (Side, std::sync::Arc<egui::Galley>),
    /// Both ends on one side: the bars share the height.
    shared: bool,
}

fn laid(ui: &Ui, tornado: &Tornado<'_>, bar: &Bar) -> Laid {
    let (low, high, shared) = sides(tornado.base, bar.low.figure, bar.high.figure);
    let galley = |end: &End, side: Side, name: &str| {
        let prefix = shared.then_some(name);
        ui.painter().layout_job(label(ui, end, side, prefix))
    };
    Laid {
        low: (low, galley(&bar.low, low, tornado.ends[0])),
        high: (high, galley(&bar.high, high, tornado.ends[1])),
        shared,
    }
}

impl Tornado<'_> {
    fn scale(&self) -> Scale {
        let ends = self
            .bars
            .iter()
            .flat_map(|bar| [bar.low.figure, bar.high.figure]);
        Scale::of(ends.chain([self.base])).unwrap_or_else(|| Scale::sound(0.0, 1.0))
    }

    /// Room of the names, and of the labels left and right of the bars.
    fn room(&self, ui: &Ui, laid: &[Laid]) -> (f32, Room) {
        let full = ui.available_width();
        let ink = egui::Color32::WHITE;
        let wide = |bar: &Bar| {
            let galley = ui
                .painter()
                .layout_no_wrap(bar.name.clone(), theme::table(), ink);
            galley.size().x
        };
        let names = self.bars.iter().map(wide).fold(60.0, f32::max);
        let names = names.min((full * 0.26).max(90.0));
        let widest = |side: Side| {
            laid.iter()
                .flat_map(|own| [&own.low, &own.high])
                .filter(|own| own.0 == side)
                .map(|own| own.1.size().x + 10.0)
                .fold(20.0, f32::max)
        };
        let (mut left, mut right) = (widest(Side::Left), widest(Side::Right));
        let over = (names + left + right + AREA - full).max(0.0);
        // A narrow page: labels of long bars may reach over them.
        left = (left - over / 2.0).max(20.0);
        right = (right - over / 2.0).max(20.0);
        let room = Room {
            left: names + left,
            top: HEAD,
            right,
            bottom: FOOT,
        };
        (names, room)
    }

    fn summary(&self) -> String {
        let names: Vec<&str> = self
            .bars
            .iter()
            .filter(|bar| bar.varies)
            .map(|bar| bar.name.as_str())
            .collect();
        format!(
            "{}, base case {}, the largest first: {}",
            self.title,
            self.base_words,
            names.join(", ")
        )
    }
}

/// Draws a tornado as high as its bars need.
pub(crate) fn tornado_ui(ui: &mut Ui, tornado: &Tornado<'_>) {
    let laid: Vec<Laid> = tornado
        .bars
        .iter()
        .map(|bar| laid(ui, tornado, bar))
        .collect();
    let (names, room) = tornado.room(ui, &laid);
    let rows = tornado.bars.len() as f32;
    let size = Vec2::new(ui.available_width(), HEAD + ROW * rows + FOOT);
    let words = Words {
        title: tornado.title,
        x: tornado.axis,
        y: "",
        summary: tornado.summary(),
    };
    let y = Scale {
        low: 0.0,
        high: f64::from(rows.max(1.0)),
    };
    let x = tornado.scale().with_room(0.01);
    let plot = Plot::begin_ui(ui, size, room, &words, (x, y));
    axis(&plot, tornado);
    legend(&plot, tornado);
    for (number, bar) in tornado.bars.iter().enumerate() {
        let top = plot.area.top() + ROW * number as f32;
        let row = Rect::from_x_y_ranges(plot.response.rect.x_range(), top..=top + ROW);
        row_ui(ui, &plot, row, (number, bar));
        let name = Rect::from_min_size(row.min, Vec2::new(names, ROW));
        let ink = if bar.varies {
            plot.tokens.text
        } else {
            plot.tokens.weak
        };
        name_in(ui, name, &bar.name, ink);
    }
    bars(&plot, tornado, &laid);
    if tornado.base.is_finite() {
        let mark = Mark {
            figure: tornado.base,
            text: format!("base case {}", tornado.base_words),
            color: plot.tokens.accent,
            dashed: false,
        };
        marks(&plot, &[mark], 1);
    }
    for (number, bar) in tornado.bars.iter().enumerate() {
        let top = plot.area.top() + ROW * number as f32;
        let row = Rect::from_x_y_ranges(plot.response.rect.x_range(), top..=top + ROW);
        if bar.varies {
            labels(&plot, tornado, row, (bar, &laid[number]));
        } else {
            no_bar(&plot, tornado, row);
        }
    }
}

/// What stands in the row of an input that does not move the output.
fn no_bar(plot: &Plot, tornado: &Tornado<'_>, row: Rect) {
    let left = plot.at_x(tornado.base.clamp(plot.x.low, plot.x.high)) + 6.0;
    let left = if left.is_nan() {
        plot.area.left()
    } else {
        left
    };
    plot.painter.text(
        Pos2::new(left, row.center().y),
        egui::Align2::LEFT_CENTER,
        "does not vary",
        theme::small(),
        plot.tokens.weak,
    );
}

fn axis(plot: &Plot, tornado: &Tornado<'_>) {
    let about = (plot.area.width() / 80.0).max(2.0) as usize;
    let decimals = plot.x.tick_decimals(about);
    let ticks = plot.x.ticks(about);
    let ticks: Vec<_> = ticks
        .into_iter()
        .map(|tick| (tick, tornado.style.fixed(tick, decimals)))
        .collect();
    plot.x_axis(&ticks, true);
}

/// Which color is which end: at the right of the title.
fn legend(plot: &Plot, tornado: &Tornado<'_>) {
    let tokens = plot.tokens;
    let mut right = plot.response.rect.right();
    let middle = plot.response.rect.top() + 9.0;
    for at in [1, 0] {
        let text = format!("input at {}", tornado.ends[at]);
        let galley = plot
            .painter
            .layout_no_wrap(text, theme::small(), tokens.weak);
        let left = right - galley.size().x;
        plot.painter.galley(
            Pos2::new(left, middle - galley.size().y / 2.0),
            galley,
            tokens.weak,
        );
        let swatch = Rect::from_min_max(
            Pos2::new(left - 20.0, middle - 5.0),
            Pos2::new(left - 6.0, middle + 5.0),
        );
        plot.painter
            .rect_filled(swatch, 1, theme::faded(tokens.series[at], 0.85));
        right = left - 34.0;
    }
}

/// What a row says, to the pointer and to a screen reader.
fn row_ui(ui: &Ui, plot: &Plot, row: Rect, (number, bar): (usize, &Bar)) {
    let id = plot.response.id.with(("bar", number));
    let response = ui.interact(row.intersect(ui.clip_rect()), id, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Row, true, &bar.words));
    if response.hovered() {
        plot.painter
            .rect_filled(row, 2, theme::faded(plot.tokens.text, 0.06));
    }
    response.on_hover_text_at_pointer(&bar.words);
}

fn bars(plot: &Plot, tornado: &Tornado<'_>, laid: &[Laid]) {
    let strength = if tornado.dimmed { 0.4 } else { 0.85 };
    let colors = [0, 1].map(|at| theme::faded(plot.tokens.series[at], strength));
    let rows = tornado.bars.iter().zip(laid).enumerate();
    let (mut blocks, mut dots) = (Vec::new(), Vec::new());
    for (number, (bar, laid)) in rows.filter(|(_, (bar, _))| bar.varies) {
        // The first row is the uppermost.
        let middle = plot.y.high - number as f64 - 0.5;
        let (foot, top) = (middle - HALF, middle + HALF);
        let halves = if laid.shared {
            [(middle, top), (foot, middle)]
        } else {
            [(foot, top); 2]
        };
        let ends = [&bar.low, &bar.high].into_iter().zip(halves).zip(colors);
        for ((end, y), color) in ends.filter(|((end, _), _)| end.figure.is_finite()) {
            let x = (tornado.base.min(end.figure), tornado.base.max(end.figure));
            blocks.push(Block { x, y, color });
            dots.push(((end.figure, middle), color));
        }
        let under = plot.area.top() + ROW * (number as f32 + 1.0);
        let line = Stroke::new(1.0, plot.tokens.grid);
        if tornado.base.is_finite() {
            plot.painter
                .hline(plot.response.rect.x_range(), under, line);
        }
    }
    plot.draw(|pen| {
        if tornado.base.is_finite() {
            pen.bars(blocks);
        } else {
            // Without a base case a bar has no foot: a dot stands at each end.
            for (dot, color) in dots {
                pen.dots(&[dot], color, 4.0);
            }
        }
    });
}

/// Both labels, each outside of what is drawn on its side.
fn labels(plot: &Plot, tornado: &Tornado<'_>, row: Rect, (bar, laid): (&Bar, &Laid)) {
    let base = if tornado.base.is_finite() {
        tornado.base
    } else {
        f64::midpoint(plot.x.low, plot.x.high)
    };
    for (end, (side, galley)) in [(&bar.low, &laid.low), (&bar.high, &laid.high)] {
        let reaches = end.figure.is_finite()
            && match side {
                Side::Left => end.figure < base,
                Side::Right => end.figure > base,
            };
        let tip = plot.at_x(if reaches { end.figure } else { base });
        let left = match side {
            Side::Left => tip - 6.0 - galley.size().x,
            Side::Right => tip + 6.0,
        };
        let at = Pos2::new(left, row.center().y - galley.size().y / 2.0);
        let galley = std::sync::Arc::clone(galley);
        plot.painter.galley(at, galley, plot.tokens.text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_stand_on_the_side_of_their_end() {
        use Side::{Left, Right};
        assert_eq!(sides(10.0, 5.0, 20.0), (Left, Right, false));
        assert_eq!(sides(10.0, 20.0, 5.0), (Right, Left, false));
        // An end without a figure stands opposite to the other.
        assert_eq!(sides(10.0, f64::NAN, 5.0), (Right, Left, false));
        assert_eq!(sides(10.0, 20.0, f64::INFINITY), (Right, Left, false));
        assert_eq!(sides(f64::NAN, 1.0, 2.0), (Left, Right, false));
        // Both ends on one side: the longer keeps it, and the bars share the height.
        assert_eq!(sides(10.0, 12.0, 18.0), (Left, Right, true));
        assert_eq!(sides(10.0, 2.0, 8.0), (Left, Right, true));
        assert_eq!(sides(10.0, 10.0, 8.0), (Right, Left, false));
    }
}
