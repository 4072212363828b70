//! Runs: what was asked, what came out, and the samples.

use std::collections::BTreeMap;

use calminer_engine::result::{OutputResult, RunOutcome, Samples};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, DatabaseTransaction,
    DerivePartialModel, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _,
};
use uuid::Uuid;

use crate::codec::seal::Seal;
use crate::codec::{figures, pack, plain, sha256_hex, text, unpack, unpack_up_to};
use crate::entity::{simulation_output, simulation_result, simulation_sample};
use crate::error::{StoreError, WHOLE};
use crate::model::{Moment, RunEntry, StoredRun};
use crate::rows::{choice, narrow, word};
use crate::store::Store;
use crate::{revisions, settings, sql};

/// Samples of one output in one row: 8 MB, which every database and every memory takes.
const PART: usize = 1 << 20;
const RUN: &str = "the run";

/// A run as rows.
struct Ready {
    result: simulation_result::Model,
    outputs: Vec<simulation_output::Model>,
    samples: Vec<simulation_sample::Model>,
}

#[derive(DerivePartialModel)]
#[sea_orm(entity = "simulation_result::Entity")]
struct Listed {
    id: Uuid,
    revision: i64,
    created_at: i64,
    trials: i64,
    seed: i64,
    sampling: String,
    size_bytes: i64,
}

impl Store {
    /// Keeps a run of a saved revision, with its samples where they are given.
    pub async fn save_run(
        &self,
        scenario: Uuid,
        revision: u32,
        outcome: &RunOutcome,
        samples: Option<&Samples>,
    ) -> Result<Uuid, StoreError> {
        let ready = ready(scenario, i64::from(revision), outcome, samples)?;
        let id = ready.result.id;
        self.write(move |db| Box::pin(write(db, ready))).await?;
        Ok(id)
    }

    /// The runs of a scenario, newest first.
    pub async fn runs(&self, scenario: Uuid) -> Result<Vec<RunEntry>, StoreError> {
        let rows = simulation_result::Entity::find()
            .filter(simulation_result::Column::ScenarioId.eq(scenario))
            .order_by_desc(simulation_result::Column::CreatedAt)
            .order_by_desc(simulation_result::Column::Id)
            .into_partial_model::<Listed>()
            .all(self.db())
            .await?;
        rows.iter().map(entry).collect()
    }

    /// A run with its samples.
    pub async fn load_run(&self, run: Uuid) -> Result<StoredRun, StoreError> {
        self.read(move |db| Box::pin(load(db, run))).await
    }

    /// Deletes a run with its samples.
    pub async fn delete_run(&self, run: Uuid) -> Result<(), StoreError> {
        self.write(move |db| {
            Box::pin(async move {
                let deleted = simulation_result::Entity::delete_by_id(run)
                    .exec(db)
                    .await?;
                if deleted.rows_affected == 0 {
                    return Err(StoreError::missing(RUN));
                }
                settings::log(db, settings::Change::of("delete run")).await
            })
        })
        .await
    }
}

fn entry(row: &Listed) -> Result<RunEntry, StoreError> {
    Ok(RunEntry {
        id: row.id,
        revision: narrow("revision", row.revision)?,
        created_at: Moment::from_unix_millis(row.created_at),
        trials: row.trials.cast_unsigned(),
        seed: row.seed.cast_unsigned(),
        sampling: choice(&row.sampling)?,
        size_bytes: row.size_bytes.cast_unsigned(),
    })
}

fn ready(
    scenario: Uuid,
    revision: i64,
    outcome: &RunOutcome,
    samples: Option<&Samples>,
) -> Result<Ready, StoreError> {
    let id = Uuid::now_v7();
    let unstorable = |error: serde_json::Error| StoreError::Unstorable {
        reason: error.to_string(),
    };
    let document = plain::write(outcome).map_err(unstorable)?;
    let packed = pack(&document)?;
    let samples = sample_rows(id, samples)?;
    let size = packed.len() + samples.iter().map(|row| row.data.len()).sum::<usize>();
    let mut result = simulation_result::Model {
        id,
        scenario_id: scenario,
        revision,
        created_at: Moment::now().unix_millis(),
        trials: outcome.trials().cast_signed(),
        seed: outcome.settings.seed.cast_signed(),
        sampling: word(&outcome.settings.sampling),
        replicates: i64::from(outcome.replicates),
        stream: i64::from(outcome.stream),
        engine: outcome.engine.clone(),
        scenario_sha256: outcome.scenario_sha256.clone(),
        samples_sha256: outcome.samples_sha256.clone(),
        outcome: packed,
        outcome_sha256: sha256_hex(&document),
        size_bytes: i64::try_from(size).unwrap_or(i64::MAX),
        seal: String::new(),
    };
    result.seal = seal(&result, &samples);
    let outputs = outcome
        .outputs
        .iter()
        .zip(0..)
        .map(|(output, at)| output_row(id, at, output))
        .collect();
    Ok(Ready {
        result,
        outputs,
        samples,
    })
}

async fn write(db: &DatabaseTransaction, ready: Ready) -> Result<(), StoreError> {
    let (scenario, revision) = (ready.result.scenario_id, ready.result.revision);
    if revisions::row(db, scenario, revision).await?.is_none() {
        return Err(StoreError::Missing {
            what: format!("revision {revision} of the scenario"),
        });
    }
    ready.result.into_active_model().insert(db).await?;
    sql::insert_all::<simulation_output::Entity>(db, ready.outputs).await?;
    for part in ready.samples {
        simulation_sample::Entity::insert(part.into_active_model())
            .exec_without_returning(db)
            .await?;
    }
    settings::log(
        db,
        settings::Change::of("save run")
            .scenario(scenario)
            .revision(revision),
    )
    .await
}

