//! Tokens to a tree, by operator precedence, with sentences for what is wrong.
//!
//! Loosest to tightest: `or`, `and`, `not`, comparisons (not chained), `+ -`, `* /`, unary minus, `^` (from the
//! right). So `-2^2` is `-(2^2)` and `2^-1` is `2^(-1)`.

use super::function::{self, FunctionHelp};
use super::sentence::{FormulaError, error};
use super::token::{Kind, Token, body_start, tokens};
use super::{BinaryOp, Expr, Function, Node, Span, UnaryOp};

/// The longest formula, in characters.
pub const MAX_FORMULA_CHARS: usize = 10_000;

/// Brackets, functions and signs inside one another. Keeps a hostile text off the end of the stack.
const MAX_NESTING: usize = 100;

/// Height of the tree, so that everything that walks it may recurse. A chain of operators is a tall tree.
const MAX_HEIGHT: usize = 500;

/// Reads a formula. The text starts with `=`; spaces before it are skipped.
///
/// An expression in brackets spans its brackets, so the text of a span is a formula of its own. Any text gives a tree
/// or an error. Names and units are not checked here: which keys exist is the scenario's business.
pub fn parse(text: &str) -> Result<Expr, FormulaError> {
    if text.chars().nth(MAX_FORMULA_CHARS).is_some() {
        let message =
            format!("a formula has at most {MAX_FORMULA_CHARS} characters: use several lines");
        let end = text.len();
        return Err(FormulaError {
            span: Span { start: 0, end },
            message,
        });
    }
    let Some(start) = body_start(text) else {
        return Err(FormulaError {
            span: Span { start: 0, end: 0 },
            message: "a formula starts with '='".to_owned(),
        });
    };
    let mut parser = Parser {
        text,
        start,
        tokens: tokens(text, start),
        next: 0,
        nesting: 0,
    };
    let tree = parser.expression(Power::OR)?;
    match parser.peek() {
        None => Ok(tree.expr),
        Some(token) => Err(parser.not_an_operator(token)),
    }
}

/// How tightly an operator holds its operands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Power(u8);

impl Power {
    const OR: Self = Self(1);
    const AND: Self = Self(2);
    const NOT: Self = Self(3);
    const COMPARE: Self = Self(4);
    const SUM: Self = Self(5);
    const PRODUCT: Self = Self(6);
    const SIGN: Self = Self(7);
    const POWER: Self = Self(8);

    const fn tighter(self) -> Self {
        Self(self.0 + 1)
    }
}

/// A tree and its height.
struct Tree {
    expr: Expr,
    height: usize,
}

pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    /// The byte after the leading `=`.
    pub(super) start: usize,
    pub(super) tokens: Vec<Token<'a>>,
    pub(super) next: usize,
    nesting: usize,
}

type Parsed<T> = Result<T, FormulaError>;

