//! The standard table of a study against closed forms and tables worked out by hand, on mines of items.

use crate::standard_support::{
    case, inputs, near, npv, own_line, pit, points, quarry, row, sample, table,
};
use crate::support::{item, parameter, with, years};
use calminer_domain::{BaseValue, Value};
use calminer_engine::measures::IrrKind;
use calminer_engine::program::compile;
use calminer_engine::sensitivity::{Driver, STANDARD_RATES, StandardTable, standard_table};
use serde_json::json;

/// 1/1.08 + 1/1.08^2 + 1/1.08^3.
const ANNUITY: f64 = 2.577_096_987_247_879;

/// Without taxes NPV is linear: revenue 1,000, cost 300 a year, capital 900 at once.
#[test]
fn each_driver_of_a_mine_without_taxes_has_its_closed_form() {
    let table = table(&quarry());
    let base = 700.0 * ANNUITY - 900.0 - 50.0 / 1.259_712;
    near(table.base.npv.unwrap(), base);
    for percent in [-30, -20, -10, 0, 10, 20, 30] {
        let change = f64::from(percent) / 100.0;
        near(
            npv(&table, Driver::Price, percent),
            base + change * 1000.0 * ANNUITY,
        );
        near(
            npv(&table, Driver::OperatingCost, percent),
            base - change * 300.0 * ANNUITY,
        );
        near(npv(&table, Driver::Capital, percent), base - change * 900.0);
    }
    assert_eq!(inputs(&table, Driver::Capital), ["build"]);
    assert_eq!(inputs(&table, Driver::OperatingCost), ["plant", "office"]);
    let rates: Vec<f64> = table.by_rate.iter().map(|row| row.rate).collect();
    assert_eq!(rates, STANDARD_RATES);
    near(table.by_rate[0].npv.unwrap(), 3.0 * 700.0 - 900.0 - 50.0);
    // 1/1.1 + 1/1.1^2 + 1/1.1^3 = 3.31 / 1.331.
    near(
        table.by_rate[3].npv.unwrap(),
        700.0 * 3.31 / 1.331 - 900.0 - 50.0 / 1.331,
    );
}

#[test]
fn the_own_rate_stands_among_the_rates() {
    let mut scenario = quarry();
    scenario.conventions.discount_rate = 0.07;
    let rows = table(&scenario).by_rate;
    let rates: Vec<(f64, bool)> = rows.iter().map(|row| (row.rate, row.is_own)).collect();
    let expected = [
        (0.0, false),
        (0.05, false),
        (0.07, true),
        (0.08, false),
        (0.1, false),
        (0.12, false),
    ];
    assert_eq!(rates, expected);
}

/// 900 over three years is 300 of depreciation, taxable 400, tax 120; 1,080 is 360, 340, 102.
#[test]
fn capital_moves_depreciation_and_tax() {
    let mut scenario = quarry();
    let taxes = json!([
        {"kind": "depreciation", "key": "pool", "method": "straight_line", "life": 3, "capital": "build"},
        {"kind": "tax", "key": "income_tax", "rate": 30, "closure": "none"}
    ]);
    crate::support::add(&mut scenario, taxes);
    let table = table(&scenario);
    let closure = 50.0 / 1.259_712;
    near(table.base.npv.unwrap(), 580.0 * ANNUITY - 900.0 - closure);
    near(
        npv(&table, Driver::Capital, 20),
        598.0 * ANNUITY - 1080.0 - closure,
    );
    // Operating cost of 330 leaves 370 to tax: 111.
    near(
        npv(&table, Driver::OperatingCost, 10),
        559.0 * ANNUITY - 900.0 - closure,
    );
    let point = &points(&table, Driver::Capital)[5];
    near(
        point.figures.npv_pre_tax.unwrap(),
        700.0 * ANNUITY - 1080.0 - closure,
    );
}

