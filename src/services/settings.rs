//! What survives a restart: one small JSON file in the settings folder.

use std::path::{Path, PathBuf};

use calminer_domain::units::entry::DecimalMark;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Smallest interface.
pub const ZOOM_MIN: f32 = 0.5;
/// Largest interface.
pub const ZOOM_MAX: f32 = 3.0;
/// One step of the zoom commands.
pub const ZOOM_STEP: f32 = 0.1;
/// More databases than this are not remembered.
const MOST_RECENT: usize = 15;
/// A settings file is a few hundred bytes; anything much larger is not one.
const MOST_BYTES: u64 = 1 << 20;

/// Light, dark or as the system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// All choices.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The word shown.
    pub const fn title(self) -> &'static str {
        match self {
            Self::System => "As the system",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }
}

/// How a figure below zero is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Negative {
    /// With a minus sign.
    #[default]
    Minus,
    /// In parentheses.
    Parentheses,
}

/// What survives a restart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Light, dark or as the system.
    pub theme: Theme,
    /// Size of the interface, 1 = 100 per cent.
    pub zoom: f32,
    /// Threads of a simulation; all cores where it is absent.
    pub threads: Option<usize>,
    /// How a figure below zero is written.
    pub negative: Negative,
    /// The decimal mark of entries, tables and the clipboard; files always have the point.
    pub decimal: DecimalMark,
    /// The scenario that was open last.
    pub last_scenario: Option<Uuid>,
    /// The database that was open last; the local one where it is absent.
    pub last_database: Option<PathBuf>,
    /// Databases and scenario files used lately, the newest first.
    pub recent: Vec<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::default(),
            zoom: 1.0,
            threads: None,
            negative: Negative::default(),
            decimal: DecimalMark::default(),
            last_scenario: None,
            last_database: None,
            recent: Vec::new(),
        }
    }
}

impl Settings {
    /// The settings with figures that cannot be meant put back into their range.
    #[must_use]
    pub fn sound(mut self) -> Self {
        self.zoom = if self.zoom.is_finite() {
            self.zoom.clamp(ZOOM_MIN, ZOOM_MAX)
        } else {
            1.0
        };
        self.threads = self.threads.filter(|threads| (1..=1024).contains(threads));
        self.recent.truncate(MOST_RECENT);
        self
    }

    /// Puts a path to the front of the recent ones.
    pub fn remember(&mut self, path: &Path) {
        self.recent.retain(|known| known != path);
        self.recent.insert(0, path.to_owned());
        self.recent.truncate(MOST_RECENT);
    }

    /// The text of the file.
    pub fn to_text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

/// Reads the settings. A file that is not there gives the defaults; a damaged one gives them with a sentence, and is
/// kept beside as `settings.damaged.json`.
pub fn read(file: &Path) -> (Settings, Option<String>) {
    let length = match std::fs::metadata(file) {
        Ok(metadata) => metadata.len(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return (Settings::default(), None);
        }
        Err(error) => return (Settings::default(), Some(refused(file, &error.to_string()))),
    };
    if length > MOST_BYTES {
        return (
            Settings::default(),
            Some(refused(file, "it is too large to be a settings file")),
        );
    }
    let read = std::fs::read(file)
        .map_err(|error| error.to_string())
        .and_then(|bytes| {
            serde_json::from_slice::<Settings>(&bytes).map_err(|error| error.to_string())
        });
    match read {
        Ok(settings) => (settings.sound(), None),
        Err(why) => {
            if let Err(error) = std::fs::copy(file, file.with_extension("damaged.json")) {
                tracing::warn!(%error, "the damaged settings file could not be kept");
            }
            (Settings::default(), Some(refused(file, &why)))
        }
    }
}

fn refused(file: &Path, why: &str) -> String {
    format!(
        "The settings in {} cannot be read ({why}). The defaults are used; your scenarios are untouched.",
        file.display()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_file_gives_defaults_and_a_sentence() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("settings.json");
        assert_eq!(read(&file), (Settings::default(), None));
        std::fs::write(&file, "{\"theme\": \"da").unwrap();
        let (settings, why) = read(&file);
        assert_eq!(settings, Settings::default());
        assert!(why.unwrap().contains("settings.json"));
        assert!(folder.path().join("settings.damaged.json").is_file());
    }

    #[test]
    fn figures_out_of_range_are_put_back_and_unknown_fields_are_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("settings.json");
        std::fs::write(
            &file,
            r#"{"theme": "dark", "zoom": 90.0, "threads": 0, "from_a_later_version": 3}"#,
        )
        .unwrap();
        let (settings, why) = read(&file);
        assert_eq!(why, None);
        assert_eq!(settings.theme, Theme::Dark);
        assert_eq!(settings.zoom, ZOOM_MAX);
        assert_eq!(settings.threads, None);
        assert_eq!(settings.decimal, DecimalMark::Point);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut settings = Settings {
            zoom: 1.25,
            decimal: DecimalMark::Comma,
            ..Settings::default()
        };
        for number in 0..20 {
            settings.remember(Path::new(&format!("mine {number}.db")));
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("settings.json");
        std::fs::write(&file, settings.to_text()).unwrap();
        assert_eq!(read(&file), (settings, None));
    }
}
