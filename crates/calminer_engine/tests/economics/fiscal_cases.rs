//! Losses that are carried forward, two taxes in their order, units of production: the constructed worked cases.

#![expect(
    clippy::unwrap_used,
    reason = "a test that unwraps says where it failed"
)]

use crate::support::{after, column, figures, gives, is_near, one, row, solve, with, years};
use calminer_domain::Scenario;
use calminer_engine::result::BaseCase;
use serde_json::{Value as Json, json};

fn read(text: &str) -> Json {
    serde_json::from_str(text).unwrap()
}

/// A column of the table after an opening period without a figure.
fn later(table: &Json, name: &str) -> Vec<f64> {
    after(0.0, &column(table, name))
}

fn of_losses() -> Json {
    read(include_str!("../data/worked/a_loss_carry_forward.json"))
}

/// Case (a): the operating profit is a sale of 100 less what costs leave of it.
fn with_losses() -> Scenario {
    let profit = figures(&of_losses()["inputs"]["operating_profit_after_royalty"]);
    let cost: Vec<f64> = profit.iter().map(|profit| 100.0 - profit).collect();
    years(
        8,
        true,
        json!([
            {"kind": "sale", "key": "ore", "quantity": after(0.0, &[1.0; 8]), "price": 100},
            {"kind": "operating_cost", "key": "site", "amount": after(0.0, &cost)},
            {"kind": "capital", "key": "plant", "amount": 100},
            {"kind": "depreciation", "key": "pool", "method": "straight_line", "life": 5},
            {"kind": "tax", "key": "income_tax", "rate": 30, "cap": 50, "expiry": 3}
        ]),
    )
}

#[test]
fn losses_are_used_oldest_first_lapse_and_are_capped() {
    let file = of_losses();
    let expected = &file["expected"];
    let table = &expected["table"];
    let case = solve(&with_losses());
    gives(&case, "ebitda", &later(table, "operating_profit"));
    gives(&case, "pool", &later(table, "depreciation"));
    gives(
        &case,
        "income_tax_income",
        &later(table, "income_before_losses"),
    );
    gives(
        &case,
        "income_tax_losses_used",
        &later(table, "losses_used"),
    );
    gives(
        &case,
        "income_tax_losses_expired",
        &later(table, "losses_expired"),
    );
    gives(&case, "income_tax_losses", &later(table, "losses_closing"));
    gives(&case, "income_tax_taxable", &later(table, "taxable_income"));
    gives(&case, "income_tax", &later(table, "tax"));
    gives(
        &case,
        "after_tax_cash_flow",
        &after(-100.0, &column(table, "net_cash_flow")),
    );
    let closing = row(&case, "income_tax_losses");
    let opening: Vec<f64> = after(0.0, &closing[..8]);
    assert_eq!(opening[1..].len(), 8);
    for (ours, theirs) in opening[1..].iter().zip(column(table, "losses_opening")) {
        assert!(is_near(*ours, theirs, 1e-9), "{ours} is not {theirs}");
    }
    let so_far = row(&case, "income_tax_losses_in");
    let added: Vec<f64> = so_far.windows(2).map(|pair| pair[1] - pair[0]).collect();
    for (ours, theirs) in added.iter().zip(column(table, "losses_added")) {
        assert!(is_near(*ours, theirs, 1e-9), "{ours} is not {theirs}");
    }
    let number = |name: &str| expected[name].as_f64().unwrap();
    assert!(is_near(
        total(&case, "income_tax"),
        number("total_tax"),
        1e-9
    ));
    assert!(is_near(
        one(&case, "npv"),
        number("npv_8pct_after_tax"),
        1e-9
    ));
    assert!(is_near(one(&case, "irr"), number("irr_after_tax"), 1e-9));
    assert!(is_near(
        one(&case, "npv_pre_tax"),
        number("npv_8pct_pre_tax"),
        1e-9
    ));
}

fn total(case: &BaseCase, key: &str) -> f64 {
    row(case, key).iter().sum()
}

#[test]
fn cap_and_expiry_are_choices() {
    let file = of_losses();
    let wrong = &file["total_tax_if_done_wrong"];
    for (fields, name) in [
        (json!({"expiry": null, "cap": null}), "no_expiry_no_cap"),
        (json!({"expiry": null}), "cap_but_no_expiry"),
        (json!({"cap": null}), "expiry_but_no_cap"),
    ] {
        let case = solve(&with(&with_losses(), "income_tax", fields));
        let tax = total(&case, "income_tax");
        assert!(
            is_near(tax, wrong[name].as_f64().unwrap(), 1e-9),
            "{name}: {tax}"
        );
    }
    // Without any carry-forward each positive income is taxed: 30 % of 11.7 + 42.3 + 30.6 + 11.2 + 44.8 + 29.5 = 170.1.
    let case = solve(&with(
        &with_losses(),
        "income_tax",
        json!({"carry_forward": "no"}),
    ));
    assert!(is_near(total(&case, "income_tax"), 51.03, 1e-9));
}

fn of_two_taxes() -> Json {
    read(include_str!("../data/worked/b_two_taxes_in_order.json"))
}

