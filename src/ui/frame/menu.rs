//! The menu bar and the title row: what is open, which revision, whether it has unsaved edits.

use egui::{Align, Button, Label, Layout, MenuBar, RichText, Ui};

use crate::app::{Command, CommandSpec, DatabaseState, Icon, Menu, Page, ViewContext};
use crate::ui::state::ViewState;
use crate::ui::widgets::basic;
use crate::ui::{icons, theme};

pub(crate) fn menu_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui) {
    MenuBar::new().ui(ui, |ui| {
        for menu in Menu::ALL {
            ui.menu_button(menu.title(), |ui| {
                ui.set_min_width(280.0);
                for spec in menu.commands() {
                    item_ui(ctx, ui, spec);
                }
            });
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if ui.available_width() > 60.0 {
                drawer_ui(ctx, state, ui);
                badge_ui(ctx, ui);
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| title_ui(ctx, ui));
            }
        });
    });
}

/// One command in a menu: icon, title, keys; the tooltip says what it does, or why it cannot be used.
fn item_ui(ctx: &ViewContext<'_>, ui: &mut Ui, spec: &'static CommandSpec) {
    let tokens = theme::tokens(ui);
    let why_not = spec.why_not(ctx.facts);
    let keys = spec
        .shortcut
        .map(|keys| ui.ctx().format_shortcut(&keys))
        .unwrap_or_default();
    let color = if why_not.is_none() {
        tokens.text
    } else {
        tokens.weak
    };
    let mut job = egui::text::LayoutJob::default();
    let lead = match spec.icon {
        Some(icon) => {
            let font = theme::icon(theme::ICON);
            job.append(&glyph(icon).to_string(), 0.0, basic::format(font, color));
            theme::GAP
        }
        None => theme::ICON + theme::GAP,
    };
    let words = title(ctx, spec);
    job.append(&words, lead, basic::format(theme::body(), color));
    let button =
        Button::new(job).shortcut_text(RichText::new(keys).font(theme::small()).color(tokens.weak));
    let response = ui
        .add_enabled(why_not.is_none(), button)
        .accessible_name(spec.title);
    let response = match why_not {
        Some(why_not) => response.on_disabled_hover_text(why_not),
        None => response.on_hover_text(spec.tooltip),
    };
    if response.clicked() {
        ctx.send(spec.command.clone());
        ui.close();
    }
}

/// Undo and redo name the step.
fn title(ctx: &ViewContext<'_>, spec: &CommandSpec) -> String {
    let step = match (&spec.command, ctx.document) {
        (Command::Undo, Some(document)) => document.undo_label(),
        (Command::Redo, Some(document)) => document.redo_label(),
        _ => None,
    };
    step.map_or_else(
        || spec.title.to_owned(),
        |step| format!("{}: {step}", spec.title),
    )
}

/// The character of a command's picture.
pub(crate) fn glyph(icon: Icon) -> char {
    match icon {
        Icon::New => icons::FILE_PLUS,
        Icon::Duplicate => icons::COPY,
        Icon::Open => icons::FOLDER_OPEN,
        Icon::Database => icons::DATABASE,
        Icon::Save => icons::FLOPPY_DISK,
        Icon::Export => icons::EXPORT,
        Icon::Close => icons::X,
        Icon::Undo => icons::ARROW_COUNTER_CLOCKWISE,
        Icon::Redo => icons::ARROW_CLOCKWISE,
        Icon::Run => icons::PLAY,
        Icon::Stop => icons::STOP,
        Icon::Verify => icons::CHECK_CIRCLE,
        Icon::Search => icons::MAGNIFYING_GLASS,
        Icon::ZoomIn => icons::MAGNIFYING_GLASS_PLUS,
        Icon::ZoomOut => icons::MAGNIFYING_GLASS_MINUS,
        Icon::Keyboard => icons::KEYBOARD,
        Icon::Help => icons::QUESTION,
        Icon::Light => icons::SUN,
        Icon::Dark => icons::MOON,
        Icon::Screen => icons::MONITOR,
        Icon::Page(page) => page_glyph(page),
        Icon::Palette => icons::COMMAND,
    }
}

