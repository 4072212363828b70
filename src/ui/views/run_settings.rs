//! What is asked of the next run: trials, seed and sampler in one row, the rest folded under "More".

use std::ops::RangeInclusive;

use calminer_domain::scenario::MAX_SEED;
use calminer_domain::{Keep, Sampling, ScenarioEdit, SimulationSettings};
use egui::{ComboBox, Id, Ui};

use super::run_more;
use crate::app::{CoalesceKey, Command, ViewContext};
use crate::ui::format::NumberStyle;
use crate::ui::state::{ViewState, number_style, read_figure};
use crate::ui::widgets::basic;
use crate::ui::widgets::field::{Field, Look};
use crate::ui::{format, icons, theme};

/// Width of a field for a whole number.
pub(crate) const COUNT: f32 = 124.0;
/// Width of a field with a sentence under it.
const WITH_ISSUE: f32 = 380.0;

pub(crate) fn settings_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui) {
    let Some(scenario) = ctx.scenario() else {
        return;
    };
    let settings = &scenario.simulation;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = theme::SECTION;
        let trials = Count::Number(settings.trials);
        if let Some(Count::Number(trials)) = count_ui(ctx, ui, ("trials", "Trials"), trials) {
            let settings = settings.clone();
            send(ctx, SimulationSettings { trials, ..settings });
        }
        let seed = Count::Number(settings.seed);
        if let Some(Count::Number(seed)) = count_ui(ctx, ui, ("seed", "Seed"), seed) {
            let settings = settings.clone();
            send(ctx, SimulationSettings { seed, ..settings });
        }
        if let Some(sampling) = sampling_ui(ui, settings.sampling) {
            let settings = settings.clone();
            send(
                ctx,
                SimulationSettings {
                    sampling,
                    ..settings
                },
            );
        }
        fold_ui(state, ui);
    });
    sketches_ui(ctx, ui, settings);
    elsewhere_ui(ctx, ui, settings);
    let wrong = run_more::FIELDS
        .iter()
        .any(|field| issue_of(ctx, field).is_some());
    if state.more || wrong {
        ui.add_space(theme::GAP);
        run_more::more_ui(ctx, ui, settings);
    } else if let Some(words) = run_more::words(settings, number_style(ctx)) {
        ui.add_space(theme::CELL);
        basic::label_ui(ui, &words);
    }
}

pub(crate) fn send(ctx: &ViewContext<'_>, settings: SimulationSettings) {
    let edit = ScenarioEdit::SetSimulation(settings);
    ctx.send(Command::Edit(edit, CoalesceKey::none()));
}

/// Opens and closes the settings that few runs need.
fn fold_ui(state: &mut ViewState, ui: &mut Ui) {
    ui.vertical(|ui| {
        // Beside fields that have a label over them.
        basic::label_ui(ui, " ");
        let (icon, name) = if state.more {
            (icons::CARET_UP, "Fewer settings")
        } else {
            (icons::CARET_DOWN, "More settings")
        };
        if basic::button_ui(ui, icon, "More")
            .accessible_name(name)
            .clicked()
        {
            state.more = !state.more;
        }
    });
}

/// What the engine said about the settings when a run with them was asked for.
fn refusal<'a>(ctx: &ViewContext<'a>, field: &str) -> Option<&'a str> {
    let refused = ctx.runs.refused.as_ref()?;
    let same = ctx.scenario()?.simulation == refused.settings && refused.field == field;
    same.then_some(refused.message.as_str())
}

/// What the engine said about something that has no field here: outputs, correlations.
fn elsewhere_ui(ctx: &ViewContext<'_>, ui: &mut Ui, settings: &SimulationSettings) {
    let Some(refused) = &ctx.runs.refused else {
        return;
    };
    let has_field =
        ["trials", "seed"].contains(&refused.field) || run_more::FIELDS.contains(&refused.field);
    if !has_field && refused.settings == *settings {
        basic::problem_ui(ui, &refused.message);
    }
}

/// The way out where the samples of so many trials cannot be kept.
fn sketches_ui(ctx: &ViewContext<'_>, ui: &mut Ui, settings: &SimulationSettings) {
    let refused = issue_of(ctx, "trials").is_some() || issue_of(ctx, "keep").is_some();
    if refused && settings.keep == Keep::Samples && settings.trials > 0 {
        let pressed = basic::button_ui(ui, icons::CHART_BAR, "Keep sketches").on_hover_text(
            "Sketches take the same memory for any number of trials; percentiles carry a stated error",
        );
        if pressed.clicked() {
            let settings = settings.clone();
            send(
                ctx,
                SimulationSettings {
                    keep: Keep::Sketches,
                    ..settings
                },
            );
        }
    }
}

