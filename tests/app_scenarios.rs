//! Scenarios of the tree: delete, rename, files that are dropped. Without a window.

#![expect(
    clippy::unwrap_used,
    reason = "a test that unwraps says where it failed"
)]

mod desk;

use calminer::app::{Answer, Command, Dialog, ScenarioEntry};
use calminer_domain::file;
use desk::Desk;

fn scenarios(desk: &Desk) -> Vec<ScenarioEntry> {
    let projects = desk.state().library.projects.iter();
    projects
        .flat_map(|project| project.scenarios.clone())
        .collect()
}

fn other(desk: &Desk) -> ScenarioEntry {
    let own = desk.scenario().id;
    let mut all = scenarios(desk).into_iter();
    all.find(|entry| entry.id != own).unwrap()
}

#[test]
fn the_open_scenario_is_deleted_after_a_question() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::start(folder.path());
    let own = desk.scenario().id;
    desk.set_price(2400.0);
    desk.run(Command::DeleteOpenScenario);
    let question = desk.dialog().question();
    assert!(
        question.contains("revision") && question.contains("since the last save"),
        "{question}"
    );
    desk.answer(Answer::Stay);
    assert_eq!(desk.price_figure(), 2400.0);
    assert_eq!(scenarios(&desk).len(), 2);
    desk.run(Command::DeleteOpenScenario);
    desk.answer(Answer::Delete);
    assert!(desk.state().document.is_none());
    assert!(scenarios(&desk).iter().all(|entry| entry.id != own));
    desk.end();
    let desk = Desk::start(folder.path());
    assert_ne!(desk.scenario().id, own);
    assert!(
        desk.state().dialog.is_none(),
        "edits of a deleted scenario are not offered"
    );
    desk.end();
}

#[test]
fn another_scenario_is_deleted_and_the_open_one_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::start(folder.path());
    let other = other(&desk);
    desk.set_price(2400.0);
    desk.run(Command::DeleteScenario(other.id));
    assert!(matches!(
        desk.dialog(),
        Dialog::DeleteScenario { scenario, unsaved: false, revisions: Some(1), .. } if *scenario == other.id
    ));
    assert!(desk.dialog().title().contains(&other.name));
    desk.answer(Answer::Delete);
    assert_eq!(scenarios(&desk).len(), 1);
    assert_eq!(desk.price_figure(), 2400.0);
    desk.run(Command::DeleteScenario(other.id));
    assert!(desk.state().dialog.is_none(), "it is gone already");
    desk.end();
}

#[test]
fn a_scenario_that_was_never_saved_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::start(folder.path());
    desk.run(Command::NewScenario);
    desk.run(Command::DeleteOpenScenario);
    assert!(desk.dialog().question().contains("never saved"));
    desk.answer(Answer::Delete);
    assert!(desk.state().document.is_none());
    assert_eq!(scenarios(&desk).len(), 2);
    desk.end();
}

#[test]
fn renaming_is_an_edit_of_the_open_scenario_and_a_revision_of_another() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::start(folder.path());
    let (own, other) = (desk.scenario().id, other(&desk));
    desk.run(Command::RenameScenario(own, "  Low price ".to_owned()));
    assert_eq!(desk.scenario().name, "Low price");
    assert!(desk.document().is_dirty());
    desk.run(Command::Undo);
    assert!(!desk.document().is_dirty());
    desk.run(Command::RenameScenario(other.id, "Reference".to_owned()));
    let renamed = scenarios(&desk)
        .into_iter()
        .find(|entry| entry.id == other.id)
        .unwrap();
    assert_eq!((renamed.name.as_str(), renamed.revision), ("Reference", 2));
    desk.run(Command::RenameScenario(other.id, " ".to_owned()));
    assert!(
        desk.notice_about("scenarios")
            .unwrap()
            .contains("needs a name")
    );
    desk.run(Command::OpenScenario(other.id));
    assert_eq!(desk.scenario().name, "Reference");
    desk.end();
}

#[test]
fn a_dropped_file_is_imported_and_others_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::start(folder.path());
    let path = folder.path().join("dropped.calminer");
    let mut scenario = (**desk.scenario()).clone();
    scenario.id = uuid::Uuid::from_u128(78);
    scenario.name = "Dropped".to_owned();
    std::fs::write(&path, file::write(desk.document().project(), &scenario)).unwrap();

    let table = folder.path().join("table.csv");
    desk.run(Command::OpenPath(table));
    let text = desk.notice_about("import").unwrap();
    assert!(
        text.contains("table.csv") && text.contains(".calminer"),
        "{text}"
    );
    assert!(!desk.document().is_dirty());

    desk.run(Command::CommandPalette);
    desk.run(Command::OpenPath(path.clone()));
    assert!(
        desk.notice_about("import")
            .unwrap()
            .contains("open question")
    );
    desk.answer(Answer::Stay);

    desk.run(Command::OpenPath(path));
    assert_eq!(desk.scenario().name, "Dropped");
    assert_eq!(desk.document().revision(), Some(1));
    assert_eq!(scenarios(&desk).len(), 3);

    let missing = folder.path().join("elsewhere.db");
    desk.run(Command::OpenPath(missing));
    let text = desk.notice_about("open database").unwrap();
    assert!(text.contains("elsewhere.db"), "{text}");
    assert_eq!(desk.scenario().name, "Dropped");
    desk.end();
}

#[test]
fn a_second_file_dialog_does_not_open_beside_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let first = folder.path().join("first.calminer");
    let second = folder.path().join("second.calminer");
    let answers = [Some(first.clone()), Some(second.clone())];
    let mut desk = Desk::start_with(folder.path(), calminer::app::Target::Last, answers);
    desk.settle();
    desk.app.send(Command::SaveCopy);
    desk.app.send(Command::SaveCopy);
    desk.until("the copy", |_| first.is_file());
    desk.settle();
    assert!(!second.exists());
    desk.run(Command::SaveCopy);
    desk.until("the next copy", |_| second.is_file());
    desk.end();
}
