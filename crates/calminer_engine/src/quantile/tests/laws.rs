//! The laws beyond the first menu, against figures from elsewhere.

use super::*;
use calminer_domain::distribution::Distribution;

#[track_caller]
fn near(found: f64, expected: f64, allowed: f64) {
    assert!(
        (found - expected).abs() <= allowed || found.is_nan() && expected.is_nan(),
        "{found:?} is not {expected:?}: {:e} against {allowed:e}",
        (found - expected).abs()
    );
}

#[test]
fn laws_have_the_figures_of_the_table() {
    for (distribution, (mean, sd, quantiles)) in figures::LAWS {
        println!("{distribution:?}");
        let law = law(&distribution);
        let spread = if sd.is_nan() { 1.0 } else { sd };
        near(law.mean(), mean, 1e-14 * (mean.abs() + spread));
        near(law.sd(), sd, 1e-12 * spread);
        for &(u, value) in quantiles {
            near(law.quantile(u), value, 1e-12 * value.abs());
            near(law.sampled(u), value, 1e-10 * (spread + value.abs()));
            // A figure has 53 bits: so much probability lies between two of them.
            let between = law.density(value) * (value.abs() + spread) * 1e-15;
            if between < 1e-3 {
                near(law.cdf(value), u, 1e-11 * u + between);
            }
        }
    }
}

/// Definitions, section 4.
#[test]
fn triangle_of_percentiles() {
    let law = law(&Distribution::TriangularPercentiles {
        p10: 80.0,
        mode: 100.0,
        p90: 130.0,
    });
    let (min, max) = law.support();
    near(min, 61.313_053_563, 5e-10);
    near(max, 151.576_566_010, 1e-9);
    near(law.mean(), 104.296_540, 5e-7);
    near(law.sd(), 18.487_476, 5e-7);
    near(law.quantile(0.1), 80.0, 1e-12);
    near(law.quantile(0.9), 130.0, 1e-12);
    // The mode may stand on a percentile.
    for mode in [80.0, 80.1, 129.0, 130.0] {
        let law = super::law(&Distribution::TriangularPercentiles {
            p10: 80.0,
            mode,
            p90: 130.0,
        });
        near(law.quantile(0.1), 80.0, 1e-11);
        near(law.quantile(0.9), 130.0, 1e-11);
    }
}

#[test]
fn counts_have_their_probabilities() {
    let law = law(&Distribution::Poisson { mean: 2.5 });
    near(law.mean(), 2.5, 1e-14);
    near(law.sd(), 2.5_f64.sqrt(), 1e-14);
    assert_eq!(law.support(), (0.0, f64::INFINITY));
    assert!(law.is_discrete());
    // scipy 1.17, poisson(2.5): pmf, cdf, ppf.
    for (count, mass, cdf) in [
        (0.0, 0.082_084_998_623_898_8, 0.082_084_998_623_898_8),
        (3.0, 0.213_763_017_249_736_42, 0.757_576_133_133_066),
        (20.0, 3.068_593_436_668_073e-12, 0.999_999_999_999_588_1),
    ] {
        near(law.density(count), mass, 1e-14 * mass.max(1e-3));
        near(law.cdf(count + 0.5), cdf, 1e-14);
    }
    assert_eq!(
        [1e-9, 0.05, 0.082, 0.083, 0.5, 0.95, 0.999].map(|u| law.quantile(u)),
        [0.0, 0.0, 0.0, 1.0, 2.0, 5.0, 9.0]
    );
    for mean in [1e-3, 0.7, 40.0, 12_345.6, 1e6] {
        let law = super::law(&Distribution::Poisson { mean });
        near(law.mean(), mean, 1e-12 * mean);
        near(law.sd(), mean.sqrt(), 1e-10 * mean.sqrt());
        // Its distribution function is the incomplete gamma function.
        for u in [0.01, 0.5, 0.99] {
            let count = law.quantile(u);
            let other = crate::math::Gamma::new(count + 1.0).tails(mean).1;
            near(law.cdf(count), other, 1e-11);
            assert!(law.cdf(count) >= u && (count == 0.0 || law.cdf(count - 1.0) < u));
        }
    }
}