pub(crate) fn page_glyph(page: Page) -> char {
    match page {
        Page::Overview => icons::GAUGE,
        Page::Parameters => icons::SLIDERS_HORIZONTAL,
        Page::Production => icons::MOUNTAINS,
        Page::Costs => icons::COINS,
        Page::CashFlow => icons::TABLE,
        Page::Simulation => icons::CHART_BAR,
        Page::Sensitivity => icons::CHART_BAR_HORIZONTAL,
        Page::Settings => icons::GEAR,
        Page::Log => icons::FILE_TEXT,
    }
}

fn drawer_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui) {
    let narrow = ui.ctx().content_rect().width() < theme::INSPECTOR_FOLDS;
    if narrow && crate::ui::views::has_inspector(ctx.page) && ctx.document.is_some() {
        let name = if state.drawer {
            "Hide inspector"
        } else {
            "Show inspector"
        };
        if basic::icon_button_ui(ui, icons::SIDEBAR_SIMPLE, name).clicked() {
            state.drawer = !state.drawer;
        }
    }
}

/// The kind of database, always in sight.
fn badge_ui(ctx: &ViewContext<'_>, ui: &mut Ui) {
    let tokens = theme::tokens(ui);
    let (text, color, tooltip) = match &ctx.library.state {
        DatabaseState::Opening => (
            "Opening…".to_owned(),
            tokens.weak,
            "The database is being opened".to_owned(),
        ),
        DatabaseState::Ready => (
            ctx.library.kind().to_owned(),
            tokens.weak,
            ctx.library.path.display().to_string(),
        ),
        DatabaseState::ReadOnly(why) => (
            format!("{} read-only", ctx.library.kind()),
            tokens.warning,
            why.clone(),
        ),
        DatabaseState::Unavailable(why) => ("No database".to_owned(), tokens.negative, why.clone()),
    };
    let galley = ui
        .painter()
        .layout_no_wrap(text.clone(), theme::small(), color);
    let (rect, response) =
        ui.allocate_exact_size(galley.size() + egui::vec2(12.0, 4.0), egui::Sense::hover());
    ui.painter().rect_stroke(
        rect,
        theme::RADIUS_SMALL,
        egui::Stroke::new(1.0, color),
        egui::StrokeKind::Inside,
    );
    ui.painter()
        .galley(rect.min + egui::vec2(6.0, 2.0), galley, color);
    response.widget_info(|| {
        egui::WidgetInfo::labeled(
            egui::accesskit::Role::Label,
            true,
            format!("Database: {text}"),
        )
    });
    response.on_hover_text(tooltip);
}

/// Database, project, scenario, revision; a star for unsaved edits.
fn title_ui(ctx: &ViewContext<'_>, ui: &mut Ui) {
    let tokens = theme::tokens(ui);
    let Some(document) = ctx.document else {
        ui.add(Label::new(RichText::new(ctx.library.name()).color(tokens.weak)).truncate());
        return;
    };
    let mut job = egui::text::LayoutJob::default();
    let weak = |text: &str, job: &mut egui::text::LayoutJob| {
        job.append(text, 0.0, basic::format(theme::body(), tokens.weak));
    };
    let project = &document.project().name;
    weak(
        &format!("{}  ›  {project}  ›  ", ctx.library.name()),
        &mut job,
    );
    job.append(
        &document.scenario().name,
        0.0,
        basic::format(theme::strong(), tokens.text),
    );
    let revision = document.revision().map_or_else(
        || "not saved yet".to_owned(),
        |revision| format!("revision {revision}"),
    );
    weak(&format!("   {revision}"), &mut job);
    if document.is_dirty() {
        job.append(
            " · edited",
            0.0,
            basic::format(theme::body(), tokens.accent),
        );
    }
    ui.add_space(theme::GAP);
    ui.add(Label::new(job).truncate());
}
