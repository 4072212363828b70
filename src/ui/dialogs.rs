//! The dialogs: questions with verbs, the path dialog, palette, shortcuts, conventions.

use egui::{Button, Grid, Key, Label, Modifiers, RichText, ScrollArea, TextEdit, Ui};

use super::frame::menu::glyph;
use super::state::ViewState;
use super::theme;
use super::widgets::{basic, dialog};
use crate::app::{Answer, Command, CommandSpec, Dialog, PathDialog, TABLE, ViewContext};
use crate::ui::icons;

pub(crate) fn dialogs_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &Ui) {
    let Some(open) = ctx.dialog else {
        state.palette = super::state::Palette::default();
        state.path = super::state::PathText::default();
        state.fit = super::fit::FitView::default();
        return;
    };
    let stay = match open {
        Dialog::Palette => dialog::dialog_ui(ui, "palette", &open.title(), 560.0, |ui| {
            palette_ui(ctx, state, ui);
        }),
        Dialog::Shortcuts => dialog::dialog_ui(ui, "shortcuts", &open.title(), 520.0, shortcuts_ui),
        Dialog::Conventions => dialog::dialog_ui(ui, "conventions", &open.title(), 620.0, |ui| {
            conventions_ui(ctx, ui);
        }),
        Dialog::Fit(fit) => dialog::dialog_ui(ui, "fit", &open.title(), 760.0, |ui| {
            super::fit::fit_ui(ctx, state, ui, fit);
        }),
        Dialog::Path(path) => dialog::dialog_ui(ui, "path", &open.title(), 620.0, |ui| {
            path_ui(ctx, state, ui, path);
        }),
        _ => dialog::dialog_ui(ui, "question", &open.title(), 460.0, |ui| {
            question_ui(ctx, ui, open);
        }),
    };
    if stay {
        ctx.send(Command::AnswerDialog(Answer::Stay));
    }
}

fn question_ui(ctx: &ViewContext<'_>, ui: &mut Ui, open: &Dialog) {
    ui.add(Label::new(open.question()).wrap());
    let choices = open.choices();
    let verbs: Vec<_> = choices
        .into_iter()
        .map(|choice| (choice.answer, choice.label, choice.primary))
        .collect();
    if let Some(answer) = dialog::verbs_ui(ui, &verbs) {
        ctx.send(Command::AnswerDialog(answer));
    }
}

/// Commands whose title holds all words of the query.
fn found(query: &str) -> Vec<&'static CommandSpec> {
    let query = query.to_lowercase();
    let fits = |spec: &&CommandSpec| {
        let title = spec.title.to_lowercase();
        query.split_whitespace().all(|word| title.contains(word))
    };
    TABLE.iter().filter(fits).collect()
}

fn palette_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui) {
    let palette = &mut state.palette;
    let down = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::ArrowDown));
    let up = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::ArrowUp));
    let id = egui::Id::unique("palette query");
    let edit = TextEdit::singleline(&mut palette.query)
        .id(id)
        .hint_text("Search commands")
        .desired_width(f32::INFINITY)
        .return_key(None);
    let response = ui.add(edit).accessible_name("Search commands");
    if !std::mem::replace(&mut palette.opened, true) {
        response.request_focus();
    }
    if response.changed() {
        palette.at = 0;
    }
    let found = found(&palette.query);
    let last = found.len().saturating_sub(1);
    palette.at = match (down, up) {
        (true, _) => (palette.at + 1).min(last),
        (_, true) => palette.at.saturating_sub(1),
        _ => palette.at.min(last),
    };
    let entered = ui.input(|input| input.key_pressed(Key::Enter));
    let mut chosen = None;
    ScrollArea::vertical()
        .max_height(360.0)
        .auto_shrink([false, true])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            for (at, spec) in found.iter().enumerate() {
                let marked = at == palette.at;
                let response = palette_row_ui(ctx, ui, spec, marked);
                if marked && (down || up) {
                    response.scroll_to_me(None);
                }
                if (response.clicked() || marked && entered) && spec.why_not(ctx.facts).is_none() {
                    chosen = Some(spec.command.clone());
                }
            }
            if found.is_empty() {
                basic::weak_ui(ui, "No command is called like that");
            }
        });
    if let Some(command) = chosen {
        ctx.send(Command::AnswerDialog(Answer::Stay));
        ctx.send(command);
    }
}

fn palette_row_ui(
    ctx: &ViewContext<'_>,
    ui: &mut Ui,
    spec: &CommandSpec,
    marked: bool,
) -> egui::Response {
    let tokens = theme::tokens(ui);
    let why_not = spec.why_not(ctx.facts);
    let color = if why_not.is_none() {
        tokens.text
    } else {
        tokens.weak
    };
    let mut job = egui::text::LayoutJob::default();
    job.append(
        &spec.icon.map_or(' ', glyph).to_string(),
        0.0,
        basic::format(theme::icon(theme::ICON), color),
    );
    job.append(spec.title, 8.0, basic::format(theme::body(), color));
    let side = why_not.map_or_else(
        || {
            spec.shortcut
                .map(|keys| ui.ctx().format_shortcut(&keys))
                .unwrap_or_default()
        },
        str::to_owned,
    );
    let width = ui.available_width();
    let button = Button::selectable(marked, job)
        .right_text(RichText::new(side).font(theme::small()).color(tokens.weak))
        .min_size(egui::vec2(width, theme::CONTROL));
    ui.add(button)
        .accessible_name(spec.title)
        .on_hover_text(spec.tooltip)
}

