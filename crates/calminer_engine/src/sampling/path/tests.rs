use super::*;
use crate::math::ln;

/// Half a year sunk, an end on the valuation date itself, uneven steps, and a period without length.
const TIMES: [f64; 7] = [-0.5, 0.0, 0.25, 1.0, 1.0, 3.0, 3.5];

const BROWNIAN: Distribution = Distribution::GeometricBrownian {
    drift: 0.03,
    volatility: 0.25,
};

const REVERTING: Distribution = Distribution::MeanReverting {
    speed: 0.7,
    volatility: 0.3,
};

fn path(distribution: &Distribution, times: &[f64]) -> Path {
    Path::of(distribution, times).unwrap()
}

/// ln x in each period for one trial with these scores.
fn logs(path: &Path, scores: &[f64]) -> Vec<f64> {
    let mut values = scores.to_vec();
    path.map_scores(&mut values, 1, 1);
    values.into_iter().map(ln).collect()
}

/// Mean and covariances of ln x: it is linear in the scores, which are independent with mean 0 and variance 1.
fn log_moments(path: &Path) -> (Vec<f64>, Vec<Vec<f64>>) {
    let count = path.periods();
    let mean = logs(path, &vec![0.0; count]);
    let weights: Vec<Vec<f64>> = (0..count)
        .map(|score| {
            let mut scores = vec![0.0; count];
            scores[score] = 1.0;
            let moved = logs(path, &scores);
            moved.iter().zip(&mean).map(|(a, b)| a - b).collect()
        })
        .collect();
    let covariance = |a: usize, b: usize| weights.iter().map(|own| own[a] * own[b]).sum();
    let rows = (0..count).map(|a| (0..count).map(|b| covariance(a, b)).collect());
    (mean, rows.collect())
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-14, "{found} for {expected}");
}

/// Brownian motion: the covariance of two dates is volatility^2 times the time to the earlier one, and
/// E x = e^(mean + variance / 2) = e^(drift t) (Hull, Options, Futures, and Other Derivatives, chapter 14).
#[test]
fn geometric_brownian_moments_are_exact() {
    let (mean, covariance) = log_moments(&path(&BROWNIAN, &TIMES));
    for (a, from) in TIMES.iter().enumerate() {
        for (b, to) in TIMES.iter().enumerate() {
            close(covariance[a][b], 0.0625 * from.min(*to).max(0.0));
        }
        close(mean[a] + 0.5 * covariance[a][a], 0.03 * from.max(0.0));
    }
}

/// Ornstein-Uhlenbeck from a known value: the covariance of dates s <= t is volatility^2 / (2 speed) times
/// e^(-speed (t - s)) - e^(-speed (t + s)) (Karatzas and Shreve, Brownian Motion and Stochastic Calculus, example 5.6.8).
#[test]
fn mean_reverting_moments_are_exact() {
    let (mean, covariance) = log_moments(&path(&REVERTING, &TIMES));
    for (a, one) in TIMES.iter().enumerate() {
        for (b, other) in TIMES.iter().enumerate() {
            let (early, late) = (one.min(*other).max(0.0), one.max(*other).max(0.0));
            let shared = exp(-0.7 * (late - early)) - exp(-0.7 * (late + early));
            close(covariance[a][b], 0.09 / 1.4 * shared);
        }
        close(mean[a] + 0.5 * covariance[a][a], 0.0);
    }
}

#[test]
fn nothing_is_uncertain_until_the_valuation_date() {
    for distribution in [&BROWNIAN, &REVERTING] {
        let path = path(distribution, &TIMES);
        assert_eq!(path.first_uncertain(), Some(2));
        let mut values: Vec<f64> = vec![1.5; 7];
        path.map_scores(&mut values, 1, 1);
        assert_eq!(values[..2], [1.0, 1.0]);
        assert!(values[2] > 1.0);
        // No time passes in the fifth period.
        assert_eq!(values[3], values[4]);
    }
    let still = Distribution::MeanReverting {
        speed: 2.0,
        volatility: 0.0,
    };
    assert_eq!(path(&still, &TIMES).first_uncertain(), None);
    assert_eq!(
        Path::of(&Distribution::Constant { value: 1.0 }, &TIMES),
        None
    );
}

/// A speed of 0 pulls nothing back: Brownian motion without drift, and so nearly is a tiny one.
#[test]
fn slow_reversion_is_brownian_motion() {
    let free = Distribution::GeometricBrownian {
        drift: 0.0,
        volatility: 0.3,
    };
    let (_, expected) = log_moments(&path(&free, &TIMES));
    for speed in [0.0, 1e-300, 1e-12] {
        let slow = Distribution::MeanReverting {
            speed,
            volatility: 0.3,
        };
        let (_, found) = log_moments(&path(&slow, &TIMES));
        for (found, expected) in found.iter().flatten().zip(expected.iter().flatten()) {
            assert!((found - expected).abs() < 1e-11, "{speed}: {found}");
        }
    }
}

/// Lognormal: mean e^(drift t), variance e^(2 drift t) (e^(volatility^2 t) - 1).
#[test]
fn the_law_of_the_last_period_has_its_moments() {
    let Distribution::Lognormal { mean, sd } = path(&BROWNIAN, &TIMES).last_law() else {
        panic!("lognormal");
    };
    close(mean, libm::exp(0.03 * 3.5));
    let spread = libm::exp(0.0625 * 3.5) - 1.0;
    close(sd, libm::exp(0.03 * 3.5) * spread.sqrt());
    let constant = Distribution::Lognormal { mean: 1.0, sd: 0.0 };
    assert_eq!(path(&BROWNIAN, &[]).last_law(), constant);
}

/// Periods stand a stride apart, and what lies between them is left alone.
#[test]
fn trials_of_a_tile_are_paths_of_their_own() {
    let path = path(&REVERTING, &TIMES);
    let scores = |trial: usize| -> Vec<f64> {
        (0..7)
            .map(|period| (trial * 7 + period) as f64 / 10.0 - 1.0)
            .collect()
    };
    let mut tile = vec![f64::NAN; 7 * 5];
    for trial in 0..3 {
        for (period, score) in scores(trial).into_iter().enumerate() {
            tile[period * 5 + trial] = score;
        }
    }
    path.map_scores(&mut tile, 3, 5);
    for trial in 0..3 {
        let mut alone = scores(trial);
        path.map_scores(&mut alone, 1, 1);
        for (period, value) in alone.into_iter().enumerate() {
            assert_eq!(tile[period * 5 + trial].to_bits(), value.to_bits());
        }
    }
    for period in 0..7 {
        assert!(
            tile[period * 5 + 3..period * 5 + 5]
                .iter()
                .all(|value| value.is_nan())
        );
    }
}
