//! Schemas: newer ones are left alone, older ones are brought up after a copy, broken steps leave nothing.

use std::fs;
use std::path::Path;

use calminer_domain::{Draw, StopFigure, StopRule, Truncation};
use calminer_migration::{Migrator, MigratorTrait as _};
use calminer_store::{OpenOptions, Store, StoreError};
use sea_orm::sqlx::{
    self, Connection as _, Row as _, SqliteConnection, sqlite::SqliteConnectOptions,
};
use sea_orm::{Database, DatabaseConnection};

use crate::sample::{open, place, save, small};

async fn sql(path: &Path, text: &'static str) -> Vec<String> {
    let mut connection =
        SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(path))
            .await
            .unwrap();
    let rows = sqlx::query(text).fetch_all(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    rows.iter().map(|row| row.get::<String, _>(0)).collect()
}

async fn empty(path: &Path) -> DatabaseConnection {
    Database::connect(format!("sqlite://{}?mode=rwc", path.display()))
        .await
        .unwrap()
}

const TABLES: &str = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";

#[tokio::test]
async fn every_step_goes_up_and_down() {
    let (_folder, path) = place();
    let db = empty(&path).await;
    let steps = Migrator::migrations().len() as u32;
    for step in 1..=steps {
        Migrator::up(&db, Some(1)).await.unwrap();
        assert_eq!(
            Migrator::get_applied_migrations(&db).await.unwrap().len(),
            step as usize
        );
    }
    Migrator::down(&db, None).await.unwrap();
    db.close().await.unwrap();
    assert_eq!(sql(&path, TABLES).await, ["seaql_migrations"]);
    let store = open(&path).await;
    save(&store, &small(1, "up again"), None).await.unwrap();
    store.close().await.unwrap();
}

/// Items stand beside lines in one table, and going back to a schema without items must not make lines of them.
#[tokio::test]
async fn a_step_down_leaves_no_item_among_the_lines() {
    let (_folder, path) = place();
    let store = open(&path).await;
    save(&store, &small(1, "with items"), None).await.unwrap();
    store.close().await.unwrap();
    let kinds = "SELECT DISTINCT kind FROM (SELECT kind FROM product UNION ALL SELECT kind FROM fiscal_term) \
        WHERE kind NOT IN ('number', 'series', 'formula') ORDER BY kind";
    assert_eq!(sql(&path, kinds).await.len(), 7);
    let db = empty(&path).await;
    Migrator::down(&db, Some(1)).await.unwrap();
    db.close().await.unwrap();
    assert_eq!(sql(&path, kinds).await, [""; 0]);
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_untouched() {
    let (folder, path) = place();
    let store = open(&path).await;
    save(&store, &small(1, "newer"), None).await.unwrap();
    store.close().await.unwrap();
    sql(
        &path,
        "INSERT INTO seaql_migrations VALUES ('m20991231_235959_add_future', 0) RETURNING version",
    )
    .await;
    let ours = sql(
        &path,
        "SELECT version FROM seaql_migrations ORDER BY version",
    )
    .await;
    let ours = ours[ours.len() - 2].clone();
    let fixture = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/sql06_newer_schema.db"
    );
    let copied = folder.path().join("sql06.db");
    fs::copy(fixture, &copied).unwrap();
    for (path, newest) in [
        (&path, "m20991231_235959_add_future"),
        (&copied, "m29990101_000001_from_the_future"),
    ] {
        let before = fs::read(path).unwrap();
        for read_only in [false, true] {
            let options = OpenOptions {
                read_only,
                ..OpenOptions::default()
            };
            let error = Store::open_file(path, options).await.unwrap_err();
            assert_eq!(
                error,
                StoreError::NewerSchema {
                    file: newest.to_owned(),
                    ours: ours.clone()
                }
            );
            assert!(error.to_string().contains(newest) && error.to_string().contains(&ours));
        }
        assert_eq!(fs::read(path).unwrap(), before);
    }
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        2,
        "nothing was put beside them"
    );
}

