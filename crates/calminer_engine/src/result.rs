//! Results as plain data: what a store keeps, an export writes and a window draws.
//!
//! Money stands in whole currency units, rates as fractions, all else in the unit of its line. A figure that does not
//! exist is `None` or NaN with its cause beside it, never 0.

mod compare;
pub(crate) mod figure;

use calminer_domain::{
    Conventions, Direction, Keep, Role, Sampling, Section, SimulationSettings, StopRule,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use compare::{Difference, compare};

pub use crate::measures::{Irr, IrrKind, Payback, PaybackState};
pub use crate::run::{Shard, ShardError, ShardHeader, ShardPlan};
pub use crate::sensitivity::{Regression, Target};
pub use crate::statistics::{
    Basis, Histogram, Interval, SketchError, Summary, TracePoint, significant_digits,
};

/// Points of a cumulative curve: value, share of the trials at or below it.
pub type Ecdf = Vec<[f64; 2]>;

/// Version of this engine; part of every run.
pub const ENGINE_VERSION: &str = env!("CARGO_PKG_VERSION");

/// A column of the cash-flow table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PeriodColumn {
    /// What it is called.
    pub label: String,
    /// First day.
    pub start: Date,
    /// The day after the last one.
    pub end: Date,
}

/// How the figures of a line are written for people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Display {
    /// The unit that the user chose: `MCAD`, `%`, `USD/oz`.
    pub unit: String,
    /// Result = shown figure x this.
    pub factor: f64,
}

/// What a line came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum LineValues {
    /// One figure.
    Scalar(#[serde(with = "figure::one")] f64),
    /// One figure a period.
    Series(#[serde(with = "figure::row")] Vec<f64>),
}

impl LineValues {
    /// The figure of a period; a scalar has the same in all.
    pub fn at(&self, period: usize) -> f64 {
        match self {
            Self::Scalar(figure) => *figure,
            Self::Series(figures) => figures.get(period).copied().unwrap_or(f64::NAN),
        }
    }
}

/// A line of the model with its figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LineResult {
    /// The line of the scenario; absent for a line of the built-in template.
    pub id: Option<Uuid>,
    /// Its key.
    pub key: String,
    /// Its label, or its key.
    pub label: String,
    /// Where it is edited.
    pub section: Section,
    /// Its meaning.
    pub role: Option<Role>,
    /// Unit of the figures: whole currency for money.
    pub unit: String,
    /// The unit shown to people.
    pub display: Display,
    /// The figures.
    pub values: LineValues,
    /// Life-of-mine sum where adding periods means something (money and amounts), else `None`.
    pub total: Option<f64>,
}

/// A cost per unit over the life of the mine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnitCost {
    /// The figure; `None` when it is absent, for instance without production.
    pub value: Option<f64>,
    /// Its unit, `USD/oz`.
    pub unit: String,
    /// `by_product` or `co_product`.
    pub basis: String,
}

/// The lowest cumulative cash.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PeakFunding {
    /// 0 or less.
    pub value: f64,
    /// The day it is reached.
    pub date: Date,
}

/// The headline measures of the base case. `None` where the scenario names no line for one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Metrics {
    /// After-tax net present value.
    pub npv: Option<f64>,
    /// Pre-tax net present value.
    pub npv_pre_tax: Option<f64>,
    /// After-tax internal rate of return.
    pub irr: Option<Irr>,
    /// Pre-tax internal rate of return.
    pub irr_pre_tax: Option<Irr>,
    /// Payback, after tax, undiscounted.
    pub payback: Option<Payback>,
    /// Payback, after tax, discounted.
    pub discounted_payback: Option<Payback>,
    /// C1 cash cost.
    pub c1: Option<UnitCost>,
    /// Total cash cost.
    pub total_cash_cost: Option<UnitCost>,
    /// All-in sustaining cost.
    pub aisc: Option<UnitCost>,
    /// Lowest cumulative after-tax cash.
    pub peak_funding: Option<PeakFunding>,
}

/// Why a figure is absent: the first line and period where a value stopped existing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// Key of the line.
    pub line: String,
    /// Label of the period; `None` for a scalar.
    pub period: Option<String>,
    /// What happened there: "division by zero".
    pub what: String,
}

