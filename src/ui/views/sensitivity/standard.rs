//! The table that every study prints: NPV and IRR for changes of price, grade, recovery, exchange rate and costs, and
//! the NPV at several rates.

use std::fmt::Write as _;

use calminer_engine::sensitivity::{DriverRow, StandardFigures, StandardTable};
use egui::{Align, Grid, Layout, RichText, Ui};

use crate::app::ViewContext;
use crate::ui::format::{ABSENT, NumberStyle};
use crate::ui::state::{StandardMeasure, ViewState, number_style};
use crate::ui::widgets::basic;
use crate::ui::{icons, theme};

/// Width of a column of figures.
const FIGURE: f32 = 78.0;

pub(super) fn standard_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui) {
    let found = ctx.sensitivity.ends.as_ref().map(|ends| &ends.standard);
    ui.horizontal(|ui| {
        ui.label(RichText::new("Standard table").font(theme::strong()));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if let Some(Ok(table)) = found
                && basic::icon_button_ui(ui, icons::COPY, "Copy the standard table").clicked()
            {
                ui.ctx().copy_text(text(table));
            }
        });
    });
    let table = match found {
        Some(Ok(table)) => table,
        Some(Err(why)) => {
            basic::problem_ui(ui, why);
            return;
        }
        None => {
            basic::weak_ui(ui, "The base case is computed for each change");
            return;
        }
    };
    let choices = StandardMeasure::ALL.map(|measure| (measure, measure.words()));
    if let Some(picked) = basic::segments_ui(ui, "Figure", state.standard, &choices) {
        state.standard = picked;
    }
    ui.add_space(theme::CELL);
    let style = number_style(ctx);
    drivers_ui(ui, table, state.standard, style);
    ui.add_space(theme::GAP);
    rates_ui(ui, table, style);
    notes_ui(ui, table);
}

fn drivers_ui(ui: &mut Ui, table: &StandardTable, measure: StandardMeasure, style: NumberStyle) {
    let unit = measure.unit(&table.currency);
    Grid::new("standard drivers")
        .striped(true)
        .spacing(egui::vec2(8.0, 4.0))
        .show(ui, |ui| {
            basic::label_ui(ui, &unit);
            for change in &table.changes {
                let sign = if *change > 0.0 { "+" } else { "" };
                cell_ui(ui, &format!("{sign}{}", percent(*change, style)), true);
            }
            ui.end_row();
            for row in &table.drivers {
                let names: Vec<&str> = row
                    .inputs
                    .iter()
                    .map(|input| input.label.as_str())
                    .collect();
                let label = ui.label(RichText::new(row.driver.words()).font(theme::table()));
                if !names.is_empty() {
                    label.on_hover_text(names.join(", "));
                }
                match &row.points {
                    Some(points) => {
                        for point in points {
                            let mark = if point.is_capped { "*" } else { "" };
                            let figure = measure.figure(&point.figures, style);
                            cell_ui(ui, &format!("{figure}{mark}"), point.change == 0.0);
                        }
                    }
                    None => {
                        cell_ui(ui, ABSENT, false);
                    }
                }
                ui.end_row();
            }
        });
}

fn rates_ui(ui: &mut Ui, table: &StandardTable, style: NumberStyle) {
    let unit = StandardMeasure::Npv.unit(&table.currency);
    Grid::new("standard rates")
        .striped(true)
        .spacing(egui::vec2(8.0, 4.0))
        .show(ui, |ui| {
            basic::label_ui(ui, &unit);
            for row in &table.by_rate {
                cell_ui(ui, &percent(row.rate, style), row.is_own);
            }
            ui.end_row();
            ui.label(RichText::new("NPV after tax").font(theme::table()));
            for row in &table.by_rate {
                cell_ui(ui, &millions(row.npv, style), row.is_own);
            }
            ui.end_row();
            ui.label(RichText::new("NPV before tax").font(theme::table()));
            for row in &table.by_rate {
                cell_ui(ui, &millions(row.npv_pre_tax, style), row.is_own);
            }
            ui.end_row();
        });
}

/// Why rows are empty, and what a star means.
fn notes_ui(ui: &mut Ui, table: &StandardTable) {
    for row in &table.drivers {
        if let Some(why) = &row.reason {
            basic::weak_ui(ui, &format!("{}: {why}", row.driver.words()));
        }
    }
    let is_capped = |row: &DriverRow| row.points.iter().flatten().any(|point| point.is_capped);
    if table.drivers.iter().any(is_capped) {
        basic::weak_ui(ui, "* A recovery was held at 100 %");
    }
}

fn cell_ui(ui: &mut Ui, text: &str, strong: bool) {
    let size = egui::vec2(FIGURE, theme::ROW);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
        ui.set_min_size(size);
        let font = if strong {
            theme::table_strong()
        } else {
            theme::table()
        };
        ui.label(RichText::new(text).font(font));
    });
}

impl StandardMeasure {
    fn unit(self, currency: &str) -> String {
        match self {
            Self::Npv | Self::NpvPreTax => crate::ui::format::unit_words(&format!("M{currency}")),
            Self::Irr | Self::IrrPreTax => "%".to_owned(),
        }
    }

    fn figure(self, figures: &StandardFigures, style: NumberStyle) -> String {
        let rate = |irr: Option<f64>| {
            irr.map_or_else(|| ABSENT.to_owned(), |rate| style.fixed(rate * 100.0, 1))
        };
        match self {
            Self::Npv => millions(figures.npv, style),
            Self::NpvPreTax => millions(figures.npv_pre_tax, style),
            Self::Irr => rate(figures.irr.as_ref().and_then(|irr| irr.headline)),
            Self::IrrPreTax => rate(figures.irr_pre_tax.as_ref().and_then(|irr| irr.headline)),
        }
    }
}

fn millions(money: Option<f64>, style: NumberStyle) -> String {
    money.map_or_else(|| ABSENT.to_owned(), |money| style.fixed(money / 1e6, 1))
}

fn percent(share: f64, style: NumberStyle) -> String {
    // Ten thousandths of a percent are more than anybody types.
    let percent = (share * 1e6).round() / 1e4;
    format!("{}\u{a0}%", style.exact(percent))
}

/// All of the table, for a spreadsheet: plain figures with tabs between them.
fn text(table: &StandardTable) -> String {
    let mut text = String::new();
    let plain = |figure: Option<f64>| figure.map_or_else(String::new, |figure| figure.to_string());
    for measure in StandardMeasure::ALL {
        let _written = write!(text, "{}", measure.words());
        for change in &table.changes {
            let _written = write!(text, "\t{change}");
        }
        text.push('\n');
        for row in &table.drivers {
            text.push_str(row.driver.words());
            for point in row.points.iter().flatten() {
                let figures = &point.figures;
                let figure = match measure {
                    StandardMeasure::Npv => figures.npv,
                    StandardMeasure::NpvPreTax => figures.npv_pre_tax,
                    StandardMeasure::Irr => figures.irr.as_ref().and_then(|irr| irr.headline),
                    StandardMeasure::IrrPreTax => {
                        figures.irr_pre_tax.as_ref().and_then(|irr| irr.headline)
                    }
                };
                text.push('\t');
                text.push_str(&plain(figure));
            }
            text.push('\n');
        }
        text.push('\n');
    }
    text.push_str("Discount rate\tNPV after tax\tNPV before tax\n");
    for row in &table.by_rate {
        let _written = writeln!(
            text,
            "{}\t{}\t{}",
            row.rate,
            plain(row.npv),
            plain(row.npv_pre_tax)
        );
    }
    text
}
