//! What each operation computes, for one trial.
//!
//! Folding at compile time, the base case and the loops over a tile all call these functions, so they cannot disagree.
//! An absent value is NaN and goes through every operation; only `if` may leave it out, with the branch not taken.

#![expect(
    clippy::inline_always,
    reason = "only what is inlined is compiled for the level of the processor"
)]

use crate::math;

/// Operations on one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Unary {
    /// Sign changed.
    Negate,
    /// 1 for 0, else 0.
    Not,
    /// Without its sign.
    Abs,
    /// e to that power.
    Exp,
    /// Natural logarithm; absent at 0 and below.
    Ln,
    /// Square root; absent below 0.
    Sqrt,
    /// Nearest whole number, halves away from 0.
    Round,
}

/// Operations on two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Binary {
    /// Sum.
    Add,
    /// Difference.
    Subtract,
    /// Product.
    Multiply,
    /// Quotient; absent for a divisor of 0.
    Divide,
    /// Power with any exponent.
    Power,
    /// Smaller one.
    Min,
    /// Larger one.
    Max,
    /// 1 where less, else 0.
    Less,
    /// 1 where less or equal, else 0.
    LessOrEqual,
    /// 1 where equal, else 0.
    Equal,
    /// 1 where not equal, else 0.
    NotEqual,
    /// 1 where neither is 0, else 0.
    And,
    /// 1 where one is not 0, else 0.
    Or,
}

#[inline(always)]
fn flag(holds: bool) -> f64 {
    if holds { 1.0 } else { 0.0 }
}

/// A flag that is absent where one of the compared values is.
#[inline(always)]
fn flag_of(a: f64, b: f64, holds: bool) -> f64 {
    if a.is_nan() | b.is_nan() {
        f64::NAN
    } else {
        flag(holds)
    }
}

/// An operation on one value.
#[inline(always)]
pub(crate) fn unary(op: Unary, x: f64) -> f64 {
    match op {
        Unary::Negate => -x,
        Unary::Not => not(x),
        Unary::Abs => x.abs(),
        Unary::Exp => math::exp(x),
        Unary::Ln => ln(x),
        Unary::Sqrt => x.sqrt(),
        Unary::Round => x.round(),
    }
}

#[inline(always)]
pub(crate) fn not(x: f64) -> f64 {
    if x.is_nan() { x } else { flag(x == 0.0) }
}

#[inline(always)]
pub(crate) fn ln(x: f64) -> f64 {
    if x > 0.0 { math::ln(x) } else { f64::NAN }
}

/// An operation on two values.
#[inline(always)]
pub(crate) fn binary(op: Binary, a: f64, b: f64) -> f64 {
    match op {
        Binary::Add => a + b,
        Binary::Subtract => a - b,
        Binary::Multiply => a * b,
        Binary::Divide => divide(a, b),
        Binary::Power => power(a, b),
        Binary::Min => min(a, b),
        Binary::Max => max(a, b),
        Binary::Less => flag_of(a, b, a < b),
        Binary::LessOrEqual => flag_of(a, b, a <= b),
        Binary::Equal => flag_of(a, b, a == b),
        Binary::NotEqual => flag_of(a, b, a != b),
        Binary::And => flag_of(a, b, a != 0.0 && b != 0.0),
        Binary::Or => flag_of(a, b, a != 0.0 || b != 0.0),
    }
}

#[inline(always)]
pub(crate) fn divide(a: f64, b: f64) -> f64 {
    if b == 0.0 { f64::NAN } else { a / b }
}

/// NaN to the power 0 is 1 in C's `pow`; here an absent value stays absent.
#[inline(always)]
pub(crate) fn power(a: f64, b: f64) -> f64 {
    if a.is_nan() | b.is_nan() {
        f64::NAN
    } else {
        math::pow(a, b)
    }
}

#[inline(always)]
pub(crate) fn min(a: f64, b: f64) -> f64 {
    if b.is_nan() || a > b { b } else { a }
}

#[inline(always)]
pub(crate) fn max(a: f64, b: f64) -> f64 {
    if b.is_nan() || a < b { b } else { a }
}

