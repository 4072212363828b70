//! How a scenario file is laid out, for people and for version control.

use serde_json::Value as Json;

/// Rows of a table of an item that are no longer than this stay on one line.
const SHORT: usize = 120;

/// The text of a file: two spaces a level, one field a line; lists and objects of plain figures stay on one line, and of
/// items one term stands on a line, of their tables one row.
pub(super) fn text(json: &Json) -> String {
    let mut text = String::new();
    value(json, Part::Model, 0, &mut text);
    text.push('\n');
    text
}

/// What a value is a part of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Model,
    Items,
    Item,
    Terms,
    /// A term of an item, a row of its tables, its units.
    Term,
}

impl Part {
    /// What stands in a field of this part.
    fn field(self, name: &str) -> Self {
        match (self, name) {
            (Self::Model, "items") => Self::Items,
            (Self::Item, "terms") => Self::Terms,
            (Self::Model, _) => Self::Model,
            _ => Self::Term,
        }
    }

    /// What the elements of a list of this part are.
    fn element(self) -> Self {
        match self {
            Self::Items => Self::Item,
            other => other,
        }
    }
}

fn is_plain(json: &Json) -> bool {
    !json.is_array() && !json.is_object()
}

fn is_flat(json: &Json, part: Part, level: usize) -> bool {
    match (json, part) {
        (Json::Object(_), Part::Term) => json.to_string().len() <= SHORT,
        (Json::Object(_), Part::Item | Part::Terms) => false,
        (Json::Array(rows), _) => rows.iter().all(is_plain),
        (Json::Object(fields), _) => {
            level > 2 && fields.values().all(|field| !field.is_object()) && fields.len() <= 6
        }
        _ => true,
    }
}

fn value(json: &Json, part: Part, level: usize, text: &mut String) {
    if is_flat(json, part, level) {
        text.push_str(&json.to_string());
        return;
    }
    let indent = "  ".repeat(level + 1);
    let mut between = "\n";
    match json {
        Json::Array(rows) => {
            text.push('[');
            for row in rows {
                text.push_str(between);
                text.push_str(&indent);
                value(row, part.element(), level + 1, text);
                between = ",\n";
            }
            close(']', level, text);
        }
        Json::Object(fields) => {
            text.push('{');
            for (name, field) in fields {
                text.push_str(between);
                text.push_str(&indent);
                text.push_str(&Json::from(name.as_str()).to_string());
                text.push_str(": ");
                value(field, part.field(name), level + 1, text);
                between = ",\n";
            }
            close('}', level, text);
        }
        _ => {}
    }
}

fn close(bracket: char, level: usize, text: &mut String) {
    text.push('\n');
    text.push_str(&"  ".repeat(level));
    text.push(bracket);
}
