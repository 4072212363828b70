//! The formula of a line: a field in the mono font, the place of a fault underlined, names to go on with.

use calminer_domain::Line;
use calminer_domain::formula::{self, Span};
use egui::text::LayoutJob;
use egui::{Id, Label, RichText, Stroke, Ui};

use crate::app::ViewContext;
use crate::ui::tables::issue_of;
use crate::ui::theme;
use crate::ui::widgets::basic;
use crate::ui::widgets::field::{Field, Look};

/// Names offered at most.
const MOST_NAMES: usize = 6;

/// Draws the field. The formula to take over, once, with its `=`.
pub(super) fn formula_ui(
    ctx: &ViewContext<'_>,
    ui: &mut Ui,
    row: &Line,
    text: &str,
) -> Option<String> {
    let id = Id::unique((row.id, "formula"));
    let field = Field {
        id,
        name: "Formula",
        shown: text.to_owned(),
        typed: text.to_owned(),
        unit: "",
        hint: "=",
        width: ui.available_width(),
        look: Look::Formula,
        issue: issue_of(ctx, row.id, "value"),
    };
    let outcome = field.show_ui(ui, &|_| Ok(()));
    let shown = outcome.draft.as_deref().unwrap_or(text);
    if let Err(error) = formula::parse(&with_sign(shown)) {
        fault_ui(ui, &with_sign(shown), error.span);
        if outcome.draft.is_some() {
            basic::problem_ui(ui, &error.message);
        }
    }
    if let Some(draft) = &outcome.draft {
        names_ui(ctx, ui, id, draft);
    }
    outcome.taken.map(|text| with_sign(&text))
}

/// A formula starts with `=`, whether that was typed or not.
fn with_sign(text: &str) -> String {
    let text = text.trim();
    if text.starts_with('=') {
        text.to_owned()
    } else {
        format!("={text}")
    }
}

/// The text with the place of its fault underlined.
fn fault_ui(ui: &mut Ui, text: &str, span: Span) {
    let tokens = theme::tokens(ui);
    let start = floor(text, span.start);
    let end = floor(text, span.end).max(start);
    let plain = basic::format(theme::mono(), tokens.weak);
    let mut fault = basic::format(theme::mono(), tokens.negative);
    fault.underline = Stroke::new(2.0, tokens.negative);
    let mut job = LayoutJob::default();
    job.append(&text[..start], 0.0, plain.clone());
    // An empty place, such as the end of the text, is a blank that is underlined.
    let marked = if start == end {
        "  "
    } else {
        &text[start..end]
    };
    job.append(marked, 0.0, fault);
    job.append(&text[end..], 0.0, plain);
    ui.add(Label::new(job).wrap());
}

/// The nearest boundary of a character at or before a byte.
fn floor(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at)
        .rev()
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0)
}

/// The word in front of a place, counted in characters.
fn word_before(text: &str, at: usize) -> String {
    let before: Vec<char> = text.chars().take(at).collect();
    let is_part = |next: &&char| next.is_alphanumeric() || **next == '_';
    let length = before.iter().rev().take_while(is_part).count();
    before[before.len() - length..].iter().collect()
}

/// Names that begin like the word being typed.
fn names_ui(ctx: &ViewContext<'_>, ui: &mut Ui, id: Id, draft: &str) {
    let Some(scenario) = ctx.scenario() else {
        return;
    };
    let edit = egui::TextEdit::load_state(ui.ctx(), id);
    let cursor = edit.and_then(|state| state.cursor.char_range());
    let at = cursor.map_or(usize::MAX, |range| range.primary.index.into());
    let word = word_before(draft, at);
    if word.chars().count() < 2 {
        return;
    }
    let fits = |key: &&str| key.starts_with(&word) && **key != word;
    let fitting: Vec<_> = scenario.keys().filter(fits).take(MOST_NAMES).collect();
    if fitting.is_empty() {
        return;
    }
    basic::label_ui(ui, "Names that begin like this");
    for key in fitting {
        let words = format!("{key}  {}", scenario.title_of(key));
        let weak = theme::tokens(ui).weak;
        ui.label(RichText::new(words).font(theme::small()).color(weak));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_at_the_cursor_is_found() {
        assert_eq!(word_before("=gold_pri * 2", 9), "gold_pri");
        assert_eq!(word_before("=gold * pr", usize::MAX), "pr");
        assert_eq!(word_before("=gold * ", usize::MAX), "");
        assert_eq!(word_before("=größe", 4), "grö");
    }

    #[test]
    fn a_formula_has_its_sign_and_a_place_is_a_boundary() {
        assert_eq!(
            (with_sign(" a + b "), with_sign("=a")),
            ("=a + b".to_owned(), "=a".to_owned())
        );
        assert_eq!((floor("ä+", 1), floor("ä+", 2), floor("ä", 99)), (0, 2, 2));
    }
}
