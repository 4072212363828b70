//! Least squares on a run's own samples: standardized regression coefficients and what they explain.

use serde::{Deserialize, Serialize};

use super::cross::{Covariances, Cross, Sums};
use super::linear::{forward, solve};

/// What is left of an input's variance once the inputs before it are taken out; below this it is their sum.
const COLLINEAR: f64 = 1e-6;

/// A standard deviation below this share of the mean is rounding.
const ROUNDING: f64 = 1e-12;

/// Why an input has no coefficient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dropped {
    /// n/a: it does not vary.
    DoesNotVary,
    /// It is a linear function of the inputs before it, so that its part cannot be told from theirs.
    Collinear,
}

/// What a regression says of one input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegressionTerm {
    /// Key of the input.
    pub key: String,
    /// Standardized coefficient: change of the output in its standard deviations where the input alone rises by one of
    /// its own. `None` for an input that was dropped.
    pub coefficient: Option<f64>,
    /// Standard error of the coefficient, for independent trials.
    pub standard_error: Option<f64>,
    /// Change of the output, in its unit, for a rise of the drawn figure by 1.
    pub slope: Option<f64>,
    /// Share of the output's variance: the coefficient times the correlation of input and output (Pratt's measure, the
    /// squared coefficient where inputs are not correlated). The shares sum to R2; one can be negative where inputs are
    /// correlated.
    pub share: Option<f64>,
    /// Why there is no coefficient.
    pub dropped: Option<Dropped>,
}

/// The least-squares plane through the trials of one output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Regression {
    /// Share of the output's variance that the plane explains, 0 to 1. `None` (n/a) where the output does not vary or
    /// has too few trials.
    pub r2: Option<f64>,
    /// Trials used: those with a finite figure, among the first 262,144 of a longer run.
    pub trials: u64,
    /// Trials left out of them: absent, or "never".
    pub left_out: u64,
    /// One term an input, in the order of the scenario.
    pub terms: Vec<RegressionTerm>,
}

impl Regression {
    /// The terms by size of the coefficient, the largest first; those without one last.
    pub fn ranked(&self) -> Vec<&RegressionTerm> {
        let mut terms: Vec<&RegressionTerm> = self.terms.iter().collect();
        let size = |term: &RegressionTerm| term.coefficient.map_or(-1.0, f64::abs);
        terms.sort_by(|a, b| size(b).total_cmp(&size(a)));
        terms
    }
}

/// The regression of an output on inputs: `draws` are the columns of the inputs named by `keys`, `output` is the figure
/// of each trial. Trials whose figure is not finite are left out and counted.
///
/// A single number that explains: R2 says how much of the variance a plane can explain at all; the rest is curvature
/// and interaction.
pub fn regression(keys: &[&str], draws: &[&[f32]], output: &[f64]) -> Regression {
    let outputs = [output];
    let cross = Cross::new(draws, &outputs);
    of_sums(keys, &cross, &cross.all(), 0)
}

/// The same from sums that were made for all outputs at once.
pub(crate) fn of_sums(keys: &[&str], cross: &Cross<'_>, sums: &Sums, output: usize) -> Regression {
    let all = cross.trials() as u64;
    let data = cross.covariances(sums, output);
    if data.count < 0.5 * all as f64 {
        // Taking most of the sums out again would leave rounding: the few that are there are summed by themselves.
        return cross.with_present(output, |cross| {
            let mut few = of_sums(keys, cross, &cross.all(), 0);
            few.left_out = all - few.trials;
            few
        });
    }
    let fit = Fit::of(&data, keys.len());
    let inputs = keys.iter().enumerate();
    Regression {
        r2: fit.r2,
        trials: data.count as u64,
        left_out: all - data.count as u64,
        terms: inputs.map(|(input, key)| fit.term(key, input)).collect(),
    }
}

