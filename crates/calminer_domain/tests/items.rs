//! What can be said about items without computing them: one test a rule.

mod items_support;

use calminer_domain::validate::validate;
use calminer_domain::{BaseValue, Parameter};
use items_support::{beside, found, id, metal, only, scenario};
use serde_json::json;

#[test]
fn a_whole_chain_has_no_issue() {
    assert_eq!(found(&metal(json!({}))), []);
}

#[test]
fn a_missing_price_is_asked_for() {
    only(
        &metal(json!({"price": null})),
        "items.dore.price",
        "missing",
        "Price is missing",
    );
    only(
        &metal(json!({"price": "  "})),
        "items.dore.price",
        "missing",
        "Price is missing",
    );
}

#[test]
fn figures_outside_of_their_range_are_named_with_it() {
    let mut items = metal(json!({}));
    items[1]["recoveries"][0]["recovery"] = json!(105);
    let place = "items.mill.recoveries.0.recovery";
    only(
        &items,
        place,
        "range",
        "Recovery 105 % lies outside 0 to 100 %",
    );
    // The same figure typed as a plain number.
    items[1]["recoveries"][0]["recovery"] = json!(1.05);
    items[1]["typed_in"] = json!({"recoveries.0.recovery": ""});
    only(
        &items,
        place,
        "range",
        "Recovery 1.05, which is 105 %, lies outside",
    );
    items[1]["recoveries"][0]["recovery"] = json!(0.95);
    assert_eq!(found(&items), []);
    let mut items = metal(json!({}));
    items[0]["ore"] = json!([10, -5, 10, 10]);
    only(
        &items,
        "items.pit.ore.2",
        "range",
        "Ore mined -5 is below 0",
    );
}

#[test]
fn a_row_has_a_figure_for_each_period() {
    let mut items = metal(json!({}));
    items[0]["ore"] = json!([10, 10, 10]);
    only(
        &items,
        "items.pit.ore",
        "series_length",
        "3 figures stand in a row of 4 periods",
    );
}

#[test]
fn prices_in_another_currency_need_an_exchange_rate() {
    let items = metal(json!({"price_currency": "CAD"}));
    only(
        &items,
        "items.dore.price_currency",
        "exchange_rate_missing",
        "USD/CAD",
    );
    let mut with_rate = scenario(&items);
    with_rate.parameters.push(Parameter {
        id: id(90),
        slot: 0,
        key: "usd_per_cad".to_owned(),
        label: String::new(),
        unit: "USD/CAD".to_owned(),
        base: BaseValue::Number(0.75),
        uncertainty: None,
        source: String::new(),
        note: String::new(),
    });
    with_rate.next_slot = 1;
    assert_eq!(validate(&with_rate), []);
    let issues = found(&metal(json!({"price_currency": "QQQ"})));
    let codes: Vec<&str> = issues.iter().map(|issue| issue.1).collect();
    assert!(codes.contains(&"currency_unknown"), "{issues:#?}");
}

#[test]
fn words_that_are_no_choice_are_answered_with_the_choices() {
    only(
        &metal(json!({"credit": "side"})),
        "items.dore.credit",
        "choice",
        "choose one of main, by_product",
    );
}

#[test]
fn rows_of_a_table_have_words_of_their_own() {
    let mut items = metal(json!({}));
    items[0]["grades"] = json!([{"element": "au", "grade": 2}, {"element": "au", "grade": 3}]);
    let issues = found(&items);
    assert!(
        issues
            .iter()
            .any(|issue| issue.0 == "items.pit.grades.1.element" && issue.1 == "row_doubled")
    );
    items[0]["grades"] = json!([{"element": "au", "grade": 2}, {"element": "a u", "grade": 3}]);
    let issues = found(&items);
    assert!(
        issues
            .iter()
            .any(|issue| issue.0 == "items.pit.grades.1.element" && issue.1 == "word_invalid")
    );
}

