//! Fitting distributions to a sample, on a thread of its own: a large sample takes longer than a frame.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;

use calminer_engine::fit::{FitOptions, FitReport, fit};

use crate::services::event::{Event, Outbox};

/// What a fit comes to: the families with their figures, or a sentence that says why there are none.
pub type Fitted = Result<Arc<FitReport>, String>;

/// Starts a fit; [`Event::Fitted`] is its answer.
///
/// # Errors
/// When the system gives no thread.
pub fn start(values: Arc<Vec<f64>>, outbox: Outbox) -> std::io::Result<()> {
    let work = move || {
        let result = fitted(&values);
        outbox.send(Event::Fitted { values, result });
    };
    thread::Builder::new()
        .name("calminer-fit".to_owned())
        .spawn(work)
        .map(drop)
}

/// Fits every family to a sample.
pub fn fitted(values: &[f64]) -> Fitted {
    let found = catch_unwind(AssertUnwindSafe(|| fit(values, &FitOptions::default())));
    match found {
        Ok(Ok(report)) => Ok(Arc::new(report)),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("the fit failed inside the program; the log has the details".to_owned()),
    }
}