#[test]
fn grade_and_recovery_move_the_metal_and_a_recovery_stops_at_100_percent() {
    let scenario = pit();
    let table = table(&scenario);
    // 90 oz at 10 - 1 a year, 300 of cost.
    let at = |ounces: f64| (ounces * 9.0 - 300.0) * ANNUITY - 900.0;
    near(table.base.npv.unwrap(), at(90.0));
    near(npv(&table, Driver::Grade, 30), at(117.0));
    near(npv(&table, Driver::Grade, -10), at(81.0));
    near(npv(&table, Driver::Recovery, -30), at(63.0));
    near(npv(&table, Driver::Recovery, 10), at(99.0));
    near(npv(&table, Driver::Recovery, 20), at(100.0));
    near(npv(&table, Driver::Recovery, 30), at(100.0));
    let capped: Vec<bool> = points(&table, Driver::Recovery)
        .iter()
        .map(|point| point.is_capped)
        .collect();
    assert_eq!(capped, [false, false, false, false, false, true, true]);
    assert!(
        points(&table, Driver::Grade)
            .iter()
            .all(|point| !point.is_capped)
    );
    // The charge does not move with the price: 90 x (11 - 1).
    near(
        npv(&table, Driver::Price, 10),
        (900.0 - 300.0) * ANNUITY - 900.0,
    );
    // By hand: the grade and the recovery as they are typed.
    let other = with(
        &scenario,
        "mill",
        json!({"recoveries": [{"element": "au", "recovery": 72}]}),
    );
    near(
        npv(&table, Driver::Recovery, -20),
        case(&other).metrics.npv.unwrap(),
    );
}

#[test]
fn a_driver_without_input_is_said_as_such() {
    let table = table(&quarry());
    for (driver, word) in [
        (Driver::Grade, "grade"),
        (Driver::Recovery, "recovery"),
        (Driver::ExchangeRate, "exchange rate"),
    ] {
        let row = row(&table, driver);
        assert!(row.points.is_none() && row.inputs.is_empty());
        assert!(row.reason.as_ref().unwrap().contains(word), "{row:?}");
    }
    // A price that nothing sells at moves no cash flow.
    let mut idle = quarry();
    idle.items.retain(|item| item.key != "stone");
    parameter(&mut idle, "spot", "USD/t", 10.0);
    assert!(
        row(&standard_table(&idle, &[0.1], &[]).unwrap(), Driver::Price)
            .points
            .is_none()
    );
}

#[test]
fn a_rate_of_return_that_does_not_exist_stays_absent() {
    let mut scenario = quarry();
    item(&mut scenario, "build").terms = crate::support::terms(json!({"amount": [0, 0, 0, 0]}));
    let table = table(&scenario);
    let irr = table.base.irr.as_ref().unwrap();
    assert_eq!((irr.kind, irr.headline), (IrrKind::None, None));
    for point in points(&table, Driver::Price) {
        let irr = point.figures.irr.as_ref().unwrap();
        assert_eq!((irr.kind, irr.headline), (IrrKind::None, None));
        assert!(point.figures.npv.is_some());
    }
    let json = serde_json::to_value(&table).unwrap();
    assert!(json["base"]["irr"]["headline"].is_null());
    assert_eq!(
        serde_json::from_value::<StandardTable>(json).unwrap(),
        table
    );
    // REF20 has no pre-tax cash flow.
    let table = standard_table(&sample("ref20"), &[0.1], &[0.08]).unwrap();
    assert!(table.base.irr_pre_tax.is_none() && table.by_rate[0].npv_pre_tax.is_none());
}

/// 500 t a year sold at 2 USD/t, 400 t at 1 CAD/t, in a mine that counts in CAD at 1.25 CAD/USD.
#[test]
fn an_exchange_rate_moves_prices_in_the_other_currency_alone() {
    let mut scenario = years(
        3,
        true,
        json!([
            {"kind": "sale", "key": "ore", "quantity": [0, 500, 500, 500], "price": 2, "price_currency": "USD"},
            {"kind": "sale", "key": "sand", "quantity": [0, 400, 400, 400], "price": 1},
            {"kind": "operating_cost", "key": "plant", "amount": [0, 200, 200, 200]},
            {"kind": "capital", "key": "build", "amount": [900, 0, 0, 0]}
        ]),
    );
    scenario.currency = "CAD".to_owned();
    parameter(&mut scenario, "cad_per_usd", "CAD/USD", 1.25);
    let of_items = table(&scenario);
    assert_eq!(inputs(&of_items, Driver::ExchangeRate), ["cad_per_usd"]);
    let at = |cad: f64| (cad - 200.0) * ANNUITY - 900.0;
    near(of_items.base.npv.unwrap(), at(1650.0));
    near(npv(&of_items, Driver::ExchangeRate, 10), at(1375.0 + 400.0));
    near(npv(&of_items, Driver::ExchangeRate, -30), at(875.0 + 400.0));
    near(npv(&of_items, Driver::Price, 10), at(1650.0 * 1.1));
    // The same mine as lines, and with the rate quoted the other way round: 0.8 USD/CAD.
    let mut lines = crate::support::as_lines(&scenario);
    near(npv(&table(&lines), Driver::ExchangeRate, 10), at(1775.0));
    lines.parameters[0].unit = "USD/CAD".to_owned();
    lines.parameters[0].base = BaseValue::Number(0.8);
    for line in &mut lines.lines {
        if let Value::Formula(text) = &mut line.value {
            *text = text.replace("* cad_per_usd", "/ cad_per_usd");
        }
    }
    let inverse = table(&lines);
    near(inverse.base.npv.unwrap(), at(1650.0));
    near(npv(&inverse, Driver::ExchangeRate, 10), at(1775.0));
}