fn shortcuts_ui(ui: &mut Ui) {
    ScrollArea::vertical()
        .max_height(420.0)
        .auto_shrink([false, true])
        .show(ui, |ui| {
            Grid::new("shortcuts")
                .num_columns(2)
                .striped(true)
                .spacing(egui::vec2(24.0, 4.0))
                .show(ui, |ui| {
                    for spec in TABLE {
                        let Some(keys) = spec.shortcut else { continue };
                        ui.label(
                            RichText::new(ui.ctx().format_shortcut(&keys))
                                .font(theme::table_strong()),
                        );
                        ui.label(RichText::new(spec.title).font(theme::table()));
                        ui.end_row();
                    }
                    for (keys, words) in [
                        ("Arrows, Tab, Enter", "Move in a table"),
                        ("F2 or typing", "Edit a cell"),
                        ("Esc", "Take back what was typed, or stay in a dialog"),
                        ("Shift+arrows", "Select a block of cells"),
                        ("Ctrl+C, Ctrl+X, Ctrl+V", "Copy, cut and paste cells"),
                        ("Delete", "Clear cells; on a name, delete the row"),
                    ] {
                        ui.label(RichText::new(keys).font(theme::table_strong()));
                        ui.label(RichText::new(words).font(theme::table()));
                        ui.end_row();
                    }
                });
        });
}

/// What the figures mean, in the words of the open scenario where there is one.
fn conventions_ui(ctx: &ViewContext<'_>, ui: &mut Ui) {
    let origin = ctx.scenario().map_or_else(
        || "from the first spend of initial capital".to_owned(),
        |scenario| scenario.conventions.payback_origin.words(),
    );
    let timing = ctx
        .scenario()
        .map_or("end of period", |scenario| scenario.calendar.timing.words());
    let pairs = [
        ("NPV", format!("Sum of the flows, each divided by (1 + rate) to the power of the years from the valuation date to the flow. Flows count at the {timing}; flows before the valuation date are sunk.")),
        ("IRR", "The rates at which the NPV is zero, from −99 % to 1,000 %. The headline is the root at which NPV falls through zero and that agrees with the sign of the NPV; otherwise there is none.".to_owned()),
        ("Payback", format!("Years {origin} until the cumulative after-tax cash is back at zero, cash spread evenly inside a period.")),
        ("Unit costs", "Total cost over total payable units, life of mine. Total cash cost adds royalties and production taxes to C1, AISC adds sustaining cost.".to_owned()),
        ("Percentiles", "P10 means that 10 % of outcomes are at or below. Linear interpolation (Hyndman and Fan type 7) unless the scenario says otherwise.".to_owned()),
        ("VaR and expected shortfall", "At 95 %. For a gain the tail is the lowest 5 %, for a cost the highest. Both are given against zero and against the mean.".to_owned()),
        ("Absent results", "A figure that does not exist in a trial is counted and named, never averaged over.".to_owned()),
    ];
    ScrollArea::vertical()
        .max_height(420.0)
        .auto_shrink([false, true])
        .show(ui, |ui| {
            for (label, text) in &pairs {
                ui.label(RichText::new(*label).font(theme::strong()));
                ui.add(Label::new(text).wrap());
                ui.add_space(theme::CELL);
            }
        });
}

fn path_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui, path: &PathDialog) {
    let of = Some((path.purpose, path.folder.clone()));
    if state.path.of != of {
        state.path = super::state::PathText {
            text: path.folder.join(&path.suggestion).display().to_string(),
            of,
        };
    }
    basic::weak_ui(ui, &path.reason);
    let edit = TextEdit::singleline(&mut state.path.text).desired_width(f32::INFINITY);
    let response = ui.add(edit).accessible_name("Path");
    let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    ScrollArea::vertical()
        .max_height(260.0)
        .auto_shrink([false, true])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            if let Some(parent) = path.folder.parent()
                && row_ui(ui, icons::ARROW_UP, "Folder above").clicked()
            {
                ctx.send(Command::AnswerDialog(Answer::ListFolder(parent.to_owned())));
            }
            for entry in &path.entries {
                let icon = if entry.folder {
                    icons::FOLDER
                } else {
                    icons::FILE
                };
                if row_ui(ui, icon, &entry.name).clicked() {
                    if entry.folder {
                        ctx.send(Command::AnswerDialog(Answer::ListFolder(
                            entry.path.clone(),
                        )));
                    } else {
                        state.path.text = entry.path.display().to_string();
                    }
                }
            }
        });
    let verbs = [(true, path.purpose.verb(), true), (false, "Cancel", false)];
    let verb = dialog::verbs_ui(ui, &verbs).or(entered.then_some(true));
    match verb {
        Some(true) if !state.path.text.trim().is_empty() => {
            ctx.send(Command::AnswerDialog(Answer::Path(
                state.path.text.trim().into(),
            )));
        }
        Some(false) => ctx.send(Command::AnswerDialog(Answer::Stay)),
        _ => {}
    }
}

fn row_ui(ui: &mut Ui, icon: char, name: &str) -> egui::Response {
    let tokens = theme::tokens(ui);
    let mut job = egui::text::LayoutJob::default();
    job.append(
        &icon.to_string(),
        0.0,
        basic::format(theme::icon(theme::ICON), tokens.weak),
    );
    job.append(name, 8.0, basic::format(theme::body(), tokens.text));
    ui.add(Button::new(job).frame_when_inactive(false).truncate())
        .accessible_name(name)
}
