//! Words, names and streams that nobody meant.

use std::process::Stdio;

use crate::{Answer, User, sample, scenario};

#[test]
fn figures_that_are_none_are_wrong_usage() {
    let user = User::new();
    let long = "9".repeat(100_000);
    let never = [
        "NaN",
        "inf",
        "-1",
        "1e30",
        "1.5",
        "",
        " ",
        "0x10",
        "１０",
        "99999999999999999999999",
        long.as_str(),
    ];
    for flag in ["--trials", "--seed", "--threads", "--replicates", "--trial"] {
        for word in never {
            user.run(&[&"simulate", &sample("fenn_gib"), &flag, &word, &"--json"])
                .failed(2);
        }
    }
    for words in [
        ["--threads", "0"],
        ["--replicates", "0"],
        ["--trials", "0"],
        ["--sampling", "magic"],
        ["--database", ""],
    ] {
        let place = if words[0] == "--database" {
            "A/B".into()
        } else {
            sample("fenn_gib")
        };
        user.run(&[&"simulate", &place, &words[0], &words[1]])
            .failed(2);
    }
    user.on("simulate", &sample("fenn_gib"), "--trials 10 --trials 20")
        .failed(2);
}

#[test]
fn more_threads_than_cores_or_trials_are_taken() {
    let json = User::new()
        .on(
            "simulate",
            &sample("fenn_gib"),
            "--trials 1 --threads 64 --json",
        )
        .done();
    assert_eq!(json["run"]["threads"], 64);
    let npv = &json["outputs"]["npv"];
    assert_eq!(
        (npv["valid"].as_u64(), npv["sd"].is_null()),
        (Some(1), true)
    );
    assert_eq!(
        (&npv["mean"], &npv["min"]),
        (&npv["max"], &npv["percentiles"]["50"])
    );
}

#[test]
fn files_with_odd_names_open() {
    let user = User::new();
    std::fs::create_dir(user.path("a b")).expect("a folder");
    for name in [
        "-dash.calminer",
        "mine #1? 100% & 'x'.calminer",
        "プロジェクト.calminer.json",
        "a b/no ending",
        "*.json",
        "UPPER.CALMINER",
    ] {
        std::fs::copy(sample("fenn_gib"), user.path(name)).expect("copied");
        let dashed = format!("./{name}");
        user.run(&[&"evaluate", &dashed, &"--json"]).done();
        user.run(&[&"evaluate", &"--json", &"--", &name]).done();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_no_text_open_too() {
    use std::os::unix::ffi::OsStrExt as _;
    let user = User::new();
    let name = std::ffi::OsStr::from_bytes(b"mine\xff.calminer");
    std::fs::copy(sample("fenn_gib"), user.folder.path().join(name)).expect("copied");
    user.run(&[&"evaluate", &name, &"--json"]).done();
    let no_file = std::ffi::OsStr::from_bytes(b"\xff/\xff");
    user.run(&[&"evaluate", &no_file]).failed(4);
}

#[test]
fn a_name_cannot_steer_the_terminal() {
    let user = User::new();
    let mut own = scenario(&sample("fenn_gib"));
    own.name = "a\u{1b}[2Jb\u{202e}".to_owned();
    own.lines[0].label = "ore\u{1b}]0;title\u{7}".to_owned();
    let path = user.write("own.calminer", &own);
    let text = user.run(&[&"evaluate", &path]);
    assert_eq!(text.code, Some(0), "{text:?}");
    assert!(
        !text.out.contains(['\u{1b}', '\u{7}', '\u{202e}']),
        "{}",
        text.out
    );
    own.lines[0].value = calminer_domain::Value::Formula("=none_of_this".to_owned());
    let refused = user.run(&[&"evaluate", &user.write("own.calminer", &own)]);
    assert!(!refused.failed(3).contains('\u{1b}'));
}

#[test]
fn a_reader_that_goes_away_is_no_panic() {
    let user = User::new();
    for command in ["evaluate", "simulate"] {
        let mut child = user
            .command(&[&command, &sample("ref20")])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        drop(child.stdout.take());
        let answer = Answer::from(child.wait_with_output().expect("it ends"));
        assert_eq!(
            (answer.code, answer.err.as_str()),
            (Some(1), ""),
            "{answer:?}"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_sentence() {
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .expect("the device");
    let output = User::new()
        .command(&[&"evaluate", &sample("fenn_gib")])
        .stdout(full)
        .output()
        .expect("it runs");
    assert!(
        Answer::from(output)
            .failed(1)
            .contains("the result cannot be written")
    );
}

#[cfg(target_os = "linux")]
#[test]
fn an_endless_file_is_refused() {
    let answer = User::new().run(&[&"evaluate", &"/dev/zero", &"--json"]);
    assert_eq!(answer.code, Some(3), "{answer:?}");
    assert_eq!(answer.json()["issues"][0]["code"], "file_too_large");
}
