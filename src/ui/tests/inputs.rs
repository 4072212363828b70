//! Rank correlations, lookup tables, the calendar, and where an unsaved scenario and a missing database are shown.

use calminer_domain::PeriodLength;

use super::*;
use crate::app::{DatabaseState, ProjectEntry};

fn opened(page: Page) -> Harness<'static, World> {
    let mut world = world(Some(mine()));
    world.state.page = page;
    let mut harness = harness(world, WIDE);
    harness.run();
    harness
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

/// The first three uncertain parameters, contradicting each other, on the page of correlations.
fn contradicting() -> (Harness<'static, World>, [String; 3]) {
    let mut mine = mine();
    let rows: Vec<_> = mine.uncertain().take(3).cloned().collect();
    mine.correlations.clear();
    for (a, b, rho) in [(0, 1, 0.9), (1, 2, 0.9), (0, 2, -0.9)] {
        mine.correlations.push(calminer_domain::Correlation {
            a: rows[a].id,
            b: rows[b].id,
            rho,
            source: String::new(),
        });
    }
    let mut world = world(Some(mine));
    world.state.page = Page::Parameters;
    let mut harness = harness(world, Vec2::new(1_440.0, 1_400.0));
    harness.run();
    harness
        .get_by_label_contains("Show: Rank correlations")
        .click();
    harness.run();
    let titles = [0, 1, 2].map(|row: usize| rows[row].title().to_owned());
    (harness, titles)
}

/// COR-01 in the window: both eigenvalues, the cells in conflict, the nearest matrix, the consent.
#[test]
fn an_impossible_matrix_shows_its_checks_and_asks_for_consent() {
    let (mut harness, [a, b, c]) = contradicting();
    harness.get_by_label_contains(
        "Rank correlations as typed: impossible, smallest eigenvalue −0.8000",
    );
    harness.get_by_label_contains("Normal scores that a run draws by: impossible");
    harness.get_by_label_contains("Most in conflict: ");
    harness.get_by_label(&format!("{a} and {c}, typed −0.9, in conflict"));
    let nearest = format!("{a} and {b}, nearest +0.483, change −0.417");
    assert_eq!(harness.get_all_by_label(&nearest).count(), 2);
    assert!(harness.state().state.live.is_blocked());
    click(&mut harness, "Use the nearest possible matrix");
    assert!(scenario(&harness).simulation.repair_correlations);
    assert!(!harness.state().state.live.is_blocked());
    harness.get_by_label_contains("A run uses the nearest possible matrix above");
    run(harness.state_mut(), 400);
    harness.run();
    harness.get_by_label("The run on show used the nearest possible matrix");
    harness
        .get_all_by_label_contains("by the nearest matrix with 0.483")
        .next()
        .unwrap();
    harness.state_mut().state.document.as_mut().unwrap().undo();
    assert!(!scenario(&harness).simulation.repair_correlations);
}

#[test]
fn the_checks_follow_a_figure_while_it_is_typed() {
    let (mut harness, [a, _, c]) = contradicting();
    let field = format!("Matrix, {a} and {c}, in conflict");
    harness
        .get_by_role_and_label(Role::TextInput, &field)
        .focus();
    harness.run();
    // Through 0, which would take the pair out of its group.
    for typed in ["0", ".", "9"] {
        let name = format!("Matrix, {a} and {c}");
        harness
            .get_all_by_role(Role::TextInput)
            .find(|node| {
                node.accesskit_node()
                    .label()
                    .is_some_and(|label| label.starts_with(&name))
            })
            .unwrap()
            .type_text(typed);
        harness.run();
    }
    harness
        .get_by_label_contains("Rank correlations as typed: possible, smallest eigenvalue 0.1000");
    let typed = scenario(&harness).correlations[2].rho;
    assert_eq!(typed, -0.9, "nothing is taken over while it is typed");
    harness.key_press(Key::Tab);
    harness.run();
    assert_eq!(scenario(&harness).correlations[2].rho, 0.9);
    assert!(
        harness
            .query_by_label("Use the nearest possible matrix")
            .is_none()
    );
}

#[test]
fn a_typical_pair_is_added_with_its_source() {
    let mut harness = opened(Page::Parameters);
    harness
        .get_by_label_contains("Show: Rank correlations")
        .click();
    harness.run();
    let before = scenario(&harness).correlations.len();
    let verb = "Add correlation of Initial capital factor and Sustaining capital factor";
    harness.get_by_label(verb).click_accesskit();
    harness.run();
    let pair = scenario(&harness).correlations[before].clone();
    assert_eq!(pair.rho, 0.5);
    assert!(pair.source.starts_with("Assumption, no published source"));
    harness.get_by_label(&format!("Source: {}", pair.source));
    assert!(harness.query_by_label(verb).is_none());
}

#[test]
fn parameters_that_cannot_be_correlated_say_why() {
    let mut mine = mine();
    let rows: Vec<_> = mine.uncertain().map(|row| row.id).collect();
    for row in &mut mine.parameters {
        let Some(uncertainty) = &mut row.uncertainty else {
            continue;
        };
        if row.id == rows[0] {
            uncertainty.draw = calminer_domain::Draw::EachPeriod;
        }
        if row.id == rows[1] {
            uncertainty.distribution = Distribution::Constant { value: 1.0 };
        }
    }
    mine.correlations.clear();
    let mut world = world(Some(mine));
    world.state.page = Page::Parameters;
    let mut harness = harness(world, WIDE);
    harness.run();
    harness
        .get_by_label_contains("Show: Rank correlations")
        .click();
    harness.run();
    harness.get_by_label_contains("Drawn each period: Gold price. They correlate period by period");
    harness.get_by_label_contains("has the same value in each trial, so it cannot be correlated");
    click(&mut harness, "Add pair");
    assert!(scenario(&harness).correlations.is_empty());
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
