//! Rank correlations: pairs of uncertain parameters with the correlation asked for, and what the run achieved.

use calminer_domain::{Correlation, Parameter, Place, Scenario, ScenarioEdit};
use calminer_engine::result::RunOutcome;
use egui::{ComboBox, Id, RichText, ScrollArea, Ui, Vec2};
use uuid::Uuid;

use crate::app::{CoalesceKey, Command, ViewContext};
use crate::ui::format::NumberStyle;
use crate::ui::state::{NewPair, ViewState, number_style, read_figure};
use crate::ui::widgets::basic;
use crate::ui::widgets::field::{self, Field, Look};
use crate::ui::{icons, theme};

/// Width of the name of a parameter.
const NAME: f32 = 210.0;
/// Width of a figure between -1 and 1.
const RHO: f32 = 84.0;

pub(crate) fn correlations_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui) {
    let Some(scenario) = ctx.scenario() else {
        return;
    };
    let uncertain: Vec<&Parameter> = scenario.uncertain().collect();
    if scenario.correlations.is_empty() && uncertain.len() < 2 {
        let sentence = "Two parameters that rise and fall together have a rank correlation. It needs two parameters with a distribution.";
        basic::empty_ui(ui, icons::LINK_SIMPLE, sentence, None);
        return;
    }
    ScrollArea::vertical()
        .auto_shrink([false, false])
        .id_salt("correlations")
        .show(ui, |ui| {
            basic::card_ui(ui, "", |ui| {
                basic::weak_ui(
                    ui,
                    "Rank correlation (Spearman) from −1 to 1: the run draws both parameters so that their ranks are correlated this much. Pairs that are not named are independent.",
                );
                for issue in ctx.live.of_setting("correlations") {
                    basic::problem_ui(ui, &issue.message);
                }
                for pair in &scenario.correlations {
                    ui.separator();
                    pair_ui(ctx, ui, scenario, pair);
                }
            });
            ui.add_space(theme::GAP);
            if uncertain.len() >= 2 {
                basic::card_ui(ui, "Correlate a pair", |ui| {
                    new_ui(ctx, &mut state.pair, ui, (scenario, &uncertain));
                });
            }
        });
}

fn title_of(scenario: &Scenario, id: Uuid) -> &str {
    scenario
        .parameter(id)
        .map_or("a parameter that is gone", Parameter::title)
}

fn send(ctx: &ViewContext<'_>, pair: (Uuid, Uuid), rho: Option<f64>) {
    let edit = ScenarioEdit::SetCorrelation(pair.0, pair.1, rho);
    ctx.send(Command::Edit(edit, CoalesceKey::none()));
}

fn pair_ui(ctx: &ViewContext<'_>, ui: &mut Ui, scenario: &Scenario, pair: &Correlation) {
    let style = number_style(ctx);
    let (a, b) = (title_of(scenario, pair.a), title_of(scenario, pair.b));
    let name = format!("{a} and {b}");
    ui.horizontal(|ui| {
        for title in [a, b] {
            let size = Vec2::new(NAME.min(ui.available_width() * 0.4), theme::CONTROL);
            ui.allocate_ui_with_layout(
                size,
                egui::Layout::left_to_right(egui::Align::Center),
                |ui| {
                    ui.set_min_width(size.x);
                    ui.add(egui::Label::new(title).truncate());
                },
            );
        }
        let id = Id::unique((scenario.id, "correlation", pair.a, pair.b));
        let label = format!("Rank correlation of {name}");
        if let Some(rho) = rho_ui(ui, (id, &label), pair.rho, style) {
            send(ctx, (pair.a, pair.b), Some(rho));
        }
        if basic::icon_button_ui(ui, icons::TRASH, &format!("Delete correlation of {name}"))
            .clicked()
        {
            send(ctx, (pair.a, pair.b), None);
        }
        if let Some(words) = ctx
            .runs
            .selected_outcome()
            .and_then(|outcome| achieved(scenario, outcome, pair, style))
        {
            basic::label_ui(ui, &words);
        }
    });
    for issue in ctx
        .live
        .issues
        .iter()
        .filter(|issue| is_of(&issue.place, scenario, pair))
    {
        basic::problem_ui(ui, &issue.message);
    }
}

