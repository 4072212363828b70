//! Statistics of an output, rank correlations, and the list of runs.

use calminer_domain::{Direction, PercentileDefinition};
use calminer_engine::result::{OutputResult, RunOutcome};
use calminer_engine::statistics::{Basis, Interval};
use egui::{Align2, Button, Grid, Pos2, Rect, RichText, Sense, Stroke, Ui, Vec2};

use super::result_plots::{is_money, outcome_scale};
use crate::app::{Command, Standing, ViewContext};
use crate::ui::format::{self, ABSENT, NumberStyle};
use crate::ui::state::number_style;
use crate::ui::widgets::basic;
use crate::ui::{icons, theme};

/// One line of the statistics table: name, figure, interval, what it means.
struct Entry {
    name: String,
    figure: String,
    interval: String,
    meaning: &'static str,
}

/// Writes figures of one output with the same decimals.
struct Pen<'a> {
    output: &'a OutputResult,
    factor: f64,
    decimals: usize,
    style: NumberStyle,
}

impl Pen<'_> {
    fn figure(&self, figure: Option<f64>) -> String {
        match figure {
            None => ABSENT.to_owned(),
            Some(figure) if figure == f64::INFINITY => "never".to_owned(),
            Some(figure) => self.style.fixed(figure / self.factor, self.decimals),
        }
    }

    fn interval(&self, interval: Option<Interval>) -> String {
        interval.map_or_else(String::new, |interval| {
            format!(
                "{} to {}",
                self.figure(Some(interval.low)),
                self.figure(Some(interval.high))
            )
        })
    }

    fn entry(
        &self,
        name: &str,
        figure: Option<f64>,
        interval: Option<Interval>,
        meaning: &'static str,
    ) -> Entry {
        Entry {
            name: name.to_owned(),
            figure: self.figure(figure),
            interval: self.interval(interval),
            meaning,
        }
    }
}

pub(crate) fn table_ui(
    ui: &mut Ui,
    outcome: &RunOutcome,
    output: &OutputResult,
    style: NumberStyle,
) {
    let summary = &output.summary;
    let widest = [
        summary.percentiles.p1,
        summary.percentiles.p99,
        summary.mean,
    ]
    .into_iter()
    .flatten();
    let (factor, unit) = outcome_scale(output);
    let shown: Vec<f64> = widest.map(|figure| figure / factor).collect();
    let pen = Pen {
        output,
        factor,
        decimals: format::decimals_of_row(&shown, 5),
        style,
    };
    basic::label_ui(
        ui,
        &format!(
            "in {}",
            if unit.is_empty() {
                "plain figures"
            } else {
                &unit
            }
        ),
    );
    Grid::new(("statistics", &output.key))
        .num_columns(3)
        .striped(true)
        .spacing(Vec2::new(14.0, 2.0))
        .min_row_height(20.0)
        .show(ui, |ui| {
            for entry in counts(output, style)
                .into_iter()
                .chain(moments(&pen))
                .chain(tail(&pen))
            {
                entry_ui(ui, &entry);
            }
        });
    ui.add_space(theme::CELL);
    if let Some(words) = sketch_words(&pen, &unit) {
        basic::hint_ui(ui, &words);
    }
    let words = basis_words(outcome, output);
    ui.add(
        egui::Label::new(
            RichText::new(words)
                .font(theme::small())
                .color(theme::tokens(ui).weak),
        )
        .wrap(),
    );
}

/// How exact the percentiles of a run are that kept sketches.
fn sketch_words(pen: &Pen<'_>, unit: &str) -> Option<String> {
    let sketch = pen.output.sketch.as_ref()?;
    let beyond = match sketch.below + sketch.above {
        0 => String::new(),
        beyond => format!(
            "; {} lie outside of the bins, where a percentile has no stated error",
            format::count(beyond, pen.style)
        ),
    };
    Some(format!(
        "The run kept sketches: each percentile is read from {} bins and differs from that of the samples by less than \
         {} {unit}{beyond}",
        format::count(u64::from(sketch.bins), pen.style),
        pen.style.significant(sketch.width / pen.factor, 2)
    ))
}

/// Where the intervals come from, how the trials were drawn, which percentile is meant.
fn basis_words(outcome: &RunOutcome, output: &OutputResult) -> String {
    let summary = &output.summary;
    let basis = match summary.intervals.basis {
        Basis::Replicates => format!(
            "95 % intervals from {} independent replicates",
            outcome.replicates
        ),
        Basis::Theory => "95 % intervals by theory and order statistics".to_owned(),
        Basis::None => "No intervals: fewer than two replicates".to_owned(),
    };
    format!(
        "{basis} · {} · seed {} · percentiles by {}",
        outcome.settings.sampling.words(),
        outcome.settings.seed,
        percentile_words(summary.percentile_type)
    )
}

const fn percentile_words(definition: PercentileDefinition) -> &'static str {
    match definition {
        PercentileDefinition::Type6 => "(n + 1) p, type 6",
        PercentileDefinition::Type7 => "linear interpolation, type 7",
        PercentileDefinition::Type8 => "the median-unbiased definition, type 8",
    }
}

