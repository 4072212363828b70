//! The dialog that fits distributions to a sample.

use super::*;
use crate::app::{FitDialog, FitState};

fn dialog(values: Vec<f64>, state: FitState) -> Dialog {
    let parameter = mine().parameters[0].id;
    Dialog::Fit(FitDialog {
        parameter,
        name: "Tested input".to_owned(),
        values: Arc::new(values),
        state,
    })
}

/// A normal sample by its own quantiles: mean 50, sd 5, with one value below 0 where it is asked for.
fn sample(with_negative: bool) -> Vec<f64> {
    let scores =
        (0..200).map(|at| calminer_engine::math::normal::quantile((f64::from(at) + 0.5) / 200.0));
    let mut values: Vec<f64> = scores.map(|z| 50.0 + 5.0 * z).collect();
    if with_negative {
        values[0] = -1.0;
    }
    values
}

fn shown(values: Vec<f64>) -> Harness<'static, World> {
    let report = calminer_engine::fit::fit(&values, &calminer_engine::fit::FitOptions::default())
        .map(Arc::new);
    let report = report.map_err(|error| error.to_string());
    opened(Some(triangular(10.0, 20.0, 40.0))).with_dialog(dialog(values, FitState::Done(report)))
}

trait WithDialog {
    fn with_dialog(self, dialog: Dialog) -> Self;
}

impl WithDialog for Harness<'static, World> {
    fn with_dialog(mut self, dialog: Dialog) -> Self {
        self.state_mut().state.dialog = Some(dialog);
        self.run();
        self
    }
}

#[test]
fn the_button_asks_for_the_dialog_of_the_parameter() {
    let mut harness = opened(Some(triangular(10.0, 20.0, 40.0)));
    press(&mut harness, "Fit to data…");
    let id = mine().parameters[0].id;
    assert!(harness.state().sent.contains(&Command::FitToData(id)));
}

#[test]
fn a_pasted_column_is_given_to_the_fit_and_a_bad_one_refused() {
    let mut harness = opened(None).with_dialog(dialog(Vec::new(), FitState::Waiting));
    says(
        &harness,
        "Copy a column of observed values in a spreadsheet",
    );
    harness.event(Event::Paste("Price\n10\n12.5\n".to_owned()));
    harness.run();
    let wanted = Command::FitValues(Arc::new(vec![10.0, 12.5]));
    assert!(harness.state().sent.contains(&wanted));
    harness.event(Event::Paste("10\nhigh\n".to_owned()));
    harness.run();
    says(
        &harness,
        "row 2: 'high' is not a figure. The values stay as they were",
    );
    let sent = harness.state().sent.iter();
    assert_eq!(
        sent.filter(|sent| matches!(sent, Command::FitValues(_)))
            .count(),
        1
    );
}

#[test]
fn families_stand_ranked_with_their_figures_over_the_data() {
    let mut harness = shown(sample(true));
    says(&harness, "200 values");
    says(&harness, "Histogram of 200 values with the fitted ");
    says(&harness, "Cannot hold the sample");
    says(&harness, "Lognormal: ");
    harness.get_by_label_contains("Normal 4").click_accesskit();
    harness.run();
    says(&harness, "Histogram of 200 values with the fitted Normal");
}

#[test]
fn the_chosen_family_becomes_the_distribution_as_one_step_with_its_source() {
    let mut harness = shown(sample(false));
    harness
        .get_by_label_contains("Normal 50, sd ")
        .click_accesskit();
    harness.run();
    press(&mut harness, "Use this distribution");
    // Maximum likelihood: the mean is that of the sample by symmetry, the spread a little below 5.
    let Distribution::Normal { mean, sd } = law(&harness) else {
        panic!("a normal")
    };
    assert!(
        (mean - 50.0).abs() < 1e-6 && (sd - 5.0).abs() < 0.05,
        "{mean} {sd}"
    );
    let edits = |harness: &Harness<'_, World>| {
        let sent = harness.state().sent.iter();
        sent.filter(|sent| matches!(sent, Command::Edit(..)))
            .count()
    };
    assert_eq!(edits(&harness), 1);
    assert!(
        harness
            .state()
            .sent
            .contains(&Command::AnswerDialog(crate::app::Answer::Stay))
    );
    let document = harness.state().state.document.as_ref().unwrap();
    let source = &document.scenario().parameters[0].source;
    assert!(source.ends_with("Normal fitted to 200 values"), "{source}");
}

#[test]
fn a_fit_that_failed_or_is_at_work_says_so() {
    let failed = FitState::Done(Err("the sample has one value".to_owned()));
    let harness = opened(None).with_dialog(dialog(vec![1.0], failed));
    says(&harness, "the sample has one value");
    assert!(harness.query_by_label("Use this distribution").is_none());
    let harness = opened(None).with_dialog(dialog(vec![1.0, 2.0], FitState::Working));
    says(&harness, "The distributions are being fitted");
}
