//! Points for plots: the empirical distribution and how figures settle as trials are added.

use calminer_domain::PercentileDefinition;
use serde::{Deserialize, Serialize};

use super::moments::Moments;
use super::number;
use super::percentile::place;
use super::sorted::{merge_runs, sorted_keys, value_of_key};

/// Points (value, share of the sample at or below) of ascending values without NaN, at most `most`, ends included.
///
/// Infinite values count in the share and get no point.
pub fn ecdf(sorted: &[f64], most: usize) -> Vec<[f64; 2]> {
    let n = sorted.len();
    let count = n.min(most);
    let mut points: Vec<[f64; 2]> = Vec::with_capacity(count);
    for k in 0..count {
        // Evenly spaced ranks; the last is the last value.
        let index = if count == 1 {
            n - 1
        } else {
            k * (n - 1) / (count - 1)
        };
        let x = sorted[index];
        if !x.is_finite() {
            continue;
        }
        // Of equal values the last carries the share.
        let index = index + sorted[index..].partition_point(|&y| y <= x) - 1;
        let share = (index + 1) as f64 / n as f64;
        match points.last_mut() {
            Some(last) if last[0] == x => last[1] = share,
            _ => points.push([x, share]),
        }
    }
    points
}

/// Figures after the first `trials` trials.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TracePoint {
    /// Trials so far, absent ones included.
    pub trials: u64,
    /// Mean of the finite results.
    pub mean: Option<f64>,
    /// 10 % of outcomes at or below.
    #[serde(with = "number", default)]
    pub p10: Option<f64>,
    /// Median.
    #[serde(with = "number", default)]
    pub p50: Option<f64>,
    /// 90 % of outcomes at or below.
    #[serde(with = "number", default)]
    pub p90: Option<f64>,
}

/// Mean, P10, P50, P90 after each part of the run: `sizes` are trials added, one part after the other.
///
/// Parts are the replicates of a hypercube run; empty `sizes` stand for a plain run, which is looked at whenever its
/// trials have doubled, from 128 on. NaN is left out, infinity counts as "never" in the percentiles. Parts are sorted
/// once and merged, so each point costs one pass.
pub fn convergence_trace(
    values: &[f64],
    sizes: &[usize],
    kind: PercentileDefinition,
) -> Vec<TracePoint> {
    let doubling = doublings(values.len());
    let sizes = if sizes.is_empty() { &doubling } else { sizes };
    let mut keys: Vec<u64> = Vec::with_capacity(values.len());
    let mut moments = Moments::default();
    let mut trials = 0;
    let mut points = Vec::with_capacity(sizes.len());
    for &size in sizes {
        let part = &values[trials..(trials + size).min(values.len())];
        if part.is_empty() {
            break;
        }
        trials += part.len();
        keys.extend(sorted_keys(part));
        merge_runs(&mut keys);
        let finite: Vec<f64> = part.iter().copied().filter(|x| x.is_finite()).collect();
        moments.merge(&Moments::of(&finite));
        let quantile = |p| percentile_of_keys(&keys, p, kind);
        points.push(TracePoint {
            trials: trials as u64,
            mean: moments.mean(),
            p10: quantile(0.1),
            p50: quantile(0.5),
            p90: quantile(0.9),
        });
    }
    points
}

/// 128, then as many as there are, again and again.
fn doublings(count: usize) -> Vec<usize> {
    let mut sizes = vec![128.min(count)];
    let mut done = sizes[0];
    while done < count {
        let size = done.min(count - done);
        sizes.push(size);
        done += size;
    }
    sizes
}

fn percentile_of_keys(keys: &[u64], p: f64, kind: PercentileDefinition) -> Option<f64> {
    if keys.is_empty() {
        return None;
    }
    let (below, share) = place(kind, keys.len(), p);
    let pair: Vec<f64> = keys[below..]
        .iter()
        .take(2)
        .map(|&k| value_of_key(k))
        .collect();
    // Two values: the position between them is the quantile of the pair.
    super::percentile_sorted(
        &pair,
        if pair.len() == 2 { share } else { 0.0 },
        PercentileDefinition::Type7,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::percentiles_select;

    #[test]
    fn the_empirical_distribution_keeps_its_ends() {
        let sorted: Vec<f64> = (1..=10_000).map(f64::from).collect();
        let points = ecdf(&sorted, 500);
        assert_eq!(points.len(), 500);
        assert_eq!(points[0], [1.0, 1e-4]);
        assert_eq!(points[499], [10_000.0, 1.0]);
        assert!(
            points
                .windows(2)
                .all(|w| w[0][0] < w[1][0] && w[0][1] < w[1][1])
        );
    }

    #[test]
    fn equal_and_infinite_values() {
        assert_eq!(ecdf(&[2.0, 2.0, 2.0, 5.0], 500), [[2.0, 0.75], [5.0, 1.0]]);
        assert_eq!(ecdf(&[1.0, f64::INFINITY], 500), [[1.0, 0.5]]);
        assert_eq!(ecdf(&[], 500), Vec::<[f64; 2]>::new());
        assert_eq!(ecdf(&[3.0], 1), [[3.0, 1.0]]);
    }

    #[test]
    fn the_trace_ends_at_the_figures_of_the_whole() {
        let values: Vec<f64> = (0..1000_u32).map(|k| f64::from(k * 7919 % 1009)).collect();
        for sizes in [vec![], vec![250; 4]] {
            let trace = convergence_trace(&values, &sizes, PercentileDefinition::Type7);
            assert_eq!(trace.len(), 4);
            for point in &trace {
                let mut part = values[..point.trials as usize].to_vec();
                let mean = part.iter().sum::<f64>() / part.len() as f64;
                let found =
                    percentiles_select(&mut part, &[0.1, 0.5, 0.9], PercentileDefinition::Type7);
                assert_eq!([point.p10, point.p50, point.p90].to_vec(), found);
                assert!((point.mean.unwrap() - mean).abs() < 1e-10);
            }
            assert_eq!(trace[3].trials, 1000);
        }
        assert!(convergence_trace(&[], &[], PercentileDefinition::Type7).is_empty());
    }
}
