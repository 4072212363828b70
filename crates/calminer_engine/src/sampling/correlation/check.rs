//! The two checks of a group of correlated parameters, what contradicts what, and the nearest possible matrix.

use std::f64::consts::PI;

use uuid::Uuid;

use super::matrix::SymmetricMatrix;
use super::nearest::nearest_correlation;
use super::{CorrelationError, MatrixKind, Pairs, checked, components};

/// Eigenvalues this far below 0 are rounding, not a contradiction.
const TOLERANCE: f64 = 1e-12;
/// Smallest eigenvalue of a repaired matrix of normal scores: far above the pivots that count as 0, so that its factor
/// gives the matrix back.
const SCORE_FLOOR: f64 = 1e-8;
/// Cells that take part in a contradiction at least this much, as a share of the cell that does most, are in conflict.
const CONFLICT_SHARE: f64 = 0.5;

/// Correlation of normal scores that gives two variables the rank correlation `rho`; exact at -1, 0 and 1.
///
/// r = 2 sin(pi rho / 6), for two jointly normal variables (K. Pearson 1907). NaN gives NaN.
pub fn score_correlation(rho: f64) -> f64 {
    if rho.abs() == 1.0 {
        rho
    } else {
        2.0 * libm::sin(PI / 6.0 * rho)
    }
}

/// The rank correlation of two variables whose normal scores have the correlation `r`, rho = 6 / pi asin(r / 2): the
/// other way round than [`score_correlation`]; exact at -1, 0 and 1. NaN and figures outside -1 to 1 give NaN or a
/// figure outside.
pub fn rank_correlation(r: f64) -> f64 {
    if r.abs() == 1.0 {
        r
    } else {
        6.0 / PI * libm::asin(r / 2.0)
    }
}

/// A group of correlated parameters with both checks and what a run uses with consent.
///
/// All matrices have ones on the diagonal and their rows in the order of the members. The three of rank correlations
/// are the same where both checks are passed.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupCheck {
    members: Vec<Uuid>,
    typed: SymmetricMatrix,
    repaired: SymmetricMatrix,
    used: SymmetricMatrix,
    used_score: SymmetricMatrix,
    smallest_typed: f64,
    smallest_score: f64,
    conflicts: Vec<(usize, usize)>,
}

/// Both checks of each group that the pairs make, ascending by its first member.
///
/// The pairs may stand in any order; pairs of 0 join nothing. No pairs give no groups.
///
/// # Errors
/// When a single pair is impossible: outside -1 to 1 or NaN, of one parameter with itself, or with two figures.
pub fn check(pairs: &[(Uuid, Uuid, f64)]) -> Result<Vec<GroupCheck>, CorrelationError> {
    let pairs = checked(pairs)?;
    let groups = components(&pairs).into_iter();
    Ok(groups
        .map(|members| GroupCheck::new(members, &pairs))
        .collect())
}

impl GroupCheck {
    fn new(members: Vec<Uuid>, pairs: &Pairs) -> Self {
        let rho = |row: usize, column: usize| {
            if row == column {
                return 1.0;
            }
            let (first, second) = (members[row.min(column)], members[row.max(column)]);
            pairs.get(&(first, second)).copied().unwrap_or(0.0)
        };
        let typed = SymmetricMatrix::from_fn(members.len(), rho);
        let score = mapped(&typed, score_correlation);
        let (smallest_typed, smallest_score) =
            (typed.smallest_eigenvalue(), score.smallest_eigenvalue());
        let conflicts = if !is_possible(smallest_typed) {
            conflicts(&typed)
        } else if !is_possible(smallest_score) {
            conflicts(&score)
        } else {
            Vec::new()
        };
        let (repaired, wanted) = if is_possible(smallest_typed) {
            (typed.clone(), score)
        } else {
            let repaired = nearest_correlation(&typed, 0.0);
            let wanted = mapped(&repaired, score_correlation);
            (repaired, wanted)
        };
        let (used, used_score) = if is_possible(wanted.smallest_eigenvalue()) {
            (repaired.clone(), wanted)
        } else {
            let used_score = nearest_correlation(&wanted, SCORE_FLOOR);
            (mapped(&used_score, rank_correlation), used_score)
        };
        Self {
            members,
            typed,
            repaired,
            used,
            used_score,
            smallest_typed,
            smallest_score,
            conflicts,
        }
    }

