//! Royalties, streams, taxes, working capital, unit costs and checks against tables of numbers that were worked out by
//! hand: their arithmetic stands beside them.

use crate::support::{add, gives, is_near, issues, row, solve, with, years};
use calminer_domain::Scenario;
use serde_json::{Value as Json, json};

/// Revenue of 100, 200, 300 and 0 at a cost of 60, 80, 350 and 10.
fn base(more: Json) -> Scenario {
    let mut scenario = years(
        4,
        false,
        json!([
            {"kind": "sale", "key": "ore", "quantity": [10, 20, 30, 0], "price": 10},
            {"kind": "operating_cost", "key": "site", "amount": [60, 80, 350, 10]},
        ]),
    );
    add(&mut scenario, more);
    scenario
}

#[test]
fn royalties_of_every_base() {
    let royalty = |more: Json| {
        let mut item = json!({"kind": "royalty", "key": "r", "payee": "state"});
        crate::support::merge(&mut item, &more);
        base(json!([
            {"kind": "sale", "key": "side", "quantity": 1, "price": 20, "transport": 5, "credit": "by_product"},
            {"kind": "capital", "key": "mine", "amount": [100, 0, 0, 0]},
            item
        ]))
    };
    let pays = |more: Json, expected: [f64; 4]| gives(&solve(&royalty(more)), "r", &expected);
    // NSR: 100, 200, 300, 0 and 15 of the by-product. Gross: 20 of it.
    pays(json!({"rate": 10}), [11.5, 21.5, 31.5, 1.5]);
    pays(
        json!({"rate": 10, "base": "gross"}),
        [12.0, 22.0, 32.0, 2.0],
    );
    pays(json!({"rate": 10, "products": "side"}), [1.5; 4]);
    pays(
        json!({"rate": 10, "products": "ore", "base": "gross"}),
        [10.0, 20.0, 30.0, 0.0],
    );
    // 115 - 60, 215 - 80, 315 - 350, 15 - 10.
    pays(json!({"rate": 10, "base": "margin"}), [5.5, 13.5, 0.0, 0.5]);
    // After capital of 100: -45, then 135 - 45 = 90; -35; 5 - 35.
    pays(json!({"rate": 10, "base": "profit"}), [0.0, 9.0, 0.0, 0.0]);
    gives(
        &solve(&royalty(json!({"rate": 10, "base": "profit"}))),
        "r_recovery",
        &[-45.0, 0.0, -35.0, -30.0],
    );
    pays(
        json!({"base": "units", "per_unit": 0.5}),
        [5.0, 10.0, 15.0, 0.0],
    );
    pays(
        json!({"base": "own", "base_value": "=ore_quantity * 7 [USD/t]", "rate": 10}),
        [7.0, 14.0, 21.0, 0.0],
    );
    // From the second to the third period, at least 25 a year.
    pays(
        json!({"rate": 10, "start": 2, "end": 3, "minimum": 25}),
        [0.0, 25.0, 31.5, 0.0],
    );
    // Bands of the base itself: marginal 10 % to 100, 20 % to 250, 30 % beyond.
    let bands =
        json!([{"from": 0, "rate": 10}, {"from": 100, "rate": 20}, {"from": 250, "rate": 30}]);
    // 10 + 3; 10 + 23; 10 + 30 + 19.5; 1.5.
    pays(
        json!({"bands": bands, "band_unit": "USD", "mode": "marginal"}),
        [13.0, 33.0, 59.5, 1.5],
    );
    // The whole amount at the rate of its band.
    pays(
        json!({"bands": bands, "band_unit": "USD"}),
        [23.0, 43.0, 94.5, 1.5],
    );
    // By another figure, on an edge: the upper band.
    let by = json!({"bands": bands, "band_unit": "USD/t", "band_by": "=ore_price * 10"});
    pays(by, [23.0, 43.0, 63.0, 3.0]);
}

