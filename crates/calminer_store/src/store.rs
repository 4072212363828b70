//! The store itself: one database, one writer at a time.

use std::fmt;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

use sea_orm::{DatabaseConnection, DatabaseTransaction};
use tokio::sync::Mutex;

use crate::error::StoreError;
use crate::model::{Access, OpenOptions};
use crate::{sql, sqlite};

/// A database with projects, scenarios, revisions, runs and settings. Cheap to clone; all clones are one store.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    db: DatabaseConnection,
    /// Writers take turns here before they ask the database, which then never sees two of ours at once.
    writer: Arc<Mutex<()>>,
    path: PathBuf,
    access: Access,
}

/// What is done inside one transaction.
pub(crate) type Work<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

impl Store {
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
        Ok(Self {
            inner: Arc::new(Inner {
                db,
                writer: Arc::default(),
                path,
                access,
            }),
        })
    }

    /// Whether it takes writes.
    pub fn access(&self) -> &Access {
        &self.inner.access
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// Ends all work and puts everything into the one file. Later calls fail.
    pub async fn close(&self) -> Result<(), StoreError> {
        let _turn = self.inner.writer.lock().await;
        Ok(self.inner.db.close_by_ref().await?)
    }

    /// Writes a whole copy into a file, also while others work. What was there under that name is replaced at the end.
    pub async fn backup_to(&self, path: impl AsRef<Path>) -> Result<(), StoreError> {
        sqlite::copy(&self.inner.db, path.as_ref()).await
    }

    pub(crate) fn db(&self) -> &DatabaseConnection {
        &self.inner.db
    }

    /// Runs work in a transaction that sees one state throughout.
    pub(crate) async fn read<T>(
        &self,
        work: impl for<'c> FnOnce(&'c DatabaseTransaction) -> Work<'c, T>,
    ) -> Result<T, StoreError> {
        let transaction = sql::begin_read(&self.inner.db).await?;
        let found = work(&transaction).await?;
        transaction.commit().await?;
        Ok(found)
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
            let transaction = sql::begin_write(&inner.db).await?;
            // Without a commit the transaction is rolled back when it is dropped.
            let done = work(&transaction).await?;
            transaction.commit().await?;
            Ok(done)
        });
        let stopped = |error: tokio::task::JoinError| StoreError::Io {
            what: "saving was broken off".to_owned(),
            detail: error.to_string(),
        };
        task.await.map_err(stopped)?
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("access", &self.inner.access)
            .finish_non_exhaustive()
    }
}
