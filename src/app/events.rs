//! Events: each answer of a service is routed to what waits for it. An answer whose job is not running is stale.

use crate::app::command::Command;
use crate::app::dialog::Dialog;
use crate::app::jobs::{Job, JobKind, JobState};
use crate::app::library::DatabaseState;
use crate::app::notice::Weight;
use crate::app::step::App;
use crate::services::event::{DatabaseFault, Event, JobId};

impl App {
    pub(crate) fn take_event(&mut self, event: Event) {
        match event {
            Event::Projects(projects) => self.state.library.projects = projects,
            Event::PathChosen { ask, path } => {
                self.state.flow.asking = false;
                if let Some(path) = path {
                    self.take_path(&ask, path, true);
                }
            }
            Event::NoFileDialog {
                ask,
                reason,
                listing,
            } => {
                self.state.flow.asking = false;
                self.show_path_dialog(&ask, reason, listing);
            }
            Event::Listed(listing) => self.take_listing(listing),
            Event::FileRead { job, path, result } => {
                if self.end_job(job, JobState::Done) {
                    self.take_file(path, result);
                }
            }
            Event::FileWritten {
                job,
                what,
                path,
                result,
            } => {
                if self.end_job(job, JobState::Done) {
                    self.take_written(what, path, result);
                }
            }
            Event::Fitted { values, result } => self.take_fit(&values, result),
            Event::Replayed { job, result } => self.take_replayed(job, result),
            Event::Simulated { job, result } => self.take_simulated(job, result),
            Event::Ends { job, result } => self.take_ends(job, result),
            Event::Variance { job, result } => self.take_variance(job, result),
            Event::BackgroundWriteFailed { what, why } => {
                let text = format!("The {what} could not be written ({why}). Save often.");
                self.state.notices.say("background", Weight::Warning, text);
                self.state.flow.recovery.written = None;
            }
            other => self.take_database_event(other),
        }
    }

    fn take_database_event(&mut self, event: Event) {
        match event {
            Event::DatabaseOpened {
                job,
                path,
                read_only,
                projects,
            } if self.end_job(job, JobState::Done) => {
                self.state.library.projects = projects;
                self.take_database(path, read_only);
            }
            Event::Loaded { job, loaded } if self.end_job(job, JobState::Done) => {
                self.state.flow.loading = None;
                self.take_loaded(*loaded);
            }
            Event::Saved {
                job,
                scenario,
                revision,
                saved_at,
            } => {
                if self.kind_of(job) == Some(JobKind::Import) {
                    self.take_imported(job, scenario.id);
                } else if self.end_job(job, JobState::Done) {
                    self.take_saved(&scenario, revision, saved_at);
                }
            }
            Event::RunStored { job, run, entry } if self.end_job(job, JobState::Done) => {
                self.take_stored_run(run, *entry);
            }
            Event::RunLoaded {
                job,
                run,
                outcome,
                samples,
            } if self.end_job(job, JobState::Done) => {
                self.take_loaded_run(run, outcome, samples);
            }
            Event::RunDeleted { job, run } if self.end_job(job, JobState::Done) => {
                self.forget_run(run);
            }
            Event::Managed { job, deleted } => self.take_managed(job, deleted),
            Event::DatabaseFailed { job, path, fault } => self.take_fault(job, path, fault),
            _ => {}
        }
    }

    fn kind_of(&self, job: JobId) -> Option<JobKind> {
        let job = self.state.jobs.job(job).filter(|job| Job::is_running(job));
        job.map(|job| job.kind)
    }

    fn take_saved(
        &mut self,
        scenario: &std::sync::Arc<calminer_domain::Scenario>,
        revision: u32,
        saved_at: crate::services::event::Moment,
    ) {
        self.state.flow.saving = None;
        self.state.notices.clear("save");
        if let Some(document) = &mut self.state.document
            && document.scenario().id == scenario.id
        {
            document.mark_saved(std::sync::Arc::clone(scenario), revision);
            self.state.saved_at = Some(saved_at);
            self.state.settings.last_scenario = Some(scenario.id);
            self.store_fresh_runs();
        }
        self.go_on();
    }

    fn take_fault(&mut self, job: JobId, path: Option<std::path::PathBuf>, fault: DatabaseFault) {
        let Some(kind) = self.kind_of(job) else {
            return;
        };
        let sentence = fault.sentence();
        self.end_job(job, JobState::Failed(sentence.clone()));
        self.state.jobs.dismiss(job);
        match kind {
            JobKind::OpenDatabase => self.database_unavailable(path, sentence),
            JobKind::Save => self.save_failed(fault, sentence),
            JobKind::Load => {
                self.state.flow.loading = None;
                self.state.notices.say("load", Weight::Error, sentence);
            }
            JobKind::Import => {
                let text = format!("The file was not imported: {sentence}");
                self.state.notices.say("import", Weight::Error, text);
            }
            JobKind::Manage => self.state.notices.say("scenarios", Weight::Error, sentence),
            _ => {
                self.state.flow.loading_run = None;
                self.state.notices.say("run", Weight::Error, sentence);
            }
        }
    }

    fn save_failed(&mut self, fault: DatabaseFault, sentence: String) {
        self.state.flow.saving = None;
        self.stay();
        let Some(document) = &self.state.document else {
            return;
        };
        match fault {
            DatabaseFault::Conflict { found, by } => {
                self.state.dialog = Some(Dialog::Conflict {
                    name: document.scenario().name.clone(),
                    based_on: document.revision().unwrap_or_default(),
                    found,
                    by,
                });
            }
            DatabaseFault::ReadOnly(_) => {
                let action = ("Save a copy…", Command::SaveCopy);
                self.state
                    .notices
                    .banner("save", Weight::Error, sentence, Some(action));
            }
            DatabaseFault::Locked(_) | DatabaseFault::Failed(_) => {
                let action = Some(("Try again", Command::Save));
                self.state
                    .notices
                    .banner("save", Weight::Error, sentence, action);
            }
        }
    }

    /// A database could not be opened. The one that was open stays; the program starts without one as well.
    fn database_unavailable(&mut self, path: Option<std::path::PathBuf>, sentence: String) {
        let local = self.services.folders.database();
        let is_local = path.as_ref() == Some(&local);
        if self.state.library.state != DatabaseState::Opening
            && !matches!(self.state.library.state, DatabaseState::Unavailable(_))
        {
            self.state
                .notices
                .say("open database", Weight::Error, sentence);
            return;
        }
        if let Some(path) = path {
            self.state.library.path = path;
        }
        let action = if is_local {
            ("Open database…", Command::OpenDatabase)
        } else {
            ("Open local database", Command::OpenLocalDatabase)
        };
        self.state
            .notices
            .banner("database", Weight::Error, sentence.clone(), Some(action));
        self.state.library.state = DatabaseState::Unavailable(sentence);
        if let Some(file) = self.state.flow.first_file.take() {
            self.read_file(file);
        }
        self.offer_recovery();
    }
}
