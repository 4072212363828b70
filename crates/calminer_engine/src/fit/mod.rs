//! Distributions fitted to observed values by maximum likelihood, ranked by the information that they lose.
//!
//! Knows nothing of where the values come from. The same values in any order give the same fits, to the bit.

mod families;
mod goodness;
mod search;

use calminer_domain::distribution::Distribution;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::math::ln;
use crate::quantile::Quantile;

/// What a fit is asked for beyond the values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FitOptions {
    /// The range of a beta, in the unit of the values; estimated from the values where it is absent.
    pub range: Option<(f64, f64)>,
}

/// A family of distributions that can be fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// Normal: mean and standard deviation.
    Normal,
    /// Lognormal: mean and standard deviation of ln x.
    Lognormal,
    /// Triangular: smallest, most likely and largest value.
    Triangular,
    /// PERT with the weight 4: smallest, most likely and largest value.
    Pert,
    /// Uniform: smallest and largest value.
    Uniform,
    /// Beta: two shapes, and its range where that is not given.
    Beta,
    /// Gamma: shape and scale.
    Gamma,
    /// Weibull: shape and scale.
    Weibull,
    /// Exponential: mean.
    Exponential,
    /// Student t: location, scale and degrees of freedom.
    StudentT,
}

/// Every family, in the order in which they are tried.
pub const FAMILIES: [Family; 10] = [
    Family::Normal,
    Family::Lognormal,
    Family::Triangular,
    Family::Pert,
    Family::Uniform,
    Family::Beta,
    Family::Gamma,
    Family::Weibull,
    Family::Exponential,
    Family::StudentT,
];

impl Family {
    /// The word shown in menus, the same as that of the distribution.
    pub fn name(self) -> &'static str {
        match self {
            Self::Normal => "Normal",
            Self::Lognormal => "Lognormal",
            Self::Triangular => "Triangular",
            Self::Pert => "PERT",
            Self::Uniform => "Uniform",
            Self::Beta => "Beta",
            Self::Gamma => "Gamma",
            Self::Weibull => "Weibull",
            Self::Exponential => "Exponential",
            Self::StudentT => "Student t",
        }
    }
}

/// One fitted distribution and how well it holds the values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    /// The family.
    pub family: Family,
    /// The distribution with the greatest likelihood, in the unit of the values.
    pub distribution: Distribution,
    /// Number of figures estimated from the values.
    pub parameters: u32,
    /// Sum of ln density over the values.
    pub log_likelihood: f64,
    /// Akaike's information criterion, 2 k - 2 ln L: the smaller the better.
    pub aic: f64,
    /// Schwarz's (Bayesian) criterion, k ln n - 2 ln L.
    pub bic: f64,
    /// Kolmogorov and Smirnov's D: the largest distance between the distribution function and the steps of the values.
    pub kolmogorov_smirnov: f64,
    /// Anderson and Darling's A squared, which weighs the tails; `None` where a value stands at the end of the fitted
    /// range, which makes it infinite.
    pub anderson_darling: Option<f64>,
    /// Probability of so large an A squared if the family were right, with the parameters estimated from the same
    /// values; `None` for families for which no such probability is known (the tables for known parameters are wrong
    /// then, and none is given from them).
    pub p_value: Option<f64>,
    /// What was chosen for this fit, as a sentence; empty where nothing was.
    pub note: String,
}

/// A family that cannot hold the values, with the reason as a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotFitted {
    /// The family.
    pub family: Family,
    /// Why not.
    pub reason: String,
}

/// All fits to one sample.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FitReport {
    /// Number of values.
    pub count: usize,
    /// Smallest value.
    pub min: f64,
    /// Largest value.
    pub max: f64,
    /// Mean of the values.
    pub mean: f64,
    /// Standard deviation of the values, with n - 1.
    pub sd: f64,
    /// The fits, best first: by Akaike's criterion, families in the order of [`FAMILIES`] where it is the same.
    pub fits: Vec<Fit>,
    /// Families that cannot hold the values.
    pub not_fitted: Vec<NotFitted>,
}

/// Why nothing can be fitted to a sample.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum FitError {
    /// Fewer than two values.
    #[error("a fit needs at least 2 different values; there is {count}")]
    TooFew {
        /// How many there are.
        count: usize,
    },
    /// A value that is no number.
    #[error("value {value} in place {place} is not a finite number; take it out")]
    NotFinite {
        /// Its place, counted from 1.
        place: usize,
        /// The value.
        value: f64,
    },
    /// No spread.
    #[error("all {count} values are {value}; use the constant {value}")]
    AllEqual {
        /// How many there are.
        count: usize,
        /// The one value.
        value: f64,
    },
    /// An impossible range for the beta.
    #[error("the range from {min} to {max} is empty; its smallest value must be below its largest")]
    Range {
        /// The smallest value.
        min: f64,
        /// The largest value.
        max: f64,
    },
}