fn bands(rows: &Json, field: impl Fn(&Json) -> Json) -> Json {
    let rows = rows.as_array().unwrap();
    let all: Vec<Json> = rows.iter().map(field).collect();
    Json::Array(all)
}

/// Case (b).
fn with_two_taxes() -> Scenario {
    let file = of_two_taxes();
    let inputs = &file["inputs"];
    let percent = |rate: &Json| (rate.as_f64().unwrap() * 1000.0).round() / 10.0;
    let prices = after(0.0, &figures(&inputs["price"]));
    let royalty = bands(
        &inputs["royalty_table_price_from_rate"],
        |row| json!({"from": row[0], "rate": percent(&row[1])}),
    );
    let duty = bands(
        &inputs["duty_bands_margin_from_to_rate"],
        |row| json!({"from": row[0], "rate": percent(&row[2])}),
    );
    let mut scenario = years(
        5,
        true,
        json!([
            {"kind": "sale", "key": "cu", "unit": "lb", "quantity": after(0.0, &figures(&inputs["payable_copper"])),
             "price": prices, "transport": inputs["realisation_cost_TC_RC_freight_per_lb"]},
            {"kind": "operating_cost", "key": "site", "amount": after(0.0, &figures(&inputs["operating_cost"]))},
            {"kind": "capital", "key": "mine", "amount": inputs["capital_t0"]},
            {"kind": "royalty", "key": "state", "bands": royalty, "band_by": "=cu_price", "band_unit": "USD/lb"},
            {"kind": "depreciation", "key": "pool", "life": 5},
            {"kind": "tax", "key": "duty", "class": "mining", "depreciation": "none", "bands": duty, "carry_forward": "no"},
            {"kind": "tax", "key": "income_tax", "taxes": "duty", "rate": 27}
        ]),
    );
    // Figures are in millions of pounds and of dollars.
    let units = &mut crate::support::item(&mut scenario, "cu").units;
    units.insert("quantity".to_owned(), "lb".to_owned());
    scenario
}

#[test]
fn a_royalty_a_duty_and_an_income_tax_follow_one_another() {
    let file = of_two_taxes();
    let expected = &file["expected"];
    let table = &expected["table"];
    let case = solve(&with_two_taxes());
    gives(&case, "nsr", &later(table, "nsr"));
    gives(&case, "state", &later(table, "royalty"));
    gives(&case, "ebitda", &later(table, "operating_margin"));
    gives(&case, "duty", &later(table, "mining_duty"));
    gives(
        &case,
        "income_tax_income",
        &later(table, "income_before_losses"),
    );
    gives(
        &case,
        "income_tax_losses_used",
        &later(table, "losses_used"),
    );
    gives(&case, "income_tax_losses", &later(table, "losses_closing"));
    gives(&case, "income_tax_taxable", &later(table, "taxable_income"));
    gives(&case, "income_tax", &later(table, "income_tax"));
    gives(
        &case,
        "after_tax_cash_flow",
        &after(-300.0, &column(table, "cash_flow")),
    );
    // The price of 0 before the first year lies in the lowest band.
    let rates = after(0.01, &column(table, "royalty_rate"));
    gives(&case, "state_band_rate", &rates);
    let number = |name: &str| expected[name].as_f64().unwrap();
    for (key, name) in [
        ("royalties", "total_royalty"),
        ("mining_taxes", "total_mining_duty"),
        ("income_taxes", "total_income_tax"),
    ] {
        assert!(is_near(total(&case, key), number(name), 1e-9), "{key}");
    }
    assert!(is_near(
        one(&case, "npv"),
        number("npv_8pct_after_all"),
        1e-9
    ));
    assert!(is_near(one(&case, "irr"), number("irr_after_all"), 1e-9));
    assert!(is_near(
        one(&case, "npv_pre_tax"),
        number("npv_8pct_before_duty_and_income_tax"),
        1e-9
    ));
}

#[test]
fn what_is_deducted_and_how_bands_apply_are_choices() {
    let file = of_two_taxes();
    let scenario = with_two_taxes();
    let case = solve(&with(&scenario, "income_tax", json!({"taxes": null})));
    let wrong = &file["total_income_tax_if_done_wrong"]["duty_not_deductible"];
    assert!(is_near(
        total(&case, "income_tax"),
        wrong.as_f64().unwrap(),
        1e-9
    ));
    let wrong = &file["total_duty_if_done_wrong"];
    let case = solve(&with(&scenario, "duty", json!({"mode": "whole"})));
    let top = &wrong["whole_margin_at_the_top_band"];
    assert!(is_near(total(&case, "duty"), top.as_f64().unwrap(), 1e-9));
    gives(
        &case,
        "duty_margin",
        &later(&file["expected"]["table"], "margin_share"),
    );
    let case = solve(&with(&scenario, "state", json!({"deductible": "no"})));
    let before = &wrong["duty_before_royalty"];
    assert!(is_near(
        total(&case, "duty"),
        before.as_f64().unwrap(),
        1e-9
    ));
}
