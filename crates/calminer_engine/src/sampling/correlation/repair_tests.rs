//! The two checks and the nearest possible matrix against figures from elsewhere.
//!
//! Where nothing else is said the figures are from numpy 2 and scipy 1: Higham's alternating projections with
//! `numpy.linalg.eigh` until nothing moves, written apart from this code.

use super::*;

fn matrix(rows: &[&[f64]]) -> SymmetricMatrix {
    SymmetricMatrix::from_fn(rows.len(), |row, column| rows[row][column])
}

fn three(rho12: f64, rho23: f64, rho13: f64) -> SymmetricMatrix {
    matrix(&[&[1.0], &[rho12, 1.0], &[rho13, rho23, 1.0]])
}

fn group(rho12: f64, rho23: f64, rho13: f64) -> GroupCheck {
    let [a, b, c] = [1, 2, 3].map(Uuid::from_u128);
    let pairs = [(a, b, rho12), (b, c, rho23), (a, c, rho13)];
    check(&pairs).unwrap().swap_remove(0)
}

fn close(found: &SymmetricMatrix, exact: &SymmetricMatrix, tolerance: f64) {
    for row in 0..exact.size() {
        for column in 0..exact.size() {
            let (one, other) = (found.get(row, column), exact.get(row, column));
            assert!(
                (one - other).abs() < tolerance,
                "{row} {column}: {one} {other}"
            );
        }
    }
}

/// Five variables that contradict each other.
const FIVE: &[&[f64]] = &[
    &[1.0],
    &[0.9, 1.0],
    &[-0.3, 0.8, 1.0],
    &[0.6, -0.5, 0.7, 1.0],
    &[0.0, 0.4, 0.2, -0.9, 1.0],
];

#[test]
fn nearest_matrices_are_the_published_ones() {
    // COR-01.
    close(
        &nearest_correlation(&three(0.9, 0.9, -0.9), 0.0),
        &three(0.5, 0.5, -0.5),
        1e-10,
    );
    close(
        &nearest_correlation(&three(0.9, 0.8, 0.2), 0.0),
        &three(0.829_625, 0.741_444, 0.240_480),
        6e-7,
    );
    // Higham's own example, "What is a correlation matrix?" (2020), with eight digits recomputed.
    close(
        &nearest_correlation(&three(1.0, 1.0, 0.0), 0.0),
        &three(0.760_689_85, 0.760_689_85, 0.157_298_11),
        6e-9,
    );
    let five = matrix(&[
        &[1.0],
        &[0.602_770_940_415, 1.0],
        &[-0.022_264_614_771, 0.490_048_495_809, 1.0],
        &[
            0.293_923_436_213,
            -0.158_419_861_535,
            0.380_822_287_445,
            1.0,
        ],
        &[
            -0.094_723_201_219,
            0.505_710_688_163,
            0.101_222_314_061,
            -0.791_142_662_048,
            1.0,
        ],
    ]);
    close(&nearest_correlation(&matrix(FIVE), 0.0), &five, 1e-11);
}

#[test]
fn nearest_matrices_keep_a_floor_under_their_eigenvalues() {
    let found = nearest_correlation(&matrix(FIVE), 0.05);
    let exact = [
        (1, 0, 0.587_188_176_21),
        (2, 0, -0.008_138_710_178),
        (3, 2, 0.364_278_726_562),
        (4, 3, -0.786_257_214_373),
    ];
    for (row, column, rho) in exact {
        assert!((found.get(row, column) - rho).abs() < 1e-11);
    }
    assert!((found.smallest_eigenvalue() - 0.05).abs() < 1e-11);
}

/// A matrix of `size` rows with entries anywhere in (-1, 1).
fn noise(size: usize, seed: u64) -> SymmetricMatrix {
    let mut state = seed;
    let entries: Vec<f64> = (0..size * size)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / f64::from(1 << 26) / f64::from(1 << 26) - 1.0
        })
        .collect();
    SymmetricMatrix::from_fn(size, |row, column| {
        if row == column {
            1.0
        } else {
            entries[row * size + column]
        }
    })
}

#[test]
fn nearest_matrices_are_possible_and_come_back_bit_for_bit() {
    for (size, seed) in [(2, 1), (3, 2), (6, 3), (12, 4), (25, 5)] {
        for floor in [0.0, 1e-8] {
            let typed = noise(size, seed);
            let found = nearest_correlation(&typed, floor);
            assert!((0..size).all(|k| found.get(k, k) == 1.0));
            assert!(found.smallest_eigenvalue() >= floor);
            assert_eq!(nearest_correlation(&found, floor), found);
            if size == 2 {
                assert_eq!(found, typed);
            }
        }
    }
}

