//! A line: its value or formula, unit, meaning, timing, source.

use calminer_domain::{Direction, Line, Role, ScenarioEdit, Section, Timing, Value};
use egui::{ComboBox, Id, Ui};

use super::{formula, head_ui, parameter, rest_ui, text_ui, why_link_ui};
use crate::app::{CoalesceKey, Command, ViewContext};
use crate::ui::edits;
use crate::ui::state::{ViewState, number_style, read_figure};
use crate::ui::widgets::basic;
use crate::ui::widgets::field::{self, Field, Look};
use crate::ui::{icons, theme};

pub(crate) fn line_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui, row: &Line) {
    head_ui(ui, icons::FUNCTION, row.title(), row.section.title());
    value_ui(ctx, ui, row);
    why_link_ui(ctx, ui, &row.key, row.title());
    replaced_ui(ctx, ui, row);
    ui.add_space(theme::GAP);
    ui.separator();
    if let Some(label) = text_ui(ctx, ui, (row.id, "label", "Name"), &row.label, Look::Line) {
        change(ctx, row, |row| row.label = label);
    }
    if let Some(key) = text_ui(
        ctx,
        ui,
        (row.id, "key", "Key in formulas"),
        &row.key,
        Look::Line,
    ) {
        change(ctx, row, |row| key.trim().clone_into(&mut row.key));
    }
    if let Some(unit) = text_ui(ctx, ui, (row.id, "unit", "Unit"), &row.unit, Look::Line) {
        let currency = ctx.scenario().map_or("", |scenario| &scenario.currency);
        send(
            ctx,
            edits::line_in(row, unit.trim(), currency, !state.keeps_figures),
        );
    }
    if row.value.formula().is_none() {
        parameter::converts_ui(state, ui);
    }
    meaning_ui(ctx, ui, row);
    if let Some(source) = text_ui(
        ctx,
        ui,
        (row.id, "source", "Source"),
        &row.source,
        Look::Line,
    ) {
        change(ctx, row, |row| row.source = source);
    }
    if let Some(note) = text_ui(ctx, ui, (row.id, "note", "Note"), &row.note, Look::Notes) {
        change(ctx, row, |row| row.note = note);
    }
    rest_ui(ctx, ui, row.id);
}

/// A line in the place of a built-in one says so, and can go.
fn replaced_ui(ctx: &ViewContext<'_>, ui: &mut Ui, row: &Line) {
    let Some(scenario) = ctx.scenario() else {
        return;
    };
    let built_in = calminer_domain::lowering::lower(scenario);
    if !built_in.iter().any(|line| line.key == row.key) {
        return;
    }
    basic::hint_ui(ui, "Stands in the place of the built-in line with this key");
    if basic::button_ui(
        ui,
        icons::ARROW_COUNTER_CLOCKWISE,
        "Back to the built-in line",
    )
    .clicked()
    {
        ctx.send(Command::Edit(
            ScenarioEdit::RemoveLine(row.id),
            CoalesceKey::none(),
        ));
    }
}

/// Sends the row with something changed.
fn change(ctx: &ViewContext<'_>, row: &Line, what: impl FnOnce(&mut Line)) {
    let mut row = row.clone();
    what(&mut row);
    send(ctx, row);
}

fn send(ctx: &ViewContext<'_>, row: Line) {
    ctx.send(Command::Edit(
        ScenarioEdit::UpdateLine(Box::new(row)),
        CoalesceKey::none(),
    ));
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Number,
    Series,
    Formula,
}

fn value_ui(ctx: &ViewContext<'_>, ui: &mut Ui, row: &Line) {
    let way = match row.value {
        Value::Number(_) => Way::Number,
        Value::Series(_) => Way::Series,
        Value::Formula(_) => Way::Formula,
    };
    let choices = [
        (Way::Number, "One figure"),
        (Way::Series, "By period"),
        (Way::Formula, "Formula"),
    ];
    if let Some(other) = basic::segments_ui(ui, "Value", way, &choices) {
        change(ctx, row, |row| row.value = in_way(ctx, row, other));
        return;
    }
    match &row.value {
        Value::Formula(text) => {
            if let Some(text) = formula::formula_ui(ctx, ui, row, text) {
                change(ctx, row, |row| row.value = Value::Formula(text));
            }
        }
        Value::Number(figure) => number_ui(ctx, ui, row, *figure),
        Value::Series(_) => {
            basic::weak_ui(ui, "Typed period by period in the table");
        }
    }
}

