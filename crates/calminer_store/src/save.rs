//! Saving: tables, revision and log in one transaction, checked against the revision the edits are based on.

use calminer_domain::{Project, Scenario, file};
use calminer_engine::result::ENGINE_VERSION;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, DatabaseTransaction, DbErr,
    EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QuerySelect as _,
};
use uuid::Uuid;

use crate::codec::seal::Seal;
use crate::codec::{pack, sha256_hex, text};
use crate::entity::{
    correlation, distribution_data, lookup_table, parameter, scenario, scenario_revision,
};
use crate::error::StoreError;
use crate::model::{Moment, Save, Saved};
use crate::rows::{Rows, item, line, narrow};
use crate::scenarios::SCENARIO;
use crate::store::Store;
use crate::{projects, revisions, scenarios, settings, sql};

/// A save with everything made ready, so that the transaction is short.
struct Ready {
    project: Project,
    rows: Rows,
    expected: Option<u32>,
    author: String,
    comment: String,
    format: i64,
    document: Vec<u8>,
    sha256: String,
}

impl Store {
    /// Saves a scenario: all of it or nothing.
    ///
    /// With [`StoreError::Conflict`] someone else saved since the expected revision; nothing was overwritten. A
    /// scenario that is stored just so makes no new revision.
    pub async fn save(&self, save: Save<'_>) -> Result<Saved, StoreError> {
        let ready = ready(&save)?;
        self.write(move |db| Box::pin(write(db, ready))).await
    }

    /// Deletes a scenario with its history and runs.
    pub async fn delete_scenario(&self, scenario: Uuid) -> Result<(), StoreError> {
        self.write(move |db| {
            Box::pin(async move {
                let deleted = scenario::Entity::delete_by_id(scenario).exec(db).await?;
                if deleted.rows_affected == 0 {
                    return Err(StoreError::missing(SCENARIO));
                }
                settings::log(
                    db,
                    settings::Change::of("delete scenario").scenario(scenario),
                )
                .await
            })
        })
        .await
    }
}

fn ready(save: &Save<'_>) -> Result<Ready, StoreError> {
    let rows = Rows::of(save.project.id, save.scenario)?;
    let unstorable = |reason: &str| StoreError::Unstorable {
        reason: reason.to_owned(),
    };
    // A figure that is not finite has no place in a document. The rows are read back here, before anything is
    // written, so that what is stored can always be loaded.
    let stored: Scenario = rows
        .clone()
        .scenario()
        .map_err(|_damage| unstorable("a figure is not a finite number"))?;
    let document = file::canonical(&stored);
    let again = file::from_canonical(&document)
        .map_err(|_null| unstorable("a figure is not a finite number"))?;
    if again != stored {
        return Err(unstorable("a figure would not be kept as it is"));
    }
    Ok(Ready {
        project: save.project.clone(),
        rows,
        expected: save.expected_revision,
        author: text::stored(save.author),
        comment: text::stored(save.comment),
        format: file::version_of(&stored).cast_signed(),
        sha256: sha256_hex(&document),
        document: pack(&document)?,
    })
}

async fn write(db: &DatabaseTransaction, mut ready: Ready) -> Result<Saved, StoreError> {
    let id = ready.rows.head.id;
    let now = Moment::now();
    if let Some(saved) = follow(db, &mut ready, now).await? {
        return Ok(saved);
    }
    ready.rows.head.seal = head_seal(&ready.rows.head);
    projects::insert_if_missing(db, &ready.project, now).await?;
    if ready.rows.head.revision == 1 {
        insert_head(db, &ready.rows.head).await?;
    }
    let revision = ready.rows.head.revision;
    write_rows(db, ready.rows).await?;
    let mut row = scenario_revision::Model {
        scenario_id: id,
        revision,
        saved_at: now.unix_millis(),
        author: ready.author.clone(),
        comment: ready.comment,
        format: ready.format,
        engine: ENGINE_VERSION.to_owned(),
        document: ready.document,
        sha256: ready.sha256,
        seal: String::new(),
    };
    row.seal = revisions::seal(&row);
    row.into_active_model().insert(db).await?;
    let change = settings::Change::of("save scenario")
        .scenario(id)
        .revision(revision)
        .author(ready.author)
        .at(now);
    settings::log(db, change).await?;
    Ok(Saved {
        revision: narrow("revision", revision)?,
        saved_at: now,
        unchanged: false,
    })
}

