//! Scenarios with their calendar, conventions and settings of the last simulation.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, boolean, double, pk_uuid, text, text_null, uuid, uuid_null,
};

use crate::columns::{Parent, Shared};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[derive(DeriveIden)]
enum Column {
    ProjectId,
    Revision,
    CreatedAt,
    Name,
    ParentScenario,
    ParentRevision,
    Notes,
    Currency,
    ValuationDate,
    StartDate,
    PeriodLength,
    Periods,
    OpeningPeriod,
    FirstLabel,
    Timing,
    DiscountRate,
    Basis,
    Inflation,
    BaseDate,
    PaybackOrigin,
    PaybackDate,
    Percentile,
    NextSlot,
    Trials,
    Seed,
    Sampling,
    Replicates,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table(Parent::Scenario)
            .col(pk_uuid(Shared::Id))
            .col(uuid(Column::ProjectId))
            .col(big_integer(Column::Revision))
            .col(big_integer(Column::CreatedAt))
            .col(text(Shared::Seal))
            .col(text(Column::Name))
            .col(uuid_null(Column::ParentScenario))
            .col(big_integer_null(Column::ParentRevision))
            .col(text(Column::Notes))
            .col(text(Column::Currency));
        calendar_columns(&mut table);
        convention_columns(&mut table);
        table
            .col(big_integer(Column::NextSlot))
            .col(big_integer(Column::Trials))
            .col(big_integer(Column::Seed))
            .col(text(Column::Sampling))
            .col(big_integer_null(Column::Replicates))
            .foreign_key(
                ForeignKey::create()
                    .from(Parent::Scenario, Column::ProjectId)
                    .to(Parent::Project, Shared::Id)
                    .on_delete(ForeignKeyAction::Cascade),
            );
        manager.create_table(table).await?;
        let mut by_project = Index::create();
        by_project
            .name("idx_scenario_project_id")
            .table(Parent::Scenario)
            .col(Column::ProjectId);
        manager.create_index(by_project).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(Parent::Scenario).to_owned())
            .await
    }
}

fn calendar_columns(table: &mut TableCreateStatement) {
    table
        .col(text(Column::ValuationDate))
        .col(text(Column::StartDate))
        .col(text(Column::PeriodLength))
        .col(big_integer(Column::Periods))
        .col(boolean(Column::OpeningPeriod))
        .col(big_integer(Column::FirstLabel))
        .col(text(Column::Timing));
}

fn convention_columns(table: &mut TableCreateStatement) {
    table
        .col(double(Column::DiscountRate))
        .col(text(Column::Basis))
        .col(double(Column::Inflation))
        .col(text_null(Column::BaseDate))
        .col(text(Column::PaybackOrigin))
        .col(text_null(Column::PaybackDate))
        .col(text(Column::Percentile));
}
