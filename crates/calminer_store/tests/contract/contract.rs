//! What every database must do. Each case takes an open, empty store.

use std::collections::BTreeSet;

use calminer_domain::{BaseValue, ItemKind, Project, Value, file};
use calminer_store::{Save, Store, StoreError};
use uuid::Uuid;

use crate::items;
use crate::sample::{hostile_texts, project, random_scenario, run, save, small};

/// Runs every case on a SQLite file and on a PostgreSQL server.
macro_rules! on_both {
    ($($case:ident),+ $(,)?) => {
        mod sqlite {
            use crate::sample::{open, place};

            $(#[tokio::test]
            async fn $case() {
                let (_folder, path) = place();
                let store = open(&path).await;
                super::cases::$case(&store).await;
                assert_eq!(store.doctor().await.unwrap(), []);
                store.close().await.unwrap();
            })+
        }

        #[cfg(unix)]
        mod postgres {
            use crate::server::Place;

            $(#[tokio::test]
            async fn $case() {
                let place = Place::migrated().await;
                let store = place.open().await;
                super::cases::$case(&store).await;
                assert_eq!(store.doctor().await.unwrap(), []);
                store.close().await.unwrap();
            })+
        }
    };
}

on_both!(
    tables_give_the_document_back,
    hostile_texts_are_kept,
    large_scenarios_are_kept,
    items_come_back_to_the_last_bit,
    items_are_replaced_as_a_whole,
    equal_saves_make_no_revision,
    history_keeps_every_revision,
    a_late_save_is_a_conflict,
    impossible_scenarios_are_refused,
    projects_list_everything,
    deleting_takes_all_that_belongs_to_it,
    runs_come_back_to_the_last_bit,
    settings_are_kept,
);

mod cases {
    use super::*;

    pub(super) async fn tables_give_the_document_back(store: &Store) {
        for seed in 0..40 {
            let scenario = random_scenario(seed);
            let saved = save(store, &scenario, None).await.unwrap();
            let loaded = store.load(scenario.id).await.unwrap();
            assert_eq!(loaded.scenario, scenario, "seed {seed}");
            assert_eq!(
                file::canonical(&loaded.scenario),
                file::canonical(&scenario),
                "seed {seed}"
            );
            assert_eq!(
                (loaded.revision, loaded.saved_at),
                (saved.revision, saved.saved_at)
            );
            assert_eq!(loaded.project, project(1));
            // Another document under the same identity takes the place of the first, rows and all.
            let other = calminer_domain::Scenario {
                id: scenario.id,
                ..random_scenario(seed + 1_000)
            };
            save(store, &other, Some(1)).await.unwrap();
            assert_eq!(
                store.load(scenario.id).await.unwrap().scenario,
                other,
                "seed {seed}"
            );
        }
    }

    pub(super) async fn hostile_texts_are_kept(store: &Store) {
        for (number, text) in hostile_texts().into_iter().enumerate() {
            let project = Project {
                id: Uuid::now_v7(),
                name: text.clone(),
                description: text.clone(),
            };
            let mut scenario = small(number as u64, &text);
            scenario.notes.clone_from(&text);
            scenario.lines[0].value = Value::Formula(format!("={text}"));
            for item in &mut scenario.items {
                items::fill_with(item, &text);
            }
            let save = Save {
                project: &project,
                scenario: &scenario,
                expected_revision: None,
                author: &text,
                comment: &text,
            };
            store.save(save).await.unwrap();
            let loaded = store.load(scenario.id).await.unwrap();
            assert_eq!(
                (loaded.scenario, loaded.project),
                (scenario.clone(), project)
            );
            let history = store.revisions(scenario.id).await.unwrap();
            assert_eq!((&history[0].author, &history[0].comment), (&text, &text));
            store.set_setting(&text, &text).await.unwrap();
            assert_eq!(
                store.setting(&text).await.unwrap().as_deref(),
                Some(text.as_str())
            );
        }
    }

