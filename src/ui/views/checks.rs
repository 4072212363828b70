//! What a reviewer asks first: which checks hold, and which inputs have no source.

use calminer_domain::{Item, ItemKind, Scenario};
use calminer_engine::result::{BaseCase, LineValues};
use egui::{Button, RichText, Ui};

use crate::app::{Command, Page, ViewContext};
use crate::ui::state::{Selected, ViewState};
use crate::ui::widgets::basic;
use crate::ui::{icons, theme};

/// Names shown at most; the rest is a number.
const MOST: usize = 12;

/// Draws both cards, each where there is something to say.
pub(super) fn checks_ui(
    ctx: &ViewContext<'_>,
    state: &mut ViewState,
    ui: &mut Ui,
    scenario: &Scenario,
) {
    let checks: Vec<&Item> = of_kind(scenario, ItemKind::Check).collect();
    if !checks.is_empty() {
        basic::card_ui(ui, "Checks of the base case", |ui| {
            for item in checks {
                check_ui(ctx, state, ui, item);
            }
        });
        ui.add_space(theme::GAP);
    }
    let bare = without_source(scenario);
    if !bare.is_empty() {
        basic::card_ui(ui, "Inputs without a source", |ui| {
            ui.horizontal_wrapped(|ui| {
                for (selected, title, page) in bare.iter().take(MOST) {
                    link_ui(ctx, state, ui, (selected, title, *page));
                }
                if bare.len() > MOST {
                    basic::weak_ui(ui, &format!("and {} more", bare.len() - MOST));
                }
            });
        });
        ui.add_space(theme::GAP);
    }
}

fn of_kind(scenario: &Scenario, kind: ItemKind) -> impl Iterator<Item = &Item> {
    let all = scenario.items.iter();
    all.filter(move |item| item.kind == kind)
}

/// How a check stands.
#[derive(Debug, PartialEq, Eq)]
enum Standing {
    Holds,
    /// Label of the first period in which it does not, where it has periods.
    Fails(Option<String>),
    Unknown,
}

fn standing(base: Option<&BaseCase>, key: &str) -> Standing {
    let line = base.and_then(|base| Some((base, base.line(key)?)));
    let Some((base, line)) = line else {
        return Standing::Unknown;
    };
    match &line.values {
        LineValues::Scalar(figure) if *figure == 1.0 => Standing::Holds,
        LineValues::Scalar(_) => Standing::Fails(None),
        LineValues::Series(figures) => match figures.iter().position(|figure| *figure != 1.0) {
            None => Standing::Holds,
            Some(period) => {
                Standing::Fails(base.periods.get(period).map(|period| period.label.clone()))
            }
        },
    }
}

fn check_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui, item: &Item) {
    let tokens = theme::tokens(ui);
    let (icon, color, words) = match standing(ctx.base(), &item.key) {
        Standing::Holds => (icons::CHECK_CIRCLE, tokens.positive, "holds".to_owned()),
        Standing::Fails(None) => (
            icons::WARNING_CIRCLE,
            tokens.negative,
            "does not hold".to_owned(),
        ),
        Standing::Fails(Some(label)) => (
            icons::WARNING_CIRCLE,
            tokens.negative,
            format!("does not hold, first in period {label}"),
        ),
        Standing::Unknown => (
            icons::WARNING_CIRCLE,
            tokens.weak,
            "cannot be computed".to_owned(),
        ),
    };
    ui.horizontal(|ui| {
        basic::icon_ui(ui, icon, color);
        link_ui(
            ctx,
            state,
            ui,
            (&Selected::Item(item.id), item.title(), Page::CashFlow),
        );
        ui.label(RichText::new(words).color(color));
    });
}

/// A name that shows its row.
fn link_ui(
    ctx: &ViewContext<'_>,
    state: &mut ViewState,
    ui: &mut Ui,
    (selected, title, page): (&Selected, &str, Page),
) {
    let text = RichText::new(title).color(theme::tokens(ui).info);
    let response = ui.add(Button::new(text).frame_when_inactive(false));
    if response.accessible_name(format!("Show {title}")).clicked() {
        state.jump(selected.clone());
        ctx.send(Command::ShowSection(page));
    }
}

/// Parameters and items that say nothing of where their figures come from. A check and a unit cost have no figures.
fn without_source(scenario: &Scenario) -> Vec<(Selected, &str, Page)> {
    let parameters = scenario.parameters.iter();
    let parameters = parameters
        .filter(|row| row.source.trim().is_empty())
        .map(|row| (Selected::Parameter(row.id), row.title(), Page::Parameters));
    let has_figures = |item: &&Item| !matches!(item.kind, ItemKind::Check | ItemKind::UnitCost);
    let items = scenario.items.iter().filter(has_figures);
    let items = items
        .filter(|item| item.source.trim().is_empty())
        .map(|item| {
            let page = Page::of_section(item.kind.section());
            (Selected::Item(item.id), item.title(), page)
        });
    parameters.chain(items).collect()
}
