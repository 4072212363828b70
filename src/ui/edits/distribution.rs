//! Changes of a distribution: one figure, another form, ends around the base value, a note of its source.

mod kind;

use calminer_domain::{Distribution, DistributionForm, Parameter, Uncertainty};
use calminer_engine::quantile::Quantile;

pub(crate) use kind::{FIRST, FIXED, MORE, impact_of_kind, impacts, of_kind};

use super::scaled;

/// A figure of an uncertainty that stands in a field of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Place {
    /// A figure of the distribution.
    Figure(&'static str),
    /// A figure of the impact of an event.
    Impact(&'static str),
    /// The smallest value kept; may be absent.
    KeepMin,
    /// The largest value kept; may be absent.
    KeepMax,
}

impl Place {
    /// All places of an uncertainty in the order in which they are typed.
    pub(crate) fn all(own: &Uncertainty) -> Vec<Self> {
        let figures = own.distribution.figures();
        let mut all: Vec<Self> = figures
            .into_iter()
            .map(|(name, _)| Self::Figure(name))
            .collect();
        if let Distribution::Event { impact, .. } = &own.distribution {
            let figures = impact.figures();
            all.extend(figures.into_iter().map(|(name, _)| Self::Impact(name)));
        }
        all.extend([Self::KeepMin, Self::KeepMax]);
        all
    }

    /// The figure as the scenario keeps it; `None` for an open end.
    pub(crate) fn figure(self, own: &Uncertainty) -> Option<f64> {
        let of = |distribution: &Distribution, name: &str| {
            let figures = distribution.figures();
            let found = figures.into_iter().find(|(field, _)| *field == name);
            found.map(|(_, figure)| figure)
        };
        match (self, &own.distribution) {
            (Self::Figure(name), distribution) => of(distribution, name),
            (Self::Impact(name), Distribution::Event { impact, .. }) => of(impact, name),
            (Self::Impact(_), _) => None,
            (Self::KeepMin, _) => own.truncation.min,
            (Self::KeepMax, _) => own.truncation.max,
        }
    }

    /// The same uncertainty with another figure here; `None` opens an end and changes no other place.
    pub(crate) fn put(self, own: &Uncertainty, figure: Option<f64>) -> Uncertainty {
        let mut changed = own.clone();
        match (self, figure, &own.distribution) {
            (Self::KeepMin, figure, _) => changed.truncation.min = figure,
            (Self::KeepMax, figure, _) => changed.truncation.max = figure,
            (Self::Figure(name), Some(figure), distribution) => {
                changed.distribution = distribution.with_figure(name, figure);
            }
            (
                Self::Impact(name),
                Some(figure),
                Distribution::Event {
                    probability,
                    impact,
                },
            ) => {
                changed.distribution = Distribution::Event {
                    probability: *probability,
                    impact: Box::new(impact.with_figure(name, figure)),
                };
            }
            (Self::Figure(_) | Self::Impact(_), ..) => {}
        }
        changed
    }

    /// The field that problems of the distribution name.
    pub(crate) const fn field(self) -> &'static str {
        match self {
            Self::Figure(name) => name,
            Self::Impact(_) => "impact",
            Self::KeepMin => "truncation.min",
            Self::KeepMax => "truncation.max",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Figure(name) | Self::Impact(name) => name,
            Self::KeepMin | Self::KeepMax => "",
        }
    }

    /// Whether the figure is a share of 1 that people type in per cent.
    pub(crate) fn is_percent(self) -> bool {
        self.is_share() || ["drift", "volatility"].contains(&self.name())
    }

    /// Whether the figure is a probability.
    pub(crate) fn is_share(self) -> bool {
        ["low_share", "high_share", "probability"].contains(&self.name())
    }

    /// Whether the figure is in the unit of the values.
    pub(crate) fn has_unit(self) -> bool {
        const PLAIN: [&str; 8] = [
            "weight", "alpha", "beta", "shape", "degrees", "mu", "sigma", "speed",
        ];
        !self.is_percent() && !PLAIN.contains(&self.name())
    }
}

/// 100 times the figure as written: 0.07 gives 7, which a product of binary figures does not.
pub(crate) fn to_percent(share: f64) -> f64 {
    shifted(share, "e2").unwrap_or(share * 100.0)
}

/// A hundredth of the figure as written.
pub(crate) fn from_percent(percent: f64) -> f64 {
    shifted(percent, "e-2").unwrap_or(percent / 100.0)
}

fn shifted(figure: f64, power: &str) -> Option<f64> {
    format!("{figure}{power}").parse().ok()
}

/// Why a run would refuse this: the first sentence, or `None` where the figures are possible.
pub(crate) fn refusal(own: &Uncertainty) -> Option<String> {
    let mut blocking = own.problems().into_iter().filter(|problem| problem.blocks);
    // What only the mathematics shows: percentiles that no triangular has, a range without probability.
    let problem = blocking
        .next()
        .or_else(|| Quantile::of(own).err()?.into_iter().next());
    problem.map(|problem| problem.message)
}

