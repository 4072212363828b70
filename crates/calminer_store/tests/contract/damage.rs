//! Quiet damage: a bit that flips on the disk must be seen.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use calminer_domain::Scenario;
use calminer_store::{OpenOptions, Store, StoreError};
use sea_orm::sqlx::{self, Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};
use uuid::Uuid;

use crate::sample::{Numbers, open, place, run, save, small};

/// Everything that the store says, as text.
async fn told(store: &Store, scenarios: &[Uuid]) -> Result<String, StoreError> {
    let mut said = vec![format!("{:?}", store.projects().await?)];
    for id in scenarios {
        said.push(format!("{:?}", store.load(*id).await?));
        for entry in store.revisions(*id).await? {
            said.push(format!("{entry:?}"));
            said.push(format!(
                "{:?}",
                store.load_revision(*id, entry.revision).await?
            ));
        }
        for entry in store.runs(*id).await? {
            said.push(format!("{entry:?}"));
            said.push(format!("{:?}", store.load_run(entry.id).await?));
        }
    }
    said.push(format!("{:?}", store.setting("theme").await?));
    Ok(said.join("\n"))
}

async fn filled(path: &Path, copy: &Path) -> (Vec<Scenario>, String) {
    let store = open(path).await;
    let (outcome, mut samples) = run();
    samples
        .columns
        .iter_mut()
        .for_each(|(_, column)| column.truncate(100));
    let mut scenarios = Vec::new();
    for number in 0..3 {
        let mut scenario = small(number, "Base case");
        save(&store, &scenario, None).await.unwrap();
        scenario.notes = "second revision".to_owned();
        save(&store, &scenario, Some(1)).await.unwrap();
        store
            .save_run(scenario.id, 2, &outcome, Some(&samples))
            .await
            .unwrap();
        scenarios.push(scenario);
    }
    store.set_setting("theme", "dark").await.unwrap();
    let ids: Vec<_> = scenarios.iter().map(|scenario| scenario.id).collect();
    let text = told(&store, &ids).await.unwrap();
    // A copy has no pages of rows that are gone.
    store.backup_to(copy).await.unwrap();
    store.close().await.unwrap();
    (scenarios, text)
}

#[tokio::test]
async fn flipped_bits_are_reported() {
    let (folder, path) = place();
    let broken = folder.path().join("broken.db");
    let (scenarios, before) = filled(&path, &broken).await;
    let ids: Vec<_> = scenarios.iter().map(|scenario| scenario.id).collect();
    let whole = fs::read(&broken).unwrap();
    // Most zeros are free space, where a flip changes nothing.
    let used: Vec<usize> = (0..whole.len()).filter(|at| whole[*at] != 0).collect();
    let panics = count_panics();
    let mut numbers = Numbers(5);
    let (mut reported, mut tries) = (0, 0);
    while reported < 200 {
        tries += 1;
        assert!(
            tries < 400,
            "{reported} of {tries} flips touched a stored value"
        );
        let (at, bit) = (used[numbers.below(used.len())], numbers.below(8));
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << bit;
        fs::write(&broken, &bytes).unwrap();
        let Ok(store) = Store::open_file(&broken, OpenOptions::default()).await else {
            reported += 1;
            continue;
        };
        for scenario in &scenarios {
            if let Ok(loaded) = store.load(scenario.id).await {
                assert_eq!(
                    loaded.scenario, *scenario,
                    "byte {at}, bit {bit}: another scenario and no word"
                );
            }
        }
        let sound = store
            .doctor()
            .await
            .is_ok_and(|findings| findings.is_empty());
        if sound {
            let now = told(&store, &ids).await.unwrap();
            assert!(
                now == before,
                "byte {at}, bit {bit}: a value changed and the check found nothing"
            );
        }
        reported += usize::from(!sound);
        assert_eq!(
            panics.load(Ordering::SeqCst),
            0,
            "byte {at}, bit {bit}: a panic"
        );
        // A broken file may refuse to be closed properly; the next copy takes its place.
        drop(store.close().await);
        for end in ["-wal", "-shm"] {
            drop(fs::remove_file(
                folder.path().join(format!("broken.db{end}")),
            ));
        }
    }
}

/// Panics of any thread from now on, those of the driver's own threads too.
fn count_panics() -> Arc<AtomicUsize> {
    let count = Arc::new(AtomicUsize::new(0));
    let (seen, usual) = (Arc::clone(&count), std::panic::take_hook());
    std::panic::set_hook(Box::new(move |panic| {
        seen.fetch_add(1, Ordering::SeqCst);
        usual(panic);
    }));
    count
}

pub(crate) async fn change(path: &Path, text: &'static str) {
    let mut connection =
        SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(path))
            .await
            .unwrap();
    sqlx::raw_sql(text).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

#[tokio::test]
async fn a_changed_row_names_its_scenario_and_can_be_mended() {
    for text in [
        "UPDATE parameter SET base_number = 3101",
        "UPDATE capex SET position = position + 1000",
        "UPDATE scenario SET discount_rate = 0.07",
        "UPDATE scenario_revision SET sha256 = upper(sha256)",
        "DELETE FROM distribution_data WHERE position = 1",
        "DELETE FROM opex",
        "UPDATE project SET name = 'other'",
        "UPDATE production_output SET terms = replace(terms, 'au', 'ag') WHERE kind = 'schedule'",
        "UPDATE product SET terms = '{}' WHERE kind = 'metal'",
        "UPDATE product SET terms = '[' WHERE kind = 'metal'",
        "UPDATE product SET terms = NULL WHERE kind = 'metal'",
        "UPDATE product SET units = NULL WHERE kind = 'metal'",
        "UPDATE opex SET unit = 't' WHERE kind = 'operating_cost'",
        "UPDATE opex SET terms = '{}' WHERE kind = 'number' OR kind = 'series' OR kind = 'formula'",
        "UPDATE consumption SET key = 'other'",
        "UPDATE indicator SET kind = 'tax'",
        "UPDATE capex SET position = -1 WHERE kind = 'working_capital'",
        "DELETE FROM fiscal_term WHERE kind = 'tax'",
        "INSERT INTO indicator SELECT * FROM consumption; DELETE FROM consumption",
    ] {
        let (_folder, path) = place();
        let store = open(&path).await;
        let scenario = small(1, "Base case");
        save(&store, &scenario, None).await.unwrap();
        store.close().await.unwrap();
        change(&path, text).await;
        let store = open(&path).await;
        let error = store.load(scenario.id).await.unwrap_err();
        let StoreError::Damaged { what, .. } = &error else {
            panic!("{text}: {error:?}")
        };
        assert_eq!(what, "scenario \"Base case\"", "{text}");
        assert!(!store.doctor().await.unwrap().is_empty(), "{text}");
        // The document of the revision is whole, and saving it again mends the tables.
        if !text.contains("scenario") && !text.contains("project") {
            let kept = store.load_revision(scenario.id, 1).await.unwrap();
            assert_eq!(kept, scenario);
            assert_eq!(save(&store, &kept, Some(1)).await.unwrap().revision, 2);
            assert_eq!(store.load(scenario.id).await.unwrap().scenario, scenario);
        }
        store.close().await.unwrap();
    }
}
