//! Edits: identity of undo by snapshot, keys followed through formulas, rows fitted to the calendar.

#![expect(clippy::expect_used, reason = "a test that cannot go on should stop")]

use calminer_domain::validate::validate;
use calminer_domain::{
    Calendar, Distribution, DistributionForm, Scenario, ScenarioEdit, Uncertainty, Value, file,
};
use proptest::prelude::*;

fn sample() -> Scenario {
    file::read(include_bytes!(
        "../../../assets/samples/fenn_gib.calminer.json"
    ))
    .expect("the sample opens")
    .scenario
}

fn codes(scenario: &Scenario) -> Vec<(String, &'static str)> {
    validate(scenario)
        .into_iter()
        .map(|issue| (issue.place.to_string(), issue.code))
        .collect()
}

#[test]
fn another_key_is_followed_in_every_formula() {
    let before = sample();
    let mut price = before.parameters[0].clone();
    assert_eq!(price.key, "gold_price");
    price.key = "au_price".to_owned();
    let after = ScenarioEdit::UpdateParameter(Box::new(price))
        .apply(&before)
        .expect("the row is there");
    let revenue = after.line_by_key("gross_revenue").expect("a line");
    assert_eq!(
        revenue.value,
        Value::Formula("=gold_payable * au_price * cad_per_usd".to_owned())
    );
    assert!(codes(&after).is_empty());
}

#[test]
fn a_doubled_key_is_an_issue_and_formulas_stay() {
    let before = sample();
    let mut line = before.line_by_key("refining").expect("a line").clone();
    line.key = "nsr".to_owned();
    let after = ScenarioEdit::UpdateLine(Box::new(line))
        .apply(&before)
        .expect("the row is there");
    let doubled = codes(&after);
    assert_eq!(
        doubled,
        [
            ("lines.nsr.key".to_owned(), "key_doubled"),
            ("lines.nsr.key".to_owned(), "key_doubled")
        ]
    );
}

#[test]
fn rows_follow_the_calendar() {
    let before = sample();
    let longer = Calendar {
        periods: 21,
        opening_period: true,
        ..before.calendar.clone()
    };
    let after = ScenarioEdit::SetCalendar(longer)
        .apply(&before)
        .expect("settings always apply");
    let (Value::Series(old), Value::Series(new)) = (
        &before.line_by_key("ore_mined").expect("a line").value,
        &after.line_by_key("ore_mined").expect("a line").value,
    ) else {
        panic!("rows")
    };
    assert_eq!(new.len(), 22);
    assert_eq!(&new[1..20], &old[..]);
    assert_eq!((new[0], new[20], new[21]), (0.0, 0.0, 0.0));
    assert!(codes(&after).is_empty());
}

#[test]
fn slots_are_never_reused() {
    let before = sample();
    let last = before.parameters.last().expect("parameters").clone();
    let without = ScenarioEdit::RemoveParameter(last.id)
        .apply(&before)
        .expect("the row is there");
    let mut fresh = last.clone();
    fresh.id = uuid::Uuid::from_u128(77);
    fresh.key = "fresh".to_owned();
    let with = ScenarioEdit::InsertParameter(0, Box::new(fresh))
        .apply(&without)
        .expect("new");
    assert_eq!(with.parameters[0].slot, before.next_slot);
    assert!(with.parameters.iter().all(|row| row.id != last.id));
}

#[test]
fn impossible_figures_are_issues_at_their_field() {
    let before = sample();
    let mut price = before.parameters[0].clone();
    price.uncertainty = Some(Uncertainty::once(
        DistributionForm::Absolute,
        Distribution::Triangular {
            min: 10.0,
            mode: 60.0,
            max: 40.0,
        },
    ));
    let after = ScenarioEdit::UpdateParameter(Box::new(price))
        .apply(&before)
        .expect("the row is there");
    let issues = validate(&after);
    assert_eq!(issues.len(), 1);
    assert_eq!(
        issues[0].to_string(),
        "parameters.gold_price.distribution.mode: Gold price: mode 60 is above max 40"
    );
}

#[test]
fn a_payback_from_production_asks_for_the_product() {
    let before = sample();
    let mut product = before.line_by_key("gold_payable").expect("a line").clone();
    product.role = None;
    let after = ScenarioEdit::UpdateLine(Box::new(product))
        .apply(&before)
        .expect("the row is there");
    let issues = validate(&after);
    assert_eq!(issues.len(), 1);
    assert!(!issues[0].blocks() && issues[0].code == "payback_origin");
}

#[test]
fn removing_a_parameter_takes_its_correlations() {
    let before = sample();
    let id = before.correlations[0].a;
    let after = ScenarioEdit::RemoveParameter(id)
        .apply(&before)
        .expect("the row is there");
    assert!(
        after
            .correlations
            .iter()
            .all(|pair| pair.a != id && pair.b != id)
    );
}

fn any_edit() -> impl Strategy<Value = ScenarioEdit> {
    let scenario = sample();
    let (parameters, lines) = (scenario.parameters.clone(), scenario.lines.clone());
    let figures = proptest::collection::vec(any::<f64>(), 0..25);
    prop_oneof![
        ".*".prop_map(ScenarioEdit::Rename),
        (0..parameters.len(), ".{0,12}").prop_map(move |(index, key)| {
            let mut row = parameters[index].clone();
            row.key = key;
            ScenarioEdit::UpdateParameter(Box::new(row))
        }),
        (0..lines.len(), figures, ".{0,12}").prop_map(move |(index, figures, unit)| {
            let mut row = lines[index].clone();
            row.value = Value::Series(figures);
            row.unit = unit;
            ScenarioEdit::UpdateLine(Box::new(row))
        }),
        (0..40_usize, 0..60_usize).prop_map(|(from, to)| {
            let scenario = sample();
            let id = scenario.lines[from % scenario.lines.len()].id;
            if to % 3 == 0 {
                ScenarioEdit::RemoveLine(id)
            } else {
                ScenarioEdit::MoveLine(id, to)
            }
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn random_edits_never_panic_and_never_touch_the_snapshot(edits in proptest::collection::vec(any_edit(), 1..12)) {
        let first = sample();
        let mut current = first.clone();
        for edit in &edits {
            let _ = edit.describe(&current);
            if let Ok(after) = edit.apply(&current) {
                current = after;
            }
            let _ = validate(&current);
        }
        prop_assert_eq!(first, sample());
    }
}
