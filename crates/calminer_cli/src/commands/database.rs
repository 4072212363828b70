//! `db`: what is in a database, whether it is whole, and a copy of it.

use std::path::Path;

use calminer_exchange::text;
use calminer_store::{Access, Store};
use serde::Serialize;

use crate::args::{DatabaseAction, DatabaseFlags};
use crate::failure::{DATABASE, FAILED, Failure, USAGE};
use crate::print;
use crate::source::{self, Use, place};

pub(super) async fn run(action: &DatabaseAction) -> Result<(), Failure> {
    match action {
        DatabaseAction::Status(flags) => status(flags).await,
        DatabaseAction::Doctor(flags) => doctor(flags).await,
        DatabaseAction::Backup { to, flags } => backup(to, flags).await,
    }
}

/// A scenario in the list.
#[derive(Debug, Serialize)]
struct Row {
    scenario: String,
    id: String,
    revision: u32,
    saved_at: String,
    runs: usize,
}

/// What `db status --json` prints.
#[derive(Debug, Serialize)]
struct Status {
    database: String,
    /// `read_write` or `read_only`.
    access: &'static str,
    /// Why it takes no writes.
    reason: Option<String>,
    projects: usize,
    scenarios: Vec<Row>,
}

async fn status(flags: &DatabaseFlags) -> Result<(), Failure> {
    let store = source::open(flags.database.as_deref(), Use::Write).await?;
    let reason = match store.access() {
        Access::ReadWrite => None,
        Access::ReadOnly { reason } => Some(reason.clone()),
    };
    let projects = store.projects().await?;
    let mut scenarios = Vec::new();
    for entry in &projects {
        for row in &entry.scenarios {
            scenarios.push(Row {
                scenario: place(&entry.project.name, &row.name),
                id: row.id.to_string(),
                revision: row.revision,
                saved_at: row.saved_at.to_string(),
                runs: store.runs(row.id).await?.len(),
            });
        }
    }
    let status = Status {
        database: super::shown(store.path()),
        access: if reason.is_none() {
            "read_write"
        } else {
            "read_only"
        },
        reason,
        projects: projects.len(),
        scenarios,
    };
    store.close().await?;
    if flags.json {
        print::json(&status)
    } else {
        print::text(&described(&status))
    }
}

fn described(status: &Status) -> String {
    let writes = status.reason.as_ref().map_or_else(
        || "read and write".to_owned(),
        |why| format!("read-only: {why}"),
    );
    let mut rows = vec![
        ("Database".to_owned(), status.database.clone()),
        ("Access".to_owned(), writes),
        ("Projects".to_owned(), status.projects.to_string()),
        ("Scenarios".to_owned(), status.scenarios.len().to_string()),
    ];
    rows.extend(status.scenarios.iter().map(|row| {
        let runs = if row.runs == 1 {
            "1 run".to_owned()
        } else {
            format!("{} runs", row.runs)
        };
        (
            format!("  {}", row.scenario),
            format!("revision {}, saved {}, {runs}", row.revision, row.saved_at),
        )
    }));
    text::pairs(&rows)
}

/// A part of the database that is not as it was saved.
#[derive(Debug, Serialize)]
struct Found {
    what: String,
    detail: String,
}

/// What `db doctor --json` prints.
#[derive(Debug, Serialize)]
struct Health {
    /// `ok`, `damaged`, or `unavailable` when it cannot be read at all.
    status: &'static str,
    database: Option<String>,
    findings: Vec<Found>,
}

async fn doctor(flags: &DatabaseFlags) -> Result<(), Failure> {
    let looked = match source::open(flags.database.as_deref(), Use::Read).await {
        Ok(store) => examined(&store).await,
        Err(failure) => Err(failure),
    };
    let health = match looked {
        Ok(health) => health,
        Err(failure) if flags.json && failure.code() == DATABASE => {
            let findings = vec![Found {
                what: "the database".to_owned(),
                detail: failure.to_string(),
            }];
            print::json(&Health {
                status: "unavailable",
                database: None,
                findings,
            })?;
            return Err(failure);
        }
        Err(failure) => return Err(failure),
    };
    if flags.json {
        print::json(&health)?;
    } else {
        let rows = health
            .findings
            .iter()
            .map(|found| format!("{}: {}\n", found.what, found.detail));
        let ok = health
            .findings
            .is_empty()
            .then(|| "The database is whole.\n".to_owned());
        print::text(&rows.chain(ok).collect::<String>())?;
    }
    if health.findings.is_empty() {
        return Ok(());
    }
    Err(Failure::new(
        DATABASE,
        "the database is damaged; take what is whole from it by export, or go back to a backup",
    ))
}

async fn examined(store: &Store) -> Result<Health, Failure> {
    let findings: Vec<_> = store
        .doctor()
        .await?
        .into_iter()
        .map(|found| Found {
            what: found.what,
            detail: found.detail,
        })
        .collect();
    let status = if findings.is_empty() { "ok" } else { "damaged" };
    Ok(Health {
        status,
        database: Some(super::shown(store.path())),
        findings,
    })
}

/// What `db backup --json` prints.
#[derive(Debug, Serialize)]
struct Copied {
    database: String,
    backup: String,
    bytes: u64,
}

async fn backup(to: &Path, flags: &DatabaseFlags) -> Result<(), Failure> {
    if to.as_os_str().is_empty() {
        return Err(Failure::new(USAGE, "the copy has no name"));
    }
    let store = source::open(flags.database.as_deref(), Use::Read).await?;
    if super::same_file(to, store.path()) {
        return Err(Failure::new(
            USAGE,
            "the copy and the database are the same file",
        ));
    }
    if to.symlink_metadata().is_ok() {
        return Err(Failure::new(
            FAILED,
            format!("{} is there already; name another file", to.display()),
        ));
    }
    store.backup_to(to).await?;
    let bytes = to.metadata().map_or(0, |found| found.len());
    let copied = Copied {
        database: super::shown(store.path()),
        backup: super::shown(to),
        bytes,
    };
    if flags.json {
        return print::json(&copied);
    }
    print::text(&format!(
        "{} is copied to {}, {} bytes\n",
        copied.database,
        copied.backup,
        text::rounded(bytes as f64, 0)
    ))
}
