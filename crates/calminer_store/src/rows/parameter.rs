//! Parameters; the figures of their distributions are in [`super::distribution`].

use calminer_domain::{BaseValue, Distribution, Parameter, Uncertainty};
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
        form: parameter
            .uncertainty
            .as_ref()
            .map(|uncertainty| word(&uncertainty.form)),
        distribution: parameter
            .uncertainty
            .as_ref()
            .map(|uncertainty| distribution::kind(&uncertainty.distribution)),
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
    let uncertainty = match (row.form, distribution) {
        (Some(form), Some(distribution)) => Some(Uncertainty {
            form: choice(&form)?,
            distribution,
        }),
        (None, None) => None,
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
