//! Sensitivities as tables for a terminal.

use std::collections::BTreeMap;

use calminer_engine::program::Program;
use calminer_engine::result::Display;
use calminer_engine::sensitivity::{
    Contributions, Estimate, Measured, MovedInput, Movement, Point, Regression, Setting, Spider,
    Step, Target, Tornado, VarianceAnalysis,
};
use calminer_exchange::text;

use super::super::evaluate::heading;
use super::{Analysis, OfSamples, Sampled};
use crate::args::Method;

const NOT_APPLICABLE: &str = "n/a";

/// What people call inputs.
pub(super) struct Names(BTreeMap<String, String>);

impl Names {
    pub(super) fn of(program: &Program) -> Self {
        let inputs = program.inputs().iter();
        Self(
            inputs
                .map(|input| (input.key.clone(), input.label.clone()))
                .collect(),
        )
    }

    fn name(&self, key: &str) -> String {
        self.0.get(key).cloned().unwrap_or_else(|| key.to_owned())
    }
}

pub(super) fn described(name: &str, method: Method, found: &Analysis, names: &Names) -> String {
    let mut parts = vec![heading(&format!("{name}, {}", method.title()))];
    match found {
        Analysis::Tornado { outputs } => parts.extend(outputs.iter().map(tornado)),
        Analysis::Spider { outputs } => parts.extend(outputs.iter().map(spider)),
        Analysis::Samples { settings, outputs } => {
            parts.push(sampled(settings));
            parts.extend(outputs.iter().map(|output| of_samples(output, names)));
        }
        Analysis::Variance(analysis) => parts.extend(variance(analysis)),
    }
    parts.concat()
}

/// A title of a table with a rule below it.
pub(super) fn title(label: &str, rest: &str) -> String {
    let title = format!("{label}{rest}");
    format!("\n{title}\n{}\n", "-".repeat(text::wide(&title)))
}

fn measured(output: &Measured) -> String {
    title(
        &output.label,
        &format!(", base case {}", figure(output.base, &output.display)),
    )
}

/// A result for people; `absent` and `never` in words.
fn figure(figure: f64, display: &Display) -> String {
    if figure.is_nan() {
        "absent".to_owned()
    } else if figure.is_infinite() {
        "never".to_owned()
    } else {
        text::amount(figure, display)
    }
}

fn share(share: Option<f64>) -> String {
    share.map_or_else(
        || NOT_APPLICABLE.to_owned(),
        |share| format!("{} %", text::rounded(share * 100.0, 1)),
    )
}

fn plain(value: Option<f64>) -> String {
    value.map_or_else(
        || NOT_APPLICABLE.to_owned(),
        |value| text::rounded(value, 3),
    )
}

fn setting(setting: Setting, input: &MovedInput) -> String {
    match (setting.value, setting.factor) {
        (Some(value), _) => format!("{} {}", short(value), input.unit)
            .trim_end()
            .to_owned(),
        (None, Some(factor)) => format!("{} x base", short(factor)),
        (None, None) => NOT_APPLICABLE.to_owned(),
    }
}

/// Five significant digits.
fn short(value: f64) -> String {
    let size = value.abs();
    let decimals = [1.0, 10.0, 100.0, 1_000.0, 10_000.0];
    let whole = decimals.iter().filter(|limit| size >= **limit).count();
    text::rounded(value, 5_usize.saturating_sub(whole))
}

fn tornado(tornado: &Tornado) -> String {
    let display = &tornado.output.display;
    let end = |point: &Point, input: &MovedInput| {
        [setting(point.setting, input), figure(point.output, display)]
    };
    let rows: Vec<Vec<String>> = tornado
        .rows
        .iter()
        .map(|row| {
            let swing = row.swing.filter(|_| row.movement != Movement::DoesNotVary);
            let swing =
                swing.map_or_else(|| NOT_APPLICABLE.to_owned(), |swing| figure(swing, display));
            let mut cells = vec![row.input.label.clone()];
            cells.extend(end(&row.low, &row.input));
            cells.extend(end(&row.high, &row.input));
            cells.push(swing);
            cells
        })
        .collect();
    let heads = ["Input", "Low end", "Output", "High end", "Output", "Swing"];
    format!(
        "{}{}",
        measured(&tornado.output),
        text::columns_of(&heads, &rows)
    )
}

fn step(step: Step) -> String {
    match step {
        Step::Percentile(p) => format!("P{}", text::rounded(p * 100.0, 0)),
        Step::Change(change) => format!("{}%", text::rounded(change * 100.0, 0)),
    }
}

fn spider(spider: &Spider) -> String {
    let display = &spider.output.display;
    let steps = spider.rows.first().map_or(&[][..], |row| &row.points);
    let words: Vec<String> = steps.iter().map(|point| step(point.step)).collect();
    let heads: Vec<&str> = std::iter::once("Input")
        .chain(words.iter().map(String::as_str))
        .collect();
    let rows: Vec<Vec<String>> = spider
        .rows
        .iter()
        .map(|row| {
            let points = row.points.iter().map(|point| figure(point.output, display));
            std::iter::once(row.input.label.clone())
                .chain(points)
                .collect()
        })
        .collect();
    format!(
        "{}{}",
        measured(&spider.output),
        text::columns_of(&heads, &rows)
    )
}

