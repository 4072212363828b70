//! Notices: toasts at the lower right corner that stay until they are read. Banners stand on the page.

use egui::{Align, Align2, Area, Frame, Id, Label, Layout, Margin, Order, Stroke, Ui, Vec2};

use crate::app::{Command, Notice, ViewContext, Weight};
use crate::ui::widgets::basic::{self, Tone};
use crate::ui::{icons, theme};

const WIDTH: f32 = 380.0;

fn tone(notice: &Notice) -> Tone {
    match notice.weight {
        Weight::Info => Tone::Info,
        Weight::Warning => Tone::Warning,
        Weight::Error => Tone::Error,
    }
}

/// Notices that can be dismissed.
pub(crate) fn notices_ui(ctx: &ViewContext<'_>, ui: &Ui) {
    if ctx.notices.iter().all(|notice| notice.lasting) {
        return;
    }
    let area = Area::new(Id::unique("notices"))
        .order(Order::Foreground)
        .anchor(Align2::RIGHT_BOTTOM, Vec2::new(-16.0, -44.0));
    area.show(ui.ctx(), |ui| {
        ui.set_width(WIDTH);
        for notice in ctx.notices.iter().filter(|notice| !notice.lasting) {
            toast_ui(ctx, ui, notice);
        }
    });
}

fn toast_ui(ctx: &ViewContext<'_>, ui: &mut Ui, notice: &Notice) {
    let tokens = theme::tokens(ui);
    let (icon, color) = tone(notice).sign(tokens);
    let frame = Frame::new()
        .fill(tokens.surface)
        .stroke(Stroke::new(1.0, color))
        .corner_radius(theme::RADIUS)
        .shadow(ui.visuals().popup_shadow)
        .inner_margin(Margin::symmetric(12, 8));
    frame.show(ui, |ui| {
        ui.horizontal_top(|ui| {
            ui.set_width(WIDTH - 26.0);
            basic::icon_ui(ui, icon, color);
            ui.vertical(|ui| {
                ui.set_width(WIDTH - 26.0 - 24.0 - 36.0);
                ui.add(Label::new(&notice.text).wrap());
                if let Some((verb, command)) = &notice.action
                    && ui.button(*verb).clicked()
                {
                    ctx.send(command.clone());
                    ctx.send(Command::DismissNotice(notice.id));
                }
            });
            ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
                if basic::icon_button_ui(ui, icons::X, "Dismiss").clicked() {
                    ctx.send(Command::DismissNotice(notice.id));
                }
            });
        });
    });
}

/// Notices that stay until their cause is gone, over the page.
pub(crate) fn banners_ui(ctx: &ViewContext<'_>, ui: &mut Ui) {
    for notice in ctx.notices.iter().filter(|notice| notice.lasting) {
        basic::banner_ui(ui, tone(notice), &notice.text, |ui| {
            if let Some((verb, command)) = &notice.action
                && ui.button(*verb).clicked()
            {
                ctx.send(command.clone());
            }
        });
        ui.add_space(theme::GAP);
    }
}
