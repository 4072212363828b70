//! A program that is killed while it saves: every save that was reported is there.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};
use std::time::Duration;

use crate::sample::{Numbers, open, place, save, small};

/// Tells the child where to save.
const FILE: &str = "CALMINER_STORE_KILL_FILE";
const CHILD: &str = "kill::child_that_saves_for_ever";

/// Does nothing in a normal run: the parent starts it once more with a file to save into.
#[tokio::test]
async fn child_that_saves_for_ever() {
    let Some(path) = std::env::var_os(FILE) else {
        return;
    };
    let store = open(path.as_ref()).await;
    let mut scenario = small(1, "killed");
    let mut revision = store
        .load(scenario.id)
        .await
        .ok()
        .map(|loaded| loaded.revision);
    loop {
        let next = revision.unwrap_or_default() + 1;
        scenario.notes = format!("state {next}");
        let saved = save(&store, &scenario, revision).await.unwrap();
        assert_eq!(saved.revision, next);
        let mut out = std::io::stdout().lock();
        writeln!(out, "saved {next}").unwrap();
        out.flush().unwrap();
        revision = Some(next);
    }
}

#[tokio::test]
async fn no_acknowledged_save_is_lost() {
    let (_folder, path) = place();
    let mut numbers = Numbers(11);
    let mut saves = 0;
    for kill in 0..30 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([CHILD, "--exact", "--nocapture"])
            .env(FILE, &path)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let acknowledged = Arc::new(AtomicU32::new(0));
        let seen = Arc::clone(&acknowledged);
        let out = BufReader::new(child.stdout.take().unwrap());
        let reader = std::thread::Builder::new()
            .name("reader".to_owned())
            .spawn(move || {
                for line in out.lines().map_while(Result::ok) {
                    if let Some(number) = line
                        .rsplit("saved ")
                        .next()
                        .and_then(|number| number.parse().ok())
                    {
                        seen.store(number, Ordering::SeqCst);
                    }
                }
            });
        let before = acknowledged.load(Ordering::SeqCst);
        // Wait for a first save of this life, then a random moment.
        for _ in 0..500 {
            if acknowledged.load(Ordering::SeqCst) > before {
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        std::thread::sleep(Duration::from_micros(numbers.next() % 60_000));
        child.kill().unwrap();
        child.wait().unwrap();
        reader.unwrap().join().unwrap();
        let last = acknowledged.load(Ordering::SeqCst);
        assert!(last > saves, "kill {kill}: the child saved nothing");
        let store = open(&path).await;
        let loaded = store.load(small(1, "killed").id).await.unwrap();
        assert!(
            loaded.revision >= last,
            "kill {kill}: {last} was reported, {} is there",
            loaded.revision
        );
        assert_eq!(loaded.scenario.notes, format!("state {}", loaded.revision));
        if kill % 10 == 9 {
            assert_eq!(store.doctor().await.unwrap(), [], "kill {kill}");
        }
        store.close().await.unwrap();
        saves = loaded.revision;
    }
}
