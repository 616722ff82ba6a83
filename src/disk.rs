//! The disk: the machine that changes files.
//!
//! Knows how to replace a file so that whoever looks sees the old one or the new one and never a part. Knows nothing
//! of what is in it.

pub mod lock;
pub mod read;
pub mod transaction;

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// Replaces the contents of a file, or makes it: whoever looks, also after a crash, sees all of the old or of the new.
///
/// A symlink stays and its target is replaced. Mode, and as far as permitted owner and group, are those of the old
/// file; access lists and other extended attributes are not kept, and neither are hard links to it.
///
/// # Errors
///
/// When the file may not be written to (also where only the folder would allow it), or the disk refuses. Nothing has
/// changed then and nothing lies about, unless the very last step failed: making the rename durable.
pub fn atomic_write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let target = resolve(path)?;
    let old = writable(&target)?;
    check_limit(bytes.len())?;
    let temp = temp_path(&target);
    let written = write_temp(&temp, bytes, old.as_ref()).and_then(|()| fs::rename(&temp, &target));
    if let Err(error) = written {
        // The first error is the one to tell; a file that cannot even be removed is found by `clean_strays` later.
        let _ = fs::remove_file(&temp);
        return Err(error);
    }
    sync_folder(folder(&target))
}

/// The file that a path means: itself, or what its symlinks lead to. The file need not exist, its folder must.
///
/// # Errors
///
/// When the folder does not exist, or a symlink leads nowhere.
pub fn resolve(path: &Path) -> io::Result<PathBuf> {
    match fs::symlink_metadata(path) {
        Ok(_) => fs::canonicalize(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
            Ok(fs::canonicalize(folder(path))?.join(name))
        }
        Err(error) => Err(error),
    }
}

/// Removes what writers of this file left behind that were killed in between. Only for who keeps other writers out.
///
/// # Errors
///
/// When the folder cannot be read. A stray file that cannot be removed harms nobody.
pub fn clean_strays(target: &Path) -> io::Result<()> {
    let prefix = temp_prefix(target);
    for entry in fs::read_dir(folder(target))? {
        let name = entry?.file_name();
        let rest = name.as_encoded_bytes().strip_prefix(prefix.as_encoded_bytes());
        if rest.is_some_and(|rest| rest.ends_with(b".tmp")) {
            let _ = fs::remove_file(folder(target).join(name));
        }
    }
    Ok(())
}

/// Whether a file of this many bytes is within the limit of the process (`ulimit -f`): beyond it, the kernel does not
/// answer a write with an error but ends the process, and what it has begun stays.
///
/// # Errors
///
/// When the file would be too large.
#[cfg(unix)]
pub fn check_limit(bytes: usize) -> io::Result<()> {
    use rustix::process::{Resource, getrlimit};
    match getrlimit(Resource::Fsize).current {
        Some(limit) if bytes as u64 > limit => Err(io::ErrorKind::FileTooLarge.into()),
        _ => Ok(()),
    }
}

/// Only Unix has such a limit.
#[cfg(not(unix))]
pub fn check_limit(_: usize) -> io::Result<()> {
    Ok(())
}

/// The folder that a path is in.
#[must_use]
pub fn folder(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// What the file is now, if it exists and may be written to: a rename would not ask.
fn writable(target: &Path) -> io::Result<Option<Metadata>> {
    match fs::metadata(target) {
        Ok(metadata) if metadata.is_file() => {
            OpenOptions::new().write(true).open(target)?;
            Ok(Some(metadata))
        }
        Ok(metadata) if metadata.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        Ok(_) => Err(io::Error::new(io::ErrorKind::InvalidInput, "is not a regular file")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn write_temp(temp: &Path, bytes: &[u8], old: Option<&Metadata>) -> io::Result<()> {
    let mut file = match OpenOptions::new().write(true).create_new(true).open(temp) {
        // A process of the same id died here before: nobody alive has this name.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            fs::remove_file(temp)?;
            OpenOptions::new().write(true).create_new(true).open(temp)?
        }
        other => other?,
    };
    file.write_all(bytes)?;
    if let Some(old) = old {
        keep_owner(&file, old);
        file.set_permissions(old.permissions())?;
    }
    file.sync_all()
}

/// Gives the file to its old owner and group where that is permitted: to root, and for groups that one is in.
#[cfg(unix)]
fn keep_owner(file: &File, old: &Metadata) {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    if file.metadata().is_ok_and(|new| (new.uid(), new.gid()) == (old.uid(), old.gid())) {
        return;
    }
    if fchown(file, Some(old.uid()), Some(old.gid())).is_err() {
        let _ = fchown(file, None, Some(old.gid()));
    }
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &Metadata) {}

/// A rename is durable when its folder is. Only Unix lets a folder be opened for that.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// A name beside the target that no other living writer has.
fn temp_path(target: &Path) -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let mut name = temp_prefix(target);
    name.push(format!("{}-{}.tmp", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
    target.with_file_name(name)
}

fn temp_prefix(target: &Path) -> OsString {
    let mut prefix = OsString::from(".");
    prefix.push(target.file_name().unwrap_or(OsStr::new("file")));
    prefix.push(".");
    prefix
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_made_and_replaced_and_nothing_else_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        for text in ["one", "", "three"] {
            atomic_write(&path, text.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        assert_eq!(names(folder.path()), ["a"]);
    }

    #[test]
    fn what_cannot_be_replaced_stays() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("folder");
        fs::create_dir(&inside).unwrap();
        assert_eq!(atomic_write(&inside, b"x").unwrap_err().kind(), io::ErrorKind::IsADirectory);
        assert_eq!(atomic_write(&folder.path().join("no/file"), b"x").unwrap_err().kind(), io::ErrorKind::NotFound);
        assert_eq!(names(folder.path()), ["folder"]);
    }

    #[cfg(unix)]
    #[test]
    fn mode_and_symlink_are_kept() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o620)).unwrap();
        symlink("file", &link).unwrap();
        atomic_write(&link, b"new").unwrap();
        assert_eq!(fs::read_link(&link).unwrap(), Path::new("file"));
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o7777, 0o620);
        symlink("nowhere", folder.path().join("dangling")).unwrap();
        assert_eq!(atomic_write(&folder.path().join("dangling"), b"x").unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
