use super::*;
use calminer_domain::distribution::Distribution;
use statrs::distribution::{Beta, Continuous as _, ContinuousCDF as _, LogNormal, Normal};

mod cut_figures;
mod draws;
mod figures;
mod laws;
mod ranges;
mod samples;

fn normal(mean: f64, sd: f64) -> Distribution {
    Distribution::Normal { mean, sd }
}

fn lognormal(mean: f64, sd: f64) -> Distribution {
    Distribution::Lognormal { mean, sd }
}

fn triangular(min: f64, mode: f64, max: f64) -> Distribution {
    Distribution::Triangular { min, mode, max }
}

fn pert(min: f64, mode: f64, max: f64, weight: f64) -> Distribution {
    Distribution::Pert {
        min,
        mode,
        max,
        weight,
    }
}

fn uniform(min: f64, max: f64) -> Distribution {
    Distribution::Uniform { min, max }
}

fn discrete(values: &[f64], weights: &[f64]) -> Distribution {
    Distribution::Discrete {
        values: values.to_vec(),
        weights: weights.to_vec(),
    }
}

fn law(distribution: &Distribution) -> Quantile {
    Quantile::new(distribution).unwrap()
}

/// Every law of the menu, edges included.
fn menu() -> Vec<Quantile> {
    [
        normal(100.0, 15.0),
        lognormal(100.0, 50.0),
        triangular(5.0, 7.0, 10.0),
        triangular(10.0, 10.0, 40.0),
        triangular(10.0, 40.0, 40.0),
        pert(5.0, 7.0, 10.0, 4.0),
        pert(10.0, 10.0, 40.0, 4.0),
        uniform(45.0, 65.0),
        discrete(&[1_900.0, 1_200.0, 1_500.0], &[3.0, 2.0, 5.0]),
        discrete(&(0..40).map(f64::from).collect::<Vec<_>>(), &[1.0; 40]),
    ]
    .iter()
    .map(law)
    .collect()
}

#[track_caller]
fn close(found: f64, expected: f64, allowed: f64) {
    assert!(
        (found - expected).abs() <= allowed,
        "{found} is not {expected}"
    );
}

/// Mean, sd and (probability, quantile) pairs, each right to the digits shown.
#[track_caller]
fn check(distribution: &Distribution, mean: f64, sd: f64, quantiles: &[(f64, f64)], digits: f64) {
    let law = law(distribution);
    close(law.mean(), mean, digits);
    close(law.sd(), sd, digits);
    for &(u, value) in quantiles {
        close(law.quantile(u), value, digits);
        close(law.sampled(u), value, digits);
        close(law.cdf(value), u, 1e-6);
    }
}

/// Definitions, section 4.
#[test]
fn reference_values_of_the_definitions() {
    let law = law(&lognormal(100.0, 50.0));
    let (mu, sigma) = law.log_parameters().unwrap();
    close(mu, 4.493_598, 5e-7);
    close(sigma, 0.472_381, 5e-7);
    close(law.quantile(0.5), 89.442_719, 5e-7);
    check(
        &triangular(61.313_053_563, 100.0, 151.576_566_010),
        104.296_540,
        18.487_476,
        &[(0.1, 80.0), (0.9, 130.0)],
        5e-7,
    );
    check(&triangular(5.0, 7.0, 10.0), 7.333_333, 1.027_402, &[], 5e-7);
    check(
        &pert(5.0, 7.0, 10.0, 4.0),
        7.166_666_667,
        0.936_474_307,
        &[],
        5e-10,
    );
    check(&pert(5.0, 7.0, 10.0, 2.5), 7.222_222, 1.059_403, &[], 5e-7);
}

