//! Depreciation pools: the worked case of units of production, published tables, and tables by hand.

#![expect(
    clippy::unwrap_used,
    reason = "a test that unwraps says where it failed"
)]
#![expect(
    clippy::needless_pass_by_value,
    reason = "pools are written where they are used"
)]

use crate::support::{add, after, column, figures, gives, is_near, row, solve, with, years};
use calminer_domain::Scenario;
use serde_json::{Value as Json, json};

fn read(text: &str) -> Json {
    serde_json::from_str(text).unwrap()
}

/// Case (c): the estimate of closure is in the base by revisions, its spend is neither in the base nor deducted.
fn by_units() -> (Json, Scenario) {
    let file = read(include_str!("../data/worked/c_units_of_production.json"));
    let inputs = &file["inputs"];
    let mut units = figures(&inputs["units"]);
    units.push(0.0);
    let remaining = [12.0, 10.5, 11.0, 8.8, 8.8, 5.0, 2.4, 0.0];
    let scenario = years(
        8,
        false,
        json!([
            {"kind": "sale", "key": "ore", "quantity": units, "price": 100},
            {"kind": "capital", "key": "plant", "amount": [240, 0, 18, 0, 0, 0, 0, 0]},
            {"kind": "capital", "key": "closure", "class": "closure", "amount": [0, 0, 0, 0, 0, 0, 0, 72]},
            {"kind": "depreciation", "key": "pool", "method": "units", "units": "=ore_quantity", "remaining": remaining,
             "capital": "plant", "start": "spend", "revisions": [60, 0, 12, 0, 0, 0, 0, 0], "salvage": 15,
             "at_end": "keep"},
            {"kind": "tax", "key": "tax", "rate": 30, "closure": "none"}
        ]),
    );
    (file, scenario)
}

#[test]
fn units_of_production_spread_what_is_left_over_the_units_left() {
    let (file, scenario) = by_units();
    let expected = &file["expected"];
    let table = &expected["table"];
    let case = solve(&scenario);
    let mut charges = column(table, "charge");
    charges.push(0.0);
    gives(&case, "pool", &charges);
    // The balance of the pool is before salvage, the base of the table is net of it.
    let closing = row(&case, "pool_balance");
    for (ours, theirs) in closing.iter().zip(column(table, "base_closing")) {
        assert!(is_near(ours - 15.0, theirs, 1e-9), "{ours} is not {theirs}");
    }
    let before = row(&case, "pool_available");
    let (opening, additions, revisions) = (
        column(table, "base_opening"),
        column(table, "additions"),
        column(table, "closure_revision"),
    );
    for (year, ours) in before.iter().take(7).enumerate() {
        // The first opening base of the table has plant and closure in it already.
        let theirs = opening[year] + additions[year] + revisions[year];
        assert!(is_near(ours - 15.0, theirs, 1e-9), "{ours} is not {theirs}");
    }
    let sum: f64 = row(&case, "pool").iter().sum();
    assert!(is_near(
        sum,
        expected["sum_of_charges"].as_f64().unwrap(),
        1e-9
    ));
    // The spend of year 8 is not deducted: no income, no loss of that year.
    assert!(is_near(row(&case, "tax_income")[7], 0.0, 1e-9));
}

#[test]
fn revisions_of_the_base_are_what_makes_the_difference() {
    let (file, scenario) = by_units();
    let fields = json!({"revisions": [60, 0, 0, 0, 0, 0, 0, 0]});
    let scenario = with(&scenario, "pool", fields);
    let scenario = with(
        &scenario,
        "plant",
        json!({"amount": [240, 0, 0, 0, 0, 0, 0, 0]}),
    );
    let sum: f64 = row(&solve(&scenario), "pool").iter().sum();
    let wrong = &file["sum_of_charges_if_done_wrong"]["revisions_of_cost_and_closure_ignored"];
    assert!(is_near(sum, wrong.as_f64().unwrap(), 1e-9));
}

/// One capital amount in a mine that produces in all years.
fn mine(periods: usize, amount: f64, pool: Json) -> Scenario {
    let mut scenario = years(
        periods as u32,
        false,
        json!([
            {"kind": "sale", "key": "ore", "quantity": 1, "price": 100},
            {"kind": "capital", "key": "plant", "amount": amount},
        ]),
    );
    add(&mut scenario, json!([pool]));
    scenario
}

