//! From the items of the typed sections to lines with formulas.
//!
//! Every term of an item becomes a line of its own, named by the key of the item and the field, and every figure that
//! follows from it a line with a formula. So each figure has one definition that can be read, explained and replaced: a
//! line of the scenario with the same key takes the place of a lowered one.

mod build;
mod costs;
mod depreciation;
mod details;
mod fiscal;
mod measures;
mod production;
mod products;
mod stockpile;
mod tax;
mod waterfall;

use uuid::Uuid;

use crate::item::{FieldKind, Item};
use crate::line::{Direction, MoneyBasis, Role, Section, Value};
use crate::scenario::Scenario;

/// A line that an item, or all items together, gave.
#[derive(Clone, Debug, PartialEq)]
pub struct LoweredLine {
    /// The name that formulas use.
    pub key: String,
    /// The name that people read.
    pub label: String,
    /// Where it is shown.
    pub section: Section,
    /// Its unit as text.
    pub unit: String,
    /// What it is worth.
    pub value: Value,
    /// Its meaning for the headline measures.
    pub role: Option<Role>,
    /// Whether a simulation keeps it as an output, and which way is good.
    pub output: Option<Direction>,
    /// Its money basis, where it differs from the scenario's.
    pub basis: Option<MoneyBasis>,
    /// The item it comes from; none for a line of the waterfall.
    pub origin: Option<Origin>,
}

/// The field of an item that a lowered line comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The item.
    pub item: Uuid,
    /// Its key, or its position when it has none.
    pub key: String,
    /// The field: `rate`, `payables.0.price` ...; `key` for a figure that follows from several.
    pub field: String,
}

pub use build::exchange_rate;
pub(crate) use costs::MOST_DAYS;
pub(crate) use depreciation::{macrs_classes, part_in_pool};
pub use details::{details, is_helper};

/// The unit that a field of figures of an item has when none is typed, by its path: `price`, `payables.0.price`.
pub fn usual_unit(scenario: &Scenario, item: &Item, path: &str) -> Option<String> {
    let build = build::Build::new(scenario);
    let mut parts = path.split('.');
    let field = item.kind.field(parts.next()?)?;
    let (row, field) = match (field.kind, parts.next()) {
        (FieldKind::Rows(fields), Some(number)) => {
            let index: usize = number.parse().ok()?;
            let name = parts.next()?;
            let terms = item.rows(field.name).get(index)?;
            let row = build::Row {
                terms,
                fields,
                table: field.name,
                index,
                word: "",
            };
            (Some(row), fields.iter().find(|field| field.name == name)?)
        }
        (_, None) => (None, field),
        _ => return None,
    };
    match field.kind {
        FieldKind::Value { unit, .. } => Some(build.fill(item, row, unit)),
        _ => None,
    }
}

/// All lines of the items of a scenario, then those of the waterfall, whether or not the scenario has a line of its own
/// in their place. Empty without items.
pub fn lower(scenario: &Scenario) -> Vec<LoweredLine> {
    if scenario.items.is_empty() {
        return Vec::new();
    }
    let mut build = build::Build::new(scenario);
    production::lower(&mut build);
    products::lower(&mut build);
    costs::operating(&mut build);
    costs::capital(&mut build);
    fiscal::royalties(&mut build);
    fiscal::streams(&mut build);
    waterfall::to_ebitda(&mut build);
    costs::working_capital(&mut build);
    depreciation::lower(&mut build);
    tax::lower(&mut build);
    waterfall::to_cash_flow(&mut build);
    measures::lower(&mut build);
    build.into_lines()
}
