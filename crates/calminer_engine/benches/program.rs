//! Speed of the program: compiling, the base case, and whole runs of the reference model REF20 with all statistics, the
//! same as a user starts them.
//!
//! `cargo bench -p calminer_engine --bench program ref20` runs the last alone. The column of throughput counts trials;
//! one billion divided by trials a second is nanoseconds a trial.
//!
//! # Comparing with a program written by hand
//!
//! How far the general engine is from the best that the machine can do is the ratio of its time to that of a program
//! that has REF20 written out by hand, with no formulas to follow: the same twenty draws, each from one uniform number
//! by the inverse of its distribution, the same flows, rates of return and paybacks, and the same statistics, with ranks
//! by counting. Such a figure means something only if both are measured alike:
//!
//! 1. Build both in release mode; the program by hand for processors with AVX2, which the engine picks by itself.
//! 2. Take one thread, a million trials, the same method of sampling, and let each do one run that is not counted.
//! 3. Run them by turns, at least five times each, and compare the smallest of their CPU seconds, not the means: what
//!    else the machine does can only make a run slower. A run of the engine includes the memory that it asks for.
//! 4. On a machine that is shared, only ratios from the same few minutes count, and figures of one minute say little
//!    about those of another.
//!
//! For two threads compare wall time with that of one thread, on two free cores. For ten thousand trials the smallest
//! wall time counts: it is what a user waits for after an edit.

use std::num::NonZeroUsize;

use calminer_domain::{Sampling, Scenario, file};
use calminer_engine::program::{Program, compile};
use calminer_engine::result::{RunOutcome, RunSettings};
use calminer_engine::run::{RunControl, RunError, simulate};
use divan::Bencher;
use divan::counter::ItemsCount;

fn main() {
    divan::main();
}

fn ref20() -> Scenario {
    let text = include_bytes!("../../../assets/samples/ref20.calminer.json");
    match file::read(text) {
        Ok(file) => file.scenario,
        Err(error) => panic!("the sample does not read: {error}"),
    }
}

fn program() -> Program {
    match compile(&ref20()) {
        Ok(program) => program,
        Err(issues) => panic!("the sample has issues: {issues:?}"),
    }
}

#[divan::bench]
fn compile_ref20(bencher: Bencher<'_, '_>) {
    let scenario = ref20();
    bencher.bench(|| compile(&scenario));
}

#[divan::bench]
fn base_case(bencher: Bencher<'_, '_>) {
    let program = program();
    bencher.bench(|| program.base_case());
}

/// A run with all its statistics; one replicate, so that a hypercube covers all trials.
fn run(
    program: &Program,
    trials: u64,
    sampling: Sampling,
    threads: usize,
) -> Result<RunOutcome, RunError> {
    let settings = RunSettings {
        trials,
        seed: 1,
        sampling,
        replicates: Some(1),
        ..RunSettings::default()
    };
    simulate(
        program,
        &settings,
        NonZeroUsize::new(threads).unwrap_or(NonZeroUsize::MIN),
        &RunControl::default(),
    )
    .map(|(outcome, _)| outcome)
}

#[divan::bench(args = [10_000, 100_000, 1_000_000], sample_count = 5)]
fn ref20_plain_all_statistics(bencher: Bencher<'_, '_>, trials: u64) {
    let program = program();
    bencher
        .counter(ItemsCount::new(trials))
        .bench(|| run(&program, trials, Sampling::MonteCarlo, 1));
}

#[divan::bench(args = [10_000, 100_000, 1_000_000], sample_count = 5)]
fn ref20_hypercube_all_statistics(bencher: Bencher<'_, '_>, trials: u64) {
    let program = program();
    bencher
        .counter(ItemsCount::new(trials))
        .bench(|| run(&program, trials, Sampling::LatinHypercube, 1));
}

#[divan::bench(args = [10_000, 1_000_000], sample_count = 5)]
fn ref20_plain_all_statistics_on_two_threads(bencher: Bencher<'_, '_>, trials: u64) {
    let program = program();
    bencher
        .counter(ItemsCount::new(trials))
        .bench(|| run(&program, trials, Sampling::MonteCarlo, 2));
}
