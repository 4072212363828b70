//! Tornado and spider: each input alone at its low and high end, or through a series of points, all else at base.

use std::cmp::Ordering;

use calminer_domain::Direction;
use serde::{Deserialize, Serialize};

use super::points::{self, Moved, MovedInput, Point, Step, StepError};
use crate::program::Program;
use crate::result::{Cause, Display, figure};

/// Below this share of the figures a swing is rounding.
const ROUNDING: f64 = 1e-12;

/// An output of a tornado or a spider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Key of the line.
    pub key: String,
    /// Its label, or its key.
    pub label: String,
    /// Unit of the figures: whole currency for money, nothing for a fraction.
    pub unit: String,
    /// The unit shown to people.
    pub display: Display,
    /// Whether more of it is better.
    pub direction: Direction,
    /// The base case; NaN (null in a file) where it does not exist.
    #[serde(with = "figure::one")]
    pub base: f64,
    /// Why the base case does not exist.
    pub cause: Option<Cause>,
}

/// Whether an input moves an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Movement {
    /// It moves it.
    Moves,
    /// At an end, or at base, the output has no figure: absent, or "never". The other figures give the swing.
    OutOfExistence,
    /// n/a: all figures are the same, to rounding.
    DoesNotVary,
}

/// One bar of a tornado.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TornadoRow {
    /// The input.
    pub input: MovedInput,
    /// The output with the input at its low end.
    pub low: Point,
    /// The output with the input at its high end.
    pub high: Point,
    /// The largest less the smallest of the finite figures among low end, base and high end, in the unit of the output;
    /// `None` where it does not vary, and where fewer than two of them exist.
    pub swing: Option<f64>,
    /// Whether it moves the output.
    pub movement: Movement,
}

/// The tornado of one output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tornado {
    /// The output and its base case.
    pub output: Measured,
    /// Inputs that take the output out of existence first, then by swing, the largest first; those that do not move it
    /// last. Equal ones in the order of the scenario.
    pub rows: Vec<TornadoRow>,
}

/// One line of a spider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpiderRow {
    /// The input.
    pub input: MovedInput,
    /// The output at each step, in the order asked for.
    pub points: Vec<Point>,
    /// Whether it moves the output.
    pub movement: Movement,
}

/// The spider of one output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spider {
    /// The output and its base case.
    pub output: Measured,
    /// One line an input, sorted as in a tornado by the spread over all its points.
    pub rows: Vec<SpiderRow>,
}

/// The tornado of each output, in order of key: every input of the program at `low` and at `high`, all else at base.
///
/// The two ends may be percentiles or changes of the base value. Correlations do not enter: each row names the inputs
/// that stay behind.
///
/// # Errors
/// When a percentile is not inside (0, 1), a change is not finite, or two ends of one kind are not in order.
pub fn tornado(program: &Program, low: Step, high: Step) -> Result<Vec<Tornado>, StepError> {
    low.check()?;
    high.check()?;
    let in_order = match (low, high) {
        (Step::Percentile(a), Step::Percentile(b)) | (Step::Change(a), Step::Change(b)) => a < b,
        _ => true,
    };
    if !in_order {
        return Err(StepError::Order);
    }
    let moved = points::move_each(program, &[low, high]);
    let measured = measured(program);
    let tornados = measured.into_iter().enumerate().map(|(number, output)| {
        let rows = moved
            .iter()
            .filter_map(|one| tornado_row(one, number, output.base));
        let mut rows: Vec<TornadoRow> = rows.collect();
        rows.sort_by(|a, b| order((a.movement, a.swing), (b.movement, b.swing)));
        Tornado { output, rows }
    });
    Ok(tornados.collect())
}

fn tornado_row(moved: &Moved, output: usize, base: f64) -> Option<TornadoRow> {
    let [low, high] = moved.points[output].as_slice() else {
        return None;
    };
    let (movement, swing) = spread(&[low.output, base, high.output]);
    Some(TornadoRow {
        input: moved.input.clone(),
        low: low.clone(),
        high: high.clone(),
        swing,
        movement,
    })
}

