//! The quick model: one page of figures that gives a whole mine.

use calminer_domain::Scenario;
use calminer_domain::quick_model::{FIELDS, METALS, QuickField, QuickModel};
use egui::{ComboBox, Id, RichText, ScrollArea, Ui};
use uuid::Uuid;

use crate::app::{CoalesceKey, Command, ViewContext};
use crate::ui::state::{ViewState, number_style, read_figure};
use crate::ui::theme;
use crate::ui::widgets::basic;
use crate::ui::widgets::dialog;
use crate::ui::widgets::field::{self, Field, Look};

/// Width of a figure of the form.
const FIGURE: f32 = 190.0;

/// Draws the form and sends the model once it is asked for.
pub(super) fn quick_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui) {
    let (Some(scenario), Some(mut model)) = (ctx.scenario(), state.quick.take()) else {
        return;
    };
    basic::weak_ui(
        ui,
        "These figures give a whole mine: schedule, plant, product, costs, capital, royalty and tax. Each can be opened into its full form afterwards.",
    );
    ui.add_space(theme::GAP);
    let mut verb = None;
    ScrollArea::vertical()
        .auto_shrink([false, false])
        .show(ui, |ui| {
            metal_ui(ui, &mut model);
            let mut groups: Vec<&str> = FIELDS.iter().map(|field| field.group).collect();
            groups.dedup();
            for group in groups {
                group_ui(ctx, ui, scenario, &mut model, group);
            }
            ui.add_space(theme::GAP);
            if let Some((_, why)) = model.problem() {
                basic::problem_ui(ui, &why);
            }
            verb = dialog::verbs_ui(
                ui,
                &[(true, "Build the model", true), (false, "Cancel", false)],
            );
        });
    match verb {
        Some(true) if model.problem().is_none() => {
            let edit = model.edit(scenario, Uuid::now_v7);
            ctx.send(Command::Edit(edit, CoalesceKey::none()));
        }
        Some(false) => {}
        _ => state.quick = Some(model),
    }
}

fn metal_ui(ui: &mut Ui, model: &mut QuickModel) {
    basic::label_ui(ui, "Metal");
    let mut at = METALS
        .iter()
        .position(|metal| *metal == model.metal)
        .unwrap_or_default();
    let before = at;
    let combo = ComboBox::from_id_salt("quick metal")
        .width(FIGURE)
        .selected_text(model.metal.label);
    let shown = combo.show_ui(ui, |ui| {
        for (index, metal) in METALS.iter().enumerate() {
            ui.selectable_value(&mut at, index, metal.label);
        }
    });
    let _named = shown
        .response
        .accessible_name(format!("Metal: {}", model.metal.label));
    if at != before {
        model.metal = METALS[at];
    }
}

fn group_ui(
    ctx: &ViewContext<'_>,
    ui: &mut Ui,
    scenario: &Scenario,
    model: &mut QuickModel,
    group: &str,
) {
    ui.add_space(theme::GAP);
    ui.label(RichText::new(group).font(theme::strong()));
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = egui::vec2(theme::GAP, theme::CELL);
        for (at, known) in FIELDS.iter().enumerate() {
            if known.group == group {
                figure_ui(ctx, ui, (scenario, known), (model, at));
            }
        }
    });
}

fn figure_ui(
    ctx: &ViewContext<'_>,
    ui: &mut Ui,
    (scenario, known): (&Scenario, &QuickField),
    (model, at): (&mut QuickModel, usize),
) {
    let style = number_style(ctx);
    let unit = model.unit(known, &scenario.currency);
    ui.allocate_ui(egui::vec2(FIGURE, theme::CONTROL * 2.0), |ui| {
        ui.vertical(|ui| {
            basic::label_ui(ui, known.label);
            let words = crate::ui::format::unit_words(&unit);
            let own = Field {
                id: Id::unique(("quick", known.name)),
                name: known.label,
                shown: style.exact(model.figures[at]),
                typed: style.typed(model.figures[at]),
                unit: &words,
                hint: "",
                width: FIGURE,
                look: Look::Figure,
                issue: None,
            };
            let read = |text: &str| read_figure(text, &unit, &scenario.currency, style);
            if let Some(figure) = field::figure_ui(ui, own, &read).taken {
                model.figures[at] = figure;
            }
        });
    });
}
