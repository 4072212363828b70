//! What can be said about a scenario without computing it: names, units, rows, distributions, settings.
//!
//! Names that formulas use, dimensions and cycles are the compiler's part.

mod items;

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use crate::correlation::refused_pair;
use crate::formula;
use crate::issue::{Issue, Place};
use crate::item::item_place;
use crate::line::{Line, Role, Value};
use crate::parameter::{BaseValue, Correlation, Draw, LookupTable, Parameter};
use crate::scenario::{MAX_SEED, MAX_TRIALS, PaybackOrigin, Scenario};
use crate::units::Unit;

/// Every structural issue, in the order of the scenario.
pub fn validate(scenario: &Scenario) -> Vec<Issue> {
    let mut issues = Vec::new();
    settings(scenario, &mut issues);
    let taken = key_counts(scenario);
    for (index, row) in scenario.parameters.iter().enumerate() {
        parameter(scenario, row, index, &taken, &mut issues);
    }
    for (index, row) in scenario.tables.iter().enumerate() {
        table(scenario, row, index, &taken, &mut issues);
    }
    items::items(scenario, &mut issues);
    let mut roles = BTreeSet::new();
    for (index, row) in scenario.lines.iter().enumerate() {
        line(scenario, row, index, &taken, &mut issues);
        role(row, index, &mut roles, &mut issues);
    }
    identities(scenario, &mut issues);
    correlations(scenario, &mut issues);
    issues
}

/// Where a field of a parameter stands; a row without a key goes by its position.
pub fn parameter_place(row: &Parameter, index: usize, field: impl Into<String>) -> Place {
    Place::Parameter {
        id: row.id,
        key: key_or_position(&row.key, index),
        field: field.into(),
    }
}

/// Where a field of a line stands.
pub fn line_place(row: &Line, index: usize, field: impl Into<String>) -> Place {
    Place::Line {
        id: row.id,
        key: key_or_position(&row.key, index),
        field: field.into(),
    }
}

/// Where a field of a table stands.
pub fn table_place(row: &LookupTable, index: usize, field: impl Into<String>) -> Place {
    Place::Table {
        id: row.id,
        key: key_or_position(&row.key, index),
        field: field.into(),
    }
}

fn key_or_position(key: &str, index: usize) -> String {
    if key.is_empty() {
        format!("#{}", index + 1)
    } else {
        key.to_owned()
    }
}

fn setting(field: &str, code: &'static str, message: String) -> Issue {
    Issue::error(
        Place::Scenario {
            field: field.to_owned(),
        },
        code,
        message,
    )
}

fn settings(scenario: &Scenario, issues: &mut Vec<Issue>) {
    for (field, message) in scenario.calendar.problems() {
        issues.push(setting(&format!("calendar.{field}"), "calendar", message));
    }
    if let Err(error) = Unit::parse(&scenario.currency, &scenario.currency) {
        issues.push(setting("currency", "currency_unknown", error.to_string()));
    } else if scenario.currency.trim().is_empty() {
        issues.push(setting(
            "currency",
            "currency_unknown",
            "the scenario has no currency; type an ISO code such as USD".to_owned(),
        ));
    }
    let rates = [
        (
            "conventions.discount_rate",
            scenario.conventions.discount_rate,
        ),
        ("conventions.inflation", scenario.conventions.inflation),
    ];
    for (field, rate) in rates {
        if !(rate.is_finite() && rate > -1.0) {
            issues.push(setting(
                field,
                "rate",
                format!("{rate} is not a rate above -100 %"),
            ));
        }
    }
    origin(scenario, issues);
    simulation(scenario, issues);
}

/// A payback that is counted from first production needs to know which line is the product.
fn origin(scenario: &Scenario, issues: &mut Vec<Issue>) {
    if scenario.conventions.payback_origin != PaybackOrigin::FirstProduction {
        return;
    }
    let lowered = crate::lowering::lower(scenario);
    let has = |role: Role| {
        let is_lowered = lowered.iter().any(|line| line.role == Some(role));
        is_lowered || scenario.line_by_role(role).is_some()
    };
    if has(Role::AfterTaxCashFlow) && !has(Role::PayableProduct) {
        let place = Place::Scenario {
            field: "conventions.payback_origin".to_owned(),
        };
        let message = "no line is marked as payable product sold, so payback is counted from the first spend of \
                       initial capital; give one line that role";
        issues.push(Issue::notice(place, "payback_origin", message));
    }
}

