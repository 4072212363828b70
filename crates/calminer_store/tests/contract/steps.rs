//! The schema on a server: never made or changed at open, brought up by `migrate` alone, all of it or nothing.

use calminer_domain::ItemKind;
use calminer_migration::{Migrator, MigratorTrait as _};
use calminer_store::{OpenOptions, SchemaState, Store, StoreError};
use sea_orm::{ConnectOptions, Database};

use crate::sample::{save, small};
use crate::server::{Place, whole};

const TABLES: &str = "SELECT schemaname || '.' || tablename FROM pg_tables \
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1";

async fn opened(place: &Place) -> Result<Store, StoreError> {
    Store::open(&place.target(), OpenOptions::default()).await
}

fn newest() -> String {
    let steps = Migrator::migrations();
    steps.last().unwrap().name().to_owned()
}

#[tokio::test]
async fn an_empty_schema_is_refused_until_it_is_migrated() {
    let place = Place::empty();
    let error = opened(&place).await.unwrap_err();
    let needed = newest();
    assert_eq!(
        error,
        StoreError::SchemaOutdated {
            found: None,
            needed: needed.clone()
        }
    );
    let said = error.to_string();
    assert!(
        said.contains(&needed) && said.contains("calminer-cli db migrate"),
        "{said}"
    );
    let seen = Store::inspect(&place.target()).await.unwrap();
    assert_eq!(
        (seen.state, seen.pending.len()),
        (SchemaState::Empty, Migrator::migrations().len())
    );
    assert_eq!(place.database.sql(&[TABLES]), "", "neither made a table");
    let steps = Store::migrate(&place.target()).await.unwrap();
    assert_eq!(steps, seen.pending);
    assert_eq!(Store::migrate(&place.target()).await.unwrap(), [""; 0]);
    let seen = Store::inspect(&place.target()).await.unwrap();
    assert_eq!(
        (seen.state, seen.found),
        (SchemaState::Current, Some(needed))
    );
    opened(&place).await.unwrap();
}

/// Every earlier version: the steps before it are applied, and the rest is brought up from there.
#[tokio::test]
async fn every_older_schema_is_refused_and_brought_up() {
    let steps = Migrator::migrations().len() as u32;
    let place = Place::empty();
    for applied in 1..steps {
        let schema = format!("after_{applied}");
        let role = place.database.name();
        place
            .database
            .sql(&[&format!("CREATE SCHEMA {schema} AUTHORIZATION {role}")]);
        let target = whole(place.server().in_schema(&schema).unwrap());
        let mut options = ConnectOptions::new(format!(
            "postgres://{role}:{}@127.0.0.1:{}/{role}?sslmode=disable",
            place.database.password().replace(' ', "%20"),
            place.server().port(),
        ));
        options.set_schema_search_path(&schema);
        let db = Database::connect(options).await.unwrap();
        Migrator::up(&db, Some(applied)).await.unwrap();
        db.close().await.unwrap();
        let before = place.database.sql(&[TABLES]);
        let error = Store::open(&target, OpenOptions::default())
            .await
            .unwrap_err();
        assert!(
            matches!(&error, StoreError::SchemaOutdated { found: Some(found), needed }
                if *found < *needed && *needed == newest()),
            "{error:?}"
        );
        assert_eq!(place.database.sql(&[TABLES]), before);
        let migrated = Store::migrate(&target).await.unwrap();
        assert_eq!(migrated.len() as u32, steps - applied);
        let store = Store::open(&target, OpenOptions::default()).await.unwrap();
        save(&store, &small(1, "brought up"), None).await.unwrap();
        store.close().await.unwrap();
    }
}

/// SQL-07 on a server.
#[tokio::test]
async fn a_newer_schema_is_refused_with_both_versions() {
    let place = Place::migrated().await;
    place
        .database
        .sql(&["INSERT INTO seaql_migrations VALUES ('m20991231_235959_add_future', 0)"]);
    let expected = StoreError::NewerSchema {
        file: "m20991231_235959_add_future".to_owned(),
        ours: newest(),
    };
    assert_eq!(opened(&place).await.unwrap_err(), expected);
    assert_eq!(Store::inspect(&place.target()).await.unwrap_err(), expected);
    assert_eq!(Store::migrate(&place.target()).await.unwrap_err(), expected);
}

#[tokio::test]
async fn a_failing_step_leaves_nothing() {
    let place = Place::migrated().await;
    // The last step is taken back, and what it adds is in its way.
    place.database.sql(&[
        "DELETE FROM seaql_migrations WHERE version = (SELECT max(version) FROM seaql_migrations)",
    ]);
    let error = Store::migrate(&place.target()).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("could not be brought up to date"),
        "{error}"
    );
    let applied = place
        .database
        .sql(&["SELECT count(*) FROM seaql_migrations"]);
    assert_eq!(applied, (Migrator::migrations().len() - 1).to_string());
    let other = Place::empty();
    other
        .database
        .sql(&["CREATE TABLE simulation_output (x int)"]);
    let before = other.database.sql(&[TABLES]);
    let error = Store::migrate(&other.target()).await.unwrap_err();
    assert!(
        error.to_string().contains("tables of another program"),
        "{error}"
    );
    assert_eq!(other.database.sql(&[TABLES]), before);
}

