//! Headline rates of many trials side by side.
//!
//! Newton's method in v = 1/(1 + r) on lanes of trials. A lane starts from a curve fitted to the base case alone, stops
//! at its own convergence, and is accepted only when the rule of signs proves that the root is the headline; any other
//! lane goes to the exact routine. So a lane's bits depend on its own flows only.

#![expect(
    clippy::inline_always,
    reason = "these loops must be compiled inside the caller, at the processor level it has chosen"
)]

use super::ABSENT;
use super::discount::whole_power;
use super::irr::{HIGHEST_RATE, Irr, IrrKind, LOWEST_HEADLINE_RATE, irr, irr_on_grid};
use super::time_grid::TimeGrid;
use crate::level::{self, Work};

/// Trials side by side; their number changes no bit of a result.
const LANES: usize = 16;

/// Newton steps before a lane goes to the exact routine; from a good start four are enough.
const MAX_STEPS: usize = 6;

/// The cube of a step over the square of the step before predicts the next error of a method of second order.
const PREDICTED_ERROR: f64 = 1e-15;

/// A longer step is not trusted as the last one: far from the root a step can be short by accident.
const LAST_STEP: f64 = 2e-8;

/// Nearer than this to a limit, or to the scenario's rate, the exact routine decides.
const MARGIN: f64 = 1e-9;

/// Values of benefits over costs, at the scenario's rate, through which the start curve goes.
const NODES: [f64; 6] = [0.35, 0.65, 1.0, 1.45, 2.1, 3.2];

/// Why trials have no headline rate; the sum of the counts is the number of absent headlines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AbsentHeadlines {
    /// No rate makes the value zero.
    pub none: u64,
    /// There are rates, but none that agrees with the value at the scenario's rate.
    pub no_headline: u64,
    /// The rate lies above 1,000 %.
    pub above_range: u64,
    /// The rate lies at or below -99 %.
    pub below_range: u64,
}

impl AbsentHeadlines {
    /// Adds the counts of another tile; integers, so the order does not matter.
    pub fn merge(&mut self, other: Self) {
        self.none += other.none;
        self.no_headline += other.no_headline;
        self.above_range += other.above_range;
        self.below_range += other.below_range;
    }

    /// Number of trials without a headline.
    pub fn total(&self) -> u64 {
        self.none + self.no_headline + self.above_range + self.below_range
    }

    fn count(&mut self, kind: IrrKind) {
        match kind {
            IrrKind::None => self.none += 1,
            IrrKind::One | IrrKind::Several => self.no_headline += 1,
            IrrKind::AboveRange => self.above_range += 1,
            IrrKind::BelowRange => self.below_range += 1,
        }
    }
}

/// All that the lanes need beside the trials' flows; a function of the calendar, the rate and the base case only.
#[derive(Debug, Clone, PartialEq)]
pub struct IrrStart {
    years: Vec<f64>,
    rate: f64,
    grid: Option<TimeGrid>,
    /// Discount factors of the steps at the rate.
    factors: Vec<f64>,
    /// 1/(1 + rate) over one step.
    v_rate: f64,
    /// Limits of v in which a lane may move.
    v_low: f64,
    v_high: f64,
    /// Steps before the first income of the base case: the spend that the curve divides by.
    spend_steps: usize,
    curve: Curve,
}

impl IrrStart {
    /// Prepares the lanes from the base case. Any base case will do; a project without a rate only starts less near.
    pub fn from_base(base_flows: &[f64], years: &[f64], rate: f64) -> Self {
        let grid = TimeGrid::of(years).filter(|_| rate > -1.0 && rate.is_finite());
        let mut start = Self {
            years: years.to_vec(),
            rate,
            grid,
            factors: Vec::new(),
            v_rate: 1.0,
            v_low: 0.0,
            v_high: 1.0,
            spend_steps: 0,
            curve: Curve::default(),
        };
        if let Some(grid) = start.grid.clone() {
            let v = 1.0 / grid.growth_of_rate(rate);
            start.v_rate = v;
            start.factors = (0..=grid.last as u32).map(|k| whole_power(v, k)).collect();
            start.v_low = 0.5 / grid.growth_of_rate(HIGHEST_RATE);
            start.v_high = 1.5 / grid.growth_of_rate(LOWEST_HEADLINE_RATE);
            start.fit(base_flows, &grid);
        }
        start
    }

