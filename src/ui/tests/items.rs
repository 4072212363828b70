//! Items of the typed sections: the quick model, the form of an item, its lines in the table, own lines in their place.

use calminer_domain::{ItemKind, Term, Value, lowering};

use super::*;

/// A scenario without anything in it.
fn nothing() -> Scenario {
    let mut scenario = mine();
    scenario.parameters.clear();
    scenario.tables.clear();
    scenario.lines.clear();
    scenario.correlations.clear();
    scenario.simulation = calminer_domain::SimulationSettings::default();
    scenario.conventions = calminer_domain::Conventions {
        discount_rate: 0.05,
        ..scenario.conventions
    };
    scenario
}

fn opened(scenario: Scenario, page: Page) -> Harness<'static, World> {
    let mut world = world(Some(scenario));
    world.state.page = page;
    let mut harness = harness(world, Vec2::new(1_440.0, 1_800.0));
    harness.run();
    harness
}

/// The mine that the quick model gives with its figures as they stand.
fn quick() -> Harness<'static, World> {
    let mut harness = opened(nothing(), Page::Production);
    click(&mut harness, "Start with the quick model");
    click(&mut harness, "Build the model");
    harness
}

fn figure(harness: &Harness<'_, World>, key: &str) -> f64 {
    let base = harness.state().state.live.base.as_ref().unwrap();
    match &base.line(key).unwrap().values {
        calminer_engine::result::LineValues::Scalar(figure) => *figure,
        calminer_engine::result::LineValues::Series(figures) => figures.iter().sum(),
    }
}

#[test]
fn twenty_figures_give_a_mine_in_one_step() {
    let mut harness = opened(nothing(), Page::Production);
    click(&mut harness, "Start with the quick model");
    type_into(&mut harness, "Reserve", "20000 kt");
    type_into(&mut harness, "Discount rate", "5");
    click(&mut harness, "Build the model");
    // 20 Mt at 4 Mt a year, the first year at 60 %: 2.4 + 4 x 4 + 1.6 Mt.
    let ore = figure(&harness, "ore_processed");
    assert!((ore - 20e6).abs() < 1e-3, "{ore}");
    assert_eq!(scenario(&harness).calendar.periods, 2 + 6 + 2);
    assert_eq!(scenario(&harness).conventions.discount_rate, 0.05);
    assert!(
        harness
            .state()
            .state
            .live
            .base
            .as_ref()
            .unwrap()
            .metrics
            .npv
            .is_some()
    );
    harness.state_mut().state.document.as_mut().unwrap().undo();
    assert!(scenario(&harness).items.is_empty());
    assert_eq!(
        scenario(&harness).calendar.periods,
        nothing().calendar.periods
    );
}

#[test]
fn a_figure_that_makes_no_sense_stops_the_quick_model_and_leaving_it_changes_nothing() {
    let mut harness = opened(nothing(), Page::Production);
    click(&mut harness, "Start with the quick model");
    type_into(&mut harness, "Recovery", "105");
    harness.get_by_label_contains("Recovery 105 lies outside 0 to 100");
    click(&mut harness, "Build the model");
    assert!(scenario(&harness).items.is_empty());
    click(&mut harness, "Cancel");
    harness.get_by_label("Start with the quick model");
    assert!(scenario(&harness).items.is_empty());
}

#[test]
fn a_figure_of_an_item_is_typed_in_the_form_with_its_unit_and_in_the_table() {
    let mut harness = quick();
    let item = |harness: &Harness<'_, World>, key: &str| {
        let all = &scenario(harness).items;
        all.iter().find(|item| item.key == key).unwrap().clone()
    };
    harness.get_by_label("Mine, name").click();
    harness.run();
    type_into(&mut harness, "Capacity", "6000 kt/a");
    assert_eq!(item(&harness, "mine").terms["capacity"], Term::Number(6.0));
    type_into(&mut harness, "Capacity, unit", "kt/a");
    assert_eq!(
        item(&harness, "mine").terms["capacity"],
        Term::Number(6_000.0)
    );
    type_into(&mut harness, "Strip ratio", "=1 + period * 0.1");
    assert_eq!(
        item(&harness, "mine").terms["strip_ratio"],
        Term::Text("=1 + period * 0.1".to_owned())
    );
    click(&mut harness, "By period: Reserve");
    assert!(matches!(
        item(&harness, "mine").terms["reserve"],
        Term::Series(_)
    ));
    click(&mut harness, "One figure: Reserve");
    assert_eq!(item(&harness, "mine").terms["reserve"], Term::Number(40.0));
    // The field selects all of its text when it takes the keyboard.
    harness
        .get_by_role_and_label(Role::TextInput, "Capacity")
        .focus();
    harness.run();
    for key in [Key::Delete, Key::Tab] {
        harness.key_press(key);
        harness.run();
    }
    assert!(!item(&harness, "mine").terms.contains_key("capacity"));
}