/// What the run on show reached for a pair.
fn achieved(
    scenario: &Scenario,
    outcome: &RunOutcome,
    pair: &Correlation,
    style: NumberStyle,
) -> Option<String> {
    let key = |id| scenario.parameter(id).map(|row| row.key.as_str());
    let (a, b) = (key(pair.a)?, key(pair.b)?);
    let found = outcome
        .correlations
        .iter()
        .find(|(one, other, ..)| (one == a && other == b) || (one == b && other == a))?;
    let reached = found.3?;
    Some(format!(
        "the run on show reached {} for {}",
        style.fixed(reached, 3),
        style.exact(found.2)
    ))
}

fn is_of(place: &Place, scenario: &Scenario, pair: &Correlation) -> bool {
    let key = |id: Uuid| {
        scenario
            .parameter(id)
            .map_or_else(|| id.to_string(), |row| row.key.clone())
    };
    let own = (key(pair.a), key(pair.b));
    matches!(place, Place::Correlation { a, b } if (a, b) == (&own.0, &own.1))
}

/// A field for a rank correlation.
fn rho_ui(ui: &mut Ui, (id, name): (Id, &str), rho: f64, style: NumberStyle) -> Option<f64> {
    let field = Field {
        id,
        name,
        shown: style.exact(rho),
        typed: style.typed(rho),
        unit: "",
        hint: "",
        width: RHO,
        look: Look::Figure,
        issue: None,
    };
    let read = |text: &str| {
        let entry = read_figure(text, "", "", style)?;
        if entry.value.abs() > 1.0 {
            return Err(format!("{} lies outside −1 to 1", text.trim()));
        }
        Ok(entry)
    };
    field::figure_ui(ui, field, &read).taken
}

fn new_ui(
    ctx: &ViewContext<'_>,
    pair: &mut NewPair,
    ui: &mut Ui,
    (scenario, uncertain): (&Scenario, &[&Parameter]),
) {
    let gone = |id: &Uuid| !uncertain.iter().any(|row| row.id == *id);
    (pair.a, pair.b) = (
        pair.a
            .filter(|id| !gone(id))
            .or(uncertain.first().map(|row| row.id)),
        pair.b
            .filter(|id| !gone(id))
            .or(uncertain.get(1).map(|row| row.id)),
    );
    ui.horizontal_wrapped(|ui| {
        parameter_ui(ui, "First parameter", &mut pair.a, uncertain);
        parameter_ui(ui, "Second parameter", &mut pair.b, uncertain);
        let id = Id::unique((scenario.id, "new correlation"));
        let taken = rho_ui(
            ui,
            (id, "Rank correlation of the new pair"),
            pair.rho,
            number_style(ctx),
        );
        pair.rho = taken.unwrap_or(pair.rho);
        if basic::button_ui(ui, icons::PLUS, "Add pair").clicked() {
            pair.refused = match (pair.a, pair.b) {
                (Some(a), Some(b)) => {
                    let why = refused(scenario, a, b);
                    if why.is_none() {
                        send(ctx, (a, b), Some(pair.rho));
                    }
                    why
                }
                _ => None,
            };
        }
    });
    if let Some(why) = &pair.refused {
        basic::problem_ui(ui, why);
    }
}

/// Why a pair cannot be added.
fn refused(scenario: &Scenario, a: Uuid, b: Uuid) -> Option<String> {
    if a == b {
        return Some(format!(
            "{} is not correlated with itself; choose two different parameters",
            title_of(scenario, a)
        ));
    }
    let same = |pair: &Correlation| (pair.a, pair.b) == (a, b) || (pair.a, pair.b) == (b, a);
    scenario.correlations.iter().any(same).then(|| {
        format!(
            "{} and {} are correlated already; change the figure of that pair",
            title_of(scenario, a),
            title_of(scenario, b)
        )
    })
}

fn parameter_ui(ui: &mut Ui, name: &str, chosen: &mut Option<Uuid>, all: &[&Parameter]) {
    let title = |id: Option<Uuid>| {
        all.iter()
            .find(|row| Some(row.id) == id)
            .map_or("", |row| row.title())
    };
    let shown = title(*chosen).to_owned();
    let combo = ComboBox::from_id_salt(("pair", name))
        .width(NAME)
        .selected_text(RichText::new(&shown));
    let response = combo.show_ui(ui, |ui| {
        for row in all {
            ui.selectable_value(chosen, Some(row.id), row.title());
        }
    });
    let _named = response
        .response
        .accessible_name(format!("{name}: {shown}"));
}
