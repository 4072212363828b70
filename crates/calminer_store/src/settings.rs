//! Settings of the application, and the log of what was changed.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait as _, ConnectionTrait, EntityTrait as _, IntoActiveModel as _};
use uuid::Uuid;

use crate::codec::seal::Seal;
use crate::codec::text;
use crate::entity::application_setting::Column;
use crate::entity::{application_setting, change_log};
use crate::error::StoreError;
use crate::model::Moment;
use crate::store::Store;

impl Store {
    /// A setting; `None` when it was never set.
    pub async fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        let row = application_setting::Entity::find_by_id(text::stored(key))
            .one(self.db())
            .await?;
        let Some(row) = row else { return Ok(None) };
        if seal(&row) != row.seal {
            return Err(StoreError::damaged(
                format!("the setting \"{key}\""),
                "its value differs from what was saved",
            ));
        }
        Ok(Some(text::read(row.value)))
    }

    /// Sets a setting.
    pub async fn set_setting(&self, key: &str, value: &str) -> Result<(), StoreError> {
        let mut row = application_setting::Model {
            key: text::stored(key),
            value: text::stored(value),
            seal: String::new(),
        };
        row.seal = seal(&row);
        self.write(move |db| {
            Box::pin(async move {
                let replaced = OnConflict::column(Column::Key)
                    .update_columns([Column::Value, Column::Seal])
                    .to_owned();
                application_setting::Entity::insert(row.into_active_model())
                    .on_conflict(replaced)
                    .exec_without_returning(db)
                    .await?;
                Ok(())
            })
        })
        .await
    }
}

pub(crate) fn seal(row: &application_setting::Model) -> String {
    Seal::of("application_setting")
        .text(&row.key)
        .text(&row.value)
        .close()
}

/// A line of the log.
pub(crate) struct Change {
    what: &'static str,
    author: String,
    scenario: Option<Uuid>,
    revision: Option<i64>,
    at: Moment,
}

impl Change {
    pub(crate) fn of(what: &'static str) -> Self {
        Self {
            what,
            author: String::new(),
            scenario: None,
            revision: None,
            at: Moment::now(),
        }
    }

    pub(crate) fn scenario(self, id: Uuid) -> Self {
        Self {
            scenario: Some(id),
            ..self
        }
    }

    pub(crate) fn revision(self, revision: i64) -> Self {
        Self {
            revision: Some(revision),
            ..self
        }
    }

    /// As it stands in a column.
    pub(crate) fn author(self, author: String) -> Self {
        Self { author, ..self }
    }

    pub(crate) fn at(self, at: Moment) -> Self {
        Self { at, ..self }
    }
}

pub(crate) async fn log(db: &impl ConnectionTrait, change: Change) -> Result<(), StoreError> {
    let mut row = change_log::Model {
        id: Uuid::now_v7(),
        at: change.at.unix_millis(),
        what: change.what.to_owned(),
        author: change.author,
        scenario_id: change.scenario,
        revision: change.revision,
        seal: String::new(),
    };
    row.seal = change_seal(&row);
    row.into_active_model().insert(db).await?;
    Ok(())
}

pub(crate) fn change_seal(row: &change_log::Model) -> String {
    Seal::of("change_log")
        .id(row.id)
        .whole(row.at)
        .text(&row.what)
        .text(&row.author)
        .id(row.scenario_id.unwrap_or_default())
        .whole(row.revision.unwrap_or_default())
        .close()
}
