//! The window's content: frame, views, dialogs. It draws what a [`ViewContext`] shows and pushes commands.
//!
//! Knows no service, no file, no database and no thread. What it remembers is selection, drafts and scroll.

mod dialogs;
mod edits;
mod fit;
mod fonts;
mod format;
mod frame;
mod grid;
mod icons;
mod inspector;
mod sample;
mod state;
mod tables;
mod theme;
mod views;
mod widgets;

pub use fonts::{Demand, SystemFace, SystemFonts};

use egui::{CentralPanel, Frame, Margin, Panel, Ui};

use crate::app::{Page, Settings, Theme, ViewContext};
use state::{Inputs, ViewState};

/// Everything that is drawn.
#[derive(Debug)]
pub struct Shell {
    state: ViewState,
    theme: Theme,
    demand: Demand,
}

impl Shell {
    /// Sets fonts and styles once, before the first frame.
    pub fn new(ctx: &egui::Context, settings: &Settings) -> Self {
        theme::install(ctx);
        ctx.set_theme(preference(settings.theme));
        Self {
            state: ViewState::default(),
            theme: settings.theme,
            demand: Demand::watch(ctx),
        }
    }

    /// The characters that no font has: the window gives them to a worker that owns a [`SystemFonts`].
    pub fn demand(&self) -> &Demand {
        &self.demand
    }

    /// Draws one frame.
    pub fn show(&mut self, ctx: &ViewContext<'_>, ui: &mut Ui) {
        if self.theme != ctx.settings.theme {
            self.theme = ctx.settings.theme;
            ui.ctx().set_theme(preference(self.theme));
        }
        self.state.follow(ctx);
        frame_ui(ctx, &mut self.state, ui);
        dialogs::dialogs_ui(ctx, &mut self.state, ui);
        frame::notices::notices_ui(ctx, ui);
        self.state.page = Some(ctx.page);
    }
}

const fn preference(theme: Theme) -> egui::ThemePreference {
    match theme {
        Theme::System => egui::ThemePreference::System,
        Theme::Light => egui::ThemePreference::Light,
        Theme::Dark => egui::ThemePreference::Dark,
    }
}

/// The inspector beside the page; in a narrow window a drawer that opens for a selected row.
fn inspector_panel_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui, width: f32) {
    let side = Frame::new()
        .fill(theme::tokens(ui).panel)
        .inner_margin(Margin::same(8));
    let inspected = state.selected.is_some() || ctx.explanation.is_some();
    let rows = ctx.page != Page::Parameters || state.inputs == Inputs::Parameters;
    let wanted = ctx.document.is_some()
        && (views::has_inspector(ctx.page) && rows || ctx.explanation.is_some());
    if wanted && width >= theme::INSPECTOR_FOLDS {
        Panel::right("inspector")
            .frame(side)
            .default_size(320.0)
            .size_range(260.0..=520.0)
            .show(ui, |ui| inspector::inspector_ui(ctx, state, ui));
    } else if wanted && inspected && (state.drawer || ctx.explanation.is_some()) {
        Panel::right("inspector drawer")
            .frame(side)
            .default_size(300.0)
            .size_range(240.0..=420.0)
            .show(ui, |ui| inspector::inspector_ui(ctx, state, ui));
    }
}

fn frame_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui) {
    let tokens = theme::tokens(ui);
    let width = ui.available_width();
    let bar = Frame::new()
        .fill(tokens.panel)
        .inner_margin(Margin::symmetric(8, 2));
    Panel::top("menu")
        .frame(bar)
        .show_separator_line(false)
        .show(ui, |ui| frame::menu::menu_ui(ctx, state, ui));
    let strip = Frame::new()
        .fill(tokens.panel)
        .inner_margin(Margin::symmetric(8, 4));
    Panel::top("key figures")
        .frame(strip)
        .show(ui, |ui| frame::strip::strip_ui(ctx, ui));
    let status = Frame::new()
        .fill(tokens.panel)
        .inner_margin(Margin::symmetric(8, 2));
    Panel::bottom("status")
        .frame(status)
        .show(ui, |ui| frame::status::status_ui(ctx, state, ui));
    let side = Frame::new()
        .fill(tokens.panel)
        .inner_margin(Margin::same(8));
    if width < theme::NAVIGATION_FOLDS {
        let side = side.inner_margin(Margin::same(4));
        Panel::left("navigation icons")
            .frame(side)
            .exact_size(44.0)
            .resizable(false)
            .show(ui, |ui| frame::navigation::icons_ui(ctx, ui));
    } else {
        Panel::left("navigation")
            .frame(side)
            .default_size(212.0)
            .size_range(160.0..=360.0)
            .show(ui, |ui| frame::navigation::tree_ui(ctx, state, ui));
    }
    inspector_panel_ui(ctx, state, ui, width);
    let page = Frame::new()
        .fill(tokens.background)
        .inner_margin(Margin::same(16));
    CentralPanel::no_frame()
        .frame(page)
        .show(ui, |ui| views::page_ui(ctx, state, ui));
}

#[cfg(test)]
mod tests;
