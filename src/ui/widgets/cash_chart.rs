//! Bars of the cash flow of each period with the cumulative line.

use egui::{Pos2, Rect, Ui, Vec2};

use super::chart::{Block, Plot, Room, Scale, Words};
use super::histogram;
use crate::ui::format::NumberStyle;
use crate::ui::theme;

/// The flows of each period and their names.
pub(crate) struct Flows<'a> {
    pub(crate) title: &'a str,
    /// Unit of the figures, as people write it.
    pub(crate) unit: &'a str,
    pub(crate) labels: Vec<String>,
    pub(crate) figures: Vec<f64>,
    pub(crate) dimmed: bool,
    pub(crate) style: NumberStyle,
}

impl Flows<'_> {
    /// The figures as tab-separated text.
    fn data(&self, cumulative: &[f64]) -> String {
        let head = format!("Period\tCash flow, {0}\tCumulative, {0}\n", self.unit);
        let rows = self.labels.iter().zip(&self.figures).enumerate();
        let row = |(at, (label, flow)): (usize, (&String, &f64))| {
            let sum = cumulative.get(at).map_or_else(String::new, f64::to_string);
            format!("{label}\t{flow}\t{sum}\n")
        };
        rows.map(row).fold(head, |text, row| text + &row)
    }

    /// Running sums; a flow that does not exist ends the line.
    fn cumulative(&self) -> Vec<f64> {
        let mut sum = 0.0;
        let sums = self.figures.iter().map(|flow| {
            sum += flow;
            sum
        });
        sums.take_while(|sum| sum.is_finite()).collect()
    }
}

/// Said where there is nothing to draw.
const NOTHING_YET: &str =
    "It appears as soon as a line is named after-tax cash flow and no issue forbids it";

pub(crate) fn cash_chart_ui(ui: &mut Ui, size: Vec2, flows: &Flows<'_>) {
    let cumulative = flows.cumulative();
    let all = flows
        .figures
        .iter()
        .chain(&cumulative)
        .copied()
        .chain([0.0]);
    let Some(y) = Scale::of(all)
        .map(|scale| scale.with_room(0.05))
        .filter(|_| !flows.figures.is_empty())
    else {
        ui.label(egui::RichText::new(flows.title).font(theme::strong()));
        histogram::sentence_ui(ui, size.y - 30.0, NOTHING_YET);
        return;
    };
    let count = flows.figures.len() as f64;
    let x = Scale {
        low: -0.5,
        high: count - 0.5,
    };
    let end = cumulative.last().copied().unwrap_or(f64::NAN);
    let summary = format!(
        "{}: {} periods, sum {} {}",
        flows.title,
        flows.figures.len(),
        flows.style.significant(end, 4),
        flows.unit
    );
    let words = Words {
        title: flows.title,
        x: "Period",
        y: flows.unit,
        summary,
    };
    let room = Room {
        top: 46.0,
        ..Room::USUAL
    };
    let plot = Plot::begin_ui(ui, size, room, &words, (x, y));
    let about = (plot.area.height() / 44.0) as usize;
    plot.y_axis(&y.named_ticks(about, flows.style));
    draw(&plot, flows, &cumulative);
    let ticks: Vec<_> = flows
        .labels
        .iter()
        .enumerate()
        .map(|(at, label)| (at as f64, label.clone()))
        .collect();
    plot.x_axis(&ticks, false);
    legend(&plot);
    hover(&plot, flows, &cumulative);
    plot.copy_menu(|| flows.data(&cumulative));
}

/// Bars, and the line of running sums over them.
fn draw(plot: &Plot, flows: &Flows<'_>, cumulative: &[f64]) {
    let (of_bars, of_line) = if flows.dimmed {
        (0.4, 0.4)
    } else {
        (0.85, 1.0)
    };
    let sums = cumulative.iter().enumerate();
    let sums: Vec<_> = sums.map(|(at, sum)| (at as f64, *sum)).collect();
    let ink = plot.tokens.text;
    plot.draw(|pen| {
        pen.bars(bars(flows, plot.tokens, of_bars));
        pen.dots(&sums, ink, 2.0);
        pen.path(&sums, theme::faded(ink, of_line), 1.5);
    });
}

fn bars(flows: &Flows<'_>, tokens: &theme::Tokens, strength: f32) -> Vec<Block> {
    let flows = flows.figures.iter().enumerate();
    let block = |(at, flow): (usize, &f64)| {
        let color = if *flow < 0.0 {
            tokens.negative
        } else {
            tokens.series[0]
        };
        Block {
            x: (at as f64 - 0.36, at as f64 + 0.36),
            y: (0.0, *flow),
            color: theme::faded(color, strength),
        }
    };
    flows
        .filter(|(_, flow)| flow.is_finite())
        .map(block)
        .collect()
}

/// Beside the data: what bars and line are.
fn legend(plot: &Plot) {
    let at = Pos2::new(plot.area.right(), plot.area.top() - 22.0);
    let text = "line: cumulative";
    let galley = plot
        .painter
        .layout_no_wrap(text.to_owned(), theme::small(), plot.tokens.weak);
    let left = at.x - galley.size().x;
    plot.painter
        .galley(Pos2::new(left, at.y), galley, plot.tokens.weak);
    let middle = at.y + 8.0;
    plot.painter.line_segment(
        [
            Pos2::new(left - 24.0, middle),
            Pos2::new(left - 6.0, middle),
        ],
        egui::Stroke::new(1.5, plot.tokens.text),
    );
    let box_left = left - 36.0;
    let galley = plot.painter.layout_no_wrap(
        "bars: cash flow".to_owned(),
        theme::small(),
        plot.tokens.weak,
    );
    let text_left = box_left - galley.size().x;
    plot.painter
        .galley(Pos2::new(text_left, at.y), galley, plot.tokens.weak);
    let square = Rect::from_center_size(Pos2::new(text_left - 10.0, middle), Vec2::splat(9.0));
    plot.painter
        .rect_filled(square, 1.0, theme::faded(plot.tokens.series[0], 0.85));
}

fn hover(plot: &Plot, flows: &Flows<'_>, cumulative: &[f64]) {
    let Some(pointer) = plot
        .response
        .hover_pos()
        .filter(|pointer| plot.area.contains(*pointer))
    else {
        return;
    };
    let at = plot.figure_at(pointer.x).round().max(0.0) as usize;
    let (Some(label), Some(flow)) = (flows.labels.get(at), flows.figures.get(at)) else {
        return;
    };
    let sum = cumulative.get(at).copied().unwrap_or(f64::NAN);
    let text = format!(
        "Period {label}\nCash flow {} {}\nCumulative {} {}",
        flows.style.fixed(*flow, 1),
        flows.unit,
        flows.style.fixed(sum, 1),
        flows.unit
    );
    plot.hover(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cumulative_line_ends_where_a_flow_is_absent() {
        let flows = Flows {
            title: "",
            unit: "",
            labels: Vec::new(),
            figures: vec![-5.0, 2.0, f64::NAN, 4.0],
            dimmed: false,
            style: NumberStyle::default(),
        };
        assert_eq!(flows.cumulative(), [-5.0, -3.0]);
    }
}
