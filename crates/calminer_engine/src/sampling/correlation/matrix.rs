//! Small symmetric matrices: eigenvalues and the Cholesky factor.

/// A symmetric matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct SymmetricMatrix {
    size: usize,
    /// Row by row, both triangles.
    entries: Vec<f64>,
}

impl SymmetricMatrix {
    /// From a function of row and column, asked for the lower triangle and mirrored.
    pub fn from_fn(size: usize, entry: impl Fn(usize, usize) -> f64) -> Self {
        let mut matrix = Self {
            size,
            entries: vec![0.0; size * size],
        };
        for row in 0..size {
            for column in 0..=row {
                matrix.set(row, column, entry(row, column));
            }
        }
        matrix
    }

    /// Number of rows.
    pub fn size(&self) -> usize {
        self.size
    }

    /// All rows, for what keeps a matrix as plain data.
    pub fn rows(&self) -> Vec<Vec<f64>> {
        let row = |row: usize| (0..self.size).map(|column| self.get(row, column)).collect();
        (0..self.size).map(row).collect()
    }

    /// An entry; the indices must be below the size.
    pub fn get(&self, row: usize, column: usize) -> f64 {
        self.entries[row * self.size + column]
    }

    fn set(&mut self, row: usize, column: usize, value: f64) {
        self.entries[row * self.size + column] = value;
        self.entries[column * self.size + row] = value;
    }

    /// All eigenvalues, ascending, by cyclic Jacobi rotations; absolute error about 1e-15 times the largest.
    pub fn eigenvalues(&self) -> Vec<f64> {
        let turned = self.diagonalized(|_, _, _, _| {});
        let mut values: Vec<f64> = (0..self.size).map(|k| turned.get(k, k)).collect();
        values.sort_by(f64::total_cmp);
        values
    }

    /// The smallest eigenvalue; infinite for an empty matrix.
    pub fn smallest_eigenvalue(&self) -> f64 {
        self.eigenvalues().first().copied().unwrap_or(f64::INFINITY)
    }

    /// What has to be added so that no eigenvalue is below `floor` with the least change in the Frobenius norm: the sum
    /// of (floor - value) v v' over the eigenvalues below it.
    ///
    /// It is the same whichever eigenvectors v span the space of a value that comes more than once. A floor of 0 gives
    /// minus the negative part of the matrix.
    #[must_use]
    pub fn lift_to(&self, floor: f64) -> Self {
        let size = self.size;
        // Row k is the eigenvector that belongs to entry (k, k) of the turned matrix.
        let mut vectors =
            Self::from_fn(size, |row, column| f64::from(u8::from(row == column))).entries;
        let turned = self.diagonalized(|p, q, cosine, sine| {
            for k in 0..size {
                let (at_p, at_q) = (vectors[p * size + k], vectors[q * size + k]);
                vectors[p * size + k] = cosine * at_p - sine * at_q;
                vectors[q * size + k] = sine * at_p + cosine * at_q;
            }
        });
        let mut lift = Self::from_fn(size, |_, _| 0.0);
        for k in 0..size {
            let short = floor - turned.get(k, k);
            if short <= 0.0 {
                continue;
            }
            let vector = &vectors[k * size..][..size];
            for row in 0..size {
                for column in 0..=row {
                    let entry = lift.get(row, column) + short * vector[row] * vector[column];
                    lift.set(row, column, entry);
                }
            }
        }
        lift
    }

    /// The matrix turned into a diagonal one by cyclic Jacobi rotations; `turn` hears each: p, q, cosine and sine.
    fn diagonalized(&self, mut turn: impl FnMut(usize, usize, f64, f64)) -> Self {
        let mut work = self.clone();
        // Convergence is quadratic; ten sweeps serve any size, the bound is for matrices with NaN.
        for _ in 0..60 {
            let mut rotated = false;
            for p in 0..self.size {
                for q in p + 1..self.size {
                    if let Some((cosine, sine)) = work.rotate(p, q) {
                        turn(p, q, cosine, sine);
                        rotated = true;
                    }
                }
            }
            if !rotated {
                break;
            }
        }
        work
    }

