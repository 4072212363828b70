//! The one table of commands: title, tooltip, shortcut, icon, menu and when each is enabled.

use egui::{Key, KeyboardShortcut, Modifiers};

use crate::app::command::Command;
use crate::app::page::Page;
use crate::services::settings::Theme;

/// The menu a command stands in, in the order of the menu bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Menu {
    /// Scenarios, files, databases.
    File,
    /// History of edits.
    Edit,
    /// What is shown.
    View,
    /// Simulation.
    Run,
    /// Searching and settings.
    Tools,
    /// Explanations.
    Help,
}

impl Menu {
    /// All menus in the order of the menu bar.
    pub const ALL: [Self; 6] = [
        Self::File,
        Self::Edit,
        Self::View,
        Self::Run,
        Self::Tools,
        Self::Help,
    ];

    /// The name shown.
    pub const fn title(self) -> &'static str {
        match self {
            Self::File => "File",
            Self::Edit => "Edit",
            Self::View => "View",
            Self::Run => "Run",
            Self::Tools => "Tools",
            Self::Help => "Help",
        }
    }

    /// The commands of the menu in their order.
    pub fn commands(self) -> impl Iterator<Item = &'static CommandSpec> {
        TABLE.iter().filter(move |spec| spec.menu == self)
    }
}

/// The picture of a command; the views choose the character of their icon font.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// A new sheet.
    New,
    /// Two sheets.
    Duplicate,
    /// A folder.
    Open,
    /// A cylinder.
    Database,
    /// A disk.
    Save,
    /// An arrow out.
    Export,
    /// A cross.
    Close,
    /// An arrow back.
    Undo,
    /// An arrow on.
    Redo,
    /// A triangle.
    Run,
    /// A square.
    Stop,
    /// A check mark.
    Verify,
    /// A lens.
    Search,
    /// A lens with plus.
    ZoomIn,
    /// A lens with minus.
    ZoomOut,
    /// A keyboard.
    Keyboard,
    /// A question mark.
    Help,
    /// A sun.
    Light,
    /// A moon.
    Dark,
    /// A screen.
    Screen,
    /// A page of the navigation.
    Page(Page),
    /// A list of commands.
    Palette,
}

/// What decides whether a command is enabled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own; a state machine would have 2^11 states"
)]
pub struct Facts {
    /// A scenario is open.
    pub document: bool,
    /// It has unsaved edits.
    pub dirty: bool,
    /// A step can be taken back.
    pub can_undo: bool,
    /// A step can be done again.
    pub can_redo: bool,
    /// It has issues for which a run is refused.
    pub blocked: bool,
    /// A simulation that the user asked for is running.
    pub running: bool,
    /// A save is on its way.
    pub saving: bool,
    /// The database can be written.
    pub writable: bool,
    /// The results of a run are on show and the content that it belongs to is at hand.
    pub run: bool,
    /// The samples of the run on show are at hand.
    pub samples: bool,
    /// A run is being repeated.
    pub verifying: bool,
}

/// Why a command is disabled; `None` when it is enabled.
type WhyNot = fn(Facts) -> Option<&'static str>;

/// One line of the table.
#[derive(Debug)]
pub struct CommandSpec {
    /// What it sends.
    pub command: Command,
    /// Its name.
    pub title: &'static str,
    /// One sentence on what it does.
    pub tooltip: &'static str,
    /// Keys; on macOS Cmd stands for Ctrl.
    pub shortcut: Option<KeyboardShortcut>,
    /// Its picture.
    pub icon: Option<Icon>,
    /// Where it stands.
    pub menu: Menu,
    why_not: WhyNot,
}

impl CommandSpec {
    /// Why it is disabled; `None` when it is enabled.
    pub fn why_not(&self, facts: Facts) -> Option<&'static str> {
        (self.why_not)(facts)
    }

    /// The line of a command; `None` for one that carries a value of its own, such as an edit.
    pub fn of(command: &Command) -> Option<&'static Self> {
        TABLE.iter().find(|spec| spec.command == *command)
    }
}

