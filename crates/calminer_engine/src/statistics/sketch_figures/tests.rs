use calminer_domain::{Direction, PercentileDefinition};

use super::*;
use crate::statistics::Grid;

/// Skewed numbers without an order: some far above the others.
fn values(count: u32) -> Vec<f64> {
    (0..count)
        .map(|k| {
            let u = f64::from(k.wrapping_mul(2_654_435_769) >> 8) / 16_777_216.0;
            1e6 / (1.0 - u * 0.999) - 2e6
        })
        .collect()
}

fn options(direction: Direction) -> SummaryOptions {
    SummaryOptions {
        direction,
        money: true,
        infinity: InfinityMeaning::Never,
        ..SummaryOptions::default()
    }
}

/// A column in parts, whose bins are those of its first values.
fn sketched(values: &[f64], options: SummaryOptions, pilot: usize) -> SketchedColumn {
    let empty = Sketch::new(Grid::of_pilot(&values[..pilot]));
    let sizes = options.plan.parts(values.len());
    let mut column = SketchedColumn::new(empty.clone(), options, sizes.len());
    let mut first = 0;
    for size in sizes {
        let mut part = empty.clone();
        part.add(first as u64, &values[first..first + size]);
        first += size;
        assert!(column.add(&part));
    }
    column
}

fn near(found: Option<f64>, expected: Option<f64>, tolerance: f64) {
    match (found, expected) {
        (Some(a), Some(b)) => assert!(a == b || (a - b).abs() <= tolerance, "{a} is not {b}"),
        (a, b) => assert_eq!(a, b),
    }
}

#[test]
fn values_beyond_the_bins_are_in_every_figure_but_fine_percentiles() {
    let values = values(30_000);
    for direction in [Direction::Gain, Direction::Cost] {
        // A pilot of a hundred values does not reach the long tail.
        let column = sketched(&values, options(direction), 100);
        let (exact, found) = (Summary::of(&values, &options(direction)), column.summary());
        let error = column.error();
        assert!(error.above > 0, "{error:?}");
        let sd = exact.sd.unwrap();
        near(found.mean, exact.mean, 1e-12 * sd);
        near(found.sd, exact.sd, 1e-10 * sd);
        near(found.skewness, exact.skewness, 1e-5);
        assert_eq!(
            (found.min, found.max, found.valid),
            (exact.min, exact.max, exact.valid)
        );
        assert_eq!(found.probability_below_zero, exact.probability_below_zero);
        near(found.percentiles.p5, exact.percentiles.p5, error.width);
        near(found.percentiles.p50, exact.percentiles.p50, error.width);
        if direction == Direction::Gain {
            near(found.tail_mean_5, exact.tail_mean_5, error.width);
        }
        assert_eq!(column.histogram().finite(), 30_000);
    }
}

#[test]
fn the_upper_tail_is_read_from_the_top() {
    let values = values(30_000);
    let cost = sketched(&values, options(Direction::Cost), 30_000);
    let exact = Summary::of(&values, &options(Direction::Cost));
    let width = cost.error().width;
    near(cost.summary().tail_mean_5, exact.tail_mean_5, width);
    near(cost.summary().percentiles.p95, exact.percentiles.p95, width);
    let (curve, expected) = (
        cost.ecdf(401),
        crate::statistics::ecdf(
            &{
                let mut sorted = values;
                crate::statistics::sort_values(&mut sorted);
                sorted
            },
            401,
        ),
    );
    assert_eq!(curve.len(), expected.len());
    for (a, b) in curve.iter().zip(&expected) {
        assert!(
            (a[0] - b[0]).abs() <= width && (a[1] - b[1]).abs() < 1e-3,
            "{a:?} {b:?}"
        );
    }
}

#[test]
fn never_and_absent_are_counted() {
    let mut values = values(1_000);
    for place in 0..200 {
        values[place * 5] = f64::INFINITY;
    }
    values[17] = f64::NAN;
    values[9] = f64::NAN;
    values[18] = f64::NEG_INFINITY;
    let column = sketched(&values, options(Direction::Cost), 1_000);
    let (exact, found) = (
        Summary::of(&values, &options(Direction::Cost)),
        column.summary(),
    );
    assert_eq!((found.absent, found.trials), (exact.absent, 1_000));
    assert_eq!(column.whole().first_undefined(), Some(9));
    assert_eq!(found.percentiles.p90, Some(f64::INFINITY));
    assert_eq!(found.tail_mean_5, Some(f64::INFINITY));
    near(
        found.percentiles.p25,
        exact.percentiles.p25,
        column.error().width,
    );
    near(found.mean, exact.mean, 1e-3);
}

