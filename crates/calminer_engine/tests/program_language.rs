//! Every function of the language with figures, and with an absent value in each place.

mod program_support;

use calminer_domain::{BaseValue, Value};
use program_support::{case, empty, figures, formula, issues, line, parameter, table, value_of};

const A: [f64; 4] = [3.0, -1.0, 0.0, 4.0];
const B: [f64; 4] = [1.0, 1.0, 2.0, -2.0];

fn check(text: &str, expected: &[f64]) {
    assert_eq!(value_of(&A, &B, text), expected, "{text}");
}

#[test]
fn operators_and_functions_of_one_period() {
    check("=a + b", &[4.0, 0.0, 2.0, 2.0]);
    check("=a - b", &[2.0, -2.0, -2.0, 6.0]);
    check("=a * b", &[3.0, -1.0, 0.0, -8.0]);
    check("=a / b", &[3.0, -1.0, 0.0, -2.0]);
    check("=-a", &[-3.0, 1.0, 0.0, -4.0]);
    check("=a ^ 3", &[27.0, -1.0, 0.0, 64.0]);
    check("=b ^ -2", &[1.0, 1.0, 0.25, 0.25]);
    check(
        "=(a + 2) ^ (b / 2 + 1)",
        &[libm::pow(5.0, 1.5), 1.0, 4.0, 1.0],
    );
    check("=a < b", &[0.0, 1.0, 1.0, 0.0]);
    check("=a <= 0", &[0.0, 1.0, 1.0, 0.0]);
    check("=a > b", &[1.0, 0.0, 0.0, 1.0]);
    check("=a >= 0", &[1.0, 0.0, 1.0, 1.0]);
    check("=a = 0", &[0.0, 0.0, 1.0, 0.0]);
    check("=a <> 0", &[1.0, 1.0, 0.0, 1.0]);
    check("=a and b > 1", &[0.0, 0.0, 0.0, 0.0]);
    check("=a = 0 or b = 1", &[1.0, 1.0, 1.0, 0.0]);
    check("=not a", &[0.0, 0.0, 1.0, 0.0]);
    check("=if(a > 0, a, b)", &[3.0, 1.0, 2.0, 4.0]);
    check("=min(a, b, 2)", &[1.0, -1.0, 0.0, -2.0]);
    check("=max(a, b, 2)", &[3.0, 2.0, 2.0, 4.0]);
    check("=sum(a, b, 10)", &[14.0, 10.0, 12.0, 12.0]);
    check("=abs(a)", &[3.0, 1.0, 0.0, 4.0]);
    check("=sqrt(a + 1)", &[2.0, 0.0, 1.0, 5.0_f64.sqrt()]);
    check("=round(a / 2)", &[2.0, -1.0, 0.0, 2.0]);
    check("=round(a / 7, 2)", &[0.43, -0.14, 0.0, 0.57]);
    check("=round(100 * a + 49, -2)", &[300.0, -100.0, 0.0, 400.0]);
    check(
        "=exp(ln(b + 3))",
        &value_of(&A, &B, "=b + 3")
            .iter()
            .map(|x| if *x == 4.0 { 4.0 } else { *x })
            .collect::<Vec<_>>(),
    );
    check("=8 %", &[0.08]);
}

#[test]
fn functions_across_periods() {
    check("=prev(a, 9)", &[9.0, 3.0, -1.0, 0.0]);
    check("=lag(a, 2, b)", &[1.0, 1.0, 3.0, -1.0]);
    check("=lag(a, 0, 9)", &A);
    check("=cum(a)", &[3.0, 2.0, 2.0, 6.0]);
    check("=window(a, 2)", &[3.0, 2.0, -1.0, 4.0]);
    check("=window(a, 100)", &[3.0, 2.0, 2.0, 6.0]);
    check("=total(a) + 0 * a", &[6.0; 4]);
    check("=first(a < 0)", &[2.0]);
    check("=last(a > 0)", &[4.0]);
    check("=at(a, 4)", &[4.0]);
    check("=at(a, last(a > 0))", &[4.0]);
    check(
        "=if(period < 4, at(a, period + 1), 7)",
        &[-1.0, 0.0, 4.0, 7.0],
    );
    check(
        "=if(period > 1, at(a, period - 1), 7)",
        &[7.0, 3.0, -1.0, 0.0],
    );
    check("=period", &[1.0, 2.0, 3.0, 4.0]);
    check("=years / 1 [a]", &[1.0; 4]);
    check("=days / 1 [d]", &[365.0, 365.0, 366.0, 365.0]);
    check(
        "=(date - date(2026, 1, 1)) / 1 [d]",
        &[0.0, 365.0, 730.0, 1_096.0],
    );
    check("=prev(cum(a) * 2, 0)", &[0.0, 6.0, 4.0, 4.0]);
}

