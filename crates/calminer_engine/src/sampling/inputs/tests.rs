mod periods;

use super::*;
use crate::math::normal;
use crate::math::powi;
use crate::sampling::path::Path;
use calminer_domain::Sampling::{self, LatinHypercube, MonteCarlo, Sobol};
use calminer_domain::distribution::Distribution;

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn plan(method: Sampling, trials: u64) -> SamplingPlan {
    SamplingPlan::new(method, trials, None, 20).unwrap()
}

fn quantile(distribution: &Distribution) -> Quantile {
    Quantile::new(distribution).unwrap()
}

fn input(number: u32, quantile: Quantile) -> SampledInput {
    SampledInput::once(id(number.into()), number, quantile)
}

/// The law of an input that is drawn once.
fn law_of(input: &SampledInput) -> Quantile {
    match &input.draws {
        Draws::Once(ValueLaw::Quantile(quantile)) => quantile.clone(),
        other => panic!("{other:?}"),
    }
}

fn once(quantile: Quantile) -> Draws {
    Draws::Once(ValueLaw::Quantile(quantile))
}

/// The twenty inputs of the reference model REF20, ids 0 to 19 in its order.
fn ref20() -> Vec<SampledInput> {
    let normal = |mean, sd| Distribution::Normal { mean, sd };
    let lognormal = |mean, sd| Distribution::Lognormal { mean, sd };
    let triangular = |min, mode, max| Distribution::Triangular { min, mode, max };
    let pert = |min, mode, max| Distribution::Pert {
        min,
        mode,
        max,
        weight: 4.0,
    };
    let uniform = |min, max| Distribution::Uniform { min, max };
    let list = [
        lognormal(4.0, 0.7),
        lognormal(1_900.0, 300.0),
        normal(0.42, 0.03),
        normal(0.2, 0.02),
        triangular(0.005, 0.015, 0.03),
        pert(0.82, 0.88, 0.91),
        pert(0.55, 0.65, 0.72),
        pert(27.0, 30.0, 31.5),
        triangular(1.2, 1.6, 2.2),
        normal(1.6, 0.15),
        normal(4.2, 0.35),
        uniform(45.0, 65.0),
        lognormal(0.95, 0.2),
        triangular(0.55, 0.65, 0.8),
        lognormal(0.075, 0.012),
        normal(21.0, 1.5),
        pert(2_000.0, 2_300.0, 3_300.0),
        triangular(35.0, 50.0, 80.0),
        uniform(20.0, 100.0),
        Distribution::Discrete {
            values: vec![0.0, 1.0, 2.0],
            weights: vec![0.2, 0.5, 0.3],
        },
    ];
    (0..)
        .zip(&list)
        .map(|(number, distribution)| input(number, quantile(distribution)))
        .collect()
}

const REF20_PAIRS: [(u128, u128, f64); 4] = [(0, 1, 0.4), (12, 14, 0.6), (2, 3, 0.5), (2, 5, 0.3)];

fn correlation(pairs: &[(u128, u128, f64)]) -> CorrelationPlan {
    let pairs: Vec<_> = pairs
        .iter()
        .map(|&(a, b, rho)| (id(a), id(b), rho))
        .collect();
    CorrelationPlan::new(&pairs).unwrap()
}

/// All columns of a run by id, filled tile by tile.
fn run(
    plan: SamplingPlan,
    inputs: &[SampledInput],
    pairs: &[(u128, u128, f64)],
    tile: usize,
) -> BTreeMap<Uuid, Vec<f64>> {
    let sampler = InputSampler::new(plan, inputs.to_vec(), &correlation(pairs)).unwrap();
    let trials = plan.trials() as usize;
    let stride = tile + 3;
    let mut values = vec![f64::NAN; stride * sampler.len()];
    let mut scratch = sampler.scratch(tile);
    let ids = || sampler.blocks().map(|(id, _)| id);
    let mut columns: BTreeMap<Uuid, Vec<f64>> = ids().map(|id| (id, Vec::new())).collect();
    for first in (0..trials).step_by(tile) {
        let count = tile.min(trials - first);
        sampler.fill(first as u64, count, stride, &mut values, &mut scratch);
        for (place, id) in ids().enumerate() {
            let column = &values[place * stride..][..stride];
            columns
                .get_mut(&id)
                .unwrap()
                .extend_from_slice(&column[..count]);
            assert!(
                column[tile..].iter().all(|value| value.is_nan()),
                "written between the columns"
            );
        }
    }
    columns
}

