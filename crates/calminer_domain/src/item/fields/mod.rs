//! The fields of each kind of item.

pub(super) mod costs;
pub(super) mod fiscal;
pub(super) mod measures;
pub(super) mod production;
pub(super) mod products;

use super::field::{Choice, word};

/// No first, because it is the default.
#[rustfmt::skip]
const NO_YES: &[Choice] = &[word("no", "no"), word("yes", "yes")];
/// Yes first, because it is the default.
#[rustfmt::skip]
const YES_NO: &[Choice] = &[word("yes", "yes"), word("no", "no")];
