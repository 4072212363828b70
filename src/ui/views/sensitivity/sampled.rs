//! What the trials of the run on show say: correlations, contributions, regression, and what its worst trials share.

use calminer_domain::{DistributionForm, Scenario};
use calminer_engine::result::{OutputResult, Regression, Target};
use calminer_engine::sensitivity::{Dropped, RegressionTerm, TargetRow, contributions_by_rank};
use egui::Ui;

use super::head_ui;
use super::words::share;
use crate::app::{Command, Standing, ViewContext};
use crate::ui::format::{self, NumberStyle};
use crate::ui::state::number_style;
use crate::ui::theme;
use crate::ui::widgets::bar_table::{self, Cell, Column, Row};
use crate::ui::widgets::basic::{self, Tone};

const NOT_VARYING: &str = "n/a (does not vary)";

const SHARES: [Column; 4] = [
    Column {
        name: "Rank correlation",
        meaning: "Spearman's rank correlation of input and output, -1 to 1",
        bars: false,
    },
    Column {
        name: "Contribution to variance",
        meaning: "Squared rank correlations scaled to sum to 100 %, with the sign of the relation. An approximation: it cannot tell an input's own effect from that of inputs correlated with it",
        bars: true,
    },
    Column {
        name: "Standardized coefficient",
        meaning: "Change of the output, in its standard deviations, where the input alone rises by one of its own",
        bars: false,
    },
    Column {
        name: "Share of variance",
        meaning: "Coefficient times correlation: the shares sum to R2, and one can be negative where inputs are correlated",
        bars: false,
    },
];

const COMMON: [Column; 5] = [
    Column {
        name: "Shift",
        meaning: "Mean in the worst trials less the mean in all, in standard deviations of the input",
        bars: true,
    },
    Column {
        name: "Mean, worst",
        meaning: "Mean of the drawn figure in the worst trials",
        bars: false,
    },
    Column {
        name: "Mean, all",
        meaning: "Mean of the drawn figure in all trials",
        bars: false,
    },
    Column {
        name: "Median rank",
        meaning: "Median of the ranks that the worst trials have among all, 0 to 1: 0.5 where the input does not matter",
        bars: false,
    },
    Column {
        name: "KS distance",
        meaning: "Kolmogorov-Smirnov: the largest difference of both cumulative curves, 0 to 1",
        bars: false,
    },
];

pub(super) fn sampled_ui(ctx: &ViewContext<'_>, ui: &mut Ui, key: &str) {
    let Some(outcome) = ctx.runs.selected_outcome() else {
        head_ui(ui, "From the run's samples", None);
        waiting_ui(ctx, ui);
        return;
    };
    let Some(output) = outcome.output(key) else {
        head_ui(ui, "From the run's samples", None);
        standing_ui(ctx, ui);
        basic::weak_ui(ui, "The run on show has no such output: run again");
        return;
    };
    let style = number_style(ctx);
    let rows = share_rows(ctx, output, style);
    let text = || bar_table::text_of("Input", &SHARES, &rows);
    let copied: (&str, &dyn Fn() -> String) = ("the contributions", &text);
    head_ui(ui, "From the run's samples", Some(copied));
    standing_ui(ctx, ui);
    ui.scope(|ui| bar_table::table_ui(ui, "Input", &SHARES, &rows));
    ui.add_space(theme::CELL);
    if let Some(regression) = &output.regression {
        basic::label_ui(ui, &explained(regression, style));
    } else {
        let words = "The run was made without a regression: run again to have its coefficients";
        basic::hint_ui(ui, words);
    }
    ui.add_space(theme::SECTION);
    if let Some(worst) = &output.worst {
        worst_ui(ctx, ui, worst);
    } else {
        let words = "The run did not look at its worst trials: run again to see what they share";
        basic::hint_ui(ui, words);
    }
}

/// No run, or one that is being loaded.
fn waiting_ui(ctx: &ViewContext<'_>, ui: &mut Ui) {
    if ctx.runs.selected.is_some() {
        basic::weak_ui(ui, "The run is being loaded");
        return;
    }
    basic::weak_ui(
        ui,
        "The trials of a run say how much each input contributes, all inputs moving together",
    );
    if ctx.is_enabled(&Command::Run) && ui.button("Run the simulation").clicked() {
        ctx.send(Command::Run);
    }
    if let Some(why_not) = ctx.why_not(&Command::Run) {
        basic::problem_ui(ui, why_not);
    }
}

