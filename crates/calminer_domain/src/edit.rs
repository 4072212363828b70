//! Edits: every change of a scenario is a named value, so that it can be undone, told apart and shown.

mod item_keys;

use thiserror::Error;
use uuid::Uuid;

use crate::calendar::Calendar;
use crate::formula;
use crate::item::Item;
use crate::line::{Line, Value};
use crate::parameter::{Correlation, LookupTable, Parameter};
use crate::scenario::{Conventions, Scenario, SimulationSettings};

/// One change of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub enum ScenarioEdit {
    /// Another name.
    Rename(String),
    /// Other notes.
    SetNotes(String),
    /// Another currency of results.
    SetCurrency(String),
    /// Another calendar.
    SetCalendar(Calendar),
    /// Other conventions.
    SetConventions(Conventions),
    /// Other settings of the simulation.
    SetSimulation(SimulationSettings),
    /// A new parameter at a position; its slot is given by the scenario.
    InsertParameter(usize, Box<Parameter>),
    /// A parameter replaced by its identity; another key is followed in every formula.
    UpdateParameter(Box<Parameter>),
    /// A parameter taken out, with its correlations.
    RemoveParameter(Uuid),
    /// A parameter at another position.
    MoveParameter(Uuid, usize),
    /// A new line at a position.
    InsertLine(usize, Box<Line>),
    /// A line replaced by its identity; another key is followed in every formula.
    UpdateLine(Box<Line>),
    /// A line taken out.
    RemoveLine(Uuid),
    /// A line at another position.
    MoveLine(Uuid, usize),
    /// A new item at a position.
    InsertItem(usize, Box<Item>),
    /// An item replaced by its identity; another key is followed in every formula and in other items.
    UpdateItem(Box<Item>),
    /// An item taken out.
    RemoveItem(Uuid),
    /// An item at another position.
    MoveItem(Uuid, usize),
    /// A table put in place of the one with its identity, or added.
    SetTable(Box<LookupTable>),
    /// A table taken out.
    RemoveTable(Uuid),
    /// The rank correlation of a pair; the pair is taken out with `None`.
    SetCorrelation(Uuid, Uuid, Option<f64>),
    /// Where the figure of a pair comes from; nothing changes where the pair is not there.
    SetCorrelationSource(Uuid, Uuid, String),
    /// Several changes that are one step for the user (a pasted block).
    All(String, Vec<Self>),
}

/// Why an edit cannot be applied. The scenario stays as it was.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EditError {
    /// The row is gone, for instance after an undo.
    #[error("the row to change is no longer in the scenario")]
    Missing(Uuid),
    /// A row with this identity is there already.
    #[error("a row with this identity is already in the scenario")]
    Duplicate(Uuid),
}

impl ScenarioEdit {
    /// What the undo menu says, for instance "Change gold price".
    pub fn describe(&self, before: &Scenario) -> String {
        let parameter = |id: &Uuid| {
            before
                .parameter(*id)
                .map_or("parameter", Parameter::title)
                .to_owned()
        };
        let line = |id: &Uuid| before.line(*id).map_or("line", Line::title).to_owned();
        let item = |id: &Uuid| before.item(*id).map_or("item", Item::title).to_owned();
        match self {
            Self::Rename(name) => format!("Rename scenario to {name}"),
            Self::SetNotes(_) => "Change notes".to_owned(),
            Self::SetCurrency(code) => format!("Change currency to {code}"),
            Self::SetCalendar(_) => "Change calendar".to_owned(),
            Self::SetConventions(_) => "Change conventions".to_owned(),
            Self::SetSimulation(_) => "Change simulation settings".to_owned(),
            Self::InsertParameter(_, new) => format!("Add {}", new.title()),
            Self::UpdateParameter(new) => format!("Change {}", new.title()),
            Self::RemoveParameter(id) => format!("Delete {}", parameter(id)),
            Self::MoveParameter(id, _) => format!("Move {}", parameter(id)),
            Self::InsertLine(_, new) => format!("Add {}", new.title()),
            Self::UpdateLine(new) => format!("Change {}", new.title()),
            Self::RemoveLine(id) => format!("Delete {}", line(id)),
            Self::MoveLine(id, _) => format!("Move {}", line(id)),
            Self::InsertItem(_, new) => format!("Add {}", new.title()),
            Self::UpdateItem(new) => format!("Change {}", new.title()),
            Self::RemoveItem(id) => format!("Delete {}", item(id)),
            Self::MoveItem(id, _) => format!("Move {}", item(id)),
            Self::SetTable(table) => format!("Change table {}", table.key),
            Self::RemoveTable(_) => "Delete table".to_owned(),
            Self::SetCorrelation(a, b, _) | Self::SetCorrelationSource(a, b, _) => format!(
                "Change correlation of {} and {}",
                parameter(a),
                parameter(b)
            ),
            Self::All(words, _) => words.clone(),
        }
    }

