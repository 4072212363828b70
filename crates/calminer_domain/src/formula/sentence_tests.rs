use super::parse;

fn message(text: &str) -> String {
    match parse(text) {
        Ok(expr) => panic!("{text} was read as {expr:?}"),
        Err(error) => {
            assert!(
                text.get(error.span.start..error.span.end).is_some(),
                "{text}: {:?}",
                error.span
            );
            error.message
        }
    }
}

#[rustfmt::skip]
const ERRORS: &[(&str, &str)] = &[
    ("5", "a formula starts with '='"),
    ("", "a formula starts with '='"),
    ("=", "expected a value after '=' at character 1"),
    ("  =  ", "expected a value after '=' at character 3"),
    ("=price +", "expected a value after '+' at character 8"),
    ("=цена + )", "expected a value after '+' at character 7, found ')'"),
    ("==1", "expected a value after '=' at character 1, found '='"),
    ("=a b", "expected an operator after 'a' at character 2, found 'b'"),
    ("=2x", "expected a value after '=' at character 1, found '2x', which is neither a number nor a key"),
    ("=0x10", "expected a value after '=' at character 1, found '0x10', which is neither a number nor a key"),
    ("=1_000", "expected a value after '=' at character 1, found '1_000', which is neither a number nor a key"),
    ("=1e400", "1e400 at character 2 is too large"),
    ("=(a + b", "the '(' at character 2 is not closed"),
    ("=max(a, b", "the '(' at character 5 is not closed"),
    ("=a + b)", "the ')' at character 7 has no '(' before it"),
    ("=1,234", "the ',' at character 3 is not between the arguments of a function: write 1234.5 without thousands separators, with a decimal point"),
    ("=x %", "the '%' at character 4 does not follow a number"),
    ("=prev(x)", "prev takes 2 arguments: prev(x, first)"),
    ("=irr()", "irr takes 1 argument: irr(x)"),
    ("=mirr(x, 1)", "mirr takes 1 or 3 arguments: mirr(x[, finance rate, reinvestment rate])"),
    ("=max(x)", "max takes 2 or more arguments: max(a, b, ...)"),
    ("=sum()", "sum takes 1 or more arguments: sum(a, b, ...)"),
    ("=and(a)", "and takes 2 or more arguments: and(a, b, ...)"),
    ("=lokup(t, 1)", "there is no function 'lokup' at character 2, the nearest is lookup; to multiply, write '*' before the bracket"),
    ("=IF(a, 1, 0)", "there is no function 'IF' at character 2, the nearest is if; to multiply, write '*' before the bracket"),
    ("=period(1)", "period at character 2 is a figure of the calendar and takes no arguments"),
    ("=max + 1", "max at character 2 is a function: max(a, b, ...)"),
    ("=a < b < c", "comparisons are not chained, '<' at character 8 is the second: write a < b and b < c"),
    ("=not(a) = b", "it is not clear what 'not' at character 2 applies to: write (not a) or not (a = b)"),
    ("=1 + not a", "write 'not' at character 6 in brackets: (not a)"),
    ("=a and and b", "expected a value after 'and' at character 4, found 'and'"),
    ("=5 []", "the unit in brackets at character 4 is empty"),
    ("=5 [t", "expected an operator after '5' at character 2, found '[' that is not closed with ']'"),
    ("=[t]", "expected a value after '=' at character 1, found '[t]': a unit in brackets follows a number or a key"),
    ("=(a)[t]", "expected an operator after ')' at character 4, found '[t]': a unit in brackets follows a number or a key"),
    ("=to(x, oz)", "expected a unit in brackets at character 8: to(x, [unit]), for example to(x, [oz])"),
    ("=to(x,", "expected a unit in brackets at character 7: to(x, [unit]), for example to(x, [oz])"),
    ("=max(a; b)", "expected an operator after 'a' at character 6, found ';': write ',' between arguments"),
    ("=a × b", "expected an operator after 'a' at character 2, found '×': write '*'"),
    ("=a \u{200b} b", "expected an operator after 'a' at character 2, found the character U+200B"),
    ("=+5", "expected a value after '=' at character 1, found '+'"),
    ("=max(,)", "expected a value after '(' at character 5, found ','"),
];

#[test]
fn every_error_is_a_sentence_with_its_place() {
    for (text, expected) in ERRORS {
        assert_eq!(message(text), *expected, "{text}");
    }
}

#[test]
fn hostile_texts_are_refused_in_a_sentence() {
    for text in [
        format!("={}", "(".repeat(9_999)),
        format!("={}", "-".repeat(9_999)),
        format!("={}1", "not ".repeat(2_000)),
        format!("=2{}", "^2".repeat(4_000)),
        format!("={}", "max(".repeat(2_000)),
        format!("={}", "not(".repeat(2_000)),
        format!("={}1{}", "(".repeat(101), ")".repeat(101)),
    ] {
        assert!(
            message(&text).starts_with("more than 100 brackets, functions and signs"),
            "{}",
            message(&text)
        );
    }
    let chain = format!("=1{}", "+1".repeat(4_000));
    assert!(message(&chain).starts_with("more than 500 operations hang on one another"));
    let long = format!("={}", "1".repeat(10_000));
    assert!(message(&long).contains("at most 10000 characters"));
    let arguments = format!("=and({}1)", "1,".repeat(4_000));
    assert!(message(&arguments).starts_with("more than 500"));
}