    /// Goes through the exact headlines of the base case with its incomes scaled.
    fn fit(&mut self, base_flows: &[f64], grid: &TimeGrid) {
        let live = || grid.exponents.iter().zip(base_flows);
        let incomes = live().filter(|(_, flow)| **flow > 0.0);
        self.spend_steps = incomes.filter_map(|(step, _)| *step).min().unwrap_or(0);
        let present = |later: bool, income: bool| -> f64 {
            live()
                .filter_map(|(step, flow)| step.map(|s| (s, *flow)))
                .filter(|&(s, flow)| (s >= self.spend_steps) == later && (flow > 0.0) == income)
                .map(|(s, flow)| flow * self.factors[s])
                .sum()
        };
        let spend = -present(false, false);
        let (incomes, costs) = (present(true, true), present(true, false));
        let mut points = Vec::with_capacity(NODES.len());
        for ratio in NODES {
            let factor = (ratio * spend - costs) / incomes;
            let scaled: Vec<f64> = base_flows
                .iter()
                .map(|flow| if *flow > 0.0 { flow * factor } else { *flow })
                .collect();
            if factor.is_finite()
                && let Some(headline) = irr_on_grid(&scaled, grid, self.rate).headline
            {
                points.push((ratio, 1.0 / grid.growth_of_rate(headline)));
            }
        }
        self.curve = Curve::through(&points);
    }

    fn exact(&self, flows: &[f64]) -> Irr {
        match &self.grid {
            Some(grid) => irr_on_grid(flows, grid, self.rate),
            None => irr(flows, &self.years, self.rate),
        }
    }
}

/// A polynomial through a few points, in Newton's form.
#[derive(Debug, Clone, PartialEq, Default)]
struct Curve {
    abscissas: Vec<f64>,
    differences: Vec<f64>,
}

impl Curve {
    fn through(points: &[(f64, f64)]) -> Self {
        let abscissas: Vec<f64> = points.iter().map(|point| point.0).collect();
        let mut differences: Vec<f64> = points.iter().map(|point| point.1).collect();
        for order in 1..abscissas.len() {
            for k in (order..abscissas.len()).rev() {
                differences[k] =
                    (differences[k] - differences[k - 1]) / (abscissas[k] - abscissas[k - order]);
            }
        }
        Self {
            abscissas,
            differences,
        }
    }

    /// Values at `x`, held inside the fitted range; `fallback` where nothing was fitted.
    #[inline(always)]
    fn at<const W: usize>(&self, x: &[f64; W], fallback: f64) -> [f64; W] {
        let (Some(&first), Some(&last)) = (self.abscissas.first(), self.abscissas.last()) else {
            return [fallback; W];
        };
        let held = x.map(|x| {
            let x = if x > last { last } else { x };
            if x < first { first } else { x }
        });
        let mut value = [0.0; W];
        for (&node, &difference) in self.abscissas.iter().zip(&self.differences).rev() {
            for lane in 0..W {
                value[lane] = value[lane] * (held[lane] - node) + difference;
            }
        }
        value
    }
}

/// Headline internal rates of return of a tile of trials: one column a flow, each as long as `out`.
///
/// `out` takes fractions a year, the absent NaN where a trial has no headline; the answer says why those have none.
/// Agrees with the headline of [`irr`] to 1e-12, and has the same bits for any length of the tile. Columns beyond the
/// calendar of `start` are left out; a column shorter than `out` makes its lanes absent.
pub fn irr_headline_lanes(
    flow_columns: &[&[f64]],
    start: &IrrStart,
    out: &mut [f64],
) -> AbsentHeadlines {
    level::at_best(Headlines {
        flow_columns,
        start,
        out,
    })
}

