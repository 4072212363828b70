//! The distribution of a parameter: kind, form, figures, and at once what they imply.

use calminer_domain::{
    BaseValue, Distribution, DistributionForm, Parameter, ScenarioEdit, Uncertainty,
};
use calminer_engine::quantile::Quantile;
use egui::{ComboBox, Grid, Id, Pos2, Shape, Stroke, Ui, Vec2};

use super::discrete;
use crate::app::{CoalesceKey, Command, ViewContext};
use crate::ui::edits;
use crate::ui::format::{self, NumberStyle};
use crate::ui::state::{number_style, read_figure};
use crate::ui::theme;
use crate::ui::widgets::basic;
use crate::ui::widgets::chart::{Plot, Room, Scale, Words};
use crate::ui::widgets::field::{self, Field, Look};

const FIXED: &str = "Fixed";
const KINDS: [&str; 7] = [
    FIXED,
    "Triangular",
    "PERT",
    "Normal",
    "Lognormal",
    "Uniform",
    "Discrete",
];
/// Points of the density curve.
const POINTS: usize = 160;

pub(crate) fn distribution_ui(ctx: &ViewContext<'_>, ui: &mut Ui, row: &Parameter) {
    ui.add_space(theme::GAP);
    basic::label_ui(ui, "Distribution");
    kind_ui(ctx, ui, row);
    let Some(own) = &row.uncertainty else { return };
    form_ui(ctx, ui, row, own);
    let style = number_style(ctx);
    let unit = unit_of(row, own.form);
    let shown = match &own.distribution {
        Distribution::Discrete { values, weights } => {
            discrete::discrete_ui(ctx, ui, row, values, weights);
            own.distribution.clone()
        }
        _ => figures_ui(ctx, ui, row, own, &unit),
    };
    for problem in shown.problems().iter().filter(|problem| !problem.blocks) {
        basic::hint_ui(ui, &problem.message);
    }
    ui.add_space(theme::GAP);
    preview_ui(ui, &shown, &unit, base_mark(row, own.form), style);
}

pub(super) fn send(ctx: &ViewContext<'_>, row: &Parameter, uncertainty: Option<Uncertainty>) {
    let row = Parameter {
        uncertainty,
        ..row.clone()
    };
    ctx.send(Command::Edit(
        ScenarioEdit::UpdateParameter(Box::new(row)),
        CoalesceKey::none(),
    ));
}

fn base_of(row: &Parameter) -> f64 {
    match &row.base {
        BaseValue::Number(figure) => *figure,
        BaseValue::Series(figures) => figures.first().copied().unwrap_or_default(),
    }
}

/// The base case on the axis of the figures.
pub(super) fn base_mark(row: &Parameter, form: DistributionForm) -> f64 {
    match form {
        DistributionForm::Absolute => base_of(row),
        DistributionForm::Factor => 1.0,
        DistributionForm::PercentOfBase => 100.0,
    }
}

fn unit_of(row: &Parameter, form: DistributionForm) -> String {
    match form {
        DistributionForm::Absolute => format::unit_words(&row.unit),
        DistributionForm::Factor => "× base".to_owned(),
        DistributionForm::PercentOfBase => "% of base".to_owned(),
    }
}

fn kind_ui(ctx: &ViewContext<'_>, ui: &mut Ui, row: &Parameter) {
    let chosen = row
        .uncertainty
        .as_ref()
        .map_or(FIXED, |own| own.distribution.name());
    let mut picked = chosen;
    let combo = ComboBox::from_id_salt((row.id, "kind"))
        .width(ui.available_width())
        .selected_text(chosen);
    let shown = combo.show_ui(ui, |ui| {
        for kind in KINDS {
            ui.selectable_value(&mut picked, kind, kind);
        }
    });
    let _named = shown
        .response
        .accessible_name(format!("Kind of distribution: {chosen}"));
    if picked != chosen {
        let old = row.uncertainty.as_ref();
        let form = old.map_or(DistributionForm::Absolute, |own| own.form);
        let new = (picked != FIXED)
            .then(|| edits::of_kind(picked, form, base_of(row), old.map(|own| &own.distribution)));
        send(ctx, row, new);
    }
}

