//! `evaluate`: the base case and its explanation.

use calminer_domain::Role;
use calminer_engine::program::compile;
use calminer_engine::result::LineValues;

use crate::{SAMPLES, User, figure, has_keys, keys, sample, scenario};

#[test]
fn fenn_gib_has_the_figures_of_its_report() {
    let json = User::new()
        .on("evaluate", &sample("fenn_gib"), "--json")
        .done();
    let metrics = &json["metrics"];
    let npv = figure(&metrics["npv"]) / 1e6;
    // Published, and what the printed rows themselves discount to.
    assert!(
        (npv / 651.7 - 1.0).abs() < 0.005 && (npv / 649.2 - 1.0).abs() < 0.0015,
        "{npv}"
    );
    let pre_tax = figure(&metrics["npv_pre_tax"]) / 1e6;
    assert!(
        (pre_tax / 980.5 - 1.0).abs() < 0.005 && (pre_tax / 978.1 - 1.0).abs() < 0.0015,
        "{pre_tax}"
    );
    assert!((figure(&metrics["irr"]["headline"]) - 0.241).abs() < 0.001);
    assert!((figure(&metrics["irr_pre_tax"]["headline"]) - 0.288).abs() < 0.001);
    assert_eq!(format!("{:.1}", figure(&metrics["payback_years"])), "2.7");
    assert_eq!(
        format!("{:.0}", figure(&metrics["total_cash_cost"]["value"])),
        "1203"
    );
    assert_eq!(metrics["total_cash_cost"]["unit"], "USD/oz");
}

#[test]
fn json_has_the_keys_of_the_contract() {
    for name in SAMPLES {
        let json = User::new().on("evaluate", &sample(name), "--json").done();
        has_keys(
            &json,
            "scenario currency conventions metrics cash_flow absent notices",
        );
        let metrics = &json["metrics"];
        has_keys(
            metrics,
            "npv npv_pre_tax irr irr_pre_tax payback_years payback_state",
        );
        has_keys(
            metrics,
            "payback_origin discounted_payback_years discounted_payback_state",
        );
        has_keys(metrics, "c1 total_cash_cost aisc peak_funding");
        assert_eq!(keys(&metrics["irr"]), ["headline", "kind", "values"]);
        assert_eq!(keys(&metrics["aisc"]), ["basis", "unit", "value"]);
        assert_eq!(keys(&metrics["peak_funding"]), ["date", "value"]);
        assert!(figure(&metrics["peak_funding"]["value"]) <= 0.0);
        assert!(
            ["first_spend", "first_production"]
                .map(Into::into)
                .contains(&metrics["payback_origin"])
        );
        let table = &json["cash_flow"];
        let periods = table["periods"].as_array().expect("a list");
        assert_eq!(keys(&periods[0]), ["end", "label", "start"]);
        let rows = table["lines"].as_object().expect("an object");
        assert!(rows.contains_key("net_after_tax"));
        assert!(
            rows.values()
                .all(|row| row.as_array().expect("a list").len() == periods.len())
        );
        assert!(rows.keys().all(|row| table["units"][row].is_string()));
    }
}

#[test]
fn figures_are_those_of_the_engine_to_the_last_bit() {
    for name in SAMPLES {
        let case = compile(&scenario(&sample(name)))
            .expect("it compiles")
            .base_case();
        let json = User::new().on("evaluate", &sample(name), "--json").done();
        assert_eq!(
            figure(&json["metrics"]["npv"]).to_bits(),
            case.metrics.npv.expect("an NPV").to_bits()
        );
        let same = |row: &str, values: &LineValues| {
            for (index, cell) in json["cash_flow"]["lines"][row]
                .as_array()
                .expect("a row")
                .iter()
                .enumerate()
            {
                let expected = values.at(index);
                let printed = cell.as_f64().unwrap_or(f64::NAN);
                assert!(
                    printed.to_bits() == expected.to_bits()
                        || printed.is_nan() && !expected.is_finite(),
                    "{row} {index}"
                );
            }
        };
        for line in case
            .lines
            .iter()
            .filter(|line| matches!(line.values, LineValues::Series(_)))
        {
            same(&line.key, &line.values);
        }
        same(
            "net_after_tax",
            &case
                .line_by_role(Role::AfterTaxCashFlow)
                .expect("the row")
                .values,
        );
    }
}

