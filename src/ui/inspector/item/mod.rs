//! An item of a typed section: a form with one field for each of its terms.

mod choices;
mod figure;
mod shown;

use calminer_domain::item::{Field as Known, FieldKind};
use calminer_domain::{Item, Scenario, ScenarioEdit, Term};
use egui::{Id, RichText, Ui};

use super::{head_ui, rest_ui, text_ui};
use crate::app::{CoalesceKey, Command, ViewContext};
use crate::ui::edits::item as edits;
use crate::ui::state::ViewState;
use crate::ui::views::item_glyph;
use crate::ui::widgets::basic;
use crate::ui::widgets::field::Look;
use crate::ui::{icons, theme};

/// Where a field stands: its item, its path and the fields beside it.
#[derive(Clone, Copy)]
struct Place<'a> {
    item: &'a Item,
    scenario: &'a Scenario,
    /// The table and the row of it, for a field of a row.
    row: Option<(&'static str, usize)>,
    keeps_figures: bool,
}

impl Place<'_> {
    fn path(&self, field: &Known) -> String {
        match self.row {
            Some((table, index)) => format!("{table}.{index}.{}", field.name),
            None => field.name.to_owned(),
        }
    }

    fn term(&self, field: &Known) -> Option<&Term> {
        edits::term_at(self.item, &self.path(field))
    }

    /// The word that stands in a text or a choice, or its default.
    fn word(&self, field: &Known) -> String {
        match self.term(field) {
            Some(Term::Text(word)) => word.clone(),
            _ => field.default_word().to_owned(),
        }
    }

    fn id(&self, field: &Known, what: &'static str) -> Id {
        Id::unique((self.item.id, self.path(field), what))
    }

    fn issue(&self, ctx: &ViewContext<'_>, field: &Known) -> Option<String> {
        crate::ui::tables::issue_of(ctx, self.item.id, &self.path(field))
    }

    /// Sends the item with a field changed.
    fn set(&self, ctx: &ViewContext<'_>, field: &Known, term: Option<Term>) {
        let mut item = self.item.clone();
        edits::set_term(&mut item, &self.path(field), term);
        send(ctx, item);
    }
}

pub(crate) fn item_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui, item: &Item) {
    let Some(scenario) = ctx.scenario() else {
        return;
    };
    head_ui(ui, item_glyph(item.kind), item.title(), item.kind.words());
    if let Some(label) = text_ui(ctx, ui, (item.id, "label", "Name"), &item.label, Look::Line) {
        change(ctx, item, |item| item.label = label);
    }
    let key = (item.id, "key", "Key: its lines begin with it");
    if let Some(key) = text_ui(ctx, ui, key, &item.key, Look::Line) {
        change(ctx, item, |item| key.trim().clone_into(&mut item.key));
    }
    ui.add_space(theme::GAP);
    ui.separator();
    let place = Place {
        item,
        scenario,
        row: None,
        keeps_figures: state.keeps_figures,
    };
    for field in item.kind.fields() {
        if shown::is_shown(item, field.name) || item.terms.contains_key(field.name) {
            field_ui(ctx, ui, place, field);
        }
    }
    super::parameter::converts_ui(state, ui);
    ui.separator();
    if let Some(source) = text_ui(
        ctx,
        ui,
        (item.id, "source", "Source"),
        &item.source,
        Look::Line,
    ) {
        change(ctx, item, |item| item.source = source);
    }
    if let Some(note) = text_ui(ctx, ui, (item.id, "note", "Note"), &item.note, Look::Notes) {
        change(ctx, item, |item| item.note = note);
    }
    rest_ui(ctx, ui, item.id);
}

fn field_ui(ctx: &ViewContext<'_>, ui: &mut Ui, place: Place<'_>, field: &'static Known) {
    match field.kind {
        FieldKind::Value { .. } => figure::value_ui(ctx, ui, place, field),
        FieldKind::Count { .. } => figure::count_ui(ctx, ui, place, field),
        FieldKind::Choice(words) => choices::choice_ui(ctx, ui, place, field, words),
        FieldKind::Text { .. } => choices::word_ui(ctx, ui, place, field),
        FieldKind::Items(kinds) => choices::items_ui(ctx, ui, place, field, kinds),
        FieldKind::Rows(fields) => rows_ui(ctx, ui, place, field, fields),
    }
    ui.add_space(theme::CELL);
}

/// A table of an item, one card a row.
fn rows_ui(
    ctx: &ViewContext<'_>,
    ui: &mut Ui,
    place: Place<'_>,
    table: &'static Known,
    fields: &'static [Known],
) {
    let item = place.item;
    ui.label(RichText::new(table.label).font(theme::strong()))
        .on_hover_text(table.help);
    let mut removed = None;
    for index in 0..item.rows(table.name).len() {
        let row = Place {
            row: Some((table.name, index)),
            ..place
        };
        let title = fields
            .first()
            .map(|field| row.word(field))
            .filter(|word| !word.is_empty());
        let title = title.unwrap_or_else(|| (index + 1).to_string());
        basic::card_ui(ui, "", |ui| {
            ui.horizontal(|ui| {
                ui.label(RichText::new(&title).font(theme::strong()));
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    let name = format!("Delete {title} from {}", table.label.to_lowercase());
                    if basic::icon_button_ui(ui, icons::TRASH, &name).clicked() {
                        removed = Some(index);
                    }
                });
            });
            for field in fields {
                field_ui(ctx, ui, row, field);
            }
        });
        ui.add_space(theme::CELL);
    }
    if let Some(index) = removed {
        change(ctx, item, |item| edits::remove_row(item, table.name, index));
    }
    let verb = format!("Add to {}", table.label.to_lowercase());
    if basic::button_ui(ui, icons::PLUS, &verb).clicked() {
        change(ctx, item, |item| edits::add_row(item, table.name));
    }
}

/// Sends the item with something changed.
fn change(ctx: &ViewContext<'_>, item: &Item, what: impl FnOnce(&mut Item)) {
    let mut item = item.clone();
    what(&mut item);
    send(ctx, item);
}

fn send(ctx: &ViewContext<'_>, item: Item) {
    let edit = ScenarioEdit::UpdateItem(Box::new(item));
    ctx.send(Command::Edit(edit, CoalesceKey::none()));
}
