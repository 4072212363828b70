//! Payback, funding and modified rates: published and worked cases.

use calminer_engine::measures::{
    Payback, PaybackPlan, PaybackState, irr, mirr, npv, payback, profitability_index,
};
use proptest::prelude::*;

/// Flow 0 at the valuation date, then whole years.
fn year_zero(count: usize) -> (Vec<(f64, f64)>, Vec<f64>) {
    let years: Vec<f64> = (0..count).map(|k| k as f64).collect();
    let periods = years.iter().map(|&t| ((t - 1.0).max(0.0), t)).collect();
    (periods, years)
}

fn discounted(flows: &[f64], rate: f64) -> Payback {
    let (periods, years) = year_zero(flows.len());
    PaybackPlan::discounted(&periods, &years, rate, 0.0).payback(flows)
}

fn close(actual: Option<f64>, expected: f64, tolerance: f64) {
    assert!(
        actual.is_some_and(|actual| (actual - expected).abs() <= tolerance),
        "{actual:?} is not {expected}"
    );
}

#[test]
fn simple_and_discounted_from_first_production() {
    let mut flows = vec![-500.0];
    flows.extend([120.0; 10]);
    let (periods, _) = year_zero(11);
    let simple = payback(&flows, &periods, 0.0);
    assert_eq!(simple.state, PaybackState::Reached);
    close(simple.years, 4.166_667, 5e-7);
    close(discounted(&flows, 0.08).years, 5.276_047, 5e-7);
}

#[test]
fn discounted_payback_counts_the_first_year_once() {
    let flows = [-500.0, 100.0, 150.0, 200.0, 250.0];
    let (periods, years) = year_zero(5);
    close(payback(&flows, &periods, 0.0).years, 3.2, 1e-12);
    close(discounted(&flows, 0.1).years, 3.789_800, 1e-6);
    assert!((npv(&flows, &years, 0.1) - 35.892_357).abs() < 1e-6);
}

#[test]
fn closure_that_turns_the_cash_negative_again_is_said() {
    let flows = [-500.0, 300.0, 300.0, -200.0, 100.0];
    let (periods, _) = year_zero(5);
    let found = payback(&flows, &periods, 0.0);
    assert_eq!(found.state, PaybackState::NegativeAgain);
    close(found.years, 1.666_667, 5e-7);
    close(found.last_crossing, 4.0, 1e-12);
    let stays = payback(&flows[..4], &periods, 0.0);
    assert_eq!(stays.state, PaybackState::NegativeAgain);
    close(stays.last_crossing, 2.5, 1e-12);
}

#[test]
fn nothing_owed_or_never_back() {
    let (periods, _) = year_zero(3);
    for flows in [
        [0.0; 3],
        [5.0, 1.0, 0.0],
        [-1.0, f64::NAN, 9.0],
        [-1.0, f64::INFINITY, 0.0],
    ] {
        let found = payback(&flows, &periods, 0.0);
        assert_eq!(
            (found.state, found.years),
            (PaybackState::NotApplicable, None)
        );
    }
    let never = payback(&[-5.0, 1.0, 1.0], &periods, 0.0);
    assert_eq!((never.state, never.years), (PaybackState::Never, None));
}

#[test]
fn the_reference_model_pays_back_in_year_eight() {
    let flows = [
        -920.0,
        -1380.0,
        212.299_722,
        385.385_577,
        446.062_45,
        447.504_154,
        438.453_834,
        429.561_769,
        420.825_585,
        412.242_944,
        403.811_542,
        395.529_111,
        316.893_417,
        307.402_258,
        298.053_467,
        288.844_907,
        279.774_476,
        270.840_102,
        262.039_743,
        253.371_389,
        244.833_061,
        303.922_807,
        -98.845_736,
    ];
    let periods: Vec<(f64, f64)> = (0..23).map(|k| (f64::from(k), f64::from(k + 1))).collect();
    let years: Vec<f64> = periods.iter().map(|p| p.1).collect();
    close(
        payback(&flows, &periods, 0.0).years,
        7.862_027_978_206,
        5e-9,
    );
    assert!((npv(&flows, &years, 0.08) - 967.668_895_733_6).abs() < 5e-6);
    close(
        irr(&flows, &years, 0.08).headline,
        0.139_091_948_015_41,
        1e-9,
    );
}