    /// Cosine and sine of the rotation that brings entry (p, q) to 0; none when it is 0 to the last digit already.
    fn rotate(&mut self, p: usize, q: usize) -> Option<(f64, f64)> {
        let (pp, qq, pq) = (self.get(p, p), self.get(q, q), self.get(p, q));
        if pq.abs() <= 1e-17 * (pp.abs() + qq.abs()) {
            self.set(p, q, 0.0);
            return None;
        }
        let theta = (qq - pp) / (2.0 * pq);
        let tangent = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
        let cosine = 1.0 / (tangent * tangent + 1.0).sqrt();
        let sine = tangent * cosine;
        self.set(p, p, pp - tangent * pq);
        self.set(q, q, qq + tangent * pq);
        self.set(p, q, 0.0);
        for k in (0..self.size).filter(|&k| k != p && k != q) {
            let (kp, kq) = (self.get(k, p), self.get(k, q));
            self.set(k, p, cosine * kp - sine * kq);
            self.set(k, q, sine * kp + cosine * kq);
        }
        Some((cosine, sine))
    }

    /// The rows of the Cholesky factor L of a positive semidefinite correlation matrix, L L' = this: (column, weight)
    /// ascending, weights of 0 left out.
    ///
    /// Without pivoting, so that a row depends on the rows before it alone. A pivot of 0, where a variable is a sum of
    /// those before it, is set to 0 with its column.
    pub fn cholesky_rows(&self) -> Vec<Vec<(usize, f64)>> {
        const ZERO_PIVOT: f64 = 1e-12;
        let mut factor = vec![vec![0.0; self.size]; self.size];
        for row in 0..self.size {
            for column in 0..=row {
                let (above, below) = (&factor[column], &factor[row]);
                let known: f64 = above[..column].iter().zip(below).map(|(a, b)| a * b).sum();
                let rest = self.get(row, column) - known;
                let pivot = factor[column][column];
                factor[row][column] = if column == row {
                    if rest > ZERO_PIVOT { rest.sqrt() } else { 0.0 }
                } else if pivot > 0.0 {
                    rest / pivot
                } else {
                    0.0
                };
            }
        }
        let weights = |row: Vec<f64>| {
            row.into_iter()
                .enumerate()
                .filter(|(_, weight)| *weight != 0.0)
                .collect()
        };
        factor.into_iter().map(weights).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(rows: &[&[f64]]) -> SymmetricMatrix {
        SymmetricMatrix::from_fn(rows.len(), |row, column| rows[row][column])
    }

    #[test]
    fn eigenvalues_of_known_matrices() {
        // Tridiagonal with 2 on and -1 beside the diagonal: 2 - 2 cos(k pi / (n + 1)).
        let n = 12;
        let chain = SymmetricMatrix::from_fn(n, |row, column| match row - column {
            0 => 2.0,
            1 => -1.0,
            _ => 0.0,
        });
        for (k, value) in chain.eigenvalues().into_iter().enumerate() {
            let exact =
                2.0 - 2.0 * libm::cos((k + 1) as f64 * std::f64::consts::PI / (n + 1) as f64);
            assert!((value - exact).abs() < 1e-14, "{value} {exact}");
        }
        // The example of the nearest correlation matrix: 1 - sqrt(2).
        let example = matrix(&[&[1.0], &[1.0, 1.0], &[0.0, 1.0, 1.0]]);
        assert!((example.smallest_eigenvalue() - (1.0 - 2.0_f64.sqrt())).abs() < 1e-15);
        assert_eq!(matrix(&[]).smallest_eigenvalue(), f64::INFINITY);
    }

    #[test]
    fn the_factor_gives_the_matrix_back() {
        let matrix = matrix(&[
            &[1.0],
            &[0.5, 1.0],
            &[0.3, 0.0, 1.0],
            &[-0.2, 0.1, 0.6, 1.0],
        ]);
        let rows = matrix.cholesky_rows();
        for row in 0..4 {
            for column in 0..4 {
                let weight =
                    |r: usize, k: usize| rows[r].iter().find(|w| w.0 == k).map_or(0.0, |w| w.1);
                let product: f64 = (0..4).map(|k| weight(row, k) * weight(column, k)).sum();
                assert!((product - matrix.get(row, column)).abs() < 1e-15);
            }
        }
    }

    #[test]
    fn zero_pivots_are_left_out() {
        let copies = matrix(&[
            &[1.0],
            &[1.0, 1.0],
            &[-1.0, -1.0, 1.0],
            &[0.0, 0.0, 0.0, 1.0],
        ]);
        assert_eq!(
            copies.cholesky_rows(),
            [
                vec![(0, 1.0)],
                vec![(0, 1.0)],
                vec![(0, -1.0)],
                vec![(3, 1.0)]
            ]
        );
    }
}
