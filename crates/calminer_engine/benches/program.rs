//! Speed of the program: compiling, the base case, one tile's worth of trials, a whole run of the reference model.

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

fn run(program: &Program, trials: u64, sampling: Sampling) -> Result<RunOutcome, RunError> {
    let settings = RunSettings {
        trials,
        seed: 1,
        sampling,
        replicates: None,
        ..RunSettings::default()
    };
    simulate(
        program,
        &settings,
        NonZeroUsize::MIN,
        &RunControl::default(),
    )
    .map(|(outcome, _)| outcome)
}

#[divan::bench(args = [10_000, 100_000, 1_000_000], sample_count = 5)]
fn plain_run(bencher: Bencher<'_, '_>, trials: u64) {
    let program = program();
    bencher
        .counter(ItemsCount::new(trials))
        .bench(|| run(&program, trials, Sampling::MonteCarlo));
}

#[divan::bench(args = [10_000, 100_000, 1_000_000], sample_count = 5)]
fn hypercube_run(bencher: Bencher<'_, '_>, trials: u64) {
    let program = program();
    bencher
        .counter(ItemsCount::new(trials))
        .bench(|| run(&program, trials, Sampling::LatinHypercube));
}
