//! Scenarios to and from the database.

use std::path::PathBuf;
use std::sync::Arc;

use calminer_domain::scenario::Parent;
use calminer_domain::{Project, Scenario};
use uuid::Uuid;

use crate::app::dialog::Leaving;
use crate::app::document::Document;
use crate::app::jobs::{JobKind, JobState};
use crate::app::library::DatabaseState;
use crate::app::notice::Weight;
use crate::app::samples;
use crate::app::step::App;
use crate::services::database::{DatabaseRequest, SaveRequest};
use crate::services::event::{JobId, Loaded};

impl App {
    pub(crate) fn start_job(&mut self, kind: JobKind, title: &str) -> JobId {
        let now = self.now();
        self.state.jobs.start(kind, title, now)
    }

    /// Ends a job; false when its answer is stale.
    pub(crate) fn end_job(&mut self, job: JobId, state: JobState) -> bool {
        let now = self.now();
        self.state.jobs.end(job, state, now)
    }

    /// Opens a database in place of the open one; the open one stays when that fails.
    pub(crate) fn open_database(&mut self, path: PathBuf) {
        let is_local = path == self.services.folders.database();
        let job = self.start_job(JobKind::OpenDatabase, "Opening the database");
        if self.state.library.path.as_os_str().is_empty() {
            self.state.library.path.clone_from(&path);
        }
        let request = DatabaseRequest::Open {
            job,
            path,
            create: is_local,
            samples: samples::all(),
        };
        if !self.ask_database(request) {
            self.end_job(job, JobState::Cancelled);
        }
    }

    /// Switches to another database, after a question where edits would be lost.
    pub(crate) fn choose_database(&mut self, path: PathBuf) {
        self.state.flow.database = Some(path);
        self.leave(Leaving::ForDatabase);
    }

    /// Shows a scenario of the database, after a question where edits would be lost.
    pub(crate) fn choose_scenario(&mut self, id: Uuid) {
        let open = self.state.document.as_ref();
        if open.is_none_or(|document| document.scenario().id != id) {
            self.leave(Leaving::ForScenario(id));
        }
    }

    /// Loads a scenario; the one on the screen stays until it is there.
    pub(crate) fn load(&mut self, scenario: Uuid) {
        if let Some(earlier) = self.state.flow.loading.take() {
            self.end_job(earlier, JobState::Cancelled);
        }
        let job = self.start_job(JobKind::Load, "Loading the scenario");
        if self.ask_database(DatabaseRequest::Load { job, scenario }) {
            self.state.flow.loading = Some(job);
        } else {
            self.end_job(job, JobState::Cancelled);
        }
    }

    /// Drops the edits and shows what is in the database.
    pub(crate) fn reload(&mut self) {
        if let Some(document) = &self.state.document {
            let id = document.scenario().id;
            self.load(id);
        }
    }

    pub(crate) fn take_loaded(&mut self, loaded: Loaded) {
        let id = loaded.scenario.id;
        self.show_document(Some(Document::stored(
            loaded.project,
            loaded.scenario,
            loaded.revision,
        )));
        self.state.saved_at = Some(loaded.saved_at);
        self.state.settings.last_scenario = Some(id);
        self.state.runs.selected = loaded.runs.first().map(|run| run.id);
        self.state.runs.entries = loaded.runs;
        self.load_selected_run();
        self.apply_recovered(id);
    }

    /// Saves the content on the screen with the revision it is based on.
    pub(crate) fn save(&mut self) {
        let Some(document) = &mut self.state.document else {
            return;
        };
        document.end_step();
        if self.state.flow.saving.is_some() {
            return;
        }
        let request = SaveRequest {
            project: document.project().clone(),
            scenario: Arc::clone(document.scenario()),
            expected: document.revision(),
        };
        let title = format!("Saving {}", request.scenario.name);
        let job = self.start_job(JobKind::Save, &title);
        if self.ask_database(DatabaseRequest::Save { job, save: request }) {
            self.state.flow.saving = Some(job);
        } else {
            self.end_job(job, JobState::Cancelled);
            self.stay();
        }
    }

