//! Exponential, logarithm and powers.

#![expect(
    clippy::inline_always,
    reason = "these loops must be compiled inside the caller, at the processor level it has chosen"
)]

use std::f64::consts::LOG2_E;

use super::polynomial;

/// Adding this and subtracting it again rounds to the nearest integer, which then stands in the low bits.
const ROUND: f64 = 6_755_399_441_055_744.0; // 1.5 * 2^52
/// ln 2 in two parts; the first has 32 trailing zero bits, so its product with an exponent is exact.
const LN2_HIGH: f64 = 0.693_147_180_369_123_8;
const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// Chebyshev fit of (e^r - 1 - r) / r^2 on |r| <= ln(2) / 2; error 1.3e-17 in e^r.
const EXP: [f64; 10] = [
    0.5,
    0.166_666_666_666_666_69,
    0.041_666_666_666_624_13,
    0.008_333_333_333_330_062,
    0.001_388_888_891_721_371_7,
    0.000_198_412_698_630_536_18,
    2.480_152_129_595_437_6e-5,
    2.755_726_845_999_706_4e-6,
    2.762_008_844_540_974_6e-7,
    2.510_038_549_551_032e-8,
];

/// Chebyshev fit of (ln((1 + s) / (1 - s)) - 2 s) / s^3 in s^2, for mantissas in [sqrt(1/2), sqrt(2)]; error 3e-16.
const LN: [f64; 7] = [
    0.666_666_666_666_667,
    0.399_999_999_998_988_9,
    0.285_714_286_262_538_36,
    0.222_222_110_893_794_96,
    0.181_828_924_325_368_7,
    0.153_316_117_220_550_08,
    0.146_178_071_534_173_25,
];

/// e^x to about one unit in the last place; 0 and infinity beyond the range, NaN stays NaN.
#[inline(always)]
pub fn exp(x: f64) -> f64 {
    // The comparisons let NaN pass. e^710 overflows and e^-746 is 0 by the scaling below.
    let x = if x > 710.0 { 710.0 } else { x };
    let x = if x < -746.0 { -746.0 } else { x };
    let shifted = x * LOG2_E + ROUND;
    let k = shifted - ROUND;
    let r = (x - k * LN2_HIGH) - k * LN2_LOW;
    let fraction = 1.0 + (r + r * r * polynomial(&EXP, r));
    // 2^k in two factors: one alone could not reach the subnormal numbers. Both exponents are kept positive because
    // the baseline processor has no arithmetic shift of 64-bit lanes.
    let exponent = shifted.to_bits().wrapping_sub(ROUND.to_bits() - 2048);
    let half = exponent >> 1;
    let rest = exponent.wrapping_sub(half);
    fraction
        * f64::from_bits(half.wrapping_sub(1) << 52)
        * f64::from_bits(rest.wrapping_sub(1) << 52)
}

/// Natural logarithm of a positive normal number; meaningless for any other.
#[inline(always)]
pub(crate) fn ln_normal(x: f64) -> f64 {
    const ROOT_HALF: u64 = 0x3fe6_a09e_667f_3bcd; // sqrt(1/2)
    const ONE: u64 = 0x3ff0_0000_0000_0000;
    const INTEGER: u64 = 0x4330_0000_0000_0000; // 2^52: an integer below it sits in the low bits
    let moved = x.to_bits().wrapping_add(ONE - ROOT_HALF);
    let exponent = f64::from_bits(INTEGER | (moved >> 52)) - (4_503_599_627_370_496.0 + 1023.0);
    let mantissa = f64::from_bits((moved & 0x000f_ffff_ffff_ffff).wrapping_add(ROOT_HALF));
    let f = mantissa - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let half_square = 0.5 * f * f;
    let tail = s * (half_square + z * polynomial(&LN, z)) + exponent * LN2_LOW;
    exponent * LN2_HIGH - ((half_square - tail) - f)
}

/// Natural logarithm to about one unit in the last place: -infinity at 0, NaN below 0, NaN stays NaN.
#[inline(always)]
pub fn ln(x: f64) -> f64 {
    const TWO_54: f64 = 18_014_398_509_481_984.0;
    let subnormal = x < f64::MIN_POSITIVE;
    let scaled = if subnormal { x * TWO_54 } else { x };
    let shift = if subnormal { 54.0 } else { 0.0 };
    let value = ln_normal(scaled) - shift * LN2_HIGH - shift * LN2_LOW;
    let value = if x == 0.0 { f64::NEG_INFINITY } else { value };
    let value = if x < 0.0 { f64::NAN } else { value };
    // Infinity and NaN answer for themselves.
    if x < f64::INFINITY { value } else { x }
}

