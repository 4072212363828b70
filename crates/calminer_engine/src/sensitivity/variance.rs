//! Which input the variance comes from: Sobol indices where inputs are independent, Shapley effects where they are not.

use std::num::NonZeroUsize;

use calminer_domain::scenario::{MAX_SEED, MAX_TRIALS};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::design::{Design, Members, Size};
use super::model::Model;
use super::rounds::{self, Rule, Summed};
use super::shapley::{AllSets, MOST_EXACT, RandomOrders, Shares};
use super::sobol::{self, Indices, Sobol};
use crate::program::Program;
use crate::result::Display;
use crate::run::{RunControl, RunError, correlation_plan};
use crate::statistics::Interval;

/// Inputs that are looked at as one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputGroup {
    /// What it is called.
    pub name: String,
    /// Identities of its parameters.
    pub members: Vec<Uuid>,
}

/// What is asked of a variance-based analysis; with the scenario it decides every figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VarianceSettings {
    /// Samples of each of the two hypercubes; [`planned_evaluations`] says what they cost.
    pub samples: u64,
    /// Seed, 0 to 2^53 - 1.
    pub seed: u64,
    /// Independent replicates, from which the intervals come; by the number of samples where it is absent.
    pub replicates: Option<u32>,
    /// Groups of inputs. Every input outside them is a group of its own.
    pub groups: Vec<InputGroup>,
    /// Consent to use the nearest possible correlation matrix where the typed one is impossible.
    #[serde(default)]
    pub repair_correlations: bool,
}

/// Which analysis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VarianceMethod {
    /// Sobol indices, or Shapley effects where groups depend on each other.
    #[default]
    Valid,
    /// Sobol indices; refused where groups depend on each other.
    Sobol,
    /// Shapley effects.
    Shapley,
}

/// What the figures are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VarianceKind {
    /// First-order and total Sobol indices.
    SobolIndices,
    /// Shapley effects over all sets of groups.
    ShapleyAllSets,
    /// Shapley effects over a random order of the groups in each sample.
    ShapleyRandomOrders,
}

impl VarianceKind {
    /// The words shown.
    pub const fn words(self) -> &'static str {
        match self {
            Self::SobolIndices => "first-order and total Sobol indices",
            Self::ShapleyAllSets => "Shapley effects, all sets of inputs",
            Self::ShapleyRandomOrders => "Shapley effects, random orders of inputs",
        }
    }
}

/// A figure with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The figure, a fraction of the variance. Sampling may bring one of no effect slightly below 0.
    pub value: f64,
    /// From the spread over the replicates; `None` with fewer than two.
    pub interval: Option<Interval>,
}

/// What one group of inputs does to one output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupShare {
    /// Name of the group; the label of an input that is a group of its own.
    pub name: String,
    /// Keys of its inputs, in the order of the scenario.
    pub members: Vec<String>,
    /// First-order Sobol index: what would go, on average, if the group were known. `None` for other kinds and for n/a.
    pub first: Option<Estimate>,
    /// Total Sobol index: what would be left, on average, if all but the group were known.
    pub total: Option<Estimate>,
    /// Shapley effect: the shares of all groups sum to 1.
    pub shapley: Option<Estimate>,
}

impl GroupShare {
    /// The figure to sort by: the Shapley effect, or the total index. `None` is n/a (does not vary).
    pub fn size(&self) -> Option<f64> {
        self.shapley.or(self.total).map(|figure| figure.value)
    }
}

/// Where the variance of one output comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutputVariance {
    /// Key of the line.
    pub key: String,
    /// Its label, or its key.
    pub label: String,
    /// Unit of mean and standard deviation.
    pub unit: String,
    /// The unit shown to people.
    pub display: Display,
    /// Mean over the samples used; `None` where the output does not vary.
    pub mean: Option<f64>,
    /// Standard deviation; `None` (n/a) where the output does not vary.
    pub sd: Option<f64>,
    /// Samples used: all their evaluations have a finite figure.
    pub samples: u64,
    /// Samples left out: an evaluation was absent, or "never".
    pub left_out: u64,
    /// The groups, the largest first, n/a last.
    pub groups: Vec<GroupShare>,
}

