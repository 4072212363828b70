//! The words of a distribution: names of its figures and their units, and the whole of it in a few words.

use calminer_domain::distribution::PERT_WEIGHT;
use calminer_domain::{Distribution, DistributionForm, Draw, Parameter, Uncertainty};

use crate::ui::edits::distribution::{Place, to_percent};
use crate::ui::format::{self, NumberStyle};

/// A share of 1 in per cent, as typed.
pub(crate) fn percent(share: f64, style: NumberStyle) -> String {
    format!("{}\u{a0}%", style.exact(to_percent(share)))
}

/// The name of a figure of a distribution.
fn figure_words(law: &Distribution, name: &str, style: NumberStyle) -> String {
    let at_or_below = |share: f64| format!("{} lie at or below", percent(share, style));
    let words = match (law, name) {
        (Distribution::LognormalPercentiles { low_share, .. }, "low") => {
            return at_or_below(*low_share);
        }
        (Distribution::LognormalPercentiles { high_share, .. }, "high") => {
            return at_or_below(*high_share);
        }
        (Distribution::TriangularPercentiles { .. }, "p10") => return at_or_below(0.1),
        (Distribution::TriangularPercentiles { .. }, "p90") => return at_or_below(0.9),
        (Distribution::Weibull { .. }, "scale") => "Scale: 63.2 % lie at or below",
        (Distribution::Poisson { .. }, "mean") => "Mean number of events",
        (Distribution::GeometricBrownian { .. }, "drift") => "Growth of the mean",
        (_, "mean") => "Mean",
        (_, "sd") => "Standard deviation",
        (_, "min") => "Smallest",
        (_, "mode") => "Most likely",
        (_, "max") => "Largest",
        (_, "weight") => "Weight of the mode",
        (_, "mu") => "Mean of ln x",
        (_, "sigma") => "Standard deviation of ln x",
        (_, "low_share") => "Lower share",
        (_, "high_share") => "Upper share",
        (_, "alpha") => "Shape at the lower end (α)",
        (_, "beta") => "Shape at the upper end (β)",
        (_, "shape") => "Shape",
        (_, "scale") => "Scale",
        (_, "location") => "Median",
        (_, "degrees") => "Degrees of freedom",
        (_, "probability") => "Probability that it happens",
        (_, "value") => "Value",
        (_, "volatility") => "Volatility",
        (_, "speed") => "Speed of return",
        (_, other) => other,
    };
    words.to_owned()
}

/// The label of a place; that of the impact of an event says so only where it stands alone.
pub(super) fn place_words(own: &Uncertainty, place: Place, style: NumberStyle) -> String {
    match (place, &own.distribution) {
        (Place::Impact(name), Distribution::Event { impact, .. }) => {
            figure_words(impact, name, style)
        }
        (Place::Figure(name) | Place::Impact(name), law) => figure_words(law, name, style),
        (Place::KeepMin, _) => "Keep at or above".to_owned(),
        (Place::KeepMax, _) => "Keep at or below".to_owned(),
    }
}

/// The unit of the values of a form.
pub(crate) fn form_unit(row: &Parameter, form: DistributionForm) -> String {
    match form {
        DistributionForm::Absolute => format::unit_words(&row.unit),
        DistributionForm::Factor => "× base".to_owned(),
        DistributionForm::PercentOfBase => "% of base".to_owned(),
    }
}

/// The unit beside a field.
pub(super) fn place_unit(row: &Parameter, own: &Uncertainty, place: Place) -> String {
    match place {
        Place::Figure("drift") => "% a year".to_owned(),
        Place::Figure("volatility") => "% per √year".to_owned(),
        Place::Figure("speed") => "per year".to_owned(),
        place if place.is_percent() => "%".to_owned(),
        place if place.has_unit() => form_unit(row, own.form),
        _ => String::new(),
    }
}

/// A distribution in a few words: `PERT 2,400 / 3,100 / 3,900`.
pub(crate) fn summary(own: &Uncertainty, style: NumberStyle) -> String {
    let mut text = law_words(&own.distribution, style, &|figure| style.exact(figure));
    match own.form {
        _ if own.distribution.is_path() => {}
        DistributionForm::Absolute => {}
        DistributionForm::Factor => text.push_str(" × base"),
        DistributionForm::PercentOfBase => text.push_str(" % of base"),
    }
    let exact = |figure: f64| style.exact(figure);
    let kept = match (own.truncation.min, own.truncation.max) {
        (None, None) => String::new(),
        (Some(min), None) => format!(", kept ≥ {}", exact(min)),
        (None, Some(max)) => format!(", kept ≤ {}", exact(max)),
        (Some(min), Some(max)) => format!(", kept {} to {}", exact(min), exact(max)),
    };
    text.push_str(&kept);
    if own.draw == Draw::EachPeriod {
        text.push_str(", each period");
    }
    text
}

