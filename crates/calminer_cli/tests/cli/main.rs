//! The contract of the command line, on the real binary.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot be set up says where"
)]

mod cases;
mod closed_forms;
mod database;
mod evaluate;
mod exits;
mod files;
mod fin;
mod hostile;
mod items;
mod parts;
mod runs;
mod sensitivity;
#[cfg(unix)]
mod server;
mod simulate;
mod standard;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use calminer_domain::{Scenario, file};
use serde_json::Value as Json;

/// The two samples that come with the program.
const SAMPLES: [&str; 2] = ["fenn_gib", "ref20"];

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../assets/samples")
        .join(format!("{name}.calminer.json"))
}

fn case(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name)
}

fn scenario(path: &Path) -> Scenario {
    file::read(&std::fs::read(path).expect("the file is there"))
        .expect("the file opens")
        .scenario
}

/// What a command came to.
#[derive(Debug)]
struct Answer {
    /// `None` after a signal.
    code: Option<i32>,
    out: String,
    err: String,
}

impl Answer {
    fn json(&self) -> Json {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    /// The JSON of a command that is done.
    fn done(self) -> Json {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.json()
    }

    /// A failure: the code, a sentence on standard error, no panic, nothing on standard output.
    fn failed(&self, code: i32) -> &str {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert!(!self.err.contains("panicked"), "{self:?}");
        assert!(!self.err.trim().is_empty(), "{self:?}");
        assert_eq!(self.out, "", "{self:?}");
        &self.err
    }
}

impl From<Output> for Answer {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("text");
        Self {
            code: output.status.code(),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }
}

/// A user with nothing on the disk yet.
struct User {
    folder: tempfile::TempDir,
}

impl User {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, words: &[&dyn AsRef<OsStr>]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_calminer-cli"));
        command
            .args(words.iter().map(|word| (*word).as_ref()))
            .current_dir(self.folder.path());
        command
            .env("CALMINER_PROFILE_DIR", self.path("profile"))
            .env("USER", "tester");
        for name in [
            "URL", "DRIVER", "HOST", "PORT", "USER", "PASSWORD", "NAME", "SCHEMA",
        ] {
            command.env_remove(format!("DATABASE_{name}"));
        }
        for name in ["DATABASE_TLS", "DATABASE_TLS_CA", "COLUMNS"] {
            command.env_remove(name);
        }
        command
    }

    fn run(&self, words: &[&dyn AsRef<OsStr>]) -> Answer {
        self.command(words)
            .output()
            .expect("the binary starts")
            .into()
    }

    /// A command on a file or a place, with flags that have no space in them.
    fn on(&self, command: &str, subject: &dyn AsRef<OsStr>, flags: &str) -> Answer {
        let mut command = self.command(&[&command, subject]);
        command
            .args(flags.split(' '))
            .output()
            .expect("the binary starts")
            .into()
    }

    /// Imports a sample and gives its PROJECT/SCENARIO.
    fn import(&self, name: &str) -> String {
        let imported = self.on("import", &sample(name), "--json").done();
        imported["imported"][0]["scenario"]
            .as_str()
            .expect("a place")
            .to_owned()
    }

    /// A scenario file of the user's own.
    fn write(&self, name: &str, scenario: &Scenario) -> PathBuf {
        let project = file::read(&std::fs::read(sample("fenn_gib")).expect("the sample"))
            .expect("it opens")
            .project;
        let path = self.path(name);
        std::fs::write(&path, file::write(&project, scenario)).expect("written");
        path
    }
}

/// Keys of an object, sorted.
fn keys(json: &Json) -> Vec<&str> {
    let mut keys: Vec<_> = json
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    keys
}

/// Whether all words are keys of the object.
fn has_keys(json: &Json, expected: &str) {
    let there = keys(json);
    for key in expected.split(' ') {
        assert!(there.contains(&key), "{key} is missing in {there:?}");
    }
}

fn figure(json: &Json) -> f64 {
    json.as_f64()
        .unwrap_or_else(|| panic!("{json} is no number"))
}
