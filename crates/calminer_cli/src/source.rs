//! From the word SCENARIO to a scenario: a file, or a place in a database.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use calminer_domain::{Project, Scenario};
use calminer_exchange::folders::Folders;
use calminer_exchange::scenario_file;
use calminer_store::{OpenOptions, Store};

use crate::args::Source;
use crate::failure::{DATABASE, FAILED, Failure, USAGE};

/// Most names that a sentence lists.
const MOST_NAMES: usize = 20;

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

/// Opens the database of a flag, else of the environment, else the local one.
pub(crate) async fn open(flag: Option<&OsStr>, purpose: Use) -> Result<Store, Failure> {
    let path = database_path(flag)?;
    if purpose != Use::Create && !path.exists() {
        let sentence = format!(
            "there is no database at {}; start the window once, or import a file",
            path.display()
        );
        return Err(Failure::new(DATABASE, sentence));
    }
    let options = OpenOptions {
        create: purpose == Use::Create,
        read_only: purpose == Use::Read,
        ..OpenOptions::default()
    };
    Ok(Store::open_file(&path, options).await?)
}

fn database_path(flag: Option<&OsStr>) -> Result<PathBuf, Failure> {
    let variable = || std::env::var_os("DATABASE_URL").filter(|url| !url.is_empty());
    match flag.map(OsStr::to_owned).or_else(variable) {
        Some(words) => path_of(words),
        None => Folders::find(None).map(|folders| folders.database()).ok_or_else(|| {
            Failure::new(FAILED, "the system names no home folder; say --database FILE or set CALMINER_PROFILE_DIR")
        }),
    }
}

/// A file, or an URL of one. The words are never printed back: they may hold a password.
fn path_of(words: OsString) -> Result<PathBuf, Failure> {
    let text = words.to_string_lossy();
    if text.is_empty() {
        return Err(Failure::new(USAGE, "--database names no file"));
    }
    let Some((scheme, rest)) = text
        .split_once("://")
        .or_else(|| Some(("sqlite", text.strip_prefix("sqlite:")?)))
    else {
        return Ok(PathBuf::from(words));
    };
    match scheme {
        "sqlite" => Ok(PathBuf::from(rest.split('?').next().unwrap_or(rest))),
        "postgres" | "postgresql" | "mysql" | "mariadb" => {
            let sentence =
                format!("a {scheme} database cannot be opened by this version; name a SQLite file");
            Err(Failure::new(USAGE, sentence))
        }
        _ => Err(Failure::new(
            USAGE,
            "the database is an URL of an unknown kind; name a SQLite file",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_of_servers_are_refused_without_their_secret() {
        for url in ["postgres://user:CANARY-7f3a@host/name", "CANARY-7f3a://x"] {
            let failure = path_of(url.into()).expect_err("refused");
            assert_eq!(failure.code(), USAGE);
            assert!(!failure.to_string().contains("CANARY"));
        }
    }

    #[test]
    fn odd_names_of_files_are_taken_as_they_are() {
        let path = |words: &str| path_of(words.into()).expect("a path");
        assert_eq!(
            path("sqlite:///folder/a b.db?mode=rw"),
            Path::new("/folder/a b.db")
        );
        assert_eq!(path("sqlite:mine.db"), Path::new("mine.db"));
        assert_eq!(path("mine #1?.db"), Path::new("mine #1?.db"));
        assert_eq!(place("a/b", "c"), "a%2Fb/c");
    }
}