const CTRL: Modifiers = Modifiers::COMMAND;
const CTRL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

const fn keys(modifiers: Modifiers, key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(modifiers, key)
}

fn always(_: Facts) -> Option<&'static str> {
    None
}

fn with_document(facts: Facts) -> Option<&'static str> {
    (!facts.document).then_some("No scenario is open")
}

fn can_save(facts: Facts) -> Option<&'static str> {
    match facts {
        Facts {
            document: false, ..
        } => Some("No scenario is open"),
        Facts {
            writable: false, ..
        } => Some("The database cannot be written; save a copy instead"),
        Facts { saving: true, .. } => Some("It is being saved"),
        Facts { dirty: false, .. } => Some("There are no unsaved edits"),
        _ => None,
    }
}

fn can_run(facts: Facts) -> Option<&'static str> {
    match facts {
        Facts {
            document: false, ..
        } => Some("No scenario is open"),
        Facts { running: true, .. } => Some("A simulation is running"),
        Facts { blocked: true, .. } => Some("Mend the issues of the scenario first"),
        _ => None,
    }
}

fn can_cancel(facts: Facts) -> Option<&'static str> {
    (!facts.running).then_some("No simulation is running")
}

fn can_save_samples(facts: Facts) -> Option<&'static str> {
    (!facts.samples).then_some("No run with samples is on show")
}

fn can_save_passport(facts: Facts) -> Option<&'static str> {
    (!facts.run).then_some("No run is on show whose content is at hand")
}

fn can_verify(facts: Facts) -> Option<&'static str> {
    match facts {
        Facts { running: true, .. } => Some("A simulation is running"),
        Facts {
            verifying: true, ..
        } => Some("The run is being repeated"),
        _ => can_save_passport(facts),
    }
}

fn can_undo(facts: Facts) -> Option<&'static str> {
    (!facts.can_undo).then_some("There is nothing to undo")
}

fn can_redo(facts: Facts) -> Option<&'static str> {
    (!facts.can_redo).then_some("There is nothing to redo")
}

fn can_delete(facts: Facts) -> Option<&'static str> {
    match facts {
        Facts {
            document: false, ..
        } => Some("No scenario is open"),
        Facts {
            writable: false, ..
        } => Some("The database cannot be written"),
        Facts { saving: true, .. } => Some("It is being saved"),
        _ => None,
    }
}

fn can_duplicate(facts: Facts) -> Option<&'static str> {
    with_document(facts)
}

