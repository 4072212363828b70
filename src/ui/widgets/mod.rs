//! Controls made once and used by every view.

pub(crate) mod basic;
pub(crate) mod cash_chart;
pub(crate) mod chart;
pub(crate) mod dialog;
pub(crate) mod field;
pub(crate) mod histogram;

#[cfg(test)]
mod tests;
