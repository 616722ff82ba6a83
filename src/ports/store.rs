//! What a registry lives in, and how one process at a time changes it.
//!
//! Knows files and objects, not rules. A file has its lock in a file beside it, because the registry itself is replaced
//! with each change: a lock on it would be on the file that was. An object has no lock: a change that others came
//! before is computed again from what they made of it. Readers need neither.

mod error;

use std::fs::{self, File};
use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crate::disk;
use crate::disk::lock::{Lock, LockError};

use super::location::{Address, Location};
use super::read::MAX_BYTES;
use super::registry::Ports;
use super::remote::{Remote, Version};

pub use error::StoreError;

/// A registry, by its location.
#[derive(Debug, Clone)]
pub struct Store {
    location: Location,
}

/// A registry that is about to be changed. A file nobody else can change until this is dropped.
#[derive(Debug)]
pub struct Locked {
    store: Store,
    hold: Hold,
}

/// What keeps others from being overwritten.
#[derive(Debug)]
enum Hold {
    File {
        /// The registry itself, where the path is a symlink to it.
        target: PathBuf,
        lock: Lock,
    },
    Object {
        remote: Remote,
        /// How long to compute a change again and again that others come before.
        patience: Duration,
    },
}

/// What a change begins with: the object's bytes and their version; nothing for a file, which is locked.
type Seen = Option<(Vec<u8>, Version)>;

impl Store {
    /// The registry at this location, which need not exist.
    #[must_use]
    pub fn at(location: impl Into<Location>) -> Self {
        Self { location: location.into() }
    }

    /// Its location, as it was given.
    #[must_use]
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// Reads it; `None` where there is none yet. Needs no lock: it is only ever replaced as a whole.
    ///
    /// # Errors
    ///
    /// When it is not a file, too large, unreadable, out of reach, or not a sound registry.
    pub fn load(&self) -> Result<Option<Ports>, StoreError> {
        self.bytes()?.map(|bytes| self.parse(&bytes)).transpose()
    }

    /// Its bytes, whatever they are; `None` where there is none.
    ///
    /// # Errors
    ///
    /// When it is not a file, too large, unreadable, or out of reach.
    pub fn bytes(&self) -> Result<Option<Vec<u8>>, StoreError> {
        match &self.location {
            Location::File(path) => self.file_bytes(path),
            Location::Object(address) => {
                let seen = self.connect(address)?.read().map_err(|reason| self.unfit(reason))?;
                Ok(seen.map(|(bytes, _)| bytes))
            }
        }
    }

    /// Its file, for what only files are for: git.
    ///
    /// # Errors
    ///
    /// When it is in an object store.
    pub fn file(&self) -> Result<&Path, StoreError> {
        match &self.location {
            Location::File(path) => Ok(path),
            Location::Object(_) => Err(self.unfit(
                "is in an object store, and this command is about a file in git\n  help: an object has no branches, and \
                 the other commands keep it sound"
                    .into(),
            )),
        }
    }

    /// Keeps everybody else from changing it, or makes sure that they are not overwritten. Waits for them at most this
    /// long: here, or with each change of it.
    ///
    /// # Errors
    ///
    /// When the folder of a file does not exist or may not be written to, or another process holds it for longer; when
    /// the settings for an object cannot be used.
    pub fn lock(self, patience: Duration) -> Result<Locked, StoreError> {
        let hold = match &self.location {
            Location::File(path) => self.lock_file(path, patience)?,
            Location::Object(address) => Hold::Object { remote: self.connect(address)?, patience },
        };
        Ok(Locked { store: self, hold })
    }

    fn connect(&self, address: &Address) -> Result<Remote, StoreError> {
        Remote::connect(address).map_err(|reason| self.unfit(reason))
    }

    fn load_object(&self, remote: &Remote) -> Result<(Option<Ports>, Seen), StoreError> {
        let seen = remote.read().map_err(|reason| self.unfit(reason))?;
        let ports = seen.as_ref().map(|(bytes, _)| self.parse(bytes)).transpose()?;
        Ok((ports, seen))
    }

    fn file_bytes(&self, path: &Path) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(length) = self.look(path)? else { return Ok(None) };
        let read = || {
            // One more, so that the end is seen without a read of its own.
            let mut bytes = Vec::with_capacity(usize::try_from(length.min(MAX_BYTES)).unwrap_or_default() + 1);
            File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        let bytes = read().map_err(|error| self.io("read", error))?;
        // Asked of the bytes and not of the metadata: what is read is what counts.
        if bytes.len() as u64 > MAX_BYTES {
            return Err(self.unfit(format!("has more than {} MB: that is no registry", MAX_BYTES / 1_000_000)));
        }
        Ok(Some(bytes))
    }

