//! What a distribution comes to: mean, spread, percentiles and the points of its picture.
//!
//! Pure figures: the same for the same distribution, so that a picture is computed once and kept while it is looked at.

use calminer_domain::{Calendar, Distribution, DistributionProblem, Uncertainty};
use calminer_engine::math::{exp, normal};
use calminer_engine::quantile::Quantile;

use crate::ui::widgets::chart::Scale;

/// Points of a density curve.
const POINTS: usize = 160;
/// More bars than this are drawn as counts in ranges of one width.
const MOST_BARS: usize = 60;
/// Ranges in which outcomes are counted.
const RANGES: usize = 40;
/// The picture shows all outcomes but one in a thousand at each end.
const TAIL: f64 = 0.001;

/// What is drawn.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Picture {
    /// A curve of the density.
    Curve(Vec<(f64, f64)>),
    /// Probabilities of single values.
    Bars(Vec<(f64, f64)>),
    /// Counts of a sample: left edge, right edge, height.
    Counts(Vec<(f64, f64, f64)>),
}

/// What the preview says.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Implied {
    pub(super) mean: f64,
    pub(super) sd: f64,
    pub(super) p5: f64,
    pub(super) p50: f64,
    pub(super) p95: f64,
    /// The range of the picture, the base value inside.
    pub(super) x: Scale,
    pub(super) picture: Picture,
    /// Probability that an event does not happen: a bar at 0 beside the picture of its impact.
    pub(super) nothing: Option<f64>,
}

/// Label of a period with P5, P50 and P95.
pub(super) type Row = (String, [f64; 3]);

fn first(problems: Vec<DistributionProblem>) -> String {
    let first = problems.into_iter().next();
    first.map_or_else(String::new, |problem| problem.message)
}

impl Implied {
    /// Everything that the preview shows, for a distribution of one value a draw.
    pub(super) fn of(own: &Uncertainty, base: f64) -> Result<Self, String> {
        let law = Quantile::of(own).map_err(first)?;
        let (nothing, impact) = match law.event() {
            Some((chance, impact)) => (Some(1.0 - chance), impact),
            None => (None, &law),
        };
        let ends = [impact.quantile(TAIL), impact.quantile(1.0 - TAIL), base];
        let zero = nothing.map(|_| 0.0);
        let Some(x) = Scale::of(ends.into_iter().chain(zero)) else {
            return Err("the values are too large to be drawn".to_owned());
        };
        let shown = match &own.distribution {
            Distribution::Event { impact, .. } => impact,
            other => other,
        };
        let x = x.with_room(0.04);
        Ok(Self {
            mean: law.mean(),
            sd: law.sd(),
            p5: law.quantile(0.05),
            p50: law.quantile(0.5),
            p95: law.quantile(0.95),
            x,
            picture: picture(impact, shown, x),
            nothing,
        })
    }
}

fn picture(law: &Quantile, shown: &Distribution, x: Scale) -> Picture {
    if law.is_constant() {
        return Picture::Bars(vec![(law.mean(), 1.0)]);
    }
    match shown {
        Distribution::Discrete { values, .. } => single(law, values),
        Distribution::Empirical { values } if values.len() <= MOST_BARS => single(law, values),
        Distribution::Empirical { .. } => counts(
            law,
            (0..=RANGES).map(|at| x.low + x.width() * at as f64 / RANGES as f64),
        ),
        Distribution::Poisson { .. } if x.width() <= MOST_BARS as f64 => {
            let (first, last) = (x.low.ceil().max(0.0) as u32, x.high.floor().max(0.0) as u32);
            let values: Vec<f64> = (first..=last).map(f64::from).collect();
            single(law, &values)
        }
        Distribution::Poisson { .. } => {
            // As many counts in each range, so that the bars rise and fall as the probabilities do.
            let step = (x.width() / RANGES as f64).ceil();
            let first = x.low.floor() - 0.5;
            let ranges = (x.width() / step).ceil() as usize + 1;
            counts(law, (0..=ranges).map(|at| first + step * at as f64))
        }
        Distribution::Cumulative { values, .. } => Picture::Curve(curve(law, x, values)),
        _ => Picture::Curve(curve(law, x, &[])),
    }
}

