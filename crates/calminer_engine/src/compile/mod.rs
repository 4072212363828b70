//! From a scenario to code: names, order, kinds and units, then the layout over the periods.
//!
//! Values are computed in base units (tonne, metre, day, calendar year, kilowatt-hour, whole currency unit), so that no
//! unit costs an operation in a trial; literals, figures and draws are converted where they enter, results where they
//! leave.

pub(crate) mod code;
pub(crate) mod evaluate;
pub(crate) mod graph;
pub(crate) mod kernel;
pub(crate) mod model;
pub(crate) mod nearest;
mod order;
mod reach;
mod resolve;
pub(crate) mod schedule;
mod term;
mod unroll;
mod whole;

use calminer_domain::{Issue, Scenario, validate};

use graph::Graph;
use model::Model;
use order::Group;
pub(crate) use resolve::Kind;
use resolve::{Resolved, Resolver, kind_of_figures};
pub(crate) use unroll::LineNodes;
use unroll::Unroller;

use crate::lower::Source;

/// A model with its formulas resolved.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) model: Model,
    pub(crate) kinds: Vec<Kind>,
    formulas: Vec<Option<Resolved>>,
    groups: Vec<Group>,
}

/// A model laid out over its periods.
#[derive(Debug)]
pub(crate) struct Laid {
    pub(crate) graph: Graph,
    /// The nodes of each line.
    pub(crate) lines: Vec<LineNodes>,
}

/// Checks all of a scenario: the issues are in a fixed order, those of its structure first.
pub(crate) fn check(scenario: &Scenario) -> (Checked, Vec<Issue>) {
    let mut issues = validate::validate(scenario);
    let model = Model::of(scenario);
    let order = order::order(&model);
    let mut found: Vec<(usize, Issue)> = order
        .cycles
        .iter()
        .map(|cycle| cycle_issue(&model, cycle))
        .collect();
    let mut kinds: Vec<Kind> = model
        .lines
        .iter()
        .map(|line| kind_of_figures(&line.source))
        .collect();
    let mut formulas: Vec<Option<Resolved>> = vec![None; model.lines.len()];
    let mut next_slot = 0;
    let in_cycles = order.cycles.iter().flatten().map(|line| Group {
        lines: vec![*line],
        is_recursive: true,
    });
    let groups: Vec<Group> = order.groups.iter().cloned().chain(in_cycles).collect();
    for group in &groups {
        for &line in &group.lines {
            let Source::Formula {
                tree: Some(tree), ..
            } = &model.lines[line].source
            else {
                continue;
            };
            if formulas[line].is_some() {
                continue;
            }
            let mut resolved =
                Resolver::new(&model, &kinds, line, &mut next_slot, &mut found).formula(tree);
            if group.is_recursive {
                resolved.kind = Kind::Series;
            }
            kinds[line] = resolved.kind;
            formulas[line] = Some(resolved);
        }
    }
    found.extend(outputs_that_are_rows(&model, &kinds, &formulas));
    found.sort_by_key(|(line, _)| *line);
    issues.extend(found.into_iter().map(|(_, issue)| issue));
    issues.extend(reach::issues(scenario, &model));
    (
        Checked {
            model,
            kinds,
            formulas,
            groups: order.groups,
        },
        issues,
    )
}

impl Checked {
    /// Lays the model out. `base_draws` are the draws that give the base case.
    pub(crate) fn lay_out(&self, base_draws: &[f64]) -> Laid {
        let (graph, lines) =
            Unroller::new(&self.model, &self.formulas, base_draws).run(&self.groups);
        Laid { graph, lines }
    }
}

fn cycle_issue(model: &Model, cycle: &[usize]) -> (usize, Issue) {
    let members: Vec<&str> = cycle
        .iter()
        .map(|line| model.lines[*line].key.as_str())
        .collect();
    let message = format!(
        "these lines need one another: {}; break the cycle with prev(x, first), which takes the value of the period before",
        members.join(" -> ")
    );
    let first = cycle.first().copied().unwrap_or_default();
    (
        first,
        Issue::error(model.lines[first].place("value"), "cycle", message),
    )
}

fn outputs_that_are_rows(
    model: &Model,
    kinds: &[Kind],
    formulas: &[Option<Resolved>],
) -> Vec<(usize, Issue)> {
    let lines = model.lines.iter().enumerate();
    lines
        .filter(|(index, line)| line.output.is_some() && kinds[*index] == Kind::Series)
        .filter(|(index, line)| formulas[*index].is_some() || !matches!(line.source, Source::Formula { .. }))
        .map(|(index, line)| {
            let message = format!(
                "{} has a figure a period, an output of a simulation is one figure; make a line =total({}) the output",
                line.key, line.key
            );
            (index, Issue::error(line.place("output"), "kind_mismatch", message))
        })
        .collect()
}