#[test]
fn a_real_mine_after_first_production() {
    let text = include_str!("data/fenn_gib_cashflow.csv");
    let table: Vec<Vec<&str>> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split(',').collect())
        .collect();
    let column = |name: &str| -> Vec<f64> {
        let at = table[0].iter().position(|n| *n == name).unwrap();
        table[1..]
            .iter()
            .map(|row| row[at].parse().unwrap())
            .collect()
    };
    let after = column("after_tax_cash_flow");
    let pre = column("pre_tax_cash_flow");
    let periods: Vec<(f64, f64)> = (0..19).map(|k| (f64::from(k), f64::from(k + 1))).collect();
    let years: Vec<f64> = periods.iter().map(|p| p.1).collect();
    close(payback(&after, &periods, 3.0).years, 2.678, 5e-4);
    assert!((npv(&after, &years, 0.05) - 649.175).abs() < 5e-4);
    assert!((npv(&pre, &years, 0.05) - 978.113).abs() < 5e-4);
    let found = irr(&after, &years, 0.05);
    close(found.headline, 0.241_003, 5e-7);
    assert!((found.values[0] + 0.582_056).abs() < 5e-7, "{found:?}");
    close(irr(&pre, &years, 0.05).headline, 0.288_563, 5e-7);
}

#[test]
fn published_paybacks_of_two_worked_mines() {
    let (periods, _) = year_zero(10);
    let a = [
        -500.0, 60.0, 90.0, 170.0, 230.0, 205.0, 140.0, 110.0, 70.0, -80.0,
    ];
    close(payback(&a, &periods, 0.0).years, 3.782_609, 5e-7);
    close(discounted(&a, 0.12).years, 4.924_235, 5e-7);
    let c = [
        -750.0, 130.0, 180.0, 190.0, 245.0, 205.0, 155.0, 135.0, 95.0, -75.0,
    ];
    close(payback(&c, &periods, 0.0).years, 4.024_39, 5e-7);
    close(discounted(&c, 0.12).years, 6.076_034, 5e-7);
    let years: Vec<f64> = (0..10).map(f64::from).collect();
    close(mirr(&a, &years, 0.12, 0.12), 0.147_479_94, 5e-9);
    close(mirr(&c, &years, 0.12, 0.12), 0.130_451_05, 5e-9);
}

#[test]
fn published_modified_rates() {
    let flows = [-120_000.0, 39_000.0, 30_000.0, 21_000.0, 37_000.0, 46_000.0];
    let years = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0];
    close(
        mirr(&flows, &years, 0.1, 0.12),
        0.126_094_130_365_905_1,
        1e-13,
    );
    close(
        mirr(&flows[..4], &years, 0.1, 0.12),
        -0.048_044_655_249_980_92,
        1e-13,
    );
    close(
        mirr(&flows, &years, 0.1, 0.14),
        0.134_759_110_828_315_04,
        1e-13,
    );
    close(
        profitability_index(305.209_767_873, 500.0),
        0.610_419_5,
        1e-7,
    );
}

#[test]
fn the_valuation_date_cuts_a_period_and_drops_sunk_ones() {
    // Period 0 is sunk; period 1 began half a year before the valuation date: its flow is spread over what is left.
    let periods = [(-1.5, -0.5), (-0.5, 0.5), (0.5, 1.5)];
    let plan = PaybackPlan::simple(&periods, &[-0.5, 0.5, 1.5], 0.0);
    let found = plan.payback(&[-1000.0, -40.0, 80.0]);
    close(found.years, 1.0, 1e-12);
    let stub = plan.payback(&[f64::NAN, -40.0, 40.0]);
    close(stub.years, 1.5, 1e-12);
}

proptest! {
    #[test]
    fn lanes_have_the_bits_of_the_scalar_form(
        rows in prop::collection::vec(prop::collection::vec(
            prop_oneof![8 => -100.0..100.0_f64, 1 => Just(f64::NAN), 1 => Just(0.0)], 6), 1..40),
        rate in 0.0..0.2_f64,
    ) {
        let (periods, years) = year_zero(6);
        let plan = PaybackPlan::discounted(&periods, &years, rate, 0.25);
        let columns: Vec<Vec<f64>> = (0..6).map(|k| rows.iter().map(|row| row[k]).collect()).collect();
        let views: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let mut out = vec![0.0; rows.len()];
        plan.payback_lanes(&views, &mut out);
        for (row, &lane) in rows.iter().zip(&out) {
            let scalar = plan.payback(row);
            let expected = match scalar.state {
                PaybackState::NotApplicable => f64::NAN,
                PaybackState::Never => f64::INFINITY,
                _ => scalar.years.unwrap(),
            };
            prop_assert_eq!(lane.to_bits(), expected.to_bits());
        }
    }
}