#[test]
fn curves_and_samples() {
    let curve = law(&Distribution::Cumulative {
        values: vec![10.0, 20.0, 40.0],
        shares: vec![0.2, 0.5, 1.0],
    });
    assert_eq!(curve.support(), (10.0, 40.0));
    assert_eq!(
        [0.1, 0.2, 0.35, 0.5, 0.75].map(|u| curve.quantile(u)),
        [10.0, 10.0, 15.0, 20.0, 30.0]
    );
    assert_eq!((curve.mass(10.0), curve.mass(20.0)), (0.2, 0.0));
    near(curve.density(15.0), 0.03, 1e-15);
    near(curve.density(30.0), 0.025, 1e-15);
    assert_eq!(
        (curve.cdf(9.9), curve.cdf(10.0), curve.cdf(40.0)),
        (0.0, 0.2, 1.0)
    );
    near(curve.cdf(30.0), 0.75, 1e-15);
    near(curve.mean(), 0.2 * 10.0 + 0.3 * 15.0 + 0.5 * 30.0, 1e-13);
    // E[x^2] by pieces: 100, 700 / 3, 2800 / 3.
    let square = 0.2 * 100.0 + 0.3 * 700.0 / 3.0 + 0.5 * 2_800.0 / 3.0;
    near(curve.sd(), (square - 21.5 * 21.5_f64).sqrt(), 1e-12);
    // A gap without probability and a jump.
    let curve = law(&Distribution::Cumulative {
        values: vec![0.0, 1.0, 2.0, 2.0, 3.0],
        shares: vec![0.0, 0.25, 0.25, 0.75, 1.0],
    });
    assert_eq!(
        [0.25, 0.26, 0.75].map(|u| curve.quantile(u)),
        [1.0, 2.0, 2.0]
    );
    assert_eq!((curve.cdf(1.5), curve.mass(2.0)), (0.25, 0.5));
    let sample = law(&Distribution::Empirical {
        values: vec![3.0, 1.0, 3.0, 7.0],
    });
    assert_eq!(
        [0.25, 0.26, 0.75, 0.76].map(|u| sample.quantile(u)),
        [1.0, 3.0, 3.0, 7.0]
    );
    assert_eq!((sample.density(3.0), sample.cdf(3.0)), (0.5, 0.75));
    near(sample.mean(), 3.5, 1e-15);
    // Equal weights: the mean square is taken over all values.
    near(sample.sd(), 4.75_f64.sqrt(), 1e-15);
    let one = law(&Distribution::Empirical {
        values: vec![4.0; 3],
    });
    assert!(one.is_constant() && one.mean() == 4.0);
}

#[test]
fn events_are_mixed() {
    let event = |probability, impact: Distribution| Distribution::Event {
        probability,
        impact: Box::new(impact),
    };
    let law = law(&event(0.3, uniform(-10.0, 30.0)));
    near(law.mean(), 3.0, 1e-15);
    // E[x^2] = 0.3 (27000 + 1000) / 120.
    near(law.sd(), (0.3 * 28_000.0 / 120.0 - 9.0_f64).sqrt(), 1e-13);
    assert_eq!(law.support(), (-10.0, 30.0));
    // 7.5 % below 0, 70 % at 0, 22.5 % above.
    near(law.cdf(-1e-12), 0.075, 1e-12);
    near(law.cdf(0.0), 0.775, 1e-15);
    assert_eq!((law.mass(0.0), law.mass(1.0)), (0.7, 0.0));
    near(law.density(5.0), 0.3 / 40.0, 1e-17);
    assert_eq!([0.08, 0.5, 0.77].map(|u| law.quantile(u)), [0.0; 3]);
    near(law.quantile(0.0375), -5.0, 1e-13);
    near(law.quantile(0.91), 18.0, 1e-13);
    near(law.sampled(0.91), 18.0, 1e-13);
    let (probability, impact) = law.event().unwrap();
    assert_eq!(
        (probability, impact),
        (0.3, &super::law(&uniform(-10.0, 30.0)))
    );
    let law = super::law(&event(0.2, Distribution::Constant { value: 5.0 }));
    assert!(law.is_discrete() && law.event().is_some());
    assert_eq!(
        (law.density(0.0), law.density(5.0), law.mean()),
        (0.8, 0.2, 1.0)
    );
    assert_eq!([0.79, 0.81].map(|u| law.quantile(u)), [0.0, 5.0]);
    assert!(super::law(&event(0.0, uniform(1.0, 2.0))).is_constant());
    assert!(super::law(&event(1.0, uniform(1.0, 2.0))).event().is_some());
    let problems = Quantile::new(&event(1.5, normal(1.0, -2.0))).unwrap_err();
    assert_eq!(
        (problems[0].field, problems[1].field),
        ("probability", "impact")
    );
}

