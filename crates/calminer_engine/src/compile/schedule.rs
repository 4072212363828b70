//! Puts nodes in order and gives them columns.
//!
//! Nodes of one period stand together, so few columns are alive at a time and a tile stays in the cache. A product used
//! once, by a sum, is computed in the sum's own loop, with both roundings.

use std::collections::HashMap;

use super::code::{CallKind, Code, Column, Instruction, MeasureCall, Op, Place};
use super::graph::{ALL_PERIODS, Graph, MeasureKind, Node, NodeId};
use super::kernel::Binary;
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
    /// Products that are part of their only user.
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

    fn fuse(&mut self, graph: &Graph) {
        for (id, node) in graph.nodes().iter().enumerate() {
            let Node::Binary(Binary::Add | Binary::Subtract, a, b) = *node else {
                continue;
            };
            if self.uses[id] == 0
                || graph.constant_of(a).is_some()
                || graph.constant_of(b).is_some()
            {
                continue;
            }
            for side in [b, a] {
                let is_product = matches!(
                    graph.nodes()[side as usize],
                    Node::Binary(Binary::Multiply, ..)
                );
                if is_product && self.uses[side as usize] == 1 && a != b {
                    self.fused[side as usize] = true;
                    break;
                }
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
        };
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
        if let Some(fused) = self.fused(op, left, right) {
            return fused;
        }
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
        }
    }

    /// A sum with a product inside.
    fn fused(&mut self, op: Binary, left: NodeId, right: NodeId) -> Option<Instruction> {
        if !matches!(op, Binary::Add | Binary::Subtract) {
            return None;
        }
        let product_is_right = self.live.fused[right as usize];
        if !product_is_right && !self.live.fused[left as usize] {
            return None;
        }
        let (product, other) = if product_is_right {
            (right, left)
        } else {
            (left, right)
        };
        let Node::Binary(Binary::Multiply, x, y) = self.graph.nodes()[product as usize] else {
            return None;
        };
        let (columns, scale) = match op {
            Binary::Add => (Op::MultiplyAdd, Op::ScaleAdd),
            _ if product_is_right => (Op::SubtractProduct, Op::SubtractScaled),
            _ => (Op::MultiplySubtract, Op::ScaleSubtract),
        };
        let blank = Instruction {
            op: columns,
            to: 0,
            a: 0,
            b: 0,
            c: self.column(other),
            k: 0.0,
        };
        let scaled = |op, k| Instruction { op, k, ..blank };
        Some(
            match (self.graph.constant_of(x), self.graph.constant_of(y)) {
                (Some(k), _) => Instruction {
                    a: self.column(y),
                    ..scaled(scale, k)
                },
                (_, Some(k)) => Instruction {
                    a: self.column(x),
                    ..scaled(scale, k)
                },
                _ => Instruction {
                    a: self.column(x),
                    b: self.column(y),
                    ..blank
                },
            },
        )
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
