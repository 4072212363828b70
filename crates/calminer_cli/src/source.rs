//! From the word SCENARIO to a scenario: a file, or a place in a database.

use std::ffi::OsStr;
use std::path::Path;

use calminer_domain::{Project, Scenario};
use calminer_exchange::folders::Folders;
use calminer_exchange::scenario_file;
use calminer_store::{DatabaseTarget, OpenOptions, Store};

use crate::args::Source;
use crate::failure::{DATABASE, FAILED, Failure, USAGE};

/// Most names that a sentence lists.
const MOST_NAMES: usize = 20;
const PASSWORD_IN_SIGHT: &str = "the URL after --database carries a password, which every user of this machine can read in the list of processes; leave it out there and set DATABASE_PASSWORD, or keep it in the system's keyring with a connection profile";

/// A scenario with the place it came from.
pub(crate) struct Found {
    pub(crate) project: Project,
    pub(crate) scenario: Scenario,
    /// The database and revision, when it came from one.
    pub(crate) stored: Option<(Store, u32)>,
}

impl Found {
    /// PROJECT/SCENARIO, with a `/` in a name written `%2F`.
    pub(crate) fn name(&self) -> String {
        place(&self.project.name, &self.scenario.name)
    }
}

/// PROJECT/SCENARIO, with a `/` in a name written `%2F`.
pub(crate) fn place(project: &str, scenario: &str) -> String {
    format!(
        "{}/{}",
        project.replace('/', "%2F"),
        scenario.replace('/', "%2F")
    )
}

/// How a database is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// Nothing in it is changed.
    Read,
    /// It must be there.
    Write,
    /// It is made when it is not there.
    Create,
}

/// Whether the words name a file rather than a place in a database.
pub(crate) fn is_file(words: &OsStr) -> bool {
    let path = Path::new(words);
    scenario_file::is_scenario_name(path) || path.metadata().is_ok_and(|found| !found.is_dir())
}

/// Finds the scenario that the words name.
pub(crate) async fn find(source: &Source, purpose: Use) -> Result<Found, Failure> {
    if is_file(&source.scenario) {
        let file = scenario_file::open(Path::new(&source.scenario))?;
        return Ok(Found {
            project: file.project,
            scenario: file.scenario,
            stored: None,
        });
    }
    let words = source.scenario.to_string_lossy();
    if words.contains("://") {
        // Not printed back: it may hold a password.
        let sentence =
            "SCENARIO is an URL; name PROJECT/SCENARIO, and the database with --database";
        return Err(Failure::new(USAGE, sentence));
    }
    if !words.contains('/') {
        let sentence = format!(
            "{words:?} is neither a file nor PROJECT/SCENARIO; name a .calminer file, or a scenario of the database"
        );
        return Err(Failure::new(USAGE, sentence));
    }
    find_stored(open(source.database.as_deref(), purpose).await?, &words).await
}

async fn find_stored(store: Store, words: &str) -> Result<Found, Failure> {
    let projects = store.projects().await?;
    let places: Vec<_> = projects
        .iter()
        .flat_map(|entry| {
            entry
                .scenarios
                .iter()
                .map(|row| (place(&entry.project.name, &row.name), row.id))
        })
        .collect();
    let mut matching = places.iter().filter(|(name, _)| name == words);
    let id = match (matching.next(), matching.count()) {
        (Some((_, id)), 0) => *id,
        (Some(_), more) => {
            let sentence = format!(
                "the database has {} scenarios called {words}; rename all but one of them",
                more + 1
            );
            return Err(Failure::new(FAILED, sentence));
        }
        (None, _) => {
            let names: Vec<_> = places
                .iter()
                .map(|(name, _)| name.as_str())
                .take(MOST_NAMES)
                .collect();
            let there = if names.is_empty() {
                "it is empty".to_owned()
            } else {
                format!("it has {}", names.join(", "))
            };
            return Err(Failure::new(
                FAILED,
                format!("the database has no scenario {words}; {there}"),
            ));
        }
    };
    let loaded = store.load(id).await?;
    Ok(Found {
        project: loaded.project,
        scenario: loaded.scenario,
        stored: Some((store, loaded.revision)),
    })
}

/// The database of a flag, else of the environment, else the local one.
pub(crate) fn target(flag: Option<&OsStr>) -> Result<DatabaseTarget, Failure> {
    let variable = |name: &str| std::env::var_os(name);
    if let Some(words) = flag {
        let target = DatabaseTarget::parse(words)?;
        if matches!(&target, DatabaseTarget::Server(server) if server.has_password()) {
            return Err(Failure::new(USAGE, PASSWORD_IN_SIGHT));
        }
        return Ok(target.with_password_of(variable)?);
    }
    if let Some(target) = DatabaseTarget::from_variables(variable)? {
        return Ok(target);
    }
    let folders = Folders::find(None).ok_or_else(|| {
        Failure::new(
            FAILED,
            "the system names no home folder; say --database FILE or set CALMINER_PROFILE_DIR",
        )
    })?;
    Ok(DatabaseTarget::File(folders.database()))
}

/// Opens the database of a flag, else of the environment, else the local one.
pub(crate) async fn open(flag: Option<&OsStr>, purpose: Use) -> Result<Store, Failure> {
    open_target(&target(flag)?, purpose).await
}

/// Opens a database.
pub(crate) async fn open_target(target: &DatabaseTarget, purpose: Use) -> Result<Store, Failure> {
    if purpose != Use::Create {
        must_be_there(target)?;
    }
    let options = OpenOptions {
        create: purpose == Use::Create,
        read_only: purpose == Use::Read,
        ..OpenOptions::default()
    };
    Ok(Store::open(target, options).await?)
}

/// Refuses a file that is not there yet.
pub(crate) fn must_be_there(target: &DatabaseTarget) -> Result<(), Failure> {
    match target.file() {
        Some(path) if !path.exists() => {
            let sentence = format!(
                "there is no database at {}; start the window once, or import a file",
                path.display()
            );
            Err(Failure::new(DATABASE, sentence))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slash_in_a_name_is_written_as_2f() {
        assert_eq!(place("a/b", "c"), "a%2Fb/c");
    }

    #[test]
    fn a_password_on_the_command_line_is_refused_and_not_repeated() {
        for url in ["postgres://user:CANARY-7f3a@host/name", "CANARY-7f3a://x"] {
            let failure = target(Some(OsStr::new(url))).expect_err("refused");
            assert_eq!(failure.code(), USAGE);
            assert!(!failure.to_string().contains("CANARY"));
        }
        let failure = target(Some(OsStr::new("postgres://user:x@host/name"))).expect_err("refused");
        for word in ["DATABASE_PASSWORD", "keyring", "profile"] {
            assert!(failure.to_string().contains(word), "{failure}");
        }
    }
}