#[test]
fn ref20_is_its_reference() {
    // The independent reference of the benchmark model, in M$.
    const NPV: f64 = 967.668_895_733_6;
    let json = User::new()
        .on("evaluate", &sample("ref20"), "--json")
        .done();
    let npv = figure(&json["metrics"]["npv"]) / 1e6;
    assert!((npv / NPV - 1.0).abs() < 1e-9, "{npv}");
}

#[test]
fn text_fits_the_terminal_and_says_what_figures_mean() {
    let user = User::new();
    for (columns, width) in [(None, 100), (Some("80"), 80), (Some("nonsense"), 100)] {
        for name in SAMPLES {
            let mut command = user.command(&[&"evaluate", &sample(name)]);
            if let Some(columns) = columns {
                command.env("COLUMNS", columns);
            }
            let text = String::from_utf8(command.output().expect("it runs").stdout).expect("text");
            let longest = text
                .lines()
                .map(|line| line.chars().count())
                .max()
                .expect("lines");
            assert!(longest <= width, "{longest} columns of {width} in {name}");
            assert!(
                text.contains("Conventions: real ") && text.contains("flows at the end of period"),
                "{text}"
            );
            assert!(text.contains("NPV ") && text.contains(" LOM"), "{text}");
        }
    }
}

#[test]
fn a_figure_is_explained_by_its_terms() {
    let user = User::new();
    let path = sample("fenn_gib");
    let json = user
        .on(
            "evaluate",
            &path,
            "--explain gross_revenue --period -1 --json",
        )
        .done();
    let explanation = &json["explanation"];
    has_keys(
        explanation,
        "key label period formula unit value absent terms",
    );
    assert_eq!(
        (
            figure(&explanation["value"]),
            explanation["period"].as_str()
        ),
        (0.0, Some("-1"))
    );
    let json = user
        .on(
            "evaluate",
            &path,
            "--explain gross_revenue --period 3 --json",
        )
        .done();
    let explanation = &json["explanation"];
    let terms = explanation["terms"].as_array().expect("terms");
    let [payable, price, rate] = terms.as_slice() else {
        panic!("{terms:?}")
    };
    // 1,000 ounces in a koz.
    let product =
        figure(&payable["value"]) * 1e3 * figure(&price["value"]) * figure(&rate["value"]);
    assert!(
        (figure(&explanation["value"]) / product - 1.0).abs() < 1e-12,
        "{explanation}"
    );
    let text = user.on("evaluate", &path, "--explain net_after_tax --period 16");
    assert!(
        text.out
            .starts_with("After-tax cash flow (after_tax_cash_flow), period 16 = -"),
        "{text:?}"
    );
    let text = user.on("evaluate", &path, "--explain gold_price");
    assert!(text.out.contains("= 3100 USD/oz"), "{text:?}");
}

#[test]
fn what_cannot_be_explained_is_wrong_usage_with_a_way_out() {
    let user = User::new();
    let path = sample("fenn_gib");
    let asked = |words: &[&str]| {
        let mut command = user.command(&[&"evaluate", &path]);
        crate::Answer::from(command.args(words).output().expect("it runs"))
    };
    let near = asked(&["--explain", "gros_revenue", "--period", "3"]);
    assert!(
        near.failed(2).contains("the nearest are gross_revenue, "),
        "{near:?}"
    );
    assert!(
        asked(&["--explain", "gross_revenue", "--period", "0"])
            .failed(2)
            .contains("-3, -2, -1, 1, 2")
    );
    assert!(
        asked(&["--explain", "gross_revenue"])
            .failed(2)
            .contains("--period")
    );
    asked(&["--period", "3"]).failed(2);
    asked(&["--explain", ""]).failed(2);
}
