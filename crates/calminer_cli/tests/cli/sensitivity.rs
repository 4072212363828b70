//! `sensitivity`: each method, and what it refuses.

use serde_json::Value as Json;

use crate::{User, case, figure, sample};

fn row<'a>(rows: &'a Json, key: &str) -> &'a Json {
    let rows = rows.as_array().expect("rows");
    let found = rows
        .iter()
        .find(|row| row["key"] == key || row["input"]["key"] == key);
    found.unwrap_or_else(|| panic!("{key} is missing"))
}

/// The price moves a linear NPV by the sum of its discounted units: 100 x 6.710081398941 for 1 of price.
#[test]
fn a_tornado_of_a_linear_model_has_its_closed_form() {
    let user = User::new();
    let path = case("linear_npv_normal.calminer.json");
    let found = user
        .on("sensitivity", &path, "--range 10% --output npv --json")
        .done();
    let tornado = &found["outputs"][0];
    let bar = row(&tornado["rows"], "price");
    let slope = 671.008_139_894_1;
    assert!((figure(&bar["swing"]) - 0.26 * slope).abs() < 1e-9);
    let by_percentile = user.on("sensitivity", &path, "--output npv --json").done();
    let bar = row(&by_percentile["outputs"][0]["rows"], "price");
    // P10 and P90 of a normal stand 1.2815515655446 standard deviations from its mean.
    let swing = 2.0 * 1.281_551_565_544_6 * 0.15 * slope;
    assert!((figure(&bar["swing"]) - swing).abs() < 1e-7);
}

#[test]
fn every_method_answers_for_the_sample() {
    let user = User::new();
    for (method, flags) in [
        ("spider", ""),
        ("rank", " --trials 2000"),
        ("regression", " --trials 2000"),
        ("tail", " --trials 2000 --tail 10%"),
        ("variance", " --trials 400"),
        ("shapley", " --trials 400"),
    ] {
        let words = format!("--method {method} --output npv --seed 3{flags} --json");
        let found = user.on("sensitivity", &sample("ref20"), &words).done();
        assert_eq!(found["method"], method);
        assert_eq!(
            found["outputs"].as_array().expect("outputs").len(),
            1,
            "{method}"
        );
        let text = format!("--method {method} --output npv --seed 3{flags}");
        let shown = user.on("sensitivity", &sample("ref20"), &text);
        assert_eq!(shown.code, Some(0), "{shown:?}");
        assert!(shown.out.contains("Copper price"), "{shown:?}");
    }
}

#[test]
fn the_copper_price_matters_most() {
    let user = User::new();
    let found = user
        .on("sensitivity", &sample("ref20"), "--output npv --json")
        .done();
    assert_eq!(found["outputs"][0]["rows"][0]["input"]["key"], "cu_price");
    let ranks = user
        .on(
            "sensitivity",
            &sample("ref20"),
            "--method rank --output npv --trials 20000 --json",
        )
        .done();
    // 0.832 in the reference run of a hundred million trials, within four standard errors of 20,000.
    let spearman = ranks["outputs"][0]["spearman"].as_array().expect("pairs");
    let rho = spearman
        .iter()
        .find(|pair| pair[0] == "cu_price")
        .expect("a pair");
    assert!((figure(&rho[1]) - 0.832).abs() < 0.015, "{rho}");
}

#[test]
fn what_cannot_be_asked_is_wrong_usage() {
    let user = User::new();
    for words in [
        "--method other",
        "--range P90:P10",
        "--range x",
        "--output none",
        "--also none",
        "--method tail --tail 0",
        "--method variance --group prices=none",
        "--method sobol --trials 400",
    ] {
        let answer = user.on("sensitivity", &sample("ref20"), words);
        assert!(matches!(answer.code, Some(2 | 3)), "{words}: {answer:?}");
        assert!(!answer.err.contains("panicked"));
    }
}
