//! The rules for units, one by one.

mod program_support;

use calminer_domain::{BaseValue, MoneyBasis, Value};
use program_support::{case, empty, figures, formula, issues, line, parameter};

/// The figures of a formula in a unit, or the first issue.
fn in_unit(
    parameters: &[(&str, &str, f64)],
    unit: &str,
    text: &str,
) -> Result<f64, (&'static str, String)> {
    let mut scenario = empty(1);
    for (key, unit, figure) in parameters {
        parameter(&mut scenario, key, unit, BaseValue::Number(*figure), None);
    }
    formula(&mut scenario, "x", unit, text);
    match issues(&scenario).into_iter().next() {
        Some(issue) => Err(issue),
        None => Ok(figures(&case(&scenario), "x")[0]),
    }
}

fn gives(parameters: &[(&str, &str, f64)], unit: &str, text: &str, expected: f64) {
    let figure =
        in_unit(parameters, unit, text).unwrap_or_else(|issue| panic!("{text}: {issue:?}"));
    assert!(
        (figure - expected).abs() <= 1e-12 * expected.abs(),
        "{text}: {figure} is not {expected}"
    );
}

fn refused(parameters: &[(&str, &str, f64)], unit: &str, text: &str, code: &str) -> String {
    let Err(issue) = in_unit(parameters, unit, text) else {
        panic!("{text} is not refused")
    };
    assert_eq!(issue.0, code, "{text}: {}", issue.1);
    issue.1
}

#[test]
fn products_convert_freely_into_the_unit_of_the_line() {
    gives(
        &[("m", "kt", 2.0), ("p", "USD/lb", 3.0)],
        "MUSD",
        "=m * p",
        2_000.0 * 2_204.622_621_848_78 * 3.0,
    );
    gives(
        &[("m", "Mt", 1.0), ("g", "g/t", 2.0)],
        "koz",
        "=m * g",
        2_000.0 / 31.103_476_8,
    );
    gives(&[("m", "kt", 1.0), ("g", "%", 0.5)], "t", "=m * g", 5.0);
    gives(
        &[("v", "bcm", 10.0), ("d", "t/bcm", 2.7)],
        "kt",
        "=v * d",
        0.027,
    );
    gives(
        &[("q", "MUSD", 6.0), ("m", "koz", 3.0)],
        "USD/oz",
        "=q / m",
        2_000.0,
    );
}

#[test]
fn sums_need_one_dimension_and_one_family() {
    gives(&[("a", "t", 1.0), ("b", "kt", 1.0)], "t", "=a + b", 1_001.0);
    gives(
        &[("a", "t", 1.0), ("b", "oz", 1.0)],
        "t",
        "=a + to(b, [t])",
        1.0 + 31.103_476_8e-6,
    );
    let message = refused(
        &[("a", "t", 1.0), ("b", "oz", 1.0)],
        "t",
        "=a + b",
        "unit_mismatch",
    );
    assert!(
        message.contains("t and oz") && message.contains("lines.x.value"),
        "{message}"
    );
    for text in [
        "=if(a > 0, a, b)",
        "=min(a, b)",
        "=max(a, b)",
        "=sum(a, b)",
        "=prev(a, b)",
        "=a - b",
    ] {
        refused(
            &[("a", "t", 1.0), ("b", "USD", 1.0)],
            "t",
            text,
            "unit_mismatch",
        );
    }
    refused(
        &[("a", "t", 1.0), ("b", "USD", 1.0)],
        "",
        "=a < b",
        "unit_mismatch",
    );
}

#[test]
fn a_result_in_another_dimension_names_both_units_at_the_line() {
    let message = refused(&[("a", "t", 1.0)], "MUSD", "=a", "unit_mismatch");
    assert!(
        message.starts_with("lines.x.unit: ")
            && message.contains("gives t")
            && message.contains("MUSD"),
        "{message}"
    );
    let message = refused(&[], "USD", "=5", "unit_mismatch");
    assert!(message.contains("a plain number"), "{message}");
    gives(&[], "USD", "=0", 0.0);
    gives(
        &[("a", "USD", 7.0)],
        "USD",
        "=max(a, 0) + if(a < 0, 0, 0)",
        7.0,
    );
}

#[test]
fn wet_and_dry_cross_by_a_factor_alone() {
    gives(
        &[("w", "wmt", 100.0), ("f", "dmt/wmt", 0.92)],
        "t",
        "=w * f",
        92.0,
    );
    refused(
        &[("w", "wmt", 100.0), ("d", "dmt", 1.0)],
        "t",
        "=w + d",
        "unit_mismatch",
    );
}