struct Headlines<'a> {
    flow_columns: &'a [&'a [f64]],
    start: &'a IrrStart,
    out: &'a mut [f64],
}

impl Work for Headlines<'_> {
    type Output = AbsentHeadlines;

    #[inline(always)]
    fn run(self) -> AbsentHeadlines {
        headlines(self.flow_columns, self.start, self.out)
    }
}

#[inline(always)]
fn headlines(flow_columns: &[&[f64]], start: &IrrStart, out: &mut [f64]) -> AbsentHeadlines {
    let mut solver = LaneSolver {
        start,
        columns: flow_columns,
        flows: Vec::with_capacity(flow_columns.len()),
        absent: AbsentHeadlines::default(),
    };
    let mut wide = Vec::new();
    let mut single = Vec::new();
    let mut from = 0;
    while from < out.len() {
        if from + LANES <= out.len() {
            solver.solve::<LANES>(from, &mut wide, &mut out[from..]);
            from += LANES;
        } else {
            solver.solve::<1>(from, &mut single, &mut out[from..]);
            from += 1;
        }
    }
    solver.absent
}

/// The flows of some lanes at one step, on cache lines of their own: a vector across two lines costs twice.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Flows<const W: usize>([f64; W]);

/// One tile in work.
struct LaneSolver<'a> {
    start: &'a IrrStart,
    columns: &'a [&'a [f64]],
    /// One trial's flows, for the exact routine.
    flows: Vec<f64>,
    absent: AbsentHeadlines,
}

/// The first look at some lanes: sign changes, value at the scenario's rate, where to start.
struct FirstLook<const W: usize> {
    changes: [u64; W],
    npv: [f64; W],
    benefit_cost: [f64; W],
}

/// Where Newton's method ended.
struct Newton<const W: usize> {
    v: [f64; W],
    slope: [f64; W],
    done: [f64; W],
}

