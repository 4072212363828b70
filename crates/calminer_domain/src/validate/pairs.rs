//! Which parameters can be correlated with one another.

use crate::parameter::{Parameter, Uncertainty};

/// Why one side of a pair cannot be correlated: code and sentence.
pub(super) fn of_one(row: &Parameter) -> Option<(&'static str, String)> {
    let title = row.title();
    let Some(uncertainty) = &row.uncertainty else {
        let message = format!("{title} has no distribution, so it cannot be correlated");
        return Some(("correlation_constant", message));
    };
    if uncertainty.distribution.is_constant() {
        let message = format!(
            "{title} is the same in every trial, so it cannot be correlated; give its distribution a spread or take the \
             pair out"
        );
        return Some(("correlation_constant", message));
    }
    if uncertainty.distribution.is_event() {
        let message = format!(
            "{title} is an event, which takes two draws, so it cannot be correlated; take the pair out"
        );
        return Some(("correlation_event", message));
    }
    None
}

/// Why two parameters cannot be correlated with each other: draws of each period correlate period by period.
pub(super) fn of_both(a: &Parameter, b: &Parameter) -> Option<(&'static str, String)> {
    let per_period = |row: &Parameter| row.uncertainty.as_ref().map(Uncertainty::is_per_period);
    let (once, each) = match (per_period(a), per_period(b)) {
        (Some(false), Some(true)) => (a, b),
        (Some(true), Some(false)) => (b, a),
        _ => return None,
    };
    let message = format!(
        "{} is drawn each period and {} once a trial: parameters drawn each period correlate period by period, and with \
         one another only; draw both the same way or take the pair out",
        each.title(),
        once.title()
    );
    Some(("correlation_periods", message))
}
