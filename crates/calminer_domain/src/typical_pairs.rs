//! Pairs of parameters that usually move together, each with a figure and where it comes from: offered, never applied
//! by themselves.
//!
//! A parameter is recognized by the English words of its key and label and by its unit.

use uuid::Uuid;

use crate::correlation::refused_pair;
use crate::parameter::Parameter;
use crate::scenario::Scenario;

/// A pair of a scenario that is offered.
#[derive(Clone, Debug, PartialEq)]
pub struct TypicalPair {
    /// One parameter.
    pub a: Uuid,
    /// The other.
    pub b: Uuid,
    /// Rank correlation (Spearman).
    pub rho: f64,
    /// Where the figure comes from: for the source of the pair.
    pub source: String,
    /// Whether the figure was computed from published data; otherwise it is a judgement and the source says so.
    pub is_published: bool,
}

/// What is left out of the offer: a published correlation this close to 0 is not worth a row.
const LEAST_RHO: f64 = 0.2;

/// Prices by their words, in the order of [`PRICE_CORRELATIONS`]: name in the source, words, units of quantity.
const PRICES: [(&str, &[&str], &[&str]); 12] = [
    ("gold", &["gold", "au"], PRECIOUS),
    ("silver", &["silver", "ag"], PRECIOUS),
    ("platinum", &["platinum", "pt"], PRECIOUS),
    ("copper", &["copper", "cu"], BASE),
    ("aluminum", &["aluminum", "aluminium", "al"], BASE),
    ("lead", &["lead", "pb"], BASE),
    ("tin", &["tin", "sn"], BASE),
    ("nickel", &["nickel", "ni"], BASE),
    ("zinc", &["zinc", "zn"], BASE),
    ("iron ore", &["iron", "fe"], BASE),
    ("coal", &["coal"], BASE),
    (
        "Brent crude (for fuel)",
        &["fuel", "diesel", "oil", "brent", "petrol", "gasoline"],
        &["L", "kL", "ML", "gal", "bbl"],
    ),
];
const PRECIOUS: &[&str] = &["oz", "koz", "g", "kg"];
const BASE: &[&str] = &["lb", "klb", "Mlb", "t", "kt", "kg", "dmt"];
const FUEL: usize = 11;

/// Spearman correlations of the prices above: row after row below the diagonal.
///
/// Computed with scipy 1.x `spearmanr` from the annual means of World Bank Commodity Price Data (Pink Sheet, nominal
/// US$, CC BY 4.0): the 32 changes of ln(mean) from 1990 to 2022, rounded to two decimals. A test computes them again.
const PRICE_CORRELATIONS: [&[f64]; 12] = [
    &[],
    &[0.77],
    &[0.55, 0.70],
    &[0.45, 0.54, 0.76],
    &[0.28, 0.45, 0.67, 0.92],
    &[0.34, 0.45, 0.47, 0.65, 0.66],
    &[0.35, 0.54, 0.63, 0.66, 0.66, 0.68],
    &[0.32, 0.30, 0.58, 0.77, 0.74, 0.62, 0.55],
    &[0.05, 0.19, 0.33, 0.68, 0.78, 0.61, 0.46, 0.63],
    &[0.49, 0.59, 0.62, 0.57, 0.40, 0.46, 0.61, 0.35, 0.20],
    &[0.17, 0.27, 0.40, 0.54, 0.67, 0.58, 0.72, 0.43, 0.43, 0.45],
    &[
        0.24, 0.23, 0.53, 0.65, 0.66, 0.43, 0.53, 0.61, 0.52, 0.39, 0.59,
    ],
];

/// What a parameter is, as far as its words tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A price, by its place in [`PRICES`].
    Price(usize),
    PowerPrice,
    Capital,
    Sustaining,
    Operating,
    Mining,
    Processing,
}

/// Judgements where no published figure was found: the two kinds, the correlation, and what speaks for it.
const JUDGEMENTS: [(Kind, Kind, f64, &str); 7] = [
    (
        Kind::Capital,
        Kind::Operating,
        0.5,
        "wages, steel and energy drive both",
    ),
    (
        Kind::Capital,
        Kind::Sustaining,
        0.5,
        "the same equipment and the same estimators",
    ),
    (
        Kind::Operating,
        Kind::Sustaining,
        0.4,
        "wages, steel and energy drive both",
    ),
    (
        Kind::Mining,
        Kind::Processing,
        0.4,
        "wages and energy of one site drive both",
    ),
    (
        Kind::Price(FUEL),
        Kind::PowerPrice,
        0.5,
        "much power is made from fuels",
    ),
    (
        Kind::Operating,
        Kind::Price(FUEL),
        0.4,
        "only where the operating cost contains fuel",
    ),
    (
        Kind::Operating,
        Kind::PowerPrice,
        0.3,
        "only where the operating cost contains power",
    ),
];

