//! In which unit the figures of a line come out.

use std::collections::BTreeMap;

use calminer_domain::units::{Dimension, Unit};

use crate::compile::model::{from_base, whole_reciprocal};
use crate::result::Display;

/// The unit of results of a line, and how people see it.
#[derive(Clone, Debug)]
pub(crate) struct ResultUnit {
    /// As text; nothing for a plain number or a fraction.
    pub(crate) text: String,
    pub(crate) display: Display,
    pub(crate) is_money: bool,
    /// Whether adding periods means something: money, masses, lengths, energies, counts.
    pub(crate) is_amount: bool,
    /// None where results stay in base units.
    unit: Option<Unit>,
}

impl ResultUnit {
    /// Money comes in whole currency units and a percentage as a fraction, all else in the unit of its line.
    pub(crate) fn of(text: &str, unit: Option<&Unit>) -> Self {
        let Some(unit) = unit else {
            let display = Display {
                unit: text.to_owned(),
                factor: 1.0,
            };
            return Self {
                text: text.to_owned(),
                display,
                is_money: false,
                is_amount: false,
                unit: None,
            };
        };
        let is_money = unit.is_money();
        let shown = unit.to_string();
        let (text, factor) = if is_money {
            (
                unit.currency().unwrap_or_default().to_owned(),
                unit.factor(),
            )
        } else if unit.is_percent() {
            (String::new(), unit.factor())
        } else {
            (shown.clone(), 1.0)
        };
        let in_base = is_money || unit.is_percent();
        Self {
            text,
            display: Display {
                unit: shown,
                factor,
            },
            is_money,
            is_amount: is_money || is_amount(unit),
            unit: (!in_base && unit.factor() != 1.0).then(|| unit.clone()),
        }
    }

    /// A figure in base units in the unit of results.
    #[inline]
    pub(crate) fn in_unit(&self, figure: f64) -> f64 {
        self.unit
            .as_ref()
            .map_or(figure, |unit| from_base(figure, unit))
    }

    /// How a row of figures in base units comes into the unit of results: the bits of [`Self::in_unit`].
    pub(crate) fn scale(&self) -> Scale {
        let Some(unit) = &self.unit else {
            return Scale::None;
        };
        whole_reciprocal(unit.factor()).map_or(Scale::Divide(unit.factor()), Scale::Multiply)
    }
}

/// Built lines have no unit that somebody chose to read: those of one unit are shown in thousands or millions of it where
/// their figures are that large. Beside each unit stand the largest figure of its line in base units, and whether the
/// line is built.
pub(crate) fn scale_displays(units: &mut [ResultUnit], lines: &[(f64, bool)]) {
    let mut largest: BTreeMap<String, f64> = BTreeMap::new();
    for (unit, (figure, is_built)) in units.iter().zip(lines) {
        if *is_built && takes_prefix(&unit.text) {
            let figure = unit.in_unit(*figure);
            let own = largest.entry(unit.text.clone()).or_insert(0.0);
            *own = own.max(figure);
        }
    }
    for (unit, (_, is_built)) in units.iter_mut().zip(lines) {
        let Some(figure) = largest.get(&unit.text).filter(|_| *is_built) else {
            continue;
        };
        let (prefix, factor) = match *figure {
            figure if figure >= 1e7 => ("M", 1e6),
            figure if figure >= 1e5 => ("k", 1e3),
            _ => continue,
        };
        unit.display = Display {
            unit: format!("{prefix}{}", unit.text),
            factor,
        };
    }
}

/// Whole currency units, tonnes, ounces, pounds, litres.
fn takes_prefix(unit: &str) -> bool {
    matches!(unit, "t" | "oz" | "lb" | "L") || calminer_domain::units::is_currency_code(unit)
}

/// One operation that brings figures into their unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scale {
    /// They are in it.
    None,
    /// figure * k
    Multiply(f64),
    /// figure / k
    Divide(f64),
}

/// One dimension to the power 1 and no currency.
fn is_amount(unit: &Unit) -> bool {
    let powers = [
        unit.power_of(Dimension::Mass),
        unit.power_of(Dimension::WetMass),
        unit.power_of(Dimension::Energy),
        unit.power_of(Dimension::Count),
        unit.power_of(Dimension::FixedTime),
        unit.power_of(Dimension::CalendarTime),
    ];
    // Volumes are amounts too, areas and lengths as well: powers of length stand alone.
    let length = unit.power_of(Dimension::Length);
    let alone = powers.iter().map(|power| power.abs()).sum::<i32>();
    let has_currency = unit.currencies().next().is_some();
    !has_currency
        && (length == 0 && alone == 1 && powers.contains(&1)
            || alone == 0 && (1..=3).contains(&length))
}
