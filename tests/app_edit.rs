//! Edits, history and the mark for unsaved edits, without a window.

mod desk;

use calminer::app::{CoalesceKey, Command};
use calminer_domain::ScenarioEdit;
use desk::Desk;

#[test]
fn a_new_database_opens_the_sample_mine_with_its_base_case() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::start(folder.path());
    assert_eq!(desk.document().project().name, "Fenn-Gib");
    assert_eq!(desk.document().revision(), Some(1));
    assert!(!desk.document().is_dirty());
    assert_eq!(desk.state().library.projects.len(), 2);
    assert!(desk.npv() > 6e8, "{}", desk.npv());
    assert_eq!(desk.state().live.blocking().count(), 0);
    let title = desk.state().title();
    assert_eq!(
        title,
        "calminer > Fenn-Gib > Base case (revision 1) – CalMiner"
    );
    desk.end();
}

#[test]
fn an_edit_moves_the_figures_at_once_and_undo_is_clean() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::start(folder.path());
    let (before, price) = (desk.npv(), desk.price_figure());
    let edit = desk.priced(price * 1.1);
    desk.app.send(Command::Edit(edit, CoalesceKey::none()));
    desk.step();
    let after = desk.npv();
    assert!(after > before, "{after} {before}");
    assert!(desk.document().is_dirty());
    assert!(desk.state().title().contains(" * "));
    let label = format!("Change {}", desk.price().title());
    assert_eq!(desk.document().undo_label(), Some(label.as_str()));
    desk.run(Command::Undo);
    assert_eq!(desk.npv(), before);
    assert!(!desk.document().is_dirty());
    desk.run(Command::Redo);
    assert_eq!(desk.npv(), after);
    assert!(desk.document().is_dirty());
    desk.end();
}

#[test]
fn undo_reaches_over_a_save_and_the_mark_is_right() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::start(folder.path());
    desk.set_price(3000.0);
    desk.run(Command::Save);
    assert_eq!(desk.document().revision(), Some(2));
    assert!(!desk.document().is_dirty());
    desk.set_price(2900.0);
    desk.run(Command::Undo);
    assert!(!desk.document().is_dirty());
    desk.run(Command::Undo);
    assert!(desk.document().is_dirty());
    desk.run(Command::Redo);
    assert_eq!(desk.price_figure(), 3000.0);
    assert!(!desk.document().is_dirty());
    desk.end();
}

#[test]
fn edits_of_one_field_join_while_it_keeps_the_focus() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::start(folder.path());
    let start = desk.price_figure();
    let key = CoalesceKey::field(desk.price().id, "base");
    let other = CoalesceKey::field(desk.price().id, "note");
    for step in 1..=20 {
        let edit = desk.priced(start + f64::from(step));
        desk.run(Command::Edit(edit, key.clone()));
    }
    assert_eq!(desk.document().step_count(), 1);
    desk.app.send(Command::EndEdit);
    let edit = desk.priced(start + 50.0);
    desk.run(Command::Edit(edit, key.clone()));
    assert_eq!(desk.document().step_count(), 2);
    let edit = desk.priced(start + 60.0);
    desk.run(Command::Edit(edit, other));
    assert_eq!(desk.document().step_count(), 3);
    for _ in 0..3 {
        desk.run(Command::Undo);
    }
    assert_eq!(desk.price_figure(), start);
    assert!(!desk.document().is_dirty());
    desk.end();
}

#[test]
fn dragging_a_value_back_to_its_start_leaves_no_step() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::start(folder.path());
    let start = desk.price_figure();
    let key = CoalesceKey::field(desk.price().id, "base");
    for figure in [start + 1.0, start + 2.0, start] {
        let edit = desk.priced(figure);
        desk.run(Command::Edit(edit, key.clone()));
    }
    assert_eq!(desk.document().step_count(), 0);
    assert!(!desk.document().is_dirty());
    desk.end();
}

#[test]
fn an_edit_that_changes_nothing_is_no_step_and_an_idle_app_adds_none() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::start(folder.path());
    let price = desk.price_figure();
    desk.set_price(price);
    assert_eq!(desk.document().step_count(), 0);
    desk.set_price(price + 1.0);
    let content = std::sync::Arc::clone(desk.scenario());
    for _ in 0..60 {
        desk.step();
    }
    assert_eq!(desk.document().step_count(), 1);
    assert!(std::sync::Arc::ptr_eq(&content, desk.scenario()));
    desk.end();
}

#[test]
fn a_hundred_steps_can_be_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::start(folder.path());
    let start = desk.price_figure();
    for step in 1..=120 {
        let edit = desk.priced(start + f64::from(step));
        desk.app.send(Command::Edit(edit, CoalesceKey::none()));
        desk.step();
    }
    for _ in 0..120 {
        desk.app.send(Command::Undo);
        desk.step();
    }
    assert_eq!(desk.price_figure(), start);
    assert!(!desk.document().is_dirty());
    desk.end();
}

#[test]
fn issues_keep_the_last_figures_and_refuse_only_a_run() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::start(folder.path());
    let before = desk.npv();
    let mut line = desk.scenario().lines[0].clone();
    line.value = calminer_domain::Value::Formula("=no_such_name * 2".to_owned());
    let edit = ScenarioEdit::UpdateLine(Box::new(line.clone()));
    desk.run(Command::Edit(edit, CoalesceKey::none()));
    assert!(desk.state().live.is_blocked());
    assert!(desk.state().live.stale);
    assert_eq!(desk.npv(), before);
    assert!(desk.state().live.of_row(line.id).count() > 0);
    assert!(desk.state().live.of_field(line.id, "value").count() > 0);
    desk.run(Command::Run);
    assert!(desk.state().runs.entries.is_empty());
    desk.run(Command::Save);
    assert_eq!(desk.document().revision(), Some(2));
    desk.run(Command::Undo);
    assert!(!desk.state().live.stale);
    assert_eq!(desk.npv(), before);
    desk.end();
}

#[test]
fn an_explanation_follows_the_edits() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::start(folder.path());
    let key = desk.price().key;
    desk.run(Command::Explain(key, None));
    let value = |desk: &Desk| desk.state().explanation.as_ref().unwrap().1.value;
    let before = value(&desk);
    assert!(before.is_some());
    desk.set_price(1234.0);
    assert_ne!(value(&desk), before);
    desk.run(Command::CloseExplain);
    assert!(desk.state().explanation.is_none());
    desk.end();
}

#[test]
fn an_edit_of_a_row_that_is_gone_changes_nothing_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::start(folder.path());
    let edit = ScenarioEdit::RemoveLine(uuid::Uuid::nil());
    desk.run(Command::Edit(edit, CoalesceKey::none()));
    assert!(!desk.document().is_dirty());
    assert!(
        desk.notice_about("edit")
            .unwrap()
            .contains("Nothing was changed")
    );
    desk.end();
}