/// Ids of the columns that differ in any bit, or stand in one run only.
fn changed(one: &BTreeMap<Uuid, Vec<f64>>, other: &BTreeMap<Uuid, Vec<f64>>) -> Vec<u128> {
    let same = |a: &[f64], b: &[f64]| {
        a.iter()
            .map(|v| v.to_bits())
            .eq(b.iter().map(|v| v.to_bits()))
    };
    let ids: std::collections::BTreeSet<_> = one.keys().chain(other.keys()).collect();
    ids.into_iter()
        .filter(|id| !matches!((one.get(id), other.get(id)), (Some(a), Some(b)) if same(a, b)))
        .map(Uuid::as_u128)
        .collect()
}

#[test]
fn tiles_change_no_bit() {
    for method in [LatinHypercube, MonteCarlo, Sobol] {
        let whole = run(plan(method, 1_007), &ref20(), &REF20_PAIRS, 1_007);
        for tile in [1, 7, 64, 128, 256] {
            let tiled = run(plan(method, 1_007), &ref20(), &REF20_PAIRS, tile);
            assert_eq!(changed(&whole, &tiled), []);
        }
    }
}

#[test]
fn order_of_inputs_changes_no_bit() {
    for method in [LatinHypercube, Sobol] {
        let base = run(plan(method, 500), &ref20(), &REF20_PAIRS, 128);
        let mut inputs = ref20();
        inputs.reverse();
        inputs.swap(3, 11);
        let other = run(plan(method, 500), &inputs, &REF20_PAIRS, 128);
        assert_eq!(changed(&base, &other), []);
    }
}

/// Definitions, section 5: what stays bit for bit.
#[test]
fn what_a_change_touches() {
    for method in [LatinHypercube, MonteCarlo, Sobol] {
        changes_of(plan(method, 500));
    }
}

fn changes_of(plan: SamplingPlan) {
    let base = run(plan, &ref20(), &REF20_PAIRS, 128);
    let with = |inputs: &[SampledInput], pairs: &[(u128, u128, f64)]| {
        changed(&base, &run(plan, inputs, pairs, 128))
    };

    // A new input outside every group, and one taken away.
    let mut inputs = ref20();
    inputs.insert(4, input(100, law_of(&inputs[9])));
    assert_eq!(with(&inputs, &REF20_PAIRS), [100]);
    inputs.remove(4);
    inputs.remove(8);
    assert_eq!(with(&inputs, &REF20_PAIRS), [8]);

    // A new distribution changes its own column alone, correlated or not.
    let mut inputs = ref20();
    inputs[2].draws = once(quantile(&Distribution::Triangular {
        min: 0.3,
        mode: 0.4,
        max: 0.5,
    }));
    inputs[13].draws = once(quantile(&Distribution::Uniform { min: 0.5, max: 0.8 }));
    assert_eq!(with(&inputs, &REF20_PAIRS), [2, 13]);

    // A new pair: the first of its members keeps its own number, the second follows.
    let mut pairs = REF20_PAIRS.to_vec();
    pairs.push((9, 10, 0.5));
    assert_eq!(with(&ref20(), &pairs), [10]);
    // A pair taken away: the second member gets its own number back.
    assert_eq!(with(&ref20(), &REF20_PAIRS[1..]), [1]);
    // A changed figure touches only rows with that figure.
    pairs = REF20_PAIRS.to_vec();
    pairs[3].2 = 0.25;
    assert_eq!(with(&ref20(), &pairs), [5]);
    // A new member comes last and leaves the rows before it.
    let mut inputs = ref20();
    inputs.push(input(50, law_of(&inputs[10])));
    pairs = REF20_PAIRS.to_vec();
    pairs.extend([(50, 3, 0.2), (50, 2, 0.1)]);
    assert_eq!(with(&inputs, &pairs), [50]);
    // The order of pairs means nothing.
    pairs = REF20_PAIRS
        .iter()
        .rev()
        .map(|&(a, b, rho)| (b, a, rho))
        .collect();
    assert_eq!(with(&ref20(), &pairs), []);
}

#[test]
fn plain_runs_are_prefixes() {
    let short = run(plan(MonteCarlo, 300), &ref20(), &REF20_PAIRS, 128);
    let mut long = run(plan(MonteCarlo, 1_000), &ref20(), &REF20_PAIRS, 128);
    for column in long.values_mut() {
        column.truncate(300);
    }
    assert_eq!(changed(&short, &long), []);
    // Hypercube runs are not, and other seeds are other runs.
    let other = SamplingPlan::new(MonteCarlo, 300, None, 21).unwrap();
    assert_eq!(
        changed(&short, &run(other, &ref20(), &REF20_PAIRS, 128)).len(),
        20
    );
}

fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    for (rank, place) in order.into_iter().enumerate() {
        ranks[place] = rank as f64;
    }
    ranks
}

fn rank_correlation(a: &[f64], b: &[f64]) -> f64 {
    let n = a.len() as f64;
    let (a, b) = (ranks(a), ranks(b));
    let distance: f64 = a.iter().zip(&b).map(|(a, b)| (a - b) * (a - b)).sum();
    1.0 - 6.0 * distance / (n * (n * n - 1.0))
}

#[test]
fn achieved_rank_correlations_are_those_asked_for() {
    const N: u64 = 100_000;
    for method in [LatinHypercube, MonteCarlo] {
        let columns = run(plan(method, N), &ref20(), &REF20_PAIRS, 256);
        let all = [0, 1, 2, 3, 4, 5, 12, 14];
        for (place, &a) in all.iter().enumerate() {
            for &b in &all[..place] {
                let asked = REF20_PAIRS
                    .iter()
                    .find(|pair| (pair.0, pair.1) == (b, a))
                    .map_or(0.0, |pair| pair.2);
                let found = rank_correlation(&columns[&id(a)], &columns[&id(b)]);
                // The sd of a rank correlation is at most 1.05 / sqrt(n).
                assert!(
                    (found - asked).abs() < 4.0 * 1.05 / (N as f64).sqrt(),
                    "{a} {b}: {found} for {asked}"
                );
            }
        }
    }
}

#[test]
fn negative_and_full_correlation() {
    let uniform = quantile(&Distribution::Uniform { min: 0.0, max: 1.0 });
    let normal = quantile(&Distribution::Normal { mean: 0.0, sd: 1.0 });
    let inputs = vec![
        input(1, normal.clone()),
        input(2, normal),
        input(3, uniform.clone()),
        input(4, uniform),
    ];
    let columns = run(
        plan(MonteCarlo, 20_000),
        &inputs,
        &[
            (1, 2, 1.0),
            (1, 3, -1.0),
            (2, 3, -1.0),
            (3, 4, -0.7),
            (1, 4, 0.7),
            (2, 4, 0.7),
        ],
        128,
    );
    assert_eq!(columns[&id(1)], columns[&id(2)]);
    for (z, u) in columns[&id(1)].iter().zip(&columns[&id(3)]) {
        assert_eq!(*u, normal::cdf(-z));
    }
    let found = rank_correlation(&columns[&id(3)], &columns[&id(4)]);
    assert!((found + 0.7).abs() < 4.0 / 20_000.0_f64.sqrt(), "{found}");
}

/// Mean, sd and quantiles of every input lie within four standard errors of theory.
#[test]
fn marginals_follow_their_laws() {
    const N: f64 = 100_000.0;
    for method in [LatinHypercube, MonteCarlo] {
        let columns = run(plan(method, N as u64), &ref20(), &REF20_PAIRS, 256);
        for input in ref20() {
            let (id, law) = (input.id, law_of(&input));
            let mut column = columns[&id].clone();
            let moment = |order| {
                column
                    .iter()
                    .map(|value| powi(value - law.mean(), order))
                    .sum::<f64>()
                    / N
            };
            let (variance, fourth) = (law.sd() * law.sd(), moment(4));
            assert!(moment(1).abs() < 4.0 * law.sd() / N.sqrt(), "{id} mean");
            assert!(
                (moment(2) - variance).abs() < 4.0 * ((fourth - variance * variance) / N).sqrt(),
                "{id} sd"
            );
            column.sort_by(f64::total_cmp);
            for p in [0.001, 0.05, 0.25, 0.5, 0.75, 0.95, 0.999] {
                // The share at or below the theoretical quantile; in a table that is the whole step.
                let at = law.quantile(p);
                let share = column.partition_point(|&value| value <= at) as f64 / N;
                let error = (law.cdf(at) * (1.0 - law.cdf(at)) / N).sqrt();
                assert!(
                    (share - law.cdf(at)).abs() <= 4.0 * error + 1e-12,
                    "{id} {p}: {share}"
                );
            }
        }
    }
}

