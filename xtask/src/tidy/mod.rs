//! Rules of the repository that no other tool checks. Each breach is named with file and line.

mod documents;
mod text;

use crate::shell::{Context, Failure, Outcome, output};
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) fn check(context: &Context) -> Outcome {
    let files = texts(&context.root)?;
    let mut wrong = Vec::new();
    for (name, content) in &files {
        wrong.extend(text::breaches(name, content));
    }
    for manifest in &context.manifests {
        wrong.extend(text::manifest_breach(
            &relative(&context.root, manifest),
            &std::fs::read_to_string(manifest)?,
        ));
    }
    wrong.extend(documents::breaches(context, &files));
    if wrong.is_empty() {
        println!("{} files keep to the rules", files.len());
        return Ok(());
    }
    Err(Failure::new(format!(
        "{} breach(es)\n{}",
        wrong.len(),
        wrong.join("\n")
    )))
}

/// All text files of the repository as `(path, content)`.
fn texts(root: &Path) -> Outcome<Vec<(String, String)>> {
    let mut texts = Vec::new();
    for name in names(root)? {
        let path = root.join(&name);
        if extension(&name) == "lock" || !path.is_file() {
            continue;
        }
        if let Ok(content) = String::from_utf8(std::fs::read(path)?) {
            texts.push((name, content));
        }
    }
    Ok(texts)
}

/// The files git knows or would add; in an unpacked archive, every file but what is built.
fn names(root: &Path) -> Outcome<Vec<String>> {
    let mut git = Command::new("git");
    git.args([
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
        "-z",
    ])
    .current_dir(root);
    if let Ok(list) = output(&mut git) {
        let names = list.split('\0').filter(|name| !name.is_empty());
        return Ok(names.map(str::to_owned).collect());
    }
    let mut found = Vec::new();
    collect(
        root,
        &|path| !path.ends_with("target") && !path.ends_with(".git"),
        &mut found,
    )?;
    Ok(found.iter().map(|path| relative(root, path)).collect())
}

fn collect(folder: &Path, wanted: &dyn Fn(&Path) -> bool, found: &mut Vec<PathBuf>) -> Outcome {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if !wanted(&path) {
            continue;
        }
        if path.is_dir() {
            collect(&path, wanted, found)?;
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(())
}

/// All Rust files in a folder and below, in order of name.
pub(crate) fn rust_files(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    collect(
        folder,
        &|path| path.is_dir() || path.extension().is_some_and(|end| end == "rs"),
        &mut found,
    )?;
    Ok(found)
}

/// What a file's name ends with, after its last dot.
fn extension(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, end)| end)
}

fn relative(root: &Path, path: &Path) -> String {
    path.strip_prefix(root)
        .unwrap_or(path)
        .to_string_lossy()
        .replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_without_git_is_read_without_what_is_built() {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in [
            ("src/a.rs", "//! a\n"),
            ("target/b.rs", ""),
            ("Cargo.lock", "x"),
            ("c.md", "c\n"),
        ] {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        std::fs::write(folder.path().join("picture.png"), [0x89, 0x50, 0xff]).unwrap();
        let names: Vec<String> = texts(folder.path())
            .unwrap()
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!(names, ["c.md", "src/a.rs"]);
    }
}
