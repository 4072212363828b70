//! The standard normal distribution: density, distribution function, quantile.

#![expect(
    clippy::inline_always,
    reason = "these loops must be compiled inside the caller, at the processor level it has chosen"
)]

use super::elementary::{exp, ln_normal};
use super::polynomial;

/// 1 / sqrt(2 pi).
const DENSITY_AT_ZERO: f64 = 0.398_942_280_401_432_7;

/// Chebyshev fit of r in (z + 4) (1 - Phi(z)) / e^(-z^2 / 2) = 2 + (1 + t) r(t), t = (z - 4) / (z + 4), for z
/// in [0, 38]; relative error of the whole 1.3e-15. In this form Phi(0) is exactly 1/2.
const UPPER_TAIL: [f64; 21] = [
    -1.244_714_869_584_248_5,
    0.636_818_227_612_355_8,
    -0.249_680_826_870_152_4,
    0.063_158_968_910_519_74,
    -0.002_762_394_019_016_277_7,
    -0.004_777_794_947_702_212,
    0.001_298_102_569_452_217,
    0.000_332_715_877_953_58,
    -0.000_199_371_464_611_724_66,
    -3.172_331_781_609_492e-5,
    2.981_455_613_708_745_8e-5,
    5.329_092_353_175_016_5e-6,
    -4.611_096_789_188_159e-6,
    -1.305_160_905_710_446_5e-6,
    6.740_944_814_853_783e-7,
    3.388_151_093_891_231_3e-7,
    -6.864_201_290_378_924e-8,
    -7.544_900_351_725_296e-8,
    -3.714_872_177_604_327_6e-9,
    1.029_300_761_250_110_5e-8,
    2.686_042_759_886_151_7e-9,
];

// Rational approximations of M. J. Wichura, "Algorithm AS 241: the percentage points of the normal distribution",
// Applied Statistics 37 (1988): near the median, in the tails, and beyond e^-25.
const CENTER_P: [f64; 8] = [
    3.387_132_872_796_366_5,
    133.141_667_891_784_38,
    1_971.590_950_306_551_3,
    13_731.693_765_509_46,
    45_921.953_931_549_87,
    67_265.770_927_008_7,
    33_430.575_583_588_13,
    2_509.080_928_730_122_7,
];
const CENTER_Q: [f64; 8] = [
    1.0,
    42.313_330_701_600_91,
    687.187_007_492_057_9,
    5_394.196_021_424_751,
    21_213.794_301_586_597,
    39_307.895_800_092_71,
    28_729.085_735_721_943,
    5_226.495_278_852_854,
];
const TAIL_P: [f64; 8] = [
    1.423_437_110_749_683_5,
    4.630_337_846_156_546,
    5.769_497_221_460_691,
    3.647_848_324_763_204_5,
    1.270_458_252_452_368_4,
    0.241_780_725_177_450_6,
    0.022_723_844_989_269_184,
    0.000_774_545_014_278_341_4,
];
const TAIL_Q: [f64; 8] = [
    1.0,
    2.053_191_626_637_759,
    1.676_384_830_183_803_8,
    0.689_767_334_985_1,
    0.148_103_976_427_480_08,
    0.015_198_666_563_616_457,
    0.000_547_593_808_499_534_5,
    1.050_750_071_644_416_9e-9,
];
const FAR_P: [f64; 8] = [
    6.657_904_643_501_103,
    5.463_784_911_164_114,
    1.784_826_539_917_291_3,
    0.296_560_571_828_504_87,
    0.026_532_189_526_576_124,
    0.001_242_660_947_388_078_4,
    2.711_555_568_743_487_6e-5,
    2.010_334_399_292_288_1e-7,
];
const FAR_Q: [f64; 8] = [
    1.0,
    0.599_832_206_555_888,
    0.136_929_880_922_735_8,
    0.014_875_361_290_850_615,
    0.000_786_869_131_145_613_3,
    1.846_318_317_510_054_8e-5,
    1.421_511_758_316_446e-7,
    2.044_263_103_389_939_7e-15,
];

