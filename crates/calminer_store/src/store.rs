//! The store itself: one database, one writer at a time.

use std::fmt;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

use sea_orm::{DatabaseConnection, DatabaseTransaction, DbErr};
use tokio::sync::Mutex;

use crate::error::StoreError;
use crate::model::{Access, OpenOptions};
use crate::target::DatabaseTarget;
use crate::{postgres, sql, sqlite};

/// A database with projects, scenarios, revisions, runs and settings. Cheap to clone; all clones are one store.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    db: DatabaseConnection,
    /// Writers take turns here before they ask the database, which then never sees two of ours at once.
    writer: Arc<Mutex<()>>,
    target: DatabaseTarget,
    system: String,
    access: Access,
}

/// What is done inside one transaction.
pub(crate) type Work<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

impl Store {
    /// Opens a database: a file as [`Store::open_file`] does, or one on a server.
    ///
    /// A server's schema is never made or migrated here: one that is not this program's is refused with the version
    /// that is needed. A server, or a user of it, that takes no writes is opened for reading. What does not answer is
    /// given up within 5 s.
    pub async fn open(target: &DatabaseTarget, options: OpenOptions) -> Result<Self, StoreError> {
        let server = match target {
            DatabaseTarget::File(path) => return Self::open_file(path, options).await,
            DatabaseTarget::Server(server) => server,
        };
        // Boxed: the future of opening is large and lives for a moment only.
        let postgres::Opened { db, access, system } =
            Box::pin(postgres::open(server, options)).await?;
        Ok(Self::of(db, target.clone(), access, system))
    }

    /// Opens a SQLite file.
    ///
    /// Its kind and schema are read before anything is written: a file of another program or of a newer CalMiner is
    /// left as it is. An older schema is brought up to date after a copy of the file was put beside it. A file or
    /// folder that takes no writes is opened for reading.
    pub async fn open_file(
        path: impl AsRef<Path>,
        options: OpenOptions,
    ) -> Result<Self, StoreError> {
        // Boxed: the future of opening is large and lives for a moment only.
        let sqlite::Opened { db, path, access } =
            Box::pin(sqlite::open(path.as_ref(), options)).await?;
        let system = sqlite::system(&db).await?;
        Ok(Self::of(db, DatabaseTarget::File(path), access, system))
    }

    fn of(db: DatabaseConnection, target: DatabaseTarget, access: Access, system: String) -> Self {
        Self {
            inner: Arc::new(Inner {
                db,
                writer: Arc::default(),
                target,
                system,
                access,
            }),
        }
    }

    /// Whether it takes writes.
    pub fn access(&self) -> &Access {
        &self.inner.access
    }

    /// The database that was opened; a file with its whole path.
    pub fn target(&self) -> &DatabaseTarget {
        &self.inner.target
    }

    /// The file; `None` for a database on a server.
    pub fn path(&self) -> Option<&Path> {
        self.inner.target.file()
    }

    /// What holds it, with its version: "SQLite 3.50.2", "PostgreSQL 16.4".
    pub fn system(&self) -> &str {
        &self.inner.system
    }

    /// Ends all work; a file has everything in it then. Later calls fail.
    pub async fn close(&self) -> Result<(), StoreError> {
        let _turn = self.inner.writer.lock().await;
        Ok(self.inner.db.close_by_ref().await?)
    }

    pub(crate) fn db(&self) -> &DatabaseConnection {
        &self.inner.db
    }

    /// Runs work in a transaction that sees one state throughout.
    pub(crate) async fn read<T>(
        &self,
        work: impl for<'c> FnOnce(&'c DatabaseTransaction) -> Work<'c, T>,
    ) -> Result<T, StoreError> {
        let transaction = self.begin_read().await?;
        let found = work(&transaction).await?;
        transaction.commit().await?;
        Ok(found)
    }

    /// Starts a transaction that sees one state throughout.
    pub(crate) async fn begin_read(&self) -> Result<DatabaseTransaction, StoreError> {
        // A start that is broken off would leave the connection inside a transaction (sqlx issue 4393), so it is a
        // task of its own; a transaction that nobody takes is rolled back.
        let inner = Arc::clone(&self.inner);
        let started = tokio::spawn(async move { sql::begin_read(&inner.db).await });
        let started = started.await.map_err(|error| broken_off(&error))?;
        started.map_err(|error| self.inner.gone(error))
    }

    /// Runs work in one transaction: all of it is stored, or nothing.
    ///
    /// It is a task of its own, so it ends or is rolled back even when the caller is no longer interested.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl for<'c> FnOnce(&'c DatabaseTransaction) -> Work<'c, T> + Send + 'static,
    ) -> Result<T, StoreError> {
        if let Access::ReadOnly { reason } = &self.inner.access {
            return Err(StoreError::ReadOnly {
                reason: reason.clone(),
            });
        }
        // The turn is taken first: writes happen in the order in which they were asked for.
        let turn = Arc::clone(&self.inner.writer).lock_owned().await;
        let inner = Arc::clone(&self.inner);
        let task = tokio::spawn(async move {
            let _turn = turn;
            let transaction = sql::begin_write(&inner.db)
                .await
                .map_err(|error| inner.gone(error))?;
            // Without a commit the transaction is rolled back when it is dropped.
            let done = work(&transaction).await?;
            transaction.commit().await?;
            Ok(done)
        });
        task.await.map_err(|error| broken_off(&error))?
    }
}

impl Inner {
    fn gone(&self, error: DbErr) -> StoreError {
        let server = matches!(self.target, DatabaseTarget::Server(_));
        postgres::gone(error, server)
    }
}

fn broken_off(error: &tokio::task::JoinError) -> StoreError {
    StoreError::Io {
        what: "the work on the database was broken off".to_owned(),
        detail: error.to_string(),
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("target", &self.inner.target)
            .field("access", &self.inner.access)
            .finish_non_exhaustive()
    }
}