impl LaneSolver<'_> {
    #[inline(always)]
    fn solve<const W: usize>(&mut self, from: usize, steps: &mut Vec<Flows<W>>, out: &mut [f64]) {
        let accepted = match &self.start.grid {
            Some(grid) if gather(self.columns, grid, from, steps) => {
                let look = self.first_look(steps);
                let newton = self.newton(steps, &look);
                self.accept(grid, &look, &newton)
            }
            _ => [ABSENT; W],
        };
        for (lane, (rate, accepted)) in out.iter_mut().zip(accepted).enumerate() {
            *rate = if accepted.is_nan() {
                self.exact(from + lane)
            } else {
                accepted
            };
        }
    }

    /// Sign changes of every lane, its value at the scenario's rate, and benefits over the first spend.
    #[inline(always)]
    fn first_look<const W: usize>(&self, steps: &[Flows<W>]) -> FirstLook<W> {
        // A made-up spend stands before the first flow. Flows that start with a receipt gain a change of sign by that;
        // with two in all, the slope at their only root has the wrong sign.
        let mut last = [1_u64 << 63; W];
        let mut changes = [0; W];
        let mut npv = [0.0; W];
        let mut spend = [0.0; W];
        for (k, (flows, &factor)) in steps.iter().zip(&self.start.factors).enumerate() {
            if k == self.start.spend_steps {
                spend = npv;
            }
            for lane in 0..W {
                let flow = flows.0[lane];
                npv[lane] += flow * factor;
                let bits = if flow == 0.0 {
                    last[lane]
                } else {
                    flow.to_bits()
                };
                changes[lane] += (bits ^ last[lane]) >> 63;
                last[lane] = bits;
            }
        }
        let mut benefit_cost = [0.0; W];
        for lane in 0..W {
            benefit_cost[lane] = (spend[lane] - npv[lane]) / spend[lane];
        }
        FirstLook {
            changes,
            npv,
            benefit_cost,
        }
    }

    #[inline(always)]
    fn newton<const W: usize>(&self, steps: &[Flows<W>], look: &FirstLook<W>) -> Newton<W> {
        let (low, high) = (self.start.v_low, self.start.v_high);
        let mut state = Newton {
            v: self.start.curve.at(&look.benefit_cost, self.start.v_rate),
            slope: [0.0; W],
            done: [0.0; W],
        };
        let mut before = [0.0; W];
        for _ in 0..MAX_STEPS {
            let (value, slope) = value_and_slope(steps, &state.v);
            let mut open = 0.0;
            for lane in 0..W {
                let step = value[lane] / slope[lane];
                let next = state.v[lane] - step;
                let next = if next < low { low } else { next };
                let next = if next > high { high } else { next };
                let moving = state.done[lane] == 0.0;
                let size = step.abs();
                let predicted = size * size * size <= PREDICTED_ERROR * before[lane] * before[lane];
                let small = predicted && size <= LAST_STEP;
                state.v[lane] = if moving { next } else { state.v[lane] };
                state.slope[lane] = if moving {
                    slope[lane]
                } else {
                    state.slope[lane]
                };
                before[lane] = size;
                state.done[lane] = if small { 1.0 } else { state.done[lane] };
                open += 1.0 - state.done[lane];
            }
            if open == 0.0 {
                break;
            }
        }
        state
    }

    /// Rates of the lanes whose root is proved to be the headline, the absent NaN for the others.
    #[inline(always)]
    fn accept<const W: usize>(
        &self,
        grid: &TimeGrid,
        look: &FirstLook<W>,
        newton: &Newton<W>,
    ) -> [f64; W] {
        let mut rates = [ABSENT; W];
        for (lane, accepted) in rates.iter_mut().enumerate() {
            let rate = grid.rate_of_growth(1.0 / newton.v[lane]);
            let above = rate - self.start.rate;
            // At most two changes of sign: the value falls with the rate at one root only, and there it rises in v.
            let falls = newton.slope[lane] > 0.0 && look.changes[lane] <= 2;
            let inside = rate > LOWEST_HEADLINE_RATE + MARGIN && rate < HIGHEST_RATE - MARGIN;
            let agrees = above.abs() > MARGIN && (above > 0.0) == (look.npv[lane] > 0.0);
            if newton.done[lane] != 0.0 && falls && inside && agrees {
                *accepted = rate;
            }
        }
        rates
    }

    #[cold]
    fn exact(&mut self, trial: usize) -> f64 {
        self.flows.clear();
        let column_at = |column: &&[f64]| column.get(trial).copied().unwrap_or(f64::NAN);
        self.flows.extend(self.columns.iter().map(column_at));
        let found = self.start.exact(&self.flows);
        found.headline.unwrap_or_else(|| {
            self.absent.count(found.kind);
            ABSENT
        })
    }
}

/// Copies the flows of some lanes to one array a step of the grid; false where a column is too short.
#[inline(always)]
fn gather<const W: usize>(
    columns: &[&[f64]],
    grid: &TimeGrid,
    from: usize,
    steps: &mut Vec<Flows<W>>,
) -> bool {
    steps.clear();
    steps.resize(grid.last + 1, Flows([0.0; W]));
    for (column, exponent) in columns.iter().zip(&grid.exponents) {
        let Some(step) = *exponent else { continue };
        let Some(flows) = column.get(from..).and_then(<[f64]>::first_chunk::<W>) else {
            return false;
        };
        for (sum, flow) in steps[step].0.iter_mut().zip(flows) {
            *sum += flow;
        }
    }
    true
}

/// Horner's scheme for the value and its slope in v.
#[inline(always)]
fn value_and_slope<const W: usize>(steps: &[Flows<W>], v: &[f64; W]) -> ([f64; W], [f64; W]) {
    let mut value = [0.0; W];
    let mut slope = [0.0; W];
    for flows in steps.iter().rev() {
        for lane in 0..W {
            slope[lane] = slope[lane] * v[lane] + value[lane];
            value[lane] = value[lane] * v[lane] + flows.0[lane];
        }
    }
    (value, slope)
}
