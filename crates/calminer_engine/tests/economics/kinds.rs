//! Every kind of item with every field, against tables of numbers that were worked out by hand: their arithmetic stands
//! beside them.

use crate::support::{gives, item, near, parameter, row, solve, with, years};
use calminer_domain::Scenario;
use serde_json::json;

/// Grams of a troy ounce and pounds of a tonne, as in the definitions.
const G_PER_OZ: f64 = 31.103_476_8;
const LB_PER_T: f64 = 2_204.622_621_848_78;

#[test]
fn a_typed_schedule_is_mined_diluted_and_stocked() {
    let schedule = json!({"kind": "schedule", "key": "pit", "ore": [100, 100, 100, 0], "waste": [50, 60, 70, 0],
        "basis": "in_situ", "mining_recovery": 90, "dilution": 25,
        "grades": [{"element": "au", "grade": 4, "waste_grade": 1, "opening_grade": 2}],
        "to_stockpile": [12.5, 12.5, 0, 0], "from_stockpile": [0, 0, 10, 30], "opening_stockpile": 25,
        "rehandle": 2});
    let scenario = years(4, false, json!([schedule]));
    let case = solve(&scenario);
    // 100 x 0.9 x 1.25; with 50, 60, 70 of waste.
    gives(&case, "pit_mined", &[112.5, 112.5, 112.5, 0.0]);
    gives(&case, "pit_moved", &[162.5, 172.5, 182.5, 0.0]);
    gives(&case, "material_moved", &[162.5, 172.5, 182.5, 0.0]);
    // Less 12.5 to the stockpile, more what comes from it.
    gives(&case, "pit_feed", &[100.0, 100.0, 122.5, 30.0]);
    gives(&case, "ore_processed", &[100.0, 100.0, 122.5, 30.0]);
    gives(&case, "pit_stockpile", &[37.5, 50.0, 40.0, 10.0]);
    gives(&case, "pit_rehandle_cost", &[0.0, 0.0, 20.0, 60.0]);
    gives(&case, "mining_cost", &[0.0, 0.0, 20.0, 60.0]);
    gives(&case, "pit_life", &[4.0]);
    // (4 + 0.25 x 1) / 1.25 = 3.4 g/t.
    gives(&case, "pit_au_mined_grade", &[3.4; 4]);
    // Metal on the stockpile in g: 25 x 2 = 50; 50 + 12.5 x 3.4 = 92.5; 135; a fifth of 135 on 50 t leaves, 108; three
    // quarters of 108 on 40 t leave, 27.
    let ounces = |grams: [f64; 4]| grams.map(|grams| grams / G_PER_OZ);
    gives(
        &case,
        "pit_au_stockpile",
        &ounces([92.5, 135.0, 108.0, 27.0]),
    );
    gives(&case, "pit_au_reclaimed", &ounces([0.0, 0.0, 27.0, 81.0]));
    // 100 x 3.4, 100 x 3.4, 112.5 x 3.4 + 27, 81.
    gives(
        &case,
        "pit_au_contained",
        &ounces([340.0, 340.0, 409.5, 81.0]),
    );
    gives(&case, "pit_au_head_grade", &[3.4, 3.4, 409.5 / 122.5, 2.7]);
    gives(&case, "producing", &[1.0; 4]);
    // Waste per ore and waste: a fifth of all is a quarter of the ore.
    let total = json!({"dilution": 20, "dilution_basis": "total"});
    let case = solve(&with(&scenario, "pit", total));
    gives(&case, "pit_mined", &[112.5, 112.5, 112.5, 0.0]);
    gives(&case, "pit_au_mined_grade", &[3.4; 4]);
    // Run of mine: neither dilution nor recovery applies; 87.5 + 87.5 are sent to the plant.
    let case = solve(&with(&scenario, "pit", json!({"basis": "run_of_mine"})));
    gives(&case, "pit_mined", &[100.0, 100.0, 100.0, 0.0]);
    gives(&case, "pit_feed", &[87.5, 87.5, 110.0, 30.0]);
    // 25 x 2 + 12.5 x 4 = 100, 150, of which a fifth is 30, and three quarters of the 120 left are 90.
    gives(
        &case,
        "pit_au_contained",
        &ounces([350.0, 350.0, 430.0, 90.0]),
    );
    // Barren dilution: 4 / 1.25.
    let barren = json!({"grades": [{"element": "au", "grade": 4}], "to_stockpile": null, "from_stockpile": null});
    let case = solve(&with(&scenario, "pit", barren));
    gives(&case, "pit_au_head_grade", &[3.2, 3.2, 3.2, 0.0]);
}

