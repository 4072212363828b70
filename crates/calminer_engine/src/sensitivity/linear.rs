//! Triangular systems of small correlation matrices.

/// Solves L y = b for a lower triangular L; a pivot of 0 leaves its unknown at 0.
pub(super) fn forward(factor: &[Vec<f64>], b: &[f64]) -> Vec<f64> {
    let mut y: Vec<f64> = Vec::with_capacity(b.len());
    for (row, b) in factor.iter().zip(b) {
        let known: f64 = row.iter().zip(&y).map(|(a, y)| a * y).sum();
        y.push(over(b - known, row[y.len()]));
    }
    y
}

/// Solves L L' x = b; of a semidefinite L L', the unknowns of pivots of 0 stay at 0.
pub(super) fn solve(factor: &[Vec<f64>], b: &[f64]) -> Vec<f64> {
    let mut x = forward(factor, b);
    for row in (0..x.len()).rev() {
        let known: f64 = (row + 1..x.len()).map(|k| factor[k][row] * x[k]).sum();
        x[row] = over(x[row] - known, factor[row][row]);
    }
    x
}

fn over(sum: f64, pivot: f64) -> f64 {
    if pivot > 0.0 { sum / pivot } else { 0.0 }
}
