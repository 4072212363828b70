//! Confidence intervals and how many digits they support.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::moments::Moments;
use super::number;
use super::special::{binomial_quantile, student_t_quantile};
use crate::math::normal;

/// Confidence of every interval.
pub const CONFIDENCE: f64 = 0.95;

/// How sure an interval is, with the normal quantile that belongs to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Level {
    /// Share of the intervals that hold the true figure.
    pub(super) confidence: f64,
    /// Half of the intervals of a normal, in standard errors.
    pub(super) normal: f64,
}

/// Student's t of the usual level by whole degrees of freedom, once they were asked for.
static KNOWN: [OnceLock<Option<f64>>; 64] = [const { OnceLock::new() }; 64];

impl Level {
    /// The level of [`CONFIDENCE`].
    pub(super) const USUAL: Self = Self {
        confidence: CONFIDENCE,
        normal: 1.959_963_984_540_054,
    };

    /// The usual level, or another one.
    pub(super) fn of(confidence: Option<f64>) -> Self {
        confidence.map_or(Self::USUAL, |confidence| Self {
            confidence,
            normal: normal::quantile(0.5 + confidence / 2.0),
        })
    }

    /// Student's t for a figure with this many degrees of freedom; `None` without any.
    pub(super) fn student_t(self, degrees: f64) -> Option<f64> {
        let find = || student_t_quantile(0.5 + self.confidence / 2.0, degrees);
        // A run of replicates asks for the same few hundreds of times.
        let place = degrees as usize;
        match KNOWN.get(place) {
            Some(known) if self == Self::USUAL && place as f64 == degrees => {
                *known.get_or_init(find)
            }
            _ => find(),
        }
    }
}

/// A 95 % confidence interval, in the unit of its figure.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Lower limit.
    #[serde(with = "limit")]
    pub low: f64,
    /// Upper limit; +infinity where "never" cannot be ruled out.
    #[serde(with = "limit")]
    pub high: f64,
}

/// A limit is never absent, but may be "never".
mod limit {
    use serde::{Deserializer, Serializer};

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "the signature that serde calls"
    )]
    pub(super) fn serialize<S: Serializer>(limit: &f64, to: S) -> Result<S::Ok, S::Error> {
        super::number::serialize(&Some(*limit), to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
        super::number::deserialize(from).map(|limit| limit.unwrap_or(f64::NAN))
    }
}

impl Interval {
    /// The interval `figure` +- `half_width`; `None` where either is not finite.
    pub fn around(figure: f64, half_width: f64) -> Option<Self> {
        (figure.is_finite() && half_width.is_finite()).then_some(Self {
            low: figure - half_width,
            high: figure + half_width,
        })
    }

    /// Half the width of the interval.
    pub fn half_width(&self) -> f64 {
        0.5 * self.high - 0.5 * self.low
    }

    /// The interval of the negated figure.
    #[must_use]
    pub fn negated(self) -> Self {
        Self {
            low: -self.high,
            high: -self.low,
        }
    }
}

/// Student's t times the standard error of a mean of independent `values`; `None` for fewer than two.
pub(super) fn mean_half_width(values: &Moments, level: Level) -> Option<f64> {
    let n = values.count() as f64;
    let t = level.student_t(n - 1.0)?;
    Some(t * values.sd()? / n.sqrt())
}

/// Interval of the `p`-quantile from the order statistics of independent ascending values, free of distribution.
///
/// `None` where the sample is too small to bound the quantile on both sides.
pub(super) fn quantile_interval(sorted: &[f64], p: f64, level: Level) -> Option<Interval> {
    let [lower, upper] = quantile_ranks(sorted.len(), p, level)?;
    Some(Interval {
        low: *sorted.get(lower)?,
        high: *sorted.get(upper)?,
    })
}

/// The ranks, counted from 0, of the values that enclose the `p`-quantile with at least the confidence.
pub(super) fn quantile_ranks(count: usize, p: f64, level: Level) -> Option<[usize; 2]> {
    let n = count as u64;
    let alpha = 1.0 - level.confidence;
    // Counted from 1: the values number `lower` and `upper`.
    let lower = binomial_quantile(alpha / 2.0, n, p)?;
    let upper = binomial_quantile(1.0 - alpha / 2.0, n, p)? + 1;
    let ranks = [lower.checked_sub(1)?, upper - 1].map(usize::try_from);
    match ranks {
        [Ok(lower), Ok(upper)] if upper < count => Some([lower, upper]),
        _ => None,
    }
}

