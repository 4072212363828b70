//! The question that is open, if any. A dialog has one question and verbs on its buttons; Esc and X mean stay.

use std::path::{Path, PathBuf};

use crate::app::fit::FitDialog;
use crate::services::event::{PathAsk, Written};

/// What is to be closed or left when the question about unsaved edits is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaving {
    /// The program.
    Program,
    /// The open scenario alone.
    Document,
    /// The open scenario, for another one.
    ForScenario(uuid::Uuid),
    /// The open scenario, for another file.
    ForFile,
    /// The open database, for another one.
    ForDatabase,
    /// The open scenario, for a new one.
    ForNew,
}

/// What a path is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathPurpose {
    /// A scenario file to import.
    OpenFile,
    /// A database to open.
    OpenDatabase,
    /// A new scenario file.
    SaveCopy,
    /// A new file for the samples of a run.
    SaveSamples,
    /// A new file for the passport of a run.
    SavePassport,
}

impl PathPurpose {
    /// The request that the dialog stands for.
    pub(crate) const fn ask(self) -> PathAsk {
        match self {
            Self::OpenFile => PathAsk::OpenFile,
            Self::OpenDatabase => PathAsk::OpenDatabase,
            Self::SaveCopy => PathAsk::SaveCopy(String::new()),
            Self::SaveSamples => PathAsk::SaveSamples(String::new()),
            Self::SavePassport => PathAsk::SavePassport(String::new()),
        }
    }

    /// The purpose of a request.
    pub(crate) const fn of(ask: &PathAsk) -> Self {
        match ask {
            PathAsk::OpenFile => Self::OpenFile,
            PathAsk::OpenDatabase => Self::OpenDatabase,
            PathAsk::SaveCopy(_) => Self::SaveCopy,
            PathAsk::SaveSamples(_) => Self::SaveSamples,
            PathAsk::SavePassport(_) => Self::SavePassport,
        }
    }

    /// The heading of the dialog.
    pub const fn title(self) -> &'static str {
        match self {
            Self::OpenFile => "Open scenario file",
            Self::OpenDatabase => "Open database",
            Self::SaveCopy => "Save a copy",
            Self::SaveSamples => "Save samples",
            Self::SavePassport => "Save passport",
        }
    }

    /// The verb on the button.
    pub const fn verb(self) -> &'static str {
        match self {
            Self::OpenFile | Self::OpenDatabase => "Open",
            Self::SaveCopy | Self::SaveSamples | Self::SavePassport => "Save",
        }
    }

    /// The endings of fitting files, without the leading dot.
    pub fn extensions(self) -> &'static [&'static str] {
        self.ask().endings()
    }
}

/// An entry of the in-app path dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathEntry {
    /// What it is called.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// Whether it is a folder.
    pub folder: bool,
}

/// The in-app path dialog, shown where the system has no file dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathDialog {
    /// What the path is for.
    pub purpose: PathPurpose,
    /// Why this dialog is shown in place of the system's.
    pub reason: String,
    /// The folder listed.
    pub folder: PathBuf,
    /// What the text field starts with.
    pub suggestion: String,
    /// Folders first, then files with a fitting ending, in order of name.
    pub entries: Vec<PathEntry>,
}

