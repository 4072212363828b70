//! Where files go: the platform's folders, or one folder for all of them.

use std::io;
use std::path::{Path, PathBuf};

/// The variable that moves all folders.
pub const VARIABLE: &str = "CALMINER_PROFILE_DIR";

/// The folders of the program. All are private to the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Settings.
    pub settings: PathBuf,
    /// The local database and recovery files.
    pub data: PathBuf,
    /// Log files.
    pub log: PathBuf,
}

impl Profile {
    /// All folders inside one.
    pub fn inside(folder: &Path) -> Self {
        Self {
            settings: folder.join("settings"),
            data: folder.join("data"),
            log: folder.join("log"),
        }
    }

    /// The folders of the platform; those inside the folder that the command line or the environment names, if one
    /// does.
    ///
    /// # Errors
    /// When the user has no home folder and none is named.
    pub fn find(named: Option<&Path>) -> Result<Self, String> {
        if let Some(folder) = named {
            return Ok(Self::inside(folder));
        }
        if let Some(folder) = std::env::var_os(VARIABLE).filter(|folder| !folder.is_empty()) {
            return Ok(Self::inside(Path::new(&folder)));
        }
        let Some(base) = directories::BaseDirs::new() else {
            return Err(format!(
                "Your home folder cannot be found. Name a folder for CalMiner's files with --profile DIR or {VARIABLE}."
            ));
        };
        let name = if cfg!(any(windows, target_os = "macos")) {
            "CalMiner"
        } else {
            "calminer"
        };
        let data = base.data_local_dir().join(name);
        let log = if cfg!(target_os = "macos") {
            base.home_dir().join("Library/Logs").join(name)
        } else if let Some(state) = base.state_dir() {
            state.join(name)
        } else {
            data.join("logs")
        };
        Ok(Self {
            settings: base.config_dir().join(name),
            data,
            log,
        })
    }

    /// Makes the folders that are not there.
    ///
    /// # Errors
    /// A sentence that names the folder and the reason.
    pub fn create(&self) -> Result<(), String> {
        for folder in [&self.settings, &self.data, &self.log] {
            private_folder(folder).map_err(|error| {
                format!("The folder {} cannot be made: {error}", folder.display())
            })?;
        }
        Ok(())
    }

    /// The file of the settings.
    pub fn settings_file(&self) -> PathBuf {
        self.settings.join("settings.json")
    }

    /// The local database.
    pub fn database_file(&self) -> PathBuf {
        self.data.join("calminer.db")
    }

    /// The folder of recovery files.
    pub fn recovery_folder(&self) -> PathBuf {
        self.data.join("recovery")
    }
}

/// Makes a folder that only its user may enter; one that is there stays as it is.
///
/// # Errors
/// What the system says.
pub fn private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder)
}

/// Opens a file that only its user may read, to write at its end.
///
/// # Errors
/// What the system says.
pub fn private_append(file: &Path) -> io::Result<std::fs::File> {
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
    fn one_folder_moves_all_and_they_are_private() {
        let folder = tempfile::tempdir().unwrap();
        let profile = Profile::find(Some(folder.path())).unwrap();
        assert_eq!(profile, Profile::inside(folder.path()));
        profile.create().unwrap();
        profile.create().unwrap();
        for made in [&profile.settings, &profile.data, &profile.log] {
            assert!(made.starts_with(folder.path()) && made.is_dir());
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt as _;
                assert_eq!(made.metadata().unwrap().permissions().mode() & 0o777, 0o700);
            }
        }
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "x").unwrap();
        let why = Profile::inside(&file).create().unwrap_err();
        assert!(why.contains("file"), "{why}");
    }
}
