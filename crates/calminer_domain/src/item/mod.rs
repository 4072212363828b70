//! Items of the typed sections: a mine schedule, a product, a capital line, a tax ...
//!
//! An item has a kind, a key and terms. What terms a kind has, in which units and with which choices, is data
//! ([`ItemKind::fields`]): the window draws its forms from it, the file and the database keep any kind the same way, and
//! [`crate::lowering`] turns items into lines with formulas.

mod check;
mod field;
mod fields;
mod kind;
pub(crate) mod read;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use check::{check, item_place};
pub use field::{Choice, Field, FieldKind};
pub use kind::ItemKind;

/// What a field of an item holds: a number, one figure a period, a text, or rows of these.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Term {
    /// The same figure in every period.
    Number(f64),
    /// One figure a period, the opening one included.
    Series(Vec<f64>),
    /// A formula that starts with `=`, the word of a choice, a key, or a list of keys with commas.
    Text(String),
    /// Rows of a table: one for each element, impurity, band ...
    Rows(Vec<TermRow>),
}

/// One row of a table of an item, by field.
pub type TermRow = BTreeMap<String, Term>;

/// An object of a typed section.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Identity: kept by rename, reorder, branch, export and import.
    pub id: Uuid,
    /// What it is.
    pub kind: ItemKind,
    /// The name that its lines begin with.
    pub key: String,
    /// The name that people read.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// What is known of it, by field; a field that is absent has its default.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub terms: TermRow,
    /// Units of fields that are typed in another unit than the usual one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub units: BTreeMap<String, String>,
    /// Where the figures come from.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// Anything else a reviewer should know.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

impl Item {
    /// An item of a kind with nothing filled in.
    pub fn new(id: Uuid, kind: ItemKind, key: impl Into<String>) -> Self {
        Self {
            id,
            kind,
            key: key.into(),
            label: String::new(),
            terms: TermRow::new(),
            units: BTreeMap::new(),
            source: String::new(),
            note: String::new(),
        }
    }

    /// The label, or the key where there is none.
    pub fn title(&self) -> &str {
        if self.label.is_empty() {
            &self.key
        } else {
            &self.label
        }
    }

    /// The text of a field, or the word of its default.
    pub fn word(&self, field: &str) -> &str {
        word_of(&self.terms, self.kind.fields(), field)
    }

    /// The rows of a field; none where it has none.
    pub fn rows(&self, field: &str) -> &[TermRow] {
        match self.terms.get(field) {
            Some(Term::Rows(rows)) => rows,
            _ => &[],
        }
    }
}

/// The text of a field of an item or of a row of it, or the word of its default.
pub fn word_of<'a>(terms: &'a TermRow, fields: &'static [Field], field: &str) -> &'a str {
    match terms.get(field) {
        Some(Term::Text(word)) => word.trim(),
        _ => fields
            .iter()
            .find(|known| known.name == field)
            .map_or("", Field::default_word),
    }
}