/// Gives the scenario the revision after the stored one. A save that is stored already ends here.
async fn follow(
    db: &DatabaseTransaction,
    ready: &mut Ready,
    now: Moment,
) -> Result<Option<Saved>, StoreError> {
    // The row is held until the commit, so that of two clients at a server the second sees what the first saved.
    let current = scenario::Entity::find_by_id(ready.rows.head.id)
        .lock_exclusive()
        .one(db)
        .await?;
    let Some(current) = current else {
        if ready.expected.is_some() {
            return Err(StoreError::missing(SCENARIO));
        }
        ready.rows.head.revision = 1;
        ready.rows.head.created_at = now.unix_millis();
        return Ok(None);
    };
    let expected = ready.expected.map_or(0, i64::from);
    // One revision further and the same document: this very save, whose answer was lost on its way.
    if (expected == current.revision || expected + 1 == current.revision)
        && let Some(saved) = same(db, &current, ready).await?
    {
        return Ok(Some(saved));
    }
    if expected != current.revision {
        return Err(conflict(db, &current).await?);
    }
    ready.rows.head.revision = current.revision + 1;
    ready.rows.head.created_at = current.created_at;
    Ok(None)
}

/// What is stored already, when it is the same and whole.
async fn same(
    db: &DatabaseTransaction,
    current: &scenario::Model,
    ready: &Ready,
) -> Result<Option<Saved>, StoreError> {
    if current.project_id != ready.project.id {
        return Ok(None);
    }
    let stored = match revisions::row(db, current.id, current.revision).await? {
        Some(stored) if stored.sha256 == ready.sha256 => stored,
        _ => return Ok(None),
    };
    // Damaged tables are written anew: saving an intact document is the way to mend them.
    match scenarios::load(db, current.id).await {
        Ok(_) => Ok(Some(Saved {
            revision: narrow("revision", stored.revision)?,
            saved_at: Moment::from_unix_millis(stored.saved_at),
            unchanged: true,
        })),
        Err(StoreError::Damaged { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn conflict(
    db: &DatabaseTransaction,
    current: &scenario::Model,
) -> Result<StoreError, StoreError> {
    let theirs = revisions::row(db, current.id, current.revision).await?;
    let (saved_at, author) = theirs.map_or_else(Default::default, |row| {
        (row.saved_at, text::read(row.author))
    });
    Ok(StoreError::Conflict {
        revision: narrow("revision", current.revision)?,
        saved_at: Moment::from_unix_millis(saved_at),
        author: if author.is_empty() {
            "Someone".to_owned()
        } else {
            author
        },
    })
}

/// Two clients may make the same scenario at once: the second waits for the first, and is told.
async fn insert_head(db: &DatabaseTransaction, head: &scenario::Model) -> Result<(), StoreError> {
    let inserted = scenario::Entity::insert(head.clone().into_active_model())
        .on_conflict(
            OnConflict::column(scenario::Column::Id)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(db)
        .await;
    match inserted {
        Ok(1) => return Ok(()),
        Ok(_) | Err(DbErr::RecordNotInserted) => {}
        Err(error) => return Err(error.into()),
    }
    let current = scenario::Entity::find_by_id(head.id).one(db).await?;
    let current = current.ok_or_else(|| StoreError::missing(SCENARIO))?;
    Err(conflict(db, &current).await?)
}

/// Puts the rows in place of those that are there.
async fn write_rows(db: &DatabaseTransaction, rows: Rows) -> Result<(), StoreError> {
    let id = rows.head.id;
    let before = rows.head.revision - 1;
    if before > 0 {
        let updated = scenario::Entity::update_many()
            .set(rows.head.into_active_model().reset_all())
            .filter(scenario::Column::Id.eq(id))
            .filter(scenario::Column::Revision.eq(before))
            .exec(db)
            .await?;
        if updated.rows_affected != 1 {
            return Err(StoreError::Locked {
                detail: "the revision changed while it was being replaced".to_owned(),
            });
        }
        delete_rows(db, id).await?;
    }
    sql::insert_all::<parameter::Entity>(db, rows.parameters).await?;
    sql::insert_all::<distribution_data::Entity>(db, rows.distributions).await?;
    sql::insert_all::<lookup_table::Entity>(db, rows.tables).await?;
    sql::insert_all::<correlation::Entity>(db, rows.correlations).await?;
    item::insert(db, &rows.items).await?;
    line::insert(db, &rows.lines).await
}

async fn delete_rows(db: &impl ConnectionTrait, id: Uuid) -> Result<(), StoreError> {
    distribution_data::Entity::delete_many()
        .filter(distribution_data::Column::ScenarioId.eq(id))
        .exec(db)
        .await?;
    parameter::Entity::delete_many()
        .filter(parameter::Column::ScenarioId.eq(id))
        .exec(db)
        .await?;
    lookup_table::Entity::delete_many()
        .filter(lookup_table::Column::ScenarioId.eq(id))
        .exec(db)
        .await?;
    correlation::Entity::delete_many()
        .filter(correlation::Column::ScenarioId.eq(id))
        .exec(db)
        .await?;
    item::delete(db, id).await?;
    line::delete(db, id).await
}

/// The seal over what is not in the document.
pub(crate) fn head_seal(head: &scenario::Model) -> String {
    Seal::of("scenario")
        .id(head.id)
        .id(head.project_id)
        .whole(head.revision)
        .whole(head.created_at)
        .close()
}