/// Half-width of the central region in probability.
const CENTER: f64 = 0.425;
/// Tail probability below which the far approximation serves: e^-25.
const FAR: f64 = 1.388_794_386_496_402e-11;

/// Density at `z`.
#[inline(always)]
pub fn density(z: f64) -> f64 {
    DENSITY_AT_ZERO * exp(-0.5 * z * z)
}

/// Probability of a value at or below `z`: relative error below 1e-14 down to z = -9, absolute below 2e-16 everywhere.
/// 0 and 1 at the infinities, NaN stays NaN.
#[inline(always)]
pub fn cdf(z: f64) -> f64 {
    let size = z.abs();
    // Beyond 38 the exponential is 0 to the last bit that counts; the bound keeps infinity out of the fraction.
    let bounded = if size > 38.0 { 38.0 } else { size };
    let inverse = 1.0 / (bounded + 4.0);
    let t = (bounded - 4.0) * inverse;
    let ratio = 2.0 + 2.0 * bounded * inverse * polynomial(&UPPER_TAIL, t);
    let upper = exp(-0.5 * z * z) * (ratio * inverse);
    if z < 0.0 { upper } else { 1.0 - upper }
}

#[inline(always)]
fn quantile_center(q: f64) -> f64 {
    let r = CENTER * CENTER - q * q;
    q * polynomial(&CENTER_P, r) / polynomial(&CENTER_Q, r)
}

/// Distance of the quantile from 0 for a tail probability in [`FAR`, 0.075].
#[inline(always)]
fn quantile_tail(tail: f64) -> f64 {
    let r = (-ln_normal(tail)).sqrt() - 1.6;
    polynomial(&TAIL_P, r) / polynomial(&TAIL_Q, r)
}

/// The same below [`FAR`]; infinite at 0, NaN below.
#[cold]
#[inline(never)]
fn quantile_far(tail: f64) -> f64 {
    if tail == 0.0 {
        return f64::INFINITY;
    }
    let r = (-super::ln(tail)).sqrt() - 5.0;
    polynomial(&FAR_P, r) / polynomial(&FAR_Q, r)
}

/// The value with probability `p` at or below it, relative error about 1e-15. -infinity at 0, infinity at 1, NaN
/// outside [0, 1].
#[inline(always)]
pub fn quantile(p: f64) -> f64 {
    let q = p - 0.5;
    // Written so that NaN goes to the center and stays NaN.
    if q.abs() > CENTER {
        let tail = if q < 0.0 { p } else { 1.0 - p };
        let size = if tail < FAR {
            quantile_far(tail)
        } else {
            quantile_tail(tail)
        };
        if q < 0.0 { -size } else { size }
    } else {
        quantile_center(q)
    }
}

/// Values handled at once: small enough for the stack and the first-level cache.
const CHUNK: usize = 128;

/// [`quantile`] of every value, in place; the same bits as the scalar form.
#[inline(always)]
pub fn quantile_slice(values: &mut [f64]) {
    for chunk in values.chunks_mut(CHUNK) {
        quantile_chunk(chunk);
    }
}

