//! What can go wrong, in sentences for the user. The driver's own words are in [`StoreError::detail`] alone.

use sea_orm::sqlx;
use sea_orm::{DbErr, RuntimeErr};
use thiserror::Error;

use crate::model::Moment;

/// Why the store could not do what it was asked. Unsaved edits are never touched by any of these.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StoreError {
    /// Another writer held the database longer than the busy timeout.
    #[error("another program is writing to the database; your edits are kept, try again")]
    Locked {
        /// The driver's words.
        detail: String,
    },
    /// The database can be read but not written.
    #[error(
        "the database is read-only: {reason}; nothing was written, save a copy elsewhere to keep your edits"
    )]
    ReadOnly {
        /// Why.
        reason: String,
    },
    /// No space left.
    #[error(
        "the disk is full; the saved state is as it was and your edits are kept, free some space and try again"
    )]
    DiskFull {
        /// The driver's words.
        detail: String,
    },
    /// Something else than a CalMiner database.
    #[error(
        "\"{file}\" is not a CalMiner database: {reason}; it was not changed, choose another file or a backup"
    )]
    NotADatabase {
        /// Name of the file, without its folder.
        file: String,
        /// What it is instead.
        reason: String,
        /// The driver's words.
        detail: String,
    },
    /// Written by a newer program.
    #[error(
        "the database was made by a newer CalMiner (schema {file}, this one knows up to {ours}); it was not changed, update the program to open it"
    )]
    NewerSchema {
        /// The newest schema step found in the database.
        file: String,
        /// The newest schema step that this program knows.
        ours: String,
    },
    /// What was asked for is not there.
    #[error("{what} is not in the database; it may have been deleted or moved")]
    Missing {
        /// "the scenario", "the run", "the file mine.db" ...
        what: String,
    },
    /// Someone else saved first.
    #[error(
        "{author} saved revision {revision} of this scenario on {saved_at}; your edits are kept and nothing was overwritten"
    )]
    Conflict {
        /// Their revision, now the current one.
        revision: u32,
        /// When they saved it.
        saved_at: Moment,
        /// Who saved it.
        author: String,
    },
    /// Stored figures or texts are not those that were saved.
    #[error(
        "{what} is damaged: what is stored differs from what was saved; nothing was changed, take an earlier revision or a backup"
    )]
    Damaged {
        /// "scenario \"Base case\"", "run of ...", "the database".
        what: String,
        /// What was found.
        detail: String,
    },
    /// A scenario that no database can keep as it is.
    #[error("this cannot be saved: {reason}; your edits are kept")]
    Unstorable {
        /// Which rule it breaks.
        reason: String,
    },
    /// A server that cannot be reached.
    #[error("the server {server} cannot be reached: {reason}")]
    Unreachable {
        /// Host and port.
        server: String,
        /// What to look at: "it did not answer within 4 s, check the host, the port and the network".
        reason: String,
        /// The driver's words.
        detail: String,
    },
    /// A server that answers and lets nobody in.
    #[error("the server {server} refuses: {reason}")]
    Refused {
        /// Host and port.
        server: String,
        /// Why, with the user or the database it names.
        reason: String,
        /// The driver's words.
        detail: String,
    },
    /// The user of the database has not the right.
    #[error("{denied}; nothing was changed, an administrator of the server can allow it: {grant}")]
    Forbidden {
        /// What the user may not do.
        denied: String,
        /// The statement that gives the right.
        grant: String,
        /// The driver's words.
        detail: String,
    },
    /// The connection ended in the middle.
    #[error(
        "the connection to the server was lost; what was being saved is there whole or not at all, your edits are kept, try again"
    )]
    ConnectionLost {
        /// The driver's words.
        detail: String,
    },
    /// A server whose schema is not brought up to date.
    #[error(
        "{} and this program needs {needed}; nothing was changed, someone who may create tables there runs `calminer-cli db migrate`",
        standing(found.as_deref())
    )]
    SchemaOutdated {
        /// Its newest schema step; `None` when it has no tables yet.
        found: Option<String>,
        /// The newest schema step that this program knows.
        needed: String,
    },
    /// The database does not answer, or a file cannot be read or written.
    #[error("{what}; your edits are kept, try again")]
    Io {
        /// A plain sentence.
        what: String,
        /// The driver's words.
        detail: String,
    },
}