/// Says when the run on show does not belong to what is on the screen.
fn standing_ui(ctx: &ViewContext<'_>, ui: &mut Ui) {
    let (Some(entry), Some(document)) = (ctx.runs.selected_entry(), ctx.document) else {
        return;
    };
    let style = number_style(ctx);
    let words = match ctx.runs.standing(entry, document) {
        Standing::Current => {
            let words = format!(
                "{} trials, seed {}, of the content on the screen",
                format::count(entry.trials, style),
                entry.seed
            );
            basic::label_ui(ui, &words);
            return;
        }
        Standing::Earlier(revision) => {
            format!("The run belongs to an earlier content, revision {revision}")
        }
        Standing::UnsavedEdits => {
            "The run belongs to an earlier content, edits that are not on the screen any more"
                .to_owned()
        }
    };
    let mut again = false;
    basic::banner_ui(ui, Tone::Warning, &words, |ui| {
        again = ctx.is_enabled(&Command::Run) && ui.button("Run again").clicked();
    });
    if again {
        ctx.send(Command::Run);
    }
    ui.add_space(theme::CELL);
}

fn title_of<'a>(ctx: &ViewContext<'a>, key: &'a str) -> &'a str {
    ctx.scenario()
        .map_or(key, |scenario| scenario.title_of(key))
}

fn share_rows(ctx: &ViewContext<'_>, output: &OutputResult, style: NumberStyle) -> Vec<Row> {
    let term = |key: &str| {
        let terms = &output.regression.as_ref()?.terms;
        terms.iter().find(|term| term.key == key)
    };
    let contributions = contributions_by_rank(output).inputs;
    let rows = contributions.iter().map(|own| {
        let rho = output.spearman.iter().find(|(key, _)| *key == own.key);
        let rho = rho.and_then(|(_, rho)| *rho);
        let title = title_of(ctx, &own.key);
        share_row(title, (rho, own.signed_share), term(&own.key), style)
    });
    rows.collect()
}

fn share_row(
    title: &str,
    (rho, contribution): (Option<f64>, Option<f64>),
    term: Option<&RegressionTerm>,
    style: NumberStyle,
) -> Row {
    let coefficient = term.and_then(|term| term.coefficient);
    let share_of = term.and_then(|term| term.share);
    let mut first = Cell::figure(rho, |rho| style.fixed(rho, 3));
    if rho.is_none() {
        NOT_VARYING.clone_into(&mut first.shown);
    }
    let or_absent = |figure: Option<f64>| {
        figure.map_or_else(|| format::ABSENT.to_owned(), |own| style.fixed(own, 6))
    };
    let mut words = format!(
        "{title}\nRank correlation {}\nContribution to variance {}\nStandardized coefficient {}",
        or_absent(rho),
        contribution.map_or_else(|| format::ABSENT.to_owned(), |own| style.percent(own, 3)),
        or_absent(coefficient),
    );
    if let Some(error) = term.and_then(|term| term.standard_error) {
        words += ", standard error ";
        words += &style.significant(error, 3);
    }
    let share_words =
        share_of.map_or_else(|| format::ABSENT.to_owned(), |own| style.percent(own, 3));
    words += "\nShare of variance ";
    words += &share_words;
    match term.and_then(|term| term.dropped) {
        Some(Dropped::Collinear) => {
            words.push_str("\nNo coefficient: the input is a linear function of those before it");
        }
        Some(Dropped::DoesNotVary) => words.push_str("\nn/a: it does not vary"),
        None => {}
    }
    Row {
        name: title.to_owned(),
        cells: vec![
            first,
            Cell::figure(contribution, |own| share(own, style)).with_bar(contribution, None),
            Cell::figure(coefficient, |own| style.fixed(own, 3)),
            Cell::figure(share_of, |own| share(own, style)),
        ],
        words,
        weak: rho.is_none(),
    }
}

