//! Units: what a figure is measured in, how units multiply, and which of them may be added.
//!
//! A unit is an exact factor times powers of dimensions and currencies, with a *family* that keeps apart what has the
//! same dimension but another habit: tonnes, troy ounces and pounds; grades and plain numbers. Knows no exchange rate,
//! no length of a year and no scenario: what crosses between currencies or between days and years is the model's
//! business.
//!
//! # Families
//!
//! | Unit | Family |
//! |---|---|
//! | kg, t, kt, Mt, dmt, and what has them: t/a, USD/t, t/bcm, dmt/wmt | bulk |
//! | g, oz, koz, Moz, and USD/oz | troy |
//! | lb, klb, Mlb, st, and USD/lb | avoirdupois |
//! | unlike families of mass in one unit, such as t*oz | open |
//! | mass / larger mass with unlike symbols: g/t, kg/t, oz/t, lb/st | grade |
//! | %, ppm, t/t, t/lb | open: a grade or a plain number |
//! | no unit, each, and everything without mass: USD, m3, kWh, a | plain |
//!
//! # Products and quotients
//!
//! | Left | Right | Result |
//! |---|---|---|
//! | plain number | any unit | the family of that unit |
//! | mass of any family | %, a grade, or a unit with a dimension | open: takes the family of its line |
//! | grade | plain number | grade |
//! | grade | % or a grade | open |
//! | anything that leaves mass | mass | open number, or plain when a dimension is left |
//!
//! # Sums, comparisons and assignments
//!
//! The dimensions must be equal and the families too; open fits any. `to(x, [unit])` crosses families of one
//! dimension, except between a grade and a plain number.

mod algebra;
mod dimensions;
pub mod entry;
#[cfg(test)]
mod entry_tests;
mod factor;
mod mismatch;
mod parse;
mod table;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use dimensions::Dimension;
pub use mismatch::UnitMismatch;
pub use parse::{MAX_UNIT_CHARS, UnitError};
pub use table::UnitHelp;

use dimensions::{Currency, Dimensions};
use factor::Factor;

/// What keeps apart units of one dimension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// Numbers, and every unit without mass.
    Plain,
    /// A mass fraction: g/t, kg/t, oz/t.
    Grade,
    /// kg, t, kt, Mt.
    Bulk,
    /// g, oz, koz, Moz.
    Troy,
    /// lb, klb, Mlb, st.
    Avoirdupois,
    /// Not fixed: fits any family of its dimension.
    Open,
}

/// A unit. Equality compares factor, dimensions and family, not how it is written.
#[derive(Clone, Debug)]
pub struct Unit {
    factor: Factor,
    dimensions: Dimensions,
    family: Family,
    /// Symbols and their powers, for showing.
    terms: Vec<(String, i32)>,
}

impl PartialEq for Unit {
    fn eq(&self, other: &Self) -> bool {
        self.factor == other.factor
            && self.dimensions == other.dimensions
            && self.family == other.family
    }
}

impl Eq for Unit {}

impl Unit {
    /// Reads a unit such as `USD/(t*km)`; empty text and `1` are a plain number. `$` is `scenario_currency`, an
    /// ISO 4217 code. Products and quotients run from the left, so `a/b*c` is `(a/b)*c`.
    pub fn parse(text: &str, scenario_currency: &str) -> Result<Self, UnitError> {
        parse::parse(text, scenario_currency)
    }

    /// A number without a unit.
    pub fn plain() -> Self {
        Self {
            factor: Factor::default(),
            dimensions: Dimensions::default(),
            family: Family::Plain,
            terms: Vec::new(),
        }
    }

    /// One hundredth: a plain number or a grade.
    pub fn percent() -> Self {
        Self::known("%")
    }

    /// The fixed day, the unit of `days` and of a date.
    pub fn day() -> Self {
        Self::known("d")
    }

    /// The calendar year, the unit of `years`.
    pub fn calendar_year() -> Self {
        Self::known("a")
    }

    /// Whole units of a currency by its ISO 4217 code; `None` when there is no such code.
    pub fn money(code: &str) -> Option<Self> {
        let table = table::table();
        table
            .currencies
            .iter()
            .any(|known| known == code)
            .then(|| Self::known(code))
    }

    /// A symbol of the table; plain when it is missing there, which a test rules out.
    fn known(symbol: &str) -> Self {
        Self::parse(symbol, "").unwrap_or_else(|_| Self::plain())
    }

    /// Its family.
    pub fn family(&self) -> Family {
        self.family
    }

    /// The power of a dimension, 0 when it is not in the unit.
    pub fn power_of(&self, dimension: Dimension) -> i32 {
        self.dimensions.power(dimension)
    }

    /// A number that is no grade: no dimension, and plain or open. `%` is one, with a factor of 0.01.
    pub fn is_plain(&self) -> bool {
        self.dimensions.is_none() && self.family != Family::Grade
    }

    /// A number of any family: no dimension, so a grade too.
    pub fn is_dimensionless(&self) -> bool {
        self.dimensions.is_none()
    }

    /// Whether a figure in it is shown as a percentage.
    pub fn is_percent(&self) -> bool {
        matches!(self.terms.as_slice(), [(symbol, 1)] if symbol == "%")
    }

    /// Exactly one currency to the power 1 and nothing else, whatever its prefix.
    pub fn is_money(&self) -> bool {
        matches!(self.dimensions.currencies.as_slice(), [(_, 1)])
            && self.dimensions.without_currencies() == [0; 7]
    }

    /// The code of the only currency in it, to whatever power; `None` when there is none or more than one.
    pub fn currency(&self) -> Option<&str> {
        match self.dimensions.currencies.as_slice() {
            [(currency, _)] => Some(currency.code()),
            _ => None,
        }
    }

    /// The codes of all currencies in it, in alphabetical order.
    pub fn currencies(&self) -> impl Iterator<Item = &str> {
        let currencies = self.dimensions.currencies.iter();
        currencies.map(|(currency, _)| currency.code())
    }

    /// What a figure of money is multiplied by to be in whole units of its currency: 1000 for kUSD. `None` unless
    /// [`Unit::is_money`].
    pub fn whole_currency_factor(&self) -> Option<f64> {
        self.is_money().then(|| self.factor())
    }

    /// What a figure is multiplied by to be in base units (tonne, metre, day, calendar year, kilowatt-hour, piece,
    /// wet tonne, whole currency unit).
    pub fn factor(&self) -> f64 {
        let (numerator, denominator) = self.fraction();
        numerator / denominator
    }

    fn fraction(&self) -> (f64, f64) {
        self.factor.fraction(table::table().constants)
    }
}

/// Every unit of the table but the currencies, for help and completion.
pub fn known_units() -> &'static [UnitHelp] {
    &table::table().units
}

/// Every currency code.
pub fn currency_codes() -> impl Iterator<Item = &'static str> {
    table::table().currencies.iter().map(String::as_str)
}

/// Whether the text is the ISO 4217 code of a currency.
pub fn is_currency_code(code: &str) -> bool {
    currency_codes().any(|known| known == code) && Currency::new(code).is_some()
}
