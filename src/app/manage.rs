//! Scenarios of the tree: delete, rename, and files that were dropped on the window.

use std::path::PathBuf;

use calminer_domain::ScenarioEdit;
use uuid::Uuid;

use crate::app::command::CoalesceKey;
use crate::app::dialog::Dialog;
use crate::app::document::Document;
use crate::app::exchange::is_scenario_file;
use crate::app::jobs::{JobKind, JobState};
use crate::app::notice::Weight;
use crate::app::step::App;
use crate::services::database::DatabaseRequest;
use crate::services::dialogs::DATABASE_ENDINGS;
use crate::services::event::JobId;

impl App {
    /// Asks whether a scenario may be deleted.
    pub(crate) fn ask_to_delete_scenario(&mut self, id: Option<Uuid>) {
        let open = self.state.document.as_ref();
        let Some(id) = id.or_else(|| open.map(|document| document.scenario().id)) else {
            return;
        };
        let open = open.filter(|document| document.scenario().id == id);
        let stored = self.state.library.scenario(id);
        let stored = stored.map(|(_, entry)| (entry.name.clone(), entry.revision));
        let Some(name) = open
            .map(|document| document.scenario().name.clone())
            .or_else(|| stored.as_ref().map(|(name, _)| name.clone()))
        else {
            return;
        };
        let revisions = stored.map(|(_, revision)| revision);
        let unsaved = open.is_some_and(Document::is_dirty);
        if revisions.is_some() && !self.may_write("deleted") {
            return;
        }
        self.state.dialog = Some(Dialog::DeleteScenario {
            scenario: id,
            name,
            revisions,
            unsaved,
        });
    }

    /// Deletes a scenario; one that was never saved is closed.
    pub(crate) fn delete_scenario(&mut self, id: Uuid) {
        if self.state.library.scenario(id).is_none() {
            self.forget_scenario(id);
            return;
        }
        let job = self.start_job(JobKind::Manage, "Deleting the scenario");
        let request = DatabaseRequest::DeleteScenario { job, scenario: id };
        if !self.ask_database(request) {
            self.end_job(job, JobState::Cancelled);
        }
    }

    pub(crate) fn take_managed(&mut self, job: JobId, deleted: Option<Uuid>) {
        if self.end_job(job, JobState::Done) {
            self.state.notices.clear("scenarios");
            if let Some(id) = deleted {
                self.forget_scenario(id);
            }
        }
    }

    fn forget_scenario(&mut self, id: Uuid) {
        let open = self.state.document.as_ref();
        if open.is_some_and(|document| document.scenario().id == id) {
            self.discard_recovery();
            self.close_document();
        }
    }

    /// Gives a scenario another name: the open one by an edit, another one at once in the database.
    pub(crate) fn rename_scenario(&mut self, id: Uuid, name: &str) {
        let name = name.trim();
        if name.is_empty() {
            let text = "A scenario needs a name. Nothing was changed.";
            self.state.notices.say("scenarios", Weight::Warning, text);
            return;
        }
        let open = self.state.document.as_ref();
        if open.is_some_and(|document| document.scenario().id == id) {
            let edit = ScenarioEdit::Rename(name.to_owned());
            self.edit(&edit, CoalesceKey::none());
            return;
        }
        let known = self.state.library.scenario(id);
        if known.is_none_or(|(_, entry)| entry.name == name) || !self.may_write("renamed") {
            return;
        }
        let job = self.start_job(JobKind::Manage, "Renaming the scenario");
        let request = DatabaseRequest::RenameScenario {
            job,
            scenario: id,
            name: name.to_owned(),
        };
        if !self.ask_database(request) {
            self.end_job(job, JobState::Cancelled);
        }
    }

    fn may_write(&mut self, what: &str) -> bool {
        let may = self.state.library.is_writable();
        if !may {
            let text =
                format!("The database cannot be written, so the scenario cannot be {what} in it.");
            self.state.notices.say("scenarios", Weight::Warning, text);
        }
        may
    }

    /// Opens a file that was dropped on the window: a scenario file is imported, a database is opened.
    pub(crate) fn open_path(&mut self, path: PathBuf) {
        let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
        let sentence = if self.state.dialog.is_some() {
            "Answer the open question first, then drop the file again.".to_owned()
        } else if is_scenario_file(&path) {
            return self.read_file(path);
        } else if DATABASE_ENDINGS.iter().any(|known| ending == *known) {
            return self.choose_database(path);
        } else {
            format!(
                "{} was not opened: it is neither a scenario file (.calminer, .calminer.json) nor a database (.db, \
                 .sqlite, .sqlite3) by its name.",
                path.display()
            )
        };
        self.state.notices.say("import", Weight::Warning, sentence);
    }
}