#[test]
fn what_follows_from_another_is_scaled_once() {
    let mut scenario = quarry();
    // 10 % of the mining and plant cost, through a sum of other lines; the office costs twice the period before.
    let text = "=10 % * other_operating_cost";
    let more = json!([
        {"kind": "operating_cost", "key": "share", "category": "mining", "amount": text},
        {"kind": "operating_cost", "key": "camp", "category": "exploration",
         "amount": "=if(period > 1, prev(camp_amount, 0) + 10 [USD], 0 [USD])"},
        {"kind": "sale", "key": "sand", "quantity": [0, 10, 10, 10], "price": "=stone_price / 2"}
    ]);
    crate::support::add(&mut scenario, more);
    for key in ["plant", "office"] {
        let terms = &mut item(&mut scenario, key).terms;
        terms.insert(
            "category".to_owned(),
            calminer_domain::Term::Text("other".to_owned()),
        );
    }
    let table = table(&scenario);
    let camp = 10.0 / 1.08 + 20.0 / 1.166_4 + 30.0 / 1.259_712;
    let cost = 330.0 * ANNUITY + camp;
    let base = 1050.0 * ANNUITY - cost - 900.0 - 50.0 / 1.259_712;
    near(table.base.npv.unwrap(), base);
    near(npv(&table, Driver::OperatingCost, 10), base - 0.1 * cost);
    near(
        npv(&table, Driver::Price, 20),
        base + 0.2 * 1050.0 * ANNUITY,
    );
}

#[test]
fn a_field_that_is_a_parameter_or_a_line_of_ones_own_is_scaled() {
    let base = table(&quarry());
    let mut named = with(&quarry(), "stone", json!({"price": "=stone_price"}));
    parameter(&mut named, "stone_price", "USD/t", 10.0);
    let named = table(&named);
    assert_eq!(inputs(&named, Driver::Price), ["stone_price"]);
    let mut replaced = quarry();
    let text = "=4 [USD/t] + 6 [USD/t] # spot";
    own_line(&mut replaced, "stone_price", "USD/t", text);
    // It takes over that it is the cash flow.
    let text = "=pre_tax_cash_flow";
    own_line(&mut replaced, "after_tax_cash_flow", "USD", text);
    let replaced = table(&replaced);
    for percent in [-20, 10] {
        let expected = npv(&base, Driver::Price, percent);
        near(npv(&named, Driver::Price, percent), expected);
        near(npv(&replaced, Driver::Price, percent), expected);
    }
}

#[test]
fn what_cannot_be_asked_is_refused_at_its_place() {
    let refused = standard_table(&quarry(), &[0.1, f64::NAN, -1.5], &[0.1, -1.0]).unwrap_err();
    let places: Vec<String> = refused
        .iter()
        .map(|issue| issue.place.to_string())
        .collect();
    assert_eq!(places, ["changes.1", "changes.2", "rates.1"]);
    let broken = with(&quarry(), "stone", json!({"price": "=nothing"}));
    let expected = compile(&broken).unwrap_err();
    assert_eq!(standard_table(&broken, &[0.1], &[]).unwrap_err(), expected);
    assert!(standard_table(&quarry(), &[-1.0], &[]).is_ok());
}
