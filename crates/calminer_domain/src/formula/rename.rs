//! Keys in a formula: which there are, and another name for one of them.

use super::function::{is_key, is_reserved};
use super::token::{Kind, body_start, tokens};
use super::{Expr, Node};

/// The text with every key `from` replaced by `to`, everything else byte for byte. Functions, units in brackets and
/// comments are left alone. Works on a text with errors as far as its tokens go. When `from` is a reserved word or
/// `to` is no key, nothing is renamed.
pub fn rename(text: &str, from: &str, to: &str) -> String {
    if is_reserved(from) || !is_key(to) {
        return text.to_owned();
    }
    let tokens = tokens(text, body_start(text).unwrap_or(0));
    let mut renamed = String::with_capacity(text.len());
    let mut copied = 0;
    for (index, token) in tokens.iter().enumerate() {
        let is_function = tokens
            .get(index + 1)
            .is_some_and(|next| next.kind == Kind::Symbol("("));
        if token.kind == Kind::Name(from) && !is_function {
            renamed.push_str(text.get(copied..token.span.start).unwrap_or_default());
            renamed.push_str(to);
            copied = token.span.end;
        }
    }
    renamed.push_str(text.get(copied..).unwrap_or_default());
    renamed
}

/// The keys of a formula, each once, in the order of their first use.
pub fn names(expr: &Expr) -> Vec<&str> {
    let mut names = Vec::new();
    collect(expr, &mut names);
    names
}

fn collect<'a>(expr: &'a Expr, names: &mut Vec<&'a str>) {
    match &expr.node {
        Node::Number { .. } | Node::Calendar(_) => {}
        Node::Name { key, .. } => {
            if !names.contains(&key.as_str()) {
                names.push(key);
            }
        }
        Node::Unary { operand, .. } => collect(operand, names),
        Node::Binary { left, right, .. } => {
            collect(left, names);
            collect(right, names);
        }
        Node::Call { arguments, .. } => {
            for argument in arguments {
                collect(argument, names);
            }
        }
    }
}
