//! Edits that several views make: new rows, copies, moves, other units.

use calminer_domain::units::Unit;
use calminer_domain::{
    BaseValue, Distribution, DistributionForm, Line, Parameter, Scenario, ScenarioEdit, Section,
    Truncation, Uncertainty, Value,
};
use calminer_engine::quantile::Quantile;
use uuid::Uuid;

use super::state::Selected;

/// A new parameter behind the selected one, and its identity.
pub(crate) fn new_parameter(scenario: &Scenario, after: Option<&Selected>) -> (ScenarioEdit, Uuid) {
    let id = Uuid::now_v7();
    let parameter = Parameter {
        id,
        slot: 0,
        key: scenario.free_key("parameter"),
        label: "New parameter".to_owned(),
        unit: String::new(),
        base: BaseValue::Number(0.0),
        uncertainty: None,
        source: String::new(),
        note: String::new(),
    };
    (
        ScenarioEdit::InsertParameter(parameter_place(scenario, after) + 1, Box::new(parameter)),
        id,
    )
}

fn parameter_place(scenario: &Scenario, selected: Option<&Selected>) -> usize {
    let at = match selected {
        Some(Selected::Parameter(id)) => scenario.parameters.iter().position(|row| row.id == *id),
        _ => None,
    };
    at.unwrap_or(scenario.parameters.len())
}

/// A new line at the end of a section, or behind the selected line of it.
pub(crate) fn new_line(
    scenario: &Scenario,
    section: Section,
    after: Option<&Selected>,
) -> (ScenarioEdit, Uuid) {
    let id = Uuid::now_v7();
    let line = Line {
        id,
        key: scenario.free_key("line"),
        label: "New line".to_owned(),
        section,
        unit: String::new(),
        value: Value::Series(vec![0.0; scenario.calendar.column_count()]),
        role: None,
        output: None,
        timing: None,
        basis: None,
        source: String::new(),
        note: String::new(),
    };
    let behind = |row: &Line| match after {
        Some(Selected::Line(id)) => row.id == *id && row.section == section,
        _ => false,
    };
    let chosen = scenario.lines.iter().position(behind);
    let last = scenario
        .lines
        .iter()
        .rposition(|row| row.section == section);
    let at = chosen.or(last).map_or(scenario.lines.len(), |at| at + 1);
    (ScenarioEdit::InsertLine(at, Box::new(line)), id)
}

/// A copy of the selected row behind it, with an identity and a key of its own.
pub(crate) fn duplicate(
    scenario: &Scenario,
    selected: &Selected,
) -> Option<(ScenarioEdit, Selected)> {
    let id = Uuid::now_v7();
    match selected {
        Selected::Parameter(from) => {
            let at = scenario.parameters.iter().position(|row| row.id == *from)?;
            let row = scenario.parameters.get(at)?;
            let copy = Parameter {
                id,
                key: scenario.free_key(&row.key),
                label: copied(&row.label),
                ..row.clone()
            };
            Some((
                ScenarioEdit::InsertParameter(at + 1, Box::new(copy)),
                Selected::Parameter(id),
            ))
        }
        Selected::Line(from) => {
            let at = scenario.lines.iter().position(|row| row.id == *from)?;
            let row = scenario.lines.get(at)?;
            // A meaning stands at most once in a scenario, so the copy has none.
            let copy = Line {
                id,
                key: scenario.free_key(&row.key),
                label: copied(&row.label),
                role: None,
                ..row.clone()
            };
            Some((
                ScenarioEdit::InsertLine(at + 1, Box::new(copy)),
                Selected::Line(id),
            ))
        }
    }
}

fn copied(label: &str) -> String {
    if label.is_empty() {
        String::new()
    } else {
        format!("{label} (copy)")
    }
}

/// Takes the selected row out.
pub(crate) fn remove(selected: &Selected) -> ScenarioEdit {
    match selected {
        Selected::Parameter(id) => ScenarioEdit::RemoveParameter(*id),
        Selected::Line(id) => ScenarioEdit::RemoveLine(*id),
    }
}

