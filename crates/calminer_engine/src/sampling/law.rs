//! What the sampler draws for a parameter: one column of values, or one a period.

use uuid::Uuid;

use super::path::Path;
use super::stream::Coordinate;
use crate::quantile::Quantile;

/// Part of a coordinate: the value itself.
pub(super) const VALUE: u32 = 0;
/// Part of a coordinate: the impact of an event.
pub(super) const IMPACT: u32 = 1;
/// Part of a coordinate: the noise of a path.
pub(super) const NOISE: u32 = 2;

/// How one value is drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum ValueLaw {
    /// From one uniform number.
    Quantile(Quantile),
    /// From two: the event happens where the first one lies below the probability, and the second one gives its impact.
    /// 0 where it does not happen.
    Event {
        /// In \[0, 1\].
        probability: f64,
        /// Its impact where it happens.
        impact: Quantile,
    },
}

impl ValueLaw {
    /// True when every draw is the same value.
    pub fn is_constant(&self) -> bool {
        match self {
            Self::Quantile(quantile) => quantile.is_constant(),
            Self::Event {
                probability,
                impact,
            } => {
                let value = impact.is_constant().then(|| impact.mean());
                *probability <= 0.0 || value == Some(0.0) || *probability >= 1.0 && value.is_some()
            }
        }
    }
}

/// When a parameter is drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Draws {
    /// Once a trial: one column.
    Once(ValueLaw),
    /// Anew in each of so many periods: one column each.
    EachPeriod(ValueLaw, u32),
    /// A path: one column a period.
    Path(Path),
}

impl Draws {
    /// Number of columns.
    pub fn columns(&self) -> usize {
        match self {
            Self::Once(_) => 1,
            Self::EachPeriod(_, periods) => *periods as usize,
            Self::Path(path) => path.periods(),
        }
    }

    /// Whether each period has a draw of its own.
    pub fn is_per_period(&self) -> bool {
        !matches!(self, Self::Once(_))
    }

    /// The law of its values; `None` for a path.
    pub fn value_law(&self) -> Option<&ValueLaw> {
        match self {
            Self::Once(law) | Self::EachPeriod(law, _) => Some(law),
            Self::Path(_) => None,
        }
    }

    /// Whether it is an event, which takes two uniform numbers a value.
    pub fn is_event(&self) -> bool {
        matches!(self.value_law(), Some(ValueLaw::Event { .. }))
    }

    /// True when every trial has the same values.
    pub fn is_constant(&self) -> bool {
        match self {
            Self::Once(law) | Self::EachPeriod(law, _) => law.is_constant(),
            Self::Path(path) => path.first_uncertain().is_none(),
        }
    }

    /// The column, from 0, that stands for the others where a pair of parameters is looked at: draws of periods all have
    /// one law, and a path's first uncertain value has the rank of its noise.
    pub fn typical_column(&self) -> usize {
        match self {
            Self::Path(path) => path.first_uncertain().unwrap_or(0),
            Self::Once(_) | Self::EachPeriod(..) => 0,
        }
    }

    /// The coordinate of a column; periods count from 1, whatever their labels say.
    pub(super) fn coordinate(&self, id: Uuid, column: usize) -> Coordinate {
        let part = match self {
            Self::Path(_) => NOISE,
            Self::Once(_) | Self::EachPeriod(..) => VALUE,
        };
        let period = if self.is_per_period() {
            column as u32 + 1
        } else {
            0
        };
        Coordinate { id, part, period }
    }
}

/// An uncertain parameter, as the sampler needs it.
#[derive(Clone, Debug)]
pub struct SampledInput {
    /// Identity: names its random stream.
    pub id: Uuid,
    /// Number inside the scenario: its dimension in a Sobol run.
    pub slot: u32,
    /// How it is drawn.
    pub draws: Draws,
}

impl SampledInput {
    /// An input of one value a trial.
    pub fn once(id: Uuid, slot: u32, quantile: Quantile) -> Self {
        Self {
            id,
            slot,
            draws: Draws::Once(ValueLaw::Quantile(quantile)),
        }
    }
}
