//! Items in the table of lines: each stands over its own lines, and what was typed in it can be typed here too.

use std::collections::BTreeMap;

use calminer_domain::lowering::{self, LoweredLine};
use calminer_domain::{Item, Scenario, ScenarioEdit, Term, Value};
use uuid::Uuid;

use super::super::issue_of;
use crate::app::ViewContext;
use crate::ui::edits::item as edits;
use crate::ui::format::{self, NumberStyle};
use crate::ui::grid::{Cell, Kind};

/// A line that an item gave, or all items together.
pub(super) struct Built<'a> {
    pub(super) line: LoweredLine,
    pub(super) item: Option<&'a Item>,
    /// Whether a line of the user's own stands in its place.
    pub(super) is_replaced: bool,
}

impl Built<'_> {
    /// The field of the item that its figures are typed in.
    pub(super) fn typed_path(&self) -> Option<&str> {
        let origin = self.line.origin.as_ref()?;
        let is_typed = !matches!(self.line.value, Value::Formula(_)) && !self.is_replaced;
        (is_typed && origin.field != "key").then_some(origin.field.as_str())
    }

    /// The name without that of its item, one step in.
    pub(super) fn words(&self) -> String {
        let title = self.item.map(|item| format!("{}: ", item.title()));
        let own = title.and_then(|title| self.line.label.strip_prefix(&title).map(str::to_owned));
        let words = own.map_or_else(|| self.line.label.clone(), |words| format!("    {words}"));
        if self.is_replaced {
            format!("{words} (own line below)")
        } else {
            words
        }
    }

    pub(super) fn decimals(&self) -> Option<usize> {
        match &self.line.value {
            Value::Number(figure) => Some(format::decimals_typed(*figure).min(4)),
            Value::Series(figures) => {
                let all = figures.iter().map(|figure| format::decimals_typed(*figure));
                Some(all.max().unwrap_or(0).min(4))
            }
            Value::Formula(_) => None,
        }
    }

    /// The cell of a typed figure: a constant stands in the life-of-mine column, a row in its periods.
    pub(super) fn input(
        &self,
        ctx: &ViewContext<'_>,
        period: Option<usize>,
        decimals: usize,
        style: NumberStyle,
    ) -> Option<Cell> {
        let path = self.typed_path()?;
        let (figure, field) = match (&self.line.value, period) {
            (Value::Number(figure), None) => (*figure, path.to_owned()),
            (Value::Series(figures), Some(period)) => (
                figures.get(period).copied()?,
                format!("{path}.{}", period + 1),
            ),
            _ => return None,
        };
        let decimals = decimals.max(format::decimals_typed(figure));
        Some(Cell {
            text: style.fixed(figure, decimals),
            kind: Kind::Input,
            issue: self.item.and_then(|item| issue_of(ctx, item.id, &field)),
            ..Cell::default()
        })
    }

    /// The text that typing in a cell starts with.
    pub(super) fn typed(&self, period: Option<usize>, style: NumberStyle) -> Option<String> {
        self.typed_path()?;
        match (&self.line.value, period) {
            (Value::Number(figure), _) => Some(style.typed(*figure)),
            (Value::Series(figures), Some(period)) => {
                let figure = figures.get(period);
                Some(figure.map_or_else(String::new, |figure| style.typed(*figure)))
            }
            _ => None,
        }
    }

    /// An identity for the table: lines of items have none.
    pub(super) fn row_id(&self) -> Uuid {
        Uuid::from_u128(hash(self.line.key.as_bytes()))
    }
}

/// FNV-1a, 128 bits.
fn hash(bytes: &[u8]) -> u128 {
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    const START: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    bytes.iter().fold(START, |hash, byte| {
        (hash ^ u128::from(*byte)).wrapping_mul(PRIME)
    })
}

/// All lines of the items, those of one item together under its identity.
pub(super) struct All<'a> {
    pub(super) of_items: BTreeMap<Uuid, Vec<Built<'a>>>,
    pub(super) of_all: Vec<Built<'a>>,
}

pub(super) fn all(scenario: &Scenario) -> All<'_> {
    let mut all = All {
        of_items: BTreeMap::new(),
        of_all: Vec::new(),
    };
    for line in lowering::lower(scenario) {
        let id = line.origin.as_ref().map(|origin| origin.item);
        let built = Built {
            is_replaced: scenario.line_by_key(&line.key).is_some(),
            item: id.and_then(|id| scenario.item(id)),
            line,
        };
        match id {
            Some(id) => all.of_items.entry(id).or_default().push(built),
            None => all.of_all.push(built),
        }
    }
    all
}

/// Items with changed figures, before they are sent.
#[derive(Default)]
pub(super) struct Changes {
    items: Vec<Item>,
}

impl Changes {
    fn item(&mut self, own: &Item) -> &mut Item {
        let at = self.items.iter().position(|item| item.id == own.id);
        let at = at.unwrap_or_else(|| {
            self.items.push(own.clone());
            self.items.len() - 1
        });
        &mut self.items[at]
    }

    pub(super) fn rename(&mut self, own: &Item, label: &str) {
        label.clone_into(&mut self.item(own).label);
    }

    pub(super) fn unit(
        &mut self,
        (own, path): (&Item, &str),
        unit: &str,
        scenario: &Scenario,
        converts: bool,
    ) {
        edits::set_unit(self.item(own), path, unit, scenario, converts);
    }

    pub(super) fn figure(
        &mut self,
        (own, path): (&Item, &str),
        period: Option<usize>,
        figure: f64,
        periods: usize,
    ) {
        let item = self.item(own);
        match period {
            Some(period) => edits::put_figure(item, path, period, figure, periods),
            None => edits::set_term(item, path, Some(Term::Number(figure))),
        }
    }

    pub(super) fn edits(self, scenario: &Scenario) -> impl Iterator<Item = ScenarioEdit> {
        let touched = self.items.into_iter();
        touched
            .filter(|item| scenario.item(item.id) != Some(item))
            .map(|item| ScenarioEdit::UpdateItem(Box::new(item)))
    }
}
