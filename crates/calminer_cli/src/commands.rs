//! What each command does.

mod db;
mod evaluate;
mod explain;
mod job;
mod merge;
mod run_flags;
mod run_text;
mod sensitivity;
mod simulate;
mod targets;
mod transfer;
mod verify;

use std::path::{Path, PathBuf};

use calminer_domain::Issue;
use calminer_engine::program::{Program, compile};

use crate::args::Command;
use crate::failure::Failure;
use crate::source::Found;

/// Columns of the text output where the terminal does not say.
const COLUMNS: usize = 100;

/// Does what the words say.
pub(crate) async fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Evaluate(flags) => evaluate::run(&flags).await,
        Command::Simulate(flags) => simulate::run(&flags).await,
        Command::Sensitivity(flags) => sensitivity::run(&flags).await,
        Command::Merge(flags) => merge::run(&flags).await,
        Command::Verify(flags) => verify::run(&flags).await,
        Command::Import(flags) => transfer::import(&flags).await,
        Command::Export(flags) => transfer::export(&flags).await,
        Command::Db(flags) => db::run(&flags.action).await,
    }
}

fn program(found: &Found) -> Result<Program, Failure> {
    compile(&found.scenario).map_err(|issues: Vec<Issue>| {
        Failure::issues(
            format!("{} cannot be computed; mend these first", found.name()),
            issues,
        )
    })
}

/// The width that the shell names, else [`COLUMNS`].
fn columns() -> usize {
    let named = std::env::var("COLUMNS")
        .ok()
        .and_then(|words| words.trim().parse::<usize>().ok());
    named.unwrap_or(COLUMNS).clamp(40, 1_000)
}

/// Text and JSON name a file in the same way.
fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// The same file under two names.
fn same_file(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| -> Option<PathBuf> { path.canonicalize().ok() };
    real(one).is_some_and(|one| Some(one) == real(other))
}
