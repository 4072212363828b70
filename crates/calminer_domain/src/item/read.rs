//! An item as it is read from a text.

use serde::{Deserialize as _, Deserializer};

use super::field::{Field, FieldKind};
use super::{Item, Term, TermRow};

impl Item {
    /// The item as it was written: `[]` reads as a row without figures, and is a table without rows where the field is
    /// a table.
    #[must_use]
    pub fn settled(mut self) -> Self {
        settle(&mut self.terms, self.kind.fields());
        self
    }
}

fn settle(terms: &mut TermRow, fields: &'static [Field]) {
    for field in fields {
        let FieldKind::Rows(of_row) = field.kind else {
            continue;
        };
        match terms.get_mut(field.name) {
            Some(Term::Rows(rows)) => rows.iter_mut().for_each(|row| settle(row, of_row)),
            Some(term) if *term == Term::Series(Vec::new()) => *term = Term::Rows(Vec::new()),
            _ => {}
        }
    }
}

/// Reads the items of a scenario.
pub(crate) fn all<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Item>, D::Error> {
    let items = Vec::<Item>::deserialize(from)?;
    Ok(items.into_iter().map(Item::settled).collect())
}
