//! Rules about the documents: they are there, what they name exists, the changelog knows the version.

use crate::parts;
use crate::shell::Context;
use std::path::Path;

const DOCUMENTS: [&str; 6] = [
    "README.md",
    "ARCHITECTURE.md",
    "CODE_STYLE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "LICENSE",
];

/// The commands that set everything up on a fresh machine.
const SET_UP: [&str; 2] = ["cargo run --release", "cargo xtask test"];

const TASKS: [&str; 3] = ["test", "check", "dist"];

pub(crate) fn breaches(context: &Context, files: &[(String, String)]) -> Vec<String> {
    let mut wrong = Vec::new();
    let content = |name: &str| {
        files
            .iter()
            .find(|(file, _)| file == name)
            .map(|(_, content)| content.as_str())
    };
    for name in DOCUMENTS {
        if content(name).is_none() {
            wrong.push(format!("{name}: is missing"));
        }
    }
    let readme = content("README.md").unwrap_or_default();
    wrong.extend(
        SET_UP
            .iter()
            .filter(|command| {
                !readme
                    .lines()
                    .any(|line| line.trim().starts_with(**command))
            })
            .map(|command| format!("README.md: has no line with `{command}`")),
    );
    wrong.extend(changelog_breach(
        content("CHANGELOG.md").unwrap_or_default(),
        &context.version,
    ));
    for (name, content) in files
        .iter()
        .filter(|(name, _)| Path::new(name).extension().is_some_and(|end| end == "md"))
    {
        wrong.extend(unknown_tasks(name, content));
        wrong.extend(broken_links(context, name, content));
    }
    wrong
}

fn changelog_breach(content: &str, version: &str) -> Option<String> {
    let mut titles = content.lines().filter_map(|line| line.strip_prefix("## "));
    let known = titles.any(|title| {
        let title = title.trim_start_matches('[');
        title.starts_with("Unreleased") || title.starts_with(version)
    });
    (!known).then(|| {
        format!("CHANGELOG.md: has no section for {version} and none for what is unreleased")
    })
}

/// Tasks and parts of this program that a document names and that do not exist.
fn unknown_tasks(name: &str, content: &str) -> Vec<String> {
    let known_parts = parts::of_a_change()
        .into_iter()
        .chain(parts::of_a_release());
    let known_parts: Vec<&str> = known_parts.map(|part| part.name).collect();
    let mut wrong = Vec::new();
    for (number, line) in content.lines().enumerate() {
        for command in line.split("cargo xtask ").skip(1) {
            let command = command
                .split(['`', '#', '|', ',', ')', '.'])
                .next()
                .unwrap_or_default();
            let mut words = command.split_whitespace();
            let task = words.next().unwrap_or_default();
            if command.is_empty() || !task.starts_with(|next: char| next.is_ascii_lowercase()) {
                continue; // a placeholder
            }
            let part = words.skip_while(|word| *word != "--only").nth(1);
            let part = part.filter(|part| part.starts_with(|next: char| next.is_ascii_lowercase()));
            if !TASKS.contains(&task) {
                wrong.push(format!("{name}:{}: there is no task `{task}`", number + 1));
            } else if let Some(part) = part.filter(|part| !known_parts.contains(part)) {
                wrong.push(format!("{name}:{}: there is no part `{part}`", number + 1));
            }
        }
    }
    wrong
}

/// Links to files of the repository that are not there.
fn broken_links(context: &Context, name: &str, content: &str) -> Vec<String> {
    let folder = context.root.join(name);
    let folder = folder.parent().unwrap_or(&context.root);
    let mut wrong = Vec::new();
    for (number, line) in content.lines().enumerate() {
        for target in links(line) {
            let path = target.split('#').next().unwrap_or_default();
            let elsewhere =
                path.is_empty() || target.contains("://") || target.starts_with("mailto:");
            if !elsewhere && !folder.join(path).exists() {
                wrong.push(format!(
                    "{name}:{}: links to {target}, which is not there",
                    number + 1
                ));
            }
        }
    }
    wrong
}

fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')').map(|(target, _)| target))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changelog_knows_the_version_or_what_is_unreleased() {
        assert_eq!(
            changelog_breach("# Changelog\n\n## [Unreleased]\n", "0.1.0"),
            None
        );
        assert_eq!(changelog_breach("## 0.1.0 - 2026-01-01\n", "0.1.0"), None);
        assert!(
            changelog_breach("## 0.0.9\n", "0.1.0")
                .unwrap()
                .contains("0.1.0")
        );
    }

    #[test]
    fn tasks_and_parts_in_documents_exist() {
        let good = "Run `cargo xtask test`, `cargo xtask test --only lint` or `cargo xtask check --full`.\ncargo xtask TASK\n";
        assert_eq!(unknown_tasks("a.md", good), Vec::<String>::new());
        let bad = "cargo xtask tset\ncargo xtask test --only lnit # quick\n";
        let wrong = unknown_tasks("a.md", bad);
        assert_eq!(
            wrong,
            [
                "a.md:1: there is no task `tset`",
                "a.md:2: there is no part `lnit`"
            ]
        );
    }

    #[test]
    fn links_of_a_line_are_found() {
        let line = "see [a](README.md) and ![b](docs/b.png#top), [c](https://example.org)";
        assert_eq!(
            links(line).collect::<Vec<_>>(),
            ["README.md", "docs/b.png#top", "https://example.org"]
        );
    }

    #[test]
    fn a_link_to_nothing_is_named_with_its_line() {
        let context = Context::new(false).unwrap();
        let content =
            "[a](Cargo.toml)\n[b](no-such-file.md)\n[c](#here) [d](https://example.org/x)\n";
        let wrong = broken_links(&context, "README.md", content);
        assert_eq!(
            wrong,
            ["README.md:2: links to no-such-file.md, which is not there"]
        );
    }
}
