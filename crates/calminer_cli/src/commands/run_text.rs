//! A run as text.

use calminer_domain::DistributionForm as Form;
use calminer_engine::program::Input;
use calminer_engine::result::{
    CorrelationMatrices, LineValues, OutputResult, PeriodColumn, RunOutcome, RunSettings,
};
use calminer_exchange::text;

use super::evaluate::{block, cause, heading};
use crate::simulation::Run;

/// All digits with the unit of what is drawn: a factor has none.
fn drawn_text(drawn: f64, input: &Input) -> String {
    match input.form {
        Form::Absolute => format!("{drawn} {}", input.unit).trim_end().to_owned(),
        Form::Factor => format!("{drawn} x base"),
        Form::PercentOfBase => format!("{drawn} % of base"),
    }
}

/// What an input came to: a row, or one a period where it is drawn each period.
pub(super) fn drawn_rows(
    drawn: &LineValues,
    input: &Input,
    periods: &[PeriodColumn],
) -> Vec<(String, String)> {
    let row = |label: String, figure: f64| {
        let text = format!("{}  ({})", drawn_text(figure, input), input.key);
        (label, text)
    };
    match drawn {
        LineValues::Scalar(figure) => vec![row(input.label.clone(), *figure)],
        LineValues::Series(figures) => periods
            .iter()
            .zip(figures)
            .map(|(period, figure)| row(format!("{}, {}", input.label, period.label), *figure))
            .collect(),
    }
}

/// What decides the samples, in one line.
pub(super) fn settings_line(settings: &RunSettings, replicates: Option<u32>) -> String {
    let replicates = match replicates {
        Some(1) => ", 1 replicate".to_owned(),
        Some(count) => format!(", {count} replicates"),
        None => String::new(),
    };
    let trials = text::rounded(settings.trials as f64, 0);
    let noun = if settings.trials == 1 {
        "trial"
    } else {
        "trials"
    };
    format!(
        "Settings: {trials} {noun}, seed {}, {}{replicates}\n",
        settings.seed,
        settings.sampling.words()
    )
}

/// Settings, statistics and a histogram of each output.
pub(super) fn described(
    name: &str,
    revision: Option<u32>,
    outcome: &RunOutcome,
    run: &Run,
) -> String {
    let title = match revision {
        Some(revision) => format!("{name}, revision {revision}"),
        None => name.to_owned(),
    };
    let mut parts = vec![
        heading(&title),
        settings_line(&outcome.settings, Some(outcome.replicates)),
        run_line(run),
        block("Ended", outcome.stopped.iter().map(|how| how.why.clone())),
        block("Notices", outcome.notices.iter().cloned()),
    ];
    if outcome.outputs.is_empty() {
        parts.push("\nNo line is marked as an output, so there are no statistics.\n".to_owned());
    }
    parts.extend(outcome.outputs.iter().map(described_output));
    let pairs = outcome.correlations.iter().map(|(a, b, asked, got)| {
        let got = got.map_or_else(|| "absent".to_owned(), |got| text::rounded(got, 3));
        let asked = text::rounded(*asked, 3);
        format!("{a}, {b}: asked {asked}, achieved {got}")
    });
    parts.push(block("Rank correlations", pairs));
    let repaired = outcome
        .correlation_groups
        .iter()
        .filter(|group| group.is_repaired());
    parts.extend(repaired.map(described_repair));
    parts.concat()
}

/// What was typed and what was used in its place, pair by pair.
fn described_repair(group: &CorrelationMatrices) -> String {
    let cells = |row: usize| (row + 1..group.keys.len()).map(move |column| (row, column));
    let of_pair = |(row, column): (usize, usize)| {
        let (a, b) = (&group.keys[row], &group.keys[column]);
        let (typed, used) = group.of_pair(a, b)?;
        let figure = |figure| text::rounded(figure, 6);
        Some(format!(
            "{a}, {b}: typed {}, used {}, change {}",
            figure(typed),
            figure(used),
            figure(used - typed)
        ))
    };
    let eigenvalues = format!(
        "smallest eigenvalue as typed: {:.6} (ranks), {:.6} (normal scores)",
        group.smallest_eigenvalue, group.smallest_score_eigenvalue
    );
    let pairs = (0..group.keys.len()).flat_map(cells).filter_map(of_pair);
    block(
        "Nearest possible correlation matrix, used in place of the typed one",
        pairs.chain([eigenvalues]),
    )
}

fn run_line(run: &Run) -> String {
    let threads = match run.threads {
        1 => "1 thread".to_owned(),
        count => format!("{count} threads"),
    };
    let kept = run
        .stored
        .as_ref()
        .map(|id| format!(", kept as {id}"))
        .unwrap_or_default();
    format!("Run: {:.2} s on {threads}{kept}\n", run.elapsed_seconds)
}

fn described_output(output: &OutputResult) -> String {
    let title = if output.label == output.key {
        output.key.clone()
    } else {
        format!("{} ({})", output.label, output.key)
    };
    let rule = "-".repeat(text::wide(&title));
    let absent = output
        .first_cause
        .as_ref()
        .map(|why| format!("First absent result: {}\n", cause(why)));
    let bars = super::columns().saturating_sub(30).min(60);
    [
        format!("\n{title}\n{rule}\n"),
        text::statistics(output),
        absent.unwrap_or_default(),
        "\n".to_owned(),
        text::histogram(output, bars),
    ]
    .concat()
}
