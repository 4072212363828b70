//! What a view sees: everything to read, and one way to ask for a change.

use std::sync::Arc;
use std::time::Instant;

use calminer_domain::Scenario;
use calminer_engine::program::Explanation;
use calminer_engine::result::BaseCase;

use crate::app::command::{Command, CommandQueue};
use crate::app::dialog::Dialog;
use crate::app::document::Document;
use crate::app::jobs::JobBoard;
use crate::app::library::Library;
use crate::app::live::Live;
use crate::app::notice::Notice;
use crate::app::page::Page;
use crate::app::replay::ReplayView;
use crate::app::runs::Runs;
use crate::app::sensitivity::Sensitivity;
use crate::app::table::{CommandSpec, Facts};
use crate::services::event::Moment;
use crate::services::logging::LogLine;
use crate::services::settings::Settings;

/// What a view sees in one frame. It changes nothing: it pushes commands.
#[derive(Clone, Copy, Debug)]
pub struct ViewContext<'a> {
    /// Now, for times that run.
    pub now: Instant,
    /// What survives a restart.
    pub settings: &'a Settings,
    /// The page on show.
    pub page: Page,
    /// The open scenario.
    pub document: Option<&'a Document>,
    /// Issues, base case and small simulation of the content on the screen.
    pub live: &'a Live,
    /// Everything that is running.
    pub jobs: &'a JobBoard,
    /// The database and the tree of what is in it.
    pub library: &'a Library,
    /// Runs of the open scenario.
    pub runs: &'a Runs,
    /// What the app tells, the newest last.
    pub notices: &'a [Notice],
    /// The question that is open.
    pub dialog: Option<&'a Dialog>,
    /// Why a figure is what it is: the index of its period, and the answer.
    pub explanation: Option<&'a (Option<usize>, Explanation)>,
    /// The trial on show.
    pub replay: Option<&'a ReplayView>,
    /// Which input matters.
    pub sensitivity: &'a Sensitivity,
    /// The last lines of the log, the newest last.
    pub log: &'a [LogLine],
    /// The folder with the log files, for messages.
    pub log_folder: &'a std::path::Path,
    /// When the open scenario was saved last.
    pub saved_at: Option<Moment>,
    /// Rises with each "Find": a search field that has seen a smaller figure takes the focus.
    pub find_count: u64,
    /// What decides which commands are enabled.
    pub facts: Facts,
    pub(crate) queue: &'a CommandQueue,
}

impl<'a> ViewContext<'a> {
    /// Asks for something. It happens before the next frame.
    pub fn send(&self, command: Command) {
        self.queue.push(command);
    }

    /// The content on the screen.
    pub fn scenario(&self) -> Option<&'a Arc<Scenario>> {
        self.document.map(Document::scenario)
    }

    /// The figures of the base case; see [`Live::stale`].
    pub fn base(&self) -> Option<&'a BaseCase> {
        self.live.base.as_deref()
    }

    /// Why no trial of the run on show can be shown; `None` when it can.
    pub fn why_no_replay(&self) -> Option<&'static str> {
        crate::app::replay::why_not(self.runs, self.live)
    }

    /// Why a command is disabled; `None` when it is enabled.
    pub fn why_not(&self, command: &Command) -> Option<&'static str> {
        CommandSpec::of(command)?.why_not(self.facts)
    }

    /// Whether a command is enabled.
    pub fn is_enabled(&self, command: &Command) -> bool {
        self.why_not(command).is_none()
    }
}
