//! Tornado and spider: against the second model of REF20, hand figures, and the rules for what is absent or constant.

#![expect(
    clippy::unwrap_used,
    reason = "a test that unwraps says where it failed"
)]

mod program_support;

use calminer_domain::{
    BaseValue, Direction, Distribution, DistributionForm, Scenario, Uncertainty,
};
use calminer_engine::program::compile;
use calminer_engine::sensitivity::{
    Movement, Spider, Step, StepError, Tornado, TornadoRow, program_with, spider, tornado,
};
use program_support::{case, empty, formula, parameter, ref20};

const P10: Step = Step::Percentile(0.1);
const P90: Step = Step::Percentile(0.9);
const LESS: Step = Step::Change(-0.2);
const MORE: Step = Step::Change(0.2);

fn uncertain(form: DistributionForm, distribution: Distribution) -> Uncertainty {
    Uncertainty::once(form, distribution)
}

fn uniform(min: f64, max: f64) -> Uncertainty {
    let distribution = Distribution::Uniform { min, max };
    uncertain(DistributionForm::Absolute, distribution)
}

fn output(scenario: &mut Scenario, key: &str, unit: &str, text: &str) {
    formula(scenario, key, unit, text).output = Some(Direction::Gain);
}

fn of<'a>(tornados: &'a [Tornado], key: &str) -> &'a Tornado {
    tornados.iter().find(|one| one.output.key == key).unwrap()
}

fn row<'a>(tornado: &'a Tornado, key: &str) -> &'a TornadoRow {
    tornado
        .rows
        .iter()
        .find(|row| row.input.key == key)
        .unwrap()
}

fn near(found: f64, exact: f64, relative: f64) {
    assert!(
        (found - exact).abs() <= relative * exact.abs(),
        "{found} is not {exact}"
    );
}

/// Order and figures from the benchmark's own model of REF20 in Python with the percentiles of scipy 1.x: ends of the
/// NPV in million US$.
#[test]
fn the_tornado_of_ref20() {
    let program = compile(&ref20()).unwrap();
    let tornados = tornado(&program, P10, P90).unwrap();
    let npv = of(&tornados, "npv");
    let order: Vec<&str> = npv.rows.iter().map(|row| row.input.key.as_str()).collect();
    let expected = [
        "cu_price",
        "cu_grade",
        "grade_decl",
        "capex",
        "au_price",
        "au_grade",
        "throughput",
        "ramp_case",
        "tc",
        "cu_rec",
        "strip",
        "mining_cost",
        "sust_capex",
        "proc_cost",
        "fuel_price",
        "au_rec",
        "power_price",
        "ga_cost",
        "fuel_cons",
        "power_cons",
    ];
    assert_eq!(order, expected);
    near(npv.output.base, 967_668_895.734, 1e-11);
    for (key, values, ends) in [
        (
            "cu_price",
            [3.153_866_937_108_903, 4.922_389_133_458_77],
            [155_710.878_710_976_9, 2_020_313_893.256_493],
        ),
        (
            "cu_rec",
            [0.851_998_897_214_147_8, 0.896_227_507_569_116_8],
            [834_837_483.486_675_3, 1_044_648_819.136_568_4],
        ),
        (
            "capex",
            [2_134.478_521_330_257_5, 2_740.050_958_299_874_8],
            [1_085_551_515.874_857_7, 654_269_327.430_07],
        ),
    ] {
        let row = row(npv, key);
        // A small NPV is the difference of large flows.
        for (point, exact) in [&row.low, &row.high].into_iter().zip(ends) {
            assert!((point.output - exact).abs() < 1e-3, "{point:?} {exact}");
        }
        for (point, exact) in [&row.low, &row.high].into_iter().zip(values) {
            near(point.setting.value.unwrap(), exact, 1e-9);
        }
        near(row.swing.unwrap(), (ends[1] - ends[0]).abs(), 1e-9);
        assert_eq!(row.movement, Movement::Moves);
    }
    assert_eq!(row(npv, "cu_price").input.correlated_with, ["au_price"]);
    // Initial capital is no part of the unit cost.
    let capex = row(of(&tornados, "aisc"), "capex");
    assert_eq!((capex.movement, capex.swing), (Movement::DoesNotVary, None));
    let last = of(&tornados, "aisc").rows.last().unwrap();
    assert_eq!(last.movement, Movement::DoesNotVary);
}

#[test]
fn a_change_of_base_in_ref20() {
    let program = compile(&ref20()).unwrap();
    let tornados = tornado(&program, LESS, MORE).unwrap();
    let capex = row(of(&tornados, "npv"), "capex");
    assert!((capex.low.output - 1_295_275_957.371_640_5).abs() < 1e-3);
    assert!((capex.high.output - 640_061_834.095_563_8).abs() < 1e-3);
    near(capex.low.setting.value.unwrap(), 1_840.0, 1e-15);
    near(capex.high.setting.factor.unwrap(), 1.2, 1e-15);
}

