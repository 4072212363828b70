//! Every law: properties of its functions, frequencies of its draws at fixed seeds, samplers of rand_distr.

use super::*;
use crate::sampling::stream::{Coordinate, StreamKey};
use calminer_domain::distribution::Distribution;
use calminer_domain::parameter::Truncation;
use rand_distr::Distribution as _;
use uuid::Uuid;

fn student(degrees: f64) -> Distribution {
    Distribution::StudentT {
        location: 10.0,
        scale: 2.0,
        degrees,
    }
}

fn beta(alpha: f64, beta: f64) -> Distribution {
    Distribution::Beta {
        alpha,
        beta,
        min: -1.0,
        max: 3.0,
    }
}

fn gamma(shape: f64) -> Distribution {
    Distribution::Gamma { shape, scale: 4.0 }
}

fn weibull(shape: f64) -> Distribution {
    Distribution::Weibull { shape, scale: 3.0 }
}

/// Laws without single values, from very light to very heavy tails and from narrow to wide shapes.
fn smooth() -> Vec<(Distribution, Option<f64>, Option<f64>)> {
    let whole = [
        beta(2.0, 5.0),
        beta(0.4, 0.7),
        beta(0.02, 0.05),
        beta(1e-3, 30.0),
        beta(1.0, 1.0),
        beta(900.0, 4_000.0),
        gamma(0.001),
        gamma(0.3),
        gamma(1.0),
        gamma(2.5),
        gamma(1e5),
        weibull(0.1),
        weibull(1.5),
        weibull(200.0),
        Distribution::Exponential { mean: 7.0 },
        student(0.5),
        student(1.0),
        student(4.0),
        student(30.0),
        student(1e5),
        Distribution::LognormalLog {
            mu: 1.0,
            sigma: 2.0,
        },
        Distribution::TriangularPercentiles {
            p10: 80.0,
            mode: 100.0,
            p90: 130.0,
        },
        Distribution::GeometricBrownian {
            drift: 0.03,
            volatility: 0.25,
        },
        Distribution::MeanReverting {
            speed: 0.3,
            volatility: 0.25,
        },
    ];
    let whole = whole.into_iter().map(|law| (law, None, None));
    whole.chain(cut()).collect()
}

/// Laws kept in a range.
fn cut() -> Vec<(Distribution, Option<f64>, Option<f64>)> {
    vec![
        (normal(3.0, 2.0), Some(0.0), None),
        (normal(0.0, 1.0), Some(-2.0), Some(0.5)),
        (normal(0.0, 1.0), Some(8.0), None),
        (lognormal(100.0, 50.0), Some(60.0), Some(300.0)),
        (triangular(5.0, 7.0, 10.0), Some(6.0), Some(9.0)),
        (uniform(45.0, 65.0), Some(50.0), None),
        (pert(5.0, 7.0, 10.0, 4.0), Some(5.5), Some(9.5)),
        (gamma(0.3), Some(1e-3), Some(9.0)),
        (beta(0.4, 0.7), None, Some(1.0)),
        (student(1.0), Some(0.0), None),
        (weibull(0.6), None, Some(9.0)),
        (
            Distribution::Exponential { mean: 7.0 },
            Some(7.0),
            Some(9.0),
        ),
    ]
}

/// Laws with single values, mixed ones included.
fn stepped() -> Vec<Distribution> {
    vec![
        Distribution::Poisson { mean: 0.4 },
        Distribution::Poisson { mean: 12.5 },
        Distribution::Poisson { mean: 50_000.0 },
        Distribution::Empirical {
            values: (0..97).map(|k| f64::from(k * k % 89)).collect(),
        },
        Distribution::Cumulative {
            values: vec![10.0, 20.0, 40.0],
            shares: vec![0.2, 0.5, 1.0],
        },
        Distribution::Event {
            probability: 0.3,
            impact: Box::new(pert(-10.0, 5.0, 30.0, 4.0)),
        },
        Distribution::Event {
            probability: 0.7,
            impact: Box::new(discrete(&[-1.0, 4.0], &[0.5, 0.5])),
        },
    ]
}

fn kept((distribution, min, max): &(Distribution, Option<f64>, Option<f64>)) -> Quantile {
    let truncation = Truncation {
        min: *min,
        max: *max,
    };
    Quantile::truncated(distribution, &truncation).unwrap()
}

