//! Parameters; the figures of their distributions are in [`super::distribution`].

use calminer_domain::{BaseValue, Distribution, Parameter, Truncation, Uncertainty};
use uuid::Uuid;

use super::{choice, distribution, narrow, unsigned_zero, word};
use crate::codec::{figures, text};
use crate::entity::parameter::Model;
use crate::error::{StoreError, WHOLE};

const NUMBER: &str = "number";
const SERIES: &str = "series";

pub(super) fn to_row(scenario: Uuid, position: i64, parameter: &Parameter) -> Model {
    let (kind, number, series) = match &parameter.base {
        BaseValue::Number(number) => (NUMBER, Some(unsigned_zero(*number)), None),
        BaseValue::Series(series) => (SERIES, None, Some(figures::to_bytes(series))),
    };
    let own = parameter.uncertainty.as_ref();
    let truncation = own.map_or_else(Truncation::default, |uncertainty| uncertainty.truncation);
    Model {
        scenario_id: scenario,
        id: parameter.id,
        position,
        key: text::stored(&parameter.key),
        label: text::stored(&parameter.label),
        unit: text::stored(&parameter.unit),
        slot: i64::from(parameter.slot),
        base_kind: kind.to_owned(),
        base_number: number,
        base_series: series,
        form: own.map(|uncertainty| word(&uncertainty.form)),
        distribution: own.map(|uncertainty| distribution::kind(&uncertainty.distribution)),
        truncation_min: truncation.min.map(unsigned_zero),
        truncation_max: truncation.max.map(unsigned_zero),
        draw: own.map(|uncertainty| word(&uncertainty.draw)),
        source: text::stored(&parameter.source),
        note: text::stored(&parameter.note),
    }
}

pub(super) fn from_row(
    row: Model,
    distribution: Option<Distribution>,
) -> Result<Parameter, StoreError> {
    let base = match (row.base_kind.as_str(), row.base_number, row.base_series) {
        (NUMBER, Some(number), None) => BaseValue::Number(number),
        (SERIES, None, Some(series)) => BaseValue::Series(figures::from_bytes(&series)?),
        _ => {
            return Err(StoreError::damaged(
                WHOLE,
                "the base value of a parameter is neither a number nor a series",
            ));
        }
    };
    let truncation = Truncation {
        min: row.truncation_min,
        max: row.truncation_max,
    };
    let uncertainty = match (row.form, row.draw, distribution) {
        (Some(form), Some(draw), Some(distribution)) => Some(Uncertainty {
            form: choice(&form)?,
            distribution,
            truncation,
            draw: choice(&draw)?,
        }),
        (None, None, None) if truncation.is_open() => None,
        _ => {
            return Err(StoreError::damaged(
                WHOLE,
                "the distribution of a parameter is half there",
            ));
        }
    };
    Ok(Parameter {
        id: row.id,
        slot: narrow("slot", row.slot)?,
        key: text::read(row.key),
        label: text::read(row.label),
        unit: text::read(row.unit),
        base,
        uncertainty,
        source: text::read(row.source),
        note: text::read(row.note),
    })
}
