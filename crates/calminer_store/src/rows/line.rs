//! Lines of the model: one table a section, all with the same columns. Those of typed sections hold items too, which
//! have terms: [`super::item`].

use calminer_domain::{Line, Section, Value};
use sea_orm::sea_query::{Condition, DynIden, Expr, ExprTrait as _, IntoIden as _, Query};
use sea_orm::{ConnectionTrait, DeriveIden, FromQueryResult};
use uuid::Uuid;

use super::{choice, unsigned_zero, word};
use crate::codec::{figures, text};
use crate::error::{StoreError, WHOLE};
use crate::sql::BINDS;

const NUMBER: &str = "number";
const SERIES: &str = "series";
const FORMULA: &str = "formula";

/// A line as it stands in its table.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) section: Section,
    pub(crate) position: i64,
    columns: Columns,
}

#[derive(Clone, Debug, PartialEq, FromQueryResult)]
struct Columns {
    scenario_id: Uuid,
    id: Uuid,
    position: i64,
    key: String,
    label: String,
    unit: String,
    kind: String,
    number: Option<f64>,
    series: Option<Vec<u8>>,
    formula: Option<String>,
    role: Option<String>,
    output: Option<String>,
    timing: Option<String>,
    basis: Option<String>,
    source: String,
    note: String,
}

#[derive(Clone, Copy, DeriveIden)]
enum Column {
    ScenarioId,
    Id,
    Position,
    Key,
    Label,
    Unit,
    Kind,
    Number,
    Series,
    Formula,
    Role,
    Output,
    Timing,
    Basis,
    Source,
    Note,
    /// Never that of a line.
    Terms,
}

impl Column {
    const ALL: [Self; 16] = [
        Self::ScenarioId,
        Self::Id,
        Self::Position,
        Self::Key,
        Self::Label,
        Self::Unit,
        Self::Kind,
        Self::Number,
        Self::Series,
        Self::Formula,
        Self::Role,
        Self::Output,
        Self::Timing,
        Self::Basis,
        Self::Source,
        Self::Note,
    ];
}

#[derive(Clone, Copy, DeriveIden)]
enum Table {
    ProductionOutput,
    Product,
    Opex,
    Capex,
    FiscalTerm,
    CashFlowLine,
}

fn table(section: Section) -> DynIden {
    match section {
        Section::Production => Table::ProductionOutput,
        Section::Products => Table::Product,
        Section::OperatingCost => Table::Opex,
        Section::Capital => Table::Capex,
        Section::Fiscal => Table::FiscalTerm,
        Section::CashFlow => Table::CashFlowLine,
    }
    .into_iden()
}

/// The lines of a scenario in the table of a section, without the items there.
fn own(section: Section, scenario: Uuid) -> Condition {
    let of_scenario = Condition::all().add(Expr::col(Column::ScenarioId).eq(scenario));
    match section {
        Section::CashFlow => of_scenario,
        _ => of_scenario.add(Expr::col(Column::Terms).is_null()),
    }
}

pub(super) fn to_row(scenario: Uuid, position: i64, line: &Line) -> Row {
    let (kind, number, series, formula) = match &line.value {
        Value::Number(number) => (NUMBER, Some(unsigned_zero(*number)), None, None),
        Value::Series(series) => (SERIES, None, Some(figures::to_bytes(series)), None),
        Value::Formula(formula) => (FORMULA, None, None, Some(text::stored(formula))),
    };
    let columns = Columns {
        scenario_id: scenario,
        id: line.id,
        position,
        key: text::stored(&line.key),
        label: text::stored(&line.label),
        unit: text::stored(&line.unit),
        kind: kind.to_owned(),
        number,
        series,
        formula,
        role: line.role.as_ref().map(word),
        output: line.output.as_ref().map(word),
        timing: line.timing.as_ref().map(word),
        basis: line.basis.as_ref().map(word),
        source: text::stored(&line.source),
        note: text::stored(&line.note),
    };
    Row {
        section: line.section,
        position,
        columns,
    }
}

pub(super) fn from_row(row: Row) -> Result<Line, StoreError> {
    let columns = row.columns;
    let value = match (
        columns.kind.as_str(),
        columns.number,
        columns.series,
        columns.formula,
    ) {
        (NUMBER, Some(number), None, None) => Value::Number(number),
        (SERIES, None, Some(series), None) => Value::Series(figures::from_bytes(&series)?),
        (FORMULA, None, None, Some(formula)) => Value::Formula(text::read(formula)),
        _ => {
            return Err(StoreError::damaged(
                WHOLE,
                "the value of a line is not a number, a series or a formula",
            ));
        }
    };
    Ok(Line {
        id: columns.id,
        key: text::read(columns.key),
        label: text::read(columns.label),
        section: row.section,
        unit: text::read(columns.unit),
        value,
        role: columns.role.as_deref().map(choice).transpose()?,
        output: columns.output.as_deref().map(choice).transpose()?,
        timing: columns.timing.as_deref().map(choice).transpose()?,
        basis: columns.basis.as_deref().map(choice).transpose()?,
        source: text::read(columns.source),
        note: text::read(columns.note),
    })
}

/// Reads the lines of all sections.
pub(crate) async fn read(
    db: &impl ConnectionTrait,
    scenario: Uuid,
) -> Result<Vec<Row>, StoreError> {
    let mut rows = Vec::new();
    for section in Section::ALL {
        let query = Query::select()
            .columns(Column::ALL)
            .from(table(section))
            .cond_where(own(section, scenario))
            .take();
        for found in db.query_all(&query).await? {
            let columns = Columns::from_query_result(&found, "")?;
            rows.push(Row {
                section,
                position: columns.position,
                columns,
            });
        }
    }
    Ok(rows)
}

/// Deletes the lines of all sections.
pub(crate) async fn delete(db: &impl ConnectionTrait, scenario: Uuid) -> Result<(), StoreError> {
    for section in Section::ALL {
        let query = Query::delete()
            .from_table(table(section))
            .cond_where(own(section, scenario))
            .take();
        db.execute(&query).await?;
    }
    Ok(())
}

/// Writes the lines, as many a statement as it takes.
pub(crate) async fn insert(db: &impl ConnectionTrait, rows: &[Row]) -> Result<(), StoreError> {
    for section in Section::ALL {
        let lines: Vec<_> = rows
            .iter()
            .filter(|row| row.section == section)
            .map(|row| &row.columns)
            .collect();
        for chunk in lines.chunks(BINDS / Column::ALL.len()) {
            let mut query = Query::insert()
                .into_table(table(section))
                .columns(Column::ALL)
                .take();
            for line in chunk {
                query.values_panic(values(line));
            }
            db.execute(&query).await?;
        }
    }
    Ok(())
}

fn values(line: &Columns) -> [Expr; 16] {
    [
        line.scenario_id.into(),
        line.id.into(),
        line.position.into(),
        line.key.clone().into(),
        line.label.clone().into(),
        line.unit.clone().into(),
        line.kind.clone().into(),
        line.number.into(),
        line.series.clone().into(),
        line.formula.clone().into(),
        line.role.clone().into(),
        line.output.clone().into(),
        line.timing.clone().into(),
        line.basis.clone().into(),
        line.source.clone().into(),
        line.note.clone().into(),
    ]
}
