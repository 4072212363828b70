//! The Debian package: a staged tree with the binaries and the files of `packaging/linux`, packed by dpkg-deb.

use crate::release::BINARIES;
use crate::shell::{Context, Failure, Outcome, output, run};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the window opens while it runs, which no tool sees in the binary.
const OPENED_AT_RUN_TIME: &str = "libegl1, libgl1, libwayland-client0, libwayland-egl1, libxcursor1, libxi6, \
                                  libxkbcommon-x11-0, libxkbcommon0, libxrandr2";

/// File dialogs and names in any script.
const RECOMMENDED: &str =
    "fonts-noto-core, xdg-desktop-portal-gtk | xdg-desktop-portal-backend, zenity";

/// The C library of the oldest system the Rust toolchain of the project is used on.
const OLDEST_C_LIBRARY: (u32, u32) = (2, 35);

/// The sizes of the icon as pictures, besides the drawing.
const ICON_SIZES: [u32; 7] = [16, 24, 32, 48, 64, 128, 256];

/// The name by which desktops know the program.
pub(crate) const ID: &str = "org.calminer.Desktop";

pub(crate) fn dist(context: &Context) -> Outcome {
    crate::release::build(context)?;
    let file = build(context, "release", &context.folder("dist")?)?;
    println!(
        "{} ({})",
        file.display(),
        crate::release::megabytes(file.metadata()?.len())
    );
    Ok(())
}

/// Packs the binaries of a profile into `folder`.
pub(crate) fn build(context: &Context, profile: &str, folder: &Path) -> Outcome<PathBuf> {
    let stage = tempfile::Builder::new()
        .prefix("stage-")
        .tempdir_in(context.folder("xtask")?)?;
    let tree = Tree {
        root: stage.path().join("tree"),
    };
    tree.programs(context, profile)?;
    tree.desktop(&context.root)?;
    let date = date(context)?;
    tree.documents(context, &date)?;
    tree.control(context)?;
    let architecture = output(Command::new("dpkg").arg("--print-architecture"))?;
    let file = folder.join(format!(
        "calminer_{}_{}.deb",
        context.version,
        architecture.trim()
    ));
    // A dev build is for one installation on this machine: packing it tight costs more than it saves.
    let compression = if profile == "release" {
        "-Zxz"
    } else {
        "-Znone"
    };
    let mut command = Command::new("dpkg-deb");
    command
        .args(["--build", "--root-owner-group", compression])
        .arg(&tree.root)
        .arg(&file);
    output(command.env("SOURCE_DATE_EPOCH", &date))?;
    Ok(file)
}

/// The tree of files as it will stand in the root folder of a system.
struct Tree {
    root: PathBuf,
}