/// The base case on the axis of the figures.
pub(crate) fn base_mark(base: f64, form: DistributionForm) -> f64 {
    match form {
        DistributionForm::Absolute => base,
        DistributionForm::Factor => 1.0,
        DistributionForm::PercentOfBase => 100.0,
    }
}

/// The same distribution in another form: its figures are recomputed over the base value.
pub(crate) fn in_form(old: &Uncertainty, form: DistributionForm, base: f64) -> Uncertainty {
    let factor = base_mark(base, form) / base_mark(base, old.form);
    let converted = if factor.is_finite() && factor > 0.0 {
        scaled(old, factor)
    } else {
        old.clone()
    };
    Uncertainty { form, ..converted }
}

/// The mode at the base value and the ends a share of it away, for the distributions of three typed figures; `None`
/// for the others, and where the base value is 0.
pub(crate) fn around_base(own: &Uncertainty, base: f64, share: f64) -> Option<Uncertainty> {
    let center = base_mark(base, own.form);
    // As written, so that 10 % of 7 gives 6.3 and 7.7 and not their binary neighbors.
    let times = |factor: f64| {
        let product = center * factor;
        let text = format!("{product:.12e}");
        text.parse().unwrap_or(product)
    };
    let (low, high) = (times(1.0 - share), times(1.0 + share));
    let (min, max) = (low.min(high), low.max(high));
    if center == 0.0 || !min.is_finite() || !max.is_finite() {
        return None;
    }
    let distribution = match own.distribution {
        Distribution::Triangular { .. } => Distribution::Triangular {
            min,
            mode: center,
            max,
        },
        Distribution::Pert { weight, .. } => Distribution::Pert {
            min,
            mode: center,
            max,
            weight,
        },
        _ => return None,
    };
    let changed = Uncertainty {
        distribution,
        ..own.clone()
    };
    // A range kept that lies elsewhere would leave nothing.
    Some(if refusal(&changed).is_none() {
        changed
    } else {
        Uncertainty {
            truncation: calminer_domain::Truncation::default(),
            ..changed
        }
    })
}

/// The most likely value, where there is one and it is known in closed form.
pub(crate) fn mode_of(own: &Uncertainty) -> Option<f64> {
    let mode = match own.distribution {
        Distribution::Normal { mean, .. } => mean,
        Distribution::StudentT { location, .. } => location,
        Distribution::Triangular { mode, .. }
        | Distribution::Pert { mode, .. }
        | Distribution::TriangularPercentiles { mode, .. } => mode,
        Distribution::Beta {
            alpha,
            beta,
            min,
            max,
        } if alpha > 1.0 && beta > 1.0 => min + (max - min) * (alpha - 1.0) / (alpha + beta - 2.0),
        Distribution::Gamma { shape, scale } if shape >= 1.0 => (shape - 1.0) * scale,
        Distribution::Weibull { shape, scale } if shape > 1.0 => {
            scale * calminer_engine::math::pow((shape - 1.0) / shape, 1.0 / shape)
        }
        Distribution::Lognormal { .. }
        | Distribution::LognormalLog { .. }
        | Distribution::LognormalPercentiles { .. } => {
            let law = Quantile::new(&own.distribution).ok()?;
            let (mu, sigma) = law.log_parameters()?;
            calminer_engine::math::exp(mu - sigma * sigma)
        }
        _ => return None,
    };
    let kept = own.truncation.min.map_or(mode, |min| mode.max(min));
    let kept = own.truncation.max.map_or(kept, |max| kept.min(max));
    kept.is_finite().then_some(kept)
}

/// A parameter with a fitted distribution and a note of where it comes from; an earlier note of this kind goes.
pub(crate) fn fitted(row: &Parameter, distribution: Distribution, count: usize) -> Parameter {
    const NOTE: &str = " fitted to ";
    let name = distribution.name();
    let values = if count == 1 { "value" } else { "values" };
    let note = format!("{name}{NOTE}{count} {values}");
    let mut parts: Vec<String> = row
        .source
        .split("; ")
        .filter(|part| !part.is_empty() && !part.contains(NOTE))
        .map(str::to_owned)
        .collect();
    parts.push(note);
    let old = row.uncertainty.as_ref();
    let form = old
        .filter(|own| !own.distribution.is_path())
        .map_or(DistributionForm::Absolute, |own| own.form);
    let fresh = Uncertainty::once(form, distribution);
    let uncertainty = match old {
        Some(own) if !own.distribution.is_path() => Uncertainty {
            draw: own.draw,
            ..fresh
        },
        _ => fresh,
    };
    Parameter {
        uncertainty: Some(uncertainty),
        source: parts.join("; "),
        ..row.clone()
    }
}

#[cfg(test)]
mod tests;
