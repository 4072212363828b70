//! Draws: from the table and in batches, frequencies, a second opinion.

use super::*;
use crate::sampling::stream::{Coordinate, StreamKey};
use rand_distr::Distribution as _;
use uuid::Uuid;

#[test]
fn sampled_values_keep_to_the_exact_quantile() {
    for law in menu() {
        let (low, high) = (law.quantile(1e-6), law.quantile(1.0 - 1e-6));
        for step in 1..5_000 {
            let u = f64::from(step) / 5_000.0;
            close(law.sampled(u), law.quantile(u), 1e-10 * (high - low));
        }
    }
}

#[test]
fn batches_give_the_bits_of_single_draws() {
    let mut uniforms = vec![0.0; 1_001];
    StreamKey::new(1, Coordinate::value(Uuid::nil())).fill(0, &mut uniforms);
    uniforms.extend([1e-300, 1e-16, 0.5, 1.0 - f64::EPSILON / 2.0]);
    let scores: Vec<f64> = uniforms
        .iter()
        .map(|&u| crate::math::normal::quantile(u))
        .collect();
    for law in menu() {
        for tile in [1, 13, 128, 2_000] {
            let mut values = uniforms.clone();
            values
                .chunks_mut(tile)
                .for_each(|chunk| law.map_uniforms(chunk));
            let mut from_scores = scores.clone();
            from_scores
                .chunks_mut(tile)
                .for_each(|chunk| law.map_scores(chunk));
            for ((&u, &value), (&z, &from_score)) in uniforms
                .iter()
                .zip(&values)
                .zip(scores.iter().zip(&from_scores))
            {
                assert_eq!(value.to_bits(), law.sampled(u).to_bits());
                assert_eq!(from_score.to_bits(), law.value_of_score(z).to_bits());
                let (low, high) = law.support();
                assert!(value >= low && value <= high && value.is_finite());
                // Through the score and back u may move by an ulp, which a step turns into another item.
                if !matches!(law.law, Law::Discrete(_)) && u > 1e-3 && u < 0.999 {
                    close(from_score, value, 1e-12 * (1.0 + value.abs()));
                }
            }
        }
    }
}

/// DIS-15, DIS-16.
#[test]
fn tables_draw_every_value_with_its_frequency() {
    let values: Vec<f64> = (0..10).map(f64::from).collect();
    let law = law(&discrete(&values, &[0.1; 10]));
    let mut draws = vec![0.0; 1_000_000];
    StreamKey::new(5, Coordinate::value(Uuid::nil())).fill(0, &mut draws);
    law.map_uniforms(&mut draws);
    for value in values {
        let count = draws.iter().filter(|&&draw| draw == value).count();
        close(count as f64 / 1e6, 0.1, 0.001_2);
    }
    assert_eq!(law.sampled(1.0 - f64::EPSILON / 2.0), 9.0);
    for count in [5, 50] {
        // Zero weights at both ends and in between never occur.
        let values: Vec<f64> = (0..count).map(f64::from).collect();
        let weights: Vec<f64> = (0..count)
            .map(|k| f64::from(u8::from(k % 2 == 1 && k < count - 1)))
            .collect();
        let law = Quantile::new(&Distribution::Discrete { values, weights }).unwrap();
        for u in [0.0, 1e-300, 0.25, 0.5, 0.75, 1.0 - f64::EPSILON / 2.0, 1.0] {
            assert_eq!(law.quantile(u) % 2.0, 1.0);
        }
        assert_eq!(law.density(2.0), 0.0);
        assert!(law.quantile(1.0) < f64::from(count - 1));
    }
}

#[test]
fn tables_are_sorted_and_joined() {
    let law = law(&discrete(&[3.0, 1.0, 3.0, 2.0], &[0.25, 0.25, 0.25, 0.25]));
    assert_eq!(law.support(), (1.0, 3.0));
    assert_eq!(
        (law.cdf(0.9), law.cdf(1.0), law.cdf(2.5), law.cdf(3.0)),
        (0.0, 0.25, 0.5, 1.0)
    );
    assert_eq!(law.density(3.0), 0.5);
    assert_eq!(
        [0.25, 0.26, 0.5, 0.51].map(|u| law.quantile(u)),
        [1.0, 2.0, 2.0, 3.0]
    );
    close(law.mean(), 2.25, 1e-15);
    close(law.sd(), 0.687_5_f64.sqrt(), 1e-15);
}

/// The samplers of rand_distr, fed by the stream, are the second opinion: the same moments within sampling error.
#[test]
fn second_opinion_of_rand_distr() {
    const N: usize = 200_000;
    let (mu, sigma) = law(&lognormal(100.0, 50.0)).log_parameters().unwrap();
    let lognormal_other = rand_distr::LogNormal::new(mu, sigma).unwrap();
    let normal_other = rand_distr::Normal::new(100.0, 15.0).unwrap();
    let triangular_other = rand_distr::Triangular::new(5.0, 10.0, 7.0).unwrap();
    let pert_other = rand_distr::Pert::new(5.0, 10.0).with_mode(7.0).unwrap();
    let moments = |draw: &mut dyn FnMut() -> f64| {
        let draws: Vec<f64> = (0..N).map(|_| draw()).collect();
        let mean = draws.iter().sum::<f64>() / N as f64;
        let variance = draws
            .iter()
            .map(|draw| (draw - mean) * (draw - mean))
            .sum::<f64>()
            / (N - 1) as f64;
        let fourth = draws
            .iter()
            .map(|draw| crate::math::powi(draw - mean, 4))
            .sum::<f64>()
            / N as f64;
        (mean, variance, fourth)
    };
    let stream = |id| StreamKey::new(11, Coordinate::value(Uuid::from_u128(id))).stream(0);
    for (index, distribution) in [
        normal(100.0, 15.0),
        lognormal(100.0, 50.0),
        triangular(5.0, 7.0, 10.0),
        pert(5.0, 7.0, 10.0, 4.0),
    ]
    .iter()
    .enumerate()
    {
        let own = law(distribution);
        let (mut a, mut b) = (stream(1), stream(2));
        let (mean, variance, fourth) = moments(&mut || own.sample(&mut a));
        let (other_mean, other_variance, _) = moments(&mut || match index {
            0 => normal_other.sample(&mut b),
            1 => lognormal_other.sample(&mut b),
            2 => triangular_other.sample(&mut b),
            _ => pert_other.sample(&mut b),
        });
        let error = (2.0 * variance / N as f64).sqrt();
        close(mean, other_mean, 4.0 * error);
        close(mean, own.mean(), 4.0 * error);
        let error = (2.0 * (fourth - variance * variance) / N as f64).sqrt();
        close(variance, other_variance, 4.0 * error);
        close(variance, own.sd() * own.sd(), 4.0 * error);
    }
}
