//! Scenarios in a real database, without a window.

#![expect(
    clippy::unwrap_used,
    reason = "a test that unwraps says where it failed"
)]

mod desk;

use calminer::app::{Answer, Command, DatabaseState, Dialog, Target};
use desk::Desk;

#[test]
fn what_is_saved_is_there_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::start(folder.path());
    desk.set_price(2875.5);
    let npv = desk.npv();
    desk.run(Command::Save);
    assert!(desk.state().saved_at.is_some());
    desk.end();
    let desk = Desk::start(folder.path());
    assert_eq!(desk.document().revision(), Some(2));
    assert_eq!(desk.price_figure(), 2875.5);
    assert_eq!(desk.npv(), npv);
    assert!(desk.state().dialog.is_none());
    desk.end();
}

#[test]
fn an_existing_database_keeps_its_data_and_the_last_scenario_opens() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::start(folder.path());
    let other = desk
        .state()
        .library
        .projects
        .iter()
        .flat_map(|project| &project.scenarios)
        .find(|entry| entry.id != desk.scenario().id)
        .unwrap()
        .clone();
    desk.run(Command::OpenScenario(other.id));
    assert_eq!(desk.scenario().id, other.id);
    desk.end();
    let desk = Desk::start(folder.path());
    assert_eq!(desk.scenario().id, other.id);
    let count: usize = desk
        .state()
        .library
        .projects
        .iter()
        .map(|project| project.scenarios.len())
        .sum();
    assert_eq!(count, 2);
    desk.end();
}

#[test]
fn a_second_editor_gets_a_question_and_nothing_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let other_folder = tempfile::tempdir().unwrap();
    let mut first = Desk::start(folder.path());
    let database = first.state().library.path.clone();
    let mut second = Desk::start_with(other_folder.path(), Target::Database(database), []);
    second.settle();
    first.set_price(2000.0);
    first.run(Command::Save);
    second.set_price(4000.0);
    second.run(Command::Save);
    assert!(matches!(
        second.dialog(),
        Dialog::Conflict {
            based_on: 1,
            found: 2,
            ..
        }
    ));
    second.answer(Answer::Stay);
    assert_eq!(second.price_figure(), 4000.0);
    assert!(second.document().is_dirty());
    second.run(Command::Save);
    second.answer(Answer::SaveAsCopy);
    assert_eq!(second.document().revision(), Some(1));
    assert_eq!(second.price_figure(), 4000.0);
    assert!(second.scenario().name.ends_with("(copy)"));
    let original = second.scenario().parent.unwrap().scenario;
    second.run(Command::OpenScenario(original));
    assert_eq!(second.price_figure(), 2000.0);
    assert_eq!(second.document().revision(), Some(2));
    first.end();
    second.end();
}

#[test]
fn reload_drops_the_edits_after_a_conflict() {
    let folder = tempfile::tempdir().unwrap();
    let other_folder = tempfile::tempdir().unwrap();
    let mut first = Desk::start(folder.path());
    let database = first.state().library.path.clone();
    let mut second = Desk::start_with(other_folder.path(), Target::Database(database), []);
    second.settle();
    first.set_price(2000.0);
    first.run(Command::Save);
    second.set_price(4000.0);
    second.run(Command::Save);
    second.answer(Answer::Reload);
    assert_eq!(second.price_figure(), 2000.0);
    assert!(!second.document().is_dirty());
    first.end();
    second.end();
}

#[test]
fn a_file_that_is_no_database_is_named_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.db");
    std::fs::write(&file, "this is a shopping list\n".repeat(100)).unwrap();
    let before = std::fs::read(&file).unwrap();
    let mut desk = Desk::start_with(folder.path(), Target::Database(file.clone()), []);
    desk.settle();
    assert!(desk.state().document.is_none());
    assert!(matches!(
        desk.state().library.state,
        DatabaseState::Unavailable(_)
    ));
    assert!(desk.notice_about("database").unwrap().contains("mine.db"));
    assert_eq!(std::fs::read(&file).unwrap(), before);
    desk.run(Command::OpenLocalDatabase);
    assert_eq!(desk.document().project().name, "Fenn-Gib");
    assert!(desk.notice_about("database").is_none());
    desk.end();
}

#[test]
fn a_database_that_cannot_be_opened_does_not_take_the_open_one_away() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("not one.db");
    std::fs::write(&file, "this is a shopping list\n".repeat(100)).unwrap();
    let mut desk = Desk::start_with(folder.path(), Target::Last, [Some(file)]);
    desk.settle();
    desk.run(Command::OpenDatabase);
    assert!(
        desk.notice_about("open database")
            .unwrap()
            .contains("not one.db")
    );
    desk.set_price(2500.0);
    desk.run(Command::Save);
    assert_eq!(desk.document().revision(), Some(2));
    desk.end();
}

#[cfg(unix)]
#[test]
fn files_are_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::start(folder.path());
    desk.set_price(2500.0);
    desk.until("the recovery file is there", |_| {
        walk(folder.path()).any(|path| path.extension().is_some_and(|end| end == "recovery"))
    });
    for path in walk(folder.path()) {
        let mode = path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", path.display());
    }
    desk.end();
}

#[cfg(unix)]
fn walk(folder: &std::path::Path) -> impl Iterator<Item = std::path::PathBuf> {
    let mut files = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            if entry.path().is_dir() {
                waiting.push(entry.path());
            } else {
                files.push(entry.path());
            }
        }
    }
    files.into_iter()
}

#[test]
fn a_new_and_a_duplicated_scenario_are_saved_as_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::start(folder.path());
    let original = desk.scenario().id;
    desk.set_price(2222.0);
    desk.run(Command::DuplicateScenario);
    assert_ne!(desk.scenario().id, original);
    assert_eq!(desk.price_figure(), 2222.0);
    assert_eq!(desk.document().revision(), None);
    desk.run(Command::Save);
    assert_eq!(desk.document().revision(), Some(1));
    let parent = desk.scenario().parent.unwrap();
    assert_eq!((parent.scenario, parent.revision), (original, 1));
    desk.run(Command::NewScenario);
    assert!(desk.scenario().parameters.is_empty());
    desk.run(Command::Save);
    let fenn_gib = desk.state().library.projects.iter();
    let fenn_gib = fenn_gib
        .clone()
        .find(|entry| entry.project.name == "Fenn-Gib")
        .unwrap();
    assert_eq!(fenn_gib.scenarios.len(), 3);
    desk.end();
}
