//! Recovery files: the edited scenario, written within two seconds of an edit, offered after a session that did not
//! end cleanly.
//!
//! Each session has a folder with a lock that it holds. A folder whose lock is free belongs to a session that ended
//! without cleaning up.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use calminer_domain::file;
use calminer_domain::{Project, Scenario};
use calminer_exchange::folders::{Folders, private_append};
use calminer_exchange::whole;
use calminer_store::Moment;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::services::event::Recovered;

const LOCK: &str = "lock";
const ENDING: &str = "recovery";
const VERSION: u32 = 1;

/// First line of a recovery file; a scenario file follows it.
#[derive(Serialize, Deserialize)]
struct Header {
    calminer_recovery: u32,
    based_on: Option<u32>,
    written: i64,
}

/// The folder of this session.
#[derive(Debug)]
pub struct Session {
    folder: PathBuf,
    lock: Option<File>,
}

/// Now, as the store counts time.
pub fn now() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    Moment::from_unix_millis(since.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }))
}

impl Session {
    /// A new folder inside `root`, with its lock held.
    ///
    /// # Errors
    /// What the system says.
    pub fn start(root: &Path) -> io::Result<Self> {
        let folder = root.join(Uuid::now_v7().to_string());
        Folders::make(&folder)?;
        let lock = private_append(&folder.join(LOCK))?;
        lock.lock()?;
        Ok(Self {
            folder,
            lock: Some(lock),
        })
    }

    /// The file of a scenario.
    pub fn file(&self, scenario: Uuid) -> PathBuf {
        self.folder.join(format!("{scenario}.{ENDING}"))
    }

    /// Ends the session cleanly: nothing of it is offered again.
    pub fn end(mut self) {
        self.lock = None;
        if let Err(error) = std::fs::remove_dir_all(&self.folder) {
            tracing::warn!(%error, "the recovery folder could not be removed");
        }
    }
}

/// Writes a recovery file, whole or not at all.
///
/// # Errors
/// What the system says.
pub fn write(
    path: &Path,
    project: &Project,
    scenario: &Scenario,
    based_on: Option<u32>,
) -> io::Result<()> {
    let header = Header {
        calminer_recovery: VERSION,
        based_on,
        written: now().unix_millis(),
    };
    let mut text = serde_json::to_string(&header).map_err(io::Error::other)?;
    text.push('\n');
    text.push_str(&file::write(project, scenario));
    whole::write(path, text.as_bytes())
}

/// Reads a recovery file.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub fn read(path: &Path) -> Result<Recovered, String> {
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    let end = bytes
        .iter()
        .position(|byte| *byte == b'\n')
        .ok_or("it has no first line")?;
    let header: Header =
        serde_json::from_slice(&bytes[..end]).map_err(|error| error.to_string())?;
    if header.calminer_recovery != VERSION {
        return Err(format!(
            "it has version {}, this program reads {VERSION}",
            header.calminer_recovery
        ));
    }
    let content = file::read(&bytes[end + 1..]).map_err(|error| error.to_string())?;
    Ok(Recovered {
        project: content.project,
        scenario: content.scenario,
        based_on: header.based_on,
        written: Moment::from_unix_millis(header.written),
        file: path.to_owned(),
    })
}

/// What sessions left behind that did not end cleanly, the newest first. Empty folders of such sessions are removed;
/// a file that cannot be read stays where it is and is named in the log.
pub fn left_behind(root: &Path) -> Vec<Recovered> {
    let mut found = Vec::new();
    let Ok(folders) = std::fs::read_dir(root) else {
        return found; // no session has begun yet
    };
    for folder in folders.flatten().map(|entry| entry.path()) {
        if is_free(&folder) {
            let files = recovery_files(&folder);
            if files.is_empty() {
                discard_folder(&folder);
            }
            found.extend(files.into_iter().filter_map(|file| match read(&file) {
                Ok(recovered) => Some(recovered),
                Err(why) => {
                    tracing::warn!(file = %file.display(), why, "a recovery file cannot be read");
                    None
                }
            }));
        }
    }
    found.sort_by_key(|recovered| std::cmp::Reverse(recovered.written));
    found
}

/// Removes a recovery file, and its folder when it was the last one.
pub fn discard(file: &Path) {
    if let Err(error) = std::fs::remove_file(file) {
        tracing::warn!(%error, "a recovery file could not be removed");
    }
    if let Some(folder) = file.parent()
        && is_free(folder)
        && recovery_files(folder).is_empty()
    {
        discard_folder(folder);
    }
}

fn recovery_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == ENDING))
        .collect()
}

fn is_free(folder: &Path) -> bool {
    match File::open(folder.join(LOCK)) {
        Ok(lock) => !matches!(lock.try_lock(), Err(TryLockError::WouldBlock)),
        Err(_) => folder.is_dir(),
    }
}

fn discard_folder(folder: &Path) {
    if let Err(error) = std::fs::remove_dir_all(folder) {
        tracing::warn!(%error, "an old recovery folder could not be removed");
    }
}
