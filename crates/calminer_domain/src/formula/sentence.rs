//! What is said about a text that is no formula: what was found, what was expected, at which character.

use super::Span;
use super::function;
use super::nearest::nearest;
use super::parse::Parser;
use super::token::{Kind, Token};

/// Why a text is no formula.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct FormulaError {
    /// The place to mark, in bytes; may be empty at the end of the text.
    pub span: Span,
    /// One sentence: what was found, what was expected, at which character (counted from 1, the `=` included).
    pub message: String,
}

pub(super) fn error(span: Span, message: String) -> FormulaError {
    FormulaError { span, message }
}

impl<'a> Parser<'a> {
    pub(super) fn slice(&self, span: Span) -> &'a str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    pub(super) fn end(&self) -> Span {
        let end = self.text.len();
        Span { start: end, end }
    }

    /// The character at a byte offset, counted from 1.
    pub(super) fn character(&self, offset: usize) -> usize {
        self.text
            .char_indices()
            .take_while(|(index, _)| *index < offset)
            .count()
            + 1
    }

    /// The token before the next one; the leading `=` before the first.
    pub(super) fn before(&self) -> Span {
        let index = self.next.checked_sub(1);
        match index.and_then(|index| self.tokens.get(index)) {
            Some(token) => token.span,
            None => Span {
                start: self.start - 1,
                end: self.start,
            },
        }
    }

    /// What stands there, in words, with a hint where a common slip is known.
    pub(super) fn found(&self, token: Token<'a>) -> String {
        match token.kind {
            Kind::Unknown('[') => "'[' that is not closed with ']'".to_owned(),
            Kind::Unknown(character) => match hint(character) {
                Some(hint) => format!("'{character}': {hint}"),
                None if character.is_alphanumeric() || character.is_ascii_graphic() => {
                    format!("'{character}'")
                }
                None => format!("the character U+{:04X}", u32::from(character)),
            },
            Kind::BadNumber => format!(
                "'{}', which is neither a number nor a key",
                short(self.slice(token.span))
            ),
            Kind::Unit(_) => format!(
                "'{}': a unit in brackets follows a number or a key",
                short(self.slice(token.span))
            ),
            _ => format!("'{}'", short(self.slice(token.span))),
        }
    }

    pub(super) fn no_value(&self) -> FormulaError {
        let before = self.before();
        let place = format!(
            "expected a value after '{}' at character {}",
            short(self.slice(before)),
            self.character(before.start)
        );
        match self.peek() {
            None => error(before, place),
            Some(token) => error(token.span, format!("{place}, found {}", self.found(token))),
        }
    }

    pub(super) fn not_an_operator(&self, token: Token<'a>) -> FormulaError {
        let at = self.character(token.span.start);
        let message = match token.kind {
            Kind::Symbol(")") => format!("the ')' at character {at} has no '(' before it"),
            Kind::Symbol("%") => format!("the '%' at character {at} does not follow a number"),
            Kind::Symbol(",") => format!(
                "the ',' at character {at} is not between the arguments of a function: write 1234.5 without thousands separators, with a decimal point"
            ),
            _ => {
                let before = self.before();
                format!(
                    "expected an operator after '{}' at character {}, found {}",
                    short(self.slice(before)),
                    self.character(before.start),
                    self.found(token)
                )
            }
        };
        error(token.span, message)
    }

    pub(super) fn unknown_function(&self, token: Token<'a>, name: &str) -> FormulaError {
        let at = self.character(token.span.start);
        let message = if function::calendar(name).is_some() {
            format!("{name} at character {at} is a figure of the calendar and takes no arguments")
        } else {
            let names = function::functions().iter().map(|help| help.name);
            let known = nearest(name, names).unwrap_or_default();
            format!(
                "there is no function '{}' at character {at}, the nearest is {known}; to multiply, write '*' before the bracket",
                short(name)
            )
        };
        error(token.span, message)
    }
}

fn short(text: &str) -> String {
    const SHOWN: usize = 24;
    if text.chars().nth(SHOWN).is_none() {
        return text.to_owned();
    }
    let start: String = text.chars().take(SHOWN).collect();
    format!("{start}…")
}

/// What to write instead of a character that is no part of the language.
fn hint(character: char) -> Option<&'static str> {
    Some(match character {
        '×' | '·' | '∙' | '⋅' => "write '*'",
        '÷' | ':' => "write '/'",
        '−' | '–' | '—' => "write '-'",
        '≤' => "write '<='",
        '≥' => "write '>='",
        '≠' | '!' => "write '<>', or 'not'",
        '&' => "write 'and'",
        '|' => "write 'or'",
        ';' => "write ',' between arguments",
        '"' | '\'' => "a formula has no text",
        '$' => "write a currency in brackets after the number",
        _ => return None,
    })
}
