//! From kept columns to the figures of a run.

use std::num::NonZeroUsize;

use calminer_domain::{PercentileDefinition, Sampling};
use sha2::{Digest as _, Sha256};

use super::ranks::{self, Classes, Ranks};
use super::trials::Kept;
use super::{RunControl, RunError, bands, draws_of, drivers, notices, workers};
use crate::measures::ABSENT;
use crate::program::{Output, Program, hex};
use crate::result::{Band, ENGINE_VERSION, OutputResult, RunOutcome, RunSettings, Samples};
use crate::sampling::{InputSampler, STREAM};
use crate::sensitivity::WORST;
use crate::sensitivity::target::{Chosen, Placed, places};
use crate::statistics::{
    self, Histogram, HistogramView, InfinityMeaning, Summary, SummaryOptions, TrialPlan,
};

/// Points of a cumulative curve.
const CURVE_POINTS: usize = 401;

/// All figures of a finished run.
pub(super) fn outcome(
    program: &Program,
    settings: &RunSettings,
    sampler: &InputSampler,
    kept: Kept,
    (threads, control): (NonZeroUsize, &RunControl<'_>),
) -> Result<(RunOutcome, Samples), RunError> {
    let work = Work {
        program,
        sampler,
        kept: &kept,
        threads,
        control,
    };
    let bands = work.bands()?;
    let (outputs, correlations) = work.outputs()?;
    let keys = program.outputs().iter().map(|output| output.key.clone());
    let samples = Samples {
        columns: keys.zip(kept.outputs).collect(),
    };
    let mut notices = notices::of_sampling(program, sampler);
    notices.extend(notices::of_outputs(&samples));
    let outcome = RunOutcome {
        settings: settings.clone(),
        replicates: sampler.plan().replicates(),
        stream: STREAM,
        engine: ENGINE_VERSION.to_owned(),
        scenario_sha256: program.scenario_sha256().to_owned(),
        samples_sha256: Some(samples_sha256(&samples)),
        outputs,
        bands,
        correlations,
        notices,
        correlation_groups: super::correlation_groups(program, settings)?,
    };
    Ok((outcome, samples))
}

/// Keys of a pair, the rank correlation asked for and the one achieved.
type Pair = (String, String, f64, Option<f64>);

/// Rank correlations of an input with the outputs, and where tails that stand apart lie in it.
type Ranked = (Vec<Option<f64>>, Vec<Option<Placed>>);

/// What is known of one output before the inputs come in.
struct FirstPass {
    summary: Summary,
    histogram: Histogram,
    ecdf: Vec<[f64; 2]>,
    /// Ranks of its figures.
    ranks: Ranks,
    /// Its worst trials.
    worst: Chosen,
}

struct Work<'a> {
    program: &'a Program,
    sampler: &'a InputSampler,
    kept: &'a Kept,
    threads: NonZeroUsize,
    control: &'a RunControl<'a>,
}

