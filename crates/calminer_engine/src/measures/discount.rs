//! Discount factors and net present value.

#![expect(
    clippy::inline_always,
    reason = "these loops must be compiled inside the caller, at the processor level it has chosen"
)]

/// Parts of a year on which flows usually fall: middles and ends of months are whole numbers of these.
const PARTS_PER_YEAR: f64 = 24.0;
const WHOLE_YEAR: u32 = 24;

/// How far, in parts, a time may be from a whole number of parts and still count as one; covers the rounding of `k / 12`.
const PART_TOLERANCE: f64 = 1e-9;

/// The factor that turns money `years` after the valuation date into money of the valuation date.
///
/// `rate` is annual effective. Whole years are multiplied one by one, a half year is a square root, any other part of a
/// year is one software power: the same bits on every system. NaN for a rate at or below -1 or for a time that is not
/// finite. Source: NPV = sum CF / (1 + r)^t.
pub fn discount_factor(years: f64, rate: f64) -> f64 {
    if !years.is_finite() || rate.is_nan() || rate <= -1.0 {
        return f64::NAN;
    }
    let growth = 1.0 + rate;
    let parts = years * PARTS_PER_YEAR;
    let nearest = parts.round();
    if (parts - nearest).abs() > PART_TOLERANCE || nearest.abs() > 1e6 {
        return libm::pow(growth, -years);
    }
    let parts = nearest.abs() as u32;
    let base = if nearest < 0.0 { growth } else { 1.0 / growth };
    let part = match parts % WHOLE_YEAR {
        0 => 1.0,
        rest if rest == WHOLE_YEAR / 2 => base.sqrt(),
        rest => libm::pow(base, f64::from(rest) / PARTS_PER_YEAR),
    };
    part * whole_power(base, parts / WHOLE_YEAR)
}

/// `base` to a whole power, multiplied one by one.
pub(super) fn whole_power(base: f64, exponent: u32) -> f64 {
    (0..exponent).fold(1.0, |power, _| power * base)
}

/// Net present value of `flows` at the annual effective `rate`, in the money of the flows.
///
/// `years` are the flows' times from the valuation date; sunk flows (below 0) are left out. No flow gives 0; a NaN flow,
/// or a rate at or below -1 with a flow to discount, gives NaN. Flows beyond the shorter of the two rows are left out.
pub fn npv(flows: &[f64], years: &[f64], rate: f64) -> f64 {
    Discounting::new(years, rate).npv(flows)
}

/// Discount factors of one calendar at one rate, made once so that trials only multiply and add.
#[derive(Debug, Clone, PartialEq)]
pub struct Discounting {
    factors: Vec<f64>,
    live: Vec<bool>,
}

impl Discounting {
    /// Factors for flows at `years` from the valuation date. A sunk flow has the factor 0 and is skipped, even when it is NaN.
    pub fn new(years: &[f64], rate: f64) -> Self {
        let live: Vec<bool> = years.iter().map(|&t| !is_sunk(t)).collect();
        let factors = years
            .iter()
            .map(|&t| {
                if is_sunk(t) {
                    0.0
                } else {
                    discount_factor(t, rate)
                }
            })
            .collect();
        Self { factors, live }
    }

    /// One factor a flow; 0 where the flow is sunk.
    pub fn factors(&self) -> &[f64] {
        &self.factors
    }

    /// Net present value of one row of flows.
    pub fn npv(&self, flows: &[f64]) -> f64 {
        let mut sum = 0.0;
        for ((&flow, &factor), &live) in flows.iter().zip(&self.factors).zip(&self.live) {
            if live {
                sum += flow * factor;
            }
        }
        sum
    }

    /// Net present value of every trial of a tile: one column a flow, each as long as `out`.
    ///
    /// The sum runs over the columns in order, so a lane has the bits that [`Discounting::npv`] gives its flows.
    #[inline(always)]
    pub fn npv_lanes(&self, flow_columns: &[&[f64]], out: &mut [f64]) {
        out.fill(0.0);
        for ((column, &factor), &live) in flow_columns.iter().zip(&self.factors).zip(&self.live) {
            if live {
                for (sum, &flow) in out.iter_mut().zip(*column) {
                    *sum += flow * factor;
                }
            }
        }
    }
}

