//! One trial of the run on show: asked for, computed off the frame, shown beside the base case.

use std::sync::Arc;

use uuid::Uuid;

use crate::app::jobs::{JobKind, JobState};
use crate::app::live::Live;
use crate::app::runs::Runs;
use crate::app::step::App;
use crate::services::event::JobId;
use crate::services::replay;
pub use crate::services::replay::{Check, DrawnInput, ReplayRequest, Replayed, Which, replay};

/// The trial on show.
#[derive(Clone, Debug)]
pub struct ReplayView {
    /// The run that it belongs to.
    pub run: Uuid,
    /// Whether another trial was asked for and is on its way.
    pub waiting: bool,
    /// The trial; the last one until another is there.
    pub found: Option<Arc<Replayed>>,
    /// Why the trial that was asked for cannot be shown.
    pub refused: Option<String>,
}

/// Why no trial of the run on show can be computed again; `None` when it can.
pub(crate) fn why_not(runs: &Runs, live: &Live) -> Option<&'static str> {
    let Some(outcome) = runs.selected_outcome() else {
        return Some("No run is on show");
    };
    match live.scenario_sha256() {
        None => Some("The scenario has issues; mend them to see single trials"),
        Some(own) if own == outcome.scenario_sha256 => None,
        Some(_) => Some(
            "The run belongs to other content than that on the screen; run again to see its trials",
        ),
    }
}

impl App {
    /// Asks for a trial of the run on show; an earlier wish is forgotten.
    pub(crate) fn start_replay(&mut self, which: Which) {
        self.refresh();
        self.drop_replay();
        let state = &self.state;
        let (Some(run), Some(outcome)) = (state.runs.selected, state.runs.selected_outcome())
        else {
            return;
        };
        let mut view = ReplayView {
            run,
            waiting: true,
            found: None,
            refused: None,
        };
        if let Some(shown) = state.replay.as_ref().filter(|shown| shown.run == run) {
            view.found.clone_from(&shown.found);
        }
        let ready = (state.live.program.as_ref(), state.live.base.as_ref());
        let (None, (Some(program), Some(base))) = (why_not(&state.runs, &state.live), ready) else {
            view.waiting = false;
            view.refused = why_not(&state.runs, &state.live).map(str::to_owned);
            self.state.replay = Some(view);
            return;
        };
        let mut request = ReplayRequest {
            job: JobId(0),
            program: Arc::clone(program),
            base: Arc::clone(base),
            settings: outcome.settings.clone(),
            samples: state.runs.samples(run).cloned(),
            which,
        };
        let job = self.start_job(JobKind::Replay, "Computing a trial");
        request.job = job;
        self.state.flow.replaying = Some(job);
        if let Err(error) = replay::start(request, self.services.outbox.clone()) {
            self.drop_replay();
            view.waiting = false;
            view.refused = Some(format!("The system gives no thread: {error}"));
        }
        self.state.replay = Some(view);
    }

    /// The trial that is on its way is not wanted any more.
    pub(crate) fn drop_replay(&mut self) {
        if let Some(job) = self.state.flow.replaying.take() {
            self.end_job(job, JobState::Cancelled);
        }
    }

    pub(crate) fn take_replayed(&mut self, job: JobId, result: Result<Box<Replayed>, String>) {
        if !self.end_job(job, JobState::Done) {
            return;
        }
        self.state.flow.replaying = None;
        let Some(view) = &mut self.state.replay else {
            return;
        };
        view.waiting = false;
        match result {
            Ok(found) => {
                view.found = Some(Arc::new(*found));
                view.refused = None;
            }
            Err(why) => view.refused = Some(why),
        }
    }

    pub(crate) fn close_replay(&mut self) {
        self.drop_replay();
        self.state.replay = None;
    }
}
