//! A distribution of another kind: it keeps mean and spread, or the typed figures where both kinds have them.

use calminer_domain::distribution::PERT_WEIGHT;
use calminer_domain::{Distribution, DistributionForm, Draw, Truncation, Uncertainty};
use calminer_engine::math::{exp, ln, normal};
use calminer_engine::quantile::Quantile;

use super::{base_mark, in_form, refusal};

/// What a parameter without a distribution is called.
pub(crate) const FIXED: &str = "Fixed";
/// The kinds that stand first in the menu.
pub(crate) const FIRST: [&str; 6] = [
    "Triangular",
    "PERT",
    "Normal",
    "Lognormal",
    "Uniform",
    "Discrete",
];
/// The other kinds.
pub(crate) const MORE: [&str; 15] = [
    "Lognormal by mu and sigma",
    "Lognormal by percentiles",
    "Triangular by P10 and P90",
    "Beta",
    "Gamma",
    "Weibull",
    "Exponential",
    "Student t",
    "Poisson",
    "Event",
    "Cumulative",
    "Empirical sample",
    "Constant",
    "Geometric Brownian path",
    "Mean-reverting path",
];
/// The other kinds that the impact of an event may have: all but events and paths.
pub(crate) fn impacts() -> Vec<&'static str> {
    let may_be =
        |kind: &&str| !["Event", "Geometric Brownian path", "Mean-reverting path"].contains(kind);
    MORE.into_iter().filter(may_be).collect()
}

/// Probability that a new event has.
const PROBABILITY: f64 = 0.2;
/// Volatility of a new path where nothing else is known.
const VOLATILITY: f64 = 0.2;

/// More events than this are a normal distribution, which says so.
const MOST_EVENTS: f64 = 1e6;

/// A distribution of another kind around the same figures; its figures are possible.
pub(crate) fn of_kind(kind: &str, base: f64, old: Option<&Uncertainty>) -> Uncertainty {
    let is_path = ["Geometric Brownian path", "Mean-reverting path"].contains(&kind);
    let form = match old {
        _ if is_path => DistributionForm::Factor,
        Some(old) => old.form,
        None => DistributionForm::Absolute,
    };
    let moved = old.map(|old| in_form(old, form, base));
    let law = moved.as_ref().map(|own| inner(&own.distribution));
    let changed = Uncertainty {
        form,
        distribution: shaped(kind, law, base_mark(base, form)),
        truncation: moved
            .as_ref()
            .map_or_else(Truncation::default, |own| own.truncation),
        draw: moved.map_or(
            Draw::Once,
            |own| if is_path { Draw::Once } else { own.draw },
        ),
    };
    if refusal(&changed).is_none() {
        return changed;
    }
    Uncertainty {
        truncation: Truncation::default(),
        ..changed
    }
}

/// The impact of an event in another kind.
pub(crate) fn impact_of_kind(kind: &str, old: &Distribution, center: f64) -> Distribution {
    shaped(kind, Some(inner(old)), center)
}

/// What an event comes to; every other distribution is that itself.
fn inner(distribution: &Distribution) -> &Distribution {
    match distribution {
        Distribution::Event { impact, .. } => impact,
        other => other,
    }
}

/// A tenth of the figure, or 1 at 0.
fn tenth(center: f64) -> f64 {
    if center == 0.0 {
        1.0
    } else {
        center.abs() * 0.1
    }
}

/// Mean and standard deviation of what was typed; the spread of a constant, or one that does not exist, is a tenth.
fn middle(old: &Distribution) -> Option<(f64, f64)> {
    if let Distribution::GeometricBrownian { volatility, .. }
    | Distribution::MeanReverting { volatility, .. } = *old
    {
        return Some((
            1.0,
            if volatility > 0.0 {
                volatility
            } else {
                tenth(1.0)
            },
        ));
    }
    let law = Quantile::new(old).ok()?;
    let mean = if law.mean().is_finite() {
        law.mean()
    } else {
        law.quantile(0.5)
    };
    let sd = law.sd();
    let spread = if sd.is_finite() && sd > 0.0 {
        sd
    } else {
        tenth(mean)
    };
    (mean.is_finite() && (mean + 4.0 * spread).is_finite() && mean + spread > mean)
        .then_some((mean, spread))
}

fn shaped(kind: &str, old: Option<&Distribution>, center: f64) -> Distribution {
    let kept = old.and_then(|old| same_figures(kind, old));
    if let Some(kept) = kept.filter(|kept| kept.problems().iter().all(|problem| !problem.blocks)) {
        return kept;
    }
    let (mean, spread) = old
        .and_then(middle)
        .unwrap_or_else(|| (center, tenth(center)));
    let made = bounded(kind, mean, spread)
        .or_else(|| positive(kind, mean, spread))
        .or_else(|| table(kind, old, (mean, spread)))
        .unwrap_or_else(|| other(kind, old, mean, spread));
    readable(&made, spread)
}

