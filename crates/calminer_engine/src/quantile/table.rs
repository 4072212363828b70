//! A quantile as a table on the normal score.

use super::exact::Node;
use crate::math::{exp, normal, polynomial};

/// Cells of the table, a power of two.
pub(super) const CELLS: usize = 256;
/// The table covers scores within this distance of 0; the stream's numbers stay within 8.21.
const REACH: f64 = 8.25;
/// Width of a cell in the score.
pub(super) const STEP: f64 = 2.0 * REACH / CELLS as f64;
/// Adding this rounds to the nearest integer, which then stands in the low bits.
const ROUND: f64 = 6_755_399_441_055_744.0; // 1.5 * 2^52

/// What turns the figure of the table into a value. Each law has a form in which its quantile is smooth and of
/// moderate size over all scores, tails included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Outer {
    /// origin + scale y.
    Linear { origin: f64, scale: f64 },
    /// e^(origin + scale y).
    Exp { origin: f64, scale: f64 },
    /// origin + scale sinh y.
    Sinh { origin: f64, scale: f64 },
    /// origin + scale / (1 + e^-y).
    Logistic { origin: f64, scale: f64 },
}

impl Outer {
    /// Origin and scale of what stands in the cells.
    fn inner(self) -> (f64, f64) {
        match self {
            Self::Linear { origin, scale } | Self::Exp { origin, scale } => (origin, scale),
            Self::Sinh { .. } | Self::Logistic { .. } => (0.0, 1.0),
        }
    }

    /// The value for a figure `y` of the law's own coordinate.
    pub(super) fn value(self, y: f64) -> f64 {
        let (origin, scale) = self.inner();
        let mut value = [origin + scale * y];
        self.finish(&mut value);
        let [value] = value;
        value
    }

    /// From what stands in the cells to values.
    #[inline]
    fn finish(self, values: &mut [f64]) {
        match self {
            Self::Linear { .. } => {}
            Self::Exp { .. } => crate::math::exp_slice(values),
            Self::Sinh { origin, scale } => {
                for value in values {
                    let up = exp(*value);
                    *value = origin + 0.5 * scale * (up - 1.0 / up);
                }
            }
            Self::Logistic { origin, scale } => {
                for value in values {
                    *value = origin + scale / (1.0 + exp(-*value));
                }
            }
        }
    }
}

/// Cells with the polynomial of fifth degree that has the exact value, slope and curvature at both ends.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Table {
    cells: Box<[[f64; 6]; CELLS]>,
    outer: Outer,
    /// Ends of the support.
    low: f64,
    high: f64,
}

/// The normal score of a node and the probabilities below and above it.
pub(super) fn node_score(number: usize) -> (f64, f64, f64) {
    let z = (number as f64 - (CELLS / 2) as f64) * STEP;
    (z, normal::cdf(z), normal::cdf(-z))
}

impl Table {
    /// From the law's coordinate with its first two derivatives by the score, at each of the `CELLS` + 1 nodes.
    pub(super) fn new(nodes: &[Node], outer: Outer, (low, high): (f64, f64)) -> Self {
        let (origin, scale) = outer.inner();
        let scaled = nodes.iter().map(|node| Node {
            value: origin + scale * node.value,
            slope: scale * node.slope * STEP,
            bend: 0.5 * scale * node.bend * STEP * STEP,
        });
        Self::of_cells(&scaled.collect::<Vec<Node>>(), outer, (low, high))
    }

    /// From what stands in the cells, with its slope and half its curvature per width of a cell, at each of the
    /// `CELLS` + 1 nodes.
    pub(super) fn of_cells(nodes: &[Node], outer: Outer, (low, high): (f64, f64)) -> Self {
        let mut cells = Box::new([[0.0; 6]; CELLS]);
        for (cell, ends) in cells.iter_mut().zip(nodes.windows(2)) {
            *cell = hermite(ends[0], ends[1]);
        }
        Self {
            cells,
            outer,
            low,
            high,
        }
    }

    /// Values of normal scores, in place.
    #[inline]
    pub(super) fn map_scores(&self, scores: &mut [f64]) {
        const LAST: f64 = CELLS as f64 - 1e-9;
        for score in scores.iter_mut() {
            let place = (*score + REACH) * (1.0 / STEP);
            let place = if place < 0.0 { 0.0 } else { place };
            let place = if place > LAST { LAST } else { place };
            let rounded = (place - 0.5) + ROUND;
            // The mask never changes the figure; it frees the loop of bound checks.
            let cell = &self.cells[rounded.to_bits() as usize & (CELLS - 1)];
            *score = polynomial(cell, place - (rounded - ROUND));
        }
        self.outer.finish(scores);
        for value in scores {
            let held = if *value < self.low { self.low } else { *value };
            *value = if held > self.high { self.high } else { held };
        }
    }
}

/// The polynomial on [0, 1] with the values, slopes and halved curvatures of two nodes.
fn hermite(left: Node, right: Node) -> [f64; 6] {
    // What is left at the right end after the first three terms.
    let value = right.value - left.value - left.slope - left.bend;
    let slope = right.slope - left.slope - 2.0 * left.bend;
    let bend = right.bend - left.bend;
    [
        left.value,
        left.slope,
        left.bend,
        10.0 * value - 4.0 * slope + bend,
        -15.0 * value + 7.0 * slope - 2.0 * bend,
        6.0 * value - 3.0 * slope + bend,
    ]
}
