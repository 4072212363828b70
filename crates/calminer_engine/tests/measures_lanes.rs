//! Headline rates of tiles of trials against the exact routine, and their independence of the tile.

use calminer_engine::measures::{AbsentHeadlines, IrrKind, IrrStart, irr, irr_headline_lanes};
use proptest::prelude::*;

const RATE: f64 = 0.08;

/// A mine of 23 yearly flows: two years of construction, twenty of operation, closure.
fn mine(capital: f64, margin: f64, decline: f64, closure: f64) -> Vec<f64> {
    let mut flows = vec![-0.4 * capital, -0.6 * capital];
    let mut flow = margin;
    for year in 0..20 {
        flows.push(if year == 0 { 0.5 * flow } else { flow });
        flow *= 1.0 - decline;
    }
    flows.push(-closure);
    flows
}

fn year_ends(count: usize) -> Vec<f64> {
    (1..=count).map(|k| k as f64).collect()
}

fn lanes(rows: &[Vec<f64>], start: &IrrStart) -> (Vec<f64>, AbsentHeadlines) {
    let count = rows.first().map_or(0, Vec::len);
    let columns: Vec<Vec<f64>> = (0..count)
        .map(|k| rows.iter().map(|row| row[k]).collect())
        .collect();
    let views: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let mut out = vec![0.0; rows.len()];
    let absent = irr_headline_lanes(&views, start, &mut out);
    (out, absent)
}

fn compare(rows: &[Vec<f64>], years: &[f64], start: &IrrStart) -> Result<(), TestCaseError> {
    let (out, absent) = lanes(rows, start);
    let mut expected = AbsentHeadlines::default();
    for (row, &lane) in rows.iter().zip(&out) {
        let exact = irr(row, years, RATE);
        if let Some(headline) = exact.headline {
            prop_assert!((lane - headline).abs() <= 1e-12, "{lane} {exact:?} {row:?}");
            continue;
        }
        prop_assert_eq!(
            lane.to_bits(),
            0x7ff8_0000_0000_0000,
            "{} {:?}",
            lane,
            &exact
        );
        match exact.kind {
            IrrKind::None => expected.none += 1,
            IrrKind::One | IrrKind::Several => expected.no_headline += 1,
            IrrKind::AboveRange => expected.above_range += 1,
            IrrKind::BelowRange => expected.below_range += 1,
        }
        let (alone, _) = lanes(std::slice::from_ref(row), start);
        prop_assert_eq!(alone[0].to_bits(), lane.to_bits());
    }
    prop_assert_eq!(absent, expected);
    Ok(())
}

#[test]
fn a_lane_depends_on_its_own_flows_only() {
    let base = mine(2300.0, 420.0, 0.02, 180.0);
    let start = IrrStart::from_base(&base, &year_ends(23), RATE);
    let rows: Vec<Vec<f64>> = (0..517)
        .map(|k| {
            let k = f64::from(k);
            mine(1500.0 + 3.0 * k, 700.0 - 1.4 * k, 0.01 + 1e-4 * k, 90.0 + k)
        })
        .collect();
    let (whole, absent) = lanes(&rows, &start);
    assert!(absent.total() > 5 && absent.total() < 250, "{absent:?}");
    for size in [1, 3, 16, 100, 128] {
        for (tile, part) in rows.chunks(size).enumerate() {
            let (out, _) = lanes(part, &start);
            for (lane, rate) in out.iter().enumerate() {
                assert_eq!(rate.to_bits(), whole[tile * size + lane].to_bits());
            }
        }
    }
    for row in &rows {
        let exact = irr(row, &year_ends(23), RATE).headline;
        let (alone, _) = lanes(std::slice::from_ref(row), &start);
        match exact {
            Some(headline) => assert!((alone[0] - headline).abs() <= 1e-12, "{row:?}"),
            None => assert!(alone[0].is_nan()),
        }
    }
}

