//! The summary of an output: reference figures, absent results, intervals.

use calminer_domain::{Direction, PercentileDefinition};
use calminer_engine::statistics::{
    AbsentCounts, Basis, InfinityMeaning, OrderedSample, Summary, SummaryOptions, TrialPlan,
    percentile_sorted, student_t_quantile,
};
use proptest::prelude::*;
use statrs::distribution::{ContinuousCDF as _, Normal};

fn money() -> SummaryOptions {
    SummaryOptions {
        money: true,
        ..SummaryOptions::default()
    }
}

fn close(actual: Option<f64>, expected: f64, tolerance: f64) {
    assert!(
        actual.is_some_and(|actual| (actual - expected).abs() <= tolerance),
        "{actual:?} is not {expected}"
    );
}

/// One value in the middle of each stratum, in a fixed scattered order.
fn normal_sample(mean: f64, sd: f64, count: u32) -> Vec<f64> {
    let normal = Normal::standard();
    (0..count)
        .map(|k| u64::from(k) * 7_368_787 % u64::from(count))
        .map(|k| mean + sd * normal.inverse_cdf((k as f64 + 0.5) / f64::from(count)))
        .collect()
}

#[test]
fn a_normal_gain() {
    let s = Summary::of(&normal_sample(20.0, 10.0, 100_000), &money());
    close(s.mean, 20.0, 1e-9);
    close(s.sd, 10.0, 2e-3);
    close(s.skewness, 0.0, 1e-6);
    close(s.excess_kurtosis, 0.0, 5e-3);
    close(s.percentiles.p5, 3.551_463_730, 1e-3);
    close(s.tail_mean_5, -0.627_128_075, 2e-3);
    close(s.value_at_risk_95.against_zero, -3.551_463_730, 1e-3);
    close(s.value_at_risk_95.against_mean, 16.448_536_270, 1e-3);
    close(s.expected_shortfall_95.against_zero, 0.627_128_075, 2e-3);
    close(s.expected_shortfall_95.against_mean, 20.627_128_075, 2e-3);
    close(s.probability_below_zero, 0.022_750_132, 1e-5);
}

#[test]
fn a_normal_cost_has_its_tail_above() {
    let options = SummaryOptions {
        direction: Direction::Cost,
        ..SummaryOptions::default()
    };
    let s = Summary::of(&normal_sample(20.0, 10.0, 100_000), &options);
    close(s.value_at_risk_95.against_zero, 36.448_536_270, 1e-3);
    close(s.expected_shortfall_95.against_zero, 40.627_128_075, 2e-3);
    close(s.value_at_risk_95.against_mean, 16.448_536_270, 1e-3);
    close(s.tail_mean_5, 40.627_128_075, 2e-3);
    assert_eq!(s.probability_below_zero, None);
}

#[test]
fn one_to_a_hundred() {
    let values: Vec<f64> = (1..=100).map(f64::from).collect();
    let s = Summary::of(&values, &money());
    close(s.tail_mean_5, 3.0, 1e-12);
    close(s.percentiles.p5, 5.95, 1e-12);
    assert_eq!(
        (s.min, s.max, s.trials, s.valid),
        (Some(1.0), Some(100.0), 100, 100)
    );
    assert_eq!(s.probability_below_zero, Some(0.0));
}

#[test]
fn ten_results_with_a_tail_of_half_a_result() {
    let values: Vec<f64> = (0..10).map(|k| f64::from(k) * 20.0 - 100.0).collect();
    let s = Summary::of(&values, &money());
    close(s.value_at_risk_95.against_zero, 91.0, 1e-12);
    close(s.expected_shortfall_95.against_zero, 100.0, 1e-12);
}

#[test]
fn one_trial_has_no_deviation() {
    let s = Summary::of(&[42.0], &money());
    let p = s.percentiles;
    for figure in [
        s.mean,
        s.min,
        s.max,
        s.tail_mean_5,
        p.p1,
        p.p5,
        p.p50,
        p.p99,
    ] {
        assert_eq!(figure, Some(42.0));
    }
    assert_eq!((s.sd, s.skewness, s.intervals.mean), (None, None, None));
    let empty = Summary::of(&[], &money());
    assert_eq!(
        (empty.mean, empty.percentiles.p50, empty.trials),
        (None, None, 0)
    );
    assert_eq!(empty.probability_below_zero, None);
}

