//! The dialog that fits distributions to a sample: values in, families ranked, the chosen one over the data.

use std::sync::Arc;

use calminer_domain::{Distribution, DistributionForm, ScenarioEdit, Uncertainty};
use calminer_engine::fit::FitReport;
use calminer_engine::quantile::Quantile;
use egui::{
    Align, Button, Grid, Label, Layout, Pos2, Rect, RichText, ScrollArea, Ui, Vec2, ViewportCommand,
};

use super::edits::distribution::fitted;
use super::format::{self, NumberStyle};
use super::inspector::words::law_words;
use super::sample::Reader;
use super::state::{ViewState, number_style};
use super::theme;
use super::widgets::chart::{Plot, Room, Scale, Words};
use super::widgets::{basic, dialog};
use crate::app::{Answer, CoalesceKey, Command, FitDialog, FitState, ViewContext};
use crate::ui::icons;

/// What the dialog remembers.
#[derive(Debug, Default)]
pub(crate) struct FitView {
    /// The family chosen among the ranked ones.
    chosen: usize,
    /// Why the last pasted text was refused.
    refused: Option<String>,
    /// The picture, with the sample and the choice that it belongs to.
    drawn: Option<(Arc<Vec<f64>>, usize, Drawn)>,
}

/// Bars of a sample and the curve that a distribution expects over them.
#[derive(Clone, Debug, Default)]
struct Drawn {
    low: f64,
    width: f64,
    counts: Vec<u64>,
    curve: Vec<(f64, f64)>,
}

pub(super) fn fit_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui, fit: &FitDialog) {
    let view = &mut state.fit;
    values_ui(ctx, view, ui, fit);
    let mut picked = None;
    match &fit.state {
        FitState::Waiting => {
            let sentence = "Copy a column of observed values in a spreadsheet and paste it here";
            basic::empty_ui(ui, icons::CLIPBOARD_TEXT, sentence, None);
        }
        FitState::Working => {
            basic::weak_ui(ui, "The distributions are being fitted");
            ui.add_space(theme::PAGE);
        }
        FitState::Done(Err(why)) => basic::problem_ui(ui, why),
        FitState::Done(Ok(report)) => {
            view.chosen = view.chosen.min(report.fits.len().saturating_sub(1));
            let chosen = report.fits.get(view.chosen).map(|fit| &fit.distribution);
            picked = chosen.cloned();
            let unit = unit_words(ctx, fit);
            plot_ui(ui, view, fit, chosen, (&unit, number_style(ctx)));
            ranks_ui(ui, view, report, number_style(ctx));
        }
    }
    let mut verbs = vec![(false, "Cancel", false)];
    if picked.is_some() {
        verbs.insert(0, (true, "Use this distribution", true));
    }
    match dialog::verbs_ui(ui, &verbs) {
        Some(true) => {
            if let Some(distribution) = picked {
                take(ctx, fit, &distribution);
            }
            ctx.send(Command::AnswerDialog(Answer::Stay));
        }
        Some(false) => ctx.send(Command::AnswerDialog(Answer::Stay)),
        None => {}
    }
}

/// The chosen distribution becomes that of the parameter, with a note of its source, as one step.
fn take(ctx: &ViewContext<'_>, fit: &FitDialog, distribution: &Distribution) {
    let row = ctx
        .scenario()
        .and_then(|scenario| scenario.parameter(fit.parameter));
    let Some(row) = row else { return };
    let row = fitted(row, rounded(distribution), fit.values.len());
    ctx.send(Command::Edit(
        ScenarioEdit::UpdateParameter(Box::new(row)),
        CoalesceKey::none(),
    ));
}

/// The figures with eight significant digits: a sample tells no more of them, and a field shows them whole.
fn rounded(distribution: &Distribution) -> Distribution {
    let figures = distribution.figures().into_iter();
    figures.fold(distribution.clone(), |changed, (name, figure)| {
        let text = format!("{figure:.7e}");
        changed.with_figure(name, text.parse().unwrap_or(figure))
    })
}

/// Form of the figures that a sample is in: that of the parameter's distribution, except for a path.
fn form_of(ctx: &ViewContext<'_>, fit: &FitDialog) -> DistributionForm {
    let row = ctx
        .scenario()
        .and_then(|scenario| scenario.parameter(fit.parameter));
    let own = row.and_then(|row| row.uncertainty.as_ref());
    let own = own.filter(|own: &&Uncertainty| !own.distribution.is_path());
    own.map_or(DistributionForm::Absolute, |own| own.form)
}

fn unit_words(ctx: &ViewContext<'_>, fit: &FitDialog) -> String {
    let row = ctx
        .scenario()
        .and_then(|scenario| scenario.parameter(fit.parameter));
    row.map_or_else(String::new, |row| {
        super::inspector::words::form_unit(row, form_of(ctx, fit))
    })
}

