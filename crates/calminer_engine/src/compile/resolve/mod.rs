//! Names, kinds and units of one formula: a tree of text becomes a tree of terms, or issues.

mod functions;
mod measures;
mod operators;

use calminer_domain::formula::{CalendarName, Expr, Node, Span, UnaryOp};
use calminer_domain::units::{Unit, UnitMismatch};
use calminer_domain::{Issue, MoneyBasis};

pub(super) use functions::days_since_epoch;

use super::kernel::Unary;
use super::model::{Model, Symbol, to_base};
use super::nearest::nearest;
use super::term::{Slot, Term};
use crate::lower::Source;

/// How many figures a value has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// One.
    Scalar,
    /// One a period, the same in all: a line with a typed number, and what is made of it. It may stand for either.
    Uniform,
    /// One a period.
    Series,
}

/// A resolved term with what is known about it.
#[derive(Clone, Debug)]
pub(super) struct Typed {
    pub(super) term: Term,
    pub(super) kind: Kind,
    /// Its unit; none where it is not known, so that one mistake is told once.
    pub(super) unit: Option<Unit>,
    /// The literal 0, which fits every unit.
    pub(super) is_zero: bool,
    /// Whether money is real or nominal; none where it is neither or not known.
    pub(super) basis: Option<MoneyBasis>,
}

impl Typed {
    fn unknown() -> Self {
        Self {
            term: Term::Constant(0.0),
            kind: Kind::Uniform,
            unit: None,
            is_zero: false,
            basis: None,
        }
    }

    fn plain(term: Term, kind: Kind) -> Self {
        Self {
            term,
            kind,
            unit: Some(Unit::plain()),
            is_zero: false,
            basis: None,
        }
    }

    /// The same value after an operation that keeps its unit.
    fn with(self, make: impl FnOnce(Box<Term>) -> Term) -> Self {
        Self {
            term: make(Box::new(self.term)),
            is_zero: false,
            ..self
        }
    }
}

/// A formula ready to be laid out.
#[derive(Clone, Debug)]
pub(crate) struct Resolved {
    pub(crate) term: Term,
    pub(crate) kind: Kind,
}

/// What resolves the formulas of a model, one after another.
pub(super) struct Resolver<'a> {
    model: &'a Model,
    /// Kinds of the lines resolved so far.
    kinds: &'a [Kind],
    line: usize,
    text: &'a str,
    next_slot: &'a mut Slot,
    issues: &'a mut Vec<(usize, Issue)>,
}

/// The kind of a line that is no formula.
pub(super) fn kind_of_figures(source: &Source) -> Kind {
    match source {
        Source::Number(_) => Kind::Uniform,
        _ => Kind::Series,
    }
}

impl<'a> Resolver<'a> {
    pub(super) fn new(
        model: &'a Model,
        kinds: &'a [Kind],
        line: usize,
        next_slot: &'a mut Slot,
        issues: &'a mut Vec<(usize, Issue)>,
    ) -> Self {
        let text = match &model.lines[line].source {
            Source::Formula { text, .. } => text.as_str(),
            _ => "",
        };
        Self {
            model,
            kinds,
            line,
            text,
            next_slot,
            issues,
        }
    }

    /// The formula of the line as a term in base units of the line's dimension.
    pub(super) fn formula(&mut self, tree: &Expr) -> Resolved {
        let value = self.expr(tree);
        let line = &self.model.lines[self.line];
        if let (Some(unit), Some(wanted), false) = (&value.unit, &line.unit, value.is_zero)
            && let Err(mismatch) = unit.check_addable(wanted)
        {
            let message = format!(
                "{}: the formula gives {}, the line is in {}; {mismatch}",
                line.key,
                in_words(unit),
                in_words(wanted)
            );
            self.issue("unit", mismatch_code(&mismatch), message);
        }
        if let (Some(basis), Some(unit)) = (value.basis, &line.unit)
            && basis != line.basis
            && unit.currency().is_some()
        {
            let message = format!(
                "{}: the formula gives {} money, the line is {}; use real(x) or nominal(x)",
                line.key,
                basis_word(basis),
                basis_word(line.basis)
            );
            self.issue("value", "basis_mixed", message);
        }
        Resolved {
            term: value.term,
            kind: value.kind,
        }
    }

