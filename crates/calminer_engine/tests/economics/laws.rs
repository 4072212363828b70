//! What holds for every scenario of items, on one that has every kind and every field.

use crate::support::whole::{complete, places};
use crate::support::{is_near, one, parameter, row, solve};
use calminer_domain::item::{Field, FieldKind};
use calminer_domain::units::Unit;
use calminer_domain::{BaseValue, ItemKind, MoneyBasis, Scenario, Term, TermRow, Timing};
use calminer_engine::result::BaseCase;

fn names(fields: &'static [Field], terms: &[&TermRow], before: &str) -> Vec<String> {
    let mut missing = Vec::new();
    for field in fields {
        let found: Vec<&Term> = terms.iter().filter_map(|row| row.get(field.name)).collect();
        if found.is_empty() {
            missing.push(format!("{before}.{}", field.name));
        }
        if let FieldKind::Rows(of_row) = field.kind {
            let rows: Vec<&TermRow> = found
                .iter()
                .filter_map(|term| match term {
                    Term::Rows(rows) => Some(rows.iter()),
                    _ => None,
                })
                .flatten()
                .collect();
            missing.extend(names(of_row, &rows, &format!("{before}.{}", field.name)));
        }
    }
    missing
}

#[test]
fn the_whole_scenario_has_every_field_of_every_kind() {
    let scenario = complete();
    for kind in ItemKind::ALL {
        let items = scenario.items.iter().filter(|item| item.kind == kind);
        let terms: Vec<&TermRow> = items.map(|item| &item.terms).collect();
        let missing = names(kind.fields(), &terms, kind.words());
        assert!(missing.is_empty(), "{missing:?}");
    }
    assert_eq!(crate::support::issues(&scenario), []);
    let case = solve(&scenario);
    let absent: Vec<&str> = case.absent.iter().map(|(key, _)| key.as_str()).collect();
    // Units are sold in years 2 to 6 alone: before and after there is no cost of one.
    let by_period = [
        "c1_cost_by_period",
        "total_cost_by_period",
        "aisc_cost_by_period",
        "aic_cost_by_period",
        "per_tonne_by_period",
    ];
    assert_eq!(absent, by_period);
}

/// Fields of money that belongs to a nominal balance.
const NOMINAL: [&str; 6] = [
    "from",
    "opening",
    "salvage",
    "opening_losses",
    "opening_advance",
    "opening_recovery",
];

/// All figures of a case by line.
fn all(case: &BaseCase) -> Vec<(String, Vec<f64>)> {
    let lines = case.lines.iter();
    lines
        .map(|line| (line.key.clone(), row(case, &line.key)))
        .collect()
}

/// The largest difference of a line of two cases as a share of its largest figure; lines of one alone are left out.
fn assert_same(a: &BaseCase, b: &BaseCase, tolerance: f64, what: &str) {
    for (key, ours) in all(a) {
        if b.line(&key).is_none()
            || a.line(&key).map(|line| &line.unit) != b.line(&key).map(|line| &line.unit)
        {
            continue;
        }
        let theirs = row(b, &key);
        let scale = ours
            .iter()
            .fold(0.0_f64, |most, figure| most.max(figure.abs()));
        assert_eq!(ours.len().max(theirs.len()), theirs.len().max(ours.len()));
        for (x, y) in ours.iter().zip(&theirs) {
            let same = x.is_nan() && y.is_nan() || (x - y).abs() <= tolerance * scale.max(1e-9);
            assert!(same, "{what}: {key}: {ours:?} is not {theirs:?}");
        }
    }
}

#[test]
fn a_field_may_be_a_formula_of_a_parameter() {
    let scenario = complete();
    let case = solve(&scenario);
    let mut other = scenario.clone();
    for place in places(&scenario) {
        let key = format!("p_{}_{}", place.item, place.path.replace('.', "_"));
        let base = match place.term(&mut other) {
            Term::Series(figures) => BaseValue::Series(figures.clone()),
            Term::Number(figure) => BaseValue::Number(*figure),
            _ => continue,
        };
        // Money of a capital line that is typed by period stays so; nominal terms are nominal lines.
        let is_nominal = NOMINAL.contains(&place.name());
        if is_nominal && scenario.conventions.inflation != 0.0 {
            continue;
        }
        if place.path == "amount" && matches!(base, BaseValue::Series(_)) {
            let terms = &mut other.items[place.item].terms;
            terms.insert("amount_is".to_owned(), Term::Text("by_period".to_owned()));
        }
        parameter(&mut other, &key, &place.unit.to_string(), 0.0);
        other.parameters.last_mut().unwrap().base = base;
        *place.term(&mut other) = Term::Text(format!("={key}"));
    }
    assert_same(&case, &solve(&other), 1e-12, "formulas");
}

