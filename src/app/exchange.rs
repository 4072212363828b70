//! Scenario files in and out, and the paths they need.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use calminer_domain::file::ScenarioFile;
use calminer_domain::{Project, Scenario};
use uuid::Uuid;

use crate::app::dialog::{Answer, Dialog, Leaving, PathDialog, PathEntry, PathPurpose};
use crate::app::document::Document;
use crate::app::jobs::{JobKind, JobState};
use crate::app::notice::Weight;
use crate::app::persist::branch;
use crate::app::step::App;
use crate::services::database::{DatabaseRequest, SaveRequest};
use crate::services::event::{JobId, Listing, PathAsk, WriteFault, Written};
use crate::services::files::FileRequest;

impl App {
    /// Asks for a path; one question at a time, since the system's dialog does not stop the window.
    pub(crate) fn ask_path(&mut self, ask: PathAsk) {
        if std::mem::replace(&mut self.state.flow.asking, true) {
            return;
        }
        self.services.dialogs.ask(ask, self.services.outbox.clone());
    }

    /// The system has no dialog: the app shows its own.
    pub(crate) fn show_path_dialog(&mut self, ask: &PathAsk, reason: String, listing: Listing) {
        let suggestion = match ask {
            PathAsk::SaveCopy(name) | PathAsk::SaveSamples(name) | PathAsk::SavePassport(name) => {
                listing.folder.join(name).display().to_string()
            }
            PathAsk::OpenFile | PathAsk::OpenDatabase => String::new(),
        };
        self.state.dialog = Some(Dialog::Path(PathDialog {
            purpose: PathPurpose::of(ask),
            reason,
            folder: PathBuf::new(),
            suggestion,
            entries: Vec::new(),
        }));
        self.take_listing(listing);
    }

    pub(crate) fn list_folder(&mut self, folder: PathBuf) {
        if let Some(Dialog::Path(path)) = &self.state.dialog {
            let endings = path.purpose.extensions();
            self.ask_files(FileRequest::List { folder, endings });
        }
    }

    pub(crate) fn take_listing(&mut self, listing: Listing) {
        if let Some(Dialog::Path(path)) = &mut self.state.dialog {
            path.folder = listing.folder;
            path.entries = listing
                .entries
                .into_iter()
                .map(|(name, path, folder)| PathEntry { name, path, folder })
                .collect();
        }
    }

    /// Takes a chosen path. `asked` tells that the system's dialog has asked about a file that is there already.
    pub(crate) fn take_path(&mut self, ask: &PathAsk, path: PathBuf, asked: bool) {
        match ask {
            PathAsk::OpenFile => self.read_file(path),
            PathAsk::OpenDatabase => self.choose_database(path),
            PathAsk::SaveCopy(_) => {
                let whole_name = calminer_exchange::scenario_file::is_scenario_name(&path);
                self.write_copy(path, asked && whole_name);
            }
            PathAsk::SaveSamples(_) | PathAsk::SavePassport(_) => {
                // An ending is added to a name without one; then the dialog asked about another file.
                let whole_name = path.extension().is_some();
                self.write_run_file(path, asked && whole_name);
            }
        }
    }

    /// The name offered for a copy of the open scenario.
    pub(crate) fn copy_name(&self) -> String {
        self.file_name(".calminer")
    }

    /// Project and scenario as the name of a file.
    pub(crate) fn file_name(&self, ending: &str) -> String {
        let Some(document) = &self.state.document else {
            return String::new();
        };
        let wanted = format!("{} {}", document.project().name, document.scenario().name);
        let fits = |sign: char| sign.is_alphanumeric() || matches!(sign, ' ' | '-' | '_' | '.');
        let name: String = wanted
            .chars()
            .map(|sign| if fits(sign) { sign } else { '_' })
            .take(80)
            .collect();
        format!("{}{ending}", name.trim())
    }

    /// Writes the open scenario to a file; a file that is there is replaced only where that was said.
    pub(crate) fn write_copy(&mut self, path: PathBuf, replace: bool) {
        let Some(document) = &self.state.document else {
            return;
        };
        let (project, scenario) = (document.project().clone(), Arc::clone(document.scenario()));
        let job = self.start_job(JobKind::Export, "Writing the copy");
        let request = FileRequest::Write {
            job,
            path,
            replace,
            project,
            scenario,
        };
        if !self.ask_files(request) {
            self.end_job(job, JobState::Cancelled);
        }
    }

