//! The list of pairs, and a new one.

use calminer_domain::correlation::refused_pair;
use calminer_domain::{Correlation, Parameter, Place, Scenario};
use calminer_engine::result::RunOutcome;
use egui::{ComboBox, Id, RichText, Ui, Vec2};
use uuid::Uuid;

use super::{RHO, rho_ui, send, title_of};
use crate::app::ViewContext;
use crate::ui::format::NumberStyle;
use crate::ui::state::{NewPair, number_style};
use crate::ui::widgets::basic;
use crate::ui::{icons, theme};

/// Width of the name of a parameter.
const NAME: f32 = 210.0;
/// From this width the source of a pair stands in its row.
const BESIDE: f32 = 900.0;

type Drafts = Vec<(Uuid, Uuid, f64)>;

pub(super) fn pairs_ui(
    ctx: &ViewContext<'_>,
    drafts: &mut Drafts,
    ui: &mut Ui,
    scenario: &Scenario,
) {
    basic::weak_ui(
        ui,
        "Rank correlation (Spearman) from −1 to 1: the run draws both parameters so that their ranks are correlated this much. Pairs that are not named are independent.",
    );
    for pair in &scenario.correlations {
        ui.separator();
        pair_ui(ctx, drafts, ui, (scenario, pair));
    }
}

fn pair_ui(
    ctx: &ViewContext<'_>,
    drafts: &mut Drafts,
    ui: &mut Ui,
    (scenario, pair): (&Scenario, &Correlation),
) {
    let style = number_style(ctx);
    let (a, b) = (title_of(scenario, pair.a), title_of(scenario, pair.b));
    let name = format!("{a} and {b}");
    let beside = ui.available_width() >= BESIDE;
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
        let figure = rho_ui(ui, (id, &label), (pair.rho, RHO), style);
        if let Some(rho) = figure.taken {
            send(ctx, (pair.a, pair.b), Some(rho));
        }
        drafts.extend(figure.draft.map(|rho| (pair.a, pair.b, rho)));
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
        if beside {
            source_ui(ui, pair);
        }
    });
    if !beside {
        source_ui(ui, pair);
    }
    for issue in ctx
        .live
        .issues
        .iter()
        .filter(|issue| is_of(&issue.place, scenario, pair))
    {
        basic::problem_ui(ui, &issue.message);
    }
}

fn source_ui(ui: &mut Ui, pair: &Correlation) {
    if !pair.source.is_empty() {
        let words = RichText::new(format!("Source: {}", pair.source))
            .font(theme::small())
            .color(theme::tokens(ui).weak);
        ui.add(egui::Label::new(words).truncate());
    }
}

/// What the run on show reached for a pair, and what it drew by where that was not the figure asked for.
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
    let mut groups = outcome.correlation_groups.iter();
    let used = groups
        .find_map(|group| group.of_pair(a, b))
        .filter(|(typed, used)| typed != used)
        .map(|(_, used)| format!(", by the nearest matrix with {}", style.fixed(used, 3)))
        .unwrap_or_default();
    Some(format!(
        "the run on show reached {} for {}{used}",
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

/// The figure being typed for a pair that could be added.
pub(super) fn new_ui(
    ctx: &ViewContext<'_>,
    pair: &mut NewPair,
    ui: &mut Ui,
    (scenario, uncertain): (&Scenario, &[&Parameter]),
) -> Option<(Uuid, Uuid, f64)> {
    let gone = |id: &Uuid| !uncertain.iter().any(|row| row.id == *id);
    (pair.a, pair.b) = (
        pair.a
            .filter(|id| !gone(id))
            .or(uncertain.first().map(|row| row.id)),
        pair.b
            .filter(|id| !gone(id))
            .or(uncertain.get(1).map(|row| row.id)),
    );
    let mut draft = None;
    ui.horizontal_wrapped(|ui| {
        parameter_ui(ui, "First parameter", &mut pair.a, uncertain);
        parameter_ui(ui, "Second parameter", &mut pair.b, uncertain);
        let id = Id::unique((scenario.id, "new correlation"));
        let name = "Rank correlation of the new pair";
        let figure = rho_ui(ui, (id, name), (pair.rho, RHO), number_style(ctx));
        draft = figure.draft;
        pair.rho = figure.taken.unwrap_or(pair.rho);
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
    let (a, b) = (pair.a?, pair.b?);
    let rho = draft.filter(|_| refused(scenario, a, b).is_none())?;
    Some((a, b, rho))
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
    if scenario.correlations.iter().any(same) {
        return Some(format!(
            "{} and {} are correlated already; change the figure of that pair",
            title_of(scenario, a),
            title_of(scenario, b)
        ));
    }
    refused_pair(scenario.parameter(a)?, scenario.parameter(b)?)
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
