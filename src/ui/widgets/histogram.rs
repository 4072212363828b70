//! Histograms: bars with percentile lines, the base case, the loss side shaded, and a zoom that stops at its limits.

use egui::{Color32, Id, Pos2, Rect, Sense, Ui, Vec2};

use super::chart::{self, Block, MARK_ROW, Mark, Plot, Room, Scale, Words};
use super::zoom;
use crate::ui::format::{self, NumberStyle};
use crate::ui::theme;

/// Counted figures in bars of one width, in the unit shown to people.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Bars {
    /// Left edge of the first bar.
    pub(crate) low: f64,
    /// Width of a bar; 0 for a single value.
    pub(crate) width: f64,
    pub(crate) counts: Vec<u64>,
    /// Figures beyond the bars on either side.
    pub(crate) beyond: u64,
    /// Results that do not exist.
    pub(crate) absent: u64,
}

impl Bars {
    /// Left edge, right edge and count of the bars that can be drawn; one bar of visible width for a single value.
    fn drawn(&self) -> Vec<(f64, f64, u64)> {
        if !self.low.is_finite() || !self.width.is_finite() || self.total() == 0 {
            return Vec::new();
        }
        if self.width <= 0.0 {
            let scale = Scale::sound(self.low, self.low);
            let half = scale.width() / 40.0;
            return vec![(self.low - half, self.low + half, self.total())];
        }
        let edge = |index: usize| self.low + self.width * index as f64;
        let bars = self
            .counts
            .iter()
            .enumerate()
            .map(|(index, count)| (edge(index), edge(index + 1), *count));
        bars.filter(|(left, right, _)| left.is_finite() && right.is_finite())
            .collect()
    }

    fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The range of bars with something in them, with room at both ends.
    pub(crate) fn scale(&self) -> Option<Scale> {
        if self.width <= 0.0 && self.low.is_finite() && self.total() > 0 {
            return Some(Scale::sound(self.low, self.low));
        }
        let full: Vec<_> = self
            .drawn()
            .into_iter()
            .filter(|(.., count)| *count > 0)
            .collect();
        Scale::of(full.iter().flat_map(|(left, right, _)| [*left, *right]))
            .map(|scale| scale.with_room(0.03))
    }
}

/// What stands on a histogram beside the bars.
pub(crate) struct Spec<'a> {
    pub(crate) id: Id,
    pub(crate) title: &'a str,
    /// What is measured, with its unit.
    pub(crate) axis: &'a str,
    /// P10, P50, P90 and others: label and figure in the unit shown.
    pub(crate) percentiles: &'a [(&'a str, f64)],
    /// The base case in the unit shown.
    pub(crate) base: Option<f64>,
    /// Whether figures below zero are losses.
    pub(crate) loss_below_zero: bool,
    /// The bars belong to earlier content.
    pub(crate) dimmed: bool,
    /// What a click on a bar does, for the hover; nothing where it is empty.
    pub(crate) on_click: &'a str,
    pub(crate) style: NumberStyle,
}

/// Draws a histogram in the given size; a sentence where there is nothing to draw. The answer is the middle of a bar that
/// was clicked, in the unit shown.
pub(crate) fn histogram_ui(ui: &mut Ui, size: Vec2, bars: &Bars, spec: &Spec<'_>) -> Option<f64> {
    let Some(data) = bars.scale() else {
        ui.label(egui::RichText::new(spec.title).font(theme::strong()));
        let sentence = "No result exists yet that could be drawn";
        sentence_ui(ui, size.y - 30.0, sentence);
        return None;
    };
    let shown = zoom::shown(ui, spec.id, data);
    let drawn = bars.drawn();
    let most = drawn
        .iter()
        .map(|(.., count)| *count)
        .max()
        .unwrap_or(1)
        .max(1);
    let y = Scale {
        low: 0.0,
        high: most as f64 * 1.04,
    };
    let notes = left_out(bars, &drawn, shown, spec.style);
    let words = Words {
        title: spec.title,
        x: spec.axis,
        y: "",
        summary: summary(bars, spec, &notes),
    };
    let room = Room {
        left: 14.0,
        // The row of notes keeps its room, so that nothing jumps when there is one.
        top: 26.0 + MARK_ROW * 3.0,
        ..Room::USUAL
    };
    let plot = Plot::begin_ui(ui, size, room, &words, (shown, y));
    let about = (plot.area.width() / 90.0) as usize;
    if spec.loss_below_zero {
        shade_loss(&plot);
    }
    plot.x_axis(&shown.named_ticks(about, spec.style), true);
    paint_bars(&plot, &drawn, spec);
    let pen = (spec.style, plot.tokens);
    let all = marks_of(spec.percentiles, spec.base, decimals_of(plot.x), pen);
    chart::marks(&plot, &all, 2);
    let under_title = plot.response.rect.left_top() + Vec2::new(0.0, 22.0);
    plot.painter.text(
        under_title,
        egui::Align2::LEFT_TOP,
        notes,
        theme::small(),
        plot.tokens.warning,
    );
    hover(ui, &plot, &drawn, bars, spec);
    plot.copy_menu(|| text_of(&drawn));
    zoom::follow(ui, &plot, spec.id, data);
    clicked(&plot, &drawn).filter(|_| !spec.on_click.is_empty())
}