/// What stands against a setting: an issue of the scenario, or the engine's refusal of the last run.
pub(crate) fn issue_of(ctx: &ViewContext<'_>, field: &str) -> Option<String> {
    let issue = ctx
        .live
        .of_setting(&format!("simulation.{field}"))
        .find(|issue| issue.blocks())
        .map(|issue| issue.message.clone());
    issue.or_else(|| refusal(ctx, field).map(str::to_owned))
}

fn sampling_ui(ui: &mut Ui, chosen: Sampling) -> Option<Sampling> {
    ui.vertical(|ui| {
        basic::label_ui(ui, "Sampling");
        let all = [
            Sampling::LatinHypercube,
            Sampling::MonteCarlo,
            Sampling::Sobol,
        ];
        choice_ui(ui, ("Sampling", 168.0), chosen, &all, |sampling| {
            sampling.words()
        })
    })
    .inner
}

/// A choice among a few named values.
pub(crate) fn choice_ui<T: Copy + PartialEq>(
    ui: &mut Ui,
    (name, width): (&str, f32),
    chosen: T,
    all: &[T],
    words: impl Fn(T) -> &'static str,
) -> Option<T> {
    let mut picked = chosen;
    let combo = ComboBox::from_id_salt(name).width(width);
    let shown = combo.selected_text(words(chosen)).show_ui(ui, |ui| {
        for value in all {
            ui.selectable_value(&mut picked, *value, words(*value));
        }
    });
    let _named = shown
        .response
        .accessible_name(format!("{name}: {}", words(chosen)));
    (picked != chosen).then_some(picked)
}

/// A whole number, or the program's own choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Count {
    Automatic,
    Number(u64),
}

/// A field for a whole number; an empty one means "automatic" where that is allowed.
pub(crate) fn count_ui(
    ctx: &ViewContext<'_>,
    ui: &mut Ui,
    (name, label): (&'static str, &str),
    count: Count,
) -> Option<Count> {
    let scenario = ctx.scenario()?;
    let style = number_style(ctx);
    let optional = name == "replicates";
    let issue = issue_of(ctx, name);
    let read = |text: &str| {
        if optional && text.trim().is_empty() {
            return Ok(Count::Automatic);
        }
        let entry = read_figure(text, "", &scenario.currency, style)?;
        whole(text, entry.value).map(Count::Number)
    };
    ui.vertical(|ui| {
        ui.set_width(if issue.is_some() { WITH_ISSUE } else { COUNT });
        basic::label_ui(ui, label);
        let id = Id::unique((scenario.id, "simulation", name));
        let hint = if optional { "automatic" } else { "" };
        number_ui(ui, (id, label, hint), count, issue, (style, &read))
    })
    .inner
}

/// How a text is read.
type Read<'a> = &'a dyn Fn(&str) -> Result<Count, String>;

/// The field itself: its identity, name and hint, the figure in it, and how a text is read.
fn number_ui(
    ui: &mut Ui,
    (id, name, hint): (Id, &str, &str),
    count: Count,
    issue: Option<String>,
    (style, read): (NumberStyle, Read<'_>),
) -> Option<Count> {
    let (shown, typed) = match count {
        Count::Automatic => (String::new(), String::new()),
        Count::Number(count) => (format::count(count, style), count.to_string()),
    };
    let field = Field {
        id,
        name,
        shown,
        typed,
        unit: "",
        hint,
        width: COUNT,
        look: Look::Figure,
        issue,
    };
    let outcome = field.show_ui(ui, &|text| read(text).map(drop));
    outcome.taken.and_then(|text| read(&text).ok())
}

/// A field for a number within a range: what it belongs to and its name, the number in it, and what is said of one
/// outside.
pub(crate) fn within_ui(
    ctx: &ViewContext<'_>,
    ui: &mut Ui,
    (part, name): (&str, &str),
    own: Option<u64>,
    range: RangeInclusive<u64>,
    wrong: impl Fn(&str) -> String,
) -> Option<u64> {
    let scenario = ctx.scenario()?;
    let style = number_style(ctx);
    let read = |text: &str| {
        let entry = read_figure(text, "", &scenario.currency, style)?;
        let number = whole(text, entry.value)?;
        if range.contains(&number) {
            Ok(Count::Number(number))
        } else {
            Err(wrong(&format::count(number, style)))
        }
    };
    let id = Id::unique((scenario.id, part));
    let own = own.map_or(Count::Automatic, Count::Number);
    match number_ui(ui, (id, name, "number"), own, None, (style, &read))? {
        Count::Number(number) => Some(number),
        Count::Automatic => None,
    }
}

/// A figure as a whole number. Whole numbers up to 2^53 are exact as doubles.
fn whole(text: &str, figure: f64) -> Result<u64, String> {
    if figure < 0.0 || figure.fract() != 0.0 || figure > MAX_SEED as f64 {
        return Err(format!(
            "{} is not a whole number of 0 or more",
            text.trim()
        ));
    }
    Ok(figure as u64)
}
