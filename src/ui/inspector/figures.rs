//! The fields of a distribution: a figure is taken when all that is typed is possible together.
//!
//! A figure that is impossible beside the others stays in its field with the sentence, and the scenario keeps the value
//! it had. So the three figures of a triangular can be moved one after the other: the last one brings the others along.

use calminer_domain::units::entry::Entry;
use calminer_domain::{BaseValue, Parameter, ScenarioEdit, Uncertainty};
use egui::{Align, Id, Label, Layout, RichText, Ui, Vec2};

use super::words::{form_unit, place_unit, place_words};
use crate::app::{CoalesceKey, Command, ViewContext};
use crate::ui::edits::distribution::{Place, from_percent, refusal, to_percent};
use crate::ui::format::NumberStyle;
use crate::ui::state::{number_style, read_figure};
use crate::ui::theme;
use crate::ui::widgets::field::{self, Field, Look};

/// Everything that the editor of one distribution works on.
#[derive(Clone, Copy)]
pub(super) struct Editor<'a> {
    pub(super) ctx: &'a ViewContext<'a>,
    pub(super) row: &'a Parameter,
    pub(super) own: &'a Uncertainty,
    pub(super) style: NumberStyle,
    pub(super) currency: &'a str,
}

impl<'a> Editor<'a> {
    pub(super) fn new(ctx: &'a ViewContext<'a>, row: &'a Parameter, own: &'a Uncertainty) -> Self {
        Self {
            ctx,
            row,
            own,
            style: number_style(ctx),
            currency: ctx.scenario().map_or("", |scenario| &scenario.currency),
        }
    }

    /// The unit in which values are read; the words beside the field say it where they are relative.
    pub(super) fn value_unit(&self) -> &'a str {
        if self.own.form == calminer_domain::DistributionForm::Absolute {
            &self.row.unit
        } else {
            ""
        }
    }

    pub(super) fn unit_words(&self) -> String {
        form_unit(self.row, self.own.form)
    }

    fn id(&self, place: Place) -> Id {
        Id::unique((self.row.id, "distribution", place))
    }

    /// The figure of a text; not a number where an open end is meant.
    fn read(&self, place: Place, text: &str) -> Result<Entry, String> {
        let optional = matches!(place, Place::KeepMin | Place::KeepMax);
        if optional && text.trim().is_empty() {
            return Ok(Entry {
                value: f64::NAN,
                notice: None,
            });
        }
        let unit = match place {
            place if place.is_percent() => "%",
            place if place.has_unit() => self.value_unit(),
            _ => "",
        };
        let entry = read_figure(text, unit, self.currency, self.style)?;
        if place.is_share() && !(0.0..=100.0).contains(&entry.value) {
            let typed = self.style.exact(entry.value);
            return Err(format!("{typed} % is not between 0 % and 100 %"));
        }
        Ok(entry)
    }

    /// The uncertainty with everything that is typed and can be read.
    pub(super) fn typed(&self, ui: &Ui) -> Uncertainty {
        let drafts = Place::all(self.own).into_iter().filter_map(|place| {
            let text = field::draft_of(ui, self.id(place))?;
            Some((place, self.read(place, &text).ok()?.value))
        });
        drafts.fold(self.own.clone(), |typed, (place, read)| {
            put(place, &typed, read)
        })
    }

    /// What the scenario would keep if this text were taken now: with all that is typed, or else alone.
    fn taken(&self, typed: &Uncertainty, place: Place, read: f64) -> Result<Uncertainty, String> {
        let together = put(place, typed, read);
        if refusal(&together).is_none() {
            return Ok(together);
        }
        let alone = put(place, self.own, read);
        refusal(&alone).map_or(Ok(alone), Err)
    }

    /// The field of a place behind its label.
    pub(super) fn field_ui(&self, ui: &mut Ui, typed: &Uncertainty, place: Place, prefix: &str) {
        let words = place_words(typed, place, self.style);
        let name = format!("{prefix}{words}");
        labeled_ui(ui, &words, |ui| {
            let figure = place.figure(self.own);
            let shown = |write: &dyn Fn(f64) -> String| match figure {
                Some(figure) if place.is_percent() => write(to_percent(figure)),
                Some(figure) => write(figure),
                None => String::new(),
            };
            let problems = self.own.problems().into_iter();
            let issue = problems
                .filter(|problem| problem.blocks && problem.field == place.field())
                .map(|problem| problem.message)
                .next();
            let unit = place_unit(self.row, self.own, place);
            let open = matches!(place, Place::KeepMin | Place::KeepMax);
            let field = Field {
                id: self.id(place),
                name: &name,
                shown: shown(&|figure| self.style.exact(figure)),
                typed: shown(&|figure| self.style.typed(figure)),
                unit: &unit,
                hint: if open { "open" } else { "" },
                width: ui.available_width(),
                look: Look::Figure,
                issue: issue.filter(|_| !open || figure.is_some()),
            };
            let read = |text: &str| {
                let entry = self.read(place, text)?;
                self.taken(typed, place, entry.value).map(|_| entry)
            };
            let outcome = field::figure_ui(ui, field, &read);
            if let Some(read) = outcome.taken
                && let Ok(changed) = self.taken(typed, place, read)
            {
                self.take(ui, &changed);
            }
        });
    }

    /// Hands a change on; what else was typed goes where it is part of the change.
    fn take(&self, ui: &Ui, changed: &Uncertainty) {
        for place in Place::all(self.own) {
            let text = field::draft_of(ui, self.id(place));
            let read = text.and_then(|text| self.read(place, &text).ok());
            if read.is_some_and(|read| put(place, changed, read.value) == *changed) {
                field::drop_draft(ui, self.id(place));
            }
        }
        send(self.ctx, self.row, Some(changed.clone()));
    }

    /// Replaces the distribution; whatever was typed and not taken belonged to the last one.
    pub(super) fn replace(&self, ui: &Ui, changed: Option<Uncertainty>) {
        for place in Place::all(self.own) {
            field::drop_draft(ui, self.id(place));
        }
        send(self.ctx, self.row, changed);
    }
}

