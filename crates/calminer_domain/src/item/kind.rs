//! The kinds of items.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::field::Field;
use super::fields::{costs, fiscal, measures, production, products};
use crate::line::Section;

/// What an item is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// What is mined when: typed by period or generated from reserve, capacity and ramp-up.
    Schedule,
    /// A processing route with a recovery for each element.
    Process,
    /// A metal that is sold as such, for instance in dore.
    Metal,
    /// A concentrate with its smelter terms.
    Concentrate,
    /// Any other product: tonnes, cubic metres, hours.
    Sale,
    /// A capital line.
    Capital,
    /// An operating cost.
    OperatingCost,
    /// A consumption with its quantity, price and emissions.
    Consumption,
    /// A royalty.
    Royalty,
    /// A stream on a product.
    Stream,
    /// A depreciation pool.
    Depreciation,
    /// A tax.
    Tax,
    /// Working capital.
    WorkingCapital,
    /// A cost per unit of product.
    UnitCost,
    /// A condition that a reviewer wants to see hold.
    Check,
}

impl ItemKind {
    /// All kinds in the order of the waterfall.
    pub const ALL: [Self; 15] = [
        Self::Schedule,
        Self::Process,
        Self::Metal,
        Self::Concentrate,
        Self::Sale,
        Self::OperatingCost,
        Self::Consumption,
        Self::Capital,
        Self::WorkingCapital,
        Self::Royalty,
        Self::Stream,
        Self::Depreciation,
        Self::Tax,
        Self::UnitCost,
        Self::Check,
    ];

    /// The words shown for one of it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Schedule => "mine schedule",
            Self::Process => "processing route",
            Self::Metal => "metal",
            Self::Concentrate => "concentrate",
            Self::Sale => "other product",
            Self::Capital => "capital line",
            Self::OperatingCost => "operating cost",
            Self::Consumption => "consumption",
            Self::Royalty => "royalty",
            Self::Stream => "stream",
            Self::Depreciation => "depreciation pool",
            Self::Tax => "tax",
            Self::WorkingCapital => "working capital",
            Self::UnitCost => "unit cost",
            Self::Check => "check",
        }
    }

    /// The part of the model where it is edited.
    pub const fn section(self) -> Section {
        match self {
            Self::Schedule | Self::Process => Section::Production,
            Self::Metal | Self::Concentrate | Self::Sale => Section::Products,
            Self::OperatingCost | Self::Consumption => Section::OperatingCost,
            Self::Capital | Self::WorkingCapital => Section::Capital,
            Self::Royalty | Self::Stream | Self::Depreciation | Self::Tax => Section::Fiscal,
            Self::UnitCost | Self::Check => Section::CashFlow,
        }
    }

    /// What its terms are, in the order of a form.
    pub const fn fields(self) -> &'static [Field] {
        match self {
            Self::Schedule => production::SCHEDULE,
            Self::Process => production::PROCESS,
            Self::Metal => products::METAL,
            Self::Concentrate => products::CONCENTRATE,
            Self::Sale => products::SALE,
            Self::Capital => costs::CAPITAL,
            Self::OperatingCost => costs::OPERATING_COST,
            Self::Consumption => costs::CONSUMPTION,
            Self::WorkingCapital => costs::WORKING_CAPITAL,
            Self::Royalty => fiscal::ROYALTY,
            Self::Stream => fiscal::STREAM,
            Self::Depreciation => fiscal::DEPRECIATION,
            Self::Tax => fiscal::TAX,
            Self::UnitCost => measures::UNIT_COST,
            Self::Check => measures::CHECK,
        }
    }

    /// The field with this name.
    pub fn field(self, name: &str) -> Option<&'static Field> {
        self.fields().iter().find(|field| field.name == name)
    }
}
