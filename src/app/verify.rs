//! Repeating the run on show, to see whether it gives the same figures to the last bit.

use std::sync::Arc;

use calminer_engine::program;
use calminer_engine::result::{RunOutcome, compare};

use crate::app::jobs::{JobKind, JobState};
use crate::app::runs::Verdict;
use crate::app::step::App;
use crate::services::event::{JobId, Simulated, SimulationFault};

impl App {
    /// Repeats the run on show with the content that it belongs to.
    pub(crate) fn start_verify(&mut self) {
        let document = self.state.document.as_ref();
        let Some((scenario, outcome)) = self.state.runs.selected_with_content(document) else {
            return;
        };
        let Some(run) = self.state.runs.selected else {
            return;
        };
        let program = match program::compile(&scenario) {
            Ok(program) => Arc::new(program),
            Err(issues) => {
                let why = issues.into_iter().find(calminer_domain::Issue::blocks);
                let why = why.map_or_else(String::new, |issue| issue.message);
                self.state.runs.verdicts.insert(run, Verdict::Failed(why));
                return;
            }
        };
        self.state.runs.verdicts.remove(&run);
        let base = Arc::new(program.base_case());
        let title = "Repeating the run";
        let settings = outcome.settings.clone();
        let simulation = self.simulate_program(JobKind::Verify, title, (program, base), settings);
        self.state.flow.verifying = simulation.map(|simulation| (simulation, run));
    }

    pub(crate) fn is_verifying(&self, job: JobId) -> bool {
        let verifying = self.state.flow.verifying.as_ref();
        verifying.is_some_and(|(simulation, _)| simulation.job() == job)
    }

    /// Notes how far the repetition is.
    pub(crate) fn watch_verify(&mut self) {
        if let Some((simulation, _)) = &self.state.flow.verifying {
            let (job, done, total) = (simulation.job(), simulation.done(), simulation.total());
            self.state.jobs.progress(job, done, total);
        }
    }

    pub(crate) fn take_repeated(&mut self, job: JobId, result: Simulated) {
        let Some((_, run)) = self.state.flow.verifying.take() else {
            return;
        };
        let verdict = match result {
            Ok(found) => {
                let first = self.state.runs.outcomes.get(&run);
                let verdict = first.map(|first| verdict(first, &found.0));
                self.end_job(job, JobState::Done);
                self.free(found);
                verdict
            }
            Err(SimulationFault::Cancelled) => {
                self.end_job(job, JobState::Cancelled);
                None
            }
            Err(SimulationFault::Failed(why) | SimulationFault::Refused { message: why, .. }) => {
                self.end_job(job, JobState::Failed(why.clone()));
                self.state.jobs.dismiss(job);
                Some(Verdict::Failed(why))
            }
        };
        if let Some(verdict) = verdict {
            self.state.runs.verdicts.insert(run, verdict);
        }
    }

    /// Stops a repetition; its answer is stale from now on.
    pub(crate) fn stop_verify(&mut self) {
        if let Some((simulation, _)) = self.state.flow.verifying.take() {
            simulation.cancel();
            self.end_job(simulation.job(), JobState::Cancelled);
        }
    }
}

/// Differences named; the others are counted.
const MOST_NAMED: usize = 5;

fn verdict(first: &RunOutcome, again: &RunOutcome) -> Verdict {
    let all = compare(first, again);
    if all.is_empty() {
        return Verdict::Identical;
    }
    let named = all.iter().take(MOST_NAMED);
    let mut places: Vec<String> = named
        .map(|own| format!("{} was {} and is {}", own.what, own.first, own.second))
        .collect();
    if all.len() > MOST_NAMED {
        places.push(format!("{} more", all.len() - MOST_NAMED));
    }
    Verdict::Differs(places)
}
