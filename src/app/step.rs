//! The app: state, services, and the step that is made before each frame.

use std::path::PathBuf;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use calminer_exchange::folders::Folders;

use crate::app::command::{Command, CommandQueue};
use crate::app::context::ViewContext;
use crate::app::document::Document;
use crate::app::state::AppState;
use crate::services::database::{Database, DatabaseRequest};
use crate::services::dialogs::FileDialogs;
use crate::services::event::{Event, Outbox, Waker};
use crate::services::files::{FileRequest, Files};
use crate::services::logging::{LogLine, LogLines};
use crate::services::recovery::{self, Session};
use crate::services::settings;

/// Events taken in before one frame; the others wait for the next.
const EVENTS_A_FRAME: usize = 64;
/// A step longer than this is written to the log.
const LONG_STEP: Duration = Duration::from_millis(50);
/// How long the end of the program waits for files and database.
const END_LIMIT: Duration = Duration::from_secs(2);

/// What the window has to do for the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Close for good.
    Close,
    /// Full screen on or off.
    ToggleFullScreen,
}

/// What the program was started with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Target {
    /// Nothing: the database of the last session, or the local one.
    #[default]
    Last,
    /// A scenario file.
    File(PathBuf),
    /// A database.
    Database(PathBuf),
}

/// What the app is built from.
pub struct Parts {
    /// The folders.
    pub folders: Folders,
    /// The runtime of the database actor.
    pub runtime: tokio::runtime::Handle,
    /// File dialogs.
    pub dialogs: Box<dyn FileDialogs>,
    /// The last lines of the log.
    pub log: LogLines,
    /// What the program was started with.
    pub target: Target,
    /// Wakes the window.
    pub waker: Waker,
    /// Sentences from before the window, to be shown.
    pub warnings: Vec<String>,
}

/// The services the app talks to.
#[derive(Debug)]
pub(crate) struct Services {
    pub(crate) folders: Folders,
    pub(crate) outbox: Outbox,
    events: Receiver<Event>,
    pub(crate) files: Files,
    pub(crate) database: Database,
    pub(crate) dialogs: Box<dyn FileDialogs>,
    pub(crate) session: Option<Session>,
    log: LogLines,
}

/// The app without a window.
#[derive(Debug)]
pub struct App {
    pub(crate) state: AppState,
    pub(crate) services: Services,
    pub(crate) queue: CommandQueue,
    pub(crate) effects: Vec<Effect>,
    log: (u64, Vec<LogLine>),
    now: Instant,
}

