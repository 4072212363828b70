//! Which input matters: each input moved alone, kept up with the content while its page is open, and the analysis of
//! the variance that the user asks for.

use std::sync::Arc;
use std::time::{Duration, Instant};

use calminer_domain::Scenario;
use calminer_engine::program::Program;
use calminer_engine::sensitivity::{InputGroup, Step, VarianceAnalysis, VarianceSettings};

use crate::app::jobs::{JobKind, JobState};
use crate::app::live::Live;
use crate::app::page::Page;
use crate::app::step::App;
use crate::services::event::{JobId, SimulationFault};
use crate::services::sensitivity::{Analyzed, Variance, VarianceRequest, start_ends};
pub use crate::services::sensitivity::{Ends, EndsRequest, ends};
use crate::services::simulation::threads;

/// Samples of an analysis of the variance where nobody typed a number.
pub const SAMPLES: u64 = 4_096;
/// The window looks at the progress of an analysis so often.
const BEAT: Duration = Duration::from_millis(100);

/// How far each input is moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Range {
    /// From the tenth to the ninetieth percentile of its distribution.
    #[default]
    P10ToP90,
    /// From the fifth to the ninety-fifth percentile.
    P5ToP95,
    /// By 10 % of its base value.
    Tenth,
    /// By 20 % of its base value.
    Fifth,
    /// By 30 % of its base value.
    ThreeTenths,
}

impl Range {
    /// All, in the order shown.
    pub const ALL: [Self; 5] = [
        Self::P10ToP90,
        Self::P5ToP95,
        Self::Tenth,
        Self::Fifth,
        Self::ThreeTenths,
    ];

    /// The words shown.
    pub const fn words(self) -> &'static str {
        match self {
            Self::P10ToP90 => "P10 to P90",
            Self::P5ToP95 => "P5 to P95",
            Self::Tenth => "±10\u{a0}%",
            Self::Fifth => "±20\u{a0}%",
            Self::ThreeTenths => "±30\u{a0}%",
        }
    }

    /// The words for both ends.
    pub const fn end_words(self) -> [&'static str; 2] {
        match self {
            Self::P10ToP90 => ["P10", "P90"],
            Self::P5ToP95 => ["P5", "P95"],
            Self::Tenth => ["−10\u{a0}%", "+10\u{a0}%"],
            Self::Fifth => ["−20\u{a0}%", "+20\u{a0}%"],
            Self::ThreeTenths => ["−30\u{a0}%", "+30\u{a0}%"],
        }
    }

    /// The change of the base value at the high end; `None` for percentiles.
    pub const fn change(self) -> Option<f64> {
        match self {
            Self::P10ToP90 | Self::P5ToP95 => None,
            Self::Tenth => Some(0.1),
            Self::Fifth => Some(0.2),
            Self::ThreeTenths => Some(0.3),
        }
    }

    /// Both ends of a tornado.
    pub fn ends(self) -> (Step, Step) {
        match (self, self.change()) {
            (_, Some(change)) => (Step::Change(-change), Step::Change(change)),
            (Self::P5ToP95, None) => (Step::Percentile(0.05), Step::Percentile(0.95)),
            _ => (Step::Percentile(0.1), Step::Percentile(0.9)),
        }
    }

    /// The points of a spider, from the low end to the high end.
    pub fn steps(self) -> Vec<Step> {
        let percentiles: &[f64] = match self {
            Self::P5ToP95 => &[0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95],
            _ => &[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
        };
        match self.change() {
            Some(change) => (-4..=4)
                .map(|quarter| Step::Change(change * f64::from(quarter) / 4.0))
                .collect(),
            None => percentiles.iter().copied().map(Step::Percentile).collect(),
        }
    }
}

/// What figures were made from.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    program: Arc<Program>,
    range: Range,
    moves_all: bool,
    samples: u64,
    groups: Vec<InputGroup>,
}

impl PartialEq for Origin {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.program, &other.program)
            && (self.range, self.moves_all, self.samples)
                == (other.range, other.moves_all, other.samples)
            && self.groups == other.groups
    }
}