fn simulation(scenario: &Scenario, issues: &mut Vec<Issue>) {
    let run = &scenario.simulation;
    if run.trials == 0 || run.trials > MAX_TRIALS {
        issues.push(setting(
            "simulation.trials",
            "trials",
            format!(
                "{} trials: type a number from 1 to {MAX_TRIALS}",
                run.trials
            ),
        ));
    }
    if run.seed > MAX_SEED {
        issues.push(setting(
            "simulation.seed",
            "seed",
            format!(
                "seed {} is above {MAX_SEED}, the largest that every file and database keeps",
                run.seed
            ),
        ));
    }
    if let Some(replicates) = run.replicates
        && (replicates == 0 || u64::from(replicates) > run.trials)
    {
        issues.push(setting(
            "simulation.replicates",
            "replicates",
            format!(
                "{replicates} replicates of {} trials: each replicate needs at least one trial",
                run.trials
            ),
        ));
    }
}

fn key_counts(scenario: &Scenario) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for key in scenario.keys() {
        *counts.entry(key).or_insert(0) += 1;
    }
    counts
}

fn key(key: &str, taken: &BTreeMap<&str, usize>, place: Place, issues: &mut Vec<Issue>) {
    if key.is_empty() {
        issues.push(Issue::error(
            place,
            "key_missing",
            "the row has no key; formulas need one",
        ));
    } else if formula::is_reserved(key) {
        issues.push(Issue::error(
            place,
            "key_reserved",
            format!("{key} is a word of the formula language; choose another key"),
        ));
    } else if !formula::is_key(key) {
        let message = format!(
            "{key:?} is not a key: use letters, digits and _, no digit first, at most 64 characters"
        );
        issues.push(Issue::error(place, "key_invalid", message));
    } else if taken.get(key).is_some_and(|count| *count > 1) {
        issues.push(Issue::error(
            place,
            "key_doubled",
            format!("the key {key} stands more than once in the scenario"),
        ));
    }
}

fn unit(text: &str, scenario: &Scenario, place: Place, issues: &mut Vec<Issue>) {
    if let Err(error) = Unit::parse(text, &scenario.currency) {
        issues.push(Issue::error(place, "unit_unknown", error.to_string()));
    }
}

/// A row of figures with one for each period, all finite.
fn series(
    figures: &[f64],
    scenario: &Scenario,
    place: impl Fn(String) -> Place,
    field: &str,
    issues: &mut Vec<Issue>,
) {
    let wanted = scenario.calendar.column_count();
    if figures.len() != wanted {
        let message = format!(
            "{} figures stand in a row of {wanted} periods",
            figures.len()
        );
        issues.push(Issue::error(
            place(field.to_owned()),
            "series_length",
            message,
        ));
    }
    for (index, figure) in figures
        .iter()
        .enumerate()
        .filter(|(_, figure)| !figure.is_finite())
    {
        let message = format!("{figure} is not a finite number");
        issues.push(Issue::error(
            place(format!("{field}.{}", index + 1)),
            "not_finite",
            message,
        ));
    }
}

fn parameter(
    scenario: &Scenario,
    row: &Parameter,
    index: usize,
    taken: &BTreeMap<&str, usize>,
    issues: &mut Vec<Issue>,
) {
    let place = |field: String| parameter_place(row, index, field);
    key(&row.key, taken, place("key".to_owned()), issues);
    unit(&row.unit, scenario, place("unit".to_owned()), issues);
    match &row.base {
        BaseValue::Number(figure) if !figure.is_finite() => {
            issues.push(Issue::error(
                place("base".to_owned()),
                "not_finite",
                format!("{figure} is not a finite number"),
            ));
        }
        BaseValue::Number(_) => {}
        BaseValue::Series(figures) => series(figures, scenario, place, "base", issues),
    }
    let Some(uncertainty) = &row.uncertainty else {
        return;
    };
    for problem in uncertainty.problems() {
        let at = place(format!("distribution.{}", problem.field));
        let message = format!("{}: {}", row.title(), problem.message);
        issues.push(if problem.blocks {
            Issue::error(at, "distribution", message)
        } else {
            Issue::notice(at, "distribution_notice", message)
        });
    }
    let absolute = uncertainty.form == crate::distribution::DistributionForm::Absolute;
    if absolute && uncertainty.draw == Draw::Once && matches!(row.base, BaseValue::Series(_)) {
        let message = "a row of base figures takes a distribution that is a factor or a percentage of base; \
                       one draw multiplies the whole row";
        issues.push(Issue::error(
            place("distribution.form".to_owned()),
            "distribution_form",
            message,
        ));
    }
}