/// The pairs of the uncertain parameters that usually move together, without those that are typed already (also with 0)
/// and those that cannot be correlated. Published ones come first; else in the order of the scenario.
pub fn typical_pairs(scenario: &Scenario) -> Vec<TypicalPair> {
    let rows: Vec<(&Parameter, Kind)> = scenario
        .uncertain()
        .filter_map(|row| Some((row, kind_of(row)?)))
        .collect();
    let mut found = Vec::new();
    for (index, (a, one)) in rows.iter().enumerate() {
        for (b, other) in &rows[index + 1..] {
            let Some((rho, source, is_published)) = typical(*one, *other) else {
                continue;
            };
            if !is_typed(scenario, a.id, b.id) && refused_pair(a, b).is_none() {
                found.push(TypicalPair {
                    a: a.id,
                    b: b.id,
                    rho,
                    source,
                    is_published,
                });
            }
        }
    }
    // Stable: the order of the scenario stays.
    found.sort_by_key(|pair| !pair.is_published);
    found
}

fn is_typed(scenario: &Scenario, a: Uuid, b: Uuid) -> bool {
    let mut pairs = scenario.correlations.iter();
    pairs.any(|pair| (pair.a, pair.b) == (a, b) || (pair.a, pair.b) == (b, a))
}

fn typical(one: Kind, other: Kind) -> Option<(f64, String, bool)> {
    if let (Kind::Price(one), Kind::Price(other)) = (one, other) {
        let rho = *PRICE_CORRELATIONS[one.max(other)].get(one.min(other))?;
        let source = format!(
            "World Bank Commodity Price Data (Pink Sheet, CC BY 4.0), {} and {}: Spearman correlation of the yearly \
             changes of ln(annual mean), 1990 to 2022, nominal US$",
            PRICES[one].0, PRICES[other].0
        );
        return (rho.abs() >= LEAST_RHO).then_some((rho, source, true));
    }
    let mut judgements = JUDGEMENTS.iter();
    let (_, _, rho, why) =
        judgements.find(|(a, b, ..)| (*a, *b) == (one, other) || (*b, *a) == (one, other))?;
    let source = format!("Assumption, no published source: {why}");
    Some((*rho, source, false))
}

/// What a parameter is; `None` where its words say nothing, or nothing that a typical pair knows.
fn kind_of(row: &Parameter) -> Option<Kind> {
    let text = format!("{} {}", row.key, row.label).to_lowercase();
    let words: Vec<&str> = text
        .split(|letter: char| !letter.is_alphanumeric())
        .collect();
    let has = |any: &[&str]| any.iter().any(|word| words.contains(word));
    if has(&["capital", "capex"]) {
        return match () {
            () if has(&["working", "operating"]) => None,
            () if has(&["sustaining", "sust"]) => Some(Kind::Sustaining),
            () => Some(Kind::Capital),
        };
    }
    let by = |quantities: &[&str]| {
        let per = row.unit.rsplit_once('/').map(|(_, quantity)| quantity);
        let is_charge = has(&[
            "cost",
            "costs",
            "charge",
            "charges",
            "treatment",
            "refining",
            "freight",
            "transport",
            "royalty",
            "penalty",
        ]);
        let is_money = row.unit.len() > 3 && row.unit.is_char_boundary(3) && {
            let code = &row.unit[..3];
            code.chars().all(|letter| letter.is_ascii_uppercase())
        };
        let is_priced = is_money && per.is_some_and(|per| quantities.contains(&per));
        has(&["price", "prices"]) || (is_priced && !is_charge)
    };
    let price = PRICES
        .iter()
        .position(|(_, names, quantities)| has(names) && by(quantities));
    if let Some(place) = price {
        return Some(Kind::Price(place));
    }
    if has(&["power", "electricity", "energy"]) && by(&["kWh", "MWh", "GWh"]) {
        return Some(Kind::PowerPrice);
    }
    let is_cost = has(&["cost", "costs"]);
    match () {
        () if is_cost && has(&["mining", "mine"]) => Some(Kind::Mining),
        () if is_cost && has(&["processing", "proc", "milling", "mill", "plant"]) => {
            Some(Kind::Processing)
        }
        () if has(&["opex"]) || is_cost && has(&["operating"]) => Some(Kind::Operating),
        () => None,
    }
}

#[cfg(test)]
mod tests;