/// Wilson's interval of a probability from `hits` of `count` independent trials; `None` for no trials.
pub(super) fn wilson(hits: u64, count: u64, level: Level) -> Option<Interval> {
    if count == 0 {
        return None;
    }
    let n = count as f64;
    let share = hits as f64 / n;
    let z2 = level.normal * level.normal;
    let middle = (share + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let spread = (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
    let half = level.normal * spread / (1.0 + z2 / n);
    Some(Interval {
        low: if hits == 0 {
            0.0
        } else {
            (middle - half).max(0.0)
        },
        high: if hits == count {
            1.0
        } else {
            (middle + half).min(1.0)
        },
    })
}

/// Significant digits with which a figure is shown: the last has the place of the half-width's first, at least three.
///
/// An interval of no width supports all 15 digits that a double always holds; one that is not finite supports three.
pub fn significant_digits(value: f64, half_width: f64) -> usize {
    const LEAST: i32 = 3;
    const MOST: i32 = 15;
    let digits = match (leading_place(value), leading_place(half_width)) {
        _ if half_width == 0.0 => MOST,
        (Some(first), Some(last)) => first - last + 1,
        _ => LEAST,
    };
    digits.clamp(LEAST, MOST) as usize
}

/// Power of ten of the first digit; `None` for 0 and for what is not finite. From the decimal form: no rounded logarithm.
fn leading_place(x: f64) -> Option<i32> {
    if x == 0.0 || !x.is_finite() {
        return None;
    }
    format!("{x:e}").rsplit_once('e')?.1.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_follow_the_interval() {
        assert_eq!(significant_digits(967.668, 4.0), 3);
        assert_eq!(significant_digits(967.668, 0.03), 5);
        assert_eq!(significant_digits(967.668, 40.0), 3);
        assert_eq!(significant_digits(0.139_091, 0.0002), 4);
        assert_eq!(significant_digits(1000.0, 0.1), 5);
        assert_eq!(significant_digits(967.668, 0.0), 15);
        assert_eq!(significant_digits(0.0, 1.0), 3);
        assert_eq!(significant_digits(5.0, f64::NAN), 3);
    }

    #[test]
    fn wilson_of_a_textbook_case() {
        let interval = wilson(10, 100, Level::USUAL).unwrap();
        assert!((interval.low - 0.055_229).abs() < 1e-6, "{interval:?}");
        assert!((interval.high - 0.174_365_6).abs() < 1e-6, "{interval:?}");
        let none = wilson(0, 50, Level::USUAL).unwrap();
        assert_eq!(none.low, 0.0);
        assert!(none.high > 0.05 && none.high < 0.08, "{none:?}");
        assert_eq!(wilson(50, 50, Level::USUAL).unwrap().high, 1.0);
        assert_eq!(wilson(0, 0, Level::USUAL), None);
    }

    #[test]
    fn order_statistics_enclose_the_median() {
        // Exact limits of the median of 20: values 6 and 15.
        let sorted: Vec<f64> = (1..=20).map(f64::from).collect();
        let interval = quantile_interval(&sorted, 0.5, Level::USUAL).unwrap();
        assert_eq!((interval.low, interval.high), (6.0, 15.0));
        assert_eq!(quantile_interval(&sorted, 0.01, Level::USUAL), None);
        assert_eq!(quantile_interval(&[], 0.5, Level::USUAL), None);
    }

    #[test]
    fn limits_survive_files() {
        let interval = Interval {
            low: 4.25,
            high: f64::INFINITY,
        };
        let text = serde_json::to_string(&interval).unwrap();
        assert_eq!(text, r#"{"low":4.25,"high":"never"}"#);
        assert_eq!(serde_json::from_str::<Interval>(&text).unwrap(), interval);
        assert_eq!(Interval::around(1.0, f64::NAN), None);
        assert_eq!(interval.negated().high, -4.25);
    }
}