fn sample_rows(
    id: Uuid,
    samples: Option<&Samples>,
) -> Result<Vec<simulation_sample::Model>, StoreError> {
    let mut rows = Vec::new();
    for (key, column) in samples
        .map(|samples| samples.columns.as_slice())
        .unwrap_or_default()
    {
        // An empty column is a part of its own, so that it comes back.
        let parts = column
            .chunks(PART)
            .chain(column.is_empty().then_some(&[] as &[f64]));
        for (figures, part) in parts.zip(0..) {
            let bytes = figures::to_bytes(figures);
            rows.push(simulation_sample::Model {
                result_id: id,
                output_key: text::stored(key),
                part,
                trials: i64::try_from(figures.len()).unwrap_or(i64::MAX),
                sha256: sha256_hex(&bytes),
                data: pack(&bytes)?,
            });
        }
    }
    Ok(rows)
}

/// A figure that is not finite is NULL here; the outcome has it.
fn output_row(id: Uuid, position: i64, output: &OutputResult) -> simulation_output::Model {
    let finite = |figure: Option<f64>| {
        figure
            .filter(|figure| figure.is_finite())
            .map(crate::rows::unsigned_zero)
    };
    let percentiles = &output.summary.percentiles;
    let mut row = simulation_output::Model {
        result_id: id,
        output_key: text::stored(&output.key),
        position,
        label: text::stored(&output.label),
        unit: text::stored(&output.unit),
        direction: word(&output.direction),
        base: finite(Some(output.base)),
        mean: finite(output.summary.mean),
        p10: finite(percentiles.p10),
        p50: finite(percentiles.p50),
        p90: finite(percentiles.p90),
        seal: String::new(),
    };
    row.seal = output_seal(&row);
    row
}

pub(crate) async fn load(db: &DatabaseTransaction, id: Uuid) -> Result<StoredRun, StoreError> {
    let row = simulation_result::Entity::find_by_id(id)
        .one(db)
        .await?
        .ok_or_else(|| StoreError::missing(RUN))?;
    let name = format!("the run of {}", Moment::from_unix_millis(row.created_at));
    load_row(db, row).await.map_err(|error| error.of(|| name))
}

async fn load_row(
    db: &impl ConnectionTrait,
    row: simulation_result::Model,
) -> Result<StoredRun, StoreError> {
    let mut parts = simulation_sample::Entity::find()
        .filter(simulation_sample::Column::ResultId.eq(row.id))
        .all(db)
        .await?;
    parts.sort_by(|a, b| (&a.output_key, a.part).cmp(&(&b.output_key, b.part)));
    if seal(&row, &parts) != row.seal {
        return Err(StoreError::damaged(
            WHOLE,
            "the columns of a run differ from what was saved",
        ));
    }
    let document = unpack(&row.outcome)?;
    if sha256_hex(&document) != row.outcome_sha256 {
        return Err(StoreError::damaged(
            WHOLE,
            "the outcome of a run has another hash than when it was saved",
        ));
    }
    let outcome =
        plain::read(&document).map_err(|error| StoreError::damaged(WHOLE, error.to_string()))?;
    Ok(StoredRun {
        id: row.id,
        scenario: row.scenario_id,
        revision: narrow("revision", row.revision)?,
        created_at: Moment::from_unix_millis(row.created_at),
        outcome,
        samples: samples(parts)?,
    })
}

fn samples(parts: Vec<simulation_sample::Model>) -> Result<Option<Samples>, StoreError> {
    let mut columns: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for part in parts {
        let bytes = unpack_up_to(&part.data, PART * size_of::<f64>())?;
        if sha256_hex(&bytes) != part.sha256 {
            return Err(StoreError::damaged(
                WHOLE,
                "samples have another hash than when they were saved",
            ));
        }
        columns
            .entry(text::read(part.output_key))
            .or_default()
            .extend(figures::from_bytes(&bytes)?);
    }
    Ok((!columns.is_empty()).then(|| Samples {
        columns: columns.into_iter().collect(),
    }))
}

/// The seal over what is not in the outcome, and over the hashes of all samples, so that none can be lost unseen.
fn seal(row: &simulation_result::Model, samples: &[simulation_sample::Model]) -> String {
    let mut order: Vec<_> = samples.iter().collect();
    order.sort_by(|a, b| (&a.output_key, a.part).cmp(&(&b.output_key, b.part)));
    let seal = Seal::of("simulation_result")
        .id(row.id)
        .id(row.scenario_id)
        .whole(row.revision)
        .whole(row.created_at)
        .whole(row.trials)
        .whole(row.seed)
        .text(&row.sampling)
        .whole(row.replicates)
        .whole(row.stream)
        .text(&row.engine)
        .text(&row.scenario_sha256)
        .text(row.samples_sha256.as_deref().unwrap_or_default())
        .text(&row.outcome_sha256)
        .whole(row.size_bytes);
    let part = |seal: Seal, part: &&simulation_sample::Model| {
        seal.text(&part.output_key)
            .whole(part.part)
            .whole(part.trials)
            .text(&part.sha256)
    };
    order.iter().fold(seal, part).close()
}

pub(crate) fn output_seal(row: &simulation_output::Model) -> String {
    Seal::of("simulation_output")
        .id(row.result_id)
        .text(&row.output_key)
        .whole(row.position)
        .text(&row.label)
        .text(&row.unit)
        .text(&row.direction)
        .figure(row.base)
        .figure(row.mean)
        .figure(row.p10)
        .figure(row.p50)
        .figure(row.p90)
        .close()
}
