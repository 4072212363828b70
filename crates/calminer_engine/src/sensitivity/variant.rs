//! A scenario in which chosen certain parameters are inputs too.

use calminer_domain::{
    BaseValue, Distribution, DistributionForm, Issue, Parameter, Scenario, Uncertainty,
};
use uuid::Uuid;

use crate::program::{Program, compile};

/// The program of a scenario in which the parameters `also` can be moved, though they have no distribution.
///
/// Its base case has the bits of the scenario's own. Such an input is a constant: a percentile of it is its base value,
/// a change of its base moves it. Parameters that are uncertain anyway, and identities that no parameter has, change
/// nothing. It is for [`super::tornado`] and [`super::spider`]; what a run draws is the scenario itself.
///
/// # Errors
/// All issues of the scenario, when one of them refuses a run.
pub fn program_with(scenario: &Scenario, also: &[Uuid]) -> Result<Program, Vec<Issue>> {
    let mut variant = scenario.clone();
    for parameter in &mut variant.parameters {
        if parameter.uncertainty.is_none() && also.contains(&parameter.id) {
            parameter.uncertainty = Some(constant(parameter));
        }
    }
    compile(&variant)
}

/// The distribution that always draws the base value.
fn constant(parameter: &Parameter) -> Uncertainty {
    let (form, value) = match parameter.base {
        BaseValue::Number(figure) => (DistributionForm::Absolute, figure),
        BaseValue::Series(_) => (DistributionForm::Factor, 1.0),
    };
    let distribution = Distribution::Uniform {
        min: value,
        max: value,
    };
    Uncertainty::once(form, distribution)
}
