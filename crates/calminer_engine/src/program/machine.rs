//! Runs code on a tile: every instruction is a plain loop over one column of trials.

#![expect(
    clippy::inline_always,
    reason = "only what is inlined is compiled for the level of the processor"
)]

use std::borrow::Cow;

use super::columns::Columns;
use crate::compile::code::{CallKind, Code, Column, Instruction, Link, Op, Place};
use crate::compile::evaluate::modified_rate;
use crate::compile::graph::StepTable;
use crate::compile::kernel::{self, Binary, Unary};
use crate::level::{self, Work};
use crate::measures::irr_headline_lanes;

/// Columns of `W` trials. The bits of a trial do not depend on `W` or on the other trials of its tile.
pub(crate) struct Machine<'a, const W: usize> {
    code: &'a Code,
    columns: Columns<W>,
}

impl<'a, const W: usize> Machine<'a, W> {
    /// A machine for this code, with all draws at 0.
    pub(crate) fn new(code: &'a Code) -> Self {
        let mut columns = Columns::new(code.columns);
        for &(column, figure) in &code.constants {
            columns.all_mut()[column as usize] = [figure; W];
        }
        Self { code, columns }
    }

    /// The columns of the first `inputs` inputs, one after another.
    pub(crate) fn draws(&mut self, inputs: usize) -> &mut [f64] {
        self.columns.all_mut()[..inputs].as_flattened_mut()
    }

