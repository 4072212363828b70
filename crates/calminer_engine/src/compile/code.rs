//! The program in order: instructions on columns, each column one value of a tile of trials.

use super::graph::StepTable;
use super::kernel::{Binary, Unary};
use crate::measures::{IrrStart, PaybackPlan};

/// Number of a column.
pub(crate) type Column = u32;

/// A step of a pair: what becomes of the value so far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Link {
    /// value + column
    Add,
    /// value - column
    Subtract,
    /// column - value
    From,
    /// value * column
    Multiply,
    /// value + figure
    AddConstant,
    /// value * figure
    MultiplyConstant,
    /// The larger of value and figure.
    MaxConstant,
}

/// What an instruction does; `a`, `b`, `c` are columns, `k` and `m` figures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Op {
    /// Of `a`.
    Unary(Unary),
    /// Of `a` and `b`.
    Binary(Binary),
    /// a + k
    AddConstant,
    /// k - a
    FromConstant,
    /// a * k
    MultiplyConstant,
    /// a / k
    DivideConstant,
    /// k / a
    ConstantDivide,
    /// The larger of a and k.
    MaxConstant,
    /// The smaller of a and k.
    MinConstant,
    /// Two steps in one pass: the first of `a` with `b` or `k`, the second of that with `c` or `m`.
    Pair(Link, Link),
    /// Where `a` holds `b`, else `c`.
    Select,
    /// Table number `b` at key `a`.
    Step,
    /// Measure number `a`.
    Measure,
}

/// One operation on columns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Instruction {
    pub(crate) op: Op,
    /// Where the result goes; never one of the operands.
    pub(crate) to: Column,
    pub(crate) a: Column,
    pub(crate) b: Column,
    pub(crate) c: Column,
    pub(crate) k: f64,
    pub(crate) m: f64,
}

/// A measure ready for a tile.
#[derive(Clone, Debug)]
pub(crate) struct MeasureCall {
    pub(crate) kind: CallKind,
    /// The flows, then what else it needs.
    pub(crate) columns: Vec<Column>,
}

/// Which measure.
#[derive(Clone, Debug)]
pub(crate) enum CallKind {
    /// Headline rate of return.
    Irr(Box<IrrStart>),
    /// Payback in years, infinite where it is never reached.
    Payback(PaybackPlan),
    /// Modified rate of return of flows at these years.
    Mirr(Vec<f64>),
}

/// Where a result is found after a tile was computed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Place {
    /// The same figure in every trial.
    Constant(f64),
    /// A column.
    Column(Column),
}

/// Instructions that compute some results from the draws.
#[derive(Clone, Debug, Default)]
pub(crate) struct Code {
    /// In order.
    pub(crate) instructions: Vec<Instruction>,
    pub(crate) steps: Vec<StepTable>,
    pub(crate) measures: Vec<MeasureCall>,
    /// Columns that hold a figure from the start and are never written: operands of the rarer operations.
    pub(crate) constants: Vec<(Column, f64)>,
    /// Number of columns. The first ones hold the draws, in the order of the inputs.
    pub(crate) columns: usize,
    /// Where the results are, in the order in which they were asked for.
    pub(crate) results: Vec<Place>,
}
