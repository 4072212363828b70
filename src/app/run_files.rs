//! Files of a run: its samples and its passport.

use std::path::PathBuf;
use std::sync::Arc;

use calminer_domain::Scenario;
use calminer_engine::result::{RunOutcome, Samples};

use crate::app::jobs::{JobKind, JobState};
use crate::app::step::App;
use crate::services::event::PathAsk;
use crate::services::files::FileRequest;

/// What a file of a run is written from. It is held while the path is asked for, so that a run that ends meanwhile does
/// not take its place.
#[derive(Clone, Debug)]
pub(crate) enum RunFile {
    Samples(Arc<Samples>),
    Passport(Arc<Scenario>, Arc<RunOutcome>),
}

impl App {
    pub(crate) fn ask_for_samples(&mut self) {
        if self.state.flow.asking {
            return;
        }
        if let Some(samples) = self.state.runs.selected_samples() {
            self.state.flow.run_file = Some(RunFile::Samples(Arc::clone(samples)));
            let name = self.file_name(" samples.csv");
            self.ask_path(PathAsk::SaveSamples(name));
        }
    }

    pub(crate) fn ask_for_passport(&mut self) {
        if self.state.flow.asking {
            return;
        }
        let document = self.state.document.as_ref();
        if let Some((scenario, outcome)) = self.state.runs.selected_with_content(document) {
            self.state.flow.run_file = Some(RunFile::Passport(scenario, outcome));
            let name = self.file_name(".passport.json");
            self.ask_path(PathAsk::SavePassport(name));
        }
    }

    /// Writes the file that was asked for; one that is there is replaced only where that was said.
    pub(crate) fn write_run_file(&mut self, path: PathBuf, replace: bool) {
        let Some(file) = self.state.flow.run_file.clone() else {
            return;
        };
        let title = match file {
            RunFile::Samples(_) => "Writing the samples",
            RunFile::Passport(..) => "Writing the passport",
        };
        let job = self.start_job(JobKind::Export, title);
        let request = match file {
            RunFile::Samples(samples) => FileRequest::Samples {
                job,
                path,
                replace,
                samples,
            },
            RunFile::Passport(scenario, outcome) => FileRequest::Passport {
                job,
                path,
                replace,
                scenario,
                outcome,
            },
        };
        if !self.ask_files(request) {
            self.end_job(job, JobState::Cancelled);
        }
    }
}