    pub(super) async fn large_scenarios_are_kept(store: &Store) {
        let mut scenario = small(1, "large");
        let (line, parameter) = (scenario.lines[0].clone(), scenario.parameters[0].clone());
        let mut long = scenario.items[0].clone();
        items::add_rows(&mut long, 10_000);
        for number in 0..3_000 {
            let id = Uuid::from_u64_pair(9, number);
            let of_kind = &scenario.items[number as usize % ItemKind::ALL.len()];
            let id_of_item = Uuid::from_u64_pair(10, number);
            let item = calminer_domain::Item {
                id: id_of_item,
                ..of_kind.clone()
            };
            scenario.items.push(item);
            scenario
                .lines
                .push(calminer_domain::Line { id, ..line.clone() });
            scenario.parameters.push(calminer_domain::Parameter {
                id,
                ..parameter.clone()
            });
        }
        scenario.items[0] = long;
        save(store, &scenario, None).await.unwrap();
        assert_eq!(store.load(scenario.id).await.unwrap().scenario, scenario);
    }

    pub(super) async fn items_come_back_to_the_last_bit(store: &Store) {
        let mut scenario = small(1, "items");
        let figures = [0.1, -0.0, 5e-324, f64::MAX, 1.0 / 3.0, -1e300, 31.103_476_8];
        let item = &mut scenario.items[0];
        item.terms = items::of_figures(&figures);
        // A negative zero is the same figure, and it loses its sign as everywhere.
        let unsigned = |bits: Vec<u64>| -> Vec<u64> {
            let negative = (-0.0_f64).to_bits();
            bits.into_iter()
                .map(|figure| if figure == negative { 0 } else { figure })
                .collect()
        };
        let expected = unsigned(items::bits(&item.terms));
        save(store, &scenario, None).await.unwrap();
        let loaded = store.load(scenario.id).await.unwrap().scenario;
        assert_eq!(loaded, scenario);
        assert_eq!(items::bits(&loaded.items[0].terms), expected);
    }

    /// Each edit of items is a revision, and the rows of the one before are gone.
    pub(super) async fn items_are_replaced_as_a_whole(store: &Store) {
        let mut scenario = small(1, "items");
        save(store, &scenario, None).await.unwrap();
        scenario.items.reverse();
        save(store, &scenario, Some(1)).await.unwrap();
        assert_eq!(store.load(scenario.id).await.unwrap().scenario, scenario);
        scenario.items[3].kind = ItemKind::Consumption;
        save(store, &scenario, Some(2)).await.unwrap();
        assert_eq!(store.load(scenario.id).await.unwrap().scenario, scenario);
        scenario.items.clear();
        save(store, &scenario, Some(3)).await.unwrap();
        assert_eq!(store.load(scenario.id).await.unwrap().scenario, scenario);
        let first = store.load_revision(scenario.id, 1).await.unwrap();
        assert_eq!(first.items, small(1, "items").items);
    }

    pub(super) async fn equal_saves_make_no_revision(store: &Store) {
        let scenario = small(1, "Base case");
        let first = save(store, &scenario, None).await.unwrap();
        let again = save(store, &scenario, Some(1)).await.unwrap();
        assert!(!first.unchanged && again.unchanged);
        assert_eq!((again.revision, again.saved_at), (1, first.saved_at));
        assert_eq!(store.revisions(scenario.id).await.unwrap().len(), 1);
    }

    pub(super) async fn history_keeps_every_revision(store: &Store) {
        let mut scenario = small(1, "Base case");
        let mut states = Vec::new();
        for revision in 1..=5_u32 {
            scenario.parameters[0].base = BaseValue::Number(3_000.0 + f64::from(revision));
            let saved = save(store, &scenario, (revision > 1).then(|| revision - 1))
                .await
                .unwrap();
            assert_eq!(saved.revision, revision);
            states.push(scenario.clone());
        }
        let history = store.revisions(scenario.id).await.unwrap();
        assert_eq!(
            history
                .iter()
                .map(|entry| entry.revision)
                .collect::<Vec<_>>(),
            [5, 4, 3, 2, 1]
        );
        for (state, revision) in states.iter().zip(1..) {
            assert_eq!(
                store.load_revision(scenario.id, revision).await.unwrap(),
                *state
            );
        }
        let missing = store.load_revision(scenario.id, 6).await.unwrap_err();
        assert_eq!(
            missing,
            StoreError::Missing {
                what: "revision 6".to_owned()
            }
        );
    }

