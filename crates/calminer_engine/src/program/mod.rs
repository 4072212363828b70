//! From a scenario to a program, and the figures of its base case.
//!
//! A program computes any number of trials; the base case is one trial of base values, run through the same code. Line
//! figures come in the units of their lines (money in whole units of its currency, percentages as fractions).

mod base;
mod columns;
mod explain;
mod input;
pub(crate) mod machine;
pub(crate) mod run_code;
pub(crate) mod unit;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use calminer_domain::{BaseValue, Direction, Issue, Scenario, SimulationSettings};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

pub use explain::{ExplainError, Explanation, Term};
pub use input::Input;

use crate::compile::code::Code;
use crate::compile::graph::NodeId;
use crate::compile::schedule::schedule;
use crate::compile::{self, Checked, Laid, LineNodes};
use crate::result::Display;
use machine::Machine;
use unit::ResultUnit;

/// A line whose figure a simulation keeps.
#[derive(Clone, Debug)]
pub struct Output {
    /// Key of the line.
    pub key: String,
    /// Its label, or its key.
    pub label: String,
    /// Unit of the figures: whole currency for money, nothing for a fraction.
    pub unit: String,
    /// The unit shown to people.
    pub display: Display,
    /// Which tail is the bad one.
    pub direction: Direction,
    /// Whether it is money.
    pub is_money: bool,
    /// Whether infinity means "never": paybacks.
    pub can_be_never: bool,
    pub(crate) line: usize,
}

/// A scenario made ready to compute.
#[derive(Debug)]
pub struct Program {
    checked: Checked,
    laid: Laid,
    /// Values of all nodes in the base case.
    base_nodes: Vec<f64>,
    /// All lines.
    full: Code,
    /// Outputs and bands alone.
    reduced: Code,
    inputs: Vec<Input>,
    /// The draws that give the base case, one a column.
    base_draws: Vec<f64>,
    outputs: Vec<Output>,
    correlations: Vec<(usize, usize, f64)>,
    units: Vec<ResultUnit>,
    scenario_sha256: String,
}

/// Everything that is wrong or worth knowing about a scenario, in a fixed order.
pub fn check(scenario: &Scenario) -> Vec<Issue> {
    checked(scenario).0
}

/// Makes a scenario ready to compute.
///
/// # Errors
/// All issues of the scenario, when one of them refuses a run.
pub fn compile(scenario: &Scenario) -> Result<Program, Vec<Issue>> {
    let (issues, parts) = checked(scenario);
    match parts {
        Some(parts) => Ok(Program::new(scenario, parts)),
        None => Err(issues),
    }
}

/// The issues of a scenario and, where its base case can be computed, its program: one pass for both.
///
/// An impossible distribution or correlation refuses a run, not the base case: the program is then the one of the
/// base values alone.
pub fn check_and_compile(scenario: &Scenario) -> (Vec<Issue>, Option<Program>) {
    let (issues, parts) = checked(scenario);
    if let Some(parts) = parts {
        return (issues, Some(Program::new(scenario, parts)));
    }
    let of_run_alone = issues
        .iter()
        .filter(|issue| issue.blocks())
        .all(Issue::is_of_run);
    let program = of_run_alone
        .then(|| compile(&certain(scenario)).ok())
        .flatten();
    (issues, program)
}

/// The scenario with nothing uncertain in it. What was drawn each period stays a figure a period.
pub(crate) fn certain(scenario: &Scenario) -> Scenario {
    let mut certain = scenario.clone();
    let periods = scenario.calendar.column_count();
    for parameter in &mut certain.parameters {
        let uncertainty = parameter.uncertainty.take();
        let is_row = uncertainty.is_some_and(|uncertainty| uncertainty.is_per_period());
        if let (true, BaseValue::Number(figure)) = (is_row, &parameter.base) {
            parameter.base = BaseValue::Series(vec![*figure; periods]);
        }
    }
    certain.correlations.clear();
    certain.simulation = SimulationSettings::default();
    certain
}

/// What a program is made of: the model, its inputs, and the draws that give the base case.
type Parts = (compile::Checked, Vec<Input>, Vec<f64>);

/// All issues; the parts of a program unless one of them refuses a run.
fn checked(scenario: &Scenario) -> (Vec<Issue>, Option<Parts>) {
    let (checked, mut issues) = compile::check(scenario);
    if issues.iter().any(Issue::blocks) {
        return (issues, None);
    }
    match input::inputs(scenario, &checked.model) {
        Ok((inputs, base_draws)) => (issues, Some((checked, inputs, base_draws))),
        Err(more) => {
            issues.extend(more);
            (issues, None)
        }
    }
}