/// Count of the values, and the ways to others.
fn values_ui(ctx: &ViewContext<'_>, view: &mut FitView, ui: &mut Ui, fit: &FitDialog) {
    let style = number_style(ctx);
    let unit = unit_words(ctx, fit);
    ui.horizontal(|ui| {
        if basic::button_ui(ui, icons::CLIPBOARD_TEXT, "Paste values").clicked() {
            ui.ctx().send_viewport_cmd(ViewportCommand::RequestPaste);
        }
        let unit = if unit.is_empty() {
            String::new()
        } else {
            format!(" in {unit}")
        };
        let words = match fit.values.len() {
            0 => format!("Observed values{unit}, one a cell; Ctrl+V pastes them as well"),
            1 => format!("1 value{unit}"),
            many => format!("{} values{unit}", format::count(many as u64, style)),
        };
        basic::weak_ui(ui, &words);
    });
    if let Some(text) = basic::pasted(ui) {
        let currency = ctx.scenario().map_or("", |scenario| &scenario.currency);
        let row = ctx
            .scenario()
            .and_then(|scenario| scenario.parameter(fit.parameter));
        let unit = match form_of(ctx, fit) {
            DistributionForm::Absolute => row.map_or("", |row| &row.unit),
            DistributionForm::Factor | DistributionForm::PercentOfBase => "",
        };
        match Reader::new(unit, currency, style).sample(&text) {
            Ok(values) => {
                *view = FitView::default();
                ctx.send(Command::FitValues(Arc::new(values)));
            }
            Err(why) => view.refused = Some(format!("{why}. The values stay as they were")),
        }
    }
    if let Some(why) = &view.refused {
        basic::problem_ui(ui, why);
    }
}

/// The families, the best first, and those that cannot hold the sample.
fn ranks_ui(ui: &mut Ui, view: &mut FitView, report: &FitReport, style: NumberStyle) {
    let height = (ui.ctx().content_rect().height() - 420.0).clamp(90.0, 260.0);
    ScrollArea::vertical()
        .id_salt("ranks")
        .max_height(height)
        .auto_shrink([false, true])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            let figures = 84.0;
            let name = ui.available_width() - 2.0 * (figures + theme::GAP);
            Grid::new("fits").num_columns(3).show(ui, |ui| {
                basic::label_ui(ui, "Distribution, ranked by AIC");
                right_ui(ui, figures, |ui| basic::label_ui(ui, "AIC"));
                right_ui(ui, figures, |ui| basic::label_ui(ui, "KS distance"));
                ui.end_row();
                for (at, fit) in report.fits.iter().enumerate() {
                    let short = |figure: f64| style.short(figure, 4);
                    let words = law_words(&fit.distribution, style, &short);
                    let text = RichText::new(&words).font(theme::table());
                    let button = Button::selectable(at == view.chosen, text)
                        // Text at the right pushes the words to the left.
                        .right_text("")
                        .min_size(Vec2::new(name, theme::ROW))
                        .truncate();
                    let spoken = format!(
                        "{words}, AIC {}, KS {}",
                        style.fixed(fit.aic, 1),
                        style.fixed(fit.kolmogorov_smirnov, 4)
                    );
                    let mut response = ui.add(button).accessible_name(spoken);
                    if !fit.note.is_empty() {
                        response = response.on_hover_text(&fit.note);
                    }
                    if response.clicked() {
                        view.chosen = at;
                    }
                    for figure in [
                        style.fixed(fit.aic, 1),
                        style.fixed(fit.kolmogorov_smirnov, 4),
                    ] {
                        right_ui(ui, figures, |ui| {
                            ui.label(RichText::new(figure).font(theme::table()))
                        });
                    }
                    ui.end_row();
                }
            });
            if !report.not_fitted.is_empty() {
                ui.add_space(theme::CELL);
                basic::label_ui(ui, "Cannot hold the sample");
                for refused in &report.not_fitted {
                    let words = format!("{}: {}", refused.family.name(), refused.reason);
                    let text = RichText::new(words).font(theme::small());
                    ui.add(Label::new(text.color(theme::tokens(ui).weak)).wrap());
                }
            }
        });
}

fn right_ui(ui: &mut Ui, width: f32, content: impl FnOnce(&mut Ui) -> egui::Response) {
    let layout = Layout::right_to_left(Align::Center);
    ui.allocate_ui_with_layout(Vec2::new(width, theme::ROW), layout, |ui| {
        ui.set_min_width(width);
        content(ui)
    });
}

/// Bars of equal width over the sample, about as many as the root of its count.
fn bars(values: &[f64]) -> Drawn {
    let Some(range) = Scale::of(values.iter().copied()) else {
        return Drawn::default();
    };
    let count = ((values.len() as f64).sqrt().ceil() as usize).clamp(5, 40);
    let width = range.width() / count as f64;
    let mut counts = vec![0_u64; count];
    for value in values {
        let at = ((value - range.low) / width) as usize;
        if let Some(own) = counts.get_mut(at.min(count - 1)) {
            *own += 1;
        }
    }
    Drawn {
        low: range.low,
        width,
        counts,
        curve: Vec::new(),
    }
}

