//! Inputs with their base values and distributions.

use egui::Ui;

use super::{correlations, lookup, page_head_ui, row_tools_ui};
use crate::app::{CoalesceKey, Command, ViewContext};
use crate::ui::grid::{self, Table as _};
use crate::ui::state::{Inputs, Selected, ViewState, number_style};
use crate::ui::tables::parameters::Parameters;
use crate::ui::widgets::basic;
use crate::ui::{edits, icons};

pub(crate) fn parameters_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui) {
    let Some(scenario) = ctx.scenario() else {
        return;
    };
    let mut add = false;
    let rows = state.inputs == Inputs::Parameters;
    page_head_ui(ui, "Parameters", |ui| {
        if rows {
            add = basic::button_ui(ui, icons::PLUS, "Add parameter").clicked();
            row_tools_ui(ctx, state, ui);
        }
    });
    let titles = [
        format!("Inputs\u{2002}{}", scenario.parameters.len()),
        format!("Rank correlations\u{2002}{}", scenario.correlations.len()),
        format!("Lookup tables\u{2002}{}", scenario.tables.len()),
    ];
    let choices = [
        (Inputs::Parameters, titles[0].as_str()),
        (Inputs::Correlations, titles[1].as_str()),
        (Inputs::Tables, titles[2].as_str()),
    ];
    if let Some(inputs) = basic::segments_ui(ui, "Show", state.inputs, &choices) {
        state.inputs = inputs;
    }
    match state.inputs {
        Inputs::Parameters => {}
        Inputs::Correlations => return correlations::correlations_ui(ctx, state, ui),
        Inputs::Tables => return lookup::tables_ui(ctx, state, ui),
    }
    if scenario.parameters.is_empty() {
        let sentence = "Parameters are the inputs that formulas name: a price, a grade, a recovery. Each has a base value and may have a distribution.";
        add |= basic::empty_ui(
            ui,
            icons::SLIDERS_HORIZONTAL,
            sentence,
            Some("Add the first parameter"),
        );
    } else {
        table_ui(ctx, state, ui);
    }
    if add {
        let (edit, id) = edits::new_parameter(scenario, state.selected.as_ref());
        ctx.send(Command::Edit(edit, CoalesceKey::none()));
        state.jump(Selected::Parameter(id));
        state.drawer = true;
    }
}

fn table_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui) {
    let Some(scenario) = ctx.scenario() else {
        return;
    };
    let style = number_style(ctx);
    let table = Parameters::new(ctx, scenario, style, !state.keeps_figures);
    if let Some(row) = state
        .reveal
        .and_then(|id| scenario.parameters.iter().position(|row| row.id == id))
    {
        state.reveal = None;
        state.parameters.go_to(row, 0);
    }
    let output = grid::grid_ui(ui, &table, &mut state.parameters, style);
    if let Some((row, _)) = output.moved_to.or(output.opened) {
        state.selected = Some(Selected::Parameter(table.row_id(row)));
    }
    if output.opened.is_some() {
        state.drawer = true;
    }
    if let Some(edit) = output.edit {
        ctx.send(Command::Edit(edit, CoalesceKey::none()));
    }
    if let Some(row) = output.delete_row {
        ctx.send(Command::Edit(
            edits::remove(&Selected::Parameter(table.row_id(row))),
            CoalesceKey::none(),
        ));
    }
}
