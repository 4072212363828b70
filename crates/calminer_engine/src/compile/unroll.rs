//! Lays terms out over the periods: a node of the graph for each value of each period.

use std::collections::HashMap;

use calminer_domain::formula::CalendarName;
use calminer_domain::{BaseValue, DistributionForm};

use super::graph::{ALL_PERIODS, Absence, Graph, NodeId, StepTable};
use super::kernel::{Binary, Unary};
use super::model::{Model, to_base, whole_reciprocal};
use super::order::Group;
use super::resolve::{Kind, Resolved};
use super::term::{Slot, Term};
use crate::lower::Source;

/// The nodes of a line: one for all periods, or one each.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum LineNodes {
    Scalar(NodeId),
    Series(Vec<NodeId>),
}

impl LineNodes {
    /// The node of a period.
    pub(crate) fn at(&self, period: usize) -> NodeId {
        match self {
            Self::Scalar(node) => *node,
            Self::Series(nodes) => nodes[period],
        }
    }
}

/// A model in work.
pub(super) struct Unroller<'a> {
    pub(super) model: &'a Model,
    pub(super) graph: Graph,
    formulas: &'a [Option<Resolved>],
    lines: Vec<LineNodes>,
    parameters: Vec<Option<LineNodes>>,
    /// Running sums so far, by slot.
    sums: HashMap<Slot, Vec<NodeId>>,
    /// Discount factors by slot.
    pub(super) factors: HashMap<Slot, Vec<Option<NodeId>>>,
    /// Figures of whole rows, by slot.
    wholes: HashMap<Slot, NodeId>,
    /// The draws that give the base case.
    pub(super) base_draws: &'a [f64],
    line: u32,
}

impl<'a> Unroller<'a> {
    pub(super) fn new(
        model: &'a Model,
        formulas: &'a [Option<Resolved>],
        base_draws: &'a [f64],
    ) -> Self {
        let empty = LineNodes::Series(Vec::new());
        Self {
            model,
            graph: Graph::new(),
            formulas,
            lines: vec![empty; model.lines.len()],
            parameters: vec![None; model.parameters.len()],
            sums: HashMap::new(),
            factors: HashMap::new(),
            wholes: HashMap::new(),
            base_draws,
            line: 0,
        }
    }

    /// Lays out all groups in their order.
    pub(super) fn run(mut self, groups: &[Group]) -> (Graph, Vec<LineNodes>) {
        for group in groups {
            if group.is_recursive {
                self.period_by_period(group);
            } else {
                for &line in &group.lines {
                    self.lines[line] = self.whole_line(line);
                }
            }
        }
        (self.graph, self.lines)
    }

    /// The node of a line laid out before.
    pub(super) fn line_node(&self, line: usize, period: usize) -> Option<NodeId> {
        match &self.lines[line] {
            LineNodes::Scalar(node) => Some(*node),
            LineNodes::Series(nodes) => nodes.get(period).copied(),
        }
    }

    pub(super) fn count(&self) -> usize {
        self.model.periods.len()
    }

    fn enter(&mut self, line: usize, period: u32) {
        self.line = line as u32;
        self.graph.set_owner(self.line, period);
    }

    /// From now on nodes belong to this period of the present line.
    pub(super) fn at_period(&mut self, period: u32) {
        self.graph.set_owner(self.line, period);
    }

    fn period_by_period(&mut self, group: &Group) {
        for period in 0..self.count() {
            for &line in &group.lines {
                self.enter(line, period as u32);
                let node = match &self.formulas[line] {
                    Some(formula) => self.value(&formula.term, period),
                    None => self.graph.absent(Absence::NoNumber),
                };
                if let LineNodes::Series(nodes) = &mut self.lines[line] {
                    nodes.push(node);
                }
            }
        }
    }

    fn whole_line(&mut self, line: usize) -> LineNodes {
        let row = &self.model.lines[line];
        let Some(formula) = &self.formulas[line] else {
            self.enter(line, ALL_PERIODS);
            let base = |figure: f64| {
                row.unit
                    .as_ref()
                    .map_or(figure, |unit| to_base(figure, unit))
            };
            return LineNodes::Series(match &row.source {
                Source::Number(figure) => vec![self.graph.constant(base(*figure)); self.count()],
                Source::Series(figures) => figures
                    .iter()
                    .map(|figure| self.graph.constant(base(*figure)))
                    .collect(),
                Source::Formula { .. } => vec![self.graph.absent(Absence::NoNumber); self.count()],
            });
        };
        if formula.kind == Kind::Scalar {
            self.enter(line, ALL_PERIODS);
            return LineNodes::Scalar(self.value(&formula.term, 0));
        }
        LineNodes::Series(
            (0..self.count())
                .map(|period| {
                    self.enter(line, period as u32);
                    self.value(&formula.term, period)
                })
                .collect(),
        )
    }

