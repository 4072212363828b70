//! `verify`: the run of a passport again, figure by figure.

use std::path::Path;

use calminer_domain::Issue;
use calminer_engine::program::compile;
use calminer_engine::result::{Difference, compare};
use calminer_engine::run::{RunControl, RunError, simulate};
use calminer_exchange::passport::Passport;
use serde::Serialize;

use super::job;
use crate::args::Verify;
use crate::failure::{FAILED, Failure, INTERRUPTED, INVALID};
use crate::print;

/// What `verify --json` prints.
#[derive(Debug, Serialize)]
struct Verdict<'a> {
    passport: String,
    scenario: &'a str,
    identical: bool,
    differences: &'a [Difference],
}

pub(super) async fn run(flags: &Verify) -> Result<(), Failure> {
    let passport = Passport::read(&flags.passport).map_err(|error| match error {
        calminer_exchange::passport::PassportError::Unreadable { .. } => {
            Failure::new(FAILED, error.to_string())
        }
        _ => Failure::new(INVALID, error.to_string()),
    })?;
    let differences = repeated(&passport, flags).await?;
    let shown = super::shown(&flags.passport);
    if flags.json {
        print::json(&Verdict {
            passport: shown,
            scenario: &passport.scenario.name,
            identical: differences.is_empty(),
            differences: &differences,
        })?;
    } else {
        print::text(&described(&flags.passport, &passport, &differences))?;
    }
    if differences.is_empty() {
        Ok(())
    } else {
        Err(Failure::Silent { code: FAILED })
    }
}

async fn repeated(passport: &Passport, flags: &Verify) -> Result<Vec<Difference>, Failure> {
    let program = compile(&passport.scenario).map_err(|issues: Vec<Issue>| {
        Failure::issues("the scenario of the passport cannot be computed", issues)
    })?;
    let threads = job::threads(flags.threads);
    let settings = passport.run.settings.clone();
    let total = settings.trials;
    let work = move |control: &RunControl<'_>| simulate(&program, &settings, threads, control);
    let (outcome, _) = job::watched(total, work)
        .await
        .map_err(|error| match error {
            RunError::Cancelled => Failure::new(INTERRUPTED, error.to_string()),
            RunError::Settings { .. } => Failure::new(INVALID, error.to_string()),
            RunError::Failed(_) => Failure::new(FAILED, error.to_string()),
        })?;
    Ok(compare(&passport.run, &outcome))
}

fn described(path: &Path, passport: &Passport, differences: &[Difference]) -> String {
    let name = &passport.scenario.name;
    let shown = super::shown(path);
    if differences.is_empty() {
        return format!(
            "{shown}: identical. The run of {name} gives every figure again, to the last bit\n"
        );
    }
    let rows = differences.iter().map(|one| {
        format!(
            "  {}: {} in the passport, {} now",
            one.what, one.first, one.second
        )
    });
    let rows: Vec<String> = rows.collect();
    format!("{shown}: the run of {name} differs\n{}\n", rows.join("\n"))
}