/// The uncertainty with a figure as it was read.
fn put(place: Place, own: &Uncertainty, read: f64) -> Uncertainty {
    let figure = if place.is_percent() {
        from_percent(read)
    } else {
        read
    };
    place.put(own, (!figure.is_nan()).then_some(figure))
}

pub(super) fn send(ctx: &ViewContext<'_>, row: &Parameter, uncertainty: Option<Uncertainty>) {
    let row = Parameter {
        uncertainty,
        ..row.clone()
    };
    ctx.send(Command::Edit(
        ScenarioEdit::UpdateParameter(Box::new(row)),
        CoalesceKey::none(),
    ));
}

/// The base value; the first one of a row.
pub(super) fn base_of(row: &Parameter) -> f64 {
    match &row.base {
        BaseValue::Number(figure) => *figure,
        BaseValue::Series(figures) => figures.first().copied().unwrap_or_default(),
    }
}

/// Share of the width that labels take.
const LABELS: f32 = 0.42;

/// A label at the left and what belongs to it at the right, over the whole width.
pub(super) fn labeled_ui<R>(ui: &mut Ui, label: &str, content: impl FnOnce(&mut Ui) -> R) -> R {
    let whole = ui.available_width();
    let left = (whole * LABELS).floor();
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        let size = Vec2::new(left, theme::CONTROL);
        ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_size(size);
            ui.set_max_width(left - theme::CELL);
            let text = RichText::new(label)
                .font(theme::small())
                .color(theme::tokens(ui).weak);
            ui.add(Label::new(text).wrap());
        });
        ui.vertical(|ui| {
            ui.set_width(whole - left);
            content(ui)
        })
        .inner
    })
    .inner
}
