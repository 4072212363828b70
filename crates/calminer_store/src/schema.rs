//! Where a database stands against the migrations of this program. Only reads.

use std::collections::BTreeSet;

use calminer_migration::{Migrator, MigratorTrait as _};
use sea_orm::sea_query::{Alias, Query};
use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::error::StoreError;
use crate::sql;

/// The table in which SeaORM notes applied migrations.
const APPLIED: &str = "seaql_migrations";

/// Where a database stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It has no table yet.
    Empty,
    /// It has our schema.
    Current,
    /// Steps are missing.
    Older {
        /// The newest step that is applied.
        found: String,
        /// The steps that are not, in their order.
        missing: Vec<String>,
    },
    /// It has steps that we do not know.
    Newer {
        /// The newest of them.
        file: String,
        /// The newest that we know.
        ours: String,
    },
    /// It has tables, and they are not ours.
    Foreign,
}

#[derive(FromQueryResult)]
struct Applied {
    version: String,
}

/// Where a database with these tables stands.
pub(crate) async fn standing(
    db: &impl ConnectionTrait,
    tables: &[String],
) -> Result<Standing, StoreError> {
    if tables.is_empty() {
        return Ok(Standing::Empty);
    }
    if !tables.iter().any(|table| table == APPLIED) {
        return Ok(Standing::Foreign);
    }
    let query = Query::select()
        .column(Alias::new("version"))
        .from(Alias::new(APPLIED))
        .take();
    let applied = sql::all::<Applied>(db, &query)
        .await?
        .into_iter()
        .map(|row| row.version)
        .collect();
    let known = known().into_iter().collect();
    // The table of migrations alone is what an interrupted first start leaves.
    Ok(compare(&applied, &known, tables.len() == 1))
}

/// All steps of this program, in their order.
pub(crate) fn known() -> Vec<String> {
    Migrator::migrations()
        .iter()
        .map(|step| step.name().to_owned())
        .collect()
}

/// The newest step of this program.
pub(crate) fn newest() -> String {
    known().pop().unwrap_or_default()
}

fn compare(applied: &BTreeSet<String>, known: &BTreeSet<String>, bare: bool) -> Standing {
    if let Some(file) = applied.difference(known).last() {
        return Standing::Newer {
            file: file.clone(),
            ours: known.last().cloned().unwrap_or_default(),
        };
    }
    let missing: Vec<String> = known.difference(applied).cloned().collect();
    match applied.last() {
        _ if missing.is_empty() => Standing::Current,
        None if bare => Standing::Empty,
        None => Standing::Foreign,
        Some(found) => Standing::Older {
            found: found.clone(),
            missing,
        },
    }
}

/// Refuses what cannot be used as it is.
pub(crate) fn require_current(standing: &Standing) -> Result<(), StoreError> {
    let read_only = |reason: String| Err(StoreError::ReadOnly { reason });
    match standing {
        Standing::Current => Ok(()),
        Standing::Newer { file, ours } => Err(StoreError::NewerSchema {
            file: file.clone(),
            ours: ours.clone(),
        }),
        Standing::Older { missing, .. } => read_only(format!(
            "its schema must first be brought up to date from step {}",
            missing.first().map_or("", String::as_str)
        )),
        Standing::Empty | Standing::Foreign => read_only("it has no tables yet".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn steps_decide_the_standing() {
        let known = set(&["m1", "m2", "m3"]);
        let of = |names: &[&str], bare| compare(&set(names), &known, bare);
        assert_eq!(of(&["m1", "m2", "m3"], false), Standing::Current);
        assert_eq!(
            of(&["m1"], false),
            Standing::Older {
                found: "m1".to_owned(),
                missing: vec!["m2".to_owned(), "m3".to_owned()]
            }
        );
        assert_eq!(of(&[], true), Standing::Empty);
        assert_eq!(of(&[], false), Standing::Foreign);
        let newer = Standing::Newer {
            file: "m9".to_owned(),
            ours: "m3".to_owned(),
        };
        assert_eq!(of(&["m1", "m2", "m3", "m9"], false), newer);
        assert_eq!(of(&["m9"], true), newer);
    }
}
