//! The headline measures as label, figure and convention: the strip and the overview say the same.

use calminer_domain::Scenario;
use calminer_engine::result::{Irr, IrrKind, Metrics, Payback, PaybackState, UnitCost};

use crate::ui::format::{ABSENT, NumberStyle};

/// One headline measure in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Headline {
    pub(crate) label: String,
    pub(crate) figure: String,
    /// What stands under it on a card.
    pub(crate) note: String,
    pub(crate) tooltip: String,
    /// Key of the line that is explained on a click.
    pub(crate) key: Option<String>,
    pub(crate) negative: bool,
}

/// Net present value after tax at the scenario's rate.
pub(crate) fn npv(scenario: &Scenario, metrics: Option<&Metrics>, style: NumberStyle) -> Headline {
    let rate = style.percent(
        scenario.conventions.discount_rate,
        rate_decimals(scenario.conventions.discount_rate),
    );
    let value = metrics.and_then(|metrics| metrics.npv);
    let before = metrics.and_then(|metrics| metrics.npv_pre_tax);
    Headline {
        label: format!("NPV {rate}"),
        figure: value.map_or_else(
            || ABSENT.to_owned(),
            |value| style.money(value, &scenario.currency),
        ),
        note: before.map_or_else(
            || "after tax".to_owned(),
            |before| {
                format!(
                    "after tax; pre-tax {}",
                    style.money(before, &scenario.currency)
                )
            },
        ),
        tooltip: format!(
            "Net present value after tax at {rate} a year, discounted to {}, flows at the {}. Click to ask why.",
            scenario.calendar.valuation_date,
            scenario.calendar.timing.words()
        ),
        key: Some("npv".to_owned()),
        negative: value.is_some_and(|value| value < 0.0),
    }
}

fn rate_decimals(rate: f64) -> usize {
    let shown = rate * 100.0;
    if (shown - shown.round()).abs() < 1e-9 {
        0
    } else {
        2
    }
}

/// Internal rate of return after tax.
pub(crate) fn irr(metrics: Option<&Metrics>, style: NumberStyle) -> Headline {
    let irr = metrics.and_then(|metrics| metrics.irr.as_ref());
    let before = metrics
        .and_then(|metrics| metrics.irr_pre_tax.as_ref())
        .and_then(|irr| irr.headline);
    let before = before.map(|rate| format!("after tax; pre-tax {}", style.percent(rate, 1)));
    Headline {
        label: "IRR".to_owned(),
        figure: irr.map_or_else(|| ABSENT.to_owned(), |irr| irr_figure(irr, style)),
        note: irr.and_then(|irr| irr_note(irr, style)).or(before).unwrap_or_else(|| "after tax".to_owned()),
        tooltip: "Internal rate of return after tax: the rate at which the net present value is zero. \
                  Where several rates do that, the one that agrees with the sign of the NPV stands first."
            .to_owned(),
        key: Some("irr".to_owned()),
        negative: irr.and_then(|irr| irr.headline).is_some_and(|rate| rate < 0.0),
    }
}

fn irr_figure(irr: &Irr, style: NumberStyle) -> String {
    match (irr.kind, irr.headline) {
        (_, Some(rate)) => style.percent(rate, 1),
        (IrrKind::AboveRange, None) => format!("> {}", style.percent(10.0, 0)),
        (IrrKind::BelowRange, None) => format!("< {}", style.percent(-0.99, 0)),
        _ => "not defined".to_owned(),
    }
}

fn irr_note(irr: &Irr, style: NumberStyle) -> Option<String> {
    match irr.kind {
        IrrKind::None => Some("no rate gives NPV 0".to_owned()),
        IrrKind::Several => {
            let all: Vec<_> = irr
                .values
                .iter()
                .map(|rate| style.percent(*rate, 1))
                .collect();
            Some(format!("{} IRRs: {}", all.len(), all.join(", ")))
        }
        IrrKind::One | IrrKind::AboveRange | IrrKind::BelowRange => None,
    }
}

