//! Puts nodes in order and gives them columns.
//!
//! Nodes of one period stand together, so few columns are alive at a time and a tile stays in the cache. A value used
//! once, by a sum, a product or the like, is computed in its user's own loop, with both roundings.

use std::collections::HashMap;

use super::code::{CallKind, Code, Column, Instruction, Link, MeasureCall, Op, Place};
use super::graph::{ALL_PERIODS, Graph, MeasureKind, Node, NodeId};
use super::kernel::{Binary, Unary};
use crate::measures::IrrStart;

/// Makes the code that computes `roots` from the draws of `inputs` inputs, which stand in the first columns. `base` are
/// the values of all nodes in the base case.
pub(crate) fn schedule(graph: &Graph, roots: &[NodeId], inputs: usize, base: &[f64]) -> Code {
    let mut live = Live::of(graph, roots);
    live.fuse(graph);
    let order = live.order(graph);
    Emitter::new(graph, live, inputs, base).emit(&order, roots)
}

/// What is needed for the roots.
struct Live {
    /// How many nodes and roots use a node; 0 where it is not needed.
    uses: Vec<u32>,
    /// Values that are part of their only user.
    fused: Vec<bool>,
}

impl Live {
    fn of(graph: &Graph, roots: &[NodeId]) -> Self {
        let mut uses = vec![0; graph.nodes().len()];
        for &root in roots {
            uses[root as usize] += 1;
        }
        for id in (0..graph.nodes().len() as NodeId).rev() {
            if uses[id as usize] > 0 {
                graph.operands(id, |operand| uses[operand as usize] += 1);
            }
        }
        // A root stays where it is until the end of the tile.
        for &root in roots {
            uses[root as usize] += 1;
        }
        Self {
            fused: vec![false; uses.len()],
            uses,
        }
    }

    /// Pairs up values: each takes in at most one of its operands, which takes in none itself.
    fn fuse(&mut self, graph: &Graph) {
        let mut takes = vec![false; self.uses.len()];
        for id in 0..self.uses.len() as NodeId {
            if self.uses[id as usize] == 0 {
                continue;
            }
            let Some(links) = Links::of(graph, id) else {
                continue;
            };
            let inner = links.values().into_iter().flatten().find(|side| {
                self.uses[*side as usize] == 1
                    && !takes[*side as usize]
                    && Links::of(graph, *side).is_some()
            });
            if let Some(inner) = inner {
                self.fused[inner as usize] = true;
                takes[id as usize] = true;
            }
        }
    }

    /// Needed nodes in order: a node belongs to the period that asked for it first, or to a later one that it depends on;
    /// what depends on a whole row starts a new round of periods.
    fn order(&self, graph: &Graph) -> Vec<NodeId> {
        let mut keys: Vec<(u32, u32)> = vec![(0, 0); self.uses.len()];
        let mut order = Vec::new();
        for id in 0..self.uses.len() as NodeId {
            if self.uses[id as usize] == 0 {
                continue;
            }
            let mut latest = (0, 0);
            graph.operands(id, |operand| latest = latest.max(keys[operand as usize]));
            let period = graph.owner(id).period;
            keys[id as usize] = match period {
                ALL_PERIODS => latest,
                period if period >= latest.1 => (latest.0, period),
                period => (latest.0 + 1, period),
            };
            order.push(id);
        }
        order.sort_by_key(|id| keys[*id as usize]);
        order
    }
}

/// The second operand of a step.
#[derive(Clone, Copy)]
enum Operand {
    Value(NodeId),
    Figure(f64),
}

/// A node that can be a step of a pair.
#[derive(Clone, Copy)]
enum Links {
    /// A step on one value, with a figure.
    One(Link, NodeId, f64),
    /// Sum, difference or product of two values.
    Two(Binary, NodeId, NodeId),
}

impl Links {
    fn of(graph: &Graph, id: NodeId) -> Option<Self> {
        let (op, a, b) = match graph.nodes()[id as usize] {
            // The product with -1 is exact.
            Node::Unary(Unary::Negate, x) => {
                return Some(Self::One(Link::MultiplyConstant, x, -1.0));
            }
            Node::Binary(op, a, b) => (op, a, b),
            _ => return None,
        };
        match (op, graph.constant_of(a), graph.constant_of(b)) {
            (Binary::Add, Some(k), _) => Some(Self::One(Link::AddConstant, b, k)),
            (Binary::Add, _, Some(k)) => Some(Self::One(Link::AddConstant, a, k)),
            (Binary::Subtract, Some(_), _) => None,
            (Binary::Subtract, _, Some(k)) => Some(Self::One(Link::AddConstant, a, -k)),
            (Binary::Multiply, Some(k), _) => Some(Self::One(Link::MultiplyConstant, b, k)),
            (Binary::Multiply, _, Some(k)) => Some(Self::One(Link::MultiplyConstant, a, k)),
            (Binary::Max, Some(k), _) => Some(Self::One(Link::MaxConstant, b, k)),
            (Binary::Max, _, Some(k)) => Some(Self::One(Link::MaxConstant, a, k)),
            (Binary::Add | Binary::Subtract | Binary::Multiply, None, None) => {
                Some(Self::Two(op, a, b))
            }
            _ => None,
        }
    }

