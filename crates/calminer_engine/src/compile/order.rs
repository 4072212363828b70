//! In which order lines can be worked out, and which cannot be.
//!
//! Lines that need one another form a strongly connected part. Where every way around such a part goes through a
//! period before (`prev`, `lag`), its lines run together, period by period; any other cycle has no order.

use calminer_domain::formula::{BinaryOp, CalendarName, Expr, Function, Node};
use calminer_domain::{PaybackOrigin, Role};

use super::model::{Model, Symbol};
use crate::lower::{ModelLine, Source};

/// Which values of a line another line needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// Those of its own period, perhaps of earlier ones too.
    Now,
    /// Those of earlier periods alone.
    Before,
    /// Those of all periods.
    All,
}

impl Need {
    /// What is needed inside something that needs this.
    fn inside(self, outer: Self) -> Self {
        match (self, outer) {
            (Self::All, _) | (_, Self::All) => Self::All,
            (Self::Before, _) | (_, Self::Before) => Self::Before,
            _ => Self::Now,
        }
    }
}

/// Lines to be worked out together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    /// In an order in which a period of each can be worked out.
    pub(crate) lines: Vec<usize>,
    /// Whether all run together, period by period.
    pub(crate) is_recursive: bool,
}

/// Groups in order, and cycles that have none: each by its members, the first one again at its end.
#[derive(Debug, Default)]
pub(super) struct Order {
    pub(super) groups: Vec<Group>,
    pub(super) cycles: Vec<Vec<usize>>,
}

/// Puts the lines of a model in order.
pub(super) fn order(model: &Model) -> Order {
    let edges: Vec<Vec<(usize, Need)>> = model
        .lines
        .iter()
        .map(|line| {
            let mut found = Vec::new();
            if let Source::Formula {
                tree: Some(tree), ..
            } = &line.source
            {
                needs(tree, Need::Now, model, &mut found);
            }
            found
        })
        .collect();
    let mut order = Order::default();
    for part in connected_parts(&edges) {
        match arrange(&part, &edges) {
            Ok(group) => order.groups.push(group),
            Err(cycle) => order.cycles.push(cycle),
        }
    }
    order
}

fn needs(expr: &Expr, need: Need, model: &Model, found: &mut Vec<(usize, Need)>) {
    match &expr.node {
        Node::Number { .. } | Node::Calendar(_) => {}
        Node::Name { key, .. } => {
            if let Some(Symbol::Line(line)) = model.symbol(key)
                && !found.contains(&(line, need))
            {
                found.push((line, need));
            }
        }
        Node::Unary { operand, .. } => needs(operand, need, model, found),
        Node::Binary { left, right, .. } => {
            needs(left, need, model, found);
            needs(right, need, model, found);
        }
        Node::Call {
            function,
            arguments,
        } => {
            if *function == Function::Payback {
                found.extend(payback_lines(model).map(|line| (line, Need::All)));
            }
            for (position, argument) in arguments.iter().enumerate() {
                let own = argument_need(*function, position, arguments);
                needs(argument, own.inside(need), model, found);
            }
        }
    }
}

/// The lines that fix where a payback is counted from.
fn payback_lines(model: &Model) -> impl Iterator<Item = usize> {
    let role = |line: &ModelLine| match model.conventions.payback_origin {
        PaybackOrigin::DecisionDate { .. } => false,
        PaybackOrigin::FirstSpend => line.role == Some(Role::InitialCapital),
        PaybackOrigin::FirstProduction => {
            matches!(line.role, Some(Role::InitialCapital | Role::PayableProduct))
        }
    };
    model
        .lines
        .iter()
        .enumerate()
        .filter(move |(_, line)| role(line))
        .map(|(index, _)| index)
}

fn argument_need(function: Function, position: usize, arguments: &[Expr]) -> Need {
    match function {
        Function::Prev if position == 0 => Need::Before,
        Function::Lag if position == 0 => match arguments.get(1).and_then(whole_literal) {
            Some(periods) if periods >= 1 => Need::Before,
            _ => Need::Now,
        },
        Function::At if position == 0 => match arguments.get(1).and_then(period_shift) {
            Some(0) => Need::Now,
            Some(by) if by < 0 => Need::Before,
            _ => Need::All,
        },
        Function::Total
        | Function::First
        | Function::Last
        | Function::Npv
        | Function::Irr
        | Function::Payback
        | Function::Mirr => Need::All,
        _ => Need::Now,
    }
}

/// The whole number that a literal is.
pub(super) fn whole_literal(expr: &Expr) -> Option<i64> {
    match &expr.node {
        Node::Number { value, unit: None } if value.fract() == 0.0 && value.abs() < 1e9 => {
            Some(*value as i64)
        }
        Node::Unary {
            op: calminer_domain::formula::UnaryOp::Negate,
            operand,
        } => whole_literal(operand).map(|number| -number),
        _ => None,
    }
}

