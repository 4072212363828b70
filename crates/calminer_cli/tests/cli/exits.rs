//! Exit codes, and what stands on which stream.

use calminer_domain::{Correlation, ScenarioEdit, Value};
use serde_json::Value as Json;

use crate::{User, case, keys, sample, scenario};

#[test]
fn help_and_version_are_results() {
    let user = User::new();
    for words in [["--help"], ["--version"]] {
        let answer = crate::Answer::from(user.command(&[]).args(words).output().expect("it runs"));
        assert_eq!(
            (answer.code, answer.err.as_str()),
            (Some(0), ""),
            "{answer:?}"
        );
        assert!(answer.out.contains("calminer-cli"));
    }
}

#[test]
fn a_file_that_cannot_be_read_is_1() {
    let user = User::new();
    let missing = user.run(&[&"evaluate", &"none.calminer", &"--json"]);
    assert!(missing.failed(1).contains("none.calminer is not there"));
    let folder = user.path("folder.calminer");
    std::fs::create_dir(&folder).expect("a folder");
    assert!(
        user.run(&[&"evaluate", &folder])
            .failed(1)
            .contains("it is a folder")
    );
}

#[test]
fn a_line_that_is_missing_is_3_with_every_issue() {
    let user = User::new();
    let whole = scenario(&sample("fenn_gib"));
    let gone = whole.line_by_key("gold_payable").expect("the line");
    let mut own = ScenarioEdit::RemoveLine(gone.id)
        .apply(&whole)
        .expect("an edit");
    let broken = own
        .lines
        .iter_mut()
        .find(|line| line.key == "ebitda")
        .expect("the line");
    broken.value = Value::Formula("=1 +".to_owned());
    let path = user.write("half.calminer", &own);
    for command in ["evaluate", "simulate"] {
        let answer = user.run(&[&command, &path, &"--json"]);
        assert_eq!(answer.code, Some(3), "{answer:?}");
        let json = answer.json();
        assert_eq!(keys(&json), ["issues"]);
        let issues = json["issues"].as_array().expect("a list");
        assert!(
            issues
                .iter()
                .all(|issue| keys(issue) == ["code", "message", "path"]),
            "{issues:?}"
        );
        let about = |path: &str, word: &str| {
            issues.iter().any(|issue| {
                let text = |key: &str| issue[key].as_str().unwrap_or_default();
                text("path").starts_with(path) && text("message").contains(word)
            })
        };
        assert!(about("lines.gross_revenue.", "gold_payable"), "{issues:?}");
        assert!(about("lines.ebitda.", ""), "{issues:?}");
        let text = user.run(&[&command, &path]);
        let said = text.failed(3);
        assert!(
            said.contains("lines.gross_revenue.") && said.contains("lines.ebitda."),
            "{said}"
        );
    }
}

#[test]
fn settings_of_the_scenario_are_its_issue_and_flags_are_usage() {
    let user = User::new();
    let mut own = scenario(&sample("fenn_gib"));
    own.simulation.trials = 0;
    let path = user.write("none.calminer", &own);
    let answer = user.on("simulate", &path, "--json");
    assert_eq!(answer.code, Some(3), "{answer:?}");
    assert_eq!(answer.json()["issues"][0]["path"], "simulation.trials");
    user.on("simulate", &sample("fenn_gib"), "--trials 0 --json")
        .failed(2);
    user.on(
        "simulate",
        &sample("fenn_gib"),
        "--trials 10 --replicates 11 --json",
    )
    .failed(2);
}

