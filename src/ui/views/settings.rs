//! Settings of the program: theme, size, how figures are written, threads.

use calminer_domain::units::entry::DecimalMark;
use egui::{Id, Ui};

use super::page_head_ui;
use crate::app::{Command, Negative, Settings, Theme, ViewContext};
use crate::ui::format::NumberStyle;
use crate::ui::state::{number_style, read_figure};
use crate::ui::theme;
use crate::ui::widgets::basic;
use crate::ui::widgets::field::{Field, Look};

/// More threads than this help on no machine.
const MOST_THREADS: f64 = 1_024.0;

pub(crate) fn settings_ui(ctx: &ViewContext<'_>, ui: &mut Ui) {
    page_head_ui(ui, "Settings", |_| {});
    ui.vertical(|ui| {
        ui.set_max_width(640.0);
        cards_ui(ctx, ui);
    });
}

fn cards_ui(ctx: &ViewContext<'_>, ui: &mut Ui) {
    basic::card_ui(ui, "Appearance", |ui| {
        basic::label_ui(ui, "Theme");
        let choices = Theme::ALL.map(|theme| (theme, theme.title()));
        if let Some(theme) = basic::segments_ui(ui, "Theme", ctx.settings.theme, &choices) {
            ctx.send(Command::SetTheme(theme));
        }
        basic::label_ui(ui, "Size of the interface");
        ui.horizontal(|ui| {
            for (icon, name, command) in [
                (crate::ui::icons::MINUS, "Zoom out", Command::ZoomOut),
                (crate::ui::icons::PLUS, "Zoom in", Command::ZoomIn),
            ] {
                if basic::icon_button_ui(ui, icon, name).clicked() {
                    ctx.send(command);
                }
            }
            ui.label(format!("{:.0}\u{a0}%", ctx.settings.zoom * 100.0));
        });
    });
    ui.add_space(theme::GAP);
    basic::card_ui(ui, "Figures", |ui| figures_ui(ctx, ui));
    ui.add_space(theme::GAP);
    basic::card_ui(ui, "Simulation", |ui| threads_ui(ctx, ui));
}

fn figures_ui(ctx: &ViewContext<'_>, ui: &mut Ui) {
    basic::label_ui(ui, "Decimal mark");
    let choices = [
        (DecimalMark::Point, "1,234.5"),
        (DecimalMark::Comma, "1\u{202f}234,5"),
    ];
    if let Some(decimal) = basic::segments_ui(ui, "Decimal mark", ctx.settings.decimal, &choices) {
        send(
            ctx,
            Settings {
                decimal,
                ..ctx.settings.clone()
            },
        );
    }
    basic::weak_ui(
        ui,
        "In fields both marks are understood; this one decides where a text can be read in two ways, such as 1,234",
    );
    basic::label_ui(ui, "Below zero");
    let sample = |parentheses| {
        let style = NumberStyle {
            parentheses,
            ..number_style(ctx)
        };
        style.fixed(-1_234.5, 1)
    };
    let (minus, parentheses) = (sample(false), sample(true));
    let choices = [
        (Negative::Minus, minus.as_str()),
        (Negative::Parentheses, parentheses.as_str()),
    ];
    if let Some(negative) = basic::segments_ui(ui, "Below zero", ctx.settings.negative, &choices) {
        send(
            ctx,
            Settings {
                negative,
                ..ctx.settings.clone()
            },
        );
    }
}

fn send(ctx: &ViewContext<'_>, settings: Settings) {
    ctx.send(Command::SetSettings(Box::new(settings)));
}

fn threads_ui(ctx: &ViewContext<'_>, ui: &mut Ui) {
    let style = number_style(ctx);
    basic::label_ui(ui, "Threads");
    let read = |text: &str| {
        if text.trim().is_empty() {
            return Ok(None);
        }
        let entry = read_figure(text, "", "", style)?;
        if entry.value < 1.0 || entry.value > MOST_THREADS || entry.value.fract() != 0.0 {
            return Err(format!(
                "{} is not a whole number from 1 to {MOST_THREADS}",
                text.trim()
            ));
        }
        Ok(Some(entry.value as usize))
    };
    let text = ctx
        .settings
        .threads
        .map_or_else(String::new, |threads| threads.to_string());
    let field = Field {
        id: Id::unique("threads"),
        name: "Threads",
        shown: text.clone(),
        typed: text,
        unit: "",
        hint: "all cores",
        width: 120.0,
        look: Look::Figure,
        issue: None,
    };
    let taken = field.show_ui(ui, &|text| read(text).map(drop)).taken;
    if let Some(threads) = taken.and_then(|text| read(&text).ok()) {
        send(
            ctx,
            Settings {
                threads,
                ..ctx.settings.clone()
            },
        );
    }
    basic::weak_ui(
        ui,
        "The number of threads changes the time of a run, never its figures",
    );
}