#[test]
fn percent_is_a_number_and_a_grade_is_none() {
    gives(&[("r", "%", 88.0)], "", "=r", 0.88);
    gives(&[("r", "%", 88.0)], "%", "=r", 0.88);
    gives(&[("g", "ppm", 500.0), ("m", "t", 1.0)], "kg", "=g * m", 0.5);
    refused(&[("g", "g/t", 1.0)], "g/t", "=g + 1", "unit_mismatch");
    gives(
        &[("g", "g/t", 1.0), ("h", "kg/t", 1.0)],
        "g/t",
        "=g + h",
        1_001.0,
    );
}

#[test]
fn days_and_years_cross_by_the_calendar_alone() {
    gives(&[("q", "t/a", 12.0)], "t", "=q * years", 12.0);
    gives(&[("q", "t/d", 2.0)], "t", "=q * days", 730.0);
    refused(&[("q", "t/d", 2.0)], "t", "=q * years", "unit_mismatch");
    refused(&[("q", "t/a", 2.0)], "t", "=q", "unit_mismatch");
    gives(&[("q", "t/month", 1.0)], "t", "=q * years", 12.0);
}

#[test]
fn currencies_need_a_rate() {
    let parameters = [
        ("u", "USD", 100.0),
        ("c", "CAD", 1.0),
        ("fx", "CAD/USD", 1.35),
    ];
    gives(&parameters, "CAD", "=u * fx + c", 136.0);
    refused(&parameters, "CAD", "=u + c", "currency_without_rate");
    refused(&parameters, "CAD", "=u", "currency_without_rate");
}

#[test]
fn real_and_nominal_money_meet_by_the_index_alone() {
    let mut scenario = empty(3);
    scenario.conventions.inflation = 0.10;
    line(
        &mut scenario,
        "n",
        "USD",
        Value::Series(vec![110.0, 121.0, 133.1]),
    )
    .basis = Some(MoneyBasis::Nominal);
    line(&mut scenario, "r", "USD", Value::Number(1.0));
    formula(&mut scenario, "x", "USD", "=real(n) + r");
    formula(&mut scenario, "y", "USD", "=nominal(r)").basis = Some(MoneyBasis::Nominal);
    let found = case(&scenario);
    for figure in figures(&found, "x") {
        assert!((figure - 101.0).abs() < 1e-9, "{figure}");
    }
    let y = figures(&found, "y");
    assert!((y[2] - 1.331).abs() < 1e-12, "{y:?}");
    for (text, basis) in [
        ("=n + r", None),
        ("=n", None),
        ("=r", Some(MoneyBasis::Nominal)),
        ("=real(r)", None),
    ] {
        let mut mixed = scenario.clone();
        formula(&mut mixed, "z", "USD", text).basis = basis;
        assert_eq!(issues(&mixed)[0].0, "basis_mixed", "{text}");
    }
}

#[test]
fn literals_take_a_unit_and_functions_of_numbers_take_none() {
    gives(&[("m", "t", 2.0)], "USD", "=m * 90 [USD/t]", 180.0);
    gives(&[("m", "m", 3.0)], "m3", "=m ^ 3", 27.0);
    refused(&[("m", "t", 2.0)], "", "=m ^ 0.5", "unit_mismatch");
    for text in [
        "=exp(m)",
        "=ln(m)",
        "=sqrt(m)",
        "=2 ^ m",
        "=round(m)",
        "=not m",
        "=if(m, 1, 2)",
        "=m and 1",
    ] {
        refused(&[("m", "t", 2.0)], "", text, "unit_mismatch");
    }
    refused(&[("m", "t", 2.0)], "t", "=m + 1 [ton]", "unit_unknown");
    refused(&[("m", "t", 2.0)], "t", "=m + 1", "unit_mismatch");
}

#[test]
fn a_unit_behind_a_key_is_an_assertion() {
    gives(&[("q", "Mt/a", 30.0)], "Mt", "=q[Mt/a] * years", 30.0);
    let message = refused(
        &[("q", "kt/a", 30.0)],
        "Mt",
        "=q[Mt/a] * years",
        "unit_mismatch",
    );
    assert!(message.contains("q is in kt/a"), "{message}");
}

#[test]
fn results_of_money_come_in_whole_units() {
    let mut scenario = empty(2);
    line(&mut scenario, "x", "kUSD", Value::Series(vec![1.5, 2.5]));
    let case = case(&scenario);
    let row = case.line("x").unwrap();
    assert_eq!(
        (
            row.unit.as_str(),
            row.display.unit.as_str(),
            row.display.factor
        ),
        ("USD", "kUSD", 1e3)
    );
    assert_eq!(
        (figures(&case, "x"), row.total),
        (vec![1_500.0, 2_500.0], Some(4_000.0))
    );
}
