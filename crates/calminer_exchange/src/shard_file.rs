//! Parts of a run as files: the scenario that was run, so that a merge needs nothing else, then the part itself.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use calminer_domain::file::{self, FileError};
use calminer_domain::{Project, Scenario};
use thiserror::Error;

use crate::whole;

/// The bytes that every such file starts with.
const MAGIC: &[u8; 16] = b"CalMiner part 1\n";
/// Bytes of the length of the scenario.
const LENGTH: usize = 8;

/// A part of a run with the scenario it belongs to. What is in the part itself is the engine's matter.
#[derive(Clone, Debug, PartialEq)]
pub struct PartFile {
    /// The project of the scenario.
    pub project: Project,
    /// The scenario that was run.
    pub scenario: Scenario,
    /// The part.
    pub part: Vec<u8>,
}

/// Why a file gives no part of a run.
#[derive(Debug, Error)]
pub enum PartFileError {
    /// It cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It is no part of a run, or it is cut.
    #[error("{} is no part of a run, or it is cut: {reason}", path.display())]
    NotAPart {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The scenario in it cannot be read.
    #[error("{}: {source}", path.display())]
    Scenario {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: FileError,
    },
}

/// Writes a part of a run, whole or not at all.
///
/// # Errors
/// When the system refuses; an older file is unchanged then.
pub fn write(path: &Path, file: &PartFile) -> io::Result<()> {
    let scenario = file::write(&file.project, &file.scenario).into_bytes();
    whole::write_with(path, |to| {
        to.write_all(MAGIC)?;
        to.write_all(&(scenario.len() as u64).to_le_bytes())?;
        to.write_all(&scenario)?;
        to.write_all(&file.part)
    })
}

/// Reads a part of a run. No more is allocated than the file has bytes.
///
/// # Errors
/// When it cannot be read or is no part of a run.
pub fn read(path: &Path) -> Result<PartFile, PartFileError> {
    let bytes = bytes_of(path).map_err(|source| PartFileError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    let wrong = |reason: &str| PartFileError::NotAPart {
        path: path.to_owned(),
        reason: reason.to_owned(),
    };
    let rest = bytes
        .strip_prefix(MAGIC)
        .ok_or_else(|| wrong("it does not begin as one"))?;
    let (length, rest) = rest
        .split_first_chunk::<LENGTH>()
        .ok_or_else(|| wrong("it ends before its scenario"))?;
    let length = usize::try_from(u64::from_le_bytes(*length)).unwrap_or(usize::MAX);
    let (scenario, part) = rest
        .split_at_checked(length)
        .ok_or_else(|| wrong("it ends inside its scenario"))?;
    let read = file::read(scenario).map_err(|source| PartFileError::Scenario {
        path: path.to_owned(),
        source,
    })?;
    Ok(PartFile {
        project: read.project,
        scenario: read.scenario,
        part: part.to_vec(),
    })
}

fn bytes_of(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> PartFile {
        let text = include_bytes!("../../../assets/samples/ref20.calminer.json");
        let read = file::read(text).unwrap();
        PartFile {
            project: read.project,
            scenario: read.scenario,
            part: vec![0, 255, 7],
        }
    }

    #[test]
    fn a_part_comes_back_with_its_scenario() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("part");
        let file = sample();
        write(&path, &file).unwrap();
        assert_eq!(read(&path).unwrap(), file);
    }

    #[test]
    fn cut_and_foreign_files_are_refused_with_their_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("part");
        write(&path, &sample()).unwrap();
        let whole = std::fs::read(&path).unwrap();
        for length in [0, 7, 16, 20, 24, 1_000] {
            std::fs::write(&path, &whole[..length]).unwrap();
            let error = read(&path).unwrap_err().to_string();
            assert!(error.contains("part"), "{error}");
        }
        let mut longer = whole.clone();
        longer[16..24].copy_from_slice(&u64::MAX.to_le_bytes());
        std::fs::write(&path, &longer).unwrap();
        assert!(matches!(read(&path), Err(PartFileError::NotAPart { .. })));
    }
}
