//! A scenario: everything that decides its figures, and nothing that does not.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::calendar::Calendar;
use crate::item::Item;
use crate::line::{Line, MoneyBasis, Role, Section};
use crate::parameter::{Correlation, LookupTable, Parameter};

/// The largest seed: safe in JSON and in a signed column of a database.
pub const MAX_SEED: u64 = (1 << 53) - 1;
/// The largest number of trials of one run.
pub const MAX_TRIALS: u64 = 1_000_000_000;

/// A mine or a study: a name over its scenarios.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Project {
    /// Identity.
    pub id: Uuid,
    /// The name shown.
    pub name: String,
    /// What it is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
}

/// Where the years of a payback are counted from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PaybackOrigin {
    /// Start of the period of the first spend of initial capital.
    #[default]
    FirstSpend,
    /// A decision date.
    DecisionDate {
        /// The day.
        #[schemars(with = "String")]
        date: Date,
    },
    /// Start of the first period with payable product sold: what studies print most.
    FirstProduction,
}

impl PaybackOrigin {
    /// The words shown.
    pub fn words(self) -> String {
        match self {
            Self::FirstSpend => "from the first spend of initial capital".to_owned(),
            Self::DecisionDate { date } => format!("from the decision date {date}"),
            Self::FirstProduction => "from first production".to_owned(),
        }
    }
}

/// Definition of a sample percentile (Hyndman and Fan).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PercentileDefinition {
    /// h = (n + 1) p.
    Type6,
    /// h = (n - 1) p, linear interpolation: the spreadsheet's.
    #[default]
    Type7,
    /// Median-unbiased.
    Type8,
}

/// Choices that are part of what the figures mean; printed with every result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Conventions {
    /// Annual effective rate as a fraction, > -1.
    pub discount_rate: f64,
    /// Whether the model's money is real or nominal.
    #[serde(default)]
    pub basis: MoneyBasis,
    /// Annual inflation as a fraction; 0 deflates nothing.
    #[serde(default)]
    pub inflation: f64,
    /// Day whose money "real" means; the valuation date where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub base_date: Option<Date>,
    /// Origin of paybacks.
    #[serde(default)]
    pub payback_origin: PaybackOrigin,
    /// Which percentile is meant.
    #[serde(default)]
    pub percentile: PercentileDefinition,
}

/// How trials are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Sampling {
    /// Latin hypercube with a random position in the stratum.
    #[default]
    #[serde(rename = "lhs")]
    LatinHypercube,
    /// Plain Monte Carlo.
    #[serde(rename = "mc")]
    MonteCarlo,
    /// Scrambled Sobol points.
    #[serde(rename = "sobol")]
    Sobol,
}

impl Sampling {
    /// The words shown.
    pub const fn words(self) -> &'static str {
        match self {
            Self::LatinHypercube => "Latin hypercube",
            Self::MonteCarlo => "plain Monte Carlo",
            Self::Sobol => "scrambled Sobol",
        }
    }
}

/// A figure of an output that a run can be asked to know well enough.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StopFigure {
    /// Mean.
    #[default]
    Mean,
    /// Percentile 5.
    P5,
    /// Percentile 10.
    P10,
    /// Percentile 50.
    P50,
    /// Percentile 90.
    P90,
    /// Percentile 95.
    P95,
    /// Mean of the bad tail.
    TailMean,
}

impl StopFigure {
    /// All figures, in the order of a menu.
    pub const ALL: [Self; 7] = [
        Self::Mean,
        Self::P5,
        Self::P10,
        Self::P50,
        Self::P90,
        Self::P95,
        Self::TailMean,
    ];

    /// The words shown.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::P5 => "P5",
            Self::P10 => "P10",
            Self::P50 => "P50",
            Self::P90 => "P90",
            Self::P95 => "P95",
            Self::TailMean => "tail mean",
        }
    }
}

/// When a run may end before its trials are done: once a figure is known well enough.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StopRule {
    /// Key of the output.
    pub output: String,
    /// Which figure of it.
    #[serde(default)]
    pub figure: StopFigure,
    /// Half the width of its interval as a fraction of the figure, > 0.
    pub tolerance: f64,
}

/// What a run keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// The samples of each output.
    #[default]
    Samples,
    /// Counts in fine bins alone: the same memory for any number of trials, percentiles with a stated error.
    Sketches,
}

impl Keep {
    /// The words shown.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Samples => "samples",
            Self::Sketches => "sketches",
        }
    }
}

