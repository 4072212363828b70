//! `import`, `export` and `db`.

use std::path::Path;

use crate::{Answer, User, sample, scenario};

#[test]
fn an_import_says_whether_it_is_new() {
    let user = User::new();
    let what = |path: &Path| {
        let json = user.on("import", &path, "--json").done();
        (
            json["imported"][0]["what"]
                .as_str()
                .expect("a word")
                .to_owned(),
            json["imported"][0]["revision"].clone(),
        )
    };
    assert_eq!(
        what(&sample("fenn_gib")),
        ("new_scenario".to_owned(), 1.into())
    );
    assert_eq!(
        what(&sample("fenn_gib")),
        ("unchanged".to_owned(), 1.into())
    );
    let mut own = scenario(&sample("fenn_gib"));
    own.conventions.discount_rate = 0.08;
    assert_eq!(
        what(&user.write("own.calminer", &own)),
        ("new_revision".to_owned(), 2.into())
    );
    let both = user.run(&[&"import", &sample("fenn_gib"), &sample("ref20")]);
    assert_eq!(both.code, Some(0), "{both:?}");
    assert!(
        both.out.contains("now revision 3") && both.out.contains("new scenario REF20/"),
        "{both:?}"
    );
}

#[test]
fn one_broken_file_and_nothing_is_imported() {
    let user = User::new();
    let broken = user.path("broken.calminer");
    std::fs::write(&broken, "{").expect("written");
    user.run(&[&"import", &sample("fenn_gib"), &broken])
        .failed(3);
    assert!(!user.path("profile").exists(), "no database was made");
    user.import("ref20");
    user.run(&[&"import", &sample("fenn_gib"), &broken])
        .failed(3);
    let status = user.run(&[&"db", &"status", &"--json"]).done();
    assert_eq!(status["scenarios"].as_array().expect("a list").len(), 1);
}

#[test]
fn a_half_finished_scenario_is_imported_and_its_issues_are_counted() {
    let user = User::new();
    let mut own = scenario(&sample("fenn_gib"));
    own.lines.retain(|line| line.key != "gold_payable");
    let json = user
        .run(&[&"import", &user.write("half.calminer", &own), &"--json"])
        .done();
    assert!(
        json["imported"][0]["issues"].as_u64().expect("a count") > 0,
        "{json}"
    );
    assert_eq!(
        user.run(&[&"evaluate", &"Fenn-Gib/Base case"]).code,
        Some(3)
    );
}

#[test]
fn a_database_gives_the_figures_of_the_file() {
    let user = User::new();
    for name in crate::SAMPLES {
        let place = user.import(name);
        let of_file = user.on("evaluate", &sample(name), "--json");
        let of_database = user.on("evaluate", &place, "--json");
        assert_eq!((of_file.code, of_file.out), (Some(0), of_database.out));
        let run = |source: &dyn AsRef<std::ffi::OsStr>| {
            user.run(&[&"simulate", source, &"--trials", &"300", &"--json"])
                .done()
        };
        let (file, database) = (run(&sample(name)), run(&place));
        assert_eq!(file["outputs"], database["outputs"]);
        assert_eq!(
            (&file["samples_sha256"], &file["scenario_sha256"]),
            (&database["samples_sha256"], &database["scenario_sha256"])
        );
        assert_eq!(
            (file["revision"].as_u64(), database["revision"].as_u64()),
            (None, Some(1))
        );
    }
}

#[test]
fn an_export_is_the_file_that_was_imported() {
    let user = User::new();
    let place = user.import("fenn_gib");
    let exported = user.on("export", &place, "--out copy --json").done();
    assert_eq!(exported["file"], "copy.calminer");
    let first = std::fs::read(user.path("copy.calminer")).expect("written");
    let second = User::new();
    second
        .run(&[&"import", &user.path("copy.calminer"), &"--json"])
        .done();
    second
        .on("export", &place, "--out again.calminer.json --json")
        .done();
    assert_eq!(
        std::fs::read(second.path("again.calminer.json")).expect("written"),
        first
    );
}

#[test]
fn an_export_replaces_nothing_unless_it_is_told_to() {
    let user = User::new();
    let place = user.import("fenn_gib");
    let path = user.path("kept.calminer");
    std::fs::write(&path, "mine").expect("written");
    assert!(
        user.run(&[&"export", &place, &"--out", &path])
            .failed(1)
            .contains("--force")
    );
    assert_eq!(std::fs::read(&path).expect("read"), b"mine");
    assert_eq!(
        user.run(&[&"export", &place, &"--out", &path, &"--force"])
            .code,
        Some(0)
    );
    assert_eq!(scenario(&path), scenario(&sample("fenn_gib")));
    user.run(&[&"export", &place, &"--out", &user.path("none/there")])
        .failed(1);
}

#[test]
fn a_name_with_a_slash_is_written_with_percent_2f() {
    let user = User::new();
    let mut own = scenario(&sample("fenn_gib"));
    own.name = "high/low %2 金".to_owned();
    user.run(&[&"import", &user.write("own.calminer", &own), &"--json"])
        .done();
    let json = user
        .run(&[&"evaluate", &"Fenn-Gib/high%2Flow %2 金", &"--json"])
        .done();
    assert_eq!(json["scenario"], "Fenn-Gib/high%2Flow %2 金");
    user.run(&[&"evaluate", &"Fenn-Gib/high/low %2 金"])
        .failed(1);
}

#[test]
fn two_scenarios_of_one_name_are_never_mixed_up() {
    let user = User::new();
    let own = scenario(&sample("fenn_gib"));
    let mut twin = own.clone();
    twin.id = scenario(&sample("ref20")).id;
    for (name, scenario) in [("a.calminer", &own), ("b.calminer", &twin)] {
        user.run(&[&"import", &user.write(name, scenario), &"--json"])
            .done();
    }
    assert!(
        user.run(&[&"evaluate", &"Fenn-Gib/Base case"])
            .failed(1)
            .contains("2 scenarios")
    );
}

