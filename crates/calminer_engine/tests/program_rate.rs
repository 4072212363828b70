//! A distribution on the discount rate.

mod program_support;

use calminer_domain::{
    BaseValue, Direction, Distribution, DistributionForm, Scenario, Uncertainty,
};
use calminer_engine::program::check_and_compile;
use program_support::{empty, formula, issues, parameter};

#[expect(
    clippy::unnecessary_wraps,
    reason = "a parameter's uncertainty is optional"
)]
fn normal(sd: f64) -> Option<Uncertainty> {
    let rate = Distribution::Normal { mean: 0.08, sd };
    Some(Uncertainty::once(DistributionForm::Absolute, rate))
}

fn output(scenario: &mut Scenario, key: &str, text: &str) {
    formula(scenario, key, "", text).output = Some(Direction::Gain);
}

/// Definitions, section 4: a distribution on the discount rate of the headline NPV is refused by default.
#[test]
fn an_uncertain_rate_is_refused_for_the_headline_alone() {
    let mut scenario = empty(3);
    let uncertainty = normal(0.01);
    parameter(
        &mut scenario,
        "rate",
        "",
        BaseValue::Number(0.08),
        uncertainty,
    );
    formula(&mut scenario, "premium", "", "=rate + 1 %");
    formula(&mut scenario, "cash", "", "=100 * (period > 0)");
    output(&mut scenario, "other", "=npv(cash, premium)");
    assert_eq!(issues(&scenario), []);
    formula(&mut scenario, "worth", "", "=npv(cash, premium)");
    output(&mut scenario, "npv", "=worth * 2");
    let (found, program) = check_and_compile(&scenario);
    let refused: Vec<_> = found.iter().filter(|issue| issue.blocks()).collect();
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].code, "uncertain_discount_rate");
    assert!(
        refused[0].to_string().starts_with(
            "parameters.rate.distribution: rate is uncertain and part of the discount rate of npv (line worth)"
        ),
        "{}",
        refused[0]
    );
    assert!(program.unwrap().base_case().line("npv").is_some());
    // A constant is one rate.
    scenario.parameters[0].uncertainty = normal(0.0);
    assert_eq!(issues(&scenario), []);
}
