//! What happens when the program meets a fault of its own: log, recovery, and a message that names the folder.

use std::backtrace::Backtrace;
use std::panic::PanicHookInfo;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::thread;

/// The thread whose panic ends the program.
const WINDOW_THREAD: &str = "main";

/// What the hook writes when the window's thread panics: set by the app whenever there are unsaved edits.
pub type LastWords = Box<dyn Fn() + Send>;

static LAST_WORDS: Mutex<Option<LastWords>> = Mutex::new(None);

/// Sets what is written when the program cannot go on; `None` when nothing would be lost.
pub fn set_last_words(words: Option<LastWords>) {
    *LAST_WORDS.lock().unwrap_or_else(PoisonError::into_inner) = words;
}

/// Installs the hook. A panic of a worker is written to the log and the job fails; one of the window writes the
/// recovery file, says where the log is, and ends the program.
pub fn install(log_folder: PathBuf) {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let name = thread::current().name().unwrap_or("unnamed").to_owned();
        tracing::error!(
            thread = name,
            place = place(info),
            backtrace = %Backtrace::force_capture(),
            "a fault of the program: {}",
            message(info)
        );
        if name != WINDOW_THREAD {
            return;
        }
        before(info);
        if let Ok(words) = LAST_WORDS.try_lock()
            && let Some(words) = words.as_ref()
        {
            words();
        }
        farewell(&log_folder);
    }));
}

#[expect(
    clippy::print_stderr,
    clippy::exit,
    reason = "the window is gone; standard error is the only place left, and unwinding through the event loop is not safe"
)]
fn farewell(log_folder: &std::path::Path) {
    eprintln!(
        "CalMiner met a fault of its own and has to end. Your saved work is untouched; unsaved edits are offered at the \
         next start. The log is in {}.",
        log_folder.display()
    );
    std::process::exit(101);
}

fn message(info: &PanicHookInfo<'_>) -> String {
    info.payload_as_str().unwrap_or("no message").to_owned()
}

fn place(info: &PanicHookInfo<'_>) -> String {
    info.location()
        .map_or_else(|| "unknown place".to_owned(), ToString::to_string)
}