#[test]
fn advances_are_taken_off_what_falls_due() {
    let royalty = |more: Json| {
        let mut item = json!({"kind": "royalty", "key": "r", "rate": 10});
        crate::support::merge(&mut item, &more);
        solve(&base(json!([item])))
    };
    // 10, 20, 30, 0 fall due. Of 25 in advance 10 are used, of 15 and 8 more 20; 3 are left for year 3.
    let case = royalty(json!({"advance": [25, 8, 0, 6]}));
    gives(&case, "r_advances_used", &[10.0, 20.0, 3.0, 0.0]);
    gives(&case, "r_advances", &[15.0, 3.0, 0.0, 6.0]);
    gives(&case, "r", &[25.0, 8.0, 27.0, 6.0]);
    // 12 from before.
    let case = royalty(json!({"advance": 0, "opening_advance": 12}));
    gives(&case, "r", &[0.0, 18.0, 30.0, 0.0]);
    // With 50 still to recover, 40 + 120 - 50 of profit are left.
    let case = royalty(json!({"base": "profit", "opening_recovery": 50}));
    gives(&case, "r_recovery", &[-10.0, 0.0, -50.0, -60.0]);
    gives(&case, "r", &[0.0, 11.0, 0.0, 0.0]);
}

#[test]
fn a_royalty_by_the_tonne_follows_the_ore() {
    let scenario = years(
        2,
        false,
        json!([
            {"kind": "schedule", "key": "pit", "ore": [5, 6]},
            {"kind": "royalty", "key": "r", "base": "tonnes", "per_unit": 2}
        ]),
    );
    gives(&solve(&scenario), "r", &[10.0, 12.0]);
}

#[test]
fn a_stream_takes_what_is_not_paid() {
    let stream = json!({"kind": "stream", "key": "s", "products": "ore", "share": 10, "spot_share": 20,
        "deposit": [50, 0, 0, 0]});
    let scenario = base(json!([stream]));
    // A tenth of 100, 200, 300 for a fifth of the price; the deposit stays outside.
    let case = solve(&scenario);
    gives(&case, "s", &[8.0, 16.0, 24.0, 0.0]);
    gives(&case, "net_revenue", &[92.0, 184.0, 276.0, 0.0]);
    let case = solve(&with(&scenario, "s", json!({"in_npv": "yes"})));
    gives(&case, "s", &[-42.0, 16.0, 24.0, 0.0]);
    let case = solve(&with(
        &scenario,
        "s",
        json!({"start": 2, "end": 2, "spot_share": null}),
    ));
    gives(&case, "s", &[0.0, 20.0, 0.0, 0.0]);
}

#[test]
fn a_stream_has_steps_and_a_price_of_delivery() {
    let stream = |more: Json| {
        let mut item = json!({"kind": "stream", "key": "s", "unit": "t"});
        crate::support::merge(&mut item, &more);
        solve(&base(json!([item])))
    };
    // 20 % up to 15 t, 10 % beyond: of 10, 20 and 30 t at 10 USD less 4 USD on delivery.
    let steps =
        json!({"steps": [{"from": 0, "rate": 20}, {"from": 15, "rate": 10}], "delivery_price": 4});
    let case = stream(steps.clone());
    gives(&case, "s_so_far", &[10.0, 30.0, 60.0, 60.0]);
    // 2; 1 + 1.5; 3.
    gives(&case, "s_delivered", &[2.0, 2.5, 3.0, 0.0]);
    gives(&case, "s", &[12.0, 15.0, 18.0, 0.0]);
    // 12 t from before: 0.6 + 0.7; from the second period on 20 + 30 t: 3 + 0.5; 3.
    let mut more = steps.clone();
    crate::support::merge(&mut more, &json!({"opening_units": 12}));
    gives(&stream(more), "s_delivered", &[1.3, 2.0, 3.0, 0.0]);
    let mut more = steps;
    crate::support::merge(&mut more, &json!({"start": 2}));
    gives(&stream(more), "s_delivered", &[0.0, 3.5, 3.0, 0.0]);
    // 10 % at 4 USD x 1.1, 1.21 and 1.331.
    let case = stream(json!({"share": 10, "delivery_price": 4, "escalation": 10}));
    gives(&case, "s", &[5.6, 10.32, 14.028, 0.0]);
    // Half of spot beside it: 5 - 4.
    let case = stream(json!({"share": 10, "delivery_price": 4, "spot_share": 50}));
    gives(&case, "s", &[1.0, 2.0, 3.0, 0.0]);
}

