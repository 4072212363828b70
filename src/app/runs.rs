//! The runs of the open scenario: stored ones, fresh ones, the one on show, and the one that is on its way.

use std::collections::BTreeMap;
use std::sync::Arc;

use calminer_domain::{Scenario, SimulationSettings};
use calminer_engine::result::{OutputResult, RunOutcome, Samples};
use uuid::Uuid;

use crate::app::document::Document;
pub use crate::services::event::RunEntry;
pub use crate::services::live_run::{LiveHistogram, LiveOutput, LiveRun};

/// How a run stands to the content on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It belongs to what is on the screen.
    Current,
    /// It belongs to an earlier revision.
    Earlier(u32),
    /// It belongs to edits that were not saved, or to content that is not on the screen any more.
    UnsavedEdits,
}

/// A run of this session with everything it needs to be stored later.
#[derive(Clone, Debug)]
pub struct FreshRun {
    /// The content that was simulated.
    pub scenario: Arc<Scenario>,
    /// The results.
    pub outcome: Arc<RunOutcome>,
    /// The samples.
    pub samples: Arc<Samples>,
}

/// What came of repeating a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every figure is the same to the last bit.
    Identical,
    /// These figures differ: where each stands.
    Differs(Vec<String>),
    /// It was not repeated: a sentence.
    Failed(String),
}

/// Why the engine refused the settings of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The settings.
    pub settings: SimulationSettings,
    /// Which of them: `trials`, `seed`, `replicates` ...
    pub field: &'static str,
    /// Value and rule.
    pub message: String,
}

/// The runs of the open scenario.
#[derive(Debug, Default)]
pub struct Runs {
    /// All, the newest first.
    pub entries: Vec<RunEntry>,
    /// The one on show.
    pub selected: Option<Uuid>,
    /// The output on show; the after-tax NPV, or the first, where it is absent.
    pub(crate) outcomes: BTreeMap<Uuid, Arc<RunOutcome>>,
    pub(crate) fresh: BTreeMap<Uuid, FreshRun>,
    /// What is known of the simulation that is running.
    pub live: Option<Arc<LiveRun>>,
    /// Why the last run was refused, until another one is asked for.
    pub refused: Option<Refusal>,
    /// Samples of stored runs that were loaded.
    pub(crate) loaded: BTreeMap<Uuid, Arc<Samples>>,
    /// What came of repeating runs.
    pub(crate) verdicts: BTreeMap<Uuid, Verdict>,
}

impl Runs {
    /// The entry of a run.
    pub fn entry(&self, id: Uuid) -> Option<&RunEntry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    /// The entry of the run on show.
    pub fn selected_entry(&self) -> Option<&RunEntry> {
        self.entry(self.selected?)
    }

    /// The results of the run on show; `None` while they are loaded.
    pub fn selected_outcome(&self) -> Option<&Arc<RunOutcome>> {
        self.outcomes.get(&self.selected?)
    }

    /// The samples of a run; `None` while it is loaded, and where it kept none.
    pub fn samples(&self, id: Uuid) -> Option<&Arc<Samples>> {
        let fresh = self.fresh.get(&id).map(|fresh| &fresh.samples);
        fresh
            .or_else(|| self.loaded.get(&id))
            .filter(|samples| !samples.columns.is_empty())
    }

    /// The samples of the run on show.
    pub fn selected_samples(&self) -> Option<&Arc<Samples>> {
        self.samples(self.selected?)
    }

    /// The run on show with the content that it belongs to, where both are at hand: a run of this session, or one of
    /// the revision that is open.
    pub fn selected_with_content(
        &self,
        document: Option<&Document>,
    ) -> Option<(Arc<Scenario>, Arc<RunOutcome>)> {
        let entry = self.selected_entry()?;
        let outcome = Arc::clone(self.selected_outcome()?);
        if let Some(fresh) = self.fresh.get(&entry.id) {
            return Some((Arc::clone(&fresh.scenario), outcome));
        }
        let document = document?;
        let saved = document.saved()?;
        let is_its_own = entry.revision.is_some() && entry.revision == document.revision();
        is_its_own.then(|| (Arc::clone(saved), outcome))
    }

    /// What came of repeating the run on show.
    pub fn selected_verdict(&self) -> Option<&Verdict> {
        self.verdicts.get(&self.selected?)
    }

    /// How a run stands to the content on the screen.
    pub fn standing(&self, entry: &RunEntry, document: &Document) -> Standing {
        if let Some(fresh) = self.fresh.get(&entry.id) {
            if document.is_same_model(&fresh.scenario) {
                return Standing::Current;
            }
        } else if entry.revision == document.revision() && !document.is_model_edited() {
            return Standing::Current;
        }
        entry
            .revision
            .map_or(Standing::UnsavedEdits, Standing::Earlier)
    }

    /// The output to start with: the after-tax NPV where there is one, else the first.
    pub fn headline(outcome: &RunOutcome) -> Option<&OutputResult> {
        outcome.output("npv").or_else(|| outcome.outputs.first())
    }

    /// Takes a fresh run in and shows it.
    pub(crate) fn add_fresh(&mut self, entry: RunEntry, fresh: FreshRun) {
        let id = entry.id;
        self.outcomes.insert(id, Arc::clone(&fresh.outcome));
        self.fresh.insert(id, fresh);
        self.entries.insert(0, entry);
        self.selected = Some(id);
    }

    /// Takes a run away; the newest one is shown where it was on show.
    pub(crate) fn remove(&mut self, id: Uuid) {
        self.entries.retain(|entry| entry.id != id);
        self.outcomes.remove(&id);
        self.fresh.remove(&id);
        self.loaded.remove(&id);
        self.verdicts.remove(&id);
        if self.selected == Some(id) {
            self.selected = self.entries.first().map(|entry| entry.id);
        }
    }
}
