//! Fields of figures: a number, a row by period or a formula, with its unit beside it.

use calminer_domain::item::{Field as Known, FieldKind};
use calminer_domain::units::entry::Entry;
use calminer_domain::{Term, formula, lowering};
use egui::Ui;

use super::{Place, send};
use crate::app::ViewContext;
use crate::ui::edits::item as edits;
use crate::ui::state::{number_style, read_figure};
use crate::ui::theme;
use crate::ui::widgets::basic;
use crate::ui::widgets::field::{Field, Look};

/// Width of the field of the unit.
const UNIT: f32 = 84.0;

/// What a text in a field of figures is.
enum Typed {
    Nothing,
    Formula(String),
    Figure(Entry),
}

pub(super) fn value_ui(ctx: &ViewContext<'_>, ui: &mut Ui, place: Place<'_>, field: &Known) {
    let FieldKind::Value {
        default,
        is_required,
        ..
    } = field.kind
    else {
        return;
    };
    let label = if is_required {
        format!("{} *", field.label)
    } else {
        field.label.to_owned()
    };
    ui.horizontal(|ui| {
        basic::label_ui(ui, &label).on_hover_text(field.help);
        by_period_ui(ctx, ui, place, field);
    });
    let path = place.path(field);
    let usual = lowering::usual_unit(place.scenario, place.item, &path).unwrap_or_default();
    let unit = place.item.units.get(&path).unwrap_or(&usual).clone();
    ui.horizontal_top(|ui| {
        let width = ui.available_width() - UNIT - ui.spacing().item_spacing.x;
        if let Some(Term::Series(_)) = place.term(field) {
            ui.allocate_ui(egui::vec2(width, theme::CONTROL), |ui| {
                basic::weak_ui(ui, "Typed by period in the table");
            });
        } else {
            text_ui(ctx, ui, (place, field), &unit, (width, default));
        }
        unit_ui(ctx, ui, place, field, (&unit, &usual));
    });
}

/// A switch between one figure and one a period.
fn by_period_ui(ctx: &ViewContext<'_>, ui: &mut Ui, place: Place<'_>, field: &Known) {
    let periods = place.scenario.calendar.column_count();
    let (words, other) = match place.term(field) {
        Some(Term::Series(figures)) => {
            let first = figures.first().copied().unwrap_or_default();
            ("One figure", Some(Term::Number(first)))
        }
        Some(Term::Number(figure)) => ("By period", Some(Term::Series(vec![*figure; periods]))),
        None => ("By period", Some(Term::Series(vec![0.0; periods]))),
        Some(_) => return,
    };
    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
        let text = egui::RichText::new(words)
            .font(theme::small())
            .color(theme::tokens(ui).info);
        let button = egui::Button::new(text).frame_when_inactive(false).small();
        let name = format!("{words}: {}", field.label);
        if ui.add(button).accessible_name(name).clicked() {
            place.set(ctx, field, other);
        }
    });
}

/// The text of a figure or a formula.
fn text_ui(
    ctx: &ViewContext<'_>,
    ui: &mut Ui,
    (place, field): (Place<'_>, &Known),
    unit: &str,
    (width, default): (f32, Option<f64>),
) {
    let style = number_style(ctx);
    let (shown, typed, look) = match place.term(field) {
        Some(Term::Number(figure)) => (style.exact(*figure), style.typed(*figure), Look::Figure),
        Some(Term::Text(text)) => (text.clone(), text.clone(), Look::Formula),
        _ => (String::new(), String::new(), Look::Figure),
    };
    let hint = default.map_or_else(String::new, |figure| style.exact(figure));
    let own = Field {
        id: place.id(field, "figure"),
        name: field.label,
        shown,
        typed,
        unit: "",
        hint: &hint,
        width,
        look,
        issue: place.issue(ctx, field),
    };
    let currency = &place.scenario.currency;
    let read = |text: &str| read(text, unit, currency, style);
    let outcome = own.show_ui(ui, &|text| read(text).map(drop));
    match outcome.taken.and_then(|text| read(&text).ok()) {
        Some(Typed::Nothing) => place.set(ctx, field, None),
        Some(Typed::Formula(text)) => place.set(ctx, field, Some(Term::Text(text))),
        Some(Typed::Figure(entry)) => place.set(ctx, field, Some(Term::Number(entry.value))),
        None => {}
    }
}

fn read(
    text: &str,
    unit: &str,
    currency: &str,
    style: crate::ui::format::NumberStyle,
) -> Result<Typed, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(Typed::Nothing);
    }
    if text.starts_with('=') {
        return formula::parse(text)
            .map(|_| Typed::Formula(text.to_owned()))
            .map_err(|error| error.message);
    }
    match read_figure(text, unit, currency, style) {
        Ok(entry) => Ok(Typed::Figure(entry)),
        // A name alone is meant as a formula.
        Err(_) if formula::is_key(text) => Ok(Typed::Formula(format!("={text}"))),
        Err(why) => Err(why),
    }
}

/// The unit of the figure; another one converts what is typed.
fn unit_ui(
    ctx: &ViewContext<'_>,
    ui: &mut Ui,
    place: Place<'_>,
    field: &Known,
    (unit, usual): (&str, &str),
) {
    let name = format!("{}, unit", field.label);
    let own = Field {
        id: place.id(field, "unit"),
        name: &name,
        shown: crate::ui::format::unit_words(unit),
        typed: unit.to_owned(),
        unit: "",
        hint: usual,
        width: UNIT,
        look: Look::Line,
        issue: None,
    };
    if let Some(text) = own.show_ui(ui, &|_| Ok(())).taken {
        let mut item = place.item.clone();
        let path = place.path(field);
        edits::set_unit(
            &mut item,
            &path,
            text.trim(),
            place.scenario,
            !place.keeps_figures,
        );
        send(ctx, item);
    }
}

/// A whole number that is fixed before anything is computed.
pub(super) fn count_ui(ctx: &ViewContext<'_>, ui: &mut Ui, place: Place<'_>, field: &Known) {
    let FieldKind::Count { default } = field.kind else {
        return;
    };
    basic::label_ui(ui, field.label).on_hover_text(field.help);
    let style = number_style(ctx);
    let text = match place.term(field) {
        Some(Term::Number(figure)) => style.typed(*figure),
        _ => String::new(),
    };
    let hint = default.map_or_else(String::new, |figure| style.exact(figure));
    let own = Field {
        id: place.id(field, "count"),
        name: field.label,
        shown: text.clone(),
        typed: text,
        unit: "",
        hint: &hint,
        width: ui.available_width(),
        look: Look::Figure,
        issue: place.issue(ctx, field),
    };
    let read = |text: &str| match text.trim() {
        "" => Ok(None),
        text => read_figure(text, "", "", style).map(|entry| Some(entry.value)),
    };
    let outcome = own.show_ui(ui, &|text| read(text).map(drop));
    if let Some(Ok(figure)) = outcome.taken.map(|text| read(&text)) {
        place.set(ctx, field, figure.map(Term::Number));
    }
}

/// Marks a field that has an issue and no room of its own for the sentence.
pub(super) fn issue_ui(ctx: &ViewContext<'_>, ui: &mut Ui, place: Place<'_>, field: &Known) {
    if let Some(why) = place.issue(ctx, field) {
        basic::problem_ui(ui, &why);
    }
}
