//! Sample percentiles.

use calminer_domain::PercentileDefinition;

/// Position of the `p`-quantile of `count` values, counted from 0 and held inside the sample.
fn position(definition: PercentileDefinition, count: usize, p: f64) -> f64 {
    let n = count as f64;
    let position = match definition {
        PercentileDefinition::Type6 => (n + 1.0) * p - 1.0,
        PercentileDefinition::Type7 => (n - 1.0) * p,
        PercentileDefinition::Type8 => (n + 1.0 / 3.0) * p + 1.0 / 3.0 - 1.0,
    };
    position.clamp(0.0, n - 1.0)
}

/// Index below the position, and the share of the way to the next value.
pub(crate) fn place(definition: PercentileDefinition, count: usize, p: f64) -> (usize, f64) {
    let position = position(definition, count, p);
    let below = position.floor();
    (below as usize, position - below)
}

/// The `p`-quantile (`p` from 0 to 1) of values in ascending order, by linear interpolation.
///
/// +infinity is a value above all others: interpolation towards it gives infinity. `None` for no values and for a `p`
/// outside 0 to 1. The values must hold no NaN.
pub fn percentile_sorted(sorted: &[f64], p: f64, kind: PercentileDefinition) -> Option<f64> {
    if sorted.is_empty() || !(0.0..=1.0).contains(&p) {
        return None;
    }
    let (below, share) = place(kind, sorted.len(), p);
    let low = *sorted.get(below)?;
    let high = sorted.get(below + 1).copied().unwrap_or(low);
    Some(between(low, high, share))
}

/// The quantiles `ps` (each from 0 to 1) of unordered values, by selection: cheaper than a sort for a few of them.
///
/// Reorders `values`, which must hold no NaN. Answers in the order of `ps`; `None` as in [`percentile_sorted`].
pub fn percentiles_select(
    values: &mut [f64],
    ps: &[f64],
    kind: PercentileDefinition,
) -> Vec<Option<f64>> {
    let mut order: Vec<usize> = (0..ps.len()).collect();
    order.sort_by(|&a, &b| ps[a].total_cmp(&ps[b]));
    let mut found = vec![None; ps.len()];
    let mut done = 0;
    for index in order {
        let p = ps[index];
        if values.is_empty() || !(0.0..=1.0).contains(&p) {
            continue;
        }
        let (below, share) = place(kind, values.len(), p);
        // Values before `done` are already in their final places.
        if below >= done {
            values[done..].select_nth_unstable_by(below - done, f64::total_cmp);
            done = below + 1;
        }
        let low = values[below];
        let mut high = low;
        if share > 0.0 && below + 1 < values.len() {
            if below + 1 >= done {
                values[done..].select_nth_unstable_by(0, f64::total_cmp);
                done = below + 2;
            }
            high = values[below + 1];
        }
        found[index] = Some(between(low, high, share));
    }
    found
}

/// Linear interpolation that survives infinities and differences beyond the largest number.
fn between(low: f64, high: f64, share: f64) -> f64 {
    if share == 0.0 || low == high {
        return low;
    }
    let difference = high - low;
    if difference.is_finite() || !low.is_finite() || !high.is_finite() {
        return low + difference * share;
    }
    low * (1.0 - share) + high * share
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KINDS: [PercentileDefinition; 3] = [
        PercentileDefinition::Type6,
        PercentileDefinition::Type7,
        PercentileDefinition::Type8,
    ];

    fn one_to_ten() -> Vec<f64> {
        (1..=10).map(f64::from).collect()
    }

    #[test]
    fn three_definitions_on_one_to_ten() {
        for (p, expected) in [
            (0.1, [1.1, 1.9, 1.366_666_666_666_666_7]),
            (0.9, [9.9, 9.1, 9.633_333_333_333_333]),
            (0.5, [5.5, 5.5, 5.5]),
        ] {
            for (kind, value) in KINDS.into_iter().zip(expected) {
                let found = percentile_sorted(&one_to_ten(), p, kind).unwrap();
                assert!((found - value).abs() < 1e-12, "{kind:?} {p}: {found}");
            }
        }
    }

    #[test]
    fn linear_and_spreadsheet_definitions_differ_as_documented() {
        let sorted = [0.11, 0.21, 0.24, 0.33, 0.34];
        let linear = [0.1, 0.5, 0.9].map(|p| percentile_sorted(&sorted, p, KINDS[1]).unwrap());
        let exclusive = [0.1, 0.5, 0.9].map(|p| percentile_sorted(&sorted, p, KINDS[0]).unwrap());
        for (found, expected) in linear.into_iter().zip([0.15, 0.24, 0.336]) {
            assert!((found - expected).abs() < 1e-12);
        }
        for (found, expected) in exclusive.into_iter().zip([0.11, 0.24, 0.34]) {
            assert!((found - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn infinity_is_a_value_above_all() {
        let sorted = [1.0, 2.0, f64::INFINITY, f64::INFINITY];
        assert_eq!(percentile_sorted(&sorted, 0.0, KINDS[1]), Some(1.0));
        assert_eq!(percentile_sorted(&sorted, 1.0 / 3.0, KINDS[1]), Some(2.0));
        assert_eq!(
            percentile_sorted(&sorted, 0.5, KINDS[1]),
            Some(f64::INFINITY)
        );
        assert_eq!(
            percentile_sorted(&sorted, 0.9, KINDS[1]),
            Some(f64::INFINITY)
        );
    }

    #[test]
    fn odd_input_has_no_percentile_and_huge_values_do_not_overflow() {
        assert_eq!(percentile_sorted(&[], 0.5, KINDS[1]), None);
        assert_eq!(percentile_sorted(&[1.0], 1.5, KINDS[1]), None);
        assert_eq!(percentile_sorted(&[42.0], 0.05, KINDS[2]), Some(42.0));
        assert_eq!(
            percentile_sorted(&[-1e308, 1e308], 0.5, KINDS[1]),
            Some(0.0)
        );
    }

    #[test]
    fn names_in_files() {
        assert_eq!(
            serde_json::to_string(&KINDS).unwrap(),
            r#"["type6","type7","type8"]"#
        );
    }

    proptest! {
        #[test]
        fn selection_has_the_bits_of_sorting(
            values in prop::collection::vec(-1e6..1e6_f64, 1..300),
            ps in prop::collection::vec(0.0..=1.0_f64, 1..9),
        ) {
            let mut sorted = values.clone();
            sorted.sort_by(f64::total_cmp);
            for kind in KINDS {
                let selected = percentiles_select(&mut values.clone(), &ps, kind);
                for (&p, found) in ps.iter().zip(selected) {
                    prop_assert_eq!(found, percentile_sorted(&sorted, p, kind));
                }
            }
        }
    }
}
