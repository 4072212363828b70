//! Payback: when the money is back.

#![expect(
    clippy::inline_always,
    reason = "these loops must be compiled inside the caller, at the processor level it has chosen"
)]

use serde::{Deserialize, Serialize};

use super::ABSENT;
use super::discount::{Discounting, is_sunk};
use crate::level::{self, Work};

/// How a row of flows pays back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaybackState {
    /// The cumulative cash reaches zero and stays there or above.
    Reached,
    /// The cumulative cash goes below zero and never comes back.
    Never,
    /// Nothing is ever owed, or a flow is not finite.
    NotApplicable,
    /// It is reached, and the cumulative cash falls below zero again later.
    NegativeAgain,
}

/// Payback of a row of flows, in years from its origin.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Payback {
    /// What happens.
    pub state: PaybackState,
    /// Years from the origin to the first time the cumulative cash is back at zero; absent where it never is.
    pub years: Option<f64>,
    /// Years from the origin to the last passage through zero, up or down; only where the cash is negative again.
    pub last_crossing: Option<f64>,
}

/// Simple payback of `flows` spread evenly over `periods`, from `origin_years`; see [`PaybackPlan`].
///
/// `periods` are starts and ends in years from the valuation date; flows of periods that end before it are sunk.
pub fn payback(flows: &[f64], periods: &[(f64, f64)], origin_years: f64) -> Payback {
    let ends: Vec<f64> = periods.iter().map(|period| period.1).collect();
    PaybackPlan::simple(periods, &ends, origin_years).payback(flows)
}

/// One period of a payback plan.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Span {
    start: f64,
    length: f64,
    factor: f64,
    live: bool,
}

/// Periods, discount factors and origin of a payback, made once for all trials.
///
/// The cumulative cash grows evenly inside each period. The payback is the first time it reaches zero after it was
/// below. A discounted payback discounts each period's flow whole, then spreads it. A period of no length is a jump.
#[derive(Debug, Clone, PartialEq)]
pub struct PaybackPlan {
    spans: Vec<Span>,
    origin_years: f64,
}

impl PaybackPlan {
    /// Undiscounted payback. `years` are the dates of the flows: one below 0 makes its flow sunk.
    pub fn simple(periods: &[(f64, f64)], years: &[f64], origin_years: f64) -> Self {
        Self::with_factors(periods, years, &vec![1.0; periods.len()], origin_years)
    }

    /// Payback of flows discounted at the annual effective `rate` from their dates `years`.
    pub fn discounted(periods: &[(f64, f64)], years: &[f64], rate: f64, origin_years: f64) -> Self {
        let discounting = Discounting::new(years, rate);
        Self::with_factors(periods, years, discounting.factors(), origin_years)
    }

    fn with_factors(
        periods: &[(f64, f64)],
        years: &[f64],
        factors: &[f64],
        origin_years: f64,
    ) -> Self {
        let spans = periods
            .iter()
            .zip(years)
            .zip(factors)
            .map(|((&(start, end), &t), &factor)| {
                // The valuation date cuts a period that it lies in: only the rest is spread.
                let start = if start < 0.0 && end >= 0.0 {
                    0.0
                } else {
                    start
                };
                Span {
                    start,
                    length: end - start,
                    factor,
                    live: !is_sunk(t),
                }
            })
            .collect();
        Self {
            spans,
            origin_years,
        }
    }

    /// Payback of one row of flows.
    pub fn payback(&self, flows: &[f64]) -> Payback {
        let columns: Vec<&[f64]> = flows.iter().map(std::slice::from_ref).collect();
        let mut history = Vec::new();
        let walk = Lanes::<1>::walk(&self.spans, &columns, 0, &mut history);
        let absent = |state| Payback {
            state,
            years: None,
            last_crossing: None,
        };
        match self.years_of(&walk, 0, &history) {
            years if years.is_nan() => absent(PaybackState::NotApplicable),
            f64::INFINITY => absent(PaybackState::Never),
            years => {
                let last_crossing = self.last_crossing(&history).filter(|&last| last > years);
                Payback {
                    state: if last_crossing.is_some() {
                        PaybackState::NegativeAgain
                    } else {
                        PaybackState::Reached
                    },
                    years: Some(years),
                    last_crossing,
                }
            }
        }
    }

    /// Payback in years of every trial of a tile: one column a period, each as long as `out`.
    ///
    /// Infinity where it is never reached, the absent NaN where nothing is owed or a flow is not finite. A lane has the
    /// bits that [`PaybackPlan::payback`] gives its flows.
    pub fn payback_lanes(&self, flow_columns: &[&[f64]], out: &mut [f64]) {
        level::at_best(Paybacks {
            plan: self,
            flow_columns,
            out,
        });
    }

