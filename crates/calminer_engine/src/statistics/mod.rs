//! Statistics of kept samples: percentiles, moments, tails, intervals, histograms, rank correlation.
//!
//! Every sum runs in a shape fixed by the number of values, so no figure depends on threads. A missing value is counted,
//! never averaged over: NaN is an undefined result, +infinity can mean "never" (a payback). Nothing here uses the
//! system's `exp`, `ln` or `pow`.

mod correlation;
mod estimate;
mod histogram;
mod interval;
mod moments;
mod number;
mod percentile;
mod sketch;
mod sketch_figures;
mod sorted;
mod special;
mod summary;
mod tail;
mod trace;

pub use correlation::{RankColumn, pearson, spearman};
pub use histogram::{Histogram, HistogramView};
pub use interval::{CONFIDENCE, Interval, significant_digits};
pub use moments::{Moments, sum};
pub(crate) use percentile::place;
pub use percentile::{percentile_sorted, percentiles_select};
pub use sketch::{Grid, SKETCH_BINS, Sketch};
pub use sketch_figures::{SketchError, SketchedColumn, sketched_band};
pub use sorted::{OrderedSample, sort_values};
pub use special::{binomial_quantile, student_t_quantile};
pub use summary::{
    AbsentCounts, Basis, InfinityMeaning, Intervals, PercentileIntervals, Percentiles, Risk,
    RiskIntervals, Summary, SummaryOptions, TrialPlan,
};
pub use tail::{TAIL, tail_mean_sorted};
pub use trace::{TracePoint, convergence_trace, ecdf};
