//! Ranges as they are typed: `P10:P90` for percentiles of each distribution, `20%` for a change of the base value.

use calminer_engine::sensitivity::Step;

/// Percentiles of a spider where no range is asked for, as in the window.
const SPIDER: [f64; 9] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
/// Steps of a spider on each side of the base value, as in the window.
const SIDE: i32 = 4;

/// The two ends of a tornado; P10 and P90 where none are asked for.
pub(super) fn ends(range: Option<&str>) -> Result<(Step, Step), String> {
    let Some(range) = range else {
        return Ok((Step::Percentile(0.1), Step::Percentile(0.9)));
    };
    if let Some((low, high)) = range.split_once(':') {
        return Ok((percentile(low)?, percentile(high)?));
    }
    let change = share(range)?;
    Ok((Step::Change(-change), Step::Change(change)))
}

/// The points of a spider.
pub(super) fn steps(range: Option<&str>) -> Result<Vec<Step>, String> {
    match range {
        None => Ok(SPIDER.map(Step::Percentile).to_vec()),
        Some(range) if range.contains(':') => range.split(':').map(percentile).collect(),
        Some(range) => {
            let change = share(range)?;
            let at = |step: i32| Step::Change(change * f64::from(step) / f64::from(SIDE));
            Ok((-SIDE..=SIDE).map(at).collect())
        }
    }
}

/// A share above 0 as `5%`, `5 %` or `0.05`.
pub(super) fn share(text: &str) -> Result<f64, String> {
    let trimmed = text.trim();
    let (number, divisor) = trimmed
        .strip_suffix('%')
        .map_or((trimmed, 1.0), |number| (number.trim_end(), 100.0));
    let value: Option<f64> = number.parse().ok().map(|figure: f64| figure / divisor);
    value
        .filter(|share| share.is_finite() && *share > 0.0)
        .ok_or_else(|| format!("{text:?} is no share above 0; write 10% or 0.1"))
}

fn percentile(text: &str) -> Result<Step, String> {
    let number = text.trim().trim_start_matches(['P', 'p']);
    let percent: Option<f64> = number.parse().ok();
    percent
        .filter(|percent| *percent > 0.0 && *percent < 100.0)
        .map(|percent| Step::Percentile(percent / 100.0))
        .ok_or_else(|| {
            format!("{text:?} is no percentile; write P10:P90, or 20% for a change of base")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_percentiles_or_changes() {
        assert_eq!(
            ends(None),
            Ok((Step::Percentile(0.1), Step::Percentile(0.9)))
        );
        assert_eq!(
            ends(Some("P5:p95")),
            Ok((Step::Percentile(0.05), Step::Percentile(0.95)))
        );
        assert_eq!(
            ends(Some("20 %")),
            Ok((Step::Change(-0.2), Step::Change(0.2)))
        );
        assert_eq!(steps(Some("0.3")).unwrap().len(), 9);
        assert_eq!(steps(Some("P10:P50:P90")).unwrap().len(), 3);
        for wrong in ["", "P0:P90", "P10:P100", "-5%", "inf", "nan", "P10:"] {
            assert!(ends(Some(wrong)).is_err(), "{wrong}");
        }
    }
}
