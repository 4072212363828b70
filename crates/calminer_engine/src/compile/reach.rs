//! Which lines an uncertain parameter reaches, and which it must not or should reach.

use std::collections::BTreeSet;

use calminer_domain::formula::{self, Expr, Function, Node};
use calminer_domain::validate::parameter_place;
use calminer_domain::{Issue, Role, Scenario};

use super::model::{Model, Symbol};
use crate::lower::Source;

/// Keys of the headline net present values: lines of the template, or the scenario's own in their place.
const HEADLINES: [&str; 2] = ["npv", "npv_pre_tax"];

/// Uncertain parameters where they cannot be, and those that no result of a run looks at.
pub(super) fn issues(scenario: &Scenario, model: &Model) -> Vec<Issue> {
    let mut found = uncertain_rates(scenario, model);
    found.extend(without_effect(scenario, model));
    found
}

/// Lines and parameters that some names stand for, and all that these are made of.
#[derive(Default)]
struct Reached {
    lines: BTreeSet<usize>,
    parameters: BTreeSet<usize>,
}

impl Reached {
    fn from<'a>(model: &'a Model, names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut reached = Self::default();
        let mut open: Vec<&str> = names.into_iter().collect();
        while let Some(name) = open.pop() {
            match model.symbol(name) {
                Some(Symbol::Parameter(parameter)) => {
                    reached.parameters.insert(parameter);
                }
                Some(Symbol::Line(line)) if reached.lines.insert(line) => {
                    open.extend(tree(model, line).map(formula::names).unwrap_or_default());
                }
                _ => {}
            }
        }
        reached
    }
}

fn tree(model: &Model, line: usize) -> Option<&Expr> {
    match &model.lines[line].source {
        Source::Formula { tree, .. } => tree.as_ref(),
        Source::Number(_) | Source::Series(_) => None,
    }
}

/// A random discount rate counts the same risk twice, and makes values of different trials incomparable: the headline
/// net present values take one rate. A line under another key is free to vary its own.
fn uncertain_rates(scenario: &Scenario, model: &Model) -> Vec<Issue> {
    let mut refused = BTreeSet::new();
    let mut issues = Vec::new();
    for headline in HEADLINES {
        for line in Reached::from(model, [headline]).lines {
            let mut rates = Vec::new();
            if let Some(tree) = tree(model, line) {
                rates_of(tree, &mut rates);
            }
            let names = rates.into_iter().flat_map(formula::names);
            for parameter in Reached::from(model, names).parameters {
                let row = &scenario.parameters[parameter];
                if !model.parameters[parameter].varies || !refused.insert(parameter) {
                    continue;
                }
                let message = format!(
                    "{} is uncertain and part of the discount rate of {headline} (line {}): the headline net present \
                     value takes one fixed rate; take the distribution away, or discount at this rate in a line with \
                     another key",
                    row.title(),
                    model.lines[line].key
                );
                let place = parameter_place(row, parameter, "distribution");
                issues.push(Issue::error(place, "uncertain_discount_rate", message));
            }
        }
    }
    issues
}

/// The rates at which a formula discounts.
fn rates_of<'a>(expr: &'a Expr, rates: &mut Vec<&'a Expr>) {
    match &expr.node {
        Node::Number { .. } | Node::Name { .. } | Node::Calendar(_) => {}
        Node::Unary { operand, .. } => rates_of(operand, rates),
        Node::Binary { left, right, .. } => {
            rates_of(left, rates);
            rates_of(right, rates);
        }
        Node::Call {
            function,
            arguments,
        } => {
            if matches!(function, Function::Npv | Function::Pv) {
                rates.extend(arguments.get(1));
            }
            for argument in arguments {
                rates_of(argument, rates);
            }
        }
    }
}

/// Parameters that differ from trial to trial while no kept line is made of them. Nothing is said while no line is kept:
/// a run is refused then.
fn without_effect(scenario: &Scenario, model: &Model) -> Vec<Issue> {
    let kept = model
        .lines
        .iter()
        .filter(|line| line.output.is_some() || line.role == Some(Role::AfterTaxCashFlow))
        .map(|line| line.key.as_str());
    let reached = Reached::from(model, kept);
    if reached.lines.is_empty() {
        return Vec::new();
    }
    let rows = scenario.parameters.iter().zip(&model.parameters);
    rows.enumerate()
        .filter(|(index, (_, of_model))| of_model.varies && !reached.parameters.contains(index))
        .map(|(index, (row, _))| {
            let message = format!(
                "{} has a distribution, but no output is made of it: its draws change no result",
                row.title()
            );
            Issue::notice(
                parameter_place(row, index, "distribution"),
                "no_effect",
                message,
            )
        })
        .collect()
}
