//! `sensitivity`: which input matters, by single trials, by a run's own samples, or by samples made for the purpose; and
//! the standard table of a study.

mod ends;
mod standard;
mod text;

use calminer_domain::{Issue, Place, Scenario};
use calminer_engine::program::Program;
use calminer_engine::result::{OutputResult, RunOutcome, RunSettings};
use calminer_engine::run::{RunControl, RunError, simulate};
use calminer_engine::sensitivity::{
    self, Contributions, InputGroup, Regression, Spider, Tail, Target, Tornado, VarianceAnalysis,
    VarianceMethod, VarianceSettings, contributions_by_rank, contributions_by_regression,
    program_with, spider, tornado, variance_analysis,
};
use serde::Serialize;

use super::job;
use crate::args::{Method, Sensitivity};
use crate::failure::{FAILED, Failure, INTERRUPTED, USAGE};
use crate::print;
use crate::source::{self, Found, Use};
use ends::{ends, share, steps};

/// Samples of a variance-based analysis where none are asked for.
const SAMPLES: u64 = 4_096;

/// What `sensitivity --json` prints.
#[derive(Debug, Serialize)]
struct Printed<'a> {
    scenario: String,
    method: &'static str,
    #[serde(flatten)]
    found: &'a Analysis,
}

/// What was found.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Analysis {
    Tornado {
        outputs: Vec<Tornado>,
    },
    Spider {
        outputs: Vec<Spider>,
    },
    Samples {
        settings: Sampled,
        outputs: Vec<OfSamples>,
    },
    Variance(Box<VarianceAnalysis>),
}

/// The run that an analysis of samples looks at.
#[derive(Debug, Serialize)]
pub(super) struct Sampled {
    pub(super) trials: u64,
    pub(super) seed: u64,
    pub(super) sampling: calminer_domain::Sampling,
}

/// What the trials of a run say of one output.
#[derive(Debug, Serialize)]
pub(super) struct OfSamples {
    pub(super) key: String,
    pub(super) label: String,
    /// Rank correlation with each input, in the order of the scenario.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) spearman: Option<Vec<(String, Option<f64>)>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) contribution: Option<Contributions>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) regression: Option<Regression>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tail: Option<Target>,
}

pub(super) async fn run(flags: &Sensitivity) -> Result<(), Failure> {
    let found = source::find(&flags.source, Use::Read).await?;
    if flags.standard {
        return standard::run(flags, &found);
    }
    let program = program_of(flags, &found)?;
    if let Some(key) = &flags.output
        && !program.outputs().iter().any(|output| output.key == *key)
    {
        let keys: Vec<&str> = program
            .outputs()
            .iter()
            .map(|output| output.key.as_str())
            .collect();
        let sentence = format!(
            "{key} is no output of the scenario; its outputs are {}",
            keys.join(", ")
        );
        return Err(Failure::new(USAGE, sentence));
    }
    let names = text::Names::of(&program);
    let analysis = match flags.method {
        Method::Tornado | Method::Spider => of_ends(flags, &program)?,
        Method::Rank | Method::Regression | Method::Tail => {
            of_samples(flags, &found, program).await?
        }
        Method::Variance | Method::Sobol | Method::Shapley => {
            of_variance(flags, &found, program).await?
        }
    };
    if flags.json {
        return print::json(&Printed {
            scenario: found.name(),
            method: flags.method.name(),
            found: &analysis,
        });
    }
    print::text(&text::described(
        &found.name(),
        flags.method,
        &analysis,
        &names,
    ))
}

/// The scenario's program, with the certain parameters that are to be moved too.
fn program_of(flags: &Sensitivity, found: &Found) -> Result<Program, Failure> {
    if flags.also.is_empty() {
        return super::program(found);
    }
    let mut also = Vec::new();
    for key in &flags.also {
        let row = found.scenario.parameters.iter().find(|row| row.key == *key);
        let row = row.ok_or_else(|| {
            Failure::new(USAGE, format!("--also {key}: no parameter has this key"))
        })?;
        also.push(row.id);
    }
    program_with(&found.scenario, &also).map_err(|issues: Vec<Issue>| {
        let headline = format!("{} cannot be computed; mend these first", found.name());
        Failure::issues(headline, issues)
    })
}

fn wanted(flags: &Sensitivity, key: &str) -> bool {
    flags.output.as_deref().is_none_or(|wanted| wanted == key)
}

fn of_ends(flags: &Sensitivity, program: &Program) -> Result<Analysis, Failure> {
    let refused = |message: String| Failure::new(USAGE, format!("--range: {message}"));
    if flags.method == Method::Spider {
        let steps = steps(flags.range.as_deref()).map_err(refused)?;
        let mut outputs = spider(program, &steps).map_err(|error| refused(error.to_string()))?;
        outputs.retain(|one| wanted(flags, &one.output.key));
        return Ok(Analysis::Spider { outputs });
    }
    let (low, high) = ends(flags.range.as_deref()).map_err(refused)?;
    let mut outputs = tornado(program, low, high).map_err(|error| refused(error.to_string()))?;
    outputs.retain(|one| wanted(flags, &one.output.key));
    Ok(Analysis::Tornado { outputs })
}

