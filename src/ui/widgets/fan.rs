//! A fan chart: the percentiles of a row of figures period by period, in nested bands around the median.

use egui::{Id, Rect, Stroke, Ui, Vec2};
use egui_plot::{FilledArea, Line, MarkerShape, PlotUi, Points};

use super::chart::{Plot, Scale};
use super::histogram;
use super::sheet::{self, Sample, Sheet, Ticks};
use crate::ui::format::{self, NumberStyle};
use crate::ui::theme::{self, Tokens};

/// Percentiles of a row of figures in the unit shown.
pub(crate) struct Fan<'a> {
    pub(crate) id: Id,
    pub(crate) title: &'a str,
    /// As people write it.
    pub(crate) unit: &'a str,
    /// Names of the periods.
    pub(crate) labels: &'a [String],
    /// P5, P25, P50, P75, P95 and the mean of each period.
    pub(crate) rows: &'a [[f64; 6]],
    /// The base case of each period; empty where it is not of the same content.
    pub(crate) base: &'a [f64],
    pub(crate) dimmed: bool,
    pub(crate) style: NumberStyle,
}

/// A wide band and the one inside it: places of the lower and the upper percentile.
const BANDS: [(usize, usize, f32); 2] = [(0, 4, 0.22), (1, 3, 0.36)];
const MEDIAN: usize = 2;
/// A period that stands alone has a band of this width to either side.
const ALONE: f64 = 0.3;

/// Periods in a row whose percentiles all exist: positions and rows.
fn stretches(rows: &[[f64; 6]]) -> Vec<Vec<(f64, [f64; 6])>> {
    let mut all = vec![Vec::new()];
    for (at, row) in rows.iter().enumerate() {
        if row[..5].iter().all(|figure| figure.is_finite()) {
            if let Some(last) = all.last_mut() {
                last.push((at as f64, *row));
            }
        } else {
            all.push(Vec::new());
        }
    }
    all.retain(|stretch| !stretch.is_empty());
    for stretch in &mut all {
        if let [(at, row)] = stretch[..] {
            *stretch = vec![(at - ALONE, row), (at + ALONE, row)];
        }
    }
    all
}

/// Points of a line in runs without a gap.
fn existing(figures: &[f64]) -> Vec<Vec<[f64; 2]>> {
    let mut all = vec![Vec::new()];
    for (at, figure) in figures.iter().enumerate() {
        match all.last_mut() {
            Some(last) if figure.is_finite() => last.push([at as f64, *figure]),
            _ => all.push(Vec::new()),
        }
    }
    all.retain(|run| !run.is_empty());
    all
}

impl Fan<'_> {
    fn scale(&self) -> Option<Scale> {
        let figures = self.rows.iter().flat_map(|row| row[..5].iter().copied());
        // The line of zero belongs to every picture of a cash flow.
        Scale::of(figures.chain(self.base.iter().copied()))
            .and_then(|data| Scale::of([data.low, data.high, 0.0]))
            .map(|scale| scale.with_room(0.05))
    }

    /// The figures as tab-separated text.
    fn data(&self) -> String {
        let head = format!(
            "Period\tP5\tP25\tP50\tP75\tP95\tMean\tBase case\t{}\n",
            self.unit
        );
        let row = |(at, row): (usize, &[f64; 6])| {
            let label = self.labels.get(at).map_or("", String::as_str);
            let figures = row.map(|figure| figure.to_string()).join("\t");
            let base = self.base.get(at).map_or_else(String::new, f64::to_string);
            format!("{label}\t{figures}\t{base}\n")
        };
        let rows = self.rows.iter().enumerate();
        rows.map(row).fold(head, |text, row| text + &row)
    }

    /// What stands at the pointer over a period.
    fn words(&self, at: usize) -> Option<String> {
        let row = self.rows.get(at)?;
        let label = self.labels.get(at)?;
        let decimals = format::decimals_of_row(row, 4).min(3);
        let figure = |figure: f64| {
            let text = self.style.fixed(figure, decimals);
            if figure.is_nan() {
                text
            } else {
                format!("{text} {}", self.unit)
            }
        };
        let base = self
            .base
            .get(at)
            .map_or_else(String::new, |base| format!("\nBase case {}", figure(*base)));
        Some(format!(
            "Period {label}\nP95 {}\nP75 {}\nMedian {}\nP25 {}\nP5 {}\nMean {}{base}",
            figure(row[4]),
            figure(row[3]),
            figure(row[2]),
            figure(row[1]),
            figure(row[0]),
            figure(row[5]),
        ))
    }

    fn summary(&self) -> String {
        let middle: Vec<String> = self
            .rows
            .iter()
            .zip(self.labels)
            .map(|(row, label)| format!("{label}: {}", self.style.significant(row[MEDIAN], 3)))
            .collect();
        format!(
            "{}, median in {} by period: {}",
            self.title,
            self.unit,
            middle.join(", ")
        )
    }

    /// Bands, median and base case.
    fn draw(&self, plot: &mut PlotUi<'_>, tokens: &Tokens) {
        let opacity = if self.dimmed { 0.5 } else { 1.0 };
        let color = theme::faded(tokens.series[0], opacity);
        for stretch in stretches(self.rows) {
            let xs: Vec<f64> = stretch.iter().map(|(at, _)| *at).collect();
            let of =
                |place: usize| -> Vec<f64> { stretch.iter().map(|(_, row)| row[place]).collect() };
            for (low, high, strength) in BANDS {
                let area = FilledArea::new("", &xs, &of(low), &of(high))
                    .fill_color(theme::faded(color, strength))
                    .allow_hover(false);
                plot.add(area);
            }
            let median: Vec<[f64; 2]> =
                stretch.iter().map(|(at, row)| [*at, row[MEDIAN]]).collect();
            plot.line(
                Line::new("", median)
                    .stroke(Stroke::new(2.0, color))
                    .allow_hover(false),
            );
        }
        let accent = theme::faded(tokens.accent, opacity);
        let runs = existing(self.base);
        let points: Vec<[f64; 2]> = runs.concat();
        for run in runs {
            let line = Line::new("", run).stroke(Stroke::new(1.5, accent));
            plot.line(line.allow_hover(false));
        }
        let dots = Points::new("", points)
            .shape(MarkerShape::Circle)
            .radius(2.5)
            .color(accent)
            .allow_hover(false);
        plot.points(dots);
    }
}

