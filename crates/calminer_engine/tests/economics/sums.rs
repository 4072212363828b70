//! What sums to what, for any figures: depreciation, working capital, metal.

use crate::support::{one, row, solve, years};
use calminer_domain::{MoneyBasis, PeriodLength, Scenario};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

fn with_inflation(mut scenario: Scenario, inflation: f64) -> Scenario {
    scenario.conventions.basis = MoneyBasis::Real;
    scenario.conventions.inflation = inflation;
    scenario
}

fn sum(figures: &[f64]) -> f64 {
    figures.iter().sum()
}

/// Figures that are zero now and then.
fn figure(most: f64) -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), 0.0..most]
}

fn pool() -> impl Strategy<Value = Json> {
    let method = prop_oneof![
        Just(json!({"method": "straight_line"})),
        Just(json!({"method": "straight_line", "convention": "half"})),
        Just(json!({"method": "declining", "rate": 30})),
        Just(json!({"method": "declining", "rate": 30, "first_year": 50})),
        Just(json!({"method": "declining", "rate": 45, "switch": "no"})),
        Just(json!({"method": "units", "units": "=ore_quantity"})),
        Just(json!({"method": "macrs"})),
    ];
    let life = prop_oneof![Just(3.0), Just(5.0), Just(7.0)];
    let start = prop_oneof![Just("spend"), Just("production")];
    let extra = (figure(200.0), figure(30.0), figure(20.0));
    (method, life, start, extra).prop_map(|(mut pool, life, start, (opening, salvage, revised))| {
        let more = json!({"kind": "depreciation", "key": "pool", "life": life, "start": start, "opening": opening,
            "salvage": salvage, "revisions": [0, 0, 0, revised, 0, 0, 0, 0, 0, 0, 0, 0]});
        crate::support::merge(&mut pool, &more);
        pool
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Straight from the law of pools: opening balance and additions less salvage, whatever the method, and no charge
    /// that is negative or takes the balance below the salvage.
    #[test]
    fn depreciation_sums_to_its_base_in_nominal_money(
        spent in proptest::collection::vec(figure(100.0), 10),
        ore in proptest::collection::vec(figure(10.0), 10),
        inflation in figure(0.08),
        pool in pool(),
    ) {
        let row_of = |mut figures: Vec<f64>, last: [f64; 2]| { figures.extend(last); figures };
        let scenario = with_inflation(years(12, false, json!([
            {"kind": "sale", "key": "ore", "quantity": row_of(ore, [1.0, 0.0]), "price": 10},
            {"kind": "capital", "key": "plant", "amount": row_of(spent, [0.0, 0.0])},
            pool
        ])), inflation);
        let case = solve(&scenario);
        let charges = row(&case, "pool");
        let base = sum(&row(&case, "pool_additions")) + first(&row(&case, "pool_opening"));
        let salvage = first(&row(&case, "pool_salvage"));
        let expected = (base - salvage).max(0.0);
        prop_assert!((sum(&charges) - expected).abs() <= 1e-9 * (1.0 + base), "{charges:?} is not {expected}");
        prop_assert!(charges.iter().all(|charge| *charge >= 0.0), "{charges:?}");
        let last = row(&case, "pool_balance")[11];
        prop_assert!((last - (base - expected)).abs() <= 1e-9 * (1.0 + base), "{last}");
    }

    #[test]
    fn macrs_charges_the_whole_without_a_write_off_where_its_life_fits(spent in figure(100.0), life in prop_oneof![Just(3), Just(7), Just(10)]) {
        let scenario = years(12, false, json!([
            {"kind": "sale", "key": "ore", "quantity": 1, "price": 10},
            {"kind": "capital", "key": "plant", "amount": spent},
            {"kind": "depreciation", "key": "pool", "method": "macrs", "life": life, "at_end": "keep"}
        ]));
        let charges = row(&solve(&scenario), "pool");
        prop_assert!((sum(&charges) - spent).abs() <= 1e-9 * (1.0 + spent));
    }

    #[test]
    fn working_capital_sums_to_zero_in_nominal_money(
        sold in proptest::collection::vec(figure(100.0), 8),
        cost in proptest::collection::vec(figure(80.0), 8),
        days in (0..500_u32, 0..200_u32, 0..200_u32),
        share in figure(20.0),
        inflation in figure(0.08),
        length in prop_oneof![Just(PeriodLength::Year), Just(PeriodLength::Quarter), Just(PeriodLength::Month)],
    ) {
        let mut scenario = with_inflation(years(8, false, json!([
            {"kind": "sale", "key": "ore", "quantity": sold, "price": 1},
            {"kind": "operating_cost", "key": "site", "amount": cost},
            {"kind": "working_capital", "key": "wc", "receivable_days": days.0, "inventory_days": days.1,
             "payable_days": days.2, "revenue_share": share},
            {"kind": "check", "key": "closed", "condition": "=abs(total(nominal(working_capital_change))) < 0.000001 [USD]"},
        ])), inflation);
        scenario.calendar.period_length = length;
        let case = solve(&scenario);
        prop_assert!(row(&case, "closed").iter().all(|flag| *flag == 1.0), "{:?}", row(&case, "wc"));
    }

    /// What is mined and what lay on the stockpile is recovered, lost or still there.
    #[test]
    fn metal_is_neither_made_nor_lost(
        ore in proptest::collection::vec(0.0..1000.0_f64, 6),
        grades in proptest::collection::vec(figure(10.0), 6),
        to in proptest::collection::vec(0.0..1.0_f64, 6),
        from in proptest::collection::vec(0.0..1.0_f64, 6),
        opening in (figure(500.0), figure(5.0)),
        dilution in figure(30.0),
    ) {
        // Shares of what is mined and of what lies there.
        let put: Vec<f64> = ore.iter().zip(&to).map(|(ore, share)| ore * share).collect();
        let mut stock = opening.0;
        let taken: Vec<f64> = put.iter().zip(&from).map(|(put, share)| {
            stock += put;
            let out = stock * share;
            stock -= out;
            out
        }).collect();
        let scenario = years(6, false, json!([
            {"kind": "schedule", "key": "pit", "ore": ore, "basis": "in_situ", "dilution": dilution,
             "grades": [{"element": "au", "grade": grades, "waste_grade": 0.3, "opening_grade": opening.1}],
             "to_stockpile": put, "from_stockpile": taken, "opening_stockpile": opening.0},
            {"kind": "process", "key": "mill", "share": 70, "recoveries": [{"element": "au", "recovery": 90}]},
            {"kind": "process", "key": "heap", "share": 30, "recoveries": [{"element": "au", "recovery": 55}]},
        ]));
        let case = solve(&scenario);
        let metal = |key: &str| sum(&row(&case, key));
        let mined: f64 = row(&case, "pit_mined").iter().zip(row(&case, "pit_au_mined_grade"))
            .map(|(ore, grade)| ore * grade / 31.103_476_8).sum();
        let there = row(&case, "pit_au_stockpile")[5] - opening.0 * opening.1 / 31.103_476_8;
        let out = metal("mill_au_recovered") + metal("mill_au_lost") + metal("heap_au_recovered") + metal("heap_au_lost");
        prop_assert!((mined - there - out).abs() <= 1e-9 * (1.0 + mined), "{mined} - {there} is not {out}");
    }

    /// Oldest first or not, a loss is used once, lapses or is still there.
    #[test]
    fn losses_are_used_lapse_or_are_left(
        profit in proptest::collection::vec(-100.0..100.0_f64, 10),
        opening in figure(80.0),
        expiry in 1..6_usize,
        cap in 1.0..100.0,
    ) {
        let cost: Vec<f64> = profit.iter().map(|profit| 1000.0 - profit).collect();
        let scenario = years(10, false, json!([
            {"kind": "sale", "key": "ore", "quantity": 1, "price": 1000},
            {"kind": "operating_cost", "key": "site", "amount": cost},
            {"kind": "tax", "key": "tax", "rate": 30, "expiry": expiry, "cap": cap, "opening_losses": opening}
        ]));
        let case = solve(&scenario);
        let (used, gone, left) = (row(&case, "tax_losses_used"), row(&case, "tax_losses_expired"), row(&case, "tax_losses"));
        // A queue of layers, each with the year it arose in.
        let mut layers: Vec<(usize, f64)> = vec![(0, opening)];
        for (index, profit) in profit.iter().enumerate() {
            let year = index + 1;
            let mut room = cap / 100.0 * profit.max(0.0);
            let mut wanted = 0.0;
            for (_, layer) in &mut layers {
                let part = layer.min(room);
                *layer -= part;
                room -= part;
                wanted += part;
            }
            prop_assert!((used[index] - wanted).abs() < 1e-9, "year {year}: {} is not {wanted}", used[index]);
            let lapsed: f64 = layers.iter().filter(|(arose, _)| year - arose >= expiry).map(|(_, layer)| layer).sum();
            prop_assert!((gone[index] - lapsed).abs() < 1e-9, "year {year}: {} is not {lapsed}", gone[index]);
            layers.retain(|(arose, _)| year - arose < expiry);
            layers.push((year, (-profit).max(0.0)));
            let rest: f64 = layers.iter().map(|(_, layer)| layer).sum();
            prop_assert!((left[index] - rest).abs() < 1e-9, "year {year}: {} is not {rest}", left[index]);
        }
    }
}

fn first(figures: &[f64]) -> f64 {
    figures.first().copied().unwrap_or_default()
}

#[test]
fn co_products_bear_the_whole_cost_together() {
    let gold = json!({"kind": "sale", "key": "a", "unit": "lb", "quantity": [10, 20, 0], "price": 3, "transport": 0.1});
    let copper =
        json!({"kind": "sale", "key": "b", "unit": "lb", "quantity": [5, 50, 0], "price": 1});
    let cost_of = |main: &Json, other: &Json, measure: &str| {
        let scenario = years(
            3,
            false,
            json!([main, other,
                {"kind": "operating_cost", "key": "site", "amount": [20, 40, 0]},
                {"kind": "capital", "key": "cover", "class": "closure", "amount": [0, 0, 29]},
                {"kind": "unit_cost", "key": "unit", "measure": measure, "credit": "co_product"}
            ]),
        );
        one(&solve(&scenario), "unit")
    };
    // 21 x 30 / 35 + 42 x 60 / 110 over 30 lb, and 21 x 5 / 35 + 42 x 50 / 110 over 55 lb: together 63.
    let (of_gold, of_copper) = (cost_of(&gold, &copper, "c1"), cost_of(&copper, &gold, "c1"));
    let expected = (21.0 * 30.0 / 35.0 + 42.0 * 60.0 / 110.0) / 30.0;
    assert!((of_gold - expected).abs() < 1e-12, "{of_gold}");
    assert!((of_gold * 30.0 + of_copper * 55.0 - 63.0).abs() < 1e-9);
    // Closure after the last sale is shared by the revenue of the whole life: 29 x 90 / 145 and 29 x 55 / 145.
    let (of_gold, of_copper) = (
        cost_of(&gold, &copper, "aisc"),
        cost_of(&copper, &gold, "aisc"),
    );
    assert!(
        (of_gold - expected - 18.0 / 30.0).abs() < 1e-12,
        "{of_gold}"
    );
    assert!((of_gold * 30.0 + of_copper * 55.0 - 92.0).abs() < 1e-9);
}
