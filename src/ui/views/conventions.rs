//! What the figures of a scenario mean: name, currency, calendar, rate, timing, payback.

use calminer_domain::{Conventions, PaybackOrigin, Scenario, ScenarioEdit};
use egui::{ComboBox, Id, Ui};

use super::calendar;
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
        payback_ui(ctx, ui, scenario);
    });
    ui.add_space(theme::CELL);
    calendar::calendar_ui(ctx, ui, scenario, style);
    ui.add_space(theme::CELL);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = theme::SECTION;
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
    let periods = scenario.calendar.periods();
    let span = match (periods.first(), periods.last()) {
        (Some(first), Some(last)) => format!(
            "Periods {} to {}, {} to {}. ",
            first.label, last.label, first.start, last.end
        ),
        _ => String::new(),
    };
    let words = format!(
        "{span}Money is {basis}, inflation {}. Flows before the valuation date are sunk.",
        style.percent(scenario.conventions.inflation, 1),
    );
    basic::weak_ui(ui, &words);
}

pub(super) fn send(ctx: &ViewContext<'_>, edit: ScenarioEdit) {
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
pub(super) fn text_ui(
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
            hint: match setting {
                "conventions.base_date" => "valuation date",
                _ => "",
            },
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

pub(super) fn choice_ui<T: Copy + PartialEq>(
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_currency_is_an_iso_code() {
        assert_eq!(code_of(" cad ").unwrap(), "CAD");
        assert!(code_of("dollars").unwrap_err().contains("ISO"));
    }
}
