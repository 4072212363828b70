//! Factors on lines and parameters of a scenario, which leave its base case as it is.
//!
//! A parameter gets a factor as its distribution; a line gives its figures to a line with another key and becomes this
//! one times a factor that is an input. All factors stand at 1, so one program answers for every change.

use std::collections::{BTreeMap, BTreeSet};

use calminer_domain::{
    BaseValue, Distribution, DistributionForm, Line, Parameter, Scenario, Section, Uncertainty,
    Value, formula, lowering,
};
use uuid::Uuid;

/// A line or parameter that stands for a driver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) key: String,
    pub(super) how: How,
}

/// How a member follows its driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// Times 1 + change.
    Times,
    /// Over 1 + change: an exchange rate that is quoted the other way round.
    Over,
    /// Times 1 + change, not above 100 % or what it is anyway.
    Capped,
}

/// An input that is drawn as a driver changes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Factor {
    pub(super) id: Uuid,
    pub(super) is_inverse: bool,
}

/// What a driver became in a scenario.
#[derive(Clone, Debug, Default)]
pub(super) struct Scaled {
    pub(super) factors: Vec<Factor>,
    /// Keys of a capped line and of the line with its unscaled figures.
    pub(super) capped: Vec<(String, String)>,
}

/// The scenario with the lines of its items in their place: what is scaled then is a line or a parameter.
pub(super) fn flat(scenario: &Scenario) -> Scenario {
    let mut flat = scenario.clone();
    flat.items.clear();
    for old in lowering::lower(scenario) {
        // As in the model, a line of the scenario takes over what the one that it replaces means.
        if let Some(line) = flat.lines.iter_mut().find(|line| line.key == old.key) {
            line.role = line.role.or(old.role);
            line.basis = line.basis.or(old.basis);
        } else if !scenario.has_key(&old.key) {
            let id = free_id(&flat);
            flat.lines.push(Line {
                id,
                key: old.key,
                label: old.label,
                section: old.section,
                unit: old.unit,
                value: old.value,
                role: old.role,
                output: old.output,
                timing: None,
                basis: old.basis,
                source: String::new(),
                note: String::new(),
            });
        }
    }
    flat
}

/// A line that computes a figure for nobody but us.
pub(super) fn add_line(scenario: &mut Scenario, stem: &str, unit: &str, value: Value) -> String {
    let key = scenario.free_key(stem);
    scenario.lines.push(Line {
        id: free_id(scenario),
        key: key.clone(),
        label: String::new(),
        section: Section::CashFlow,
        unit: unit.to_owned(),
        value,
        role: None,
        output: None,
        timing: None,
        basis: None,
        source: String::new(),
        note: String::new(),
    });
    key
}

/// Puts factors on the members of a driver, each on its figures without the driver: a member that follows from others
/// is scaled once. For that, what it takes from them, directly or through lines between, is taken unscaled.
pub(super) fn scale(scenario: &mut Scenario, members: &[Member]) -> Scaled {
    let keys: BTreeSet<&str> = members.iter().map(|member| member.key.as_str()).collect();
    let between = between(scenario, &keys);
    let mut unscaled: Vec<(String, String)> = Vec::new();
    for key in keys
        .iter()
        .copied()
        .chain(between.iter().map(String::as_str))
    {
        let other = scenario.free_key(&format!("unscaled_{}", unscaled.len() + 1));
        if copy(scenario, key, &other) {
            unscaled.push((key.to_owned(), other));
        }
    }
    for (_, other) in &unscaled {
        let line = scenario.lines.iter_mut().find(|line| line.key == *other);
        if let Some(Value::Formula(text)) = line.map(|line| &mut line.value) {
            for (key, other) in &unscaled {
                *text = formula::rename(text, key, other);
            }
        }
    }
    let mut scaled = Scaled::default();
    let mut of_lines: BTreeMap<bool, String> = BTreeMap::new();
    for member in members {
        let is_inverse = member.how == How::Over;
        if let Some(id) = vary(scenario, &member.key) {
            scaled.factors.push(Factor { id, is_inverse });
            continue;
        }
        let Some((key, other)) = unscaled.iter().find(|(key, _)| *key == member.key) else {
            continue;
        };
        let factor = of_lines.entry(is_inverse).or_insert_with(|| {
            let (id, key) = add_factor(scenario);
            scaled.factors.push(Factor { id, is_inverse });
            key
        });
        let text = match member.how {
            How::Times | How::Over => format!("={other} * {factor}"),
            How::Capped => format!("=min({other} * {factor}, max({other}, 100 %))"),
        };
        if let Some(line) = scenario.lines.iter_mut().find(|line| line.key == *key) {
            line.value = Value::Formula(text);
        }
        if member.how == How::Capped {
            scaled.capped.push((key.clone(), other.clone()));
        }
    }
    scaled
}

