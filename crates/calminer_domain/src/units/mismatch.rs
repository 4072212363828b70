//! Why two units do not fit.

use super::{Dimension, Family, Unit};

/// Two units that cannot be added, compared or assigned. Both are named as they are written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnitMismatch {
    /// They measure different things.
    #[error("{left} and {right} do not measure the same")]
    Dimension {
        /// The first unit.
        left: String,
        /// The second unit.
        right: String,
    },
    /// Money of unlike currencies.
    #[error(
        "{left} and {right} are different currencies: multiply by an exchange rate with a unit such as CAD/USD"
    )]
    Currency {
        /// The first unit.
        left: String,
        /// The second unit.
        right: String,
    },
    /// Days and calendar years, which differ by period.
    #[error(
        "{left} and {right} count time differently: multiply or divide by years or days of the period"
    )]
    Time {
        /// The first unit.
        left: String,
        /// The second unit.
        right: String,
    },
    /// Wet and dry mass.
    #[error(
        "{left} and {right} are wet and dry mass: multiply by a factor in dmt/wmt, 1 less the moisture"
    )]
    Moisture {
        /// The first unit.
        left: String,
        /// The second unit.
        right: String,
    },
    /// A grade and a plain number.
    #[error(
        "{left} and {right} do not mix: one is a grade, a share of mass, the other a plain number"
    )]
    Grade {
        /// The first unit.
        left: String,
        /// The second unit.
        right: String,
    },
    /// One dimension, unlike families of mass.
    #[error("{left} and {right} are of different families of mass: cross with to(x, [unit])")]
    Family {
        /// The first unit.
        left: String,
        /// The second unit.
        right: String,
    },
}

impl UnitMismatch {
    /// Names the cause for units of unlike dimensions.
    pub(super) fn of_dimensions(left: &Unit, right: &Unit) -> Self {
        let (mine, theirs) = (&left.dimensions, &right.dimensions);
        let equal = |but: &[Dimension]| {
            ALL.iter()
                .filter(|dimension| !but.contains(dimension))
                .all(|dimension| mine.power(*dimension) == theirs.power(*dimension))
        };
        let sum = |of: [Dimension; 2], unit: &Unit| -> i64 {
            of.iter()
                .map(|dimension| i64::from(unit.power_of(*dimension)))
                .sum()
        };
        let crosses = |of: [Dimension; 2]| equal(&of) && sum(of, left) == sum(of, right);
        let (left_name, right_name) = (left.named(), right.named());
        let (left_powers, right_powers) = (currency_powers(left), currency_powers(right));
        if mine.currencies != theirs.currencies {
            if equal(&[]) && left_powers == right_powers {
                return Self::Currency {
                    left: left_name,
                    right: right_name,
                };
            }
        } else if crosses([Dimension::FixedTime, Dimension::CalendarTime]) {
            return Self::Time {
                left: left_name,
                right: right_name,
            };
        } else if crosses([Dimension::Mass, Dimension::WetMass]) {
            return Self::Moisture {
                left: left_name,
                right: right_name,
            };
        }
        Self::Dimension {
            left: left_name,
            right: right_name,
        }
    }

    /// Names the cause for units of one dimension and unlike families.
    pub(super) fn of_families(left: &Unit, right: &Unit) -> Self {
        let (left_name, right_name) = (left.named(), right.named());
        if left.is_dimensionless() || [left.family, right.family].contains(&Family::Grade) {
            return Self::Grade {
                left: left_name,
                right: right_name,
            };
        }
        Self::Family {
            left: left_name,
            right: right_name,
        }
    }
}

const ALL: [Dimension; 7] = [
    Dimension::Mass,
    Dimension::Length,
    Dimension::FixedTime,
    Dimension::CalendarTime,
    Dimension::Energy,
    Dimension::Count,
    Dimension::WetMass,
];

fn currency_powers(unit: &Unit) -> Vec<i32> {
    let mut powers: Vec<i32> = unit
        .dimensions
        .currencies
        .iter()
        .map(|(_, power)| *power)
        .collect();
    powers.sort_unstable();
    powers
}
