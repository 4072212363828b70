//! One trial of a run again, on a thread of its own: a large plan takes longer than a frame to set up.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;

use calminer_domain::DistributionForm;
use calminer_engine::program::Program;
use calminer_engine::result::{BaseCase, LineValues, RunSettings, Samples};
use calminer_engine::run::{self, Replay, RunError};

use crate::services::event::{Event, JobId, Outbox};

/// Which trial is asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Which {
    /// By its number, from 0.
    Trial(u64),
    /// The one whose output lies nearest to a figure; of several the lowest number.
    Nearest {
        /// Key of the output.
        output: String,
        /// The figure, in the unit of the samples.
        figure: f64,
    },
}

/// A trial to compute again.
#[derive(Clone, Debug)]
pub struct ReplayRequest {
    /// Which job.
    pub job: JobId,
    /// The compiled content of the run.
    pub program: Arc<Program>,
    /// Its base case.
    pub base: Arc<BaseCase>,
    /// What the run was asked to do.
    pub settings: RunSettings,
    /// Its samples, where it kept any.
    pub samples: Option<Arc<Samples>>,
    /// Which trial.
    pub which: Which,
}

/// What a trial drew for one input.
#[derive(Clone, Debug, PartialEq)]
pub struct DrawnInput {
    /// Key of the parameter.
    pub key: String,
    /// What the draw means.
    pub form: DistributionForm,
    /// The draw, or one a period.
    pub drawn: LineValues,
    /// The draw that gives the base value.
    pub base: f64,
}

/// An output of the trial beside the sample that the run kept for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// Key of the output.
    pub output: String,
    /// The sample.
    pub stored: f64,
    /// The figure computed again.
    pub replayed: f64,
}

impl Check {
    /// Whether both are the same to the last bit; a figure that does not exist equals another.
    pub fn is_equal(&self) -> bool {
        self.stored.to_bits() == self.replayed.to_bits()
            || self.stored.is_nan() && self.replayed.is_nan()
    }
}

/// A trial that was computed again.
#[derive(Clone, Debug, PartialEq)]
pub struct Replayed {
    /// Its number, inputs and lines.
    pub replay: Replay,
    /// The base case of the run's content.
    pub base: Arc<BaseCase>,
    /// Its inputs beside their base values.
    pub inputs: Vec<DrawnInput>,
    /// Its outputs beside the kept samples; empty where the run kept none.
    pub checks: Vec<Check>,
}

/// The trial whose figure lies nearest to another; of several the lowest number. Figures that are not finite are far
/// from all.
pub fn nearest(column: &[f64], figure: f64) -> Option<u64> {
    let finite = column.iter().enumerate().filter(|(_, own)| own.is_finite());
    let best = finite
        .min_by(|(_, one), (_, other)| (*one - figure).abs().total_cmp(&(*other - figure).abs()));
    best.map(|(trial, _)| trial as u64)
}

/// Starts; [`Event::Replayed`] is the answer.
///
/// # Errors
/// When the system gives no thread.
pub fn start(request: ReplayRequest, outbox: Outbox) -> std::io::Result<()> {
    thread::Builder::new()
        .name("calminer-replay".to_owned())
        .spawn(move || {
            let result = catch_unwind(AssertUnwindSafe(|| replay(&request))).unwrap_or_else(|_| {
                Err("the trial met a fault of the program; the log has the details".to_owned())
            });
            outbox.send(Event::Replayed {
                job: request.job,
                result: result.map(Box::new),
            });
        })?;
    Ok(())
}

/// Computes the trial at once, on the caller's thread.
///
/// # Errors
/// A sentence that says why there is no such trial.
pub fn replay(request: &ReplayRequest) -> Result<Replayed, String> {
    let column = |key: &str| {
        let samples = request.samples.as_ref()?;
        let found = samples.columns.iter().find(|(own, _)| own == key);
        found.map(|(_, column)| column.as_slice())
    };
    let trial = match &request.which {
        Which::Trial(trial) => *trial,
        Which::Nearest { output, figure } => column(output)
            .and_then(|column| nearest(column, *figure))
            .ok_or("the run keeps no sample of this output, so no trial belongs to a bar")?,
    };
    let replay = run::replay(&request.program, &request.settings, trial).map_err(|error| {
        if let RunError::Settings { message, .. } = error {
            message
        } else {
            error.to_string()
        }
    })?;
    let inputs = request.program.inputs().iter().zip(&replay.inputs);
    let inputs = inputs.map(|(input, (key, drawn))| DrawnInput {
        key: key.clone(),
        form: input.form,
        drawn: drawn.clone(),
        base: input.base,
    });
    let checks = request.program.outputs().iter().filter_map(|output| {
        let stored = *column(&output.key)?.get(trial as usize)?;
        let replayed = match replay.table.line(&output.key)?.values {
            LineValues::Scalar(figure) => figure,
            LineValues::Series(_) => return None,
        };
        Some(Check {
            output: output.key.clone(),
            stored,
            replayed,
        })
    });
    Ok(Replayed {
        inputs: inputs.collect(),
        checks: checks.collect(),
        base: Arc::clone(&request.base),
        replay,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_trial_is_the_first_of_equals_and_never_an_absent_one() {
        let column = [f64::NAN, 12.0, 8.0, f64::INFINITY, 12.0, 3.0];
        for (figure, trial) in [(10.0, 1), (9.0, 2), (1e9, 1), (-1e9, 5), (12.0, 1)] {
            assert_eq!(nearest(&column, figure), Some(trial), "{figure}");
        }
        assert_eq!(nearest(&[f64::NAN], 1.0), None);
        assert_eq!(nearest(&[], 1.0), None);
    }

    #[test]
    fn equal_means_to_the_last_bit() {
        let check = |stored, replayed| Check {
            output: "npv".to_owned(),
            stored,
            replayed,
        };
        assert!(check(0.1 + 0.2, 0.1 + 0.2).is_equal());
        assert!(!check(0.1 + 0.2, 0.3).is_equal());
        assert!(check(f64::NAN, -f64::NAN).is_equal());
        assert!(!check(f64::NAN, 1.0).is_equal());
    }
}
