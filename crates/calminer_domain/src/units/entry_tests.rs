use proptest::prelude::*;

use super::Unit;
use super::entry::{DecimalMark, Entry, parse_entry};

fn unit(text: &str) -> Unit {
    Unit::parse(text, "CAD").unwrap()
}

fn entry(text: &str, decimal: DecimalMark, field: &str) -> Entry {
    match parse_entry(text, decimal, &unit(field), "CAD") {
        Ok(entry) => entry,
        Err(error) => panic!("{text}: {error}"),
    }
}

fn value(text: &str, decimal: DecimalMark) -> f64 {
    entry(text, decimal, "").value
}

fn refused(text: &str, field: &str) -> String {
    match parse_entry(text, DecimalMark::Point, &unit(field), "CAD") {
        Ok(entry) => panic!("{text} was read as {}", entry.value),
        Err(error) => error.message,
    }
}

#[test]
fn clear_figures_read_alike_under_both_settings() {
    for (text, expected) in [
        ("8", 8.0),
        ("9,5", 9.5),
        ("9.5", 9.5),
        ("8,0", 8.0),
        ("1 234,5", 1_234.5),
        ("1 234.5", 1_234.5),
        ("1\u{a0}234\u{202f}567,5", 1_234_567.5),
        ("1'234.5", 1_234.5),
        ("1.234,56", 1_234.56),
        ("1,234.56", 1_234.56),
        ("1,234,567", 1_234_567.0),
        ("1.234.567", 1_234_567.0),
        ("1.234.567,8", 1_234_567.8),
        ("0,234", 0.234),
        ("0.234", 0.234),
        ("1234,567", 1_234.567),
        ("12 345 678", 12_345_678.0),
        ("1e3", 1_000.0),
        ("1,5E-3", 0.0015),
        ("2e+2", 200.0),
        (".5", 0.5),
        (",5", 0.5),
        ("5.", 5.0),
        ("-3,2", -3.2),
        ("− 3.2", -3.2),
        ("+4", 4.0),
        ("  7  ", 7.0),
        ("-0", 0.0),
    ] {
        for decimal in [DecimalMark::Point, DecimalMark::Comma] {
            let entry = entry(text, decimal, "");
            assert_eq!(entry.value, expected, "{text}");
            assert_eq!(entry.notice, None, "{text}");
        }
    }
    assert!(value("-0", DecimalMark::Point).is_sign_positive());
}

#[test]
fn the_setting_decides_where_two_readings_are_possible() {
    let (point, comma) = (DecimalMark::Point, DecimalMark::Comma);
    for (text, decimal, expected, notice) in [
        (
            "1,234",
            point,
            1_234.0,
            "1,234 is read as 1234: the decimal mark is the point; for the other reading write 1.234",
        ),
        (
            "1,234",
            comma,
            1.234,
            "1,234 is read as 1,234: the decimal mark is the comma; for the other reading write 1234",
        ),
        (
            "-12.500",
            comma,
            -12_500.0,
            "-12.500 is read as -12500: the decimal mark is the comma; for the other reading write -12,5",
        ),
        (
            "12.500",
            point,
            12.5,
            "12.500 is read as 12.5: the decimal mark is the point; for the other reading write 12500",
        ),
    ] {
        let entry = entry(text, decimal, "");
        assert_eq!(entry.value, expected, "{text}");
        assert_eq!(entry.notice.as_deref(), Some(notice), "{text}");
    }
}

#[test]
fn a_typed_unit_is_converted_into_the_unit_of_the_field() {
    for (text, field, expected) in [
        ("8 %", "%", 8.0),
        ("8%", "%", 8.0),
        ("8 %", "", 0.08),
        ("7 %", "", 0.07),
        ("0.42 g/t", "g/t", 0.42),
        ("0.42 [g/t]", "g/t", 0.42),
        ("0,5 %", "g/t", 5_000.0),
        ("3.1 kUSD/t", "USD/t", 3_100.0),
        ("3 100 US$/t", "kUSD/t", 3.1),
        ("5 $", "CAD", 5.0),
        ("6 month", "a", 0.5),
        ("1.5 m3", "L", 1_500.0),
        ("1e3 kt", "Mt", 1.0),
    ] {
        let entry = entry(text, DecimalMark::Point, field);
        assert_eq!(entry.value, expected, "{text}");
        assert_eq!(entry.notice, None, "{text}");
    }
    let crossed = entry("1 t", DecimalMark::Point, "lb");
    assert_eq!(crossed.value, 2_204.622_621_848_78);
    assert_eq!(
        crossed.notice.as_deref(),
        Some("converted from t to lb, across families of mass")
    );
}

