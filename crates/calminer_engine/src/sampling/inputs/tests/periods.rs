//! Inputs that own several columns, and events.

use super::*;
use crate::math::exp;

const TIMES: [f64; 4] = [0.0, 1.0, 2.0, 4.0];

fn uniform() -> Quantile {
    quantile(&Distribution::Uniform { min: 0.0, max: 1.0 })
}

fn each(number: u32, law: Quantile) -> SampledInput {
    SampledInput {
        draws: Draws::EachPeriod(ValueLaw::Quantile(law), 4),
        ..input(number, uniform())
    }
}

fn path(number: u32, volatility: f64) -> SampledInput {
    let law = Distribution::MeanReverting {
        speed: 0.5,
        volatility,
    };
    SampledInput {
        draws: Draws::Path(Path::of(&law, &TIMES).unwrap()),
        ..input(number, uniform())
    }
}

fn event(number: u32, probability: f64, impact: Quantile) -> SampledInput {
    let law = ValueLaw::Event {
        probability,
        impact,
    };
    SampledInput {
        draws: Draws::Once(law),
        ..input(number, uniform())
    }
}

/// The columns of each input, filled tile by tile.
fn columns(
    plan: SamplingPlan,
    inputs: &[SampledInput],
    pairs: &[(u128, u128, f64)],
    tile: usize,
) -> BTreeMap<u128, Vec<Vec<f64>>> {
    let sampler = InputSampler::new(plan, inputs.to_vec(), &correlation(pairs)).unwrap();
    let trials = plan.trials() as usize;
    let mut all = vec![Vec::new(); sampler.len()];
    let mut values = vec![f64::NAN; tile * sampler.len()];
    let mut scratch = sampler.scratch(tile);
    for first in (0..trials).step_by(tile) {
        let count = tile.min(trials - first);
        sampler.fill(first as u64, count, tile, &mut values, &mut scratch);
        for (column, values) in all.iter_mut().zip(values.chunks(tile)) {
            column.extend_from_slice(&values[..count]);
        }
    }
    let blocks = sampler.blocks();
    blocks
        .map(|(id, own)| (id.as_u128(), all[own].to_vec()))
        .collect()
}

fn all_kinds() -> Vec<SampledInput> {
    let normal = |mean| quantile(&Distribution::Normal { mean, sd: 1.0 });
    vec![
        input(1, normal(1.0)),
        each(2, normal(2.0)),
        path(3, 0.3),
        event(4, 0.3, normal(4.0)),
        each(5, uniform()),
        path(6, 0.2),
        input(7, uniform()),
        SampledInput {
            draws: Draws::EachPeriod(
                ValueLaw::Event {
                    probability: 0.5,
                    impact: normal(9.0),
                },
                4,
            ),
            ..input(8, uniform())
        },
    ]
}

const PAIRS: [(u128, u128, f64); 4] = [(1, 7, 0.5), (2, 3, 0.5), (3, 5, -0.4), (3, 6, 0.6)];

#[test]
fn tiles_and_order_change_no_bit_of_any_kind() {
    for method in [LatinHypercube, MonteCarlo, Sobol] {
        let plan = plan(method, 507);
        let whole = columns(plan, &all_kinds(), &PAIRS, 507);
        for tile in [1, 7, 64, 128] {
            assert_eq!(columns(plan, &all_kinds(), &PAIRS, tile), whole);
        }
        let mut turned = all_kinds();
        turned.reverse();
        turned.swap(1, 4);
        assert_eq!(columns(plan, &turned, &PAIRS, 128), whole);
    }
}

/// Definitions, section 5: (id, part, period) names a uniform number; periods count from 1, 0 is drawn once.
#[test]
fn coordinates_are_those_of_the_definitions() {
    let plan = plan(MonteCarlo, 50);
    let u = |id: u128, part, period| -> Vec<f64> {
        let id = super::id(id);
        let key = StreamKey::new(20, Coordinate { id, part, period });
        (0..50).map(|trial| key.uniform(trial)).collect()
    };
    let found = columns(
        plan,
        &[
            each(1, uniform()),
            path(2, 0.3),
            event(3, 0.4, uniform()),
            SampledInput {
                draws: Draws::EachPeriod(
                    ValueLaw::Event {
                        probability: 0.4,
                        impact: uniform(),
                    },
                    4,
                ),
                ..input(4, uniform())
            },
        ],
        &[],
        16,
    );
    for (period, values) in (1..).zip(&found[&1][..4]) {
        assert_eq!(*values, u(1, 0, period));
    }
    let happens = |first: &[f64], second: &[f64]| -> Vec<f64> {
        let both = first.iter().zip(second);
        both.map(|(first, second)| if *first < 0.4 { *second } else { 0.0 })
            .collect()
    };
    assert_eq!(found[&3][0], happens(&u(3, 0, 0), &u(3, 1, 0)));
    assert_eq!(found[&4][2], happens(&u(4, 0, 3), &u(4, 1, 3)));
    // The second period is the first with noise; its step is one year from 1.
    let variance = 0.09 * (1.0 - exp(-1.0));
    for (value, u) in found[&2][1].iter().zip(u(2, 2, 2)) {
        let expected = exp(normal::quantile(u) * variance.sqrt() - 0.5 * variance);
        assert!((value - expected).abs() < 1e-13, "{value} for {expected}");
    }
    assert!(found[&2][0].iter().all(|value| *value == 1.0));
}