/// Name and figures of a distribution, each figure as `exact` writes it.
pub(crate) fn law_words(
    law: &Distribution,
    style: NumberStyle,
    exact: &dyn Fn(f64) -> String,
) -> String {
    let name = law.name();
    match law {
        Distribution::Discrete { values, .. }
        | Distribution::Cumulative { values, .. }
        | Distribution::Empirical { values } => {
            let noun = if values.len() == 1 { "value" } else { "values" };
            let count = format::count(values.len() as u64, style);
            format!("{name}, {count} {noun}")
        }
        Distribution::Event {
            probability,
            impact,
        } => {
            let impact = law_words(impact, style, exact);
            format!("{name} {}, {impact}", percent(*probability, style))
        }
        Distribution::GeometricBrownian { drift, volatility } => {
            let (drift, volatility) = (percent(*drift, style), percent(*volatility, style));
            format!("{name}, growth {drift}, volatility {volatility} a year")
        }
        Distribution::MeanReverting { speed, volatility } => {
            let volatility = percent(*volatility, style);
            format!(
                "{name}, speed {} a year, volatility {volatility}",
                exact(*speed)
            )
        }
        Distribution::LognormalPercentiles {
            low_share,
            low,
            high_share,
            high,
        } => {
            let part =
                |share: &f64, at: &f64| format!("P{} {}", exact(to_percent(*share)), exact(*at));
            format!(
                "Lognormal, {}, {}",
                part(low_share, low),
                part(high_share, high)
            )
        }
        _ => figures_words(law, exact),
    }
}

/// The same for distributions of a few figures in one unit.
fn figures_words(law: &Distribution, exact: &dyn Fn(f64) -> String) -> String {
    let (start, between): (&str, &[&str]) = match law {
        Distribution::Triangular { .. } => ("Triangular ", &[" / ", " / "]),
        // The weight is told where it is not the classical one.
        Distribution::Pert { weight, .. } if weight.total_cmp(&PERT_WEIGHT).is_eq() => {
            ("PERT ", &[" / ", " / "])
        }
        Distribution::Pert { .. } => ("PERT ", &[" / ", " / ", ", weight "]),
        Distribution::Uniform { .. } => ("Uniform ", &[" / "]),
        Distribution::Normal { .. } => ("Normal ", &[", sd "]),
        Distribution::Lognormal { .. } => ("Lognormal ", &[", sd "]),
        Distribution::LognormalLog { .. } => ("Lognormal, ln x ", &[", sd "]),
        Distribution::TriangularPercentiles { .. } => ("Triangular, P10 ", &[", mode ", ", P90 "]),
        Distribution::Beta { .. } => ("Beta ", &[" and ", ", ", " to "]),
        Distribution::Gamma { .. } => ("Gamma, shape ", &[", scale "]),
        Distribution::Weibull { .. } => ("Weibull, shape ", &[", scale "]),
        Distribution::Exponential { .. } => ("Exponential, mean ", &[]),
        Distribution::Poisson { .. } => ("Poisson, mean ", &[]),
        Distribution::StudentT { .. } => ("Student t ", &[", scale ", ", degrees "]),
        Distribution::Constant { .. } => ("Constant ", &[]),
        other => return other.name().to_owned(),
    };
    let figures = law.figures().into_iter().take(between.len() + 1);
    let mut text = String::new();
    for ((_, figure), before) in figures.zip(std::iter::once(&start).chain(between)) {
        text.push_str(before);
        text.push_str(&exact(figure));
    }
    text
}

#[cfg(test)]
mod tests {
    use calminer_domain::Truncation;

    use super::*;
    use crate::ui::edits::distribution::{FIRST, MORE, of_kind};

    fn words(form: DistributionForm, distribution: Distribution) -> String {
        summary(
            &Uncertainty::once(form, distribution),
            NumberStyle::default(),
        )
    }

    #[test]
    fn a_distribution_reads_as_a_sentence_of_a_few_words() {
        let triangular = Distribution::Triangular {
            min: 5.0,
            mode: 8.0,
            max: 12.0,
        };
        let event = Distribution::Event {
            probability: 0.2,
            impact: Box::new(triangular),
        };
        assert_eq!(
            words(DistributionForm::Absolute, event),
            "Event 20\u{a0}%, Triangular 5 / 8 / 12"
        );
        let kept = Uncertainty {
            truncation: Truncation {
                min: Some(0.0),
                max: None,
            },
            draw: Draw::EachPeriod,
            ..Uncertainty::once(
                DistributionForm::Absolute,
                Distribution::Normal { mean: 3.0, sd: 2.0 },
            )
        };
        assert_eq!(
            summary(&kept, NumberStyle::default()),
            "Normal 3, sd 2, kept ≥ 0, each period"
        );
        let percentiles = Distribution::LognormalPercentiles {
            low_share: 0.1,
            low: 80.0,
            high_share: 0.9,
            high: 130.0,
        };
        assert_eq!(
            words(DistributionForm::PercentOfBase, percentiles),
            "Lognormal, P10 80, P90 130 % of base"
        );
        let path = Distribution::GeometricBrownian {
            drift: 0.0,
            volatility: 0.18,
        };
        assert_eq!(
            words(DistributionForm::Factor, path),
            "Geometric Brownian path, growth 0\u{a0}%, volatility 18\u{a0}% a year"
        );
    }

    #[test]
    fn every_figure_has_a_name_of_its_own_in_words() {
        for kind in FIRST.iter().chain(&MORE) {
            let own = of_kind(kind, 7.0, None);
            let mut names: Vec<String> = Place::all(&own)
                .into_iter()
                .map(|place| place_words(&own, place, NumberStyle::default()))
                .collect();
            for name in &names {
                let first = name.chars().next().unwrap();
                assert!(
                    first.is_uppercase() || first.is_ascii_digit(),
                    "{kind}: {name}"
                );
            }
            let all = names.len();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), all, "{kind}: {names:?}");
            assert!(summary(&own, NumberStyle::default()).len() > 5);
        }
    }
}