/// The spider of each output, in order of key: every input of the program at each step, all else at base.
///
/// # Errors
/// When there is no step, a percentile is not inside (0, 1), or a change is not finite.
pub fn spider(program: &Program, steps: &[Step]) -> Result<Vec<Spider>, StepError> {
    if steps.is_empty() {
        return Err(StepError::Empty);
    }
    steps.iter().try_for_each(|step| step.check())?;
    let moved = points::move_each(program, steps);
    let spiders = measured(program)
        .into_iter()
        .enumerate()
        .map(|(number, output)| {
            let rows = moved.iter().map(|one| {
                let points = one.points[number].clone();
                let mut figures = vec![output.base];
                figures.extend(points.iter().map(|point| point.output));
                let (movement, swing) = spread(&figures);
                let row = SpiderRow {
                    input: one.input.clone(),
                    points,
                    movement,
                };
                (row, swing)
            });
            let mut rows: Vec<(SpiderRow, Option<f64>)> = rows.collect();
            rows.sort_by(|(a, swing), (b, other)| {
                order((a.movement, *swing), (b.movement, *other))
            });
            Spider {
                output,
                rows: rows.into_iter().map(|(row, _)| row).collect(),
            }
        });
    Ok(spiders.collect())
}

fn measured(program: &Program) -> Vec<Measured> {
    let draws = points::base_draws(program);
    let figures = program.output_figures(&draws);
    let outputs = program.outputs().iter().zip(figures).enumerate();
    outputs
        .map(|(number, (output, base))| Measured {
            key: output.key.clone(),
            label: output.label.clone(),
            unit: output.unit.clone(),
            display: output.display.clone(),
            direction: output.direction,
            base,
            cause: points::cause(program, number, base, &draws),
        })
        .collect()
}

/// What the figures of an output at several points say, the base case among them.
fn spread(figures: &[f64]) -> (Movement, Option<f64>) {
    let finite = figures.iter().copied().filter(|figure| figure.is_finite());
    let low = finite.clone().fold(f64::INFINITY, f64::min);
    let high = finite.clone().fold(f64::NEG_INFINITY, f64::max);
    let count = finite.count();
    let largest = low.abs().max(high.abs());
    let swing = (count > 1 && high - low > ROUNDING * largest).then_some(high - low);
    let alike = figures
        .iter()
        .all(|figure| *figure == figures[0] || figure.is_nan() && figures[0].is_nan());
    let movement = if alike || count == figures.len() && swing.is_none() {
        Movement::DoesNotVary
    } else if count < figures.len() {
        Movement::OutOfExistence
    } else {
        Movement::Moves
    };
    (movement, swing)
}

/// Which of two rows stands above the other.
fn order(a: (Movement, Option<f64>), b: (Movement, Option<f64>)) -> Ordering {
    let rank = |movement: Movement| match movement {
        Movement::OutOfExistence => 0,
        Movement::Moves => 1,
        Movement::DoesNotVary => 2,
    };
    let swing = |swing: Option<f64>| swing.unwrap_or(0.0);
    rank(a.0)
        .cmp(&rank(b.0))
        .then_with(|| swing(b.1).total_cmp(&swing(a.1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_figures_say() {
        let nan = f64::NAN;
        assert_eq!(spread(&[1.0, 2.0, 4.0]), (Movement::Moves, Some(3.0)));
        // Both ends on one side of the base.
        assert_eq!(spread(&[4.0, 2.0, 4.0]), (Movement::Moves, Some(2.0)));
        assert_eq!(spread(&[2.0, 2.0, 2.0]), (Movement::DoesNotVary, None));
        assert_eq!(
            spread(&[0.3, 0.1 + 0.2, 0.3]),
            (Movement::DoesNotVary, None)
        );
        assert_eq!(spread(&[nan, nan, nan]), (Movement::DoesNotVary, None));
        assert_eq!(
            spread(&[nan, 2.0, 3.0]),
            (Movement::OutOfExistence, Some(1.0))
        );
        assert_eq!(
            spread(&[f64::INFINITY, 2.0, 2.0]),
            (Movement::OutOfExistence, None)
        );
        assert_eq!(spread(&[nan, nan, 2.0]), (Movement::OutOfExistence, None));
    }

    #[test]
    fn what_does_not_vary_is_last() {
        let mut rows = [
            (Movement::DoesNotVary, None),
            (Movement::Moves, Some(1.0)),
            (Movement::OutOfExistence, None),
            (Movement::Moves, Some(9.0)),
            (Movement::OutOfExistence, Some(2.0)),
        ];
        rows.sort_by(|a, b| order(*a, *b));
        let swings: Vec<_> = rows.iter().map(|row| row.1).collect();
        assert_eq!(swings, [Some(2.0), None, Some(9.0), Some(1.0), None]);
        assert_eq!(rows[4].0, Movement::DoesNotVary);
    }
}
