//! What an analyst can type wrong, and what the preview must show: the cases DIS-01 to DIS-17, computed with scipy.

use super::*;

#[test]
fn three_equal_figures_are_a_constant_without_spread() {
    let pert = Distribution::Pert {
        min: 25.0,
        mode: 25.0,
        max: 25.0,
        weight: 4.0,
    };
    let uniform = Distribution::Uniform {
        min: 25.0,
        max: 25.0,
    };
    for distribution in [triangular(25.0, 25.0, 25.0), pert, uniform] {
        let harness = opened(Some(distribution));
        harness.get_by_label("Mean 25");
        harness.get_by_label("sd 0");
        assert!(!harness.state().state.live.is_blocked());
    }
    let mut harness = opened(Some(Distribution::Uniform {
        min: 20.0,
        max: 25.0,
    }));
    type_into(&mut harness, "Smallest", "25");
    harness.get_by_label("sd 0");
}

#[test]
fn a_mode_beyond_an_end_is_refused_and_the_old_one_stays() {
    let harness = opened(Some(triangular(2.0, 6.5, 8.0)));
    harness.get_by_label("Mean 5.5");
    harness.get_by_label("P50 5.674");
    let mut harness = opened(Some(triangular(10.0, 20.0, 40.0)));
    refused(&mut harness, "Most likely", "60", "mode 60 is above max 40");
    let mut harness = opened(Some(triangular(10.0, 20.0, 40.0)));
    refused(&mut harness, "Smallest", "40", "mode 20 is below min 40");
    refused(&mut harness, "Largest", "10", "mode 20 is above max 10");
    assert_eq!(law(&harness), triangular(10.0, 20.0, 40.0));
}

#[test]
fn an_imported_mode_beyond_its_end_forbids_the_run_until_it_is_mended() {
    let mut harness = opened(Some(triangular(10.0, 60.0, 40.0)));
    says(&harness, "mode 60 is above max 40");
    says(
        &harness,
        "The curve appears as soon as the figures are possible",
    );
    let run = |harness: &Harness<'_, World>| {
        let button = harness.get_by_role_and_label(Role::Button, "Run simulation");
        button.accesskit_node().is_disabled()
    };
    assert!(run(&harness));
    type_into(&mut harness, "Most likely", "30");
    assert_eq!(law(&harness), triangular(10.0, 30.0, 40.0));
    assert!(!run(&harness));
}

#[test]
fn a_negative_standard_deviation_is_refused_and_none_is_a_constant() {
    for distribution in [
        Distribution::Normal {
            mean: 100.0,
            sd: 5.0,
        },
        Distribution::Lognormal {
            mean: 100.0,
            sd: 5.0,
        },
    ] {
        let mut harness = opened(Some(distribution));
        refused(
            &mut harness,
            "Standard deviation",
            "-5",
            "standard deviation -5 is below 0",
        );
        type_into(&mut harness, "Standard deviation", "0");
        harness.get_by_label("sd 0");
        assert!(!harness.state().state.live.is_blocked());
    }
}

#[test]
fn a_lognormal_shows_what_its_pair_of_figures_comes_to() {
    let harness = opened(Some(Distribution::Lognormal {
        mean: 100.0,
        sd: 50.0,
    }));
    harness.get_by_role_and_label(Role::TextInput, "Mean");
    for figure in ["P5 41.12", "P50 89.44", "P95 194.5"] {
        harness.get_by_label(figure);
    }
    let mut harness = opened(Some(Distribution::LognormalLog {
        mu: 4.493_598,
        sigma: 0.472_381,
    }));
    harness.get_by_label("P50 89.44");
    type_into(&mut harness, "Mean of ln x", "100");
    says(&harness, "mean and sd of ln x: the median is 2.688e43");
}

#[test]
fn a_pert_shows_its_own_spread() {
    let pert = |min, mode, max| Distribution::Pert {
        min,
        mode,
        max,
        weight: 4.0,
    };
    let harness = opened(Some(pert(10.0, 20.0, 60.0)));
    for figure in ["Mean 25", "sd 8.66", "P5 12.95", "P50 23.83", "P95 41.06"] {
        harness.get_by_label(figure);
    }
    let harness = opened(Some(pert(10.0, 10.0, 40.0)));
    harness.get_by_label("P50 13.88");
}

#[test]
fn a_mode_at_the_smallest_value_has_a_picture() {
    let harness = opened(Some(triangular(10.0, 10.0, 40.0)));
    for figure in ["Mean 20", "P50 18.79"] {
        harness.get_by_label(figure);
    }
    says(&harness, "Density of the distribution, mean 20");
}

#[test]
fn a_kept_range_shows_at_once_and_an_empty_one_is_refused() {
    let mut harness = opened(Some(Distribution::Normal { mean: 3.0, sd: 2.0 }));
    type_into(&mut harness, "Keep at or above", "0");
    assert_eq!(
        own(&harness).truncation,
        Truncation {
            min: Some(0.0),
            max: None
        }
    );
    for figure in ["Mean 3.278", "sd 1.758", "P5 0.5834", "P95 6.356"] {
        harness.get_by_label(figure);
    }
    type_into(&mut harness, "Keep at or above", "5");
    let empty = "the range kept is empty: 5 is not below 5";
    refused(&mut harness, "Keep at or below", "5", empty);
    let crossed = "the range kept is empty: 5 is not below 2";
    refused(&mut harness, "Keep at or below", "2", crossed);
    let field = harness.get_by_role_and_label(Role::TextInput, "Keep at or above");
    field.focus();
    harness.run();
    harness.key_press(Key::Delete);
    harness.run();
    harness.key_press(Key::Tab);
    harness.run();
    // The lower end is open again, and the upper one that waited is possible now.
    assert_eq!(
        own(&harness).truncation,
        Truncation {
            min: None,
            max: Some(2.0)
        }
    );
}

#[test]
fn weights_are_normalised_with_a_notice_or_refused() {
    let discrete = |weights: [f64; 3]| Distribution::Discrete {
        values: vec![1_200.0, 1_500.0, 1_900.0],
        weights: weights.to_vec(),
    };
    let mut harness = opened(Some(discrete([0.2, 0.5, 0.2])));
    harness.get_by_label("Mean 1,522");
    says(&harness, "divided by that sum");
    let before = law(&harness);
    type_cell(&mut harness, "Weight 2", "-1");
    says(&harness, "weight -1 is not a number of 0 or more");
    assert_eq!(law(&harness), before);
    let mut harness = opened(Some(discrete([2.0, 5.0, 3.0])));
    harness.get_by_label("Mean 1,560");
    let before = law(&harness);
    paste_at(&mut harness, "Weight 1", "0\n0\n0\n");
    says(
        &harness,
        "the weights sum to 0; they must sum to a finite number above 0. Nothing was changed",
    );
    assert_eq!(law(&harness), before);
}

#[test]
fn a_smallest_value_above_the_largest_is_refused_with_both() {
    let mut harness = opened(Some(Distribution::Uniform {
        min: 10.0,
        max: 40.0,
    }));
    refused(&mut harness, "Smallest", "60", "min 60 is above max 40");
}
