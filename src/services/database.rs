//! The database actor: one task owns the store and does what it is asked, one request after the other.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use calminer_domain::{Project, Scenario};
use calminer_engine::result::{RunOutcome, Samples};
use calminer_store::{Access, OpenOptions, Save, Store, StoreError};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::services::event::{
    DatabaseFault, Event, JobId, Loaded, Outbox, ProjectEntry, RunEntry, ScenarioEntry,
};

/// Requests that may wait; the window never does.
const MOST_WAITING: usize = 64;

/// A scenario to save.
#[derive(Clone, Debug)]
pub struct SaveRequest {
    /// Its project.
    pub project: Project,
    /// The content.
    pub scenario: Arc<Scenario>,
    /// The revision that it is based on; `None` for one that must be new.
    pub expected: Option<u32>,
}

/// What the actor is asked to do.
#[derive(Debug)]
pub enum DatabaseRequest {
    /// Open a database in place of the open one.
    Open {
        /// Which job.
        job: JobId,
        /// Its file.
        path: PathBuf,
        /// Whether a file that is not there is made.
        create: bool,
        /// What a new database starts with.
        samples: Vec<(Project, Scenario)>,
    },
    /// Load a scenario with the list of its runs.
    Load {
        /// Which job.
        job: JobId,
        /// Which scenario.
        scenario: Uuid,
    },
    /// Save a scenario.
    Save {
        /// Which job.
        job: JobId,
        /// What.
        save: SaveRequest,
    },
    /// Store a run.
    SaveRun {
        /// Which job.
        job: JobId,
        /// What the run is called until it is stored.
        run: Uuid,
        /// Its scenario.
        scenario: Uuid,
        /// The revision that it belongs to.
        revision: u32,
        /// Its results.
        outcome: Arc<RunOutcome>,
        /// Its samples.
        samples: Arc<Samples>,
    },
    /// Load a stored run.
    LoadRun {
        /// Which job.
        job: JobId,
        /// Which run.
        run: Uuid,
    },
    /// Delete a stored run.
    DeleteRun {
        /// Which job.
        job: JobId,
        /// Which run.
        run: Uuid,
    },
    /// Delete a scenario with its revisions and runs.
    DeleteScenario {
        /// Which job.
        job: JobId,
        /// Which scenario.
        scenario: Uuid,
    },
    /// Give a scenario another name, as a revision of its own.
    RenameScenario {
        /// Which job.
        job: JobId,
        /// Which scenario.
        scenario: Uuid,
        /// Its new name.
        name: String,
    },
}

impl DatabaseRequest {
    const fn job(&self) -> JobId {
        match self {
            Self::Open { job, .. }
            | Self::Load { job, .. }
            | Self::Save { job, .. }
            | Self::SaveRun { job, .. }
            | Self::LoadRun { job, .. }
            | Self::DeleteRun { job, .. }
            | Self::DeleteScenario { job, .. }
            | Self::RenameScenario { job, .. } => *job,
        }
    }
}

/// The way to the actor.
#[derive(Debug)]
pub struct Database {
    sender: Option<Sender<DatabaseRequest>>,
    task: Option<JoinHandle<()>>,
}

impl Database {
    /// Starts the actor on a runtime.
    pub fn start(runtime: &tokio::runtime::Handle, outbox: Outbox) -> Self {
        let (sender, receiver) = channel(MOST_WAITING);
        let actor = Actor {
            store: None,
            outbox,
            author: author(),
        };
        Self {
            sender: Some(sender),
            task: Some(runtime.spawn(actor.work(receiver))),
        }
    }

    /// Asks for something without waiting; false when too much waits already.
    pub fn ask(&self, request: DatabaseRequest) -> bool {
        self.sender
            .as_ref()
            .is_some_and(|sender| sender.try_send(request).is_ok())
    }

    /// Ends the actor after what waits is done, at most after a time limit.
    pub fn end(&mut self, limit: Duration) {
        self.sender = None;
        let Some(task) = self.task.take() else {
            return;
        };
        let until = Instant::now() + limit;
        while !task.is_finished() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(2));
        }
        if !task.is_finished() {
            tracing::warn!("the database was still at work when the program ended");
        }
    }
}