/// X = B Y with P(B = 1) = p: mean p m, variance p (s^2 + m^2) - p^2 m^2.
#[test]
fn an_event_has_the_moments_of_its_product() {
    const N: f64 = 100_000.0;
    let impact = quantile(&Distribution::Normal {
        mean: 50.0,
        sd: 12.0,
    });
    let found = columns(
        plan(MonteCarlo, N as u64),
        &[event(1, 0.3, impact)],
        &[],
        128,
    );
    let column = &found[&1][0];
    let moment = |power, about: f64| column.iter().map(|x| powi(x - about, power)).sum::<f64>() / N;
    let variance = 0.3 * (12.0 * 12.0 + 50.0 * 50.0) - 0.09 * 2_500.0;
    assert!((moment(1, 0.0) - 15.0).abs() < 4.0 * (variance / N).sqrt());
    let error = ((moment(4, 15.0) - variance * variance) / N).sqrt();
    assert!((moment(2, 15.0) - variance).abs() < 4.0 * error);
    let share = column.iter().filter(|x| **x != 0.0).count() as f64 / N;
    assert!((share - 0.3).abs() < 4.0 * (0.21 / N).sqrt(), "{share}");
}

#[test]
fn groups_of_periods_correlate_within_a_period_only() {
    const N: u64 = 40_000;
    for method in [LatinHypercube, MonteCarlo] {
        let found = columns(plan(method, N), &all_kinds(), &PAIRS, 128);
        let tolerance = 4.0 * 1.05 / (N as f64).sqrt();
        for period in 0..4 {
            for other in 0..4 {
                let asked = if period == other { -0.4 } else { 0.0 };
                // The scores of two periods of the path, from its values: their rank is that of the step.
                let step = |from: usize| -> Vec<f64> {
                    let logs = |column: &[f64]| -> Vec<f64> {
                        column.iter().map(|x| crate::math::ln(*x)).collect()
                    };
                    let keep = exp(-0.5 * (TIMES[from] - TIMES[from - 1]));
                    let (before, here) = (logs(&found[&3][from - 1]), logs(&found[&3][from]));
                    let both = here.iter().zip(&before);
                    // Levels are the same in all trials, so they do not enter.
                    both.map(|(here, before)| here - keep * before).collect()
                };
                if period > 0 {
                    let rho = rank_correlation(&step(period), &found[&5][other]);
                    assert!((rho - asked).abs() < tolerance, "{period} {other}: {rho}");
                }
            }
        }
        for (a, b, asked) in [(2, 3, 0.5), (3, 6, 0.6), (2, 5, 0.0)] {
            let rho = rank_correlation(&found[&a][1], &found[&b][1]);
            assert!((rho - asked).abs() < tolerance, "{a} {b}: {rho}");
        }
    }
}

#[test]
fn pairs_of_unlike_draws_are_refused() {
    let new = |pairs: &[(u128, u128, f64)]| {
        InputSampler::new(plan(MonteCarlo, 10), all_kinds(), &correlation(pairs)).map(|_| ())
    };
    assert_eq!(
        new(&[(1, 7, 0.5), (7, 2, 0.1)]),
        Err(InputError::Mixed {
            once: id(1),
            per_period: id(2)
        })
    );
    assert_eq!(
        new(&[(1, 4, 0.5)]),
        Err(InputError::Event { parameter: id(4) })
    );
}

#[test]
fn only_values_drawn_once_have_a_sobol_dimension() {
    let inputs = all_kinds();
    let new = InputSampler::new(plan(Sobol, 512), inputs.clone(), &correlation(&[])).unwrap();
    let without: Vec<u128> = new.without_dimension().map(|id| id.as_u128()).collect();
    assert_eq!(without, [2, 3, 4, 5, 6, 8]);
    let sobol = columns(plan(Sobol, 512), &inputs, &[], 128);
    let plain = columns(plan(MonteCarlo, 512), &inputs, &[], 128);
    let same: Vec<u128> = sobol
        .iter()
        .filter(|(id, own)| plain[id] == **own)
        .map(|(id, _)| *id)
        .collect();
    assert_eq!(same, [2, 3, 5, 6, 8]);
}

/// In each replicate of a hypercube every period of every input has one number in each stratum.
#[test]
fn each_period_of_a_hypercube_is_stratified() {
    let found = columns(plan(LatinHypercube, 2_000), &[each(1, uniform())], &[], 128);
    for replicate in found[&1].iter().flat_map(|column| column.chunks(100)) {
        let mut strata: Vec<usize> = replicate.iter().map(|u| (u * 100.0) as usize).collect();
        strata.sort_unstable();
        assert!(strata.into_iter().eq(0..100));
    }
}
