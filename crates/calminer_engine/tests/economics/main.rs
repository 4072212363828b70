//! The typed sections: each against figures that were computed elsewhere, and the laws that hold for all of them.

mod depreciation;
mod edits;
mod fiscal;
mod fiscal_cases;
mod kinds;
mod laws;
mod product_cases;
mod quick;
mod reference;
mod standard;
mod standard_mines;
mod standard_support;
mod sums;
mod support;
