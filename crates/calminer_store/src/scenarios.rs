//! Reading scenarios: from the typed tables, checked against the stored revision.

use calminer_domain::{Project, Scenario, file};
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use crate::codec::{sha256_hex, text};
use crate::entity::{
    correlation, distribution_data, lookup_table, parameter, project, scenario, scenario_revision,
};
use crate::error::{StoreError, WHOLE};
use crate::model::{Loaded, Moment};
use crate::rows::{Rows, item, line, narrow};
use crate::store::Store;
use crate::{projects, revisions, save};

/// What a sentence calls a scenario.
pub(crate) const SCENARIO: &str = "the scenario";

impl Store {
    /// The current state of a scenario.
    ///
    /// It is put together from the tables and compared with the stored revision: [`StoreError::Damaged`] names it
    /// when they differ. [`Store::load_revision`] may still give the whole document then.
    pub async fn load(&self, scenario: Uuid) -> Result<Loaded, StoreError> {
        self.read(move |db| Box::pin(async move { load(db, scenario).await }))
            .await
    }
}

pub(crate) async fn load(db: &impl ConnectionTrait, id: Uuid) -> Result<Loaded, StoreError> {
    let head = scenario::Entity::find_by_id(id)
        .one(db)
        .await?
        .ok_or_else(|| StoreError::missing(SCENARIO))?;
    let name = text::read(head.name.clone());
    load_rows(db, head)
        .await
        .map_err(|error| error.of(|| format!("scenario \"{name}\"")))
}

async fn load_rows(db: &impl ConnectionTrait, head: scenario::Model) -> Result<Loaded, StoreError> {
    if save::head_seal(&head) != head.seal {
        return Err(StoreError::damaged(
            WHOLE,
            "its revision, project or time differ from what was saved",
        ));
    }
    let revision = revisions::row(db, head.id, head.revision).await?;
    let lost = || StoreError::damaged(WHOLE, "its revision is not there");
    let revision = revision.ok_or_else(lost)?;
    let project = project_of(db, head.project_id).await?;
    let scenario = read_rows(db, head).await?.scenario()?;
    compare(&scenario, &revision)?;
    Ok(Loaded {
        project,
        scenario,
        revision: narrow("revision", revision.revision)?,
        saved_at: Moment::from_unix_millis(revision.saved_at),
    })
}

async fn project_of(db: &impl ConnectionTrait, id: Uuid) -> Result<Project, StoreError> {
    let row = project::Entity::find_by_id(id).one(db).await?;
    projects::from_row(row.ok_or_else(|| StoreError::damaged(WHOLE, "its project is not there"))?)
}

async fn read_rows(db: &impl ConnectionTrait, head: scenario::Model) -> Result<Rows, StoreError> {
    let id = head.id;
    Ok(Rows {
        head,
        parameters: parameter::Entity::find()
            .filter(parameter::Column::ScenarioId.eq(id))
            .all(db)
            .await?,
        distributions: distribution_data::Entity::find()
            .filter(distribution_data::Column::ScenarioId.eq(id))
            .all(db)
            .await?,
        tables: lookup_table::Entity::find()
            .filter(lookup_table::Column::ScenarioId.eq(id))
            .all(db)
            .await?,
        items: item::read(db, id).await?,
        lines: line::read(db, id).await?,
        correlations: correlation::Entity::find()
            .filter(correlation::Column::ScenarioId.eq(id))
            .all(db)
            .await?,
    })
}

/// The tables must say what the revision says. A document of an older format reads into other bytes than it was
/// written in, so then the scenarios are compared.
fn compare(scenario: &Scenario, revision: &scenario_revision::Model) -> Result<(), StoreError> {
    let canonical = file::canonical(scenario);
    if sha256_hex(&canonical) == revision.sha256 && revisions::seal(revision) == revision.seal {
        return Ok(());
    }
    let stored = revisions::document(revision)?;
    if file::canonical(&stored) == canonical {
        return Ok(());
    }
    Err(StoreError::damaged(
        WHOLE,
        "its tables differ from its stored revision",
    ))
}
