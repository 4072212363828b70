//! Splits a formula's text into tokens. Never fails: what is no token is handed on as `Unknown`, so a rename works on
//! a formula that is still wrong.

use winnow::ascii::{digit0, digit1};
use winnow::combinator::{alt, delimited, opt, preceded, repeat, terminated};
use winnow::token::{any, one_of, take_till, take_while};
use winnow::{LocatingSlice, Parser as _, Result};

use super::Span;

/// What a token is. Its text is the span's slice.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind<'a> {
    /// A figure; infinite when the text is beyond the range of a figure.
    Number(f64),
    /// A figure that runs into letters, such as `2x` or `1_000`.
    BadNumber,
    /// A key, a function, a calendar name or `and`, `or`, `not`.
    Name(&'a str),
    /// The text between `[` and `]`, without the spaces at its ends.
    Unit(&'a str),
    /// An operator, a bracket, a comma or a percent sign.
    Symbol(&'static str),
    /// Any other character.
    Unknown(char),
}

/// One token with its place in the whole text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Token<'a> {
    /// Where it stands.
    pub(super) span: Span,
    /// What it is.
    pub(super) kind: Kind<'a>,
}

type Input<'a> = LocatingSlice<&'a str>;

/// The byte offset after the leading `=`, when there is one after optional white space.
pub(super) fn body_start(text: &str) -> Option<usize> {
    let trimmed = text.trim_start();
    trimmed
        .starts_with('=')
        .then(|| text.len() - trimmed.len() + 1)
}

/// All tokens from byte `start` of `text` on.
pub(super) fn tokens(text: &str, start: usize) -> Vec<Token<'_>> {
    let body = text.get(start..).unwrap_or_default();
    let mut input = LocatingSlice::new(body);
    let spanned = preceded(skipped, kind.with_span());
    let read: Result<Vec<(Kind<'_>, std::ops::Range<usize>)>> =
        terminated(repeat(0.., spanned), skipped).parse_next(&mut input);
    // The last alternative of `kind` takes any character, so there is no text that is not read to its end.
    read.unwrap_or_default()
        .into_iter()
        .map(|(kind, range)| Token {
            span: Span {
                start: start + range.start,
                end: start + range.end,
            },
            kind,
        })
        .collect()
}

/// White space, line breaks and comments.
fn skipped(input: &mut Input<'_>) -> Result<()> {
    let blank = take_while(1.., char::is_whitespace).void();
    let comment = ('#', take_till(0.., ['\n', '\r'])).void();
    repeat(0.., alt((blank, comment))).parse_next(input)
}

fn kind<'a>(input: &mut Input<'a>) -> Result<Kind<'a>> {
    alt((
        number,
        name.map(Kind::Name),
        unit,
        symbol.map(Kind::Symbol),
        any.map(Kind::Unknown),
    ))
    .parse_next(input)
}

fn number<'a>(input: &mut Input<'a>) -> Result<Kind<'a>> {
    let mantissa = alt(((digit1, opt(('.', digit0))).void(), ('.', digit1).void()));
    let exponent = (one_of(['e', 'E']), opt(one_of(['+', '-'])), digit1);
    let figure = (mantissa, opt(exponent)).take();
    let letters = take_while(0.., unicode_ident::is_xid_continue);
    (figure, letters)
        .map(|(figure, letters): (&str, &str)| match figure.parse() {
            Ok(value) if letters.is_empty() => Kind::Number(value),
            _ => Kind::BadNumber,
        })
        .parse_next(input)
}

fn name<'a>(input: &mut Input<'a>) -> Result<&'a str> {
    (
        one_of(unicode_ident::is_xid_start),
        take_while(0.., unicode_ident::is_xid_continue),
    )
        .take()
        .parse_next(input)
}

/// A unit ends on its own line and holds no second `[`, so a bracket that was never closed does not swallow the rest.
fn unit<'a>(input: &mut Input<'a>) -> Result<Kind<'a>> {
    delimited('[', take_till(0.., ['[', ']', '\n', '\r']), ']')
        .map(|text: &str| Kind::Unit(text.trim()))
        .parse_next(input)
}

fn symbol(input: &mut Input<'_>) -> Result<&'static str> {
    let two = alt((
        "==".value("=="),
        "<>".value("<>"),
        "!=".value("!="),
        "<=".value("<="),
        ">=".value(">="),
    ));
    let one = alt((
        alt(('='.value("="), '<'.value("<"), '>'.value(">"))),
        alt((
            '+'.value("+"),
            '-'.value("-"),
            '*'.value("*"),
            '/'.value("/"),
            '^'.value("^"),
        )),
        alt((
            '('.value("("),
            ')'.value(")"),
            ','.value(","),
            '%'.value("%"),
        )),
    ));
    alt((two, one)).parse_next(input)
}