/// Whether a flow at this time lies before the valuation date. A time that is NaN is not sunk: its measure is NaN.
pub(super) fn is_sunk(years: f64) -> bool {
    years < 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(actual: f64, expected: f64, tolerance: f64) {
        assert!(
            (actual - expected).abs() <= tolerance,
            "{actual} is not {expected}"
        );
    }

    fn mine() -> Vec<f64> {
        std::iter::once(-500.0).chain([120.0; 10]).collect()
    }

    #[test]
    fn four_timings_of_the_reference_mine() {
        let flows = mine();
        let year_end: Vec<f64> = (0..11).map(f64::from).collect();
        let mut mid_year: Vec<f64> = (0..11).map(|k| f64::from(k) - 0.5).collect();
        mid_year[0] = 0.0;
        let all_mid: Vec<f64> = (0..11).map(|k| f64::from(k) + 0.5).collect();
        let all_end: Vec<f64> = (1..12).map(f64::from).collect();
        close(npv(&flows, &year_end, 0.08), 305.209_767_873, 5e-10);
        close(npv(&flows, &mid_year, 0.08), 336.798_537_224, 5e-10);
        close(npv(&flows, &all_mid, 0.08), 293.688_236_068, 5e-10);
        close(npv(&flows, &all_end, 0.08), 282.601_636_919, 5e-10);
    }

    #[test]
    fn timing_changes_a_spreadsheet_value() {
        let flows = [-500_000.0, 200_000.0, 300_000.0, 200_000.0];
        close(npv(&flows, &[0.0, 1.0, 2.0, 3.0], 0.1), 80_015.03, 0.01);
        close(npv(&flows, &[1.0, 2.0, 3.0, 4.0], 0.1), 72_740.93, 0.01);
        close(npv(&flows, &[0.0, 0.5, 1.5, 2.5], 0.1), 108_324.89, 0.01);
    }

    #[test]
    #[expect(
        clippy::disallowed_methods,
        reason = "the system's power is the second opinion"
    )]
    fn months_and_odd_days_follow_the_formula() {
        for years in [
            1.0 / 12.0,
            7.0 / 12.0,
            2.25,
            3.5,
            41.0 / 24.0,
            0.123_456,
            9.87,
        ] {
            close(
                discount_factor(years, 0.08),
                1.08_f64.powf(-years),
                4.0 * f64::EPSILON,
            );
        }
        close(discount_factor(-2.0, 0.08), 1.1664, 1e-15);
    }

    #[test]
    fn sunk_flows_are_left_out_and_bad_rates_are_nan() {
        close(
            npv(&[f64::NAN, -100.0, 110.0], &[-1.0, 0.0, 1.0], 0.1),
            0.0,
            1e-13,
        );
        assert!(npv(&[-100.0, f64::NAN], &[0.0, 1.0], 0.1).is_nan());
        assert!(npv(&[-100.0, 110.0], &[0.0, 1.0], -1.0).is_nan());
        assert!(npv(&[-100.0, 110.0], &[0.0, f64::NAN], 0.1).is_nan());
        assert_eq!(npv(&[], &[], 0.1), 0.0);
    }

    #[test]
    fn lanes_have_the_bits_of_the_scalar_form() {
        let years = [-1.0, 0.0, 0.5, 1.5, 2.0];
        let plan = Discounting::new(&years, 0.0731);
        let columns: Vec<Vec<f64>> = (0..5_u8)
            .map(|k| {
                (0..7_u8)
                    .map(|l| f64::from(k * 7 + l) * 1.37 - 20.0)
                    .collect()
            })
            .collect();
        let views: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let mut out = [0.0; 7];
        plan.npv_lanes(&views, &mut out);
        for (lane, value) in out.iter().enumerate() {
            let flows: Vec<f64> = columns.iter().map(|c| c[lane]).collect();
            assert_eq!(value.to_bits(), plan.npv(&flows).to_bits());
        }
    }
}
