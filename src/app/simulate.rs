//! Simulations: the one the user asks for, the small one after each edit, and the runs they leave.

use std::sync::Arc;

use calminer_domain::Keep;
use calminer_engine::program::Program;
use calminer_engine::result::{BaseCase, RunOutcome, RunSettings, Samples};
use uuid::Uuid;

use crate::app::document::Document;
use crate::app::jobs::{JobKind, JobState};
use crate::app::notice::Weight;
use crate::app::page::Page;
use crate::app::runs::{FreshRun, Refusal, RunEntry};
use crate::app::step::App;
use crate::services::database::DatabaseRequest;
use crate::services::event::{JobId, Simulated, SimulationFault};
use crate::services::files::FileRequest;
use crate::services::recovery;
use crate::services::simulation::{Simulation, SimulationRequest, threads};

/// Trials of the small simulation after an edit: enough for a steady histogram in the key-figure strip, few enough to
/// be over before the next frame.
const QUICK_TRIALS: u64 = 10_000;

impl App {
    /// Starts the simulation of the content on the screen.
    pub(crate) fn start_simulation(&mut self) {
        let Some(scenario) = self
            .state
            .document
            .as_ref()
            .map(|document| Arc::clone(document.scenario()))
        else {
            return;
        };
        self.with_document(Document::end_step);
        self.refresh();
        let settings = RunSettings::from(&scenario.simulation);
        let title = format!("Simulation of {}", scenario.name);
        if let Some(simulation) = self.simulate(JobKind::Simulation, &title, settings) {
            self.state.runs.live = None;
            self.state.runs.refused = None;
            self.state.flow.simulation = Some((simulation, scenario));
            self.state.page = Page::Simulation;
        }
    }

    /// Starts the small simulation; an earlier one is stopped, only the last one counts.
    pub(crate) fn start_quick(&mut self) {
        self.stop_quick();
        let Some(document) = &self.state.document else {
            return;
        };
        let scenario = document.scenario();
        if scenario.uncertain().next().is_none() {
            self.state.live.quick = None;
            self.state.live.quick_stale = false;
            return;
        }
        let settings = RunSettings {
            trials: scenario.simulation.trials.clamp(1, QUICK_TRIALS),
            replicates: None,
            stop: None,
            keep: Keep::Samples,
            bands: Vec::new(),
            ..RunSettings::from(&scenario.simulation)
        };
        self.state.flow.quick = self.simulate(JobKind::LiveSimulation, "Live figures", settings);
    }

    pub(crate) fn simulate(
        &mut self,
        kind: JobKind,
        title: &str,
        settings: RunSettings,
    ) -> Option<Simulation> {
        let program = Arc::clone(self.state.live.program.as_ref()?);
        let base = Arc::clone(self.state.live.base.as_ref()?);
        self.simulate_program(kind, title, (program, base), settings)
    }

    /// Starts a simulation of a compiled scenario with its base case.
    pub(crate) fn simulate_program(
        &mut self,
        kind: JobKind,
        title: &str,
        (program, base): (Arc<Program>, Arc<BaseCase>),
        settings: RunSettings,
    ) -> Option<Simulation> {
        let total = settings.trials;
        let job = self.start_job(kind, title);
        self.state.jobs.progress(job, 0, total);
        let request = SimulationRequest {
            job,
            program,
            base,
            settings,
            threads: threads(self.state.settings.threads),
        };
        match Simulation::start(request, self.services.outbox.clone()) {
            Ok(simulation) => Some(simulation),
            Err(error) => {
                self.end_job(job, JobState::Failed(error.to_string()));
                let text = format!("The simulation did not start: {error}.");
                self.state.notices.say("simulation", Weight::Error, text);
                None
            }
        }
    }

    pub(crate) fn cancel_simulation(&mut self) {
        if let Some((simulation, _)) = &self.state.flow.simulation {
            simulation.cancel();
            let job = simulation.job();
            self.state.jobs.cancelling(job);
        }
    }

