//! The program before it is put in order: one node for each different value of a trial.
//!
//! Every line is laid out over all periods, so a value that is the same in several periods is one node, a value of
//! constants alone is a constant, and a condition that the calendar decides picks its branch here. Values stand in base
//! units; a factor of a unit is part of a constant.

use std::collections::HashMap;

use super::kernel::{self, Binary, Unary};
use crate::measures::PaybackPlan;

/// Number of a node; its operands have smaller ones.
pub(crate) type NodeId = u32;

/// No period: a value that holds in all.
pub(crate) const ALL_PERIODS: u32 = u32::MAX;

/// Why a value does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Absence {
    /// x / 0.
    DivisionByZero,
    /// ln of 0 or less.
    LogarithmOfNothing,
    /// Square root of less than 0.
    RootOfNegative,
    /// A power that does not exist.
    NoPower,
    /// A key outside a table that is not clamped.
    OutsideTable,
    /// A period outside the calendar.
    OutsideCalendar,
    /// No period has the flag.
    NoSuchPeriod,
    /// Infinity less infinity and the like.
    NoNumber,
    /// No headline rate of return.
    NoHeadlineRate,
    /// No payback to speak of.
    NoPayback,
    /// No modified rate of return.
    NoModifiedRate,
}

impl Absence {
    /// What happened, for people.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::DivisionByZero => "division by zero",
            Self::LogarithmOfNothing => "logarithm of a figure that is not above 0",
            Self::RootOfNegative => "square root of a figure below 0",
            Self::NoPower => "a power that does not exist",
            Self::OutsideTable => "a key outside the table",
            Self::OutsideCalendar => "a period outside the calendar",
            Self::NoSuchPeriod => "no period in which the condition holds",
            Self::NoNumber => "figures beyond the range of numbers",
            Self::NoHeadlineRate => {
                "no internal rate of return that agrees with the net present value"
            }
            Self::NoPayback => "no payback: no cash goes out before it comes in",
            Self::NoModifiedRate => "no modified rate of return: cash flows in one direction only",
        }
    }
}

/// A value by a key: the figure of the largest table key at or below it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct StepTable {
    /// Rising keys.
    pub(crate) keys: Vec<f64>,
    /// One figure a key.
    pub(crate) values: Vec<f64>,
    /// Whether a key outside takes the nearest.
    pub(crate) clamped: bool,
}

impl StepTable {
    /// The figure for a key; absent outside a table that is not clamped.
    pub(crate) fn at(&self, key: f64) -> f64 {
        if self.is_outside(key) {
            return f64::NAN;
        }
        let mut value = self.values[0];
        for (&from, &figure) in self.keys.iter().zip(&self.values).skip(1) {
            value = if key >= from { figure } else { value };
        }
        value
    }

    /// Whether a key gives no figure.
    pub(crate) fn is_outside(&self, key: f64) -> bool {
        let beyond = || key < self.keys[0] || self.keys.last().is_some_and(|last| key > *last);
        key.is_nan() || !self.clamped && beyond()
    }
}

/// A measure of a row of flows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Measure {
    /// Which one.
    pub(crate) kind: MeasureKind,
    /// Flow of each period.
    pub(crate) flows: Vec<NodeId>,
}

/// The measures that look at all flows at once.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum MeasureKind {
    /// Headline rate of return.
    Irr {
        /// Years from the valuation date to each flow.
        years: Vec<f64>,
        /// The scenario's rate, which decides between several.
        rate: f64,
    },
    /// Payback; the plan knows the periods and the origin. Infinite where it is never reached.
    Payback(PaybackPlan),
    /// Modified rate of return of flows at these years; the finance and the reinvestment rate stand behind the flows.
    Mirr(Vec<f64>),
}

/// One value of a trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Node {
    /// A figure, by its bits.
    Constant(u64),
    /// A value that never exists; each has its own place in the model.
    Absent(Absence),
    /// The draw of an uncertain input.
    Input(u32),
    /// One operand.
    Unary(Unary, NodeId),
    /// Two operands.
    Binary(Binary, NodeId, NodeId),
    /// Condition, then, otherwise.
    Select(NodeId, NodeId, NodeId),
    /// A step table by number, and its key.
    Step(u32, NodeId),
    /// A measure by number.
    Measure(u32),
}

/// Where in the model a node was first asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Owner {
    /// Number of the line.
    pub(crate) line: u32,
    /// Period from 0, or [`ALL_PERIODS`].
    pub(crate) period: u32,
}

/// All nodes, in an order in which they can be computed.
#[derive(Debug)]
pub(crate) struct Graph {
    nodes: Vec<Node>,
    owners: Vec<Owner>,
    /// Whether a node can be absent in some trial. Inputs never are; a product of finite figures that leaves the range
    /// of numbers is not looked for.
    fragile: Vec<bool>,
    known: HashMap<Node, NodeId>,
    steps: Vec<StepTable>,
    measures: Vec<Measure>,
    owner: Owner,
}

