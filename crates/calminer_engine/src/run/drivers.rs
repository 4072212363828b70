//! What drives the outputs of a run: regression and the worst trials, on its own samples.

use std::num::NonZeroUsize;

use super::trials::Kept;
use super::{RunControl, RunError, workers};
use crate::program::Program;
use crate::sensitivity::cross::{Cross, Sums};
use crate::sensitivity::target::{Chosen, Placed, target_row};
use crate::sensitivity::{Regression, Target, regression};

/// Trials that a regression looks at, the first ones: with them a coefficient is known to better than 0.002 at least,
/// and a run of a million spends no more on it than one of this size.
pub(super) const MOST_OF_REGRESSION: usize = 1 << 18;

/// Trials of a tail that are looked at, the first ones: a shift is then known to 0.02 standard deviations.
pub(super) const MOST_OF_TAIL: usize = 1 << 14;

/// The regression of each output.
pub(super) fn regressions(
    program: &Program,
    kept: &Kept,
    (threads, control): (NonZeroUsize, &RunControl<'_>),
) -> Result<Vec<Regression>, RunError> {
    let each = Each { threads, control };
    let inputs = program.inputs().iter();
    let keys: Vec<&str> = inputs.map(|input| input.key.as_str()).collect();
    let of_inputs = kept.draws.iter().take(keys.len());
    let draws: Vec<&[f32]> = of_inputs.map(|column| first(column)).collect();
    let outputs: Vec<&[f64]> = kept.outputs.iter().map(|column| first(column)).collect();
    let cross = Cross::new(&draws, &outputs);
    let parts = each.of(cross.pieces(), |piece| cross.piece(piece))?;
    let mut parts = parts.into_iter();
    let Some(first) = parts.next() else {
        return Ok(Vec::new());
    };
    let sums = parts.fold(first, |mut all: Sums, part| {
        all.merge(&part);
        all
    });
    each.of(outputs.len(), |output| {
        regression::of_sums(&keys, &cross, &sums, output)
    })
}

fn first<T>(column: &[T]) -> &[T] {
    &column[..column.len().min(MOST_OF_REGRESSION)]
}

/// What the worst trials of each output have in common, from where they lie in each input: by input, then by the tails
/// that stand apart.
pub(super) fn targets<'a>(
    program: &Program,
    tails: impl Iterator<Item = &'a Chosen>,
    placed: &[Vec<Option<Placed>>],
) -> Vec<Target> {
    let mut next = 0;
    let targets = tails.map(|tail| {
        let place = tail.is_apart().then(|| {
            next += 1;
            next - 1
        });
        let rows =
            program.inputs().iter().zip(placed).map(|(input, placed)| {
                target_row(&input.key, place.and_then(|place| placed[place]))
            });
        tail.target(rows.collect())
    });
    targets.collect()
}

/// Pieces of work on all threads, in order.
struct Each<'a> {
    threads: NonZeroUsize,
    control: &'a RunControl<'a>,
}

impl Each<'_> {
    fn of<T: Send>(
        &self,
        count: usize,
        work: impl Fn(usize) -> T + Sync,
    ) -> Result<Vec<T>, RunError> {
        let cancel = &self.control.cancel;
        let one = |(): &mut (), piece| Ok(work(piece));
        workers::in_order(self.threads, count, cancel, || (), one)
    }
}