#[test]
fn macrs_tables_are_those_of_the_tax_office() {
    let file = read(include_str!("../data/worked/depreciation_macrs.json"));
    let published = &file["published"];
    for (group, class, life) in [
        ("half_year_200db", "3_year", 3),
        ("half_year_200db", "5_year", 5),
        ("half_year_200db", "7_year", 7),
        ("half_year_200db", "10_year", 10),
        ("half_year_150db", "15_year", 15),
    ] {
        let shares = figures(&published[group][class]);
        let pool = json!({"kind": "depreciation", "key": "pool", "method": "macrs", "life": life, "at_end": "keep"});
        let scenario = mine(shares.len() + 1, 100_000.0, pool);
        let mut charges: Vec<f64> = shares.iter().map(|share| share * 100_000.0).collect();
        charges.push(0.0);
        gives(&solve(&scenario), "pool", &charges);
    }
    // The example: 24,489 and 8,926 are unrounded shares, the table rounds them to 24.49 % and 8.93 %, 8.92 %, 8.93 %.
    let example = &published["example_100000_7_year"];
    let pool = json!({"kind": "depreciation", "key": "pool", "method": "macrs", "life": 7});
    let case = solve(&mine(8, 100_000.0, pool));
    let charges = row(&case, "pool");
    assert!(is_near(
        charges[0],
        example["year1"].as_f64().unwrap(),
        1e-9
    ));
    assert!((charges[1] - example["year2"].as_f64().unwrap()).abs() <= 1.0 + 1e-9);
    for charge in &charges[4..7] {
        assert!((charge - example["years5_to_7_each"].as_f64().unwrap()).abs() <= 6.0 + 1e-9);
    }
}

#[test]
fn published_depletion_is_cost_less_residual_by_units() {
    let file = read(include_str!(
        "../data/worked/depletion_units_of_production.json"
    ));
    let cases = file["cases"].as_array().unwrap();
    let by_units = |used: f64, remaining: f64, amount: f64, more: Json| {
        let mut pool = json!({"kind": "depreciation", "key": "pool", "method": "units", "units": used,
            "remaining": remaining, "at_end": "keep"});
        let fields = pool.as_object_mut().unwrap();
        fields.extend(more.as_object().unwrap().clone());
        let case = solve(&mine(1, amount, pool));
        (row(&case, "pool")[0], row(&case, "pool_balance")[0])
    };
    let number = |case: usize, group: &str, name: &str| cases[case][group][name].as_f64().unwrap();
    // Rates by tonne: one tonne is taken.
    let (rate, _) = by_units(
        1.0,
        number(0, "inputs", "first_estimate_tons"),
        number(0, "inputs", "depletable_cost"),
        json!({}),
    );
    assert!(is_near(rate, number(0, "recomputed", "rate_first"), 1e-9));
    let (expense, _) = by_units(
        number(0, "inputs", "second_year_extracted"),
        number(0, "inputs", "second_year_extracted") + number(0, "inputs", "second_year_remaining"),
        number(0, "inputs", "depletable_cost"),
        json!({}),
    );
    assert!(is_near(
        expense,
        number(0, "recomputed", "expense_second"),
        1e-9
    ));
    let (expense, book) = by_units(
        number(1, "inputs", "extracted"),
        number(1, "inputs", "reserve"),
        number(1, "inputs", "cost"),
        json!({"salvage": number(1, "inputs", "residual")}),
    );
    assert!(is_near(expense, number(1, "published", "expense"), 1e-9));
    assert!(is_near(book, number(1, "published", "book_value"), 1e-9));
    let (rate, _) = by_units(
        1.0,
        number(2, "inputs", "reserve_tons"),
        number(2, "inputs", "land_cost"),
        json!({"salvage": number(2, "inputs", "residual"), "revisions": number(2, "inputs", "restoration")}),
    );
    assert!(is_near(rate, number(2, "published", "rate"), 1e-9));
}

fn charges(periods: usize, amount: Json, pool: Json) -> Vec<f64> {
    let mut scenario = mine(periods, 0.0, pool);
    scenario = with(&scenario, "plant", json!({"amount": amount}));
    row(&solve(&scenario), "pool")
}

fn same(figures: &[f64], expected: &[f64]) {
    let all = figures
        .iter()
        .zip(expected)
        .all(|(figure, expected)| is_near(*figure, *expected, 1e-9));
    assert!(
        all && figures.len() == expected.len(),
        "{figures:?} is not {expected:?}"
    );
}

