//! What can be shown of a simulation while it runs: bars that grow, and percentiles read from them.

use calminer_engine::result::{BaseCase, Display, RunOutcome};
use calminer_engine::run::BlockReport;

/// Bars kept while counting. A range that doubles leaves at least half of them in use, so a percentile read from them
/// is right to 1/256 of the range.
const FINE_BARS: usize = 512;
/// Bars shown.
const SHOWN_BARS: usize = 64;

/// Bars of a growing sample; its range doubles when a figure falls outside.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LiveHistogram {
    /// Left edge of the first bar.
    pub low: f64,
    /// Width of a bar; 0 while there is no figure.
    pub width: f64,
    /// Figures in each bar.
    pub counts: Vec<u64>,
}

/// What is known of one output so far.
#[derive(Clone, Debug, PartialEq)]
pub struct LiveOutput {
    /// Key of the line.
    pub key: String,
    /// Its label, or its key.
    pub label: String,
    /// Unit of the figures: whole currency for money.
    pub unit: String,
    /// The unit shown to people.
    pub display: Display,
    /// The base case.
    pub base: f64,
    /// Results that exist so far.
    pub valid: u64,
    /// Results that do not.
    pub absent: u64,
    /// Mean so far; NaN without a result.
    pub mean: f64,
    /// 10th percentile so far, read from the bars; NaN without a result.
    pub p10: f64,
    /// Median so far.
    pub p50: f64,
    /// 90th percentile so far.
    pub p90: f64,
    /// Part of the results below zero.
    pub probability_below_zero: f64,
    /// Bars for the plot.
    pub histogram: LiveHistogram,
}

/// What is known of a running simulation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LiveRun {
    /// Trials done.
    pub done: u64,
    /// Trials asked for.
    pub total: u64,
    /// Outputs in order of key.
    pub outputs: Vec<LiveOutput>,
}

impl LiveRun {
    /// The output with this key.
    pub fn output(&self, key: &str) -> Option<&LiveOutput> {
        self.outputs.iter().find(|output| output.key == key)
    }

    /// The same for a run that is over: the exact figures take the place of those read from growing bars, so that
    /// nothing hangs on the order in which blocks were finished.
    #[must_use]
    pub fn finished(mut self, outcome: &RunOutcome) -> Self {
        if let Some(stopped) = &outcome.stopped {
            (self.done, self.total) = (stopped.trials, stopped.trials);
        }
        for output in &mut self.outputs {
            let Some(exact) = outcome.output(&output.key) else {
                continue;
            };
            let (summary, view) = (&exact.summary, exact.histogram.view());
            let figure = |figure: Option<f64>| figure.unwrap_or(f64::NAN);
            output.mean = figure(summary.mean);
            output.p10 = figure(summary.percentiles.p10);
            output.p50 = figure(summary.percentiles.p50);
            output.p90 = figure(summary.percentiles.p90);
            output.probability_below_zero = figure(summary.probability_below_zero);
            output.histogram = LiveHistogram {
                low: view.low,
                width: (view.high - view.low) / view.bins.max(1) as f64,
                counts: exact.histogram.counts().to_vec(),
            };
        }
        self
    }

    /// The output to start with: the after-tax NPV where there is one, else the first.
    pub fn headline(&self) -> Option<&LiveOutput> {
        self.output("npv").or_else(|| self.outputs.first())
    }
}

/// Counts the figures of one output as they come.
#[derive(Debug)]
struct Counter {
    about: LiveOutput,
    sum: f64,
    below_zero: u64,
    low: f64,
    width: f64,
    counts: Vec<u64>,
}

impl Counter {
    fn new(about: LiveOutput) -> Self {
        Self {
            about,
            sum: 0.0,
            below_zero: 0,
            low: 0.0,
            width: 0.0,
            counts: vec![0; FINE_BARS],
        }
    }

    fn add(&mut self, figures: &[f64]) {
        if self.width == 0.0 {
            self.begin(figures);
        }
        for &figure in figures {
            // "Never" (+infinity) is a result without a place on the axis.
            if !figure.is_finite() {
                self.about.absent += 1;
                continue;
            }
            self.about.valid += 1;
            self.sum += figure;
            self.below_zero += u64::from(figure < 0.0);
            self.make_room(figure);
            let bar = ((figure - self.low) / self.width) as usize;
            self.counts[bar.min(FINE_BARS - 1)] += 1;
        }
    }

    /// The first block decides where the bars begin; a sample of equal figures gets bars around them.
    fn begin(&mut self, figures: &[f64]) {
        let finite = || figures.iter().copied().filter(|figure| figure.is_finite());
        let low = finite().fold(f64::INFINITY, f64::min);
        let high = finite().fold(f64::NEG_INFINITY, f64::max);
        if low > high {
            return;
        }
        let least = low.abs().max(high.abs()).max(1.0) * 1e-9;
        let range = (high - low).max(least);
        if range.is_finite() {
            self.low = low - 0.25 * range;
            self.width = 1.5 * range / FINE_BARS as f64;
        }
    }

    fn make_room(&mut self, figure: f64) {
        let high = |counter: &Self| counter.low + counter.width * FINE_BARS as f64;
        // 2,100 doublings pass the whole range of f64.
        for _ in 0..2_100 {
            if figure < self.low {
                self.low -= self.width * FINE_BARS as f64;
                self.merge(FINE_BARS / 2);
            } else if figure >= high(self) {
                self.merge(0);
            } else {
                return;
            }
        }
    }

