//! A scenario as lines of one model: the user's own, then those that the built-in templates add.
//!
//! A template line is a formula like any other: it is compiled, shown and replaced in the same way. A line of the
//! scenario with the same key takes its place.

mod template;

use calminer_domain::formula::{self, Expr};
use calminer_domain::lowering::{self, LoweredLine};
use calminer_domain::units::Unit;
use calminer_domain::validate::line_place;
use calminer_domain::{Direction, Line, MoneyBasis, Place, Role, Scenario, Section, Timing, Value};
use uuid::Uuid;

/// What a line of the model is worth.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// The same figure in every period.
    Number(f64),
    /// One figure a period.
    Series(Vec<f64>),
    /// A formula; no tree where the text does not parse.
    Formula {
        /// As written, `=` included.
        text: String,
        /// What it means.
        tree: Option<Expr>,
    },
}

impl Source {
    fn formula(text: String) -> Self {
        let tree = formula::parse(&text).ok();
        Self::Formula { text, tree }
    }
}

/// A line of the model.
#[derive(Clone, Debug)]
pub(crate) struct ModelLine {
    /// The line of the scenario; none for a line of a template.
    pub(crate) id: Option<Uuid>,
    pub(crate) key: String,
    pub(crate) label: String,
    pub(crate) section: Section,
    pub(crate) role: Option<Role>,
    /// Its unit as typed.
    pub(crate) unit_text: String,
    /// Its unit; none where the text is not one.
    pub(crate) unit: Option<Unit>,
    pub(crate) source: Source,
    pub(crate) output: Option<Direction>,
    pub(crate) timing: Option<Timing>,
    pub(crate) basis: MoneyBasis,
    /// Whether an item of a typed section, or all items together, gave it as a figure that follows from others.
    pub(crate) is_built: bool,
    /// Where its issues belong: the line itself, or the line that brought the template in.
    place: Place,
}

impl ModelLine {
    fn of_scenario(scenario: &Scenario, line: &Line, index: usize) -> Self {
        Self {
            id: Some(line.id),
            key: line.key.clone(),
            label: line.title().to_owned(),
            section: line.section,
            role: line.role,
            unit_text: line.unit.clone(),
            unit: Unit::parse(&line.unit, &scenario.currency).ok(),
            source: match &line.value {
                Value::Number(figure) => Source::Number(*figure),
                Value::Series(figures) => Source::Series(figures.clone()),
                Value::Formula(text) => Source::formula(text.clone()),
            },
            output: line.output,
            timing: line.timing,
            basis: line.basis.unwrap_or(scenario.conventions.basis),
            is_built: false,
            place: line_place(line, index, "value"),
        }
    }

    /// A line that an item of a typed section gave, or all items together.
    fn of_item(scenario: &Scenario, line: LoweredLine) -> Self {
        let place = match line.origin {
            Some(origin) => Place::Item {
                id: origin.item,
                key: origin.key,
                field: origin.field,
            },
            None => Place::Scenario {
                field: format!("items.{}", line.key),
            },
        };
        Self {
            id: None,
            unit: Unit::parse(&line.unit, &scenario.currency).ok(),
            is_built: matches!(line.value, Value::Formula(_)),
            source: match line.value {
                Value::Number(figure) => Source::Number(figure),
                Value::Series(figures) => Source::Series(figures),
                Value::Formula(text) => Source::formula(text),
            },
            key: line.key,
            label: line.label,
            section: line.section,
            role: line.role,
            unit_text: line.unit,
            output: line.output,
            timing: None,
            basis: line.basis.unwrap_or(scenario.conventions.basis),
            place,
        }
    }

    /// Where an issue of one of its fields belongs.
    pub(crate) fn place(&self, field: &str) -> Place {
        match &self.place {
            Place::Line { id, key, .. } => Place::Line {
                id: *id,
                key: key.clone(),
                field: field.to_owned(),
            },
            other => other.clone(),
        }
    }
}

/// The lines of the scenario in its order, then those of its items and of the templates, each but where a line of the
/// scenario has its key. Such a line takes over the meaning and the money basis of the one that it replaces, unless it
/// has its own.
pub(crate) fn lower(scenario: &Scenario) -> Vec<ModelLine> {
    let mut lines: Vec<ModelLine> = scenario
        .lines
        .iter()
        .enumerate()
        .map(|(index, line)| ModelLine::of_scenario(scenario, line, index))
        .collect();
    let (replaced, lowered): (Vec<_>, Vec<_>) = lowering::lower(scenario)
        .into_iter()
        .partition(|line| scenario.has_key(&line.key));
    for old in replaced {
        let new = scenario.lines.iter().zip(&mut lines);
        for (line, model) in new.filter(|(line, _)| line.key == old.key) {
            model.role = model.role.or(old.role);
            model.basis = line
                .basis
                .or(old.basis)
                .unwrap_or(scenario.conventions.basis);
        }
    }
    lines.extend(
        lowered
            .into_iter()
            .map(|line| ModelLine::of_item(scenario, line)),
    );
    let measures = template::measures(scenario, &lines);
    lines.extend(measures);
    lines
}
