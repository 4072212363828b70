//! Fields that keep what was typed: a draft stays until it is taken, and a draft that cannot be read says why.
//!
//! A draft is taken when the field loses the keyboard: on Enter, Tab, a click elsewhere, and because the window takes the
//! keyboard away before a command acts (Ctrl+S while typing). Esc takes it back. A draft that cannot be read keeps its
//! text with the reason under it.

use calminer_domain::units::entry::Entry;
use egui::text::{CCursor, CCursorRange};
use egui::{FontId, Id, Key, RichText, Stroke, TextEdit, Ui};

use super::basic;
use crate::ui::theme;

/// What a field is made of.
pub(crate) struct Field<'a> {
    /// Its identity; a draft belongs to it.
    pub(crate) id: Id,
    /// What a screen reader calls it.
    pub(crate) name: &'a str,
    /// The text while nobody types.
    pub(crate) shown: String,
    /// The text that typing starts with.
    pub(crate) typed: String,
    /// Shown inside, behind the text.
    pub(crate) unit: &'a str,
    pub(crate) hint: &'a str,
    pub(crate) width: f32,
    pub(crate) look: Look,
    /// A problem of the value that is in the scenario.
    pub(crate) issue: Option<String>,
}

/// How a field looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// A figure: right-aligned, in the color of inputs.
    Figure,
    /// One line of text.
    Line,
    /// A formula: one line that wraps, in the mono font.
    Formula,
    /// Several lines; Enter starts a new one.
    Notes,
}

/// What came of a field in this frame.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// The text to take over, once.
    pub(crate) taken: Option<String>,
    /// The text being typed.
    pub(crate) draft: Option<String>,
}

#[derive(Clone, Debug, Default)]
struct Draft {
    text: String,
    refused: Option<String>,
    /// Whether the text differs from what typing started with.
    touched: bool,
    /// Whether the field has the keyboard.
    typing: bool,
}

/// What becomes of a draft when the field is left: taken, kept with the reason, or dropped.
fn left(
    draft: Draft,
    escaped: bool,
    check: &dyn Fn(&str) -> Result<(), String>,
) -> (Option<String>, Option<Draft>) {
    if escaped || !draft.touched {
        return (None, None);
    }
    match check(&draft.text) {
        Ok(()) => (Some(draft.text), None),
        Err(why) => (
            None,
            Some(Draft {
                refused: Some(why),
                typing: false,
                ..draft
            }),
        ),
    }
}

/// The text that was typed in a field and is not taken yet.
pub(crate) fn draft_of(ui: &Ui, id: Id) -> Option<String> {
    let draft = ui.data(|data| data.get_temp::<Draft>(id));
    draft.filter(|draft| draft.touched).map(|draft| draft.text)
}

/// Takes a text back that was typed in a field.
pub(crate) fn drop_draft(ui: &Ui, id: Id) {
    ui.data_mut(|data| data.remove::<Draft>(id));
}

