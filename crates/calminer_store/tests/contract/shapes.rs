//! Distributions of every shape.

use calminer_domain::Distribution;

use crate::sample::Numbers;

/// A shape with any figures. Impossible ones included: a half-finished scenario is kept as it is.
pub(crate) fn distribution(n: &mut Numbers) -> Distribution {
    let kind = n.below(21);
    if kind == 20 {
        return Distribution::Event {
            probability: n.figure(),
            impact: Box::new(distribution(n)),
        };
    }
    table(n, kind).unwrap_or_else(|| figures(n, kind))
}

fn table(n: &mut Numbers, kind: usize) -> Option<Distribution> {
    match kind {
        0 => Some(Distribution::Discrete {
            values: n.figures(),
            weights: n.figures(),
        }),
        1 => Some(Distribution::Cumulative {
            values: n.figures(),
            shares: n.figures(),
        }),
        2 => Some(Distribution::Empirical {
            values: n.figures(),
        }),
        _ => None,
    }
}

fn figures(numbers: &mut Numbers, kind: usize) -> Distribution {
    let [a, b, c, d] = [(); 4].map(|()| numbers.figure());
    match kind {
        3 => Distribution::Normal { mean: a, sd: b },
        4 => Distribution::Lognormal { mean: a, sd: b },
        5 => Distribution::Triangular {
            min: a,
            mode: b,
            max: c,
        },
        6 => Distribution::Pert {
            min: a,
            mode: b,
            max: c,
            weight: d,
        },
        7 => Distribution::Uniform { min: a, max: b },
        8 => Distribution::LognormalLog { mu: a, sigma: b },
        9 => Distribution::LognormalPercentiles {
            low_share: a,
            low: b,
            high_share: c,
            high: d,
        },
        10 => Distribution::TriangularPercentiles {
            p10: a,
            mode: b,
            p90: c,
        },
        11 => Distribution::Beta {
            alpha: a,
            beta: b,
            min: c,
            max: d,
        },
        12 => Distribution::Gamma { shape: a, scale: b },
        13 => Distribution::Weibull { shape: a, scale: b },
        14 => Distribution::Exponential { mean: a },
        15 => Distribution::StudentT {
            location: a,
            scale: b,
            degrees: c,
        },
        16 => Distribution::Poisson { mean: a },
        17 => Distribution::Constant { value: a },
        18 => Distribution::GeometricBrownian {
            drift: a,
            volatility: b,
        },
        _ => Distribution::MeanReverting {
            speed: a,
            volatility: b,
        },
    }
}
