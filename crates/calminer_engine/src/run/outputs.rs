//! From kept columns to the figures of a run.

use calminer_domain::{PercentileDefinition, Sampling};
use sha2::{Digest as _, Sha256};

use super::ranks::{self, Classes, Others, Ranks};
use super::trials::{Job, Kept};
use super::{RunError, bands, draws_of, drivers, notices};
use crate::measures::ABSENT;
use crate::program::{Output, Program, hex};
use crate::result::{
    Band, ENGINE_VERSION, OutputResult, Regression, RunOutcome, RunSettings, Samples, Stopped,
    Target, TracePoint,
};
use crate::sampling::{STREAM, SamplingPlan};
use crate::sensitivity::WORST;
use crate::sensitivity::target::{Chosen, Placed, places};
use crate::statistics::{
    self, Histogram, HistogramView, InfinityMeaning, Summary, SummaryOptions, TrialPlan,
    convergence_trace,
};

/// Points of a cumulative curve.
pub(super) const CURVE_POINTS: usize = 401;

/// How a run came to its end.
pub(super) struct Ended {
    pub(super) trials: u64,
    pub(super) replicates: u32,
    pub(super) stopped: Option<Stopped>,
}

impl Ended {
    /// With all trials of its plan.
    pub(super) fn whole(plan: &SamplingPlan) -> Self {
        Self {
            trials: plan.trials(),
            replicates: plan.replicates(),
            stopped: None,
        }
    }
}

/// All figures of a finished run.
pub(super) fn outcome(
    job: &Job<'_>,
    settings: &RunSettings,
    mut kept: Kept,
    ended: Ended,
) -> Result<(RunOutcome, Samples), RunError> {
    let program = job.program;
    let keys = program.outputs().iter().map(|output| output.key.as_str());
    let samples: Vec<(&str, &[f64])> = keys.zip(kept.outputs.iter().map(Vec::as_slice)).collect();
    // Their columns are most of the memory: they are given back before the ranks ask for more.
    let columns = std::mem::take(&mut kept.bands);
    let (bands, samples_sha256) = bands_and_sha256(job, columns, &samples)?;
    let work = Work {
        job,
        kept: &kept,
        replicates: ended.replicates,
    };
    let mut first = work.first_pass()?;
    let ranked = work.rank_correlations(&mut first)?;
    let (spearman, placed): (Vec<_>, Vec<_>) = ranked.into_iter().unzip();
    let correlations = work.correlations(&spearman);
    let regressions = drivers::regressions(program, &kept, (job.threads, job.control))?;
    let worst = drivers::targets(program, first.iter().map(|pass| &pass.worst), &placed);
    let drivers = regressions.into_iter().zip(worst);
    let passes = first.into_iter().zip(drivers).enumerate();
    let outputs: Vec<OutputResult> = passes
        .map(|(number, (pass, drivers))| work.output(number, pass, drivers, &spearman))
        .collect();
    let keys = program.outputs().iter().map(|output| output.key.clone());
    let samples = Samples {
        columns: keys.zip(kept.outputs).collect(),
    };
    let notices = notices(job, &outputs);
    let outcome = RunOutcome {
        settings: settings.clone(),
        replicates: ended.replicates,
        stream: STREAM,
        engine: ENGINE_VERSION.to_owned(),
        scenario_sha256: program.scenario_sha256().to_owned(),
        samples_sha256: Some(samples_sha256),
        outputs,
        bands,
        correlations,
        notices,
        correlation_groups: super::correlation_groups(program, settings)?,
        stopped: ended.stopped,
    };
    Ok((outcome, samples))
}

/// What a reader should know of the run.
pub(super) fn notices(job: &Job<'_>, outputs: &[OutputResult]) -> Vec<String> {
    let mut all = notices::of_sampling(job.program, job.sampler);
    all.extend(notices::of_outputs(outputs));
    all
}