/// The center for all values at once; the 15 % in the tails are gathered, computed side by side and put back, because
/// a branch at every value costs more than all the arithmetic.
#[inline(always)]
fn quantile_chunk(values: &mut [f64]) {
    let mut place = [0_u8; CHUNK];
    let mut count = 0;
    for (index, &p) in values.iter().enumerate() {
        // The mask never changes the figure; it frees the loop of bound checks.
        place[count & (CHUNK - 1)] = index as u8;
        count += usize::from((p - 0.5).abs() > CENTER);
    }
    let mut gathered = [0.05; CHUNK];
    for (tail, &index) in gathered.iter_mut().zip(&place).take(count) {
        if let Some(&p) = values.get(usize::from(index)) {
            *tail = p;
        }
    }
    for p in values.iter_mut() {
        *p = quantile_center(*p - 0.5);
    }
    let far = |&p: &f64| !(p >= FAR && 1.0 - p >= FAR);
    if gathered[..count].iter().any(far) {
        // One chunk in a few hundred million.
        for p in &mut gathered[..count] {
            *p = quantile(*p);
        }
    } else {
        // Whole vectors only: what lies behind `count` is computed and dropped.
        for p in &mut gathered[..count.next_multiple_of(8)] {
            let lower = *p - 0.5 < 0.0;
            let size = quantile_tail(if lower { *p } else { 1.0 - *p });
            *p = if lower { -size } else { size };
        }
    }
    for (&score, &index) in gathered[..count].iter().zip(&place) {
        if let Some(value) = values.get_mut(usize::from(index)) {
            *value = score;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relative(a: f64, b: f64) -> f64 {
        ((a - b) / b).abs()
    }

    #[test]
    fn distribution_function_against_libm() {
        for step in -9_000..9_000 {
            let z = f64::from(step) * 0.001;
            let reference = 0.5 * libm::erfc(-z * std::f64::consts::FRAC_1_SQRT_2);
            assert!(
                relative(cdf(z), reference) < 2e-14,
                "{z}: {} {reference}",
                cdf(z)
            );
            assert!((cdf(z) - reference).abs() < 4e-16, "{z}");
        }
        assert_eq!(cdf(0.0), 0.5);
        assert_eq!(cdf(f64::NEG_INFINITY), 0.0);
        assert_eq!(cdf(f64::INFINITY), 1.0);
        assert!(cdf(f64::NAN).is_nan());
        assert!(cdf(-37.0) > 0.0 && cdf(-37.0) < 1e-298);
        assert!(relative(density(1.0), 0.241_970_724_519_143_37) < 1e-15);
    }

    /// Known quantiles, right to the digits shown: tables of the normal distribution in double precision.
    #[test]
    fn quantiles_of_the_tables() {
        for (p, z) in [
            (0.5, 0.0),
            (0.9, 1.281_551_565_544_600_4),
            (0.95, 1.644_853_626_951_472_2),
            (0.975, 1.959_963_984_540_054),
            (0.99, 2.326_347_874_040_840_8),
            (1e-10, -6.361_340_902_404_056),
            (1e-20, -9.262_340_089_798_408),
        ] {
            assert!(
                (quantile(p) - z).abs() <= 1e-15 * z.abs(),
                "{p}: {:?}",
                quantile(p)
            );
        }
        assert_eq!(quantile(0.0), f64::NEG_INFINITY);
        assert_eq!(quantile(1.0), f64::INFINITY);
        assert!(quantile(-0.1).is_nan() && quantile(1.1).is_nan() && quantile(f64::NAN).is_nan());
    }

    #[test]
    fn quantile_inverts_the_distribution_function() {
        for step in -8_200..0 {
            let z = f64::from(step) * 0.001;
            // dz = dp / density: one part in 1e14 of p is this much of z.
            let allowed = 2e-14 * cdf(z) / density(z) + 4e-16 * z.abs();
            assert!((quantile(cdf(z)) - z).abs() <= allowed, "{z}");
        }
    }

    #[test]
    fn slices_give_the_bits_of_the_scalars() {
        let mut p: Vec<f64> = (1..5_000).map(|k| f64::from(k) / 5_000.0).collect();
        p.extend([
            1e-300,
            1e-12,
            1.0 - 1e-13,
            0.0,
            1.0,
            f64::NAN,
            2.0,
            0.075,
            0.925,
            0.5,
        ]);
        p.extend([0.01; 300]);
        for chunk in [1, 7, 128, 300, 5_000] {
            let mut batch = p.clone();
            batch.chunks_mut(chunk).for_each(quantile_slice);
            for (&p, &z) in p.iter().zip(&batch) {
                let single = quantile(p);
                assert!(
                    z.to_bits() == single.to_bits() || z.is_nan() && single.is_nan(),
                    "{p}"
                );
            }
        }
    }
}
