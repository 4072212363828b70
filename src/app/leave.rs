//! Leaving the open scenario or the program: nothing is lost without a question.

use crate::app::dialog::{Answer, Dialog, Leaving};
use crate::app::document::Document;
use crate::app::jobs::JobKind;
use crate::app::notice::Weight;
use crate::app::runs::Runs;
use crate::app::step::App;

impl App {
    /// Leaves, after a question where something would be lost.
    pub(crate) fn leave(&mut self, leaving: Leaving) {
        let document = self.state.document.as_ref();
        let unsaved = document
            .filter(|document| document.is_dirty())
            .map(|document| document.scenario().name.clone());
        let jobs = &self.state.jobs;
        let running: Vec<_> = jobs
            .running(JobKind::Simulation)
            .chain(jobs.running(JobKind::Variance))
            .map(|job| job.title.clone())
            .collect();
        if unsaved.is_none() && running.is_empty() {
            self.go(leaving);
        } else {
            self.state.dialog = Some(Dialog::Leave {
                leaving,
                unsaved,
                running,
            });
        }
    }

    pub(crate) fn answer_leave(&mut self, leaving: Leaving, answer: &Answer) {
        match answer {
            Answer::SaveAndClose => {
                self.state.flow.leaving = Some(leaving);
                self.save();
            }
            Answer::Discard => {
                self.discard_recovery();
                self.go(leaving);
            }
            _ => self.stay(),
        }
    }

    /// Forgets what was to follow the question.
    pub(crate) fn stay(&mut self) {
        let flow = &mut self.state.flow;
        flow.leaving = None;
        flow.import = None;
        flow.database = None;
    }

    /// Continues what waited for a save.
    pub(crate) fn go_on(&mut self) {
        if let Some(leaving) = self.state.flow.leaving.take() {
            self.go(leaving);
        }
    }

    fn go(&mut self, leaving: Leaving) {
        match leaving {
            Leaving::Program => self.end_program(),
            Leaving::Document => self.close_document(),
            Leaving::ForScenario(id) => self.load(id),
            Leaving::ForFile => self.place_import(),
            Leaving::ForDatabase => {
                if let Some(path) = self.state.flow.database.take() {
                    self.open_database(path);
                }
            }
            Leaving::ForNew => self.new_scenario(),
        }
    }

    fn end_program(&mut self) {
        self.cancel_simulation();
        self.state.flow.ending = true;
        if self.state.jobs.must_finish() {
            let text = "CalMiner closes as soon as everything is saved.";
            self.state.notices.say("ending", Weight::Info, text);
        }
    }

    /// Closes the open scenario and everything that belongs to it.
    pub(crate) fn close_document(&mut self) {
        self.show_document(None);
        self.state.settings.last_scenario = None;
    }

    /// Shows another document, or none; figures and runs of the old one are freed away from the frame.
    pub(crate) fn show_document(&mut self, document: Option<Document>) {
        self.stop_simulations();
        let state = &mut self.state;
        let before = (
            state.document.take(),
            std::mem::take(&mut state.live),
            std::mem::take(&mut state.runs),
        );
        state.runs = Runs::default();
        state.document = document;
        state.saved_at = None;
        state.explanation = None;
        state.replay = None;
        state.sensitivity.forget();
        state.flow.run_file = None;
        state.flow.asked = None;
        state.flow.looked_at = None;
        state.flow.loading = None;
        state.flow.loading_run = None;
        self.free(before);
    }
}
