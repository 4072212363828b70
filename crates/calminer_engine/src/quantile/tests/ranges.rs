//! Distributions kept in a range.

use super::*;
use calminer_domain::distribution::Distribution;
use calminer_domain::parameter::Truncation;

type Row = (
    (Distribution, Option<f64>, Option<f64>),
    f64,
    f64,
    &'static [(f64, f64)],
);

fn gamma(shape: f64) -> Distribution {
    Distribution::Gamma { shape, scale: 1.0 }
}

fn student(degrees: f64) -> Distribution {
    Distribution::StudentT {
        location: 0.0,
        scale: 1.0,
        degrees,
    }
}

fn kept(distribution: &Distribution, min: Option<f64>, max: Option<f64>) -> Quantile {
    Quantile::truncated(distribution, &Truncation { min, max }).unwrap()
}

/// Mean, sd and quantiles: mpmath 1.3 with 30 digits (`quad` of the density, bisection of its distribution function).
fn table() -> Vec<Row> {
    vec![
        (
            (normal(3.0, 2.0), Some(0.0), None),
            3.2775795009177013,
            1.757899632492474,
            &[
                (1e-12, 1.4410286014471685e-11),
                (0.0001, 0.0014402505752341861),
                (0.05, 0.5834093309979452),
                (0.5, 3.1676569731131163),
                (0.9, 5.641177297653892),
                (0.999, 9.221418653247104),
            ],
        ),
        (
            (normal(0.0, 1.0), Some(10.0), Some(11.0)),
            10.09806837493302,
            0.09706066094116862,
            &[
                (1e-12, 10.0000000000001),
                (0.0001, 10.000009903101676),
                (0.05, 10.005078107483696),
                (0.5, 10.068409369547618),
                (0.9, 10.225504949376697),
                (0.999, 10.66022767370848),
            ],
        ),
        (
            (normal(0.0, 1.0), Some(20.0), None),
            20.049_753_068_527_851,
            0.049_631_256_432_334_691,
            &[
                (1e-12, 20.00000000000005),
                (0.0001, 20.000004987841375),
                (0.05, 20.002558137760452),
                (0.5, 20.03454167651402),
                (0.9, 20.114517324364595),
                (0.999, 20.341627290984),
            ],
        ),
        (
            (normal(0.0, 1.0), Some(-1e-4), Some(2e-4)),
            4.9999999625000004e-05,
            8.660254024854006e-05,
            &[
                (1e-12, -9.99999999997e-05),
                (0.0001, -9.997000000000005e-05),
                (0.05, -8.50000000106875e-05),
                (0.5, 4.9999999437500005e-05),
                (0.9, 0.0001699999996355),
                (0.999, 0.000199699999995509),
            ],
        ),
        (
            (
                Distribution::LognormalLog {
                    mu: 1.0,
                    sigma: 2.0,
                },
                Some(5.0),
                None,
            ),
            50.43903417790327,
            235.30768857400017,
            &[
                (1e-12, 5.000000000009986),
                (0.0001, 5.00099866044352),
                (0.05, 5.529528179060553),
                (0.5, 15.716699068872726),
                (0.9, 94.44919020548825),
                (0.999, 2283.6070144219675),
            ],
        ),
        (
            (
                Distribution::LognormalLog {
                    mu: 1.0,
                    sigma: 2.0,
                },
                None,
                Some(50.0),
            ),
            6.351279938100667,
            9.47747145526821,
            &[
                (1e-12, 2.0657841355309943e-06),
                (0.0001, 0.0015398375680516488),
                (0.05, 0.09420014859977882),
                (0.5, 2.2648952891222653),
                (0.9, 19.006944422118938),
                (0.999, 49.33678784612672),
            ],
        ),
        (
            (gamma(2.5), Some(1.0), Some(4.0)),
            2.2630897287223046,
            0.8083562222250741,
            &[
                (1e-12, 1.0000000000025038),
                (0.0001, 1.0002503686589164),
                (0.05, 1.12184892316268),
                (0.5, 2.165928807976529),
                (0.9, 3.4674533621411157),
                (0.999, 3.993725933891568),
            ],
        ),
        (
            (gamma(2.5), Some(30.0), None),
            31.04913069676681,
            1.0475501500076756,
            &[
                (1e-12, 30.00000000000105),
                (0.0001, 30.0001050872541),
                (0.05, 30.053897648106712),
                (0.5, 30.72794573592507),
                (0.9, 32.4150608107005),
                (0.999, 37.221749909149956),
            ],
        ),
        (
            (gamma(0.3), None, Some(2.0)),
            0.24305000438503777,
            0.3781424464921357,
            &[
                (0.0001, 3.0048674236437215e-14),
                (0.05, 2.981274436408016e-05),
                (0.5, 0.06761780098654378),
                (0.9, 0.7666799988712303),
                (0.999, 1.9656897212407545),
            ],
        ),
        (
            (pert(0.0, 0.4, 1.0, 4.0), Some(0.3), Some(0.6)),
            0.4443499454173728,
            0.08436284727721693,
            &[
                (1e-12, 0.3000000000003038),
                (0.0001, 0.3000303793281139),
                (0.05, 0.3149869121332785),
                (0.5, 0.44184310393157894),
                (0.9, 0.5637281202683471),
                (0.999, 0.5996163311670912),
            ],
        ),
        (
            (pert(0.0, 0.4, 1.0, 4.0), Some(0.999), None),
            0.9992273248056837,
            0.0001803637065556433,
            &[
                (1e-12, 0.9990000000000003),
                (0.0001, 0.99900002942351),
                (0.05, 0.999014978404605),
                (0.5, 0.9991844837644116),
                (0.9, 0.999492069140918),
                (0.999, 0.999868928045631),
            ],
        ),
        (
            (
                Distribution::Weibull {
                    shape: 0.6,
                    scale: 1.0,
                },
                Some(2.0),
                None,
            ),
            5.0381941418552785,
            3.8549975843389577,
            &[
                (1e-12, 2.000000000002199),
                (0.0001, 2.0002199338186015),
                (0.05, 2.1140709038207484),
                (0.5, 3.746406333819696),
                (0.9, 9.327896681166406),
                (0.999, 34.872671147187305),
            ],
        ),
        (
            (student(3.0), Some(1.0), None),
            2.1150604856956985,
            1.6603132575631845,
            &[
                (1e-12, 1.0000000000009457),
                (0.0001, 1.0000945644146313),
                (0.05, 1.0484435559338132),
                (0.5, 1.6599827883970073),
                (0.9, 3.5134692302842323),
                (0.999, 17.732934249898538),
            ],
        ),
        (
            (student(1.0), Some(-2.0), Some(5.0)),
            0.3323172215935012,
            1.3082509922868653,
            &[
                (1e-12, -1.9999999999875973),
                (0.0001, -1.9987603402396803),
                (0.05, -1.5010649642410765),
                (0.5, 0.13391808366379326),
                (0.9, 2.094432730743102),
                (0.999, 4.936295691188512),
            ],
        ),
        (
            (student(4.0), Some(8.0), Some(12.0)),
            9.37840794819778,
            1.0654528668154428,
            &[
                (1e-12, 8.000000000001664),
                (0.0001, 8.000166426780467),
                (0.05, 8.085307946119295),
                (0.5, 9.125249846757859),
                (0.9, 11.051500915691163),
                (0.999, 11.988397226212504),
            ],
        ),
    ]
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
    for ((distribution, min, max), mean, sd, quantiles) in table() {
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
