//! The summary of one output of a run.

use calminer_domain::{Direction, PercentileDefinition};
use serde::{Deserialize, Serialize};

use super::estimate::{Figures, Sample};
use super::interval::{Interval, Level};
use super::moments::Moments;
use super::number;
use super::sorted::OrderedSample;

/// What an infinite sample means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InfinityMeaning {
    /// A result that is absent, such as a division by zero: counted, left out of every figure.
    #[default]
    Absent,
    /// +infinity is "never" (a payback): in the percentiles and the tail, not in the mean. -infinity is absent.
    Never,
}

/// How the trials were drawn, which decides where the intervals come from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrialPlan {
    /// Independent trials: intervals by theory.
    #[default]
    Plain,
    /// Independent replicates of these sizes, one after the other: intervals by their scatter, none for fewer than two.
    Replicates(Vec<usize>),
}

/// Parts in which a plain run is looked at while it grows.
const PLAIN_PARTS: usize = 20;

impl TrialPlan {
    /// Trials of each part in which a run of `trials` grows: its replicates, or twenty nearly equal parts of a plain
    /// run.
    pub fn parts(&self, trials: usize) -> Vec<usize> {
        match self {
            Self::Plain => {
                let parts = PLAIN_PARTS.min(trials).max(1);
                let (base, larger) = (trials / parts, trials % parts);
                (0..parts)
                    .map(|part| base + usize::from(part < larger))
                    .collect()
            }
            Self::Replicates(sizes) => sizes.clone(),
        }
    }
}

/// What the summary needs to know of an output.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SummaryOptions {
    /// Gain or cost: which tail is the bad one.
    pub direction: Direction,
    /// Definition of percentiles.
    pub percentile_type: PercentileDefinition,
    /// Whether the output is money: only then is a probability below zero given.
    pub money: bool,
    /// What infinity means.
    pub infinity: InfinityMeaning,
    /// How many of the absent samples are trials that failed as a whole.
    pub failed: u64,
    /// How the trials were drawn.
    pub plan: TrialPlan,
    /// Share of the intervals that hold the true figure; 95 % where it is absent.
    #[serde(default)]
    pub confidence: Option<f64>,
}

/// Counts of the samples that are no finite number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AbsentCounts {
    /// NaN: the figure is not defined in the trial.
    pub undefined: u64,
    /// Infinite and without a meaning.
    pub infinite: u64,
    /// "Never".
    pub never: u64,
    /// The trial failed.
    pub failed: u64,
}

/// Percentiles of a summary, in the unit of the output; infinity is "never".
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[expect(
    missing_docs,
    reason = "p10 is the percentile 10: 10 % of outcomes at or below"
)]
pub struct Percentiles {
    #[serde(rename = "1", with = "number", default)]
    pub p1: Option<f64>,
    #[serde(rename = "5", with = "number", default)]
    pub p5: Option<f64>,
    #[serde(rename = "10", with = "number", default)]
    pub p10: Option<f64>,
    #[serde(rename = "25", with = "number", default)]
    pub p25: Option<f64>,
    #[serde(rename = "50", with = "number", default)]
    pub p50: Option<f64>,
    #[serde(rename = "75", with = "number", default)]
    pub p75: Option<f64>,
    #[serde(rename = "90", with = "number", default)]
    pub p90: Option<f64>,
    #[serde(rename = "95", with = "number", default)]
    pub p95: Option<f64>,
    #[serde(rename = "99", with = "number", default)]
    pub p99: Option<f64>,
}

impl From<[Option<f64>; 9]> for Percentiles {
    fn from([p1, p5, p10, p25, p50, p75, p90, p95, p99]: [Option<f64>; 9]) -> Self {
        Self {
            p1,
            p5,
            p10,
            p25,
            p50,
            p75,
            p90,
            p95,
            p99,
        }
    }
}

/// Intervals of the percentiles.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[expect(missing_docs, reason = "p10 is the interval of the percentile 10")]
pub struct PercentileIntervals {
    #[serde(rename = "1", default)]
    pub p1: Option<Interval>,
    #[serde(rename = "5", default)]
    pub p5: Option<Interval>,
    #[serde(rename = "10", default)]
    pub p10: Option<Interval>,
    #[serde(rename = "25", default)]
    pub p25: Option<Interval>,
    #[serde(rename = "50", default)]
    pub p50: Option<Interval>,
    #[serde(rename = "75", default)]
    pub p75: Option<Interval>,
    #[serde(rename = "90", default)]
    pub p90: Option<Interval>,
    #[serde(rename = "95", default)]
    pub p95: Option<Interval>,
    #[serde(rename = "99", default)]
    pub p99: Option<Interval>,
}

impl From<[Option<Interval>; 9]> for PercentileIntervals {
    fn from([p1, p5, p10, p25, p50, p75, p90, p95, p99]: [Option<Interval>; 9]) -> Self {
        Self {
            p1,
            p5,
            p10,
            p25,
            p50,
            p75,
            p90,
            p95,
            p99,
        }
    }
}