/// Test cases DIS-01, 04, 07, 09, 11 and 15 of the collected faults.
#[test]
fn reference_values_of_the_collected_faults() {
    check(
        &triangular(10.0, 10.0, 40.0),
        20.0,
        50.0_f64.sqrt(),
        &[(0.1, 11.539_501), (0.5, 18.786_797), (0.9, 30.513_167)],
        1e-6,
    );
    close(
        law(&triangular(10.0, 10.0, 40.0)).density(10.0),
        2.0 / 30.0,
        1e-16,
    );
    check(
        &triangular(2.0, 6.5, 8.0),
        5.5,
        1.625_f64.sqrt(),
        &[(0.5, 5.674_235)],
        5e-7,
    );
    check(
        &lognormal(100.0, 50.0),
        100.0,
        50.0,
        &[(0.05, 41.124_385), (0.5, 89.442_719), (0.95, 194.531_784)],
        5e-7,
    );
    let quantiles = [(0.05, 12.948_869), (0.5, 23.833_613), (0.95, 41.063_836)];
    check(
        &pert(10.0, 20.0, 60.0, 4.0),
        25.0,
        8.660_254,
        &quantiles,
        5e-7,
    );
    check(
        &pert(10.0, 10.0, 40.0, 4.0),
        15.0,
        4.225_771,
        &[(0.5, 13.883_483)],
        5e-7,
    );
    close(
        law(&pert(10.0, 10.0, 40.0, 4.0)).density(10.0),
        5.0 / 30.0,
        1e-15,
    );
    close(
        law(&discrete(&[1_200.0, 1_500.0, 1_900.0], &[0.2, 0.5, 0.2])).mean(),
        1_522.222_2,
        5e-5,
    );
    close(
        law(&discrete(&[1_200.0, 1_500.0, 1_900.0], &[2.0, 5.0, 3.0])).mean(),
        1_560.0,
        1e-12,
    );
}

const PROBABILITIES: [f64; 7] = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95];

/// Closed forms evaluated with scipy: validation data `analytic_distributions`.
#[test]
fn reference_values_of_the_validation_data() {
    let with =
        |values: [f64; 7]| -> Vec<(f64, f64)> { PROBABILITIES.into_iter().zip(values).collect() };
    let values = [
        88.366_600_265_3,
        91.832_159_566_2,
        98.708_286_933_9,
        108.166_998_673_3,
        120.419_601_084_5,
        131.291_713_066_1,
        136.771_243_444_7,
    ];
    check(
        &triangular(80.0, 100.0, 150.0),
        110.0,
        216.666_666_666_666_66_f64.sqrt(),
        &with(values),
        5e-10,
    );
    let values = [
        86.301_586_533_6,
        89.043_534_593,
        95.124_492_897_7,
        103.825_886_014_2,
        113.748_723_056_9,
        122.727_027_463_5,
        127.739_214_935,
    ];
    let sd = (25.0_f64 * 45.0 / 7.0).sqrt();
    check(
        &pert(80.0, 100.0, 150.0, 4.0),
        105.0,
        sd,
        &with(values),
        5e-9,
    );
    let values = [
        1_274.336_787_55,
        1_369.403_188_8,
        1_544.343_458_42,
        1_765.045_216_24,
        2_017.287_41,
        2_274.994_421_56,
        2_444.710_570_88,
    ];
    check(
        &lognormal(1_800.0, 360.0),
        1_800.0,
        360.0,
        &with(values),
        5e-8,
    );
    let (mu, sigma) = law(&lognormal(1_800.0, 360.0)).log_parameters().unwrap();
    close(mu, 7.475_931_587_308, 5e-13);
    close(sigma, 0.198_042_200_435, 5e-13);
    // N(20, 10): P5 of the definitions, section 6.
    close(
        law(&normal(20.0, 10.0)).quantile(0.05),
        3.551_463_730,
        5e-10,
    );
}

/// DIS-03, DIS-05 and one-point tables: legal constants, each exactly that value.
#[test]
fn constants_are_themselves() {
    for distribution in [
        triangular(25.0, 25.0, 25.0),
        pert(25.0, 25.0, 25.0, 4.0),
        uniform(25.0, 25.0),
        normal(25.0, 0.0),
        lognormal(25.0, 0.0),
        discrete(&[25.0], &[3.0]),
        discrete(&[7.0, 25.0, 9.0], &[0.0, 0.3, 0.0]),
        discrete(&[25.0, 25.0], &[0.1, 0.2]),
        lognormal(25.0, 1e-200),
    ] {
        let law = law(&distribution);
        assert!(law.is_constant(), "{distribution:?}");
        assert_eq!(
            (law.mean(), law.sd(), law.support()),
            (25.0, 0.0, (25.0, 25.0))
        );
        for u in [0.0, 1e-300, 0.3, 1.0] {
            assert_eq!(law.quantile(u), 25.0);
        }
        assert_eq!(
            (
                law.cdf(24.9),
                law.cdf(25.0),
                law.density(25.0),
                law.density(24.0)
            ),
            (0.0, 1.0, 1.0, 0.0)
        );
        let mut values = [0.2, 0.9];
        law.map_uniforms(&mut values);
        let mut scores = [-3.0, f64::INFINITY];
        law.map_scores(&mut scores);
        assert_eq!((values, scores), ([25.0; 2], [25.0; 2]));
    }
}

