//! How a figure settles as trials are added: its value after each part of the run, with its interval as a band.

use egui::{Id, Ui, Vec2};

use super::chart::{Plot, Scale, stretches};
use super::histogram;
use super::sheet::{self, Sample, Sheet, Ticks};
use crate::ui::format::{self, NumberStyle};
use crate::ui::theme;

/// A figure after so many trials, in the unit shown; absent where it does not exist.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Step {
    pub(crate) trials: u64,
    pub(crate) figure: Option<f64>,
    /// Its 95 % interval.
    pub(crate) interval: Option<(f64, f64)>,
}

/// The way of one figure. Steps stand at equal distances: they double in a plain run and are of one size otherwise.
pub(crate) struct Trace<'a> {
    pub(crate) id: Id,
    pub(crate) title: &'a str,
    /// What settles: "Mean", "P10".
    pub(crate) name: &'a str,
    /// As people write it.
    pub(crate) unit: &'a str,
    pub(crate) steps: &'a [Step],
    pub(crate) dimmed: bool,
    pub(crate) style: NumberStyle,
}

fn finite(step: &Step) -> Option<f64> {
    step.figure.filter(|figure| figure.is_finite())
}

fn limits(step: &Step) -> Option<(f64, f64)> {
    step.interval
        .filter(|(low, high)| low.is_finite() && high.is_finite())
}

impl Trace<'_> {
    /// The range of the figures and of all bands but the wildest: those of the first trials say little.
    fn scale(&self) -> Option<Scale> {
        let figures = self.steps.iter().filter_map(finite);
        let last = self.steps.iter().rev().take(3).filter_map(limits);
        let bands = last.flat_map(|(low, high)| [low, high]);
        Scale::of(figures.chain(bands)).map(|scale| scale.with_room(0.12))
    }

    /// The figures as tab-separated text.
    fn data(&self) -> String {
        let head = format!("Trials\t{}\tLow\tHigh\t{}\n", self.name, self.unit);
        let text = |figure: Option<f64>| figure.map_or_else(String::new, |own| own.to_string());
        let row = |step: &Step| {
            format!(
                "{}\t{}\t{}\t{}\n",
                step.trials,
                text(step.figure),
                text(step.interval.map(|own| own.0)),
                text(step.interval.map(|own| own.1))
            )
        };
        self.steps
            .iter()
            .map(row)
            .fold(head, |text, row| text + &row)
    }

    /// What stands at the pointer over a step.
    fn words(&self, at: usize) -> Option<String> {
        let step = self.steps.get(at)?;
        let figures: Vec<f64> = self.steps.iter().filter_map(finite).collect();
        let decimals = format::decimals_of_row(&figures, 5).min(4);
        let figure = |figure: f64| self.style.fixed(figure, decimals);
        let band = limits(step).map_or_else(
            || "no interval".to_owned(),
            |(low, high)| format!("95 % interval {} to {}", figure(low), figure(high)),
        );
        Some(format!(
            "After {} trials\n{} {} {}\n{band}",
            format::count(step.trials, self.style),
            self.name,
            step.figure
                .map_or_else(|| format::ABSENT.to_owned(), figure),
            self.unit
        ))
    }

    fn summary(&self) -> String {
        let last = self.steps.len().saturating_sub(1);
        let words = self.words(last).unwrap_or_default();
        format!("Convergence: {}, {}", self.title, words.replace('\n', ", "))
    }

    fn draw(&self, plot: &Plot) {
        let strength = if self.dimmed { 0.5 } else { 1.0 };
        let color = theme::faded(plot.tokens.series[0], strength);
        plot.draw(|pen| {
            for stretch in stretches(self.steps, limits) {
                pen.band(&stretch, theme::faded(color, 0.22));
            }
            for stretch in stretches(self.steps, finite) {
                pen.path(&stretch, color, 2.0);
                pen.dots(&stretch, color, 3.0);
            }
        });
    }
}

/// Draws how a figure settles; a sentence where there is nothing to draw.
pub(crate) fn trace_ui(ui: &mut Ui, size: Vec2, trace: &Trace<'_>) {
    let Some(y) = trace.scale() else {
        ui.label(egui::RichText::new(trace.title).font(theme::strong()));
        let sentence = "The run keeps no figures of its parts: run again to see how they settle";
        histogram::sentence_ui(ui, size.y - 30.0, sentence);
        return;
    };
    let tokens = theme::tokens(ui);
    let x = Scale {
        low: -0.5,
        high: trace.steps.len() as f64 - 0.5,
    };
    let names: Vec<String> = trace
        .steps
        .iter()
        .map(|step| format::count(step.trials, trace.style))
        .collect();
    let color = tokens.series[0];
    let mut legend = vec![(trace.name, Sample::Dots(color))];
    if trace.steps.iter().any(|step| limits(step).is_some()) {
        legend.insert(0, ("95 % interval", Sample::Area(theme::faded(color, 0.3))));
    }
    let sheet = Sheet {
        id: trace.id,
        title: trace.title,
        summary: trace.summary(),
        x_words: "Trials so far",
        y_words: trace.unit,
        x,
        y,
        ticks: Ticks::Names(&names),
        legend,
        mark_rows: 0,
        style: trace.style,
    };
    let plot = sheet::sheet_ui(ui, size, &sheet);
    trace.draw(&plot);
    plot.hover_column(|at| trace.words(at));
    plot.copy_menu(|| trace.data());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(trials: u64, figure: f64, half: f64) -> Step {
        Step {
            trials,
            figure: Some(figure).filter(|own| !own.is_nan()),
            interval: (!half.is_nan()).then_some((figure - half, figure + half)),
        }
    }

    fn trace(steps: &[Step]) -> Trace<'_> {
        Trace {
            id: Id::unique("trace"),
            title: "NPV, mean",
            name: "Mean",
            unit: "C$M",
            steps,
            dimmed: false,
            style: NumberStyle::default(),
        }
    }

    #[test]
    fn the_view_holds_every_figure_and_the_last_bands() {
        let steps = [
            step(128, 90.0, 4_000.0),
            step(256, 101.0, 30.0),
            step(512, 99.0, 20.0),
            step(1_024, 100.0, 10.0),
        ];
        let scale = trace(&steps).scale().unwrap();
        assert!(scale.contains(90.0) && scale.contains(131.0));
        // A band of the first few trials would press all others flat.
        assert!(scale.high < 200.0, "{scale:?}");
        let words = trace(&steps).words(3).unwrap();
        assert_eq!(
            words,
            "After 1,024 trials\nMean 100.00 C$M\n95 % interval 90.00 to 110.00"
        );
        assert_eq!(trace(&steps).data().lines().count(), 5);
    }

    #[test]
    fn figures_that_do_not_exist_leave_gaps_and_nothing_breaks() {
        let steps = [
            step(1, 5.0, f64::NAN),
            step(2, f64::NAN, f64::NAN),
            step(3, f64::INFINITY, f64::INFINITY),
            step(4, 6.0, 1.0),
        ];
        assert_eq!(stretches(&steps, finite).len(), 2);
        assert_eq!(stretches(&steps, limits), [vec![(3.0, (5.0, 7.0))]]);
        assert!(trace(&steps).words(1).unwrap().contains("n/a"));
        assert_eq!(trace(&[]).scale(), None);
        assert_eq!(trace(&[]).words(0), None);
    }
}