#[test]
fn what_lay_on_the_stockpile_longest_is_taken_first() {
    let schedule = json!({"kind": "schedule", "key": "pit", "ore": 100, "grades": [
        {"element": "au", "grade": [4, 6, 8, 2], "opening_grade": 1}],
        "to_stockpile": [20, 30, 0, 10], "from_stockpile": [0, 15, 30, 20], "opening_stockpile": 10,
        "stockpile": "first_in"});
    let case = solve(&years(4, false, json!([schedule])));
    // Layers of 10 t at 1, 20 at 4, 30 at 6 and 10 at 2 g/t: 10 x 1 + 5 x 4; 15 x 4 + 15 x 6; 15 x 6 + 5 x 2.
    let ounces = |grams: [f64; 4]| grams.map(|grams| grams / G_PER_OZ);
    gives(
        &case,
        "pit_au_reclaimed",
        &ounces([0.0, 30.0, 150.0, 100.0]),
    );
    gives(
        &case,
        "pit_au_stockpile",
        &ounces([90.0, 240.0, 90.0, 10.0]),
    );
    gives(&case, "pit_stockpile", &[30.0, 45.0, 15.0, 5.0]);
}

#[test]
fn a_generated_schedule_ends_with_its_reserve() {
    let schedule = json!({"kind": "schedule", "key": "pit", "plan": "generated", "reserve": 1, "capacity": 0.1,
        "strip_ratio": 3, "typed_in": {"reserve": "Mt", "capacity": "Mt/a"}});
    let scenario = years(13, false, json!([schedule]));
    let case = solve(&scenario);
    // Ten times 0.1 Mt: the rounding of 1 - 0.1 - 0.1 ... is no eleventh year.
    gives(&case, "pit_life", &[10.0]);
    gives(&case, "production_end", &[10.0]);
    let ore = row(&case, "pit_ore");
    assert!(ore[10..].iter().all(|ore| *ore == 0.0), "{ore:?}");
    near(
        &case,
        "pit_waste",
        &[&[3e5; 10][..], &[0.0; 3]].concat(),
        1e-9,
    );
    near(
        &case,
        "pit_moved",
        &[&[4e5; 10][..], &[0.0; 3]].concat(),
        1e-9,
    );
    assert!(row(&case, "pit_unmined")[0].abs() < 1e-6);
    // From the third year on at a half, then in full: 0.05, 0.1 x 9, 0.05.
    let mut ramp = vec![0.0, 0.0, 50.0];
    ramp.resize(13, 100.0);
    let case = solve(&with(
        &scenario,
        "pit",
        json!({"ramp_up": ramp, "start": 3}),
    ));
    let mut ore = vec![0.0, 0.0, 5e4];
    ore.extend([1e5; 9]);
    ore.push(5e4);
    near(&case, "pit_ore", &ore, 1e-9);
    gives(&case, "production_start", &[3.0]);
    // A calendar that is too short leaves ore: 1 Mt - 3 x 0.1.
    let mut short = scenario.clone();
    short.calendar.periods = 3;
    near(&solve(&short), "pit_unmined", &[7e5; 3], 1e-9);
    // In quarters a quarter of the capacity.
    short.calendar.period_length = calminer_domain::PeriodLength::Quarter;
    near(&solve(&short), "pit_ore", &[2.5e4; 3], 1e-9);
}

/// Two schedules, two routes, a metal.
fn two_routes() -> Scenario {
    years(
        2,
        false,
        json!([
            {"kind": "schedule", "key": "north", "ore": [100, 200], "grades": [
                {"element": "au", "grade": 3}, {"element": "cu", "unit": "%", "grade": 2}]},
            {"kind": "schedule", "key": "south", "ore": [50, 0], "grades": [{"element": "au", "grade": 6}]},
            {"kind": "process", "key": "mill", "schedules": "north, south", "share": 60, "recoveries": [
                {"element": "au", "recovery": 90}]},
            {"kind": "process", "key": "heap", "schedules": "north", "share": 40, "recoveries": [
                {"element": "au", "recovery": "=0.5 + 0.05 * to(heap_au_grade, [g/t]) / 1 [g/t]"},
                {"element": "cu", "recovery": 50}]},
            {"kind": "metal", "key": "dore", "element": "au", "unit": "oz", "payable": 99, "price": [2000, 2200],
             "premium": -20, "refining": 5, "transport": 1},
            {"kind": "metal", "key": "cathode", "element": "cu", "unit": "lb", "processes": "heap", "price": 4,
             "credit": "by_product"}
        ]),
    )
}

