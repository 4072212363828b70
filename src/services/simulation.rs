//! Simulations on threads of their own.

use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use calminer_engine::program::Program;
use calminer_engine::result::{BaseCase, RunSettings};
use calminer_engine::run::{BlockReport, RunControl, simulate};

use crate::services::event::{Event, JobId, Outbox, Simulated, SimulationFault};
use crate::services::live_run::{LiveRun, Watch};

/// A snapshot is handed over at most so often.
const BEAT: Duration = Duration::from_millis(100);

/// What is to be simulated.
#[derive(Clone, Debug)]
pub struct SimulationRequest {
    /// Which job.
    pub job: JobId,
    /// The compiled scenario.
    pub program: Arc<Program>,
    /// Its base case: names, units and base figures of what is shown.
    pub base: Arc<BaseCase>,
    /// Trials, seed, sampler.
    pub settings: RunSettings,
    /// Threads to use.
    pub threads: NonZeroUsize,
}

/// What the app and the threads of a run share.
#[derive(Debug, Default)]
struct Shared {
    done: AtomicU64,
    snapshot: Mutex<Option<Arc<LiveRun>>>,
    stop: Mutex<Stop>,
    changed: Condvar,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stop {
    #[default]
    Running,
    Asked,
    Over,
}

/// A running simulation. Dropping it does not stop it.
#[derive(Clone, Debug)]
pub struct Simulation {
    job: JobId,
    total: u64,
    shared: Arc<Shared>,
}

impl Simulation {
    /// Starts a simulation; [`Event::Simulated`] is its answer.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(request: SimulationRequest, outbox: Outbox) -> std::io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let running = Self {
            job: request.job,
            total: request.settings.trials,
            shared: Arc::clone(&shared),
        };
        thread::Builder::new()
            .name("calminer-simulation".to_owned())
            .spawn(move || {
                let job = request.job;
                let result = run(&request, &shared, &outbox);
                outbox.send(Event::Simulated { job, result });
            })?;
        Ok(running)
    }

    /// Which job it is.
    pub fn job(&self) -> JobId {
        self.job
    }

    /// Trials asked for.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Trials done.
    pub fn done(&self) -> u64 {
        self.shared.done.load(Ordering::Relaxed)
    }

    /// Asks it to stop.
    pub fn cancel(&self) {
        self.shared.set(Stop::Asked);
    }

    /// The newest snapshot, if there is one that was not taken yet.
    pub fn take_snapshot(&self) -> Option<Arc<LiveRun>> {
        self.shared.snapshot().take()
    }
}

impl Shared {
    fn snapshot(&self) -> std::sync::MutexGuard<'_, Option<Arc<LiveRun>>> {
        self.snapshot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, stop: Stop) {
        let mut now = self.stop.lock().unwrap_or_else(PoisonError::into_inner);
        if *now != Stop::Over {
            *now = stop;
        }
        self.changed.notify_all();
    }

    /// Waits until the run is over or asked to stop, and hands the wish on.
    fn guard(&self, cancel: &AtomicBool) {
        let mut now = self.stop.lock().unwrap_or_else(PoisonError::into_inner);
        while *now == Stop::Running {
            now = self
                .changed
                .wait(now)
                .unwrap_or_else(PoisonError::into_inner);
        }
        if *now == Stop::Asked {
            cancel.store(true, Ordering::Relaxed);
        }
    }
}

fn run(request: &SimulationRequest, shared: &Shared, outbox: &Outbox) -> Simulated {
    let watch = Mutex::new((
        Watch::new(&request.base, request.settings.trials),
        Instant::now(),
    ));
    let observer = |block: &BlockReport<'_>| {
        let mut watch = watch.lock().unwrap_or_else(PoisonError::into_inner);
        watch.0.add(block);
        shared.done.fetch_add(block.len as u64, Ordering::Relaxed);
        if watch.1.elapsed() >= BEAT {
            watch.1 = Instant::now();
            *shared.snapshot() = Some(Arc::new(watch.0.shown()));
            outbox.wake();
        }
    };
    let control = RunControl {
        observer: Some(&observer),
        ..RunControl::default()
    };
    let finished = thread::scope(|scope| {
        let guard = thread::Builder::new()
            .name("calminer-cancel".to_owned())
            .spawn_scoped(scope, || shared.guard(&control.cancel));
        if let Err(error) = guard {
            return Err(SimulationFault::Failed(format!(
                "the system gives no thread: {error}"
            )));
        }
        let result = catch_unwind(AssertUnwindSafe(|| {
            simulate(
                &request.program,
                &request.settings,
                request.threads,
                &control,
            )
        }));
        shared.set(Stop::Over);
        SimulationFault::of(result, "simulation")
    });
    let (outcome, samples) = finished?;
    let last = watch.into_inner().unwrap_or_else(PoisonError::into_inner);
    *shared.snapshot() = Some(Arc::new(last.0.shown().finished(&outcome)));
    Ok(Box::new((Arc::new(outcome), Arc::new(samples))))
}

/// The threads that a simulation uses: those asked for, else all cores.
pub fn threads(asked: Option<usize>) -> NonZeroUsize {
    asked
        .and_then(NonZeroUsize::new)
        .or_else(|| thread::available_parallelism().ok())
        .unwrap_or(NonZeroUsize::MIN)
}
