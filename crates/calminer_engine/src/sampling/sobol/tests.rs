use std::cmp::Ordering;

use calminer_domain::Sampling;
use uuid::Uuid;

use super::super::plan::{PlanError, SamplingPlan};
use super::super::stream::StreamKey;
use super::*;
use crate::math::powi;

/// The numbers of a run in one dimension, whose parameter has the id `dimension` + 1.
fn column(plan: &SamplingPlan, dimension: u32) -> Vec<f64> {
    let coordinate = Coordinate::value(Uuid::from_u128(u128::from(dimension) + 1));
    let key = StreamKey::new(plan.seed(), coordinate);
    let mut values = vec![0.0; plan.trials() as usize];
    plan.fill_uniforms(&key, Some(dimension), 0, &mut values);
    values
}

fn sobol(trials: u64, replicates: u32, seed: u64) -> SamplingPlan {
    SamplingPlan::new(Sampling::Sobol, trials, Some(replicates), seed).unwrap()
}

/// Known: `scipy.stats.qmc.Sobol(1024, scramble=False, bits=32)`, SciPy 1.17.1, times 2^32; of all dimensions at the
/// indices 0 to 99, and 1,000,000 to 1,000,099, the FNV-1a sum over index, then dimension.
#[test]
fn the_sequence_is_that_of_scipy() {
    let known = [
        (
            0,
            [2_147_483_648, 3_221_225_472, 1_073_741_824, 943_718_400],
        ),
        (
            1,
            [2_147_483_648, 1_073_741_824, 3_221_225_472, 415_236_096],
        ),
        (
            2,
            [2_147_483_648, 1_073_741_824, 3_221_225_472, 2_227_175_424],
        ),
        (
            3,
            [2_147_483_648, 1_073_741_824, 3_221_225_472, 2_906_652_672],
        ),
        (
            10,
            [2_147_483_648, 3_221_225_472, 1_073_741_824, 364_904_448],
        ),
        (
            100,
            [2_147_483_648, 1_073_741_824, 3_221_225_472, 3_300_917_248],
        ),
        (
            1_023,
            [2_147_483_648, 3_221_225_472, 1_073_741_824, 3_066_036_224],
        ),
    ];
    for (dimension, points) in known {
        let found = [1, 2, 3, 1_000].map(|index| unscrambled(dimension, index));
        assert_eq!(found, points, "dimension {dimension}");
    }
    for (first, sum) in [
        (0, 17_839_389_583_940_870_949),
        (1_000_000, 145_011_055_207_637_797),
    ] {
        let points = (first..first + 100)
            .flat_map(|index| (0..DIMENSIONS).map(move |dimension| unscrambled(dimension, index)));
        let found = points.fold(0xcbf2_9ce4_8422_2325_u64, |hash, point| {
            (hash ^ u64::from(point)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        assert_eq!(found, sum, "from {first} on");
    }
    assert_eq!(DIRECTIONS.len(), DIMENSIONS as usize);
    assert_eq!(unscrambled(DIMENSIONS, 5), 0);
}

#[test]
fn every_dimension_of_every_replicate_has_one_number_in_each_stratum() {
    let plan = sobol(4 * 512, 4, 3);
    for dimension in 0..DIMENSIONS {
        for (number, replicate) in column(&plan, dimension).chunks_exact(512).enumerate() {
            // Each run of 2^k points from a multiple of 2^k on, not the whole alone.
            for strata in [512, 64, 4] {
                for points in replicate.chunks_exact(strata) {
                    let mut seen = vec![false; strata];
                    for u in points {
                        let stratum = (u * strata as f64) as usize;
                        assert!(!seen[stratum], "{dimension}, replicate {number}");
                        seen[stratum] = true;
                    }
                }
            }
        }
    }
}

#[test]
fn no_stratum_has_two_numbers_where_the_size_is_no_power_of_two() {
    for size in [1_u64, 2, 3, 500, 1_000, 50_021] {
        let plan = sobol(size, 1, 8);
        let strata = size.next_power_of_two();
        for dimension in [0, 1, 77] {
            let mut seen = vec![false; strata as usize];
            for u in column(&plan, dimension) {
                let stratum = (u * strata as f64) as usize;
                assert!(u > 0.0 && u < 1.0 && !seen[stratum], "{size}");
                seen[stratum] = true;
            }
        }
    }
}

/// The t of a net of 2^m points in two dimensions, by counting: the least at which all boxes of 2^t points hold 2^t.
fn quality(a: &[u32], b: &[u32], m: u32) -> u32 {
    let even = |t: u32, first: u32| {
        let second = m - t - first;
        let mut counts = vec![0_u32; 1 << (m - t)];
        for (a, b) in a.iter().zip(b) {
            counts[((a >> (m - first)) << second | b >> (m - second)) as usize] += 1;
        }
        counts.iter().all(|&count| count == 1 << t)
    };
    (0..m)
        .find(|&t| (0..=m - t).all(|first| even(t, first)))
        .unwrap_or(m)
}

/// Mean square error of the share of points in the boxes [0, i/16) x [0, j/16), over that of random points.
fn box_error(a: &[f64], b: &[f64]) -> f64 {
    let mut counts = [[0.0; 17]; 17];
    for (a, b) in a.iter().zip(b) {
        counts[(a * 16.0) as usize + 1][(b * 16.0) as usize + 1] += 1.0;
    }
    let n = a.len() as f64;
    let (mut found, mut random) = (0.0, 0.0);
    for i in 1..17 {
        for j in 1..17 {
            counts[i][j] += counts[i - 1][j] + counts[i][j - 1] - counts[i - 1][j - 1];
            let share = (i * j) as f64 / 256.0;
            found += powi(counts[i][j] / n - share, 2);
            random += share * (1.0 - share) / n;
        }
    }
    found / random
}

/// Chi-square on a grid of 16 x 16 cells; random points have 255 on average.
fn chi_square(a: &[f64], b: &[f64]) -> f64 {
    let mut counts = [0.0; 256];
    for (a, b) in a.iter().zip(b) {
        counts[(a * 16.0) as usize * 16 + (b * 16.0) as usize] += 1.0;
    }
    let expected = a.len() as f64 / 256.0;
    let square = |count: &f64| powi(count - expected, 2) / expected;
    counts.iter().map(square).sum()
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let sum: f64 = a.iter().zip(b).map(|(a, b)| (a - 0.5) * (b - 0.5)).sum();
    12.0 * sum / a.len() as f64
}

/// What the pairs of the first 100 dimensions have: of net quality t = 0, 1, 2 and so on how many; correlations times
/// sqrt(n), whose deviation is 1 for random points; errors of boxes, on average 1 for them; chi-square, 255 for them.
struct Pairs {
    qualities: [u32; 8],
    rho: Vec<f64>,
    boxes: Vec<f64>,
    chi_square: Vec<f64>,
}

fn pairs(columns: &[Vec<f64>], m: u32) -> Pairs {
    let n = f64::from(1 << m);
    let cell = |u: &f64| (u * n) as u32;
    let cells: Vec<Vec<u32>> = columns
        .iter()
        .map(|column| column.iter().map(cell).collect())
        .collect();
    let mut found = Pairs {
        qualities: [0; 8],
        rho: Vec::new(),
        boxes: Vec::new(),
        chi_square: Vec::new(),
    };
    for a in 0..columns.len() {
        for b in 0..a {
            found.qualities[quality(&cells[a], &cells[b], m) as usize] += 1;
            let (a, b) = (&columns[a], &columns[b]);
            found.rho.push((correlation(a, b) * n.sqrt()).abs());
            found.boxes.push(box_error(a, b));
            found.chi_square.push(chi_square(a, b));
        }
    }
    found
}

/// All 4,950 pairs of the first 100 dimensions, scrambled.
///
/// Known are the counts of t, from the ranks of the generator matrices, and the mean chi-square, from unscrambled points:
/// both computed in Python from SciPy's direction numbers, and a scramble keeps both. The error of boxes stays for every
/// pair below 6.0, what the largest of 4,950 random pairs has (NumPy: the quantile 1 - 1/4,950 of 4,000 random pairs of
/// 2^10 points; 36 % of those lie above 1, here 2 % at most). No scramble mends the correlation of a few pairs of this
/// set: up to 5 of the 4,950 keep one above 4 deviations at 2^10 points, where random points have less than 1.
#[test]
fn pairs_of_the_first_100_dimensions_are_spread_evenly() {
    let known = [
        (10, [16, 735, 1_605, 1_404, 726, 338, 112, 14], 198.180_202),
        (11, [5, 559, 1_577, 1_434, 825, 378, 146, 26], 166.322_424),
        (12, [4, 439, 1_476, 1_533, 875, 406, 173, 44], 126.603_636),
    ];
    let mean = |figures: &[f64]| figures.iter().sum::<f64>() / 4_950.0;
    let above = |figures: &[f64], bound| figures.iter().filter(|&&one| one > bound).count();
    for (m, qualities, chi_square) in known {
        let plan = sobol(2 << m, 2, 11);
        let columns: Vec<Vec<f64>> = (0..100)
            .map(|dimension| column(&plan, dimension).split_off(1 << m))
            .collect();
        let found = pairs(&columns, m);
        assert_eq!(found.qualities, qualities, "2^{m} points");
        assert!((mean(&found.chi_square) - chi_square).abs() < 1e-6);
        let squares: Vec<f64> = found.rho.iter().map(|rho| rho * rho).collect();
        let worse = [above(&found.rho, 4.0), above(&found.boxes, 1.0)];
        // The largest of 4,950 random correlations is about 3.8.
        assert!(worse[0] <= 5 && worse[1] <= 99, "2^{m} points: {worse:?}");
        assert_eq!(above(&found.boxes, 6.0), 0);
        assert!(mean(&squares) < 0.1 && mean(&found.boxes) < 0.1);
    }
}

/// Var of the mean under nested uniform scrambling, for f = (x - 1/2)(y - 1/2) on the points of two dimensions: the sum
/// over digit levels of the gain times the variance of f there, over n (A. B. Owen, "Scrambled net variance for
/// integrals of smooth functions", Ann. Statist. 25 (1997), 1541-1562, (2.10) and (2.11)).
fn owen_variance(dimensions: [u32; 2], m: u32) -> f64 {
    let n = 1_u32 << m;
    let points: Vec<[u32; 2]> = (0..n)
        .map(|index| dimensions.map(|dimension| unscrambled(dimension, index)))
        .collect();
    // 2 [equal in level + 1 digits] - [equal in level digits]
    let factor = |a: u32, b: u32, level: u32| {
        let equal = (a ^ b).leading_zeros();
        match equal.cmp(&level) {
            Ordering::Greater => 1.0,
            Ordering::Equal => -1.0,
            Ordering::Less => 0.0,
        }
    };
    // Of x - 1/2 at one level; all levels add up to 1/12.
    let of_level = |level: u32| 0.25 / f64::from(1 << (2 * level + 2));
    let mut variance = 0.0;
    for k in 0..14 {
        for l in 0..14 {
            let pairs = points
                .iter()
                .flat_map(|a| points.iter().map(move |b| (a, b)));
            let gain: f64 = pairs
                .map(|(a, b)| factor(a[0], b[0], k) * factor(a[1], b[1], l))
                .sum();
            variance += gain / f64::from(n) * of_level(k) * of_level(l);
        }
    }
    variance / f64::from(n)
}

/// Each replicate's mean is unbiased, and its variance that of nested uniform scrambling: over many scrambles.
#[test]
fn means_of_replicates_are_unbiased_and_vary_as_theory_says() {
    const REPLICATES: u32 = 40_000;
    for (dimensions, m) in [([0, 1], 4), ([3, 8], 5), ([40, 66], 5), ([7, 21], 6)] {
        let plan = sobol(u64::from(REPLICATES) << m, REPLICATES, 5);
        let [x, y] = dimensions.map(|dimension| column(&plan, dimension));
        let size = 1 << m;
        let means: Vec<f64> = x
            .chunks_exact(size)
            .zip(y.chunks_exact(size))
            .map(|(x, y)| correlation(x, y) / 12.0)
            .collect();
        let count = f64::from(REPLICATES);
        let mean = means.iter().sum::<f64>() / count;
        let moment = |k| means.iter().map(|figure| powi(*figure, k)).sum::<f64>() / count;
        let (variance, fourth) = (moment(2), moment(4));
        let known = owen_variance(dimensions, m);
        let off = (variance - known) / ((fourth - variance * variance) / count).sqrt();
        assert!(
            mean.abs() < 4.0 * (variance / count).sqrt(),
            "{dimensions:?}"
        );
        assert!(
            off.abs() < 4.0,
            "{dimensions:?}: {variance} for {known}, {off} deviations"
        );
    }
}

/// In one dimension a replicate of n points is a stratified sample: the mean of u has the variance 1 / (12 n^3).
#[test]
fn one_dimension_is_stratified_sampling() {
    const REPLICATES: u32 = 40_000;
    let size = 16;
    let values = column(&sobol(size * u64::from(REPLICATES), REPLICATES, 6), 500);
    let n = size as f64;
    let square = |values: &[f64]| powi(values.iter().sum::<f64>() / n - 0.5, 2);
    let variance =
        values.chunks_exact(size as usize).map(square).sum::<f64>() / f64::from(REPLICATES);
    let ratio = variance * 12.0 * n * n * n;
    assert!(
        (ratio - 1.0).abs() < 4.0 * (2.0 / f64::from(REPLICATES)).sqrt(),
        "{ratio}"
    );
}

/// A product over twelve inputs with the mean 1, and its plain variance.
fn smooth(columns: &[Vec<f64>]) -> (Vec<f64>, f64) {
    let weight = |place: usize| 1.5 / (place + 1) as f64;
    let mut figures = vec![1.0; columns[0].len()];
    let mut variance = 1.0;
    for (place, column) in columns.iter().enumerate() {
        for (figure, u) in figures.iter_mut().zip(column) {
            *figure *= 1.0 + weight(place) * (u - 0.5);
        }
        variance *= 1.0 + weight(place) * weight(place) / 12.0;
    }
    (figures, variance - 1.0)
}

/// 20 replicates of 512 points: root mean square error over 1,000 seeds against the deviation of a plain mean, and how
/// often the 90 % interval from the replicates (Student t with 19 degrees of freedom: 1.729133) holds the mean.
#[test]
fn a_smooth_mean_is_far_better_than_plain_and_its_interval_holds() {
    let (mut square, mut plain, mut inside) = (0.0, 0.0, 0);
    let seeds = 1_000;
    for seed in 0..seeds {
        let plan = sobol(10_240, 20, seed);
        let columns: Vec<Vec<f64>> = (0..12).map(|dimension| column(&plan, dimension)).collect();
        let (figures, variance) = smooth(&columns);
        let means: Vec<f64> = figures
            .chunks_exact(512)
            .map(|replicate| replicate.iter().sum::<f64>() / 512.0)
            .collect();
        let mean = means.iter().sum::<f64>() / 20.0;
        let spread = means.iter().map(|one| powi(one - mean, 2)).sum::<f64>() / 19.0;
        inside += u32::from((mean - 1.0).abs() <= 1.729_133 * (spread / 20.0).sqrt());
        square += powi(mean - 1.0, 2) / seeds as f64;
        plain = variance / 10_240.0;
    }
    assert!(
        square * 100.0 < plain,
        "error ratio {}",
        (plain / square).sqrt()
    );
    assert!((870..=930).contains(&inside), "{inside} of 1,000 intervals");
}

#[test]
fn cuts_never_change_a_number() {
    for (trials, replicates) in [(1_007, 20), (1_024, 1), (5_003, 3), (100, 100)] {
        let plan = sobol(trials, replicates, 2);
        let whole = column(&plan, 9);
        let key = StreamKey::new(2, Coordinate::value(Uuid::from_u128(10)));
        for tile in [1, 7, 64, 128, 500] {
            let mut parts = vec![0.0; trials as usize];
            for (number, part) in parts.chunks_mut(tile).enumerate() {
                plan.fill_uniforms(&key, Some(9), (number * tile) as u64, part);
            }
            let same = whole
                .iter()
                .zip(&parts)
                .all(|(a, b)| a.to_bits() == b.to_bits());
            assert!(same, "{trials} trials in {replicates}, tiles of {tile}");
        }
    }
}

#[test]
fn coordinates_without_a_dimension_take_the_plain_numbers() {
    let id = Uuid::from_u128(1);
    let at = |part, period| Coordinate { id, part, period };
    assert_eq!(dimension(at(0, 0), 1_023), Some(1_023));
    assert_eq!(dimension(at(0, 0), 1_024), None);
    assert_eq!(dimension(at(1, 0), 3), None);
    assert_eq!(dimension(at(0, 1), 3), None);
    let key = StreamKey::new(1, at(0, 0));
    let (mut found, mut plain) = ([0.0; 300], [0.0; 300]);
    key.fill(40, &mut plain);
    for dimension in [None, Some(DIMENSIONS)] {
        sobol(1_000, 4, 1).fill_uniforms(&key, dimension, 40, &mut found);
        assert_eq!(found, plain);
    }
}

#[test]
fn replicates_up_to_the_largest_size_are_drawn() {
    let plan = |trials| SamplingPlan::new(Sampling::Sobol, trials, Some(1), 1);
    let key = StreamKey::new(1, Coordinate::value(Uuid::from_u128(1)));
    let mut last = [0.0; 200];
    let largest = plan(LARGEST_SIZE).unwrap();
    largest.fill_uniforms(&key, Some(5), LARGEST_SIZE - 200, &mut last);
    let strata = last.map(|u| (u * LARGEST_SIZE as f64) as u32);
    assert!((1..200).all(|place| !strata[..place].contains(&strata[place])));
    let refused = plan(LARGEST_SIZE + 1).unwrap_err();
    assert!(matches!(refused, PlanError::ReplicateSize { .. }));
    assert_eq!(
        refused.to_string(),
        "a replicate by scrambled Sobol would have 2147483649 trials; the largest has 2147483648: use more replicates"
    );
}

#[test]
fn sizes_that_are_no_power_of_two_are_noticed() {
    assert_eq!(sobol(10_240, 20, 1).notices(), [""; 0]);
    assert_eq!(sobol(1, 1, 1).notices(), [""; 0]);
    let tail = "which is no power of two, so they fill the space less evenly than they could: 5120 trials (256 in each) \
                or 10240 trials (512 in each) would";
    for (trials, sizes) in [(10_000, "500 trials"), (10_007, "500 or 501 trials")] {
        let notice = format!("the 20 Sobol replicates have {sizes}, {tail}");
        assert_eq!(sobol(trials, 20, 1).notices(), [notice]);
    }
    assert_eq!(sobol(5_121, 20, 1).notices().len(), 1);
    let hypercube = SamplingPlan::new(Sampling::LatinHypercube, 10_000, None, 1).unwrap();
    assert_eq!(hypercube.notices(), [""; 0]);
}

/// The same on every system, for ever under stream 1.
#[test]
fn golden_sobol_numbers_of_stream_1() {
    let values = column(&sobol(1_007, 20, 1), 4);
    let first: Vec<u64> = values[99..103]
        .iter()
        .map(|value| value.to_bits())
        .collect();
    let all = values
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, value| {
            (hash ^ value.to_bits()).wrapping_mul(0x0000_0100_0000_01b3)
        });
    assert_eq!((&first[..], all), (&GOLDEN[..4], GOLDEN[4]));
}

const GOLDEN: [u64; 5] = [
    4_606_097_437_356_419_309,
    4_594_703_786_325_661_252,
    4_602_226_810_328_454_718,
    4_585_706_570_590_985_040,
    2_734_071_673_438_557_787,
];
