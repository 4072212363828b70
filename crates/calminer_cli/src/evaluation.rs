//! The JSON of `evaluate`: the contract that scripts rely on.
//!
//! Money in whole currency units, rates as fractions, absent figures as `null`.

use std::collections::BTreeMap;

use calminer_domain::{
    Calendar, Conventions, Issue, MoneyBasis, PaybackOrigin, PercentileDefinition, Role, Scenario,
    Timing,
};
use calminer_engine::result::{
    BaseCase, Cause, Irr, LineValues, Metrics, PaybackState, PeakFunding, PeriodColumn, UnitCost,
};
use serde::Serialize;

use crate::print::PrintedIssue;

/// What `evaluate --json` prints.
#[derive(Debug, Serialize)]
pub(crate) struct Evaluation<'a> {
    /// PROJECT/SCENARIO.
    pub(crate) scenario: String,
    /// ISO code.
    pub(crate) currency: &'a str,
    /// What the figures mean.
    pub(crate) conventions: PrintedConventions,
    /// Headline measures.
    pub(crate) metrics: PrintedMetrics<'a>,
    /// The table.
    pub(crate) cash_flow: CashFlow<'a>,
    /// Lines whose figures do not exist somewhere, each with its first cause.
    pub(crate) absent: BTreeMap<&'a str, &'a Cause>,
    /// What one should know; nothing is refused for it.
    pub(crate) notices: Vec<PrintedIssue<'a>>,
}

/// The conventions block.
#[derive(Debug, Serialize)]
pub(crate) struct PrintedConventions {
    discount_rate: f64,
    timing: Timing,
    valuation_date: String,
    basis: MoneyBasis,
    inflation: f64,
    payback_origin: PaybackOrigin,
    percentile: PercentileDefinition,
}

impl PrintedConventions {
    pub(crate) fn of(conventions: &Conventions, calendar: &Calendar) -> Self {
        Self {
            discount_rate: conventions.discount_rate,
            timing: calendar.timing,
            valuation_date: calendar.valuation_date.to_string(),
            basis: conventions.basis,
            inflation: conventions.inflation,
            payback_origin: conventions.payback_origin,
            percentile: conventions.percentile,
        }
    }
}

/// The headline measures by their contract names.
#[derive(Debug, Serialize)]
pub(crate) struct PrintedMetrics<'a> {
    npv: Option<f64>,
    npv_pre_tax: Option<f64>,
    irr: Option<&'a Irr>,
    irr_pre_tax: Option<&'a Irr>,
    payback_years: Option<f64>,
    payback_state: Option<PaybackState>,
    /// Only where the cumulative cash is negative again: its last zero.
    payback_last_crossing_years: Option<f64>,
    payback_origin: &'static str,
    discounted_payback_years: Option<f64>,
    discounted_payback_state: Option<PaybackState>,
    c1: Option<&'a UnitCost>,
    total_cash_cost: Option<&'a UnitCost>,
    aisc: Option<&'a UnitCost>,
    peak_funding: Option<&'a PeakFunding>,
}

impl<'a> PrintedMetrics<'a> {
    pub(crate) fn of(metrics: &'a Metrics, origin: PaybackOrigin) -> Self {
        let (payback, discounted) = (
            metrics.payback.as_ref(),
            metrics.discounted_payback.as_ref(),
        );
        Self {
            npv: metrics.npv,
            npv_pre_tax: metrics.npv_pre_tax,
            irr: metrics.irr.as_ref(),
            irr_pre_tax: metrics.irr_pre_tax.as_ref(),
            payback_years: payback.and_then(|payback| payback.years),
            payback_state: payback.map(|payback| payback.state),
            payback_last_crossing_years: payback.and_then(|payback| payback.last_crossing),
            payback_origin: origin_word(origin),
            discounted_payback_years: discounted.and_then(|payback| payback.years),
            discounted_payback_state: discounted.map(|payback| payback.state),
            c1: metrics.c1.as_ref(),
            total_cash_cost: metrics.total_cash_cost.as_ref(),
            aisc: metrics.aisc.as_ref(),
            peak_funding: metrics.peak_funding.as_ref(),
        }
    }
}

/// One word for scripts; the date of a decision stands in the conventions.
fn origin_word(origin: PaybackOrigin) -> &'static str {
    match origin {
        PaybackOrigin::FirstSpend => "first_spend",
        PaybackOrigin::DecisionDate { .. } => "decision_date",
        PaybackOrigin::FirstProduction => "first_production",
    }
}

/// The table: one row of figures a line, by key.
#[derive(Debug, Serialize)]
pub(crate) struct CashFlow<'a> {
    periods: &'a [PeriodColumn],
    /// Unit of each line and each figure.
    units: BTreeMap<&'a str, &'a str>,
    /// Rows of figures; the net rows stand under `net_after_tax` and `net_pre_tax` too.
    lines: BTreeMap<&'a str, &'a [f64]>,
    /// Lines of one figure.
    figures: BTreeMap<&'a str, Option<f64>>,
    /// Life-of-mine sums.
    totals: BTreeMap<&'a str, f64>,
}

/// The names of the net rows in the contract.
pub(crate) const NET_ROWS: [(Role, &str); 2] = [
    (Role::AfterTaxCashFlow, "net_after_tax"),
    (Role::PreTaxCashFlow, "net_pre_tax"),
];

impl<'a> CashFlow<'a> {
    pub(crate) fn of(case: &'a BaseCase) -> Self {
        let mut table = Self {
            periods: &case.periods,
            units: BTreeMap::new(),
            lines: BTreeMap::new(),
            figures: BTreeMap::new(),
            totals: BTreeMap::new(),
        };
        let named = NET_ROWS
            .iter()
            .filter_map(|(role, name)| Some((*name, case.line_by_role(*role)?)));
        // A line whose own key is one of the two names comes last and wins: it is what the user calls so.
        for (name, line) in named.chain(case.lines.iter().map(|line| (line.key.as_str(), line))) {
            table.units.insert(name, &line.unit);
            if let Some(total) = line.total {
                table.totals.insert(name, total);
            }
            match &line.values {
                LineValues::Scalar(figure) => {
                    table
                        .figures
                        .insert(name, figure.is_finite().then_some(*figure));
                }
                LineValues::Series(figures) => {
                    table.lines.insert(name, figures);
                }
            }
        }
        table
    }
}

impl<'a> Evaluation<'a> {
    pub(crate) fn of(
        name: String,
        scenario: &Scenario,
        case: &'a BaseCase,
        notices: &'a [Issue],
    ) -> Self {
        Self {
            scenario: name,
            currency: &case.currency,
            conventions: PrintedConventions::of(&case.conventions, &scenario.calendar),
            metrics: PrintedMetrics::of(&case.metrics, case.conventions.payback_origin),
            cash_flow: CashFlow::of(case),
            absent: case
                .absent
                .iter()
                .map(|(key, cause)| (key.as_str(), cause))
                .collect(),
            notices: notices.iter().map(PrintedIssue::from).collect(),
        }
    }
}
