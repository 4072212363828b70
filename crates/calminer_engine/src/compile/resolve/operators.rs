//! Operators: which units and kinds fit, and what comes out.

use calminer_domain::MoneyBasis;
use calminer_domain::formula::{BinaryOp, Expr, Span};
use calminer_domain::units::Unit;

use super::super::kernel::Binary;
use super::super::order::whole_literal;
use super::super::term::Term;
use super::{Kind, Resolver, Typed, basis_word, mismatch_code};

/// The largest whole power that is multiplied out.
const MAX_WHOLE_POWER: i64 = 1_000;

impl Resolver<'_> {
    pub(super) fn binary(&mut self, op: BinaryOp, left: &Expr, right: &Expr, span: Span) -> Typed {
        if op == BinaryOp::Power {
            return self.power(left, right);
        }
        let (a, b) = (self.expr(left), self.expr(right));
        match op {
            BinaryOp::Add => self.alike(Binary::Add, a, b, span),
            BinaryOp::Subtract => self.alike(Binary::Subtract, a, b, span),
            BinaryOp::Multiply => product(Binary::Multiply, a, b, Unit::mul),
            BinaryOp::Divide => product(Binary::Divide, a, b, Unit::div),
            BinaryOp::Equal => self.comparison(Binary::Equal, a, b, span),
            BinaryOp::NotEqual => self.comparison(Binary::NotEqual, a, b, span),
            BinaryOp::Less => self.comparison(Binary::Less, a, b, span),
            BinaryOp::LessOrEqual => self.comparison(Binary::LessOrEqual, a, b, span),
            // a > b is b < a: absent values meet the same rule on both sides.
            BinaryOp::Greater => self.comparison(Binary::Less, b, a, span),
            BinaryOp::GreaterOrEqual => self.comparison(Binary::LessOrEqual, b, a, span),
            BinaryOp::And | BinaryOp::Or | BinaryOp::Power => {
                self.need_plain(&a, left.span, "a condition");
                self.need_plain(&b, right.span, "a condition");
                let op = if op == BinaryOp::And {
                    Binary::And
                } else {
                    Binary::Or
                };
                Typed::plain(
                    Term::Binary(op, Box::new(a.term), Box::new(b.term)),
                    both(a.kind, b.kind),
                )
            }
        }
    }

    /// An operation on two values of one unit, which it keeps.
    pub(super) fn alike(&mut self, op: Binary, a: Typed, b: Typed, span: Span) -> Typed {
        let (unit, basis) = self.common(&a, &b, span);
        Typed {
            kind: both(a.kind, b.kind),
            is_zero: a.is_zero && b.is_zero,
            term: Term::Binary(op, Box::new(a.term), Box::new(b.term)),
            unit,
            basis,
        }
    }

    fn comparison(&mut self, op: Binary, a: Typed, b: Typed, span: Span) -> Typed {
        self.common(&a, &b, span);
        Typed::plain(
            Term::Binary(op, Box::new(a.term), Box::new(b.term)),
            both(a.kind, b.kind),
        )
    }

    /// Unit and basis of values that stand side by side; an issue where they do not fit.
    pub(super) fn common(
        &mut self,
        a: &Typed,
        b: &Typed,
        span: Span,
    ) -> (Option<Unit>, Option<MoneyBasis>) {
        if let (Some(left), Some(right)) = (a.basis, b.basis)
            && left != right
        {
            let message = format!(
                "{} money stands beside {} money; use real(x) or nominal(x)",
                basis_word(left),
                basis_word(right)
            );
            self.issue_at(span, "basis_mixed", &message);
        }
        let basis = a.basis.or(b.basis);
        let unit = match (&a.unit, &b.unit) {
            _ if b.is_zero => a.unit.clone(),
            _ if a.is_zero => b.unit.clone(),
            (Some(left), Some(right)) => match left.sum(right) {
                Ok(unit) => Some(unit),
                Err(mismatch) => {
                    self.issue_at(span, mismatch_code(&mismatch), &mismatch.to_string());
                    None
                }
            },
            (known, None) | (None, known) => known.clone(),
        };
        (unit, basis)
    }

    fn power(&mut self, left: &Expr, right: &Expr) -> Typed {
        let base = self.expr(left);
        if let Some(power) = whole_literal(right).filter(|power| power.abs() <= MAX_WHOLE_POWER) {
            let power = power as i32;
            let unit = base.unit.as_ref().map(|unit| unit.powi(power));
            let basis = if power == 1 { base.basis } else { None };
            return Typed {
                unit,
                basis,
                ..base.with(|term| Term::WholePower(term, power))
            };
        }
        let exponent = self.expr(right);
        if let Some(unit) = &base.unit
            && !unit.is_plain()
        {
            let message =
                format!("a base in {unit} takes a whole number as its exponent, written out");
            self.issue_at(right.span, "unit_mismatch", &message);
        }
        self.need_plain(&exponent, right.span, "an exponent");
        let kind = both(base.kind, exponent.kind);
        Typed::plain(
            Term::Binary(Binary::Power, Box::new(base.term), Box::new(exponent.term)),
            kind,
        )
    }
}

/// The kind of a value made of two.
pub(super) fn both(a: Kind, b: Kind) -> Kind {
    match (a, b) {
        (Kind::Series, _) | (_, Kind::Series) => Kind::Series,
        (Kind::Scalar, Kind::Scalar) => Kind::Scalar,
        _ => Kind::Uniform,
    }
}

fn product(op: Binary, a: Typed, b: Typed, unit: impl Fn(&Unit, &Unit) -> Unit) -> Typed {
    let unit = match (&a.unit, &b.unit) {
        (Some(left), Some(right)) => Some(unit(left, right)),
        _ => None,
    };
    // Money times a number is money of the same kind; money over money is a number.
    let basis = match (a.basis, b.basis) {
        (Some(basis), None) | (None, Some(basis)) => Some(basis),
        _ => None,
    };
    Typed {
        kind: both(a.kind, b.kind),
        term: Term::Binary(op, Box::new(a.term), Box::new(b.term)),
        is_zero: false,
        unit,
        basis,
    }
}
