//! Files: odd names, write protection, strangers, copies.

use std::fs;
use std::path::Path;

use calminer_store::{Access, OpenOptions, Store, StoreError};
use tempfile::TempDir;

use crate::sample::{open, place, save, small};

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data");

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn odd_names_are_taken_as_they_are() {
    let root = TempDir::new().unwrap();
    let folder = root.path().join("Größe & Ω 100%");
    let files = [
        "mine #1?.db",
        "a%20b.db",
        "プロジェクト.db",
        "it's; drop.db",
        "file:x.db",
        ":memory:",
    ];
    for name in files {
        let path = folder.join(name);
        let store = open(&path).await;
        let scenario = small(1, name);
        save(&store, &scenario, None).await.unwrap();
        store.close().await.unwrap();
        let store = open(&path).await;
        assert_eq!(
            store.load(scenario.id).await.unwrap().scenario,
            scenario,
            "{name}"
        );
        store.close().await.unwrap();
        let options = OpenOptions {
            read_only: true,
            ..OpenOptions::default()
        };
        let store = Store::open_file(&path, options).await.unwrap();
        assert_eq!(
            store.load(scenario.id).await.unwrap().scenario,
            scenario,
            "{name}"
        );
        store.close().await.unwrap();
    }
    let mut expected = files.map(str::to_owned).to_vec();
    expected.sort();
    assert_eq!(
        names(&folder),
        expected,
        "no stray file and no journal is left"
    );
    assert_eq!(names(root.path()), ["Größe & Ω 100%"]);
}

#[cfg(unix)]
#[tokio::test]
async fn new_files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let root = TempDir::new().unwrap();
    let folder = root.path().join("data/calminer");
    let store = open(&folder.join("mine.db")).await;
    save(&store, &small(1, "private"), None).await.unwrap();
    store.backup_to(folder.join("copy.db")).await.unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    for name in names(&folder) {
        assert_eq!(mode(&folder.join(&name)), 0o600, "{name}");
    }
    assert!(
        names(&folder).iter().any(|name| name == "mine.db-wal"),
        "the journal was looked at too"
    );
    store.close().await.unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn write_protected_files_are_read() {
    use std::os::unix::fs::PermissionsExt as _;
    for (of_file, of_folder) in [(0o444, 0o755), (0o644, 0o555), (0o444, 0o555)] {
        let (folder, path) = place();
        let store = open(&path).await;
        let scenario = small(1, "protected");
        save(&store, &scenario, None).await.unwrap();
        store.close().await.unwrap();
        let before = fs::read(&path).unwrap();
        let set = |path: &Path, mode| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        };
        set(&path, of_file);
        set(folder.path(), of_folder);
        let store = open(&path).await;
        let Access::ReadOnly { reason } = store.access().clone() else {
            panic!("{of_file:o} {of_folder:o}")
        };
        assert!(reason.contains("write-protected"), "{reason}");
        assert_eq!(store.load(scenario.id).await.unwrap().scenario, scenario);
        assert_eq!(store.doctor().await.unwrap(), []);
        let refused = save(&store, &scenario, Some(1)).await.unwrap_err();
        assert_eq!(refused, StoreError::ReadOnly { reason });
        store.close().await.unwrap();
        set(folder.path(), 0o755);
        assert_eq!(names(folder.path()), ["mine.db"]);
        assert_eq!(fs::read(&path).unwrap(), before);
    }
}

#[tokio::test]
async fn strangers_are_named_and_left_alone() {
    let folder = TempDir::new().unwrap();
    let cases: [(&str, Vec<u8>); 4] = [
        (
            "sql04_not_a_database.db",
            fs::read(format!("{DATA}/sql04_not_a_database.db")).unwrap(),
        ),
        ("zeros.db", vec![0; 8192]),
        ("cut.db", b"SQLite format 3\0".to_vec()),
        (
            "noise.db",
            [
                b"SQLite format 3\0".to_vec(),
                (0..5_000_u32).flat_map(u32::to_le_bytes).collect(),
            ]
            .concat(),
        ),
    ];
    for (name, content) in cases {
        let path = folder.path().join(name);
        fs::write(&path, &content).unwrap();
        let error = Store::open_file(&path, OpenOptions::default())
            .await
            .unwrap_err();
        assert!(
            matches!(&error, StoreError::NotADatabase { file, .. } if file == name),
            "{name}: {error:?}"
        );
        assert!(
            error.to_string().contains(name) && !error.to_string().contains("code"),
            "{error}"
        );
        assert_eq!(fs::read(&path).unwrap(), content, "{name}");
    }
    assert_eq!(names(folder.path()).len(), 4, "nothing was put beside them");
}

#[tokio::test]
async fn databases_of_other_programs_are_left_alone() {
    use sea_orm::sqlx::{self, Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};
    for sql in [
        "CREATE TABLE parameter (id INTEGER)",
        "PRAGMA application_id = 7; CREATE TABLE seaql_migrations (version text)",
    ] {
        let (_folder, path) = place();
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .create_if_missing(true);
        let mut other = SqliteConnection::connect_with(&options).await.unwrap();
        sqlx::raw_sql(sql).execute(&mut other).await.unwrap();
        other.close().await.unwrap();
        let before = fs::read(&path).unwrap();
        let error = Store::open_file(&path, OpenOptions::default())
            .await
            .unwrap_err();
        assert!(
            error.to_string().contains("belongs to another program"),
            "{error}"
        );
        assert_eq!(fs::read(&path).unwrap(), before);
    }
}

#[tokio::test]
async fn a_missing_file_is_made_only_when_asked() {
    let (folder, path) = place();
    for options in [
        OpenOptions {
            create: false,
            ..OpenOptions::default()
        },
        OpenOptions {
            read_only: true,
            ..OpenOptions::default()
        },
    ] {
        let error = Store::open_file(&path, options).await.unwrap_err();
        assert_eq!(
            error,
            StoreError::Missing {
                what: "the file mine.db".to_owned()
            }
        );
    }
    assert!(names(folder.path()).is_empty());
    // An empty file is what an interrupted first start leaves.
    fs::write(&path, b"").unwrap();
    let store = open(&path).await;
    assert_eq!(*store.access(), Access::ReadWrite);
    assert_eq!(store.path(), Some(path.as_path()));
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_copy_is_whole_while_saves_go_on() {
    let (folder, path) = place();
    let store = open(&path).await;
    let mut scenario = small(1, "copied");
    save(&store, &scenario, None).await.unwrap();
    let copy = folder.path().join("copy of 100%.db");
    fs::write(&copy, b"an older copy").unwrap();
    store.backup_to(&copy).await.unwrap();
    let at_copy = scenario.clone();
    scenario.notes = "later".to_owned();
    save(&store, &scenario, Some(1)).await.unwrap();
    store.close().await.unwrap();
    let store = open(&copy).await;
    assert_eq!(store.load(scenario.id).await.unwrap().scenario, at_copy);
    assert_eq!(store.doctor().await.unwrap(), []);
    store.close().await.unwrap();
    assert_eq!(names(folder.path()), ["copy of 100%.db", "mine.db"]);
    let nowhere = folder.path().join("no such folder/copy.db");
    let store = open(&path).await;
    assert!(matches!(
        store.backup_to(&nowhere).await,
        Err(StoreError::Io { .. })
    ));
    store.close().await.unwrap();
}
