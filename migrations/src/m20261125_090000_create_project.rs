//! Projects, settings of the application and the log of changes.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, pk_uuid, text, uuid_null};

use crate::columns::{Parent, Shared};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[derive(DeriveIden)]
enum Project {
    Name,
    Description,
    CreatedAt,
}

#[derive(DeriveIden)]
enum ApplicationSetting {
    Table,
    Value,
}

#[derive(DeriveIden)]
enum ChangeLog {
    Table,
    At,
    What,
    Author,
    Revision,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut project = Table::create();
        project
            .table(Parent::Project)
            .col(pk_uuid(Shared::Id))
            .col(text(Project::Name))
            .col(text(Project::Description))
            .col(big_integer(Project::CreatedAt))
            .col(text(Shared::Seal));
        manager.create_table(project).await?;
        let mut setting = Table::create();
        setting
            .table(ApplicationSetting::Table)
            .col(text(Shared::Key).primary_key())
            .col(text(ApplicationSetting::Value))
            .col(text(Shared::Seal));
        manager.create_table(setting).await?;
        // No foreign key: the log outlives what it names.
        let mut log = Table::create();
        log.table(ChangeLog::Table)
            .col(pk_uuid(Shared::Id))
            .col(big_integer(ChangeLog::At))
            .col(text(ChangeLog::What))
            .col(text(ChangeLog::Author))
            .col(uuid_null(Shared::ScenarioId))
            .col(big_integer_null(ChangeLog::Revision))
            .col(text(Shared::Seal));
        manager.create_table(log).await?;
        let mut by_time = Index::create();
        by_time
            .name("idx_change_log_at")
            .table(ChangeLog::Table)
            .col(ChangeLog::At);
        manager.create_index(by_time).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(ChangeLog::Table).to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table(ApplicationSetting::Table).to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table(Parent::Project).to_owned())
            .await
    }
}
