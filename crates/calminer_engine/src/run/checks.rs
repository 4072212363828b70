//! What the settings of a run cannot be for this program: the same sentences before a run and at its start.

use calminer_domain::{Issue, Keep, Place, StopRule};

use super::trials::Shape;
use super::{RunError, correlation_plan, stop};
use crate::program::Program;
use crate::result::RunSettings;

/// Most bytes that the kept figures of a run may take.
const MAX_KEPT_BYTES: u64 = 4 << 30;

/// All that refuses a run with these settings, beyond the rules that validation knows: a correlation matrix that no
/// variables can have, unless the settings consent to the nearest possible one; lines whose spread by period cannot be
/// kept; a stop rule that can never be met; more samples than memory.
pub fn check_settings(program: &Program, settings: &RunSettings) -> Vec<Issue> {
    let mut issues = Vec::new();
    if let Err(error) = correlation_plan(program, settings.repair_correlations) {
        issues.extend(issue(error));
    }
    let bands = settings.bands.iter();
    let bands: Vec<String> = bands
        .filter_map(|key| program.band_line(key).err())
        .collect();
    if let Ok(code) = program.run_code(&settings.bands) {
        let size = check_size(Shape::of(program, &code), settings, settings.trials);
        issues.extend(size.err().and_then(issue));
    }
    issues.extend(bands.into_iter().filter_map(|message| {
        issue(RunError::Settings {
            field: "bands",
            message,
        })
    }));
    issues.extend(check_stop(program, settings).err().and_then(issue));
    issues
}

fn issue(error: RunError) -> Option<Issue> {
    let RunError::Settings { field, message } = error else {
        return None;
    };
    let place = match field {
        "correlations" => field.to_owned(),
        _ => format!("simulation.{field}"),
    };
    Some(Issue::error(
        Place::Scenario { field: place },
        field,
        message,
    ))
}

/// The place of the output that the stop rule names, where there is a rule.
pub(super) fn check_stop(
    program: &Program,
    settings: &RunSettings,
) -> Result<Option<usize>, RunError> {
    let Some(rule) = &settings.stop else {
        return Ok(None);
    };
    let refused = |message| {
        Err(RunError::Settings {
            field: "stop",
            message,
        })
    };
    if settings.keep == Keep::Sketches {
        return refused(
            "a stop rule looks at samples: keep samples, or leave out the stop rule".to_owned(),
        );
    }
    match output_of(program, rule) {
        Ok(place) => Ok(Some(place)),
        Err(message) => refused(message),
    }
}

fn output_of(program: &Program, rule: &StopRule) -> Result<usize, String> {
    if !(rule.tolerance > 0.0 && rule.tolerance.is_finite()) {
        return Err(format!(
            "a figure cannot be known to {}: type a tolerance above 0, for instance 1 %",
            stop::percent(rule.tolerance)
        ));
    }
    let outputs = program.outputs();
    let place = outputs.iter().position(|output| output.key == rule.output);
    place.ok_or_else(|| {
        let keys: Vec<&str> = outputs.iter().map(|output| output.key.as_str()).collect();
        format!(
            "{} is no output of this scenario, so the run cannot end by it; its outputs are {}",
            rule.output,
            keys.join(", ")
        )
    })
}

/// Whether the memory that so many trials of a run keep is given.
pub(super) fn check_size(
    shape: Shape,
    settings: &RunSettings,
    trials: u64,
) -> Result<(), RunError> {
    if settings.keep == Keep::Sketches {
        return Ok(());
    }
    let bytes = shape.bytes_of_trial();
    let most = MAX_KEPT_BYTES / bytes.max(1);
    if trials <= most {
        return Ok(());
    }
    Err(RunError::Settings {
        field: "trials",
        message: format!(
            "the samples of {} trials of this scenario would need {:.1} GiB of memory, and at most 4 GiB may be kept: \
             ask for at most {} trials, or keep sketches, which need the same memory for any number of trials",
            stop::grouped(trials),
            (u128::from(bytes) * u128::from(trials)) as f64 / f64::from(1_u32 << 30),
            stop::grouped(most)
        ),
    })
}
