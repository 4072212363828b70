//! The command line of the window, and everything that happens before it opens.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Instant;

use calminer_exchange::folders::{Folders, PROFILE_VARIABLE};

use crate::app::{Target, is_scenario_file};
use crate::services::logging::{self, LogLines};
use crate::services::panic;

/// What `--help` prints.
pub const HELP: &str = "\
CalMiner: value a mine project under uncertainty

Usage: calminer [OPTIONS] [FILE|DATABASE]

  FILE       a scenario file (.calminer or .calminer.json): it is imported and shown
  DATABASE   a database file; without one the database of the last session opens

Options:
  --profile DIR   keep settings, database, recovery files and log in DIR
  -V, --version   print the version
  -h, --help      print this text

Without a display the sample mine is evaluated and simulated on the terminal. Everything the window computes can be
had from calminer-cli as well.
";

/// What the program was asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Print the help.
    Help,
    /// Print the version.
    Version,
    /// Open the window.
    Window {
        /// What to open in it.
        target: Target,
        /// The folder for all files, if one is named.
        profile: Option<PathBuf>,
    },
}

/// Reads the arguments, the program's own name left out.
///
/// # Errors
/// A sentence on what is wrong with them.
pub fn read_arguments(arguments: impl IntoIterator<Item = OsString>) -> Result<Asked, String> {
    let mut arguments = arguments.into_iter();
    let (mut target, mut profile) = (Target::Last, None);
    while let Some(argument) = arguments.next() {
        match argument.to_str() {
            Some("--help" | "-h") => return Ok(Asked::Help),
            Some("--version" | "-V") => return Ok(Asked::Version),
            Some("--profile") => {
                let folder = arguments.next().filter(|folder| !folder.is_empty());
                profile = Some(PathBuf::from(folder.ok_or("--profile needs a folder")?));
            }
            Some(option) if option.starts_with("--profile=") && option.len() > 10 => {
                profile = Some(PathBuf::from(&option[10..]));
            }
            Some(option) if option.starts_with('-') && option.len() > 1 => {
                return Err(format!("{option} is not an option of calminer"));
            }
            _ if target != Target::Last => {
                return Err("only one file or database can be opened".to_owned());
            }
            _ => target = target_of(PathBuf::from(argument)),
        }
    }
    Ok(Asked::Window { target, profile })
}

fn target_of(path: PathBuf) -> Target {
    // The path must hold when the program is started from elsewhere the next time.
    let path = std::path::absolute(&path).unwrap_or(path);
    if is_scenario_file(&path) {
        Target::File(path)
    } else {
        Target::Database(path)
    }
}

/// What is ready before the window.
#[derive(Debug)]
pub struct Prepared {
    /// The folders.
    pub folders: Folders,
    /// The last lines of the log.
    pub log: LogLines,
    /// Sentences for the user: the program works, but not as it should.
    pub warnings: Vec<String>,
    /// When the program began, for the time to the first frame.
    pub began: Instant,
}

/// Makes the folders, starts the log and installs the panic hook.
///
/// # Errors
/// A sentence, when there is no place for the program's files.
pub fn prepare(profile: Option<PathBuf>) -> Result<Prepared, String> {
    let began = Instant::now();
    let profile = profile.map(|folder| std::path::absolute(&folder).unwrap_or(folder));
    let folders = Folders::find(profile.as_deref()).ok_or_else(|| {
        format!(
            "your home folder cannot be found; name a folder for CalMiner's files with --profile DIR or {PROFILE_VARIABLE}"
        )
    })?;
    let mut warnings = Vec::new();
    warnings.extend(folders.make_all().err());
    let (log, started) = logging::start(&folders.state);
    warnings.extend(started.err());
    panic::install(folders.state.clone());
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        system = std::env::consts::OS,
        "CalMiner starts"
    );
    Ok(Prepared {
        folders,
        log,
        warnings,
        began,
    })
}

/// Whether a window can be tried at all. On Linux a display is named in the environment; elsewhere there is one.
pub fn has_display() -> bool {
    let named = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(all(unix, not(target_os = "macos"))) || named("DISPLAY") || named("WAYLAND_DISPLAY")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Result<Asked, String> {
        read_arguments(words.iter().map(OsString::from))
    }

    #[test]
    fn arguments_are_told_apart() {
        assert_eq!(read(&["-h"]), Ok(Asked::Help));
        assert_eq!(read(&["x.db", "--version"]), Ok(Asked::Version));
        let Ok(Asked::Window { target, profile }) = read(&["--profile", "p", "a b.calminer"])
        else {
            panic!("a window was asked for");
        };
        assert!(matches!(target, Target::File(path) if path.ends_with("a b.calminer")));
        assert_eq!(profile, Some(PathBuf::from("p")));
        let Ok(Asked::Window { target, .. }) = read(&["--profile=q", "mine.db"]) else {
            panic!("a window was asked for");
        };
        assert!(matches!(target, Target::Database(path) if path.is_absolute()));
    }

    #[test]
    fn wrong_usage_is_named() {
        assert!(read(&["--colour"]).unwrap_err().contains("--colour"));
        assert!(read(&["--profile"]).unwrap_err().contains("folder"));
        assert!(read(&["a.db", "b.db"]).unwrap_err().contains("one"));
    }
}
