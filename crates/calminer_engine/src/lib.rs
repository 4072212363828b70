//! What a mining scenario computes: formulas become a program, the program a cash flow, the cash flow a distribution.
//!
//! Knows no files, no clock, no database and no window; it uses the threads it was told to use. The same scenario,
//! settings and seed give the same bits for any number of threads, on every system.

mod compile;
mod level;
mod lower;

pub mod fit;
pub mod math;
pub mod measures;
pub mod program;
pub mod quantile;
pub mod result;
pub mod run;
pub mod sampling;
pub mod statistics;
