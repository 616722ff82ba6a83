//! A lock file: one process at a time.
//!
//! Knows how to wait for a lock, who holds it, and how to take the file away again. Knows nothing of what it guards.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::check_limit;

/// A lock that this process holds until it is dropped. The kernel releases it when the process dies.
#[derive(Debug)]
pub struct Lock {
    file: File,
    path: PathBuf,
}

/// Why a lock cannot be had.
#[derive(Debug)]
pub enum LockError {
    /// The disk refuses.
    Io(io::Error),
    /// Its path is something other than a file.
    NoFile,
    /// Another process holds it for longer than one is ready to wait.
    Busy {
        /// The process, if it said so.
        holder: Option<u32>,
        /// How long was waited.
        waited: Duration,
    },
}

impl From<io::Error> for LockError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Lock {
    /// Takes the lock, waiting for others at most this long.
    ///
    /// # Errors
    ///
    /// When the file cannot be made, is no file, or another process holds it for longer.
    pub fn acquire(path: &Path, patience: Duration) -> Result<Self, LockError> {
        let begin = Instant::now();
        loop {
            let file = open(path)?;
            if !file.metadata()?.is_file() {
                return Err(LockError::NoFile);
            }
            let file = wait(file, path, begin, patience)?;
            // Who held it may have removed the file: a lock on a file that nobody else can open is no lock.
            if is_still_at(&file, path) {
                let lock = Self { file, path: path.to_owned() };
                // A courtesy to those who wait; the lock is as good without.
                let _ = lock.sign();
                return Ok(lock);
            }
        }
    }

    /// Releases the lock and takes its file away.
    pub fn remove(self) {
        // While it is held; those who wait for it notice and make a new one.
        let _ = fs::remove_file(&self.path);
    }

    /// Writes who holds it.
    fn sign(&self) -> io::Result<()> {
        let mut file = &self.file;
        let name = format!("{}\n", std::process::id());
        check_limit(name.len())?;
        file.set_len(0)?;
        file.rewind()?;
        file.write_all(name.as_bytes())
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.file.set_len(0);
    }
}

fn open(path: &Path) -> io::Result<File> {
    // Opening a pipe for both reading and writing does not wait for its other end.
    match OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path) {
        // The lock of somebody else, whose files may still be ours to change: reading suffices for locking.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied && path.is_file() => File::open(path),
        other => other,
    }
}

/// Takes the lock. The kernel queues those who wait; asking again and again instead lets some starve in a crowd.
fn wait(file: File, path: &Path, begin: Instant, patience: Duration) -> Result<File, LockError> {
    match file.try_lock() {
        Ok(()) => return Ok(file),
        Err(TryLockError::Error(error)) => return Err(LockError::Io(error)),
        Err(TryLockError::WouldBlock) => {}
    }
    // Waiting in the kernel has no deadline, so a thread does it. If it gets the lock when nobody listens any more,
    // the file is dropped there, and with it the lock.
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(file.lock().map(|()| file)));
    match receiver.recv_timeout(patience.saturating_sub(begin.elapsed())) {
        Ok(locked) => Ok(locked?),
        Err(_) => Err(LockError::Busy { holder: holder(path), waited: begin.elapsed() }),
    }
}

/// Who wrote itself into the lock file.
fn holder(path: &Path) -> Option<u32> {
    let mut text = String::new();
    File::open(path).ok()?.take(32).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

#[cfg(unix)]
fn is_still_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let id = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    match (file.metadata(), fs::metadata(path)) {
        (Ok(held), Ok(there)) => id(held) == id(there),
        _ => false,
    }
}

/// Where an open file cannot be removed there is nothing to notice.
#[cfg(not(unix))]
fn is_still_at(_: &File, _: &Path) -> bool {
    true
}
