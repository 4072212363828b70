//! The loop under all variance-based methods: for each tile of samples a few mixtures of A and B are evaluated, and
//! sums of their figures kept, replicate by replicate.

use std::num::NonZeroUsize;
use std::sync::atomic::Ordering;

use super::design::{Design, Tile};
use super::model::{Lanes, Model, TILE};
use crate::run::{RunControl, RunError, workers};
use crate::statistics::{CONFIDENCE, Interval, student_t_quantile};

/// Samples of a piece of work.
const PIECE: u64 = 1_024;

/// Below this share of the mean a standard deviation is rounding.
const ROUNDING: f64 = 1e-12;

/// What a method evaluates and sums.
pub(super) trait Rule: Sync {
    /// Evaluations of each sample.
    fn steps(&self) -> usize;

    /// Number of sums.
    fn sums(&self) -> usize;

    /// Mixes the tile for a step; the samples are those from `first` on.
    fn mix(&self, step: usize, first: u64, tile: &mut Tile<'_>);

    /// Adds one sample: its figures, one a step, less a number near their mean.
    fn add(&self, sample: u64, figures: &[f64], sums: &mut [f64]);
}

/// The sums of one output over some samples.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Totals {
    /// Samples whose figures were all finite.
    pub(super) used: u64,
    /// Samples of which a figure was absent, or "never".
    pub(super) left_out: u64,
    pub(super) sums: Vec<f64>,
}

impl Totals {
    fn new(sums: usize) -> Self {
        Self {
            used: 0,
            left_out: 0,
            sums: vec![0.0; sums],
        }
    }

    fn merge(&mut self, next: &Self) {
        self.used += next.used;
        self.left_out += next.left_out;
        for (sum, more) in self.sums.iter_mut().zip(&next.sums) {
            *sum += more;
        }
    }
}

/// What was summed of one output.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Summed {
    /// The number that was taken from every figure.
    pub(super) shift: f64,
    pub(super) replicates: Vec<Totals>,
}

impl Summed {
    /// All replicates together.
    pub(super) fn whole(&self) -> Totals {
        let sums = self.replicates.first().map_or(0, |first| first.sums.len());
        let mut whole = Totals::new(sums);
        for replicate in &self.replicates {
            whole.merge(replicate);
        }
        whole
    }

    /// Whether a variance is more than rounding.
    pub(super) fn varies(&self, variance: f64) -> bool {
        let rounding = ROUNDING * self.shift.abs();
        variance > rounding * rounding
    }

    /// 95 % intervals of some figures around those of all samples, from the spread over the replicates (Student t).
    /// `None` for fewer than two replicates, or where one of them has no figure.
    pub(super) fn intervals(
        &self,
        whole: &[f64],
        figures: impl Fn(&Totals) -> Option<Vec<f64>>,
    ) -> Vec<Option<Interval>> {
        let of_each: Option<Vec<Vec<f64>>> = self.replicates.iter().map(figures).collect();
        let count = self.replicates.len() as f64;
        let t = student_t_quantile(0.5 + CONFIDENCE / 2.0, count - 1.0);
        let (Some(of_each), Some(t)) = (of_each, t.filter(|_| count > 1.0)) else {
            return vec![None; whole.len()];
        };
        let one = |(number, figure): (usize, &f64)| {
            let mean = of_each.iter().map(|row| row[number]).sum::<f64>() / count;
            let squares = of_each.iter().map(|row| row[number] - mean);
            let squares: f64 = squares.map(|off| off * off).sum();
            let error = (squares / (count - 1.0) / count).sqrt();
            Interval::around(*figure, t * error)
        };
        whole.iter().enumerate().map(one).collect()
    }
}

