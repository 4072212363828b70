//! Numbered pieces of work on named threads. Which thread takes which piece changes nothing but the time.

use std::any::Any;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{Builder, ScopedJoinHandle};

use super::RunError;

/// Does the pieces 0 to `count` - 1 and gives their results in that order.
///
/// Each thread makes its own state with `start`. After `cancel` is set no new piece is begun.
pub(crate) fn in_order<S, T: Send>(
    threads: NonZeroUsize,
    count: usize,
    cancel: &AtomicBool,
    start: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, usize) -> Result<T, RunError> + Sync,
) -> Result<Vec<T>, RunError> {
    let next = AtomicUsize::new(0);
    // A piece that failed stops the others at their next one.
    let stop = AtomicBool::new(false);
    let loop_of_one = || -> Result<Vec<(usize, T)>, RunError> {
        let mut state = start();
        let mut done = Vec::new();
        loop {
            let piece = next.fetch_add(1, Ordering::Relaxed);
            if piece >= count || stop.load(Ordering::Relaxed) {
                return Ok(done);
            }
            if cancel.load(Ordering::Relaxed) {
                return Err(RunError::Cancelled);
            }
            done.push((piece, work(&mut state, piece)?));
        }
    };
    let guarded = || {
        let result = catch_unwind(AssertUnwindSafe(loop_of_one))
            .unwrap_or_else(|panic| Err(failure(panic.as_ref())));
        if result.is_err() {
            stop.store(true, Ordering::Relaxed);
        }
        result
    };
    let parts = if threads.get() == 1 || count < 2 {
        vec![guarded()]
    } else {
        on_threads(threads.get().min(count), &guarded)
    };
    let mut all = Vec::with_capacity(count);
    for part in first_failure(parts)? {
        all.extend(part);
    }
    all.sort_by_key(|(piece, _)| *piece);
    Ok(all.into_iter().map(|(_, result)| result).collect())
}

/// A failure says more than the cancellation that came with it.
fn first_failure<T>(parts: Vec<Result<T, RunError>>) -> Result<Vec<T>, RunError> {
    let mut cancelled = None;
    let mut done = Vec::with_capacity(parts.len());
    for part in parts {
        match part {
            Ok(part) => done.push(part),
            Err(RunError::Cancelled) => cancelled = Some(RunError::Cancelled),
            Err(failure) => return Err(failure),
        }
    }
    cancelled.map_or(Ok(done), Err)
}

fn on_threads<T: Send>(
    threads: usize,
    work: &(impl Fn() -> Result<T, RunError> + Sync),
) -> Vec<Result<T, RunError>> {
    std::thread::scope(|scope| {
        let handles: Vec<std::io::Result<ScopedJoinHandle<'_, _>>> = (0..threads)
            .map(|number| {
                Builder::new()
                    .name(format!("simulation-{number}"))
                    .spawn_scoped(scope, work)
            })
            .collect();
        handles
            .into_iter()
            .map(|handle| match handle {
                Ok(handle) => handle
                    .join()
                    .unwrap_or_else(|panic| Err(failure(panic.as_ref()))),
                Err(error) => Err(RunError::Failed(format!(
                    "a thread could not be started: {error}"
                ))),
            })
            .collect()
    })
}

fn failure(panic: &(dyn Any + Send)) -> RunError {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no reason is known");
    RunError::Failed(format!("the simulation failed inside: {text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn squares(threads: usize, count: usize, cancel: &AtomicBool) -> Result<Vec<usize>, RunError> {
        in_order(
            NonZeroUsize::new(threads).unwrap(),
            count,
            cancel,
            || (),
            |(), piece| Ok(piece * piece),
        )
    }

    #[test]
    fn results_stand_in_order_for_any_number_of_threads() {
        let expected: Vec<usize> = (0..100).map(|piece| piece * piece).collect();
        for threads in [1, 2, 3, 7, 200] {
            assert_eq!(
                squares(threads, 100, &AtomicBool::new(false)),
                Ok(expected.clone())
            );
        }
        assert_eq!(squares(3, 0, &AtomicBool::new(false)), Ok(Vec::new()));
    }

    #[test]
    fn a_cancelled_run_says_so() {
        assert_eq!(
            squares(2, 10, &AtomicBool::new(true)),
            Err(RunError::Cancelled)
        );
    }

    #[test]
    fn a_panic_is_a_sentence() {
        for threads in [1, 3] {
            let result = in_order(
                NonZeroUsize::new(threads).unwrap(),
                50,
                &AtomicBool::new(false),
                || (),
                |(), piece| {
                    if piece == 7 {
                        panic!("piece {piece}")
                    } else {
                        Ok(piece)
                    }
                },
            );
            assert_eq!(
                result,
                Err(RunError::Failed(
                    "the simulation failed inside: piece 7".to_owned()
                ))
            );
        }
    }
}
