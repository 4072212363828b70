//! Contribution to variance: the chart that the field reads, from figures that a run has already.

use serde::{Deserialize, Serialize};

use super::regression::Regression;
use crate::result::OutputResult;

/// How contributions were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContributionMethod {
    /// Squared rank correlations, scaled to sum to 1: what spreadsheet simulators print. An approximation: it cannot
    /// tell an input's own effect from that of inputs correlated with it.
    RankCorrelation,
    /// Shares of the regression: they sum to R2, and what is left to 1 no plane explains.
    Regression,
}

/// Contribution of one input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contribution {
    /// Key of the input.
    pub key: String,
    /// Share of the variance, a fraction with the sign of the relation: negative where the output falls as the input
    /// rises. `None` (n/a) where one of the two does not vary.
    pub signed_share: Option<f64>,
}

/// The contributions of all inputs to one output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contributions {
    /// How they were made.
    pub method: ContributionMethod,
    /// Sum of the sizes: 1 for rank correlations; for a regression R2, where no share has the wrong sign.
    pub explained: Option<f64>,
    /// By size, the largest first; n/a last.
    pub inputs: Vec<Contribution>,
}

/// Contributions from squared rank correlations.
pub fn contributions_by_rank(output: &OutputResult) -> Contributions {
    let squares: f64 = output
        .spearman
        .iter()
        .filter_map(|(_, rho)| rho.map(|rho| rho * rho))
        .sum();
    let inputs = output.spearman.iter().map(|(key, rho)| Contribution {
        key: key.clone(),
        signed_share: rho
            .filter(|_| squares > 0.0)
            .map(|rho| rho * rho.abs() / squares),
    });
    ranked(ContributionMethod::RankCorrelation, inputs.collect())
}

/// Contributions from the shares of a regression, each with the sign of its coefficient.
pub fn contributions_by_regression(regression: &Regression) -> Contributions {
    let inputs = regression.terms.iter().map(|term| Contribution {
        key: term.key.clone(),
        signed_share: term
            .share
            .zip(term.coefficient)
            .map(|(share, coefficient)| share * coefficient.signum()),
    });
    ranked(ContributionMethod::Regression, inputs.collect())
}

fn ranked(method: ContributionMethod, mut inputs: Vec<Contribution>) -> Contributions {
    let size = |row: &Contribution| row.signed_share.map_or(-1.0, f64::abs);
    inputs.sort_by(|a, b| size(b).total_cmp(&size(a)));
    let known = inputs.iter().filter_map(|row| row.signed_share);
    let explained = known
        .clone()
        .next()
        .map(|_| known.map(f64::abs).sum::<f64>());
    Contributions {
        method,
        explained,
        inputs,
    }
}