/// What the page of sensitivities shows.
#[derive(Debug)]
pub struct Sensitivity {
    /// How far each input is moved.
    pub range: Range,
    /// Whether parameters without a distribution are moved too, where the range is a change of the base value.
    pub moves_fixed: bool,
    /// Samples of the next analysis of the variance.
    pub samples: u64,
    /// Groups of inputs of the next analysis of the variance.
    pub groups: Vec<InputGroup>,
    /// Tornado and spider: of the content, or of earlier content until its own are there.
    pub ends: Option<Arc<Ends>>,
    /// The range that `ends` belong to.
    pub ends_range: Range,
    /// Why tornado and spider do not exist.
    pub failed: Option<String>,
    /// The last analysis of the variance.
    pub variance: Option<Arc<VarianceAnalysis>>,
    /// Why the last analysis that was asked for has no figures.
    pub refused: Option<String>,
    answered: Option<Origin>,
}

impl Default for Sensitivity {
    fn default() -> Self {
        Self {
            range: Range::default(),
            moves_fixed: false,
            samples: SAMPLES,
            groups: Vec::new(),
            ends: None,
            ends_range: Range::default(),
            failed: None,
            variance: None,
            refused: None,
            answered: None,
        }
    }
}

impl Sensitivity {
    /// Whether tornado, spider and the cost of an analysis belong to the content on the screen and to what is chosen.
    pub fn is_current(&self, live: &Live) -> bool {
        self.origin(live)
            .is_some_and(|origin| self.answered.as_ref() == Some(&origin))
    }

    /// Whether all parameters are moved: one without a distribution has no percentiles to be moved to.
    pub fn moves_all(&self) -> bool {
        self.moves_fixed && self.range.change().is_some()
    }

    /// Whether the analysis of the variance belongs to the content on the screen.
    pub fn is_variance_current(&self, live: &Live) -> bool {
        let own = self.variance.as_ref();
        own.is_some_and(|own| Some(own.scenario_sha256.as_str()) == live.scenario_sha256())
    }

    fn origin(&self, live: &Live) -> Option<Origin> {
        Some(Origin {
            program: Arc::clone(live.program.as_ref()?),
            range: self.range,
            moves_all: self.moves_all(),
            samples: self.samples,
            groups: self.groups.clone(),
        })
    }

    /// What has to be computed for the content on the screen; `None` where nothing can be.
    pub(crate) fn wanted(
        &self,
        live: &Live,
        scenario: &Arc<Scenario>,
    ) -> Option<(Origin, EndsRequest)> {
        let origin = self.origin(live)?;
        let request = EndsRequest {
            job: JobId(0),
            program: Arc::clone(&origin.program),
            scenario: Arc::clone(scenario),
            moves_all: origin.moves_all,
            ends: self.range.ends(),
            steps: self.range.steps(),
            variance: self.settings(scenario),
        };
        Some((origin, request))
    }

    /// What an analysis of the variance is asked to do.
    fn settings(&self, scenario: &Scenario) -> VarianceSettings {
        VarianceSettings {
            samples: self.samples,
            seed: scenario.simulation.seed,
            replicates: None,
            groups: self.groups.clone(),
            repair_correlations: scenario.simulation.repair_correlations,
        }
    }

    pub(crate) fn take(&mut self, origin: Origin, result: Result<Ends, String>) {
        match result {
            Ok(found) => {
                self.ends = Some(Arc::new(found));
                self.ends_range = origin.range;
                self.failed = None;
            }
            Err(why) => self.failed = Some(why),
        }
        self.answered = Some(origin);
    }

    /// Another scenario is on the screen; what was chosen stays.
    pub(crate) fn forget(&mut self) {
        *self = Self {
            range: self.range,
            moves_fixed: self.moves_fixed,
            samples: self.samples,
            ..Self::default()
        };
    }
}