/// A copy of a line or parameter under another key; `false` where neither has the key.
fn copy(scenario: &mut Scenario, key: &str, other: &str) -> bool {
    let id = free_id(scenario);
    if let Some(mut row) = scenario
        .parameters
        .iter()
        .find(|row| row.key == key)
        .cloned()
    {
        row.id = id;
        row.slot = scenario.next_slot;
        other.clone_into(&mut row.key);
        scenario.next_slot = scenario.next_slot.saturating_add(1);
        scenario.parameters.push(row);
        return true;
    }
    let Some(mut line) = scenario.line_by_key(key).cloned() else {
        return false;
    };
    line.id = id;
    other.clone_into(&mut line.key);
    line.role = None;
    line.output = None;
    scenario.lines.push(line);
    true
}

/// Gives a parameter a factor that is always 1; `None` where no parameter has the key.
fn vary(scenario: &mut Scenario, key: &str) -> Option<Uuid> {
    let row = scenario.parameters.iter_mut().find(|row| row.key == key)?;
    row.uncertainty = Some(one(DistributionForm::Factor));
    Some(row.id)
}

fn add_factor(scenario: &mut Scenario) -> (Uuid, String) {
    let (id, key) = (free_id(scenario), scenario.free_key("scale_factor"));
    let slot = scenario.next_slot;
    scenario.next_slot = slot.saturating_add(1);
    scenario.parameters.push(Parameter {
        id,
        slot,
        key: key.clone(),
        label: String::new(),
        unit: String::new(),
        base: BaseValue::Number(1.0),
        uncertainty: Some(one(DistributionForm::Absolute)),
        source: String::new(),
        note: String::new(),
    });
    (id, key)
}

fn one(form: DistributionForm) -> Uncertainty {
    Uncertainty::once(form, Distribution::Uniform { min: 1.0, max: 1.0 })
}

/// An identity for a row that never leaves this module: of version 7 and its variant, at the time 0.
fn free_id(scenario: &Scenario) -> Uuid {
    let is_taken = |id: Uuid| {
        scenario.line(id).is_some()
            || scenario.parameter(id).is_some()
            || scenario.tables.iter().any(|table| table.id == id)
    };
    // Each new row makes the first number another one.
    let mut number = (scenario.lines.len() + scenario.parameters.len()) as u128;
    loop {
        let id = Uuid::from_u128((7 << 76) | (1 << 63) | number);
        if !is_taken(id) {
            return id;
        }
        number += 1;
    }
}

/// The names in the formula of each line.
pub(super) fn names(scenario: &Scenario) -> BTreeMap<&str, Vec<String>> {
    let lines = scenario.lines.iter();
    lines
        .map(|line| {
            let tree = line
                .value
                .formula()
                .and_then(|text| formula::parse(text).ok());
            let names = tree.as_ref().map(formula::names).unwrap_or_default();
            let names = names.into_iter().map(str::to_owned).collect();
            (line.key.as_str(), names)
        })
        .collect()
}

/// All that some keys are made of, themselves included.
pub(super) fn behind<'a>(
    names: &'a BTreeMap<&str, Vec<String>>,
    keys: impl IntoIterator<Item = &'a str>,
) -> BTreeSet<&'a str> {
    let mut open: Vec<&str> = keys.into_iter().collect();
    let mut found = BTreeSet::new();
    while let Some(key) = open.pop() {
        if found.insert(key) {
            open.extend(names.get(key).into_iter().flatten().map(String::as_str));
        }
    }
    found
}

/// The lines through which members follow from members.
fn between(scenario: &Scenario, members: &BTreeSet<&str>) -> Vec<String> {
    let names = names(scenario);
    let below = behind(&names, members.iter().copied());
    let mut leads: BTreeSet<&str> = BTreeSet::new();
    loop {
        let more: Vec<&str> = below
            .iter()
            .copied()
            .filter(|key| !members.contains(key) && !leads.contains(key))
            .filter(|key| {
                let of_line = names.get(key).into_iter().flatten().map(String::as_str);
                of_line
                    .into_iter()
                    .any(|name| members.contains(name) || leads.contains(name))
            })
            .collect();
        if more.is_empty() {
            return leads.into_iter().map(str::to_owned).collect();
        }
        leads.extend(more);
    }
}