/// Units to try in place of another one.
const UNITS: [&str; 24] = [
    "", "kt", "kg", "koz", "g", "klb", "kUSD", "kt/a", "kUSD/a", "USD/kt", "CAD/kt", "USD/klb",
    "CAD/klb", "USD/koz", "CAD/koz", "CAD/kwmt", "kUSD/wmt", "kCAD/wmt", "kCAD/t", "%", "ppm",
    "kL/t", "kUSD/L", "t/L",
];

#[test]
fn another_unit_of_a_field_changes_no_figure() {
    let scenario = complete();
    let case = solve(&scenario);
    let mut changed = 0;
    let mut other = scenario.clone();
    for place in places(&scenario) {
        let fits = |unit: &&Unit| {
            place.unit.check_addable(unit).is_ok() && unit.factor() != place.unit.factor()
        };
        let tried: Vec<Unit> = UNITS
            .iter()
            .filter_map(|text| Unit::parse(text, "USD").ok())
            .collect();
        let Some(unit) = tried.iter().find(fits) else {
            continue;
        };
        let convert = |figure: f64| place.unit.convert(figure, unit).unwrap();
        match place.term(&mut other) {
            Term::Number(figure) => *figure = convert(*figure),
            Term::Series(figures) => figures
                .iter_mut()
                .for_each(|figure| *figure = convert(*figure)),
            _ => continue,
        }
        let units = &mut other.items[place.item].units;
        units.insert(place.path.clone(), unit.to_string());
        changed += 1;
    }
    assert!(changed > 90, "{changed} of {}", places(&scenario).len());
    assert_same(&case, &solve(&other), 1e-12, "units");
}

/// Multiplies every figure of money by a factor for each period; nominal balances are left alone where asked.
fn scaled(scenario: &Scenario, factors: &[f64], leaves_nominal: bool) -> Scenario {
    let mut other = scenario.clone();
    for place in places(scenario) {
        let is_nominal = NOMINAL.contains(&place.name());
        if place.unit.currency().is_none() || is_nominal && leaves_nominal {
            continue;
        }
        let term = place.term(&mut other);
        *term = match &*term {
            Term::Number(figure) if factors.len() == 1 => Term::Number(figure * factors[0]),
            Term::Number(figure) => {
                Term::Series(factors.iter().map(|factor| figure * factor).collect())
            }
            Term::Series(figures) => {
                let all = figures.iter().enumerate();
                let by = |index: usize| factors.get(index).unwrap_or(&factors[0]);
                Term::Series(all.map(|(index, figure)| figure * by(index)).collect())
            }
            other => other.clone(),
        };
    }
    other
}

#[test]
fn three_times_all_money_is_three_times_the_value() {
    let scenario = complete();
    let (one_fold, three_fold) = (solve(&scenario), solve(&scaled(&scenario, &[3.0], false)));
    for key in ["npv", "npv_pre_tax"] {
        let (a, b) = (one(&one_fold, key), one(&three_fold, key));
        assert!(is_near(b, 3.0 * a, 1e-11), "{key}: {a} and {b}");
    }
    assert!(is_near(
        one(&one_fold, "irr"),
        one(&three_fold, "irr"),
        1e-9
    ));
}