/// The normal equations, solved.
struct Fit<'a> {
    data: &'a Covariances,
    inputs: usize,
    /// Inputs in the equations.
    used: Vec<usize>,
    /// Their coefficients.
    coefficients: Vec<f64>,
    /// Diagonal of the inverse of their correlation matrix.
    inverse: Vec<f64>,
    r2: Option<f64>,
}

impl<'a> Fit<'a> {
    fn of(data: &'a Covariances, inputs: usize) -> Self {
        let mut fit = Self {
            data,
            inputs,
            used: Vec::new(),
            coefficients: Vec::new(),
            inverse: Vec::new(),
            r2: None,
        };
        let varies = data.sds[inputs] > ROUNDING * data.means[inputs].abs();
        if !varies || data.count < inputs as f64 + 2.0 {
            return fit;
        }
        let mut factor: Vec<Vec<f64>> = Vec::new();
        for input in (0..inputs).filter(|input| data.sds[*input] > 0.0) {
            if let Some(row) = next_row(&factor, |k| fit.correlation(input, k), &fit.used) {
                factor.push(row);
                fit.used.push(input);
            }
        }
        let with_output: Vec<f64> = fit
            .used
            .iter()
            .map(|input| fit.correlation(*input, inputs))
            .collect();
        fit.coefficients = solve(&factor, &with_output);
        fit.inverse = (0..factor.len()).map(|k| inverse(&factor, k)).collect();
        let explained = fit.coefficients.iter().zip(&with_output);
        let r2: f64 = explained.map(|(beta, r)| beta * r).sum();
        fit.r2 = Some(r2.clamp(0.0, 1.0));
        fit
    }

    fn correlation(&self, a: usize, b: usize) -> f64 {
        self.data.correlations[a * (self.inputs + 1) + b]
    }

    fn term(&self, key: &str, input: usize) -> RegressionTerm {
        let mut term = RegressionTerm {
            key: key.to_owned(),
            coefficient: None,
            standard_error: None,
            slope: None,
            share: None,
            dropped: None,
        };
        let Some(place) = self.used.iter().position(|used| *used == input) else {
            let is_constant = self.data.sds[input] <= 0.0;
            term.dropped = match self.r2 {
                _ if is_constant => Some(Dropped::DoesNotVary),
                Some(_) => Some(Dropped::Collinear),
                None => None,
            };
            return term;
        };
        let coefficient = self.coefficients[place];
        let freedom = self.data.count - self.used.len() as f64 - 1.0;
        let rest = 1.0 - self.r2.unwrap_or(0.0);
        term.coefficient = Some(coefficient);
        term.standard_error =
            (freedom > 0.0).then(|| (rest / freedom * self.inverse[place]).sqrt());
        term.slope = Some(coefficient * self.data.sds[self.inputs] / self.data.sds[input]);
        term.share = Some(coefficient * self.correlation(input, self.inputs));
        term
    }
}

/// The next row of a Cholesky factor, from the correlations of a new input with those in it; `None` where it is a
/// linear function of them.
fn next_row(
    factor: &[Vec<f64>],
    correlation: impl Fn(usize) -> f64,
    used: &[usize],
) -> Option<Vec<f64>> {
    let mut row: Vec<f64> = Vec::with_capacity(factor.len() + 1);
    for (above, &input) in factor.iter().zip(used) {
        let known: f64 = row.iter().zip(above).map(|(a, b)| a * b).sum();
        row.push((correlation(input) - known) / above[row.len()]);
    }
    let rest = 1.0 - row.iter().map(|weight| weight * weight).sum::<f64>();
    if rest <= COLLINEAR {
        return None;
    }
    row.push(rest.sqrt());
    Some(row)
}

/// An entry of the diagonal of the inverse of L L'.
fn inverse(factor: &[Vec<f64>], place: usize) -> f64 {
    let unit: Vec<f64> = (0..factor.len())
        .map(|k| f64::from(u8::from(k == place)))
        .collect();
    let y = forward(factor, &unit);
    y.iter().map(|value| value * value).sum()
}
