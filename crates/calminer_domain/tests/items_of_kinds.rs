//! What can be said about items of single kinds without computing them: one test a rule.

mod items_support;

use calminer_domain::validate::validate;
use calminer_domain::{PaybackOrigin, Role, Severity};
use items_support::{beside, found, merge, metal, only, scenario};
use serde_json::{Value as Json, json};

#[test]
fn a_plan_has_what_it_is_made_of() {
    let plan = |more: Json| {
        let mut item = json!({"kind": "schedule", "key": "pit"});
        merge(&mut item, more);
        json!([item])
    };
    only(&plan(json!({})), "items.pit.ore", "missing", "typed plan");
    only(
        &plan(json!({"plan": "generated", "reserve": 10})),
        "items.pit.capacity",
        "missing",
        "generated plan",
    );
    only(
        &plan(json!({"plan": "generated", "capacity": 10})),
        "items.pit.reserve",
        "missing",
        "generated plan",
    );
    let diluted = json!({"ore": 1, "basis": "in_situ", "dilution": 100, "dilution_basis": "total"});
    only(
        &plan(diluted),
        "items.pit.dilution",
        "range",
        "leaves no ore",
    );
    // 5 + 10 - 0 - 12 - 6 leaves 3 t too few in the third period.
    let reclaim = json!({"ore": 20, "opening_stockpile": 5, "to_stockpile": [10, 0, 0, 0], "from_stockpile": [0, 12, 6, 0]});
    only(
        &plan(reclaim),
        "items.pit.from_stockpile.3",
        "stockpile",
        "3 t more",
    );
    let whole = json!({"ore": 20, "opening_stockpile": 5, "to_stockpile": [10, 0, 0, 0], "from_stockpile": [0, 12, 3, 0]});
    assert_eq!(found(&plan(whole)), []);
}

#[test]
fn costs_say_what_they_follow() {
    only(
        &beside(json!({"kind": "operating_cost", "key": "c"})),
        "items.c.amount",
        "missing",
        "is empty",
    );
    only(
        &beside(json!({"kind": "operating_cost", "key": "c", "rate": 3})),
        "items.c.driver",
        "missing",
        "no ore",
    );
    only(
        &beside(json!({"kind": "operating_cost", "key": "c", "quantity": 3})),
        "items.c.unit_cost",
        "missing",
        "unit",
    );
    let diesel = json!({"kind": "consumption", "key": "c", "rate": 3, "price": 1});
    only(&beside(diesel), "items.c.driver", "missing", "no ore");
    only(
        &beside(json!({"kind": "working_capital", "key": "wc"})),
        "items.wc.receivable_days",
        "missing",
        "days",
    );
    let profile = json!({"kind": "capital", "key": "k", "amount": 10, "profile": [50, 40, 0, 0]});
    only(&beside(profile), "items.k.profile", "phasing", "sum to 90");
}

#[test]
fn fiscal_terms_have_rates_bases_and_rising_bands() {
    let royalty = |more: Json| {
        let mut item = json!({"kind": "royalty", "key": "r"});
        merge(&mut item, more);
        beside(item)
    };
    only(
        &royalty(json!({})),
        "items.r.rate",
        "missing",
        "rate or bands",
    );
    only(
        &royalty(json!({"base": "units"})),
        "items.r.per_unit",
        "missing",
        "each unit",
    );
    only(
        &royalty(json!({"base": "own", "rate": 3})),
        "items.r.base_value",
        "missing",
        "formula",
    );
    let falling = json!({"bands": [{"from": 2, "rate": 1}, {"from": 1, "rate": 2}], "band_unit": "USD/t", "band_by": 1});
    only(
        &royalty(falling),
        "items.r.bands.1.from",
        "bands",
        "does not begin above",
    );
    only(
        &beside(json!({"kind": "tax", "key": "t"})),
        "items.t.rate",
        "missing",
        "rate or bands",
    );
    let own = json!({"kind": "tax", "key": "t", "rate": 3, "base": "own"});
    only(&beside(own), "items.t.base_value", "missing", "formula");
    let by =
        json!({"kind": "tax", "key": "t", "bands": [{"from": 0, "rate": 3}], "bands_of": "own"});
    only(&beside(by), "items.t.band_by", "missing", "edges");
    only(
        &json!([{"kind": "stream", "key": "s", "share": 5}]),
        "items.s.products",
        "missing",
        "product",
    );
}

#[test]
fn streams_have_a_share_and_an_element_that_is_sold() {
    let stream = |more: Json| {
        let mut items = metal(json!({}));
        let mut item = json!({"kind": "stream", "key": "s"});
        merge(&mut item, more);
        items.as_array_mut().expect("items").push(item);
        items
    };
    only(&stream(json!({})), "items.s.share", "missing", "a share");
    let other = json!({"share": 5, "element": "ag"});
    only(
        &stream(other),
        "items.s.element",
        "element_unknown",
        "no product sells ag",
    );
    let falling = json!({"steps": [{"from": 5, "rate": 1}, {"from": 5, "rate": 2}]});
    only(
        &stream(falling),
        "items.s.steps.1.from",
        "bands",
        "does not begin above",
    );
    assert_eq!(found(&stream(json!({"share": 5, "element": "au"}))), []);
}

