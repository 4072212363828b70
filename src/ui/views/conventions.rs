//! What the figures of a scenario mean: name, currency, calendar, rate, timing, payback.

use calminer_domain::{Calendar, Conventions, PaybackOrigin, Scenario, ScenarioEdit, Timing};
use egui::{ComboBox, Id, Ui};

use crate::app::{CoalesceKey, Command, ViewContext};
use crate::ui::format::NumberStyle;
use crate::ui::state::{number_style, read_figure};
use crate::ui::theme;
use crate::ui::widgets::basic;
use crate::ui::widgets::field::{Field, Look};

const WIDTH: f32 = 150.0;
/// No project is discounted at more than this; the text stays in the field and says so.
const MOST_RATE: f64 = 100.0;

pub(crate) fn conventions_ui(ctx: &ViewContext<'_>, ui: &mut Ui, scenario: &Scenario) {
    let style = number_style(ctx);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = theme::SECTION;
        rate_ui(ctx, ui, scenario, style);
        timing_ui(ctx, ui, scenario);
        payback_ui(ctx, ui, scenario);
    });
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = theme::SECTION;
        dates_ui(ctx, ui, scenario);
        periods_ui(ctx, ui, scenario, style);
        if let Some(code) = text_ui(
            ctx,
            ui,
            scenario,
            ("currency", "Currency"),
            &scenario.currency,
            &|text| code_of(text).map(drop),
        ) {
            send(
                ctx,
                ScenarioEdit::SetCurrency(code_of(&code).unwrap_or(code)),
            );
        }
        if let Some(name) = text_ui(
            ctx,
            ui,
            scenario,
            ("name", "Name of the scenario"),
            &scenario.name,
            &named,
        ) {
            send(ctx, ScenarioEdit::Rename(name.trim().to_owned()));
        }
    });
    let basis = match scenario.conventions.basis {
        calminer_domain::MoneyBasis::Real => "real money of a base date",
        calminer_domain::MoneyBasis::Nominal => "nominal money",
    };
    let words = format!(
        "{} × {}, first label {}. Money is {basis}, inflation {}. Flows before the valuation date are sunk.",
        scenario.calendar.periods,
        scenario.calendar.period_length.word(),
        scenario.calendar.first_label,
        style.percent(scenario.conventions.inflation, 1),
    );
    basic::weak_ui(ui, &words);
}

fn send(ctx: &ViewContext<'_>, edit: ScenarioEdit) {
    ctx.send(Command::Edit(edit, CoalesceKey::none()));
}

fn named(text: &str) -> Result<(), String> {
    if text.trim().is_empty() {
        Err("a scenario needs a name".to_owned())
    } else {
        Ok(())
    }
}

/// The ISO code that a text names.
fn code_of(text: &str) -> Result<String, String> {
    let code = text.trim().to_uppercase();
    if calminer_domain::units::is_currency_code(&code) {
        Ok(code)
    } else {
        Err(format!(
            "{} is not an ISO code of a currency, such as CAD or USD",
            text.trim()
        ))
    }
}

/// A field of text under its label.
fn text_ui(
    ctx: &ViewContext<'_>,
    ui: &mut Ui,
    scenario: &Scenario,
    (setting, label): (&str, &str),
    text: &str,
    check: &dyn Fn(&str) -> Result<(), String>,
) -> Option<String> {
    let width = if setting == "name" {
        WIDTH * 1.6
    } else {
        WIDTH
    };
    ui.vertical(|ui| {
        ui.set_width(width);
        basic::label_ui(ui, label);
        let field = Field {
            id: Id::unique((scenario.id, setting)),
            name: label,
            shown: text.to_owned(),
            typed: text.to_owned(),
            unit: "",
            hint: "",
            width,
            look: Look::Line,
            issue: ctx
                .live
                .of_setting(setting)
                .next()
                .map(|issue| issue.message.clone()),
        };
        field.show_ui(ui, check).taken
    })
    .inner
}

/// The discount rate: `8`, `8 %` and `8,0` all mean 8 %.
fn rate_ui(ctx: &ViewContext<'_>, ui: &mut Ui, scenario: &Scenario, style: NumberStyle) {
    let rate = scenario.conventions.discount_rate * 100.0;
    // 0.07 * 100 is 7.000000000000001 as a double; nobody typed that.
    let rate = (rate * 1e9).round() / 1e9;
    let read = |text: &str| {
        let entry = read_figure(text, "%", &scenario.currency, style)?;
        if entry.value.abs() > MOST_RATE {
            return Err(format!(
                "{} is above {MOST_RATE} % a year; type a rate in per cent",
                text.trim()
            ));
        }
        Ok(entry)
    };
    ui.vertical(|ui| {
        ui.set_width(WIDTH);
        basic::label_ui(ui, "Discount rate");
        let field = Field {
            id: Id::unique((scenario.id, "discount rate")),
            name: "Discount rate",
            shown: style.exact(rate),
            typed: style.typed(rate),
            unit: "%",
            hint: "",
            width: WIDTH,
            look: Look::Figure,
            issue: ctx
                .live
                .of_setting("conventions.discount_rate")
                .next()
                .map(|issue| issue.message.clone()),
        };
        if let Some(rate) = crate::ui::widgets::field::figure_ui(ui, field, &read).taken {
            let conventions = Conventions {
                discount_rate: rate / 100.0,
                ..scenario.conventions.clone()
            };
            send(ctx, ScenarioEdit::SetConventions(conventions));
        }
    });
}

