//! The correlation matrix nearest to a symmetric matrix.

use super::matrix::SymmetricMatrix;

/// Entries that move less than this from one round to the next have arrived.
const ARRIVED: f64 = 1e-14;
/// Rounds at most. Convergence is linear: 30 rounds at 3 rows, 110 at 50; the bound is for matrices with NaN.
const MOST_ROUNDS: usize = 2_000;
/// The result's smallest eigenvalue is above the floor by this, so that its rounding never is below.
const MARGIN: f64 = 1e-12;

/// The nearest matrix, in the Frobenius norm, with ones on the diagonal and no eigenvalue below `floor` (0 or a little
/// more, below 1).
///
/// N. Higham, *Computing the nearest correlation matrix: a problem from finance*, IMA Journal of Numerical Analysis 22
/// (2002): projections in turn on the matrices of these eigenvalues, with Dykstra's correction, and on those with ones
/// on the diagonal. A matrix that is one already comes back bit for bit. NaN stays NaN.
pub fn nearest_correlation(matrix: &SymmetricMatrix, floor: f64) -> SymmetricMatrix {
    let size = matrix.size();
    let is_one = (0..size).all(|k| matrix.get(k, k) == 1.0);
    if is_one && matrix.smallest_eigenvalue() >= floor {
        return matrix.clone();
    }
    let mut found = matrix.clone();
    let mut correction = SymmetricMatrix::from_fn(size, |_, _| 0.0);
    for _ in 0..MOST_ROUNDS {
        let corrected = SymmetricMatrix::from_fn(size, |row, column| {
            found.get(row, column) - correction.get(row, column)
        });
        // What the projection adds is Dykstra's correction of the next round.
        correction = corrected.lift_to(floor);
        let next = SymmetricMatrix::from_fn(size, |row, column| {
            if row == column {
                1.0
            } else {
                corrected.get(row, column) + correction.get(row, column)
            }
        });
        let moved = largest_difference(&next, &found);
        found = next;
        if moved < ARRIVED {
            break;
        }
    }
    raised(&found, floor + MARGIN)
}

/// A matrix with ones on its diagonal, drawn towards the identity until its smallest eigenvalue is `least`.
fn raised(matrix: &SymmetricMatrix, least: f64) -> SymmetricMatrix {
    let smallest = matrix.smallest_eigenvalue();
    let share = if smallest < least {
        (least - smallest) / (1.0 - smallest)
    } else {
        0.0
    };
    SymmetricMatrix::from_fn(matrix.size(), |row, column| {
        let entry = matrix.get(row, column);
        if row == column {
            entry
        } else {
            entry - share * entry
        }
    })
}

fn largest_difference(one: &SymmetricMatrix, other: &SymmetricMatrix) -> f64 {
    let mut largest = 0.0_f64;
    for row in 0..one.size() {
        for column in 0..row {
            let moved = (one.get(row, column) - other.get(row, column)).abs();
            largest = if moved > largest { moved } else { largest };
        }
    }
    largest
}
