//! How far a job is, and the way to end it.

use egui::{ProgressBar, Ui};

use crate::app::{Job, JobState, ViewContext};
use crate::ui::widgets::basic;
use crate::ui::{format, icons, theme};

/// A row with a button, a bar and the time left. True when the button is pressed.
pub(super) fn running_ui(ctx: &ViewContext<'_>, ui: &mut Ui, job: &Job, verb: &str) -> bool {
    ui.horizontal(|ui| {
        let stopping = job.state == JobState::Cancelling;
        let stop = ui.add_enabled_ui(!stopping, |ui| basic::button_ui(ui, icons::STOP, verb));
        let fraction = job.fraction().unwrap_or(0.0);
        let bar = ProgressBar::new(fraction)
            .desired_width((ui.available_width() - 220.0).clamp(80.0, 420.0))
            .desired_height(8.0);
        ui.add(bar.fill(theme::tokens(ui).accent));
        let left = job.time_left(ctx.now).map_or_else(String::new, |left| {
            format!(" · {} left", format::duration(left.as_secs_f64()))
        });
        let words = if stopping {
            "stopping…".to_owned()
        } else {
            format!("{:.0}\u{a0}%{left}", fraction * 100.0)
        };
        basic::label_ui(ui, &words);
        stop.inner.clicked()
    })
    .inner
}
