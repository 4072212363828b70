//! Fields that are no figures: a choice, a word, other items.

use calminer_domain::item::{Choice, Field as Known};
use calminer_domain::{Item, ItemKind, Term};
use egui::{ComboBox, Ui, containers::menu::MenuButton};

use super::Place;
use super::figure::issue_ui;
use crate::app::ViewContext;
use crate::ui::widgets::basic;
use crate::ui::widgets::field::{Field, Look};

pub(super) fn choice_ui(
    ctx: &ViewContext<'_>,
    ui: &mut Ui,
    place: Place<'_>,
    field: &Known,
    choices: &'static [Choice],
) {
    basic::label_ui(ui, field.label).on_hover_text(field.help);
    let word = place.word(field);
    let label = |word: &str| {
        let known = choices.iter().find(|choice| choice.word == word);
        known.map_or_else(|| word.to_owned(), |choice| choice.label.to_owned())
    };
    let mut picked = word.clone();
    let combo = ComboBox::from_id_salt(place.id(field, "choice"))
        .width(ui.available_width())
        .selected_text(label(&word));
    let shown = combo.show_ui(ui, |ui| {
        for choice in choices {
            ui.selectable_value(&mut picked, choice.word.to_owned(), choice.label);
        }
    });
    let name = format!("{}: {}", field.label, label(&word));
    let _named = shown.response.accessible_name(name);
    if picked != word {
        let term = (picked != field.default_word()).then_some(Term::Text(picked));
        place.set(ctx, field, term);
    }
    issue_ui(ctx, ui, place, field);
}

pub(super) fn word_ui(ctx: &ViewContext<'_>, ui: &mut Ui, place: Place<'_>, field: &Known) {
    basic::label_ui(ui, field.label).on_hover_text(field.help);
    let text = match place.term(field) {
        Some(Term::Text(text)) => text.clone(),
        _ => String::new(),
    };
    let own = Field {
        id: place.id(field, "word"),
        name: field.label,
        shown: text.clone(),
        typed: text,
        unit: "",
        hint: field.default_word(),
        width: ui.available_width(),
        look: Look::Line,
        issue: place.issue(ctx, field),
    };
    if let Some(text) = own.show_ui(ui, &|_| Ok(())).taken {
        let text = text.trim().to_owned();
        place.set(ctx, field, (!text.is_empty()).then_some(Term::Text(text)));
    }
}

/// Other items, by name, each with a box to tick; none ticked means all.
pub(super) fn items_ui(
    ctx: &ViewContext<'_>,
    ui: &mut Ui,
    place: Place<'_>,
    field: &Known,
    kinds: &'static [ItemKind],
) {
    basic::label_ui(ui, field.label).on_hover_text(field.help);
    let text = place.word(field);
    let mut keys: Vec<String> = text
        .split(',')
        .map(|word| word.trim().to_owned())
        .filter(|word| !word.is_empty())
        .collect();
    let all = place.scenario.items.iter();
    let fitting: Vec<&Item> = all
        .filter(|item| kinds.contains(&item.kind) && item.id != place.item.id)
        .collect();
    let words = if keys.is_empty() {
        "all".to_owned()
    } else {
        let titles = keys.iter().map(|key| {
            let found = fitting.iter().find(|item| item.key == *key);
            found.map_or(key.as_str(), |item| item.title())
        });
        titles.collect::<Vec<_>>().join(", ")
    };
    let mut changed = false;
    let (response, _) = MenuButton::new(words.as_str()).ui(ui, |ui| {
        if fitting.is_empty() {
            basic::weak_ui(ui, "There is none yet");
        }
        for item in &fitting {
            let mut on = keys.contains(&item.key);
            if basic::check_ui(ui, &mut on, item.title()).changed() {
                changed = true;
                keys.retain(|key| *key != item.key);
                if on {
                    keys.push(item.key.clone());
                }
            }
        }
    });
    let _named = response.accessible_name(format!("{}: {words}", field.label));
    if changed {
        let term = (!keys.is_empty()).then(|| Term::Text(keys.join(", ")));
        place.set(ctx, field, term);
    }
    issue_ui(ctx, ui, place, field);
}