impl Tree {
    fn programs(&self, context: &Context, profile: &str) -> Outcome {
        for name in BINARIES {
            let file = self.copy(&context.binary(profile, name), &format!("usr/bin/{name}"))?;
            output(
                Command::new("strip")
                    .args(["--strip-all", "--remove-section=.comment"])
                    .arg(&file),
            )?;
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755))?;
        }
        Ok(())
    }

    fn desktop(&self, root: &Path) -> Outcome {
        let from = root.join("packaging/linux");
        for (name, folder) in [
            (format!("{ID}.desktop"), "usr/share/applications"),
            (format!("{ID}.metainfo.xml"), "usr/share/metainfo"),
            (format!("{ID}.xml"), "usr/share/mime/packages"),
        ] {
            self.copy(&from.join(&name), &format!("{folder}/{name}"))?;
        }
        let icons = root.join("assets/icon");
        for size in ICON_SIZES {
            let to = format!("usr/share/icons/hicolor/{size}x{size}/apps/{ID}.png");
            self.copy(&icons.join(format!("calminer-{size}.png")), &to)?;
        }
        self.copy(
            &icons.join("calminer.svg"),
            &format!("usr/share/icons/hicolor/scalable/apps/{ID}.svg"),
        )?;
        Ok(())
    }

    fn documents(&self, context: &Context, date: &str) -> Outcome {
        let folder = "usr/share/doc/calminer";
        let fonts = std::fs::read_to_string(context.root.join("assets/fonts/OFL.txt"))?;
        let icons =
            std::fs::read_to_string(context.root.join("assets/fonts/Phosphor-LICENSE.txt"))?;
        let own = std::fs::read_to_string(context.root.join("LICENSE"))?;
        self.write(
            &format!("{folder}/copyright"),
            &copyright(&own, &fonts, &icons),
        )?;
        let date = output(Command::new("date").args([
            "--utc",
            "--rfc-email",
            "--date",
            &format!("@{date}"),
        ]))?;
        let log = format!(
            "calminer ({}) unstable; urgency=medium\n\n  * See CHANGELOG.md of the project.\n\n -- {MAINTAINER}  {}\n",
            context.version,
            date.trim()
        );
        self.write_packed(&format!("{folder}/changelog"), &log)?;
        let licenses = super::licenses::of_the_binaries(context)?;
        self.write_packed(&format!("{folder}/licenses-of-libraries.txt"), &licenses)
    }

    /// The files by which dpkg knows the package: written last, since they count and sum the others.
    fn control(&self, context: &Context) -> Outcome {
        let files = output(
            Command::new("find")
                .args(["usr", "-type", "f"])
                .current_dir(&self.root),
        )?;
        let mut files: Vec<&str> = files.lines().collect();
        files.sort_unstable();
        let sums = output(Command::new("md5sum").args(&files).current_dir(&self.root))?;
        self.write("DEBIAN/md5sums", &sums)?;
        let mut bytes = 0;
        for name in &files {
            bytes += self.root.join(name).metadata()?.len();
        }
        let programs = BINARIES.map(|name| self.root.join("usr/bin").join(name));
        let symbols = output(Command::new("objdump").arg("-T").args(&programs))?;
        let architecture = output(Command::new("dpkg").arg("--print-architecture"))?;
        let text = control(
            &context.version,
            architecture.trim(),
            bytes.div_ceil(1024),
            newest_c_library(&symbols),
        );
        self.write("DEBIAN/control", &text)?;
        Ok(())
    }

    fn copy(&self, from: &Path, to: &str) -> Outcome<PathBuf> {
        let content = std::fs::read(from)
            .map_err(|error| Failure::new(format!("{}: {error}", from.display())))?;
        self.write_bytes(to, &content)
    }

    fn write(&self, to: &str, content: &str) -> Outcome<PathBuf> {
        self.write_bytes(to, content.as_bytes())
    }

    fn write_packed(&self, to: &str, content: &str) -> Outcome {
        let file = self.write(to, content)?;
        run(Command::new("gzip").args(["--best", "--no-name"]).arg(file))
    }

    fn write_bytes(&self, to: &str, content: &[u8]) -> Outcome<PathBuf> {
        let path = self.root.join(to);
        let mut folder = self.root.clone();
        for part in Path::new(to).parent().into_iter().flatten() {
            folder.push(part);
            std::fs::create_dir_all(&folder)?;
            std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755))?;
        }
        std::fs::write(&path, content)?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644))?;
        Ok(path)
    }
}

const MAINTAINER: &str = "CalMiner contributors <contributors@calminer.org>";

fn control(version: &str, architecture: &str, kibibytes: u64, c_library: (u32, u32)) -> String {
    let (major, minor) = c_library;
    format!(
        "Package: calminer\nVersion: {version}\nArchitecture: {architecture}\nMaintainer: {MAINTAINER}\n\
         Installed-Size: {kibibytes}\n\
         Depends: libc6 (>= {major}.{minor}), libgcc-s1, {OPENED_AT_RUN_TIME}\nRecommends: {RECOMMENDED}\n\
         Section: science\nPriority: optional\n\
         Description: mine project valuation under uncertainty\n \
         Models when ore is mined, milled and sold, what it costs and what is\n \
         uncertain, and shows what a project earns and how likely it is to lose\n \
         money. Works offline, with a window and a command line that give the\n \
         same figures.\n"
    )
}

