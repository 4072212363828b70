//! The two ways out: results on standard output, messages on standard error.

use std::io::{self, Write as _};

use calminer_domain::Issue;
use serde::Serialize;

use crate::failure::{FAILED, Failure};

/// An issue as scripts read it.
#[derive(Debug, Serialize)]
pub(crate) struct PrintedIssue<'a> {
    path: String,
    code: &'a str,
    message: &'a str,
}

impl<'a> From<&'a Issue> for PrintedIssue<'a> {
    fn from(issue: &'a Issue) -> Self {
        Self {
            path: issue.place.to_string(),
            code: issue.code,
            message: &issue.message,
        }
    }
}

/// What is printed with `--json` for a scenario that cannot be computed.
#[derive(Debug, Serialize)]
struct PrintedIssues<'a> {
    issues: Vec<PrintedIssue<'a>>,
}

/// Prints a result as JSON.
pub(crate) fn json(result: &impl Serialize) -> Result<(), Failure> {
    let mut bytes = serde_json::to_vec_pretty(result).map_err(|error| {
        Failure::new(
            FAILED,
            format!("the result cannot be written as JSON: {error}"),
        )
    })?;
    bytes.push(b'\n');
    result_bytes(&bytes)
}

/// Prints a result as text.
pub(crate) fn text(result: &str) -> Result<(), Failure> {
    result_bytes(harmless(result).as_bytes())
}

/// Prints the issues as JSON.
pub(crate) fn issues(issues: &[Issue]) -> Result<(), Failure> {
    json(&PrintedIssues {
        issues: issues.iter().map(PrintedIssue::from).collect(),
    })
}

/// Says something on standard error.
pub(crate) fn message(text: &str) {
    // Nothing is left to say it with when standard error is closed too.
    drop(writeln!(
        io::stderr().lock(),
        "calminer-cli: {}",
        harmless(text)
    ));
}

/// Writes over the line of the progress on a terminal; an empty text clears it.
pub(crate) fn progress(text: &str) {
    const CLEAR: &str = "\r\x1b[K";
    let mut terminal = io::stderr().lock();
    // A progress that cannot be shown stops no work.
    drop(write!(terminal, "{CLEAR}{}", harmless(text)).and_then(|()| terminal.flush()));
}

/// The one place that writes to standard output. A reader that went away is no news: nothing is said then.
fn result_bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)
        .and_then(|()| out.flush())
        .map_err(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::Silent { code: FAILED },
            _ => Failure::new(FAILED, format!("the result cannot be written: {error}")),
        })
}

/// Names come from files of others: no sequence in them may steer the terminal or turn the direction of a line.
fn harmless(text: &str) -> String {
    let steers = |letter: char| {
        letter.is_control() && letter != '\n'
            || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars()
        .map(|letter| if steers(letter) { '\u{fffd}' } else { letter })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn no_text_steers_the_terminal() {
        assert_eq!(
            harmless("a\x1b[2Jb\r\u{9b}c\u{202e}\n金"),
            "a\u{fffd}[2Jb\u{fffd}\u{fffd}c\u{fffd}\n金"
        );
    }
}
