//! What a database is before it is opened, and in figures when it is open.

use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait as _, EntityTrait as _, PaginatorTrait as _, Statement};

use crate::entity::{project, scenario, scenario_revision, simulation_result};
use crate::error::StoreError;
use crate::model::OpenOptions;
use crate::schema::{self, Standing};
use crate::store::Store;
use crate::target::DatabaseTarget;
use crate::{postgres, sqlite};

/// Where the schema of a database stands against this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaState {
    /// It has no tables yet, or a file is not there yet.
    Empty,
    /// It is this program's.
    Current,
    /// Steps are missing.
    Older,
}

/// What is seen of a database without opening or changing it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// Where its schema stands.
    pub state: SchemaState,
    /// Its newest schema step, where it has one.
    pub found: Option<String>,
    /// The newest schema step of this program.
    pub needed: String,
    /// The steps that a migration would apply, in their order.
    pub pending: Vec<String>,
}

/// An open database in figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// What holds it: "SQLite 3.50.2", "PostgreSQL 16.4".
    pub system: String,
    /// Its newest schema step.
    pub schema: String,
    /// Number of projects.
    pub projects: u64,
    /// Number of scenarios.
    pub scenarios: u64,
    /// Number of revisions of all scenarios.
    pub revisions: u64,
    /// Number of kept runs.
    pub runs: u64,
    /// How long the smallest question took.
    pub latency: Duration,
}

impl Store {
    /// Looks at a database without opening or changing it. One of another program or of a newer CalMiner is refused.
    pub async fn inspect(target: &DatabaseTarget) -> Result<Inspection, StoreError> {
        let standing = match target {
            DatabaseTarget::File(path) => Box::pin(sqlite::inspect(path)).await?,
            DatabaseTarget::Server(server) => {
                let seen = Box::pin(postgres::inspect(server)).await?;
                postgres::require_usable(&seen, server)?;
                seen.standing
            }
        };
        let needed = schema::newest();
        let (state, found, pending) = match standing {
            Standing::Current => (SchemaState::Current, Some(needed.clone()), Vec::new()),
            Standing::Older { found, missing } => (SchemaState::Older, Some(found), missing),
            Standing::Empty | Standing::Foreign | Standing::Newer { .. } => {
                (SchemaState::Empty, None, schema::known())
            }
        };
        Ok(Inspection {
            state,
            found,
            needed,
            pending,
        })
    }

    /// Brings the schema to this program's, and gives the steps that were applied.
    ///
    /// On a server all of them in one transaction, or none. A file is made where it is missing and copied before it
    /// is changed, as at every opening.
    pub async fn migrate(target: &DatabaseTarget) -> Result<Vec<String>, StoreError> {
        let path = match target {
            DatabaseTarget::Server(server) => return Box::pin(postgres::migrate(server)).await,
            DatabaseTarget::File(path) => path,
        };
        let pending = Self::inspect(target).await?.pending;
        if pending.is_empty() {
            return Ok(pending);
        }
        let store = Self::open_file(path, OpenOptions::default()).await?;
        store.close().await?;
        match store.access() {
            crate::model::Access::ReadWrite => Ok(pending),
            crate::model::Access::ReadOnly { reason } => Err(StoreError::ReadOnly {
                reason: reason.clone(),
            }),
        }
    }

    /// Counts what is in it and measures how quickly it answers.
    pub async fn facts(&self) -> Result<Facts, StoreError> {
        let start = Instant::now();
        let backend = self.db().get_database_backend();
        self.db()
            .query_one_raw(Statement::from_string(backend, "SELECT 1"))
            .await?;
        let latency = start.elapsed();
        let [projects, scenarios, revisions, runs] = self
            .read(|db| {
                Box::pin(async move {
                    Ok([
                        project::Entity::find().count(db).await?,
                        scenario::Entity::find().count(db).await?,
                        scenario_revision::Entity::find().count(db).await?,
                        simulation_result::Entity::find().count(db).await?,
                    ])
                })
            })
            .await?;
        Ok(Facts {
            system: self.system().to_owned(),
            schema: schema::newest(),
            projects,
            scenarios,
            revisions,
            runs,
            latency,
        })
    }
}
