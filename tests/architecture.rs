//! The directions between the rooms, as ARCHITECTURE.md states them: which crate may depend on what, and what a file
//! may name. A failing rule says file and line.

mod source;

use source::{code_lines, engine_parts, has, named};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the dependency list of a crate must keep to. Dev-dependencies are free.
enum Dependencies {
    Only(&'static [&'static str]),
    Without(&'static [&'static str]),
}

const ROOMS: &[(&str, Dependencies)] = &[
    (
        "calminer_domain",
        Dependencies::Only(&[
            "jiff",
            "libm",
            "schemars",
            "serde",
            "serde_json",
            "thiserror",
            "unicode-ident",
            "uuid",
            "winnow",
        ]),
    ),
    (
        "calminer_engine",
        Dependencies::Only(&[
            "calminer_domain",
            "jiff",
            "libm",
            "rand",
            "rand_distr",
            "serde",
            "serde_json",
            "sha2",
            "thiserror",
            "uuid",
        ]),
    ),
    (
        "calminer_migration",
        Dependencies::Only(&["sea-orm-migration"]),
    ),
    (
        "calminer_store",
        Dependencies::Only(&[
            "calminer_domain",
            "calminer_engine",
            "calminer_migration",
            "sea-orm",
            "serde",
            "serde_json",
            "sha2",
            "sqlx",
            "thiserror",
            "time",
            "tokio",
            "uuid",
            "zstd",
        ]),
    ),
    (
        "calminer_exchange",
        Dependencies::Without(&[
            "calminer_cli",
            "calminer_migration",
            "calminer_store",
            "eframe",
            "egui",
            "egui_plot",
            "rfd",
            "sea-orm",
            "tokio",
        ]),
    ),
    (
        "calminer_cli",
        Dependencies::Without(&[
            "calminer_migration",
            "eframe",
            "egui",
            "egui_plot",
            "rfd",
            "sea-orm",
        ]),
    ),
    // Tests alone use it.
    ("calminer_testserver", Dependencies::Only(&[])),
    (
        "calminer",
        Dependencies::Without(&["calminer_cli", "calminer_migration", "sea-orm"]),
    ),
];

/// Paths and words that no code under `folder` may name, with the reason.
struct Ban {
    folder: &'static str,
    words: &'static [&'static str],
    because: &'static str,
}

const SURROUNDINGS: &[&str] = &[
    "std::fs",
    "std::env",
    "std::net",
    "std::process",
    "Instant",
    "SystemTime",
    "Timestamp::now",
    "Zoned::now",
];

const BANS: &[Ban] = &[
    Ban {
        folder: "crates/calminer_domain/src",
        words: SURROUNDINGS,
        because: "the domain knows no files, clock or environment",
    },
    Ban {
        folder: "crates/calminer_domain/src",
        words: &["std::thread"],
        because: "the domain starts no threads",
    },
    Ban {
        folder: "crates/calminer_engine/src",
        words: SURROUNDINGS,
        because: "the engine never fails because of its surroundings",
    },
    Ban {
        folder: "src/ui",
        words: &[
            "services",
            "calminer_store",
            "tokio",
            "rfd",
            "std::fs",
            "std::thread",
        ],
        because: "a view draws and pushes commands, it asks no service",
    },
    Ban {
        folder: "src/ui",
        words: &["block_on", "blocking_recv", "blocking_send"],
        because: "nothing waits on the frame",
    },
    Ban {
        folder: "src/app",
        words: &["block_on", "blocking_recv", "blocking_send"],
        because: "nothing waits on the frame",
    },
    Ban {
        folder: "src/app",
        words: &["egui::Ui", ".show("],
        because: "the app decides, the views draw",
    },
    Ban {
        folder: "src/services",
        words: &["AppState", "crate::ui"],
        because: "services answer requests and know no state of the app",
    },
];

/// The one file with `unsafe`, for the choice of the processor level, and its length at most.
const UNSAFE_FILE: (&str, usize) = ("crates/calminer_engine/src/level.rs", 60);

/// Types of the database library that must not leave the store.
const DATABASE_TYPES: &[&str] = &[
    "sea_orm",
    "DatabaseConnection",
    "DatabaseTransaction",
    "DbErr",
];

#[test]
fn crates_depend_only_on_what_their_room_allows() {
    let found = declared_dependencies();
    let mut wrong = Vec::new();
    for (room, rule) in ROOMS {
        let names = &found[*room];
        wrong.extend(
            names
                .iter()
                .filter(|name| match rule {
                    Dependencies::Only(allowed) => !allowed.contains(&name.as_str()),
                    Dependencies::Without(banned) => banned.contains(&name.as_str()),
                })
                .map(|name| format!("{room} must not depend on {name}")),
        );
    }
    let strangers = found
        .keys()
        .filter(|name| *name != "xtask" && !ROOMS.iter().any(|(room, _)| room == name));
    wrong.extend(strangers.map(|name| format!("{name} has no line in the table of rooms")));
    refuse(&wrong);
}

#[test]
fn files_name_only_what_their_room_allows() {
    let mut wrong = Vec::new();
    for ban in BANS {
        for file in rust_files(ban.folder) {
            for (line, word) in named(&read(&file), ban.words) {
                wrong.push(format!(
                    "{}:{line}: names {word}: {}",
                    shown(&file),
                    ban.because
                ));
            }
        }
    }
    refuse(&wrong);
}