/// The middle of the bar under a click; a column without a trial in it is none.
fn clicked(plot: &Plot, drawn: &[(f64, f64, u64)]) -> Option<f64> {
    let pointer = plot
        .response
        .interact_pointer_pos()
        .filter(|pointer| plot.response.clicked() && plot.area.contains(*pointer))?;
    let (left, right, _) = bar_at(drawn, plot.figure_at(pointer.x)).filter(|bar| bar.2 > 0)?;
    Some(left.midpoint(right))
}

/// The bar over a figure.
fn bar_at(drawn: &[(f64, f64, u64)], figure: f64) -> Option<(f64, f64, u64)> {
    let over = |(left, right, _): &&(f64, f64, u64)| *left <= figure && figure < *right;
    drawn.iter().find(over).copied()
}

/// The side of the loss, shaded.
pub(crate) fn shade_loss(plot: &Plot) {
    if plot.x.low < 0.0 {
        let right = plot.at_x(0.0).min(plot.area.right());
        let loss = Rect::from_min_max(plot.area.min, Pos2::new(right, plot.area.bottom()));
        plot.inside()
            .rect_filled(loss, 0, theme::faded(plot.tokens.negative, 0.09));
    }
}

/// The bars as tab-separated text.
fn text_of(drawn: &[(f64, f64, u64)]) -> String {
    let row = |(left, right, count): &(f64, f64, u64)| format!("{left}\t{right}\t{count}\n");
    let head = "From\tTo\tTrials\n".to_owned();
    drawn.iter().map(row).fold(head, |text, row| text + &row)
}

/// Decimals of the labels of marks on an axis.
pub(crate) fn decimals_of(x: Scale) -> usize {
    format::decimals_for(x.width(), 4)
        .max(x.tick_decimals(6))
        .min(6)
}

/// Labels and lines of percentiles and the base case.
pub(crate) fn marks_of(
    percentiles: &[(&str, f64)],
    base: Option<f64>,
    decimals: usize,
    (style, tokens): (NumberStyle, &theme::Tokens),
) -> Vec<Mark> {
    let label = |name: &str, figure: f64| format!("{name}\u{a0}{}", style.fixed(figure, decimals));
    let mut marks: Vec<Mark> = percentiles
        .iter()
        .filter(|(_, figure)| figure.is_finite())
        .map(|(name, figure)| Mark {
            figure: *figure,
            text: label(name, *figure),
            color: tokens.text,
            dashed: true,
        })
        .collect();
    if let Some(base) = base.filter(|base| base.is_finite()) {
        marks.push(Mark {
            figure: base,
            text: label("Base", base),
            color: tokens.accent,
            dashed: false,
        });
    }
    marks
}

fn paint_bars(plot: &Plot, drawn: &[(f64, f64, u64)], spec: &Spec<'_>) {
    let opacity = if spec.dimmed { 0.4 } else { 1.0 };
    let point = plot.x.width() / f64::from(plot.area.width());
    let block = |(left, right, count): &(f64, f64, u64)| {
        let loss = spec.loss_below_zero && left.midpoint(*right) < 0.0;
        let color: Color32 = if loss {
            plot.tokens.negative
        } else {
            plot.tokens.series[0]
        };
        let gap = if right - left > 8.0 * point {
            point
        } else {
            0.0
        };
        Block {
            x: (*left, right - gap),
            y: (0.0, *count as f64),
            color: theme::faded(color, opacity * 0.85),
        }
    };
    plot.draw(|pen| pen.bars(drawn.iter().map(block)));
}

/// What is not drawn is said.
fn left_out(bars: &Bars, drawn: &[(f64, f64, u64)], shown: Scale, style: NumberStyle) -> String {
    let outside = drawn
        .iter()
        .filter(|(left, right, _)| *right < shown.low || *left > shown.high);
    let beyond = outside.map(|(.., count)| count).sum::<u64>() + bars.beyond;
    let mut words = Vec::new();
    if beyond > 0 {
        let noun = if beyond == 1 { "value" } else { "values" };
        words.push(format!(
            "{} {noun} beyond the view",
            format::count(beyond, style)
        ));
    }
    if bars.absent > 0 {
        let words_of = if bars.absent == 1 {
            "value not finite is not drawn"
        } else {
            "values not finite are not drawn"
        };
        words.push(format!("{} {words_of}", format::count(bars.absent, style)));
    }
    words.join(" · ")
}