impl Program {
    fn new(scenario: &Scenario, (checked, inputs, base_draws): Parts) -> Self {
        let laid = checked.lay_out(&base_draws);
        let base_nodes = laid.graph.evaluate(&base_draws);
        let lines = &checked.model.lines;
        let mut units: Vec<ResultUnit> = lines
            .iter()
            .map(|line| ResultUnit::of(&line.unit_text, line.unit.as_ref()))
            .collect();
        let largest = laid.lines.iter().map(|nodes| {
            let figures = nodes_of(nodes)
                .into_iter()
                .map(|node| base_nodes[node as usize].abs());
            figures
                .filter(|figure| figure.is_finite())
                .fold(0.0, f64::max)
        });
        let built = lines.iter().map(|line| line.is_built);
        unit::scale_displays(&mut units, &largest.zip(built).collect::<Vec<_>>());
        let outputs = outputs(&checked, &laid, &units);
        let all: Vec<NodeId> = laid.lines.iter().flat_map(nodes_of).collect();
        let full = schedule(&laid.graph, &all, base_draws.len(), &base_nodes);
        let kept = outputs.iter().map(|output| laid.lines[output.line].at(0));
        let bands = run_code::cash_flow(&checked)
            .into_iter()
            .flat_map(|line| nodes_of(&laid.lines[line]));
        let kept: Vec<NodeId> = kept.chain(bands).collect();
        let reduced = schedule(&laid.graph, &kept, base_draws.len(), &base_nodes);
        let place = |id: Uuid| inputs.iter().position(|input| input.id == id);
        let correlations = scenario
            .correlations
            .iter()
            .filter_map(|pair| Some((place(pair.a)?, place(pair.b)?, pair.rho)))
            .collect();
        let digest = Sha256::digest(calminer_domain::file::canonical_model(scenario));
        Self {
            checked,
            laid,
            base_nodes,
            full,
            reduced,
            inputs,
            base_draws,
            outputs,
            correlations,
            units,
            scenario_sha256: hex(&digest),
        }
    }

    /// The uncertain parameters in the order of the scenario.
    pub fn inputs(&self) -> &[Input] {
        &self.inputs
    }

    /// The draws that give the base case, one a column: the columns of each input in their order.
    pub fn base_draws(&self) -> &[f64] {
        &self.base_draws
    }

    /// What a simulation keeps, in order of key.
    pub fn outputs(&self) -> &[Output] {
        &self.outputs
    }

    /// Rank correlations: places in [`Self::inputs`] and the figure asked for.
    pub fn correlations(&self) -> &[(usize, usize, f64)] {
        &self.correlations
    }

    /// Places of the inputs that are drawn each period and stand in a pair, rising.
    pub(crate) fn paired_by_period(&self) -> Vec<usize> {
        let pairs = self.correlations.iter();
        let paired: BTreeSet<usize> = pairs.flat_map(|&(a, b, _)| [a, b]).collect();
        paired
            .into_iter()
            .filter(|place| self.inputs[*place].draws.is_per_period())
            .collect()
    }

    /// SHA-256 of all that decides the figures of the scenario, in hexadecimal.
    pub fn scenario_sha256(&self) -> &str {
        &self.scenario_sha256
    }

    /// Number of operations and of columns of the code that a simulation runs for each tile of trials.
    pub fn size(&self) -> (usize, usize) {
        (self.reduced.instructions.len(), self.reduced.columns)
    }

    pub(crate) fn checked(&self) -> &Checked {
        &self.checked
    }

    pub(crate) fn reduced(&self) -> &Code {
        &self.reduced
    }

    pub(crate) fn result_unit(&self, line: usize) -> &ResultUnit {
        &self.units[line]
    }

    /// All results of one trial, in base units: nodes of all lines one after another.
    fn trial(&self, draws: &[f64]) -> Vec<f64> {
        run_one(&self.full, draws)
    }

    /// The outputs of one trial by the reduced code, in their units.
    pub(crate) fn output_figures(&self, draws: &[f64]) -> Vec<f64> {
        let results = run_one(&self.reduced, draws);
        self.outputs
            .iter()
            .zip(results)
            .map(|(output, figure)| self.units[output.line].in_unit(figure))
            .collect()
    }
}

fn run_one(code: &Code, draws: &[f64]) -> Vec<f64> {
    let mut machine = Machine::<1>::new(code);
    machine.draws(draws.len()).copy_from_slice(draws);
    machine.run_plainly();
    code.results
        .iter()
        .map(|place| machine.result(*place)[0])
        .collect()
}

fn nodes_of(nodes: &LineNodes) -> Vec<NodeId> {
    match nodes {
        LineNodes::Scalar(node) => vec![*node],
        LineNodes::Series(nodes) => nodes.clone(),
    }
}

fn outputs(checked: &Checked, laid: &Laid, units: &[ResultUnit]) -> Vec<Output> {
    let lines = checked.model.lines.iter().zip(units).enumerate();
    let mut outputs: Vec<Output> = lines
        .filter_map(|(index, (line, unit))| {
            Some(Output {
                key: line.key.clone(),
                label: line.label.clone(),
                unit: unit.text.clone(),
                display: unit.display.clone(),
                direction: line.output?,
                is_money: unit.is_money,
                can_be_never: laid.graph.is_payback(laid.lines[index].at(0)),
                line: index,
            })
        })
        .collect();
    outputs.sort_by(|a, b| a.key.cmp(&b.key));
    outputs
}

/// Bytes as lowercase hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a string does not fail.
            write!(text, "{byte:02x}").unwrap_or_default();
            text
        })
}
