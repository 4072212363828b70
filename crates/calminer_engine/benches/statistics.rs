//! Time of the statistics of a run and of the measures of a tile of trials.

use std::hint::black_box;

use calminer_domain::PercentileDefinition;
use calminer_engine::measures::{Discounting, IrrStart, PaybackPlan, irr, irr_headline_lanes};
use calminer_engine::statistics::{
    Histogram, HistogramView, Moments, RankColumn, Summary, SummaryOptions, TrialPlan,
    convergence_trace, percentiles_select, sort_values,
};
use divan::Bencher;
use divan::counter::ItemsCount;

const TRIALS: usize = 1_000_000;
const TILE: usize = 128;
const FLOWS: usize = 23;
const RATE: f64 = 0.08;

fn main() {
    divan::main();
}

/// Scattered values in the open interval (0, 1), the same in every run.
fn uniforms(count: usize, seed: u64) -> Vec<f64> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (((z ^ (z >> 31)) >> 12) as f64 + 0.5) / 4_503_599_627_370_496.0
    };
    (0..count).map(|_| next()).collect()
}

/// Sums of uniforms: near enough to a normal output in M$.
fn samples() -> Vec<f64> {
    uniforms(4 * TRIALS, 1)
        .chunks_exact(4)
        .map(|u| 1000.0 * (u[0] + u[1] + u[2] + u[3]) - 1300.0)
        .collect()
}

#[divan::bench(sample_count = 20)]
fn summary_plain(bencher: Bencher<'_, '_>) {
    let values = samples();
    let options = SummaryOptions {
        money: true,
        ..SummaryOptions::default()
    };
    bencher
        .counter(ItemsCount::new(TRIALS))
        .bench(|| Summary::of(black_box(&values), &options));
}

#[divan::bench(sample_count = 20)]
fn summary_of_twenty_replicates(bencher: Bencher<'_, '_>) {
    let values = samples();
    let options = SummaryOptions {
        money: true,
        plan: TrialPlan::Replicates(vec![TRIALS / 20; 20]),
        ..SummaryOptions::default()
    };
    bencher
        .counter(ItemsCount::new(TRIALS))
        .bench(|| Summary::of(black_box(&values), &options));
}

#[divan::bench(sample_count = 20)]
fn moments(bencher: Bencher<'_, '_>) {
    let values = samples();
    bencher
        .counter(ItemsCount::new(TRIALS))
        .bench(|| Moments::of(black_box(&values)));
}

#[divan::bench(sample_count = 20)]
fn sort(bencher: Bencher<'_, '_>) {
    let values = samples();
    bencher
        .counter(ItemsCount::new(TRIALS))
        .with_inputs(|| values.clone())
        .bench_refs(|values| sort_values(values));
}

#[divan::bench(sample_count = 20)]
fn three_percentiles_by_selection(bencher: Bencher<'_, '_>) {
    let values = samples();
    bencher
        .counter(ItemsCount::new(TRIALS))
        .with_inputs(|| values.clone())
        .bench_refs(|values| {
            percentiles_select(values, &[0.1, 0.5, 0.9], PercentileDefinition::Type7)
        });
}

#[divan::bench(sample_count = 20)]
fn histogram(bencher: Bencher<'_, '_>) {
    let values = samples();
    let view = HistogramView::of_pilot(&values[..2000]);
    bencher.counter(ItemsCount::new(TRIALS)).bench(|| {
        let mut histogram = view.map(Histogram::with_view);
        if let Some(histogram) = &mut histogram {
            histogram.add_all(black_box(&values));
        }
        histogram
    });
}

#[divan::bench(sample_count = 10)]
fn trace_of_twenty_replicates(bencher: Bencher<'_, '_>) {
    let values = samples();
    let options = SummaryOptions {
        plan: TrialPlan::Replicates(vec![TRIALS / 20; 20]),
        ..SummaryOptions::default()
    };
    let (summary, ordered) = Summary::with_ordered(&values, &options);
    bencher
        .counter(ItemsCount::new(TRIALS))
        .bench(|| convergence_trace(black_box(&summary), &ordered, &options.plan));
}