/// Two forms, a row of base figures and a certain parameter: settings in terms of the value.
#[test]
fn ends_say_what_the_input_is_then() {
    let mut scenario = empty(2);
    let third = Distribution::Triangular {
        min: 0.8,
        mode: 1.0,
        max: 1.2,
    };
    let percent = Distribution::Uniform {
        min: 50.0,
        max: 150.0,
    };
    let base = BaseValue::Number;
    let row_of_two = BaseValue::Series(vec![10.0, 30.0]);
    let factor = Some(uncertain(DistributionForm::Factor, third));
    let percentage = Some(uncertain(DistributionForm::PercentOfBase, percent));
    parameter(&mut scenario, "a", "", base(50.0), factor.clone());
    parameter(&mut scenario, "b", "", base(8.0), percentage);
    parameter(&mut scenario, "c", "", row_of_two.clone(), factor);
    parameter(&mut scenario, "d", "", base(5.0), None);
    parameter(&mut scenario, "e", "", row_of_two, None);
    parameter(&mut scenario, "f", "", base(0.0), None);
    output(
        &mut scenario,
        "y",
        "",
        "=a + b + total(c) + d * total(e) + f",
    );
    let also: Vec<_> = scenario.parameters.iter().map(|row| row.id).collect();
    let program = program_with(&scenario, &also).unwrap();
    assert_eq!(program.base_case(), case(&scenario));
    let by_percentile = tornado(&program, P10, P90).unwrap();
    let y = of(&by_percentile, "y");
    assert_eq!(y.output.base, 298.0);
    // P10 of the triangle is 0.8 + sqrt(0.1 x 0.4 x 0.2).
    let factor = 0.8 + 0.008_f64.sqrt();
    let a = row(y, "a");
    near(a.low.setting.factor.unwrap(), factor, 1e-14);
    near(a.low.setting.value.unwrap(), 50.0 * factor, 1e-14);
    near(a.low.output, 298.0 - 50.0 * (1.0 - factor), 1e-14);
    let b = row(y, "b");
    near(b.high.setting.factor.unwrap(), 1.4, 1e-14);
    near(b.high.setting.value.unwrap(), 11.2, 1e-14);
    near(b.swing.unwrap(), 6.4, 1e-12);
    let c = row(y, "c");
    assert_eq!(c.input.base.value, None);
    assert_eq!(c.input.base.factor, Some(1.0));
    near(c.swing.unwrap(), 80.0 * (1.0 - factor), 1e-12);
    for certain in ["d", "e", "f"] {
        assert_eq!(row(y, certain).movement, Movement::DoesNotVary, "{certain}");
    }
    let by_change = tornado(&program, LESS, MORE).unwrap();
    let y = of(&by_change, "y");
    near(row(y, "d").low.output, 298.0 - 40.0, 1e-14);
    assert_eq!(row(y, "d").low.setting.value, Some(4.0));
    near(row(y, "e").high.output, 298.0 + 40.0, 1e-14);
    assert_eq!(row(y, "e").high.setting.value, None);
    near(row(y, "a").swing.unwrap(), 20.0, 1e-12);
    // A percentage of 0 is 0.
    assert_eq!(row(y, "f").movement, Movement::DoesNotVary);
    assert_eq!(row(y, "f").low.setting.factor, None);
}

/// The base case of a variant has the bits of the scenario's own, for both samples with every parameter moved.
#[test]
fn a_variant_has_the_base_case_of_the_scenario() {
    let text = include_bytes!("../../../assets/samples/fenn_gib.calminer.json");
    let fenn_gib = calminer_domain::file::read(text).unwrap().scenario;
    for scenario in [ref20(), fenn_gib] {
        let also: Vec<_> = scenario.parameters.iter().map(|row| row.id).collect();
        let program = program_with(&scenario, &also).unwrap();
        assert_eq!(program.inputs().len(), scenario.parameters.len());
        assert_eq!(program.base_case(), case(&scenario));
        let found = tornado(&program, LESS, MORE).unwrap();
        let own = tornado(&compile(&scenario).unwrap(), LESS, MORE).unwrap();
        for (one, own) in found.iter().zip(&own) {
            assert_eq!(one.output, own.output);
            for expected in &own.rows {
                assert_eq!(row(one, &expected.input.key), expected);
            }
        }
    }
}

/// A sum of inputs of which two move nothing and one can take it out of existence, and a constant.
fn with_idle_inputs() -> Scenario {
    let mut scenario = empty(2);
    let base = BaseValue::Number;
    parameter(
        &mut scenario,
        "fixed",
        "",
        base(192.53),
        Some(uniform(192.53, 192.53)),
    );
    parameter(
        &mut scenario,
        "idle",
        "",
        base(1.0),
        Some(uniform(0.0, 2.0)),
    );
    parameter(
        &mut scenario,
        "small",
        "",
        base(1.0),
        Some(uniform(0.9, 1.1)),
    );
    parameter(
        &mut scenario,
        "large",
        "",
        base(1.0),
        Some(uniform(-3.0, 5.0)),
    );
    parameter(
        &mut scenario,
        "root",
        "",
        base(1.0),
        Some(uniform(-1.0, 2.0)),
    );
    output(&mut scenario, "constant", "", "=192.53 + 0 * 7");
    output(
        &mut scenario,
        "y",
        "",
        "=fixed + 2 * small + large + sqrt(root)",
    );
    scenario
}