#[test]
fn an_item_is_added_from_the_menu_and_says_what_it_lacks() {
    let mut harness = quick();
    click(&mut harness, "Add");
    click(&mut harness, "Metal");
    let added = scenario(&harness)
        .items
        .iter()
        .find(|item| item.key == "metal")
        .cloned();
    assert_eq!(added.unwrap().kind, ItemKind::Metal);
    harness
        .get_all_by_label_contains("Price is missing")
        .next()
        .unwrap();
    assert!(harness.state().state.live.is_blocked());
    click(&mut harness, "Delete row");
    assert!(!harness.state().state.live.is_blocked());
}

#[test]
fn a_built_in_line_is_replaced_by_an_own_one_and_comes_back() {
    let mut harness = quick();
    let before = figure(&harness, "after_tax_cash_flow");
    harness.state_mut().state.page = Page::CashFlow;
    harness.run();
    harness.get_by_label("Income taxes, period 1").click();
    harness.run();
    click(&mut harness, "Replace by an own line");
    let own = scenario(&harness)
        .line_by_key("income_taxes")
        .unwrap()
        .clone();
    assert_eq!(own.value, Value::Formula("=income_tax".to_owned()));
    let same = figure(&harness, "after_tax_cash_flow");
    assert_eq!(same.to_bits(), before.to_bits());
    harness.get_by_label_contains("Stands in the place of the built-in line");
    click(&mut harness, "Back to the built-in line");
    assert!(scenario(&harness).line_by_key("income_taxes").is_none());
    assert!(
        lowering::lower(scenario(&harness))
            .iter()
            .any(|line| line.key == "income_taxes")
    );
}

#[test]
fn a_check_says_whether_it_holds_and_inputs_without_a_source_are_listed() {
    let mut harness = quick();
    harness.state_mut().state.page = Page::CashFlow;
    harness.run();
    click(&mut harness, "Add");
    click(&mut harness, "Check");
    let condition = harness.get_by_role_and_label(Role::TextInput, "Condition");
    condition.focus();
    harness.run();
    let condition = harness.get_by_role_and_label(Role::TextInput, "Condition");
    condition.type_text("=npv > 0 and ore_processed < 3 [Mt]");
    harness.run();
    harness.key_press(Key::Tab);
    harness.run();
    let item = scenario(&harness).items.last().unwrap();
    assert!(item.terms.contains_key("condition"), "{item:?}");
    assert_eq!(harness.state().state.live.blocking().next(), None);
    harness.state_mut().state.page = Page::Overview;
    harness.run();
    // The second year of production is the first at the full 4 Mt.
    harness.get_by_label("does not hold, first in period 2");
    harness.get_by_label("Inputs without a source");
    harness.get_by_label("Show Mine").click();
    harness.run();
    assert_eq!(harness.state().state.page, Page::Production);
    harness.get_by_label("mine schedule");
}

/// The table on the page is the engine's: +10 % of the price against the base case of a dearer product.
#[test]
fn the_standard_table_stands_on_the_page_of_sensitivities() {
    let mut harness = quick();
    let scenario = scenario(&harness).clone();
    let mut dearer = scenario.clone();
    let product = dearer
        .items
        .iter_mut()
        .find(|item| item.key == "product")
        .unwrap();
    let Term::Number(price) = product.terms["price"] else {
        panic!("a figure")
    };
    product
        .terms
        .insert("price".to_owned(), Term::Number(price * 1.1));
    let npv = calminer_engine::program::compile(&dearer)
        .unwrap()
        .base_case()
        .metrics
        .npv
        .unwrap();
    let state = &mut harness.state_mut().state;
    let (_, request) = state
        .sensitivity
        .wanted(&state.live, &Arc::new(scenario))
        .unwrap();
    state.sensitivity.ends = Some(Arc::new(crate::app::sensitivity::ends(&request).unwrap()));
    state.page = Page::Sensitivity;
    harness.run();
    let shown = format!("{:.1}", npv / 1e6);
    harness.get_all_by_label(&shown).next().unwrap();
    click(&mut harness, "Figure: IRR after tax");
    harness.get_by_label_contains("Exchange rate: ");
}
