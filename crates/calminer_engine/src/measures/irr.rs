//! Internal rates of return: all of them, and the one that may stand as the headline.

use serde::{Deserialize, Serialize};

use super::discount::is_sunk;
use super::exponential_sum::{ExponentialSum, Root};
use super::time_grid::TimeGrid;

/// Rates at or below this are out of range.
pub const LOWEST_RATE: f64 = -0.99;

/// The highest rate of the range.
pub const HIGHEST_RATE: f64 = 10.0;

/// A headline rate is not below this.
pub const LOWEST_HEADLINE_RATE: f64 = -0.5;

/// A root this near the scenario's rate is that rate: the sign of an NPV of zero says nothing.
const SAME_RATE: f64 = 1e-12;

/// How many rates in (-0.99, 10] make the net present value zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IrrKind {
    /// No rate does: no cost or no income, a value that never reaches zero, or flows that are not finite.
    None,
    /// Exactly one.
    One,
    /// Two or more.
    Several,
    /// Flows that start with a spend and whose value is still positive at 1,000 %.
    AboveRange,
    /// No root in the range; the value is negative at -99 % and only a rate below makes it zero.
    BelowRange,
}

/// Internal rates of return of a row of flows, as fractions a year.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Irr {
    /// What was found.
    pub kind: IrrKind,
    /// The rate that agrees with the net present value at the scenario's rate; absent where none does.
    pub headline: Option<f64>,
    /// All rates in (-0.99, 10] at which the value is zero, ascending.
    pub values: Vec<f64>,
}

impl Irr {
    fn none() -> Self {
        Self {
            kind: IrrKind::None,
            headline: None,
            values: Vec::new(),
        }
    }
}

/// All internal rates of return of `flows` at `years` from the valuation date, with the headline at the scenario's `rate`.
///
/// Exact for any times: roots are separated by the stationary points, so two close roots are not missed. The headline
/// is a root in [-0.5, 10] at which the value falls through zero as the rate rises: the smallest at or above `rate`
/// when the value at `rate` is not negative, else the largest below. Flows that start with a receipt have none. The
/// unit of money does not matter. Sunk flows are left out; flows that are not finite give [`IrrKind::None`].
pub fn irr(flows: &[f64], years: &[f64], rate: f64) -> Irr {
    let count = flows.len().min(years.len());
    let (flows, years) = (&flows[..count], &years[..count]);
    if let Some(grid) = TimeGrid::of(years) {
        return irr_on_grid(flows, &grid, rate);
    }
    let dated: Vec<(f64, f64)> = years
        .iter()
        .zip(flows)
        .filter(|(t, _)| !is_sunk(**t))
        .map(|(&t, &flow)| (t, flow))
        .collect();
    let Some(sum) = ExponentialSum::on_dates(&dated) else {
        return Irr::none();
    };
    Search {
        sum: &sum,
        low: 1.0 + LOWEST_RATE,
        high: 1.0 + HIGHEST_RATE,
        at_rate: 1.0 + rate,
    }
    .run(rate, |growth| growth - 1.0)
}

/// As [`irr`], for flows whose grid is known.
pub(super) fn irr_on_grid(flows: &[f64], grid: &TimeGrid, rate: f64) -> Irr {
    let Some(sum) = ExponentialSum::on_grid(flows, grid) else {
        return Irr::none();
    };
    Search {
        sum: &sum,
        low: grid.growth_of_rate(LOWEST_RATE),
        high: grid.growth_of_rate(HIGHEST_RATE),
        at_rate: grid.growth_of_rate(rate),
    }
    .run(rate, |growth| grid.rate_of_growth(growth))
}

/// One search: the sum and the growth factors of the range's ends and of the scenario's rate.
struct Search<'a> {
    sum: &'a ExponentialSum,
    low: f64,
    high: f64,
    at_rate: f64,
}

impl Search<'_> {
    fn run(&self, rate: f64, rate_of: impl Fn(f64) -> f64) -> Irr {
        let roots = self.sum.roots(self.low, self.high);
        let values: Vec<f64> = roots.iter().map(|root| rate_of(root.growth)).collect();
        Irr {
            kind: self.kind(values.len()),
            headline: self.headline(&roots, &values, rate),
            values,
        }
    }

    fn kind(&self, found: usize) -> IrrKind {
        let starts_with_spend = self.sum.first_sign() < 0;
        if starts_with_spend && self.sum.sign_at(self.high) > 0 {
            return IrrKind::AboveRange;
        }
        match found {
            0 if starts_with_spend && self.sum.last_sign() > 0 => IrrKind::BelowRange,
            0 => IrrKind::None,
            1 => IrrKind::One,
            _ => IrrKind::Several,
        }
    }

    fn headline(&self, roots: &[Root], values: &[f64], rate: f64) -> Option<f64> {
        if self.sum.first_sign() >= 0 || !rate.is_finite() || rate <= -1.0 {
            return None;
        }
        let mut falling = roots
            .iter()
            .zip(values)
            .filter(|(root, value)| root.falling && **value >= LOWEST_HEADLINE_RATE)
            .map(|(_, value)| *value);
        if self.sum.sign_at(self.at_rate) >= 0 {
            falling.find(|value| *value >= rate - SAME_RATE)
        } else {
            falling.take_while(|value| *value < rate + SAME_RATE).last()
        }
    }
}
