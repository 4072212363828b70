//! A fan chart: the percentiles of a row of figures period by period, in nested bands around the median.

use egui::{Id, Ui, Vec2};

use super::chart::{Plot, Scale, stretches};
use super::histogram;
use super::sheet::{self, Sample, Sheet, Ticks};
use crate::ui::format::{self, NumberStyle};
use crate::ui::theme;

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

/// A period whose percentiles all exist.
fn whole(row: &[f64; 6]) -> Option<[f64; 6]> {
    let own = row[..5].iter().all(|figure| figure.is_finite());
    own.then_some(*row)
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
    fn draw(&self, plot: &Plot) {
        let opacity = if self.dimmed { 0.5 } else { 1.0 };
        let color = theme::faded(plot.tokens.series[0], opacity);
        let accent = theme::faded(plot.tokens.accent, opacity);
        plot.draw(|pen| {
            for stretch in stretches(self.rows, whole) {
                for (low, high, strength) in BANDS {
                    let band = stretch.iter().map(|(at, row)| (*at, (row[low], row[high])));
                    let band: Vec<_> = band.collect();
                    pen.band(&band, theme::faded(color, strength));
                }
                let median = stretch.iter().map(|(at, row)| (*at, row[MEDIAN]));
                pen.path(&median.collect::<Vec<_>>(), color, 2.0);
            }
            let finite = |figure: &f64| figure.is_finite().then_some(*figure);
            for run in stretches(self.base, finite) {
                pen.path(&run, accent, 1.5);
                pen.dots(&run, accent, 2.5);
            }
        });
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
    let plot = sheet::sheet_ui(ui, size, &sheet);
    fan.draw(&plot);
    plot.hover_column(|at| fan.words(at));
    plot.copy_menu(|| fan.data());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_stop_where_a_percentile_is_absent() {
        let row = [1.0, 2.0, 3.0, 4.0, 5.0, f64::NAN];
        let hole = [1.0, f64::NAN, 3.0, 4.0, 5.0, 3.0];
        let all = stretches(&[row, row, hole, row, [f64::INFINITY; 6]], whole);
        let places = |stretch: &Vec<(f64, [f64; 6])>| -> Vec<f64> {
            stretch.iter().map(|(at, _)| *at).collect()
        };
        let places: Vec<Vec<f64>> = all.iter().map(places).collect();
        assert_eq!(places, [vec![0.0, 1.0], vec![3.0]]);
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