#[test]
fn a_backup_is_a_whole_database() {
    let user = User::new();
    let place = user.import("fenn_gib");
    let json = user.run(&[&"db", &"backup", &"copy.db", &"--json"]).done();
    assert_eq!(json["backup"], "copy.db");
    let whole = user.on("evaluate", &place, "--json");
    let copy = user.run(&[
        &"evaluate",
        &place,
        &"--database",
        &user.path("copy.db"),
        &"--json",
    ]);
    assert_eq!(whole.out, copy.out);
    assert_eq!(
        user.run(&[&"db", &"doctor", &"--database", &"copy.db", &"--json"])
            .done()["status"],
        "ok"
    );
    user.run(&[&"db", &"backup", &"copy.db"]).failed(1);
    user.run(&[&"db", &"backup", &user.path("profile/data/calminer.db")])
        .failed(2);
}

#[test]
fn the_environment_names_the_database() {
    let user = User::new();
    let mut command = user.command(&[&"import", &sample("fenn_gib"), &"--json"]);
    Answer::from(
        command
            .env("DATABASE_URL", "sqlite://team.db")
            .output()
            .expect("it runs"),
    )
    .done();
    assert!(user.path("team.db").exists() && !user.path("profile").exists());
    let status = user
        .run(&[&"db", &"status", &"--database", &"team.db", &"--json"])
        .done();
    assert_eq!(
        (&status["access"], &status["projects"]),
        (&"read_write".into(), &1.into())
    );
}

#[test]
fn damage_is_found_by_the_doctor() {
    let user = User::new();
    user.import("fenn_gib");
    let path = user.path("profile/data/calminer.db");
    let mut bytes = std::fs::read(&path).expect("read");
    let at = bytes
        .windows(10)
        .position(|word| word == b"gold_price")
        .expect("a key in the tables");
    bytes[at + 9] = b'f';
    std::fs::write(&path, bytes).expect("written");
    let doctor = user.run(&[&"db", &"doctor", &"--json"]);
    assert_eq!(doctor.code, Some(4), "{doctor:?}");
    assert_eq!(doctor.json()["status"], "damaged");
    let text = user.run(&[&"db", &"doctor"]);
    assert_eq!(text.code, Some(4), "{text:?}");
    assert!(!text.out.is_empty());
}

#[cfg(unix)]
#[test]
fn a_read_only_database_is_read_and_refuses_the_rest_unchanged() {
    use std::os::unix::fs::PermissionsExt as _;
    let user = User::new();
    let place = user.import("fenn_gib");
    let path = user.path("profile/data/calminer.db");
    let before = std::fs::read(&path).expect("a database");
    let folder = user.path("profile/data");
    let mode = |mode: u32| {
        let set = |path: &Path, mode| {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("set");
        };
        set(&path, mode & 0o666);
        set(&folder, mode);
    };
    mode(0o555);
    let evaluated = user.on("evaluate", &place, "--json");
    let imported = user.run(&[&"import", &sample("ref20"), &"--json"]);
    let simulated = user.on("simulate", &place, "--trials 100 --save --json");
    let status = user.run(&[&"db", &"status", &"--json"]);
    mode(0o755);
    assert_eq!(evaluated.code, Some(0), "{evaluated:?}");
    assert!(imported.failed(4).contains("read-only"));
    assert!(simulated.failed(4).contains("read-only"));
    let status = status.done();
    assert_eq!(status["access"], "read_only");
    assert!(status["reason"].is_string());
    assert_eq!(std::fs::read(&path).expect("a database"), before);
}

#[test]
fn reading_changes_no_byte_of_the_database() {
    let user = User::new();
    let place = user.import("fenn_gib");
    let path = user.path("profile/data/calminer.db");
    let before = std::fs::read(&path).expect("a database");
    user.on("evaluate", &place, "--json").done();
    user.on("simulate", &place, "--trials 100 --json").done();
    user.on("export", &place, "--out copy --json").done();
    user.run(&[&"db", &"doctor", &"--json"]).done();
    user.run(&[&"db", &"backup", &"copy.db", &"--json"]).done();
    assert_eq!(std::fs::read(&path).expect("a database"), before);
}

/// A file of an older version: looking at it changes no byte, and migrating keeps a copy.
#[test]
fn an_older_file_is_brought_up_only_when_it_is_asked_for() {
    let user = User::new();
    let path = user.path("old.db");
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../calminer_store/tests/data/schema_20261125.db");
    let before = std::fs::read(fixture).expect("the fixture");
    std::fs::write(&path, &before).expect("written");
    let on = |words: &[&str]| {
        let mut command = user.command(&[&"db"]);
        command.args(words).args(["--database", "old.db", "--json"]);
        Answer::from(command.output().expect("it runs")).done()
    };
    let status = on(&["status"]);
    assert_eq!(status["schema"]["state"], "older");
    assert!(status["access"].is_null() && status["projects"].is_null());
    let preview = on(&["migrate", "--dry-run"]);
    assert_eq!(preview["steps"], status["schema"]["pending"]);
    assert_eq!(std::fs::read(&path).expect("read"), before);
    assert_eq!(on(&["migrate"])["steps"], preview["steps"]);
    assert_eq!(on(&["status"])["schema"]["state"], "current");
    let copies = std::fs::read_dir(user.folder.path())
        .expect("listed")
        .flatten()
        .filter(|entry| {
            entry
                .file_name()
                .to_string_lossy()
                .starts_with("old.db.before-")
        });
    assert_eq!(copies.count(), 1, "the file as it was is kept");
}
