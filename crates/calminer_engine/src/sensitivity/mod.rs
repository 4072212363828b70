//! Which input matters: figures for tornado, spider and their kin, from single trials, from a run's own samples, and
//! from samples made for the purpose.
//!
//! | Question | Answer |
//! |---|---|
//! | What does each input do alone, at given ends? | [`tornado`], [`spider`] on a [`Program`](crate::program::Program) |
//! | What does the table of a study say? | [`standard_table`] on a scenario |
//! | What if a certain parameter changes? | the same on [`program_with`] |
//! | What explains the trials of a run? | [`regression`], [`contributions_by_rank`], [`contributions_by_regression`] |
//! | What do the worst trials have in common? | [`target`] |
//! | Where does the variance come from, interactions included? | [`variance_analysis`] |
//!
//! An input or output that does not vary has no figure (n/a), stands last and never carries noise. A figure that does
//! not exist is absent with its cause. The bits depend on scenario, settings and seed alone, not on threads.

mod contribution;
pub(crate) mod cross;
mod design;
mod linear;
mod model;
mod points;
pub(crate) mod regression;
mod rounds;
mod samples;
mod shapley;
mod sobol;
mod standard;
pub(crate) mod target;
mod tornado;
mod variance;
mod variant;

pub use contribution::{
    Contribution, ContributionMethod, Contributions, contributions_by_rank,
    contributions_by_regression,
};
pub use points::{MovedInput, Point, Setting, Step, StepError};
pub use regression::{Dropped, Regression, RegressionTerm, regression};
pub use samples::{InputColumns, input_columns};
pub use standard::{
    Driver, DriverRow, RateRow, STANDARD_CHANGES, STANDARD_RATES, ScaledInput, StandardFigures,
    StandardPoint, StandardTable, standard_table,
};
pub use target::{Tail, Target, TargetRow, WORST, target};
pub use tornado::{Measured, Movement, Spider, SpiderRow, Tornado, TornadoRow, spider, tornado};
pub use variance::{
    Estimate, GroupShare, InputGroup, OutputVariance, VarianceAnalysis, VarianceKind,
    VarianceMethod, VarianceSettings, planned_evaluations, variance_analysis,
};
pub use variant::program_with;

#[cfg(test)]
mod tests;
