use super::*;

const VALUES: [f64; 20] = [
    4.1, 5.3, 3.2, 6.8, 4.9, 5.1, 7.7, 2.9, 4.4, 5.8, 6.1, 3.9, 4.7, 9.6, 5.5, 4.2, 3.6, 6.4, 5.0,
    8.3,
];

#[track_caller]
fn near(found: f64, expected: f64, allowed: f64) {
    assert!(
        (found - expected).abs() <= allowed,
        "{found:?} is not {expected:?}"
    );
}

fn report(values: &[f64], range: Option<(f64, f64)>) -> FitReport {
    fit(values, &FitOptions { range }).unwrap()
}

fn of(report: &FitReport, family: Family) -> &Fit {
    report.fits.iter().find(|fit| fit.family == family).unwrap()
}

type Row = (Family, &'static [f64], f64, f64, f64);

/// Family, figures, ln L, D, A squared: scipy 1.17, closed forms for normal, lognormal, exponential and uniform, the
/// log-likelihood maximized by `scipy.optimize.minimize` for the others; `kstest` and the formula of Anderson and Darling.
const FITS: [Row; 7] = [
    (
        Family::Normal,
        &[5.375, 1.683_114_672_266_866_2],
        -38.791_691_634_463_03,
        0.120_398_938_351_556_57,
        0.373_915_108_254_628_6,
    ),
    (
        Family::Lognormal,
        &[1.635_199_264_876_417_8, 0.303_429_686_078_647_7],
        -37.230_648_518_318_45,
        0.059_569_046_929_093_594,
        0.091_167_194_960_757_31,
    ),
    (
        Family::Gamma,
        &[10.903_013_008_296_345, 0.492_982_996_163_136_23],
        -37.497_919_469_909_43,
        0.079_686_119_040_888_96,
        0.145_232_416_328_866_52,
    ),
    (
        Family::Weibull,
        &[3.338_619_513_601_501_3, 5.983_830_274_591_982],
        -38.866_544_907_340_824,
        0.120_170_568_413_288_55,
        0.385_586_309_503_359_8,
    ),
    (
        Family::Exponential,
        &[5.375],
        -53.635_171_480_274_53,
        0.416_980_638_883_574_5,
        4.561_116_176_160_073,
    ),
    (
        Family::Beta,
        &[2.299_276_912_247_646, 3.722_929_983_585_294_3, 2.0, 11.0],
        -37.650_383_918_034_88,
        0.109_519_528_220_891_17,
        0.268_392_400_375_493_17,
    ),
    (
        Family::StudentT,
        &[5.276_957_851_765_139, 1.548_217_4, 12.437_45],
        -38.759_421_365_985_5,
        0.094_586_880_648_662_94,
        0.291_673_753_256_937_1,
    ),
];

#[test]
fn fits_of_twenty_values() {
    let report = report(&VALUES, Some((2.0, 11.0)));
    for (family, figures, log_likelihood, distance, square) in FITS {
        println!("{family:?}");
        let fit = of(&report, family);
        // The simplex of scipy stops where ln L no longer moves, which is half the digits of the figures.
        let found = fit.distribution.figures();
        assert_eq!(found.len(), figures.len());
        for ((_, found), expected) in found.iter().zip(figures) {
            near(*found, *expected, 2e-6 * expected);
        }
        near(fit.log_likelihood, log_likelihood, 1e-9);
        near(fit.kolmogorov_smirnov, distance, 1e-6);
        near(fit.anderson_darling.unwrap(), square, 1e-5);
        let k = f64::from(fit.parameters);
        near(fit.aic, 2.0 * k - 2.0 * log_likelihood, 1e-8);
        near(fit.bic, k * libm::log(20.0) - 2.0 * log_likelihood, 1e-8);
    }
    let uniform = of(&report, Family::Uniform);
    near(uniform.log_likelihood, -20.0 * libm::log(6.7), 1e-12);
    near(uniform.kolmogorov_smirnov, 0.277_611_940_298_507_3, 1e-14);
    assert_eq!(uniform.anderson_darling, None);
    assert!(
        report
            .fits
            .windows(2)
            .all(|pair| pair[0].aic <= pair[1].aic)
    );
    assert_eq!(report.fits[0].family, Family::Lognormal);
    assert_eq!((report.count, report.min, report.max), (20, 2.9, 9.6));
    near(
        report.sd,
        1.683_114_672_266_866_2 * (20.0_f64 / 19.0).sqrt(),
        1e-14,
    );
}

/// No neighbor is more likely, checked with the densities of the distributions themselves.
#[test]
fn searched_fits_are_maxima() {
    let report = report(&VALUES, None);
    let height = |distribution: &Distribution| -> f64 {
        let law = Quantile::new(distribution).unwrap();
        VALUES.iter().map(|&x| libm::log(law.density(x))).sum()
    };
    for family in [
        Family::Triangular,
        Family::Pert,
        Family::StudentT,
        Family::Beta,
    ] {
        let fit = of(&report, family);
        println!("{:?} {}", fit.distribution, fit.log_likelihood);
        near(height(&fit.distribution), fit.log_likelihood, 1e-10);
        for (field, figure) in fit.distribution.figures() {
            // The range of the beta is chosen, not searched, and so is the weight of the PERT.
            let chosen = family == Family::Beta && (field == "min" || field == "max");
            if chosen || field == "weight" {
                continue;
            }
            for change in [-0.2, -0.02, -2e-4, 2e-4, 0.02, 0.2] {
                let other = fit.distribution.with_figure(field, figure * (1.0 + change));
                if other.problems().is_empty() {
                    assert!(height(&other) <= fit.log_likelihood + 1e-9, "{other:?}");
                }
            }
        }
    }
    // scipy 1.17, `minimize` of the log-likelihood from three starts, for the triangle from each mode.
    let triangular = of(&report, Family::Triangular);
    near(triangular.log_likelihood, -36.315_643_938_753, 1e-9);
    let figures = [2.9, 2.9, 10.364_442_98];
    for ((_, found), expected) in triangular.distribution.figures().iter().zip(figures) {
        near(*found, expected, 1e-6);
    }
    let pert = of(&report, Family::Pert);
    near(pert.log_likelihood, -36.654_434_351_540_46, 1e-9);
    let figures = [2.787_592_5, 4.045_129_8, 13.159_773_7];
    for ((_, found), expected) in pert.distribution.figures().iter().zip(figures) {
        near(*found, expected, 1e-4);
    }
    let beta = of(&report, Family::Beta);
    assert_eq!(beta.parameters, 4);
    // 6.7 / 19 past the values; shapes of scipy on that range.
    let figures = beta.distribution.figures();
    near(figures[0].1, 1.373_052_645_7, 2e-6);
    near(figures[1].1, 2.068_799_276_5, 3e-6);
    near(figures[2].1, 2.9 - 6.7 / 19.0, 1e-14);
}

/// Student t of values with outliers: scipy 1.17, `minimize` of the log-likelihood from three starts.
#[test]
fn heavy_tails_are_found() {
    let values = [
        0.1, -0.4, 0.7, 1.2, -0.9, 0.3, -0.2, 9.0, 0.5, -6.0, 0.0, -0.6, 0.9, 0.2, -1.1,
    ];
    let report = report(&values, None);
    let fit = of(&report, Family::StudentT);
    near(fit.log_likelihood, -27.748_140_434_122_29, 1e-9);
    let figures = [0.085_465_98, 0.565_787_74, 1.107_994_7];
    for ((_, found), expected) in fit.distribution.figures().iter().zip(figures) {
        near(*found, expected, 1e-5);
    }
    assert_eq!(report.fits[0].family, Family::StudentT);
}

/// The values in another order are the same sample, and in another unit the same fit.
#[test]
fn order_and_unit_do_not_matter() {
    let first = report(&VALUES, None);
    let mut reversed = VALUES;
    reversed.reverse();
    assert_eq!(report(&reversed, None), first);
    let thousand = report(&VALUES.map(|value| value * 1_000.0), None);
    for fit in &first.fits {
        let other = of(&thousand, fit.family);
        near(
            other.log_likelihood,
            fit.log_likelihood - 20.0 * libm::log(1_000.0),
            1e-6,
        );
    }
}

const KNOWN: [(Family, Distribution, f64); 6] = [
    (
        Family::Triangular,
        Distribution::Triangular {
            min: 10.0,
            mode: 20.0,
            max: 50.0,
        },
        0.05,
    ),
    (
        Family::Pert,
        Distribution::Pert {
            min: 10.0,
            mode: 20.0,
            max: 50.0,
            weight: 4.0,
        },
        0.05,
    ),
    (
        Family::Gamma,
        Distribution::Gamma {
            shape: 2.5,
            scale: 4.0,
        },
        0.02,
    ),
    (
        Family::Gamma,
        Distribution::Gamma {
            shape: 0.4,
            scale: 4.0,
        },
        0.02,
    ),
    (
        Family::Weibull,
        Distribution::Weibull {
            shape: 1.7,
            scale: 9.0,
        },
        0.02,
    ),
    (
        Family::StudentT,
        Distribution::StudentT {
            location: 10.0,
            scale: 2.0,
            degrees: 3.0,
        },
        0.05,
    ),
];

/// Draws of a known distribution lead back to it: the estimate of so regular a sample is off by less than a standard error.
#[test]
fn draws_lead_back_to_their_distribution() {
    let draws = |distribution: &Distribution| -> Vec<f64> {
        let law = Quantile::new(distribution).unwrap();
        // Evenly spread probabilities: a sample without chance.
        (0..2_000)
            .map(|k| law.quantile((f64::from(k) + 0.5) / 2_000.0))
            .collect()
    };
    for (family, distribution, allowed) in KNOWN {
        let report = report(&draws(&distribution), None);
        let fit = of(&report, family);
        println!("{:?}", fit.distribution);
        for ((_, found), (_, expected)) in fit
            .distribution
            .figures()
            .iter()
            .zip(distribution.figures())
        {
            near(*found, expected, allowed * expected.abs());
        }
        assert!(fit.kolmogorov_smirnov < 0.01);
        assert_eq!(report.fits[0].family, family);
    }
}

#[test]
fn families_that_cannot_hold_the_values_say_why() {
    let mixed = report(&[-1.0, 2.0, 3.5, 4.0, 2.5], Some((0.0, 10.0)));
    let reason = |family| {
        let found = mixed.not_fitted.iter().find(|not| not.family == family);
        found.map(|not| not.reason.as_str()).unwrap_or_default()
    };
    assert_eq!(
        reason(Family::Lognormal),
        "the smallest value is -1, and a variable of this family is always above 0"
    );
    assert_eq!(
        reason(Family::Exponential),
        "the smallest value is -1, and a variable of this family is never below 0"
    );
    assert_eq!(
        reason(Family::Beta),
        "the values reach from -1 to 4, and all must lie inside the range from 0 to 10"
    );
    assert_eq!(mixed.fits.len() + mixed.not_fitted.len(), FAMILIES.len());
    assert!(mixed.fits.iter().any(|fit| fit.family == Family::Normal));
}

#[test]
fn impossible_samples_are_sentences() {
    let refused = |values: &[f64]| fit(values, &FitOptions::default()).unwrap_err().to_string();
    assert_eq!(
        refused(&[]),
        "a fit needs at least 2 different values; there is 0"
    );
    assert_eq!(
        refused(&[3.0]),
        "a fit needs at least 2 different values; there is 1"
    );
    assert_eq!(refused(&[3.0; 4]), "all 4 values are 3; use the constant 3");
    assert_eq!(
        refused(&[1.0, f64::NAN, 2.0]),
        "value NaN in place 2 is not a finite number; take it out"
    );
    let range = FitOptions {
        range: Some((5.0, 5.0)),
    };
    assert!(matches!(fit(&VALUES, &range), Err(FitError::Range { .. })));
    // Two values are a sample, however little they say.
    assert!(!report(&[1.0, 2.0], None).fits.is_empty());
    // Ties and large offsets.
    assert!(!report(&[5.0, 5.0, 5.0, 6.0], None).fits.is_empty());
    let far = report(&VALUES.map(|value| value + 1e9), None);
    let Distribution::Normal { sd, .. } = of(&far, Family::Normal).distribution else {
        panic!("a normal");
    };
    near(sd, 1.683_114_67, 1e-6);
}

/// D'Agostino and Stephens (1986), table 4.7: 5 % of normal samples have a corrected A squared above 0.752, 1 % above
/// 1.035, 10 % above 0.631.
#[test]
fn probabilities_of_the_distance() {
    let corrected = |a: f64| a / (1.0 + 0.75 / 1e6 + 2.25 / 1e12);
    for (a, p) in [(0.631, 0.10), (0.752, 0.05), (1.035, 0.01)] {
        let found = goodness::p_value(Family::Normal, corrected(a), 1_000_000).unwrap();
        near(found, p, 0.02 * p);
    }
    assert_eq!(goodness::p_value(Family::Gamma, 0.5, 100), None);
    assert_eq!(goodness::p_value(Family::Normal, 0.5, 7), None);
}

#[test]
fn a_report_survives_a_file() {
    let report = report(&VALUES, None);
    let text = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<FitReport>(&text).unwrap(), report);
}
