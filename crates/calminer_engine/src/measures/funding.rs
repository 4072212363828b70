//! Modified rate of return, profitability index and peak funding.

use serde::{Deserialize, Serialize};

use super::discount::{discount_factor, is_sunk};

/// Modified internal rate of return, as a fraction a year.
///
/// Terminal value of the positive flows at the reinvestment rate at the last flow's date, over the present value of the
/// negative flows at the finance rate at the first flow's date, to one over the years between. The first and the last
/// flow are those that are not zero, so empty periods after the end of the mine change nothing. `None` without a
/// positive or without a negative flow, when both fall on one date, and for flows that are not finite.
pub fn mirr(
    flows: &[f64],
    years: &[f64],
    finance_rate: f64,
    reinvestment_rate: f64,
) -> Option<f64> {
    let live = || {
        let dated = years.iter().zip(flows);
        dated.filter(|(t, flow)| !is_sunk(**t) && **flow != 0.0)
    };
    let first = live().map(|(&t, _)| t).fold(f64::INFINITY, f64::min);
    let last = live().map(|(&t, _)| t).fold(f64::NEG_INFINITY, f64::max);
    let (mut terminal, mut present) = (0.0, 0.0);
    for (&t, &flow) in live() {
        if flow > 0.0 {
            terminal += flow / discount_factor(last - t, reinvestment_rate);
        } else {
            present -= flow * discount_factor(t - first, finance_rate);
        }
    }
    let ratio = terminal / present;
    let span = last - first;
    if !(ratio.is_finite() && ratio > 0.0 && span > 0.0) {
        return None;
    }
    Some(libm::pow(ratio, 1.0 / span) - 1.0)
}

/// Net present value over the present value of initial capital, a plain number.
///
/// `initial_capital_pv` is positive when spent. `None` where it is zero, negative or not finite, or the value is not finite.
pub fn profitability_index(npv: f64, initial_capital_pv: f64) -> Option<f64> {
    let index = npv / initial_capital_pv;
    (initial_capital_pv > 0.0 && index.is_finite()).then_some(index)
}

/// The lowest cumulative cash and where it is reached.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PeakFunding {
    /// Lowest cumulative cash over all period starts and ends, never above 0.
    pub value: f64,
    /// Index of the period at whose start or end it is reached first.
    pub period: usize,
    /// Whether it is the period's end; its start otherwise, which happens only where nothing is ever owed.
    pub at_end: bool,
}

/// Peak funding of undiscounted `flows`, one a period; sunk flows (`years` below 0) are left out.
///
/// Cash is spread evenly inside a period, so the lowest point is at a period's start or end. `None` when every flow is
/// sunk or when a flow is not finite.
pub fn peak_funding(flows: &[f64], years: &[f64]) -> Option<PeakFunding> {
    let mut peak: Option<PeakFunding> = None;
    let mut cumulative = 0.0;
    for (period, (&flow, _)) in flows
        .iter()
        .zip(years)
        .enumerate()
        .filter(|(_, (_, t))| !is_sunk(**t))
    {
        let lowest = peak.get_or_insert(PeakFunding {
            value: 0.0,
            period,
            at_end: false,
        });
        cumulative += flow;
        if cumulative < lowest.value {
            *lowest = PeakFunding {
                value: cumulative,
                period,
                at_end: true,
            };
        }
    }
    peak.filter(|_| f64::is_finite(cumulative))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peak_funding_is_the_lowest_point() {
        let years = [-1.0, 0.0, 1.0, 2.0, 3.0];
        let peak = peak_funding(&[-9.0, -100.0, -50.0, 80.0, -20.0], &years).unwrap();
        assert_eq!((peak.value, peak.period, peak.at_end), (-150.0, 2, true));
        let none = peak_funding(&[-9.0, 1.0], &years).unwrap();
        assert_eq!((none.value, none.period, none.at_end), (0.0, 1, false));
        assert_eq!(peak_funding(&[-9.0], &years), None);
        assert_eq!(peak_funding(&[0.0, f64::NAN], &years), None);
    }

    #[test]
    fn index_needs_capital() {
        assert_eq!(profitability_index(50.0, 200.0), Some(0.25));
        assert_eq!(profitability_index(50.0, 0.0), None);
        assert_eq!(profitability_index(f64::NAN, 10.0), None);
    }

    #[test]
    fn modified_rate_needs_both_signs_and_time() {
        assert_eq!(mirr(&[-1.0, -1.0], &[0.0, 1.0], 0.1, 0.1), None);
        assert_eq!(mirr(&[-1.0, 2.0], &[1.0, 1.0], 0.1, 0.1), None);
        assert_eq!(mirr(&[-1.0, f64::NAN], &[0.0, 1.0], 0.1, 0.1), None);
        assert_eq!(mirr(&[-1.0, f64::INFINITY], &[0.0, 1.0], 0.1, 0.1), None);
        let padded = mirr(&[-100.0, 121.0, 0.0], &[0.0, 2.0, 3.0], 0.1, 0.1).unwrap();
        assert!((padded - 0.1).abs() < 1e-15, "{padded}");
    }
}