/// Payback after tax, undiscounted.
pub(crate) fn payback(
    scenario: &Scenario,
    metrics: Option<&Metrics>,
    style: NumberStyle,
) -> Headline {
    let own = metrics.and_then(|metrics| metrics.payback.as_ref());
    let origin = scenario.conventions.payback_origin.words();
    let later = own
        .and_then(|payback| payback.last_crossing)
        .map(|years| format!("negative again until {}", style.years(years)));
    Headline {
        label: "Payback".to_owned(),
        figure: own.map_or_else(
            || ABSENT.to_owned(),
            |payback| payback_figure(payback, style),
        ),
        note: later.unwrap_or_else(|| origin.clone()),
        tooltip: format!(
            "Payback after tax, not discounted, {origin}; cash is spread evenly inside a period."
        ),
        key: Some("payback".to_owned()),
        negative: false,
    }
}

fn payback_figure(payback: &Payback, style: NumberStyle) -> String {
    match (payback.state, payback.years) {
        (PaybackState::Never, _) => "never".to_owned(),
        (PaybackState::NotApplicable, _) | (_, None) => ABSENT.to_owned(),
        (PaybackState::Reached | PaybackState::NegativeAgain, Some(years)) => style.years(years),
    }
}

/// All-in sustaining cost, or the total cash cost where the scenario names no line for it.
pub(crate) fn unit_costs(
    scenario: &Scenario,
    metrics: Option<&Metrics>,
    style: NumberStyle,
) -> Vec<Headline> {
    use calminer_domain::Role;
    let Some(metrics) = metrics else {
        return Vec::new();
    };
    let all = [
        (
            "Total cash cost",
            Role::TotalCashCost,
            &metrics.total_cash_cost,
        ),
        ("AISC", Role::Aisc, &metrics.aisc),
        ("C1", Role::C1, &metrics.c1),
    ];
    all.into_iter()
        .filter_map(|(label, role, cost)| {
            Some(unit_cost(
                label,
                scenario.line_by_role(role).map(|line| line.key.clone()),
                cost.as_ref()?,
                style,
            ))
        })
        .collect()
}

fn unit_cost(label: &str, key: Option<String>, cost: &UnitCost, style: NumberStyle) -> Headline {
    let basis = cost.basis.replace('_', "-");
    Headline {
        label: label.to_owned(),
        figure: cost.value.map_or_else(
            || ABSENT.to_owned(),
            |value| style.quantity(value, &cost.unit),
        ),
        note: format!("life of mine, {basis}"),
        tooltip: format!(
            "{label} over the life of the mine on a {basis} basis: total cost over total payable units, never a mean of years."
        ),
        key,
        negative: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: NumberStyle = NumberStyle {
        decimal: '.',
        parentheses: false,
    };

    #[test]
    fn every_kind_of_irr_has_its_words() {
        let irr = |kind, headline, values: &[f64]| Irr {
            kind,
            headline,
            values: values.to_vec(),
        };
        assert_eq!(
            irr_figure(&irr(IrrKind::One, Some(0.241), &[0.241]), STYLE),
            "24.1\u{a0}%"
        );
        assert_eq!(
            irr_figure(&irr(IrrKind::None, None, &[]), STYLE),
            "not defined"
        );
        assert_eq!(
            irr_figure(&irr(IrrKind::AboveRange, None, &[]), STYLE),
            "> 1,000\u{a0}%"
        );
        let several = irr(IrrKind::Several, None, &[0.25, 4.0]);
        assert_eq!(irr_figure(&several, STYLE), "not defined");
        assert_eq!(
            irr_note(&several, STYLE).unwrap(),
            "2 IRRs: 25.0\u{a0}%, 400.0\u{a0}%"
        );
    }

    #[test]
    fn every_state_of_a_payback_has_its_words() {
        let payback = |state, years| Payback {
            state,
            years,
            last_crossing: None,
        };
        assert_eq!(
            payback_figure(&payback(PaybackState::Reached, Some(2.678)), STYLE),
            "2.7\u{a0}years"
        );
        assert_eq!(
            payback_figure(&payback(PaybackState::Never, None), STYLE),
            "never"
        );
        assert_eq!(
            payback_figure(&payback(PaybackState::NotApplicable, None), STYLE),
            "n/a"
        );
    }
}