#[test]
fn taxes_have_a_start_a_holiday_a_lag_and_opening_losses() {
    let tax = |more: Json| {
        let mut item = json!({"kind": "tax", "key": "t", "rate": 50});
        crate::support::merge(&mut item, &more);
        base(json!([item]))
    };
    let pays = |more: Json, expected: [f64; 4]| gives(&solve(&tax(more)), "t", &expected);
    // Income 40, 120, -50, -10.
    pays(json!({}), [20.0, 60.0, 0.0, 0.0]);
    pays(json!({"start": 2}), [0.0, 60.0, 0.0, 0.0]);
    pays(json!({"holiday_end": 1}), [0.0, 60.0, 0.0, 0.0]);
    pays(json!({"lag": 1}), [0.0, 20.0, 60.0, 0.0]);
    // Two periods late: what is due at the end is paid there.
    pays(json!({"lag": 3}), [0.0, 0.0, 0.0, 80.0]);
    // 70 of losses before: 40 of them in year 1, 30 in year 2.
    pays(json!({"opening_losses": 70}), [0.0, 45.0, 0.0, 0.0]);
    // After a year the other 30 have lapsed.
    pays(
        json!({"opening_losses": 70, "expiry": 1}),
        [0.0, 60.0, 0.0, 0.0],
    );
    let case = solve(&tax(json!({"opening_losses": 70, "expiry": 1})));
    gives(&case, "t_losses_expired", &[30.0, 0.0, 0.0, 50.0]);
    gives(&case, "t_losses", &[0.0, 0.0, 50.0, 10.0]);
    // Bases: NSR 100, 200, 300, 0; gross the same; a formula.
    pays(json!({"base": "nsr"}), [50.0, 100.0, 150.0, 0.0]);
    pays(json!({"base": "gross"}), [50.0, 100.0, 150.0, 0.0]);
    pays(
        json!({"base": "own", "base_value": "=ebitda + 10 [USD]"}),
        [25.0, 65.0, 0.0, 0.0],
    );
    // Bands of income: 10 % to 50, 40 % beyond: 4; 5 + 28.
    let bands = json!([{"from": 0, "rate": 10}, {"from": 50, "rate": 40}]);
    pays(
        json!({"bands": bands, "bands_of": "income", "band_unit": "USD", "rate": null}),
        [4.0, 33.0, 0.0, 0.0],
    );
    // The whole income at the rate of its band.
    let whole = json!({"bands": bands, "bands_of": "income", "band_unit": "USD", "mode": "whole"});
    pays(whole, [4.0, 48.0, 0.0, 0.0]);
    // By a price of 50 and 49 times a figure.
    let own = json!({"bands": bands, "bands_of": "own", "band_unit": "USD/t", "band_by": "=ore_price * 5"});
    pays(own, [16.0, 48.0, 0.0, 0.0]);
}

#[test]
fn the_greater_of_two_calculations_falls_due() {
    let tax = json!({"kind": "tax", "key": "t", "rate": 50, "at_least": "=12 % * nsr"});
    let scenario = base(json!([tax]));
    // 20 and 60 of income, 12, 24 and 36 of the NSR.
    gives(&solve(&scenario), "t", &[20.0, 60.0, 36.0, 0.0]);
    let later = with(&scenario, "t", json!({"start": 2, "holiday_end": 2}));
    gives(&solve(&later), "t", &[0.0, 0.0, 36.0, 0.0]);
}

