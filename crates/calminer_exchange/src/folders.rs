//! Where things are on this system: one answer for the window and the command line.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use directories::BaseDirs;

/// The variable that moves everything into one folder.
pub const PROFILE_VARIABLE: &str = "CALMINER_PROFILE_DIR";

/// The folders of one user. None of them need exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folders {
    /// Database, snapshots, recovery copies.
    pub data: PathBuf,
    /// Settings.
    pub config: PathBuf,
    /// Log, recent files, window place.
    pub state: PathBuf,
}

impl Folders {
    /// The folders below `profile`, else below the variable [`PROFILE_VARIABLE`], else the system's own.
    /// `None` when the system knows no home folder.
    pub fn find(profile: Option<&Path>) -> Option<Self> {
        let variable = std::env::var_os(PROFILE_VARIABLE)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from);
        match profile.map(Path::to_owned).or(variable) {
            Some(folder) => Some(Self::inside(&folder)),
            None => BaseDirs::new().map(|base| Self::of_system(&base)),
        }
    }

    /// The folders of a profile.
    pub fn inside(profile: &Path) -> Self {
        Self {
            data: profile.join("data"),
            config: profile.join("config"),
            state: profile.join("state"),
        }
    }

    fn of_system(base: &BaseDirs) -> Self {
        let name = OsStr::new(if cfg!(target_os = "linux") {
            "calminer"
        } else {
            "CalMiner"
        });
        let data = base.data_local_dir().join(name);
        let state = if cfg!(target_os = "macos") {
            base.home_dir().join("Library/Logs").join(name)
        } else {
            base.state_dir()
                .map_or_else(|| data.join("logs"), |state| state.join(name))
        };
        Self {
            config: base.config_dir().join(name),
            data,
            state,
        }
    }

    /// The local database.
    pub fn database(&self) -> PathBuf {
        self.data.join("calminer.db")
    }

    /// The settings file.
    pub fn settings(&self) -> PathBuf {
        self.config.join("settings.json")
    }

    /// The folder of recovery copies.
    pub fn recovery(&self) -> PathBuf {
        self.data.join("recovery")
    }

    /// Makes the folders that are not there.
    ///
    /// # Errors
    /// A sentence that names the folder and the reason.
    pub fn make_all(&self) -> Result<(), String> {
        for folder in [&self.config, &self.data, &self.state] {
            Self::make(folder).map_err(|error| {
                format!("The folder {} cannot be made: {error}", folder.display())
            })?;
        }
        Ok(())
    }

    /// Makes a folder that only its user can enter; one that is there stays as it is.
    ///
    /// # Errors
    /// What the system says.
    pub fn make(folder: &Path) -> io::Result<()> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::DirBuilderExt as _;
            builder.mode(0o700);
        }
        builder.create(folder)
    }

    /// The user's home folder, where file dialogs start. `None` when the system knows none.
    pub fn home() -> Option<PathBuf> {
        BaseDirs::new().map(|base| base.home_dir().to_owned())
    }
}

/// Opens a file that only its user can read, to write at its end; a new one where there is none.
///
/// # Errors
/// What the system says.
pub fn private_append(file: &Path) -> io::Result<File> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_moves_everything() {
        let folders = Folders::find(Some(Path::new("somewhere"))).expect("a profile needs no home");
        assert!(
            [&folders.data, &folders.config, &folders.state]
                .iter()
                .all(|folder| folder.starts_with("somewhere"))
        );
        assert_eq!(
            folders.database(),
            Path::new("somewhere").join("data").join("calminer.db")
        );
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let root = tempfile::tempdir().expect("a folder");
        let file = root.path().join("taken");
        std::fs::write(&file, "x").expect("written");
        let why = Folders::inside(&file).make_all().expect_err("refused");
        assert!(why.contains("taken"), "{why}");
    }

    #[cfg(unix)]
    #[test]
    fn folders_and_files_are_private() {
        use std::os::unix::fs::PermissionsExt as _;
        let root = tempfile::tempdir().expect("a folder");
        let folders = Folders::inside(&root.path().join("a/b"));
        folders.make_all().expect("made");
        folders.make_all().expect("made already");
        let mode = |path: &Path| path.metadata().expect("there").permissions().mode() & 0o777;
        for made in [&folders.data, &folders.config, &folders.state] {
            assert_eq!(mode(made), 0o700);
        }
        let log = folders.state.join("log");
        private_append(&log).expect("opened");
        assert_eq!(mode(&log), 0o600);
    }
}
