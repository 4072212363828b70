//! The distribution of a parameter: kind, form, figures, range, draw, and at once what they imply.

use calminer_domain::{Distribution, DistributionForm, Draw, Parameter, Uncertainty};
use egui::{Button, ComboBox, Id, PopupCloseBehavior, RichText, Ui};

use super::figures::{Editor, base_of, labeled_ui, send};
use super::{points, preview};
use crate::app::{Command, ViewContext};
use crate::ui::edits::distribution::{
    FIRST, FIXED, MORE, Place, around_base, base_mark, impact_of_kind, impacts, in_form, of_kind,
};
use crate::ui::state::ViewState;
use crate::ui::widgets::basic;
use crate::ui::{icons, theme};

pub(crate) fn distribution_ui(
    ctx: &ViewContext<'_>,
    state: &mut ViewState,
    ui: &mut Ui,
    row: &Parameter,
) {
    ui.add_space(theme::GAP);
    basic::label_ui(ui, "Distribution");
    ui.spacing_mut().item_spacing.y = theme::CELL;
    kind_ui(ctx, ui, row);
    if let Some(own) = &row.uncertainty {
        let editor = Editor::new(ctx, row, own);
        let typed = editor.typed(ui);
        form_ui(&editor, ui);
        figures_ui(&editor, ui, &typed);
        if state.points_of != Some(row.id) {
            state.points = crate::ui::grid::GridState::default();
            state.points_of = Some(row.id);
        }
        points::points_ui(&editor, ui, &mut state.points);
        shortcuts_ui(&editor, ui);
        notices_ui(ui, &typed, &["draw"]);
        ui.add_space(theme::CELL);
        picture_ui(&editor, ui, &typed);
        range_ui(&editor, ui, &typed);
        draw_ui(&editor, ui, &typed);
    }
    fit_ui(ctx, ui, row);
}

/// Where the picked kind comes from: the list of the first kinds and of the others.
struct Menu<'a> {
    id: Id,
    name: &'a str,
    chosen: &'a str,
    first: &'a [&'static str],
    more: &'a [&'static str],
}

/// A list of kinds whose rarer ones stand under "More". The one picked, when it is another one.
fn menu_ui(ui: &mut Ui, menu: &Menu<'_>) -> Option<&'static str> {
    let mut picked = None;
    let unfolded = menu.id.with("more");
    let combo = ComboBox::from_id_salt(menu.id)
        .width(ui.available_width())
        .height(420.0)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .selected_text(menu.chosen);
    let shown = combo.show_ui(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        let rare = menu.more.contains(&menu.chosen);
        let open = rare || ui.data(|data| data.get_temp(unfolded).unwrap_or(false));
        let pick = |ui: &mut Ui, kind: &'static str| {
            let response = ui.add(Button::selectable(kind == menu.chosen, kind));
            response.clicked().then_some(kind)
        };
        for kind in menu.first {
            picked = picked.or(pick(ui, kind));
        }
        if !open {
            let more = ui.add(
                Button::new("More")
                    .right_text(RichText::new(icons::CARET_DOWN).font(theme::icon(theme::ICON))),
            );
            if more.accessible_name("More kinds of distribution").clicked() {
                ui.data_mut(|data| data.insert_temp(unfolded, true));
                ui.ctx().request_repaint();
            }
            return;
        }
        ui.separator();
        for kind in menu.more {
            picked = picked.or(pick(ui, kind));
        }
    });
    let _named = shown
        .response
        .accessible_name(format!("{}: {}", menu.name, menu.chosen));
    if picked.is_some() {
        egui::Popup::close_all(ui.ctx());
        ui.data_mut(|data| data.remove::<bool>(unfolded));
    }
    picked.filter(|picked| *picked != menu.chosen)
}

fn kind_ui(ctx: &ViewContext<'_>, ui: &mut Ui, row: &Parameter) {
    let old = row.uncertainty.as_ref();
    let mut first = vec![FIXED];
    first.extend(FIRST);
    let menu = Menu {
        id: Id::unique((row.id, "kind")),
        name: "Kind of distribution",
        chosen: old.map_or(FIXED, |own| own.distribution.name()),
        first: &first,
        more: &MORE,
    };
    let Some(picked) = menu_ui(ui, &menu) else {
        return;
    };
    let new = (picked != FIXED).then(|| of_kind(picked, base_of(row), old));
    match old {
        Some(own) => Editor::new(ctx, row, own).replace(ui, new),
        None => send(ctx, row, new),
    }
}

fn form_ui(editor: &Editor<'_>, ui: &mut Ui) {
    if editor.own.distribution.is_path() {
        basic::weak_ui(
            ui,
            "The path multiplies the base values, from 1 at the valuation date on",
        );
        return;
    }
    let choices = [
        (DistributionForm::Absolute, "Values"),
        (DistributionForm::Factor, "Factor"),
        (DistributionForm::PercentOfBase, "% of base"),
    ];
    let own = editor.own;
    if let Some(form) = basic::segments_ui(ui, "Figures are", own.form, &choices) {
        editor.replace(ui, Some(in_form(own, form, base_of(editor.row))));
    }
}

