//! The scenarios that a new database starts with, and the empty one. Both samples are files, no code knows their lines.

use calminer_domain::file::{self, ScenarioFile};
use calminer_domain::{Project, Scenario};
use serde_json::json;
use uuid::Uuid;

const TEXTS: [&str; 2] = [
    include_str!("../../assets/samples/fenn_gib.calminer.json"),
    include_str!("../../assets/samples/ref20.calminer.json"),
];

/// Both samples, the mine first. A test proves that they can be read.
pub fn all() -> Vec<(Project, Scenario)> {
    TEXTS
        .iter()
        .filter_map(|text| match file::read(text.as_bytes()) {
            Ok(sample) => Some((sample.project, sample.scenario)),
            Err(error) => {
                tracing::error!(%error, "a sample cannot be read");
                None
            }
        })
        .collect()
}

/// The project of the sample mine.
pub(crate) fn first_project() -> Option<Uuid> {
    all().first().map(|(project, _)| project.id)
}

/// A scenario without parameters and lines: ten years from the start of 2027, discounted at 8 per cent.
///
/// # Errors
/// Never for the text in here, as a test proves.
pub(crate) fn empty() -> Result<Scenario, String> {
    let text = json!({
        "format": file::FORMAT,
        "version": file::VERSION,
        "project": { "id": Uuid::nil(), "name": "New" },
        "scenario": {
            "id": Uuid::now_v7(),
            "name": "New scenario",
            "currency": "USD",
            "calendar": { "valuation_date": "2027-01-01", "start_date": "2027-01-01", "periods": 10 },
            "conventions": { "discount_rate": 0.08 },
        },
    });
    let ScenarioFile { scenario, .. } =
        file::read(text.to_string().as_bytes()).map_err(|error| error.to_string())?;
    Ok(scenario)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_and_the_empty_scenario_can_be_read() {
        assert_eq!(all().len(), TEXTS.len());
        assert!(empty().unwrap().lines.is_empty());
    }
}