/// A row that is absent in its second period.
fn with_gap(text: &str) -> Vec<f64> {
    let mut scenario = empty(3);
    line(
        &mut scenario,
        "zero",
        "",
        Value::Series(vec![1.0, 0.0, 2.0]),
    );
    formula(&mut scenario, "gap", "", "=1 / zero");
    formula(&mut scenario, "x", "", text);
    figures(&case(&scenario), "x")
}

#[test]
fn an_absent_value_makes_every_operation_absent_in_either_place() {
    for text in [
        "=gap + 1",
        "=1 + gap",
        "=gap - 1",
        "=1 - gap",
        "=gap * 0",
        "=0 * gap",
        "=gap * 2",
        "=gap / 2",
        "=2 / gap",
        "=gap ^ 2",
        "=gap ^ 0",
        "=2 ^ gap",
        "=-gap",
        "=gap < 1",
        "=1 < gap",
        "=gap <= 1",
        "=1 <= gap",
        "=gap > 1",
        "=1 >= gap",
        "=gap = gap",
        "=1 <> gap",
        "=gap and 0",
        "=0 and gap",
        "=gap or 1",
        "=1 or gap",
        "=not gap",
        "=min(gap, 1)",
        "=min(1, gap)",
        "=max(gap, 1)",
        "=max(1, gap)",
        "=max(gap, zero)",
        "=max(zero, gap)",
        "=min(gap, zero)",
        "=min(zero, gap)",
        "=abs(gap)",
        "=exp(gap)",
        "=ln(gap)",
        "=sqrt(gap)",
        "=round(gap)",
        "=round(gap, 2)",
        "=sum(gap, 1)",
        "=sum(1, gap)",
        "=if(gap, 1, 2)",
        "=if(gap > 5, 1, 1)",
        "=if(1, gap, 2)",
        "=if(0, 1, gap)",
        "=to(gap, [%])",
        "=lag(gap, 0, 1)",
    ] {
        let figures = with_gap(text);
        assert!(figures[1].is_nan(), "{text}: {figures:?}");
        assert!(
            !figures[0].is_nan() && !figures[2].is_nan(),
            "{text}: {figures:?}"
        );
    }
}

#[test]
fn the_branch_not_taken_counts_for_nothing() {
    assert_eq!(with_gap("=if(zero = 0, 5, gap)"), [1.0, 5.0, 0.5]);
    assert_eq!(with_gap("=if(zero <> 0, gap, 5)"), [1.0, 5.0, 0.5]);
}

#[test]
fn an_absent_period_stays_in_its_place_across_periods() {
    let is_absent = |text: &str| {
        with_gap(text)
            .iter()
            .map(|figure| figure.is_nan())
            .collect::<Vec<_>>()
    };
    assert_eq!(is_absent("=prev(gap, 0)"), [false, false, true]);
    assert_eq!(is_absent("=lag(gap, 1, 0)"), [false, false, true]);
    assert_eq!(is_absent("=cum(gap)"), [false, true, true]);
    assert_eq!(is_absent("=window(gap, 1)"), [false, true, false]);
    assert_eq!(is_absent("=at(gap, period - 1)"), [true, false, true]);
    for text in [
        "=total(gap)",
        "=npv(gap, 0)",
        "=irr(gap)",
        "=mirr(gap)",
        "=payback(gap) / 1 [a]",
        "=at(gap, 2)",
        "=first(gap > 5)",
    ] {
        assert_eq!(is_absent(text), [true], "{text}");
    }
    assert_eq!(is_absent("=first(gap)"), [false]);
    assert_eq!(is_absent("=at(gap, 3)"), [false]);
}