#[test]
fn straight_line_has_vintages_halves_salvage_and_a_rest() {
    let pool = |more: Json| {
        let mut pool = json!({"kind": "depreciation", "key": "pool", "life": 4, "at_end": "keep"});
        pool.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        pool
    };
    // 100 / 4 for years 1 to 4, 40 / 4 for years 3 to 6.
    let amount = json!([100, 0, 40, 0, 0, 0, 0]);
    same(
        &charges(7, amount.clone(), pool(json!({}))),
        &[25.0, 25.0, 35.0, 35.0, 10.0, 10.0, 0.0],
    );
    // Half a year first: 12.5, 25, 25, 25, 12.5 and 5, 10, 10, 10, 5.
    same(
        &charges(7, amount.clone(), pool(json!({"convention": "half"}))),
        &[12.5, 25.0, 30.0, 35.0, 22.5, 10.0, 5.0],
    );
    // Salvage of 28 of 140 is a fifth: four fifths of the charges.
    same(
        &charges(7, amount.clone(), pool(json!({"salvage": 28}))),
        &[20.0, 20.0, 28.0, 28.0, 8.0, 8.0, 0.0],
    );
    // An opening balance of 60 is charged over years 1 to 4; salvage of 40 is a fifth of 200.
    same(
        &charges(
            7,
            amount.clone(),
            pool(json!({"salvage": 40, "opening": 60})),
        ),
        &[32.0, 32.0, 40.0, 40.0, 8.0, 8.0, 0.0],
    );
    // Production ends in year 5: the 15 + 10 that are left are charged then.
    let mut scenario = mine(7, 0.0, pool(json!({"at_end": "write_off"})));
    scenario = with(&scenario, "ore", json!({"quantity": [1, 1, 1, 1, 1, 0, 0]}));
    scenario = with(&scenario, "plant", json!({"amount": amount}));
    same(
        &row(&solve(&scenario), "pool"),
        &[25.0, 25.0, 35.0, 35.0, 20.0, 0.0, 0.0],
    );
    // Half of each amount goes into the pool.
    same(
        &charges(4, json!(80), pool(json!({"share": 50}))),
        &[10.0; 4],
    );
}

#[test]
fn a_pool_waits_for_production_unless_it_starts_with_the_spend() {
    let mut scenario = mine(
        6,
        0.0,
        json!({"kind": "depreciation", "key": "pool", "life": 3}),
    );
    scenario = with(&scenario, "ore", json!({"quantity": [0, 0, 1, 1, 1, 1]}));
    scenario = with(&scenario, "plant", json!({"amount": [60, 30, 0, 6, 0, 0]}));
    // 90 from year 3 on, 6 / 3 from year 4 on.
    let case = solve(&scenario);
    gives(&case, "pool_base", &[0.0, 0.0, 90.0, 6.0, 0.0, 0.0]);
    gives(&case, "pool", &[0.0, 0.0, 30.0, 32.0, 32.0, 2.0]);
    let scenario = with(
        &scenario,
        "pool",
        json!({"start": "spend", "at_end": "keep"}),
    );
    // 60 / 3 in years 1 to 3, 30 / 3 in years 2 to 4, 6 / 3 in years 4 to 6.
    gives(
        &solve(&scenario),
        "pool",
        &[20.0, 30.0, 30.0, 12.0, 2.0, 2.0],
    );
}

#[test]
fn declining_balance_with_and_without_the_switch() {
    let pool = |more: Json| {
        let mut pool = json!({"kind": "depreciation", "key": "pool", "method": "declining", "rate": 40, "life": 5,
            "at_end": "keep"});
        pool.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        pool
    };
    // 40 % of 1000, 600, 360, 216, 129.6, 77.76.
    same(
        &charges(6, json!(1000), pool(json!({"switch": "no"}))),
        &[400.0, 240.0, 144.0, 86.4, 51.84, 31.104],
    );
    // In year 4 the 216 that are left over 2 years are more than 40 % of them.
    same(
        &charges(6, json!(1000), pool(json!({}))),
        &[400.0, 240.0, 144.0, 108.0, 108.0, 0.0],
    );
    // A second vintage of 500 in year 3 has a life of its own: half of the figures above, two years later.
    same(
        &charges(7, json!([1000, 0, 500, 0, 0, 0, 0]), pool(json!({}))),
        &[400.0, 240.0, 344.0, 228.0, 180.0, 54.0, 54.0],
    );
    // Half of the rate in the first year: 20 % of 1000, 40 % of 800 and 480, then 288 over 2 years.
    same(
        &charges(6, json!(1000), pool(json!({"first_year": 50}))),
        &[200.0, 320.0, 192.0, 144.0, 144.0, 0.0],
    );
    same(
        &charges(
            3,
            json!([1000, 500, 0]),
            pool(json!({"first_year": 50, "switch": "no"})),
        ),
        // 200; 40 % of 800 and 20 % of 500; 40 % of 1300 - 420.
        &[200.0, 420.0, 352.0],
    );
    // Never below salvage: 1000 - 400 - 240 - 60 = 300.
    same(
        &charges(
            5,
            json!(1000),
            pool(json!({"switch": "no", "salvage": 300})),
        ),
        &[400.0, 240.0, 60.0, 0.0, 0.0],
    );
    // With the switch: year 3 takes 60 that are left above the salvage.
    same(
        &charges(5, json!(1000), pool(json!({"salvage": 300}))),
        &[400.0, 240.0, 60.0, 0.0, 0.0],
    );
    // An opening balance of 1000 beside it.
    same(
        &charges(6, json!(0), pool(json!({"opening": 1000}))),
        &[400.0, 240.0, 144.0, 108.0, 108.0, 0.0],
    );
}

