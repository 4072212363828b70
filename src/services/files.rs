//! Files on a thread of their own: scenario files in and out, settings, recovery, folder listings.

use std::any::Any;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use calminer_domain::{Project, Scenario};
use calminer_engine::result::{RunOutcome, Samples};
use calminer_exchange::passport::Passport;
use calminer_exchange::samples::{self, SamplesFormat};
use calminer_exchange::{scenario_file, whole};

use crate::services::event::{Event, JobId, Listing, Outbox, WriteFault, Written};
use crate::services::recovery;

/// Requests that may wait. The window never does: it keeps what it could not send and tries again.
const MOST_WAITING: usize = 32;
/// More entries of a folder than this are not listed.
const MOST_ENTRIES: usize = 2_000;

/// What the thread is asked to do.
pub enum FileRequest {
    /// Read a scenario file.
    Read {
        /// Which job.
        job: JobId,
        /// Which file.
        path: PathBuf,
    },
    /// Write a scenario file.
    Write {
        /// Which job.
        job: JobId,
        /// Which file; the ending is added where it is missing.
        path: PathBuf,
        /// Whether a file that is there may be replaced.
        replace: bool,
        /// Its project.
        project: Project,
        /// The content.
        scenario: Arc<Scenario>,
    },
    /// Write the samples of a run, as CSV or Parquet by the ending of the file.
    Samples {
        /// Which job.
        job: JobId,
        /// Which file; `.csv` is added where it has no ending.
        path: PathBuf,
        /// Whether a file that is there may be replaced.
        replace: bool,
        /// What is written.
        samples: Arc<Samples>,
    },
    /// Write the passport of a run.
    Passport {
        /// Which job.
        job: JobId,
        /// Which file; `.passport.json` is added where it has no ending.
        path: PathBuf,
        /// Whether a file that is there may be replaced.
        replace: bool,
        /// The content that was run.
        scenario: Arc<Scenario>,
        /// What it came to.
        outcome: Arc<RunOutcome>,
    },
    /// Write the settings.
    Settings {
        /// Which file.
        path: PathBuf,
        /// Its text.
        text: String,
    },
    /// Write a recovery file.
    Recovery {
        /// Which file.
        path: PathBuf,
        /// Its project.
        project: Project,
        /// The content.
        scenario: Arc<Scenario>,
        /// The revision that it is based on.
        based_on: Option<u32>,
    },
    /// Remove a recovery file that is not needed any more.
    DropRecovery(PathBuf),
    /// List a folder for the app's own path dialog.
    List {
        /// The folder.
        folder: PathBuf,
        /// Endings of the files to show, without the leading dot.
        endings: &'static [&'static str],
    },
    /// Free something large away from the frame.
    Free(Box<dyn Any + Send>),
}

impl std::fmt::Debug for FileRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Read { .. } => "Read",
            Self::Write { .. } => "Write",
            Self::Samples { .. } => "Samples",
            Self::Passport { .. } => "Passport",
            Self::Settings { .. } => "Settings",
            Self::Recovery { .. } => "Recovery",
            Self::DropRecovery(_) => "DropRecovery",
            Self::List { .. } => "List",
            Self::Free(_) => "Free",
        })
    }
}

/// The thread.
#[derive(Debug)]
pub struct Files {
    sender: Option<SyncSender<FileRequest>>,
    thread: Option<JoinHandle<()>>,
}

impl Files {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(outbox: Outbox) -> std::io::Result<Self> {
        let (sender, receiver) = sync_channel(MOST_WAITING);
        let thread = std::thread::Builder::new()
            .name("calminer-files".to_owned())
            .spawn(move || work(&receiver, &outbox))?;
        Ok(Self {
            sender: Some(sender),
            thread: Some(thread),
        })
    }

    /// Asks for something without waiting; gives it back when too much waits already.
    ///
    /// # Errors
    /// The request, when it was not taken.
    pub fn ask(&self, request: FileRequest) -> Result<(), FileRequest> {
        let Some(sender) = &self.sender else {
            return Err(request);
        };
        sender.try_send(request).map_err(|refused| match refused {
            TrySendError::Full(request) | TrySendError::Disconnected(request) => request,
        })
    }

    /// Ends the thread after what waits is done, at most after a time limit.
    pub fn end(&mut self, limit: Duration) {
        self.sender = None;
        let Some(thread) = self.thread.take() else {
            return;
        };
        let until = Instant::now() + limit;
        while !thread.is_finished() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(2));
        }
        if !thread.is_finished() {
            tracing::warn!("files were still being written when the program ended");
        } else if thread.join().is_err() {
            tracing::error!("the thread for files ended with a fault");
        }
    }
}

