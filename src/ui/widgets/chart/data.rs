//! What lies inside a plot area: lines, areas, points and bars, drawn by `egui_plot`.
//!
//! Its axes, zoom, drag and hover are off: every plot of the window has those of [`Plot`], on the same scales. What is
//! drawn must be finite: a point that is not would take its neighbors with it.

use egui::{Align, Color32, Layout, Sense, Stroke, UiBuilder, Vec2};
use egui_plot::{
    Bar, BarChart, FilledArea, Line, LineStyle, MarkerShape, PlotBounds, PlotUi, Points,
};

use super::Plot;

/// A point of a band that stands alone reaches this far to either side.
const ALONE: f64 = 0.3;

/// A bar: its edges in the figures of both axes, and its color.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block {
    pub(crate) x: (f64, f64),
    pub(crate) y: (f64, f64),
    pub(crate) color: Color32,
}

/// Draws data inside the area of a plot, later over earlier.
pub(crate) struct Pen<'p, 'a>(&'p mut PlotUi<'a>);

impl Pen<'_, '_> {
    /// A line through figures.
    pub(crate) fn path(&mut self, points: &[(f64, f64)], color: Color32, width: f32) {
        self.line(points, Stroke::new(width, color), LineStyle::Solid);
    }

    /// A line of dashes this long through figures.
    pub(crate) fn dashes(&mut self, points: &[(f64, f64)], stroke: Stroke, length: f32) {
        self.line(points, stroke, LineStyle::Dashed { length });
    }

    fn line(&mut self, points: &[(f64, f64)], stroke: Stroke, style: LineStyle) {
        let line = Line::new("", pairs(points)).stroke(stroke).style(style);
        self.0.add(line.allow_hover(false));
    }

    /// The area between two lines: position, lower and upper figure of each point. A point alone has a width as well.
    pub(crate) fn band(&mut self, points: &[(f64, (f64, f64))], color: Color32) {
        let widened = match points {
            [(at, limits)] => vec![(at - ALONE, *limits), (at + ALONE, *limits)],
            _ => points.to_vec(),
        };
        let (xs, limits): (Vec<f64>, Vec<(f64, f64)>) = widened.into_iter().unzip();
        let (low, high): (Vec<f64>, Vec<f64>) = limits.into_iter().unzip();
        let area = FilledArea::new("", &xs, &low, &high).fill_color(color);
        self.0.add(area.allow_hover(false));
    }

    /// A dot at each figure.
    pub(crate) fn dots(&mut self, points: &[(f64, f64)], color: Color32, radius: f32) {
        let dots = Points::new("", pairs(points))
            .shape(MarkerShape::Circle)
            .radius(radius)
            .color(color);
        self.0.add(dots.allow_hover(false));
    }

    pub(crate) fn bars(&mut self, blocks: impl IntoIterator<Item = Block>) {
        let bar = |own: Block| {
            let ((left, right), (foot, tip)) = (own.x, own.y);
            Bar::new(left.midpoint(right), tip - foot)
                .base_offset(foot)
                .width(right - left)
                .stroke(Stroke::NONE)
                .fill(own.color)
        };
        let bars = blocks.into_iter().map(bar).collect();
        self.0.add(BarChart::new("", bars).allow_hover(false));
    }
}

fn pairs(points: &[(f64, f64)]) -> Vec<[f64; 2]> {
    points.iter().map(|(x, y)| [*x, *y]).collect()
}

impl Plot {
    /// Draws data inside the area, over what is painted so far and under what comes after.
    pub(crate) fn draw<'a>(&self, data: impl FnOnce(&mut Pen<'_, 'a>) + 'a) {
        let bounds = PlotBounds::from_min_max([self.x.low, self.y.low], [self.x.high, self.y.high]);
        let room = UiBuilder::new()
            .max_rect(self.area)
            .layout(Layout::top_down(Align::Min));
        let mut own = self.ground.borrow_mut().new_child(room);
        let id = own.unique_id().with("plot");
        egui_plot::Plot::new("data")
            .id(id)
            .width(self.area.width())
            .height(self.area.height())
            .min_size(Vec2::ZERO)
            .set_margin_fraction(Vec2::ZERO)
            .sense(Sense::hover())
            .show_axes(false)
            .show_grid(false)
            .x_grid_spacer(|_| Vec::new())
            .y_grid_spacer(|_| Vec::new())
            .show_background(false)
            .show_x(false)
            .show_y(false)
            .allow_zoom(false)
            .allow_drag(false)
            .allow_scroll(false)
            .allow_boxed_zoom(false)
            .allow_axis_zoom_drag(false)
            .allow_double_click_reset(false)
            .show(&mut own, move |plot| {
                plot.set_plot_bounds(bounds);
                data(&mut Pen(plot));
            });
    }

    /// A line through figures.
    pub(crate) fn path(&self, points: &[(f64, f64)], color: Color32, width: f32) {
        self.draw(|pen| pen.path(points, color, width));
    }

    /// The area between two lines, as [`Pen::band`].
    pub(crate) fn band(&self, points: &[(f64, (f64, f64))], color: Color32) {
        self.draw(|pen| pen.band(points, color));
    }
}

