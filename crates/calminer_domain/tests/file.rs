//! The scenario file: samples open forever, bad files are told apart, the schema is the one in assets.

#![expect(clippy::expect_used, reason = "a test that cannot go on should stop")]

use std::path::{Path, PathBuf};

use calminer_domain::Value;
use calminer_domain::file::{self, FileError};
use calminer_domain::validate::validate;

const FENN_GIB: &str = include_str!("../../../assets/samples/fenn_gib.calminer.json");
const FUTURE: &str = include_str!("data/json01_future_schema.json");
const NAN: &str = include_str!("data/json02_nan_null.json");
const TRUNCATED: &str = include_str!("data/json03_truncated.json");

fn error(text: &str) -> String {
    file::read(text.as_bytes())
        .expect_err("must be refused")
        .to_string()
}

fn assets() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets")
}

/// Compares a generated file with the one in assets; writes it when asked to.
fn assert_generated(path: &Path, wanted: &str) {
    if std::env::var_os("CALMINER_WRITE_ASSETS").is_some() {
        std::fs::write(path, wanted).expect("assets can be written");
    }
    let found = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        found == wanted,
        "{} is out of date: CALMINER_WRITE_ASSETS=1 cargo test -p calminer_domain",
        path.display()
    );
}

#[test]
fn samples_open_and_come_back_equal() {
    for name in ["fenn_gib", "ref20"] {
        let path = assets().join(format!("samples/{name}.calminer.json"));
        let sample = std::fs::read_to_string(&path).expect("the sample is there");
        let opened = file::read(sample.as_bytes()).expect("a sample opens");
        assert!(
            validate(&opened.scenario)
                .iter()
                .all(|issue| !issue.blocks()),
            "{:?}",
            validate(&opened.scenario)
        );
        let written = file::write(&opened.project, &opened.scenario);
        assert_eq!(
            file::read(written.as_bytes()).expect("own text opens"),
            opened
        );
        assert_generated(&path, &written);
        let canonical = file::canonical(&opened.scenario);
        assert_eq!(
            file::from_canonical(&canonical).expect("own document opens"),
            opened.scenario
        );
    }
}

#[test]
fn a_newer_file_is_named_with_its_schema() {
    assert_eq!(
        error(FUTURE),
        "made by a newer CalMiner (schema 9999, this one reads up to 2); nothing was changed"
    );
    let newer = FENN_GIB.replacen("\"version\": 1", "\"version\": 3", 1);
    assert!(matches!(
        file::read(newer.as_bytes()),
        Err(FileError::TooNew { found: 3 })
    ));
    let none = FENN_GIB.replacen("\"version\": 1", "\"version\": 0", 1);
    assert!(error(&none).contains("its version is 0; versions count from 1"));
}

#[test]
fn broken_text_is_refused_with_its_place() {
    assert!(
        error(TRUNCATED).starts_with("the file is not a whole scenario file: EOF while parsing"),
        "{}",
        error(TRUNCATED)
    );
    assert!(error(NAN).contains("(in or after A)"), "{}", error(NAN));
    assert!(error("").contains("at line 1, column 0"), "{}", error(""));
    assert!(error(&"\0".repeat(2048)).contains("at line 1, column 1"));
    assert!(error(&"[".repeat(100_000)).contains("recursion limit"));
    assert!(error("[1]").contains("not an object"));
    assert!(error("{\"a\": 1}").contains("\"format\""));
    assert!(error("{\"format\": \"word\", \"version\": 1}").contains("not \"calminer.scenario\""));
}

#[test]
fn every_bad_row_is_named_and_none_is_filled_up() {
    let text = FENN_GIB.replacen("\"base\": 3100.0", "\"base\": null", 1);
    let text = text.replacen("\"mean\":1.35", "\"mean\":null", 1).replacen(
        "\"section\": \"capital\"",
        "\"section\": \"kapital\"",
        1,
    );
    assert_ne!(text, FENN_GIB);
    let Err(FileError::Invalid(issues)) = file::read(text.as_bytes()) else {
        panic!("must be refused")
    };
    let places: Vec<_> = issues.iter().map(|issue| issue.place.to_string()).collect();
    assert_eq!(
        places,
        [
            "parameters.gold_price",
            "parameters.cad_per_usd",
            "lines.initial_capital_plan"
        ]
    );
    assert!(
        issues[0].message.contains("base has no figure (null)"),
        "{}",
        issues[0].message
    );
    assert!(
        issues[1].message.contains("mean has no figure (null)"),
        "{}",
        issues[1].message
    );
    let unknown = FENN_GIB.replacen("\"currency\"", "\"curency\"", 1);
    assert!(error(&unknown).contains("curency"), "{}", error(&unknown));
}

#[test]
fn cut_anywhere_it_is_refused_without_a_panic() {
    for cut in (0..FENN_GIB.trim_end().len()).step_by(97) {
        if FENN_GIB.is_char_boundary(cut) {
            assert!(
                file::read(&FENN_GIB.as_bytes()[..cut]).is_err(),
                "cut at {cut}"
            );
        }
    }
}

#[test]
fn a_byte_order_mark_is_no_content() {
    let marked = format!("\u{feff}{FENN_GIB}");
    assert!(file::read(marked.as_bytes()).is_ok());
}

#[test]
fn the_schema_in_assets_is_the_one_of_the_types() {
    let wanted = serde_json::to_string_pretty(&file::schema()).expect("a schema is JSON");
    assert_generated(
        &assets().join("scenario.schema.json"),
        &format!("{wanted}\n"),
    );
}

#[test]
fn a_negative_zero_is_no_other_document() {
    let mut scenario = file::read(FENN_GIB.as_bytes())
        .expect("the sample opens")
        .scenario;
    scenario.name = "-0.0".to_owned();
    let plain = file::canonical(&scenario);
    let Value::Series(figures) = &mut scenario.lines[0].value else {
        panic!("a row of figures")
    };
    assert_eq!(figures[0], 0.0);
    figures[0] = -0.0;
    assert_eq!(file::canonical(&scenario), plain);
}