/// Strata are exact for inputs that keep their own uniform number; for the others they are only near.
#[test]
fn strata_are_exact_for_unit_rows() {
    const N: u64 = 10_000;
    let plan = plan(LatinHypercube, N);
    let columns = run(plan, &ref20(), &REF20_PAIRS, 128);
    for input in ref20() {
        let (id, law) = (input.id, law_of(&input));
        if [1, 3, 5, 14, 19].contains(&id.as_u128()) {
            continue;
        }
        for replicate in columns[&id].chunks(N as usize / 20) {
            let mut seen = vec![false; replicate.len()];
            for &value in replicate {
                let stratum = (law.cdf(value) * replicate.len() as f64) as usize;
                assert!(!seen[stratum], "{id}");
                seen[stratum] = true;
            }
        }
    }
    // In each replicate of 500 a table with weights 0.2, 0.5, 0.3 is met exactly.
    for replicate in columns[&id(19)].chunks(500) {
        let count = |value: f64| replicate.iter().filter(|&&drawn| drawn == value).count();
        assert_eq!([count(0.0), count(1.0), count(2.0)], [100, 250, 150]);
    }
}

#[test]
fn inputs_that_do_not_fit_are_named() {
    let input = |number| {
        let law = Distribution::Normal { mean: 0.0, sd: 1.0 };
        input(number, quantile(&law))
    };
    let new = |inputs, pairs: &[(u128, u128, f64)]| {
        InputSampler::new(plan(MonteCarlo, 10), inputs, &correlation(pairs)).map(|_| ())
    };
    assert_eq!(
        new(vec![input(1), input(2), input(1)], &[]),
        Err(InputError::Repeated { parameter: id(1) })
    );
    assert_eq!(
        new(vec![input(1)], &[(1, 2, 0.5)]),
        Err(InputError::Unknown { parameter: id(2) })
    );
    assert_eq!(new(Vec::new(), &[]), Ok(()));
}

/// A slot is a dimension below 1,024, in a Sobol run only; beyond it the numbers are those of a plain run.
#[test]
fn inputs_without_a_dimension_take_the_plain_stream_and_are_named() {
    let at = |slot, number| SampledInput {
        slot,
        ..input(number, law_of(&ref20()[9]))
    };
    let constant = quantile(&Distribution::Normal { mean: 7.0, sd: 0.0 });
    let inputs = vec![
        at(1_023, 1),
        at(1_024, 2),
        at(u32::MAX, 3),
        SampledInput {
            slot: 1_025,
            ..input(4, constant)
        },
    ];
    let without = |method| {
        let sampler = InputSampler::new(plan(method, 500), inputs.clone(), &correlation(&[]));
        sampler.unwrap().without_dimension().collect::<Vec<_>>()
    };
    assert_eq!(without(Sobol), [id(2), id(3)]);
    assert!(without(LatinHypercube).is_empty());
    let sobol = run(plan(Sobol, 500), &inputs, &[], 128);
    let plain = run(plan(MonteCarlo, 500), &inputs, &[], 128);
    assert_eq!(changed(&sobol, &plain), [1]);
    // Another slot is another dimension, for that input alone.
    let mut moved = inputs.clone();
    moved[0].slot = 0;
    moved[1].slot = 7;
    let moved = run(plan(Sobol, 500), &moved, &[], 128);
    assert_eq!(changed(&sobol, &moved), [1, 2]);
}

#[test]
fn constants_take_part_in_groups() {
    let constant = quantile(&Distribution::Normal { mean: 7.0, sd: 0.0 });
    let inputs = vec![
        input(1, constant.clone()),
        input(2, law_of(&ref20()[2])),
        input(3, constant),
    ];
    let columns = run(
        plan(MonteCarlo, 100),
        &inputs,
        &[(1, 2, 0.5), (2, 3, 0.5)],
        64,
    );
    assert!(
        columns[&id(1)]
            .iter()
            .chain(&columns[&id(3)])
            .all(|&value| value == 7.0)
    );
    let alone = run(plan(MonteCarlo, 100), &inputs, &[], 64);
    assert_eq!(changed(&columns, &alone), [2]);
}

/// The bits of every value of REF20: the same on every system, for ever under stream 1.
#[test]
fn golden_values_of_stream_1() {
    let hash = |method| {
        let columns = run(plan(method, 5_003), &ref20(), &REF20_PAIRS, 128);
        // FNV-1a over the bits.
        columns
            .values()
            .flatten()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, value| {
                (hash ^ value.to_bits()).wrapping_mul(0x0000_0100_0000_01b3)
            })
    };
    assert_eq!([hash(LatinHypercube), hash(MonteCarlo)], GOLDEN);
}

const GOLDEN: [u64; 2] = [1_999_032_276_117_406_495, 10_564_675_664_429_141_180];
