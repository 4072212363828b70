//! Which input matters, on threads of their own: single trials for tornado and spider, many for the variance.

use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;

use calminer_domain::{Issue, Scenario};
use calminer_engine::program::Program;
use calminer_engine::run::{RunControl, RunError};
use calminer_engine::sensitivity::{
    self, STANDARD_CHANGES, STANDARD_RATES, Spider, StandardTable, Step, Tornado, VarianceAnalysis,
    VarianceKind, VarianceMethod, VarianceSettings, program_with, standard_table,
};

use crate::services::event::{Event, JobId, Outbox, SimulationFault};

/// What an analysis of the variance came to.
pub type Analyzed = Result<Box<VarianceAnalysis>, SimulationFault>;

/// What tornado and spider are made from.
#[derive(Clone, Debug)]
pub struct EndsRequest {
    /// Which job.
    pub job: JobId,
    /// The compiled scenario.
    pub program: Arc<Program>,
    /// The scenario of the program.
    pub scenario: Arc<Scenario>,
    /// Whether all its parameters are to be moved, also those without a distribution.
    pub moves_all: bool,
    /// Both ends of the tornado.
    pub ends: (Step, Step),
    /// The points of the spider.
    pub steps: Vec<Step>,
    /// The analysis of the variance whose cost is asked for.
    pub variance: VarianceSettings,
}

/// Each input moved alone, and what an analysis of the variance would take.
#[derive(Clone, Debug, PartialEq)]
pub struct Ends {
    /// The tornado of each output.
    pub tornados: Vec<Tornado>,
    /// The spider of each output.
    pub spiders: Vec<Spider>,
    /// Evaluations of the model that the variance takes, and what its figures will be; or why it is impossible.
    pub planned: Result<(u64, VarianceKind), String>,
    /// The table that studies print, or why there is none.
    pub standard: Result<StandardTable, String>,
}

/// Computes at once, on the caller's thread.
///
/// # Errors
/// A sentence that says why there are no figures.
pub fn ends(request: &EndsRequest) -> Result<Ends, String> {
    let (low, high) = request.ends;
    let (program, variance) = (&request.program, &request.variance);
    let planned = sensitivity::planned_evaluations(program, variance, VarianceMethod::Valid);
    let moved = if request.moves_all {
        &program_of_all(&request.scenario)?
    } else {
        &**program
    };
    let standard = standard_table(&request.scenario, &STANDARD_CHANGES, &STANDARD_RATES);
    Ok(Ends {
        tornados: sensitivity::tornado(moved, low, high).map_err(|error| error.to_string())?,
        spiders: sensitivity::spider(moved, &request.steps).map_err(|error| error.to_string())?,
        planned: planned.map_err(sentence),
        standard: standard.map_err(|issues| first_of(&issues)),
    })
}

/// The program in which every parameter can be moved, also those without a distribution.
fn program_of_all(scenario: &Scenario) -> Result<Program, String> {
    let all: Vec<_> = scenario.parameters.iter().map(|row| row.id).collect();
    program_with(scenario, &all).map_err(|issues| first_of(&issues))
}

fn first_of(issues: &[Issue]) -> String {
    let first = issues.first().map(|issue| issue.message.as_str());
    first.unwrap_or("the scenario has issues").to_owned()
}

fn sentence(error: RunError) -> String {
    match error {
        RunError::Settings { message, .. } => message,
        other => other.to_string(),
    }
}

/// Starts; [`Event::Ends`] is the answer.
///
/// # Errors
/// When the system gives no thread.
pub fn start_ends(request: EndsRequest, outbox: Outbox) -> std::io::Result<()> {
    thread::Builder::new()
        .name("calminer-tornado".to_owned())
        .spawn(move || {
            let result = catch_unwind(AssertUnwindSafe(|| ends(&request)));
            let fault = |_| {
                let why = "the analysis met a fault of the program; the log has the details";
                Err(why.to_owned())
            };
            outbox.send(Event::Ends {
                job: request.job,
                result: result.unwrap_or_else(fault).map(Box::new),
            });
        })?;
    Ok(())
}

/// An analysis of the variance to make.
#[derive(Clone, Debug)]
pub struct VarianceRequest {
    /// Which job.
    pub job: JobId,
    /// The compiled scenario.
    pub program: Arc<Program>,
    /// Samples, seed, groups.
    pub settings: VarianceSettings,
    /// Threads to use.
    pub threads: NonZeroUsize,
}

/// A running analysis of the variance. Dropping it does not stop it.
#[derive(Clone)]
pub struct Variance {
    job: JobId,
    total: u64,
    control: Arc<RunControl<'static>>,
}

impl std::fmt::Debug for Variance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Variance")
            .field("job", &self.job)
            .finish_non_exhaustive()
    }
}

impl Variance {
    /// Starts an analysis; [`Event::Variance`] is its answer.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(request: VarianceRequest, outbox: Outbox) -> std::io::Result<Self> {
        let running = Self {
            job: request.job,
            total: request.settings.samples,
            control: Arc::new(RunControl::default()),
        };
        let control = Arc::clone(&running.control);
        thread::Builder::new()
            .name("calminer-variance".to_owned())
            .spawn(move || {
                let result = analyze(&request, &control);
                let job = request.job;
                outbox.send(Event::Variance { job, result });
            })?;
        Ok(running)
    }

    /// Which job it is.
    pub fn job(&self) -> JobId {
        self.job
    }

    /// Samples asked for.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Samples done.
    pub fn done(&self) -> u64 {
        self.control.done.load(Ordering::Relaxed)
    }

    /// Asks it to stop.
    pub fn cancel(&self) {
        self.control.cancel.store(true, Ordering::Relaxed);
    }
}

fn analyze(request: &VarianceRequest, control: &RunControl<'_>) -> Analyzed {
    let work = || {
        sensitivity::variance_analysis(
            &request.program,
            &request.settings,
            VarianceMethod::Valid,
            (request.threads, control),
        )
    };
    SimulationFault::of(catch_unwind(AssertUnwindSafe(work)), "analysis").map(Box::new)
}
