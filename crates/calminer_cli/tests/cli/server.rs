//! Every command on a database of a PostgreSQL server.

use calminer_testserver::{Database, Server};

use crate::{Answer, User, has_keys, sample};

/// What no output may have in it.
const CANARY: &str = "CANARY-7f3a";

struct Team {
    user: User,
    database: Database,
}

impl Team {
    fn new() -> Self {
        Self {
            user: User::new(),
            database: Server::shared().database(),
        }
    }

    /// As a user names it: without the password.
    fn url(&self) -> String {
        format!(
            "postgres://{}@127.0.0.1:{}/{}?sslmode=disable",
            self.database.name(),
            Server::shared().port(),
            self.database.name()
        )
    }

    /// A command with the variables of the team's server, all but those named.
    fn run_without(&self, words: &[&str], without: &[&str]) -> Answer {
        let name = self.database.name().to_owned();
        let pairs = [
            ("DATABASE_DRIVER", "postgres".to_owned()),
            ("DATABASE_HOST", "localhost".to_owned()),
            ("DATABASE_PORT", Server::shared().port().to_string()),
            ("DATABASE_USER", name.clone()),
            ("DATABASE_PASSWORD", self.database.password().to_owned()),
            ("DATABASE_NAME", name),
        ];
        let mut command = self.user.command(&[]);
        command.args(words);
        for (name, value) in pairs {
            if !without.contains(&name) {
                command.env(name, value);
            }
        }
        let answer = Answer::from(command.output().expect("it runs"));
        let said = format!("{answer:?}");
        assert!(!said.contains(self.database.password()), "{said}");
        answer
    }

    fn run(&self, words: &[&str]) -> Answer {
        self.run_without(words, &[])
    }

    /// A command on `--database URL` with the password in its variable.
    fn at_url(&self, words: &[&str], password: &str) -> Answer {
        let url = self.url();
        let mut command = self.user.command(&[]);
        command.args(words).args(["--database", &url]);
        let output = command.env("DATABASE_PASSWORD", password).output();
        Answer::from(output.expect("it runs"))
    }
}

#[test]
fn the_schema_of_a_server_is_made_by_migrate_alone() {
    let team = Team::new();
    let fenn_gib = sample("fenn_gib").display().to_string();
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    let refused = team.run(&["import", &fenn_gib]);
    let said = refused.failed(4);
    assert!(
        said.contains("calminer-cli db migrate") && said.contains("m2026"),
        "{said}"
    );
    let preview = team.run(&["db", "migrate", "--dry-run", "--json"]).done();
    assert_eq!(preview["dry_run"], true);
    let status = team.run(&["db", "status", "--json"]).done();
    assert_eq!(status["schema"]["state"], "empty");
    assert_eq!(status["schema"]["pending"], preview["steps"]);
    assert_eq!(team.database.sql(&[tables]), "0", "nothing was changed");
    let migrated = team.run(&["db", "migrate", "--json"]).done();
    assert_eq!(migrated["steps"], preview["steps"]);
    assert_eq!(
        team.run(&["db", "migrate", "--json"]).done()["steps"],
        serde_json::json!([])
    );
}

#[test]
fn a_team_works_on_a_server_as_on_a_file() {
    let team = Team::new();
    team.run(&["db", "migrate"]);
    let fenn_gib = sample("fenn_gib").display().to_string();
    team.run(&["import", &fenn_gib, "--json"]).done();
    let simulate = [
        "simulate",
        "Fenn-Gib/Base case",
        "--trials",
        "300",
        "--save",
        "--json",
    ];
    let stored = team.run(&simulate).done();
    let of_file = team
        .user
        .on("simulate", &fenn_gib, "--trials 300 --json")
        .done();
    assert_eq!(stored["outputs"], of_file["outputs"]);
    let evaluated = team.run(&["evaluate", "Fenn-Gib/Base case", "--json"]);
    assert_eq!(
        evaluated.out,
        team.user.on("evaluate", &fenn_gib, "--json").out
    );
    let status = team.run(&["db", "status", "--json"]).done();
    assert_eq!(status["scenarios"][0]["runs"], 1);
    assert_eq!(status["access"], "read_write");
    assert!(
        status["system"]
            .as_str()
            .is_some_and(|text| text.starts_with("PostgreSQL 1"))
    );
    let doctor = team.run(&["db", "doctor", "--json"]).done();
    has_keys(
        &doctor,
        "status database versions counts latency_milliseconds findings",
    );
    assert_eq!(
        (&doctor["status"], &doctor["counts"]["runs"]),
        (&"ok".into(), &1.into())
    );
    assert!(
        !team.user.path("profile").exists(),
        "no local file was made"
    );
}

#[test]
fn items_go_to_a_server_and_come_back_as_they_were() {
    let team = Team::new();
    team.run(&["db", "migrate"]);
    let mine = crate::items::mine().display().to_string();
    let imported = team.run(&["import", &mine, "--json"]).done();
    let place = imported["imported"][0]["scenario"].as_str();
    let place = place.expect("a place");
    let of_server = team.run(&["evaluate", place, "--json"]);
    let of_file = team.user.on("evaluate", &mine, "--json");
    assert_eq!((of_server.code, of_server.out), (Some(0), of_file.out));
    team.run(&["export", place, "--out", "copy.calminer"]);
    let read = |path: &std::path::Path| std::fs::read_to_string(path).expect("a file");
    assert_eq!(
        read(&team.user.path("copy.calminer")),
        read(&crate::items::mine())
    );
    team.run(&["db", "backup", "copy.db", "--json"]).done();
    let of_backup = team.user.run(&[
        &"export",
        &place,
        &"--database",
        &"copy.db",
        &"--out",
        &"b.calminer",
    ]);
    assert_eq!(of_backup.code, Some(0), "{of_backup:?}");
    assert_eq!(
        read(&team.user.path("b.calminer")),
        read(&crate::items::mine())
    );
    let change = "UPDATE product SET terms = replace(terms, '2000.0', '2001.0') WHERE key = 'gold'";
    team.database.sql(&[change]);
    let damaged = team.run(&["evaluate", place]);
    assert!(damaged.failed(4).contains("damaged"), "{damaged:?}");
    let doctor = team.run(&["db", "doctor", "--json"]);
    assert_eq!(doctor.json()["status"], "damaged");
}

