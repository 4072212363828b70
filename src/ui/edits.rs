//! Edits that several views make: new rows, copies, moves, other units.

pub(crate) mod distribution;
pub(crate) mod item;

use calminer_domain::units::Unit;
use calminer_domain::{
    BaseValue, DistributionForm, Line, Parameter, Scenario, ScenarioEdit, Section, Truncation,
    Uncertainty, Value,
};
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
        Selected::Item(from) => {
            let at = scenario.items.iter().position(|row| row.id == *from)?;
            let copy = item::copy_of(scenario, scenario.items.get(at)?, id);
            let edit = ScenarioEdit::InsertItem(at + 1, Box::new(copy));
            Some((edit, Selected::Item(id)))
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
        Selected::Item(id) => ScenarioEdit::RemoveItem(*id),
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
        Selected::Item(id) => {
            item::shifted(scenario, *id, down).map(|to| ScenarioEdit::MoveItem(*id, to))
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

#[cfg(test)]
mod tests {
    use calminer_domain::Distribution;

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
}
