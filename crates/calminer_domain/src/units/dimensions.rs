//! What a unit measures: powers of seven dimensions and of each currency.

use serde::Deserialize;

/// A dimension other than money. Time has two, because a calendar year has no fixed length in days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// Dry mass; base tonne.
    Mass,
    /// Length, with area and volume as its powers; base metre.
    Length,
    /// Time of fixed length: minutes, hours, days; base day.
    FixedTime,
    /// Time by the calendar: months, quarters, years; base year.
    CalendarTime,
    /// Energy; base kilowatt-hour.
    Energy,
    /// Pieces and people; base one.
    Count,
    /// Wet mass; base wet tonne. Crosses to mass only by a factor in dmt/wmt.
    WetMass,
}

/// A currency by its ISO 4217 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Currency([u8; 3]);

impl Currency {
    /// Three capital letters; whether the code exists is the table's business.
    pub(super) fn new(code: &str) -> Option<Self> {
        let bytes: [u8; 3] = code.as_bytes().try_into().ok()?;
        bytes
            .iter()
            .all(u8::is_ascii_uppercase)
            .then_some(Self(bytes))
    }

    pub(super) fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// Powers; equal values are equal dimensions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Dimensions {
    powers: [i32; 7],
    /// In order of their codes, none with power 0.
    pub(super) currencies: Vec<(Currency, i32)>,
}

impl Dimensions {
    pub(super) fn of_currency(currency: Currency) -> Self {
        Self {
            currencies: vec![(currency, 1)],
            ..Self::default()
        }
    }

    pub(super) fn set(&mut self, dimension: Dimension, power: i32) {
        self.powers[dimension as usize] = power;
    }

    pub(super) fn power(&self, dimension: Dimension) -> i32 {
        self.powers[dimension as usize]
    }

    pub(super) fn is_none(&self) -> bool {
        *self == Self::default()
    }

    pub(super) fn without_currencies(&self) -> [i32; 7] {
        self.powers
    }

    /// The product of `self` and `other` to a power.
    pub(super) fn times(&self, other: &Self, power: i32) -> Self {
        let mut product = self.clone();
        for (mine, theirs) in product.powers.iter_mut().zip(other.powers) {
            *mine = mine.saturating_add(theirs.saturating_mul(power));
        }
        for (currency, theirs) in &other.currencies {
            let added = theirs.saturating_mul(power);
            match product
                .currencies
                .iter_mut()
                .find(|(mine, _)| mine == currency)
            {
                Some((_, mine)) => *mine = mine.saturating_add(added),
                None => product.currencies.push((*currency, added)),
            }
        }
        product.currencies.retain(|(_, power)| *power != 0);
        product.currencies.sort_unstable();
        product
    }
}