/// R2 in words.
fn explained(regression: &Regression, style: NumberStyle) -> String {
    let trials = format!(
        "{} trials used, {} left out",
        format::count(regression.trials, style),
        format::count(regression.left_out, style)
    );
    match regression.r2 {
        Some(r2) => format!(
            "R2 {}: a plane through all inputs explains {} of the variance; the rest is curvature and interaction. {trials}",
            style.fixed(r2, 3),
            share(r2, style)
        ),
        None => format!(
            "R2 n/a: the output does not vary, or too few of its trials have a figure. {trials}"
        ),
    }
}

fn worst_ui(ctx: &ViewContext<'_>, ui: &mut Ui, worst: &Target) {
    let style = number_style(ctx);
    let rows: Vec<Row> = worst
        .rows
        .iter()
        .map(|row| worst_row(ctx, row, worst.chance, style))
        .collect();
    let text = || bar_table::text_of("Input", &COMMON, &rows);
    let copied: (&str, &dyn Fn() -> String) = ("what the worst trials share", &text);
    head_ui(ui, "What the worst 5 % have in common", Some(copied));
    if !worst.is_apart {
        basic::weak_ui(
            ui,
            "The worst trials cannot be told from the others: the output does not vary enough",
        );
        return;
    }
    let chance = worst.chance.map_or_else(String::new, |chance| {
        format!(
            ". One input of twenty shifts by more than {} by chance alone; smaller shifts are pale",
            style.fixed(chance, 3)
        )
    });
    let words = format!(
        "{} of {} trials, inputs by the size of their shift in standard deviations{chance}",
        format::count(worst.trials, style),
        format::count(worst.of, style)
    );
    basic::label_ui(ui, &words);
    ui.scope(|ui| bar_table::table_ui(ui, "Input", &COMMON, &rows));
}

/// The unit of what was drawn for an input.
fn drawn_unit(scenario: Option<&Scenario>, key: &str) -> String {
    let parameter = scenario.and_then(|own| own.parameters.iter().find(|row| row.key == key));
    let form = parameter.and_then(|row| Some((row, row.uncertainty.as_ref()?.form)));
    match form {
        Some((row, DistributionForm::Absolute)) => row.unit.clone(),
        Some((_, DistributionForm::PercentOfBase)) => "% of base".to_owned(),
        Some((_, DistributionForm::Factor)) => "× base".to_owned(),
        None => String::new(),
    }
}

fn worst_row(
    ctx: &ViewContext<'_>,
    row: &TargetRow,
    chance: Option<f64>,
    style: NumberStyle,
) -> Row {
    let title = title_of(ctx, &row.key);
    let unit = drawn_unit(ctx.scenario().map(|own| &**own), &row.key);
    let mean = |figure: f64| style.quantity(figure, &unit);
    let words = |figure: Option<f64>| {
        figure.map_or_else(
            || format::ABSENT.to_owned(),
            |own| format!("{} {}", style.short(own, 8), format::unit_words(&unit)),
        )
    };
    let plain = |figure: Option<f64>| {
        figure.map_or_else(|| format::ABSENT.to_owned(), |own| style.fixed(own, 6))
    };
    let mut first = Cell::figure(row.shift, |own| style.fixed(own, 2)).with_bar(row.shift, None);
    if row.shift.is_none() {
        NOT_VARYING.clone_into(&mut first.shown);
    }
    let size = row.shift.map_or(0.0, f64::abs);
    Row {
        name: title.to_owned(),
        cells: vec![
            first,
            Cell::figure(row.tail_mean, mean),
            Cell::figure(row.mean, mean),
            Cell::figure(row.median_rank, |own| style.fixed(own, 2)),
            Cell::figure(row.distance, |own| style.fixed(own, 2)),
        ],
        words: format!(
            "{title}\nShift {} standard deviations\nMean in the worst trials {}\nMean in all trials {}\nMedian rank {}\nKS distance {}",
            plain(row.shift),
            words(row.tail_mean),
            words(row.mean),
            plain(row.median_rank),
            plain(row.distance)
        ),
        weak: chance.is_none_or(|chance| size < chance),
    }
}
