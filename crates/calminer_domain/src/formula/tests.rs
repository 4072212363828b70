use proptest::prelude::*;

use super::*;

/// The tree as text with every bracket written, units and calendar names included.
fn shape(expr: &Expr) -> String {
    match &expr.node {
        Node::Number { value, unit } => match unit.as_deref() {
            None => format!("{value}"),
            Some("%") => format!("{value} %"),
            Some(unit) => format!("{value} [{unit}]"),
        },
        Node::Name { key, unit: None } => key.clone(),
        Node::Name {
            key,
            unit: Some(unit),
        } => format!("{key}[{unit}]"),
        Node::Calendar(name) => name.name().to_owned(),
        Node::Unary { op, operand } => {
            let word = match op {
                UnaryOp::Negate => "-",
                UnaryOp::Not => "not ",
            };
            format!("({word}{})", shape(operand))
        }
        Node::Binary { op, left, right } => {
            format!("({} {} {})", shape(left), symbol(*op), shape(right))
        }
        Node::Call {
            function: Function::To,
            arguments,
        } => {
            let unit = shape(&arguments[1]);
            format!("to({}, {})", shape(&arguments[0]), &unit[2..])
        }
        Node::Call {
            function,
            arguments,
        } => {
            let arguments: Vec<_> = arguments.iter().map(shape).collect();
            format!("{}({})", function.name(), arguments.join(", "))
        }
    }
}

fn symbol(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "+",
        BinaryOp::Subtract => "-",
        BinaryOp::Multiply => "*",
        BinaryOp::Divide => "/",
        BinaryOp::Power => "^",
        BinaryOp::Equal => "=",
        BinaryOp::NotEqual => "<>",
        BinaryOp::Less => "<",
        BinaryOp::LessOrEqual => "<=",
        BinaryOp::Greater => ">",
        BinaryOp::GreaterOrEqual => ">=",
        BinaryOp::And => "and",
        BinaryOp::Or => "or",
    }
}

fn read(text: &str) -> String {
    match parse(text) {
        Ok(expr) => shape(&expr),
        Err(error) => panic!("{text}: {error}"),
    }
}

#[rustfmt::skip]
const REF20: [(&str, &str); 30] = [
    ("j", "period - 2"),
    ("op", "if(j >= 1 and j <= 20, 1, 0)"),
    ("ramp", "if(j <= 3, lookup(ramp_table, ramp_case, j), 1)          # clamped below j = 1"),
    ("ore", "op * throughput[Mt/a] * ramp * years                       # Mt"),
    ("g", "if(j <= 1, 1, prev(g, 1) * (1 - grade_decl))"),
    ("cu", "ore * cu_grade[%] * g * cu_rec                             # Mt"),
    ("au", "ore * au_grade[g/t] * g * au_rec                           # Moz"),
    ("conc", "cu / 25 %"),
    ("pay_cu", "cu * 96.5 %  # Mlb"),
    ("pay_au", "au * 92 %  # Moz"),
    ("off", "conc * (tc + 90 [USD/t]) + pay_cu * tc * 0.001 [t/lb] + pay_au * 5 [USD/oz]"),
    ("nsr", "pay_cu * cu_price + pay_au * au_price - off"),
    ("royalty", "3 % * max(nsr, 0)"),
    ("moved", "ore * (1 + strip)"),
    ("opex", "moved * (mining_cost + fuel_cons * fuel_price) + ore * (proc_cost + power_cons * power_price) + op * ga_cost[MUSD/a] * years"),
    ("ebitda", "nsr - royalty - opex"),
    ("capital", "capex * split      # series 40 %, 60 %, 0 ..."),
    ("sust", "op * sust_capex[MUSD/a] * years"),
    ("dep_i", "if(op = 1 and j <= 10, total(capital) / 10, 0)"),
    ("dep_s", "if(period = last(op), cum(sust) - prev(dep_cum, 0), op * window(sust, 10) / 10)"),
    ("dep_cum", "prev(dep_cum, 0) + dep_s"),
    ("d", "ebitda - dep_i - dep_s - prev(pool, 0)"),
    ("tax", "op * 30 % * max(d, 0)"),
    ("pool", "op * max(-d, 0)"),
    ("wc", "10 % * (nsr - prev(nsr, 0))                                # period 23: nsr = 0 releases it"),
    ("net", "ebitda - tax - sust - wc - capital - closure               # closure: series, 180 in 23"),
    ("npv", "npv(net, 8 %)"),
    ("irr", "irr(net)"),
    ("payback", "payback(net)"),
    ("aisc", "total(opex + royalty + off + sust + closure - pay_au * au_price) / total(pay_cu)"),
];

