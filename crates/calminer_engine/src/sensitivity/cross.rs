//! Sums of products of all pairs of columns, in one pass.
//!
//! Columns are shifted and scaled by their first trials, so that single precision inside a part of 1,024 trials loses
//! nothing that a correlation shows (about 1e-7); parts add up in double precision, in order. Shape and order depend on
//! the number of trials alone.

#![expect(
    clippy::inline_always,
    reason = "only what is inlined is compiled for the level of the processor"
)]

use crate::level::{self, Work};

/// Trials of a part.
const PART: usize = 1_024;
/// Trials that shift and scale are taken from.
const PILOT: usize = 1_024;
/// Columns of a block of products, which stay in registers.
const SIDE: usize = 4;
/// Trials multiplied at once.
const LANES: usize = 8;

/// How a column is brought near (0, 1).
#[derive(Clone, Copy, Debug)]
struct Scale {
    shift: f64,
    by: f64,
}

impl Scale {
    /// Of the first values that are there. A column that is constant in them is shifted by the constant itself.
    fn of(values: impl Iterator<Item = f64>) -> Self {
        let pilot: Vec<f64> = values.take(PILOT).collect();
        let Some(&first) = pilot.first() else {
            return Self {
                shift: 0.0,
                by: 1.0,
            };
        };
        let count = pilot.len() as f64;
        let mean = first + pilot.iter().map(|value| value - first).sum::<f64>() / count;
        let squares = pilot.iter().map(|value| (value - mean) * (value - mean));
        let sd = (squares.sum::<f64>() / count).sqrt();
        let is_constant = pilot.iter().all(|value| *value == first);
        let by = 1.0 / sd;
        Self {
            shift: if is_constant { first } else { mean },
            by: if is_constant || !by.is_finite() {
                1.0
            } else {
                by
            },
        }
    }
}

/// Columns of one run: inputs and one or more outputs, all of one length.
pub(crate) struct Cross<'a> {
    inputs: &'a [&'a [f32]],
    outputs: &'a [&'a [f64]],
    scales: Vec<Scale>,
}

/// Sums over trials of a constant 1, the inputs and the outputs, each with each: row by row, all places filled that
/// a regression reads (the constant and the inputs with all, each output with itself).
#[derive(Clone, Debug)]
pub(crate) struct Sums {
    size: usize,
    values: Vec<f64>,
}

impl Sums {
    fn new(size: usize) -> Self {
        Self {
            size,
            values: vec![0.0; size * size],
        }
    }

    fn get(&self, a: usize, b: usize) -> f64 {
        self.values[a.min(b) * self.size + a.max(b)]
    }

    /// Adds the sums of the trials that follow.
    pub(crate) fn merge(&mut self, next: &Self) {
        for (sum, more) in self.values.iter_mut().zip(&next.values) {
            *sum += more;
        }
    }
}

/// Centered moments of the inputs and one output over the trials that have the output.
pub(super) struct Covariances {
    /// Trials counted.
    pub(super) count: f64,
    /// Inputs, then the output: means in their own units.
    pub(super) means: Vec<f64>,
    /// Standard deviations (n - 1) in their own units.
    pub(super) sds: Vec<f64>,
    /// Correlations, row by row; NaN where one of the two does not vary.
    pub(super) correlations: Vec<f64>,
}

impl<'a> Cross<'a> {
    /// Trials of a piece of work: its sums can be made on any thread and merged in order.
    pub(crate) const PIECE: usize = 64 * PART;