/// Figures that a person can read and go on with: six significant digits, and more only where a narrow spread needs them.
fn readable(made: &Distribution, spread: f64) -> Distribution {
    let short = |figure: f64| {
        let mut digits = 5;
        let mut ratio = figure.abs() / spread;
        while ratio > 10.0 && digits < 15 {
            ratio /= 10.0;
            digits += 1;
        }
        format!("{figure:.digits$e}").parse().unwrap_or(figure)
    };
    let all = |figures: &[f64]| figures.iter().map(|figure| short(*figure)).collect();
    match made {
        Distribution::Discrete { values, weights } => Distribution::Discrete {
            values: all(values),
            weights: weights.clone(),
        },
        Distribution::Cumulative { values, shares } => Distribution::Cumulative {
            values: all(values),
            shares: shares.clone(),
        },
        Distribution::Empirical { values } => Distribution::Empirical {
            values: all(values),
        },
        _ => {
            let figures = made.figures().into_iter();
            figures.fold(made.clone(), |read, (name, figure)| {
                read.with_figure(name, short(figure))
            })
        }
    }
}

/// Smallest, most likely and largest value, for kinds that are typed with ends.
fn ends(old: &Distribution) -> Option<(f64, Option<f64>, f64)> {
    match *old {
        Distribution::Triangular { min, mode, max } | Distribution::Pert { min, mode, max, .. } => {
            Some((min, Some(mode), max))
        }
        Distribution::TriangularPercentiles { mode, .. } => {
            let (min, max) = Quantile::new(old).ok()?.support();
            Some((min, Some(mode), max))
        }
        Distribution::Uniform { min, max } => Some((min, None, max)),
        Distribution::Beta {
            alpha,
            beta,
            min,
            max,
        } => {
            let peak = alpha > 1.0 && beta > 1.0;
            let mode = || min + (max - min) * (alpha - 1.0) / (alpha + beta - 2.0);
            Some((min, peak.then(mode), max))
        }
        _ => None,
    }
    .filter(|(min, _, max)| min < max)
}

/// The typed figures in another kind that has them too.
fn same_figures(kind: &str, old: &Distribution) -> Option<Distribution> {
    match (kind, old) {
        ("Empirical sample", Distribution::Discrete { values, .. }) => {
            return Some(Distribution::Empirical {
                values: values.clone(),
            });
        }
        ("Discrete", Distribution::Empirical { values }) if values.len() <= 50 => {
            return Some(Distribution::Discrete {
                values: values.clone(),
                weights: vec![1.0 / values.len() as f64; values.len()],
            });
        }
        _ => {}
    }
    let (min, mode, max) = ends(old)?;
    let mode = mode.unwrap_or_else(|| min.midpoint(max));
    match kind {
        "Triangular" => Some(Distribution::Triangular { min, mode, max }),
        "PERT" => Some(Distribution::Pert {
            min,
            mode,
            max,
            weight: PERT_WEIGHT,
        }),
        "Uniform" => Some(Distribution::Uniform { min, max }),
        "Beta" => {
            let (mean, sd) = middle(old)?;
            let (place, share) = ((mean - min) / (max - min), sd / (max - min));
            let sum = place * (1.0 - place) / (share * share) - 1.0;
            let (alpha, beta) = (place * sum, (1.0 - place) * sum);
            Some(Distribution::Beta {
                alpha,
                beta,
                min,
                max,
            })
        }
        "Triangular by P10 and P90" => {
            let law = Quantile::new(&Distribution::Triangular { min, mode, max }).ok()?;
            Some(Distribution::TriangularPercentiles {
                p10: law.quantile(0.1),
                mode,
                p90: law.quantile(0.9),
            })
        }
        _ => None,
    }
}

/// Symmetric distributions with exactly this mean and standard deviation.
fn bounded(kind: &str, mean: f64, spread: f64) -> Option<Distribution> {
    let around = |half: f64| (mean - half, mean + half);
    Some(match kind {
        "Normal" => Distribution::Normal { mean, sd: spread },
        // The variance of a symmetric triangular is its half width squared over 6, of a PERT over 7, of a uniform over 3.
        "Triangular" => {
            let (min, max) = around(spread * 6.0_f64.sqrt());
            Distribution::Triangular {
                min,
                mode: mean,
                max,
            }
        }
        "PERT" => {
            let (min, max) = around(spread * 7.0_f64.sqrt());
            Distribution::Pert {
                min,
                mode: mean,
                max,
                weight: PERT_WEIGHT,
            }
        }
        "Uniform" => {
            let (min, max) = around(spread * 3.0_f64.sqrt());
            Distribution::Uniform { min, max }
        }
        // On six standard deviations two shapes of 4 have a variance of 36 / (4 x 9).
        "Beta" => {
            let (min, max) = around(spread * 3.0);
            Distribution::Beta {
                alpha: 4.0,
                beta: 4.0,
                min,
                max,
            }
        }
        "Triangular by P10 and P90" => {
            // A tenth of the area lies within the square root of 0.2 half widths of an end.
            let (p10, p90) = around(spread * 6.0_f64.sqrt() * (1.0 - 0.2_f64.sqrt()));
            Distribution::TriangularPercentiles {
                p10,
                mode: mean,
                p90,
            }
        }
        "Student t" => {
            const DEGREES: f64 = 5.0;
            Distribution::StudentT {
                location: mean,
                scale: spread * ((DEGREES - 2.0) / DEGREES).sqrt(),
                degrees: DEGREES,
            }
        }
        _ => return None,
    })
}

