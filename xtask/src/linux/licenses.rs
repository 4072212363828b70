//! The licenses of all crates that are part of the binaries, with their texts: most ask to be shipped along.

use crate::shell::{Context, Failure, Outcome, output};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// How the files that hold a license or a notice start.
const FILES: [&str; 6] = [
    "LICENSE",
    "LICENCE",
    "COPYING",
    "COPYRIGHT",
    "NOTICE",
    "UNLICENSE",
];

/// The packages whose binaries are shipped.
const SHIPPED: [&str; 2] = ["calminer", "calminer_cli"];

/// One text: a list of all crates, then each license text once with the crates it came with.
pub(super) fn of_the_binaries(context: &Context) -> Outcome<String> {
    let compiler = output(Command::new("rustc").arg("-vV").current_dir(&context.root))?;
    let system = compiler
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .unwrap_or_default();
    let mut command = context.cargo(&[
        "metadata",
        "--format-version",
        "1",
        "--filter-platform",
        system,
    ]);
    let metadata: Value = serde_json::from_str(&output(&mut command)?)
        .map_err(|error| Failure::new(format!("cargo metadata: {error}")))?;
    let wanted = linked(&metadata);
    let mut crates = Vec::new();
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in rows(&metadata["packages"]) {
        if package["source"].is_null() || !wanted.contains(text(&package["id"])) {
            continue;
        }
        let name = format!("{} {}", text(&package["name"]), text(&package["version"]));
        let folder = Path::new(text(&package["manifest_path"])).parent();
        for content in folder.map(license_texts).transpose()?.unwrap_or_default() {
            texts.entry(content).or_default().push(name.clone());
        }
        crates.push((name, text(&package["license"]).to_owned()));
    }
    crates.sort();
    Ok(written(&crates, &texts))
}

/// The ids of all packages that the shipped ones depend on, builds and tests aside.
fn linked(metadata: &Value) -> BTreeSet<&str> {
    let nodes: BTreeMap<&str, &Value> = rows(&metadata["resolve"]["nodes"])
        .map(|node| (text(&node["id"]), node))
        .collect();
    let shipped =
        rows(&metadata["packages"]).filter(|package| SHIPPED.contains(&text(&package["name"])));
    let mut waiting: Vec<&str> = shipped.map(|package| text(&package["id"])).collect();
    let mut found = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        if !found.insert(id) {
            continue;
        }
        let dependencies = nodes
            .get(id)
            .into_iter()
            .flat_map(|node| rows(&node["deps"]));
        let normal =
            dependencies.filter(|one| rows(&one["dep_kinds"]).any(|kind| kind["kind"].is_null()));
        waiting.extend(normal.map(|one| text(&one["pkg"])));
    }
    found
}

fn rows(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn license_texts(folder: &Path) -> Outcome<Vec<String>> {
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .to_uppercase();
        if path.is_file() && FILES.iter().any(|start| name.starts_with(start)) {
            let content = String::from_utf8_lossy(&std::fs::read(path)?).replace("\r\n", "\n");
            texts.push(content.trim().to_owned());
        }
    }
    texts.sort();
    Ok(texts)
}

fn written(crates: &[(String, String)], texts: &BTreeMap<String, Vec<String>>) -> String {
    let mut file =
        String::from("CalMiner holds these libraries, each under the license beside it.\n\n");
    for (name, license) in crates {
        file.extend([format!("{name}: {license}\n")]);
    }
    for (content, names) in texts {
        let rule = "=".repeat(80);
        let names = names.join(", ");
        file.extend([format!("\n{rule}\n{names}\n\n{content}\n")]);
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_linked_leaves_out_builds_and_tests() {
        let metadata = serde_json::json!({
            "packages": [{"name": "calminer", "id": "a"}, {"name": "other", "id": "x"}],
            "resolve": {"nodes": [
                {"id": "a", "deps": [
                    {"pkg": "b", "dep_kinds": [{"kind": null}, {"kind": "dev"}]},
                    {"pkg": "c", "dep_kinds": [{"kind": "dev"}]},
                    {"pkg": "d", "dep_kinds": [{"kind": "build"}]}]},
                {"id": "b", "deps": [{"pkg": "e", "dep_kinds": [{"kind": null}]}]},
                {"id": "x", "deps": [{"pkg": "f", "dep_kinds": [{"kind": null}]}]}
            ]}
        });
        assert_eq!(
            linked(&metadata).into_iter().collect::<Vec<_>>(),
            ["a", "b", "e"]
        );
    }

    #[test]
    fn a_text_that_several_crates_share_is_written_once() {
        let crates = [("a 1.0".to_owned(), "MIT".to_owned())];
        let texts = BTreeMap::from([(
            "Permission".to_owned(),
            vec!["a 1.0".to_owned(), "b 2.0".to_owned()],
        )]);
        let file = written(&crates, &texts);
        assert!(file.contains("\na 1.0: MIT\n") && file.contains("\na 1.0, b 2.0\n\nPermission\n"));
    }
}
