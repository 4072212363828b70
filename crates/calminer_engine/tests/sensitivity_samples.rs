//! What is read from a run's own samples: regression, contribution to variance, target analysis.

#![expect(
    clippy::unwrap_used,
    reason = "a test that unwraps says where it failed"
)]

mod program_support;

use std::num::NonZeroUsize;

use calminer_domain::{
    BaseValue, Direction, Distribution, DistributionForm, Sampling, Scenario, Uncertainty,
};
use calminer_engine::program::compile;
use calminer_engine::result::{RunOutcome, RunSettings, Samples};
use calminer_engine::run::{RunControl, simulate};
use calminer_engine::sensitivity::{
    ContributionMethod, Dropped, Tail, WORST, contributions_by_rank, contributions_by_regression,
    input_columns, regression, target,
};
use program_support::{empty, formula, parameter, ref20};

const TWO: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1);

fn settings(trials: u64) -> RunSettings {
    RunSettings {
        trials,
        seed: 4,
        sampling: Sampling::LatinHypercube,
        replicates: None,
        ..RunSettings::default()
    }
}

fn run(scenario: &Scenario, trials: u64) -> (RunOutcome, Samples) {
    let program = compile(scenario).unwrap_or_else(|issues| panic!("{issues:#?}"));
    simulate(&program, &settings(trials), TWO, &RunControl::default()).unwrap()
}

fn near(found: f64, exact: f64, tolerance: f64) {
    assert!((found - exact).abs() <= tolerance, "{found} is not {exact}");
}

/// Employment, then deflator, product, unemployed, forces, population and year.
const LONGLEY: [[f32; 7]; 16] = [
    [60_323., 83., 234_289., 2356., 1590., 107_608., 1947.],
    [61_122., 88.5, 259_426., 2325., 1456., 108_632., 1948.],
    [60_171., 88.2, 258_054., 3682., 1616., 109_773., 1949.],
    [61_187., 89.5, 284_599., 3351., 1650., 110_929., 1950.],
    [63_221., 96.2, 328_975., 2099., 3099., 112_075., 1951.],
    [63_639., 98.1, 346_999., 1932., 3594., 113_270., 1952.],
    [64_989., 99., 365_385., 1870., 3547., 115_094., 1953.],
    [63_761., 100., 363_112., 3578., 3350., 116_219., 1954.],
    [66_019., 101.2, 397_469., 2904., 3048., 117_388., 1955.],
    [67_857., 104.6, 419_180., 2822., 2857., 118_734., 1956.],
    [68_169., 108.4, 442_769., 2936., 2798., 120_445., 1957.],
    [66_513., 110.8, 444_546., 4681., 2637., 121_950., 1958.],
    [68_655., 112.6, 482_704., 3813., 2552., 123_366., 1959.],
    [69_564., 114.2, 502_601., 3931., 2514., 125_368., 1960.],
    [69_331., 115.7, 518_173., 4806., 2572., 127_852., 1961.],
    [70_551., 116.9, 554_894., 4007., 2827., 130_081., 1962.],
];

/// The data of Longley (1967) as NIST gives them, with its certified coefficients and R2: inputs that depend on each
/// other nearly, variance inflation up to 1,788. Standardized coefficients and errors by numpy.linalg.lstsq.
#[test]
fn the_regression_of_longley() {
    let column = |place: usize| LONGLEY.iter().map(|row| row[place]).collect::<Vec<f32>>();
    let inputs: Vec<Vec<f32>> = (1..7).map(column).collect();
    let inputs: Vec<&[f32]> = inputs.iter().map(Vec::as_slice).collect();
    let employed: Vec<f64> = column(0).into_iter().map(f64::from).collect();
    let keys = [
        "deflator",
        "gnp",
        "unemployed",
        "forces",
        "population",
        "year",
    ];
    let found = regression(&keys, &inputs, &employed);
    near(found.r2.unwrap(), 0.995_479_004_577_296, 1e-6);
    assert_eq!((found.trials, found.left_out), (16, 0));
    let slopes: [f64; 6] = [
        15.061_872_271_4,
        -0.035_819_179_292_6,
        -2.020_229_803_82,
        -1.033_226_867_17,
        -0.051_104_105_653_6,
        1_829.151_464_614,
    ];
    let coefficients: [f64; 6] = [
        0.046_282_02,
        -1.013_746_35,
        -0.537_542_58,
        -0.204_740_69,
        -0.101_221_11,
        2.479_664_38,
    ];
    let errors = [
        0.260_926_03,
        0.947_854_96,
        0.129_953_35,
        0.042_459_83,
        0.447_779_70,
        0.617_463_25,
    ];
    let mut sum = 0.0;
    for (k, term) in found.terms.iter().enumerate() {
        // Single precision of the columns times the inflation: 6e-8 x 1,788.
        near(term.coefficient.unwrap(), coefficients[k], 1e-3);
        let tolerance = 1e-3 * slopes[k].abs() / coefficients[k].abs();
        near(term.slope.unwrap(), slopes[k], tolerance);
        near(term.standard_error.unwrap(), errors[k], 1e-3 * errors[k]);
        sum += term.share.unwrap();
    }
    near(sum, found.r2.unwrap(), 1e-12);
    assert_eq!(found.ranked()[0].key, "year");
}

