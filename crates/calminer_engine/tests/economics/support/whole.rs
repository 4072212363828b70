//! A scenario with every kind of item and every field, and what walks through the figures of its fields.

use calminer_domain::item::{Field, FieldKind};
use calminer_domain::lowering::usual_unit;
use calminer_domain::units::Unit;
use calminer_domain::{Line, Scenario, Section, Term};
use serde_json::{Value as Json, json};

use super::{parameter, years};

/// Eight years after an opening period, two mines, three routes, prices in two currencies, every method once.
fn whole() -> Scenario {
    let mut scenario = years(8, true, production());
    parameter(&mut scenario, "usd_per_cad", "USD/CAD", 0.75);
    super::add(&mut scenario, products());
    super::add(&mut scenario, costs());
    super::add(&mut scenario, fiscal());
    scenario
}

/// The scenario with a line that one of its royalties names.
pub(crate) fn complete() -> Scenario {
    let mut scenario = whole();
    add_line(
        &mut scenario,
        "ebitda_before",
        "USD",
        "=nsr - operating_cost",
    );
    scenario
}

/// Adds a line with a formula.
pub(crate) fn add_line(scenario: &mut Scenario, key: &str, unit: &str, text: &str) {
    let number = scenario.lines.len() as u128;
    scenario.lines.push(Line {
        id: uuid::Uuid::from_u128((7 << 76) | (1 << 63) | (9 << 40) | number),
        key: key.to_owned(),
        label: String::new(),
        section: Section::CashFlow,
        unit: unit.to_owned(),
        value: super::formula(text),
        role: None,
        output: None,
        timing: None,
        basis: None,
        source: String::new(),
        note: String::new(),
    });
}

fn production() -> Json {
    json!([
        {"kind": "schedule", "key": "pit", "plan": "typed", "ore": [0, 0, 900, 1000, 1100, 1000, 800, 0, 0],
         "waste": [0, 500, 2000, 2000, 1500, 1000, 500, 0, 0], "basis": "in_situ", "mining_recovery": 95, "dilution": 8,
         "dilution_basis": "ore",
         "grades": [
            {"element": "cu", "unit": "%", "grade": [0, 0, 1.5, 1.4, 1.3, 1.2, 1.1, 0, 0], "waste_grade": 0.1, "opening_grade": 0.8},
            {"element": "au", "unit": "g/t", "grade": 3, "waste_grade": 0.2, "opening_grade": 1.5}],
         "to_stockpile": [0, 0, 100, 50, 0, 0, 0, 0, 0], "from_stockpile": [0, 0, 0, 0, 0, 60, 100, 0, 0],
         "opening_stockpile": 40, "rehandle": 1.5, "stockpile": "first_in"},
        {"kind": "schedule", "key": "deep", "plan": "generated", "reserve": 2500, "capacity": 600,
         "ramp_up": [0, 0, 50, 100, 100, 100, 100, 100, 100], "start": 3, "strip_ratio": 0.2, "basis": "in_situ",
         "dilution": 10, "dilution_basis": "total", "grades": [{"element": "au", "grade": 5}]},
        {"kind": "process", "key": "mill", "schedules": "pit", "share": 100, "recoveries": [
            {"element": "cu", "recovery": 88}, {"element": "au", "recovery": 60}]},
        {"kind": "process", "key": "leach", "schedules": "deep", "recoveries": [{"element": "au", "recovery": 92}]}
    ])
}

fn products() -> Json {
    json!([
        {"kind": "metal", "key": "dore", "element": "au", "unit": "oz", "processes": "leach", "payable": 99.5,
         "price": 1900, "premium": -5, "refining": 4, "transport": 2, "credit": "by_product", "price_currency": "USD"},
        {"kind": "concentrate", "key": "conc", "element": "cu", "processes": "mill", "grade": 24, "moisture": 9,
         "transit_loss": 0.3,
         "payables": [
            {"element": "cu", "rule": "minimum_deduction", "share": 96.5, "assay_unit": "%", "deduction": 1, "unit": "lb",
             "price": [5, 5, 5, 5.5, 6, 5.5, 5, 5, 5], "refining": 0.1, "participation": 10, "reference": 5.2,
             "sides": "both", "cap": 0.05, "floor": 0.02},
            {"element": "au", "rule": "deduct_then_pay", "share": 95, "assay_unit": "g/t", "deduction": 1, "unit": "oz",
             "price": 2400, "refining": 6, "sides": "above"}],
         "treatment": 90, "penalties": [
            {"element": "as", "unit": "%", "assay": 0.35, "threshold": 0.2, "step": 0.1, "rate": 2.5, "steps": "whole"},
            {"element": "hg", "unit": "ppm", "assay": 15, "threshold": 10, "step": 1, "rate": 0.5, "steps": "pro_rata"}],
         "freight": 70, "handling": 20, "insurance": 0.15, "credit": "main", "price_currency": "CAD"},
        {"kind": "sale", "key": "gravel", "unit": "t", "quantity": [0, 0, 50, 50, 50, 50, 50, 0, 0], "price": 6,
         "transport": 1, "credit": "by_product", "price_currency": "$"}
    ])
}

