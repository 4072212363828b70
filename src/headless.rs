//! What a machine without a display gets: the sample mine, evaluated and simulated, in words and figures.

use std::fmt::Write as _;
use std::process::ExitCode;

use calminer_domain::{Project, Scenario};
use calminer_engine::program::{Program, compile};
use calminer_engine::result::{
    BaseCase, Display, Histogram, Irr, OutputResult, Payback, RunOutcome, RunSettings, UnitCost,
};
use calminer_engine::run::{RunControl, simulate};

use crate::app::{Runs, samples};
use crate::services::simulation::threads;

const BAR_WIDTH: usize = 50;
const BARS: usize = 20;

/// Says in one sentence why there is no window, shows the sample mine and what to do next.
pub fn show_sample(why: &str) -> ExitCode {
    print(&format!(
        "{why}, so CalMiner shows the sample mine here instead of its window.\n\n"
    ));
    match sample_text() {
        Ok(text) => {
            print(&text);
            ExitCode::SUCCESS
        }
        Err(why) => {
            print_error(&why);
            ExitCode::FAILURE
        }
    }
}

/// Writes to standard output; a reader that went away is no fault.
#[expect(
    clippy::print_stdout,
    reason = "without a window the terminal is the place of the results"
)]
pub fn print(text: &str) {
    print!("{text}");
}

/// Writes a line to standard error.
#[expect(
    clippy::print_stderr,
    reason = "wrong usage and failures of the start have no window yet"
)]
pub fn print_error(text: &str) {
    eprintln!("calminer: {text}");
}

/// Key figures, percentiles and histogram of the sample mine, and what to do next.
///
/// # Errors
/// A sentence, when the sample cannot be computed.
pub fn sample_text() -> Result<String, String> {
    let (project, scenario) = samples::all()
        .into_iter()
        .next()
        .ok_or("the sample cannot be read")?;
    let program = compile(&scenario).map_err(|issues| {
        let lines: Vec<_> = issues.iter().map(ToString::to_string).collect();
        format!("the sample has issues: {}", lines.join("; "))
    })?;
    let base = program.base_case();
    let outcome = run(&program, &scenario)?;
    let mut text = String::new();
    let written = write_all(&mut text, &project, &scenario, &base, &outcome);
    written.map_err(|error| error.to_string())?;
    Ok(text)
}

fn run(program: &Program, scenario: &Scenario) -> Result<RunOutcome, String> {
    let settings = RunSettings::from(&scenario.simulation);
    let (outcome, _samples) = simulate(program, &settings, threads(None), &RunControl::default())
        .map_err(|error| error.to_string())?;
    Ok(outcome)
}

fn write_all(
    text: &mut String,
    project: &Project,
    scenario: &Scenario,
    base: &BaseCase,
    outcome: &RunOutcome,
) -> std::fmt::Result {
    writeln!(
        text,
        "{} – {}: {}",
        project.name, scenario.name, project.description
    )?;
    write_key_figures(text, base)?;
    if let Some(output) = Runs::headline(outcome) {
        write_output(text, output, outcome, base)?;
    }
    writeln!(
        text,
        "Next: calminer-cli evaluate FILE and calminer-cli simulate FILE compute your own scenario in a terminal;\n\
         set DISPLAY (or WAYLAND_DISPLAY) and start calminer again for the window."
    )
}

fn write_key_figures(text: &mut String, base: &BaseCase) -> std::fmt::Result {
    let metrics = &base.metrics;
    let rate = base.conventions.discount_rate * 100.0;
    writeln!(text, "\nBase case (no uncertainty)")?;
    let money = |figure: Option<f64>| match figure {
        Some(figure) => format!("{} M{}", grouped(figure / 1e6, 1), base.currency),
        None => "not defined in this scenario".to_owned(),
    };
    let mut row = |name: &str, value: String| writeln!(text, "  {name:<34}{value:>24}");
    row(&format!("NPV {rate} % after tax"), money(metrics.npv))?;
    row(&format!("NPV {rate} % pre-tax"), money(metrics.npv_pre_tax))?;
    row("IRR after tax", percent(metrics.irr.as_ref()))?;
    row("IRR pre-tax", percent(metrics.irr_pre_tax.as_ref()))?;
    row(
        &format!("Payback {}", base.conventions.payback_origin.words()),
        years(metrics.payback.as_ref()),
    )?;
    row(
        "Total cash cost",
        unit_cost(metrics.total_cash_cost.as_ref()),
    )?;
    row("All-in sustaining cost", unit_cost(metrics.aisc.as_ref()))
}