#[test]
fn an_opening_period_is_a_period_before_production() {
    let mut scenario = years(
        3,
        true,
        json!([
            {"kind": "sale", "key": "ore", "quantity": [0, 1, 1, 1], "price": 100},
            {"kind": "capital", "key": "plant", "amount": 90},
            {"kind": "depreciation", "key": "pool", "life": 3}
        ]),
    );
    gives(&solve(&scenario), "pool", &after(0.0, &[30.0; 3]));
    scenario = with(
        &scenario,
        "pool",
        json!({"method": "units", "units": "=ore_quantity"}),
    );
    gives(&solve(&scenario), "pool", &after(0.0, &[30.0; 3]));
}

#[test]
fn capital_lines_have_shares_of_their_own_and_tables_take_what_was_there() {
    let mut scenario = mine(
        4,
        100.0,
        json!({"kind": "depreciation", "key": "pool", "life": 3, "method": "macrs",
        "opening": 1000, "at_end": "keep", "parts": [{"line": "plant", "share": 30}, {"line": "camp"}]}),
    );
    add(
        &mut scenario,
        json!([{"kind": "capital", "key": "camp", "amount": [0, 50, 0, 0]}]),
    );
    let case = solve(&scenario);
    gives(&case, "pool_additions", &[30.0, 50.0, 0.0, 0.0]);
    // 33.33 % of 1030; 44.45 % of it and 33.33 % of 50 ...
    let expected = [343.299, 457.835 + 16.665, 152.543 + 22.225, 76.323 + 7.405];
    gives(&case, "pool", &expected);
}

#[test]
fn vintages_and_layers_of_many_months_fit_into_formulas() {
    let (pit, pool) = (
        "pit_of_the_northern_part_of_the_mine_1",
        "pool_of_the_northern_part_of_the_mine_1",
    );
    let mut scenario = years(
        150,
        false,
        json!([
            {"kind": "schedule", "key": pit, "ore": 10, "grades": [{"element": "au", "grade": 2}],
             "to_stockpile": 3, "from_stockpile": 2, "opening_stockpile": 0, "stockpile": "first_in"},
            {"kind": "capital", "key": "plant", "amount": 1000},
            {"kind": "capital", "key": "fleet", "class": "sustaining", "amount": 1, "amount_is": "by_period"},
            {"kind": "depreciation", "key": pool, "method": "declining", "rate": 20, "life": 10, "at_end": "keep"}
        ]),
    );
    scenario.calendar.period_length = calminer_domain::PeriodLength::Month;
    let case = solve(&scenario);
    // A twelfth of 20 % of 1001 in the first month.
    assert!(is_near(row(&case, pool)[0], 1001.0 / 60.0, 1e-9));
    // The first 1001 and one of each of the 30 months whose ten years are over are charged in full: what is left is of
    // the last 119 vintages.
    let charged: f64 = row(&case, pool).iter().sum();
    let left = row(&case, &format!("{pool}_balance"))[149];
    assert!(is_near(charged + left, 1150.0, 1e-9));
    assert!(left < 119.0 && left > 0.0, "{left}");
    // All layers are alike: 2 t at 2 g/t each month, 150 t of 450 still there.
    let metal = row(&case, &format!("{pit}_au_stockpile"))[149];
    assert!(is_near(metal, 300.0 / 31.103_476_8, 1e-9));
}
