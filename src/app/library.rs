//! What the open database holds, and how it can be reached.

use std::path::PathBuf;

use calminer_domain::Project;
use uuid::Uuid;

pub use crate::services::event::{ProjectEntry, ScenarioEntry};

/// Whether the database can be used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum DatabaseState {
    /// Being opened.
    #[default]
    Opening,
    /// Open.
    Ready,
    /// Open, and nothing can be saved: the sentence says why.
    ReadOnly(String),
    /// Not open: the sentence says which file and why.
    Unavailable(String),
}

/// The open database and the tree of what is in it.
#[derive(Clone, Debug, Default)]
pub struct Library {
    /// Its file.
    pub path: PathBuf,
    /// Whether it can be used.
    pub state: DatabaseState,
    /// Projects with their scenarios, in order of name.
    pub projects: Vec<ProjectEntry>,
}

impl Library {
    /// What the title row calls the database.
    pub fn name(&self) -> String {
        self.path
            .file_stem()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    }

    /// The kind of database, for the badge.
    pub const fn kind(&self) -> &'static str {
        "SQLite"
    }

    /// Whether something can be saved.
    pub fn is_writable(&self) -> bool {
        self.state == DatabaseState::Ready
    }

    /// The entry of a scenario and its project.
    pub fn scenario(&self, id: Uuid) -> Option<(&Project, &ScenarioEntry)> {
        self.projects.iter().find_map(|entry| {
            let scenario = entry.scenarios.iter().find(|scenario| scenario.id == id)?;
            Some((&entry.project, scenario))
        })
    }
}
