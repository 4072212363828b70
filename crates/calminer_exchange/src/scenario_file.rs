//! Opening and saving `.calminer` and `.calminer.json`.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use calminer_domain::file::{self, FileError, MAX_BYTES, ScenarioFile};
use calminer_domain::{Project, Scenario};
use thiserror::Error;

use crate::whole;

/// The two endings of a scenario file.
pub const ENDINGS: [&str; 2] = [".calminer", ".calminer.json"];

/// Why a scenario file cannot be opened or saved.
#[derive(Debug, Error)]
pub enum ScenarioFileError {
    /// There is no such file.
    #[error("{} is not there; check the path", .0.display())]
    NotFound(PathBuf),
    /// It cannot be read.
    #[error("{} cannot be read: {}", path.display(), cause(.source))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It is read, but gives no scenario.
    #[error("{}: {source}", path.display())]
    NotAScenario {
        /// The file.
        path: PathBuf,
        /// What is wrong in it.
        source: FileError,
    },
    /// The name is taken.
    #[error("{} is there already; nothing was written", .0.display())]
    Taken(PathBuf),
    /// It cannot be written; an older file of this name is as it was.
    #[error("{} cannot be written: {}; a file that stood there is unchanged", path.display(), cause(.source))]
    NotWritten {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// The system's reason in plain words.
fn cause(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "the permission is missing".to_owned(),
        io::ErrorKind::StorageFull => "the disk is full".to_owned(),
        io::ErrorKind::NotFound => "the folder does not exist".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "the file system is read-only".to_owned(),
        _ => error.to_string(),
    }
}

/// Whether a path has the name of a scenario file.
pub fn is_scenario_name(path: &Path) -> bool {
    let name = path.to_string_lossy().to_lowercase();
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// The same path with `.calminer` added when it has no ending of a scenario file.
pub fn with_ending(path: &Path) -> PathBuf {
    if is_scenario_name(path) {
        return path.to_owned();
    }
    let mut name = path.as_os_str().to_owned();
    name.push(ENDINGS[0]);
    PathBuf::from(name)
}

/// The scenario in a file. At most [`MAX_BYTES`] are read.
///
/// # Errors
/// When there is no file, it cannot be read, or it holds no scenario.
pub fn open(path: &Path) -> Result<ScenarioFile, ScenarioFileError> {
    let unreadable = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => ScenarioFileError::NotFound(path.to_owned()),
        _ => ScenarioFileError::Unreadable {
            path: path.to_owned(),
            source,
        },
    };
    let opened = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    opened
        .take(MAX_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    file::read(&bytes).map_err(|source| ScenarioFileError::NotAScenario {
        path: path.to_owned(),
        source,
    })
}

/// Writes a scenario file, whole or not at all.
///
/// # Errors
/// When the system refuses; an older file is unchanged then.
pub fn save(path: &Path, project: &Project, scenario: &Scenario) -> Result<(), ScenarioFileError> {
    whole::write(path, file::write(project, scenario).as_bytes()).map_err(|source| {
        ScenarioFileError::NotWritten {
            path: path.to_owned(),
            source,
        }
    })
}

/// Like [`save`], but never over a file that is there.
///
/// # Errors
/// [`ScenarioFileError::Taken`] for a name that is taken; else when the system refuses.
pub fn save_new(
    path: &Path,
    project: &Project,
    scenario: &Scenario,
) -> Result<(), ScenarioFileError> {
    whole::write_new(path, file::write(project, scenario).as_bytes()).map_err(|source| match source
        .kind()
    {
        io::ErrorKind::AlreadyExists => ScenarioFileError::Taken(path.to_owned()),
        _ => ScenarioFileError::NotWritten {
            path: path.to_owned(),
            source,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saved_file_opens_equal() {
        let sample = file::read(include_bytes!(
            "../../../assets/samples/fenn_gib.calminer.json"
        ))
        .expect("the sample opens");
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["mine #1? 100%.calminer", "プロジェクト.calminer.json"] {
            let path = folder.path().join(name);
            save(&path, &sample.project, &sample.scenario).expect("saved");
            assert_eq!(open(&path).expect("opens"), sample);
            let again =
                save_new(&path, &sample.project, &sample.scenario).expect_err("the name is taken");
            assert!(matches!(again, ScenarioFileError::Taken(_)));
        }
    }

    #[test]
    fn each_cause_has_its_sentence() {
        let folder = tempfile::tempdir().expect("a folder");
        let text = |path: &Path| open(path).expect_err("refused").to_string();
        assert!(
            text(&folder.path().join("none.calminer"))
                .ends_with("none.calminer is not there; check the path")
        );
        assert!(text(folder.path()).ends_with("cannot be read: it is a folder"));
        let empty = folder.path().join("empty.calminer");
        std::fs::write(&empty, b"").expect("written");
        assert!(text(&empty).contains("is not a whole scenario file"));
    }

    #[test]
    fn endings() {
        assert_eq!(with_ending(Path::new("a")), Path::new("a.calminer"));
        assert_eq!(
            with_ending(Path::new("a.json")),
            Path::new("a.json.calminer")
        );
        assert_eq!(
            with_ending(Path::new("a.CALMINER.json")),
            Path::new("a.CALMINER.json")
        );
    }
}
