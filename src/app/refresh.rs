//! Keeping up with the content: figures after each edit, recovery within two seconds.

use std::sync::Arc;
use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::app::dialog::{Answer, Dialog};
use crate::app::document::Document;
use crate::app::notice::Weight;
use crate::app::step::App;
use crate::services::files::FileRequest;
use crate::services::panic;
use crate::services::recovery;

/// The recovery file is written at most so often.
const RECOVERY_BEAT: Duration = Duration::from_secs(2);

impl App {
    /// Brings issues, base case, explanation and small simulation up to the content on the screen.
    pub(crate) fn refresh(&mut self) {
        let state = &mut self.state;
        let Some(document) = &state.document else {
            return;
        };
        let scenario = document.scenario();
        let seen = state.flow.looked_at.as_ref();
        if seen.is_some_and(|seen| Arc::ptr_eq(seen, scenario)) {
            return;
        }
        let same_model = seen.is_some_and(|seen| document.is_same_model(seen));
        state.live.look_at(scenario);
        state.flow.looked_at = Some(Arc::clone(scenario));
        if same_model && state.live.program.is_some() {
            state.live.quick_stale = false;
        } else if state.live.program.is_some() && !state.live.is_without_samples() {
            self.start_quick();
        }
        self.explain();
    }

    /// Answers again why the figure that was asked about is what it is.
    pub(crate) fn explain(&mut self) {
        let state = &mut self.state;
        let (Some((key, period)), Some(program)) = (&state.flow.asked, &state.live.program) else {
            return;
        };
        match program.explain(key, period.unwrap_or_default()) {
            Ok(explanation) => state.explanation = Some((*period, explanation)),
            Err(error) => {
                state.explanation = None;
                state
                    .notices
                    .say("explain", Weight::Info, format!("{error}."));
                state.flow.asked = None;
            }
        }
    }

    /// Writes the recovery file when it is due. The answer is when it is due next.
    pub(crate) fn keep_recovery(&mut self) -> Option<Instant> {
        let session = self.services.session.as_ref()?;
        let document = self.state.document.as_ref();
        let wanted = document
            .filter(|document| document.is_dirty())
            .map(|document| session.file(document.scenario().id));
        if self.state.flow.recovery.file != wanted {
            self.discard_recovery();
        }
        let document = self.state.document.as_ref().filter(|_| wanted.is_some())?;
        let recovery = &mut self.state.flow.recovery;
        let scenario = document.scenario();
        let request = FileRequest::Recovery {
            path: wanted.clone()?,
            project: document.project().clone(),
            scenario: Arc::clone(scenario),
            based_on: document.revision(),
        };
        let spoken = recovery.last_words.as_ref();
        if !spoken.is_some_and(|spoken| Arc::ptr_eq(spoken, scenario)) {
            set_last_words(&request);
            recovery.last_words = Some(Arc::clone(scenario));
            recovery.file.clone_from(&wanted);
        }
        let written = recovery.written.as_ref();
        if written.is_some_and(|written| Arc::ptr_eq(written, document.scenario())) {
            return None;
        }
        let due = recovery.at.map(|at| at + RECOVERY_BEAT);
        let now = Instant::now();
        if let Some(due) = due.filter(|due| *due > now) {
            return Some(due);
        }
        recovery.at = Some(now);
        match self.services.files.ask(request) {
            Ok(()) => {
                self.state.flow.recovery.written = document_content(self.state.document.as_ref());
                None
            }
            Err(_full) => Some(now + RECOVERY_BEAT),
        }
    }

    /// Removes the recovery file of this session: its content is saved or was discarded.
    pub(crate) fn discard_recovery(&mut self) {
        let recovery = std::mem::take(&mut self.state.flow.recovery);
        if let Some(file) = recovery.file {
            panic::set_last_words(None);
            self.ask_files(FileRequest::DropRecovery(file));
        }
    }

    /// Offers the edits of a session that did not end cleanly, the newest first.
    pub(crate) fn offer_recovery(&mut self) {
        if self.state.dialog.is_none()
            && let Some(newest) = self.state.flow.left_behind.front()
        {
            self.state.dialog = Some(Dialog::Recovery {
                name: newest.scenario.name.clone(),
                written: newest.written.to_string(),
            });
        }
    }

    pub(crate) fn answer_recovery(&mut self, answer: &Answer) {
        let Some(recovered) = self.state.flow.left_behind.pop_front() else {
            return;
        };
        match answer {
            Answer::Recover => {
                let id = recovered.scenario.id;
                self.state.flow.recovering = Some(recovered);
                if self.state.library.scenario(id).is_some() {
                    self.load(id);
                } else {
                    self.show_recovered();
                }
            }
            Answer::DropRecovery => {
                self.ask_files(FileRequest::DropRecovery(recovered.file));
                self.offer_recovery();
            }
            // The file stays and is offered at the next start.
            _ => self.state.flow.left_behind.clear(),
        }
    }

    /// Puts recovered edits on top of the scenario that was loaded for them, as one step.
    pub(crate) fn apply_recovered(&mut self, loaded: Uuid) {
        let Some(recovered) = self
            .state
            .flow
            .recovering
            .take_if(|recovered| recovered.scenario.id == loaded)
        else {
            return;
        };
        if let Some(document) = &mut self.state.document {
            document.replace("Recover edits", recovered.scenario);
            if recovered.based_on.is_some() {
                document.set_base_revision(recovered.based_on);
            }
        }
        // The old file goes only after this session has written its own.
        self.keep_recovery();
        self.ask_files(FileRequest::DropRecovery(recovered.file));
    }

    fn show_recovered(&mut self) {
        if let Some(recovered) = self.state.flow.recovering.take() {
            let document = Document::new(recovered.project, recovered.scenario);
            self.show_document(Some(document));
            self.keep_recovery();
            self.ask_files(FileRequest::DropRecovery(recovered.file));
        }
    }
}

fn document_content(document: Option<&Document>) -> Option<Arc<calminer_domain::Scenario>> {
    document.map(|document| Arc::clone(document.scenario()))
}

/// What a panic of the window writes: the edits as they are.
fn set_last_words(request: &FileRequest) {
    let FileRequest::Recovery {
        path,
        project,
        scenario,
        based_on,
    } = request
    else {
        return;
    };
    let (path, project, scenario, based_on) = (
        path.clone(),
        project.clone(),
        Arc::clone(scenario),
        *based_on,
    );
    panic::set_last_words(Some(Box::new(move || {
        if let Err(error) = recovery::write(&path, &project, &scenario, based_on) {
            tracing::error!(%error, "the recovery file could not be written");
        }
    })));
}
