//! `import` and `export`: between files and the database.

use std::path::Path;

use calminer_domain::file::ScenarioFile;
use calminer_domain::{Issue, Project};
use calminer_engine::program::check;
use calminer_exchange::scenario_file::{self, ScenarioFileError};
use calminer_store::{Save, Store};
use serde::Serialize;

use crate::args::{Export, Import};
use crate::failure::{FAILED, Failure};
use crate::print;
use crate::source::{self, Found, Use, place};

/// A file that was imported.
#[derive(Debug, Serialize)]
struct Imported {
    file: String,
    scenario: String,
    id: String,
    revision: u32,
    /// `new_scenario`, `new_revision` or `unchanged`.
    what: &'static str,
    /// Issues that refuse a run until they are mended.
    issues: usize,
}

/// What `import --json` prints.
#[derive(Debug, Serialize)]
struct ImportedFiles {
    imported: Vec<Imported>,
}

/// All files are read before the database is touched: one broken file and nothing is imported.
pub(super) async fn import(flags: &Import) -> Result<(), Failure> {
    let files = flags
        .files
        .iter()
        .map(|path| Ok((path.as_path(), scenario_file::open(path)?)))
        .collect::<Result<Vec<_>, ScenarioFileError>>()?;
    let store = source::open(flags.database.as_deref(), Use::Create).await?;
    let mut imported = Vec::with_capacity(files.len());
    for (path, file) in &files {
        imported.push(import_one(&store, path, file).await?);
    }
    store.close().await?;
    if flags.json {
        return print::json(&ImportedFiles { imported });
    }
    print::text(&imported.iter().map(sentence).collect::<String>())
}

async fn import_one(store: &Store, path: &Path, file: &ScenarioFile) -> Result<Imported, Failure> {
    let there = stored(store, file).await?;
    let project = there.as_ref().map_or(&file.project, |(project, _)| project);
    let save = Save {
        project,
        scenario: &file.scenario,
        expected_revision: there.as_ref().map(|(_, revision)| *revision),
        author: &author(),
        comment: &format!(
            "imported from {}",
            path.file_name().unwrap_or_default().to_string_lossy()
        ),
    };
    let saved = store.save(save).await?;
    Ok(Imported {
        file: super::shown(path),
        scenario: place(&project.name, &file.scenario.name),
        id: file.scenario.id.to_string(),
        revision: saved.revision,
        what: match (&there, saved.unchanged) {
            (None, _) => "new_scenario",
            (Some(_), true) => "unchanged",
            (Some(_), false) => "new_revision",
        },
        issues: check(&file.scenario)
            .iter()
            .filter(|issue: &&Issue| issue.blocks())
            .count(),
    })
}

/// The project and revision under which the database has the scenario. A scenario that was moved to another project
/// there stays in it.
pub(super) async fn stored(
    store: &Store,
    file: &ScenarioFile,
) -> Result<Option<(Project, u32)>, Failure> {
    let found = store.projects().await?.into_iter().find_map(|entry| {
        let row = entry
            .scenarios
            .iter()
            .find(|row| row.id == file.scenario.id)?;
        Some((entry.project, row.revision))
    });
    Ok(found)
}

fn sentence(imported: &Imported) -> String {
    let what = match imported.what {
        "new_scenario" => format!("new scenario {}", imported.scenario),
        "unchanged" => format!(
            "{} is there just so, as revision {}",
            imported.scenario, imported.revision
        ),
        _ => format!("{}, now revision {}", imported.scenario, imported.revision),
    };
    let issues = match imported.issues {
        0 => String::new(),
        1 => "; 1 issue refuses a run".to_owned(),
        count => format!("; {count} issues refuse a run"),
    };
    format!("{}: {what}{issues}\n", imported.file)
}

/// Who saves, as the system calls the user.
pub(super) fn author() -> String {
    let named = ["USER", "USERNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|name| !name.is_empty()));
    named.unwrap_or_else(|| "local user".to_owned())
}

/// What `export --json` prints.
#[derive(Debug, Serialize)]
struct Exported {
    scenario: String,
    /// Absent for a scenario that came from a file.
    revision: Option<u32>,
    file: String,
}

pub(super) async fn export(flags: &Export) -> Result<(), Failure> {
    let out = scenario_file::with_ending(&flags.out);
    let Found {
        project,
        scenario,
        stored,
    } = source::find(&flags.source, Use::Read).await?;
    let written = if flags.force {
        scenario_file::save(&out, &project, &scenario)
    } else {
        scenario_file::save_new(&out, &project, &scenario)
    };
    written.map_err(|error| match error {
        ScenarioFileError::Taken(path) => Failure::new(
            FAILED,
            format!(
                "{} is there already; name another file, or say --force",
                path.display()
            ),
        ),
        other => other.into(),
    })?;
    let exported = Exported {
        scenario: place(&project.name, &scenario.name),
        revision: stored.map(|(_, revision)| revision),
        file: super::shown(&out),
    };
    if flags.json {
        return print::json(&exported);
    }
    let revision = exported
        .revision
        .map(|revision| format!(", revision {revision},"))
        .unwrap_or_default();
    print::text(&format!(
        "{}{revision} is written to {}\n",
        exported.scenario, exported.file
    ))
}
