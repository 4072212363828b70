//! Running other programs: always without standard input, and every failure says which command it was.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

/// What went wrong, as one text for the terminal.
#[derive(Debug)]
pub(crate) struct Failure(String);

pub(crate) type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

/// Where the workspace is and how far the checks go.
pub(crate) struct Context {
    pub(crate) root: PathBuf,
    /// Cargo's folder for what it builds.
    pub(crate) target: PathBuf,
    pub(crate) version: String,
    /// The `Cargo.toml` of each member.
    pub(crate) manifests: Vec<PathBuf>,
    /// Whether the release build and its tools belong to the task.
    pub(crate) full: bool,
}

impl Context {
    pub(crate) fn new(full: bool) -> Outcome<Self> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = here.parent().unwrap_or(here).to_path_buf();
        let mut command = Command::new(cargo());
        command
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .current_dir(&root);
        let metadata: serde_json::Value = serde_json::from_str(&output(&mut command)?)
            .map_err(|error| Failure::new(format!("cargo metadata: {error}")))?;
        let packages = metadata["packages"].as_array().cloned().unwrap_or_default();
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let version = packages
            .iter()
            .find(|package| package["name"] == "calminer");
        Ok(Self {
            target: PathBuf::from(text(&metadata["target_directory"])),
            version: version
                .map(|package| text(&package["version"]))
                .unwrap_or_default(),
            manifests: packages
                .iter()
                .map(|package| text(&package["manifest_path"]).into())
                .collect(),
            root,
            full,
        })
    }

    /// A command of cargo in the workspace.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(cargo());
        command.args(arguments).current_dir(&self.root);
        command
    }

    /// A binary of the dev or the release build.
    pub(crate) fn binary(&self, profile: &str, name: &str) -> PathBuf {
        self.target
            .join(profile)
            .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    /// The folder for what the tasks themselves leave, made when it is missing.
    pub(crate) fn folder(&self, name: &str) -> Outcome<PathBuf> {
        let folder = self.target.join(name);
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }
}

fn cargo() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Runs a command that writes to the terminal itself.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let status = command
        .stdin(Stdio::null())
        .status()
        .map_err(|error| unstarted(command, &error))?;
    succeeded(command, status, "")
}

/// Runs a command for its standard output; its messages are shown only when it fails.
pub(crate) fn output(command: &mut Command) -> Outcome<String> {
    let result = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| unstarted(command, &error))?;
    succeeded(
        command,
        result.status,
        &String::from_utf8_lossy(&result.stderr),
    )?;
    Ok(String::from_utf8_lossy(&result.stdout).into_owned())
}

fn unstarted(command: &Command, error: &std::io::Error) -> Failure {
    Failure::new(format!("`{}` does not start: {error}", shown(command)))
}

fn succeeded(command: &Command, status: ExitStatus, messages: &str) -> Outcome {
    if status.success() {
        return Ok(());
    }
    let text = format!("`{}` failed ({status})\n{messages}", shown(command));
    Err(Failure::new(text.trim_end()))
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program())
        .file_name()
        .unwrap_or_default();
    let words = std::iter::once(program).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Where a program is in the search path.
pub(crate) fn found(program: &str) -> Option<PathBuf> {
    let name = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(&name))
        .find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_command_is_named_with_its_messages() {
        let failure = output(Command::new(cargo()).arg("no-such-task"))
            .unwrap_err()
            .to_string();
        assert!(failure.starts_with("`cargo"), "{failure}");
        assert!(failure.contains("no-such-task` failed"), "{failure}");
    }

    #[test]
    fn a_missing_program_is_named() {
        assert!(found("no-such-program-anywhere").is_none());
        let failure = run(&mut Command::new("no-such-program-anywhere"))
            .unwrap_err()
            .to_string();
        assert!(failure.contains("`no-such-program-anywhere` does not start"));
    }
}
