//! Lines of the model: a figure, a row of figures or a formula, with a unit and a meaning.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::calendar::Timing;

/// What a line is worth: a number, one figure a period, or a formula that starts with `=`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Value {
    /// The same figure in every period.
    Number(f64),
    /// One figure a period, the opening one included.
    Series(Vec<f64>),
    /// A formula, `=` included.
    Formula(String),
}

impl Value {
    /// The text of the formula, if it is one.
    pub fn formula(&self) -> Option<&str> {
        match self {
            Self::Formula(text) => Some(text),
            Self::Number(_) | Self::Series(_) => None,
        }
    }
}

/// The part of the model where a line is edited.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// Ore, grade, recovery, metal.
    Production,
    /// Payable metal, prices, realization, revenue.
    Products,
    /// Mining, processing, general and administration.
    OperatingCost,
    /// Initial, sustaining, growth and closure capital.
    Capital,
    /// Royalties, depreciation, taxes.
    Fiscal,
    /// The waterfall from revenue to after-tax cash flow, and measures.
    #[default]
    CashFlow,
}

impl Section {
    /// All sections in the order of the waterfall.
    pub const ALL: [Self; 6] = [
        Self::Production,
        Self::Products,
        Self::OperatingCost,
        Self::Capital,
        Self::Fiscal,
        Self::CashFlow,
    ];

    /// The heading shown.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Production => "Production",
            Self::Products => "Products",
            Self::OperatingCost => "Operating cost",
            Self::Capital => "Capital",
            Self::Fiscal => "Fiscal terms",
            Self::CashFlow => "Cash flow",
        }
    }
}

/// The meaning of a line for the headline measures. Each stands at most once in a scenario.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Gross payable revenue.
    GrossRevenue,
    /// Net smelter return.
    Nsr,
    /// Operating cost.
    OperatingCost,
    /// EBITDA.
    Ebitda,
    /// Initial capital: its first spend is an origin of payback.
    InitialCapital,
    /// Pre-tax cash flow.
    PreTaxCashFlow,
    /// After-tax cash flow: the headline measures belong to it.
    AfterTaxCashFlow,
    /// Payable product sold: its first period is first production.
    PayableProduct,
    /// C1 cash cost per unit, life of mine.
    C1,
    /// Total cash cost per unit, life of mine.
    TotalCashCost,
    /// All-in sustaining cost per unit, life of mine.
    Aisc,
}

impl Role {
    /// All roles in the order of the waterfall.
    pub const ALL: [Self; 11] = [
        Self::GrossRevenue,
        Self::Nsr,
        Self::OperatingCost,
        Self::Ebitda,
        Self::InitialCapital,
        Self::PreTaxCashFlow,
        Self::AfterTaxCashFlow,
        Self::PayableProduct,
        Self::C1,
        Self::TotalCashCost,
        Self::Aisc,
    ];

    /// The words shown.
    pub const fn words(self) -> &'static str {
        match self {
            Self::GrossRevenue => "gross payable revenue",
            Self::Nsr => "net smelter return",
            Self::OperatingCost => "operating cost",
            Self::Ebitda => "EBITDA",
            Self::InitialCapital => "initial capital",
            Self::PreTaxCashFlow => "pre-tax cash flow",
            Self::AfterTaxCashFlow => "after-tax cash flow",
            Self::PayableProduct => "payable product sold",
            Self::C1 => "C1 cash cost",
            Self::TotalCashCost => "total cash cost",
            Self::Aisc => "all-in sustaining cost",
        }
    }
}

/// Whether more of an output is better.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More is better: the lower tail is the bad one.
    #[default]
    Gain,
    /// Less is better: the upper tail is the bad one.
    Cost,
}

/// Whether money has the buying power of a base date or of its own date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MoneyBasis {
    /// Constant money of the base date.
    #[default]
    Real,
    /// Money of its own date.
    Nominal,
}

/// One line of the model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Identity: kept by rename, reorder, branch, export and import.
    pub id: Uuid,
    /// The name that formulas use.
    pub key: String,
    /// The name that people read.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// Where it is edited.
    pub section: Section,
    /// Its unit; empty for a plain number. An amount per period carries no time in its unit.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// What it is worth.
    pub value: Value,
    /// Its meaning for the headline measures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Whether a simulation keeps it as an output, and which way is good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<Direction>,
    /// Its own timing, where it differs from the calendar's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timing: Option<Timing>,
    /// Its own money basis, where it differs from the scenario's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<MoneyBasis>,
    /// Where the figures come from.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// Anything else a reviewer should know.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

impl Line {
    /// The label, or the key where there is none.
    pub fn title(&self) -> &str {
        if self.label.is_empty() {
            &self.key
        } else {
            &self.label
        }
    }
}
