//! The laws beyond the first menu, against figures from elsewhere.

use super::*;
use calminer_domain::distribution::Distribution;

type Row = (Distribution, f64, f64, &'static [(f64, f64)]);

/// Mean, sd and quantiles: mpmath 1.3 with 30 digits (`betainc`, `gammainc`, `erfinv` and bisection).
fn table() -> Vec<Row> {
    vec![
        (
            Distribution::Beta {
                alpha: 2.0,
                beta: 5.0,
                min: 10.0,
                max: 20.0,
            },
            12.857142857142858,
            1.5971914124998499,
            &[
                (1e-12, 10.000002581989786),
                (0.0001, 10.025909288174619),
                (0.05, 10.628498917083544),
                (0.5, 12.6444998329566),
                (0.9, 15.103163065514916),
                (0.999, 18.18613866919134),
            ],
        ),
        (
            Distribution::Beta {
                alpha: 0.4,
                beta: 0.7,
                min: -1.0,
                max: 3.0,
            },
            0.45454545454545464,
            1.3278122606185845,
            &[
                (1e-12, -1.0),
                (0.0001, -0.9999999993549799),
                (0.05, -0.9963949245396403),
                (0.5, 0.07023971329994715),
                (0.9, 2.5807081188017063),
                (0.999, 2.99939452151002),
            ],
        ),
        (
            Distribution::Gamma {
                shape: 2.5,
                scale: 4.0,
            },
            10.0,
            6.324555320336759,
            &[
                (1e-12, 0.00010249286993661072),
                (0.0001, 0.1643547516568309),
                (0.05, 2.2909524521235385),
                (0.5, 8.702920382191055),
                (0.9, 18.47271379956224),
                (0.999, 41.03001130486575),
            ],
        ),
        (
            Distribution::Gamma {
                shape: 0.3,
                scale: 10.0,
            },
            3.0,
            5.477225575051661,
            &[
                (1e-12, 6.972699096409337e-40),
                (0.0001, 3.236440226603638e-13),
                (0.05, 0.0003211034699722962),
                (0.5, 0.7313113586695189),
                (0.9, 8.84810773360244),
                (0.999, 46.189360427913336),
            ],
        ),
        (
            Distribution::Weibull {
                shape: 1.5,
                scale: 100.0,
            },
            90.27452929509336,
            61.293579175467634,
            &[
                (1e-12, 1.0000000000003333e-06),
                (0.0001, 0.21545065087110227),
                (0.05, 13.805126655628417),
                (0.5, 78.32197687746513),
                (0.9, 174.37215135964118),
                (0.999, 362.7086912339476),
            ],
        ),
        (
            Distribution::Weibull {
                shape: 0.6,
                scale: 3.0,
            },
            4.513726464754669,
            7.93542864718115,
            &[
                (1e-12, 3.000000000002495e-20),
                (0.0001, 6.463842723656052e-07),
                (0.05, 0.02124331276813708),
                (0.5, 1.6286597234548856),
                (0.9, 12.045201490620338),
                (0.999, 75.16508629812012),
            ],
        ),
        (
            Distribution::Weibull {
                shape: 80.0,
                scale: 2.0,
            },
            1.9858751908799237,
            0.031552794498144104,
            &[
                (1e-12, 1.4158915687682847),
                (0.0001, 1.782502990377934),
                (0.05, 1.9271066633937153),
                (0.5, 1.9908581342999483),
                (0.9, 2.020959878908156),
                (0.999, 2.048904458335195),
            ],
        ),
        (
            Distribution::Exponential { mean: 7.0 },
            7.0,
            7.0,
            &[
                (1e-12, 7.0000000000035e-12),
                (0.0001, 0.0007000350023335084),
                (0.05, 0.35905306071285376),
                (0.5, 4.852030263919617),
                (0.9, 16.11809565095832),
                (0.999, 48.35428695287495),
            ],
        ),
        (
            Distribution::StudentT {
                location: 100.0,
                scale: 15.0,
                degrees: 4.0,
            },
            100.0,
            21.213203435596427,
            &[
                (1e-12, -19641.091198388847),
                (0.0001, -95.50507581344684),
                (0.05, 68.02229820510024),
                (0.5, 100.0),
                (0.9, 122.99809411088415),
                (0.999, 207.5977332967346),
            ],
        ),
        (
            Distribution::StudentT {
                location: 0.0,
                scale: 1.0,
                degrees: 1.0,
            },
            f64::NAN,
            f64::NAN,
            &[
                (1e-12, -318309886183.7907),
                (0.0001, -3183.098757118151),
                (0.05, -6.313751514675043),
                (0.5, 0.0),
                (0.9, 3.077683537175254),
                (0.999, 318.30883898555015),
            ],
        ),
        (
            Distribution::StudentT {
                location: 5.0,
                scale: 2.0,
                degrees: 30.0,
            },
            5.0,
            2.0701966780270626,
            &[
                (1e-12, -17.794435046622823),
                (0.0001, -3.467971914544042),
                (0.05, 1.6054782268120844),
                (0.5, 5.0),
                (0.9, 7.620830050782791),
                (0.999, 11.77036973365861),
            ],
        ),
        (
            Distribution::StudentT {
                location: 0.0,
                scale: 1.0,
                degrees: 1.5,
            },
            0.0,
            f64::NAN,
            &[
                (1e-12, -52194694.27344635),
                (0.0001, -242.2640988465063),
                (0.05, -3.7051808200967513),
                (0.5, 0.0),
                (0.9, 2.196398417565538),
                (0.999, 52.184430008992614),
            ],
        ),
        (
            Distribution::LognormalPercentiles {
                low_share: 0.1,
                low: 50.0,
                high_share: 0.9,
                high: 200.0,
            },
            115.75061368932343,
            67.47580306333128,
            &[
                (1e-12, 2.226564330953913),
                (0.0001, 13.378942733376563),
                (0.05, 41.08016539264412),
                (0.5, 100.0),
                (0.9, 200.0),
                (0.999, 531.9612214054442),
            ],
        ),
    ]
}

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
    for (distribution, mean, sd, quantiles) in table() {
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

#[test]
fn limits_are_sentences() {
    for (distribution, field, words) in [
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
    ] {
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
