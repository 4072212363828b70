//! The navigation at the left: search, projects with their scenarios, pages with counts and issues.

use calminer_domain::{Project, Scenario};
use egui::accesskit::Role;
use egui::{
    Align2, Pos2, Rect, Response, ScrollArea, Sense, Stroke, TextEdit, Ui, Vec2, WidgetInfo,
};

use super::menu::page_glyph;
use crate::app::{Command, Document, Page, ViewContext};
use crate::ui::state::{Inputs, Selected, ViewState};
use crate::ui::widgets::basic;
use crate::ui::{icons, theme};

const ROW: f32 = 28.0;

pub(crate) fn tree_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui) {
    search_ui(ctx, state, ui);
    ScrollArea::vertical()
        .auto_shrink([false, false])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            if state.search.trim().is_empty() {
                library_ui(ctx, ui);
                ui.add_space(theme::GAP);
                ui.separator();
                ui.add_space(theme::CELL);
                for page in Page::ALL {
                    if page == Page::Settings {
                        ui.add_space(theme::CELL);
                        ui.separator();
                        ui.add_space(theme::CELL);
                    }
                    page_row_ui(ctx, ui, page);
                }
            } else {
                found_ui(ctx, state, ui);
            }
        });
}

/// Icons alone, for a narrow window.
pub(crate) fn icons_ui(ctx: &ViewContext<'_>, ui: &mut Ui) {
    ui.spacing_mut().item_spacing.y = 2.0;
    for page in Page::ALL {
        let issues = blocking(ctx, page);
        let name = page_name(page, issues);
        let (rect, response) = ui.allocate_exact_size(Vec2::splat(36.0), Sense::click());
        ground(ui, rect, &response, ctx.page == page);
        let color = if ctx.page == page {
            theme::tokens(ui).accent
        } else {
            theme::tokens(ui).text
        };
        ui.painter().text(
            rect.center(),
            Align2::CENTER_CENTER,
            page_glyph(page),
            theme::icon(20.0),
            color,
        );
        if issues > 0 {
            ui.painter().circle_filled(
                rect.right_top() + Vec2::new(-7.0, 7.0),
                4.0,
                theme::tokens(ui).negative,
            );
        }
        let selected = ctx.page == page;
        response.widget_info(|| WidgetInfo::selected(Role::Tab, true, selected, &name));
        if response.on_hover_text(name).clicked() {
            ctx.send(Command::ShowSection(page));
        }
    }
}

fn search_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui) {
    let id = egui::Id::unique("navigation search");
    let edit = TextEdit::singleline(&mut state.search)
        .id(id)
        .hint_text("Search names and keys")
        .desired_width(f32::INFINITY);
    ui.add(edit).accessible_name("Search names and keys");
    if ctx.find_count != state.found {
        state.found = ctx.find_count;
        ui.memory_mut(|memory| memory.request_focus(id));
    }
    ui.add_space(theme::CELL);
}

fn library_ui(ctx: &ViewContext<'_>, ui: &mut Ui) {
    let open = ctx.scenario().map(|scenario| scenario.id);
    if ctx.library.projects.is_empty() && ctx.document.is_none() {
        basic::weak_ui(ui, "No project yet");
    }
    let unsaved = ctx
        .document
        .filter(|document| ctx.library.scenario(document.scenario().id).is_none());
    let home = unsaved.map(|document| document.project().id);
    for entry in &ctx.library.projects {
        project_ui(ui, &entry.project);
        for scenario in &entry.scenarios {
            let selected = open == Some(scenario.id);
            let words = format!(
                "{}, revision {} of {}",
                scenario.name, scenario.revision, scenario.saved_at
            );
            if scenario_ui(ui, &scenario.name, &words, selected) && !selected {
                ctx.send(Command::OpenScenario(scenario.id));
            }
        }
        if let Some(document) = unsaved.filter(|_| home == Some(entry.project.id)) {
            unsaved_ui(ui, document);
        }
    }
    let known = |id| {
        ctx.library
            .projects
            .iter()
            .any(|entry| entry.project.id == id)
    };
    if let Some(document) = unsaved.filter(|document| !known(document.project().id)) {
        project_ui(ui, document.project());
        unsaved_ui(ui, document);
    }
}