/// Y = 3 A + 4 B + 0 C with A, B, C uniform on (0, 1): R2 = 1, coefficients 0.6, 0.8, 0, shares 0.36 and 0.64; the
/// squared rank correlations of a sum say nearly the same.
#[test]
fn a_linear_model_is_explained_whole() {
    let mut scenario = empty(1);
    for key in ["a", "b", "c"] {
        let distribution = Distribution::Uniform { min: 0.0, max: 1.0 };
        let form = DistributionForm::Absolute;
        let uncertainty = Some(Uncertainty::once(form, distribution));
        parameter(&mut scenario, key, "", BaseValue::Number(0.5), uncertainty);
    }
    formula(&mut scenario, "y", "", "=7 + 3 * a - 4 * b + 0 * c").output = Some(Direction::Gain);
    let (outcome, _) = run(&scenario, 40_000);
    let found = outcome.outputs[0].regression.as_ref().unwrap();
    near(found.r2.unwrap(), 1.0, 1e-6);
    let exact = [(0.6, 3.0, 0.36), (-0.8, -4.0, 0.64), (0.0, 0.0, 0.0)];
    for (term, (coefficient, slope, share)) in found.terms.iter().zip(exact) {
        near(term.coefficient.unwrap(), coefficient, 0.005);
        near(term.slope.unwrap(), slope, 1e-5);
        near(term.share.unwrap(), share, 0.01);
    }
    let by_plane = contributions_by_regression(found);
    assert_eq!(by_plane.method, ContributionMethod::Regression);
    assert_eq!(by_plane.inputs[0].key, "b");
    near(by_plane.inputs[0].signed_share.unwrap(), -0.64, 0.01);
    near(by_plane.explained.unwrap(), 1.0, 1e-3);
    let by_rank = contributions_by_rank(&outcome.outputs[0]);
    near(by_rank.inputs[0].signed_share.unwrap(), -0.64, 0.03);
    near(by_rank.inputs[1].signed_share.unwrap(), 0.36, 0.03);
    near(by_rank.explained.unwrap(), 1.0, 1e-12);
}

/// Correlated normals with Y = X1 + X2, sd 1 and 2, r the correlation of the values: coefficients 1/s and 2/s with
/// s2 = 1 + 4 + 4 r, shares (1 + 2 r)/s2 and (4 + 2 r)/s2.
#[test]
fn correlated_inputs_share_what_they_have_in_common() {
    let mut scenario = empty(1);
    for (key, sd) in [("one", 1.0), ("two", 2.0)] {
        let distribution = Distribution::Normal { mean: 50.0, sd };
        let form = DistributionForm::Absolute;
        let uncertainty = Some(Uncertainty::once(form, distribution));
        parameter(&mut scenario, key, "", BaseValue::Number(50.0), uncertainty);
    }
    scenario.correlations = ref20().correlations[..1].to_vec();
    scenario.correlations[0].a = scenario.parameters[0].id;
    scenario.correlations[0].b = scenario.parameters[1].id;
    scenario.correlations[0].rho = 0.5;
    formula(&mut scenario, "y", "", "=one + two").output = Some(Direction::Gain);
    let (outcome, _) = run(&scenario, 40_000);
    // 2 sin(pi / 12).
    let r: f64 = 0.517_638_090_205;
    let variance = 5.0 + 4.0 * r;
    let terms = &outcome.outputs[0].regression.as_ref().unwrap().terms;
    near(terms[0].coefficient.unwrap(), 1.0 / variance.sqrt(), 0.01);
    near(terms[1].coefficient.unwrap(), 2.0 / variance.sqrt(), 0.01);
    near(terms[0].share.unwrap(), (1.0 + 2.0 * r) / variance, 0.01);
    near(terms[1].share.unwrap(), (4.0 + 2.0 * r) / variance, 0.01);
}

/// A sequence without pattern in (0, 1), by multiples of the golden ratio.
fn scatter(count: usize, step: f64) -> Vec<f32> {
    (0..count)
        .map(|k| (k as f64 * step).fract() as f32)
        .collect()
}

