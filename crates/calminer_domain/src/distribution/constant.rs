//! Which distributions are one value in disguise.

use super::Distribution;

impl Distribution {
    /// Whether every trial draws the same value: a spread of 0, a range without width, a table of one value, an event
    /// that is certain to come to one figure, a path without volatility. Impossible figures may give either answer.
    pub fn is_constant(&self) -> bool {
        match self {
            Self::Normal { sd, .. } | Self::Lognormal { sd, .. } => *sd == 0.0,
            Self::LognormalLog { sigma, .. } => *sigma == 0.0,
            Self::LognormalPercentiles { low, high, .. } => low == high,
            Self::TriangularPercentiles { p10, p90, .. } => p10 == p90,
            Self::Triangular { min, max, .. }
            | Self::Pert { min, max, .. }
            | Self::Uniform { min, max }
            | Self::Beta { min, max, .. } => min == max,
            Self::Exponential { mean } | Self::Poisson { mean } => *mean == 0.0,
            Self::StudentT { scale, .. } => *scale == 0.0,
            Self::Gamma { .. } | Self::Weibull { .. } => false,
            Self::Discrete { values, weights } => {
                let likely = values.iter().zip(weights);
                all_same(likely.filter(|row| *row.1 > 0.0).map(|row| *row.0))
            }
            Self::Cumulative { values, .. } | Self::Empirical { values } => {
                all_same(values.iter().copied())
            }
            Self::Event { .. } => self.is_certain_event(),
            Self::Constant { .. } => true,
            Self::GeometricBrownian { volatility, .. } | Self::MeanReverting { volatility, .. } => {
                *volatility == 0.0
            }
        }
    }

    /// An event that never happens, always comes to the same figure, or comes to nothing.
    fn is_certain_event(&self) -> bool {
        let Self::Event {
            probability,
            impact,
        } = self
        else {
            return false;
        };
        let comes_to_nothing = **impact == Self::Constant { value: 0.0 };
        *probability == 0.0 || comes_to_nothing || *probability == 1.0 && impact.is_constant()
    }
}

fn all_same(mut values: impl Iterator<Item = f64>) -> bool {
    let first = values.next();
    values.all(|value| Some(value) == first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_of_nothing_is_a_constant() {
        let event = |probability, impact| Distribution::Event {
            probability,
            impact: Box::new(impact),
        };
        let one = Distribution::Constant { value: 7.0 };
        let constants = [
            Distribution::Normal { mean: 7.0, sd: 0.0 },
            Distribution::Uniform { min: 7.0, max: 7.0 },
            Distribution::Triangular {
                min: 7.0,
                mode: 7.0,
                max: 7.0,
            },
            Distribution::Discrete {
                values: vec![7.0, 9.0],
                weights: vec![1.0, 0.0],
            },
            Distribution::Empirical { values: vec![7.0] },
            Distribution::MeanReverting {
                speed: 1.0,
                volatility: 0.0,
            },
            event(1.0, one.clone()),
            event(0.0, Distribution::Normal { mean: 7.0, sd: 1.0 }),
            one.clone(),
        ];
        for constant in constants {
            assert!(constant.is_constant(), "{constant:?}");
        }
        let varying = [
            Distribution::Normal { mean: 7.0, sd: 0.1 },
            Distribution::Discrete {
                values: vec![7.0, 9.0],
                weights: vec![1.0, 0.1],
            },
            Distribution::GeometricBrownian {
                drift: 0.0,
                volatility: 0.1,
            },
            event(0.5, one),
        ];
        for varying in varying {
            assert!(!varying.is_constant(), "{varying:?}");
        }
    }
}