impl App {
    /// Moves each input anew where the page is open and its figures belong to something else. One computation at a
    /// time: while one is under way, the newest wish waits for it.
    pub(crate) fn keep_ends(&mut self) {
        let state = &self.state;
        let sensitivity = &state.sensitivity;
        if state.page != Page::Sensitivity
            || state.flow.ends.is_some()
            || sensitivity.is_current(&state.live)
        {
            return;
        }
        let Some(document) = &state.document else {
            return;
        };
        let Some((origin, mut request)) = sensitivity.wanted(&state.live, document.scenario())
        else {
            return;
        };
        let job = self.start_job(JobKind::Ends, "Moving each input");
        request.job = job;
        self.state.flow.ends = Some((job, origin));
        if let Err(error) = start_ends(request, self.services.outbox.clone()) {
            self.take_ends(job, Err(format!("the system gives no thread: {error}")));
        }
    }

    pub(crate) fn take_ends(&mut self, job: JobId, result: Result<Box<Ends>, String>) {
        let taken = self.state.flow.ends.take_if(|(own, _)| *own == job);
        if let Some((_, origin)) = taken {
            self.end_job(job, JobState::Done);
            self.state
                .sensitivity
                .take(origin, result.map(|found| *found));
        }
    }

    /// Starts an analysis of the variance of the content on the screen; an earlier one is stopped.
    pub(crate) fn start_variance(&mut self) {
        self.refresh();
        self.stop_variance();
        let state = &self.state;
        let (Some(document), Some(program)) = (&state.document, &state.live.program) else {
            return;
        };
        let scenario = document.scenario();
        let mut request = VarianceRequest {
            job: JobId(0),
            program: Arc::clone(program),
            settings: state.sensitivity.settings(scenario),
            threads: threads(state.settings.threads),
        };
        let title = format!("Variance of {}", scenario.name);
        let job = self.start_job(JobKind::Variance, &title);
        request.job = job;
        self.state.sensitivity.refused = None;
        match Variance::start(request, self.services.outbox.clone()) {
            Ok(running) => self.state.flow.variance = Some(running),
            Err(error) => {
                let why = format!("the system gives no thread: {error}");
                self.end_job(job, JobState::Failed(why.clone()));
                self.state.jobs.dismiss(job);
                self.state.sensitivity.refused = Some(why);
            }
        }
    }

    /// Notes how far an analysis is. The answer is when to look again.
    pub(crate) fn watch_variance(&mut self) -> Option<Instant> {
        let running = self.state.flow.variance.as_ref()?;
        let (job, done, total) = (running.job(), running.done(), running.total());
        self.state.jobs.progress(job, done, total);
        Some(self.now() + BEAT)
    }

    pub(crate) fn cancel_variance(&mut self, job: JobId) {
        let running = self.state.flow.variance.as_ref();
        if let Some(running) = running.filter(|own| own.job() == job) {
            running.cancel();
            self.state.jobs.cancelling(job);
        }
    }

    pub(crate) fn take_variance(&mut self, job: JobId, result: Analyzed) {
        let running = &mut self.state.flow.variance;
        if running.take_if(|own| own.job() == job).is_none() {
            return;
        }
        match result {
            Ok(found) => {
                self.end_job(job, JobState::Done);
                self.state.sensitivity.variance = Some(Arc::new(*found));
            }
            Err(SimulationFault::Cancelled) => {
                self.end_job(job, JobState::Cancelled);
            }
            Err(SimulationFault::Refused { message: why, .. } | SimulationFault::Failed(why)) => {
                self.end_job(job, JobState::Failed(why.clone()));
                self.state.jobs.dismiss(job);
                self.state.sensitivity.refused = Some(why);
            }
        }
    }

    /// Stops an analysis; its answer is stale from now on.
    pub(crate) fn stop_variance(&mut self) {
        if let Some(running) = self.state.flow.variance.take() {
            running.cancel();
            self.end_job(running.job(), JobState::Cancelled);
        }
    }

    /// Tornado and spider that are on their way are not wanted any more.
    pub(crate) fn drop_ends(&mut self) {
        if let Some((job, _)) = self.state.flow.ends.take() {
            self.end_job(job, JobState::Cancelled);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spider_runs_from_one_end_of_its_tornado_to_the_other() {
        for range in Range::ALL {
            let steps = range.steps();
            assert_eq!((steps[0], steps[steps.len() - 1]), range.ends());
            let words = range.end_words();
            assert!(range.words().contains(words[1].trim_start_matches('+')));
        }
        assert_eq!(Range::Fifth.steps()[4], Step::Change(0.0));
    }
}
