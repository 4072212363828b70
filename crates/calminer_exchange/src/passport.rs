//! Run passports: all that is needed to repeat a run and to compare each of its figures.
//!
//! A passport is JSON: the scenario as it was, the settings with seed and sampler, stream and engine version, the
//! conventions, and every statistic of the run.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use calminer_domain::{Conventions, Scenario};
use calminer_engine::result::RunOutcome;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::whole;

/// The word that tells a passport from other files.
const FORMAT: &str = "calminer-passport";
/// The version this program writes, and the newest it reads.
const VERSION: u64 = 1;
/// The most bytes a passport may have: a hundred times what a large run needs.
const MAX_BYTES: u64 = 256 << 20;

/// What a passport holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Passport {
    format: String,
    version: u64,
    /// What the figures mean; the same as in the scenario, for people to read.
    pub conventions: Conventions,
    /// Settings, seed, sampler, stream, engine version, hashes and every statistic.
    pub run: RunOutcome,
    /// The scenario that was run.
    pub scenario: Scenario,
}

/// Why a passport cannot be read.
#[derive(Debug, Error)]
pub enum PassportError {
    /// There is no such file, or it cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It is no passport.
    #[error("{} is no run passport: {reason}", path.display())]
    NotAPassport {
        /// The file.
        path: PathBuf,
        /// What is wrong in it.
        reason: String,
    },
    /// It was made by a newer program.
    #[error("{} was made by a newer CalMiner (passport version {found}, this one reads up to {VERSION})", path.display())]
    TooNew {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u64,
    },
}

impl Passport {
    /// The passport of a run of this scenario.
    pub fn of(scenario: &Scenario, run: &RunOutcome) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            conventions: scenario.conventions.clone(),
            run: run.clone(),
            scenario: scenario.clone(),
        }
    }

    /// Writes it, whole or not at all.
    ///
    /// # Errors
    /// When the system refuses; an older file is unchanged then.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        whole::write(path, &text)
    }

    /// Reads one.
    ///
    /// # Errors
    /// When the file cannot be read, is no passport, or is of a newer program.
    pub fn read(path: &Path) -> Result<Self, PassportError> {
        let bytes = bytes_of(path).map_err(|source| PassportError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        let refused = |reason: String| PassportError::NotAPassport {
            path: path.to_owned(),
            reason,
        };
        let head: Head =
            serde_json::from_slice(&bytes).map_err(|error| refused(error.to_string()))?;
        if head.format != FORMAT {
            return Err(refused(format!(
                "its format is {:?}, not {FORMAT:?}",
                head.format
            )));
        }
        if head.version > VERSION {
            return Err(PassportError::TooNew {
                path: path.to_owned(),
                found: head.version,
            });
        }
        let passport: Self =
            serde_json::from_slice(&bytes).map_err(|error| refused(error.to_string()))?;
        if passport.conventions != passport.scenario.conventions {
            let reason = "its conventions are not those of its scenario";
            return Err(refused(reason.to_owned()));
        }
        Ok(passport)
    }
}

#[derive(Deserialize)]
struct Head {
    format: String,
    version: u64,
}

fn bytes_of(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        let message = format!("it has more than {} MiB", MAX_BYTES >> 20);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    Ok(bytes)
}
