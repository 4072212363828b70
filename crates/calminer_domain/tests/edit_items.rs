//! Edits of items: keys followed through formulas and lists, rows fitted to the calendar, undo by snapshot.

#![expect(clippy::expect_used, reason = "a test that cannot go on should stop")]

mod items_support;

use calminer_domain::validate::validate;
use calminer_domain::{Calendar, Item, ItemKind, Scenario, ScenarioEdit, Term, Value};
use items_support::{id, scenario};
use proptest::prelude::*;
use serde_json::json;

fn mine() -> Scenario {
    scenario(&json!([
        {"kind": "schedule", "key": "a", "ore": [1, 2, 3, 4], "grades": [
            {"element": "au", "grade": [5, 6, 7, 8]}, {"element": "ag", "grade": "=a_au_grade * 2"}]},
        {"kind": "process", "key": "mill", "schedules": "a, b", "recoveries": [{"element": "au", "recovery": 90}]},
        {"kind": "schedule", "key": "b", "ore": "=a_ore * 2", "grades": [{"element": "au", "grade": "=a_au_grade + 1 [g/t]"}]},
        {"kind": "metal", "key": "dore", "element": "au", "price": 2000},
        {"kind": "operating_cost", "key": "cost", "rate": 3, "driver": "=a_mined + aa_mined"}
    ]))
}

fn renamed(before: &Scenario, index: usize, key: &str) -> Scenario {
    let mut item = before.items[index].clone();
    key.clone_into(&mut item.key);
    ScenarioEdit::UpdateItem(Box::new(item))
        .apply(before)
        .expect("the item is there")
}

fn text<'a>(item: &'a Item, field: &str) -> &'a str {
    match item.terms.get(field) {
        Some(Term::Text(text)) => text,
        _ => "",
    }
}

#[test]
fn another_key_is_followed_in_formulas_and_lists() {
    let after = renamed(&mine(), 0, "pit");
    assert_eq!(text(&after.items[2], "ore"), "=pit_ore * 2");
    assert_eq!(text(&after.items[1], "schedules"), "pit, b");
    // aa_mined is no line of it.
    assert_eq!(text(&after.items[4], "driver"), "=pit_mined + aa_mined");
    let Some(Term::Text(grade)) = after.items[0].rows("grades")[1].get("grade") else {
        panic!("a formula")
    };
    assert_eq!(grade, "=pit_au_grade * 2");
}

#[test]
fn a_key_that_begins_other_keys_of_the_item_is_followed_once() {
    // a_au_grade becomes a_au_au_grade, though a_grade would become a_au_grade.
    let after = renamed(&mine(), 0, "a_au");
    let Some(Term::Text(grade)) = after.items[2].rows("grades")[0].get("grade") else {
        panic!("a formula")
    };
    assert_eq!(grade, "=a_au_au_grade + 1 [g/t]");
    assert_eq!(text(&after.items[2], "ore"), "=a_au_ore * 2");
    let back = renamed(&after, 0, "a");
    assert_eq!(back, mine());
}

#[test]
fn a_line_that_replaces_one_of_the_item_goes_on_replacing_it() {
    let mut before = mine();
    let text = include_bytes!("../../../assets/samples/ref20.calminer.json");
    let sample = calminer_domain::file::read(text)
        .expect("the sample opens")
        .scenario;
    let mut line = sample.lines[0].clone();
    line.key = "a_mined".to_owned();
    line.value = Value::Formula("=a_ore * 0.9".to_owned());
    before.lines.push(line);
    let after = renamed(&before, 0, "pit");
    assert_eq!(after.lines[0].key, "pit_mined");
    assert_eq!(
        after.lines[0].value,
        Value::Formula("=pit_ore * 0.9".to_owned())
    );
}

#[test]
fn a_key_that_two_items_have_stays_in_formulas() {
    let mut before = mine();
    before.items[1].key = "a".to_owned();
    let after = renamed(&before, 1, "mill");
    assert_eq!(text(&after.items[2], "ore"), "=a_ore * 2");
}

#[test]
fn rows_of_items_follow_the_calendar() {
    let before = mine();
    let longer = Calendar {
        periods: 5,
        opening_period: true,
        ..before.calendar.clone()
    };
    let after = ScenarioEdit::SetCalendar(longer)
        .apply(&before)
        .expect("settings always apply");
    let ore = Term::Series(vec![0.0, 1.0, 2.0, 3.0, 4.0, 0.0]);
    assert_eq!(after.items[0].terms.get("ore"), Some(&ore));
    let grade = Term::Series(vec![0.0, 5.0, 6.0, 7.0, 8.0, 0.0]);
    assert_eq!(after.items[0].rows("grades")[0].get("grade"), Some(&grade));
    let shorter = Calendar {
        periods: 2,
        opening_period: false,
        ..after.calendar.clone()
    };
    let short = ScenarioEdit::SetCalendar(shorter)
        .apply(&after)
        .expect("settings always apply");
    let ore = Term::Series(vec![1.0, 2.0]);
    assert_eq!(short.items[0].terms.get("ore"), Some(&ore));
    let lengths: Vec<&str> = validate(&short).iter().map(|issue| issue.code).collect();
    assert!(!lengths.contains(&"series_length"), "{lengths:?}");
}

