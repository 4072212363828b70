//! Programs that run beside this one: each is ended by its own id when its value goes, also on a failure.

use crate::shell::{Context, Failure, Outcome};
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a program may take to end after it was asked to.
const ENDS_WITHIN: Duration = Duration::from_secs(5);

/// A display without a screen, under the first number that is free.
pub(crate) struct Display {
    process: Child,
    pub(crate) number: u32,
}

impl Display {
    pub(crate) fn open() -> Outcome<Self> {
        let mut process = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1440x900x24",
                "+extension",
                "GLX",
                "-nolisten",
                "tcp",
                "-noreset",
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| Failure::new(format!("Xvfb does not start: {error}")))?;
        let (sender, receiver) = sync_channel(1);
        let output = process.stdout.take();
        let mut display = Self { process, number: 0 };
        // The number comes when the display is ready; a display that hangs must not hang this program.
        std::thread::Builder::new()
            .name("display number".to_owned())
            .spawn(move || {
                let mut line = String::new();
                if let Some(output) = output
                    && BufReader::new(output).read_line(&mut line).is_ok()
                {
                    drop(sender.send(line));
                }
            })?;
        let line = receiver
            .recv_timeout(Duration::from_secs(30))
            .unwrap_or_default();
        display.number = line
            .trim()
            .parse()
            .map_err(|_cause| Failure::new("Xvfb opens no display"))?;
        Ok(display)
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        end(&mut self.process);
    }
}

/// Folders of a user who has never started the program, and what the program writes to the terminal.
pub(crate) struct Desk {
    folder: TempDir,
}

impl Desk {
    pub(crate) fn new(context: &Context) -> Outcome<Self> {
        let folder = tempfile::Builder::new()
            .prefix("desk-")
            .tempdir_in(context.folder("xtask")?)?;
        for name in ["home", "profile", "runtime"] {
            std::fs::create_dir(folder.path().join(name))?;
        }
        Ok(Self { folder })
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A command that sees this desk and nothing of the real user's.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .env("HOME", self.path("home"))
            .env("CALMINER_PROFILE_DIR", self.path("profile"));
        command
            .env("XDG_RUNTIME_DIR", self.path("runtime"))
            .env("LIBGL_ALWAYS_SOFTWARE", "1");
        for name in [
            "DISPLAY",
            "WAYLAND_DISPLAY",
            "WAYLAND_SOCKET",
            "DBUS_SESSION_BUS_ADDRESS",
            "DATABASE_URL",
        ] {
            command.env_remove(name);
        }
        command.current_dir(self.path("home")).stdin(Stdio::null());
        command
    }

    pub(crate) fn start(&self, mut command: Command) -> Outcome<Running> {
        let log = self.path("log");
        let file = File::create(&log)?;
        let process = command.stdout(file.try_clone()?).stderr(file).spawn();
        let name = Path::new(command.get_program()).display().to_string();
        let process =
            process.map_err(|error| Failure::new(format!("{name} does not start: {error}")))?;
        Ok(Running { process, log })
    }
}

/// A program that was started and what it has said so far.
pub(crate) struct Running {
    process: Child,
    log: PathBuf,
}

impl Running {
    /// The exit status once the program has ended, `None` while it runs.
    pub(crate) fn ended(&mut self) -> Outcome<Option<ExitStatus>> {
        Ok(self.process.try_wait()?)
    }

    pub(crate) fn ended_within(&mut self, limit: Duration) -> Outcome<Option<ExitStatus>> {
        let start = Instant::now();
        loop {
            let status = self.ended()?;
            if status.is_some() || start.elapsed() > limit {
                return Ok(status);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub(crate) fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// A failure with the last lines of what the program said.
    pub(crate) fn failure(&self, text: &str) -> Failure {
        Failure::new(format!("{text}\n{}", last_lines(&self.said(), 30)).trim_end())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        end(&mut self.process);
    }
}

/// Asks a program to end, so that it can remove what it left in shared folders, and ends it when it does not.
fn end(process: &mut Child) {
    if !matches!(process.try_wait(), Ok(None)) {
        return;
    }
    let asked = Command::new("kill").arg(process.id().to_string()).status();
    let start = Instant::now();
    while asked.is_ok() && start.elapsed() < ENDS_WITHIN {
        if !matches!(process.try_wait(), Ok(None)) {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    drop(process.kill());
    drop(process.wait());
}

fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_are_kept() {
        assert_eq!(last_lines("a\nb\nc\n", 2), "b\nc");
        assert_eq!(last_lines("a\n", 2), "a");
        assert_eq!(last_lines("", 2), "");
    }

    #[test]
    fn a_program_is_ended_with_its_value_and_its_words_are_in_the_failure() {
        let context = Context::new(false).unwrap();
        let desk = Desk::new(&context).unwrap();
        let mut command = desk.command(Path::new("sh"));
        command.args(["-c", "echo ready; sleep 60"]);
        let mut running = desk.start(command).unwrap();
        assert!(
            running
                .ended_within(Duration::from_millis(300))
                .unwrap()
                .is_none()
        );
        assert_eq!(running.failure("too slow").to_string(), "too slow\nready");
        let process = PathBuf::from(format!("/proc/{}", running.process.id()));
        assert!(process.exists());
        drop(running);
        assert!(!process.exists());
    }
}
