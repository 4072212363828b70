//! The live answer: issues, base case and a small simulation after each edit.

use std::sync::Arc;

use calminer_domain::{Issue, Place, Scenario};
use calminer_engine::program;
use calminer_engine::program::Program;
use calminer_engine::result::{BaseCase, RunSettings};
use calminer_engine::run;
use uuid::Uuid;

use crate::app::page::Page;
use crate::services::live_run::LiveRun;

/// What the content on the screen comes to.
#[derive(Debug, Default)]
pub struct Live {
    /// All issues of the content, in a fixed order.
    pub issues: Vec<Issue>,
    /// The figures of the base case: of the content, or of the last content that could be computed.
    pub base: Option<Arc<BaseCase>>,
    /// Whether the figures belong to earlier content, because the present one has issues: draw them dimmed.
    pub stale: bool,
    /// The small simulation: of the content, or of earlier content until its own is there.
    pub quick: Option<Arc<LiveRun>>,
    /// Whether `quick` belongs to earlier content.
    pub quick_stale: bool,
    pub(crate) program: Option<Arc<Program>>,
}

impl Live {
    /// Looks at new content. The figures of the last content stay where the new one cannot be computed.
    pub fn look_at(&mut self, scenario: &Scenario) {
        let (issues, program) = program::check_and_compile(scenario);
        self.issues = issues;
        self.quick_stale = self.quick.is_some();
        let Some(program) = program else {
            self.keep_stale();
            return;
        };
        // What refuses a run alone is no hindrance to the base case.
        let settings = RunSettings::from(&scenario.simulation);
        self.issues.extend(run::check_settings(&program, &settings));
        self.base = Some(Arc::new(program.base_case()));
        self.stale = false;
        self.program = Some(Arc::new(program));
    }

    /// SHA-256 of all that decides the figures of the content on the screen; `None` while it cannot be computed.
    pub fn scenario_sha256(&self) -> Option<&str> {
        self.program.as_deref().map(Program::scenario_sha256)
    }

    /// Key and label of what a simulation of the content on the screen keeps; empty while it cannot be computed.
    pub fn outputs(&self) -> Vec<(&str, &str)> {
        let program = self.program.iter();
        let outputs = program.flat_map(|program| program.outputs());
        outputs
            .map(|output| (output.key.as_str(), output.label.as_str()))
            .collect()
    }

    fn keep_stale(&mut self) {
        self.stale = self.base.is_some();
        self.program = None;
    }

    /// Whether a run is refused.
    pub fn is_blocked(&self) -> bool {
        self.issues.iter().any(Issue::blocks)
    }

    /// Whether the small simulation is impossible. It takes no part in the settings of a run.
    pub fn is_without_samples(&self) -> bool {
        self.blocking().any(|issue| match &issue.place {
            Place::Scenario { field } => !is_part(field, "simulation"),
            _ => true,
        })
    }

    /// Issues for which a run is refused.
    pub fn blocking(&self) -> impl Iterator<Item = &Issue> {
        self.issues.iter().filter(|issue| issue.blocks())
    }

    /// Issues of a row: a parameter, line or table.
    pub fn of_row(&self, row: Uuid) -> impl Iterator<Item = &Issue> {
        self.issues.iter().filter(move |issue| match &issue.place {
            Place::Parameter { id, .. }
            | Place::Line { id, .. }
            | Place::Item { id, .. }
            | Place::Table { id, .. } => *id == row,
            Place::Scenario { .. } | Place::Correlation { .. } => false,
        })
    }

    /// Issues of a field of a row. The parts of a field count to it: `value.3` to `value`.
    pub fn of_field<'a>(&'a self, row: Uuid, field: &'a str) -> impl Iterator<Item = &'a Issue> {
        self.of_row(row).filter(move |issue| {
            let (Place::Parameter { field: own, .. }
            | Place::Line { field: own, .. }
            | Place::Item { field: own, .. }
            | Place::Table { field: own, .. }) = &issue.place
            else {
                return false;
            };
            is_part(own, field)
        })
    }

    /// Issues of a setting of the scenario: `calendar.periods`, `conventions.discount_rate` ...
    pub fn of_setting<'a>(&'a self, setting: &'a str) -> impl Iterator<Item = &'a Issue> {
        self.issues.iter().filter(move |issue| match &issue.place {
            Place::Scenario { field } => is_part(field, setting),
            _ => false,
        })
    }

    /// Issues of a page.
    pub fn of_page<'a>(
        &'a self,
        page: Page,
        scenario: &'a Scenario,
    ) -> impl Iterator<Item = &'a Issue> {
        self.issues
            .iter()
            .filter(move |issue| Page::of_place(&issue.place, scenario) == page)
    }
}

fn is_part(own: &str, field: &str) -> bool {
    own.strip_prefix(field)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