#[test]
fn far_values_are_in_the_mean_and_farther_ones_are_told() {
    let mut values = values(1_000);
    values[500] = -1e13;
    let (gain, moments) = (options(Direction::Gain), |values: &[f64]| {
        Summary::of(values, &options(Direction::Gain))
    });
    let (found, exact) = (
        sketched(&values, gain.clone(), 100).summary(),
        moments(&values),
    );
    near(found.mean, exact.mean, 1e-3);
    near(found.sd, exact.sd, 1.0);
    values[500] = -1e300;
    let column = sketched(&values, gain, 100);
    let summary = column.summary();
    assert_eq!((column.lacks_sums(), summary.min), (true, Some(-1e300)));
    assert_eq!(
        (summary.mean, summary.sd, summary.tail_mean_5),
        (None, None, None)
    );
    assert!(summary.percentiles.p50.is_some());
}

#[test]
fn a_rare_event_after_a_pilot_of_zeros_has_its_moments() {
    let mut values = vec![0.0; 10_000];
    for place in (7_000..10_000).step_by(100) {
        values[place] = 3e8 + place as f64;
    }
    let column = sketched(&values, options(Direction::Cost), 4_000);
    let (found, exact) = (
        column.summary(),
        Summary::of(&values, &options(Direction::Cost)),
    );
    near(found.mean, exact.mean, 1e-6);
    near(found.sd, exact.sd, 1e-3);
    near(found.tail_mean_5, exact.tail_mean_5, column.error().width);
    assert_eq!((found.min, found.max), (exact.min, exact.max));
}

#[test]
fn columns_of_one_value_or_none() {
    for value in [0.0, 7.5, -1e12, 1e-30] {
        let column = sketched(&[value; 500], options(Direction::Gain), 100);
        let summary = column.summary();
        assert_eq!((summary.mean, summary.sd), (Some(value), Some(0.0)));
        assert_eq!(
            (summary.percentiles.p5, summary.tail_mean_5),
            (Some(value), Some(value))
        );
        assert_eq!((summary.skewness, summary.excess_kurtosis), (None, None));
        assert_eq!(column.ecdf(401), [[value, 1.0]]);
    }
    let column = sketched(&[f64::NAN; 50], options(Direction::Gain), 50);
    let summary = column.summary();
    assert_eq!(
        (summary.mean, summary.percentiles.p50, summary.valid),
        (None, None, 0)
    );
    assert_eq!(column.ecdf(401), [[0.0; 2]; 0]);
    let band = sketched_band(column.whole(), PercentileDefinition::Type7);
    assert!(band.iter().all(|figure| figure.is_nan()));
}

#[test]
fn parts_add_up_in_any_order() {
    let values = values(5_000);
    let empty = Sketch::new(Grid::of_pilot(&values[..200]));
    let parts: Vec<Sketch> = (0..5)
        .map(|part| {
            let mut sketch = empty.clone();
            sketch.add(part * 1_000, &values[part as usize * 1_000..][..1_000]);
            sketch
        })
        .collect();
    let mut whole = empty.clone();
    whole.add(0, &values);
    for order in [[0, 1, 2, 3, 4], [4, 2, 0, 3, 1]] {
        let mut sum = empty.clone();
        assert!(order.iter().all(|part| sum.merge(&parts[*part])));
        assert_eq!(sum, whole);
    }
    let mut other = Sketch::new(Grid::of_pilot(&values[..100]));
    assert!(!other.merge(&whole));
    let mut bytes = Vec::new();
    whole.write(&mut bytes);
    assert_eq!(
        (bytes.len(), Sketch::read(&bytes)),
        (Sketch::BYTES, Some(whole))
    );
    assert_eq!(Sketch::read(&bytes[1..]), None);
}
