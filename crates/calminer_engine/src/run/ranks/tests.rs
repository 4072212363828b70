use super::*;
use crate::statistics::spearman;

fn noise(count: u32) -> Vec<f64> {
    (0..count)
        .map(|k| f64::from(k.wrapping_mul(2_654_435_769) >> 8) / f64::from(1 << 24))
        .collect()
}

fn narrow(column: &[f64]) -> Vec<f32> {
    column.iter().map(|value| *value as f32).collect()
}

fn counted(x: &[f64], y: &[f64]) -> Option<f64> {
    correlated(&narrow(x), &[y])[0]
}

fn correlated(x: &[f32], others: &[&[f64]]) -> Vec<Option<f64>> {
    let others = others.iter().map(|column| Ranks::of(&narrow(column)));
    let others = Others::of(others.collect());
    correlations(Classes::of_long(x).as_ref(), x, &others)
}

/// Two columns that depend on each other, of `count` trials.
fn pair(count: usize) -> (Vec<f64>, Vec<f64>) {
    let more = noise(2 * count as u32 + 1);
    let u = noise(count as u32);
    let y = u
        .iter()
        .zip(&more[count..])
        .map(|(a, b)| (a - b * b) * 1e3)
        .collect();
    (u, y)
}

#[test]
fn agrees_with_exact_ranks() {
    for (count, tolerance) in [
        (4_000, 1e-7),
        (5_000, 1e-5),
        (40_000, 1e-5),
        (200_000, 1e-5),
    ] {
        let (u, y) = pair(count);
        let skewed: Vec<f64> = u.iter().map(|u| 1e6 / (0.001 + u * u)).collect();
        for x in [&u, &skewed] {
            let (exact, counted) = (spearman(x, &y).unwrap(), counted(x, &y).unwrap());
            assert!(
                (exact - counted).abs() < tolerance,
                "{count}: {exact} {counted}"
            );
        }
    }
}

#[test]
fn trials_without_a_value_are_left_out() {
    for (count, tolerance) in [(4_000, 1e-7), (5_001, 1e-5), (40_000, 1e-5)] {
        let (u, y) = pair(count);
        let gaps: Vec<f64> = y
            .iter()
            .map(|y| if *y < -300.0 { f64::NAN } else { *y })
            .collect();
        let never: Vec<f64> = y
            .iter()
            .map(|y| if *y > 500.0 { f64::INFINITY } else { *y })
            .collect();
        // Five columns, more than stand side by side.
        let columns = [&y, &gaps, &never, &u, &gaps];
        let together = correlated(&narrow(&u), &columns.map(Vec::as_slice));
        assert_eq!(together.len(), columns.len());
        for (column, found) in columns.into_iter().zip(together) {
            let exact = spearman(&u, column).unwrap();
            assert!(
                (exact - found.unwrap()).abs() < tolerance,
                "{count}: {exact} {found:?}"
            );
        }
    }
}

#[test]
fn digits_sort_as_comparisons_do() {
    let mut values = narrow(&noise(5_000));
    values.extend([
        f32::NAN,
        f32::INFINITY,
        -0.0,
        0.0,
        -1e30,
        1e-40,
        f32::NEG_INFINITY,
    ]);
    values.extend((0..3_000_u16).map(|k| f32::from(k % 7) - 3.0));
    let mut trials: Vec<usize> = (0..values.len()).collect();
    trials.retain(|trial| !values[*trial].is_nan());
    // The stable sort leaves equal values, both zeros too, in order of trial.
    trials.sort_by(|a, b| values[*a].partial_cmp(&values[*b]).unwrap());
    let found = sorted(&values);
    let found: Vec<usize> = found.iter().map(|item| *item as u32 as usize).collect();
    assert_eq!(found, trials);
}

#[test]
fn equal_values_share_their_mean_rank() {
    let rho = counted(&[1.0, 2.0, 2.0, 3.0], &[10.0, 20.0, 30.0, 40.0]).unwrap();
    assert!((rho - 0.948_683_298_050_513_8).abs() < 1e-7, "{rho}");
    assert_eq!(
        counted(&[f64::INFINITY, 1.0, -1.0], &[3.0, 2.0, 1.0]),
        Some(1.0)
    );
}

#[test]
fn a_column_that_does_not_vary_has_none() {
    assert_eq!(counted(&[2.0, 2.0], &[1.0, 2.0]), None);
    assert_eq!(counted(&[1.0, 2.0], &[2.0, 2.0]), None);
    assert_eq!(counted(&[1.0, 2.0], &[f64::NAN, f64::NAN]), None);
    assert_eq!(counted(&[], &[]), None);
}
