//! Migrations of the database, in the order in which they are applied.
//!
//! Each is frozen once landed: a change of the schema is a new file. Every column is portable between SQLite and
//! PostgreSQL: whole numbers are signed 64-bit, texts have no length, figures are doubles or blobs of little-endian
//! doubles. Knows nothing of scenarios: what the rows mean is the store's matter.

#![expect(
    elided_lifetimes_in_paths,
    reason = "the macro of MigrationTrait names elided lifetimes itself and refuses '_ there"
)]

use sea_orm_migration::prelude::*;

mod columns;
mod m20261125_090000_create_project;
mod m20261125_090100_create_scenario;
mod m20261125_090200_create_parameter;
mod m20261125_090300_create_line;
mod m20261125_090400_create_revision;
mod m20261125_090500_create_simulation;
mod m20261130_090000_extend_parameter;
mod m20261130_110000_create_item;

pub use sea_orm_migration::MigratorTrait;

/// Brings a database to the schema of this program.
#[derive(Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261125_090000_create_project::Migration),
            Box::new(m20261125_090100_create_scenario::Migration),
            Box::new(m20261125_090200_create_parameter::Migration),
            Box::new(m20261125_090300_create_line::Migration),
            Box::new(m20261125_090400_create_revision::Migration),
            Box::new(m20261125_090500_create_simulation::Migration),
            Box::new(m20261130_090000_extend_parameter::Migration),
            Box::new(m20261130_110000_create_item::Migration),
        ]
    }
}
