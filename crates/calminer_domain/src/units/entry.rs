//! What a person types in a figure field: a number in her own way of writing, perhaps with a unit.
//!
//! Either decimal mark and the usual thousands separators are read wherever only one reading is possible. Where two are,
//! the setting decides and a notice says how. Nothing is guessed silently and nothing that is no figure becomes one.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Unit;

/// The longest entry, in characters.
pub const MAX_ENTRY_CHARS: usize = 400;

/// The character between whole numbers and decimals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DecimalMark {
    /// 1,234.5
    #[default]
    Point,
    /// 1.234,5
    Comma,
}

impl DecimalMark {
    /// `.` or `,`
    pub const fn character(self) -> char {
        match self {
            Self::Point => '.',
            Self::Comma => ',',
        }
    }

    /// The other of the two.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Point => Self::Comma,
            Self::Comma => Self::Point,
        }
    }
}

/// A figure that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The figure in the unit of the field; always finite.
    pub value: f64,
    /// How it was read, where that could be misunderstood: one sentence to show beside the field.
    pub notice: Option<String>,
}

/// Why a text is no figure for this field: one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct EntryError {
    /// What was typed and what is expected.
    pub message: String,
}

type Read<T> = Result<T, EntryError>;

/// Reads what was typed in a field of unit `field_unit`. Without a unit the figure is in the field's unit: in a field
/// in %, `8`, `8 %` and `8,0` are all 8. A typed unit is converted, across families of mass with a notice.
pub fn parse_entry(
    text: &str,
    decimal: DecimalMark,
    field_unit: &Unit,
    currency: &str,
) -> Read<Entry> {
    let typed = text.trim();
    if typed.is_empty() {
        return refuse("enter a figure");
    }
    if typed.chars().nth(MAX_ENTRY_CHARS).is_some() {
        return refuse(format!("a figure has at most {MAX_ENTRY_CHARS} characters"));
    }
    let (figure, unit_text) = split(typed);
    if !figure.contains(|character: char| character.is_ascii_digit()) {
        return refuse(format!("'{typed}' is not a figure"));
    }
    let number = read_number(figure, decimal)?;
    let notice = number
        .is_ambiguous
        .then(|| ambiguity(figure, &number, decimal));
    if unit_text.is_empty() {
        let notice = notice.or_else(|| fraction_hint(number.value, decimal, field_unit));
        let value = number.value;
        return Ok(Entry { value, notice });
    }
    convert(&number, notice, unit_text, (field_unit, currency))
}

fn refuse<T>(message: impl Into<String>) -> Read<T> {
    let message = message.into();
    Err(EntryError { message })
}

/// The figure as far as it goes, and the unit behind it without its brackets.
fn split(typed: &str) -> (&str, &str) {
    let mut end = 0;
    for (index, character) in typed.char_indices() {
        let is_part = character.is_ascii_digit()
            || matches!(character, '.' | ',' | '+' | '-' | '−')
            || is_group_mark(character);
        if is_part {
            end = index + character.len_utf8();
        } else if matches!(character, 'e' | 'E') && has_digits(typed, index + 1) && end > 0 {
            // The sign of the exponent and its digits are taken by the next rounds.
            end = index + 1;
        } else {
            break;
        }
    }
    let (figure, rest) = typed.split_at(end);
    let rest = rest.trim();
    let bare = rest
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    (figure.trim(), bare.unwrap_or(rest).trim())
}

/// Whether an exponent stands at `start`: digits after an optional sign.
fn has_digits(typed: &str, start: usize) -> bool {
    let rest = typed.get(start..).unwrap_or_default();
    let rest = rest.strip_prefix(['+', '-', '−']).unwrap_or(rest);
    rest.starts_with(|character: char| character.is_ascii_digit())
}

/// Spaces of any width and the apostrophe, which group digits and never mark decimals.
fn is_group_mark(character: char) -> bool {
    character == '\'' || character == '’' || character.is_whitespace()
}

/// A figure and how sure its reading is.
struct Number {
    value: f64,
    /// Whether the other decimal mark would give another figure.
    is_ambiguous: bool,
}

fn read_number(figure: &str, decimal: DecimalMark) -> Read<Number> {
    let (mantissa, exponent) = match figure.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent),
        None => (figure, "0"),
    };
    let (negative, digits) = match mantissa.strip_prefix(['-', '−']) {
        Some(digits) => (true, digits.trim_start()),
        None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
    };
    let exponent = exponent.replace('−', "-");
    let parts = parts(digits, decimal)
        .filter(|_| exponent.parse::<i64>().is_ok())
        .ok_or_else(|| EntryError {
            message: format!(
                "'{figure}' is not a figure: write it as {}",
                sample(decimal)
            ),
        })?;
    let sign = if negative { "-" } else { "" };
    let plain = format!("{sign}{}.{}e{exponent}", parts.whole, parts.decimals);
    let value: f64 = match plain.parse() {
        Ok(value) if f64::is_finite(value) => value,
        _ => return refuse(format!("{figure} is too large")),
    };
    let is_zero = !mantissa.contains(|digit: char| ('1'..='9').contains(&digit));
    if value == 0.0 && !is_zero {
        return refuse(format!("{figure} is too small to be told from 0"));
    }
    Ok(Number {
        // A typed -0 is 0.
        value: if is_zero { 0.0 } else { value },
        is_ambiguous: parts.is_ambiguous,
    })
}

fn sample(decimal: DecimalMark) -> &'static str {
    match decimal {
        DecimalMark::Point => "1234.5",
        DecimalMark::Comma => "1234,5",
    }
}

