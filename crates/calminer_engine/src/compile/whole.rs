//! Figures of whole rows: sums, ordinals and return measures, laid out over the periods.

use calminer_domain::{PaybackOrigin, Role};

use super::graph::{ALL_PERIODS, Absence, Measure, MeasureKind, NodeId};
use super::kernel::{Binary, Unary};
use super::term::{Flows, Slot, Term, Whole};
use super::unroll::Unroller;
use crate::measures::{PaybackPlan, discount_factor};

/// Half a year in these parts.
const HALF_YEAR: f64 = PARTS_PER_YEAR / 2.0;

/// Flow dates fall on whole numbers of these parts of a year, or anywhere.
const PARTS_PER_YEAR: f64 = 24.0;

impl Unroller<'_> {
    /// The figure of a whole row.
    pub(super) fn whole(&mut self, whole: &Whole) -> NodeId {
        match whole {
            Whole::Total(row) => self.total(row),
            Whole::First(flag) => self.ordinal(flag, (0..self.count()).rev().collect()),
            Whole::Last(flag) => self.ordinal(flag, (0..self.count()).collect()),
            Whole::AtPeriod(row, period) => self.in_period(row, *period),
            Whole::AtOrdinal(row, ordinal) => self.at_ordinal(row, ordinal),
            Whole::Npv(flows) => self.npv(flows),
            Whole::Irr(row, years) => {
                let rate = self.model.conventions.discount_rate;
                self.measure(
                    row,
                    MeasureKind::Irr {
                        years: years.clone(),
                        rate,
                    },
                    Vec::new(),
                )
            }
            Whole::Payback { value, rate, years } => self.payback(value, rate.as_ref(), years),
            Whole::Mirr {
                value,
                rates,
                years,
            } => {
                let rates = rates.iter().map(|rate| self.in_period(rate, 0)).collect();
                self.measure(value, MeasureKind::Mirr(years.clone()), rates)
            }
        }
    }

    fn in_period(&mut self, term: &Term, period: usize) -> NodeId {
        self.at_period(period as u32);
        self.value(term, period)
    }

    fn total(&mut self, row: &Term) -> NodeId {
        let mut sum = self.graph.constant(0.0);
        for period in 0..self.count() {
            let value = self.in_period(row, period);
            self.at_period(period as u32);
            sum = self.graph.binary(Binary::Add, sum, value);
        }
        sum
    }

    /// The ordinal of the last of these periods that holds.
    fn ordinal(&mut self, flag: &Term, periods: Vec<usize>) -> NodeId {
        self.at_period(ALL_PERIODS);
        let mut found = self.graph.absent(Absence::NoSuchPeriod);
        for period in periods {
            self.at_period(period as u32);
            let holds = self.holds(flag, period);
            let ordinal = self.graph.constant((period + 1) as f64);
            found = self.graph.select(holds, ordinal, found);
        }
        found
    }

    fn at_ordinal(&mut self, row: &Term, ordinal: &Term) -> NodeId {
        let ordinal = self.in_period(ordinal, 0);
        self.at_period(ALL_PERIODS);
        let mut found = self.graph.absent(Absence::OutsideCalendar);
        for period in 0..self.count() {
            let value = self.in_period(row, period);
            let here = self.graph.constant((period + 1) as f64);
            let is_here = self.graph.binary(Binary::Equal, ordinal, here);
            found = self.graph.select(is_here, value, found);
        }
        found
    }

    fn npv(&mut self, flows: &Flows) -> NodeId {
        let factors = self.discount_factors(flows);
        let mut sum = self.graph.constant(0.0);
        for (period, factor) in factors.into_iter().enumerate() {
            let Some(factor) = factor else { continue };
            let flow = self.in_period(&flows.value, period);
            self.at_period(period as u32);
            let present = self.graph.binary(Binary::Multiply, flow, factor);
            sum = self.graph.binary(Binary::Add, sum, present);
        }
        sum
    }

    /// The present value of one flow; a sunk one has none.
    pub(super) fn present_value(&mut self, slot: Slot, flows: &Flows, period: usize) -> NodeId {
        if !self.factors.contains_key(&slot) {
            let factors = self.discount_factors(flows);
            self.factors.insert(slot, factors);
            self.at_period(period as u32);
        }
        let Some(factor) = self.factors.get(&slot).and_then(|factors| factors[period]) else {
            return self.graph.constant(0.0);
        };
        let flow = self.value(&flows.value, period);
        self.graph.binary(Binary::Multiply, flow, factor)
    }

    /// The discount factor of each flow, none for a sunk one. An uncertain rate takes the same steps as a known one.
    fn discount_factors(&mut self, flows: &Flows) -> Vec<Option<NodeId>> {
        let rate = self.in_period(&flows.rate, 0);
        self.at_period(ALL_PERIODS);
        let live = flows
            .years
            .iter()
            .map(|years| (*years >= 0.0).then_some(*years));
        if let Some(rate) = self.graph.constant_of(rate) {
            return live
                .map(|years| years.map(|years| self.graph.constant(discount_factor(years, rate))))
                .collect();
        }
        let (zero, one) = (self.graph.constant(0.0), self.graph.constant(1.0));
        let sum = self.graph.binary(Binary::Add, one, rate);
        let is_rate = self.graph.binary(Binary::Less, zero, sum);
        let absent = self.graph.absent(Absence::NoPower);
        let growth = self.graph.select(is_rate, sum, absent);
        live.map(|years| years.map(|years| self.discount_node(growth, years)))
            .collect()
    }

    fn discount_node(&mut self, growth: NodeId, years: f64) -> NodeId {
        let one = self.graph.constant(1.0);
        let parts = years * PARTS_PER_YEAR;
        if (parts - parts.round()).abs() > 1e-9 {
            let exponent = self.graph.constant(-years);
            return self.graph.binary(Binary::Power, growth, exponent);
        }
        let base = self.graph.binary(Binary::Divide, one, growth);
        let whole_years = (parts.round() / PARTS_PER_YEAR).floor();
        let rest = parts.round() - whole_years * PARTS_PER_YEAR;
        let mut power = one;
        for _ in 0..whole_years as u32 {
            power = self.graph.binary(Binary::Multiply, power, base);
        }
        let part = if rest == 0.0 {
            one
        } else if (rest - HALF_YEAR).abs() < 0.5 {
            self.graph.unary(Unary::Sqrt, base)
        } else {
            let exponent = self.graph.constant(rest / PARTS_PER_YEAR);
            self.graph.binary(Binary::Power, base, exponent)
        };
        self.graph.binary(Binary::Multiply, part, power)
    }

    fn measure(&mut self, row: &Term, kind: MeasureKind, more: Vec<NodeId>) -> NodeId {
        let mut flows: Vec<NodeId> = (0..self.count())
            .map(|period| self.in_period(row, period))
            .collect();
        flows.extend(more);
        self.at_period(ALL_PERIODS);
        self.graph.measure(Measure { kind, flows })
    }

    fn payback(&mut self, value: &Term, rate: Option<&Term>, years: &[f64]) -> NodeId {
        let mut flows: Vec<NodeId> = (0..self.count())
            .map(|period| self.in_period(value, period))
            .collect();
        let origin = self.payback_origin(&flows);
        if let Some(rate) = rate {
            let dated = Flows {
                value: value.clone(),
                rate: rate.clone(),
                years: years.to_vec(),
            };
            let factors = self.discount_factors(&dated);
            for (period, (flow, factor)) in flows.iter_mut().zip(factors).enumerate() {
                self.at_period(period as u32);
                if let Some(factor) = factor {
                    *flow = self.graph.binary(Binary::Multiply, *flow, factor);
                }
            }
        }
        let spans: Vec<(f64, f64)> = self
            .model
            .periods
            .iter()
            .map(|period| (period.start_years, period.end_years))
            .collect();
        let plan = PaybackPlan::simple(&spans, years, origin);
        self.at_period(ALL_PERIODS);
        self.graph.measure(Measure {
            kind: MeasureKind::Payback(plan),
            flows,
        })
    }
    /// Years from the valuation date to the scenario's origin of paybacks. The plan is the base case's: it does not
    /// move with the draws.
    fn payback_origin(&self, flows: &[NodeId]) -> f64 {
        let periods = &self.model.periods;
        let values = self.graph.evaluate(self.base_draws);
        let row = |role: Role| {
            let line = self
                .model
                .lines
                .iter()
                .position(|line| line.role == Some(role))?;
            (0..periods.len())
                .map(|period| values.get(self.line_node(line, period)? as usize).copied())
                .collect::<Option<Vec<f64>>>()
        };
        let own: Vec<f64> = flows.iter().map(|id| -values[*id as usize]).collect();
        let first_spend = || row(Role::InitialCapital).unwrap_or_else(|| own.clone());
        let figures = match self.model.conventions.payback_origin {
            PaybackOrigin::DecisionDate { date } => {
                return calminer_domain::calendar::years_between(
                    self.model.calendar.valuation_date,
                    date,
                );
            }
            PaybackOrigin::FirstSpend => first_spend(),
            PaybackOrigin::FirstProduction => row(Role::PayableProduct).unwrap_or_else(first_spend),
        };
        // A part of the period before the valuation date is sunk.
        let from = periods
            .iter()
            .zip(figures)
            .find(|(period, figure)| period.end_years >= 0.0 && *figure > 0.0);
        from.map_or(0.0, |(period, _)| {
            if period.start_years < 0.0 {
                0.0
            } else {
                period.start_years
            }
        })
    }
}