    /// The value of a term in a period. A term with one figure has it in every period.
    pub(super) fn value(&mut self, term: &Term, period: usize) -> NodeId {
        match term {
            Term::Constant(figure) => self.graph.constant(*figure),
            Term::Line(line) => self.lines[*line].at(period),
            Term::Parameter(parameter) => self.parameter(*parameter).at(period),
            Term::Calendar(name) => {
                let figure = calendar_figure(self.model, *name, period);
                self.graph.constant(figure)
            }
            Term::Unary(op, x) => {
                let x = self.value(x, period);
                self.graph.unary(*op, x)
            }
            Term::Binary(op, a, b) => self.binary(*op, a, b, period),
            Term::WholePower(x, power) => {
                let x = self.value(x, period);
                self.whole_power(x, *power)
            }
            Term::If(parts) => self.choice(parts, period),
            Term::Lookup(table, keys) => self.lookup(*table, keys, period),
            Term::Lag {
                value,
                periods,
                first,
            } => match period.checked_sub(*periods) {
                Some(before) => self.value(value, before),
                None => self.value(first, period),
            },
            Term::Shift { value, by } => match period.checked_add_signed(*by) {
                Some(there) if there < self.count() => self.value(value, there),
                _ => self.graph.absent(Absence::OutsideCalendar),
            },
            Term::Cumulative(slot, x) => self.cumulative(*slot, x, period),
            Term::Window(x, periods) => {
                let from = (period + 1).saturating_sub(*periods);
                self.sum_of((from..=period).collect(), x)
            }
            Term::PresentValue(slot, flows) => self.present_value(*slot, flows, period),
            Term::Index { value, to_real } => {
                let value = self.value(value, period);
                let index = self.index(period);
                let op = if *to_real {
                    Binary::Divide
                } else {
                    Binary::Multiply
                };
                self.graph.binary(op, value, index)
            }
            Term::Whole(slot, whole) => {
                if let Some(&known) = self.wholes.get(slot) {
                    return known;
                }
                let node = self.whole(whole);
                self.at_period(period as u32);
                self.wholes.insert(*slot, node);
                node
            }
        }
    }

    fn binary(&mut self, op: Binary, a: &Term, b: &Term, period: usize) -> NodeId {
        let (x, y) = (self.value(a, period), self.value(b, period));
        if op == Binary::Power
            && let Some(power) = self
                .graph
                .constant_of(y)
                .filter(|power| power.fract() == 0.0 && power.abs() <= 1_000.0)
        {
            return self.whole_power(x, power as i32);
        }
        self.graph.binary(op, x, y)
    }

    /// Only the branch that the calendar leaves open is laid out.
    fn choice(&mut self, parts: &[Term; 3], period: usize) -> NodeId {
        let condition = self.value(&parts[0], period);
        match self.graph.constant_of(condition) {
            Some(0.0) => self.value(&parts[2], period),
            Some(_) => self.value(&parts[1], period),
            None => {
                let (then, otherwise) =
                    (self.value(&parts[1], period), self.value(&parts[2], period));
                self.graph.select(condition, then, otherwise)
            }
        }
    }

    /// By squaring; an absent base stays absent for the power 0 too.
    pub(super) fn whole_power(&mut self, x: NodeId, power: i32) -> NodeId {
        let mut rest = power.unsigned_abs();
        let mut square = x;
        let mut result = None;
        while rest > 0 {
            if rest % 2 == 1 {
                result = Some(result.map_or(square, |sofar| {
                    self.graph.binary(Binary::Multiply, sofar, square)
                }));
            }
            rest /= 2;
            if rest > 0 {
                square = self.graph.binary(Binary::Multiply, square, square);
            }
        }
        let one = self.graph.constant(1.0);
        match result {
            Some(result) if power < 0 => self.graph.binary(Binary::Divide, one, result),
            Some(result) => result,
            None => {
                let zero = self.graph.constant(0.0);
                let nothing = self.graph.binary(Binary::Multiply, x, zero);
                self.graph.binary(Binary::Add, nothing, one)
            }
        }
    }

    fn cumulative(&mut self, slot: Slot, x: &Term, period: usize) -> NodeId {
        let mut done = self.sums.remove(&slot).unwrap_or_default();
        for next in done.len()..=period {
            let value = self.value(x, next);
            let sum = done.last().map_or(value, |before| {
                self.graph.binary(Binary::Add, *before, value)
            });
            done.push(sum);
        }
        let node = done[period];
        self.sums.insert(slot, done);
        node
    }

    /// The sum of a row over some periods, in their order.
    pub(super) fn sum_of(&mut self, periods: Vec<usize>, x: &Term) -> NodeId {
        let mut sum = self.graph.constant(0.0);
        for period in periods {
            let value = self.value(x, period);
            sum = self.graph.binary(Binary::Add, sum, value);
        }
        sum
    }

