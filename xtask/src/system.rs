//! What building and testing need of the system besides Rust.
//!
//! On Debian and Ubuntu missing packages are installed where that needs no password; elsewhere one sentence names them.

use crate::shell::{Context, Failure, Outcome, found, output, run};
use std::process::Command;

/// Something the system must have, how it is found, and its package on Debian and Ubuntu.
struct Need {
    package: &'static str,
    /// The name others know it by.
    what: &'static str,
    sign: Sign,
}

enum Sign {
    Program(&'static str),
    /// A program that is found in a folder of its own version: the folder of versions, and the name under one.
    Versioned(&'static str, &'static str),
    Library(&'static str),
    /// Known to the package manager only.
    Package,
}

const fn program(package: &'static str, what: &'static str) -> Need {
    Need {
        package,
        what,
        sign: Sign::Program(what),
    }
}

const fn library(package: &'static str, what: &'static str) -> Need {
    Need {
        package,
        what,
        sign: Sign::Library(what),
    }
}

/// The window opens most of these while it runs, so a linker does not miss them.
const NEEDS: &[Need] = &[
    program("gcc", "cc"),
    Need {
        package: "libc6-dev",
        what: "the headers of the C library",
        sign: Sign::Package,
    },
    program("xvfb", "Xvfb"),
    program("sqlite3", "sqlite3"),
    program("openssl", "openssl"),
    // The server that the tests of the store start themselves.
    Need {
        package: "postgresql",
        what: "PostgreSQL with initdb",
        sign: Sign::Versioned("/usr/lib/postgresql", "bin/initdb"),
    },
    library("libgl1", "libGL.so.1"),
    library("libegl1", "libEGL.so.1"),
    Need {
        package: "libgl1-mesa-dri",
        what: "Mesa's software renderer",
        sign: Sign::Package,
    },
    library("libxkbcommon0", "libxkbcommon.so.0"),
    library("libxkbcommon-x11-0", "libxkbcommon-x11.so.0"),
    library("libxcursor1", "libXcursor.so.1"),
    library("libxi6", "libXi.so.6"),
    library("libxrandr2", "libXrandr.so.2"),
    library("libwayland-client0", "libwayland-client.so.0"),
    library("libwayland-egl1", "libwayland-egl.so.1"),
];

/// What a release is looked at with, besides.
const NEEDS_OF_A_RELEASE: &[Need] = &[
    program("desktop-file-utils", "desktop-file-validate"),
    program("appstream", "appstreamcli"),
    program("lintian", "lintian"),
];

pub(crate) fn check(context: &Context) -> Outcome {
    if !cfg!(target_os = "linux") {
        println!("nothing to do: the compiler of the system is all it takes");
        return Ok(());
    }
    let more = if context.full {
        NEEDS_OF_A_RELEASE
    } else {
        &[]
    };
    let needs: Vec<&Need> = NEEDS.iter().chain(more).collect();
    if found("apt-get").is_some() && found("dpkg-query").is_some() {
        return install_missing(&needs);
    }
    let libraries = known_libraries();
    let missing = needs
        .iter()
        .filter(|need| !is_there(need, libraries.as_deref()));
    let missing: Vec<&str> = missing.map(|need| need.what).collect();
    if missing.is_empty() {
        println!("all that is needed is there");
        return Ok(());
    }
    Err(Failure::new(format!(
        "install {} with the system's package manager, then run this again",
        missing.join(", ")
    )))
}

/// The libraries the linker knows; `None` on a system without that list.
fn known_libraries() -> Option<String> {
    let beside = |name: &str| output(Command::new(name).arg("-p")).ok();
    beside("ldconfig").or_else(|| beside("/sbin/ldconfig"))
}

fn is_there(need: &Need, libraries: Option<&str>) -> bool {
    match need.sign {
        Sign::Program(name) => found(name).is_some(),
        // Elsewhere than on Debian it is in the search path, or the tests say where they looked.
        Sign::Versioned(folder, name) => is_versioned(folder, name),
        Sign::Library(name) => libraries.is_none_or(|list| list.contains(name)),
        Sign::Package => true,
    }
}

fn is_versioned(folder: &str, name: &str) -> bool {
    let versions = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let program = std::path::Path::new(name).file_name().unwrap_or_default();
    versions
        .into_iter()
        .any(|version| version.path().join(name).is_file())
        || program.to_str().is_some_and(|name| found(name).is_some())
}

fn install_missing(needs: &[&Need]) -> Outcome {
    // The query fails when it does not know one of the names, and still lists the others.
    let listing = Command::new("dpkg-query")
        .args(["--show", "--showformat", "${Package} ${db:Status-Status}\n"])
        .args(needs.iter().map(|need| need.package))
        .output()?;
    let listing = String::from_utf8_lossy(&listing.stdout).into_owned();
    let missing: Vec<&str> = not_installed(needs, &listing);
    if missing.is_empty() {
        println!("all {} packages are installed", needs.len());
        return Ok(());
    }
    let Some(prefix) = administrator() else {
        let text = format!(
            "run `sudo apt-get install --no-install-recommends {}`, then this again",
            missing.join(" ")
        );
        return Err(Failure::new(text));
    };
    println!("installing {}", missing.join(", "));
    let apt = |arguments: &[&str]| {
        let words: Vec<&str> = prefix
            .iter()
            .copied()
            .chain(["apt-get"])
            .chain(arguments.iter().copied())
            .collect();
        let mut command = Command::new(words[0]);
        command
            .args(&words[1..])
            .env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    run(&mut apt(&["update", "--quiet=2"]))?;
    let options = ["install", "--yes", "--quiet=2", "--no-install-recommends"];
    run(apt(&options).args(&missing))
}

/// A program that is already there from elsewhere is not installed again.
fn not_installed(needs: &[&Need], listing: &str) -> Vec<&'static str> {
    let installed = |package: &str| {
        listing
            .lines()
            .any(|line| line.split_once(' ') == Some((package, "installed")))
    };
    let by_hand = |need: &Need| match need.sign {
        Sign::Program(name) => found(name).is_some(),
        Sign::Versioned(folder, name) => is_versioned(folder, name),
        Sign::Library(_) | Sign::Package => false,
    };
    let missing = needs
        .iter()
        .filter(|need| !installed(need.package) && !by_hand(need));
    missing.map(|need| need.package).collect()
}

/// What to put before a command so that it runs as the administrator; `None` where that needs a password.
fn administrator() -> Option<&'static [&'static str]> {
    let user = output(Command::new("id").arg("-u")).ok()?;
    if user.trim() == "0" {
        return Some(&[]);
    }
    let sudo = output(Command::new("sudo").args(["--non-interactive", "true"])).is_ok();
    sudo.then_some(&["sudo", "--non-interactive"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_that_is_unknown_or_only_configured_is_missing() {
        let needs = [
            &library("liba1", "liba.so.1"),
            &library("libb2", "libb.so.2"),
            &library("libc3", "libc.so.3"),
            &program("no-such-package", "no-such-program-anywhere"),
        ];
        let listing = "liba1 installed\nlibb2 config-files\n";
        assert_eq!(
            not_installed(&needs, listing),
            ["libb2", "libc3", "no-such-package"]
        );
    }

    #[test]
    fn a_program_is_found_under_any_version() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().to_str().unwrap();
        assert!(!is_versioned(root, "bin/no-such-program-anywhere"));
        std::fs::create_dir_all(folder.path().join("15/bin")).unwrap();
        std::fs::write(folder.path().join("15/bin/no-such-program-anywhere"), "").unwrap();
        assert!(is_versioned(root, "bin/no-such-program-anywhere"));
    }

    #[test]
    fn a_library_is_looked_for_in_the_list_of_the_linker() {
        let need = library("liba1", "liba.so.1");
        assert!(is_there(
            &need,
            Some("\tliba.so.1 (libc6,x86-64) => /lib/liba.so.1\n")
        ));
        assert!(!is_there(
            &need,
            Some("\tlibb.so.1 (libc6,x86-64) => /lib/libb.so.1\n")
        ));
        assert!(is_there(&need, None), "unknown is not missing");
    }
}
