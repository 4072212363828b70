//! `sensitivity --standard`: the figures of the engine as JSON, and the table that studies print.

use calminer_domain::Value;
use calminer_engine::program::compile;
use calminer_engine::sensitivity::{
    STANDARD_CHANGES, STANDARD_RATES, StandardTable, standard_table,
};
use serde_json::Value as Json;

use crate::{SAMPLES, User, case, figure, has_keys, sample, scenario};

fn row<'a>(found: &'a Json, driver: &str) -> &'a Json {
    let rows = found["drivers"].as_array().expect("rows");
    let row = rows.iter().find(|row| row["driver"] == driver);
    row.unwrap_or_else(|| panic!("no row {driver}"))
}

#[test]
fn json_has_the_figures_of_the_engine() {
    let user = User::new();
    for name in SAMPLES {
        let own = scenario(&sample(name));
        let found = user
            .on("sensitivity", &sample(name), "--standard --json")
            .done();
        has_keys(
            &found,
            "scenario method currency discount_rate changes base drivers by_rate",
        );
        assert_eq!(found["method"], "standard");
        let metrics = compile(&own).expect("it compiles").base_case().metrics;
        assert_eq!(found["base"]["npv"].as_f64(), metrics.npv);
        let expected = standard_table(&own, &STANDARD_CHANGES, &STANDARD_RATES);
        let printed: StandardTable = serde_json::from_value(found).expect("a table");
        assert_eq!(printed, expected.expect("a table"));
    }
}

/// The price moves a linear NPV by the sum of its discounted units, 100 x 6.710081398941 for 1 of 1.3 USD/t.
#[test]
fn a_linear_mine_has_its_closed_form() {
    let user = User::new();
    let path = case("linear_npv_normal.calminer.json");
    let found = user.on("sensitivity", &path, "--standard --json").done();
    let points = row(&found, "price")["points"].as_array().expect("points");
    let base = figure(&found["base"]["npv"]);
    assert_eq!(points.len(), 7);
    for (point, change) in points.iter().zip(STANDARD_CHANGES) {
        assert_eq!(figure(&point["change"]), change);
        let moved = figure(&point["figures"]["npv"]) - base;
        assert!((moved - change * 1.3 * 671.008_139_894_1).abs() < 1e-9);
    }
    let none = row(&found, "recovery");
    assert!(none["points"].is_null() && none["reason"].is_string());
}

#[test]
fn text_is_the_table_of_a_study() {
    let user = User::new();
    let shown = user.on("sensitivity", &sample("fenn_gib"), "--standard");
    assert_eq!(shown.code, Some(0), "{shown:?}");
    let out = &shown.out;
    let place = |words: &str| {
        let place = out.find(words);
        place.unwrap_or_else(|| panic!("{words} is missing in\n{out}"))
    };
    // Published are 651.7, 24.1 %, 980.5 and 28.8 %; the line items give these, 0.4 % apart (`fenn_gib.rs`).
    let heads = [
        "NPV after tax in MCAD, base case 648.9\n",
        "IRR after tax in %, base case 24.1\n",
        "NPV pre-tax in MCAD, base case 978.0\n",
        "IRR pre-tax in %",
        "NPV by discount rate in MCAD\n",
        "What stands for each driver\n",
    ];
    assert!(heads.map(place).is_sorted(), "{out}");
    let line = |words: &str| out.lines().find(|line| line.starts_with(words));
    let changes = line("Change").expect("a head");
    let changes: Vec<&str> = changes.split_whitespace().skip(1).collect();
    assert_eq!(
        changes,
        ["-30%", "-20%", "-10%", "0%", "+10%", "+20%", "+30%"]
    );
    let recovery = line("Recovery").expect("a row");
    assert_eq!(recovery.matches("n/a").count(), 7, "{out}");
    assert!(out.contains("  Price: Gold price"), "{out}");
    assert!(line("5% (own)").is_some_and(|line| line.contains("648.9")));
    let shown = user.on("sensitivity", &sample("ref20"), "--standard");
    assert!(shown.out.contains("No line is the pre-tax cash flow"));
}

#[test]
fn what_cannot_be_asked_is_wrong_usage_and_what_cannot_be_computed_is_invalid() {
    let user = User::new();
    for words in ["--standard --method spider", "--standard --range 10%"] {
        user.on("sensitivity", &sample("ref20"), words).failed(2);
    }
    let mut broken = scenario(&sample("ref20"));
    broken.lines[0].value = Value::Formula("=nothing".to_owned());
    let path = user.write("broken.calminer", &broken);
    let answer = user.on("sensitivity", &path, "--standard --json");
    assert_eq!(answer.code, Some(3), "{answer:?}");
    assert!(answer.json()["issues"][0]["path"].is_string());
}
