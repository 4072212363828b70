//! `evaluate`: the base case.

use calminer_domain::{Scenario, lowering};
use calminer_engine::program::check;
use calminer_engine::result::{BaseCase, Cause};
use calminer_exchange::text;

use crate::args::Evaluate;
use crate::evaluation::Evaluation;
use crate::failure::Failure;
use crate::print;
use crate::source::{self, Use};

pub(super) async fn run(flags: &Evaluate) -> Result<(), Failure> {
    let found = source::find(&flags.source, Use::Read).await?;
    let program = super::program(&found)?;
    let case = program.base_case();
    if let Some(line) = &flags.explain {
        return super::explain::run(flags, line, &found, &program, &case);
    }
    if flags.json {
        let notices = check(&found.scenario);
        return print::json(&Evaluation::of(
            found.name(),
            &found.scenario,
            &case,
            &notices,
        ));
    }
    let head = format!(
        "{}{}\n",
        heading(&found.name()),
        text::conventions(&found.scenario, super::columns())
    );
    print::text(&format!("{head}{}", figures(&found.scenario, &case)))
}

/// A title with a rule below it.
pub(super) fn heading(title: &str) -> String {
    format!(
        "{title}\n{}\n",
        "=".repeat(text::wide(title).min(super::columns()))
    )
}

/// Key figures, table, and what one should know about them.
pub(super) fn figures(scenario: &Scenario, case: &BaseCase) -> String {
    let left_out = lowering::details(scenario);
    let mut shown = format!(
        "{}\n{}",
        text::key_figures(case),
        text::cash_flow(case, &left_out, super::columns())
    );
    if !left_out.is_empty() {
        shown.push_str("\nThe lines of single items: evaluate --json; how a figure comes about: --explain LINE.\n");
    }
    let notices: Vec<_> = check(scenario).iter().map(ToString::to_string).collect();
    shown.push_str(&block(
        "Absent figures",
        case.absent
            .iter()
            .map(|(key, why)| format!("{key}: {}", cause(why))),
    ));
    shown.push_str(&block("Notices", notices.into_iter()));
    shown
}

/// "division by zero in revenue, period 3".
pub(super) fn cause(cause: &Cause) -> String {
    match &cause.period {
        Some(period) => format!("{} in {}, period {period}", cause.what, cause.line),
        None => format!("{} in {}", cause.what, cause.line),
    }
}

/// A list under its title; nothing for an empty one.
pub(super) fn block(title: &str, rows: impl Iterator<Item = String>) -> String {
    let rows: Vec<String> = rows.map(|row| format!("  {row}\n")).collect();
    if rows.is_empty() {
        String::new()
    } else {
        format!("\n{title}\n{}", rows.concat())
    }
}