#[test]
fn seeds_are_put_in_once_and_edits_are_kept() {
    let team = Team::new();
    team.run(&["db", "migrate"]);
    let what = || {
        let json = team.run(&["db", "seed", "--json"]).done();
        [
            json["seeded"][0]["what"].clone(),
            json["seeded"][1]["what"].clone(),
        ]
    };
    assert_eq!(what(), ["new_scenario", "new_scenario"]);
    assert_eq!(what(), ["kept", "kept"]);
    let status = team.run(&["db", "status", "--json"]).done();
    let revisions: Vec<_> = status["scenarios"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|row| row["revision"].clone())
        .collect();
    assert_eq!(revisions, [1, 1]);
    let local = team.user.run(&[&"db", &"seed", &"--json"]).done();
    assert_eq!(local["seeded"][0]["what"], "new_scenario");
}

#[test]
fn a_backup_goes_from_the_server_into_a_file_and_back() {
    let team = Team::new();
    team.run(&["db", "migrate"]);
    team.run(&["db", "seed"]);
    team.run(&[
        "simulate",
        "Fenn-Gib/Base case",
        "--trials",
        "300",
        "--save",
    ]);
    let backup = team.run(&["db", "backup", "copy.db", "--json"]).done();
    assert!(
        backup["bytes"].as_u64().is_some_and(|bytes| bytes > 10_000),
        "{backup}"
    );
    team.run(&["db", "backup", "copy.db"]).failed(1);
    let refused = team.run(&["db", "restore", "copy.db"]);
    assert!(refused.failed(1).contains("--force"));
    let restored = team
        .run(&["db", "restore", "copy.db", "--force", "--json"])
        .done();
    assert_eq!(
        (
            &restored["projects"],
            &restored["scenarios"],
            &restored["runs"]
        ),
        (&2.into(), &2.into(), &1.into())
    );
    assert_eq!(team.run(&["db", "doctor", "--json"]).done()["status"], "ok");
    // The same backup into a new local file, which needs no force.
    let local = team
        .user
        .run(&[&"db", &"restore", &"copy.db", &"--json"])
        .done();
    assert_eq!(local["runs"], 1);
    let figures = |answer: Answer| answer.done()["metrics"].clone();
    let words = ["evaluate", "Fenn-Gib/Base case", "--json"];
    assert_eq!(
        figures(team.user.run(&[&words[0], &words[1], &words[2]])),
        figures(team.run(&words))
    );
    team.run(&["db", "restore", "none.db", "--force"]).failed(1);
}

#[test]
fn a_partial_set_of_variables_is_2_and_names_what_is_missing() {
    let team = Team::new();
    for name in [
        "DATABASE_DRIVER",
        "DATABASE_HOST",
        "DATABASE_USER",
        "DATABASE_NAME",
    ] {
        let answer = team.run_without(&["db", "status"], &[name]);
        let said = answer.failed(2);
        assert!(
            said.contains(&format!("for a connection {name} must be set")),
            "{said}"
        );
    }
    // The flag goes before the variables, and the URL before the parts.
    let mut command = team
        .user
        .command(&[&"db", &"seed", &"--database", &"mine.db"]);
    let output = command.env("DATABASE_HOST", "localhost").output();
    assert_eq!(Answer::from(output.expect("it runs")).code, Some(0));
    let mut command = team.user.command(&[&"db", &"status", &"--json"]);
    let output = command
        .env("DATABASE_URL", "mine.db")
        .env("DATABASE_HOST", "x")
        .output();
    let status = Answer::from(output.expect("it runs")).done();
    assert_eq!(status["projects"], 2);
}

/// PGS-01 and PGS-10 on the command line.
#[test]
fn a_server_that_refuses_is_4_and_no_password_is_seen() {
    let team = Team::new();
    let wrong = team.at_url(&["db", "status"], CANARY);
    assert!(wrong.failed(4).contains("password"), "{wrong:?}");
    assert!(!format!("{wrong:?}").contains(CANARY));
    let doctor = team.at_url(&["db", "doctor", "--json"], CANARY);
    assert_eq!(doctor.code, Some(4), "{doctor:?}");
    assert_eq!(doctor.json()["status"], "unavailable");
    assert!(!format!("{doctor:?}").contains(CANARY));
    let right = team.at_url(&["db", "migrate", "--json"], team.database.password());
    assert!(!right.done()["steps"].as_array().expect("a list").is_empty());
    let with_password = team.url().replacen('@', &format!(":{CANARY}@"), 1);
    let seen = team
        .user
        .run(&[&"evaluate", &"a/b", &"--database", &with_password]);
    let said = seen.failed(2);
    for word in ["DATABASE_PASSWORD", "keyring", "profile"] {
        assert!(said.contains(word), "{said}");
    }
    assert!(!said.contains(CANARY), "{said}");
}
