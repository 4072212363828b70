//! The desktop app: read the arguments, start the log, open the window, or say in words what a terminal can show.

use std::process::ExitCode;

use calminer::start::{Asked, HELP, has_display, prepare, read_arguments};
use calminer::{headless, window};

/// Wrong usage.
const USAGE: u8 = 2;
/// The work failed.
const FAILED: u8 = 1;

fn main() -> ExitCode {
    match read_arguments(std::env::args_os().skip(1)) {
        Ok(Asked::Help) => headless::print(HELP),
        Ok(Asked::Version) => {
            headless::print(concat!("calminer ", env!("CARGO_PKG_VERSION"), "\n"));
        }
        Ok(Asked::Window { target, profile }) => {
            if !has_display() {
                return headless::show_sample(
                    "No display is named (DISPLAY and WAYLAND_DISPLAY are not set)",
                );
            }
            let prepared = match prepare(profile) {
                Ok(prepared) => prepared,
                Err(why) => return complain(&why, FAILED),
            };
            if let Err(why) = window::run(prepared, target) {
                tracing::warn!(why, "no window");
                return headless::show_sample("No window can be opened on this display");
            }
        }
        Err(why) => return complain(&format!("{why}; calminer --help shows the usage"), USAGE),
    }
    ExitCode::SUCCESS
}

fn complain(why: &str, code: u8) -> ExitCode {
    headless::print_error(why);
    ExitCode::from(code)
}
