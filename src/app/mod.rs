//! What the app knows and decides, without a window.
//!
//! A view gets a [`ViewContext`] and sends [`Command`]s; nothing else crosses. Views find every type they draw from
//! in this module, those of the services included.

pub mod command;
pub mod context;
pub mod dialog;
mod dispatch;
pub mod document;
mod events;
mod exchange;
pub mod fit;
pub mod jobs;
mod leave;
pub mod library;
pub mod live;
mod manage;
pub mod notice;
pub mod page;
mod persist;
mod refresh;
pub mod replay;
mod run_files;
pub mod runs;
pub mod samples;
pub mod sensitivity;
mod simulate;
pub mod state;
pub mod step;
pub mod table;
mod verify;

pub use calminer_domain::units::entry::DecimalMark;
pub use calminer_engine::program::{Explanation, Term};
pub use command::{CoalesceKey, Command, CommandQueue};
pub use context::ViewContext;
pub use dialog::{Answer, Choice, Dialog, Leaving, PathDialog, PathEntry, PathPurpose};
pub use document::Document;
pub use exchange::is_scenario_file;
pub use fit::{FitDialog, FitState};
pub use jobs::{Job, JobBoard, JobKind, JobState};
pub use library::{DatabaseState, Library, ProjectEntry, ScenarioEntry};
pub use live::Live;
pub use notice::{Notice, Weight};
pub use page::Page;
pub use replay::{ReplayView, Replayed, Which};
pub use runs::{LiveHistogram, LiveOutput, LiveRun, Refusal, RunEntry, Runs, Standing, Verdict};
pub use sensitivity::{Range, Sensitivity};
pub use state::AppState;
pub use step::{App, Effect, Parts, Target};
pub use table::{CommandSpec, Facts, Icon, Menu, TABLE};

pub use crate::services::event::{JobId, Moment, Written};
pub use crate::services::logging::LogLine;
pub use crate::services::settings::{Negative, Settings, Theme, ZOOM_MAX, ZOOM_MIN};
