//! Takes the figures of a tile over into the kept columns: unit, precision and place in one pass.

#![expect(
    clippy::inline_always,
    reason = "only what is inlined is compiled for the level of the processor"
)]

use crate::level::{self, Work};
use crate::program::unit::Scale;

/// Stores the first figures of a row, as many as `to` has room for, in their unit and in full precision.
pub(super) fn full(to: &mut [f64], from: &[f64], scale: Scale) {
    level::at_best(Store { to, from, scale });
}

/// The same in single precision: enough for ranks and percentiles of rows, and half the memory.
pub(super) fn narrow(to: &mut [f32], from: &[f64], scale: Scale) {
    level::at_best(Store { to, from, scale });
}

/// A number of the precision that a column keeps.
trait Kept {
    fn of(figure: f64) -> Self;
}

impl Kept for f64 {
    #[inline(always)]
    fn of(figure: f64) -> Self {
        figure
    }
}

impl Kept for f32 {
    #[inline(always)]
    fn of(figure: f64) -> Self {
        figure as Self
    }
}

struct Store<'a, T> {
    to: &'a mut [T],
    from: &'a [f64],
    scale: Scale,
}

impl<T: Kept> Store<'_, T> {
    #[inline(always)]
    fn each(self, scaled: impl Fn(f64) -> f64) {
        for (to, from) in self.to.iter_mut().zip(self.from) {
            *to = T::of(scaled(*from));
        }
    }
}

impl<T: Kept> Work for Store<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        match self.scale {
            Scale::None => self.each(|figure| figure),
            Scale::Multiply(k) => self.each(|figure| figure * k),
            Scale::Divide(k) => self.each(|figure| figure / k),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The longest row is longer than any vector and no multiple of one.
    const FIGURES: [f64; 19] = [
        1.0,
        -2.5,
        0.1,
        1e300,
        f64::NAN,
        7.0,
        1e-3,
        0.0,
        -0.0,
        3.0,
        1.0,
        2.0,
        3.0,
        4.0,
        5.0,
        6.0,
        7.0,
        f64::INFINITY,
        0.3,
    ];

    #[test]
    fn figures_come_in_their_unit_and_precision() {
        for len in [0, 1, 8, 19] {
            for (scale, expected) in [
                (Scale::None, FIGURES),
                (Scale::Multiply(2_204.6), FIGURES.map(|x| x * 2_204.6)),
                (Scale::Divide(0.3), FIGURES.map(|x| x / 0.3)),
            ] {
                let (mut wide, mut single) = (vec![9.0; len], vec![9.0_f32; len]);
                full(&mut wide, &FIGURES, scale);
                narrow(&mut single, &FIGURES, scale);
                for ((wide, single), expected) in wide.iter().zip(&single).zip(expected) {
                    assert_eq!(wide.to_bits(), expected.to_bits());
                    assert!(*single == expected as f32 || expected.is_nan() && single.is_nan());
                }
            }
        }
    }
}