/// COR-04 and absent figures: "does not vary" is last and has no swing, an absent end says why, nothing is NaN in a
/// file.
#[test]
fn what_is_absent_and_what_does_not_vary() {
    let program = compile(&with_idle_inputs()).unwrap();
    let tornados = tornado(&program, P10, P90).unwrap();
    let y = of(&tornados, "y");
    let keys: Vec<&str> = y.rows.iter().map(|row| row.input.key.as_str()).collect();
    assert_eq!(keys, ["root", "large", "small", "fixed", "idle"]);
    let root = &y.rows[0];
    assert_eq!(root.movement, Movement::OutOfExistence);
    assert!(root.low.output.is_nan());
    assert_eq!(root.low.cause.as_ref().unwrap().line, "y");
    assert!(root.high.cause.is_none());
    // P90 of the root is 1.7: the rise above base is what is known.
    near(root.swing.unwrap(), 1.7_f64.sqrt() - 1.0, 1e-12);
    near(y.rows[1].swing.unwrap(), 6.4, 1e-12);
    for row in &y.rows[3..] {
        assert_eq!((row.movement, row.swing), (Movement::DoesNotVary, None));
        assert_eq!(row.low.output, y.output.base);
    }
    for row in &of(&tornados, "constant").rows {
        assert_eq!((row.movement, row.swing), (Movement::DoesNotVary, None));
    }
    let text = serde_json::to_string(&tornados).unwrap();
    assert!(
        !text.contains("NaN") && !text.contains("Infinity"),
        "{text}"
    );
    let back: Vec<Tornado> = serde_json::from_str(&text).unwrap();
    assert!(of(&back, "y").rows[0].low.output.is_nan());
    assert_eq!(of(&back, "y").rows[1..], y.rows[1..]);
}

#[test]
fn a_spider_has_its_points_in_order() {
    let program = compile(&ref20()).unwrap();
    let steps: Vec<Step> = (-3..=3)
        .map(|k| Step::Change(f64::from(k) / 10.0))
        .collect();
    let spiders = spider(&program, &steps).unwrap();
    let npv: &Spider = spiders.iter().find(|one| one.output.key == "npv").unwrap();
    assert_eq!(npv.rows[0].input.key, "cu_price");
    for row in &npv.rows {
        let taken: Vec<Step> = row.points.iter().map(|point| point.step).collect();
        assert_eq!(taken, steps);
        // All lines cross at the base case.
        assert_eq!(row.points[3].output, npv.output.base);
        let rising = row
            .points
            .windows(2)
            .all(|pair| pair[0].output <= pair[1].output);
        let falling = row
            .points
            .windows(2)
            .all(|pair| pair[0].output >= pair[1].output);
        assert!(rising || falling, "{}", row.input.key);
    }
}

#[test]
fn impossible_steps_are_refused() {
    let program = compile(&ref20()).unwrap();
    let found = |low, high| tornado(&program, low, high).unwrap_err();
    assert_eq!(
        found(Step::Percentile(0.0), P90),
        StepError::Percentile(0.0)
    );
    assert!(matches!(
        found(P10, Step::Percentile(f64::NAN)),
        StepError::Percentile(_)
    ));
    assert_eq!(found(P90, P10), StepError::Order);
    assert_eq!(found(MORE, LESS), StepError::Order);
    assert_eq!(
        found(Step::Change(f64::INFINITY), MORE),
        StepError::Change(f64::INFINITY)
    );
    assert_eq!(spider(&program, &[]).unwrap_err(), StepError::Empty);
}

/// Feasibility study of Pastos Grandes, report 209020-00055-000-GE-TEN-0003, table 22-13: its NPV moves most by price,
/// then production, operating cost and capital. A mine of the same headline figures has the same order.
#[test]
fn the_order_of_pastos_grandes() {
    let mut scenario = empty(40);
    for (key, base) in [
        ("capex", 448.0),
        ("opex", 3_388.0),
        ("production", 24_000.0),
        ("price", 13_050.0),
    ] {
        parameter(&mut scenario, key, "", BaseValue::Number(base), None);
    }
    // Million US$: two years of construction, a royalty of 3 % and a tax of 35 %.
    let earned = "production * (0.97 * price - opex) * 0.65 / 1000000";
    let flow = format!("=if(period > 2, {earned}, -capex / 2)");
    formula(&mut scenario, "flow", "", &flow);
    output(&mut scenario, "value", "", "=npv(flow, 0.08)");
    let also: Vec<_> = scenario.parameters.iter().map(|row| row.id).collect();
    let program = program_with(&scenario, &also).unwrap_or_else(|issues| panic!("{issues:#?}"));
    let tornados = tornado(&program, Step::Change(-0.25), Step::Change(0.25)).unwrap();
    let order = of(&tornados, "value").rows.iter();
    let order: Vec<&str> = order.map(|row| row.input.key.as_str()).collect();
    assert_eq!(order, ["price", "production", "opex", "capex"]);
}
