//! `db doctor`: whether a database is whole, and how it does.

use calminer_store::{Facts, Store};
use serde::Serialize;

use crate::args::DatabaseFlags;
use crate::failure::{DATABASE, Failure};
use crate::print;
use crate::source::{self, Use};

/// A part of the database that is not as it was saved.
#[derive(Debug, Serialize)]
struct Found {
    what: String,
    detail: String,
}

/// What this program and the database are.
#[derive(Debug, Serialize)]
struct Versions {
    program: &'static str,
    /// "SQLite 3.50.2", "PostgreSQL 16.4".
    system: String,
    /// The newest step of the schema.
    schema: String,
}

/// What is in it.
#[derive(Debug, Serialize)]
struct Counts {
    projects: u64,
    scenarios: u64,
    revisions: u64,
    runs: u64,
}

/// What `db doctor --json` prints.
#[derive(Debug, Serialize)]
struct Health {
    /// `ok`, `damaged`, or `unavailable` when it cannot be read at all.
    status: &'static str,
    database: Option<String>,
    versions: Option<Versions>,
    counts: Option<Counts>,
    /// How long the smallest question takes.
    latency_milliseconds: Option<f64>,
    /// Every part that is not as it was saved.
    findings: Vec<Found>,
}

pub(super) async fn run(flags: &DatabaseFlags) -> Result<(), Failure> {
    let looked = match source::open(flags.database.as_deref(), Use::Read).await {
        Ok(store) => examined(&store).await,
        Err(failure) => Err(failure),
    };
    let health = match looked {
        Ok(health) => health,
        Err(failure) if flags.json && failure.code() == DATABASE => {
            print::json(&unavailable(&failure))?;
            return Err(failure);
        }
        Err(failure) => return Err(failure),
    };
    if flags.json {
        print::json(&health)?;
    } else {
        print::text(&described(&health))?;
    }
    if health.findings.is_empty() {
        return Ok(());
    }
    Err(Failure::new(
        DATABASE,
        "the database is damaged; take what is whole from it by export, or go back to a backup",
    ))
}

fn unavailable(failure: &Failure) -> Health {
    Health {
        status: "unavailable",
        database: None,
        versions: None,
        counts: None,
        latency_milliseconds: None,
        findings: vec![Found {
            what: "the database".to_owned(),
            detail: failure.to_string(),
        }],
    }
}

fn described(health: &Health) -> String {
    let rows = health
        .findings
        .iter()
        .map(|found| format!("{}: {}\n", found.what, found.detail));
    let ok = health
        .findings
        .is_empty()
        .then(|| "The database is whole.\n".to_owned());
    rows.chain(ok).collect()
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
    // Where pages are broken nothing can be counted, and that is said already.
    let facts = match store.facts().await {
        Ok(facts) => Some(facts),
        Err(_) if !findings.is_empty() => None,
        Err(error) => return Err(error.into()),
    };
    let latency = facts
        .as_ref()
        .map(|facts| facts.latency.as_secs_f64() * 1e3);
    Ok(Health {
        status: if findings.is_empty() { "ok" } else { "damaged" },
        database: Some(store.target().to_string()),
        versions: facts.as_ref().map(versions),
        counts: facts.as_ref().map(counts),
        latency_milliseconds: latency,
        findings,
    })
}

fn versions(facts: &Facts) -> Versions {
    Versions {
        program: env!("CARGO_PKG_VERSION"),
        system: facts.system.clone(),
        schema: facts.schema.clone(),
    }
}

fn counts(facts: &Facts) -> Counts {
    Counts {
        projects: facts.projects,
        scenarios: facts.scenarios,
        revisions: facts.revisions,
        runs: facts.runs,
    }
}
