//! The JSON of `simulate`: the contract that scripts rely on.
//!
//! All but `run` is bit for bit the same for any number of threads.

use std::collections::BTreeMap;

use calminer_domain::{Direction, Keep, Sampling};
use calminer_engine::result::{
    Band, BaseCase, Cause, CorrelationMatrices, LineValues, OutputResult, RunOutcome, RunSettings,
    SketchError, Stopped, TracePoint,
};
use calminer_engine::run::Replay;
use calminer_engine::statistics::{Intervals, Percentiles, Risk};
use serde::Serialize;

use crate::evaluation::{CashFlow, PrintedMetrics};

/// What `simulate --json` prints.
#[derive(Debug, Serialize)]
pub(crate) struct Simulation<'a> {
    scenario: String,
    /// Revision in the database; absent for a file.
    revision: Option<u32>,
    scenario_sha256: &'a str,
    trials: u64,
    replicates: u32,
    seed: u64,
    sampling: Sampling,
    stream: u32,
    engine: &'a str,
    samples_sha256: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    notices: &'a [String],
    keep: Keep,
    /// How it ended, with a stop rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped: Option<&'a Stopped>,
    run: Run,
    outputs: BTreeMap<&'a str, Output<'a>>,
    correlations: Vec<Pair<'a>>,
    correlation_groups: &'a [CorrelationMatrices],
    /// Spread of lines period by period.
    bands: &'a [Band],
}

/// What may differ from one run to the next.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Run {
    pub(crate) threads: usize,
    pub(crate) elapsed_seconds: f64,
    /// Identity of the stored run, with `--save`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stored: Option<String>,
}

#[derive(Debug, Serialize)]
struct Output<'a> {
    label: &'a str,
    unit: &'a str,
    direction: Direction,
    base: Option<f64>,
    valid: u64,
    absent: Absent<'a>,
    mean: Option<f64>,
    sd: Option<f64>,
    skewness: Option<f64>,
    excess_kurtosis: Option<f64>,
    min: Option<f64>,
    max: Option<f64>,
    percentiles: &'a Percentiles,
    tail_mean_5: Option<f64>,
    value_at_risk_95: &'a Risk,
    expected_shortfall_95: &'a Risk,
    probability_below_zero: Option<f64>,
    intervals: &'a Intervals,
    spearman: BTreeMap<&'a str, Option<f64>>,
    /// How the figures settled.
    trace: &'a [TracePoint],
    /// How exact the percentiles of sketches are.
    #[serde(skip_serializing_if = "Option::is_none")]
    sketch: Option<&'a SketchError>,
}

#[derive(Debug, Serialize)]
struct Absent<'a> {
    undefined: u64,
    infinite: u64,
    never: u64,
    failed: u64,
    first_cause: Option<&'a Cause>,
}

#[derive(Debug, Serialize)]
struct Pair<'a> {
    a: &'a str,
    b: &'a str,
    requested: f64,
    achieved: Option<f64>,
}

impl<'a> Output<'a> {
    fn of(output: &'a OutputResult) -> Self {
        let summary = &output.summary;
        Self {
            label: &output.label,
            unit: &output.unit,
            direction: output.direction,
            base: output.base.is_finite().then_some(output.base),
            valid: summary.valid,
            absent: Absent {
                undefined: summary.absent.undefined,
                infinite: summary.absent.infinite,
                never: summary.absent.never,
                failed: summary.absent.failed,
                first_cause: output.first_cause.as_ref(),
            },
            mean: summary.mean,
            sd: summary.sd,
            skewness: summary.skewness,
            excess_kurtosis: summary.excess_kurtosis,
            min: summary.min,
            max: summary.max,
            percentiles: &summary.percentiles,
            tail_mean_5: summary.tail_mean_5,
            value_at_risk_95: &summary.value_at_risk_95,
            expected_shortfall_95: &summary.expected_shortfall_95,
            probability_below_zero: summary.probability_below_zero,
            intervals: &summary.intervals,
            spearman: output
                .spearman
                .iter()
                .map(|(key, rho)| (key.as_str(), *rho))
                .collect(),
            trace: &output.trace,
            sketch: output.sketch.as_ref(),
        }
    }
}

impl<'a> Simulation<'a> {
    pub(crate) fn of(
        scenario: String,
        revision: Option<u32>,
        outcome: &'a RunOutcome,
        run: Run,
    ) -> Self {
        Self {
            scenario,
            revision,
            scenario_sha256: &outcome.scenario_sha256,
            trials: outcome.trials(),
            replicates: outcome.replicates,
            seed: outcome.settings.seed,
            sampling: outcome.settings.sampling,
            stream: outcome.stream,
            engine: &outcome.engine,
            samples_sha256: outcome.samples_sha256.as_deref(),
            notices: &outcome.notices,
            keep: outcome.settings.keep,
            stopped: outcome.stopped.as_ref(),
            run,
            outputs: outcome
                .outputs
                .iter()
                .map(|output| (output.key.as_str(), Output::of(output)))
                .collect(),
            correlations: outcome
                .correlations
                .iter()
                .map(|(a, b, requested, achieved)| Pair {
                    a,
                    b,
                    requested: *requested,
                    achieved: *achieved,
                })
                .collect(),
            correlation_groups: &outcome.correlation_groups,
            bands: &outcome.bands,
        }
    }
}

/// What `simulate --trial I --json` prints: one trial again.
#[derive(Debug, Serialize)]
pub(crate) struct Trial<'a> {
    scenario: String,
    trials: u64,
    seed: u64,
    sampling: Sampling,
    /// Counted from 1.
    #[serde(rename = "trial")]
    number: u64,
    /// One figure, or one a period.
    inputs: BTreeMap<&'a str, &'a LineValues>,
    metrics: PrintedMetrics<'a>,
    cash_flow: CashFlow<'a>,
}

impl<'a> Trial<'a> {
    pub(crate) fn of(scenario: String, settings: &RunSettings, replay: &'a Replay) -> Self {
        let table: &BaseCase = &replay.table;
        Self {
            scenario,
            trials: settings.trials,
            seed: settings.seed,
            sampling: settings.sampling,
            number: replay.trial + 1,
            inputs: replay
                .inputs
                .iter()
                .map(|(key, drawn)| (key.as_str(), drawn))
                .collect(),
            metrics: PrintedMetrics::of(&table.metrics, table.conventions.payback_origin),
            cash_flow: CashFlow::of(table),
        }
    }
}
