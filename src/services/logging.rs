//! The log: a small rotating file in the state folder, warnings on standard error, the last lines for the window.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use calminer_exchange::folders::private_append;

/// A file is closed at this size.
const MOST_BYTES: u64 = 2 << 20;
/// So many closed files are kept.
const MOST_FILES: u32 = 4;
/// So many lines are kept for the window.
const MOST_LINES: usize = 500;
const FILE_NAME: &str = "calminer.log";

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// When, as a time of day in UTC.
    pub time: String,
    /// `ERROR`, `WARN` or `INFO`.
    pub level: &'static str,
    /// The text.
    pub text: String,
}

/// The last lines of the log.
#[derive(Clone, Debug, Default)]
pub struct LogLines(Arc<Mutex<(u64, VecDeque<LogLine>)>>);

impl LogLines {
    /// All lines kept, the oldest first, when there are new ones since the count that was seen; the new count.
    pub fn since(&self, seen: u64) -> Option<(u64, Vec<LogLine>)> {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (lines.0 != seen).then(|| (lines.0, lines.1.iter().cloned().collect()))
    }

    fn push(&self, line: LogLine) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.0 += 1;
        lines.1.push_back(line);
        if lines.1.len() > MOST_LINES {
            lines.1.pop_front();
        }
    }
}

/// Starts the log. Only our own crates write at level info; libraries from level warning.
///
/// # Errors
/// A sentence, when the file cannot be written. The lines for the window and standard error work all the same.
pub fn start(folder: &Path) -> (LogLines, Result<(), String>) {
    let lines = LogLines::default();
    let opened = RotatingFile::open(folder);
    let (file, result) = match opened {
        Ok(file) => (Some(file), Ok(())),
        Err(error) => (
            None,
            Err(format!(
                "The log in {} cannot be written: {error}",
                folder.display()
            )),
        ),
    };
    let file_layer = file.map(|file| {
        tracing_subscriber::fmt::layer()
            .with_ansi(false)
            .with_writer(Mutex::new(file))
            .with_filter(own_info())
    });
    let error_layer = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_filter(LevelFilter::WARN);
    let started = tracing_subscriber::registry()
        .with(file_layer)
        .with(error_layer)
        .with(Keep(lines.clone()).with_filter(own_info()))
        .try_init();
    let result = result.and(started.map_err(|error| format!("The log cannot start: {error}")));
    (lines, result)
}

fn own_info() -> tracing_subscriber::EnvFilter {
    // The dialog library reports a missing portal as an error; the app shows its own dialog then.
    tracing_subscriber::EnvFilter::new("warn,calminer=info,calminer_store=info")
}

/// Keeps lines for the window.
struct Keep(LogLines);

impl<S: Subscriber> Layer<S> for Keep {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        let mut text = Text::default();
        event.record(&mut text);
        self.0.push(LogLine {
            time: time_of_day(SystemTime::now()),
            level: match *event.metadata().level() {
                Level::ERROR => "ERROR",
                Level::WARN => "WARN",
                _ => "INFO",
            },
            text: text.0,
        });
    }
}

#[derive(Default)]
struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let written = if field.name() == "message" {
            let rest = std::mem::take(&mut self.0);
            write!(self.0, "{value:?}{rest}")
        } else {
            write!(self.0, "; {}: {value:?}", field.name())
        };
        debug_assert!(written.is_ok(), "a string takes every text");
    }
}

fn time_of_day(at: SystemTime) -> String {
    let seconds = at
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let (hours, minutes) = (seconds / 3600 % 24, seconds / 60 % 60);
    format!("{hours:02}:{minutes:02}:{:02}", seconds % 60)
}

/// A file that is closed at a size and kept under a number.
struct RotatingFile {
    folder: PathBuf,
    file: File,
    length: u64,
}

impl RotatingFile {
    fn open(folder: &Path) -> io::Result<Self> {
        let file = private_append(&folder.join(FILE_NAME))?;
        let length = file.metadata()?.len();
        Ok(Self {
            folder: folder.to_owned(),
            file,
            length,
        })
    }

    fn rotate(&mut self) -> io::Result<()> {
        let kept = |number: u32| self.folder.join(format!("{FILE_NAME}.{number}"));
        for number in (1..MOST_FILES).rev() {
            if kept(number).exists() {
                std::fs::rename(kept(number), kept(number + 1))?;
            }
        }
        std::fs::rename(self.folder.join(FILE_NAME), kept(1))?;
        *self = Self::open(&self.folder)?;
        Ok(())
    }
}

impl Write for RotatingFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A file that cannot be rotated is written on: a long log is better than none.
        if self.length >= MOST_BYTES && self.rotate().is_err() {
            self.length = 0;
        }
        let written = self.file.write(bytes)?;
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_rotate_and_old_ones_go() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = RotatingFile::open(folder.path()).unwrap();
        let block = vec![b'x'; 1 << 20];
        for _ in 0..16 {
            file.write_all(&block).unwrap();
        }
        let mut names: Vec<_> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(
            names,
            [
                "calminer.log",
                "calminer.log.1",
                "calminer.log.2",
                "calminer.log.3",
                "calminer.log.4"
            ]
        );
        let largest = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().metadata().unwrap().len())
            .max();
        assert_eq!(largest, Some(MOST_BYTES));
    }

    #[test]
    fn lines_for_the_window_are_the_last_ones() {
        let lines = LogLines::default();
        let subscriber = tracing_subscriber::registry().with(Keep(lines.clone()));
        tracing::subscriber::with_default(subscriber, || {
            for number in 0..600 {
                tracing::warn!(number, "a line");
            }
        });
        let (seen, kept) = lines.since(0).unwrap();
        assert_eq!((seen, kept.len()), (600, MOST_LINES));
        assert_eq!(kept[499].text, "a line; number: 599");
        assert_eq!(kept[499].level, "WARN");
        assert_eq!(lines.since(seen), None);
    }

    #[test]
    fn times_are_of_the_day() {
        let at = UNIX_EPOCH + std::time::Duration::from_secs(1_795_615_389);
        assert_eq!(time_of_day(at), "14:03:09");
    }
}
