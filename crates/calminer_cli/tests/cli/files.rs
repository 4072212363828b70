//! Files that broke tools like this one: refused with the place, and as they were afterwards.

use crate::{User, case, sample};

/// Each file with what the answer must say.
const BROKEN: [(&str, &str, &[&str]); 5] = [
    (
        "json01_future_schema.json",
        "file_too_new",
        &["newer CalMiner", "9999", "nothing was changed"],
    ),
    (
        "json02_nan_null.json",
        "file_broken",
        &["line 1", "column 137", "A"],
    ),
    ("json03_truncated.json", "file_broken", &["line 104"]),
    ("json03b_zeros.json", "file_broken", &["line 1"]),
    ("json03c_empty.json", "file_broken", &["line 1"]),
];

#[test]
fn broken_files_are_3_and_stay_as_they_are() {
    let user = User::new();
    user.import("ref20");
    let database = user.path("profile/data/calminer.db");
    let before = std::fs::read(&database).expect("a database");
    for (name, code, words) in BROKEN {
        let path = user.path(name);
        std::fs::copy(case(name), &path).expect("copied");
        for command in ["evaluate", "simulate", "import"] {
            let answer = user.run(&[&command, &path, &"--json"]);
            assert_eq!(answer.code, Some(3), "{answer:?}");
            let json = answer.json();
            let issue = &json["issues"][0];
            assert_eq!(
                (issue["path"].as_str(), issue["code"].as_str()),
                (Some("file"), Some(code)),
                "{issue}"
            );
            let message = issue["message"].as_str().expect("a sentence");
            assert!(
                words.iter().all(|word| message.contains(word)),
                "{words:?} in {message}"
            );
            assert!(
                answer.err.contains(name),
                "the file is named: {}",
                answer.err
            );
        }
        user.on("export", &path, "--out copy").failed(3);
        assert_eq!(
            std::fs::read(&path).expect("read"),
            std::fs::read(case(name)).expect("read"),
            "{name}"
        );
    }
    assert!(!user.path("copy.calminer").exists());
    assert_eq!(std::fs::read(&database).expect("a database"), before);
}

#[test]
fn fields_that_cannot_be_read_are_listed_each() {
    let user = User::new();
    let text = std::fs::read_to_string(sample("fenn_gib")).expect("the sample");
    let text = text
        .replacen("\"base\": 3100.0", "\"base\": null", 1)
        .replacen("\"base\": 1.35", "\"base\": \"x\"", 1);
    let path = user.path("fields.calminer");
    std::fs::write(&path, text).expect("written");
    let answer = user.on("evaluate", &path, "--json");
    assert_eq!(answer.code, Some(3), "{answer:?}");
    let said = answer.json().to_string();
    assert!(
        said.contains("gold_price") && said.contains("cad_per_usd"),
        "{said}"
    );
}

#[test]
fn samples_never_replace_a_scenario_or_another_file() {
    let user = User::new();
    let own = user.path("own.calminer");
    std::fs::copy(sample("fenn_gib"), &own).expect("copied");
    let before = std::fs::read(&own).expect("read");
    user.run(&[&"simulate", &own, &"--samples", &own]).failed(2);
    assert_eq!(std::fs::read(&own).expect("read"), before);
    let notes = user.path("notes.txt");
    std::fs::write(&notes, "mine").expect("written");
    user.run(&[&"simulate", &own, &"--samples", &notes])
        .failed(1);
    assert_eq!(std::fs::read(&notes).expect("read"), b"mine");
    user.run(&[
        &"simulate",
        &own,
        &"--samples",
        &user.path("none/there.csv"),
    ])
    .failed(1);
    user.run(&[&"simulate", &own, &"--samples", &user.folder.path()])
        .failed(1);
}