    pub(crate) fn cancel_job(&mut self, job: JobId) {
        let running = self.state.flow.simulation.as_ref();
        if running.is_some_and(|(simulation, _)| simulation.job() == job) {
            self.cancel_simulation();
        }
        self.cancel_variance(job);
        let repeated = self.state.flow.verifying.as_ref();
        if let Some((simulation, _)) = repeated.filter(|(own, _)| own.job() == job) {
            simulation.cancel();
            self.state.jobs.cancelling(job);
        }
    }

    fn stop_quick(&mut self) {
        if let Some(quick) = self.state.flow.quick.take() {
            quick.cancel();
            self.end_job(quick.job(), JobState::Cancelled);
        }
    }

    /// Stops all simulations; their answers are stale from now on.
    pub(crate) fn stop_simulations(&mut self) {
        self.stop_quick();
        self.stop_verify();
        self.drop_replay();
        self.stop_variance();
        self.drop_ends();
        if let Some((simulation, _)) = self.state.flow.simulation.take() {
            simulation.cancel();
            self.end_job(simulation.job(), JobState::Cancelled);
            self.state.jobs.dismiss(simulation.job());
        }
    }

    /// Notes how far the running simulation is and what is known of it.
    pub(crate) fn watch_simulations(&mut self) {
        self.watch_verify();
        let Some((simulation, _)) = &self.state.flow.simulation else {
            return;
        };
        let (job, done, total) = (simulation.job(), simulation.done(), simulation.total());
        if let Some(snapshot) = simulation.take_snapshot() {
            self.state.runs.live = Some(snapshot);
        }
        self.state.jobs.progress(job, done, total);
    }

    pub(crate) fn take_simulated(&mut self, job: JobId, result: Simulated) {
        if self.state.flow.quick.as_ref().map(Simulation::job) == Some(job) {
            self.take_quick(job, result);
        } else if let Some((simulation, scenario)) = self
            .state
            .flow
            .simulation
            .take_if(|(simulation, _)| simulation.job() == job)
        {
            self.state.runs.live = simulation.take_snapshot().or(self.state.runs.live.take());
            self.take_run(job, scenario, result);
        } else if self.is_verifying(job) {
            self.take_repeated(job, result);
        } else if let Ok(stale) = result {
            self.free(stale);
        }
    }

    fn take_quick(&mut self, job: JobId, result: Simulated) {
        let quick = self.state.flow.quick.take();
        match result {
            Ok(found) => {
                self.end_job(job, JobState::Done);
                if let Some(snapshot) = quick.and_then(|quick| quick.take_snapshot()) {
                    self.state.live.quick = Some(snapshot);
                    self.state.live.quick_stale = false;
                }
                self.free(found);
            }
            Err(SimulationFault::Cancelled) => {
                self.end_job(job, JobState::Cancelled);
            }
            Err(SimulationFault::Failed(why) | SimulationFault::Refused { message: why, .. }) => {
                tracing::warn!(why, "the live simulation failed");
                self.end_job(job, JobState::Failed(why));
                self.state.jobs.dismiss(job);
            }
        }
    }

    fn take_run(
        &mut self,
        job: JobId,
        scenario: Arc<calminer_domain::Scenario>,
        result: Simulated,
    ) {
        let found = match result {
            Ok(found) => *found,
            Err(SimulationFault::Cancelled) => {
                self.end_job(job, JobState::Cancelled);
                self.state.runs.live = None;
                return;
            }
            Err(SimulationFault::Refused { field, message }) => {
                self.end_job(job, JobState::Failed(message.clone()));
                self.state.jobs.dismiss(job);
                self.state.runs.live = None;
                self.state.runs.refused = Some(Refusal {
                    settings: scenario.simulation.clone(),
                    field,
                    message,
                });
                return;
            }
            Err(SimulationFault::Failed(why)) => {
                let text = format!("The simulation failed: {why}.");
                self.state.notices.say("simulation", Weight::Error, text);
                self.end_job(job, JobState::Failed(why));
                self.state.runs.live = None;
                return;
            }
        };
        self.end_job(job, JobState::Done);
        let (outcome, samples) = found;
        let entry = RunEntry {
            id: Uuid::now_v7(),
            revision: None,
            made: recovery::now(),
            trials: outcome.settings.trials,
            seed: outcome.settings.seed,
            sampling: outcome.settings.sampling,
            stored: false,
        };
        let fresh = FreshRun {
            scenario,
            outcome,
            samples,
        };
        self.state.runs.add_fresh(entry, fresh);
        self.store_fresh_runs();
    }

