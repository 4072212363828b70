//! Runs that end once a figure is known well enough.

use calminer_domain::{Sampling, StopFigure, StopRule};

use super::RunError;
use super::outputs::{Ended, options};
use super::trials::{self, Job, Kept};
use crate::result::Stopped;
use crate::sampling::SamplingPlan;
use crate::statistics::{Interval, Summary};

/// Fewest replicates that are believed: the scatter of fewer is small by chance too often.
const FEWEST_REPLICATES: u32 = 5;

/// Fewest trials of a plain run that are believed, and the step in which it grows at least.
const PLAIN_STEP: u64 = 1_024;

/// A place where a run is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Check {
    trials: u64,
    replicates: u32,
}

/// Runs until the rule is met, at most all trials of the plan. The figure is looked at after whole replicates, or after
/// numbers of plain trials that depend on the plan alone, so threads change nothing. `output` is the place of the output
/// that the rule names.
pub(super) fn run<const W: usize>(
    job: &Job<'_>,
    rule: &StopRule,
    output: usize,
) -> Result<(Kept, Ended), RunError> {
    let plan = job.sampler.plan();
    let mut kept = Kept::reserve(job.shape(), plan.trials() as usize)?;
    let mut done = 0;
    let mut last = Ended::whole(plan);
    for check in checks(plan) {
        let trials = check.trials as usize;
        trials::fill::<W>(job, &mut kept, 0, done..trials)?;
        done = trials;
        let options = options(job, &job.program.outputs()[output], check.replicates);
        let summary = Summary::of(&kept.outputs[output][..trials], &options);
        let stopped = stopped(rule, &summary, plan.trials());
        let reached = stopped.reached;
        last = Ended {
            trials: check.trials,
            replicates: check.replicates,
            stopped: Some(stopped),
        };
        if reached {
            break;
        }
    }
    kept.truncate(last.trials as usize);
    Ok((kept, last))
}

/// Where a run of this plan is looked at: at most some sixty times, the last time at its end.
fn checks(plan: &SamplingPlan) -> Vec<Check> {
    let mut checks = Vec::new();
    if plan.method() == Sampling::MonteCarlo {
        let mut trials = PLAIN_STEP.min(plan.trials());
        while trials < plan.trials() {
            checks.push(Check {
                trials,
                replicates: 1,
            });
            trials += (trials / 4).next_multiple_of(PLAIN_STEP);
        }
    } else {
        let mut replicates = FEWEST_REPLICATES.min(plan.replicates());
        while replicates < plan.replicates() {
            let trials = end_of_replicate(plan, replicates);
            checks.push(Check { trials, replicates });
            replicates += (replicates / 16).max(1);
        }
    }
    checks.push(Check {
        trials: plan.trials(),
        replicates: plan.replicates(),
    });
    checks
}

/// Trials of the first replicates of a plan.
fn end_of_replicate(plan: &SamplingPlan, replicates: u32) -> u64 {
    let (count, trials) = (u64::from(plan.replicates()), plan.trials());
    let replicates = u64::from(replicates);
    replicates * (trials / count) + replicates.min(trials % count)
}

fn figure_of(summary: &Summary, figure: StopFigure) -> (Option<f64>, Option<Interval>) {
    let (p, of_p) = (&summary.percentiles, &summary.intervals.percentiles);
    match figure {
        StopFigure::Mean => (summary.mean, summary.intervals.mean),
        StopFigure::P5 => (p.p5, of_p.p5),
        StopFigure::P10 => (p.p10, of_p.p10),
        StopFigure::P50 => (p.p50, of_p.p50),
        StopFigure::P90 => (p.p90, of_p.p90),
        StopFigure::P95 => (p.p95, of_p.p95),
        StopFigure::TailMean => (summary.tail_mean_5, summary.intervals.tail_mean_5),
    }
}

fn stopped(rule: &StopRule, summary: &Summary, allowed: u64) -> Stopped {
    let (figure, interval) = figure_of(summary, rule.figure);
    let figure = figure.filter(|figure| figure.is_finite());
    let half_width = interval.map(|interval| interval.half_width());
    let half_width = half_width.filter(|half| half.is_finite());
    let known = figure.zip(half_width).map(|(figure, half)| {
        let is_exact = half == 0.0;
        if is_exact { 0.0 } else { half / figure.abs() }
    });
    let reached = known.is_some_and(|known| known <= rule.tolerance);
    let name = format!("the {} of {}", rule.figure.words(), rule.output);
    let asked = percent(rule.tolerance);
    let done = grouped(summary.trials);
    let why = match known {
        Some(known) if reached && summary.trials < allowed => format!(
            "stopped after {done} of {} trials: {name} is known to {}, and {asked} was asked",
            grouped(allowed),
            percent(known)
        ),
        Some(known) if reached => {
            format!(
                "{name} is known to {} after all {done} trials, and {asked} was asked",
                percent(known)
            )
        }
        Some(known) => format!(
            "{name} is known to {} after all {done} trials, but {asked} was asked: allow more trials",
            percent(known)
        ),
        None if figure.is_none() => {
            format!("{name} does not exist after all {done} trials, so it could not end the run")
        }
        None => format!(
            "{name} has no interval after all {done} trials, so it could not end the run: allow more trials"
        ),
    };
    Stopped {
        trials: summary.trials,
        reached,
        figure,
        half_width,
        why,
    }
}

/// A share as per cent with two significant digits.
pub(super) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if !percent.is_finite() {
        return format!("{percent} %");
    }
    // The decimal form rounds to two digits; reading it back drops the zeros at its end.
    let rounded: f64 = format!("{percent:.1e}").parse().unwrap_or(percent);
    format!("{rounded} %")
}

/// A count with a separator at the thousands.
pub(super) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(method: Sampling, trials: u64, replicates: Option<u32>) -> SamplingPlan {
        SamplingPlan::new(method, trials, replicates, 1).unwrap()
    }

    #[test]
    fn a_run_is_looked_at_after_whole_replicates() {
        let plan = plan(Sampling::LatinHypercube, 1_007, Some(20));
        let checks = checks(&plan);
        assert_eq!(checks.len(), 16);
        for check in &checks[..15] {
            // The next trial begins another replicate.
            let next = plan.replicate_of(check.trials);
            assert_eq!(
                (next.first, next.index),
                (check.trials, u64::from(check.replicates))
            );
        }
        assert_eq!(checks[0].replicates, 5);
        assert_eq!(checks[15].trials, 1_007);
    }

    #[test]
    fn plain_runs_and_many_replicates_are_looked_at_seldom() {
        let plain = checks(&plan(Sampling::MonteCarlo, 1_000_000_000, None));
        assert!(plain.len() < 70, "{}", plain.len());
        assert!(plain.windows(2).all(|pair| pair[0].trials < pair[1].trials));
        assert_eq!(plain[0].trials, 1_024);
        assert!(checks(&plan(Sampling::LatinHypercube, 1_000_000, Some(10_000))).len() < 150);
        assert_eq!(checks(&plan(Sampling::MonteCarlo, 3, None)).len(), 1);
    }

    #[test]
    fn shares_and_counts_in_words() {
        assert_eq!(percent(0.01), "1 %");
        assert_eq!(percent(0.008_49), "0.85 %");
        assert_eq!(percent(0.123), "12 %");
        assert_eq!(percent(f64::NAN), "NaN %");
        assert_eq!(
            [grouped(7), grouped(1_000), grouped(123_456_789)],
            ["7", "1,000", "123,456,789"]
        );
    }
}
