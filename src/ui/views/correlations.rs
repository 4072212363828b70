//! Rank correlations: pairs of uncertain parameters with the correlation asked for, their matrices with both checks,
//! pairs that are typical, and what the run achieved.

mod matrix;
mod pairs;
mod typical;

use calminer_domain::correlation::{refused_member, refused_pair};
use calminer_domain::{Parameter, Scenario, ScenarioEdit, SimulationSettings, Uncertainty};
use calminer_engine::sampling::correlation::{GroupCheck, check};
use egui::{Id, ScrollArea, Ui};
use uuid::Uuid;

use crate::app::{CoalesceKey, Command, ViewContext};
use crate::ui::format::NumberStyle;
use crate::ui::state::{Checks, ViewState, read_figure};
use crate::ui::widgets::basic;
use crate::ui::widgets::field::{self, Field, Look};
use crate::ui::{icons, theme};

/// Width of a figure between -1 and 1.
const RHO: f32 = 84.0;
/// Joins two parameters without correlating them.
const ALMOST_NONE: f64 = 1e-300;

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
    look_again(scenario, &mut state.checks);
    let mut drafts = Vec::new();
    ScrollArea::vertical()
        .auto_shrink([false, false])
        .id_salt("correlations")
        .show(ui, |ui| {
            ui.set_max_width(ui.available_width() - 4.0);
            basic::card_ui(ui, "", |ui| pairs::pairs_ui(ctx, &mut drafts, ui, scenario));
            if uncertain.len() >= 2 {
                ui.add_space(theme::GAP);
                basic::card_ui(ui, "Correlate a pair", |ui| {
                    let new = pairs::new_ui(ctx, &mut state.pair, ui, (scenario, &uncertain));
                    drafts.extend(new);
                    members_ui(ui, &uncertain);
                });
            }
            // What changes while a figure is typed stands below the fields that it is typed into.
            for (number, group) in state.checks.groups.iter().enumerate() {
                ui.add_space(theme::GAP);
                matrix::group_ui(ctx, &mut drafts, ui, (scenario, number, group));
            }
            consent_ui(ctx, ui, scenario, &state.checks.groups);
            typical::typical_ui(ctx, ui, scenario);
        });
    if drafts != state.checks.drafts {
        state.checks.drafts = drafts;
        ui.ctx().request_repaint();
    }
}

/// Checks the pairs again where they, or what is being typed, are others than before.
fn look_again(scenario: &Scenario, checks: &mut Checks) {
    let mut pairs: Vec<(Uuid, Uuid, f64)> = Vec::new();
    let typed = scenario
        .correlations
        .iter()
        .map(|pair| (pair.a, pair.b, pair.rho));
    let being_typed = checks.drafts.iter();
    let being_typed = being_typed.map(|(a, b, rho)| (*a, *b, joined(*rho)));
    // A later figure of a pair goes before an earlier one: what is being typed counts.
    for (a, b, rho) in typed.chain(being_typed) {
        let rows = scenario.parameter(a).zip(scenario.parameter(b));
        if rows.is_none_or(|(a, b)| refused_pair(a, b).is_some()) {
            continue;
        }
        match pairs.iter_mut().find(|pair| is_pair(pair, a, b)) {
            Some(pair) => pair.2 = rho,
            None => pairs.push((a, b, rho)),
        }
    }
    if pairs != checks.of {
        // A figure outside -1 to 1 stands as an issue at its pair; there is no matrix to show with it.
        checks.groups = check(&pairs).unwrap_or_default();
        checks.of = pairs;
    }
}

/// Who types 0.4 types 0 first: the pair must not leave its group for that, because the field would leave with it.
fn joined(rho: f64) -> f64 {
    if rho == 0.0 { ALMOST_NONE } else { rho }
}

fn is_pair(pair: &(Uuid, Uuid, f64), a: Uuid, b: Uuid) -> bool {
    (pair.0, pair.1) == (a, b) || (pair.1, pair.0) == (a, b)
}

/// The consent to use the nearest possible matrix, offered where one is impossible.
fn consent_ui(ctx: &ViewContext<'_>, ui: &mut Ui, scenario: &Scenario, groups: &[GroupCheck]) {
    let settings = &scenario.simulation;
    let is_needed = groups.iter().any(|group| group.failure().is_some());
    if !is_needed && !settings.repair_correlations {
        return;
    }
    ui.add_space(theme::GAP);
    basic::card_ui(ui, "What a run uses", |ui| {
        let mut consent = settings.repair_correlations;
        let words = "Use the nearest possible matrix";
        if basic::check_ui(ui, &mut consent, words).changed() {
            let settings = SimulationSettings {
                repair_correlations: consent,
                ..settings.clone()
            };
            let edit = ScenarioEdit::SetSimulation(settings);
            ctx.send(Command::Edit(edit, CoalesceKey::none()));
        }
        match (is_needed, settings.repair_correlations) {
            (true, false) => basic::problem_ui(
                ui,
                "No variables can have the correlations above, so a run is refused. Change a figure that is marked, or use the nearest possible matrix, which each run then keeps beside the typed one",
            ),
            (true, true) => basic::hint_ui(
                ui,
                "A run uses the nearest possible matrix above in place of the typed one and keeps both",
            ),
            (false, _) => {
                basic::hint_ui(ui, "Not needed now: a run uses each matrix as it is typed");
            }
        }
    });
}

/// Which parameters cannot be in a pair, and which only with their like.
fn members_ui(ui: &mut Ui, uncertain: &[&Parameter]) {
    let per_period: Vec<&str> = uncertain
        .iter()
        .filter(|row| refused_member(row).is_none())
        .filter(|row| {
            let uncertainty = row.uncertainty.as_ref();
            uncertainty.is_some_and(Uncertainty::is_per_period)
        })
        .map(|row| row.title())
        .collect();
    if !per_period.is_empty() {
        let words = format!(
            "Drawn each period: {}. They correlate period by period, and with each other only",
            per_period.join(", ")
        );
        basic::label_ui(ui, &words);
    }
    for why in uncertain.iter().filter_map(|row| refused_member(row)) {
        basic::label_ui(ui, &why);
    }
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

/// A correlation with its sign: never told by color alone.
fn signed(rho: f64, text: String) -> String {
    let is_zero = !text.contains(|next: char| ('1'..='9').contains(&next));
    if rho > 0.0 && !is_zero {
        format!("+{text}")
    } else {
        text
    }
}

/// A field for a rank correlation.
fn rho_ui(
    ui: &mut Ui,
    (id, name): (Id, &str),
    (rho, width): (f64, f32),
    style: NumberStyle,
) -> field::Figure {
    let field = Field {
        id,
        name,
        shown: signed(rho, style.exact(rho)),
        typed: style.typed(rho),
        unit: "",
        hint: "",
        width,
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
    field::figure_ui(ui, field, &read)
}
