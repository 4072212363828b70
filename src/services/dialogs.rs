//! File dialogs: the system's, or word that there is none.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::services::event::{Event, Outbox, PathAsk};
use crate::services::files::list;

/// Endings of scenario files, without the leading dot.
pub const SCENARIO_ENDINGS: &[&str] = &["calminer", "calminer.json"];
/// Endings of databases, without the leading dot.
pub const DATABASE_ENDINGS: &[&str] = &["db", "sqlite", "sqlite3"];

impl PathAsk {
    /// Endings of fitting files, without the leading dot.
    pub const fn endings(&self) -> &'static [&'static str] {
        match self {
            Self::OpenFile => SCENARIO_ENDINGS,
            Self::OpenDatabase => DATABASE_ENDINGS,
            Self::SaveCopy(_) => &["calminer"],
            Self::SaveSamples(_) => SAMPLES_ENDINGS,
            Self::SavePassport(_) => PASSPORT_ENDINGS,
        }
    }
}

/// Endings of samples, without the leading dot.
pub const SAMPLES_ENDINGS: &[&str] = &["csv", "parquet"];
/// Endings of run passports, without the leading dot.
pub const PASSPORT_ENDINGS: &[&str] = &["passport.json", "json"];

/// Asks the user for a path. The answer comes as [`Event::PathChosen`], or as [`Event::NoFileDialog`].
pub trait FileDialogs: fmt::Debug {
    /// Asks; returns at once.
    fn ask(&self, ask: PathAsk, outbox: Outbox);
}

/// The dialogs of the system.
#[derive(Debug)]
pub struct NativeDialogs {
    runtime: tokio::runtime::Handle,
    start: PathBuf,
}

impl NativeDialogs {
    /// Dialogs that start in a folder.
    pub fn new(runtime: tokio::runtime::Handle, start: PathBuf) -> Self {
        Self { runtime, start }
    }
}

impl FileDialogs for NativeDialogs {
    fn ask(&self, ask: PathAsk, outbox: Outbox) {
        let dialog = native(&ask);
        let start = self.start.clone();
        self.runtime.spawn(async move {
            let probed = tokio::task::spawn_blocking(missing).await;
            if let Ok(Some(reason)) = probed {
                let listing = list(&start, ask.endings());
                outbox.send(Event::NoFileDialog {
                    ask,
                    reason,
                    listing,
                });
                return;
            }
            let chosen = match ask {
                PathAsk::OpenFile | PathAsk::OpenDatabase => dialog.pick_file().await,
                PathAsk::SaveCopy(_) | PathAsk::SaveSamples(_) | PathAsk::SavePassport(_) => {
                    dialog.save_file().await
                }
            };
            let path = chosen.map(|file| file.path().to_owned());
            outbox.send(Event::PathChosen { ask, path });
        });
    }
}

fn native(ask: &PathAsk) -> rfd::AsyncFileDialog {
    let dialog = rfd::AsyncFileDialog::new();
    match ask {
        PathAsk::OpenFile => dialog
            .set_title("Open scenario file")
            .add_filter("Scenario files", &["calminer", "json"])
            .add_filter("All files", &["*"]),
        PathAsk::OpenDatabase => dialog
            .set_title("Open database")
            .add_filter("Databases", DATABASE_ENDINGS)
            .add_filter("All files", &["*"]),
        PathAsk::SaveCopy(name) => dialog
            .set_title("Save a copy")
            .add_filter("Scenario files", &["calminer"])
            .set_file_name(name),
        PathAsk::SaveSamples(name) => dialog
            .set_title("Save samples")
            .add_filter("CSV, a text table", &["csv"])
            .add_filter("Parquet", &["parquet"])
            .set_file_name(name),
        PathAsk::SavePassport(name) => dialog
            .set_title("Save passport")
            .add_filter("Run passports", &["json"])
            .set_file_name(name),
    }
}

/// Why the system has no file dialog; `None` when it has one. Without a portal and without zenity the library answers
/// as if the user had cancelled, so it must be known before.
fn missing() -> Option<String> {
    if cfg!(any(windows, target_os = "macos")) || on_path("zenity") || portal_can_start() {
        return None;
    }
    Some(
        "This system has no file dialog (neither a desktop portal nor zenity), so type or choose the path here."
            .to_owned(),
    )
}

fn on_path(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
    })
}

/// Whether the session bus knows how to start the desktop portal with a file chooser behind it.
fn portal_can_start() -> bool {
    let bus = std::env::var_os("DBUS_SESSION_BUS_ADDRESS")
        .is_some_and(|address| !address.is_empty())
        || std::env::var_os("XDG_RUNTIME_DIR")
            .is_some_and(|folder| Path::new(&folder).join("bus").exists());
    bus && data_folders().iter().any(|folder| {
        folder
            .join("dbus-1/services/org.freedesktop.portal.Desktop.service")
            .is_file()
    }) && data_folders().iter().any(|folder| {
        std::fs::read_dir(folder.join("xdg-desktop-portal/portals"))
            .is_ok_and(|mut portals| portals.next().is_some())
    })
}

fn data_folders() -> Vec<PathBuf> {
    let named = std::env::var_os("XDG_DATA_DIRS").filter(|folders| !folders.is_empty());
    let folders = named.unwrap_or_else(|| "/usr/local/share:/usr/share".into());
    std::env::split_paths(&folders).collect()
}

/// Answers written down beforehand, for tests.
#[derive(Debug, Default)]
pub struct ScriptedDialogs {
    answers: Mutex<Vec<Option<PathBuf>>>,
}

impl ScriptedDialogs {
    /// Answers in the order in which they will be given; after the last one every dialog is missing.
    pub fn new(answers: impl IntoIterator<Item = Option<PathBuf>>) -> Self {
        let mut answers: Vec<_> = answers.into_iter().collect();
        answers.reverse();
        Self {
            answers: Mutex::new(answers),
        }
    }
}

impl FileDialogs for ScriptedDialogs {
    fn ask(&self, ask: PathAsk, outbox: Outbox) {
        let next = self
            .answers
            .lock()
            .ok()
            .and_then(|mut answers| answers.pop());
        outbox.send(match next {
            Some(path) => Event::PathChosen { ask, path },
            None => Event::NoFileDialog {
                ask,
                reason: "There is no file dialog here, so type the path.".to_owned(),
                listing: list(Path::new("."), &[]),
            },
        });
    }
}
