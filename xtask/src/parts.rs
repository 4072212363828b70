//! The parts a task is made of: their order, choosing some of them, running them with a title and a time.

use crate::shell::{Context, Failure, Outcome};
use crate::{cargo, release, system, tidy};
use std::time::Instant;

pub(crate) struct Part {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    run: fn(&Context) -> Outcome,
}

const fn part(name: &'static str, title: &'static str, run: fn(&Context) -> Outcome) -> Part {
    Part { name, title, run }
}

/// What must pass before a change lands: the quick parts first, the test runner's summary at the end.
pub(crate) fn of_a_change() -> Vec<Part> {
    let mut parts = vec![
        part(
            "system",
            "the packages of the system that building and testing need",
            system::check,
        ),
        part("format", "formatting", cargo::format),
        part(
            "rules",
            "rules of the repository: sizes, docs, names, links",
            tidy::check,
        ),
        part("lint", "clippy without a warning", cargo::lint),
        part("docs", "documentation without a warning", cargo::docs),
    ];
    #[cfg(target_os = "linux")]
    parts.extend([
        part(
            "build",
            "the binaries and tests of the dev build",
            cargo::build,
        ),
        part(
            "window",
            "the real window on a display of its own: starts, draws, closes",
            crate::linux::window,
        ),
        part(
            "headless",
            "the same program without a display",
            crate::linux::headless,
        ),
        part(
            "package",
            "a Debian package of the dev build: installs, starts, is removed",
            crate::linux::package,
        ),
    ]);
    parts.push(part("tests", "unit, property and flow tests", cargo::tests));
    parts
}

/// What must pass before a release, besides.
pub(crate) fn of_a_release() -> Vec<Part> {
    let mut parts = vec![
        part("release", "the release build and its size", release::build),
        part("deny", "licenses, sources and banned crates", cargo::deny),
        part("bench", "the benches run", cargo::bench),
    ];
    #[cfg(target_os = "linux")]
    parts.extend([
        part(
            "dist",
            "the Debian package of the release build",
            crate::linux::dist,
        ),
        part(
            "install",
            "that package: valid, installs, starts, is removed",
            crate::linux::install,
        ),
    ]);
    parts
}

/// The names after `--only`; anything else is wrong usage.
pub(crate) fn only(arguments: &[String]) -> Outcome<Vec<String>> {
    let mut names = Vec::new();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let name = match word.strip_prefix("--only") {
            Some("") => words.next().cloned(),
            Some(rest) => rest.strip_prefix('=').map(str::to_owned),
            None => None,
        };
        names.push(name.ok_or_else(|| Failure::new(format!("`{word}`: use `--only PART`")))?);
    }
    Ok(names)
}

/// The named parts in their own order; all of them when none is named.
pub(crate) fn chosen(parts: Vec<Part>, names: &[String]) -> Outcome<Vec<Part>> {
    if let Some(name) = names
        .iter()
        .find(|name| !parts.iter().any(|part| part.name == **name))
    {
        let known: Vec<&str> = parts.iter().map(|part| part.name).collect();
        return Err(Failure::new(format!(
            "there is no part `{name}`; parts: {}",
            known.join(", ")
        )));
    }
    let wanted = |part: &Part| names.is_empty() || names.iter().any(|name| name == part.name);
    Ok(parts.into_iter().filter(wanted).collect())
}

/// Runs the parts in order and stops at the first that fails.
pub(crate) fn run(context: &Context, parts: &[Part]) -> Outcome {
    let start = Instant::now();
    for part in parts {
        println!("\n=== {}: {}", part.name, part.title);
        let own = Instant::now();
        let result = (part.run)(context);
        let seconds = own.elapsed().as_secs_f64();
        result.map_err(|failure| {
            Failure::new(format!(
                "{} failed after {seconds:.1} s: {failure}",
                part.name
            ))
        })?;
        println!("=== {}: passed in {seconds:.1} s", part.name);
    }
    if parts.len() > 1 {
        println!(
            "=== {} parts passed in {:.1} s",
            parts.len(),
            start.elapsed().as_secs_f64()
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn only_takes_both_spellings_and_nothing_else() {
        assert_eq!(
            only(&words("--only lint --only=docs")).unwrap(),
            ["lint", "docs"]
        );
        assert!(only(&words("lint")).is_err());
        assert!(only(&words("--only")).is_err());
        assert!(only(&words("--onlylint")).is_err());
    }

    #[test]
    fn chosen_parts_keep_their_order_and_unknown_ones_are_named() {
        let parts = chosen(of_a_change(), &words("tests format")).unwrap();
        let names: Vec<&str> = parts.iter().map(|part| part.name).collect();
        assert_eq!(names, ["format", "tests"]);
        assert_eq!(
            chosen(of_a_change(), &[]).unwrap().len(),
            of_a_change().len()
        );
        let failure = chosen(of_a_change(), &words("fromat"))
            .err()
            .unwrap()
            .to_string();
        assert!(failure.contains("`fromat`") && failure.contains("format"));
    }

    #[test]
    fn a_failing_part_ends_the_run_and_is_named() {
        let parts = [
            part("good", "", |_| Ok(())),
            part("bad", "", |_| Err(Failure::new("broken"))),
            part("never", "", |_| Err(Failure::new("reached"))),
        ];
        let context = Context::new(false).unwrap();
        let failure = run(&context, &parts).unwrap_err().to_string();
        assert!(
            failure.starts_with("bad failed after") && failure.ends_with("broken"),
            "{failure}"
        );
    }
}