/// The deterministic case: the same program as a simulation, on one trial of base values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BaseCase {
    /// ISO code of the currency of results.
    pub currency: String,
    /// What the figures mean.
    pub conventions: Conventions,
    /// Columns of the table.
    pub periods: Vec<PeriodColumn>,
    /// Lines of the scenario in its order, then those of the built-in template.
    pub lines: Vec<LineResult>,
    /// Headline measures.
    pub metrics: Metrics,
    /// Lines whose figures do not exist somewhere, with the first cause of each.
    pub absent: Vec<(String, Cause)>,
}

impl BaseCase {
    /// The line with this key.
    pub fn line(&self, key: &str) -> Option<&LineResult> {
        self.lines.iter().find(|line| line.key == key)
    }

    /// The line with this meaning.
    pub fn line_by_role(&self, role: Role) -> Option<&LineResult> {
        self.lines.iter().find(|line| line.role == Some(role))
    }
}

/// What a run was asked to do; with the scenario it decides every sample.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunSettings {
    /// Number of trials.
    pub trials: u64,
    /// Seed, 0 to 2^53 - 1.
    pub seed: u64,
    /// Sampler.
    pub sampling: Sampling,
    /// Independent replicates; by the number of trials where it is absent.
    pub replicates: Option<u32>,
    /// Consent to use the nearest possible correlation matrix where the typed one is impossible.
    #[serde(default)]
    pub repair_correlations: bool,
    /// When it may end early; never where it is absent.
    #[serde(default)]
    pub stop: Option<StopRule>,
    /// What it keeps.
    #[serde(default)]
    pub keep: Keep,
    /// Keys of the lines whose spread is kept period by period, beside the after-tax cash flow.
    #[serde(default)]
    pub bands: Vec<String>,
}

impl Default for RunSettings {
    fn default() -> Self {
        Self::from(&SimulationSettings::default())
    }
}

impl From<&SimulationSettings> for RunSettings {
    fn from(settings: &SimulationSettings) -> Self {
        Self {
            trials: settings.trials,
            seed: settings.seed,
            sampling: settings.sampling,
            replicates: settings.replicates,
            repair_correlations: settings.repair_correlations,
            stop: settings.stop.clone(),
            keep: settings.keep,
            bands: settings.bands.clone(),
        }
    }
}

/// What a run found for one output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutputResult {
    /// Key of the line.
    pub key: String,
    /// Its label, or its key.
    pub label: String,
    /// Unit of all figures here: whole currency for money, a fraction for a rate.
    pub unit: String,
    /// The unit shown to people.
    pub display: Display,
    /// Which tail is the bad one.
    pub direction: Direction,
    /// The base case, for the mark in the plot.
    #[serde(with = "figure::one")]
    pub base: f64,
    /// The statistics.
    pub summary: Summary,
    /// Bars for the plot.
    pub histogram: Histogram,
    /// Cumulative curve for the plot.
    pub ecdf: Ecdf,
    /// Rank correlation with each uncertain input: key and figure, `None` where one does not vary. An input that is drawn
    /// each period counts with the mean of its draws over the periods, all with the same weight.
    pub spearman: Vec<(String, Option<f64>)>,
    /// Standardized regression coefficients; absent in a run of an engine that did not make them.
    #[serde(default)]
    pub regression: Option<Regression>,
    /// What the worst 5 % of the trials have in common; absent in a run of an engine that did not ask.
    #[serde(default)]
    pub worst: Option<Target>,
    /// The first cause of an absent result, in order of trial.
    pub first_cause: Option<Cause>,
    /// How mean, P10, P50 and P90 settled as trials were added; empty in a run of an engine that did not look.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trace: Vec<TracePoint>,
    /// How exact the percentiles are where the run kept sketches; `None` where it kept samples.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sketch: Option<SketchError>,
}

/// Percentiles of one line period by period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// Key of the line.
    pub key: String,
    /// Its label, or its key.
    pub label: String,
    /// Unit of the figures: whole currency for money.
    pub unit: String,
    /// The unit shown to people.
    pub display: Display,
    /// P5, P25, P50, P75, P95 and the mean of each period.
    #[serde(with = "figure::row::six")]
    pub percentiles: Vec<[f64; 6]>,
}