    /// The operands that are no figures; the right one first, where sums of rows have their new term.
    fn values(self) -> [Option<NodeId>; 2] {
        match self {
            Self::One(_, x, _) => [Some(x), None],
            Self::Two(_, a, b) => [Some(b), Some(a)],
        }
    }

    /// As the first step: the value it starts from, and the other operand.
    fn first(self) -> (Link, NodeId, Operand) {
        match self {
            Self::One(link, x, figure) => (link, x, Operand::Figure(figure)),
            Self::Two(Binary::Subtract, a, b) => (Link::Subtract, a, Operand::Value(b)),
            Self::Two(Binary::Add, a, b) => (Link::Add, a, Operand::Value(b)),
            Self::Two(_, a, b) => (Link::Multiply, a, Operand::Value(b)),
        }
    }

    /// As the second step, after the operand `inner`.
    fn after(self, inner: NodeId) -> (Link, Operand) {
        let (op, a, b) = match self {
            Self::One(link, _, figure) => return (link, Operand::Figure(figure)),
            Self::Two(op, a, b) => (op, a, b),
        };
        let link = match op {
            Binary::Subtract if inner == b => Link::From,
            Binary::Subtract => Link::Subtract,
            Binary::Add => Link::Add,
            _ => Link::Multiply,
        };
        (link, Operand::Value(if inner == b { a } else { b }))
    }
}

struct Emitter<'a> {
    graph: &'a Graph,
    live: Live,
    base: &'a [f64],
    code: Code,
    columns: HashMap<NodeId, Column>,
    constant_columns: HashMap<u64, Column>,
    free: Vec<Column>,
    /// Uses of each node that are still to come.
    left: Vec<u32>,
}

impl<'a> Emitter<'a> {
    fn new(graph: &'a Graph, live: Live, inputs: usize, base: &'a [f64]) -> Self {
        let left = live.uses.clone();
        Self {
            graph,
            live,
            base,
            code: Code {
                steps: graph.steps().to_vec(),
                columns: inputs,
                ..Code::default()
            },
            columns: HashMap::new(),
            constant_columns: HashMap::new(),
            free: Vec::new(),
            left,
        }
    }

    fn emit(mut self, order: &[NodeId], roots: &[NodeId]) -> Code {
        for &id in order {
            if let Node::Input(input) = self.graph.nodes()[id as usize] {
                self.columns.insert(id, input);
            }
        }
        for &id in order {
            let is_figure = matches!(
                self.graph.nodes()[id as usize],
                Node::Constant(_) | Node::Absent(_) | Node::Input(_)
            );
            if !is_figure && !self.live.fused[id as usize] {
                self.node(id);
            }
        }
        self.code.results = roots.iter().map(|root| self.place(*root)).collect();
        self.code
    }

    fn place(&mut self, root: NodeId) -> Place {
        match self.graph.nodes()[root as usize] {
            Node::Constant(bits) => Place::Constant(f64::from_bits(bits)),
            Node::Absent(_) => Place::Constant(f64::NAN),
            _ => Place::Column(self.column(root)),
        }
    }

    fn new_column(&mut self) -> Column {
        self.code.columns += 1;
        (self.code.columns - 1) as Column
    }

    /// The column of a node; a constant gets one of its own.
    fn column(&mut self, id: NodeId) -> Column {
        let figure = match self.graph.nodes()[id as usize] {
            Node::Constant(bits) => f64::from_bits(bits),
            Node::Absent(_) => f64::NAN,
            _ => return self.columns.get(&id).copied().unwrap_or_default(),
        };
        if let Some(&column) = self.constant_columns.get(&figure.to_bits()) {
            return column;
        }
        let column = self.new_column();
        self.constant_columns.insert(figure.to_bits(), column);
        self.code.constants.push((column, figure));
        column
    }

    fn node(&mut self, id: NodeId) {
        let blank = Instruction {
            op: Op::Select,
            to: 0,
            a: 0,
            b: 0,
            c: 0,
            k: 0.0,
            m: 0.0,
        };
        if let Some(pair) = self.pair(id) {
            self.push(id, pair);
            return;
        }
        let instruction = match self.graph.nodes()[id as usize] {
            Node::Unary(op, x) => Instruction {
                op: Op::Unary(op),
                a: self.column(x),
                ..blank
            },
            Node::Binary(op, a, b) => self.binary(op, a, b),
            Node::Select(condition, then, otherwise) => {
                let (a, b, c) = (
                    self.column(condition),
                    self.column(then),
                    self.column(otherwise),
                );
                Instruction { a, b, c, ..blank }
            }
            Node::Step(table, key) => Instruction {
                op: Op::Step,
                a: self.column(key),
                b: table,
                ..blank
            },
            Node::Measure(number) => Instruction {
                op: Op::Measure,
                a: self.measure(number),
                ..blank
            },
            Node::Constant(_) | Node::Absent(_) | Node::Input(_) => return,
        };
        self.push(id, instruction);
    }

