//! Cost of one draw, by distribution, and of all inputs of the reference model REF20.
//!
//! `cargo bench -p calminer_engine --bench draws`. The column of throughput counts draws, or trials where the name says
//! so; judge by the fastest samples.

use calminer_domain::Sampling;
use calminer_domain::distribution::Distribution;
use calminer_engine::math::{exp_slice, ln_slice, normal};
use calminer_engine::quantile::Quantile;
use calminer_engine::sampling::{
    Coordinate, CorrelationPlan, InputSampler, SamplingPlan, StreamKey,
};
use divan::Bencher;
use divan::counter::ItemsCount;
use uuid::Uuid;

const TILE: usize = 128;

fn main() {
    divan::main();
}

fn key() -> StreamKey {
    StreamKey::new(1, Coordinate::value(Uuid::from_u128(1)))
}

fn uniforms() -> Vec<f64> {
    let mut values = vec![0.0; TILE];
    key().fill(0, &mut values);
    values
}

/// One tile through `work`, from the same uniform numbers each time.
fn tile(bencher: Bencher<'_, '_>, work: impl Fn(&mut [f64])) {
    let source = uniforms();
    let mut values = source.clone();
    bencher.counter(ItemsCount::new(TILE)).bench_local(|| {
        values.copy_from_slice(&source);
        work(divan::black_box(&mut values));
    });
}

#[divan::bench(args = ["mc", "lhs"])]
fn uniform_numbers(bencher: Bencher<'_, '_>, method: &str) {
    let method = if method == "mc" {
        Sampling::MonteCarlo
    } else {
        Sampling::LatinHypercube
    };
    let Ok(plan) = SamplingPlan::new(method, 1_000_000, None, 1) else {
        return;
    };
    let key = key();
    tile(bencher, |values| {
        plan.fill_uniforms(&key, divan::black_box(0), values);
    });
}

#[divan::bench]
fn normal_quantile(bencher: Bencher<'_, '_>) {
    tile(bencher, normal::quantile_slice);
}

#[divan::bench]
fn normal_cdf(bencher: Bencher<'_, '_>) {
    tile(bencher, |values| {
        for value in values {
            *value = normal::cdf(*value);
        }
    });
}

#[divan::bench]
fn exponential(bencher: Bencher<'_, '_>) {
    tile(bencher, exp_slice);
}

#[divan::bench]
fn logarithm(bencher: Bencher<'_, '_>) {
    tile(bencher, ln_slice);
}

fn distribution(name: &str) -> Distribution {
    match name {
        "normal" => Distribution::Normal {
            mean: 0.42,
            sd: 0.03,
        },
        "lognormal" => Distribution::Lognormal { mean: 4.0, sd: 0.7 },
        "triangular" => Distribution::Triangular {
            min: 1.2,
            mode: 1.6,
            max: 2.2,
        },
        "pert" => Distribution::Pert {
            min: 0.55,
            mode: 0.65,
            max: 0.72,
            weight: 4.0,
        },
        "uniform" => Distribution::Uniform {
            min: 45.0,
            max: 65.0,
        },
        "beta" => Distribution::Beta {
            alpha: 2.0,
            beta: 5.0,
            min: 0.0,
            max: 1.0,
        },
        "gamma" => Distribution::Gamma {
            shape: 2.5,
            scale: 4.0,
        },
        "weibull" => Distribution::Weibull {
            shape: 1.5,
            scale: 4.0,
        },
        "exponential" => Distribution::Exponential { mean: 4.0 },
        "student t" => Distribution::StudentT {
            location: 0.0,
            scale: 1.0,
            degrees: 4.0,
        },
        "poisson" => Distribution::Poisson { mean: 12.5 },
        "sample of 1000" => Distribution::Empirical {
            values: (0..1_000).map(f64::from).collect(),
        },
        "discrete of 3" => Distribution::Discrete {
            values: vec![0.0, 1.0, 2.0],
            weights: vec![0.2, 0.5, 0.3],
        },
        _ => Distribution::Discrete {
            values: (0..100).map(f64::from).collect(),
            weights: vec![1.0; 100],
        },
    }
}

const NAMES: [&str; 14] = [
    "normal",
    "lognormal",
    "triangular",
    "pert",
    "uniform",
    "discrete of 3",
    "discrete of 100",
    "beta",
    "gamma",
    "weibull",
    "exponential",
    "student t",
    "poisson",
    "sample of 1000",
];

/// From a uniform number; that number itself is not included.
#[divan::bench(args = NAMES)]
fn from_uniform(bencher: Bencher<'_, '_>, name: &str) {
    let Ok(quantile) = Quantile::new(&distribution(name)) else {
        return;
    };
    tile(bencher, |values| quantile.map_uniforms(values));
}

/// From a normal score, as correlated inputs are drawn.
#[divan::bench(args = NAMES)]
fn from_score(bencher: Bencher<'_, '_>, name: &str) {
    let Ok(quantile) = Quantile::new(&distribution(name)) else {
        return;
    };
    tile(bencher, |values| quantile.map_scores(values));
}

/// Building the table of a law that has one.
#[divan::bench(args = ["pert", "beta", "gamma", "student t"])]
fn build(bencher: Bencher<'_, '_>, name: &str) {
    let distribution = distribution(name);
    bencher.bench_local(|| Quantile::new(divan::black_box(&distribution)));
}

/// All twenty inputs of REF20 with their four correlations, per trial.
#[divan::bench(args = ["mc", "lhs"])]
fn ref20_trials(bencher: Bencher<'_, '_>, method: &str) {
    let method = if method == "mc" {
        Sampling::MonteCarlo
    } else {
        Sampling::LatinHypercube
    };
    let Some(sampler) = ref20(method) else { return };
    let mut values = vec![0.0; sampler.len() * TILE];
    let mut scratch = sampler.scratch(TILE);
    let mut first = 0;
    bencher.counter(ItemsCount::new(TILE)).bench_local(|| {
        sampler.fill(first, TILE, TILE, &mut values, &mut scratch);
        first = (first + TILE as u64) % 900_000;
        divan::black_box(&mut values);
    });
}

fn ref20(method: Sampling) -> Option<InputSampler> {
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
        distribution("discrete of 3"),
    ];
    let id = Uuid::from_u128;
    let mut inputs = Vec::new();
    for (number, distribution) in (0..).zip(&list) {
        inputs.push((id(number), Quantile::new(distribution).ok()?));
    }
    let pairs = [(0, 1, 0.4), (12, 14, 0.6), (2, 3, 0.5), (2, 5, 0.3)]
        .map(|(first, second, rho)| (id(first), id(second), rho));
    let plan = SamplingPlan::new(method, 1_000_000, None, 20).ok()?;
    InputSampler::new(plan, inputs, &CorrelationPlan::new(&pairs).ok()?).ok()
}