/// What the analyst last asked of a simulation of this scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SimulationSettings {
    /// Number of trials.
    pub trials: u64,
    /// Seed, 0 to 2^53 - 1.
    pub seed: u64,
    /// Sampler.
    #[serde(default)]
    pub sampling: Sampling,
    /// Independent replicates; by the number of trials where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replicates: Option<u32>,
    /// Consent to use the nearest possible correlation matrix where the typed one is impossible.
    #[serde(default, skip_serializing_if = "is_false")]
    pub repair_correlations: bool,
    /// When it may end early; never where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop: Option<StopRule>,
    /// What it keeps.
    #[serde(default, skip_serializing_if = "is_samples")]
    pub keep: Keep,
    /// Keys of the lines whose spread is kept period by period, beside the after-tax cash flow.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bands: Vec<String>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_false(flag: &bool) -> bool {
    !flag
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_samples(keep: &Keep) -> bool {
    *keep == Keep::Samples
}

impl Default for SimulationSettings {
    fn default() -> Self {
        Self {
            trials: 10_000,
            seed: 1,
            sampling: Sampling::default(),
            replicates: None,
            repair_correlations: false,
            stop: None,
            keep: Keep::default(),
            bands: Vec::new(),
        }
    }
}

/// Where a scenario was branched from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Parent {
    /// The scenario.
    pub scenario: Uuid,
    /// Its revision at that time.
    pub revision: u32,
}

/// A model of one mine under one set of assumptions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Identity.
    pub id: Uuid,
    /// The name shown.
    pub name: String,
    /// What it was branched from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Parent>,
    /// What a reviewer should know: sources, limits, known discrepancies.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub notes: String,
    /// ISO code of the currency of its results.
    pub currency: String,
    /// Periods and dates.
    pub calendar: Calendar,
    /// What the figures mean.
    pub conventions: Conventions,
    /// Inputs.
    #[serde(default)]
    pub parameters: Vec<Parameter>,
    /// The slot that the next new parameter gets.
    #[serde(default)]
    pub next_slot: u32,
    /// Lookup tables.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<LookupTable>,
    /// Items of the typed sections.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "crate::item::read::all"
    )]
    pub items: Vec<Item>,
    /// Lines of the model.
    #[serde(default)]
    pub lines: Vec<Line>,
    /// Rank correlations between parameters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub correlations: Vec<Correlation>,
    /// Settings of the last simulation.
    #[serde(default)]
    pub simulation: SimulationSettings,
}

impl Scenario {
    /// The parameter with this identity.
    pub fn parameter(&self, id: Uuid) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.id == id)
    }

    /// The item with this identity.
    pub fn item(&self, id: Uuid) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    /// The items of one section, in their order.
    pub fn items_of(&self, section: Section) -> impl Iterator<Item = &Item> {
        let all = self.items.iter();
        all.filter(move |item| item.kind.section() == section)
    }

    /// The line with this identity.
    pub fn line(&self, id: Uuid) -> Option<&Line> {
        self.lines.iter().find(|line| line.id == id)
    }

    /// The line with this key.
    pub fn line_by_key(&self, key: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.key == key)
    }

    /// The line with this meaning.
    pub fn line_by_role(&self, role: Role) -> Option<&Line> {
        self.lines.iter().find(|line| line.role == Some(role))
    }

    /// The lines of one section, in their order.
    pub fn lines_of(&self, section: Section) -> impl Iterator<Item = &Line> {
        self.lines
            .iter()
            .filter(move |line| line.section == section)
    }

    /// The parameters that have a distribution.
    pub fn uncertain(&self) -> impl Iterator<Item = &Parameter> {
        self.parameters
            .iter()
            .filter(|parameter| parameter.uncertainty.is_some())
    }

    /// Whether a parameter, line or table already has this key.
    pub fn has_key(&self, key: &str) -> bool {
        self.keys().any(|taken| taken == key)
    }

    /// Keys of all parameters, lines and tables.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        let parameters = self
            .parameters
            .iter()
            .map(|parameter| parameter.key.as_str());
        let tables = self.tables.iter().map(|table| table.key.as_str());
        parameters
            .chain(tables)
            .chain(self.lines.iter().map(|line| line.key.as_str()))
    }

    /// A key that is still free: `stem`, or `stem_2`, `stem_3` ...
    pub fn free_key(&self, stem: &str) -> String {
        let is_taken = |key: &str| {
            let mut items = self.items.iter();
            self.has_key(key) || items.any(|item| item.key == key)
        };
        if !is_taken(stem) {
            return stem.to_owned();
        }
        // One of them is free: there are more numbers than rows.
        let rows = self.keys().count() + self.items.len() + 2;
        (2..=rows)
            .map(|number| format!("{stem}_{number}"))
            .find(|key| !is_taken(key))
            .unwrap_or_default()
    }

    /// The title of a parameter, line or table by its key; the key itself where there is none.
    pub fn title_of<'a>(&'a self, key: &'a str) -> &'a str {
        let parameter = self
            .parameters
            .iter()
            .find(|parameter| parameter.key == key)
            .map(Parameter::title);
        parameter
            .or_else(|| self.line_by_key(key).map(Line::title))
            .unwrap_or(key)
    }
}
