//! Single figures and the block of headline measures.

use calminer_domain::{MoneyBasis, Scenario};
use calminer_engine::result::{BaseCase, Display, Irr, IrrKind, Payback, PaybackState, UnitCost};

use super::shape::{pairs, wide};

/// A figure with this many decimals and a comma between thousands; "absent" and "never" in words. Figures of more than
/// 15 digits are written with a power of ten.
pub fn rounded(figure: f64, decimals: usize) -> String {
    if figure.is_nan() {
        return "absent".to_owned();
    }
    if figure.is_infinite() {
        return if figure > 0.0 { "never" } else { "absent" }.to_owned();
    }
    if figure.abs() >= 1e15 {
        return format!("{figure:.3e}");
    }
    let text = format!("{:.decimals$}", figure.abs());
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let negative = figure < 0.0 && text.chars().any(|digit| ('1'..='9').contains(&digit));
    format!("{}{grouped}{rest}", if negative { "-" } else { "" })
}

/// Decimals that leave about four digits.
pub(super) fn decimals(figure: f64) -> usize {
    match figure.abs() {
        size if !size.is_finite() || size >= 1_000.0 => 0,
        size if size >= 100.0 => 1,
        size if size >= 10.0 => 2,
        _ => 3,
    }
}

/// Decimals that show so many digits of a figure; 0 of them never hides a digit before the point.
pub(super) fn places(figure: f64, digits: usize) -> usize {
    // From the decimal form: no rounded logarithm.
    let power = format!("{:e}", figure.abs())
        .rsplit_once('e')
        .and_then(|(_, power)| power.parse::<i64>().ok());
    match power {
        Some(power) if figure != 0.0 => {
            usize::try_from(i64::try_from(digits).unwrap_or(0) - 1 - power)
                .unwrap_or(0)
                .min(12)
        }
        _ => digits.saturating_sub(1),
    }
}

/// The scale in which people read a result: shown = result / factor, with the unit. Whole currency is shown in
/// millions from one million on.
pub(super) fn scale(result: f64, display: &Display) -> (f64, String) {
    let currency = display.unit.len() == 3
        && display
            .unit
            .chars()
            .all(|letter| letter.is_ascii_uppercase());
    if currency && result.is_finite() && result.abs() >= 1e6 {
        (1e6, format!("M{}", display.unit))
    } else {
        (display.factor, display.unit.clone())
    }
}

pub(super) fn with_unit(text: String, unit: &str) -> String {
    if unit.is_empty() || !text.ends_with(|letter: char| letter.is_ascii_digit()) {
        text
    } else {
        format!("{text} {unit}")
    }
}

/// A result in the unit that people read, with that unit: "649.2 MCAD", "24.10 %", "2.680 a".
pub fn amount(result: f64, display: &Display) -> String {
    let (factor, unit) = scale(result, display);
    let shown = result / factor;
    with_unit(rounded(shown, decimals(shown)), &unit)
}

/// A fraction as per cent, without zeros that say nothing.
fn per_cent(fraction: f64) -> String {
    let text = rounded(fraction * 100.0, 2);
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}

/// What stands before the conventions.
const TITLE: &str = "Conventions: ";

