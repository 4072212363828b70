//! Nothing is lost without a question: closing, recovery, files. Without a window.

#![expect(
    clippy::unwrap_used,
    reason = "a test that unwraps says where it failed"
)]

mod desk;

use calminer::app::{Answer, Command, Dialog, Leaving, Target};
use calminer_domain::file;
use desk::Desk;

#[test]
fn closing_with_unsaved_edits_asks_and_stay_stays() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::start(folder.path());
    desk.set_price(2300.0);
    for command in [Command::Quit, Command::CloseDocument, Command::NewScenario] {
        desk.run(command);
        assert!(matches!(
            desk.dialog(),
            Dialog::Leave {
                unsaved: Some(_),
                ..
            }
        ));
        desk.answer(Answer::Stay);
        assert!(!desk.has_closed());
        assert_eq!(desk.price_figure(), 2300.0);
        assert!(desk.document().is_dirty());
    }
    desk.run(Command::Quit);
    desk.answer(Answer::SaveAndClose);
    assert!(desk.has_closed());
    desk.end();
    let mut desk = Desk::start(folder.path());
    assert_eq!(desk.price_figure(), 2300.0);
    desk.set_price(2400.0);
    desk.run(Command::Quit);
    desk.answer(Answer::Discard);
    assert!(desk.has_closed());
    desk.end();
    let mut desk = Desk::start(folder.path());
    assert_eq!(desk.price_figure(), 2300.0);
    assert!(
        desk.state().dialog.is_none(),
        "what was discarded is not offered again"
    );
    desk.run(Command::Quit);
    assert!(desk.has_closed());
    desk.end();
}

#[test]
fn another_scenario_waits_for_the_answer() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::start(folder.path());
    let own = desk.scenario().id;
    let other = desk
        .state()
        .library
        .projects
        .iter()
        .flat_map(|project| &project.scenarios)
        .map(|entry| entry.id)
        .find(|id| *id != own)
        .unwrap();
    desk.set_price(2300.0);
    desk.run(Command::OpenScenario(other));
    assert!(
        matches!(desk.dialog(), Dialog::Leave { leaving: Leaving::ForScenario(id), .. } if *id == other)
    );
    desk.answer(Answer::SaveAndClose);
    assert_eq!(desk.scenario().id, other);
    desk.run(Command::OpenScenario(own));
    assert_eq!(desk.price_figure(), 2300.0);
    desk.end();
}

#[test]
fn edits_are_offered_after_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::start(folder.path());
    desk.set_price(2345.0);
    wait_for_recovery(&mut desk, folder.path(), true);
    desk.crash();

    let mut desk = Desk::start(folder.path());
    assert!(matches!(desk.dialog(), Dialog::Recovery { .. }));
    assert_ne!(desk.price_figure(), 2345.0);
    desk.answer(Answer::Stay);
    desk.end();

    let mut desk = Desk::start(folder.path());
    desk.answer(Answer::Recover);
    assert_eq!(desk.price_figure(), 2345.0);
    assert!(desk.document().is_dirty());
    assert_eq!(desk.document().undo_label(), Some("Recover edits"));
    wait_for_recovery(&mut desk, folder.path(), true);
    desk.run(Command::Save);
    assert_eq!(desk.document().revision(), Some(2));
    wait_for_recovery(&mut desk, folder.path(), false);
    desk.crash();

    let desk = Desk::start(folder.path());
    assert!(desk.state().dialog.is_none(), "saved edits are not offered");
    assert_eq!(desk.price_figure(), 2345.0);
    desk.end();
}

#[test]
fn discarded_recovery_is_gone_and_a_living_session_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = Desk::start(folder.path());
    first.set_price(2345.0);
    wait_for_recovery(&mut first, folder.path(), true);
    let second = Desk::start(folder.path());
    assert!(
        second.state().dialog.is_none(),
        "the first session is still alive"
    );
    second.end();
    first.crash();
    let mut third = Desk::start(folder.path());
    third.answer(Answer::DropRecovery);
    third.end();
    let fourth = Desk::start(folder.path());
    assert!(fourth.state().dialog.is_none());
    fourth.end();
}

fn wait_for_recovery(desk: &mut Desk, folder: &std::path::Path, there: bool) {
    let root = folder.join("data/recovery");
    desk.until("the recovery file", |_| {
        let sessions = std::fs::read_dir(&root).unwrap().flatten();
        let files =
            sessions.flat_map(|session| std::fs::read_dir(session.path()).unwrap().flatten());
        let found = files
            .map(|file| file.path())
            .any(|path| path.extension().is_some_and(|end| end == "recovery"));
        found == there
    });
}

#[test]
fn a_copy_gets_its_ending_and_asks_before_it_replaces() {
    let folder = tempfile::tempdir().unwrap();
    let named = folder.path().join("mine copy");
    let copy = folder.path().join("mine copy.calminer");
    let paths = [Some(named.clone()), Some(named), None];
    let mut desk = Desk::start_with(folder.path(), Target::Last, paths);
    desk.settle();
    desk.run(Command::SaveCopy);
    let read = || file::read(&std::fs::read(&copy).unwrap()).unwrap();
    assert_eq!(read().scenario, **desk.scenario());
    desk.set_price(2111.0);
    desk.run(Command::SaveCopy);
    assert!(matches!(desk.dialog(), Dialog::Overwrite { path, .. } if *path == copy));
    desk.answer(Answer::Stay);
    assert_ne!(read().scenario, **desk.scenario());
    desk.app.send(Command::SaveCopy);
    desk.step();
    assert!(
        desk.state().dialog.is_none(),
        "a cancelled dialog is no error"
    );
    desk.end();
}

