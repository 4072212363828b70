//! The table of one trial: all lines, the headline measures, and why a figure is absent.

use calminer_domain::Role;
use jiff::ToSpan as _;

use super::{LineNodes, Program};
use crate::compile::graph::{ALL_PERIODS, MeasureKind, Node};
use crate::measures;
use crate::result::{
    BaseCase, Cause, LineResult, LineValues, Metrics, PeakFunding, PeriodColumn, UnitCost,
};

impl Program {
    /// The deterministic case: one trial of base values.
    pub fn base_case(&self) -> BaseCase {
        self.table_of(&self.base_draws, &self.base_nodes)
    }

    /// The table of a trial with these draws.
    pub(crate) fn table(&self, draws: &[f64]) -> BaseCase {
        self.table_of(draws, &self.laid.graph.evaluate(draws))
    }

    fn table_of(&self, draws: &[f64], nodes: &[f64]) -> BaseCase {
        let figures = self.trial(draws);
        let model = &self.checked.model;
        let mut lines = Vec::with_capacity(model.lines.len());
        let mut rest = figures.as_slice();
        let mut rows: Vec<&[f64]> = Vec::with_capacity(model.lines.len());
        for index in 0..model.lines.len() {
            let count = super::nodes_of(&self.laid.lines[index]).len();
            let (row, behind) = rest.split_at(count);
            rest = behind;
            lines.push(self.line_result(index, row));
            rows.push(row);
        }
        BaseCase {
            currency: model.currency.clone(),
            conventions: model.conventions.clone(),
            periods: self.period_columns(),
            metrics: self.metrics(&lines, &rows, nodes),
            absent: self.absent(nodes),
            lines,
        }
    }

    fn line_result(&self, index: usize, figures: &[f64]) -> LineResult {
        let line = &self.checked.model.lines[index];
        let unit = &self.units[index];
        let converted: Vec<f64> = figures.iter().map(|figure| unit.in_unit(*figure)).collect();
        let values = match (&self.laid.lines[index], converted.first()) {
            (LineNodes::Scalar(_), Some(figure)) => LineValues::Scalar(*figure),
            _ => LineValues::Series(converted),
        };
        let total = match &values {
            LineValues::Series(figures) if unit.is_amount => Some(figures.iter().sum()),
            _ => None,
        };
        LineResult {
            id: line.id,
            key: line.key.clone(),
            label: line.label.clone(),
            section: line.section,
            role: line.role,
            unit: unit.text.clone(),
            display: unit.display.clone(),
            values,
            total,
        }
    }

    fn period_columns(&self) -> Vec<PeriodColumn> {
        let periods = self.checked.model.periods.iter();
        periods
            .map(|period| PeriodColumn {
                label: period.label.clone(),
                start: period.start,
                end: period.end,
            })
            .collect()
    }

    fn line_with(&self, role: Role) -> Option<usize> {
        self.checked
            .model
            .lines
            .iter()
            .position(|line| line.role == Some(role))
    }

    fn metrics(&self, lines: &[LineResult], rows: &[&[f64]], nodes: &[f64]) -> Metrics {
        let scalar = |key: &str| {
            let line = lines.iter().find(|line| line.key == key)?;
            let LineValues::Scalar(figure) = line.values else {
                return None;
            };
            figure.is_finite().then_some(figure)
        };
        let rate = self.checked.model.conventions.discount_rate;
        let flows = |role: Role| {
            let line = self.line_with(role)?;
            let LineNodes::Series(_) = self.laid.lines[line] else {
                return None;
            };
            Some((
                rows[line],
                self.checked
                    .model
                    .flow_years(self.checked.model.lines[line].timing),
            ))
        };
        let irr = |role: Role| flows(role).map(|(row, years)| measures::irr(row, &years, rate));
        let after_tax = self.line_with(Role::AfterTaxCashFlow);
        let cost = |role: Role| self.unit_cost(role, lines);
        Metrics {
            npv: after_tax.and_then(|_| scalar("npv")),
            npv_pre_tax: self
                .line_with(Role::PreTaxCashFlow)
                .and_then(|_| scalar("npv_pre_tax")),
            irr: irr(Role::AfterTaxCashFlow),
            irr_pre_tax: irr(Role::PreTaxCashFlow),
            payback: after_tax.and_then(|_| self.payback("payback", nodes)),
            discounted_payback: after_tax.and_then(|_| self.payback("discounted_payback", nodes)),
            c1: cost(Role::C1),
            total_cash_cost: cost(Role::TotalCashCost),
            aisc: cost(Role::Aisc),
            peak_funding: flows(Role::AfterTaxCashFlow)
                .and_then(|(row, years)| self.peak_funding(row, &years)),
        }
    }

