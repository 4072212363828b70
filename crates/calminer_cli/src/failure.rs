//! How a command ends badly: a sentence and an exit code.

use std::fmt;

use calminer_domain::{Issue, Place};
use calminer_exchange::scenario_file::ScenarioFileError;
use calminer_store::{StoreError, TargetError};

/// The work failed.
pub(crate) const FAILED: u8 = 1;
/// Wrong usage.
pub(crate) const USAGE: u8 = 2;
/// The input is invalid.
pub(crate) const INVALID: u8 = 3;
/// The database cannot be reached or refuses.
pub(crate) const DATABASE: u8 = 4;
/// Interrupted by the user.
pub(crate) const INTERRUPTED: u8 = 130;

/// Why a command gives no result.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A sentence with its exit code.
    Said {
        /// The exit code.
        code: u8,
        /// What happened, to what, what to do next.
        sentence: String,
    },
    /// The scenario has issues for which nothing is computed.
    Issues {
        /// Of which scenario or file, and what was not done.
        headline: String,
        /// All that is wrong.
        issues: Vec<Issue>,
    },
    /// All is said already; only the exit code is left.
    Silent {
        /// The exit code.
        code: u8,
    },
}

impl Failure {
    pub(crate) fn new(code: u8, sentence: impl Into<String>) -> Self {
        Self::Said {
            code,
            sentence: sentence.into(),
        }
    }

    /// A scenario that cannot be computed. Notices among the issues are left out.
    pub(crate) fn issues(headline: impl Into<String>, issues: Vec<Issue>) -> Self {
        Self::Issues {
            headline: headline.into(),
            issues: issues.into_iter().filter(Issue::blocks).collect(),
        }
    }

    /// The exit code.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Said { code, .. } | Self::Silent { code } => *code,
            Self::Issues { .. } => INVALID,
        }
    }
}

/// What is said on standard error; empty when nothing is left to say.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Said { sentence, .. } => f.write_str(sentence),
            Self::Issues { headline, issues } => {
                f.write_str(headline)?;
                issues.iter().try_for_each(|issue| write!(f, "\n  {issue}"))
            }
            Self::Silent { .. } => Ok(()),
        }
    }
}

impl From<ScenarioFileError> for Failure {
    fn from(error: ScenarioFileError) -> Self {
        match error {
            ScenarioFileError::NotAScenario { path, source } => Self::issues(
                format!("{} cannot be used", path.display()),
                source.issues(),
            ),
            other => Self::new(FAILED, other.to_string()),
        }
    }
}

/// Words that name no database. They are not repeated: they may hold a password.
impl From<TargetError> for Failure {
    fn from(error: TargetError) -> Self {
        Self::new(USAGE, error.to_string())
    }
}

/// The driver's own words stand in brackets after the sentence.
impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let code = match &error {
            StoreError::Missing { .. } | StoreError::Conflict { .. } => FAILED,
            StoreError::Unstorable { reason } => {
                let place = Place::Scenario {
                    field: "scenario".to_owned(),
                };
                return Self::issues(
                    "nothing was saved",
                    vec![Issue::error(place, "unstorable", reason.clone())],
                );
            }
            StoreError::Locked { .. }
            | StoreError::ReadOnly { .. }
            | StoreError::DiskFull { .. }
            | StoreError::NotADatabase { .. }
            | StoreError::NewerSchema { .. }
            | StoreError::Damaged { .. }
            | StoreError::Unreachable { .. }
            | StoreError::Refused { .. }
            | StoreError::Forbidden { .. }
            | StoreError::ConnectionLost { .. }
            | StoreError::SchemaOutdated { .. }
            | StoreError::Io { .. } => DATABASE,
        };
        let detail = error.detail();
        Self::new(
            code,
            if detail.is_empty() {
                error.to_string()
            } else {
                format!("{error} ({detail})")
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_that_refuses_is_told_from_one_that_lacks_something() {
        let code = |error: StoreError| Failure::from(error).code();
        assert_eq!(
            code(StoreError::Missing {
                what: "the scenario".to_owned()
            }),
            FAILED
        );
        assert_eq!(
            code(StoreError::Locked {
                detail: String::new()
            }),
            DATABASE
        );
        assert_eq!(
            code(StoreError::ReadOnly {
                reason: "the disk is".to_owned()
            }),
            DATABASE
        );
        assert_eq!(
            code(StoreError::Unstorable {
                reason: "it is NaN".to_owned()
            }),
            INVALID
        );
    }

    #[test]
    fn notices_refuse_nothing_and_are_not_listed() {
        let place = Place::Scenario {
            field: "lines".to_owned(),
        };
        let issues = vec![
            Issue::notice(place.clone(), "weights", "summed up"),
            Issue::error(place, "cycle", "a, b"),
        ];
        assert_eq!(
            Failure::issues("no", issues).to_string(),
            "no\n  lines: a, b"
        );
    }
}
