//! `db`: what is in a database, whether it is whole, its schema, and copies of it.

mod copies;
mod doctor;
mod schema;
mod seed;
mod status;

use crate::args::DatabaseAction;
use crate::failure::Failure;

pub(super) async fn run(action: &DatabaseAction) -> Result<(), Failure> {
    match action {
        DatabaseAction::Status(flags) => status::run(flags).await,
        DatabaseAction::Migrate { dry_run, flags } if *dry_run => schema::preview(flags).await,
        DatabaseAction::Migrate { flags, .. } => schema::migrate(flags).await,
        DatabaseAction::Seed(flags) => seed::run(flags).await,
        DatabaseAction::Doctor(flags) => doctor::run(flags).await,
        DatabaseAction::Backup { to, flags } => copies::backup(to, flags).await,
        DatabaseAction::Restore { from, force, flags } => {
            if !force {
                copies::refuse_to_replace(flags).await?;
            }
            copies::restore(from, flags).await
        }
    }
}
