//! The statistics of an output as rows of name and figure.

use calminer_domain::Direction;
use calminer_engine::result::{Basis, Display, Interval, OutputResult, significant_digits};

use super::figures::{decimals, places, rounded, scale, with_unit};
use super::shape::{pairs, right, wide};

/// A row: name, figure, its interval.
type Row = (String, String, String);

/// The statistics table: trials, absent results by cause, moments, percentiles, tail figures with their basis.
pub fn statistics(output: &OutputResult) -> String {
    let summary = &output.summary;
    let (display, intervals) = (&output.display, &summary.intervals);
    let mut rows = counts(output);
    let mut add = |name: &str, figure: Option<f64>, interval: Option<Interval>| {
        rows.push(row(name, figure, interval, display));
    };
    add(
        "Base case",
        output.base.is_finite().then_some(output.base),
        None,
    );
    add("Mean", summary.mean, intervals.mean);
    add("Standard deviation", summary.sd, intervals.sd);
    add("Minimum", summary.min, None);
    let (p, q) = (&summary.percentiles, &intervals.percentiles);
    let percentiles = [
        ("P5", p.p5, q.p5),
        ("P10", p.p10, q.p10),
        ("P25", p.p25, q.p25),
        ("P50 (median)", p.p50, q.p50),
        ("P75", p.p75, q.p75),
        ("P90", p.p90, q.p90),
        ("P95", p.p95, q.p95),
    ];
    for (name, figure, interval) in percentiles {
        add(name, figure, interval);
    }
    add("Maximum", summary.max, None);
    let tail = if output.direction == Direction::Gain {
        "Mean of the lowest 5 %"
    } else {
        "Mean of the highest 5 %"
    };
    add(tail, summary.tail_mean_5, intervals.tail_mean_5);
    if summary.probability_below_zero.is_some() {
        rows.extend(risk(output));
    }
    let mut text = lines(&rows);
    text.push_str(match intervals.basis {
        Basis::Replicates => {
            "In brackets: 95 % interval, from the scatter of independent replicates\n"
        }
        Basis::Theory => {
            "In brackets: 95 % interval, by theory and order statistics of independent trials\n"
        }
        Basis::None => "No intervals: the run has fewer than two replicates\n",
    });
    text
}

fn counts(output: &OutputResult) -> Vec<Row> {
    let absent = output.summary.absent;
    let counts = [
        ("Trials", output.summary.trials),
        ("Absent", absent.undefined + absent.infinite + absent.failed),
        ("  not defined", absent.undefined),
        ("  infinite", absent.infinite),
        ("  never", absent.never),
        ("  failed", absent.failed),
    ];
    let shown = counts
        .iter()
        .filter(|(name, count)| !name.starts_with(' ') || *count > 0);
    shown
        .map(|(name, count)| ((*name).to_owned(), rounded(*count as f64, 0), String::new()))
        .collect()
}

/// Figures that only money has; each names its basis.
fn risk(output: &OutputResult) -> Vec<Row> {
    let (summary, display) = (&output.summary, &output.display);
    let intervals = &summary.intervals;
    let (risk, of_risk) = (&summary.value_at_risk_95, &intervals.value_at_risk_95);
    let (short, of_short) = (
        &summary.expected_shortfall_95,
        &intervals.expected_shortfall_95,
    );
    let per_cent = Display {
        unit: "%".to_owned(),
        factor: 0.01,
    };
    vec![
        row(
            "Value at risk 95 %, against zero",
            risk.against_zero,
            of_risk.against_zero,
            display,
        ),
        row(
            "Value at risk 95 %, against the mean",
            risk.against_mean,
            of_risk.against_mean,
            display,
        ),
        row(
            "Expected shortfall 95 %, against zero",
            short.against_zero,
            of_short.against_zero,
            display,
        ),
        row(
            "Expected shortfall 95 %, against the mean",
            short.against_mean,
            of_short.against_mean,
            display,
        ),
        row(
            "Probability of loss",
            summary.probability_below_zero,
            intervals.probability_below_zero,
            &per_cent,
        ),
    ]
}

/// A figure with no more digits than its interval supports, but at least three.
fn row(name: &str, figure: Option<f64>, interval: Option<Interval>, display: &Display) -> Row {
    let name = name.to_owned();
    let Some(figure) = figure else {
        return (name, "not applicable".to_owned(), String::new());
    };
    let (factor, unit) = scale(figure, display);
    let shown = figure / factor;
    let Some(interval) = interval else {
        return (
            name,
            with_unit(rounded(shown, decimals(shown)), &unit),
            String::new(),
        );
    };
    let digits = significant_digits(figure, interval.half_width()).min(6);
    let places = places(shown, digits);
    let limits = format!(
        "[{}, {}]",
        rounded(interval.low / factor, places),
        rounded(interval.high / factor, places)
    );
    (name, with_unit(rounded(shown, places), &unit), limits)
}

/// Figures stand flush right, so that digits of one weight are below one another.
fn lines(rows: &[Row]) -> String {
    let width = rows
        .iter()
        .map(|(_, figure, _)| wide(figure))
        .max()
        .unwrap_or(0);
    let shown: Vec<_> = rows
        .iter()
        .map(|(name, figure, interval)| (name, format!("{}  {interval}", right(figure, width))))
        .collect();
    pairs(&shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_follow_the_interval() {
        let money = Display {
            unit: "CAD".to_owned(),
            factor: 1.0,
        };
        let shown = |figure, half| row("x", Some(figure), Interval::around(figure, half), &money);
        assert_eq!(shown(648_665_172.0, 2e6).1, "649 MCAD");
        assert_eq!(shown(648_665_172.0, 3e4).1, "648.67 MCAD");
        assert_eq!(shown(648_665_172.0, 3e4).2, "[648.64, 648.70]");
        assert_eq!(row("x", None, None, &money).1, "not applicable");
        assert_eq!(
            row("x", Some(0.0), Interval::around(0.0, 0.0), &money).1,
            "0.00000 CAD"
        );
    }

    #[test]
    fn a_never_has_no_unit() {
        let years = Display {
            unit: "a".to_owned(),
            factor: 1.0,
        };
        assert_eq!(row("P95", Some(f64::INFINITY), None, &years).1, "never");
    }
}
