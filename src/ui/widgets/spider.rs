//! A spider: one line an input, the output over the percentile or the change at which the input is put.

use egui::accesskit::Role;
use egui::{Color32, Pos2, Rect, Sense, Shape, Stroke, Ui, Vec2, WidgetInfo};

use super::bar_table::name_in;
use super::chart::{Pen, Plot, Room, Scale, Tick, Words, stretches};
use crate::ui::format::NumberStyle;
use crate::ui::theme::{self, Tokens};

/// Lines that can be told apart: six colors, each solid and dashed.
pub(crate) const MOST: usize = 12;
/// Height of a line of the legend.
const ROW: f32 = 22.0;
/// Width of the legend.
const LEGEND: f32 = 190.0;
/// Width of a line.
const WIDTH: f32 = 2.0;
/// Length of a dash.
const DASH: f32 = 6.0;
/// A point says its figures within this distance of the pointer.
const NEAR: f32 = 14.0;

/// One input.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line {
    pub(crate) name: String,
    /// The output at each step in the unit shown; not finite where it does not exist.
    pub(crate) figures: Vec<f64>,
    /// What stands at the pointer over each point: exact figures with units.
    pub(crate) words: Vec<String>,
    /// For a screen reader.
    pub(crate) summary: String,
}

/// What is drawn.
pub(crate) struct Spider<'a> {
    pub(crate) title: &'a str,
    /// What is measured along x.
    pub(crate) x_words: &'a str,
    /// The unit of the output.
    pub(crate) y_words: &'a str,
    /// Each step and what it is called.
    pub(crate) steps: &'a [Tick],
    pub(crate) base: f64,
    /// The largest first; [`MOST`] at most.
    pub(crate) lines: &'a [Line],
    pub(crate) dimmed: bool,
    pub(crate) style: NumberStyle,
}

fn color(tokens: &Tokens, number: usize, dimmed: bool) -> Color32 {
    let color = tokens.series[number % tokens.series.len()];
    theme::faded(color, if dimmed { 0.4 } else { 1.0 })
}

fn is_dashed(tokens: &Tokens, number: usize) -> bool {
    number >= tokens.series.len()
}

/// The points of a line in runs without a gap.
fn runs(steps: &[Tick], figures: &[f64]) -> Vec<Vec<(f64, f64)>> {
    let points: Vec<(f64, f64)> = steps
        .iter()
        .map(|step| step.0)
        .zip(figures.iter().copied())
        .collect();
    let own = stretches(&points, |(x, y)| y.is_finite().then_some((*x, *y)));
    let own = own.into_iter();
    own.map(|run| run.into_iter().map(|(_, point)| point).collect())
        .collect()
}

pub(crate) fn spider_ui(ui: &mut Ui, height: f32, spider: &Spider<'_>) {
    ui.horizontal_top(|ui| {
        let width = ui.available_width() - LEGEND - theme::SECTION;
        plot_ui(ui, Vec2::new(width, height), spider);
        ui.add_space(theme::GAP);
        ui.vertical(|ui| {
            ui.set_width(LEGEND);
            ui.spacing_mut().item_spacing.y = 0.0;
            ui.add_space(24.0);
            for (number, line) in spider.lines.iter().enumerate() {
                legend_ui(ui, number, line);
            }
        });
    });
}

fn legend_ui(ui: &mut Ui, number: usize, line: &Line) {
    let tokens = theme::tokens(ui);
    let size = Vec2::new(ui.available_width(), ROW);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &line.summary));
    let y = rect.center().y;
    let ends = [Pos2::new(rect.left(), y), Pos2::new(rect.left() + 24.0, y)];
    let stroke = Stroke::new(WIDTH, color(tokens, number, false));
    if is_dashed(tokens, number) {
        // As the line in the plot.
        let gap = DASH * (std::f32::consts::GOLDEN_RATIO - 1.0);
        ui.painter()
            .extend(Shape::dashed_line(&ends, stroke, DASH, gap));
    } else {
        ui.painter().line_segment(ends, stroke);
    }
    let own = Rect::from_min_max(Pos2::new(rect.left() + 32.0, rect.top()), rect.max);
    name_in(ui, own, &line.name, tokens.text);
    response.on_hover_text(&line.summary);
}

