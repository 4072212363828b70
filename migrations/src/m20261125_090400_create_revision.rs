//! Revisions: every saved state of a scenario as one whole document.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, blob, text, uuid};

use crate::columns::{Parent, Shared, to_scenario};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[derive(DeriveIden)]
enum Column {
    Revision,
    SavedAt,
    Author,
    Comment,
    Format,
    Engine,
    Document,
    Sha256,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table(Parent::ScenarioRevision)
            .col(uuid(Shared::ScenarioId))
            .col(big_integer(Column::Revision))
            .col(big_integer(Column::SavedAt))
            .col(text(Column::Author))
            .col(text(Column::Comment))
            .col(big_integer(Column::Format))
            .col(text(Column::Engine))
            .col(blob(Column::Document))
            .col(text(Column::Sha256))
            .col(text(Shared::Seal))
            .primary_key(
                Index::create()
                    .col(Shared::ScenarioId)
                    .col(Column::Revision),
            )
            .foreign_key(&mut to_scenario(Parent::ScenarioRevision));
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(Parent::ScenarioRevision).to_owned())
            .await
    }
}