fn timing_ui(ctx: &ViewContext<'_>, ui: &mut Ui, scenario: &Scenario) {
    let choices = [Timing::End, Timing::Middle, Timing::Start]
        .map(|timing| (timing, timing.words().to_owned()));
    if let Some(timing) = choice_ui(ui, "Flows at", scenario.calendar.timing, &choices) {
        send(
            ctx,
            ScenarioEdit::SetCalendar(Calendar {
                timing,
                ..scenario.calendar.clone()
            }),
        );
    }
}

fn payback_ui(ctx: &ViewContext<'_>, ui: &mut Ui, scenario: &Scenario) {
    let own = scenario.conventions.payback_origin;
    let mut all = vec![PaybackOrigin::FirstSpend, PaybackOrigin::FirstProduction];
    if !all.contains(&own) {
        all.push(own);
    }
    let choices: Vec<_> = all
        .into_iter()
        .map(|origin| (origin, origin.words()))
        .collect();
    if let Some(payback_origin) = choice_ui(ui, "Payback", own, &choices) {
        send(
            ctx,
            ScenarioEdit::SetConventions(Conventions {
                payback_origin,
                ..scenario.conventions.clone()
            }),
        );
    }
}

fn choice_ui<T: Copy + PartialEq>(
    ui: &mut Ui,
    label: &str,
    chosen: T,
    choices: &[(T, String)],
) -> Option<T> {
    ui.vertical(|ui| {
        let words = choices
            .iter()
            .find(|(value, _)| *value == chosen)
            .map_or("", |(_, words)| words);
        let width = if words.len() > 18 { WIDTH * 2.2 } else { WIDTH };
        ui.set_width(width);
        basic::label_ui(ui, label);
        let mut picked = chosen;
        let combo = ComboBox::from_id_salt(("convention", label))
            .width(width)
            .selected_text(words);
        let shown = combo.show_ui(ui, |ui| {
            for (value, words) in choices {
                ui.selectable_value(&mut picked, *value, words);
            }
        });
        let _named = shown.response.accessible_name(format!("{label}: {words}"));
        (picked != chosen).then_some(picked)
    })
    .inner
}

fn dates_ui(ctx: &ViewContext<'_>, ui: &mut Ui, scenario: &Scenario) {
    let calendar = &scenario.calendar;
    let read = |text: &str| -> Result<_, String> {
        let mut read = calendar.clone();
        read.valuation_date = text.trim().parse().map_err(|error| {
            format!("{} is not a day such as 2026-01-31 ({error})", text.trim())
        })?;
        Ok(read.valuation_date)
    };
    let check = |text: &str| read(text).map(drop);
    let taken = text_ui(
        ctx,
        ui,
        scenario,
        ("calendar.valuation_date", "Valuation date"),
        &calendar.valuation_date.to_string(),
        &check,
    );
    if let Some(valuation_date) = taken.and_then(|text| read(&text).ok()) {
        send(
            ctx,
            ScenarioEdit::SetCalendar(Calendar {
                valuation_date,
                ..calendar.clone()
            }),
        );
    }
    let taken = text_ui(
        ctx,
        ui,
        scenario,
        ("calendar.start_date", "First period starts"),
        &calendar.start_date.to_string(),
        &check,
    );
    if let Some(start_date) = taken.and_then(|text| read(&text).ok()) {
        send(
            ctx,
            ScenarioEdit::SetCalendar(Calendar {
                start_date,
                ..calendar.clone()
            }),
        );
    }
}

fn periods_ui(ctx: &ViewContext<'_>, ui: &mut Ui, scenario: &Scenario, style: NumberStyle) {
    let read = |text: &str| {
        let entry = read_figure(text, "", &scenario.currency, style)?;
        let most = f64::from(calminer_domain::calendar::MAX_PERIODS);
        if entry.value < 1.0 || entry.value > most || entry.value.fract() != 0.0 {
            return Err(format!(
                "{} is not a whole number from 1 to {most}",
                text.trim()
            ));
        }
        Ok(entry)
    };
    let text = scenario.calendar.periods.to_string();
    let taken = text_ui(
        ctx,
        ui,
        scenario,
        ("calendar.periods", "Number of periods"),
        &text,
        &|text| read(text).map(drop),
    );
    if let Some(entry) = taken.and_then(|text| read(&text).ok()) {
        send(
            ctx,
            ScenarioEdit::SetCalendar(Calendar {
                periods: entry.value as u32,
                ..scenario.calendar.clone()
            }),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_currency_is_an_iso_code() {
        assert_eq!(code_of(" cad ").unwrap(), "CAD");
        assert!(code_of("dollars").unwrap_err().contains("ISO"));
    }
}