/// A finished variance-based analysis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VarianceAnalysis {
    /// What was asked.
    pub settings: VarianceSettings,
    /// What the figures are.
    pub kind: VarianceKind,
    /// Why they are Shapley effects though Sobol indices were thought of: a sentence.
    pub reason: Option<String>,
    /// Replicates really used.
    pub replicates: u32,
    /// Evaluations of the model.
    pub evaluations: u64,
    /// SHA-256 of the scenario's canonical document, in hexadecimal.
    pub scenario_sha256: String,
    /// Outputs in order of key.
    pub outputs: Vec<OutputVariance>,
}

/// Finds where the variance of each output comes from. Every figure depends on program, settings and method alone.
///
/// `control.done` counts samples up to `settings.samples`.
///
/// # Errors
/// When it was cancelled, when the settings are impossible (`samples`, `seed`, `replicates`, `groups`, `correlations`,
/// `outputs`, `inputs`), and when a worker failed.
pub fn variance_analysis(
    program: &Program,
    settings: &VarianceSettings,
    method: VarianceMethod,
    (threads, control): (NonZeroUsize, &RunControl<'_>),
) -> Result<VarianceAnalysis, RunError> {
    let plan = Plan::of(program, settings, method)?;
    let found = compute(program, &plan, settings.seed, (threads, control))?;
    let outputs = program.outputs().iter().zip(found).map(|(output, found)| {
        let groups = plan.players.iter().zip(&plan.names).zip(found.groups);
        let groups = groups.map(|((player, name), figures)| GroupShare {
            name: name.clone(),
            members: program
                .inputs()
                .iter()
                .filter(|input| player.columns.contains(&input.columns.start))
                .map(|input| input.key.clone())
                .collect(),
            first: figures.first,
            total: figures.total,
            shapley: figures.shapley,
        });
        let mut groups: Vec<GroupShare> = groups.collect();
        let size = |group: &GroupShare| group.size().unwrap_or(f64::NEG_INFINITY);
        groups.sort_by(|a, b| size(b).total_cmp(&size(a)));
        OutputVariance {
            key: output.key.clone(),
            label: output.label.clone(),
            unit: output.unit.clone(),
            display: output.display.clone(),
            mean: found.moments.map(|(mean, _)| mean),
            sd: found.moments.map(|(_, variance)| variance.sqrt()),
            samples: found.used,
            left_out: found.left_out,
            groups,
        }
    });
    Ok(VarianceAnalysis {
        settings: settings.clone(),
        kind: plan.kind,
        reason: plan.reason.clone(),
        replicates: plan.design.replicates().len() as u32,
        evaluations: plan.evaluations(),
        scenario_sha256: program.scenario_sha256().to_owned(),
        outputs: outputs.collect(),
    })
}

/// How many evaluations of the model an analysis takes, and what its figures will be.
///
/// # Errors
/// When the settings are impossible.
pub fn planned_evaluations(
    program: &Program,
    settings: &VarianceSettings,
    method: VarianceMethod,
) -> Result<(u64, VarianceKind), RunError> {
    let plan = Plan::of(program, settings, method)?;
    Ok((plan.evaluations(), plan.kind))
}

/// Figures with their intervals.
pub(super) fn estimates(figures: &[f64], intervals: Vec<Option<Interval>>) -> Vec<Estimate> {
    let both = figures.iter().zip(intervals);
    both.map(|(&value, interval)| Estimate { value, interval })
        .collect()
}

/// A checked analysis.
#[derive(Debug)]
struct Plan {
    design: Design,
    players: Vec<Members>,
    names: Vec<String>,
    kind: VarianceKind,
    reason: Option<String>,
}

impl Plan {
    fn of(
        program: &Program,
        settings: &VarianceSettings,
        method: VarianceMethod,
    ) -> Result<Self, RunError> {
        check(program, settings)?;
        let inputs: Vec<_> = program
            .inputs()
            .iter()
            .map(|input| (input.id, input.draws.clone()))
            .collect();
        let size = Size {
            samples: settings.samples,
            seed: settings.seed,
            replicates: settings.replicates,
        };
        let design = Design::new(
            &inputs,
            &correlation_plan(program, settings.repair_correlations)?,
            size,
        )?;
        let (names, players) = players(program, &settings.groups)?;
        let is_cut = design.is_cut(&players);
        let varying = players.iter().filter(|player| player.varies).count();
        let shapley = if varying <= MOST_EXACT {
            VarianceKind::ShapleyAllSets
        } else {
            VarianceKind::ShapleyRandomOrders
        };
        let (kind, reason) = match method {
            VarianceMethod::Shapley => (shapley, None),
            VarianceMethod::Sobol if is_cut => {
                return Err(refused(
                    "correlations",
                    "correlated inputs stand in different groups, so Sobol indices do not split the variance; \
                     take Shapley effects, or one group for each set of correlated inputs",
                ));
            }
            VarianceMethod::Valid if is_cut => {
                let reason = "Shapley effects, because Sobol indices do not split the variance where inputs are correlated";
                (shapley, Some(reason.to_owned()))
            }
            VarianceMethod::Sobol | VarianceMethod::Valid => (VarianceKind::SobolIndices, None),
        };
        Ok(Self {
            design,
            players,
            names,
            kind,
            reason,
        })
    }

    fn varying(&self) -> Vec<&Members> {
        self.players.iter().filter(|player| player.varies).collect()
    }

    fn evaluations(&self) -> u64 {
        let players = self.varying().len() as u32;
        let each = match self.kind {
            VarianceKind::SobolIndices => 2 + u64::from(players),
            VarianceKind::ShapleyAllSets => 1 << players,
            VarianceKind::ShapleyRandomOrders => 1 + u64::from(players),
        };
        each.saturating_mul(self.design.samples())
    }
}

fn refused(field: &'static str, message: impl Into<String>) -> RunError {
    RunError::Settings {
        field,
        message: message.into(),
    }
}

fn check(program: &Program, settings: &VarianceSettings) -> Result<(), RunError> {
    if program.outputs().is_empty() {
        return Err(refused(
            "outputs",
            "no line is marked as an output, so there is nothing to analyze; mark one as a gain or a cost",
        ));
    }
    if program.inputs().is_empty() {
        return Err(refused(
            "inputs",
            "no parameter has a distribution, so there is no variance; give one to a parameter",
        ));
    }
    if settings.samples < 2 || settings.samples > MAX_TRIALS {
        let message = format!(
            "{} samples: type a number from 2 to {MAX_TRIALS}",
            settings.samples
        );
        return Err(refused("samples", message));
    }
    if settings.seed > MAX_SEED {
        let message = format!(
            "seed {} is above {MAX_SEED}, the largest that every file and database keeps",
            settings.seed
        );
        return Err(refused("seed", message));
    }
    Ok(())
}

/// Names and columns of all groups: those of the caller, then each other input for itself.
fn players(
    program: &Program,
    groups: &[InputGroup],
) -> Result<(Vec<String>, Vec<Members>), RunError> {
    let inputs = program.inputs();
    let mut is_taken = vec![false; inputs.len()];
    let (mut names, mut players) = (Vec::new(), Vec::new());
    for group in groups {
        let mut columns = Vec::with_capacity(group.members.len());
        for id in &group.members {
            let Some(column) = inputs.iter().position(|input| input.id == *id) else {
                let message = format!(
                    "group {} names the parameter {id}, which has no distribution; take it out",
                    group.name
                );
                return Err(refused("groups", message));
            };
            if std::mem::replace(&mut is_taken[column], true) {
                let message = format!(
                    "{} stands twice, the second time in group {}; an input belongs to one group",
                    inputs[column].key, group.name
                );
                return Err(refused("groups", message));
            }
            columns.push(column);
        }
        if columns.is_empty() {
            let message = format!("group {} has no input; name one or take it out", group.name);
            return Err(refused("groups", message));
        }
        columns.sort_unstable();
        names.push(group.name.clone());
        players.push(columns);
    }
    for (column, input) in inputs.iter().enumerate().filter(|one| !is_taken[one.0]) {
        names.push(input.label.clone());
        players.push(vec![column]);
    }
    let varies = |place: &usize| !inputs[*place].draws.is_constant();
    let columns = |place: &usize| inputs[*place].columns.clone();
    let players = players.into_iter().map(|places| Members {
        varies: places.iter().any(varies),
        columns: places.iter().flat_map(columns).collect(),
    });
    Ok((names, players.collect()))
}

/// Figures of one group.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Figures {
    first: Option<Estimate>,
    total: Option<Estimate>,
    shapley: Option<Estimate>,
}

