//! One input moved at a time, all else at base: the points of tornado and spider.

use calminer_domain::{BaseValue, DistributionForm};
use serde::{Deserialize, Serialize};

use crate::compile::model::ModelInput;
use crate::program::{Input, Program};
use crate::result::{Cause, figure};

/// Where an input is put.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// At this percentile of its distribution, as a fraction inside (0, 1): 0.1 is P10. An input that is drawn each
    /// period is put there in all periods at once.
    Percentile(f64),
    /// At its base value changed by this fraction: -0.2 is 20 % below base.
    Change(f64),
}

/// Why a step cannot be taken.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum StepError {
    /// A percentile outside (0, 1).
    #[error("a percentile of {0} is asked for; it must lie between 0 and 1, both excluded")]
    Percentile(f64),
    /// A change that is no number.
    #[error("a change by {0} is asked for; it must be a finite number, -0.2 for 20 % below base")]
    Change(f64),
    /// Two ends that are one, or in the wrong order.
    #[error("the low end must lie below the high end")]
    Order,
    /// Nothing to move to.
    #[error("no point is asked for")]
    Empty,
}

impl Step {
    pub(super) fn check(self) -> Result<(), StepError> {
        match self {
            Self::Percentile(p) if !(p > 0.0 && p < 1.0) => Err(StepError::Percentile(p)),
            Self::Change(change) if !change.is_finite() => Err(StepError::Change(change)),
            Self::Percentile(_) | Self::Change(_) => Ok(()),
        }
    }

    /// The draws that put an input there, one a column, from those of its base.
    fn draws(self, input: &Input, base: &[f64]) -> Vec<f64> {
        match self {
            Self::Percentile(p) => input.draws.at_percentile(p),
            Self::Change(change) => base.iter().map(|draw| draw * (1.0 + change)).collect(),
        }
    }
}

/// What an input is set to, in terms of its value.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Setting {
    /// The value, in the unit of the parameter; `None` for a row of base figures, which has no single one.
    pub value: Option<f64>,
    /// The value over the base value: the factor drawn for a factor, the percentage as a fraction of 1 for per cent of
    /// base. `None` where the base value is 0 and the draw is the value itself.
    pub factor: Option<f64>,
}

/// An output with one input moved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Where the input was put.
    pub step: Step,
    /// What that means for the input.
    pub setting: Setting,
    /// The output, in its unit; NaN (null in a file) where it does not exist, +infinity for "never".
    #[serde(with = "figure::one")]
    pub output: f64,
    /// Why the output does not exist.
    pub cause: Option<Cause>,
}

/// An input as rows show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MovedInput {
    /// Its key.
    pub key: String,
    /// Its label, or its key.
    pub label: String,
    /// Its unit as typed.
    pub unit: String,
    /// Its base value.
    pub base: Setting,
    /// Keys of the inputs that it is correlated with: they stay at base while it moves, which a run does not do.
    pub correlated_with: Vec<String>,
}

/// All outputs with one input moved through the steps.
pub(super) struct Moved {
    pub(super) input: MovedInput,
    /// By output, then by step.
    pub(super) points: Vec<Vec<Point>>,
}

/// Moves each input through the steps, the others at base.
pub(super) fn move_each(program: &Program, steps: &[Step]) -> Vec<Moved> {
    let base: Vec<f64> = base_draws(program);
    let inputs = program.inputs().iter().enumerate();
    inputs
        .map(|(number, input)| {
            let mut points = vec![Vec::with_capacity(steps.len()); program.outputs().len()];
            for &step in steps {
                let mut draws = base.clone();
                let own = step.draws(input, &base[input.columns.clone()]);
                draws[input.columns.clone()].copy_from_slice(&own);
                let setting = setting(program, number, input.representative(&draws));
                let figures = program.output_figures(&draws);
                for (output, (figure, of_output)) in figures.iter().zip(&mut points).enumerate() {
                    of_output.push(Point {
                        step,
                        setting,
                        output: *figure,
                        cause: cause(program, output, *figure, &draws),
                    });
                }
            }
            Moved {
                input: moved_input(program, number),
                points,
            }
        })
        .collect()
}

/// The draws of the base case.
pub(super) fn base_draws(program: &Program) -> Vec<f64> {
    program.base_draws().to_vec()
}

/// Why a figure is absent; none where it is there.
pub(super) fn cause(program: &Program, output: usize, figure: f64, draws: &[f64]) -> Option<Cause> {
    if figure.is_nan() {
        program.cause_of_output(output, draws)
    } else {
        None
    }
}

fn moved_input(program: &Program, number: usize) -> MovedInput {
    let input = &program.inputs()[number];
    let partner = |&(a, b, rho): &(usize, usize, f64)| match (a == number, b == number) {
        (true, false) if rho != 0.0 => Some(b),
        (false, true) if rho != 0.0 => Some(a),
        _ => None,
    };
    let partners = program.correlations().iter().filter_map(partner);
    MovedInput {
        key: input.key.clone(),
        label: input.label.clone(),
        unit: input.unit.clone(),
        base: setting(program, number, input.base),
        correlated_with: partners
            .map(|other| program.inputs()[other].key.clone())
            .collect(),
    }
}

/// A draw in terms of the parameter's value; of one that is drawn each period it is the mean over the periods.
fn setting(program: &Program, number: usize, draw: f64) -> Setting {
    let input = &program.inputs()[number];
    let parameters = &program.checked().model.parameters;
    let of_input = |row: &ModelInput| row.first as usize == input.columns.start;
    let parameter = parameters
        .iter()
        .find(|row| row.input.as_ref().is_some_and(of_input));
    let base = match parameter.map(|row| &row.base) {
        Some(BaseValue::Number(figure)) => Some(*figure),
        Some(BaseValue::Series(_)) | None => None,
    };
    let factor = match input.form {
        DistributionForm::Absolute => {
            return Setting {
                value: Some(draw),
                factor: (input.base != 0.0).then(|| draw / input.base),
            };
        }
        DistributionForm::Factor => draw,
        DistributionForm::PercentOfBase => draw / 100.0,
    };
    Setting {
        value: base.map(|base| base * factor),
        factor: Some(factor),
    }
}