/// The open dialog.
#[derive(Clone, Debug, PartialEq)]
pub enum Dialog {
    /// Leave with unsaved edits or a running job?
    Leave {
        /// What is left.
        leaving: Leaving,
        /// Name of the scenario with unsaved edits, if it has any.
        unsaved: Option<String>,
        /// Titles of running jobs that would be lost.
        running: Vec<String>,
    },
    /// Another editor saved a newer revision.
    Conflict {
        /// Name of the scenario.
        name: String,
        /// The revision that the edits are based on.
        based_on: u32,
        /// The revision in the database.
        found: u32,
        /// Who saved it, and when.
        by: String,
    },
    /// A file with the identity of a scenario that is in the database.
    SameScenario {
        /// Name of the scenario in the file.
        name: String,
        /// Name of the one in the database.
        existing: String,
        /// Its revision.
        revision: u32,
        /// The file.
        path: PathBuf,
    },
    /// The chosen file is there already.
    Overwrite {
        /// The file.
        path: PathBuf,
        /// What would be written.
        what: Written,
    },
    /// Edits of a session that did not end cleanly.
    Recovery {
        /// Name of the scenario.
        name: String,
        /// When they were written, for people.
        written: String,
    },
    /// Delete a run?
    DeleteRun {
        /// Which one.
        run: uuid::Uuid,
        /// What it is called.
        title: String,
    },
    /// Delete a scenario?
    DeleteScenario {
        /// Which one.
        scenario: uuid::Uuid,
        /// What it is called.
        name: String,
        /// Its newest revision; `None` when it was never saved.
        revisions: Option<u32>,
        /// Whether it is open with unsaved edits.
        unsaved: bool,
    },
    /// Choose a path inside the app.
    Path(PathDialog),
    /// Fit a distribution to a sample.
    Fit(FitDialog),
    /// All commands, to search.
    Palette,
    /// All shortcuts.
    Shortcuts,
    /// What the figures mean.
    Conventions,
}

/// An answer to a dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Nothing changes. Esc and X give this.
    Stay,
    /// Save, then close.
    SaveAndClose,
    /// Close without saving; running jobs are cancelled.
    Discard,
    /// Drop the edits and show what is in the database.
    Reload,
    /// Keep the edits as a scenario of their own.
    SaveAsCopy,
    /// The file becomes a new revision of the scenario.
    NewRevision,
    /// The file becomes a branch of the scenario.
    Branch,
    /// The file becomes a scenario without a parent.
    Copy,
    /// Replace the file.
    Overwrite,
    /// Delete it.
    Delete,
    /// Take the edits of the last session.
    Recover,
    /// Delete the edits of the last session.
    DropRecovery,
    /// List this folder in the path dialog.
    ListFolder(PathBuf),
    /// Take this path.
    Path(PathBuf),
}

/// A button of a dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What it sends.
    pub answer: Answer,
    /// The verb on it.
    pub label: &'static str,
    /// Whether it is the one to take without a reason against it.
    pub primary: bool,
}

impl Dialog {
    /// The heading.
    pub fn title(&self) -> String {
        match self {
            Self::Leave {
                unsaved: Some(name),
                ..
            } => format!("Save the edits of {name}?"),
            Self::Leave { .. } => "Cancel what is running?".to_owned(),
            Self::Conflict { name, .. } => format!("{name} was changed elsewhere"),
            Self::SameScenario { existing, .. } => format!("{existing} is already in the database"),
            Self::Overwrite { path, .. } => format!("Replace {}?", file_name(path)),
            Self::Recovery { name, .. } => format!("Recover the edits of {name}?"),
            Self::DeleteRun { .. } => "Delete the run?".to_owned(),
            Self::DeleteScenario { name, .. } => format!("Delete {name}?"),
            Self::Path(path) => path.purpose.title().to_owned(),
            Self::Fit(fit) => format!("Fit a distribution to values of {}", fit.name),
            Self::Palette => "Commands".to_owned(),
            Self::Shortcuts => "Shortcuts".to_owned(),
            Self::Conventions => "What the figures mean".to_owned(),
        }
    }