#[tokio::test]
async fn an_older_schema_is_copied_and_brought_up() {
    let (folder, path) = place();
    let db = empty(&path).await;
    Migrator::up(&db, Some(3)).await.unwrap();
    db.close().await.unwrap();
    let before = sql(&path, TABLES).await;
    let read_only = OpenOptions {
        read_only: true,
        ..OpenOptions::default()
    };
    assert!(matches!(
        Store::open_file(&path, read_only).await,
        Err(StoreError::ReadOnly { .. })
    ));
    let store = open(&path).await;
    save(&store, &small(1, "brought up"), None).await.unwrap();
    assert_eq!(store.doctor().await.unwrap(), []);
    store.close().await.unwrap();
    let copy = folder
        .path()
        .join("mine.db.before-m20261125_090300_create_line");
    assert_eq!(sql(&copy, TABLES).await, before);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

/// A database that the program wrote before distributions could be truncated: REF20 with a run of 200 trials.
#[tokio::test]
async fn a_database_of_november_2026_opens_with_all_that_is_in_it() {
    let (_folder, path) = place();
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/schema_20261125.db");
    fs::copy(fixture, &path).unwrap();
    let store = open(&path).await;
    assert_eq!(store.doctor().await.unwrap(), []);
    let listed = store.projects().await.unwrap()[0].scenarios[0].clone();
    let loaded = store.load(listed.id).await.unwrap();
    let sample = include_bytes!("../../../../assets/samples/ref20.calminer.json");
    let expected = calminer_domain::file::read(sample).unwrap().scenario;
    assert_eq!(loaded.scenario.parameters, expected.parameters);
    assert_eq!(loaded.scenario.simulation, expected.simulation);
    let runs = store.runs(listed.id).await.unwrap();
    let run = store.load_run(runs[0].id).await.unwrap();
    assert_eq!(
        run.outcome.samples_sha256.as_deref(),
        Some("ab90ee4f143b6f9a20ff3db506a311a0430f43fddb13bf5a52fcc6b43f0b4e2c")
    );
    store.close().await.unwrap();
}

/// A database that the program wrote before there were items: Fenn-Gib with a truncated price that is drawn each
/// period, an early end, and a run of 200 trials.
#[tokio::test]
async fn a_database_from_before_items_opens_with_all_that_is_in_it() {
    let (_folder, path) = place();
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/schema_20261130.db");
    fs::copy(fixture, &path).unwrap();
    let store = open(&path).await;
    assert_eq!(store.doctor().await.unwrap(), []);
    let listed = store.projects().await.unwrap()[0].scenarios[0].clone();
    let mut scenario = store.load(listed.id).await.unwrap().scenario;
    let sample = include_bytes!("../../../../assets/samples/fenn_gib.calminer.json");
    let mut expected = calminer_domain::file::read(sample).unwrap().scenario;
    let price = expected.parameters[0].uncertainty.as_mut().unwrap();
    price.draw = Draw::EachPeriod;
    price.truncation = Truncation {
        min: Some(1_500.0),
        max: Some(5_000.0),
    };
    expected.simulation.trials = 200;
    expected.simulation.stop = Some(StopRule {
        output: "npv".to_owned(),
        figure: StopFigure::P10,
        tolerance: 0.01,
    });
    assert_eq!(scenario, expected);
    let runs = store.runs(listed.id).await.unwrap();
    let run = store.load_run(runs[0].id).await.unwrap();
    assert_eq!(
        run.outcome.samples_sha256.as_deref(),
        Some("8827427fac6b68802a73f30ff5f55640f528c926191b53e804dd3335c14f9ebe")
    );
    scenario.items = small(1, "items").items;
    save(&store, &scenario, Some(1)).await.unwrap();
    assert_eq!(store.load(listed.id).await.unwrap().scenario, scenario);
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_failing_step_leaves_nothing() {
    let (folder, path) = place();
    let db = empty(&path).await;
    Migrator::up(&db, Some(5)).await.unwrap();
    db.close().await.unwrap();
    // The sixth step makes three tables; the second of them is in its way.
    sql(&path, "CREATE TABLE simulation_output (x)").await;
    let before = sql(&path, TABLES).await;
    for _ in 0..2 {
        let error = Store::open_file(&path, OpenOptions::default())
            .await
            .unwrap_err();
        assert!(
            error
                .to_string()
                .contains("could not be brought up to date"),
            "{error}"
        );
        assert_eq!(sql(&path, TABLES).await, before);
    }
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        3,
        "each try made its copy first"
    );
    sql(&path, "DROP TABLE simulation_output").await;
    let store = open(&path).await;
    save(&store, &small(1, "mended"), None).await.unwrap();
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_first_starts_at_once_both_open() {
    for _ in 0..5 {
        let (_folder, path) = place();
        let (a, b) = tokio::join!(
            Store::open_file(&path, OpenOptions::default()),
            Store::open_file(&path, OpenOptions::default())
        );
        let (a, b) = (a.unwrap(), b.unwrap());
        save(&a, &small(1, "a"), None).await.unwrap();
        assert_eq!(b.projects().await.unwrap()[0].scenarios.len(), 1);
        a.close().await.unwrap();
        b.close().await.unwrap();
    }
}
