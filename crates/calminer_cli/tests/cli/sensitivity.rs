//! `sensitivity`: each method, and what it refuses.

use std::num::NonZeroUsize;

use calminer_engine::program::compile;
use calminer_engine::result::RunSettings;
use calminer_engine::run::{RunControl, simulate};
use calminer_engine::sensitivity::{
    InputGroup, Spider, Step, Tornado, VarianceAnalysis, VarianceMethod, VarianceSettings, spider,
    tornado, variance_analysis,
};
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};

use crate::{User, case, figure, sample, scenario};

fn outputs<T: DeserializeOwned>(json: &Json) -> T {
    serde_json::from_value(json["outputs"].clone()).expect("figures of the engine")
}

fn printed(flags: &str) -> Json {
    let flags = format!("{flags} --json");
    User::new()
        .on("sensitivity", &sample("fenn_gib"), &flags)
        .done()
}

/// The window shows what these functions of the engine give for these settings; its own tests say so. Here they are
/// printed to the bit.
#[test]
fn tornado_and_spider_are_those_of_the_window() {
    let program = compile(&scenario(&sample("fenn_gib"))).expect("it compiles");
    let expected = tornado(&program, Step::Percentile(0.1), Step::Percentile(0.9));
    let found: Vec<Tornado> = outputs(&printed("--method tornado"));
    assert_eq!(found, expected.expect("a tornado"));

    let points = (-4..=4).map(|quarter| Step::Change(0.2 * f64::from(quarter) / 4.0));
    let expected = spider(&program, &points.collect::<Vec<_>>());
    let found: Vec<Spider> = outputs(&printed("--method spider --range 20%"));
    assert_eq!(found, expected.expect("a spider"));
    let tenths = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
    let expected = spider(&program, &tenths.map(Step::Percentile));
    let found: Vec<Spider> = outputs(&printed("--method spider"));
    assert_eq!(found, expected.expect("a spider"));
}

/// The same of a run's samples, and of an analysis of the variance with a group.
#[test]
fn samples_and_variance_are_those_of_the_window() {
    let own = scenario(&sample("fenn_gib"));
    let program = compile(&own).expect("it compiles");
    let how = (NonZeroUsize::MIN, &RunControl::default());
    let settings = RunSettings {
        trials: 2_000,
        ..RunSettings::from(&own.simulation)
    };
    let (outcome, _) = simulate(&program, &settings, how.0, how.1).expect("it runs");
    let npv = outcome.output("npv").expect("an output");
    let of_run = |method: &str| {
        let flags = format!("--method {method} --output npv --trials 2000");
        printed(&flags)["outputs"][0].clone()
    };
    assert_eq!(of_run("rank")["spearman"], json!(npv.spearman));
    assert_eq!(of_run("regression")["regression"], json!(npv.regression));
    assert_eq!(of_run("tail")["tail"], json!(npv.worst));

    let members = own.uncertain().take(2).map(|row| row.id).collect();
    let keys: Vec<&str> = own
        .uncertain()
        .take(2)
        .map(|row| row.key.as_str())
        .collect();
    let settings = VarianceSettings {
        samples: 256,
        seed: own.simulation.seed,
        replicates: None,
        groups: vec![InputGroup {
            name: "Market".to_owned(),
            members,
        }],
        repair_correlations: false,
    };
    let expected = variance_analysis(&program, &settings, VarianceMethod::Valid, how);
    let expected = expected.expect("an analysis");
    let flags = format!(
        "--method variance --trials 256 --group Market={}",
        keys.join(",")
    );
    let found = printed(&flags);
    let found: VarianceAnalysis = serde_json::from_value(found).expect("an analysis");
    assert_eq!(found, expected);
    assert!(
        found.outputs[0]
            .groups
            .iter()
            .any(|group| group.name == "Market")
    );
}

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
