//! The uncertain parameters of a program, each with the columns of its draws.

use std::ops::Range;

use calminer_domain::distribution::DistributionProblem;
use calminer_domain::validate::parameter_place;
use calminer_domain::{BaseValue, DistributionForm, Issue, Scenario, Uncertainty};
use uuid::Uuid;

use crate::compile::model::{Model, ModelInput};
use crate::quantile::Quantile;
use crate::sampling::{Draws, Path, ValueLaw};

/// An uncertain parameter, used by the lines or not.
#[derive(Clone, Debug)]
pub struct Input {
    /// Identity: names its random stream.
    pub id: Uuid,
    /// Number inside the scenario: its dimension in a Sobol run.
    pub slot: u32,
    /// Its key.
    pub key: String,
    /// Its label, or its key.
    pub label: String,
    /// Its unit as typed.
    pub unit: String,
    /// The draw that gives the base value: the base value itself, 1 for a factor, 100 for per cent of base. Where a
    /// draw each period replaces a row of base figures it is their mean.
    pub base: f64,
    /// What a draw means; on a row of base figures one draw multiplies the whole row.
    pub form: DistributionForm,
    /// The law of one draw; of a path the law of its last period.
    pub quantile: Quantile,
    /// How it is drawn.
    pub draws: Draws,
    /// Its columns among the draws of a trial: one, or one a period.
    pub columns: Range<usize>,
}

impl Input {
    /// The one figure that stands for this parameter in a trial, where all columns of draws are at hand: the draw itself,
    /// or the mean of its draws over the periods, all with the same weight.
    pub fn representative(&self, draws: &[f64]) -> f64 {
        mean(&draws[self.columns.clone()])
    }
}

/// The mean, to the bit where all figures are the same; NaN without any.
fn mean(figures: &[f64]) -> f64 {
    match figures {
        [first, rest @ ..] if rest.iter().all(|figure| figure == first) => *first,
        _ => figures.iter().sum::<f64>() / figures.len() as f64,
    }
}

/// The uncertain parameters with the draws that give the base case, or what forbids their distributions beyond the rules
/// of validation.
pub(super) fn inputs(
    scenario: &Scenario,
    model: &Model,
) -> Result<(Vec<Input>, Vec<f64>), Vec<Issue>> {
    let times: Vec<f64> = model
        .periods
        .iter()
        .map(|period| period.end_years)
        .collect();
    let (mut inputs, mut base, mut issues) = (Vec::new(), Vec::new(), Vec::new());
    let rows = scenario.parameters.iter().zip(&model.parameters);
    for (index, (row, of_model)) in rows.enumerate() {
        let (Some(uncertainty), Some(place)) = (&row.uncertainty, of_model.input) else {
            continue;
        };
        match law(uncertainty, &times) {
            Ok((quantile, draws)) => {
                let own = base_draws(&row.base, place);
                let first = place.first as usize;
                inputs.push(Input {
                    id: row.id,
                    slot: row.slot,
                    key: row.key.clone(),
                    label: row.title().to_owned(),
                    unit: row.unit.clone(),
                    base: mean(&own),
                    form: uncertainty.form,
                    quantile,
                    draws,
                    columns: first..first + own.len(),
                });
                base.extend(own);
            }
            Err(problems) => issues.extend(problems.into_iter().map(|problem| {
                let place = parameter_place(row, index, format!("distribution.{}", problem.field));
                Issue::error(
                    place,
                    "distribution",
                    format!("{}: {}", row.title(), problem.message),
                )
            })),
        }
    }
    if issues.is_empty() {
        Ok((inputs, base))
    } else {
        Err(issues)
    }
}

/// The law of one draw, and how a run draws it over periods that end so many years after the valuation date.
fn law(
    uncertainty: &Uncertainty,
    times: &[f64],
) -> Result<(Quantile, Draws), Vec<DistributionProblem>> {
    let distribution = &uncertainty.distribution;
    if let Some(path) = Path::of(distribution, times) {
        return Ok((Quantile::new(&path.last_law())?, Draws::Path(path)));
    }
    let quantile = Quantile::of(uncertainty)?;
    let law = match quantile.event() {
        Some((probability, impact)) => ValueLaw::Event {
            probability,
            impact: impact.clone(),
        },
        None => ValueLaw::Quantile(quantile.clone()),
    };
    let draws = if uncertainty.is_per_period() {
        Draws::EachPeriod(law, times.len() as u32)
    } else {
        Draws::Once(law)
    };
    Ok((quantile, draws))
}

/// The draws that give the base value, one a column.
fn base_draws(base: &BaseValue, input: ModelInput) -> Vec<f64> {
    let columns = input.columns as usize;
    match (input.form, base) {
        (DistributionForm::PercentOfBase, _) => vec![100.0; columns],
        (DistributionForm::Absolute, BaseValue::Number(figure)) => vec![*figure; columns],
        (DistributionForm::Absolute, BaseValue::Series(figures)) if input.is_per_period => {
            figures.iter().copied().take(columns).collect()
        }
        // Validation refuses one absolute draw for a row of base figures.
        (DistributionForm::Factor, _) | (DistributionForm::Absolute, BaseValue::Series(_)) => {
            vec![1.0; columns]
        }
    }
}
