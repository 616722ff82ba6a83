//! The file a registry lives in, and the lock that lets one process at a time change it.
//!
//! Knows files, not rules. The lock is on a file beside the registry, because the registry itself is replaced with
//! each change: a lock on it would be on the file that was. Readers need no lock.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::disk;
use crate::disk::lock::{Lock, LockError};

use super::problem::Problems;
use super::read::MAX_BYTES;
use super::registry::Ports;

/// A registry's file, by the path it was given as.
#[derive(Debug, Clone)]
pub struct Store {
    path: PathBuf,
}

/// A registry that nobody else can change until this is dropped.
#[derive(Debug)]
pub struct Locked {
    store: Store,
    /// The registry itself, where `path` is a symlink to it.
    target: PathBuf,
    lock: Lock,
}

/// Why a registry cannot be read or written.
#[derive(Debug)]
pub enum StoreError {
    /// The disk refuses.
    Io {
        /// What was tried: `read`, `write`, `lock`.
        action: &'static str,
        /// The registry.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// It is no file that could hold a registry.
    Unfit {
        /// The registry.
        path: PathBuf,
        /// A sentence without its subject, with its help.
        reason: String,
    },
    /// Another process has it for longer than one is ready to wait.
    Busy {
        /// The registry.
        path: PathBuf,
        /// The process, if it said so.
        holder: Option<u32>,
        /// How long was waited.
        waited: Duration,
    },
    /// It contradicts itself, or is no registry.
    Invalid {
        /// The registry.
        path: PathBuf,
        /// All that is wrong with it.
        problems: Problems,
    },
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { action, path, .. } => write!(f, "cannot {action} the registry `{}`", path.display()),
            Self::Unfit { path, reason } => write!(f, "the registry `{}` {reason}", path.display()),
            Self::Busy { path, holder, waited } => {
                write!(f, "the registry `{}` is locked by ", path.display())?;
                match holder {
                    Some(pid) => write!(f, "process {pid}")?,
                    None => f.write_str("another process")?,
                }
                write!(f, " since more than {:.1} s\n  help: try again when it is done", waited.as_secs_f64())
            }
            Self::Invalid { path, problems } => {
                let path = path.display().to_string();
                write!(f, "the registry `{path}` cannot be trusted as it is\n{}", problems.in_file(&path))
            }
        }
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            Self::Unfit { .. } | Self::Busy { .. } | Self::Invalid { .. } => None,
        }
    }
}

impl Store {
    /// The registry at this path, which need not exist.
    #[must_use]
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Its path, as it was given.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads it; `None` where there is none yet. Needs no lock: it is only ever replaced as a whole.
    ///
    /// # Errors
    ///
    /// When it is not a file, too large, unreadable, or not a sound registry.
    pub fn load(&self) -> Result<Option<Ports>, StoreError> {
        let Some(bytes) = self.bytes()? else { return Ok(None) };
        match Ports::from_bytes(&bytes) {
            Ok(ports) => Ok(Some(ports)),
            Err(problems) => Err(StoreError::Invalid { path: self.path.clone(), problems }),
        }
    }

    /// Keeps everybody else from changing it, waiting for them at most this long.
    ///
    /// # Errors
    ///
    /// When its folder does not exist or may not be written to, or another process holds it for longer.
    pub fn lock(self, patience: Duration) -> Result<Locked, StoreError> {
        if !self.look()? && !disk::folder(&self.path).is_dir() {
            return Err(self.unfit("is in a folder that does not exist\n  help: make the folder first".into()));
        }
        let target = disk::resolve(&self.path).map_err(|error| self.io("lock", error))?;
        let mut name = target.file_name().unwrap_or_default().to_owned();
        name.push(".lock");
        let path = target.with_file_name(name);
        let lock = Lock::acquire(&path, patience).map_err(|error| self.not_locked(&path, error))?;
        let locked = Locked { store: self, target, lock };
        disk::clean_strays(&locked.target).map_err(|error| locked.store.io("lock", error))?;
        Ok(locked)
    }

