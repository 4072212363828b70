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
    /// The smallest value with probability `u` at or below it.
    fn quantile(&self, u: f64) -> f64 {
        let (probability, impact) = match self {
            Self::Quantile(quantile) => return quantile.quantile(u),
            Self::Event {
                probability,
                impact,
            } => (*probability, impact),
        };
        // Of the share that does not happen every value is 0: it lies between the impacts below 0 and those above.
        let below = probability * impact.cdf(0.0);
        if u < below {
            impact.quantile(u / probability)
        } else if u <= below + (1.0 - probability) {
            0.0
        } else {
            impact.quantile((u - (1.0 - probability)) / probability)
        }
    }

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

    /// The law that a column is drawn from before it becomes a value: of a path the normal score, of an event its impact.
    pub(crate) fn column_law(&self) -> Quantile {
        match self.value_law() {
            None => Quantile::score(),
            Some(ValueLaw::Quantile(law) | ValueLaw::Event { impact: law, .. }) => law.clone(),
        }
    }

    /// As many normal scores in the place of the values.
    pub(crate) fn as_scores(&self) -> Self {
        let score = ValueLaw::Quantile(Quantile::score());
        if self.is_per_period() {
            Self::EachPeriod(score, self.columns() as u32)
        } else {
            Self::Once(score)
        }
    }

    /// The draws of all columns where each stands at the percentile `u`, in (0, 1), of its own law.
    pub fn at_percentile(&self, u: f64) -> Vec<f64> {
        match self {
            Self::Path(path) => path.at_percentile(u),
            Self::Once(law) | Self::EachPeriod(law, _) => {
                vec![law.quantile(u); self.columns()]
            }
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