impl Graph {
    /// No nodes yet.
    pub(crate) fn new() -> Self {
        Self {
            nodes: Vec::new(),
            owners: Vec::new(),
            fragile: Vec::new(),
            known: HashMap::new(),
            steps: Vec::new(),
            measures: Vec::new(),
            owner: Owner {
                line: 0,
                period: ALL_PERIODS,
            },
        }
    }

    /// From now on nodes belong to this line and period.
    pub(crate) fn set_owner(&mut self, line: u32, period: u32) {
        self.owner = Owner { line, period };
    }

    pub(crate) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    pub(crate) fn owner(&self, id: NodeId) -> Owner {
        self.owners[id as usize]
    }

    pub(crate) fn steps(&self) -> &[StepTable] {
        &self.steps
    }

    pub(crate) fn measures(&self) -> &[Measure] {
        &self.measures
    }

    fn push(&mut self, node: Node, fragile: bool) -> NodeId {
        let id = self.nodes.len() as NodeId;
        self.nodes.push(node);
        self.owners.push(self.owner);
        self.fragile.push(fragile);
        id
    }

    fn intern(&mut self, node: Node, fragile: bool) -> NodeId {
        if let Some(&id) = self.known.get(&node) {
            return id;
        }
        let id = self.push(node, fragile);
        self.known.insert(node, id);
        id
    }

    fn is_fragile(&self, id: NodeId) -> bool {
        self.fragile[id as usize]
    }

    fn is_absent(&self, id: NodeId) -> bool {
        matches!(self.nodes[id as usize], Node::Absent(_))
    }

    /// The figure of a node that is the same in every trial.
    pub(crate) fn constant_of(&self, id: NodeId) -> Option<f64> {
        match self.nodes[id as usize] {
            Node::Constant(bits) => Some(f64::from_bits(bits)),
            _ => None,
        }
    }

    /// A figure. Figures that are not numbers are absent.
    pub(crate) fn constant(&mut self, figure: f64) -> NodeId {
        if figure.is_nan() {
            return self.absent(Absence::NoNumber);
        }
        // One zero: its sign means nothing and would keep equal values apart.
        let figure = if figure == 0.0 { 0.0 } else { figure };
        self.intern(Node::Constant(figure.to_bits()), false)
    }

    /// A value that never exists, for this reason and at the present place.
    pub(crate) fn absent(&mut self, why: Absence) -> NodeId {
        self.push(Node::Absent(why), true)
    }

    /// The draw of an input.
    pub(crate) fn input(&mut self, input: u32) -> NodeId {
        self.intern(Node::Input(input), false)
    }

    /// An operation on one value.
    pub(crate) fn unary(&mut self, op: Unary, x: NodeId) -> NodeId {
        if self.is_absent(x) {
            return x;
        }
        if let Some(figure) = self.constant_of(x) {
            let result = kernel::unary(op, figure);
            return if result.is_nan() {
                self.absent(unary_absence(op))
            } else {
                self.constant(result)
            };
        }
        if op == Unary::Negate
            && let Node::Unary(Unary::Negate, inner) = self.nodes[x as usize]
        {
            return inner;
        }
        let fragile = self.is_fragile(x) || matches!(op, Unary::Ln | Unary::Sqrt);
        self.intern(Node::Unary(op, x), fragile)
    }

    /// An operation on two values.
    pub(crate) fn binary(&mut self, op: Binary, a: NodeId, b: NodeId) -> NodeId {
        for side in [a, b] {
            if self.is_absent(side) {
                return side;
            }
        }
        match (self.constant_of(a), self.constant_of(b)) {
            (Some(x), Some(y)) => {
                let result = kernel::binary(op, x, y);
                if result.is_nan() {
                    self.absent(binary_absence(op))
                } else {
                    self.constant(result)
                }
            }
            (Some(x), None) => match self.left_constant(op, x, b) {
                Some(id) => id,
                None => self.binary_node(op, a, b),
            },
            (None, Some(y)) => match self.right_constant(op, a, y) {
                Some(id) => id,
                None => self.binary_node(op, a, b),
            },
            (None, None) => self.binary_node(op, a, b),
        }
    }

    fn binary_node(&mut self, op: Binary, a: NodeId, b: NodeId) -> NodeId {
        // The order of two operands does not change the bits of these, so both orders are one node.
        let either_way = matches!(
            op,
            Binary::Add
                | Binary::Multiply
                | Binary::Equal
                | Binary::NotEqual
                | Binary::And
                | Binary::Or
        );
        let (a, b) = if either_way && b < a { (b, a) } else { (a, b) };
        let whole = |id| self.constant_of(id).is_some_and(|figure| figure != 0.0);
        let own = match op {
            Binary::Divide => !whole(b),
            Binary::Power => true,
            _ => false,
        };
        let fragile = own || self.is_fragile(a) || self.is_fragile(b);
        self.intern(Node::Binary(op, a, b), fragile)
    }