    /// The scenario after the edit.
    ///
    /// # Errors
    /// When a row is missing or doubled; nothing is changed then.
    pub fn apply(&self, before: &Scenario) -> Result<Scenario, EditError> {
        let mut after = before.clone();
        self.change(&mut after)?;
        Ok(after)
    }

    fn change(&self, scenario: &mut Scenario) -> Result<(), EditError> {
        match self {
            Self::Rename(name) => scenario.name.clone_from(name),
            Self::SetNotes(notes) => scenario.notes.clone_from(notes),
            Self::SetCurrency(code) => scenario.currency.clone_from(code),
            Self::SetCalendar(calendar) => set_calendar(scenario, calendar),
            Self::SetConventions(conventions) => scenario.conventions = conventions.clone(),
            Self::SetSimulation(settings) => scenario.simulation = settings.clone(),
            Self::SetTable(table) => set_table(scenario, table),
            Self::RemoveTable(id) => scenario.tables.retain(|table| table.id != *id),
            Self::SetCorrelation(a, b, rho) => set_correlation(scenario, *a, *b, *rho),
            Self::SetCorrelationSource(a, b, source) => {
                let is_own = |pair: &Correlation| [(*a, *b), (*b, *a)].contains(&(pair.a, pair.b));
                let mut pairs = scenario.correlations.iter_mut();
                if let Some(pair) = pairs.find(|pair| is_own(pair)) {
                    pair.source.clone_from(source);
                }
            }
            Self::All(_, edits) => {
                for edit in edits {
                    edit.change(scenario)?;
                }
            }
            Self::InsertParameter(..)
            | Self::UpdateParameter(_)
            | Self::RemoveParameter(_)
            | Self::MoveParameter(..) => {
                return self.change_parameter(scenario);
            }
            Self::InsertLine(..)
            | Self::UpdateLine(_)
            | Self::RemoveLine(_)
            | Self::MoveLine(..) => {
                return self.change_line(scenario);
            }
            Self::InsertItem(..)
            | Self::UpdateItem(_)
            | Self::RemoveItem(_)
            | Self::MoveItem(..) => {
                return self.change_item(scenario);
            }
        }
        Ok(())
    }

    fn change_parameter(&self, scenario: &mut Scenario) -> Result<(), EditError> {
        let place = |scenario: &Scenario, id: Uuid| {
            scenario
                .parameters
                .iter()
                .position(|row| row.id == id)
                .ok_or(EditError::Missing(id))
        };
        match self {
            Self::InsertParameter(index, new) => {
                if scenario.parameter(new.id).is_some() {
                    return Err(EditError::Duplicate(new.id));
                }
                let slot = scenario.next_slot;
                scenario.next_slot += 1;
                let index = (*index).min(scenario.parameters.len());
                scenario.parameters.insert(
                    index,
                    Parameter {
                        slot,
                        ..(**new).clone()
                    },
                );
            }
            Self::UpdateParameter(new) => {
                let index = place(scenario, new.id)?;
                let slot = scenario.parameters[index].slot;
                let old = std::mem::replace(
                    &mut scenario.parameters[index],
                    Parameter {
                        slot,
                        ..(**new).clone()
                    },
                );
                follow_key(scenario, &old.key, &new.key);
            }
            Self::RemoveParameter(id) => {
                let index = place(scenario, *id)?;
                scenario.parameters.remove(index);
                scenario
                    .correlations
                    .retain(|pair| pair.a != *id && pair.b != *id);
            }
            Self::MoveParameter(id, to) => {
                let index = place(scenario, *id)?;
                let row = scenario.parameters.remove(index);
                let to = (*to).min(scenario.parameters.len());
                scenario.parameters.insert(to, row);
            }
            _ => {}
        }
        Ok(())
    }

    fn change_line(&self, scenario: &mut Scenario) -> Result<(), EditError> {
        let place = |scenario: &Scenario, id: Uuid| {
            scenario
                .lines
                .iter()
                .position(|row| row.id == id)
                .ok_or(EditError::Missing(id))
        };
        match self {
            Self::InsertLine(index, new) => {
                if scenario.line(new.id).is_some() {
                    return Err(EditError::Duplicate(new.id));
                }
                let index = (*index).min(scenario.lines.len());
                scenario.lines.insert(index, (**new).clone());
            }
            Self::UpdateLine(new) => {
                let index = place(scenario, new.id)?;
                let old = std::mem::replace(&mut scenario.lines[index], (**new).clone());
                follow_key(scenario, &old.key, &new.key);
            }
            Self::RemoveLine(id) => {
                let index = place(scenario, *id)?;
                scenario.lines.remove(index);
            }
            Self::MoveLine(id, to) => {
                let index = place(scenario, *id)?;
                let row = scenario.lines.remove(index);
                let to = (*to).min(scenario.lines.len());
                scenario.lines.insert(to, row);
            }
            _ => {}
        }
        Ok(())
    }
}