#[test]
fn without_a_file_dialog_the_app_shows_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::start_with(folder.path(), Target::Last, []);
    desk.settle();
    desk.app.send(Command::SaveCopy);
    desk.until("a path dialog", |state| {
        matches!(state.dialog, Some(Dialog::Path(_)))
    });
    let copy = folder.path().join("typed.calminer");
    desk.answer(Answer::Path(copy.clone()));
    assert!(copy.is_file());
    desk.app.send(Command::OpenFile);
    desk.until("a path dialog", |state| {
        matches!(state.dialog, Some(Dialog::Path(_)))
    });
    let listed = folder.path().to_owned();
    desk.app
        .send(Command::AnswerDialog(Answer::ListFolder(listed.clone())));
    desk.until(
        "the folder",
        |state| matches!(&state.dialog, Some(Dialog::Path(path)) if path.folder == listed),
    );
    let Dialog::Path(path) = desk.dialog() else {
        panic!("a path dialog is open");
    };
    assert!(
        path.entries
            .iter()
            .any(|entry| entry.name == "typed.calminer" && !entry.folder)
    );
    assert!(
        path.entries
            .iter()
            .any(|entry| entry.name == "data" && entry.folder)
    );
    desk.answer(Answer::Stay);
    desk.end();
}

#[test]
fn a_file_with_a_known_identity_asks_what_it_becomes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("edited.calminer.json");
    let mut desk = Desk::start_with(folder.path(), Target::Last, vec![Some(path.clone()); 4]);
    desk.settle();
    let original = desk.scenario().id;
    let mut edited = (**desk.scenario()).clone();
    edited.name = "From a file".to_owned();
    std::fs::write(&path, file::write(desk.document().project(), &edited)).unwrap();

    desk.run(Command::OpenFile);
    assert!(matches!(
        desk.dialog(),
        Dialog::SameScenario { revision: 1, .. }
    ));
    desk.answer(Answer::Stay);
    assert_eq!(desk.scenario().name, "Base case");

    desk.run(Command::OpenFile);
    desk.answer(Answer::NewRevision);
    assert_eq!(desk.scenario().name, "From a file");
    assert_eq!(
        (desk.scenario().id, desk.document().revision()),
        (original, Some(2))
    );

    desk.run(Command::OpenFile);
    desk.answer(Answer::Branch);
    assert_ne!(desk.scenario().id, original);
    assert_eq!(
        desk.scenario().parent.map(|parent| parent.scenario),
        Some(original)
    );
    assert_eq!(desk.scenario().parameters, edited.parameters);

    desk.run(Command::OpenFile);
    desk.answer(Answer::Copy);
    assert_ne!(desk.scenario().id, original);
    assert_eq!(desk.scenario().parent, None);
    let scenarios: usize = desk
        .state()
        .library
        .projects
        .iter()
        .map(|project| project.scenarios.len())
        .sum();
    assert_eq!(scenarios, 4);
    desk.end();
}

#[test]
fn a_broken_file_is_refused_and_nothing_changes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("broken.calminer");
    std::fs::write(
        &path,
        "{\"format\": \"calminer.scenario\", \"version\": 99}",
    )
    .unwrap();
    let mut desk = Desk::start_with(folder.path(), Target::File(path), []);
    desk.settle();
    let text = desk.notice_about("import").unwrap();
    assert!(
        text.contains("broken.calminer") && text.contains("Nothing in the database"),
        "{text}"
    );
    assert_eq!(desk.document().project().name, "Fenn-Gib");
    assert!(!desk.document().is_dirty());
    desk.end();
}

#[test]
fn a_file_with_a_new_identity_is_imported_and_shown() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new.calminer");
    let mut desk = Desk::start(folder.path());
    let mut scenario = (**desk.scenario()).clone();
    scenario.id = uuid::Uuid::from_u128(77);
    scenario.name = "New from a file".to_owned();
    std::fs::write(&path, file::write(desk.document().project(), &scenario)).unwrap();
    desk.run(Command::Quit);
    desk.end();
    let mut desk = Desk::start_with(folder.path(), Target::File(path), []);
    desk.settle();
    assert_eq!(desk.scenario().name, "New from a file");
    assert_eq!(desk.document().revision(), Some(1));
    desk.end();
}

#[test]
fn settings_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::start(folder.path());
    for _ in 0..3 {
        desk.run(Command::ZoomIn);
    }
    desk.run(Command::SetTheme(calminer::app::Theme::Dark));
    desk.end();
    let desk = Desk::start(folder.path());
    assert_eq!(desk.state().settings.zoom, 1.3);
    assert_eq!(desk.state().settings.theme, calminer::app::Theme::Dark);
    desk.end();
}