#[test]
fn unknown_fields_and_wrong_types_are_named() {
    only(
        &metal(json!({"prize": 3})),
        "items.dore.prize",
        "field_unknown",
        "a metal has no field prize",
    );
    only(
        &metal(json!({"price": [{"a": 1}]})),
        "items.dore.price",
        "field_type",
        "a figure",
    );
    only(
        &metal(json!({"credit": 1})),
        "items.dore.credit",
        "field_type",
        "a word",
    );
    let tax = json!({"kind": "tax", "key": "tax", "rate": 30, "lag": "=1"});
    only(&beside(tax), "items.tax.lag", "field_type", "type a number");
    let tax = json!({"kind": "tax", "key": "tax", "rate": 30, "lag": 1.5});
    only(&beside(tax), "items.tax.lag", "range", "no whole number");
    let tax = json!({"kind": "tax", "key": "tax", "rate": 30, "expiry": -1});
    only(
        &beside(tax),
        "items.tax.expiry",
        "range",
        "not a number from 0",
    );
    let mut items = metal(json!({}));
    items[0]["grades"] = json!(3);
    assert!(
        found(&items)
            .iter()
            .any(|issue| issue.0 == "items.pit.grades" && issue.1 == "field_type")
    );
    only(
        &metal(json!({"price": "=1 +"})),
        "items.dore.price",
        "formula",
        "",
    );
}

#[test]
fn units_of_fields_are_known_and_measure_the_same() {
    let items = metal(json!({"typed_in": {"price": "USD/kg"}}));
    assert_eq!(found(&items), []);
    only(
        &metal(json!({"typed_in": {"price": "USD/m"}})),
        "items.dore.price",
        "unit_mismatch",
        "USD/m",
    );
    only(
        &metal(json!({"typed_in": {"price": "USD/foo"}})),
        "items.dore.price",
        "unit_unknown",
        "foo",
    );
    only(
        &metal(json!({"typed_in": {"credit": "USD"}})),
        "items.dore.credit",
        "field_unknown",
        "credit",
    );
    let issues = found(&metal(json!({"unit": "foo"})));
    assert!(
        issues.iter().any(|issue| issue.1 == "unit_unknown"),
        "{issues:#?}"
    );
}

#[test]
fn keys_of_items_and_of_their_lines_are_free() {
    let twice = json!([
        {"kind": "sale", "key": "ore", "quantity": 1, "price": 5},
        {"kind": "sale", "key": "ore", "quantity": 1, "price": 5}
    ]);
    assert!(found(&twice).iter().any(|issue| issue.1 == "key_doubled"));
    // A line of the one is the figure of the other.
    let lines = json!([
        {"kind": "sale", "key": "ore", "quantity": 1, "price": 5},
        {"kind": "operating_cost", "key": "ore_price", "amount": 1}
    ]);
    only(&lines, "items.ore_price.key", "key_doubled", "ore_price");
    for (key, words) in [
        ("nsr", "the waterfall"),
        ("royalties", "the waterfall"),
        ("npv", "the measures"),
    ] {
        let royalty = json!({"kind": "royalty", "key": key, "rate": 3});
        only(
            &beside(royalty),
            &format!("items.{key}.key"),
            "key_doubled",
            words,
        );
    }
    let long = "k".repeat(60);
    let items = json!([{"kind": "sale", "key": long, "quantity": 1, "price": 5}]);
    assert!(found(&items).iter().any(|issue| issue.1 == "key_invalid"));
    let items = json!([{"kind": "sale", "key": "", "quantity": 1, "price": 5}]);
    only(&items, "items.#1.key", "key_missing", "no key");
}

#[test]
fn elements_must_come_from_somewhere() {
    let mut items = metal(json!({}));
    items[1]["recoveries"] =
        json!([{"element": "ag", "recovery": 50}, {"element": "au", "recovery": 90}]);
    only(
        &items,
        "items.mill.recoveries.0.element",
        "element_unknown",
        "ag",
    );
    only(
        &metal(json!({"element": "ag"})),
        "items.dore.element",
        "element_unknown",
        "recovers ag",
    );
    only(
        &metal(json!({"element": null})),
        "items.dore.element",
        "missing",
        "Element is missing",
    );
    let route = json!([{"kind": "process", "key": "mill"}]);
    only(&route, "items.mill.schedules", "missing", "mine schedule");
    let mut items = metal(json!({}));
    items[2] = json!({"kind": "concentrate", "key": "conc", "element": "au", "grade": 20});
    only(
        &items,
        "items.conc.payables",
        "missing",
        "elements that are paid",
    );
    items[2]["payables"] = json!([{"element": "cu", "price": 4}]);
    only(
        &items,
        "items.conc.payables.0.element",
        "element_unknown",
        "recovers cu",
    );
    let issues = found(&metal(json!({"processes": "mull"})));
    assert!(
        issues[0].0 == "items.dore.processes"
            && issues[0].1 == "unknown_name"
            && issues[0].2.contains("mull"),
        "{issues:#?}"
    );
    let issues = found(&metal(json!({"processes": "pit"})));
    assert!(
        issues[0].2.contains("pit is a mine schedule"),
        "{issues:#?}"
    );
}
