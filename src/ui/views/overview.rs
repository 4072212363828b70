//! The scenario at a glance: key figures, cash flow, the distribution of NPV, issues, conventions, notes.

use calminer_domain::{Role, Scenario, ScenarioEdit};
use egui::{Id, RichText, ScrollArea, Ui, Vec2};

use super::{conventions, page_head_ui};
use crate::app::{CoalesceKey, Command, Runs, Standing, ViewContext};
use crate::ui::format;
use crate::ui::frame::{figures, status};
use crate::ui::state::{ViewState, number_style};
use crate::ui::theme;
use crate::ui::views::result_plots::{self, Place};
use crate::ui::widgets::basic::{self, KeyFigure};
use crate::ui::widgets::cash_chart::{self, Flows};
use crate::ui::widgets::field::{Field, Look};
use crate::ui::widgets::histogram;

/// Below this width the two plots stand under each other.
const TWO_COLUMNS: f32 = 760.0;
const PLOT: f32 = 268.0;
/// The narrowest card on which figure and note are read whole.
const CARD: f32 = 176.0;

pub(crate) fn overview_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui) {
    let Some(scenario) = ctx.scenario() else {
        return;
    };
    page_head_ui(ui, &scenario.name, |_| {});
    ScrollArea::vertical()
        .auto_shrink([false, false])
        .id_salt("overview")
        .show(ui, |ui| {
            ui.set_max_width(ui.available_width() - 4.0);
            cards_ui(ctx, ui, scenario);
            ui.add_space(theme::GAP);
            plots_ui(ctx, ui, scenario);
            ui.add_space(theme::GAP);
            blocks_ui(ctx, state, ui, scenario);
        });
}

fn cards_ui(ctx: &ViewContext<'_>, ui: &mut Ui, scenario: &Scenario) {
    let style = number_style(ctx);
    let metrics = ctx.base().map(|base| &base.metrics);
    let mut all = vec![
        figures::npv(scenario, metrics, style),
        figures::irr(metrics, style),
        figures::payback(scenario, metrics, style),
    ];
    all.extend(figures::unit_costs(scenario, metrics, style));
    if let Some(peak) = metrics.and_then(|metrics| metrics.peak_funding.as_ref()) {
        all.push(figures::Headline {
            label: "Peak funding".to_owned(),
            figure: style.money(peak.value, &scenario.currency),
            note: format!("reached {}", peak.date),
            tooltip:
                "The lowest cumulative after-tax cash over starts and ends of periods, and its day"
                    .to_owned(),
            key: None,
            negative: false,
        });
    }
    // Rows of about the same number of cards, each as wide as the page: right edges stand under each other.
    let width = ui.available_width();
    let most = ((width + theme::GAP) / (CARD + theme::GAP))
        .floor()
        .max(1.0) as usize;
    let rows = all.len().div_ceil(most);
    let per_row = all.len().div_ceil(rows.max(1)).max(1);
    for row in all.chunks(per_row) {
        let count = row.len() as f32;
        let own = (width - theme::GAP * (count - 1.0)) / count;
        ui.horizontal(|ui| {
            for headline in row {
                card_ui(ctx, ui, headline, own);
            }
        });
    }
}

fn card_ui(ctx: &ViewContext<'_>, ui: &mut Ui, headline: &figures::Headline, width: f32) {
    let card = KeyFigure {
        label: &headline.label,
        figure: &headline.figure,
        note: &headline.note,
        tooltip: &headline.tooltip,
        dimmed: ctx.live.stale,
        negative: headline.negative,
    };
    if card.card_ui(ui, width).clicked()
        && let Some(key) = &headline.key
    {
        ctx.send(Command::Explain(key.clone(), None));
    }
}

fn plots_ui(ctx: &ViewContext<'_>, ui: &mut Ui, scenario: &Scenario) {
    let width = ui.available_width();
    if width >= TWO_COLUMNS {
        ui.columns(2, |columns| {
            if let [left, right] = columns {
                basic::card_ui(left, "", |ui| flows_ui(ctx, ui, scenario));
                basic::card_ui(right, "", |ui| distribution_ui(ctx, ui));
            }
        });
    } else {
        basic::card_ui(ui, "", |ui| flows_ui(ctx, ui, scenario));
        basic::card_ui(ui, "", |ui| distribution_ui(ctx, ui));
    }
}

