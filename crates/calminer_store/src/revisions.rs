//! The history of a scenario: one whole document a revision.

use calminer_domain::{Scenario, file};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DerivePartialModel, EntityTrait as _, QueryFilter as _,
    QueryOrder as _,
};
use uuid::Uuid;

use crate::codec::seal::Seal;
use crate::codec::{self, sha256_hex, text};
use crate::entity::scenario_revision::{Column, Entity, Model};
use crate::error::{StoreError, WHOLE};
use crate::model::{Moment, RevisionEntry};
use crate::rows::narrow;
use crate::store::Store;

/// A revision without its document, which may be large.
#[derive(DerivePartialModel)]
#[sea_orm(entity = "Entity")]
struct Listed {
    revision: i64,
    saved_at: i64,
    author: String,
    comment: String,
    engine: String,
    sha256: String,
}

impl Store {
    /// The history of a scenario, newest first.
    pub async fn revisions(&self, scenario: Uuid) -> Result<Vec<RevisionEntry>, StoreError> {
        let rows = Entity::find()
            .filter(Column::ScenarioId.eq(scenario))
            .order_by_desc(Column::Revision)
            .into_partial_model::<Listed>()
            .all(self.db())
            .await?;
        rows.into_iter().map(entry).collect()
    }

    /// The scenario as it was in a revision.
    pub async fn load_revision(
        &self,
        scenario: Uuid,
        revision: u32,
    ) -> Result<Scenario, StoreError> {
        let what = || format!("revision {revision}");
        let row = row(self.db(), scenario, i64::from(revision)).await?;
        let row = row.ok_or_else(|| StoreError::Missing { what: what() })?;
        document(&row).map_err(|error| error.of(what))
    }
}

fn entry(row: Listed) -> Result<RevisionEntry, StoreError> {
    Ok(RevisionEntry {
        revision: narrow("revision", row.revision)?,
        saved_at: Moment::from_unix_millis(row.saved_at),
        author: text::read(row.author),
        comment: text::read(row.comment),
        engine: row.engine,
        sha256: row.sha256,
    })
}

pub(crate) async fn row(
    db: &impl ConnectionTrait,
    scenario: Uuid,
    revision: i64,
) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id((scenario, revision)).one(db).await?)
}

/// The scenario of a revision, checked against its hash and seal.
pub(crate) fn document(row: &Model) -> Result<Scenario, StoreError> {
    if seal(row) != row.seal {
        return Err(StoreError::damaged(
            WHOLE,
            "author, time or comment of a revision differ from what was saved",
        ));
    }
    let document = codec::unpack(&row.document)?;
    if sha256_hex(&document) != row.sha256 {
        return Err(StoreError::damaged(
            WHOLE,
            "the document of a revision has another hash than when it was saved",
        ));
    }
    let scenario = file::from_canonical(&document)
        .map_err(|error| StoreError::damaged(WHOLE, error.to_string()))?;
    if scenario.id != row.scenario_id {
        return Err(StoreError::damaged(
            WHOLE,
            "the document of a revision is of another scenario",
        ));
    }
    Ok(scenario)
}

/// The seal over what is not in the document.
pub(crate) fn seal(row: &Model) -> String {
    Seal::of("scenario_revision")
        .id(row.scenario_id)
        .whole(row.revision)
        .whole(row.saved_at)
        .text(&row.author)
        .text(&row.comment)
        .whole(row.format)
        .text(&row.engine)
        .text(&row.sha256)
        .close()
}
