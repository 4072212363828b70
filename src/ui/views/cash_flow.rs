//! The cash-flow table: every line in the order of the waterfall, with its life-of-mine column.

use calminer_domain::Section;
use egui::Ui;

use super::{lines, page_head_ui, row_tools_ui};
use crate::app::ViewContext;
use crate::ui::icons;
use crate::ui::state::{ViewState, number_style};
use crate::ui::tables::lines::{Lines, Purpose};
use crate::ui::widgets::basic::{self, Tone};

pub(crate) fn cash_flow_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui) {
    let Some(scenario) = ctx.scenario() else {
        return;
    };
    let mut added = None;
    page_head_ui(ui, "Cash flow", |ui| {
        added = lines::add_ui(ui, &[Section::CashFlow]);
        row_tools_ui(ctx, state, ui);
    });
    if ctx.live.stale {
        basic::banner_ui(
            ui,
            Tone::Warning,
            "The figures belong to the last content that could be computed; the issues say what stands against the present one",
            |_| {},
        );
        ui.add_space(crate::ui::theme::GAP);
    }
    let style = number_style(ctx);
    let table = Lines::new(
        ctx,
        scenario,
        &Section::ALL,
        Purpose::CashFlow,
        style,
        !state.keeps_figures,
    );
    if table.is_empty() {
        let sentence = "The table shows what the lines of the scenario come to, period by period. There is no line yet.";
        if basic::empty_ui(ui, icons::TABLE, sentence, Some("Add the first line")) {
            added = Some(lines::Added::Line(Section::CashFlow));
        }
    } else {
        let mut own = std::mem::take(&mut state.cash_flow);
        lines::table_ui(ctx, state, ui, &table, &mut own);
        state.cash_flow = own;
    }
    if let Some(added) = added {
        added.send(ctx, state, scenario);
    }
}