/// [`exp`] of every value, in place; the same bits as the scalar form.
#[inline(always)]
pub fn exp_slice(values: &mut [f64]) {
    for value in values {
        *value = exp(*value);
    }
}

/// [`ln`] of every value, in place; the same bits as the scalar form.
#[inline(always)]
pub fn ln_slice(values: &mut [f64]) {
    for value in values {
        *value = ln(*value);
    }
}

/// `base` to an integer power by repeated multiplication; 1 for exponent 0, the reciprocal for negative exponents.
#[inline(always)]
pub fn powi(base: f64, exponent: i32) -> f64 {
    let mut left = exponent.unsigned_abs();
    let mut square = base;
    let mut product = 1.0;
    while left > 0 {
        if left & 1 == 1 {
            product *= square;
        }
        square *= square;
        left >>= 1;
    }
    if exponent < 0 { 1.0 / product } else { product }
}

/// `base` to any power, IEEE special cases included; NaN for a negative base with a fractional exponent.
pub fn pow(base: f64, exponent: f64) -> f64 {
    libm::pow(base, exponent)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Distance in units in the last place.
    fn ulps(a: f64, b: f64) -> u64 {
        a.to_bits().abs_diff(b.to_bits())
    }

    #[test]
    fn exponential_is_within_two_units_in_the_last_place() {
        let mut worst = 0;
        for step in -70_000_i32..70_000 {
            let x = f64::from(step) * 0.010_07;
            worst = worst.max(ulps(exp(x), libm::exp(x)));
        }
        assert!(worst <= 2, "{worst} units in the last place");
    }

    #[test]
    fn exponential_at_the_edges() {
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(exp(-0.0), 1.0);
        assert_eq!(exp(f64::INFINITY), f64::INFINITY);
        assert_eq!(exp(709.9), f64::INFINITY);
        assert!(exp(709.7).is_finite());
        assert_eq!(exp(f64::NEG_INFINITY), 0.0);
        assert_eq!(exp(-745.2), 0.0);
        assert!(ulps(exp(-744.0), libm::exp(-744.0)) <= 1);
        assert!(ulps(exp(-710.0), libm::exp(-710.0)) <= 1);
        assert!(exp(f64::NAN).is_nan());
    }

    #[test]
    fn logarithm_is_within_one_unit_in_the_last_place() {
        let mut worst = 0;
        let mut x = 3e-310;
        while x < 1e308 {
            worst = worst.max(ulps(ln(x), libm::log(x)));
            x *= 1.003_1;
        }
        for step in 1..100_000_i32 {
            let x = 0.6 + f64::from(step) * 1.1e-5;
            worst = worst.max(ulps(ln(x), libm::log(x)));
        }
        assert!(worst <= 1, "{worst} units in the last place");
    }

    #[test]
    fn logarithm_at_the_edges() {
        assert_eq!(ln(1.0).to_bits(), 0.0_f64.to_bits());
        assert_eq!(ln(0.0), f64::NEG_INFINITY);
        assert_eq!(ln(f64::INFINITY), f64::INFINITY);
        assert!(ln(-1.0).is_nan() && ln(f64::NEG_INFINITY).is_nan() && ln(f64::NAN).is_nan());
        assert!(ulps(ln(5e-324), libm::log(5e-324)) <= 1);
    }

    #[test]
    fn slices_give_the_bits_of_the_scalars() {
        let values: Vec<f64> = (0..1003).map(|k| f64::from(k) * 0.37 - 90.0).collect();
        let mut powers = values.clone();
        exp_slice(&mut powers);
        let mut logs = powers.clone();
        ln_slice(&mut logs);
        for ((&x, &power), &log) in values.iter().zip(&powers).zip(&logs) {
            assert_eq!(power.to_bits(), exp(x).to_bits());
            assert_eq!(log.to_bits(), ln(power).to_bits());
        }
    }

    #[test]
    fn integer_powers() {
        assert_eq!(powi(3.0, 5), 243.0);
        assert_eq!(powi(2.0, -3), 0.125);
        assert_eq!(powi(0.0, 0), 1.0);
        assert_eq!(powi(-2.0, 3), -8.0);
        assert_eq!(powi(1.0, i32::MIN), 1.0);
        assert_eq!(pow(9.0, 0.5), 3.0);
        assert!(pow(-1.0, 0.5).is_nan());
    }
}