    pub(crate) fn take_written(
        &mut self,
        what: Written,
        path: PathBuf,
        result: Result<(), WriteFault>,
    ) {
        let (done, failed) = match what {
            Written::Copy => ("A copy is in", "The copy was not written"),
            Written::Samples => ("The samples are in", "The samples were not written"),
            Written::Passport => ("The passport is in", "The passport was not written"),
        };
        match result {
            Ok(()) => {
                let text = format!("{done} {}.", path.display());
                self.state.notices.say("copy", Weight::Info, text);
            }
            Err(WriteFault::Exists) => self.state.dialog = Some(Dialog::Overwrite { path, what }),
            Err(WriteFault::Failed(why)) => {
                let text = format!("{failed}. {why}.");
                self.state.notices.say("copy", Weight::Error, text);
            }
        }
    }

    pub(crate) fn read_file(&mut self, path: PathBuf) {
        let job = self.start_job(JobKind::Import, "Reading the file");
        if !self.ask_files(FileRequest::Read { job, path }) {
            self.end_job(job, JobState::Cancelled);
        }
    }

    /// A file was read: it gets its place when the open scenario may be left.
    pub(crate) fn take_file(&mut self, path: PathBuf, result: Result<Box<ScenarioFile>, String>) {
        match result {
            Ok(file) => {
                self.state.flow.import = Some((path, *file));
                self.leave(Leaving::ForFile);
            }
            Err(why) => {
                let text =
                    format!("The file was not opened. {why}. Nothing in the database has changed.");
                self.state.notices.say("import", Weight::Error, text);
            }
        }
    }

    /// Saves an imported scenario to the database, after a question where its identity is there already.
    pub(crate) fn place_import(&mut self) {
        let Some((path, file)) = &self.state.flow.import else {
            return;
        };
        let known = self.state.library.scenario(file.scenario.id);
        if !self.state.library.is_writable() {
            let (project, scenario) = (file.project.clone(), file.scenario.clone());
            self.state.flow.import = None;
            self.show_document(Some(Document::new(project, scenario)));
        } else if let Some((_, existing)) = known {
            self.state.dialog = Some(Dialog::SameScenario {
                name: file.scenario.name.clone(),
                existing: existing.name.clone(),
                revision: existing.revision,
                path: path.clone(),
            });
        } else {
            let (project, scenario) = (file.project.clone(), file.scenario.clone());
            self.import(project, scenario, None);
        }
    }

    pub(crate) fn answer_import(&mut self, answer: &Answer) {
        let Some((_, file)) = &self.state.flow.import else {
            return;
        };
        let existing = self.state.library.scenario(file.scenario.id);
        let existing = existing.map(|(project, entry)| (project.clone(), entry.revision));
        let scenario = file.scenario.clone();
        match (answer, existing) {
            (Answer::NewRevision, Some((project, revision))) => {
                self.import(project, scenario, Some(revision));
            }
            (Answer::Branch, Some((project, revision))) => {
                self.import(project, branch(&scenario, Some(revision), "branch"), None);
            }
            (Answer::Copy, Some((project, _))) => {
                self.import(project, branch(&scenario, None, "copy"), None);
            }
            _ => self.stay(),
        }
    }

    fn import(&mut self, project: Project, scenario: Scenario, expected: Option<u32>) {
        self.state.flow.import = None;
        let job = self.start_job(JobKind::Import, "Importing the scenario");
        let save = SaveRequest {
            project,
            scenario: Arc::new(scenario),
            expected,
        };
        if !self.ask_database(DatabaseRequest::Save { job, save }) {
            self.end_job(job, JobState::Cancelled);
        }
    }

    /// An imported scenario is in the database: it is shown.
    pub(crate) fn take_imported(&mut self, job: JobId, scenario: Uuid) {
        if self.end_job(job, JobState::Done) {
            self.load(scenario);
        }
    }
}

/// Whether a path is meant as a scenario file rather than a database.
pub fn is_scenario_file(path: &Path) -> bool {
    calminer_exchange::scenario_file::is_scenario_name(path)
        || path.extension().is_some_and(|ending| ending == "json")
}