/// A 95 % risk figure, positive where it is a loss (a gain) or the bad outcome itself (a cost), on both bases.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Risk {
    /// Against zero: -Q for a gain, Q for a cost.
    #[serde(with = "number", default)]
    pub against_zero: Option<f64>,
    /// Against the mean: mean - Q for a gain, Q - mean for a cost.
    #[serde(with = "number", default)]
    pub against_mean: Option<f64>,
}

/// Intervals of a risk figure.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct RiskIntervals {
    /// Of the figure against zero.
    pub against_zero: Option<Interval>,
    /// Of the figure against the mean.
    pub against_mean: Option<Interval>,
}

/// Where the intervals come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The scatter over independent replicates.
    Replicates,
    /// Theory and order statistics of independent trials.
    Theory,
    /// There are none: fewer than two replicates.
    #[default]
    None,
}

/// 95 % confidence intervals of the figures of a summary.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Intervals {
    /// Where they come from.
    pub basis: Basis,
    /// Of the mean.
    pub mean: Option<Interval>,
    /// Of the standard deviation.
    pub sd: Option<Interval>,
    /// Of the skewness.
    pub skewness: Option<Interval>,
    /// Of the excess kurtosis.
    pub excess_kurtosis: Option<Interval>,
    /// Of the percentiles.
    pub percentiles: PercentileIntervals,
    /// Of the mean of the worst 5 %.
    pub tail_mean_5: Option<Interval>,
    /// Of the value at risk.
    pub value_at_risk_95: RiskIntervals,
    /// Of the expected shortfall.
    pub expected_shortfall_95: RiskIntervals,
    /// Of the probability below zero.
    pub probability_below_zero: Option<Interval>,
}

impl Intervals {
    pub(super) fn of(figures: &Figures<Option<Interval>>, basis: Basis) -> Self {
        let risk = |[against_zero, against_mean]: [Option<Interval>; 2]| RiskIntervals {
            against_zero,
            against_mean,
        };
        Self {
            basis,
            mean: figures.mean,
            sd: figures.sd,
            skewness: figures.skewness,
            excess_kurtosis: figures.kurtosis,
            percentiles: figures.percentiles.into(),
            tail_mean_5: figures.tail_mean,
            value_at_risk_95: risk(figures.value_at_risk),
            expected_shortfall_95: risk(figures.shortfall),
            probability_below_zero: figures.below_zero,
        }
    }
}

/// Statistics of one output over all trials of a run, in the output's unit.
///
/// Mean, sd, skewness, kurtosis, min and max are over the `valid` trials, those with a finite result; percentiles, tail
/// and risk are over these and "never". An absent figure is `None`, never 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Gain or cost.
    pub direction: Direction,
    /// Definition of the percentiles.
    pub percentile_type: PercentileDefinition,
    /// Trials of the run.
    pub trials: u64,
    /// Trials with a finite result.
    pub valid: u64,
    /// The others, by cause.
    pub absent: AbsentCounts,
    /// Arithmetic mean.
    pub mean: Option<f64>,
    /// Standard deviation with n - 1.
    pub sd: Option<f64>,
    /// Bias-corrected skewness.
    pub skewness: Option<f64>,
    /// Bias-corrected excess kurtosis; a normal has 0.
    pub excess_kurtosis: Option<f64>,
    /// Smallest result.
    pub min: Option<f64>,
    /// Largest finite result.
    pub max: Option<f64>,
    /// Percentiles.
    pub percentiles: Percentiles,
    /// Mean of the worst 5 %.
    #[serde(with = "number", default)]
    pub tail_mean_5: Option<f64>,
    /// Value at risk at 95 %.
    pub value_at_risk_95: Risk,
    /// Expected shortfall at 95 %.
    pub expected_shortfall_95: Risk,
    /// Share of the valid trials below zero; money outputs only.
    pub probability_below_zero: Option<f64>,
    /// Confidence intervals.
    pub intervals: Intervals,
}

impl Summary {
    /// The summary of one output's `samples` in order of trial.
    pub fn of(samples: &[f64], options: &SummaryOptions) -> Self {
        Self::with_ordered(samples, options).0
    }

