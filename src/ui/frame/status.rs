//! The status bar: issues, what is running, when it was saved, the database, the zoom.

use egui::{
    Align, Button, Frame, Label, Layout, Margin, Popup, PopupCloseBehavior, ProgressBar, RichText,
    ScrollArea, Ui,
};

use calminer_domain::{Issue, Place};

use crate::app::{Command, Job, JobState, Page, ViewContext};
use crate::ui::state::{Inputs, Selected, ViewState};
use crate::ui::widgets::basic;
use crate::ui::{format, icons, theme};

pub(crate) fn status_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui) {
    ui.spacing_mut().interact_size.y = 22.0;
    ui.spacing_mut().button_padding = egui::vec2(6.0, 1.0);
    ui.horizontal(|ui| {
        ui.set_min_height(24.0);
        issues_ui(ctx, state, ui);
        for job in ctx
            .jobs
            .shown()
            .filter(|job| job.is_running() || matches!(job.state, JobState::Failed(_)))
        {
            job_ui(ctx, ui, job);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let zoom = format!("{:.0}\u{a0}%", ctx.settings.zoom * 100.0);
            let text = RichText::new(&zoom).font(theme::small());
            if ui
                .add(Button::new(text).frame_when_inactive(false))
                .on_hover_text("Zoom; click for 100 per cent")
                .clicked()
            {
                ctx.send(Command::ZoomReset);
            }
            basic::label_ui(ui, ctx.library.kind());
            if let Some(saved) = ctx.saved_at {
                basic::label_ui(ui, &format!("saved {saved}"));
            }
        });
    });
}

fn issues_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui) {
    let tokens = theme::tokens(ui);
    let blocking = ctx.live.blocking().count();
    let notices = ctx.live.issues.len() - blocking;
    let words = |count: usize, one: &str, many: &str| {
        if count == 1 {
            format!("1 {one}")
        } else {
            format!("{count} {many}")
        }
    };
    let (icon, color, text) = match (blocking, notices) {
        (0, 0) => (icons::CHECK_CIRCLE, tokens.positive, "No issues".to_owned()),
        (0, _) => (
            icons::INFO,
            tokens.info,
            words(notices, "notice", "notices"),
        ),
        _ => (
            icons::WARNING_CIRCLE,
            tokens.negative,
            words(blocking, "issue", "issues"),
        ),
    };
    if ctx.document.is_none() {
        return;
    }
    let mut job = egui::text::LayoutJob::default();
    job.append(
        &icon.to_string(),
        0.0,
        basic::format(theme::icon(14.0), color),
    );
    job.append(&text, 4.0, basic::format(theme::small(), tokens.text));
    let response = ui
        .add(Button::new(job).frame_when_inactive(false))
        .accessible_name(&text);
    Popup::from_toggle_button_response(&response)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| {
            ui.set_width(460.0);
            issue_list_ui(ctx, state, ui, &ctx.live.issues);
        });
}

/// Issues with their places; a click goes there.
pub(crate) fn issue_list_ui(
    ctx: &ViewContext<'_>,
    state: &mut ViewState,
    ui: &mut Ui,
    issues: &[Issue],
) {
    if issues.is_empty() {
        basic::weak_ui(ui, "Nothing stands against a run");
        return;
    }
    ScrollArea::vertical()
        .max_height(320.0)
        .auto_shrink([false, true])
        .id_salt("issues")
        .show(ui, |ui| {
            for issue in issues {
                issue_ui(ctx, state, ui, issue);
            }
        });
}

fn issue_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui, issue: &Issue) {
    let tokens = theme::tokens(ui);
    let (icon, color) = if issue.blocks() {
        (icons::WARNING_CIRCLE, tokens.negative)
    } else {
        (icons::INFO, tokens.info)
    };
    let mut job = egui::text::LayoutJob::default();
    job.append(
        &icon.to_string(),
        0.0,
        basic::format(theme::icon(14.0), color),
    );
    job.append(
        &place_words(ctx, &issue.place),
        6.0,
        basic::format(theme::strong(), tokens.text),
    );
    job.append(
        &format!("\n{}", issue.message),
        0.0,
        basic::format(theme::table(), tokens.text),
    );
    job.wrap.max_width = ui.available_width() - 24.0;
    let name = format!("{}: {}", place_words(ctx, &issue.place), issue.message);
    let response = ui
        .add(Button::new(job).frame_when_inactive(false).wrap())
        .accessible_name(&name);
    if response.clicked() {
        go_to(ctx, state, issue);
        ui.close();
    }
}

