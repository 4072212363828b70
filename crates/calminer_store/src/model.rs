//! The vocabulary of the store: plain data in and out.

use std::fmt;
use std::time::Duration;

use calminer_domain::{Project, Sampling, Scenario};
use calminer_engine::result::{RunOutcome, Samples};
use time::OffsetDateTime;
use uuid::Uuid;

/// How a database is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenOptions {
    /// Whether a file that is not there is made, with its folder.
    pub create: bool,
    /// Whether nothing may be written even where it could be.
    pub read_only: bool,
    /// How long a save waits for another writer.
    pub busy_timeout: Duration,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            create: true,
            read_only: false,
            busy_timeout: Duration::from_secs(5),
        }
    }
}

/// Whether the store takes writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// It does.
    ReadWrite,
    /// It does not.
    ReadOnly {
        /// A clause for the banner: "the file mine.db is write-protected".
        reason: String,
    },
}

/// A point in time, in whole milliseconds: what every database keeps without loss.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

impl Moment {
    /// From milliseconds since the start of 1970 (UTC).
    pub const fn from_unix_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the start of 1970 (UTC).
    pub const fn unix_millis(self) -> i64 {
        self.0
    }

    pub(crate) fn now() -> Self {
        let nanoseconds = OffsetDateTime::now_utc().unix_timestamp_nanos();
        Self(i64::try_from(nanoseconds / 1_000_000).unwrap_or_default())
    }
}

/// "2026-11-25 14:03 UTC".
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ok(at) = OffsetDateTime::from_unix_timestamp(self.0.div_euclid(1_000)) else {
            return f.write_str("an unknown day");
        };
        let (year, month, day) = at.to_calendar_date();
        write!(
            f,
            "{year:04}-{:02}-{day:02} {:02}:{:02} UTC",
            u8::from(month),
            at.hour(),
            at.minute()
        )
    }
}

/// A project in the list, with its scenarios in the order in which they were made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectEntry {
    /// The project.
    pub project: Project,
    /// Its scenarios.
    pub scenarios: Vec<ScenarioEntry>,
}

/// A scenario in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioEntry {
    /// Identity.
    pub id: Uuid,
    /// The name shown.
    pub name: String,
    /// Its current revision.
    pub revision: u32,
    /// When that was saved.
    pub saved_at: Moment,
    /// Number of its kept runs, of all revisions.
    pub runs: u64,
    /// Its newest run, if any is kept.
    pub last_run: Option<LastRun>,
}

/// The newest run of a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastRun {
    /// The run.
    pub id: Uuid,
    /// The revision it belongs to.
    pub revision: u32,
    /// When it was made.
    pub created_at: Moment,
    /// Number of trials.
    pub trials: u64,
}

/// A scenario as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded {
    /// The project it belongs to.
    pub project: Project,
    /// The scenario.
    pub scenario: Scenario,
    /// Its revision; a save names it as the expected one.
    pub revision: u32,
    /// When that was saved.
    pub saved_at: Moment,
}

/// What is saved.
#[derive(Clone, Copy, Debug)]
pub struct Save<'a> {
    /// The project it belongs to; stored when it is not there yet, else left as it is.
    pub project: &'a Project,
    /// The scenario.
    pub scenario: &'a Scenario,
    /// The revision the edits are based on; `None` for a scenario that must be new.
    pub expected_revision: Option<u32>,
    /// Who saves.
    pub author: &'a str,
    /// Why, may be empty.
    pub comment: &'a str,
}

/// What a save came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Saved {
    /// The current revision.
    pub revision: u32,
    /// When it was saved.
    pub saved_at: Moment,
    /// True when the stored scenario was the same already and no revision was made.
    pub unchanged: bool,
}

/// A revision in the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevisionEntry {
    /// Its number, from 1.
    pub revision: u32,
    /// When it was saved.
    pub saved_at: Moment,
    /// Who saved it.
    pub author: String,
    /// Why, may be empty.
    pub comment: String,
    /// Version of the engine that saved it.
    pub engine: String,
    /// SHA-256 of its canonical document, in hexadecimal.
    pub sha256: String,
}

/// A run in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunEntry {
    /// The run.
    pub id: Uuid,
    /// The revision it belongs to.
    pub revision: u32,
    /// When it was made.
    pub created_at: Moment,
    /// Number of trials taken.
    pub trials: u64,
    /// Seed.
    pub seed: u64,
    /// Sampler.
    pub sampling: Sampling,
    /// Bytes it takes in the database.
    pub size_bytes: u64,
}

/// A run as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredRun {
    /// The run.
    pub id: Uuid,
    /// The scenario it belongs to.
    pub scenario: Uuid,
    /// The revision it belongs to.
    pub revision: u32,
    /// When it was made.
    pub created_at: Moment,
    /// What it found.
    pub outcome: RunOutcome,
    /// Its samples; `None` when they were not kept.
    pub samples: Option<Samples>,
}

/// Something that the check of a database found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The part: "scenario \"Base case\"", "run of 2026-11-25 14:03 UTC", "the database".
    pub what: String,
    /// What is wrong with it.
    pub detail: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_shown_in_utc() {
        assert_eq!(
            Moment::from_unix_millis(1_795_615_380_999).to_string(),
            "2026-11-25 14:03 UTC"
        );
        assert_eq!(
            Moment::from_unix_millis(-1).to_string(),
            "1969-12-31 23:59 UTC"
        );
        assert_eq!(
            Moment::from_unix_millis(i64::MAX).to_string(),
            "an unknown day"
        );
    }
}