fn base_line(plot: &Plot, base: f64) {
    if !base.is_finite() {
        return;
    }
    let stroke = Stroke::new(1.5, plot.tokens.accent);
    plot.painter
        .hline(plot.area.x_range(), plot.at_y(base), stroke);
    plot.painter.text(
        Pos2::new(plot.area.right(), plot.area.top() - 4.0),
        egui::Align2::RIGHT_BOTTOM,
        "base case: the level line",
        theme::small(),
        plot.tokens.accent,
    );
}

fn plot_ui(ui: &mut Ui, size: Vec2, spider: &Spider<'_>) {
    let figures = spider.lines.iter().flat_map(|line| line.figures.clone());
    let y = Scale::of(figures.chain([spider.base])).unwrap_or_else(|| Scale::sound(0.0, 1.0));
    let x = Scale::of(spider.steps.iter().map(|step| step.0))
        .unwrap_or_else(|| Scale::sound(0.0, 1.0))
        .with_room(0.03);
    let names: Vec<&str> = spider.lines.iter().map(|line| line.name.as_str()).collect();
    let words = Words {
        title: spider.title,
        x: spider.x_words,
        y: spider.y_words,
        summary: format!("{}, the largest first: {}", spider.title, names.join(", ")),
    };
    let room = Room {
        top: 46.0,
        ..Room::USUAL
    };
    let plot = Plot::begin_ui(ui, size, room, &words, (x, y.with_room(0.05)));
    let about = (plot.area.height() / 44.0) as usize;
    let decimals = plot.y.tick_decimals(about);
    let ticks = plot.y.ticks(about).into_iter();
    let ticks: Vec<Tick> = ticks
        .map(|tick| (tick, spider.style.fixed(tick, decimals)))
        .collect();
    plot.y_axis(&ticks);
    plot.x_axis(spider.steps, false);
    base_line(&plot, spider.base);
    plot.draw(|pen| lines(pen, spider, plot.tokens));
    hover(&plot, spider);
}

/// The largest last, so that it lies over the others.
fn lines(pen: &mut Pen<'_, '_>, spider: &Spider<'_>, tokens: &Tokens) {
    for (number, line) in spider.lines.iter().enumerate().rev() {
        let color = color(tokens, number, spider.dimmed);
        for run in runs(spider.steps, &line.figures) {
            if is_dashed(tokens, number) {
                pen.dashes(&run, Stroke::new(WIDTH, color), DASH);
            } else {
                pen.path(&run, color, WIDTH);
            }
            pen.dots(&run, color, 2.5);
        }
    }
}

/// Says the figures of the point near the pointer.
fn hover(plot: &Plot, spider: &Spider<'_>) {
    let Some(pointer) = plot.response.hover_pos() else {
        return;
    };
    let points = spider.lines.iter().rev().flat_map(|line| {
        let places = spider.steps.iter().zip(&line.figures).zip(&line.words);
        let finite = places.filter(|((_, figure), _)| figure.is_finite());
        finite.map(|((step, figure), words)| (plot.at(step.0, *figure), words))
    });
    let nearest = points
        .map(|(point, words)| (pointer.distance(point), point, words))
        .filter(|(far, ..)| *far < NEAR)
        .min_by(|one, other| one.0.total_cmp(&other.0));
    if let Some((_, point, words)) = nearest {
        plot.painter
            .circle_stroke(point, 5.0, Stroke::new(1.5, plot.tokens.text));
        plot.hover(words.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_gaps_where_the_output_does_not_exist() {
        let steps: Vec<Tick> = [0.1, 0.3, 0.5, 0.7, 0.9]
            .map(|at| (at, String::new()))
            .into();
        let all = runs(&steps, &[f64::NAN, 1.0, 2.0, f64::INFINITY, 4.0]);
        assert_eq!(all, [vec![(0.3, 1.0), (0.5, 2.0)], vec![(0.9, 4.0)]]);
        assert!(runs(&steps, &[f64::NAN; 5]).is_empty());
        // Figures of steps that are not there are not drawn.
        assert_eq!(runs(&steps, &[7.0]), [[(0.1, 7.0)]]);
    }
}