#[test]
fn depreciation_up_to_income_waits_for_it() {
    let scenario = base(json!([
        {"kind": "capital", "key": "plant", "amount": [360, 0, 0, 0]},
        {"kind": "depreciation", "key": "pool", "life": 4, "at_end": "keep"},
        {"kind": "tax", "key": "t", "rate": 50, "claim": "up_to_income"}
    ]));
    let case = solve(&scenario);
    // 90 a year: 40 of them in year 1, the other 50 with 70 of 90 in year 2, nothing in years of loss.
    gives(&case, "t_claimed", &[40.0, 120.0, 0.0, 0.0]);
    gives(&case, "t_unclaimed", &[50.0, 20.0, 110.0, 200.0]);
    gives(&case, "t_income", &[0.0, 0.0, -50.0, -10.0]);
    gives(&case, "t_losses", &[0.0, 0.0, 50.0, 60.0]);
    let full = solve(&with(&scenario, "t", json!({"claim": null})));
    gives(&full, "t_income", &[-50.0, 30.0, -140.0, -100.0]);
}

#[test]
fn edges_in_money_rise_with_prices_or_stay() {
    let bands = json!([{"from": 0, "rate": 10}, {"from": 110, "rate": 20}]);
    let mut scenario = base(json!([
        {"kind": "tax", "key": "t", "base": "nsr", "bands": bands, "bands_of": "income", "band_unit": "USD"},
        {"kind": "royalty", "key": "r", "bands": bands, "band_unit": "USD", "mode": "marginal"}
    ]));
    scenario.conventions.basis = calminer_domain::MoneyBasis::Real;
    scenario.conventions.inflation = 0.1;
    // 10 % of 100; 11 + 20 % of 90; 11 + 20 % of 190, in real money.
    let indexed = solve(&scenario);
    for key in ["t", "r"] {
        gives(&indexed, key, &[10.0, 29.0, 49.0, 0.0]);
    }
    // The edge is worth 110 / 1.1 = 100; 110 / 1.21; 110 / 1.331.
    let edges = [100.0, 110.0 / 1.21, 110.0 / 1.331];
    let nominal = with(&scenario, "t", json!({"edges": "nominal"}));
    let nominal = solve(&with(&nominal, "r", json!({"edges": "nominal"})));
    let expected = [
        10.0,
        0.1 * edges[1] + 0.2 * (200.0 - edges[1]),
        0.1 * edges[2] + 0.2 * (300.0 - edges[2]),
        0.0,
    ];
    for key in ["t", "r"] {
        gives(&nominal, key, &expected);
    }
}

#[test]
fn closure_is_deducted_when_spent_or_through_a_pool() {
    let scenario = base(json!([
        {"kind": "capital", "key": "plant", "amount": [60, 0, 0, 0]},
        {"kind": "capital", "key": "cover", "class": "closure", "amount": [0, 30, 0, 0]},
        {"kind": "depreciation", "key": "pool", "life": 3},
        {"kind": "depreciation", "key": "other", "life": 2, "capital": "cover"},
        {"kind": "tax", "key": "t", "rate": 50, "carry_forward": "no"}
    ]));
    // 40 - 20; 120 - 20 - 15.
    let case = solve(&scenario);
    gives(&case, "t_income", &[20.0, 85.0, -85.0, -10.0]);
    // Without that pool the spend of year 2.
    let case = solve(&with(
        &scenario,
        "other",
        json!({"capital": "plant", "share": 0}),
    ));
    gives(&case, "t_income", &[20.0, 70.0, -70.0, -10.0]);
    let listed = json!({"depreciation": "listed", "pools": "other"});
    gives(
        &solve(&with(&scenario, "t", listed)),
        "t_income",
        &[40.0, 105.0, -65.0, -10.0],
    );
    let none = json!({"depreciation": "none"});
    gives(
        &solve(&with(&scenario, "t", none)),
        "t_income",
        &[40.0, 120.0, -50.0, -10.0],
    );
}

#[test]
fn taxes_that_deduct_each_other_are_named() {
    let scenario = base(json!([
        {"kind": "tax", "key": "state", "rate": 10, "taxes": "federal"},
        {"kind": "tax", "key": "federal", "rate": 20, "taxes": "state"}
    ]));
    let found = calminer_engine::program::check(&scenario);
    let cycle = found.iter().find(|issue| issue.code == "cycle");
    let message = cycle.map(ToString::to_string).unwrap_or_default();
    assert!(
        message.contains("state_due") && message.contains("federal_due"),
        "{message}"
    );
    let alone = base(json!([{"kind": "tax", "key": "state", "rate": 10, "taxes": "state"}]));
    assert!(issues(&alone).iter().any(|(_, code)| *code == "cycle"));
}