#[cfg(test)]
mod tests {
    use egui::accesskit::Role;
    use egui::{Pos2, Rect, Shape};
    use egui_kittest::Harness;
    use egui_kittest::kittest::{NodeT as _, Queryable as _};

    use super::super::{Room, Scale, Words};
    use super::*;
    use crate::ui::theme;

    /// A color that nothing else has.
    const INK: Color32 = Color32::from_rgb(1, 2, 3);

    #[derive(Default)]
    struct Seen {
        bar: Option<Rect>,
        dot: Option<Pos2>,
        clicks: usize,
    }

    /// A plot with a bar from 2 to 5 along x and from -1 to 3 along y, and a dot at (7, 2).
    fn plot_ui(ui: &mut egui::Ui, seen: &mut Seen) {
        let words = Words {
            title: "Title",
            x: "x",
            y: "y",
            summary: "A plot".to_owned(),
        };
        let scales = (Scale::sound(-3.0, 11.0), Scale::sound(-2.0, 4.7));
        let plot = Plot::begin_ui(ui, Vec2::new(301.3, 200.7), Room::USUAL, &words, scales);
        let bar = Block {
            x: (2.0, 5.0),
            y: (-1.0, 3.0),
            color: INK,
        };
        plot.draw(|pen| {
            pen.bars([bar]);
            pen.dots(&[(7.0, 2.0)], INK, 3.0);
            pen.band(&[(0.0, (1.0, 2.0)), (3.0, (0.0, 2.0))], INK);
        });
        plot.path(&[(0.0, 1.0), (9.0, 2.0)], INK, 1.5);
        seen.bar = Some(Rect::from_two_pos(plot.at(2.0, -1.0), plot.at(5.0, 3.0)));
        seen.dot = Some(plot.at(7.0, 2.0));
        seen.clicks += usize::from(plot.response.clicked());
    }

    fn harness() -> Harness<'static, Seen> {
        let mut installed = false;
        let builder = Harness::builder().with_size(Vec2::new(400.0, 300.0));
        let show = move |ui: &mut egui::Ui, seen: &mut Seen| {
            if !std::mem::replace(&mut installed, true) {
                theme::install(ui.ctx());
            }
            plot_ui(ui, seen);
        };
        let mut harness = builder.build_ui_state(show, Seen::default());
        harness.run();
        harness
    }

    #[test]
    fn data_lies_where_the_axes_say() {
        let harness = harness();
        let (mut bars, mut dots) = (Vec::new(), Vec::new());
        for clipped in &harness.output().shapes {
            match &clipped.shape {
                Shape::Rect(own) if own.fill == INK => bars.push(own.rect),
                Shape::Circle(own) if own.fill == INK => dots.push(own.center),
                _ => {}
            }
        }
        let seen = harness.state();
        let (bar, dot) = (seen.bar.unwrap(), seen.dot.unwrap());
        assert_eq!((bars.len(), dots.len()), (1, 1));
        assert!(bars[0].min.distance(bar.min) < 0.01, "{bars:?} {bar}");
        assert!(bars[0].max.distance(bar.max) < 0.01, "{bars:?} {bar}");
        assert!(dots[0].distance(dot) < 0.01, "{dots:?} {dot}");
    }

    #[test]
    fn the_plot_is_one_picture_and_takes_the_click() {
        let mut harness = harness();
        let plain = Role::GenericContainer;
        let all: Vec<_> = harness
            .root()
            .children_recursive()
            .map(|node| node.accesskit_node().role())
            .filter(|role| *role != plain)
            .collect();
        assert_eq!(all, [Role::Image]);
        harness.get_by_role_and_label(Role::Image, "A plot").click();
        harness.run();
        assert_eq!(harness.state().clicks, 1);
    }
    #[test]
    fn the_widest_and_the_closest_scales_are_drawn() {
        let wide = Scale::sound(-1e300, 1e300);
        let close = Scale::sound(1e-300, 2e-300);
        for (x, y) in [(wide, close), (close, wide)] {
            let show = move |ui: &mut egui::Ui| {
                theme::install(ui.ctx());
                let words = Words {
                    title: "",
                    x: "",
                    y: "",
                    summary: "A plot".to_owned(),
                };
                let plot = Plot::begin_ui(ui, Vec2::splat(200.0), Room::USUAL, &words, (x, y));
                let ends = [(x.low, y.low), (x.high, y.high)];
                plot.draw(|pen| {
                    pen.path(&ends, INK, 2.0);
                    pen.dots(&ends, INK, 3.0);
                });
            };
            let harness = Harness::new_ui(show);
            let shapes = harness.output().shapes.iter();
            let dots: Vec<Pos2> = shapes
                .filter_map(|clipped| match &clipped.shape {
                    Shape::Circle(own) if own.fill == INK => Some(own.center),
                    _ => None,
                })
                .collect();
            assert_eq!(dots.len(), 2);
            assert!(dots.iter().all(|dot| dot.is_finite()), "{dots:?}");
            assert!(dots[0].x < dots[1].x && dots[0].y > dots[1].y, "{dots:?}");
        }
    }
}