/// The larger of a value and a constant.
#[inline(always)]
pub(crate) fn max_constant(x: f64, c: f64) -> f64 {
    if x <= c { c } else { x }
}

/// The smaller of a value and a constant.
#[inline(always)]
pub(crate) fn min_constant(x: f64, c: f64) -> f64 {
    if x >= c { c } else { x }
}

/// `if`: the value not taken counts for nothing; an absent condition makes the result absent.
#[inline(always)]
pub(crate) fn select(condition: f64, then: f64, otherwise: f64) -> f64 {
    if condition.is_nan() {
        condition
    } else if condition != 0.0 {
        then
    } else {
        otherwise
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABSENT: f64 = f64::NAN;

    const BINARY: [Binary; 13] = [
        Binary::Add,
        Binary::Subtract,
        Binary::Multiply,
        Binary::Divide,
        Binary::Power,
        Binary::Min,
        Binary::Max,
        Binary::Less,
        Binary::LessOrEqual,
        Binary::Equal,
        Binary::NotEqual,
        Binary::And,
        Binary::Or,
    ];

    #[test]
    fn an_absent_value_in_either_place_makes_every_result_absent() {
        for op in BINARY {
            for other in [0.0, 1.0, -2.5] {
                assert!(binary(op, ABSENT, other).is_nan(), "{op:?} left, {other}");
                assert!(binary(op, other, ABSENT).is_nan(), "{op:?} right, {other}");
            }
            assert!(binary(op, ABSENT, ABSENT).is_nan(), "{op:?} both");
        }
        for op in [
            Unary::Negate,
            Unary::Not,
            Unary::Abs,
            Unary::Exp,
            Unary::Ln,
            Unary::Sqrt,
            Unary::Round,
        ] {
            assert!(unary(op, ABSENT).is_nan(), "{op:?}");
        }
        assert!(max_constant(ABSENT, 1.0).is_nan() && min_constant(ABSENT, 1.0).is_nan());
    }

    #[test]
    fn only_if_leaves_an_absent_branch_out() {
        assert_eq!(select(1.0, 5.0, ABSENT), 5.0);
        assert_eq!(select(0.0, ABSENT, 6.0), 6.0);
        assert!(select(ABSENT, 5.0, 6.0).is_nan());
        assert!(select(1.0, ABSENT, 6.0).is_nan());
        assert!(select(0.0, 5.0, ABSENT).is_nan());
    }

    #[test]
    fn results_that_do_not_exist_are_absent() {
        assert!(binary(Binary::Divide, 1.0, 0.0).is_nan());
        assert!(binary(Binary::Divide, 1.0, -0.0).is_nan());
        assert!(unary(Unary::Ln, 0.0).is_nan() && unary(Unary::Ln, -1.0).is_nan());
        assert!(unary(Unary::Sqrt, -1.0).is_nan());
        assert!(binary(Binary::Power, -8.0, 0.5).is_nan());
    }

    #[test]
    fn figures_of_each_operation() {
        assert_eq!(binary(Binary::Max, 2.0, 3.0), 3.0);
        assert_eq!(binary(Binary::Min, 2.0, 3.0), 2.0);
        assert_eq!((max_constant(2.0, 3.0), max_constant(4.0, 3.0)), (3.0, 4.0));
        assert_eq!((min_constant(2.0, 3.0), min_constant(4.0, 3.0)), (2.0, 3.0));
        assert_eq!(binary(Binary::LessOrEqual, 2.0, 2.0), 1.0);
        assert_eq!(binary(Binary::Less, 2.0, 2.0), 0.0);
        assert_eq!(binary(Binary::NotEqual, 2.0, 2.0), 0.0);
        assert_eq!(
            (binary(Binary::And, 2.0, 0.0), binary(Binary::Or, 2.0, 0.0)),
            (0.0, 1.0)
        );
        assert_eq!((unary(Unary::Not, 0.0), unary(Unary::Not, 3.0)), (1.0, 0.0));
        assert_eq!(
            (unary(Unary::Round, 2.5), unary(Unary::Round, -2.5)),
            (3.0, -3.0)
        );
        assert_eq!(binary(Binary::Power, 2.0, 10.0), 1024.0);
    }
}
