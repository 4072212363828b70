//! What services tell the app: one closed set of events over a bounded channel, with a call that wakes the window.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use calminer_domain::file::ScenarioFile;
use calminer_domain::{Project, Sampling, Scenario};
use calminer_engine::result::{RunOutcome, Samples};
use calminer_engine::run::RunError;
use uuid::Uuid;

use crate::services::fit::Fitted;

pub use calminer_store::Moment;

use crate::services::replay::Replayed;
use crate::services::sensitivity::{Analyzed, Ends};

/// Number of a job. Answers that name a job which is not running any more are stale and dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub u64);

/// Wakes the window so that it looks at its events.
pub type Waker = Arc<dyn Fn() + Send + Sync>;

/// A project with its scenarios.
#[derive(Clone, Debug, PartialEq)]
pub struct ProjectEntry {
    /// The project.
    pub project: Project,
    /// Its scenarios in order of name.
    pub scenarios: Vec<ScenarioEntry>,
}

/// A scenario of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioEntry {
    /// Identity.
    pub id: Uuid,
    /// The name shown.
    pub name: String,
    /// Its newest revision.
    pub revision: u32,
    /// When that was saved.
    pub saved_at: Moment,
}

/// A run of the list.
#[derive(Clone, Debug, PartialEq)]
pub struct RunEntry {
    /// Identity.
    pub id: Uuid,
    /// The revision whose content was simulated; `None` for edits that were never saved.
    pub revision: Option<u32>,
    /// When it was made.
    pub made: Moment,
    /// Number of trials.
    pub trials: u64,
    /// Seed.
    pub seed: u64,
    /// Sampler.
    pub sampling: Sampling,
    /// Whether the database holds it.
    pub stored: bool,
}

/// Why a request to the database failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatabaseFault {
    /// The database holds a newer revision than the one the edits are based on.
    Conflict {
        /// The newest revision.
        found: u32,
        /// Who saved it and when.
        by: String,
    },
    /// Another program holds the database: a sentence.
    Locked(String),
    /// Nothing can be written: a sentence.
    ReadOnly(String),
    /// Anything else, as a sentence.
    Failed(String),
}

impl DatabaseFault {
    /// The sentence for the user.
    pub fn sentence(&self) -> String {
        match self {
            Self::Conflict { found, by } => {
                format!("Revision {found} was saved by {by}. Your edits are kept.")
            }
            Self::Locked(text) | Self::ReadOnly(text) | Self::Failed(text) => text.clone(),
        }
    }
}

/// A loaded scenario.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// Its project.
    pub project: Project,
    /// The content.
    pub scenario: Arc<Scenario>,
    /// Its revision.
    pub revision: u32,
    /// When that was saved.
    pub saved_at: Moment,
    /// Its stored runs, the newest first.
    pub runs: Vec<RunEntry>,
}

/// What a recovery file holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Recovered {
    /// The project.
    pub project: Project,
    /// The edited content.
    pub scenario: Scenario,
    /// The revision that the edits are based on; `None` when it was never saved.
    pub based_on: Option<u32>,
    /// When it was written.
    pub written: Moment,
    /// The file it was read from.
    pub file: PathBuf,
}

