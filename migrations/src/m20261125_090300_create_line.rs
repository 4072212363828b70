//! Lines of the model: one table a section, all with the same columns.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{blob_null, double_null, text, text_null};

use crate::columns::{Shared, scenario_row};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[derive(Clone, Copy, DeriveIden)]
enum Section {
    ProductionOutput,
    Product,
    Opex,
    Capex,
    FiscalTerm,
    CashFlowLine,
}

impl Section {
    const ALL: [Self; 6] = [
        Self::ProductionOutput,
        Self::Product,
        Self::Opex,
        Self::Capex,
        Self::FiscalTerm,
        Self::CashFlowLine,
    ];
}

#[derive(DeriveIden)]
enum Line {
    Kind,
    Number,
    Series,
    Formula,
    Role,
    Output,
    Timing,
    Basis,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for section in Section::ALL {
            let mut table = scenario_row(section);
            table
                .col(text(Line::Kind))
                .col(double_null(Line::Number))
                .col(blob_null(Line::Series))
                .col(text_null(Line::Formula))
                .col(text_null(Line::Role))
                .col(text_null(Line::Output))
                .col(text_null(Line::Timing))
                .col(text_null(Line::Basis))
                .col(text(Shared::Source))
                .col(text(Shared::Note));
            manager.create_table(table).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for section in Section::ALL {
            manager
                .drop_table(Table::drop().table(section).to_owned())
                .await?;
        }
        Ok(())
    }
}
