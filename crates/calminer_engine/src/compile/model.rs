//! What a formula can see: lines, parameters, tables and the calendar, by key.

use std::collections::HashMap;

use calminer_domain::units::Unit;
use calminer_domain::{
    BaseValue, Calendar, Conventions, DistributionForm, LookupTable, Period, Scenario, Timing,
    Uncertainty,
};

use crate::lower::{ModelLine, lower};

/// What a key stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Symbol {
    Line(usize),
    Parameter(usize),
    Table(usize),
}

/// A parameter of the scenario.
#[derive(Clone, Debug)]
pub(crate) struct ModelParameter {
    pub(crate) key: String,
    pub(crate) label: String,
    pub(crate) unit_text: String,
    /// Its unit; none where the text is not one.
    pub(crate) unit: Option<Unit>,
    pub(crate) base: BaseValue,
    /// Its draws, where it is uncertain.
    pub(crate) input: Option<ModelInput>,
    /// Whether trials differ in it.
    pub(crate) varies: bool,
}

impl ModelParameter {
    /// Whether it has a figure a period: a row of base figures, or a draw each period.
    pub(crate) fn is_row(&self) -> bool {
        let is_drawn = self.input.is_some_and(|input| input.is_per_period);
        is_drawn || matches!(self.base, BaseValue::Series(_))
    }
}

/// Where the draws of a parameter stand and what they mean.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ModelInput {
    /// Column of its draw, or of the draw of its first period.
    pub(crate) first: u32,
    /// Number of its columns.
    pub(crate) columns: u32,
    /// Whether each period has a column of its own.
    pub(crate) is_per_period: bool,
    pub(crate) form: DistributionForm,
}

impl ModelInput {
    /// The column whose draw holds in a period, counted from 0.
    pub(crate) fn column(&self, period: usize) -> u32 {
        if self.is_per_period {
            self.first + period as u32
        } else {
            self.first
        }
    }
}

/// A table and the unit of its values.
#[derive(Clone, Debug)]
pub(crate) struct ModelTable {
    pub(crate) table: LookupTable,
    pub(crate) unit: Option<Unit>,
}

/// All that formulas can name.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) currency: String,
    pub(crate) conventions: Conventions,
    pub(crate) calendar: Calendar,
    pub(crate) periods: Vec<Period>,
    pub(crate) lines: Vec<ModelLine>,
    pub(crate) parameters: Vec<ModelParameter>,
    pub(crate) tables: Vec<ModelTable>,
    names: HashMap<String, Symbol>,
}

impl Model {
    /// Reads a scenario. A key that stands twice means the first row; validation says so.
    pub(crate) fn of(scenario: &Scenario) -> Self {
        let lines = lower(scenario);
        let periods = scenario.calendar.periods();
        let parameters = parameters(scenario, periods.len());
        let tables: Vec<ModelTable> = scenario
            .tables
            .iter()
            .map(|table| ModelTable {
                unit: Unit::parse(&table.unit, &scenario.currency).ok(),
                table: table.clone(),
            })
            .collect();
        let mut names = HashMap::new();
        let all = parameters
            .iter()
            .enumerate()
            .map(|(index, row)| (&row.key, Symbol::Parameter(index)));
        let all = all.chain(
            tables
                .iter()
                .enumerate()
                .map(|(index, row)| (&row.table.key, Symbol::Table(index))),
        );
        for (key, symbol) in all.chain(
            lines
                .iter()
                .enumerate()
                .map(|(index, row)| (&row.key, Symbol::Line(index))),
        ) {
            names.entry(key.clone()).or_insert(symbol);
        }
        Self {
            currency: scenario.currency.clone(),
            conventions: scenario.conventions.clone(),
            calendar: scenario.calendar.clone(),
            periods,
            lines,
            parameters,
            tables,
            names,
        }
    }

    pub(crate) fn symbol(&self, key: &str) -> Option<Symbol> {
        self.names.get(key).copied()
    }

    /// All keys, in the order of the scenario.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        let parameters = self.parameters.iter().map(|row| row.key.as_str());
        let tables = self.tables.iter().map(|row| row.table.key.as_str());
        parameters
            .chain(tables)
            .chain(self.lines.iter().map(|row| row.key.as_str()))
    }

    /// Years from the valuation date to the flow of each period.
    pub(crate) fn flow_years(&self, timing: Option<Timing>) -> Vec<f64> {
        let timing = timing.unwrap_or(self.calendar.timing);
        self.periods
            .iter()
            .map(|period| period.flow_years(timing))
            .collect()
    }
}

fn parameters(scenario: &Scenario, periods: usize) -> Vec<ModelParameter> {
    let mut first = 0;
    let mut input = |uncertainty: &Uncertainty| {
        let is_per_period = uncertainty.is_per_period();
        let columns = if is_per_period { periods as u32 } else { 1 };
        first += columns;
        ModelInput {
            first: first - columns,
            columns,
            is_per_period,
            form: uncertainty.form,
        }
    };
    scenario
        .parameters
        .iter()
        .map(|row| ModelParameter {
            key: row.key.clone(),
            label: row.title().to_owned(),
            unit_text: row.unit.clone(),
            unit: Unit::parse(&row.unit, &scenario.currency).ok(),
            base: row.base.clone(),
            input: row.uncertainty.as_ref().map(&mut input),
            varies: row
                .uncertainty
                .as_ref()
                .is_some_and(|uncertainty| !uncertainty.distribution.is_constant()),
        })
        .collect()
}

/// A figure in a unit as one in base units. Division by a whole number is rounded once: 96.5 % is 0.965.
pub(crate) fn to_base(figure: f64, unit: &Unit) -> f64 {
    match whole_reciprocal(unit.factor()) {
        Some(divisor) => figure / divisor,
        None => figure * unit.factor(),
    }
}

/// A figure in base units as one in a unit.
pub(crate) fn from_base(figure: f64, unit: &Unit) -> f64 {
    match whole_reciprocal(unit.factor()) {
        Some(multiplier) => figure * multiplier,
        None => figure / unit.factor(),
    }
}

/// The whole number that a factor below 1 is one over, if there is one.
pub(crate) fn whole_reciprocal(factor: f64) -> Option<f64> {
    let reciprocal = 1.0 / factor;
    let whole = reciprocal.round();
    (factor < 1.0 && whole < 1e15 && (reciprocal - whole).abs() <= 1e-12 * whole).then_some(whole)
}