    /// The sentences under the heading.
    pub fn question(&self) -> String {
        match self {
            Self::Leave {
                unsaved, running, ..
            } => leave_question(unsaved.is_some(), running),
            Self::Conflict {
                based_on,
                found,
                by,
                ..
            } => format!(
                "Your edits are based on revision {based_on}, the database has revision {found} ({by}). \
                 Nothing was overwritten. Reload drops your edits; a copy keeps them as a scenario of their own."
            ),
            Self::DeleteRun { title, .. } => {
                format!("{title} would be deleted with its samples. This cannot be undone.")
            }
            Self::DeleteScenario {
                revisions, unsaved, ..
            } => delete_question(*revisions, *unsaved),
            Self::SameScenario {
                name,
                revision,
                path,
                ..
            } => format!(
                "{} holds “{name}” with the identity of a scenario that stands at revision {revision}. \
                 A new revision replaces its content and keeps the old one in the history.",
                file_name(path)
            ),
            Self::Overwrite { path, .. } => {
                format!(
                    "{} is there already. Its content would be lost.",
                    path.display()
                )
            }
            Self::Recovery { written, .. } => format!(
                "The last session did not end cleanly. Its unsaved edits were written {written}. \
                 The database was not touched by them."
            ),
            Self::Path(path) => path.reason.clone(),
            Self::Fit(_) | Self::Palette | Self::Shortcuts | Self::Conventions => String::new(),
        }
    }

    /// The buttons in their order; the last one is the way to stay.
    pub fn choices(&self) -> Vec<Choice> {
        let choice = |answer, label| Choice {
            answer,
            label,
            primary: false,
        };
        let primary = |answer, label| Choice {
            answer,
            label,
            primary: true,
        };
        match self {
            Self::Leave {
                unsaved: Some(_), ..
            } => vec![
                primary(Answer::SaveAndClose, "Save and close"),
                choice(Answer::Discard, "Discard"),
                choice(Answer::Stay, "Keep editing"),
            ],
            Self::Leave { .. } => vec![
                primary(Answer::Discard, "Cancel it and close"),
                choice(Answer::Stay, "Keep running"),
            ],
            Self::Conflict { .. } => vec![
                primary(Answer::SaveAsCopy, "Save as a copy"),
                choice(Answer::Reload, "Reload"),
                choice(Answer::Stay, "Keep editing"),
            ],
            Self::SameScenario { .. } => vec![
                primary(Answer::NewRevision, "New revision"),
                choice(Answer::Branch, "Branch"),
                choice(Answer::Copy, "Copy"),
                choice(Answer::Stay, "Do not import"),
            ],
            Self::Overwrite { .. } => vec![
                primary(Answer::Overwrite, "Replace"),
                choice(Answer::Stay, "Keep the file"),
            ],
            Self::Recovery { .. } => vec![
                primary(Answer::Recover, "Recover"),
                choice(Answer::DropRecovery, "Discard"),
                choice(Answer::Stay, "Decide later"),
            ],
            Self::DeleteRun { .. } | Self::DeleteScenario { .. } => vec![
                choice(Answer::Delete, "Delete"),
                primary(Answer::Stay, "Keep it"),
            ],
            Self::Path(_) | Self::Fit(_) => vec![choice(Answer::Stay, "Cancel")],
            Self::Palette | Self::Shortcuts | Self::Conventions => {
                vec![primary(Answer::Stay, "Close")]
            }
        }
    }
}

fn leave_question(unsaved: bool, running: &[String]) -> String {
    let mut text = String::new();
    if unsaved {
        text.push_str("The edits since the last save would be lost.");
    }
    if !running.is_empty() {
        if unsaved {
            text.push(' ');
        }
        text.push_str(&running.join(", "));
        text.push_str(" is still running and would be cancelled.");
    }
    text
}

fn delete_question(revisions: Option<u32>, unsaved: bool) -> String {
    let what = match revisions {
        Some(1) => "The scenario would be deleted with its revision and its runs",
        Some(_) => "The scenario would be deleted with all its revisions and runs",
        None => "The scenario was never saved and would be gone",
    };
    let edits = if unsaved && revisions.is_some() {
        ", and with the edits since the last save"
    } else {
        ""
    };
    format!("{what}{edits}. This cannot be undone; a copy in a file would stay.")
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(
        || path.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    )
}