    fn expr(&mut self, expr: &Expr) -> Typed {
        match &expr.node {
            Node::Number { value, unit } => self.literal(*value, unit.as_deref(), expr.span),
            Node::Name { key, unit } => self.name(key, unit.as_deref(), expr.span),
            Node::Calendar(name) => calendar(*name),
            Node::Unary { op, operand } => self.unary(*op, operand),
            Node::Binary { op, left, right } => self.binary(*op, left, right, expr.span),
            Node::Call {
                function,
                arguments,
            } => self.call(*function, arguments, expr.span),
        }
    }

    fn literal(&mut self, value: f64, unit: Option<&str>, span: Span) -> Typed {
        let Some(text) = unit else {
            let plain = Typed::plain(Term::Constant(value), Kind::Scalar);
            return Typed {
                is_zero: value == 0.0,
                ..plain
            };
        };
        match Unit::parse(text, &self.model.currency) {
            Ok(unit) => Typed {
                term: Term::Constant(to_base(value, &unit)),
                kind: Kind::Scalar,
                unit: Some(unit),
                is_zero: false,
                basis: None,
            },
            Err(error) => {
                self.issue_at(span, "unit_unknown", &error.to_string());
                Typed::unknown()
            }
        }
    }

    fn name(&mut self, key: &str, stated: Option<&str>, span: Span) -> Typed {
        let Some(symbol) = self.model.symbol(key) else {
            let near = nearest(key, self.model.keys());
            let way_out =
                near.map_or_else(String::new, |near| format!(", the nearest key is {near}"));
            self.issue_at(
                span,
                "unknown_name",
                &format!("there is no line, parameter or table {key}{way_out}"),
            );
            return Typed::unknown();
        };
        let value = match symbol {
            Symbol::Line(line) => self.line_value(line),
            Symbol::Parameter(parameter) => self.parameter_value(parameter),
            Symbol::Table(_) => {
                let message = format!(
                    "{key} is a table and stands where a figure is needed; write lookup({key}, key)"
                );
                self.issue_at(span, "kind_mismatch", &message);
                return Typed::unknown();
            }
        };
        if let (Some(stated), Some(unit)) = (stated, &value.unit) {
            self.check_stated(key, stated, unit, span);
        }
        value
    }

    fn line_value(&self, line: usize) -> Typed {
        let row = &self.model.lines[line];
        let is_money = row
            .unit
            .as_ref()
            .is_some_and(|unit| unit.currency().is_some());
        Typed {
            term: Term::Line(line),
            kind: self.kinds[line],
            unit: row.unit.clone(),
            is_zero: false,
            basis: is_money.then_some(row.basis),
        }
    }

    fn parameter_value(&self, parameter: usize) -> Typed {
        let row = &self.model.parameters[parameter];
        let is_money = row
            .unit
            .as_ref()
            .is_some_and(|unit| unit.currency().is_some());
        Typed {
            term: Term::Parameter(parameter),
            kind: if row.is_row() {
                Kind::Series
            } else {
                Kind::Scalar
            },
            unit: row.unit.clone(),
            is_zero: false,
            basis: is_money.then_some(self.model.conventions.basis),
        }
    }

    /// `throughput[Mt/a]` asserts a unit, it does not convert.
    fn check_stated(&mut self, key: &str, stated: &str, unit: &Unit, span: Span) {
        match Unit::parse(stated, &self.model.currency) {
            Err(error) => self.issue_at(span, "unit_unknown", &error.to_string()),
            Ok(wanted) => {
                let is_same =
                    wanted.check_addable(unit).is_ok() && wanted.factor() == unit.factor();
                if !is_same {
                    let message = format!(
                        "{key} is in {}, the formula expects {}; write the unit of {key}, figures are converted by themselves",
                        in_words(unit),
                        in_words(&wanted)
                    );
                    self.issue_at(span, "unit_mismatch", &message);
                }
            }
        }
    }