fn sampled(settings: &Sampled) -> String {
    let trials = text::rounded(settings.trials as f64, 0);
    let words = settings.sampling.words();
    format!(
        "Settings: {trials} trials, seed {}, {words}\n",
        settings.seed
    )
}

fn of_samples(output: &OfSamples, names: &Names) -> String {
    let mut shown = title(&output.label, "");
    if let (Some(spearman), Some(contribution)) = (&output.spearman, &output.contribution) {
        shown.push_str(&ranks(spearman, contribution, names));
    }
    if let Some(regression) = &output.regression {
        shown.push_str(&plane(regression, names));
    }
    if let Some(tail) = &output.tail {
        shown.push_str(&worst(tail, names));
    }
    shown
}

fn ranks(
    spearman: &[(String, Option<f64>)],
    contribution: &Contributions,
    names: &Names,
) -> String {
    let rho = |key: &str| {
        spearman
            .iter()
            .find(|(of, _)| of == key)
            .and_then(|(_, rho)| *rho)
    };
    let rows: Vec<Vec<String>> = contribution
        .inputs
        .iter()
        .map(|row| {
            vec![
                names.name(&row.key),
                plain(rho(&row.key)),
                share(row.signed_share),
            ]
        })
        .collect();
    text::columns_of(
        &["Input", "Rank correlation", "Contribution to variance"],
        &rows,
    )
}

fn plane(regression: &Regression, names: &Names) -> String {
    let rows: Vec<Vec<String>> = regression
        .ranked()
        .into_iter()
        .map(|term| {
            vec![
                names.name(&term.key),
                plain(term.coefficient),
                plain(term.standard_error),
                share(term.share),
            ]
        })
        .collect();
    let heads = [
        "Input",
        "Standardized coefficient",
        "Standard error",
        "Share of variance",
    ];
    let explained = share(regression.r2);
    format!(
        "{}R2 {explained}: what a plane explains; the rest is curvature and interaction. {} trials used, {} left out\n",
        text::columns_of(&heads, &rows),
        text::rounded(regression.trials as f64, 0),
        text::rounded(regression.left_out as f64, 0)
    )
}

fn worst(tail: &Target, names: &Names) -> String {
    let rows: Vec<Vec<String>> = tail
        .rows
        .iter()
        .map(|row| {
            vec![
                names.name(&row.key),
                plain(row.shift),
                plain(row.median_rank),
                plain(row.distance),
            ]
        })
        .collect();
    let heads = ["Input", "Shift in sd", "Median rank", "KS distance"];
    let chance = tail.chance.map_or_else(String::new, |chance| {
        format!(
            "A shift below {} is what chance alone gives one input of twenty\n",
            text::rounded(chance, 3)
        )
    });
    format!(
        "{} of {} trials\n{}{chance}",
        text::rounded(tail.trials as f64, 0),
        text::rounded(tail.of as f64, 0),
        text::columns_of(&heads, &rows)
    )
}

fn estimate(estimate: Option<Estimate>) -> String {
    let Some(estimate) = estimate else {
        return NOT_APPLICABLE.to_owned();
    };
    let value = share(Some(estimate.value));
    match estimate.interval {
        Some(interval) => format!(
            "{value} [{}, {}]",
            text::rounded(interval.low * 100.0, 1),
            text::rounded(interval.high * 100.0, 1)
        ),
        None => value,
    }
}

fn variance(analysis: &VarianceAnalysis) -> Vec<String> {
    let reason = analysis.reason.iter().map(|why| format!("{why}\n"));
    let head = format!(
        "Method: {}; {} evaluations of the model, seed {}\n",
        analysis.kind.words(),
        text::rounded(analysis.evaluations as f64, 0),
        analysis.settings.seed
    );
    let outputs = analysis.outputs.iter().map(|output| {
        let rows: Vec<Vec<String>> = output
            .groups
            .iter()
            .map(|group| {
                let figures = match group.shapley {
                    Some(_) => vec![estimate(group.shapley)],
                    None => vec![estimate(group.first), estimate(group.total)],
                };
                std::iter::once(group.name.clone()).chain(figures).collect()
            })
            .collect();
        let by_shapley = output.groups.iter().any(|group| group.shapley.is_some());
        let heads: &[&str] = if by_shapley {
            &["Input", "Shapley effect"]
        } else {
            &["Input", "First-order index", "Total index"]
        };
        format!(
            "{}{}",
            title(&output.label, ""),
            text::columns_of(heads, &rows)
        )
    });
    std::iter::once(head).chain(reason).chain(outputs).collect()
}
