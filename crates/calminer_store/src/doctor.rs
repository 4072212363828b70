//! The check of a whole database: file, references, hashes and seals.

use sea_orm::{ConnectionTrait, DatabaseTransaction, EntityTrait, QuerySelect as _};
use uuid::Uuid;

use crate::entity::{
    application_setting, change_log, project, scenario, scenario_revision, simulation_output,
    simulation_result,
};
use crate::error::{StoreError, WHOLE};
use crate::model::Finding;
use crate::store::Store;
use crate::{projects, revisions, runs, scenarios, settings, sqlite};

impl Store {
    /// Everything that is wrong with the database; empty when it is whole.
    ///
    /// Reads all of it. Damage is a finding, an `Err` means that it could not be read to the end for another reason.
    pub async fn doctor(&self) -> Result<Vec<Finding>, StoreError> {
        let mut found = Findings::default();
        // A server keeps its pages and references whole itself.
        let pages = match self.path() {
            Some(_) => found.note(sqlite::check(self.db()).await)?,
            None => None,
        };
        if let Some(lines) = pages {
            found.0.extend(lines.into_iter().map(|detail| Finding {
                what: WHOLE.to_owned(),
                detail,
            }));
        }
        let read = self
            .read(|db| Box::pin(async move { contents(db).await }))
            .await;
        if let Some(more) = found.note(read)? {
            found.0.extend(more);
        }
        Ok(found.0)
    }
}

#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    /// Damage is noted; any other failure ends the check.
    fn note<T>(&mut self, result: Result<T, StoreError>) -> Result<Option<T>, StoreError> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(StoreError::Damaged { what, detail }) => {
                self.0.push(Finding { what, detail });
                Ok(None)
            }
            // A row that went away with its damaged key is damage too: it was listed a moment ago.
            Err(StoreError::Missing { what }) => {
                self.0.push(Finding {
                    what,
                    detail: "it is listed and cannot be found".to_owned(),
                });
                Ok(None)
            }
            Err(other) => Err(other),
        }
    }

    fn expect(&mut self, sealed: bool, what: &str) {
        if !sealed {
            let detail = "a stored value differs from what was saved".to_owned();
            self.0.push(Finding {
                what: what.to_owned(),
                detail,
            });
        }
    }
}

async fn contents(db: &DatabaseTransaction) -> Result<Vec<Finding>, StoreError> {
    let mut found = Findings::default();
    for row in all::<project::Entity>(db, &mut found).await? {
        found.note(
            projects::from_row(row)
                .map(drop)
                .map_err(|error| error.of(|| "a project".to_owned())),
        )?;
    }
    let ids = ids(
        db,
        scenario::Entity::find()
            .select_only()
            .column(scenario::Column::Id),
    )
    .await;
    for id in found.note(ids)?.unwrap_or_default() {
        found.note(scenarios::load(db, id).await.map(drop))?;
    }
    for row in all::<scenario_revision::Entity>(db, &mut found).await? {
        let checked = revisions::document(&row).map(drop);
        found
            .note(checked.map_err(|error| {
                error.of(|| format!("revision {} of a scenario", row.revision))
            }))?;
    }
    let ids = self::ids(
        db,
        simulation_result::Entity::find()
            .select_only()
            .column(simulation_result::Column::Id),
    )
    .await;
    for id in found.note(ids)?.unwrap_or_default() {
        found.note(runs::load(db, id).await.map(drop))?;
    }
    for row in all::<simulation_output::Entity>(db, &mut found).await? {
        found.expect(runs::output_seal(&row) == row.seal, "an output of a run");
    }
    for row in all::<application_setting::Entity>(db, &mut found).await? {
        found.expect(settings::seal(&row) == row.seal, "a setting");
    }
    for row in all::<change_log::Entity>(db, &mut found).await? {
        found.expect(
            settings::change_seal(&row) == row.seal,
            "the log of changes",
        );
    }
    Ok(found.0)
}

async fn all<E: EntityTrait>(
    db: &impl ConnectionTrait,
    found: &mut Findings,
) -> Result<Vec<E::Model>, StoreError> {
    let rows = E::find().all(db).await.map_err(StoreError::from);
    Ok(found.note(rows)?.unwrap_or_default())
}

async fn ids<E: EntityTrait>(
    db: &impl ConnectionTrait,
    query: sea_orm::Select<E>,
) -> Result<Vec<Uuid>, StoreError> {
    Ok(query.into_tuple().all(db).await?)
}
