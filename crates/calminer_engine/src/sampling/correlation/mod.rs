//! Rank correlation of inputs by a Gaussian copula.
//!
//! The non-zero pairs split the parameters into groups. In a group the normal scores of the members, in order of their
//! ids, are multiplied by the Cholesky factor of the score matrix; each parameter outside every group keeps its own
//! uniform number.

mod check;
mod matrix;
mod nearest;

use std::collections::BTreeMap;
use std::fmt;

use thiserror::Error;
use uuid::Uuid;

pub use check::{GroupCheck, check, rank_correlation, score_correlation};
pub use matrix::SymmetricMatrix;
pub use nearest::nearest_correlation;

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
    #[error("{}", contradiction(*matrix, *smallest_eigenvalue, conflicts))]
    NotPositiveSemidefinite {
        /// The matrix that fails. The typed one is checked first.
        matrix: MatrixKind,
        /// The group's members, in the order of the matrix.
        members: Vec<Uuid>,
        /// Its smallest eigenvalue.
        smallest_eigenvalue: f64,
        /// The pairs that take part most in the contradiction, those that matter most first.
        conflicts: Vec<(Uuid, Uuid)>,
    },
}

/// Pairs that a sentence names before it only counts the rest.
const NAMED_PAIRS: usize = 3;

/// What contradicts what, and the two ways out.
fn contradiction(matrix: MatrixKind, smallest: f64, conflicts: &[(Uuid, Uuid)]) -> String {
    let named = conflicts.iter().take(NAMED_PAIRS);
    let mut pairs: Vec<String> = named.map(|(a, b)| format!("{a} and {b}")).collect();
    if let more @ 1.. = conflicts.len().saturating_sub(NAMED_PAIRS) {
        pairs.push(format!("{more} more"));
    }
    let pairs = pairs.join("; ");
    let what = match matrix {
        MatrixKind::Rank => "the rank correlations contradict each other",
        MatrixKind::Score => {
            "the rank correlations are possible, but not the normal-score correlations that they convert to"
        }
    };
    format!(
        "{what}: the smallest eigenvalue is {smallest:.6} and must not be below 0; most in conflict: {pairs}; change \
         one of these figures, or consent to the nearest possible matrix"
    )
}

/// Parameters that depend on each other.
#[derive(Clone, Debug, PartialEq)]
pub struct CorrelationGroup {
    check: GroupCheck,
    rows: Vec<Vec<(usize, f64)>>,
}

impl CorrelationGroup {
    fn new(check: GroupCheck) -> Self {
        let rows = check.used_score().cholesky_rows();
        Self { check, rows }
    }

    /// The members, ascending by id.
    pub fn members(&self) -> &[Uuid] {
        self.check.members()
    }

    /// Both checks, and the matrices as typed, repaired and used.
    pub fn check(&self) -> &GroupCheck {
        &self.check
    }

    /// The rank correlations as typed, in the order of the members.
    pub fn rank_matrix(&self) -> &SymmetricMatrix {
        self.check.typed()
    }

    /// The correlations of the normal scores that were factorised.
    pub fn score_matrix(&self) -> &SymmetricMatrix {
        self.check.used_score()
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
    /// From pairs with their rank correlation (Spearman), in any order, used exactly as typed. Pairs of 0 join nothing;
    /// a pair may stand twice with the same figure.
    ///
    /// # Errors
    /// When a single pair is impossible, and when a group fails one of its checks.
    pub fn new(pairs: &[(Uuid, Uuid, f64)]) -> Result<Self, CorrelationError> {
        let checks = check(pairs)?;
        match checks.iter().find_map(GroupCheck::error) {
            Some(error) => Err(error),
            None => Ok(Self::of(checks)),
        }
    }

    /// As [`Self::new`], with the nearest possible matrix in place of one that fails a check: the user's consent is the
    /// caller's to ask.
    ///
    /// # Errors
    /// When a single pair is impossible.
    pub fn nearest(pairs: &[(Uuid, Uuid, f64)]) -> Result<Self, CorrelationError> {
        Ok(Self::of(check(pairs)?))
    }

    fn of(checks: Vec<GroupCheck>) -> Self {
        Self {
            groups: checks.into_iter().map(CorrelationGroup::new).collect(),
        }
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

#[cfg(test)]
mod repair_tests;
#[cfg(test)]
mod tests;
