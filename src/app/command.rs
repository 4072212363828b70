//! Everything the user can ask for: one closed set of commands.
//!
//! What menus, palette, toolbar and shortcuts need of a command stands in one table, [`crate::app::table`].

use std::borrow::Cow;
use std::cell::RefCell;
use std::path::PathBuf;

use calminer_domain::ScenarioEdit;
use calminer_engine::sensitivity::InputGroup;
use uuid::Uuid;

use crate::app::dialog::Answer;
use crate::app::page::Page;
use crate::app::replay::Which;
use crate::app::sensitivity::Range;
use crate::services::event::JobId;
use crate::services::settings::{Settings, Theme};

/// Which edits are one step of the history: those with the same key while the field keeps the focus or the pointer is
/// down. A view sends [`Command::EndEdit`] when that ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CoalesceKey(Option<(Uuid, Cow<'static, str>)>);

impl CoalesceKey {
    /// One field of one row.
    pub fn field(row: Uuid, field: impl Into<Cow<'static, str>>) -> Self {
        Self(Some((row, field.into())))
    }

    /// An edit that is always a step of its own.
    pub const fn none() -> Self {
        Self(None)
    }

    /// Whether an edit with this key joins one with the other key.
    pub fn joins(&self, other: &Self) -> bool {
        self.0.is_some() && self == other
    }
}

/// One thing the user asks for. Views push these and change nothing themselves.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// A new scenario in the project of the open one.
    NewScenario,
    /// A copy of the open scenario, branched from its revision.
    DuplicateScenario,
    /// Import a `.calminer` or `.calminer.json` file.
    OpenFile,
    /// Switch to another database.
    OpenDatabase,
    /// Switch to the database in the user's own data folder.
    OpenLocalDatabase,
    /// Save the open scenario to the database.
    Save,
    /// Write the open scenario to a file.
    SaveCopy,
    /// Import a scenario file or open a database that was dropped on the window.
    OpenPath(PathBuf),
    /// Delete the open scenario, after a question.
    DeleteOpenScenario,
    /// Delete a scenario of the tree, after a question.
    DeleteScenario(Uuid),
    /// Give a scenario of the tree another name.
    RenameScenario(Uuid, String),
    /// Close the open scenario.
    CloseDocument,
    /// End the program.
    Quit,
    /// Take the last step back.
    Undo,
    /// Do the step again that was taken back last.
    Redo,
    /// Simulate the open scenario with its settings.
    Run,
    /// Cancel the running simulation.
    CancelRun,
    /// Cancel one job.
    CancelJob(JobId),
    /// Take a finished job off the list.
    DismissJob(JobId),
    /// Show a page.
    ShowSection(Page),
    /// Show the next page.
    NextSection,
    /// Show the previous page.
    PreviousSection,
    /// Open a scenario of the database.
    OpenScenario(Uuid),
    /// Change the open scenario.
    Edit(ScenarioEdit, CoalesceKey),
    /// The field lost its focus or the pointer went up: the next edit is a new step.
    EndEdit,
    /// Choose light, dark or as the system.
    SetTheme(Theme),
    /// Replace the settings of the program.
    SetSettings(Box<Settings>),
    /// Larger interface.
    ZoomIn,
    /// Smaller interface.
    ZoomOut,
    /// Interface at 100 per cent.
    ZoomReset,
    /// Show the list of all commands.
    CommandPalette,
    /// Show the list of shortcuts.
    ShowShortcuts,
    /// Show what the figures mean.
    AboutConventions,
    /// Full screen on or off.
    ToggleFullScreen,
    /// Put the cursor into the search field of the navigation.
    Find,
    /// Open the dialog that fits distributions to a sample of a parameter.
    FitToData(Uuid),
    /// Fit distributions to this sample in the open dialog.
    FitValues(std::sync::Arc<Vec<f64>>),
    /// Answer the open dialog.
    AnswerDialog(Answer),
    /// Take a notice away.
    DismissNotice(u64),
    /// Show a stored or fresh run.
    SelectRun(Uuid),
    /// Delete a stored or fresh run.
    DeleteRun(Uuid),
    /// Write the samples of the run on show to a file.
    SaveSamples,
    /// Write the passport of the run on show to a file.
    SavePassport,
    /// Repeat the run on show and compare every figure.
    VerifyRun,
    /// Show one trial of the run on show.
    Replay(Which),
    /// Take the trial away.
    CloseReplay,
    /// Choose how far each input is moved.
    SetRange(Range),
    /// Whether parameters without a distribution are moved too.
    MoveFixed(bool),
    /// Choose the samples of the next analysis of the variance.
    SetVarianceSamples(u64),
    /// Choose the groups of inputs of the next analysis of the variance.
    SetVarianceGroups(Vec<InputGroup>),
    /// Find where the variance comes from.
    ComputeVariance,
    /// Ask why a figure is what it is: key of the line, index of the period (`None` for a scalar or the total).
    Explain(String, Option<usize>),
    /// Close the explanation.
    CloseExplain,
    /// Try again to reach the database.
    RetryDatabase,
}

/// More commands than this in one frame are dropped: no view pushes that many, so it would be a fault that repeats.
const MOST_COMMANDS: usize = 256;

/// The commands pushed while a frame is drawn, run before the next one.
#[derive(Debug, Default)]
pub struct CommandQueue(RefCell<Vec<Command>>);

impl CommandQueue {
    /// Adds a command.
    pub fn push(&self, command: Command) {
        let mut waiting = self.0.borrow_mut();
        if waiting.len() < MOST_COMMANDS {
            waiting.push(command);
        } else {
            tracing::error!(
                ?command,
                "dropped: more than {MOST_COMMANDS} commands in one frame"
            );
        }
    }

    /// Takes all commands out, in their order.
    pub fn take(&self) -> Vec<Command> {
        std::mem::take(&mut self.0.borrow_mut())
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }
}