impl StoreError {
    /// The words of the driver or the system, for a fold-out; empty where the headline says all.
    pub fn detail(&self) -> &str {
        match self {
            Self::Locked { detail }
            | Self::DiskFull { detail }
            | Self::NotADatabase { detail, .. }
            | Self::Damaged { detail, .. }
            | Self::Unreachable { detail, .. }
            | Self::Refused { detail, .. }
            | Self::Forbidden { detail, .. }
            | Self::ConnectionLost { detail }
            | Self::Io { detail, .. } => detail,
            Self::SchemaOutdated { .. }
            | Self::ReadOnly { .. }
            | Self::NewerSchema { .. }
            | Self::Missing { .. }
            | Self::Conflict { .. }
            | Self::Unstorable { .. } => "",
        }
    }

    /// Whether the same call may succeed when it is made again.
    pub fn may_retry(&self) -> bool {
        matches!(
            self,
            Self::Locked { .. }
                | Self::DiskFull { .. }
                | Self::Unreachable { .. }
                | Self::ConnectionLost { .. }
                | Self::Io { .. }
        )
    }

    pub(crate) fn missing(what: &str) -> Self {
        Self::Missing {
            what: what.to_owned(),
        }
    }

    pub(crate) fn damaged(what: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Damaged {
            what: what.into(),
            detail: detail.into(),
        }
    }

    /// The same damage, of a thing that the caller can name.
    pub(crate) fn of(self, what: impl FnOnce() -> String) -> Self {
        match self {
            Self::Damaged { detail, .. } => Self::Damaged {
                what: what(),
                detail,
            },
            other => other,
        }
    }

    /// A failure of the file system.
    pub(crate) fn file(what: &str, error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::DiskFull {
                detail: error.to_string(),
            },
            std::io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly {
                reason: "the file system is read-only".to_owned(),
            },
            std::io::ErrorKind::PermissionDenied => Self::Io {
                what: format!("{what}: permission denied"),
                detail: error.to_string(),
            },
            _ => Self::Io {
                what: what.to_owned(),
                detail: error.to_string(),
            },
        }
    }
}

fn standing(found: Option<&str>) -> String {
    found.map_or_else(
        || "the database on the server has no tables of CalMiner yet,".to_owned(),
        |found| format!("the database on the server has schema {found},"),
    )
}

/// Damage that is named by whoever knows what was read.
pub(crate) const WHOLE: &str = "the database";

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        let detail = error.to_string();
        if let Some(code) = code(&error) {
            return by_code(&code, detail);
        }
        if lost(&error) {
            return Self::ConnectionLost { detail };
        }
        match error {
            DbErr::Type(_)
            | DbErr::Json(_)
            | DbErr::TryIntoErr { .. }
            | DbErr::ConvertFromU64(_) => Self::damaged(WHOLE, detail),
            DbErr::Query(_) | DbErr::Exec(_) if undecodable(&detail) => {
                Self::damaged(WHOLE, detail)
            }
            DbErr::ConnectionAcquire(_) => Self::Io {
                what: "the database does not answer".to_owned(),
                detail,
            },
            DbErr::Conn(_) => Self::Io {
                what: "the database cannot be reached".to_owned(),
                detail,
            },
            _ => Self::Io {
                what: "the database refused the request".to_owned(),
                detail,
            },
        }
    }
}

/// A value of another type than its column was written as: only damage does that.
fn undecodable(detail: &str) -> bool {
    ["decod", "mismatched types", "ColumnNotFound", "invalid utf"]
        .iter()
        .any(|word| detail.contains(word))
}

/// The driver's own error.
pub(crate) fn cause(error: &DbErr) -> Option<&sqlx::Error> {
    let (DbErr::Conn(cause) | DbErr::Exec(cause) | DbErr::Query(cause)) = error else {
        return None;
    };
    match cause {
        RuntimeErr::SqlxError(cause) => Some(cause),
        RuntimeErr::Internal(_) => None,
    }
}

fn code(error: &DbErr) -> Option<String> {
    Some(cause(error)?.as_database_error()?.code()?.into_owned())
}

