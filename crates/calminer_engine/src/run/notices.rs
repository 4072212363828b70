//! What a run says about the way its trials were drawn.

use crate::program::Program;
use crate::result::OutputResult;
use crate::sampling::{InputSampler, sobol};

/// Inputs named in one sentence; the others are counted.
const NAMED: usize = 5;

/// The notices of the plan, and the inputs of a Sobol run that the plain stream draws.
pub(super) fn of_sampling(program: &Program, sampler: &InputSampler) -> Vec<String> {
    let mut notices = sampler.plan().notices();
    let plain: Vec<&str> = sampler
        .without_dimension()
        .filter_map(|id| program.inputs().iter().find(|input| input.id == id))
        .map(|input| input.key.as_str())
        .collect();
    if !plain.is_empty() {
        let named = plain[..plain.len().min(NAMED)].join(", ");
        let more = match plain.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        notices.push(format!(
            "plain random numbers draw {named}{more}: a Sobol run has a dimension for values drawn once and slots \
             below {} only",
            sobol::DIMENSIONS
        ));
    }
    notices
}

/// Outputs that say nothing: the same figure in every trial, or none.
pub(super) fn of_outputs(outputs: &[OutputResult]) -> Vec<String> {
    let notices = outputs.iter().filter_map(|output| {
        let (key, summary) = (&output.key, &output.summary);
        match summary.min.zip(summary.max) {
            None if summary.absent.never == 0 => Some(format!(
                "{key} has no figure in any trial, so all its statistics are n/a"
            )),
            Some((low, high)) if low == high && summary.valid > 1 && summary.absent.never == 0 => {
                Some(format!(
                    "{key} is the same in every trial: nothing uncertain moves it, so its correlations are n/a"
                ))
            }
            _ => None,
        }
    });
    notices.collect()
}
