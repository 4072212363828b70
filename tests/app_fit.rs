//! Fitting distributions to a sample, without a window.

mod desk;

use std::sync::Arc;

use calminer::app::{Answer, CoalesceKey, Command, Dialog, FitState};
use calminer_domain::{Distribution, DistributionForm, ScenarioEdit, Uncertainty};
use desk::Desk;

/// A hundred values whose logarithms are evenly spread: between 1 and e.
fn sample() -> Vec<f64> {
    (0..100)
        .map(|at| calminer_engine::math::exp(f64::from(at) / 99.0))
        .collect()
}

fn until_fitted(desk: &mut Desk) {
    desk.until("the fit is there", |state| {
        matches!(&state.dialog, Some(Dialog::Fit(fit)) if matches!(fit.state, FitState::Done(_)))
    });
}

#[test]
fn a_sample_is_fitted_outside_of_the_step_and_a_stale_answer_is_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::start(folder.path());
    let price = desk.price();
    desk.run(Command::FitToData(price.id));
    let Dialog::Fit(fit) = desk.dialog() else {
        panic!("a fit")
    };
    assert_eq!((fit.values.len(), &fit.state), (0, &FitState::Waiting));
    let first = Arc::new(sample());
    let second = Arc::new(sample().into_iter().map(|value| value + 10.0).collect());
    desk.run(Command::FitValues(first));
    desk.run(Command::FitValues(Arc::clone(&second)));
    until_fitted(&mut desk);
    let Dialog::Fit(fit) = desk.dialog() else {
        panic!("a fit")
    };
    assert!(Arc::ptr_eq(&fit.values, &second));
    let FitState::Done(Ok(report)) = &fit.state else {
        panic!("{:?}", fit.state)
    };
    assert!(!report.fits.is_empty());
    // The best one comes first.
    assert!(
        report
            .fits
            .windows(2)
            .all(|pair| pair[0].aic <= pair[1].aic)
    );
    let dirty = desk.document().is_dirty();
    desk.answer(Answer::Stay);
    assert_eq!((desk.state().dialog.is_none(), dirty), (true, false));
    desk.end();
}

#[test]
fn the_dialog_starts_with_the_sample_of_the_parameter() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::start(folder.path());
    let mut price = desk.price();
    price.uncertainty = Some(Uncertainty::once(
        DistributionForm::Absolute,
        Distribution::Empirical { values: sample() },
    ));
    let id = price.id;
    let edit = ScenarioEdit::UpdateParameter(Box::new(price));
    desk.run(Command::Edit(edit, CoalesceKey::none()));
    desk.run(Command::FitToData(id));
    until_fitted(&mut desk);
    let Dialog::Fit(fit) = desk.dialog() else {
        panic!("a fit")
    };
    assert_eq!(*fit.values, sample());
    desk.end();
}