    /// The members, ascending by id.
    pub fn members(&self) -> &[Uuid] {
        &self.members
    }

    /// The rank correlations as typed; pairs that are not typed are 0.
    pub fn typed(&self) -> &SymmetricMatrix {
        &self.typed
    }

    /// The possible matrix nearest to the typed one, which is the typed one where that is possible itself.
    pub fn repaired(&self) -> &SymmetricMatrix {
        &self.repaired
    }

    /// The rank correlations that a run with consent asks of its draws: those of [`Self::used_score`].
    pub fn used(&self) -> &SymmetricMatrix {
        &self.used
    }

    /// The correlations of the normal scores that a run with consent factorises.
    pub fn used_score(&self) -> &SymmetricMatrix {
        &self.used_score
    }

    /// Smallest eigenvalue of one of the two matrices as typed: of the rank correlations, or of the normal scores that
    /// they convert to. Below 0 the matrix is impossible.
    pub fn smallest_eigenvalue(&self, matrix: MatrixKind) -> f64 {
        match matrix {
            MatrixKind::Rank => self.smallest_typed,
            MatrixKind::Score => self.smallest_score,
        }
    }

    /// Whether one of the two matrices as typed is possible: its smallest eigenvalue is 0 or above but for rounding.
    pub fn passes(&self, matrix: MatrixKind) -> bool {
        is_possible(self.smallest_eigenvalue(matrix))
    }

    /// The first of the two checks that fails; `None` where a run can use the matrix as it was typed.
    pub fn failure(&self) -> Option<MatrixKind> {
        [MatrixKind::Rank, MatrixKind::Score]
            .into_iter()
            .find(|matrix| !self.passes(*matrix))
    }

    /// The cells (row, column), row above column, that take part most in the contradiction of the check that fails;
    /// those that matter most come first. Empty where both are passed.
    ///
    /// Measured by the negative part of the matrix, the sum of |value| v v' over its eigenvalues below 0: with one of
    /// them an entry tells how fast the eigenvalue moves with the cell. A cell of 0 that nobody typed counts as well.
    pub fn conflicts(&self) -> &[(usize, usize)] {
        &self.conflicts
    }

    /// How far the figure that a run with consent uses lies from the typed one.
    pub fn change(&self, row: usize, column: usize) -> f64 {
        self.used.get(row, column) - self.typed.get(row, column)
    }

    /// Why a run without consent is refused; `None` where both checks are passed.
    pub fn error(&self) -> Option<CorrelationError> {
        let matrix = self.failure()?;
        let pair = |&(row, column): &(usize, usize)| (self.members[row], self.members[column]);
        Some(CorrelationError::NotPositiveSemidefinite {
            matrix,
            members: self.members.clone(),
            smallest_eigenvalue: self.smallest_eigenvalue(matrix),
            conflicts: self.conflicts.iter().map(pair).collect(),
        })
    }
}

fn is_possible(smallest_eigenvalue: f64) -> bool {
    smallest_eigenvalue >= -TOLERANCE
}

fn mapped(matrix: &SymmetricMatrix, of: impl Fn(f64) -> f64) -> SymmetricMatrix {
    SymmetricMatrix::from_fn(matrix.size(), |row, column| of(matrix.get(row, column)))
}

fn conflicts(matrix: &SymmetricMatrix) -> Vec<(usize, usize)> {
    let negative = matrix.lift_to(0.0);
    let weight = |&(row, column): &(usize, usize)| negative.get(row, column).abs();
    let mut cells: Vec<_> = (0..matrix.size())
        .flat_map(|row| (row + 1..matrix.size()).map(move |column| (row, column)))
        .collect();
    // Stable: cells that matter alike stay in the order of the matrix.
    cells.sort_by(|one, other| weight(other).total_cmp(&weight(one)));
    let least = cells.first().map_or(0.0, weight) * CONFLICT_SHARE;
    cells.retain(|cell| weight(cell) >= least);
    cells
}