    pub(crate) fn new(inputs: &'a [&'a [f32]], outputs: &'a [&'a [f64]]) -> Self {
        let of_inputs = inputs
            .iter()
            .map(|column| Scale::of(column.iter().map(|value| f64::from(*value))));
        let of_outputs = outputs.iter().map(|column| {
            let values = column.iter().copied();
            Scale::of(values.filter(|value| value.is_finite()))
        });
        Self {
            inputs,
            outputs,
            scales: of_inputs.chain(of_outputs).collect(),
        }
    }

    pub(crate) fn trials(&self) -> usize {
        let outputs = self.outputs.iter().map(|column| column.len());
        let inputs = self.inputs.iter().map(|column| column.len());
        outputs.chain(inputs).min().unwrap_or(0)
    }

    /// Number of pieces.
    pub(crate) fn pieces(&self) -> usize {
        self.trials().div_ceil(Self::PIECE)
    }

    /// The sums of one piece.
    pub(crate) fn piece(&self, number: usize) -> Sums {
        let from = number * Self::PIECE;
        let to = self.trials().min(from + Self::PIECE);
        level::at_best(Piece {
            cross: self,
            from,
            to,
        })
    }

    /// Sums of all pieces, one after another.
    pub(crate) fn all(&self) -> Sums {
        let mut sums = Sums::new(self.size());
        for number in 0..self.pieces() {
            sums.merge(&self.piece(number));
        }
        sums
    }

    fn size(&self) -> usize {
        1 + self.inputs.len() + self.outputs.len()
    }

    /// What a regression of one output needs, from the sums over all trials: those without the output are taken out.
    pub(super) fn covariances(&self, sums: &Sums, output: usize) -> Covariances {
        let inputs = self.inputs.len();
        let mut sums = sums.clone();
        let absent: Vec<usize> = (0..self.trials())
            .filter(|trial| !self.outputs[output][*trial].is_finite())
            .collect();
        for part in absent.chunks(PART) {
            self.take_out(&mut sums, part);
        }
        let places: Vec<usize> = (1..=inputs).chain([1 + inputs + output]).collect();
        let count = sums.get(0, 0);
        let mean = |place: usize| sums.get(0, place) / count;
        let centered = |a: usize, b: usize| sums.get(a, b) - sums.get(0, a) * mean(b);
        let scale = |place: usize| self.scales[place - 1];
        let squares: Vec<f64> = places.iter().map(|&a| centered(a, a)).collect();
        let correlation = |a: usize, b: usize| {
            let product = (squares[a] * squares[b]).sqrt();
            if product > 0.0 {
                (centered(places[a], places[b]) / product).clamp(-1.0, 1.0)
            } else {
                f64::NAN
            }
        };
        let size = places.len();
        Covariances {
            count,
            means: places
                .iter()
                .map(|&a| scale(a).shift + mean(a) / scale(a).by)
                .collect(),
            sds: squares
                .iter()
                .zip(&places)
                .map(|(square, &a)| (square.max(0.0) / (count - 1.0)).sqrt() / scale(a).by)
                .collect(),
            correlations: (0..size * size)
                .map(|k| correlation(k / size, k % size))
                .collect(),
        }
    }

    /// The columns of one output's trials alone.
    pub(super) fn with_present<T>(&self, output: usize, look: impl FnOnce(&Cross<'_>) -> T) -> T {
        let column = &self.outputs[output][..self.trials()];
        let is_there = |trial: &usize| column[*trial].is_finite();
        let trials: Vec<usize> = (0..column.len()).filter(is_there).collect();
        let inputs: Vec<Vec<f32>> = self
            .inputs
            .iter()
            .map(|input| trials.iter().map(|trial| input[*trial]).collect())
            .collect();
        let inputs: Vec<&[f32]> = inputs.iter().map(Vec::as_slice).collect();
        let figures: Vec<f64> = trials.iter().map(|trial| column[*trial]).collect();
        look(&Cross::new(&inputs, &[&figures]))
    }

    /// Takes trials without an output out of the sums of constant and inputs; outputs count 0 where they are absent.
    fn take_out(&self, sums: &mut Sums, trials: &[usize]) {
        let size = 1 + self.inputs.len();
        let mut rows = vec![[0.0_f32; PART]; size.div_ceil(SIDE) * SIDE];
        for (lane, &trial) in trials.iter().enumerate() {
            rows[0][lane] = 1.0;
            for ((row, column), scale) in rows[1..].iter_mut().zip(self.inputs).zip(&self.scales) {
                row[lane] = ((f64::from(column[trial]) - scale.shift) * scale.by) as f32;
            }
        }
        let mut out = Sums::new(size);
        level::at_best(AddPart {
            rows: &rows,
            first_output: size,
            sums: &mut out,
        });
        for row in 0..size {
            for column in row..size {
                sums.values[row * sums.size + column] -= out.get(row, column);
            }
        }
    }

    /// The scaled columns of a part of at most [`PART`] trials, 0 behind its end.
    #[inline(always)]
    fn fill(&self, from: usize, to: usize, rows: &mut [[f32; PART]]) {
        let len = to - from;
        rows[0] = [0.0; PART];
        rows[0][..len].fill(1.0);
        let (of_inputs, of_outputs) = rows[1..].split_at_mut(self.inputs.len());
        let (scales, scales_of_outputs) = self.scales.split_at(self.inputs.len());
        for ((row, column), scale) in of_inputs.iter_mut().zip(self.inputs).zip(scales) {
            // The shift in double precision: two near numbers lose nothing.
            for (to, value) in row.iter_mut().zip(&column[from..to]) {
                *to = ((f64::from(*value) - scale.shift) * scale.by) as f32;
            }
            row[len..].fill(0.0);
        }
        for ((row, column), scale) in of_outputs
            .iter_mut()
            .zip(self.outputs)
            .zip(scales_of_outputs)
        {
            for (to, value) in row.iter_mut().zip(&column[from..to]) {
                let scaled = ((value - scale.shift) * scale.by) as f32;
                *to = if value.is_finite() { scaled } else { 0.0 };
            }
            row[len..].fill(0.0);
        }
    }
}

