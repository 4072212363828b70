//! The standard table of mines of lines and of published mines: no change at all, parameters changed by hand, shapes.

use crate::standard_support::{
    case, inputs, mine, near, npv, own_line, pit, points, quarry, row, sample, table,
};
use crate::support::{parameter, with};
use calminer_domain::{BaseValue, Distribution, DistributionForm, Draw, Scenario, Uncertainty};
use calminer_engine::program::check_and_compile;
use calminer_engine::result::{Irr, Metrics};
use calminer_engine::sensitivity::{Driver, StandardPoint};
use serde_json::json;

/// `Debug` tells figures apart to the last bit.
fn shown(metrics: &Metrics) -> String {
    let Metrics {
        npv,
        npv_pre_tax,
        irr,
        irr_pre_tax,
        ..
    } = metrics;
    format!("{npv:?} {npv_pre_tax:?} {irr:?} {irr_pre_tax:?}")
}

/// Balances of taxes stay nominal while prices rise by 3 % a year; one price is a parameter drawn each period.
fn taxed_in_real_money() -> Scenario {
    let mut scenario = with(&quarry(), "stone", json!({"price": "=stone_price"}));
    let more = json!([
        {"kind": "depreciation", "key": "pool", "method": "declining", "rate": 40, "life": 3},
        {"kind": "tax", "key": "income_tax", "rate": 30},
        {"kind": "working_capital", "key": "stock", "receivable_days": 60, "payable_days": 30}
    ]);
    crate::support::add(&mut scenario, more);
    // A line of one's own in the place of one of nominal money is nominal too.
    let text = "=if(period >= 1, nominal(build), 0)";
    own_line(&mut scenario, "pool_additions", "USD", text);
    scenario.conventions.inflation = 0.03;
    parameter(&mut scenario, "stone_price", "USD/t", 10.0);
    let mut uncertainty = Uncertainty::once(
        DistributionForm::Factor,
        Distribution::Uniform { min: 0.5, max: 1.5 },
    );
    uncertainty.draw = Draw::EachPeriod;
    scenario.parameters[0].uncertainty = Some(uncertainty);
    scenario
}

#[test]
fn no_change_is_the_base_case_to_the_last_bit() {
    let mut all = vec![
        quarry(),
        pit(),
        taxed_in_real_money(),
        sample("ref20"),
        sample("fenn_gib"),
    ];
    all.extend(
        [
            "arctic",
            "cordero",
            "new_polaris",
            "oko_west",
            "vizcachitas",
        ]
        .map(mine),
    );
    for scenario in all {
        let table = table(&scenario);
        let base = shown(&case(&scenario).metrics);
        let of = |point: &StandardPoint| {
            let figures = point.figures.clone();
            shown(&Metrics {
                npv: figures.npv,
                npv_pre_tax: figures.npv_pre_tax,
                irr: figures.irr,
                irr_pre_tax: figures.irr_pre_tax,
                ..Metrics::default()
            })
        };
        let mut moved = 0;
        for row in &table.drivers {
            assert_eq!(row.points.is_none(), row.reason.is_some());
            for point in row.points.iter().flatten() {
                if point.change == 0.0 {
                    assert_eq!(of(point), base, "{} {:?}", scenario.name, row.driver);
                } else {
                    assert_ne!(of(point), base, "{} {:?}", scenario.name, row.driver);
                    moved += 1;
                }
            }
        }
        assert!(moved >= 12, "{}: {moved}", scenario.name);
        let own = table.by_rate.iter().find(|row| row.is_own).unwrap();
        assert_eq!(
            (own.npv, own.npv_pre_tax),
            (table.base.npv, table.base.npv_pre_tax)
        );
    }
}

