//! Items of the typed sections: schedules, products, costs, taxes ... stand in the tables of their sections, beside the
//! lines there; consumption and unit costs have tables of their own.
//!
//! A row with terms is an item, one without is a line. What terms an item has is the store's matter: they are JSON.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text, text_null};

use crate::columns::{Shared, scenario_row};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The tables that hold lines already.
#[derive(Clone, Copy, DeriveIden)]
enum Shelf {
    ProductionOutput,
    Product,
    Opex,
    Capex,
    FiscalTerm,
}

impl Shelf {
    const ALL: [Self; 5] = [
        Self::ProductionOutput,
        Self::Product,
        Self::Opex,
        Self::Capex,
        Self::FiscalTerm,
    ];
}

/// The tables that hold items alone.
#[derive(Clone, Copy, DeriveIden)]
enum Own {
    Consumption,
    Indicator,
}

impl Own {
    const ALL: [Self; 2] = [Self::Consumption, Self::Indicator];
}

#[derive(DeriveIden)]
enum Item {
    Kind,
    Terms,
    Units,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in Shelf::ALL {
            // One column a statement: SQLite adds no more at once.
            for column in [text_null(Item::Terms), text_null(Item::Units)] {
                let alter = Table::alter().table(table).add_column(column).to_owned();
                manager.alter_table(alter).await?;
            }
        }
        for table in Own::ALL {
            let mut create = scenario_row(table);
            create
                .col(text(Item::Kind))
                .col(text(Item::Terms))
                .col(text(Item::Units))
                .col(text(Shared::Source))
                .col(text(Shared::Note));
            manager.create_table(create).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in Own::ALL {
            manager
                .drop_table(Table::drop().table(table).to_owned())
                .await?;
        }
        for table in Shelf::ALL {
            // Without their terms they would be taken for lines.
            let items = Query::delete()
                .from_table(table)
                .and_where(Expr::col(Item::Terms).is_not_null())
                .to_owned();
            manager.execute(items).await?;
            for column in [Item::Terms, Item::Units] {
                let alter = Table::alter().table(table).drop_column(column).to_owned();
                manager.alter_table(alter).await?;
            }
        }
        Ok(())
    }
}
