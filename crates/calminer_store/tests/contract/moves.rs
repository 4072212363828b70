//! Everything from one database into another: backups of both kinds, and their way back into both.

use std::path::Path;

use calminer_store::{OpenOptions, Restored, Store, StoreError};

use crate::sample::{open, place, project, random_scenario, run, save, small};
use crate::server::Place;

/// All that a store says, as text, so that NaN is equal to itself.
async fn told(store: &Store) -> String {
    let projects = store.projects().await.unwrap();
    let mut said = vec![format!("{projects:?}")];
    for entry in projects.iter().flat_map(|entry| &entry.scenarios) {
        said.push(format!("{:?}", store.load(entry.id).await.unwrap()));
        for revision in store.revisions(entry.id).await.unwrap() {
            let document = store
                .load_revision(entry.id, revision.revision)
                .await
                .unwrap();
            said.push(format!("{revision:?} {document:?}"));
        }
        for run in store.runs(entry.id).await.unwrap() {
            said.push(format!(
                "{run:?} {:?}",
                store.load_run(run.id).await.unwrap()
            ));
        }
    }
    said.push(format!("{:?}", store.setting("theme").await.unwrap()));
    said.join("\n")
}

async fn fill(store: &Store) {
    let (outcome, samples) = run();
    for seed in 0..5 {
        save(store, &random_scenario(seed), None).await.unwrap();
    }
    let mut scenario = small(1, "with a history");
    for revision in 0..60_u32 {
        scenario.notes = format!("state {revision}");
        let before = (revision > 0).then_some(revision);
        save(store, &scenario, before).await.unwrap();
    }
    store
        .save_run(scenario.id, 3, &outcome, Some(&samples))
        .await
        .unwrap();
    store
        .save_run(scenario.id, 60, &outcome, None)
        .await
        .unwrap();
    store.save_project(&project(2)).await.unwrap();
    store.set_setting("theme", "dark").await.unwrap();
}

async fn there_and_back(from: &Store, to: &Store, file: &Path) {
    fill(from).await;
    let before = told(from).await;
    save(to, &small(9, "is replaced"), None).await.unwrap();
    from.backup_to(file).await.unwrap();
    let copy = open(file).await;
    assert!(
        told(&copy).await == before,
        "the backup says something else"
    );
    assert_eq!(copy.doctor().await.unwrap(), []);
    copy.close().await.unwrap();
    let restored = to.restore_from(file).await.unwrap();
    let expected = Restored {
        projects: 2,
        scenarios: 6,
        runs: 2,
    };
    assert_eq!(restored, expected);
    assert!(
        told(to).await == before,
        "the restored database says something else"
    );
    assert_eq!(to.doctor().await.unwrap(), []);
    // Work goes on from there.
    let scenario = small(1, "with a history");
    assert_eq!(save(to, &scenario, Some(60)).await.unwrap().revision, 61);
}

#[tokio::test]
async fn a_server_goes_into_a_file_and_back_into_both() {
    let (from, to) = (Place::migrated().await, Place::migrated().await);
    let (folder, path) = place();
    let (server, other) = (from.open().await, to.open().await);
    there_and_back(&server, &other, &folder.path().join("backup of 100%.db")).await;
    let local = open(&path).await;
    let restored = local
        .restore_from(folder.path().join("backup of 100%.db"))
        .await
        .unwrap();
    assert_eq!(restored.scenarios, 6);
    assert!(told(&local).await == told(&server).await);
    let names = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    let names: Vec<_> = names
        .filter(|name| name.to_string_lossy().contains("tmp"))
        .collect();
    assert!(names.is_empty(), "{names:?}");
    for store in [server, other, local] {
        store.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_file_goes_into_a_file_and_back() {
    let ((_one, first), (folder, second)) = (place(), place());
    let (from, to) = (open(&first).await, open(&second).await);
    there_and_back(&from, &to, &folder.path().join("backup.db")).await;
    from.close().await.unwrap();
    to.close().await.unwrap();
}

/// A backup is of one moment, however long it takes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn saves_go_on_while_a_server_is_backed_up() {
    let place = Place::migrated().await;
    let (store, other) = (place.open().await, place.open().await);
    fill(&store).await;
    let before = told(&store).await;
    let (folder, _) = crate::sample::place();
    let file = folder.path().join("backup.db");
    let writing = tokio::spawn(async move {
        for seed in 100..110 {
            save(&other, &random_scenario(seed), None).await.unwrap();
        }
        other.close().await.unwrap();
    });
    store.backup_to(&file).await.unwrap();
    writing.await.unwrap();
    let copy = open(&file).await;
    assert_eq!(copy.doctor().await.unwrap(), []);
    let said = told(&copy).await;
    // How far the other one had come at that moment is chance; what was there before is there.
    assert!(before.lines().skip(1).all(|line| said.contains(line)));
    copy.close().await.unwrap();
    store.close().await.unwrap();
}

/// What cannot be restored leaves everything as it was.
#[tokio::test]
async fn a_broken_backup_replaces_nothing() {
    let place = Place::migrated().await;
    let store = place.open().await;
    let scenario = small(1, "kept");
    save(&store, &scenario, None).await.unwrap();
    let (folder, path) = crate::sample::place();
    let file = open(&path).await;
    save(&file, &small(2, "broken"), None).await.unwrap();
    file.close().await.unwrap();
    crate::damage::change(&path, "UPDATE parameter SET base_number = base_number + 1").await;
    let error = store.restore_from(&path).await.unwrap_err();
    assert!(
        matches!(&error, StoreError::Damaged { what, .. } if what == "the backup"),
        "{error:?}"
    );
    for name in ["none.db", "noise.db"] {
        let path = folder.path().join(name);
        if name == "noise.db" {
            std::fs::write(&path, "no database").unwrap();
        }
        assert!(store.restore_from(&path).await.is_err(), "{name}");
    }
    assert_eq!(store.load(scenario.id).await.unwrap().scenario, scenario);
    assert_eq!(store.projects().await.unwrap()[0].scenarios.len(), 1);
    store.close().await.unwrap();
}

/// The backup of an older CalMiner is read from a copy, and stays as it is.
#[tokio::test]
async fn an_older_backup_is_restored_and_unchanged() {
    for name in ["schema_20261125", "schema_20261130"] {
        restored_and_unchanged(name).await;
    }
}

async fn restored_and_unchanged(name: &str) {
    let (folder, _) = place();
    let path = folder.path().join("old.db");
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data");
    std::fs::copy(format!("{data}/{name}.db"), &path).unwrap();
    let before = std::fs::read(&path).unwrap();
    let server = Place::migrated().await;
    let store = server.open().await;
    let restored = store.restore_from(&path).await.unwrap();
    assert_eq!((restored.scenarios, restored.runs), (1, 1));
    assert_eq!(store.doctor().await.unwrap(), []);
    store.close().await.unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), before);
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(names.len(), 1, "nothing was put beside it");
    let read_only = OpenOptions {
        read_only: true,
        ..OpenOptions::default()
    };
    assert!(
        Store::open_file(&path, read_only).await.is_err(),
        "it is an older one"
    );
}
