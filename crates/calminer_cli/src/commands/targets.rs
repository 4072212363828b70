//! Files that a run writes: checked before it starts, since a slip must not replace a scenario or a database and is
//! better told before a long run than after it.

use std::path::Path;

use calminer_engine::result::Samples;
use calminer_exchange::samples::{self, SamplesFormat};
use calminer_exchange::scenario_file;

use crate::failure::{FAILED, Failure, USAGE};

/// A file that the user chose for anything but a scenario.
pub(super) fn check(path: &Path) -> Result<(), Failure> {
    let shown = path.display();
    if scenario_file::is_scenario_name(path) {
        let sentence = format!("{shown} has the name of a scenario file; name another file");
        return Err(Failure::new(USAGE, sentence));
    }
    let database = path
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("db"));
    if path.is_dir() || database && path.exists() {
        let what = if database { "a database" } else { "a folder" };
        let sentence = format!("{shown} is {what}; name another file");
        return Err(Failure::new(FAILED, sentence));
    }
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() && !folder.is_dir() => Err(Failure::new(
            FAILED,
            format!("{shown} cannot be written: the folder does not exist"),
        )),
        _ => Ok(()),
    }
}

/// A file for samples; an older one is replaced.
pub(super) fn check_samples(path: &Path) -> Result<(), Failure> {
    let shown = path.display();
    if scenario_file::is_scenario_name(path) {
        let sentence = format!(
            "{shown} has the name of a scenario file; name a .csv or .parquet file for the samples"
        );
        return Err(Failure::new(USAGE, sentence));
    }
    if path.is_dir() || path.exists() && SamplesFormat::of(path).is_none() {
        let sentence = format!(
            "{shown} is there and is no .csv or .parquet file; name another file for the samples"
        );
        return Err(Failure::new(FAILED, sentence));
    }
    check(path)
}

/// Writes the samples as Parquet or, for any other ending, as CSV.
pub(super) fn write_samples(path: &Path, samples: &Samples) -> Result<(), Failure> {
    if samples.columns.is_empty() {
        let sentence =
            "the run keeps sketches, so there are no samples to write; run with --keep samples";
        return Err(Failure::new(USAGE, sentence));
    }
    let format = SamplesFormat::of(path).unwrap_or(SamplesFormat::Csv);
    samples::write(path, format, samples).map_err(|error| {
        let sentence = format!("{} cannot be written: {error}", path.display());
        Failure::new(FAILED, sentence)
    })
}

/// The samples of a run that kept any.
pub(super) fn kept(samples: &Samples) -> Option<&Samples> {
    (!samples.columns.is_empty()).then_some(samples)
}
