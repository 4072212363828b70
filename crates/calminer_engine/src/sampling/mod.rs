//! From a seed to the value of every input in every trial.
//!
//! A trial is known by its number alone: no state is carried from one trial to the next, so threads, tiles, shards and
//! positions never enter. Trial numbers count from 0 inside the engine; the command line's `--trial I` counts from 1,
//! so trial `I` there is number `I - 1` here.
//!
//! - [`stream`]: one uniform number for each coordinate and trial.
//! - [`plan`]: plain Monte Carlo, Latin hypercube or scrambled Sobol, replicates.
//! - [`permutation`]: the keyed permutation behind the hypercube.
//! - [`sobol`]: the points of a scrambled Sobol replicate.
//! - [`correlation`]: groups and factors of the Gaussian copula.
//! - [`inputs`]: the values of all inputs for one tile of trials.

pub mod correlation;
pub mod inputs;
pub mod permutation;
pub mod plan;
pub mod sobol;
pub mod stream;

pub use correlation::{CorrelationError, CorrelationPlan};
pub use inputs::{InputError, InputSampler, SampledInput, Scratch};
pub use plan::{PlanError, Replicate, SamplingPlan};
pub use stream::{Coordinate, STREAM, Stream, StreamKey};
