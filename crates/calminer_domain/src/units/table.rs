//! The units table: data in `assets/units.json`, read once.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::Family;
use super::dimensions::{Currency, Dimensions};
use super::factor::{CONSTANT_NAMES, CONSTANTS, Factor};
use crate::formula::nearest::nearest;

const TEXT: &str = include_str!("../../../../assets/units.json");

/// What a symbol stands for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Meaning {
    /// How the symbol is shown: currency signs become codes.
    pub(super) shown: String,
    pub(super) factor: Factor,
    pub(super) dimensions: Dimensions,
    /// The family of a mass.
    pub(super) family: Option<Family>,
    /// `%` and `ppm`: numbers that may be a grade.
    pub(super) is_fraction: bool,
}

/// One row of the table for help and completion.
#[derive(Clone, Debug)]
pub struct UnitHelp {
    /// What is typed.
    pub symbol: String,
    /// What it is called.
    pub name: String,
    /// Whether k and M may stand before it.
    pub prefixes: bool,
    /// Whether completion offers it; a short ton is read but not offered.
    pub is_offered: bool,
    meaning: Meaning,
}

#[derive(Default)]
pub(super) struct Table {
    pub(super) constants: [f64; CONSTANTS],
    pub(super) units: Vec<UnitHelp>,
    prefixes: Vec<(String, Factor)>,
    signs: BTreeMap<String, String>,
    refused: BTreeMap<String, String>,
    pub(super) currencies: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TableText {
    #[serde(rename = "note")]
    _note: String,
    constants: BTreeMap<String, f64>,
    units: Vec<UnitText>,
    prefixes: BTreeMap<String, u64>,
    currency_signs: BTreeMap<String, String>,
    refused: BTreeMap<String, String>,
    currencies: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UnitText {
    symbol: String,
    name: String,
    #[serde(default)]
    dimensions: BTreeMap<super::Dimension, i32>,
    #[serde(default = "one")]
    times: u64,
    #[serde(default = "one")]
    over: u64,
    #[serde(default)]
    constants: BTreeMap<String, i32>,
    family: Option<Family>,
    #[serde(default)]
    prefixes: bool,
    #[serde(default)]
    fraction: bool,
    /// Read, but not offered.
    #[serde(default)]
    read_only: bool,
}

const fn one() -> u64 {
    1
}

/// The table. A broken asset would give an empty one, in which no unit is known; a test reads the asset strictly.
pub(super) fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| read(TEXT).unwrap_or_default())
}

fn read(text: &str) -> Result<Table, String> {
    let text: TableText = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let mut constants = [0.0; CONSTANTS];
    for (value, name) in constants.iter_mut().zip(CONSTANT_NAMES) {
        *value = *text
            .constants
            .get(name)
            .ok_or_else(|| format!("no constant {name}"))?;
    }
    let units = text.units.into_iter().map(unit).collect::<Result<_, _>>()?;
    let prefixes = text.prefixes.into_iter().map(|(prefix, number)| {
        let factor = Factor::whole(number).ok_or_else(|| format!("{prefix} has no factor"))?;
        Ok((prefix, factor))
    });
    Ok(Table {
        constants,
        units,
        prefixes: prefixes.collect::<Result<_, String>>()?,
        signs: text.currency_signs,
        refused: text.refused,
        currencies: text.currencies,
    })
}

fn unit(text: UnitText) -> Result<UnitHelp, String> {
    let wrong = || format!("{} has no factor", text.symbol);
    let times = Factor::whole(text.times).ok_or_else(wrong)?;
    let over = Factor::whole(text.over).ok_or_else(wrong)?;
    let mut factor = times.times(over, -1);
    for (name, power) in &text.constants {
        let constant = Factor::constant(name, *power).ok_or_else(wrong)?;
        factor = factor.times(constant, 1);
    }
    let mut dimensions = Dimensions::default();
    for (dimension, power) in &text.dimensions {
        dimensions.set(*dimension, *power);
    }
    let meaning = Meaning {
        shown: text.symbol.clone(),
        factor,
        dimensions,
        family: text.family,
        is_fraction: text.fraction,
    };
    Ok(UnitHelp {
        symbol: text.symbol,
        name: text.name,
        prefixes: text.prefixes,
        is_offered: !text.read_only,
        meaning,
    })
}

impl Table {
    /// What a symbol stands for, or a sentence that says why it stands for nothing.
    pub(super) fn resolve(&self, symbol: &str, currency: &str) -> Result<Meaning, String> {
        if let Some(meaning) = self.whole(symbol, currency)? {
            return Ok(meaning);
        }
        for (prefix, factor) in &self.prefixes {
            let Some(rest) = symbol.strip_prefix(prefix.as_str()) else {
                continue;
            };
            let takes_prefix = self
                .units
                .iter()
                .all(|unit| unit.symbol != rest || unit.prefixes);
            if let Some(mut meaning) = self.whole(rest, currency)?.filter(|_| takes_prefix) {
                meaning.shown = format!("{prefix}{}", meaning.shown);
                meaning.factor = meaning.factor.times(*factor, 1);
                return Ok(meaning);
            }
        }
        if let Some(sentence) = self.refused.get(symbol) {
            return Err(sentence.clone());
        }
        let offered = self.units.iter().filter(|unit| unit.is_offered);
        let known = offered
            .map(|unit| unit.symbol.as_str())
            .filter(|known| known.starts_with(char::is_alphabetic));
        let codes = self.currencies.iter().map(String::as_str);
        let near = nearest(symbol, known.chain(codes)).unwrap_or_default();
        Err(format!(
            "the unit '{symbol}' is not known, the nearest is {near}"
        ))
    }

    /// A symbol without a prefix.
    fn whole(&self, symbol: &str, currency: &str) -> Result<Option<Meaning>, String> {
        if let Some(unit) = self.units.iter().find(|unit| unit.symbol == symbol) {
            return Ok(Some(unit.meaning.clone()));
        }
        let code = match self.signs.get(symbol) {
            Some(code) => code.as_str(),
            None if symbol == "$" => {
                if !self.currencies.iter().any(|known| known == currency) {
                    return Err(
                        "'$' is the currency of the scenario, which has none: write a code such as USD"
                            .to_owned(),
                    );
                }
                currency
            }
            None => symbol,
        };
        let is_known = self.currencies.iter().any(|known| known == code);
        Ok(Currency::new(code)
            .filter(|_| is_known)
            .map(|currency| Meaning {
                shown: code.to_owned(),
                factor: Factor::default(),
                dimensions: Dimensions::of_currency(currency),
                family: None,
                is_fraction: false,
            }))
    }
}