fn work(receiver: &Receiver<FileRequest>, outbox: &Outbox) {
    while let Ok(request) = receiver.recv() {
        if let Some(event) = answer(request)
            && !outbox.send(event)
        {
            // The app is gone; what waits must still be written.
            tracing::debug!("an answer about a file had no reader");
        }
    }
}

fn answer(request: FileRequest) -> Option<Event> {
    match request {
        FileRequest::Read { job, path } => {
            let result = scenario_file::open(&path)
                .map(Box::new)
                .map_err(|error| error.to_string());
            Some(Event::FileRead { job, path, result })
        }
        FileRequest::Settings { path, text } => {
            background("settings", whole::write(&path, text.as_bytes()))
        }
        FileRequest::Recovery {
            path,
            project,
            scenario,
            based_on,
        } => background(
            "recovery file",
            recovery::write(&path, &project, &scenario, based_on),
        ),
        FileRequest::DropRecovery(path) => {
            if path.exists() {
                recovery::discard(&path);
            }
            None
        }
        FileRequest::List { folder, endings } => Some(Event::Listed(list(&folder, endings))),
        FileRequest::Free(large) => {
            drop(large);
            None
        }
        asked => asked_for(asked),
    }
}

/// Files that the user asked for.
fn asked_for(request: FileRequest) -> Option<Event> {
    match request {
        FileRequest::Write {
            job,
            path,
            replace,
            project,
            scenario,
        } => {
            let path = scenario_file::with_ending(&path);
            let write = |path: &Path| {
                scenario_file::save(path, &project, &scenario).map_err(|error| error.to_string())
            };
            Some(written((job, Written::Copy), path, replace, write))
        }
        FileRequest::Samples {
            job,
            path,
            replace,
            samples,
        } => {
            let path = named(path, ".csv");
            let write = |path: &Path| write_samples(path, &samples);
            Some(written((job, Written::Samples), path, replace, write))
        }
        FileRequest::Passport {
            job,
            path,
            replace,
            scenario,
            outcome,
        } => {
            let path = named(path, ".passport.json");
            let write = |path: &Path| {
                let passport = Passport::of(&scenario, &outcome);
                passport.write(path).map_err(|error| why(path, &error))
            };
            Some(written((job, Written::Passport), path, replace, write))
        }
        _ => None,
    }
}

/// Writes a file that the user asked for, unless one is there that nobody said to replace.
fn written(
    (job, what): (JobId, Written),
    path: PathBuf,
    replace: bool,
    write: impl FnOnce(&Path) -> Result<(), String>,
) -> Event {
    let result = if path.exists() && !replace {
        Err(WriteFault::Exists)
    } else {
        write(&path).map_err(WriteFault::Failed)
    };
    Event::FileWritten {
        job,
        what,
        path,
        result,
    }
}

/// The same path with an ending where it has none.
pub(crate) fn named(path: PathBuf, ending: &str) -> PathBuf {
    if path.extension().is_some() {
        return path;
    }
    let mut name = path.into_os_string();
    name.push(ending);
    PathBuf::from(name)
}

fn write_samples(path: &Path, samples: &Samples) -> Result<(), String> {
    let Some(format) = SamplesFormat::of(path) else {
        return Err(format!(
            "{} says no format: samples are written as .csv or .parquet",
            path.display()
        ));
    };
    samples::write(path, format, samples).map_err(|error| why(path, &error))
}

fn why(path: &Path, error: &std::io::Error) -> String {
    format!("{} cannot be written: {error}", path.display())
}

fn background(what: &'static str, result: std::io::Result<()>) -> Option<Event> {
    let why = result.err()?.to_string();
    Some(Event::BackgroundWriteFailed { what, why })
}

/// Folders and files with a fitting ending, folders first, in order of name; hidden ones are left out.
pub fn list(folder: &Path, endings: &[&str]) -> Listing {
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .take(MOST_ENTRIES)
    {
        let (name, path) = (
            entry.file_name().to_string_lossy().into_owned(),
            entry.path(),
        );
        let is_folder = path.is_dir();
        let lower = name.to_lowercase();
        let fits = endings
            .iter()
            .any(|ending| lower.ends_with(&format!(".{ending}")));
        if !name.starts_with('.') && (is_folder || fits) {
            entries.push((name, path, is_folder));
        }
    }
    entries.sort_by_key(|(name, _, is_folder)| (!is_folder, name.to_lowercase()));
    Listing {
        folder: folder.to_owned(),
        entries,
    }
}
