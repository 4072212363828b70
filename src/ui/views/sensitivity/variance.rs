//! Where the variance comes from, interactions included: the analysis that the user asks for.

mod groups;

use calminer_engine::sensitivity::{
    Estimate, GroupShare, OutputVariance, VarianceAnalysis, VarianceKind,
};
use egui::{Align, Layout, RichText, Ui};

use super::copy_ui;
use super::words::{Pen, share};
use crate::app::{Command, JobKind, ViewContext};
use crate::ui::format::{self, ABSENT, NumberStyle};
use crate::ui::state::number_style;
use crate::ui::views::progress;
use crate::ui::views::run_settings::within_ui;
use crate::ui::widgets::bar_table::{self, Cell, Column, Row};
use crate::ui::widgets::basic::{self, Tone};
use crate::ui::{icons, theme};

const INDICES: [Column; 2] = [
    Column {
        name: "First-order index",
        meaning: "What of the variance would go, on average, if the input were known. With its 95 % interval",
        bars: true,
    },
    Column {
        name: "Total index",
        meaning: "What of the variance would be left, on average, if all but the input were known: its interactions included. With its 95 % interval",
        bars: true,
    },
];

const EFFECTS: [Column; 1] = [Column {
    name: "Shapley effect",
    meaning: "Share of the variance; the shares of all inputs sum to 100 %, correlated inputs divide what they have in common. With its 95 % interval",
    bars: true,
}];

const fn columns(kind: VarianceKind) -> &'static [Column] {
    match kind {
        VarianceKind::SobolIndices => &INDICES,
        VarianceKind::ShapleyAllSets | VarianceKind::ShapleyRandomOrders => &EFFECTS,
    }
}

pub(super) fn variance_ui(ctx: &ViewContext<'_>, ui: &mut Ui, key: &str) {
    let style = number_style(ctx);
    let found = ctx.sensitivity.variance.as_deref();
    let output = found.and_then(|own| own.outputs.iter().find(|output| output.key == key));
    let rows = found.zip(output).map(|(own, output)| {
        let rows = output.groups.iter();
        let rows: Vec<Row> = rows.map(|group| row_of(group, own.kind, style)).collect();
        (columns(own.kind), rows)
    });
    ui.horizontal(|ui| {
        ui.label(RichText::new("Variance").font(theme::strong()));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if let Some((columns, rows)) = &rows {
                copy_ui(ui, "the variance", &|| text_of(columns, rows, found));
            }
        });
    });
    match ctx.jobs.running(JobKind::Variance).next() {
        Some(job) => {
            if progress::running_ui(ctx, ui, job, "Cancel analysis") {
                ctx.send(Command::CancelJob(job.id));
            }
        }
        None => ask_ui(ctx, ui, style),
    }
    if let Some(why) = &ctx.sensitivity.refused {
        basic::problem_ui(ui, why);
    }
    let Some(found) = found else { return };
    ui.add_space(theme::GAP);
    let same_groups = found.settings.groups == ctx.sensitivity.groups;
    let current = ctx.sensitivity.is_variance_current(ctx.live) && same_groups;
    if !current {
        let words = if same_groups {
            "These figures belong to an earlier content: compute again"
        } else {
            "These figures belong to other groups: compute again"
        };
        basic::banner_ui(ui, Tone::Warning, words, |_| {});
        ui.add_space(theme::CELL);
    }
    let (Some(output), Some((columns, rows))) = (output, rows) else {
        basic::weak_ui(ui, "The analysis has no such output: compute again");
        return;
    };
    basic::label_ui(ui, &made_words(found, output, style));
    if let Some(reason) = &found.reason {
        basic::hint_ui(ui, reason);
    }
    ui.scope(|ui| {
        if !current {
            ui.multiply_opacity(0.55);
        }
        bar_table::table_ui(ui, first_words(found), columns, &rows);
    });
}

/// Groups, samples, what they cost, and the button.
fn ask_ui(ctx: &ViewContext<'_>, ui: &mut Ui, style: NumberStyle) {
    groups::groups_ui(ctx, ui);
    ui.horizontal(|ui| {
        basic::label_ui(ui, "Samples");
        samples_ui(ctx, ui, style);
        let ready = ctx.live.scenario_sha256().is_some() && !ctx.live.is_without_samples();
        let pressed = ui.add_enabled_ui(ready, |ui| {
            basic::button_ui(ui, icons::PLAY, "Compute")
                .accessible_name("Compute the variance")
                .on_disabled_hover_text("The scenario has issues; mend them first")
        });
        if pressed.inner.clicked() {
            ctx.send(Command::ComputeVariance);
        }
    });
    let is_current = ctx.sensitivity.is_current(ctx.live);
    let planned = ctx.sensitivity.ends.as_deref().map(|ends| &ends.planned);
    match planned.filter(|_| is_current) {
        Some(Ok((evaluations, kind))) => {
            let words = planned_words(*evaluations, *kind, style);
            basic::label_ui(ui, &words);
        }
        Some(Err(why)) => basic::problem_ui(ui, &format::sentence(why)),
        None => {
            basic::label_ui(ui, " ");
        }
    }
}