    fn parameter(&mut self, parameter: usize) -> LineNodes {
        if let Some(known) = &self.parameters[parameter] {
            return known.clone();
        }
        let row = &self.model.parameters[parameter];
        let base = |figure: f64| {
            row.unit
                .as_ref()
                .map_or(figure, |unit| to_base(figure, unit))
        };
        let figure = |period: usize| match &row.base {
            BaseValue::Number(figure) => base(*figure),
            BaseValue::Series(figures) => figures.get(period).map_or(f64::NAN, |own| base(*own)),
        };
        let nodes = if row.is_row() {
            let periods = 0..self.count();
            LineNodes::Series(
                periods
                    .map(|period| self.parameter_node(parameter, period, figure(period)))
                    .collect(),
            )
        } else {
            LineNodes::Scalar(self.parameter_node(parameter, 0, figure(0)))
        };
        self.parameters[parameter] = Some(nodes.clone());
        nodes
    }

    /// The value of a parameter in a period, from its base figure in base units: an absolute draw replaces it, others
    /// multiply it.
    fn parameter_node(&mut self, parameter: usize, period: usize, figure: f64) -> NodeId {
        let row = &self.model.parameters[parameter];
        let Some(input) = row.input else {
            return self.graph.constant(figure);
        };
        if input.form == DistributionForm::Absolute {
            let draw = self.graph.input(input.column(period));
            return match &row.unit {
                Some(unit) => self.scaled(draw, unit.factor()),
                None => draw,
            };
        }
        let factor = self.draw_factor(input.column(period), input.form);
        let figure = self.graph.constant(figure);
        self.graph.binary(Binary::Multiply, figure, factor)
    }

    /// A draw as the number that multiplies the base value.
    fn draw_factor(&mut self, input: u32, form: DistributionForm) -> NodeId {
        let draw = self.graph.input(input);
        if form == DistributionForm::PercentOfBase {
            let hundred = self.graph.constant(100.0);
            return self.graph.binary(Binary::Divide, draw, hundred);
        }
        draw
    }

    /// A draw in base units, with the rounding of a typed figure.
    fn scaled(&mut self, draw: NodeId, factor: f64) -> NodeId {
        let (op, by) = match whole_reciprocal(factor) {
            Some(divisor) => (Binary::Divide, divisor),
            None => (Binary::Multiply, factor),
        };
        let by = self.graph.constant(by);
        self.graph.binary(op, draw, by)
    }

    fn lookup(&mut self, table: usize, keys: &[Term], period: usize) -> NodeId {
        let keys: Vec<NodeId> = keys.iter().map(|key| self.value(key, period)).collect();
        let row = &self.model.tables[table];
        let base = |figure: f64| {
            row.unit
                .as_ref()
                .map_or(figure, |unit| to_base(figure, unit))
        };
        let values: Vec<f64> = row
            .table
            .values
            .iter()
            .map(|figure| base(*figure))
            .collect();
        let steps = |keys: &[f64], values: Vec<f64>| StepTable {
            keys: keys.to_vec(),
            values,
            clamped: row.table.clamped,
        };
        let (rows, columns) = (&row.table.rows, &row.table.columns);
        let [row_key, column_key] = keys[..] else {
            return self.graph.step(steps(rows, values), keys[0]);
        };
        let column = |at: usize| {
            values
                .iter()
                .skip(at)
                .step_by(columns.len())
                .copied()
                .collect::<Vec<f64>>()
        };
        // Which column: a table of its own whose values are the columns' numbers.
        let numbers = steps(
            columns,
            (0..columns.len()).map(|number| number as f64).collect(),
        );
        let number = self.graph.step(numbers, column_key);
        if let Some(number) = self.graph.constant_of(number) {
            return self
                .graph
                .step(steps(rows, column(number as usize)), row_key);
        }
        let mut value = self.graph.step(steps(rows, column(0)), row_key);
        for at in 1..columns.len() {
            let here = self.graph.step(steps(rows, column(at)), row_key);
            let from = self.graph.constant(at as f64);
            let reached = self.graph.binary(Binary::LessOrEqual, from, number);
            value = self.graph.select(reached, here, value);
        }
        value
    }

    /// (1 + inflation) to the years from the base date to the flow of a period.
    fn index(&mut self, period: usize) -> NodeId {
        let conventions = &self.model.conventions;
        let valuation = self.model.calendar.valuation_date;
        let base = conventions.base_date.unwrap_or(valuation);
        let years = calminer_domain::calendar::years_between(base, valuation)
            + self.model.periods[period].flow_years(self.model.calendar.timing);
        let index = 1.0 / crate::measures::discount_factor(years, conventions.inflation);
        self.graph.constant(index)
    }

    /// Whether a flag holds in a period, as 1 or 0.
    pub(super) fn holds(&mut self, flag: &Term, period: usize) -> NodeId {
        let flag = self.value(flag, period);
        let zero = self.graph.unary(Unary::Not, flag);
        self.graph.unary(Unary::Not, zero)
    }
}

/// A figure of the calendar, in days or years.
pub(crate) fn calendar_figure(model: &Model, name: CalendarName, period: usize) -> f64 {
    let at = &model.periods[period];
    match name {
        CalendarName::Period => (period + 1) as f64,
        CalendarName::Years => at.years,
        CalendarName::Days => at.days,
        CalendarName::Date => super::resolve::days_since_epoch(at.start),
    }
}