#[test]
fn both_checks_have_their_eigenvalue() {
    let check = group(0.9, 0.8, 0.2);
    assert!((check.smallest_eigenvalue(MatrixKind::Rank) + 0.109_215).abs() < 6e-7);
    assert_eq!(check.failure(), Some(MatrixKind::Rank));
    // The nearest matrix is on the edge, so its conversion is not possible either: repaired twice.
    close(
        check.used(),
        &three(0.819_771_570, 0.733_359_882, 0.245_653_356),
        1e-8,
    );
    let check = group(0.5, -0.5, 0.5);
    assert!(check.smallest_eigenvalue(MatrixKind::Rank).abs() < 1e-15);
    assert!((check.smallest_eigenvalue(MatrixKind::Score) + 0.035_276_18).abs() < 1e-8);
    assert_eq!(check.failure(), Some(MatrixKind::Score));
    assert_eq!(check.repaired(), check.typed());
    close(
        check.used(),
        &three(0.482_583_73, -0.482_583_73, 0.482_583_73),
        1e-8,
    );
    assert!(check.used_score().smallest_eigenvalue() >= 1e-8);
    assert!((check.change(0, 1) - (0.482_583_73 - 0.5)).abs() < 1e-8);
    let check = group(0.5, 0.5, 0.5);
    assert_eq!((check.failure(), check.error()), (None, None));
    assert_eq!(
        (check.used(), check.repaired()),
        (check.typed(), check.typed())
    );
    assert_eq!(check.conflicts(), []);
    // Full correlation is possible and converts to itself.
    assert_eq!(group(1.0, -1.0, -1.0).failure(), None);
}

#[test]
fn conversions_undo_each_other() {
    for rho in [-1.0, -0.95, -0.3, 0.0, 1e-9, 0.5, 0.999, 1.0] {
        let again = rank_correlation(score_correlation(rho));
        assert!((again - rho).abs() < 4e-16, "{rho} {again}");
    }
    // 6 / pi asin(1 / 4) by Python's math.
    assert!((rank_correlation(0.5) - 0.482_583_739_530_997_4).abs() < 1e-15);
    assert_eq!([rank_correlation(1.0), rank_correlation(-1.0)], [1.0, -1.0]);
}

/// The negative part of the matrix in numpy: its largest entries beside the diagonal.
#[test]
fn cells_in_conflict_are_those_that_move_the_eigenvalue_most() {
    let cells = |check: &GroupCheck| check.conflicts().to_vec();
    assert_eq!(cells(&group(0.9, 0.9, -0.9)), [(0, 1), (0, 2), (1, 2)]);
    let id = Uuid::from_u128;
    let mut pairs = Vec::new();
    for (row, entries) in FIVE.iter().enumerate() {
        for (column, rho) in entries.iter().take(row).enumerate() {
            pairs.push((id(column as u128), id(row as u128), *rho));
        }
    }
    // 0.253, 0.242, 0.233, 0.232, 0.223, 0.214; the fifth variable takes part with 0.094 at most.
    let five = [(1, 3), (2, 3), (0, 3), (1, 2), (0, 1), (0, 2)];
    let check = &check(&pairs).unwrap()[0];
    assert_eq!(cells(check), five);
    let words = check.error().unwrap().to_string();
    assert!(
        words.contains("-0.968307") && words.contains("; 3 more"),
        "{words}"
    );
    // A pair that nobody typed counts as 0 and can be what contradicts.
    let chain = group(0.9, 0.8, 0.0);
    assert!((chain.smallest_eigenvalue(MatrixKind::Rank) + 0.204_16).abs() < 5e-6);
    assert!(cells(&chain).contains(&(0, 2)));
}

#[test]
fn with_consent_a_plan_draws_by_the_nearest_matrix() {
    let [a, b, c, one, two] = [1, 2, 3, 4, 5].map(Uuid::from_u128);
    let pairs = [(a, b, 0.9), (b, c, 0.9), (a, c, -0.9), (one, two, 0.25)];
    assert!(CorrelationPlan::new(&pairs).is_err());
    let plan = CorrelationPlan::nearest(&pairs).unwrap();
    let [repaired, other] = plan.groups() else {
        panic!("{plan:?}")
    };
    // The factor gives the used matrix back.
    let weight = |row: usize, k: usize| {
        let mut weights = repaired.rows()[row].iter();
        weights
            .find(|weight| weight.0 == k)
            .map_or(0.0, |weight| weight.1)
    };
    for row in 0..3 {
        for column in 0..3 {
            let product: f64 = (0..3).map(|k| weight(row, k) * weight(column, k)).sum();
            assert!((product - repaired.score_matrix().get(row, column)).abs() < 1e-12);
        }
    }
    // The first member keeps its own numbers; a group that is possible is the same to the bit.
    assert!(repaired.keeps_own(0));
    let alone = CorrelationPlan::new(&[(one, two, 0.25)]).unwrap();
    assert_eq!(alone.groups(), std::slice::from_ref(other));
    // Consent changes nothing where it is not needed.
    let possible = [(a, b, 0.3), (b, c, -0.2), (one, two, 0.25)];
    assert_eq!(
        CorrelationPlan::nearest(&possible),
        CorrelationPlan::new(&possible)
    );
    assert!(CorrelationPlan::nearest(&[(a, b, 1.5)]).is_err());
}
