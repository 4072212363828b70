//! A formula with its names, units and kinds resolved: what is left to do is to lay it out over the periods.

use calminer_domain::formula::CalendarName;

use super::kernel::{Binary, Unary};

/// Number of a term that is worked out once for all periods.
pub(crate) type Slot = usize;

/// A resolved formula. Figures are in base units.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Term {
    /// A literal.
    Constant(f64),
    /// The value of a line.
    Line(usize),
    /// The value of a parameter.
    Parameter(usize),
    /// A figure of the calendar.
    Calendar(CalendarName),
    /// An operation on one value.
    Unary(Unary, Box<Self>),
    /// An operation on two values.
    Binary(Binary, Box<Self>, Box<Self>),
    /// A whole power, multiplied out.
    WholePower(Box<Self>, i32),
    /// Condition, then, otherwise.
    If(Box<[Self; 3]>),
    /// A table by one key or two.
    Lookup(usize, Vec<Self>),
    /// The value some periods before, or what stands in for it at the start.
    Lag {
        /// The row.
        value: Box<Self>,
        /// How many periods, 0 for this one.
        periods: usize,
        /// Where there is no such period.
        first: Box<Self>,
    },
    /// The value some periods after (or before); absent outside the calendar.
    Shift {
        /// The row.
        value: Box<Self>,
        /// Periods to go.
        by: isize,
    },
    /// Running sum.
    Cumulative(Slot, Box<Self>),
    /// Sum of the last periods.
    Window(Box<Self>, usize),
    /// Present value of this period's flow.
    PresentValue(Slot, Box<Flows>),
    /// Money between its own date and the base date: true divides by the index, false multiplies.
    Index {
        /// The money.
        value: Box<Self>,
        /// To money of the base date.
        to_real: bool,
    },
    /// One figure from a row, worked out once.
    Whole(Slot, Box<Whole>),
}

/// A row of flows with their dates and a rate.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Flows {
    /// The row.
    pub(crate) value: Term,
    /// Annual effective rate.
    pub(crate) rate: Term,
    /// Years from the valuation date to each flow.
    pub(crate) years: Vec<f64>,
}

/// Functions that look at a whole row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Whole {
    /// Sum over all periods.
    Total(Term),
    /// Ordinal of the first period that holds.
    First(Term),
    /// Ordinal of the last period that holds.
    Last(Term),
    /// The value in one period, counted from 0.
    AtPeriod(Term, usize),
    /// The value in the period with an ordinal that is computed.
    AtOrdinal(Term, Term),
    /// Net present value.
    Npv(Flows),
    /// Headline rate of return.
    Irr(Term, Vec<f64>),
    /// Payback, of flows discounted when a rate is given.
    Payback {
        /// The flows.
        value: Term,
        /// Annual effective rate.
        rate: Option<Term>,
        /// Years from the valuation date to each flow.
        years: Vec<f64>,
    },
    /// Modified rate of return.
    Mirr {
        /// The flows.
        value: Term,
        /// Finance rate and reinvestment rate.
        rates: [Term; 2],
        /// Years from the valuation date to each flow.
        years: Vec<f64>,
    },
}