fn form_ui(ctx: &ViewContext<'_>, ui: &mut Ui, row: &Parameter, own: &Uncertainty) {
    let choices = [
        (DistributionForm::Absolute, "Values"),
        (DistributionForm::Factor, "Factor"),
        (DistributionForm::PercentOfBase, "% of base"),
    ];
    if let Some(form) = basic::segments_ui(ui, "Figures are", own.form, &choices) {
        send(ctx, row, Some(edits::in_form(own, form, base_of(row))));
    }
}

/// The name of a figure in words.
fn figure_words(field: &str) -> &str {
    match field {
        "mean" => "Mean",
        "sd" => "Standard deviation",
        "min" => "Smallest",
        "mode" => "Most likely",
        "max" => "Largest",
        "weight" => "Weight of the mode",
        other => other,
    }
}

/// Fields for the figures; the distribution as it is being typed.
fn figures_ui(
    ctx: &ViewContext<'_>,
    ui: &mut Ui,
    row: &Parameter,
    own: &Uncertainty,
    unit: &str,
) -> Distribution {
    let style = number_style(ctx);
    let currency = ctx.scenario().map_or("", |scenario| &scenario.currency);
    let mut shown = own.distribution.clone();
    for (name, figure) in own.distribution.figures() {
        let words = figure_words(name);
        basic::label_ui(ui, words);
        let own_unit = if own.form == DistributionForm::Absolute && name != "weight" {
            row.unit.as_str()
        } else {
            ""
        };
        let problem = own
            .distribution
            .problems()
            .into_iter()
            .find(|problem| problem.field == name && problem.blocks);
        let field = Field {
            id: Id::unique((row.id, "distribution", name)),
            name: words,
            shown: style.exact(figure),
            typed: style.typed(figure),
            unit: if name == "weight" { "" } else { unit },
            hint: "",
            width: ui.available_width(),
            look: Look::Figure,
            issue: problem.map(|problem| problem.message),
        };
        let outcome = field::figure_ui(ui, field, &|text| {
            read_figure(text, own_unit, currency, style)
        });
        if let Some(draft) = outcome.draft {
            shown = shown.with_figure(name, draft);
            live_problem_ui(ui, &shown, name);
        }
        if let Some(figure) = outcome.taken {
            let distribution = own.distribution.with_figure(name, figure);
            send(
                ctx,
                row,
                Some(Uncertainty {
                    distribution,
                    ..own.clone()
                }),
            );
        }
    }
    shown
}

/// What would be wrong with a figure that is being typed.
fn live_problem_ui(ui: &mut Ui, shown: &Distribution, name: &str) {
    for problem in shown
        .problems()
        .iter()
        .filter(|problem| problem.field == name && problem.blocks)
    {
        basic::problem_ui(ui, &problem.message);
    }
}

/// The curve of the density with mean, sd and percentiles; a sentence where the figures are impossible.
fn preview_ui(ui: &mut Ui, distribution: &Distribution, unit: &str, base: f64, style: NumberStyle) {
    // A PERT fills a table when it is built, so the last one is kept while its figures stay.
    let id = Id::unique("distribution preview");
    let known = ui
        .data(|data| data.get_temp::<(Distribution, Quantile)>(id))
        .filter(|(of, _)| of == distribution);
    let law = if let Some((_, law)) = known {
        law
    } else {
        let Ok(law) = Quantile::new(distribution) else {
            basic::weak_ui(ui, "The curve appears as soon as the figures are possible");
            return;
        };
        ui.data_mut(|data| data.insert_temp(id, (distribution.clone(), law.clone())));
        law
    };
    let figure = |figure: f64| style.short(figure, 4);
    curve_ui(ui, &law, distribution, unit, base, style);
    Grid::new("implied figures")
        .num_columns(4)
        .spacing(Vec2::new(10.0, 3.0))
        .show(ui, |ui| {
            let pair = |ui: &mut Ui, label: &str, text: String| {
                basic::label_ui(ui, label);
                ui.label(egui::RichText::new(text).font(theme::table()));
            };
            pair(ui, "Mean", figure(law.mean()));
            pair(ui, "P5", figure(law.quantile(0.05)));
            ui.end_row();
            pair(ui, "sd", figure(law.sd()));
            pair(ui, "P50", figure(law.quantile(0.5)));
            ui.end_row();
            pair(ui, "Base", figure(base));
            pair(ui, "P95", figure(law.quantile(0.95)));
            ui.end_row();
        });
    if (law.mean() - base).abs() > 1e-3 * base.abs() {
        basic::hint_ui(
            ui,
            "The base case uses the base value, not the mean of the distribution",
        );
    }
}

