//! Commands: each is routed to what it does.

use crate::app::command::{CoalesceKey, Command};
use crate::app::dialog::{Answer, Dialog, Leaving};
use crate::app::jobs::{JobKind, JobState};
use crate::app::notice::Weight;
use crate::app::step::{App, Effect};
use crate::app::table::CommandSpec;
use crate::services::database::DatabaseRequest;
use crate::services::event::{PathAsk, Written};
use crate::services::settings::{ZOOM_MAX, ZOOM_MIN, ZOOM_STEP};
use calminer_domain::ScenarioEdit;
use uuid::Uuid;

impl App {
    /// Runs a command, unless the table says that it is disabled.
    pub(crate) fn run_command(&mut self, command: Command) {
        let disabled = CommandSpec::of(&command).and_then(|spec| spec.why_not(self.state.facts()));
        if let Some(why) = disabled {
            tracing::debug!(?command, why, "disabled");
            return;
        }
        match command {
            Command::Edit(edit, key) => self.edit(&edit, key),
            Command::EndEdit => self.with_document(crate::app::document::Document::end_step),
            Command::Undo => self.with_document(|document| {
                document.undo();
            }),
            Command::Redo => self.with_document(|document| {
                document.redo();
            }),
            Command::AnswerDialog(answer) => self.answer(answer),
            Command::NewScenario
            | Command::DuplicateScenario
            | Command::OpenFile
            | Command::OpenDatabase
            | Command::OpenLocalDatabase
            | Command::Save
            | Command::SaveCopy
            | Command::CloseDocument
            | Command::Quit
            | Command::OpenScenario(_)
            | Command::OpenPath(_)
            | Command::DeleteOpenScenario
            | Command::DeleteScenario(_)
            | Command::RenameScenario(..)
            | Command::RetryDatabase => self.run_file_command(command),
            Command::FitToData(parameter) => self.open_fit(parameter),
            Command::FitValues(values) => self.fit_values(values),
            Command::Run => self.start_simulation(),
            Command::CancelRun => self.cancel_simulation(),
            Command::CancelJob(job) => self.cancel_job(job),
            Command::DismissJob(job) => self.state.jobs.dismiss(job),
            Command::ComputeVariance => self.start_variance(),
            Command::SelectRun(run) => self.select_run(run),
            Command::DeleteRun(run) => self.ask_to_delete_run(run),
            Command::SaveSamples
            | Command::SavePassport
            | Command::VerifyRun
            | Command::Replay(_)
            | Command::CloseReplay => self.run_command_of_a_run(command),
            other => self.run_view_command(other),
        }
    }

    fn run_command_of_a_run(&mut self, command: Command) {
        match command {
            Command::SaveSamples => self.ask_for_samples(),
            Command::SavePassport => self.ask_for_passport(),
            Command::VerifyRun => self.start_verify(),
            Command::Replay(which) => self.start_replay(which),
            Command::CloseReplay => self.close_replay(),
            _ => {}
        }
    }

    fn run_file_command(&mut self, command: Command) {
        match command {
            Command::NewScenario => self.leave(Leaving::ForNew),
            Command::DuplicateScenario => self.duplicate(),
            Command::OpenFile => self.ask_path(PathAsk::OpenFile),
            Command::OpenDatabase => self.ask_path(PathAsk::OpenDatabase),
            Command::OpenLocalDatabase => {
                let local = self.services.folders.database();
                self.choose_database(local);
            }
            Command::Save => self.save(),
            Command::SaveCopy => {
                let name = self.copy_name();
                self.ask_path(PathAsk::SaveCopy(name));
            }
            Command::CloseDocument => self.leave(Leaving::Document),
            Command::Quit => self.leave(Leaving::Program),
            Command::OpenScenario(id) => self.choose_scenario(id),
            Command::OpenPath(path) => self.open_path(path),
            Command::DeleteOpenScenario => self.ask_to_delete_scenario(None),
            Command::DeleteScenario(id) => self.ask_to_delete_scenario(Some(id)),
            Command::RenameScenario(id, name) => self.rename_scenario(id, &name),
            Command::RetryDatabase => {
                let path = self.state.library.path.clone();
                self.open_database(path);
            }
            _ => {}
        }
    }

