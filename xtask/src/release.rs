//! The release build and its budget of size.

use crate::shell::{Context, Failure, Outcome, run};

/// The most that both binaries and all that is installed beside them may take, in bytes.
pub(crate) const INSTALLED_AT_MOST: u64 = 40_000_000;

/// The two programs of a release.
pub(crate) const BINARIES: [&str; 2] = ["calminer", "calminer-cli"];

pub(crate) fn build(context: &Context) -> Outcome {
    let packages = ["--package", "calminer", "--package", "calminer_cli"];
    run(context
        .cargo(&["build", "--release", "--bins"])
        .args(packages))?;
    let mut sizes = Vec::new();
    for name in BINARIES {
        let size = context.binary("release", name).metadata()?.len();
        println!("{name}: {}", megabytes(size));
        sizes.push(size);
    }
    within_budget(sizes.iter().sum())
}

/// An error that names both figures when a size is above the budget.
pub(crate) fn within_budget(size: u64) -> Outcome {
    if size > INSTALLED_AT_MOST {
        let text = format!(
            "{} are more than the {} of the budget",
            megabytes(size),
            megabytes(INSTALLED_AT_MOST)
        );
        return Err(Failure::new(text));
    }
    Ok(())
}

pub(crate) fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_budget_is_kept_up_to_its_last_byte() {
        assert!(within_budget(INSTALLED_AT_MOST).is_ok());
        let failure = within_budget(INSTALLED_AT_MOST + 1_500_000)
            .unwrap_err()
            .to_string();
        assert_eq!(failure, "41.5 MB are more than the 40.0 MB of the budget");
    }
}