/// The rank correlations of a group of inputs, as typed and as used. Rows and columns stand in the order of the keys,
/// with ones on the diagonal; pairs that were not typed are 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CorrelationMatrices {
    /// Keys of the inputs.
    pub keys: Vec<String>,
    /// What was typed.
    pub typed: Vec<Vec<f64>>,
    /// The possible matrix nearest to it: the same where that is possible itself.
    pub repaired: Vec<Vec<f64>>,
    /// What the run asked of its draws: the same, or the nearest whose normal-score correlations are possible.
    pub used: Vec<Vec<f64>>,
    /// Used less typed.
    pub change: Vec<Vec<f64>>,
    /// Smallest eigenvalue of the typed matrix; below 0 it is impossible.
    pub smallest_eigenvalue: f64,
    /// Smallest eigenvalue of the normal-score correlations that the typed ones convert to.
    pub smallest_score_eigenvalue: f64,
}

impl CorrelationMatrices {
    /// Whether the run used another matrix than the typed one.
    pub fn is_repaired(&self) -> bool {
        self.used != self.typed
    }

    /// Typed and used figure of a pair of keys, in any order; `None` where the group has not both.
    pub fn of_pair(&self, a: &str, b: &str) -> Option<(f64, f64)> {
        let place = |key: &str| self.keys.iter().position(|other| other == key);
        let (row, column) = (place(a)?, place(b)?);
        let figure = |matrix: &[Vec<f64>]| matrix.get(row)?.get(column).copied();
        Some((figure(&self.typed)?, figure(&self.used)?))
    }
}

/// How a run with a stop rule ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stopped {
    /// Trials that were run: all figures are over these.
    pub trials: u64,
    /// Whether the figure is known as well as was asked.
    pub reached: bool,
    /// The figure of the rule after these trials; `None` where it is absent.
    pub figure: Option<f64>,
    /// Half the width of its interval; `None` where it has none.
    pub half_width: Option<f64>,
    /// The same as a sentence.
    pub why: String,
}

/// A finished run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunOutcome {
    /// What was asked.
    pub settings: RunSettings,
    /// Replicates really used: fewer than planned where a stop rule ended the run.
    pub replicates: u32,
    /// Number of the random stream.
    pub stream: u32,
    /// Version of the engine.
    pub engine: String,
    /// SHA-256 of the scenario's canonical document, in hexadecimal.
    pub scenario_sha256: String,
    /// SHA-256 over the kept outputs, in hexadecimal; `None` without kept samples.
    pub samples_sha256: Option<String>,
    /// Outputs in order of key.
    pub outputs: Vec<OutputResult>,
    /// Bands of the after-tax cash flow, where the scenario names it, then of the lines asked for.
    pub bands: Vec<Band>,
    /// Rank correlations asked for, with what was achieved: keys of the pair, requested, achieved. Inputs that are drawn
    /// each period correlate period by period: the figure achieved is that of one period, the first one for draws of
    /// periods and the first one after the valuation date for paths.
    pub correlations: Vec<(String, String, f64, Option<f64>)>,
    /// What a reader should know of how the trials were drawn, and of outputs that do not vary, one sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<String>,
    /// The correlation matrices of each group of correlated inputs, as typed and as used.
    #[serde(default)]
    pub correlation_groups: Vec<CorrelationMatrices>,
    /// How it ended, where it had a stop rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<Stopped>,
}

impl RunOutcome {
    /// The output with this key.
    pub fn output(&self, key: &str) -> Option<&OutputResult> {
        self.outputs.iter().find(|output| output.key == key)
    }

    /// Trials taken: those asked for, or fewer where a stop rule ended the run.
    pub fn trials(&self) -> u64 {
        let stopped = self.stopped.as_ref();
        stopped.map_or(self.settings.trials, |stopped| stopped.trials)
    }
}

/// The samples of a run, one column an output, in order of trial. NaN is absent, +infinity is "never".
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Samples {
    /// Key and column, in order of key.
    pub columns: Vec<(String, Vec<f64>)>,
}
