//! Scenario files with items: version 2 opens forever, and what cannot be read is named by its path.

#![expect(clippy::expect_used, reason = "a test that cannot go on should stop")]

use std::path::Path;

use calminer_domain::file::{self, FileError};
use calminer_domain::validate::validate;
use calminer_domain::{Item, ItemKind, Scenario, Term, TermRow};

const ITEMS: &str = include_str!("data/items_v2.calminer.json");
const FENN_GIB: &str = include_str!("../../../assets/samples/fenn_gib.calminer.json");

fn opened(text: &str) -> file::ScenarioFile {
    file::read(text.as_bytes()).expect("the file opens")
}

fn scenario() -> Scenario {
    opened(ITEMS).scenario
}

fn of(kind: ItemKind) -> Item {
    let items = scenario().items.into_iter();
    let mut found = items.filter(|item| item.kind == kind);
    found.next().expect("an item of each kind")
}

/// The paths and sentences of a file that is refused.
fn refused(text: &str) -> Vec<(String, String)> {
    let Err(FileError::Invalid(issues)) = file::read(text.as_bytes()) else {
        panic!("must be refused")
    };
    issues
        .into_iter()
        .map(|issue| (issue.place.to_string(), issue.message))
        .collect()
}

/// The file with one text in place of another that it has.
fn with(from: &str, to: &str) -> String {
    let text = ITEMS.replacen(from, to, 1);
    assert!(text != ITEMS, "{from} is not in the file");
    text
}

#[test]
fn a_file_of_version_2_says_what_it_says() {
    let file = opened(ITEMS);
    assert_eq!(file.version, 2);
    let kinds: std::collections::BTreeSet<_> =
        file.scenario.items.iter().map(|item| item.kind).collect();
    assert_eq!(kinds.len(), ItemKind::ALL.len());
    let pit = of(ItemKind::Schedule);
    assert_eq!(
        (pit.key.as_str(), pit.source.as_str()),
        ("pit", "mine plan of 2026")
    );
    let ore = Term::Series(vec![0.0, 1e6, 1.2e6, 1.2e6, 0.8e6]);
    assert_eq!(pit.terms["ore"], ore);
    assert_eq!(pit.terms["waste"], Term::Text("=2 * pit_ore".to_owned()));
    let grades = pit.rows("grades");
    assert_eq!(grades[0]["element"], Term::Text("au".to_owned()));
    assert_eq!(
        grades[0]["grade"],
        Term::Series(vec![0.0, 2.0, 1.8, 1.6, 1.5])
    );
    assert_eq!(grades[1]["grade"], Term::Number(0.5));
    let plant = of(ItemKind::Capital);
    assert_eq!(plant.units["amount"], "MCAD");
    assert_eq!(plant.note, "Without the access road.");
    let blocking: Vec<_> = validate(&file.scenario)
        .into_iter()
        .filter(calminer_domain::Issue::blocks)
        .collect();
    assert_eq!(blocking, []);
}

#[test]
fn a_file_with_items_is_written_as_it_was() {
    let file = opened(ITEMS);
    let written = file::write(&file.project, &file.scenario);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/items_v2.calminer.json");
    if std::env::var_os("CALMINER_WRITE_ASSETS").is_some() {
        std::fs::write(path, &written).expect("written");
    }
    assert!(written == ITEMS, "{written}");
    assert_eq!(opened(&written), file);
    let canonical = file::canonical(&file.scenario);
    assert_eq!(
        file::from_canonical(&canonical).expect("own document opens"),
        file.scenario
    );
}

/// One term a line, one short row a line, a long row field by field.
#[test]
fn items_are_laid_out_to_be_read() {
    for line in [
        "          \"waste\": \"=2 * pit_ore\"\n",
        "          \"ore\": [0.0,1000000.0,1200000.0,1200000.0,800000.0],\n",
        "            {\"element\":\"cu\",\"grade\":0.5,\"unit\":\"%\"}\n",
        "        \"units\": {\"amount\":\"MCAD\"},\n",
    ] {
        assert!(ITEMS.contains(line), "{line}");
    }
    let mut long = scenario();
    let row: TermRow = [("grade".to_owned(), Term::Series(vec![1.0 / 3.0; 40]))].into();
    long.items[0]
        .terms
        .insert("grades".to_owned(), Term::Rows(vec![row]));
    let written = file::write(&opened(ITEMS).project, &long);
    let broken = "            {\n              \"grade\": [0.3333333333333333,0.3333333333333333,";
    assert!(written.contains(broken), "{written}");
    assert_eq!(opened(&written).scenario, long);
}

