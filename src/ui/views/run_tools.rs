//! What can be done with the run on show: repeat it, write its samples, write its passport.

use egui::{Button, ProgressBar, RichText, Ui};

use crate::app::{Command, CommandSpec, JobKind, JobState, Verdict, ViewContext};
use crate::ui::frame::menu::glyph;
use crate::ui::widgets::basic::{self, Tone};
use crate::ui::{icons, theme};

/// Commands of the table that belong to the run on show, from right to left.
const TOOLS: [Command; 3] = [
    Command::SavePassport,
    Command::SaveSamples,
    Command::VerifyRun,
];

/// The buttons at the right of the heading; right to left.
pub(crate) fn tools_ui(ctx: &ViewContext<'_>, ui: &mut Ui) {
    if ctx.document.is_none() {
        return;
    }
    for command in &TOOLS {
        let Some(spec) = CommandSpec::of(command) else {
            continue;
        };
        let why_not = spec.why_not(ctx.facts);
        let tokens = theme::tokens(ui);
        let ink = if why_not.is_none() {
            tokens.text
        } else {
            tokens.weak
        };
        let mut job = egui::text::LayoutJob::default();
        let icon = spec.icon.map_or(' ', glyph).to_string();
        job.append(&icon, 0.0, basic::format(theme::icon(theme::ICON), ink));
        job.append(spec.title, 6.0, basic::format(theme::body(), ink));
        let response = ui
            .add_enabled(why_not.is_none(), Button::new(job))
            .accessible_name(spec.title);
        let response = match why_not {
            Some(why_not) => response.on_disabled_hover_text(why_not),
            None => response.on_hover_text(spec.tooltip),
        };
        if response.clicked() {
            ctx.send(command.clone());
        }
    }
}

/// How far a repetition of the run is, or what came of it.
pub(crate) fn verdict_ui(ctx: &ViewContext<'_>, ui: &mut Ui) {
    if let Some(job) = ctx.jobs.running(JobKind::Verify).next() {
        ui.horizontal(|ui| {
            let stopping = job.state == JobState::Cancelling;
            let stop = ui.add_enabled_ui(!stopping, |ui| {
                basic::button_ui(ui, icons::STOP, "Cancel repetition")
            });
            if stop.inner.clicked() {
                ctx.send(Command::CancelJob(job.id));
            }
            let fraction = job.fraction().unwrap_or(0.0);
            let bar = ProgressBar::new(fraction)
                .desired_width(160.0)
                .desired_height(8.0);
            ui.add(bar.fill(theme::tokens(ui).accent));
            let words = format!("Repeating the run, {:.0}\u{a0}%", fraction * 100.0);
            basic::label_ui(ui, &words);
        });
        ui.add_space(theme::GAP);
        return;
    }
    match ctx.runs.selected_verdict() {
        None => {}
        Some(Verdict::Identical) => {
            identical_ui(ui);
            ui.add_space(theme::CELL);
        }
        Some(Verdict::Differs(places)) => {
            let text = format!(
                "The run was repeated and differs: {}. Another version of the program, or a damaged run, gives other figures.",
                places.join("; ")
            );
            basic::banner_ui(ui, Tone::Error, &text, |_| {});
            ui.add_space(theme::GAP);
        }
        Some(Verdict::Failed(why)) => {
            let text = format!("The run was not repeated: {why}");
            basic::banner_ui(ui, Tone::Warning, &text, |_| {});
            ui.add_space(theme::GAP);
        }
    }
}

fn identical_ui(ui: &mut Ui) {
    let tokens = theme::tokens(ui);
    ui.horizontal(|ui| {
        basic::icon_ui(ui, icons::CHECK_CIRCLE, tokens.positive);
        ui.label(
            RichText::new("Repeated: every figure is identical to the last bit")
                .font(theme::table()),
        );
    });
}
