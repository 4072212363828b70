//! The frame of a question over the window: one heading, its content, and verbs. Esc and a click beside it mean stay.

use egui::{Align, Frame, Id, Key, Layout, Margin, Modal, Modifiers, RichText, Stroke, Ui};

use super::basic;
use crate::ui::theme;

/// Draws a dialog. True when the user asked to stay: by Esc, by the cross, or by a click beside it.
pub(crate) fn dialog_ui(
    ui: &Ui,
    id: &'static str,
    heading: &str,
    width: f32,
    content: impl FnOnce(&mut Ui),
) -> bool {
    let tokens = theme::tokens(ui);
    let frame = Frame::new()
        .fill(tokens.surface)
        .stroke(Stroke::new(1.0, tokens.border))
        .corner_radius(theme::RADIUS)
        .shadow(ui.visuals().popup_shadow)
        .inner_margin(Margin::same(20));
    let modal = Modal::new(Id::unique(id))
        .frame(frame)
        .backdrop_color(tokens.backdrop);
    let mut stay = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
    let shown = modal.show(ui.ctx(), |ui| {
        ui.set_width(width.min(ui.ctx().content_rect().width() - 64.0));
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                stay |= basic::icon_button_ui(ui, crate::ui::icons::X, "Close").clicked();
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    ui.add(egui::Label::new(RichText::new(heading).font(theme::heading())).wrap());
                });
            });
        });
        ui.add_space(theme::CELL);
        content(ui);
    });
    stay || shown.should_close()
}

/// The row of verbs at the end of a dialog, the first at the right.
pub(crate) fn verbs_ui<T: Clone>(ui: &mut Ui, verbs: &[(T, &str, bool)]) -> Option<T> {
    let mut chosen = None;
    ui.add_space(theme::GAP);
    // As high as a button: a dialog whose content becomes shorter would keep its height otherwise.
    let size = egui::Vec2::new(ui.available_width(), theme::CONTROL);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
        for (answer, verb, primary) in verbs {
            let response = if *primary {
                basic::primary_ui(ui, None, verb)
            } else {
                ui.button(*verb)
            };
            if response.clicked() {
                chosen = Some(answer.clone());
            }
        }
    });
    chosen
}
