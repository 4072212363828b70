//! Lookup tables: keys, figures, unit, and what happens outside of the keys.

use calminer_domain::{LookupTable, Scenario, ScenarioEdit};
use egui::{Button, Id, Ui};
use uuid::Uuid;

use crate::app::{CoalesceKey, Command, ViewContext};
use crate::ui::grid;
use crate::ui::state::{ViewState, number_style};
use crate::ui::tables::issue_of;
use crate::ui::tables::lookup::{self, Lookup};
use crate::ui::widgets::basic;
use crate::ui::widgets::field::{Field, Look};
use crate::ui::{format, icons, theme};

pub(crate) fn tables_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui) {
    let Some(scenario) = ctx.scenario() else {
        return;
    };
    if scenario.tables.is_empty() {
        let sentence = "A lookup table gives a figure for one or two keys, such as recovery by head grade. Formulas read it by its key.";
        if basic::empty_ui(ui, icons::TABLE, sentence, Some("Add a lookup table")) {
            add(ctx, state, scenario);
        }
        return;
    }
    let shown = scenario
        .tables
        .iter()
        .find(|table| Some(table.id) == state.table)
        .or_else(|| scenario.tables.first());
    let Some(table) = shown else { return };
    ui.horizontal_wrapped(|ui| {
        for other in &scenario.tables {
            let name = title_of(other);
            let button = Button::selectable(other.id == table.id, name);
            let response = ui.add(button).accessible_name(format!("Table {name}"));
            if response.clicked() {
                state.table = Some(other.id);
                state.lookup = grid::GridState::default();
            }
        }
        if basic::button_ui(ui, icons::PLUS, "Add table").clicked() {
            add(ctx, state, scenario);
        }
        if basic::icon_button_ui(
            ui,
            icons::TRASH,
            &format!("Delete table {}", title_of(table)),
        )
        .clicked()
        {
            send(ctx, ScenarioEdit::RemoveTable(table.id));
        }
    });
    fields_ui(ctx, ui, scenario, table);
    grid_ui(ctx, state, ui, (scenario, table));
}

fn title_of(table: &LookupTable) -> &str {
    if table.label.is_empty() {
        &table.key
    } else {
        &table.label
    }
}

fn send(ctx: &ViewContext<'_>, edit: ScenarioEdit) {
    ctx.send(Command::Edit(edit, CoalesceKey::none()));
}

fn set(ctx: &ViewContext<'_>, table: LookupTable) {
    send(ctx, ScenarioEdit::SetTable(Box::new(table)));
}

fn add(ctx: &ViewContext<'_>, state: &mut ViewState, scenario: &Scenario) {
    let id = Uuid::now_v7();
    set(
        ctx,
        LookupTable {
            id,
            key: scenario.free_key("table"),
            label: "New table".to_owned(),
            unit: String::new(),
            rows: vec![0.0, 1.0],
            columns: Vec::new(),
            values: vec![0.0, 0.0],
            clamped: true,
            source: String::new(),
        },
    );
    state.table = Some(id);
    state.lookup = grid::GridState::default();
}

/// A field of text under its label.
fn text_ui(
    ctx: &ViewContext<'_>,
    ui: &mut Ui,
    table: Uuid,
    (setting, label, width): (&str, &str, f32),
    text: &str,
) -> Option<String> {
    ui.vertical(|ui| {
        ui.set_width(width);
        basic::label_ui(ui, label);
        let field = Field {
            id: Id::unique((table, setting)),
            name: label,
            shown: if setting == "unit" {
                format::unit_words(text)
            } else {
                text.to_owned()
            },
            typed: text.to_owned(),
            unit: "",
            hint: "",
            width,
            look: Look::Line,
            issue: issue_of(ctx, table, setting),
        };
        field.show_ui(ui, &|_| Ok(())).taken
    })
    .inner
    .map(|text| text.trim().to_owned())
}

fn fields_ui(ctx: &ViewContext<'_>, ui: &mut Ui, scenario: &Scenario, table: &LookupTable) {
    let mut new = table.clone();
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = theme::SECTION;
        let fields = [
            ("label", "Name of the table", 180.0, &mut new.label),
            ("key", "Key of the table", 150.0, &mut new.key),
            ("unit", "Unit of its figures", 110.0, &mut new.unit),
            ("source", "Source of the table", 220.0, &mut new.source),
        ];
        for (setting, label, width, own) in fields {
            if let Some(text) = text_ui(ctx, ui, table.id, (setting, label, width), own) {
                *own = text;
            }
        }
    });
    let words = "Outside of the keys the nearest row and column count";
    basic::check_ui(ui, &mut new.clamped, words)
        .on_hover_text("Otherwise a key outside gives no figure, and the result is absent");
    for field in ["rows", "columns", "values"] {
        if let Some(why) = issue_of(ctx, table.id, field) {
            basic::problem_ui(ui, &why);
        }
    }
    if new != *table && scenario.tables.iter().any(|own| own.id == table.id) {
        set(ctx, new);
    }
}

fn grid_ui(
    ctx: &ViewContext<'_>,
    state: &mut ViewState,
    ui: &mut Ui,
    (scenario, table): (&Scenario, &LookupTable),
) {
    let style = number_style(ctx);
    let issue = issue_of(ctx, table.id, "rows");
    let lookup = Lookup::new(table, &scenario.currency, style, issue);
    let at = state.lookup.active.unwrap_or((usize::MAX, usize::MAX));
    let (row, column) = (lookup.row_at(at), lookup.column_at(at));
    ui.horizontal_wrapped(|ui| {
        if basic::button_ui(ui, icons::PLUS, "Add row").clicked() {
            set(ctx, lookup::with_row(table));
        }
        if basic::button_ui(ui, icons::PLUS, "Add column").clicked() {
            set(ctx, lookup::with_column(table));
        }
        let last = table.rows.len() < 2;
        let row = row.filter(|_| !last);
        if basic::icon_button_if_ui(ui, row.is_some(), icons::TRASH, "Delete row of the table")
            .clicked()
            && let Some(row) = row
        {
            set(ctx, lookup::without_row(table, row));
        }
        let name = "Delete column of the table";
        if basic::icon_button_if_ui(ui, column.is_some(), icons::MINUS, name).clicked()
            && let Some(column) = column
        {
            set(ctx, lookup::without_column(table, column));
        }
    });
    let output = grid::grid_ui(ui, &lookup, &mut state.lookup, style);
    if let Some(edit) = output.edit {
        send(ctx, edit);
    }
    if let Some(row) = output.delete_row.and_then(|row| lookup.row_at((row, 0)))
        && table.rows.len() > 1
    {
        set(ctx, lookup::without_row(table, row));
    }
}
