//! Rank correlations, lookup tables, the calendar, and where an unsaved scenario and a missing database are shown.

use calminer_domain::PeriodLength;

use super::*;
use crate::app::{DatabaseState, ProjectEntry};

fn scenario<'a>(harness: &'a Harness<'_, World>) -> &'a Scenario {
    harness.state().state.document.as_ref().unwrap().scenario()
}

fn opened(page: Page) -> Harness<'static, World> {
    let mut world = world(Some(mine()));
    world.state.page = page;
    let mut harness = harness(world, WIDE);
    harness.run();
    harness
}

fn click(harness: &mut Harness<'_, World>, label: &str) {
    harness.get_by_label(label).click();
    harness.run();
}

fn type_into(harness: &mut Harness<'_, World>, label: &str, text: &str) {
    harness
        .get_by_role_and_label(Role::TextInput, label)
        .focus();
    harness.run();
    harness
        .get_by_role_and_label(Role::TextInput, label)
        .type_text(text);
    harness.run();
    harness.key_press(Key::Tab);
    harness.run();
}

#[test]
fn a_pair_is_correlated_changed_refused_and_taken_out() {
    let mut harness = opened(Page::Parameters);
    let before = scenario(&harness).correlations.len();
    harness
        .get_by_label_contains("Show: Rank correlations")
        .click();
    harness.run();
    type_into(&mut harness, "Rank correlation of the new pair", "0.4");
    click(&mut harness, "Add pair");
    assert_eq!(scenario(&harness).correlations.len(), before + 1);
    assert_eq!(scenario(&harness).correlations[before].rho, 0.4);
    click(&mut harness, "Add pair");
    harness.get_by_label_contains("are correlated already");
    assert_eq!(scenario(&harness).correlations.len(), before + 1);
    let pair = scenario(&harness).correlations[before].clone();
    let title = |id| scenario(&harness).parameter(id).unwrap().title().to_owned();
    let names = format!("{} and {}", title(pair.a), title(pair.b));
    type_into(&mut harness, &format!("Rank correlation of {names}"), "1.5");
    harness.get_by_label_contains("1.5 lies outside −1 to 1");
    type_into(
        &mut harness,
        &format!("Rank correlation of {names}"),
        "-0.25",
    );
    assert_eq!(scenario(&harness).correlations[before].rho, -0.25);
    click(&mut harness, &format!("Delete correlation of {names}"));
    assert_eq!(scenario(&harness).correlations.len(), before);
}

#[test]
fn an_issue_of_a_pair_stands_at_the_pair() {
    let mut mine = mine();
    let fixed = mine
        .parameters
        .iter()
        .find(|row| row.uncertainty.is_none())
        .unwrap()
        .id;
    let drawn = mine.uncertain().next().unwrap().id;
    mine.correlations.push(calminer_domain::Correlation {
        a: drawn,
        b: fixed,
        rho: 0.5,
        source: String::new(),
    });
    let mut world = world(Some(mine));
    world.state.page = Page::Parameters;
    let mut harness = harness(world, WIDE);
    harness.run();
    harness
        .get_by_label_contains("Show: Rank correlations")
        .click();
    harness.run();
    harness.get_by_label_contains("has no distribution, so it cannot be correlated");
}

#[test]
fn a_lookup_table_is_added_typed_into_and_deleted() {
    let mut harness = opened(Page::Parameters);
    harness.get_by_label_contains("Show: Lookup tables").click();
    harness.run();
    click(&mut harness, "Add a lookup table");
    click(&mut harness, "Add row");
    click(&mut harness, "Add column");
    click(&mut harness, "row 3, column 1");
    harness.event(Event::Text("87.5".to_owned()));
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    let table = scenario(&harness).tables[0].clone();
    assert_eq!(
        (table.rows.as_slice(), table.columns.as_slice()),
        (&[0.0, 1.0, 2.0][..], &[0.0][..])
    );
    assert_eq!(table.values, [0.0, 0.0, 87.5]);
    click(&mut harness, "first key 2");
    harness.event(Event::Text("9".to_owned()));
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    assert!(
        harness
            .get_all_by_label_contains("finite numbers that rise")
            .count()
            > 0
    );
    click(&mut harness, "Delete table New table");
    assert!(scenario(&harness).tables.is_empty());
}

#[test]
fn the_calendar_is_edited_in_its_fields() {
    let mut harness = opened(Page::Overview);
    type_into(&mut harness, "Label of the first period", "-2");
    assert_eq!(scenario(&harness).calendar.first_label, -2);
    type_into(&mut harness, "Base date of money", "2025-07-01");
    assert_eq!(
        scenario(&harness)
            .conventions
            .base_date
            .unwrap()
            .to_string(),
        "2025-07-01"
    );
    type_into(&mut harness, "Valuation date", "soon");
    harness.get_by_label_contains("soon is not a day such as 2026-01-31");
    let columns = scenario(&harness).calendar.column_count();
    // The block stands below the end of the window; a screen reader reaches it without the pointer.
    for label in [
        "A period 0 at the start",
        "Length of a period: year",
        "quarter",
    ] {
        harness.get_by_label(label).click_accesskit();
        harness.run();
    }
    assert_eq!(scenario(&harness).calendar.column_count(), columns + 1);
    assert_eq!(
        scenario(&harness).calendar.period_length,
        PeriodLength::Quarter
    );
}

#[test]
fn a_missing_database_offers_three_ways_on() {
    let mut world = world(None);
    world.state.library.state = DatabaseState::Unavailable("mine.db is not a database".to_owned());
    let mut harness = harness(world, WIDE);
    harness.run();
    for (verb, command) in [
        ("Try again", Command::RetryDatabase),
        ("Open another database", Command::OpenDatabase),
        ("Use the local database", Command::OpenLocalDatabase),
    ] {
        click(&mut harness, verb);
        assert!(harness.state().sent.contains(&command), "{verb}");
    }
}

#[test]
fn an_unsaved_scenario_stands_under_its_own_project() {
    let mut world = world(Some(mine()));
    let own = world.state.document.as_ref().unwrap().project().clone();
    let other = Project {
        id: Uuid::from_u128(8),
        name: "Zinc".to_owned(),
        description: String::new(),
    };
    world.state.library.projects = [own, other]
        .map(|project| ProjectEntry {
            project,
            scenarios: Vec::new(),
        })
        .to_vec();
    let name = world
        .state
        .document
        .as_ref()
        .unwrap()
        .scenario()
        .name
        .clone();
    let mut harness = harness(world, WIDE);
    harness.run();
    let scenario = harness.get_by_label(&format!("Scenario {name}")).rect();
    let zinc = harness.get_by_label("Project Zinc").rect();
    assert!(
        scenario.bottom() <= zinc.top() + 2.0,
        "{scenario:?} {zinc:?}"
    );
}

#[test]
fn the_decimal_mark_of_the_settings_is_that_of_the_tables() {
    let mut world = world(Some(mine()));
    world.state.page = Page::Parameters;
    world.state.settings.decimal = calminer_domain::units::entry::DecimalMark::Comma;
    let title = mine()
        .parameters
        .iter()
        .find(|row| row.base == BaseValue::Number(1.35))
        .unwrap()
        .title()
        .to_owned();
    let mut harness = harness(world, WIDE);
    harness.run();
    let name = format!("{title}, base value");
    let cell = harness.get_by_label(&name);
    assert_eq!(cell.accesskit_node().value().as_deref(), Some("1,35"));
}
