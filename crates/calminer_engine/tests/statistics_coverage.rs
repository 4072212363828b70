//! Whether nine of ten 90 % intervals hold the true figure, over a thousand runs of models with exact figures.
//!
//! The normal model is a sum of three normals, the skewed one a product of three lognormals; their figures are closed
//! forms (textbook results, evaluated with Python's `statistics.NormalDist`).
#![expect(
    clippy::unwrap_used,
    reason = "a test that unwraps says where it failed"
)]

use calminer_domain::{Distribution, Sampling};
use calminer_engine::quantile::Quantile;
use calminer_engine::sampling::{
    CorrelationPlan, Draws, InputSampler, SampledInput, SamplingPlan, ValueLaw,
};
use calminer_engine::statistics::{Intervals, Summary, SummaryOptions, TrialPlan};
use uuid::Uuid;

const RUNS: u64 = 1_000;
const TRIALS: u64 = 2_000;

/// Mean, P5, P90, mean of the worst 5 %.
const NORMAL: [f64; 4] = [
    40.0,
    23.145_265_867_418,
    53.131_995_796_174,
    18.863_483_417_157,
];
const SKEWED: [f64; 4] = [
    1_000.0,
    380.750_385_990_849,
    1_685.990_249_881_09,
    312.939_213_777_066,
];

fn inputs() -> Vec<SampledInput> {
    let normal = [(20.0, 5.0), (30.0, 8.0), (10.0, 4.0)];
    let normal = normal.map(|(mean, sd)| Distribution::Normal { mean, sd });
    let lognormal = [Distribution::Lognormal {
        mean: 10.0,
        sd: 3.0,
    }]
    .into_iter()
    .cycle()
    .take(3);
    let all = normal.into_iter().chain(lognormal);
    all.zip(0..)
        .map(|(distribution, slot)| SampledInput {
            id: Uuid::from_u128(u128::from(slot) + 77),
            slot,
            draws: Draws::Once(ValueLaw::Quantile(Quantile::new(&distribution).unwrap())),
        })
        .collect()
}

/// The outputs of both models in all trials of a run.
fn run(method: Sampling, seed: u64) -> ([Vec<f64>; 2], SamplingPlan) {
    let plan = SamplingPlan::new(method, TRIALS, None, seed).unwrap();
    let none = CorrelationPlan::new(&[]).unwrap();
    let sampler = InputSampler::new(plan, inputs(), &none).unwrap();
    let count = TRIALS as usize;
    let mut draws = vec![0.0; 6 * count];
    sampler.fill(0, count, count, &mut draws, &mut sampler.scratch(count));
    let at = |input: usize, trial: usize| draws[input * count + trial];
    let sum = (0..count).map(|trial| at(0, trial) + at(1, trial) - at(2, trial));
    let product = (0..count).map(|trial| at(3, trial) * at(4, trial) * at(5, trial));
    ([sum.collect(), product.collect()], plan)
}

fn intervals(samples: &[f64], plan: &SamplingPlan, confidence: f64) -> Intervals {
    let replicates = plan.replicates() as usize;
    let options = SummaryOptions {
        plan: match plan.method() {
            Sampling::MonteCarlo => TrialPlan::Plain,
            _ => TrialPlan::Replicates(vec![samples.len() / replicates; replicates]),
        },
        confidence: Some(confidence),
        ..SummaryOptions::default()
    };
    Summary::of(samples, &options).intervals
}

fn hits(found: &Intervals, truths: [f64; 4]) -> [u32; 4] {
    let found = [
        found.mean,
        found.percentiles.p5,
        found.percentiles.p90,
        found.tail_mean_5,
    ];
    let mut hits = [0; 4];
    for ((hit, interval), truth) in hits.iter_mut().zip(found).zip(truths) {
        let interval = interval.unwrap();
        *hit = u32::from(interval.low <= truth && truth <= interval.high);
    }
    hits
}

fn add(to: &mut [u32; 4], more: [u32; 4]) {
    for (to, more) in to.iter_mut().zip(more) {
        *to += more;
    }
}

fn check_coverage(method: Sampling) {
    let mut of_90 = [[0; 4]; 2];
    let mut of_95 = [[0; 4]; 2];
    for seed in 0..RUNS {
        let (outputs, plan) = run(method, seed);
        for (model, truths) in [NORMAL, SKEWED].into_iter().enumerate() {
            let at = |confidence| hits(&intervals(&outputs[model], &plan, confidence), truths);
            add(&mut of_90[model], at(0.9));
            add(&mut of_95[model], at(0.95));
        }
    }
    let near = |counts: [[u32; 4]; 2], share: f64, tolerance: f64| {
        let shares = counts.as_flattened().iter();
        shares
            .map(|count| f64::from(*count) / RUNS as f64)
            .all(|found| (found - share).abs() <= tolerance)
    };
    // By chance 1,000 runs are off by 1 % (one standard error).
    assert!(near(of_90, 0.9, 0.03), "90 %: {of_90:?}");
    assert!(near(of_95, 0.95, 0.025), "95 %: {of_95:?}");
}

#[test]
fn nine_of_ten_plain_runs_hold_the_truth() {
    check_coverage(Sampling::MonteCarlo);
}

#[test]
fn nine_of_ten_hypercubes_hold_the_truth() {
    check_coverage(Sampling::LatinHypercube);
}