#[test]
fn smooth_quantiles_invert_their_distribution_functions() {
    for case in smooth() {
        println!("{case:?}");
        let law = kept(&case);
        let (low, high) = law.support();
        assert_eq!((law.quantile(0.0), law.quantile(1.0)), (low, high));
        let mut last = f64::NEG_INFINITY;
        for step in 1..500 {
            let u = f64::from(step) / 500.0;
            let value = law.quantile(u);
            assert!(value >= last && value >= low && value <= high);
            last = value;
            // Between two neighboring floats lies so much probability, here and where the law begins.
            let place = value
                .abs()
                .max(if low.is_finite() { low.abs() } else { 0.0 });
            let between = law.density(value).min(1e20) * place * 4e-16;
            if value.abs() > 1e-280 && between < 1e-7 {
                close(law.cdf(value), u, 1e-12 + 4.0 * between);
            }
        }
    }
}

/// The table against the exact quantile, over all scores that a run can meet.
#[test]
fn tables_keep_to_the_exact_quantile() {
    let mut wrong = Vec::new();
    for case in smooth() {
        let law = kept(&case);
        let spread = if law.sd().is_finite() {
            law.sd()
        } else {
            law.quantile(0.75) - law.quantile(0.25)
        };
        let mut worst: f64 = 0.0;
        for step in -820..=0 {
            let tail = normal::cdf(f64::from(step) * 0.01 + 0.003_7);
            let exact = law.quantile(tail);
            let error = (law.sampled(tail) - exact).abs() / (spread + exact.abs());
            worst = worst.max(error);
            // 1 - tail has lost digits: the same figure goes both ways.
            let upper = 1.0 - tail;
            let exact = law.quantile(upper);
            let error = (law.sampled(upper) - exact).abs() / (spread + exact.abs());
            worst = worst.max(error);
        }
        println!("{case:?}: {worst:e}");
        // Laws of tiny shapes are nearly a step, which a cell sees as such.
        let allowed = match case.0 {
            Distribution::Beta { alpha, .. } if alpha < 0.1 => 2e-6,
            Distribution::Gamma { shape, .. } if shape < 0.1 => 1e-8,
            _ => 1e-9,
        };
        if worst >= allowed {
            wrong.push(format!("{case:?}: {worst:e}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Simpson's rule between two quantiles: what lies between them is their difference.
#[test]
fn densities_sum_to_the_probability() {
    for case in smooth() {
        println!("{case:?}");
        let law = kept(&case);
        for (from, to) in [(0.3, 0.35), (0.6, 0.65), (0.9, 0.905)] {
            let (low, high) = (law.quantile(from), law.quantile(to));
            // Where values crowd at an end, there is no smooth curve to sum.
            let steepness = law.density(low) / law.density(high);
            if high - low <= 1e-9 * high.abs() || !(0.02..50.0).contains(&steepness) {
                continue;
            }
            let steps = 400;
            let width = (high - low) / f64::from(steps);
            let mut sum = law.density(low) + law.density(high);
            for step in 1..steps {
                let weight = if step % 2 == 1 { 4.0 } else { 2.0 };
                sum += weight * law.density(low + width * f64::from(step));
            }
            let sum = sum * width / 3.0;
            let inside = law.cdf(high) - law.cdf(low);
            close(sum, inside, 2e-4 * inside);
        }
    }
}

#[test]
fn stepped_quantiles_are_the_smallest_value_with_the_probability() {
    for distribution in stepped() {
        println!("{distribution:?}");
        let law = law(&distribution);
        let mut last = f64::NEG_INFINITY;
        for step in 1..1_000 {
            let u = (f64::from(step) + 0.3) / 1_001.0;
            let value = law.quantile(u);
            assert!(value >= last);
            last = value;
            assert!(law.cdf(value) >= u - 1e-14);
            let before = value - (1e-9 + 1e-12 * value.abs());
            assert!(law.cdf(before) <= u, "{u} {value}");
        }
        if law.is_discrete() {
            let (low, high) = (law.quantile(1e-14), law.quantile(1.0 - 1e-14));
            let mut total = 0.0;
            let mut x = low;
            while x <= high {
                total += law.density(x);
                x += 1.0;
            }
            close(total, 1.0, 1e-12);
        }
    }
}

fn draws(law: &Quantile, seed: u64, count: usize) -> Vec<f64> {
    let mut draws = vec![0.0; count];
    StreamKey::new(seed, Coordinate::value(Uuid::from_u128(7))).fill(0, &mut draws);
    law.map_uniforms(&mut draws);
    draws
}

/// Pearson's chi-square over twenty classes of equal probability: below 45.97, its 99.95 % point with 19 degrees of
/// freedom (NIST/SEMATECH handbook, table of the chi-square distribution: 43.82 at 99.9 %).
#[test]
fn draws_fall_into_classes_as_often_as_they_should() {
    for (number, case) in smooth().iter().enumerate() {
        let law = kept(case);
        let ends: Vec<f64> = (1..20).map(|k| law.quantile(f64::from(k) / 20.0)).collect();
        // A gamma of shape 0.001 has half of its classes at 0.
        if ends.windows(2).any(|pair| pair[0] >= pair[1]) {
            continue;
        }
        let mut counts = [0.0_f64; 20];
        for draw in draws(&law, 3 + number as u64, 40_000) {
            counts[ends.partition_point(|end| *end < draw)] += 1.0;
        }
        let square: f64 = counts
            .iter()
            .map(|count| (count - 2_000.0) * (count - 2_000.0) / 2_000.0)
            .sum();
        assert!(square < 45.97, "{case:?}: {square}");
    }
    for (number, distribution) in stepped().iter().enumerate() {
        let law = law(distribution);
        let draws = draws(&law, 50 + number as u64, 40_000);
        for u in [0.1, 0.3, 0.5, 0.7, 0.9] {
            let value = law.quantile(u);
            let share = law.cdf(value);
            let found = draws.iter().filter(|draw| **draw <= value).count() as f64 / 40_000.0;
            // Four standard errors.
            close(
                found,
                share,
                4.0 * (share * (1.0 - share) / 40_000.0).sqrt(),
            );
        }
    }
}

#[test]
fn batches_and_scores_of_all_laws_agree() {
    let laws = smooth()
        .iter()
        .map(kept)
        .chain(stepped().iter().map(law))
        .collect::<Vec<_>>();
    let mut uniforms = vec![0.0; 333];
    StreamKey::new(1, Coordinate::value(Uuid::nil())).fill(0, &mut uniforms);
    uniforms.extend([1e-300, 1e-16, 0.5, 1.0 - f64::EPSILON / 2.0]);
    for law in laws {
        let (low, high) = law.support();
        for tile in [1, 13, 128] {
            let mut values = uniforms.clone();
            values
                .chunks_mut(tile)
                .for_each(|chunk| law.map_uniforms(chunk));
            for (&u, &value) in uniforms.iter().zip(&values) {
                assert_eq!(value.to_bits(), law.sampled(u).to_bits());
                let inside = value >= low && value <= high && value.is_finite();
                assert!(inside, "{law:.20?} {u} {value} {low} {high}");
                let mut score = [normal::quantile(u)];
                law.map_scores(&mut score);
                let stepped = law.is_discrete() || law.mass(0.0) > 0.0 || law.mass(10.0) > 0.0;
                if !stepped && u > 1e-3 && u < 0.999 {
                    close(score[0], value, 1e-11 * (1.0 + value.abs()));
                }
            }
        }
    }
}

/// The samplers of rand_distr, fed by the stream, are the second opinion: the same share of draws below five values.
#[test]
fn second_opinion_of_rand_distr() {
    const N: usize = 100_000;
    let stream = |id| StreamKey::new(12, Coordinate::value(Uuid::from_u128(id))).stream(0);
    let compare = |distribution: Distribution, draw: &mut dyn FnMut() -> f64| {
        let law = law(&distribution);
        let mut other: Vec<f64> = (0..N).map(|_| draw()).collect();
        other.sort_by(f64::total_cmp);
        for u in [0.02, 0.2, 0.5, 0.8, 0.98] {
            let value = law.quantile(u);
            let share = law.cdf(value);
            let found = other.partition_point(|draw| *draw <= value) as f64 / N as f64;
            let error = 4.0 * (share * (1.0 - share) / N as f64).sqrt();
            assert!(
                (found - share).abs() < error,
                "{distribution:?} {u}: {found} {share}"
            );
        }
    };
    let mut random = stream(1);
    let other = rand_distr::Gamma::new(2.5, 4.0).unwrap();
    compare(gamma(2.5), &mut || other.sample(&mut random));
    let other = rand_distr::Gamma::new(0.3, 4.0).unwrap();
    compare(gamma(0.3), &mut || other.sample(&mut random));
    let other = rand_distr::Beta::new(2.0, 5.0).unwrap();
    compare(beta(2.0, 5.0), &mut || {
        -1.0 + 4.0 * other.sample(&mut random)
    });
    let other = rand_distr::Beta::new(0.4, 0.7).unwrap();
    compare(beta(0.4, 0.7), &mut || {
        -1.0 + 4.0 * other.sample(&mut random)
    });
    let other = rand_distr::Weibull::new(3.0, 1.5).unwrap();
    compare(weibull(1.5), &mut || other.sample(&mut random));
    let other = rand_distr::Exp::new(1.0 / 7.0).unwrap();
    compare(Distribution::Exponential { mean: 7.0 }, &mut || {
        other.sample(&mut random)
    });
    let other = rand_distr::StudentT::new(4.0).unwrap();
    compare(student(4.0), &mut || 10.0 + 2.0 * other.sample(&mut random));
    let other = rand_distr::Poisson::new(12.5).unwrap();
    compare(Distribution::Poisson { mean: 12.5 }, &mut || {
        other.sample(&mut random)
    });
}
