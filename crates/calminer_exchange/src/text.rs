//! Results as plain text for a terminal: conventions, key figures, the cash-flow table, statistics, a histogram.

mod figures;
mod histogram;
mod shape;
mod statistics;
mod table;

pub use figures::{amount, conventions, key_figures, rounded};
pub use histogram::histogram;
pub use shape::{columns_of, cut, padded, pairs, wide};
pub use statistics::statistics;
pub use table::cash_flow;
