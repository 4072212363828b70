//! Two writers: nobody's edits are lost, and nobody waits for ever.

use std::path::Path;
use std::time::{Duration, Instant};

use calminer_domain::Scenario;
use calminer_store::{OpenOptions, Store, StoreError};
use sea_orm::sqlx::{self, Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::sample::{QUICK, open, place, save, small};

async fn other_program(path: &Path) -> SqliteConnection {
    let mut connection =
        SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(path))
            .await
            .unwrap();
    sqlx::raw_sql("BEGIN IMMEDIATE")
        .execute(&mut connection)
        .await
        .unwrap();
    connection
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_save_waits_for_another_writer() {
    let (_folder, path) = place();
    let store = open(&path).await;
    let other = other_program(&path).await;
    let start = Instant::now();
    let held = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(3)).await;
        other.close().await.unwrap();
    });
    save(&store, &small(1, "waits"), None).await.unwrap();
    assert!(start.elapsed() >= Duration::from_secs(3));
    held.await.unwrap();
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_save_gives_up_and_can_be_tried_again() {
    let (_folder, path) = place();
    let store = Store::open_file(&path, QUICK).await.unwrap();
    let scenario = small(1, "locked");
    let other = other_program(&path).await;
    let locked = save(&store, &scenario, None).await.unwrap_err();
    assert!(matches!(locked, StoreError::Locked { .. }), "{locked:?}");
    assert!(locked.may_retry());
    assert_eq!(
        locked.to_string(),
        "another program is writing to the database; your edits are kept, try again"
    );
    assert!(locked.detail().contains("locked"));
    other.close().await.unwrap();
    save(&store, &scenario, None).await.unwrap();
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_savers_one_is_told() {
    let (_folder, path) = place();
    let (a, b) = (open(&path).await, open(&path).await);
    let mut current = small(1, "shared");
    save(&a, &current, None).await.unwrap();
    let mut revision = 1;
    for pair in 0..100 {
        let of = |who: &str| Scenario {
            notes: format!("{who} {pair}"),
            ..current.clone()
        };
        let (mine, theirs) = (of("a"), of("b"));
        let saves = tokio::join!(
            save(&a, &mine, Some(revision)),
            save(&b, &theirs, Some(revision))
        );
        let (won, lost) = match saves {
            (Ok(saved), Err(told)) => ((mine, saved), told),
            (Err(told), Ok(saved)) => ((theirs, saved), told),
            other => panic!("pair {pair}: {other:?}"),
        };
        assert!(
            matches!(lost, StoreError::Conflict { revision: theirs, .. } if theirs == revision + 1),
            "{lost:?}"
        );
        revision += 1;
        assert_eq!(won.1.revision, revision);
        current = won.0;
        assert_eq!(a.load(current.id).await.unwrap().scenario, current);
    }
    a.close().await.unwrap();
    b.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_save_that_nobody_waits_for_is_whole() {
    let (_folder, path) = place();
    let store = Store::open_file(&path, OpenOptions::default())
        .await
        .unwrap();
    let mut scenario = small(1, "dropped");
    let mut revision = save(&store, &scenario, None).await.unwrap().revision;
    for number in 0..40_u64 {
        scenario.notes = format!("state {number}");
        let future = save(&store, &scenario, Some(revision));
        let dropped = tokio::time::timeout(Duration::from_micros(number * 50), future)
            .await
            .is_err();
        // The save of a dropped future may still run; the next write waits for its turn.
        store
            .set_setting("turn", &number.to_string())
            .await
            .unwrap();
        let loaded = store.load(scenario.id).await.unwrap();
        assert!(dropped || loaded.revision == revision + 1);
        if loaded.revision > revision {
            assert_eq!(loaded.scenario, scenario);
        }
        revision = loaded.revision;
    }
    assert_eq!(store.doctor().await.unwrap(), []);
    store.close().await.unwrap();
}