/// The fields of the distribution; of an event its probability and those of its impact.
fn figures_ui(editor: &Editor<'_>, ui: &mut Ui, typed: &Uncertainty) {
    let places = Place::all(editor.own);
    for place in places
        .iter()
        .filter(|place| matches!(place, Place::Figure(_)))
    {
        editor.field_ui(ui, typed, *place, "");
    }
    if let Distribution::MeanReverting { speed, .. } = typed.distribution
        && speed > 0.0
    {
        let years = calminer_engine::math::ln(2.0) / speed;
        let words = format!(
            "Half of a distance to the base values is closed in {}",
            editor.style.years(years)
        );
        basic::hint_ui(ui, &words);
    }
    let Distribution::Event { impact, .. } = &editor.own.distribution else {
        return;
    };
    labeled_ui(ui, "Impact when it happens", |ui| {
        let menu = Menu {
            id: Id::unique((editor.row.id, "impact")),
            name: "Kind of impact",
            chosen: impact.name(),
            first: &FIRST,
            more: &impacts(),
        };
        if let Some(picked) = menu_ui(ui, &menu) {
            impact_picked(editor, ui, picked);
        }
    });
    for place in places
        .iter()
        .filter(|place| matches!(place, Place::Impact(_)))
    {
        editor.field_ui(ui, typed, *place, "Impact, ");
    }
}

fn impact_picked(editor: &Editor<'_>, ui: &Ui, picked: &str) {
    let Distribution::Event {
        probability,
        impact,
    } = &editor.own.distribution
    else {
        return;
    };
    let center = base_mark(base_of(editor.row), editor.own.form);
    let distribution = Distribution::Event {
        probability: *probability,
        impact: Box::new(impact_of_kind(picked, impact, center)),
    };
    let changed = Uncertainty {
        distribution,
        ..editor.own.clone()
    };
    editor.replace(ui, Some(changed));
}

/// Ends a share of the base value away, for the distributions that are typed with three figures.
fn shortcuts_ui(editor: &Editor<'_>, ui: &mut Ui) {
    let own = editor.own;
    let three = matches!(
        own.distribution,
        Distribution::Triangular { .. } | Distribution::Pert { .. }
    );
    if !three {
        return;
    }
    labeled_ui(ui, "Ends at base", |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            ui.spacing_mut().button_padding.x = 6.0;
            for (share, words) in [(0.1, "±10 %"), (0.2, "±20 %"), (0.3, "±30 %")] {
                let changed = around_base(own, base_of(editor.row), share);
                let button = Button::new(RichText::new(words).font(theme::table()));
                let response = ui.add_enabled(changed.is_some(), button);
                let response = response
                    .on_disabled_hover_text("A share of a base value of 0 is 0")
                    .on_hover_text("Most likely at the base value, ends this far away");
                if response.clicked() {
                    editor.replace(ui, changed);
                }
            }
        });
    });
}

/// What is good to know, but forbids nothing.
fn notices_ui(ui: &mut Ui, typed: &Uncertainty, without: &[&str]) {
    let problems = typed.problems().into_iter();
    for problem in problems.filter(|problem| !problem.blocks && !without.contains(&problem.field)) {
        basic::hint_ui(ui, &problem.message);
    }
}

fn picture_ui(editor: &Editor<'_>, ui: &mut Ui, typed: &Uncertainty) {
    if typed.distribution.is_path() {
        if let Some(scenario) = editor.ctx.scenario() {
            preview::fan_ui(ui, typed, &scenario.calendar, editor.style);
        }
        return;
    }
    let unit = editor.unit_words();
    let pen = preview::Pen {
        unit: &unit,
        base: base_mark(base_of(editor.row), typed.form),
        style: editor.style,
    };
    preview::preview_ui(ui, typed, pen);
}

/// The range in which values are kept; a path and an event have none.
fn range_ui(editor: &Editor<'_>, ui: &mut Ui, typed: &Uncertainty) {
    let own = editor.own;
    let none = own.distribution.is_path() || own.distribution.is_event();
    if none && own.truncation.is_open() {
        return;
    }
    ui.add_space(theme::CELL);
    for place in [Place::KeepMin, Place::KeepMax] {
        editor.field_ui(ui, typed, place, "");
    }
}

fn draw_ui(editor: &Editor<'_>, ui: &mut Ui, typed: &Uncertainty) {
    let own = editor.own;
    if own.distribution.is_path() && own.draw == Draw::Once {
        basic::weak_ui(ui, "Drawn each period, each value from the one before");
        return;
    }
    let picked = labeled_ui(ui, "Drawn", |ui| {
        let choices = [(Draw::Once, "Once"), (Draw::EachPeriod, "Each period")];
        basic::segments_ui(ui, "Drawn", own.draw, &choices)
    });
    if let Some(draw) = picked {
        editor.replace(
            ui,
            Some(Uncertainty {
                draw,
                ..own.clone()
            }),
        );
    }
    let problems = typed.problems().into_iter();
    for problem in problems.filter(|problem| problem.field == "draw") {
        if problem.blocks {
            basic::problem_ui(ui, &problem.message);
        } else {
            basic::hint_ui(ui, &problem.message);
        }
    }
}

fn fit_ui(ctx: &ViewContext<'_>, ui: &mut Ui, row: &Parameter) {
    ui.add_space(theme::CELL);
    let tip = "Finds the distribution that describes a sample of values best";
    if basic::button_ui(ui, icons::CHART_BAR, "Fit to data…")
        .on_hover_text(tip)
        .clicked()
    {
        ctx.send(Command::FitToData(row.id));
    }
}
