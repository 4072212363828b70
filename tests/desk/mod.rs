//! The app without a window, for tests: a folder of its own, real files, a real database.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that unwraps says where it failed"
)]
#![allow(
    dead_code,
    clippy::allow_attributes,
    reason = "each test file uses the part of the desk that it needs, and one may use all of it"
)]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use calminer::app::{
    Answer, App, AppState, CoalesceKey, Command, Dialog, Document, Effect, Parts, Target,
};
use calminer::services::dialogs::{FileDialogs, ScriptedDialogs};
use calminer::services::logging::LogLines;
use calminer_domain::{BaseValue, Parameter, Scenario, ScenarioEdit};
use calminer_exchange::folders::Folders;

/// Nothing in these tests takes longer, on the slowest machine.
const DEADLINE: Duration = Duration::from_mins(1);

/// An app with its services.
pub(crate) struct Desk {
    pub(crate) app: App,
    runtime: tokio::runtime::Runtime,
}

impl Desk {
    /// Starts in a folder and waits until the scenario to start with is there.
    pub(crate) fn start(folder: &Path) -> Self {
        let mut desk = Self::start_with(folder, Target::Last, []);
        desk.settle();
        desk
    }

    /// Starts with a target and answers for file dialogs; nothing is waited for.
    pub(crate) fn start_with(
        folder: &Path,
        target: Target,
        paths: impl IntoIterator<Item = Option<std::path::PathBuf>>,
    ) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let folders = Folders::inside(folder);
        folders.make_all().unwrap();
        let dialogs: Box<dyn FileDialogs> = Box::new(ScriptedDialogs::new(paths));
        let app = App::new(Parts {
            folders,
            runtime: runtime.handle().clone(),
            dialogs,
            log: LogLines::default(),
            target,
            waker: Arc::new(|| {}),
            warnings: Vec::new(),
        })
        .unwrap();
        Self { app, runtime }
    }

    /// Ends as the window does.
    pub(crate) fn end(mut self) {
        self.app.end();
    }

    /// Ends as a crash does: nothing is cleaned up.
    pub(crate) fn crash(self) {
        self.runtime.shutdown_background();
    }

    pub(crate) fn state(&self) -> &AppState {
        self.app.state()
    }

    pub(crate) fn document(&self) -> &Document {
        self.state().document.as_ref().expect("a scenario is open")
    }

    pub(crate) fn scenario(&self) -> &Arc<Scenario> {
        self.document().scenario()
    }

    pub(crate) fn npv(&self) -> f64 {
        let base = self.state().live.base.as_ref().expect("a base case");
        base.metrics.npv.expect("an NPV")
    }

    /// One step, as before a frame.
    pub(crate) fn step(&mut self) {
        self.app.logic(Instant::now());
    }

    /// Steps until something is so.
    pub(crate) fn until(&mut self, what: &str, is_so: impl Fn(&AppState) -> bool) {
        let end = Instant::now() + DEADLINE;
        self.step();
        while !is_so(self.state()) {
            assert!(
                Instant::now() < end,
                "waited in vain: {what}\n{:#?}",
                self.state().notices
            );
            std::thread::sleep(Duration::from_millis(1));
            self.step();
        }
    }

    /// Steps until nothing is running and nothing waits.
    pub(crate) fn settle(&mut self) {
        self.step();
        self.until("nothing is running", |state| !state.jobs.is_busy());
        self.step();
        self.until("nothing is running", |state| !state.jobs.is_busy());
    }

    /// Sends a command and waits until it has had its effect.
    pub(crate) fn run(&mut self, command: Command) {
        self.app.send(command);
        self.settle();
    }

    pub(crate) fn answer(&mut self, answer: Answer) {
        assert!(self.state().dialog.is_some(), "no dialog is open");
        self.run(Command::AnswerDialog(answer));
    }

    pub(crate) fn dialog(&self) -> &Dialog {
        self.state().dialog.as_ref().expect("a dialog is open")
    }

    pub(crate) fn has_closed(&mut self) -> bool {
        self.app.take_effects().contains(&Effect::Close)
    }

    /// The first parameter with one figure that has an effect on NPV when it grows: the price of the sample.
    pub(crate) fn price(&self) -> Parameter {
        let found = self
            .scenario()
            .parameters
            .iter()
            .find(|parameter| parameter.key.contains("price"));
        found.expect("the sample has a price").clone()
    }

    pub(crate) fn price_figure(&self) -> f64 {
        match self.price().base {
            BaseValue::Number(figure) => figure,
            BaseValue::Series(_) => panic!("the price of the sample is one figure"),
        }
    }

    /// The edit that gives the price another figure.
    pub(crate) fn priced(&self, figure: f64) -> ScenarioEdit {
        ScenarioEdit::UpdateParameter(Box::new(Parameter {
            base: BaseValue::Number(figure),
            ..self.price()
        }))
    }

    /// Gives the price another figure, as one step.
    pub(crate) fn set_price(&mut self, figure: f64) {
        let edit = self.priced(figure);
        self.run(Command::Edit(edit, CoalesceKey::none()));
    }

    /// Gives the next run so many trials, as one step.
    pub(crate) fn set_trials(&mut self, trials: u64) {
        let mut simulation = self.scenario().simulation.clone();
        simulation.trials = trials;
        let edit = ScenarioEdit::SetSimulation(simulation);
        self.run(Command::Edit(edit, CoalesceKey::none()));
    }

    pub(crate) fn notice_about(&self, topic: &str) -> Option<&str> {
        let all = self.state().notices.all();
        let found = all.iter().find(|notice| notice.topic == topic);
        found.map(|notice| notice.text.as_str())
    }
}