    fn unary(&mut self, op: UnaryOp, operand: &Expr) -> Typed {
        let value = self.expr(operand);
        match op {
            UnaryOp::Negate => {
                let is_zero = value.is_zero;
                let negated = value.with(|term| match *term {
                    Term::Constant(figure) => Term::Constant(-figure),
                    other => Term::Unary(Unary::Negate, Box::new(other)),
                });
                Typed { is_zero, ..negated }
            }
            UnaryOp::Not => {
                self.need_plain(&value, operand.span, "not");
                Typed::plain(Term::Unary(Unary::Not, Box::new(value.term)), value.kind)
            }
        }
    }

    fn slot(&mut self) -> Slot {
        *self.next_slot += 1;
        *self.next_slot - 1
    }

    /// An issue that shows the part of the formula it is about.
    fn issue_at(&mut self, span: Span, code: &'static str, message: &str) {
        let part = self
            .text
            .get(span.start..span.end)
            .unwrap_or_default()
            .trim();
        let key = &self.model.lines[self.line].key;
        let message = if part.is_empty() || part.chars().count() > 60 || message.contains(part) {
            format!("{key}: {message}")
        } else {
            format!("{key}: {message} (at {part})")
        };
        self.issue("value", code, message);
    }

    fn issue(&mut self, field: &str, code: &'static str, message: String) {
        let place = self.model.lines[self.line].place(field);
        let issue = Issue::error(place, code, message);
        if !self.issues.iter().any(|(_, known)| *known == issue) {
            self.issues.push((self.line, issue));
        }
    }

    /// The value must be a plain number: a flag, a rate, an exponent.
    fn need_plain(&mut self, value: &Typed, span: Span, function: &str) {
        if let Some(unit) = &value.unit
            && !unit.is_plain()
        {
            let message = format!(
                "{function} takes a plain number, this is in {}; divide by 1 [{unit}] first",
                in_words(unit)
            );
            self.issue_at(span, "unit_mismatch", &message);
        }
    }

    /// The value must be one figure.
    fn need_scalar(&mut self, value: &Typed, span: Span, what: &str) {
        if value.kind == Kind::Series {
            let message =
                format!("{what} is one figure, this has one a period; use total(x) or at(x, k)");
            self.issue_at(span, "kind_mismatch", &message);
        }
    }

    /// The value must have a figure a period.
    fn need_series(&mut self, value: &Typed, span: Span, function: &str) {
        if value.kind == Kind::Scalar {
            let message =
                format!("{function} needs a row with a figure a period, this is one figure");
            self.issue_at(span, "kind_mismatch", &message);
        }
    }
}

fn calendar(name: CalendarName) -> Typed {
    let unit = match name {
        CalendarName::Period => Unit::plain(),
        CalendarName::Years => Unit::calendar_year(),
        CalendarName::Days | CalendarName::Date => Unit::day(),
    };
    Typed {
        unit: Some(unit),
        ..Typed::plain(Term::Calendar(name), Kind::Series)
    }
}

/// A unit in a sentence.
fn in_words(unit: &Unit) -> String {
    let text = unit.to_string();
    if text.is_empty() {
        "a plain number".to_owned()
    } else {
        text
    }
}

fn basis_word(basis: MoneyBasis) -> &'static str {
    match basis {
        MoneyBasis::Real => "real",
        MoneyBasis::Nominal => "nominal",
    }
}

/// Currencies without a rate between them have a code of their own.
fn mismatch_code(mismatch: &UnitMismatch) -> &'static str {
    match mismatch {
        UnitMismatch::Currency { .. } => "currency_without_rate",
        _ => "unit_mismatch",
    }
}
