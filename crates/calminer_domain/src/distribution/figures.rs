//! The single figures of a distribution by name, for fields, rows of a table and rows of a database.

use super::Distribution;

/// The figures of a distribution with their names, as references of the kind of `$distribution`.
macro_rules! figures {
    ($distribution:expr) => {
        match $distribution {
            Distribution::Normal { mean, sd } | Distribution::Lognormal { mean, sd } => {
                vec![("mean", mean), ("sd", sd)]
            }
            Distribution::Triangular { min, mode, max } => {
                vec![("min", min), ("mode", mode), ("max", max)]
            }
            Distribution::Pert {
                min,
                mode,
                max,
                weight,
            } => vec![
                ("min", min),
                ("mode", mode),
                ("max", max),
                ("weight", weight),
            ],
            Distribution::Uniform { min, max } => vec![("min", min), ("max", max)],
            Distribution::LognormalLog { mu, sigma } => vec![("mu", mu), ("sigma", sigma)],
            Distribution::LognormalPercentiles {
                low_share,
                low,
                high_share,
                high,
            } => vec![
                ("low_share", low_share),
                ("low", low),
                ("high_share", high_share),
                ("high", high),
            ],
            Distribution::TriangularPercentiles { p10, mode, p90 } => {
                vec![("p10", p10), ("mode", mode), ("p90", p90)]
            }
            Distribution::Beta {
                alpha,
                beta,
                min,
                max,
            } => vec![("alpha", alpha), ("beta", beta), ("min", min), ("max", max)],
            Distribution::Gamma { shape, scale } | Distribution::Weibull { shape, scale } => {
                vec![("shape", shape), ("scale", scale)]
            }
            Distribution::Exponential { mean } | Distribution::Poisson { mean } => {
                vec![("mean", mean)]
            }
            Distribution::StudentT {
                location,
                scale,
                degrees,
            } => vec![
                ("location", location),
                ("scale", scale),
                ("degrees", degrees),
            ],
            Distribution::Event { probability, .. } => vec![("probability", probability)],
            Distribution::Constant { value } => vec![("value", value)],
            Distribution::GeometricBrownian { drift, volatility } => {
                vec![("drift", drift), ("volatility", volatility)]
            }
            Distribution::MeanReverting { speed, volatility } => {
                vec![("speed", speed), ("volatility", volatility)]
            }
            Distribution::Discrete { .. }
            | Distribution::Cumulative { .. }
            | Distribution::Empirical { .. } => Vec::new(),
        }
    };
}

impl Distribution {
    /// The figures with their field names, in the order in which they are typed. Tables have none, and an event
    /// gives its probability alone: its impact is a distribution of its own.
    pub fn figures(&self) -> Vec<(&'static str, f64)> {
        let found: Vec<(&'static str, &f64)> = figures!(self);
        found
            .into_iter()
            .map(|(field, figure)| (field, *figure))
            .collect()
    }

    /// The same shape with one figure replaced; unchanged when the shape has no such field.
    #[must_use]
    pub fn with_figure(&self, field: &str, figure: f64) -> Self {
        let mut changed = self.clone();
        let found: Vec<(&'static str, &mut f64)> = figures!(&mut changed);
        for (_, place) in found.into_iter().filter(|(name, _)| *name == field) {
            *place = figure;
        }
        changed
    }

    /// The same distribution of values in another unit, where each value is `factor` times (> 0) what it was. Shapes,
    /// probabilities and paths, which have no unit, stay.
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Self {
        let times = |figures: &[f64]| figures.iter().map(|figure| figure * factor).collect();
        match self {
            Self::Discrete { values, weights } => Self::Discrete {
                values: times(values),
                weights: weights.clone(),
            },
            Self::Cumulative { values, shares } => Self::Cumulative {
                values: times(values),
                shares: shares.clone(),
            },
            Self::Empirical { values } => Self::Empirical {
                values: times(values),
            },
            Self::Event {
                probability,
                impact,
            } => Self::Event {
                probability: *probability,
                impact: Box::new(impact.scaled(factor)),
            },
            Self::LognormalLog { mu, sigma } => Self::LognormalLog {
                mu: mu + libm::log(factor),
                sigma: *sigma,
            },
            // A count has no unit to scale.
            Self::Poisson { .. } | Self::GeometricBrownian { .. } | Self::MeanReverting { .. } => {
                self.clone()
            }
            _ => self
                .figures()
                .into_iter()
                .filter(|(field, _)| !UNITLESS.contains(field))
                .fold(self.clone(), |scaled, (field, figure)| {
                    scaled.with_figure(field, figure * factor)
                }),
        }
    }
}

/// Figures that are in no unit.
const UNITLESS: [&str; 7] = [
    "weight",
    "alpha",
    "beta",
    "shape",
    "degrees",
    "low_share",
    "high_share",
];