/// The probability of each value on its own.
fn single(law: &Quantile, values: &[f64]) -> Picture {
    let mut sorted: Vec<f64> = values
        .iter()
        .copied()
        .filter(|value| value.is_finite())
        .collect();
    sorted.sort_by(f64::total_cmp);
    sorted.dedup();
    let bars = sorted.into_iter().map(|value| (value, law.mass(value)));
    Picture::Bars(bars.filter(|(_, share)| *share > 0.0).collect())
}

/// The share of outcomes between neighboring edges.
fn counts(law: &Quantile, edges: impl Iterator<Item = f64>) -> Picture {
    let edges: Vec<(f64, f64)> = edges.map(|edge| (edge, law.cdf(edge))).collect();
    let heights = edges
        .windows(2)
        .map(|pair| (pair[0].0, pair[1].0, pair[1].1 - pair[0].1));
    Picture::Counts(heights.collect())
}

/// Points of the density. A density that rises without end at an edge of the values is cut above the rest of the curve.
/// `steps` are where it may jump.
fn curve(law: &Quantile, x: Scale, steps: &[f64]) -> Vec<(f64, f64)> {
    let at = |index: usize| x.low + x.width() * index as f64 / (POINTS - 1) as f64;
    let mut points: Vec<(f64, f64)> = (0..POINTS)
        .map(|index| (at(index), law.density(at(index))))
        .collect();
    // The edges of the values themselves, so that a curve that starts at its top does so.
    let (low, high) = law.support();
    let edges = [low, low.next_up(), high.next_down(), high];
    let edges = edges.into_iter().filter(|edge| x.contains(*edge));
    points.extend(edges.map(|edge| (edge, law.density(edge))));
    let steps = steps.iter().flat_map(|at| [at.next_down(), at.next_up()]);
    let steps = steps.filter(|at| x.contains(*at)).take(4 * POINTS);
    points.extend(steps.map(|at| (at, law.density(at))));
    // Outside of its values a curve is 0 up to the very edge.
    for edge in [low, high].into_iter().filter(|edge| x.contains(*edge)) {
        points.push((edge, 0.0));
    }
    let rank = |(x, height): &(f64, f64)| {
        // At the lower edge the zero comes first, at the upper one last.
        if *x == low { *height } else { -*height }
    };
    points.sort_by(|one, other| {
        one.0
            .total_cmp(&other.0)
            .then(rank(one).total_cmp(&rank(other)))
    });
    let mut heights: Vec<f64> = points
        .iter()
        .map(|(_, height)| *height)
        .filter(|height| height.is_finite())
        .collect();
    heights.sort_by(f64::total_cmp);
    let usual = heights.get(heights.len() * 9 / 10).copied().unwrap_or(1.0);
    let top = if usual > 0.0 { usual * 6.0 } else { f64::MAX };
    for (_, height) in &mut points {
        *height = if height.is_nan() {
            0.0
        } else {
            height.min(top)
        };
    }
    points
}

/// P5, P50, P95 of the factor of a path at the end of each period, from its closed form; 1 up to the valuation date.
pub(super) fn fan(own: &Uncertainty, calendar: &Calendar) -> Result<Vec<Row>, String> {
    let law = Quantile::of(own).map_err(first)?;
    let path = law
        .path()
        .ok_or_else(|| format!("{} is not a path", own.distribution.name()))?;
    let periods = calendar.periods().into_iter();
    let rows = periods.map(|period| {
        let (mean, sd) = path.log_moments(period.end_years.max(0.0));
        let factor = |share: f64| exp(mean + normal::quantile(share) * sd);
        (period.label, [factor(0.05), factor(0.5), factor(0.95)])
    });
    Ok(rows.collect())
}

#[cfg(test)]
mod tests;
