//! The text of a unit: symbols with products, quotients and powers.

use winnow::ascii::digit1;
use winnow::combinator::{alt, preceded, repeat};
use winnow::token::{any, take_while};
use winnow::{Parser as _, Result as Lexed};

use super::algebra::merged;
use super::table::{Meaning, table};
use super::{Dimension, Family, Unit};

/// The longest text of a unit, in characters.
pub const MAX_UNIT_CHARS: usize = 100;

/// Brackets inside one another; far more than any unit has.
const MAX_NESTING: usize = 8;

/// The highest power that is read.
const MAX_POWER: i32 = 99;

/// Why a text is no unit: one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct UnitError {
    /// What was found and what is known instead.
    pub message: String,
}

fn error(message: impl Into<String>) -> UnitError {
    let message = message.into();
    UnitError { message }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Token<'a> {
    Symbol(&'a str),
    Number(&'a str),
    /// `²`, `³`
    Raised(i32),
    Sign(char),
}

/// A symbol of the text with its power.
struct Term {
    meaning: Meaning,
    power: i32,
}

pub(super) fn parse(text: &str, currency: &str) -> Result<Unit, UnitError> {
    if text.chars().nth(MAX_UNIT_CHARS).is_some() {
        let message = format!("a unit has at most {MAX_UNIT_CHARS} characters");
        return Err(error(message));
    }
    if text.trim().is_empty() {
        return Ok(Unit::plain());
    }
    let mut parser = Parser {
        tokens: tokens(text),
        next: 0,
        currency,
        terms: Vec::new(),
    };
    parser.product(1, 0)?;
    match parser.peek() {
        None => Ok(unit(&parser.terms)),
        Some(Token::Sign(')')) => Err(error(format!("the unit '{text}' has a ')' without a '('"))),
        Some(token) => Err(error(format!(
            "the unit '{text}' has {} where '*' or '/' is expected",
            shown(token)
        ))),
    }
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut input = text.trim();
    let token = preceded(take_while(0.., char::is_whitespace), token);
    let read: Lexed<Vec<Token<'_>>> = repeat(0.., token).parse_next(&mut input);
    // `token` takes any character, so nothing stays unread.
    read.unwrap_or_default()
}

fn token<'a>(input: &mut &'a str) -> Lexed<Token<'a>> {
    let letter = |character: char| character.is_alphabetic() || "$%€£¥".contains(character);
    alt((
        take_while(1.., letter).map(Token::Symbol),
        digit1.map(Token::Number),
        '²'.value(Token::Raised(2)),
        '³'.value(Token::Raised(3)),
        any.map(Token::Sign),
    ))
    .parse_next(input)
}

fn shown(token: Token<'_>) -> String {
    match token {
        Token::Symbol(text) | Token::Number(text) => format!("'{text}'"),
        Token::Raised(power) => format!("the power {power}"),
        Token::Sign(sign) if sign.is_control() => {
            format!("the character U+{:04X}", u32::from(sign))
        }
        Token::Sign(sign) => format!("'{sign}'"),
    }
}