/// The newest version of the C library that a symbol asks for, and not older than the oldest one we build on.
fn newest_c_library(symbols: &str) -> (u32, u32) {
    let versions = symbols.split("GLIBC_").skip(1).filter_map(|rest| {
        let end = rest
            .find(|next: char| !next.is_ascii_digit() && next != '.')
            .unwrap_or(rest.len());
        let mut numbers = rest[..end].split('.').map(str::parse);
        Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
    });
    versions.fold(OLDEST_C_LIBRARY, Ord::max)
}

/// The licenses in Debian's format: each text under the files it belongs to.
fn copyright(own: &str, fonts: &str, icons: &str) -> String {
    let holder = |text: &str| {
        let lines = text.lines().filter(|line| line.starts_with("Copyright"));
        lines
            .map(|line| line.trim_start_matches("Copyright").trim())
            .collect::<Vec<_>>()
            .join("\n           ")
    };
    let indented = |text: &str| {
        let lines = text.trim().lines().map(str::trim_end);
        lines
            .map(|line| {
                if line.is_empty() {
                    " .".to_owned()
                } else {
                    format!(" {line}")
                }
            })
            .collect::<Vec<_>>()
            .join("\n")
    };
    format!(
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: CalMiner\n\n\
         Files: *\nCopyright: {}\nLicense: Expat\n{}\n\n\
         Files: assets/fonts/Noto*\nCopyright: {}\nLicense: OFL-1.1\n{}\n\n\
         Files: assets/fonts/Phosphor*\nCopyright: {}\nLicense: Expat-Phosphor\n{}\n",
        holder(own),
        indented(own),
        holder(fonts),
        indented(fonts),
        holder(icons),
        indented(icons)
    )
}

/// The time the package says it was made, in seconds: that of the source, so that the same source gives the same file.
fn date(context: &Context) -> Outcome<String> {
    if let Ok(date) = std::env::var("SOURCE_DATE_EPOCH") {
        return Ok(date);
    }
    let mut git = Command::new("git");
    if let Ok(date) = output(
        git.args(["log", "-1", "--format=%ct"])
            .current_dir(&context.root),
    ) {
        return Ok(date.trim().to_owned());
    }
    let changed = context.root.join("Cargo.lock").metadata()?.modified()?;
    let seconds = changed
        .duration_since(std::time::UNIX_EPOCH)
        .map(|since| since.as_secs());
    Ok(seconds.unwrap_or_default().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_symbol_decides_the_c_library() {
        let symbols = " DF *UND* 0 (GLIBC_2.2.5) exp\n DF *UND* 0 (GLIBC_2.39) pidfd\n DF *UND* 0 GLIBC_2.4 a\n";
        assert_eq!(newest_c_library(symbols), (2, 39));
        assert_eq!(
            newest_c_library("(GLIBC_2.17) a\n(GLIBC_PRIVATE) b"),
            OLDEST_C_LIBRARY
        );
        assert_eq!(newest_c_library(""), OLDEST_C_LIBRARY);
    }

    #[test]
    fn a_control_file_has_one_field_a_line() {
        let text = control("0.1.0", "amd64", 17_000, (2, 36));
        for start in [
            "Version: 0.1.0",
            "Architecture: amd64",
            "Installed-Size: 17000",
            "Depends: libc6 (>= 2.36), ",
        ] {
            assert!(text.lines().any(|line| line.starts_with(start)), "{start}");
        }
        let described = text
            .lines()
            .skip_while(|line| !line.starts_with("Description: "))
            .skip(1);
        assert!(
            described.clone().count() > 2
                && described
                    .clone()
                    .all(|line| line.starts_with(" M") || line.starts_with(' '))
        );
        assert!(text.ends_with("figures.\n"));
    }

    #[test]
    fn a_license_text_is_indented_with_dots_for_empty_lines() {
        let text = copyright(
            "Copyright (c) A\n\nfree",
            "Copyright B\n\nfont",
            "Copyright C\n\nicon",
        );
        assert!(text.contains("Copyright: (c) A\nLicense: Expat\n Copyright (c) A\n .\n free\n"));
        assert!(text.contains("License: OFL-1.1\n Copyright B\n .\n font\n"));
    }
}