/// DIS-04, 05, 15, 17: impossible figures are refused with all their problems; notices do not refuse.
#[test]
fn impossible_figures_are_refused() {
    for distribution in [
        triangular(10.0, 60.0, 40.0),
        triangular(40.0, 20.0, 10.0),
        normal(100.0, -5.0),
        lognormal(100.0, -5.0),
        lognormal(0.0, 5.0),
        uniform(60.0, 40.0),
        discrete(&[1.0, 2.0, 3.0], &[1.0, -1.0, 1.0]),
        discrete(&[1.0, 2.0, 3.0], &[0.0, 0.0, 0.0]),
        normal(f64::NAN, 1.0),
    ] {
        let expected: Vec<_> = distribution
            .problems()
            .into_iter()
            .filter(|problem| problem.blocks)
            .collect();
        assert!(!expected.is_empty());
        assert_eq!(Quantile::new(&distribution).unwrap_err(), expected);
    }
    // Beyond the rules of the form: figures that floats cannot carry.
    for (distribution, field) in [
        (uniform(-1e308, 1e308), "max"),
        (triangular(-1e308, 0.0, 1e308), "max"),
        (pert(0.0, 1.0, 2.0, 1e9), "weight"),
        (lognormal(1e-200, 1e200), "sd"),
    ] {
        let problems = Quantile::new(&distribution).unwrap_err();
        assert!(
            problems.len() == 1 && problems[0].field == field && problems[0].blocks,
            "{problems:?}"
        );
    }
}

#[test]
fn against_statrs() {
    let mu_sigma = law(&lognormal(100.0, 50.0)).log_parameters().unwrap();
    let (bell, skewed) = (
        Normal::new(100.0, 15.0).unwrap(),
        LogNormal::new(mu_sigma.0, mu_sigma.1).unwrap(),
    );
    let beta = Beta::new(2.6, 3.4).unwrap();
    for step in 1..200 {
        let u = f64::from(step) / 200.0;
        let (own, x) = (law(&normal(100.0, 15.0)), bell.inverse_cdf(u));
        close(own.quantile(u), x, 1e-9);
        close(own.cdf(x), bell.cdf(x), 1e-10);
        close(own.density(x), bell.pdf(x), 1e-15);
        let own = law(&lognormal(100.0, 50.0));
        let x = own.quantile(u);
        close(own.cdf(x), skewed.cdf(x), 1e-10);
        close(own.density(x), skewed.pdf(x), 1e-14);
        let x = 5.0 + 5.0 * u;
        let own = law(&pert(5.0, 7.0, 10.0, 4.0));
        close(own.cdf(x), beta.cdf(u), 1e-12);
        close(own.density(x), beta.pdf(u) / 5.0, 1e-11);
    }
}

#[test]
fn quantile_and_distribution_function_invert_each_other() {
    for law in menu().iter().take(8) {
        let (low, high) = law.support();
        assert_eq!((law.quantile(0.0), law.quantile(1.0)), (low, high));
        assert!(
            law.quantile(-0.1).is_nan()
                && law.quantile(1.5).is_nan()
                && law.quantile(f64::NAN).is_nan()
        );
        assert!(law.cdf(f64::NAN).is_nan() && law.density(f64::NAN).is_nan());
        let mut last = f64::NEG_INFINITY;
        for step in 1..1_000 {
            let u = f64::from(step) / 1_000.0;
            let value = law.quantile(u);
            assert!(value >= last);
            last = value;
            close(law.cdf(value), u, 1e-13);
            // The density is the slope of the distribution function.
            let h = law.sd() * 1e-4;
            if law.cdf(value - h) > 1e-3 && law.cdf(value + h) < 0.999 {
                let slope = (law.cdf(value + h) - law.cdf(value - h)) / (2.0 * h);
                close(slope / law.density(value), 1.0, 1e-3);
            }
        }
        assert_eq!(
            (law.cdf(f64::NEG_INFINITY), law.cdf(f64::INFINITY)),
            (0.0, 1.0)
        );
    }
}
