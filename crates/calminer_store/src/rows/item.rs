//! Items of the typed sections: each in the table of its section, all with the same columns.
//!
//! Terms and units are JSON, as the file format writes them. In the tables that hold lines too, a row with terms is an
//! item.

use std::collections::BTreeMap;

use calminer_domain::{Item, ItemKind, Term, TermRow};
use sea_orm::sea_query::{Condition, DynIden, Expr, ExprTrait as _, IntoIden as _, Query};
use sea_orm::{ConnectionTrait, DeriveIden, FromQueryResult};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::{choice, unsigned_zero, word};
use crate::codec::text;
use crate::error::{StoreError, WHOLE};
use crate::sql::BINDS;

/// An item as it stands in its table.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    table: Table,
    columns: Columns,
}

impl Row {
    /// Its place among all items of its scenario.
    pub(super) fn position(&self) -> i64 {
        self.columns.position
    }
}

#[derive(Clone, Debug, PartialEq, FromQueryResult)]
struct Columns {
    scenario_id: Uuid,
    id: Uuid,
    position: i64,
    kind: String,
    key: String,
    label: String,
    /// Empty: the fields of an item have units, itself has none.
    unit: String,
    terms: String,
    units: String,
    source: String,
    note: String,
}

#[derive(Clone, Copy, DeriveIden)]
enum Column {
    ScenarioId,
    Id,
    Position,
    Kind,
    Key,
    Label,
    Unit,
    Terms,
    Units,
    Source,
    Note,
}

impl Column {
    const ALL: [Self; 11] = [
        Self::ScenarioId,
        Self::Id,
        Self::Position,
        Self::Kind,
        Self::Key,
        Self::Label,
        Self::Unit,
        Self::Terms,
        Self::Units,
        Self::Source,
        Self::Note,
    ];
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, DeriveIden)]
enum Table {
    ProductionOutput,
    Product,
    Opex,
    Consumption,
    Capex,
    FiscalTerm,
    Indicator,
}

impl Table {
    const ALL: [Self; 7] = [
        Self::ProductionOutput,
        Self::Product,
        Self::Opex,
        Self::Consumption,
        Self::Capex,
        Self::FiscalTerm,
        Self::Indicator,
    ];

    fn of(kind: ItemKind) -> Self {
        match kind {
            ItemKind::Schedule | ItemKind::Process => Self::ProductionOutput,
            ItemKind::Metal | ItemKind::Concentrate | ItemKind::Sale => Self::Product,
            ItemKind::OperatingCost => Self::Opex,
            ItemKind::Consumption => Self::Consumption,
            ItemKind::Capital | ItemKind::WorkingCapital => Self::Capex,
            ItemKind::Royalty | ItemKind::Stream | ItemKind::Depreciation | ItemKind::Tax => {
                Self::FiscalTerm
            }
            ItemKind::UnitCost | ItemKind::Check => Self::Indicator,
        }
    }

    fn name(self) -> DynIden {
        self.into_iden()
    }
}

/// The items of a scenario in a table, without the lines there.
fn own(scenario: Uuid) -> Condition {
    Condition::all()
        .add(Expr::col(Column::ScenarioId).eq(scenario))
        .add(Expr::col(Column::Terms).is_not_null())
}

/// The row of an item.
pub(super) fn to_row(scenario: Uuid, position: i64, item: &Item) -> Result<Row, StoreError> {
    let columns = Columns {
        scenario_id: scenario,
        id: item.id,
        position,
        kind: word(&item.kind),
        key: text::stored(&item.key),
        label: text::stored(&item.label),
        unit: String::new(),
        terms: to_json(&unsigned_row(&item.terms))?,
        units: to_json(&item.units)?,
        source: text::stored(&item.source),
        note: text::stored(&item.note),
    };
    Ok(Row {
        table: Table::of(item.kind),
        columns,
    })
}

/// The item of a row.
pub(super) fn from_row(row: Row) -> Result<Item, StoreError> {
    let columns = row.columns;
    let kind: ItemKind = choice(&columns.kind)?;
    if row.table != Table::of(kind) || !columns.unit.is_empty() {
        return Err(StoreError::damaged(
            WHOLE,
            format!("an item of the kind {kind:?} stands where none can be"),
        ));
    }
    let item = Item {
        id: columns.id,
        kind,
        key: text::read(columns.key),
        label: text::read(columns.label),
        terms: from_json(columns.terms)?,
        units: from_json::<BTreeMap<_, _>>(columns.units)?,
        source: text::read(columns.source),
        note: text::read(columns.note),
    };
    Ok(item.settled())
}

fn to_json(value: &impl Serialize) -> Result<String, StoreError> {
    let json = serde_json::to_string(value).map_err(|error| StoreError::Unstorable {
        reason: format!("an item cannot be written as JSON: {error}"),
    })?;
    Ok(text::stored(&json))
}

fn from_json<T: DeserializeOwned>(column: String) -> Result<T, StoreError> {
    serde_json::from_str(&text::read(column))
        .map_err(|error| StoreError::damaged(WHOLE, error.to_string()))
}

fn unsigned_row(terms: &TermRow) -> TermRow {
    let terms = terms.iter();
    terms
        .map(|(field, term)| (field.clone(), unsigned(term)))
        .collect()
}

fn unsigned(term: &Term) -> Term {
    match term {
        Term::Number(figure) => Term::Number(unsigned_zero(*figure)),
        Term::Series(figures) => Term::Series(figures.iter().copied().map(unsigned_zero).collect()),
        Term::Text(text) => Term::Text(text.clone()),
        Term::Rows(rows) => Term::Rows(rows.iter().map(unsigned_row).collect()),
    }
}

/// Reads the items of all tables.
pub(crate) async fn read(
    db: &impl ConnectionTrait,
    scenario: Uuid,
) -> Result<Vec<Row>, StoreError> {
    let mut rows = Vec::new();
    for table in Table::ALL {
        let query = Query::select()
            .columns(Column::ALL)
            .from(table.name())
            .cond_where(own(scenario))
            .take();
        for columns in crate::sql::all::<Columns>(db, &query).await? {
            rows.push(Row { table, columns });
        }
    }
    Ok(rows)
}

/// Deletes the items of all tables.
pub(crate) async fn delete(db: &impl ConnectionTrait, scenario: Uuid) -> Result<(), StoreError> {
    for table in Table::ALL {
        let query = Query::delete()
            .from_table(table.name())
            .cond_where(own(scenario))
            .take();
        db.execute(&query).await?;
    }
    Ok(())
}

/// Writes the items, as many a statement as it takes.
pub(crate) async fn insert(db: &impl ConnectionTrait, rows: &[Row]) -> Result<(), StoreError> {
    for table in Table::ALL {
        let items: Vec<_> = rows
            .iter()
            .filter(|row| row.table == table)
            .map(|row| &row.columns)
            .collect();
        for chunk in items.chunks(BINDS / Column::ALL.len()) {
            let mut query = Query::insert()
                .into_table(table.name())
                .columns(Column::ALL)
                .take();
            for item in chunk {
                query.values_panic(values(item));
            }
            db.execute(&query).await?;
        }
    }
    Ok(())
}

fn values(item: &Columns) -> [Expr; 11] {
    [
        item.scenario_id.into(),
        item.id.into(),
        item.position.into(),
        item.kind.clone().into(),
        item.key.clone().into(),
        item.label.clone().into(),
        item.unit.clone().into(),
        item.terms.clone().into(),
        item.units.clone().into(),
        item.source.clone().into(),
        item.note.clone().into(),
    ]
}
