//! What the program wrote to its log in this session.

use egui::{Label, RichText, ScrollArea, Ui};

use super::page_head_ui;
use crate::app::{LogLine, ViewContext};
use crate::ui::widgets::basic;
use crate::ui::{icons, theme};

const ROW: f32 = 20.0;

pub(crate) fn log_ui(ctx: &ViewContext<'_>, ui: &mut Ui) {
    let mut copy = false;
    page_head_ui(ui, "Log", |ui| {
        copy = basic::button_ui(ui, icons::COPY, "Copy log").clicked();
    });
    if copy {
        let lines: Vec<_> = ctx
            .log
            .iter()
            .map(|line| format!("{} {} {}", line.time, line.level, line.text))
            .collect();
        ui.ctx().copy_text(lines.join("\n"));
    }
    basic::label_ui(
        ui,
        &format!(
            "Times are UTC. The files are in {}",
            ctx.log_folder.display()
        ),
    );
    if ctx.log.is_empty() {
        basic::empty_ui(
            ui,
            icons::FILE_TEXT,
            "Nothing was written in this session",
            None,
        );
        return;
    }
    let tokens = theme::tokens(ui);
    let frame = egui::Frame::new()
        .fill(tokens.surface)
        .stroke(egui::Stroke::new(1.0, tokens.border))
        .inner_margin(8);
    frame.show(ui, |ui| {
        ScrollArea::vertical()
            .auto_shrink([false, false])
            .stick_to_bottom(true)
            .show_rows(ui, ROW, ctx.log.len(), |ui, rows| {
                ui.spacing_mut().item_spacing.y = 0.0;
                for line in ctx.log.get(rows).unwrap_or_default() {
                    line_ui(ui, line);
                }
            });
    });
}

fn line_ui(ui: &mut Ui, line: &LogLine) {
    let tokens = theme::tokens(ui);
    let color = match line.level {
        "ERROR" => tokens.negative,
        "WARN" => tokens.warning,
        _ => tokens.weak,
    };
    let mono = |text: String| RichText::new(text).font(theme::mono());
    ui.horizontal(|ui| {
        ui.set_min_height(ROW);
        ui.label(mono(line.time.clone()).color(tokens.weak));
        ui.label(mono(format!("{:<5}", line.level)).color(color));
        ui.add(Label::new(mono(line.text.clone())).truncate())
            .on_hover_text(&line.text);
    });
}
