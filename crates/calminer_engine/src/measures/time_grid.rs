//! Evenly spaced times: when flows sit on whole steps, their present value is a polynomial.

#![expect(
    clippy::inline_always,
    reason = "these loops must be compiled inside the caller, at the processor level it has chosen"
)]

use super::discount::{is_sunk, whole_power};

/// Steps of a 24th of a year carry ends and middles of months, quarters and years.
const PARTS_PER_YEAR: i64 = 24;

/// How far, in parts, a time may be from a whole number of parts; covers the rounding of `k / 12`.
const PART_TOLERANCE: f64 = 1e-9;

/// Above this many steps a sum over the flows themselves is cheaper than a polynomial with mostly empty terms.
const MAX_STEPS: i64 = 4096;

/// A common step of all flows that are not sunk.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TimeGrid {
    /// Step from the first flow, one a flow; `None` for a sunk flow.
    pub(super) exponents: Vec<Option<usize>>,
    /// Highest exponent.
    pub(super) last: usize,
    /// Length of a step in 24ths of a year.
    parts: i64,
    /// Steps in a year, where that is a whole number.
    steps_per_year: Option<u32>,
}

impl TimeGrid {
    /// The widest step on which all times fall, if there is one; `None` also when every flow is sunk.
    pub(super) fn of(years: &[f64]) -> Option<Self> {
        let mut whole = Vec::with_capacity(years.len());
        for &t in years {
            whole.push(if is_sunk(t) { None } else { Some(parts_of(t)?) });
        }
        let first = whole.iter().flatten().copied().min()?;
        let span = whole.iter().flatten().copied().max()? - first;
        let common = whole
            .iter()
            .flatten()
            .fold(0, |step, &part| greatest_common_divisor(step, part - first));
        let parts = if common == 0 { PARTS_PER_YEAR } else { common };
        if span / parts > MAX_STEPS {
            return None;
        }
        let exponents = whole
            .iter()
            .map(|part| part.map(|p| ((p - first) / parts) as usize))
            .collect();
        Some(Self {
            exponents,
            last: (span / parts) as usize,
            parts,
            steps_per_year: (PARTS_PER_YEAR % parts == 0)
                .then_some((PARTS_PER_YEAR / parts) as u32),
        })
    }

    /// Growth over one step at an annual rate.
    pub(super) fn growth_of_rate(&self, rate: f64) -> f64 {
        if self.parts % PARTS_PER_YEAR == 0 {
            return whole_power(1.0 + rate, (self.parts / PARTS_PER_YEAR) as u32);
        }
        libm::pow(1.0 + rate, self.parts as f64 / PARTS_PER_YEAR as f64)
    }

    /// Annual rate of a growth over one step.
    #[inline(always)]
    pub(super) fn rate_of_growth(&self, growth: f64) -> f64 {
        match self.steps_per_year {
            Some(1) => growth - 1.0,
            Some(steps) => whole_power(growth, steps) - 1.0,
            None => libm::pow(growth, PARTS_PER_YEAR as f64 / self.parts as f64) - 1.0,
        }
    }
}

/// Whole 24ths of a year, or `None` when the time lies between two.
fn parts_of(years: f64) -> Option<i64> {
    let parts = years * PARTS_PER_YEAR as f64;
    let nearest = parts.round();
    (nearest.abs() < 1e9 && (parts - nearest).abs() <= PART_TOLERANCE).then_some(nearest as i64)
}

fn greatest_common_divisor(a: i64, b: i64) -> i64 {
    if b == 0 {
        a
    } else {
        greatest_common_divisor(b, a % b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_step_is_found() {
        let yearly = TimeGrid::of(&[-1.0, 1.0, 2.0, 4.0]).unwrap();
        assert_eq!(yearly.exponents, [None, Some(0), Some(1), Some(3)]);
        assert_eq!(yearly.rate_of_growth(1.25), 0.25);
        let halves = TimeGrid::of(&[0.0, 0.5, 1.5]).unwrap();
        assert_eq!(halves.exponents, [Some(0), Some(1), Some(3)]);
        let months: Vec<f64> = (0..40).map(|k| f64::from(k) / 12.0).collect();
        assert_eq!(TimeGrid::of(&months).unwrap().last, 39);
        assert_eq!(TimeGrid::of(&[0.0, 0.123]), None);
        assert_eq!(TimeGrid::of(&[-3.0, -2.0]), None);
        assert_eq!(TimeGrid::of(&[0.0, f64::NAN]), None);
    }

    #[test]
    fn rates_and_growths_are_inverse() {
        for years in [
            [0.0, 1.0 / 12.0],
            [0.0, 0.25],
            [0.0, 2.0],
            [0.0, 1.0],
            [0.0, 0.625],
        ] {
            let grid = TimeGrid::of(&years).unwrap();
            let back = grid.rate_of_growth(grid.growth_of_rate(0.08));
            assert!((back - 0.08).abs() < 1e-14, "{back}");
        }
    }
}
