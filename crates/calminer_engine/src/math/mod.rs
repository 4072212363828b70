//! Elementary and special functions that give the same bits on every system.
//!
//! The system's own `exp`, `ln` and friends differ between platforms, so the engine never calls them. What the trial
//! path needs is written here as straight code without branches, calls or fused operations: a plain loop over a slice
//! compiles to vector instructions, and the scalar form gives the same bits as the slice form. The rest comes from the
//! pure-Rust `libm` crate.

#![expect(
    clippy::inline_always,
    reason = "these loops must be compiled inside the caller, at the processor level it has chosen"
)]

pub mod beta;
pub mod elementary;
pub mod gamma;
pub mod normal;

pub use beta::Beta;
pub use elementary::{exp, exp_slice, ln, ln_slice, pow, powi};
pub use gamma::Gamma;

/// Polynomial by Horner's rule; `coefficients` start with the constant term.
#[inline(always)]
pub(crate) fn polynomial<const N: usize>(coefficients: &[f64; N], x: f64) -> f64 {
    let mut sum = 0.0;
    for &coefficient in coefficients.iter().rev() {
        sum = sum * x + coefficient;
    }
    sum
}
