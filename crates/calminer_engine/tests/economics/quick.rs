//! The quick model against tables of numbers.
#![expect(
    clippy::unwrap_used,
    reason = "a test that unwraps says where it failed"
)]

use crate::support::years;
use calminer_domain::quick_model::{FIELDS, METALS, QuickModel};
use calminer_domain::{Scenario, ScenarioEdit};
use calminer_engine::program::{check_and_compile, compile};
use calminer_engine::result::{BaseCase, LineValues};
use serde_json::json;
use uuid::Uuid;

fn built(model: &QuickModel) -> Scenario {
    let empty = years(3, false, json!([]));
    let mut number = 0;
    let edit = model.edit(&empty, || {
        number += 1;
        Uuid::from_u128((7 << 76) | (1 << 63) | number)
    });
    assert!(matches!(&edit, ScenarioEdit::All(..)));
    edit.apply(&empty).unwrap()
}

fn with(figures: &[(&str, f64)]) -> QuickModel {
    let mut model = QuickModel::default();
    for (name, figure) in figures {
        let at = FIELDS.iter().position(|field| field.name == *name).unwrap();
        model.figures[at] = *figure;
    }
    model
}

fn row(case: &BaseCase, key: &str) -> Vec<f64> {
    match &case.line(key).unwrap().values {
        LineValues::Scalar(figure) => vec![*figure],
        LineValues::Series(figures) => figures.clone(),
    }
}

fn near(found: &[f64], expected: &[f64], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (period, (found, expected)) in found.iter().zip(expected).enumerate() {
        let room = 1e-9 * expected.abs().max(1.0);
        assert!(
            (found - expected).abs() <= room,
            "{what} {period}: {found} for {expected}"
        );
    }
}

/// A small mine with round figures.
fn small() -> QuickModel {
    with(&[
        ("reserve", 10.0),
        ("grade", 2.0),
        ("recovery", 90.0),
        ("throughput", 5.0),
        ("construction", 1.0),
        ("ramp_up", 50.0),
        ("strip_ratio", 1.0),
        ("price", 2_000.0),
        ("payable", 100.0),
        ("selling", 10.0),
        ("mining", 2.0),
        ("processing", 10.0),
        ("g_and_a", 5.0),
        ("initial", 100.0),
        ("contingency", 10.0),
        ("sustaining", 2.0),
        ("closure", 8.0),
        ("working_days", 36.5),
        ("royalty", 2.0),
        ("tax", 30.0),
        ("depreciation", 5.0),
        ("discount_rate", 10.0),
    ])
}

/// One year of construction; 10 Mt at 5 Mt a year, the first year at half rate: 2.5, 5, 2.5 Mt; two years after.
///
/// Ounces: Mt x 1e6 x 2 g/t x 90 % / 31.1034768. NSR: ounces x (2,000 - 10). Operating cost: 2 x 2 USD for rock (strip
/// ratio 1) + 10 USD a tonne of ore + 5 MUSD a year. Depreciation over 5 years of 110 + 2 MUSD from the first year of
/// production, 2 MUSD a year on top, the rest in the last: 22.4, 22.8, 70.8. Working capital: 36.5 days = 10 % of NSR.
/// Closure 8 MUSD in the year after. Royalty 2 %, tax 30 %, 10 %.
#[test]
fn a_small_mine_has_the_figures_of_its_table() {
    let scenario = built(&small());
    let case = compile(&scenario).unwrap().base_case();
    near(
        &row(&case, "ore_processed"),
        &[0.0, 2.5e6, 5e6, 2.5e6, 0.0, 0.0],
        "ore",
    );
    let nsr = [
        0.0,
        287_909_935.522_063_6,
        575_819_871.044_127_1,
        287_909_935.522_063_6,
        0.0,
        0.0,
    ];
    near(&row(&case, "nsr"), &nsr, "nsr");
    near(
        &row(&case, "operating_cost"),
        &[0.0, 40e6, 75e6, 40e6, 0.0, 0.0],
        "operating cost",
    );
    near(
        &row(&case, "depreciation"),
        &[0.0, 22.4e6, 22.8e6, 70.8e6, 0.0, 0.0],
        "depreciation",
    );
    let tax = [
        0.0,
        65_925_521.043_486_68,
        139_951_042.086_973_34,
        51_405_521.043_486_68,
        0.0,
        0.0,
    ];
    near(&row(&case, "income_taxes"), &tax, "tax");
    let change = 28_790_993.552_206_36;
    let working = [0.0, change, change, -change, -change, 0.0];
    near(
        &row(&case, "working_capital_change"),
        &working,
        "working capital",
    );
}

/// Of the same mine: net cash, its present values at 10 %, and (operating cost + royalty + selling + sustaining +
/// closure) / ounces.
#[test]
fn its_net_cash_and_measures_follow() {
    let case = compile(&built(&small())).unwrap().base_case();
    let net = [
        -110e6,
        145_435_222.215_929_2,
        318_561_437.984_064_8,
        217_537_209.320_341_9,
        20_790_993.552_206_356,
        0.0,
    ];
    near(&row(&case, "after_tax_cash_flow"), &net, "net");
    near(
        &[case.metrics.npv.unwrap()],
        &[421_024_734.111_990_9],
        "NPV",
    );
    near(
        &[case.metrics.npv_pre_tax.unwrap()],
        &[615_766_587.675_119_2],
        "NPV before tax",
    );
    near(
        &[case.metrics.aisc.as_ref().unwrap().value.unwrap()],
        &[341.827_087_733_333_3],
        "AISC",
    );
}

/// Whatever the figures inside of their ranges: a mine without an issue whose ore is the reserve.
#[test]
fn every_metal_and_extreme_figures_give_a_mine_without_an_issue() {
    let extremes: [&[(&str, f64)]; 6] = [
        &[],
        &[("construction", 0.0), ("ramp_up", 100.0)],
        &[
            ("ramp_up", 0.0),
            ("contingency", 0.0),
            ("working_days", 0.0),
        ],
        &[("reserve", 0.001), ("throughput", 4.0)],
        &[
            ("throughput", 0.6),
            ("depreciation", 100.0),
            ("construction", 20.0),
        ],
        &[
            ("grade", 0.0),
            ("price", 0.0),
            ("royalty", 0.0),
            ("tax", 0.0),
        ],
    ];
    for metal in METALS {
        for figures in extremes {
            let model = QuickModel {
                metal,
                ..with(figures)
            };
            assert_eq!(model.problem(), None);
            let scenario = built(&model);
            let (issues, program) = check_and_compile(&scenario);
            assert!(
                !issues.iter().any(calminer_domain::Issue::blocks),
                "{issues:?}"
            );
            let case = program.unwrap().base_case();
            let ore: f64 = row(&case, "ore_processed").iter().sum();
            let reserve = model.figure("reserve") * 1e6;
            assert!(
                (ore - reserve).abs() <= 1e-9 * reserve,
                "{metal:?} {figures:?}: {ore}"
            );
        }
    }
}
