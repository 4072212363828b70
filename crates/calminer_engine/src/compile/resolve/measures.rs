//! Functions that look at a whole row: sums, ordinals, return measures.

use calminer_domain::formula::{Expr, Function};
use calminer_domain::units::Unit;

use super::super::model::{Model, Symbol};
use super::super::term::{Flows, Term, Whole};
use super::{Kind, Resolver, Typed};

impl Resolver<'_> {
    pub(super) fn measure(&mut self, function: Function, first: &Expr, rest: &[Expr]) -> Typed {
        let name = match function {
            Function::Total => "total",
            Function::First => "first",
            Function::Last => "last",
            Function::Npv => "npv",
            Function::Irr => "irr",
            Function::Payback => "payback",
            Function::Mirr => "mirr",
            _ => "pv",
        };
        let value = self.row(first, name);
        let years = flow_years(self.model, first);
        match function {
            Function::Total => self.keep_unit(value, Whole::Total),
            Function::Npv => {
                let rate = self.rate(rest.first());
                self.keep_unit(value, |value| Whole::Npv(Flows { value, rate, years }))
            }
            Function::Pv => {
                let (rate, slot) = (self.rate(rest.first()), self.slot());
                value.with(|value| {
                    let flows = Flows {
                        value: *value,
                        rate,
                        years,
                    };
                    Term::PresentValue(slot, Box::new(flows))
                })
            }
            Function::First | Function::Last => {
                self.need_plain(&value, first.span, name);
                let whole = if function == Function::First {
                    Whole::First
                } else {
                    Whole::Last
                };
                self.figure(whole(value.term), Unit::plain())
            }
            _ => self.return_measure(function, value.term, rest, years),
        }
    }

    fn return_measure(
        &mut self,
        function: Function,
        value: Term,
        rest: &[Expr],
        years: Vec<f64>,
    ) -> Typed {
        match function {
            Function::Irr => self.figure(Whole::Irr(value, years), Unit::plain()),
            Function::Payback => {
                let rate = rest.first().map(|rate| self.rate(Some(rate)));
                self.figure(Whole::Payback { value, rate, years }, Unit::calendar_year())
            }
            _ => {
                let rates = [
                    self.rate(rest.first()),
                    self.rate(rest.get(1).or(rest.first())),
                ];
                self.figure(
                    Whole::Mirr {
                        value,
                        rates,
                        years,
                    },
                    Unit::plain(),
                )
            }
        }
    }

    fn keep_unit(&mut self, value: Typed, whole: impl FnOnce(Term) -> Whole) -> Typed {
        let slot = self.slot();
        let value = value.with(|term| Term::Whole(slot, Box::new(whole(*term))));
        Typed {
            kind: Kind::Scalar,
            ..value
        }
    }

    fn figure(&mut self, whole: Whole, unit: Unit) -> Typed {
        let term = Term::Whole(self.slot(), Box::new(whole));
        Typed {
            unit: Some(unit),
            ..Typed::plain(term, Kind::Scalar)
        }
    }

    /// A rate argument, or the scenario's rate.
    fn rate(&mut self, expr: Option<&Expr>) -> Term {
        let Some(expr) = expr else {
            return Term::Constant(self.model.conventions.discount_rate);
        };
        let rate = self.expr(expr);
        self.need_plain(&rate, expr.span, "a rate");
        self.need_scalar(&rate, expr.span, "a rate");
        rate.term
    }
}

/// The years of the flows of a row: the timing of a line of its own holds where the row is that line.
fn flow_years(model: &Model, row: &Expr) -> Vec<f64> {
    let line = match &row.node {
        calminer_domain::formula::Node::Name { key, .. } => model.symbol(key),
        _ => None,
    };
    let timing = match line {
        Some(Symbol::Line(line)) => model.lines[line].timing,
        _ => None,
    };
    model.flow_years(timing)
}