fn table(
    scenario: &Scenario,
    row: &LookupTable,
    index: usize,
    taken: &BTreeMap<&str, usize>,
    issues: &mut Vec<Issue>,
) {
    let place = |field: &str| table_place(row, index, field);
    key(&row.key, taken, place("key"), issues);
    unit(&row.unit, scenario, place("unit"), issues);
    for (field, keys) in [("rows", &row.rows), ("columns", &row.columns)] {
        if keys.iter().any(|key| !key.is_finite()) || keys.windows(2).any(|pair| pair[0] >= pair[1])
        {
            issues.push(Issue::error(
                place(field),
                "table_keys",
                format!("the {field} of a table are finite numbers that rise"),
            ));
        }
    }
    let wanted = row.rows.len() * row.columns.len().max(1);
    if wanted == 0 || row.values.len() != wanted {
        let message = format!(
            "{} values stand in a table of {wanted} places; it needs one each and at least one",
            row.values.len()
        );
        issues.push(Issue::error(place("values"), "table_size", message));
    }
    if let Some(figure) = row.values.iter().find(|figure| !figure.is_finite()) {
        issues.push(Issue::error(
            place("values"),
            "not_finite",
            format!("{figure} is not a finite number"),
        ));
    }
}

fn line(
    scenario: &Scenario,
    row: &Line,
    index: usize,
    taken: &BTreeMap<&str, usize>,
    issues: &mut Vec<Issue>,
) {
    let place = |field: String| line_place(row, index, field);
    key(&row.key, taken, place("key".to_owned()), issues);
    unit(&row.unit, scenario, place("unit".to_owned()), issues);
    match &row.value {
        Value::Number(figure) if !figure.is_finite() => {
            issues.push(Issue::error(
                place("value".to_owned()),
                "not_finite",
                format!("{figure} is not a finite number"),
            ));
        }
        Value::Number(_) => {}
        Value::Series(figures) => series(figures, scenario, place, "value", issues),
        Value::Formula(text) => {
            if let Err(error) = formula::parse(text) {
                issues.push(Issue::error(
                    place("value".to_owned()),
                    "formula",
                    error.to_string(),
                ));
            }
        }
    }
}

fn role(row: &Line, index: usize, roles: &mut BTreeSet<Role>, issues: &mut Vec<Issue>) {
    if let Some(role) = row.role
        && !roles.insert(role)
    {
        let message = format!("another line already is the {}", role.words());
        issues.push(Issue::error(
            line_place(row, index, "role"),
            "role_doubled",
            message,
        ));
    }
}

/// Two rows with one identity would share a random stream and a database row.
fn identities(scenario: &Scenario, issues: &mut Vec<Issue>) {
    let mut ids = BTreeSet::new();
    let parameters = scenario
        .parameters
        .iter()
        .enumerate()
        .map(|(index, row)| (row.id, parameter_place(row, index, "id")));
    let tables = scenario
        .tables
        .iter()
        .enumerate()
        .map(|(index, row)| (row.id, table_place(row, index, "id")));
    let lines = scenario
        .lines
        .iter()
        .enumerate()
        .map(|(index, row)| (row.id, line_place(row, index, "id")));
    let items = scenario
        .items
        .iter()
        .enumerate()
        .map(|(index, row)| (row.id, item_place(row, index, "id")));
    for (id, place) in parameters.chain(tables).chain(lines).chain(items) {
        if !ids.insert(id) {
            issues.push(Issue::error(
                place,
                "id_doubled",
                format!("the identity {id} stands more than once in the scenario"),
            ));
        }
    }
    let mut slots = BTreeSet::new();
    for (index, row) in scenario.parameters.iter().enumerate() {
        if !slots.insert(row.slot) || row.slot >= scenario.next_slot {
            let message = format!(
                "slot {} is taken or not below the next free slot {}",
                row.slot, scenario.next_slot
            );
            issues.push(Issue::error(
                parameter_place(row, index, "slot"),
                "slot",
                message,
            ));
        }
    }
}

fn correlations(scenario: &Scenario, issues: &mut Vec<Issue>) {
    let name = |id: Uuid| {
        scenario
            .parameter(id)
            .map_or_else(|| id.to_string(), |row| row.key.clone())
    };
    let mut pairs = BTreeSet::new();
    for pair in &scenario.correlations {
        let Correlation { a, b, rho, .. } = pair;
        let place = Place::Correlation {
            a: name(*a),
            b: name(*b),
        };
        let mut refuse =
            |code, message: String| issues.push(Issue::error(place.clone(), code, message));
        if !(rho.is_finite() && rho.abs() <= 1.0) {
            refuse(
                "correlation_range",
                format!("rank correlation {rho} lies outside -1 to 1"),
            );
        }
        if a == b {
            refuse(
                "correlation_self",
                "a parameter is not correlated with itself".to_owned(),
            );
        }
        if !pairs.insert((*a.min(b), *a.max(b))) {
            refuse(
                "correlation_doubled",
                "this pair stands more than once".to_owned(),
            );
        }
        for id in [*a, *b] {
            if scenario.parameter(id).is_none() {
                refuse(
                    "correlation_missing",
                    format!("no parameter has the identity {id}"),
                );
            }
        }
        if a != b
            && let (Some(one), Some(other)) = (scenario.parameter(*a), scenario.parameter(*b))
            && let Some(why) = refused_pair(one, other)
        {
            refuse("correlation_refused", why);
        }
    }
}