#[test]
fn constant_and_collinear_inputs_are_dropped_and_said() {
    let a = scatter(3_000, 0.618_033_988_75);
    let b = scatter(3_000, 0.414_213_562_37);
    let fixed = vec![192.53_f32; 3_000];
    let double: Vec<f32> = a.iter().map(|a| 2.0 * a).collect();
    let y: Vec<f64> = a
        .iter()
        .zip(&b)
        .map(|(a, b)| f64::from(*a) - f64::from(*b))
        .collect();
    let keys = ["fixed", "a", "double", "b"];
    let draws: [&[f32]; 4] = [&fixed, &a, &double, &b];
    let found = regression(&keys, &draws, &y);
    near(found.r2.unwrap(), 1.0, 1e-6);
    let dropped: Vec<_> = found.terms.iter().map(|term| term.dropped).collect();
    assert_eq!(
        dropped,
        [
            Some(Dropped::DoesNotVary),
            None,
            Some(Dropped::Collinear),
            None
        ]
    );
    near(found.terms[1].slope.unwrap(), 1.0, 1e-5);
    assert_eq!(found.terms[2].coefficient, None);
    // A constant output, and one with noise of the last place.
    for noise in [0.0, 2.9e-14] {
        let constant: Vec<f64> = (0..3_000)
            .map(|k| 192.53 + noise * f64::from(k % 2))
            .collect();
        let found = regression(&keys, &draws, &constant);
        assert_eq!(found.r2, None);
        assert!(found.terms.iter().all(|term| term.coefficient.is_none()));
        let tail = target(&keys, &draws, &constant, (Direction::Gain, WORST));
        assert!(!tail.is_apart);
        assert!(tail.rows.iter().all(|row| row.shift.is_none()));
    }
    let none = regression(&keys, &[&[], &[], &[], &[]], &[]);
    assert_eq!((none.r2, none.trials), (None, 0));
}

#[test]
fn trials_without_a_figure_are_left_out() {
    let a = scatter(5_000, 0.618_033_988_75);
    let b = scatter(5_000, 0.414_213_562_37);
    let figure = |(a, b): (&f32, &f32)| f64::from(*a) * 2.0 + f64::from(*b);
    let present: Vec<f64> = a.iter().zip(&b).map(figure).collect();
    let keys = ["a", "b"];
    for share in [0.1_f32, 0.9] {
        let gaps = present.iter().zip(&a);
        let gaps: Vec<f64> = gaps
            .map(|(y, a)| if *a < share { f64::NAN } else { *y })
            .collect();
        let kept: Vec<usize> = (0..5_000).filter(|k| a[*k] >= share).collect();
        let few = |column: &[f32]| kept.iter().map(|k| column[*k]).collect::<Vec<f32>>();
        let (few_a, few_b) = (few(&a), few(&b));
        let few_y: Vec<f64> = kept.iter().map(|k| present[*k]).collect();
        let found = regression(&keys, &[&a, &b], &gaps);
        let alone = regression(&keys, &[&few_a, &few_b], &few_y);
        assert_eq!(found.trials, kept.len() as u64);
        assert_eq!(found.left_out, 5_000 - kept.len() as u64);
        for (found, alone) in found.terms.iter().zip(&alone.terms) {
            near(found.coefficient.unwrap(), alone.coefficient.unwrap(), 1e-4);
        }
    }
}

/// 100 trials whose figure is the first input: the worst five have its five smallest draws.
#[test]
fn the_worst_trials_of_a_constructed_run() {
    let a: Vec<f32> = (0..100).map(|k| (k * 37 % 100) as f32).collect();
    let other: Vec<f32> = (0..100).map(|k| (k % 2) as f32).collect();
    let fixed = vec![192.53_f32; 100];
    let y: Vec<f64> = a.iter().map(|a| f64::from(*a) * 10.0).collect();
    let keys = ["fixed", "other", "a"];
    let draws: [&[f32]; 3] = [&fixed, &other, &a];
    let found = target(&keys, &draws, &y, (Direction::Gain, WORST));
    assert_eq!((found.trials, found.of, found.edge), (5, 100, Some(40.0)));
    let first = &found.rows[0];
    assert_eq!(first.key, "a");
    // 0 to 99: mean 49.5, standard deviation sqrt(100 x 101 / 12); the tail has mean 2, its median is the third rank.
    near(
        first.shift.unwrap(),
        -47.5 / (10_100.0_f64 / 12.0).sqrt(),
        1e-12,
    );
    assert_eq!(first.tail_mean, Some(2.0));
    near(first.median_rank.unwrap(), 0.025, 1e-15);
    near(first.distance.unwrap(), 0.95, 1e-15);
    // k with 37 k mod 100 in 0..5 are 0, 73, 46, 19, 92: two of five are odd, as 0.4 is to 0.5.
    let second = &found.rows[1];
    near(second.distance.unwrap(), 0.1, 1e-15);
    assert_eq!(found.rows[2].key, "fixed");
    assert_eq!((found.rows[2].shift, found.rows[2].distance), (None, None));
    let best = target(&keys, &draws, &y, (Direction::Gain, Tail::Best(0.05)));
    assert_eq!(best.edge, Some(950.0));
    let cost = target(&keys, &draws, &y, (Direction::Cost, WORST));
    assert_eq!(cost.rows, best.rows);
    let below = target(&keys, &draws, &y, (Direction::Gain, Tail::Below(50.0)));
    assert_eq!((below.trials, &below.rows), (5, &found.rows));
    let above = target(&keys, &draws, &y, (Direction::Gain, Tail::Above(1e9)));
    assert_eq!((above.trials, above.is_apart), (0, false));
}