    /// Keeps the edits as a scenario of their own, branched from the revision they were based on.
    pub(crate) fn save_as_copy(&mut self, based_on: u32) {
        let Some(document) = &self.state.document else {
            return;
        };
        let copy = branch(document.scenario(), Some(based_on), "copy");
        let project = document.project().clone();
        self.discard_recovery();
        self.show_document(Some(Document::new(project, copy)));
        self.save();
    }

    /// Shows a branch of the open scenario as it is on the screen; it is saved when the user saves it.
    pub(crate) fn duplicate(&mut self) {
        let Some(document) = &self.state.document else {
            return;
        };
        let copy = branch(document.scenario(), document.revision(), "copy");
        let project = document.project().clone();
        self.show_document(Some(Document::new(project, copy)));
    }

    /// Shows an empty scenario in the project of the open one.
    pub(crate) fn new_scenario(&mut self) {
        let project = match (&self.state.document, self.state.library.projects.first()) {
            (Some(document), _) => document.project().clone(),
            (None, Some(entry)) => entry.project.clone(),
            (None, None) => Project {
                id: Uuid::now_v7(),
                name: "New project".to_owned(),
                description: String::new(),
            },
        };
        match samples::empty() {
            Ok(scenario) => self.show_document(Some(Document::new(project, scenario))),
            Err(why) => self.state.notices.say("new", Weight::Error, why),
        }
    }

    /// The database is open: shows what it holds and the scenario to start with.
    pub(crate) fn take_database(&mut self, path: PathBuf, read_only: Option<String>) {
        let switched = self.state.library.path != path;
        let settings = &mut self.state.settings;
        let is_local = path == self.services.folders.database();
        settings.last_database = (!is_local).then(|| path.clone());
        if !is_local {
            settings.remember(&path);
        }
        self.state.library.path = path;
        self.state.notices.clear("database");
        self.state.library.state = match read_only {
            None => DatabaseState::Ready,
            Some(why) => {
                let text = format!(
                    "The database is read-only: {why}. You can edit and run; save a copy to keep your edits."
                );
                let action = Some(("Save a copy…", crate::app::command::Command::SaveCopy));
                self.state
                    .notices
                    .banner("database", Weight::Warning, text, action);
                DatabaseState::ReadOnly(why)
            }
        };
        let has_document = self.state.document.is_some();
        if switched && has_document {
            self.show_document(None);
        }
        if switched || !has_document {
            self.open_first_scenario();
        }
        if let Some(file) = self.state.flow.first_file.take() {
            self.read_file(file);
        }
        self.offer_recovery();
    }

    /// The scenario of the last session, else the first of the sample mine, else the first.
    fn open_first_scenario(&mut self) {
        let library = &self.state.library;
        let last = self.state.settings.last_scenario;
        let last = last.filter(|id| library.scenario(*id).is_some());
        let sample = samples::first_project().and_then(|project| {
            library
                .projects
                .iter()
                .find(|entry| entry.project.id == project)
        });
        let first = sample
            .into_iter()
            .chain(&library.projects)
            .find_map(|entry| entry.scenarios.first().map(|scenario| scenario.id));
        if let Some(id) = last.or(first) {
            self.load(id);
        }
    }
}

/// A copy with an identity of its own and the identities of its rows kept, so that both face the same draws.
pub(crate) fn branch(scenario: &Scenario, revision: Option<u32>, word: &str) -> Scenario {
    let parent = revision.map(|revision| Parent {
        scenario: scenario.id,
        revision,
    });
    Scenario {
        id: Uuid::now_v7(),
        name: format!("{} ({word})", scenario.name),
        parent,
        ..scenario.clone()
    }
}
