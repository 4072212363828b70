//! REF20 against a second model of it: one loop over the operating years, written from the description of the
//! benchmark and without the engine.

#![expect(clippy::expect_used, reason = "a test that cannot go on should stop")]

use std::collections::BTreeMap;

use calminer_domain::{BaseValue, Scenario, ScenarioEdit, file};
use calminer_engine::program::compile;

const POUNDS_PER_TONNE: f64 = 2_204.622_621_848_78;
const GRAMS_PER_OUNCE: f64 = 31.103_476_8;
const RAMP: [[f64; 3]; 3] = [[0.80, 1.0, 1.0], [0.60, 0.90, 1.0], [0.45, 0.75, 0.95]];

fn sample() -> Scenario {
    let bytes = include_bytes!("../../../assets/samples/ref20.calminer.json");
    file::read(bytes).expect("the sample opens").scenario
}

/// Base values by key.
fn inputs(scenario: &Scenario) -> BTreeMap<String, f64> {
    let rows = scenario.parameters.iter();
    rows.map(|row| match row.base {
        BaseValue::Number(figure) => (row.key.clone(), figure),
        BaseValue::Series(_) => panic!("{} has one figure", row.key),
    })
    .collect()
}

/// What an operating year earns before capital, in million US$: net smelter return and EBITDA.
fn year(x: &dyn Fn(&str) -> f64, j: usize, grade: f64) -> (f64, f64) {
    let ramp = if j <= 3 {
        RAMP[x("ramp_case") as usize][j - 1]
    } else {
        1.0
    };
    let ore = x("throughput") * ramp;
    let copper = ore * x("cu_grade") * grade / 100.0 * x("cu_rec");
    let gold = ore * x("au_grade") * grade * x("au_rec") / GRAMS_PER_OUNCE;
    let (pounds, ounces) = (copper * POUNDS_PER_TONNE * 0.965, gold * 0.92);
    let charges = copper / 0.25 * (x("tc") + 90.0) + pounds * x("tc") / 1_000.0 + ounces * 5.0;
    let nsr = pounds * x("cu_price") + ounces * x("au_price") - charges;
    let moved = ore * (1.0 + x("strip"));
    let cost = moved * (x("mining_cost") + x("fuel_cons") * x("fuel_price"))
        + ore * (x("proc_cost") + x("power_cons") * x("power_price"))
        + x("ga_cost");
    let royalty = if nsr > 0.0 { 0.03 * nsr } else { 0.0 };
    (nsr, nsr - royalty - cost)
}

/// Net present value at 8 %, in million US$.
fn by_hand(values: &BTreeMap<String, f64>) -> f64 {
    let x = |key: &str| *values.get(key).expect("an input");
    let mut flows = vec![-0.4 * x("capex"), -0.6 * x("capex")];
    let (mut grade, mut pool, mut nsr_before) = (1.0, 0.0, 0.0);
    for j in 1..=20_usize {
        let (nsr, ebitda) = year(&x, j, grade);
        let share = match j {
            1..=10 => j as f64 / 10.0,
            20 => 5.5,
            _ => 1.0,
        };
        let initial = if j <= 10 { x("capex") / 10.0 } else { 0.0 };
        let base = ebitda - initial - x("sust_capex") * share - pool;
        pool = if base < 0.0 { -base } else { 0.0 };
        let tax = if base > 0.0 { 0.3 * base } else { 0.0 };
        flows.push(ebitda - tax - x("sust_capex") - 0.1 * (nsr - nsr_before));
        nsr_before = nsr;
        grade *= 1.0 - x("grade_decl");
    }
    flows.push(0.1 * nsr_before - 180.0);
    let mut factor = 1.0;
    flows.iter().fold(0.0, |sum, flow| {
        factor *= 1.08;
        sum + flow / factor
    })
}

fn npv(scenario: &Scenario) -> f64 {
    let program = compile(scenario).unwrap_or_else(|issues| panic!("{issues:?}"));
    program.base_case().metrics.npv.expect("an NPV") / 1e6
}

#[test]
fn the_base_case_is_the_one_of_the_description() {
    let whole = sample();
    let found = by_hand(&inputs(&whole));
    assert!((found / 967.668_895_733_6 - 1.0).abs() < 1e-12, "{found}");
    assert!((npv(&whole) / found - 1.0).abs() < 1e-12);
}

#[test]
fn ten_per_cent_on_each_uncertain_input_moves_npv_as_its_formula_says() {
    let whole = sample();
    let base = npv(&whole);
    assert_eq!(whole.uncertain().count(), 20);
    for row in whole.uncertain() {
        let mut values = inputs(&whole);
        let figure = values.get_mut(&row.key).expect("an input");
        // A case number has no tenth: the next case is taken.
        *figure = if row.key == "ramp_case" {
            2.0
        } else {
            *figure * 1.1
        };
        let mut raised = row.clone();
        raised.base = BaseValue::Number(*figure);
        let edited = ScenarioEdit::UpdateParameter(Box::new(raised))
            .apply(&whole)
            .expect("the row is there");
        let (found, expected) = (npv(&edited), by_hand(&values));
        assert!(
            (found / expected - 1.0).abs() < 1e-12,
            "{}: {found} against {expected}",
            row.key
        );
        assert!((found - base).abs() > 1e-3, "{} moves NPV", row.key);
    }
}