#[test]
fn a_fraction_in_a_percentage_field_gives_a_hint() {
    for text in ["8", "8 %", "8,0"] {
        let eight = entry(text, DecimalMark::Comma, "%");
        assert_eq!(eight.value, 8.0);
        assert_eq!(eight.notice, None);
    }
    let hinted = entry("0.07", DecimalMark::Point, "%");
    assert_eq!(hinted.value, 0.07);
    assert_eq!(
        hinted.notice.as_deref(),
        Some("read as 0.07 %; for 7 % write 7")
    );
    let hinted = entry("0,085", DecimalMark::Comma, "%");
    assert_eq!(
        hinted.notice.as_deref(),
        Some("read as 0,085 %; for 8,5 % write 8,5")
    );
    assert_eq!(entry("0", DecimalMark::Point, "%").notice, None);
    assert_eq!(entry("0.07 %", DecimalMark::Point, "%").notice, None);
}

#[test]
fn what_is_no_figure_is_refused_in_a_sentence() {
    for (text, field, sentence) in [
        ("", "", "enter a figure"),
        ("   ", "", "enter a figure"),
        ("inf", "", "'inf' is not a figure"),
        ("NaN", "", "'NaN' is not a figure"),
        ("-", "", "'-' is not a figure"),
        ("e5", "", "'e5' is not a figure"),
        ("t", "t", "'t' is not a figure"),
        ("1e400", "", "1e400 is too large"),
        ("1e-400", "", "1e-400 is too small to be told from 0"),
        ("1e300 Mt", "g", "the figure is too large in g"),
        ("0x10", "", "the unit 'x' is not known, the nearest is t"),
        ("1 2", "", "'1 2' is not a figure: write it as 1234.5"),
        (
            "1,23,456",
            "",
            "'1,23,456' is not a figure: write it as 1234.5",
        ),
        ("1.2.3", "", "'1.2.3' is not a figure: write it as 1234.5"),
        (
            "1,234.567.890",
            "",
            "'1,234.567.890' is not a figure: write it as 1234.5",
        ),
        (
            "1 234,567,890",
            "",
            "'1 234,567,890' is not a figure: write it as 1234.5",
        ),
        ("--5", "", "'--5' is not a figure: write it as 1234.5"),
        ("5-3", "", "'5-3' is not a figure: write it as 1234.5"),
        (
            "5 ton",
            "t",
            "'ton' is not read because it is ambiguous: write t for a tonne or st for a short ton",
        ),
        ("5 t", "USD", "t and USD do not measure the same"),
        (
            "5 USD",
            "CAD",
            "USD and CAD are different currencies: multiply by an exchange rate with a unit such as CAD/USD",
        ),
        (
            "5 t/d",
            "t/a",
            "t/d and t/a count time differently: multiply or divide by years or days of the period",
        ),
    ] {
        assert_eq!(refused(text, field), sentence, "{text}");
    }
    assert!(refused(&"1".repeat(500), "").contains("at most 400 characters"));
}

#[test]
fn the_setting_is_stored_in_snake_case() {
    let text = serde_json::to_string(&DecimalMark::Comma).unwrap();
    assert_eq!(text, "\"comma\"");
    assert_eq!(DecimalMark::Point.other().character(), ',');
}

/// Digits in groups of three.
fn grouped(number: u64, mark: char) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(mark);
        }
        text.push(digit);
    }
    text
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC*") {
        for decimal in [DecimalMark::Point, DecimalMark::Comma] {
            if let Ok(entry) = parse_entry(&text, decimal, &Unit::percent(), "USD") {
                prop_assert!(entry.value.is_finite());
            }
        }
    }

    #[test]
    fn no_text_of_the_alphabet_panics(text in "[-−+0159.,' eE\u{a0}%t/\\[\\]]{0,20}") {
        for decimal in [DecimalMark::Point, DecimalMark::Comma] {
            if let Ok(entry) = parse_entry(&text, decimal, &Unit::plain(), "USD") {
                prop_assert!(entry.value.is_finite());
            }
        }
    }

    #[test]
    fn the_shortest_text_of_a_figure_is_that_figure(figure in prop::num::f64::NORMAL) {
        prop_assert_eq!(value(&figure.to_string(), DecimalMark::Point), figure);
        let comma = format!("{figure:e}").replace('.', ",");
        prop_assert_eq!(value(&comma, DecimalMark::Comma), figure);
    }

    #[test]
    fn groups_do_not_change_a_figure(number in 0_u64..1_000_000_000_000, cents in 0_u32..100) {
        let expected: f64 = format!("{number}.{cents:02}").parse().unwrap();
        for (group, mark) in [(',', '.'), ('.', ','), (' ', ','), (' ', '.'), ('\'', '.')] {
            let text = format!("{}{mark}{cents:02}", grouped(number, group));
            for decimal in [DecimalMark::Point, DecimalMark::Comma] {
                prop_assert_eq!(value(&text, decimal), expected);
            }
        }
    }
}
