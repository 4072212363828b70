//! Distributions kept in a range.

use super::*;
use calminer_domain::distribution::Distribution;
use calminer_domain::parameter::Truncation;

fn kept(distribution: &Distribution, min: Option<f64>, max: Option<f64>) -> Quantile {
    Quantile::truncated(distribution, &Truncation { min, max }).unwrap()
}

#[track_caller]
fn near(found: f64, expected: f64, allowed: f64) {
    assert!(
        (found - expected).abs() <= allowed,
        "{found:?} is not {expected:?}: {:e} against {allowed:e}",
        (found - expected).abs()
    );
}

#[test]
fn ranges_have_the_figures_of_the_table() {
    for ((distribution, min, max), (mean, sd, quantiles)) in cut_figures::RANGES {
        println!("{distribution:?} {min:?} {max:?}");
        let law = kept(&distribution, min, max);
        // The probabilities of a narrow range have an absolute error of about 1e-16, and all scales here are about 1.
        near(law.mean(), mean, 1e-13 * (mean.abs() + sd) + 1e-15);
        near(law.sd(), sd, 1e-11 * sd);
        assert_eq!(law.density(law.support().0 - 0.1), 0.0);
        for &(u, value) in quantiles {
            near(
                law.quantile(u),
                value,
                1e-13 * (mean.abs() + value.abs()) + 1e-15,
            );
            near(law.sampled(u), value, 1e-10 * (sd + value.abs()));
            // A figure has 53 bits: so much probability lies between two of them.
            let between = law.density(value) * (mean.abs() + value.abs() + 1.0) * 1e-15;
            near(law.cdf(value), u, 1e-12 * u + between);
        }
    }
}

/// DIS-13 and the truncated normal of the validation data `analytic_distributions`.
#[test]
fn truncated_normal_of_the_collected_faults() {
    let law = kept(&normal(3.0, 2.0), Some(0.0), None);
    near(law.mean(), 3.277_580, 5e-7);
    near(law.sd(), 1.757_900, 5e-7);
    near(law.quantile(0.05), 0.583_409, 5e-7);
    near(law.quantile(0.95), 6.356_285, 5e-7);
    let law = kept(&normal(0.0, 1.0), Some(-1.0), Some(2.0));
    near(law.mean(), 0.229_637_179_091, 5e-13);
    near(law.sd(), 0.720_945_586_859, 5e-13);
    for (u, value) in [
        (0.05, -0.843_104_558_949),
        (0.1, -0.704_647_821_095),
        (0.25, -0.349_641_429_292),
        (0.5, 0.171_163_918_018),
        (0.75, 0.747_440_723_964),
        (0.9, 1.255_715_364_15),
        (0.95, 1.524_596_682_776),
    ] {
        near(law.quantile(u), value, 5e-12);
        near(law.sampled(u), value, 1e-10);
    }
    let refused = |min, max| {
        let truncation = Truncation {
            min: Some(min),
            max: Some(max),
        };
        Quantile::truncated(&normal(3.0, 2.0), &truncation).unwrap_err()
    };
    for (min, max) in [(5.0, 5.0), (8.0, 2.0)] {
        let problems = refused(min, max);
        assert_eq!(problems[0].field, "truncation.min");
        assert_eq!(
            problems[0].message,
            format!("the range kept is empty: {min} is not below {max}")
        );
    }
    // Far beyond the last digit of a float.
    assert_eq!(refused(100.0, 101.0)[0].field, "truncation.min");
    assert_eq!(refused(-101.0, -100.0)[0].field, "truncation.max");
}

#[test]
fn ranges_without_probability_are_refused_by_their_end() {
    let refused = |distribution: &Distribution, min, max| {
        let problems = Quantile::truncated(distribution, &Truncation { min, max }).unwrap_err();
        assert!(problems.len() == 1 && problems[0].blocks, "{problems:?}");
        (problems[0].field, problems[0].message.clone())
    };
    let (field, message) = refused(&uniform(45.0, 65.0), Some(70.0), None);
    assert_eq!(field, "truncation.min");
    assert!(
        message.starts_with("no value of Uniform lies at or above 70: "),
        "{message}"
    );
    let (field, message) = refused(&triangular(5.0, 7.0, 10.0), None, Some(4.0));
    assert_eq!(field, "truncation.max");
    assert!(
        message.starts_with("no value of Triangular lies at or below 4: "),
        "{message}"
    );
    let poisson = Distribution::Poisson { mean: 3.0 };
    assert_eq!(refused(&poisson, Some(1.2), Some(1.8)).0, "truncation.min");
    let table = discrete(&[1.0, 2.0], &[0.5, 0.5]);
    assert_eq!(refused(&table, Some(3.0), None).0, "truncation.min");
    let sample = Distribution::Empirical {
        values: vec![1.0, 4.0],
    };
    assert_eq!(refused(&sample, Some(2.0), Some(3.0)).0, "truncation.min");
    let value = Distribution::Constant { value: 5.0 };
    assert_eq!(
        refused(&value, Some(6.0), None).1,
        "no value of Constant lies at or above 6: it is always 5; choose a smaller min"
    );
    assert!(kept(&value, Some(5.0), None).is_constant());
    let path = Distribution::GeometricBrownian {
        drift: 0.0,
        volatility: 0.2,
    };
    assert_eq!(refused(&path, Some(0.5), None).0, "truncation.min");
}

