//! Parameters, the figures of their distributions, lookup tables and correlations.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, blob, blob_null, boolean, double, double_null, text, text_null, uuid,
};

use crate::columns::{Parent, Shared, scenario_row, to_scenario};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[derive(DeriveIden)]
enum Parameter {
    Slot,
    BaseKind,
    BaseNumber,
    BaseSeries,
    Form,
    Distribution,
}

#[derive(DeriveIden)]
enum DistributionData {
    Table,
    ParameterId,
    Field,
    Figure,
}

#[derive(Clone, Copy, DeriveIden)]
enum LookupTable {
    Table,
    RowKeys,
    ColumnKeys,
    Figures,
    Clamped,
}

#[derive(DeriveIden)]
enum Correlation {
    Table,
    A,
    B,
    Rho,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut parameter = scenario_row(Parent::Parameter);
        parameter
            .col(big_integer(Parameter::Slot))
            .col(text(Parameter::BaseKind))
            .col(double_null(Parameter::BaseNumber))
            .col(blob_null(Parameter::BaseSeries))
            .col(text_null(Parameter::Form))
            .col(text_null(Parameter::Distribution))
            .col(text(Shared::Source))
            .col(text(Shared::Note));
        manager.create_table(parameter).await?;
        manager.create_table(distribution_data()).await?;
        let mut table = scenario_row(LookupTable::Table);
        table
            .col(blob(LookupTable::RowKeys))
            .col(blob(LookupTable::ColumnKeys))
            .col(blob(LookupTable::Figures))
            .col(boolean(LookupTable::Clamped))
            .col(text(Shared::Source));
        manager.create_table(table).await?;
        manager.create_table(correlation()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(Correlation::Table).to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table(LookupTable::Table).to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table(DistributionData::Table).to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table(Parent::Parameter).to_owned())
            .await
    }
}

/// One row a figure, or a row of a table of figures.
fn distribution_data() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table(DistributionData::Table)
        .col(uuid(Shared::ScenarioId))
        .col(uuid(DistributionData::ParameterId))
        .col(text(DistributionData::Field))
        .col(big_integer(Shared::Position))
        .col(double(DistributionData::Figure))
        .primary_key(
            Index::create()
                .col(Shared::ScenarioId)
                .col(DistributionData::ParameterId)
                .col(DistributionData::Field)
                .col(Shared::Position),
        )
        .foreign_key(
            ForeignKey::create()
                .from(
                    DistributionData::Table,
                    (Shared::ScenarioId, DistributionData::ParameterId),
                )
                .to(Parent::Parameter, (Shared::ScenarioId, Shared::Id))
                .on_delete(ForeignKeyAction::Cascade),
        );
    table
}

/// A pair may name a parameter that is gone: a half-finished scenario is kept as it is.
fn correlation() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table(Correlation::Table)
        .col(uuid(Shared::ScenarioId))
        .col(big_integer(Shared::Position))
        .col(uuid(Correlation::A))
        .col(uuid(Correlation::B))
        .col(double(Correlation::Rho))
        .col(text(Shared::Source))
        .primary_key(
            Index::create()
                .col(Shared::ScenarioId)
                .col(Shared::Position),
        )
        .foreign_key(&mut to_scenario(Correlation::Table));
    table
}