/// Draws a fan chart; a sentence where there is nothing to draw.
pub(crate) fn fan_ui(ui: &mut Ui, size: Vec2, fan: &Fan<'_>) {
    let Some(y) = fan.scale().filter(|_| !fan.rows.is_empty()) else {
        ui.label(egui::RichText::new(fan.title).font(theme::strong()));
        let sentence =
            "The run kept no cash flow by period: name a line as after-tax cash flow and run again";
        histogram::sentence_ui(ui, size.y - 30.0, sentence);
        return;
    };
    let tokens = theme::tokens(ui);
    let x = Scale {
        low: -0.5,
        high: fan.rows.len() as f64 - 0.5,
    };
    let color = tokens.series[0];
    let mut legend = vec![
        ("P5 to P95", Sample::Area(theme::faded(color, 0.22))),
        ("P25 to P75", Sample::Area(theme::faded(color, 0.5))),
        ("median", Sample::Line(color)),
    ];
    if !fan.base.is_empty() {
        legend.push(("base case", Sample::Dots(tokens.accent)));
    }
    let sheet = Sheet {
        id: fan.id,
        title: fan.title,
        summary: fan.summary(),
        x_words: "Period",
        y_words: fan.unit,
        x,
        y,
        ticks: Ticks::Names(fan.labels),
        legend,
        mark_rows: 0,
        style: fan.style,
    };
    let plot = sheet::sheet_ui(ui, size, &sheet, |plot| fan.draw(plot, tokens));
    hover(&plot, fan);
    plot.copy_menu(|| fan.data());
}

fn hover(plot: &Plot, fan: &Fan<'_>) {
    let pointer = plot
        .response
        .hover_pos()
        .filter(|at| plot.area.contains(*at));
    let Some(pointer) = pointer else { return };
    let at = plot.figure_at(pointer.x).round().max(0.0);
    let Some(words) = fan.words(at as usize) else {
        return;
    };
    let column = Rect::from_x_y_ranges(
        plot.at_x(at - 0.5)..=plot.at_x(at + 0.5),
        plot.area.y_range(),
    );
    plot.inside()
        .rect_filled(column, 0, theme::faded(plot.tokens.text, 0.06));
    plot.hover(words);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_stop_where_a_percentile_is_absent() {
        let row = [1.0, 2.0, 3.0, 4.0, 5.0, 3.0];
        let hole = [1.0, f64::NAN, 3.0, 4.0, 5.0, 3.0];
        let all = stretches(&[row, row, hole, row, [f64::INFINITY; 6]]);
        assert_eq!(all.len(), 2);
        assert_eq!((all[0][0].0, all[0][1].0), (0.0, 1.0));
        // One period alone still has a width that can be seen.
        assert_eq!((all[1][0].0, all[1][1].0), (2.7, 3.3));
        assert!(stretches(&[]).is_empty());
    }

    #[test]
    fn the_base_line_has_gaps_where_it_does_not_exist() {
        let runs = existing(&[1.0, f64::NAN, f64::NAN, 4.0]);
        assert_eq!(runs, [vec![[0.0, 1.0]], vec![[3.0, 4.0]]]);
    }

    #[test]
    fn words_carry_the_unit_and_say_what_is_absent() {
        let labels = ["-1".to_owned(), "1".to_owned()];
        let fan = Fan {
            id: Id::unique("fan"),
            title: "Cash flow",
            unit: "C$M",
            labels: &labels,
            rows: &[[-20.0, -15.0, -10.0, -5.0, -1.0, -10.0], [f64::NAN; 6]],
            base: &[-9.0],
            dimmed: false,
            style: NumberStyle::default(),
        };
        let words = fan.words(0).unwrap();
        assert!(words.starts_with("Period -1\nP95 −1.00 C$M"), "{words}");
        assert!(words.ends_with("Base case −9.00 C$M"), "{words}");
        assert!(fan.words(1).unwrap().contains("Median n/a\n"));
        assert_eq!(fan.words(2), None);
        assert!(fan.scale().unwrap().contains(0.0));
        assert!(fan.data().lines().count() == 3);
    }
}
