//! Internal rates of return: published and worked cases, and properties against independent searches.

use calminer_engine::measures::{Irr, IrrKind, discount_factor, irr, npv};
use proptest::prelude::*;

fn yearly(count: usize) -> Vec<f64> {
    (0..count).map(|k| k as f64).collect()
}

fn irr_yearly(flows: &[f64], rate: f64) -> Irr {
    irr(flows, &yearly(flows.len()), rate)
}

fn close(actual: f64, expected: f64, tolerance: f64) {
    assert!(
        (actual - expected).abs() <= tolerance,
        "{actual} is not {expected}"
    );
}

fn all_close(actual: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(actual.len(), expected.len(), "{actual:?}");
    for (&a, &e) in actual.iter().zip(expected) {
        close(a, e, tolerance);
    }
}

#[test]
fn closure_cost_gives_two_rates_and_one_headline() {
    let flows = [-50.0, -100.0, 600.0, 300.0, -100.0];
    let found = irr_yearly(&flows, 0.1);
    assert_eq!(found.kind, IrrKind::Several);
    all_close(&found.values, &[-0.768_895_5, 1.854_417_8], 1e-7);
    close(found.headline.unwrap(), 1.854_417_8, 1e-7);
    close(npv(&flows, &yearly(5), 0.1), 512.051_77, 1e-4);
}

#[test]
fn many_small_returns() {
    let mut flows = vec![-10_000.0];
    flows.extend([327.246_25; 16]);
    let found = irr_yearly(&flows, 0.08);
    assert_eq!(found.kind, IrrKind::One);
    close(found.headline.unwrap(), -0.067_654_11, 1e-8);
}

#[test]
fn the_unit_of_money_changes_nothing() {
    let millions = [-84.0, 20.0, 25.0, 25.0, 25.0, 20.0, -15.0];
    let base = irr_yearly(&millions, 0.08);
    all_close(&base.values, &[-0.584_151_0, 0.071_381_26], 5e-8);
    close(base.headline.unwrap(), 0.071_381_26, 5e-9);
    for scale in [1e6, 1e-6, 1e300, 1e-300] {
        let scaled: Vec<f64> = millions.iter().map(|x| x * scale).collect();
        let other = irr_yearly(&scaled, 0.08);
        assert_eq!(other.kind, base.kind);
        all_close(&other.values, &base.values, 1e-12);
        if scale < 1e300 {
            let value = npv(&scaled, &yearly(7), 0.08);
            close(value / scale, -1.667_339, 1e-6);
        }
    }
}

#[test]
fn no_rate_at_all() {
    let found = irr_yearly(&[-100.0, 150.0, -100.0], 0.1);
    assert_eq!((found.kind, found.headline), (IrrKind::None, None));
    close(
        npv(&[-100.0, 150.0, -100.0], &yearly(3), 0.1),
        -46.280_99,
        1e-5,
    );
    for flows in [
        vec![0.0; 4],
        vec![],
        vec![100.0, 100.0],
        vec![-100.0, -100.0],
        vec![-100.0, f64::NAN, 50.0],
        vec![-100.0, f64::INFINITY],
    ] {
        let found = irr_yearly(&flows, 0.1);
        assert_eq!(found.kind, IrrKind::None, "{flows:?}");
        assert_eq!((found.headline, found.values.len()), (None, 0));
    }
    let cancel = irr(&[2500.0, -2500.0], &[1.0, 1.0], 0.1);
    assert_eq!((cancel.kind, cancel.headline), (IrrKind::None, None));
    let dust = irr(&[0.1, 0.2, -0.3], &[0.0, 0.0, 0.0], 0.1);
    assert_eq!((dust.kind, dust.headline), (IrrKind::None, None));
}

#[test]
fn rates_out_of_range_are_named() {
    let lost = irr_yearly(&[-100.0, 0.000_001], 0.08);
    assert_eq!((lost.kind, lost.headline), (IrrKind::BelowRange, None));
    let huge = irr_yearly(&[-1.0, 12.5], 0.08);
    assert_eq!((huge.kind, huge.headline), (IrrKind::AboveRange, None));
    let edge = irr_yearly(&[-1.0, 11.0], 0.08);
    assert_eq!(edge.kind, IrrKind::One);
    close(edge.headline.unwrap(), 10.0, 1e-13);
    // In the range, but too low for a headline.
    let low = irr_yearly(&[-100.0, 20.0], 0.08);
    assert_eq!((low.kind, low.headline), (IrrKind::One, None));
    close(low.values[0], -0.8, 1e-14);
}