impl ScenarioEdit {
    fn change_item(&self, scenario: &mut Scenario) -> Result<(), EditError> {
        let place = |scenario: &Scenario, id: Uuid| {
            let mut all = scenario.items.iter();
            all.position(|row| row.id == id)
                .ok_or(EditError::Missing(id))
        };
        match self {
            Self::InsertItem(index, new) => {
                if scenario.item(new.id).is_some() {
                    return Err(EditError::Duplicate(new.id));
                }
                let index = (*index).min(scenario.items.len());
                scenario.items.insert(index, (**new).clone());
            }
            Self::UpdateItem(new) => {
                let index = place(scenario, new.id)?;
                if scenario.items[index].key == new.key {
                    scenario.items[index] = (**new).clone();
                } else {
                    item_keys::replace(scenario, index, new);
                }
            }
            Self::RemoveItem(id) => {
                let index = place(scenario, *id)?;
                scenario.items.remove(index);
            }
            Self::MoveItem(id, to) => {
                let index = place(scenario, *id)?;
                let row = scenario.items.remove(index);
                let to = (*to).min(scenario.items.len());
                scenario.items.insert(to, row);
            }
            _ => {}
        }
        Ok(())
    }
}

/// Rows of figures follow the number of periods: new periods start at 0, lost ones are cut from the end.
fn set_calendar(scenario: &mut Scenario, calendar: &Calendar) {
    let (before, after) = (scenario.calendar.column_count(), calendar.column_count());
    let shift = i64::from(calendar.opening_period) - i64::from(scenario.calendar.opening_period);
    scenario.calendar = calendar.clone();
    if !calendar.problems().is_empty() || before == after && shift == 0 {
        return;
    }
    let fit = |figures: &mut Vec<f64>| {
        if figures.len() != before {
            return;
        }
        match shift {
            1 => figures.insert(0, 0.0),
            -1 => {
                figures.remove(0);
            }
            _ => {}
        }
        figures.resize(after, 0.0);
    };
    for line in &mut scenario.lines {
        if let Value::Series(figures) = &mut line.value {
            fit(figures);
        }
    }
    for item in &mut scenario.items {
        item_keys::for_each_series(&mut item.terms, &|name, figures| {
            let last = figures.last().copied().unwrap_or_default();
            let is_fitted = figures.len() == before;
            fit(figures);
            // A ramp-up goes on at the rate that it has reached: a plan that the longer calendar has room for runs on.
            if name == "ramp_up" && is_fitted {
                let shown = before.saturating_add_signed(shift as isize);
                figures
                    .iter_mut()
                    .skip(shown)
                    .for_each(|figure| *figure = last);
            }
        });
    }
    for parameter in &mut scenario.parameters {
        if let crate::parameter::BaseValue::Series(figures) = &mut parameter.base {
            fit(figures);
        }
    }
}

fn set_table(scenario: &mut Scenario, table: &LookupTable) {
    match scenario.tables.iter().position(|row| row.id == table.id) {
        Some(index) => {
            let old = std::mem::replace(&mut scenario.tables[index], table.clone());
            follow_key(scenario, &old.key, &table.key);
        }
        None => scenario.tables.push(table.clone()),
    }
}

fn set_correlation(scenario: &mut Scenario, a: Uuid, b: Uuid, rho: Option<f64>) {
    let same = |pair: &Correlation| (pair.a, pair.b) == (a, b) || (pair.a, pair.b) == (b, a);
    match (scenario.correlations.iter().position(same), rho) {
        (Some(index), Some(rho)) => scenario.correlations[index].rho = rho,
        (Some(index), None) => {
            scenario.correlations.remove(index);
        }
        (None, Some(rho)) => scenario.correlations.push(Correlation {
            a,
            b,
            rho,
            source: String::new(),
        }),
        (None, None) => {}
    }
}

/// Rewrites the formulas that name a key. A key that another row has too is left alone: which row the formulas
/// mean is then for the user to say, and the issue list asks.
fn follow_key(scenario: &mut Scenario, from: &str, to: &str) {
    if from == to || from.is_empty() || !formula::is_key(to) || scenario.has_key(from) {
        return;
    }
    for line in &mut scenario.lines {
        if let Value::Formula(text) = &mut line.value {
            *text = formula::rename(text, from, to);
        }
    }
    for item in &mut scenario.items {
        item_keys::for_each_formula(&mut item.terms, &|text| {
            *text = formula::rename(text, from, to);
        });
    }
}