fn flows_ui(ctx: &ViewContext<'_>, ui: &mut Ui, scenario: &Scenario) {
    let size = Vec2::new(ui.available_width(), PLOT);
    let style = number_style(ctx);
    let line = ctx
        .base()
        .and_then(|base| base.line_by_role(Role::AfterTaxCashFlow));
    let periods = ctx.base().map_or(0, |base| base.periods.len());
    let flows = line.map_or_else(Vec::new, |line| {
        (0..periods)
            .map(|period| line.values.at(period) / line.display.factor)
            .collect()
    });
    let unit = line.map_or_else(
        || format::unit_words(&scenario.currency),
        |line| format::unit_words(&line.display.unit),
    );
    let labels = ctx.base().map_or_else(Vec::new, |base| {
        base.periods
            .iter()
            .map(|period| period.label.clone())
            .collect()
    });
    let flows = Flows {
        title: "After-tax cash flow by period",
        unit: &unit,
        labels,
        figures: flows,
        dimmed: ctx.live.stale,
        style,
    };
    cash_chart::cash_chart_ui(ui, size, &flows);
}

/// The last run, or the small one after the last edit where there is none.
fn distribution_ui(ctx: &ViewContext<'_>, ui: &mut Ui) {
    let size = Vec2::new(ui.available_width(), PLOT);
    let style = number_style(ctx);
    let id = Id::unique("overview histogram");
    if let Some((outcome, output)) = ctx
        .runs
        .selected_outcome()
        .and_then(|outcome| Some((outcome, Runs::headline(outcome)?)))
    {
        let other = match (ctx.runs.selected_entry(), ctx.document) {
            (Some(entry), Some(document)) => {
                ctx.runs.standing(entry, document) != Standing::Current
            }
            _ => false,
        };
        result_plots::outcome_plot_ui(
            ui,
            Place {
                id,
                size,
                dimmed: other,
                on_click: "",
            },
            output,
            outcome.trials(),
            style,
        );
        return;
    }
    if let Some((run, output)) = ctx
        .live
        .quick
        .as_deref()
        .and_then(|run| Some((run, run.headline()?)))
    {
        let place = Place {
            id,
            size,
            dimmed: ctx.live.quick_stale,
            on_click: "",
        };
        result_plots::live_plot_ui(ui, place, run, output, style);
        return;
    }
    ui.label(RichText::new("Distribution of NPV").font(theme::strong()));
    histogram::sentence_ui(
        ui,
        size.y - 30.0,
        "Give a parameter a distribution and press Run to see how likely the results are",
    );
}

fn blocks_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui, scenario: &Scenario) {
    if !ctx.live.issues.is_empty() {
        ui.label(RichText::new("Issues").font(theme::strong()));
        status::issue_frame(ui).show(ui, |ui| {
            ui.set_min_width(ui.available_width());
            status::issue_list_ui(ctx, state, ui, &ctx.live.issues);
        });
        ui.add_space(theme::GAP);
    }
    super::checks::checks_ui(ctx, state, ui, scenario);
    basic::card_ui(ui, "Conventions", |ui| {
        conventions::conventions_ui(ctx, ui, scenario);
    });
    ui.add_space(theme::GAP);
    basic::card_ui(ui, "Notes", |ui| {
        let field = Field {
            id: Id::unique((scenario.id, "notes")),
            name: "Notes of the scenario",
            shown: scenario.notes.clone(),
            typed: scenario.notes.clone(),
            unit: "",
            hint: "What a reviewer should know: sources, limits, known discrepancies",
            width: ui.available_width(),
            look: Look::Notes,
            issue: None,
        };
        if let Some(notes) = field.show_ui(ui, &|_| Ok(())).taken {
            ctx.send(Command::Edit(
                ScenarioEdit::SetNotes(notes),
                CoalesceKey::none(),
            ));
        }
    });
}