/// "Never" is the worst payback, and all trials that never pay back are one tail; an absent figure is in none.
#[test]
fn never_is_the_worst_and_absent_is_no_figure() {
    let a = scatter(1_000, 0.618_033_988_75);
    let years = a.iter().map(|a| match a {
        a if *a < 0.2 => f64::INFINITY,
        a if *a > 0.9 => f64::NAN,
        a => 10.0 - f64::from(*a),
    });
    let years: Vec<f64> = years.collect();
    let found = target(&["a"], &[&a], &years, (Direction::Cost, WORST));
    let never = years.iter().filter(|y| **y == f64::INFINITY).count() as u64;
    let absent = years.iter().filter(|y| y.is_nan()).count() as u64;
    assert_eq!((found.trials, found.of), (never, 1_000 - absent));
    assert_eq!(found.edge, None);
    assert!(found.rows[0].shift.unwrap() < -1.0);
    near(found.rows[0].distance.unwrap(), 0.8, 0.01);
}

/// What a run says of itself is what the functions say of its inputs drawn again; long columns go by classes.
#[test]
fn a_run_and_its_inputs_drawn_again_agree() {
    let program = compile(&ref20()).unwrap();
    let keys_of = |outcome: &RunOutcome| outcome.outputs.len();
    for trials in [3_000, 30_000] {
        let settings = settings(trials);
        let (outcome, samples) =
            simulate(&program, &settings, TWO, &RunControl::default()).unwrap();
        assert_eq!(keys_of(&outcome), 4);
        let columns = input_columns(&program, &settings, (TWO, &RunControl::default())).unwrap();
        let one = (NonZeroUsize::MIN, &RunControl::default());
        assert_eq!(columns, input_columns(&program, &settings, one).unwrap());
        for (output, (_, figures)) in outcome.outputs.iter().zip(&samples.columns) {
            let again = regression(&columns.keys(), &columns.columns(), figures);
            let found = output.regression.as_ref().unwrap();
            assert_eq!(found.left_out, again.left_out);
            near(found.r2.unwrap(), again.r2.unwrap(), 1e-6);
            for (found, again) in found.terms.iter().zip(&again.terms) {
                near(found.coefficient.unwrap(), again.coefficient.unwrap(), 1e-5);
            }
            let tail = (output.direction, WORST);
            let again = target(&columns.keys(), &columns.columns(), figures, tail);
            assert_eq!(output.worst.as_ref().unwrap(), &again);
        }
    }
    // Copper decides the worst trials of the value, the rank of which it must have low.
    let (outcome, _) = run(&ref20(), 30_000);
    let worst = outcome.output("npv").unwrap().worst.as_ref().unwrap();
    assert_eq!(
        (worst.trials, worst.rows[0].key.as_str()),
        (1_500, "cu_price")
    );
    assert!(worst.rows[0].median_rank.unwrap() < 0.2);
}

/// Classes of long columns against exact ranks of the same values.
#[test]
fn places_in_long_columns_are_near_the_exact_ones() {
    let a = scatter(40_000, 0.618_033_988_75);
    let skewed: Vec<f32> = a.iter().map(|a| 1e6 / (0.001 + a * a)).collect();
    let y: Vec<f64> = a.iter().map(|a| f64::from(*a)).collect();
    let found = target(
        &["a", "skewed"],
        &[&a, &skewed],
        &y,
        (Direction::Gain, WORST),
    );
    for row in &found.rows {
        let low = row.key == "a";
        let exact = if low { 0.025 } else { 0.975 };
        near(row.median_rank.unwrap(), exact, 1e-3);
        near(row.distance.unwrap(), 0.95, 1e-3);
        assert_eq!(row.shift.unwrap() < 0.0, low);
    }
}