fn counts(output: &OutputResult, style: NumberStyle) -> Vec<Entry> {
    let summary = &output.summary;
    let absent = &summary.absent;
    let whole = |name: &str, count: u64, meaning: &'static str| Entry {
        name: name.to_owned(),
        figure: format::count(count, style),
        interval: String::new(),
        meaning,
    };
    let mut rows = vec![
        whole("Trials", summary.trials, "Trials of the run"),
        whole("Valid", summary.valid, "Trials with a finite result"),
        whole(
            "Absent",
            absent.undefined + absent.infinite + absent.failed,
            "Trials without a figure: in the counts, in no other row",
        ),
    ];
    let causes = [
        (
            "  not defined",
            absent.undefined,
            "The figure does not exist in the trial, for instance a division by zero",
        ),
        (
            "  infinite",
            absent.infinite,
            "An infinite figure without a meaning",
        ),
        (
            "Never",
            absent.never,
            "Trials that never pay back: in the percentiles, not in the mean",
        ),
        ("  failed", absent.failed, "The trial failed as a whole"),
    ];
    rows.extend(
        causes
            .into_iter()
            .filter(|(_, count, _)| *count > 0)
            .map(|(name, count, meaning)| whole(name, count, meaning)),
    );
    if let Some(cause) = &output.first_cause {
        let place = cause
            .period
            .as_ref()
            .map_or_else(String::new, |label| format!(", period {label}"));
        rows.push(Entry {
            name: "First cause".to_owned(),
            figure: cause.what.clone(),
            interval: format!("{}{place}", cause.line),
            meaning: "Where the first absent result stopped existing",
        });
    }
    rows
}

fn moments(pen: &Pen<'_>) -> Vec<Entry> {
    let summary = &pen.output.summary;
    let (own, intervals) = (&summary.percentiles, &summary.intervals);
    let mut rows = vec![
        pen.entry(
            "Base case",
            Some(pen.output.base).filter(|base| base.is_finite()),
            None,
            "The figure with every parameter at its base value",
        ),
        pen.entry(
            "Mean",
            summary.mean,
            intervals.mean,
            "Arithmetic mean over the valid trials",
        ),
        pen.entry("Standard deviation", summary.sd, intervals.sd, "With n - 1"),
        pen.entry("Smallest", summary.min, None, "Smallest result"),
    ];
    let percentiles = [
        ("P5", own.p5, intervals.percentiles.p5),
        ("P10", own.p10, intervals.percentiles.p10),
        ("P25", own.p25, intervals.percentiles.p25),
        ("P50, median", own.p50, intervals.percentiles.p50),
        ("P75", own.p75, intervals.percentiles.p75),
        ("P90", own.p90, intervals.percentiles.p90),
        ("P95", own.p95, intervals.percentiles.p95),
    ];
    rows.extend(percentiles.into_iter().map(|(name, figure, interval)| {
        pen.entry(
            name,
            figure,
            interval,
            "P10: 10 % of outcomes are at or below",
        )
    }));
    rows.push(pen.entry("Largest", summary.max, None, "Largest finite result"));
    rows
}

fn tail(pen: &Pen<'_>) -> Vec<Entry> {
    let summary = &pen.output.summary;
    let intervals = &summary.intervals;
    let mut rows = Vec::new();
    if is_money(&pen.output.unit)
        && let Some(loss) = summary.probability_below_zero
    {
        let interval = intervals
            .probability_below_zero
            .map_or_else(String::new, |own| {
                format!(
                    "{} to {}",
                    pen.style.percent(own.low, 2),
                    pen.style.percent(own.high, 2)
                )
            });
        rows.push(Entry {
            name: "Probability of loss".to_owned(),
            figure: pen.style.percent(loss, 2),
            interval,
            meaning: "Share of the valid trials below zero",
        });
    }
    let worst = match pen.output.direction {
        Direction::Gain => "Mean of the lowest 5 %",
        Direction::Cost => "Mean of the highest 5 %",
    };
    rows.push(pen.entry(
        worst,
        summary.tail_mean_5,
        intervals.tail_mean_5,
        "Mean of the worst 5 % of outcomes",
    ));
    let (var, shortfall) = (&summary.value_at_risk_95, &summary.expected_shortfall_95);
    rows.push(pen.entry(
        "VaR 95 %, against zero",
        var.against_zero,
        intervals.value_at_risk_95.against_zero,
        "Loss that 95 % of outcomes stay within, measured from zero",
    ));
    rows.push(pen.entry(
        "VaR 95 %, against the mean",
        var.against_mean,
        intervals.value_at_risk_95.against_mean,
        "The same, measured from the mean",
    ));
    rows.push(pen.entry(
        "Expected shortfall 95 %, against zero",
        shortfall.against_zero,
        intervals.expected_shortfall_95.against_zero,
        "Mean loss in the worst 5 %, measured from zero",
    ));
    rows.push(pen.entry(
        "Expected shortfall 95 %, against the mean",
        shortfall.against_mean,
        intervals.expected_shortfall_95.against_mean,
        "The same, measured from the mean",
    ));
    rows
}