/// What the figures of a scenario mean, in lines of at most `width` columns where its parts fit into one.
pub fn conventions(scenario: &Scenario, width: usize) -> String {
    let (conventions, calendar) = (&scenario.conventions, &scenario.calendar);
    let base = conventions
        .base_date
        .map(|date| format!(" of {date}"))
        .unwrap_or_default();
    let basis = match conventions.basis {
        MoneyBasis::Real => format!("real {}{base}", scenario.currency),
        MoneyBasis::Nominal => format!(
            "nominal {}, inflation {} a year",
            scenario.currency,
            per_cent(conventions.inflation)
        ),
    };
    let parts = [
        basis,
        format!(
            "discounted at {} a year to {}",
            per_cent(conventions.discount_rate),
            calendar.valuation_date
        ),
        format!("flows at the {}", calendar.timing.words()),
        format!("payback {}", conventions.payback_origin.words()),
    ];
    let mut lines = vec![format!("{TITLE}{}", parts[0])];
    for part in &parts[1..] {
        match lines.last_mut() {
            Some(line) if wide(line) + wide(part) + 3 <= width => {
                line.push_str("; ");
                line.push_str(part);
            }
            Some(line) => {
                line.push(';');
                lines.push(format!("{}{part}", " ".repeat(TITLE.len())));
            }
            None => {}
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

fn rate(irr: &Irr) -> String {
    let roots = || {
        irr.values
            .iter()
            .map(|root| format!("{} %", rounded(root * 100.0, 2)))
            .collect::<Vec<_>>()
            .join(", ")
    };
    match (irr.headline, irr.kind) {
        (Some(headline), IrrKind::Several) => {
            format!(
                "{} % ({} roots: {})",
                rounded(headline * 100.0, 2),
                irr.values.len(),
                roots()
            )
        }
        (Some(headline), _) => format!("{} %", rounded(headline * 100.0, 2)),
        (None, IrrKind::None) => "not defined: no rate makes NPV zero".to_owned(),
        (None, IrrKind::AboveRange) => "above 1,000 %".to_owned(),
        (None, IrrKind::BelowRange) => "below -99 %".to_owned(),
        (None, IrrKind::One | IrrKind::Several) => format!("no headline (roots: {})", roots()),
    }
}

fn payback(found: &Payback, origin: &str) -> String {
    let years = || {
        let years = found.years.map_or_else(
            || "absent".to_owned(),
            |years| format!("{} years", rounded(years, 2)),
        );
        if origin.is_empty() {
            years
        } else {
            format!("{years} {origin}")
        }
    };
    match found.state {
        PaybackState::Reached => years(),
        PaybackState::Never => "never".to_owned(),
        PaybackState::NotApplicable => "not applicable".to_owned(),
        PaybackState::NegativeAgain => format!("{}, negative again later", years()),
    }
}

/// Only where the cumulative cash is negative again.
fn last_zero(found: &Payback) -> Option<String> {
    found
        .last_crossing
        .map(|years| format!("{} years", rounded(years, 2)))
}

fn unit_cost(cost: &UnitCost) -> String {
    let basis = match cost.basis.as_str() {
        "by_product" => " (by-product basis)",
        "co_product" => " (co-product basis)",
        _ => "",
    };
    cost.value.map_or_else(
        || "absent".to_owned(),
        |value| {
            format!(
                "{}{basis}",
                with_unit(rounded(value, decimals(value)), &cost.unit)
            )
        },
    )
}

/// The headline measures, one a line, each with what it means.
pub fn key_figures(case: &BaseCase) -> String {
    let metrics = &case.metrics;
    let unit_costs = [
        ("C1 cash cost", &metrics.c1),
        ("Total cash cost", &metrics.total_cash_cost),
        ("All-in sustaining cost", &metrics.aisc),
    ];
    let costs = unit_costs
        .into_iter()
        .map(|(name, cost)| (name.to_owned(), cost.as_ref().map(unit_cost)));
    let rows: Vec<(String, String)> = returns(case)
        .into_iter()
        .chain(costs)
        .chain([funding(case)])
        .filter_map(|(name, text)| Some((name, text?)))
        .collect();
    if rows.is_empty() {
        return "No line is named as a cash flow or a unit cost, so there are no key figures.\n"
            .to_owned();
    }
    pairs(&rows)
}

/// What the flows earn; a measure that the scenario has no line for has no text.
fn returns(case: &BaseCase) -> [(String, Option<String>); 8] {
    let metrics = &case.metrics;
    let rate_text = per_cent(case.conventions.discount_rate);
    let origin = case.conventions.payback_origin.words();
    let npv = |npv: Option<f64>| npv.map(|npv| amount(npv, &money(case)));
    let (simple, discounted) = (&metrics.payback, &metrics.discounted_payback);
    let last = |found: &Option<Payback>| found.as_ref().and_then(last_zero);
    [
        (format!("NPV {rate_text}, after tax"), npv(metrics.npv)),
        (
            format!("NPV {rate_text}, pre-tax"),
            npv(metrics.npv_pre_tax),
        ),
        ("IRR, after tax".into(), metrics.irr.as_ref().map(rate)),
        (
            "IRR, pre-tax".into(),
            metrics.irr_pre_tax.as_ref().map(rate),
        ),
        (
            "Payback, after tax".into(),
            simple.as_ref().map(|found| payback(found, &origin)),
        ),
        ("  last zero of the cash".into(), last(simple)),
        (
            "Payback, discounted".into(),
            discounted.as_ref().map(|found| payback(found, "")),
        ),
        ("  last zero of the cash".into(), last(discounted)),
    ]
}

fn funding(case: &BaseCase) -> (String, Option<String>) {
    let peak = case.metrics.peak_funding.as_ref();
    let text = peak.map(|peak| format!("{} on {}", amount(peak.value, &money(case)), peak.date));
    ("Peak funding".to_owned(), text)
}

fn money(case: &BaseCase) -> Display {
    Display {
        unit: case.currency.clone(),
        factor: 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_grouped_and_never_minus_zero() {
        assert_eq!(rounded(1_234_567.891, 1), "1,234,567.9");
        assert_eq!(rounded(-0.0001, 2), "0.00");
        assert_eq!(rounded(-999.5, 0), "-1,000");
        assert_eq!(rounded(-2.5e300, 1), "-2.500e300");
        assert_eq!(
            (rounded(f64::NAN, 1), rounded(f64::INFINITY, 1)),
            ("absent".to_owned(), "never".to_owned())
        );
    }

    #[test]
    fn money_is_shown_in_millions() {
        let display = Display {
            unit: "CAD".to_owned(),
            factor: 1.0,
        };
        assert_eq!(amount(648_665_172.0, &display), "648.7 MCAD");
        assert_eq!(amount(-12_345.6, &display), "-12,346 CAD");
        assert_eq!(amount(f64::NAN, &display), "absent");
        assert_eq!(
            amount(
                0.241,
                &Display {
                    unit: "%".to_owned(),
                    factor: 0.01
                }
            ),
            "24.10 %"
        );
    }

    #[test]
    fn conventions_fit_the_terminal() {
        let sample = include_bytes!("../../../../assets/samples/fenn_gib.calminer.json");
        let scenario = calminer_domain::file::read(sample)
            .expect("the sample opens")
            .scenario;
        let whole = conventions(&scenario, 1_000);
        assert_eq!(whole.lines().count(), 1);
        assert!(whole.starts_with("Conventions: real CAD; discounted at 5 % a year to 2026-01-01; flows at the end of period; "));
        for width in [60, 80, 100] {
            let text = conventions(&scenario, width);
            assert!(text.lines().all(|line| wide(line) <= width), "{text}");
            let words = |text: &str| {
                text.split_whitespace()
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            };
            assert_eq!(words(&text), words(&whole));
        }
    }

    #[test]
    fn decimals_follow_the_size() {
        assert_eq!(
            (
                places(0.046, 2),
                places(46.0, 2),
                places(4.6, 2),
                places(0.0, 3)
            ),
            (3, 0, 1, 2)
        );
        assert_eq!(places(f64::NAN, 3), 2);
    }

    #[test]
    fn paybacks_say_from_when_and_what_comes_later() {
        let found = |state, years| {
            payback(
                &Payback {
                    state,
                    years,
                    last_crossing: None,
                },
                "from first production",
            )
        };
        assert_eq!(
            found(PaybackState::Reached, Some(2.679)),
            "2.68 years from first production"
        );
        assert_eq!(
            found(PaybackState::NegativeAgain, Some(1.0)),
            "1.00 years from first production, negative again later"
        );
        assert_eq!(found(PaybackState::Never, None), "never");
    }

    #[test]
    fn rates_say_what_they_are() {
        assert_eq!(
            (per_cent(0.05), per_cent(0.1), per_cent(0.0725)),
            ("5 %".into(), "10 %".into(), "7.25 %".into())
        );
        let irr = |kind, headline, values: &[f64]| {
            rate(&Irr {
                kind,
                headline,
                values: values.to_vec(),
            })
        };
        assert_eq!(irr(IrrKind::One, Some(0.241), &[0.241]), "24.10 %");
        assert_eq!(
            irr(IrrKind::Several, None, &[-0.7, 1.85]),
            "no headline (roots: -70.00 %, 185.00 %)"
        );
        assert_eq!(
            irr(IrrKind::None, None, &[]),
            "not defined: no rate makes NPV zero"
        );
    }
}