#[test]
fn real_money_at_the_real_rate_is_nominal_money_at_the_nominal_rate() {
    let (real_rate, inflation) = (0.07, 0.04);
    for timing in [Timing::End, Timing::Middle] {
        let mut real = complete();
        real.calendar.timing = timing;
        real.conventions.basis = MoneyBasis::Real;
        real.conventions.discount_rate = real_rate;
        real.conventions.inflation = inflation;
        let periods = real.calendar.periods();
        let index: Vec<f64> = periods
            .iter()
            .map(|period| libm::pow(1.0 + inflation, period.flow_years(timing)))
            .collect();
        let mut nominal = scaled(&real, &index, true);
        nominal.conventions.basis = MoneyBasis::Nominal;
        nominal.conventions.inflation = 0.0;
        nominal.conventions.discount_rate = (1.0 + real_rate) * (1.0 + inflation) - 1.0;
        let (real, nominal) = (solve(&real), solve(&nominal));
        for key in ["npv_pre_tax", "npv"] {
            let (a, b) = (one(&real, key), one(&nominal, key));
            assert!(is_near(a, b, 1e-10), "{key}: {a} and {b}");
        }
        for key in [
            "works",
            "gear",
            "trucks",
            "shaft",
            "income_tax_losses",
            "income_tax_due",
            "wc_balance",
        ] {
            let (a, b) = (row(&real, key), row(&nominal, key));
            let same = a
                .iter()
                .zip(&b)
                .all(|(a, b)| (a - b).abs() <= 1e-9 * (1.0 + a.abs()));
            assert!(same, "{key}: {a:?} is not {b:?}");
        }
        let (a, b) = (
            row(&real, "after_tax_cash_flow"),
            row(&nominal, "after_tax_cash_flow"),
        );
        for (period, (a, b)) in a.iter().zip(&b).enumerate() {
            assert!(
                (a * index[period] - b).abs() <= 1e-9 * (1.0 + b.abs()),
                "{period}: {a} {b}"
            );
        }
    }
}

#[test]
fn without_kinks_the_value_is_linear_in_a_price() {
    let mut scenario = complete();
    scenario.items.retain(|item| {
        !matches!(
            item.kind,
            ItemKind::Tax | ItemKind::Royalty | ItemKind::UnitCost
        )
    });
    let value = |price: f64| {
        let other = crate::support::with(&scenario, "dore", serde_json::json!({ "price": price }));
        let other = crate::support::with(&other, "wc", serde_json::json!({"payable_cost": null}));
        one(&solve(&other), "npv")
    };
    let (low, middle, high) = (value(1500.0), value(1900.0), value(2300.0));
    assert!(high > middle);
    assert!(
        is_near(high - middle, middle - low, 1e-10),
        "{low} {middle} {high}"
    );
}

const UNIT_COSTS: [&str; 5] = [
    "c1_cost",
    "total_cost",
    "aisc_cost",
    "aic_cost",
    "per_tonne",
];

#[test]
fn without_production_the_waterfall_stands_and_unit_costs_are_absent() {
    let scenario = complete();
    let nothing = serde_json::json!({"ore": 0, "to_stockpile": 0, "from_stockpile": 0, "opening_stockpile": 0});
    let other = crate::support::with(&scenario, "pit", nothing);
    let other = crate::support::with(&other, "deep", serde_json::json!({"reserve": 0}));
    let other = crate::support::with(&other, "gravel", serde_json::json!({"quantity": 0}));
    let case = solve(&other);
    let absent: Vec<&str> = case.absent.iter().map(|(key, _)| key.as_str()).collect();
    let is_of_unit_cost = |key: &&str| {
        [
            "c1_cost",
            "total_cost",
            "aisc_cost",
            "aic_cost",
            "per_tonne",
        ]
        .iter()
        .any(|cost| key.starts_with(cost))
    };
    let others: Vec<&&str> = absent.iter().filter(|key| !is_of_unit_cost(key)).collect();
    // Flows that are all spent have no rate of return.
    assert_eq!(others, [&"irr", &"irr_pre_tax"]);
    for key in UNIT_COSTS {
        assert!(one(&case, key).is_nan(), "{key}");
    }
    assert!(
        case.metrics
            .c1
            .as_ref()
            .is_some_and(|cost| cost.value.is_none())
    );
    assert_eq!(
        (
            row(&case, "production_start")[0],
            row(&case, "production_end")[0]
        ),
        (0.0, 0.0)
    );
    // What waits for production is not charged; what starts with the spend is, and the opening balance.
    for key in [
        "trucks",
        "shaft",
        "duty",
        "income_tax",
        "gross_revenue",
        "producing",
    ] {
        assert!(
            row(&case, key).iter().all(|figure| *figure == 0.0),
            "{key}: {:?}",
            row(&case, key)
        );
    }
    assert!(row(&case, "gear").iter().sum::<f64>() > 0.0);
    assert!(one(&case, "npv") < 0.0);
}