/// Digits before and after the decimal mark, without separators.
struct Parts {
    whole: String,
    decimals: String,
    is_ambiguous: bool,
}

/// `None` when the separators make no sense.
fn parts(digits: &str, decimal: DecimalMark) -> Option<Parts> {
    let has_groups = digits.contains(is_group_mark);
    let count = |mark: char| digits.chars().filter(|digit| *digit == mark).count();
    let (points, commas) = (count('.'), count(','));
    match (points, commas) {
        (0, 0) => split_at_mark(digits, None),
        (0, 1) | (1, 0) => {
            let mark = if points == 1 {
                DecimalMark::Point
            } else {
                DecimalMark::Comma
            };
            let as_decimal = split_at_mark(digits, Some(mark));
            if has_groups {
                return as_decimal;
            }
            let as_group = split_at_mark(digits, Some(mark.other()))
                .filter(|parts| !digits.starts_with('0') && !parts.whole.is_empty());
            match as_group {
                None => as_decimal,
                Some(group) => {
                    let chosen = if mark == decimal { as_decimal? } else { group };
                    Some(Parts {
                        is_ambiguous: true,
                        ..chosen
                    })
                }
            }
        }
        _ if has_groups => None,
        (0, _) => split_at_mark(digits, Some(DecimalMark::Point)),
        (_, 0) => split_at_mark(digits, Some(DecimalMark::Comma)),
        _ if digits.rfind(',') > digits.rfind('.') => {
            split_at_mark(digits, Some(DecimalMark::Comma))
        }
        _ => split_at_mark(digits, Some(DecimalMark::Point)),
    }
}

/// Takes `mark` as the decimal mark and every other separator as one between groups of three digits.
fn split_at_mark(digits: &str, mark: Option<DecimalMark>) -> Option<Parts> {
    let (whole, decimals) = match mark.and_then(|mark| digits.split_once(mark.character())) {
        Some((whole, decimals)) => (whole, decimals),
        None => (digits, ""),
    };
    let is_number = |text: &str| text.chars().all(|digit| digit.is_ascii_digit());
    if !is_number(decimals) || (whole.is_empty() && decimals.is_empty()) {
        return None;
    }
    let separators: Vec<char> = whole
        .chars()
        .filter(|character| !character.is_ascii_digit())
        .map(|mark| match mark {
            '’' => '\'',
            _ if mark.is_whitespace() => ' ',
            _ => mark,
        })
        .collect();
    let is_separator = |character: char| is_group_mark(character) || matches!(character, '.' | ',');
    let mut groups = whole.split(is_separator);
    let first = groups.next().unwrap_or_default();
    let is_grouped = separators.is_empty()
        || ((1..=3).contains(&first.len())
            && separators
                .iter()
                .all(|mark| Some(mark) == separators.first())
            && groups.all(|group| group.len() == 3 && is_number(group)));
    (is_grouped && is_number(first)).then(|| Parts {
        whole: whole.chars().filter(char::is_ascii_digit).collect(),
        decimals: decimals.to_owned(),
        is_ambiguous: false,
    })
}

/// The shortest text of a figure, with the decimal mark of the setting and without groups.
fn plain_text(value: f64, decimal: DecimalMark) -> String {
    let text = if value != 0.0 && !(1e-6..1e15).contains(&value.abs()) {
        format!("{value:e}")
    } else {
        format!("{value}")
    };
    match decimal {
        DecimalMark::Point => text,
        DecimalMark::Comma => text.replace('.', ","),
    }
}

fn ambiguity(figure: &str, number: &Number, decimal: DecimalMark) -> String {
    let mark = match decimal {
        DecimalMark::Point => "point",
        DecimalMark::Comma => "comma",
    };
    let read = plain_text(number.value, decimal);
    let notice = format!("{figure} is read as {read}: the decimal mark is the {mark}");
    match read_number(figure, decimal.other()) {
        Ok(other) => {
            let text = plain_text(other.value, decimal);
            format!("{notice}; for the other reading write {text}")
        }
        Err(_) => notice,
    }
}

/// 0.08 in a field in % is more often meant as 8 %.
fn fraction_hint(value: f64, decimal: DecimalMark, field_unit: &Unit) -> Option<String> {
    let is_suspect = field_unit.is_percent() && value != 0.0 && value.abs() < 1.0;
    is_suspect.then(|| {
        format!(
            "read as {} %; for {} % write {}",
            plain_text(value, decimal),
            plain_text(hundredfold(value), decimal),
            plain_text(hundredfold(value), decimal)
        )
    })
}

/// 100 times the figure as typed: 0.07 gives 7, which a product of binary figures does not.
fn hundredfold(value: f64) -> f64 {
    format!("{value}e2").parse().unwrap_or(value * 100.0)
}

fn convert(
    number: &Number,
    notice: Option<String>,
    unit_text: &str,
    (field_unit, currency): (&Unit, &str),
) -> Read<Entry> {
    let unit = Unit::parse(unit_text, currency).map_err(|error| EntryError {
        message: error.message,
    })?;
    let value = unit
        .convert_across(number.value, field_unit)
        .map_err(|mismatch| EntryError {
            message: mismatch.to_string(),
        })?;
    if !value.is_finite() {
        return refuse(format!("the figure is too large in {}", field_unit.named()));
    }
    let crosses = unit.check_addable(field_unit).is_err();
    let crossing =
        crosses.then(|| format!("converted from {unit} to {field_unit}, across families of mass"));
    let notice = match (notice, crossing) {
        (Some(first), Some(second)) => Some(format!("{first}; {second}")),
        (first, second) => first.or(second),
    };
    Ok(Entry { value, notice })
}
