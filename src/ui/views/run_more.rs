//! Settings that few runs need: replicates, an early end, what is kept, which lines get a fan chart.

use calminer_domain::{Keep, Role, SimulationSettings, StopFigure, StopRule};
use calminer_engine::result::LineValues;
use egui::{Button, ComboBox, Id, RichText, Ui};

use super::run_settings::{COUNT, Count, choice_ui, count_ui, issue_of, send};
use crate::app::ViewContext;
use crate::ui::format::NumberStyle;
use crate::ui::state::{number_style, read_figure};
use crate::ui::widgets::basic;
use crate::ui::widgets::field::{self, Field, Look};
use crate::ui::{icons, theme};

/// The settings in here, as issues call them.
pub(crate) const FIELDS: [&str; 4] = ["replicates", "stop", "keep", "bands"];

/// Half the width of an interval, as a share of the figure, that a new rule asks for.
const TOLERANCE: f64 = 0.01;

pub(crate) fn more_ui(ctx: &ViewContext<'_>, ui: &mut Ui, settings: &SimulationSettings) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = theme::SECTION;
        replicates_ui(ctx, ui, settings);
        keep_ui(ctx, ui, settings);
    });
    ui.add_space(theme::GAP);
    stop_ui(ctx, ui, settings);
    ui.add_space(theme::GAP);
    bands_ui(ctx, ui, settings);
}

/// What is set in here, in words, while it is folded away.
pub(crate) fn words(settings: &SimulationSettings, style: NumberStyle) -> Option<String> {
    let mut words = Vec::new();
    if let Some(count) = settings.replicates {
        words.push(format!("{count} replicates"));
    }
    if let Some(rule) = &settings.stop {
        words.push(format!(
            "ends early once the {} of {} is known to ±{}\u{a0}%",
            rule.figure.words(),
            rule.output,
            style.short(rule.tolerance * 100.0, 3)
        ));
    }
    if settings.keep == Keep::Sketches {
        words.push("keeps sketches alone".to_owned());
    }
    match settings.bands.len() {
        0 => {}
        1 => words.push("1 more fan chart".to_owned()),
        more => words.push(format!("{more} more fan charts")),
    }
    (!words.is_empty()).then(|| words.join(" · "))
}

fn replicates_ui(ctx: &ViewContext<'_>, ui: &mut Ui, settings: &SimulationSettings) {
    let own = settings
        .replicates
        .map_or(Count::Automatic, |count| Count::Number(u64::from(count)));
    if let Some(count) = count_ui(ctx, ui, ("replicates", "Replicates"), own) {
        let replicates = match count {
            Count::Automatic => None,
            // More than fit are more than trials, which is an issue of its own.
            Count::Number(count) => Some(u32::try_from(count).unwrap_or(u32::MAX)),
        };
        let settings = settings.clone();
        send(
            ctx,
            SimulationSettings {
                replicates,
                ..settings
            },
        );
    }
}

fn keep_ui(ctx: &ViewContext<'_>, ui: &mut Ui, settings: &SimulationSettings) {
    ui.vertical(|ui| {
        basic::label_ui(ui, "Keep");
        let choices = [(Keep::Samples, "Samples"), (Keep::Sketches, "Sketches")];
        let picked = basic::segments_ui(ui, "Keep", settings.keep, &choices);
        let words = match settings.keep {
            Keep::Samples => "every figure of every trial: exact percentiles, replay, files",
            Keep::Sketches => {
                "the same memory for any number of trials: percentiles with a stated error, no replay"
            }
        };
        basic::label_ui(ui, words);
        if let Some(words) = issue_of(ctx, "keep") {
            basic::problem_ui(ui, &words);
        }
        if let Some(keep) = picked {
            let settings = settings.clone();
            send(ctx, SimulationSettings { keep, ..settings });
        }
    });
}

/// The rule for an early end, as a sentence with blanks.
fn stop_ui(ctx: &ViewContext<'_>, ui: &mut Ui, settings: &SimulationSettings) {
    let set = |stop: Option<StopRule>| {
        let settings = settings.clone();
        send(ctx, SimulationSettings { stop, ..settings });
    };
    ui.horizontal_wrapped(|ui| {
        let mut on = settings.stop.is_some();
        if basic::check_ui(ui, &mut on, "Stop early").changed() {
            set(on.then(|| StopRule {
                output: first_output(ctx),
                figure: StopFigure::Mean,
                tolerance: TOLERANCE,
            }));
        }
        let Some(rule) = &settings.stop else {
            basic::label_ui(ui, "before all trials, once a figure is known well enough");
            return;
        };
        basic::label_ui(ui, "once the");
        let name = ("Figure to know", 100.0);
        let figures = &StopFigure::ALL;
        if let Some(figure) = choice_ui(ui, name, rule.figure, figures, StopFigure::words) {
            set(Some(StopRule {
                figure,
                ..rule.clone()
            }));
        }
        basic::label_ui(ui, "of");
        if let Some(output) = output_ui(ctx, ui, &rule.output) {
            set(Some(StopRule {
                output,
                ..rule.clone()
            }));
        }
        basic::label_ui(ui, "is known to ±");
        if let Some(tolerance) = tolerance_ui(ctx, ui, rule) {
            set(Some(StopRule {
                tolerance,
                ..rule.clone()
            }));
        }
    });
    if let Some(words) = issue_of(ctx, "stop") {
        basic::problem_ui(ui, &words);
    }
}