/// Moves the selected row one place; lines stay inside their section. `None` at the end.
pub(crate) fn shift(scenario: &Scenario, selected: &Selected, down: bool) -> Option<ScenarioEdit> {
    match selected {
        Selected::Parameter(id) => {
            let at = scenario.parameters.iter().position(|row| row.id == *id)?;
            let to = if down { at + 1 } else { at.checked_sub(1)? };
            (to < scenario.parameters.len()).then_some(ScenarioEdit::MoveParameter(*id, to))
        }
        Selected::Line(id) => {
            let at = scenario.lines.iter().position(|row| row.id == *id)?;
            let section = scenario.lines.get(at)?.section;
            let own = |index: &usize| {
                scenario
                    .lines
                    .get(*index)
                    .is_some_and(|row| row.section == section)
            };
            let to = if down {
                (at + 1..scenario.lines.len()).find(own)
            } else {
                (0..at).rev().find(own)
            }?;
            Some(ScenarioEdit::MoveLine(*id, to))
        }
    }
}

/// The factor between two units of one dimension; `None` where figures cannot be converted.
fn factor(from: &str, to: &str, currency: &str) -> Option<f64> {
    let (from, to) = (
        Unit::parse(from, currency).ok()?,
        Unit::parse(to, currency).ok()?,
    );
    from.factor_to(&to).ok().filter(|factor| factor.is_finite())
}

/// A parameter in another unit; its figures are converted where that is asked for and possible.
pub(crate) fn parameter_in(
    row: &Parameter,
    unit: &str,
    currency: &str,
    converts: bool,
) -> Parameter {
    let mut row = row.clone();
    if let Some(factor) = factor(&row.unit, unit, currency).filter(|_| converts) {
        match &mut row.base {
            BaseValue::Number(figure) => *figure *= factor,
            BaseValue::Series(figures) => figures.iter_mut().for_each(|figure| *figure *= factor),
        }
        if let Some(uncertainty) = row
            .uncertainty
            .as_mut()
            .filter(|own| own.form == DistributionForm::Absolute)
        {
            *uncertainty = scaled(uncertainty, factor);
        }
    }
    unit.clone_into(&mut row.unit);
    row
}

/// The same uncertainty with values in another unit.
fn scaled(old: &Uncertainty, factor: f64) -> Uncertainty {
    let truncation = Truncation {
        min: old.truncation.min.map(|bound| bound * factor),
        max: old.truncation.max.map(|bound| bound * factor),
    };
    Uncertainty {
        distribution: old.distribution.scaled(factor),
        truncation,
        ..old.clone()
    }
}

/// A line in another unit; typed figures are converted where that is asked for and possible.
pub(crate) fn line_in(row: &Line, unit: &str, currency: &str, converts: bool) -> Line {
    let mut row = row.clone();
    if let Some(factor) = factor(&row.unit, unit, currency).filter(|_| converts) {
        match &mut row.value {
            Value::Number(figure) => *figure *= factor,
            Value::Series(figures) => figures.iter_mut().for_each(|figure| *figure *= factor),
            Value::Formula(_) => {}
        }
    }
    unit.clone_into(&mut row.unit);
    row
}

/// A distribution of another kind around the same figures.
pub(crate) fn of_kind(
    kind: &str,
    form: DistributionForm,
    base: f64,
    old: Option<&Distribution>,
) -> Uncertainty {
    let center = match form {
        DistributionForm::Absolute => base,
        DistributionForm::Factor => 1.0,
        DistributionForm::PercentOfBase => 100.0,
    };
    let (mean, spread) = old.and_then(middle).unwrap_or((
        center,
        if center == 0.0 {
            1.0
        } else {
            center.abs() * 0.1
        },
    ));
    let (min, max) = (mean - 2.0 * spread, mean + 2.0 * spread);
    let distribution = match kind {
        "Normal" => Distribution::Normal { mean, sd: spread },
        "Lognormal" => Distribution::Lognormal { mean, sd: spread },
        "PERT" => Distribution::Pert {
            min,
            mode: mean,
            max,
            weight: calminer_domain::distribution::PERT_WEIGHT,
        },
        "Uniform" => Distribution::Uniform { min, max },
        "Discrete" => Distribution::Discrete {
            values: vec![min, mean, max],
            weights: vec![0.25, 0.5, 0.25],
        },
        _ => Distribution::Triangular {
            min,
            mode: mean,
            max,
        },
    };
    Uncertainty::once(form, distribution)
}