#[test]
fn routes_share_the_feed_and_products_what_they_recover() {
    let case = solve(&two_routes());
    // 60 % of 150 and 200; 40 % of 100 and 200.
    gives(&case, "mill_ore", &[90.0, 120.0]);
    gives(&case, "heap_ore", &[40.0, 80.0]);
    gives(&case, "ore_processed", &[130.0, 200.0]);
    // 60 % of 100 x 3 + 50 x 6 = 600 g and of 600 g; 40 % of 300 and 600 g.
    gives(&case, "mill_au_feed", &[360.0 / G_PER_OZ, 360.0 / G_PER_OZ]);
    gives(&case, "heap_au_feed", &[120.0 / G_PER_OZ, 240.0 / G_PER_OZ]);
    gives(&case, "mill_au_grade", &[4.0, 3.0]);
    gives(
        &case,
        "mill_au_recovered",
        &[324.0 / G_PER_OZ, 324.0 / G_PER_OZ],
    );
    gives(&case, "mill_au_lost", &[36.0 / G_PER_OZ, 36.0 / G_PER_OZ]);
    // A recovery of 0.5 + 0.05 x 3 = 65 %: 78 and 156 g.
    gives(
        &case,
        "heap_au_recovered",
        &[78.0 / G_PER_OZ, 156.0 / G_PER_OZ],
    );
    // 40 % of 2 and 4 t, half of it recovered.
    gives(&case, "heap_cu_feed", &[0.8, 1.6]);
    gives(&case, "heap_cu_grade", &[0.02, 0.02]);
    gives(&case, "heap_cu_recovered", &[0.4, 0.8]);
    // 99 % of 402 and 480 g at 1980 and 2180 USD/oz, less 6 USD/oz.
    let ounces = [0.99 * 402.0 / G_PER_OZ, 0.99 * 480.0 / G_PER_OZ];
    gives(&case, "dore_sold", &ounces);
    gives(&case, "dore_realised_price", &[1980.0, 2180.0]);
    gives(
        &case,
        "dore_gross",
        &[ounces[0] * 1980.0, ounces[1] * 2180.0],
    );
    gives(
        &case,
        "dore_realisation",
        &[ounces[0] * 6.0, ounces[1] * 6.0],
    );
    gives(&case, "dore_nsr", &[ounces[0] * 1974.0, ounces[1] * 2174.0]);
    gives(
        &case,
        "cathode_gross",
        &[0.4 * LB_PER_T * 4.0, 0.8 * LB_PER_T * 4.0],
    );
    gives(
        &case,
        "nsr",
        &[
            ounces[0] * 1974.0 + 0.4 * LB_PER_T * 4.0,
            ounces[1] * 2174.0 + 0.8 * LB_PER_T * 4.0,
        ],
    );
}

/// 100 t of concentrate a year: 25 % copper, 20 g/t gold, prices in Canadian dollars.
fn concentrate() -> Scenario {
    let mut scenario = years(
        3,
        false,
        json!([
            {"kind": "schedule", "key": "pit", "ore": 1000, "grades": [
                {"element": "cu", "unit": "%", "grade": 2.5}, {"element": "au", "grade": 2}]},
            {"kind": "process", "key": "mill", "recoveries": [
                {"element": "cu", "recovery": 100}, {"element": "au", "recovery": 100}]},
            {"kind": "concentrate", "key": "conc", "element": "cu", "grade": 25, "price_currency": "CAD",
             "payables": [
                {"element": "cu", "rule": "deduct_then_pay", "share": 96, "deduction": 1, "unit": "t",
                 "price": [5000, 6000, 8000], "participation": 10, "reference": 6000, "sides": "both",
                 "cap": 150, "floor": 80},
                {"element": "au", "assay_unit": "g/t", "unit": "oz", "share": 90, "price": 2000, "refining": 10}],
             "penalties": [
                {"element": "as", "assay": [0.25, 0.3, 0.1], "threshold": 0.1, "step": 0.1, "rate": 2, "steps": "whole"},
                {"element": "hg", "unit": "ppm", "assay": 25, "threshold": 10, "step": 10, "rate": 3}],
             "treatment": 80, "freight": 50, "handling": 10, "insurance": 0.5}
        ]),
    );
    parameter(&mut scenario, "usd_per_cad", "USD/CAD", 0.5);
    scenario
}