fn entry_ui(ui: &mut Ui, entry: &Entry) {
    let tokens = theme::tokens(ui);
    ui.label(RichText::new(&entry.name).font(theme::table()))
        .on_hover_text(entry.meaning);
    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
        ui.label(RichText::new(&entry.figure).font(theme::table_strong()));
    });
    ui.label(
        RichText::new(&entry.interval)
            .font(theme::small())
            .color(tokens.weak),
    );
    ui.end_row();
}

/// Rank correlations as bars, the largest on top; an input that does not vary comes last and says so.
pub(crate) fn correlations_ui(
    ctx: &ViewContext<'_>,
    ui: &mut Ui,
    output: &OutputResult,
    style: NumberStyle,
) {
    if output.spearman.is_empty() {
        basic::weak_ui(ui, "No parameter has a distribution");
        return;
    }
    basic::label_ui(
        ui,
        "Rank correlation (Spearman) of each uncertain parameter with the output",
    );
    let mut rows: Vec<&(String, Option<f64>)> = output.spearman.iter().collect();
    rows.sort_by(|one, other| {
        other
            .1
            .map_or(-1.0, f64::abs)
            .total_cmp(&one.1.map_or(-1.0, f64::abs))
    });
    for (key, rho) in rows {
        let title = ctx
            .scenario()
            .map_or(key.as_str(), |scenario| scenario.title_of(key));
        correlation_ui(ui, title, *rho, style);
    }
}

fn correlation_ui(ui: &mut Ui, title: &str, rho: Option<f64>, style: NumberStyle) {
    let tokens = theme::tokens(ui);
    let size = Vec2::new(ui.available_width(), 22.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let label = (rect.width() * 0.36).clamp(90.0, 200.0);
    let own = Rect::from_min_size(rect.min, Vec2::new(label - 6.0, rect.height()));
    let (font, ink) = (theme::table(), tokens.text);
    let painter = ui.painter().with_clip_rect(own.intersect(ui.clip_rect()));
    painter.text(
        rect.left_center(),
        Align2::LEFT_CENTER,
        title,
        font.clone(),
        ink,
    );
    let area = Rect::from_min_max(
        Pos2::new(rect.left() + label, rect.top() + 4.0),
        Pos2::new(rect.right() - 52.0, rect.bottom() - 4.0),
    );
    let zero = area.center().x;
    let edge = Stroke::new(1.0, tokens.border);
    ui.painter().vline(zero, rect.y_range(), edge);
    let text = match rho.filter(|rho| rho.is_finite()) {
        Some(rho) => {
            let end = zero + rho.clamp(-1.0, 1.0) as f32 * area.width() / 2.0;
            let color = tokens.series[usize::from(rho < 0.0)];
            let bar = Rect::from_x_y_ranges(zero.min(end)..=zero.max(end), area.y_range());
            ui.painter()
                .rect_filled(bar, 1.0, theme::faded(color, 0.85));
            style.fixed(rho, 2)
        }
        None => "n/a (does not vary)".to_owned(),
    };
    ui.painter()
        .text(rect.right_center(), Align2::RIGHT_CENTER, &text, font, ink);
    response.on_hover_text(format!("{title}: {text}"));
}

/// All runs of the scenario with the revision they belong to.
pub(crate) fn runs_ui(ctx: &ViewContext<'_>, ui: &mut Ui) {
    let style = number_style(ctx);
    let Some(document) = ctx.document else { return };
    for entry in &ctx.runs.entries {
        let standing = match ctx.runs.standing(entry, document) {
            Standing::Current => current_words(entry.revision),
            Standing::Earlier(revision) => match document.revision() {
                Some(now) => format!(
                    "belongs to revision {revision}, now {now}{}",
                    if document.is_dirty() {
                        " with edits"
                    } else {
                        ""
                    }
                ),
                None => format!("belongs to revision {revision}"),
            },
            Standing::UnsavedEdits => {
                "belongs to edits that are not on the screen any more".to_owned()
            }
        };
        let stored = if entry.stored {
            ""
        } else {
            " · stored with the next save"
        };
        let title = format!(
            "{} trials, {}, seed {}",
            format::count(entry.trials, style),
            entry.sampling.words(),
            entry.seed
        );
        let words = format!("{} · {standing}{stored}", entry.made);
        let selected = ctx.runs.selected == Some(entry.id);
        ui.horizontal(|ui| {
            let button = Button::selectable(selected, RichText::new(&title).font(theme::table()));
            if ui
                .add(button)
                .accessible_name(format!("Show run: {title}, {words}"))
                .clicked()
                && !selected
            {
                ctx.send(Command::SelectRun(entry.id));
            }
            basic::label_ui(ui, &words);
            if basic::icon_button_ui(ui, icons::TRASH, &format!("Delete run of {}", entry.made))
                .clicked()
            {
                ctx.send(Command::DeleteRun(entry.id));
            }
        });
    }
}

/// What a run belongs to that has the figures of the content on the screen.
pub(super) fn current_words(revision: Option<u32>) -> String {
    revision.map_or_else(
        || "your unsaved edits, as on the screen".to_owned(),
        |revision| format!("revision {revision}, as on the screen"),
    )
}
