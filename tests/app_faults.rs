//! What the app does when database, disk or program fail: it says so, editing goes on, nothing is lost. Without a
//! window.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that unwraps says where it failed"
)]

mod desk;

use calminer::app::{Answer, Command, DatabaseState, Dialog};
use desk::Desk;

/// The notice about failed saves with what its button asks for.
fn save_banner(desk: &Desk) -> Option<(&str, &Command)> {
    let notices = desk.state().notices.all();
    let notice = notices.iter().find(|notice| notice.topic == "save")?;
    assert!(
        notice.lasting,
        "it stays until the edits are saved or dropped"
    );
    let (_, action) = notice.action.as_ref()?;
    Some((notice.text.as_str(), action))
}

#[cfg(unix)]
mod unix {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::Path;
    use std::process::{Child, Command as Process, Stdio};

    use super::*;

    fn set_mode(path: &Path, mode: u32) {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Another program that holds the database for writing until it is told to let go.
    struct Writer(Child);

    impl Writer {
        fn hold(database: &Path) -> Self {
            let mut child = Process::new("sqlite3")
                .arg(database)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .expect("the program sqlite3 is installed");
            let input = child.stdin.as_mut().unwrap();
            input
                .write_all(b"BEGIN IMMEDIATE;\nSELECT 'held';\n")
                .unwrap();
            let mut line = String::new();
            let output = child.stdout.as_mut().unwrap();
            BufReader::new(output).read_line(&mut line).unwrap();
            assert_eq!(line.trim(), "held");
            Self(child)
        }

        fn let_go(mut self) {
            drop(self.0.stdin.take());
            assert!(self.0.wait().unwrap().success());
        }
    }

    #[test]
    fn a_locked_database_is_a_banner_editing_goes_on_and_trying_again_saves() {
        let folder = tempfile::tempdir().unwrap();
        let mut desk = Desk::start(folder.path());
        let writer = Writer::hold(&desk.state().library.path.clone());
        desk.set_price(2400.0);
        desk.app.send(Command::Save);
        desk.step();
        // While the save waits the app answers.
        let before = desk.npv();
        let edit = desk.priced(2500.0);
        desk.app
            .send(Command::Edit(edit, calminer::app::CoalesceKey::none()));
        desk.step();
        assert!(desk.npv() > before);
        assert!(desk.state().facts().saving);
        desk.settle();
        let (text, action) = save_banner(&desk).unwrap();
        assert!(
            text.contains("nother program is writing") && text.contains("your edits are kept"),
            "{text}"
        );
        let again = action.clone();
        assert_eq!(again, Command::Save);
        assert_eq!(desk.price_figure(), 2500.0);
        assert!(desk.document().is_dirty());
        assert_eq!(desk.document().revision(), Some(1));
        writer.let_go();
        desk.run(again);
        assert!(save_banner(&desk).is_none());
        assert!(!desk.document().is_dirty());
        desk.end();
        let desk = Desk::start(folder.path());
        assert_eq!(
            (desk.price_figure(), desk.document().revision()),
            (2500.0, Some(2))
        );
        desk.end();
    }

    #[test]
    fn a_short_lock_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let mut desk = Desk::start(folder.path());
        let writer = Writer::hold(&desk.state().library.path.clone());
        desk.set_price(2400.0);
        desk.app.send(Command::Save);
        desk.step();
        std::thread::sleep(std::time::Duration::from_millis(500));
        writer.let_go();
        desk.settle();
        assert!(save_banner(&desk).is_none());
        assert_eq!(desk.document().revision(), Some(2));
        desk.end();
    }

    #[test]
    fn a_read_only_database_opens_with_a_banner_that_offers_a_copy() {
        let folder = tempfile::tempdir().unwrap();
        let desk = Desk::start(folder.path());
        let database = desk.state().library.path.clone();
        desk.end();
        set_mode(&database, 0o400);
        let before = std::fs::read(&database).unwrap();
        let copy = folder.path().join("kept.calminer");
        let answers = [Some(copy.clone())];
        let mut desk = Desk::start_with(folder.path(), calminer::app::Target::Last, answers);
        desk.settle();
        assert!(matches!(
            desk.state().library.state,
            DatabaseState::ReadOnly(_)
        ));
        let notices = desk.state().notices.all();
        let banner = notices.iter().find(|notice| notice.topic == "database");
        let banner = banner.unwrap().clone();
        assert!(
            banner.lasting && banner.text.contains("read-only"),
            "{}",
            banner.text
        );
        let (_, action) = banner.action.unwrap();
        assert_eq!(action, Command::SaveCopy);
        let npv = desk.npv();
        desk.set_price(2400.0);
        assert_ne!(desk.npv(), npv);
        desk.set_trials(1000);
        desk.run(Command::Run);
        assert!(desk.state().runs.selected_outcome().is_some());
        desk.run(Command::Save);
        desk.run(Command::DeleteOpenScenario);
        assert!(desk.state().dialog.is_none());
        assert!(desk.document().is_dirty());
        desk.run(action);
        let written = calminer_domain::file::read(&std::fs::read(&copy).unwrap()).unwrap();
        assert_eq!(written.scenario, **desk.scenario());
        desk.end();
        assert_eq!(std::fs::read(&database).unwrap(), before);
    }
}

const CHILD: &str = "CALMINER_TEST_PANIC_IN";

/// What the test below runs again in a process of its own, since the hook ends it.
fn panic_in(folder: &std::path::Path) {
    let folder = folder.to_owned();
    // The hook knows the window's thread by its name.
    let window = std::thread::Builder::new().name("main".to_owned());
    let thread = window.spawn(move || {
        calminer::services::panic::install(folder.join("state"));
        let mut desk = Desk::start(&folder);
        desk.set_price(2345.0);
        desk.set_price(2346.0);
        panic!("as a fault of the program would");
    });
    drop(thread.unwrap().join());
}

#[test]
fn a_panic_of_the_window_writes_the_last_edits_and_they_are_offered() {
    if let Some(folder) = std::env::var_os(CHILD) {
        panic_in(std::path::Path::new(&folder));
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "a_panic_of_the_window_writes_the_last_edits_and_they_are_offered",
            "--nocapture",
        ])
        .env(CHILD, folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(101));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("CalMiner met a fault of its own") && said.contains("state"),
        "{said}"
    );
    let mut desk = Desk::start(folder.path());
    assert!(matches!(desk.dialog(), Dialog::Recovery { .. }));
    desk.answer(Answer::Recover);
    assert_eq!(desk.price_figure(), 2346.0);
    assert!(desk.document().is_dirty());
    desk.end();
}
