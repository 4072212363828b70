//! The waterfall from gross revenue to the after-tax cash flow.

use super::build::{Build, by_period, sum};
use crate::line::{Role, Section};

pub(super) fn to_nsr(build: &mut Build<'_>, gross: &[String], realisation: &[String]) {
    let (section, role) = (Section::CashFlow, Role::GrossRevenue);
    build.total_with_role(
        "gross_revenue",
        "Gross payable revenue",
        section,
        &by_period(&sum(gross)),
        role,
    );
    build.total(
        "realisation_costs",
        "Realisation costs",
        section,
        &sum(realisation),
    );
    let text = "gross_revenue - realisation_costs";
    build.total_with_role("nsr", "Net smelter return", section, text, Role::Nsr);
}

pub(super) fn to_ebitda(build: &mut Build<'_>) {
    let text = less(build, "nsr", &["royalties", "streams"]);
    build.total("net_revenue", "Net revenue", Section::CashFlow, &text);
    let text = "net_revenue - operating_cost";
    build.total_with_role("ebitda", "EBITDA", Section::CashFlow, text, Role::Ebitda);
}

pub(super) fn to_cash_flow(build: &mut Build<'_>) {
    let spent = [
        "initial_capital",
        "sustaining_capital",
        "growth_capital",
        "closure_cost",
        "working_capital_change",
    ];
    let text = less(build, "ebitda", &spent);
    let role = Role::PreTaxCashFlow;
    build.total_with_role(
        "pre_tax_cash_flow",
        "Pre-tax cash flow",
        Section::CashFlow,
        &text,
        role,
    );
    let text = less(
        build,
        "pre_tax_cash_flow",
        &["mining_taxes", "income_taxes"],
    );
    let role = Role::AfterTaxCashFlow;
    build.total_with_role(
        "after_tax_cash_flow",
        "After-tax cash flow",
        Section::CashFlow,
        &text,
        role,
    );
}

/// A line less those of some lines that there are.
fn less(build: &Build<'_>, from: &str, lines: &[&str]) -> String {
    let mut text = from.to_owned();
    for key in lines.iter().filter(|key| build.has(key)) {
        text.push_str(" - ");
        text.push_str(key);
    }
    text
}
