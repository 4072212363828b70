//! Functions that work period by period.

use calminer_domain::MoneyBasis;
use calminer_domain::formula::{Expr, Function, Node, Span};
use calminer_domain::units::Unit;
use jiff::civil::Date;

use super::super::kernel::{Binary, Unary};
use super::super::model::Symbol;
use super::super::order::{period_shift, whole_literal};
use super::super::term::{Term, Whole};
use super::operators::both;
use super::{Kind, Resolver, Typed, basis_word, mismatch_code};

/// Digits that `round` may keep.
const MAX_DIGITS: i64 = 15;

impl Resolver<'_> {
    pub(super) fn call(&mut self, function: Function, arguments: &[Expr], span: Span) -> Typed {
        let Some((first, rest)) = arguments.split_first() else {
            return Typed::unknown();
        };
        match function {
            Function::Prev => self.lag(first, 1, rest.first(), span),
            Function::Lag => match rest.first().and_then(whole_literal).filter(|n| (0..=100_000).contains(n)) {
                Some(periods) => self.lag(first, periods as usize, rest.get(1), span),
                None => self.refuse(span, "the second argument of lag is a number of periods, written out as 0, 1, 2 ..."),
            },
            Function::At => self.at(first, rest, span),
            Function::Cum => {
                let slot = self.slot();
                self.row(first, "cum").with(|term| Term::Cumulative(slot, term))
            }
            Function::Window => match rest.first().and_then(whole_literal).filter(|n| *n >= 1) {
                Some(periods) => self.row(first, "window").with(|term| Term::Window(term, periods as usize)),
                None => self.refuse(span, "the second argument of window is a number of periods, written out as 1, 2, 3 ..."),
            },
            Function::Sum => self.several(Binary::Add, first, rest),
            Function::Min => self.several(Binary::Min, first, rest),
            Function::Max => self.several(Binary::Max, first, rest),
            Function::Lookup => self.lookup(first, rest),
            Function::If => self.choice(first, rest, span),
            Function::Abs => self.expr(first).with(|term| Term::Unary(Unary::Abs, term)),
            Function::Exp => self.number_function(Unary::Exp, "exp", first),
            Function::Ln => self.number_function(Unary::Ln, "ln", first),
            Function::Sqrt => self.number_function(Unary::Sqrt, "sqrt", first),
            Function::Round => self.round(first, rest),
            Function::To => self.to(first, rest, span),
            Function::Real => self.index(first, true),
            Function::Nominal => self.index(first, false),
            Function::DateOf => self.date_of(arguments, span),
            Function::Total
            | Function::First
            | Function::Last
            | Function::Npv
            | Function::Irr
            | Function::Payback
            | Function::Mirr
            | Function::Pv => self.measure(function, first, rest),
        }
    }

    pub(super) fn refuse(&mut self, span: Span, message: &str) -> Typed {
        self.issue_at(span, "argument", message);
        Typed::unknown()
    }

    /// An argument that must have a figure a period.
    pub(super) fn row(&mut self, expr: &Expr, function: &str) -> Typed {
        let value = self.expr(expr);
        self.need_series(&value, expr.span, function);
        Typed {
            kind: Kind::Series,
            ..value
        }
    }

    fn lag(&mut self, value: &Expr, periods: usize, first: Option<&Expr>, span: Span) -> Typed {
        let value = self.expr(value);
        let Some(first) = first.map(|expr| self.expr(expr)) else {
            return Typed::unknown();
        };
        let (unit, basis) = self.common(&value, &first, span);
        let term = Term::Lag {
            value: Box::new(value.term),
            periods,
            first: Box::new(first.term),
        };
        Typed {
            term,
            kind: Kind::Series,
            unit,
            is_zero: false,
            basis,
        }
    }

    fn at(&mut self, value: &Expr, rest: &[Expr], span: Span) -> Typed {
        let Some(period) = rest.first() else {
            return Typed::unknown();
        };
        let value = self.expr(value);
        self.need_series(&value, span, "at");
        if let Some(by) = period_shift(period).and_then(|by| isize::try_from(by).ok()) {
            return Typed {
                kind: Kind::Series,
                ..value.with(|term| Term::Shift { value: term, by })
            };
        }
        let slot = self.slot();
        if let Some(ordinal) = whole_literal(period) {
            let count = self.model.periods.len();
            if ordinal < 1 || ordinal as usize > count {
                let message =
                    format!("there is no period {ordinal}: the calendar has 1 to {count}");
                return self.refuse(period.span, &message);
            }
            let whole = |term: Box<Term>| {
                Term::Whole(slot, Box::new(Whole::AtPeriod(*term, ordinal as usize - 1)))
            };
            return Typed {
                kind: Kind::Scalar,
                ..value.with(whole)
            };
        }
        let ordinal = self.expr(period);
        self.need_plain(&ordinal, period.span, "a period");
        self.need_scalar(&ordinal, period.span, "the period of at");
        let whole =
            |term: Box<Term>| Term::Whole(slot, Box::new(Whole::AtOrdinal(*term, ordinal.term)));
        Typed {
            kind: Kind::Scalar,
            ..value.with(whole)
        }
    }

    fn several(&mut self, op: Binary, first: &Expr, rest: &[Expr]) -> Typed {
        let mut all = self.expr(first);
        for expr in rest {
            let next = self.expr(expr);
            all = self.alike(op, all, next, expr.span);
        }
        all
    }

    fn choice(&mut self, condition: &Expr, rest: &[Expr], span: Span) -> Typed {
        let [then, otherwise] = rest else {
            return Typed::unknown();
        };
        let flag = self.expr(condition);
        self.need_plain(&flag, condition.span, "a condition");
        let (then, otherwise) = (self.expr(then), self.expr(otherwise));
        let (unit, basis) = self.common(&then, &otherwise, span);
        Typed {
            kind: both(flag.kind, both(then.kind, otherwise.kind)),
            is_zero: then.is_zero && otherwise.is_zero,
            term: Term::If(Box::new([flag.term, then.term, otherwise.term])),
            unit,
            basis,
        }
    }

    fn number_function(&mut self, op: Unary, name: &str, expr: &Expr) -> Typed {
        let value = self.expr(expr);
        self.need_plain(&value, expr.span, name);
        Typed::plain(Term::Unary(op, Box::new(value.term)), value.kind)
    }

    /// A figure with a unit has no digits of its own: they depend on the unit it is shown in.
    fn round(&mut self, expr: &Expr, rest: &[Expr]) -> Typed {
        let value = self.expr(expr);
        self.need_plain(&value, expr.span, "round");
        let digits = match rest.first() {
            None => 0,
            Some(digits) => match whole_literal(digits).filter(|digits| digits.abs() <= MAX_DIGITS)
            {
                Some(digits) => digits,
                None => {
                    return self.refuse(
                        digits.span,
                        "the digits of round are a whole number from -15 to 15, written out",
                    );
                }
            },
        };
        let scale = Box::new(Term::Constant(
            (0..digits.abs()).fold(1.0, |power, _| power * 10.0),
        ));
        let (up, down) = if digits >= 0 {
            (Binary::Multiply, Binary::Divide)
        } else {
            (Binary::Divide, Binary::Multiply)
        };
        let scaled = Term::Binary(up, Box::new(value.term), scale.clone());
        let rounded = Term::Unary(Unary::Round, Box::new(scaled));
        Typed::plain(Term::Binary(down, Box::new(rounded), scale), value.kind)
    }

    /// Figures stand in base units, so only the unit changes.
    fn to(&mut self, expr: &Expr, rest: &[Expr], span: Span) -> Typed {
        let value = self.expr(expr);
        let Some(Node::Number {
            unit: Some(text), ..
        }) = rest.first().map(|target| &target.node)
        else {
            return Typed::unknown();
        };
        match Unit::parse(text, &self.model.currency) {
            Err(error) => {
                self.issue_at(span, "unit_unknown", &error.to_string());
                Typed::unknown()
            }
            Ok(target) => {
                if let Some(Err(mismatch)) = value
                    .unit
                    .as_ref()
                    .map(|unit| unit.crossing_factor_to(&target))
                {
                    self.issue_at(span, mismatch_code(&mismatch), &mismatch.to_string());
                }
                Typed {
                    unit: Some(target),
                    is_zero: false,
                    ..value
                }
            }
        }
    }

    fn index(&mut self, expr: &Expr, to_real: bool) -> Typed {
        let value = self.expr(expr);
        let (from, to) = if to_real {
            (MoneyBasis::Nominal, MoneyBasis::Real)
        } else {
            (MoneyBasis::Real, MoneyBasis::Nominal)
        };
        if value
            .unit
            .as_ref()
            .is_some_and(|unit| unit.currency().is_none())
        {
            return self.refuse(expr.span, "real and nominal take money");
        }
        if value.basis.is_some_and(|basis| basis != from) {
            let message = format!("this money is {} already", basis_word(to));
            self.issue_at(expr.span, "basis_mixed", &message);
        }
        let changed = value.with(|value| Term::Index { value, to_real });
        Typed {
            kind: Kind::Series,
            basis: Some(to),
            ..changed
        }
    }

    /// `date(y, m, d)` in days since 1970-01-01.
    fn date_of(&mut self, arguments: &[Expr], span: Span) -> Typed {
        let parts: Vec<i64> = arguments.iter().filter_map(whole_literal).collect();
        let date = match parts[..] {
            [year, month, day] => Date::new(
                year.clamp(-10_000, 10_000) as i16,
                month.clamp(0, 99) as i8,
                day.clamp(0, 99) as i8,
            )
            .ok(),
            _ => None,
        };
        match date {
            Some(date) => Typed {
                unit: Some(Unit::day()),
                ..Typed::plain(Term::Constant(days_since_epoch(date)), Kind::Scalar)
            },
            None => self.refuse(
                span,
                "date takes year, month and day of a real day, written out",
            ),
        }
    }

    fn lookup(&mut self, table: &Expr, keys: &[Expr]) -> Typed {
        let symbol = match &table.node {
            Node::Name { key, .. } => self.model.symbol(key),
            _ => None,
        };
        let Some(Symbol::Table(number)) = symbol else {
            if let Node::Name { key, unit } = &table.node
                && symbol.is_none()
            {
                return self.name(key, unit.as_deref(), table.span);
            }
            self.issue_at(
                table.span,
                "kind_mismatch",
                "the first argument of lookup is a table",
            );
            return Typed::unknown();
        };
        let row = &self.model.tables[number];
        let wanted = if row.table.columns.is_empty() { 1 } else { 2 };
        if keys.len() != wanted {
            let message = format!(
                "{} has {wanted} keys a value, the formula gives {}",
                row.table.key,
                keys.len()
            );
            return self.refuse(table.span, &message);
        }
        let unit = row.unit.clone();
        let (mut kind, mut terms) = (Kind::Scalar, Vec::new());
        for key in keys {
            let value = self.expr(key);
            self.need_plain(&value, key.span, "a key of a table");
            kind = both(kind, value.kind);
            terms.push(value.term);
        }
        Typed {
            unit,
            ..Typed::plain(Term::Lookup(number, terms), kind)
        }
    }
}

/// Days from 1970-01-01 to a date.
pub(crate) fn days_since_epoch(date: Date) -> f64 {
    let epoch = jiff::civil::date(1970, 1, 1);
    epoch
        .until(date)
        .map_or(f64::NAN, |span| f64::from(span.get_days()))
}
