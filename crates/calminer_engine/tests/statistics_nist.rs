//! Certified values of NIST's Statistical Reference Datasets, as far as double precision carries.

use calminer_engine::statistics::{Moments, pearson};

/// Digits that agree: -log10 of the relative error, 15 at most.
fn digits(found: f64, certified: f64) -> f64 {
    if found == certified {
        return 15.0;
    }
    -libm::log10(((found - certified) / certified).abs())
}

/// A line that is no number becomes NaN, which no certified value equals.
fn values(text: &str) -> Vec<f64> {
    let lines = text.lines().skip(1);
    lines.map(|line| line.parse().unwrap_or(f64::NAN)).collect()
}

#[test]
fn certified_means_and_deviations() {
    // Certified mean and deviation; digits that a stable two-pass computation reaches.
    let cases = [
        (
            include_str!("data/nist/lew.csv"),
            -177.435,
            277.332_168_044_316,
            14.0,
            14.0,
        ),
        (
            include_str!("data/nist/michelso.csv"),
            299.8524,
            0.079_010_547_819_051_8,
            14.0,
            12.0,
        ),
        (
            include_str!("data/nist/numacc1.csv"),
            10_000_002.0,
            1.0,
            15.0,
            15.0,
        ),
        (include_str!("data/nist/numacc2.csv"), 1.2, 0.1, 14.0, 13.0),
        (
            include_str!("data/nist/numacc3.csv"),
            1_000_000.2,
            0.1,
            14.0,
            9.0,
        ),
        (
            include_str!("data/nist/pidigits.csv"),
            4.5348,
            2.867_339_060_288_71,
            14.0,
            13.0,
        ),
    ];
    for (text, mean, sd, mean_digits, sd_digits) in cases {
        let moments = Moments::of(&values(text));
        let found = (moments.mean().unwrap(), moments.sd().unwrap());
        assert!(
            digits(found.0, mean) >= mean_digits,
            "mean {} of {mean}",
            found.0
        );
        assert!(digits(found.1, sd) >= sd_digits, "sd {} of {sd}", found.1);
    }
}

#[test]
fn correlation_of_neighbors_is_near_the_certified_autocorrelation() {
    // The certified figure centers both columns on one mean, so only the leading digits can agree.
    for (text, lag) in [
        (include_str!("data/nist/lew.csv"), -0.307_304_800_605_679),
        (
            include_str!("data/nist/pidigits.csv"),
            -0.003_550_992_872_379_72,
        ),
        (include_str!("data/nist/numacc2.csv"), -0.999),
    ] {
        let x = values(text);
        let found = pearson(&x[1..], &x[..x.len() - 1]).unwrap();
        assert!((found - lag).abs() < 0.01, "{found} is not {lag}");
    }
}