fn hover(ui: &Ui, plot: &Plot, drawn: &[(f64, f64, u64)], bars: &Bars, spec: &Spec<'_>) {
    let Some(pointer) = plot.pointer() else {
        return;
    };
    let figure = plot.figure_at(pointer.x);
    let Some((left, right, count)) = bar_at(drawn, figure) else {
        return;
    };
    let decimals = plot
        .x
        .tick_decimals(6)
        .max(format::decimals_for(plot.x.width(), 3));
    let share = count as f64 / (bars.total() + bars.beyond).max(1) as f64;
    let below: u64 = drawn
        .iter()
        .filter(|(_, right, _)| *right <= figure)
        .map(|(.., count)| count)
        .sum();
    let under = below as f64 / (bars.total() + bars.beyond).max(1) as f64;
    let click = if spec.on_click.is_empty() || count == 0 {
        String::new()
    } else {
        format!("\n{}", spec.on_click)
    };
    let text = format!(
        "{} to {}\n{} trials, {}\n{} at or below{click}",
        spec.style.fixed(left, decimals),
        spec.style.fixed(right, decimals),
        format::count(count, spec.style),
        spec.style.percent(share, 2),
        spec.style.percent(under + share, 1),
    );
    let bar = Rect::from_x_y_ranges(plot.at_x(left)..=plot.at_x(right), plot.area.y_range());
    plot.inside()
        .rect_filled(bar, 0, theme::faded(theme::tokens(ui).text, 0.07));
    plot.hover(text);
}

fn summary(bars: &Bars, spec: &Spec<'_>, notes: &str) -> String {
    let noun = if bars.total() == 1 { "value" } else { "values" };
    let mut text = format!(
        "Histogram: {}, {}, {} {noun}",
        spec.title,
        spec.axis,
        format::count(bars.total(), spec.style)
    );
    for (name, figure) in spec.percentiles {
        for part in [", ", name, " ", &spec.style.significant(*figure, 4)] {
            text.push_str(part);
        }
    }
    if !notes.is_empty() {
        text.push_str(", ");
        text.push_str(notes);
    }
    text
}

/// A sentence in the room of a plot.
pub(crate) fn sentence_ui(ui: &mut Ui, height: f32, sentence: &str) {
    ui.allocate_ui_with_layout(
        Vec2::new(ui.available_width(), height),
        egui::Layout::centered_and_justified(egui::Direction::TopDown),
        |ui| super::basic::weak_ui(ui, sentence),
    );
}

/// A histogram without words, for the key-figure strip.
pub(crate) fn small_ui(
    ui: &mut Ui,
    size: Vec2,
    bars: &Bars,
    base: Option<f64>,
    dimmed: bool,
) -> egui::Response {
    let tokens = theme::tokens(ui);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let edge = if response.has_focus() {
        tokens.accent
    } else {
        tokens.border
    };
    ui.painter().rect(
        rect,
        theme::RADIUS_SMALL,
        tokens.surface,
        egui::Stroke::new(1.0, edge),
        egui::StrokeKind::Inside,
    );
    let Some(scale) = bars.scale() else {
        return response;
    };
    let area = rect.shrink(3.0);
    let drawn = bars.drawn();
    let most = drawn
        .iter()
        .map(|(.., count)| *count)
        .max()
        .unwrap_or(1)
        .max(1) as f64;
    let at =
        |figure: f64| area.left() + ((figure - scale.low) / scale.width()) as f32 * area.width();
    let painter = ui.painter().with_clip_rect(area.intersect(ui.clip_rect()));
    for (left, right, count) in &drawn {
        let color = if left.midpoint(*right) < 0.0 {
            tokens.negative
        } else {
            tokens.series[0]
        };
        let top = area.bottom() - (*count as f64 / most) as f32 * area.height();
        let bar = Rect::from_min_max(
            Pos2::new(at(*left), top),
            Pos2::new(at(*right), area.bottom()),
        );
        painter.rect_filled(bar, 0, theme::faded(color, if dimmed { 0.4 } else { 0.85 }));
    }
    if let Some(base) = base.filter(|base| base.is_finite()) {
        painter.vline(
            at(base),
            area.y_range(),
            egui::Stroke::new(1.5, tokens.accent),
        );
    }
    response
}

#[cfg(test)]
mod tests;