/// What a service tells.
#[derive(Debug)]
pub enum Event {
    /// A database is open.
    DatabaseOpened {
        /// Which job.
        job: JobId,
        /// Its file.
        path: PathBuf,
        /// Why nothing can be written, if so.
        read_only: Option<String>,
        /// What it holds.
        projects: Vec<ProjectEntry>,
    },
    /// The list of projects after a change.
    Projects(Vec<ProjectEntry>),
    /// A scenario is loaded.
    Loaded {
        /// Which job.
        job: JobId,
        /// The scenario.
        loaded: Box<Loaded>,
    },
    /// A scenario is saved.
    Saved {
        /// Which job.
        job: JobId,
        /// The content that was saved.
        scenario: Arc<Scenario>,
        /// The new revision.
        revision: u32,
        /// When.
        saved_at: Moment,
    },
    /// A run is stored.
    RunStored {
        /// Which job.
        job: JobId,
        /// What the run was called until now.
        run: Uuid,
        /// Its entry.
        entry: Box<RunEntry>,
    },
    /// A stored run is loaded.
    RunLoaded {
        /// Which job.
        job: JobId,
        /// Which run.
        run: Uuid,
        /// Its results.
        outcome: Arc<RunOutcome>,
        /// Its samples, where it kept any.
        samples: Option<Arc<Samples>>,
    },
    /// A run is deleted.
    RunDeleted {
        /// Which job.
        job: JobId,
        /// Which run.
        run: Uuid,
    },
    /// A scenario was deleted or renamed.
    Managed {
        /// Which job.
        job: JobId,
        /// The scenario that is gone, if it was to be deleted.
        deleted: Option<Uuid>,
    },
    /// The database could not do what a job asked.
    DatabaseFailed {
        /// Which job.
        job: JobId,
        /// The database that was to be opened, if that was the job.
        path: Option<PathBuf>,
        /// Why.
        fault: DatabaseFault,
    },
    /// A simulation is over.
    Simulated {
        /// Which job.
        job: JobId,
        /// Its results, or why there are none.
        result: Simulated,
    },
    /// One trial of a run was computed again.
    Replayed {
        /// Which job.
        job: JobId,
        /// The trial, or a sentence that says why there is none.
        result: Result<Box<Replayed>, String>,
    },
    /// A fit is over.
    Fitted {
        /// The sample.
        values: Arc<Vec<f64>>,
        /// What it came to.
        result: Fitted,
    },
    /// Each input was moved alone.
    Ends {
        /// Which job.
        job: JobId,
        /// The figures, or a sentence that says why there are none.
        result: Result<Box<Ends>, String>,
    },
    /// An analysis of the variance is over.
    Variance {
        /// Which job.
        job: JobId,
        /// Its results, or why there are none.
        result: Analyzed,
    },
    /// A scenario file is read.
    FileRead {
        /// Which job.
        job: JobId,
        /// Which file.
        path: PathBuf,
        /// Its content, or a sentence that says what is wrong with it.
        result: Result<Box<ScenarioFile>, String>,
    },
    /// A file that the user asked for is written.
    FileWritten {
        /// Which job.
        job: JobId,
        /// What is in it.
        what: Written,
        /// Which file.
        path: PathBuf,
        /// Done, or a sentence that says why not.
        result: Result<(), WriteFault>,
    },
    /// A path was chosen, or the dialog was cancelled.
    PathChosen {
        /// What was asked.
        ask: PathAsk,
        /// The path.
        path: Option<PathBuf>,
    },
    /// There is no file dialog on this system; the app shows its own.
    NoFileDialog {
        /// What was asked.
        ask: PathAsk,
        /// Why.
        reason: String,
        /// The folder to start in, with its content.
        listing: Listing,
    },
    /// A folder is listed for the app's own path dialog.
    Listed(Listing),
    /// A file in the background could not be written.
    BackgroundWriteFailed {
        /// What the file is: "recovery file", "settings".
        what: &'static str,
        /// A sentence.
        why: String,
    },
}

/// Results and samples of a finished simulation.
pub type Finished = (Arc<RunOutcome>, Arc<Samples>);

/// What a simulation came to.
pub type Simulated = Result<Box<Finished>, SimulationFault>;

/// Why a simulation gave no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SimulationFault {
    /// It was stopped.
    Cancelled,
    /// A setting is impossible: its name as the engine says it, and a sentence with the rule.
    Refused {
        /// `trials`, `seed`, `replicates` ...
        field: &'static str,
        /// Value and rule.
        message: String,
    },
    /// It failed: a sentence.
    Failed(String),
}

impl SimulationFault {
    /// What a job came to that ran behind a guard against panics; `what` is the job as the sentence of a fault names it.
    pub(crate) fn of<T>(
        result: std::thread::Result<Result<T, RunError>>,
        what: &str,
    ) -> Result<T, Self> {
        match result {
            Ok(Ok(found)) => Ok(found),
            Ok(Err(RunError::Cancelled)) => Err(Self::Cancelled),
            Ok(Err(RunError::Settings { field, message })) => Err(Self::Refused { field, message }),
            Ok(Err(error)) => Err(Self::Failed(error.to_string())),
            Err(_) => Err(Self::Failed(format!(
                "the {what} met a fault of the program; the log has the details"
            ))),
        }
    }
}

/// What a written file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// A copy of the open scenario.
    Copy,
    /// The samples of a run.
    Samples,
    /// The passport of a run.
    Passport,
}

/// Why a file was not written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WriteFault {
    /// It is there already, and nobody said that it may be replaced.
    Exists,
    /// Anything else, as a sentence.
    Failed(String),
}

/// What a path is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathAsk {
    /// A scenario file to import.
    OpenFile,
    /// A database to open.
    OpenDatabase,
    /// A new scenario file; the name to offer.
    SaveCopy(String),
    /// A new file for the samples of a run; the name to offer.
    SaveSamples(String),
    /// A new file for the passport of a run; the name to offer.
    SavePassport(String),
}

/// A folder for the app's own path dialog.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// The folder.
    pub folder: PathBuf,
    /// Name, path and whether it is a folder.
    pub entries: Vec<(String, PathBuf, bool)>,
}

/// Events that may wait; services that find the channel full wait, the window never does.
const MOST_EVENTS: usize = 256;

/// Where services send events to.
#[derive(Clone)]
pub struct Outbox {
    sender: SyncSender<Event>,
    waker: Waker,
}

impl std::fmt::Debug for Outbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outbox").finish_non_exhaustive()
    }
}

impl Outbox {
    /// A channel: the end for services, the end for the app.
    pub fn channel(waker: Waker) -> (Self, Receiver<Event>) {
        let (sender, receiver) = sync_channel(MOST_EVENTS);
        (Self { sender, waker }, receiver)
    }

    /// Sends an event and wakes the window. False when the app is gone.
    pub fn send(&self, event: Event) -> bool {
        let sent = self.sender.send(event).is_ok();
        self.wake();
        sent
    }

    /// Wakes the window.
    pub fn wake(&self) {
        (self.waker)();
    }
}