#[test]
fn a_lagged_tax_is_deducted_when_it_falls_due() {
    let scenario = base(json!([
        {"kind": "tax", "key": "state", "class": "mining", "rate": 10, "lag": 1},
        {"kind": "tax", "key": "federal", "rate": 20, "taxes": "state"}
    ]));
    let case = solve(&scenario);
    gives(&case, "state", &[0.0, 4.0, 12.0, 0.0]);
    // 20 % of 40 - 4 and 120 - 12.
    gives(&case, "federal", &[7.2, 21.6, 0.0, 0.0]);
    gives(&case, "after_tax_cash_flow", &[32.8, 94.4, -62.0, -10.0]);
}

#[test]
fn working_capital_by_share_with_an_opening_balance_and_sets_of_its_own() {
    let mut scenario = base(json!([
        {"kind": "royalty", "key": "r", "rate": 10},
        {"kind": "working_capital", "key": "wc", "revenue_share": 10, "opening": 4}
    ]));
    // 10, 20, 30, 0 less 4, 10, 20, 30.
    gives(&solve(&scenario), "wc", &[6.0, 10.0, 10.0, -30.0]);
    // 73 days are a fifth: of 60, 80, 350 in stock, of these with royalties of 10, 20, 30 to be paid.
    let sets = json!({"revenue_share": null, "opening": null, "inventory_days": 73, "payable_days": 73,
        "payable_cost": "=operating_cost + royalties"});
    let case = solve(&with(&scenario, "wc", sets));
    gives(&case, "wc_inventory", &[12.0, 16.0, 70.0, 0.0]);
    gives(&case, "wc_payable", &[14.0, 20.0, 76.0, 0.0]);
    gives(&case, "wc", &[-2.0, -2.0, -2.0, 6.0]);
    let case = solve(&with(
        &scenario,
        "wc",
        json!({"revenue": "=nsr * 2", "cost": "=operating_cost / 2",
        "receivable_days": 73, "inventory_days": 73, "revenue_share": null, "opening": null}),
    ));
    gives(&case, "wc_receivable", &[40.0, 80.0, 120.0, 0.0]);
    gives(&case, "wc_inventory", &[6.0, 8.0, 35.0, 0.0]);
    // More days than a year has: 438 are 1.2 years.
    let case = solve(&with(
        &scenario,
        "wc",
        json!({"receivable_days": 438, "revenue_share": null, "opening": null}),
    ));
    gives(&case, "wc_receivable", &[100.0, 220.0, 340.0, 60.0]);
    // The share is of a year's revenue: four times that of a quarter.
    scenario.calendar.period_length = calminer_domain::PeriodLength::Quarter;
    gives(&solve(&scenario), "wc_balance", &[40.0, 80.0, 120.0, 0.0]);
}

/// A main product of 10 and 20 oz, a by-product of 30, and a line in each sum.
fn with_costs(measure: &Json) -> Scenario {
    let mut scenario = years(
        3,
        false,
        json!([
            {"kind": "sale", "key": "gold", "unit": "oz", "quantity": [0, 10, 20], "price": 100, "transport": 1},
            {"kind": "sale", "key": "silver", "unit": "oz", "quantity": [0, 30, 30], "price": 1, "credit": "by_product",
             "transport": 0.1},
            {"kind": "operating_cost", "key": "a", "category": "mining", "amount": [5, 200, 300]},
            {"kind": "operating_cost", "key": "b", "category": "corporate_g_and_a", "amount": 10},
            {"kind": "capital", "key": "i", "amount": [999, 0, 0]},
            {"kind": "capital", "key": "s", "class": "sustaining", "amount": [0, 40, 50]},
            {"kind": "capital", "key": "g", "class": "growth", "amount": [0, 60, 0]},
            {"kind": "capital", "key": "c", "class": "closure", "amount": [0, 0, 70]},
            {"kind": "royalty", "key": "r", "rate": 10, "products": "gold", "base": "gross"},
            {"kind": "tax", "key": "m", "class": "mining", "rate": 1, "base": "gross"}
        ]),
    );
    add(&mut scenario, json!([measure]));
    scenario
}

