//! Items of typed sections from the command line: figures, issues with their paths, databases and back.

use std::path::{Path, PathBuf};

use calminer_domain::{Item, Scenario, Term};
use serde_json::Value as Json;

use crate::{Answer, User, figure, keys, scenario};

/// A mine of typed sections alone, with an item of each kind.
pub(crate) fn mine() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../calminer_domain/tests/data/items_v2.calminer.json")
}

/// What is wrong with the mine after a change.
fn issues(change: impl FnOnce(&mut Scenario)) -> Vec<(String, String, String)> {
    let user = User::new();
    let mut own = scenario(&mine());
    change(&mut own);
    let path = user.write("changed.calminer", &own);
    let said = user.run(&[&"evaluate", &path]);
    let said = said.failed(3).to_owned();
    let answer = user.on("evaluate", &path, "--json");
    assert_eq!(answer.code, Some(3), "{answer:?}");
    let json = answer.json();
    assert_eq!(keys(&json), ["issues"]);
    let text = |issue: &Json, key: &str| issue[key].as_str().expect("a text").to_owned();
    let issues = json["issues"].as_array().expect("a list").iter();
    let issues: Vec<_> = issues
        .map(|issue| {
            (
                text(issue, "path"),
                text(issue, "code"),
                text(issue, "message"),
            )
        })
        .collect();
    for (path, _, message) in &issues {
        assert!(said.contains(path) && said.contains(message), "{said}");
    }
    issues
}

fn item<'a>(scenario: &'a mut Scenario, key: &str) -> &'a mut Item {
    let mut items = scenario.items.iter_mut();
    items.find(|item| item.key == key).expect("the item")
}

fn set(scenario: &mut Scenario, key: &str, field: &str, term: Term) {
    item(scenario, key).terms.insert(field.to_owned(), term);
}

#[test]
fn a_mine_of_items_has_the_figures_of_a_hand_calculation() {
    let json = User::new().on("evaluate", &mine(), "--json").done();
    let lines = &json["cash_flow"]["lines"];
    let near = |found: &Json, wanted: f64| {
        let found = figure(found);
        let error = (found - wanted).abs();
        // Six operations in a row of doubles lose no more than this.
        assert!(
            error <= 1e-12 * wanted.abs().max(1.0),
            "{found} for {wanted}"
        );
    };
    let first = |key: &str| &lines[key][1];
    // 1 Mt x 2 g/t / 31.1034768 g/oz x 90 % x 99.5 %; x US$2,000 x 1.35.
    let gold = 1e6 * 2.0 / 31.103_476_8 * 0.90 * 0.995;
    near(first("gold_sold"), gold);
    near(first("gold_gross"), gold * 2_000.0 * 1.35);
    // 1 Mt x 0.5 % x 85 % in a concentrate of 25 %, of which 96.5 % or all but 1 percentage point is paid: 24 %.
    let dmt = 1e6 * 0.005 * 0.85 / 0.25;
    let pounds = dmt * 0.24 / 0.453_592_37 * 1_000.0;
    near(first("cu_conc_produced"), dmt);
    near(first("cu_conc_cu_sold"), pounds);
    near(first("cu_conc_as_penalty_cost"), dmt * 3.0 * 1.35);
    near(first("cu_conc_freight_cost"), dmt / 0.92 * 60.0 * 1.35);
    near(first("mining"), 3e6 * 4.0);
    near(first("power"), 1e6 * 25.0 * 0.11);
    near(first("power_co2"), 1e6 * 25.0 * 0.03 / 1_000.0);
    near(&lines["plant"][0], 165e6);
    // A charge by ore: 1 of 4.2 Mt.
    near(first("pool"), 165e6 / 4.2);
    near(first("moved_enough"), 1.0);
    // The whole waterfall by a program of its own, term by term from the definitions.
    near(&json["metrics"]["npv"], 244_669_237.814_938_6);
    near(&json["metrics"]["npv_pre_tax"], 362_616_668.621_725_8);
    near(&json["metrics"]["aisc"]["value"], -416.559_916_478_126_1);
    let units = &json["cash_flow"]["units"];
    assert_eq!(units["gold_price"], "USD/oz");
    assert_eq!(units["after_tax_cash_flow"], "CAD");
}

