use super::*;

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn pairs(list: &[(u128, u128, f64)]) -> Vec<(Uuid, Uuid, f64)> {
    list.iter()
        .map(|&(a, b, rho)| (id(a), id(b), rho))
        .collect()
}

fn smallest(list: &[(u128, u128, f64)], kind: MatrixKind) -> f64 {
    match CorrelationPlan::new(&pairs(list)) {
        Err(CorrelationError::NotPositiveSemidefinite {
            matrix,
            smallest_eigenvalue,
            ..
        }) if matrix == kind => smallest_eigenvalue,
        other => panic!("{other:?}"),
    }
}

/// Reference values of the definitions and of test case COR-01.
#[test]
fn contradicting_correlations_are_refused_with_their_eigenvalue() {
    let found = smallest(&[(1, 2, 0.9), (2, 3, 0.8), (1, 3, 0.0)], MatrixKind::Rank);
    assert!((found - -0.204_16).abs() < 5e-6, "{found}");
    let found = smallest(&[(1, 2, 0.9), (2, 3, 0.9), (1, 3, -0.9)], MatrixKind::Rank);
    assert!((found - -0.8).abs() < 1e-14, "{found}");
    // As (rho12, rho23, rho13).
    let found = smallest(&[(1, 2, 0.9), (2, 3, 0.8), (1, 3, 0.2)], MatrixKind::Rank);
    assert!((found - -0.109_215).abs() < 6e-7, "{found}");
}

/// The typed matrix has smallest eigenvalue 0; only its conversion to normal scores is impossible.
#[test]
fn a_matrix_that_fails_only_after_conversion_is_told_apart() {
    let list = [(1, 2, 0.5), (1, 3, 0.5), (2, 3, -0.5)];
    let found = smallest(&list, MatrixKind::Score);
    assert!((found - -0.035_3).abs() < 5e-5, "{found}");
    let rank = SymmetricMatrix::from_fn(3, |r, c| if r == c { 1.0 } else { list[r + c - 1].2 });
    assert!(rank.smallest_eigenvalue().abs() < 1e-15);
}

#[test]
fn faulty_pairs_are_named() {
    let new = |list: &[(u128, u128, f64)]| CorrelationPlan::new(&pairs(list)).unwrap_err();
    assert_eq!(
        new(&[(2, 1, 1.5)]),
        CorrelationError::OutOfRange {
            first: id(1),
            second: id(2),
            rho: 1.5
        }
    );
    assert!(matches!(
        new(&[(1, 2, f64::NAN)]),
        CorrelationError::OutOfRange { .. }
    ));
    assert_eq!(
        new(&[(7, 7, 0.5)]),
        CorrelationError::WithItself { parameter: id(7) }
    );
    let conflict = CorrelationError::Conflicting {
        first: id(1),
        second: id(2),
        one: 0.5,
        other: 0.4,
    };
    assert_eq!(new(&[(1, 2, 0.5), (2, 1, 0.4)]), conflict);
    assert_eq!(
        new(&[(1, 2, 0.5), (1, 2, 0.0), (1, 2, 0.5)]),
        CorrelationError::Conflicting {
            first: id(1),
            second: id(2),
            one: 0.5,
            other: 0.0
        }
    );
    assert!(CorrelationPlan::new(&pairs(&[(1, 2, 0.5), (2, 1, 0.5)])).is_ok());
}

#[test]
fn groups_are_connected_components_in_order_of_id() {
    let plan = CorrelationPlan::new(&pairs(&[
        (9, 4, 0.3),
        (7, 2, 0.1),
        (4, 1, 0.2),
        (5, 6, 0.0),
        (8, 3, -0.6),
        (3, 7, 0.2),
    ]))
    .unwrap();
    let members: Vec<Vec<Uuid>> = plan
        .groups()
        .iter()
        .map(|group| group.members().to_vec())
        .collect();
    assert_eq!(
        members,
        [vec![id(1), id(4), id(9)], vec![id(2), id(3), id(7), id(8)]]
    );
    assert!(CorrelationPlan::new(&[]).unwrap().groups().is_empty());
    // The order of pairs and of their members means nothing.
    let turned = CorrelationPlan::new(&pairs(&[
        (7, 3, 0.2),
        (3, 8, -0.6),
        (1, 4, 0.2),
        (2, 7, 0.1),
        (4, 9, 0.3),
    ]))
    .unwrap();
    assert_eq!(turned, plan);
}

#[test]
fn scores_of_full_correlation_are_exact() {
    assert_eq!(
        [
            score_correlation(1.0),
            score_correlation(-1.0),
            score_correlation(0.0)
        ],
        [1.0, -1.0, 0.0]
    );
    assert!((score_correlation(0.5) - 0.517_638_090_205_041_5).abs() < 1e-16);
    let plan = CorrelationPlan::new(&pairs(&[
        (1, 2, 1.0),
        (1, 3, -1.0),
        (2, 3, -1.0),
        (4, 1, 0.5),
        (2, 4, 0.5),
        (3, 4, -0.5),
    ]))
    .unwrap();
    let group = &plan.groups()[0];
    assert_eq!(group.rows()[1], [(0, 1.0)]);
    assert_eq!(group.rows()[2], [(0, -1.0)]);
    assert_eq!(group.rows()[3].len(), 2);
    assert!(group.keeps_own(0) && !group.keeps_own(1) && !group.keeps_own(3));
}

#[test]
fn a_member_without_earlier_neighbors_keeps_its_own() {
    let plan = CorrelationPlan::new(&pairs(&[(1, 3, 0.5), (2, 3, 0.5)])).unwrap();
    let group = &plan.groups()[0];
    assert!(group.keeps_own(0) && group.keeps_own(1) && !group.keeps_own(2));
    assert_eq!(group.rank_matrix().get(0, 2), 0.5);
    assert!((group.score_matrix().get(0, 2) - 0.517_638_090_205_041_5).abs() < 1e-16);
}
