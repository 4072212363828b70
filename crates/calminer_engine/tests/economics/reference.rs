//! The reference values of the definitions, reached through items: what flows are worth, when they pay back, and the
//! cut-off grade as a check.

use crate::support::{add, gives, is_near, one, solve, years};
use calminer_domain::{PaybackOrigin, Scenario, Timing};
use serde_json::json;

/// 500 spent in the first column, then ten years that earn 120.
fn flows(periods: u32, opens: bool) -> Scenario {
    let mut sold = vec![0.0];
    sold.extend([1.0; 10]);
    years(
        periods,
        opens,
        json!([
            {"kind": "sale", "key": "gold", "unit": "oz", "quantity": sold, "price": 200},
            {"kind": "operating_cost", "key": "site", "rate": 80, "driver": "=gold_quantity", "driver_unit": "oz"},
            {"kind": "capital", "key": "plant", "amount": 500}
        ]),
    )
}

#[test]
fn flows_are_worth_what_the_definitions_say() {
    let case = solve(&flows(10, true));
    assert!(is_near(one(&case, "npv"), 305.209_767_873, 1e-11));
    assert!((one(&case, "irr") - 0.201_822_44).abs() < 5e-9);
    let mut middle = flows(10, true);
    middle.calendar.timing = Timing::Middle;
    let case = solve(&middle);
    assert!(is_near(one(&case, "npv"), 336.798_537_224, 1e-11));
    assert!((one(&case, "irr") - 0.234_066_83).abs() < 5e-9);
    let mut all_middle = flows(11, false);
    all_middle.calendar.timing = Timing::Middle;
    assert!(is_near(
        one(&solve(&all_middle), "npv"),
        293.688_236_068,
        1e-11
    ));
    assert!(is_near(
        one(&solve(&flows(11, false)), "npv"),
        282.601_636_919,
        1e-11
    ));
}

#[test]
fn a_payback_from_production_is_counted_from_the_product_of_an_item() {
    let mut scenario = flows(10, true);
    scenario.conventions.payback_origin = PaybackOrigin::FirstProduction;
    let case = solve(&scenario);
    assert!((one(&case, "payback") - 4.166_667).abs() < 5e-7);
    assert!((one(&case, "discounted_payback") - 5.276_047).abs() < 5e-7);
    // Two years of building before: the same years from production, two more from the first spend.
    let mut built = years(12, true, json!([]));
    built.items = scenario.items.clone();
    let mut sold = vec![0.0; 3];
    sold.extend([1.0; 10]);
    let mut built = crate::support::with(&built, "gold", json!({ "quantity": sold }));
    let spent = one(&solve(&built), "payback");
    built.conventions.payback_origin = PaybackOrigin::FirstProduction;
    let produced = one(&solve(&built), "payback");
    assert!((produced - 4.166_667).abs() < 5e-7, "{produced}");
    assert!((spent - 6.166_667).abs() < 5e-7, "{spent}");
}

#[test]
fn a_cut_off_grade_is_a_check() {
    let mut scenario = years(
        2,
        false,
        json!([
            {"kind": "schedule", "key": "pit", "ore": 100, "grades": [{"element": "au", "grade": [0.62, 0.64]}]},
            {"kind": "process", "key": "mill", "recoveries": [{"element": "au", "recovery": 90}]},
            {"kind": "metal", "key": "dore", "element": "au", "payable": 99, "price": 2000, "refining": 20},
            {"kind": "operating_cost", "key": "milling", "category": "processing", "rate": 20},
            {"kind": "operating_cost", "key": "site", "category": "site_g_and_a", "rate": 10},
            {"kind": "operating_cost", "key": "sustaining", "category": "other", "rate": 5},
            {"kind": "royalty", "key": "state", "rate": 3}
        ]),
    );
    add(
        &mut scenario,
        json!([{"kind": "check", "key": "above_cut_off", "condition":
            "=pit_au_head_grade * mill_au_recovery * dore_payable * (dore_price - dore_refining) * (1 - state_rate) >= milling_rate + site_rate + sustaining_rate"}]),
    );
    // 35 USD/t / (0.9 x 0.99 x 1980 USD/oz x 0.97) = 0.02045 oz/t = 0.63615 g/t.
    gives(&solve(&scenario), "above_cut_off", &[0.0, 1.0]);
}