#[test]
fn a_release_in_the_last_period_is_said() {
    let capital = json!({"kind": "working_capital", "key": "wc", "receivable_days": 30});
    let mut items = beside(capital);
    only(
        &items,
        "items.wc.receivable_days",
        "release",
        "add a period",
    );
    items[0]["quantity"] = json!([1, 1, 1, 0]);
    assert_eq!(found(&items), []);
}

#[test]
fn pools_have_a_rate_a_life_and_a_table() {
    let pool = |more: Json| {
        let mut item = json!({"kind": "depreciation", "key": "p"});
        merge(&mut item, more);
        beside(item)
    };
    only(
        &pool(json!({"life": 0.5})),
        "items.p.life",
        "range",
        "below 1",
    );
    only(
        &pool(json!({"method": "declining"})),
        "items.p.rate",
        "missing",
        "share of the balance",
    );
    only(
        &pool(json!({"method": "units"})),
        "items.p.units",
        "missing",
        "no ore",
    );
    only(
        &pool(json!({"method": "macrs", "life": 6})),
        "items.p.life",
        "choice",
        "no MACRS table of 6 years",
    );
    let mut monthly = scenario(&pool(json!({"method": "macrs", "life": 5})));
    monthly.calendar.period_length = calminer_domain::PeriodLength::Month;
    let issues = validate(&monthly);
    assert!(
        issues.len() == 1 && issues[0].place.to_string() == "items.p.method",
        "{issues:#?}"
    );
}

#[test]
fn capital_in_no_pool_or_in_too_many_is_said() {
    let with_pools = |pools: &[Json]| {
        let mut items = beside(json!({"kind": "capital", "key": "plant", "amount": 10}));
        let all = items.as_array_mut().expect("items");
        all.push(json!({"kind": "tax", "key": "tax", "rate": 30}));
        all.extend(pools.iter().cloned());
        items
    };
    only(
        &with_pools(&[]),
        "items.plant.class",
        "pool_missing",
        "no depreciation pool",
    );
    let pool = |key: &str, share: f64| json!({"kind": "depreciation", "key": key, "share": share});
    assert_eq!(found(&with_pools(&[pool("p", 60.0), pool("q", 40.0)])), []);
    only(
        &with_pools(&[pool("p", 60.0), pool("q", 50.0)]),
        "items.plant.class",
        "pools_over",
        "p, q take 110 %",
    );
    only(
        &with_pools(&[pool("p", 60.0)]),
        "items.plant.class",
        "pool_missing",
        "take 60 %",
    );
    let issues = validate(&scenario(&with_pools(&[])));
    assert_eq!(issues[0].severity, Severity::Notice);
    // Parts with shares of their own.
    let part = |share: f64| json!({"kind": "depreciation", "key": "p", "parts": [{"line": "plant", "share": share}]});
    assert_eq!(found(&with_pools(&[part(30.0), pool("q", 70.0)])), []);
    let over = with_pools(&[part(31.0), pool("q", 70.0)]);
    only(&over, "items.plant.class", "pools_over", "take 101 %");
    let unknown = json!({"kind": "depreciation", "key": "p", "parts": [{"line": "plont"}]});
    let issues = found(&with_pools(&[unknown, pool("q", 100.0)]));
    assert!(
        issues[0].0 == "items.p.parts.0.line" && issues[0].1 == "unknown_name",
        "{issues:#?}"
    );
    // Closure that is deducted when spent needs no pool.
    let mut items = with_pools(&[]);
    items[1]["class"] = json!("closure");
    assert_eq!(found(&items), []);
    items[2]["closure"] = json!("none");
    only(
        &items,
        "items.plant.class",
        "pool_missing",
        "no tax deducts it",
    );
}

#[test]
fn unit_costs_have_a_denominator() {
    let cost = json!([
        {"kind": "sale", "key": "ore", "quantity": 1, "price": 5, "credit": "by_product"},
        {"kind": "unit_cost", "key": "c1"}
    ]);
    only(&cost, "items.c1.units", "missing", "no main product");
    only(
        &beside(json!({"kind": "unit_cost", "key": "c1", "measure": "own"})),
        "items.c1.cost",
        "missing",
        "own set",
    );
    only(
        &beside(json!({"kind": "check", "key": "ok"})),
        "items.ok.condition",
        "missing",
        "Condition",
    );
}

#[test]
fn a_payback_from_production_sees_the_products_of_items() {
    let mut items = scenario(&metal(json!({})));
    items.conventions.payback_origin = PaybackOrigin::FirstProduction;
    assert_eq!(validate(&items), []);
    // Without a product there is a cash flow and nothing to count from.
    let mut costs = scenario(&json!([{"kind": "operating_cost", "key": "c", "amount": 1}]));
    costs.conventions.payback_origin = PaybackOrigin::FirstProduction;
    let codes: Vec<&str> = validate(&costs).iter().map(|issue| issue.code).collect();
    assert_eq!(codes, ["payback_origin"]);
    assert!(costs.line_by_role(Role::AfterTaxCashFlow).is_none());
}
