use calminer_domain::{BaseValue, Draw, Truncation};
use uuid::Uuid;

use super::*;

fn once(distribution: Distribution) -> Uncertainty {
    Uncertainty::once(DistributionForm::Absolute, distribution)
}

fn close(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * one.abs().max(other.abs()).max(1e-12)
}

#[test]
fn a_change_of_kind_and_back_keeps_mean_and_spread() {
    let normal = of_kind("Normal", 7.0, None);
    assert_eq!(
        normal.distribution,
        Distribution::Normal { mean: 7.0, sd: 0.7 }
    );
    // Two of the others have one figure alone, and tables, constants, events and paths have none of the two.
    let keep = [
        "Triangular",
        "PERT",
        "Uniform",
        "Discrete",
        "Lognormal",
        "Lognormal by mu and sigma",
        "Lognormal by percentiles",
        "Triangular by P10 and P90",
        "Beta",
        "Gamma",
        "Weibull",
        "Student t",
    ];
    for kind in keep {
        let other = of_kind(kind, 7.0, Some(&normal));
        assert_eq!(other.distribution.name(), kind);
        assert_eq!(refusal(&other), None, "{kind}");
        let back = of_kind("Normal", 7.0, Some(&other));
        let Distribution::Normal { mean, sd } = back.distribution else {
            panic!("a normal")
        };
        // The figures of the other kind are typed with six digits.
        let same = (mean - 7.0).abs() < 2e-4 && (sd - 0.7).abs() < 2e-4;
        assert!(same, "{kind}: {mean} {sd}");
    }
}

#[test]
fn every_kind_follows_every_other_with_possible_figures() {
    for base in [0.0, -3.0, 4e9] {
        for first in FIRST.iter().chain(&MORE) {
            let old = of_kind(first, base, None);
            assert_eq!(refusal(&old), None, "{first} at {base}");
            for kind in FIRST.iter().chain(&MORE) {
                let new = of_kind(kind, base, Some(&old));
                assert_eq!(new.distribution.name(), *kind);
                assert_eq!(refusal(&new), None, "{first} to {kind} at {base}: {new:?}");
                let is_constant = *kind == "Constant" || *first == "Constant" && base == 0.0;
                if let Ok(law) = Quantile::new(&new.distribution) {
                    assert!(
                        is_constant || !law.is_constant(),
                        "{first} to {kind} at {base}"
                    );
                }
            }
        }
    }
}

#[test]
fn typed_figures_stay_where_both_kinds_have_them() {
    let triangular = once(Distribution::Triangular {
        min: 5.0,
        mode: 8.0,
        max: 12.0,
    });
    let pert = of_kind("PERT", 8.0, Some(&triangular));
    assert_eq!(
        pert.distribution,
        Distribution::Pert {
            min: 5.0,
            mode: 8.0,
            max: 12.0,
            weight: 4.0
        }
    );
    // Mean 1/3 and variance 1/18 on [0, 1] are those of a beta with the shapes 1 and 2.
    let edge = once(Distribution::Triangular {
        min: 0.0,
        mode: 0.0,
        max: 1.0,
    });
    let Distribution::Beta { alpha, beta, .. } = of_kind("Beta", 1.0, Some(&edge)).distribution
    else {
        panic!("a beta")
    };
    assert!(close(alpha, 1.0) && close(beta, 2.0), "{alpha} {beta}");
    let event = of_kind("Event", 8.0, Some(&triangular));
    let Distribution::Event {
        probability,
        impact,
    } = &event.distribution
    else {
        panic!("an event")
    };
    assert_eq!(
        (*probability, impact.as_ref()),
        (0.2, &triangular.distribution)
    );
    assert_eq!(of_kind("Triangular", 8.0, Some(&event)), triangular);
}

#[test]
fn range_and_draw_stay_where_they_can() {
    let kept = Uncertainty {
        truncation: Truncation {
            min: Some(0.0),
            max: None,
        },
        draw: Draw::EachPeriod,
        ..once(Distribution::Normal { mean: 3.0, sd: 2.0 })
    };
    let gamma = of_kind("Gamma", 3.0, Some(&kept));
    assert_eq!(
        (gamma.truncation, gamma.draw),
        (kept.truncation, Draw::EachPeriod)
    );
    let event = of_kind("Event", 3.0, Some(&kept));
    assert!(event.truncation.is_open());
    let path = of_kind("Geometric Brownian path", 3.0, Some(&kept));
    assert_eq!(
        (path.form, path.draw),
        (DistributionForm::Factor, Draw::Once)
    );
    assert!(path.truncation.is_open());
}

#[test]
fn another_form_means_the_same() {
    let absolute = once(Distribution::Uniform {
        min: 40.0,
        max: 60.0,
    });
    let share = in_form(&absolute, DistributionForm::PercentOfBase, 50.0);
    assert_eq!(
        share.distribution,
        Distribution::Uniform {
            min: 80.0,
            max: 120.0
        }
    );
    let at_zero = in_form(&absolute, DistributionForm::Factor, 0.0);
    assert_eq!(at_zero.distribution, absolute.distribution);
}

