//! Rules about one file: length, marks left behind, paths of one machine, module docs, lints switched on.

use super::extension;

/// The longest file of Rust, tests included.
const LINES_AT_MOST: usize = 500;

/// Marks of unfinished work, put together here so that this file does not hold them.
const MARKS: [&str; 5] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("to", "do!"),
    concat!("unimplem", "ented!"),
    concat!("db", "g!"),
];

/// First folders of paths that exist on the machine of one person.
const HOMES: [&str; 3] = ["work", "root", "home"];

pub(crate) fn breaches(name: &str, content: &str) -> Vec<String> {
    let mut wrong = line_breaches(name, content);
    let written = !is_data(name) && !content.is_empty();
    if written && (!content.ends_with('\n') || content.ends_with("\n\n")) {
        wrong.push(format!("{name}: must end with one line feed"));
    }
    if extension(name) == "rs" {
        let lines = content.lines().count();
        if lines > LINES_AT_MOST {
            wrong.push(format!(
                "{name}: {lines} lines, at most {LINES_AT_MOST}: split it by meaning"
            ));
        }
        if !content.starts_with("//! ") && !is_tests_of_a_module(name) {
            wrong.push(format!("{name}:1: starts without a module doc (`//! ...`)"));
        }
    }
    wrong
}

fn line_breaches(name: &str, content: &str) -> Vec<String> {
    let code = ["rs", "toml", "sh", "yml", "sql"].contains(&extension(name));
    let data = is_data(name);
    let mut wrong = Vec::new();
    for (number, line) in content.lines().enumerate() {
        let place = format!("{name}:{}", number + 1);
        if line.ends_with([' ', '\t', '\r']) && !data {
            wrong.push(format!(
                "{place}: ends with a space, a tab or a carriage return"
            ));
        }
        if let Some(path) = machine_path(line) {
            wrong.push(format!("{place}: `{path}` is a path of one machine"));
        }
        if let Some(mark) = MARKS.iter().find(|mark| code && has_word(line, mark)) {
            wrong.push(format!("{place}: `{mark}`: finish it, or open an issue"));
        }
        if code && line.trim() == "#[ignore]" {
            wrong.push(format!("{place}: a test is left out without a reason"));
        }
    }
    wrong
}

/// Tests beside the module they belong to, whose own doc says what it is.
fn is_tests_of_a_module(name: &str) -> bool {
    name.ends_with("/tests.rs") || name.ends_with("_tests.rs")
}

/// Files that tests read as they are: broken ones, and ones from elsewhere.
fn is_data(name: &str) -> bool {
    let mut folders = name.split('/');
    folders.any(|folder| ["data", "fixtures", "golden", "hostile"].contains(&folder))
}

/// The start of an absolute path into a home or a working folder. A longer path or an address with such a part is free.
fn machine_path(line: &str) -> Option<String> {
    for home in HOMES {
        let start = format!("/{home}/");
        for (at, _) in line.match_indices(&start) {
            let before = line[..at].chars().next_back();
            let inside =
                before.is_some_and(|next| next.is_alphanumeric() || "._-}>/~*".contains(next));
            let named = line[at + start.len()..].starts_with(|next: char| next.is_alphanumeric());
            if !inside && named {
                return Some(start);
            }
        }
    }
    None
}

fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let free =
            |next: Option<char>| !next.is_some_and(|next| next.is_alphanumeric() || next == '_');
        free(line[..at].chars().next_back()) && free(line[at + word.len()..].chars().next())
    })
}

/// A crate that does not take the lints of the workspace.
pub(crate) fn manifest_breach(name: &str, content: &str) -> Option<String> {
    let manifest: toml::Table = match content.parse() {
        Ok(manifest) => manifest,
        Err(error) => return Some(format!("{name}: {error}")),
    };
    let lints = manifest
        .get("lints")
        .and_then(|lints| lints.get("workspace"));
    let taken = lints.and_then(toml::Value::as_bool) == Some(true);
    (!taken).then(|| format!("{name}: has no `[lints] workspace = true`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breaches_of(content: &str) -> String {
        breaches("src/a.rs", content).join("\n")
    }

    #[test]
    fn a_clean_file_has_no_breach() {
        assert_eq!(
            breaches_of("//! Rates.\n\n/// A rate.\npub struct Rate(f64);\n"),
            ""
        );
        assert_eq!(breaches("a.json", "{}\n").len(), 0);
    }

    #[test]
    fn length_docs_and_ends_are_seen() {
        let long = format!("//! a\n{}", "let a = 1;\n".repeat(LINES_AT_MOST));
        assert!(breaches_of(&long).contains("501 lines"));
        assert!(breaches_of("fn a() {}\n").contains("src/a.rs:1: starts without"));
        assert_eq!(breaches("src/a/tests.rs", "fn a() {}\n").len(), 0);
        assert!(breaches_of("//! a\nlet a = 1; \n").contains("src/a.rs:2: ends with a space"));
        assert!(breaches_of("//! a\nfn a() {}").contains("one line feed"));
        assert!(breaches_of("//! a\n\n").contains("one line feed"));
        assert_eq!(breaches("tests/data/broken.json", "{ \n\n").len(), 0);
    }

    #[test]
    fn marks_are_seen_as_words_only() {
        for mark in MARKS {
            assert!(
                breaches_of(&format!("//! a\n// {mark} later\n")).contains(mark),
                "{mark}"
            );
        }
        assert_eq!(breaches_of("//! a\nlet mastodons = MASTODON;\n"), "");
        assert!(breaches_of("//! a\n#[ignore]\n").contains("without a reason"));
    }

    #[test]
    fn paths_of_one_machine_are_seen_and_others_are_not() {
        for home in HOMES {
            let path = format!("/{home}/anna/mine");
            assert!(machine_path(&path).is_some(), "{path}");
            assert!(machine_path(&format!("let a = \"{path}\";")).is_some());
            assert!(machine_path(&format!("https://example.org{path}")).is_none());
            assert!(machine_path(&format!("assets{path}")).is_none());
        }
        assert!(machine_path("at /usr/share/fonts").is_none());
    }

    #[test]
    fn a_manifest_takes_the_lints_of_the_workspace() {
        let manifest = "[package]\nname = \"a\"\n[lints]\nworkspace = true\n";
        assert_eq!(manifest_breach("Cargo.toml", manifest), None);
        assert!(
            manifest_breach("a/Cargo.toml", "[package]\nname = \"a\"\n")
                .unwrap()
                .starts_with("a/Cargo.toml")
        );
        assert!(manifest_breach("a/Cargo.toml", "[package").is_some());
    }
}
