//! Net smelter return of a concentrate and working capital by days: the constructed worked cases.

#![expect(
    clippy::unwrap_used,
    reason = "a test that unwraps says where it failed"
)]

use crate::support::{column, figures, gives, is_near, one, row, solve, with, years};
use calminer_domain::{PeriodLength, Scenario};
use serde_json::{Value as Json, json};

fn read(text: &str) -> Json {
    serde_json::from_str(text).unwrap()
}

/// Case (e).
fn concentrate() -> (Json, Scenario) {
    let file = read(include_str!(
        "../data/worked/e_nsr_copper_gold_concentrate.json"
    ));
    let input = |name: &str| file["inputs"][name].as_f64().unwrap();
    // Shares of the file as figures in percent, to the digits they have there.
    let percent = |name: &str| (input(name) * 1e8).round() / 1e6;
    let scenario = years(
        1,
        false,
        json!([
            {"kind": "schedule", "key": "pit", "ore": input("ore_t"), "grades": [
                {"element": "cu", "unit": "%", "grade": input("cu_head_pct")},
                {"element": "au", "unit": "g/t", "grade": input("au_head_g_t")}]},
            {"kind": "process", "key": "mill", "recoveries": [
                {"element": "cu", "recovery": percent("cu_recovery")},
                {"element": "au", "recovery": percent("au_recovery")}]},
            {"kind": "concentrate", "key": "conc", "element": "cu", "grade": input("concentrate_cu_pct"),
             "moisture": percent("moisture_wet_basis"), "transit_loss": percent("transit_loss"),
             "treatment": input("tc_usd_dmt"), "freight": input("freight_usd_wmt"),
             "handling": input("handling_usd_wmt"), "insurance": percent("insurance_share_of_gross"),
             "payables": [
                {"element": "cu", "share": percent("cu_payable_share"), "deduction": input("cu_min_deduction_units"),
                 "price": input("cu_price_usd_lb"), "refining": input("rc_cu_usd_lb"),
                 "participation": percent("participation_share"),
                 "reference": input("participation_reference_usd_lb"), "cap": input("participation_cap_usd_lb")},
                {"element": "au", "share": percent("au_payable_share"), "assay_unit": "g/t", "unit": "oz",
                 "deduction": input("au_min_deduction_g_dmt"), "price": input("au_price_usd_oz"),
                 "refining": input("rc_au_usd_oz")}],
             "penalties": [
                {"element": "as", "assay": input("as_assay_pct"), "threshold": input("as_threshold_pct"), "step": 0.1,
                 "rate": input("as_penalty_usd_dmt_per_0.1pct")}]}
        ]),
    );
    (file, scenario)
}

#[test]
fn a_concentrate_is_paid_by_its_smelter_terms() {
    let (file, scenario) = concentrate();
    let expected = |name: &str| file["expected"][name].as_f64().unwrap();
    let case = solve(&scenario);
    for (key, name) in [
        ("mill_cu_recovered", "copper_in_concentrate_t"),
        ("conc_produced", "concentrate_dmt_produced"),
        ("conc_shipped", "concentrate_wmt_shipped"),
        ("conc_delivered", "concentrate_dmt_delivered"),
        ("conc_au_assay", "gold_grade_g_dmt"),
        ("conc_au_payable_grade", "payable_au_g_dmt"),
        ("conc_cu_sold", "payable_copper_lb"),
        ("conc_au_sold", "payable_gold_oz"),
        ("conc_cu_gross", "gross_copper"),
        ("conc_au_gross", "gross_gold"),
        ("conc_treatment_cost", "treatment"),
        ("conc_cu_refining_cost", "refining_copper"),
        ("conc_au_refining_cost", "refining_gold"),
        ("conc_as_penalty_cost", "penalties"),
        ("conc_freight_cost", "freight_and_handling"),
        ("conc_insurance_cost", "insurance"),
        ("conc_cu_participation_cost", "price_participation"),
        ("conc_nsr", "nsr"),
        ("nsr", "nsr"),
    ] {
        let figure = row(&case, key)[0];
        // The file has 12 digits of ounces and pounds and rounds them the same way.
        assert!(
            is_near(figure, expected(name), 1e-9),
            "{key}: {figure} is not {}",
            expected(name)
        );
    }
}

#[test]
fn what_a_concentrate_is_worth_by_tonne_and_by_content() {
    let (file, scenario) = concentrate();
    let expected = |name: &str| file["expected"][name].as_f64().unwrap();
    let case = solve(&scenario);
    let only = |key: &str| row(&case, key)[0];
    let ratios = [
        (
            only("conc_cu_payable_grade"),
            expected("payable_cu_units") / 100.0,
        ),
        (
            only("conc_cu_payable_grade") / only("conc_cu_assay"),
            expected("payable_cu_share_of_content"),
        ),
        (
            only("conc_au_payable_grade") / only("conc_au_assay"),
            expected("payable_au_share_of_content"),
        ),
        (
            only("nsr") / only("ore_processed"),
            expected("nsr_per_t_ore"),
        ),
        (
            only("nsr") / only("conc_produced"),
            expected("nsr_per_dmt_produced"),
        ),
    ];
    for (ours, theirs) in ratios {
        assert!(is_near(ours, theirs, 1e-9), "{ours} is not {theirs}");
    }
    // Contained in what was produced, at the prices: 54,560 t and 10 Mt x 0.31 g/t x 62 %.
    let copper = 54_560.0 * 2_204.622_621_848_78 * 4.1;
    let gold = 1e7 * 0.31 * 0.62 / 31.103_476_8 * 2_350.0;
    let share = only("nsr") / (copper + gold);
    assert!(is_near(
        share,
        expected("nsr_share_of_gross_contained_value"),
        1e-9
    ));
}

