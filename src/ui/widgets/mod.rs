//! Controls made once and used by every view.

pub(crate) mod bar_table;
pub(crate) mod basic;
pub(crate) mod cash_chart;
pub(crate) mod chart;
pub(crate) mod curve;
pub(crate) mod dialog;
pub(crate) mod fan;
pub(crate) mod field;
pub(crate) mod histogram;
pub(crate) mod sheet;
pub(crate) mod spider;
pub(crate) mod tornado;
pub(crate) mod trace;
pub(crate) mod zoom;

#[cfg(test)]
mod tests;
