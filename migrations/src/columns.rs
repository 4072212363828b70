//! What several tables share.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, text, uuid};

/// Columns that more than one table has.
#[derive(DeriveIden)]
pub(crate) enum Shared {
    ScenarioId,
    Id,
    Position,
    Key,
    Label,
    Unit,
    Source,
    Note,
    Seal,
}

/// The tables that others refer to.
#[derive(Clone, Copy, DeriveIden)]
pub(crate) enum Parent {
    Project,
    Scenario,
    Parameter,
    ScenarioRevision,
    SimulationResult,
}

/// A row of a scenario: its key is the scenario and its own stable identity, its place the position.
pub(crate) fn scenario_row(table: impl IntoIden + Copy) -> TableCreateStatement {
    let mut create = Table::create();
    create
        .table(table)
        .col(uuid(Shared::ScenarioId))
        .col(uuid(Shared::Id))
        .col(big_integer(Shared::Position))
        .col(text(Shared::Key))
        .col(text(Shared::Label))
        .col(text(Shared::Unit))
        .primary_key(Index::create().col(Shared::ScenarioId).col(Shared::Id))
        .foreign_key(&mut to_scenario(table));
    create
}

/// Rows go with their scenario.
pub(crate) fn to_scenario(table: impl IntoIden) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(table, Shared::ScenarioId)
        .to(Parent::Scenario, Shared::Id)
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}
