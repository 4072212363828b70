//! `db backup` and `db restore`: everything into one file, and back.

use std::path::Path;

use calminer_exchange::text;
use serde::Serialize;

use super::super::{same_file, shown};
use crate::args::DatabaseFlags;
use crate::failure::{FAILED, Failure, USAGE};
use crate::print;
use crate::source::{self, Use};

/// What `db backup --json` prints.
#[derive(Debug, Serialize)]
struct Copied {
    database: String,
    backup: String,
    bytes: u64,
}

pub(super) async fn backup(to: &Path, flags: &DatabaseFlags) -> Result<(), Failure> {
    if to.as_os_str().is_empty() {
        return Err(Failure::new(USAGE, "the copy has no name"));
    }
    let store = source::open(flags.database.as_deref(), Use::Read).await?;
    if store.path().is_some_and(|path| same_file(to, path)) {
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
        database: store.target().to_string(),
        backup: shown(to),
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

/// What `db restore --json` prints.
#[derive(Debug, Serialize)]
struct Replaced {
    database: String,
    backup: String,
    projects: u64,
    scenarios: u64,
    runs: u64,
}

/// A database with something in it is replaced only when that is said.
pub(super) async fn refuse_to_replace(flags: &DatabaseFlags) -> Result<(), Failure> {
    let target = source::target(flags.database.as_deref())?;
    if target.file().is_some_and(|path| !path.exists()) {
        return Ok(());
    }
    let store = source::open_target(&target, Use::Write).await?;
    let facts = store.facts().await?;
    store.close().await?;
    if facts.projects == 0 {
        return Ok(());
    }
    let sentence = format!(
        "{target} holds {} projects and {} scenarios, which a restore replaces; make a backup of them, then say --force",
        facts.projects, facts.scenarios
    );
    Err(Failure::new(FAILED, sentence))
}

pub(super) async fn restore(from: &Path, flags: &DatabaseFlags) -> Result<(), Failure> {
    if !from.exists() {
        let sentence = format!("the backup {} is not there", from.display());
        return Err(Failure::new(FAILED, sentence));
    }
    let target = source::target(flags.database.as_deref())?;
    if target.file().is_some_and(|path| same_file(from, path)) {
        return Err(Failure::new(
            USAGE,
            "the backup and the database are the same file",
        ));
    }
    let store = source::open_target(&target, Use::Create).await?;
    let restored = store.restore_from(from).await?;
    store.close().await?;
    let replaced = Replaced {
        database: target.to_string(),
        backup: shown(from),
        projects: restored.projects,
        scenarios: restored.scenarios,
        runs: restored.runs,
    };
    if flags.json {
        return print::json(&replaced);
    }
    print::text(&format!(
        "{} holds what is in {}: {} projects, {} scenarios, {} runs\n",
        replaced.database, replaced.backup, replaced.projects, replaced.scenarios, replaced.runs
    ))
}
