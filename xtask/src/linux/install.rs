//! Trying a package: valid, installed (or unpacked where that takes an administrator), started, removed.

use super::deb::{ID, build};
use super::process::Desk;
use super::window::shows_and_closes;
use crate::release::{megabytes, within_budget};
use crate::shell::{Context, Failure, Outcome, found, output, run};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The package of the dev build.
pub(crate) fn package(context: &Context) -> Outcome {
    for needed in ["dpkg-deb", "strip", "objdump"] {
        if found(needed).is_none() {
            println!(
                "left out: {needed} is not installed, and the package is for Debian and its relatives"
            );
            return Ok(());
        }
    }
    crate::cargo::build(context)?;
    let folder = tempfile::Builder::new()
        .prefix("package-")
        .tempdir_in(context.folder("xtask")?)?;
    try_out(context, &build(context, "debug", folder.path())?)
}

/// The package of the release build, with the tools that look for faults in it.
pub(crate) fn install(context: &Context) -> Outcome {
    let architecture = output(Command::new("dpkg").arg("--print-architecture"))?;
    let file = context.target.join(format!(
        "dist/calminer_{}_{}.deb",
        context.version,
        architecture.trim()
    ));
    if !file.is_file() {
        return Err(Failure::new(format!(
            "{} is not there: run the part `dist` first",
            file.display()
        )));
    }
    let from = context.root.join("packaging/linux");
    run(Command::new("desktop-file-validate").arg(from.join(format!("{ID}.desktop"))))?;
    run(Command::new("appstreamcli")
        .args(["validate", "--no-net"])
        .arg(from.join(format!("{ID}.metainfo.xml"))))?;
    run(Command::new("lintian")
        .args(["--fail-on", "error"])
        .arg(&file))?;
    let size = output(
        Command::new("dpkg-deb")
            .args(["--field"])
            .arg(&file)
            .arg("Installed-Size"),
    )?;
    let size = size
        .trim()
        .parse::<u64>()
        .unwrap_or(u64::MAX)
        .saturating_mul(1024);
    within_budget(size)?;
    println!("{} installed", megabytes(size));
    try_out(context, &file)
}

fn try_out(context: &Context, file: &Path) -> Outcome {
    let installed = Installed::new(context, file)?;
    let desk = Desk::new(context)?;
    for (program, argument) in [("calminer-cli", "--version"), ("calminer-cli", "--help")] {
        let text = output(desk.command(&installed.program(program)).arg(argument))?;
        if argument == "--version" && !text.contains(&context.version) {
            return Err(Failure::new(format!(
                "{program} {argument} says `{}`",
                text.trim()
            )));
        }
    }
    shows_and_closes(
        &desk,
        &installed.program("calminer"),
        &context.folder("xtask")?.join("package.png"),
    )?;
    installed.remove()
}

/// A package that is on the system now and goes with this value.
enum Installed {
    System,
    Unpacked(tempfile::TempDir),
    Removed,
}

impl Installed {
    fn new(context: &Context, file: &Path) -> Outcome<Self> {
        let administrator = output(Command::new("id").arg("-u"))?.trim() == "0";
        // A status of its own counts as one: the user's installation is not replaced by a test.
        let taken = is_installed();
        if administrator && !taken {
            let installed = Self::System; // from here on it is removed also after a failure
            output(Command::new("dpkg").args(["--install"]).arg(file))?;
            println!("installed with dpkg");
            return Ok(installed);
        }
        let why = if taken {
            "calminer is installed already"
        } else {
            "installing takes an administrator"
        };
        println!("unpacked into a folder, since {why}");
        let folder = tempfile::Builder::new()
            .prefix("root-")
            .tempdir_in(context.folder("xtask")?)?;
        output(
            Command::new("dpkg-deb")
                .arg("--extract")
                .arg(file)
                .arg(folder.path()),
        )?;
        Ok(Self::Unpacked(folder))
    }

    fn program(&self, name: &str) -> PathBuf {
        let root = match self {
            Self::Unpacked(folder) => folder.path(),
            Self::System | Self::Removed => Path::new("/"),
        };
        root.join("usr/bin").join(name)
    }

    /// Removes the package and looks that nothing of it is left.
    fn remove(mut self) -> Outcome {
        if !matches!(std::mem::replace(&mut self, Self::Removed), Self::System) {
            return Ok(());
        }
        output(Command::new("dpkg").args(["--remove", "calminer"]))?;
        let left = [
            format!("/usr/share/applications/{ID}.desktop"),
            "/usr/bin/calminer".to_owned(),
        ];
        if let Some(path) = left.iter().find(|path| Path::new(path.as_str()).exists()) {
            let text = format!("{path} is left after removing the package");
            return Err(Failure::new(text));
        }
        println!("removed with dpkg");
        Ok(())
    }
}

impl Drop for Installed {
    fn drop(&mut self) {
        if matches!(self, Self::System)
            && let Err(failure) = output(Command::new("dpkg").args(["--remove", "calminer"]))
        {
            eprintln!("xtask: {failure}");
        }
    }
}

fn is_installed() -> bool {
    let status = output(Command::new("dpkg-query").args([
        "--show",
        "--showformat",
        "${db:Status-Status}",
        "calminer",
    ]));
    status.is_ok_and(|status| status == "installed")
}