/// Closed forms: a uniform stays uniform, a table keeps its proportions, a triangle is cut in straight lines.
#[test]
fn closed_laws_keep_their_form() {
    let law = kept(&uniform(45.0, 65.0), Some(50.0), Some(60.0));
    assert_eq!((law.mean(), law.quantile(0.25)), (55.0, 52.5));
    let law = kept(
        &discrete(&[1.0, 2.0, 3.0], &[2.0, 5.0, 3.0]),
        Some(2.0),
        None,
    );
    near(law.mean(), 2.375, 1e-15);
    assert_eq!((law.density(1.0), law.density(2.0)), (0.0, 0.625));
    assert!(kept(&discrete(&[1.0, 2.0], &[1.0, 1.0]), Some(1.5), None).is_constant());
    let law = kept(&Distribution::Poisson { mean: 0.1 }, Some(40.0), None);
    // P(41) / P(40) = 0.1 / 41.
    near(law.density(41.0) / law.density(40.0), 0.1 / 41.0, 1e-15);
    assert_eq!(law.support(), (40.0, f64::INFINITY));
    let curve = Distribution::Cumulative {
        values: vec![10.0, 20.0, 40.0],
        shares: vec![0.0, 0.5, 1.0],
    };
    // A quarter below 20 and a quarter above it.
    let law = kept(&curve, Some(15.0), Some(30.0));
    near(law.quantile(0.5), 20.0, 1e-13);
    near(law.mean(), 0.5 * 17.5 + 0.5 * 25.0, 1e-13);
    // Both sides of the mode, one side alone, and the last 1e-9 of the range.
    let whole = law_of_triangle();
    for (min, max) in [(6.0, 9.0), (5.5, 6.5), (8.0, 9.5), (9.999_999_999, 11.0)] {
        let law = kept(&triangular(5.0, 7.0, 10.0), Some(min), Some(max));
        let (low, high) = (whole.cdf(min), whole.cdf(max));
        let mut mean = 0.0;
        for step in 0..1_000 {
            let u = (f64::from(step) + 0.5) / 1_000.0;
            let value = law.quantile(u);
            mean += value / 1_000.0;
            near(law.cdf(value), u, 1e-15 / (high - low));
            if high - low > 0.1 {
                near(value, whole.quantile(low + u * (high - low)), 1e-13);
                near(
                    law.density(value),
                    whole.density(value) / (high - low),
                    1e-13,
                );
            }
        }
        near(law.mean(), mean, 1e-6 * law.sd() + 1e-14 * max.abs());
    }
    // Near the end the density is straight: the mean of 1 - sqrt(u) is a third.
    let law = kept(&triangular(5.0, 7.0, 10.0), Some(10.0 - 1e-3), None);
    near((law.mean() - (10.0 - 1e-3)) / 1e-3, 1.0 / 3.0, 1e-11);
    near(law.sd() / 1e-3, (1.0_f64 / 18.0).sqrt(), 1e-11);
}

fn law_of_triangle() -> Quantile {
    law(&triangular(5.0, 7.0, 10.0))
}

#[test]
fn a_range_that_cuts_nothing_changes_no_bit() {
    for distribution in [
        uniform(45.0, 65.0),
        pert(5.0, 7.0, 10.0, 4.0),
        triangular(5.0, 7.0, 10.0),
    ] {
        let law = law(&distribution);
        let (low, high) = law.support();
        assert_eq!(kept(&distribution, Some(low), Some(high)), law);
    }
    let lognormal = lognormal(100.0, 50.0);
    assert_eq!(kept(&lognormal, Some(0.0), None), law(&lognormal));
}