fn percent(irr: Option<&Irr>) -> String {
    irr.and_then(|irr| irr.headline).map_or_else(
        || "none".to_owned(),
        |rate| format!("{:.1} %", rate * 100.0),
    )
}

fn years(payback: Option<&Payback>) -> String {
    payback
        .and_then(|payback| payback.years)
        .map_or_else(|| "never".to_owned(), |years| format!("{years:.1} years"))
}

fn unit_cost(cost: Option<&UnitCost>) -> String {
    let figure = cost.and_then(|cost| Some((cost.value?, &cost.unit)));
    figure.map_or_else(
        || "not defined in this scenario".to_owned(),
        |(value, unit)| format!("{} {unit}", grouped(value, 0)),
    )
}

fn write_output(
    text: &mut String,
    output: &OutputResult,
    outcome: &RunOutcome,
    base: &BaseCase,
) -> std::fmt::Result {
    let (unit, factor) = scale(output, base);
    let summary = &output.summary;
    writeln!(
        text,
        "\n{} in {unit}, {} trials, seed {}, {}",
        output.label,
        grouped(outcome.settings.trials as f64, 0),
        outcome.settings.seed,
        outcome.settings.sampling.words()
    )?;
    let p = &summary.percentiles;
    let figures = [
        ("P5", p.p5),
        ("P10", p.p10),
        ("P25", p.p25),
        ("P50 (median)", p.p50),
        ("P75", p.p75),
        ("P90", p.p90),
        ("P95", p.p95),
        ("Mean", summary.mean),
        ("Standard deviation", summary.sd),
    ];
    for (name, figure) in figures {
        let shown = figure.map_or_else(|| "–".to_owned(), |figure| grouped(figure / factor, 1));
        writeln!(text, "  {name:<34}{shown:>12} {unit}")?;
    }
    if let Some(loss) = summary.probability_below_zero {
        writeln!(
            text,
            "  {:<34}{:>12.1} %",
            "Probability of loss",
            loss * 100.0
        )?;
    }
    writeln!(text)?;
    writeln!(
        text,
        "Share of the trials by {} in {unit}",
        output.label.to_lowercase()
    )?;
    write_histogram(text, &output.histogram, factor)?;
    writeln!(text)
}

/// Unit and factor that an output is shown in: whole currency in millions, all else as its line asks for.
fn scale(output: &OutputResult, base: &BaseCase) -> (String, f64) {
    let Display { unit, factor } = &output.display;
    if *unit == base.currency {
        (format!("M{unit}"), factor * 1e6)
    } else {
        (unit.clone(), *factor)
    }
}

fn write_histogram(text: &mut String, histogram: &Histogram, factor: f64) -> std::fmt::Result {
    let counts = histogram.counts();
    let view = histogram.view();
    let each = counts.len().div_ceil(BARS).max(1);
    let bars: Vec<u64> = counts.chunks(each).map(|bins| bins.iter().sum()).collect();
    let most = bars.iter().copied().max().unwrap_or(0).max(1);
    let all = bars.iter().sum::<u64>().max(1) as f64;
    let width = (view.high - view.low) / counts.len().max(1) as f64;
    for (index, &count) in bars.iter().enumerate() {
        let low = view.low + width * (index * each) as f64;
        let high = low + width * each as f64;
        let length = (count as f64 / most as f64 * BAR_WIDTH as f64).round() as usize;
        let (low, high) = (grouped(low / factor, 0), grouped(high / factor, 0));
        let share = count as f64 / all * 100.0;
        let bar = "#".repeat(length);
        writeln!(text, "  {low:>10} to {high:>10} {share:>5.1} % |{bar}")?;
    }
    Ok(())
}

/// A figure with thousands separators.
fn grouped(figure: f64, decimals: usize) -> String {
    let plain = format!("{:.decimals$}", figure.abs());
    let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
    let mut text = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    let is_zero = plain.chars().all(|sign| matches!(sign, '0' | '.'));
    let sign = if figure < 0.0 && !is_zero { "-" } else { "" };
    let point = if part.is_empty() { "" } else { "." };
    format!("{sign}{text}{point}{part}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_grouped() {
        assert_eq!(grouped(1_234_567.89, 1), "1,234,567.9");
        assert_eq!(grouped(-999.5, 0), "-1,000");
        assert_eq!(grouped(-0.04, 1), "0.0");
        assert_eq!(grouped(12.0, 0), "12");
    }

    #[test]
    fn the_sample_is_shown_with_figures_and_bars() {
        let text = sample_text().unwrap();
        for part in [
            "Fenn-Gib",
            "NPV 5 % after tax",
            "P50 (median)",
            "####",
            "calminer-cli",
        ] {
            assert!(text.contains(part), "{part} is missing in\n{text}");
        }
    }
}