#[test]
fn the_headline_agrees_with_the_value_at_the_rate() {
    let pump = [-1600.0, 10_000.0, -10_000.0];
    all_close(&irr_yearly(&pump, 0.08).values, &[0.25, 4.0], 1e-13);
    close(npv(&pump, &yearly(3), 0.08), -914.13, 0.005);
    close(npv(&pump, &yearly(3), 0.1), -773.553_719_008, 1e-9);
    assert_eq!(irr_yearly(&pump, 0.08).headline, None);
    close(irr_yearly(&pump, 0.5).headline.unwrap(), 4.0, 1e-13);
    let narrow = [-100.0, 230.0, -132.0];
    all_close(&irr_yearly(&narrow, 0.08).values, &[0.1, 0.2], 1e-13);
    assert_eq!(irr_yearly(&narrow, 0.08).headline, None);
    close(irr_yearly(&narrow, 0.15).headline.unwrap(), 0.2, 1e-13);
    let mut closure = vec![-500.0];
    closure.extend([200.0; 8]);
    closure.push(-1200.0);
    let found = irr_yearly(&closure, 0.08);
    all_close(&found.values, &[0.038_054_3, 0.257_285_9], 1e-7);
    close(found.headline.unwrap(), 0.257_285_9, 1e-7);
    close(npv(&closure, &yearly(10), 0.0), -100.0, 1e-10);
    close(npv(&closure, &yearly(10), 0.08), 49.029_028, 1e-6);
    assert_eq!(irr_yearly(&[100.0, -230.0, 132.0], 0.15).headline, None);
    all_close(
        &irr_yearly(&[100.0, -230.0, 132.0], 0.15).values,
        &[0.1, 0.2],
        1e-13,
    );
}

#[test]
fn timing_changes_the_rate() {
    let mut flows = vec![-500.0];
    flows.extend([120.0; 10]);
    close(
        irr_yearly(&flows, 0.08).headline.unwrap(),
        0.201_822_44,
        5e-9,
    );
    let mid: Vec<f64> = (0..11)
        .map(|k| if k == 0 { 0.0 } else { f64::from(k) - 0.5 })
        .collect();
    close(
        irr(&flows, &mid, 0.08).headline.unwrap(),
        0.234_066_83,
        5e-9,
    );
}

#[test]
fn a_rate_of_zero_is_found() {
    let found = irr_yearly(&[-500.0, 300.0, 300.0, -200.0, 100.0], 0.1);
    assert!(found.values.iter().any(|r| r.abs() < 1e-9), "{found:?}");
}

#[test]
fn published_examples() {
    let reclamation = irr_yearly(&[-70.0, 40.0, 40.0, 40.0, 40.0, 40.0, -140.0], 0.2);
    all_close(&reclamation.values, &[0.062_028_665, 0.268_774_921_3], 1e-9);
    close(reclamation.headline.unwrap(), 0.268_774_921_3, 1e-10);
    let a = [
        -500.0, 60.0, 90.0, 170.0, 230.0, 205.0, 140.0, 110.0, 70.0, -80.0,
    ];
    close(irr_yearly(&a, 0.12).headline.unwrap(), 0.188_735_23, 5e-9);
    close(npv(&a, &yearly(10), 0.12), 128.922_977_75, 5e-9);
    let c = [
        -750.0, 130.0, 180.0, 190.0, 245.0, 205.0, 155.0, 135.0, 95.0, -75.0,
    ];
    close(irr_yearly(&c, 0.12).headline.unwrap(), 0.147_224_27, 5e-9);
}

#[test]
fn irregular_dates_by_actual_days() {
    // 1992-01-01, 1992-03-01, 1992-10-30, 1993-02-15, 1993-04-01; the spreadsheet maker's corrected example.
    let years: Vec<f64> = [0.0, 60.0, 303.0, 411.0, 456.0]
        .map(|d: f64| d / 365.0)
        .to_vec();
    let flows = [-10_000.0, 2750.0, 4250.0, 3250.0, 2750.0];
    let found = irr(&flows, &years, 0.09);
    assert_eq!(found.kind, IrrKind::One);
    // The maker prints 0.373363; 50-digit bisection gives the digits below.
    close(found.headline.unwrap(), 0.373_362_533_518_831_5, 1e-14);
    close(npv(&flows, &years, 0.09), 2_086.647_602_031_536, 1e-9);
    let positive: Vec<f64> = flows.iter().map(|x: &f64| x.abs()).collect();
    assert_eq!(irr(&positive, &years, 0.09).kind, IrrKind::None);
}

#[test]
fn sunk_flows_do_not_count() {
    let found = irr(&[-1e6, -100.0, 110.0], &[-1.0, 0.0, 1.0], 0.08);
    close(found.headline.unwrap(), 0.1, 1e-13);
    let dated = irr(&[-1e6, -100.0, 110.0], &[-0.7, 0.0, 366.0 / 365.0], 0.08);
    close(dated.headline.unwrap(), 0.1, 1e-3);
}

#[test]
fn touching_and_close_rates() {
    let touching = irr_yearly(&[-100.0, 220.0, -121.0], 0.05);
    assert_eq!(touching.values.len(), 1, "{touching:?}");
    close(touching.values[0], 0.1, 1e-7);
    assert_eq!(touching.headline, None);
    // Roots 10 % and 10.001 %.
    let close_pair = irr_yearly(&[-1.0, 2.200_01, -1.1 * 1.100_01], 0.05);
    all_close(&close_pair.values, &[0.1, 0.100_01], 1e-9);
}

