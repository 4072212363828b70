//! `calminer-cli`: what the window computes, without a window.
//!
//! Standard output carries the result alone, standard error the progress and the messages.

mod args;
mod commands;
mod evaluation;
mod failure;
mod print;
mod simulation;
mod source;

use std::process::ExitCode;

use clap::Parser as _;

use crate::args::Command;
use crate::failure::{FAILED, Failure, INTERRUPTED};

fn main() -> ExitCode {
    let command = args::Arguments::parse().command;
    let json = command.json();
    match start(command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => end(&failure, json),
    }
}

fn start(command: Command) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(FAILED, format!("the program cannot start: {error}")))?;
    let done = runtime.block_on(until_interrupted(command));
    // A thread of the database that still waits for its disk does not hold the answer back.
    runtime.shutdown_background();
    done
}

/// A command that is dropped stops its simulation; what it was saving is rolled back.
async fn until_interrupted(command: Command) -> Result<(), Failure> {
    tokio::select! {
        biased;
        pressed = tokio::signal::ctrl_c() => Err(match pressed {
            Ok(()) => Failure::new(INTERRUPTED, "interrupted; there is no result and nothing was saved"),
            Err(error) => Failure::new(FAILED, format!("the program cannot listen for Ctrl-C: {error}")),
        }),
        done = commands::run(command) => done,
    }
}

fn end(failure: &Failure, json: bool) -> ExitCode {
    let text = failure.to_string();
    if !text.is_empty() {
        print::message(&text);
    }
    let printed = match failure {
        Failure::Issues { issues, .. } if json => print::issues(issues),
        _ => Ok(()),
    };
    let code = printed.map_or_else(|failure| failure.code(), |()| failure.code());
    ExitCode::from(code)
}
