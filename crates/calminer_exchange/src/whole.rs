//! Writing a file so that a reader sees the old one or the new one, never half of it.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Writes `bytes` to `path`: temporary file beside it (mode 0600), sync, rename, sync of the folder.
/// A symbolic link is followed to its target, so that the link stays.
///
/// # Errors
/// Whatever the file system says; the old file is whole then and no temporary file is left.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_with(path, |file| file.write_all(bytes))
}

/// Like [`write()`], for content that is made while it is written.
///
/// # Errors
/// Whatever the file system or `content` says; the old file is whole then and no temporary file is left.
pub fn write_with(
    path: &Path,
    content: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
) -> io::Result<()> {
    let target = target_of(path)?;
    let folder = folder_of(&target);
    let temporary = filled(&folder, content)?;
    temporary.persist(&target).map_err(|failed| failed.error)?;
    sync_folder(&folder)
}

/// Like [`write()`], but never over a file that is there.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] for a name that is taken, by a link too; else whatever the file system says.
pub fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = folder_of(path);
    if path.symlink_metadata().is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let temporary = filled(&folder, |file| file.write_all(bytes))?;
    // Another program may have taken the name since: this refuses instead of replacing.
    temporary
        .persist_noclobber(path)
        .map_err(|failed| failed.error)?;
    sync_folder(&folder)
}

fn filled(
    folder: &Path,
    content: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
) -> io::Result<tempfile::NamedTempFile> {
    let mut temporary = tempfile::Builder::new()
        .prefix(".calminer-")
        .tempfile_in(folder)?;
    let mut file = BufWriter::new(temporary.as_file_mut());
    content(&mut file)?;
    file.flush()?;
    drop(file);
    temporary.as_file().sync_all()?;
    Ok(temporary)
}

/// The rename itself must survive a power cut. Windows has no handle of a folder to sync.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()
    } else {
        Ok(())
    }
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

fn target_of(path: &Path) -> io::Result<PathBuf> {
    match path.symlink_metadata() {
        Ok(found) if found.is_symlink() => path.canonicalize(),
        _ => Ok(path.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> usize {
        std::fs::read_dir(folder).expect("a folder").count()
    }

    #[test]
    fn the_old_file_stays_when_writing_fails() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("kept.txt");
        write(&path, b"old").expect("written");
        write(&path, b"new").expect("written");
        assert_eq!(std::fs::read(&path).expect("read"), b"new");
        let failing = write_with(&path, |file| {
            file.write_all(b"half")?;
            Err(io::ErrorKind::StorageFull.into())
        });
        assert_eq!(
            failing.expect_err("refused").kind(),
            io::ErrorKind::StorageFull
        );
        assert_eq!(std::fs::read(&path).expect("read"), b"new");
        let blocked = folder.path().join("folder");
        std::fs::create_dir(&blocked).expect("a folder");
        std::fs::write(blocked.join("inside"), b"x").expect("written");
        assert!(write(&blocked, b"never").is_err());
        assert!(write(&folder.path().join("none/there.txt"), b"never").is_err());
        assert_eq!(names(folder.path()), 2);
    }

    #[test]
    fn a_new_file_replaces_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("new.txt");
        write_new(&path, b"first").expect("written");
        assert_eq!(
            write_new(&path, b"second").expect_err("refused").kind(),
            io::ErrorKind::AlreadyExists
        );
        assert_eq!(std::fs::read(&path).expect("read"), b"first");
        assert_eq!(names(folder.path()), 1);
    }

    #[cfg(unix)]
    #[test]
    fn files_are_private_and_links_stay() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        write(&real, b"1").expect("written");
        std::os::unix::fs::symlink(&real, &link).expect("a link");
        write(&link, b"2").expect("written");
        assert!(link.symlink_metadata().expect("a link").is_symlink());
        assert_eq!(std::fs::read(&real).expect("read"), b"2");
        assert_eq!(
            real.metadata().expect("a file").permissions().mode() & 0o777,
            0o600
        );
        let dangling = folder.path().join("dangling");
        std::os::unix::fs::symlink(folder.path().join("nowhere"), &dangling).expect("a link");
        assert_eq!(
            write_new(&dangling, b"3").expect_err("refused").kind(),
            io::ErrorKind::AlreadyExists
        );
    }
}