/// What the summary of an output needs to know, in a run of the first replicates of a plan.
pub(super) fn options(job: &Job<'_>, output: &Output, replicates: u32) -> SummaryOptions {
    let plan = job.sampler.plan();
    SummaryOptions {
        direction: output.direction,
        percentile_type: definition(job.program),
        money: output.is_money,
        infinity: if output.can_be_never {
            InfinityMeaning::Never
        } else {
            InfinityMeaning::Absent
        },
        plan: match plan.method() {
            Sampling::MonteCarlo => TrialPlan::Plain,
            Sampling::LatinHypercube | Sampling::Sobol => {
                let mut first = 0;
                let sizes = (0..replicates).map(|_| {
                    let replicate = plan.replicate_of(first);
                    first += replicate.size;
                    replicate.size as usize
                });
                TrialPlan::Replicates(sizes.collect())
            }
        },
        ..SummaryOptions::default()
    }
}

/// Which percentile the scenario means.
pub(super) fn definition(program: &Program) -> PercentileDefinition {
    program.checked().model.conventions.percentile
}

/// Keys of a pair, the rank correlation asked for and the one achieved.
type Pair = (String, String, f64, Option<f64>);

/// Rank correlations of an input with the outputs, and where tails that stand apart lie in it.
type Ranked = (Vec<Option<f64>>, Vec<Option<Placed>>);

/// What is known of one output before the inputs come in.
struct FirstPass {
    base: f64,
    summary: Summary,
    trace: Vec<TracePoint>,
    histogram: Histogram,
    ecdf: Vec<[f64; 2]>,
    /// Ranks of its figures, until the inputs are correlated with them.
    ranks: Ranks,
    /// Its worst trials.
    worst: Chosen,
}

struct Work<'a> {
    job: &'a Job<'a>,
    kept: &'a Kept,
    /// Replicates that the kept trials consist of.
    replicates: u32,
}