/// The same line as a number, a row or a formula, as near to what it was as can be.
fn in_way(ctx: &ViewContext<'_>, row: &Line, way: Way) -> Value {
    let periods = ctx
        .scenario()
        .map_or(0, |scenario| scenario.calendar.column_count());
    let result = crate::ui::tables::result_of(ctx.base(), row.id);
    let shown =
        |period: usize| result.map_or(0.0, |line| line.values.at(period) / line.display.factor);
    let sound = |figure: f64| if figure.is_finite() { figure } else { 0.0 };
    match (way, &row.value) {
        (Way::Number, Value::Series(figures)) => {
            Value::Number(figures.first().copied().unwrap_or_default())
        }
        (Way::Number, _) => Value::Number(sound(shown(0))),
        (Way::Series, Value::Number(figure)) => Value::Series(vec![*figure; periods]),
        (Way::Series, _) => {
            Value::Series((0..periods).map(|period| sound(shown(period))).collect())
        }
        (Way::Formula, Value::Number(figure)) => Value::Formula(format!("={figure}")),
        (Way::Formula, _) => Value::Formula("=0".to_owned()),
    }
}

fn number_ui(ctx: &ViewContext<'_>, ui: &mut Ui, row: &Line, figure: f64) {
    let style = number_style(ctx);
    let currency = ctx.scenario().map_or("", |scenario| &scenario.currency);
    let unit = crate::ui::format::unit_words(&row.unit);
    let field = Field {
        id: Id::unique((row.id, "number")),
        name: "Value",
        shown: style.exact(figure),
        typed: style.typed(figure),
        unit: &unit,
        hint: "",
        width: ui.available_width(),
        look: Look::Figure,
        issue: crate::ui::tables::issue_of(ctx, row.id, "value"),
    };
    let outcome = field::figure_ui(ui, field, &|text| {
        read_figure(text, &row.unit, currency, style)
    });
    if let Some(figure) = outcome.taken {
        change(ctx, row, |row| row.value = Value::Number(figure));
    }
}

fn meaning_ui(ctx: &ViewContext<'_>, ui: &mut Ui, row: &Line) {
    if let Some(section) = choice_ui(
        ui,
        (row.id, "section", "Section"),
        row.section,
        &Section::ALL,
        |section| section.title().to_owned(),
    ) {
        change(ctx, row, |row| row.section = section);
    }
    let roles: Vec<Option<Role>> = std::iter::once(None)
        .chain(Role::ALL.into_iter().map(Some))
        .collect();
    let words =
        |role: Option<Role>| role.map_or_else(|| "none".to_owned(), |role| role.words().to_owned());
    if let Some(role) = choice_ui(
        ui,
        (row.id, "role", "Meaning for the headline measures"),
        row.role,
        &roles,
        words,
    ) {
        change(ctx, row, |row| row.role = role);
    }
    run_ui(ctx, ui, row);
}

/// What a simulation does with the line, and when its flows count.
fn run_ui(ctx: &ViewContext<'_>, ui: &mut Ui, row: &Line) {
    let outputs = [None, Some(Direction::Gain), Some(Direction::Cost)];
    let words = |output: Option<Direction>| match output {
        None => "not kept",
        Some(Direction::Gain) => "kept, more is better",
        Some(Direction::Cost) => "kept, less is better",
    };
    if let Some(output) = choice_ui(
        ui,
        (row.id, "output", "Output of a simulation"),
        row.output,
        &outputs,
        |output| words(output).to_owned(),
    ) {
        change(ctx, row, |row| row.output = output);
    }
    let timings = [
        None,
        Some(Timing::End),
        Some(Timing::Middle),
        Some(Timing::Start),
    ];
    let words = |timing: Option<Timing>| {
        timing.map_or_else(
            || "as the scenario".to_owned(),
            |timing| timing.words().to_owned(),
        )
    };
    if let Some(timing) = choice_ui(
        ui,
        (row.id, "timing", "Timing of its flows"),
        row.timing,
        &timings,
        words,
    ) {
        change(ctx, row, |row| row.timing = timing);
    }
}

/// A choice from a list under its label.
fn choice_ui<T: Copy + PartialEq>(
    ui: &mut Ui,
    (row, name, label): (uuid::Uuid, &'static str, &str),
    chosen: T,
    all: &[T],
    words: impl Fn(T) -> String,
) -> Option<T> {
    basic::label_ui(ui, label);
    let mut picked = chosen;
    let combo = ComboBox::from_id_salt((row, name))
        .width(ui.available_width())
        .selected_text(words(chosen));
    let shown = combo.show_ui(ui, |ui| {
        for value in all {
            ui.selectable_value(&mut picked, *value, words(*value));
        }
    });
    let _named = shown
        .response
        .accessible_name(format!("{label}: {}", words(chosen)));
    (picked != chosen).then_some(picked)
}