const fn line(
    command: Command,
    words: [&'static str; 2],
    shortcut: Option<KeyboardShortcut>,
    icon: Option<Icon>,
    menu: Menu,
    why_not: WhyNot,
) -> CommandSpec {
    CommandSpec {
        command,
        title: words[0],
        tooltip: words[1],
        shortcut,
        icon,
        menu,
        why_not,
    }
}

const fn page(page: Page, tooltip: &'static str, key: Option<Key>) -> CommandSpec {
    let shortcut = match key {
        Some(key) => Some(keys(CTRL, key)),
        None => None,
    };
    line(
        Command::ShowSection(page),
        [page.title(), tooltip],
        shortcut,
        Some(Icon::Page(page)),
        Menu::View,
        always,
    )
}

/// All commands without a value of their own, in the order of their menus.
#[rustfmt::skip]
pub static TABLE: &[CommandSpec] = &[
    line(Command::NewScenario, ["New scenario", "Add an empty scenario to the project"], Some(keys(CTRL, Key::N)), Some(Icon::New), Menu::File, always),
    line(Command::DuplicateScenario, ["Duplicate scenario", "Branch a copy from the scenario as it is on the screen"], Some(keys(CTRL, Key::D)), Some(Icon::Duplicate), Menu::File, can_duplicate),
    line(Command::DeleteOpenScenario, ["Delete scenario…", "Delete the open scenario with its revisions and runs, after a question"], None, None, Menu::File, can_delete),
    line(Command::OpenFile, ["Open file…", "Import a scenario file (.calminer or .calminer.json) into the database"], Some(keys(CTRL, Key::O)), Some(Icon::Open), Menu::File, always),
    line(Command::OpenDatabase, ["Open database…", "Work in another database file"], Some(keys(CTRL_SHIFT, Key::O)), Some(Icon::Database), Menu::File, always),
    line(Command::OpenLocalDatabase, ["Open local database", "Work in the database in your own data folder"], None, Some(Icon::Database), Menu::File, always),
    line(Command::Save, ["Save", "Save the scenario to the database as a new revision"], Some(keys(CTRL, Key::S)), Some(Icon::Save), Menu::File, can_save),
    line(Command::SaveCopy, ["Save a copy…", "Write the scenario to a .calminer file"], Some(keys(CTRL_SHIFT, Key::S)), Some(Icon::Export), Menu::File, with_document),
    line(Command::CloseDocument, ["Close scenario", "Close the open scenario"], Some(keys(CTRL, Key::W)), Some(Icon::Close), Menu::File, with_document),
    line(Command::Quit, ["Quit", "End CalMiner"], Some(keys(CTRL, Key::Q)), None, Menu::File, always),
    line(Command::Undo, ["Undo", "Take the last step back"], Some(keys(CTRL, Key::Z)), Some(Icon::Undo), Menu::Edit, can_undo),
    line(Command::Redo, ["Redo", "Do the step again that was taken back"], Some(keys(CTRL_SHIFT, Key::Z)), Some(Icon::Redo), Menu::Edit, can_redo),
    line(Command::Find, ["Find", "Search the navigation"], Some(keys(CTRL, Key::F)), Some(Icon::Search), Menu::Edit, always),
    page(Page::Overview, "Key figures and cash flow at a glance", Some(Key::Num1)),
    page(Page::Parameters, "Inputs and their distributions", Some(Key::Num2)),
    page(Page::Production, "Ore, grade, recovery, metal and products", Some(Key::Num3)),
    page(Page::Costs, "Operating cost, capital and fiscal terms", Some(Key::Num4)),
    page(Page::CashFlow, "The annual table with its life-of-mine column", Some(Key::Num5)),
    page(Page::Simulation, "Trials, distribution of results and statistics", Some(Key::Num6)),
    page(Page::Sensitivity, "Which input matters: tornado, spider, contribution to variance", Some(Key::Num7)),
    page(Page::Settings, "Theme, size, numbers and threads", Some(Key::Comma)),
    page(Page::Log, "What the program wrote to its log", None),
    line(Command::NextSection, ["Next page", "Show the next page of the navigation"], Some(keys(CTRL, Key::Tab)), None, Menu::View, always),
    line(Command::PreviousSection, ["Previous page", "Show the previous page of the navigation"], Some(keys(CTRL_SHIFT, Key::Tab)), None, Menu::View, always),
    line(Command::SetTheme(Theme::System), ["Theme of the system", "Light or dark as the system says"], None, Some(Icon::Screen), Menu::View, always),
    line(Command::SetTheme(Theme::Light), ["Light theme", "Dark figures on a light ground"], None, Some(Icon::Light), Menu::View, always),
    line(Command::SetTheme(Theme::Dark), ["Dark theme", "Light figures on a dark ground"], None, Some(Icon::Dark), Menu::View, always),
    line(Command::ZoomIn, ["Zoom in", "Larger interface"], Some(keys(CTRL, Key::Plus)), Some(Icon::ZoomIn), Menu::View, always),
    line(Command::ZoomOut, ["Zoom out", "Smaller interface"], Some(keys(CTRL, Key::Minus)), Some(Icon::ZoomOut), Menu::View, always),
    line(Command::ZoomReset, ["Actual size", "Interface at 100 per cent"], Some(keys(CTRL, Key::Num0)), None, Menu::View, always),
    line(Command::ToggleFullScreen, ["Full screen", "Full screen on or off"], Some(keys(Modifiers::NONE, Key::F11)), Some(Icon::Screen), Menu::View, always),
    line(Command::Run, ["Run simulation", "Simulate the scenario with the settings of the Simulation page"], Some(keys(Modifiers::NONE, Key::F5)), Some(Icon::Run), Menu::Run, can_run),
    line(Command::CancelRun, ["Cancel simulation", "Stop the running simulation"], Some(keys(Modifiers::NONE, Key::Escape)), Some(Icon::Stop), Menu::Run, can_cancel),
    line(Command::VerifyRun, ["Verify run", "Repeat the run on show and compare every figure to the last bit"], None, Some(Icon::Verify), Menu::Run, can_verify),
    line(Command::SaveSamples, ["Save samples…", "Write the samples of the run on show to a .csv or .parquet file"], None, Some(Icon::Export), Menu::Run, can_save_samples),
    line(Command::SavePassport, ["Save passport…", "Write all that is needed to repeat the run on show and to compare its figures"], None, Some(Icon::Export), Menu::Run, can_save_passport),
    line(Command::CommandPalette, ["Command palette…", "Search all commands"], Some(keys(CTRL, Key::P)), Some(Icon::Palette), Menu::Tools, always),
    line(Command::ShowShortcuts, ["Shortcuts", "The list of all shortcuts"], Some(keys(CTRL, Key::Slash)), Some(Icon::Keyboard), Menu::Help, always),
    line(Command::AboutConventions, ["What the figures mean", "Conventions behind NPV, IRR, payback and the statistics"], Some(keys(Modifiers::NONE, Key::F1)), Some(Icon::Help), Menu::Help, always),
];

/// Other keys for commands of the table.
pub static MORE_SHORTCUTS: &[(KeyboardShortcut, Command)] = &[
    (KeyboardShortcut::new(CTRL, Key::Y), Command::Redo),
    (KeyboardShortcut::new(CTRL, Key::Equals), Command::ZoomIn),
];

/// Every shortcut with its command. Those with more modifiers come first, because Ctrl+Shift+S holds Ctrl+S.
pub fn shortcuts() -> Vec<(KeyboardShortcut, &'static Command)> {
    let own = TABLE
        .iter()
        .filter_map(|spec| Some((spec.shortcut?, &spec.command)));
    let more = MORE_SHORTCUTS
        .iter()
        .map(|(keys, command)| (*keys, command));
    let mut all: Vec<_> = own.chain(more).collect();
    all.sort_by_key(|(keys, _)| std::cmp::Reverse(keys.modifiers.shift));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_and_shortcuts_are_told_apart() {
        let all = shortcuts();
        for (index, (keys, command)) in all.iter().enumerate() {
            for (other, twice) in &all[index + 1..] {
                assert_ne!(keys, other, "{command:?} and {twice:?}");
            }
        }
        for (index, spec) in TABLE.iter().enumerate() {
            assert!(
                TABLE[index + 1..]
                    .iter()
                    .all(|other| other.title != spec.title)
            );
            assert!(!spec.tooltip.is_empty() && !spec.tooltip.ends_with('.'));
            assert!(!spec.title.contains('!') && !spec.tooltip.contains('!'));
        }
    }

    #[test]
    fn every_page_and_every_menu_is_reached() {
        for page in Page::ALL {
            assert!(CommandSpec::of(&Command::ShowSection(page)).is_some());
        }
        for menu in Menu::ALL {
            assert!(menu.commands().next().is_some());
        }
    }

    #[test]
    fn commands_say_why_they_are_disabled() {
        let nothing = Facts::default();
        let spec = |command| CommandSpec::of(&command).unwrap();
        assert_eq!(
            spec(Command::Save).why_not(nothing),
            Some("No scenario is open")
        );
        let open = Facts {
            document: true,
            writable: true,
            ..nothing
        };
        assert_eq!(
            spec(Command::Save).why_not(open),
            Some("There are no unsaved edits")
        );
        assert_eq!(
            spec(Command::Save).why_not(Facts {
                dirty: true,
                ..open
            }),
            None
        );
        assert!(
            spec(Command::Run)
                .why_not(Facts {
                    blocked: true,
                    ..open
                })
                .is_some()
        );
        assert_eq!(
            spec(Command::CancelRun).why_not(Facts {
                running: true,
                ..open
            }),
            None
        );
    }
}