fn curve_ui(
    ui: &mut Ui,
    law: &Quantile,
    distribution: &Distribution,
    unit: &str,
    base: f64,
    style: NumberStyle,
) {
    let ends = [law.quantile(0.001), law.quantile(0.999), base];
    let Some(x) = Scale::of(ends).map(|scale| scale.with_room(0.04)) else {
        return;
    };
    let bars = matches!(distribution, Distribution::Discrete { .. }) || law.is_constant();
    let curve = curve_of(law, distribution, x);
    let most = curve.iter().map(|(_, height)| *height).fold(0.0, f64::max);
    let y = Scale::sound(0.0, if most > 0.0 { most * 1.08 } else { 1.0 });
    let summary = format!(
        "Density of the distribution, mean {}, sd {}",
        style.significant(law.mean(), 4),
        style.significant(law.sd(), 4)
    );
    let words = Words {
        title: "",
        x: unit,
        y: "",
        summary,
    };
    let size = Vec2::new(ui.available_width(), 132.0);
    let room = Room {
        left: 8.0,
        top: 4.0,
        right: 8.0,
        bottom: 36.0,
    };
    let plot = Plot::begin_ui(ui, size, room, &words, (x, y));
    let about = (plot.area.width() / 70.0) as usize;
    let decimals = x.tick_decimals(about);
    let ticks: Vec<_> = x
        .ticks(about)
        .into_iter()
        .map(|tick| (tick, style.fixed(tick, decimals)))
        .collect();
    plot.x_axis(&ticks, true);
    paint_curve(&plot, &curve, bars);
    plot.inside().vline(
        plot.at_x(base),
        plot.area.y_range(),
        Stroke::new(1.5, plot.tokens.accent),
    );
}

/// Points of the density, or value and weight of each value of a table.
fn curve_of(law: &Quantile, distribution: &Distribution, x: Scale) -> Vec<(f64, f64)> {
    if let Distribution::Discrete { values, weights } = distribution {
        let sum: f64 = weights.iter().sum();
        let pairs = values.iter().zip(weights);
        return pairs
            .map(|(value, weight)| (*value, weight / sum))
            .collect();
    }
    if law.is_constant() {
        return vec![(law.mean(), 1.0)];
    }
    (0..POINTS)
        .map(|index| x.low + x.width() * index as f64 / (POINTS - 1) as f64)
        .map(|figure| (figure, law.density(figure)))
        .filter(|(_, height)| height.is_finite())
        .collect()
}

fn paint_curve(plot: &Plot, curve: &[(f64, f64)], bars: bool) {
    let color = plot.tokens.series[0];
    let inside = plot.inside();
    if bars {
        for (value, height) in curve {
            let line = [plot.at(*value, 0.0), plot.at(*value, *height)];
            inside.line_segment(line, Stroke::new(5.0, color));
        }
        return;
    }
    let points: Vec<Pos2> = curve
        .iter()
        .map(|(value, height)| plot.at(*value, *height))
        .collect();
    let foot = plot.area.bottom();
    for pair in points.windows(2) {
        if let [left, right] = *pair {
            let slice = vec![
                left,
                right,
                Pos2::new(right.x, foot),
                Pos2::new(left.x, foot),
            ];
            let fill = theme::faded(color, 0.18);
            inside.add(Shape::convex_polygon(slice, fill, Stroke::NONE));
        }
    }
    plot.line(points, color, 1.5);
}
