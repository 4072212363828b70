//! What a parameter's distribution is kept in and when it is drawn; how a simulation ends and what it keeps.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{boolean, double_null, text, text_null};

use crate::columns::Parent;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[derive(DeriveIden)]
enum Parameter {
    TruncationMin,
    TruncationMax,
    Draw,
}

#[derive(DeriveIden)]
enum Scenario {
    RepairCorrelations,
    StopOutput,
    StopFigure,
    StopTolerance,
    Keep,
    Bands,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    /// One column a statement: SQLite adds no more at once.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [
            double_null(Parameter::TruncationMin),
            double_null(Parameter::TruncationMax),
            text_null(Parameter::Draw),
        ] {
            manager.alter_table(add(Parent::Parameter, column)).await?;
        }
        let mut repair = boolean(Scenario::RepairCorrelations);
        repair.default(false);
        let mut keep = text(Scenario::Keep);
        keep.default("samples");
        let mut bands = text(Scenario::Bands);
        bands.default("[]");
        for column in [
            repair,
            text_null(Scenario::StopOutput),
            text_null(Scenario::StopFigure),
            double_null(Scenario::StopTolerance),
            keep,
            bands,
        ] {
            manager.alter_table(add(Parent::Scenario, column)).await?;
        }
        // Until now each distribution was drawn once a trial.
        manager
            .get_connection()
            .execute_unprepared("UPDATE parameter SET draw = 'once' WHERE distribution IS NOT NULL")
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [
            Parameter::TruncationMin,
            Parameter::TruncationMax,
            Parameter::Draw,
        ] {
            manager
                .alter_table(drop_column(Parent::Parameter, column))
                .await?;
        }
        for column in [
            Scenario::RepairCorrelations,
            Scenario::StopOutput,
            Scenario::StopFigure,
            Scenario::StopTolerance,
            Scenario::Keep,
            Scenario::Bands,
        ] {
            manager
                .alter_table(drop_column(Parent::Scenario, column))
                .await?;
        }
        Ok(())
    }
}

fn add(table: Parent, column: ColumnDef) -> TableAlterStatement {
    Table::alter().table(table).add_column(column).to_owned()
}

fn drop_column(table: Parent, column: impl IntoIden) -> TableAlterStatement {
    Table::alter().table(table).drop_column(column).to_owned()
}