/// The output that a new rule is about: the after-tax NPV where there is one.
fn first_output(ctx: &ViewContext<'_>) -> String {
    let all = ctx.live.outputs();
    let npv = all.iter().find(|(key, _)| *key == "npv");
    npv.or_else(|| all.first())
        .map_or_else(|| "npv".to_owned(), |(key, _)| (*key).to_owned())
}

fn output_ui(ctx: &ViewContext<'_>, ui: &mut Ui, chosen: &str) -> Option<String> {
    let all = ctx.live.outputs();
    let label = all
        .iter()
        .find(|(key, _)| *key == chosen)
        .map_or(chosen, |(_, label)| *label);
    let mut picked = chosen;
    let shown = ComboBox::from_id_salt("stop output")
        .width(240.0)
        .selected_text(label)
        .truncate()
        .show_ui(ui, |ui| {
            for (key, label) in &all {
                ui.selectable_value(&mut picked, *key, *label);
            }
        });
    let _named = shown
        .response
        .accessible_name(format!("Output to know: {label}"));
    (picked != chosen).then(|| picked.to_owned())
}

/// The tolerance in per cent of the figure.
fn tolerance_ui(ctx: &ViewContext<'_>, ui: &mut Ui, rule: &StopRule) -> Option<f64> {
    let scenario = ctx.scenario()?;
    let style = number_style(ctx);
    // 0.07 * 100 is 7.000000000000001 as a double; nobody typed that.
    let shown = (rule.tolerance * 100.0 * 1e9).round() / 1e9;
    let read = |text: &str| {
        let entry = read_figure(text, "%", &scenario.currency, style)?;
        if entry.value > 0.0 && entry.value <= 100.0 {
            Ok(entry)
        } else {
            Err(format!(
                "{} is not above 0 % and up to 100 %",
                text.trim().trim_end_matches(['%', ' '])
            ))
        }
    };
    let field = Field {
        id: Id::unique((scenario.id, "simulation", "tolerance")),
        name: "Tolerance",
        shown: style.exact(shown),
        typed: style.typed(shown),
        unit: "%",
        hint: "",
        width: COUNT * 0.6,
        look: Look::Figure,
        issue: None,
    };
    let taken = ui
        .vertical(|ui| {
            ui.set_width(COUNT * 0.6);
            field::figure_ui(ui, field, &read).taken
        })
        .inner;
    taken.map(|per_cent| per_cent / 100.0)
}

/// The lines whose spread is kept period by period; the after-tax cash flow always is.
fn bands_ui(ctx: &ViewContext<'_>, ui: &mut Ui, settings: &SimulationSettings) {
    let set = |bands: Vec<String>| {
        let settings = settings.clone();
        send(ctx, SimulationSettings { bands, ..settings });
    };
    let base = ctx.base();
    let always = base.and_then(|base| base.line_by_role(Role::AfterTaxCashFlow));
    let label_of = |key: &str| {
        let line = base.and_then(|base| base.line(key));
        line.map_or_else(|| key.to_owned(), |line| line.label.clone())
    };
    ui.horizontal_wrapped(|ui| {
        basic::label_ui(ui, "Fan charts");
        if let Some(line) = always {
            ui.label(RichText::new(&line.label).font(theme::table()));
        }
        for key in &settings.bands {
            let label = label_of(key);
            let text = format!("{label}  {}", icons::X);
            let button = Button::new(RichText::new(text).font(theme::table()));
            let name = format!("Remove fan chart of {label}");
            if ui
                .add(button)
                .accessible_name(&name)
                .on_hover_text(&name)
                .clicked()
            {
                let rest = settings.bands.iter().filter(|own| *own != key);
                set(rest.cloned().collect());
            }
        }
        if let Some(key) = add_band_ui(ctx, ui, settings) {
            let mut bands = settings.bands.clone();
            bands.push(key);
            set(bands);
        }
    });
    if let Some(words) = issue_of(ctx, "bands") {
        basic::problem_ui(ui, &words);
    }
}

/// Lines with a figure a period that have no fan chart yet.
fn add_band_ui(
    ctx: &ViewContext<'_>,
    ui: &mut Ui,
    settings: &SimulationSettings,
) -> Option<String> {
    let base = ctx.base()?;
    let mut picked = None;
    let combo = ComboBox::from_id_salt("add fan chart")
        .width(150.0)
        .height(320.0)
        .selected_text("Add a line…");
    let shown = combo.show_ui(ui, |ui| {
        for line in &base.lines {
            let has = settings.bands.contains(&line.key)
                || line.role == Some(Role::AfterTaxCashFlow)
                || !matches!(line.values, LineValues::Series(_));
            if !has && ui.selectable_label(false, &line.label).clicked() {
                picked = Some(line.key.clone());
            }
        }
    });
    let _named = shown.response.accessible_name("Add a fan chart");
    picked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_folded_away_is_said() {
        let mut settings = SimulationSettings::default();
        let words = |settings: &_| words(settings, NumberStyle::default());
        assert_eq!(words(&settings), None);
        settings.replicates = Some(20);
        settings.keep = Keep::Sketches;
        settings.bands = vec!["gold".to_owned()];
        settings.stop = Some(StopRule {
            output: "npv".to_owned(),
            figure: StopFigure::P10,
            tolerance: 0.005,
        });
        assert_eq!(
            words(&settings).as_deref(),
            Some(
                "20 replicates · ends early once the P10 of npv is known to ±0.5\u{a0}% · keeps sketches alone · \
                 1 more fan chart"
            )
        );
    }
}