#[test]
fn each_smelter_term_is_what_moves_the_return() {
    let (file, scenario) = concentrate();
    let wrong = |name: &str| file["nsr_if_done_wrong"][name].as_f64().unwrap();
    let rows = |change: &dyn Fn(&mut Json)| {
        let mut rows = serde_json::to_value(&scenario.items[2].terms["payables"]).unwrap();
        rows.as_array_mut().unwrap().iter_mut().for_each(change);
        row(
            &solve(&with(&scenario, "conc", json!({ "payables": rows }))),
            "nsr",
        )[0]
    };
    let nsr = rows(&|row| row["deduction"] = json!(0));
    assert!(is_near(nsr, wrong("no_minimum_deduction"), 1e-9), "{nsr}");
    // The unit of the file's name is the one of copper.
    let nsr = rows(&|row| {
        if row["element"] == "cu" {
            row["rule"] = json!("deduct_then_pay");
        }
    });
    assert!(
        is_near(nsr, wrong("deduct_one_unit_then_pay_the_share"), 1e-9),
        "{nsr}"
    );
    let nsr = row(
        &solve(&with(&scenario, "conc", json!({"transit_loss": null}))),
        "nsr",
    )[0];
    assert!(is_near(nsr, wrong("transit_loss_ignored"), 1e-9), "{nsr}");
    // wmt = dmt x 1.09 is a moisture of 0.09 / 1.09 of the wet weight.
    let moisture = json!({"moisture": 100.0 * 0.09 / 1.09});
    let nsr = row(&solve(&with(&scenario, "conc", moisture)), "nsr")[0];
    assert!(
        is_near(nsr, wrong("moisture_as_share_of_dry_weight"), 1e-9),
        "{nsr}"
    );
}

fn working_capital() -> Json {
    read(include_str!("../data/worked/f_working_capital_days.json"))
}

fn padded(figures: &Json, count: usize) -> Vec<f64> {
    let mut all = crate::support::figures(figures);
    all.resize(count, 0.0);
    all
}

/// Case (f), yearly.
fn by_days() -> (Json, Scenario) {
    let file = working_capital();
    let inputs = &file["inputs"];
    let sold: Vec<f64> = padded(&inputs["revenue"], 6);
    let scenario = years(
        6,
        false,
        json!([
            {"kind": "sale", "key": "ore", "quantity": sold, "price": 1},
            {"kind": "operating_cost", "key": "site", "amount": padded(&inputs["operating_cost"], 6)},
            {"kind": "working_capital", "key": "wc", "receivable_days": inputs["receivable_days"],
             "payable_days": inputs["payable_days"], "inventory_days": inputs["inventory_days"]}
        ]),
    );
    (file, scenario)
}

#[test]
fn working_capital_follows_the_last_days_and_is_released() {
    let (file, scenario) = by_days();
    let expected = &file["expected"];
    let table = &expected["table"];
    let case = solve(&scenario);
    for (key, name) in [
        ("nsr", "revenue"),
        ("operating_cost", "operating_cost"),
        ("wc_receivable", "receivable"),
        ("wc_inventory", "inventory"),
        ("wc_payable", "payable"),
        ("wc_balance", "balance"),
        ("wc", "cash_out"),
        ("after_tax_cash_flow", "cash_flow"),
    ] {
        gives(&case, key, &column(table, name));
    }
    let change = row(&case, "working_capital_change");
    assert!(change.iter().sum::<f64>().abs() < 1e-9);
    let mut lines = scenario.clone();
    lines.lines.push(calminer_domain::Line {
        value: crate::support::formula("=npv(0 - wc, 8 %)"),
        ..as_line("wc_npv")
    });
    let npv = one(&solve(&lines), "wc_npv");
    let theirs = &expected["npv_8pct_of_working_capital_year_end"];
    assert!(is_near(npv, theirs.as_f64().unwrap(), 1e-9));
    let peak = row(&case, "wc_balance").into_iter().fold(0.0, f64::max);
    assert!(is_near(
        peak,
        expected["peak_balance"].as_f64().unwrap(),
        1e-9
    ));
}

fn as_line(key: &str) -> calminer_domain::Line {
    calminer_domain::Line {
        id: uuid::Uuid::from_u128(77),
        key: key.to_owned(),
        label: String::new(),
        section: calminer_domain::Section::CashFlow,
        unit: "USD".to_owned(),
        value: calminer_domain::Value::Number(0.0),
        role: None,
        output: None,
        timing: None,
        basis: None,
        source: String::new(),
        note: String::new(),
    }
}

#[test]
fn days_beyond_a_month_reach_into_the_month_before() {
    let file = working_capital();
    let revenue = padded(&file["inputs"]["monthly_variant"]["revenue"], 6);
    let mut scenario = years(
        6,
        false,
        json!([
            {"kind": "sale", "key": "ore", "quantity": revenue, "price": 1},
            {"kind": "working_capital", "key": "wc", "receivable_days": 45}
        ]),
    );
    scenario.calendar.period_length = PeriodLength::Month;
    let case = solve(&scenario);
    let expected = &file["expected"];
    gives(
        &case,
        "wc_balance",
        &figures(&expected["monthly_receivable_balance"]),
    );
    gives(&case, "wc", &figures(&expected["monthly_cash_out"]));
}

#[test]
fn without_a_period_after_the_last_sale_the_last_one_releases() {
    let (_, scenario) = by_days();
    let sold = json!({"quantity": [0, 180, 240, 260, 250, 150]});
    let case = solve(&with(&scenario, "ore", sold));
    let balance = row(&case, "wc_balance");
    assert_eq!(balance[5], 0.0);
    assert!(row(&case, "wc").iter().sum::<f64>().abs() < 1e-9);
}
