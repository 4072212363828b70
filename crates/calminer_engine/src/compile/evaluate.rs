//! One trial node by node: what the compiler needs to know of the base case, and where a value stopped to exist.

use super::graph::{
    Absence, Graph, MeasureKind, Node, NodeId, Owner, binary_absence, unary_absence,
};
use super::kernel;
use crate::measures;

impl Graph {
    /// The value of every node for these draws.
    pub(crate) fn evaluate(&self, draws: &[f64]) -> Vec<f64> {
        let mut values = Vec::with_capacity(self.nodes().len());
        for node in self.nodes() {
            let value = self.value_of(*node, &values, draws);
            values.push(value);
        }
        values
    }

    fn value_of(&self, node: Node, values: &[f64], draws: &[f64]) -> f64 {
        let at = |id: NodeId| values[id as usize];
        match node {
            Node::Constant(bits) => f64::from_bits(bits),
            Node::Absent(_) => f64::NAN,
            Node::Input(input) => draws.get(input as usize).copied().unwrap_or(f64::NAN),
            Node::Unary(op, x) => kernel::unary(op, at(x)),
            Node::Binary(op, a, b) => kernel::binary(op, at(a), at(b)),
            Node::Select(condition, then, otherwise) => {
                kernel::select(at(condition), at(then), at(otherwise))
            }
            Node::Step(table, key) => self.steps()[table as usize].at(at(key)),
            Node::Measure(number) => {
                let measure = &self.measures()[number as usize];
                let flows: Vec<f64> = measure.flows.iter().map(|id| at(*id)).collect();
                match &measure.kind {
                    // Only whether it exists matters here, and that is the same at every rate but the scenario's own.
                    MeasureKind::Irr { years, rate } => measures::irr(&flows, years, *rate)
                        .headline
                        .unwrap_or(f64::NAN),
                    MeasureKind::Payback(plan) => payback_years(&plan.payback(&flows)),
                    MeasureKind::Mirr(years) => modified_rate(&flows, years),
                }
            }
        }
    }

    /// Where the value of a node stopped to exist and why, following the operands that made it absent.
    pub(crate) fn origin(&self, values: &[f64], from: NodeId) -> Option<(Owner, Absence)> {
        let mut id = from;
        while values[id as usize].is_nan() {
            let node = self.nodes()[id as usize];
            let mut first = None;
            let mut look = |operand: NodeId| {
                if values[operand as usize].is_nan() && first.is_none_or(|known| operand < known) {
                    first = Some(operand);
                }
            };
            match node {
                Node::Select(condition, then, otherwise) => {
                    let condition_value = values[condition as usize];
                    look(condition);
                    if !condition_value.is_nan() {
                        look(if condition_value == 0.0 {
                            otherwise
                        } else {
                            then
                        });
                    }
                }
                _ => self.operands(id, look),
            }
            match first {
                Some(operand) => id = operand,
                None => return Some((self.owner(id), self.absence(node))),
            }
        }
        None
    }

    fn absence(&self, node: Node) -> Absence {
        match node {
            Node::Absent(why) => why,
            Node::Unary(op, _) => unary_absence(op),
            Node::Binary(op, _, _) => binary_absence(op),
            Node::Step(..) => Absence::OutsideTable,
            Node::Measure(number) => match self.measures()[number as usize].kind {
                MeasureKind::Irr { .. } => Absence::NoHeadlineRate,
                MeasureKind::Payback(_) => Absence::NoPayback,
                MeasureKind::Mirr(_) => Absence::NoModifiedRate,
            },
            Node::Constant(_) | Node::Input(_) | Node::Select(..) => Absence::NoNumber,
        }
    }
}

/// A payback as one figure: infinite where it is never reached, absent where nothing is owed.
fn payback_years(payback: &measures::Payback) -> f64 {
    match payback.state {
        measures::PaybackState::Never => f64::INFINITY,
        _ => payback.years.unwrap_or(f64::NAN),
    }
}

/// A modified rate of return; the finance and the reinvestment rate stand behind the flows.
pub(crate) fn modified_rate(row: &[f64], years: &[f64]) -> f64 {
    let (flows, rates) = row.split_at(years.len().min(row.len()));
    match rates {
        [finance, reinvestment] => {
            measures::mirr(flows, years, *finance, *reinvestment).unwrap_or(f64::NAN)
        }
        _ => f64::NAN,
    }
}