    pub(super) async fn a_late_save_is_a_conflict(store: &Store) {
        let scenario = small(1, "Base case");
        save(store, &scenario, None).await.unwrap();
        let theirs = calminer_domain::Scenario {
            notes: "theirs".to_owned(),
            ..scenario.clone()
        };
        let saved = save(store, &theirs, Some(1)).await.unwrap();
        let mine = calminer_domain::Scenario {
            notes: "mine".to_owned(),
            ..scenario.clone()
        };
        let expected = StoreError::Conflict {
            revision: 2,
            saved_at: saved.saved_at,
            author: "Ada".to_owned(),
        };
        assert_eq!(save(store, &mine, Some(1)).await.unwrap_err(), expected);
        assert_eq!(save(store, &mine, None).await.unwrap_err(), expected);
        assert_eq!(store.load(scenario.id).await.unwrap().scenario, theirs);
        save(store, &mine, Some(2)).await.unwrap();
        // The same save again: its answer may have been lost on the way.
        let again = save(store, &mine, Some(2)).await.unwrap();
        assert_eq!((again.revision, again.unchanged), (3, true));
        let gone = save(store, &small(2, "never saved"), Some(1))
            .await
            .unwrap_err();
        assert!(matches!(gone, StoreError::Missing { .. }), "{gone}");
    }

    pub(super) async fn impossible_scenarios_are_refused(store: &Store) {
        let mut twins = small(1, "twins");
        twins.lines[1].id = twins.lines[0].id;
        let mut nan = small(2, "nan");
        nan.parameters[0].base = BaseValue::Number(f64::NAN);
        let mut infinite = small(3, "infinite");
        infinite.lines[0].value = Value::Series(vec![1.0, f64::INFINITY]);
        let mut in_term = small(5, "nan in a term");
        items::add_rows(&mut in_term.items[0], 2);
        items::set_cells(&mut in_term.items[0], f64::NAN);
        let mut of_both = small(6, "a line and an item with one identity");
        of_both.items[0].id = of_both.lines[0].id;
        for scenario in [twins, nan, infinite, in_term, of_both] {
            let refused = save(store, &scenario, None).await.unwrap_err();
            assert!(
                matches!(refused, StoreError::Unstorable { .. }),
                "{refused}"
            );
            assert_eq!(
                store.load(scenario.id).await.unwrap_err(),
                StoreError::Missing {
                    what: "the scenario".to_owned()
                }
            );
        }
        // A negative zero is the same figure, and it loses its sign in every database alike.
        let mut zero = small(4, "zero");
        zero.parameters[0].base = BaseValue::Number(-0.0);
        save(store, &zero, None).await.unwrap();
        assert_eq!(store.load(zero.id).await.unwrap().scenario, zero);
    }

