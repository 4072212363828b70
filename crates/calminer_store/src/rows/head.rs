//! The scenario's own row: name, calendar, conventions, settings of the last simulation.

use calminer_domain::scenario::Parent;
use calminer_domain::{
    Calendar, Conventions, PaybackOrigin, Scenario, SimulationSettings, StopRule,
};
use serde_json::Value as Json;
use uuid::Uuid;

use super::{choice, day, narrow, unsigned_zero, word};
use crate::codec::text;
use crate::entity::scenario::Model;
use crate::error::{StoreError, WHOLE};

const FIRST_SPEND: &str = "first_spend";
const DECISION_DATE: &str = "decision_date";
const FIRST_PRODUCTION: &str = "first_production";

pub(super) fn to_row(project: Uuid, scenario: &Scenario) -> Model {
    let calendar = &scenario.calendar;
    let Conventions {
        discount_rate,
        basis,
        inflation,
        base_date,
        payback_origin,
        percentile,
    } = &scenario.conventions;
    let SimulationSettings {
        trials,
        seed,
        sampling,
        replicates,
        repair_correlations,
        stop,
        keep,
        bands,
    } = &scenario.simulation;
    let (origin, decision) = origin_columns(*payback_origin);
    Model {
        id: scenario.id,
        project_id: project,
        revision: 0,
        created_at: 0,
        seal: String::new(),
        name: text::stored(&scenario.name),
        parent_scenario: scenario.parent.map(|parent| parent.scenario),
        parent_revision: scenario.parent.map(|parent| i64::from(parent.revision)),
        notes: text::stored(&scenario.notes),
        currency: text::stored(&scenario.currency),
        valuation_date: calendar.valuation_date.to_string(),
        start_date: calendar.start_date.to_string(),
        period_length: word(&calendar.period_length),
        periods: i64::from(calendar.periods),
        opening_period: calendar.opening_period,
        first_label: i64::from(calendar.first_label),
        timing: word(&calendar.timing),
        discount_rate: unsigned_zero(*discount_rate),
        basis: word(basis),
        inflation: unsigned_zero(*inflation),
        base_date: base_date.map(|date| date.to_string()),
        payback_origin: origin.to_owned(),
        payback_date: decision,
        percentile: word(percentile),
        next_slot: i64::from(scenario.next_slot),
        trials: trials.cast_signed(),
        seed: seed.cast_signed(),
        sampling: word(sampling),
        replicates: replicates.map(i64::from),
        repair_correlations: *repair_correlations,
        stop_output: stop.as_ref().map(|rule| text::stored(&rule.output)),
        stop_figure: stop.as_ref().map(|rule| word(&rule.figure)),
        stop_tolerance: stop.as_ref().map(|rule| unsigned_zero(rule.tolerance)),
        keep: word(keep),
        bands: Json::from(bands.as_slice()).to_string(),
    }
}

pub(super) fn from_row(row: Model) -> Result<Scenario, StoreError> {
    let parent = match (row.parent_scenario, row.parent_revision) {
        (Some(scenario), Some(revision)) => Some(Parent {
            scenario,
            revision: narrow("parent_revision", revision)?,
        }),
        (None, None) => None,
        _ => return Err(StoreError::damaged(WHOLE, "the parent is half there")),
    };
    Ok(Scenario {
        id: row.id,
        parent,
        calendar: calendar(&row)?,
        conventions: conventions(&row)?,
        simulation: SimulationSettings {
            trials: row.trials.cast_unsigned(),
            seed: row.seed.cast_unsigned(),
            sampling: choice(&row.sampling)?,
            replicates: row
                .replicates
                .map(|number| narrow("replicates", number))
                .transpose()?,
            repair_correlations: row.repair_correlations,
            stop: stop(&row)?,
            keep: choice(&row.keep)?,
            bands: list(&row.bands)?,
        },
        next_slot: narrow("next_slot", row.next_slot)?,
        name: text::read(row.name),
        notes: text::read(row.notes),
        currency: text::read(row.currency),
        parameters: Vec::new(),
        tables: Vec::new(),
        items: Vec::new(),
        lines: Vec::new(),
        correlations: Vec::new(),
    })
}

/// A list of texts in one column, as JSON.
fn list(column: &str) -> Result<Vec<String>, StoreError> {
    serde_json::from_str(column).map_err(|error| StoreError::damaged(WHOLE, error.to_string()))
}

fn stop(row: &Model) -> Result<Option<StopRule>, StoreError> {
    match (&row.stop_output, &row.stop_figure, row.stop_tolerance) {
        (Some(output), Some(figure), Some(tolerance)) => Ok(Some(StopRule {
            output: text::read(output.clone()),
            figure: choice(figure)?,
            tolerance,
        })),
        (None, None, None) => Ok(None),
        _ => Err(StoreError::damaged(WHOLE, "the stop rule is half there")),
    }
}

fn calendar(row: &Model) -> Result<Calendar, StoreError> {
    Ok(Calendar {
        valuation_date: day("valuation_date", &row.valuation_date)?,
        start_date: day("start_date", &row.start_date)?,
        period_length: choice(&row.period_length)?,
        periods: narrow("periods", row.periods)?,
        opening_period: row.opening_period,
        first_label: narrow("first_label", row.first_label)?,
        timing: choice(&row.timing)?,
    })
}

fn conventions(row: &Model) -> Result<Conventions, StoreError> {
    Ok(Conventions {
        discount_rate: row.discount_rate,
        basis: choice(&row.basis)?,
        inflation: row.inflation,
        base_date: row
            .base_date
            .as_deref()
            .map(|date| day("base_date", date))
            .transpose()?,
        payback_origin: origin(&row.payback_origin, row.payback_date.as_deref())?,
        percentile: choice(&row.percentile)?,
    })
}

fn origin_columns(origin: PaybackOrigin) -> (&'static str, Option<String>) {
    match origin {
        PaybackOrigin::FirstSpend => (FIRST_SPEND, None),
        PaybackOrigin::DecisionDate { date } => (DECISION_DATE, Some(date.to_string())),
        PaybackOrigin::FirstProduction => (FIRST_PRODUCTION, None),
    }
}

fn origin(word: &str, date: Option<&str>) -> Result<PaybackOrigin, StoreError> {
    match (word, date) {
        (FIRST_SPEND, None) => Ok(PaybackOrigin::FirstSpend),
        (DECISION_DATE, Some(date)) => Ok(PaybackOrigin::DecisionDate {
            date: day("payback_date", date)?,
        }),
        (FIRST_PRODUCTION, None) => Ok(PaybackOrigin::FirstProduction),
        _ => Err(StoreError::damaged(
            WHOLE,
            format!("payback_origin is {word:?} with {date:?}"),
        )),
    }
}