#[test]
fn a_result_that_does_not_exist_says_where_and_why() {
    for (text, what) in [
        ("=1 / (period - 2)", "division by zero"),
        (
            "=ln(period - 2 + (period <> 2))",
            "logarithm of a figure that is not above 0",
        ),
        ("=sqrt(0 - (period = 2))", "square root of a figure below 0"),
        ("=(0 - (period = 2)) ^ 0.5", "a power that does not exist"),
        (
            "=at(period, period + (100 - 100)) + at(period, period - 1)",
            "a period outside the calendar",
        ),
    ] {
        let mut scenario = empty(3);
        formula(&mut scenario, "cause", "", text);
        formula(&mut scenario, "x", "", "=cause * 2 + 1");
        let absent = issues(&scenario).is_empty().then(|| case(&scenario).absent);
        let Some(absent) = absent else { continue };
        let of_x = &absent.iter().find(|(key, _)| key == "x").unwrap().1;
        assert_eq!(
            (of_x.line.as_str(), of_x.what.as_str()),
            ("cause", what),
            "{text}"
        );
    }
    let mut scenario = empty(3);
    formula(&mut scenario, "cause", "", "=1 / (period - 2)");
    formula(&mut scenario, "x", "", "=total(cause)");
    let case = case(&scenario);
    assert_eq!(case.absent[1].0, "x");
    assert_eq!(
        (
            case.absent[1].1.line.as_str(),
            case.absent[1].1.period.as_deref()
        ),
        ("cause", Some("2"))
    );
}

#[test]
fn tables_give_the_row_at_or_below_the_key() {
    let mut scenario = empty(5);
    table(
        &mut scenario,
        "one",
        [&[1.0, 2.0, 4.0], &[]],
        &[10.0, 20.0, 40.0],
        true,
    );
    table(
        &mut scenario,
        "two",
        [&[1.0, 2.0], &[1.0, 3.0]],
        &[11.0, 13.0, 21.0, 23.0],
        false,
    );
    formula(&mut scenario, "x", "", "=lookup(one, period - 1)");
    formula(&mut scenario, "y", "", "=lookup(two, 2, period)");
    formula(
        &mut scenario,
        "z",
        "",
        "=if(period < 3, lookup(two, period, period), 0)",
    );
    let found = case(&scenario);
    assert_eq!(figures(&found, "x"), [10.0, 10.0, 20.0, 20.0, 40.0]);
    let y = figures(&found, "y");
    assert_eq!(y[..3], [21.0, 21.0, 23.0]);
    assert!(y[3].is_nan() && y[4].is_nan());
    assert_eq!(figures(&found, "z"), [11.0, 21.0, 0.0, 0.0, 0.0]);
    let cause = &found.absent[0].1;
    assert_eq!(
        (cause.period.as_deref(), cause.what.as_str()),
        (Some("4"), "a key outside the table")
    );
}

#[test]
fn measures_of_the_reference_flows() {
    // -500, then ten flows of 120: capital on the valuation date, flows at the ends of the years.
    let mut scenario = empty(10);
    scenario.calendar.opening_period = true;
    let flows: Vec<f64> = std::iter::once(-500.0).chain([120.0; 10]).collect();
    line(&mut scenario, "net", "USD", Value::Series(flows));
    parameter(&mut scenario, "rate", "%", BaseValue::Number(8.0), None);
    formula(&mut scenario, "v", "USD", "=npv(net, rate)");
    formula(&mut scenario, "r", "%", "=irr(net)");
    formula(&mut scenario, "p", "a", "=payback(net)");
    formula(&mut scenario, "q", "a", "=payback(net, 8 %)");
    formula(&mut scenario, "s", "USD", "=total(pv(net))");
    formula(&mut scenario, "m", "%", "=mirr(net)");
    let case = case(&scenario);
    let close = |key: &str, expected: f64, tolerance: f64| {
        let figure = figures(&case, key)[0];
        assert!(
            (figure - expected).abs() < tolerance,
            "{key}: {figure} is not {expected}"
        );
    };
    close("v", 305.209_767_873, 5e-10);
    close("s", 305.209_767_873, 5e-10);
    close("r", 0.201_822_44, 5e-9);
    close("p", 4.166_667, 5e-7);
    close("q", 5.276_047, 5e-7);
    let terminal: f64 = (0..10)
        .map(|year| 120.0 * libm::pow(1.08, f64::from(year)))
        .sum();
    close("m", libm::pow(terminal / 500.0, 0.1) - 1.0, 1e-12);
}

#[test]
fn a_line_of_its_own_timing_is_discounted_from_its_own_dates() {
    let mut scenario = empty(10);
    scenario.calendar.opening_period = true;
    let flows: Vec<f64> = std::iter::once(-500.0).chain([120.0; 10]).collect();
    line(&mut scenario, "net", "USD", Value::Series(flows)).timing =
        Some(calminer_domain::Timing::Middle);
    formula(&mut scenario, "v", "USD", "=npv(net, 8 %)");
    let v = figures(&case(&scenario), "v")[0];
    assert!((v - 336.798_537_224).abs() < 5e-10, "{v}");
}