fn costs() -> Json {
    json!([
        {"kind": "operating_cost", "key": "mining", "category": "mining", "rate": 3, "driver": "=material_moved",
         "driver_unit": "t", "escalation": 1, "start": 3, "end": 8},
        {"kind": "operating_cost", "key": "milling", "category": "processing", "rate": 12, "fixed": 4000,
         "when": "production"},
        {"kind": "operating_cost", "key": "office", "category": "site_g_and_a", "quantity": 3, "unit_cost": 40,
         "frequency": "monthly"},
        {"kind": "operating_cost", "key": "watch", "category": "other", "amount": 100, "when": "always"},
        {"kind": "consumption", "key": "diesel", "consumed": "diesel", "category": "mining", "unit": "L", "rate": 0.6,
         "driver": "=material_moved", "driver_unit": "t", "price": 1.1, "emission_factor": 2.7, "start": 2, "end": 8,
         "escalation": 2},
        {"kind": "capital", "key": "plant", "class": "initial", "amount": 90000, "amount_is": "whole",
         "profile": [40, 60, 0, 0, 0, 0, 0, 0, 0], "contingency": 12, "escalation": 1.5},
        {"kind": "capital", "key": "fleet", "class": "sustaining", "amount": [0, 0, 0, 2000, 2000, 2000, 0, 0, 0],
         "contingency": 5, "escalation": 1},
        {"kind": "capital", "key": "second", "class": "growth", "amount": 6000, "profile": [0, 0, 0, 0, 100, 0, 0, 0, 0]},
        {"kind": "capital", "key": "cover", "class": "closure", "amount": 5000, "profile": [0, 0, 0, 0, 0, 0, 0, 60, 40]},
        {"kind": "working_capital", "key": "wc", "receivable_days": 45, "inventory_days": 30, "payable_days": 20,
         "revenue": "=nsr", "cost": "=operating_cost", "payable_cost": "=operating_cost + royalties",
         "revenue_share": 2, "opening": 150}
    ])
}