/// PGS-08: by name, and by the search path of the role; nothing is made in `public`.
#[tokio::test]
async fn tables_are_made_in_the_schema_that_is_named() {
    let place = Place::empty();
    let odd = "Mine \"A\" \\ 1";
    let named = whole(place.server().in_schema(odd).unwrap());
    let role = place.database.name();
    for target in [named, place.target()] {
        if target == place.target() {
            place.database.sql(&[
                &format!("CREATE SCHEMA calminer AUTHORIZATION {role}"),
                &format!("ALTER ROLE {role} SET search_path = calminer"),
            ]);
        }
        assert_eq!(
            Store::inspect(&target).await.unwrap().state,
            SchemaState::Empty
        );
        Store::migrate(&target).await.unwrap();
        let store = Store::open(&target, OpenOptions::default()).await.unwrap();
        save(&store, &small(1, "in a schema"), None).await.unwrap();
        assert_eq!(store.doctor().await.unwrap(), []);
        store.close().await.unwrap();
    }
    let schemas = "SELECT DISTINCT schemaname FROM pg_tables \
        WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1";
    assert_eq!(place.database.sql(&[schemas]), format!("{odd}\ncalminer"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_migrations_at_once_take_turns() {
    let place = Place::empty();
    let target = place.target();
    let (a, b) = tokio::join!(Store::migrate(&target), Store::migrate(&target));
    let mut applied = [a.unwrap().len(), b.unwrap().len()];
    applied.sort_unstable();
    assert_eq!(applied, [0, Migrator::migrations().len()]);
}

/// The model is readable by plain SQL, without our code.
#[tokio::test]
async fn parameters_and_costs_are_plain_columns() {
    let place = Place::migrated().await;
    let store = place.open().await;
    let scenario = small(1, "plain");
    save(&store, &scenario, None).await.unwrap();
    store.close().await.unwrap();
    let first = &scenario.parameters[0];
    let found = place.database.sql(&[&format!(
        "SELECT key, unit FROM parameter WHERE id = '{}'",
        first.id
    )]);
    assert_eq!(found, format!("{}|{}", first.key, first.unit));
    let rows = "SELECT sum(n) FROM (SELECT count(*) n FROM capex UNION ALL SELECT count(*) FROM opex \
        UNION ALL SELECT count(*) FROM product UNION ALL SELECT count(*) FROM production_output \
        UNION ALL SELECT count(*) FROM fiscal_term UNION ALL SELECT count(*) FROM cash_flow_line \
        UNION ALL SELECT count(*) FROM consumption UNION ALL SELECT count(*) FROM indicator) lines";
    let all = scenario.lines.len() + scenario.items.len();
    assert_eq!(place.database.sql(&[rows]), all.to_string());
}

#[tokio::test]
async fn items_are_plain_rows_and_a_changed_one_is_seen() {
    let place = Place::migrated().await;
    let store = place.open().await;
    let scenario = small(1, "plain");
    save(&store, &scenario, None).await.unwrap();
    let of_kind = |kind| {
        let found = scenario.items.iter().find(|item| item.kind == kind);
        found.unwrap()
    };
    for (kind, word, table) in [
        (ItemKind::Schedule, "schedule", "production_output"),
        (ItemKind::Process, "process", "production_output"),
        (ItemKind::Metal, "metal", "product"),
        (ItemKind::Concentrate, "concentrate", "product"),
        (ItemKind::Sale, "sale", "product"),
        (ItemKind::OperatingCost, "operating_cost", "opex"),
        (ItemKind::Consumption, "consumption", "consumption"),
        (ItemKind::Capital, "capital", "capex"),
        (ItemKind::WorkingCapital, "working_capital", "capex"),
        (ItemKind::Royalty, "royalty", "fiscal_term"),
        (ItemKind::Stream, "stream", "fiscal_term"),
        (ItemKind::Depreciation, "depreciation", "fiscal_term"),
        (ItemKind::Tax, "tax", "fiscal_term"),
        (ItemKind::UnitCost, "unit_cost", "indicator"),
        (ItemKind::Check, "check", "indicator"),
    ] {
        let item = of_kind(kind);
        let found = place.database.sql(&[&format!(
            "SELECT kind, key, label FROM {table} WHERE id = '{}'",
            item.id
        )]);
        assert_eq!(found, format!("{word}|{}|{}", item.key, item.label));
    }
    let change =
        "UPDATE product SET terms = replace(terms, '\"au\"', '\"ag\"') WHERE kind = 'metal'";
    place.database.sql(&[change]);
    let error = store.load(scenario.id).await.unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error:?}");
    assert_eq!(store.doctor().await.unwrap().len(), 1);
    let kept = store.load_revision(scenario.id, 1).await.unwrap();
    save(&store, &kept, Some(1)).await.unwrap();
    assert_eq!(store.load(scenario.id).await.unwrap().scenario, scenario);
    store.close().await.unwrap();
}
