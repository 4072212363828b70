//! Part of a run as plain data, and as bytes.
//!
//! The bytes: `CALMSHRD`, version (u32), length of the header (u32), header (JSON), columns of the kept trials (outputs
//! f64, draws and bands f32), sketches (those of each part of the run, then of the bands), SHA-256 over all before it.
//! Numbers are little-endian.

use calminer_domain::Keep;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use super::sketched::Counted;
use super::trials::Kept;
use crate::result::RunSettings;
use crate::statistics::Sketch;

const MAGIC: &[u8; 8] = b"CALMSHRD";

/// Version of the form of the bytes.
const VERSION: u32 = 1;

/// Length of the hash at the end.
const HASH: usize = 32;

/// Why bytes are no shard.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ShardError {
    /// They begin like something else.
    #[error("this is no shard of a run")]
    Foreign,
    /// A later program wrote them.
    #[error(
        "the shard has version {0} of its format, and this program reads version {VERSION}: use the program that made it"
    )]
    Version(u32),
    /// They were cut or changed on their way.
    #[error("the shard is damaged ({0}): copy it again, or make it again")]
    Damaged(String),
}

/// What a shard says of itself; with the scenario it decides every figure in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShardHeader {
    /// Version of the engine.
    pub engine: String,
    /// Number of the random stream.
    pub stream: u32,
    /// SHA-256 of the scenario's canonical document, in hexadecimal.
    pub scenario_sha256: String,
    /// What the whole run was asked to do.
    pub settings: RunSettings,
    /// Number of the shard, from 1.
    pub index: u32,
    /// Number of shards.
    pub count: u32,
    /// Its first trial, from 0.
    pub first_trial: u64,
    /// Its trials.
    pub trials: u64,
    /// Trials of which it has the samples: all, or those among the first of the run where it keeps sketches.
    pub kept: u64,
    /// Keys of the outputs, in their order.
    pub outputs: Vec<String>,
    /// Columns of draws.
    pub draws: u32,
    /// Columns of bands: lines and periods.
    pub bands: u32,
    /// Parts of the run, by number, of which it has sketches.
    pub parts: Vec<u32>,
}

impl ShardHeader {
    /// `shard 2 of 5`.
    pub fn name(&self) -> String {
        format!("shard {} of {}", self.index, self.count)
    }

    /// How the run of this shard differs from the run of another, in words; `None` where it is the same run.
    pub(super) fn differs_from(&self, other: &Self) -> Option<String> {
        let (own, its) = (&self.settings, &other.settings);
        let figures = [
            (
                "number of shards",
                u64::from(self.count),
                u64::from(other.count),
            ),
            ("seed", own.seed, its.seed),
            ("number of trials", own.trials, its.trials),
            (
                "random stream",
                u64::from(self.stream),
                u64::from(other.stream),
            ),
        ];
        if let Some((what, own, its)) = figures.into_iter().find(|(_, own, its)| own != its) {
            return Some(format!("its {what} is {own}, not {its}"));
        }
        let texts = [
            ("sampling is", own.sampling.words(), its.sampling.words()),
            ("run keeps", own.keep.words(), its.keep.words()),
            ("engine is", &self.engine, &other.engine),
        ];
        if let Some((what, own, its)) = texts.into_iter().find(|(_, own, its)| own != its) {
            return Some(format!("its {what} {own}, not {its}"));
        }
        if self.scenario_sha256 != other.scenario_sha256 {
            return Some("its scenario is another, or another state of it".to_owned());
        }
        (own != its).then(|| "its settings are others".to_owned())
    }

    fn keeps_sketches(&self) -> bool {
        self.settings.keep == Keep::Sketches
    }

    /// Columns of bands that are kept trial by trial.
    fn band_columns(&self) -> u32 {
        if self.keeps_sketches() { 0 } else { self.bands }
    }

    fn sketches(&self) -> u128 {
        if self.keeps_sketches() {
            self.parts.len() as u128 * self.outputs.len() as u128 + u128::from(self.bands)
        } else {
            0
        }
    }

    /// Bytes between the header and the hash.
    fn payload(&self) -> u128 {
        let narrow = u128::from(self.draws) + u128::from(self.band_columns());
        let trial = 8 * self.outputs.len() as u128 + 4 * narrow;
        u128::from(self.kept) * trial + self.sketches() * Sketch::BYTES as u128
    }
}

/// Part of a run: what [`super::shard`] gives and [`super::merge`] takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Shard {
    header: ShardHeader,
    kept: Kept,
    counted: Counted,
}