#[test]
fn the_reference_model_is_read_formula_by_formula() {
    for (key, body) in REF20 {
        assert!(is_key(key), "{key}");
        let text = format!("= {body}");
        let tree = read(&text);
        assert_eq!(read(&format!("={tree}")), tree, "{key}");
    }
    assert_eq!(
        read("=if(op = 1 and j <= 10, total(capital) / 10, 0)"),
        "if(((op = 1) and (j <= 10)), (total(capital) / 10), 0)"
    );
    assert_eq!(
        read("= op * 30 % * max(-d, 0)"),
        "((op * 30 %) * max((-d), 0))"
    );
}

#[test]
fn names_come_in_order_of_first_use() {
    let expr = parse("= b * lookup(tbl, a, b) + prev(c, a) - years").unwrap();
    assert_eq!(names(&expr), ["b", "tbl", "a", "c"]);
}

#[test]
fn operators_bind_as_stated() {
    for (text, tree) in [
        ("=-2^2", "(-(2 ^ 2))"),
        ("=2^-1", "(2 ^ (-1))"),
        ("=2^3^2", "(2 ^ (3 ^ 2))"),
        ("=2^-3^2", "(2 ^ (-(3 ^ 2)))"),
        ("=a - b - c", "((a - b) - c)"),
        ("=a / b * c", "((a / b) * c)"),
        ("=a * -b + c", "((a * (-b)) + c)"),
        ("=-a * b", "((-a) * b)"),
        ("=--a", "(-(-a))"),
        ("=a + b < c * d", "((a + b) < (c * d))"),
        ("=not a = b", "(not (a = b))"),
        ("=not a = b and c", "((not (a = b)) and c)"),
        ("=not not a", "(not (not a))"),
        ("=a or b and c", "(a or (b and c))"),
        ("=a == b or a != b", "((a = b) or (a <> b))"),
        ("=a <> b", "(a <> b)"),
        ("=and(a, b, c)", "((a and b) and c)"),
        ("=or(a, b) and not(c)", "((a or b) and (not c))"),
        ("=a and (b)", "(a and b)"),
        ("=1 - not(a)", "(1 - (not a))"),
        ("=(a + b) * c", "((a + b) * c)"),
    ] {
        assert_eq!(read(text), tree, "{text}");
    }
}

#[test]
fn literals_and_names_take_units() {
    for (text, tree) in [
        ("=5", "5"),
        ("=1e-3", "0.001"),
        ("=1E3", "1000"),
        ("=.5", "0.5"),
        ("=8 %", "8 %"),
        ("=25%", "25 %"),
        ("=5 [USD/oz]", "5 [USD/oz]"),
        ("=5[ C$/t ]", "5 [C$/t]"),
        ("=throughput[Mt/a]", "throughput[Mt/a]"),
        ("=cu_grade [%] * 8 %", "(cu_grade[%] * 8 %)"),
        ("=to(au, [Moz])", "to(au, [Moz])"),
        (
            "= date + date(2026, 1, 1) - days",
            "((date + date(2026, 1, 1)) - days)",
        ),
        ("=цена * 矿石", "(цена * 矿石)"),
        ("  = a # the first\n + b # b ) (\r\n", "(a + b)"),
        (
            "=round(x, 2) + round(x) + pv(x) + mirr(x, 1, 2)",
            "(((round(x, 2) + round(x)) + pv(x)) + mirr(x, 1, 2))",
        ),
    ] {
        assert_eq!(read(text), tree, "{text}");
    }
}

#[test]
fn every_function_is_read_in_its_form() {
    for help in functions() {
        let form = help
            .form
            .replace("[, ", ", ")
            .replace("])", ")")
            .replace(", ...", "");
        let form = form
            .replace("[unit", "[t]")
            .replace("finance rate", "a")
            .replace("reinvestment rate", "b")
            .replace("if(condition", "if(c")
            .replace("first(flag", "first(f")
            .replace(", first", ", f")
            .replace(", then", ", t");
        assert!(parse(&format!("={form}")).is_ok(), "{form}");
    }
}

#[test]
fn limits_leave_room_for_real_models() {
    let nested = format!("={}1{}", "(".repeat(100), ")".repeat(100));
    assert_eq!(read(&nested), "1");
    assert!(parse(&format!("=a{}", " + a".repeat(450))).is_ok());
    assert!(parse(&format!("=sum(a{})", ", a".repeat(3_000))).is_ok());
}

#[test]
fn spans_are_bytes_and_cover_the_brackets() {
    let text = "= (цена + 8 %) * x[t] # end";
    let expr = parse(text).unwrap();
    let slice = |expr: &Expr| &text[expr.span.start..expr.span.end];
    assert_eq!(slice(&expr), "(цена + 8 %) * x[t]");
    let Node::Binary { left, right, .. } = &expr.node else {
        panic!("a product");
    };
    assert_eq!((slice(left), slice(right)), ("(цена + 8 %)", "x[t]"));
}

