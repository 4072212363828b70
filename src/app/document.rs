//! The open scenario: the content on the screen, the content in the database, and the steps between.

use std::collections::VecDeque;
use std::sync::Arc;

use calminer_domain::{EditError, Project, Scenario, ScenarioEdit};

use crate::app::command::CoalesceKey;

/// Steps that can be taken back. A step is one pointer and the sections it does not share.
const MOST_STEPS: usize = 500;

/// One step of the history: the content before it and what it did.
#[derive(Clone, Debug)]
struct Step {
    label: String,
    before: Arc<Scenario>,
    after: Arc<Scenario>,
    key: CoalesceKey,
}

/// The open scenario.
#[derive(Debug)]
pub struct Document {
    project: Project,
    current: Arc<Scenario>,
    saved: Option<Arc<Scenario>>,
    revision: Option<u32>,
    undo: VecDeque<Step>,
    redo: Vec<Step>,
    open_step: bool,
}

impl Document {
    /// A scenario as the database holds it.
    pub fn stored(project: Project, scenario: Arc<Scenario>, revision: u32) -> Self {
        Self {
            project,
            saved: Some(Arc::clone(&scenario)),
            current: scenario,
            revision: Some(revision),
            undo: VecDeque::new(),
            redo: Vec::new(),
            open_step: false,
        }
    }

    /// A scenario that no database holds yet.
    pub fn new(project: Project, scenario: Scenario) -> Self {
        Self {
            project,
            current: Arc::new(scenario),
            saved: None,
            revision: None,
            undo: VecDeque::new(),
            redo: Vec::new(),
            open_step: false,
        }
    }

    /// The project it belongs to.
    pub fn project(&self) -> &Project {
        &self.project
    }

    /// The content on the screen.
    pub fn scenario(&self) -> &Arc<Scenario> {
        &self.current
    }

    /// The content in the database; `None` when it was never saved.
    pub fn saved(&self) -> Option<&Arc<Scenario>> {
        self.saved.as_ref()
    }

    /// The revision that the edits are based on; `None` when it was never saved.
    pub fn revision(&self) -> Option<u32> {
        self.revision
    }

    /// Whether the content on the screen differs from that in the database.
    pub fn is_dirty(&self) -> bool {
        !self
            .saved
            .as_ref()
            .is_some_and(|saved| Arc::ptr_eq(saved, &self.current))
    }

    /// Whether the figures of the content on the screen may differ from those of the database's: its dirty mark,
    /// but for names, notes and the settings of the next run.
    pub fn is_model_edited(&self) -> bool {
        match &self.saved {
            Some(saved) => !self.is_same_model(saved),
            None => true,
        }
    }

    /// Whether other content gives the same figures as that on the screen.
    pub fn is_same_model(&self, other: &Scenario) -> bool {
        let own = &self.current;
        std::ptr::eq(Arc::as_ptr(own), other)
            || own.id == other.id
                && own.currency == other.currency
                && own.calendar == other.calendar
                && own.conventions == other.conventions
                && own.parameters == other.parameters
                && own.tables == other.tables
                && own.lines == other.lines
                && own.correlations == other.correlations
                && own.simulation.repair_correlations == other.simulation.repair_correlations
    }

    /// Applies an edit. True when the content changed; an edit that changes nothing is no step.
    ///
    /// # Errors
    /// When the row to change is gone or doubled; nothing changes then.
    pub fn apply(&mut self, edit: &ScenarioEdit, key: CoalesceKey) -> Result<bool, EditError> {
        let after = edit.apply(&self.current)?;
        if after == *self.current {
            return Ok(false);
        }
        let label = edit.describe(&self.current);
        self.record(label, after, key);
        Ok(true)
    }

    /// Replaces the whole content as one step.
    pub fn replace(&mut self, label: impl Into<String>, scenario: Scenario) {
        if scenario != *self.current {
            self.record(label.into(), scenario, CoalesceKey::none());
        }
    }

    fn record(&mut self, label: String, after: Scenario, key: CoalesceKey) {
        self.redo.clear();
        // Typing a value back to the saved one makes the content equal again; the pointer must say so.
        let after = self.known(after);
        if self.open_step
            && let Some(last) = self.undo.back_mut()
            && last.key.joins(&key)
        {
            if *last.before == *after {
                self.current = Arc::clone(&last.before);
                self.undo.pop_back();
                self.open_step = false;
                return;
            }
            last.after = Arc::clone(&after);
            self.current = after;
            return;
        }
        let before = std::mem::replace(&mut self.current, Arc::clone(&after));
        self.undo.push_back(Step {
            label,
            before,
            after,
            key,
        });
        if self.undo.len() > MOST_STEPS {
            self.undo.pop_front();
        }
        self.open_step = true;
    }

    fn known(&self, scenario: Scenario) -> Arc<Scenario> {
        match &self.saved {
            Some(saved) if **saved == scenario => Arc::clone(saved),
            _ => Arc::new(scenario),
        }
    }

    /// Ends the step that edits with the same key would join.
    pub fn end_step(&mut self) {
        self.open_step = false;
    }

    /// Takes the last step back. False when there is none.
    pub fn undo(&mut self) -> bool {
        self.open_step = false;
        let Some(step) = self.undo.pop_back() else {
            return false;
        };
        self.current = Arc::clone(&step.before);
        self.redo.push(step);
        true
    }

    /// Does the step again that was taken back last. False when there is none.
    pub fn redo(&mut self) -> bool {
        self.open_step = false;
        let Some(step) = self.redo.pop() else {
            return false;
        };
        self.current = Arc::clone(&step.after);
        self.undo.push_back(step);
        true
    }

    /// What undo would take back, for instance "Change gold price".
    pub fn undo_label(&self) -> Option<&str> {
        self.undo.back().map(|step| step.label.as_str())
    }

    /// What redo would do again.
    pub fn redo_label(&self) -> Option<&str> {
        self.redo.last().map(|step| step.label.as_str())
    }

    /// Labels of the steps that can be taken back, the newest first.
    pub fn steps(&self) -> impl Iterator<Item = &str> {
        self.undo.iter().rev().map(|step| step.label.as_str())
    }

    /// Number of steps that can be taken back.
    pub fn step_count(&self) -> usize {
        self.undo.len()
    }

    /// Notes that content is in the database now; edits made meanwhile stay edits.
    pub fn mark_saved(&mut self, scenario: Arc<Scenario>, revision: u32) {
        self.open_step = false;
        self.saved = Some(scenario);
        self.revision = Some(revision);
    }

    /// Notes the revision that the edits are based on, without content of the database to compare with.
    pub fn set_base_revision(&mut self, revision: Option<u32>) {
        self.revision = revision;
    }
}
