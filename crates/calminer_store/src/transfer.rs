//! Everything from one database into another, whichever holds them: backups and their way back.

use std::path::Path;

use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel,
    Iterable as _, PrimaryKeyToColumn as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use crate::entity::{
    application_setting, change_log, correlation, distribution_data, lookup_table, parameter,
    project, scenario, scenario_revision, simulation_output, simulation_result, simulation_sample,
};
use crate::error::StoreError;
use crate::inspection::SchemaState;
use crate::model::OpenOptions;
use crate::rows::{item, line};
use crate::settings::{self, Change};
use crate::sqlite::{self, Unfinished};
use crate::store::Store;
use crate::target::DatabaseTarget;

/// Rows that are in memory at once; fewer of those that hold documents, fewest of samples, which take up to 8 MB.
const ROWS: u64 = 1_000;
const DOCUMENTS: u64 = 50;
const SAMPLES: u64 = 4;

/// What a restore has put in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restored {
    /// Number of projects.
    pub projects: u64,
    /// Number of scenarios.
    pub scenarios: u64,
    /// Number of runs.
    pub runs: u64,
}

impl Store {
    /// Writes everything into one SQLite file, as it is at one moment, also while others work. What was there under
    /// that name is replaced at the end.
    pub async fn backup_to(&self, path: impl AsRef<Path>) -> Result<(), StoreError> {
        let path = path.as_ref();
        if self.path().is_some() {
            return sqlite::copy(self.db(), path).await;
        }
        let unfinished = Unfinished::beside(path)?;
        let written = self.write_file(unfinished.path()).await;
        unfinished.finish(written)
    }

    async fn write_file(&self, path: &Path) -> Result<(), StoreError> {
        let file = Self::open_file(path, OpenOptions::default()).await?;
        let copied = self.copy_into(&file, Keep::Nothing).await;
        let closed = file.close().await;
        copied.and(closed)
    }

    /// Puts what a backup holds in place of everything that is here: all of it, or nothing.
    ///
    /// The backup is checked first; it may be of an older CalMiner and is not changed.
    pub async fn restore_from(&self, path: impl AsRef<Path>) -> Result<Restored, StoreError> {
        let source = Source::open(path.as_ref()).await?;
        let restored = self.replace_with(&source.store).await;
        source.close().await;
        restored
    }

    async fn replace_with(&self, source: &Self) -> Result<Restored, StoreError> {
        if let Some(finding) = source.doctor().await?.into_iter().next() {
            return Err(StoreError::damaged(
                "the backup",
                format!("{}: {}", finding.what, finding.detail),
            ));
        }
        source.copy_into(self, Keep::Log).await?;
        let facts = source.facts().await?;
        Ok(Restored {
            projects: facts.projects,
            scenarios: facts.scenarios,
            runs: facts.runs,
        })
    }

    /// One reading and one writing transaction.
    async fn copy_into(&self, to: &Self, keep: Keep) -> Result<(), StoreError> {
        let from = self.clone();
        to.write(move |to| {
            Box::pin(async move {
                let reading = from.begin_read().await?;
                delete_all(to).await?;
                copy_all(&reading, to).await?;
                reading.commit().await?;
                match keep {
                    Keep::Nothing => Ok(()),
                    Keep::Log => settings::log(to, Change::of("restore backup")).await,
                }
            })
        })
        .await
    }
}

/// What the copy says of itself: a backup nothing, a restore a line in the log.
#[derive(Clone, Copy)]
enum Keep {
    Nothing,
    Log,
}

/// An open backup. One with an older schema is brought up to date in a copy.
struct Source {
    store: Store,
    copy: Option<std::path::PathBuf>,
}

impl Source {
    async fn open(path: &Path) -> Result<Self, StoreError> {
        let reading = OpenOptions {
            create: false,
            read_only: true,
            ..OpenOptions::default()
        };
        let target = DatabaseTarget::File(path.to_owned());
        if Store::inspect(&target).await?.state != SchemaState::Older {
            let store = Store::open_file(path, reading).await?;
            return Ok(Self { store, copy: None });
        }
        let copy = std::env::temp_dir().join(format!("calminer-{}.db", Uuid::now_v7()));
        sqlite::copy_still(path, &copy)?;
        let opened = Store::open_file(&copy, OpenOptions::default()).await;
        let source = opened.map(|store| Self {
            store,
            copy: Some(copy.clone()),
        });
        if source.is_err() {
            sqlite::remove(&copy);
        }
        source
    }

    async fn close(self) {
        // It was only read; a close that fails changes nothing of what was restored.
        drop(self.store.close().await);
        if let Some(copy) = self.copy {
            sqlite::remove(&copy);
        }
    }
}

/// Children go with their parents.
async fn delete_all(db: &DatabaseTransaction) -> Result<(), StoreError> {
    project::Entity::delete_many().exec(db).await?;
    application_setting::Entity::delete_many().exec(db).await?;
    change_log::Entity::delete_many().exec(db).await?;
    Ok(())
}

/// Parents first.
async fn copy_all(from: &DatabaseTransaction, to: &DatabaseTransaction) -> Result<(), StoreError> {
    table::<project::Entity>(from, to, ROWS).await?;
    table::<scenario::Entity>(from, to, ROWS).await?;
    table::<parameter::Entity>(from, to, ROWS).await?;
    table::<distribution_data::Entity>(from, to, ROWS).await?;
    table::<lookup_table::Entity>(from, to, ROWS).await?;
    table::<correlation::Entity>(from, to, ROWS).await?;
    let scenarios: Vec<Uuid> = scenario::Entity::find()
        .select_only()
        .column(scenario::Column::Id)
        .into_tuple()
        .all(from)
        .await?;
    for scenario in scenarios {
        item::insert(to, &item::read(from, scenario).await?).await?;
        line::insert(to, &line::read(from, scenario).await?).await?;
    }
    table::<scenario_revision::Entity>(from, to, DOCUMENTS).await?;
    table::<simulation_result::Entity>(from, to, DOCUMENTS).await?;
    table::<simulation_output::Entity>(from, to, ROWS).await?;
    table::<simulation_sample::Entity>(from, to, SAMPLES).await?;
    table::<application_setting::Entity>(from, to, ROWS).await?;
    table::<change_log::Entity>(from, to, ROWS).await
}

async fn table<E>(
    from: &impl ConnectionTrait,
    to: &impl ConnectionTrait,
    page: u64,
) -> Result<(), StoreError>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel> + Send + Sync,
    E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
{
    let mut offset = 0;
    loop {
        let mut query = E::find().limit(page).offset(offset);
        for key in E::PrimaryKey::iter() {
            query = query.order_by_asc(key.into_column());
        }
        let rows = query.all(from).await?;
        let last = (rows.len() as u64) < page;
        crate::sql::insert_all::<E>(to, rows).await?;
        if last {
            return Ok(());
        }
        offset += page;
    }
}