#[test]
fn what_is_wrong_with_an_item_is_3_with_its_path() {
    let found = issues(|mine| {
        item(mine, "gold").terms.remove("price");
        let recoveries = item(mine, "mill").terms.get_mut("recoveries");
        let Some(Term::Rows(rows)) = recoveries else {
            panic!("a table")
        };
        rows[0].insert("recovery".to_owned(), Term::Number(105.0));
        let ore = Term::Series(vec![0.0, 1e6, -5.0, 1e6, 1e6]);
        set(mine, "pit", "ore", ore);
        set(mine, "gravel", "quantity", Term::Series(vec![0.0, 1.0]));
        mine.parameters.clear();
    });
    let said = |path: &str, code: &str, words: &str| {
        let fits = found
            .iter()
            .any(|issue| issue.0 == path && issue.1 == code && issue.2.contains(words));
        assert!(fits, "{path} {code} {words}: {found:#?}");
    };
    said("items.gold.price", "missing", "Price is missing");
    said("items.mill.recoveries.0.recovery", "range", "105");
    said("items.pit.ore.3", "range", "-5 is below 0");
    let short = "2 figures stand in a row of 5 periods";
    said("items.gravel.quantity", "series_length", short);
    let rate = "no parameter or line has the unit CAD/USD";
    for product in ["gold", "cu_conc"] {
        let path = format!("items.{product}.price_currency");
        said(&path, "exchange_rate_missing", rate);
    }
}

/// A schedule that is shorter than the calendar.
#[test]
fn a_short_schedule_is_named_alone() {
    let found = issues(|mine| set(mine, "pit", "ore", Term::Series(vec![0.0, 1e6, 1e6])));
    let short = found
        .iter()
        .filter(|issue| issue.0 == "items.pit.ore" && issue.1 == "series_length");
    assert_eq!(short.count(), 1, "{found:?}");
}

#[test]
fn a_file_whose_items_cannot_be_read_is_3_with_their_paths() {
    let user = User::new();
    let text = std::fs::read_to_string(mine()).expect("the file");
    let text = text
        .replacen("\"kind\": \"metal\"", "\"kind\": \"crypto\"", 1)
        .replacen("\"rate\": 30.0", "\"rate\": null", 1);
    let path = user.path("broken.calminer");
    std::fs::write(&path, text).expect("written");
    let answer = user.on("evaluate", &path, "--json");
    assert_eq!(answer.code, Some(3), "{answer:?}");
    let json = answer.json();
    let paths: Vec<_> = json["issues"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|issue| issue["path"].as_str().expect("a path"))
        .collect();
    assert_eq!(paths, ["items.gold.kind", "items.income_tax.rate"]);
}

#[test]
fn items_go_into_a_database_and_come_out_as_they_were() {
    let user = User::new();
    let imported = user.on("import", &mine(), "--json").done();
    let place = imported["imported"][0]["scenario"]
        .as_str()
        .expect("a place")
        .to_owned();
    let of_file = user.on("evaluate", &mine(), "--json");
    let of_database = user.on("evaluate", &place, "--json");
    assert_eq!((of_file.code, of_file.out), (Some(0), of_database.out));
    user.on("export", &place, "--out copy.calminer --json")
        .done();
    let read = |path: &Path| std::fs::read_to_string(path).expect("a file");
    assert_eq!(read(&user.path("copy.calminer")), read(&mine()));
    user.run(&[&"db", &"backup", &"copy.db", &"--json"]).done();
    let of_backup = user.run(&[&"evaluate", &place, &"--database", &"copy.db", &"--json"]);
    let again = user.on("evaluate", &place, "--json");
    assert_eq!((of_backup.code, of_backup.out), (Some(0), again.out));
    let doctor = user.run(&[&"db", &"doctor", &"--database", &"copy.db", &"--json"]);
    assert_eq!(doctor.done()["status"], "ok");
}

#[test]
fn a_changed_item_is_damage() {
    let user = User::new();
    let imported: Answer = user.on("import", &mine(), "--json");
    imported.done();
    let path = user.path("profile/data/calminer.db");
    let mut bytes = std::fs::read(&path).expect("read");
    let at = bytes
        .windows(13)
        .position(|word| word == b"\"price\":2000.");
    bytes[at.expect("a term in the tables") + 8] = b'3';
    std::fs::write(&path, bytes).expect("written");
    let doctor = user.run(&[&"db", &"doctor", &"--json"]);
    assert_eq!(doctor.code, Some(4), "{doctor:?}");
    assert_eq!(doctor.json()["status"], "damaged");
}
