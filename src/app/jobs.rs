//! Everything that is running or has run.

use std::time::{Duration, Instant};

use crate::services::event::JobId;

/// What a job does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobKind {
    /// A simulation that the user asked for.
    Simulation,
    /// The small simulation after an edit.
    LiveSimulation,
    /// Opening a database.
    OpenDatabase,
    /// Loading a scenario.
    Load,
    /// Saving a scenario.
    Save,
    /// Storing or deleting a run.
    StoreRun,
    /// Loading a stored run.
    LoadRun,
    /// Deleting or renaming a scenario.
    Manage,
    /// Reading a scenario file.
    Import,
    /// Writing a file that the user asked for.
    Export,
    /// Repeating a run to compare every figure.
    Verify,
    /// Computing one trial of a run again.
    Replay,
    /// Moving each input alone.
    Ends,
    /// Finding where the variance comes from.
    Variance,
}

impl JobKind {
    /// Whether the job is shown to the user; the others are over before she could read them.
    pub const fn is_shown(self) -> bool {
        !matches!(self, Self::LiveSimulation | Self::Replay | Self::Ends)
    }

    /// Whether closing waits for it in place of cancelling it.
    pub const fn must_finish(self) -> bool {
        matches!(
            self,
            Self::Save | Self::StoreRun | Self::Export | Self::Manage
        )
    }

    /// Whether the user can cancel it.
    pub const fn can_cancel(self) -> bool {
        matches!(
            self,
            Self::Simulation | Self::LiveSimulation | Self::Verify | Self::Variance
        )
    }
}

/// How far a job is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobState {
    /// At work.
    Running {
        /// Parts done.
        done: u64,
        /// All parts; 0 where it is not known.
        total: u64,
    },
    /// Asked to stop, and not stopped yet.
    Cancelling,
    /// Finished.
    Done,
    /// Ended with a sentence that says why.
    Failed(String),
    /// Stopped by the user.
    Cancelled,
}

/// One job.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its number.
    pub id: JobId,
    /// What it does.
    pub kind: JobKind,
    /// What it is called.
    pub title: String,
    /// How far it is.
    pub state: JobState,
    /// When it began.
    pub started: Instant,
    /// When it ended.
    pub ended: Option<Instant>,
}

impl Job {
    /// Whether it is at work.
    pub fn is_running(&self) -> bool {
        matches!(self.state, JobState::Running { .. } | JobState::Cancelling)
    }

    /// Part done, 0 to 1; `None` where it is not known.
    pub fn fraction(&self) -> Option<f32> {
        match self.state {
            JobState::Running { done, total } if total > 0 => {
                Some((done as f64 / total as f64).clamp(0.0, 1.0) as f32)
            }
            _ => None,
        }
    }

    /// Time from its start to its end, or until now.
    pub fn elapsed(&self, now: Instant) -> Duration {
        self.ended
            .unwrap_or(now)
            .saturating_duration_since(self.started)
    }

    /// Time left at the speed so far; `None` before a twentieth is done.
    pub fn time_left(&self, now: Instant) -> Option<Duration> {
        let fraction = f64::from(self.fraction()?);
        (fraction >= 0.05).then(|| self.elapsed(now).mul_f64((1.0 - fraction) / fraction))
    }
}

/// Finished jobs beyond this number are forgotten, the oldest first.
const MOST_FINISHED: usize = 20;

/// All jobs of the session, in order of their start.
#[derive(Debug, Default)]
pub struct JobBoard {
    jobs: Vec<Job>,
    last: u64,
}

impl JobBoard {
    /// Writes a job down as running.
    pub fn start(&mut self, kind: JobKind, title: impl Into<String>, now: Instant) -> JobId {
        self.last += 1;
        let id = JobId(self.last);
        self.jobs.push(Job {
            id,
            kind,
            title: title.into(),
            state: JobState::Running { done: 0, total: 0 },
            started: now,
            ended: None,
        });
        id
    }

    /// Notes how far a running job is.
    pub fn progress(&mut self, id: JobId, done: u64, total: u64) {
        if let Some(job) = self.running_mut(id)
            && job.state != JobState::Cancelling
        {
            job.state = JobState::Running { done, total };
        }
    }

    /// Notes that a running job was asked to stop.
    pub fn cancelling(&mut self, id: JobId) {
        if let Some(job) = self.running_mut(id) {
            job.state = JobState::Cancelling;
        }
    }

    /// Ends a job. False when it is not running: its answer is stale then.
    pub fn end(&mut self, id: JobId, state: JobState, now: Instant) -> bool {
        let Some(job) = self.running_mut(id) else {
            return false;
        };
        job.state = state;
        job.ended = Some(now);
        let quiet = !job.kind.is_shown() || !matches!(job.kind, JobKind::Simulation);
        if quiet && matches!(job.state, JobState::Done | JobState::Cancelled) {
            self.dismiss(id);
        }
        self.forget_oldest();
        true
    }

    /// Takes a finished job off the list.
    pub fn dismiss(&mut self, id: JobId) {
        self.jobs.retain(|job| job.id != id || job.is_running());
    }

    /// The job with this number.
    pub fn job(&self, id: JobId) -> Option<&Job> {
        self.jobs.iter().find(|job| job.id == id)
    }

    /// All jobs to show, in order of their start.
    pub fn shown(&self) -> impl DoubleEndedIterator<Item = &Job> {
        self.jobs.iter().filter(|job| job.kind.is_shown())
    }

    /// The running jobs of a kind.
    pub fn running(&self, kind: JobKind) -> impl Iterator<Item = &Job> {
        self.jobs
            .iter()
            .filter(move |job| job.kind == kind && job.is_running())
    }

    /// The simulation that the user asked for, while it runs.
    pub fn simulation(&self) -> Option<&Job> {
        self.running(JobKind::Simulation).next()
    }

    /// The simulation that the user asked for last, running or ended.
    pub fn last_simulation(&self) -> Option<&Job> {
        self.jobs
            .iter()
            .rev()
            .find(|job| job.kind == JobKind::Simulation)
    }

    /// Whether anything is at work.
    pub fn is_busy(&self) -> bool {
        self.jobs.iter().any(Job::is_running)
    }

    /// Whether something is at work that closing waits for.
    pub fn must_finish(&self) -> bool {
        self.jobs
            .iter()
            .any(|job| job.is_running() && job.kind.must_finish())
    }

    fn running_mut(&mut self, id: JobId) -> Option<&mut Job> {
        self.jobs
            .iter_mut()
            .find(|job| job.id == id && job.is_running())
    }

    fn forget_oldest(&mut self) {
        while self.jobs.iter().filter(|job| !job.is_running()).count() > MOST_FINISHED {
            if let Some(at) = self.jobs.iter().position(|job| !job.is_running()) {
                self.jobs.remove(at);
            }
        }
    }
}
