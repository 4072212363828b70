//! A cumulative curve: the share of the trials at or below each figure, with percentiles and the base case.

use egui::{Id, Stroke, Ui, Vec2};

use super::chart::{self, Plot, Scale};
use super::histogram;
use super::sheet::{self, Sheet, Ticks};
use crate::ui::format::NumberStyle;
use crate::ui::theme;

/// The points of a curve in the unit shown, and what stands on it.
pub(crate) struct Curve<'a> {
    pub(crate) id: Id,
    pub(crate) title: &'a str,
    /// What is measured, as in "P(NPV <= 500 C$M)".
    pub(crate) name: &'a str,
    /// As people write it.
    pub(crate) unit: &'a str,
    /// What is measured, with its unit in brackets.
    pub(crate) axis: &'a str,
    /// Figure and share of the trials at or below it; both rise.
    pub(crate) points: Vec<[f64; 2]>,
    /// The range to show; all points where it is absent.
    pub(crate) range: Option<Scale>,
    /// P10, P50, P90: label and figure.
    pub(crate) percentiles: &'a [(&'a str, f64)],
    pub(crate) base: Option<f64>,
    /// Whether figures below zero are losses.
    pub(crate) loss_below_zero: bool,
    pub(crate) dimmed: bool,
    pub(crate) style: NumberStyle,
}

/// Points that can be drawn, the share in per cent, as steps: a share holds until the next figure.
fn steps(points: &[[f64; 2]], x: Scale) -> Vec<(f64, f64)> {
    let mut share = share_at(points, x.low) * 100.0;
    let mut line = vec![(x.low, share)];
    for [figure, next] in points {
        if figure.is_finite() && next.is_finite() && x.contains(*figure) {
            line.push((*figure, share));
            share = next * 100.0;
            line.push((*figure, share));
        }
    }
    line.push((x.high, share));
    line
}

/// The share of the trials at or below a figure.
fn share_at(points: &[[f64; 2]], figure: f64) -> f64 {
    let below = points.partition_point(|[own, _]| *own <= figure);
    below.checked_sub(1).map_or(0.0, |last| points[last][1])
}

impl Curve<'_> {
    /// The figures as tab-separated text.
    fn data(&self) -> String {
        let row = |[figure, share]: &[f64; 2]| format!("{figure}\t{share}\n");
        let head = format!("{}\tShare at or below\n", self.axis);
        self.points
            .iter()
            .map(row)
            .fold(head, |text, row| text + &row)
    }

    fn words(&self, figure: f64, decimals: usize) -> String {
        let gap = if self.unit.is_empty() { "" } else { " " };
        format!(
            "P({} ≤ {}{gap}{}) = {}",
            self.name,
            self.style.fixed(figure, decimals),
            self.unit,
            self.style.percent(share_at(&self.points, figure), 1)
        )
    }

    fn summary(&self) -> String {
        let mut text = format!("Cumulative curve: {}, {}", self.title, self.axis);
        for (name, figure) in self.percentiles {
            for part in [", ", name, " ", &self.style.significant(*figure, 4)] {
                text.push_str(part);
            }
        }
        text
    }
}

/// Draws a cumulative curve; a sentence where there is nothing to draw.
pub(crate) fn curve_ui(ui: &mut Ui, size: Vec2, curve: &Curve<'_>) {
    let figures = curve.points.iter().map(|[figure, _]| *figure);
    let all = Scale::of(figures).map(|scale| scale.with_room(0.03));
    let Some(x) = all.map(|all| curve.range.unwrap_or(all)) else {
        ui.label(egui::RichText::new(curve.title).font(theme::strong()));
        histogram::sentence_ui(
            ui,
            size.y - 30.0,
            "No result exists yet that could be drawn",
        );
        return;
    };
    let tokens = theme::tokens(ui);
    let color = theme::faded(tokens.series[0], if curve.dimmed { 0.5 } else { 1.0 });
    let sheet = Sheet {
        id: curve.id,
        title: curve.title,
        summary: curve.summary(),
        x_words: curve.axis,
        y_words: "% of trials at or below",
        x,
        y: Scale {
            low: 0.0,
            high: 103.0,
        },
        ticks: Ticks::Figures,
        legend: Vec::new(),
        mark_rows: 2,
        style: curve.style,
    };
    let plot = sheet::sheet_ui(ui, size, &sheet);
    if curve.loss_below_zero {
        histogram::shade_loss(&plot);
    }
    plot.path(&steps(&curve.points, plot.x), color, 2.0);
    let decimals = histogram::decimals_of(plot.x);
    let all = histogram::marks_of(
        curve.percentiles,
        curve.base,
        decimals,
        (curve.style, plot.tokens),
    );
    chart::marks(&plot, &all, 2);
    hover(&plot, curve, decimals);
    plot.copy_menu(|| curve.data());
}

fn hover(plot: &Plot, curve: &Curve<'_>, decimals: usize) {
    let Some(pointer) = plot.pointer() else {
        return;
    };
    let figure = plot.figure_at(pointer.x);
    let share = share_at(&curve.points, figure) * 100.0;
    let thin = Stroke::new(1.0, theme::faded(plot.tokens.text, 0.35));
    let inside = plot.inside();
    let at = plot.at(figure, share);
    inside.line_segment([at, egui::pos2(at.x, plot.area.bottom())], thin);
    inside.line_segment([egui::pos2(plot.area.left(), at.y), at], thin);
    inside.circle_filled(at, 3.5, plot.tokens.series[0]);
    plot.hover(curve.words(figure, decimals));
}

#[cfg(test)]
mod tests {
    use super::*;

    const POINTS: [[f64; 2]; 3] = [[-10.0, 0.25], [0.0, 0.5], [30.0, 1.0]];

    #[test]
    fn the_share_is_that_of_the_last_figure_at_or_below() {
        for (figure, share) in [(-11.0, 0.0), (-10.0, 0.25), (29.0, 0.5), (99.0, 1.0)] {
            assert_eq!(share_at(&POINTS, figure), share);
        }
        assert_eq!(share_at(&[], 1.0), 0.0);
    }

    #[test]
    fn steps_start_at_the_share_of_what_lies_below_the_view() {
        let line = steps(
            &POINTS,
            Scale {
                low: -5.0,
                high: 40.0,
            },
        );
        assert_eq!(line.first(), Some(&(-5.0, 25.0)));
        assert_eq!(line.last(), Some(&(40.0, 100.0)));
        assert!(line.windows(2).all(|pair| pair[0].1 <= pair[1].1));
        let broken = steps(
            &[[f64::NAN, f64::NAN]],
            Scale {
                low: 0.0,
                high: 1.0,
            },
        );
        assert!(broken.iter().all(|(x, y)| x.is_finite() && y.is_finite()));
    }

    #[test]
    fn the_hover_names_figure_unit_and_share() {
        let curve = Curve {
            id: Id::unique("curve"),
            title: "",
            name: "NPV",
            unit: "C$M",
            axis: "",
            points: POINTS.to_vec(),
            range: None,
            percentiles: &[],
            base: None,
            loss_below_zero: true,
            dimmed: false,
            style: NumberStyle::default(),
        };
        assert_eq!(curve.words(12.34, 1), "P(NPV ≤ 12.3 C$M) = 50.0\u{a0}%");
    }
}