#[test]
fn the_names_in_files() {
    let text = serde_json::to_string(&irr_yearly(&[-100.0, 200.0], 0.08)).unwrap();
    assert_eq!(text, r#"{"kind":"one","headline":1.0,"values":[1.0]}"#);
    let kinds = [
        IrrKind::None,
        IrrKind::Several,
        IrrKind::AboveRange,
        IrrKind::BelowRange,
    ];
    assert_eq!(
        serde_json::to_string(&kinds).unwrap(),
        r#"["none","several","above_range","below_range"]"#
    );
}

/// Coefficients in v = 1/(1 + r) of a polynomial with these rates as roots, times a factor without a positive root.
fn flows_with_rates(rates: &[f64], tail: f64) -> Vec<f64> {
    let mut flows = vec![-1.0, -tail, -tail * tail];
    for rate in rates {
        let growth = 1.0 + rate;
        let mut next = vec![0.0; flows.len() + 1];
        for (k, flow) in flows.iter().enumerate() {
            next[k] += flow;
            next[k + 1] -= flow * growth;
        }
        flows = next;
    }
    flows
}

fn sign_changes_on_a_fine_grid(flows: &[f64], years: &[f64]) -> Vec<(f64, f64)> {
    let grid: Vec<f64> = (0..=4000)
        .map(|k| -0.99 + 10.99 * (f64::from(k) / 4000.0).powi_by_hand(3))
        .collect();
    let values: Vec<f64> = grid
        .iter()
        .map(|&r| npv(flows, years, r.max(-0.989_999)))
        .collect();
    (1..grid.len())
        .filter(|&k| values[k - 1] * values[k] < 0.0)
        .map(|k| (grid[k - 1], grid[k]))
        .collect()
}

trait PowerByHand {
    fn powi_by_hand(self, exponent: u32) -> f64;
}

impl PowerByHand for f64 {
    fn powi_by_hand(self, exponent: u32) -> f64 {
        (0..exponent).fold(1.0, |product, _| product * self)
    }
}

proptest! {
    #[test]
    fn constructed_rates_are_all_found(
        first in -0.6..0.5_f64, gaps in prop::collection::vec(0.02..0.9_f64, 0..4), tail in 0.0..0.9_f64,
    ) {
        let mut rates = vec![first];
        for gap in gaps {
            rates.push(rates[rates.len() - 1] + gap);
        }
        let found = irr_yearly(&flows_with_rates(&rates, tail), 0.08);
        prop_assert_eq!(found.values.len(), rates.len(), "{:?} {:?}", &rates, &found);
        for (a, e) in found.values.iter().zip(&rates) {
            prop_assert!((a - e).abs() < 1e-7, "{:?} {:?}", &rates, &found);
        }
    }

    #[test]
    fn every_sign_change_of_a_fine_grid_has_its_rate(
        flows in prop::collection::vec(-100.0..100.0_f64, 2..12), jitter in 0.0..0.4_f64, regular: bool,
    ) {
        let years: Vec<f64> = (0..flows.len())
            .map(|k| k as f64 + if regular { 0.0 } else { jitter * f64::from(k as u32 % 3) })
            .collect();
        let found = irr(&flows, &years, 0.08);
        for (low, high) in sign_changes_on_a_fine_grid(&flows, &years) {
            prop_assert!(found.values.iter().any(|r| (low..=high).contains(r)), "{low} {high} {found:?}");
        }
        for (k, &rate) in found.values.iter().enumerate() {
            let size: f64 = flows.iter().zip(&years).map(|(f, &t)| f.abs() * discount_factor(t, rate)).sum();
            prop_assert!(npv(&flows, &years, rate).abs() <= 1e-11 * size, "{rate} {found:?}");
            prop_assert!(rate > -0.99 && rate <= 10.0);
            prop_assert!(k == 0 || found.values[k - 1] < rate);
        }
    }

    #[test]
    fn a_headline_exceeds_the_rate_exactly_when_the_value_is_positive(
        flows in prop::collection::vec(-100.0..100.0_f64, 2..9), rate in -0.2..0.6_f64,
    ) {
        if let Some(headline) = irr_yearly(&flows, rate).headline {
            let value = npv(&flows, &yearly(flows.len()), rate);
            prop_assume!(value.abs() > 1e-9);
            prop_assert_eq!(headline > rate, value > 0.0);
            prop_assert!(flows[0] < 0.0);
        }
    }

    #[test]
    fn flows_of_any_kind_never_panic(
        flows in prop::collection::vec(any::<f64>(), 0..8), years in prop::collection::vec(any::<f64>(), 0..8), rate: f64,
    ) {
        let found = irr(&flows, &years, rate);
        prop_assert!(found.values.iter().all(|r| r.is_finite()));
    }
}