    /// The bytes of the file, whatever they are; `None` where there is none.
    ///
    /// # Errors
    ///
    /// When it is not a file, too large, or unreadable.
    pub fn bytes(&self) -> Result<Option<Vec<u8>>, StoreError> {
        if !self.look()? {
            return Ok(None);
        }
        let read = || {
            let mut bytes = Vec::new();
            File::open(&self.path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        let bytes = read().map_err(|error| self.io("read", error))?;
        // Asked of the bytes and not of the metadata: what is read is what counts.
        if bytes.len() as u64 > MAX_BYTES {
            return Err(self.unfit(format!("has more than {} MB: that is no registry", MAX_BYTES / 1_000_000)));
        }
        Ok(Some(bytes))
    }

    /// Whether the path is a file to open, which must not hang on a pipe.
    fn look(&self) -> Result<bool, StoreError> {
        match fs::metadata(&self.path) {
            Ok(metadata) if metadata.is_file() => Ok(true),
            Ok(metadata) if metadata.is_dir() => {
                Err(self.unfit("is a folder\n  help: name the file, for example with `--registry FILE`".into()))
            }
            Ok(_) => Err(self.unfit("is not a regular file".into())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => match fs::read_link(&self.path) {
                Ok(to) => Err(self.unfit(format!("is a symlink to `{}`, which does not exist", to.display()))),
                Err(_) => Ok(false),
            },
            Err(error) => Err(self.io("read", error)),
        }
    }

    fn not_locked(&self, path: &Path, error: LockError) -> StoreError {
        match error {
            LockError::Io(error) => self.io("lock", error),
            LockError::NoFile => self.unfit(format!("cannot be locked: `{}` is not a regular file", path.display())),
            LockError::Busy { holder, waited } => StoreError::Busy { path: self.path.clone(), holder, waited },
        }
    }

    fn io(&self, action: &'static str, source: io::Error) -> StoreError {
        StoreError::Io { action, path: self.path.clone(), source }
    }

    fn unfit(&self, reason: String) -> StoreError {
        StoreError::Unfit { path: self.path.clone(), reason }
    }
}

impl Locked {
    /// Reads the registry; where there is none yet, gives what a new one starts with.
    ///
    /// # Errors
    ///
    /// As [`Store::load`].
    pub fn load(&self) -> Result<Ports, StoreError> {
        Ok(self.store.load()?.unwrap_or_default())
    }

    /// Reads the registry, applies a rule to it, and writes it where the rule says that it changed anything.
    ///
    /// # Errors
    ///
    /// When the rule says no, or as [`Locked::load`] and [`Locked::save`]; nothing has changed then.
    pub fn change<T, E: From<StoreError>>(
        &self,
        mut rule: impl FnMut(&mut Ports) -> Result<(T, bool), E>,
    ) -> Result<T, E> {
        let mut ports = self.load()?;
        let (done, changed) = rule(&mut ports)?;
        if changed {
            self.save(&ports)?;
        }
        Ok(done)
    }

    /// Replaces the registry.
    ///
    /// # Errors
    ///
    /// When the disk refuses; the registry is the old one then.
    pub fn save(&self, ports: &Ports) -> Result<(), StoreError> {
        disk::atomic_write(&self.target, ports.to_text().as_bytes()).map_err(|error| self.store.io("write", error))
    }

    /// The registry's path, as it was given.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.store.path
    }

    /// The store that this is a lock on.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Gives the lock back. Where the registry never came to be, the lock file goes too.
    pub fn leave(self) {
        if !self.target.exists() {
            self.lock.remove();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::PortRequest;

    const NOW: Duration = Duration::ZERO;

    #[test]
    fn a_registry_begins_with_its_first_save() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ports.json");
        let store = Store::at(&path);
        assert_eq!(store.load().unwrap(), None);
        let locked = store.clone().lock(NOW).unwrap();
        let mut ports = locked.load().unwrap();
        assert_eq!(ports, Ports::default());
        ports.allocate("weather_v2", &PortRequest::Range("v2".into()), "2026-11-22").unwrap();
        locked.save(&ports).unwrap();
        assert_eq!(store.load().unwrap(), Some(ports));
    }

    #[test]
    fn a_lock_is_held_until_it_is_dropped_and_names_its_holder() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path().join("ports.json"));
        let held = store.clone().lock(NOW).unwrap();
        let busy = store.clone().lock(Duration::from_millis(20)).unwrap_err();
        assert!(busy.to_string().contains(&format!("is locked by process {} since", std::process::id())), "{busy}");
        drop(held);
        store.lock(NOW).unwrap();
    }

    #[test]
    fn what_a_killed_writer_left_is_removed_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let files =
            [".ports.json.1-0.tmp", ".other.json.1-0.tmp", ".ports.json.bak"].map(|name| folder.path().join(name));
        for file in &files {
            fs::write(file, "").unwrap();
        }
        let _locked = Store::at(folder.path().join("ports.json")).lock(NOW).unwrap();
        assert_eq!(files.map(|file| file.exists()), [false, true, true]);
    }
}