/// Distributions of positive values; a mean at or below 0 is replaced by the spread.
fn positive(kind: &str, mean: f64, spread: f64) -> Option<Distribution> {
    let (mean, sd) = if mean > 0.0 {
        (mean, spread.min(10.0 * mean))
    } else {
        (spread, spread * 0.5)
    };
    let ratio = sd / mean;
    let sigma = ln(1.0 + ratio * ratio).sqrt();
    let mu = ln(mean) - 0.5 * sigma * sigma;
    Some(match kind {
        "Lognormal" => Distribution::Lognormal { mean, sd },
        "Lognormal by mu and sigma" => Distribution::LognormalLog { mu, sigma },
        "Lognormal by percentiles" => {
            let tail = normal::quantile(0.9) * sigma;
            Distribution::LognormalPercentiles {
                low_share: 0.1,
                low: exp(mu - tail),
                high_share: 0.9,
                high: exp(mu + tail),
            }
        }
        "Gamma" => Distribution::Gamma {
            shape: 1.0 / (ratio * ratio),
            scale: sd * ratio,
        },
        "Weibull" => weibull(mean, ratio),
        "Exponential" => Distribution::Exponential { mean },
        "Poisson" => Distribution::Poisson {
            mean: mean.min(MOST_EVENTS),
        },
        _ => return None,
    })
}

/// The Weibull with this mean and this ratio of standard deviation to mean, which falls as the shape rises.
fn weibull(mean: f64, ratio: f64) -> Distribution {
    let of = |shape: f64| {
        let law = Quantile::new(&Distribution::Weibull { shape, scale: 1.0 }).ok()?;
        Some((law.mean(), law.sd() / law.mean()))
    };
    // Beyond these shapes it is a spike at 0 or at the mean.
    let (mut low, mut high) = (0.2, 200.0);
    for _ in 0..60 {
        let shape = f64::midpoint(low, high);
        match of(shape) {
            Some((_, own)) if own > ratio => low = shape,
            _ => high = shape,
        }
    }
    let shape = f64::midpoint(low, high);
    let unit = of(shape).map_or(1.0, |(mean, _)| mean);
    Distribution::Weibull {
        shape,
        scale: mean / unit,
    }
}

/// Tables that follow the old curve, or have this mean and spread.
fn table(
    kind: &str,
    old: Option<&Distribution>,
    (mean, spread): (f64, f64),
) -> Option<Distribution> {
    const SHARES: [f64; 7] = [0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0];
    let at = |share: f64| {
        let law = old.and_then(|old| Quantile::new(old).ok());
        let found = law.filter(|law| !law.is_constant()).map(|law| {
            // An end that does not exist is cut at one in a thousand.
            law.quantile(share.clamp(0.001, 0.999))
        });
        found.unwrap_or(mean + spread * 3.0_f64.sqrt() * (2.0 * share - 1.0))
    };
    Some(match kind {
        "Discrete" => {
            let half = spread * 2.0_f64.sqrt();
            Distribution::Discrete {
                values: vec![mean - half, mean, mean + half],
                weights: vec![0.25, 0.5, 0.25],
            }
        }
        "Cumulative" => Distribution::Cumulative {
            values: SHARES.map(at).to_vec(),
            shares: SHARES.to_vec(),
        },
        "Empirical sample" => Distribution::Empirical {
            values: [0.1, 0.3, 0.5, 0.7, 0.9].map(at).to_vec(),
        },
        _ => return None,
    })
}

fn other(kind: &str, old: Option<&Distribution>, mean: f64, spread: f64) -> Distribution {
    let volatility = match old {
        Some(
            Distribution::GeometricBrownian { volatility, .. }
            | Distribution::MeanReverting { volatility, .. },
        ) => *volatility,
        Some(_) if mean > 0.0 => {
            let ratio = spread / mean;
            let sigma = ln(1.0 + ratio * ratio).sqrt();
            // One tenth of a per cent is as fine as anybody knows it.
            ((sigma * 1_000.0).round() / 1_000.0).clamp(0.01, 1.0)
        }
        _ => VOLATILITY,
    };
    match kind {
        "Geometric Brownian path" => Distribution::GeometricBrownian {
            drift: 0.0,
            volatility,
        },
        "Mean-reverting path" => Distribution::MeanReverting {
            speed: 0.5,
            volatility,
        },
        "Constant" => Distribution::Constant { value: mean },
        "Event" => Distribution::Event {
            probability: PROBABILITY,
            impact: Box::new(shaped("Triangular", old, mean)),
        },
        _ => shaped("Triangular", None, mean),
    }
}