/// REF20 with its parameters changed by hand.
#[test]
fn ref20_is_what_its_parameters_give() {
    let scenario = sample("ref20");
    let table = table(&scenario);
    assert_eq!(inputs(&table, Driver::Price), ["cu_price", "au_price"]);
    assert_eq!(inputs(&table, Driver::Grade), ["au_grade", "cu_grade"]);
    assert_eq!(inputs(&table, Driver::OperatingCost), ["opex"]);
    assert_eq!(inputs(&table, Driver::Capital), ["capital", "sust"]);
    for driver in [Driver::Recovery, Driver::ExchangeRate] {
        assert!(row(&table, driver).reason.is_some());
    }
    let changed = |keys: &[&str], factor: f64| {
        let mut other = scenario.clone();
        for parameter in &mut other.parameters {
            if let (BaseValue::Number(figure), true) =
                (&mut parameter.base, keys.contains(&parameter.key.as_str()))
            {
                *figure *= factor;
            }
        }
        let program = check_and_compile(&other).1.unwrap();
        program.base_case().metrics
    };
    let cost = [
        "mining_cost",
        "proc_cost",
        "ga_cost",
        "fuel_price",
        "power_price",
    ];
    for (driver, keys) in [
        (Driver::Price, &["cu_price", "au_price"][..]),
        (Driver::Grade, &["cu_grade", "au_grade"]),
        (Driver::OperatingCost, &cost),
        (Driver::Capital, &["capex", "sust_capex"]),
    ] {
        for point in points(&table, driver) {
            let by_hand = changed(keys, 1.0 + point.change);
            near(point.figures.npv.unwrap(), by_hand.npv.unwrap());
            let irr = |irr: &Option<Irr>| irr.as_ref().unwrap().headline;
            match (irr(&point.figures.irr), irr(&by_hand.irr)) {
                (Some(found), Some(expected)) => near(found, expected),
                (found, expected) => assert_eq!(found, expected),
            }
        }
    }
}

/// Montage Gold, Kone Gold Project, 2024 feasibility study: at 1,650 to 2,050 USD/oz the NPV rises by 184, 184, 184 and
/// 183 MUSD, the IRR by 4.3, 4.1, 4.2 and 4.1 points. Pastos Grandes, feasibility study, Table 22-13: the swings of
/// price, operating cost and capital are 927, 236 and 159. Both are shapes alone: their cash flows are not published.
#[test]
fn a_gold_mine_has_the_shape_of_published_tables() {
    for scenario in [sample("fenn_gib"), mine("oko_west"), mine("new_polaris")] {
        let table = table(&scenario);
        let name = &scenario.name;
        let swing = |driver| (npv(&table, driver, 20) - npv(&table, driver, -20)).abs();
        let (price, cost, capital) = (
            swing(Driver::Price),
            swing(Driver::OperatingCost),
            swing(Driver::Capital),
        );
        assert!(
            price > cost && cost > capital,
            "{name}: {price} {cost} {capital}"
        );
        let figures: Vec<_> = points(&table, Driver::Price)
            .iter()
            .map(|point| &point.figures)
            .collect();
        let steps: Vec<f64> = figures
            .windows(2)
            .map(|two| two[1].npv.unwrap() - two[0].npv.unwrap())
            .collect();
        // Of 184 a step to half a unit of the last digit; taxes are typed rows here.
        assert!(
            steps
                .iter()
                .all(|step| *step > 0.0 && (step / steps[0] - 1.0).abs() < 0.006),
            "{name}: {steps:?}"
        );
        let rates: Vec<f64> = figures
            .iter()
            .map(|of| of.irr.as_ref().unwrap().headline.unwrap())
            .collect();
        assert!(rates.is_sorted(), "{name}: {rates:?}");
        let worth: Vec<f64> = table.by_rate.iter().map(|row| row.npv.unwrap()).collect();
        assert!(worth.is_sorted_by(|a, b| a > b), "{name}: {worth:?}");
    }
    let fenn = table(&sample("fenn_gib"));
    assert_eq!(inputs(&fenn, Driver::Price), ["gold_price"]);
    assert_eq!(inputs(&fenn, Driver::Grade), ["head_grade_plan"]);
    assert_eq!(inputs(&fenn, Driver::ExchangeRate), ["cad_per_usd"]);
    let capital = inputs(&fenn, Driver::Capital);
    assert_eq!(
        capital,
        [
            "initial_capital_plan",
            "initial_capital",
            "sustaining_capital_plan",
            "sustaining_capital"
        ]
    );
}
