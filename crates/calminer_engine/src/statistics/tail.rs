//! The bad tail of a sample.

use calminer_domain::Direction;

use super::moments::sum;

/// Share of trials in the tail: figures are for the worst 5 %.
pub const TAIL: f64 = 0.05;

/// Mean of the worst `share` of ascending values, the value on the edge taken in part.
///
/// For a gain: (sum of the floor(n share) smallest + the fractional weight of the next) / (n share); for a cost from the
/// other end. `None` for no values, and for a share that is not above 0 and at most 1. Infinite values in the tail give
/// an infinite mean.
pub fn tail_mean_sorted(sorted: &[f64], share: f64, direction: Direction) -> Option<f64> {
    if sorted.is_empty() || !(share > 0.0 && share <= 1.0) {
        return None;
    }
    let weight = sorted.len() as f64 * share;
    let whole = (weight.floor() as usize).min(sorted.len());
    let (tail, edge) = match direction {
        Direction::Gain => (&sorted[..whole], sorted.get(whole)),
        Direction::Cost => {
            let from = sorted.len() - whole;
            (&sorted[from..], from.checked_sub(1).map(|k| &sorted[k]))
        }
    };
    let part = weight - whole as f64;
    let edge = match edge {
        Some(&x) if part > 0.0 => x * part,
        _ => 0.0,
    };
    let mean = (sum(tail) + edge) / weight;
    if mean.is_infinite() && edge.is_finite() && tail.iter().all(|x| x.is_finite()) {
        // Their sum is beyond all numbers, their mean is not.
        let shares = tail.iter().map(|x| x / weight);
        return Some(shares.sum::<f64>() + edge / weight);
    }
    Some(mean)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gain(sorted: &[f64], share: f64) -> f64 {
        tail_mean_sorted(sorted, share, Direction::Gain).unwrap()
    }

    #[test]
    fn whole_and_partial_weights() {
        let hundred: Vec<f64> = (1..=100).map(f64::from).collect();
        assert!((gain(&hundred, 0.05) - 3.0).abs() < 1e-12);
        assert_eq!(
            tail_mean_sorted(&hundred, 0.05, Direction::Cost),
            Some(98.0)
        );
        let ten: Vec<f64> = (0..10).map(|k| f64::from(k) * 20.0 - 100.0).collect();
        assert!((gain(&ten, 0.2) + 90.0).abs() < 1e-12);
        assert!((gain(&ten, 0.25) + 84.0).abs() < 1e-12);
        assert_eq!(gain(&ten, 0.05), -100.0);
        assert_eq!(gain(&[42.0], 0.05), 42.0);
    }

    #[test]
    fn the_mean_of_the_largest_numbers_is_a_number() {
        let sorted = [f64::MAX; 100];
        assert!(gain(&sorted, 0.05) <= f64::MAX);
        assert!((gain(&sorted, 0.055) / f64::MAX - 1.0).abs() < 1e-12);
        assert_eq!(gain(&[f64::NEG_INFINITY; 3], 1.0), f64::NEG_INFINITY);
    }

    #[test]
    fn nothing_to_average() {
        assert_eq!(tail_mean_sorted(&[], 0.05, Direction::Gain), None);
        assert_eq!(tail_mean_sorted(&[1.0], 0.0, Direction::Gain), None);
        assert_eq!(tail_mean_sorted(&[1.0], f64::NAN, Direction::Gain), None);
    }

    #[test]
    fn the_worst_share_of_a_discrete_gain() {
        // Profits -100, -20, 0, 50 with weights 1, 3, 4, 2 out of 10.
        let mut sample = vec![-100.0];
        sample.extend([-20.0; 3]);
        sample.extend([0.0; 4]);
        sample.extend([50.0; 2]);
        for (share, expected) in [
            (0.05, -100.0),
            (0.1, -100.0),
            (0.2, -60.0),
            (0.3, -46.666_666_666_7),
            (0.4, -40.0),
            (0.5, -32.0),
            (0.6, -26.666_666_666_7),
            (0.8, -20.0),
            (0.9, -12.222_222_222_2),
            (1.0, -6.0),
        ] {
            assert!((gain(&sample, share) - expected).abs() < 1e-9, "{share}");
        }
    }
}