/// A middle and a spread of what was typed, for a change of kind.
fn middle(old: &Distribution) -> Option<(f64, f64)> {
    let pair = match *old {
        Distribution::Normal { mean, sd } | Distribution::Lognormal { mean, sd } => (mean, sd),
        Distribution::Triangular { min, mode, max } | Distribution::Pert { min, mode, max, .. } => {
            (mode, (max - min) / 4.0)
        }
        Distribution::Uniform { min, max } => (min.midpoint(max), (max - min) / 4.0),
        Distribution::Discrete { ref values, .. }
        | Distribution::Cumulative { ref values, .. }
        | Distribution::Empirical { ref values } => {
            let (min, max) = values
                .iter()
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), value| {
                    (min.min(*value), max.max(*value))
                });
            (min.midpoint(max), (max - min) / 4.0)
        }
        ref other => {
            let law = Quantile::new(other).ok()?;
            (law.mean(), law.sd())
        }
    };
    (pair.0.is_finite() && pair.1.is_finite() && pair.1 > 0.0).then_some(pair)
}

/// The same distribution in another form: its figures are recomputed over the base value.
pub(crate) fn in_form(old: &Uncertainty, form: DistributionForm, base: f64) -> Uncertainty {
    let per_unit = |form: DistributionForm| match form {
        DistributionForm::Absolute => base,
        DistributionForm::Factor => 1.0,
        DistributionForm::PercentOfBase => 100.0,
    };
    let factor = per_unit(form) / per_unit(old.form);
    let converted = if factor.is_finite() && factor > 0.0 {
        scaled(old, factor)
    } else {
        old.clone()
    };
    Uncertainty { form, ..converted }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameter() -> Parameter {
        Parameter {
            id: Uuid::from_u128(1),
            slot: 0,
            key: "price".to_owned(),
            label: "Price".to_owned(),
            unit: "USD/oz".to_owned(),
            base: BaseValue::Number(3_110.347_68),
            uncertainty: Some(Uncertainty::once(
                DistributionForm::Absolute,
                Distribution::Pert {
                    min: 3_110.347_68,
                    mode: 3_110.347_68,
                    max: 6_220.695_36,
                    weight: 4.0,
                },
            )),
            source: String::new(),
            note: String::new(),
        }
    }

    #[test]
    fn another_unit_converts_base_and_distribution_but_not_the_weight() {
        let converted = parameter_in(&parameter(), "USD/g", "CAD", true);
        let BaseValue::Number(base) = converted.base else {
            panic!("a figure")
        };
        assert!((base - 100.0).abs() < 1e-9, "{base}");
        let Some(Distribution::Pert { max, weight, .. }) =
            converted.uncertainty.map(|own| own.distribution)
        else {
            panic!("a PERT")
        };
        assert!((max - 200.0).abs() < 1e-9 && weight == 4.0);
        let kept = parameter_in(&parameter(), "USD/g", "CAD", false);
        assert_eq!(
            (kept.base, kept.unit.as_str()),
            (BaseValue::Number(3_110.347_68), "USD/g")
        );
    }

    #[test]
    fn a_change_of_kind_and_back_keeps_middle_and_spread() {
        let normal = of_kind("Normal", DistributionForm::Absolute, 7.0, None);
        assert_eq!(
            normal.distribution,
            Distribution::Normal {
                mean: 7.0,
                sd: 7.0 * 0.1
            }
        );
        for kind in ["Triangular", "PERT", "Uniform", "Discrete", "Lognormal"] {
            let other = of_kind(
                kind,
                DistributionForm::Absolute,
                7.0,
                Some(&normal.distribution),
            );
            assert_eq!(other.distribution.name(), kind);
            assert!(other.distribution.problems().is_empty(), "{kind}");
            let back = of_kind(
                "Normal",
                DistributionForm::Absolute,
                7.0,
                Some(&other.distribution),
            );
            let Distribution::Normal { mean, sd } = back.distribution else {
                panic!("a normal")
            };
            assert!(
                (mean - 7.0).abs() < 1e-9 && (sd - 0.7).abs() < 1e-9,
                "{kind}: {mean} {sd}"
            );
        }
    }

    #[test]
    fn another_form_means_the_same() {
        let absolute = Uncertainty::once(
            DistributionForm::Absolute,
            Distribution::Uniform {
                min: 40.0,
                max: 60.0,
            },
        );
        let share = in_form(&absolute, DistributionForm::PercentOfBase, 50.0);
        assert_eq!(
            share.distribution,
            Distribution::Uniform {
                min: 80.0,
                max: 120.0
            }
        );
        let at_zero = in_form(&absolute, DistributionForm::Factor, 0.0);
        assert_eq!(at_zero.distribution, absolute.distribution);
    }
}
