//! The calendar of a scenario: dates, periods and their names, and where in its period a flow counts.

use calminer_domain::calendar::MAX_PERIODS;
use calminer_domain::{Calendar, Conventions, PeriodLength, Scenario, ScenarioEdit, Timing};
use egui::Ui;

use super::conventions::{choice_ui, send, text_ui};
use crate::app::ViewContext;
use crate::ui::format::NumberStyle;
use crate::ui::state::read_figure;
use crate::ui::theme;
use crate::ui::widgets::basic;

pub(crate) fn calendar_ui(
    ctx: &ViewContext<'_>,
    ui: &mut Ui,
    scenario: &Scenario,
    style: NumberStyle,
) {
    let mut calendar = scenario.calendar.clone();
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = theme::SECTION;
        dates_ui(ctx, ui, scenario, &mut calendar);
        base_date_ui(ctx, ui, scenario);
        let choices = [Timing::End, Timing::Middle, Timing::Start]
            .map(|timing| (timing, timing.words().to_owned()));
        if let Some(timing) = choice_ui(ui, "Flows at", calendar.timing, &choices) {
            calendar.timing = timing;
        }
    });
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = theme::SECTION;
        let choices = [
            PeriodLength::Year,
            PeriodLength::Quarter,
            PeriodLength::Month,
        ]
        .map(|length| (length, length.word().to_owned()));
        if let Some(length) = choice_ui(ui, "Length of a period", calendar.period_length, &choices)
        {
            calendar.period_length = length;
        }
        let limits = (1.0, f64::from(MAX_PERIODS));
        let words = ("calendar.periods", "Number of periods");
        if let Some(periods) = whole_ui(
            ctx,
            ui,
            (scenario, style),
            words,
            (f64::from(calendar.periods), limits),
        ) {
            calendar.periods = periods as u32;
        }
        let words = ("calendar.first_label", "Label of the first period");
        let label = (f64::from(calendar.first_label), (-9_999.0, 9_999.0));
        if let Some(label) = whole_ui(ctx, ui, (scenario, style), words, label) {
            calendar.first_label = label as i32;
        }
        ui.vertical(|ui| {
            basic::label_ui(ui, "Opening period");
            basic::check_ui(ui, &mut calendar.opening_period, "A period 0 at the start")
                .on_hover_text("A period of no length, dated at the start: capital at t = 0");
        });
    });
    if calendar != scenario.calendar {
        send(ctx, ScenarioEdit::SetCalendar(calendar));
    }
}

/// A day as people type it.
fn day<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, String> {
    let text = text.trim();
    text.parse()
        .map_err(|error| format!("{text} is not a day such as 2026-01-31 ({error})"))
}

fn dates_ui(ctx: &ViewContext<'_>, ui: &mut Ui, scenario: &Scenario, calendar: &mut Calendar) {
    let fields = [
        (
            ("calendar.valuation_date", "Valuation date"),
            &mut calendar.valuation_date,
        ),
        (
            ("calendar.start_date", "First period starts"),
            &mut calendar.start_date,
        ),
    ];
    for (words, own) in fields {
        // The type of a day follows from the field that takes it.
        let read = |text: &str| {
            let mut found = *own;
            found.clone_from(&day(text)?);
            Ok::<_, String>(found)
        };
        let shown = own.to_string();
        let taken = text_ui(ctx, ui, scenario, words, &shown, &|text| {
            read(text).map(drop)
        });
        let found = taken.and_then(|text| read(&text).ok());
        if let Some(found) = found {
            *own = found;
        }
    }
}

/// The day whose money "real" means; empty for the valuation date.
fn base_date_ui(ctx: &ViewContext<'_>, ui: &mut Ui, scenario: &Scenario) {
    let read = |text: &str| -> Result<Conventions, String> {
        let mut conventions = scenario.conventions.clone();
        conventions.base_date = match text.trim() {
            "" => None,
            text => Some(day(text)?),
        };
        Ok(conventions)
    };
    let shown = scenario
        .conventions
        .base_date
        .map_or_else(String::new, |date| date.to_string());
    let words = ("conventions.base_date", "Base date of money");
    let taken = text_ui(ctx, ui, scenario, words, &shown, &|text| {
        read(text).map(drop)
    });
    if let Some(conventions) = taken.and_then(|text| read(&text).ok()) {
        send(ctx, ScenarioEdit::SetConventions(conventions));
    }
}

/// A field for a whole number between two limits.
fn whole_ui(
    ctx: &ViewContext<'_>,
    ui: &mut Ui,
    (scenario, style): (&Scenario, NumberStyle),
    words: (&str, &str),
    (own, (least, most)): (f64, (f64, f64)),
) -> Option<f64> {
    let read = |text: &str| {
        let entry = read_figure(text, "", &scenario.currency, style)?;
        if entry.value < least || entry.value > most || entry.value.fract() != 0.0 {
            return Err(format!(
                "{} is not a whole number from {least} to {most}",
                text.trim()
            ));
        }
        Ok(entry.value)
    };
    let taken = text_ui(ctx, ui, scenario, words, &own.to_string(), &|text| {
        read(text).map(drop)
    });
    taken.and_then(|text| read(&text).ok())
}
