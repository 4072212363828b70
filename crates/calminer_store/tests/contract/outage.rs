//! Sessions that end and servers that go away: nothing half is stored, nothing acknowledged is lost, work goes on.

use std::io;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use calminer_domain::Scenario;
use calminer_store::{OpenOptions, Store, StoreError};
use calminer_testserver::Server;

use crate::sample::{save, small};
use crate::server::{Place, whole};

/// PGS-04: the server ends every session, between saves and in the middle of them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ended_sessions_lose_no_acknowledged_save() {
    let place = Place::migrated().await;
    let store = place.open().await;
    let mut scenario = small(1, "ended");
    let mut revision = save(&store, &scenario, None).await.unwrap().revision;
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
        WHERE datname = current_database() AND application_name = 'calminer'";
    // Idle: the next save connects by itself.
    place.database.sql(&[end]);
    scenario.notes = "after an idle end".to_owned();
    revision = save(&store, &scenario, Some(revision))
        .await
        .unwrap()
        .revision;
    let mut lost = 0;
    for number in 0..8 {
        scenario.notes = format!("state {number}");
        let saving = tokio::spawn({
            let (store, scenario) = (store.clone(), scenario.clone());
            async move { save(&store, &scenario, Some(revision)).await }
        });
        let database = &place.database;
        tokio::task::block_in_place(|| database.sql(&["SELECT pg_sleep(0.002)", end]));
        let saved = match saving.await.unwrap() {
            Ok(saved) => saved,
            Err(error) => {
                assert!(
                    matches!(error, StoreError::ConnectionLost { .. }),
                    "{error:?}"
                );
                assert!(error.may_retry());
                lost += 1;
                save(&store, &scenario, Some(revision)).await.unwrap()
            }
        };
        assert_eq!(saved.revision, revision + 1, "stored once, whole");
        revision = saved.revision;
        assert_eq!(store.load(scenario.id).await.unwrap().scenario, scenario);
    }
    println!("{lost} of 8 saves were cut");
    assert_eq!(store.doctor().await.unwrap(), []);
    store.close().await.unwrap();
}

/// A save that is in the middle of its transaction when its session ends.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_save_that_is_cut_stores_nothing_and_can_be_tried_again() {
    let place = Place::migrated().await;
    let store = place.open().await;
    let scenario = small(1, "cut");
    save(&store, &scenario, None).await.unwrap();
    // A save waits inside its transaction as long as somebody else holds the table of revisions.
    let held = "BEGIN; LOCK TABLE scenario_revision IN EXCLUSIVE MODE; SELECT pg_sleep(1.5); \
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
        WHERE datname = current_database() AND application_name = 'calminer'; COMMIT";
    let edited = Scenario {
        notes: "edited".to_owned(),
        ..scenario.clone()
    };
    let saving = tokio::spawn({
        let (store, edited) = (store.clone(), edited.clone());
        async move {
            tokio::time::sleep(Duration::from_millis(500)).await;
            save(&store, &edited, Some(1)).await
        }
    });
    let database = &place.database;
    tokio::task::block_in_place(|| database.sql(&[held]));
    let cut = saving.await.unwrap().unwrap_err();
    assert!(matches!(cut, StoreError::ConnectionLost { .. }), "{cut:?}");
    assert_eq!(store.load(scenario.id).await.unwrap().scenario, scenario);
    assert_eq!(save(&store, &edited, Some(1)).await.unwrap().revision, 2);
    store.close().await.unwrap();
}

/// A way to the server that can be cut.
#[derive(Clone, Default)]
struct Way {
    cut: Arc<AtomicBool>,
    streams: Arc<Mutex<Vec<TcpStream>>>,
}

impl Way {
    fn to_the_server() -> (Self, u16) {
        let way = Self::default();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let accepting = way.clone();
        thread("way", move || {
            for client in listener.incoming().flatten() {
                if !accepting.cut.load(Ordering::SeqCst) {
                    accepting.join(&client);
                }
            }
        });
        (way, port)
    }

    fn join(&self, client: &TcpStream) {
        let server = TcpStream::connect(("127.0.0.1", Server::shared().port())).unwrap();
        for (from, to) in [(client, &server), (&server, client)] {
            let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
            self.streams.lock().unwrap().push(from.try_clone().unwrap());
            thread("pipe", move || {
                drop(io::copy(&mut from, &mut to));
                drop(to.shutdown(Shutdown::Both));
            });
        }
    }

    fn cut(&self) {
        self.cut.store(true, Ordering::SeqCst);
        for stream in self.streams.lock().unwrap().drain(..) {
            drop(stream.shutdown(Shutdown::Both));
        }
    }

    fn mend(&self) {
        self.cut.store(false, Ordering::SeqCst);
    }
}

fn thread(name: &str, work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_goes_away_is_named_and_comes_back() {
    let place = Place::migrated().await;
    let (way, port) = Way::to_the_server();
    let target = whole(place.server().at_port(port));
    let store = Store::open(&target, OpenOptions::default()).await.unwrap();
    let mut scenario = small(1, "away");
    save(&store, &scenario, None).await.unwrap();
    way.cut();
    scenario.notes = "while it was away".to_owned();
    let start = Instant::now();
    let told = [
        save(&store, &scenario, Some(1)).await.map(drop),
        store.projects().await.map(drop),
        store.load(scenario.id).await.map(drop),
    ];
    assert!(start.elapsed() < Duration::from_secs(15), "5 s each");
    for told in told {
        let error = told.unwrap_err();
        assert!(
            matches!(error, StoreError::ConnectionLost { .. }),
            "{error:?}"
        );
        assert!(error.to_string().contains("your edits are kept, try again"));
    }
    let again = Store::open(&target, OpenOptions::default()).await;
    assert!(
        matches!(again, Err(StoreError::Unreachable { .. })),
        "{again:?}"
    );
    way.mend();
    let back = Instant::now();
    assert_eq!(save(&store, &scenario, Some(1)).await.unwrap().revision, 2);
    assert!(
        back.elapsed() < Duration::from_secs(2),
        "{:?}",
        back.elapsed()
    );
    assert_eq!(store.load(scenario.id).await.unwrap().scenario, scenario);
    assert_eq!(store.doctor().await.unwrap(), []);
    store.close().await.unwrap();
}