    /// Joins bars in pairs, doubles their width and puts them to a position.
    fn merge(&mut self, at: usize) {
        let mut merged = vec![0; FINE_BARS];
        for (bar, pair) in self.counts.chunks(2).enumerate() {
            merged[at + bar] = pair.iter().sum();
        }
        self.counts = merged;
        self.width *= 2.0;
    }

    fn percentile(&self, share: f64) -> f64 {
        let wanted = share * self.about.valid as f64;
        let mut before = 0.0;
        for (bar, &count) in self.counts.iter().enumerate() {
            let count = count as f64;
            if count > 0.0 && before + count >= wanted {
                return self.low + self.width * (bar as f64 + (wanted - before) / count);
            }
            before += count;
        }
        f64::NAN
    }

    fn shown(&self) -> LiveOutput {
        let valid = self.about.valid as f64;
        let has_any = self.about.valid > 0;
        let part = |count: f64| if has_any { count / valid } else { f64::NAN };
        LiveOutput {
            mean: part(self.sum),
            p10: self.percentile(0.10),
            p50: self.percentile(0.50),
            p90: self.percentile(0.90),
            probability_below_zero: part(self.below_zero as f64),
            histogram: self.bars(),
            ..self.about.clone()
        }
    }

    /// The used range in few bars.
    fn bars(&self) -> LiveHistogram {
        let used = |count: &u64| *count > 0;
        let (Some(first), Some(last)) = (
            self.counts.iter().position(used),
            self.counts.iter().rposition(used),
        ) else {
            return LiveHistogram::default();
        };
        let each = (last - first + 1).div_ceil(SHOWN_BARS);
        LiveHistogram {
            low: self.low + self.width * first as f64,
            width: self.width * each as f64,
            counts: self.counts[first..=last]
                .chunks(each)
                .map(|bars| bars.iter().sum())
                .collect(),
        }
    }
}

/// Counts all outputs of a run.
#[derive(Debug)]
pub struct Watch {
    total: u64,
    done: u64,
    counters: Vec<Counter>,
}

impl Watch {
    /// Watches a run of so many trials; names, units and base figures come from the base case.
    pub fn new(base: &BaseCase, total: u64) -> Self {
        let counters = base.lines.iter().map(|line| {
            Counter::new(LiveOutput {
                key: line.key.clone(),
                label: line.label.clone(),
                unit: line.unit.clone(),
                display: line.display.clone(),
                base: line.values.at(0),
                valid: 0,
                absent: 0,
                mean: f64::NAN,
                p10: f64::NAN,
                p50: f64::NAN,
                p90: f64::NAN,
                probability_below_zero: f64::NAN,
                histogram: LiveHistogram::default(),
            })
        });
        let mut counters: Vec<_> = counters.collect();
        counters.sort_by(|a, b| a.about.key.cmp(&b.about.key));
        Self {
            total,
            done: 0,
            counters,
        }
    }

    /// Counts a finished block.
    pub fn add(&mut self, block: &BlockReport<'_>) {
        self.done += block.len as u64;
        for (key, figures) in block.outputs {
            let place = self
                .counters
                .binary_search_by(|counter| counter.about.key.as_str().cmp(key));
            if let Ok(at) = place {
                self.counters[at].add(figures);
            }
        }
    }

    /// What can be shown now.
    pub fn shown(&self) -> LiveRun {
        let seen = |counter: &&Counter| counter.about.valid + counter.about.absent > 0;
        LiveRun {
            done: self.done,
            total: self.total,
            outputs: self
                .counters
                .iter()
                .filter(seen)
                .map(Counter::shown)
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counter() -> Counter {
        Counter::new(LiveOutput {
            key: "npv".to_owned(),
            label: "NPV".to_owned(),
            unit: "CAD".to_owned(),
            display: Display {
                unit: "MCAD".to_owned(),
                factor: 1e6,
            },
            base: 0.0,
            valid: 0,
            absent: 0,
            mean: f64::NAN,
            p10: f64::NAN,
            p50: f64::NAN,
            p90: f64::NAN,
            probability_below_zero: f64::NAN,
            histogram: LiveHistogram::default(),
        })
    }

    #[test]
    fn percentiles_are_near_the_exact_ones_whatever_the_first_block_was() {
        let mut counter = counter();
        counter.add(&[500.0, 510.0]);
        // 0 ... 999,999 in an order that jumps about.
        let figures: Vec<f64> = (0..1_000_000_u64)
            .map(|index| (index * 7_919 % 1_000_000) as f64 - 100_000.0)
            .collect();
        counter.add(&figures);
        let shown = counter.shown();
        for (found, exact) in [
            (shown.p10, 0.0),
            (shown.p50, 400_000.0),
            (shown.p90, 800_000.0),
        ] {
            assert!(
                (found - exact).abs() < 1_000_000.0 / 128.0,
                "{found} {exact}"
            );
        }
        assert!((shown.probability_below_zero - 0.1).abs() < 1e-3);
        assert!((shown.mean - 399_999.5).abs() < 2.0);
        assert_eq!(shown.histogram.counts.iter().sum::<u64>(), 1_000_002);
        assert!(shown.histogram.counts.len() <= SHOWN_BARS);
    }

    #[test]
    fn equal_and_missing_figures_are_met() {
        let mut counter = counter();
        counter.add(&[f64::NAN, f64::INFINITY]);
        assert!(counter.shown().mean.is_nan());
        counter.add(&[3.0; 100]);
        let shown = counter.shown();
        assert_eq!((shown.valid, shown.absent), (100, 2));
        assert!((shown.p50 - 3.0).abs() < 1e-6);
        counter.add(&[1e300, -1e300]);
        assert_eq!(counter.shown().valid, 102);
    }
}
