//! Rank correlation of inputs by a Gaussian copula.
//!
//! The non-zero pairs split the parameters into groups. In a group the normal scores of the members, in order of their
//! ids, are multiplied by the Cholesky factor of the score matrix; each parameter outside every group keeps its own
//! uniform number.

mod matrix;

use std::collections::BTreeMap;
use std::f64::consts::PI;
use std::fmt;

use thiserror::Error;
use uuid::Uuid;

pub use matrix::SymmetricMatrix;

/// Eigenvalues this far below 0 are rounding, not a contradiction.
const TOLERANCE: f64 = 1e-12;

/// Which of the two matrices is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatrixKind {
    /// The rank correlations as typed.
    Rank,
    /// The correlations of the normal scores, 2 sin(pi rho / 6), which are factorised.
    Score,
}

impl fmt::Display for MatrixKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Rank => "rank correlations",
            Self::Score => "normal-score correlations",
        })
    }
}

/// Why correlations cannot be used.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum CorrelationError {
    /// Outside [-1, 1], or no number.
    #[error("correlation {rho} of {first} and {second} is not between -1 and 1")]
    OutOfRange {
        /// One parameter.
        first: Uuid,
        /// The other.
        second: Uuid,
        /// The figure.
        rho: f64,
    },
    /// A pair of a parameter with itself.
    #[error("{parameter} is correlated with itself")]
    WithItself {
        /// The parameter.
        parameter: Uuid,
    },
    /// A pair that stands twice, with different figures.
    #[error("{first} and {second} have two correlations, {one} and {other}")]
    Conflicting {
        /// One parameter.
        first: Uuid,
        /// The other.
        second: Uuid,
        /// The figure that came first.
        one: f64,
        /// The figure that contradicts it.
        other: f64,
    },
    /// No set of variables can have these correlations.
    #[error(
        "the {matrix} contradict each other: smallest eigenvalue {smallest_eigenvalue:.6} is below 0"
    )]
    NotPositiveSemidefinite {
        /// The matrix that fails. The typed one is checked first.
        matrix: MatrixKind,
        /// The group's members, in the order of the matrix.
        members: Vec<Uuid>,
        /// Its smallest eigenvalue.
        smallest_eigenvalue: f64,
    },
}

/// Correlation of normal scores that gives two variables the rank correlation `rho`; exact at -1, 0 and 1.
pub fn score_correlation(rho: f64) -> f64 {
    if rho.abs() == 1.0 {
        rho
    } else {
        2.0 * libm::sin(PI / 6.0 * rho)
    }
}

/// Parameters that depend on each other.
#[derive(Clone, Debug, PartialEq)]
pub struct CorrelationGroup {
    members: Vec<Uuid>,
    rank: SymmetricMatrix,
    score: SymmetricMatrix,
    rows: Vec<Vec<(usize, f64)>>,
}

impl CorrelationGroup {
    /// The members, ascending by id.
    pub fn members(&self) -> &[Uuid] {
        &self.members
    }

    /// The rank correlations as typed, in the order of the members.
    pub fn rank_matrix(&self) -> &SymmetricMatrix {
        &self.rank
    }

    /// The correlations of the normal scores that were factorised.
    pub fn score_matrix(&self) -> &SymmetricMatrix {
        &self.score
    }

    /// For each member the weights other than 0 in its row of the Cholesky factor: (member, weight), ascending.
    pub fn rows(&self) -> &[Vec<(usize, f64)>] {
        &self.rows
    }

    /// True when the member's score is its own, so that its uniform number is used unchanged.
    pub fn keeps_own(&self, member: usize) -> bool {
        self.rows
            .get(member)
            .is_some_and(|row| *row == [(member, 1.0)])
    }
}

/// All correlations of a scenario, checked and factorised.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CorrelationPlan {
    groups: Vec<CorrelationGroup>,
}

impl CorrelationPlan {
    /// From pairs with their rank correlation (Spearman), in any order. Pairs of 0 join nothing; a pair may stand twice
    /// with the same figure.
    pub fn new(pairs: &[(Uuid, Uuid, f64)]) -> Result<Self, CorrelationError> {
        let pairs = checked(pairs)?;
        let mut groups = Vec::new();
        for members in components(&pairs) {
            groups.push(group(members, &pairs)?);
        }
        Ok(Self { groups })
    }

    /// The groups, ascending by their first member.
    pub fn groups(&self) -> &[CorrelationGroup] {
        &self.groups
    }
}

type Pairs = BTreeMap<(Uuid, Uuid), f64>;

/// Pairs with the smaller id first, without those of 0.
fn checked(pairs: &[(Uuid, Uuid, f64)]) -> Result<Pairs, CorrelationError> {
    let mut found = Pairs::new();
    for &(one, other, rho) in pairs {
        let (first, second) = (one.min(other), one.max(other));
        if first == second {
            return Err(CorrelationError::WithItself { parameter: first });
        }
        if !(-1.0..=1.0).contains(&rho) {
            return Err(CorrelationError::OutOfRange { first, second, rho });
        }
        match found.insert((first, second), rho) {
            Some(one) if one != rho => {
                return Err(CorrelationError::Conflicting {
                    first,
                    second,
                    one,
                    other: rho,
                });
            }
            _ => {}
        }
    }
    found.retain(|_, rho| *rho != 0.0);
    Ok(found)
}

/// The smallest id reached by following parents.
fn root(parent: &BTreeMap<Uuid, Uuid>, mut id: Uuid) -> Uuid {
    while let Some(&up) = parent.get(&id) {
        if up == id {
            break;
        }
        id = up;
    }
    id
}

/// Connected components, each ascending, in the order of their first members.
fn components(pairs: &Pairs) -> Vec<Vec<Uuid>> {
    // Each parameter points at one with a smaller id in its component; the smallest points at itself.
    let mut parent: BTreeMap<Uuid, Uuid> = BTreeMap::new();
    for &(first, second) in pairs.keys() {
        parent.entry(first).or_insert(first);
        parent.entry(second).or_insert(second);
        let (one, other) = (root(&parent, first), root(&parent, second));
        parent.insert(one.max(other), one.min(other));
    }
    let mut groups: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
    for &id in parent.keys() {
        groups.entry(root(&parent, id)).or_default().push(id);
    }
    groups.into_values().collect()
}

fn group(members: Vec<Uuid>, pairs: &Pairs) -> Result<CorrelationGroup, CorrelationError> {
    let rho = |row: usize, column: usize| {
        if row == column {
            return 1.0;
        }
        let (first, second) = (members[row.min(column)], members[row.max(column)]);
        pairs.get(&(first, second)).copied().unwrap_or(0.0)
    };
    let rank = SymmetricMatrix::from_fn(members.len(), rho);
    let score = SymmetricMatrix::from_fn(members.len(), |row, column| {
        score_correlation(rank.get(row, column))
    });
    for (kind, matrix) in [(MatrixKind::Rank, &rank), (MatrixKind::Score, &score)] {
        let smallest_eigenvalue = matrix.smallest_eigenvalue();
        if smallest_eigenvalue < -TOLERANCE {
            return Err(CorrelationError::NotPositiveSemidefinite {
                matrix: kind,
                members,
                smallest_eigenvalue,
            });
        }
    }
    let rows = score.cholesky_rows();
    Ok(CorrelationGroup {
        members,
        rank,
        score,
        rows,
    })
}

#[cfg(test)]
mod tests;