impl Shard {
    pub(super) fn new(header: ShardHeader, kept: Kept, counted: Counted) -> Self {
        // Columns of no trials say nothing.
        let kept = if header.kept == 0 {
            Kept::default()
        } else {
            kept
        };
        Self {
            header,
            kept,
            counted,
        }
    }

    /// What it says of itself.
    pub fn header(&self) -> &ShardHeader {
        &self.header
    }

    pub(super) fn into_parts(self) -> (Kept, Counted) {
        (self.kept, self.counted)
    }

    /// The shard as bytes, the same for the same shard.
    pub fn to_bytes(&self) -> Vec<u8> {
        let header = serde_json::to_vec(&self.header).unwrap_or_default();
        let payload = usize::try_from(self.header.payload()).unwrap_or(0);
        let mut bytes = Vec::with_capacity(16 + header.len() + payload + HASH);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(&(header.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&header);
        for figure in self.kept.outputs.iter().flatten() {
            bytes.extend_from_slice(&figure.to_le_bytes());
        }
        for figure in self.kept.draws.iter().chain(&self.kept.bands).flatten() {
            bytes.extend_from_slice(&figure.to_le_bytes());
        }
        let parts = self.counted.parts.iter().flat_map(|(_, outputs)| outputs);
        for sketch in parts.chain(&self.counted.bands) {
            sketch.write(&mut bytes);
        }
        let hash = Sha256::digest(&bytes);
        bytes.extend_from_slice(&hash);
        bytes
    }

    /// Reads what [`Self::to_bytes`] wrote. Whatever the bytes are, it takes no more memory than a few times their
    /// number.
    ///
    /// # Errors
    /// When they are something else, of a later version, or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ShardError> {
        let damaged = |what: &str| ShardError::Damaged(what.to_owned());
        let rest = bytes.strip_prefix(MAGIC).ok_or(ShardError::Foreign)?;
        let cut = || damaged("it ends too early");
        let (version, rest) = rest.split_first_chunk::<4>().ok_or_else(cut)?;
        let version = u32::from_le_bytes(*version);
        if version != VERSION {
            return Err(ShardError::Version(version));
        }
        let (rest, hash) = rest.split_last_chunk::<HASH>().ok_or_else(cut)?;
        let told = Sha256::digest(&bytes[..bytes.len() - HASH]);
        if told.as_slice() != hash {
            return Err(damaged("its hash is another"));
        }
        let (length, rest) = rest.split_first_chunk::<4>().ok_or_else(cut)?;
        let length = u32::from_le_bytes(*length) as usize;
        let (header, payload) = rest.split_at_checked(length).ok_or_else(cut)?;
        let header: ShardHeader = serde_json::from_slice(header)
            .map_err(|error| ShardError::Damaged(format!("its header: {error}")))?;
        if header.payload() != payload.len() as u128 {
            return Err(damaged("it has not as many figures as its header says"));
        }
        Self::read(header, payload).ok_or_else(|| damaged("its counts are impossible"))
    }

    /// Reads the columns and sketches of a payload whose length is right.
    fn read(header: ShardHeader, mut rest: &[u8]) -> Option<Self> {
        let mut kept = Kept::default();
        if header.kept > 0 {
            let trials = usize::try_from(header.kept).ok()?;
            for _ in &header.outputs {
                let (column, after) = rest.split_at_checked(trials.checked_mul(8)?)?;
                let (figures, _) = column.as_chunks::<8>();
                kept.outputs.push(
                    figures
                        .iter()
                        .map(|bytes| f64::from_le_bytes(*bytes))
                        .collect(),
                );
                rest = after;
            }
            let narrow = [
                (&mut kept.draws, header.draws),
                (&mut kept.bands, header.band_columns()),
            ];
            for (columns, count) in narrow {
                for _ in 0..count {
                    let (column, after) = rest.split_at_checked(trials.checked_mul(4)?)?;
                    let (figures, _) = column.as_chunks::<4>();
                    columns.push(
                        figures
                            .iter()
                            .map(|bytes| f32::from_le_bytes(*bytes))
                            .collect(),
                    );
                    rest = after;
                }
            }
        }
        let mut counted = Counted::default();
        if header.keeps_sketches() {
            let sketches: Option<Vec<Sketch>> =
                rest.chunks(Sketch::BYTES).map(Sketch::read).collect();
            let mut sketches = sketches?.into_iter();
            for number in &header.parts {
                let outputs = sketches.by_ref().take(header.outputs.len()).collect();
                counted.parts.push((*number, outputs));
            }
            counted.bands = sketches.collect();
        }
        Some(Self::new(header, kept, counted))
    }
}