/// How many of the values a distribution expects within one bar around each point.
fn expected(drawn: &Drawn, distribution: &Distribution, count: usize) -> Vec<(f64, f64)> {
    const POINTS: usize = 200;
    let Ok(law) = Quantile::new(distribution) else {
        return Vec::new();
    };
    let whole = drawn.width * (drawn.counts.len() + 2) as f64;
    let half = 0.5 * drawn.width;
    (0..POINTS)
        .map(|at| drawn.low - drawn.width + whole * at as f64 / (POINTS - 1) as f64)
        .map(|x| (x, count as f64 * (law.cdf(x + half) - law.cdf(x - half))))
        .filter(|(_, height)| height.is_finite())
        .collect()
}

fn plot_ui(
    ui: &mut Ui,
    view: &mut FitView,
    fit: &FitDialog,
    chosen: Option<&Distribution>,
    (unit, style): (&str, NumberStyle),
) {
    let known = view.drawn.as_ref();
    let fresh = known.is_none_or(|(of, at, _)| !Arc::ptr_eq(of, &fit.values) || *at != view.chosen);
    if fresh {
        let mut drawn = bars(&fit.values);
        if let Some(law) = chosen {
            drawn.curve = expected(&drawn, law, fit.values.len());
        }
        view.drawn = Some((Arc::clone(&fit.values), view.chosen, drawn));
    }
    let Some((.., drawn)) = &view.drawn else {
        return;
    };
    let last = drawn.low + drawn.width * drawn.counts.len() as f64;
    let x = Scale::sound(drawn.low - drawn.width, last + drawn.width);
    let bars = drawn.counts.iter().map(|count| *count as f64);
    let tops = drawn.curve.iter().map(|(_, height)| *height);
    let most = bars.chain(tops).fold(1.0, f64::max);
    let name = chosen.map_or("no distribution", Distribution::name);
    let words = Words {
        title: "",
        x: unit,
        y: "values per bar; the line is the fitted distribution",
        summary: format!(
            "Histogram of {} values with the fitted {name}",
            fit.values.len()
        ),
    };
    let size = Vec2::new(ui.available_width(), 170.0);
    let room = Room {
        left: 44.0,
        top: 20.0,
        right: 8.0,
        bottom: 36.0,
    };
    let plot = Plot::begin_ui(ui, size, room, &words, (x, Scale::sound(0.0, most * 1.06)));
    axes(&plot, style);
    paint(&plot, drawn);
}

fn axes(plot: &Plot, style: NumberStyle) {
    let named = |scale: Scale, about: usize| -> Vec<(f64, String)> {
        let decimals = scale.tick_decimals(about);
        let ticks = scale.ticks(about).into_iter();
        ticks
            .map(|tick| (tick, style.fixed(tick, decimals)))
            .collect()
    };
    plot.y_axis(&named(plot.y, 4));
    plot.x_axis(&named(plot.x, (plot.area.width() / 90.0) as usize), false);
}

fn paint(plot: &Plot, drawn: &Drawn) {
    let inside = plot.inside();
    let fill = theme::faded(plot.tokens.series[0], 0.45);
    for (at, count) in drawn.counts.iter().enumerate() {
        let left = drawn.low + drawn.width * at as f64;
        let top = plot.at(left, *count as f64);
        let foot = plot.at(left + drawn.width, 0.0);
        let bar = Rect::from_min_max(top, Pos2::new(foot.x - 1.0, foot.y));
        inside.rect_filled(bar, 0, fill);
    }
    let points: Vec<Pos2> = drawn
        .curve
        .iter()
        .map(|(x, height)| plot.at(*x, *height))
        .collect();
    plot.line(points, plot.tokens.series[1], 2.0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_in_a_bar_and_the_curve_expects_as_many() {
        let values: Vec<f64> = (0..1_000).map(|at| f64::from(at) / 999.0).collect();
        let mut drawn = bars(&values);
        assert_eq!(drawn.counts.iter().sum::<u64>(), 1_000);
        assert_eq!(drawn.counts.len(), 32);
        let uniform = Distribution::Uniform { min: 0.0, max: 1.0 };
        drawn.curve = expected(&drawn, &uniform, values.len());
        let middle = drawn.curve[100].1;
        assert!((middle - 1_000.0 / 32.0).abs() < 1e-9, "{middle}");
        assert_eq!(bars(&[5.0; 9]).counts.iter().sum::<u64>(), 9);
        assert!(bars(&[]).counts.is_empty());
    }

    #[test]
    fn fitted_figures_are_rounded_to_what_a_field_can_show() {
        let exact = Distribution::Normal {
            mean: 100.234_567_890_123,
            sd: 0.001_234_567_891_23,
        };
        assert_eq!(
            rounded(&exact),
            Distribution::Normal {
                mean: 100.234_57,
                sd: 0.001_234_567_9
            }
        );
    }
}
