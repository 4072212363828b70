//! Seals: a hash over the columns of a row that is in no document, so that quiet damage is seen there too.

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::hex;

/// Builds the seal of one row. Each part is written with its length, so that no two rows share one text.
pub(crate) struct Seal(Sha256);

impl Seal {
    /// The seal of a row of this table.
    pub(crate) fn of(table: &str) -> Self {
        Self(Sha256::new()).text(table)
    }

    pub(crate) fn text(mut self, text: &str) -> Self {
        self.0.update((text.len() as u64).to_le_bytes());
        self.0.update(text.as_bytes());
        self
    }

    pub(crate) fn whole(mut self, number: i64) -> Self {
        self.0.update(number.to_le_bytes());
        self
    }

    pub(crate) fn id(mut self, id: Uuid) -> Self {
        self.0.update(id.as_bytes());
        self
    }

    /// A figure that may be absent.
    pub(crate) fn figure(mut self, figure: Option<f64>) -> Self {
        self.0.update([u8::from(figure.is_some())]);
        self.0.update(figure.unwrap_or_default().to_le_bytes());
        self
    }

    /// Its text.
    pub(crate) fn close(self) -> String {
        hex(&self.0.finalize())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(
            Seal::of("t").text("ab").text("c").close(),
            Seal::of("t").text("a").text("bc").close()
        );
        assert_ne!(
            Seal::of("t").figure(None).close(),
            Seal::of("t").figure(Some(0.0)).close()
        );
        assert_eq!(
            Seal::of("t").whole(1).close(),
            Seal::of("t").whole(1).close()
        );
    }
}