    /// The whole payback behind a line that is one: its state beside its years.
    fn payback(&self, key: &str, nodes: &[f64]) -> Option<measures::Payback> {
        let line = self
            .checked
            .model
            .lines
            .iter()
            .position(|line| line.key == key)?;
        let LineNodes::Scalar(node) = self.laid.lines[line] else {
            return None;
        };
        let Node::Measure(number) = self.laid.graph.nodes()[node as usize] else {
            return None;
        };
        let measure = &self.laid.graph.measures()[number as usize];
        let MeasureKind::Payback(plan) = &measure.kind else {
            return None;
        };
        let flows: Vec<f64> = measure
            .flows
            .iter()
            .map(|flow| nodes[*flow as usize])
            .collect();
        Some(plan.payback(&flows))
    }

    fn unit_cost(&self, role: Role, lines: &[LineResult]) -> Option<UnitCost> {
        let line = &lines[self.line_with(role)?];
        let value = match &line.values {
            LineValues::Scalar(figure) => Some(*figure).filter(|figure| figure.is_finite()),
            LineValues::Series(_) => None,
        };
        Some(UnitCost {
            value,
            unit: line.unit.clone(),
            basis: "by_product".to_owned(),
        })
    }

    fn peak_funding(&self, flows: &[f64], years: &[f64]) -> Option<PeakFunding> {
        let peak = measures::peak_funding(flows, years)?;
        let period = self.checked.model.periods.get(peak.period)?;
        // The end of a period is the day after its last one; the cash is out on that last day.
        let last = period
            .end
            .checked_sub(1.day())
            .unwrap_or(period.end)
            .max(period.start);
        let date = if peak.at_end { last } else { period.start };
        Some(PeakFunding {
            value: peak.value,
            date,
        })
    }

    /// Lines with an absent figure, each with the first cause.
    fn absent(&self, nodes: &[f64]) -> Vec<(String, Cause)> {
        let lines = self.checked.model.lines.iter().zip(&self.laid.lines);
        lines
            .filter_map(|(line, row)| {
                let ids = super::nodes_of(row);
                let first = ids.into_iter().find(|id| nodes[*id as usize].is_nan())?;
                Some((line.key.clone(), self.cause(nodes, first)?))
            })
            .collect()
    }

    /// Where the value of a node stopped to exist.
    fn cause(&self, nodes: &[f64], node: u32) -> Option<Cause> {
        let (owner, why) = self.laid.graph.origin(nodes, node)?;
        let model = &self.checked.model;
        let period = model
            .periods
            .get(owner.period as usize)
            .filter(|_| owner.period != ALL_PERIODS);
        Some(Cause {
            line: model.lines.get(owner.line as usize)?.key.clone(),
            period: period.map(|period| period.label.clone()),
            what: why.words().to_owned(),
        })
    }

    /// Why an output is absent in a trial with these draws; none where it is there.
    pub(crate) fn cause_of_output(&self, output: usize, draws: &[f64]) -> Option<Cause> {
        let nodes = self.laid.graph.evaluate(draws);
        let node = self.laid.lines[self.outputs[output].line].at(0);
        self.cause(&nodes, node)
    }
}
