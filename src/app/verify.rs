//! Repeating the run on show, to see whether it gives the same figures to the last bit.

use std::sync::Arc;

use calminer_domain::{Scenario, SimulationSettings};
use calminer_engine::program;
use calminer_engine::result::{RunOutcome, RunSettings};
use serde_json::{Map, Value};

use crate::app::jobs::{JobKind, JobState};
use crate::app::runs::Verdict;
use crate::app::step::App;
use crate::services::event::{JobId, Simulated, SimulationFault};

impl App {
    /// Repeats the run on show with the content that it belongs to.
    pub(crate) fn start_verify(&mut self) {
        let document = self.state.document.as_ref();
        let Some((scenario, outcome)) = self.state.runs.selected_with_content(document) else {
            return;
        };
        let Some(run) = self.state.runs.selected else {
            return;
        };
        let asked = as_asked(&scenario, &outcome.settings);
        let program = match program::compile(&asked) {
            Ok(program) => Arc::new(program),
            Err(issues) => {
                let why = issues.into_iter().find(calminer_domain::Issue::blocks);
                let why = why.map_or_else(String::new, |issue| issue.message);
                self.state.runs.verdicts.insert(run, Verdict::Failed(why));
                return;
            }
        };
        self.state.runs.verdicts.remove(&run);
        let base = Arc::new(program.base_case());
        let title = "Repeating the run";
        let settings = outcome.settings.clone();
        let simulation = self.simulate_program(JobKind::Verify, title, (program, base), settings);
        self.state.flow.verifying = simulation.map(|simulation| (simulation, run));
    }

    pub(crate) fn is_verifying(&self, job: JobId) -> bool {
        let verifying = self.state.flow.verifying.as_ref();
        verifying.is_some_and(|(simulation, _)| simulation.job() == job)
    }

    /// Notes how far the repetition is.
    pub(crate) fn watch_verify(&mut self) {
        if let Some((simulation, _)) = &self.state.flow.verifying {
            let (job, done, total) = (simulation.job(), simulation.done(), simulation.total());
            self.state.jobs.progress(job, done, total);
        }
    }

    pub(crate) fn take_repeated(&mut self, job: JobId, result: Simulated) {
        let Some((_, run)) = self.state.flow.verifying.take() else {
            return;
        };
        let verdict = match result {
            Ok(found) => {
                let first = self.state.runs.outcomes.get(&run);
                let verdict = first.map(|first| verdict(first, &found.0));
                self.end_job(job, JobState::Done);
                self.free(found);
                verdict
            }
            Err(SimulationFault::Cancelled) => {
                self.end_job(job, JobState::Cancelled);
                None
            }
            Err(SimulationFault::Failed(why) | SimulationFault::Refused { message: why, .. }) => {
                self.end_job(job, JobState::Failed(why.clone()));
                self.state.jobs.dismiss(job);
                Some(Verdict::Failed(why))
            }
        };
        if let Some(verdict) = verdict {
            self.state.runs.verdicts.insert(run, verdict);
        }
    }

    /// Stops a repetition; its answer is stale from now on.
    pub(crate) fn stop_verify(&mut self) {
        if let Some((simulation, _)) = self.state.flow.verifying.take() {
            simulation.cancel();
            self.end_job(simulation.job(), JobState::Cancelled);
        }
    }
}

/// The content of a run with the settings that it had: those on the screen may be for the next one.
fn as_asked(scenario: &Scenario, settings: &RunSettings) -> Scenario {
    let simulation = SimulationSettings {
        trials: settings.trials,
        seed: settings.seed,
        sampling: settings.sampling,
        replicates: settings.replicates,
        repair_correlations: settings.repair_correlations,
        stop: settings.stop.clone(),
        keep: settings.keep,
        bands: settings.bands.clone(),
    };
    Scenario {
        simulation,
        ..scenario.clone()
    }
}

/// Differences named; the others are counted.
const MOST_NAMED: usize = 5;

fn verdict(first: &RunOutcome, again: &RunOutcome) -> Verdict {
    if first == again {
        return Verdict::Identical;
    }
    // Figures that do not exist are unequal to themselves, so the second look is at what would be written.
    let (Ok(one), Ok(other)) = (serde_json::to_value(first), serde_json::to_value(again)) else {
        return Verdict::Failed("the figures cannot be compared".to_owned());
    };
    let mut places = Vec::new();
    differences(&one, &other, "", &mut places);
    match places.len() {
        0 => Verdict::Identical,
        more if more > MOST_NAMED => {
            places.truncate(MOST_NAMED);
            places.push(format!("{} more", more - MOST_NAMED));
            Verdict::Differs(places)
        }
        _ => Verdict::Differs(places),
    }
}

/// The places where two trees differ, in words: "outputs npv summary mean".
fn differences(one: &Value, other: &Value, place: &str, found: &mut Vec<String>) {
    let inner = |name: &str| format!("{place} {name}").trim_start().to_owned();
    match (one, other) {
        (Value::Object(own), Value::Object(others)) => {
            let more = others.keys().filter(|key| !own.contains_key(*key));
            for key in own.keys().chain(more) {
                let of = |map: &Map<String, Value>| map.get(key).cloned().unwrap_or_default();
                differences(&of(own), &of(others), &inner(key), found);
            }
        }
        (Value::Array(own), Value::Array(others)) if own.len() == others.len() => {
            for (at, (one, other)) in own.iter().zip(others).enumerate() {
                let key = one.get("key").and_then(Value::as_str);
                let name = key.map_or_else(|| (at + 1).to_string(), str::to_owned);
                differences(one, other, &inner(&name), found);
            }
        }
        _ if one != other => found.push(place.to_owned()),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_difference_says_where_it_stands() {
        let first = json!({"outputs": [{"key": "npv", "mean": 1.0, "p5": null}], "seed": 1});
        let again = json!({"outputs": [{"key": "npv", "mean": 1.5, "p5": null}], "stream": 2});
        let mut found = Vec::new();
        differences(&first, &again, "", &mut found);
        assert_eq!(found, ["outputs npv mean", "seed", "stream"]);
        found.clear();
        differences(&first, &first, "", &mut found);
        assert!(found.is_empty());
    }
}
