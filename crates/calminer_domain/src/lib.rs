//! What a mining scenario is: types, units, formulas, edits, validation and the file format.
//!
//! Knows no random numbers, no database, no window, no files, no clock and no environment: the same text gives the
//! same scenario everywhere. Bad input is never an `Err` here: a half-finished scenario is a scenario with issues.

pub mod calendar;
pub mod correlation;
pub mod distribution;
pub mod edit;
pub mod file;
pub mod formula;
pub mod issue;
pub mod item;
pub mod line;
pub mod lowering;
pub mod parameter;
pub mod quick_model;
pub mod scenario;
pub mod typical_pairs;
pub mod units;
pub mod validate;

pub use calendar::{Calendar, Period, PeriodLength, Timing};
pub use distribution::{Distribution, DistributionForm, DistributionProblem};
pub use edit::{EditError, ScenarioEdit};
pub use issue::{Issue, Place, Severity};
pub use item::{Item, ItemKind, Term, TermRow};
pub use line::{Direction, Line, MoneyBasis, Role, Section, Value};
pub use parameter::{
    BaseValue, Correlation, Draw, LookupTable, Parameter, Truncation, Uncertainty,
};
pub use scenario::{
    Conventions, Keep, PaybackOrigin, PercentileDefinition, Project, Sampling, Scenario,
    SimulationSettings, StopFigure, StopRule,
};
pub use typical_pairs::{TypicalPair, typical_pairs};
