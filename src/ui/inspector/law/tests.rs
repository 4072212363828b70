use std::time::{Duration, Instant};

use calminer_domain::{DistributionForm, PeriodLength, Timing};

use super::*;
use crate::ui::edits::distribution::{FIRST, MORE, of_kind};

fn once(distribution: Distribution) -> Uncertainty {
    Uncertainty::once(DistributionForm::Absolute, distribution)
}

fn near(figure: f64, wanted: f64) {
    assert!(
        (figure - wanted).abs() < 1e-6 * wanted.abs().max(1.0),
        "{figure} {wanted}"
    );
}

/// DIS-01: mean, percentiles and the height 2 / 30 at the edge.
#[test]
fn a_curve_that_starts_at_its_top_has_no_hole_there() {
    let own = once(Distribution::Triangular {
        min: 10.0,
        mode: 10.0,
        max: 40.0,
    });
    let implied = Implied::of(&own, 20.0).unwrap();
    near(implied.mean, 20.0);
    near(implied.p50, 18.786_797);
    let Picture::Curve(points) = &implied.picture else {
        panic!("a curve")
    };
    assert!(
        points
            .iter()
            .all(|(x, height)| x.is_finite() && height.is_finite())
    );
    let top = points.iter().map(|(_, height)| *height).fold(0.0, f64::max);
    near(top, 2.0 / 30.0);
    let at_edge: Vec<f64> = points
        .iter()
        .filter(|(x, _)| *x == 10.0)
        .map(|(_, height)| *height)
        .collect();
    assert_eq!(at_edge.first(), Some(&0.0));
    near(*at_edge.last().unwrap(), 2.0 / 30.0);
}

/// By hand: mean 25/3 and variance 37/18 of Triangular(5, 8, 12); the quantile at (0.95 - 0.8) / 0.2 is 12 - sqrt 7.
#[test]
fn an_event_is_its_impact_or_nothing() {
    let own = once(Distribution::Event {
        probability: 0.2,
        impact: Box::new(Distribution::Triangular {
            min: 5.0,
            mode: 8.0,
            max: 12.0,
        }),
    });
    let implied = Implied::of(&own, 0.0).unwrap();
    near(implied.mean, 5.0 / 3.0);
    let variance: f64 = 0.2 * 37.0 / 18.0 + 0.16 * 625.0 / 9.0;
    near(implied.sd, variance.sqrt());
    near(implied.p95, 12.0 - 7.0_f64.sqrt());
    assert_eq!((implied.p5, implied.p50), (0.0, 0.0));
    near(implied.nothing.unwrap(), 0.8);
    assert!(implied.x.contains(0.0));
}

#[test]
fn an_impact_of_both_signs_has_the_nothing_in_the_middle() {
    let own = |probability| {
        once(Distribution::Event {
            probability,
            impact: Box::new(Distribution::Uniform {
                min: -10.0,
                max: 10.0,
            }),
        })
    };
    let half = Implied::of(&own(0.5), 0.0).unwrap();
    near(half.p5, -8.0);
    assert_eq!(half.p50, 0.0);
    near(half.p95, 8.0);
    let never = Implied::of(&own(0.0), 0.0).unwrap();
    assert_eq!((never.mean, never.sd, never.p95), (0.0, 0.0, 0.0));
    let always = Implied::of(&own(1.0), 0.0).unwrap();
    near(always.p5, -9.0);
    near(always.p95, 9.0);
}

fn yearly(periods: u32) -> Calendar {
    Calendar {
        valuation_date: "2026-01-01".parse().unwrap(),
        start_date: "2025-01-01".parse().unwrap(),
        period_length: PeriodLength::Year,
        periods,
        opening_period: false,
        first_label: -1,
        timing: Timing::End,
    }
}

/// Closed forms evaluated by hand with z(0.95) = 1.6448536269514722.
#[test]
fn a_fan_starts_at_one_and_widens_as_the_closed_form_says() {
    let z = 1.644_853_626_951_472_2_f64;
    let of = |path: Distribution, periods: u32| {
        let own = Uncertainty::once(DistributionForm::Factor, path);
        fan(&own, &yearly(periods)).unwrap()
    };
    let brownian = Distribution::GeometricBrownian {
        drift: 0.02,
        volatility: 0.2,
    };
    let rows = of(brownian, 6);
    assert_eq!(rows.len(), 6);
    // The first period ends on the valuation date.
    assert_eq!(rows[0].1, [1.0; 3]);
    // One year on, ln x has the mean 0.02 - 0.2^2 / 2 = 0 and the standard deviation 0.2.
    near(rows[1].1[1], 1.0);
    near(rows[1].1[2], exp(0.2 * z));
    near(rows[1].1[0], exp(-0.2 * z));
    near(rows[4].1[2], exp(0.4 * z));
    let returning = Distribution::MeanReverting {
        speed: 0.5,
        volatility: 0.2,
    };
    let rows = of(returning, 40);
    // 0.04 (1 - 1/e) after a year, 0.04 in the long run.
    near(rows[1].1[1], exp(-0.5 * 0.025_284_822_353_142_31));
    near(rows[39].1[2], exp(-0.02 + 0.2 * z));
    let free = Distribution::MeanReverting {
        speed: 0.0,
        volatility: 0.2,
    };
    near(of(free, 6)[4].1[1], exp(-0.5 * 0.16));
}

#[test]
fn impossible_figures_say_why_and_draw_nothing() {
    let own = once(Distribution::Uniform {
        min: 60.0,
        max: 40.0,
    });
    assert_eq!(
        Implied::of(&own, 1.0),
        Err("min 60 is above max 40".to_owned())
    );
}

#[test]
fn a_constant_is_one_bar_with_no_spread() {
    for constant in [
        Distribution::Triangular {
            min: 25.0,
            mode: 25.0,
            max: 25.0,
        },
        Distribution::Uniform {
            min: 25.0,
            max: 25.0,
        },
        Distribution::Normal {
            mean: 25.0,
            sd: 0.0,
        },
    ] {
        let implied = Implied::of(&once(constant), 25.0).unwrap();
        assert_eq!((implied.mean, implied.sd, implied.p5), (25.0, 0.0, 25.0));
        assert_eq!(implied.picture, Picture::Bars(vec![(25.0, 1.0)]));
    }
}

/// While a figure is typed, a preview may take 50 ms; the best of some tries, because other work disturbs a clock.
#[test]
fn a_preview_of_every_kind_is_there_at_once() {
    for kind in FIRST.iter().chain(&MORE) {
        let own = of_kind(kind, 7.0, None);
        if own.distribution.is_path() {
            continue;
        }
        let best = (0..5)
            .map(|_| {
                let began = Instant::now();
                assert!(Implied::of(&own, 7.0).is_ok(), "{kind}");
                began.elapsed()
            })
            .min();
        assert!(best < Some(Duration::from_millis(50)), "{kind}: {best:?}");
    }
}

#[test]
fn a_large_sample_is_drawn_as_counts() {
    let values: Vec<f64> = (0..10_000).map(f64::from).collect();
    let implied = Implied::of(&once(Distribution::Empirical { values }), 5_000.0).unwrap();
    let Picture::Counts(bars) = &implied.picture else {
        panic!("counts")
    };
    let sum: f64 = bars.iter().map(|(.., share)| share).sum();
    assert!((sum - 1.0).abs() < 0.01, "{sum}");
}