    fn parse(&self, bytes: &[u8]) -> Result<Ports, StoreError> {
        Ports::from_bytes(bytes).map_err(|problems| StoreError::Invalid { registry: self.location.clone(), problems })
    }

    fn lock_file(&self, path: &Path, patience: Duration) -> Result<Hold, StoreError> {
        if self.look(path)?.is_none() && !disk::folder(path).is_dir() {
            return Err(self.unfit("is in a folder that does not exist\n  help: make the folder first".into()));
        }
        let target = disk::resolve(path).map_err(|error| self.io("lock", error))?;
        let mut name = target.file_name().unwrap_or_default().to_owned();
        name.push(".lock");
        let beside = target.with_file_name(name);
        let lock = Lock::acquire(&beside, patience).map_err(|error| self.not_locked(&beside, error))?;
        disk::clean_strays(&target).map_err(|error| self.io("lock", error))?;
        Ok(Hold::File { target, lock })
    }

    /// The length of the file, if it is one: to open a pipe would hang.
    fn look(&self, path: &Path) -> Result<Option<u64>, StoreError> {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_file() => Ok(Some(metadata.len())),
            Ok(metadata) if metadata.is_dir() => {
                Err(self.unfit("is a folder\n  help: name the file, for example with `--registry FILE`".into()))
            }
            Ok(_) => Err(self.unfit("is not a regular file".into())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => match fs::read_link(path) {
                Ok(to) => Err(self.unfit(format!("is a symlink to `{}`, which does not exist", to.display()))),
                Err(_) => Ok(None),
            },
            Err(error) => Err(self.io("read", error)),
        }
    }

    fn not_locked(&self, path: &Path, error: LockError) -> StoreError {
        match error {
            LockError::Io(error) => self.io("lock", error),
            LockError::NoFile => self.unfit(format!("cannot be locked: `{}` is not a regular file", path.display())),
            LockError::Busy { holder, waited } => StoreError::Busy { registry: self.location.clone(), holder, waited },
        }
    }

    fn io(&self, action: &'static str, source: io::Error) -> StoreError {
        StoreError::Io { action, registry: self.location.clone(), source }
    }

    fn unfit(&self, reason: String) -> StoreError {
        StoreError::Unfit { registry: self.location.clone(), reason }
    }
}

impl Locked {
    /// Reads the registry; `None` where there is none yet.
    ///
    /// # Errors
    ///
    /// As [`Store::load`].
    pub fn load(&self) -> Result<Option<Ports>, StoreError> {
        Ok(self.read()?.0)
    }

    /// Reads the registry, applies a rule to it, and writes it where the rule says that it changed anything. A registry
    /// that does not exist yet is an empty one to the rule.
    ///
    /// In an object store the rule is applied anew whenever others came before, so that it always judges what it
    /// changes; it says at last what it said of that.
    ///
    /// # Errors
    ///
    /// When the rule says no, as [`Store::load`], when the disk or the store refuses, or when others came before again
    /// and again; nothing has changed then.
    pub fn change<T, E: From<StoreError>>(
        &self,
        mut rule: impl FnMut(&mut Ports) -> Result<(T, bool), E>,
    ) -> Result<T, E> {
        let begin = Instant::now();
        let mut times = 0;
        loop {
            let attempt = Instant::now();
            let (ports, seen) = self.read()?;
            let mut ports = ports.unwrap_or_default();
            let (done, changed) = rule(&mut ports)?;
            if !changed || self.replace(&seen, &ports)? {
                return Ok(done);
            }
            times += 1;
            self.pause(times, begin, attempt)?;
        }
    }

    /// Replaces a file, whatever is in it.
    ///
    /// # Errors
    ///
    /// When the disk refuses; the registry is the old one then. Always for an object: [`Locked::change`] is for both.
    pub fn save(&self, ports: &Ports) -> Result<(), StoreError> {
        self.store.file()?;
        self.replace(&None, ports).map(drop)
    }

    /// Takes away a registry that is as a new one begins, so that nothing of it stays. An object stays: there is no taking
    /// it away on condition that it still is empty, and an empty registry is as good as none.
    ///
    /// # Errors
    ///
    /// As [`Store::load`], or when the disk refuses.
    pub fn discard_empty(&self) -> Result<(), StoreError> {
        let Hold::File { target, .. } = &self.hold else { return Ok(()) };
        if self.load()?.is_some_and(|ports| ports == Ports::default()) {
            fs::remove_file(target).map_err(|error| self.store.io("remove", error))?;
        }
        Ok(())
    }

