//! `db migrate`: the tables of a database, brought to this version.

use calminer_store::Store;
use serde::Serialize;

use crate::args::DatabaseFlags;
use crate::failure::Failure;
use crate::print;
use crate::source;

/// What `db migrate --json` prints.
#[derive(Debug, Serialize)]
struct Migration {
    database: String,
    /// True when nothing was changed because nothing was meant to be.
    dry_run: bool,
    /// The newest step that was there before.
    from: Option<String>,
    /// The newest step of this program.
    to: String,
    /// The steps that were applied, or would be.
    steps: Vec<String>,
}

/// Says which steps it would take.
pub(super) async fn preview(flags: &DatabaseFlags) -> Result<(), Failure> {
    let target = source::target(flags.database.as_deref())?;
    let seen = Store::inspect(&target).await?;
    let migration = Migration {
        database: target.to_string(),
        dry_run: true,
        from: seen.found,
        to: seen.needed,
        steps: seen.pending,
    };
    printed(&migration, flags.json)
}

pub(super) async fn migrate(flags: &DatabaseFlags) -> Result<(), Failure> {
    let target = source::target(flags.database.as_deref())?;
    let seen = Store::inspect(&target).await?;
    let migration = Migration {
        database: target.to_string(),
        dry_run: false,
        from: seen.found,
        to: seen.needed,
        steps: Store::migrate(&target).await?,
    };
    printed(&migration, flags.json)
}

fn printed(migration: &Migration, json: bool) -> Result<(), Failure> {
    if json {
        return print::json(migration);
    }
    let (database, to) = (&migration.database, &migration.to);
    if migration.steps.is_empty() {
        return print::text(&format!("{database} is up to date, with schema {to}\n"));
    }
    let from = migration
        .from
        .as_ref()
        .map_or_else(|| "no tables".to_owned(), |from| format!("schema {from}"));
    let did = if migration.dry_run {
        "would be brought"
    } else {
        "was brought"
    };
    let steps = migration.steps.iter().map(|step| format!("  {step}\n"));
    let headline = format!("{database} {did} from {from} to schema {to} by\n");
    print::text(&std::iter::once(headline).chain(steps).collect::<String>())
}