/// Shows where an issue is.
pub(crate) fn go_to(ctx: &ViewContext<'_>, state: &mut ViewState, issue: &Issue) {
    match &issue.place {
        Place::Parameter { id, .. } => {
            state.inputs = Inputs::Parameters;
            state.jump(Selected::Parameter(*id));
        }
        Place::Line { id, .. } => state.jump(Selected::Line(*id)),
        Place::Table { id, .. } => {
            state.inputs = Inputs::Tables;
            state.table = Some(*id);
        }
        Place::Correlation { .. } => state.inputs = Inputs::Correlations,
        Place::Item { id, .. } => state.jump(Selected::Item(*id)),
        Place::Scenario { .. } => {}
    }
    state.drawer = true;
    if let Some(scenario) = ctx.scenario() {
        ctx.send(Command::ShowSection(Page::of_place(&issue.place, scenario)));
    }
}

/// A place as people call it: "Gold price, distribution sd".
fn place_words(ctx: &ViewContext<'_>, place: &Place) -> String {
    let field = |field: &str| field.replace(['.', '_'], " ");
    let title = |key: &str| {
        ctx.scenario().map_or_else(
            || key.to_owned(),
            |scenario| scenario.title_of(key).to_owned(),
        )
    };
    match place {
        Place::Scenario { field: own } => field(own),
        Place::Parameter {
            key, field: own, ..
        }
        | Place::Line {
            key, field: own, ..
        }
        | Place::Item {
            key, field: own, ..
        }
        | Place::Table {
            key, field: own, ..
        } => {
            format!("{}, {}", title(key), field(own))
        }
        Place::Correlation { a, b } => format!("correlation of {} and {}", title(a), title(b)),
    }
}

fn job_ui(ctx: &ViewContext<'_>, ui: &mut Ui, job: &Job) {
    ui.separator();
    match &job.state {
        JobState::Failed(why) => {
            basic::icon_ui(ui, icons::WARNING_CIRCLE, theme::tokens(ui).negative);
            ui.add(
                Label::new(RichText::new(format!("{}: {why}", job.title)).font(theme::small()))
                    .truncate(),
            )
            .on_hover_text(why);
            if basic::icon_button_ui(ui, icons::X, &format!("Dismiss {}", job.title)).clicked() {
                ctx.send(Command::DismissJob(job.id));
            }
        }
        _ => running_ui(ctx, ui, job),
    }
}

fn running_ui(ctx: &ViewContext<'_>, ui: &mut Ui, job: &Job) {
    basic::label_ui(ui, &job.title);
    if let Some(fraction) = job.fraction() {
        ui.add(
            ProgressBar::new(fraction)
                .desired_width(90.0)
                .desired_height(6.0)
                .fill(theme::tokens(ui).accent),
        );
        let left = job.time_left(ctx.now).map_or_else(String::new, |left| {
            format!(" · {} left", format::duration(left.as_secs_f64()))
        });
        basic::label_ui(ui, &format!("{:.0}\u{a0}%{left}", fraction * 100.0));
    }
    if job.kind.can_cancel() && job.state != JobState::Cancelling {
        let text = RichText::new("Cancel").font(theme::small());
        if ui
            .add(Button::new(text))
            .accessible_name("Cancel running simulation")
            .clicked()
        {
            ctx.send(Command::CancelJob(job.id));
        }
    }
}

/// A frame for lists of issues on a page.
pub(crate) fn issue_frame(ui: &Ui) -> Frame {
    let tokens = theme::tokens(ui);
    Frame::new()
        .fill(tokens.surface)
        .stroke(egui::Stroke::new(1.0, tokens.border))
        .corner_radius(theme::RADIUS)
        .inner_margin(Margin::same(8))
}
