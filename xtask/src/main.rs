//! Checks, tests and packages of the workspace: `cargo xtask` lists the tasks.
//!
//! Knows nothing of what the crates do: it runs the tools, reads the files as text, and starts the binaries as a user
//! would. It asks nothing on standard input and ends only what it started.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a tool for the terminal: its lines are its result"
)]

mod cargo;
#[cfg(target_os = "linux")]
mod linux;
mod parts;
mod release;
mod shell;
mod system;
mod tidy;

use parts::Part;
use shell::{Context, Failure, Outcome};
use std::process::ExitCode;

const TASKS: &str = "\
Tasks of the workspace, run as `cargo xtask TASK`:

  test [--only PART]...     everything that must pass before a change lands
  check [--full] [PART]...  the named parts, or all; --full adds the release build, its package, licenses and benches
  dist                      the Debian package of the release build, in target/dist
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match task(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn task(arguments: &[String]) -> Outcome {
    let Some((name, rest)) = arguments.split_first() else {
        print!("{}", listing());
        return Ok(());
    };
    match name.as_str() {
        "test" => run(&Context::new(false)?, &parts::only(rest)?),
        "check" => {
            let full = rest.iter().any(|word| word == "--full");
            let names: Vec<String> = rest
                .iter()
                .filter(|word| *word != "--full")
                .cloned()
                .collect();
            run(&Context::new(full)?, &names)
        }
        "dist" => run(&Context::new(true)?, &["dist".to_owned()]),
        "help" | "--help" | "-h" => {
            print!("{}", listing());
            Ok(())
        }
        _ => Err(Failure::new(format!(
            "there is no task `{name}`\n\n{}",
            listing()
        ))),
    }
}

fn run(context: &Context, names: &[String]) -> Outcome {
    let every: Vec<Part> = if context.full {
        parts::of_a_change()
            .into_iter()
            .chain(parts::of_a_release())
            .collect()
    } else {
        parts::of_a_change()
    };
    parts::run(context, &parts::chosen(every, names)?)
}

fn listing() -> String {
    let mut text = TASKS.to_owned();
    for (title, parts) in [
        ("\nParts of `test`:\n", parts::of_a_change()),
        ("\nParts that `check --full` adds:\n", parts::of_a_release()),
    ] {
        text.push_str(title);
        for part in parts {
            text.extend([format!("  {:<10} {}\n", part.name, part.title)]);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_listing_names_every_part_once() {
        let text = listing();
        for part in parts::of_a_change().iter().chain(&parts::of_a_release()) {
            assert_eq!(
                text.matches(&format!("\n  {:<10} {}\n", part.name, part.title))
                    .count(),
                1,
                "{}",
                part.name
            );
        }
    }

    #[test]
    fn an_unknown_task_is_an_error_that_lists_the_tasks() {
        let failure = task(&["tests".to_owned()]).unwrap_err().to_string();
        assert!(failure.contains("`tests`") && failure.contains("test [--only PART]"));
    }
}