    /// A result in the trials of the tile.
    pub(crate) fn result(&self, place: Place) -> Cow<'_, [f64; W]> {
        match place {
            Place::Constant(figure) => Cow::Owned([figure; W]),
            Place::Column(column) => Cow::Borrowed(&self.columns.all()[column as usize]),
        }
    }

    /// Computes all results from the draws, at the best level of the processor.
    pub(crate) fn run(&mut self) {
        level::at_best(Run(self));
    }

    /// The same, at the level that the whole program is compiled for.
    #[inline(always)]
    pub(crate) fn run_plainly(&mut self) {
        let code = self.code;
        for instruction in &code.instructions {
            self.step(code, instruction);
        }
    }

    #[inline(always)]
    fn step(&mut self, code: &Code, it: &Instruction) {
        let k = it.k;
        match it.op {
            Op::Unary(op) => self.unary(op, it),
            Op::Binary(op) => self.binary(op, it),
            Op::AddConstant => self.one(it, |a| a + k),
            Op::FromConstant => self.one(it, |a| k - a),
            Op::MultiplyConstant => self.one(it, |a| a * k),
            Op::DivideConstant => self.one(it, |a| kernel::divide(a, k)),
            Op::ConstantDivide => self.one(it, |a| kernel::divide(k, a)),
            Op::MaxConstant => self.one(it, |a| kernel::max_constant(a, k)),
            Op::MinConstant => self.one(it, |a| kernel::min_constant(a, k)),
            Op::Pair(first, second) => self.pair(first, second, it),
            Op::Select => self.three(it, kernel::select),
            Op::Step => self.table(it, &code.steps[it.b as usize]),
            Op::Measure => self.measure(it),
        }
    }

    #[inline(always)]
    fn unary(&mut self, op: Unary, it: &Instruction) {
        match op {
            Unary::Negate => self.one(it, |a| -a),
            Unary::Not => self.one(it, kernel::not),
            Unary::Abs => self.one(it, f64::abs),
            Unary::Exp => self.one(it, crate::math::exp),
            Unary::Ln => self.one(it, kernel::ln),
            Unary::Sqrt => self.one(it, f64::sqrt),
            Unary::Round => self.one(it, f64::round),
        }
    }

    #[inline(always)]
    fn binary(&mut self, op: Binary, it: &Instruction) {
        match op {
            Binary::Add => self.two(it, |a, b| a + b),
            Binary::Subtract => self.two(it, |a, b| a - b),
            Binary::Multiply => self.two(it, |a, b| a * b),
            Binary::Divide => self.two(it, kernel::divide),
            Binary::Min => self.two(it, kernel::min),
            Binary::Max => self.two(it, kernel::max),
            Binary::Power => self.rare(it, kernel::power),
            Binary::Less => self.two(it, |a, b| kernel::binary(Binary::Less, a, b)),
            Binary::LessOrEqual => self.two(it, |a, b| kernel::binary(Binary::LessOrEqual, a, b)),
            Binary::Equal => self.two(it, |a, b| kernel::binary(Binary::Equal, a, b)),
            Binary::NotEqual => self.two(it, |a, b| kernel::binary(Binary::NotEqual, a, b)),
            Binary::And => self.two(it, |a, b| kernel::binary(Binary::And, a, b)),
            Binary::Or => self.two(it, |a, b| kernel::binary(Binary::Or, a, b)),
        }
    }

    /// Two steps without a pass over memory between them; each is rounded as if it stood alone.
    #[inline(always)]
    fn pair(&mut self, first: Link, second: Link, it: &Instruction) {
        let k = it.k;
        match first {
            Link::Add => self.then(second, it, |a, b| a + b),
            Link::Subtract => self.then(second, it, |a, b| a - b),
            Link::From => self.then(second, it, |a, b| b - a),
            Link::Multiply => self.then(second, it, |a, b| a * b),
            Link::AddConstant => self.then(second, it, |a, _| a + k),
            Link::MultiplyConstant => self.then(second, it, |a, _| a * k),
            Link::MaxConstant => self.then(second, it, |a, _| kernel::max_constant(a, k)),
        }
    }

    #[inline(always)]
    fn then(&mut self, second: Link, it: &Instruction, first: impl Fn(f64, f64) -> f64) {
        let m = it.m;
        match second {
            Link::Add => self.three(it, |a, b, c| first(a, b) + c),
            Link::Subtract => self.three(it, |a, b, c| first(a, b) - c),
            Link::From => self.three(it, |a, b, c| c - first(a, b)),
            Link::Multiply => self.three(it, |a, b, c| first(a, b) * c),
            Link::AddConstant => self.three(it, |a, b, _| first(a, b) + m),
            Link::MultiplyConstant => self.three(it, |a, b, _| first(a, b) * m),
            Link::MaxConstant => self.three(it, |a, b, _| kernel::max_constant(first(a, b), m)),
        }
    }

    #[inline(always)]
    fn one(&mut self, it: &Instruction, f: impl Fn(f64) -> f64) {
        let (to, others) = split(self.columns.all_mut(), it.to);
        let a = others.get(it.a);
        for lane in 0..W {
            to[lane] = f(a[lane]);
        }
    }

    #[inline(always)]
    fn two(&mut self, it: &Instruction, f: impl Fn(f64, f64) -> f64) {
        let (to, others) = split(self.columns.all_mut(), it.to);
        let (a, b) = (others.get(it.a), others.get(it.b));
        for lane in 0..W {
            to[lane] = f(a[lane], b[lane]);
        }
    }

    /// As [`Self::two`], out of line: a call a trial costs more than the loop saves.
    #[inline(never)]
    fn rare(&mut self, it: &Instruction, f: impl Fn(f64, f64) -> f64) {
        self.two(it, f);
    }

    #[inline(always)]
    fn three(&mut self, it: &Instruction, f: impl Fn(f64, f64, f64) -> f64) {
        let (to, others) = split(self.columns.all_mut(), it.to);
        let (a, b, c) = (others.get(it.a), others.get(it.b), others.get(it.c));
        for lane in 0..W {
            to[lane] = f(a[lane], b[lane], c[lane]);
        }
    }

    /// The same comparisons as [`StepTable::at`], one table key after the other over all trials.
    #[inline(always)]
    fn table(&mut self, it: &Instruction, table: &StepTable) {
        let (to, others) = split(self.columns.all_mut(), it.to);
        let keys = others.get(it.a);
        *to = [table.values[0]; W];
        for (&from, &value) in table.keys.iter().zip(&table.values).skip(1) {
            for lane in 0..W {
                to[lane] = if keys[lane] >= from { value } else { to[lane] };
            }
        }
        for lane in 0..W {
            to[lane] = if table.is_outside(keys[lane]) {
                f64::NAN
            } else {
                to[lane]
            };
        }
    }

    /// Out of line: measures see to their own level.
    #[inline(never)]
    fn measure(&mut self, it: &Instruction) {
        let call = &self.code.measures[it.a as usize];
        let (to, others) = split(self.columns.all_mut(), it.to);
        let columns: Vec<&[f64]> = call
            .columns
            .iter()
            .map(|column| others.get(*column).as_slice())
            .collect();
        match &call.kind {
            CallKind::Irr(start) => {
                irr_headline_lanes(&columns, start, to);
            }
            CallKind::Payback(plan) => plan.payback_lanes(&columns, to),
            CallKind::Mirr(years) => {
                let mut row = vec![0.0; columns.len()];
                for (lane, rate) in to.iter_mut().enumerate() {
                    for (figure, column) in row.iter_mut().zip(&columns) {
                        *figure = column[lane];
                    }
                    *rate = modified_rate(&row, years);
                }
            }
        }
    }
}

