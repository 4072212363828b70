//! Long work on a thread of its own, so that Ctrl-C is heard at once and progress is shown.

use std::io::IsTerminal as _;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use calminer_engine::run::{RunControl, RunError};
use calminer_exchange::text;
use tokio::sync::oneshot;

use crate::print;

/// How often the progress is shown.
const TICK: Duration = Duration::from_millis(200);

/// The threads asked for, else one a core.
pub(super) fn threads(asked: Option<NonZeroUsize>) -> NonZeroUsize {
    asked
        .or_else(|| std::thread::available_parallelism().ok())
        .unwrap_or(NonZeroUsize::MIN)
}

/// Stops the work when nobody waits for it anymore.
struct Watch(Arc<RunControl<'static>>);

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.cancel.store(true, Ordering::Relaxed);
    }
}

/// Does work of `total` trials.
///
/// # Errors
/// Those of the work, and when no thread can be started.
pub(super) async fn watched<T: Send + 'static>(
    total: u64,
    work: impl FnOnce(&RunControl<'_>) -> Result<T, RunError> + Send + 'static,
) -> Result<T, RunError> {
    let watch = Watch(Arc::default());
    let control = Arc::clone(&watch.0);
    let (sender, mut receiver) = oneshot::channel();
    std::thread::Builder::new()
        .name("simulation".to_owned())
        .spawn(move || {
            // Nobody waits anymore after Ctrl-C.
            drop(sender.send(work(&control)));
        })
        .map_err(|error| RunError::Failed(format!("no thread could be started: {error}")))?;
    let shown = std::io::stderr().is_terminal();
    let mut ticks = tokio::time::interval(TICK);
    loop {
        tokio::select! {
            biased;
            answer = &mut receiver => {
                if shown {
                    print::progress("");
                }
                return answer.unwrap_or_else(|_gone| Err(RunError::Failed("the simulation ended without a result".to_owned())));
            }
            _ = ticks.tick(), if shown => print::progress(&progress(watch.0.done.load(Ordering::Relaxed), total)),
        }
    }
}

fn progress(done: u64, trials: u64) -> String {
    let share = u128::from(done) * 100 / u128::from(trials.max(1));
    format!(
        "{} of {} trials, {share} %",
        text::rounded(done as f64, 0),
        text::rounded(trials as f64, 0)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_in_whole_per_cent() {
        assert_eq!(progress(1_999, 2_000), "1,999 of 2,000 trials, 99 %");
        assert_eq!(
            progress(u64::MAX, u64::MAX).rsplit(", ").next(),
            Some("100 %")
        );
        assert_eq!(progress(0, 0), "0 of 0 trials, 0 %");
    }
}
