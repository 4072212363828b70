use super::*;

fn first(distribution: &Distribution) -> String {
    distribution
        .problems()
        .first()
        .map(|problem| format!("{}: {}", problem.field, problem.message))
        .unwrap_or_default()
}

#[test]
fn impossible_figures_name_value_and_rule() {
    assert_eq!(
        first(&Distribution::Normal {
            mean: 100.0,
            sd: -5.0
        }),
        "sd: standard deviation -5 is below 0"
    );
    assert_eq!(
        first(&Distribution::Triangular {
            min: 10.0,
            mode: 60.0,
            max: 40.0
        }),
        "mode: mode 60 is above max 40"
    );
    assert_eq!(
        first(&Distribution::Triangular {
            min: 40.0,
            mode: 20.0,
            max: 10.0
        }),
        "min: min 40 is above max 10"
    );
    assert_eq!(
        first(&Distribution::Uniform {
            min: 60.0,
            max: 40.0
        }),
        "min: min 60 is above max 40"
    );
    assert_eq!(
        first(&Distribution::Discrete {
            values: vec![1.0, 2.0, 3.0],
            weights: vec![1.0, -1.0, 1.0]
        }),
        "weights: weight -1 is not a number of 0 or more"
    );
    assert_eq!(
        first(&Distribution::Discrete {
            values: vec![1.0, 2.0],
            weights: vec![0.0, 0.0]
        }),
        "weights: the weights sum to 0; they must sum to a finite number above 0"
    );
    assert_eq!(
        first(&Distribution::Normal {
            mean: f64::NAN,
            sd: 1.0
        }),
        "mean: mean NaN is not a finite number"
    );
}

#[test]
fn constants_are_legal() {
    for legal in [
        Distribution::Triangular {
            min: 25.0,
            mode: 25.0,
            max: 25.0,
        },
        Distribution::Pert {
            min: 25.0,
            mode: 25.0,
            max: 25.0,
            weight: 4.0,
        },
        Distribution::Uniform {
            min: 25.0,
            max: 25.0,
        },
        Distribution::Normal {
            mean: 100.0,
            sd: 0.0,
        },
        Distribution::Discrete {
            values: vec![7.0],
            weights: vec![1.0],
        },
    ] {
        assert!(legal.problems().is_empty(), "{legal:?}");
    }
}

#[test]
fn other_sums_of_weights_are_a_notice() {
    let notice = Distribution::Discrete {
        values: vec![1200.0, 1500.0, 1900.0],
        weights: vec![2.0, 5.0, 3.0],
    }
    .problems();
    assert!(!notice[0].blocks);
    let ten = Distribution::Discrete {
        values: (0..10).map(f64::from).collect(),
        weights: vec![0.1; 10],
    };
    assert!(ten.problems().is_empty());
}