    /// The registry's location, as it was given.
    #[must_use]
    pub fn location(&self) -> &Location {
        &self.store.location
    }

    /// Gives the lock back. Where the registry never came to be, the lock file goes too.
    pub fn leave(self) {
        if let Hold::File { target, lock } = self.hold
            && !target.exists()
        {
            lock.remove();
        }
    }

    fn read(&self) -> Result<(Option<Ports>, Seen), StoreError> {
        match &self.hold {
            Hold::File { .. } => Ok((self.store.load()?, None)),
            Hold::Object { remote, .. } => self.store.load_object(remote),
        }
    }

    /// Replaces what was seen; `false` where that is no longer what is there. The registry is the old one then, and
    /// also after an error.
    fn replace(&self, seen: &Seen, ports: &Ports) -> Result<bool, StoreError> {
        // The last line of defence: whatever rule it came from, what is written can be read again.
        if let Some(contradiction) = ports.contradiction() {
            let reason = format!(
                "would contradict itself: {contradiction}\n  help: nothing was written; this is a defect of mcpgen"
            );
            return Err(self.store.unfit(reason));
        }
        let text = ports.to_text();
        match &self.hold {
            Hold::File { target, .. } => match disk::atomic_write(target, text.as_bytes()) {
                Ok(()) => Ok(true),
                Err(error) => Err(self.store.io("write", error)),
            },
            Hold::Object { remote, .. } => match seen {
                Some((bytes, _)) if *bytes == text.as_bytes() => Ok(true),
                Some((bytes, version)) => remote.replace((bytes, version), text.as_bytes()),
                // An empty one comes first, whoever makes it: then there is one way to change an object.
                None => remote.create(Ports::default().to_text().as_bytes()).map(|()| false),
            }
            .map_err(|reason| self.store.unfit(reason)),
        }
    }

    /// Lets others have their turn before the next attempt.
    fn pause(&self, times: u32, begin: Instant, attempt: Instant) -> Result<(), StoreError> {
        let Hold::Object { patience, .. } = &self.hold else { return Ok(()) };
        let waited = begin.elapsed();
        if waited >= *patience {
            return Err(StoreError::Contended { registry: self.location().clone(), times, waited });
        }
        let left = 1. - waited.as_secs_f64() / patience.as_secs_f64();
        thread::sleep(turn(times, attempt.elapsed(), left));
        Ok(())
    }
}

/// How long to stay away after so many attempts, of which the last took so long: at random, so that those who met do
/// not meet again, and longer each time, so that a crowd spreads. Who has little patience left stays away for less:
/// newcomers would overtake it for ever.
fn turn(times: u32, took: Duration, left: f64) -> Duration {
    const LONGEST: Duration = Duration::from_secs(2);
    let most = (took * (1 << times.min(6))).min(LONGEST).mul_f64(left.clamp(0., 1.).powi(3));
    let micros = u64::try_from(most.as_micros()).unwrap_or(u64::MAX).max(1);
    Duration::from_micros(RandomState::new().hash_one(times) % micros)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::PortRequest;

    const NOW: Duration = Duration::ZERO;

    #[test]
    fn a_registry_begins_with_its_first_change() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ports.json");
        let store = Store::at(&path);
        assert_eq!(store.load().unwrap(), None);
        let locked = store.clone().lock(NOW).unwrap();
        assert_eq!(locked.load().unwrap(), None);
        let ports = locked.change(|ports| {
            assert_eq!(*ports, Ports::default());
            ports.allocate("weather_v2", &PortRequest::Range("v2".into()), "2026-11-22").unwrap();
            Ok::<_, StoreError>((ports.clone(), true))
        });
        assert_eq!(store.load().unwrap(), Some(ports.unwrap()));
    }

    #[test]
    fn a_lock_is_held_until_it_is_dropped_and_names_its_holder() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path().join("ports.json"));
        let held = store.clone().lock(NOW).unwrap();
        let busy = store.clone().lock(Duration::from_millis(20)).unwrap_err();
        assert!(busy.to_string().contains(&format!("is locked by process {} since", std::process::id())), "{busy}");
        drop(held);
        // A process that another test begins has a copy of the lock until it runs its program.
        store.lock(Duration::from_secs(10)).unwrap();
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