struct Parser<'a> {
    tokens: Vec<Token<'a>>,
    next: usize,
    currency: &'a str,
    terms: Vec<Term>,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<Token<'a>> {
        self.tokens.get(self.next).copied()
    }

    fn take_sign(&mut self, signs: &[char]) -> Option<char> {
        match self.peek() {
            Some(Token::Sign(sign)) if signs.contains(&sign) => {
                self.next += 1;
                Some(sign)
            }
            _ => None,
        }
    }

    /// Factors joined by `*` and `/`, all to `power`.
    fn product(&mut self, power: i32, nesting: usize) -> Result<(), UnitError> {
        self.factor(power, nesting)?;
        while let Some(sign) = self.take_sign(&['*', '·', '⋅', '/']) {
            let power = if sign == '/' { -power } else { power };
            self.factor(power, nesting)?;
        }
        Ok(())
    }

    /// A symbol, `1`, or a product in brackets, with an optional power.
    fn factor(&mut self, power: i32, nesting: usize) -> Result<(), UnitError> {
        let first = self.terms.len();
        match self.peek() {
            Some(Token::Symbol(symbol)) => {
                self.next += 1;
                let meaning = table().resolve(symbol, self.currency).map_err(error)?;
                self.terms.push(Term { meaning, power });
            }
            Some(Token::Number("1")) => {
                self.next += 1;
                return Ok(());
            }
            Some(Token::Sign('(')) => {
                if nesting == MAX_NESTING {
                    return Err(error("a unit has too many brackets inside one another"));
                }
                self.next += 1;
                self.product(power, nesting + 1)?;
                if self.take_sign(&[')']).is_none() {
                    return Err(error("the '(' in the unit is not closed"));
                }
            }
            Some(token) => {
                let found = shown(token);
                return Err(error(format!("expected a unit symbol, found {found}")));
            }
            None => return Err(error("expected a unit symbol at the end of the unit")),
        }
        let raised = self.power()?;
        for term in self.terms.iter_mut().skip(first) {
            term.power = term.power.saturating_mul(raised);
        }
        Ok(())
    }

    /// `3`, `^3`, `^-1`, `³`, or nothing.
    fn power(&mut self) -> Result<i32, UnitError> {
        if let Some(Token::Raised(power)) = self.peek() {
            self.next += 1;
            return Ok(power);
        }
        let has_caret = self.take_sign(&['^']).is_some();
        let is_below = has_caret && self.take_sign(&['-', '−']).is_some();
        let sign = if is_below { -1 } else { 1 };
        match self.peek() {
            Some(Token::Number(digits)) => {
                self.next += 1;
                let power: Option<i32> = digits.parse().ok();
                power
                    .filter(|power| (1..=MAX_POWER).contains(power))
                    .map(|power| sign * power)
                    .ok_or_else(|| {
                        let message = format!(
                            "a power in a unit is between 1 and {MAX_POWER}, found {digits}"
                        );
                        error(message)
                    })
            }
            _ if has_caret => Err(error("expected a whole number after '^' in the unit")),
            _ => Ok(1),
        }
    }
}

fn unit(terms: &[Term]) -> Unit {
    let mut unit = Unit::plain();
    for Term { meaning, power } in terms {
        unit.factor = unit.factor.times(meaning.factor, *power);
        unit.dimensions = unit.dimensions.times(&meaning.dimensions, *power);
    }
    // What stands above and below the line is shown as typed: t/t stays t/t.
    let side = |above: bool| {
        let mut side: Vec<(String, i32)> = Vec::new();
        for term in terms.iter().filter(|term| (term.power > 0) == above) {
            side = merged(&side, &[(term.meaning.shown.clone(), term.power)], 1);
        }
        side
    };
    unit.terms = [side(true), side(false)].concat();
    unit.family = family(terms, &unit);
    unit
}

/// The table of families in the module's text.
fn family(terms: &[Term], unit: &Unit) -> Family {
    let masses: Vec<&Term> = terms
        .iter()
        .filter(|term| term.meaning.family.is_some())
        .collect();
    if unit.power_of(Dimension::Mass) != 0 {
        let mut families = masses.iter().filter_map(|term| term.meaning.family);
        let first = families.next().unwrap_or(Family::Open);
        let is_one = families.all(|family| family == first);
        return if is_one { first } else { Family::Open };
    }
    if !unit.is_dimensionless() {
        return Family::Plain;
    }
    match masses.as_slice() {
        [] if terms.iter().any(|term| term.meaning.is_fraction) => Family::Open,
        [] => Family::Plain,
        [one, other]
            if terms.len() == 2
                && one.power.saturating_add(other.power) == 0
                && one.meaning.shown != other.meaning.shown
                && unit.factor() <= 1.0 =>
        {
            Family::Grade
        }
        _ => Family::Open,
    }
}
