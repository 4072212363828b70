//! The rules that the figures of a distribution must keep.

use super::Distribution;

/// What is wrong with one figure of a distribution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DistributionProblem {
    /// The figure, as the file names it: `mean`, `sd`, `values` ...
    pub field: &'static str,
    /// True when a run is refused; false for a notice (weights that do not sum to 1).
    pub blocks: bool,
    /// A sentence with the value and the rule.
    pub message: String,
}

impl DistributionProblem {
    pub(crate) fn error(field: &'static str, message: String) -> Self {
        Self {
            field,
            blocks: true,
            message,
        }
    }
}

impl Distribution {
    /// Every rule the figures break. `min = mode = max`, `sd = 0` and a one-point table are legal constants.
    ///
    /// What only the mathematics of a distribution shows (percentiles that no triangular has) is found by the engine.
    pub fn problems(&self) -> Vec<DistributionProblem> {
        let found: Vec<_> = self
            .figures()
            .into_iter()
            .filter(|(_, figure)| !figure.is_finite())
            .map(|(field, figure)| {
                DistributionProblem::error(
                    field,
                    format!("{field} {figure} is not a finite number"),
                )
            })
            .collect();
        if found.is_empty() {
            self.broken_rules()
        } else {
            found
        }
    }

    fn broken_rules(&self) -> Vec<DistributionProblem> {
        match self {
            Self::LognormalLog { mu, sigma } => log_figures(*mu, *sigma),
            Self::LognormalPercentiles {
                low_share,
                low,
                high_share,
                high,
            } => percentiles((*low_share, *low), (*high_share, *high)),
            Self::Event {
                probability,
                impact,
            } => event(*probability, impact),
            Self::Discrete { values, weights } => bad_table(values, weights),
            Self::Cumulative { values, shares } => bad_curve(values, shares),
            Self::Empirical { values } => bad_sample(values),
            _ => self.broken_bounds().into_iter().flatten().collect(),
        }
    }

    /// Figures with bounds and an order of their own alone.
    fn broken_bounds(&self) -> [Option<DistributionProblem>; 3] {
        match *self {
            Self::Normal { sd, .. } => [negative_sd(sd), None, None],
            Self::Lognormal { mean, sd } => {
                [above_zero("mean", mean, LOGNORMAL), negative_sd(sd), None]
            }
            Self::Triangular { min, mode, max } => [
                unordered(("min", min), ("mode", mode), ("max", max)),
                None,
                None,
            ],
            Self::TriangularPercentiles { p10, mode, p90 } => [
                unordered(("p10", p10), ("mode", mode), ("p90", p90)),
                None,
                None,
            ],
            Self::Pert {
                min,
                mode,
                max,
                weight,
            } => [
                unordered(("min", min), ("mode", mode), ("max", max)),
                above_zero("weight", weight, ""),
                None,
            ],
            Self::Uniform { min, max } => [crossed(min, max), None, None],
            Self::Beta {
                alpha,
                beta,
                min,
                max,
            } => [
                above_zero("alpha", alpha, ""),
                above_zero("beta", beta, ""),
                crossed(min, max),
            ],
            Self::Gamma { shape, scale } | Self::Weibull { shape, scale } => [
                above_zero("shape", shape, ""),
                above_zero("scale", scale, ""),
                None,
            ],
            Self::StudentT { scale, degrees, .. } => [
                below_zero("scale", scale),
                above_zero("degrees", degrees, ""),
                None,
            ],
            Self::Exponential { mean } | Self::Poisson { mean } => {
                [below_zero("mean", mean), None, None]
            }
            Self::GeometricBrownian { volatility, .. } => {
                [below_zero("volatility", volatility), None, None]
            }
            Self::MeanReverting { speed, volatility } => [
                below_zero("speed", speed),
                below_zero("volatility", volatility),
                None,
            ],
            _ => [None, None, None],
        }
    }
}