impl<'a> Parser<'a> {
    pub(super) fn peek(&self) -> Option<Token<'a>> {
        self.tokens.get(self.next).copied()
    }

    fn take_symbol(&mut self, symbol: &str) -> Option<Span> {
        let token = self
            .peek()
            .filter(|token| matches!(token.kind, Kind::Symbol(found) if found == symbol))?;
        self.next += 1;
        Some(token.span)
    }

    fn is_symbol_at(&self, index: usize, symbol: &str) -> bool {
        let token = self.tokens.get(index);
        token.is_some_and(|token| matches!(token.kind, Kind::Symbol(found) if found == symbol))
    }

    fn expression(&mut self, least: Power) -> Parsed<Tree> {
        let mut left = self.prefix(least)?;
        while let Some((op, power)) = self.peek().and_then(operator) {
            if power < least {
                break;
            }
            self.next += 1;
            let right = if op == BinaryOp::Power {
                self.nested(|parser| parser.expression(Power::POWER))?
            } else {
                self.expression(power.tighter())?
            };
            left = join(op, left, right)?;
            if power == Power::COMPARE {
                self.refuse_chain()?;
            }
        }
        Ok(left)
    }

    /// A sign, `not`, or an operand.
    fn prefix(&mut self, least: Power) -> Parsed<Tree> {
        let Some(token) = self.peek() else {
            return Err(self.no_value());
        };
        match token.kind {
            Kind::Symbol("-") => {
                self.next += 1;
                let operand = self.nested(|parser| parser.expression(Power::SIGN))?;
                unary(UnaryOp::Negate, token.span.start, operand)
            }
            Kind::Name("not") => self.negation(token, least),
            _ => self.operand(token),
        }
    }

    /// `not(a)` negates what is in the brackets, `not a = b` the comparison. `not (a) = b` could be read either way.
    fn negation(&mut self, word: Token<'a>, least: Power) -> Parsed<Tree> {
        self.next += 1;
        if self.is_symbol_at(self.next, "(") {
            let Some(help) = function::function("not") else {
                return Err(self.no_value());
            };
            let tree = self.call(word, help)?;
            return match self
                .peek()
                .filter(|token| operator(*token).is_some_and(|(_, power)| power > Power::NOT))
            {
                None => Ok(tree),
                Some(next) => Err(error(
                    next.span,
                    format!(
                        "it is not clear what 'not' at character {} applies to: write (not a) or not (a {} b)",
                        self.character(word.span.start),
                        self.slice(next.span)
                    ),
                )),
            };
        }
        if least > Power::NOT {
            let at = self.character(word.span.start);
            let message = format!("write 'not' at character {at} in brackets: (not a)");
            return Err(error(word.span, message));
        }
        let operand = self.nested(|parser| parser.expression(Power::NOT))?;
        unary(UnaryOp::Not, word.span.start, operand)
    }

    fn operand(&mut self, token: Token<'a>) -> Parsed<Tree> {
        match token.kind {
            Kind::Number(value) => self.number(token, value),
            Kind::Name(name) => self.named(token, name),
            Kind::Symbol("(") => {
                self.next += 1;
                let mut tree = self.nested(|parser| parser.expression(Power::OR))?;
                let close = self.close(token.span)?;
                tree.expr.span = Span {
                    start: token.span.start,
                    end: close.end,
                };
                Ok(tree)
            }
            _ => Err(self.no_value()),
        }
    }

    /// A literal with its percent sign or unit.
    fn number(&mut self, token: Token<'a>, value: f64) -> Parsed<Tree> {
        if value.is_infinite() {
            let message = format!(
                "{} at character {} is too large",
                self.slice(token.span),
                self.character(token.span.start)
            );
            return Err(error(token.span, message));
        }
        self.next += 1;
        let mut span = token.span;
        let unit = if let Some(percent) = self.take_symbol("%") {
            span.end = percent.end;
            Some("%".to_owned())
        } else {
            self.unit(&mut span)?
        };
        Ok(leaf(span, Node::Number { value, unit }))
    }

    /// A unit in brackets, if one stands here; widens the span over it.
    fn unit(&mut self, span: &mut Span) -> Parsed<Option<String>> {
        let Some(token) = self.peek() else {
            return Ok(None);
        };
        let Kind::Unit(unit) = token.kind else {
            return Ok(None);
        };
        if unit.is_empty() {
            let at = self.character(token.span.start);
            let message = format!("the unit in brackets at character {at} is empty");
            return Err(error(token.span, message));
        }
        self.next += 1;
        span.end = token.span.end;
        Ok(Some(unit.to_owned()))
    }

    /// A key, a figure of the calendar or a function.
    fn named(&mut self, token: Token<'a>, name: &'a str) -> Parsed<Tree> {
        let help = function::function(name);
        if self.is_symbol_at(self.next + 1, "(") {
            let Some(help) = help else {
                return Err(self.unknown_function(token, name));
            };
            self.next += 1;
            return self.call(token, help);
        }
        if let Some(calendar) = function::calendar(name) {
            self.next += 1;
            return Ok(leaf(token.span, Node::Calendar(calendar)));
        }
        match help.filter(|_| function::is_reserved(name)) {
            Some(help) if help.function.is_none() => Err(self.no_value()),
            Some(help) => {
                let at = self.character(token.span.start);
                let message = format!("{name} at character {at} is a function: {}", help.form);
                Err(error(token.span, message))
            }
            None => {
                self.next += 1;
                let mut span = token.span;
                let unit = self.unit(&mut span)?;
                let key = name.to_owned();
                Ok(leaf(span, Node::Name { key, unit }))
            }
        }
    }

    /// The arguments of a function whose word is already taken.
    fn call(&mut self, word: Token<'a>, help: &FunctionHelp) -> Parsed<Tree> {
        let Some(open) = self.take_symbol("(") else {
            return Err(self.no_value());
        };
        let (arguments, close) = self.nested(|parser| parser.arguments(open, help))?;
        let span = Span {
            start: word.span.start,
            end: close.end,
        };
        if !help.arity.takes(arguments.len()) {
            let message = format!("{} takes {}: {}", help.name, help.arity.words(), help.form);
            return Err(error(span, message));
        }
        let Some(function) = help.function else {
            return self.operator_call(help.name, span, arguments);
        };
        let height = 1 + arguments.iter().map(|tree| tree.height).max().unwrap_or(0);
        let arguments = arguments.into_iter().map(|tree| tree.expr).collect();
        low_enough(Tree {
            expr: Expr {
                span,
                node: Node::Call {
                    function,
                    arguments,
                },
            },
            height,
        })
    }

    fn arguments(&mut self, open: Span, help: &FunctionHelp) -> Parsed<(Vec<Tree>, Span)> {
        let mut arguments = Vec::new();
        if let Some(close) = self.take_symbol(")") {
            return Ok((arguments, close));
        }
        loop {
            if help.function == Some(Function::To) && arguments.len() == 1 {
                arguments.push(self.unit_argument(help)?);
            } else {
                arguments.push(self.expression(Power::OR)?);
            }
            if self.take_symbol(",").is_none() {
                return Ok((arguments, self.close(open)?));
            }
        }
    }

    /// `[oz]` as the second argument of `to`: one of that unit.
    fn unit_argument(&mut self, help: &FunctionHelp) -> Parsed<Tree> {
        let place = self.peek().map_or_else(|| self.end(), |token| token.span);
        let mut span = place;
        match self.unit(&mut span)? {
            Some(unit) => Ok(leaf(
                span,
                Node::Number {
                    value: 1.0,
                    unit: Some(unit),
                },
            )),
            None => Err(error(
                place,
                format!(
                    "expected a unit in brackets at character {}: {}, for example to(x, [oz])",
                    self.character(place.start),
                    help.form
                ),
            )),
        }
    }

    /// `and(a, b, c)` is the same tree as `a and b and c`.
    fn operator_call(&self, name: &str, span: Span, arguments: Vec<Tree>) -> Parsed<Tree> {
        let op = if name == "and" {
            BinaryOp::And
        } else {
            BinaryOp::Or
        };
        let mut rest = arguments.into_iter();
        let Some(mut tree) = rest.next() else {
            return Err(self.no_value());
        };
        if name == "not" {
            tree = unary(UnaryOp::Not, span.start, tree)?;
        }
        for right in rest {
            tree = join(op, tree, right)?;
        }
        tree.expr.span = span;
        Ok(tree)
    }

    fn close(&mut self, open: Span) -> Parsed<Span> {
        match self.take_symbol(")") {
            Some(close) => Ok(close),
            None => Err(match self.peek() {
                None => {
                    let at = self.character(open.start);
                    error(open, format!("the '(' at character {at} is not closed"))
                }
                Some(token) => self.not_an_operator(token),
            }),
        }
    }

    fn nested<T>(&mut self, inner: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.nesting == MAX_NESTING {
            let span = self.peek().map_or_else(|| self.end(), |token| token.span);
            let at = self.character(span.start);
            let message = format!(
                "more than {MAX_NESTING} brackets, functions and signs inside one another at character {at}: use several lines"
            );
            return Err(error(span, message));
        }
        self.nesting += 1;
        let result = inner(self);
        self.nesting -= 1;
        result
    }

    fn refuse_chain(&self) -> Parsed<()> {
        match self.peek() {
            Some(token) if operator(token).is_some_and(|(_, power)| power == Power::COMPARE) => {
                let message = format!(
                    "comparisons are not chained, '{}' at character {} is the second: write a < b and b < c",
                    self.slice(token.span),
                    self.character(token.span.start)
                );
                Err(error(token.span, message))
            }
            _ => Ok(()),
        }
    }
}