/// Evaluates all samples; the outputs in their order. The bits do not depend on threads.
///
/// `control.done` counts samples; its observer is not called.
pub(super) fn run<M: Model>(
    model: &M,
    design: &Design,
    rule: &impl Rule,
    (threads, control): (NonZeroUsize, &RunControl<'_>),
) -> Result<Vec<Summed>, RunError> {
    let shifts = shifts(model, design);
    let mut pieces: Vec<(usize, u64, u64)> = Vec::new();
    let replicates = design.replicates();
    for (number, &(first, size)) in replicates.iter().enumerate() {
        let starts = (0..size.div_ceil(PIECE)).map(|piece| piece * PIECE);
        pieces.extend(starts.map(|from| (number, first + from, PIECE.min(size - from))));
    }
    let start = || Worker {
        model,
        rule,
        state: model.start(),
        tile: design.tile(),
        figures: vec![[0.0; TILE]; model.outputs() * rule.steps()],
        shifts: &shifts,
    };
    let parts = workers::in_order(
        threads,
        pieces.len(),
        &control.cancel,
        start,
        |worker, number| {
            let (_, first, len) = pieces[number];
            let totals = worker.piece(first, len, control)?;
            control.done.fetch_add(len, Ordering::Relaxed);
            Ok(totals)
        },
    )?;
    let mut all: Vec<Summed> = shifts
        .iter()
        .map(|&shift| Summed {
            shift,
            replicates: vec![Totals::new(rule.sums()); replicates.len()],
        })
        .collect();
    for ((replicate, ..), part) in pieces.iter().zip(&parts) {
        for (output, totals) in all.iter_mut().zip(part) {
            output.replicates[*replicate].merge(totals);
        }
    }
    Ok(all)
}

/// For each output its first finite figure among the first samples of A: sums of what is left do not cancel.
fn shifts<M: Model>(model: &M, design: &Design) -> Vec<f64> {
    let mut tile = design.tile();
    let len = design.samples().min(TILE as u64) as usize;
    tile.draw(0, len);
    tile.exchange(|_| false);
    let mut figures = vec![[0.0; TILE]; model.outputs()];
    model.evaluate(&mut model.start(), &tile.mixed, &mut figures);
    let first = |column: &Lanes| {
        let mut present = column[..len].iter().filter(|figure| figure.is_finite());
        present.next().copied().unwrap_or(0.0)
    };
    figures.iter().map(first).collect()
}

struct Worker<'a, M: Model, R: Rule> {
    model: &'a M,
    rule: &'a R,
    state: M::State<'a>,
    tile: Tile<'a>,
    /// By step, then by output.
    figures: Vec<Lanes>,
    shifts: &'a [f64],
}

impl<M: Model, R: Rule> Worker<'_, M, R> {
    fn piece(
        &mut self,
        first: u64,
        len: u64,
        control: &RunControl<'_>,
    ) -> Result<Vec<Totals>, RunError> {
        let mut totals = vec![Totals::new(self.rule.sums()); self.shifts.len()];
        for from in (0..len).step_by(TILE) {
            let count = (len - from).min(TILE as u64) as usize;
            self.tile(first + from, count, control)?;
            self.add(first + from, count, &mut totals);
        }
        Ok(totals)
    }

    /// Evaluates all steps of a tile.
    fn tile(&mut self, first: u64, count: usize, control: &RunControl<'_>) -> Result<(), RunError> {
        self.tile.draw(first, count);
        let outputs = self.shifts.len();
        for step in 0..self.rule.steps() {
            if control.cancel.load(Ordering::Relaxed) {
                return Err(RunError::Cancelled);
            }
            self.rule.mix(step, first, &mut self.tile);
            let figures = &mut self.figures[step * outputs..][..outputs];
            self.model
                .evaluate(&mut self.state, &self.tile.mixed, figures);
        }
        Ok(())
    }

    fn add(&self, first: u64, count: usize, totals: &mut [Totals]) {
        let outputs = self.shifts.len();
        let mut figures = vec![0.0; self.rule.steps()];
        for (output, totals) in totals.iter_mut().enumerate() {
            for lane in 0..count {
                for (step, figure) in figures.iter_mut().enumerate() {
                    *figure = self.figures[step * outputs + output][lane] - self.shifts[output];
                }
                if figures.iter().all(|figure| figure.is_finite()) {
                    totals.used += 1;
                    self.rule
                        .add(first + lane as u64, &figures, &mut totals.sums);
                } else {
                    totals.left_out += 1;
                }
            }
        }
    }
}