#[test]
fn a_ramp_up_goes_on_in_a_longer_calendar() {
    let before = scenario(&json!([
        {"kind": "schedule", "key": "a", "plan": "generated", "reserve": 9, "capacity": 1, "ramp_up": [0, 50, 100, 90]}
    ]));
    let longer = Calendar {
        periods: 6,
        opening_period: true,
        ..before.calendar.clone()
    };
    let after = ScenarioEdit::SetCalendar(longer)
        .apply(&before)
        .expect("settings always apply");
    let ramp = Term::Series(vec![0.0, 0.0, 50.0, 100.0, 90.0, 90.0, 90.0]);
    assert_eq!(after.items[0].terms.get("ramp_up"), Some(&ramp));
    let back = ScenarioEdit::SetCalendar(before.calendar.clone())
        .apply(&after)
        .expect("settings always apply");
    assert_eq!(back, before);
}

#[test]
fn a_part_of_a_pool_follows_the_key_of_its_capital() {
    let before = scenario(&json!([
        {"kind": "sale", "key": "ore", "quantity": 1, "price": 5},
        {"kind": "capital", "key": "plant", "amount": 10},
        {"kind": "depreciation", "key": "pool", "parts": [{"line": "plant", "share": "=plant_spend / plant_spend"}]}
    ]));
    let after = renamed(&before, 1, "mill");
    let part = &after.items[2].rows("parts")[0];
    assert_eq!(part.get("line"), Some(&Term::Text("mill".to_owned())));
    let share = Term::Text("=mill_spend / mill_spend".to_owned());
    assert_eq!(part.get("share"), Some(&share));
}

#[test]
fn items_are_inserted_moved_and_removed() {
    let before = mine();
    let new = Item::new(id(70), ItemKind::Tax, "tax");
    let insert = ScenarioEdit::InsertItem(1, Box::new(new.clone()));
    assert_eq!(insert.describe(&before), "Add tax");
    let with = insert.apply(&before).expect("new");
    let keys = |scenario: &Scenario| -> Vec<String> {
        scenario.items.iter().map(|item| item.key.clone()).collect()
    };
    assert_eq!(keys(&with), ["a", "tax", "mill", "b", "dore", "cost"]);
    assert!(insert.apply(&with).is_err());
    let moved = ScenarioEdit::MoveItem(new.id, 9)
        .apply(&with)
        .expect("there");
    assert_eq!(keys(&moved), ["a", "mill", "b", "dore", "cost", "tax"]);
    let remove = ScenarioEdit::RemoveItem(new.id);
    assert_eq!(remove.describe(&moved), "Delete tax");
    assert_eq!(remove.apply(&moved).expect("there"), before);
    assert!(remove.apply(&before).is_err());
    assert!(ScenarioEdit::MoveItem(new.id, 0).apply(&before).is_err());
    assert!(
        ScenarioEdit::UpdateItem(Box::new(new))
            .apply(&before)
            .is_err()
    );
}

fn any_edit() -> impl Strategy<Value = ScenarioEdit> {
    let figures = proptest::collection::vec(any::<f64>(), 0..6);
    prop_oneof![
        (0..5_usize, ".{0,12}").prop_map(|(index, key)| {
            let mut item = mine().items[index].clone();
            item.key = key;
            ScenarioEdit::UpdateItem(Box::new(item))
        }),
        (0..5_usize, figures, "[a-z_]{0,9}").prop_map(|(index, figures, field)| {
            let mut item = mine().items[index].clone();
            item.terms.insert(field.clone(), Term::Series(figures));
            item.units.insert(field, "kt".to_owned());
            ScenarioEdit::UpdateItem(Box::new(item))
        }),
        (
            0..5_usize,
            "=.{0,12}",
            prop_oneof![Just("ore"), Just("share"), Just("price"), Just("rate")]
        )
            .prop_map(|(index, text, field)| {
                let mut item = mine().items[index].clone();
                item.terms.insert(field.to_owned(), Term::Text(text));
                ScenarioEdit::UpdateItem(Box::new(item))
            }),
        (0..5_usize, 0..9_usize).prop_map(|(from, to)| {
            let id = mine().items[from].id;
            if to % 3 == 0 {
                ScenarioEdit::RemoveItem(id)
            } else {
                ScenarioEdit::MoveItem(id, to)
            }
        }),
        (1..9_u32, any::<bool>()).prop_map(|(periods, opening_period)| {
            let calendar = mine().calendar;
            ScenarioEdit::SetCalendar(Calendar {
                periods,
                opening_period,
                ..calendar
            })
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn random_edits_of_items_never_panic_and_never_touch_the_snapshot(edits in proptest::collection::vec(any_edit(), 1..10)) {
        let first = mine();
        let mut current = first.clone();
        for edit in &edits {
            let _ = edit.describe(&current);
            if let Ok(after) = edit.apply(&current) {
                current = after;
            }
            let _ = validate(&current);
        }
        prop_assert_eq!(first, mine());
    }
}