#[test]
fn unit_costs_are_sums_of_lines_over_units() {
    let costs = |more: Json| {
        let mut item = json!({"kind": "unit_cost", "key": "unit", "measure": "c1"});
        crate::support::merge(&mut item, &more);
        solve(&with_costs(&item))
    };
    // C1: 200 + 10 + 3 - 30 and 300 + 20 + 3 - 30; what was spent before production is not in it.
    let case = costs(json!({}));
    gives(&case, "unit_counted", &[0.0, 183.0, 293.0]);
    let by_period = row(&case, "unit_by_period");
    assert!(
        by_period[0].is_nan()
            && is_near(by_period[1], 18.3, 1e-9)
            && is_near(by_period[2], 14.65, 1e-9)
    );
    gives(&case, "unit", &[476.0 / 30.0]);
    let c1 = case.metrics.c1.as_ref().and_then(|cost| cost.value);
    assert!(
        c1.is_some_and(|value| is_near(value, 476.0 / 30.0, 1e-9)),
        "{c1:?}"
    );
    // With royalties of 100 and 200 and mining tax of 1 % of 1030 and 2030.
    gives(
        &costs(json!({"measure": "total_cash_cost"})),
        "unit",
        &[(476.0 + 300.0 + 30.6) / 30.0],
    );
    // With corporate cost of 20, sustaining capital of 90 and closure of 70.
    let aisc = 476.0 + 300.0 + 30.6 + 20.0 + 90.0 + 70.0;
    gives(&costs(json!({"measure": "aisc"})), "unit", &[aisc / 30.0]);
    // With growth of 60.
    gives(
        &costs(json!({"measure": "aic"})),
        "unit",
        &[(aisc + 60.0) / 30.0],
    );
    // Co-product: 213 x 1000 / 1030 and 323 x 2000 / 2030.
    let shared = 213.0 * 1000.0 / 1030.0 + 323.0 * 2000.0 / 2030.0;
    gives(
        &costs(json!({"credit": "co_product"})),
        "unit",
        &[shared / 30.0],
    );
    // A set and units of one's own.
    let own = json!({"measure": "own", "cost": "=mining_cost", "unit": "kg", "units": "=to(gold_quantity, [kg]) * 2"});
    gives(&costs(own), "unit", &[500.0 / (60.0 * 0.031_103_476_8)]);
}

#[test]
fn the_other_elements_of_a_concentrate_are_credited() {
    let scenario = years(
        1,
        false,
        json!([
            {"kind": "schedule", "key": "pit", "ore": 100, "grades": [
                {"element": "cu", "unit": "%", "grade": 2}, {"element": "au", "grade": 5}]},
            {"kind": "process", "key": "mill", "recoveries": [
                {"element": "cu", "recovery": 100}, {"element": "au", "recovery": 100}]},
            {"kind": "concentrate", "key": "conc", "element": "cu", "grade": 20, "treatment": 30, "payables": [
                {"element": "cu", "unit": "t", "price": 500}, {"element": "au", "assay_unit": "g/t", "unit": "g", "price": 1}]},
            {"kind": "operating_cost", "key": "site", "rate": 9},
            {"kind": "unit_cost", "key": "c1"},
            {"kind": "unit_cost", "key": "shared", "credit": "co_product"}
        ]),
    );
    let case = solve(&scenario);
    // 10 t of concentrate with 2 t of copper and 500 g of gold: (900 + 300 - 500) / 2.
    gives(&case, "c1", &[350.0]);
    // 1200 x 1000 / 1500 / 2.
    gives(&case, "shared", &[400.0]);
}

#[test]
fn a_check_says_whether_it_holds() {
    let scenario =
        base(json!([{"kind": "check", "key": "profitable", "condition": "=ebitda > 0"}]));
    gives(&solve(&scenario), "profitable", &[1.0, 1.0, 0.0, 0.0]);
}