fn fiscal() -> Json {
    json!([
        {"kind": "royalty", "key": "crown", "payee": "state", "base": "nsr", "products": "conc, dore", "mode": "whole",
         "bands": [{"from": 0, "rate": 2}, {"from": 1.5, "rate": 4}], "band_by": "=conc_cu_price", "band_unit": "CAD/lb", "edges": "nominal",
         "start": 3, "end": 8, "minimum": 100, "deductible": "no"},
        {"kind": "royalty", "key": "owner", "base": "tonnes", "per": "t", "per_unit": 0.4},
        {"kind": "royalty", "key": "share", "base": "profit", "rate": 3, "opening_recovery": 2000, "opening_advance": 300,
         "advance": [50, 50, 0, 0, 0, 0, 0, 0, 0]},
        {"kind": "royalty", "key": "tithe", "base": "own", "base_value": "=max(ebitda_before, 0)", "rate": 1},
        {"kind": "stream", "key": "gold_stream", "products": "dore", "share": 10, "spot_share": 20,
         "deposit": [3000, 0, 0, 0, 0, 0, 0, 0, 0], "in_npv": "yes", "start": 3, "end": 7},
        {"kind": "stream", "key": "copper_stream", "products": "conc", "element": "cu", "unit": "lb",
         "steps": [{"from": 0, "rate": 4}, {"from": 60000, "rate": 2}], "opening_units": 1000, "delivery_price": 0.6,
         "escalation": 1},
        {"kind": "depreciation", "key": "works", "capital": "plant", "share": 60, "method": "straight_line", "life": 5,
         "start": "production", "convention": "half", "salvage": 400, "at_end": "write_off", "opening": 700},
        {"kind": "depreciation", "key": "gear", "capital": "plant", "share": 40, "method": "declining", "life": 5,
         "rate": 35, "first_year": 50, "switch": "yes", "start": "spend"},
        {"kind": "depreciation", "key": "trucks", "parts": [{"line": "fleet", "share": 100}], "method": "macrs", "life": 3, "at_end": "keep"},
        {"kind": "depreciation", "key": "shaft", "capital": "second", "method": "units", "unit": "t",
         "units": "=ore_processed", "remaining": "=total(ore_processed) - cum(ore_processed) + ore_processed",
         "revisions": [0, 0, 0, 0, 0, 90, 0, 0, 0]},
        {"kind": "tax", "key": "duty", "class": "mining", "base": "ebitda", "depreciation": "listed",
         "pools": "works, gear", "claim": "up_to_income", "bands": [{"from": 0, "rate": 5}, {"from": 0.3, "rate": 9}], "bands_of": "margin",
         "mode": "marginal", "carry_forward": "no", "closure": "none"},
        {"kind": "tax", "key": "levy", "class": "mining", "base": "own", "base_value": "=nsr - operating_cost",
         "bands": [{"from": 0, "rate": 1}, {"from": 20000, "rate": 2}], "bands_of": "own", "band_by": "=nsr",
         "band_unit": "USD", "edges": "nominal", "at_least": 200, "depreciation": "none", "mode": "whole", "start": 4, "holiday_end": 4},
        {"kind": "tax", "key": "income_tax", "class": "income", "base": "ebitda", "depreciation": "all",
         "taxes": "duty, levy", "closure": "spent", "rate": 28, "carry_forward": "yes", "cap": 80, "expiry": 5,
         "opening_losses": 900, "lag": 1},
        {"kind": "unit_cost", "key": "c1_cost", "measure": "c1", "credit": "by_product"},
        {"kind": "unit_cost", "key": "total_cost", "measure": "total_cash_cost", "unit": "lb"},
        {"kind": "unit_cost", "key": "aisc_cost", "measure": "aisc", "credit": "co_product"},
        {"kind": "unit_cost", "key": "aic_cost", "measure": "aic"},
        {"kind": "unit_cost", "key": "per_tonne", "measure": "own", "cost": "=operating_cost", "unit": "t",
         "units": "=ore_processed"},
        {"kind": "check", "key": "balance", "condition": "=abs(pit_stockpile) < 1000 [t]"}
    ])
}

/// A field of figures of an item: the item, its path, its usual unit.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) item: usize,
    pub(crate) path: String,
    pub(crate) unit: Unit,
}

impl Place {
    /// The name at the end of the path.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or(&self.path)
    }

    /// The term in a scenario.
    pub(crate) fn term<'a>(&self, scenario: &'a mut Scenario) -> &'a mut Term {
        let parts: Vec<&str> = self.path.split('.').collect();
        let term = scenario.items[self.item].terms.get_mut(parts[0]).unwrap();
        if parts.len() == 1 {
            return term;
        }
        let Term::Rows(rows) = term else {
            panic!("{} is no table", parts[0]);
        };
        let row = parts[1].parse::<usize>().unwrap();
        rows[row].get_mut(parts[2]).unwrap()
    }
}

/// Every field with typed figures.
pub(crate) fn places(scenario: &Scenario) -> Vec<Place> {
    let mut all = Vec::new();
    for (number, item) in scenario.items.iter().enumerate() {
        let mut push = |path: String, field: &Field, term: Option<&Term>| {
            let is_figure = matches!(term, Some(Term::Number(_) | Term::Series(_)));
            if is_figure && matches!(field.kind, FieldKind::Value { .. }) {
                let unit = usual_unit(scenario, item, &path).unwrap();
                let unit = Unit::parse(&unit, &scenario.currency).unwrap();
                all.push(Place {
                    item: number,
                    path,
                    unit,
                });
            }
        };
        for field in item.kind.fields() {
            push(field.name.to_owned(), field, item.terms.get(field.name));
            let FieldKind::Rows(of_row) = field.kind else {
                continue;
            };
            for (index, row) in item.rows(field.name).iter().enumerate() {
                for inner in of_row {
                    let path = format!("{}.{index}.{}", field.name, inner.name);
                    push(path, inner, row.get(inner.name));
                }
            }
        }
    }
    all
}