fn project_ui(ui: &mut Ui, project: &Project) {
    let name = &project.name;
    let (rect, response) =
        ui.allocate_exact_size(Vec2::new(ui.available_width(), ROW), Sense::hover());
    label(ui, rect, (icons::MOUNTAINS, 6.0), name, Ink::Weak);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("Project {name}")));
    response.on_hover_text(if project.description.is_empty() {
        name
    } else {
        &project.description
    });
}

/// A scenario under its project. True when it is clicked.
fn scenario_ui(ui: &mut Ui, name: &str, words: &str, selected: bool) -> bool {
    let (rect, response) =
        ui.allocate_exact_size(Vec2::new(ui.available_width(), ROW), Sense::click());
    ground(ui, rect, &response, selected);
    let ink = if selected { Ink::Active } else { Ink::Plain };
    label(ui, rect, (icons::FILE_TEXT, 20.0), name, ink);
    response.widget_info(|| {
        WidgetInfo::selected(Role::TreeItem, true, selected, format!("Scenario {name}"))
    });
    response.on_hover_text(words).clicked()
}

/// The open scenario, which no database holds yet.
fn unsaved_ui(ui: &mut Ui, document: &Document) {
    let name = &document.scenario().name;
    scenario_ui(ui, name, &format!("{name}, not saved yet"), true);
}

fn page_row_ui(ctx: &ViewContext<'_>, ui: &mut Ui, page: Page) {
    let selected = ctx.page == page;
    let issues = blocking(ctx, page);
    let (rect, response) =
        ui.allocate_exact_size(Vec2::new(ui.available_width(), ROW), Sense::click());
    ground(ui, rect, &response, selected);
    label(
        ui,
        rect,
        (page_glyph(page), 6.0),
        page.title(),
        if selected { Ink::Active } else { Ink::Plain },
    );
    let tokens = theme::tokens(ui);
    let mut right = rect.right() - 8.0;
    if issues > 0 {
        let badge = Rect::from_center_size(
            Pos2::new(right - 8.0, rect.center().y),
            Vec2::new(20.0, 16.0),
        );
        ui.painter().rect_stroke(
            badge,
            8.0,
            Stroke::new(1.0, tokens.negative),
            egui::StrokeKind::Inside,
        );
        ui.painter().text(
            badge.center(),
            Align2::CENTER_CENTER,
            issues,
            theme::small(),
            tokens.negative,
        );
        right -= 26.0;
    }
    if let Some(count) = count(ctx, page) {
        ui.painter().text(
            Pos2::new(right, rect.center().y),
            Align2::RIGHT_CENTER,
            count,
            theme::small(),
            tokens.weak,
        );
    }
    let name = page_name(page, issues);
    response.widget_info(|| WidgetInfo::selected(Role::Tab, true, selected, &name));
    if response.clicked() {
        ctx.send(Command::ShowSection(page));
    }
}

fn page_name(page: Page, issues: usize) -> String {
    match issues {
        0 => page.title().to_owned(),
        1 => format!("{}, 1 issue", page.title()),
        _ => format!("{}, {issues} issues", page.title()),
    }
}

fn blocking(ctx: &ViewContext<'_>, page: Page) -> usize {
    ctx.scenario().map_or(0, |scenario| {
        ctx.live
            .of_page(page, scenario)
            .filter(|issue| issue.blocks())
            .count()
    })
}

fn count(ctx: &ViewContext<'_>, page: Page) -> Option<usize> {
    let scenario = ctx.scenario()?;
    match page {
        Page::Parameters => Some(scenario.parameters.len()),
        Page::Production | Page::Costs | Page::CashFlow => {
            let lines = scenario.lines.iter().map(|line| line.section);
            let items = scenario.items.iter().map(|item| item.kind.section());
            let all = lines.chain(items);
            Some(
                all.filter(|section| page.sections().contains(section))
                    .count(),
            )
        }
        Page::Simulation => Some(ctx.runs.entries.len()).filter(|count| *count > 0),
        Page::Overview | Page::Sensitivity | Page::Settings | Page::Log => None,
    }
}