impl Work<'_> {
    fn output(
        &self,
        number: usize,
        pass: FirstPass,
        drivers: (Regression, Target),
        spearman: &[Vec<Option<f64>>],
    ) -> OutputResult {
        let program = self.job.program;
        let output = &program.outputs()[number];
        let mut figures = self.kept.outputs[number].iter();
        let absent = figures.position(|figure| figure.is_nan());
        let of_inputs = program.inputs().iter().zip(spearman);
        OutputResult {
            key: output.key.clone(),
            label: output.label.clone(),
            unit: output.unit.clone(),
            display: output.display.clone(),
            direction: output.direction,
            base: pass.base,
            summary: pass.summary,
            histogram: pass.histogram,
            ecdf: pass.ecdf,
            spearman: of_inputs
                .map(|(input, row)| (input.key.clone(), row[number]))
                .collect(),
            regression: Some(drivers.0),
            worst: Some(drivers.1),
            first_cause: absent.and_then(|trial| {
                program.cause_of_output(number, &draws_of(self.job.sampler, trial as u64))
            }),
            trace: pass.trace,
            sketch: None,
        }
    }

    fn first_pass(&self) -> Result<Vec<FirstPass>, RunError> {
        let outputs = self.job.program.outputs();
        let program = self.job.program;
        let base = program.output_figures(program.base_draws());
        self.job.each(outputs.len(), |number| {
            let samples = &self.kept.outputs[number];
            let options = options(self.job, &outputs[number], self.replicates);
            let (summary, ordered) = Summary::with_ordered(samples, &options);
            let trace = convergence_trace(&summary, &ordered, &options.plan);
            let mut histogram = match HistogramView::of_sorted(&ordered.all) {
                Some(view) => Histogram::with_view(view),
                None => Histogram::with_range(0.0, 1.0, 1),
            };
            histogram.add_all(samples);
            let ecdf = statistics::ecdf(&ordered.all, CURVE_POINTS);
            let worst = Chosen::of_sorted(samples, &ordered.all, outputs[number].direction, WORST);
            let worst = worst.at_most(drivers::MOST_OF_TAIL);
            drop(ordered);
            FirstPass {
                base: base[number],
                trace,
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

    /// Rank correlations of each input (rows) with each output, over the trials that have the output, and behind these
    /// with its partner in each pair that it leads: the classes of an input are counted once for all. Beside them where
    /// the worst trials of the outputs lie in the input.
    fn rank_correlations(&self, outputs: &mut [FirstPass]) -> Result<Vec<Ranked>, RunError> {
        let pairs = self.job.program.correlations();
        let mut partners: Vec<usize> = pairs.iter().map(|pair| pair.1).collect();
        partners.sort_unstable();
        partners.dedup();
        let of_partners = Others::of(self.job.each(partners.len(), |number| {
            Ranks::of(self.paired(partners[number]))
        })?);
        let of_outputs = outputs
            .iter_mut()
            .map(|output| std::mem::take(&mut output.ranks));
        let of_outputs = Others::of(of_outputs.collect());
        let tails = outputs.iter().map(|output| &output.worst);
        let tails: Vec<&[u32]> = tails
            .filter(|tail| tail.is_apart())
            .map(|tail| tail.trials.as_slice())
            .collect();
        self.job.each(self.job.program.inputs().len(), |input| {
            let draws = &self.kept.draws[input];
            let classes = Classes::of_long(draws);
            let mut rho = ranks::correlations(classes.as_ref(), draws, &of_outputs);
            let led = pairs.iter().filter(|pair| pair.0 == input);
            let led = led.filter_map(|pair| partners.binary_search(&pair.1).ok());
            let led: Vec<usize> = led.collect();
            if !led.is_empty() {
                let paired = self.paired(input);
                let own = if std::ptr::eq(paired, draws.as_slice()) {
                    ranks::correlations(classes.as_ref(), paired, &of_partners)
                } else {
                    let classes = Classes::of_long(paired);
                    ranks::correlations(classes.as_ref(), paired, &of_partners)
                };
                rho.extend(led.iter().map(|partner| own[*partner]));
            }
            (rho, places(classes.as_ref(), draws, &tails))
        })
    }

    /// The draws of an input that a pair is about; draws of each period are compared in one period.
    fn paired(&self, input: usize) -> &[f32] {
        let program = self.job.program;
        match program.paired_by_period().binary_search(&input) {
            Ok(found) => &self.kept.draws[program.inputs().len() + found],
            Err(_) => &self.kept.draws[input],
        }
    }

    /// Each pair that was asked for, with what its draws have, from the rows of all inputs.
    fn correlations(&self, rows: &[Vec<Option<f64>>]) -> Vec<Pair> {
        let program = self.job.program;
        let (pairs, inputs) = (program.correlations(), program.inputs());
        let outputs = program.outputs().len();
        let pair = |(number, &(a, b, rho)): (usize, &(usize, usize, f64))| {
            let before = pairs[..number].iter().filter(|pair| pair.0 == a).count();
            let achieved = rows[a].get(outputs + before).copied().flatten();
            (inputs[a].key.clone(), inputs[b].key.clone(), rho, achieved)
        };
        pairs.iter().enumerate().map(pair).collect()
    }
}

/// A piece of the work on kept columns.
enum Piece {
    Sha256(String),
    Band([f64; 6]),
}

/// The bands of a run from the columns of its rows and periods, which are forgotten, and beside them the hash of its
/// samples: it is one long piece of work that no other waits for.
fn bands_and_sha256(
    job: &Job<'_>,
    columns: Vec<Vec<f32>>,
    samples: &[(&str, &[f64])],
) -> Result<(Vec<Band>, String), RunError> {
    let definition = definition(job.program);
    let found = job.each(columns.len() + 1, |number| match number.checked_sub(1) {
        None => Piece::Sha256(samples_sha256(samples)),
        Some(column) => Piece::Band(bands::band(&columns[column], definition)),
    })?;
    drop(columns);
    let (mut sha256, mut figures) = (String::new(), Vec::with_capacity(found.len()));
    for piece in found {
        match piece {
            Piece::Sha256(found) => sha256 = found,
            Piece::Band(band) => figures.push(band),
        }
    }
    let mut figures = figures.into_iter();
    let bands = bands_of(job, |count| figures.by_ref().take(count).collect());
    Ok((bands, sha256))
}

/// The bands of a run; `next` gives the percentiles of the next periods.
pub(super) fn bands_of(job: &Job<'_>, mut next: impl FnMut(usize) -> Vec<[f64; 6]>) -> Vec<Band> {
    let rows = job.code.bands.iter();
    rows.map(|row| job.program.band(row.line, next(row.places.len())))
        .collect()
}

/// SHA-256 over the outputs in order of key: key, NUL, then each trial's figure, little-endian; absent is one NaN and
/// -0 is 0.
pub(super) fn samples_sha256(samples: &[(&str, &[f64])]) -> String {
    let mut digest = Sha256::new();
    let mut bytes = Vec::with_capacity(8 * 1_024);
    for (key, column) in samples {
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
