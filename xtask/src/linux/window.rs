//! The real program as a user meets it: with a window on a display of its own, and without any display.

use super::picture::{colors, png};
use super::process::{Desk, Display, Running};
use super::x11::Connection;
use crate::shell::{Context, Failure, Outcome};
use std::path::Path;
use std::time::{Duration, Instant};

/// The title every window of the program has.
const TITLE: &str = "CalMiner";

/// A dev build on a busy machine with a software renderer.
const APPEARS_WITHIN: Duration = Duration::from_mins(1);
const DRAWS_WITHIN: Duration = Duration::from_secs(20);
const CLOSES_WITHIN: Duration = Duration::from_secs(20);

/// Fewer colors than this are an empty window.
const COLORS_AT_LEAST: usize = 50;

pub(crate) fn window(context: &Context) -> Outcome {
    crate::cargo::build(context)?;
    let desk = Desk::new(context)?;
    let binary = context.binary("debug", "calminer");
    let picture = context.folder("xtask")?.join("window.png");
    shows_and_closes(&desk, &binary, &picture)?;
    println!("a second start on the database of the first");
    shows_and_closes(&desk, &binary, &picture)?;
    println!("its picture is {}", picture.display());
    Ok(())
}

/// Starts the program, waits for its window and for a picture in it, asks it to close and looks at the exit status.
pub(crate) fn shows_and_closes(desk: &Desk, binary: &Path, picture: &Path) -> Outcome {
    let display = Display::open()?;
    let mut command = desk.command(binary);
    command.env("DISPLAY", format!(":{}", display.number));
    let start = Instant::now();
    let mut running = desk.start(command)?;
    let mut connection = Connection::open(display.number)?;
    let (window, title) = wait_for_window(&mut connection, &mut running, start)?;
    println!(
        "window \"{title}\" after {:.2} s",
        start.elapsed().as_secs_f64()
    );
    wait_for_picture(&mut connection, &mut running, picture)?;
    connection.close(window)?;
    let closing = Instant::now();
    let Some(status) = running.ended_within(CLOSES_WITHIN)? else {
        return Err(running.failure("the window was asked to close and is still there"));
    };
    if !status.success() {
        return Err(running.failure(&format!(
            "closing the window ended the program with {status}"
        )));
    }
    let said = running.said();
    if said.contains("panicked at") {
        return Err(running.failure("the program closed, but not without a panic"));
    }
    println!(
        "closed clean after {:.2} s",
        closing.elapsed().as_secs_f64()
    );
    Ok(())
}

fn wait_for_window(
    connection: &mut Connection,
    running: &mut Running,
    start: Instant,
) -> Outcome<(u32, String)> {
    while start.elapsed() < APPEARS_WITHIN {
        if let Some(found) = connection.window(TITLE)? {
            return Ok(found);
        }
        still_runs(running)?;
        std::thread::sleep(Duration::from_millis(20));
    }
    Err(running.failure(&format!(
        "no window named {TITLE} within {} s",
        APPEARS_WITHIN.as_secs()
    )))
}

/// The picture is kept also when it is blank, for a look at what was there instead.
fn wait_for_picture(connection: &mut Connection, running: &mut Running, file: &Path) -> Outcome {
    let start = Instant::now();
    loop {
        let picture = connection.picture()?;
        let seen = colors(&picture);
        let late = start.elapsed() > DRAWS_WITHIN;
        if seen > COLORS_AT_LEAST || late {
            std::fs::write(file, png(&picture))?;
        }
        if seen > COLORS_AT_LEAST {
            println!("{seen} colors on the screen");
            return Ok(());
        }
        if late {
            return Err(running.failure(&format!(
                "the window stays blank: {seen} colors, see {}",
                file.display()
            )));
        }
        still_runs(running)?;
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn still_runs(running: &mut Running) -> Outcome {
    match running.ended()? {
        None => Ok(()),
        Some(status) => Err(running.failure(&format!("the program ended by itself ({status})"))),
    }
}

/// Without a display the program says so, computes the sample and ends well.
pub(crate) fn headless(context: &Context) -> Outcome {
    crate::cargo::build(context)?;
    let desk = Desk::new(context)?;
    let mut running = desk.start(desk.command(&context.binary("debug", "calminer")))?;
    let Some(status) = running.ended_within(Duration::from_mins(2))? else {
        return Err(running.failure("without a display the program does not end"));
    };
    if !status.success() {
        return Err(running.failure(&format!(
            "without a display the program ended with {status}"
        )));
    }
    let said = running.said();
    if !has_figures(&said) {
        return Err(running.failure("without a display the program prints no figure of the sample"));
    }
    print!("{said}");
    if said.contains("panicked at") {
        return Err(Failure::new(
            "the program ended well, but not without a panic",
        ));
    }
    Ok(())
}

/// A key figure and percentiles, each with a number on its line.
fn has_figures(text: &str) -> bool {
    let with_number = |word: &str| {
        text.lines().any(|line| {
            let rest = line.split_once(word).map(|(_, rest)| rest);
            rest.is_some_and(|rest| rest.chars().any(|next| next.is_ascii_digit()))
        })
    };
    with_number("NPV") && with_number("IRR") && with_number("P50")
}

#[cfg(test)]
mod tests {
    use super::has_figures;

    #[test]
    fn figures_are_words_with_numbers() {
        assert!(has_figures(
            "NPV 5 %  C$648.6M\nIRR  24.1 %\nP10 1.0  P50 2.0\n"
        ));
        assert!(!has_figures("NPV 5 %  C$648.6M\nIRR  24.1 %\n"));
        assert!(!has_figures("NPV\nIRR\nP50\n"));
    }
}
