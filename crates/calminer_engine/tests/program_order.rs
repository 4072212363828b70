//! In which order lines are worked out: recursion by `prev`, looks ahead, cycles, names.

mod program_support;

use calminer_domain::Value;
use program_support::{case, empty, figures, formula, issues, line, ref20};

#[test]
fn lines_may_stand_in_any_order() {
    let mut scenario = empty(3);
    formula(&mut scenario, "c", "", "=b + 1");
    formula(&mut scenario, "b", "", "=a * 2");
    formula(&mut scenario, "a", "", "=period");
    assert_eq!(figures(&case(&scenario), "c"), [3.0, 5.0, 7.0]);
}

#[test]
fn a_part_held_together_by_prev_runs_period_by_period() {
    let mut scenario = empty(4);
    formula(&mut scenario, "opening", "", "=prev(closing, 100)");
    formula(&mut scenario, "interest", "", "=opening * 10 %");
    formula(&mut scenario, "closing", "", "=opening + interest - 20");
    formula(
        &mut scenario,
        "fib",
        "",
        "=if(period <= 2, 1, prev(fib, 1) + lag(fib, 2, 1))",
    );
    formula(&mut scenario, "rest", "", "=10 - cum(used) + used");
    formula(
        &mut scenario,
        "used",
        "",
        "=min(4, 10 - prev(cum(used), 0))",
    );
    let case = case(&scenario);
    assert_eq!(figures(&case, "opening"), [100.0, 90.0, 79.0, 66.9]);
    assert_eq!(figures(&case, "fib"), [1.0, 1.0, 2.0, 3.0]);
    assert_eq!(figures(&case, "used"), [4.0, 4.0, 2.0, 0.0]);
    assert_eq!(figures(&case, "rest"), [10.0, 6.0, 2.0, 0.0]);
}

#[test]
fn a_total_of_a_line_may_be_used_in_any_earlier_period() {
    let mut scenario = empty(3);
    line(
        &mut scenario,
        "ore",
        "",
        Value::Series(vec![10.0, 20.0, 10.0]),
    );
    formula(
        &mut scenario,
        "remaining",
        "",
        "=total(ore) - prev(cum(ore), 0)",
    );
    formula(&mut scenario, "share", "", "=ore / remaining");
    assert_eq!(figures(&case(&scenario), "share"), [0.25, 20.0 / 30.0, 1.0]);
}

#[test]
fn every_other_cycle_names_its_members() {
    let cycle = |lines: &[(&str, &str)]| {
        let mut scenario = empty(3);
        for (key, text) in lines {
            formula(&mut scenario, key, "", text);
        }
        let found = issues(&scenario);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].0, "cycle");
        found[0].1.clone()
    };
    assert!(cycle(&[("a", "=b + 1"), ("b", "=a * 2")]).contains("a -> b -> a"));
    assert!(cycle(&[("a", "=a + 1")]).contains("a -> a"));
    assert!(cycle(&[("a", "=prev(b, 0)"), ("b", "=total(a)")]).contains("b -> a -> b"));
    assert!(
        cycle(&[
            ("a", "=b"),
            ("b", "=at(c, period + 1)"),
            ("c", "=prev(a, 0)")
        ])
        .contains("b -> c -> a -> b")
    );
    assert!(cycle(&[("a", "=cum(a)")]).contains("a -> a"));
    assert!(
        cycle(&[
            ("a", "=prev(b, 0) + b"),
            ("b", "=c"),
            ("c", "=a"),
            ("free", "=1")
        ])
        .contains("a -> b -> c -> a")
    );
}

#[test]
fn a_misspelled_key_gets_its_nearest() {
    let mut scenario = empty(2);
    formula(&mut scenario, "revenue", "", "=1");
    formula(&mut scenario, "x", "", "=revenu * 2");
    let found = issues(&scenario);
    assert_eq!(found[0].0, "unknown_name");
    assert!(found[0].1.starts_with("lines.x.value: "), "{}", found[0].1);
    assert!(
        found[0].1.contains("the nearest key is revenue"),
        "{}",
        found[0].1
    );
}

#[test]
fn a_removed_line_is_named_at_every_line_that_uses_it() {
    let whole = ref20();
    let text_of = |index: usize| {
        whole.lines[index]
            .value
            .formula()
            .unwrap_or_default()
            .to_owned()
    };
    for (index, removed) in whole.lines.iter().enumerate() {
        let mut scenario = whole.clone();
        scenario.lines.remove(index);
        let found = issues(&scenario);
        for (other, user) in whole
            .lines
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != index)
        {
            let tree = calminer_domain::formula::parse(&text_of(other));
            let uses = tree.is_ok_and(|tree| {
                calminer_domain::formula::names(&tree).contains(&removed.key.as_str())
            });
            let place = format!("lines.{}.value", user.key);
            let named = found.iter().any(|(code, text)| {
                *code == "unknown_name"
                    && text.starts_with(&place)
                    && text.contains(&format!("parameter or table {},", removed.key))
                    || *code == "unknown_name"
                        && text.starts_with(&place)
                        && text.contains(&format!("parameter or table {} ", removed.key))
                    || *code == "unknown_name"
                        && text.starts_with(&place)
                        && text.ends_with(&format!("parameter or table {}", removed.key))
            });
            assert_eq!(named, uses, "{} in {}: {found:#?}", removed.key, user.key);
        }
    }
}

#[test]
fn kinds_that_do_not_fit_are_issues() {
    let mut scenario = empty(3);
    program_support::table(&mut scenario, "t", [&[1.0], &[]], &[1.0], true);
    program_support::parameter(
        &mut scenario,
        "p",
        "",
        calminer_domain::BaseValue::Number(3.0),
        None,
    );
    for (key, text, part) in [
        ("as_number", "=t + 1", "t is a table"),
        ("of_scalar", "=total(p)", "total needs a row"),
        ("rate", "=npv(period, period)", "a rate is one figure"),
        (
            "no_table",
            "=lookup(p, 1)",
            "the first argument of lookup is a table",
        ),
        ("keys", "=lookup(t, 1, 2)", "t has 1 keys a value"),
        ("far", "=at(period, 4)", "there is no period 4"),
        ("lag_n", "=lag(period, p, 0)", "the second argument of lag"),
    ] {
        let mut one = scenario.clone();
        formula(&mut one, key, "", text);
        let found = issues(&one);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert!(found[0].1.contains(part), "{text}: {found:?}");
    }
    formula(&mut scenario, "row", "", "=period").output = Some(calminer_domain::Direction::Gain);
    assert_eq!(issues(&scenario)[0].0, "kind_mismatch");
}