#[divan::bench(sample_count = 10)]
fn exact_ranks(bencher: Bencher<'_, '_>) {
    let values = samples();
    bencher
        .counter(ItemsCount::new(TRIALS))
        .bench(|| RankColumn::of(black_box(&values)));
}

#[divan::bench(sample_count = 20)]
fn binned_ranks(bencher: Bencher<'_, '_>) {
    let values = samples();
    bencher
        .counter(ItemsCount::new(TRIALS))
        .bench(|| RankColumn::binned(black_box(&values)));
}

#[divan::bench(sample_count = 20)]
fn correlation_of_ranks(bencher: Bencher<'_, '_>) {
    let x = RankColumn::binned(&samples());
    let y = RankColumn::binned(&uniforms(TRIALS, 5));
    bencher
        .counter(ItemsCount::new(TRIALS))
        .bench(|| black_box(&x).correlation(&y));
}

/// Flows of a copper mine whose capital, margin and decline vary: about one trial in a hundred has no headline rate.
fn mine_columns() -> Vec<Vec<f64>> {
    let draws = uniforms(4 * TILE * 64, 3);
    let mut columns = vec![Vec::new(); FLOWS];
    for u in draws.chunks_exact(4) {
        for (column, flow) in columns.iter_mut().zip(mine(u)) {
            column.push(flow);
        }
    }
    columns
}

fn mine(u: &[f64]) -> Vec<f64> {
    let capital = 1800.0 + 1200.0 * u[0];
    let mut flow = 20.0 + 400.0 * (u[1] + u[2]);
    let mut flows = vec![-0.4 * capital, -0.6 * capital];
    for year in 0..20 {
        flows.push(if year == 0 { 0.5 * flow } else { flow });
        flow *= 0.995 - 0.03 * u[3];
    }
    flows.push(-180.0);
    flows
}

fn tiles(columns: &[Vec<f64>]) -> Vec<Vec<&[f64]>> {
    (0..64)
        .map(|tile| {
            columns
                .iter()
                .map(|c| &c[tile * TILE..(tile + 1) * TILE])
                .collect()
        })
        .collect()
}

fn years() -> Vec<f64> {
    (1..=FLOWS).map(|k| k as f64).collect()
}

#[divan::bench]
fn headline_rates_of_a_tile(bencher: Bencher<'_, '_>) {
    let columns = mine_columns();
    let tiles = tiles(&columns);
    let start = IrrStart::from_base(&mine(&[0.5; 4]), &years(), RATE);
    let mut out = vec![0.0; TILE];
    bencher.counter(ItemsCount::new(64 * TILE)).bench_local(|| {
        for tile in &tiles {
            black_box(irr_headline_lanes(tile, &start, &mut out));
        }
    });
}

#[divan::bench]
fn one_exact_rate(bencher: Bencher<'_, '_>) {
    let flows = mine(&[0.5; 4]);
    let years = years();
    bencher.bench(|| irr(black_box(&flows), &years, RATE));
}

#[divan::bench]
fn one_exact_answer_without_a_rate(bencher: Bencher<'_, '_>) {
    let flows = mine(&[0.9, 0.01, 0.01, 0.5]);
    let years = years();
    bencher.bench(|| irr(black_box(&flows), &years, RATE));
}

#[divan::bench]
fn values_and_paybacks_of_a_tile(bencher: Bencher<'_, '_>) {
    let columns = mine_columns();
    let tiles = tiles(&columns);
    let years = years();
    let periods: Vec<(f64, f64)> = years.iter().map(|&t| (t - 1.0, t)).collect();
    let discounting = Discounting::new(&years, RATE);
    let plan = PaybackPlan::simple(&periods, &years, 0.0);
    let mut out = vec![0.0; TILE];
    bencher.counter(ItemsCount::new(64 * TILE)).bench_local(|| {
        for tile in &tiles {
            discounting.npv_lanes(tile, &mut out);
            black_box(&mut out);
            plan.payback_lanes(tile, &mut out);
            black_box(&mut out);
        }
    });
}