fn join(op: BinaryOp, left: Tree, right: Tree) -> Parsed<Tree> {
    let span = Span {
        start: left.expr.span.start,
        end: right.expr.span.end,
    };
    let height = 1 + left.height.max(right.height);
    let (left, right) = (Box::new(left.expr), Box::new(right.expr));
    let node = Node::Binary { op, left, right };
    let expr = Expr { span, node };
    low_enough(Tree { expr, height })
}

fn unary(op: UnaryOp, start: usize, operand: Tree) -> Parsed<Tree> {
    let span = Span {
        start,
        end: operand.expr.span.end,
    };
    let height = 1 + operand.height;
    let operand = Box::new(operand.expr);
    let node = Node::Unary { op, operand };
    let expr = Expr { span, node };
    low_enough(Tree { expr, height })
}

fn low_enough(tree: Tree) -> Parsed<Tree> {
    if tree.height <= MAX_HEIGHT {
        return Ok(tree);
    }
    let message = format!(
        "more than {MAX_HEIGHT} operations hang on one another: use sum(a, b, ...) or several lines"
    );
    Err(error(tree.expr.span, message))
}

fn leaf(span: Span, node: Node) -> Tree {
    Tree {
        expr: Expr { span, node },
        height: 1,
    }
}

fn operator(token: Token<'_>) -> Option<(BinaryOp, Power)> {
    let text = match token.kind {
        Kind::Symbol(symbol) => symbol,
        Kind::Name(name) => name,
        _ => return None,
    };
    Some(match text {
        "or" => (BinaryOp::Or, Power::OR),
        "and" => (BinaryOp::And, Power::AND),
        "=" | "==" => (BinaryOp::Equal, Power::COMPARE),
        "<>" | "!=" => (BinaryOp::NotEqual, Power::COMPARE),
        "<" => (BinaryOp::Less, Power::COMPARE),
        "<=" => (BinaryOp::LessOrEqual, Power::COMPARE),
        ">" => (BinaryOp::Greater, Power::COMPARE),
        ">=" => (BinaryOp::GreaterOrEqual, Power::COMPARE),
        "+" => (BinaryOp::Add, Power::SUM),
        "-" => (BinaryOp::Subtract, Power::SUM),
        "*" => (BinaryOp::Multiply, Power::PRODUCT),
        "/" => (BinaryOp::Divide, Power::PRODUCT),
        "^" => (BinaryOp::Power, Power::POWER),
        _ => return None,
    })
}