#[test]
fn any_base_case_will_do() {
    let rows = vec![mine(2300.0, 420.0, 0.02, 180.0); 20];
    let years = year_ends(23);
    for base in [
        vec![0.0; 23],
        vec![f64::NAN; 23],
        vec![-1.0; 23],
        vec![1.0; 23],
        Vec::new(),
    ] {
        let start = IrrStart::from_base(&base, &years, RATE);
        compare(&rows, &years, &start).unwrap();
    }
    for rate in [f64::NAN, -1.0, -2.0, f64::INFINITY] {
        let start = IrrStart::from_base(&rows[0], &years, rate);
        let (out, absent) = lanes(&rows, &start);
        assert!(out.iter().all(|r| r.is_nan()), "{rate}");
        assert_eq!(absent.total(), 20);
    }
}

#[test]
fn a_step_that_is_short_by_accident_is_not_the_last() {
    let row = vec![
        -699.964_244_365_887,
        -1_049.946_366_548_830_4,
        385.313_729_853_669_1,
        628.874_981_199_448_9,
        513.197_053_903_062_9,
        418.797_414_443_896_46,
        341.762_044_444_670_95,
        278.896_886_644_099_25,
        227.595_412_200_210_52,
        185.730_548_224_747_22,
        151.566_484_624_566_8,
        123.686_703_566_129_6,
        100.935_247_505_080_41,
        82.368_790_623_196_02,
        67.217_526_448_195_53,
        54.853_249_970_401_876,
        44.763_310_870_035_26,
        36.529_357_898_185_02,
        29.809_993_106_362_043,
        24.326_616_730_525_803,
        19.851_875_827_089_653,
        16.200_237_715_738_798,
        -1_589.074_369_526_505_7,
    ];
    let years = year_ends(23);
    let start = IrrStart::from_base(&mine(2300.0, 420.0, 0.02, 180.0), &years, RATE);
    compare(&[row], &years, &start).unwrap();
}

#[test]
fn other_calendars_take_the_same_way() {
    let rows: Vec<Vec<f64>> = (0..40)
        .map(|k| mine(2300.0, 250.0 + 10.0 * f64::from(k), 0.01, 100.0))
        .collect();
    let quarters: Vec<f64> = (1..=23).map(|k| f64::from(k) / 4.0).collect();
    let mid: Vec<f64> = (0..23)
        .map(|k| if k == 0 { 0.0 } else { f64::from(k) - 0.5 })
        .collect();
    let odd: Vec<f64> = (0..23).map(|k| f64::from(k) * 1.013).collect();
    let sunk: Vec<f64> = (-1..22).map(f64::from).collect();
    for years in [quarters, mid, odd, sunk] {
        let start = IrrStart::from_base(&rows[20], &years, RATE);
        compare(&rows, &years, &start).unwrap();
    }
}

proptest! {
    #[test]
    fn lanes_agree_with_the_exact_routine_on_mines(
        cases in prop::collection::vec((500.0..5000.0_f64, -50.0..900.0_f64, -0.1..0.2_f64, -50.0..2500.0_f64), 1..40),
    ) {
        let years = year_ends(23);
        let start = IrrStart::from_base(&mine(2300.0, 420.0, 0.02, 180.0), &years, RATE);
        let rows: Vec<Vec<f64>> = cases.iter().map(|&(c, m, d, e)| mine(c, m, d, e)).collect();
        compare(&rows, &years, &start)?;
    }

    #[test]
    fn lanes_agree_with_the_exact_routine_on_any_flows(
        rows in prop::collection::vec(prop::collection::vec(prop_oneof![
            9 => -100.0..100.0_f64, 1 => Just(0.0), 1 => Just(-0.0), 1 => Just(f64::NAN), 1 => Just(f64::INFINITY),
        ], 7), 1..40),
    ) {
        let years: Vec<f64> = (0..7).map(f64::from).collect();
        let base = [-100.0, 30.0, 40.0, 40.0, 30.0, 20.0, -10.0];
        compare(&rows, &years, &IrrStart::from_base(&base, &years, RATE))?;
    }

    #[test]
    fn lanes_agree_near_the_edges_of_existence(top in -1e-4..1e-4_f64, growth in 1.01..1.6_f64, lead in 0_usize..3) {
        // A hump that just reaches zero, or just does not.
        let mut row = vec![0.0; lead];
        row.extend([-1.0, 2.0 * growth + top, -growth * growth]);
        let years: Vec<f64> = (0..row.len()).map(|k| k as f64).collect();
        let start = IrrStart::from_base(&row, &years, RATE);
        compare(&vec![row; 17], &years, &start)?;
    }
}