#[test]
fn renaming_touches_whole_keys_only() {
    for (text, renamed) in [
        ("=a + ab + a.a", "=x + ab + x.x"),
        ("= a[a] * 5 [a] # a\n+a", "= x[a] * 5 [a] # a\n+x"),
        ("=max(a, A) + a", "=max(x, A) + x"),
        ("=a(1) + a", "=a(1) + x"),
        ("=(a + ) * a [t", "=(x + ) * x [t"),
        ("a", "x"),
        ("=2a + a", "=2a + x"),
        ("==a", "==x"),
    ] {
        assert_eq!(rename(text, "a", "x"), renamed, "{text}");
    }
    assert_eq!(rename("=npv(npv, 8 %)", "npv", "value"), "=npv(value, 8 %)");
    assert_eq!(rename("=a and b", "and", "x"), "=a and b");
    assert_eq!(rename("=a", "a", "period"), "=a");
    assert_eq!(rename("=a", "a", "not a key"), "=a");
}

fn formula_text() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("a".to_owned()),
        Just("цена".to_owned()),
        Just("x[Mt/a]".to_owned()),
        Just("period".to_owned()),
        Just("8 %".to_owned()),
        Just("0.5 [USD/oz]".to_owned()),
        (0.0..1e12).prop_map(|value: f64| value.to_string()),
    ];
    leaf.prop_recursive(5, 40, 3, |inner| {
        prop_oneof![
            (
                inner.clone(),
                prop::sample::select(vec!["+", "-", "*", "/", "^", "and", "or"]),
                inner.clone()
            )
                .prop_map(|(left, op, right)| format!("{left} {op} {right}")),
            (inner.clone(), inner.clone()).prop_map(|(left, right)| format!("({left} < {right})")),
            inner.clone().prop_map(|operand| format!("-({operand})")),
            inner
                .clone()
                .prop_map(|operand| format!("prev({operand}, 0)")),
            inner
                .clone()
                .prop_map(|operand| format!("to({operand}, [oz])")),
            inner.prop_map(|operand| format!("not({operand})")),
        ]
    })
}

fn every_node(expr: &Expr, visit: &mut dyn FnMut(&Expr)) {
    visit(expr);
    match &expr.node {
        Node::Unary { operand, .. } => every_node(operand, visit),
        Node::Binary { left, right, .. } => {
            every_node(left, visit);
            every_node(right, visit);
        }
        Node::Call {
            function: Function::To,
            arguments,
        } => every_node(&arguments[0], visit),
        Node::Call { arguments, .. } => {
            for argument in arguments {
                every_node(argument, visit);
            }
        }
        Node::Number { .. } | Node::Name { .. } | Node::Calendar(_) => {}
    }
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC*") {
        if let Err(error) = parse(&text) {
            prop_assert!(!error.message.is_empty());
        }
        prop_assert_eq!(rename(&text, "a", "a"), text);
    }

    #[test]
    fn no_text_of_the_alphabet_panics(text in "=[-a1.e%(),\\[\\]#\n <>=!*/^+ ²٣_é]{0,60}") {
        if let Err(error) = parse(&text) {
            prop_assert!(text.get(error.span.start..error.span.end).is_some());
            prop_assert!(!error.message.is_empty());
        }
    }

    #[test]
    fn a_tree_written_out_is_read_as_the_same_tree(text in formula_text()) {
        if let Ok(expr) = parse(&format!("={text}")) {
            let tree = shape(&expr);
            prop_assert_eq!(read(&format!("={tree}")), tree);
        }
    }

    #[test]
    fn the_text_of_a_span_is_the_formula_of_its_node(text in formula_text()) {
        let text = format!(" = {text}");
        if let Ok(expr) = parse(&text) {
            every_node(&expr, &mut |node| {
                let slice = &text[node.span.start..node.span.end];
                assert_eq!(read(&format!("={slice}")), shape(node));
            });
        }
    }

    #[test]
    fn renaming_there_and_back_changes_nothing(text in "=?[-ab1.e%(),\\[\\]#\n <>=!*/^+ ²٣_é]{0,60}") {
        let renamed = rename(&text, "a", "other");
        prop_assert_eq!(rename(&renamed, "other", "a"), text);
    }

    #[test]
    fn renaming_renames_the_names_of_the_tree(text in formula_text()) {
        let text = format!("={text}");
        if let Ok(expr) = parse(&text) {
            let renamed = parse(&rename(&text, "a", "b")).unwrap();
            let expected: Vec<_> = names(&expr).into_iter().map(|key| if key == "a" { "b" } else { key }).collect();
            prop_assert_eq!(names(&renamed), expected);
        }
    }
}
