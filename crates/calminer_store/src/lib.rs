//! Projects, scenarios, revisions and runs in a database.
//!
//! [`Store`] is the whole vocabulary, over a SQLite file or a PostgreSQL server with one code path; no type of the database library is in it. Knows no window and no formulas: what a
//! scenario means is the domain's matter, what a run found is plain data of the engine.
//!
//! The current state of a scenario stands in typed tables, every revision as one canonical document. Both are written
//! in the one transaction of a save, and loading compares them, so that quiet damage is seen.

mod codec;
mod doctor;
mod entity;
mod error;
mod inspection;
mod model;
mod postgres;
mod projects;
mod revisions;
mod rows;
mod runs;
mod save;
mod scenarios;
mod schema;
mod settings;
mod sql;
mod sqlite;
mod store;
mod target;
mod transfer;

pub use error::StoreError;
pub use inspection::{Facts, Inspection, SchemaState};
pub use model::{
    Access, Finding, LastRun, Loaded, Moment, OpenOptions, ProjectEntry, RevisionEntry, RunEntry,
    Save, Saved, ScenarioEntry, StoredRun,
};
pub use store::Store;
pub use target::{DEFAULT_PORT, DatabaseTarget, Password, ServerTarget, TargetError, TlsMode};
pub use transfer::Restored;