    #[inline(always)]
    fn lanes(&self, flow_columns: &[&[f64]], out: &mut [f64]) {
        let mut wide = Vec::with_capacity(self.spans.len());
        let mut single = Vec::new();
        let mut from = 0;
        while from < out.len() {
            if from + LANES <= out.len() {
                self.tile_part::<LANES>(flow_columns, from, &mut wide, &mut out[from..]);
                from += LANES;
            } else {
                self.tile_part::<1>(flow_columns, from, &mut single, &mut out[from..]);
                from += 1;
            }
        }
    }

    #[inline(always)]
    fn tile_part<const W: usize>(
        &self,
        flow_columns: &[&[f64]],
        from: usize,
        history: &mut Vec<[f64; W]>,
        out: &mut [f64],
    ) {
        let walk = Lanes::walk(&self.spans, flow_columns, from, history);
        for (lane, years) in out.iter_mut().take(W).enumerate() {
            *years = self.years_of(&walk, lane, history);
        }
    }

    /// Payback of one lane, from the periods it has waited and the cumulative cash at their ends.
    #[inline(always)]
    fn years_of<const W: usize>(&self, walk: &Lanes<W>, lane: usize, history: &[[f64; W]]) -> f64 {
        let waited = walk.waited[lane] as usize;
        if !walk.cumulative[lane].is_finite() || walk.owed[lane] >> 63 == 0 {
            return ABSENT;
        }
        // A passage needs a negative end before it, so there is a period before.
        match (
            history.get(waited.wrapping_sub(1)..=waited),
            self.spans.get(waited),
        ) {
            (Some([before, after]), Some(span)) => self.time(span, before[lane], after[lane]),
            _ => f64::INFINITY,
        }
    }

    /// Years from the origin at which the cumulative cash passes zero on its even way between two ends of a period.
    #[inline(always)]
    fn time(&self, span: &Span, before: f64, after: f64) -> f64 {
        span.start + before / (before - after) * span.length - self.origin_years
    }

    fn last_crossing(&self, history: &[[f64; 1]]) -> Option<f64> {
        let ends = history.windows(2).zip(self.spans.iter().skip(1));
        ends.rev().find_map(|(ends, span)| {
            let (before, after) = (ends[0][0], ends[1][0]);
            ((before < 0.0) != (after < 0.0)).then(|| self.time(span, before, after))
        })
    }
}

/// Lanes side by side; their number changes no bit of a result.
const LANES: usize = 16;

/// The way of the cumulative cash of several trials. The sign bits of the sums are used as they are, so that no lane needs
/// a branch: a sum that starts from +0 is never -0, and one that is NaN makes the answer absent in any case.
struct Lanes<const W: usize> {
    cumulative: [f64; W],
    /// The sign bit says whether the cash was ever below zero.
    owed: [u64; W],
    /// Periods before the one of the first passage through zero; all of them where there is none.
    waited: [u64; W],
}

impl<const W: usize> Lanes<W> {
    #[inline(always)]
    fn walk(
        spans: &[Span],
        flow_columns: &[&[f64]],
        from: usize,
        history: &mut Vec<[f64; W]>,
    ) -> Self {
        history.clear();
        let mut cumulative = [0.0; W];
        let mut owed = [0; W];
        let mut waited = [0; W];
        let mut waiting = [u64::MAX; W];
        for (span, column) in spans.iter().zip(flow_columns) {
            let chunk = column.get(from..).and_then(<[f64]>::first_chunk::<W>);
            let flows = match chunk {
                Some(flows) if span.live => flows,
                Some(_) => &[0.0; W],
                None => &[f64::NAN; W],
            };
            for lane in 0..W {
                let before: f64 = cumulative[lane];
                let after = before + flows[lane] * span.factor;
                waiting[lane] &= !(before.to_bits() & !after.to_bits());
                waited[lane] += waiting[lane] >> 63;
                owed[lane] |= after.to_bits();
                cumulative[lane] = after;
            }
            history.push(cumulative);
        }
        Self {
            cumulative,
            owed,
            waited,
        }
    }
}

/// The paybacks of a tile.
struct Paybacks<'a> {
    plan: &'a PaybackPlan,
    flow_columns: &'a [&'a [f64]],
    out: &'a mut [f64],
}

impl Work for Paybacks<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        self.plan.lanes(self.flow_columns, self.out);
    }
}
