//! The formula language: text that starts with `=` becomes a checked tree.
//!
//! Knows nothing of values, periods or trials: what a tree computes is the engine's business.

mod function;
pub(crate) mod nearest;
mod parse;
mod rename;
mod sentence;
#[cfg(test)]
mod sentence_tests;
#[cfg(test)]
mod tests;
mod token;

pub use function::{
    CalendarHelp, FunctionHelp, MAX_KEY_CHARS, calendar_names, functions, is_key, is_reserved,
};
pub use parse::{MAX_FORMULA_CHARS, parse};
pub use rename::{names, rename};
pub use sentence::FormulaError;

/// A place in the formula's text, in bytes, the leading `=` included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// One node of a formula with its place in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub node: Node,
}

/// What a formula is made of.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// A literal. `8 %` and `5 [USD/oz]` carry a unit, a bare number is plain.
    Number {
        /// The figure as typed.
        value: f64,
        /// The text of its unit; `%` for a percent sign.
        unit: Option<String>,
    },
    /// A line, parameter or table by key. `throughput[Mt/a]` also states the unit that is expected there.
    Name {
        /// The key.
        key: String,
        /// The stated unit: an assertion, never a conversion.
        unit: Option<String>,
    },
    /// A figure of the calendar.
    Calendar(CalendarName),
    /// A sign or a negation.
    Unary {
        /// The operator.
        op: UnaryOp,
        /// What it works on.
        operand: Box<Expr>,
    },
    /// Two operands.
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Left of it.
        left: Box<Expr>,
        /// Right of it.
        right: Box<Expr>,
    },
    /// A function with as many arguments as it takes.
    Call {
        /// Which one.
        function: Function,
        /// Its arguments, in order.
        arguments: Vec<Expr>,
    },
}

/// Names that every period has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalendarName {
    /// Ordinal of the period, 1 for the first.
    Period,
    /// Length in calendar years \[a\].
    Years,
    /// Length in days \[d\].
    Days,
    /// First day of the period, in days since 1970-01-01 \[d\].
    Date,
}

/// Operators with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `-x`
    Negate,
    /// `not x`
    Not,
}

/// Operators with two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `^`
    Power,
    /// `=`, also written `==`
    Equal,
    /// `<>`, also written `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `and`
    And,
    /// `or`
    Or,
}

/// The functions of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// `prev(x, first)`: the value of the period before, `first` in the first period.
    Prev,
    /// `lag(x, n, first)`: n periods before, n a whole-number literal.
    Lag,
    /// `at(x, k)`: the value in period k (a literal or a plain scalar), or `at(x, period + 1)`.
    At,
    /// `cum(x)`: the sum up to and with this period.
    Cum,
    /// `window(x, n)`: the sum of the last n periods.
    Window,
    /// `total(x)`: the sum over all periods, a scalar.
    Total,
    /// `first(flag)`: ordinal of the first period in which it is not 0.
    First,
    /// `last(flag)`: ordinal of the last period in which it is not 0.
    Last,
    /// `sum(a, b, ...)` of its arguments.
    Sum,
    /// `lookup(table, k1[, k2])`.
    Lookup,
    /// `min(a, b, ...)`.
    Min,
    /// `max(a, b, ...)`.
    Max,
    /// `if(condition, then, else)`.
    If,
    /// `abs(x)`.
    Abs,
    /// `exp(x)`.
    Exp,
    /// `ln(x)`.
    Ln,
    /// `sqrt(x)`.
    Sqrt,
    /// `round(x[, digits])`.
    Round,
    /// `npv(x, rate)`.
    Npv,
    /// `irr(x)`: the headline root.
    Irr,
    /// `payback(x[, rate])`: years from the scenario's origin, discounted when a rate is given.
    Payback,
    /// `mirr(x[, finance rate, reinvestment rate])`.
    Mirr,
    /// `pv(x[, rate])`: present value of each period's flow, a series.
    Pv,
    /// `to(x, [unit])`: crosses families of one dimension; the unit is a bracketed literal.
    To,
    /// `real(x)`: nominal money divided by the index.
    Real,
    /// `nominal(x)`: real money times the index.
    Nominal,
    /// `date(y, m, d)`: a day, in days since 1970-01-01.
    DateOf,
}