#[test]
fn ends_stand_a_share_of_the_base_value_away() {
    let old = of_kind("PERT", 7.0, None);
    let changed = around_base(&old, 7.0, 0.1).unwrap();
    assert_eq!(
        changed.distribution,
        Distribution::Pert {
            min: 6.3,
            mode: 7.0,
            max: 7.7,
            weight: 4.0
        }
    );
    // Below 0 the smaller end is the one further from 0.
    let Distribution::Triangular { min, mode, max } =
        around_base(&of_kind("Triangular", -10.0, None), -10.0, 0.2)
            .unwrap()
            .distribution
    else {
        panic!("a triangular")
    };
    assert_eq!((min, mode, max), (-12.0, -10.0, -8.0));
    let share = in_form(&old, DistributionForm::PercentOfBase, 7.0);
    let Distribution::Pert { min, max, .. } = around_base(&share, 7.0, 0.3).unwrap().distribution
    else {
        panic!("a PERT")
    };
    assert_eq!((min, max), (70.0, 130.0));
    assert_eq!(around_base(&old, 0.0, 0.1), None);
    assert_eq!(around_base(&of_kind("Normal", 7.0, None), 7.0, 0.1), None);
    let far = Uncertainty {
        truncation: Truncation {
            min: Some(100.0),
            max: Some(50.0),
        },
        ..old
    };
    assert!(around_base(&far, 7.0, 0.1).unwrap().truncation.is_open());
}

#[test]
fn shares_are_typed_in_per_cent_without_binary_noise() {
    for (share, percent) in [(0.07, 7.0), (0.29, 29.0), (1.0, 100.0), (0.001, 0.1)] {
        assert_eq!(to_percent(share), percent);
        assert_eq!(from_percent(percent), share);
    }
}

#[test]
fn a_place_reads_and_writes_its_own_figure_alone() {
    let event = of_kind("Event", 10.0, None);
    let changed = Place::Impact("max").put(&event, Some(40.0));
    assert_eq!(Place::Impact("max").figure(&changed), Some(40.0));
    assert_eq!(
        Place::Impact("min").figure(&changed),
        Place::Impact("min").figure(&event)
    );
    let likely = Place::Figure("probability").put(&changed, Some(0.5));
    assert_eq!(Place::Figure("probability").figure(&likely), Some(0.5));
    assert_eq!(Place::Impact("max").figure(&likely), Some(40.0));
    let kept = Place::KeepMin.put(&event, Some(1.0));
    assert_eq!(Place::KeepMin.figure(&kept), Some(1.0));
    assert_eq!(Place::KeepMin.put(&kept, None), event);
    assert_eq!(Place::Figure("mean").put(&event, None), event);
}

#[test]
fn the_most_likely_value_is_that_of_the_density() {
    // exp(mu - sigma^2) with mu 4.493598 and sigma 0.472381 (definitions of the lognormal).
    let lognormal = once(Distribution::Lognormal {
        mean: 100.0,
        sd: 50.0,
    });
    assert!((mode_of(&lognormal).unwrap() - 71.554_175).abs() < 1e-5);
    let beta = once(Distribution::Beta {
        alpha: 2.0,
        beta: 4.0,
        min: 0.0,
        max: 8.0,
    });
    assert_eq!(mode_of(&beta), Some(2.0));
    let cut = Uncertainty {
        truncation: Truncation {
            min: Some(5.0),
            max: None,
        },
        ..once(Distribution::Normal { mean: 3.0, sd: 2.0 })
    };
    assert_eq!(mode_of(&cut), Some(5.0));
    assert_eq!(mode_of(&of_kind("Uniform", 3.0, None)), None);
}

#[test]
fn a_fitted_distribution_says_what_it_was_fitted_to_once() {
    let row = Parameter {
        id: Uuid::from_u128(1),
        slot: 0,
        key: "grade".to_owned(),
        label: String::new(),
        unit: "g/t".to_owned(),
        base: BaseValue::Number(2.0),
        uncertainty: None,
        source: "Drilling 2024".to_owned(),
        note: String::new(),
    };
    let first = fitted(&row, Distribution::Normal { mean: 2.0, sd: 0.5 }, 1);
    assert_eq!(first.source, "Drilling 2024; Normal fitted to 1 value");
    let second = fitted(&first, Distribution::Lognormal { mean: 2.0, sd: 0.5 }, 250);
    assert_eq!(
        second.source,
        "Drilling 2024; Lognormal fitted to 250 values"
    );
    assert_eq!(second.base, row.base);
    let form = |row: &Parameter| row.uncertainty.as_ref().map(|own| own.form);
    assert_eq!(form(&second), Some(DistributionForm::Absolute));
    let path = Parameter {
        uncertainty: Some(of_kind("Mean-reverting path", 2.0, None)),
        ..row
    };
    let third = fitted(&path, Distribution::Normal { mean: 2.0, sd: 0.5 }, 9);
    assert_eq!(form(&third), Some(DistributionForm::Absolute));
}