    fn run_view_command(&mut self, command: Command) {
        let state = &mut self.state;
        match command {
            Command::ShowSection(page) => state.page = page,
            Command::NextSection => state.page = state.page.next(),
            Command::PreviousSection => state.page = state.page.previous(),
            Command::SetTheme(theme) => state.settings.theme = theme,
            Command::SetSettings(settings) => state.settings = settings.sound(),
            Command::ZoomIn => self.zoom(ZOOM_STEP),
            Command::ZoomOut => self.zoom(-ZOOM_STEP),
            Command::ZoomReset => state.settings.zoom = 1.0,
            Command::CommandPalette => state.dialog = Some(Dialog::Palette),
            Command::ShowShortcuts => state.dialog = Some(Dialog::Shortcuts),
            Command::AboutConventions => state.dialog = Some(Dialog::Conventions),
            Command::ToggleFullScreen => self.effects.push(Effect::ToggleFullScreen),
            Command::Find => state.find_count += 1,
            Command::SetRange(range) => state.sensitivity.range = range,
            Command::MoveFixed(fixed) => state.sensitivity.moves_fixed = fixed,
            Command::SetVarianceSamples(samples) => state.sensitivity.samples = samples,
            Command::SetVarianceGroups(groups) => state.sensitivity.groups = groups,
            Command::DismissNotice(id) => state.notices.dismiss(id),
            Command::Explain(key, period) => {
                state.flow.asked = Some((key, period));
                self.explain();
            }
            Command::CloseExplain => {
                state.flow.asked = None;
                state.explanation = None;
            }
            _ => {}
        }
    }

    fn zoom(&mut self, by: f32) {
        let zoom = self.state.settings.zoom + by;
        // Whole steps, so that ten in and ten out is where it was.
        self.state.settings.zoom = ((zoom * 10.0).round() / 10.0).clamp(ZOOM_MIN, ZOOM_MAX);
    }

    pub(crate) fn with_document(
        &mut self,
        change: impl FnOnce(&mut crate::app::document::Document),
    ) {
        if let Some(document) = &mut self.state.document {
            change(document);
        }
    }

    pub(crate) fn edit(&mut self, edit: &ScenarioEdit, key: CoalesceKey) {
        let Some(document) = &mut self.state.document else {
            return;
        };
        if let Err(error) = document.apply(edit, key) {
            let text = format!("Nothing was changed: {error}.");
            self.state.notices.say("edit", Weight::Warning, text);
        }
    }

    fn answer(&mut self, answer: Answer) {
        if let Answer::ListFolder(folder) = answer {
            self.list_folder(folder);
            return;
        }
        let Some(dialog) = self.state.dialog.take() else {
            return;
        };
        match (dialog, answer) {
            (Dialog::Leave { leaving, .. }, answer) => self.answer_leave(leaving, &answer),
            (Dialog::Conflict { based_on, .. }, Answer::SaveAsCopy) => self.save_as_copy(based_on),
            (Dialog::Conflict { .. }, Answer::Reload) => self.reload(),
            (Dialog::SameScenario { .. }, answer) => {
                self.answer_import(&answer);
                // At the start this question may have come before the one about recovery.
                self.offer_recovery();
            }
            (Dialog::Overwrite { path, what }, Answer::Overwrite) => match what {
                Written::Copy => self.write_copy(path, true),
                Written::Samples | Written::Passport => self.write_run_file(path, true),
            },
            (Dialog::Recovery { .. }, answer) => self.answer_recovery(&answer),
            (Dialog::DeleteRun { run, .. }, Answer::Delete) => self.delete_run(run),
            (Dialog::DeleteScenario { scenario, .. }, Answer::Delete) => {
                self.delete_scenario(scenario);
            }
            (Dialog::Path(path), Answer::Path(chosen)) => {
                self.take_path(&path.purpose.ask(), chosen, false);
            }
            (_, _) => self.state.flow.leaving = None,
        }
    }

    fn select_run(&mut self, run: Uuid) {
        self.state.runs.selected = Some(run);
        self.load_selected_run();
    }

    fn ask_to_delete_run(&mut self, run: Uuid) {
        if let Some(entry) = self.state.runs.entry(run) {
            self.state.dialog = Some(Dialog::DeleteRun {
                run,
                title: format!("The run of {} with {} trials", entry.made, entry.trials),
            });
        }
    }

    fn delete_run(&mut self, run: Uuid) {
        let Some(entry) = self.state.runs.entry(run) else {
            return;
        };
        if !entry.stored {
            self.forget_run(run);
            return;
        }
        let job = self.start_job(JobKind::StoreRun, "Deleting a run");
        if !self.ask_database(DatabaseRequest::DeleteRun { job, run }) {
            self.end_job(job, JobState::Cancelled);
        }
    }
}
