//! The settings of a run from its flags; a flag goes before the scenario's own setting.

use calminer_domain::{StopFigure, StopRule};
use calminer_engine::result::RunSettings;

use crate::args::Simulate;
use crate::failure::{Failure, USAGE};
use crate::source::Found;

/// The settings of a run.
pub(super) fn settings(flags: &Simulate, found: &Found) -> Result<RunSettings, Failure> {
    let own = RunSettings::from(&found.scenario.simulation);
    let stop = match &flags.stop {
        Some(text) => Some(stop_rule(text).map_err(|why| Failure::new(USAGE, why))?),
        // Parts know nothing of each other, so that none of them can end early.
        None => own.stop.clone().filter(|_| flags.shard.is_none()),
    };
    let own = flags.drawing.over(own);
    Ok(RunSettings {
        replicates: flags.replicates.or(own.replicates),
        keep: flags.keep.map_or(own.keep, Into::into),
        bands: if flags.band.is_empty() {
            own.bands
        } else {
            flags.band.clone()
        },
        stop,
        ..own
    })
}

/// `npv:p10:1%`: output, figure, half the width of its interval as a share of the figure.
fn stop_rule(text: &str) -> Result<StopRule, String> {
    let wrong =
        |why: &str| format!("--stop {text}: {why}; write OUTPUT:FIGURE:TOLERANCE, as npv:p10:1%");
    let mut parts = text.rsplitn(3, ':');
    let (Some(tolerance), Some(figure), Some(output)) = (parts.next(), parts.next(), parts.next())
    else {
        return Err(wrong("three parts are asked for"));
    };
    let figure = figure_of(figure)
        .ok_or_else(|| wrong("the figure is one of mean, p5, p10, p50, p90, p95, tail_mean"))?;
    let trimmed = tolerance.trim();
    let (number, divisor) = trimmed
        .strip_suffix('%')
        .map_or((trimmed, 1.0), |number| (number.trim_end(), 100.0));
    let tolerance: Option<f64> = number.parse().ok().map(|share: f64| share / divisor);
    let tolerance = tolerance
        .filter(|share| share.is_finite() && *share > 0.0)
        .ok_or_else(|| wrong("the tolerance is a share above 0"))?;
    Ok(StopRule {
        output: output.to_owned(),
        figure,
        tolerance,
    })
}

fn figure_of(word: &str) -> Option<StopFigure> {
    let word = word.trim().to_lowercase();
    StopFigure::ALL
        .into_iter()
        .find(|figure| figure.words().replace(' ', "_").eq_ignore_ascii_case(&word))
}

/// `2/8`: part 2 of 8, counted from 1.
pub(super) fn part(text: &str) -> Result<(u32, u32), Failure> {
    let wrong = || {
        let why = format!("--shard {text}: write K/N with K from 1 to N, as 2/8");
        Failure::new(USAGE, why)
    };
    let (part, count) = text.split_once('/').ok_or_else(wrong)?;
    let (part, count): (u32, u32) = part
        .trim()
        .parse()
        .ok()
        .zip(count.trim().parse().ok())
        .ok_or_else(wrong)?;
    if part == 0 || part > count {
        return Err(wrong());
    }
    Ok((part, count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stop_rules_are_output_figure_and_tolerance() {
        let rule = stop_rule("npv:p10:1%").unwrap();
        assert_eq!(
            (rule.output.as_str(), rule.figure, rule.tolerance),
            ("npv", StopFigure::P10, 0.01)
        );
        assert_eq!(
            stop_rule("npv:Tail_Mean:0.02").unwrap().figure,
            StopFigure::TailMean
        );
        for wrong in [
            "",
            "npv",
            "npv:p10",
            "npv:p11:1%",
            "npv:p10:0",
            "npv:p10:-1%",
            "npv:p10:nan",
        ] {
            assert!(stop_rule(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn parts_count_from_one() {
        assert_eq!(part("2/8").unwrap(), (2, 8));
        for wrong in ["", "2", "0/8", "9/8", "-1/8", "1/x", "1/0"] {
            assert!(part(wrong).is_err(), "{wrong}");
        }
    }
}