#[test]
fn a_concentrate_in_another_currency_pays_penalties_and_participation() {
    let scenario = concentrate();
    let case = solve(&scenario);
    gives(&case, "conc_produced", &[100.0; 3]);
    gives(&case, "conc_shipped", &[100.0; 3]);
    // 96 % of 24 points; 90 % of 20 g/t.
    gives(&case, "conc_cu_payable_grade", &[0.2304; 3]);
    gives(&case, "conc_cu_sold", &[23.04; 3]);
    gives(&case, "conc_au_sold", &[1800.0 / G_PER_OZ; 3]);
    // At 0.5 USD/CAD: 23.04 x 2500, 3000, 4000.
    gives(&case, "conc_cu_gross", &[57_600.0, 69_120.0, 92_160.0]);
    gives(&case, "conc_au_gross", &[1800.0 / G_PER_OZ * 1000.0; 3]);
    gives(
        &case,
        "conc_au_refining_cost",
        &[1800.0 / G_PER_OZ * 5.0; 3],
    );
    // A tenth of -1000, 0 and 2000 is -100, 0 and 200, within -80 and 150; halved into USD.
    gives(
        &case,
        "conc_cu_participation_cost",
        &[-23.04 * 40.0, 0.0, 23.04 * 75.0],
    );
    // 1.5, 2 and 0 steps above 0.1 %: 1, 2 and 0 whole ones of 2 CAD/t on 100 t.
    gives(&case, "conc_as_penalty_cost", &[100.0, 200.0, 0.0]);
    // 1.5 steps of 10 ppm, pro rata: 100 x 1.5 x 3 x 0.5.
    gives(&case, "conc_hg_penalty_cost", &[225.0; 3]);
    gives(&case, "conc_treatment_cost", &[4000.0; 3]);
    gives(&case, "conc_freight_cost", &[3000.0; 3]);
    let gold = 1800.0 / G_PER_OZ * 1000.0;
    gives(
        &case,
        "conc_insurance_cost",
        &[57_600.0, 69_120.0, 92_160.0].map(|copper| (copper + gold) * 0.005),
    );
    // Above only: nothing below the reference, the cap still holds.
    let mut above = scenario.clone();
    let rows = item(&mut above, "conc").terms.get_mut("payables");
    if let Some(calminer_domain::Term::Rows(rows)) = rows {
        rows[0].remove("sides");
    }
    gives(
        &solve(&above),
        "conc_cu_participation_cost",
        &[0.0, 0.0, 23.04 * 75.0],
    );
    // 20 % of moisture: 100 / 0.8 wet tonnes at 60 CAD; 2 % are lost on the way with their metal.
    let case = solve(&with(
        &scenario,
        "conc",
        json!({"moisture": 20, "transit_loss": 2}),
    ));
    gives(&case, "conc_shipped", &[125.0; 3]);
    gives(&case, "conc_freight_cost", &[3750.0; 3]);
    gives(&case, "conc_delivered", &[98.0; 3]);
    gives(&case, "conc_cu_sold", &[22.5792; 3]);
    gives(&case, "conc_treatment_cost", &[3920.0; 3]);
}