/// Geometric Brownian motion: mean e^drift after a year. Mean reversion: variance (1 - e^-2k) v^2 / 2k of ln x.
#[test]
fn paths_show_the_factor_after_one_year() {
    let brownian = law(&Distribution::GeometricBrownian {
        drift: 0.03,
        volatility: 0.25,
    });
    near(brownian.mean(), libm::exp(0.03), 1e-15);
    near(
        brownian.sd(),
        libm::exp(0.03) * libm::expm1(0.062_5).sqrt(),
        1e-15,
    );
    near(brownian.quantile(0.5), libm::exp(0.03 - 0.031_25), 1e-15);
    assert_eq!(
        brownian.path(),
        Some(Path::GeometricBrownian {
            drift: 0.03,
            volatility: 0.25
        })
    );
    let reverting = law(&Distribution::MeanReverting {
        speed: 0.5,
        volatility: 0.3,
    });
    let variance = 0.09 * (1.0 - libm::exp(-1.0));
    near(reverting.mean(), 1.0, 0.0);
    near(reverting.sd(), libm::expm1(variance).sqrt(), 1e-15);
    near(reverting.cdf(reverting.quantile(0.3)), 0.3, 1e-14);
    let (mean, sd) = reverting.path().unwrap().log_moments(10.0);
    let variance = 0.09 * (1.0 - libm::exp(-10.0));
    near(mean, -0.5 * variance, 1e-15);
    near(sd, variance.sqrt(), 1e-15);
    let still = law(&Distribution::MeanReverting {
        speed: 0.0,
        volatility: 0.0,
    });
    assert!(still.path().is_some() && !still.is_constant());
    assert_eq!(
        (still.quantile(0.1), still.sd(), still.cdf(1.0)),
        (1.0, 0.0, 1.0)
    );
}

const LIMITS: [(Distribution, &str, &str); 6] = [
    (
        Distribution::Poisson { mean: 2e6 },
        "mean",
        "mean 2000000 is above 1000000, the largest allowed",
    ),
    (
        Distribution::Gamma {
            shape: 1e-4,
            scale: 1.0,
        },
        "shape",
        "shape 0.0001 is below 0.001, the smallest allowed",
    ),
    (
        Distribution::Weibull {
            shape: 1e-3,
            scale: 1.0,
        },
        "shape",
        "shape 0.001 is below 0.01",
    ),
    (
        Distribution::StudentT {
            location: 0.0,
            scale: 1.0,
            degrees: 0.01,
        },
        "degrees",
        "degrees 0.01 is below 0.1",
    ),
    (
        Distribution::Beta {
            alpha: 1e7,
            beta: 1.0,
            min: 0.0,
            max: 1.0,
        },
        "alpha",
        "alpha 10000000 is above 1000000",
    ),
    (
        Distribution::LognormalLog {
            mu: 100.0,
            sigma: 100.0,
        },
        "sigma",
        "the values reach beyond 1e308",
    ),
];

#[test]
fn limits_are_sentences() {
    for (distribution, field, words) in LIMITS {
        let problems = Quantile::new(&distribution).unwrap_err();
        assert_eq!(problems[0].field, field);
        assert!(
            problems[0].message.starts_with(words),
            "{}",
            problems[0].message
        );
    }
    // DIS-07: a notice, no refusal.
    let law = law(&Distribution::LognormalLog {
        mu: 100.0,
        sigma: 50.0,
    });
    near(law.quantile(0.5) / 2.688_117_141_816_135_5e43, 1.0, 1e-13);
    assert_eq!(law.mean(), f64::INFINITY);
}