    fn push(&mut self, id: NodeId, instruction: Instruction) {
        // The result takes its column before the operands give theirs back: it is never one of them.
        let to = self.free.pop().unwrap_or_else(|| self.new_column());
        self.columns.insert(id, to);
        self.code
            .instructions
            .push(Instruction { to, ..instruction });
        self.release_operands(id);
    }

    fn release_operands(&mut self, id: NodeId) {
        let mut operands = Vec::new();
        self.graph.operands(id, |operand| operands.push(operand));
        for operand in operands {
            if self.live.fused[operand as usize] {
                self.release_operands(operand);
            }
            self.left[operand as usize] -= 1;
            let is_input = matches!(self.graph.nodes()[operand as usize], Node::Input(_));
            // Draws keep their columns: they are kept for the rank correlations.
            if self.left[operand as usize] == 0
                && !is_input
                && let Some(&column) = self.columns.get(&operand)
            {
                self.free.push(column);
            }
        }
    }

    fn binary(&mut self, op: Binary, left: NodeId, right: NodeId) -> Instruction {
        let figures = (self.graph.constant_of(left), self.graph.constant_of(right));
        let (op, operand, k) = match (op, figures) {
            (Binary::Add, (_, Some(k))) => (Op::AddConstant, left, k),
            (Binary::Add, (Some(k), _)) => (Op::AddConstant, right, k),
            (Binary::Subtract, (_, Some(k))) => (Op::AddConstant, left, -k),
            (Binary::Subtract, (Some(k), _)) => (Op::FromConstant, right, k),
            (Binary::Multiply, (_, Some(k))) => (Op::MultiplyConstant, left, k),
            (Binary::Multiply, (Some(k), _)) => (Op::MultiplyConstant, right, k),
            (Binary::Divide, (_, Some(k))) => (Op::DivideConstant, left, k),
            (Binary::Divide, (Some(k), _)) => (Op::ConstantDivide, right, k),
            (Binary::Max, (_, Some(k))) => (Op::MaxConstant, left, k),
            (Binary::Max, (Some(k), _)) => (Op::MaxConstant, right, k),
            (Binary::Min, (_, Some(k))) => (Op::MinConstant, left, k),
            (Binary::Min, (Some(k), _)) => (Op::MinConstant, right, k),
            _ => {
                let (a, b) = (self.column(left), self.column(right));
                return Instruction {
                    op: Op::Binary(op),
                    to: 0,
                    a,
                    b,
                    c: 0,
                    k: 0.0,
                    m: 0.0,
                };
            }
        };
        Instruction {
            op,
            to: 0,
            a: self.column(operand),
            b: 0,
            c: 0,
            k,
            m: 0.0,
        }
    }

    /// A value with one of its operands inside.
    fn pair(&mut self, id: NodeId) -> Option<Instruction> {
        let links = Links::of(self.graph, id)?;
        let mut sides = links.values().into_iter().flatten();
        let inner = sides.find(|side| self.live.fused[*side as usize])?;
        let (first, start, then) = Links::of(self.graph, inner)?.first();
        let (second, last) = links.after(inner);
        let a = self.column(start);
        // A place that is not used names a column that is read anyway.
        let mut operand = |operand| match operand {
            Operand::Value(id) => (self.column(id), 0.0),
            Operand::Figure(figure) => (a, figure),
        };
        let (then, last) = (operand(then), operand(last));
        Some(Instruction {
            op: Op::Pair(first, second),
            to: 0,
            a,
            b: then.0,
            c: last.0,
            k: then.1,
            m: last.1,
        })
    }

    fn measure(&mut self, number: u32) -> Column {
        let measure = &self.graph.measures()[number as usize];
        let columns = measure
            .flows
            .iter()
            .map(|flow| self.column(*flow))
            .collect();
        let kind = match &measure.kind {
            MeasureKind::Irr { years, rate } => {
                let flows: Vec<f64> = measure
                    .flows
                    .iter()
                    .map(|flow| self.base[*flow as usize])
                    .collect();
                CallKind::Irr(Box::new(IrrStart::from_base(&flows, years, *rate)))
            }
            MeasureKind::Payback(plan) => CallKind::Payback(plan.clone()),
            MeasureKind::Mirr(years) => CallKind::Mirr(years.clone()),
        };
        self.code.measures.push(MeasureCall { kind, columns });
        (self.code.measures.len() - 1) as Column
    }
}