/// How far from the present period `period`, `period + 1`, `period - 2` is.
pub(super) fn period_shift(expr: &Expr) -> Option<i64> {
    match &expr.node {
        Node::Calendar(CalendarName::Period) => Some(0),
        Node::Binary { op, left, right } => {
            let sign = match op {
                BinaryOp::Add => 1,
                BinaryOp::Subtract => -1,
                _ => return None,
            };
            if let (Some(by), Some(number)) = (period_shift(left), whole_literal(right)) {
                return Some(by + sign * number);
            }
            match (whole_literal(left), period_shift(right)) {
                (Some(number), Some(by)) if sign == 1 => Some(by + number),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Strongly connected parts, each after those it needs (Tarjan's algorithm without recursion).
fn connected_parts(edges: &[Vec<(usize, Need)>]) -> Vec<Vec<usize>> {
    const UNSEEN: usize = usize::MAX;
    let mut number = vec![UNSEEN; edges.len()];
    let mut low = vec![0; edges.len()];
    let mut is_open = vec![false; edges.len()];
    let (mut open, mut parts, mut next) = (Vec::new(), Vec::new(), 0);
    for root in 0..edges.len() {
        if number[root] != UNSEEN {
            continue;
        }
        let mut path = vec![(root, 0)];
        while let Some(&mut (line, ref mut edge)) = path.last_mut() {
            if *edge == 0 && number[line] == UNSEEN {
                (number[line], low[line]) = (next, next);
                next += 1;
                open.push(line);
                is_open[line] = true;
            }
            if let Some(&(needed, _)) = edges[line].get(*edge) {
                *edge += 1;
                if number[needed] == UNSEEN {
                    path.push((needed, 0));
                } else if is_open[needed] {
                    low[line] = low[line].min(number[needed]);
                }
                continue;
            }
            path.pop();
            if let Some(&(parent, _)) = path.last() {
                low[parent] = low[parent].min(low[line]);
            }
            if low[line] == number[line] {
                parts.push(take_part(&mut open, &mut is_open, line));
            }
        }
    }
    parts
}

fn take_part(open: &mut Vec<usize>, is_open: &mut [bool], root: usize) -> Vec<usize> {
    let mut part = Vec::new();
    while let Some(line) = open.pop() {
        is_open[line] = false;
        part.push(line);
        if line == root {
            break;
        }
    }
    part.sort_unstable();
    part
}

/// A part as a group, or a cycle in it that no earlier period breaks.
fn arrange(part: &[usize], edges: &[Vec<(usize, Need)>]) -> Result<Group, Vec<usize>> {
    let inner = |line: usize| {
        edges[line]
            .iter()
            .copied()
            .filter(|(needed, _)| part.binary_search(needed).is_ok())
    };
    let is_recursive = part.iter().any(|line| inner(*line).next().is_some());
    for &line in part {
        if let Some((needed, _)) = inner(line).find(|(_, need)| *need == Need::All) {
            let any = |from: usize| inner(from).map(|(to, _)| to).collect();
            return Err(cycle_through(line, needed, any));
        }
    }
    let now = |line: usize| -> Vec<usize> {
        inner(line)
            .filter(|(_, need)| *need == Need::Now)
            .map(|(to, _)| to)
            .collect()
    };
    let mut lines: Vec<usize> = Vec::with_capacity(part.len());
    while lines.len() < part.len() {
        let ready = part.iter().copied().find(|line| {
            !lines.contains(line) && now(*line).iter().all(|needed| lines.contains(needed))
        });
        match ready {
            Some(line) => lines.push(line),
            None => return Err(cycle_among(part, &lines, now)),
        }
    }
    Ok(Group {
        lines,
        is_recursive,
    })
}

/// The cycle `line -> needed -> ... -> line` by the shortest way back.
fn cycle_through(line: usize, needed: usize, next: impl Fn(usize) -> Vec<usize>) -> Vec<usize> {
    let mut came_from: Vec<(usize, usize)> = vec![(needed, needed)];
    let mut at = 0;
    while at < came_from.len() && !came_from.iter().any(|(to, _)| *to == line) {
        let from = came_from[at].0;
        for to in next(from) {
            if !came_from.iter().any(|(seen, _)| *seen == to) {
                came_from.push((to, from));
            }
        }
        at += 1;
    }
    let mut back = vec![line];
    let mut step = line;
    while step != needed {
        let Some((_, from)) = came_from.iter().find(|(to, _)| *to == step) else {
            break;
        };
        step = *from;
        back.push(step);
    }
    back.push(line);
    back.reverse();
    back
}

/// A cycle among the lines of a part that found no place: each of them needs another of them.
fn cycle_among(part: &[usize], placed: &[usize], now: impl Fn(usize) -> Vec<usize>) -> Vec<usize> {
    let waiting = |line: &usize| !placed.contains(line);
    let mut walk: Vec<usize> = part.iter().copied().filter(waiting).take(1).collect();
    while let Some(&line) = walk.last() {
        let Some(next) = now(line).into_iter().find(waiting) else {
            break;
        };
        if let Some(start) = walk.iter().position(|seen| *seen == next) {
            let mut cycle = walk.split_off(start);
            // The member that stands first in the scenario begins.
            let first = cycle
                .iter()
                .enumerate()
                .min_by_key(|(_, line)| **line)
                .map_or(0, |(at, _)| at);
            cycle.rotate_left(first);
            cycle.extend(cycle.first().copied());
            return cycle;
        }
        walk.push(next);
    }
    walk
}