    /// The summary and the ordered sample it was read from, for plots and further percentiles.
    pub fn with_ordered(samples: &[f64], options: &SummaryOptions) -> (Self, OrderedSample) {
        let absent = count_absent(samples, options);
        let kept = kept(samples, options.infinity, absent);
        let kept = kept.as_deref().unwrap_or(samples);
        let ordered = OrderedSample::of_replicates(kept, &options.plan.parts(samples.len()));
        let finite = Finite::of(kept);
        let moments = Moments::of(&finite);
        let sample = sample_of(&finite, &ordered.all, options);
        let figures = sample.figures(&moments);
        let intervals = match &options.plan {
            TrialPlan::Plain => Intervals::of(
                &sample.intervals_of_theory(&moments, &figures),
                Basis::Theory,
            ),
            TrialPlan::Replicates(sizes) if sizes.len() > 1 => Intervals::of(
                &sample.intervals_of_replicates(&figures, &of_replicates(kept, &ordered, options)),
                Basis::Replicates,
            ),
            TrialPlan::Replicates(_) => Intervals::default(),
        };
        let summary = Self::from_figures(&Counted {
            options,
            trials: samples.len() as u64,
            valid: moments.count(),
            absent,
            ends: [moments.min(), moments.max()],
            figures: &figures,
            intervals,
        });
        (summary, ordered)
    }

    pub(super) fn from_figures(from: &Counted<'_>) -> Self {
        let (options, figures) = (from.options, from.figures);
        let risk = |[against_zero, against_mean]: [Option<f64>; 2]| Risk {
            against_zero,
            against_mean,
        };
        Self {
            direction: options.direction,
            percentile_type: options.percentile_type,
            trials: from.trials,
            valid: from.valid,
            absent: from.absent,
            mean: figures.mean,
            sd: figures.sd,
            skewness: figures.skewness,
            excess_kurtosis: figures.kurtosis,
            min: from.ends[0],
            max: from.ends[1],
            percentiles: figures.percentiles.into(),
            tail_mean_5: figures.tail_mean,
            value_at_risk_95: risk(figures.value_at_risk),
            expected_shortfall_95: risk(figures.shortfall),
            probability_below_zero: figures.below_zero,
            intervals: from.intervals,
        }
    }
}

/// What a summary is made of.
pub(super) struct Counted<'a> {
    pub(super) options: &'a SummaryOptions,
    pub(super) trials: u64,
    pub(super) valid: u64,
    pub(super) absent: AbsentCounts,
    /// Smallest and largest finite result.
    pub(super) ends: [Option<f64>; 2],
    pub(super) figures: &'a Figures<Option<f64>>,
    pub(super) intervals: Intervals,
}

fn sample_of<'a>(finite: &'a [f64], ordered: &'a [f64], options: &SummaryOptions) -> Sample<'a> {
    Sample {
        finite,
        ordered,
        direction: options.direction,
        kind: options.percentile_type,
        money: options.money,
        level: Level::of(options.confidence),
    }
}

/// Figures of each replicate.
fn of_replicates(
    kept: &[f64],
    ordered: &OrderedSample,
    options: &SummaryOptions,
) -> Vec<Figures<Option<f64>>> {
    let TrialPlan::Replicates(sizes) = &options.plan else {
        return Vec::new();
    };
    let mut rest = kept;
    let mut figures = Vec::with_capacity(sizes.len());
    for (&size, ordered) in sizes.iter().zip(&ordered.replicates) {
        let (replicate, after) = rest.split_at(size.min(rest.len()));
        let finite = Finite::of(replicate);
        figures.push(sample_of(&finite, ordered, options).figures(&Moments::of(&finite)));
        rest = after;
    }
    figures
}

fn count_absent(samples: &[f64], options: &SummaryOptions) -> AbsentCounts {
    let mut absent = AbsentCounts::default();
    for &x in samples {
        if x.is_finite() {
            continue;
        }
        if x.is_nan() {
            absent.undefined += 1;
        } else if x > 0.0 && options.infinity == InfinityMeaning::Never {
            absent.never += 1;
        } else {
            absent.infinite += 1;
        }
    }
    // A failed trial leaves NaN in every output.
    absent.failed = options.failed.min(absent.undefined);
    absent.undefined -= absent.failed;
    absent
}

/// The samples with a NaN for each infinity that means nothing; `None` where nothing changes.
fn kept(samples: &[f64], infinity: InfinityMeaning, absent: AbsentCounts) -> Option<Vec<f64>> {
    let keep = |x: f64| x.is_finite() || (x > 0.0 && infinity == InfinityMeaning::Never);
    let cleaned = samples.iter().map(|&x| if keep(x) { x } else { f64::NAN });
    (absent.infinite > 0).then(|| cleaned.collect())
}

/// The finite values of a column, copied only where some are not finite.
enum Finite<'a> {
    All(&'a [f64]),
    Some(Vec<f64>),
}

impl<'a> Finite<'a> {
    fn of(values: &'a [f64]) -> Self {
        if values.iter().all(|x| x.is_finite()) {
            return Self::All(values);
        }
        Self::Some(values.iter().copied().filter(|x| x.is_finite()).collect())
    }
}

impl std::ops::Deref for Finite<'_> {
    type Target = [f64];

    fn deref(&self) -> &[f64] {
        match self {
            Self::All(values) => values,
            Self::Some(values) => values,
        }
    }
}