const LOGNORMAL: &str = ", and a lognormal variable is always positive";

fn negative_sd(sd: f64) -> Option<DistributionProblem> {
    (sd < 0.0)
        .then(|| DistributionProblem::error("sd", format!("standard deviation {sd} is below 0")))
}

fn below_zero(field: &'static str, figure: f64) -> Option<DistributionProblem> {
    (figure < 0.0)
        .then(|| DistributionProblem::error(field, format!("{field} {figure} is below 0")))
}

fn above_zero(field: &'static str, figure: f64, reason: &str) -> Option<DistributionProblem> {
    (figure <= 0.0).then(|| {
        DistributionProblem::error(field, format!("{field} {figure} is not above 0{reason}"))
    })
}

fn crossed(min: f64, max: f64) -> Option<DistributionProblem> {
    (min > max).then(|| DistributionProblem::error("min", format!("min {min} is above max {max}")))
}

/// A figure and its field.
type Named = (&'static str, f64);

fn unordered(low: Named, mode: Named, high: Named) -> Option<DistributionProblem> {
    let above = |(field, figure): Named, (than, limit): Named| {
        (figure > limit).then(|| {
            DistributionProblem::error(field, format!("{field} {figure} is above {than} {limit}"))
        })
    };
    above(low, high).or_else(|| {
        if mode.1 < low.1 {
            let message = format!("{} {} is below {} {}", mode.0, mode.1, low.0, low.1);
            Some(DistributionProblem::error(mode.0, message))
        } else {
            above(mode, high)
        }
    })
}

/// Figures of ln x that were meant for x give values of any size: 100 and 50 give a median of 2.7e43.
fn log_figures(mu: f64, sigma: f64) -> Vec<DistributionProblem> {
    const LARGEST_MU: f64 = 40.0;
    const LARGEST_SIGMA: f64 = 5.0;
    if let Some(problem) = below_zero("sigma", sigma) {
        return vec![problem];
    }
    if mu.abs() <= LARGEST_MU && sigma <= LARGEST_SIGMA {
        return Vec::new();
    }
    let field = if sigma > LARGEST_SIGMA { "sigma" } else { "mu" };
    let message = format!(
        "mu {mu} and sigma {sigma} are mean and sd of ln x: the median is {:.3e}; choose Lognormal to type mean and sd of \
         the variable itself",
        libm::exp(mu)
    );
    vec![DistributionProblem {
        field,
        blocks: false,
        message,
    }]
}

fn percentiles(low: (f64, f64), high: (f64, f64)) -> Vec<DistributionProblem> {
    let error = DistributionProblem::error;
    for (field, (share, _)) in [("low_share", low), ("high_share", high)] {
        if !(share > 0.0 && share < 1.0) {
            let message = format!("{field} {share} is not between 0 and 1");
            return vec![error(field, message)];
        }
    }
    if low.0 >= high.0 {
        let message = format!("low_share {} is not below high_share {}", low.0, high.0);
        return vec![error("low_share", message)];
    }
    if let Some(problem) = above_zero("low", low.1, LOGNORMAL) {
        return vec![problem];
    }
    if low.1 > high.1 {
        return vec![error(
            "low",
            format!("low {} is above high {}", low.1, high.1),
        )];
    }
    Vec::new()
}

fn event(probability: f64, impact: &Distribution) -> Vec<DistributionProblem> {
    let error = DistributionProblem::error;
    let mut found = Vec::new();
    if !(0.0..=1.0).contains(&probability) {
        let message = format!("probability {probability} is not between 0 and 1");
        found.push(error("probability", message));
    }
    if impact.is_event() || impact.is_path() {
        let message = format!(
            "the impact of an event is a distribution of one value, not another {}",
            impact.name()
        );
        found.push(error("impact", message));
        return found;
    }
    found.extend(
        impact
            .problems()
            .into_iter()
            .map(|problem| DistributionProblem {
                field: "impact",
                blocks: problem.blocks,
                message: format!("impact: {}", problem.message),
            }),
    );
    found
}

fn bad_sample(values: &[f64]) -> Vec<DistributionProblem> {
    let error = DistributionProblem::error;
    if values.is_empty() {
        let message = "the sample is empty; it needs at least one value".to_owned();
        return vec![error("values", message)];
    }
    let wrong = values.iter().find(|value| !value.is_finite());
    wrong
        .map(|value| error("values", format!("value {value} is not a finite number")))
        .into_iter()
        .collect()
}

/// The first figure that is below the one before it, behind that one.
fn falls(figures: &[f64]) -> Option<(f64, f64)> {
    let pairs = figures.iter().zip(figures.iter().skip(1));
    pairs
        .map(|(before, after)| (*before, *after))
        .find(|(before, after)| before > after)
}

fn bad_curve(values: &[f64], shares: &[f64]) -> Vec<DistributionProblem> {
    let error = DistributionProblem::error;
    if values.len() != shares.len() || values.is_empty() {
        let message = format!(
            "{} values stand beside {} shares; each point of the curve needs both, and there must be one",
            values.len(),
            shares.len()
        );
        return vec![error("shares", message)];
    }
    if let Some(value) = values.iter().find(|value| !value.is_finite()) {
        return vec![error(
            "values",
            format!("value {value} is not a finite number"),
        )];
    }
    if let Some((before, after)) = falls(values) {
        let message = format!("value {after} stands after {before}; values rise");
        return vec![error("values", message)];
    }
    if let Some(share) = shares.iter().find(|share| !(0.0..=1.0).contains(*share)) {
        return vec![error(
            "shares",
            format!("share {share} is not between 0 and 1"),
        )];
    }
    if let Some((before, after)) = falls(shares) {
        let message = format!("share {after} stands after {before}; shares never fall");
        return vec![error("shares", message)];
    }
    let (first, last) = (shares.first().copied(), shares.last().copied());
    if last != Some(1.0) {
        let message = format!(
            "the last share is {}; it must be 1",
            last.unwrap_or_default()
        );
        return vec![error("shares", message)];
    }
    // A first share above 0 is a probability of the smallest value itself.
    if shares.len() > 1 && first != Some(0.0) {
        let message = format!(
            "the first share is {}: the smallest value itself has that probability",
            first.unwrap_or_default()
        );
        return vec![DistributionProblem {
            field: "shares",
            blocks: false,
            message,
        }];
    }
    Vec::new()
}

fn bad_table(values: &[f64], weights: &[f64]) -> Vec<DistributionProblem> {
    let error = DistributionProblem::error;
    if values.is_empty() {
        return vec![error(
            "values",
            "the table is empty; it needs at least one value".to_owned(),
        )];
    }
    if values.len() != weights.len() {
        let message = format!(
            "{} values stand beside {} weights; each value needs one",
            values.len(),
            weights.len()
        );
        return vec![error("weights", message)];
    }
    if let Some(value) = values.iter().find(|value| !value.is_finite()) {
        return vec![error(
            "values",
            format!("value {value} is not a finite number"),
        )];
    }
    if let Some(weight) = weights
        .iter()
        .find(|weight| !weight.is_finite() || **weight < 0.0)
    {
        return vec![error(
            "weights",
            format!("weight {weight} is not a number of 0 or more"),
        )];
    }
    let sum: f64 = weights.iter().sum();
    if !sum.is_finite() || sum <= 0.0 {
        return vec![error(
            "weights",
            format!("the weights sum to {sum}; they must sum to a finite number above 0"),
        )];
    }
    // Ten weights of 0.1 sum to 0.9999999999999999: such a rest is no news to the user.
    if (sum - 1.0).abs() > 1e-9 {
        let message = format!("the weights sum to {sum} and are divided by that sum");
        return vec![DistributionProblem {
            field: "weights",
            blocks: false,
            message,
        }];
    }
    Vec::new()
}
