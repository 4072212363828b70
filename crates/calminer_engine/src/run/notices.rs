//! What a run says about the way its trials were drawn.

use crate::program::Program;
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
