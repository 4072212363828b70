//! Which parameters can be correlated with each other, and why others cannot.

use crate::parameter::{Parameter, Uncertainty};

/// Why a parameter cannot be correlated, whatever the other one is; `None` where it can.
///
/// A distribution without a spread (a standard deviation of 0, a table of one value) is a constant and is refused.
pub fn refused_member(parameter: &Parameter) -> Option<String> {
    let title = parameter.title();
    let Some(Uncertainty { distribution, .. }) = &parameter.uncertainty else {
        return Some(format!(
            "{title} has no distribution, so it cannot be correlated"
        ));
    };
    if distribution.is_event() {
        return Some(format!(
            "{title} is an event with two draws, whether it happens and how large it is, so one correlation has no \
             single meaning"
        ));
    }
    distribution
        .is_constant()
        .then(|| format!("{title} has the same value in each trial, so it cannot be correlated"))
}

/// Why two parameters cannot be correlated with each other; `None` where they can.
///
/// Parameters with a draw of their own each period correlate period by period, and with their like only.
pub fn refused_pair(a: &Parameter, b: &Parameter) -> Option<String> {
    if a.id == b.id {
        return Some(format!("{} is not correlated with itself", a.title()));
    }
    if let Some(why) = refused_member(a).or_else(|| refused_member(b)) {
        return Some(why);
    }
    let is_per_period = |row: &Parameter| {
        row.uncertainty
            .as_ref()
            .is_some_and(Uncertainty::is_per_period)
    };
    let (each, once) = match (is_per_period(a), is_per_period(b)) {
        (true, false) => (a, b),
        (false, true) => (b, a),
        _ => return None,
    };
    Some(format!(
        "{} is drawn each period and {} once a trial; draws of each period correlate period by period, and only with \
         their like",
        each.title(),
        once.title()
    ))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::distribution::{Distribution, DistributionForm};
    use crate::parameter::{BaseValue, Draw};

    fn parameter(id: u128, distribution: Option<Distribution>, draw: Draw) -> Parameter {
        Parameter {
            id: Uuid::from_u128(id),
            slot: 0,
            key: format!("p{id}"),
            label: String::new(),
            unit: String::new(),
            base: BaseValue::Number(1.0),
            uncertainty: distribution.map(|distribution| Uncertainty {
                draw,
                ..Uncertainty::once(DistributionForm::Factor, distribution)
            }),
            source: String::new(),
            note: String::new(),
        }
    }

    const NORMAL: Option<Distribution> = Some(Distribution::Normal { mean: 1.0, sd: 0.1 });

    #[test]
    fn members_that_cannot_be_correlated_say_why() {
        let good = parameter(1, NORMAL, Draw::Once);
        assert_eq!(refused_member(&good), None);
        assert_eq!(
            refused_pair(&good, &good).as_deref(),
            Some("p1 is not correlated with itself")
        );
        let event = Distribution::Event {
            probability: 0.1,
            impact: Box::new(Distribution::Normal { mean: 1.0, sd: 0.1 }),
        };
        for (other, word) in [
            (None, "no distribution"),
            (Some(Distribution::Constant { value: 1.0 }), "same value"),
            (
                Some(Distribution::Normal { mean: 1.0, sd: 0.0 }),
                "same value",
            ),
            (Some(event), "an event"),
        ] {
            let other = parameter(2, other, Draw::Once);
            for why in [refused_pair(&good, &other), refused_pair(&other, &good)] {
                let why = why.unwrap();
                assert!(why.starts_with("p2 ") && why.contains(word), "{why}");
            }
        }
    }

    #[test]
    fn draws_of_each_period_correlate_with_their_like_only() {
        let once = parameter(1, NORMAL, Draw::Once);
        let each = parameter(2, NORMAL, Draw::EachPeriod);
        let path = Distribution::GeometricBrownian {
            drift: 0.0,
            volatility: 0.2,
        };
        let path = parameter(3, Some(path), Draw::Once);
        assert_eq!(refused_pair(&each, &path), None);
        for why in [refused_pair(&once, &path), refused_pair(&path, &once)] {
            let why = why.unwrap();
            assert!(
                why.starts_with("p3 is drawn each period and p1 once"),
                "{why}"
            );
        }
    }
}