impl Field<'_> {
    /// Draws the field. `check` says why a text cannot be read.
    pub(crate) fn show_ui(
        self,
        ui: &mut Ui,
        check: &dyn Fn(&str) -> Result<(), String>,
    ) -> Outcome {
        let mut outcome = Outcome::default();
        let mut draft = ui.data(|data| data.get_temp::<Draft>(self.id));
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = theme::CELL / 2.0;
            let had_focus = ui.memory(|memory| memory.has_focus(self.id));
            let escaped = ui.input(|input| input.key_pressed(Key::Escape));
            let mut text = draft.as_ref().map_or_else(
                || {
                    if had_focus {
                        self.typed.clone()
                    } else {
                        self.shown.clone()
                    }
                },
                |draft| draft.text.clone(),
            );
            let wrong = draft
                .as_ref()
                .and_then(|draft| draft.refused.clone())
                .or_else(|| self.issue.clone().filter(|_| draft.is_none()));
            let response = self.edit_ui(ui, &mut text, wrong.is_some());
            draft = self.typing(ui, &response, text, draft.take(), check);
            // The window takes the keyboard away before a command acts, so losing it is told by its absence alone.
            if !response.has_focus()
                && let Some(last) = draft.take_if(|draft| draft.typing)
            {
                (outcome.taken, draft) = left(last, escaped, check);
            }
            outcome.draft = draft
                .as_ref()
                .filter(|draft| draft.touched)
                .map(|draft| draft.text.clone());
            let words = draft.as_ref().map_or(wrong, |draft| draft.refused.clone());
            if let Some(words) = words {
                basic::problem_ui(ui, &words);
            }
        });
        ui.data_mut(|data| {
            data.remove::<Draft>(self.id);
            if let Some(draft) = draft {
                data.insert_temp(self.id, draft);
            }
        });
        outcome
    }

    /// The draft after what happened in this frame.
    fn typing(
        &self,
        ui: &Ui,
        response: &egui::Response,
        text: String,
        draft: Option<Draft>,
        check: &dyn Fn(&str) -> Result<(), String>,
    ) -> Option<Draft> {
        let known = draft.clone().unwrap_or_else(|| Draft {
            text: self.typed.clone(),
            ..Draft::default()
        });
        let changed = response.changed();
        if response.has_focus() && !known.typing {
            self.select_all(ui);
            return Some(Draft {
                text: if changed { text } else { known.text },
                touched: known.touched || changed,
                typing: true,
                refused: known.refused,
            });
        }
        if !changed {
            return draft;
        }
        let touched = known.touched || text != self.typed;
        Some(Draft {
            refused: check(&text).err().filter(|_| touched),
            text,
            touched,
            // The last letter and the Tab behind it may come in one frame: the draft is to be taken then.
            typing: true,
        })
    }

    fn edit_ui(&self, ui: &mut Ui, text: &mut String, wrong: bool) -> egui::Response {
        let tokens = theme::tokens(ui);
        let font: FontId = match self.look {
            Look::Formula => theme::mono(),
            Look::Figure | Look::Line | Look::Notes => theme::body(),
        };
        let many = matches!(self.look, Look::Formula | Look::Notes);
        let mut edit = if many {
            TextEdit::multiline(text)
        } else {
            TextEdit::singleline(text)
        };
        edit = edit
            .id(self.id)
            .font(font)
            .desired_width(self.width)
            .margin(egui::Margin::symmetric(8, 4));
        edit = match self.look {
            Look::Figure => edit
                .align(egui::Align2::RIGHT_CENTER)
                .text_color(tokens.input_text)
                .background_color(tokens.input_fill),
            Look::Notes => edit.desired_rows(3),
            Look::Formula => edit.desired_rows(1).return_key(None),
            Look::Line => edit,
        };
        if !self.unit.is_empty() {
            edit = edit.suffix(
                RichText::new(self.unit)
                    .font(theme::small())
                    .color(tokens.weak),
            );
        }
        if !self.hint.is_empty() {
            edit = edit.hint_text(self.hint);
        }
        if self.look == Look::Formula
            && ui.memory(|memory| memory.has_focus(self.id))
            && ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, Key::Enter))
        {
            ui.memory_mut(|memory| memory.surrender_focus(self.id));
        }
        let response = ui.add(edit).accessible_name(self.name);
        if wrong {
            let ring = Stroke::new(1.5, tokens.negative);
            ui.painter()
                .rect_stroke(response.rect, theme::RADIUS, ring, egui::StrokeKind::Inside);
        } else if response.has_focus() {
            let ring = Stroke::new(1.5, tokens.accent);
            ui.painter()
                .rect_stroke(response.rect, theme::RADIUS, ring, egui::StrokeKind::Inside);
        }
        response
    }

    fn select_all(&self, ui: &Ui) {
        if self.look == Look::Notes || self.look == Look::Formula {
            return;
        }
        if let Some(mut state) = TextEdit::load_state(ui.ctx(), self.id) {
            let all = CCursorRange::two(CCursor::default(), CCursor::new(usize::MAX));
            state.cursor.set_char_range(Some(all));
            TextEdit::store_state(ui.ctx(), self.id, state);
            ui.ctx().request_repaint();
        }
    }
}

/// What came of a figure field in this frame.
#[derive(Debug, Default)]
pub(crate) struct Figure {
    /// The figure to take over, once.
    pub(crate) taken: Option<f64>,
    /// The figure as it is being typed, where it can be read.
    pub(crate) draft: Option<f64>,
}

/// A field for a figure. How an ambiguous text was read stays under the field until it is edited again.
pub(crate) fn figure_ui(
    ui: &mut Ui,
    field: Field<'_>,
    read: &dyn Fn(&str) -> Result<Entry, String>,
) -> Figure {
    let notice = field.id.with("notice");
    let outcome = field.show_ui(ui, &|text| read(text).map(drop));
    let taken = outcome.taken.and_then(|text| read(&text).ok());
    if let Some(entry) = &taken {
        ui.data_mut(|data| data.insert_temp(notice, entry.notice.clone()));
    } else if outcome.draft.is_some() {
        ui.data_mut(|data| data.remove::<Option<String>>(notice));
    }
    if let Some(words) = ui
        .data(|data| data.get_temp::<Option<String>>(notice))
        .flatten()
    {
        basic::hint_ui(ui, &words);
    }
    Figure {
        taken: taken.map(|entry| entry.value),
        draft: outcome
            .draft
            .and_then(|text| read(&text).ok())
            .map(|entry| entry.value),
    }
}