/// A program that knows version 1 alone goes on reading what has no items.
#[test]
fn without_items_a_file_stays_version_1() {
    let mut file = opened(ITEMS);
    assert!(file::write(&file.project, &file.scenario).contains("\"version\": 2,"));
    file.scenario.items.clear();
    let written = file::write(&file.project, &file.scenario);
    assert!(written.contains("\"version\": 1,") && !written.contains("\"items\""));
    assert_eq!(file::version_of(&file.scenario), 1);
    // Both versions are read, whatever is in them.
    let newer = FENN_GIB.replacen("\"version\": 1", "\"version\": 2", 1);
    assert_eq!(opened(&newer), opened(FENN_GIB));
    let older = with("\"version\": 2", "\"version\": 1");
    assert_eq!(opened(&older), opened(ITEMS));
}

/// A text of the file, what stands in its place, the path of the issue and words of it.
const UNREADABLE: &[[&str; 4]] = &[
    [
        "\"kind\": \"metal\"",
        "\"kind\": \"crypto\"",
        "items.gold.kind",
        "it knows schedule, process, metal",
    ],
    [
        "\"price\": 2000.0",
        "\"price\": null",
        "items.gold.price",
        "it has no figure (null)",
    ],
    [
        "\"price\": 2000.0",
        "\"price\": true",
        "items.gold.price",
        "it is true",
    ],
    [
        "\"price\": 2000.0",
        "\"price\": {\"mean\": 1.0}",
        "items.gold.price",
        "a table is a list of rows",
    ],
    [
        "\"price\": 2000.0",
        "\"price\": [1.0, null]",
        "items.gold.price.2",
        "it has no figure (null)",
    ],
    [
        "\"price\": 2000.0",
        "\"price\": [1.0, \"2\"]",
        "items.gold.price.2",
        "it is not a figure",
    ],
    [
        "\"price\": 2000.0",
        "\"price\": [{}, 1.0]",
        "items.gold.price.1",
        "no row of a table",
    ],
    [
        "\"recovery\":85.0",
        "\"recovery\":null",
        "items.mill.recoveries.1.recovery",
        "it has no figure (null)",
    ],
    [
        "{\"amount\":\"MCAD\"}",
        "{\"amount\":5}",
        "items.plant.units.amount",
        "not a unit as text",
    ],
    [
        "\"key\": \"gold\"",
        "\"key\": \"gold\", \"grade\": 1.0",
        "items.gold",
        "unknown field `grade`",
    ],
    [
        "\"key\": \"gold\"",
        "\"key\": 5",
        "items.Gold in dore",
        "invalid type: integer `5`",
    ],
];

#[test]
fn what_cannot_be_read_of_an_item_is_named_by_its_path() {
    for [from, to, path, words] in UNREADABLE {
        let found = refused(&with(from, to));
        assert_eq!(found.len(), 1, "{to}: {found:?}");
        assert_eq!(found[0].0, *path, "{to}");
        assert!(found[0].1.contains(*words), "{to}: {}", found[0].1);
    }
}

#[test]
fn every_bad_term_of_an_item_is_named() {
    let text = with("\"price\": 2000.0", "\"price\": null")
        .replacen("\"refining\": 5.0", "\"refining\": false", 1)
        .replacen("\"kind\": \"tax\"", "\"kind\": \"taxes\"", 1);
    let paths: Vec<_> = refused(&text).into_iter().map(|(path, _)| path).collect();
    assert_eq!(
        paths,
        [
            "items.gold.price",
            "items.gold.refining",
            "items.income_tax.kind"
        ]
    );
}

#[test]
fn figures_that_are_none_are_no_json() {
    for word in ["NaN", "Infinity", "1e999"] {
        let text = with("\"price\": 2000.0", &format!("\"price\": {word}"));
        let error = file::read(text.as_bytes()).expect_err("must be refused");
        assert!(matches!(&error, FileError::NotJson { .. }), "{error}");
        assert!(
            error.to_string().contains("(in or after Gold in dore)"),
            "{error}"
        );
    }
    let deep = format!("\"price\": {}1{}", "[{\"a\":".repeat(200), "}]".repeat(200));
    let error = file::read(with("\"price\": 2000.0", &deep).as_bytes());
    let error = error.expect_err("must be refused").to_string();
    assert!(error.contains("recursion limit"), "{error}");
}

/// A text of the file, what stands in its place, the path and the code of the issue.
const MEANINGLESS: &[[&str; 4]] = &[
    [
        "\"price\": 2000.0",
        "\"price\": [{\"a\": 1.0}]",
        "items.gold.price",
        "field_type",
    ],
    [
        "\"price\": 2000.0",
        "\"prize\": 2000.0",
        "items.gold.prize",
        "field_unknown",
    ],
    [
        "\"method\": \"units\"",
        "\"method\": 3.0",
        "items.pool.method",
        "field_type",
    ],
    [
        "\"method\": \"units\"",
        "\"method\": \"halves\"",
        "items.pool.method",
        "choice",
    ],
    [
        "\"capital\": \"plant\"",
        "\"capital\": \"plants\"",
        "items.pool.capital",
        "unknown_name",
    ],
    [
        "\"payable_days\": 45.0",
        "\"payable_days\": \"=45\"",
        "items.float.payable_days",
        "field_type",
    ],
    [
        "\"amount\":\"MCAD\"",
        "\"amount\":\"furlong\"",
        "items.plant.amount",
        "unit_unknown",
    ],
];