fn settings(flags: &Sensitivity, scenario: &Scenario) -> RunSettings {
    RunSettings {
        stop: None,
        keep: calminer_domain::Keep::Samples,
        ..flags.drawing.over(RunSettings::from(&scenario.simulation))
    }
}

async fn of_samples(
    flags: &Sensitivity,
    found: &Found,
    program: Program,
) -> Result<Analysis, Failure> {
    let tail = flags.tail.as_deref().map(share).transpose();
    let tail = tail.map_err(|message| Failure::new(USAGE, format!("--tail: {message}")))?;
    let settings = settings(flags, &found.scenario);
    let sampled = Sampled {
        trials: settings.trials,
        seed: settings.seed,
        sampling: settings.sampling,
    };
    let threads = job::threads(flags.drawing.threads);
    let wants_columns = tail.is_some();
    let work = move |control: &RunControl<'_>| {
        let (outcome, samples) = simulate(&program, &settings, threads, control)?;
        let columns = wants_columns
            .then(|| sensitivity::input_columns(&program, &settings, (threads, control)))
            .transpose()?;
        Ok((outcome, samples, columns))
    };
    let (outcome, samples, columns) = job::watched(sampled.trials, work).await.map_err(refused)?;
    let tail_of = |output: &OutputResult| {
        let Some((share, columns)) = tail.zip(columns.as_ref()) else {
            return output.worst.clone();
        };
        let column = samples.columns.iter().find(|(key, _)| *key == output.key)?;
        Some(sensitivity::target(
            &columns.keys(),
            &columns.columns(),
            &column.1,
            (output.direction, Tail::Worst(share)),
        ))
    };
    let outputs = outputs_of(flags, &outcome, tail_of);
    Ok(Analysis::Samples {
        settings: sampled,
        outputs,
    })
}

fn outputs_of(
    flags: &Sensitivity,
    outcome: &RunOutcome,
    tail_of: impl Fn(&OutputResult) -> Option<Target>,
) -> Vec<OfSamples> {
    let outputs = outcome
        .outputs
        .iter()
        .filter(|output| wanted(flags, &output.key));
    outputs
        .map(|output| {
            let is = |method| flags.method == method;
            let regression = output.regression.clone().filter(|_| is(Method::Regression));
            let contribution = match flags.method {
                Method::Rank => Some(contributions_by_rank(output)),
                _ => regression.as_ref().map(contributions_by_regression),
            };
            OfSamples {
                key: output.key.clone(),
                label: output.label.clone(),
                spearman: is(Method::Rank).then(|| output.spearman.clone()),
                contribution,
                regression,
                tail: is(Method::Tail).then(|| tail_of(output)).flatten(),
            }
        })
        .collect()
}

async fn of_variance(
    flags: &Sensitivity,
    found: &Found,
    program: Program,
) -> Result<Analysis, Failure> {
    let run = settings(flags, &found.scenario);
    let settings = VarianceSettings {
        samples: flags.drawing.trials.unwrap_or(SAMPLES),
        seed: run.seed,
        replicates: None,
        groups: groups(flags, &found.scenario)?,
        repair_correlations: run.repair_correlations,
    };
    let method = match flags.method {
        Method::Sobol => VarianceMethod::Sobol,
        Method::Shapley => VarianceMethod::Shapley,
        _ => VarianceMethod::Valid,
    };
    let threads = job::threads(flags.drawing.threads);
    let total = settings.samples;
    let work = move |control: &RunControl<'_>| {
        variance_analysis(&program, &settings, method, (threads, control))
    };
    let mut analysis = job::watched(total, work).await.map_err(refused)?;
    analysis.outputs.retain(|one| wanted(flags, &one.key));
    Ok(Analysis::Variance(Box::new(analysis)))
}

/// `NAME=KEY,KEY` as groups of inputs.
fn groups(flags: &Sensitivity, scenario: &Scenario) -> Result<Vec<InputGroup>, Failure> {
    let wrong = |text: &str, why: String| Failure::new(USAGE, format!("--group {text}: {why}"));
    let one = |text: &String| {
        let (name, keys) = text
            .split_once('=')
            .ok_or_else(|| wrong(text, "write NAME=KEY,KEY".to_owned()))?;
        let members: Result<Vec<_>, Failure> = keys
            .split(',')
            .map(|key| {
                let row = scenario.parameters.iter().find(|row| row.key == key.trim());
                row.map(|row| row.id).ok_or_else(|| {
                    wrong(text, format!("no parameter has the key {:?}", key.trim()))
                })
            })
            .collect();
        Ok(InputGroup {
            name: name.trim().to_owned(),
            members: members?,
        })
    };
    flags.group.iter().map(one).collect()
}

/// What a scenario's own settings make impossible is an issue; the words typed here are wrong usage.
fn refused(error: RunError) -> Failure {
    match error {
        RunError::Cancelled => Failure::new(INTERRUPTED, error.to_string()),
        RunError::Settings { field, message } if field == "correlations" || field == "outputs" => {
            let place = Place::Scenario {
                field: field.to_owned(),
            };
            Failure::issues(
                "the scenario cannot be simulated; mend this first",
                vec![Issue::error(place, "run_settings", message)],
            )
        }
        RunError::Settings { field, message } => Failure::new(USAGE, format!("{field}: {message}")),
        RunError::Failed(_) => Failure::new(FAILED, error.to_string()),
    }
}
