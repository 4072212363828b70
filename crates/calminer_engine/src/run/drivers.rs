//! What drives the outputs of a run: regression and target analysis on its own samples.

use std::num::NonZeroUsize;

use super::trials::Kept;
use super::{RunControl, RunError, workers};
use crate::program::Program;
use crate::sensitivity::cross::{Cross, Sums};
use crate::sensitivity::target::{Chosen, places, target_row};
use crate::sensitivity::{Regression, Target, WORST, regression};

/// Regression and target analysis of each output.
pub(super) fn drivers(
    program: &Program,
    kept: &Kept,
    (threads, control): (NonZeroUsize, &RunControl<'_>),
) -> Result<Vec<(Regression, Target)>, RunError> {
    let keys: Vec<&str> = program
        .inputs()
        .iter()
        .map(|input| input.key.as_str())
        .collect();
    let draws: Vec<&[f32]> = kept.draws.iter().map(Vec::as_slice).collect();
    let outputs: Vec<&[f64]> = kept.outputs.iter().map(Vec::as_slice).collect();
    let each = Each { threads, control };
    let regressions = regressions(&each, &keys, &draws, &outputs)?;
    let targets = targets(&each, program, &draws, &outputs)?;
    Ok(regressions.into_iter().zip(targets).collect())
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

fn regressions(
    each: &Each<'_>,
    keys: &[&str],
    draws: &[&[f32]],
    outputs: &[&[f64]],
) -> Result<Vec<Regression>, RunError> {
    let cross = Cross::new(draws, outputs);
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
        regression::of_sums(keys, &cross, &sums, output)
    })
}

fn targets(
    each: &Each<'_>,
    program: &Program,
    draws: &[&[f32]],
    outputs: &[&[f64]],
) -> Result<Vec<Target>, RunError> {
    let tails = each.of(outputs.len(), |output| {
        let direction = program.outputs()[output].direction;
        Chosen::of(outputs[output], direction, WORST)
    })?;
    let apart: Vec<&[u32]> = tails
        .iter()
        .filter(|tail| tail.is_apart())
        .map(|tail| tail.trials.as_slice())
        .collect();
    // By input, then by tail that is apart.
    let placed = each.of(draws.len(), |input| places(draws[input], &apart))?;
    let mut next = 0;
    let targets = tails.iter().map(|tail| {
        let place = tail.is_apart().then(|| {
            next += 1;
            next - 1
        });
        let rows =
            program.inputs().iter().zip(&placed).map(|(input, placed)| {
                target_row(&input.key, place.and_then(|place| placed[place]))
            });
        tail.target(rows.collect())
    });
    Ok(targets.collect())
}