/// Terms that can be read and mean nothing are a half-finished scenario: it opens with its issues.
#[test]
fn terms_that_mean_nothing_open_with_issues() {
    for [from, to, path, code] in MEANINGLESS {
        let scenario = opened(&with(from, to)).scenario;
        let issues = validate(&scenario);
        let found = issues
            .iter()
            .any(|issue| issue.place.to_string() == *path && issue.code == *code);
        assert!(found, "{to}: {issues:?}");
    }
}

/// `[]` is a row without figures or a table without rows, by the field that it stands in.
#[test]
fn an_empty_table_is_a_table() {
    let mut empty = scenario();
    for item in &mut empty.items {
        for term in item.terms.values_mut() {
            if let Term::Rows(rows) = term {
                rows.clear();
            }
        }
    }
    empty.items[0]
        .terms
        .insert("ore".to_owned(), Term::Series(Vec::new()));
    let written = file::write(&opened(ITEMS).project, &empty);
    assert_eq!(opened(&written).scenario, empty);
    let canonical = file::canonical(&empty);
    assert_eq!(
        file::from_canonical(&canonical).expect("own document opens"),
        empty
    );
    let is_type = |issue: &calminer_domain::Issue| issue.code == "field_type";
    assert!(!validate(&empty).iter().any(is_type));
}

#[test]
fn ten_thousand_rows_are_read_and_judged() {
    let mut large = scenario();
    let row = |number: u32| -> TermRow {
        [
            ("element".to_owned(), Term::Text(format!("e{number}"))),
            ("grade".to_owned(), Term::Number(f64::from(number) / 7.0)),
        ]
        .into()
    };
    let rows = (0..10_000).map(row).collect();
    large.items[0]
        .terms
        .insert("grades".to_owned(), Term::Rows(rows));
    let written = file::write(&opened(ITEMS).project, &large);
    assert_eq!(opened(&written).scenario, large);
    let text = written.replacen("\"grade\":1428.4285714285713", "\"grade\":null", 1);
    assert!(text != written, "the figure is not in the file");
    let found = refused(&text);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, "items.pit.grades.9999.grade");
    // An element of a product that no route recovers any more, and nothing that hangs.
    drop(validate(&large));
}

#[test]
fn items_are_part_of_what_is_hashed() {
    let plain = scenario();
    let (document, model) = (file::canonical(&plain), file::canonical_model(&plain));
    let change = |change: &dyn Fn(&mut Item)| {
        let mut other = plain.clone();
        change(&mut other.items[0]);
        assert_ne!(file::canonical(&other), document);
        assert_ne!(file::canonical_model(&other), model);
    };
    change(&|item| item.kind = ItemKind::Sale);
    change(&|item| item.key.push('x'));
    change(&|item| {
        item.terms.insert("dilution".to_owned(), Term::Number(0.0));
    });
    change(&|item| {
        item.units.insert("ore".to_owned(), "kt".to_owned());
    });
    let mut swapped = plain.clone();
    swapped.items.swap(0, 1);
    assert_ne!(file::canonical_model(&swapped), model);
}

#[test]
fn a_negative_zero_in_a_term_is_no_other_document() {
    let filled = |zero: f64| {
        let mut scenario = scenario();
        let row: TermRow = [
            ("grade".to_owned(), Term::Number(zero)),
            ("waste_grade".to_owned(), Term::Series(vec![1.0, zero])),
        ]
        .into();
        let terms = &mut scenario.items[0].terms;
        terms.insert("dilution".to_owned(), Term::Number(zero));
        terms.insert("ore".to_owned(), Term::Series(vec![zero, 2.0]));
        terms.insert("grades".to_owned(), Term::Rows(vec![row]));
        scenario
    };
    let (negative, positive) = (filled(-0.0), filled(0.0));
    assert_eq!(file::canonical(&negative), file::canonical(&positive));
    assert_eq!(
        file::canonical_model(&negative),
        file::canonical_model(&positive)
    );
}

#[test]
fn cut_anywhere_it_is_refused_without_a_panic() {
    for cut in (0..ITEMS.trim_end().len()).step_by(61) {
        if ITEMS.is_char_boundary(cut) {
            assert!(
                file::read(&ITEMS.as_bytes()[..cut]).is_err(),
                "cut at {cut}"
            );
        }
    }
}