#[test]
fn costs_are_fixed_follow_rates_come_by_frequency_and_escalate() {
    let mut scenario = years(
        4,
        false,
        json!([
            {"kind": "schedule", "key": "pit", "ore": [0, 10, 20, 0]},
            {"kind": "operating_cost", "key": "mining", "rate": 3, "amount": [1, 2, 3, 4]},
            {"kind": "operating_cost", "key": "plant", "category": "processing", "fixed": 100, "start": 2, "end": 3},
            {"kind": "operating_cost", "key": "office", "category": "corporate_g_and_a", "fixed": 7, "when": "always"},
            {"kind": "operating_cost", "key": "crew", "category": "site_g_and_a", "quantity": 2, "unit_cost": 5,
             "frequency": "weekly"},
            {"kind": "operating_cost", "key": "haul", "category": "other", "rate": 2, "driver": "=pit_moved * 4 [km]",
             "driver_unit": "t*km", "escalation": 10},
            {"kind": "consumption", "key": "diesel", "rate": 0.5, "price": 2, "emission_factor": 3, "escalation": 10,
             "start": 3},
            {"kind": "operating_cost", "key": "drilling", "category": "exploration", "amount": 1},
            {"kind": "operating_cost", "key": "seeding", "category": "reclamation", "amount": 2}
        ]),
    );
    let case = solve(&scenario);
    gives(&case, "mining", &[1.0, 32.0, 63.0, 4.0]);
    gives(&case, "plant", &[0.0, 100.0, 100.0, 0.0]);
    gives(&case, "office", &[7.0; 4]);
    // 2 x 5 x 52 in the years with production.
    gives(&case, "crew", &[0.0, 520.0, 520.0, 0.0]);
    // 2 USD/t km on 40 and 80 t km, two and three years after the base date.
    gives(&case, "haul", &[0.0, 80.0 * 1.21, 160.0 * 1.331, 0.0]);
    // From the third year on: 10 L at 2 USD x 1.331, 3 kg each.
    gives(&case, "diesel_consumed", &[0.0, 0.0, 10.0, 0.0]);
    gives(&case, "diesel", &[0.0, 0.0, 20.0 * 1.331, 0.0]);
    gives(&case, "diesel_co2", &[0.0, 0.0, 0.03, 0.0]);
    gives(&case, "mining_cost", &[1.0, 32.0, 63.0 + 26.62, 4.0]);
    gives(&case, "processing_cost", &[0.0, 100.0, 100.0, 0.0]);
    gives(&case, "corporate_g_and_a_cost", &[7.0; 4]);
    gives(&case, "site_g_and_a_cost", &[0.0, 520.0, 520.0, 0.0]);
    gives(&case, "other_operating_cost", &[0.0, 96.8, 212.96, 0.0]);
    gives(&case, "exploration_cost", &[1.0; 4]);
    gives(&case, "reclamation_cost", &[2.0; 4]);
    gives(&case, "operating_cost", &[11.0, 758.8, 932.58, 14.0]);
    // The other frequencies: 2 x 5 x 365, 12, 4, 1.
    for (frequency, cost) in [
        ("daily", 3650.0),
        ("monthly", 120.0),
        ("quarterly", 40.0),
        ("yearly", 10.0),
    ] {
        let case = solve(&with(&scenario, "crew", json!({ "frequency": frequency })));
        gives(&case, "crew", &[0.0, cost, cost, 0.0]);
    }
    // In quarters a quarter of what runs by the year; money by period and by rate stays.
    scenario.calendar.period_length = calminer_domain::PeriodLength::Quarter;
    let case = solve(&scenario);
    gives(&case, "plant", &[0.0, 25.0, 25.0, 0.0]);
    gives(&case, "crew", &[0.0, 130.0, 130.0, 0.0]);
    gives(&case, "mining", &[1.0, 32.0, 63.0, 4.0]);
}

#[test]
fn capital_has_classes_phasing_contingency_and_escalation() {
    let scenario = years(
        3,
        true,
        json!([
            {"kind": "sale", "key": "ore", "quantity": 1, "price": 1},
            {"kind": "capital", "key": "plant", "amount": 200, "profile": [25, 75, 0, 0], "contingency": 10},
            {"kind": "capital", "key": "camp", "amount": 40},
            {"kind": "capital", "key": "fleet", "class": "sustaining", "amount": [0, 5, 6, 7], "escalation": 10},
            {"kind": "capital", "key": "second", "class": "growth", "amount": 8, "amount_is": "by_period"},
            {"kind": "capital", "key": "cover", "class": "closure", "amount": 90, "profile": [0, 0, 0, 100]}
        ]),
    );
    let case = solve(&scenario);
    gives(&case, "plant_spend", &[50.0, 150.0, 0.0, 0.0]);
    gives(&case, "plant_contingency_cost", &[5.0, 15.0, 0.0, 0.0]);
    gives(&case, "plant", &[55.0, 165.0, 0.0, 0.0]);
    gives(&case, "camp", &[40.0, 0.0, 0.0, 0.0]);
    gives(&case, "initial_capital", &[95.0, 165.0, 0.0, 0.0]);
    // 1.1, 1.21 and 1.331 times.
    gives(&case, "sustaining_capital", &[0.0, 5.5, 7.26, 9.317]);
    gives(&case, "growth_capital", &[8.0; 4]);
    gives(&case, "closure_cost", &[0.0, 0.0, 0.0, 90.0]);
    gives(
        &case,
        "pre_tax_cash_flow",
        &[-102.0, -177.5, -14.26, -106.317],
    );
}
