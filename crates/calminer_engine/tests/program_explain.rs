//! Why a figure is what it is, and the lines that the template adds.

mod program_support;

use calminer_domain::{BaseValue, Distribution};
use calminer_domain::{DistributionForm, Role, Uncertainty, Value};
use calminer_engine::program::{ExplainError, compile};
use program_support::{case, empty, figures, formula, line, parameter, ref20};

#[test]
fn a_figure_is_explained_by_its_names() {
    let program = compile(&ref20()).unwrap();
    let ebitda = program.explain("ebitda", 2).unwrap();
    assert_eq!(ebitda.formula.as_deref(), Some("=nsr - royalty - opex"));
    assert_eq!(ebitda.unit, "USD");
    assert_eq!(ebitda.period.as_deref(), Some("1"));
    let keys: Vec<&str> = ebitda.terms.iter().map(|term| term.key.as_str()).collect();
    assert_eq!(keys, ["nsr", "royalty", "opex"]);
    let figure = |index: usize| ebitda.terms[index].value.unwrap();
    assert_eq!(ebitda.value.unwrap(), figure(0) - figure(1) - figure(2));
    // Each term can be asked for in its turn, down to the typed figures.
    let ramp = program.explain("ramp", 2).unwrap();
    assert_eq!(
        ramp.terms
            .iter()
            .map(|term| term.kind.as_str())
            .collect::<Vec<_>>(),
        ["line", "table", "parameter"]
    );
    let price = program.explain("cu_price", 0).unwrap();
    assert_eq!(
        (price.value, price.unit.as_str(), price.formula),
        (Some(4.0), "USD/lb", None)
    );
    assert_eq!(
        program.explain("nobody", 0),
        Err(ExplainError::UnknownKey("nobody".to_owned()))
    );
    assert_eq!(
        program.explain("net", 23),
        Err(ExplainError::UnknownPeriod {
            asked: 24,
            count: 23
        })
    );
    let text = serde_json::to_string(&ebitda).unwrap();
    assert_eq!(
        serde_json::from_str::<calminer_engine::program::Explanation>(&text).unwrap(),
        ebitda
    );
}

#[test]
fn an_absent_figure_says_its_cause() {
    let mut scenario = empty(2);
    formula(&mut scenario, "a", "", "=1 / (period - 1)");
    formula(&mut scenario, "b", "", "=a + 1");
    let found = compile(&scenario).unwrap().explain("b", 0).unwrap();
    assert_eq!(found.value, None);
    let cause = found.absent.unwrap();
    assert_eq!(
        (
            cause.line.as_str(),
            cause.period.as_deref(),
            cause.what.as_str()
        ),
        ("a", Some("1"), "division by zero")
    );
    assert_eq!(
        compile(&scenario).unwrap().explain("b", 1).unwrap().absent,
        None
    );
}

#[test]
fn the_template_adds_measures_where_the_scenario_has_none() {
    let mut scenario = empty(11);
    let flows: Vec<f64> = std::iter::once(-500.0).chain([120.0; 10]).collect();
    line(&mut scenario, "after", "kUSD", Value::Series(flows.clone())).role =
        Some(Role::AfterTaxCashFlow);
    line(&mut scenario, "before", "kUSD", Value::Series(flows)).role = Some(Role::PreTaxCashFlow);
    let program = compile(&scenario).unwrap();
    let found = program.base_case();
    let added: Vec<&str> = found
        .lines
        .iter()
        .filter(|line| line.id.is_none())
        .map(|line| line.key.as_str())
        .collect();
    assert_eq!(
        added,
        [
            "npv",
            "irr",
            "payback",
            "discounted_payback",
            "npv_pre_tax",
            "irr_pre_tax"
        ]
    );
    assert_eq!(
        program.explain("npv", 0).unwrap().formula.as_deref(),
        Some("=npv(after, 8 %)")
    );
    let outputs: Vec<&str> = program
        .outputs()
        .iter()
        .map(|output| output.key.as_str())
        .collect();
    assert_eq!(
        outputs,
        ["irr", "irr_pre_tax", "npv", "npv_pre_tax", "payback"]
    );
    let npv = found.metrics.npv.unwrap();
    assert!((npv - 282_601.636_919).abs() < 1e-6, "{npv}");
    assert_eq!(found.metrics.npv_pre_tax, found.metrics.npv);
    let payback = found.metrics.payback.unwrap().years.unwrap();
    assert!((payback - (1.0 + 500.0 / 120.0)).abs() < 1e-12, "{payback}");
    // A line of the user's own takes the place of the template's.
    formula(&mut scenario, "npv", "USD", "=2 * npv(after, 8 %)");
    let own = case(&scenario);
    assert_eq!(own.lines.iter().filter(|line| line.key == "npv").count(), 1);
    assert_eq!(own.metrics.npv.unwrap(), 2.0 * npv);
}

#[test]
fn a_draw_is_a_value_a_factor_or_a_percentage() {
    let shape = Distribution::Triangular {
        min: 0.5,
        mode: 1.0,
        max: 2.0,
    };
    let rows = [
        ("value", BaseValue::Number(3.0), DistributionForm::Absolute),
        ("factor", BaseValue::Number(3.0), DistributionForm::Factor),
        (
            "share",
            BaseValue::Series(vec![3.0, 0.7]),
            DistributionForm::PercentOfBase,
        ),
    ];
    let mut scenario = empty(2);
    for (key, base, form) in rows {
        let uncertain = Uncertainty::once(form, shape.clone());
        parameter(&mut scenario, key, "koz", base, Some(uncertain));
        formula(
            &mut scenario,
            &format!("x_{key}"),
            "koz",
            &format!("={key}"),
        );
    }
    let program = compile(&scenario).unwrap();
    let draws: Vec<f64> = program.inputs().iter().map(|input| input.base).collect();
    assert_eq!(draws, [3.0, 1.0, 100.0]);
    let found = program.base_case();
    for key in ["x_value", "x_factor", "x_share"] {
        assert!((figures(&found, key)[0] - 3.0).abs() < 1e-12, "{key}");
    }
    assert!((figures(&found, "x_share")[1] - 0.7).abs() < 1e-12);
}
