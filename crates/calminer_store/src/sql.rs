//! What every database is asked in the same way: transactions, large inserts, plain queries.

use std::time::{Duration, Instant};

use sea_orm::sea_query::SelectStatement;
use sea_orm::{
    AccessMode, ActiveModelTrait, ConnectOptions, ConnectionTrait, Database, DatabaseConnection,
    DatabaseTransaction, DbBackend, DbErr, EntityTrait, IntoActiveModel, IsolationLevel,
    Iterable as _, SqliteTransactionMode, TransactionOptions, TransactionTrait as _,
};

use crate::error::StoreError;

/// Values bound in one statement: SQLite takes 32,766, PostgreSQL 65,535.
pub(crate) const BINDS: usize = 30_000;

/// Starts the transaction of a writer. SQLite must know at once that it will write: a transaction that reads first and
/// writes later fails at once when another writer was quicker, whatever the busy timeout.
pub(crate) async fn begin_write(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let sqlite = db.get_database_backend() == DbBackend::Sqlite;
    let options = TransactionOptions {
        sqlite_transaction_mode: sqlite.then_some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    db.begin_with_options(options).await
}

/// Starts a transaction that sees one state of the database throughout.
pub(crate) async fn begin_read(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    if db.get_database_backend() == DbBackend::Sqlite {
        return db.begin().await;
    }
    db.begin_with_config(
        Some(IsolationLevel::RepeatableRead),
        Some(AccessMode::ReadOnly),
    )
    .await
}

/// Inserts rows, as many a statement as the databases take.
pub(crate) async fn insert_all<E>(
    db: &impl ConnectionTrait,
    rows: Vec<E::Model>,
) -> Result<(), DbErr>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
{
    let chunk = BINDS / E::Column::iter().count().max(1);
    let mut rows = rows.into_iter().map(IntoActiveModel::into_active_model);
    loop {
        let some: Vec<E::ActiveModel> = rows.by_ref().take(chunk).collect();
        if some.is_empty() {
            return Ok(());
        }
        E::insert_many(some).exec_without_returning(db).await?;
    }
}

/// Rows of a query that no entity stands for.
pub(crate) async fn all<T: sea_orm::FromQueryResult>(
    db: &impl ConnectionTrait,
    query: &SelectStatement,
) -> Result<Vec<T>, DbErr> {
    let rows = db.query_all(query).await?;
    rows.iter()
        .map(|row| T::from_query_result(row, ""))
        .collect()
}

/// Connects, and tries again for some time while another has the file locked: SQLite does not wait for a lock where a
/// new file changes to its write-ahead log, and two first starts at once meet there.
pub(crate) async fn connect_within(
    options: ConnectOptions,
    patience: Duration,
) -> Result<DatabaseConnection, StoreError> {
    let began = Instant::now();
    loop {
        match Database::connect(options.clone()).await {
            Ok(db) => return Ok(db),
            Err(error) => match StoreError::from(error) {
                StoreError::Locked { .. } if began.elapsed() < patience => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                error => return Err(error),
            },
        }
    }
}
