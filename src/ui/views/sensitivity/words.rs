//! How figures of an output and values of an input are written on this page.

use calminer_engine::result::{Cause, Display};
use calminer_engine::sensitivity::{MovedInput, Point, Setting, Step};

use crate::ui::format::{self, ABSENT, NumberStyle};

/// Writes figures of one output with the same decimals.
#[derive(Clone, Debug)]
pub(super) struct Pen {
    pub(super) factor: f64,
    pub(super) unit: String,
    decimals: usize,
    pub(super) style: NumberStyle,
}

impl Pen {
    /// For these figures, in the unit of the output.
    pub(super) fn of(
        display: &Display,
        figures: impl Iterator<Item = f64>,
        style: NumberStyle,
    ) -> Self {
        let finite = figures.filter(|figure| figure.is_finite());
        let largest = finite.fold(0.0, |largest: f64, figure| largest.max(figure.abs()));
        let (factor, unit) = format::drawn_in(&display.unit, display.factor, largest);
        let decimals = format::decimals_for(largest / factor, 4).min(4);
        Self {
            factor,
            unit,
            decimals,
            style,
        }
    }

    pub(super) fn shown(&self, figure: f64) -> f64 {
        figure / self.factor
    }

    /// In a word where the output does not exist.
    pub(super) fn figure(&self, figure: f64) -> String {
        match word(figure) {
            Some(word) => word.to_owned(),
            None => self.style.fixed(self.shown(figure), self.decimals),
        }
    }

    /// With all digits that mean something, and the unit.
    pub(super) fn exact(&self, figure: f64) -> String {
        match word(figure) {
            Some(word) => word.to_owned(),
            None => format!(
                "{} {}",
                self.style.significant(self.shown(figure), 8),
                self.unit
            )
            .trim_end()
            .to_owned(),
        }
    }

    /// The label with the unit in brackets.
    pub(super) fn axis(&self, label: &str) -> String {
        if self.unit.is_empty() {
            label.to_owned()
        } else {
            format!("{label} ({})", self.unit)
        }
    }
}

fn word(figure: f64) -> Option<&'static str> {
    if figure.is_nan() {
        Some("absent")
    } else if figure.is_infinite() {
        Some("never")
    } else {
        None
    }
}

/// Where an input is put: its value with its unit.
pub(super) fn setting(setting: Setting, input: &MovedInput, style: NumberStyle) -> String {
    match (setting.value, setting.factor) {
        (Some(value), _) => style.quantity(value, &input.unit),
        (None, Some(factor)) => format!("{} × base", style.short(factor, 4)),
        (None, None) => ABSENT.to_owned(),
    }
}

/// The same with all digits that mean something.
pub(super) fn exact_setting(setting: Setting, input: &MovedInput, style: NumberStyle) -> String {
    match (setting.value, setting.factor) {
        (Some(value), _) => format!(
            "{} {}",
            style.short(value, 8),
            format::unit_words(&input.unit)
        )
        .trim_end()
        .to_owned(),
        (None, Some(factor)) => format!("{} × base", style.short(factor, 8)),
        (None, None) => ABSENT.to_owned(),
    }
}

/// What a step is called: `P10`, `−20 %`.
pub(super) fn step(step: Step, style: NumberStyle) -> String {
    match step {
        Step::Percentile(p) => format!("P{}", style.short(p * 100.0, 3)),
        Step::Change(change) => {
            let sign = if change > 0.0 { "+" } else { "" };
            format!("{sign}{}\u{a0}%", style.short(change * 100.0, 3))
        }
    }
}

/// Why an output does not exist.
pub(super) fn cause(cause: &Cause) -> String {
    let place = cause
        .period
        .as_ref()
        .map_or_else(String::new, |label| format!(", period {label}"));
    format!("{} in {}{place}", cause.what, cause.line)
}

/// One end or point: where the input is, what the output is.
pub(super) fn point(point: &Point, input: &MovedInput, pen: &Pen) -> String {
    let why = point
        .cause
        .as_ref()
        .map_or_else(String::new, |own| format!(" ({})", cause(own)));
    format!(
        "{}, {}: {}{why}",
        step(point.step, pen.style),
        exact_setting(point.setting, input, pen.style),
        pen.exact(point.output)
    )
}

/// A share of the variance.
pub(super) fn share(share: f64, style: NumberStyle) -> String {
    style.percent(share, 1)
}