/// A sample in rising order with its first moments.
struct Sample {
    values: Vec<f64>,
    mean: f64,
    /// Mean squared distance from the mean, with n.
    variance: f64,
}

impl Sample {
    fn new(values: &[f64]) -> Result<Self, FitError> {
        let wrong = values.iter().position(|value| !value.is_finite());
        if let Some(place) = wrong {
            return Err(FitError::NotFinite {
                place: place + 1,
                value: values[place],
            });
        }
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        match (sorted.first(), sorted.last()) {
            (Some(&min), Some(&max)) if values.len() > 1 && min == max => {
                return Err(FitError::AllEqual {
                    count: values.len(),
                    value: min,
                });
            }
            _ if values.len() < 2 => {
                return Err(FitError::TooFew {
                    count: values.len(),
                });
            }
            _ => {}
        }
        let count = sorted.len() as f64;
        // From the smallest value on, so that a large offset costs no digits.
        let first = sorted[0];
        let shift = sorted
            .iter()
            .map(|value| (value - first) / count)
            .sum::<f64>();
        let square = |value: &f64| (value - first - shift) * (value - first - shift) / count;
        let variance = sorted.iter().map(square).sum::<f64>();
        Ok(Self {
            mean: first + shift,
            variance,
            values: sorted,
        })
    }

    fn count(&self) -> f64 {
        self.values.len() as f64
    }

    fn min(&self) -> f64 {
        self.values[0]
    }

    fn max(&self) -> f64 {
        self.values[self.values.len() - 1]
    }

    /// Mean of a function of the values.
    fn average(&self, term: impl Fn(f64) -> f64) -> f64 {
        self.values.iter().map(|&value| term(value)).sum::<f64>() / self.count()
    }
}

/// A distribution, the number of estimated figures and a note.
type Estimate = (Distribution, u32, String);
/// What a family answers; or the reason against it.
type Answer = Result<Estimate, String>;

/// Fits every family to the values, best first.
///
/// Maximum likelihood throughout: closed forms for normal, lognormal, uniform and exponential, Newton's method for
/// gamma, Weibull and beta, expectation and maximization for Student t, a simplex search for triangular and PERT. A few
/// milliseconds for a hundred values, some tenths of a second for ten thousand.
pub fn fit(values: &[f64], options: &FitOptions) -> Result<FitReport, FitError> {
    if let Some((min, max)) = options.range
        && (!min.is_finite() || !max.is_finite() || min >= max)
    {
        return Err(FitError::Range { min, max });
    }
    let sample = Sample::new(values)?;
    let (mut fits, mut not_fitted) = (Vec::new(), Vec::new());
    for family in FAMILIES {
        let judged = families::estimate(family, &sample, options)
            .and_then(|answer| judge(family, &sample, answer));
        match judged {
            Ok(fit) => fits.push(fit),
            Err(reason) => not_fitted.push(NotFitted { family, reason }),
        }
    }
    fits.sort_by(|a, b| a.aic.total_cmp(&b.aic));
    let count = sample.count();
    Ok(FitReport {
        count: values.len(),
        min: sample.min(),
        max: sample.max(),
        mean: sample.mean,
        sd: (sample.variance * (count / (count - 1.0))).sqrt(),
        fits,
        not_fitted,
    })
}

fn judge(
    family: Family,
    sample: &Sample,
    (distribution, parameters, note): Estimate,
) -> Result<Fit, String> {
    let law = Quantile::new(&distribution).map_err(|problems| {
        problems
            .into_iter()
            .map(|problem| problem.message)
            .next()
            .unwrap_or_default()
    })?;
    let log_likelihood: f64 = sample.values.iter().map(|&x| ln(law.density(x))).sum();
    if !log_likelihood.is_finite() {
        return Err("a value has no finite likelihood under the best of this family".to_owned());
    }
    let shares: Vec<f64> = sample.values.iter().map(|&x| law.cdf(x)).collect();
    let anderson_darling = goodness::anderson_darling(&shares);
    let estimated = f64::from(parameters);
    Ok(Fit {
        family,
        distribution,
        parameters,
        log_likelihood,
        aic: 2.0 * estimated - 2.0 * log_likelihood,
        bic: estimated * ln(sample.count()) - 2.0 * log_likelihood,
        kolmogorov_smirnov: goodness::kolmogorov_smirnov(&shares),
        anderson_darling,
        p_value: anderson_darling
            .and_then(|square| goodness::p_value(family, square, sample.values.len())),
        note,
    })
}

#[cfg(test)]
mod tests;