    /// Stores the runs of this session whose content is what the database holds now. A run of edits that are not saved
    /// stays in memory, and is stored when just that content is saved.
    pub(crate) fn store_fresh_runs(&mut self) {
        let state = &mut self.state;
        let Some(document) = &state.document else {
            return;
        };
        let (Some(saved), Some(revision)) = (document.saved(), document.revision()) else {
            return;
        };
        let mut ready = Vec::new();
        for entry in &mut state.runs.entries {
            let Some(fresh) = state.runs.fresh.get(&entry.id) else {
                continue;
            };
            let is_same = Arc::ptr_eq(&fresh.scenario, saved) || fresh.scenario == *saved;
            if entry.revision.is_none() && is_same {
                entry.revision = Some(revision);
                ready.push((entry.id, fresh.clone()));
            }
        }
        if !self.state.library.is_writable() {
            return;
        }
        for (run, fresh) in ready {
            let job = self.start_job(JobKind::StoreRun, "Storing the run");
            let request = DatabaseRequest::SaveRun {
                job,
                run,
                scenario: fresh.scenario.id,
                revision,
                outcome: fresh.outcome,
                samples: fresh.samples,
            };
            if !self.ask_database(request) {
                self.end_job(job, JobState::Cancelled);
            }
        }
    }

    /// A run is in the database now, under the identity that the database gave it.
    pub(crate) fn take_stored_run(&mut self, run: Uuid, entry: RunEntry) {
        let runs = &mut self.state.runs;
        let id = entry.id;
        if let Some(place) = runs.entries.iter_mut().find(|entry| entry.id == run) {
            *place = entry;
        }
        if id != run {
            if let Some(outcome) = runs.outcomes.remove(&run) {
                runs.outcomes.insert(id, outcome);
            }
            if let Some(fresh) = runs.fresh.remove(&run) {
                runs.fresh.insert(id, fresh);
            }
            if let Some(verdict) = runs.verdicts.remove(&run) {
                runs.verdicts.insert(id, verdict);
            }
            let renamed = |own| if own == run { id } else { own };
            runs.selected = runs.selected.map(renamed);
            if let Some(replay) = &mut self.state.replay {
                replay.run = renamed(replay.run);
            }
            if let Some((_, repeated)) = &mut self.state.flow.verifying {
                *repeated = renamed(*repeated);
            }
        }
    }

    pub(crate) fn load_selected_run(&mut self) {
        let runs = &self.state.runs;
        let Some(run) = runs.selected.filter(|run| !runs.outcomes.contains_key(run)) else {
            return;
        };
        if self.state.flow.loading_run == Some(run) {
            return;
        }
        let job = self.start_job(JobKind::LoadRun, "Loading the run");
        if self.ask_database(DatabaseRequest::LoadRun { job, run }) {
            self.state.flow.loading_run = Some(run);
        } else {
            self.end_job(job, JobState::Cancelled);
        }
    }

    pub(crate) fn take_loaded_run(
        &mut self,
        run: Uuid,
        outcome: Arc<RunOutcome>,
        samples: Option<Arc<Samples>>,
    ) {
        self.state.flow.loading_run = None;
        if self.state.runs.entry(run).is_some() {
            self.state.runs.outcomes.insert(run, outcome);
            if let Some(samples) = samples {
                self.state.runs.loaded.insert(run, samples);
            }
        }
        self.load_selected_run();
    }

    pub(crate) fn forget_run(&mut self, run: Uuid) {
        self.state.runs.remove(run);
        self.load_selected_run();
    }

    /// Frees something large away from the frame.
    pub(crate) fn free(&self, large: impl std::any::Any + Send) {
        if let Err(refused) = self.services.files.ask(FileRequest::Free(Box::new(large))) {
            tracing::debug!(?refused, "freed at once");
        }
    }
}
