//! `db status`: what is in a database, without changing it.

use calminer_exchange::text;
use calminer_store::{Access, DatabaseTarget, Inspection, SchemaState, Store};
use serde::Serialize;

use crate::args::DatabaseFlags;
use crate::failure::Failure;
use crate::print;
use crate::source::{self, Use, place};

/// A scenario in the list.
#[derive(Debug, Serialize)]
struct Row {
    scenario: String,
    id: String,
    revision: u32,
    saved_at: String,
    runs: u64,
}

/// Where the schema stands.
#[derive(Debug, Serialize)]
pub(super) struct Schema {
    /// `current`, `older` or `empty`.
    state: &'static str,
    /// The newest step in the database.
    found: Option<String>,
    /// The newest step of this program.
    needed: String,
    /// The steps that `db migrate` would apply.
    pending: Vec<String>,
}

impl From<Inspection> for Schema {
    fn from(seen: Inspection) -> Self {
        Self {
            state: match seen.state {
                SchemaState::Current => "current",
                SchemaState::Older => "older",
                SchemaState::Empty => "empty",
            },
            found: seen.found,
            needed: seen.needed,
            pending: seen.pending,
        }
    }
}

/// What `db status --json` prints. All but the schema is absent as long as that is not this program's.
#[derive(Debug, Serialize)]
struct Status {
    database: String,
    system: Option<String>,
    schema: Schema,
    /// `read_write` or `read_only`.
    access: Option<&'static str>,
    /// Why it takes no writes.
    reason: Option<String>,
    projects: Option<usize>,
    scenarios: Vec<Row>,
}

pub(super) async fn run(flags: &DatabaseFlags) -> Result<(), Failure> {
    let target = source::target(flags.database.as_deref())?;
    source::must_be_there(&target)?;
    let seen = Store::inspect(&target).await?;
    let status = if seen.state == SchemaState::Current {
        opened(&target, seen).await?
    } else {
        Status {
            database: target.to_string(),
            system: None,
            schema: seen.into(),
            access: None,
            reason: None,
            projects: None,
            scenarios: Vec::new(),
        }
    };
    if flags.json {
        print::json(&status)
    } else {
        print::text(&described(&status))
    }
}

async fn opened(target: &DatabaseTarget, seen: Inspection) -> Result<Status, Failure> {
    let store = source::open_target(target, Use::Write).await?;
    let reason = match store.access() {
        Access::ReadWrite => None,
        Access::ReadOnly { reason } => Some(reason.clone()),
    };
    let projects = store.projects().await?;
    let rows = projects.iter().flat_map(|entry| {
        entry.scenarios.iter().map(|row| Row {
            scenario: place(&entry.project.name, &row.name),
            id: row.id.to_string(),
            revision: row.revision,
            saved_at: row.saved_at.to_string(),
            runs: row.runs,
        })
    });
    let status = Status {
        database: store.target().to_string(),
        system: Some(store.system().to_owned()),
        schema: seen.into(),
        access: Some(if reason.is_none() {
            "read_write"
        } else {
            "read_only"
        }),
        reason,
        projects: Some(projects.len()),
        scenarios: rows.collect(),
    };
    store.close().await?;
    Ok(status)
}

fn described(status: &Status) -> String {
    let mut rows = vec![("Database".to_owned(), status.database.clone())];
    let mut row = |title: &str, text: String| rows.push((title.to_owned(), text));
    let schema = &status.schema;
    let newest = schema.found.as_deref();
    match schema.state {
        "current" => row("Schema", schema.needed.clone()),
        "older" => row(
            "Schema",
            format!(
                "{}; {} needs `calminer-cli db migrate`",
                newest.unwrap_or_default(),
                schema.needed
            ),
        ),
        _ => row(
            "Schema",
            format!(
                "no tables yet; {} needs `calminer-cli db migrate`",
                schema.needed
            ),
        ),
    }
    let (Some(system), Some(projects)) = (&status.system, status.projects) else {
        return text::pairs(&rows);
    };
    row("System", system.clone());
    let writes = status.reason.as_ref().map_or_else(
        || "read and write".to_owned(),
        |why| format!("read-only: {why}"),
    );
    row("Access", writes);
    row("Projects", projects.to_string());
    row("Scenarios", status.scenarios.len().to_string());
    for entry in &status.scenarios {
        let runs = if entry.runs == 1 {
            "1 run".to_owned()
        } else {
            format!("{} runs", entry.runs)
        };
        row(
            &format!("  {}", entry.scenario),
            format!(
                "revision {}, saved {}, {runs}",
                entry.revision, entry.saved_at
            ),
        );
    }
    text::pairs(&rows)
}