    pub(super) async fn projects_list_everything(store: &Store) {
        assert_eq!(store.projects().await.unwrap(), []);
        let names = ["first", "second", "third"];
        for (number, name) in names.iter().enumerate() {
            save(store, &small(number as u64, name), None)
                .await
                .unwrap();
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
        store
            .save_project(&Project {
                name: "Renamed".to_owned(),
                ..project(1)
            })
            .await
            .unwrap();
        store.save_project(&project(2)).await.unwrap();
        let (outcome, _) = run();
        let scenario = small(1, "second").id;
        store.save_run(scenario, 1, &outcome, None).await.unwrap();
        let last = store.save_run(scenario, 1, &outcome, None).await.unwrap();
        let listed = store.projects().await.unwrap();
        assert_eq!(
            listed
                .iter()
                .map(|entry| entry.project.name.as_str())
                .collect::<Vec<_>>(),
            ["Renamed", "Fenn-Gib"]
        );
        let scenarios = &listed[0].scenarios;
        assert_eq!(
            scenarios
                .iter()
                .map(|entry| entry.name.as_str())
                .collect::<Vec<_>>(),
            names
        );
        let runs: Vec<_> = scenarios
            .iter()
            .map(|entry| (entry.runs, entry.last_run.map(|run| (run.id, run.trials))))
            .collect();
        assert_eq!(runs, [(0, None), (2, Some((last, 10_000))), (0, None)]);
        assert_eq!(store.load(scenario).await.unwrap().project.name, "Renamed");
    }

    pub(super) async fn deleting_takes_all_that_belongs_to_it(store: &Store) {
        let (outcome, samples) = run();
        let (kept, gone) = (small(1, "kept"), small(2, "gone"));
        save(store, &kept, None).await.unwrap();
        save(store, &gone, None).await.unwrap();
        let run = store
            .save_run(gone.id, 1, &outcome, Some(&samples))
            .await
            .unwrap();
        store.delete_scenario(gone.id).await.unwrap();
        assert!(matches!(
            store.load(gone.id).await,
            Err(StoreError::Missing { .. })
        ));
        assert!(matches!(
            store.load_run(run).await,
            Err(StoreError::Missing { .. })
        ));
        assert_eq!(store.revisions(gone.id).await.unwrap(), []);
        assert!(matches!(
            store.delete_scenario(gone.id).await,
            Err(StoreError::Missing { .. })
        ));
        assert_eq!(store.load(kept.id).await.unwrap().scenario, kept);
        store.delete_project(project(1).id).await.unwrap();
        assert_eq!(store.projects().await.unwrap(), []);
        // The identity is free again.
        assert_eq!(save(store, &kept, None).await.unwrap().revision, 1);
    }

    /// SQL-12 on both databases.
    pub(super) async fn runs_come_back_to_the_last_bit(store: &Store) {
        let scenario = small(1, "Base case");
        save(store, &scenario, None).await.unwrap();
        let (outcome, samples) = run();
        let id = store
            .save_run(scenario.id, 1, &outcome, Some(&samples))
            .await
            .unwrap();
        let bare = store
            .save_run(scenario.id, 1, &outcome, None)
            .await
            .unwrap();
        let stored = store.load_run(id).await.unwrap();
        assert_eq!((stored.scenario, stored.revision), (scenario.id, 1));
        // NaN is not equal to itself, so the outcome is compared as text.
        assert_eq!(format!("{:?}", stored.outcome), format!("{outcome:?}"));
        let bits = |samples: &calminer_engine::result::Samples| -> Vec<(String, Vec<u64>)> {
            let bits = |column: &[f64]| column.iter().map(|figure| figure.to_bits()).collect();
            samples
                .columns
                .iter()
                .map(|(key, column)| (key.clone(), bits(column)))
                .collect()
        };
        assert_eq!(stored.samples.as_ref().map(bits), Some(bits(&samples)));
        let absent = stored.samples.unwrap().columns[0]
            .1
            .iter()
            .filter(|figure| figure.is_nan())
            .count();
        assert_eq!(absent, 1, "9,999 valid and 1 absent after loading");
        assert_eq!(store.load_run(bare).await.unwrap().samples, None);
        let listed = store.runs(scenario.id).await.unwrap();
        assert_eq!(
            listed.iter().map(|entry| entry.id).collect::<BTreeSet<_>>(),
            BTreeSet::from([id, bare])
        );
        let entry = listed.iter().find(|entry| entry.id == id).unwrap();
        assert_eq!(
            (entry.trials, entry.seed, entry.revision),
            (10_000, 9_007_199_254_740_991, 1)
        );
        assert!(entry.size_bytes > 1_000);
        store.delete_run(id).await.unwrap();
        assert!(matches!(
            store.load_run(id).await,
            Err(StoreError::Missing { .. })
        ));
        let unsaved = store
            .save_run(scenario.id, 9, &outcome, None)
            .await
            .unwrap_err();
        assert!(matches!(unsaved, StoreError::Missing { .. }), "{unsaved}");
    }

    pub(super) async fn settings_are_kept(store: &Store) {
        assert_eq!(store.setting("theme").await.unwrap(), None);
        store.set_setting("theme", "dark").await.unwrap();
        store.set_setting("theme", "light").await.unwrap();
        assert_eq!(
            store.setting("theme").await.unwrap().as_deref(),
            Some("light")
        );
    }
}
