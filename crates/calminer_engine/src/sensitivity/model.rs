//! What the variance-based methods evaluate: a model from columns of inputs to columns of outputs.

use crate::program::Program;
use crate::program::machine::Machine;

/// Trials of a tile.
pub(super) const TILE: usize = 128;

/// A column of a tile.
pub(super) type Lanes = [f64; TILE];

/// A model on tiles of trials.
pub(super) trait Model: Sync {
    /// Memory of one thread.
    type State<'a>
    where
        Self: 'a;

    /// Number of outputs.
    fn outputs(&self) -> usize;

    /// Memory for one thread.
    fn start(&self) -> Self::State<'_>;

    /// Computes the outputs of all trials of a tile from the columns of the inputs.
    fn evaluate(&self, state: &mut Self::State<'_>, inputs: &[Lanes], outputs: &mut [Lanes]);
}

impl Model for Program {
    type State<'a> = Machine<'a, TILE>;

    fn outputs(&self) -> usize {
        Self::outputs(self).len()
    }

    fn start(&self) -> Machine<'_, TILE> {
        Machine::new(self.reduced())
    }

    fn evaluate(&self, machine: &mut Machine<'_, TILE>, inputs: &[Lanes], outputs: &mut [Lanes]) {
        machine
            .draws(inputs.len())
            .copy_from_slice(inputs.as_flattened());
        machine.run();
        let places = Self::outputs(self).iter().zip(&self.reduced().results);
        for ((output, place), figures) in places.zip(outputs) {
            let unit = self.result_unit(output.line);
            *figures = machine.result(*place).map(|figure| unit.in_unit(figure));
        }
    }
}

/// A model that is a function of one trial, for tests against exact figures.
#[cfg(test)]
pub(super) struct Function<F>(pub(super) F);

#[cfg(test)]
impl<F: Fn(&[f64]) -> f64 + Sync> Model for Function<F> {
    type State<'a>
        = ()
    where
        F: 'a;

    fn outputs(&self) -> usize {
        1
    }

    fn start(&self) {}

    fn evaluate(&self, (): &mut (), inputs: &[Lanes], outputs: &mut [Lanes]) {
        for lane in 0..TILE {
            let trial: Vec<f64> = inputs.iter().map(|column| column[lane]).collect();
            outputs[0][lane] = (self.0)(&trial);
        }
    }
}