/// A connection that ended. A file has none, so these are of servers alone.
fn lost(error: &DbErr) -> bool {
    use std::io::ErrorKind as Kind;
    match cause(error) {
        Some(sqlx::Error::Io(error)) => matches!(
            error.kind(),
            Kind::BrokenPipe
                | Kind::ConnectionAborted
                | Kind::ConnectionRefused
                | Kind::ConnectionReset
                | Kind::HostUnreachable
                | Kind::NetworkDown
                | Kind::NetworkUnreachable
                | Kind::NotConnected
                | Kind::TimedOut
                | Kind::UnexpectedEof
        ),
        Some(sqlx::Error::Protocol(_) | sqlx::Error::Tls(_)) => true,
        _ => false,
    }
}

/// The index of SQLite's log could not grow: no space left.
const SHARED_MEMORY_SIZE: u32 = 4874;

/// SQLite's (extended) result codes are short numbers, PostgreSQL's states have five characters.
fn by_code(code: &str, detail: String) -> StoreError {
    let io = |what: &str, detail| StoreError::Io {
        what: what.to_owned(),
        detail,
    };
    if code.len() == 5 {
        return by_state(code, detail);
    }
    let number: u32 = code.parse().unwrap_or_default();
    match (number, number & 0xff) {
        (SHARED_MEMORY_SIZE, _) | (_, 13) => StoreError::DiskFull { detail },
        (_, 5 | 6) => StoreError::Locked { detail },
        (_, 8) => StoreError::ReadOnly {
            reason: "its file or folder takes no writes".to_owned(),
        },
        // A statement that no longer fits the schema (1) is damage too: the schema was checked at open.
        (_, 1 | 11 | 26) => StoreError::damaged(WHOLE, detail),
        (_, 10) => io("the disk reported an error", detail),
        (_, 14) => io("the file of the database cannot be opened", detail),
        _ => io("the database refused the request", detail),
    }
}

/// States of PostgreSQL, from the appendix "PostgreSQL Error Codes" of its manual.
fn by_state(state: &str, detail: String) -> StoreError {
    match state {
        "53100" => StoreError::DiskFull { detail },
        // Another client was quicker: with a lock, in a serialization, or with the same key.
        "55P03" | "40001" | "40P01" | "23505" => StoreError::Locked { detail },
        "25006" => StoreError::ReadOnly {
            reason: "the server takes no writes".to_owned(),
        },
        // The row it belongs to was deleted meanwhile.
        "23503" => StoreError::missing("what it belongs to"),
        "42501" => StoreError::Forbidden {
            denied: "this user of the database may not do that".to_owned(),
            grant: "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA of the database TO the user"
                .to_owned(),
            detail,
        },
        // Ended by an administrator, by a crash, by a time limit, or not yet up again.
        "57P01" | "57P02" | "57P03" | "57P05" | "25P03" => StoreError::ConnectionLost { detail },
        _ if state.starts_with("08") => StoreError::ConnectionLost { detail },
        // A table or column that was there at open is gone.
        "42P01" | "42703" => StoreError::damaged(WHOLE, detail),
        _ => StoreError::Io {
            what: "the database refused the request".to_owned(),
            detail,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_become_sentences() {
        let of = |code: &str| by_code(code, "raw".to_owned());
        assert!(matches!(of("5"), StoreError::Locked { .. }));
        assert!(matches!(of("517"), StoreError::Locked { .. }));
        assert!(matches!(of("13"), StoreError::DiskFull { .. }));
        assert!(matches!(of("4874"), StoreError::DiskFull { .. }));
        assert!(matches!(of("1032"), StoreError::ReadOnly { .. }));
        assert!(matches!(of("267"), StoreError::Damaged { .. }));
        assert!(matches!(of("53100"), StoreError::DiskFull { .. }));
        assert!(matches!(of("55P03"), StoreError::Locked { .. }));
        assert!(matches!(of("42501"), StoreError::Forbidden { .. }));
        assert!(matches!(of("57P01"), StoreError::ConnectionLost { .. }));
        assert!(matches!(of("08006"), StoreError::ConnectionLost { .. }));
        assert!(of("57P01").may_retry() && !of("42501").may_retry());
        assert_eq!(of("266").detail(), "raw");
        assert!(!of("266").to_string().contains("raw"));
    }
}
