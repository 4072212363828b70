//! Return measures of a row of cash flows: net present value, internal rates of return, payback, funding.
//!
//! Every function is pure and takes the flows beside their times in years from the valuation date. A flow dated before
//! the valuation date is sunk and enters no measure. Nothing here uses the system's `exp`, `ln` or `pow`, so a figure
//! has the same bits on every system. A measure of flows that hold NaN or infinity is NaN or absent, never a panic.

mod discount;
mod exponential_sum;
mod funding;
mod irr;
mod irr_lanes;
mod payback;
mod time_grid;

pub use discount::{Discounting, discount_factor, npv};
pub use funding::{PeakFunding, mirr, peak_funding, profitability_index};
pub use irr::{HIGHEST_RATE, Irr, IrrKind, LOWEST_HEADLINE_RATE, LOWEST_RATE, irr};
pub use irr_lanes::{AbsentHeadlines, IrrStart, irr_headline_lanes};
pub use payback::{Payback, PaybackPlan, PaybackState, payback};

/// The one NaN that stands for an absent figure in kept samples.
pub const ABSENT: f64 = f64::from_bits(0x7ff8_0000_0000_0000);

#[cfg(test)]
mod tests {
    use super::ABSENT;

    #[test]
    fn the_absent_figure_is_one_fixed_nan() {
        assert!(ABSENT.is_nan());
        assert_eq!(ABSENT.to_bits(), 0x7ff8_0000_0000_0000);
    }
}