/// What an analysis will be and what it takes.
fn planned_words(evaluations: u64, kind: VarianceKind, style: NumberStyle) -> String {
    let why = match kind {
        VarianceKind::SobolIndices => "the inputs are not correlated",
        VarianceKind::ShapleyAllSets | VarianceKind::ShapleyRandomOrders => {
            "inputs are correlated, so Sobol indices would not split the variance"
        }
    };
    let mut method = kind.words().to_owned();
    if let Some(first) = method.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    format!(
        "{method}: {why}. It takes {} evaluations of the model",
        format::count(evaluations, style)
    )
}

fn samples_ui(ctx: &ViewContext<'_>, ui: &mut Ui, style: NumberStyle) {
    let most = calminer_domain::scenario::MAX_TRIALS;
    let wrong = |number: &str| {
        let most = format::count(most, style);
        format!("{number} samples: type a number from 2 to {most}")
    };
    let field = ("samples of the variance", "Samples of the variance");
    let own = Some(ctx.sensitivity.samples);
    if let Some(number) = within_ui(ctx, ui, field, own, 2..=most, wrong) {
        ctx.send(Command::SetVarianceSamples(number));
    }
}

/// How the figures were made, and the spread that they divide.
fn made_words(found: &VarianceAnalysis, output: &OutputVariance, style: NumberStyle) -> String {
    let spread = match (output.mean, output.sd) {
        (Some(mean), Some(sd)) => {
            let pen = Pen::of(&output.display, [mean, sd].into_iter(), style);
            format!(
                "Mean {}, standard deviation {} {}. ",
                pen.figure(mean),
                pen.figure(sd),
                pen.unit
            )
        }
        _ => "The output does not vary. ".to_owned(),
    };
    let left_out = match output.left_out {
        0 => String::new(),
        count => format!(", {} left out", format::count(count, style)),
    };
    format!(
        "{spread}{}; {} samples{left_out}, seed {}, {} evaluations of the model, 95 % intervals from {} replicates",
        found.kind.words(),
        format::count(found.settings.samples, style),
        found.settings.seed,
        format::count(found.evaluations, style),
        found.replicates
    )
}

fn row_of(group: &GroupShare, kind: VarianceKind, style: NumberStyle) -> Row {
    let figures = match kind {
        VarianceKind::SobolIndices => vec![group.first, group.total],
        VarianceKind::ShapleyAllSets | VarianceKind::ShapleyRandomOrders => vec![group.shapley],
    };
    let words = columns(kind).iter().zip(&figures);
    let words: Vec<String> = words
        .map(|(column, figure)| format!("{} {}", column.name, exact(*figure, style)))
        .collect();
    let cells = figures.iter().map(|figure| {
        let value = figure.map(|own| own.value);
        let interval = figure.and_then(|own| own.interval);
        let interval = interval.map(|own| (own.low, own.high));
        let mut cell = Cell::figure(value, |own| share(own, style)).with_bar(value, interval);
        if value.is_none() {
            "n/a (does not vary)".clone_into(&mut cell.shown);
        }
        if let Some((low, high)) = interval {
            cell.copied = format!("{} [{low}, {high}]", cell.copied);
            cell.shown = format!(
                "{} [{}, {}]",
                cell.shown,
                style.fixed(low * 100.0, 1),
                style.fixed(high * 100.0, 1)
            );
        }
        cell
    });
    let members = match group.members.len() {
        0 | 1 => String::new(),
        _ => format!("\nGroup of {}", group.members.join(", ")),
    };
    Row {
        name: group.name.clone(),
        cells: cells.collect(),
        words: format!("{}\n{}{members}", group.name, words.join("\n")),
        weak: group.size().is_none(),
    }
}

/// What stands over the names.
const fn first_words(found: &VarianceAnalysis) -> &'static str {
    if found.settings.groups.is_empty() {
        "Input"
    } else {
        "Input or group"
    }
}

fn exact(estimate: Option<Estimate>, style: NumberStyle) -> String {
    let Some(estimate) = estimate else {
        return format!("{ABSENT} (does not vary)");
    };
    let value = style.percent(estimate.value, 3);
    match estimate.interval {
        Some(own) => format!(
            "{value}, 95 % interval {} to {}",
            style.percent(own.low, 3),
            style.percent(own.high, 3)
        ),
        None => value,
    }
}

/// The table as tab-separated text, with a line that says how it was made.
fn text_of(columns: &[Column], rows: &[Row], found: Option<&VarianceAnalysis>) -> String {
    let table = bar_table::text_of(found.map_or("Input", first_words), columns, rows);
    let made = found.map_or_else(String::new, |found| {
        format!(
            "{}; {} samples, seed {}, {} evaluations\n",
            found.kind.words(),
            found.settings.samples,
            found.settings.seed,
            found.evaluations
        )
    });
    table + &made
}
