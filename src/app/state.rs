//! The state of the app: parts that can be borrowed one by one.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use calminer_domain::Scenario;
use calminer_domain::file::ScenarioFile;
use uuid::Uuid;

use crate::app::dialog::{Dialog, Leaving};
use crate::app::document::Document;
use crate::app::jobs::JobBoard;
use crate::app::library::Library;
use crate::app::live::Live;
use crate::app::notice::Notices;
use crate::app::page::Page;
use crate::app::replay::ReplayView;
use crate::app::run_files::RunFile;
use crate::app::runs::Runs;
use crate::app::sensitivity::{Origin, Sensitivity};
use crate::app::table::Facts;
use crate::services::event::{JobId, Moment, Recovered};
use crate::services::sensitivity::Variance;
use crate::services::settings::Settings;
use crate::services::simulation::Simulation;
use calminer_engine::program::Explanation;

/// Everything the app knows.
#[derive(Debug, Default)]
pub struct AppState {
    /// What survives a restart.
    pub settings: Settings,
    /// The page on show.
    pub page: Page,
    /// The open scenario.
    pub document: Option<Document>,
    /// Issues, base case and small simulation of the content on the screen.
    pub live: Live,
    /// Everything that is running.
    pub jobs: JobBoard,
    /// The database and the tree of what is in it.
    pub library: Library,
    /// Runs of the open scenario.
    pub runs: Runs,
    /// What the app tells.
    pub notices: Notices,
    /// The question that is open.
    pub dialog: Option<Dialog>,
    /// The figure that was asked about, and why it is what it is.
    pub explanation: Option<(Option<usize>, Explanation)>,
    /// The trial of the run on show that was asked for.
    pub replay: Option<ReplayView>,
    /// Which input matters.
    pub sensitivity: Sensitivity,
    /// When the open scenario was saved last.
    pub saved_at: Option<Moment>,
    /// How often "Find" was asked for.
    pub find_count: u64,
    pub(crate) flow: Flow,
}

/// What is under way and continues when an answer arrives.
#[derive(Debug, Default)]
pub(crate) struct Flow {
    /// The content that live figures were computed for.
    pub(crate) looked_at: Option<Arc<Scenario>>,
    /// The figure that was asked about.
    pub(crate) asked: Option<(String, Option<usize>)>,
    /// A file dialog of the system is open.
    pub(crate) asking: bool,
    /// The save that is on its way.
    pub(crate) saving: Option<JobId>,
    /// The load that is on its way; answers of earlier loads are stale.
    pub(crate) loading: Option<JobId>,
    /// What happens when the save has succeeded.
    pub(crate) leaving: Option<Leaving>,
    /// The program ends as soon as nothing must finish.
    pub(crate) ending: bool,
    /// A file that was read and waits for its place.
    pub(crate) import: Option<(PathBuf, ScenarioFile)>,
    /// A database that was chosen and waits for the open scenario to be left.
    pub(crate) database: Option<PathBuf>,
    /// A file named on the command line, imported when the database is open.
    pub(crate) first_file: Option<PathBuf>,
    /// What sessions left behind that did not end cleanly, the newest first.
    pub(crate) left_behind: VecDeque<Recovered>,
    /// Recovered edits that wait for their scenario to be loaded.
    pub(crate) recovering: Option<Recovered>,
    /// The simulation that the user asked for.
    pub(crate) simulation: Option<(Simulation, Arc<Scenario>)>,
    /// The small simulation after an edit.
    pub(crate) quick: Option<Simulation>,
    /// The run that is repeated, with the simulation that repeats it.
    pub(crate) verifying: Option<(Simulation, Uuid)>,
    /// The trial that is computed again; answers of earlier ones are stale.
    pub(crate) replaying: Option<JobId>,
    /// Each input is being moved; answers of earlier ones are stale.
    pub(crate) ends: Option<(JobId, Origin)>,
    /// The analysis of the variance that the user asked for.
    pub(crate) variance: Option<Variance>,
    /// What a file of a run is written from, while its path is asked for.
    pub(crate) run_file: Option<RunFile>,
    /// The recovery file of this session.
    pub(crate) recovery: RecoveryState,
    /// The settings as they were written last.
    pub(crate) written_settings: Settings,
    /// The run that is being loaded.
    pub(crate) loading_run: Option<Uuid>,
}

/// What the recovery file of the open scenario holds.
#[derive(Debug, Default)]
pub(crate) struct RecoveryState {
    /// Its path, while there is one.
    pub(crate) file: Option<PathBuf>,
    /// The content in it.
    pub(crate) written: Option<Arc<Scenario>>,
    /// The content that a panic of the window would write.
    pub(crate) last_words: Option<Arc<Scenario>>,
    /// When it was written last.
    pub(crate) at: Option<Instant>,
}

impl AppState {
    /// What decides which commands are enabled.
    pub fn facts(&self) -> Facts {
        let document = self.document.as_ref();
        Facts {
            document: document.is_some(),
            dirty: document.is_some_and(Document::is_dirty),
            can_undo: document.is_some_and(|document| document.undo_label().is_some()),
            can_redo: document.is_some_and(|document| document.redo_label().is_some()),
            blocked: self.live.is_blocked(),
            running: self.jobs.simulation().is_some(),
            saving: self.flow.saving.is_some(),
            writable: self.library.is_writable(),
            run: self.runs.selected_with_content(document).is_some(),
            samples: self.runs.selected_samples().is_some(),
            verifying: self.flow.verifying.is_some(),
        }
    }

    /// What the window is called: database > project > scenario (revision), with a star for unsaved edits.
    pub fn title(&self) -> String {
        let Some(document) = &self.document else {
            return "CalMiner".to_owned();
        };
        let revision = document.revision().map_or_else(
            || "not saved yet".to_owned(),
            |number| format!("revision {number}"),
        );
        let star = if document.is_dirty() { " *" } else { "" };
        format!(
            "{} > {} > {} ({revision}){star} – CalMiner",
            self.library.name(),
            document.project().name,
            document.scenario().name
        )
    }
}
