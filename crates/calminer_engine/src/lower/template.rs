//! The template that gives a cash flow its headline measures.

use calminer_domain::formula::is_key;
use calminer_domain::units::Unit;
use calminer_domain::{Direction, Role, Scenario, Section};

use super::{ModelLine, Source};

/// One line of the template.
struct Row {
    role: Role,
    key: &'static str,
    label: &'static str,
    function: &'static str,
    is_discounted: bool,
    unit: &'static str,
    output: Option<Direction>,
}

/// `$` is the currency of the scenario.
const MONEY: &str = "$";

#[rustfmt::skip]
const ROWS: [Row; 6] = [
    Row { role: Role::AfterTaxCashFlow, key: "npv", label: "Net present value after tax", function: "npv", is_discounted: true, unit: MONEY, output: Some(Direction::Gain) },
    Row { role: Role::AfterTaxCashFlow, key: "irr", label: "Internal rate of return after tax", function: "irr", is_discounted: false, unit: "%", output: Some(Direction::Gain) },
    Row { role: Role::AfterTaxCashFlow, key: "payback", label: "Payback after tax", function: "payback", is_discounted: false, unit: "a", output: Some(Direction::Cost) },
    Row { role: Role::AfterTaxCashFlow, key: "discounted_payback", label: "Discounted payback after tax", function: "payback", is_discounted: true, unit: "a", output: None },
    Row { role: Role::PreTaxCashFlow, key: "npv_pre_tax", label: "Net present value before tax", function: "npv", is_discounted: true, unit: MONEY, output: Some(Direction::Gain) },
    Row { role: Role::PreTaxCashFlow, key: "irr_pre_tax", label: "Internal rate of return before tax", function: "irr", is_discounted: false, unit: "%", output: Some(Direction::Gain) },
];

/// The measures of the cash-flow lines that the scenario names, less those whose key it has itself.
pub(super) fn measures(scenario: &Scenario, lines: &[ModelLine]) -> Vec<ModelLine> {
    ROWS.iter()
        .filter(|row| !lines.iter().any(|line| line.key == row.key) && !scenario.has_key(row.key))
        .filter_map(|row| {
            let flow = lines.iter().find(|line| line.role == Some(row.role))?;
            is_key(&flow.key).then(|| line_of(scenario, row, flow))
        })
        .collect()
}

fn line_of(scenario: &Scenario, row: &Row, flow: &ModelLine) -> ModelLine {
    let unit_text = if row.unit == MONEY {
        scenario.currency.as_str()
    } else {
        row.unit
    };
    let rate = if row.is_discounted {
        format!(", {}", rate_text(scenario.conventions.discount_rate))
    } else {
        String::new()
    };
    ModelLine {
        id: None,
        key: row.key.to_owned(),
        label: row.label.to_owned(),
        section: Section::CashFlow,
        role: None,
        unit_text: unit_text.to_owned(),
        unit: Unit::parse(unit_text, &scenario.currency).ok(),
        source: Source::formula(format!("={}({}{rate})", row.function, flow.key)),
        output: row.output,
        timing: None,
        basis: flow.basis,
        is_built: false,
        place: flow.place("role"),
    }
}

/// A rate as it is written in a formula: `8 %` where that is the same figure to the last bit.
fn rate_text(rate: f64) -> String {
    let percent = (rate * 100.0 * 1e6).round() / 1e6;
    if percent / 100.0 == rate {
        format!("{percent} %")
    } else {
        format!("{rate}")
    }
}

#[cfg(test)]
mod tests {
    use super::rate_text;

    #[test]
    fn a_rate_keeps_its_bits() {
        assert_eq!(rate_text(0.08), "8 %");
        assert_eq!(rate_text(0.075), "7.5 %");
        assert_eq!(rate_text(1.0 / 3.0), "0.3333333333333333");
    }
}