#[test]
fn store_and_exchange_see_only_the_results_of_the_engine() {
    let mut wrong = Vec::new();
    for folder in ["crates/calminer_store/src", "crates/calminer_exchange/src"] {
        for file in rust_files(folder) {
            for (line, part) in engine_parts(&read(&file)) {
                if part != "result" {
                    wrong.push(format!(
                        "{}:{line}: uses calminer_engine::{part}, only calminer_engine::result is open to it",
                        shown(&file)
                    ));
                }
            }
        }
    }
    refuse(&wrong);
}

#[test]
fn no_database_type_leaves_the_store() {
    let mut wrong = Vec::new();
    for file in rust_files("crates/calminer_store/src") {
        for (number, line) in code_lines(&read(&file)).iter().enumerate() {
            let open = line.trim_start().starts_with("pub ");
            if let Some(word) = DATABASE_TYPES.iter().find(|word| open && has(line, word)) {
                wrong.push(format!("{}:{}: shows {word}", shown(&file), number + 1));
            }
        }
    }
    refuse(&wrong);
}

#[test]
fn unsafe_code_is_in_one_short_file() {
    let mut wrong = Vec::new();
    for folder in ["src", "crates", "migrations", "tests", "benches", "xtask"] {
        for file in rust_files(folder) {
            let text = read(&file);
            if shown(&file) != UNSAFE_FILE.0 {
                let lines = named(&text, &["unsafe"]);
                wrong.extend(
                    lines
                        .iter()
                        .map(|(line, _)| format!("{}:{line}: unsafe", shown(&file))),
                );
            } else if text.lines().count() > UNSAFE_FILE.1 {
                wrong.push(format!(
                    "{}: more than {} lines",
                    UNSAFE_FILE.0, UNSAFE_FILE.1
                ));
            }
        }
    }
    refuse(&wrong);
}

#[test]
fn landed_migrations_are_unchanged() {
    let Ok(list) = std::fs::read_to_string(root().join("migrations/frozen.txt")) else {
        return; // nothing has landed yet
    };
    let frozen: BTreeMap<&str, &str> = list
        .lines()
        .filter_map(|line| line.split_once(' '))
        .collect();
    let mut present = BTreeMap::new();
    for file in rust_files("migrations/src") {
        let name = file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name.starts_with('m') && name[1..].starts_with(|next: char| next.is_ascii_digit()) {
            present.insert(name, format!("{:016x}", fnv1a(&read(&file))));
        }
    }
    let mut wrong = Vec::new();
    for name in frozen.keys().filter(|name| !present.contains_key(**name)) {
        wrong.push(format!("migrations/src/{name}: landed and is gone"));
    }
    for (name, sum) in &present {
        match frozen.get(name.as_str()) {
            Some(landed) if landed.trim() == sum => {}
            Some(_) => wrong.push(format!(
                "migrations/src/{name}: landed and has changed; write a new migration"
            )),
            None => wrong.push(format!(
                "migrations/src/{name}: add `{name} {sum}` to migrations/frozen.txt"
            )),
        }
    }
    refuse(&wrong);
}

#[test]
fn the_checksum_is_the_published_one() {
    assert_eq!(fnv1a("a"), 0xaf63_dc4c_8601_ec8c); // published value for "a"
    assert_eq!(fnv1a("a\r\nb"), fnv1a("a\nb"));
}

fn refuse(wrong: &[String]) {
    assert!(
        wrong.is_empty(),
        "{} breach(es):\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn shown(file: &Path) -> String {
    file.strip_prefix(root())
        .unwrap_or(file)
        .to_string_lossy()
        .replace('\\', "/")
}

fn read(file: &Path) -> String {
    match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) => panic!("{}: {error}", file.display()),
    }
}

/// All Rust files under a folder of the repository, without those that hold tests alone, in order of name.
fn rust_files(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![root().join(folder)];
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                waiting.push(path);
            } else if holds_code(&path) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn holds_code(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let is_rust = path.extension().is_some_and(|end| end == "rs");
    is_rust && name != "tests.rs" && !name.ends_with("_tests.rs")
}

/// Dependencies of every crate of the workspace that are part of its build.
fn declared_dependencies() -> BTreeMap<String, Vec<String>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ])
        .current_dir(root())
        .output();
    let metadata: serde_json::Value =
        match output.map(|output| serde_json::from_slice(&output.stdout)) {
            Ok(Ok(metadata)) => metadata,
            other => panic!("cargo metadata: {other:?}"),
        };
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let list = |value: &serde_json::Value| value.as_array().cloned().unwrap_or_default();
    list(&metadata["packages"])
        .iter()
        .map(|package| {
            let names = list(&package["dependencies"])
                .iter()
                .filter(|dependency| dependency["kind"] != "dev")
                .map(|dependency| text(&dependency["name"]))
                .collect();
            (text(&package["name"]), names)
        })
        .collect()
}

/// FNV-1a with 64 bits over the text with line feeds: enough to see a change, and needs no library.
fn fnv1a(text: &str) -> u64 {
    let bytes = text.bytes().filter(|&byte| byte != b'\r');
    bytes.fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