impl Work<'_> {
    /// Pieces of work on all threads, in order.
    fn each<T: Send>(
        &self,
        count: usize,
        work: impl Fn(usize) -> T + Sync,
    ) -> Result<Vec<T>, RunError> {
        workers::in_order(
            self.threads,
            count,
            &self.control.cancel,
            || (),
            |(), piece| Ok(work(piece)),
        )
    }

    /// What is known of each output, and of each pair of inputs.
    fn outputs(&self) -> Result<(Vec<OutputResult>, Vec<Pair>), RunError> {
        let (program, kept) = (self.program, self.kept);
        let first = self.first_pass()?;
        let ranked = self.rank_correlations(&first)?;
        let (spearman, placed): (Vec<_>, Vec<_>) = ranked.into_iter().unzip();
        let regressions = drivers::regressions(program, kept, (self.threads, self.control))?;
        let worst = drivers::targets(program, first.iter().map(|pass| &pass.worst), &placed);
        let base = program.output_figures(program.base_draws());
        let passes = first.into_iter().zip(regressions).zip(worst);
        let mut outputs = Vec::with_capacity(program.outputs().len());
        for (number, (output, ((pass, regression), worst))) in
            program.outputs().iter().zip(passes).enumerate()
        {
            let mut column = kept.outputs[number].iter();
            let absent = column.position(|figure| figure.is_nan());
            let of_inputs = program.inputs().iter().zip(&spearman);
            outputs.push(OutputResult {
                key: output.key.clone(),
                label: output.label.clone(),
                unit: output.unit.clone(),
                display: output.display.clone(),
                direction: output.direction,
                base: base[number],
                summary: pass.summary,
                histogram: pass.histogram,
                ecdf: pass.ecdf,
                spearman: of_inputs
                    .map(|(input, row)| (input.key.clone(), row[number]))
                    .collect(),
                regression: Some(regression),
                worst: Some(worst),
                first_cause: absent.and_then(|trial| {
                    program.cause_of_output(number, &draws_of(self.sampler, trial as u64))
                }),
            });
        }
        Ok((outputs, self.correlations(&spearman)))
    }

    fn first_pass(&self) -> Result<Vec<FirstPass>, RunError> {
        self.each(self.program.outputs().len(), |number| {
            let samples = &self.kept.outputs[number];
            let (summary, ordered) =
                Summary::with_ordered(samples, &self.options(&self.program.outputs()[number]));
            let mut histogram = match HistogramView::of_sorted(&ordered.all) {
                Some(view) => Histogram::with_view(view),
                None => Histogram::with_range(0.0, 1.0, 1),
            };
            histogram.add_all(samples);
            let ecdf = statistics::ecdf(&ordered.all, CURVE_POINTS);
            let direction = self.program.outputs()[number].direction;
            let worst = Chosen::of_sorted(samples, &ordered.all, direction, WORST);
            let worst = worst.at_most(drivers::MOST_OF_TAIL);
            drop(ordered);
            FirstPass {
                summary,
                histogram,
                ecdf,
                ranks: Ranks::of(
                    &samples
                        .iter()
                        .map(|figure| *figure as f32)
                        .collect::<Vec<f32>>(),
                ),
                worst,
            }
        })
    }

    fn options(&self, output: &Output) -> SummaryOptions {
        let plan = self.sampler.plan();
        let replicates = 0..u64::from(plan.replicates());
        SummaryOptions {
            direction: output.direction,
            percentile_type: self.definition(),
            money: output.is_money,
            infinity: if output.can_be_never {
                InfinityMeaning::Never
            } else {
                InfinityMeaning::Absent
            },
            failed: 0,
            plan: match plan.method() {
                Sampling::MonteCarlo => TrialPlan::Plain,
                Sampling::LatinHypercube | Sampling::Sobol => {
                    let mut first = 0;
                    let sizes = replicates.map(|_| {
                        let replicate = plan.replicate_of(first);
                        first += replicate.size;
                        replicate.size as usize
                    });
                    TrialPlan::Replicates(sizes.collect())
                }
            },
        }
    }

    fn definition(&self) -> PercentileDefinition {
        self.program.checked().model.conventions.percentile
    }

    /// Rank correlations of each input (rows) with each output, over the trials that have the output, and behind these
    /// with its partner in each pair that it leads: the classes of an input are counted once for all. Beside them where
    /// the worst trials of the outputs lie in the input.
    fn rank_correlations(&self, outputs: &[FirstPass]) -> Result<Vec<Ranked>, RunError> {
        let pairs = self.program.correlations();
        let mut partners: Vec<usize> = pairs.iter().map(|pair| pair.1).collect();
        partners.sort_unstable();
        partners.dedup();
        let ranks = self.each(partners.len(), |number| {
            Ranks::of(self.paired(partners[number]))
        })?;
        let tails = outputs.iter().map(|output| &output.worst);
        let tails: Vec<&[u32]> = tails
            .filter(|tail| tail.is_apart())
            .map(|tail| tail.trials.as_slice())
            .collect();
        self.each(self.program.inputs().len(), |input| {
            let draws = &self.kept.draws[input];
            let classes = Classes::of_long(draws);
            let mut others: Vec<&Ranks> = outputs.iter().map(|output| &output.ranks).collect();
            let led = pairs.iter().filter(|pair| pair.0 == input);
            let led = led.filter_map(|pair| partners.binary_search(&pair.1).ok());
            let led = led.map(|partner| &ranks[partner]);
            let paired = self.paired(input);
            let rho = if std::ptr::eq(paired, draws.as_slice()) {
                others.extend(led);
                ranks::correlations_by(classes.as_ref(), draws, &others)
            } else {
                let led: Vec<&Ranks> = led.collect();
                let mut rho = ranks::correlations_by(classes.as_ref(), draws, &others);
                rho.extend(ranks::correlations(paired, &led));
                rho
            };
            (rho, places(classes.as_ref(), draws, &tails))
        })
    }

    /// The draws of an input that a pair is about; draws of each period are compared in one period.
    fn paired(&self, input: usize) -> &[f32] {
        match self.program.paired_by_period().binary_search(&input) {
            Ok(found) => &self.kept.periods[found],
            Err(_) => &self.kept.draws[input],
        }
    }

    /// Each pair that was asked for, with what its draws have, from the rows of all inputs.
    fn correlations(&self, rows: &[Vec<Option<f64>>]) -> Vec<Pair> {
        let (pairs, inputs) = (self.program.correlations(), self.program.inputs());
        let outputs = self.program.outputs().len();
        let pair = |(number, &(a, b, rho)): (usize, &(usize, usize, f64))| {
            let before = pairs[..number].iter().filter(|pair| pair.0 == a).count();
            let achieved = rows[a].get(outputs + before).copied().flatten();
            (inputs[a].key.clone(), inputs[b].key.clone(), rho, achieved)
        };
        pairs.iter().enumerate().map(pair).collect()
    }

    fn bands(&self) -> Result<Vec<Band>, RunError> {
        let columns = &self.kept.bands;
        let mut all = self
            .each(columns.len(), |number| {
                bands::band(&columns[number], self.definition())
            })?
            .into_iter();
        let model = &self.program.checked().model;
        let rows = self.program.bands();
        Ok(rows
            .into_iter()
            .map(|row| {
                let unit = self.program.result_unit(row.line);
                Band {
                    key: model.lines[row.line].key.clone(),
                    label: model.lines[row.line].label.clone(),
                    unit: unit.text.clone(),
                    display: unit.display.clone(),
                    percentiles: all.by_ref().take(row.places.len()).collect(),
                }
            })
            .collect())
    }
}

/// SHA-256 over the outputs in order of key: key, NUL, then each trial's figure, little-endian; absent is one NaN and
/// -0 is 0.
pub(super) fn samples_sha256(samples: &Samples) -> String {
    let mut digest = Sha256::new();
    let mut bytes = Vec::with_capacity(8 * 1_024);
    for (key, column) in &samples.columns {
        digest.update(key.as_bytes());
        digest.update([0]);
        for part in column.chunks(1_024) {
            bytes.clear();
            for &figure in part {
                let figure = if figure.is_nan() {
                    ABSENT
                } else {
                    figure + 0.0
                };
                bytes.extend_from_slice(&figure.to_le_bytes());
            }
            digest.update(&bytes);
        }
    }
    hex(&digest.finalize())
}
