//! The table of values and weights of a discrete distribution.

use calminer_domain::{Distribution, DistributionForm, Parameter, Uncertainty};
use egui::{Grid, Id, Ui, Vec2};

use super::distribution::{base_mark, send};
use crate::app::ViewContext;
use crate::ui::icons;
use crate::ui::state::{number_style, read_figure};
use crate::ui::widgets::basic;
use crate::ui::widgets::field::{self, Field, Look};

/// Values and weights, changed side by side.
type Table = (Vec<f64>, Vec<f64>);

pub(super) fn discrete_ui(
    ctx: &ViewContext<'_>,
    ui: &mut Ui,
    row: &Parameter,
    values: &[f64],
    weights: &[f64],
) {
    let own = row.uncertainty.as_ref();
    let form = own.map_or(DistributionForm::Absolute, |own| own.form);
    let mut changed: Option<Table> = None;
    let spacing = Vec2::new(4.0, 4.0);
    let grid = Grid::new((row.id, "discrete")).num_columns(3);
    grid.spacing(spacing).show(ui, |ui| {
        basic::label_ui(ui, "Value");
        basic::label_ui(ui, "Weight");
        ui.end_row();
        for at in 0..values.len().min(weights.len()) {
            changed = changed
                .take()
                .or(row_ui(ctx, ui, row, (values, weights), at));
            ui.end_row();
        }
    });
    let shown = Distribution::Discrete {
        values: values.to_vec(),
        weights: weights.to_vec(),
    };
    for problem in shown.problems().iter().filter(|problem| problem.blocks) {
        basic::problem_ui(ui, &problem.message);
    }
    if basic::button_ui(ui, icons::PLUS, "Add value").clicked() {
        let more = |figures: &[f64], figure: f64| figures.iter().copied().chain([figure]).collect();
        changed = Some((more(values, base_mark(row, form)), more(weights, 0.1)));
    }
    if let Some((values, weights)) = changed {
        let distribution = Distribution::Discrete { values, weights };
        send(ctx, row, Some(Uncertainty::once(form, distribution)));
    }
}

/// Value, weight and a way to remove both; the table after a change.
fn row_ui(
    ctx: &ViewContext<'_>,
    ui: &mut Ui,
    row: &Parameter,
    (values, weights): (&[f64], &[f64]),
    at: usize,
) -> Option<Table> {
    let replaced = |figures: &[f64], figure: f64| {
        let mut figures = figures.to_vec();
        if let Some(own) = figures.get_mut(at) {
            *own = figure;
        }
        figures
    };
    let (value, weight) = (*values.get(at)?, *weights.get(at)?);
    let typed_value = cell_ui(ctx, ui, row, ("Value", at), value);
    let typed_weight = cell_ui(ctx, ui, row, ("Weight", at), weight);
    let name = format!("Remove value {}", at + 1);
    if basic::icon_button_ui(ui, icons::TRASH, &name).clicked() {
        let rest = |figures: &[f64]| {
            let others = figures.iter().enumerate().filter(|(index, _)| *index != at);
            others.map(|(_, figure)| *figure).collect()
        };
        return Some((rest(values), rest(weights)));
    }
    match (typed_value, typed_weight) {
        (Some(figure), _) => Some((replaced(values, figure), weights.to_vec())),
        (None, Some(figure)) => Some((values.to_vec(), replaced(weights, figure))),
        (None, None) => None,
    }
}

/// Width of a field of the table.
const CELL: f32 = 112.0;

fn cell_ui(
    ctx: &ViewContext<'_>,
    ui: &mut Ui,
    row: &Parameter,
    (name, at): (&'static str, usize),
    figure: f64,
) -> Option<f64> {
    let style = number_style(ctx);
    let currency = ctx.scenario().map_or("", |scenario| &scenario.currency);
    let label = format!("{name} {}", at + 1);
    let field = Field {
        id: Id::unique((row.id, "discrete", name, at)),
        name: &label,
        shown: style.exact(figure),
        typed: style.typed(figure),
        unit: "",
        hint: "",
        width: CELL,
        look: Look::Figure,
        issue: None,
    };
    field::figure_ui(ui, field, &|text| read_figure(text, "", currency, style)).taken
}