/// What was found for one output.
#[derive(Debug)]
struct Found {
    /// Mean and variance, where it varies.
    moments: Option<(f64, f64)>,
    used: u64,
    left_out: u64,
    /// In the order of the groups.
    groups: Vec<Figures>,
}

fn compute<M: Model>(
    model: &M,
    plan: &Plan,
    seed: u64,
    how: (NonZeroUsize, &RunControl<'_>),
) -> Result<Vec<Found>, RunError> {
    let players = plan.varying();
    Ok(match plan.kind {
        VarianceKind::SobolIndices => {
            let rule = Sobol { players };
            plan.found(&rule, model, how, |summed| {
                sobol::indices(summed).map(of_indices)
            })?
        }
        VarianceKind::ShapleyAllSets => {
            let rule = AllSets { players };
            plan.found(&rule, model, how, |summed| {
                rule.shares(summed).map(of_shares)
            })?
        }
        VarianceKind::ShapleyRandomOrders => {
            let rule = RandomOrders { players, seed };
            plan.found(&rule, model, how, |summed| {
                RandomOrders::shares(summed).map(of_shares)
            })?
        }
    })
}

/// Mean, variance, and the figures of the groups that vary.
type Varying = ((f64, f64), Vec<Figures>);

impl Plan {
    fn found<M: Model>(
        &self,
        rule: &impl Rule,
        model: &M,
        how: (NonZeroUsize, &RunControl<'_>),
        figures: impl Fn(&Summed) -> Option<Varying>,
    ) -> Result<Vec<Found>, RunError> {
        let all = rounds::run(model, &self.design, rule, how)?;
        let found = all.iter().map(|summed| {
            let whole = summed.whole();
            let (moments, varying) = figures(summed).unzip();
            let mut varying = varying.into_iter().flatten();
            let groups = self.players.iter().map(|player| {
                if player.varies {
                    varying.next().unwrap_or_default()
                } else {
                    Figures::default()
                }
            });
            Found {
                moments,
                used: whole.used,
                left_out: whole.left_out,
                groups: groups.collect(),
            }
        });
        Ok(found.collect())
    }
}

fn of_indices(indices: Indices) -> Varying {
    let both = indices.first.into_iter().zip(indices.total);
    let figures = both.map(|(first, total)| Figures {
        first: Some(first),
        total: Some(total),
        shapley: None,
    });
    ((indices.mean, indices.variance), figures.collect())
}

fn of_shares(shares: Shares) -> Varying {
    let figures = shares.of_players.into_iter().map(|shapley| Figures {
        shapley: Some(shapley),
        ..Figures::default()
    });
    ((shares.mean, shares.variance), figures.collect())
}