    /// Rules that change no bit of a value that exists, for a constant on the left.
    fn left_constant(&mut self, op: Binary, x: f64, b: NodeId) -> Option<NodeId> {
        let sound = !self.is_fragile(b);
        match op {
            Binary::Add if x == 0.0 => Some(b),
            Binary::Subtract if x == 0.0 => Some(self.unary(Unary::Negate, b)),
            Binary::Multiply if x == 1.0 => Some(b),
            Binary::Multiply | Binary::And if x == 0.0 && sound => Some(self.constant(0.0)),
            Binary::Or if x != 0.0 && sound => Some(self.constant(1.0)),
            _ => None,
        }
    }

    /// The same for a constant on the right.
    fn right_constant(&mut self, op: Binary, a: NodeId, y: f64) -> Option<NodeId> {
        match op {
            Binary::Add | Binary::Multiply | Binary::And | Binary::Or => {
                self.left_constant(op, y, a)
            }
            Binary::Subtract if y == 0.0 => Some(a),
            Binary::Divide if y == 1.0 => Some(a),
            Binary::Divide if y == 0.0 => Some(self.absent(Absence::DivisionByZero)),
            // The reciprocal of a power of two is exact, and a product is several times faster.
            Binary::Divide if is_power_of_two(y) => {
                let reciprocal = self.constant(1.0 / y);
                Some(self.binary(Binary::Multiply, a, reciprocal))
            }
            _ => None,
        }
    }

    /// `if`, with its branch taken here when the condition is known.
    pub(crate) fn select(&mut self, condition: NodeId, then: NodeId, otherwise: NodeId) -> NodeId {
        if self.is_absent(condition) {
            return condition;
        }
        if let Some(figure) = self.constant_of(condition) {
            return if figure == 0.0 { otherwise } else { then };
        }
        if then == otherwise && !self.is_fragile(condition) {
            return then;
        }
        let fragile = [condition, then, otherwise]
            .into_iter()
            .any(|id| self.is_fragile(id));
        self.intern(Node::Select(condition, then, otherwise), fragile)
    }

    /// A look into a table.
    pub(crate) fn step(&mut self, table: StepTable, key: NodeId) -> NodeId {
        if self.is_absent(key) {
            return key;
        }
        if let Some(figure) = self.constant_of(key) {
            let result = table.at(figure);
            return if result.is_nan() {
                self.absent(Absence::OutsideTable)
            } else {
                self.constant(result)
            };
        }
        if table.clamped
            && table.values.iter().all(|value| *value == table.values[0])
            && !self.is_fragile(key)
        {
            return self.constant(table.values[0]);
        }
        let fragile = !table.clamped || self.is_fragile(key);
        let number = number_of(&mut self.steps, table);
        self.intern(Node::Step(number as u32, key), fragile)
    }

    /// A measure of flows.
    pub(crate) fn measure(&mut self, measure: Measure) -> NodeId {
        if let Some(&absent) = measure.flows.iter().find(|id| self.is_absent(**id)) {
            return absent;
        }
        let number = number_of(&mut self.measures, measure);
        self.intern(Node::Measure(number as u32), true)
    }

    /// Whether a node is a payback, which is infinite where it is never reached.
    pub(crate) fn is_payback(&self, id: NodeId) -> bool {
        match self.nodes[id as usize] {
            Node::Measure(number) => {
                matches!(self.measures[number as usize].kind, MeasureKind::Payback(_))
            }
            _ => false,
        }
    }

    /// Calls `visit` with each operand of a node.
    pub(crate) fn operands(&self, id: NodeId, mut visit: impl FnMut(NodeId)) {
        match self.nodes[id as usize] {
            Node::Constant(_) | Node::Absent(_) | Node::Input(_) => {}
            Node::Unary(_, x) | Node::Step(_, x) => visit(x),
            Node::Binary(_, a, b) => {
                visit(a);
                visit(b);
            }
            Node::Select(condition, then, otherwise) => {
                visit(condition);
                visit(then);
                visit(otherwise);
            }
            Node::Measure(number) => self.measures[number as usize]
                .flows
                .iter()
                .copied()
                .for_each(visit),
        }
    }
}

/// The number of an item in a list of unlike items; a new one is added.
fn number_of<T: PartialEq>(list: &mut Vec<T>, item: T) -> usize {
    if let Some(number) = list.iter().position(|known| *known == item) {
        return number;
    }
    list.push(item);
    list.len() - 1
}

fn is_power_of_two(figure: f64) -> bool {
    figure.is_normal() && (1.0 / figure).is_normal() && figure.to_bits().trailing_zeros() >= 52
}

/// Why an operation on one number gave none.
pub(crate) fn unary_absence(op: Unary) -> Absence {
    match op {
        Unary::Ln => Absence::LogarithmOfNothing,
        Unary::Sqrt => Absence::RootOfNegative,
        _ => Absence::NoNumber,
    }
}

/// Why an operation on two numbers gave none.
pub(crate) fn binary_absence(op: Binary) -> Absence {
    match op {
        Binary::Divide => Absence::DivisionByZero,
        Binary::Power => Absence::NoPower,
        _ => Absence::NoNumber,
    }
}
