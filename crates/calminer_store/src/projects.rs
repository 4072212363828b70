//! Projects, and the list of everything for the navigation.

use std::collections::HashMap;

use calminer_domain::Project;
use sea_orm::sea_query::{Expr, ExprTrait as _, JoinType, OnConflict, Order, Query};
use sea_orm::{
    ActiveModelTrait as _, ConnectionTrait, DatabaseTransaction, DbErr, DerivePartialModel,
    EntityTrait as _, FromQueryResult, IntoActiveModel as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use crate::codec::seal::Seal;
use crate::codec::text;
use crate::entity::{project, scenario, scenario_revision, simulation_result};
use crate::error::{StoreError, WHOLE};
use crate::model::{LastRun, Moment, ProjectEntry, ScenarioEntry};
use crate::rows::narrow;
use crate::store::Store;
use crate::{settings, sql};

impl Store {
    /// All projects with their scenarios, in the order in which they were made.
    pub async fn projects(&self) -> Result<Vec<ProjectEntry>, StoreError> {
        self.read(|db| Box::pin(list(db))).await
    }

    /// Stores a project's name and description.
    pub async fn save_project(&self, project: &Project) -> Result<(), StoreError> {
        let project = project.clone();
        self.write(move |db| {
            Box::pin(async move {
                insert_if_missing(db, &project, Moment::now()).await?;
                let known = project::Entity::find_by_id(project.id)
                    .lock_exclusive()
                    .one(db)
                    .await?;
                let known = known.ok_or_else(|| StoreError::missing("the project"))?;
                let made = Moment::from_unix_millis(known.created_at);
                let row = to_row(&project, made).into_active_model();
                row.reset_all().update(db).await?;
                settings::log(db, settings::Change::of("save project")).await
            })
        })
        .await
    }

    /// Deletes a project with its scenarios, their history and runs.
    pub async fn delete_project(&self, project: Uuid) -> Result<(), StoreError> {
        self.write(move |db| {
            Box::pin(async move {
                let deleted = project::Entity::delete_by_id(project).exec(db).await?;
                if deleted.rows_affected == 0 {
                    return Err(StoreError::missing("the project"));
                }
                settings::log(db, settings::Change::of("delete project")).await
            })
        })
        .await
    }
}

pub(crate) async fn insert_if_missing(
    db: &DatabaseTransaction,
    project: &Project,
    now: Moment,
) -> Result<(), StoreError> {
    let inserted = project::Entity::insert(to_row(project, now).into_active_model())
        .on_conflict(
            OnConflict::column(project::Column::Id)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(db)
        .await;
    match inserted {
        Ok(_) | Err(DbErr::RecordNotInserted) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn to_row(project: &Project, made: Moment) -> project::Model {
    let mut row = project::Model {
        id: project.id,
        name: text::stored(&project.name),
        description: text::stored(&project.description),
        created_at: made.unix_millis(),
        seal: String::new(),
    };
    row.seal = seal(&row);
    row
}

/// The project of a row, checked against its seal.
pub(crate) fn from_row(row: project::Model) -> Result<Project, StoreError> {
    if seal(&row) != row.seal {
        return Err(StoreError::damaged(
            WHOLE,
            "name or description of the project differ from what was saved",
        ));
    }
    Ok(project_of(row))
}

fn project_of(row: project::Model) -> Project {
    Project {
        id: row.id,
        name: text::read(row.name),
        description: text::read(row.description),
    }
}

pub(crate) fn seal(row: &project::Model) -> String {
    Seal::of("project")
        .id(row.id)
        .text(&row.name)
        .text(&row.description)
        .whole(row.created_at)
        .close()
}

#[derive(FromQueryResult)]
struct Listed {
    id: Uuid,
    project_id: Uuid,
    name: String,
    revision: i64,
    created_at: i64,
    saved_at: Option<i64>,
}

#[derive(DerivePartialModel)]
#[sea_orm(entity = "simulation_result::Entity")]
struct ListedRun {
    id: Uuid,
    scenario_id: Uuid,
    revision: i64,
    created_at: i64,
    trials: i64,
}

/// A damaged row is listed all the same: opening it says what is wrong, and the others can be reached.
async fn list(db: &DatabaseTransaction) -> Result<Vec<ProjectEntry>, StoreError> {
    let projects = project::Entity::find()
        .order_by_asc(project::Column::CreatedAt)
        .order_by_asc(project::Column::Id)
        .all(db)
        .await?;
    let mut runs = last_runs(db).await?;
    let mut scenarios: HashMap<Uuid, Vec<ScenarioEntry>> = HashMap::new();
    for row in listed(db).await? {
        let (runs, last_run) = match runs.remove(&row.id) {
            Some((count, last)) => (count, Some(last)),
            None => (0, None),
        };
        scenarios
            .entry(row.project_id)
            .or_default()
            .push(ScenarioEntry {
                id: row.id,
                name: text::read(row.name),
                revision: narrow("revision", row.revision)?,
                saved_at: Moment::from_unix_millis(row.saved_at.unwrap_or(row.created_at)),
                runs,
                last_run,
            });
    }
    let entry = |row: project::Model| {
        let scenarios = scenarios.remove(&row.id).unwrap_or_default();
        ProjectEntry {
            project: project_of(row),
            scenarios,
        }
    };
    Ok(projects.into_iter().map(entry).collect())
}

async fn listed(db: &impl ConnectionTrait) -> Result<Vec<Listed>, StoreError> {
    use scenario::Column as Of;
    use scenario_revision::Column as Saved;
    let same = Expr::col((scenario_revision::Entity, Saved::ScenarioId))
        .equals((scenario::Entity, Of::Id))
        .and(
            Expr::col((scenario_revision::Entity, Saved::Revision))
                .equals((scenario::Entity, Of::Revision)),
        );
    let query = Query::select()
        .columns(
            [Of::Id, Of::ProjectId, Of::Name, Of::Revision, Of::CreatedAt]
                .map(|column| (scenario::Entity, column)),
        )
        .column((scenario_revision::Entity, Saved::SavedAt))
        .from(scenario::Entity)
        .join(JoinType::LeftJoin, scenario_revision::Entity, same)
        .order_by((scenario::Entity, Of::CreatedAt), Order::Asc)
        .order_by((scenario::Entity, Of::Id), Order::Asc)
        .take();
    Ok(sql::all(db, &query).await?)
}

/// How many runs each scenario has, and the newest of them.
async fn last_runs(db: &impl ConnectionTrait) -> Result<HashMap<Uuid, (u64, LastRun)>, StoreError> {
    let rows = simulation_result::Entity::find()
        .order_by_asc(simulation_result::Column::CreatedAt)
        .order_by_asc(simulation_result::Column::Id)
        .into_partial_model::<ListedRun>()
        .all(db)
        .await?;
    let mut last: HashMap<Uuid, (u64, LastRun)> = HashMap::new();
    for row in rows {
        let run = LastRun {
            id: row.id,
            revision: narrow("revision", row.revision)?,
            created_at: Moment::from_unix_millis(row.created_at),
            trials: row.trials.cast_unsigned(),
        };
        let before = last.get(&row.scenario_id).map_or(0, |(count, _)| *count);
        last.insert(row.scenario_id, (before + 1, run));
    }
    Ok(last)
}