impl App {
    /// Starts the services and asks for the database; everything else follows from its answers.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn new(parts: Parts) -> std::io::Result<Self> {
        let (outbox, events) = Outbox::channel(parts.waker);
        let (settings, damaged) = settings::read(&parts.folders.settings());
        let root = parts.folders.recovery();
        let left_behind = recovery::left_behind(&root);
        let session = Session::start(&root);
        let mut app = Self {
            state: AppState::default(),
            services: Services {
                files: Files::start(outbox.clone())?,
                database: Database::start(&parts.runtime, outbox.clone()),
                folders: parts.folders,
                outbox,
                events,
                dialogs: parts.dialogs,
                session: None,
                log: parts.log,
            },
            queue: CommandQueue::default(),
            effects: Vec::new(),
            log: (0, Vec::new()),
            now: Instant::now(),
        };
        app.state.flow.written_settings = settings.clone();
        app.state.settings = settings;
        app.state.flow.left_behind = left_behind.into();
        app.warn_of_start(parts.warnings.into_iter().chain(damaged));
        match session {
            Ok(session) => app.services.session = Some(session),
            Err(error) => app.warn_of_start([format!(
                "Recovery files cannot be written to {} ({error}). Save often.",
                root.display()
            )]),
        }
        app.open_first_database(parts.target);
        Ok(app)
    }

    fn warn_of_start(&mut self, sentences: impl IntoIterator<Item = String>) {
        let text: Vec<_> = sentences.into_iter().collect();
        if !text.is_empty() {
            let weight = crate::app::notice::Weight::Warning;
            self.state.notices.say("start", weight, text.join(" "));
        }
    }

    fn open_first_database(&mut self, target: Target) {
        let last = self.state.settings.last_database.clone();
        let local = self.services.folders.database();
        let path = match target {
            Target::Database(path) => path,
            Target::File(path) => {
                self.state.flow.first_file = Some(path);
                last.unwrap_or(local)
            }
            Target::Last => last.unwrap_or(local),
        };
        self.open_database(path);
    }

    /// The step before a frame: takes in events, runs commands, brings figures up to date. The answer is the moment of
    /// the next step, where nobody else would ask for it.
    pub fn logic(&mut self, now: Instant) -> Option<Instant> {
        let began = Instant::now();
        self.now = now;
        self.take_events();
        self.watch_simulations();
        for command in self.queue.take() {
            self.run_command(command);
        }
        self.refresh();
        self.keep_ends();
        self.clear_save_notice();
        self.write_settings();
        let looks = [self.keep_recovery(), self.watch_variance()];
        let next = looks.into_iter().flatten().min();
        self.end_when_ready();
        if let Some(lines) = self.services.log.since(self.log.0) {
            self.log = lines;
        }
        let took = began.elapsed();
        if took > LONG_STEP {
            tracing::warn!(
                milliseconds = took.as_millis(),
                "a step of the app took long"
            );
        }
        next
    }

    fn take_events(&mut self) {
        for _ in 0..EVENTS_A_FRAME {
            let Ok(event) = self.services.events.try_recv() else {
                return;
            };
            self.take_event(event);
        }
        self.services.outbox.wake();
    }

    /// What a view sees.
    pub fn view(&self) -> ViewContext<'_> {
        let state = &self.state;
        ViewContext {
            now: self.now,
            settings: &state.settings,
            page: state.page,
            document: state.document.as_ref(),
            live: &state.live,
            jobs: &state.jobs,
            library: &state.library,
            runs: &state.runs,
            notices: state.notices.all(),
            dialog: state.dialog.as_ref(),
            explanation: state.explanation.as_ref(),
            replay: state.replay.as_ref(),
            sensitivity: &state.sensitivity,
            log: &self.log.1,
            log_folder: &self.services.folders.state,
            saved_at: state.saved_at,
            find_count: state.find_count,
            facts: state.facts(),
            queue: &self.queue,
        }
    }

    /// Asks for something; it happens in the next step.
    pub fn send(&self, command: Command) {
        self.queue.push(command);
    }

    /// Whether commands wait for the next step.
    pub fn has_commands(&self) -> bool {
        !self.queue.is_empty()
    }

    /// The state, to read.
    pub fn state(&self) -> &AppState {
        &self.state
    }

    /// What the window has to do; each is told once.
    pub fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    pub(crate) fn now(&self) -> Instant {
        self.now
    }

    /// Asks the thread for files; false, with a notice, when too much waits already.
    pub(crate) fn ask_files(&mut self, request: FileRequest) -> bool {
        let taken = self.services.files.ask(request);
        if let Err(refused) = &taken {
            tracing::warn!(?refused, "too many requests for files wait");
            let weight = crate::app::notice::Weight::Warning;
            let text = "Files are being written slowly. Try again in a moment.";
            self.state.notices.say("files", weight, text);
        }
        taken.is_ok()
    }

    /// Asks the database; false, with a notice, when too much waits already.
    pub(crate) fn ask_database(&mut self, request: DatabaseRequest) -> bool {
        let taken = self.services.database.ask(request);
        if !taken {
            let weight = crate::app::notice::Weight::Warning;
            let text = "The database is still busy with earlier requests. Try again in a moment.";
            self.state.notices.say("database busy", weight, text);
        }
        taken
    }

    /// What is said about a failed save goes with the edits that it was about.
    fn clear_save_notice(&mut self) {
        let dirty = self.state.document.as_ref().is_some_and(Document::is_dirty);
        if !dirty {
            self.state.notices.clear("save");
        }
    }

    fn write_settings(&mut self) {
        let flow = &mut self.state.flow;
        if flow.written_settings != self.state.settings {
            let request = FileRequest::Settings {
                path: self.services.folders.settings(),
                text: self.state.settings.to_text(),
            };
            if self.services.files.ask(request).is_ok() {
                flow.written_settings = self.state.settings.clone();
            }
        }
    }

    fn end_when_ready(&mut self) {
        if self.state.flow.ending && !self.state.jobs.must_finish() {
            self.state.flow.ending = false;
            self.effects.push(Effect::Close);
        }
    }

    /// Ends the services at the end of the program: simulations stop, files and database finish what they have.
    pub fn end(&mut self) {
        self.stop_simulations();
        self.services.database.end(END_LIMIT);
        self.services.files.end(END_LIMIT);
        crate::services::panic::set_last_words(None);
        if let Some(session) = self.services.session.take() {
            session.end();
        }
    }
}
