//! A parameter: name, unit, base value, distribution, source.

use calminer_domain::{BaseValue, Parameter, ScenarioEdit};
use egui::{Id, Ui};

use super::{distribution, head_ui, rest_ui, text_ui};
use crate::app::{CoalesceKey, Command, ViewContext};
use crate::ui::edits;
use crate::ui::state::{ViewState, number_style, read_figure};
use crate::ui::widgets::basic;
use crate::ui::widgets::field::{self, Field, Look};
use crate::ui::{icons, theme};

pub(crate) fn parameter_ui(
    ctx: &ViewContext<'_>,
    state: &mut ViewState,
    ui: &mut Ui,
    row: &Parameter,
) {
    head_ui(ui, icons::SLIDERS_HORIZONTAL, row.title(), "Parameter");
    base_ui(ctx, ui, row);
    distribution::distribution_ui(ctx, state, ui, row);
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
            edits::parameter_in(row, unit.trim(), currency, !state.keeps_figures),
        );
    }
    converts_ui(state, ui);
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

/// Sends the row with something changed.
fn change(ctx: &ViewContext<'_>, row: &Parameter, what: impl FnOnce(&mut Parameter)) {
    let mut row = row.clone();
    what(&mut row);
    send(ctx, row);
}

fn send(ctx: &ViewContext<'_>, row: Parameter) {
    ctx.send(Command::Edit(
        ScenarioEdit::UpdateParameter(Box::new(row)),
        CoalesceKey::none(),
    ));
}

/// What another unit does to the figures.
pub(super) fn converts_ui(state: &mut ViewState, ui: &mut Ui) {
    let choices = [(false, "Convert the figures"), (true, "Keep the figures")];
    if let Some(keeps) =
        basic::segments_ui(ui, "When the unit changes", state.keeps_figures, &choices)
    {
        state.keeps_figures = keeps;
    }
}

fn base_ui(ctx: &ViewContext<'_>, ui: &mut Ui, row: &Parameter) {
    let style = number_style(ctx);
    basic::label_ui(ui, "Base value");
    let BaseValue::Number(figure) = row.base else {
        basic::weak_ui(ui, "One figure a period; its draw multiplies the whole row");
        return;
    };
    let currency = ctx.scenario().map_or("", |scenario| &scenario.currency);
    let unit = crate::ui::format::unit_words(&row.unit);
    let field = Field {
        id: Id::unique((row.id, "base")),
        name: "Base value",
        shown: style.exact(figure),
        typed: style.typed(figure),
        unit: &unit,
        hint: "",
        width: ui.available_width(),
        look: Look::Figure,
        issue: crate::ui::tables::issue_of(ctx, row.id, "base"),
    };
    let outcome = field::figure_ui(ui, field, &|text| {
        read_figure(text, &row.unit, currency, style)
    });
    if let Some(figure) = outcome.taken {
        change(ctx, row, |row| row.base = BaseValue::Number(figure));
    }
}
