//! `evaluate --explain`: why a figure is what it is.

use calminer_engine::program::{Explanation, Program, Term};
use calminer_engine::result::BaseCase;
use calminer_exchange::text;
use serde::Serialize;

use crate::args::Evaluate;
use crate::evaluation::NET_ROWS;
use crate::failure::{Failure, USAGE};
use crate::print;
use crate::source::Found;

/// What `evaluate --explain --json` prints.
#[derive(Debug, Serialize)]
struct Explained<'a> {
    scenario: String,
    explanation: &'a Explanation,
}

pub(super) fn run(
    flags: &Evaluate,
    line: &str,
    found: &Found,
    program: &Program,
    case: &BaseCase,
) -> Result<(), Failure> {
    let key = key(line, case);
    let period = match &flags.period {
        Some(label) => place(label, case)?,
        None => 0,
    };
    let known = program.explain(key, period);
    let explanation = known.map_err(|_unknown_key| unknown(line, found, case))?;
    if flags.period.is_none() && explanation.period.is_some() {
        let sentence = format!(
            "{key} has a figure for each period; say which with --period: {}",
            labels(case)
        );
        return Err(Failure::new(USAGE, sentence));
    }
    if flags.json {
        return print::json(&Explained {
            scenario: found.name(),
            explanation: &explanation,
        });
    }
    print::text(&described(&explanation))
}

/// A net row answers to its name in the JSON too.
fn key<'a>(line: &'a str, case: &'a BaseCase) -> &'a str {
    let named = NET_ROWS
        .iter()
        .find(|(_, name)| *name == line && case.line(line).is_none());
    named
        .and_then(|(role, _)| case.line_by_role(*role))
        .map_or(line, |row| &row.key)
}

fn place(label: &str, case: &BaseCase) -> Result<usize, Failure> {
    case.periods
        .iter()
        .position(|period| period.label == label)
        .ok_or_else(|| {
            Failure::new(
                USAGE,
                format!(
                    "no period has the label {label:?}; the labels are {}",
                    labels(case)
                ),
            )
        })
}

fn labels(case: &BaseCase) -> String {
    const ALL: usize = 40;
    let labels: Vec<_> = case
        .periods
        .iter()
        .map(|period| period.label.as_str())
        .collect();
    match labels.as_slice() {
        [first, .., last] if labels.len() > ALL => format!("{first} to {last}"),
        _ => labels.join(", "),
    }
}

fn unknown(line: &str, found: &Found, case: &BaseCase) -> Failure {
    let mut keys: Vec<&str> = case.lines.iter().map(|row| row.key.as_str()).collect();
    keys.extend(found.scenario.keys().filter(|key| case.line(key).is_none()));
    let nearest = nearest(line, keys);
    let hint = if nearest.is_empty() {
        String::new()
    } else {
        format!("; the nearest are {}", nearest.join(", "))
    };
    Failure::new(
        USAGE,
        format!("no line or parameter has the key {line:?}{hint}"),
    )
}

/// The three keys with the fewest letters to change; of equals the first ones.
fn nearest<'a>(word: &str, mut keys: Vec<&'a str>) -> Vec<&'a str> {
    let word: Vec<char> = word.to_lowercase().chars().take(64).collect();
    keys.sort_by_cached_key(|key| distance(&word, key));
    keys.truncate(3);
    keys
}

/// Letters to add, drop or change.
fn distance(word: &[char], key: &str) -> usize {
    let mut row: Vec<usize> = (0..=word.len()).collect();
    for (index, letter) in key.to_lowercase().chars().enumerate() {
        let mut corner = std::mem::replace(&mut row[0], index + 1);
        for (column, other) in word.iter().enumerate() {
            let changed = corner + usize::from(letter != *other);
            corner = row[column + 1];
            row[column + 1] = changed.min(corner + 1).min(row[column] + 1);
        }
    }
    row[word.len()]
}

fn described(explanation: &Explanation) -> String {
    let period = explanation
        .period
        .as_ref()
        .map(|label| format!(", period {label}"))
        .unwrap_or_default();
    let head = format!(
        "{} ({}){period} = {}\n",
        explanation.label,
        explanation.key,
        figure(explanation.value, &explanation.unit)
    );
    let absent = explanation
        .absent
        .as_ref()
        .map(|why| format!("Absent: {}\n", super::evaluate::cause(why)));
    let formula = match &explanation.formula {
        Some(formula) => format!("Formula: {formula}\n"),
        None => "A figure that was typed.\n".to_owned(),
    };
    let terms: Vec<(String, String)> = explanation
        .terms
        .iter()
        .map(|term| {
            (
                format!("  {}", term.key),
                format!("{}  {}", term_figure(term), named(term)),
            )
        })
        .collect();
    [
        head,
        absent.unwrap_or_default(),
        formula,
        text::pairs(&terms),
    ]
    .concat()
}

fn named(term: &Term) -> String {
    if term.label == term.key {
        format!("({})", term.kind)
    } else {
        format!("({}: {})", term.kind, term.label)
    }
}

fn term_figure(term: &Term) -> String {
    if term.kind == "table" {
        "…".to_owned()
    } else {
        figure(term.value, &term.unit)
    }
}

/// All digits: an explanation is there to be added up by hand.
fn figure(value: Option<f64>, unit: &str) -> String {
    match value {
        Some(value) if value.is_finite() => format!("{value} {unit}").trim_end().to_owned(),
        Some(f64::INFINITY) => "never".to_owned(),
        _ => "absent".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_finds_its_key_first() {
        let keys = vec!["ore", "gold_price", "gross_revenue", "recovery"];
        assert_eq!(nearest("Gold_prise", keys.clone())[0], "gold_price");
        assert_eq!(nearest("revenue", keys.clone())[0], "recovery");
        assert_eq!(nearest(&"x".repeat(100_000), keys).len(), 3);
        assert!(nearest("x", Vec::new()).is_empty());
    }
}