#[test]
fn absent_results_are_counted_and_left_out() {
    let samples = [1.0, 2.0, 3.0, f64::NAN, f64::INFINITY];
    let s = Summary::of(&samples, &money());
    assert_eq!((s.trials, s.valid), (5, 3));
    assert_eq!(
        (s.mean, s.sd, s.percentiles.p50),
        (Some(2.0), Some(1.0), Some(2.0))
    );
    let expected = AbsentCounts {
        undefined: 1,
        infinite: 1,
        never: 0,
        failed: 0,
    };
    assert_eq!(s.absent, expected);
    let failed = SummaryOptions {
        failed: 1,
        ..money()
    };
    let s = Summary::of(&samples, &failed);
    assert_eq!((s.absent.failed, s.absent.undefined), (1, 0));
}

#[test]
fn never_is_in_the_percentiles_and_not_in_the_mean() {
    let options = SummaryOptions {
        direction: Direction::Cost,
        infinity: InfinityMeaning::Never,
        ..SummaryOptions::default()
    };
    let samples = [4.0, f64::INFINITY, 2.0, f64::NEG_INFINITY, f64::NAN, 3.0];
    let (s, ordered) = Summary::with_ordered(&samples, &options);
    assert_eq!(
        (
            s.valid,
            s.absent.never,
            s.absent.infinite,
            s.absent.undefined
        ),
        (3, 1, 1, 1)
    );
    assert_eq!((s.mean, s.max), (Some(3.0), Some(4.0)));
    assert_eq!(s.percentiles.p50, Some(3.5));
    assert_eq!(s.percentiles.p95, Some(f64::INFINITY));
    assert_eq!(ordered.all, [2.0, 3.0, 4.0, f64::INFINITY]);
    let text = serde_json::to_string(&s).unwrap();
    assert!(text.contains(r#""95":"never""#), "{text}");
    assert_eq!(serde_json::from_str::<Summary>(&text).unwrap(), s);
}

#[test]
fn intervals_of_replicates_follow_student_t() {
    let means = [10.0, 11.0, 12.0, 13.0, 14.0];
    let samples: Vec<f64> = means.iter().flat_map(|m| [m - 1.0, *m, m + 1.0]).collect();
    let options = SummaryOptions {
        plan: TrialPlan::Replicates(vec![3; 5]),
        ..money()
    };
    let s = Summary::of(&samples, &options);
    assert_eq!(s.intervals.basis, Basis::Replicates);
    let half = student_t_quantile(0.975, 4.0).unwrap() * (2.5_f64 / 5.0).sqrt();
    let mean = s.intervals.mean.unwrap();
    assert!((mean.half_width() - half).abs() < 1e-12 && (mean.low + half - 12.0).abs() < 1e-12);
    let median = s.intervals.percentiles.p50.unwrap();
    assert!((median.half_width() - half).abs() < 1e-12);
    assert!(s.intervals.sd.unwrap().half_width() < 1e-12);
    // No trial below zero: Wilson's interval, not a false certainty.
    let below = s.intervals.probability_below_zero.unwrap();
    assert!(below.low == 0.0 && below.high > 0.1, "{below:?}");
    let single = SummaryOptions {
        plan: TrialPlan::Replicates(vec![15]),
        ..money()
    };
    let s = Summary::of(&samples, &single);
    assert_eq!((s.intervals.basis, s.intervals.mean), (Basis::None, None));
}

/// Splitmix: independent enough for a test of coverage.
fn uniform(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (((z ^ (z >> 31)) >> 12) as f64 + 0.5) / 4_503_599_627_370_496.0
}

#[test]
fn nineteen_of_twenty_intervals_hold_the_truth() {
    let normal = Normal::new(20.0, 10.0).unwrap();
    let mut state = 7;
    let (runs, trials) = (400, 2000);
    let mut hits = [0_u32; 10];
    for _ in 0..runs {
        let samples: Vec<f64> = (0..trials)
            .map(|_| normal.inverse_cdf(uniform(&mut state)))
            .collect();
        let i = Summary::of(&samples, &money()).intervals;
        let truths = [
            (i.mean, 20.0),
            (i.sd, 10.0),
            (i.percentiles.p5, 3.551_463_730),
            (i.percentiles.p50, 20.0),
            (i.tail_mean_5, -0.627_128_075),
            (i.value_at_risk_95.against_zero, -3.551_463_730),
            (i.value_at_risk_95.against_mean, 16.448_536_270),
            (i.expected_shortfall_95.against_mean, 20.627_128_075),
            (i.probability_below_zero, 0.022_750_132),
            (i.skewness, 0.0),
        ];
        for (hit, (interval, truth)) in hits.iter_mut().zip(truths) {
            let interval = interval.unwrap();
            *hit += u32::from(interval.low <= truth && truth <= interval.high);
        }
    }
    // 95 % of 400 is 380, with a standard error of 4.4; order statistics are a little wide by construction.
    for (figure, hit) in hits.into_iter().enumerate() {
        assert!(
            (362..=398).contains(&hit),
            "figure {figure}: {hit} of {runs}"
        );
    }
}

const SHARES: [f64; 7] = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95];

fn check_quantiles(values: &[f64], types_6_7_8: [[f64; 7]; 3]) {
    let kinds = [
        PercentileDefinition::Type6,
        PercentileDefinition::Type7,
        PercentileDefinition::Type8,
    ];
    let ordered = OrderedSample::of(values);
    for (kind, expected) in kinds.into_iter().zip(types_6_7_8) {
        for (p, value) in SHARES.into_iter().zip(expected) {
            close(ordered.percentile(p, kind), value, 1e-9);
            assert_eq!(
                ordered.percentile(p, kind),
                percentile_sorted(&ordered.all, p, kind)
            );
        }
    }
}

#[test]
fn published_quantiles_of_short_lists() {
    check_quantiles(
        &[1.0, 12.0, 14.0, 3.0, 96.0, 111.0],
        [
            [1.0, 1.0, 2.5, 13.0, 99.75, 111.0, 111.0],
            [1.5, 2.0, 5.25, 13.0, 75.5, 103.5, 107.25],
            [1.0, 1.0, 2.833_333_333_3, 13.0, 97.25, 111.0, 111.0],
        ],
    );
    check_quantiles(
        &[
            2.0, 3.0, 5.0, 7.0, 11.0, 13.0, 17.0, 19.0, 23.0, 29.0, 31.0, 37.0,
        ],
        [
            [2.0, 2.3, 5.5, 15.0, 27.5, 35.2, 37.0],
            [2.55, 3.2, 6.5, 15.0, 24.5, 30.8, 33.7],
            [
                2.0,
                2.566_666_666_7,
                5.833_333_333_3,
                15.0,
                26.5,
                33.6,
                37.0,
            ],
        ],
    );
}

#[test]
fn quantiles_of_two_hundred_measurements() {
    let lines = include_str!("data/nist/lew.csv").lines().skip(1);
    let lew: Vec<f64> = lines.map(|line| line.parse().unwrap()).collect();
    check_quantiles(
        &lew,
        [
            [-572.0, -558.5, -455.0, -162.0, 95.0, 186.5, 199.95],
            [-572.0, -554.5, -451.0, -162.0, 93.0, 182.5, 199.05],
            [
                -572.0,
                -557.166_666_666_7,
                -453.666_666_666_7,
                -162.0,
                94.333_333_333_3,
                185.166_666_666_7,
                199.65,
            ],
        ],
    );
}

proptest! {
    #[test]
    fn any_samples_have_a_summary_that_survives_files(
        samples in prop::collection::vec(prop_oneof![9 => -1e9..1e9_f64, 1 => any::<f64>()], 0..60),
        size in 1_usize..20, cost: bool, never: bool, money: bool, plain: bool,
    ) {
        let options = SummaryOptions {
            direction: if cost { Direction::Cost } else { Direction::Gain },
            infinity: if never { InfinityMeaning::Never } else { InfinityMeaning::Absent },
            money,
            plan: if plain { TrialPlan::Plain } else { TrialPlan::Replicates(vec![size; samples.len() / size]) },
            ..SummaryOptions::default()
        };
        let s = Summary::of(&samples, &options);
        let absent = s.absent.undefined + s.absent.infinite + s.absent.never + s.absent.failed;
        prop_assert_eq!(s.valid + absent, s.trials);
        let text = serde_json::to_string(&s).unwrap();
        let back: Summary = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(serde_json::to_string(&back).unwrap(), text);
    }
}