/// COR-01 and COR-06 from the command line.
#[test]
fn an_impossible_correlation_matrix_is_refused_or_repaired_with_consent() {
    let user = User::new();
    let mut own = scenario(&sample("ref20"));
    let ids: Vec<_> = own.uncertain().take(3).map(|row| row.id).collect();
    own.correlations.clear();
    for (a, b, rho) in [(0, 1, 0.9), (1, 2, 0.9), (0, 2, -0.9)] {
        own.correlations.push(Correlation {
            a: ids[a],
            b: ids[b],
            rho,
            source: String::new(),
        });
    }
    let path = user.write("impossible.calminer", &own);
    let answer = user.on("simulate", &path, "--trials 1000 --json");
    assert_eq!(answer.code, Some(3), "{answer:?}");
    assert!(answer.err.contains("--repair-correlations"), "{answer:?}");
    let issue = answer.json()["issues"][0].clone();
    assert_eq!(issue["path"], "correlations");
    let message = issue["message"].as_str().expect("a sentence");
    for word in ["-0.800000", "cu_price and au_price"] {
        assert!(message.contains(word), "{message}");
    }
    let flags = "--trials 1000 --repair-correlations";
    let json = user
        .on("simulate", &path, &format!("{flags} --json"))
        .done();
    let group = &json["correlation_groups"][0];
    assert_eq!(group["keys"][0], "cu_price");
    assert_eq!(group["typed"][0][2], -0.9);
    for (matrix, figure) in [("repaired", 0.5), ("used", 0.482_583_735)] {
        let found = group[matrix][0][1].as_f64().expect("a figure");
        assert!((found - figure).abs() < 1e-8, "{matrix} {found}");
    }
    let text = user.on("simulate", &path, flags).out;
    assert!(
        text.contains("cu_price, au_price: typed 0.900000, used 0.482584, change -0.417416"),
        "{text}"
    );
}

#[test]
fn a_database_that_refuses_is_4() {
    let user = User::new();
    let place = "Fenn-Gib/Base case";
    assert!(
        user.run(&[&"evaluate", &place])
            .failed(4)
            .contains("no database")
    );
    assert!(!user.path("profile").exists(), "nothing was made");
    for (name, word) in [
        ("sql04_not_a_database.db", "not a CalMiner database"),
        ("sql06_newer_schema.db", "newer CalMiner"),
    ] {
        let path = user.path(name);
        std::fs::copy(case(name), &path).expect("copied");
        let before = std::fs::read(&path).expect("read");
        assert!(
            user.run(&[&"evaluate", &place, &"--database", &path])
                .failed(4)
                .contains(word)
        );
        user.run(&[&"import", &sample("fenn_gib"), &"--database", &path])
            .failed(4);
        user.run(&[&"db", &"status", &"--database", &path, &"--json"])
            .failed(4);
        user.run(&[&"db", &"backup", &"copy.db", &"--database", &path])
            .failed(4);
        let doctor = user.run(&[&"db", &"doctor", &"--database", &path, &"--json"]);
        assert_eq!(doctor.code, Some(4));
        assert_eq!(doctor.json()["status"], "unavailable");
        assert_eq!(
            std::fs::read(&path).expect("read"),
            before,
            "{name} was changed"
        );
        assert!(!user.path("copy.db").exists());
    }
}

#[test]
fn a_scenario_that_the_database_lacks_is_1_and_says_what_is_there() {
    let user = User::new();
    user.import("fenn_gib");
    assert!(
        user.run(&[&"evaluate", &"Fenn-Gib/Upside"])
            .failed(1)
            .contains("it has Fenn-Gib/Base case")
    );
}

#[test]
fn words_that_name_nothing_are_2() {
    let user = User::new();
    for words in [
        &["evaluate"] as &[&str],
        &["evaluate", "word"],
        &["evaluate", ""],
        &["simulate"],
        &["import"],
        &["db"],
        &["mine"],
        &[],
    ] {
        let answer = crate::Answer::from(user.command(&[]).args(words).output().expect("it runs"));
        answer.failed(2);
    }
    let url = user.run(&[
        &"db",
        &"status",
        &"--database",
        &"postgresql://user:CANARY@host/mine",
    ]);
    assert!(!url.failed(2).contains("CANARY"));
    let place = user.run(&[&"evaluate", &"postgresql://user:CANARY@host/mine"]);
    assert!(!place.failed(2).contains("CANARY"));
    let mut variable = user.command(&[&"db", &"status"]);
    let variable = variable
        .env("DATABASE_URL", "postgresql://user:p/CANARY@host/mine")
        .output()
        .expect("it runs");
    assert!(!crate::Answer::from(variable).failed(2).contains("CANARY"));
}

#[test]
fn a_scenario_has_no_notice_among_its_issues() {
    let json: Json = User::new()
        .on("evaluate", &sample("ref20"), "--json")
        .done();
    assert!(
        json["notices"]
            .as_array()
            .expect("a list")
            .iter()
            .all(|notice| keys(notice) == ["code", "message", "path"])
    );
}
