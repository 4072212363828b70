//! What differs between two runs, figure by figure.

use serde::Serialize;
use serde_json::Value;

use super::RunOutcome;

/// One figure that two runs do not share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Which one, in words: `npv, percentiles, 10`.
    pub what: String,
    /// Its value in the first run; `absent` where it has none.
    pub first: String,
    /// Its value in the second run.
    pub second: String,
}

/// All that differs between two runs, in a fixed order: what was asked, engine, scenario, hash of the samples, then each
/// figure. Empty where they agree to the bit.
///
/// Rows are compared by their keys, so an output that only one run has is one difference.
pub fn compare(first: &RunOutcome, second: &RunOutcome) -> Vec<Difference> {
    let mut found = Vec::new();
    if first == second {
        return found;
    }
    // Written figures keep their bits, and absent ones are equal to each other, as NaN is not.
    let written = |run| serde_json::to_value(run).unwrap_or_default();
    differ(
        &mut Vec::new(),
        &written(first),
        &written(second),
        &mut found,
    );
    found
}

/// Longest text of a value in a difference.
const LONGEST: usize = 80;

fn differ(path: &mut Vec<String>, first: &Value, second: &Value, found: &mut Vec<Difference>) {
    match (first, second) {
        _ if first == second => {}
        (Value::Object(a), Value::Object(b)) => {
            let more = b.keys().filter(|key| !a.contains_key(*key));
            for key in a.keys().chain(more) {
                let at = |row: &serde_json::Map<String, Value>| row.get(key).cloned();
                path.push(words(key));
                let pair = [a, b].map(|row| at(row).unwrap_or_default());
                differ(path, &pair[0], &pair[1], found);
                path.pop();
            }
        }
        (Value::Array(a), Value::Array(b)) if is_keyed(a) && is_keyed(b) => {
            let more = b.iter().filter(|row| find(a, row).is_none());
            for row in a.iter().chain(more) {
                let pair = [a, b].map(|rows| find(rows, row).cloned().unwrap_or_default());
                path.push(key_of(row).unwrap_or_default().to_owned());
                differ(path, &pair[0], &pair[1], found);
                path.pop();
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (number, (a, b)) in a.iter().zip(b).enumerate() {
                path.push(format!("number {}", number + 1));
                differ(path, a, b, found);
                path.pop();
            }
        }
        _ => found.push(Difference {
            what: path.join(", "),
            first: text(first),
            second: text(second),
        }),
    }
}

/// The words of a field.
fn words(field: &str) -> String {
    match field {
        "scenario_sha256" => "hash of the scenario".to_owned(),
        "samples_sha256" => "hash of the samples".to_owned(),
        "engine" => "version of the engine".to_owned(),
        "stream" => "number of the random stream".to_owned(),
        _ => field.replace('_', " "),
    }
}

fn is_keyed(rows: &[Value]) -> bool {
    rows.iter().all(|row| key_of(row).is_some())
}

/// The key of a row: its `key`, or the first of its parts where that is a text.
fn key_of(row: &Value) -> Option<&str> {
    row.get("key").or_else(|| row.get(0))?.as_str()
}

fn find<'a>(rows: &'a [Value], like: &Value) -> Option<&'a Value> {
    // A pair of keys names a correlation; a second text is part of the name.
    let name = |row: &Value| {
        (
            key_of(row).map(str::to_owned),
            row.get(1).and_then(Value::as_str).map(str::to_owned),
        )
    };
    let wanted = name(like);
    rows.iter().find(|row| name(row) == wanted)
}

fn text(value: &Value) -> String {
    let text = match value {
        Value::Null => "absent".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if text.chars().count() <= LONGEST {
        return text;
    }
    text.chars().take(LONGEST).chain(['\u{2026}']).collect()
}
