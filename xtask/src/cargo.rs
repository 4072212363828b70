//! The parts that are a command of cargo.
//!
//! Checks share one set of artifacts, tests and binaries another: features of dev-dependencies are part of what is
//! built, so each command here selects targets in a way that counts them. Else half of the tree is built twice.

use crate::shell::{Context, Failure, Outcome, found, output, run};
use std::path::PathBuf;

pub(crate) fn format(context: &Context) -> Outcome {
    run(&mut context.cargo(&["fmt", "--all", "--check"]))
}

pub(crate) fn lint(context: &Context) -> Outcome {
    run(&mut context.cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))
}

pub(crate) fn docs(context: &Context) -> Outcome {
    // `--examples` selects nothing, yet makes cargo count the dev-dependencies as clippy's command does. The binary of
    // the window has the name of its library, so their pages would be one file: binaries are named.
    let targets = [
        "--lib",
        "--examples",
        "--bin",
        "calminer-cli",
        "--bin",
        "xtask",
    ];
    let mut command = context.cargo(&["doc", "--workspace", "--no-deps"]);
    run(command.args(targets).env("RUSTDOCFLAGS", "-D warnings"))
}

/// Builds the dev binaries from the artifacts of the tests, and not this program, which runs. What starts a binary calls
/// this first: it is done at once when nothing has changed.
pub(crate) fn build(context: &Context) -> Outcome {
    run(&mut context.cargo(&[
        "build",
        "--workspace",
        "--exclude",
        "xtask",
        "--bins",
        "--tests",
    ]))
}

pub(crate) fn tests(context: &Context) -> Outcome {
    if found("cargo-nextest").is_none() {
        return run(&mut context.cargo(&["test", "--workspace"]));
    }
    if has_doc_tests(context)? {
        run(&mut context.cargo(&["test", "--workspace", "--doc"]))?;
    }
    run(&mut context.cargo(&["nextest", "run", "--workspace"]))
}

/// Whether a library has an example in its documentation: only then the second test runner is worth its start.
fn has_doc_tests(context: &Context) -> Outcome<bool> {
    for manifest in &context.manifests {
        let source = manifest.with_file_name("src");
        if !source.join("lib.rs").is_file() {
            continue;
        }
        for file in crate::tidy::rust_files(&source)? {
            if has_example(&std::fs::read_to_string(file)?) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn has_example(text: &str) -> bool {
    let docs = text.lines().filter_map(|line| {
        let line = line.trim_start();
        line.strip_prefix("///")
            .or_else(|| line.strip_prefix("//!"))
    });
    let mut inside = false;
    for fence in docs.filter_map(|line| line.trim_start().strip_prefix("```")) {
        let plain = ["text", "ignore", "json", "toml", "sql", "console"]
            .iter()
            .any(|kind| fence.starts_with(kind));
        if !inside && !plain {
            return true;
        }
        inside = !inside;
    }
    false
}

pub(crate) fn bench(context: &Context) -> Outcome {
    run(&mut context.cargo(&["bench", "--workspace", "--bench", "*"]))
}

/// Licenses, sources and bans. The database of advisories may be out of reach, so it is a command of its own.
pub(crate) fn deny(context: &Context) -> Outcome {
    let program = match found("cargo-deny") {
        Some(program) => program,
        None => installed_deny(context)?,
    };
    let mut command = std::process::Command::new(program);
    command
        .args([
            "check",
            "--hide-inclusion-graph",
            "bans",
            "licenses",
            "sources",
        ])
        .current_dir(&context.root);
    let messages = command.stdin(std::process::Stdio::null()).output()?;
    if !messages.status.success() {
        let text = String::from_utf8_lossy(&messages.stderr).into_owned();
        return Err(Failure::new(text));
    }
    println!(
        "bans, licenses and sources are as deny.toml allows; `cargo deny check advisories` asks a server"
    );
    Ok(())
}

fn installed_deny(context: &Context) -> Outcome<PathBuf> {
    let folder = context.folder("xtask/tools")?;
    let program = folder
        .join("bin")
        .join(format!("cargo-deny{}", std::env::consts::EXE_SUFFIX));
    if !program.is_file() {
        println!("cargo-deny is not installed: installing it into the target folder");
        let mut command =
            context.cargo(&["install", "--locked", "--quiet", "cargo-deny", "--root"]);
        output(command.arg(folder))?;
    }
    Ok(program)
}

#[cfg(test)]
mod tests {
    use super::has_example;

    #[test]
    fn examples_in_docs_are_seen() {
        assert!(has_example(
            "/// Text.\n/// ```\n/// f();\n/// ```\nfn f() {}"
        ));
        assert!(has_example(
            "//! ```text\n//! a\n//! ```\n//! ```rust\n//! f();\n//! ```"
        ));
        assert!(!has_example(
            "//! ```text\n//! a\n//! ```\nlet a = \"```\";"
        ));
    }
}