struct Piece<'a> {
    cross: &'a Cross<'a>,
    from: usize,
    to: usize,
}

impl Work for Piece<'_> {
    type Output = Sums;

    #[inline(always)]
    fn run(self) -> Sums {
        let size = self.cross.size();
        let mut sums = Sums::new(size);
        // Whole blocks: the rows behind the last column stay 0.
        let mut rows = vec![[0.0_f32; PART]; size.div_ceil(SIDE) * SIDE];
        let first_output = 1 + self.cross.inputs.len();
        for from in (self.from..self.to).step_by(PART) {
            let to = self.to.min(from + PART);
            self.cross.fill(from, to, &mut rows[..size]);
            let sums = &mut sums;
            AddPart {
                rows: &rows,
                first_output,
                sums,
            }
            .run();
        }
        sums
    }
}

/// Adds the products of one part to the sums.
struct AddPart<'a> {
    /// Scaled columns, whole blocks of them.
    rows: &'a [[f32; PART]],
    first_output: usize,
    sums: &'a mut Sums,
}

impl Work for AddPart<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let size = self.sums.size;
        for a in (0..self.rows.len()).step_by(SIDE) {
            for b in (a..self.rows.len()).step_by(SIDE) {
                // Outputs among each other are asked for on the diagonal alone.
                if a >= self.first_output && a != b {
                    continue;
                }
                let products = products(&self.rows[a..a + SIDE], &self.rows[b..b + SIDE]);
                for (k, product) in products.into_iter().enumerate() {
                    let (row, column) = (a + k / SIDE, b + k % SIDE);
                    if row <= column && column < size {
                        self.sums.values[row * size + column] += product;
                    }
                }
            }
        }
    }
}

/// Sums of products of each of four columns with each of four.
#[inline(always)]
fn products(a: &[[f32; PART]], b: &[[f32; PART]]) -> [f64; SIDE * SIDE] {
    let mut all = [0.0; SIDE * SIDE];
    let [b0, b1, b2, b3] = [0, 1, 2, 3].map(|column| b[column].as_chunks::<LANES>().0);
    // Two columns at a time against four: eight sums and six columns fit into the registers.
    for half in [0, 2] {
        let [a0, a1] = [half, half + 1].map(|column| a[column].as_chunks::<LANES>().0);
        let mut sums = [[0.0_f32; LANES]; 2 * SIDE];
        for k in 0..PART / LANES {
            let (x, y) = ([a0[k], a1[k]], [b0[k], b1[k], b2[k], b3[k]]);
            for (place, sum) in sums.iter_mut().enumerate() {
                for lane in 0..LANES {
                    sum[lane] += x[place / SIDE][lane] * y[place % SIDE][lane];
                }
            }
        }
        for (place, sum) in sums.iter().enumerate() {
            all[half * SIDE + place] = sum.iter().map(|lane| f64::from(*lane)).sum();
        }
    }
    all
}
