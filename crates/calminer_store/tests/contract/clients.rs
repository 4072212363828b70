//! Two clients on one database, a file and a server alike: nobody's edits are lost without a word.

use calminer_domain::Scenario;
use calminer_store::{Store, StoreError};

use crate::sample::{open, place, project, save, small};
use crate::server::Place;

/// Saves of each client in the loops below.
const SAVES: usize = 60;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn interleaved_saves_in_a_file_lose_nothing() {
    let (_folder, path) = place();
    interleaved(open(&path).await, open(&path).await).await;
}

/// PGS-06.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn interleaved_saves_on_a_server_lose_nothing() {
    let place = Place::migrated().await;
    interleaved(place.open().await, place.open().await).await;
}

/// Each client adds its words to the newest state it knows, and starts again from theirs when it is told.
async fn interleaved(a: Store, b: Store) {
    let scenario = small(1, "shared");
    save(&a, &scenario, None).await.unwrap();
    let one = tokio::spawn(writes(a.clone(), scenario.clone(), "a"));
    let two = tokio::spawn(writes(b.clone(), scenario.clone(), "b"));
    let told = one.await.unwrap() + two.await.unwrap();
    let loaded = a.load(scenario.id).await.unwrap();
    for name in ["a", "b"] {
        for number in 0..SAVES {
            let word = format!(" {name}{number};");
            let count = loaded.scenario.notes.matches(&word).count();
            assert_eq!(
                count, 1,
                "an acknowledged save of {word} is lost or doubled"
            );
        }
    }
    assert_eq!(loaded.revision as usize, 2 * SAVES + 1);
    let history = b.revisions(scenario.id).await.unwrap();
    assert_eq!(history.len(), 2 * SAVES + 1);
    assert!(told > 0, "the clients never met, so nothing was shown");
    assert_eq!(a.doctor().await.unwrap(), []);
    a.close().await.unwrap();
    b.close().await.unwrap();
}

async fn writes(store: Store, mut scenario: Scenario, name: &str) -> usize {
    let (mut revision, mut told) = (1, 0);
    for number in 0..SAVES {
        loop {
            let mut edited = scenario.clone();
            edited.notes.extend([" ", name, &number.to_string(), ";"]);
            match save(&store, &edited, Some(revision)).await {
                Ok(saved) => {
                    (scenario, revision) = (edited, saved.revision);
                    break;
                }
                Err(StoreError::Conflict { .. }) => {
                    told += 1;
                    let theirs = store.load(scenario.id).await.unwrap();
                    (scenario, revision) = (theirs.scenario, theirs.revision);
                }
                Err(other) => panic!("{name}{number}: {other:?}"),
            }
        }
    }
    told
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_scenario_that_two_clients_make_is_made_once() {
    let (_folder, path) = place();
    made_twice(open(&path).await, open(&path).await).await;
    let place = Place::migrated().await;
    made_twice(place.open().await, place.open().await).await;
}

async fn made_twice(a: Store, b: Store) {
    for number in 0..20 {
        let mine = small(number, "mine");
        let theirs = Scenario {
            name: "theirs".to_owned(),
            ..mine.clone()
        };
        let saves = tokio::join!(save(&a, &mine, None), save(&b, &theirs, None));
        let (won, lost) = match saves {
            (Ok(_), Err(told)) => (mine, told),
            (Err(told), Ok(_)) => (theirs, told),
            other => panic!("{number}: {other:?}"),
        };
        assert!(
            matches!(lost, StoreError::Conflict { revision: 1, .. }),
            "{lost:?}"
        );
        assert_eq!(a.load(won.id).await.unwrap().scenario, won);
    }
    let project = project(2);
    let saves = tokio::join!(
        a.save_project(&project),
        b.save_project(&project),
        a.set_setting("theme", "dark"),
        b.set_setting("theme", "dark"),
    );
    assert_eq!(saves, (Ok(()), Ok(()), Ok(()), Ok(())));
    a.close().await.unwrap();
    b.close().await.unwrap();
}