struct Run<'a, 'b, const W: usize>(&'a mut Machine<'b, W>);

impl<const W: usize> Work for Run<'_, '_, W> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        self.0.run_plainly();
    }
}

/// All columns but the one that is written.
struct Others<'a, const W: usize> {
    before: &'a [[f64; W]],
    after: &'a [[f64; W]],
}

impl<'a, const W: usize> Others<'a, W> {
    #[inline(always)]
    fn get(&self, column: Column) -> &'a [f64; W] {
        let column = column as usize;
        match column.checked_sub(self.before.len()) {
            None => &self.before[column],
            // The schedule never reads the column that it writes, so 1 or more is left here.
            Some(rest) => &self.after[rest - 1],
        }
    }
}

#[inline(always)]
fn split<const W: usize>(columns: &mut [[f64; W]], to: Column) -> (&mut [f64; W], Others<'_, W>) {
    let (before, rest) = columns.split_at_mut(to as usize);
    let (to, after) = rest.split_at_mut(1);
    (&mut to[0], Others { before, after })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINKS: [Link; 7] = [
        Link::Add,
        Link::Subtract,
        Link::From,
        Link::Multiply,
        Link::AddConstant,
        Link::MultiplyConstant,
        Link::MaxConstant,
    ];

    /// One step by its meaning.
    fn step(link: Link, value: f64, column: f64, figure: f64) -> f64 {
        match link {
            Link::Add => value + column,
            Link::Subtract => value - column,
            Link::From => column - value,
            Link::Multiply => value * column,
            Link::AddConstant => value + figure,
            Link::MultiplyConstant => value * figure,
            Link::MaxConstant if value > figure || value.is_nan() => value,
            Link::MaxConstant => figure,
        }
    }

    #[test]
    fn a_pair_has_the_bits_of_its_two_steps() {
        for first in LINKS {
            for second in LINKS {
                let pair = Instruction {
                    op: Op::Pair(first, second),
                    to: 3,
                    a: 0,
                    b: 1,
                    c: 2,
                    k: 0.7,
                    m: -1.3,
                };
                let code = Code {
                    instructions: vec![pair],
                    columns: 4,
                    results: vec![Place::Column(3)],
                    ..Code::default()
                };
                let mut machine = Machine::<16>::new(&code);
                for (at, draw) in machine.draws(3).iter_mut().enumerate() {
                    *draw = if at == 5 {
                        f64::NAN
                    } else {
                        at as f64 * 0.37 - 6.1
                    };
                }
                let draws = machine.draws(3).to_vec();
                machine.run();
                for (lane, found) in machine.result(Place::Column(3)).iter().enumerate() {
                    let [a, b, c] = [0, 16, 32].map(|column| draws[column + lane]);
                    let expected = step(second, step(first, a, b, 0.7), c, -1.3);
                    assert!(
                        found.to_bits() == expected.to_bits()
                            || found.is_nan() && expected.is_nan(),
                        "{first:?} {second:?} {lane}: {found} {expected}"
                    );
                }
            }
        }
    }
}