#[derive(Clone, Copy)]
enum Ink {
    Plain,
    Weak,
    Active,
}

fn ground(ui: &Ui, rect: Rect, response: &Response, selected: bool) {
    let tokens = theme::tokens(ui);
    if selected {
        ui.painter()
            .rect_filled(rect, theme::RADIUS_SMALL, tokens.selection);
        let bar = Rect::from_min_size(
            rect.min + Vec2::new(0.0, 5.0),
            Vec2::new(3.0, rect.height() - 10.0),
        );
        ui.painter().rect_filled(bar, 1.5, tokens.accent);
    } else if response.hovered() {
        ui.painter()
            .rect_filled(rect, theme::RADIUS_SMALL, tokens.hover);
    }
    if response.has_focus() {
        ui.painter().rect_stroke(
            rect,
            theme::RADIUS_SMALL,
            Stroke::new(1.5, tokens.accent),
            egui::StrokeKind::Inside,
        );
    }
}

fn label(ui: &Ui, rect: Rect, (icon, indent): (char, f32), text: &str, ink: Ink) {
    let tokens = theme::tokens(ui);
    let (color, font) = match ink {
        Ink::Plain => (tokens.text, theme::body()),
        Ink::Weak => (tokens.weak, theme::small()),
        Ink::Active => (tokens.text, theme::strong()),
    };
    let left = rect.left() + indent;
    ui.painter().text(
        Pos2::new(left, rect.center().y),
        Align2::LEFT_CENTER,
        icon,
        theme::icon(theme::ICON),
        color,
    );
    let mut job = egui::text::LayoutJob::simple_singleline(text.to_owned(), font, color);
    job.wrap.max_width = (rect.right() - left - 60.0).max(20.0);
    job.wrap.max_rows = 1;
    job.wrap.break_anywhere = true;
    let galley = ui.painter().layout_job(job);
    let top = rect.center().y - galley.size().y / 2.0;
    ui.painter()
        .galley(Pos2::new(left + 24.0, top), galley, color);
}

/// Rows whose label or key holds the text.
fn found_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui) {
    let Some(scenario) = ctx.scenario() else {
        return;
    };
    let wanted = state.search.trim().to_lowercase();
    let found = matches(scenario, &wanted);
    if found.is_empty() {
        basic::weak_ui(ui, "No parameter or line has that in its name or key");
    }
    for (selected, title, page) in found {
        let (rect, response) =
            ui.allocate_exact_size(Vec2::new(ui.available_width(), ROW), Sense::click());
        ground(
            ui,
            rect,
            &response,
            state.selected.as_ref() == Some(&selected),
        );
        label(ui, rect, (page_glyph(page), 6.0), title, Ink::Plain);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Show {title}")));
        if response.on_hover_text(page.title()).clicked() {
            state.inputs = Inputs::Parameters;
            state.jump(selected);
            ctx.send(Command::ShowSection(page));
        }
    }
}

/// Parameters, items and lines with a text in their name or key, and the page of each.
fn matches<'a>(scenario: &'a Scenario, wanted: &str) -> Vec<(Selected, &'a str, Page)> {
    let fits = |label: &str, key: &str| {
        label.to_lowercase().contains(wanted) || key.to_lowercase().contains(wanted)
    };
    let parameters = scenario.parameters.iter();
    let parameters = parameters
        .filter(|row| fits(&row.label, &row.key))
        .map(|row| (Selected::Parameter(row.id), row.title(), Page::Parameters));
    let items = scenario.items.iter();
    let items = items.filter(|row| fits(&row.label, &row.key)).map(|row| {
        (
            Selected::Item(row.id),
            row.title(),
            Page::of_section(row.kind.section()),
        )
    });
    let lines = scenario.lines.iter();
    let lines = lines.filter(|row| fits(&row.label, &row.key)).map(|row| {
        (
            Selected::Line(row.id),
            row.title(),
            Page::of_section(row.section),
        )
    });
    parameters.chain(items).chain(lines).collect()
}
