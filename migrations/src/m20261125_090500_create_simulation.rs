//! Runs: what was asked, what came out, and the samples.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, blob, double_null, pk_uuid, text, text_null, uuid};

use crate::columns::{Parent, Shared};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[derive(DeriveIden)]
enum SimulationResult {
    Revision,
    CreatedAt,
    Trials,
    Seed,
    Sampling,
    Replicates,
    Stream,
    Engine,
    ScenarioSha256,
    SamplesSha256,
    Outcome,
    OutcomeSha256,
    SizeBytes,
}

#[derive(DeriveIden)]
enum SimulationOutput {
    Table,
    ResultId,
    OutputKey,
    Direction,
    Base,
    Mean,
    P10,
    P50,
    P90,
}

#[derive(DeriveIden)]
enum SimulationSample {
    Table,
    ResultId,
    OutputKey,
    Part,
    Trials,
    Data,
    Sha256,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(result()).await?;
        let mut by_time = Index::create();
        by_time
            .name("idx_simulation_result_scenario_id")
            .table(Parent::SimulationResult)
            .col(Shared::ScenarioId)
            .col(SimulationResult::Revision);
        manager.create_index(by_time).await?;
        manager.create_table(output()).await?;
        manager.create_table(sample()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(SimulationSample::Table).to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table(SimulationOutput::Table).to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table(Parent::SimulationResult).to_owned())
            .await
    }
}

fn result() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table(Parent::SimulationResult)
        .col(pk_uuid(Shared::Id))
        .col(uuid(Shared::ScenarioId))
        .col(big_integer(SimulationResult::Revision))
        .col(big_integer(SimulationResult::CreatedAt))
        .col(big_integer(SimulationResult::Trials))
        .col(big_integer(SimulationResult::Seed))
        .col(text(SimulationResult::Sampling))
        .col(big_integer(SimulationResult::Replicates))
        .col(big_integer(SimulationResult::Stream))
        .col(text(SimulationResult::Engine))
        .col(text(SimulationResult::ScenarioSha256))
        .col(text_null(SimulationResult::SamplesSha256))
        .col(blob(SimulationResult::Outcome))
        .col(text(SimulationResult::OutcomeSha256))
        .col(big_integer(SimulationResult::SizeBytes))
        .col(text(Shared::Seal))
        .foreign_key(
            ForeignKey::create()
                .from(
                    Parent::SimulationResult,
                    (Shared::ScenarioId, SimulationResult::Revision),
                )
                .to(
                    Parent::ScenarioRevision,
                    (Shared::ScenarioId, SimulationResult::Revision),
                )
                .on_delete(ForeignKeyAction::Cascade),
        );
    table
}

/// Figures of an output for lists. A figure that is absent or not finite is NULL; the outcome has all of them.
fn output() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table(SimulationOutput::Table)
        .col(uuid(SimulationOutput::ResultId))
        .col(text(SimulationOutput::OutputKey))
        .col(big_integer(Shared::Position))
        .col(text(Shared::Label))
        .col(text(Shared::Unit))
        .col(text(SimulationOutput::Direction))
        .col(double_null(SimulationOutput::Base))
        .col(double_null(SimulationOutput::Mean))
        .col(double_null(SimulationOutput::P10))
        .col(double_null(SimulationOutput::P50))
        .col(double_null(SimulationOutput::P90))
        .col(text(Shared::Seal))
        .primary_key(
            Index::create()
                .col(SimulationOutput::ResultId)
                .col(SimulationOutput::OutputKey),
        )
        .foreign_key(&mut to_result(
            SimulationOutput::Table,
            SimulationOutput::ResultId,
        ));
    table
}

/// Samples in parts of bounded size: little-endian doubles, compressed.
fn sample() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table(SimulationSample::Table)
        .col(uuid(SimulationSample::ResultId))
        .col(text(SimulationSample::OutputKey))
        .col(big_integer(SimulationSample::Part))
        .col(big_integer(SimulationSample::Trials))
        .col(blob(SimulationSample::Data))
        .col(text(SimulationSample::Sha256))
        .primary_key(
            Index::create()
                .col(SimulationSample::ResultId)
                .col(SimulationSample::OutputKey)
                .col(SimulationSample::Part),
        )
        .foreign_key(&mut to_result(
            SimulationSample::Table,
            SimulationSample::ResultId,
        ));
    table
}

fn to_result(table: impl IntoIden, column: impl IntoIden) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(table, column)
        .to(Parent::SimulationResult, Shared::Id)
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}