/// Who saves, as the system calls the user.
fn author() -> String {
    ["USER", "USERNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "local user".to_owned())
}

struct Actor {
    store: Option<Store>,
    outbox: Outbox,
    author: String,
}

impl Actor {
    async fn work(mut self, mut receiver: Receiver<DatabaseRequest>) {
        while let Some(request) = receiver.recv().await {
            let job = request.job();
            let path = match &request {
                DatabaseRequest::Open { path, .. } => Some(path.clone()),
                _ => None,
            };
            let events = match Box::pin(self.answer(request)).await {
                Ok(events) => events,
                Err(error) => {
                    tracing::warn!(detail = error.detail(), "database: {error}");
                    let fault = fault(error);
                    vec![Event::DatabaseFailed { job, path, fault }]
                }
            };
            for event in events {
                self.outbox.send(event);
            }
        }
        if let Some(store) = self.store
            && let Err(error) = store.close().await
        {
            tracing::warn!("the database was not closed cleanly: {error}");
        }
    }

    async fn answer(&mut self, request: DatabaseRequest) -> Result<Vec<Event>, StoreError> {
        match request {
            DatabaseRequest::Open {
                job,
                path,
                create,
                samples,
            } => self.open(job, path, create, samples).await,
            DatabaseRequest::Load { job, scenario } => self.load(job, scenario).await,
            DatabaseRequest::Save { job, save } => self.save(job, save).await,
            DatabaseRequest::SaveRun {
                job,
                run,
                scenario,
                revision,
                outcome,
                samples,
            } => {
                let id = self
                    .store()?
                    .save_run(scenario, revision, &outcome, Some(&samples))
                    .await?;
                self.stored_run(job, scenario, run, id).await
            }
            DatabaseRequest::LoadRun { job, run } => {
                let stored = self.store()?.load_run(run).await?;
                let outcome = Arc::new(stored.outcome);
                let samples = stored.samples.map(Arc::new);
                Ok(vec![Event::RunLoaded {
                    job,
                    run,
                    outcome,
                    samples,
                }])
            }
            DatabaseRequest::DeleteRun { job, run } => {
                self.store()?.delete_run(run).await?;
                Ok(vec![Event::RunDeleted { job, run }])
            }
            DatabaseRequest::DeleteScenario { job, scenario } => {
                self.store()?.delete_scenario(scenario).await?;
                self.managed(job, Some(scenario)).await
            }
            DatabaseRequest::RenameScenario {
                job,
                scenario,
                name,
            } => {
                self.rename(scenario, name).await?;
                self.managed(job, None).await
            }
        }
    }

    async fn stored_run(
        &self,
        job: JobId,
        scenario: Uuid,
        run: Uuid,
        id: Uuid,
    ) -> Result<Vec<Event>, StoreError> {
        let entry = self.store()?.runs(scenario).await?;
        let entry = entry.iter().map(run_entry).find(|entry| entry.id == id);
        let entry = entry.ok_or(StoreError::Missing {
            what: "the run".to_owned(),
        })?;
        Ok(vec![Event::RunStored {
            job,
            run,
            entry: Box::new(entry),
        }])
    }

    async fn rename(&self, scenario: Uuid, name: String) -> Result<(), StoreError> {
        let store = self.store()?;
        let loaded = store.load(scenario).await?;
        let renamed = Scenario {
            name,
            ..loaded.scenario
        };
        let save = Save {
            project: &loaded.project,
            scenario: &renamed,
            expected_revision: Some(loaded.revision),
            author: &self.author,
            comment: "Renamed",
        };
        store.save(save).await.map(|_saved| ())
    }

    async fn managed(&self, job: JobId, deleted: Option<Uuid>) -> Result<Vec<Event>, StoreError> {
        let list = self.list().await?;
        let done = Event::Managed { job, deleted };
        Ok(list.into_iter().chain([done]).collect())
    }

    /// The list after a change that is done: one that cannot be read must not make the change look failed.
    async fn list(&self) -> Result<Option<Event>, StoreError> {
        let list = projects(self.store()?).await;
        Ok(match list {
            Ok(list) => Some(Event::Projects(list)),
            Err(error) => {
                tracing::warn!("the list of projects cannot be read: {error}");
                None
            }
        })
    }

    fn store(&self) -> Result<&Store, StoreError> {
        self.store.as_ref().ok_or_else(|| StoreError::Missing {
            what: "an open database".to_owned(),
        })
    }

    async fn open(
        &mut self,
        job: JobId,
        path: PathBuf,
        create: bool,
        samples: Vec<(Project, Scenario)>,
    ) -> Result<Vec<Event>, StoreError> {
        let is_new = !path.exists();
        let options = OpenOptions {
            create,
            ..OpenOptions::default()
        };
        let store = Store::open_file(&path, options).await?;
        if is_new {
            keep_private(&path);
            for (project, scenario) in &samples {
                store
                    .save(Save {
                        project,
                        scenario,
                        expected_revision: None,
                        author: &self.author,
                        comment: "Sample",
                    })
                    .await?;
            }
        }
        let projects = projects(&store).await?;
        let read_only = match store.access() {
            Access::ReadWrite => None,
            Access::ReadOnly { reason } => Some(reason.clone()),
        };
        if let Some(before) = self.store.replace(store)
            && let Err(error) = before.close().await
        {
            tracing::warn!("the database before was not closed cleanly: {error}");
        }
        Ok(vec![Event::DatabaseOpened {
            job,
            path,
            read_only,
            projects,
        }])
    }

    async fn load(&self, job: JobId, scenario: Uuid) -> Result<Vec<Event>, StoreError> {
        let store = self.store()?;
        let loaded = store.load(scenario).await?;
        let runs = store.runs(scenario).await?;
        let loaded = Box::new(Loaded {
            project: loaded.project,
            scenario: Arc::new(loaded.scenario),
            revision: loaded.revision,
            saved_at: loaded.saved_at,
            runs: runs.iter().map(run_entry).collect(),
        });
        Ok(vec![Event::Loaded { job, loaded }])
    }

    async fn save(&self, job: JobId, save: SaveRequest) -> Result<Vec<Event>, StoreError> {
        let store = self.store()?;
        let saved = store
            .save(Save {
                project: &save.project,
                scenario: &save.scenario,
                expected_revision: save.expected,
                author: &self.author,
                comment: "",
            })
            .await?;
        let list = self.list().await?;
        let done = Event::Saved {
            job,
            scenario: save.scenario,
            revision: saved.revision,
            saved_at: saved.saved_at,
        };
        Ok(list.into_iter().chain([done]).collect())
    }
}

async fn projects(store: &Store) -> Result<Vec<ProjectEntry>, StoreError> {
    let entries = store
        .projects()
        .await?
        .into_iter()
        .map(|entry| ProjectEntry {
            project: entry.project,
            scenarios: entry
                .scenarios
                .into_iter()
                .map(|scenario| ScenarioEntry {
                    id: scenario.id,
                    name: scenario.name,
                    revision: scenario.revision,
                    saved_at: scenario.saved_at,
                })
                .collect(),
        });
    Ok(entries.collect())
}

fn run_entry(entry: &calminer_store::RunEntry) -> RunEntry {
    RunEntry {
        id: entry.id,
        revision: Some(entry.revision),
        made: entry.created_at,
        trials: entry.trials,
        seed: entry.seed,
        sampling: entry.sampling,
        stored: true,
    }
}

fn fault(error: StoreError) -> DatabaseFault {
    let sentence = sentence(&error.to_string());
    match error {
        StoreError::Conflict {
            revision,
            saved_at,
            author,
        } => DatabaseFault::Conflict {
            found: revision,
            by: format!("{author}, {saved_at}"),
        },
        StoreError::Locked { .. } => DatabaseFault::Locked(sentence),
        StoreError::ReadOnly { .. } => DatabaseFault::ReadOnly(sentence),
        _ => DatabaseFault::Failed(sentence),
    }
}

/// The store writes clauses; the window shows sentences.
fn sentence(clause: &str) -> String {
    let mut signs = clause.chars();
    let Some(first) = signs.next() else {
        return String::new();
    };
    format!("{}{}.", first.to_uppercase(), signs.as_str())
}

/// A database is for its user alone; its journal files get the same mode from it.
fn keep_private(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let private = std::fs::Permissions::from_mode(0o600);
        if let Err(error) = std::fs::set_permissions(path, private) {
            tracing::warn!(%error, "the database could not be made private");
        }
    }
    #[cfg(not(unix))]
    let _ = path;
}
