//! Fitting a distribution to a sample: the dialog and what it waits for.

use std::sync::Arc;

use calminer_domain::Distribution;
use uuid::Uuid;

use crate::app::dialog::Dialog;
use crate::app::step::App;
use crate::services::fit::{self, Fitted};

/// How far a fit is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum FitState {
    /// There are no values yet.
    #[default]
    Waiting,
    /// The families are being fitted.
    Working,
    /// What it came to.
    Done(Fitted),
}

/// The dialog that fits distributions to a sample of a parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct FitDialog {
    /// The parameter.
    pub parameter: Uuid,
    /// What it is called.
    pub name: String,
    /// The sample, in the unit of the distribution's figures.
    pub values: Arc<Vec<f64>>,
    /// What the sample came to.
    pub state: FitState,
}

impl App {
    /// Opens the dialog, with the values of the parameter's own sample where it has one.
    pub(crate) fn open_fit(&mut self, parameter: Uuid) {
        let document = self.state.document.as_ref();
        let Some(row) = document.and_then(|document| document.scenario().parameter(parameter))
        else {
            return;
        };
        let sample = row.uncertainty.as_ref().map(|own| &own.distribution);
        let values = match sample {
            Some(Distribution::Empirical { values }) => values.clone(),
            _ => Vec::new(),
        };
        self.state.dialog = Some(Dialog::Fit(FitDialog {
            parameter,
            name: row.title().to_owned(),
            values: Arc::new(Vec::new()),
            state: FitState::Waiting,
        }));
        if !values.is_empty() {
            self.fit_values(Arc::new(values));
        }
    }

    /// Fits another sample; an earlier one that is still at work is stale from now on.
    pub(crate) fn fit_values(&mut self, values: Arc<Vec<f64>>) {
        let outbox = self.services.outbox.clone();
        let Some(Dialog::Fit(dialog)) = &mut self.state.dialog else {
            return;
        };
        dialog.values = Arc::clone(&values);
        dialog.state = match fit::start(values, outbox) {
            Ok(()) => FitState::Working,
            Err(error) => FitState::Done(Err(format!("the fit did not start: {error}"))),
        };
    }

    /// Takes the answer for the sample on show.
    pub(crate) fn take_fit(&mut self, values: &Arc<Vec<f64>>, result: Fitted) {
        if let Some(Dialog::Fit(dialog)) = &mut self.state.dialog
            && Arc::ptr_eq(&dialog.values, values)
        {
            dialog.state = FitState::Done(result);
        }
    }
}
